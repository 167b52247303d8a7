//! What went wrong below is told by what it means, and every error says something of its own.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::{fmt, io};

use rusqlite::ffi;

use crate::error::Fault;
use crate::{
    BackupError, CommitError, CreateError, Holder, OpenError, ReadError, RecordId, UnlockError,
};

fn of_sqlite(code: std::ffi::c_int) -> String {
    let failure = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
    format!("{:?}", Fault::from(failure))
}

#[test]
fn what_sqlite_says_is_told_by_what_it_means_for_a_vault() {
    for (code, expected) in [
        (ffi::SQLITE_CORRUPT, "Damaged(\"SQLite structure\")"),
        (ffi::SQLITE_NOTADB, "Damaged(\"SQLite structure\")"),
        (ffi::SQLITE_TOOBIG, "Damaged(\"a value beyond all limits\")"),
        (ffi::SQLITE_BUSY, "InUse"),
        (ffi::SQLITE_LOCKED, "InUse"),
        (ffi::SQLITE_PROTOCOL, "InUse"),
        (ffi::SQLITE_FULL, "Full"),
        (ffi::SQLITE_READONLY, "ReadOnly"),
        (ffi::SQLITE_CANTOPEN, "ReadOnly"),
        (ffi::SQLITE_PERM, "ReadOnly"),
        (ffi::SQLITE_NOMEM, "NotEnoughMemory"),
    ] {
        assert_eq!(of_sqlite(code), expected);
    }
    assert!(of_sqlite(ffi::SQLITE_IOERR).starts_with("Io("));
    let missing = Fault::from(rusqlite::Error::QueryReturnedNoRows);
    assert!(matches!(missing, Fault::Damaged("a row is missing")));
    for error in [
        rusqlite::Error::InvalidColumnType(0, "id".into(), rusqlite::types::Type::Text),
        rusqlite::Error::IntegralValueOutOfRange(0, -1),
    ] {
        let fault = Fault::from(error);
        assert!(matches!(fault, Fault::Damaged("a value of another type")));
    }
    assert!(matches!(
        Fault::from(rusqlite::Error::InvalidQuery),
        Fault::Io(_)
    ));
}

/// One of each fault.
fn faults() -> [Fault; 11] {
    [
        Fault::Altered("a row"),
        Fault::Damaged("a page"),
        Fault::NotFound(RecordId(7)),
        Fault::TooLarge(1000),
        Fault::KdfOutOfBounds,
        Fault::NotEnoughMemory,
        Fault::InUse,
        Fault::OpenedReadOnly,
        Fault::Full,
        Fault::ReadOnly,
        Fault::Io(io::Error::other("the disk")),
    ]
}

fn kinds<E: From<Fault> + fmt::Debug>() -> Vec<String> {
    let debug = |fault| format!("{:?}", E::from(fault));
    faults().into_iter().map(debug).collect()
}

#[test]
fn every_act_names_the_faults_that_concern_it() {
    let begins = |found: &[String], expected: [&str; 11]| {
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}: {expected}");
        }
    };
    begins(
        &kinds::<OpenError>(),
        [
            "Damaged { what: \"a row\"",
            "Damaged { what: \"a page\"",
            "Io(Kind(InvalidInput",
            "Io(Kind(InvalidInput",
            "KdfOutOfBounds",
            "Io(Kind(OutOfMemory",
            "InUse { holder: None",
            "Io(Kind(ReadOnlyFilesystem",
            "Io(Kind(StorageFull",
            "NotPermitted",
            "Io(Custom",
        ],
    );
    begins(
        &kinds::<UnlockError>(),
        [
            "Altered { what: \"a row\"",
            "Damaged { what: \"a page\"",
            "Io(Kind(InvalidInput",
            "Io(Kind(InvalidInput",
            "Io(Kind(InvalidInput",
            "NotEnoughMemory",
            "Io(Kind(ResourceBusy",
            "Io(Kind(ReadOnlyFilesystem",
            "Io(Kind(StorageFull",
            "Io(Kind(ReadOnlyFilesystem",
            "Io(Custom",
        ],
    );
}

#[test]
fn every_error_says_something_of_its_own() {
    let mut said = BTreeSet::new();
    let mut take = |error: &dyn fmt::Display| {
        let words = error.to_string();
        assert!(words.len() > 4, "{words:?}");
        assert!(said.insert(words.clone()), "twice: {words}");
    };
    let holder = Holder {
        program: "bicle-cli".to_owned(),
        process_id: 4271,
        user: "aude".to_owned(),
        host: "cabinet".to_owned(),
        since_unix: 0,
    };
    take(&OpenError::NotFound);
    take(&OpenError::NotPermitted);
    take(&OpenError::NotAVault);
    take(&OpenError::Newer { found: 9, known: 1 });
    take(&OpenError::InUse { holder: None });
    let in_use = OpenError::InUse {
        holder: Some(holder),
    };
    for word in ["bicle-cli", "4271", "aude", "cabinet"] {
        assert!(in_use.to_string().contains(word), "{in_use}");
    }
    take(&in_use);
    take(&OpenError::ChangeUnfinished);
    take(&UnlockError::WrongPassword);
    take(&UnlockError::NoRecoveryKey);
    take(&UnlockError::Altered { what: "slots" });
    take(&ReadError::NotFound(RecordId(7)));
    take(&ReadError::Damaged { what: "a body" });
    take(&CommitError::OpenedReadOnly);
    take(&CommitError::TooLarge { limit_bytes: 1000 });
    take(&CommitError::KdfOutOfBounds);
    take(&CommitError::NotEnoughMemory);
    take(&CreateError::Exists {
        path: "/v/coffre".into(),
    });
    take(&CreateError::Full);
    take(&BackupError::InUse);
    take(&BackupError::Moved);
    take(&BackupError::ReadOnly);
    take(&BackupError::Displaced {
        kept: "/v/gardé".into(),
        source: Box::new(BackupError::Full),
    });
}
