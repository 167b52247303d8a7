//! Who signed whom: what path checking needs of each certificate, and every signature check
//! that was made, so that none is made twice while the vault is open.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bicle_pki::certificate::Certificate;
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::path::{Candidates, PathFacts, SignatureOracle};
use bicle_pki::public_key::PublicKey;
use bicle_pki::revocation_list::Reason;
use bicle_pki::signature::KeyTables;
use bicle_platform::secret::SecretBytes;
use bicle_vault::{RecordId, UnlockedVault};

use crate::certificate_content::CertificateContent;
use crate::cores;
use crate::index::Index;
use crate::lists::{Lists, Revocation, Revocations, Told, Voice};
use crate::model::{Trust, UnixSeconds};
use crate::path_note::{NameHash, PathNote};
use crate::record::{Content, ListContent, Records, Summary};
use crate::seeded::Seeded;

/// What is remembered of the certificates while the vault is open.
#[derive(Default)]
pub(crate) struct Signers {
    /// Of those whose bodies were read.
    facts: FactsOf,
    /// Those whose bodies do not read.
    unreadable: HashSet<RecordId>,
    checked: Checked,
    lists: Lists,
    /// What the lists said when all certificates were looked at last.
    revocations: Option<Arc<Revocations>>,
}

/// By certificate and by the identity of the key that was tried.
type Checked = HashMap<(RecordId, Sha256Fingerprint), bool>;

/// What bodies say, by certificate.
pub(crate) type FactsOf = HashMap<RecordId, Arc<Facts>>;

/// A key that may have signed a certificate, with its identity.
pub(crate) type SigningKey = (Sha256Fingerprint, Arc<PublicKey>);

/// What a body says.
pub(crate) struct Facts {
    path: PathFacts,
    pub(crate) note: PathNote,
    subject_key_id: Option<Box<[u8]>>,
    key: Arc<PublicKey>,
}

impl Facts {
    pub(crate) fn of(certificate: &Certificate) -> Self {
        let path = PathFacts::from(certificate);
        Self {
            note: PathNote::of(certificate, &path),
            path,
            subject_key_id: certificate.subject_key_id().map(Box::from),
            key: Arc::new(certificate.public_key().clone()),
        }
    }

    /// The key that may have signed others.
    pub(crate) fn signing_key(&self) -> SigningKey {
        (self.key.spki_sha256(), Arc::clone(&self.key))
    }

    /// Whether a certificate asks for the key of this one by its identifier.
    pub(crate) fn is_asked_for(&self, note: &PathNote) -> bool {
        self.subject_key_id.is_some() && self.subject_key_id == note.above.key_id
    }
}

/// So many certificates of one name are tried as an issuer: a real authority has two or three
/// (renewals); a hostile vault of look-alikes must not cost a signature check for each pair.
pub(crate) const ISSUERS_TRIED: usize = 16;

/// So many certificates of an issuer's name, with other keys that have lists, are asked whether they
/// are of the same authority: a real one has one or two, and each costs some signature checks once.
const KEYS_TRIED: usize = 32;

/// So many bodies are read, or signatures checked, as one piece of work.
const PIECE: usize = 32;

/// What stands of the certificates at one moment, before any is judged.
pub(crate) struct Standing {
    /// The names that certificates name as their issuer.
    issuers: HashSet<NameHash, Seeded>,
    /// Those who bear such a name, by rising id: nobody else is looked at as an issuer.
    bearers: Vec<RecordId>,
    revocations: Arc<Revocations>,
    /// One of the bearers limits the names below it.
    limits_names: bool,
}

impl Standing {
    /// Whether a certificate may be looked at as the issuer of another, or of itself.
    pub(crate) fn is_bearer(&self, note: &PathNote) -> bool {
        self.issuers.contains(&note.subject)
    }

    /// Whether a list marks a certificate, whoever signed it.
    pub(crate) fn is_marked(&self, content: &CertificateContent) -> bool {
        self.revocations.marks(&content.sha256)
    }
}

/// Certificates of one moment, side by side: a place is an index into each list.
pub(crate) struct Gathered {
    pub(crate) ids: Vec<RecordId>,
    pub(crate) path_facts: Vec<PathFacts>,
    anchors: Vec<bool>,
    distrusted: Vec<bool>,
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
        self.ids.binary_search(&id).ok()
    }
}

