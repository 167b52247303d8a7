//! Import: what is it, is it here already, whose key is it, whose issuer — one report.

use std::collections::HashMap;
use std::path::Path;

use bicle_pki::certificate::Certificate;
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::private_key::PrivateKey;
use bicle_pki::read::{self, Found, FoundItem};
use bicle_pki::request::CertificationRequest;
use bicle_platform::file;
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_vault::RecordId;

use crate::command::{ImportOutcome, ImportReport, ImportRequest, ImportedItem, Outcome, Source};
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::model::{Model, Trust};
use crate::open_vault::{Edit, OpenVault};
use crate::phrase::Phrase;
use crate::progress::Progress;
use crate::record::{Content, Summary};
use crate::{bundled, import_report, new_item, refusal};

/// So large a file is read: 64 MiB hold fifty thousand certificates; a key file has some kilobytes.
pub(crate) const FILE_LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// So many files come in at once: more is a mistaken drop of a whole folder.
const FILES_LIMIT: usize = 10_000;

/// Reads all sources, brings in what is new in one transaction, tells what came of each thing.
pub(crate) fn import(
    open: &mut OpenVault,
    asked: &ImportRequest,
    progress: &Progress,
) -> Result<Outcome, Fault> {
    if asked.sources.is_empty() {
        return Err(refusal::refused("error-import-nothing"));
    }
    if asked.sources.len() > FILES_LIMIT {
        let limit = i64::try_from(FILES_LIMIT).unwrap_or(i64::MAX);
        return Err(Fault::refused(
            Phrase::new("error-too-many-files").number("limit", limit),
        ));
    }
    let mut gathering = Gathering::new(open);
    for (index, source) in asked.sources.iter().enumerate() {
        progress.go_on()?;
        gathering.read(open, index, source, &asked.passwords, progress)?;
    }
    progress.go_on()?;
    progress.tell(Phrase::new("progress-checking"));
    let Gathering {
        mut report,
        edits,
        pending,
        revived,
        again,
        ..
    } = gathering;
    if asked.dry_run {
        report.dry_run = true;
        return Ok(Outcome::Imported(report));
    }
    progress.tell(Phrase::new("progress-saving"));
    let revived = revived
        .into_iter()
        .map(|id| revive(open, id))
        .collect::<Result<Vec<_>, _>>()?;
    let ids = open.apply(edits.into_iter().chain(revived).collect())?;
    for (place, id) in pending.into_iter().zip(ids) {
        if let Some(item) = report.items.get_mut(place) {
            item.id = Some(id);
        }
    }
    for (place, first) in again {
        let id = report.items.get(first).and_then(|item| item.id);
        if let Some(item) = report.items.get_mut(place) {
            item.id = id;
        }
    }
    // a cache: what is not kept now is learned again at the next unlock
    let _unkept = open.keep_learned();
    import_report::conclude(&mut report, &open.model());
    Ok(Outcome::Imported(report))
}

/// What has been read so far.
struct Gathering {
    report: ImportReport,
    /// Inserts, in the order of `pending`.
    edits: Vec<Edit>,
    /// Places in the report that wait for the id of their insert.
    pending: Vec<usize>,
    /// Items of the bin that came again.
    revived: Vec<ItemId>,
    /// Lines of things that an earlier line of this import brings: their place and that one's.
    again: Vec<(usize, usize)>,
    known: Known,
    model: std::sync::Arc<Model>,
}

/// What is here already, or comes with this import: by key for keys, by content for the rest.
struct Known {
    keys: HashMap<Sha256Fingerprint, Whereabouts>,
    requests: HashMap<Sha256Fingerprint, Whereabouts>,
    certificates: HashMap<Sha256Fingerprint, Whereabouts>,
}

/// Where a thing that was met before is.
#[derive(Clone, Copy)]
enum Whereabouts {
    /// In the vault, or in its bin.
    Here(ItemId),
    /// At that place of the report: this import brings it.
    Coming(usize),
}

/// Where a thing was found.
struct Origin<'a> {
    file: &'a str,
    /// The file's name without its ending: the last resort for a name.
    stem: &'a str,
}

impl Gathering {
    fn new(open: &OpenVault) -> Self {
        let mut known = Known {
            keys: HashMap::new(),
            requests: HashMap::new(),
            certificates: HashMap::new(),
        };
        for (record, summary) in &open.records {
            let id = Whereabouts::Here(ItemId {
                kind: summary.kind(),
                record: *record,
            });
            match &summary.content {
                Content::Key(content) => known.keys.insert(content.spki_sha256, id),
                Content::Request(content) => known.requests.insert(content.sha256, id),
                Content::Certificate(content) => known.certificates.insert(content.sha256, id),
                Content::Template(_) | Content::Order(_) => None,
            };
        }
        Self {
            report: ImportReport::default(),
            edits: Vec::new(),
            pending: Vec::new(),
            revived: Vec::new(),
            again: Vec::new(),
            known,
            model: open.model(),
        }
    }

