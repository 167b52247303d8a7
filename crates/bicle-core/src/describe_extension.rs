//! Lays out one extension of a certificate or request: its name, and what it says in words.

use bicle_igc::TemplateExtensions;
use bicle_pki::extension::{
    AccessDescription, Decoded, DistributionPoint, Extension, GeneralName, KeyUsage,
    NameConstraints, Policy, parse_extended_key_usage,
};
use bicle_pki::oid::{self, Oid};

use crate::describe::{branch_word, hexadecimal, offer_word, plain, row, use_word, word};
use crate::details::{Label, Row, Section, Value};

/// The agency's private extension: which kind of product this is.
const IGC_SANTE_PRODUCT: &str = "1.2.250.1.71.1.2.5";

/// A section for one extension.
pub(crate) fn section(extension: &Extension) -> Section {
    let dotted = extension.oid.to_string();
    let known = title_word(&dotted);
    let title = known.map_or_else(|| Label::Text(extension.name()), Label::Code);
    let rows = match product(&dotted, &extension.value) {
        Some(rows) => rows,
        None => decoded(extension.decode()),
    };
    Section {
        title,
        critical: extension.critical,
        rows,
    }
}

/// The extensions that a request made from a template asks for, in the words of its own details.
pub(crate) fn asked(extensions: &TemplateExtensions) -> Vec<Section> {
    let listed = |values: Vec<Value>| match values.is_empty() {
        true => Vec::new(),
        false => vec![Row {
            label: Label::Code("label-value"),
            values,
        }],
    };
    let text = |text: &String| Value::Text(text.clone());
    let usages = &extensions.key_usage;
    let usages = match KeyUsage::parse_names(usages.iter().map(String::as_str)) {
        Ok(usage) => key_usages(usage).map(word).collect(),
        Err(_) => usages.iter().map(text).collect(),
    };
    let purposes = extensions.extended_key_usage.iter();
    let purposes = purposes.map(|name| {
        parse_extended_key_usage(name).map_or_else(|_| text(name), |found| purpose(&found))
    });
    let names = extensions.subject_alt_names.iter();
    let names = names.map(|name| {
        GeneralName::parse(name).map_or_else(
            |_| row("label-value", text(name)),
            |found| general_name(&found),
        )
    });
    vec![
        plain("extension-key-usage", listed(usages)),
        plain("extension-extended-key-usage", listed(purposes.collect())),
        plain("extension-subject-alternative-name", names.collect()),
    ]
}

fn title_word(dotted: &str) -> Option<&'static str> {
    Some(match dotted {
        "2.5.29.14" => "extension-subject-key-identifier",
        "2.5.29.15" => "extension-key-usage",
        "2.5.29.16" => "extension-private-key-usage-period",
        "2.5.29.17" => "extension-subject-alternative-name",
        "2.5.29.18" => "extension-issuer-alternative-name",
        "2.5.29.19" => "extension-basic-constraints",
        "2.5.29.20" => "extension-crl-number",
        "2.5.29.27" => "extension-delta-crl-indicator",
        "2.5.29.28" => "extension-issuing-distribution-point",
        "1.3.6.1.4.1.311.20.2" => "extension-microsoft-template-name",
        "1.3.6.1.4.1.311.21.7" => "extension-microsoft-template",
        "1.2.840.113549.1.9.15" => "extension-smime-capabilities",
        "2.5.29.30" => "extension-name-constraints",
        "2.5.29.31" => "extension-crl-distribution-points",
        "2.5.29.32" => "extension-certificate-policies",
        "2.5.29.33" => "extension-policy-mappings",
        "2.5.29.35" => "extension-authority-key-identifier",
        "2.5.29.36" => "extension-policy-constraints",
        "2.5.29.37" => "extension-extended-key-usage",
        "2.5.29.46" => "extension-freshest-crl",
        "2.5.29.54" => "extension-inhibit-any-policy",
        "1.3.6.1.5.5.7.1.1" => "extension-authority-information-access",
        "1.3.6.1.5.5.7.1.11" => "extension-subject-information-access",
        "2.16.840.1.113730.1.1" => "extension-netscape-type",
        "2.16.840.1.113730.1.13" => "extension-netscape-comment",
        IGC_SANTE_PRODUCT => "extension-igc-sante-product",
        _ => return None,
    })
}

