//! What an input seems to be when it is nothing that can be taken: so that the user hears it.

use crate::jks;

/// What an input looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LooksLike {
    /// Nothing, or blanks only.
    Empty,
    /// A page of the web: the portal's, saved instead of the certificate.
    Html,
    /// A ZIP archive, or a document of an office suite.
    Zip,
    /// A PDF document.
    Pdf,
    /// A PNG, JPEG or GIF picture.
    Image,
    /// An SQLite file: an XCA database, most often.
    Xdb,
    /// A Java keystore of the type JKS.
    Jks,
    /// A Java keystore of the type JCEKS.
    Jceks,
    /// A PGP key or message.
    Pgp,
    /// An SSH public key.
    SshPublicKey,
    /// Any other text.
    Text,
    /// Any other bytes.
    Binary,
}

/// How much of the input is looked at for a web page, in bytes.
const HTML_WINDOW_BYTES: usize = 1024;

/// How much of the input is looked at to tell text from other bytes.
const TEXT_WINDOW_BYTES: usize = 64 * 1024;

pub(super) fn guess(bytes: &[u8]) -> LooksLike {
    let begins = |prefixes: &[&[u8]]| prefixes.iter().any(|prefix| bytes.starts_with(prefix));
    let text = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii();
    if text.is_empty() {
        LooksLike::Empty
    } else if begins(&[&jks::MAGIC]) {
        LooksLike::Jks
    } else if begins(&[&jks::JCEKS_MAGIC]) {
        LooksLike::Jceks
    } else if begins(&[b"PK\x03\x04", b"PK\x05\x06"]) {
        LooksLike::Zip
    } else if begins(&[b"%PDF-"]) {
        LooksLike::Pdf
    } else if begins(&[b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a"]) {
        LooksLike::Image
    } else if begins(&[b"SQLite format 3\0"]) {
        LooksLike::Xdb
    } else if is_html(text) {
        LooksLike::Html
    } else if text.starts_with(b"-----BEGIN PGP ") {
        LooksLike::Pgp
    } else if is_ssh_public_key(text) {
        LooksLike::SshPublicKey
    } else if is_text(bytes) {
        LooksLike::Text
    } else {
        LooksLike::Binary
    }
}

fn is_html(text: &[u8]) -> bool {
    let window = text
        .get(..HTML_WINDOW_BYTES)
        .unwrap_or(text)
        .to_ascii_lowercase();
    window.starts_with(b"<!doctype html") || window.windows(5).any(|part| part == b"<html")
}

fn is_ssh_public_key(text: &[u8]) -> bool {
    let prefixes: [&[u8]; 6] = [
        b"ssh-rsa ",
        b"ssh-ed25519 ",
        b"ssh-dss ",
        b"ecdsa-sha2-",
        b"sk-",
        b"---- BEGIN SSH2 PUBLIC KEY",
    ];
    prefixes.iter().any(|prefix| text.starts_with(prefix))
}

/// UTF-16 with its mark, or no control characters in the beginning (any 8-bit encoding).
fn is_text(bytes: &[u8]) -> bool {
    let window = bytes.get(..TEXT_WINDOW_BYTES).unwrap_or(bytes);
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 11 | 14..=26 | 28..=31 | 127);
    bytes.starts_with(b"\xff\xfe")
        || bytes.starts_with(b"\xfe\xff")
        || !window.iter().any(is_control)
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

    #[test]
    fn what_people_drop_by_mistake_is_named() {
        for (bytes, expected) in [
            (&b""[..], LooksLike::Empty),
            (b" \r\n\t", LooksLike::Empty),
            (b"\xef\xbb\xbf", LooksLike::Empty),
            (b"<!DOCTYPE HTML>", LooksLike::Html),
            (b"\r\n<?xml version='1.0'?><HTML lang=fr>", LooksLike::Html),
            (b"PK\x03\x04rest", LooksLike::Zip),
            (b"%PDF-1.7", LooksLike::Pdf),
            (b"\x89PNG\r\n\x1a\n", LooksLike::Image),
            (b"\xff\xd8\xff\xe0", LooksLike::Image),
            (b"GIF89a", LooksLike::Image),
            (b"SQLite format 3\0rest", LooksLike::Xdb),
            (b"\xfe\xed\xfe\xed\0\0\0\x02", LooksLike::Jks),
            (b"\xce\xce\xce\xce\0\0\0\x02", LooksLike::Jceks),
            (b"-----BEGIN PGP PUBLIC KEY BLOCK-----", LooksLike::Pgp),
            (b"ssh-ed25519 AAAA me@host", LooksLike::SshPublicKey),
            (b"Bonjour", LooksLike::Text),
            (b"caf\xe9", LooksLike::Text),
            (b"\0\x01\x02", LooksLike::Binary),
        ] {
            assert_eq!(guess(bytes), expected, "{bytes:?}");
        }
    }
}
