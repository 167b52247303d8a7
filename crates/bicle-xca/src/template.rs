//! Templates: a subject and the extensions that XCA starts a request or a certificate from.

mod file;
mod first_form;
mod map_form;
mod typed;

use std::collections::BTreeMap;

use bicle_pki::extension::KeyUsage;
use bicle_pki::name::DistinguishedName;
use bicle_pki::oid::Oid;
use bicle_pki::time::UnixSeconds;

pub use file::{MAX_TEMPLATE_BYTES, is_template, read_template, read_templates};

/// The version since which a template is a map of texts; before, it was a fixed sequence.
const MAP_VERSION: i64 = 10;

/// A template. What XCA keeps of it is in `fields`; the most used ones are typed beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XcaTemplate {
    /// Its name in XCA; empty in a file of XCA up to 2.7.
    pub name: String,
    /// Its comment.
    pub comment: String,
    /// When it came into the database; `None` for a file.
    pub created: Option<UnixSeconds>,
    /// The subject; empty when the template has none.
    pub subject: DistinguishedName,
    /// Every field by XCA's name of it, as XCA wrote it (`subAltName`, `crlDist`, `nsComment`, …).
    pub fields: BTreeMap<String, String>,
    /// Subject alternative names in OpenSSL's syntax, as `DNS:a.example, IP:192.0.2.1` or
    /// `DNS:copycn`; without the word `critical`, which is in `fields`.
    pub subject_alt_names: String,
    /// The key usage.
    pub key_usage: KeyUsage,
    /// Whether the key usage is critical.
    pub key_usage_critical: bool,
    /// The purposes that are known, or that are identifiers.
    pub extended_key_usage: Vec<Oid>,
    /// The purposes whose names are not known here.
    pub extended_key_usage_unknown: Vec<String>,
    /// Whether the extended key usage is critical.
    pub extended_key_usage_critical: bool,
    /// What basicConstraints say.
    pub basic_constraints: TemplateConstraints,
    /// How long a certificate is to last.
    pub validity: Option<TemplateValidity>,
    /// Further extensions, in the syntax of OpenSSL's configuration.
    pub advanced: String,
}

/// basicConstraints of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TemplateConstraints {
    /// No such extension.
    #[default]
    None,
    /// An authority, with its path length if it has one.
    Authority {
        /// pathLenConstraint.
        path_length: Option<u32>,
    },
    /// An end entity.
    EndEntity,
}

/// A length of time as XCA has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateValidity {
    /// So many days.
    Days(u32),
    /// So many months.
    Months(u32),
    /// So many years.
    Years(u32),
}

/// A template cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BrokenTemplate;

/// Reads the blob of a template, which has this version.
pub(crate) fn read_blob(version: i64, blob: &[u8]) -> Result<XcaTemplate, BrokenTemplate> {
    let (subject, fields) = if version >= MAP_VERSION {
        map_form::read(blob)?
    } else {
        first_form::read(version, blob)?
    };
    Ok(typed::template(subject, fields))
}

/// Takes the DER of a Name from the front.
fn split_name(bytes: &[u8]) -> Result<(DistinguishedName, &[u8]), BrokenTemplate> {
    let length = der_length(bytes).ok_or(BrokenTemplate)?;
    let (name, rest) = bytes.split_at_checked(length).ok_or(BrokenTemplate)?;
    let name = DistinguishedName::from_der(name).map_err(|_| BrokenTemplate)?;
    Ok((name, rest))
}

/// The length of the SEQUENCE that bytes begin with, with its head (X.690 §8.1.3).
pub(crate) fn der_length(bytes: &[u8]) -> Option<usize> {
    let (&[0x30, first], rest) = bytes.split_first_chunk::<2>()? else {
        return None;
    };
    if first < 0x80 {
        return Some(2 + usize::from(first));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > 4 {
        return None;
    }
    let mut length = 0_usize;
    for octet in rest.get(..count)? {
        length = length.checked_mul(256)?.checked_add(usize::from(*octet))?;
    }
    length.checked_add(2 + count)
}
