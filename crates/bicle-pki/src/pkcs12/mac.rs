//! The MAC of a file: RFC 7292 §4, and PBMAC1 (RFC 9879, before it RFC 9579).

use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::profile::{MacParameters, MacScheme};
use super::{PBMAC1, Pkcs12Error};
use crate::asn1::{Reader, Tag, Tlv, writer};
use crate::error::ParseErrorKind;
use crate::pbe::hash::{Hash, Purpose};
use crate::pbe::{self, Budget, Password};

/// Key lengths that a PBMAC1 may ask for, in bytes. RFC 9879 §4 wants the length to be given; one
/// of a byte would let a forged file pass with one password in 256.
const PBMAC1_KEY_BYTES: std::ops::RangeInclusive<u64> = 20..=128;

/// Does the MacData hold the MAC of `content` under this password?
pub(super) fn verifies(
    mac_data: &Tlv<'_>,
    content: &[u8],
    password: &Password,
    budget: &mut Budget<'_>,
) -> Result<bool, Pkcs12Error> {
    let mut fields = mac_data.reader()?;
    let mut digest_info = fields.sequence()?;
    let mut algorithm = digest_info.sequence()?;
    let oid = algorithm.expect(Tag::OID)?;
    let expected = digest_info.octet_string()?;
    let computed = if oid.body == PBMAC1 {
        pbmac1(&mut algorithm, content, password, budget)?
    } else {
        let Some(hash) = Hash::from_digest_oid(oid.body) else {
            return Err(Pkcs12Error::Unsupported(oid.oid()?));
        };
        let salt = fields.octet_string()?;
        let asked = match fields.optional(Tag::INTEGER)? {
            None => 1,
            Some(integer) => pbe::iteration_count(&integer)?,
        };
        fields.finish()?;
        let allowed = budget.spend(asked, 1)?;
        let length = hash.output_bytes();
        let key = hash.pkcs12(Purpose::Mac, &password.bmp, salt, allowed, length)?;
        hash.hmac(&key, content)
    };
    Ok(!computed.is_empty() && bool::from(computed.ct_eq(expected)))
}

/// Whether the MacData says PBMAC1.
pub(super) fn is_pbmac1(mac_data: &Tlv<'_>) -> bool {
    let oid = || {
        let mut digest_info = mac_data.reader()?.sequence()?;
        digest_info.sequence()?.expect(Tag::OID)
    };
    oid().is_ok_and(|oid| oid.body == PBMAC1)
}

/// Length of the salt and of the key of a PBMAC1 that is written, in bytes: as OpenSSL writes them,
/// the key as long as its hash.
const PBMAC1_SALT_BYTES: usize = 16;
const PBMAC1_WRITTEN_KEY_BYTES: u8 = 32;

/// The MacData of `content`.
pub(super) fn encode(
    scheme: &MacScheme,
    content: &[u8],
    password: &Password,
    rng: &mut impl CryptoRng,
) -> Vec<u8> {
    match scheme {
        MacScheme::Pkcs12(parameters) => encode_pkcs12(parameters, content, password, rng),
        MacScheme::Pbmac1 { iterations } => encode_pbmac1(*iterations, content, password, rng),
    }
}

/// PBMAC1 in a MacData (RFC 9879 §4): salt and iterations of its own are not used.
fn encode_pbmac1(
    iterations: u32,
    content: &[u8],
    password: &Password,
    rng: &mut impl CryptoRng,
) -> Vec<u8> {
    let mut salt = [0; PBMAC1_SALT_BYTES];
    rng.fill_bytes(&mut salt);
    let mut key = Zeroizing::new(vec![0; usize::from(PBMAC1_WRITTEN_KEY_BYTES)]);
    Hash::Sha256.pbkdf2_into(&password.octets, &salt, iterations, &mut key);
    let mac = Hash::Sha256.hmac(&key, content);
    let oid = |body: &[u8]| writer::tlv(Tag::OID, body);
    let hmac = writer::sequence(&[&oid(pbe::HMAC_SHA256), &writer::null()]);
    let derivation = writer::sequence(&[
        &writer::octet_string(&salt),
        &writer::integer_u64(u64::from(iterations)),
        &writer::integer_u64(u64::from(PBMAC1_WRITTEN_KEY_BYTES)),
        &hmac,
    ]);
    let derivation = writer::sequence(&[&oid(pbe::PBKDF2), &derivation]);
    let parameters = writer::sequence(&[&derivation, &hmac]);
    let algorithm = writer::sequence(&[&oid(PBMAC1), &parameters]);
    let digest_info = writer::sequence(&[&algorithm, &writer::octet_string(&mac)]);
    writer::sequence(&[
        &digest_info,
        // what OpenSSL writes there
        &writer::octet_string(b"NOT USED"),
        &writer::integer_u64(1),
    ])
}

fn encode_pkcs12(
    parameters: &MacParameters,
    content: &[u8],
    password: &Password,
    rng: &mut impl CryptoRng,
) -> Vec<u8> {
    let MacParameters {
        hash,
        iterations,
        salt_bytes,
    } = *parameters;
    let mut salt = vec![0; salt_bytes];
    rng.fill_bytes(&mut salt);
    let mut key = Zeroizing::new(vec![0; hash.output_bytes()]);
    hash.pkcs12_into(Purpose::Mac, &password.bmp, &salt, iterations, &mut key);
    let mac = hash.hmac(&key, content);
    let digest_info = writer::sequence(&[&hash.digest_identifier(), &writer::octet_string(&mac)]);
    writer::sequence(&[
        &digest_info,
        &writer::octet_string(&salt),
        &writer::integer_u64(u64::from(iterations)),
    ])
}

/// PBMAC1-params (RFC 8018 §A.5) under the rules of RFC 9879 §4.
fn pbmac1(
    algorithm: &mut Reader<'_>,
    content: &[u8],
    password: &Password,
    budget: &mut Budget<'_>,
) -> Result<Vec<u8>, Pkcs12Error> {
    let mut parameters = algorithm.sequence()?;
    let derivation = parameters.expect(Tag::SEQUENCE)?;
    let scheme = parameters.sequence()?.expect(Tag::OID)?;
    let Some(hash) = Hash::from_hmac_oid(scheme.body) else {
        return Err(Pkcs12Error::Unsupported(scheme.oid()?));
    };
    let length = pbe::key_length(&derivation)?
        .filter(|length| PBMAC1_KEY_BYTES.contains(length))
        .and_then(|length| usize::try_from(length).ok())
        .ok_or(derivation.error(ParseErrorKind::InvalidValue))?;
    let key = pbe::derive(&derivation, password, length, budget)?;
    Ok(hash.hmac(&key, content))
}