impl Signers {
    /// What was learned of the lists.
    pub(crate) fn lists(&self) -> &Lists {
        &self.lists
    }

    /// What is known of a certificate without its body, or since that was read; `None`: it does not read.
    pub(crate) fn note<'a>(
        &'a self,
        id: RecordId,
        content: &'a CertificateContent,
    ) -> Option<&'a PathNote> {
        content
            .path
            .as_ref()
            .or_else(|| self.facts.get(&id).map(|facts| &facts.note))
    }

    /// What a body says, if it was read.
    pub(crate) fn facts(&self, id: RecordId) -> Option<&Arc<Facts>> {
        self.facts.get(&id)
    }

    /// Notes that a key did not sign a certificate.
    pub(crate) fn note_unsigned(&mut self, id: RecordId, key: Sha256Fingerprint) {
        self.checked.insert((id, key), false);
    }

    /// Looks at all certificates that are not in the bin, reads the bodies of those that may be issuers, and
    /// checks the signatures that nobody has checked yet.
    pub(crate) fn standing(&mut self, vault: &UnlockedVault, records: &Records) -> Standing {
        self.read_unnoted(vault, records, certificates(records).map(|(id, _)| id));
        let mut issuers: HashSet<NameHash, Seeded> = HashSet::default();
        let mut last = None;
        for (id, content) in certificates(records) {
            let name = self.note(id, content).map(|note| note.above.name);
            // certificates of one issuer often follow each other
            if let Some(name) = name.filter(|name| last != Some(*name)) {
                issuers.insert(name);
                last = Some(name);
            }
        }
        let bearers: Vec<RecordId> = certificates(records)
            .filter(|(id, content)| {
                let note = self.note(*id, content);
                note.is_some_and(|note| issuers.contains(&note.subject))
            })
            .map(|(id, _)| id)
            .collect();
        self.read(vault, bearers.iter().copied());
        self.check_ahead(vault, certificates(records), &bearers);
        let revocations = Arc::new(self.lists.gather(vault, records));
        self.revocations = Some(Arc::clone(&revocations));
        self.stand(issuers, bearers, revocations)
    }

    /// The same, as far as it is asked of some certificates: who stands above them. The lists are those of the last
    /// time that all certificates were looked at. `None`: there was none.
    pub(crate) fn standing_of(
        &mut self,
        vault: &UnlockedVault,
        records: &Records,
        index: &Index,
        these: &BTreeSet<RecordId>,
    ) -> Option<Standing> {
        let revocations = Arc::clone(self.revocations.as_ref()?);
        let content = |id: &RecordId| certificate(records.get(id)?);
        let named = |signers: &Self, id: &RecordId| {
            let note = content(id).and_then(|content| signers.note(*id, content));
            note.map(|note| note.above.name)
        };
        let mut issuers: HashSet<NameHash, Seeded> = HashSet::default();
        let mut bearers = BTreeSet::new();
        let mut next: Vec<NameHash> = these.iter().filter_map(|id| named(self, id)).collect();
        while let Some(name) = next.pop() {
            if !issuers.insert(name) {
                continue;
            }
            let found: Vec<RecordId> = index.bearers(records, self, name).collect();
            next.extend(found.iter().filter_map(|id| named(self, id)));
            bearers.extend(found);
        }
        let bearers: Vec<RecordId> = bearers.into_iter().collect();
        self.read(vault, bearers.iter().copied());
        let all: BTreeSet<RecordId> = bearers.iter().chain(these).copied().collect();
        let contents = all.iter().filter_map(|id| Some((*id, content(id)?)));
        self.check_ahead(vault, contents, &bearers);
        Some(self.stand(issuers, bearers, revocations))
    }

    /// Asks a list about certificates of its issuer that came since all certificates were looked at; gives when it
    /// revokes them.
    pub(crate) fn ask_list(
        &mut self,
        vault: &UnlockedVault,
        list: (RecordId, &ListContent),
        certificates: Vec<(RecordId, Sha256Fingerprint)>,
    ) -> Option<Vec<i64>> {
        let revocations = Arc::make_mut(self.revocations.as_mut()?);
        Some(self.lists.ask(vault, list, certificates, revocations))
    }

    fn stand(
        &self,
        issuers: HashSet<NameHash, Seeded>,
        bearers: Vec<RecordId>,
        revocations: Arc<Revocations>,
    ) -> Standing {
        let limits_names = bearers
            .iter()
            .filter_map(|id| self.facts.get(id))
            .any(|facts| facts.path.limits_names());
        Standing {
            issuers,
            bearers,
            revocations,
            limits_names,
        }
    }

    /// Reads the bodies of certificates with which nothing is kept of what paths must know.
    pub(crate) fn read_unnoted(
        &mut self,
        vault: &UnlockedVault,
        records: &Records,
        ids: impl Iterator<Item = RecordId>,
    ) {
        let content = |id: &RecordId| certificate(records.get(id)?);
        let unnoted = ids.filter(|id| content(id).is_some_and(|content| content.path.is_none()));
        self.read(vault, unnoted.collect::<Vec<_>>());
    }

    /// Gathers those who may be issuers with the certificates that are to be judged (by rising id), and what
    /// checks their signatures.
    pub(crate) fn gather<'a>(
        &'a mut self,
        vault: &'a UnlockedVault,
        records: &'a Records,
        standing: &'a Standing,
        targets: &[RecordId],
    ) -> (Gathered, Checker<'a>) {
        self.read(vault, targets.iter().copied());
        let mut gathered = Gathered {
            ids: Vec::new(),
            path_facts: Vec::new(),
            anchors: Vec::new(),
            distrusted: Vec::new(),
        };
        let mut ids: Vec<RecordId> = standing.bearers.iter().chain(targets).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let content = records.get(&id).and_then(|kept| certificate(kept));
            let (Some(facts), Some(content)) = (self.facts.get(&id), content) else {
                continue;
            };
            gathered.ids.push(id);
            gathered.path_facts.push(facts.path.clone());
            gathered.anchors.push(content.trust == Trust::Always);
            gathered.distrusted.push(content.trust == Trust::Never);
        }
        let by_name = Bearers::of(&self.facts, &standing.bearers);
        let ids = gathered.ids.clone();
        let checker = Checker {
            vault,
            records,
            facts: &self.facts,
            checked: &mut self.checked,
            by_name,
            ids,
            standing,
            doubted: HashSet::new(),
        };
        (gathered, checker)
    }

    /// Reads the bodies that were not read yet, on all cores.
    pub(crate) fn read(&mut self, vault: &UnlockedVault, ids: impl IntoIterator<Item = RecordId>) {
        let missing: Vec<RecordId> = ids
            .into_iter()
            .filter(|id| !self.facts.contains_key(id) && !self.unreadable.contains(id))
            .collect();
        if missing.is_empty() {
            return;
        }
        let parse =
            |piece: Vec<(RecordId, Option<SecretBytes>)>| -> Vec<(RecordId, Option<Facts>)> {
                let facts = |body: Option<SecretBytes>| {
                    let certificate = Certificate::from_der(body?.expose()).ok()?;
                    Some(Facts::of(&certificate))
                };
                piece
                    .into_iter()
                    .map(|(id, body)| (id, facts(body)))
                    .collect()
            };
        let ((), read) = cores::on_all(parse, |give| {
            for piece in missing.chunks(PIECE) {
                let body = |id: &RecordId| (*id, vault.body(*id).ok());
                give(piece.iter().map(body).collect());
            }
        });
        for (id, facts) in read.into_iter().flatten() {
            match facts {
                Some(facts) => {
                    self.facts.insert(id, Arc::new(facts));
                }
                // a body that does not read has no facts: its verdict says so
                None => {
                    self.unreadable.insert(id);
                }
            }
        }
    }

    /// Checks, on all cores, the signatures of the certificates of whom no issuer is known though someone
    /// bears its name.
    fn check_ahead<'a>(
        &mut self,
        vault: &UnlockedVault,
        these: impl Iterator<Item = (RecordId, &'a CertificateContent)>,
        bearers: &[RecordId],
    ) {
        let by_name = Bearers::of(&self.facts, bearers);
        let mut asked: Vec<(RecordId, Vec<SigningKey>)> = Vec::new();
        for (id, content) in these {
            if content.signed_by_spki_sha256.is_some() {
                continue;
            }
            let Some(note) = self.note(id, content) else {
                continue;
            };
            let issuers = by_name.issuers(&self.facts, note, id);
            let keys: Vec<_> = issuers
                .iter()
                .filter_map(|issuer| Some(self.facts.get(issuer)?.signing_key()))
                .collect();
            let known = |(key, _): &SigningKey| self.checked.get(&(id, *key)).copied();
            // up to the first that did: what was asked before is not asked again
            let mut open = Vec::new();
            for key in keys {
                match known(&key) {
                    Some(true) => break,
                    Some(false) => {}
                    None => open.push(key),
                }
            }
            if !open.is_empty() {
                asked.push((id, open));
            }
        }
        if asked.is_empty() {
            return;
        }
        let tables = KeyTables::default();
        type Asked = (RecordId, Option<SecretBytes>, Vec<SigningKey>);
        let answer = |piece: Vec<Asked>| -> Vec<(RecordId, Vec<(Sha256Fingerprint, bool)>)> {
            let each = |(id, body, keys): Asked| {
                let answers = body.map(|body| first_signer(body.expose(), &keys, &tables));
                (id, answers.unwrap_or_default())
            };
            piece.into_iter().map(each).collect()
        };
        let mut asked = asked.into_iter();
        let ((), answers) = cores::on_all(answer, |give| {
            loop {
                let piece: Vec<Asked> = asked
                    .by_ref()
                    .take(PIECE)
                    .map(|(id, keys)| (id, vault.body(id).ok(), keys))
                    .collect();
                if piece.is_empty() {
                    break;
                }
                give(piece);
            }
        });
        for (id, answers) in answers.into_iter().flatten() {
            for (key, is_signed) in answers {
                self.checked.insert((id, key), is_signed);
            }
        }
    }
}

