//! CertReq's `.inf` files, as `certreq -new` of Windows reads them: what request they ask for, and
//! for which key.
//!
//! What says how Windows shall keep the key has no effect here and is told as a [`Notice`]. A request
//! made from such a file carries no name of a machine, user or program, which `certreq` would write.
//!
//! The order of the subject is not settled: the documentation has Windows turn the written order
//! round unless `X500NameFlags` say otherwise, its own examples show that it does not. Here the
//! written order is kept, except that a name that ends with `C` or `DC` and does not begin so is
//! turned round (as [`DistinguishedName::parse`] does); `CERT_NAME_STR_FORWARD_FLAG` keeps and
//! `CERT_NAME_STR_REVERSE_FLAG` turns it in any case.

mod extensions;
mod ini;
mod new_request;
mod subject;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;

use crate::extension::GeneralNameError;
use crate::key_generate::KeyType;
#[cfg(doc)]
use crate::name::DistinguishedName;
use crate::name::visible;
use crate::oid::Oid;
use crate::request::RequestTemplate;

pub use ini::{MAX_LINE_CHARACTERS, MAX_LINES, MAX_VALUE_BYTES};

/// The largest file that is read, in bytes. Real ones have some hundreds; extensions in base64 make
/// them some KiB.
pub const MAX_CERTREQ_BYTES: usize = 256 * 1024;

/// What a `.inf` file asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertReq {
    /// The request.
    pub template: RequestTemplate,
    /// The key to generate for it.
    pub key_type: KeyType,
    /// FriendlyName: how to call the certificate.
    pub friendly_name: Option<String>,
    /// What was understood and has no effect, or another one, in the order of the file.
    pub notices: Vec<Notice>,
}

/// A line that was understood and has no effect, or another one than on Windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The line, from 1.
    pub line: usize,
    /// The key of the line as it is written, or the section.
    pub key: String,
    /// What becomes of it.
    pub kind: NoticeKind,
}

/// What becomes of a line that has no effect, or another one than on Windows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoticeKind {
    /// `Exportable = FALSE`: a key of this program can always be exported.
    Exportable,
    /// It says how Windows shall keep or show the key.
    WindowsOnly,
    /// It is for certificates or other kinds of request: the authority decides on the time.
    NotForRequests,
    /// It asks for an existing key: a new one is made.
    NewKey,
    /// It asks for names of the user or machine in the request: they are left out.
    NamesLeftOut,
    /// It asks for a hash that is no longer secure, or another one than goes with the key: the
    /// request is signed with this one.
    Hash {
        /// The hash of the signature, as `SHA-256`; empty for Ed25519, which has none.
        used: String,
    },
    /// It asks for an RSA key that is too short: one of this length is made.
    KeyLength {
        /// The length, in bits.
        bits: u32,
    },
    /// It asks for a signature by RSASSA-PSS: the request is signed by RSASSA-PKCS1-v1_5.
    NoPss,
    /// Names in the attribute `SAN`: they are handed on as an attribute, which only Windows
    /// authorities read, and are no extension.
    AttributeNames,
    /// A key or section that is not known.
    Unknown,
}

impl NoticeKind {
    /// A stable word for the kind, the end of a key of the catalogue.
    pub fn code(&self) -> &'static str {
        match self {
            NoticeKind::Exportable => "exportable",
            NoticeKind::WindowsOnly => "windows-only",
            NoticeKind::NotForRequests => "not-for-requests",
            NoticeKind::NewKey => "new-key",
            NoticeKind::NamesLeftOut => "names-left-out",
            NoticeKind::Hash { .. } => "hash",
            NoticeKind::KeyLength { .. } => "key-length",
            NoticeKind::NoPss => "no-pss",
            NoticeKind::AttributeNames => "attribute-names",
            NoticeKind::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}: ", self.line, visible(&self.key))?;
        f.write_str(match &self.kind {
            NoticeKind::Exportable => "keys can always be exported here",
            NoticeKind::WindowsOnly => "only for the key store of Windows",
            NoticeKind::NotForRequests => "not for requests of this kind",
            NoticeKind::NewKey => "a new key is made",
            NoticeKind::NamesLeftOut => "names of user and machine are left out",
            NoticeKind::Hash { used } => return write!(f, "signed with {used}"),
            NoticeKind::KeyLength { bits } => return write!(f, "a key of {bits} bits is made"),
            NoticeKind::NoPss => "signed by PKCS #1 v1.5",
            NoticeKind::AttributeNames => "an attribute and no extension",
            NoticeKind::Unknown => "not known, without effect",
        })
    }
}

/// Why a file is no `.inf` that a request can be made from, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertReqError {
    /// The line, from 1; 0 for the whole file.
    pub line: usize,
    /// What is wrong.
    pub what: CertReqFault,
}

/// What can be wrong with a `.inf` file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertReqFault {
    /// More than [`MAX_CERTREQ_BYTES`] bytes, [`MAX_LINES`] lines, [`MAX_LINE_CHARACTERS`] in a
    /// line or [`MAX_VALUE_BYTES`] in a value.
    TooLarge,
    /// It is no text.
    NotText,
    /// There is no section `[NewRequest]`: it is another kind of file.
    NoNewRequest,
    /// A section without `]`, or a line before the first section.
    Syntax,
    /// A line without `=` where a key and a value must be.
    NoEquals,
    /// A `"` that is not closed, or followed by something.
    Quote,
    /// `_continue_` without a value before it.
    Continue,
    /// A `%name%` that `[Strings]` does not have.
    UnknownString(String),
    /// A key that is there twice.
    Twice(String),
    /// A value that its key does not take.
    Value {
        /// The key, as it is written.
        key: String,
        /// The value, cut to 64 characters.
        value: String,
    },
    /// Another RequestType than PKCS10: no certificates and no CMC are made here.
    RequestType(String),
    /// A KeyAlgorithm that no key is made for.
    KeyAlgorithm(String),
    /// A KeyLength that no key is made with.
    KeyLength(String),
    /// A subject that cannot be read: what is wrong with it.
    Subject(subject::SubjectError),
    /// Neither a subject nor alternative names.
    NoSubject,
    /// An alternative name that is none.
    AlternativeName(GeneralNameError),
    /// An extension whose text form is not known here.
    ExtensionText(Oid),
    /// The value of an extension is not of its syntax.
    Extension(Oid),
    /// An extension that is asked for twice.
    ExtensionTwice(Oid),
}

