//! A reader of definite-length BER and DER (X.690) over borrowed bytes.
//!
//! It never recurses, knows the absolute position of every element for error messages, and refuses
//! nesting deeper than [`MAX_DEPTH`]. It is lenient where certificates of the wild are odd (lengths
//! and integers that are not minimal, BOOLEANs other than 0xff): what is read is kept as it was.

use std::borrow::Cow;

use crate::error::{ParseError, ParseErrorKind};
use crate::oid::Oid;
use crate::time::{self, UnixSeconds};

use super::header::{Length, header};
use super::{MAX_DEPTH, strings};

/// An identifier octet: class, constructed bit and tag number up to 30 (X.690 §8.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag(pub(crate) u8);

impl Tag {
    pub(crate) const BOOLEAN: Tag = Tag(0x01);
    pub(crate) const INTEGER: Tag = Tag(0x02);
    pub(crate) const BIT_STRING: Tag = Tag(0x03);
    pub(crate) const OCTET_STRING: Tag = Tag(0x04);
    pub(crate) const NULL: Tag = Tag(0x05);
    pub(crate) const OID: Tag = Tag(0x06);
    pub(crate) const UTF8_STRING: Tag = Tag(0x0c);
    pub(crate) const NUMERIC_STRING: Tag = Tag(0x12);
    pub(crate) const PRINTABLE_STRING: Tag = Tag(0x13);
    pub(crate) const T61_STRING: Tag = Tag(0x14);
    pub(crate) const IA5_STRING: Tag = Tag(0x16);
    pub(crate) const UTC_TIME: Tag = Tag(0x17);
    pub(crate) const GENERALIZED_TIME: Tag = Tag(0x18);
    pub(crate) const VISIBLE_STRING: Tag = Tag(0x1a);
    pub(crate) const UNIVERSAL_STRING: Tag = Tag(0x1c);
    pub(crate) const BMP_STRING: Tag = Tag(0x1e);
    pub(crate) const SEQUENCE: Tag = Tag(0x30);
    pub(crate) const SET: Tag = Tag(0x31);

    /// `[number]`, constructed: EXPLICIT tags and IMPLICIT tags over SEQUENCE and SET.
    pub(crate) const fn context(number: u8) -> Tag {
        Tag(0xa0 | (number & 0x1f))
    }

    /// `[number]`, primitive: IMPLICIT tags over primitive types.
    pub(crate) const fn context_primitive(number: u8) -> Tag {
        Tag(0x80 | (number & 0x1f))
    }

    /// Whether the content is made of elements.
    pub(crate) const fn is_constructed(self) -> bool {
        self.0 & 0x20 != 0
    }

    /// Whether the class is context-specific.
    pub(crate) const fn is_context(self) -> bool {
        self.0 & 0xc0 == 0x80
    }

    /// The tag number, whatever the class.
    pub(crate) const fn number(self) -> u8 {
        self.0 & 0x1f
    }
}

/// One element: its tag, its content and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tlv<'a> {
    /// The identifier octet.
    pub(crate) tag: Tag,
    /// The content octets.
    pub(crate) body: &'a [u8],
    /// Identifier, length and content octets, as they were.
    pub(crate) whole: &'a [u8],
    /// The absolute position of the identifier octet.
    pub(crate) at: usize,
    depth: u8,
}

/// The content of a BIT STRING.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BitString<'a> {
    /// How many bits of the last octet do not count (0 to 7).
    pub(crate) unused_bits: u8,
    /// The octets.
    pub(crate) bytes: &'a [u8],
}

/// Reads elements one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    at: usize,
    depth: u8,
}

