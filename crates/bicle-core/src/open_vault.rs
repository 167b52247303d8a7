//! An open vault: the records, what is derived from them, and the one place that changes both.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use bicle_platform::file;
use bicle_platform::secret::SecretBytes;
use bicle_vault::{Change, CheckReport, KdfParameters, LockedVault, RecordId, UnlockedVault};

use crate::build;
use crate::certificate_content::CertificateContent;
use crate::command::{Command, CreateVault, Outcome, UnlockWith};
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::index::Index;
use crate::model::{Model, Sha256Fingerprint, UnixSeconds};
use crate::path_note::PathNote;
use crate::phrase::Phrase;
use crate::places::Later;
use crate::progress::Progress;
use crate::record::{Content, Records, Summary};
use crate::refusal;
pub use crate::services::Services;
use crate::signers::{self, Signers};
use crate::update::{self, Parts, Touched};
use crate::{
    bin, bundled, certreq, copies, csv, deliver, describe, edit, export, export_key, import, keys,
    lists, loading, orders, read_only, requests, restore, services, truststore,
};

/// An open vault.
pub struct OpenVault {
    pub(crate) vault: UnlockedVault,
    pub(crate) services: Services,
    pub(crate) records: Records,
    pub(crate) signers: Signers,
    /// Made when it is first asked for.
    index: Option<Index>,
    /// The certificates that the read model judged last; `None`: all.
    judged: Option<BTreeSet<RecordId>>,
    /// The day for whose first change a copy was made, or tried: days since 1970.
    pub(crate) copied_on: Option<i64>,
    /// That copy was wanted and could not be made.
    pub(crate) is_uncopied: bool,
    warnings: Vec<Phrase>,
    model: Arc<Model>,
}

/// One change of one record, before it is sealed.
pub(crate) enum Edit {
    Insert(Summary, SecretBytes),
    Summary(RecordId, Summary),
    Whole(RecordId, Summary, SecretBytes),
    Remove(RecordId),
}

/// What an edit does to the records that are in memory.
enum Effect {
    Inserted(Summary),
    Updated(RecordId, Summary),
    Removed(RecordId),
}

impl Edit {
    /// The record that is changed; `None`: it is not there yet.
    fn record(&self) -> Option<RecordId> {
        match self {
            Self::Insert(..) => None,
            Self::Summary(id, _) | Self::Whole(id, ..) | Self::Remove(id) => Some(*id),
        }
    }

    /// The change for the vault, and its effect once it is made.
    fn seal(self) -> Result<(Change, Effect), Fault> {
        Ok(match self {
            Self::Insert(summary, body) => (
                Change::Insert {
                    summary: json(&summary)?,
                    body,
                },
                Effect::Inserted(summary),
            ),
            Self::Summary(id, summary) => (
                Change::UpdateSummary {
                    id,
                    summary: json(&summary)?,
                },
                Effect::Updated(id, summary),
            ),
            Self::Whole(id, summary, body) => (
                Change::Update {
                    id,
                    summary: json(&summary)?,
                    body,
                },
                Effect::Updated(id, summary),
            ),
            Self::Remove(id) => (Change::Remove { id }, Effect::Removed(id)),
        })
    }
}

