//! An SQLite database of unknown origin, over bytes: tables are read from their first row to their
//! last, and nothing else in it is made use of.
//!
//! What a hostile file could do and why it cannot here: no file is opened (the bytes are copied into
//! memory, read-only); views, triggers, virtual tables and generated columns run what the file says,
//! so that a file with a virtual table is refused, a view is not a table, a table with a generated
//! column is not read, and no trigger fires as nothing is written; indexes may lie, so that none is
//! used (`NOT INDEXED`, no condition, no order); rows may claim more than the file holds, so that the
//! claims are added up before one value is read.

use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags};

use crate::error::XcaError;

/// Largest database, in bytes. One certificate takes 3 KB in it: this is XCA with 80,000, or with
/// some lists of the largest public authorities.
pub const MAX_BYTES: usize = 256 * 1024 * 1024;

/// Rows that are read of one table. Ten times what the largest authority run with XCA that its
/// issues tell of holds; each row costs microseconds.
pub const MAX_ROWS: usize = 100_000;

/// Longest value or row, in bytes: a list of 64 MiB, which holds over a million revocations, in
/// base64 with room to spare.
const MAX_VALUE_BYTES: i32 = 96 * 1024 * 1024;

/// Tables, indexes, views and triggers. XCA 2.9 has 60.
const MAX_SCHEMA_OBJECTS: i32 = 500;

/// Instructions of SQLite's machine for one file: each row takes some 30, in two readings of 15
/// tables. It bounds what a file can cost whose trees go round in circles.
const MAX_STEPS: u64 = if cfg!(fuzzing) {
    5_000_000
} else {
    200_000_000
};

/// Instructions after which the count is looked at.
const STEPS_COUNTED: u32 = 10_000;

/// Columns that one table may have; XCA's have at most 8.
const MAX_COLUMNS: usize = 64;

/// What SQLite may be asked for at most: XCA's own schema and the statements here need far less.
const LIMITS: [(Limit, i32); 14] = [
    (Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES),
    // the longest statement that XCA creates something with has 800 bytes
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 16 * 1024),
    (Limit::SQLITE_LIMIT_COLUMN, 64),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 32),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 4),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 8),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64),
    (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 16),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    (Limit::SQLITE_LIMIT_PARSER_DEPTH, 100),
    (Limit::SQLITE_LIMIT_SCHEMA, MAX_SCHEMA_OBJECTS),
    (Limit::SQLITE_LIMIT_TRIGGER_STEPS, 10),
];

/// What is switched on (true) or off.
const SETTINGS: [(DbConfig, bool); 8] = [
    (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false),
    (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
];

/// The first bytes of every SQLite 3 database (file format §1.3.1).
pub(crate) const MAGIC: &[u8] = b"SQLite format 3\0";

/// Where the header says how the file is written and read (file format §1.3.3): 2 means a
/// write-ahead log beside it, which memory has none of.
const VERSIONS_AT: usize = 18;

/// An open database.
pub(crate) struct Source<'c> {
    connection: Connection,
    bytes: usize,
    cancelled: &'c AtomicBool,
}

/// A table whose columns are known and plain.
pub(crate) struct Table {
    name: &'static str,
    columns: Vec<String>,
}

/// How the reading of a table ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scan {
    /// All rows were read.
    Whole,
    /// There is no such table.
    Absent,
    /// It is broken, or no plain table: what was read before that is good.
    Broken,
    /// It has more rows than are read.
    TooMany,
}

/// One row: the values of the columns that were asked for, in their order.
pub(crate) struct Row<'r>(&'r rusqlite::Row<'r>);

impl Row<'_> {
    /// The value of a column; NULL when the table has none of its name.
    pub(crate) fn value(&self, column: usize) -> ValueRef<'_> {
        self.0.get_ref(column).unwrap_or(ValueRef::Null)
    }
}

