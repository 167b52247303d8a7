//! The verdict on a certificate, in words a person reads: a verified path to what the user
//! trusts, or the reason why there is none and the act that would mend it.

use std::collections::BTreeMap;

use bicle_igc::{Branch, Role};
use bicle_pki::path::{self, IssuerIndex, MAX_PATH_CERTIFICATES, PathFault};
use bicle_pki::revocation_list::Reason;
use bicle_vault::RecordId;

use crate::describe_list;
use crate::id::{ItemId, Kind};
use crate::lists::{Revocation, Told};
use crate::model::{Remedy, Status, UnixSeconds, Verdict};
use crate::phrase::Phrase;
use crate::record::{CertificateContent, Summary};
use crate::signers::{self, Checker, Gathered};

/// Judges one certificate at a moment. `index` is that of the gathered certificates.
pub(crate) fn judge(
    gathered: &Gathered,
    index: &IssuerIndex<'_>,
    checker: &mut Checker<'_>,
    records: &BTreeMap<RecordId, Summary>,
    id: RecordId,
    at: UnixSeconds,
) -> Verdict {
    let Some(place) = gathered.place(id) else {
        return unreadable(id);
    };
    if let Some(found) = checker.revocation_of(id).filter(|found| found.since <= at) {
        let climbed = climb(checker, id);
        let words = Words {
            records,
            ids: &gathered.ids,
            subject: id,
        };
        return words.revoked(id, found, &climbed, at);
    }
    let found = path::build_with_index(place, &gathered.candidates(), index, at, checker);
    let words = Words {
        records,
        ids: &gathered.ids,
        subject: id,
    };
    match found {
        Ok(path) => words.trusted(path.indexes()),
        Err(PathFault::Revoked { which, since }) => {
            let climbed = climb(checker, id);
            let which = gathered.ids.get(which).copied().unwrap_or(id);
            let told = checker.revocation_of(which);
            let by = told.map_or(Told::List { next_update: None }, |told| told.by);
            let reason = told.and_then(|told| told.reason);
            words.revoked(which, Revocation { since, by, reason }, &climbed, at)
        }
        Err(fault) => {
            let climbed = climb(checker, id);
            words.fault(&fault, &climbed)
        }
    }
}

/// A certificate and those above it, each signed by the next (verified), as far as they are here.
fn climb(checker: &mut Checker<'_>, id: RecordId) -> Vec<RecordId> {
    let mut climbed = vec![id];
    while let Some(next) = climbed
        .last()
        .copied()
        .and_then(|last| checker.issuer_of(last))
    {
        if climbed.contains(&next) || climbed.len() >= MAX_PATH_CERTIFICATES {
            break;
        }
        climbed.push(next);
    }
    climbed
}

fn unreadable(id: RecordId) -> Verdict {
    Verdict {
        status: Status::Untrusted,
        reason: Phrase::new("verdict-unreadable"),
        remedy: None,
        path: vec![item(id)],
    }
}

struct Words<'a> {
    records: &'a BTreeMap<RecordId, Summary>,
    ids: &'a [RecordId],
    subject: RecordId,
}

