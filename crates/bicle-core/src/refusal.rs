//! Refusals of files and of the vault's file, turned into faults once.

use std::path::Path;

use bicle_platform::file::FileError;
use bicle_vault::{
    BackupError, CommitError, CreateError, Holder, OpenError, ReadError, UnlockError,
};

use crate::fault::{Fault, FaultClass};
use crate::model::UnixSeconds;
use crate::phrase::Phrase;

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn with_class(class: FaultClass, phrase: Phrase) -> Fault {
    Fault { phrase, class }
}

/// A refusal without arguments.
pub(crate) fn refused(code: &'static str) -> Fault {
    Fault::refused(Phrase::new(code))
}

pub(crate) fn from_file(error: &FileError) -> Fault {
    Fault::refused(match error {
        FileError::Exists { path } => Phrase::new("error-file-exists").text("path", shown(path)),
        FileError::NotFound { path } => {
            Phrase::new("error-folder-missing").text("folder", shown(path))
        }
        FileError::NotPermitted { path } => {
            Phrase::new("error-folder-not-writable").text("folder", shown(path))
        }
        FileError::Full { folder } => Phrase::new("error-disk-full").text("folder", shown(folder)),
        FileError::ReadOnly { folder } => {
            Phrase::new("error-folder-read-only").text("folder", shown(folder))
        }
        FileError::TooLarge { path, limit_bytes } => Phrase::new("error-file-too-large")
            .text("path", shown(path))
            .number("limit", mebibytes(*limit_bytes)),
        FileError::NotAFile { path } => Phrase::new("error-not-a-file").text("path", shown(path)),
        FileError::Unforced(error) => return from_file(error),
        FileError::Io { path, source } => Phrase::new("error-input-output")
            .text("detail", source.to_string())
            .text("path", shown(path)),
        other => input_output("", other),
    })
}

/// As [`from_file`], for a file that was to be read.
pub(crate) fn from_reading(error: &FileError) -> Fault {
    let (code, path) = match error {
        FileError::NotPermitted { path } => ("error-file-not-readable", path),
        FileError::NotFound { path } => ("error-file-not-found", path),
        other => return from_file(other),
    };
    Fault::refused(Phrase::new(code).text("path", shown(path)))
}

pub(crate) fn mebibytes(bytes: u64) -> i64 {
    i64::try_from(bytes / (1024 * 1024)).unwrap_or(i64::MAX)
}

fn input_output(path: &str, error: &dyn std::error::Error) -> Phrase {
    Phrase::new("error-input-output")
        .text("detail", error.to_string())
        .text("path", path)
}

pub(crate) fn from_open(path: &Path, error: &OpenError) -> Fault {
    let unsound = FaultClass::VaultUnsound;
    match error {
        OpenError::NotFound => {
            Fault::refused(Phrase::new("error-vault-not-found").text("path", shown(path)))
        }
        OpenError::NotAVault => with_class(
            unsound,
            Phrase::new("error-not-a-vault").text("path", shown(path)),
        ),
        OpenError::Newer { found, known } => with_class(
            unsound,
            Phrase::new("error-vault-newer")
                .number("found", i64::from(*found))
                .number("known", i64::from(*known)),
        ),
        OpenError::InUse { holder } => in_use(path, holder.as_ref()),
        OpenError::ChangeUnfinished => with_class(
            FaultClass::VaultInUse,
            Phrase::new("error-vault-change-unfinished").text("path", shown(path)),
        ),
        OpenError::Damaged { what } => with_class(
            unsound,
            Phrase::new("error-vault-damaged").text("what", what.to_string()),
        ),
        OpenError::KdfOutOfBounds => {
            with_class(unsound, Phrase::new("error-vault-kdf-out-of-bounds"))
        }
        OpenError::NotPermitted => {
            Fault::refused(Phrase::new("error-file-not-readable").text("path", shown(path)))
        }
        OpenError::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge => Fault::refused(
            Phrase::new("error-file-too-large")
                .text("path", shown(path))
                .number("limit", mebibytes(bicle_vault::SNAPSHOT_LIMIT_BYTES)),
        ),
        other => Fault::refused(input_output(&shown(path), other)),
    }
}

pub(crate) fn from_unlock(path: &Path, error: &UnlockError, by_recovery_key: bool) -> Fault {
    match error {
        UnlockError::WrongPassword => with_class(
            FaultClass::WrongPassword,
            Phrase::new(if by_recovery_key {
                "error-wrong-recovery-key"
            } else {
                "error-wrong-password"
            }),
        ),
        UnlockError::NoRecoveryKey => refused("error-no-recovery-key"),
        UnlockError::NotEnoughMemory => refused("error-not-enough-memory"),
        UnlockError::Altered { what } => altered(what),
        UnlockError::Damaged { what } => damaged(what),
        other => Fault::refused(input_output(&shown(path), other)),
    }
}

/// Says who has the vault open, where that is known.
fn in_use(path: &Path, holder: Option<&Holder>) -> Fault {
    let phrase = Phrase::new("error-vault-in-use").text("path", shown(path));
    let phrase = match holder {
        Some(holder) => phrase
            .text("holder", "known")
            .text("program", holder.program.clone())
            .text("process", holder.process_id.to_string())
            .text("user", or_unknown(&holder.user))
            .text("host", or_unknown(&holder.host))
            .text("since", minute(holder.since_unix)),
        None => phrase
            .text("holder", "unknown")
            .text("program", "")
            .text("process", "")
            .text("user", "")
            .text("host", "")
            .text("since", ""),
    };
    with_class(FaultClass::VaultInUse, phrase)
}

