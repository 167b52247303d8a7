//! Databases made here and now by the installed XCA.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods
)]

mod support;

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use bicle_pki::read::FoundItem;
use bicle_xca::{Database, LeftOutKind, LeftOutReason, XcaError};
use rusqlite::Connection;
use support::{Workshop, canonical_key, der, left_out, letters, query, read, run, workshop};

/// An empty database of XCA under a password, which is typed at its own prompt on a terminal.
fn create(place: &Workshop, name: &str, typed: &[u8]) -> String {
    let path = place.path(name);
    // the first item comes in with the creation: XCA asks for the password when it has a key to keep
    run(
        place,
        "openssl",
        &[
            "genpkey",
            "-algorithm",
            "ED25519",
            "-out",
            &place.path("first.key"),
        ],
    );
    let command = format!(
        "xca --no-gui --database={path} --import {}",
        place.path("first.key")
    );
    let mut terminal = Command::new("timeout")
        .args(["60", "script", "-qec", &command, "/dev/null"])
        .current_dir(place.path("."))
        .env("HOME", place.path("."))
        .env("LC_ALL", "C.UTF-8")
        .env_remove("DISPLAY")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // XCA throws away what was typed before it asks, and nothing tells when it listens: the line is
    // typed again until it is taken; what comes after that, nobody reads
    let mut keyboard = terminal.stdin.take().unwrap();
    let line = [typed, b"\n"].concat();
    let ended = loop {
        if let Some(ended) = terminal.try_wait().unwrap() {
            break ended;
        }
        let _ = keyboard.write_all(&line);
        std::thread::sleep(Duration::from_millis(250));
    };
    assert!(ended.success(), "{ended}");
    path
}

fn xca(place: &Workshop, database: &str, password: &str, arguments: &[&str]) {
    let database = format!("--database={database}");
    let password = format!("--password=pass:{password}");
    let fixed = ["--no-gui", &database, &password];
    run(place, "xca", &[&fixed, arguments].concat());
}

fn openssl_keys(place: &Workshop) -> Vec<(&'static str, String)> {
    let kinds = [
        ("rsa", "RSA", "rsa_keygen_bits:2048"),
        ("p256", "EC", "ec_paramgen_curve:P-256"),
        ("p384", "EC", "ec_paramgen_curve:P-384"),
        ("p521", "EC", "ec_paramgen_curve:P-521"),
    ];
    let mut keys = Vec::new();
    for (name, algorithm, option) in kinds {
        let path = place.path(&format!("{name}.key"));
        let arguments = [
            "genpkey",
            "-algorithm",
            algorithm,
            "-pkeyopt",
            option,
            "-out",
            &path,
        ];
        run(place, "openssl", &arguments);
        keys.push((name, path));
    }
    keys
}

fn pem_to_der(place: &Workshop, path: &str) -> Vec<u8> {
    run(place, "openssl", &["pkey", "-in", path, "-outform", "DER"])
}

fn named<'d>(database: &'d Database, name: &str) -> Vec<&'d FoundItem> {
    let items = database.items.iter().filter(|item| item.name == name);
    items.map(|item| &item.item).collect()
}

