//! DER and BER: what is it, by its structure?

use super::{Collector, FoundItem, Problem, Thing};
use crate::asn1::{Reader, Tag};
use crate::certificate::Certificate;
use crate::error::ParseError;
use crate::pbe::DecryptError;
use crate::pkcs7::Pkcs7Error;
use crate::pkcs12::{Contents, Pkcs12Error};
use crate::private_key::{PrivateKey, PrivateKeyError};
use crate::request::CertificationRequest;
use crate::{pkcs7, pkcs8, pkcs12};

/// The kinds of structure that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Certificate,
    Request,
    Pkcs7,
    Pkcs12,
    Pkcs8,
    EncryptedPkcs8,
    Pkcs1,
    /// Known and not used by this version.
    Other(&'static str),
}

/// Reads an input that is DER or BER from its first byte; false when it is not.
pub(super) fn read_all(collector: &mut Collector<'_>, bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let mut any = false;
    // blanks and zeros at the end come from editors and copying by blocks
    while !collector.is_full()
        && !collector.is_cancelled()
        && rest
            .iter()
            .any(|byte| !matches!(byte, 0 | b'\n' | b'\r' | b' ' | 0x1a))
    {
        let Some(kind) = kind(rest) else { break };
        let length = element_length(rest);
        let (element, after) = length
            .and_then(|length| rest.split_at_checked(length))
            .unwrap_or((rest, &[]));
        read_one(collector, kind, element);
        any = true;
        rest = after;
    }
    any
}

/// Reads the DER or BER of one thing, as a PEM block holds it. False when it is none that is known.
pub(super) fn read_block(collector: &mut Collector<'_>, bytes: &[u8]) -> bool {
    let Some(kind) = kind(bytes) else {
        return false;
    };
    // "TRUSTED CERTIFICATE" of OpenSSL has its trust settings after the certificate
    let length = element_length(bytes).filter(|_| kind == Kind::Certificate);
    let element = length
        .and_then(|length| bytes.get(..length))
        .unwrap_or(bytes);
    read_one(collector, kind, element);
    true
}

/// Takes a private key out of its PrivateKeyInfo.
pub(super) fn take_pkcs8(collector: &mut Collector<'_>, der: &[u8], friendly_name: Option<String>) {
    take_key(collector, PrivateKey::from_pkcs8_der(der), friendly_name);
}

/// Takes a private key, or says what is wrong with it.
pub(super) fn take_key(
    collector: &mut Collector<'_>,
    key: Result<PrivateKey, PrivateKeyError>,
    friendly_name: Option<String>,
) {
    match key {
        Ok(key) => collector.found(FoundItem::Key(key), friendly_name),
        Err(PrivateKeyError::Malformed(error)) => malformed(collector, Thing::Key, error),
        Err(PrivateKeyError::Unsupported { algorithm }) => {
            unsupported(collector, format!("{algorithm} private key"));
        }
        Err(PrivateKeyError::Size { bits }) => {
            unsupported(collector, format!("RSA-{bits} private key"))
        }
        Err(PrivateKeyError::Inconsistent) => {
            collector.problem(Problem::Malformed {
                what: Thing::Key,
                at_byte: 0,
            });
        }
    }
}

fn read_one(collector: &mut Collector<'_>, kind: Kind, bytes: &[u8]) {
    match kind {
        Kind::Certificate => take_certificate(collector, bytes, None),
        Kind::Request => match CertificationRequest::from_der(bytes) {
            Ok(request) => collector.found(FoundItem::Request(request), None),
            Err(error) => malformed(collector, Thing::Request, error),
        },
        Kind::Pkcs7 => match pkcs7::certificates(bytes) {
            Ok(certificates) if certificates.is_empty() => {
                unsupported(collector, "PKCS#7 without certificates".to_owned());
            }
            Ok(certificates) => {
                for der in &certificates {
                    take_certificate(collector, der, None);
                }
            }
            Err(Pkcs7Error::Malformed(error)) => malformed(collector, Thing::Pkcs7, error),
            Err(Pkcs7Error::TooLarge { limit_bytes }) => {
                collector.problem(Problem::TooLarge { limit_bytes })
            }
            Err(Pkcs7Error::TooManyCertificates { limit }) => {
                collector.problem(Problem::TooManyItems { limit })
            }
            Err(Pkcs7Error::Unsupported(oid)) => {
                unsupported(collector, format!("PKCS#7 content {oid}"))
            }
        },
        Kind::Pkcs12 => read_pkcs12(collector, bytes),
        Kind::Pkcs8 => take_pkcs8(collector, bytes, None),
        Kind::EncryptedPkcs8 => read_encrypted(collector, bytes),
        Kind::Pkcs1 => take_key(collector, PrivateKey::from_pkcs1_der(bytes), None),
        Kind::Other(what) => unsupported(collector, what.to_owned()),
    }
}

