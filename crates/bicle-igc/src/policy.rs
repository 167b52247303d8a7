//! What a certificate says of its product: its policy, and the agency's private extension.

use crate::{Branch, Offer, Use, products};
use bicle_pki::oid::Oid;

/// The one policy of every product of the TEST branch, dotted.
const TEST_POLICY: &str = "1.2.250.1.213.1.7.2.1.1.1.1";

/// Under this arc, every policy is of the production branch.
const PRODUCTION_ARC: &str = "1.2.250.1.213.1.7.1.";

/// Under this arc, every policy is of the TEST branch.
const TEST_ARC: &str = "1.2.250.1.213.1.7.2.";

/// What a policy (RFC 5280 §4.2.1.4) of IGC-Santé means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyMeaning {
    /// The branch, read from the policy's arc.
    pub branch: Branch,
    /// The offer; `None` for the policy that all TEST products share, and for a policy that was not seen.
    pub offer: Option<Offer>,
    /// The use; `None` with the offer.
    pub use_: Option<Use>,
}

/// What the private extension 1.2.250.1.71.1.2.5 says that the product is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductKind {
    /// 03: a software certificate of production.
    ProductionSoftware,
    /// 83: a software certificate for tests.
    TestSoftware,
    /// 80: a card for tests.
    TestCard,
}

impl ProductKind {
    /// The end of its catalogue key `product-…`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ProductionSoftware => "production-software",
            Self::TestSoftware => "test-software",
            Self::TestCard => "test-card",
        }
    }

    /// The branch that the product is of.
    #[must_use]
    pub fn branch(self) -> Branch {
        match self {
            Self::ProductionSoftware => Branch::Production,
            Self::TestSoftware | Self::TestCard => Branch::Test,
        }
    }
}

/// What a policy means; `None` if it is not one of IGC-Santé's.
#[must_use]
pub fn policy_meaning(policy: &Oid) -> Option<PolicyMeaning> {
    let dotted = policy.to_string();
    if dotted == TEST_POLICY || dotted.starts_with(TEST_ARC) {
        return Some(PolicyMeaning {
            branch: Branch::Test,
            offer: None,
            use_: None,
        });
    }
    if !dotted.starts_with(PRODUCTION_ARC) {
        return None;
    }
    let product = products()
        .iter()
        .find(|product| product.production_policy == Some(dotted.as_str()));
    Some(PolicyMeaning {
        branch: Branch::Production,
        offer: product.map(|product| product.offer),
        use_: product.map(|product| product.use_),
    })
}

/// What the value of the private extension says: an OCTET STRING of one octet (04 01 XX). `None` for another octet.
#[must_use]
pub fn product_kind(extension_value: &[u8]) -> Option<ProductKind> {
    match extension_value {
        [0x04, 0x01, 0x03] => Some(ProductKind::ProductionSoftware),
        [0x04, 0x01, 0x83] => Some(ProductKind::TestSoftware),
        [0x04, 0x01, 0x80] => Some(ProductKind::TestCard),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn meaning(dotted: &str) -> Option<PolicyMeaning> {
        policy_meaning(&Oid::parse(dotted).unwrap())
    }

    #[test]
    fn production_policies_name_their_product() {
        for product in products() {
            if let Some(policy) = product.production_policy {
                let expected = PolicyMeaning {
                    branch: Branch::Production,
                    offer: Some(product.offer),
                    use_: Some(product.use_),
                };
                assert_eq!(meaning(policy), Some(expected), "{policy}");
            }
        }
    }

    #[test]
    fn the_test_policy_names_the_branch_alone() {
        let meaning = meaning(TEST_POLICY).unwrap();
        assert_eq!(
            (meaning.branch, meaning.offer, meaning.use_),
            (Branch::Test, None, None)
        );
    }

    #[test]
    fn a_policy_of_production_that_was_not_seen_has_a_branch() {
        let meaning = meaning("1.2.250.1.213.1.7.1.1.9.9.9").unwrap();
        assert_eq!((meaning.branch, meaning.offer), (Branch::Production, None));
        assert_eq!(
            super::policy_meaning(&Oid::parse("1.2.250.1.213.1.71.1").unwrap()),
            None
        );
        assert_eq!(
            super::policy_meaning(&Oid::parse("2.5.29.32.0").unwrap()),
            None
        );
    }

    #[test]
    fn the_private_extension() {
        assert_eq!(product_kind(&[4, 1, 0x83]), Some(ProductKind::TestSoftware));
        assert_eq!(
            product_kind(&[4, 1, 0x03]),
            Some(ProductKind::ProductionSoftware)
        );
        assert_eq!(product_kind(&[4, 1, 0x80]), Some(ProductKind::TestCard));
        assert_eq!(product_kind(&[4, 1, 0x42]), None);
        assert_eq!(product_kind(&[4, 2, 0x83, 0]), None);
        assert_eq!(product_kind(&[]), None);
    }
}
