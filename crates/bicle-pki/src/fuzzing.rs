//! Doors for the fuzzer to what has no public one. Not part of the API.

use crate::asn1::ber;

/// The definite form of BER; `None` when it is refused.
pub fn to_definite(bytes: &[u8]) -> Option<Vec<u8>> {
    let definite = ber::to_definite(bytes).ok()?;
    Some(definite.octets().to_vec())
}
