//! The portal PFC (plate-forme de certification): its addresses, what it takes, and the steps of an order.

mod file_name;
mod reference;
mod request_rules;
mod revocation_code;
mod step;

pub use file_name::PortalFileName;
pub use reference::{NotAReference, ReferenceNumber};
pub use request_rules::{
    RULES, RuleCheck, check_form, check_request, check_signed_public_key, is_taken,
};

pub use revocation_code::{
    REVOCATION_CODE_LENGTH, REVOCATION_CODE_MINIMUM, RevocationCodeFault, generate_revocation_code,
    grouped_revocation_code, revocation_code_rule,
};
pub use step::{Field, Place, Step};

use crate::Branch;

/// The portal of production.
pub const PORTAL_URL: &str = "https://pfc.eservices.esante.gouv.fr/";

/// The qualification portal, as the agency's guide shows it in the mail of a test product.
pub const QUALIFICATION_PORTAL_URL: &str =
    "https://pfc-qualif.eservices.esante.gouv.fr/pfcng-ihm/authentication.xhtml";

/// Where the agency offers its manuals.
pub const MANUALS_URL: &str =
    "https://tech.esante.gouv.fr/outils-services/igc-sante/manuels-utilisateurs";

/// The portal where products of a branch are ordered.
///
/// The agency's guide names one portal, and shows the qualification one only in a mail: for the TEST branch the
/// mail that a user received is the better word.
#[must_use]
pub fn portal_url(branch: Branch) -> &'static str {
    match branch {
        Branch::Production => PORTAL_URL,
        Branch::Test => QUALIFICATION_PORTAL_URL,
    }
}
