//! The formats that this release opens, and the frozen list of how an older one becomes the next.

use std::fs;
use std::io;
use std::path::Path;

use bicle_platform::file::{Existing, FileError, Staged};

use crate::content::Content;
use crate::error::Fault;
use crate::format_v1;
use crate::keys::Keys;
use crate::locked::Locked;

/// What tells a format from another before a key is known.
pub(crate) struct Format {
    /// SQLite's `user_version`.
    pub(crate) number: u32,
    /// Name and statement of every table, by rising name; nothing else is in the schema.
    pub(crate) tables: &'static [(&'static str, &'static str)],
}

/// Rewrites a copy within a transaction, the sealed state included. What the records say stays, byte for byte. The
/// last argument is called between its steps, for those who watch.
pub(crate) type Rewrite = fn(&Locked, &Keys, &Content, fn()) -> Result<(), Fault>;

/// From one format to the next. Once released, never changed: files that went through it exist.
pub(crate) struct Migration {
    /// The format that it takes; it leaves the next one.
    pub(crate) from: u32,
    /// How.
    pub(crate) rewrite: Rewrite,
}

/// What is opened and how it becomes the newest.
pub(crate) struct Formats {
    /// By rising number, without a gap.
    pub(crate) known: &'static [Format],
    /// One for each format but the newest.
    pub(crate) migrations: &'static [Migration],
    /// Called between the steps of a migration: tests end the process there.
    pub(crate) step: fn(),
    /// Gives the new file the vault's name: [`give_name`], for which tests put a disk that fails.
    pub(crate) swap: fn(Staged) -> Result<(), FileError>,
    /// Gives a file a second name: [`second_name`], for which tests put a disk that has none.
    pub(crate) link: fn(&Path, &Path) -> io::Result<()>,
}

/// Those of this release. Format 1 is the first.
pub(crate) static FORMATS: Formats = Formats {
    known: &[Format {
        number: format_v1::FORMAT,
        tables: &format_v1::TABLES,
    }],
    migrations: &[],
    step: || {},
    swap: give_name,
    link: second_name,
};

/// The same file under another name too.
pub(crate) fn second_name(file: &Path, name: &Path) -> io::Result<()> {
    fs::hard_link(file, name)
}

/// Puts the file in the place of what has its name, in one step.
pub(crate) fn give_name(staged: Staged) -> Result<(), FileError> {
    staged.publish(Existing::Replace)
}

impl Formats {
    /// The number of the newest format.
    pub(crate) fn newest(&self) -> u32 {
        self.known.last().map_or(0, |format| format.number)
    }

    /// The format of that number.
    pub(crate) fn of(&'static self, number: u32) -> Option<&'static Format> {
        self.known.iter().find(|format| format.number == number)
    }

    /// What takes files of that format.
    pub(crate) fn migration_from(&self, number: u32) -> Result<&Migration, Fault> {
        self.migrations
            .iter()
            .find(|migration| migration.from == number)
            .ok_or(Fault::Damaged("no way to the newest format"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_older_format_has_its_migration() {
        let older = FORMATS
            .known
            .iter()
            .filter(|format| format.number < FORMATS.newest());
        for format in older {
            assert!(FORMATS.migration_from(format.number).is_ok());
        }
        assert_eq!(FORMATS.migrations.len() + 1, FORMATS.known.len());
    }
}
