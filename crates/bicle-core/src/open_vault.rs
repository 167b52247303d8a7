//! An open vault: the records, what is derived from them, and the one place that changes both.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bicle_platform::file;
use bicle_platform::secret::SecretBytes;
use bicle_vault::{
    Change, CheckReport, KdfParameters, LockedVault, RecordId, RecoveryKey, UnlockedVault,
};

use crate::build;
use crate::clock::Clock;
use crate::command::{Command, CreateVault, Outcome, UnlockWith};
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::model::{Model, UnixSeconds};
use crate::phrase::Phrase;
use crate::places::Places;
use crate::progress::Progress;
use crate::record::{Content, Summary};
use crate::refusal;
use crate::signers::{self, Signers};
use crate::{
    bundled, certreq, deliver, describe, edit, export, export_key, import, keys, lists, orders,
    requests, truststore,
};

/// What the operations need of the machine.
#[derive(Clone)]
pub struct Services {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where things are kept.
    pub places: Places,
}

/// An open vault.
pub struct OpenVault {
    pub(crate) vault: UnlockedVault,
    pub(crate) services: Services,
    pub(crate) records: BTreeMap<RecordId, Summary>,
    pub(crate) signers: Signers,
    model: Arc<Model>,
}

/// One change of one record, before it is sealed.
pub(crate) enum Edit {
    Insert(Summary, SecretBytes),
    Summary(RecordId, Summary),
    Whole(RecordId, Summary, SecretBytes),
}

impl Edit {
    /// The change for the vault; the record that it changes, if it is not new; its summary.
    fn seal(self) -> Result<(Change, Option<RecordId>, Summary), Fault> {
        Ok(match self {
            Self::Insert(summary, body) => (
                Change::Insert {
                    summary: json(&summary)?,
                    body,
                },
                None,
                summary,
            ),
            Self::Summary(id, summary) => (
                Change::UpdateSummary {
                    id,
                    summary: json(&summary)?,
                },
                Some(id),
                summary,
            ),
            Self::Whole(id, summary, body) => (
                Change::Update {
                    id,
                    summary: json(&summary)?,
                    body,
                },
                Some(id),
                summary,
            ),
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
            .map(|edit| edit.seal().map(|sealed| sealed.0))
            .collect::<Result<_, _>>()?;
        let kdf = KdfParameters::DEFAULT;
        let vault = UnlockedVault::create(&asked.path, &asked.password, kdf, now.0, first)
            .map_err(|error| refusal::from_create(&asked.path, &error))?;
        let open = Self::around(vault, services)?;
        open.remember();
        Ok(open)
    }

    /// Opens a vault. Returns with it what the user must be told: this machine saw a later state.
    ///
    /// # Errors
    /// There is none, it is in use, damaged, altered or newer, or what was given does not open it.
    pub fn unlock(
        path: &Path,
        with: &UnlockWith,
        services: Services,
    ) -> Result<(Self, Vec<Phrase>), Fault> {
        let locked = LockedVault::open(path).map_err(|error| refusal::from_open(path, &error))?;
        let unlocked = match with {
            UnlockWith::Password(password) => locked
                .unlock(password)
                .map_err(|(error, _locked)| refusal::from_unlock(path, &error, false)),
            UnlockWith::RecoveryKey(text) => {
                let key = RecoveryKey::parse(text)
                    .map_err(|_| refusal::refused("error-recovery-key-malformed"))?;
                locked
                    .unlock_with_recovery_key(&key)
                    .map_err(|(error, _locked)| refusal::from_unlock(path, &error, true))
            }
        }?;
        let open = Self::around(unlocked, services)?;
        let seen = open.remember();
        let warnings = seen.map(|seen| {
            Phrase::new("warning-rolled-back")
                .number("seen", i64::try_from(seen).unwrap_or(i64::MAX))
                .number(
                    "found",
                    i64::try_from(open.vault.generation()).unwrap_or(i64::MAX),
                )
        });
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
    /// Each act's own; `Lock`, `Unlock` and `CreateVault` belong to the worker and are refused.
    pub fn execute(&mut self, command: Command, progress: &Progress) -> Result<Outcome, Fault> {
        match command {
            Command::CreateVault(_) | Command::Unlock { .. } | Command::Lock => {
                Err(refusal::refused("error-no-vault-open"))
            }
            Command::ChangePassword { current, new } => edit::change_password(self, &current, &new),
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
        let mut changes = Vec::with_capacity(edits.len());
        let mut inserted = Vec::new();
        let mut updated = Vec::new();
        for edit in edits {
            let (change, record, summary) = edit.seal()?;
            changes.push(change);
            match record {
                Some(record) => updated.push((record, summary)),
                None => inserted.push(summary),
            }
        }
        if changes.is_empty() {
            return Ok(Vec::new());
        }
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
            self.records.insert(record, summary);
        }
        self.records.extend(updated);
        self.remember();
        self.rebuild();
        Ok(items)
    }

    /// The summary of an item that is not in the bin, of the right kind.
    pub(crate) fn summary(&self, id: ItemId) -> Result<&Summary, Fault> {
        self.records
            .get(&id.record)
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
    }

    /// Keeps with the certificates which key was seen to sign them, so that the next unlock does not
    /// check it again.
    pub(crate) fn keep_learned(&mut self) -> Result<(), Fault> {
        let (_, mut checker) = self.signers.gather(&self.vault, &self.records);
        let mut edits = Vec::new();
        for (id, content) in signers::certificates(&self.records) {
            if content.signed_by_spki_sha256.is_some() {
                continue;
            }
            let Some(key) = checker.signing_key_of(id) else {
                continue;
            };
            let Some(mut summary) = self.records.get(&id).cloned() else {
                continue;
            };
            if let Content::Certificate(content) = &mut summary.content {
                content.signed_by_spki_sha256 = Some(key);
            }
            edits.push(Edit::Summary(id, summary));
        }
        for (id, content) in lists::lists(&self.records) {
            let learned = self.signers.lists().with_learned(id, content);
            let summary = self.records.get(&id).cloned();
            if let (Some(learned), Some(mut summary)) = (learned, summary) {
                summary.content = Content::List(Box::new(learned));
                edits.push(Edit::Summary(id, summary));
            }
        }
        self.apply(edits)?;
        Ok(())
    }

    /// The password or a slot changed: the generation did, the records did not.
    pub(crate) fn after_vault_change(&mut self) {
        self.remember();
        self.rebuild();
    }

    fn around(vault: UnlockedVault, services: Services) -> Result<Self, Fault> {
        let summaries = vault
            .summaries()
            .map_err(|error| refusal::from_read(&error))?;
        let mut records = BTreeMap::new();
        for sealed in summaries {
            let summary = Summary::from_json(sealed.summary.expose())
                .map_err(|_| refusal::unreadable_record())?;
            records.insert(sealed.id, summary);
        }
        let mut signers = Signers::default();
        let model = build::model(&vault, &records, &mut signers, services.clock.now());
        Ok(Self {
            vault,
            services,
            records,
            signers,
            model: Arc::new(model),
        })
    }

    fn remember(&self) -> Option<u64> {
        let id = self.vault.id().to_string();
        self.services
            .places
            .remember(self.vault.path(), &id, self.vault.generation())
    }
}

pub(crate) fn no_such_item(id: ItemId) -> Fault {
    Fault::refused(Phrase::new("error-no-such-item").text("name", id.to_string()))
}

fn json(summary: &Summary) -> Result<SecretBytes, Fault> {
    summary.to_json().map_err(|_| refusal::unreadable_record())
}
