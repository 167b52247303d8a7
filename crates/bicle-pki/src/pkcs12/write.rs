//! Writing a file: one key, its certificate and the chain above it, in the form of a profile.

use std::fmt;

use bicle_platform::secret::SecretBytes;
use rand_core::CryptoRng;
use sha1::{Digest, Sha1};

use super::{
    CERTIFICATE_BAG, DATA, ENCRYPTED_DATA, FRIENDLY_NAME, LOCAL_KEY_ID, Profile, SHROUDED_KEY_BAG,
    X509_CERTIFICATE, mac,
};
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
}

/// Why no file was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteError {
    /// No alias: Java would call the entry "1".
    EmptyAlias,
    /// An alias that no reader could show.
    AliasTooLong {
        /// UTF-16 units that are possible.
        limit: usize,
    },
}

impl fmt::Display for WriteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyAlias => write!(formatter, "the alias is empty"),
            Self::AliasTooLong { limit } => {
                write!(formatter, "the alias is longer than {limit} characters")
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
    if bundle.alias.is_empty() {
        return Err(WriteError::EmptyAlias);
    }
    if bundle.alias.encode_utf16().count() > MAX_ALIAS_UNITS {
        return Err(WriteError::AliasTooLong {
            limit: MAX_ALIAS_UNITS,
        });
    }
    let password = Password::standard(password.expose());
    let attributes = attributes(bundle.alias, &Sha1::digest(bundle.leaf));

    let leaf = certificate_bag(bundle.leaf, &attributes);
    let others = bundle
        .chain
        .iter()
        .map(|certificate| certificate_bag(certificate, &[]));
    let certificates: Vec<Vec<u8>> = std::iter::once(leaf).chain(others).collect();
    let certificates = writer::sequence(&[&certificates.concat()]);
    let (algorithm, encrypted) = pbe::encrypt(profile.scheme(), &certificates, &password, rng);
    let encrypted_content = writer::sequence(&[
        &oid(DATA),
        &algorithm,
        &writer::context(0, false, &encrypted),
    ]);
    let encrypted_data = writer::sequence(&[&writer::integer_u64(0), &encrypted_content]);

    let (algorithm, encrypted) =
        pbe::encrypt(profile.scheme(), bundle.key.expose(), &password, rng);
    let shrouded = writer::sequence(&[&algorithm, &writer::octet_string(&encrypted)]);
    let key = writer::sequence(&[&bag(SHROUDED_KEY_BAG, &shrouded, &attributes)]);

    let content = writer::sequence(&[
        &content_info(ENCRYPTED_DATA, &encrypted_data),
        &content_info(DATA, &writer::octet_string(&key)),
    ]);
    let mac_data = mac::encode(&profile.mac(), &content, &password, rng);
    let auth_safe = content_info(DATA, &writer::octet_string(&content));
    Ok(writer::sequence(&[
        &writer::integer_u64(3),
        &auth_safe,
        &mac_data,
    ]))
}

fn content_info(kind: &[u8], content: &[u8]) -> Vec<u8> {
    writer::sequence(&[&oid(kind), &writer::context(0, true, content)])
}

fn certificate_bag(der: &[u8], attributes: &[u8]) -> Vec<u8> {
    let value = writer::context(0, true, &writer::octet_string(der));
    bag(
        CERTIFICATE_BAG,
        &writer::sequence(&[&oid(X509_CERTIFICATE), &value]),
        attributes,
    )
}

/// SafeBag (RFC 7292 §4.2); no attribute at all rather than an empty SET.
fn bag(kind: &[u8], value: &[u8], attributes: &[u8]) -> Vec<u8> {
    writer::sequence(&[&oid(kind), &writer::context(0, true, value), attributes])
}

/// friendlyName and localKeyID (RFC 2985 §5.5), as the DER of the SET.
fn attributes(alias: &str, key_id: &[u8]) -> Vec<u8> {
    let name = writer::set(&[&writer::bmp_string(alias)]);
    let id = writer::set(&[&writer::octet_string(key_id)]);
    writer::set_of(&[
        writer::sequence(&[&oid(FRIENDLY_NAME), &name]),
        writer::sequence(&[&oid(LOCAL_KEY_ID), &id]),
    ])
}

fn oid(body: &[u8]) -> Vec<u8> {
    writer::tlv(Tag::OID, body)
}
