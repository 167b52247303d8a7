//! Password-based encryption: PBES1 and PBES2 (RFC 8018) and the schemes of PKCS#12 (RFC 7292 §C).

mod budget;
pub(crate) mod cipher;
mod derive;
mod error;
pub(crate) mod hash;
mod password;
mod pbkdf2_sha256;

use bicle_platform::secret::SecretBytes;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::asn1::{Reader, Tag, Tlv, writer};
use crate::error::{ParseError, ParseErrorKind};
use cipher::Cipher;
use hash::{Hash, Purpose};

pub(crate) use budget::{ASKED_EVERY, Allowed, Budget, iteration_count};
pub use budget::{
    MAX_AGREED_ITERATIONS, MAX_ITERATIONS, MAX_TOTAL_ITERATIONS, MAX_UNASKED_ITERATIONS,
};
pub(crate) use derive::{ScryptCost, derive, key_length};
pub use error::DecryptError;
pub(crate) use password::Password;

// OBJECT IDENTIFIER bodies of RFC 8018 §A and §B, and of RFC 7292 §C

const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
pub(crate) const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
pub(crate) const HMAC_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09];
const AES256_CBC: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];
const DES_EDE3_CBC: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07];
const PBE_SHA1_3DES: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, 0x03];

/// Decrypts `data` by the AlgorithmIdentifier `algorithm` (a SEQUENCE).
pub(crate) fn decrypt(
    algorithm: &Tlv<'_>,
    data: &[u8],
    password: &Password,
    budget: &mut Budget<'_>,
) -> Result<SecretBytes, DecryptError> {
    let mut fields = algorithm.must_be(Tag::SEQUENCE)?.reader()?;
    let oid = fields.expect(Tag::OID)?;
    match oid.body {
        PBES2 => pbes2(&mut fields, data, password, budget),
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, scheme] => {
            let (hash, cipher) = match scheme {
                3 => (Hash::Md5, Cipher::Des),
                6 => (
                    Hash::Md5,
                    Cipher::Rc2 {
                        key_bytes: 8,
                        effective_bits: 64,
                    },
                ),
                10 => (Hash::Sha1, Cipher::Des),
                11 => (
                    Hash::Sha1,
                    Cipher::Rc2 {
                        key_bytes: 8,
                        effective_bits: 64,
                    },
                ),
                _ => return Err(DecryptError::Unsupported(oid.oid()?)),
            };
            let (salt, asked) = salt_and_iterations(&mut fields)?;
            let allowed = budget.spend(asked, 1)?;
            let material = hash.pbkdf1(&password.octets, salt, allowed)?;
            let (key, rest) = material.split_at_checked(8).unwrap_or_default();
            let iv = rest.get(..8).unwrap_or_default();
            cipher
                .decrypt(key, iv, data)
                .ok_or(DecryptError::WrongPassword)
        }
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, scheme] => {
            let cipher = match scheme {
                1 => Cipher::Rc4 { key_bytes: 16 },
                2 => Cipher::Rc4 { key_bytes: 5 },
                3 => Cipher::TripleDes,
                4 => Cipher::TripleDesTwoKeys,
                5 => Cipher::Rc2 {
                    key_bytes: 16,
                    effective_bits: 128,
                },
                6 => Cipher::Rc2 {
                    key_bytes: 5,
                    effective_bits: 40,
                },
                _ => return Err(DecryptError::Unsupported(oid.oid()?)),
            };
            let (salt, asked) = salt_and_iterations(&mut fields)?;
            let (key_bytes, iv_bytes) = (cipher.key_bytes(), cipher.iv_bytes());
            let blocks = Hash::Sha1.blocks(key_bytes) + Hash::Sha1.blocks(iv_bytes);
            let allowed = budget.spend(asked, blocks)?;
            let derived =
                |purpose, length| Hash::Sha1.pkcs12(purpose, &password.bmp, salt, allowed, length);
            let key = derived(Purpose::Key, key_bytes)?;
            let iv = derived(Purpose::Iv, iv_bytes)?;
            cipher
                .decrypt(&key, &iv, data)
                .ok_or(DecryptError::WrongPassword)
        }
        _ => Err(DecryptError::Unsupported(oid.oid()?)),
    }
}

/// Whether PBES2 stands in this AlgorithmIdentifier.
pub(crate) fn is_pbes2(algorithm: &Tlv<'_>) -> bool {
    scheme(algorithm) == Some(PBES2)
}

/// Whether a scheme of PKCS#12 stands in this AlgorithmIdentifier, which takes the password as
/// UTF-16: the others take its octets.
pub(crate) fn is_pkcs12_scheme(algorithm: &Tlv<'_>) -> bool {
    // 1.2.840.113549.1.12.1
    let schemes: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01];
    scheme(algorithm).is_some_and(|scheme| scheme.starts_with(schemes))
}

