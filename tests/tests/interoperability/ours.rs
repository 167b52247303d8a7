//! Our files before every reader.

use bicle_pki::export_password::ExportPassword;
use bicle_pki::jks::{self, JksEntry};
use bicle_pki::pkcs12::{self, Bundle, Profile};
use bicle_platform::secret::SecretText;
use bicle_tests::java;
use getrandom::SysRng;
use rand_core::UnwrapErr;

use crate::judges::Reader;
use crate::material::{ALIAS, Material, PASSWORDS, Pair};
use crate::table::{Cell, Outcome, Table};

const NO_PBMAC1: &str = "PBMAC1 (RFC 9879) is read by OpenSSL 3.4, Java 25, NSS 3.101 and GnuTLS 3.8 or later: the profile is for experts, and says so";
const NO_ED25519: &str = "NSS reads Ed25519 keys from 3.101 on";
const XCA_ED25519: &str =
    "XCA 2.4 calls the Ed25519 key of any PKCS#12 file inconsistent, also of OpenSSL's own";
const NOT_ASCII: &str =
    "refused with the reason: Java up to 21 opens no PKCS#12 file under such a password";
const JAVA_ALONE: &str = "a JKS keystore is for Java";

/// A password that every reader takes.
const ASCII: &str = PASSWORDS[0].1;

/// The forms that we write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Compatible,
    Modern,
    Pbmac1,
    Jks,
}

impl Form {
    const ALL: [Self; 4] = [Self::Compatible, Self::Modern, Self::Pbmac1, Self::Jks];

    fn name(self) -> &'static str {
        match self {
            Self::Compatible => "PKCS#12 compatible",
            Self::Modern => "PKCS#12 modern",
            Self::Pbmac1 => "PKCS#12 PBMAC1",
            Self::Jks => "JKS",
        }
    }
}

/// Writes every form for every kind of key and shows it to every reader.
pub(crate) fn seen(material: &Material) -> Table {
    let mut rows = Vec::new();
    for form in Form::ALL {
        for pair in &material.pairs {
            let row = format!("{}, {}", form.name(), pair.name);
            rows.push((row, judged(material, form, pair, ASCII)));
        }
    }
    let (script, french) = PASSWORDS[1];
    let pair = material.pair("RSA");
    for form in Form::ALL {
        let row = format!("{}, RSA, password of {script}", form.name());
        rows.push((row, judged(material, form, pair, french)));
    }
    for form in [Form::Compatible, Form::Modern, Form::Jks] {
        let name = form.name();
        let bytes = truststore(material, form, ASCII);
        let file = material.file("ours.trust", &bytes);
        let outcomes = Reader::ALL.into_iter().map(|reader| {
            let is_java = form == Form::Jks && reader != Reader::Keytool;
            let (seen, expected) = if is_java {
                (Cell::NotForIt, Cell::NotForIt)
            } else {
                (reader.truststore(&file, ASCII), Cell::CertificatesRead)
            };
            Outcome {
                seen,
                expected,
                reason: is_java.then_some(JAVA_ALONE),
            }
        });
        rows.push((format!("{name}, truststore"), outcomes.collect()));
    }
    Table {
        corner: "our file, its key",
        columns: Reader::ALL.map(|reader| reader.name().to_owned()).into(),
        rows,
    }
}

fn judged(material: &Material, form: Form, pair: &Pair, password: &str) -> Vec<Outcome> {
    let bytes = written(material, form, pair, password);
    let file = bytes.map(|bytes| material.file("ours", &bytes));
    let cells = Reader::ALL.into_iter().map(|reader| {
        let (expected, reason) = expected(form, pair, password, reader);
        let seen = match &file {
            None => Cell::NotWritten,
            Some(_) if form == Form::Jks && reader != Reader::Keytool => Cell::NotForIt,
            Some(file) if form == Form::Jks => keytool_opens_jks(material, file, password, pair),
            Some(file) => reader.pkcs12(material, file, password, pair),
        };
        Outcome {
            seen,
            expected,
            reason,
        }
    });
    cells.collect()
}

fn expected(
    form: Form,
    pair: &Pair,
    password: &str,
    reader: Reader,
) -> (Cell, Option<&'static str>) {
    if !password.is_ascii() {
        return (Cell::NotWritten, Some(NOT_ASCII));
    }
    match (form, reader) {
        (Form::Jks, reader) if reader != Reader::Keytool => (Cell::NotForIt, Some(JAVA_ALONE)),
        (Form::Pbmac1, reader) if reader != Reader::Python => (Cell::Refused, Some(NO_PBMAC1)),
        (_, Reader::Nss) if pair.name == "Ed25519" => (Cell::Refused, Some(NO_ED25519)),
        (_, Reader::Xca) if pair.name == "Ed25519" => (Cell::Refused, Some(XCA_ED25519)),
        _ => (Cell::Read, None),
    }
}

/// The file, or nothing where the password is refused.
fn written(material: &Material, form: Form, pair: &Pair, password: &str) -> Option<Vec<u8>> {
    let password = ExportPassword::parse(SecretText::copy_of(password)).ok()?;
    let chain = material.chain.each_ref().map(Vec::as_slice);
    let mut rng = UnwrapErr(SysRng);
    let profile = match form {
        Form::Compatible => Profile::Compatible,
        Form::Modern => Profile::Modern,
        Form::Pbmac1 => Profile::Pbmac1,
        Form::Jks => {
            let entry = JksEntry {
                alias: ALIAS,
                created_unix_ms: 1_790_000_000_000,
                pkcs8: &pair.pkcs8,
                chain: [&[pair.leaf.as_slice()], chain.as_slice()].concat(),
            };
            return Some(jks::write(&[entry], &password, &mut rng).unwrap());
        }
    };
    let bundle = Bundle {
        key: &pair.pkcs8,
        alias: ALIAS,
        leaf: &pair.leaf,
        chain: &chain,
        csp_name: None,
    };
    Some(pkcs12::write(&bundle, &password, profile, &mut rng).unwrap())
}

/// The two authorities and no key.
fn truststore(material: &Material, form: Form, password: &str) -> Vec<u8> {
    let password = ExportPassword::parse(SecretText::copy_of(password)).unwrap();
    let mut rng = UnwrapErr(SysRng);
    let aliases = ["intermediaire", "racine"];
    let named = aliases.into_iter().zip(&material.chain);
    if form == Form::Jks {
        let entries: Vec<jks::TrustedEntry<'_>> = named
            .map(|(alias, der)| jks::TrustedEntry {
                alias,
                created_unix_ms: 1_790_000_000_000,
                der,
            })
            .collect();
        return jks::write_truststore(&entries, &password, &mut rng).unwrap();
    }
    let profile = match form {
        Form::Modern => Profile::Modern,
        _ => Profile::Compatible,
    };
    let entries: Vec<pkcs12::TrustedEntry<'_>> = named
        .map(|(alias, der)| pkcs12::TrustedEntry { alias, der })
        .collect();
    pkcs12::write_truststore(&entries, &password, profile, &mut rng).unwrap()
}

/// keytool copies the JKS into a PKCS#12 file of its own, which openssl opens.
fn keytool_opens_jks(
    material: &Material,
    file: &std::path::Path,
    password: &str,
    pair: &Pair,
) -> Cell {
    let copy = material.path("copy-of-jks.p12");
    let _absent = std::fs::remove_file(&copy);
    java::copy_to_pkcs12(file, password, &copy);
    Reader::OpenSsl.pkcs12(material, &copy, password, pair)
}
