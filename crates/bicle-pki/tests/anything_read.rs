//! The one entry point: whatever OpenSSL, Java and people hand in, by content.
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

use bicle_pki::read::{self, LooksLike, Problem, Thing};
use bicle_pki::{pem, pkcs7};
use peers::pki::{Pki, list, pki};
use peers::reading::{assert_found, assert_problem, read, summary};
use peers::{Workshop, openssl, workshop};
use proptest::prelude::*;

fn request(place: &Workshop, pki: &Pki) -> String {
    let path = place.path("leaf.csr");
    openssl(&[
        "req",
        "-new",
        "-key",
        &pki.key_pem,
        "-subj",
        "/C=FR",
        "-out",
        &path,
    ])
    .succeeds();
    path
}

#[test]
fn each_form_is_found() {
    let place = workshop();
    let pki = pki(&place);
    let request = request(&place, &pki);
    let key_pem = std::fs::read(&pki.key_pem).unwrap();
    let leaf_pem = std::fs::read(&pki.leaf_pem).unwrap();
    let request_pem = std::fs::read(&request).unwrap();
    assert_found(&pki.leaf, &[], "C", "certificate DER");
    assert_found(&pki.key_der, &[], "K", "PKCS#8 DER");
    assert_found(&leaf_pem, &[], "C", "certificate PEM");
    assert_found(&key_pem, &[], "K", "PKCS#8 PEM");
    assert_found(&request_pem, &[], "R", "request PEM");
    let der = |arguments: &[&str]| openssl(arguments).succeeds().stdout;
    assert_found(
        &der(&["req", "-in", &request, "-outform", "DER"]),
        &[],
        "R",
        "request DER",
    );
    assert_found(
        &der(&[
            "rsa",
            "-in",
            &pki.key_pem,
            "-traditional",
            "-outform",
            "DER",
        ]),
        &[],
        "K",
        "PKCS#1 DER",
    );
    assert_found(
        &der(&["rsa", "-in", &pki.key_pem, "-traditional"]),
        &[],
        "K",
        "PKCS#1 PEM",
    );
    assert_found(
        &der(&[
            "x509",
            "-in",
            &pki.leaf_pem,
            "-trustout",
            "-addtrust",
            "clientAuth",
        ]),
        &[],
        "C",
        "TRUSTED CERTIFICATE",
    );
    assert_found(
        &der(&["x509", "-in", &pki.leaf_pem, "-text"]),
        &[],
        "C",
        "text in front",
    );
    let new_request = String::from_utf8(request_pem.clone())
        .unwrap()
        .replace("BEGIN ", "BEGIN NEW ")
        .replace("END ", "END NEW ");
    assert_found(new_request.as_bytes(), &[], "R", "NEW CERTIFICATE REQUEST");

    let all = [
        &key_pem[..],
        &leaf_pem,
        &request_pem,
        &std::fs::read(&pki.chain_pem).unwrap(),
    ]
    .concat();
    assert_found(&all, &[], "KCRCC", "several in one PEM");
    assert_found(
        &[&pki.leaf[..], &pki.root, b"\r\n"].concat(),
        &[],
        "CC",
        "several in one DER",
    );

    let text = String::from_utf8(leaf_pem).unwrap();
    let bare: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    assert_found(bare.as_bytes(), &[], "C", "base64 alone");
    assert_found(format!("\u{feff}{text}").as_bytes(), &[], "C", "UTF-8 mark");
    assert_found(text.replace('\n', "\r\n").as_bytes(), &[], "C", "CR LF");
    let little: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_found(&little, &[], "C", "UTF-16LE");
    let big: Vec<u8> = format!("\u{feff}é\n{text}")
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    assert_found(&big, &[], "C", "UTF-16BE");
}

