//! The verdict on a certificate, in words a person reads: a verified path to what the user
//! trusts, or the reason why there is none and the act that would mend it.

use std::sync::Arc;

use bicle_igc::{Branch, Role};
use bicle_pki::path::{self, IssuerIndex, MAX_PATH_CERTIFICATES, PathFault};
use bicle_pki::revocation_list::Reason;
use bicle_vault::RecordId;

use crate::certificate_content::CertificateContent;
use crate::describe_list;
use crate::id::{ItemId, Kind};
use crate::lists::{Revocation, Told};
use crate::model::{Remedy, Status, UnixSeconds, Verdict};
use crate::phrase::Phrase;
use crate::record::Records;
use crate::shared_text::SharedText;
use crate::signers::{self, Checker, Gathered};

/// What is found of one certificate.
#[derive(Clone)]
pub(crate) struct Judgement {
    pub(crate) verdict: Arc<Verdict>,
    /// Whose key signed it, verified.
    pub(crate) issuer: Option<RecordId>,
    /// Since when it is revoked itself.
    pub(crate) revoked: Option<UnixSeconds>,
}

/// A judgement, and what it takes to say it of another certificate of the same issuer.
pub(crate) struct Judged {
    pub(crate) judgement: Judgement,
    of: RecordId,
    /// The sentence speaks of the certificate itself.
    own: Option<Own>,
}

struct Own {
    fault: PathFault,
    above: Vec<RecordId>,
}

impl Judged {
    /// The judgement on another certificate, of whom the search of a path would have asked the same and heard
    /// the same.
    pub(crate) fn of_another(
        &self,
        gathered: &Gathered,
        records: &Records,
        id: RecordId,
    ) -> Judgement {
        let Some(own) = &self.own else {
            return self.judgement.clone();
        };
        let words = Words {
            records,
            ids: &gathered.ids,
            subject: id,
            instead_of: Some(self.of),
        };
        let mut climbed = Vec::with_capacity(own.above.len() + 1);
        climbed.push(id);
        climbed.extend_from_slice(&own.above);
        Judgement {
            verdict: Arc::new(words.fault(&own.fault, &climbed)),
            ..self.judgement.clone()
        }
    }
}

/// Judges one certificate at a moment. `index` is that of the gathered certificates.
pub(crate) fn judge(
    gathered: &Gathered,
    index: &IssuerIndex<'_>,
    checker: &mut Checker<'_>,
    records: &Records,
    id: RecordId,
    at: UnixSeconds,
) -> Judged {
    let (verdict, own) = verdict(gathered, index, checker, records, id, at);
    Judged {
        judgement: Judgement {
            verdict: Arc::new(verdict),
            issuer: checker.issuer_of(id),
            revoked: checker.revocation_of(id).map(|found| found.since),
        },
        of: id,
        own,
    }
}

fn verdict(
    gathered: &Gathered,
    index: &IssuerIndex<'_>,
    checker: &mut Checker<'_>,
    records: &Records,
    id: RecordId,
    at: UnixSeconds,
) -> (Verdict, Option<Own>) {
    let Some(place) = gathered.place(id) else {
        return (unreadable(), None);
    };
    let words = Words {
        records,
        ids: &gathered.ids,
        subject: id,
        instead_of: None,
    };
    if let Some(found) = checker.revocation_of(id).filter(|found| found.since <= at) {
        let climbed = climb(checker, id);
        return (words.revoked(id, found, &climbed, at), None);
    }
    let found = path::build_with_index(place, &gathered.candidates(), index, at, checker);
    match found {
        Ok(path) => (words.trusted(path.indexes()), None),
        Err(PathFault::Revoked { which, since }) => {
            let climbed = climb(checker, id);
            let which = gathered.ids.get(which).copied().unwrap_or(id);
            let told = checker.revocation_of(which);
            let by = told.map_or(Told::List { next_update: None }, |told| told.by);
            let reason = told.and_then(|told| told.reason);
            let found = Revocation { since, by, reason };
            (words.revoked(which, found, &climbed, at), None)
        }
        Err(fault) => {
            let climbed = climb(checker, id);
            let verdict = words.fault(&fault, &climbed);
            let own = (subject_of(&fault) == Some(place)).then(|| Own {
                fault,
                above: climbed.iter().skip(1).copied().collect(),
            });
            (verdict, own)
        }
    }
}