fn or_unknown(text: &str) -> &str {
    if text.is_empty() { "?" } else { text }
}

/// `2026-11-22 15:05 UTC`: today's date alone would not say since when.
fn minute(unix: i64) -> String {
    let moment = UnixSeconds(unix).to_rfc3339().replace('T', " ");
    let minutes = moment.rsplit_once(':').map_or("", |(minutes, _)| minutes);
    format!("{minutes} UTC")
}

fn altered(what: &str) -> Fault {
    with_class(
        FaultClass::VaultUnsound,
        Phrase::new("error-vault-altered").text("what", what),
    )
}

fn damaged(what: &str) -> Fault {
    with_class(
        FaultClass::VaultUnsound,
        Phrase::new("error-vault-damaged").text("what", what),
    )
}

pub(crate) fn from_create(path: &Path, error: &CreateError) -> Fault {
    let folder = folder_of(path);
    Fault::refused(match error {
        CreateError::Exists { path } => Phrase::new("error-vault-exists").text("path", shown(path)),
        CreateError::Folder(error) => return from_file(error),
        CreateError::NotEnoughMemory => Phrase::new("error-not-enough-memory"),
        CreateError::Full => Phrase::new("error-disk-full").text("folder", folder),
        CreateError::ReadOnly => Phrase::new("error-folder-read-only").text("folder", folder),
        other => input_output(&shown(path), other),
    })
}

pub(crate) fn from_read(error: &ReadError) -> Fault {
    match error {
        ReadError::Altered { what } => altered(what),
        ReadError::Damaged { what } => damaged(what),
        ReadError::NotFound(_) => damaged("record"),
        ReadError::NotEnoughMemory => refused("error-not-enough-memory"),
        other => Fault::refused(input_output("", other)),
    }
}

pub(crate) fn from_commit(path: &Path, error: &CommitError) -> Fault {
    let folder = folder_of(path);
    match error {
        CommitError::Altered { what } => altered(what),
        CommitError::Damaged { what } => damaged(what),
        CommitError::NotFound(_) => damaged("record"),
        CommitError::NotEnoughMemory => refused("error-not-enough-memory"),
        CommitError::TooLarge { limit_bytes } => {
            let limit = mebibytes(u64::try_from(*limit_bytes).unwrap_or(u64::MAX));
            Fault::refused(Phrase::new("error-item-too-large").number("limit", limit))
        }
        CommitError::Full => Fault::refused(Phrase::new("error-disk-full").text("folder", folder)),
        CommitError::OpenedReadOnly => {
            Fault::refused(Phrase::new("error-read-only-vault").text("path", shown(path)))
        }
        CommitError::ReadOnly => {
            Fault::refused(Phrase::new("error-vault-read-only").text("path", shown(path)))
        }
        other => Fault::refused(input_output(&shown(path), other)),
    }
}

pub(crate) fn from_backup(target: &Path, error: &BackupError) -> Fault {
    let folder = folder_of(target);
    match error {
        BackupError::Exists { path } => {
            Fault::refused(Phrase::new("error-file-exists").text("path", shown(path)))
        }
        BackupError::InUse => in_use(target, None),
        BackupError::Folder(error) => from_file(error),
        BackupError::Altered { .. } | BackupError::Damaged { .. } => {
            let phrase = Phrase::new("error-backup-not-verified").text("path", shown(target));
            with_class(FaultClass::VaultUnsound, phrase)
        }
        BackupError::Unforced(error) => from_file(error),
        BackupError::Moved => with_class(
            FaultClass::VaultInUse,
            Phrase::new("error-vault-changed-meanwhile").text("path", shown(target)),
        ),
        BackupError::Displaced { kept, source } => Fault::refused(
            Phrase::new("error-vault-displaced")
                .text("kept", shown(kept))
                .word("reason", cause(&from_backup(target, source))),
        ),
        BackupError::Full => Fault::refused(Phrase::new("error-disk-full").text("folder", folder)),
        BackupError::ReadOnly => {
            Fault::refused(Phrase::new("error-folder-read-only").text("folder", folder))
        }
        other => Fault::refused(input_output(&shown(target), other)),
    }
}

/// Why something that was tried besides did not succeed, in a few words of the catalogue.
pub(crate) fn cause(fault: &Fault) -> &'static str {
    match fault.code() {
        "disk-full" => "warning-cause-disk-full",
        "folder-read-only" | "folder-not-writable" | "vault-read-only" | "file-exists" => {
            "warning-cause-not-writable"
        }
        "vault-altered" | "vault-damaged" | "backup-not-verified" => "warning-cause-unsound",
        "not-enough-memory" => "warning-cause-memory",
        _ => "warning-cause-system",
    }
}

fn folder_of(path: &Path) -> String {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder.map_or_else(|| String::from("."), shown)
}

/// A record that the vault opened does not read: the file is not what this program wrote.
pub(crate) fn unreadable_record() -> Fault {
    damaged("record")
}
