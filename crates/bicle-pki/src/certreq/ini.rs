//! The grammar of `.inf` files: sections, keys, quotes, comments, `_continue_`, `%strings%`.
//!
//! Strings are put in once: a `%name%` inside `[Strings]` stays as it is, as on Windows, so that
//! nothing can refer to itself.

use std::collections::HashMap;

use super::{CertReqError, CertReqFault, shortened};

/// The most lines of a file. Real ones have under a hundred.
pub const MAX_LINES: usize = 10_000;

/// The longest line, in characters: what SetupAPI takes (MAX_INF_STRING_LENGTH, 4096), and as much
/// again for the key and comments.
pub const MAX_LINE_CHARACTERS: usize = 8192;

/// The longest value, in bytes, with all that `_continue_` and `%strings%` add: extensions in base64
/// may need some KiB, names stay under [`crate::name::MAX_NAME_TEXT_BYTES`].
pub const MAX_VALUE_BYTES: usize = 64 * 1024;

/// What `%strings%` may make of all keys and values of a file together, in bytes: four times the
/// largest file. Each of its lines alone may name the longest string.
const MAX_EXPANDED_BYTES: usize = 4 * super::MAX_CERTREQ_BYTES;

/// A section with its keys; one that is there twice is one.
#[derive(Debug)]
pub(super) struct Section {
    /// As it was written first.
    pub(super) name: String,
    /// The line of its first header.
    pub(super) line: usize,
    pub(super) entries: Vec<Entry>,
}

/// A key and its value, strings put in.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) line: usize,
    pub(super) key: String,
    /// The value, and what each `_continue_` added.
    pub(super) parts: Vec<String>,
    has_equals: bool,
}

impl Entry {
    /// The whole value.
    pub(super) fn value(&self) -> String {
        self.parts.concat()
    }

    pub(super) fn error(&self, what: CertReqFault) -> CertReqError {
        what.at(self.line)
    }

    /// A refusal of the value.
    pub(super) fn invalid(&self) -> CertReqError {
        self.error(CertReqFault::value(&self.key, &self.value()))
    }

    pub(super) fn is(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
    }
}

/// A file in sections.
#[derive(Debug)]
pub(super) struct Ini {
    sections: Vec<Section>,
}

impl Ini {
    pub(super) fn sections(&self) -> &[Section] {
        &self.sections
    }

    pub(super) fn section(&self, name: &str) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| section.name.eq_ignore_ascii_case(name))
    }

    /// The keys of a section; each must have a value.
    pub(super) fn entries(&self, name: &str) -> Result<&[Entry], CertReqError> {
        let entries = self
            .section(name)
            .map_or(&[][..], |section| section.entries.as_slice());
        match entries.iter().find(|entry| !entry.has_equals) {
            Some(entry) => Err(entry.error(CertReqFault::NoEquals)),
            None => Ok(entries),
        }
    }
}

pub(super) fn parse(text: &str) -> Result<Ini, CertReqError> {
    let mut sections: Vec<Section> = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut current: Option<usize> = None;
    for (index, line_text) in lines(text).enumerate() {
        let line = index.saturating_add(1);
        if line > MAX_LINES || line_text.chars().nth(MAX_LINE_CHARACTERS).is_some() {
            return Err(CertReqFault::TooLarge.at(line));
        }
        let content = line_text.trim();
        if content.is_empty() || content.starts_with(';') {
            continue;
        }
        if let Some(header) = content.strip_prefix('[') {
            let name = section_name(header).ok_or(CertReqFault::Syntax.at(line))?;
            let known = by_name.entry(name.to_ascii_lowercase());
            current = Some(*known.or_insert_with(|| {
                sections.push(Section {
                    name: name.to_owned(),
                    line,
                    entries: Vec::new(),
                });
                sections.len().saturating_sub(1)
            }));
            continue;
        }
        let section = current.and_then(|index| sections.get_mut(index));
        let entries = &mut section.ok_or(CertReqFault::Syntax.at(line))?.entries;
        add_line(entries, content, line)?;
    }
    let mut ini = Ini { sections };
    if ini.section(super::NEW_REQUEST).is_none() {
        return Err(CertReqFault::NoNewRequest.at(0));
    }
    put_strings_in(&mut ini)?;
    Ok(ini)
}

/// Lines that end with CR LF, LF or CR.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        line.split('\r')
    })
}

/// What stands between `[` and `]`; only a comment may follow.
fn section_name(after_bracket: &str) -> Option<&str> {
    let (name, rest) = after_bracket.split_once(']')?;
    let rest = rest.trim_start();
    (rest.is_empty() || rest.starts_with(';')).then(|| name.trim())
}

