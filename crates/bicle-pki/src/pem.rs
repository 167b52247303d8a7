//! PEM: the textual encoding of RFC 7468, and the headers of RFC 1421 that old OpenSSL keys carry.

use std::fmt;

use base64ct::{Base64, Base64Unpadded, Encoding};
use bicle_platform::secret::{SecretBytes, SecretText};
use zeroize::Zeroizing;

/// Blocks that one file may hold: the bundles of all public authorities have some hundred.
pub const MAX_BLOCKS: usize = 20_000;

/// Characters on a line of base64 (RFC 7468 §2).
const LINE_CHARACTERS: usize = 64;

/// Longest label that is taken for one, in bytes.
const MAX_LABEL_BYTES: usize = 64;

/// Headers that one block may have (OpenSSL writes two).
const MAX_HEADERS: usize = 16;

/// Longest header, in bytes (OpenSSL's have under 100).
const MAX_HEADER_BYTES: usize = 1024;

/// Shortest text that is tried as base64 without armour, in characters: shorter than any
/// certificate or key, longer than a word.
const MIN_BARE_CHARACTERS: usize = 64;

/// One block: what stands between a BEGIN line and its END line.
pub struct Block {
    /// The text after BEGIN, as `CERTIFICATE`.
    pub label: String,
    /// Headers before the base64, as (`Proc-Type`, `4,ENCRYPTED`).
    pub headers: Vec<(String, String)>,
    /// The decoded bytes: they may be a private key.
    pub bytes: SecretBytes,
    /// Where the BEGIN line stands, in bytes from the start of the text.
    pub at: usize,
}

/// What is wrong with a block, or with the text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PemError {
    /// No END line with the label of the BEGIN line.
    MissingEnd {
        /// The label of the BEGIN line.
        label: String,
        /// Where it stands, in bytes from the start of the text.
        at: usize,
    },
    /// What stands between the lines is no base64.
    InvalidBase64 {
        /// The label of the block.
        label: String,
        /// Where the block begins, in bytes from the start of the text.
        at: usize,
    },
    /// More than [`MAX_BLOCKS`].
    TooManyBlocks,
}

impl fmt::Display for PemError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingEnd { label, at } => {
                write!(formatter, "the {label} block at byte {at} has no end line")
            }
            Self::InvalidBase64 { label, at } => {
                write!(formatter, "the {label} block at byte {at} is no base64")
            }
            Self::TooManyBlocks => write!(formatter, "more than {MAX_BLOCKS} PEM blocks"),
        }
    }
}

impl std::error::Error for PemError {}

/// The PEM text of bytes that are no secret: base64 in lines of 64 characters, LF.
pub fn encode(label: &str, bytes: &[u8]) -> String {
    std::mem::take(&mut *encode_wiped(label, bytes))
}

/// The PEM text of a private key, wiped when dropped.
pub fn encode_secret(label: &str, bytes: &SecretBytes) -> SecretText {
    SecretText::new(std::mem::take(&mut *encode_wiped(label, bytes.expose())))
}

/// All blocks of a text, in order, each read or refused on its own. Other text around them, a byte
/// order mark, CR LF or CR alone, blanks around lines are all passed over.
///
/// # Errors
/// [`PemError::TooManyBlocks`], before the rest is read: [`decode_first`] gives what stands before.
pub fn decode(text: &[u8]) -> Result<Vec<Result<Block, PemError>>, PemError> {
    match decode_first(text) {
        (blocks, true) => Ok(blocks),
        (_, false) => Err(PemError::TooManyBlocks),
    }
}

/// As [`decode`], the first [`MAX_BLOCKS`] of them; and whether those are all.
pub fn decode_first(text: &[u8]) -> (Vec<Result<Block, PemError>>, bool) {
    let mut blocks = Vec::new();
    let mut lines = Lines { text, position: 0 }.peekable();
    while let Some(line) = lines.next() {
        let Some(label) = boundary(line.content, b"-----BEGIN ") else {
            continue;
        };
        if blocks.len() >= MAX_BLOCKS {
            return (blocks, false);
        }
        let mut body = None;
        let body_at = lines.peek().map_or(text.len(), |next| next.at);
        while let Some(next) =
            lines.next_if(|next| boundary(next.content, b"-----BEGIN ").is_none())
        {
            if let Some(end) = boundary(next.content, b"-----END ") {
                body = text.get(body_at..next.at).filter(|_| end == label);
                break;
            }
        }
        blocks.push(match body {
            Some(body) => read_block(label, line.at, body),
            None => Err(PemError::MissingEnd { label, at: line.at }),
        });
    }
    (blocks, true)
}

