//! Revocation lists: whose key signed each, verified, and what they say of the vault's certificates.
//!
//! A list is read once: what it says of each certificate here is kept with its summary, so that the
//! next unlock reads no body. What follows from it is the rule of [`bicle_pki::revocation`].

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher, Hasher, RandomState};

use bicle_pki::certificate::Certificate;
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::revocation::{self, Statement};
use bicle_pki::revocation_list::{Reason, RevocationList, number_from_text};
use bicle_vault::{RecordId, UnlockedVault};

use crate::model::UnixSeconds;
use crate::record::{Content, ListContent, Mark, Records, Summary};
use crate::signers::certificates;

/// So many certificates of one name are tried as the signer of a list, as for certificates.
const SIGNERS_TRIED: usize = 16;

/// What one list says of so many certificates is kept with its summary: some 100 bytes each, in a
/// summary of 1 MiB at most. What is beyond is read again at the next unlock.
const SAID_KEPT: usize = 4_096;

/// What was learned of the lists while the vault is open.
#[derive(Default)]
pub(crate) struct Lists {
    learned: HashMap<RecordId, Learned>,
}

/// Of one list.
#[derive(Default)]
struct Learned {
    signer: Option<Sha256Fingerprint>,
    /// Keys that did not sign it.
    refused: HashSet<Sha256Fingerprint>,
    /// Certificates that may not sign it, whatever their key: another of the same key may.
    powerless: HashSet<RecordId>,
    /// By the certificate's SHA-256; `None`: the list does not revoke it.
    said: BTreeMap<String, Option<Mark>>,
    /// Its body does not read.
    unreadable: bool,
}

/// A revocation that holds for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Revocation {
    /// Since when.
    pub(crate) since: UnixSeconds,
    /// By whom it is told.
    pub(crate) by: Told,
    /// Why.
    pub(crate) reason: Option<Reason>,
}

/// Where a revocation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// In a list of the certificate's issuer; the next one was due then.
    List {
        /// Its nextUpdate.
        next_update: Option<UnixSeconds>,
    },
    /// In the user's own record alone.
    Declared,
}

/// What the lists of one moment say, by the key that signed them.
#[derive(Clone, Default)]
pub(crate) struct Revocations {
    by_key: HashMap<Sha256Fingerprint, OfKey>,
}

/// The lists of one key.
#[derive(Clone, Default)]
struct OfKey {
    lists: Vec<Said>,
    /// The certificates that a list of them marks.
    marked: HashSet<Sha256Fingerprint>,
}

/// A key of an authority that is asked about a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Voice {
    /// The identity of the key.
    pub(crate) key: Sha256Fingerprint,
    /// Whether its lists may end a hold that another key of the authority told.
    pub(crate) may_end: bool,
}

/// What is to be known of one list to decide.
#[derive(Clone)]
struct Said {
    id: RecordId,
    this_update: i64,
    next_update: Option<i64>,
    number: Option<Vec<u8>>,
    delta_base: Option<Vec<u8>>,
    scope: Option<String>,
    is_weak: bool,
    /// By the certificate's SHA-256, for all that the list was asked about.
    said: BTreeMap<String, Option<Mark>>,
}

impl Revocations {
    /// Whether a list of any key marks a certificate.
    pub(crate) fn marks(&self, certificate: &Sha256Fingerprint) -> bool {
        let mut keys = self.by_key.values();
        keys.any(|of_key| of_key.marked.contains(certificate))
    }

    /// Whether a list of this key was asked about a certificate, whatever it says.
    pub(crate) fn speaks(&self, key: &Sha256Fingerprint, certificate: &Sha256Fingerprint) -> bool {
        let certificate = certificate.to_hex();
        self.by_key.get(key).is_some_and(|of_key| {
            let mut lists = of_key.lists.iter();
            lists.any(|list| list.said.contains_key(&certificate))
        })
    }

    /// What the lists signed by this key alone say of a certificate.
    pub(crate) fn find(
        &self,
        key: Sha256Fingerprint,
        certificate: &Sha256Fingerprint,
    ) -> Option<Revocation> {
        let may_end = true;
        self.find_of(&[Voice { key, may_end }], certificate)
    }

