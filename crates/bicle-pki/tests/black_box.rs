//! What was found by using the program from outside, each under a name of its own.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods
)]

mod peers;

use bicle_pki::read::{Problem, Thing};
use bicle_pki::request::CertificationRequest;
use peers::reading::{assert_problem, read, summary};
use peers::{openssl, workshop};

const PASSWORD: &str = "motdepasse";

fn sample(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

/// A sample with one bit of one octet changed, counted from the end.
fn altered(name: &str, from_end: usize) -> Vec<u8> {
    let mut bytes = sample(name);
    let at = bytes.len() - from_end;
    bytes[at] ^= 1;
    bytes
}

#[test]
fn an_altered_java_store_is_refused_whole() {
    let what = Thing::Jks;
    for store in ["java.jks", "java.jceks"] {
        // the last octet of the digest, and one of the last certificate
        for from_end in [1, 30] {
            let bytes = altered(store, from_end);
            assert_problem(&bytes, &[PASSWORD], Problem::Altered { what });
            assert_problem(&bytes, &["wrong", PASSWORD], Problem::Altered { what });
        }
        assert_eq!(summary(&read(&sample(store), &[PASSWORD])).1, []);
    }
    // no key tells whether the password is right
    let trust = altered("java-trust.jks", 1);
    assert_problem(&trust, &[PASSWORD], Problem::WrongPassword { what });
}

#[test]
fn of_a_java_store_under_a_wrong_password_nothing_is_taken() {
    let what = Thing::Jks;
    for store in ["java.jks", "java.jceks", "java-trust.jks"] {
        assert_problem(&sample(store), &["faux"], Problem::WrongPassword { what });
        let reading = read(&sample(store), &[]);
        assert!(reading.integrity_not_checked, "{store}");
        assert!(!reading.without_mac, "{store}");
        assert!(summary(&reading).0.starts_with('C'), "{store}");
        let reading = read(&sample(store), &[PASSWORD]);
        assert!(!reading.integrity_not_checked, "{store}");
    }
}

#[test]
fn a_pkcs8_under_the_empty_password_opens() {
    let place = workshop();
    let key = place.write("key.pem", &sample("ec-pkcs8.pem"));
    let file = place.path("empty.pem");
    let to = ["pkcs8", "-topk8", "-in", &key, "-out", &file];
    openssl(&[&to[..], &["-v2", "aes256", "-passout", "pass:"]].concat()).succeeds();
    let bytes = place.read("empty.pem");
    for passwords in [&[][..], &[""], &["faux"], &["faux", ""]] {
        let reading = read(&bytes, passwords);
        assert_eq!(summary(&reading), ("K".to_owned(), &[][..]));
    }
    // what nobody asked for costs a second at most
    let costly = ["-iter", "2000001", "-passout", "pass:"];
    openssl(&[&to[..], &["-v2", "aes256"], &costly].concat()).succeeds();
    let bytes = place.read("empty.pem");
    let what = Thing::Key;
    assert_problem(&bytes, &[], Problem::PasswordNeeded { what });
    let reading = read(&bytes, &[""]);
    assert_eq!(summary(&reading), ("K".to_owned(), &[][..]));
}

#[test]
fn a_traditional_pem_takes_an_empty_line_as_password() {
    // OpenSSL of today writes none under less than four characters: made of its parts, with the key
    // that EVP_BytesToKey makes of no password and the salt
    let place = workshop();
    let salt = place.write("salt", b"12345678");
    let (md5, plain, encrypted) = (place.path("md5"), place.path("plain"), place.path("e"));
    openssl(&["dgst", "-md5", "-binary", "-out", &md5, &salt]).succeeds();
    let pem = place.write("key.pem", &sample("ec-pkcs8.pem"));
    openssl(&["ec", "-in", &pem, "-outform", "DER", "-out", &plain]).succeeds();
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect::<String>()
    };
    let (key, iv) = (hex(&place.read("md5")), hex(b"1234567812345678"));
    let enc = ["enc", "-aes-128-cbc", "-K", &key, "-iv", &iv, "-in", &plain];
    openssl(&[&enc[..], &["-out", &encrypted]].concat()).succeeds();
    let armour = bicle_pki::pem::encode("EC PRIVATE KEY", &place.read("e"));
    let headers = format!("KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{iv}\n\n");
    let bytes = armour.replacen("KEY-----\n", &headers, 1).into_bytes();
    let reading = read(&bytes, &[""]);
    assert_eq!(summary(&reading), ("K".to_owned(), &[][..]));
    let what = Thing::Key;
    assert_problem(&bytes, &["faux"], Problem::WrongPassword { what });
}

