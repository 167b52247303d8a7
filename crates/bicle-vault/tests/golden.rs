//! A vault of format 1, made once: every later release must open it.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

use std::path::{Path, PathBuf};

use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_vault::{
    Change, KdfParameters, LockedVault, RecordId, RecoveryKey, UnlockedVault, Verdict,
};
use sha2::{Digest, Sha256};

/// See `golden/README.md`, which lists the same content.
const PASSWORD: &str = "Coffre doré n° 1";

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

fn body_of_six() -> Vec<u8> {
    (0..20_000_u32).map(|index| (index % 251) as u8).collect()
}

/// Id, revision, summary, body.
fn content() -> Vec<(i64, u64, &'static str, Vec<u8>)> {
    vec![
        (
            1,
            1,
            r#"{"name":"Clé de signature"}"#,
            b"first body".to_vec(),
        ),
        (
            3,
            2,
            r#"{"name":"Demande","comment":"summary changed once"}"#,
            b"third body".to_vec(),
        ),
        (
            4,
            2,
            r#"{"name":"Certificat"}"#,
            b"fourth body, second revision".to_vec(),
        ),
        (5, 1, "", Vec::new()),
        (6, 1, r#"{"name":"Long"}"#, body_of_six()),
    ]
}

#[test]
fn the_golden_vault_of_format_1_opens_and_can_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    std::fs::copy(golden("format-1.bicle"), &path).unwrap();
    let password = SecretText::copy_of(PASSWORD);
    let vault = LockedVault::open(&path).unwrap().unlock(&password).unwrap();
    let expected_id = std::fs::read_to_string(golden("format-1.id")).unwrap();
    assert_eq!(vault.id().to_string(), expected_id.trim());
    assert_eq!(vault.generation(), 5);
    assert_eq!(vault.kdf(), KdfParameters::DEFAULT);
    assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
    let summaries = vault.summaries().unwrap();
    assert_eq!(summaries.len(), content().len());
    for (found, (id, revision, summary, body)) in summaries.iter().zip(content()) {
        assert_eq!((found.id.value(), found.revision), (id, revision));
        assert_eq!(found.summary.expose(), summary.as_bytes());
        assert_eq!(vault.body(found.id).unwrap().expose(), body);
    }
    let printed = std::fs::read_to_string(golden("format-1.recovery-key")).unwrap();
    let key = RecoveryKey::parse(&SecretText::new(printed)).unwrap();
    let mut vault = vault.lock().unlock_with_recovery_key(&key).unwrap();
    let change = Change::Insert {
        summary: SecretBytes::copy_of(b"new"),
        body: SecretBytes::copy_of(b"new"),
    };
    assert_eq!(
        vault.commit(vec![change]).unwrap(),
        [RecordId::from_value(8)]
    );
    assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
}

/// Everything that the golden vault says, and the file's own hash: it was not made again.
#[test]
fn the_golden_vault_of_format_1_says_what_its_listing_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    std::fs::copy(golden("format-1.bicle"), &path).unwrap();
    let hash = |bytes: &[u8]| -> String {
        let digest = Sha256::digest(bytes);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let original = std::fs::read(&path).unwrap();
    let password = SecretText::copy_of(PASSWORD);
    let vault = LockedVault::open_read_only(&path)
        .unwrap()
        .unlock(&password)
        .unwrap();
    let kdf = vault.kdf();
    let mut listed = format!(
        "file {} bytes, SHA-256 {}\nvault {}\ngeneration {}\ncreated {}\n\
         password {} KiB, {} passes, {} lanes\nrecovery key {}\n",
        original.len(),
        hash(&original),
        vault.id(),
        vault.generation(),
        vault.created_unix(),
        kdf.memory_kib,
        kdf.passes,
        kdf.lanes,
        if vault.has_recovery_key() {
            "yes"
        } else {
            "no"
        },
    );
    for record in vault.summaries().unwrap() {
        let body = vault.body(record.id).unwrap();
        listed += &format!(
            "record {}, revision {}: {:?}, body of {} bytes, SHA-256 {}\n",
            record.id.value(),
            record.revision,
            std::str::from_utf8(record.summary.expose()).unwrap(),
            body.len(),
            hash(body.expose()),
        );
    }
    let expected = std::fs::read_to_string(golden("format-1.contents")).unwrap();
    assert_eq!(listed, expected);
    assert_eq!(std::fs::read(&path).unwrap(), original);
}

/// How the golden vault was made. It is not to be made again: format 1 is frozen.
#[test]
#[ignore = "makes the golden vault, once"]
fn make_the_golden_vault() {
    let path = golden("format-1.bicle");
    let password = SecretText::copy_of(PASSWORD);
    let mut vault = UnlockedVault::create(
        &path,
        &password,
        KdfParameters::DEFAULT,
        1_767_225_600,
        Vec::new(),
    )
    .unwrap();
    let bytes = |text: &str| SecretBytes::copy_of(text.as_bytes());
    let insert = |summary: &str, body: &[u8]| Change::Insert {
        summary: bytes(summary),
        body: SecretBytes::copy_of(body),
    };
    vault
        .commit(vec![
            insert(r#"{"name":"Clé de signature"}"#, b"first body"),
            insert(r#"{"name":"removed later"}"#, b"second body"),
            insert(r#"{"name":"Demande"}"#, b"third body"),
            insert(r#"{"name":"Certificat"}"#, b"fourth body"),
            insert("", b""),
            insert(r#"{"name":"Long"}"#, &body_of_six()),
            insert("removed later too", b"seventh body"),
        ])
        .unwrap();
    let id = RecordId::from_value;
    vault
        .commit(vec![
            Change::Remove { id: id(2) },
            Change::UpdateSummary {
                id: id(3),
                summary: bytes(r#"{"name":"Demande","comment":"summary changed once"}"#),
            },
            Change::Update {
                id: id(4),
                summary: bytes(r#"{"name":"Certificat"}"#),
                body: SecretBytes::copy_of(b"fourth body, second revision"),
            },
        ])
        .unwrap();
    vault.commit(vec![Change::Remove { id: id(7) }]).unwrap();
    let key = vault.add_recovery_key().unwrap();
    std::fs::write(golden("format-1.recovery-key"), key.expose_text().expose()).unwrap();
    std::fs::write(golden("format-1.id"), vault.id().to_string()).unwrap();
}
