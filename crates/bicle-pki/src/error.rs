//! Why bytes could not be read, and where.

use std::fmt;

/// A refusal of bytes: the kind of the fault and the byte where it stands.
///
/// `at` counts from the first byte of what was given to the parser (for a PEM file: of the DER
/// that it held).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// The position of the faulty element, in bytes from the start of the input.
    pub at: usize,
}

impl ParseError {
    /// A fault of this kind at this byte.
    pub const fn new(kind: ParseErrorKind, at: usize) -> ParseError {
        ParseError { kind, at }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.at)
    }
}

impl std::error::Error for ParseError {}

/// The kinds of fault that a parser reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The input ends inside an element.
    Truncated,
    /// Bytes stand after the end of the structure.
    TrailingBytes,
    /// An element has another tag than the structure demands.
    UnexpectedTag {
        /// The identifier octet that was demanded (X.690 §8.1.2).
        expected: u8,
        /// The identifier octet that was found.
        found: u8,
    },
    /// A tag number above 30: nothing that this crate reads uses one.
    HighTagNumber,
    /// A length that is indefinite where it may not be, or not representable.
    InvalidLength,
    /// Elements are nested deeper than the limit.
    TooDeep,
    /// The input or one of its parts exceeds a size limit.
    TooLarge,
    /// An INTEGER without content, or negative or too large for its field.
    InvalidInteger,
    /// A BOOLEAN whose content is not one octet.
    InvalidBoolean,
    /// A BIT STRING without its first octet, or with more than 7 unused bits.
    InvalidBitString,
    /// An OBJECT IDENTIFIER that is empty, cut or too long.
    InvalidOid,
    /// A time that is not written as X.690 and RFC 5280 §4.1.2.5 say, or no date.
    InvalidTime,
    /// A character string whose octets are not of its type.
    InvalidString,
    /// A version number that the structure does not know.
    InvalidVersion,
    /// A public key whose bits are not what its algorithm says.
    InvalidKey,
    /// A value that the structure does not allow here.
    InvalidValue,
}

impl fmt::Display for ParseErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            ParseErrorKind::Truncated => "the input ends inside an element",
            ParseErrorKind::TrailingBytes => "bytes after the end of the structure",
            ParseErrorKind::UnexpectedTag { expected, found } => {
                return write!(f, "tag {found:#04x} where {expected:#04x} was expected");
            }
            ParseErrorKind::HighTagNumber => "tag number above 30",
            ParseErrorKind::InvalidLength => "invalid length",
            ParseErrorKind::TooDeep => "nested too deeply",
            ParseErrorKind::TooLarge => "too large",
            ParseErrorKind::InvalidInteger => "invalid INTEGER",
            ParseErrorKind::InvalidBoolean => "invalid BOOLEAN",
            ParseErrorKind::InvalidBitString => "invalid BIT STRING",
            ParseErrorKind::InvalidOid => "invalid OBJECT IDENTIFIER",
            ParseErrorKind::InvalidTime => "invalid time",
            ParseErrorKind::InvalidString => "invalid character string",
            ParseErrorKind::InvalidVersion => "unknown version",
            ParseErrorKind::InvalidKey => "invalid public key",
            ParseErrorKind::InvalidValue => "value not allowed here",
        };
        f.write_str(text)
    }
}