impl OpenVault {
    /// Makes a vault, with the bundled authorities and template if asked, and opens it.
    ///
    /// # Errors
    /// The place is taken or cannot be written; the password is empty.
    pub fn create(asked: &CreateVault, services: Services) -> Result<Self, Fault> {
        if asked.password.is_empty() {
            return Err(refusal::refused("error-password-empty"));
        }
        if let Some(folder) = asked
            .path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            file::create_private_folder(folder).map_err(|error| refusal::from_file(&error))?;
        }
        let now = services.clock.now();
        let edits = match asked.igc_sante {
            true => bundled::edits(now, asked.trust_test_branch)?,
            false => Vec::new(),
        };
        // in one piece: a vault without its authorities never has a name
        let first = edits
            .into_iter()
            .map(|edit| edit.seal().map(|(change, _)| change))
            .collect::<Result<_, _>>()?;
        let kdf = services.kdf();
        let vault = UnlockedVault::create(&asked.path, &asked.password, kdf, now.0, first)
            .map_err(|error| refusal::from_create(&asked.path, &error))?;
        let records = loading::records(&vault)?;
        let open = Self::around(vault, records, services);
        let id = open.vault.id().to_string();
        let generation = open.vault.generation();
        let places = &open.services.places;
        // a vault that is made now has no later state
        let _none = places.opened(open.vault.path(), &id, generation, now);
        let _first = places.opened_on_another_day(&id, now);
        Ok(open)
    }

    /// Opens a vault. Returns with it what the user must be told: this machine saw a later state.
    ///
    /// A derivation that costs less than [`Services::kdf_floor`] is raised (with the password, which it
    /// takes), and what has been in the bin for its time is removed for good where two openings on two days agree
    /// on that.
    ///
    /// # Errors
    /// There is none, it is in use, damaged, altered or newer, or what was given does not open it.
    pub fn unlock(
        path: &Path,
        with: &UnlockWith,
        services: Services,
    ) -> Result<(Self, Vec<Phrase>), Fault> {
        let locked = LockedVault::open(path).map_err(|error| refusal::from_open(path, &error))?;
        let (mut open, mut warnings) = Self::unlocked(locked, path, with, services)?;
        // a copy stays what it was, whoever looks into it
        if !copies::is_copy(path) {
            warnings.extend(open.keep_up(with));
        }
        Ok((open, warnings))
    }

    /// Opens what a restore has just put there: nothing leaves its bin, and its protection is not below `least`.
    pub(crate) fn unlock_restored(
        path: &Path,
        with: &UnlockWith,
        services: Services,
        least: Option<KdfParameters>,
    ) -> Result<(Self, Vec<Phrase>), Fault> {
        let locked = LockedVault::open(path).map_err(|error| refusal::from_open(path, &error))?;
        let (mut open, mut warnings) = Self::unlocked(locked, path, with, services)?;
        if let Err(fault) = restore::keep_due(&mut open) {
            let cause = refusal::cause(&fault);
            warnings.push(Phrase::new("warning-bin-not-kept").word("reason", cause));
        }
        warnings.extend(open.raise_protection(with, least));
        warnings.extend(open.take_warnings());
        Ok((open, warnings))
    }

    /// Opens a vault only to look at it: as it was after its last change, also while another program has it
    /// open. Nothing is changed, not even what [`OpenVault::unlock`] keeps up.
    ///
    /// # Errors
    /// As [`OpenVault::unlock`].
    pub fn unlock_read_only(
        path: &Path,
        with: &UnlockWith,
        services: Services,
    ) -> Result<(Self, Vec<Phrase>), Fault> {
        let locked =
            LockedVault::open_read_only(path).map_err(|error| refusal::from_open(path, &error))?;
        Self::unlocked(locked, path, with, services)
    }

    fn unlocked(
        locked: LockedVault,
        path: &Path,
        with: &UnlockWith,
        services: Services,
    ) -> Result<(Self, Vec<Phrase>), Fault> {
        let (unlocked, records) = loading::unlock(locked, path, with)?;
        let open = Self::around(unlocked, records, services);
        let (places, id) = (&open.services.places, open.vault.id().to_string());
        let generation = open.vault.generation();
        let later = places.opened(open.vault.path(), &id, generation, open.now());
        let warnings = later.map(|later| open.told_older(later));
        Ok((open, warnings.into_iter().collect()))
    }

    /// What the faces draw.
    #[must_use]
    pub fn model(&self) -> Arc<Model> {
        Arc::clone(&self.model)
    }

    /// Does one act. An act that fails has changed nothing, except where its fault says so.
    ///
    /// # Errors
    /// Each act's own; a vault that is open read-only refuses every change. What replaces the open vault
    /// (`CreateVault`, `Unlock`, `Lock`, `RestoreBackup`, `RestoreUnsound`) belongs to the worker and is refused.
    pub fn execute(&mut self, command: Command, progress: &Progress) -> Result<Outcome, Fault> {
        if read_only::changes(&command) {
            self.refuse_read_only()?;
        }
        match command {
            Command::CreateVault(_)
            | Command::Unlock { .. }
            | Command::Lock
            | Command::RestoreBackup { .. }
            | Command::RestoreUnsound { .. } => Err(refusal::refused("error-no-vault-open")),
            Command::PreviewRestore { path, with } => restore::preview(Some(self), &path, &with)
                .map(|preview| Outcome::RestorePreview(Box::new(preview))),
            Command::KeepCopies(count) => self.services.keep_copies(count).map(|()| Outcome::Done),
            Command::ExportCsv {
                path,
                existing,
                table,
            } => csv::export(self, &path, existing, &table),
            Command::Purge(items) => bin::purge(self, &items),
            Command::ChangePassword { current, new } => edit::change_password(self, &current, &new),
            Command::ProvePassword(password) => edit::prove_password(self, &password),
            Command::MakeRecoveryKey => edit::make_recovery_key(self),
            Command::Backup { path, existing } => edit::back_up(self, &path, existing),
            Command::StartOrder(asked) => orders::start(self, &asked, progress),
            Command::SubmitOrder { order, reference } => orders::submit(self, order, &reference),
            Command::RevocationCode { order, renew } => orders::revocation_code(self, order, renew),
            Command::Import(asked) => import::import(self, &asked, progress),
            Command::Deliver(asked) => deliver::deliver(self, &asked, progress),
            Command::GenerateKey { name, key_type } => {
                keys::generate(self, &name, key_type, progress)
            }
            Command::CreateRequest(asked) => requests::create(self, &asked),
            Command::CertReq(asked) => certreq::make(self, &asked, progress),
            Command::CheckRequest(request) => {
                self.check_request(request).map(Outcome::RequestChecked)
            }
            Command::ExportKey(asked) => export_key::export(self, &asked),
            Command::ExportRequest {
                request,
                path,
                encoding,
                existing,
            } => export::request(self, request, &path, encoding, existing),
            Command::ExportCertificate(asked) => export::certificate(self, &asked),
            Command::ExportTruststore(asked) => truststore::export(self, &asked),
            Command::ExportList {
                list,
                path,
                encoding,
                existing,
            } => export::list(self, list, &path, encoding, existing),
            Command::SetTrust { certificate, trust } => edit::set_trust(self, certificate, trust),
            Command::TrustTestBranch(trusted) => edit::trust_test_branch(self, trusted),
            Command::Rename { item, name } => edit::rename(self, item, &name),
            Command::Comment { item, comment } => edit::comment(self, item, &comment),
            Command::Delete(items) => edit::delete(self, &items),
            Command::Restore(items) => edit::restore(self, &items),
            Command::Details(item) => {
                describe::details(self, item).map(|details| Outcome::Details(Box::new(details)))
            }
            Command::AcceptOlder => Ok(self.accept_older()),
            Command::Refresh => {
                self.rebuild();
                Ok(Outcome::Done)
            }
        }
    }

    /// Reads every record and tells which are damaged.
    ///
    /// # Errors
    /// The file cannot be read at all.
    pub fn check(&self) -> Result<CheckReport, Fault> {
        self.vault
            .check()
            .map_err(|error| refusal::from_read(&error))
    }

    /// The present password opens this vault. Costs a whole key derivation.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn password_is(
        &self,
        password: &bicle_platform::secret::SecretText,
    ) -> Result<bool, Fault> {
        self.vault
            .verify_password(password)
            .map_err(|error| refusal::from_read(&error))
    }

    /// What the user must be told since the last call, beside what the acts answered: no copy could be made.
    #[must_use]
    pub fn take_warnings(&mut self) -> Vec<Phrase> {
        std::mem::take(&mut self.warnings)
    }

    pub(crate) fn warn(&mut self, warning: Phrase) {
        self.warnings.push(warning);
    }

    /// Stands before every change of the file: refuses a read-only view, and leaves a copy before the first change
    /// of a day.
    pub(crate) fn before_change(&mut self) -> Result<(), Fault> {
        self.refuse_read_only()?;
        if let Err(warning) = copies::before_change(self) {
            self.warn(warning);
        }
        Ok(())
    }

    /// This is the vault of that file.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        let real = |path: &Path| path.canonicalize().ok();
        real(path).is_some() && real(path) == real(self.vault.path())
    }

    pub(crate) fn now(&self) -> UnixSeconds {
        self.services.clock.now()
    }

    /// Seals and commits the edits in one transaction, then makes the read model anew.
    /// Returns the ids of the inserted items, in order.
    pub(crate) fn apply(&mut self, edits: Vec<Edit>) -> Result<Vec<ItemId>, Fault> {
        if edits.is_empty() {
            return Ok(Vec::new());
        }
        let mut touched = Touched::default();
        let items = self.commit(edits, &mut touched)?;
        self.follow(&touched);
        Ok(items)
    }

    /// Changes the read model after what was committed; makes it anew where the change is not small.
    pub(crate) fn follow(&mut self, touched: &Touched) {
        let now = self.now();
        let parts = Parts {
            vault: &self.vault,
            records: &self.records,
            signers: &mut self.signers,
            index: &mut self.index,
        };
        match update::model(&self.model, parts, touched, now) {
            Some((model, judged)) => {
                self.model = Arc::new(model);
                self.judged = Some(judged);
            }
            None => self.rebuild(),
        }
    }

    /// Where records are found without going through all.
    pub(crate) fn index(&mut self) -> &Index {
        let (records, signers) = (&self.records, &self.signers);
        self.index
            .get_or_insert_with(|| Index::of(records, signers))
    }

    /// The same, if [`OpenVault::index`] was asked for.
    pub(crate) fn known_index(&self) -> Option<&Index> {
        self.index.as_ref()
    }

    /// Seals and commits the edits in one transaction, and notes what they touch; the read model stays as it was.
    pub(crate) fn commit(
        &mut self,
        edits: Vec<Edit>,
        touched: &mut Touched,
    ) -> Result<Vec<ItemId>, Fault> {
        let mut changes = Vec::with_capacity(edits.len());
        let mut inserted = Vec::new();
        let mut others = Vec::new();
        for edit in edits {
            let (change, effect) = edit.seal()?;
            changes.push(change);
            match effect {
                Effect::Inserted(summary) => inserted.push(summary),
                other => others.push(other),
            }
        }
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        self.before_change()?;
        let path = self.vault.path().to_owned();
        let ids = self
            .vault
            .commit(changes)
            .map_err(|error| refusal::from_commit(&path, &error))?;
        let mut items = Vec::with_capacity(inserted.len());
        for (record, summary) in ids.into_iter().zip(inserted) {
            items.push(ItemId {
                kind: summary.kind(),
                record,
            });
            self.keep(record, Some(summary), touched);
        }
        for effect in others {
            match effect {
                Effect::Updated(record, summary) => self.keep(record, Some(summary), touched),
                Effect::Removed(record) => self.keep(record, None, touched),
                Effect::Inserted(_) => {}
            }
        }
        self.remember();
        Ok(items)
    }

    /// A record is as it is written now, or no more.
    fn keep(&mut self, record: RecordId, summary: Option<Summary>, touched: &mut Touched) {
        let after = summary.map(Arc::new);
        let before = match &after {
            Some(after) => self.records.insert(record, Arc::clone(after)),
            None => self.records.remove(&record),
        };
        touched.note(record, before.as_ref(), after.as_ref());
        if let Some(index) = &mut self.index {
            if let Some(before) = &before {
                index.remove(record, before, &self.signers);
            }
            if let Some(after) = &after {
                index.add(record, after, &self.signers);
            }
        }
    }

    /// The summary of an item that is not in the bin, of the right kind.
    pub(crate) fn summary(&self, id: ItemId) -> Result<&Summary, Fault> {
        self.records
            .get(&id.record)
            .map(Arc::as_ref)
            .filter(|summary| summary.kind() == id.kind && summary.deleted.is_none())
            .ok_or_else(|| no_such_item(id))
    }

    /// The sealed body of an item: PKCS#8, DER, TOML, revocation code.
    pub(crate) fn body(&self, record: RecordId) -> Result<SecretBytes, Fault> {
        self.vault
            .body(record)
            .map_err(|error| refusal::from_read(&error))
    }

    /// Refuses an item of another kind.
    pub(crate) fn expect_kind(id: ItemId, kind: Kind) -> Result<(), Fault> {
        if id.kind == kind {
            return Ok(());
        }
        Err(Fault::refused(
            Phrase::new("error-wrong-kind").text("name", id.to_string()),
        ))
    }

    pub(crate) fn rebuild(&mut self) {
        let now = self.services.clock.now();
        let model = build::model(&self.vault, &self.records, &mut self.signers, now);
        self.model = Arc::new(model);
        self.judged = None;
    }

    /// Keeps with the certificates which key was seen to sign them and what paths must know of them, so that
    /// the next unlock neither checks nor reads it again. The read model knows it already.
    pub(crate) fn keep_learned(&mut self) -> Result<(), Fault> {
        let mut edits = Vec::new();
        let judged = self.judged.take();
        let content = |id: &RecordId| signers::certificate(self.records.get(id)?);
        match &judged {
            Some(judged) => {
                let contents = judged.iter().filter_map(|id| Some((*id, content(id)?)));
                edits.extend(contents.filter_map(|(id, content)| self.learned(id, content)));
            }
            None => {
                let contents = signers::certificates(&self.records);
                edits.extend(contents.filter_map(|(id, content)| self.learned(id, content)));
            }
        }
        for list in &self.model.lists {
            let id = list.item.id.record;
            let Some(content) = self.records.get(&id).and_then(|kept| lists::list(kept)) else {
                continue;
            };
            let learned = self.signers.lists().with_learned(id, content);
            let summary = self.records.get(&id).map(|kept| Summary::clone(kept));
            if let (Some(learned), Some(mut summary)) = (learned, summary) {
                summary.content = Content::List(Box::new(learned));
                edits.push(Edit::Summary(id, summary));
            }
        }
        if edits.is_empty() {
            return Ok(());
        }
        let ids: Vec<RecordId> = edits.iter().filter_map(Edit::record).collect();
        self.commit(edits, &mut Touched::default())?;
        let model = Arc::make_mut(&mut self.model);
        for id in ids {
            let _there = update::replace(model, id, self.records.get(&id));
        }
        let test_branch_trusted = model.vault.test_branch_trusted;
        model.vault = build::vault_facts(&self.vault);
        model.vault.test_branch_trusted = test_branch_trusted;
        Ok(())
    }

    /// The edit that keeps with a certificate what was learned of it, if that is something.
    fn learned(&self, id: RecordId, content: &CertificateContent) -> Option<Edit> {
        let signer = match content.signed_by_spki_sha256 {
            Some(_) => None,
            None => self.signer_found(id),
        };
        let note = match &content.path {
            Some(_) => None,
            None => self.signers.note(id, content).cloned(),
        };
        let note = note.and_then(PathNote::kept);
        if signer.is_none() && note.is_none() {
            return None;
        }
        let mut summary = Summary::clone(self.records.get(&id)?);
        if let Content::Certificate(content) = &mut summary.content {
            content.note_signer(content.signed_by_spki_sha256.or(signer));
            content.path = content.path.take().or(note);
        }
        Some(Edit::Summary(id, summary))
    }

    /// The key that the read model found to have signed a certificate.
    fn signer_found(&self, id: RecordId) -> Option<Sha256Fingerprint> {
        let id = ItemId {
            kind: Kind::Certificate,
            record: id,
        };
        let issuer = self.model.certificate(id)?.issuer_id?;
        let issuer = self.model.certificate(issuer)?;
        Some(issuer.spki_sha256)
    }

    /// The password or a slot changed: the generation did, the records did not.
    pub(crate) fn after_vault_change(&mut self) {
        self.remember();
        self.rebuild();
    }

    /// What an unlock does besides: neither stands in the way of opening the vault.
    fn keep_up(&mut self, with: &UnlockWith) -> Vec<Phrase> {
        let mut told: Vec<Phrase> = self.raise_protection(with, None).into_iter().collect();
        if let Err(fault) = bin::purge_old(self) {
            told.push(Phrase::new("warning-bin-not-purged").word("reason", refusal::cause(&fault)));
        }
        told.extend(self.take_warnings());
        told
    }

    /// A derivation below the floor, or cheaper than `least`, is raised where the password is there.
    fn raise_protection(
        &mut self,
        with: &UnlockWith,
        least: Option<KdfParameters>,
    ) -> Option<Phrase> {
        let UnlockWith::Password(password) = with else {
            return None;
        };
        let kdf = self.vault.kdf();
        let is_cheaper = least.is_some_and(|least| services::is_cheaper(&kdf, &least));
        if !is_cheaper && !kdf.is_below(&self.services.kdf_floor) {
            return None;
        }
        let raised = if is_cheaper {
            edit::set_password(self, password, least)
        } else {
            edit::raise_protection(self, password)
        };
        Some(match raised {
            Ok(()) => Phrase::new("notice-protection-raised"),
            Err(fault) => {
                Phrase::new("warning-protection-not-raised").word("reason", refusal::cause(&fault))
            }
        })
    }

    fn around(vault: UnlockedVault, records: Records, services: Services) -> Self {
        let mut signers = Signers::default();
        let model = build::model(&vault, &records, &mut signers, services.clock.now());
        Self {
            vault,
            services,
            records,
            signers,
            index: None,
            judged: None,
            copied_on: None,
            is_uncopied: false,
            warnings: Vec::new(),
            model: Arc::new(model),
        }
    }

    /// The machine keeps the generation, so that an older copy of the file is noticed.
    fn remember(&self) {
        let id = self.vault.id().to_string();
        let generation = self.vault.generation();
        let places = &self.services.places;
        places.changed(self.vault.path(), &id, generation, self.now());
    }

    /// The older copy that stands here is the vault from now on.
    fn accept_older(&self) -> Outcome {
        let id = self.vault.id().to_string();
        let generation = self.vault.generation();
        let places = &self.services.places;
        places.accept_older(self.vault.path(), &id, generation, self.now());
        Outcome::Done
    }

    /// This machine saw a later state: both, with their dates. The date of what is there is the one that it knows
    /// itself and that is sealed: when its newest item came or went.
    fn told_older(&self, later: Later) -> Phrase {
        let newest = self
            .records
            .values()
            .map(|summary| summary.created.0.max(summary.deleted.unwrap_or_default()))
            .max()
            .unwrap_or_else(|| self.vault.created_unix());
        let number = |generation: u64| i64::try_from(generation).unwrap_or(i64::MAX);
        let phrase = Phrase::new("warning-rolled-back")
            .number("seen", number(later.generation))
            .number("found", number(self.vault.generation()));
        match later.seen {
            Some(seen) => phrase
                .text("dated", "yes")
                .time("seen_at", seen.0)
                .time("found_at", newest),
            None => phrase.text("dated", "no"),
        }
    }
}

pub(crate) fn no_such_item(id: ItemId) -> Fault {
    Fault::refused(Phrase::new("error-no-such-item").text("name", id.to_string()))
}

fn json(summary: &Summary) -> Result<SecretBytes, Fault> {
    summary.to_json().map_err(|_| refusal::unreadable_record())
}
