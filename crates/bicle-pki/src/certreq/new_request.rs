//! The section `[NewRequest]`.

use crate::extension::KeyUsage;
use crate::key_generate::{KeyType, RsaBits};
use crate::name::DistinguishedName;
use crate::request::RequestTemplate;

use super::ini::{Entry, Ini};
use super::subject::{self, FLAG_NAMES, NameFlags};
use super::{CertReqError, CertReqFault, NEW_REQUEST, Notice, NoticeKind, shortened};

/// The least length of RSA key that is made for a file that asks for a shorter one: that of
/// IGC-Santé, and the least that authorities take today.
const LEAST_RSA: RsaBits = RsaBits::Rsa2048;

/// What the section asks for.
pub(super) struct Asked {
    pub(super) template: RequestTemplate,
    pub(super) key_type: KeyType,
    pub(super) friendly_name: Option<String>,
    pub(super) key_usage: Option<(usize, KeyUsage)>,
    /// The line of `SMIME = TRUE`.
    pub(super) smime: Option<usize>,
    pub(super) subject_line: usize,
    pub(super) name_flags: NameFlags,
}

/// What becomes of each key that has no effect on a request.
const WITHOUT_EFFECT: &[(&str, NoticeKind)] = &[
    ("ExportableEncrypted", NoticeKind::WindowsOnly),
    ("KeyUsageProperty", NoticeKind::WindowsOnly),
    ("KeySpec", NoticeKind::WindowsOnly),
    ("MachineKeySet", NoticeKind::WindowsOnly),
    ("UserProtected", NoticeKind::WindowsOnly),
    ("KeyContainer", NoticeKind::WindowsOnly),
    ("ContainerNamePrefix", NoticeKind::WindowsOnly),
    ("KeyProtection", NoticeKind::WindowsOnly),
    ("ProviderName", NoticeKind::WindowsOnly),
    ("ProviderType", NoticeKind::WindowsOnly),
    ("SecurityDescriptor", NoticeKind::WindowsOnly),
    ("Silent", NoticeKind::WindowsOnly),
    ("ReaderName", NoticeKind::WindowsOnly),
    ("PrivateKeyArchive", NoticeKind::NotForRequests),
    ("EncryptionAlgorithm", NoticeKind::NotForRequests),
    ("EncryptionLength", NoticeKind::NotForRequests),
    ("NotBefore", NoticeKind::NotForRequests),
    ("NotAfter", NoticeKind::NotForRequests),
    ("ValidityPeriod", NoticeKind::NotForRequests),
    ("ValidityPeriodUnits", NoticeKind::NotForRequests),
    ("SuppressDefaults", NoticeKind::NotForRequests),
    ("RenewalCert", NoticeKind::NewKey),
    ("RequesterName", NoticeKind::NamesLeftOut),
    ("SubjectNameFlags", NoticeKind::NamesLeftOut),
];

