//! The first page, looked at by a bounded read before SQLite ever sees the file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::error::OpenError;
use crate::format_v1::{APPLICATION_ID, PAGE_BYTES};
use crate::formats::{Format, Formats};

/// First bytes of every SQLite file (SQLite file format, section 1.3).
const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Bytes of the SQLite header.
const HEADER_BYTES: usize = 100;
/// What is read: the header, and the start of the schema's b-tree page.
const READ_BYTES: usize = HEADER_BYTES + 8;
/// A leaf page of a table b-tree (section 1.6).
const TABLE_LEAF: u8 = 13;

/// Refuses what is no vault of a format known, else says which it is; reads no more than the first bytes and changes nothing.
///
/// `journal` says whether a rollback journal lies beside the file: its length may then be that of an
/// unfinished change, which SQLite will roll back.
pub(crate) fn check(
    mut file: &File,
    journal: bool,
    formats: &'static Formats,
) -> Result<&'static Format, OpenError> {
    let length = file.metadata().map_err(OpenError::Io)?.len();
    let mut first = [0; READ_BYTES];
    file.seek(SeekFrom::Start(0)).map_err(OpenError::Io)?;
    match file.read_exact(&mut first) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(OpenError::NotAVault);
        }
        Err(error) => return Err(OpenError::Io(error)),
    }
    check_first(&Header(first), length, journal, formats)
}

/// As [`check`], for a file that was read whole.
pub(crate) fn check_bytes(
    bytes: &[u8],
    formats: &'static Formats,
) -> Result<&'static Format, OpenError> {
    let first = bytes.first_chunk().ok_or(OpenError::NotAVault)?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    check_first(&Header(*first), length, false, formats)
}

fn check_first(
    header: &Header,
    length: u64,
    journal: bool,
    formats: &'static Formats,
) -> Result<&'static Format, OpenError> {
    if header.bytes::<16>(0) != *SQLITE_MAGIC || header.number(68) != APPLICATION_ID {
        return Err(OpenError::NotAVault);
    }
    let number = header.number(60);
    if number > formats.newest() {
        return Err(OpenError::Newer {
            found: number,
            known: formats.newest(),
        });
    }
    let sound = u16::from_be_bytes(header.bytes(16)) == PAGE_BYTES
        // rollback journal for writing and reading; no reserved bytes; the fixed payload fractions
        && header.bytes(18) == [1, 1, 0, 64, 32, 32]
        // no auto-vacuum, UTF-8
        && header.number(52) == 0
        && header.number(56) == 1
        && header.number(64) == 0;
    let Some(format) = formats.of(number).filter(|_| sound) else {
        return Err(OpenError::Damaged {
            what: "SQLite header",
        });
    };
    // a genuine schema fits the first page: a hostile one is refused before SQLite reads it
    let tables = usize::from(u16::from_be_bytes(header.bytes(103)));
    if header.bytes(100) != [TABLE_LEAF] || tables != format.tables.len() {
        return Err(OpenError::Damaged { what: "schema" });
    }
    let pages = u64::from(header.number(28));
    if !journal && length != pages.saturating_mul(u64::from(PAGE_BYTES)) {
        return Err(OpenError::Damaged {
            what: "length of the file",
        });
    }
    Ok(format)
}

struct Header([u8; READ_BYTES]);

impl Header {
    /// Bytes at a fixed offset; zeros beyond what was read.
    fn bytes<const COUNT: usize>(&self, offset: usize) -> [u8; COUNT] {
        self.0
            .get(offset..)
            .and_then(|rest| rest.first_chunk())
            .copied()
            .unwrap_or([0; COUNT])
    }

    fn number(&self, offset: usize) -> u32 {
        u32::from_be_bytes(self.bytes(offset))
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]
mod tests {
    use super::*;
    use crate::formats::FORMATS;
    use crate::testing::new_vault;

    #[test]
    fn a_first_page_that_is_not_ours_is_refused_field_by_field() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        drop(new_vault(&path));
        let whole = std::fs::read(&path).unwrap();
        assert!(check_bytes(&whole, &FORMATS).is_ok());
        for offset in [16, 18, 19, 20, 21, 22, 23, 28, 52, 56, 64, 100, 104] {
            let mut bytes = whole.clone();
            bytes[offset] ^= 1;
            let found = check_bytes(&bytes, &FORMATS);
            assert!(
                matches!(found, Err(OpenError::Damaged { .. })),
                "{offset}: {:?}",
                found.err()
            );
        }
        for offset in [0, 15, 68] {
            let mut bytes = whole.clone();
            bytes[offset] ^= 1;
            assert!(matches!(
                check_bytes(&bytes, &FORMATS),
                Err(OpenError::NotAVault)
            ));
        }
        assert!(matches!(
            check_bytes(&whole[..READ_BYTES - 1], &FORMATS),
            Err(OpenError::NotAVault)
        ));
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_read_is_not_called_another_kind_of_file() {
        let folder = tempfile::tempdir().unwrap();
        let short = folder.path().join("short");
        std::fs::write(&short, b"SQLite format 3\0").unwrap();
        let found = check(&File::open(&short).unwrap(), false, &FORMATS);
        assert!(matches!(found, Err(OpenError::NotAVault)));
        let found = check(&File::open(folder.path()).unwrap(), false, &FORMATS);
        assert!(matches!(found, Err(OpenError::Io(_))), "{:?}", found.err());
    }
}
