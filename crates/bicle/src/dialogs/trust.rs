//! Decide on a certificate: always, through its issuer, never.

use bicle_core::command::{Command, Event};
use bicle_core::id::ItemId;
use bicle_core::model::{Model, Trust as Decision};
use bicle_text::{Texts, id};
use egui::Ui;

use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, form, grouped_fingerprint};
use crate::context::Context;
use crate::say;
use crate::theme::Tone;
use crate::widgets::button::Choice;

/// The form.
pub struct Trust {
    certificate: ItemId,
    name: String,
    subject: String,
    fingerprint: String,
    official: bool,
    decision: Decision,
    sending: Sending,
}

impl Trust {
    /// A form with the present decision; `None`: the certificate is gone.
    #[must_use]
    pub fn new(model: &Model, certificate: ItemId) -> Option<Self> {
        let found = model.certificate(certificate)?;
        Some(Self {
            certificate,
            name: found.item.name.to_string(),
            subject: found.subject().to_string(),
            fingerprint: grouped_fingerprint(&found.sha256.to_hex()),
            official: found.official,
            decision: found.trust,
            sending: Sending::default(),
        })
    }

    fn command(&self) -> Command {
        Command::SetTrust {
            certificate: self.certificate,
            trust: self.decision,
        }
    }
}

impl Dialog for Trust {
    fn draft(&self) -> Option<Draft> {
        let (certificate, decision) = (self.certificate, self.decision);
        Some(Box::new(move |context| {
            let mut form = Self::new(context.model?, certificate)?;
            form.decision = decision;
            Some(Box::new(form))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        let name = say::escaped(&self.name);
        texts.text_with(id::DIALOG_TRUST_TITLE, &[("name", name.as_ref().into())])
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        if self.official {
            form::note(
                ui,
                context,
                Tone::Good,
                &context.text(id::DIALOG_TRUST_OFFICIAL),
            );
        }
        form::value(
            ui,
            context,
            id::DIALOG_TRUST_SUBJECT,
            &say::escaped(&self.subject),
            false,
        );
        form::value(
            ui,
            context,
            id::DIALOG_TRUST_FINGERPRINT,
            &self.fingerprint,
            true,
        );
        let choices = [
            (
                Decision::Always,
                id::DIALOG_TRUST_ALWAYS,
                Some(id::DIALOG_TRUST_ALWAYS_HINT),
            ),
            (
                Decision::Issuer,
                id::DIALOG_TRUST_ISSUER,
                Some(id::DIALOG_TRUST_ISSUER_HINT),
            ),
            (
                Decision::Never,
                id::DIALOG_TRUST_NEVER,
                Some(id::DIALOG_TRUST_NEVER_HINT),
            ),
        ];
        form::described(
            ui,
            context,
            id::DIALOG_TRUST_CHOICE,
            &mut self.decision,
            &choices,
        );
        let working = context.text(id::DIALOG_WORKING);
        match form::foot(ui, context, &self.sending, id::DIALOG_TRUST_ACT, &working) {
            Choice::Confirm => {
                let command = self.command();
                self.sending.send(context, command);
                Answer::Stay
            }
            Choice::Cancel => self.dismiss(context),
            Choice::None => Answer::Stay,
        }
    }

    fn event(&mut self, event: &Event, _context: &mut Context<'_>) -> Answer {
        match self.sending.take(event) {
            Told::Done(_) => Answer::Close,
            Told::Failed | Told::Nothing => Answer::Stay,
        }
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        self.sending.dismiss(context)
    }

    fn width(&self) -> f32 {
        560.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::dialogs::samples;

    #[test]
    fn the_decision_starts_with_the_present_one() {
        let mut form = Trust::new(&samples::model(), samples::root()).unwrap();
        assert_eq!(form.decision, Decision::Always);
        form.decision = Decision::Never;
        let Command::SetTrust { certificate, trust } = form.command() else {
            panic!()
        };
        assert_eq!((certificate, trust), (samples::root(), Decision::Never));
    }
}
