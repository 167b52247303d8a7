//! Which branch a product is of, from its issuer's name, its policy and its private extension. The files in
//! `data/` carry the signs that their name says; `foreign`, `by-…` and `card` have an issuer outside IGC-Santé.
#![allow(clippy::unwrap_used)]

use bicle_igc::{Branch, branch_of};
use bicle_pki::certificate::Certificate;

fn branch(der: &[u8]) -> Option<Branch> {
    branch_of(&Certificate::from_der(der).unwrap())
}

#[test]
fn a_product_is_of_its_issuers_branch() {
    let production = branch(include_bytes!("data/product-production.der"));
    assert_eq!(production, Some(Branch::Production));
    assert_eq!(
        branch(include_bytes!("data/product-test.der")),
        Some(Branch::Test)
    );
}

#[test]
fn one_sign_is_enough() {
    for der in [
        &include_bytes!("data/product-test-by-policy.der")[..],
        include_bytes!("data/product-test-by-extension.der"),
        include_bytes!("data/product-test-card.der"),
    ] {
        assert_eq!(branch(der), Some(Branch::Test));
    }
    let by_policy = branch(include_bytes!("data/product-production-by-policy.der"));
    assert_eq!(by_policy, Some(Branch::Production));
}

#[test]
fn a_test_product_does_not_pass_for_production_under_a_production_name() {
    let der = include_bytes!("data/product-test-under-production-name.der");
    assert_eq!(branch(der), Some(Branch::Test));
}

#[test]
fn what_has_no_sign_is_of_no_branch() {
    assert_eq!(branch(include_bytes!("data/product-foreign.der")), None);
}
