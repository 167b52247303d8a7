//! Who signed whom and what a written file holds, asked of real keys and certificates made by openssl.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::disallowed_methods
)]

use std::path::Path;
use std::sync::Arc;

use bicle_pki::certificate::Certificate;
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::signature::KeyTables;
use bicle_platform::file::Existing;
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_tests::Workshop;
use bicle_tests::openssl::openssl;
use bicle_vault::RecordId;

use crate::chain::SignedChain;
use crate::signers::{Bearers, Facts, FactsOf, ISSUERS_TRIED, first_signer};
use crate::verified::{
    holds_certificates, holds_key, holds_key_and_certificates, holds_public_key, private, public,
};

/// A certificate of a key under a name, by itself or by the certificate of another key.
fn issue(
    shop: &Workshop,
    key: &str,
    name: &str,
    issuer: Option<&str>,
    extensions: &str,
) -> Certificate {
    let subject = format!("/CN={name}");
    let der = shop.issue((key, &subject), issuer, extensions, "");
    Certificate::from_der(&der).unwrap()
}

fn identity(certificate: &Certificate) -> Sha256Fingerprint {
    certificate.public_key().spki_sha256()
}

#[test]
fn a_chain_is_certificates_of_which_each_has_signed_the_one_before() {
    let shop = Workshop::new();
    let root = issue(&shop, "root", "Racine", None, "").der().to_vec();
    let leaf = issue(&shop, "leaf", "feuille", Some("root"), "")
        .der()
        .to_vec();
    let verifies = |chain: &[&[u8]]| {
        let chain: Vec<Vec<u8>> = chain.iter().map(|der| der.to_vec()).collect();
        SignedChain::verifies(&chain)
    };
    assert!(verifies(&[&leaf, &root]));
    assert!(verifies(&[&leaf, &root, &root]));
    assert!(verifies(&[&leaf]));
    assert!(!verifies(&[&root, &leaf]));
    assert!(!verifies(&[&leaf, &leaf]));
    assert!(!verifies(&[&leaf, &root, &leaf]));
    assert!(!verifies(&[]));
    assert!(!verifies(&[&leaf, b"nothing"]));
}

#[test]
fn keys_are_asked_up_to_the_first_that_signed_and_each_once() {
    let shop = Workshop::new();
    let root = issue(&shop, "root", "Racine", None, "");
    let other = issue(&shop, "other", "Autre", None, "");
    let leaf = issue(&shop, "leaf", "feuille", Some("root"), "");
    let key = |of: &Certificate| (identity(of), Arc::new(of.public_key().clone()));
    let (root, other, own) = (key(&root), key(&other), key(&leaf));
    let asked = [
        other.clone(),
        other.clone(),
        own.clone(),
        root.clone(),
        own.clone(),
    ];
    let answers = first_signer(leaf.der(), &asked, &KeyTables::default());
    let expected = [(other.0, false), (own.0, false), (root.0, true)];
    assert_eq!(answers, expected);
    assert_eq!(first_signer(leaf.der(), &[], &KeyTables::default()), []);
    assert_eq!(first_signer(b"nothing", &asked, &KeyTables::default()), []);
}

#[test]
fn issuers_are_asked_itself_first_then_those_of_the_key_identifier_then_the_others() {
    let shop = Workshop::new();
    let ca = "basicConstraints=CA:TRUE\nauthorityKeyIdentifier=none\nsubjectKeyIdentifier=";
    let with_id = |id: &str| issue(&shop, "ca", "AC", None, &format!("{ca}{id}\n"));
    let (one, two, none) = (with_id("01010101"), with_id("02020202"), with_id("none"));
    let named = "authorityKeyIdentifier=keyid\n";
    with_id("02020202");
    let of_two = issue(&shop, "leaf", "feuille", Some("ca"), named);
    assert_eq!(of_two.authority_key_id(), two.subject_key_id());
    let of_any = issue(
        &shop,
        "leaf",
        "feuille",
        Some("ca"),
        "authorityKeyIdentifier=none\n",
    );
    // an authority that is in its own name, and asks for a key identifier
    let itself = issue(
        &shop,
        "ca2",
        "AC",
        Some("ca"),
        &format!("{named}subjectKeyIdentifier=none\n"),
    );
    let stranger = issue(&shop, "stranger", "Autre", None, "");

    let known = [
        &one, &two, &none, &itself, &two, &of_two, &of_any, &stranger,
    ];
    let ids: Vec<RecordId> = (1..=known.len() as i64).map(record).collect();
    let facts: FactsOf = ids
        .iter()
        .zip(known)
        .map(|(id, certificate)| (*id, Arc::new(Facts::of(certificate))))
        .collect();
    let bearers = Bearers::of(&facts, &ids);
    let issuers = |own: i64| -> Vec<i64> {
        let own = record(own);
        let found = bearers.issuers(&facts, &facts[&own].note, own);
        found.iter().map(|id| id.value()).collect()
    };
    assert_eq!(issuers(6), [2, 5, 1, 3, 4]);
    assert_eq!(issuers(7), [1, 2, 3, 4, 5]);
    assert_eq!(issuers(4), [4, 2, 5, 1, 3]);
    assert_eq!(issuers(8), [8]);
    // one that is only asked for, and stands nowhere itself
    let coming = record(99);
    let found = bearers.issuers(&facts, &facts[&record(4)].note, coming);
    let found: Vec<i64> = found.iter().map(|id| id.value()).collect();
    assert_eq!(found, [2, 5, 1, 3, 4]);
    // nobody bears the name
    let strangers = Bearers::of(&facts, &[record(8)]);
    assert_eq!(
        strangers.issuers(&facts, &facts[&record(6)].note, record(6)),
        []
    );

    // of many the first that came, whose key identifier is asked for before all others
    let many: Vec<RecordId> = (1..=40).map(record).collect();
    let facts: FactsOf = many
        .iter()
        .map(|id| {
            let certificate = if id.value() < 40 { &one } else { &two };
            (*id, Arc::new(Facts::of(certificate)))
        })
        .collect();
    let bearers = Bearers::of(&facts, &many);
    let asking = Facts::of(&of_two);
    let found = bearers.issuers(&facts, &asking.note, coming);
    assert_eq!(found.len(), ISSUERS_TRIED);
    assert_eq!(found[0], record(40));
    assert_eq!(found[1..], many[..ISSUERS_TRIED - 1]);
    // whoever has no key identifier is asked for by none
    assert!(facts[&record(40)].is_asked_for(&asking.note));
    assert!(!facts[&record(1)].is_asked_for(&asking.note));
    assert!(!Facts::of(&none).is_asked_for(&asking.note));
    assert!(!Facts::of(&none).is_asked_for(&Facts::of(&of_any).note));
}