fn product(dotted: &str, value: &[u8]) -> Option<Vec<Row>> {
    if dotted != IGC_SANTE_PRODUCT {
        return None;
    }
    let code = match bicle_igc::product_kind(value)? {
        bicle_igc::ProductKind::ProductionSoftware => "product-production-software",
        bicle_igc::ProductKind::TestSoftware => "product-test-software",
        bicle_igc::ProductKind::TestCard => "product-test-card",
    };
    Some(vec![
        row("label-meaning", word(code)),
        row("label-value", Value::Hex(hexadecimal(value))),
    ])
}

fn decoded(decoded: Decoded) -> Vec<Row> {
    match decoded {
        Decoded::SubjectKeyId(bytes) => {
            vec![row("label-identifier", Value::Hex(hexadecimal(&bytes)))]
        }
        Decoded::AuthorityKeyId(found) => {
            let mut rows = Vec::new();
            if let Some(bytes) = found.key_id {
                rows.push(row("label-identifier", Value::Hex(hexadecimal(&bytes))));
            }
            rows.extend(found.issuer.iter().map(general_name));
            if let Some(serial) = found.serial {
                rows.push(row("label-serial", Value::Hex(hexadecimal(&serial))));
            }
            rows
        }
        Decoded::KeyUsage(usage) => vec![Row {
            label: Label::Code("label-value"),
            values: key_usages(usage).map(word).collect(),
        }],
        Decoded::ExtendedKeyUsage(purposes) => vec![Row {
            label: Label::Code("label-value"),
            values: purposes.iter().map(purpose).collect(),
        }],
        Decoded::BasicConstraints(found) => {
            let authority = if found.authority { "yes" } else { "no" };
            let mut rows = vec![row("label-is-authority", word(authority))];
            if let Some(length) = found.path_length {
                rows.push(row("label-path-length", Value::Text(length.to_string())));
            }
            rows
        }
        Decoded::SubjectAltName(names) | Decoded::IssuerAltName(names) => {
            names.iter().map(general_name).collect()
        }
        Decoded::CertificatePolicies(policies) => policies.iter().flat_map(policy).collect(),
        Decoded::CrlDistributionPoints(points) => {
            points.iter().flat_map(distribution_point).collect()
        }
        Decoded::AuthorityInfoAccess(found) => found.iter().map(access).collect(),
        Decoded::NameConstraints(found) => name_constraints(&found),
        Decoded::Comment(text) => vec![row("label-value", Value::Text(text))],
        Decoded::PrivateUse(bytes) | Decoded::Unknown(bytes) => {
            vec![row("label-raw", Value::Hex(hexadecimal(&bytes)))]
        }
        Decoded::Malformed { value, .. } => {
            vec![row("label-raw", Value::Hex(hexadecimal(&value)))]
        }
        other => vec![row("label-value", Value::Text(other.to_string()))],
    }
}

fn key_usages(usage: KeyUsage) -> impl Iterator<Item = &'static str> {
    const WORDS: [(KeyUsage, &str); 9] = [
        (KeyUsage::DIGITAL_SIGNATURE, "key-usage-digital-signature"),
        (KeyUsage::NON_REPUDIATION, "key-usage-non-repudiation"),
        (KeyUsage::KEY_ENCIPHERMENT, "key-usage-key-encipherment"),
        (KeyUsage::DATA_ENCIPHERMENT, "key-usage-data-encipherment"),
        (KeyUsage::KEY_AGREEMENT, "key-usage-key-agreement"),
        (KeyUsage::KEY_CERT_SIGN, "key-usage-cert-sign"),
        (KeyUsage::CRL_SIGN, "key-usage-crl-sign"),
        (KeyUsage::ENCIPHER_ONLY, "key-usage-encipher-only"),
        (KeyUsage::DECIPHER_ONLY, "key-usage-decipher-only"),
    ];
    WORDS
        .into_iter()
        .filter(move |(bit, _)| usage.contains(*bit))
        .map(|(_, code)| code)
}