impl Words<'_> {
    fn trusted(&self, indexes: &[usize]) -> Verdict {
        let path: Vec<RecordId> = indexes
            .iter()
            .filter_map(|place| self.ids.get(*place).copied())
            .collect();
        let reason = match path.as_slice() {
            [only]
                if self
                    .content(*only)
                    .is_some_and(|content| content.subject == content.issuer) =>
            {
                Phrase::new("verdict-trusted-root")
            }
            [] | [_] => Phrase::new("verdict-trusted-itself"),
            [_, issuer, ..] => {
                let root = path.last().copied().unwrap_or(*issuer);
                Phrase::new("verdict-trusted")
                    .text("issuer", self.name(*issuer))
                    .text("root", self.name(root))
            }
        };
        Verdict {
            status: Status::Trusted,
            reason,
            remedy: None,
            path: path.into_iter().map(item).collect(),
        }
    }

    fn fault(&self, fault: &PathFault, climbed: &[RecordId]) -> Verdict {
        let named = |code, place: usize| Phrase::new(code).text("name", self.name_at(place));
        let mut status = Status::Untrusted;
        let mut remedy = None;
        let mut which = None;
        let reason = match fault {
            PathFault::NoIssuer { of } => {
                remedy = Some(Remedy::ImportIssuer);
                which = Some(*of);
                let issuer = self
                    .content_at(*of)
                    .map(|content| content.issuer_name.clone());
                let phrase = if self.is_subject(*of) {
                    Phrase::new("verdict-no-issuer")
                } else {
                    named("verdict-no-issuer-above", *of)
                };
                phrase.text("issuer", issuer.unwrap_or_default())
            }
            PathFault::BadSignature { of, issuer } => {
                which = Some(*of);
                Phrase::new("verdict-bad-signature").text("issuer", self.name_at(*issuer))
            }
            PathFault::WeakSignature { which: place } => {
                which = Some(*place);
                named("verdict-weak-signature", *place)
            }
            PathFault::NotTrusted { root } => {
                which = Some(*root);
                let (code, act) = self.untrusted_root(*root);
                remedy = act;
                Phrase::new(code).text("root", self.name_at(*root))
            }
            PathFault::Expired { which: place } => {
                status = Status::Expired;
                which = Some(*place);
                remedy = self.is_subject(*place).then_some(Remedy::OrderAgain);
                let date = self
                    .content_at(*place)
                    .map_or(0, |content| content.not_after);
                named("verdict-expired", *place).time("date", date)
            }
            PathFault::NotYetValid { which: place } => {
                status = Status::NotYetValid;
                which = Some(*place);
                let date = self
                    .content_at(*place)
                    .map_or(0, |content| content.not_before);
                named("verdict-not-yet-valid", *place).time("date", date)
            }
            PathFault::NotAnAuthority { which: place } => {
                which = Some(*place);
                named("verdict-not-an-authority", *place)
            }
            PathFault::KeyUsage { which: place } => {
                which = Some(*place);
                named("verdict-key-usage", *place)
            }
            PathFault::PathLength { which: place } => {
                which = Some(*place);
                named("verdict-path-length", *place)
            }
            PathFault::NameConstraint { which: place } => {
                which = Some(*place);
                named("verdict-name-constraint", *place)
            }
            PathFault::UnknownCriticalExtension { which: place, oid } => {
                which = Some(*place);
                named("verdict-unknown-critical", *place).text("oid", oid.to_string())
            }
            PathFault::MalformedExtension { which: place, oid } => {
                which = Some(*place);
                named("verdict-malformed-extension", *place).text("oid", oid.to_string())
            }
            PathFault::Distrusted { which: place } => {
                which = Some(*place);
                named("verdict-distrusted", *place)
            }
            _ => Phrase::new("verdict-too-complex"),
        };
        // as far as it went: up to the one that stops it
        let stop = which.and_then(|place| self.ids.get(place));
        let end = stop.and_then(|stop| climbed.iter().position(|id| id == stop));
        let path = climbed
            .iter()
            .take(end.map_or(climbed.len(), |end| end + 1));
        let path = path.copied().map(item).collect();
        Verdict {
            status,
            reason,
            remedy,
            path,
        }
    }

    /// Revoked: the certificate itself, or one that stands above it.
    fn revoked(
        &self,
        which: RecordId,
        found: Revocation,
        climbed: &[RecordId],
        at: UnixSeconds,
    ) -> Verdict {
        let date = found.since.0;
        let why = found.reason.and_then(describe_list::reason_word);
        let named = |code| {
            Phrase::new(code)
                .text("name", self.name(which))
                .time("date", date)
                .word("reason", why.unwrap_or("reason-unspecified"))
        };
        // a hold may end (RFC 5280 §5.3.1): nothing is to be ordered for it
        let suspended = found.reason == Some(Reason::CertificateHold);
        let reason = match found.by {
            _ if suspended => named("verdict-suspended"),
            Told::Declared => named("verdict-revoked-declared"),
            Told::List {
                next_update: Some(due),
            } if due < at => named("verdict-revoked-old-list").time("due", due.0),
            Told::List { .. } => named("verdict-revoked"),
        };
        let end = climbed.iter().position(|id| *id == which);
        let path = climbed
            .iter()
            .take(end.map_or(climbed.len(), |end| end + 1));
        Verdict {
            status: Status::Revoked,
            reason,
            remedy: (which == self.subject && !suspended).then_some(Remedy::OrderAgain),
            path: path.copied().map(item).collect(),
        }
    }

    fn untrusted_root(&self, place: usize) -> (&'static str, Option<Remedy>) {
        let official = self
            .content_at(place)
            .and_then(|content| bicle_igc::authority_by_sha256(&content.sha256));
        match official {
            Some(authority) if authority.branch == Branch::Test && authority.role == Role::Root => {
                ("verdict-test-not-trusted", Some(Remedy::TrustTestBranch))
            }
            _ => {
                let act = self.ids.get(place).map(|root| Remedy::Trust(item(*root)));
                ("verdict-not-trusted", act)
            }
        }
    }

    fn is_subject(&self, place: usize) -> bool {
        self.ids.get(place) == Some(&self.subject)
    }

    fn content(&self, id: RecordId) -> Option<&CertificateContent> {
        content(self.records, id)
    }

    fn content_at(&self, place: usize) -> Option<&CertificateContent> {
        self.ids.get(place).and_then(|id| self.content(*id))
    }

    fn name(&self, id: RecordId) -> String {
        self.content(id)
            .map(|content| content.subject_name.clone())
            .unwrap_or_default()
    }

    fn name_at(&self, place: usize) -> String {
        self.ids
            .get(place)
            .map(|id| self.name(*id))
            .unwrap_or_default()
    }
}

fn content(records: &BTreeMap<RecordId, Summary>, id: RecordId) -> Option<&CertificateContent> {
    records.get(&id).and_then(signers::certificate)
}

fn item(record: RecordId) -> ItemId {
    ItemId {
        kind: Kind::Certificate,
        record,
    }
}