/// Of which certificate a fault is told; not of a root, which nobody is judged together with.
fn subject_of(fault: &PathFault) -> Option<usize> {
    match fault {
        PathFault::NoIssuer { of } | PathFault::BadSignature { of, .. } => Some(*of),
        PathFault::WeakSignature { which }
        | PathFault::Expired { which }
        | PathFault::NotYetValid { which }
        | PathFault::NotAnAuthority { which }
        | PathFault::KeyUsage { which }
        | PathFault::PathLength { which }
        | PathFault::NameConstraint { which }
        | PathFault::UnknownCriticalExtension { which, .. }
        | PathFault::MalformedExtension { which, .. }
        | PathFault::Distrusted { which }
        | PathFault::Revoked { which, .. } => Some(*which),
        _ => None,
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

/// Of a certificate whose body does not read.
pub(crate) fn unreadable() -> Verdict {
    Verdict {
        status: Status::Untrusted,
        reason: Phrase::new("verdict-unreadable"),
        remedy: None,
        above: Vec::new(),
    }
}

/// What stands above a certificate, from a path that begins with it.
fn above(path: impl IntoIterator<Item = RecordId>) -> Vec<ItemId> {
    path.into_iter().skip(1).map(item).collect()
}

struct Words<'a> {
    records: &'a Records,
    ids: &'a [RecordId],
    subject: RecordId,
    /// The certificate that was asked instead of the subject: where it is meant, the subject is.
    instead_of: Option<RecordId>,
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
                    .is_some_and(|content| content.issuer == *content.subject()) =>
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
            above: above(path),
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
                    .map_or(0, |content| content.not_after.0);
                named("verdict-expired", *place).time("date", date)
            }
            PathFault::NotYetValid { which: place } => {
                status = Status::NotYetValid;
                which = Some(*place);
                let date = self
                    .content_at(*place)
                    .map_or(0, |content| content.not_before.0);
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
        let stop = which.and_then(|place| self.id_at(place));
        let end = stop.and_then(|stop| climbed.iter().position(|id| *id == stop));
        let path = climbed
            .iter()
            .take(end.map_or(climbed.len(), |end| end + 1));
        Verdict {
            status,
            reason,
            remedy,
            above: above(path.copied()),
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
            above: above(path.copied()),
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
                let act = self.id_at(place).map(|root| Remedy::Trust(item(root)));
                ("verdict-not-trusted", act)
            }
        }
    }

    fn is_subject(&self, place: usize) -> bool {
        self.id_at(place) == Some(self.subject)
    }

    fn id_at(&self, place: usize) -> Option<RecordId> {
        let id = self.ids.get(place).copied()?;
        let is_instead = self.instead_of == Some(id);
        Some(if is_instead { self.subject } else { id })
    }

    fn content(&self, id: RecordId) -> Option<&CertificateContent> {
        content(self.records, id)
    }

    fn content_at(&self, place: usize) -> Option<&CertificateContent> {
        self.id_at(place).and_then(|id| self.content(id))
    }

    fn name(&self, id: RecordId) -> SharedText {
        self.content(id)
            .map(CertificateContent::subject_name)
            .unwrap_or_default()
    }

    fn name_at(&self, place: usize) -> SharedText {
        self.id_at(place)
            .map(|id| self.name(id))
            .unwrap_or_default()
    }
}

fn content(records: &Records, id: RecordId) -> Option<&CertificateContent> {
    records
        .get(&id)
        .and_then(|summary| signers::certificate(summary))
}

fn item(record: RecordId) -> ItemId {
    ItemId {
        kind: Kind::Certificate,
        record,
    }
}
