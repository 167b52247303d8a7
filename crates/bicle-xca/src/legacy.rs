//! Databases of XCA 1: records one behind the other. Written after XCA's source: keys, requests,
//! certificates, lists, templates; what such a file says of revocations is not read.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};

use bicle_pki::certificate::Certificate;
use bicle_pki::public_key::PublicKey;
use bicle_pki::read::FoundItem;
use bicle_pki::request::CertificationRequest;
use bicle_pki::revocation_list::RevocationList;
use bicle_platform::secret::SecretText;

use crate::collect::{Collected, Listed, NO_ITEM, token_note};
use crate::database::{Database, LeftOutKind, LeftOutReason};
use crate::error::XcaError;
use crate::key::{MAX_KEYS, Opener, Protection};
use crate::password::candidates;
use crate::sqlite::{MAX_BYTES, MAX_ROWS};
use crate::template::{der_length, read_blob};

/// The first bytes of each record.
pub(crate) const MAGIC: [u8; 4] = [0xca, 0xdb, 0x19, 0x69];

/// Bytes of a record's head.
const HEAD_BYTES: usize = 96;

/// Flags of a record that stands for nothing any more: deleted, replaced.
const GONE: u16 = 3;

/// The version of a key's record since which its public half is a SubjectPublicKeyInfo.
const SPKI_VERSION: u16 = 2;

/// EVP_PKEY_RSA of OpenSSL.
const RSA: u32 = 6;

/// One record.
struct Record<'a> {
    kind: u16,
    version: u16,
    flags: u16,
    name: String,
    payload: &'a [u8],
}

/// A key whose private half is opened later.
struct Waiting<'a> {
    id: i64,
    protection: Protection,
    blob: &'a [u8],
}

/// Reads the records.
pub(crate) fn read(
    bytes: &[u8],
    passwords: &[&SecretText],
    cancelled: &AtomicBool,
) -> Result<Database, XcaError> {
    if bytes.len() > MAX_BYTES {
        return Err(XcaError::TooLarge);
    }
    let mut all = Collected::default();
    let mut waiting = Vec::new();
    let mut public_keys = HashMap::new();
    let mut tokens = HashMap::new();
    let mut pwhash = String::new();
    let (mut rest, mut id) = (bytes, 0_i64);
    while !rest.is_empty() {
        if cancelled.load(Ordering::Relaxed) {
            return Err(XcaError::Cancelled);
        }
        let Some((record, after)) = split_record(rest) else {
            // nothing tells where the next one begins
            if id == 0 {
                return Err(XcaError::Legacy);
            }
            all.broken(NO_ITEM, LeftOutKind::Unknown);
            break;
        };
        rest = after;
        id = id.saturating_add(1);
        if usize::try_from(id).is_ok_and(|id| id > MAX_ROWS) {
            let limit = MAX_ROWS;
            all.leave_out(
                NO_ITEM,
                "",
                LeftOutKind::Unknown,
                LeftOutReason::TooMany { limit },
            );
            break;
        }
        if record.flags & GONE != 0 {
            continue;
        }
        if record.kind == 6 {
            if record.name == "pwhash" {
                pwhash = text_of(record.payload);
            }
            continue;
        }
        let listed = Listed {
            name: record.name.clone(),
            ..Listed::default()
        };
        all.enlist(id, listed);
        let payload = record.payload;
        match record.kind {
            1 => match split_key(&record) {
                Some((protection, public, blob)) => {
                    public_keys.insert(id, public);
                    if !blob.is_empty() {
                        waiting.push(Waiting {
                            id,
                            protection,
                            blob,
                        });
                    }
                }
                None => all.broken(id, LeftOutKind::Key),
            },
            2 => match front(payload).and_then(|der| CertificationRequest::from_der(der).ok()) {
                Some(request) => all.found(id, FoundItem::Request(request)),
                None => all.broken(id, LeftOutKind::Request),
            },
            3 => match front(payload).and_then(|der| Certificate::from_der(der).ok()) {
                Some(certificate) => all.found(id, FoundItem::Certificate(certificate)),
                None => all.broken(id, LeftOutKind::Certificate),
            },
            4 => match front(payload).and_then(|der| RevocationList::from_der(der).ok()) {
                Some(list) => all.found(id, FoundItem::List(list)),
                None => all.broken(id, LeftOutKind::List),
            },
            5 => all.template(id, read_blob(i64::from(record.version), payload).ok()),
            7 => match split_token(payload) {
                Some((note, public)) => {
                    tokens.insert(id, note);
                    public_keys.insert(id, public);
                    all.leave(id, LeftOutKind::TokenKey, LeftOutReason::OnToken);
                }
                None => all.broken(id, LeftOutKind::TokenKey),
            },
            _ => all.broken(id, LeftOutKind::Unknown),
        }
    }
    let mut opener = Opener::new(candidates(passwords), &pwhash, cancelled);
    let private: BTreeSet<i64> = waiting.iter().map(|key| key.id).collect();
    for (tried, key) in waiting.into_iter().enumerate() {
        if tried >= MAX_KEYS {
            let limit = MAX_KEYS;
            all.leave_out(
                NO_ITEM,
                "",
                LeftOutKind::Key,
                LeftOutReason::TooMany { limit },
            );
            break;
        }
        if cancelled.load(Ordering::Relaxed) {
            return Err(XcaError::Cancelled);
        }
        match opener.open(key.blob, public_keys.get(&key.id), key.protection)? {
            Ok(found) => all.found(key.id, FoundItem::Key(found)),
            Err(why) => all.leave(key.id, LeftOutKind::Key, why),
        }
    }
    all.keys_without_private_half(public_keys, &private, &tokens);
    Ok(all.into_database(0, Vec::new()))
}