fn scheme<'a>(algorithm: &Tlv<'a>) -> Option<&'a [u8]> {
    let oid = algorithm.reader().ok()?.expect(Tag::OID).ok()?;
    Some(oid.body)
}

/// The scheme that something is to be encrypted with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scheme {
    /// PBES2: PBKDF2 with HMAC-SHA-256 named explicitly, AES-256-CBC, salt of 16 bytes.
    Aes256 { iterations: u32 },
    /// PBES2: scrypt (RFC 7914 §7), AES-256-CBC, salt of 16 bytes.
    Aes256Scrypt { cost: ScryptCost },
    /// PBES2: PBKDF2 with HMAC-SHA-1 (the default, left out), DES-EDE3-CBC: OpenSSL 1.0 reads it.
    TripleDes { iterations: u32 },
    /// pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 §C), salt of 8 bytes as all have always written.
    Pkcs12TripleDes { iterations: u32 },
}

/// Encrypts; gives the AlgorithmIdentifier and the encrypted octets.
pub(crate) fn encrypt(
    scheme: Scheme,
    data: &[u8],
    password: &Password,
    rng: &mut impl CryptoRng,
) -> (Vec<u8>, Vec<u8>) {
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    match scheme {
        Scheme::Aes256 { iterations } => {
            let mut iv = [0; 16];
            rng.fill_bytes(&mut iv);
            let mut key = Zeroizing::new([0; 32]);
            Hash::Sha256.pbkdf2_into(&password.octets, &salt, iterations, key.as_mut_slice());
            let prf = writer::sequence(&[&oid(HMAC_SHA256), &writer::null()]);
            let algorithm = pbes2_identifier(&salt, iterations, &prf, AES256_CBC, &iv);
            (algorithm, cipher::encrypt_aes256(&key, &iv, data))
        }
        Scheme::Aes256Scrypt { cost } => {
            let mut iv = [0; 16];
            rng.fill_bytes(&mut iv);
            let mut key = Zeroizing::new([0; 32]);
            let derivation = cost.derive(&password.octets, &salt, &mut key);
            let encryption = writer::sequence(&[&oid(AES256_CBC), &writer::octet_string(&iv)]);
            let parameters = writer::sequence(&[&derivation, &encryption]);
            let algorithm = writer::sequence(&[&oid(PBES2), &parameters]);
            (algorithm, cipher::encrypt_aes256(&key, &iv, data))
        }
        Scheme::TripleDes { iterations } => {
            let mut iv = [0; 8];
            rng.fill_bytes(&mut iv);
            let mut key = Zeroizing::new([0; 24]);
            Hash::Sha1.pbkdf2_into(&password.octets, &salt, iterations, key.as_mut_slice());
            let algorithm = pbes2_identifier(&salt, iterations, &[], DES_EDE3_CBC, &iv);
            (algorithm, cipher::encrypt_triple_des(&key, &iv, data))
        }
        Scheme::Pkcs12TripleDes { iterations } => {
            let (salt, _) = salt.split_at(8);
            let mut key = Zeroizing::new([0; 24]);
            Hash::Sha1.pkcs12_into(
                Purpose::Key,
                &password.bmp,
                salt,
                iterations,
                key.as_mut_slice(),
            );
            let mut iv = [0; 8];
            Hash::Sha1.pkcs12_into(Purpose::Iv, &password.bmp, salt, iterations, &mut iv);
            let parameters = writer::sequence(&[
                &writer::octet_string(salt),
                &writer::integer_u64(u64::from(iterations)),
            ]);
            let algorithm = writer::sequence(&[&oid(PBE_SHA1_3DES), &parameters]);
            (algorithm, cipher::encrypt_triple_des(&key, &iv, data))
        }
    }
}

/// The AlgorithmIdentifier of PBES2 with PBKDF2 (RFC 8018 §A.2, §A.4); `prf` is empty for HMAC-SHA-1.
fn pbes2_identifier(salt: &[u8], iterations: u32, prf: &[u8], cipher: &[u8], iv: &[u8]) -> Vec<u8> {
    let parameters = writer::sequence(&[
        &writer::octet_string(salt),
        &writer::integer_u64(u64::from(iterations)),
        prf,
    ]);
    let derivation = writer::sequence(&[&oid(PBKDF2), &parameters]);
    let encryption = writer::sequence(&[&oid(cipher), &writer::octet_string(iv)]);
    writer::sequence(&[&oid(PBES2), &writer::sequence(&[&derivation, &encryption])])
}