fn record(number: i64) -> RecordId {
    RecordId::from_value(number)
}

#[test]
fn a_file_is_taken_for_whole_only_with_what_it_should_hold_and_nothing_else() {
    let shop = Workshop::new();
    let root = issue(&shop, "root", "Racine", None, "");
    let leaf = issue(&shop, "leaf", "feuille", Some("root"), "");
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let (key, other) = (read(&shop.key("leaf")), read(&shop.key("root")));
    let (certificate, above) = (read(&shop.path("leaf.pem")), read(&shop.path("root.pem")));
    let half = openssl("pkey -pubout")
        .input(key.as_bytes())
        .accepts()
        .text();
    let torn = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let (own, strange) = (identity(&leaf), identity(&root));
    let chain = [leaf.der().to_vec(), root.der().to_vec()];

    let bytes = |parts: &[&str]| SecretBytes::copy_of(parts.concat().as_bytes());
    let password: Option<&SecretText> = None;
    let key_of = |parts: &[&str], of| holds_key(&bytes(parts), password, of);
    assert!(key_of(&[&key], &own));
    assert!(!key_of(&[&key], &strange));
    assert!(!key_of(&[&key, &other], &own));
    assert!(!key_of(&[&key, torn], &own));
    assert!(!key_of(&[], &own));
    assert!(!key_of(&[&half], &own));

    let both = |parts: &[&str], of, chain: &[Vec<u8>]| {
        holds_key_and_certificates(&bytes(parts), password, of, chain)
    };
    assert!(both(&[&key, &certificate, &above], &own, &chain));
    assert!(both(&[&key, &certificate], &own, &chain[..1]));
    assert!(!both(&[&key, &above, &certificate], &own, &chain));
    assert!(!both(&[&key, &certificate], &own, &chain));
    assert!(!both(&[&other, &certificate, &above], &own, &chain));
    assert!(!both(&[&certificate, &above], &own, &chain));
    assert!(!both(&[&key, &certificate, &above, torn], &own, &chain));

    let half_of = |parts: &[&str], of| holds_public_key(&bytes(parts), of);
    assert!(half_of(&[&half], &own));
    assert!(!half_of(&[&half], &strange));
    assert!(!half_of(&[&half, &key], &own));
    assert!(!half_of(&[&half, torn], &own));
    assert!(!half_of(&[&key], &own));

    let only = |parts: &[&str], chain: &[Vec<u8>]| holds_certificates(&bytes(parts), chain);
    assert!(only(&[&certificate, &above], &chain));
    assert!(!only(&[&above, &certificate], &chain));
    assert!(!only(&[&certificate], &chain));
    assert!(!only(&[&certificate, &above, &key], &chain));
    assert!(!only(&[&certificate, &above, torn], &chain));
}

#[test]
fn a_file_that_does_not_read_back_as_it_should_gets_no_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    for write in [private, public] {
        let refused = write(&path, b"bytes", Existing::Refuse, |_: &SecretBytes| false);
        assert_eq!(
            refused.unwrap_err().phrase.code,
            "error-export-not-verified"
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
    let is_whole: fn(&SecretBytes) -> bool = |read| read.expose() == b"bytes";
    for (write, mode) in [(private as fn(_, _, _, _) -> _, 0o600), (public, 0o644)] {
        write(&path, b"bytes", Existing::Refuse, is_whole).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"bytes");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let found = std::fs::metadata(&path).unwrap().permissions().mode();
            // the user's mask may take more away from a public one
            assert_eq!(found & 0o777 & !mode, 0);
            assert_eq!(found & 0o600, 0o600);
        }
        let again = write(&path, b"bytes", Existing::Refuse, is_whole);
        assert!(again.is_err());
        std::fs::remove_file(&path).unwrap();
    }
}
