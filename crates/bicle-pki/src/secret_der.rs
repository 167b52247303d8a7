//! DER of secrets: every buffer on the way is wiped.

use zeroize::Zeroizing;

use crate::asn1::Tag;

/// One element with the parts put together as its content. Nothing is reallocated: no copy stays behind.
pub(crate) fn tlv(tag: Tag, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut element = Zeroizing::new(Vec::with_capacity(length.saturating_add(10)));
    element.push(tag.0);
    match u8::try_from(length) {
        Ok(short @ 0..0x80) => element.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let significant = bytes.iter().copied().skip_while(|&byte| byte == 0);
            element.push(significant.clone().fold(0x80, |count, _| count + 1));
            element.extend(significant);
        }
    }
    for part in parts {
        element.extend_from_slice(part);
    }
    element
}

/// INTEGER of a big-endian magnitude with or without leading zeros.
pub(crate) fn integer(magnitude: &[u8]) -> Zeroizing<Vec<u8>> {
    let zeros = magnitude.iter().take_while(|&&byte| byte == 0).count();
    let digits = magnitude.get(zeros..).unwrap_or_default();
    let sign: &[u8] = if digits.first().is_none_or(|&first| first >= 0x80) {
        &[0]
    } else {
        &[]
    };
    tlv(Tag::INTEGER, &[sign, digits])
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

    #[test]
    fn it_writes_what_the_plain_writer_writes() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let body = vec![7; length];
            assert_eq!(*tlv(Tag::SEQUENCE, &[&body]), writer::sequence(&[&body]));
        }
        for magnitude in [&[][..], &[0], &[0, 0, 1], &[0x80], &[0x7f, 0xff]] {
            assert_eq!(*integer(magnitude), writer::integer(magnitude));
        }
    }
}