    /// What the lists of one authority say of a certificate, whichever of its keys signed them. A
    /// revocation of any key stays. A hold ends with a newer complete list of any of them that may
    /// end it; a delta list is the difference to one of its own key (RFC 5280 §6.3.3 (c)).
    pub(crate) fn find_of(
        &self,
        voices: &[Voice],
        certificate: &Sha256Fingerprint,
    ) -> Option<Revocation> {
        let told = voices
            .iter()
            .filter_map(|voice| self.told_by(voice, voices, certificate));
        told.min_by_key(|found| (found.since, found.reason == Some(Reason::CertificateHold)))
    }

    fn told_by(
        &self,
        voice: &Voice,
        all: &[Voice],
        certificate: &Sha256Fingerprint,
    ) -> Option<Revocation> {
        let of_key = self.by_key.get(&voice.key)?;
        if !of_key.marked.contains(certificate) {
            return None;
        }
        let certificate = certificate.to_hex();
        let certificate = certificate.as_str();
        let asked = |of_key: &'_ OfKey| -> Vec<(usize, Option<Mark>)> {
            let lists = of_key.lists.iter().enumerate();
            lists
                .filter_map(|(place, list)| Some((place, *list.said.get(certificate)?)))
                .collect()
        };
        let own = asked(of_key);
        let mut statements: Vec<Statement<'_>> = own
            .iter()
            .filter_map(|(place, mark)| Some(of_key.lists.get(*place)?.statement(*mark)))
            .collect();
        let others = all
            .iter()
            .filter(|other| other.may_end && other.key != voice.key)
            .filter_map(|other| self.by_key.get(&other.key));
        for other in others {
            // what they mark is told in their own turn, and their numbers are counted apart
            let complete = other.lists.iter().filter(|list| list.delta_base.is_none());
            let complete = complete.filter(|list| list.said.contains_key(certificate));
            statements.extend(complete.map(|list| Statement {
                number: None,
                ..list.statement(None)
            }));
        }
        let chosen = revocation::decide(&statements)?;
        let (place, mark) = own.get(chosen)?;
        let next_update = of_key.lists.get(*place)?.next_update.map(UnixSeconds);
        Some(Revocation {
            since: UnixSeconds((*mark)?.at),
            by: Told::List { next_update },
            reason: (*mark)?.reason.map(Reason::from_code),
        })
    }

    fn add(
        &mut self,
        key: Sha256Fingerprint,
        (id, content): (RecordId, &ListContent),
        said: BTreeMap<String, Option<Mark>>,
    ) {
        let of_key = self.by_key.entry(key).or_default();
        let marked = said.iter().filter(|(_, mark)| mark.is_some());
        of_key
            .marked
            .extend(marked.filter_map(|(certificate, _)| Sha256Fingerprint::from_hex(certificate)));
        of_key.lists.push(Said::new(id, content, said));
    }

    /// What a list says of one more certificate.
    fn add_said(
        &mut self,
        key: Sha256Fingerprint,
        id: RecordId,
        certificate: Sha256Fingerprint,
        mark: Option<Mark>,
    ) {
        let Some(of_key) = self.by_key.get_mut(&key) else {
            return;
        };
        if mark.is_some() {
            of_key.marked.insert(certificate);
        }
        if let Some(list) = of_key.lists.iter_mut().find(|list| list.id == id) {
            list.said.insert(certificate.to_hex(), mark);
        }
    }
}

impl Said {
    fn new(id: RecordId, content: &ListContent, said: BTreeMap<String, Option<Mark>>) -> Self {
        let octets = |text: &Option<String>| text.as_deref().and_then(number_from_text);
        let number = octets(&content.number);
        // a base that does not read is that of a delta list which ends no hold
        let delta_base = content.delta_base.is_some();
        let (delta_base, number) = match (delta_base, octets(&content.delta_base)) {
            (true, None) => (Some(Vec::new()), None),
            (_, base) => (base, number),
        };
        Self {
            id,
            this_update: content.this_update,
            next_update: content.next_update,
            number,
            delta_base,
            scope: content.scope.clone(),
            is_weak: content.weak,
            said,
        }
    }

    fn statement(&self, mark: Option<Mark>) -> Statement<'_> {
        Statement {
            this_update: bicle_pki::time::UnixSeconds(self.this_update),
            number: self.number.as_deref(),
            delta_base: self.delta_base.as_deref(),
            scope: self.scope.as_deref().map(str::as_bytes),
            is_weak: self.is_weak,
            mark: mark.map(|mark| revocation::Mark {
                at: bicle_pki::time::UnixSeconds(mark.at),
                reason: mark.reason.map(Reason::from_code),
                invalid_since: None,
            }),
        }
    }
}

