//! The sections `[Extensions]`, `[EnhancedKeyUsageExtension]` and `[RequestAttributes]`.

use base64ct::{Base64, Encoding};

use crate::asn1::{Reader, writer};
use crate::extension::general_name_text::from_hex;
use crate::extension::{Extension, GeneralName, GeneralNameError};
use crate::oid::{self, Oid};
use crate::request::{RequestAttribute, RequestedExtension};

use super::ini::{Entry, Ini};
use super::new_request::{Asked, notice};
use super::subject;
use super::{CertReqError, CertReqFault, Notice, NoticeKind};

/// How many extensions and attributes a file may ask for: under what our own reader takes.
const MAX_WISHES: usize = 48;

/// All extensions that a file asks for.
pub(super) fn read(
    file: &Ini,
    asked: &Asked,
    notices: &mut Vec<Notice>,
) -> Result<Vec<RequestedExtension>, CertReqError> {
    let mut list = List::default();
    let mut purposes = Vec::new();
    let mut purposes_line = 0;
    for entry in file.entries("enhancedkeyusageextension")? {
        if entry.is("OID") {
            push_purposes(entry, &mut purposes)?;
            purposes_line = entry.line;
        } else if entry.is("Critical") {
            set_critical_all(entry, &oid::EXTENDED_KEY_USAGE, &mut list)?;
        } else {
            notices.push(notice(entry, NoticeKind::Unknown));
        }
    }
    for entry in file.entries("extensions")? {
        if entry.is("Critical") {
            for word in entry.value().split(',').map(str::trim) {
                let oid = Oid::parse(word).ok_or_else(|| entry.invalid())?;
                list.critical.push((entry.line, oid));
            }
            continue;
        }
        if entry.is("OID") {
            push_purposes(entry, &mut purposes)?;
            purposes_line = entry.line;
            continue;
        }
        let oid = Oid::parse(&entry.key).ok_or_else(|| entry.invalid())?;
        if oid == oid::EXTENDED_KEY_USAGE && text_of(entry).is_some() {
            push_purposes(entry, &mut purposes)?;
            purposes_line = entry.line;
            continue;
        }
        let value = value_of(&oid, entry, asked)?;
        list.push(entry.line, oid, false, value)?;
    }
    if !purposes.is_empty() {
        let purposes: Vec<Vec<u8>> = purposes.iter().map(writer::oid).collect();
        let purposes: Vec<&[u8]> = purposes.iter().map(Vec::as_slice).collect();
        let value = writer::sequence(&purposes);
        list.push(purposes_line, oid::EXTENDED_KEY_USAGE, false, value)?;
    }
    if let Some((line, usage)) = asked.key_usage {
        list.push(line, oid::KEY_USAGE, true, usage.to_der())?;
    }
    if let Some(line) = asked.smime {
        list.push(line, oid::SMIME_CAPABILITIES, false, smime_capabilities())?;
    }
    list.finish(notices)
}

/// Whether an extension gives alternative names.
pub(super) fn are_names(extension: &RequestedExtension) -> bool {
    matches!(extension, RequestedExtension::Other(extension) if extension.oid == oid::SUBJECT_ALT_NAME)
}

/// Alternative names are critical where they are the only ones.
pub(super) fn make_names_critical(extensions: &mut [RequestedExtension]) {
    for extension in extensions {
        if let RequestedExtension::Other(extension) = extension
            && extension.oid == oid::SUBJECT_ALT_NAME
        {
            extension.critical = true;
        }
    }
}

/// Each line of `[RequestAttributes]` as the attribute that Windows writes for it: two BMPStrings.
pub(super) fn request_attributes(
    file: &Ini,
    notices: &mut Vec<Notice>,
) -> Result<Vec<RequestAttribute>, CertReqError> {
    let mut attributes = Vec::new();
    for entry in file.entries("requestattributes")? {
        if attributes.len() >= MAX_WISHES {
            return Err(entry.error(CertReqFault::TooLarge));
        }
        if entry.is("SAN") {
            notices.push(notice(entry, NoticeKind::AttributeNames));
        }
        let pair = writer::sequence(&[
            &writer::bmp_string(&entry.key),
            &writer::bmp_string(&entry.value()),
        ]);
        attributes.push(RequestAttribute {
            oid: oid::MICROSOFT_NAME_VALUE_PAIR,
            values: vec![pair],
        });
    }
    Ok(attributes)
}

/// The extensions so far, and which shall be critical.
#[derive(Default)]
struct List {
    extensions: Vec<Extension>,
    critical: Vec<(usize, Oid)>,
}