fn take_certificate(collector: &mut Collector<'_>, der: &[u8], friendly_name: Option<String>) {
    match Certificate::from_der(der) {
        Ok(certificate) => collector.found(FoundItem::Certificate(certificate), friendly_name),
        Err(error) => malformed(collector, Thing::Certificate, error),
    }
}

fn read_encrypted(collector: &mut Collector<'_>, bytes: &[u8]) {
    for password in collector.passwords {
        match pkcs8::decrypt_within(bytes, password, &mut collector.given) {
            Ok(key) => return take_pkcs8(collector, key.expose(), None),
            Err(DecryptError::WrongPassword) => {}
            Err(error) => return decrypt_problem(collector, Thing::Key, error),
        }
    }
    if collector.passwords.is_empty()
        && let Err(error) = pkcs8::is_possible(bytes)
    {
        return decrypt_problem(collector, Thing::Key, error);
    }
    collector.password_problem(Thing::Key);
}

fn read_pkcs12(collector: &mut Collector<'_>, bytes: &[u8]) {
    for password in collector.passwords {
        match pkcs12::read_within(bytes, password.expose(), &mut collector.given) {
            Ok(contents) => return take_contents(collector, contents),
            Err(Pkcs12Error::WrongPassword) => {}
            Err(error) => return pkcs12_problem(collector, error),
        }
    }
    if collector.passwords.iter().any(|given| given.is_empty()) {
        return collector.password_problem(Thing::Pkcs12);
    }
    match pkcs12::read_within(bytes, "", &mut collector.unasked) {
        Ok(contents) => take_contents(collector, contents),
        // too costly for a password that nobody gave: the user is asked for one
        Err(Pkcs12Error::TooManyIterations { limit, .. }) if limit == collector.unasked.limit() => {
            collector.password_problem(Thing::Pkcs12);
        }
        Err(error) => pkcs12_problem(collector, error),
    }
}

fn take_contents(collector: &mut Collector<'_>, contents: Contents) {
    collector.reading.without_mac |= !contents.mac;
    for key in contents.keys {
        take_pkcs8(collector, key.pkcs8.expose(), key.friendly_name);
    }
    for certificate in contents.certificates {
        take_certificate(collector, &certificate.der, certificate.friendly_name);
    }
}

fn pkcs12_problem(collector: &mut Collector<'_>, error: Pkcs12Error) {
    let problem = match error {
        Pkcs12Error::WrongPassword => return collector.password_problem(Thing::Pkcs12),
        // said once, at the end of the input
        Pkcs12Error::Cancelled => return,
        Pkcs12Error::TooManyIterations { asked, limit } => {
            Problem::TooManyIterations { asked, limit }
        }
        Pkcs12Error::TooMuchMemory { limit_bytes, .. } | Pkcs12Error::TooLarge { limit_bytes } => {
            Problem::TooLarge { limit_bytes }
        }
        Pkcs12Error::TooManyBags { limit } => Problem::TooManyItems { limit },
        Pkcs12Error::Malformed(error) => return malformed(collector, Thing::Pkcs12, error),
        Pkcs12Error::Unsupported(oid) => {
            return unsupported(collector, format!("PKCS#12 with {oid}"));
        }
        Pkcs12Error::Empty => {
            return unsupported(
                collector,
                "PKCS#12 without keys and certificates".to_owned(),
            );
        }
    };
    collector.problem(problem);
}

/// Says why something encrypted cannot be opened with any password.
pub(super) fn decrypt_problem(collector: &mut Collector<'_>, what: Thing, error: DecryptError) {
    let problem = match error {
        DecryptError::WrongPassword => return collector.password_problem(what),
        // said once, at the end of the input
        DecryptError::Cancelled => return,
        DecryptError::TooManyIterations { asked, limit } => {
            Problem::TooManyIterations { asked, limit }
        }
        DecryptError::TooMuchMemory { limit_bytes, .. } => Problem::TooLarge { limit_bytes },
        DecryptError::Unsupported(oid) => {
            return unsupported(collector, format!("encryption {oid}"));
        }
        DecryptError::Malformed(error) => return malformed(collector, what, error),
    };
    collector.problem(problem);
}

fn malformed(collector: &mut Collector<'_>, what: Thing, error: ParseError) {
    collector.problem(Problem::Malformed {
        what,
        at_byte: error.at,
    });
}

