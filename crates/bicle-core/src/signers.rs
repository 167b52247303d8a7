//! Who signed whom: what path checking needs of each certificate, and every signature check
//! that was made, so that none is made twice while the vault is open.

use std::collections::{BTreeMap, HashMap};

use bicle_pki::certificate::Certificate;
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::path::{Candidates, PathFacts, SignatureOracle};
use bicle_pki::revocation_list::Reason;
use bicle_vault::{RecordId, UnlockedVault};

use crate::lists::{Lists, Revocation, Revocations, Told, Voice};
use crate::model::{Trust, UnixSeconds};
use crate::record::{CertificateContent, Content, Summary};

/// What is remembered of the certificates while the vault is open.
#[derive(Default)]
pub(crate) struct Signers {
    facts: HashMap<RecordId, Facts>,
    checked: Checked,
    lists: Lists,
}

/// By certificate and by the identity of the key that was tried.
type Checked = HashMap<(RecordId, Sha256Fingerprint), bool>;

struct Facts {
    path: PathFacts,
    subject_key: Vec<u8>,
    issuer_key: Vec<u8>,
    subject_key_id: Option<Vec<u8>>,
    authority_key_id: Option<Vec<u8>>,
}

impl Facts {
    fn of(certificate: &Certificate) -> Self {
        Self {
            path: PathFacts::from(certificate),
            subject_key: certificate.subject().comparison_key(),
            issuer_key: certificate.issuer().comparison_key(),
            subject_key_id: certificate.subject_key_id().map(<[u8]>::to_vec),
            authority_key_id: certificate.authority_key_id().map(<[u8]>::to_vec),
        }
    }
}

/// So many certificates of one name are tried as an issuer: a real authority has two or three
/// (renewals); a hostile vault of look-alikes must not cost a signature check for each pair.
const ISSUERS_TRIED: usize = 16;

/// So many certificates of an issuer's name, with other keys that have lists, are asked whether they
/// are of the same authority: a real one has one or two, and each costs some signature checks once.
const KEYS_TRIED: usize = 32;

/// The certificates of one moment, side by side: a place is an index into each list.
pub(crate) struct Gathered {
    pub(crate) ids: Vec<RecordId>,
    pub(crate) path_facts: Vec<PathFacts>,
    anchors: Vec<bool>,
    distrusted: Vec<bool>,
    places: HashMap<RecordId, usize>,
}

impl Gathered {
    pub(crate) fn candidates(&self) -> Candidates<'_> {
        Candidates {
            facts: &self.path_facts,
            anchors: &self.anchors,
            distrusted: &self.distrusted,
        }
    }

    /// Where a certificate stands; `None`: its body does not read.
    pub(crate) fn place(&self, id: RecordId) -> Option<usize> {
        self.places.get(&id).copied()
    }
}

impl Signers {
    /// What was learned of the lists.
    pub(crate) fn lists(&self) -> &Lists {
        &self.lists
    }

    /// Gathers the certificates that are not in the bin, and what checks their signatures.
    pub(crate) fn gather<'a>(
        &'a mut self,
        vault: &'a UnlockedVault,
        records: &'a BTreeMap<RecordId, Summary>,
    ) -> (Gathered, Checker<'a>) {
        self.read_missing(vault, records);
        let revocations = self.lists.gather(vault, records);
        let mut gathered = Gathered {
            ids: Vec::new(),
            path_facts: Vec::new(),
            anchors: Vec::new(),
            distrusted: Vec::new(),
            places: HashMap::new(),
        };
        let mut by_subject: HashMap<&[u8], Vec<RecordId>> = HashMap::new();
        for (id, content) in certificates(records) {
            let Some(facts) = self.facts.get(&id) else {
                continue;
            };
            gathered.places.insert(id, gathered.ids.len());
            gathered.ids.push(id);
            gathered.path_facts.push(facts.path.clone());
            gathered.anchors.push(content.trust == Trust::Always);
            gathered.distrusted.push(content.trust == Trust::Never);
            by_subject.entry(&facts.subject_key).or_default().push(id);
        }
        let ids = gathered.ids.clone();
        let (facts, checked) = (&self.facts, &mut self.checked);
        (
            gathered,
            Checker {
                vault,
                records,
                facts,
                checked,
                by_subject,
                ids,
                revocations,
            },
        )
    }

    fn read_missing(&mut self, vault: &UnlockedVault, records: &BTreeMap<RecordId, Summary>) {
        for (id, _) in certificates(records) {
            if self.facts.contains_key(&id) {
                continue;
            }
            // a body that does not read has no facts: its verdict says so
            let body = vault.body(id).ok();
            let read = body.and_then(|body| Certificate::from_der(body.expose()).ok());
            if let Some(certificate) = read {
                self.facts.insert(id, Facts::of(&certificate));
            }
        }
    }
}

