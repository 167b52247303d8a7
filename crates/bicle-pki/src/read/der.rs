//! DER and BER: what is it, by its structure?

use bicle_platform::secret::SecretText;

use super::{Collector, FoundItem, LooksLike, MAX_ITEMS, Problem, Said, Thing};
use crate::asn1::{Reader, Tag, writer};
use crate::certificate::Certificate;
use crate::error::{ParseError, ParseErrorKind};
use crate::oid;
use crate::pbe::DecryptError;
use crate::pkcs7::Pkcs7Error;
use crate::pkcs12::{BagAttribute, Contents, Pkcs12Error};
use crate::pki_path::PkiPathError;
use crate::private_key::{PrivateKey, PrivateKeyError};
use crate::public_key::PublicKey;
use crate::request::CertificationRequest;
use crate::revocation_list::RevocationList;
use crate::spkac::SignedPublicKey;
use crate::{pkcs7, pkcs8, pkcs12, pki_path};

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
    Sec1,
    PublicKey,
    /// RSAPublicKey of PKCS#1, without algorithm.
    RsaPublicKey,
    SignedPublicKey,
    PkiPath,
    List,
    /// A keystore of Bouncy Castle (BCFKS).
    Bcfks,
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
    // what stands behind the last that was taken is not lost in silence
    if collector.is_full() && kind(rest).is_some() {
        collector.problem(Problem::TooManyItems { limit: MAX_ITEMS });
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
pub(super) fn take_pkcs8(collector: &mut Collector<'_>, der: &[u8], said: Said) {
    take_key(collector, PrivateKey::from_pkcs8_der(der), said);
}

/// Takes a private key, or says what is wrong with it.
pub(super) fn take_key(
    collector: &mut Collector<'_>,
    key: Result<PrivateKey, PrivateKeyError>,
    said: Said,
) {
    match key {
        Ok(key) => collector.found(FoundItem::Key(key), said),
        Err(PrivateKeyError::Malformed(error)) => malformed(collector, Thing::Key, error),
        Err(PrivateKeyError::Unsupported { algorithm }) => {
            unsupported(collector, format!("{algorithm} private key"));
        }
        Err(PrivateKeyError::Size { bits }) => {
            unsupported(collector, format!("RSA-{bits} private key"))
        }
        Err(PrivateKeyError::Inconsistent) => collector.problem(Problem::HalvesDiffer),
    }
}

/// Reads one thing. Of one that is cut the end is named: that is where the fault is, though a parser
/// notices it at the first element that reaches beyond.
fn read_one(collector: &mut Collector<'_>, kind: Kind, bytes: &[u8]) {
    let before = collector.reading.problems.len();
    read_kind(collector, kind, bytes);
    if is_cut(bytes) {
        for problem in collector.reading.problems.iter_mut().skip(before) {
            if let Problem::Malformed { at_byte, .. } = problem {
                *at_byte = bytes.len();
            }
        }
    }
}

/// Whether the first element says that it is longer than the input.
fn is_cut(bytes: &[u8]) -> bool {
    let error = Reader::new(bytes).any().err();
    error.is_some_and(|error| error.kind == ParseErrorKind::Truncated)
}

fn read_kind(collector: &mut Collector<'_>, kind: Kind, bytes: &[u8]) {
    match kind {
        Kind::Certificate => take_certificate(collector, bytes, Said::default()),
        Kind::Request => match CertificationRequest::from_der(bytes) {
            Ok(request) => collector.found(FoundItem::Request(request), Said::default()),
            Err(error) => malformed(collector, Thing::Request, error),
        },
        Kind::Bcfks => collector.problem(Problem::NotRecognised {
            looks_like: LooksLike::Bcfks,
        }),
        Kind::List => take_list(collector, bytes, Said::default()),
        Kind::Pkcs7 => match pkcs7::contents(bytes) {
            Ok(found) if found.certificates.is_empty() && found.lists.is_empty() => {
                unsupported(collector, "PKCS#7 without certificates".to_owned());
            }
            Ok(found) => {
                for der in &found.certificates {
                    if collector.is_cancelled() {
                        return;
                    }
                    take_certificate(collector, der, Said::default());
                }
                for der in &found.lists {
                    if collector.is_cancelled() {
                        return;
                    }
                    take_list(collector, der, Said::default());
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
        Kind::Pkcs8 => take_pkcs8(collector, bytes, Said::default()),
        Kind::EncryptedPkcs8 => read_encrypted(collector, bytes),
        Kind::Pkcs1 => take_key(
            collector,
            PrivateKey::from_pkcs1_der(bytes),
            Said::default(),
        ),
        Kind::Sec1 => {
            let key = match (PrivateKey::from_sec1_der(bytes), collector.curve.take()) {
                (Err(PrivateKeyError::Malformed(_)), Some(curve)) => {
                    PrivateKey::from_sec1_der_on(&curve, bytes)
                }
                (key, _) => key,
            };
            take_key(collector, key, Said::default());
        }
        Kind::PublicKey => take_public_key(collector, PublicKey::from_spki_der(bytes)),
        Kind::RsaPublicKey => take_public_key(collector, PublicKey::from_pkcs1_der(bytes)),
        Kind::SignedPublicKey => match SignedPublicKey::from_der(bytes) {
            Ok(signed) => collector.found(FoundItem::SignedPublicKey(signed), Said::default()),
            Err(error) => malformed(collector, Thing::SignedPublicKey, error),
        },
        Kind::PkiPath => match pki_path::certificates(bytes) {
            Ok(certificates) => {
                for der in certificates {
                    if collector.is_cancelled() {
                        return;
                    }
                    take_certificate(collector, der, Said::default());
                }
            }
            Err(PkiPathError::Malformed(error)) => malformed(collector, Thing::PkiPath, error),
            Err(PkiPathError::TooManyCertificates { limit }) => {
                collector.problem(Problem::TooManyItems { limit })
            }
        },
        Kind::Other(what) => unsupported(collector, what.to_owned()),
    }
}

/// Takes a certificate, or says what is wrong with it.
pub(super) fn take_certificate(collector: &mut Collector<'_>, der: &[u8], said: Said) {
    match Certificate::from_der(der) {
        Ok(certificate) => collector.found(FoundItem::Certificate(certificate), said),
        Err(error) => malformed(collector, Thing::Certificate, error),
    }
}

/// Takes a revocation list, or says what is wrong with it.
pub(super) fn take_list(collector: &mut Collector<'_>, der: &[u8], said: Said) {
    match RevocationList::from_der(der) {
        Ok(list) => collector.found(FoundItem::List(list), said),
        Err(error) => malformed(collector, Thing::List, error),
    }
}

fn take_public_key(collector: &mut Collector<'_>, key: Result<PublicKey, ParseError>) {
    match key {
        Ok(key) => collector.found(FoundItem::PublicKey(key), Said::default()),
        Err(error) => malformed(collector, Thing::PublicKey, error),
    }
}

fn read_encrypted(collector: &mut Collector<'_>, bytes: &[u8]) {
    for password in collector.passwords {
        match pkcs8::decrypt_within(bytes, password, &mut collector.given) {
            Ok(key) => return take_pkcs8(collector, key.expose(), Said::default()),
            Err(DecryptError::WrongPassword) => {}
            Err(error) => return decrypt_problem(collector, Thing::Key, error),
        }
    }
    if collector.passwords.is_empty()
        && let Err(error) = pkcs8::is_possible(bytes)
    {
        return decrypt_problem(collector, Thing::Key, error);
    }
    if !collector.passwords.iter().any(|given| given.is_empty()) {
        let nothing = SecretText::copy_of("");
        // what is too costly for a password that nobody gave is asked for, as any other
        if let Ok(key) = pkcs8::decrypt_within(bytes, &nothing, &mut collector.unasked) {
            return take_pkcs8(collector, key.expose(), Said::default());
        }
        if collector.is_cancelled() {
            return;
        }
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
        Ok(contents) => {
            // whoever alters a file can make its MAC anew under the password that nobody gave
            collector.reading.without_mac |= !collector.passwords.is_empty();
            take_contents(collector, contents);
        }
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
        // the halves of a long RSA key take some milliseconds
        if collector.is_cancelled() || collector.is_past_full() {
            return;
        }
        let said = Said {
            friendly_name: key.friendly_name,
            attributes: with_local_key_id(key.attributes, key.local_key_id),
            ..Said::default()
        };
        take_pkcs8(collector, key.pkcs8.expose(), said);
    }
    for certificate in contents.certificates {
        if collector.is_cancelled() {
            return;
        }
        let said = Said {
            friendly_name: certificate.friendly_name,
            attributes: with_local_key_id(certificate.attributes, certificate.local_key_id),
            ..Said::default()
        };
        take_certificate(collector, &certificate.der, said);
    }
    for list in contents.lists {
        if collector.is_cancelled() {
            return;
        }
        let said = Said {
            friendly_name: list.friendly_name,
            attributes: list.attributes,
            ..Said::default()
        };
        take_list(collector, &list.der, said);
    }
    for secret in contents.secrets {
        unsupported(collector, secret_key(secret.friendly_name.as_deref()));
    }
}

/// The attributes of a bag with that which ties a key to its certificate (RFC 2985 §5.5.2).
fn with_local_key_id(mut attributes: Vec<BagAttribute>, id: Option<Vec<u8>>) -> Vec<BagAttribute> {
    attributes.extend(id.map(|id| BagAttribute {
        oid: oid::LOCAL_KEY_ID,
        values: vec![writer::octet_string(&id)],
    }));
    attributes
}

/// What a secret key of a keystore is called: no certificate is made for such.
pub(super) fn secret_key(name: Option<&str>) -> String {
    let shown = name.map(|name| format!(" “{}”", name.chars().take(100).collect::<String>()));
    format!("secret key{}", shown.unwrap_or_default())
}

fn pkcs12_problem(collector: &mut Collector<'_>, error: Pkcs12Error) {
    let problem = match error {
        Pkcs12Error::WrongPassword => return collector.password_problem(Thing::Pkcs12),
        // said once, at the end of the input
        Pkcs12Error::Cancelled => return,
        Pkcs12Error::TooManyIterations { asked, limit } => {
            Problem::TooManyIterations { asked, limit }
        }
        Pkcs12Error::TooMuchWork { asked, limit } => Problem::TooMuchWork { asked, limit },
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
        DecryptError::TooMuchWork { asked, limit } => Problem::TooMuchWork { asked, limit },
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
                [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, ..]
                | [0x60, 0x86, 0x48, 0x01, 0x86, 0xf8, 0x42, 0x02, 0x05] => Some(Kind::Pkcs7),
                _ => None,
            }
        }
        Tag::SEQUENCE => kind_from_sequence(content),
        // ENUMERATED, the status of RFC 6960 §4.2.1
        Tag(0x0a) => Some(Kind::Other("OCSP response")),
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

/// SEQUENCE { INTEGER …: a private key, a PFX or an RSA public key.
fn kind_from_integer(content: &[u8]) -> Option<Kind> {
    let mut fields = Reader::new(content);
    let version = fields.integer_unsigned().ok()?;
    if let Ok(second) = fields.integer_unsigned()
        && fields.is_empty()
    {
        return is_rsa_public_key(version, second).then_some(Kind::RsaPublicKey);
    }
    fields = Reader::new(content);
    fields.any().ok()?;
    match (version, fields.peek_tag()?) {
        ([3], Tag::SEQUENCE) => Some(Kind::Pkcs12),
        ([] | [1], Tag::SEQUENCE) => Some(Kind::Pkcs8),
        ([1], Tag::OCTET_STRING) => Some(Kind::Sec1),
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

/// Whether two numbers can be the modulus and the exponent of RSA: the parameters of Diffie-Hellman
/// and the signatures of DSA and ECDSA are two INTEGERs too. DH has the generators 2 and 5; its
/// generator 3, which nobody writes any more, cannot be told from an exponent.
fn is_rsa_public_key(modulus: &[u8], exponent: &[u8]) -> bool {
    let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    let is_exponent = match exponent {
        [small] => *small == 3 || *small >= 17,
        [first, _, _, _, _] => *first == 1,
        _ => exponent.len() < 5,
    };
    modulus.len() >= LEAST_RSA_BYTES && is_odd(modulus) && is_odd(exponent) && is_exponent
}

/// The shortest modulus that is taken for one, in bytes: 512 bits, what the oldest programs made.
const LEAST_RSA_BYTES: usize = 64;

/// SEQUENCE { SEQUENCE …: a certificate, a request, a list, a public or an encrypted private key.
fn kind_from_sequence(whole: &[u8]) -> Option<Kind> {
    let mut inner = Reader::new(content(whole)?);
    let mut fields = Reader::new(whole);
    match inner.peek_tag()? {
        Tag::OID => {
            fields.any().ok()?;
            match fields.peek_tag()? {
                Tag::OCTET_STRING => Some(Kind::EncryptedPkcs8),
                Tag::BIT_STRING => Some(Kind::PublicKey),
                _ => None,
            }
        }
        tag if tag == Tag::context(0) => Some(Kind::Certificate),
        Tag::INTEGER => kind_from_sequence_of_integer(whole),
        Tag::SEQUENCE if is_encrypted_store(inner.clone(), fields.clone()) => Some(Kind::Bcfks),
        Tag::SEQUENCE if is_signed_public_key(inner.clone()) => Some(Kind::SignedPublicKey),
        Tag::SEQUENCE if is_certificate(content(whole)?) => Some(Kind::PkiPath),
        // version 1 of a list begins with its algorithm
        Tag::SEQUENCE => {
            let (algorithm, issuer, time) =
                (inner.any().ok()?, inner.any().ok()?, inner.any().ok()?);
            let is_list = algorithm.tag == Tag::SEQUENCE
                && issuer.tag == Tag::SEQUENCE
                && matches!(time.tag, Tag::UTC_TIME | Tag::GENERALIZED_TIME);
            is_list.then_some(Kind::List)
        }
        _ => None,
    }
}

/// SEQUENCE { SubjectPublicKeyInfo, IA5String }: what a SPKAC is signed over.
fn is_signed_public_key(mut fields: Reader<'_>) -> bool {
    let is_key = fields
        .sequence()
        .and_then(|mut key| {
            key.expect(Tag::SEQUENCE)?;
            key.expect(Tag::BIT_STRING)
        })
        .is_ok();
    is_key && fields.expect(Tag::IA5_STRING).is_ok() && fields.is_empty()
}

/// The content of a SEQUENCE begins with a SEQUENCE that begins as a certificate does: with its
/// version, or (version 1) a serial number.
fn is_certificate(whole: &[u8]) -> bool {
    let first = content(whole).and_then(|inner| Reader::new(inner).peek_tag());
    match first {
        Some(Tag::INTEGER) => kind_from_sequence_of_integer(whole) == Some(Kind::Certificate),
        Some(tag) => tag == Tag::context(0),
        None => false,
    }
}

/// SEQUENCE { SEQUENCE { INTEGER …: a version-1 certificate, a request or a version-2 list.
fn kind_from_sequence_of_integer(whole: &[u8]) -> Option<Kind> {
    let mut inner = Reader::new(content(whole)?);
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
        ] => Kind::List,
        [Tag::SEQUENCE, Tag::SEQUENCE, Tag::SEQUENCE, ..] => Kind::Certificate,
        _ if version == Some(&[]) => Kind::Request,
        _ => Kind::Certificate,
    })
}

/// ObjectStore of Bouncy Castle: { { AlgorithmIdentifier, OCTET STRING }, { AlgorithmIdentifier … } }.
fn is_encrypted_store(mut data: Reader<'_>, mut store: Reader<'_>) -> bool {
    let mut is_store = || {
        data.sequence()?.expect(Tag::OID)?;
        data.expect(Tag::OCTET_STRING)?;
        data.finish()?;
        store.any()?;
        let mut check = store.sequence()?;
        check.sequence()?.expect(Tag::OID)
    };
    is_store().is_ok()
}