/// Asks keys one after the other whether they signed a certificate (DER), up to the first that did.
pub(crate) fn first_signer(
    der: &[u8],
    keys: &[SigningKey],
    tables: &KeyTables,
) -> Vec<(Sha256Fingerprint, bool)> {
    let mut answers: Vec<(Sha256Fingerprint, bool)> = Vec::new();
    let Ok(certificate) = Certificate::from_der(der) else {
        return answers;
    };
    for (identity, key) in keys {
        if answers.iter().any(|(known, _)| known == identity) {
            continue;
        }
        let is_signed = certificate.verify_signature_by(key, tables);
        answers.push((*identity, is_signed));
        if is_signed {
            break;
        }
    }
    answers
}

/// Those who bear a name, by rising id.
pub(crate) struct Bearers {
    by_name: HashMap<NameHash, Vec<RecordId>>,
    /// By name and subjectKeyIdentifier.
    by_key_id: HashMap<(NameHash, Box<[u8]>), Vec<RecordId>>,
}

impl Bearers {
    /// Of these, as far as their facts are there.
    pub(crate) fn of(facts: &FactsOf, ids: &[RecordId]) -> Self {
        let mut bearers = Self {
            by_name: HashMap::new(),
            by_key_id: HashMap::new(),
        };
        for id in ids {
            if let Some(facts) = facts.get(id) {
                bearers.add(*id, facts);
            }
        }
        bearers
    }

