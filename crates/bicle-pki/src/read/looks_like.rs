//! What an input seems to be when it is nothing that can be taken: so that the user hears it.

use crate::certreq;

/// What an input looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LooksLike {
    /// Nothing, or blanks only.
    Empty,
    /// A page of the web: the portal's, saved instead of the certificate.
    Html,
    /// A ZIP archive.
    Zip,
    /// Another archive or compressed file: gzip, bzip2, xz, 7z, RAR.
    Archive,
    /// A document of an office suite: of Word, Excel, LibreOffice, RTF.
    Office,
    /// A PDF document.
    Pdf,
    /// A picture.
    Image,
    /// A program: for Windows, Linux or macOS.
    Program,
    /// A shortcut of Windows: to a file, or to a page of the web.
    Shortcut,
    /// An XCA database.
    Xdb,
    /// Another SQLite database.
    Sqlite,
    /// A Bouncy Castle keystore of the types BKS and UBER.
    Bks,
    /// A Bouncy Castle keystore of the type BCFKS.
    Bcfks,
    /// A KeePass database.
    KeePass,
    /// A PGP key or message.
    Pgp,
    /// An SSH public key.
    SshPublicKey,
    /// A file that asks `certreq` of Windows for a request ([`crate::certreq`]).
    CertReq,
    /// A message of electronic mail.
    Email,
    /// A JSON text that is no key.
    Json,
    /// An XML text.
    Xml,
    /// Any other text.
    Text,
    /// Any other bytes.
    Binary,
}

/// How much of the input is looked at for what a text is, in bytes.
const HEAD_BYTES: usize = 4 * 1024;

/// How much of the input is looked at to tell text from other bytes, and for names inside.
const WINDOW_BYTES: usize = 64 * 1024;

/// The kinds of file that begin with fixed bytes.
const BEGINNINGS: [(&[u8], LooksLike); 34] = [
    (b"%PDF-", LooksLike::Pdf),
    (b"\x89PNG\r\n\x1a\n", LooksLike::Image),
    (b"\xff\xd8\xff", LooksLike::Image),
    (b"GIF87a", LooksLike::Image),
    (b"GIF89a", LooksLike::Image),
    (b"BM", LooksLike::Image),
    (b"II*\0", LooksLike::Image),
    (b"MM\0*", LooksLike::Image),
    (b"\0\0\x01\0", LooksLike::Image),
    (b"\0\0\0\x1cftypheic", LooksLike::Image),
    (b"\x1f\x8b", LooksLike::Archive),
    (b"BZh", LooksLike::Archive),
    (b"\xfd7zXZ\0", LooksLike::Archive),
    (b"7z\xbc\xaf\x27\x1c", LooksLike::Archive),
    (b"Rar!\x1a\x07", LooksLike::Archive),
    (b"\x28\xb5\x2f\xfd", LooksLike::Archive),
    (b"MSCF", LooksLike::Archive),
    (b"{\\rtf", LooksLike::Office),
    // compound files of OLE: Word, Excel and Outlook up to 2003, and Windows installers
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", LooksLike::Office),
    (b"\x7fELF", LooksLike::Program),
    (b"\xcf\xfa\xed\xfe", LooksLike::Program),
    (b"\xce\xfa\xed\xfe", LooksLike::Program),
    (b"\xca\xfe\xba\xbe", LooksLike::Program),
    (b"#!/bin/", LooksLike::Program),
    (b"#!/usr/", LooksLike::Program),
    (b"L\0\0\0\x01\x14\x02\0", LooksLike::Shortcut),
    (b"[InternetShortcut]", LooksLike::Shortcut),
    (b"\x03\xd9\xa2\x9a", LooksLike::KeePass),
    (b"-----BEGIN PGP ", LooksLike::Pgp),
    (b"\xca\xdb\x19\x69", LooksLike::Xdb),
    (b"CADB1969", LooksLike::Xdb),
    (b"---- BEGIN SSH2 PUBLIC KEY", LooksLike::SshPublicKey),
    (b"From ", LooksLike::Email),
    (b"Return-Path:", LooksLike::Email),
];