impl<'a> Reader<'a> {
    /// Reads from the first byte of the input.
    pub(crate) const fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader {
            rest: bytes,
            at: 0,
            depth: 0,
        }
    }

    /// Reads bytes that begin at this absolute position of a larger input.
    pub(crate) const fn at(bytes: &'a [u8], at: usize) -> Reader<'a> {
        Reader {
            rest: bytes,
            at,
            depth: 0,
        }
    }

    /// The absolute position of the next element.
    pub(crate) const fn position(&self) -> usize {
        self.at
    }

    /// Whether all was read.
    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// An error of this kind at the next element.
    pub(crate) const fn error(&self, kind: ParseErrorKind) -> ParseError {
        ParseError::new(kind, self.at)
    }

    /// Refuses bytes that were not read.
    pub(crate) fn finish(&self) -> Result<(), ParseError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.error(ParseErrorKind::TrailingBytes))
        }
    }

    /// The tag of the next element, if there is one.
    pub(crate) fn peek_tag(&self) -> Option<Tag> {
        self.rest.first().copied().map(Tag)
    }

    /// The next element, whatever it is.
    pub(crate) fn any(&mut self) -> Result<Tlv<'a>, ParseError> {
        let header = header(self.rest).map_err(|kind| self.error(kind))?;
        let Length::Definite(length) = header.length else {
            return Err(self.error(ParseErrorKind::InvalidLength));
        };
        if header.identifier_bytes != 1 {
            return Err(self.error(ParseErrorKind::HighTagNumber));
        }
        let total = header
            .header_bytes
            .checked_add(length)
            .ok_or_else(|| self.error(ParseErrorKind::InvalidLength))?;
        let truncated = self.error(ParseErrorKind::Truncated);
        let (whole, rest) = self.rest.split_at_checked(total).ok_or(truncated)?;
        let (_, body) = whole
            .split_at_checked(header.header_bytes)
            .ok_or(truncated)?;
        let tlv = Tlv {
            tag: Tag(header.first),
            body,
            whole,
            at: self.at,
            depth: self.depth,
        };
        self.rest = rest;
        self.at = self.at.saturating_add(total);
        Ok(tlv)
    }

    /// The next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: Tag) -> Result<Tlv<'a>, ParseError> {
        match self.peek_tag() {
            None => Err(self.error(ParseErrorKind::Truncated)),
            Some(found) if found == tag => self.any(),
            Some(found) => Err(self.error(ParseErrorKind::UnexpectedTag {
                expected: tag.0,
                found: found.0,
            })),
        }
    }

    /// The next element if it has this tag; nothing is read otherwise.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<Tlv<'a>>, ParseError> {
        if self.peek_tag() == Some(tag) {
            self.any().map(Some)
        } else {
            Ok(None)
        }
    }

    /// The content of the next SEQUENCE.
    pub(crate) fn sequence(&mut self) -> Result<Reader<'a>, ParseError> {
        self.expect(Tag::SEQUENCE)?.reader()
    }

    /// The content of the next SET.
    pub(crate) fn set(&mut self) -> Result<Reader<'a>, ParseError> {
        self.expect(Tag::SET)?.reader()
    }

    /// The next INTEGER's content octets, as they are (two's complement, perhaps not minimal).
    pub(crate) fn integer_signed(&mut self) -> Result<&'a [u8], ParseError> {
        self.expect(Tag::INTEGER)?.integer_signed()
    }

    /// The next INTEGER's magnitude without leading zero octets; a negative one is refused.
    pub(crate) fn integer_unsigned(&mut self) -> Result<&'a [u8], ParseError> {
        self.expect(Tag::INTEGER)?.integer_unsigned()
    }

    /// The next INTEGER, which must be from 0 to 2^64 - 1.
    pub(crate) fn u64(&mut self) -> Result<u64, ParseError> {
        self.expect(Tag::INTEGER)?.u64()
    }

    /// The next INTEGER, which must be from 0 to 2^32 - 1.
    pub(crate) fn u32(&mut self) -> Result<u32, ParseError> {
        self.expect(Tag::INTEGER)?.u32()
    }

    /// The next OBJECT IDENTIFIER.
    pub(crate) fn oid(&mut self) -> Result<Oid, ParseError> {
        self.expect(Tag::OID)?.oid()
    }

    /// The next OCTET STRING's content.
    pub(crate) fn octet_string(&mut self) -> Result<&'a [u8], ParseError> {
        Ok(self.expect(Tag::OCTET_STRING)?.body)
    }

    /// The next BIT STRING's content.
    pub(crate) fn bit_string(&mut self) -> Result<BitString<'a>, ParseError> {
        self.expect(Tag::BIT_STRING)?.bit_string()
    }

    /// The octets of the next BIT STRING, which must be whole octets (signatures, keys).
    pub(crate) fn bit_string_octets(&mut self) -> Result<&'a [u8], ParseError> {
        let invalid = self.error(ParseErrorKind::InvalidBitString);
        let bits = self.bit_string()?;
        if bits.unused_bits == 0 {
            Ok(bits.bytes)
        } else {
            Err(invalid)
        }
    }

    /// The next BOOLEAN if there is one, else FALSE.
    pub(crate) fn boolean_or_false(&mut self) -> Result<bool, ParseError> {
        match self.optional(Tag::BOOLEAN)? {
            Some(tlv) => tlv.boolean(),
            None => Ok(false),
        }
    }

    /// The next UTCTime or GeneralizedTime.
    pub(crate) fn time(&mut self) -> Result<UnixSeconds, ParseError> {
        self.any()?.time()
    }
}

