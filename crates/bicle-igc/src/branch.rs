//! The two branches of IGC-Santé, and which of them a certificate is of.

use crate::{ProductKind, authority_by_sha256, policy_meaning, product_kind};
use bicle_pki::certificate::Certificate;
use bicle_pki::name::DistinguishedName;
use bicle_pki::oid;

/// The organization in the subject of every authority.
const AUTHORITY_ORGANIZATION: &str = "ASIP-SANTE";

/// The organizational unit that marks an authority of production.
const PRODUCTION_UNIT: &str = "IGC-SANTE";

/// The organizational unit that marks an authority of the TEST branch.
const TEST_UNIT: &str = "IGC-SANTE TEST";

/// What the CN of every TEST authority begins with.
const TEST_COMMON_NAME_START: &str = "TEST AC";

/// Production, or the TEST branch for test products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Branch {
    /// The real thing.
    Production,
    /// For test products only: marked wherever it is shown, trusted only when the user says so.
    Test,
}

impl Branch {
    /// Both branches.
    pub const ALL: [Self; 2] = [Self::Production, Self::Test];

    /// `production` or `test`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Test => "test",
        }
    }
}

/// The branch that a certificate says it is of; `None` if it is not of IGC-Santé.
///
/// A mark, not a proof: the names of a forged certificate say what they like. Where the signs disagree, TEST
/// wins, so that nothing of it passes for production.
#[must_use]
pub fn branch_of(certificate: &Certificate) -> Option<Branch> {
    if let Some(authority) = authority_by_sha256(&certificate.sha256()) {
        return Some(authority.branch);
    }
    let mut signs = vec![
        branch_of_name(certificate.issuer()),
        branch_of_name(certificate.subject()),
    ];
    let product = certificate.extension(&oid::IGC_SANTE_PRODUCT_TYPE);
    signs.push(
        product
            .and_then(|extension| product_kind(&extension.value))
            .map(ProductKind::branch),
    );
    for policy in certificate.policies() {
        signs.push(policy_meaning(&policy).map(|meaning| meaning.branch));
    }
    strongest(signs.into_iter().flatten())
}

/// The branch that an authority's name says it is of; `None` for any other name.
#[must_use]
pub fn branch_of_name(name: &DistinguishedName) -> Option<Branch> {
    let value_is = |oid: &oid::Oid, value: &str| {
        name.attributes()
            .any(|attribute| attribute.oid == *oid && attribute.value == value)
    };
    let is_test_name = name.common_name().is_some_and(|common_name| {
        common_name.starts_with(TEST_COMMON_NAME_START) && common_name.contains(PRODUCTION_UNIT)
    });
    if is_test_name || value_is(&oid::ORGANIZATIONAL_UNIT_NAME, TEST_UNIT) {
        return Some(Branch::Test);
    }
    let is_production = value_is(&oid::ORGANIZATION_NAME, AUTHORITY_ORGANIZATION)
        && value_is(&oid::ORGANIZATIONAL_UNIT_NAME, PRODUCTION_UNIT);
    is_production.then_some(Branch::Production)
}

/// TEST if anything says so.
fn strongest(signs: impl Iterator<Item = Branch>) -> Option<Branch> {
    signs.max_by_key(|branch| *branch == Branch::Test)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn name(text: &str) -> DistinguishedName {
        DistinguishedName::parse(text).unwrap()
    }

    #[test]
    fn the_name_of_a_test_authority_says_so() {
        for text in [
            "C=FR,O=ASIP-SANTE,OU=0002 187512751,OU=IGC-SANTE TEST,CN=TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS",
            "C=FR,O=ASIP-SANTE,OU=0002 187512751,OU=IGC-SANTE,CN=TEST AC RACINE IGC-SANTE FORT",
            "C=FR,O=ANS,OU=IGC-SANTE TEST,CN=another",
        ] {
            assert_eq!(branch_of_name(&name(text)), Some(Branch::Test), "{text}");
        }
    }

    #[test]
    fn the_name_of_a_production_authority_says_so() {
        let text =
            "C=FR,O=ASIP-SANTE,OU=0002 187512751,OU=IGC-SANTE,CN=AC IGC-SANTE FORT PERSONNES";
        assert_eq!(branch_of_name(&name(text)), Some(Branch::Production));
    }

    #[test]
    fn other_names_are_of_no_branch() {
        for text in [
            "C=FR,O=Example,CN=TEST AC of Example",
            "C=FR,OU=IGC-SANTE,CN=AC IGC-SANTE",
            "CN=IGC-SANTE TEST",
        ] {
            assert_eq!(branch_of_name(&name(text)), None, "{text}");
        }
        assert_eq!(branch_of_name(&DistinguishedName::empty()), None);
    }

    #[test]
    fn where_signs_disagree_test_wins() {
        let signs = [Branch::Production, Branch::Test, Branch::Production];
        assert_eq!(strongest(signs.into_iter()), Some(Branch::Test));
        assert_eq!(
            strongest([Branch::Production].into_iter()),
            Some(Branch::Production)
        );
        assert_eq!(strongest(std::iter::empty()), None);
    }
}