pub(super) fn read(file: &Ini, notices: &mut Vec<Notice>) -> Result<Asked, CertReqError> {
    let entries = file.entries(NEW_REQUEST)?;
    for (index, entry) in entries.iter().enumerate() {
        if entries.iter().take(index).any(|other| other.is(&entry.key)) {
            return Err(entry.error(CertReqFault::Twice(shortened(&entry.key))));
        }
        // no key of this section is known by a longer name: checking for doubles stays cheap
        if index >= MAX_KEYS {
            return Err(entry.error(CertReqFault::TooLarge));
        }
    }
    let find = |key: &str| entries.iter().find(|entry| entry.is(key));

    if let Some(entry) = find("RequestType") {
        request_type(entry)?;
    }
    let name_flags = match find("X500NameFlags") {
        Some(entry) => NameFlags::from_bits(flags(entry, &FLAG_NAMES)?),
        None => NameFlags::default(),
    };
    let subject_entry = find("Subject");
    let subject = match subject_entry {
        Some(entry) => subject::parse(&entry.value(), name_flags)
            .map_err(|error| entry.error(CertReqFault::Subject(error)))?,
        None => DistinguishedName::empty(),
    };
    let key_type = key_type(find("KeyAlgorithm"), find("KeyLength"), notices)?;
    if let Some(entry) = find("HashAlgorithm") {
        hash(entry, key_type, notices)?;
    }
    let key_usage = match find("KeyUsage") {
        Some(entry) => key_usage(entry)?.map(|usage| (entry.line, usage)),
        None => None,
    };
    let mut smime = None;
    for entry in entries {
        match entry.key.to_ascii_lowercase().as_str() {
            "smime" if boolean(entry)? => smime = Some(entry.line),
            "exportable" if !boolean(entry)? => notices.push(notice(entry, NoticeKind::Exportable)),
            "useexistingkeyset" if boolean(entry)? => {
                notices.push(notice(entry, NoticeKind::NewKey));
            }
            "alternatesignaturealgorithm" if boolean(entry)? => {
                // only RSA has another signature
                if matches!(key_type, KeyType::Rsa(_)) {
                    notices.push(notice(entry, NoticeKind::NoPss));
                }
            }
            "subject"
            | "x500nameflags"
            | "requesttype"
            | "keyalgorithm"
            | "keylength"
            | "hashalgorithm"
            | "keyusage"
            | "friendlyname"
            | "smime"
            | "exportable"
            | "useexistingkeyset"
            | "alternatesignaturealgorithm" => {}
            _ => {
                let known = WITHOUT_EFFECT.iter().find(|(key, _)| entry.is(key));
                let kind = known.map_or(NoticeKind::Unknown, |(_, kind)| kind.clone());
                notices.push(notice(entry, kind));
            }
        }
    }
    Ok(Asked {
        template: RequestTemplate::for_subject(subject),
        key_type,
        friendly_name: find("FriendlyName")
            .map(|entry| entry.value().trim().to_owned())
            .filter(|name| !name.is_empty()),
        key_usage,
        smime,
        subject_line: subject_entry.map_or(0, |entry| entry.line),
        name_flags,
    })
}

/// The most keys of the section: the documentation has under 40.
const MAX_KEYS: usize = 256;

pub(super) fn notice(entry: &Entry, kind: NoticeKind) -> Notice {
    Notice {
        line: entry.line,
        key: shortened(&entry.key),
        kind,
    }
}

fn boolean(entry: &Entry) -> Result<bool, CertReqError> {
    match entry.value().trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(entry.invalid()),
    }
}

fn request_type(entry: &Entry) -> Result<(), CertReqError> {
    let value = entry.value();
    let value = value.trim();
    if value == "1" || value.eq_ignore_ascii_case("PKCS10") {
        return Ok(());
    }
    Err(entry.error(CertReqFault::RequestType(shortened(value))))
}

fn key_type(
    algorithm: Option<&Entry>,
    length: Option<&Entry>,
    notices: &mut Vec<Notice>,
) -> Result<KeyType, CertReqError> {
    let length_bits = match length {
        Some(entry) => {
            let bits = entry.value().trim().parse::<u32>();
            Some(bits.map_err(|_| entry.error(bad_length(entry)))?)
        }
        None => None,
    };
    let name = algorithm.map_or("RSA".to_owned(), |entry| {
        entry.value().trim().to_ascii_uppercase()
    });
    // keys for agreement are the same keys
    let on_curve = name.strip_prefix("ECDSA").or(name.strip_prefix("ECDH"));
    let (made, bits) = match (name.as_str(), on_curve, length_bits) {
        ("RSA", ..) => return rsa(length, length_bits, notices),
        (_, Some("_P256"), _) | (_, Some(""), Some(256)) => (KeyType::EcP256, 256),
        (_, Some("_P384"), _) | (_, Some(""), Some(384)) => (KeyType::EcP384, 384),
        (_, Some("_P521"), _) | (_, Some(""), Some(521)) => (KeyType::EcP521, 521),
        _ => {
            let line = algorithm.map_or(0, |entry| entry.line);
            return Err(CertReqFault::KeyAlgorithm(shortened(&name)).at(line));
        }
    };
    match length {
        Some(entry) if length_bits != Some(bits) => Err(entry.error(bad_length(entry))),
        _ => Ok(made),
    }
}

fn bad_length(entry: &Entry) -> CertReqFault {
    CertReqFault::KeyLength(shortened(&entry.value()))
}