/// Checks signatures, each once.
pub(crate) struct Checker<'a> {
    vault: &'a UnlockedVault,
    records: &'a BTreeMap<RecordId, Summary>,
    facts: &'a HashMap<RecordId, Facts>,
    checked: &'a mut Checked,
    by_subject: HashMap<&'a [u8], Vec<RecordId>>,
    ids: Vec<RecordId>,
    revocations: Revocations,
}

impl Checker<'_> {
    /// What revokes a certificate: the lists of the authority that signed it, by any of its keys, or
    /// the user's own record.
    pub(crate) fn revocation_of(&mut self, id: RecordId) -> Option<Revocation> {
        let told = self
            .issuer_of(id)
            .filter(|issuer| *issuer != id)
            .and_then(|issuer| self.told_by(id, issuer));
        told.or_else(|| self.declared(id))
    }

    /// By the issuer's keys, whichever of its certificates is asked for.
    fn told_by(&mut self, subject: RecordId, issuer: RecordId) -> Option<Revocation> {
        let certificate = self.content(subject)?.sha256;
        // asked first: of a certificate that no list marks, no signature is checked
        if !self.revocations.marks(&certificate) {
            return None;
        }
        let voices = self.voices(subject, issuer)?;
        self.revocations.find_of(&voices, &certificate)
    }

    /// The keys of an authority whose lists decide on a certificate: the issuer's own, and those
    /// that signatures bind to it, as [`bicle_pki::path`] binds them. The certificate's own key is
    /// none of them: it must not take back its own hold.
    fn voices(&mut self, subject: RecordId, issuer: RecordId) -> Option<Vec<Voice>> {
        let (of_subject, of_issuer) = (self.content(subject)?, self.content(issuer)?);
        let (certificate, own, key) = (
            of_subject.sha256,
            of_subject.spki_sha256,
            of_issuer.spki_sha256,
        );
        let mut voices = vec![Voice { key, may_end: true }];
        if key == own {
            return Some(voices);
        }
        let name = self.facts.get(&issuer)?.subject_key.as_slice();
        let mut unbound: Vec<(RecordId, Sha256Fingerprint)> = self
            .by_subject
            .get(name)?
            .iter()
            .filter_map(|id| Some((*id, self.content(*id)?.spki_sha256)))
            .filter(|(_, other)| *other != key && *other != own)
            .filter(|(_, other)| self.revocations.speaks(other, &certificate))
            .take(KEYS_TRIED)
            .collect();
        let mut bound = vec![issuer];
        let mut next = 0;
        while let Some(from) = bound.get(next).copied() {
            next += 1;
            let tried = std::mem::take(&mut unbound);
            for (id, key) in tried {
                if !self.is_bound(from, id) {
                    unbound.push((id, key));
                    continue;
                }
                bound.push(id);
                let may_end = !self.is_in_doubt(id);
                match voices.iter_mut().find(|voice| voice.key == key) {
                    Some(voice) => voice.may_end &= may_end,
                    None => voices.push(Voice { key, may_end }),
                }
            }
        }
        Some(voices)
    }

    /// Whether two certificates of one name and two keys are of one authority: one has signed the
    /// other, or one key above has signed both.
    fn is_bound(&mut self, one: RecordId, other: RecordId) -> bool {
        if self.signed_by(other, one) || self.signed_by(one, other) {
            return true;
        }
        let issuer_of = |id| self.facts.get(&id).map(|facts| &facts.issuer_key);
        if issuer_of(one) != issuer_of(other) {
            return false;
        }
        let above = self.signing_key_of(one);
        above.is_some() && above == self.signing_key_of(other)
    }

    /// Whether the user distrusts an authority's certificate, or it is revoked: who has got hold of
    /// its key must not end what another key told.
    fn is_in_doubt(&mut self, id: RecordId) -> bool {
        let above = self.signing_key_of(id);
        let Some(content) = self.content(id) else {
            return true;
        };
        content.trust == Trust::Never
            || content.declared_revoked.is_some()
            || above.is_some_and(|key| self.revocations.find(key, &content.sha256).is_some())
    }

    fn declared(&self, id: RecordId) -> Option<Revocation> {
        let mark = self.content(id)?.declared_revoked?;
        Some(Revocation {
            since: UnixSeconds(mark.at),
            by: Told::Declared,
            reason: mark.reason.map(Reason::from_code),
        })
    }

    /// The certificate whose key signed this one, verified; itself where its own key did.
    pub(crate) fn issuer_of(&mut self, id: RecordId) -> Option<RecordId> {
        let facts = self.facts.get(&id)?;
        let mut candidates = self.by_subject.get(facts.issuer_key.as_slice())?.clone();
        candidates.sort_by_key(|candidate| {
            let named = self.facts.get(candidate).is_some_and(|found| {
                found.subject_key_id.is_some() && found.subject_key_id == facts.authority_key_id
            });
            (*candidate != id, !named, *candidate)
        });
        candidates.truncate(ISSUERS_TRIED);
        candidates
            .into_iter()
            .find(|candidate| self.signed_by(id, *candidate))
    }

    /// The identity of the key that signed this certificate, if its certificate is here.
    pub(crate) fn signing_key_of(&mut self, id: RecordId) -> Option<Sha256Fingerprint> {
        let issuer = self.issuer_of(id)?;
        self.content(issuer).map(|content| content.spki_sha256)
    }

    fn signed_by(&mut self, subject: RecordId, issuer: RecordId) -> bool {
        let contents = (self.content(subject), self.content(issuer));
        let (Some(subject_content), Some(issuer_content)) = contents else {
            return false;
        };
        let key = issuer_content.spki_sha256;
        if subject_content.signed_by_spki_sha256 == Some(key) {
            return true;
        }
        if let Some(known) = self.checked.get(&(subject, key)) {
            return *known;
        }
        let verified = self.verify(subject, issuer).unwrap_or(false);
        self.checked.insert((subject, key), verified);
        verified
    }

    fn verify(&self, subject: RecordId, issuer: RecordId) -> Option<bool> {
        let read = |id| {
            let body = self.vault.body(id).ok()?;
            Certificate::from_der(body.expose()).ok()
        };
        let (subject, issuer) = (read(subject)?, read(issuer)?);
        Some(subject.verify_signature(issuer.public_key()))
    }

    fn content(&self, id: RecordId) -> Option<&CertificateContent> {
        certificate(self.records.get(&id)?)
    }
}

impl SignatureOracle for Checker<'_> {
    fn is_signed_by(&mut self, subject: usize, issuer: usize) -> bool {
        match (
            self.ids.get(subject).copied(),
            self.ids.get(issuer).copied(),
        ) {
            (Some(subject), Some(issuer)) => self.signed_by(subject, issuer),
            _ => false,
        }
    }

    fn revocation(&mut self, subject: usize, issuer: usize) -> Option<UnixSeconds> {
        let subject = self.ids.get(subject).copied()?;
        let issuer = self.ids.get(issuer).copied()?;
        let told = self.told_by(subject, issuer);
        let told = told.or_else(|| self.declared(subject));
        told.map(|found| found.since)
    }
}

/// The certificates that are not in the bin.
pub(crate) fn certificates(
    records: &BTreeMap<RecordId, Summary>,
) -> impl Iterator<Item = (RecordId, &CertificateContent)> {
    records
        .iter()
        .filter(|(_, summary)| summary.deleted.is_none())
        .filter_map(|(id, summary)| certificate(summary).map(|content| (*id, content)))
}

pub(crate) fn certificate(summary: &Summary) -> Option<&CertificateContent> {
    match &summary.content {
        Content::Certificate(content) => Some(content),
        _ => None,
    }
}