impl Lists {
    /// What the lists that are not in the bin say of the certificates that are not in the bin.
    pub(crate) fn gather(&mut self, vault: &UnlockedVault, records: &Records) -> Revocations {
        let mut revocations = Revocations::default();
        if lists(records).next().is_none() {
            return revocations;
        }
        let names = Names::of(records);
        for (id, content) in lists(records) {
            self.learn(vault, &names, id, content);
            let Some(key) = self.signer(id, content) else {
                continue;
            };
            if !content.decides {
                continue;
            }
            let said = self.said(id, content);
            revocations.add(key, (id, content), said);
        }
        revocations
    }

    /// Asks a list about certificates of its issuer that it was not asked about, and adds what it says; gives when it
    /// revokes them.
    pub(crate) fn ask(
        &mut self,
        vault: &UnlockedVault,
        (id, content): (RecordId, &ListContent),
        certificates: Vec<(RecordId, Sha256Fingerprint)>,
        revocations: &mut Revocations,
    ) -> Vec<i64> {
        let Some(key) = self.signer(id, content).filter(|_| content.decides) else {
            return Vec::new();
        };
        let learned = self.learned.entry(id).or_default();
        let unknown = |(id, sha256): &(RecordId, Sha256Fingerprint)| {
            let hex = sha256.to_hex();
            let is_known = content.said.contains_key(&hex) || learned.said.contains_key(&hex);
            (!is_known).then_some((*id, hex))
        };
        let asked: Vec<(RecordId, String)> = certificates.iter().filter_map(unknown).collect();
        if !asked.is_empty() && !learned.unreadable {
            let body = vault.body(id).ok();
            match body.and_then(|body| RevocationList::from_der(body.expose()).ok()) {
                Some(list) => look_up(&list, vault, asked, &mut learned.said),
                None => learned.unreadable = true,
            }
        }
        let mut moments = Vec::new();
        for (_, sha256) in certificates {
            let hex = sha256.to_hex();
            let said = learned.said.get(&hex).or_else(|| content.said.get(&hex));
            if let Some(mark) = said {
                revocations.add_said(key, id, sha256, *mark);
                moments.extend(mark.map(|mark| mark.at));
            }
        }
        moments
    }

    /// The key that signed a list, if it is one of a certificate that is or was here.
    pub(crate) fn signer(&self, id: RecordId, content: &ListContent) -> Option<Sha256Fingerprint> {
        let learned = self.learned.get(&id).and_then(|learned| learned.signer);
        content.signed_by_spki_sha256.or(learned)
    }

    /// The summary's content with what was learned since; `None` where that is nothing.
    pub(crate) fn with_learned(&self, id: RecordId, content: &ListContent) -> Option<ListContent> {
        let learned = self.learned.get(&id)?;
        let signer = self.signer(id, content);
        let new = learned
            .said
            .keys()
            .any(|certificate| !content.said.contains_key(certificate));
        let full = content.said.len() >= SAID_KEPT;
        if signer == content.signed_by_spki_sha256 && (!new || full) {
            return None;
        }
        let mut content = content.clone();
        content.signed_by_spki_sha256 = signer;
        for (certificate, mark) in &learned.said {
            if content.said.len() >= SAID_KEPT {
                break;
            }
            content.said.insert(certificate.clone(), *mark);
        }
        Some(content)
    }

    /// What the list says of each certificate that it was asked about, by its SHA-256.
    pub(crate) fn said(
        &self,
        id: RecordId,
        content: &ListContent,
    ) -> BTreeMap<String, Option<Mark>> {
        let learned = self.learned.get(&id).map(|learned| &learned.said);
        let learned = learned.into_iter().flatten();
        content
            .said
            .iter()
            .chain(learned)
            .map(|(certificate, mark)| (certificate.clone(), *mark))
            .collect()
    }

