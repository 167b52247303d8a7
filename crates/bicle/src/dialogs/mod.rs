//! The dialogs: one file each, a struct for its fields, shown one over the other.

pub mod about;
mod acts;
pub mod backup;
pub mod certreq;
pub mod change_password;
pub mod check_request;
pub mod comment;
pub mod create_request;
pub mod create_vault;
pub mod deliver;
pub mod delivered;
pub mod export_certificate;
pub mod export_csv;
pub mod export_key;
pub mod export_request;
pub mod file_name;
pub mod form;
pub mod generate_key;
mod host;
pub mod import;
mod import_questions;
pub mod import_report;
mod import_rows;
mod key_layout;
pub mod new_order;
pub mod open_vault;
pub mod password_again;
mod plain_question;
pub mod problem;
pub mod products;
pub mod purge;
pub mod recovery_key;
pub mod rename;
pub mod restore_copy;
mod restore_preview;
pub mod rolled_back;
#[cfg(test)]
pub(crate) mod samples;
pub mod sending;
pub mod settings;
#[cfg(test)]
mod tests;
pub mod trust;
pub mod truststore;
mod usages;
mod way_in;

use std::path::PathBuf;

use bicle_core::command::{Event, ImportReport, Source};
use bicle_core::id::{ItemId, Kind};
use bicle_core::phrase::Phrase;
use bicle_text::Texts;

use crate::context::Context;

pub(crate) use acts::*;
pub use host::{Host, KeptDraft};
pub(crate) use import_rows::verdict_ui;
pub use sending::{Sending, Told};

/// Whether a dialog goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It stays.
    Stay,
    /// It is over.
    Close,
}

/// A dialog over the window.
pub trait Dialog {
    /// Its title, shown above it and its name for a screen reader.
    fn title(&self, texts: Texts) -> String;

