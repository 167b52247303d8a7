//! What an import brings: each thing found is new, is here already, or comes twice. All that is new
//! is written in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bicle_pki::certificate::Certificate;
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::private_key::PrivateKey;
use bicle_pki::public_key::PublicKey;
use bicle_pki::read::{Found, FoundItem};
use bicle_pki::request::CertificationRequest;
use bicle_pki::revocation_list::RevocationList;
use bicle_pki::signature::SignatureState;
use bicle_pki::spkac::SignedPublicKey;
use bicle_platform::secret::SecretBytes;
use bicle_vault::RecordId;

use crate::command::{ImportOutcome, ImportReport, ImportedItem};
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::incoming::{self, Incoming};
use crate::model::{Model, Trust, UnixSeconds};
use crate::new_item::{self, COMMENT_LIMIT_CHARACTERS};
use crate::open_vault::{Edit, OpenVault};
use crate::phrase::Phrase;
use crate::record::{Content, Mark, Summary};
use crate::update::Touched;
use crate::{bundled, import_report, refusal};

/// So large a body is kept: what the vault's format allows (docs/vault-format.md §6). A larger
/// revocation list is refused by itself, so that what came with it is not lost.
const BODY_LIMIT_BYTES: usize = 32 * 1024 * 1024;

/// What has been read so far.
pub(crate) struct Gathering {
    pub(crate) report: ImportReport,
    inserts: Vec<Insert>,
    /// Items of the bin that came again.
    revived: BTreeSet<ItemId>,
    /// Which lines tell of a thing that is here, in their order.
    lines: HashMap<ItemId, Vec<usize>>,
    /// Lines of things that an earlier line of this import brings: their place and that one's.
    again: Vec<(usize, usize)>,
    /// Revocations of certificates that were here before.
    declared: HashMap<RecordId, Mark>,
    /// What this import brings, and the templates that are here.
    known: HashMap<Identity, Whereabouts>,
    model: Arc<Model>,
}

/// What is new.
struct Insert {
    /// The line of the report that waits for its id.
    place: usize,
    summary: Summary,
    body: SecretBytes,
}

/// By what a thing is recognised: a key by its public half, the rest by its content.
type Identity = (Kind, Sha256Fingerprint);

/// Where a thing that was met before is.
#[derive(Clone, Copy)]
enum Whereabouts {
    /// In the vault, or in its bin.
    Here(ItemId),
    /// This import brings it: the number of its insert.
    Coming(usize),
}

/// Where a thing was found.
pub(crate) struct Origin<'a> {
    pub(crate) file: &'a str,
    /// The file's name without its ending: the last resort for a name.
    pub(crate) stem: &'a str,
    /// The number of the source.
    pub(crate) index: usize,
}

/// What a file says of a thing besides.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) name: String,
    pub(crate) comment: String,
    pub(crate) created: Option<UnixSeconds>,
}

impl Gathering {
    pub(crate) fn new(open: &mut OpenVault) -> Result<Self, Fault> {
        let templates: Vec<RecordId> = open.index().templates().collect();
        let mut known = HashMap::new();
        for record in templates {
            let sha256 = Sha256Fingerprint::of(open.body(record)?.expose());
            let kind = Kind::Template;
            known.insert((kind, sha256), Whereabouts::Here(ItemId { kind, record }));
        }
        Ok(Self {
            report: ImportReport::default(),
            inserts: Vec::new(),
            revived: BTreeSet::new(),
            lines: HashMap::new(),
            again: Vec::new(),
            declared: HashMap::new(),
            known,
            model: open.model(),
        })
    }

    /// Where a thing is that was met before.
    fn whereabouts(&self, open: &OpenVault, identity: &Identity) -> Option<Whereabouts> {
        if let Some(known) = self.known.get(identity) {
            return Some(*known);
        }
        let (kind, sha256) = *identity;
        let record = open
            .known_index()?
            .identified(&open.records, kind, &sha256)?;
        Some(Whereabouts::Here(ItemId { kind, record }))
    }

