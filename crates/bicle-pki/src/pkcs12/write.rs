//! Writing a file: one key, its certificate and the chain above it, or certificates that are to be
//! trusted, in the form of a profile.

use std::collections::HashSet;
use std::fmt;

use bicle_platform::secret::SecretBytes;
use rand_core::CryptoRng;
use sha1::{Digest, Sha1};

use super::{
    ANY_EXTENDED_KEY_USAGE, CERTIFICATE_BAG, DATA, ENCRYPTED_DATA, FRIENDLY_NAME, LOCAL_KEY_ID,
    MICROSOFT_CSP_NAME, Profile, SHROUDED_KEY_BAG, TRUSTED_KEY_USAGE, X509_CERTIFICATE, mac,
};
use crate::algorithm::KeyAlgorithm;
use crate::asn1::{Tag, writer};
use crate::export_password::ExportPassword;
use crate::pbe::{self, Password};

/// Longest alias, in UTF-16 units: what keystore dialogs can still show.
const MAX_ALIAS_UNITS: usize = 1024;

/// What one file is made of.
pub struct Bundle<'a> {
    /// PrivateKeyInfo of the key.
    pub key: &'a SecretBytes,
    /// The name that readers show, as friendlyName of the key and its certificate.
    pub alias: &'a str,
    /// DER of the key's own certificate.
    pub leaf: &'a [u8],
    /// DER of the certificates above it, issuer by issuer; may be empty.
    pub chain: &'a [&'a [u8]],
    /// The provider that Windows is to put the key into ([`microsoft_csp_name`]), as an attribute of
    /// the key; others pass it over.
    pub csp_name: Option<&'a str>,
}

/// A certificate to be trusted.
pub struct TrustedEntry<'a> {
    /// The name that readers show; Java shows it in lower case.
    pub alias: &'a str,
    /// The certificate's DER.
    pub der: &'a [u8],
}

/// The provider of Windows that keeps keys of this kind with all that can be done with them: for RSA
/// the one without which Windows before 10 could not sign with SHA-256; `None` where there is none.
pub const fn microsoft_csp_name(algorithm: &KeyAlgorithm) -> Option<&'static str> {
    match algorithm {
        KeyAlgorithm::Rsa { .. } => Some("Microsoft Enhanced RSA and AES Cryptographic Provider"),
        KeyAlgorithm::EcP256 | KeyAlgorithm::EcP384 | KeyAlgorithm::EcP521 => {
            Some("Microsoft Software Key Storage Provider")
        }
        _ => None,
    }
}

/// Why no file was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteError {
    /// No alias: Java would call the entry "1".
    EmptyAlias,
    /// An alias that no reader could show.
    AliasTooLong {
        /// UTF-16 units that are possible.
        limit: usize,
    },
    /// Two entries have one name once it is in lower case: Java would lose one.
    DuplicateAlias {
        /// The name in lower case.
        alias: String,
    },
}

impl fmt::Display for WriteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyAlias => write!(formatter, "the alias is empty"),
            Self::AliasTooLong { limit } => {
                write!(formatter, "the alias is longer than {limit} characters")
            }
            Self::DuplicateAlias { alias } => {
                write!(formatter, "two entries are called {alias:?} in lower case")
            }
        }
    }
}

impl std::error::Error for WriteError {}

