//! Object identifiers (X.660, X.690 §8.19) and those that this crate knows by name.

mod curves;
mod known;

use std::borrow::Cow;
use std::fmt;

pub use known::*;

/// The longest OBJECT IDENTIFIER that is read, in content octets. RFC 5280 implementations need
/// 20 arcs of 28 bits (80 octets); 2.25.UUID arcs take 19. 256 keeps printing one cheap.
pub const MAX_OID_BYTES: usize = 256;

/// An object identifier, kept as its DER content octets.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(Cow<'static, [u8]>);

impl Oid {
    /// An identifier from the content octets of an OBJECT IDENTIFIER. `None` when they are empty,
    /// cut, not minimal or longer than [`MAX_OID_BYTES`].
    pub fn from_der_body(body: &[u8]) -> Option<Oid> {
        if body.is_empty() || body.len() > MAX_OID_BYTES {
            return None;
        }
        let mut at_start = true;
        for byte in body {
            // a first octet 0x80 is a leading zero, which X.690 §8.19.2 forbids
            if at_start && *byte == 0x80 {
                return None;
            }
            at_start = byte & 0x80 == 0;
        }
        at_start.then(|| Oid(Cow::Owned(body.to_vec())))
    }

    /// Reads dotted decimal, as `1.2.840.113549.1.1.11`. `None` for anything else, and for an arc
    /// of more than 128 bits.
    pub fn parse(dotted: &str) -> Option<Oid> {
        let mut arcs = Vec::new();
        for arc in dotted.split('.') {
            let canonical = !arc.is_empty()
                && arc.bytes().all(|byte| byte.is_ascii_digit())
                && (arc == "0" || !arc.starts_with('0'));
            if !canonical || arcs.len() > MAX_OID_BYTES {
                return None;
            }
            arcs.push(arc.parse::<u128>().ok()?);
        }
        let (&first, rest) = arcs.split_first()?;
        let (&second, rest) = rest.split_first()?;
        if first > 2 || (first < 2 && second > 39) {
            return None;
        }
        let mut body = Vec::new();
        push_base128(&mut body, second.checked_add(first * 40)?);
        for arc in rest {
            push_base128(&mut body, *arc);
        }
        (body.len() <= MAX_OID_BYTES).then_some(Oid(Cow::Owned(body)))
    }

    /// The content octets of the OBJECT IDENTIFIER.
    pub fn der_body(&self) -> &[u8] {
        &self.0
    }

    /// An identifier from content octets that the compiler has made.
    const fn from_static(body: &'static [u8]) -> Oid {
        Oid(Cow::Borrowed(body))
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        let mut arc = Decimal::zero();
        for byte in self.0.iter() {
            arc.push_base128(byte & 0x7f);
            if byte & 0x80 != 0 {
                continue;
            }
            if first {
                let root = arc.subtract_root();
                write!(f, "{root}")?;
            }
            first = false;
            write!(f, ".{arc}")?;
            arc = Decimal::zero();
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

/// A number of any size in groups of nine decimal digits, lowest first: arcs have no limit.
struct Decimal(Vec<u32>);

const GROUP: u64 = 1_000_000_000;

impl Decimal {
    fn zero() -> Decimal {
        Decimal(vec![0])
    }

    /// `self = self * 128 + low`.
    fn push_base128(&mut self, low: u8) {
        let mut carry = u64::from(low);
        for group in &mut self.0 {
            let value = u64::from(*group) * 128 + carry;
            *group = u32::try_from(value % GROUP).unwrap_or(0);
            carry = value / GROUP;
        }
        if carry > 0 {
            self.0.push(u32::try_from(carry).unwrap_or(0));
        }
    }

    /// Takes the root arc (0, 1 or 2) out of the first subidentifier, `root * 40 + second`.
    fn subtract_root(&mut self) -> u32 {
        let large = self.0.len() > 1;
        let low = self.0.first().copied().unwrap_or(0);
        let root = if large { 2 } else { (low / 40).min(2) };
        let mut borrow = root * 40;
        for group in &mut self.0 {
            if *group >= borrow {
                *group -= borrow;
                break;
            }
            *group += 1_000_000_000 - borrow;
            borrow = 1;
        }
        while self.0.len() > 1 && self.0.last() == Some(&0) {
            self.0.pop();
        }
        root
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups = self.0.iter().rev();
        if let Some(highest) = groups.next() {
            write!(f, "{highest}")?;
        }
        for group in groups {
            write!(f, "{group:09}")?;
        }
        Ok(())
    }
}

fn push_base128(body: &mut Vec<u8>, arc: u128) {
    let groups = (128 - arc.leading_zeros()).div_ceil(7).max(1);
    for group in (0..groups).rev() {
        let low = u8::try_from((arc >> (group * 7)) & 0x7f).unwrap_or(0);
        body.push(if group == 0 { low } else { low | 0x80 });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn identifiers_are_written_as_dotted_decimal() {
        assert_eq!(RSA_ENCRYPTION.to_string(), "1.2.840.113549.1.1.1");
        assert_eq!(
            RSA_ENCRYPTION.der_body(),
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]
        );
        for dotted in [
            "0.0",
            "2.5.4.3",
            "2.999.3",
            "1.2.250.1.71.1.2.5",
            "2.25.340282366920938463463374607431768211455",
        ] {
            assert_eq!(Oid::parse(dotted).unwrap().to_string(), dotted);
        }
        // 2^130 as an arc: larger than any integer type
        let mut body = vec![0x69, 0x90];
        body.extend([0x80; 17]);
        body.push(0);
        assert_eq!(
            Oid::from_der_body(&body).unwrap().to_string(),
            "2.25.1361129467683753853853498429727072845824"
        );
    }

    #[test]
    fn what_is_no_identifier_is_refused() {
        for dotted in [
            "", "1", "3.1", "1.40", "1..2", "1.2.", "01.2", "1.2.x", "1.-2",
        ] {
            assert_eq!(Oid::parse(dotted), None, "{dotted}");
        }
        assert_eq!(Oid::from_der_body(&[]), None);
        assert_eq!(Oid::from_der_body(&[0x2a, 0x86]), None);
        assert_eq!(Oid::from_der_body(&[0x2a, 0x80, 0x01]), None);
        assert_eq!(Oid::from_der_body(&[1; 257]), None);
    }

    proptest! {
        #[test]
        fn text_comes_back(arcs in proptest::collection::vec(any::<u128>(), 0..6), first in 0..3_u8, second in 0..40_u8) {
            let mut dotted = format!("{first}.{second}");
            for arc in arcs {
                dotted.push_str(&format!(".{arc}"));
            }
            let oid = Oid::parse(&dotted).unwrap();
            prop_assert_eq!(oid.to_string(), dotted);
            prop_assert_eq!(Oid::from_der_body(oid.der_body()), Some(oid));
        }
    }
}
