//! What protects a keystore: Sun's key protector, and the digest at the end of the file.

use bicle_platform::secret::SecretBytes;
use rand_core::CryptoRng;
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::asn1::{Reader, Tag, writer};

/// Length of SHA-1's output, and of the protector's salt.
pub(super) const DIGEST_BYTES: usize = 20;

/// 1.3.6.1.4.1.42.2.17.1.1, the OID body of Sun's key protector.
const KEY_PROTECTOR: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x2a, 0x02, 0x11, 0x01, 0x01];

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

/// Why a key did not come out of its protector.
pub(super) enum ProtectorFault {
    /// The structure is broken, or protected otherwise.
    Malformed,
    /// The check at the end does not fit.
    WrongPassword,
}

/// The key in an EncryptedPrivateKeyInfo.
pub(super) fn decrypt(protected: &[u8], password: &[u8]) -> Result<SecretBytes, ProtectorFault> {
    let octets = octets(protected).ok_or(ProtectorFault::Malformed)?;
    let (salt, rest) = octets
        .split_at_checked(DIGEST_BYTES)
        .ok_or(ProtectorFault::Malformed)?;
    let length = rest
        .len()
        .checked_sub(DIGEST_BYTES)
        .ok_or(ProtectorFault::Malformed)?;
    let (encrypted, check) = rest
        .split_at_checked(length)
        .ok_or(ProtectorFault::Malformed)?;
    let pkcs8 = combine(encrypted, password, salt);
    let expected = Sha1::new()
        .chain_update(password)
        .chain_update(pkcs8.expose())
        .finalize();
    if !bool::from(expected.as_slice().ct_eq(check)) {
        return Err(ProtectorFault::WrongPassword);
    }
    Ok(pkcs8)
}

/// The octets that Sun's protector made, out of their EncryptedPrivateKeyInfo.
fn octets(protected: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(protected);
    let mut fields = reader.sequence().ok()?;
    reader.finish().ok()?;
    let mut algorithm = fields.sequence().ok()?;
    let oid = algorithm.expect(Tag::OID).ok()?;
    let octets = fields.octet_string().ok()?;
    fields.finish().ok()?;
    (oid.body == KEY_PROTECTOR).then_some(octets)
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
