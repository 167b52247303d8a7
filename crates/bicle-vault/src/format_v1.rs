//! Format 1, frozen: every layout, label and size that a reader of a vault has to know.
//!
//! Nothing here may ever change: files of this format exist. A new format gets its own module and a
//! migration. The same facts, for people who write another reader: `docs/vault-format.md`.

/// SQLite `application_id` (header offset 68): the letters `BiCl`.
pub(crate) const APPLICATION_ID: u32 = 0x4269_436C;

/// SQLite `user_version` (header offset 60): the vault's format.
pub(crate) const FORMAT: u32 = 1;

/// SQLite page size, bytes. Summaries of a few hundred bytes and bodies of one to two KiB pack well in it
/// (164 MB instead of 205 MB for 100,000 records, against pages of 4096).
pub(crate) const PAGE_BYTES: u16 = 8192;

/// The schema, statement by statement, as SQLite stores the text: a vault holds these tables and nothing else.
pub(crate) const TABLES: [(&str, &str); 4] = [
    (
        "body",
        "CREATE TABLE body (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT",
    ),
    (
        "record",
        "CREATE TABLE record (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL, summary BLOB NOT NULL, body_revision INTEGER NOT NULL, body_tag BLOB NOT NULL) STRICT",
    ),
    (
        "slot",
        "CREATE TABLE slot (id INTEGER PRIMARY KEY, memory_kib INTEGER NOT NULL, passes INTEGER NOT NULL, lanes INTEGER NOT NULL, salt BLOB NOT NULL, nonce BLOB NOT NULL, wrapped_key BLOB NOT NULL) STRICT",
    ),
    (
        "vault",
        "CREATE TABLE vault (id INTEGER PRIMARY KEY, vault_id BLOB NOT NULL, state BLOB NOT NULL) STRICT",
    ),
];

/// The vault's random id, bytes.
pub(crate) const VAULT_ID_BYTES: usize = 16;
/// Every key: the vault key, what Argon2id gives, and the subkeys.
pub(crate) const KEY_BYTES: usize = 32;
/// Salt of a slot's Argon2id (RFC 9106 section 3.1 recommends 16 bytes).
pub(crate) const SALT_BYTES: usize = 16;
/// Nonce of XChaCha20-Poly1305.
pub(crate) const NONCE_BYTES: usize = 24;
/// Tag of XChaCha20-Poly1305.
pub(crate) const TAG_BYTES: usize = 16;
/// A wrapped vault key: ciphertext and tag (its nonce has its own column).
pub(crate) const WRAPPED_KEY_BYTES: usize = KEY_BYTES + TAG_BYTES;

/// Row of `slot` that wraps the vault key under the password.
pub(crate) const SLOT_PASSWORD: i64 = 1;
/// Row of `slot` that wraps it under the printed recovery key.
pub(crate) const SLOT_RECOVERY: i64 = 2;
/// The only row of `vault`.
pub(crate) const VAULT_ROW: i64 = 1;

/// HKDF-SHA256 labels (RFC 5869 `info`) of the subkeys, one per purpose; the salt is the vault id.
pub(crate) const INFO_SUMMARY: &[u8] = b"bicle-vault 1 summary";
/// See [`INFO_SUMMARY`].
pub(crate) const INFO_BODY: &[u8] = b"bicle-vault 1 body";
/// See [`INFO_SUMMARY`].
pub(crate) const INFO_STATE: &[u8] = b"bicle-vault 1 state";
/// See [`INFO_SUMMARY`].
pub(crate) const INFO_DIGEST: &[u8] = b"bicle-vault 1 digest";

/// First bytes of the digest over all records.
pub(crate) const DIGEST_RECORDS: &[u8] = b"bicle-vault 1 records";
/// First bytes of the digest over all slots.
pub(crate) const DIGEST_SLOTS: &[u8] = b"bicle-vault 1 slots";

/// What a sealed column is, in its authenticated data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// Table `vault`, column `state`.
    State,
    /// Table `slot`, column `wrapped_key`.
    WrappedKey,
    /// Table `record`, column `summary`.
    Summary,
    /// Table `body`, column `sealed`.
    Body,
}

impl Column {
    /// Table and column numbers.
    const fn numbers(self) -> (u8, u8) {
        match self {
            Column::State => (1, 1),
            Column::WrappedKey => (2, 1),
            Column::Summary => (3, 1),
            Column::Body => (4, 1),
        }
    }
}

/// First bytes of every authenticated data.
const AAD_LABEL: &[u8; 11] = b"bicle-vault";
/// Length of the authenticated data that all columns share.
pub(crate) const AAD_BYTES: usize = 11 + 4 + VAULT_ID_BYTES + 1 + 1 + 8 + 8;

/// The authenticated data of a sealed column: label, format (u32), vault id, table (u8), column (u8), row id
/// (i64), revision (u64); all integers big-endian. A slot adds its KDF's parameters and salt.
pub(crate) fn authenticated_data(
    vault_id: &[u8; VAULT_ID_BYTES],
    column: Column,
    row: i64,
    revision: u64,
) -> Vec<u8> {
    let (table, number) = column.numbers();
    let mut data = Vec::with_capacity(AAD_BYTES);
    data.extend_from_slice(AAD_LABEL);
    data.extend_from_slice(&FORMAT.to_be_bytes());
    data.extend_from_slice(vault_id);
    data.push(table);
    data.push(number);
    data.extend_from_slice(&row.to_be_bytes());
    data.extend_from_slice(&revision.to_be_bytes());
    data
}

/// Sealed summaries are padded to a multiple of this, so that their sizes tell little of names and comments.
pub(crate) const SUMMARY_PAD_BYTES: usize = 64;
/// Sealed bodies are padded to a multiple of this: certificates, requests and keys of one kind look alike.
pub(crate) const BODY_PAD_BYTES: usize = 256;
/// The true length, before the content, inside the seal: u32, big-endian.
pub(crate) const LENGTH_BYTES: usize = 4;

/// The sealed state's plaintext: a fixed size, of which the last bytes are zero.
pub(crate) const STATE_BYTES: usize = 128;
/// Zeros at the end of the state, for what a later release may want to add.
pub(crate) const STATE_RESERVED_BYTES: usize = 32;

/// Largest summary: a thousand times what one needs, and small enough to hold all in memory.
pub(crate) const SUMMARY_LIMIT_BYTES: usize = 1 << 20;
/// The same, sealed: a reader refuses a longer one before it takes it.
pub(crate) const SEALED_SUMMARY_LIMIT_BYTES: usize = NONCE_BYTES
    + (LENGTH_BYTES + SUMMARY_LIMIT_BYTES).next_multiple_of(SUMMARY_PAD_BYTES)
    + TAG_BYTES;
/// Largest body: beyond any certificate or key, and within what SQLite's blobs and memory bear with ease.
pub(crate) const BODY_LIMIT_BYTES: usize = 32 << 20;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn the_authenticated_data_is_the_documented_one() {
        let data = authenticated_data(&[0xAB; 16], Column::Body, 258, 3);
        assert_eq!(data.len(), AAD_BYTES);
        assert_eq!(&data[..15], b"bicle-vault\0\0\0\x01");
        assert_eq!(&data[15..31], &[0xAB; 16]);
        assert_eq!(&data[31..33], &[4, 1]);
        assert_eq!(&data[33..41], &[0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(&data[41..], &[0, 0, 0, 0, 0, 0, 0, 3]);
    }
}
