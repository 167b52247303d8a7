//! The tables of a vault's SQLite file: opened once, read and written by rows.

mod opening;

use std::path::{Path, PathBuf};
use std::time::Duration;

use bicle_platform::file::Marker;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::VaultId;
use crate::connection::{self, connect_unpublished, create_journal, leave_single_file};
use crate::error::Fault;
use crate::format_v1::{APPLICATION_ID, FORMAT, PAGE_BYTES, TABLES, VAULT_ROW};
use crate::formats::{Format, Formats};
use crate::kdf::KdfParameters;
use crate::slot::{Slot, SlotKind, Slots};

pub(crate) use opening::{Held, Opening};

/// So many KiB of pages are kept while all rows are read, each once.
const SCAN_CACHE_KIB: i64 = 1_024;

/// A row of `record`.
pub(crate) struct RecordRow {
    pub(crate) revision: u64,
    pub(crate) summary: Vec<u8>,
    pub(crate) body_revision: u64,
    pub(crate) body_tag: [u8; 16],
}

/// An open vault file. The fields are dropped in this order: SQLite closes before the lock goes.
pub(crate) struct Store {
    connection: Connection,
    marker: Option<Marker>,
    /// `None`: a snapshot in memory, for reading alone.
    held: Option<Held>,
    /// Of a snapshot.
    snapshot_bytes: u64,
    path: PathBuf,
    format: &'static Format,
    formats: &'static Formats,
}

impl Store {
    /// Writes the empty schema of format 1 into an empty file that nobody else knows of yet. It is not
    /// forced to the disk: whoever publishes the file does that.
    pub(crate) fn build(
        path: &Path,
        id: VaultId,
        slots: &Slots,
        state: &[u8],
    ) -> Result<(), Fault> {
        let connection = connect_unpublished(path)?;
        connection.execute_batch(&format!(
            "PRAGMA page_size = {PAGE_BYTES};
             PRAGMA application_id = {APPLICATION_ID};
             PRAGMA user_version = {FORMAT};
             BEGIN;"
        ))?;
        for (_, sql) in TABLES {
            connection.execute_batch(sql)?;
        }
        connection.execute(
            "INSERT INTO vault (id, vault_id, state) VALUES (?1, ?2, ?3)",
            params![VAULT_ROW, id.bytes(), state],
        )?;
        for slot in slots.iter() {
            put_slot(&connection, slot)?;
        }
        connection.execute_batch("COMMIT")?;
        connection.close().map_err(|(_, error)| Fault::from(error))
    }

    /// Copies every page into an empty file that nobody else knows of yet.
    pub(crate) fn copy_to(&self, path: &Path) -> Result<(), Fault> {
        let mut connection = connect_unpublished(path)?;
        {
            let copying = rusqlite::backup::Backup::new(&self.connection, &mut connection)?;
            copying.run_to_completion(i32::MAX, Duration::ZERO, None)?;
        }
        connection.close().map_err(|(_, error)| Fault::from(error))
    }

    /// Puts a sealed state into a file that nobody else knows of yet.
    pub(crate) fn put_state_unpublished(path: &Path, state: &[u8]) -> Result<(), Fault> {
        let connection = connect_unpublished(path)?;
        let changed = connection.execute(
            "UPDATE vault SET state = ?2 WHERE id = ?1",
            params![VAULT_ROW, state],
        )?;
        if changed != 1 {
            return Err(Fault::Damaged("a row is missing"));
        }
        connection.close().map_err(|(_, error)| Fault::from(error))
    }

    /// As the caller named it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file's size.
    pub(crate) fn size_bytes(&self) -> u64 {
        match self.file() {
            Some(file) => file.metadata().map_or(0, |metadata| metadata.len()),
            None => self.snapshot_bytes,
        }
    }

    /// The vault's id.
    pub(crate) fn vault_id(&self) -> Result<VaultId, Fault> {
        let id = self.connection.query_row(
            "SELECT vault_id FROM vault WHERE id = ?1",
            [VAULT_ROW],
            |row| blob::<16>(row, 0),
        )?;
        Ok(VaultId::from_bytes(id))
    }

    /// The sealed state.
    pub(crate) fn state(&self) -> Result<Vec<u8>, Fault> {
        Ok(self.connection.query_row(
            "SELECT state FROM vault WHERE id = ?1",
            [VAULT_ROW],
            |row| row.get(0),
        )?)
    }

    /// Puts a new sealed state in place.
    pub(crate) fn put_state(&self, state: &[u8]) -> Result<(), Fault> {
        self.change_one(
            "UPDATE vault SET state = ?2 WHERE id = ?1",
            params![VAULT_ROW, state],
        )
    }

