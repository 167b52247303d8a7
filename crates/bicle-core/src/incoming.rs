//! Who signed the certificates that come in: found before they are written, on all cores, so that one
//! transaction keeps them with what was found.

use std::collections::HashSet;
use std::sync::Arc;

use bicle_pki::certificate::Certificate;
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::signature::KeyTables;
use bicle_platform::secret::SecretBytes;
use bicle_vault::RecordId;

use crate::certificate_content::CertificateContent;
use crate::cores;
use crate::open_vault::OpenVault;
use crate::path_note::{NameHash, PathNote};
use crate::record::{Content, Summary};
use crate::signers::{self, Bearers, Facts, FactsOf, SigningKey, first_signer};

/// So many signatures are checked as one piece of work.
const PIECE: usize = 32;

/// A record that will be written.
pub(crate) struct Incoming<'a> {
    pub(crate) summary: &'a mut Summary,
    pub(crate) body: &'a SecretBytes,
}

/// Notes with each certificate which key signed it, if its certificate is here or comes with it; gives, for
/// each of the records, the keys that were tried and did not.
pub(crate) fn find_signers(
    open: &mut OpenVault,
    mut incoming: Vec<Incoming<'_>>,
) -> Vec<Vec<Sha256Fingerprint>> {
    let mut refused = vec![Vec::new(); incoming.len()];
    let notes: Vec<Option<PathNote>> = incoming.iter().map(note).collect();
    let wanted: HashSet<NameHash> = notes.iter().flatten().map(|note| note.above.name).collect();
    if wanted.is_empty() {
        return refused;
    }
    let (facts, ids) = bearers(open, &incoming, &notes, &wanted);
    let by_name = Bearers::of(&facts, &ids);
    let mut questions: Vec<(usize, &SecretBytes, Vec<SigningKey>)> = Vec::new();
    for (number, (one, note)) in incoming.iter().zip(&notes).enumerate() {
        let Some(note) = note else { continue };
        let keys: Vec<SigningKey> = by_name
            .issuers(&facts, note, coming_id(number))
            .iter()
            .filter_map(|issuer| facts.get(issuer).map(|facts| facts.signing_key()))
            .collect();
        if !keys.is_empty() {
            questions.push((number, one.body, keys));
        }
    }
    let tables = KeyTables::default();
    let answer = |piece: Vec<(usize, &SecretBytes, Vec<SigningKey>)>| -> Vec<_> {
        let each = |(number, body, keys): (usize, &SecretBytes, Vec<SigningKey>)| {
            (number, first_signer(body.expose(), &keys, &tables))
        };
        piece.into_iter().map(each).collect()
    };
    let mut questions = questions.into_iter();
    let ((), answers) = cores::on_all(answer, |give| {
        loop {
            let piece: Vec<_> = questions.by_ref().take(PIECE).collect();
            if piece.is_empty() {
                break;
            }
            give(piece);
        }
    });
    for (number, answers) in answers.into_iter().flatten() {
        for (key, is_signed) in answers {
            if !is_signed {
                if let Some(refused) = refused.get_mut(number) {
                    refused.push(key);
                }
            } else if let Some(content) = incoming.get_mut(number).and_then(content_mut) {
                content.note_signer(Some(key));
            }
        }
    }
    refused
}

/// What is to be known of a certificate whose signer is not known; `None`: it is no such certificate.
fn note(incoming: &Incoming<'_>) -> Option<PathNote> {
    let content = signers::certificate(incoming.summary)?;
    if content.signed_by_spki_sha256.is_some() {
        return None;
    }
    match &content.path {
        Some(note) => Some(note.clone()),
        None => facts(incoming.body).map(|facts| facts.note.clone()),
    }
}

/// Those, here and coming, who bear a name that is named as an issuer's; the ones here first.
fn bearers(
    open: &mut OpenVault,
    incoming: &[Incoming<'_>],
    notes: &[Option<PathNote>],
    wanted: &HashSet<NameHash>,
) -> (FactsOf, Vec<RecordId>) {
    open.index();
    let mut ids: Vec<RecordId> = Vec::new();
    for name in wanted {
        let index = open.known_index().into_iter();
        ids.extend(index.flat_map(|index| index.bearers(&open.records, &open.signers, *name)));
    }
    ids.sort_unstable();
    open.signers.read(&open.vault, ids.iter().copied());
    let mut all: FactsOf = ids
        .iter()
        .filter_map(|id| Some((*id, Arc::clone(open.signers.facts(*id)?))))
        .collect();
    for (number, one) in incoming.iter().enumerate() {
        let known = match notes.get(number) {
            Some(Some(note)) => Some(note.subject),
            // its own signer is known: it may be that of others
            _ => signers::certificate(one.summary)
                .and_then(|content| content.path.as_ref())
                .map(|note| note.subject),
        };
        if known.is_some_and(|subject| wanted.contains(&subject))
            && let Some(facts) = facts(one.body)
        {
            let id = coming_id(number);
            ids.push(id);
            all.insert(id, Arc::new(facts));
        }
    }
    (all, ids)
}

/// Stands for the id that a record will have: after those of all that are here, in their order.
fn coming_id(number: usize) -> RecordId {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    RecordId::from_value((i64::MAX / 2).saturating_add(number))
}

fn facts(body: &SecretBytes) -> Option<Facts> {
    let certificate = Certificate::from_der(body.expose()).ok()?;
    Some(Facts::of(&certificate))
}

fn content_mut<'a>(incoming: &'a mut Incoming<'_>) -> Option<&'a mut CertificateContent> {
    match &mut incoming.summary.content {
        Content::Certificate(content) => Some(content),
        _ => None,
    }
}