    fn read(
        &mut self,
        open: &OpenVault,
        index: usize,
        source: &Source,
        passwords: &[SecretText],
        progress: &Progress,
    ) -> Result<(), Fault> {
        let passwords: Vec<&SecretText> = passwords.iter().collect();
        let (name, reading) = match source {
            Source::File(path) => {
                let name = path.display().to_string();
                progress.tell(Phrase::new("progress-reading-file").text("file", name.clone()));
                match file::read_bounded(path, FILE_LIMIT_BYTES) {
                    Ok(bytes) => (
                        name,
                        read::read(bytes.expose(), &passwords, progress.cancelled()),
                    ),
                    Err(error) => {
                        let reason = refusal::from_reading(&error).phrase;
                        self.report.items.push(import_report::refused(name, reason));
                        return Ok(());
                    }
                }
            }
            Source::Bytes { name, bytes } => {
                let reading = read::read(bytes.expose(), &passwords, progress.cancelled());
                (name.clone(), reading)
            }
        };
        progress.go_on()?;
        let stem = Path::new(&name)
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        let stem = stem.unwrap_or_else(|| name.clone());
        let origin = Origin {
            file: &name,
            stem: &stem,
        };
        let first = self.report.items.len();
        self.take(open, reading.found, &origin)?;
        if reading.without_mac {
            for item in self.report.items.iter_mut().skip(first) {
                item.notices.push(Phrase::new("notice-no-mac"));
            }
        }
        for problem in &reading.problems {
            let (reason, wants_password) = import_report::problem(problem);
            self.report
                .items
                .push(import_report::refused(name.clone(), reason));
            if wants_password && !self.report.password_needed.contains(&index) {
                self.report.password_needed.push(index);
            }
        }
        Ok(())
    }

