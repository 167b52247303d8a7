//! OpenSSH's keys: private ones as openssh-key-v1 (PROTOCOL.key), public ones as RFC 4253 §6.6,
//! RFC 5656 §3.1 and RFC 8709 §4 have them.

mod protect;
mod wire;

use std::fmt;

use base64ct::{Base64, Encoding};
use bicle_platform::secret::{SecretBytes, SecretText};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::algorithm::KeyAlgorithm;
use crate::pbe::{Budget, DecryptError};
use crate::pem;
use crate::private_key::{Curve, Parts, PrivateKey, PrivateKeyError, RsaParts, trimmed};
use crate::public_key::PublicKey;
use protect::{Cipher, Protection};
use wire::{Wire, number, string};

/// The largest file that is read, in bytes: OpenSSH's own limit (MAX_KEY_FILE_SIZE).
pub const MAX_BYTES: usize = 1024 * 1024;

/// Rounds of bcrypt_pbkdf that are written: OpenSSH's own default since 9.4 (sshkey.c,
/// DEFAULT_ROUNDS), a fifth of a second.
pub const DEFAULT_ROUNDS: u32 = 24;

/// What the file begins with (PROTOCOL.key §1).
const MAGIC: &[u8] = b"openssh-key-v1\0";

/// The label of its armour.
const LABEL: &str = "OPENSSH PRIVATE KEY";

/// A private key as a file has it.
pub struct OpenSshKey {
    /// The key.
    pub key: PrivateKey,
    /// What its owner wrote to it; often `user@host`.
    pub comment: String,
}

/// Why bytes are no usable key of OpenSSH.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenSshError {
    /// Neither the armour nor the magic bytes, or more than [`MAX_BYTES`].
    NotOpenSsh,
    /// The structure is broken.
    Malformed {
        /// Where, in bytes from the start of the binary form.
        at_byte: usize,
    },
    /// It is encrypted, and no password was given.
    PasswordNeeded,
    /// It stays closed: [`DecryptError::WrongPassword`], too many rounds, cancelled.
    Decrypt(DecryptError),
    /// A cipher, a derivation or a kind of key that is not used here: its name in SSH.
    Unsupported(String),
    /// The key inside is refused.
    Key(PrivateKeyError),
}