    fn add(&mut self, id: RecordId, facts: &Facts) {
        let name = facts.note.subject;
        self.by_name.entry(name).or_default().push(id);
        if let Some(key_id) = &facts.subject_key_id {
            let named = self.by_key_id.entry((name, key_id.clone()));
            named.or_default().push(id);
        }
    }

    fn of_name(&self, name: &NameHash) -> &[RecordId] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Who may have signed a certificate, in the order in which they are asked: itself, those whose key
    /// identifier it names, the others of the name; of each the first that came.
    pub(crate) fn issuers(&self, facts: &FactsOf, note: &PathNote, own: RecordId) -> Vec<RecordId> {
        let all = self.of_name(&note.above.name);
        if all.is_empty() {
            return Vec::new();
        }
        let itself =
            (note.above.name == note.subject && all.binary_search(&own).is_ok()).then_some(own);
        let named: &[RecordId] = match &note.above.key_id {
            Some(key_id) => self
                .by_key_id
                .get(&(note.above.name, key_id.clone()))
                .map_or(&[], Vec::as_slice),
            None => &[],
        };
        let is_named = |id: &&RecordId| {
            let found = facts.get(id);
            found.is_some_and(|found| found.is_asked_for(note))
        };
        let others = all.iter().filter(|id| !is_named(id));
        itself
            .into_iter()
            .chain(named.iter().chain(others).copied().filter(|id| *id != own))
            .take(ISSUERS_TRIED)
            .collect()
    }
}