fn rsa(
    length: Option<&Entry>,
    bits: Option<u32>,
    notices: &mut Vec<Notice>,
) -> Result<KeyType, CertReqError> {
    let (Some(entry), Some(bits)) = (length, bits) else {
        return Ok(KeyType::Rsa(LEAST_RSA));
    };
    // what Windows makes at the least
    if (384..LEAST_RSA.bits()).contains(&bits) {
        let bits = LEAST_RSA.bits();
        notices.push(notice(entry, NoticeKind::KeyLength { bits }));
        return Ok(KeyType::Rsa(LEAST_RSA));
    }
    let bits = RsaBits::from_bits(bits).ok_or_else(|| entry.error(bad_length(entry)))?;
    Ok(KeyType::Rsa(bits))
}

/// The hash goes with the key; another one that is asked for is told.
fn hash(entry: &Entry, key_type: KeyType, notices: &mut Vec<Notice>) -> Result<(), CertReqError> {
    const KNOWN: [&str; 8] = [
        "md2", "md4", "md5", "sha", "sha1", "sha256", "sha384", "sha512",
    ];
    let asked = entry.value().trim().to_ascii_lowercase().replace('-', "");
    if !KNOWN.contains(&asked.as_str()) {
        return Err(entry.invalid());
    }
    let used = match key_type {
        KeyType::Rsa(_) | KeyType::EcP256 => "SHA-256",
        KeyType::EcP384 => "SHA-384",
        KeyType::EcP521 => "SHA-512",
        KeyType::Ed25519 => "",
    };
    if used.to_ascii_lowercase().replace('-', "") != asked {
        let used = used.to_owned();
        notices.push(notice(entry, NoticeKind::Hash { used }));
    }
    Ok(())
}

/// The names of wincrypt.h with their bits, and those of RFC 5280.
const USAGE_NAMES: [(&str, u32); 20] = [
    ("CERT_DIGITAL_SIGNATURE_KEY_USAGE", 0x80),
    ("CERT_NON_REPUDIATION_KEY_USAGE", 0x40),
    ("CERT_KEY_ENCIPHERMENT_KEY_USAGE", 0x20),
    ("CERT_DATA_ENCIPHERMENT_KEY_USAGE", 0x10),
    ("CERT_KEY_AGREEMENT_KEY_USAGE", 0x08),
    ("CERT_KEY_CERT_SIGN_KEY_USAGE", 0x04),
    ("CERT_OFFLINE_CRL_SIGN_KEY_USAGE", 0x02),
    ("CERT_CRL_SIGN_KEY_USAGE", 0x02),
    ("CERT_ENCIPHER_ONLY_KEY_USAGE", 0x01),
    ("CERT_DECIPHER_ONLY_KEY_USAGE", 0x8000),
    ("digitalSignature", 0x80),
    ("nonRepudiation", 0x40),
    ("contentCommitment", 0x40),
    ("keyEncipherment", 0x20),
    ("dataEncipherment", 0x10),
    ("keyAgreement", 0x08),
    ("keyCertSign", 0x04),
    ("cRLSign", 0x02),
    ("encipherOnly", 0x01),
    ("decipherOnly", 0x8000),
];

/// The usages; none, which is no extension, for 0.
fn key_usage(entry: &Entry) -> Result<Option<KeyUsage>, CertReqError> {
    let bits = flags(entry, &USAGE_NAMES)?;
    let usage = KeyUsage::from_windows_bits(bits).ok_or_else(|| entry.invalid())?;
    Ok((!usage.is_empty()).then_some(usage))
}

/// Flags joined with `|`: names, decimal numbers, hexadecimal ones after `0x`.
fn flags(entry: &Entry, names: &[(&str, u32)]) -> Result<u32, CertReqError> {
    let value = entry.value();
    let mut bits = 0;
    for word in value.split('|') {
        let word = word.trim();
        let named = names
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word))
            .map(|(_, bits)| *bits);
        let hexadecimal = word.strip_prefix("0x").or(word.strip_prefix("0X"));
        let number = match hexadecimal {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                u32::from_str_radix(digits, 16).ok()
            }
            _ if word.bytes().all(|byte| byte.is_ascii_digit()) => word.parse().ok(),
            _ => None,
        };
        bits |= named.or(number).ok_or_else(|| entry.invalid())?;
    }
    Ok(bits)
}