    fn take(
        &mut self,
        open: &OpenVault,
        found: Vec<Found>,
        origin: &Origin<'_>,
    ) -> Result<(), Fault> {
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
            let friendly = found.friendly_name.unwrap_or_default();
            match found.item {
                FoundItem::Key(key) => {
                    let beside = names.get(&key.public_key().spki_sha256());
                    let fallback = beside.map_or(origin.stem, String::as_str);
                    self.take_key(
                        open,
                        &key,
                        &new_item::found_name(&friendly, fallback),
                        origin,
                    );
                }
                FoundItem::Request(request) => {
                    let spoken = request
                        .subject()
                        .common_name()
                        .unwrap_or(origin.stem)
                        .to_owned();
                    let name = new_item::found_name(&friendly, &spoken);
                    self.take_request(open, &request, name, origin);
                }
                FoundItem::Certificate(certificate) => {
                    let spoken = new_item::spoken_name(certificate.subject());
                    let fallback = if spoken.is_empty() {
                        origin.stem
                    } else {
                        &spoken
                    };
                    let name = new_item::found_name(&friendly, fallback);
                    self.take_certificate(open, &certificate, name, origin);
                }
                _ => {
                    let reason = Phrase::new("import-not-recognised")
                        .word("looks-like", "looks-like-binary");
                    self.report
                        .items
                        .push(import_report::refused(origin.file.to_owned(), reason));
                }
            }
        }
        Ok(())
    }

    fn take_key(&mut self, open: &OpenVault, key: &PrivateKey, name: &str, origin: &Origin<'_>) {
        let identity = key.public_key().spki_sha256();
        let known = self.known.keys.get(&identity).copied();
        let summary = new_item::key(name.to_owned(), key.public_key(), open.now());
        let added = self.put(open, known, summary, || key.to_pkcs8_der(), origin);
        if let Some(place) = added {
            self.known.keys.insert(identity, Whereabouts::Coming(place));
            self.complete_certificates(identity, name);
        }
    }

    /// A key came for certificates that were here without it.
    fn complete_certificates(&mut self, identity: Sha256Fingerprint, key_name: &str) {
        let model = std::sync::Arc::clone(&self.model);
        let waiting = model
            .certificates
            .iter()
            .filter(|found| found.spki_sha256 == identity && found.key.is_none());
        for found in waiting {
            let reason = Phrase::new("import-key-found").text("key", key_name);
            let mentioned = self
                .report
                .items
                .iter_mut()
                .find(|item| item.id == Some(found.item.id));
            match mentioned {
                Some(item) => {
                    item.outcome = ImportOutcome::Completed;
                    item.reason = Some(reason);
                }
                None => self.report.items.push(ImportedItem {
                    id: Some(found.item.id),
                    kind: Some(Kind::Certificate),
                    name: found.item.name.clone(),
                    file: String::new(),
                    outcome: ImportOutcome::Completed,
                    reason: Some(reason),
                    verdict: None,
                    notices: Vec::new(),
                }),
            }
        }
    }

    fn take_request(
        &mut self,
        open: &OpenVault,
        request: &CertificationRequest,
        name: String,
        origin: &Origin<'_>,
    ) {
        if !request.verify_signature() {
            // a request proves that its maker holds the key (RFC 2986 §3): this one does not
            let what = Phrase::new("import-request-not-signed").text("name", name);
            self.report
                .items
                .push(import_report::refused(origin.file.to_owned(), what));
            return;
        }
        let identity = Sha256Fingerprint::of(request.der());
        let known = self.known.requests.get(&identity).copied();
        let summary = new_item::request(name, request, open.now());
        let body = || SecretBytes::copy_of(request.der());
        if let Some(place) = self.put(open, known, summary, body, origin) {
            self.known
                .requests
                .insert(identity, Whereabouts::Coming(place));
        }
    }

    fn take_certificate(
        &mut self,
        open: &OpenVault,
        certificate: &Certificate,
        name: String,
        origin: &Origin<'_>,
    ) {
        let identity = certificate.sha256();
        let known = self.known.certificates.get(&identity).copied();
        let test_trusted = self.model.vault.test_branch_trusted;
        let trust = bicle_igc::authority_by_sha256(&identity).map_or(Trust::Issuer, |found| {
            bundled::official_trust(found, test_trusted)
        });
        let summary = new_item::certificate(name, certificate, trust, open.now());
        let body = || SecretBytes::copy_of(certificate.der());
        if let Some(place) = self.put(open, known, summary, body, origin) {
            self.known
                .certificates
                .insert(identity, Whereabouts::Coming(place));
        }
    }

    /// Notes the thing in the report and, if it is new, among the inserts. Gives its place in the
    /// report if it is new.
    fn put(
        &mut self,
        open: &OpenVault,
        known: Option<Whereabouts>,
        summary: Summary,
        body: impl FnOnce() -> SecretBytes,
        origin: &Origin<'_>,
    ) -> Option<usize> {
        let mut line = ImportedItem {
            id: None,
            kind: Some(summary.kind()),
            name: summary.name.clone(),
            file: origin.file.to_owned(),
            outcome: ImportOutcome::Added,
            reason: None,
            verdict: None,
            notices: Vec::new(),
        };
        // one file that holds a thing twice is told once; of several files each is told
        let told = |report: &ImportReport, id| {
            let mut items = report.items.iter();
            items.any(|item| item.id == Some(id) && item.file == origin.file)
        };
        match known {
            None => {
                let place = self.report.items.len();
                self.pending.push(place);
                self.edits.push(Edit::Insert(summary, body()));
                self.report.items.push(line);
                return Some(place);
            }
            Some(Whereabouts::Coming(place)) => {
                let first = self.report.items.get(place);
                if first.is_some_and(|first| first.file == origin.file) {
                    return None;
                }
                line.name = first.map(|first| first.name.clone()).unwrap_or_default();
                self.again.push((self.report.items.len(), place));
                line.outcome = ImportOutcome::Known;
            }
            Some(Whereabouts::Here(id)) => {
                if told(&self.report, id) {
                    return None;
                }
                let here = open.records.get(&id.record);
                line.id = Some(id);
                line.name = here.map(|here| here.name.clone()).unwrap_or_default();
                let binned = here.is_some_and(|here| here.deleted.is_some());
                if binned && !self.revived.contains(&id) {
                    self.revived.push(id);
                } else {
                    line.outcome = ImportOutcome::Known;
                }
            }
        }
        if line.outcome == ImportOutcome::Known {
            let reason = Phrase::new("import-already-here");
            line.reason = Some(reason.text("name", line.name.clone()));
        }
        self.report.items.push(line);
        None
    }
}

fn revive(open: &OpenVault, id: ItemId) -> Result<Edit, Fault> {
    let record: RecordId = id.record;
    let summary = open.records.get(&record).cloned();
    let mut summary = summary.ok_or_else(|| crate::open_vault::no_such_item(id))?;
    summary.deleted = None;
    Ok(Edit::Summary(record, summary))
}
