//! Judging on demand: a certificate at a chosen moment, a request before it goes to the portal.

use bicle_igc::portal::{self, RuleCheck};
use bicle_pki::path::IssuerIndex;
use bicle_pki::read::{self, FoundItem};
use bicle_pki::request::CertificationRequest;
use bicle_pki::spkac::SignedPublicKey;
use bicle_platform::file;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::import::FILE_LIMIT_BYTES;
use crate::judge;
use crate::model::{UnixSeconds, Verdict};
use crate::open_vault::OpenVault;
use crate::phrase::Phrase;
use crate::{import_report, refusal};

/// A verdict and the moment that it holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The moment.
    pub at: UnixSeconds,
    /// What the certificate was, is or will be worth then.
    pub verdict: Verdict,
}

impl OpenVault {
    /// Judges a certificate, now or at another moment.
    ///
    /// # Errors
    /// There is no such certificate.
    pub fn verify(&mut self, id: ItemId, at: Option<UnixSeconds>) -> Result<Verification, Fault> {
        Self::expect_kind(id, Kind::Certificate)?;
        self.summary(id)?;
        let at = at.unwrap_or_else(|| self.now());
        let (vault, records) = (&self.vault, &self.records);
        let standing = self.signers.standing(vault, records);
        let targets = [id.record];
        let (gathered, mut checker) = self.signers.gather(vault, records, &standing, &targets);
        let index = IssuerIndex::new(&gathered.path_facts);
        let judged = judge::judge(&gathered, &index, &mut checker, records, id.record, at);
        let verdict = Verdict::clone(&judged.judgement.verdict);
        Ok(Verification { at, verdict })
    }

    /// Would the portal take this request: each rule, kept or broken.
    ///
    /// # Errors
    /// There is no such request.
    pub fn check_request(&self, id: ItemId) -> Result<Vec<RuleCheck>, Fault> {
        Self::expect_kind(id, Kind::Request)?;
        self.summary(id)?;
        let body = self.body(id.record)?;
        if self.model().request(id).is_some_and(|item| item.is_spkac) {
            let found = SignedPublicKey::from_der(body.expose())
                .map_err(|_| refusal::unreadable_record())?;
            return Ok(check_spkac(&found));
        }
        let request = CertificationRequest::from_der(body.expose())
            .map_err(|_| refusal::unreadable_record())?;
        Ok(portal::check_request(&request))
    }
}

fn check_spkac(found: &SignedPublicKey) -> Vec<RuleCheck> {
    portal::check_signed_public_key(found.public_key(), found.verify_signature())
}

/// As [`OpenVault::check_request`], of a file that is not in a vault.
///
/// # Errors
/// The file is not read, or holds no request.
pub fn check_request_file(path: &Path) -> Result<Vec<RuleCheck>, Fault> {
    let bytes = file::read_bounded(path, FILE_LIMIT_BYTES)
        .map_err(|error| refusal::from_reading(&error))?;
    // without a password it takes a second at most: nobody cancels
    let reading = read::read(bytes.expose(), &[], &AtomicBool::new(false));
    for found in &reading.found {
        match &found.item {
            FoundItem::Request(request) => {
                let mut checks = portal::check_request(request);
                checks.push(portal::check_form(bytes.expose()));
                return Ok(checks);
            }
            FoundItem::SignedPublicKey(found) => return Ok(check_spkac(found)),
            _ => {}
        }
    }
    let problem = reading
        .problems
        .first()
        .map(|problem| import_report::problem(problem).0);
    Err(Fault::refused(
        problem.unwrap_or_else(|| Phrase::new("error-no-request-in-file")),
    ))
}