impl<'a> Tlv<'a> {
    /// An error of this kind at this element.
    pub(crate) const fn error(&self, kind: ParseErrorKind) -> ParseError {
        ParseError::new(kind, self.at)
    }

    /// Refuses another tag than this one.
    pub(crate) fn must_be(self, tag: Tag) -> Result<Tlv<'a>, ParseError> {
        if self.tag == tag {
            Ok(self)
        } else {
            Err(self.error(ParseErrorKind::UnexpectedTag {
                expected: tag.0,
                found: self.tag.0,
            }))
        }
    }

    /// The absolute position of the content.
    pub(crate) const fn body_at(&self) -> usize {
        self.at
            .saturating_add(self.whole.len().saturating_sub(self.body.len()))
    }

    /// A reader of the elements in the content (also of an OCTET STRING that wraps DER).
    pub(crate) const fn reader(&self) -> Result<Reader<'a>, ParseError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(ParseErrorKind::TooDeep));
        }
        Ok(Reader {
            rest: self.body,
            at: self.body_at(),
            depth: self.depth.saturating_add(1),
        })
    }

    /// The content as INTEGER octets, as they are; the tag is not looked at (IMPLICIT tags).
    pub(crate) fn integer_signed(&self) -> Result<&'a [u8], ParseError> {
        if self.body.is_empty() {
            return Err(self.error(ParseErrorKind::InvalidInteger));
        }
        Ok(self.body)
    }

    /// The content as the magnitude of an INTEGER that is not negative, without leading zeros
    /// (empty for 0).
    pub(crate) fn integer_unsigned(&self) -> Result<&'a [u8], ParseError> {
        let mut digits = self.integer_signed()?;
        if digits.first().is_some_and(|first| first & 0x80 != 0) {
            return Err(self.error(ParseErrorKind::InvalidInteger));
        }
        while let Some((0, rest)) = digits.split_first() {
            digits = rest;
        }
        Ok(digits)
    }

    /// The content as an INTEGER from 0 to 2^64 - 1.
    pub(crate) fn u64(&self) -> Result<u64, ParseError> {
        let digits = self.integer_unsigned()?;
        if digits.len() > 8 {
            return Err(self.error(ParseErrorKind::InvalidInteger));
        }
        Ok(digits
            .iter()
            .fold(0, |value, digit| (value << 8) | u64::from(*digit)))
    }

    /// The content as an INTEGER from 0 to 2^32 - 1.
    pub(crate) fn u32(&self) -> Result<u32, ParseError> {
        u32::try_from(self.u64()?).map_err(|_| self.error(ParseErrorKind::InvalidInteger))
    }

    /// The content as an OBJECT IDENTIFIER; the tag is not looked at.
    pub(crate) fn oid(&self) -> Result<Oid, ParseError> {
        Oid::from_der_body(self.body).ok_or_else(|| self.error(ParseErrorKind::InvalidOid))
    }

    /// The content as a BOOLEAN; any octet but 0 is TRUE (X.690 §8.2).
    pub(crate) fn boolean(&self) -> Result<bool, ParseError> {
        match self.body {
            [value] => Ok(*value != 0),
            _ => Err(self.error(ParseErrorKind::InvalidBoolean)),
        }
    }

    /// The content as a BIT STRING; the tag is not looked at.
    pub(crate) fn bit_string(&self) -> Result<BitString<'a>, ParseError> {
        match self.body.split_first() {
            Some((0, bytes)) => Ok(BitString {
                unused_bits: 0,
                bytes,
            }),
            Some((unused_bits @ 1..=7, bytes)) if !bytes.is_empty() => Ok(BitString {
                unused_bits: *unused_bits,
                bytes,
            }),
            _ => Err(self.error(ParseErrorKind::InvalidBitString)),
        }
    }

    /// The content as octets under an IMPLICIT tag over OCTET STRING: a primitive element's
    /// content, or the joined segments of a constructed one (as NSS and CMS streams write it).
    pub(crate) fn implicit_octet_string(&self) -> Result<Cow<'a, [u8]>, ParseError> {
        if !self.tag.is_constructed() {
            return Ok(Cow::Borrowed(self.body));
        }
        let mut segments = self.reader()?;
        let mut joined = Vec::with_capacity(self.body.len());
        while !segments.is_empty() {
            joined.extend_from_slice(segments.octet_string()?);
        }
        Ok(Cow::Owned(joined))
    }

    /// A UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5, and what X.690 allows besides).
    pub(crate) fn time(&self) -> Result<UnixSeconds, ParseError> {
        let invalid = self.error(ParseErrorKind::InvalidTime);
        match self.tag {
            Tag::UTC_TIME => time::parse_utc_time(self.body).ok_or(invalid),
            Tag::GENERALIZED_TIME => time::parse_generalized_time(self.body).ok_or(invalid),
            _ => Err(invalid),
        }
    }

    /// The text of a character string of any type that names use.
    pub(crate) fn text(&self) -> Result<String, ParseError> {
        strings::decode(self.tag, self.body)
            .ok_or_else(|| self.error(ParseErrorKind::InvalidString))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::asn1::writer;

    #[test]
    fn positions_are_absolute() {
        let der = writer::sequence(&[
            &writer::integer(&[1]),
            &writer::sequence(&[&writer::integer(&[2]), &writer::null()]),
        ]);
        let mut outer = Reader::new(&der).sequence().unwrap();
        outer.u32().unwrap();
        let mut inner = outer.sequence().unwrap();
        assert_eq!(inner.u32().unwrap(), 2);
        assert_eq!(inner.position(), 10);
        let error = inner.u32().unwrap_err();
        assert_eq!(error.at, 10);
        assert_eq!(
            error.kind,
            ParseErrorKind::UnexpectedTag {
                expected: 2,
                found: 5
            }
        );
    }

    #[test]
    fn lengths_are_checked_before_the_content_is_taken() {
        for (bytes, kind) in [
            (&[0x30_u8][..], ParseErrorKind::Truncated),
            (&[0x30, 0x01], ParseErrorKind::Truncated),
            (&[0x30, 0x80, 0, 0], ParseErrorKind::InvalidLength),
            (
                &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
                ParseErrorKind::Truncated,
            ),
            (&[0x30, 0x89, 0, 0, 0], ParseErrorKind::InvalidLength),
            (&[0x30, 0xff, 0, 0, 0], ParseErrorKind::InvalidLength),
            (&[0x1f, 0x20, 0x00], ParseErrorKind::HighTagNumber),
        ] {
            assert_eq!(
                Reader::new(bytes).any().unwrap_err().kind,
                kind,
                "{bytes:?}"
            );
        }
        let largest = [0x30, 0x88, 255, 255, 255, 255, 255, 255, 255, 255];
        assert!(Reader::new(&largest).any().is_err());
        // not minimal, but the wild has it
        assert_eq!(
            Reader::new(&[0x04, 0x82, 0, 1, 7]).octet_string().unwrap(),
            [7]
        );
    }

    #[test]
    fn nesting_is_bounded() {
        let mut der = Vec::new();
        for _ in 0..200 {
            der = writer::sequence(&[&der]);
        }
        let mut reader = Reader::new(&der);
        let mut levels = 0;
        let error = loop {
            match reader.sequence() {
                Ok(inner) => reader = inner,
                Err(error) => break error,
            }
            levels += 1;
        };
        assert_eq!((levels, error.kind), (MAX_DEPTH, ParseErrorKind::TooDeep));
    }

    #[test]
    fn integers_are_read_by_their_value() {
        let unsigned = |body: &[u8]| Reader::new(&writer::tlv(Tag::INTEGER, body)).u64().ok();
        assert_eq!(unsigned(&[0]), Some(0));
        assert_eq!(unsigned(&[0, 0, 0x80]), Some(128));
        assert_eq!(unsigned(&[0x80]), None);
        assert_eq!(unsigned(&[]), None);
        assert_eq!(
            unsigned(&[0, 255, 255, 255, 255, 255, 255, 255, 255]),
            Some(u64::MAX)
        );
        assert_eq!(unsigned(&[1, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    }

    #[test]
    fn a_constructed_implicit_octet_string_is_joined() {
        let der = writer::context(
            0,
            true,
            &[writer::octet_string(b"ab"), writer::octet_string(b"c")].concat(),
        );
        let tlv = Reader::new(&der).any().unwrap();
        assert_eq!(tlv.implicit_octet_string().unwrap().as_ref(), b"abc");
        let der = writer::context(0, false, b"abc");
        let tlv = Reader::new(&der).any().unwrap();
        assert_eq!(tlv.implicit_octet_string().unwrap().as_ref(), b"abc");
    }
}