    /// The slots, each within the bounds of its key derivation.
    pub(crate) fn slots(&self) -> Result<Slots, Fault> {
        let unknown: bool = self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM slot WHERE id NOT IN (?1, ?2))",
            [SlotKind::Password.row(), SlotKind::Recovery.row()],
            |row| row.get(0),
        )?;
        if unknown {
            return Err(Fault::Damaged("a slot of another kind"));
        }
        Ok(Slots {
            password: self
                .slot(SlotKind::Password)?
                .ok_or(Fault::Damaged("no password slot"))?,
            recovery: self.slot(SlotKind::Recovery)?,
        })
    }

    /// Writes a slot over the one of its kind.
    pub(crate) fn put_slot(&self, slot: &Slot) -> Result<(), Fault> {
        put_slot(&self.connection, slot)
    }

    /// Removes the recovery slot.
    pub(crate) fn remove_recovery_slot(&self) -> Result<(), Fault> {
        self.change_one("DELETE FROM slot WHERE id = ?1", [SlotKind::Recovery.row()])
    }

    /// Hands every row of `record` to `take`, by rising id.
    pub(crate) fn each_record(
        &self,
        take: impl FnMut(i64, RecordView<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        // each page is read once: a cache of them would only hold memory, between what is made of the rows
        let _kept = self.keep_pages(SCAN_CACHE_KIB);
        let scanned = self.scan(take);
        let _kept = self.keep_pages(connection::CACHE_KIB);
        scanned
    }

    fn keep_pages(&self, kibibytes: i64) -> Result<(), Fault> {
        // negative: KiB, whatever a page has
        let size = kibibytes.saturating_neg();
        Ok(self.connection.pragma_update(None, "cache_size", size)?)
    }

    fn scan(
        &self,
        mut take: impl FnMut(i64, RecordView<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached(
            "SELECT revision, summary, body_revision, body_tag, id FROM record ORDER BY id",
        )?;
        let mut rows = statement.query([])?;
        let mut last = 0;
        while let Some(row) = rows.next()? {
            let view = RecordView {
                revision: unsigned(row, 0)?,
                summary: row.get_ref(1)?.as_blob().map_err(wrong_type)?,
                body_revision: unsigned(row, 2)?,
                body_tag: blob(row, 3)?,
            };
            take(rising(&mut last, row.get(4)?)?, view)?;
        }
        Ok(())
    }

    /// One row of `record`.
    pub(crate) fn record(&self, id: i64) -> Result<Option<RecordRow>, Fault> {
        let mut statement = self.connection.prepare_cached(
            "SELECT revision, summary, body_revision, body_tag FROM record WHERE id = ?1",
        )?;
        Ok(statement
            .query_row([id], |row| {
                Ok(RecordRow {
                    revision: unsigned(row, 0)?,
                    summary: row.get(1)?,
                    body_revision: unsigned(row, 2)?,
                    body_tag: blob(row, 3)?,
                })
            })
            .optional()?)
    }

    /// One sealed body.
    pub(crate) fn body(&self, id: i64) -> Result<Option<Vec<u8>>, Fault> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT sealed FROM body WHERE id = ?1")?;
        Ok(statement.query_row([id], |row| row.get(0)).optional()?)
    }

    /// Hands the id of every row of `body` to `take`, rising.
    pub(crate) fn each_body_id(&self, mut take: impl FnMut(i64)) -> Result<(), Fault> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id FROM body ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut last = 0;
        while let Some(row) = rows.next()? {
            take(rising(&mut last, row.get(0)?)?);
        }
        Ok(())
    }

    /// The highest id of a record, for a rescue.
    pub(crate) fn highest_record_id(&self) -> Result<i64, Fault> {
        Ok(self
            .connection
            .query_row("SELECT coalesce(max(id), 0) FROM record", [], |row| {
                row.get(0)
            })?)
    }

    /// Writes a record: both rows when `body` is given, else the summary alone.
    pub(crate) fn put_record(
        &self,
        id: i64,
        row: &RecordRow,
        body: Option<&[u8]>,
    ) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO record (id, revision, summary, body_revision, body_tag)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET revision = excluded.revision,
                 summary = excluded.summary, body_revision = excluded.body_revision,
                 body_tag = excluded.body_tag",
        )?;
        statement.execute(params![
            id,
            signed(row.revision)?,
            row.summary,
            signed(row.body_revision)?,
            row.body_tag
        ])?;
        if let Some(sealed) = body {
            let mut statement = self.connection.prepare_cached(
                "INSERT INTO body (id, sealed) VALUES (?1, ?2)
                 ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
            )?;
            statement.execute(params![id, sealed])?;
        }
        Ok(())
    }

    /// Removes both rows of a record.
    pub(crate) fn remove_record(&self, id: i64) -> Result<(), Fault> {
        self.change_one("DELETE FROM record WHERE id = ?1", [id])?;
        self.change_one("DELETE FROM body WHERE id = ?1", [id])
    }

    /// Runs `act` in one transaction: all of it is on the disk afterwards, or nothing.
    pub(crate) fn in_one_transaction<T>(
        &self,
        act: impl FnOnce() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        // nothing would take away the journal of a file that cannot be written to
        if let Some(held) = self.held.as_ref().filter(|held| held.is_writable()) {
            create_journal(held.real());
        }
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let outcome = act().and_then(|done| {
            self.connection.execute_batch("COMMIT")?;
            Ok(done)
        });
        if outcome.is_err() {
            // fails where SQLite has done so already; where it fails for good, the journal stays, and the next
            // opening rolls back
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        outcome
    }

    /// Gives back the pages that SQLite keeps in memory; best effort.
    pub(crate) fn release_memory(&self) {
        let _ = self.connection.release_memory();
    }

    /// SQLite's own check of the structure: every page, every cell.
    pub(crate) fn is_structure_sound(&self) -> bool {
        self.connection
            .query_row("PRAGMA integrity_check(1)", [], |row| {
                row.get::<_, String>(0)
            })
            .is_ok_and(|said| said == "ok")
    }

    /// For tests that need to reach around the vault.
    #[cfg(test)]
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The tables of the format, word for word, and nothing else: no index, trigger or view.
    fn check_schema(&self) -> Result<(), Fault> {
        let mut statement = self.connection.prepare(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name LIMIT 16",
        )?;
        let mut rows = statement.query([])?;
        let foreign = Fault::Damaged("schema");
        let mut known = self.format.tables.iter();
        while let Some(row) = rows.next()? {
            let text = |column| {
                row.get_ref(column)
                    .ok()
                    .and_then(|value| value.as_str().ok())
            };
            match known.next() {
                Some((name, sql))
                    if text(0) == Some("table")
                        && text(1) == Some(name)
                        && text(2) == Some(name)
                        && text(3) == Some(sql) => {}
                _ => return Err(foreign),
            }
        }
        if known.next().is_some() {
            return Err(foreign);
        }
        let foreign_row: bool = self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM vault WHERE id <> ?1)",
            [VAULT_ROW],
            |row| row.get(0),
        )?;
        if foreign_row {
            return Err(Fault::Damaged("rows of the vault table"));
        }
        Ok(())
    }

    fn slot(&self, kind: SlotKind) -> Result<Option<Slot>, Fault> {
        let slot = self
            .connection
            .query_row(
                "SELECT memory_kib, passes, lanes, salt, nonce, wrapped_key FROM slot WHERE id = ?1",
                [kind.row()],
                |row| {
                    let number = |column| row.get::<_, i64>(column);
                    Ok((
                        [number(0)?, number(1)?, number(2)?],
                        blob(row, 3)?,
                        blob(row, 4)?,
                        blob(row, 5)?,
                    ))
                },
            )
            .optional()?;
        let Some((kdf, salt, nonce, wrapped_key)) = slot else {
            return Ok(None);
        };
        let [memory_kib, passes, lanes] =
            kdf.map(|number| u32::try_from(number).map_err(|_| Fault::KdfOutOfBounds));
        Ok(Some(Slot {
            kind,
            kdf: KdfParameters {
                memory_kib: memory_kib?,
                passes: passes?,
                lanes: lanes?,
            }
            .checked()?,
            salt,
            nonce,
            wrapped_key,
        }))
    }

    fn change_one(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), Fault> {
        if self.connection.prepare_cached(sql)?.execute(values)? == 1 {
            Ok(())
        } else {
            Err(Fault::Damaged("a row is missing"))
        }
    }
}

