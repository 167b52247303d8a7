//! Whether the portal takes a request: RSA 2048, SHA-256, PKCS#10, a subject that is not empty (the agency's
//! guide, §7.1, §7.2, §8.4).

use bicle_pki::algorithm::KeyAlgorithm;
use bicle_pki::oid;
use bicle_pki::request::CertificationRequest;

/// The size of the key that the portal takes, in bits: that of every product.
const KEY_BITS: u32 = 2_048;

/// One rule, and whether a request keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCheck {
    /// Its code, the end of its catalogue key `request-rule-…`: `signature`, `key-type`, `key-size`, `hash`,
    /// `subject` or `values`.
    pub rule: &'static str,
    /// Whether the request keeps it.
    pub kept: bool,
    /// What was found: an algorithm, a size, the attributes that are empty. May be empty.
    pub detail: String,
}

/// Every rule, in the order in which a person mends them.
#[must_use]
pub fn check_request(request: &CertificationRequest) -> Vec<RuleCheck> {
    let algorithm = request.public_key().algorithm();
    let key_bits = match algorithm {
        KeyAlgorithm::Rsa { bits } => Some(bits),
        _ => None,
    };
    let signature_algorithm = request.signature_algorithm_oid();
    let empty_values: Vec<String> = request
        .subject()
        .attributes()
        .filter(|attribute| attribute.value.trim().is_empty())
        .map(|attribute| oid_label(&attribute.oid))
        .collect();
    vec![
        RuleCheck {
            rule: "signature",
            kept: request.verify_signature(),
            detail: String::new(),
        },
        RuleCheck {
            rule: "key-type",
            kept: key_bits.is_some(),
            detail: algorithm.to_string(),
        },
        RuleCheck {
            rule: "key-size",
            kept: key_bits == Some(KEY_BITS),
            detail: algorithm.to_string(),
        },
        RuleCheck {
            rule: "hash",
            kept: *signature_algorithm == oid::SHA256_WITH_RSA,
            detail: oid_label(signature_algorithm),
        },
        RuleCheck {
            rule: "subject",
            kept: !request.subject().is_empty(),
            detail: request.subject().to_rfc4514(),
        },
        RuleCheck {
            rule: "values",
            kept: empty_values.is_empty(),
            detail: empty_values.join(", "),
        },
    ]
}

/// Whether every rule is kept.
#[must_use]
pub fn is_taken(checks: &[RuleCheck]) -> bool {
    checks.iter().all(|check| check.kept)
}

/// The name that a specification gives to an identifier, or its dotted form.
fn oid_label(oid: &oid::Oid) -> String {
    match oid::name_of(oid) {
        Some(name) => name.to_owned(),
        None => oid.to_string(),
    }
}