#[test]
fn everything_that_xca_imports_and_makes_is_read() {
    let place = workshop();
    let database = create(&place, "made.xdb", b"motdepasse");
    let keys = openssl_keys(&place);
    let rsa = &keys[0].1;
    let (ca, request, public, list) = (
        place.path("ca.pem"),
        place.path("req.pem"),
        place.path("alone.pem"),
        place.path("list.pem"),
    );
    let subject = "/C=FR/O=CHU de l'été/CN=AC d'essai";
    let basic = [
        "req", "-x509", "-new", "-utf8", "-key", rsa, "-subj", subject,
    ];
    let more = ["-days", "30", "-set_serial", "0x0666", "-out", &ca];
    run(&place, "openssl", &[&basic[..], &more].concat());
    let arguments = [
        "req",
        "-new",
        "-key",
        &keys[1].1,
        "-subj",
        "/CN=demande",
        "-out",
        &request,
    ];
    run(&place, "openssl", &arguments);
    let other = place.path("other.key");
    let option = "ec_paramgen_curve:P-256";
    let arguments = [
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        option,
        "-out",
        &other,
    ];
    run(&place, "openssl", &arguments);
    run(
        &place,
        "openssl",
        &["pkey", "-in", &other, "-pubout", "-out", &public],
    );
    // a key of a curve that is only named here, and one too short to be taken
    let (strange, short) = (place.path("strange.key"), place.path("short.key"));
    let option = "ec_paramgen_curve:secp256k1";
    let arguments = [
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        option,
        "-out",
        &strange,
    ];
    run(&place, "openssl", &arguments);
    let option = "rsa_keygen_bits:512";
    let arguments = [
        "genpkey",
        "-algorithm",
        "RSA",
        "-pkeyopt",
        option,
        "-out",
        &short,
    ];
    run(&place, "openssl", &arguments);
    let configuration = place.write(
        "ca.cnf",
        b"[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\n",
    );
    place.write("index.txt", b"");
    let arguments = [
        "ca",
        "-gencrl",
        "-config",
        &configuration,
        "-keyfile",
        rsa,
        "-cert",
        &ca,
    ];
    run(
        &place,
        "openssl",
        &[&arguments[..], &["-crldays", "7", "-out", &list]].concat(),
    );

    let mut files = vec!["--import"];
    files.extend(keys.iter().map(|(_, path)| path.as_str()));
    files.extend([ca.as_str(), &request, &public, &list, &strange, &short]);
    xca(&place, &database, "motdepasse", &files);
    xca(
        &place,
        &database,
        "motdepasse",
        &["--keygen=RSA:2048", "--name=fabriquée"],
    );
    xca(
        &place,
        &database,
        "motdepasse",
        &["--keygen=EC:secp384r1", "--name=courbe"],
    );
    xca(
        &place,
        &database,
        "motdepasse",
        &["--crlgen=AC d'essai", "--name=liste"],
    );

    let bytes = place.read("made.xdb");
    let read = read(&bytes, &["motdepasse"]).unwrap();
    assert_eq!(read.schema, 7);
    assert_eq!(
        left_out(&read),
        [
            (
                "strange",
                LeftOutKind::Key,
                LeftOutReason::Unsupported {
                    what: "EC-secp256k1".to_owned()
                }
            ),
            (
                "short",
                LeftOutKind::Key,
                LeftOutReason::Unsupported {
                    what: "RSA-512".to_owned()
                }
            ),
        ]
    );
    let mut sorted: Vec<char> = letters(&read).chars().collect();
    sorted.sort_unstable();
    assert_eq!(sorted.into_iter().collect::<String>(), "CKKKKKKKLLPR");
    for (name, path) in keys
        .iter()
        .map(|(name, path)| (*name, path.clone()))
        .chain([("first", place.path("first.key"))])
    {
        let found = named(&read, name);
        assert_eq!(found.len(), 1, "{name}");
        let expected = pem_to_der(&place, &path);
        assert_eq!(canonical_key(&place, &der(found[0])), expected, "{name}");
    }
    let expect = |name: &str, arguments: &[&str]| {
        let expected = run(
            &place,
            "openssl",
            &[arguments, &["-outform", "DER"]].concat(),
        );
        assert!(
            named(&read, name).iter().any(|item| der(item) == expected),
            "{name}"
        );
    };
    expect("AC d'essai", &["x509", "-in", &ca]);
    expect("demande", &["req", "-in", &request]);
    expect("alone", &["pkey", "-pubin", "-in", &public]);
    expect("AC d'essai", &["crl", "-in", &list]);
    // what XCA made itself: by what its own tables and OpenSSL say of it
    for (name, bits) in [("fabriquée", "2048"), ("courbe", "384")] {
        let found = named(&read, name);
        let FoundItem::Key(key) = found[0] else {
            panic!("{name} is no key");
        };
        let sql = format!(
            "SELECT \"public\" FROM public_keys JOIN items ON id = item WHERE name = '{name}' AND len = {bits}"
        );
        assert_eq!(
            key.public_key().spki_der(),
            support::query_bytes(&bytes, &sql)
        );
        canonical_key(&place, &der(found[0]));
    }
    let authority = read.items.iter().find_map(|item| match &item.item {
        FoundItem::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    let lists = read.items.iter().filter_map(|item| match &item.item {
        FoundItem::List(list) => Some(list),
        _ => None,
    });
    for list in lists {
        assert!(list.verify_signature(authority.unwrap().public_key()));
    }
    assert!(read.items.iter().all(|item| item.created.is_some()));
}

#[test]
fn every_password_that_xca_takes_opens_its_keys() {
    // typed on the terminal: UTF-8; ASCII is the same on both doors; empty is allowed
    for password in ["été€", "plain ASCII 123!", "", "Ω мир"] {
        let place = workshop();
        create(&place, "typed.xdb", password.as_bytes());
        let bytes = place.read("typed.xdb");
        assert_eq!(
            query(
                &bytes,
                "SELECT substr(value, 1, 1) FROM settings WHERE key_ = 'pwhash'"
            ),
            ["T"]
        );
        let database = read(&bytes, &["another", password]).unwrap();
        assert_eq!(letters(&database), "K", "{password}");
        let expected = pem_to_der(&place, &place.path("first.key"));
        assert_eq!(
            canonical_key(&place, &der(&database.items[0].item)),
            expected
        );
        let without = read(&bytes, &[]).unwrap();
        if password.is_empty() {
            assert_eq!(letters(&without), "K");
            assert_eq!(without.password_error(), None);
        } else {
            assert_eq!(letters(&without), "");
            assert_eq!(without.password_error(), Some(XcaError::PasswordNeeded));
        }
    }
}

#[test]
fn a_password_given_as_a_word_to_xca_is_latin_1() {
    let place = workshop();
    // typed as these octets, XCA's other door takes the password for "été€"
    let path = create(&place, "latin.xdb", b"\xe9t\xe9?");
    xca(
        &place,
        &path,
        "été€",
        &["--keygen=EC:prime256v1", "--name=par le mot"],
    );
    let bytes = place.read("latin.xdb");
    let database = read(&bytes, &["été€"]).unwrap();
    assert_eq!(letters(&database), "KK");
    assert_eq!(left_out(&database), []);
    assert_eq!(letters(&read(&bytes, &["été"]).unwrap()), "");
}

#[test]
fn xca_itself_reads_what_the_tests_alter() {
    // the old check of the password and another one of ours: XCA 2.4 takes both as its own
    let place = workshop();
    let path = create(&place, "old.xdb", b"motdepasse");
    let connection = Connection::open(&path).unwrap();
    let md5 = run(&place, "sh", &["-c", "printf motdepasse | md5sum"]);
    let digits = String::from_utf8(md5[..32].to_vec())
        .unwrap()
        .to_uppercase();
    let pairs: Vec<&str> = (0..16)
        .map(|index| &digits[2 * index..2 * index + 2])
        .collect();
    let changed = connection
        .execute(
            "UPDATE settings SET value = ?1 WHERE key_ = 'pwhash'",
            [pairs.join(":")],
        )
        .unwrap();
    assert_eq!(changed, 1);
    connection.close().unwrap();
    let before = read(&place.read("old.xdb"), &["motdepasse"]).unwrap();
    assert_eq!(letters(&before), "K");
    xca(
        &place,
        &path,
        "motdepasse",
        &["--keygen=EC:prime256v1", "--name=neuve"],
    );
    let after = read(&place.read("old.xdb"), &["motdepasse"]).unwrap();
    assert_eq!(letters(&after), "KK");
}