    /// Writes all that is new in one transaction; the report gains the ids.
    pub(crate) fn save(self, open: &mut OpenVault) -> Result<ImportReport, Fault> {
        let mut report = self.report;
        let mut changed: BTreeMap<RecordId, Summary> = BTreeMap::new();
        for record in self.revived.iter().map(|id| id.record) {
            let summary = open.records.get(&record);
            let summary = summary.map(|kept| Summary::clone(kept));
            let mut summary = summary.ok_or_else(refusal::unreadable_record)?;
            summary.deleted = None;
            changed.insert(record, summary);
        }
        for (record, mark) in self.declared {
            let here = || open.records.get(&record).map(Arc::as_ref);
            let summary = changed.get(&record).or_else(here);
            let Some(mut summary) = summary.cloned() else {
                continue;
            };
            if declare(&mut summary, mark) {
                changed.insert(record, summary);
            }
        }
        let mut inserts = self.inserts;
        let incoming = inserts.iter_mut().map(|insert| Incoming {
            summary: &mut insert.summary,
            body: &insert.body,
        });
        let refused = incoming::find_signers(open, incoming.collect());
        let mut places = Vec::with_capacity(inserts.len());
        let mut edits = Vec::with_capacity(inserts.len());
        for insert in inserts {
            places.push(insert.place);
            edits.push(Edit::Insert(insert.summary, insert.body));
        }
        let changed = changed.into_iter();
        edits.extend(changed.map(|(record, summary)| Edit::Summary(record, summary)));
        if edits.is_empty() {
            return Ok(report);
        }
        let mut touched = Touched::default();
        let ids = open.commit(edits, &mut touched)?;
        // known already, so that the read model does not ask again
        for (id, keys) in ids.iter().zip(refused) {
            for key in keys {
                open.signers.note_unsigned(id.record, key);
            }
        }
        open.follow(&touched);
        for (place, id) in places.into_iter().zip(ids) {
            if let Some(item) = report.items.get_mut(place) {
                item.id = Some(id);
            }
        }
        for (place, first) in self.again {
            let id = report.items.get(first).and_then(|item| item.id);
            if let Some(item) = report.items.get_mut(place) {
                item.id = id;
            }
        }
        Ok(report)
    }

    /// Notes that a source, or a thing of it, did not come in.
    pub(crate) fn refuse(&mut self, file: &str, reason: Phrase) {
        let line = import_report::refused(file.to_owned(), reason);
        self.report.items.push(line);
    }

    /// The source opens with a password that was not given.
    pub(crate) fn ask_password(&mut self, origin: &Origin<'_>) {
        if !self.report.password_needed.contains(&origin.index) {
            self.report.password_needed.push(origin.index);
        }
    }

    /// The source opens with so many rounds, if the user agrees; the most of several counts.
    pub(crate) fn ask_iterations(&mut self, origin: &Origin<'_>, asked: u64) {
        let mut all = self.report.iterations_asked.iter_mut();
        match all.find(|(index, _)| *index == origin.index) {
            Some((_, most)) => *most = asked.max(*most),
            None => self.report.iterations_asked.push((origin.index, asked)),
        }
    }

    /// Takes what a file holds.
    pub(crate) fn take(&mut self, open: &OpenVault, found: Vec<Found>, origin: &Origin<'_>) {
        // a key without a name of its own is called after the certificate that came with it
        let names: HashMap<Sha256Fingerprint, String> = found
            .iter()
            .filter_map(|found| match &found.item {
                FoundItem::Certificate(certificate) => {
                    let spoken = new_item::spoken_name(certificate.subject());
                    let name = found.friendly_name.clone().unwrap_or(spoken);
                    Some((certificate.public_key().spki_sha256(), name))
                }
                _ => None,
            })
            .collect();
        for found in found {
            let mut beside = Beside {
                name: found.friendly_name.unwrap_or_default(),
                ..Beside::default()
            };
            if let (FoundItem::Key(key), true) = (&found.item, beside.name.trim().is_empty()) {
                let name = names.get(&key.public_key().spki_sha256());
                beside.name = name.cloned().unwrap_or_default();
            }
            self.take_item(open, found.item, beside, origin);
        }
    }

