//! ASN.1 as this crate needs it: a bounded reader of DER (lenient about what the wild gets wrong),
//! a writer of DER, and a normaliser of BER.

pub(crate) mod ber;
mod header;
pub(crate) mod reader;
pub(crate) mod strings;
pub(crate) mod writer;

pub(crate) use reader::{Reader, Tag, Tlv};

/// How deep elements may be nested, in levels.
///
/// A certificate uses 9 levels, a PKCS#12 file from NSS about 20 in all; 64 leaves room and keeps
/// recursion far from the end of any stack.
pub(crate) const MAX_DEPTH: u8 = 64;
