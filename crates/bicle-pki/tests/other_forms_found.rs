//! The one entry point: keys of every form, and what is named instead of taken.
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

use std::sync::atomic::AtomicBool;

use bicle_pki::pem;
use bicle_pki::read::{self, FoundItem, LooksLike, Problem, ReadOptions, Reading, Thing};
use bicle_platform::secret::SecretText;
use peers::pki::pki;
use peers::reading::{assert_found, assert_problem, read, summary};
use peers::{openssl, workshop};

/// Names of the items, in their order.
fn named(reading: &Reading) -> Vec<&str> {
    let names = reading.found.iter();
    names
        .map(|found| found.friendly_name.as_deref().unwrap_or("-"))
        .collect()
}

#[test]
fn keys_of_openssh_are_found_as_files_lines_and_armour() {
    let place = workshop();
    let keygen = |arguments: &[&str]| {
        let made = std::process::Command::new("ssh-keygen")
            .args(arguments)
            .output()
            .unwrap();
        assert!(made.status.success(), "{arguments:?}");
        made.stdout
    };
    let mut lines = String::from("# comment ssh-rsa AAAA\n\n");
    for (kind, password) in [("rsa", ""), ("ecdsa", "secret"), ("ed25519", "secret")] {
        let path = place.path(kind);
        let comment = format!("me@{kind}");
        keygen(&[
            "-q", "-t", kind, "-f", &path, "-N", password, "-C", &comment,
        ]);
        let bytes = std::fs::read(&path).unwrap();
        let reading = read(&bytes, &["wrong", "secret"]);
        assert_eq!(summary(&reading), ("K".to_owned(), &[][..]), "{kind}");
        assert_eq!(named(&reading), [&comment]);
        let pem = pem::decode(&bytes).unwrap().remove(0).unwrap();
        assert_found(pem.bytes.expose(), &["secret"], "K", "binary");
        if !password.is_empty() {
            let what = Thing::Key;
            assert_problem(&bytes, &[], Problem::PasswordNeeded { what });
            assert_problem(&bytes, &["wrong"], Problem::WrongPassword { what });
        }
        let line = std::fs::read_to_string(place.path(&format!("{kind}.pub"))).unwrap();
        lines.push_str("command=\"echo ssh-rsa AAAA\",no-pty ");
        lines.push_str(&line);
        let reading = read(line.as_bytes(), &[]);
        assert_eq!(summary(&reading), ("P".to_owned(), &[][..]), "{kind}");
        assert_eq!(named(&reading), [&comment]);
        let armour = keygen(&["-e", "-f", &place.path(&format!("{kind}.pub"))]);
        assert!(armour.starts_with(b"---- BEGIN SSH2"));
        assert_found(&armour, &[], "P", "RFC 4716");
        // ssh-keygen has no SPKI of Ed25519
        if kind != "ed25519" {
            let path = place.path(&format!("{kind}.pub"));
            let spki = keygen(&["-e", "-m", "PKCS8", "-f", &path]);
            assert_found(&spki, &[], "P", "SPKI of ssh-keygen");
        }
    }
    let reading = read(lines.as_bytes(), &[]);
    assert_eq!(named(&reading), ["me@rsa", "me@ecdsa", "me@ed25519"]);
    assert_eq!(reading.problems, []);
    let broken = b"ssh-rsa AAAAB3NzaC1yc2EAAAAD broken\n";
    assert!(matches!(
        read(broken, &[]).problems[..],
        [Problem::Malformed {
            what: Thing::PublicKey,
            ..
        }]
    ));
}