    /// Takes one thing.
    pub(crate) fn take_item(
        &mut self,
        open: &OpenVault,
        item: FoundItem,
        beside: Beside,
        origin: &Origin<'_>,
    ) {
        match item {
            FoundItem::Key(key) => self.take_key(open, &key, beside, origin),
            FoundItem::Request(request) => self.take_request(open, &request, beside, origin),
            FoundItem::SignedPublicKey(found) => self.take_spkac(open, &found, beside, origin),
            FoundItem::Certificate(found) => self.take_certificate(open, &found, beside, origin),
            FoundItem::List(list) => self.take_list(open, &list, beside, origin),
            FoundItem::PublicKey(key) => self.take_public_key(open, &key, &beside.name, origin),
            _ => {
                let reason =
                    Phrase::new("import-not-recognised").word("looks-like", "looks-like-binary");
                self.refuse(origin.file, reason);
            }
        }
    }

    fn take_key(
        &mut self,
        open: &OpenVault,
        key: &PrivateKey,
        beside: Beside,
        origin: &Origin<'_>,
    ) {
        let identity = key.public_key().spki_sha256();
        let name = new_item::found_name(&beside.name, origin.stem);
        let summary = new_item::key(name.clone(), key.public_key(), open.now());
        let summary = dressed(summary, beside);
        let body = || key.to_pkcs8_der();
        if self.put(open, (Kind::Key, identity), summary, body, origin) {
            self.complete_certificates(open, identity, &name);
        }
    }

    /// A key came for certificates that were here without it.
    fn complete_certificates(
        &mut self,
        open: &OpenVault,
        identity: Sha256Fingerprint,
        key_name: &str,
    ) {
        let model = Arc::clone(&self.model);
        let of_key = open
            .known_index()
            .into_iter()
            .flat_map(|index| index.of_key(&open.records, &identity));
        let certificates = of_key.filter_map(|(record, summary)| {
            let kind = summary.kind();
            model.certificate(ItemId { kind, record })
        });
        for found in certificates.filter(|found| found.key().is_none()) {
            let reason = Phrase::new("import-key-found").text("key", key_name);
            let mentioned = self.lines.get(&found.item.id);
            let mentioned = mentioned.and_then(|lines| lines.first().copied());
            match mentioned.and_then(|place| self.report.items.get_mut(place)) {
                Some(item) => {
                    item.outcome = ImportOutcome::Completed;
                    item.reason = Some(reason);
                }
                None => self.line(ImportedItem {
                    id: Some(found.item.id),
                    kind: Some(Kind::Certificate),
                    name: found.item.name.clone().into(),
                    file: String::new(),
                    outcome: ImportOutcome::Completed,
                    reason: Some(reason),
                    verdict: None,
                    notices: Vec::new(),
                }),
            }
        }
    }

    /// A line of the report on a thing that is here, or is not known to be.
    fn line(&mut self, line: ImportedItem) {
        if let Some(id) = line.id {
            let lines = self.lines.entry(id).or_default();
            lines.push(self.report.items.len());
        }
        self.report.items.push(line);
    }

    /// A public key alone is nothing to keep: it is said to be one, and whose private half is here.
    fn take_public_key(
        &mut self,
        open: &OpenVault,
        key: &PublicKey,
        name: &str,
        origin: &Origin<'_>,
    ) {
        let here = self.whereabouts(open, &(Kind::Key, key.spki_sha256()));
        let (id, known_name) = match here {
            Some(Whereabouts::Here(id)) => {
                let item = self.model.item(id);
                (item.map(|_| id), item.map(|item| item.name.clone()))
            }
            Some(Whereabouts::Coming(place)) => {
                let coming = self.inserts.get(place);
                (None, coming.map(|coming| coming.summary.name.clone()))
            }
            None => (None, None),
        };
        let algorithm = key.algorithm().to_string();
        let mut line = import_report::refused(
            origin.file.to_owned(),
            Phrase::new("import-public-key-only").text("algorithm", algorithm),
        );
        line.kind = Some(Kind::Key);
        line.name = new_item::found_name(name, origin.stem);
        if let Some(known_name) = known_name {
            line.id = id;
            line.outcome = ImportOutcome::Known;
            line.reason = Some(Phrase::new("import-already-here").text("name", known_name.clone()));
            line.name = known_name.into();
        }
        self.line(line);
    }