impl fmt::Display for OpenSshError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOpenSsh => write!(formatter, "no key of OpenSSH"),
            Self::Malformed { at_byte } => {
                write!(formatter, "malformed key of OpenSSH at byte {at_byte}")
            }
            Self::PasswordNeeded => write!(formatter, "the key of OpenSSH asks for a password"),
            Self::Decrypt(error) => error.fmt(formatter),
            Self::Unsupported(name) => write!(formatter, "unsupported in OpenSSH's keys: {name}"),
            Self::Key(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for OpenSshError {}

impl From<PrivateKeyError> for OpenSshError {
    fn from(error: PrivateKeyError) -> Self {
        Self::Key(error)
    }
}

impl From<DecryptError> for OpenSshError {
    fn from(error: DecryptError) -> Self {
        Self::Decrypt(error)
    }
}

/// Whether it is a private key of OpenSSH in its binary form.
pub fn is_openssh(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Whether it is a private key of OpenSSH, armoured or binary, that asks for a password.
pub fn is_encrypted(bytes: &[u8]) -> bool {
    let encrypted = |binary: &[u8]| {
        Envelope::read(binary).is_ok_and(|envelope| envelope.protection.is_encrypted())
    };
    is_openssh(bytes) && encrypted(bytes)
        || unarmoured(bytes).is_some_and(|binary| encrypted(binary.expose()))
}

/// Reads a private key, armoured or binary, under the first of the passwords that opens it.
///
/// # Errors
/// Broken structure, no or no fitting password, an unsupported cipher or kind of key (DSA, security
/// tokens), a key that is refused.
pub fn read_private(bytes: &[u8], passwords: &[&SecretText]) -> Result<OpenSshKey, OpenSshError> {
    read_private_within(bytes, passwords, &mut Budget::unwatched())
}

/// As [`read_private`], within a budget of the caller. Without a password the cost of the
/// derivation is judged all the same: what no password could open is said to be so.
pub(crate) fn read_private_within(
    bytes: &[u8],
    passwords: &[&SecretText],
    budget: &mut Budget<'_>,
) -> Result<OpenSshKey, OpenSshError> {
    if bytes.len() > MAX_BYTES {
        return Err(OpenSshError::NotOpenSsh);
    }
    if !is_openssh(bytes) {
        let binary = unarmoured(bytes).ok_or(OpenSshError::NotOpenSsh)?;
        return read_binary(binary.expose(), passwords, budget);
    }
    read_binary(bytes, passwords, budget)
}

/// Writes a private key, armoured: under aes256-ctr and [`DEFAULT_ROUNDS`] of bcrypt_pbkdf as
/// ssh-keygen does, or in clear without a password (an empty one counts as none: OpenSSH has no
/// empty passwords).
pub fn write_private(
    key: &PrivateKey,
    comment: &str,
    password: Option<&SecretText>,
    rng: &mut impl CryptoRng,
) -> SecretText {
    let public = public_blob(key.public_key()).unwrap_or_default();
    let password = password.filter(|password| !password.is_empty());
    let protection = match password {
        None => Protection::none(),
        Some(_) => Protection::new(DEFAULT_ROUNDS, rng),
    };
    let mut secret = private_section(key, comment, protection.cipher, rng);
    if let Some(password) = password {
        protection.encrypt(password, &mut secret);
    }
    let parts = [
        MAGIC.to_vec(),
        string(protection.cipher.name().as_bytes()),
        string(protection.derivation_name().as_bytes()),
        string(&protection.derivation_options()),
        1_u32.to_be_bytes().to_vec(),
        string(&public),
    ];
    let length: usize = parts.iter().map(Vec::len).sum();
    let mut file = SecretBytes::new(Vec::with_capacity(
        length.saturating_add(secret.len()).saturating_add(4),
    ));
    for part in &parts {
        file.append(part);
    }
    file.append(
        &u32::try_from(secret.len())
            .unwrap_or(u32::MAX)
            .to_be_bytes(),
    );
    file.append(&secret);
    pem::encode_secret(LABEL, &file)
}

/// The line of a public key: kind, base64, comment, LF. `None` for a key of a kind that is not used
/// here. A comment ends at its first line break.
pub fn write_public(key: &PublicKey, comment: &str) -> Option<String> {
    let blob = public_blob(key)?;
    let name = type_name(&key.algorithm())?;
    let comment = comment.lines().next().unwrap_or_default();
    let separator = if comment.is_empty() { "" } else { " " };
    let base64 = Base64::encode_string(&blob);
    Some(format!("{name} {base64}{separator}{comment}\n"))
}

/// Reads the line of a public key; gives its comment too.
///
/// # Errors
/// [`OpenSshError::NotOpenSsh`] for a text that is none, [`OpenSshError::Unsupported`] for a kind
/// of key that is not used here, [`OpenSshError::Malformed`].
pub fn read_public(line: &str) -> Result<(PublicKey, String), OpenSshError> {
    let line = line.strip_prefix('\u{feff}').unwrap_or(line).trim();
    let (name, rest) = line
        .split_once([' ', '\t'])
        .ok_or(OpenSshError::NotOpenSsh)?;
    let is_name = name.starts_with("ssh-")
        || name.starts_with("ecdsa-sha2-")
        || name.starts_with("sk-")
        || name == "rsa-sha2-256"
        || name == "rsa-sha2-512";
    let rest = rest.trim_start();
    let (base64, comment) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    if !is_name || line.len() > MAX_BYTES || comment.contains(['\n', '\r']) {
        return Err(OpenSshError::NotOpenSsh);
    }
    let blob = Base64::decode_vec(base64).map_err(|_| OpenSshError::Malformed { at_byte: 0 })?;
    let mut wire = Wire::new(&blob);
    let inner = wire.text()?;
    if inner != name {
        return Err(OpenSshError::Malformed { at_byte: 0 });
    }
    let key = read_public_fields(inner, &mut wire)?;
    wire.finish()?;
    Ok((key, comment.trim().to_owned()))
}

/// The binary form inside the first armour of a text.
fn unarmoured(text: &[u8]) -> Option<SecretBytes> {
    let blocks = pem::decode(text).ok()?;
    let mut blocks = blocks.into_iter().flatten();
    blocks
        .find(|block| block.label == LABEL)
        .map(|block| block.bytes)
}

/// What stands around the encrypted section (PROTOCOL.key §1 and §2).
struct Envelope<'a> {
    protection: Protection,
    public: &'a [u8],
    section: &'a [u8],
    section_at: usize,
    /// The tag of an authenticated cipher.
    tag: &'a [u8],
}

impl Envelope<'_> {
    fn read(binary: &[u8]) -> Result<Envelope<'_>, OpenSshError> {
        let mut wire = Wire::new(binary);
        if wire.take(MAGIC.len())? != MAGIC {
            return Err(OpenSshError::NotOpenSsh);
        }
        let (cipher, derivation, options) = (wire.text()?, wire.text()?, wire.string()?);
        let protection = Protection::parse(cipher, derivation, options)?;
        // OpenSSH itself neither writes nor reads more than one
        if wire.u32()? != 1 {
            return Err(OpenSshError::Unsupported("more than one key".to_owned()));
        }
        let public = wire.string()?;
        let section = wire.string()?;
        let section_at = wire.position().saturating_sub(section.len());
        let tag = wire.take(protection.cipher.tag_bytes())?;
        wire.finish()?;
        Ok(Envelope {
            protection,
            public,
            section,
            section_at,
            tag,
        })
    }
}

