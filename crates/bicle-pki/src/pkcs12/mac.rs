//! The MAC of a file: RFC 7292 §4 and, to read only, PBMAC1 (RFC 9579).

use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::profile::MacParameters;
use super::{PBMAC1, Pkcs12Error};
use crate::asn1::{Reader, Tag, Tlv, writer};
use crate::error::ParseErrorKind;
use crate::pbe::hash::{Hash, Purpose};
use crate::pbe::{self, Budget, Password};

/// Key lengths that a PBMAC1 may ask for, in bytes. RFC 9579 §4 wants the length to be given; one
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

/// The MacData of `content`.
pub(super) fn encode(
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

/// PBMAC1-params (RFC 8018 §A.5) under the rules of RFC 9579 §4.
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
