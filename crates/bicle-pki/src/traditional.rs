//! OpenSSL's traditional PEM keys: a label that says the algorithm, and encryption in RFC 1421 headers.

use bicle_platform::secret::{SecretBytes, SecretText};

use crate::algorithm::KeyAlgorithm;
use crate::asn1::{Reader, Tag};
use crate::oid;
use crate::pbe::Password;
use crate::pbe::cipher::Cipher;
use crate::pbe::hash::Hash;
use crate::pem::Block;
use crate::private_key::{PrivateKey, PrivateKeyError};

/// Why a traditional PEM key is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TraditionalError {
    /// It is encrypted, and no password was given.
    PasswordNeeded,
    /// No password opens it.
    WrongPassword,
    /// A cipher that is not used here: its name in `DEK-Info`.
    Cipher(String),
    /// `DEK-Info` is no cipher and initialization vector.
    Malformed,
    /// The key inside is refused.
    Key(PrivateKeyError),
}

/// Whether the headers of a block say that it is encrypted.
pub(crate) fn is_encrypted(block: &Block) -> bool {
    header(block, "Proc-Type").is_some_and(|value| value.ends_with("ENCRYPTED"))
}

/// Reads the key of a block with such a label, under the first of the passwords that opens it.
pub(crate) fn read(
    block: &Block,
    passwords: &[&SecretText],
) -> Result<PrivateKey, TraditionalError> {
    if !is_encrypted(block) {
        return key(&block.label, block.bytes.expose()).map_err(TraditionalError::Key);
    }
    let info = header(block, "DEK-Info").unwrap_or_default();
    let (name, iv) = info.split_once(',').unwrap_or((info, ""));
    let cipher = cipher(name.trim())
        .ok_or_else(|| TraditionalError::Cipher(name.trim().chars().take(40).collect()))?;
    let iv = hexadecimal(iv.trim())
        .filter(|iv| iv.len() == cipher.iv_bytes())
        .ok_or(TraditionalError::Malformed)?;
    if passwords.is_empty() {
        return Err(TraditionalError::PasswordNeeded);
    }
    let forms = passwords.iter().flat_map(|password| forms(password));
    for form in forms {
        let Some(plain) = decrypt(block, &form, cipher, &iv) else {
            continue;
        };
        match key(&block.label, plain.expose()) {
            // one wrong password in 256 passes the padding: what comes out then is no whole key
            Err(PrivateKeyError::Malformed(_)) => {}
            read => return read.map_err(TraditionalError::Key),
        }
    }
    Err(TraditionalError::WrongPassword)
}

/// UTF-8, and beyond ASCII also the octets of western Windows.
fn forms(password: &SecretText) -> impl Iterator<Item = Password> {
    let text = password.expose();
    let western = (!text.is_ascii()).then(|| Password::windows_1252(text));
    std::iter::once(Password::standard(text)).chain(western.flatten())
}

/// The key of these DER octets, by its label.
fn key(label: &str, der: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
    match label {
        "EC PRIVATE KEY" => PrivateKey::from_sec1_der(der),
        "DSA PRIVATE KEY" => {
            // whole, at least: a wrong password must not name the key
            let mut reader = Reader::new(der);
            reader.expect(Tag::SEQUENCE)?;
            reader.finish()?;
            let algorithm = KeyAlgorithm::Other(oid::DSA);
            Err(PrivateKeyError::Unsupported { algorithm })
        }
        _ => PrivateKey::from_pkcs1_der(der),
    }
}

/// The ciphers of OpenSSL's PEM encryption that are known to have been used for keys.
fn cipher(name: &str) -> Option<Cipher> {
    match name {
        "AES-128-CBC" => Some(Cipher::Aes128),
        "AES-192-CBC" => Some(Cipher::Aes192),
        "AES-256-CBC" => Some(Cipher::Aes256),
        "DES-EDE3-CBC" => Some(Cipher::TripleDes),
        "DES-CBC" => Some(Cipher::Des),
        _ => None,
    }
}

/// The key comes from MD5 in one pass over password and initialization vector (EVP_BytesToKey).
fn decrypt(block: &Block, password: &Password, cipher: Cipher, iv: &[u8]) -> Option<SecretBytes> {
    let salt = iv.get(..8)?;
    let key = Hash::Md5.bytes_to_key(&password.octets, salt, cipher.key_bytes());
    cipher.decrypt(&key, iv, block.bytes.expose())
}

fn header<'a>(block: &'a Block, name: &str) -> Option<&'a str> {
    block
        .headers
        .iter()
        .find(|(header, _)| header == name)
        .map(|(_, value)| value.as_str())
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    pairs
        .iter()
        .map(|&[high, low]| u8::try_from(digit(high)? * 16 + digit(low)?).ok())
        .collect()
}
