//! Whether the portal takes a request: RSA 2048, SHA-256, PKCS#10 as PEM, a subject that is not empty (the
//! agency's guide, §7.1, §7.2, §8.4). Extensions are no rule: the product decides on them.

use bicle_pki::algorithm::KeyAlgorithm;
use bicle_pki::oid;
use bicle_pki::public_key::PublicKey;
use bicle_pki::request::CertificationRequest;
use bicle_pki::signature::{Hash, SignatureAlgorithm, SignatureState};

/// The size of the key that the portal takes, in bits: that of every product.
const KEY_BITS: u32 = 2_048;

/// One rule, and whether a request keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCheck {
    /// Its code, the end of its catalogue key `request-rule-…`: one of [`RULES`].
    pub rule: &'static str,
    /// Whether the request keeps it.
    pub kept: bool,
    /// What was found: an algorithm, a size, the attributes that are empty, the extensions. May be empty.
    pub detail: String,
}

/// The codes of all rules, in the order in which [`check_request`] tells them; `form` is of files
/// ([`check_form`]). In the place of `signature` stands `signature-verifiable`, not kept, where the
/// signature cannot be verified here.
pub const RULES: [&str; 10] = [
    "pkcs10",
    "signature",
    "key-type",
    "key-size",
    "padding",
    "hash",
    "subject",
    "values",
    "extensions",
    "form",
];

/// Every rule, in the order in which a person mends them.
#[must_use]
pub fn check_request(request: &CertificationRequest) -> Vec<RuleCheck> {
    let algorithm = request.signature_algorithm();
    let label = oid_label(request.signature_algorithm_oid());
    let subject = request.subject();
    let empty_values: Vec<String> = subject
        .attributes()
        .filter(|attribute| !attribute.is_text() || !has_visible(&attribute.value))
        .map(|attribute| oid_label(&attribute.oid))
        .collect();
    let extensions: Vec<String> = request
        .extensions()
        .iter()
        .map(|extension| oid_label(&extension.oid))
        .collect();
    let [key_type, key_size] = key_rules(request.public_key());
    vec![
        rule("pkcs10", true, "PKCS#10"),
        signature_rule(request),
        key_type,
        key_size,
        rule(
            "padding",
            matches!(algorithm, SignatureAlgorithm::RsaPkcs1(_)),
            &label,
        ),
        rule("hash", algorithm.hash() == Some(Hash::Sha256), &label),
        rule("subject", !subject.is_empty(), &subject.to_rfc4514()),
        rule("values", empty_values.is_empty(), &empty_values.join(", ")),
        rule("extensions", true, &extensions.join(", ")),
    ]
}

/// The rules for a signed public key (SPKAC), which is no PKCS#10 and has no subject. `is_signed` says
/// whether its signature holds.
#[must_use]
pub fn check_signed_public_key(key: &PublicKey, is_signed: bool) -> Vec<RuleCheck> {
    let [key_type, key_size] = key_rules(key);
    vec![
        rule("pkcs10", false, "SPKAC"),
        rule("signature", is_signed, ""),
        key_type,
        key_size,
        rule("subject", false, ""),
    ]
}

/// Whether a file of a request has the form that the portal loads: PEM. The header of CertReq and
/// keytool, `NEW CERTIFICATE REQUEST`, is as good: the agency tested both procedures (§10, §13).
#[must_use]
pub fn check_form(file: &[u8]) -> RuleCheck {
    const HEADERS: [&[u8]; 2] = [
        b"-----BEGIN CERTIFICATE REQUEST-----",
        b"-----BEGIN NEW CERTIFICATE REQUEST-----",
    ];
    let has = |header: &[u8]| file.windows(header.len()).any(|window| window == header);
    let is_pem = HEADERS.into_iter().any(has);
    let other = if file.first() == Some(&0x30) {
        "DER"
    } else {
        ""
    };
    rule("form", is_pem, if is_pem { "PEM" } else { other })
}

/// Whether every rule is kept.
#[must_use]
pub fn is_taken(checks: &[RuleCheck]) -> bool {
    checks.iter().all(|check| check.kept)
}

fn rule(rule: &'static str, kept: bool, detail: &str) -> RuleCheck {
    RuleCheck {
        rule,
        kept,
        detail: detail.to_owned(),
    }
}

/// Whether the request is signed by its key. On a curve that this program does not compute with it
/// cannot tell: that is another rule's code, so that nobody reads that the request is forged.
fn signature_rule(request: &CertificationRequest) -> RuleCheck {
    match request.signature_state() {
        SignatureState::Unverifiable => {
            let detail = request.public_key().algorithm().to_string();
            rule("signature-verifiable", false, &detail)
        }
        state => rule("signature", state == SignatureState::Valid, ""),
    }
}

/// The rules for the key: its type, and its size.
fn key_rules(key: &PublicKey) -> [RuleCheck; 2] {
    let algorithm = key.algorithm();
    let bits = match algorithm {
        KeyAlgorithm::Rsa { bits } => Some(bits),
        _ => None,
    };
    let detail = algorithm.to_string();
    [
        rule("key-type", bits.is_some(), &detail),
        rule("key-size", bits == Some(KEY_BITS), &detail),
    ]
}

/// Whether a person sees anything of a text: more than blanks, controls and signs without width.
fn has_visible(text: &str) -> bool {
    text.chars().any(|character| {
        !character.is_whitespace()
            && !character.is_control()
            && !matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
    })
}

/// The name that a specification gives to an identifier, or its dotted form.
fn oid_label(oid: &oid::Oid) -> String {
    match oid::name_of(oid) {
        Some(name) => name.to_owned(),
        None => oid.to_string(),
    }
}
