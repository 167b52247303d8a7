//! What protects a keystore: Sun's key protector, that of JCEKS, and the digest at the end of the
//! file.

use bicle_platform::secret::SecretBytes;
use rand_core::CryptoRng;
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::asn1::{Reader, Tag, Tlv, writer};
use crate::error::ParseErrorKind;
use crate::pbe::cipher::Cipher;
use crate::pbe::{self, Budget, DecryptError};
use crate::pkcs8::is_private_key_info;

/// Length of SHA-1's output, and of the protector's salt.
pub(super) const DIGEST_BYTES: usize = 20;

/// Length of the salt that JCEKS's protector takes.
const JCEKS_SALT_BYTES: usize = 8;

/// 1.3.6.1.4.1.42.2.17.1.1, the OID body of Sun's key protector.
const KEY_PROTECTOR: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x2a, 0x02, 0x11, 0x01, 0x01];

/// 1.3.6.1.4.1.42.2.19.1, the OID body of PBEWithMD5AndTripleDES, which JCEKS alone has.
const MD5_AND_TRIPLE_DES: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x2a, 0x02, 0x13, 0x01];

/// What JavaKeyStore puts between password and content, so that the digest is its own.
const WHITENER: &[u8] = b"Mighty Aphrodite";

/// A password as UTF-16BE without an end mark.
pub(super) fn password_bytes(password: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 * password.len()));
    for unit in password.encode_utf16() {
        bytes.extend_from_slice(&unit.to_be_bytes());
    }
    bytes
}

/// The digest that stands after `content`.
pub(super) fn digest(password: &[u8], content: &[u8]) -> [u8; DIGEST_BYTES] {
    Sha1::new()
        .chain_update(password)
        .chain_update(WHITENER)
        .chain_update(content)
        .finalize()
        .into()
}

/// The EncryptedPrivateKeyInfo of a key.
pub(super) fn encrypt(pkcs8: &SecretBytes, password: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
    let mut salt = [0; DIGEST_BYTES];
    rng.fill_bytes(&mut salt);
    let check = Sha1::new()
        .chain_update(password)
        .chain_update(pkcs8.expose())
        .finalize();
    let mut encrypted = salt.to_vec();
    encrypted.extend_from_slice(combine(pkcs8.expose(), password, &salt).expose());
    encrypted.extend_from_slice(&check);
    let algorithm = writer::sequence(&[&writer::tlv(Tag::OID, KEY_PROTECTOR), &writer::null()]);
    writer::sequence(&[&algorithm, &writer::octet_string(&encrypted)])
}

/// The key in an EncryptedPrivateKeyInfo, which stands at byte `at` of the file.
pub(super) fn decrypt(
    protected: &[u8],
    at: usize,
    password: &str,
    budget: &mut Budget<'_>,
) -> Result<SecretBytes, DecryptError> {
    let mut reader = Reader::at(protected, at);
    let mut fields = reader.sequence()?;
    reader.finish()?;
    let mut algorithm = fields.sequence()?;
    let oid = algorithm.expect(Tag::OID)?;
    let octets = fields.expect(Tag::OCTET_STRING)?;
    fields.finish()?;
    match oid.body {
        KEY_PROTECTOR => suns(&octets, &password_bytes(password)),
        MD5_AND_TRIPLE_DES => {
            let mut parameters = algorithm.sequence()?;
            let salt = parameters.expect(Tag::OCTET_STRING)?;
            let asked = pbe::iteration_count(&parameters.expect(Tag::INTEGER)?)?;
            let salt = <[u8; JCEKS_SALT_BYTES]>::try_from(salt.body)
                .map_err(|_| salt.error(ParseErrorKind::InvalidValue))?;
            let material = md5_material(password.as_bytes(), salt, asked, budget)?;
            let (key, iv) = material.split_at_checked(24).unwrap_or_default();
            Cipher::TripleDes
                .decrypt(key, iv, octets.body)
                .filter(|plain| is_private_key_info(plain.expose()))
                .ok_or(DecryptError::WrongPassword)
        }
        _ => Err(DecryptError::Unsupported(oid.oid()?)),
    }
}

/// What Sun's protector made: salt, key under the stream, check.
fn suns(octets: &Tlv<'_>, password: &[u8]) -> Result<SecretBytes, DecryptError> {
    let short = octets.error(ParseErrorKind::Truncated);
    let (salt, rest) = octets.body.split_at_checked(DIGEST_BYTES).ok_or(short)?;
    let length = rest.len().checked_sub(DIGEST_BYTES).ok_or(short)?;
    let (encrypted, check) = rest.split_at_checked(length).ok_or(short)?;
    let pkcs8 = combine(encrypted, password, salt);
    let expected = Sha1::new()
        .chain_update(password)
        .chain_update(pkcs8.expose())
        .finalize();
    if !bool::from(expected.as_slice().ct_eq(check)) {
        return Err(DecryptError::WrongPassword);
    }
    Ok(pkcs8)
}

/// XOR with the stream d1 d2 …, where d0 is the salt and each is SHA-1 of password and the former.
fn combine(data: &[u8], password: &[u8], salt: &[u8]) -> SecretBytes {
    let mut combined = Zeroizing::new(Vec::with_capacity(data.len()));
    let mut block = Zeroizing::new(salt.to_vec());
    for part in data.chunks(DIGEST_BYTES) {
        let next = Sha1::new()
            .chain_update(password)
            .chain_update(&*block)
            .finalize();
        block = Zeroizing::new(next.to_vec());
        combined.extend(part.iter().zip(block.iter()).map(|(byte, key)| byte ^ key));
    }
    SecretBytes::new(std::mem::take(&mut *combined))
}

/// Key and initialization vector of com.sun.crypto.provider.PBES1Core for triple DES: each half of
/// the salt goes through MD5, with the password, as often as is asked.
fn md5_material(
    password: &[u8],
    salt: [u8; JCEKS_SALT_BYTES],
    asked: u64,
    budget: &mut Budget<'_>,
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let [a, b, c, d, rest @ ..] = salt;
    let first = if [a, b, c, d] == rest {
        // meant to be turned round; since 1998 it is not quite
        [d, a, b, d]
    } else {
        [a, b, c, d]
    };
    let allowed = budget.spend(asked, 2)?;
    let mut material = Zeroizing::new(Vec::with_capacity(32));
    for half in [first, rest] {
        let mut block = Zeroizing::new(half.to_vec());
        for iteration in 0..allowed.iterations() {
            if iteration.is_multiple_of(pbe::ASKED_EVERY) {
                allowed.go_on()?;
            }
            let next = md5::Md5::new()
                .chain_update(&*block)
                .chain_update(password)
                .finalize();
            block.clear();
            block.extend_from_slice(&next);
        }
        material.extend_from_slice(&block);
    }
    Ok(material)
}