fn purpose(purpose: &Oid) -> Value {
    let dotted = purpose.to_string();
    let code = match dotted.as_str() {
        "1.3.6.1.5.5.7.3.1" => "eku-server-auth",
        "1.3.6.1.5.5.7.3.2" => "eku-client-auth",
        "1.3.6.1.5.5.7.3.3" => "eku-code-signing",
        "1.3.6.1.5.5.7.3.4" => "eku-email-protection",
        "1.3.6.1.5.5.7.3.8" => "eku-time-stamping",
        "1.3.6.1.5.5.7.3.9" => "eku-ocsp-signing",
        "1.3.6.1.4.1.311.20.2.2" => "eku-smart-card-logon",
        "2.5.29.37.0" => "eku-any",
        _ => return Value::Text(dotted),
    };
    word(code)
}

fn general_name(name: &GeneralName) -> Row {
    match name {
        GeneralName::Email(text) => row("label-email", Value::Text(text.clone())),
        GeneralName::Dns(text) => row("label-dns", Value::Text(text.clone())),
        GeneralName::Uri(text) => row("label-uri", Value::Text(text.clone())),
        GeneralName::Directory(found) => {
            row("label-directory-name", Value::Text(found.to_rfc4514()))
        }
        GeneralName::RegisteredId(found) => {
            row("label-registered-id", Value::Text(found.to_string()))
        }
        GeneralName::Other { kind, .. } => {
            let upn = *kind == oid::OTHER_NAME_UPN;
            let label = if upn { "label-upn" } else { "label-other-name" };
            let text = name.other_text().unwrap_or_else(|| name.to_string());
            row(label, Value::Text(text))
        }
        GeneralName::Ip(_) => {
            let text = name.to_string();
            let shown = text.strip_prefix("ip:").unwrap_or(&text).to_owned();
            row("label-ip", Value::Text(shown))
        }
        GeneralName::Undecoded(bytes) => row("label-raw", Value::Hex(hexadecimal(bytes))),
        other => row("label-other-name", Value::Text(other.to_string())),
    }
}

/// A policy, its meaning for IGC-Santé, its notices and addresses.
fn policy(policy: &Policy) -> Vec<Row> {
    let mut rows = vec![row("label-policy", Value::Text(policy.oid.to_string()))];
    if let Some(meaning) = bicle_igc::policy_meaning(&policy.oid) {
        let words = [
            Some(branch_word(meaning.branch)),
            meaning.offer.map(offer_word),
            meaning.use_.map(use_word),
        ];
        let values = words.into_iter().flatten().map(word).collect();
        rows.push(Row {
            label: Label::Code("label-meaning"),
            values,
        });
    }
    rows.extend(
        policy
            .cps_uris
            .iter()
            .map(|uri| row("label-uri", Value::Text(uri.clone()))),
    );
    rows.extend(
        policy
            .notices
            .iter()
            .map(|text| row("label-value", Value::Text(text.clone()))),
    );
    rows
}

fn distribution_point(point: &DistributionPoint) -> Vec<Row> {
    point
        .names
        .iter()
        .chain(&point.crl_issuer)
        .map(general_name)
        .collect()
}

fn access(access: &AccessDescription) -> Row {
    let found = general_name(&access.location);
    let label = if access.method == oid::ACCESS_OCSP {
        Label::Code("label-ocsp")
    } else if access.method == oid::ACCESS_CA_ISSUERS {
        Label::Code("label-ca-issuers")
    } else {
        Label::Text(access.method.to_string())
    };
    Row {
        label,
        values: found.values,
    }
}

fn name_constraints(found: &NameConstraints) -> Vec<Row> {
    let side = |label, subtrees: &[bicle_pki::extension::Subtree]| Row {
        label: Label::Code(label),
        values: subtrees
            .iter()
            .map(|tree| Value::Text(tree.base.to_string()))
            .collect(),
    };
    let rows = [
        side("label-permitted", &found.permitted),
        side("label-excluded", &found.excluded),
    ];
    rows.into_iter()
        .filter(|row| !row.values.is_empty())
        .collect()
}