pub(super) fn guess(bytes: &[u8]) -> LooksLike {
    let narrow = utf16_head(bytes);
    let text = narrow.as_deref().unwrap_or(bytes);
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let text = text.trim_ascii_start();
    if text.is_empty() {
        return LooksLike::Empty;
    }
    let is_plain = is_text(bytes);
    for (beginning, kind) in BEGINNINGS {
        // two letters may also be those of a word
        let is_word = beginning.len() < 4 && is_plain;
        if (bytes.starts_with(beginning) || text.starts_with(beginning)) && !is_word {
            return kind;
        }
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        zip(bytes)
    } else if bytes.starts_with(b"SQLite format 3\0") {
        sqlite(bytes)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        LooksLike::Image
    } else if is_windows_program(bytes) {
        LooksLike::Program
    } else if is_bouncy_castle(bytes) {
        LooksLike::Bks
    } else if certreq::is_certreq(bytes) {
        LooksLike::CertReq
    } else if is_plain {
        kind_of_text(text)
    } else {
        LooksLike::Binary
    }
}

/// What a text is by its beginning.
fn kind_of_text(text: &[u8]) -> LooksLike {
    let head = text.get(..HEAD_BYTES).unwrap_or(text).to_ascii_lowercase();
    let has = |word: &[u8]| contains(&head, word);
    if head.starts_with(b"<!doctype html") || has(b"<html") {
        LooksLike::Html
    } else if head.starts_with(b"<svg") || head.starts_with(b"<?xml") && has(b"<svg") {
        LooksLike::Image
    } else if head.starts_with(b"<?xml") || is_tag(&head) {
        LooksLike::Xml
    } else if is_json(text) {
        LooksLike::Json
    } else if has(b"mime-version:") || has(b"\nreceived:") {
        LooksLike::Email
    } else if is_ssh_public_key(&head) {
        LooksLike::SshPublicKey
    } else {
        LooksLike::Text
    }
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|part| part == word)
}

/// An office document names its parts at once; so does a ZIP of the wild.
fn zip(bytes: &[u8]) -> LooksLike {
    let window = bytes.get(..WINDOW_BYTES).unwrap_or(bytes);
    let names: [&[u8]; 5] = [
        b"[Content_Types].xml",
        b"word/document.xml",
        b"xl/workbook.xml",
        b"ppt/presentation.xml",
        b"mimetypeapplication/vnd.oasis.opendocument",
    ];
    if names.iter().any(|name| contains(window, name)) {
        LooksLike::Office
    } else {
        LooksLike::Zip
    }
}

/// The schema of a database stands on its first page: XCA's has these tables.
fn sqlite(bytes: &[u8]) -> LooksLike {
    let window = bytes.get(..WINDOW_BYTES).unwrap_or(bytes);
    if contains(window, b"x509super") && contains(window, b"private_keys") {
        LooksLike::Xdb
    } else {
        LooksLike::Sqlite
    }
}

/// `MZ`, and where it says so `PE`.
fn is_windows_program(bytes: &[u8]) -> bool {
    let at = bytes
        .get(0x3c..0x40)
        .and_then(|field| <[u8; 4]>::try_from(field).ok())
        .and_then(|field| usize::try_from(u32::from_le_bytes(field)).ok());
    bytes.starts_with(b"MZ")
        && at.is_some_and(|at| {
            let end = at.saturating_add(4);
            bytes.get(at..end) == Some(b"PE\0\0")
        })
}

/// BKS and UBER: a version of 0 to 2, a salt of 20 bytes, an iteration count of some thousand.
fn is_bouncy_castle(bytes: &[u8]) -> bool {
    let number = |at: usize| {
        let field = bytes.get(at..at.saturating_add(4))?;
        Some(u32::from_be_bytes(<[u8; 4]>::try_from(field).ok()?))
    };
    number(0).is_some_and(|version| version <= 2)
        && number(4) == Some(20)
        && number(28).is_some_and(|iterations| (1..=100_000).contains(&iterations))
}

/// An element of XML without its declaration: `<name` and, somewhere, its end.
fn is_tag(head: &[u8]) -> bool {
    matches!(head, [b'<', b'a'..=b'z' | b'!', ..]) && head.contains(&b'>')
}

fn is_json(text: &[u8]) -> bool {
    matches!(
        (text, text.trim_ascii_end()),
        ([b'{', ..], [.., b'}']) | ([b'[', ..], [.., b']'])
    )
}

fn is_ssh_public_key(head: &[u8]) -> bool {
    let prefixes: [&[u8]; 5] = [
        b"ssh-rsa ",
        b"ssh-ed25519 ",
        b"ssh-dss ",
        b"ecdsa-sha2-",
        b"sk-",
    ];
    prefixes.iter().any(|prefix| head.starts_with(prefix))
}

