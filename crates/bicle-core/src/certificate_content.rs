//! What a record keeps of a certificate, packed: its texts are one allocation, and what certificates of one
//! issuer have alike is one for all of them.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use bicle_pki::fingerprint::Sha256Fingerprint;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{Branch, Trust, UnixSeconds};
use crate::path_note::{self, PathNote};
use crate::recent::Recent;
use crate::record::{Mark, branch_word, hexadecimal, optional_hexadecimal};
use crate::shared_text::{SharedText, deserialize_alike, length, part};

/// What is kept of a certificate beside its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateContent {
    /// What those of one issuer have alike.
    common: Arc<Common>,
    /// Identity of its public key.
    pub spki_sha256: Sha256Fingerprint,
    /// Of the DER.
    pub sha256: Sha256Fingerprint,
    texts: Texts,
    /// Start of its validity.
    pub not_before: UnixSeconds,
    /// End of its validity.
    pub not_after: UnixSeconds,
    /// What the search of a path must know of it without its body; absent: the body is asked.
    pub(crate) path: Option<PathNote>,
    /// The user's own record, without a list: an authority kept its revocations in XCA.
    pub(crate) declared_revoked: Option<Box<Mark>>,
}

/// What certificates of one issuer have alike, most of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Common {
    /// `RSA-2048`.
    pub algorithm: SharedText,
    /// RFC 4514.
    pub issuer: SharedText,
    /// The issuer's common name, else the whole name: what a list shows.
    pub issuer_name: SharedText,
    /// The public key that was seen to sign the certificate.
    pub(crate) signed_by_spki_sha256: Option<Sha256Fingerprint>,
    /// It may sign certificates.
    pub is_authority: bool,
    /// The user's decision.
    pub trust: Trust,
    /// The branch of IGC-Santé that it belongs to.
    pub branch: Option<Branch>,
}

/// The texts of one certificate: the subject, the serial number, and what a sentence calls it, which is mostly a
/// part of the subject.
#[derive(Clone, Debug)]
struct Texts {
    whole: Arc<str>,
    subject_end: u32,
    serial_end: u32,
    name_start: u32,
    name_end: u32,
}

impl PartialEq for Texts {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for Texts {}

impl Texts {
    fn new(subject: &str, serial: &str, name: &str) -> Self {
        let mut whole = String::with_capacity(subject.len() + serial.len());
        whole.push_str(subject);
        let subject_end = length(&whole);
        whole.push_str(serial);
        let serial_end = length(&whole);
        let found = whole.find(name).and_then(|at| u32::try_from(at).ok());
        let name_start = found.unwrap_or_else(|| {
            whole.push_str(name);
            serial_end
        });
        Self {
            whole: Arc::from(whole),
            subject_end,
            serial_end,
            name_start,
            name_end: name_start.saturating_add(length(name)),
        }
    }

    fn parts(&self) -> [&str; 3] {
        [self.subject(), self.serial(), self.name()]
    }

    fn subject(&self) -> &str {
        part(&self.whole, 0, self.subject_end)
    }

    fn serial(&self) -> &str {
        part(&self.whole, self.subject_end, self.serial_end)
    }

    fn name(&self) -> &str {
        part(&self.whole, self.name_start, self.name_end)
    }
}

/// The same, as it is written (docs/vault-format.md) and as the rest of the program makes it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Unpacked<'a> {
    #[serde(deserialize_with = "deserialize_alike")]
    pub(crate) algorithm: SharedText,
    #[serde(with = "hexadecimal")]
    pub(crate) spki_sha256: Sha256Fingerprint,
    #[serde(with = "hexadecimal")]
    pub(crate) sha256: Sha256Fingerprint,
    #[serde(borrow)]
    pub(crate) subject: Cow<'a, str>,
    #[serde(deserialize_with = "deserialize_alike")]
    pub(crate) issuer: SharedText,
    /// What a sentence calls it: the common name, else the whole subject.
    #[serde(borrow)]
    pub(crate) subject_name: Cow<'a, str>,
    #[serde(deserialize_with = "deserialize_alike")]
    pub(crate) issuer_name: SharedText,
    #[serde(borrow)]
    pub(crate) serial: Cow<'a, str>,
    pub(crate) not_before: i64,
    pub(crate) not_after: i64,
    pub(crate) authority: bool,
    pub(crate) trust: Trust,
    #[serde(default, with = "branch_word", skip_serializing_if = "Option::is_none")]
    pub(crate) branch: Option<Branch>,
    #[serde(
        default,
        with = "optional_hexadecimal",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) signed_by_spki_sha256: Option<Sha256Fingerprint>,
    #[serde(
        default,
        deserialize_with = "path_note::deserialize",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) path: Option<PathNote>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) declared_revoked: Option<Box<Mark>>,
}

impl Deref for CertificateContent {
    type Target = Common;

    fn deref(&self) -> &Common {
        &self.common
    }
}

impl CertificateContent {
    pub(crate) fn new(unpacked: Unpacked<'_>) -> Self {
        let common = Common {
            algorithm: unpacked.algorithm,
            issuer: unpacked.issuer,
            issuer_name: unpacked.issuer_name,
            signed_by_spki_sha256: unpacked.signed_by_spki_sha256,
            is_authority: unpacked.authority,
            trust: unpacked.trust,
            branch: unpacked.branch,
        };
        Self {
            common: alike_common(common),
            spki_sha256: unpacked.spki_sha256,
            sha256: unpacked.sha256,
            texts: Texts::new(&unpacked.subject, &unpacked.serial, &unpacked.subject_name),
            not_before: UnixSeconds(unpacked.not_before),
            not_after: UnixSeconds(unpacked.not_after),
            path: unpacked.path,
            declared_revoked: unpacked.declared_revoked,
        }
    }