pub use subject::SubjectError;

impl CertReqFault {
    fn at(self, line: usize) -> CertReqError {
        CertReqError { line, what: self }
    }

    fn value(key: &str, value: &str) -> CertReqFault {
        CertReqFault::Value {
            key: shortened(key),
            value: shortened(value),
        }
    }
}

impl fmt::Display for CertReqError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        self.what.fmt(f)
    }
}

impl fmt::Display for CertReqFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CertReqFault::TooLarge => f.write_str("too large for a CertReq file"),
            CertReqFault::NotText => f.write_str("not a text"),
            CertReqFault::NoNewRequest => f.write_str("no section [NewRequest]"),
            CertReqFault::Syntax => f.write_str("neither a section nor a key of one"),
            CertReqFault::NoEquals => f.write_str("a key without \"=\""),
            CertReqFault::Quote => f.write_str("a quote that is not closed or out of place"),
            CertReqFault::Continue => f.write_str("_continue_ without a value before it"),
            CertReqFault::UnknownString(name) => {
                write!(f, "%{}% is not in [Strings]", visible(name))
            }
            CertReqFault::Twice(key) => write!(f, "{} is there twice", visible(key)),
            CertReqFault::Value { key, value } => {
                write!(f, "{} cannot be \"{}\"", visible(key), visible(value))
            }
            CertReqFault::RequestType(value) => {
                write!(f, "request type \"{}\" is not made here", visible(value))
            }
            CertReqFault::KeyAlgorithm(value) => {
                write!(f, "keys \"{}\" are not made here", visible(value))
            }
            CertReqFault::KeyLength(value) => {
                write!(f, "keys of \"{}\" bits are not made here", visible(value))
            }
            CertReqFault::Subject(error) => write!(f, "subject: {error}"),
            CertReqFault::NoSubject => f.write_str("neither a subject nor alternative names"),
            CertReqFault::AlternativeName(error) => error.fmt(f),
            CertReqFault::ExtensionText(oid) => {
                write!(f, "the text form of extension {oid} is not known here")
            }
            CertReqFault::Extension(oid) => write!(f, "the value of extension {oid} is malformed"),
            CertReqFault::ExtensionTwice(oid) => write!(f, "extension {oid} is there twice"),
        }
    }
}

impl std::error::Error for CertReqError {}

/// Whether bytes look like a CertReq file: a text with a section `[NewRequest]`.
pub fn is_certreq(bytes: &[u8]) -> bool {
    let is_section = |line: &str| {
        line.trim_start()
            .get(..NEW_REQUEST.len().saturating_add(2))
            .and_then(|start| start.strip_prefix('['))
            .and_then(|start| start.strip_suffix(']'))
            .is_some_and(|name| name.eq_ignore_ascii_case(NEW_REQUEST))
    };
    bytes.len() <= MAX_CERTREQ_BYTES
        && text::decode(bytes).is_some_and(|text| text.lines().any(is_section))
}

const NEW_REQUEST: &str = "newrequest";

/// Reads a CertReq file: ANSI (Windows-1252), UTF-8 or UTF-16, with or without byte order mark.
///
/// # Errors
/// The first line that cannot be understood, and what is wrong with it.
pub fn parse(bytes: &[u8]) -> Result<CertReq, CertReqError> {
    if bytes.len() > MAX_CERTREQ_BYTES {
        return Err(CertReqFault::TooLarge.at(0));
    }
    let text = text::decode(bytes).ok_or(CertReqFault::NotText.at(0))?;
    let file = ini::parse(&text)?;
    let mut notices = Vec::new();
    let mut asked = new_request::read(&file, &mut notices)?;
    let extensions = extensions::read(&file, &asked, &mut notices)?;
    asked.template.extensions = extensions;
    if asked.template.subject.is_empty() {
        // RFC 5280 §4.2.1.6
        extensions::make_names_critical(&mut asked.template.extensions);
    }
    asked.template.attributes = extensions::request_attributes(&file, &mut notices)?;
    let has_names = asked.template.extensions.iter().any(extensions::are_names);
    if asked.template.subject.is_empty() && !has_names {
        return Err(CertReqFault::NoSubject.at(asked.subject_line));
    }
    for section in file.sections() {
        const KNOWN: [&str; 6] = [
            "version",
            "strings",
            NEW_REQUEST,
            "extensions",
            "enhancedkeyusageextension",
            "requestattributes",
        ];
        if !KNOWN.contains(&section.name.to_ascii_lowercase().as_str()) {
            notices.push(Notice {
                line: section.line,
                key: format!("[{}]", section.name),
                kind: NoticeKind::Unknown,
            });
        }
    }
    notices.sort_by_key(|notice| notice.line);
    Ok(CertReq {
        template: asked.template,
        key_type: asked.key_type,
        friendly_name: asked.friendly_name,
        notices,
    })
}

/// The first 64 characters, for messages.
fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}