/// Checks signatures, each once.
pub(crate) struct Checker<'a> {
    vault: &'a UnlockedVault,
    records: &'a Records,
    facts: &'a FactsOf,
    checked: &'a mut Checked,
    by_name: Bearers,
    ids: Vec<RecordId>,
    standing: &'a Standing,
    /// Certificates of which a key was asked that is not kept as their signer's.
    doubted: HashSet<RecordId>,
}

impl Checker<'_> {
    /// Whether more was asked of a certificate's signature than what is kept with it: what came of it is
    /// its own then, and not that of all who name the same issuer and were signed by the same key.
    pub(crate) fn is_doubted(&self, id: RecordId) -> bool {
        self.doubted.contains(&id)
    }

    /// Whether someone who may stand above a certificate limits the names below: what is judged of it is its
    /// own then. Says yes where that is not quickly told.
    pub(crate) fn may_limit_names(&self, id: RecordId) -> bool {
        /// So many names are gone through, and so many who bear one; no real path has as many.
        const NAMES_LOOKED_AT: usize = 64;
        if !self.standing.limits_names {
            return false;
        }
        let Some(facts) = self.facts.get(&id) else {
            return true;
        };
        let mut names = vec![facts.note.above.name];
        for next in 0..NAMES_LOOKED_AT {
            let Some(name) = names.get(next).copied() else {
                return false;
            };
            let above = self.by_name.of_name(&name);
            if above.get(NAMES_LOOKED_AT).is_some() {
                return true;
            }
            for bearer in above.iter().filter_map(|id| self.facts.get(id)) {
                if bearer.path.limits_names() {
                    return true;
                }
                if !names.contains(&bearer.note.above.name) {
                    names.push(bearer.note.above.name);
                }
            }
        }
        true
    }

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
        if !self.standing.revocations.marks(&certificate) {
            return None;
        }
        let voices = self.voices(subject, issuer)?;
        self.standing.revocations.find_of(&voices, &certificate)
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
        let name = self.facts.get(&issuer)?.note.subject;
        let mut unbound: Vec<(RecordId, Sha256Fingerprint)> = self
            .by_name
            .of_name(&name)
            .iter()
            .filter_map(|id| Some((*id, self.content(*id)?.spki_sha256)))
            .filter(|(_, other)| *other != key && *other != own)
            .filter(|(_, other)| self.standing.revocations.speaks(other, &certificate))
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
        let issuer_of = |id| self.facts.get(&id).map(|facts| facts.note.above.name);
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
            || above.is_some_and(|key| {
                let revocations = &self.standing.revocations;
                revocations.find(key, &content.sha256).is_some()
            })
    }

    fn declared(&self, id: RecordId) -> Option<Revocation> {
        let mark = self.content(id)?.declared_revoked.as_ref()?;
        Some(Revocation {
            since: UnixSeconds(mark.at),
            by: Told::Declared,
            reason: mark.reason.map(Reason::from_code),
        })
    }

    /// The certificate whose key signed this one, verified; itself where its own key did.
    pub(crate) fn issuer_of(&mut self, id: RecordId) -> Option<RecordId> {
        let facts = self.facts.get(&id)?;
        let candidates = self.by_name.issuers(self.facts, &facts.note, id);
        candidates
            .into_iter()
            .find(|candidate| self.signed_by(id, *candidate))
    }

    /// The identity of the key that signed this certificate, if its certificate is here.
    fn signing_key_of(&mut self, id: RecordId) -> Option<Sha256Fingerprint> {
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
        self.doubted.insert(subject);
        if let Some(known) = self.checked.get(&(subject, key)) {
            return *known;
        }
        let verified = self.verify(subject, issuer).unwrap_or(false);
        self.checked.insert((subject, key), verified);
        verified
    }

    fn verify(&self, subject: RecordId, issuer: RecordId) -> Option<bool> {
        let body = self.vault.body(subject).ok()?;
        let subject = Certificate::from_der(body.expose()).ok()?;
        let issuer = self.facts.get(&issuer)?;
        Some(subject.verify_signature(&issuer.key))
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
    records: &Records,
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