fn read_binary(
    binary: &[u8],
    passwords: &[&SecretText],
    budget: &mut Budget<'_>,
) -> Result<OpenSshKey, OpenSshError> {
    let envelope = Envelope::read(binary)?;
    if !envelope.protection.is_encrypted() {
        return read_section(envelope.section, envelope.section_at, &envelope);
    }
    if passwords.is_empty() {
        let mut probe = Budget::probe();
        return match envelope.protection.spend(&mut probe) {
            Ok(_) | Err(DecryptError::WrongPassword) => Err(OpenSshError::PasswordNeeded),
            Err(error) => Err(error.into()),
        };
    }
    for password in passwords.iter().filter(|password| !password.is_empty()) {
        let plain =
            envelope
                .protection
                .decrypt(password, envelope.section, envelope.tag, budget)?;
        // the same number twice: the password is right
        if let Some(plain) = plain
            && has_check(&plain)
        {
            return read_section(&plain, envelope.section_at, &envelope);
        }
    }
    Err(DecryptError::WrongPassword.into())
}

/// Whether the section begins with the same number twice.
fn has_check(section: &[u8]) -> bool {
    let (first, second) = (section.get(..4), section.get(4..8));
    first.is_some() && first == second
}

/// Reads the decrypted section (PROTOCOL.key §3), which begins at byte `at` of the file.
fn read_section(
    section: &[u8],
    at: usize,
    envelope: &Envelope<'_>,
) -> Result<OpenSshKey, OpenSshError> {
    if !has_check(section) {
        return Err(OpenSshError::Malformed { at_byte: at });
    }
    let mut wire = Wire::at(section, at);
    wire.take(8)?;
    let name = wire.text()?;
    let key = read_private_fields(name, &mut wire)?;
    let comment = String::from_utf8_lossy(wire.string()?).into_owned();
    // 1, 2, 3 … up to a multiple of the cipher's block; Python's cryptography adds a whole block to
    // what is one already
    let padding = wire.rest();
    let as_expected = padding
        .iter()
        .copied()
        .eq((1..=u8::MAX).take(padding.len()));
    if !as_expected || padding.len() > envelope.protection.cipher.block_bytes() {
        return Err(OpenSshError::Malformed {
            at_byte: wire.position().saturating_sub(padding.len()),
        });
    }
    if public_blob(key.public_key()).as_deref() != Some(envelope.public) {
        return Err(PrivateKeyError::Inconsistent.into());
    }
    Ok(OpenSshKey { key, comment })
}

fn read_private_fields(name: &str, wire: &mut Wire<'_>) -> Result<PrivateKey, OpenSshError> {
    if name == "ssh-rsa" {
        let (modulus, public_exponent) = (wire.number()?, wire.number()?);
        let (private_exponent, coefficient) = (wire.number()?, wire.number()?);
        let primes = [wire.number()?, wire.number()?];
        return Ok(PrivateKey::from_rsa_parts(RsaParts {
            modulus,
            public_exponent,
            private_exponent,
            primes: Some(primes),
            prime_exponents: None,
            coefficient: Some(coefficient),
        })?);
    }
    if name == "ssh-ed25519" {
        let public = wire.string()?;
        let both = wire.string()?;
        // the seed, and the public key again
        let (seed, again) = both.split_at_checked(32).unwrap_or_default();
        if again != public {
            return Err(PrivateKeyError::Inconsistent.into());
        }
        return Ok(PrivateKey::from_ed25519_parts(seed, public)?);
    }
    let curve = curve_of_type(name)?;
    if wire.text()? != curve_name(curve) {
        return Err(PrivateKeyError::Inconsistent.into());
    }
    let point = wire.string()?;
    let scalar = wire.number()?;
    Ok(PrivateKey::from_ec_parts(curve, scalar, point)?)
}

