//! Writing a key to a file, in every layout; read back before it gets its name.

use bicle_pki::pkcs8::{self, Encryption};
use bicle_pki::private_key::PrivateKey;
use bicle_pki::{jwk, openssh, pem};
use bicle_platform::secret::{SecretBytes, SecretText};

use crate::command::{Encoding, ExportKey, KeyFormat, Outcome};
use crate::fault::Fault;
use crate::id::Kind;
use crate::open_vault::OpenVault;
use crate::phrase::Phrase;
use crate::random::random;
use crate::{export, refusal, requests, verified};

/// 3DES for old tools (the manual's §7.1 makes such files).
const TRIPLE_DES: Encryption = Encryption::TripleDes {
    iterations: pkcs8::DEFAULT_TRIPLE_DES_ITERATIONS,
};

/// Writes a key. What is secret is private from birth.
pub(crate) fn export(open: &OpenVault, asked: &ExportKey) -> Result<Outcome, Fault> {
    OpenVault::expect_kind(asked.key, Kind::Key)?;
    export::refuse_taken(open, &asked.path, asked.existing)?;
    let key = requests::private_key(open, asked.key)?;
    let name = &open.summary(asked.key)?.name;
    let laid_out = lay_out(&key, name, &asked.format, asked.encoding)?;
    let identity = key.public_key().spki_sha256();
    match laid_out {
        LaidOut::Private(bytes) => {
            let password = password_of(&asked.format);
            verified::private(&asked.path, bytes.expose(), asked.existing, |read| {
                verified::holds_key(read, password, &identity)
            })
        }
        LaidOut::Public(bytes) => verified::public(&asked.path, &bytes, asked.existing, |read| {
            verified::holds_public_key(read, &identity)
        }),
    }?;
    Ok(Outcome::Written(asked.path.clone()))
}

enum LaidOut {
    Private(SecretBytes),
    Public(Vec<u8>),
}

fn password_of(format: &KeyFormat) -> Option<&SecretText> {
    match format {
        KeyFormat::EncryptedAes256(password)
        | KeyFormat::EncryptedTripleDes(password)
        | KeyFormat::EncryptedScrypt(password) => Some(password),
        KeyFormat::OpenSsh { password } => password.as_ref(),
        _ => None,
    }
}

fn lay_out(
    key: &PrivateKey,
    name: &str,
    format: &KeyFormat,
    encoding: Encoding,
) -> Result<LaidOut, Fault> {
    let unsupported = |format: &str| {
        let algorithm = key.public_key().algorithm().to_string();
        let phrase = Phrase::new("error-key-format-unsupported");
        Fault::refused(phrase.text("type", algorithm).text("format", format))
    };
    let (label, der) = match format {
        KeyFormat::EncryptedAes256(password) => (
            "ENCRYPTED PRIVATE KEY",
            encrypted(key, password, Encryption::default())?,
        ),
        KeyFormat::EncryptedTripleDes(password) => (
            "ENCRYPTED PRIVATE KEY",
            encrypted(key, password, TRIPLE_DES)?,
        ),
        KeyFormat::DangerPlainPkcs8 => ("PRIVATE KEY", key.to_pkcs8_der()),
        KeyFormat::DangerPlainPkcs1 => (
            "RSA PRIVATE KEY",
            key.to_pkcs1_der().ok_or_else(|| unsupported("PKCS#1"))?,
        ),
        KeyFormat::DangerPlainSec1 => (
            "EC PRIVATE KEY",
            key.to_sec1_der().ok_or_else(|| unsupported("SEC1"))?,
        ),
        KeyFormat::EncryptedScrypt(password) => (
            "ENCRYPTED PRIVATE KEY",
            encrypted(key, password, Encryption::SCRYPT)?,
        ),
        KeyFormat::OpenSsh { password } => {
            // an empty one would write it in clear: that is asked for with `None`
            if password.as_ref().is_some_and(SecretText::is_empty) {
                return Err(refusal::refused("error-export-password-empty"));
            }
            let text = openssh::write_private(key, name, password.as_ref(), &mut random());
            return Ok(LaidOut::Private(bytes_of(&text)));
        }
        KeyFormat::DangerPlainJwk => {
            return Ok(LaidOut::Private(bytes_of(&jwk::write_private(key))));
        }
        KeyFormat::PublicOpenSsh => {
            let line = openssh::write_public(key.public_key(), name);
            let line = line.ok_or_else(|| unsupported("OpenSSH"))?;
            return Ok(LaidOut::Public(line.into_bytes()));
        }
        KeyFormat::PublicJwk => {
            let text = jwk::write_public(key.public_key());
            let text = text.ok_or_else(|| unsupported("JWK"))?;
            return Ok(LaidOut::Public(text.into_bytes()));
        }
        KeyFormat::PublicSpki => {
            let spki = key.public_key().spki_der();
            return Ok(LaidOut::Public(match encoding {
                Encoding::Der => spki.to_vec(),
                Encoding::Pem => pem::encode("PUBLIC KEY", spki).into_bytes(),
            }));
        }
    };
    Ok(LaidOut::Private(export::encoded(label, der, encoding)))
}

fn bytes_of(text: &SecretText) -> SecretBytes {
    SecretBytes::copy_of(text.expose().as_bytes())
}

/// PKCS#8 of a key under a password.
pub(crate) fn encrypted(
    key: &PrivateKey,
    password: &SecretText,
    encryption: Encryption,
) -> Result<SecretBytes, Fault> {
    if password.is_empty() {
        return Err(refusal::refused("error-export-password-empty"));
    }
    pkcs8::encrypt(&key.to_pkcs8_der(), password, encryption, &mut random())
        .map(SecretBytes::new)
        .map_err(|error| export::failed(&error))
}