/// The beginning of a text in UTF-16 with its mark, a `?` for each character beyond ASCII.
fn utf16_head(bytes: &[u8]) -> Option<Vec<u8>> {
    let (rest, low) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, 0),
        [0xfe, 0xff, rest @ ..] => (rest, 1),
        _ => return None,
    };
    let (pairs, _) = rest.get(..2 * HEAD_BYTES).unwrap_or(rest).as_chunks::<2>();
    let byte = |pair: &[u8; 2]| {
        let [first, second] = *pair;
        let (low, high) = if low == 0 {
            (first, second)
        } else {
            (second, first)
        };
        if high == 0 && low.is_ascii() {
            low
        } else {
            b'?'
        }
    };
    Some(pairs.iter().map(byte).collect())
}

/// UTF-16 with its mark, or no control characters in the beginning (any 8-bit encoding).
fn is_text(bytes: &[u8]) -> bool {
    let window = bytes.get(..WINDOW_BYTES).unwrap_or(bytes);
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
        let mut program = vec![0; 0x84];
        program[..2].copy_from_slice(b"MZ");
        program[0x3c] = 0x80;
        program[0x80..].copy_from_slice(b"PE\0\0");
        let bks = [
            &[0, 0, 0, 2, 0, 0, 0, 20][..],
            &[9; 20],
            &[0, 0, 5, 1, 1, 0, 1, b'a'],
        ];
        let docx = b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml";
        let xca = b"SQLite format 3\0\x10\0CREATE VIEW x509super CREATE TABLE private_keys";
        for (bytes, expected) in [
            (&b""[..], LooksLike::Empty),
            (b" \r\n\t", LooksLike::Empty),
            (b"\xef\xbb\xbf", LooksLike::Empty),
            (b"\xff\xfe", LooksLike::Empty),
            (b"<!DOCTYPE HTML>", LooksLike::Html),
            (b"\r\n<?xml version='1.0'?><HTML lang=fr>", LooksLike::Html),
            (b"\xff\xfe<\0H\0T\0M\0L\0>\0", LooksLike::Html),
            (b"PK\x03\x04rest", LooksLike::Zip),
            (docx, LooksLike::Office),
            (
                b"PK\x03\x04\0\0mimetypeapplication/vnd.oasis.opendocument.text",
                LooksLike::Office,
            ),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", LooksLike::Office),
            (b"{\\rtf1\\ansi", LooksLike::Office),
            (b"%PDF-1.7", LooksLike::Pdf),
            (b"\x89PNG\r\n\x1a\n", LooksLike::Image),
            (b"\xff\xd8\xff\xe0\0", LooksLike::Image),
            (b"GIF89a", LooksLike::Image),
            (b"RIFF\x10\0\0\0WEBPVP8 ", LooksLike::Image),
            (b"\0\0\x01\0\x01\0", LooksLike::Image),
            (b"BM\x36\0\0\0", LooksLike::Image),
            (b"<svg xmlns='x'/>", LooksLike::Image),
            (b"<?xml version='1.0'?>\n<svg/>", LooksLike::Image),
            (b"<?xml version='1.0'?><plist/>", LooksLike::Xml),
            (b"<root>text</root>", LooksLike::Xml),
            (b" {\"a\": 1} \n", LooksLike::Json),
            (b"[1, 2]", LooksLike::Json),
            (b"\x1f\x8b\x08\0", LooksLike::Archive),
            (b"7z\xbc\xaf\x27\x1c", LooksLike::Archive),
            (b"Rar!\x1a\x07\x01\0", LooksLike::Archive),
            (b"\x7fELF\x02\x01", LooksLike::Program),
            (&program, LooksLike::Program),
            (b"#!/bin/sh\n", LooksLike::Program),
            (b"L\0\0\0\x01\x14\x02\0\0", LooksLike::Shortcut),
            (b"[InternetShortcut]\r\nURL=x", LooksLike::Shortcut),
            (b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", LooksLike::KeePass),
            (xca, LooksLike::Xdb),
            (b"SQLite format 3\0rest", LooksLike::Sqlite),
            (&bks.concat(), LooksLike::Bks),
            (b"-----BEGIN PGP PUBLIC KEY BLOCK-----", LooksLike::Pgp),
            (b"ssh-ed25519 AAAA me@host", LooksLike::SshPublicKey),
            (b"---- BEGIN SSH2 PUBLIC KEY ----", LooksLike::SshPublicKey),
            (b"From: a\r\nMIME-Version: 1.0\r\n", LooksLike::Email),
            (b"Bonjour", LooksLike::Text),
            (b"BMW et BZh", LooksLike::Text),
            (b"caf\xe9", LooksLike::Text),
            (b"\xff\xfeB\0o\0n\0", LooksLike::Text),
            (b"\0\x01\x02", LooksLike::Binary),
            (b"MZ\0\0", LooksLike::Binary),
        ] {
            assert_eq!(
                guess(bytes),
                expected,
                "{:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }
}