#[test]
fn pkcs7_of_openssl_is_found_and_ours_is_taken_by_openssl() {
    let place = workshop();
    let pki = pki(&place);
    for outform in ["DER", "PEM"] {
        let bytes = openssl(&[
            "crl2pkcs7",
            "-nocrl",
            "-certfile",
            &pki.chain_pem,
            "-outform",
            outform,
        ])
        .succeeds()
        .stdout;
        assert_found(&bytes, &[], "CC", outform);
    }
    let message = place.write("message", b"text");
    let signed = openssl(&[
        "cms",
        "-sign",
        "-in",
        &message,
        "-signer",
        &pki.leaf_pem,
        "-inkey",
        &pki.key_pem,
        "-certfile",
        &pki.chain_pem,
        "-outform",
        "DER",
        "-nodetach",
        "-stream",
        "-indef",
    ])
    .succeeds()
    .stdout;
    assert_eq!(signed[..2], [0x30, 0x80], "BER");
    assert_found(&signed, &[], "CCC", "signed and streamed");
    for length in 0..signed.len() {
        assert!(
            pkcs7::certificates(&signed[..length]).is_err(),
            "cut to {length}"
        );
    }
    let ours = pkcs7::certs_only(&[&pki.leaf, &pki.intermediate, &pki.root]);
    let file = place.write("ours.p7b", &ours);
    let printed = openssl(&["pkcs7", "-inform", "DER", "-in", &file, "-print_certs"])
        .succeeds()
        .text();
    assert_eq!(printed.matches("BEGIN CERTIFICATE").count(), 3);
    assert_eq!(
        pkcs7::certificates(&ours).unwrap(),
        [pki.leaf, pki.intermediate, pki.root]
    );
    assert_found(
        pem::encode("PKCS7", &ours).as_bytes(),
        &[],
        "CCC",
        "ours in PEM",
    );
}

#[test]
fn text_around_marks_blanks_and_utf16_without_a_mark_hide_nothing() {
    let place = workshop();
    let pki = pki(&place);
    let text = std::fs::read_to_string(&pki.chain_pem).unwrap();
    let indented: String = text
        .lines()
        .map(|line| format!("\t  {line}  \r\n"))
        .collect();
    let mail = format!("Bonjour,\r\nvoici :\r\n{indented}\r\n--\r\nCordialement");
    assert_found(mail.as_bytes(), &[], "CC", "in a mail");
    let bare: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_found(&bare, &[], "CC", "UTF-16LE without a mark");
    let bare: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_found(&bare, &[], "CC", "UTF-16BE without a mark");
    let trusted = [
        "x509",
        "-in",
        &pki.leaf_pem,
        "-trustout",
        "-setalias",
        "été",
    ];
    let both = [openssl(&trusted).succeeds().stdout, text.into_bytes()].concat();
    assert!(String::from_utf8_lossy(&both).contains("TRUSTED CERTIFICATE"));
    assert_found(&both, &[], "CCC", "trusted and plain");
}

#[test]
fn lists_are_found_alone_and_inside_pkcs7() {
    let place = workshop();
    let pki = pki(&place);
    let pem = list(&place);
    assert_found(&pem, &[], "L", "PEM");
    let path = place.path("list.pem");
    let der = openssl(&["crl", "-in", &path, "-outform", "DER"]);
    let der = der.succeeds().stdout;
    assert_found(&der, &[], "L", "DER");
    assert_found(&[&der[..], &pki.leaf].concat(), &[], "LC", "DER and more");
    let base = ["crl2pkcs7", "-in", &path];
    for outform in ["DER", "PEM"] {
        for (more, expected) in [(&["-certfile", &pki.chain_pem][..], "CCL"), (&[], "L")] {
            let arguments = [&base[..], more, &["-outform", outform]].concat();
            let bytes = openssl(&arguments).succeeds().stdout;
            assert_found(&bytes, &[], expected, outform);
            if outform == "DER" {
                assert_eq!(pkcs7::lists(&bytes).unwrap(), [&der[..]]);
                for length in 0..bytes.len() {
                    assert!(pkcs7::contents(&bytes[..length]).is_err(), "{length}");
                }
            }
        }
    }
}

