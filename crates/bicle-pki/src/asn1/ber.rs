//! BER with indefinite lengths and constructed strings, made definite.
//!
//! Firefox and other NSS programs write PKCS#12 files, and CMS streams are written, with indefinite
//! lengths (X.690 §8.1.3.6) and with OCTET STRINGs in segments (§8.7.3). [`to_definite`] rewrites
//! those elements and no others: an element without such a thing inside is kept octet for octet, so
//! that certificates keep their signatures and MACs their input.

use bicle_platform::secret::SecretBytes;

use crate::error::{ParseError, ParseErrorKind};

use super::header::{Header, Length, header};
use super::writer::{length_bytes, push_length};
use super::{MAX_DEPTH, Reader};

/// The largest input that is rewritten, in bytes. A PKCS#12 file with a whole national trust list
/// is under 2 MiB.
pub(crate) const MAX_BER_BYTES: usize = 16 * 1024 * 1024;

/// The most pieces that a rewritten value is put together from: 32 MiB at most for their list. Each
/// element that changes is one or two; of segments of 1 KiB, as NSS writes them, a file of
/// [`MAX_BER_BYTES`] has 16,384.
const MAX_PIECES: usize = 1 << 20;

/// A value in its definite form.
pub(crate) enum Definite<'a> {
    /// It was so already: nothing is copied.
    AsItIs(&'a [u8]),
    /// A copy, which may hold a key in clear: wiped.
    Rewritten(SecretBytes),
}

impl Definite<'_> {
    /// The octets.
    pub(crate) fn octets(&self) -> &[u8] {
        match self {
            Self::AsItIs(bytes) => bytes,
            Self::Rewritten(bytes) => bytes.expose(),
        }
    }
}

/// The same value with definite lengths and primitive strings; as it is if it was so already.
///
/// The input is exactly one element. Refused: bytes after it, more than [`MAX_DEPTH`] levels,
/// more than [`MAX_BER_BYTES`] or [`MAX_PIECES`] when something must be rewritten. Each octet is
/// looked at once, and copied once if anything must be rewritten.
pub(crate) fn to_definite(bytes: &[u8]) -> Result<Definite<'_>, ParseError> {
    let mut form = Form {
        bytes,
        pieces: Vec::new(),
    };
    let whole = form.element(0, bytes.len(), 0)?;
    if !whole.changed {
        return Ok(Definite::AsItIs(bytes));
    }
    if bytes.len() > MAX_BER_BYTES {
        return Err(ParseError::new(ParseErrorKind::TooLarge, 0));
    }
    Ok(Definite::Rewritten(form.write(whole.written)))
}

/// Is it one element (BER or DER), and does all of it have definite lengths and primitive strings?
/// Nothing is copied.
///
/// # Errors
/// Those of [`to_definite`] but for the size.
pub(crate) fn is_definite(bytes: &[u8]) -> Result<bool, ParseError> {
    let mut form = Form {
        bytes,
        pieces: Vec::new(),
    };
    Ok(!form.element(0, bytes.len(), 0)?.changed)
}

/// The definite form of a value: what it is put together from.
struct Form<'a> {
    bytes: &'a [u8],
    /// Neighbours that are kept are one piece: a value that is definite has at most two for each
    /// level of nesting, at any time.
    pieces: Vec<Piece>,
}

enum Piece {
    /// These octets of the input.
    Kept { from: usize, to: usize },
    /// A new header.
    Head {
        /// Where the former one is.
        at: usize,
        identifier_bytes: usize,
        /// For a string: no longer constructed.
        string: bool,
        /// For a BIT STRING: its first content octet.
        unused_bits: Option<u8>,
        /// Length of the content, that octet included.
        body: usize,
    },
}

/// An element that was gone through.
struct Element {
    /// Where it ends in the input.
    end: usize,
    /// Its bytes in the definite form.
    written: usize,
    changed: bool,
}

/// The header of an element, and where its content lies.
struct Opened {
    header: Header,
    constructed: bool,
    indefinite: bool,
    body_at: usize,
    /// The end of a definite content; of an indefinite one, of what is around it.
    body_end: usize,
}