    /// Draws it and takes the user's input. The title is drawn already.
    fn ui(&mut self, ui: &mut egui::Ui, context: &mut Context<'_>) -> Answer;

    /// Something happened: an event of a job that this dialog has sent, or `Model`, or `Locked`.
    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer;

    /// The user pressed Escape. A dialog with a job in progress cancels it here and stays.
    fn dismiss(&mut self, _context: &mut Context<'_>) -> Answer {
        Answer::Close
    }

    /// What it keeps while the vault is locked: names, paths, choices, never a secret and nothing that
    /// the vault itself says. `None`: it is not opened again.
    fn draft(&self) -> Option<Draft> {
        None
    }

    /// Its width in points.
    fn width(&self) -> f32 {
        480.0
    }
}

/// Makes a dialog that a lock has interrupted anew, over the vault that is open again; `None` where its
/// item is gone.
pub type Draft = Box<dyn FnOnce(&mut Context<'_>) -> Option<Box<dyn Dialog>>>;

/// A dialog to open.
pub enum Open {
    /// Make a vault; the place that is proposed.
    CreateVault {
        /// The file.
        path: PathBuf,
    },
    /// Open a vault: its file, then its password or recovery key.
    FindVault,
    /// Open that vault with its recovery key.
    UnlockWithRecoveryKey {
        /// Its file.
        path: PathBuf,
    },
    /// Replace the password.
    ChangePassword,
    /// Make a recovery key and show it.
    RecoveryKey,
    /// Copy the vault.
    Backup,
    /// Start an order.
    NewOrder,
    /// Start an order again: the same product, a new key.
    OrderAgain(ItemId),
    /// Choose what to import, or import that.
    Import {
        /// Nothing: the dialog asks.
        sources: Vec<Source>,
    },
    /// Show what an import did.
    ImportReport(Box<ImportReport>),
    /// Write a keystore: of a certificate or an order.
    Deliver(ItemId),
    /// Make a key.
    GenerateKey,
    /// Sign a request, with that key or one that the user chooses.
    CreateRequest {
        /// The key.
        key: Option<ItemId>,
        /// The template.
        template: Option<ItemId>,
    },
    /// Make the key and the request that a certreq file describes.
    CertReq {
        /// The file; `None`: the dialog asks.
        file: Option<PathBuf>,
    },
    /// Hold a request against the portal's rules.
    CheckRequest(ItemId),
    /// Write a key, request, certificate or revocation list to a file.
    Export(ItemId),
    /// Write the authorities of a branch of IGC-Santé to a file.
    Truststore,
    /// Give an item another name.
    Rename(ItemId),
    /// Replace an item's comment.
    Comment(ItemId),
    /// Decide on a certificate.
    Trust(ItemId),
    /// Ask for the password again: an act waits for it.
    PasswordAgain,
    /// Ask whether items of the bin go for good.
    Purge(Vec<ItemId>),
    /// Put a copy in the place of the open vault.
    RestoreCopy,
    /// Put a copy where that vault does not open any more.
    RestoreUnsound(PathBuf),
    /// Write these items to a file for a spreadsheet.
    ExportCsv {
        /// In the order in which they are shown.
        items: Vec<ItemId>,
        /// The name of their page.
        page: String,
    },
    /// Tell that the vault is older than one that was seen, and ask what to do.
    RolledBack(Phrase),
    /// Choose language, theme, when the vault locks itself.
    Settings(Box<crate::settings::Settings>),
    /// What the application is.
    About,
}

impl Open {
    /// The dialog's act changes the vault: it is not opened where that is open only to be looked at.
    #[must_use]
    pub fn changes(&self) -> bool {
        matches!(
            self,
            Self::ChangePassword
                | Self::RecoveryKey
                | Self::NewOrder
                | Self::OrderAgain(_)
                | Self::Import { .. }
                | Self::GenerateKey
                | Self::CreateRequest { .. }
                | Self::CertReq { .. }
                | Self::Rename(_)
                | Self::Comment(_)
                | Self::Trust(_)
                | Self::Purge(_)
                | Self::RestoreCopy
        )
    }
}

/// Makes the dialog that is asked for; `None` where it has nothing to show (its item is gone).
#[must_use]
pub fn make(open: Open, context: &mut Context<'_>) -> Option<Box<dyn Dialog>> {
    let folder = context.services.documents_folder.as_path();
    let model = context.model.map(std::convert::AsRef::as_ref);
    Some(match open {
        Open::CreateVault { path } => Box::new(create_vault::CreateVault::new(&path)),
        Open::FindVault => Box::new(open_vault::OpenVault::new(None)),
        Open::UnlockWithRecoveryKey { path } => {
            Box::new(open_vault::OpenVault::with_recovery_key(Some(&path)))
        }
        Open::ChangePassword => Box::new(change_password::ChangePassword::new(model)),
        Open::RecoveryKey => Box::new(recovery_key::RecoveryKey::new(context.texts, folder)),
        Open::Backup => Box::new(backup::Backup::new(model?, context.texts, folder)),
        Open::NewOrder => Box::new(new_order::NewOrder::new()),
        Open::OrderAgain(order) => Box::new(new_order::NewOrder::again(model?, order)?),
        Open::Import { sources } => Box::new(import::Import::of(sources)),
        Open::ImportReport(report) => Box::new(import::Import::report(*report)),
        Open::Deliver(what) => Box::new(deliver::Deliver::new(model?, what, folder)?),
        Open::GenerateKey => Box::new(generate_key::GenerateKey::new()),
        Open::CreateRequest { key, template } => {
            Box::new(create_request::CreateRequest::new(model?, key, template))
        }
        Open::CertReq { file } => Box::new(certreq::CertReq::new(file.as_deref())),
        Open::CheckRequest(request) => Box::new(check_request::CheckRequest::new(model?, request)?),
        Open::Truststore => Box::new(truststore::Truststore::new(folder)),
        Open::Export(item) => match item.kind {
            Kind::Key => Box::new(export_key::ExportKey::new(model?, item, folder)?),
            Kind::Request | Kind::List => {
                Box::new(export_request::ExportRequest::new(model?, item, folder)?)
            }
            Kind::Certificate => Box::new(export_certificate::ExportCertificate::new(
                model?, item, folder,
            )?),
            Kind::Template | Kind::Order => return None,
        },
        Open::Rename(item) => Box::new(rename::Rename::new(model?, item)?),
        Open::Comment(item) => Box::new(comment::Comment::new(model?, item)?),
        Open::Trust(item) => Box::new(trust::Trust::new(model?, item)?),
        Open::PasswordAgain => Box::new(password_again::PasswordAgain::default()),
        Open::Purge(items) => Box::new(purge::Purge::new(model?, &items)?),
        Open::RestoreCopy => Box::new(restore_copy::RestoreCopy::new(&model?.vault.path)),
        Open::RestoreUnsound(vault) => Box::new(restore_copy::RestoreCopy::over_unsound(&vault)),
        Open::ExportCsv { items, page } => Box::new(export_csv::ExportCsv::new(
            items,
            &page,
            context.texts,
            folder,
        )),
        Open::RolledBack(warning) => Box::new(rolled_back::RolledBack::new(warning)),
        Open::Settings(chosen) => Box::new(settings::Settings::new(&chosen)),
        Open::About => Box::new(about::About),
    })
}