#[test]
fn keys_of_windows_and_of_the_web_are_found() {
    let place = workshop();
    let pki = pki(&place);
    let pvk = |arguments: &[&str]| {
        let base = ["rsa", "-in", &pki.key_pem, "-outform", "PVK"];
        let legacy = ["-provider", "legacy", "-provider", "default"];
        openssl(&[&base[..], arguments, &legacy].concat())
            .succeeds()
            .stdout
    };
    assert_found(&pvk(&["-pvk-none"]), &[], "K", "PVK");
    for strength in ["-pvk-strong", "-pvk-weak"] {
        let bytes = pvk(&[strength, "-passout", "pass:secret"]);
        assert_found(&bytes, &["wrong", "secret"], "K", strength);
        let what = Thing::Key;
        assert_problem(&bytes, &[], Problem::PasswordNeeded { what });
        assert_problem(&bytes, &["wrong"], Problem::WrongPassword { what });
    }
    let blob = openssl(&["rsa", "-in", &pki.key_pem, "-outform", "MSBLOB"]);
    assert_found(&blob.succeeds().stdout, &[], "K", "MSBLOB");

    let key = bicle_pki::private_key::PrivateKey::from_pkcs8_der(&pki.key_der).unwrap();
    let private = bicle_pki::jwk::write_private(&key);
    assert_found(private.expose().as_bytes(), &[], "K", "JWK");
    let public = bicle_pki::jwk::write_public(key.public_key()).unwrap();
    let set = format!(
        "\u{feff}{{\"keys\":[{public},{},{{\"kty\":\"oct\",\"k\":\"AAAA\"}}]}}",
        private.expose()
    );
    let reading = read(set.as_bytes(), &[]);
    assert_eq!(summary(&reading).0, "PK");
    assert!(matches!(
        reading.problems[..],
        [Problem::Unsupported { .. }]
    ));

    let element = |identifier: u8, value: &[u8]| {
        let length = (value.len() as u32).to_le_bytes();
        [&[identifier, 0, 0, 0, 1, 0, 0, 0], &length[..], value].concat()
    };
    let name: Vec<u8> = "Clé\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let store = [
        b"\0\0\0\0CERT",
        &element(11, &name)[..],
        &element(32, &pki.leaf),
        &element(32, &pki.root),
        &[0; 12],
    ]
    .concat();
    let reading = read(&store, &[]);
    assert_eq!(summary(&reading), ("CC".to_owned(), &[][..]));
    assert_eq!(named(&reading), ["Clé", "-"]);
    assert!(matches!(
        read(&store[..100], &[]).problems[..],
        [Problem::Malformed {
            what: Thing::WindowsStore,
            ..
        }]
    ));
}

#[test]
fn what_java_cannot_give_and_other_files_are_named() {
    let looks = |bytes: &[u8], looks_like| {
        assert_problem(bytes, &["x"], Problem::NotRecognised { looks_like });
    };
    // ObjectStore { { AlgorithmIdentifier, OCTET STRING }, { AlgorithmIdentifier, … } }
    let algorithm = [0x30, 4, 6, 2, 0x2a, 3];
    let data = [&[0x30, 9][..], &algorithm, &[4, 1, 0]].concat();
    let check = [&[0x30, 15][..], &algorithm, &algorithm, &[4, 1, 0]].concat();
    let bcfks = [&[0x30, 28][..], &data, &check].concat();
    looks(&bcfks, LooksLike::Bcfks);
    let bks = [
        &[0, 0, 0, 2, 0, 0, 0, 20][..],
        &[9; 20],
        &[0, 0, 5, 1, 0],
        &[1; 20],
    ]
    .concat();
    looks(&bks, LooksLike::Bks);
    for (bytes, looks_like) in [
        (&b"PK\x03\x04\x14\0\0\0leaf.crt"[..], LooksLike::Zip),
        (b"\x89PNG\r\n\x1a\n\0\0", LooksLike::Image),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", LooksLike::Office),
        (
            b"<!DOCTYPE html><title>Session expir\xc3\xa9e</title>",
            LooksLike::Html,
        ),
        (b"{\"error\": \"unauthorized\"}", LooksLike::Json),
        (b"<?xml version=\"1.0\"?><Error/>", LooksLike::Xml),
        (b"\x7fELF\x02\x01\x01", LooksLike::Program),
        (b"SQLite format 3\0\x10\0", LooksLike::Sqlite),
        (b"\xff\xfeB\0o\0n\0j\0o\0u\0r\0", LooksLike::Text),
    ] {
        looks(bytes, looks_like);
    }
}

