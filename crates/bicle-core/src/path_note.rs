//! What is kept sealed with a certificate, so that unlocking opens no body of those that sign nothing.
//!
//! A note says under which name a certificate would be looked for as an issuer, whom it names as its own, and
//! whether anything in it stops every path. What more a path needs is read from the bodies of the certificates
//! that others name as their issuer, which are few.

use std::cell::RefCell;
use std::sync::Arc;

use bicle_pki::certificate::Certificate;
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::path::PathFacts;
use serde::de::{Deserializer, Error};
use serde::{Serialize, Serializer};

use crate::recent::Recent;

/// SHA-256 of a name's comparison key ([`bicle_pki::name::DistinguishedName::comparison_key`]).
pub(crate) type NameHash = Sha256Fingerprint;

/// What is kept of one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathNote {
    /// Its subject.
    pub(crate) subject: NameHash,
    /// Whom it names as its issuer.
    pub(crate) above: Arc<Above>,
}

/// Whom certificates name as their issuer, and what else those of one issuer have alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Above {
    /// Its name.
    pub(crate) name: NameHash,
    /// The value of the authorityKeyIdentifier's key identifier.
    pub(crate) key_id: Option<Box<[u8]>>,
    /// Nothing in the certificate stops every path: no extension is malformed, and no critical one unknown.
    pub(crate) is_sound: bool,
    /// The certificate's signature rests on SHA-1.
    pub(crate) is_weak: bool,
}

/// How a note is written; another number is another layout, and as if there were no note.
const LAYOUT: u8 = 1;
const SOUND: u8 = 1;
const WEAK: u8 = 2;
const WITH_KEY_ID: u8 = 4;

/// A note with a longer key identifier is not kept: the bodies are opened then. Those in use have 20 to 64
/// bytes.
const KEY_ID_LIMIT_BYTES: usize = 255;

impl PathNote {
    /// What is to be known of a certificate.
    pub(crate) fn of(certificate: &Certificate, facts: &PathFacts) -> Self {
        Self {
            subject: NameHash::of(&certificate.subject().comparison_key()),
            above: Arc::new(Above {
                name: NameHash::of(&certificate.issuer().comparison_key()),
                key_id: certificate.authority_key_id().map(Box::from),
                is_sound: facts.is_sound(),
                is_weak: facts.is_signed_with_sha1(),
            }),
        }
    }

    /// The same, if it is short enough to be kept with the summary.
    pub(crate) fn kept(self) -> Option<Self> {
        let key_id = self.above.key_id.as_deref().unwrap_or_default();
        (key_id.len() <= KEY_ID_LIMIT_BYTES).then_some(self)
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut flags = 0;
        for (is_set, flag) in [
            (self.above.is_sound, SOUND),
            (self.above.is_weak, WEAK),
            (self.above.key_id.is_some(), WITH_KEY_ID),
        ] {
            if is_set {
                flags |= flag;
            }
        }
        let mut bytes = vec![LAYOUT, flags];
        bytes.extend_from_slice(self.subject.bytes());
        bytes.extend_from_slice(self.above.name.bytes());
        bytes.extend(self.above.key_id.iter().flatten());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let ([layout, flags], rest) = bytes.split_first_chunk::<2>()?;
        let (subject, rest) = rest.split_first_chunk::<32>()?;
        let (name, key_id) = rest.split_first_chunk::<32>()?;
        if *layout != LAYOUT || flags & !(SOUND | WEAK | WITH_KEY_ID) != 0 {
            return None;
        }
        let key_id = match flags & WITH_KEY_ID {
            0 if key_id.is_empty() => None,
            0 => return None,
            _ => Some(key_id),
        };
        let (is_sound, is_weak) = (flags & SOUND != 0, flags & WEAK != 0);
        Some(Self {
            subject: NameHash::from_bytes(*subject),
            above: alike(NameHash::from_bytes(*name), key_id, is_sound, is_weak),
        })
    }
}

thread_local! {
    static RECENT: RefCell<Recent<Arc<Above>>> = RefCell::new(Recent::new());
}

/// Equal issuers of certificates that were read not long ago on this thread are one allocation.
fn alike(name: NameHash, key_id: Option<&[u8]>, is_sound: bool, is_weak: bool) -> Arc<Above> {
    let is_it = |above: &Arc<Above>| {
        above.name == name
            && above.key_id.as_deref() == key_id
            && (above.is_sound, above.is_weak) == (is_sound, is_weak)
    };
    let make = || {
        Arc::new(Above {
            name,
            key_id: key_id.map(Box::from),
            is_sound,
            is_weak,
        })
    };
    RECENT.with_borrow_mut(|recent| recent.alike((name, key_id), is_it, make))
}

impl Serialize for PathNote {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&bicle_pki::fingerprint::to_hex(&self.to_bytes()))
    }
}

/// Reads a note; one of another layout is as if it were not there.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<PathNote>, D::Error> {
    struct Reading;
    impl serde::de::Visitor<'_> for Reading {
        type Value = Option<PathNote>;

        fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("a text")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(bicle_pki::fingerprint::from_hex(text)
                .and_then(|bytes| PathNote::from_bytes(&bytes)))
        }
    }
    deserializer.deserialize_str(Reading)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_note_comes_back_and_another_layout_is_none() {
        for key_id in [None, Some(Box::from([])), Some(Box::from([7; 20]))] {
            let note = PathNote {
                subject: NameHash::of(b"subject"),
                above: Arc::new(Above {
                    name: NameHash::of(b"issuer"),
                    key_id,
                    is_sound: true,
                    is_weak: false,
                }),
            };
            let mut bytes = note.to_bytes();
            assert_eq!(PathNote::from_bytes(&bytes), Some(note.clone()));
            let text = serde_json::to_string(&note).unwrap();
            let mut reader = serde_json::Deserializer::from_str(&text);
            assert_eq!(deserialize(&mut reader).unwrap(), Some(note));
            *bytes.first_mut().unwrap() = 2;
            assert_eq!(PathNote::from_bytes(&bytes), None);
        }
        let mut reader = serde_json::Deserializer::from_str("\"zz\"");
        assert_eq!(deserialize(&mut reader).unwrap(), None);
    }
}