#[test]
fn passwords_are_asked_for_and_tried() {
    let place = workshop();
    let pki = pki(&place);
    let pkcs8 = |arguments: &[&str]| {
        let base = [
            "pkcs8",
            "-topk8",
            "-in",
            &pki.key_pem,
            "-passout",
            "pass:secret",
        ];
        openssl(&[&base[..], arguments].concat()).succeeds().stdout
    };
    let mut encrypted = vec![pkcs8(&[]), pkcs8(&["-outform", "DER"])];
    for cipher in ["-des3", "-aes128", "-aes192", "-aes256"] {
        let arguments = [
            "rsa",
            "-in",
            &pki.key_pem,
            "-traditional",
            cipher,
            "-passout",
            "pass:secret",
        ];
        encrypted.push(openssl(&arguments).succeeds().stdout);
    }
    let des = [
        "rsa",
        "-in",
        &pki.key_pem,
        "-traditional",
        "-des",
        "-passout",
        "pass:secret",
        "-provider",
        "legacy",
        "-provider",
        "default",
    ];
    encrypted.push(openssl(&des).succeeds().stdout);
    let what = Thing::Key;
    for bytes in &encrypted {
        assert_problem(bytes, &[], Problem::PasswordNeeded { what });
        assert_problem(bytes, &["wrong", ""], Problem::WrongPassword { what });
        assert_found(bytes, &["wrong", "secret"], "K", "encrypted key");
    }
    // wrong passwords pass the padding now and then: never a key, always the same word
    for number in 0..1500 {
        let reading = read(&encrypted[2], &[&format!("wrong {number}")]);
        assert_eq!(
            summary(&reading),
            (String::new(), &[Problem::WrongPassword { what }][..])
        );
    }

    let file = place.path("file.p12");
    let base = [
        "pkcs12",
        "-export",
        "-inkey",
        &pki.key_pem,
        "-in",
        &pki.leaf_pem,
        "-certfile",
        &pki.chain_pem,
        "-name",
        "Clé",
        "-out",
        &file,
    ];
    openssl(&[&base[..], &["-passout", "pass:secret"]].concat()).succeeds();
    let bytes = std::fs::read(&file).unwrap();
    let what = Thing::Pkcs12;
    assert_problem(&bytes, &[], Problem::PasswordNeeded { what });
    assert_problem(&bytes, &["wrong"], Problem::WrongPassword { what });
    assert_found(&bytes, &["wrong", "secret"], "KCCC", "PKCS#12");
    assert_found(
        pem::encode("PKCS12", &bytes).as_bytes(),
        &["secret"],
        "KCCC",
        "PKCS#12 in PEM",
    );
    let reading = read(&bytes, &["secret"]);
    assert_eq!(reading.found[0].friendly_name.as_deref(), Some("Clé"));
    assert!(!reading.without_mac);
    openssl(&[&base[..], &["-passout", "pass:"]].concat()).succeeds();
    assert_found(
        &std::fs::read(&file).unwrap(),
        &[],
        "KCCC",
        "the empty password is tried",
    );
    openssl(&[&base[..], &["-nomac", "-passout", "pass:secret"]].concat()).succeeds();
    assert!(read(&std::fs::read(&file).unwrap(), &["secret"]).without_mac);
}

#[test]
fn what_cannot_be_used_is_named() {
    let place = workshop();
    let pki = pki(&place);
    let unsupported = |bytes: &[u8], what: &str| {
        assert_problem(
            bytes,
            &["x"],
            Problem::Unsupported {
                what: what.to_owned(),
            },
        )
    };
    let generate = |arguments: &[&str]| {
        openssl(&[&["genpkey"][..], arguments].concat())
            .succeeds()
            .stdout
    };
    let curve = [
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:brainpoolP256r1",
    ];
    unsupported(&generate(&curve), "EC-brainpoolP256r1 private key");
    unsupported(&generate(&["-algorithm", "ED448"]), "Ed448 private key");
    let sec1 = openssl(&["ecparam", "-name", "prime256v1", "-genkey"])
        .succeeds()
        .stdout;
    assert!(String::from_utf8_lossy(&sec1).contains("EC PARAMETERS"));
    assert_found(&sec1, &[], "K", "SEC1 with its parameters in front");
    let explicit = openssl(&[
        "ecparam",
        "-name",
        "prime256v1",
        "-genkey",
        "-param_enc",
        "explicit",
    ]);
    let reading = read(&explicit.succeeds().stdout, &[]);
    assert!(reading.found.is_empty() && reading.problems.len() == 1);
    let short = openssl(&["genrsa", "512"]).succeeds().stdout;
    unsupported(&short, "RSA-512 private key");
    let public = openssl(&["rsa", "-in", &pki.key_pem, "-pubout"])
        .succeeds()
        .stdout;
    assert_found(&public, &[], "P", "public key");
    let public = openssl(&["rsa", "-in", &pki.key_pem, "-pubout", "-outform", "DER"])
        .succeeds()
        .stdout;
    assert_found(&public, &[], "P", "public key");
    let what = Thing::Key;
    let cut = b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----\n";
    assert!(matches!(
        &read(cut, &[]).problems[..],
        [Problem::Malformed { what: found, .. }] if *found == what
    ));

    let looks = |bytes: &[u8], looks_like| {
        assert_problem(bytes, &[], Problem::NotRecognised { looks_like })
    };
    looks(b"", LooksLike::Empty);
    looks(b"<html>-----BEGIN", LooksLike::Html);
    looks(b"0 is where text may begin", LooksLike::Text);
    looks(b"0\x80\x01\x02", LooksLike::Binary);
    looks(
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n=ab\n-----END PGP PUBLIC KEY BLOCK-----\n",
        LooksLike::Pgp,
    );
    assert_problem(
        &[0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2],
        &[],
        Problem::Malformed {
            what: Thing::Jks,
            at_byte: 8,
        },
    );
    assert_problem(
        b"-----BEGIN CERTIFICATE-----\nabc",
        &[],
        Problem::Malformed {
            what: Thing::Certificate,
            at_byte: 31,
        },
    );
    let empty = b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----";
    assert_problem(
        empty,
        &[],
        Problem::Malformed {
            what: Thing::Request,
            at_byte: 0,
        },
    );
}

