//! SignedPublicKeyAndChallenge (SPKAC): what the `<keygen>` of old browsers sent instead of a request.

use std::fmt;
use std::ops::Range;

use base64ct::{Base64, Encoding};
use rsa::Pkcs1v15Sign;

use crate::algorithm::AlgorithmIdentifier;
use crate::asn1::{Reader, Tag, writer};
use crate::error::{ParseError, ParseErrorKind};
use crate::fingerprint::Sha256Fingerprint;
use crate::oid::{self, Oid};
use crate::pbe::hash::Hash;
use crate::public_key::PublicKey;
use crate::signature::{self, SignatureAlgorithm};

/// Largest one, in bytes: a key of 16,384 bits and its signature take under 8 KiB.
pub const MAX_BYTES: usize = 64 * 1024;

/// A public key that its owner signed together with a challenge. It has no name: who certifies it
/// gives one.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedPublicKey {
    der: Vec<u8>,
    to_be_signed: Range<usize>,
    public_key: PublicKey,
    challenge: String,
    algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
}

impl SignedPublicKey {
    /// Reads the DER, whole. The signature is not verified by this.
    pub fn from_der(der: &[u8]) -> Result<SignedPublicKey, ParseError> {
        if der.len() > MAX_BYTES {
            return Err(ParseError::new(ParseErrorKind::TooLarge, 0));
        }
        let mut reader = Reader::new(der);
        let mut outer = reader.sequence()?;
        reader.finish()?;
        let signed = outer.expect(Tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(&mut outer)?;
        let signature = outer.bit_string_octets()?.to_vec();
        outer.finish()?;
        let mut fields = signed.reader()?;
        let public_key = PublicKey::read(&mut fields)?;
        let challenge = fields.expect(Tag::IA5_STRING)?.text()?;
        fields.finish()?;
        Ok(SignedPublicKey {
            der: der.to_vec(),
            to_be_signed: signed.at..signed.at.saturating_add(signed.whole.len()),
            public_key,
            challenge,
            algorithm,
            signature,
        })
    }

    /// Reads a text: base64 alone, or lines `NAME=value` as `openssl spkac` and Netscape's forms
    /// have them, of which `SPKAC=` holds the base64, also on several lines.
    ///
    /// # Errors
    /// The place of a fault counts from the start of the DER; a text without it fails at 0.
    pub fn from_text(text: &str) -> Result<SignedPublicKey, ParseError> {
        let none = ParseError::new(ParseErrorKind::InvalidValue, 0);
        if text.len() > 2 * MAX_BYTES {
            return Err(ParseError::new(ParseErrorKind::TooLarge, 0));
        }
        let base64 = match value(text) {
            Some(value) => value,
            None => text.split_ascii_whitespace().collect(),
        };
        SignedPublicKey::from_der(&Base64::decode_vec(&base64).map_err(|_| none)?)
    }

    /// The DER as it was read.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of its DER.
    pub fn sha256(&self) -> Sha256Fingerprint {
        Sha256Fingerprint::of(&self.der)
    }

    /// The key that is to be certified.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// What the authority gave to be signed along; may be empty.
    pub fn challenge(&self) -> &str {
        &self.challenge
    }

    /// The identifier of the signature algorithm.
    pub fn signature_algorithm_oid(&self) -> &Oid {
        &self.algorithm.oid
    }

    /// Whether it is signed with its own key: who made it holds the private half. MD5 is taken here
    /// alone: all browsers and OpenSSL sign with it, and to forge the proof of another's key is more
    /// than a collision.
    pub fn verify_signature(&self) -> bool {
        let message = self.der.get(self.to_be_signed.clone()).unwrap_or_default();
        if self.algorithm.oid == oid::MD5_WITH_RSA {
            return self.verify_md5(message).is_some();
        }
        signature::verify(
            &SignatureAlgorithm::from_identifier(&self.algorithm),
            &self.public_key,
            message,
            &self.signature,
        )
    }
}

impl SignedPublicKey {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2) with MD5.
    fn verify_md5(&self, message: &[u8]) -> Option<()> {
        let key = signature::rsa_key(&self.public_key)?;
        let digest = Hash::Md5.digest(&[message]);
        let digest_info = writer::sequence(&[
            &Hash::Md5.digest_identifier(),
            &writer::octet_string(&digest),
        ]);
        key.verify(
            Pkcs1v15Sign::new_unprefixed(),
            &digest_info,
            &self.signature,
        )
        .ok()
    }
}

impl fmt::Debug for SignedPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedPublicKey({:?})", self.public_key)
    }
}

/// The base64 after `SPKAC=`, and on the lines below as long as they are base64.
pub(crate) fn value(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find_map(|line| {
        let (name, value) = line.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("SPKAC")
            .then(|| value.trim())
    })?;
    let mut base64 = first.to_owned();
    let is_base64 = |line: &str| {
        let body = line.trim_end_matches('=');
        !body.is_empty()
            && body
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
    };
    for line in lines.take_while(|line| is_base64(line)) {
        if base64.len() > 2 * MAX_BYTES {
            break;
        }
        base64.push_str(line);
    }
    Some(base64)
}
