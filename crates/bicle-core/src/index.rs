//! Where the records of an open vault are found without going through all: by what they are recognised by, by
//! their public key, by the names that certificates bear and name as their issuer's.
//!
//! Made when it is first asked for, then kept with every write. An entry is eight bytes of a SHA-256 and the
//! record: what is found is compared in full with what the record says, so that an entry too many costs a look,
//! and one that fits by chance deceives nobody.

use std::collections::BTreeSet;
use std::sync::Arc;

use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_vault::RecordId;

use crate::certificate_content::CertificateContent;
use crate::id::Kind;
use crate::path_note::NameHash;
use crate::record::{Content, Records, Summary};
use crate::signers::{self, Signers};

/// Of the records, those in the bin too.
#[derive(Default)]
pub(crate) struct Index {
    identities: Entries,
    keys: Entries,
    subjects: Entries,
    issuers: Entries,
    /// Templates are recognised by their body.
    templates: BTreeSet<RecordId>,
}

/// By the beginning of a SHA-256.
#[derive(Default)]
struct Entries(BTreeSet<(u64, RecordId)>);

fn beginning(hash: &Sha256Fingerprint) -> u64 {
    let beginning = hash.bytes().first_chunk().copied();
    u64::from_be_bytes(beginning.unwrap_or_default())
}

impl Entries {
    /// Those of a hash, by rising id, and perhaps others.
    fn of<'a>(
        &'a self,
        hash: &Sha256Fingerprint,
    ) -> impl DoubleEndedIterator<Item = RecordId> + use<'a> {
        let hash = beginning(hash);
        let ends = [i64::MIN, i64::MAX].map(|end| (hash, RecordId::from_value(end)));
        let [first, last] = ends;
        self.0.range(first..=last).map(|(_, id)| *id)
    }
}

/// What a summary is found by.
struct Entry<'a> {
    identity: Option<&'a Sha256Fingerprint>,
    key: Option<&'a Sha256Fingerprint>,
    subject: Option<NameHash>,
    issuer: Option<NameHash>,
}

impl<'a> Entry<'a> {
    fn of(id: RecordId, summary: &'a Summary, signers: &Signers) -> Self {
        let note = signers::certificate(summary).and_then(|content| signers.note(id, content));
        Self {
            identity: identity(summary),
            key: public_key(summary),
            subject: note.map(|note| note.subject),
            issuer: note.map(|note| note.above.name),
        }
    }
}

/// By what a thing is recognised: a key by its public half, the rest by its content. A template's is in its body,
/// an order has none.
fn identity(summary: &Summary) -> Option<&Sha256Fingerprint> {
    match &summary.content {
        Content::Key(content) => Some(&content.spki_sha256),
        Content::Request(content) => Some(&content.sha256),
        Content::Certificate(content) => Some(&content.sha256),
        Content::List(content) => Some(&content.sha256),
        Content::Template(_) | Content::Order(_) => None,
    }
}

/// The identity of the public key that a thing is of.
pub(crate) fn public_key(summary: &Summary) -> Option<&Sha256Fingerprint> {
    match &summary.content {
        Content::Key(content) => Some(&content.spki_sha256),
        Content::Request(content) => Some(&content.spki_sha256),
        Content::Certificate(content) => Some(&content.spki_sha256),
        Content::Order(content) => Some(&content.spki_sha256),
        Content::List(_) | Content::Template(_) => None,
    }
}

impl Index {
    /// Of all records. What certificates name is known as far as `signers` has looked at them.
    pub(crate) fn of(records: &Records, signers: &Signers) -> Self {
        let [mut identities, mut keys, mut subjects, mut issuers] = [const { Vec::new() }; 4];
        let mut templates = BTreeSet::new();
        for (id, summary) in records.iter() {
            let entry = Entry::of(*id, summary, signers);
            let with = |hash: &Sha256Fingerprint| (beginning(hash), *id);
            identities.extend(entry.identity.map(with));
            keys.extend(entry.key.map(with));
            subjects.extend(entry.subject.as_ref().map(with));
            issuers.extend(entry.issuer.as_ref().map(with));
            if summary.kind() == Kind::Template {
                templates.insert(*id);
            }
        }
        let entries = |mut all: Vec<(u64, RecordId)>| {
            all.sort_unstable();
            Entries(all.into_iter().collect())
        };
        Self {
            identities: entries(identities),
            keys: entries(keys),
            subjects: entries(subjects),
            issuers: entries(issuers),
            templates,
        }
    }

