//! A thousand certificates that differ as real ones do: serial number, name, key, key identifier.
//! One is issued by openssl; the others are made of it byte by byte and signed anew.

use bicle_pki::certificate::Certificate;
use bicle_pki::private_key::PrivateKey;
use bicle_tests::openssl::{openssl, request_pem, rsa_key_pem};
use bicle_tests::{Branch, Product, TestAuthority, Validity};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;

/// An RSA 2048 signature.
const SIGNATURE_BYTES: usize = 256;

/// `30 82 xx xx`: a SEQUENCE of more than 255 bytes.
const LONG_HEADER_BYTES: usize = 4;

/// Certificates (DER) of one authority, each with a valid signature.
pub(crate) fn certificates(authority: &TestAuthority, count: u32) -> Vec<Vec<u8>> {
    let folder = tempfile::TempDir::new().unwrap();
    let key_file = folder.path().join("leaf.key");
    std::fs::write(&key_file, rsa_key_pem(2048)).unwrap();
    let request = request_pem(&key_file, "/C=FR");
    let first = authority.issue(&request, Product::OrgAuthCli, Branch::Test, Validity::Now);
    let signer = openssl("pkcs8 -topk8 -nocrypt -outform DER -in")
        .arg(authority.intermediate_key_file())
        .accepts();
    let signer = PrivateKey::from_pkcs8_der(&signer.stdout).unwrap();
    let places = Places::of(&first);
    (0..count)
        .map(|number| variant(&first, &places, number, &signer))
        .collect()
}

/// Where in the bytes stands what differs.
struct Places {
    serial_end: usize,
    common_name: usize,
    modulus: usize,
    key_id: usize,
    signed_end: usize,
}

impl Places {
    fn of(der: &[u8]) -> Self {
        let certificate = Certificate::from_der(der).unwrap();
        let serial = certificate.serial();
        let key_id = certificate.subject_key_id().unwrap();
        // the modulus: INTEGER of 257 bytes, the first one 00
        let modulus = find(der, &[0x02, 0x82, 0x01, 0x01, 0x00]) + 5;
        let length = u16::from_be_bytes([der[LONG_HEADER_BYTES + 2], der[LONG_HEADER_BYTES + 3]]);
        Self {
            serial_end: find(der, serial) + serial.len(),
            common_name: find(der, b"INSI-AUTO"),
            modulus,
            key_id: find(der, key_id),
            signed_end: 2 * LONG_HEADER_BYTES + usize::from(length),
        }
    }
}

fn variant(first: &[u8], places: &Places, number: u32, signer: &PrivateKey) -> Vec<u8> {
    let mut der = first.to_vec();
    let bytes = number.to_be_bytes();
    der[places.serial_end - 4..places.serial_end].copy_from_slice(&bytes);
    der[places.common_name..places.common_name + 9]
        .copy_from_slice(format!("AUTO-{number:04}").as_bytes());
    // the upper bytes keep the length, the last byte stays odd: it looks like a key, and serves none
    der[places.modulus + 100..places.modulus + 104].copy_from_slice(&bytes);
    der[places.key_id..places.key_id + 4].copy_from_slice(&bytes);
    let signed = der[LONG_HEADER_BYTES..places.signed_end].to_vec();
    let signature = signer.sign(&signed, &mut UnwrapErr(SysRng)).unwrap();
    assert_eq!(signature.len(), SIGNATURE_BYTES);
    let start = der.len() - SIGNATURE_BYTES;
    der[start..].copy_from_slice(&signature);
    der
}

fn find(der: &[u8], needle: &[u8]) -> usize {
    der.windows(needle.len())
        .position(|window| window == needle)
        .unwrap()
}