    fn take_request(
        &mut self,
        open: &OpenVault,
        request: &CertificationRequest,
        beside: Beside,
        origin: &Origin<'_>,
    ) {
        let spoken = request.subject().common_name().unwrap_or(origin.stem);
        let name = new_item::found_name(&beside.name, spoken);
        let state = request.signature_state();
        if state == SignatureState::Invalid {
            return self.refuse_unsigned(name, origin);
        }
        let identity = Sha256Fingerprint::of(request.der());
        let summary = new_item::request(name, request, open.now());
        let body = || SecretBytes::copy_of(request.der());
        let summary = dressed(summary, beside);
        let is_new = self.put(open, (Kind::Request, identity), summary, body, origin);
        if is_new
            && state == SignatureState::Unverifiable
            && let Some(line) = self.report.items.last_mut()
        {
            let algorithm = request.public_key().algorithm().to_string();
            line.notices
                .push(Phrase::new("notice-request-unverified").text("algorithm", algorithm));
        }
    }

    fn take_spkac(
        &mut self,
        open: &OpenVault,
        found: &SignedPublicKey,
        beside: Beside,
        origin: &Origin<'_>,
    ) {
        let name = new_item::found_name(&beside.name, origin.stem);
        if !found.verify_signature() {
            return self.refuse_unsigned(name, origin);
        }
        let summary = dressed(new_item::spkac(name, found, open.now()), beside);
        let body = || SecretBytes::copy_of(found.der());
        let identity = (Kind::Request, found.sha256());
        self.put(open, identity, summary, body, origin);
    }

    /// A request proves that its maker holds the key (RFC 2986 §3): this one does not.
    fn refuse_unsigned(&mut self, name: String, origin: &Origin<'_>) {
        let reason = Phrase::new("import-request-not-signed").text("name", name);
        self.refuse(origin.file, reason);
    }

    fn take_certificate(
        &mut self,
        open: &OpenVault,
        certificate: &Certificate,
        beside: Beside,
        origin: &Origin<'_>,
    ) {
        let spoken = new_item::spoken_name(certificate.subject());
        let fallback = if spoken.is_empty() {
            origin.stem
        } else {
            &spoken
        };
        let name = new_item::found_name(&beside.name, fallback);
        let identity = certificate.sha256();
        let test_trusted = self.model.vault.test_branch_trusted;
        let trust = bicle_igc::authority_by_sha256(&identity).map_or(Trust::Issuer, |found| {
            bundled::official_trust(found, test_trusted)
        });
        let summary = new_item::certificate(name, certificate, trust, open.now());
        let summary = dressed(summary, beside);
        let body = || SecretBytes::copy_of(certificate.der());
        self.put(open, (Kind::Certificate, identity), summary, body, origin);
    }

    fn take_list(
        &mut self,
        open: &OpenVault,
        list: &RevocationList,
        beside: Beside,
        origin: &Origin<'_>,
    ) {
        if list.der().len() > BODY_LIMIT_BYTES {
            let limit = u64::try_from(BODY_LIMIT_BYTES).unwrap_or(u64::MAX);
            let limit = refusal::mebibytes(limit);
            let reason = Phrase::new("import-list-too-large").number("limit", limit);
            return self.refuse(origin.file, reason);
        }
        let issuer = new_item::spoken_name(list.issuer());
        let number = list.number_text();
        let fallback = match number {
            Some(number) => format!("{issuer} {number}"),
            None => issuer,
        };
        let name = new_item::found_name(&beside.name, &fallback);
        let name = new_item::found_name(&name, origin.stem);
        let summary = dressed(new_item::list(name, list, open.now()), beside);
        let body = || SecretBytes::copy_of(list.der());
        self.put(open, (Kind::List, list.sha256()), summary, body, origin);
    }

    /// Takes a template; `notices` are told with it if it is new.
    pub(crate) fn take_template(
        &mut self,
        open: &OpenVault,
        summary: Summary,
        toml: String,
        notices: Vec<Phrase>,
        origin: &Origin<'_>,
    ) {
        let identity = Sha256Fingerprint::of(toml.as_bytes());
        let body = || SecretBytes::new(toml.into_bytes());
        let place = self.report.items.len();
        if self.put(open, (Kind::Template, identity), summary, body, origin)
            && let Some(line) = self.report.items.get_mut(place)
        {
            line.notices = notices;
        }
    }

