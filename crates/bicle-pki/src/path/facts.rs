//! What a path search must know of one certificate.

use crate::asn1::{Reader, Tag};
use crate::certificate::Certificate;
use crate::extension::{Decoded, Extension, KeyUsage};
use crate::fingerprint::Sha256Fingerprint;
use crate::oid::{self, Oid};
use crate::signature::Hash;
use crate::time::UnixSeconds;

use super::constraints::{Constraints, Name};

/// What a path search must know of one certificate, without the certificate. Made in some
/// microseconds.
#[derive(Debug, Clone)]
pub struct PathFacts {
    pub(super) subject: Box<[u8]>,
    pub(super) issuer: Box<[u8]>,
    pub(super) key: Sha256Fingerprint,
    pub(super) subject_key_id: Option<Box<[u8]>>,
    pub(super) authority_key_id: Option<Box<[u8]>>,
    pub(super) not_before: UnixSeconds,
    pub(super) not_after: UnixSeconds,
    pub(super) is_authority: bool,
    pub(super) path_length: Option<u32>,
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) names: Vec<Name>,
    /// The common name as a host name, if no alternative name is one.
    pub(super) host_of_common_name: Option<Name>,
    pub(super) constraints: Option<Constraints>,
    pub(super) unknown_critical: Option<Oid>,
    pub(super) malformed: Option<Oid>,
    /// The hash under the signature that the issuer made.
    pub(super) signature_hash: Option<Hash>,
}

impl PathFacts {
    /// Whether no extension is malformed or there twice, and no critical one unknown: nothing in it stops
    /// every path.
    pub fn is_sound(&self) -> bool {
        self.malformed.is_none() && self.unknown_critical.is_none()
    }

    /// Whether the signature that its issuer made rests on SHA-1.
    pub fn is_signed_with_sha1(&self) -> bool {
        self.signature_hash == Some(Hash::Sha1)
    }

    /// Whether it limits the names of what stands below it.
    pub fn limits_names(&self) -> bool {
        self.constraints.is_some()
    }

    /// Whether another certificate is of the same authority: the same name and the same key.
    pub(super) fn is_same_authority(&self, other: &PathFacts) -> bool {
        self.key == other.key && self.subject == other.subject
    }

    /// Whether subject and issuer are the same name.
    pub(super) fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }
}

impl From<&Certificate> for PathFacts {
    fn from(certificate: &Certificate) -> PathFacts {
        let extensions = certificate.extensions();
        let constraints = match certificate
            .extension(&oid::NAME_CONSTRAINTS)
            .map(Extension::decode)
        {
            Some(Decoded::NameConstraints(constraints)) => Some(Constraints::from(&constraints)),
            _ => None,
        };
        let alternative_names = certificate.subject_alt_names();
        let subject = certificate.subject().comparison_key();
        PathFacts {
            issuer: certificate.issuer().comparison_key().into(),
            key: certificate.public_key().spki_sha256(),
            subject_key_id: certificate.subject_key_id().map(Box::from),
            authority_key_id: certificate.authority_key_id().map(Box::from),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            is_authority: certificate.is_authority(),
            path_length: certificate.path_length(),
            key_usage: certificate.key_usage(),
            names: Name::all_of(certificate.subject(), &subject, &alternative_names),
            host_of_common_name: Name::host_of_common_name(
                certificate.subject(),
                &alternative_names,
            ),
            constraints,
            unknown_critical: extensions
                .iter()
                .find(|extension| extension.critical && !is_understood(extension))
                .map(|extension| extension.oid.clone()),
            malformed: malformed(extensions),
            signature_hash: certificate.signature_algorithm().hash(),
            subject: subject.into(),
        }
    }
}

/// Whether a critical extension has been taken care of: checked here, or without effect on the
/// validity of a path.
fn is_understood(extension: &Extension) -> bool {
    const CHECKED: [Oid; 3] = [
        oid::BASIC_CONSTRAINTS,
        oid::KEY_USAGE,
        oid::NAME_CONSTRAINTS,
    ];
    // no effect without a policy that is demanded: mappings and inhibitAnyPolicy
    const WITHOUT_EFFECT: [Oid; 12] = [
        oid::SUBJECT_KEY_IDENTIFIER,
        oid::AUTHORITY_KEY_IDENTIFIER,
        oid::SUBJECT_ALT_NAME,
        oid::ISSUER_ALT_NAME,
        oid::EXTENDED_KEY_USAGE,
        oid::CERTIFICATE_POLICIES,
        oid::POLICY_MAPPINGS,
        oid::INHIBIT_ANY_POLICY,
        oid::CRL_DISTRIBUTION_POINTS,
        oid::AUTHORITY_INFO_ACCESS,
        oid::NETSCAPE_CERT_TYPE,
        oid::PRIVATE_KEY_USAGE_PERIOD,
    ];
    CHECKED.contains(&extension.oid)
        || WITHOUT_EFFECT.contains(&extension.oid)
        || (extension.oid == oid::POLICY_CONSTRAINTS && !requires_policy(extension))
}

/// Whether policyConstraints (RFC 5280 §4.2.1.11) demand a policy in the path, or cannot be read.
fn requires_policy(extension: &Extension) -> bool {
    let inhibits_only_mapping = || {
        let mut fields = Reader::new(&extension.value).sequence().ok()?;
        fields.expect(Tag::context_primitive(1)).ok()?;
        fields.finish().ok()
    };
    inhibits_only_mapping().is_none()
}

/// The first extension that is there twice (RFC 5280 §4.2), or matters to paths and is not of its
/// syntax.
fn malformed(extensions: &[Extension]) -> Option<Oid> {
    const MATTERS: [Oid; 4] = [
        oid::BASIC_CONSTRAINTS,
        oid::KEY_USAGE,
        oid::NAME_CONSTRAINTS,
        oid::SUBJECT_ALT_NAME,
    ];
    extensions
        .iter()
        .enumerate()
        .find(|(index, extension)| {
            let earlier = extensions.iter().take(*index);
            earlier.into_iter().any(|other| other.oid == extension.oid)
                || (MATTERS.contains(&extension.oid)
                    && matches!(extension.decode(), Decoded::Malformed { .. }))
        })
        .map(|(_, extension)| extension.oid.clone())
}