#[test]
fn a_broken_part_does_not_hide_the_others() {
    let place = workshop();
    let pki = pki(&place);
    let good = std::fs::read(&pki.leaf_pem).unwrap();
    let broken = pem::encode("CERTIFICATE", &pki.root[..pki.root.len() / 2]);
    let text = [broken.as_bytes(), &good, b"-----BEGIN X-----\n"].concat();
    let reading = read(&text, &[]);
    assert_eq!(summary(&reading).0, "C");
    assert!(matches!(
        reading.problems[0],
        Problem::Malformed {
            what: Thing::Certificate,
            ..
        }
    ));
    assert!(matches!(
        reading.problems[1],
        Problem::Malformed {
            what: Thing::Pem,
            ..
        }
    ));
}

#[test]
fn costly_and_large_inputs_are_refused_at_once() {
    let place = workshop();
    let pki = pki(&place);
    let costly = openssl(&[
        "pkcs8",
        "-topk8",
        "-in",
        &pki.key_pem,
        "-passout",
        "pass:secret",
        "-iter",
        "1234567",
        "-outform",
        "DER",
    ])
    .succeeds()
    .stdout;
    let bomb = peers::replace(
        &costly,
        &[2, 3, 0x12, 0xd6, 0x87],
        &[2, 3, 0x7f, 0xff, 0xff],
    );
    let started = std::time::Instant::now();
    let refusal = Problem::TooManyIterations {
        asked: 0x7f_ffff,
        limit: 5_000_000,
    };
    assert_problem(&bomb, &["secret"], refusal.clone());
    assert_problem(&bomb, &[], refusal);
    // without a password nothing is derived at all
    assert_problem(&costly, &[], Problem::PasswordNeeded { what: Thing::Key });
    let large = vec![b'0'; read::MAX_BYTES + 1];
    assert_problem(
        &large,
        &[],
        Problem::TooLarge {
            limit_bytes: read::MAX_BYTES as u64,
        },
    );
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    for filling in [
        &[0x30, 0x80][..],
        &[0x30, 0x84],
        b"-----BEGIN A-----\n",
        b"-----BEGIN A-----\n-----END A-----\n",
        b"MIII",
        b"A",
        b"\n",
        &[0],
    ] {
        let hostile = filling.repeat(read::MAX_BYTES / filling.len());
        let started = std::time::Instant::now();
        assert!(read(&hostile, &["x"]).found.is_empty());
        assert!(
            started.elapsed().as_secs() < 20,
            "{filling:?} {:?}",
            started.elapsed()
        );
    }
}

#[test]
fn many_items_end_at_the_limit() {
    let place = workshop();
    let pki = pki(&place);
    let many = pki.root.repeat(read::MAX_ITEMS + 5);
    let reading = read(&many, &[]);
    assert_eq!(reading.found.len(), read::MAX_ITEMS);
}

#[test]
fn a_cut_input_never_gives_anything_and_never_panics() {
    let place = workshop();
    let pki = pki(&place);
    let file = place.path("file.p12");
    openssl(&[
        "pkcs12",
        "-export",
        "-inkey",
        &pki.key_pem,
        "-in",
        &pki.leaf_pem,
        "-out",
        &file,
        "-passout",
        "pass:secret",
        "-noiter",
        "-nomaciter",
    ])
    .succeeds();
    let pkcs8 = openssl(&[
        "pkcs8",
        "-topk8",
        "-in",
        &pki.key_pem,
        "-passout",
        "pass:secret",
        "-iter",
        "1",
        "-outform",
        "DER",
    ]);
    let inputs = [
        pki.leaf.clone(),
        pki.key_der.clone(),
        std::fs::read(&file).unwrap(),
        pkcs8.succeeds().stdout,
    ];
    for bytes in &inputs {
        for length in 0..bytes.len() {
            let reading = read(&bytes[..length], &["secret"]);
            assert!(
                reading.found.is_empty() && !reading.problems.is_empty(),
                "cut to {length} of {}",
                bytes.len()
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn nothing_panics_and_something_is_always_said(bytes in proptest::collection::vec(
        prop_oneof![Just(0x30_u8), Just(0x02), Just(0x01), Just(0x06), Just(0xa0), Just(0x80), Just(0), any::<u8>()], 0..120)) {
        let reading = read(&bytes, &["x"]);
        prop_assert!(!reading.found.is_empty() || !reading.problems.is_empty());
    }
}