impl List {
    fn push(
        &mut self,
        line: usize,
        oid: Oid,
        critical: bool,
        value: Vec<u8>,
    ) -> Result<(), CertReqError> {
        if self.extensions.iter().any(|other| other.oid == oid) {
            return Err(CertReqFault::ExtensionTwice(oid).at(line));
        }
        if self.extensions.len() >= MAX_WISHES {
            return Err(CertReqFault::TooLarge.at(line));
        }
        self.extensions.push(Extension::new(oid, critical, value));
        Ok(())
    }

    fn finish(
        mut self,
        notices: &mut Vec<Notice>,
    ) -> Result<Vec<RequestedExtension>, CertReqError> {
        for (line, oid) in &self.critical {
            let mut extensions = self.extensions.iter_mut();
            match extensions.find(|extension| extension.oid == *oid) {
                Some(extension) => extension.critical = true,
                None => notices.push(Notice {
                    line: *line,
                    key: oid.to_string(),
                    kind: NoticeKind::Unknown,
                }),
            }
        }
        let extensions = self.extensions.into_iter();
        Ok(extensions.map(RequestedExtension::Other).collect())
    }
}

/// `Critical = TRUE` in a section of one extension.
fn set_critical_all(entry: &Entry, oid: &Oid, list: &mut List) -> Result<(), CertReqError> {
    match entry.value().trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => list.critical.push((entry.line, oid.clone())),
        "false" | "no" | "0" => {}
        _ => return Err(entry.invalid()),
    }
    Ok(())
}

/// The value after `{text}`, in its parts.
fn text_of(entry: &Entry) -> Option<Vec<&str>> {
    let (first, others) = entry.parts.split_first()?;
    let first = strip_type(first, "{text}")?;
    let others = others.iter().map(String::as_str);
    Some(std::iter::once(first).chain(others).collect())
}

fn strip_type<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (start, rest) = text.trim_start().split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then_some(rest)
}

/// Purposes with commas between, or each in a part of its own.
fn push_purposes(entry: &Entry, purposes: &mut Vec<Oid>) -> Result<(), CertReqError> {
    let whole;
    let parts = match text_of(entry) {
        Some(parts) => parts,
        None => {
            whole = entry.value();
            vec![whole.as_str()]
        }
    };
    let words = parts.iter().flat_map(|part| part.split(','));
    for word in words.map(str::trim).filter(|word| !word.is_empty()) {
        let oid = Oid::parse(word).ok_or_else(|| entry.invalid())?;
        if purposes.len() >= MAX_WISHES {
            return Err(entry.error(CertReqFault::TooLarge));
        }
        if !purposes.contains(&oid) {
            purposes.push(oid);
        }
    }
    Ok(())
}

/// The DER of an extension's value.
fn value_of(oid: &Oid, entry: &Entry, asked: &Asked) -> Result<Vec<u8>, CertReqError> {
    let Some(parts) = text_of(entry) else {
        let der = typed_value(&entry.value());
        return der.ok_or_else(|| entry.error(CertReqFault::Extension(oid.clone())));
    };
    if *oid == oid::SUBJECT_ALT_NAME {
        let names = alternative_names(&parts, entry, asked)?;
        let names: Vec<Vec<u8>> = names.iter().map(GeneralName::to_der).collect();
        let names: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        return Ok(writer::sequence(&names));
    }
    if *oid == oid::BASIC_CONSTRAINTS {
        return basic_constraints(&parts.concat())
            .ok_or_else(|| entry.error(CertReqFault::Extension(oid.clone())));
    }
    Err(entry.error(CertReqFault::ExtensionText(oid.clone())))
}

/// `{utf8}text`, `{octet}base64`, `{octet}{hex}…`, `{asn}base64`, `{asn}{hex}…`, `{hex}…` or base64:
/// the DER of one element. The two last ones are the element itself.
fn typed_value(text: &str) -> Option<Vec<u8>> {
    if let Some(text) = strip_type(text, "{utf8}") {
        return Some(writer::utf8_string(text));
    }
    if let Some(octets) = strip_type(text, "{octet}") {
        return Some(writer::octet_string(&octets_of(octets)?));
    }
    let der = octets_of(strip_type(text, "{asn}").unwrap_or(text))?;
    let mut reader = Reader::new(&der);
    reader.any().ok()?;
    reader.is_empty().then_some(der)
}

