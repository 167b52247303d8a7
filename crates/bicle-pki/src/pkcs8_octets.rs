//! EncryptedPrivateKeyInfo under a password that is known as octets, not as text: programs that turn
//! a text into octets of their own (XCA: Latin-1) leave keys that no text opens by the standard way.

use std::sync::atomic::AtomicBool;

use bicle_platform::secret::SecretBytes;
use zeroize::Zeroizing;

use crate::asn1::Reader;
use crate::pbe::{self, Budget, DecryptError, MAX_TOTAL_ITERATIONS, Password};
use crate::pkcs8::is_private_key_info;

/// What is left of the key derivation work that several decryptions may take together.
pub struct Work<'c>(Budget<'c>);

impl<'c> Work<'c> {
    /// So many iterations in all, at most [`MAX_TOTAL_ITERATIONS`], until `cancelled` becomes true.
    pub fn new(iterations: u64, cancelled: &'c AtomicBool) -> Work<'c> {
        Work(Budget::new(iterations.min(MAX_TOTAL_ITERATIONS), cancelled))
    }
}

/// Decrypts an EncryptedPrivateKeyInfo (RFC 5958 §3) as [`crate::pkcs8::decrypt`] does, under these
/// octets (none: the empty password). For the schemes of PKCS#12 each octet is a character.
///
/// # Errors
/// As [`crate::pkcs8::decrypt`]; also when the work is used up, or was cancelled.
pub fn decrypt(
    der: &[u8],
    octets: &[u8],
    work: &mut Work<'_>,
) -> Result<SecretBytes, DecryptError> {
    let mut reader = Reader::new(der);
    let mut fields = reader.sequence()?;
    reader.finish()?;
    let algorithm = fields.any()?;
    let data = fields.octet_string()?;
    fields.finish()?;
    let mut bmp = Zeroizing::new(Vec::with_capacity(octets.len().saturating_mul(2)));
    for octet in octets.iter().chain([&0]) {
        bmp.extend_from_slice(&[0, *octet]);
    }
    let password = Password {
        octets: Zeroizing::new(octets.to_vec()),
        bmp,
    };
    let plain = pbe::decrypt(&algorithm, data, &password, &mut work.0)?;
    if is_private_key_info(plain.expose()) {
        Ok(plain)
    } else {
        Err(DecryptError::WrongPassword)
    }
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
    use crate::asn1::writer;
    use crate::pbe::Scheme;

    fn encrypted(scheme: Scheme, octets: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let info = writer::sequence(&[
            &writer::integer_u64(0),
            &writer::sequence(&[&writer::oid(&crate::oid::ED25519)]),
            &writer::octet_string(&[7; 34]),
        ]);
        let text: String = octets.iter().map(|octet| char::from(*octet)).collect();
        let password = Password {
            octets: Zeroizing::new(octets.to_vec()),
            bmp: Password::standard(&text).bmp,
        };
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let (algorithm, data) = pbe::encrypt(scheme, &info, &password, &mut rng);
        let der = writer::sequence(&[&algorithm, &writer::octet_string(&data)]);
        (info, der)
    }

    #[test]
    fn octets_that_are_no_utf8_open_what_they_closed() {
        let never = AtomicBool::new(false);
        for scheme in [
            Scheme::Aes256 { iterations: 10 },
            Scheme::TripleDes { iterations: 10 },
            Scheme::Pkcs12TripleDes { iterations: 10 },
        ] {
            for octets in [&b"\xe9t\xe9?"[..], b"", b"plain"] {
                let (info, der) = encrypted(scheme, octets);
                let mut work = Work::new(1000, &never);
                assert_eq!(decrypt(&der, octets, &mut work).unwrap().expose(), info);
                assert!(decrypt(&der, b"other", &mut work).is_err());
            }
        }
    }

    #[test]
    fn the_work_is_shared_and_ends() {
        let never = AtomicBool::new(false);
        let (_, der) = encrypted(Scheme::Aes256 { iterations: 10 }, b"a");
        let mut work = Work::new(25, &never);
        assert!(decrypt(&der, b"a", &mut work).is_ok());
        assert_eq!(
            decrypt(&der, b"b", &mut work).err(),
            Some(DecryptError::WrongPassword)
        );
        assert!(matches!(
            decrypt(&der, b"a", &mut work),
            Err(DecryptError::TooManyIterations { limit: 25, .. })
        ));
    }
}
