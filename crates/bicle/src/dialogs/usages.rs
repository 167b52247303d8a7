//! What few requests need: the uses of the key, the revocation password, another name of the bearer.

use bicle_core::command::CreateRequest as Creation;
use bicle_platform::secret::SecretText;
use bicle_text::{Id, id};
use egui::Ui;

use super::form;
use crate::context::Context;
use crate::widgets::secret_field::SecretField;

/// The key usages, by their names in RFC 5280 §4.2.1.3.
const KEY_USAGES: [(&str, Id); 9] = [
    ("digitalSignature", id::KEY_USAGE_DIGITAL_SIGNATURE),
    ("nonRepudiation", id::KEY_USAGE_NON_REPUDIATION),
    ("keyEncipherment", id::KEY_USAGE_KEY_ENCIPHERMENT),
    ("dataEncipherment", id::KEY_USAGE_DATA_ENCIPHERMENT),
    ("keyAgreement", id::KEY_USAGE_KEY_AGREEMENT),
    ("keyCertSign", id::KEY_USAGE_CERT_SIGN),
    ("cRLSign", id::KEY_USAGE_CRL_SIGN),
    ("encipherOnly", id::KEY_USAGE_ENCIPHER_ONLY),
    ("decipherOnly", id::KEY_USAGE_DECIPHER_ONLY),
];

/// Extended key usages: by their names in RFC 5280 §4.2.1.12, or Microsoft's OIDs.
const EXTENDED_USAGES: [(&str, Id); 8] = [
    ("serverAuth", id::EKU_SERVER_AUTH),
    ("clientAuth", id::EKU_CLIENT_AUTH),
    ("emailProtection", id::EKU_EMAIL_PROTECTION),
    ("codeSigning", id::EKU_CODE_SIGNING),
    ("timeStamping", id::EKU_TIME_STAMPING),
    ("OCSPSigning", id::EKU_OCSP_SIGNING),
    ("1.3.6.1.4.1.311.20.2.2", id::EKU_SMART_CARD_LOGON),
    ("1.3.6.1.4.1.311.10.3.4", id::EKU_ENCRYPTING_FILE_SYSTEM),
];

/// The fields that fold away.
#[derive(Default)]
pub(super) struct Usages {
    open: bool,
    key: [bool; KEY_USAGES.len()],
    extended: [bool; EXTENDED_USAGES.len()],
    /// OIDs, separated by commas or spaces.
    others: String,
    challenge: SecretField,
    unstructured_name: String,
}

impl Usages {
    /// The same choices, without the password.
    pub(super) fn without_secret(&self) -> Self {
        Self {
            open: self.open,
            key: self.key,
            extended: self.extended,
            others: self.others.clone(),
            challenge: SecretField::default(),
            unstructured_name: self.unstructured_name.clone(),
        }
    }

    /// The other usages are OIDs.
    pub(super) fn problem(&self) -> Option<Id> {
        let wrong = !self.other_usages().all(is_oid);
        let of_oids = wrong.then_some(id::DIALOG_PROBLEM_OIDS);
        of_oids.or_else(|| self.challenge.problem())
    }

    /// Opens the fold: what is wrong is in it.
    pub(super) fn unfold(&mut self) {
        self.open = true;
    }

    /// Writes what was chosen into a request.
    pub(super) fn fill(&self, request: &mut Creation) {
        request.key_usage = ticked(&KEY_USAGES, &self.key);
        request.extended_key_usage = ticked(&EXTENDED_USAGES, &self.extended);
        let others = self.other_usages().map(str::to_owned);
        request.extended_key_usage.extend(others);
        request.challenge_password =
            (!self.challenge.is_empty()).then(|| SecretText::copy_of(self.challenge.expose()));
        let name = self.unstructured_name.trim();
        request.unstructured_name = (!name.is_empty()).then(|| name.to_owned());
    }

    /// Draws the fold. Answers with the response of the field of the other usages while it is open.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        context: &Context<'_>,
        problem: Option<Id>,
    ) -> Option<egui::Response> {
        if !form::fold(ui, context, id::DIALOG_MORE, &mut self.open) {
            return None;
        }
        let hint = context.text(id::DIALOG_CREATE_REQUEST_USAGE_HINT);
        form::words(ui, context, &hint);
        let label = id::DIALOG_CREATE_REQUEST_KEY_USAGE;
        form::ticks(ui, context, label, &KEY_USAGES, &mut self.key);
        let label = id::DIALOG_CREATE_REQUEST_EXTENDED;
        form::ticks(ui, context, label, &EXTENDED_USAGES, &mut self.extended);
        // that of the challenge stands below its own field
        let problem = problem.filter(|problem| *problem == id::DIALOG_PROBLEM_OIDS);
        let label = id::DIALOG_CREATE_REQUEST_OTHER_USAGES;
        let others = form::text(ui, context, label, &mut self.others, None, problem);
        let label = id::DIALOG_CREATE_REQUEST_CHALLENGE;
        let label = context.text(label);
        let hint = context.text(id::DIALOG_CREATE_REQUEST_CHALLENGE_HINT);
        let (tokens, texts) = (context.tokens, context.texts);
        self.challenge
            .ui(ui, tokens, texts, &label, Some(&hint), None);
        let label = id::DIALOG_CREATE_REQUEST_UNSTRUCTURED;
        form::text(ui, context, label, &mut self.unstructured_name, None, None);
        Some(others)
    }

    fn other_usages(&self) -> impl Iterator<Item = &str> {
        self.others
            .split([',', ';', ' '])
            .filter(|text| !text.is_empty())
    }
}

fn ticked(names: &[(&str, Id)], ticks: &[bool]) -> Vec<String> {
    let chosen = names.iter().zip(ticks).filter(|(_, ticked)| **ticked);
    chosen.map(|((name, _), _)| (*name).to_owned()).collect()
}

/// Numbers with dots between them, at least two (X.660).
fn is_oid(text: &str) -> bool {
    let number = |arc: &str| !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit());
    text.contains('.') && text.split('.').all(number)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn other_usages_are_oids() {
        let mut usages = Usages::default();
        for sound in ["", "1.3.6.1.5.5.7.3.9", " 1.2.3, 1.2.4 ;2.5.29.37.0"] {
            usages.others = sound.to_owned();
            assert_eq!(usages.problem(), None, "{sound}");
        }
        for wrong in ["serverAuth", "1..2", "12", ".1.2", "1.2.3 clientAuth"] {
            usages.others = wrong.to_owned();
            assert_eq!(usages.problem(), Some(id::DIALOG_PROBLEM_OIDS), "{wrong}");
        }
    }

    #[test]
    fn ticks_become_the_names_of_the_standard_in_its_order() {
        let mut ticks = [false; 9];
        (ticks[2], ticks[0]) = (true, true);
        assert_eq!(
            ticked(&KEY_USAGES, &ticks),
            ["digitalSignature", "keyEncipherment"]
        );
    }
}