#[test]
fn a_key_on_a_curve_that_stands_in_front_of_it_is_found() {
    let place = workshop();
    let path = place.path("ec.key");
    let made = ["ecparam", "-name", "secp384r1", "-genkey", "-out", &path];
    openssl(&made).succeeds();
    let der = openssl(&["ec", "-in", &path, "-outform", "DER"]);
    let der = der.succeeds().stdout;
    // SEQUENCE { 1, OCTET STRING of 48 } without the parameters and the public key
    let at = der.windows(2).position(|part| part == [4, 48]).unwrap();
    let bare = [&[0x30, 53, 2, 1, 1][..], &der[at..at + 50]].concat();
    let key = pem::encode("EC PRIVATE KEY", &bare);
    let parameters = openssl(&["ecparam", "-name", "secp384r1"]);
    let parameters = String::from_utf8(parameters.succeeds().stdout).unwrap();
    assert_found(format!("{parameters}{key}").as_bytes(), &[], "K", "both");
    let reading = read(key.as_bytes(), &[]);
    assert!(reading.found.is_empty() && reading.problems.len() == 1);
    for encryption in ["-des3", "-aes256"] {
        let encrypted = ["ec", "-in", &path, encryption, "-passout", "pass:secret"];
        let encrypted = openssl(&encrypted).succeeds().stdout;
        assert_found(&encrypted, &["secret"], "K", encryption);
        assert_problem(
            &encrypted,
            &["wrong"],
            Problem::WrongPassword { what: Thing::Key },
        );
    }
}

#[test]
fn passwords_beyond_ascii_open_what_a_western_program_made() {
    let place = workshop();
    let pki = pki(&place);
    let latin1 = place.write("latin1", b"cl\xe9 priv\xe9e\n");
    let utf8 = place.write("utf8", "clé privée\n".as_bytes());
    let out = place.path("out");
    for password in [&latin1, &utf8] {
        let source = format!("file:{password}");
        for options in [
            &["-iter", "10"][..],
            &["-iter", "10", "-macalg", "sha1", "-keypbe", "PBE-SHA1-3DES"],
            &["-iter", "10", "-certpbe", "PBE-SHA1-3DES", "-nomac"],
            &["-legacy", "-iter", "10"],
        ] {
            let base = ["pkcs12", "-export", "-inkey", &pki.key_pem];
            let rest = ["-in", &pki.leaf_pem, "-out", &out, "-passout", &source];
            openssl(&[&base[..], &rest, options].concat()).succeeds();
            let bytes = std::fs::read(&out).unwrap();
            let what = format!("{password} {options:?}");
            assert_found(&bytes, &["clé privée"], "KC", &what);
            assert_problem(
                &bytes,
                &["clè privée"],
                Problem::WrongPassword {
                    what: Thing::Pkcs12,
                },
            );
        }
        let pkcs8 = ["pkcs8", "-topk8", "-iter", "10", "-in", &pki.key_pem];
        for options in [&[][..], &["-v1", "PBE-SHA1-3DES"]] {
            let rest = ["-passout", &source];
            let bytes = openssl(&[&pkcs8[..], &rest, options].concat());
            assert_found(&bytes.succeeds().stdout, &["clé privée"], "K", password);
        }
        let traditional = ["rsa", "-aes256", "-traditional", "-in", &pki.key_pem];
        let bytes = openssl(&[&traditional[..], &["-passout", &source]].concat());
        assert_found(&bytes.succeeds().stdout, &["clé privée"], "K", password);
    }
}