    /// Reads the list if there is something to learn: its signer, or a certificate that it was not
    /// asked about.
    fn learn(&mut self, vault: &UnlockedVault, names: &Names, id: RecordId, content: &ListContent) {
        let issuer = folded(&content.issuer);
        let known_signer = self.signer(id, content);
        let learned = self.learned.entry(id).or_default();
        if learned.unreadable {
            return;
        }
        let candidates: Vec<(RecordId, Sha256Fingerprint)> = match known_signer {
            Some(_) => Vec::new(),
            None => names
                .bearers(&issuer)
                .filter(|(id, key)| {
                    !learned.refused.contains(key) && !learned.powerless.contains(id)
                })
                .take(SIGNERS_TRIED)
                .collect(),
        };
        let unknown = |certificate: &(RecordId, String)| {
            let (_, sha256) = certificate;
            !content.said.contains_key(sha256) && !learned.said.contains_key(sha256)
        };
        let asked: Vec<(RecordId, String)> = names.issued_by(&issuer).filter(unknown).collect();
        let useful = known_signer.is_some() && content.decides && !asked.is_empty();
        if candidates.is_empty() && !useful {
            return;
        }
        let body = vault.body(id).ok();
        let list = body.and_then(|body| RevocationList::from_der(body.expose()).ok());
        let Some(list) = list else {
            learned.unreadable = true;
            return;
        };
        let mut signer = known_signer;
        for (candidate, key) in candidates {
            if learned.refused.contains(&key) {
                continue;
            }
            match is_signed_by(&list, vault, candidate) {
                Signed::Yes => {
                    signer = Some(key);
                    break;
                }
                Signed::No => {
                    learned.refused.insert(key);
                }
                Signed::MayNot => {
                    learned.powerless.insert(candidate);
                }
            }
        }
        learned.signer = signer;
        if signer.is_some() && content.decides {
            look_up(&list, vault, asked, &mut learned.said);
        }
    }
}

/// The certificates that are not in the bin, by the names that they bear and are issued under.
struct Names {
    /// With their keys.
    bearers: HashMap<String, Vec<(RecordId, Sha256Fingerprint)>>,
    /// With their own SHA-256.
    issued: HashMap<String, Vec<(RecordId, Sha256Fingerprint)>>,
}

impl Names {
    /// Those of the issuers of lists; nobody asks for others.
    fn of(records: &Records) -> Self {
        let hasher = RandomState::new();
        let wanted: HashSet<u64> = lists(records)
            .map(|(_, list)| folded_hash(&hasher, &list.issuer))
            .collect();
        let is_wanted = |name: &str| wanted.contains(&folded_hash(&hasher, name));
        let mut names = Self {
            bearers: HashMap::new(),
            issued: HashMap::new(),
        };
        for (id, content) in certificates(records) {
            if is_wanted(content.subject()) {
                let bearers = names.bearers.entry(folded(content.subject())).or_default();
                bearers.push((id, content.spki_sha256));
            }
            if is_wanted(&content.issuer) {
                let issued = names.issued.entry(folded(&content.issuer)).or_default();
                issued.push((id, content.sha256));
            }
        }
        names
    }

    fn bearers(&self, name: &str) -> impl Iterator<Item = (RecordId, Sha256Fingerprint)> {
        self.bearers.get(name).into_iter().flatten().copied()
    }

    fn issued_by(&self, name: &str) -> impl Iterator<Item = (RecordId, String)> {
        let issued = self.issued.get(name).into_iter().flatten();
        issued.map(|(id, sha256)| (*id, sha256.to_hex()))
    }
}