/// Writes a file, in DER: the certificates encrypted, leaf first; the shrouded key; a MAC. Only the
/// leaf and the key carry friendlyName and localKeyID, so that readers pair them and no others.
///
/// # Errors
/// An alias that readers cannot take.
pub fn write(
    bundle: &Bundle<'_>,
    password: &ExportPassword,
    profile: Profile,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, WriteError> {
    check_alias(bundle.alias)?;
    let password = Password::standard(password.expose());
    let common = name_and_id(bundle.alias, &Sha1::digest(bundle.leaf));
    let leaf = certificate_bag(bundle.leaf, &common);
    let others = bundle
        .chain
        .iter()
        .map(|certificate| certificate_bag(certificate, &[]));
    let certificates: Vec<Vec<u8>> = std::iter::once(leaf).chain(others).collect();
    let certificates = encrypted(&certificates, &password, profile, rng);

    let mut of_key = common.to_vec();
    if let Some(name) = bundle.csp_name {
        of_key.push(attribute(MICROSOFT_CSP_NAME, &writer::bmp_string(name)));
    }
    let (algorithm, encrypted) =
        pbe::encrypt(profile.scheme(), bundle.key.expose(), &password, rng);
    let shrouded = writer::sequence(&[&algorithm, &writer::octet_string(&encrypted)]);
    let key = writer::sequence(&[&bag(SHROUDED_KEY_BAG, &shrouded, &of_key)]);

    let content = writer::sequence(&[
        &certificates,
        &content_info(DATA, &writer::octet_string(&key)),
    ]);
    Ok(pfx(&content, &password, profile, rng))
}

/// Writes a file of trusted certificates: each with its name and the attribute without which Java
/// shows an empty store.
///
/// # Errors
/// An alias that readers cannot take, or twice the same in lower case.
pub fn write_truststore(
    entries: &[TrustedEntry<'_>],
    password: &ExportPassword,
    profile: Profile,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, WriteError> {
    let password = Password::standard(password.expose());
    let mut aliases = HashSet::new();
    let mut bags = Vec::new();
    for entry in entries {
        check_alias(entry.alias)?;
        let alias = entry.alias.to_lowercase();
        if !aliases.insert(alias.clone()) {
            return Err(WriteError::DuplicateAlias { alias });
        }
        let attributes = [
            attribute(FRIENDLY_NAME, &writer::bmp_string(entry.alias)),
            attribute(TRUSTED_KEY_USAGE, &oid(ANY_EXTENDED_KEY_USAGE)),
        ];
        bags.push(certificate_bag(entry.der, &attributes));
    }
    let content = writer::sequence(&[&encrypted(&bags, &password, profile, rng)]);
    Ok(pfx(&content, &password, profile, rng))
}

fn check_alias(alias: &str) -> Result<(), WriteError> {
    if alias.is_empty() {
        return Err(WriteError::EmptyAlias);
    }
    if alias.encode_utf16().count() > MAX_ALIAS_UNITS {
        return Err(WriteError::AliasTooLong {
            limit: MAX_ALIAS_UNITS,
        });
    }
    Ok(())
}

/// The ContentInfo of these bags as encryptedData.
fn encrypted(
    bags: &[Vec<u8>],
    password: &Password,
    profile: Profile,
    rng: &mut impl CryptoRng,
) -> Vec<u8> {
    let bags = writer::sequence(&[&bags.concat()]);
    let (algorithm, encrypted) = pbe::encrypt(profile.scheme(), &bags, password, rng);
    let encrypted_content = writer::sequence(&[
        &oid(DATA),
        &algorithm,
        &writer::context(0, false, &encrypted),
    ]);
    let encrypted_data = writer::sequence(&[&writer::integer_u64(0), &encrypted_content]);
    content_info(ENCRYPTED_DATA, &encrypted_data)
}

/// The file around an AuthenticatedSafe.
fn pfx(content: &[u8], password: &Password, profile: Profile, rng: &mut impl CryptoRng) -> Vec<u8> {
    let mac_data = mac::encode(&profile.mac(), content, password, rng);
    let auth_safe = content_info(DATA, &writer::octet_string(content));
    writer::sequence(&[&writer::integer_u64(3), &auth_safe, &mac_data])
}

fn content_info(kind: &[u8], content: &[u8]) -> Vec<u8> {
    writer::sequence(&[&oid(kind), &writer::context(0, true, content)])
}

fn certificate_bag(der: &[u8], attributes: &[Vec<u8>]) -> Vec<u8> {
    let value = writer::context(0, true, &writer::octet_string(der));
    bag(
        CERTIFICATE_BAG,
        &writer::sequence(&[&oid(X509_CERTIFICATE), &value]),
        attributes,
    )
}

/// SafeBag (RFC 7292 §4.2); no attribute at all rather than an empty SET.
fn bag(kind: &[u8], value: &[u8], attributes: &[Vec<u8>]) -> Vec<u8> {
    let set = if attributes.is_empty() {
        Vec::new()
    } else {
        writer::set_of(attributes)
    };
    writer::sequence(&[&oid(kind), &writer::context(0, true, value), &set])
}

/// friendlyName and localKeyID (RFC 2985 §5.5).
fn name_and_id(alias: &str, key_id: &[u8]) -> [Vec<u8>; 2] {
    [
        attribute(FRIENDLY_NAME, &writer::bmp_string(alias)),
        attribute(LOCAL_KEY_ID, &writer::octet_string(key_id)),
    ]
}

/// PKCS12Attribute with one value.
fn attribute(kind: &[u8], value: &[u8]) -> Vec<u8> {
    writer::sequence(&[&oid(kind), &writer::set(&[value])])
}

fn oid(body: &[u8]) -> Vec<u8> {
    writer::tlv(Tag::OID, body)
}
