//! What the consumers of a product demand of it, beyond the portal: told where the order is started.

use crate::{Offer, Use};

/// The CN values that the service INSi accepts for ORG AUTH_CLI: automatic and manual calls.
pub const INSI_COMMON_NAMES: [&str; 2] = ["INSI-AUTO", "INSI-MANU"];

/// A fact worth telling to who orders a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// INSi demands one of [`INSI_COMMON_NAMES`] as CN, typed on the portal.
    InsiCommonName,
    /// DMP wants two products: one ORG AUTH_CLI and one ORG SIGN.
    DmpPair,
    /// The CN is the server's full domain name, and the first of its DNS names.
    ServerName,
}

impl Hint {
    /// The end of its catalogue key `hint-…`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InsiCommonName => "insi-common-name",
            Self::DmpPair => "dmp-pair",
            Self::ServerName => "server-name",
        }
    }
}

/// What to tell to who orders this offer and use.
#[must_use]
pub fn hints(offer: Offer, use_: Use) -> &'static [Hint] {
    match (offer, use_) {
        (Offer::Org, Use::AuthCli) => &[Hint::InsiCommonName, Hint::DmpPair],
        (Offer::Org, Use::Sign) => &[Hint::DmpPair],
        (Offer::Serv, Use::SslServ) => &[Hint::ServerName],
        _ => &[],
    }
}
