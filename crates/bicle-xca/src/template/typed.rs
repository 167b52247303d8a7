//! The fields of a template that have a type of their own.

use std::collections::BTreeMap;

use bicle_pki::extension::KeyUsage;
use bicle_pki::name::DistinguishedName;
use bicle_pki::oid::Oid;

use super::{TemplateConstraints, TemplateValidity, XcaTemplate};

/// The names that fields had in versions before.
const FORMER_NAMES: [(&str, &str); 2] = [
    ("eKyUseCritical", "ekuCritical"),
    ("keyUseCritical", "kuCritical"),
];

/// Key usages by their bit, 0 first (RFC 5280 §4.2.1.3).
const USAGES: [KeyUsage; 9] = [
    KeyUsage::DIGITAL_SIGNATURE,
    KeyUsage::NON_REPUDIATION,
    KeyUsage::KEY_ENCIPHERMENT,
    KeyUsage::DATA_ENCIPHERMENT,
    KeyUsage::KEY_AGREEMENT,
    KeyUsage::KEY_CERT_SIGN,
    KeyUsage::CRL_SIGN,
    KeyUsage::ENCIPHER_ONLY,
    KeyUsage::DECIPHER_ONLY,
];

/// OpenSSL's short names of the purposes that XCA offers (its file `eku.txt`).
const PURPOSES: [(&str, &str); 27] = [
    ("serverAuth", "1.3.6.1.5.5.7.3.1"),
    ("clientAuth", "1.3.6.1.5.5.7.3.2"),
    ("codeSigning", "1.3.6.1.5.5.7.3.3"),
    ("emailProtection", "1.3.6.1.5.5.7.3.4"),
    ("ipsecEndSystem", "1.3.6.1.5.5.7.3.5"),
    ("ipsecTunnel", "1.3.6.1.5.5.7.3.6"),
    ("ipsecUser", "1.3.6.1.5.5.7.3.7"),
    ("timeStamping", "1.3.6.1.5.5.7.3.8"),
    ("OCSPSigning", "1.3.6.1.5.5.7.3.9"),
    ("DVCS", "1.3.6.1.5.5.7.3.10"),
    ("ipsecIKE", "1.3.6.1.5.5.7.3.17"),
    ("capwapAC", "1.3.6.1.5.5.7.3.18"),
    ("capwapWTP", "1.3.6.1.5.5.7.3.19"),
    ("secureShellClient", "1.3.6.1.5.5.7.3.21"),
    ("secureShellServer", "1.3.6.1.5.5.7.3.22"),
    ("sendRouter", "1.3.6.1.5.5.7.3.23"),
    ("iKEIntermediate", "1.3.6.1.5.5.8.2.2"),
    ("anyExtendedKeyUsage", "2.5.29.37.0"),
    ("pkInitClientAuth", "1.3.6.1.5.2.3.4"),
    ("pkInitKDC", "1.3.6.1.5.2.3.5"),
    ("msCodeInd", "1.3.6.1.4.1.311.2.1.21"),
    ("msCodeCom", "1.3.6.1.4.1.311.2.1.22"),
    ("msCTLSign", "1.3.6.1.4.1.311.10.3.1"),
    ("msSGC", "1.3.6.1.4.1.311.10.3.3"),
    ("msEFS", "1.3.6.1.4.1.311.10.3.4"),
    ("msSmartcardLogin", "1.3.6.1.4.1.311.20.2.2"),
    ("nsSGC", "2.16.840.1.113730.4.1"),
];

/// The template of these fields.
pub(super) fn template(
    subject: DistinguishedName,
    mut fields: BTreeMap<String, String>,
) -> XcaTemplate {
    for (former, name) in FORMER_NAMES {
        if let Some(value) = fields.remove(former) {
            fields.entry(name.to_owned()).or_insert(value);
        }
    }
    // XCA 2.8 exports name and comment with the fields
    let name = fields.remove("internal_name").unwrap_or_default();
    let comment = fields.remove("internal_comment").unwrap_or_default();
    let text = |key: &str| {
        fields
            .get(key)
            .map(|value| value.trim())
            .unwrap_or_default()
    };
    let number = |key: &str| text(key).parse::<u32>().ok();
    let (extended_key_usage, extended_key_usage_unknown) = purposes(text("eKeyUse"));
    XcaTemplate {
        name,
        comment,
        created: None,
        subject,
        subject_alt_names: without_critical(text("subAltName")),
        key_usage: key_usage(number("keyUse").unwrap_or(0)),
        key_usage_critical: text("kuCritical") == "1",
        extended_key_usage,
        extended_key_usage_unknown,
        extended_key_usage_critical: text("ekuCritical") == "1",
        basic_constraints: match number("ca") {
            Some(1) => TemplateConstraints::Authority {
                path_length: number("basicPath"),
            },
            Some(2) => TemplateConstraints::EndEntity,
            _ => TemplateConstraints::None,
        },
        validity: number("validN").and_then(|count| match number("validM") {
            Some(0) => Some(TemplateValidity::Days(count)),
            Some(1) => Some(TemplateValidity::Months(count)),
            Some(2) => Some(TemplateValidity::Years(count)),
            _ => None,
        }),
        advanced: text("adv_ext").to_owned(),
        fields,
    }
}

fn key_usage(bits: u32) -> KeyUsage {
    let set: Vec<KeyUsage> = (0_u32..)
        .zip(USAGES)
        .filter(|(bit, _)| bits >> bit & 1 == 1)
        .map(|(_, usage)| usage)
        .collect();
    KeyUsage::of(&set)
}

/// The purposes of `serverAuth, 1.2.3, other`: identifiers, and the names that are none.
fn purposes(text: &str) -> (Vec<Oid>, Vec<String>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for purpose in text.split(',').map(str::trim) {
        if purpose.is_empty() || purpose == "critical" {
            continue;
        }
        let dotted = PURPOSES
            .iter()
            .find(|(name, _)| *name == purpose)
            .map_or(purpose, |(_, dotted)| dotted);
        match Oid::parse(dotted) {
            Some(oid) => known.push(oid),
            None => unknown.push(purpose.to_owned()),
        }
    }
    (known, unknown)
}

fn without_critical(names: &str) -> String {
    match names.split_once(',') {
        Some((first, rest)) if first.trim() == "critical" => rest.trim().to_owned(),
        _ => names.to_owned(),
    }
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
    fn every_known_purpose_has_an_identifier() {
        for (name, _) in PURPOSES {
            let (known, unknown) = purposes(name);
            assert_eq!((known.len(), unknown.len()), (1, 0), "{name}");
        }
        let (known, unknown) = purposes("critical, serverAuth,1.2.3 , ,something");
        assert_eq!(known.len(), 2);
        assert_eq!(unknown, ["something"]);
    }

    #[test]
    fn critical_is_taken_off_the_names() {
        assert_eq!(
            without_critical("critical, DNS:a, IP:1.2.3.4"),
            "DNS:a, IP:1.2.3.4"
        );
        assert_eq!(without_critical("DNS:critical,DNS:b"), "DNS:critical,DNS:b");
        assert_eq!(without_critical("DNS:copycn"), "DNS:copycn");
    }
}