/// Names are compared in any case and spacing, as RFC 5280 §7.1 does.
fn folded(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// Whether two names are the same when they are compared as the names of lists are.
pub(crate) fn is_same_name(one: &str, other: &str) -> bool {
    one == other || folded(one) == folded(other)
}

/// A number that is the same for names that are the same when [`folded`]: tells most others apart without
/// making them anew.
fn folded_hash(hasher: &RandomState, name: &str) -> u64 {
    let mut state = hasher.build_hasher();
    for word in name.split_whitespace() {
        for character in word.chars().flat_map(char::to_lowercase) {
            // at the end of a word a sigma is folded otherwise than within
            let character = if character == 'ς' { 'σ' } else { character };
            state.write_u32(character.into());
        }
        state.write_u8(b' ');
    }
    state.finish()
}

/// Whether a certificate is of the signer of a list.
enum Signed {
    Yes,
    /// Its key did not sign it.
    No,
    /// It has no right to sign it, or does not read.
    MayNot,
}

fn is_signed_by(list: &RevocationList, vault: &UnlockedVault, id: RecordId) -> Signed {
    match certificate(vault, id) {
        Some(certificate) if revocation::may_sign(list, &certificate) => {
            if list.verify_signature(certificate.public_key()) {
                Signed::Yes
            } else {
                Signed::No
            }
        }
        _ => Signed::MayNot,
    }
}

fn certificate(vault: &UnlockedVault, id: RecordId) -> Option<Certificate> {
    let body = vault.body(id).ok()?;
    Certificate::from_der(body.expose()).ok()
}

/// What the list says of each of these certificates, in one walk.
fn look_up(
    list: &RevocationList,
    vault: &UnlockedVault,
    asked: Vec<(RecordId, String)>,
    said: &mut BTreeMap<String, Option<Mark>>,
) {
    let mut read: Vec<(String, Certificate)> = Vec::new();
    for (id, sha256) in asked {
        match certificate(vault, id) {
            Some(certificate) => read.push((sha256, certificate)),
            // it has no verdict that a list could change
            None => {
                said.insert(sha256, None);
            }
        }
    }
    let certificates: Vec<&Certificate> = read.iter().map(|(_, found)| found).collect();
    let marks = revocation::marks(list, &certificates);
    for ((sha256, _), mark) in read.iter().zip(marks) {
        let mark = mark.map(|mark| Mark {
            at: mark.at.0,
            reason: mark.reason.map(Reason::code),
        });
        said.insert(sha256.clone(), mark);
    }
}

/// The lists that are not in the bin.
pub(crate) fn lists(records: &Records) -> impl Iterator<Item = (RecordId, &ListContent)> {
    records
        .iter()
        .filter_map(|(id, summary)| list(summary).map(|content| (*id, content)))
}

/// What only a list has, if it is one that is not in the bin.
pub(crate) fn list(summary: &Summary) -> Option<&ListContent> {
    match &summary.content {
        Content::List(content) if summary.deleted.is_none() => Some(content),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_that_fold_alike_have_one_hash() {
        let hasher = RandomState::new();
        let hash = |name| folded_hash(&hasher, name);
        for (one, other) in [
            ("CN=A  b", " cn=a B"),
            ("O=ΟΔΟΣ X", "o=οδος x"),
            ("İ", "i\u{307}"),
            ("", "  "),
        ] {
            assert_eq!(folded(one), folded(other));
            assert_eq!(hash(one), hash(other), "{one}");
        }
        assert_ne!(hash("CN=ab"), hash("CN=a b"));
    }

    #[test]
    fn what_was_kept_of_lists_decides_as_the_lists_do() {
        let key = Sha256Fingerprint::of(b"key");
        let [held, lost] = [b"held", b"lost"].map(|name| Sha256Fingerprint::of(name));
        let content = |number: &str, base: Option<&str>, at: i64| ListContent {
            sha256: Sha256Fingerprint::of(number.as_bytes()),
            issuer: "CN=a".into(),
            issuer_name: "a".into(),
            number: Some(number.to_owned()),
            delta_base: base.map(str::to_owned),
            this_update: at,
            next_update: Some(at + 10),
            entries: 0,
            scope: None,
            decides: true,
            weak: false,
            signed_by_spki_sha256: None,
            said: BTreeMap::new(),
        };
        let said = |reasons: [Option<u8>; 2]| {
            let mark = |reason: Option<u8>| {
                let reason = reason?;
                let reason = Some(reason);
                Some(Mark { at: 1, reason })
            };
            let [of_held, of_lost] = reasons;
            BTreeMap::from([
                (held.to_hex(), mark(of_held)),
                (lost.to_hex(), mark(of_lost)),
            ])
        };
        let mut found = Revocations::default();
        let own = RecordId::from_value(1);
        found.add(
            key,
            (own, &content("10", None, 100)),
            said([Some(6), Some(1)]),
        );
        assert!(found.find(key, &held).is_some());
        // the difference to a list that is not here takes nothing back
        let ahead = content("13", Some("12"), 130);
        found.add(key, (own, &ahead), said([Some(8), None]));
        assert!(found.find(key, &held).is_some());
        let delta = content("11", Some("10"), 110);
        found.add(key, (own, &delta), said([Some(8), Some(8)]));
        assert_eq!(found.find(key, &held), None);
        let lost = found.find(key, &lost).unwrap();
        let next_update = Some(UnixSeconds(110));
        assert_eq!(lost.by, Told::List { next_update });
        assert_eq!(found.find(key, &Sha256Fingerprint::of(b"other")), None);
    }
}