/// The record in front: head {magic, length with the head, version of the head, kind, version, flags,
/// 80 octets of name}, all big-endian, then the payload.
fn split_record(bytes: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let (magic, rest) = bytes.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (_, rest) = rest.split_first_chunk::<2>()?;
    let (kind, rest) = rest.split_first_chunk::<2>()?;
    let (version, rest) = rest.split_first_chunk::<2>()?;
    let (flags, rest) = rest.split_first_chunk::<2>()?;
    let (name, _) = rest.split_first_chunk::<80>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    if *magic != MAGIC || length < HEAD_BYTES {
        return None;
    }
    let (whole, after) = bytes.split_at_checked(length)?;
    let record = Record {
        kind: u16::from_be_bytes(*kind),
        version: u16::from_be_bytes(*version),
        flags: u16::from_be_bytes(*flags),
        name: text_of(name),
        payload: whole.get(HEAD_BYTES..)?,
    };
    Some((record, after))
}

/// What protects a key, its public half, and its encrypted private half (empty: there is none).
fn split_key<'a>(record: &Record<'a>) -> Option<(Protection, PublicKey, &'a [u8])> {
    let (kind, rest) = record.payload.split_first_chunk::<4>()?;
    let (own, rest) = rest.split_first_chunk::<4>()?;
    let (public, blob) = rest.split_at_checked(der_length(rest)?)?;
    let public = if record.version >= SPKI_VERSION {
        PublicKey::from_spki_der(public).ok()?
    } else if u32::from_be_bytes(*kind) == RSA {
        PublicKey::from_spki_der(&rsa_spki(public)?).ok()?
    } else {
        return None;
    };
    let protection = Protection::of(Some(i64::from(u32::from_be_bytes(*own))));
    Some((protection, public, blob))
}

/// The SubjectPublicKeyInfo around an RSAPublicKey.
fn rsa_spki(key: &[u8]) -> Option<Vec<u8>> {
    const RSA_ENCRYPTION: [u8; 15] = [
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0,
    ];
    let bits = element(0x03, &[&[0], key])?;
    element(0x30, &[&RSA_ENCRYPTION, &bits])
}

/// One DER element of less than 64 KiB.
fn element(tag: u8, parts: &[&[u8]]) -> Option<Vec<u8>> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let [high, low] = u16::try_from(length).ok()?.to_be_bytes();
    let head: &[u8] = match (high, low) {
        (0, 0..0x80) => &[tag, low],
        (0, _) => &[tag, 0x81, low],
        _ => &[tag, 0x82, high, low],
    };
    Some([&[head], parts].concat().concat())
}

/// A note of the token, and the public key.
fn split_token(payload: &[u8]) -> Option<(String, PublicKey)> {
    let mut rest = payload;
    let mut text = || {
        let end = rest.iter().position(|octet| *octet == 0)?;
        let (text, after) = rest.split_at_checked(end)?;
        rest = after.get(1..)?;
        Some(String::from_utf8_lossy(text).into_owned())
    };
    let (serial, manufacturer, label) = (text()?, text()?, text()?);
    let (slot_label, model, object) = (text()?, text()?, text()?);
    let (mechanisms, rest) = rest.split_first_chunk::<4>()?;
    let skipped = usize::try_from(u32::from_be_bytes(*mechanisms))
        .ok()?
        .checked_mul(4)?;
    let public = PublicKey::from_spki_der(front(rest.get(skipped..)?)?).ok()?;
    let note = token_note(&[manufacturer, model, serial, label, slot_label, object]);
    Some((note, public))
}

/// The SEQUENCE in front.
fn front(payload: &[u8]) -> Option<&[u8]> {
    payload.get(..der_length(payload)?)
}

/// The text before the first zero octet.
fn text_of(octets: &[u8]) -> String {
    let text = octets.split(|octet| *octet == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}