#[test]
fn a_key_with_the_public_half_of_another_is_named_so() {
    let place = workshop();
    let path = |name: &str| place.path(name);
    for name in ["a", "b"] {
        let out = path(name);
        let curve = "ec_paramgen_curve:P-256";
        let generate = ["genpkey", "-algorithm", "EC", "-pkeyopt", curve];
        openssl(&[&generate[..], &["-outform", "DER", "-out", &out]].concat()).succeeds();
    }
    let (mut key, other) = (place.read("a"), place.read("b"));
    // the public point stands last in both
    let (at, from) = (key.len() - 64, other.len() - 64);
    key[at..].copy_from_slice(&other[from..]);
    assert_problem(&key, &[], Problem::HalvesDiffer);
}

#[test]
fn of_a_cut_file_the_end_is_named() {
    for (name, what) in [
        ("certificate-rsa.der", Thing::Certificate),
        ("certificate-ec.der", Thing::Certificate),
        ("pkcs12-aes256.p12", Thing::Pkcs12),
    ] {
        let bytes = sample(name);
        let at_byte = bytes.len() / 2;
        let cut = Problem::Malformed { what, at_byte };
        assert_problem(&bytes[..at_byte], &[PASSWORD], cut);
    }
}

#[test]
fn a_signature_on_a_curve_that_is_not_computed_is_not_called_forged() {
    use bicle_pki::signature::SignatureState;
    let place = workshop();
    for (curve, expected) in [
        ("brainpoolP256r1", SignatureState::Unverifiable),
        ("secp256k1", SignatureState::Unverifiable),
        ("P-256", SignatureState::Valid),
    ] {
        let (key, out) = (place.path("key"), place.path("csr"));
        let curve = format!("ec_paramgen_curve:{curve}");
        openssl(&[
            "genpkey",
            "-algorithm",
            "EC",
            "-pkeyopt",
            &curve,
            "-out",
            &key,
        ])
        .succeeds();
        let request = ["req", "-new", "-key", &key, "-subj", "/CN=leaf"];
        openssl(&[&request[..], &["-outform", "DER", "-out", &out]].concat()).succeeds();
        let mut der = place.read("csr");
        let state = |der: &[u8]| {
            let request = CertificationRequest::from_der(der).unwrap();
            let state = request.signature_state();
            assert_eq!(request.verify_signature(), state == SignatureState::Valid);
            state
        };
        assert_eq!(state(&der), expected, "{curve}");
        // one that can be verified and does not hold is forged
        let last = der.len() - 1;
        der[last] ^= 1;
        let altered = match expected {
            SignatureState::Valid => SignatureState::Invalid,
            other => other,
        };
        assert_eq!(state(&der), altered, "{curve}");
    }
}

#[test]
fn a_quoted_or_one_line_pem_is_read() {
    let pem = String::from_utf8(sample("certificate-rsa.pem")).unwrap();
    let key = String::from_utf8(sample("ec-pkcs8.pem")).unwrap();
    let lines = |text: &str, prefix: &str| {
        let lines = text.lines().map(|line| format!("{prefix}{line}\n"));
        lines.collect::<String>()
    };
    for (text, expected) in [
        (lines(&pem, "> "), "C"),
        (lines(&pem, ">"), "C"),
        (lines(&pem, "> > "), "C"),
        (format!("Bonjour,\n\n{}\n-- \nMoi", lines(&pem, "> ")), "C"),
        (pem.replace('\n', ""), "C"),
        (pem.replace('\n', " "), "C"),
        ((key.clone() + &pem).replace('\n', " "), "KC"),
        (format!("certificat : {}", pem.replace('\n', "")), "C"),
    ] {
        let reading = read(text.as_bytes(), &[]);
        assert_eq!(summary(&reading), (expected.to_owned(), &[][..]), "{text}");
    }
}

#[test]
fn an_armour_that_cannot_be_read_is_called_a_damaged_pem() {
    let pem = String::from_utf8(sample("certificate-rsa.pem")).unwrap();
    let lines = pem.lines().map(|line| format!("§ {line}\n"));
    let marked = lines.collect::<String>();
    for text in [marked.as_str(), "see -----BEGIN CERTIFICATE----- here"] {
        let reading = read(text.as_bytes(), &[]);
        assert!(
            matches!(summary(&reading).1, [Problem::Malformed { .. }]),
            "{text}: {:?}",
            reading.problems
        );
    }
    // the word alone is no armour
    for text in [
        "-----BEGIN ",
        "a -----BEGIN ----- b",
        "-----BEGIN PGP MESSAGE-----",
    ] {
        let reading = read(text.as_bytes(), &[]);
        assert!(
            matches!(summary(&reading).1, [Problem::NotRecognised { .. }]),
            "{text}"
        );
    }
}