fn add_line(entries: &mut Vec<Entry>, content: &str, line: usize) -> Result<(), CertReqError> {
    let at = |what: CertReqFault| what.at(line);
    let Some((key, value)) = content.split_once('=') else {
        let key = content.split(';').next().unwrap_or_default().trim();
        entries.push(Entry {
            line,
            key: key.to_owned(),
            parts: Vec::new(),
            has_equals: false,
        });
        return Ok(());
    };
    let (key, value) = (key.trim(), unquoted(value.trim()).map_err(at)?);
    if !key.eq_ignore_ascii_case("_continue_") {
        entries.push(Entry {
            line,
            key: key.to_owned(),
            parts: vec![value],
            has_equals: true,
        });
        return Ok(());
    }
    let continued = entries.last_mut().filter(|entry| entry.has_equals);
    let parts = &mut continued.ok_or(at(CertReqFault::Continue))?.parts;
    let bytes: usize = parts.iter().map(String::len).sum();
    if bytes.saturating_add(value.len()) > MAX_VALUE_BYTES {
        return Err(at(CertReqFault::TooLarge));
    }
    parts.push(value);
    Ok(())
}

/// A value without its quotes, in which `""` is `"`, or up to a comment outside of quotes.
fn unquoted(value: &str) -> Result<String, CertReqFault> {
    let Some(quoted) = value.strip_prefix('"') else {
        let mut is_quoted = false;
        let end = value
            .find(|character| {
                is_quoted ^= character == '"';
                character == ';' && !is_quoted
            })
            .unwrap_or(value.len());
        return Ok(value.get(..end).unwrap_or_default().trim_end().to_owned());
    };
    let mut text = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next() {
            None => return Err(CertReqFault::Quote),
            Some('"') => {
                let rest = characters.as_str();
                if let Some(after) = rest.strip_prefix('"') {
                    text.push('"');
                    characters = after.chars();
                    continue;
                }
                let rest = rest.trim_start();
                return if rest.is_empty() || rest.starts_with(';') {
                    Ok(text)
                } else {
                    Err(CertReqFault::Quote)
                };
            }
            Some(character) => text.push(character),
        }
    }
}

/// Puts the values of `[Strings]` in the place of every `%name%` in the other sections.
fn put_strings_in(ini: &mut Ini) -> Result<(), CertReqError> {
    let mut strings = HashMap::new();
    for entry in ini.entries("strings")? {
        let name = entry.key.to_ascii_lowercase();
        if strings.insert(name, entry.value()).is_some() {
            return Err(entry.error(CertReqFault::Twice(shortened(&entry.key))));
        }
    }
    let mut left_in_all = MAX_EXPANDED_BYTES;
    for section in &mut ini.sections {
        if section.name.eq_ignore_ascii_case("strings") {
            continue;
        }
        for entry in &mut section.entries {
            let line = entry.line;
            let mut put_in = |text: &mut String, left: &mut usize| {
                if text.contains('%') {
                    let limit = (*left).min(left_in_all);
                    *text = with_strings(text, &strings, limit).map_err(|what| what.at(line))?;
                    left_in_all = left_in_all.saturating_sub(text.len());
                }
                *left = left.saturating_sub(text.len());
                Ok(())
            };
            put_in(&mut entry.key, &mut MAX_VALUE_BYTES.clone())?;
            let mut left = MAX_VALUE_BYTES;
            for part in &mut entry.parts {
                put_in(part, &mut left)?;
            }
        }
    }
    Ok(())
}

/// A text with every `%name%` replaced; `%%` is `%`, and so is one that begins no name.
fn with_strings(
    text: &str,
    strings: &HashMap<String, String>,
    limit: usize,
) -> Result<String, CertReqFault> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let name = after.split_once('%');
        rest = match name {
            Some(("", after)) => {
                out.push('%');
                after
            }
            Some((name, after)) if !name.contains(char::is_whitespace) => {
                let value = strings
                    .get(&name.to_ascii_lowercase())
                    .ok_or_else(|| CertReqFault::UnknownString(shortened(name)))?;
                out.push_str(value);
                after
            }
            _ => {
                out.push('%');
                after
            }
        };
        if out.len() > limit {
            return Err(CertReqFault::TooLarge);
        }
    }
    out.push_str(rest);
    if out.len() > limit {
        return Err(CertReqFault::TooLarge);
    }
    Ok(out)
}