impl Form<'_> {
    /// Reads the header of the element at `at`, which must end at `end` at the latest.
    fn open(&self, at: usize, end: usize) -> Result<Opened, ParseError> {
        let fault = |kind| ParseError::new(kind, at);
        let truncated = fault(ParseErrorKind::Truncated);
        let bytes = self.bytes.get(at..end).ok_or(truncated)?;
        let header = header(bytes).map_err(fault)?;
        let constructed = header.first & 0x20 != 0;
        let body_at = at.saturating_add(header.header_bytes);
        let (body_end, indefinite) = match header.length {
            Length::Definite(length) => (body_at.saturating_add(length), false),
            Length::Indefinite if constructed => (end, true),
            Length::Indefinite => return Err(fault(ParseErrorKind::InvalidLength)),
        };
        if body_end > end {
            return Err(truncated);
        }
        Ok(Opened {
            header,
            constructed,
            indefinite,
            body_at,
            body_end,
        })
    }

    /// Whether the content of an element ends here, and where the element then ends.
    fn end(&self, element: &Opened, at: usize) -> Option<usize> {
        let rest = self.bytes.get(at..element.body_end).unwrap_or_default();
        if element.indefinite {
            rest.starts_with(&[0, 0]).then(|| at.saturating_add(2))
        } else {
            rest.is_empty().then_some(at)
        }
    }

    /// Goes through the element at `at`. The recursion is at most [`MAX_DEPTH`] deep.
    fn element(&mut self, at: usize, end: usize, depth: u8) -> Result<Element, ParseError> {
        if depth >= MAX_DEPTH {
            return Err(ParseError::new(ParseErrorKind::TooDeep, at));
        }
        let opened = self.open(at, end)?;
        let found = if !opened.constructed {
            Element {
                end: opened.body_end,
                written: opened.body_end.saturating_sub(at),
                changed: false,
            }
        } else if is_constructed_string(opened.header.first) {
            self.string(at, &opened, depth)?
        } else {
            self.constructed(at, &opened, depth)?
        };
        if !found.changed {
            self.keep(at, found.end)?;
        }
        if depth == 0 && found.end != self.bytes.len() {
            return Err(ParseError::new(ParseErrorKind::TrailingBytes, found.end));
        }
        Ok(found)
    }

    /// Goes through an element that holds others. Leaves no piece if all of it can be kept.
    fn constructed(
        &mut self,
        at: usize,
        opened: &Opened,
        depth: u8,
    ) -> Result<Element, ParseError> {
        let place = self.pieces.len();
        self.push(at, head(at, opened))?;
        let (mut next, mut body) = (opened.body_at, 0_usize);
        let mut changed = opened.indefinite;
        let end = loop {
            if let Some(end) = self.end(opened, next) {
                break end;
            }
            let child = self.element(next, opened.body_end, depth + 1)?;
            next = child.end;
            body = body.saturating_add(child.written);
            changed |= child.changed;
        };
        if !changed {
            self.pieces.truncate(place);
            return Ok(Element {
                end,
                written: end.saturating_sub(at),
                changed,
            });
        }
        Ok(Element {
            end,
            written: self.close(place, body, None),
            changed,
        })
    }

    /// Goes through a string in segments.
    fn string(&mut self, at: usize, opened: &Opened, depth: u8) -> Result<Element, ParseError> {
        let place = self.pieces.len();
        self.push(at, head(at, opened))?;
        let segments = self.segments(opened, depth)?;
        let is_bits = opened.header.first & 0x1f == 0x03;
        let unused_bits = is_bits.then_some(segments.unused_bits);
        let body = segments.bytes.saturating_add(usize::from(is_bits));
        Ok(Element {
            end: segments.end,
            written: self.close(place, body, unused_bits),
            changed: true,
        })
    }

    /// Keeps the contents of all segments, of those in segments too.
    fn segments(&mut self, outer: &Opened, depth: u8) -> Result<Segments, ParseError> {
        let primitive = outer.header.first & !0x20;
        let mut found = Segments {
            end: outer.body_at,
            bytes: 0,
            unused_bits: 0,
        };
        loop {
            let at = found.end;
            if let Some(end) = self.end(outer, at) {
                found.end = end;
                return Ok(found);
            }
            if depth + 1 >= MAX_DEPTH {
                return Err(ParseError::new(ParseErrorKind::TooDeep, at));
            }
            let segment = self.open(at, outer.body_end)?;
            let kind = segment.header.first & !0x20;
            // segments of character strings are OCTET STRINGs (X.690 §8.23.6)
            if kind != primitive && (kind != 0x04 || primitive == 0x03) {
                return Err(ParseError::new(
                    ParseErrorKind::UnexpectedTag {
                        expected: primitive,
                        found: segment.header.first,
                    },
                    at,
                ));
            }
            if segment.constructed {
                let inner = self.segments(&segment, depth + 1)?;
                found.end = inner.end;
                found.bytes = found.bytes.saturating_add(inner.bytes);
                found.unused_bits = inner.unused_bits;
                continue;
            }
            let mut from = segment.body_at;
            if primitive == 0x03 {
                let whole = self.bytes.get(at..segment.body_end).unwrap_or_default();
                found.unused_bits = Reader::at(whole, at).bit_string()?.unused_bits;
                from = from.saturating_add(1);
            }
            self.keep(from, segment.body_end)?;
            found.bytes = found
                .bytes
                .saturating_add(segment.body_end.saturating_sub(from));
            found.end = segment.body_end;
        }
    }

    /// Completes the header at this place of the list; gives the bytes of the whole element.
    fn close(&mut self, place: usize, length: usize, unused: Option<u8>) -> usize {
        match self.pieces.get_mut(place) {
            Some(Piece::Head {
                identifier_bytes,
                unused_bits,
                body,
                ..
            }) => {
                *unused_bits = unused;
                *body = length;
                identifier_bytes
                    .saturating_add(length_bytes(length))
                    .saturating_add(length)
            }
            _ => length,
        }
    }

    fn keep(&mut self, start: usize, end: usize) -> Result<(), ParseError> {
        match self.pieces.last_mut() {
            Some(Piece::Kept { to, .. }) if *to == start => {
                *to = end;
                Ok(())
            }
            _ => self.push(
                start,
                Piece::Kept {
                    from: start,
                    to: end,
                },
            ),
        }
    }

    fn push(&mut self, at: usize, piece: Piece) -> Result<(), ParseError> {
        if self.pieces.len() >= MAX_PIECES {
            return Err(ParseError::new(ParseErrorKind::TooLarge, at));
        }
        self.pieces.push(piece);
        Ok(())
    }

    /// Puts the pieces together, `length` bytes of them.
    fn write(&self, length: usize) -> SecretBytes {
        // nothing grows: a former allocation would not be wiped
        let mut out = Vec::with_capacity(length);
        for piece in &self.pieces {
            match *piece {
                Piece::Kept { from, to } => {
                    out.extend_from_slice(self.bytes.get(from..to).unwrap_or_default());
                }
                Piece::Head {
                    at,
                    identifier_bytes,
                    string,
                    unused_bits,
                    body,
                } => {
                    let end = at.saturating_add(identifier_bytes);
                    let identifier = self.bytes.get(at..end).unwrap_or_default();
                    // the same universal type, primitive
                    let cleared = if string { 0x20 } else { 0 };
                    out.extend(identifier.iter().map(|octet| octet & !cleared));
                    push_length(&mut out, body);
                    out.extend(unused_bits);
                }
            }
        }
        SecretBytes::new(out)
    }
}