/// The bytes of a text that is base64 of a SEQUENCE from one end to the other, without BEGIN and END
/// lines; `None` for any other text.
pub fn decode_bare(text: &[u8]) -> Option<SecretBytes> {
    let text = text.strip_prefix(&BYTE_ORDER_MARK).unwrap_or(text);
    let characters = text.iter().filter(|byte| !byte.is_ascii_whitespace());
    if characters.take(MIN_BARE_CHARACTERS).count() < MIN_BARE_CHARACTERS {
        return None;
    }
    // all that is read begins with the octet 0x30 of a SEQUENCE, which is an M in base64
    if !text.trim_ascii_start().starts_with(b"M") {
        return None;
    }
    decode_base64(text)
}

/// UTF-8's byte order mark, which Windows editors put in front.
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

fn encode_wiped(label: &str, bytes: &[u8]) -> Zeroizing<String> {
    let base64 = Zeroizing::new(Base64::encode_string(bytes));
    let lines = base64.len().div_ceil(LINE_CHARACTERS);
    // enough for all: a reallocation would leave a copy behind
    let capacity = base64.len() + lines + 2 * label.len() + 64;
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    for part in ["-----BEGIN ", label, "-----\n"] {
        text.push_str(part);
    }
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(LINE_CHARACTERS).unwrap_or((rest, ""));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    for part in ["-----END ", label, "-----\n"] {
        text.push_str(part);
    }
    text
}

/// A line without the blanks around it, and where it begins.
#[derive(Clone, Copy)]
struct Line<'a> {
    content: &'a [u8],
    /// A blank stood in front: the line continues a header.
    indented: bool,
    at: usize,
}

/// The lines of a text; CR, LF and CR LF end one.
struct Lines<'a> {
    text: &'a [u8],
    position: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let rest = self
            .text
            .get(self.position..)
            .filter(|rest| !rest.is_empty())?;
        let at = self.position;
        let length = rest
            .iter()
            .position(|byte| matches!(byte, b'\r' | b'\n'))
            .unwrap_or(rest.len());
        self.position = at.saturating_add(length).saturating_add(1);
        let whole = rest.get(..length)?;
        let whole = if at == 0 {
            whole.strip_prefix(&BYTE_ORDER_MARK).unwrap_or(whole)
        } else {
            whole
        };
        let content = whole.trim_ascii();
        let indented = whole.first().is_some_and(u8::is_ascii_whitespace);
        Some(Line {
            content,
            indented,
            at,
        })
    }
}

/// The label of a BEGIN or END line.
fn boundary(line: &[u8], prefix: &[u8]) -> Option<String> {
    let label = line.strip_prefix(prefix)?.strip_suffix(b"-----")?;
    let label = std::str::from_utf8(label).ok()?;
    let fits =
        label.len() <= MAX_LABEL_BYTES && label.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    fits.then(|| label.to_owned())
}

fn read_block(label: String, at: usize, body: &[u8]) -> Result<Block, PemError> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut lines = Lines {
        text: body,
        position: 0,
    };
    let mut base64_at = 0;
    while let Some(line) = lines.next() {
        if line.content.len() > MAX_HEADER_BYTES {
            break;
        }
        let text = String::from_utf8_lossy(line.content);
        if let Some((name, value)) = text.split_once(':')
            && headers.len() < MAX_HEADERS
        {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        } else if line.indented
            && let Some((_, value)) = headers.last_mut()
            && value.len() < MAX_HEADER_BYTES
        {
            value.push_str(&text);
        } else {
            break;
        }
        base64_at = lines.position;
    }
    match body.get(base64_at..).and_then(decode_base64) {
        Some(bytes) => Ok(Block {
            label,
            headers,
            bytes,
            at,
        }),
        None => Err(PemError::InvalidBase64 { label, at }),
    }
}