fn unsupported(collector: &mut Collector<'_>, what: String) {
    collector.problem(Problem::Unsupported { what });
}

/// The length of the first element when its length is definite; an indefinite one ends with the input.
fn element_length(bytes: &[u8]) -> Option<usize> {
    let element = Reader::new(bytes).any().ok()?;
    Some(element.whole.len())
}

/// What begins here, if it is anything that is known; also when it is cut or broken further on.
fn kind(bytes: &[u8]) -> Option<Kind> {
    let content = content(bytes)?;
    let mut fields = Reader::new(content);
    let first = fields.peek_tag()?;
    match first {
        Tag::INTEGER => kind_from_integer(content),
        Tag::OID => {
            let body = fields.any().ok()?.body;
            match body {
                [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, ..] => Some(Kind::Pkcs7),
                _ => None,
            }
        }
        Tag::SEQUENCE => kind_from_sequence(content),
        _ => None,
    }
}

/// The content of a SEQUENCE, or as much of it as is there.
fn content(bytes: &[u8]) -> Option<&[u8]> {
    let (&first, rest) = bytes.split_first()?;
    let (&length, rest) = rest.split_first()?;
    if first != Tag::SEQUENCE.0 {
        return None;
    }
    let (length_bytes, claimed) = match length {
        0..0x80 => (0, usize::from(length)),
        0x80 => (0, usize::MAX),
        0x81..=0x84 => {
            let count = usize::from(length & 0x7f);
            let digits = rest.get(..count)?;
            (
                count,
                digits
                    .iter()
                    .fold(0, |sum: usize, digit| (sum << 8) | usize::from(*digit)),
            )
        }
        _ => return None,
    };
    let content = rest.get(length_bytes..)?;
    Some(content.get(..claimed).unwrap_or(content))
}

/// SEQUENCE { INTEGER …: a private key or a PFX.
fn kind_from_integer(content: &[u8]) -> Option<Kind> {
    let mut fields = Reader::new(content);
    let version = fields.integer_unsigned().ok()?;
    match (version, fields.peek_tag()?) {
        ([3], Tag::SEQUENCE) => Some(Kind::Pkcs12),
        ([] | [1], Tag::SEQUENCE) => Some(Kind::Pkcs8),
        ([1], Tag::OCTET_STRING) => Some(Kind::Other("EC private key")),
        ([] | [1], Tag::INTEGER) => {
            let mut integers = 1;
            while fields.expect(Tag::INTEGER).is_ok() {
                integers += 1;
            }
            // a traditional DSA key has 6 integers, an RSA key 9
            Some(if integers == 6 && fields.is_empty() {
                Kind::Other("DSA private key")
            } else {
                Kind::Pkcs1
            })
        }
        _ => None,
    }
}

/// SEQUENCE { SEQUENCE …: a certificate, a request, a list, a public or an encrypted private key.
fn kind_from_sequence(whole: &[u8]) -> Option<Kind> {
    let mut inner = Reader::new(content(whole)?);
    let mut fields = Reader::new(whole);
    match inner.peek_tag()? {
        Tag::OID => {
            fields.any().ok()?;
            match fields.peek_tag()? {
                Tag::OCTET_STRING => Some(Kind::EncryptedPkcs8),
                Tag::BIT_STRING => Some(Kind::Other("public key")),
                _ => None,
            }
        }
        tag if tag == Tag::context(0) => Some(Kind::Certificate),
        Tag::INTEGER => {
            let version = inner.integer_unsigned().ok();
            let mut tags = Vec::new();
            while tags.len() < 4
                && let Ok(element) = inner.any()
            {
                tags.push(element.tag);
            }
            Some(match tags.as_slice() {
                [
                    Tag::SEQUENCE,
                    Tag::SEQUENCE,
                    Tag::UTC_TIME | Tag::GENERALIZED_TIME,
                    ..,
                ] => Kind::Other("revocation list"),
                [Tag::SEQUENCE, Tag::SEQUENCE, Tag::SEQUENCE, ..] => Kind::Certificate,
                _ if version == Some(&[]) => Kind::Request,
                _ => Kind::Certificate,
            })
        }
        // version 1 of a list begins with its algorithm
        Tag::SEQUENCE => {
            let (algorithm, issuer, time) =
                (inner.any().ok()?, inner.any().ok()?, inner.any().ok()?);
            let is_list = algorithm.tag == Tag::SEQUENCE
                && issuer.tag == Tag::SEQUENCE
                && matches!(time.tag, Tag::UTC_TIME | Tag::GENERALIZED_TIME);
            is_list.then_some(Kind::Other("revocation list"))
        }
        _ => None,
    }
}