    /// Keeps with a certificate that its authority's own book revokes it. `false`: it is not here
    /// and does not come.
    pub(crate) fn declare_revoked(
        &mut self,
        open: &OpenVault,
        certificate: Sha256Fingerprint,
        mark: Mark,
    ) -> bool {
        match self.whereabouts(open, &(Kind::Certificate, certificate)) {
            Some(Whereabouts::Here(id)) => {
                self.declared.insert(id.record, mark);
                true
            }
            Some(Whereabouts::Coming(number)) => {
                if let Some(insert) = self.inserts.get_mut(number) {
                    declare(&mut insert.summary, mark);
                }
                true
            }
            None => false,
        }
    }

    /// Notes the thing in the report and, if it is new, among the inserts. `true`: it is new.
    fn put(
        &mut self,
        open: &OpenVault,
        identity: Identity,
        summary: Summary,
        body: impl FnOnce() -> SecretBytes,
        origin: &Origin<'_>,
    ) -> bool {
        let mut line = ImportedItem {
            id: None,
            kind: Some(summary.kind()),
            name: summary.name.clone().into(),
            file: origin.file.to_owned(),
            outcome: ImportOutcome::Added,
            reason: None,
            verdict: None,
            notices: Vec::new(),
        };
        // one file that holds a thing twice is told once; of several files each is told
        let told = |report: &mut ImportReport, lines: &HashMap<ItemId, Vec<usize>>, id| {
            // its key came before it: that line has no file of its own yet
            let by_key = |item: &ImportedItem| {
                item.outcome == ImportOutcome::Completed && item.file.is_empty()
            };
            for place in lines.get(&id).into_iter().flatten() {
                if let Some(item) = report.items.get_mut(*place)
                    && (item.file == origin.file || by_key(item))
                {
                    origin.file.clone_into(&mut item.file);
                    return true;
                }
            }
            false
        };
        match self.whereabouts(open, &identity) {
            None => {
                let number = self.inserts.len();
                self.known.insert(identity, Whereabouts::Coming(number));
                self.inserts.push(Insert {
                    place: self.report.items.len(),
                    summary,
                    body: body(),
                });
                self.report.items.push(line);
                return true;
            }
            Some(Whereabouts::Coming(number)) => {
                let Some(first) = self.inserts.get(number).map(|insert| insert.place) else {
                    return false;
                };
                let told_first = self.report.items.get(first);
                if told_first.is_some_and(|told| told.file == origin.file) {
                    return false;
                }
                line.name = told_first.map(|told| told.name.clone()).unwrap_or_default();
                self.again.push((self.report.items.len(), first));
                line.outcome = ImportOutcome::Known;
            }
            Some(Whereabouts::Here(id)) => {
                if told(&mut self.report, &self.lines, id) {
                    return false;
                }
                let here = open.records.get(&id.record);
                line.id = Some(id);
                line.name = here
                    .map(|here| here.name.clone().into())
                    .unwrap_or_default();
                let binned = here.is_some_and(|here| here.deleted.is_some());
                if !(binned && self.revived.insert(id)) {
                    line.outcome = ImportOutcome::Known;
                }
            }
        }
        if line.outcome == ImportOutcome::Known {
            let reason = Phrase::new("import-already-here");
            line.reason = Some(reason.text("name", line.name.clone()));
        }
        self.line(line);
        false
    }
}

/// The summary with what its file says besides.
fn dressed(mut summary: Summary, beside: Beside) -> Summary {
    let comment = beside.comment.chars().take(COMMENT_LIMIT_CHARACTERS);
    summary.comment = comment.collect::<String>().into();
    if let Some(created) = beside.created {
        summary.created = created;
    }
    summary
}

/// Notes a revocation; `false` where it was noted already.
fn declare(summary: &mut Summary, mark: Mark) -> bool {
    let Content::Certificate(content) = &mut summary.content else {
        return false;
    };
    if content.declared_revoked.as_deref() == Some(&mark) {
        return false;
    }
    content.declared_revoked = Some(Box::new(mark));
    true
}
