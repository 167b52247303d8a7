//! Every writer's files before our reader.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::read::{self, FoundItem};
use bicle_platform::secret::SecretText;
use bicle_tests::nss::NssDatabase;
use bicle_tests::openssl::openssl;
use bicle_tests::{Peer, java, python};

use crate::material::{ALIAS, Material, PASSWORDS, Pair};
use crate::table::{Cell, Outcome, Table};

const JAVA_ASCII: &str =
    "keytool 17 refuses such a password for PKCS#12 (\"Password is not ASCII\") and JCEKS";
const XCA_ED25519: &str =
    "XCA 2.4 takes no Ed25519 key from a file (\"incomplete or inconsistent\")";
const NSS_ED25519: &str = "NSS 3.87 has no Ed25519 keys";

/// A writer in one of its manners.
struct Writer {
    name: &'static str,
    write: fn(&Material, &Pair, &str) -> Option<PathBuf>,
    /// Cells that are not "read": by key and password.
    expected: fn(&str, &str) -> (Cell, Option<&'static str>),
}

fn always(_: &str, _: &str) -> (Cell, Option<&'static str>) {
    (Cell::Read, None)
}

fn java_ascii(_: &str, password: &str) -> (Cell, Option<&'static str>) {
    if password.is_ascii() {
        (Cell::Read, None)
    } else {
        (Cell::NotWritten, Some(JAVA_ASCII))
    }
}

fn no_ed25519(key: &str, _: &str) -> (Cell, Option<&'static str>) {
    if key == "Ed25519" {
        (Cell::NotWritten, Some(NSS_ED25519))
    } else {
        (Cell::Read, None)
    }
}

fn xca_console(key: &str, _: &str) -> (Cell, Option<&'static str>) {
    if key == "Ed25519" {
        (Cell::NotWritten, Some(XCA_ED25519))
    } else {
        (Cell::Read, None)
    }
}

const WRITERS: &[Writer] = &[
    Writer {
        name: "openssl pkcs12",
        write: |m, p, w| openssl_pkcs12(m, p, w, ""),
        expected: always,
    },
    Writer {
        name: "openssl pkcs12 -legacy",
        write: |m, p, w| openssl_pkcs12(m, p, w, "-legacy"),
        expected: always,
    },
    Writer {
        name: "openssl pkcs12 -descert -legacy",
        write: |m, p, w| openssl_pkcs12(m, p, w, "-legacy -descert"),
        expected: always,
    },
    Writer {
        name: "openssl pkcs12, AES-128, MAC SHA-512",
        write: |m, p, w| {
            openssl_pkcs12(
                m,
                p,
                w,
                "-keypbe AES-128-CBC -certpbe AES-128-CBC -macalg sha512",
            )
        },
        expected: always,
    },
    Writer {
        name: "openssl pkcs12, RC4 and RC2-128",
        write: |m, p, w| {
            openssl_pkcs12(
                m,
                p,
                w,
                "-legacy -keypbe PBE-SHA1-RC2-128 -certpbe PBE-SHA1-RC4-128",
            )
        },
        expected: always,
    },
    Writer {
        name: "openssl pkcs12 -nomac, certificates in clear",
        write: |m, p, w| openssl_pkcs12(m, p, w, "-nomac -certpbe NONE"),
        expected: always,
    },
    Writer {
        name: "openssl pkcs8, PBES2",
        write: |m, p, w| openssl_pkcs8(m, p, w, ""),
        expected: always,
    },
    Writer {
        name: "openssl pkcs8 -scrypt",
        write: |m, p, w| openssl_pkcs8(m, p, w, "-scrypt"),
        expected: always,
    },
    Writer {
        name: "openssl pkcs8 -v1 PBE-SHA1-3DES",
        write: |m, p, w| openssl_pkcs8(m, p, w, "-v1 PBE-SHA1-3DES"),
        expected: always,
    },
    Writer {
        name: "keytool PKCS12",
        write: |m, p, w| keytool(m, p, w, "PKCS12"),
        expected: java_ascii,
    },
    Writer {
        name: "keytool JKS",
        write: |m, p, w| keytool(m, p, w, "JKS"),
        expected: always,
    },
    Writer {
        name: "keytool JCEKS",
        write: |m, p, w| keytool(m, p, w, "JCEKS"),
        expected: java_ascii,
    },
    Writer {
        name: "NSS pk12util",
        write: |m, p, w| nss(m, p, w, ""),
        expected: no_ed25519,
    },
    Writer {
        name: "NSS pk12util, 3DES and RC2",
        write: |m, p, w| nss(m, p, w, "-c DES-EDE3-CBC -C RC2-CBC"),
        expected: no_ed25519,
    },
    Writer {
        name: "GnuTLS certtool",
        write: |m, p, w| certtool(m, p, w, "aes-128"),
        expected: always,
    },
    Writer {
        name: "GnuTLS certtool, 3DES",
        write: |m, p, w| certtool(m, p, w, "3des-pkcs12"),
        expected: always,
    },
    Writer {
        name: "Python cryptography",
        write: |m, p, w| python_pkcs12(m, p, w, "best"),
        expected: always,
    },
    Writer {
        name: "Python cryptography, 3DES",
        write: |m, p, w| python_pkcs12(m, p, w, "3des"),
        expected: always,
    },
    Writer {
        name: "XCA, its database",
        write: xca_database,
        expected: xca_console,
    },
];

/// Lets every writer write for every kind of key and password, and reads it.
pub(crate) fn seen(material: &Material) -> Table {
    let mut columns = Vec::new();
    for pair in &material.pairs {
        for (script, _) in PASSWORDS {
            columns.push(format!("{}, {script}", pair.name));
        }
    }
    let rows = WRITERS.iter().map(|writer| {
        let mut outcomes = Vec::new();
        for pair in &material.pairs {
            for (_, password) in PASSWORDS {
                let (expected, reason) = (writer.expected)(pair.name, password);
                let file = (writer.write)(material, pair, password);
                let seen = file.map_or(Cell::NotWritten, |file| read_by_us(&file, password, pair));
                outcomes.push(Outcome {
                    seen,
                    expected,
                    reason,
                });
            }
        }
        (writer.name.to_owned(), outcomes)
    });
    Table {
        corner: "their file",
        columns,
        rows: rows.collect(),
    }
}

/// Our reader: the right key, and the certificates that came with it, none lost.
fn read_by_us(file: &Path, password: &str, pair: &Pair) -> Cell {
    let bytes = std::fs::read(file).unwrap();
    let password = SecretText::copy_of(password);
    let passwords = [&password];
    let cancelled = AtomicBool::new(false);
    let found: Vec<FoundItem> = if bicle_xca::is_database(&bytes) {
        let database = bicle_xca::read(&bytes, &passwords, &cancelled).unwrap();
        assert!(database.left_out.is_empty(), "something was left out");
        database.items.into_iter().map(|item| item.item).collect()
    } else {
        let reading = read::read(&bytes, &passwords, &cancelled);
        if !reading.problems.is_empty() {
            let told: Vec<String> = reading.problems.iter().map(ToString::to_string).collect();
            println!("{}: {}", file.display(), told.join("; "));
            return Cell::Refused;
        }
        reading.found.into_iter().map(|found| found.item).collect()
    };
    let public = openssl("pkey -pubin -outform DER")
        .input(pair.public_pem.clone())
        .accepts();
    let identity = Sha256Fingerprint::of(&public.stdout);
    let mut keys = 0;
    let mut certificates = 0;
    for item in &found {
        match item {
            FoundItem::Key(key) => {
                assert_eq!(key.public_key().spki_sha256(), identity, "another key");
                keys += 1;
            }
            FoundItem::Certificate(_) => certificates += 1,
            _ => panic!("something else in {}", file.display()),
        }
    }
    let of_key_alone = file.extension().is_some_and(|ending| ending == "pk8");
    let all = if of_key_alone { 0 } else { 3 };
    if keys == 1 && certificates == all {
        Cell::Read
    } else {
        println!(
            "{}: {keys} keys, {certificates} certificates",
            file.display()
        );
        Cell::Refused
    }
}

fn openssl_pkcs12(
    material: &Material,
    pair: &Pair,
    password: &str,
    words: &str,
) -> Option<PathBuf> {
    let out = material.path("openssl.p12");
    openssl("pkcs12 -export -out")
        .arg(&out)
        .words(words)
        .arg("-inkey")
        .arg(&pair.key_file)
        .arg("-in")
        .arg(&pair.leaf_file)
        .arg("-certfile")
        .arg(&material.chain_file)
        .arg("-name")
        .arg(ALIAS)
        .arg("-passout")
        .arg(format!("pass:{password}"))
        .accepts();
    Some(out)
}

fn openssl_pkcs8(material: &Material, pair: &Pair, password: &str, words: &str) -> Option<PathBuf> {
    let out = material.path("openssl.pk8");
    openssl("pkcs8 -topk8 -in")
        .arg(&pair.key_file)
        .words(words)
        .arg("-out")
        .arg(&out)
        .arg("-passout")
        .arg(format!("pass:{password}"))
        .accepts();
    Some(out)
}

/// A PKCS#12 file that keytool copies into a keystore of its own type.
fn keytool(material: &Material, pair: &Pair, password: &str, store: &str) -> Option<PathBuf> {
    let between = "Passage-2026";
    let from = openssl_pkcs12(material, pair, between, "")?;
    let out = material.path(&format!("keytool-{store}"));
    let _absent = std::fs::remove_file(&out);
    let answer = java::keytool("-J-Dfile.encoding=UTF-8 -importkeystore -noprompt -srckeystore")
        .arg(&from)
        .words("-srcstoretype PKCS12 -srcstorepass")
        .arg(between)
        .words("-deststoretype")
        .arg(store)
        .arg("-destkeystore")
        .arg(&out)
        .arg("-deststorepass")
        .arg(password)
        .arg("-destkeypass")
        .arg(password)
        .answer();
    // of an entry that it cannot take, keytool makes an empty keystore and is content
    let imported = answer
        .error_text()
        .contains("1 entries successfully imported");
    (answer.status == Some(0) && imported).then_some(out)
}

fn nss(material: &Material, pair: &Pair, password: &str, words: &str) -> Option<PathBuf> {
    let between = "Passage-2026";
    let from = openssl_pkcs12(material, pair, between, "")?;
    let database = NssDatabase::new();
    if database.import_pkcs12(&from, between).answer().status != Some(0) {
        return None;
    }
    let out = material.path("nss.p12");
    database
        .export_pkcs12(ALIAS, &out, password)
        .words(words)
        .accepts();
    Some(out)
}

fn certtool(material: &Material, pair: &Pair, password: &str, cipher: &str) -> Option<PathBuf> {
    let out = material.path("certtool.p12");
    // it takes one file of certificates: the leaf and those above it
    let leaf = std::fs::read(&pair.leaf_file).unwrap();
    let chain = std::fs::read(&material.chain_file).unwrap();
    let certificates = material.file("certtool-in.pem", &[leaf, chain].concat());
    Peer::new("certtool")
        .words("--to-p12 --outder --pkcs-cipher")
        .arg(cipher)
        .arg("--p12-name")
        .arg(ALIAS)
        .arg("--password")
        .arg(password)
        .arg("--load-privkey")
        .arg(&pair.key_file)
        .arg("--load-certificate")
        .arg(&certificates)
        .arg("--outfile")
        .arg(&out)
        .accepts();
    Some(out)
}

fn python_pkcs12(material: &Material, pair: &Pair, password: &str, form: &str) -> Option<PathBuf> {
    let out = material.path("python.p12");
    python::script("pkcs12_peer.py")
        .arg("write")
        .arg(form)
        .arg(&pair.key_file)
        .arg(&pair.leaf_file)
        .arg(&material.chain_file)
        .arg(ALIAS)
        .arg(password)
        .arg(&out)
        .accepts();
    Some(out)
}

/// A database of XCA with the key and the certificates, made in its console.
fn xca_database(material: &Material, pair: &Pair, password: &str) -> Option<PathBuf> {
    let out = material.path("theirs.xdb");
    let _absent = std::fs::remove_file(&out);
    let folder = tempfile::TempDir::new().unwrap();
    let answer = python::script("xca_console.py")
        .arg(folder.path())
        .arg(format!("{password}\t{password}"))
        .arg(format!("--database={}", out.display()))
        .arg("--import")
        .arg(&pair.key_file)
        .arg(&pair.leaf_file)
        .arg(&material.chain_file)
        .accepts();
    let refused = answer.text().contains("incomplete or inconsistent");
    (!refused).then_some(out)
}