/// The contents of the segments of a string.
struct Segments {
    /// Where the string ends in the input.
    end: usize,
    bytes: usize,
    /// Of the last one, for a BIT STRING.
    unused_bits: u8,
}

/// The new header of this element, its length to be filled in.
fn head(at: usize, opened: &Opened) -> Piece {
    Piece::Head {
        at,
        identifier_bytes: opened.header.identifier_bytes,
        string: is_constructed_string(opened.header.first),
        unused_bits: None,
        body: 0,
    }
}

/// Universal BIT STRING, OCTET STRING and character strings with the constructed bit.
fn is_constructed_string(first: u8) -> bool {
    matches!(
        first,
        0x23 | 0x24 | 0x2c | 0x32 | 0x33 | 0x34 | 0x36 | 0x3a | 0x3c | 0x3e
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault(bytes: &[u8]) -> ParseErrorKind {
        to_definite(bytes).err().unwrap().kind
    }

    /// So many levels of SEQUENCE around this content, of definite or indefinite length.
    fn nested(levels: usize, definite: bool, content: &[u8]) -> Vec<u8> {
        let mut heads = Vec::new();
        let mut length = content.len();
        for _ in 0..levels {
            let mut head = vec![0x30];
            if definite {
                head.push(0x84);
                head.extend(u32::try_from(length).unwrap().to_be_bytes());
            } else {
                head.push(0x80);
            }
            length += head.len();
            heads.push(head);
        }
        heads.reverse();
        let ends = if definite { 0 } else { 2 * levels };
        [heads.concat(), content.to_vec(), vec![0; ends]].concat()
    }

    #[test]
    fn deep_and_large_values_cost_one_look_at_each_octet() {
        let elements = [0x30, 0].repeat(30 * 1024 * 1024);
        let definite = nested(62, true, &elements);
        let started = std::time::Instant::now();
        assert!(matches!(
            to_definite(&definite).unwrap(),
            Definite::AsItIs(_)
        ));
        let strings = [0x24, 3, 4, 1, 7].repeat(500_000);
        let indefinite = nested(60, false, &strings);
        let Definite::Rewritten(rewritten) = to_definite(&indefinite).unwrap() else {
            panic!("it was indefinite");
        };
        assert!(rewritten.expose().ends_with(&[4, 1, 7, 4, 1, 7]));
        assert!(is_definite(rewritten.expose()).unwrap());
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }

    #[test]
    fn what_is_too_large_to_be_rewritten_is_refused_wherever_it_begins() {
        let large = vec![0; MAX_BER_BYTES];
        let octets = [
            &[4, 0x84][..],
            &u32::try_from(large.len()).unwrap().to_be_bytes(),
            &large,
        ]
        .concat();
        // the outer length is definite, an empty element inside is not
        let bytes = nested(1, true, &[&octets[..], &[0x30, 0x80, 0, 0]].concat());
        assert_eq!(fault(&bytes), ParseErrorKind::TooLarge);
        // small pieces without end
        let strings = nested(1, false, &[0x24, 0].repeat(MAX_PIECES));
        assert_eq!(fault(&strings), ParseErrorKind::TooLarge);
    }

    #[test]
    fn segments_must_be_of_the_type_of_their_string() {
        assert_eq!(
            to_definite(&[0x2c, 9, 0x24, 3, 4, 1, b'a', 0x0c, 2, b'b', b'c'])
                .unwrap()
                .octets(),
            [0x0c, 3, b'a', b'b', b'c']
        );
        for bytes in [
            [0x24, 3, 0x0c, 1, 1],
            [0x24, 3, 0x30, 1, 1],
            [0x23, 3, 0x04, 1, 0],
            [0x24, 3, 0x03, 1, 0],
        ] {
            assert!(
                matches!(fault(&bytes), ParseErrorKind::UnexpectedTag { .. }),
                "{bytes:?}"
            );
        }
        assert_eq!(fault(&[0x23, 3, 3, 1, 9]), ParseErrorKind::InvalidBitString);
    }

    #[test]
    fn what_is_definite_is_borrowed_even_if_not_minimal() {
        let bytes = [0x30, 0x81, 0x05, 0x04, 0x82, 0, 1, 7];
        assert!(matches!(to_definite(&bytes).unwrap(), Definite::AsItIs(_)));
    }

    #[test]
    fn indefinite_lengths_and_segments_are_rewritten() {
        let bytes = [
            0x30, 0x80, 0x24, 0x80, 0x04, 1, b'a', 0x24, 3, 0x04, 1, b'b', 0, 0, 0xa0, 0x80, 0x02,
            1, 5, 0, 0, 0, 0,
        ];
        assert_eq!(
            to_definite(&bytes).unwrap().octets(),
            [0x30, 9, 0x04, 2, b'a', b'b', 0xa0, 3, 0x02, 1, 5]
        );
    }

    #[test]
    fn a_definite_part_of_an_indefinite_whole_is_kept_as_it_is() {
        let bytes = [0x30, 0x80, 0x30, 0x81, 0x03, 0x02, 1, 5, 0, 0];
        assert_eq!(
            to_definite(&bytes).unwrap().octets(),
            [0x30, 6, 0x30, 0x81, 0x03, 0x02, 1, 5]
        );
    }

    #[test]
    fn bit_string_segments_keep_the_last_count_of_unused_bits() {
        let bytes = [0x23, 0x80, 0x03, 2, 0, 0xff, 0x03, 2, 4, 0xf0, 0, 0];
        assert_eq!(
            to_definite(&bytes).unwrap().octets(),
            [0x03, 3, 4, 0xff, 0xf0]
        );
    }

    #[test]
    fn hostile_nesting_is_refused() {
        let deep = [0x30, 0x80].repeat(100_000);
        assert_eq!(fault(&deep), ParseErrorKind::TooDeep);
        let deep_strings = [0x24, 0x80].repeat(100_000);
        assert_eq!(fault(&deep_strings), ParseErrorKind::TooDeep);
    }

    #[test]
    fn every_truncation_is_refused() {
        let bytes = [
            0x30, 0x80, 0x24, 0x80, 0x04, 1, b'a', 0, 0, 0x02, 1, 5, 0, 0,
        ];
        assert!(to_definite(&bytes).is_ok());
        for length in 0..bytes.len() {
            assert!(to_definite(&bytes[..length]).is_err(), "{length}");
        }
        assert!(to_definite(&[&bytes[..], &[0]].concat()).is_err());
        assert!(to_definite(&[0x04, 0x80, 0, 0]).is_err());
    }

    proptest! {
        #[test]
        fn the_result_is_stable_and_nothing_panics(bytes in proptest::collection::vec(
            prop_oneof![Just(0x30_u8), Just(0x24), Just(0x80), Just(0), any::<u8>()], 0..80)) {
            if let Ok(first) = to_definite(&bytes) {
                prop_assert!(is_definite(first.octets()).unwrap());
                prop_assert_eq!(is_definite(&bytes).unwrap(), matches!(first, Definite::AsItIs(_)));
            }
        }
    }
}