fn read_public_fields(name: &str, wire: &mut Wire<'_>) -> Result<PublicKey, OpenSshError> {
    let at_byte = wire.position();
    let malformed = OpenSshError::Malformed { at_byte };
    if name == "ssh-rsa" {
        let (exponent, modulus) = (wire.number()?, wire.number()?);
        return PublicKey::from_rsa(modulus, exponent).map_err(|_| malformed);
    }
    if name == "ssh-ed25519" {
        return PublicKey::from_ed25519(wire.string()?).map_err(|_| malformed);
    }
    let curve = curve_of_type(name)?;
    if wire.text()? != curve_name(curve) {
        return Err(malformed);
    }
    let Some(point) = curve.uncompressed(wire.string()?) else {
        return Err(malformed);
    };
    PublicKey::from_ec(curve, &point).map_err(|_| malformed)
}

/// The public key in SSH's binary form.
fn public_blob(key: &PublicKey) -> Option<Vec<u8>> {
    let algorithm = key.algorithm();
    let name = string(type_name(&algorithm)?.as_bytes());
    Some(match algorithm {
        KeyAlgorithm::Rsa { .. } => {
            let (modulus, exponent) = key.rsa_parts()?;
            [name, number(exponent).to_vec(), number(modulus).to_vec()].concat()
        }
        KeyAlgorithm::Ed25519 => [name, string(key.key_bits())].concat(),
        _ => {
            let curve = Curve::of(&algorithm)?;
            let point = curve.uncompressed(key.key_bits())?;
            [name, string(curve_name(curve).as_bytes()), string(&point)].concat()
        }
    })
}

/// The section that is encrypted, padded.
fn private_section(
    key: &PrivateKey,
    comment: &str,
    cipher: Cipher,
    rng: &mut impl CryptoRng,
) -> Zeroizing<Vec<u8>> {
    let mut check = [0; 4];
    rng.fill_bytes(&mut check);
    let plain = |bytes: &[u8]| Zeroizing::new(string(bytes));
    let name = type_name(&key.public_key().algorithm()).unwrap_or_default();
    let mut parts = vec![
        Zeroizing::new([check, check].concat()),
        plain(name.as_bytes()),
    ];
    match key.parts() {
        Parts::Rsa(numbers) => parts.extend([
            number(&numbers.modulus),
            number(&numbers.public_exponent),
            number(&numbers.private_exponent),
            number(&numbers.coefficient),
            number(&numbers.first_prime),
            number(&numbers.second_prime),
        ]),
        Parts::Ec {
            curve,
            scalar,
            point,
        } => parts.extend([
            plain(curve_name(curve).as_bytes()),
            plain(point),
            number(scalar),
        ]),
        Parts::Ed25519 { seed, public } => {
            let mut both = Zeroizing::new(Vec::with_capacity(64));
            both.extend_from_slice(seed);
            both.extend_from_slice(public);
            parts.extend([plain(public), plain(&both)]);
        }
    }
    parts.push(plain(comment.as_bytes()));
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let padded = length.next_multiple_of(cipher.block_bytes());
    let mut section = Zeroizing::new(Vec::with_capacity(padded));
    for part in &parts {
        section.extend_from_slice(part);
    }
    section.extend((1..=u8::MAX).take(padded.saturating_sub(length)));
    section
}

/// The name of a kind of key in SSH.
fn type_name(algorithm: &KeyAlgorithm) -> Option<&'static str> {
    match algorithm {
        KeyAlgorithm::Rsa { .. } => Some("ssh-rsa"),
        KeyAlgorithm::Ed25519 => Some("ssh-ed25519"),
        other => Some(match Curve::of(other)? {
            Curve::P256 => "ecdsa-sha2-nistp256",
            Curve::P384 => "ecdsa-sha2-nistp384",
            Curve::P521 => "ecdsa-sha2-nistp521",
        }),
    }
}

fn curve_of_type(name: &str) -> Result<Curve, OpenSshError> {
    match name {
        "ecdsa-sha2-nistp256" => Ok(Curve::P256),
        "ecdsa-sha2-nistp384" => Ok(Curve::P384),
        "ecdsa-sha2-nistp521" => Ok(Curve::P521),
        other => Err(OpenSshError::Unsupported(other.chars().take(64).collect())),
    }
}

const fn curve_name(curve: Curve) -> &'static str {
    match curve {
        Curve::P256 => "nistp256",
        Curve::P384 => "nistp384",
        Curve::P521 => "nistp521",
    }
}