fn octets_of(text: &str) -> Option<Vec<u8>> {
    if let Some(digits) = strip_type(text, "{hex}") {
        return from_hex(digits);
    }
    let digits: String = text.split_ascii_whitespace().collect();
    Base64::decode_vec(&digits).ok()
}

/// `dns=a&email=b&…`; a part that begins with a kind of its own begins a name, with or without `&`
/// before it: the documentation shows both.
fn alternative_names(
    parts: &[&str],
    entry: &Entry,
    asked: &Asked,
) -> Result<Vec<GeneralName>, CertReqError> {
    let mut text = String::new();
    for part in parts {
        let begins_name = part
            .split_once('=')
            .is_some_and(|(kind, _)| is_kind(kind.trim()));
        if begins_name && !text.is_empty() && !text.trim_end().ends_with('&') {
            text.push('&');
        }
        text.push_str(part);
    }
    let mut names = Vec::new();
    for name in text
        .split('&')
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        let (kind, value) = name.split_once('=').ok_or_else(|| {
            entry.error(CertReqFault::AlternativeName(GeneralNameError::MissingKind))
        })?;
        names.push(alternative_name(kind.trim(), value.trim(), entry, asked)?);
    }
    if names.is_empty() {
        return Err(entry.error(CertReqFault::AlternativeName(GeneralNameError::Empty)));
    }
    Ok(names)
}

/// The kinds of name that need no number.
const KINDS: [&str; 9] = [
    "dns",
    "email",
    "upn",
    "url",
    "ipaddress",
    "ip address",
    "directoryname",
    "dn",
    "registeredid",
];

fn is_kind(text: &str) -> bool {
    KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(text)) || Oid::parse(text).is_some()
}

fn alternative_name(
    kind: &str,
    value: &str,
    entry: &Entry,
    asked: &Asked,
) -> Result<GeneralName, CertReqError> {
    let refused = |error| entry.error(CertReqFault::AlternativeName(error));
    if let Some(oid) = Oid::parse(kind) {
        let value = typed_value(value).ok_or_else(|| refused(GeneralNameError::InvalidOther))?;
        return Ok(GeneralName::Other { kind: oid, value });
    }
    if kind.eq_ignore_ascii_case("directoryname") || kind.eq_ignore_ascii_case("dn") {
        let name = subject::parse(value, asked.name_flags)
            .map_err(|error| entry.error(CertReqFault::Subject(error)))?;
        if name.is_empty() {
            return Err(refused(GeneralNameError::Empty));
        }
        return Ok(GeneralName::Directory(name));
    }
    if !is_kind(kind) {
        return Err(refused(GeneralNameError::UnknownKind(super::shortened(
            kind,
        ))));
    }
    GeneralName::of_kind(kind, value).map_err(refused)
}

/// `ca=0&pathlength=3`, also with a comma between.
fn basic_constraints(text: &str) -> Option<Vec<u8>> {
    let mut authority = None;
    let mut path_length = None;
    for word in text.split(['&', ',']).map(str::trim) {
        if word.is_empty() {
            continue;
        }
        let (key, value) = word.split_once('=')?;
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        let twice = match key.as_str() {
            "ca" => authority
                .replace(match value.to_ascii_lowercase().as_str() {
                    "0" | "false" => false,
                    "1" | "true" => true,
                    _ => return None,
                })
                .is_some(),
            "pathlength" => path_length.replace(value.parse::<u32>().ok()?).is_some(),
            _ => return None,
        };
        if twice {
            return None;
        }
    }
    let is_authority = authority?;
    let ca = if is_authority {
        writer::boolean(true)
    } else {
        Vec::new()
    };
    // without an authority a length says nothing (RFC 5280 §4.2.1.9)
    let length = path_length
        .filter(|_| is_authority)
        .map(|length| writer::integer_u64(u64::from(length)));
    Some(writer::sequence(&[&ca, &length.unwrap_or_default()]))
}

/// What Windows writes for `SMIME = TRUE`, without its broken ciphers: AES, then 3DES.
fn smime_capabilities() -> Vec<u8> {
    let ciphers = [
        oid::AES_256_CBC,
        oid::AES_192_CBC,
        oid::AES_128_CBC,
        oid::DES_EDE3_CBC,
    ];
    let list: Vec<Vec<u8>> = ciphers
        .iter()
        .map(|cipher| writer::sequence(&[&writer::oid(cipher)]))
        .collect();
    let list: Vec<&[u8]> = list.iter().map(Vec::as_slice).collect();
    writer::sequence(&list)
}