#[test]
fn what_the_user_agreed_to_is_done() {
    let place = workshop();
    let pki = pki(&place);
    let costly = ["pkcs8", "-topk8", "-iter", "5000001", "-in", &pki.key_pem];
    let costly = openssl(&[&costly[..], &["-passout", "pass:secret"]].concat());
    let bytes = costly.succeeds().stdout;
    let (asked, limit) = (5_000_001, 5_000_000);
    let refused = Problem::TooManyIterations { asked, limit };
    assert_problem(&bytes, &["secret"], refused.clone());
    let password = SecretText::copy_of("secret");
    let never = AtomicBool::new(false);
    let mut options = ReadOptions {
        passwords: &[&password],
        max_iterations: Some(5_000_000),
        cancelled: &never,
    };
    assert_eq!(read::read_with(&bytes, &options).problems, [refused]);
    options.max_iterations = Some(asked);
    let reading = read::read_with(&bytes, &options);
    assert_eq!(summary(&reading), ("K".to_owned(), &[][..]));
}

#[test]
fn public_keys_signed_ones_and_paths_are_found() {
    let place = workshop();
    let pki = pki(&place);
    let der = |arguments: &[&str]| openssl(arguments).succeeds().stdout;
    for form in ["PEM", "DER"] {
        let pkcs1 = der(&[
            "rsa",
            "-in",
            &pki.key_pem,
            "-RSAPublicKey_out",
            "-outform",
            form,
        ]);
        let spki = der(&["pkey", "-in", &pki.key_pem, "-pubout", "-outform", form]);
        for bytes in [pkcs1, spki] {
            let reading = read(&bytes, &[]);
            let [found] = &reading.found[..] else {
                panic!("{form} {:?}", reading.problems)
            };
            let FoundItem::PublicKey(key) = &found.item else {
                panic!("{form}")
            };
            let leaf = bicle_pki::certificate::Certificate::from_der(&pki.leaf).unwrap();
            assert_eq!(key.spki_sha256(), leaf.public_key().spki_sha256());
        }
    }
    // OpenSSL signs with MD5 unless it is told otherwise
    for digest in [&["-digest", "sha256"][..], &[]] {
        let base = ["spkac", "-key", &pki.key_pem, "-challenge", "hello"];
        let text = String::from_utf8(der(&[&base[..], digest].concat())).unwrap();
        spkac_is_read(&text);
    }
    let body = [&pki.root[..], &pki.intermediate, &pki.leaf].concat();
    let length = (body.len() as u16).to_be_bytes();
    let path = [&[0x30, 0x82][..], &length, &body].concat();
    assert_found(&path, &[], "CCC", "PkiPath");
}

fn spkac_is_read(text: &str) {
    let value = text.trim().strip_prefix("SPKAC=").unwrap().to_owned();
    let (half, rest) = value.split_at(100);
    for text in [
        text.to_owned(),
        format!("commonName=x\r\nSPKAC={half}\r\n{rest}\r\nO=y\r\n"),
        value,
    ] {
        let reading = read(text.as_bytes(), &[]);
        assert_eq!(summary(&reading), ("S".to_owned(), &[][..]), "{text}");
        let FoundItem::SignedPublicKey(signed) = &reading.found[0].item else {
            panic!()
        };
        assert_eq!(signed.challenge(), "hello");
        assert!(signed.verify_signature());
        let mut altered = signed.der().to_vec();
        let at = altered
            .windows(5)
            .position(|part| part == b"hello")
            .unwrap();
        altered[at] = b'j';
        let altered = bicle_pki::spkac::SignedPublicKey::from_der(&altered).unwrap();
        assert!(!altered.verify_signature());
        for length in 0..signed.der().len() {
            let cut = &signed.der()[..length];
            assert!(bicle_pki::spkac::SignedPublicKey::from_der(cut).is_err());
        }
    }
}