fn oid(body: &[u8]) -> Vec<u8> {
    writer::tlv(Tag::OID, body)
}

/// PBEParameter and pkcs-12PbeParams: SEQUENCE { salt OCTET STRING, iterations INTEGER }.
fn salt_and_iterations<'a>(fields: &mut Reader<'a>) -> Result<(&'a [u8], u64), DecryptError> {
    let mut parameters = fields.sequence()?;
    let salt = parameters.octet_string()?;
    Ok((salt, iteration_count(&parameters.expect(Tag::INTEGER)?)?))
}

/// PBES2-params (RFC 8018 §A.4).
fn pbes2(
    fields: &mut Reader<'_>,
    data: &[u8],
    password: &Password,
    budget: &mut Budget<'_>,
) -> Result<SecretBytes, DecryptError> {
    let mut parameters = fields.sequence()?;
    let derivation = parameters.expect(Tag::SEQUENCE)?;
    let mut encryption = parameters.sequence()?;
    let oid = encryption.expect(Tag::OID)?;
    // the length of an RC2 key stands in the derivation's parameters alone
    let asked_length = key_length(&derivation)?;
    let (cipher, iv) = match oid.body {
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02] => {
            (Cipher::Aes128, encryption.octet_string()?)
        }
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16] => {
            (Cipher::Aes192, encryption.octet_string()?)
        }
        AES256_CBC => (Cipher::Aes256, encryption.octet_string()?),
        DES_EDE3_CBC => (Cipher::TripleDes, encryption.octet_string()?),
        [0x2b, 0x0e, 0x03, 0x02, 0x07] => (Cipher::Des, encryption.octet_string()?),
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x02] => {
            rc2_parameters(&mut encryption, asked_length)?
        }
        _ => return Err(DecryptError::Unsupported(oid.oid()?)),
    };
    if iv.len() != cipher.iv_bytes() {
        return Err(oid.error(ParseErrorKind::InvalidValue).into());
    }
    if asked_length.is_some_and(|length| usize::try_from(length) != Ok(cipher.key_bytes())) {
        return Err(derivation.error(ParseErrorKind::InvalidValue).into());
    }
    let key = derive(&derivation, password, cipher.key_bytes(), budget)?;
    cipher
        .decrypt(&key, iv, data)
        .ok_or(DecryptError::WrongPassword)
}

/// RC2-CBC-Parameter (RFC 8018 §B.2.3): the version stands for the effective bits.
fn rc2_parameters<'a>(
    encryption: &mut Reader<'a>,
    asked_length: Option<u64>,
) -> Result<(Cipher, &'a [u8]), DecryptError> {
    let mut parameters = encryption.sequence()?;
    let effective_bits = match parameters.optional(Tag::INTEGER)? {
        None => 32,
        Some(version) => match version.u64()? {
            160 => 40,
            120 => 64,
            58 => 128,
            bits @ 256..=1024 => usize::try_from(bits).unwrap_or(1024),
            _ => return Err(version.error(ParseErrorKind::InvalidValue).into()),
        },
    };
    let at = parameters.position();
    let iv = parameters.octet_string()?;
    let key_bytes = match asked_length {
        None => effective_bits / 8,
        // RC2 keys have at most 128 bytes (RFC 2268 §2)
        Some(length) => usize::try_from(length)
            .ok()
            .filter(|length| (1..=128).contains(length))
            .ok_or(ParseError::new(ParseErrorKind::InvalidValue, at))?,
    };
    Ok((
        Cipher::Rc2 {
            key_bytes,
            effective_bits,
        },
        iv,
    ))
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]
mod tests {
    use super::*;
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    fn open(algorithm: &[u8], data: &[u8], password: &str) -> Result<SecretBytes, DecryptError> {
        let tlv = Reader::new(algorithm).any().unwrap();
        decrypt(
            &tlv,
            data,
            &Password::standard(password),
            &mut Budget::unwatched(),
        )
    }

    #[test]
    fn every_scheme_that_is_written_is_read() {
        for scheme in [
            Scheme::Aes256 { iterations: 10 },
            Scheme::TripleDes { iterations: 10 },
            Scheme::Pkcs12TripleDes { iterations: 10 },
        ] {
            let mut rng = UnwrapErr(SysRng);
            let (algorithm, data) =
                encrypt(scheme, b"secret", &Password::standard("pass"), &mut rng);
            assert_eq!(open(&algorithm, &data, "pass").unwrap().expose(), b"secret");
            assert_ne!(
                open(&algorithm, &data, "Pass")
                    .ok()
                    .map(|plain| plain.expose().to_vec()),
                Some(b"secret".to_vec())
            );
        }
    }
}
