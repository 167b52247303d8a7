//! The elliptic curves that are known by name only: a key on one of them is shown, not used.

use super::Oid;
use super::known::{encode, encoded_bytes};

/// Declares the table: arcs and name.
macro_rules! named_curves {
    ($($arcs:expr, $name:literal;)*) => {
        const CURVES: &[(Oid, &str)] = &[$((
            Oid::from_static(&encode::<{ encoded_bytes(&$arcs) }>(&$arcs)),
            $name,
        )),*];
    };
}

/// The name of a curve that this version does not compute with, as `brainpoolP256r1`.
pub(super) fn curve_name(oid: &Oid) -> Option<&'static str> {
    CURVES
        .iter()
        .find(|(known, _)| known == oid)
        .map(|(_, name)| *name)
}

// X9.62 appendix J, SEC 2, RFC 5639, WAP WTLS, GB/T 32918: the named curves of OpenSSL 3 with the
// names that it gives them
named_curves! {
    [1, 2, 156, 10197, 1, 301], "SM2";
    [1, 2, 840, 10045, 3, 0, 1], "c2pnb163v1";
    [1, 2, 840, 10045, 3, 0, 2], "c2pnb163v2";
    [1, 2, 840, 10045, 3, 0, 3], "c2pnb163v3";
    [1, 2, 840, 10045, 3, 0, 4], "c2pnb176v1";
    [1, 2, 840, 10045, 3, 0, 5], "c2tnb191v1";
    [1, 2, 840, 10045, 3, 0, 6], "c2tnb191v2";
    [1, 2, 840, 10045, 3, 0, 7], "c2tnb191v3";
    [1, 2, 840, 10045, 3, 0, 10], "c2pnb208w1";
    [1, 2, 840, 10045, 3, 0, 11], "c2tnb239v1";
    [1, 2, 840, 10045, 3, 0, 12], "c2tnb239v2";
    [1, 2, 840, 10045, 3, 0, 13], "c2tnb239v3";
    [1, 2, 840, 10045, 3, 0, 16], "c2pnb272w1";
    [1, 2, 840, 10045, 3, 0, 17], "c2pnb304w1";
    [1, 2, 840, 10045, 3, 0, 18], "c2tnb359v1";
    [1, 2, 840, 10045, 3, 0, 19], "c2pnb368w1";
    [1, 2, 840, 10045, 3, 0, 20], "c2tnb431r1";
    [1, 2, 840, 10045, 3, 1, 1], "prime192v1";
    [1, 2, 840, 10045, 3, 1, 2], "prime192v2";
    [1, 2, 840, 10045, 3, 1, 3], "prime192v3";
    [1, 2, 840, 10045, 3, 1, 4], "prime239v1";
    [1, 2, 840, 10045, 3, 1, 5], "prime239v2";
    [1, 2, 840, 10045, 3, 1, 6], "prime239v3";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 1], "brainpoolP160r1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 2], "brainpoolP160t1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 3], "brainpoolP192r1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 4], "brainpoolP192t1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 5], "brainpoolP224r1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 6], "brainpoolP224t1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 7], "brainpoolP256r1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 8], "brainpoolP256t1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 9], "brainpoolP320r1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 10], "brainpoolP320t1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 11], "brainpoolP384r1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 12], "brainpoolP384t1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 13], "brainpoolP512r1";
    [1, 3, 36, 3, 3, 2, 8, 1, 1, 14], "brainpoolP512t1";
    [1, 3, 132, 0, 1], "sect163k1";
    [1, 3, 132, 0, 2], "sect163r1";
    [1, 3, 132, 0, 3], "sect239k1";
    [1, 3, 132, 0, 4], "sect113r1";
    [1, 3, 132, 0, 5], "sect113r2";
    [1, 3, 132, 0, 6], "secp112r1";
    [1, 3, 132, 0, 7], "secp112r2";
    [1, 3, 132, 0, 8], "secp160r1";
    [1, 3, 132, 0, 9], "secp160k1";
    [1, 3, 132, 0, 15], "sect163r2";
    [1, 3, 132, 0, 16], "sect283k1";
    [1, 3, 132, 0, 17], "sect283r1";
    [1, 3, 132, 0, 22], "sect131r1";
    [1, 3, 132, 0, 23], "sect131r2";
    [1, 3, 132, 0, 24], "sect193r1";
    [1, 3, 132, 0, 25], "sect193r2";
    [1, 3, 132, 0, 26], "sect233k1";
    [1, 3, 132, 0, 27], "sect233r1";
    [1, 3, 132, 0, 28], "secp128r1";
    [1, 3, 132, 0, 29], "secp128r2";
    [1, 3, 132, 0, 30], "secp160r2";
    [1, 3, 132, 0, 31], "secp192k1";
    [1, 3, 132, 0, 32], "secp224k1";
    [1, 3, 132, 0, 33], "secp224r1";
    [1, 3, 132, 0, 36], "sect409k1";
    [1, 3, 132, 0, 37], "sect409r1";
    [1, 3, 132, 0, 38], "sect571k1";
    [1, 3, 132, 0, 39], "sect571r1";
    [2, 23, 43, 1, 4, 1], "wtls1";
    [2, 23, 43, 1, 4, 3], "wtls3";
    [2, 23, 43, 1, 4, 4], "wtls4";
    [2, 23, 43, 1, 4, 5], "wtls5";
    [2, 23, 43, 1, 4, 6], "wtls6";
    [2, 23, 43, 1, 4, 7], "wtls7";
    [2, 23, 43, 1, 4, 8], "wtls8";
    [2, 23, 43, 1, 4, 9], "wtls9";
    [2, 23, 43, 1, 4, 10], "wtls10";
    [2, 23, 43, 1, 4, 11], "wtls11";
    [2, 23, 43, 1, 4, 12], "wtls12";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oid;

    #[test]
    fn no_curve_is_there_twice_nor_among_the_others() {
        for (index, (oid, name)) in CURVES.iter().enumerate() {
            assert_eq!(oid::name_of(oid), Some(*name));
            assert_eq!(Oid::parse(&oid.to_string()).as_ref(), Some(oid));
            for (other_oid, other_name) in CURVES.iter().skip(index + 1) {
                assert_ne!(oid, other_oid);
                assert_ne!(name, other_name);
            }
        }
    }
}