    /// Of no certificate.
    pub(crate) fn none() -> &'static Self {
        static NONE: LazyLock<CertificateContent> = LazyLock::new(|| {
            let nothing = Sha256Fingerprint::from_bytes([0; 32]);
            CertificateContent {
                common: Arc::default(),
                spki_sha256: nothing,
                sha256: nothing,
                texts: Texts::new("", "", ""),
                not_before: UnixSeconds(0),
                not_after: UnixSeconds(0),
                path: None,
                declared_revoked: None,
            }
        });
        &NONE
    }

    /// Its subject, RFC 4514.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.texts.subject()
    }

    /// Its serial number, lower-case hexadecimal.
    #[must_use]
    pub fn serial(&self) -> &str {
        self.texts.serial()
    }

    /// What a sentence calls it: the common name, else the whole subject.
    pub(crate) fn subject_name(&self) -> SharedText {
        let texts = &self.texts;
        SharedText::part_of(&texts.whole, texts.name_start, texts.name_end)
    }

    /// That very text, as a part of what is kept here, if it is one.
    pub(crate) fn part_alike(&self, text: &str) -> Option<SharedText> {
        let texts = &self.texts;
        if texts.name() == text {
            return Some(self.subject_name());
        }
        let start = u32::try_from(texts.whole.find(text)?).ok()?;
        let end = start.checked_add(length(text))?;
        Some(SharedText::part_of(&texts.whole, start, end))
    }

    /// Keeps the user's decision.
    pub(crate) fn decide(&mut self, trust: Trust) {
        self.common = alike_common(Common {
            trust,
            ..Common::clone(&self.common)
        });
    }

    /// Keeps which public key was seen to sign it.
    pub(crate) fn note_signer(&mut self, key: Option<Sha256Fingerprint>) {
        self.common = alike_common(Common {
            signed_by_spki_sha256: key,
            ..Common::clone(&self.common)
        });
    }
}

impl Serialize for CertificateContent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unpacked = Unpacked {
            algorithm: self.algorithm.clone(),
            spki_sha256: self.spki_sha256,
            sha256: self.sha256,
            subject: Cow::Borrowed(self.subject()),
            issuer: self.issuer.clone(),
            subject_name: Cow::Borrowed(self.texts.name()),
            issuer_name: self.issuer_name.clone(),
            serial: Cow::Borrowed(self.serial()),
            not_before: self.not_before.0,
            not_after: self.not_after.0,
            authority: self.is_authority,
            trust: self.trust,
            branch: self.branch,
            signed_by_spki_sha256: self.signed_by_spki_sha256,
            path: self.path.clone(),
            declared_revoked: self.declared_revoked.clone(),
        };
        unpacked.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CertificateContent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Unpacked::deserialize(deserializer).map(Self::new)
    }
}

thread_local! {
    static RECENT: RefCell<Recent<Arc<Common>>> = RefCell::new(Recent::new());
}

/// The same as one allocation, where it was asked for not long ago on this thread.
fn alike_common(common: Common) -> Arc<Common> {
    RECENT.with_borrow_mut(|recent| {
        let is_it = |known: &Arc<Common>| **known == common;
        recent.alike(&common, is_it, || Arc::new(common.clone()))
    })
}

/// A vault holds a hundred thousand: the block that the heap takes for one is no larger than it must be.
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<CertificateContent>() == 168);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn unpacked<'a>(subject: &'a str, name: &'a str) -> Unpacked<'a> {
        Unpacked {
            algorithm: "EC-P256".into(),
            spki_sha256: Sha256Fingerprint::of(b"key"),
            sha256: Sha256Fingerprint::of(b"all"),
            subject: subject.into(),
            issuer: "CN=a".into(),
            subject_name: name.into(),
            issuer_name: "a".into(),
            serial: "0a".into(),
            not_before: 1,
            not_after: 2,
            authority: false,
            trust: Trust::Issuer,
            branch: None,
            signed_by_spki_sha256: None,
            path: None,
            declared_revoked: None,
        }
    }

    #[test]
    fn what_is_packed_comes_out_as_it_went_in() {
        for (subject, name) in [
            ("CN=b,O=é", "b"),
            ("O=é", "plus"),
            ("", ""),
            ("CN=\\\"", "\""),
        ] {
            let content = CertificateContent::new(unpacked(subject, name));
            assert_eq!((content.subject(), content.serial()), (subject, "0a"));
            assert_eq!(content.subject_name(), name);
            let text = serde_json::to_string(&content).unwrap();
            let read: CertificateContent = serde_json::from_str(&text).unwrap();
            assert_eq!(read, content);
            assert!(Arc::ptr_eq(&read.common, &content.common));
        }
        let content = CertificateContent::new(unpacked("CN=b,O=é", "b"));
        assert_eq!(content.part_alike("O=é").unwrap(), "O=é");
        assert_eq!(content.part_alike("x"), None);
    }

    #[test]
    fn a_certificate_is_small() {
        // docs/performance.md: memory an item; a heap gives out multiples of 16, less 8 of its own
        assert!(size_of::<CertificateContent>() <= 184);
        assert!(size_of::<crate::record::Summary>() + 16 <= 88);
        assert!(size_of::<crate::model::CertificateItem>() <= 64);
    }
}