impl<'c> Source<'c> {
    /// Opens the bytes of a database.
    pub(crate) fn open(bytes: &[u8], cancelled: &'c AtomicBool) -> Result<Source<'c>, XcaError> {
        if bytes.len() > MAX_BYTES {
            return Err(XcaError::TooLarge);
        }
        let (Some(before), Some(after)) = (bytes.get(..VERSIONS_AT), bytes.get(VERSIONS_AT + 2..))
        else {
            return Err(XcaError::NotXca);
        };
        let connection = open_memory(before, after, bytes.len())
            .map_err(|error| fault(&error).unwrap_or(XcaError::Malformed))?;
        let source = Source {
            connection,
            bytes: bytes.len(),
            cancelled,
        };
        source.refuse_virtual_tables()?;
        Ok(source)
    }

    /// Whether the caller gave up.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Gives each row of a table to `each`: the values of these columns.
    pub(crate) fn scan(
        &self,
        name: &'static str,
        columns: &[&str],
        mut each: impl FnMut(&Row<'_>) -> Result<(), XcaError>,
    ) -> Result<Scan, XcaError> {
        let table = match self.table(name) {
            Ok(Some(table)) => table,
            Ok(None) => return Ok(Scan::Absent),
            Err(error) => return fault(&error).map_or(Ok(Scan::Broken), Err),
        };
        if table.columns.is_empty() || table.columns.len() > MAX_COLUMNS {
            return Ok(Scan::Broken);
        }
        let whole = self.claims_fit(&table)?;
        if whole == Scan::Broken {
            return Ok(whole);
        }
        let wanted: Vec<String> = columns
            .iter()
            .map(|column| table.expression(column))
            .collect();
        let mut rows = 0;
        let ended = self.rows(&table, &wanted, |row| {
            rows += 1;
            if rows > MAX_ROWS {
                return Ok(false);
            }
            each(row).map(|()| true)
        })?;
        Ok(if rows > MAX_ROWS {
            Scan::TooMany
        } else {
            ended
        })
    }

    /// A file whose schema has a virtual table is none of XCA's, and the code behind such tables is
    /// large. The word stands in no statement that XCA creates something with.
    fn refuse_virtual_tables(&self) -> Result<(), XcaError> {
        let schema = Table {
            name: "sqlite_schema",
            columns: vec!["sql".to_owned()],
        };
        let mut is_virtual = false;
        let ended = self.rows(&schema, &["sql".to_owned()], |row| {
            if let ValueRef::Text(sql) | ValueRef::Blob(sql) = row.value(0) {
                let lower = sql.to_ascii_lowercase();
                is_virtual |= lower.windows(7).any(|word| word == b"virtual");
            }
            Ok(true)
        })?;
        if is_virtual || ended != Scan::Whole {
            return Err(XcaError::Malformed);
        }
        Ok(())
    }

    /// The table of this name: `None` when there is none, or when the name is that of a view.
    fn table(&self, name: &'static str) -> rusqlite::Result<Option<Table>> {
        // asks for metadata, which a view does not have: nothing of it is expanded
        if !self.connection.table_exists(Some("main"), name)? {
            return Ok(None);
        }
        let mut statement = self
            .connection
            .prepare(&format!("PRAGMA main.table_xinfo(\"{name}\")"))?;
        let mut rows = statement.query([])?;
        let mut columns = Vec::new();
        while let Some(row) = rows.next()? {
            // hidden: 0 for a plain column, else of a virtual table or generated by an expression
            if row.get::<_, i64>(6)? != 0 || columns.len() > MAX_COLUMNS {
                columns.clear();
                break;
            }
            columns.push(row.get::<_, String>(1)?);
        }
        Ok(Some(Table { name, columns }))
    }

    /// Adds up how long the rows claim their values to be: SQLite tells it from the head of a row,
    /// without reading the value. What stands in a file is not longer than the file; small numbers
    /// are longer as text, hence four times as much.
    fn claims_fit(&self, table: &Table) -> Result<Scan, XcaError> {
        let lengths: Vec<String> = table
            .columns
            .iter()
            .map(|column| format!("octet_length({})", quoted(column)))
            .collect();
        let allowed = u64::try_from(self.bytes)
            .unwrap_or(u64::MAX)
            .saturating_mul(4);
        let (mut claimed, mut rows) = (0_u64, 0_usize);
        let ended = self.rows(table, &lengths, |row| {
            for column in 0..lengths.len() {
                if let ValueRef::Integer(length) = row.value(column) {
                    claimed = claimed.saturating_add(length.unsigned_abs());
                }
            }
            rows += 1;
            Ok(claimed <= allowed && rows < MAX_ROWS)
        })?;
        // a broken page in the middle: what stands before it is read
        Ok(if claimed > allowed {
            Scan::Broken
        } else if ended == Scan::Broken {
            Scan::Whole
        } else {
            ended
        })
    }

    /// The rows of a table, until `each` says false.
    fn rows(
        &self,
        table: &Table,
        expressions: &[String],
        mut each: impl FnMut(&Row<'_>) -> Result<bool, XcaError>,
    ) -> Result<Scan, XcaError> {
        let sql = format!(
            "SELECT {} FROM main.{} NOT INDEXED",
            expressions.join(", "),
            quoted(table.name)
        );
        let broken = |error: &rusqlite::Error| fault(error).map_or(Ok(Scan::Broken), Err);
        let mut statement = match self.connection.prepare(&sql) {
            Ok(statement) => statement,
            Err(error) => return broken(&error),
        };
        let mut rows = match statement.query([]) {
            Ok(rows) => rows,
            Err(error) => return broken(&error),
        };
        loop {
            if self.is_cancelled() {
                return Err(XcaError::Cancelled);
            }
            match rows.next() {
                Ok(Some(row)) => {
                    if !each(&Row(row))? {
                        return Ok(Scan::Whole);
                    }
                }
                Ok(None) => return Ok(Scan::Whole),
                Err(error) => return broken(&error),
            }
        }
    }
}

impl Table {
    /// What stands for a column in a SELECT: NULL if the table does not have it.
    fn expression(&self, column: &str) -> String {
        let found = self
            .columns
            .iter()
            .find(|own| own.eq_ignore_ascii_case(column));
        found.map_or_else(|| "NULL".to_owned(), |own| quoted(own))
    }
}

fn open_memory(before: &[u8], after: &[u8], length: usize) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_MEMORY;
    let mut connection = Connection::open_in_memory_with_flags(flags)?;
    for (setting, on) in SETTINGS {
        connection.set_db_config(setting, on)?;
    }
    for (limit, value) in LIMITS {
        connection.set_limit(limit, value)?;
    }
    // "legacy": the file as it is, without the log that XCA does not use and memory cannot have
    let whole = std::io::Read::chain(before, std::io::Read::chain(&[1, 1][..], after));
    connection.deserialize_read_exact(MAIN_DB, whole, length, true)?;
    connection.execute_batch(
        "PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;",
    )?;
    let mut steps = 0_u64;
    let limit = MAX_STEPS / u64::from(STEPS_COUNTED);
    connection.progress_handler(
        i32::try_from(STEPS_COUNTED).unwrap_or(i32::MAX),
        Some(move || {
            steps += 1;
            steps > limit
        }),
    )?;
    Ok(connection)
}

/// An identifier for SQL.
fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// The faults that end the whole reading; `None` for those of one table.
fn fault(error: &rusqlite::Error) -> Option<XcaError> {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => Some(XcaError::NotXca),
        // the work that one file may cause is used up
        Some(ErrorCode::OperationInterrupted) => Some(XcaError::TooLarge),
        Some(ErrorCode::OutOfMemory) => Some(XcaError::TooLarge),
        _ => None,
    }
}