    /// Takes a record in, as it is now.
    pub(crate) fn add(&mut self, id: RecordId, summary: &Summary, signers: &Signers) {
        let entry = Entry::of(id, summary, signers);
        let with = |hash: &Sha256Fingerprint| (beginning(hash), id);
        self.identities.0.extend(entry.identity.map(with));
        self.keys.0.extend(entry.key.map(with));
        self.subjects.0.extend(entry.subject.as_ref().map(with));
        self.issuers.0.extend(entry.issuer.as_ref().map(with));
        if summary.kind() == Kind::Template {
            self.templates.insert(id);
        }
    }

    /// Forgets a record, as it was.
    pub(crate) fn remove(&mut self, id: RecordId, summary: &Summary, signers: &Signers) {
        let entry = Entry::of(id, summary, signers);
        let remove = |entries: &mut Entries, hash: Option<&Sha256Fingerprint>| {
            if let Some(hash) = hash {
                entries.0.remove(&(beginning(hash), id));
            }
        };
        remove(&mut self.identities, entry.identity);
        remove(&mut self.keys, entry.key);
        remove(&mut self.subjects, entry.subject.as_ref());
        remove(&mut self.issuers, entry.issuer.as_ref());
        self.templates.remove(&id);
    }

    /// The templates, those in the bin too.
    pub(crate) fn templates(&self) -> impl Iterator<Item = RecordId> {
        self.templates.iter().copied()
    }

    /// The record, in the bin or not, that is this very thing; of several the newest.
    pub(crate) fn identified(
        &self,
        records: &Records,
        kind: Kind,
        sha256: &Sha256Fingerprint,
    ) -> Option<RecordId> {
        self.identities.of(sha256).rev().find(|id| {
            let summary = records.get(id);
            summary
                .is_some_and(|summary| summary.kind() == kind && identity(summary) == Some(sha256))
        })
    }

    /// What is of a public key and not in the bin, by rising id.
    pub(crate) fn of_key<'a>(
        &'a self,
        records: &'a Records,
        key: &'a Sha256Fingerprint,
    ) -> impl Iterator<Item = (RecordId, &'a Arc<Summary>)> {
        self.keys.of(key).filter_map(move |id| {
            let summary = records.get(&id)?;
            let is_of = summary.deleted.is_none() && public_key(summary) == Some(key);
            is_of.then_some((id, summary))
        })
    }

    /// The certificates that bear a name and are not in the bin, by rising id.
    pub(crate) fn bearers<'a>(
        &'a self,
        records: &'a Records,
        signers: &'a Signers,
        name: NameHash,
    ) -> impl Iterator<Item = RecordId> + use<'a> {
        self.subjects.of(&name).filter(move |id| {
            let note = present(records, *id).and_then(|content| signers.note(*id, content));
            note.is_some_and(|note| note.subject == name)
        })
    }

    /// The certificates that name that issuer and are not in the bin, by rising id, with the names that they bear.
    pub(crate) fn issued_by<'a>(
        &'a self,
        records: &'a Records,
        signers: &'a Signers,
        name: NameHash,
    ) -> impl Iterator<Item = (RecordId, NameHash)> + use<'a> {
        self.issuers.of(&name).filter_map(move |id| {
            let note = signers.note(id, present(records, id)?)?;
            (note.above.name == name).then_some((id, note.subject))
        })
    }
}

/// A certificate that is not in the bin.
fn present(records: &Records, id: RecordId) -> Option<&CertificateContent> {
    let summary = records.get(&id)?;
    let summary = summary.deleted.is_none().then_some(summary)?;
    signers::certificate(summary)
}