impl Drop for Store {
    /// Leaves a single file: the word to others goes while the lock is held, and the empty journal. Best effort: an
    /// empty journal does no harm.
    fn drop(&mut self) {
        self.marker = None;
        if self.held.is_none() {
            return;
        }
        leave_single_file(&self.connection);
    }
}

/// A row of `record`, borrowed from SQLite.
pub(crate) struct RecordView<'row> {
    pub(crate) revision: u64,
    pub(crate) summary: &'row [u8],
    pub(crate) body_revision: u64,
    pub(crate) body_tag: [u8; 16],
}

fn put_slot(connection: &Connection, slot: &Slot) -> Result<(), Fault> {
    connection.execute(
        "INSERT INTO slot (id, memory_kib, passes, lanes, salt, nonce, wrapped_key)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET memory_kib = excluded.memory_kib,
             passes = excluded.passes, lanes = excluded.lanes, salt = excluded.salt,
             nonce = excluded.nonce, wrapped_key = excluded.wrapped_key",
        params![
            slot.kind.row(),
            slot.kdf.memory_kib,
            slot.kdf.passes,
            slot.kdf.lanes,
            slot.salt,
            slot.nonce,
            slot.wrapped_key
        ],
    )?;
    Ok(())
}

/// A blob of a fixed size.
fn blob<const COUNT: usize>(row: &Row<'_>, column: usize) -> rusqlite::Result<[u8; COUNT]> {
    let value = row.get_ref(column)?;
    value
        .as_blob()
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| rusqlite::Error::InvalidColumnType(column, String::new(), value.data_type()))
}

fn wrong_type(_: rusqlite::types::FromSqlError) -> Fault {
    Fault::Damaged("a value of another type")
}

fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

/// Ids start at 1 and rise. A hostile b-tree whose pages point at one page again and again would otherwise
/// keep a scan busy for ever.
fn rising(last: &mut i64, id: i64) -> Result<i64, Fault> {
    if id <= *last {
        return Err(Fault::Damaged("order of the rows"));
    }
    *last = id;
    Ok(id)
}

/// SQLite's integers are signed.
fn signed(number: u64) -> Result<i64, Fault> {
    i64::try_from(number).map_err(|_| Fault::Altered("a number out of range"))
}