/// The bytes of a base64 text with any blanks in it, with or without its padding.
fn decode_base64(text: &[u8]) -> Option<SecretBytes> {
    let is_character =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if !text
        .iter()
        .all(|byte| is_character(byte) || byte.is_ascii_whitespace())
    {
        return None;
    }
    let mut characters = Zeroizing::new(Vec::with_capacity(text.len()));
    for part in text.split(u8::is_ascii_whitespace) {
        characters.extend_from_slice(part);
    }
    let padding = characters
        .iter()
        .rev()
        .take_while(|byte| **byte == b'=')
        .count();
    // RFC 4648 §3.2 leaves room for files without padding; more than two signs are none
    let length = characters.len().saturating_sub(padding);
    characters.truncate(length);
    if characters.is_empty() || padding > 2 {
        return None;
    }
    let mut bytes = Zeroizing::new(vec![0; characters.len().div_ceil(4).saturating_mul(3)]);
    let length = Base64Unpadded::decode(&*characters, &mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(SecretBytes::new(std::mem::take(&mut *bytes)))
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

    fn read(text: &[u8]) -> Vec<(String, Vec<u8>)> {
        let blocks = decode(text).unwrap();
        blocks
            .into_iter()
            .map(|block| {
                block
                    .map(|block| (block.label, block.bytes.expose().to_vec()))
                    .unwrap()
            })
            .collect()
    }

    #[test]
    fn what_is_written_has_lines_of_64_characters_and_is_read_back() {
        for length in [1, 47, 48, 49, 96, 1000] {
            let bytes = vec![0xa5; length];
            let text = encode("X", &bytes);
            assert!(text.starts_with("-----BEGIN X-----\n") && text.ends_with("-----END X-----\n"));
            assert!(
                text.lines().all(|line| line.len() <= 64)
                    && !text.contains("\n\n")
                    && !text.contains('\r')
            );
            assert_eq!(read(text.as_bytes()), [("X".to_owned(), bytes)]);
        }
        assert_eq!(encode("X", &[0; 48]).lines().nth(1).unwrap().len(), 64);
        assert_eq!(
            encode_secret("X", &SecretBytes::copy_of(b"abc")).expose(),
            encode("X", b"abc")
        );
    }

    #[test]
    fn text_around_marks_blanks_and_any_line_end_are_passed_over() {
        let expected = [
            ("A".to_owned(), b"abc".to_vec()),
            ("B C".to_owned(), b"def".to_vec()),
        ];
        let unix = "Bag Attributes\n  x: y\n-----BEGIN A-----\nYWJj\n-----END A-----\nbetween\n-----BEGIN B C-----\n ZG\n Vm \n-----END B C-----";
        assert_eq!(read(unix.as_bytes()), expected);
        assert_eq!(read(unix.replace('\n', "\r\n").as_bytes()), expected);
        assert_eq!(read(unix.replace('\n', "\r").as_bytes()), expected);
        assert_eq!(read(unix.replace('\n', "\n\t").as_bytes()), expected);
        let with_mark = [
            &BYTE_ORDER_MARK[..],
            b"-----BEGIN A-----\nYWJj\n-----END A-----",
        ]
        .concat();
        assert_eq!(read(&with_mark), expected[..1]);
        let latin1 = [b"caf\xe9\n", unix.as_bytes()].concat();
        assert_eq!(read(&latin1), expected);
    }

    #[test]
    fn blank_lines_and_headers_are_read() {
        let text = b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-CBC,\n 0123\n\nYWJj\n\nZGVm\n-----END RSA PRIVATE KEY-----";
        let block = decode(text).unwrap().remove(0).ok().unwrap();
        assert_eq!(
            block.headers[0],
            ("Proc-Type".to_owned(), "4,ENCRYPTED".to_owned())
        );
        assert_eq!(
            block.headers[1],
            ("DEK-Info".to_owned(), "DES-CBC,0123".to_owned())
        );
        assert_eq!(block.bytes.expose(), b"abcdef");
    }

    #[test]
    fn a_broken_block_does_not_hide_the_others() {
        let text = b"-----BEGIN A-----\nYWJj\n-----BEGIN B-----\nYW%j\n-----END B-----\n-----BEGIN C-----\nYWJj\n-----END D-----\n-----BEGIN E-----\nYWJj\n-----END E-----\n-----BEGIN F-----\n";
        let blocks = decode(text).unwrap();
        let faults: Vec<Option<PemError>> = blocks.into_iter().map(Result::err).collect();
        let missing = |label: &str, at| {
            Some(PemError::MissingEnd {
                label: label.to_owned(),
                at,
            })
        };
        assert_eq!(
            faults,
            [
                missing("A", 0),
                Some(PemError::InvalidBase64 {
                    label: "B".to_owned(),
                    at: 23
                }),
                missing("C", 62),
                None,
                missing("F", 140)
            ]
        );
    }

    #[test]
    fn base64_alone_is_read_and_prose_is_not() {
        let text = encode("X", &[0x30; 100]);
        let bare: Vec<&str> = text.lines().filter(|line| !line.starts_with('-')).collect();
        assert_eq!(
            decode_bare(bare.join("\r\n").as_bytes()).unwrap().expose(),
            [0x30; 100]
        );
        assert!(decode_bare(b"Hello").is_none());
        assert!(decode_bare("Ceci n'est pas une clé. ".repeat(10).as_bytes()).is_none());
        assert!(decode_bare(b"").is_none());
    }

    #[test]
    fn too_many_blocks_are_refused() {
        let block = "-----BEGIN A-----\nYWJj\n-----END A-----\n";
        assert_eq!(
            decode(block.repeat(MAX_BLOCKS).as_bytes()).unwrap().len(),
            MAX_BLOCKS
        );
        assert_eq!(
            decode(block.repeat(MAX_BLOCKS + 1).as_bytes()).err(),
            Some(PemError::TooManyBlocks)
        );
    }
}
