//! The manifest against the certificates: every fingerprint, serial, key identifier, name, date and signature.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

use bicle_igc::{
    Authority, Branch, Role, Status, authorities, authority_by_name, authority_by_sha256, branch_of,
};
use bicle_pki::algorithm::KeyAlgorithm;
use bicle_pki::certificate::Certificate;
use bicle_pki::oid;

fn bundled() -> Vec<(&'static Authority, Certificate)> {
    authorities()
        .iter()
        .filter_map(|authority| Some((authority, authority.der()?)))
        .map(|(authority, der)| (authority, Certificate::from_der(der).unwrap()))
        .collect()
}

#[test]
fn twelve_are_bundled_two_pinned_four_known() {
    let count = |wanted: fn(&Status) -> bool| {
        authorities()
            .iter()
            .filter(|authority| wanted(&authority.status))
            .count()
    };
    assert_eq!(count(|status| matches!(status, Status::Bundled { .. })), 12);
    assert_eq!(count(|status| matches!(status, Status::Pinned)), 2);
    assert_eq!(count(|status| matches!(status, Status::Known)), 4);
    assert_eq!(authorities().len(), 18);
}

#[test]
fn every_bundled_certificate_is_what_the_manifest_says() {
    for (authority, certificate) in bundled() {
        let name = authority.common_name;
        assert_eq!(Some(certificate.sha256()), authority.sha256, "{name}");
        assert_eq!(
            authority_by_sha256(&certificate.sha256()),
            Some(authority),
            "{name}"
        );
        assert_eq!(
            Some(certificate.serial_hex().as_str()),
            authority.serial_hex,
            "{name}"
        );
        assert_eq!(
            certificate.subject_key_id(),
            authority.subject_key_id,
            "{name}"
        );
        assert_eq!(certificate.subject().common_name(), Some(name));
        assert_eq!(
            certificate.issuer().common_name(),
            authority.issuer_common_name,
            "{name}"
        );
        assert_eq!(
            Some(certificate.not_before().to_rfc3339().as_str()),
            authority.not_before,
            "{name}"
        );
        assert_eq!(
            Some(certificate.not_after().to_rfc3339().as_str()),
            authority.not_after,
            "{name}"
        );
    }
}

#[test]
fn every_bundled_certificate_is_an_authority_of_its_role() {
    for (authority, certificate) in bundled() {
        let name = authority.common_name;
        assert!(certificate.is_authority(), "{name}");
        assert_eq!(certificate.version(), 3, "{name}");
        assert_eq!(
            certificate.public_key().algorithm(),
            KeyAlgorithm::Rsa { bits: 4_096 },
            "{name}"
        );
        assert_eq!(
            *certificate.signature_algorithm_oid(),
            oid::SHA256_WITH_RSA,
            "{name}"
        );
        let (path_length, is_self_issued) = match authority.role {
            Role::Root => (None, true),
            Role::Intermediate => (Some(0), false),
        };
        assert_eq!(certificate.path_length(), path_length, "{name}");
        assert_eq!(certificate.is_self_issued(), is_self_issued, "{name}");
        assert_eq!(
            authority.role == Role::Root,
            authority.audience.is_none(),
            "{name}"
        );
    }
}

#[test]
fn every_signature_is_its_issuers_and_no_one_elses() {
    let all = bundled();
    for (authority, certificate) in &all {
        for (other, candidate) in &all {
            let is_issuer = authority.issuer_common_name == Some(other.common_name);
            assert_eq!(
                certificate.verify_signature(candidate.public_key()),
                is_issuer,
                "{} under {}",
                authority.common_name,
                other.common_name
            );
            if is_issuer {
                assert_eq!(
                    certificate.authority_key_id(),
                    candidate.subject_key_id(),
                    "{}",
                    authority.common_name
                );
                assert!(certificate.issuer().matches(candidate.subject()));
                assert_eq!(
                    (authority.branch, authority.level),
                    (other.branch, other.level)
                );
            }
        }
    }
}

#[test]
fn an_altered_authority_is_not_recognised() {
    let (authority, certificate) = bundled().remove(0);
    let issuer_name = authority.issuer_common_name.unwrap();
    let issuer =
        Certificate::from_der(authority_by_name(issuer_name).unwrap().der().unwrap()).unwrap();
    let mut der = certificate.der().to_vec();
    // The last byte is the signature's.
    *der.last_mut().unwrap() ^= 1;
    let altered = Certificate::from_der(&der).unwrap();
    assert_eq!(authority_by_sha256(&altered.sha256()), None);
    assert!(!altered.verify_signature(issuer.public_key()));
    // The name alone still gives the mark of its branch.
    assert_eq!(branch_of(&altered), Some(Branch::Production));
}

#[test]
fn every_bundled_certificate_is_of_its_branch_by_fingerprint_and_by_name() {
    for (authority, certificate) in bundled() {
        assert_eq!(branch_of(&certificate), Some(authority.branch));
        assert_eq!(
            bicle_igc::branch_of_name(certificate.subject()),
            Some(authority.branch),
            "{}",
            authority.common_name
        );
    }
}
