//! Our files of an encrypted private key before every reader.

use bicle_pki::pem;
use bicle_pki::pkcs8::{self, Encryption};
use bicle_platform::secret::SecretText;
use getrandom::SysRng;
use rand_core::UnwrapErr;

use crate::judges::Reader;
use crate::material::{Material, PASSWORDS, Pair};
use crate::table::{Cell, Outcome, Table};

const READERS: [Reader; 4] = [Reader::OpenSsl, Reader::GnuTls, Reader::Python, Reader::Xca];

const NO_SCRYPT: &str = "GnuTLS has no scrypt (RFC 7914) in its PKCS#8";

/// Writes every form for every kind of key and password and shows it to every reader.
pub(crate) fn seen(material: &Material) -> Table {
    let forms = [
        ("AES-256, PBKDF2", Encryption::default()),
        ("AES-256, scrypt", Encryption::SCRYPT),
        (
            "3DES",
            Encryption::TripleDes {
                iterations: pkcs8::DEFAULT_TRIPLE_DES_ITERATIONS,
            },
        ),
    ];
    let mut rows = Vec::new();
    for (form, encryption) in forms {
        for pair in &material.pairs {
            for (script, password) in PASSWORDS {
                let row = format!("PKCS#8 {form}, {}, {script}", pair.name);
                rows.push((row, judged(material, encryption, pair, password)));
            }
        }
    }
    Table {
        corner: "our file, its key, its password",
        columns: READERS.map(|reader| reader.name().to_owned()).into(),
        rows,
    }
}

fn judged(
    material: &Material,
    encryption: Encryption,
    pair: &Pair,
    password: &str,
) -> Vec<Outcome> {
    let secret = SecretText::copy_of(password);
    let mut rng = UnwrapErr(SysRng);
    let der = pkcs8::encrypt(&pair.pkcs8, &secret, encryption, &mut rng).unwrap();
    let text = pem::encode("ENCRYPTED PRIVATE KEY", &der);
    let file = material.file("our-key.pem", text.as_bytes());
    let is_scrypt = matches!(encryption, Encryption::Scrypt { .. });
    let outcomes = READERS.into_iter().map(|reader| {
        let (expected, reason) = if is_scrypt && reader == Reader::GnuTls {
            (Cell::Refused, Some(NO_SCRYPT))
        } else {
            (Cell::Read, None)
        };
        Outcome {
            seen: reader.key(&file, password, pair),
            expected,
            reason,
        }
    });
    outcomes.collect()
}
