//! The words of the portal's offers and uses.

pub use bicle_core::model::uses;
use bicle_core::model::{Branch, Offer, Use};
use bicle_text::{Id, id};

/// What an offer is for.
#[must_use]
pub fn offer_words(offer: Offer) -> Id {
    match offer {
        Offer::Org => id::DIALOG_OFFER_ORG,
        Offer::Serv => id::DIALOG_OFFER_SERV,
        Offer::Pro => id::DIALOG_OFFER_PRO,
        Offer::Ps => id::DIALOG_OFFER_PS,
    }
}

/// The portal's code of an offer.
#[must_use]
pub fn offer_code(offer: Offer) -> &'static str {
    offer.code()
}

/// What a use is for.
#[must_use]
pub fn use_words(usage: Use) -> Id {
    match usage {
        Use::AuthCli => id::DIALOG_USE_AUTH_CLI,
        Use::Auth => id::DIALOG_USE_AUTH,
        Use::Sign => id::DIALOG_USE_SIGN,
        Use::Conf => id::DIALOG_USE_CONF,
        Use::SslServ => id::DIALOG_USE_SSL_SERV,
        Use::Smime => id::DIALOG_USE_SMIME,
    }
}

/// The portal's code of a use.
#[must_use]
pub fn use_code(usage: Use) -> &'static str {
    usage.code()
}

/// The word of a branch.
#[must_use]
pub fn branch_words(branch: Branch) -> Id {
    match branch {
        Branch::Production => id::DIALOG_BRANCH_PRODUCTION,
        Branch::Test => id::DIALOG_BRANCH_TEST,
    }
}
