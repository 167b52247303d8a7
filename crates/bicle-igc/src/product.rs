//! The products that the portal sells: offers, uses, and what a certificate of each looks like.
//!
//! The facts were read from certificates of each kind; a product that was not seen has none.

use crate::Audience;
use std::fmt;
use std::str::FromStr;

/// Whom a product is for: the portal's first choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offer {
    /// ORG: a structure.
    Org,
    /// SERV: a server of a structure.
    Serv,
    /// PRO: a person in a structure.
    Pro,
    /// PS: a health professional.
    Ps,
}

/// What a product is used for: the portal's second choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// AUTH_CLI: a structure authenticates as a TLS client.
    AuthCli,
    /// AUTH: a person authenticates.
    Auth,
    /// SIGN: signature.
    Sign,
    /// CONF: confidentiality, the other side encrypts to this key.
    Conf,
    /// SSL_SERV: a TLS server.
    SslServ,
    /// S/MIME of a server.
    Smime,
}

/// What the subject alternative name of a product holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectAltName {
    /// There is none.
    Absent,
    /// DNS names, the CN first.
    DnsNames,
    /// A Microsoft user principal name.
    UserPrincipalName,
    /// An e-mail address.
    Email,
}

/// What a certificate of an offer and use looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its offer.
    pub offer: Offer,
    /// Its use.
    pub use_: Use,
    /// Extended key usages (RFC 5280 §4.2.1.12), dotted OIDs, in the certificate's order.
    pub extended_key_usages: &'static [&'static str],
    /// Key usages (RFC 5280 §4.2.1.3), by their ASN.1 names; the extension is critical.
    pub key_usages: &'static [&'static str],
    /// What the subject alternative name holds.
    pub subject_alt_name: SubjectAltName,
    /// The policy of the production branch, dotted; `None` where no certificate of the kind was seen.
    pub production_policy: Option<&'static str>,
    /// Whole months of validity today.
    pub life_months: u32,
}

/// A text that is no code of an offer or use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCode;

const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";
const ANY_EXTENDED_KEY_USAGE: &str = "2.5.29.37.0";
const SMART_CARD_LOGON: &str = "1.3.6.1.4.1.311.20.2.2";

const PRODUCTS: &[Product] = &[
    Product {
        offer: Offer::Org,
        use_: Use::AuthCli,
        extended_key_usages: &[CLIENT_AUTH],
        key_usages: &["digitalSignature"],
        subject_alt_name: SubjectAltName::Absent,
        production_policy: Some("1.2.250.1.213.1.7.1.1.2.4.1"),
        life_months: 36,
    },
    Product {
        offer: Offer::Org,
        use_: Use::Sign,
        extended_key_usages: &[EMAIL_PROTECTION],
        key_usages: &["digitalSignature", "nonRepudiation"],
        subject_alt_name: SubjectAltName::Absent,
        production_policy: Some("1.2.250.1.213.1.7.1.1.2.3.1"),
        life_months: 36,
    },
    Product {
        offer: Offer::Org,
        use_: Use::Conf,
        extended_key_usages: &[EMAIL_PROTECTION, ANY_EXTENDED_KEY_USAGE],
        key_usages: &["keyEncipherment"],
        subject_alt_name: SubjectAltName::Absent,
        production_policy: None,
        life_months: 36,
    },
    Product {
        offer: Offer::Serv,
        use_: Use::SslServ,
        extended_key_usages: &[SERVER_AUTH, CLIENT_AUTH],
        key_usages: &["digitalSignature", "keyEncipherment"],
        subject_alt_name: SubjectAltName::DnsNames,
        production_policy: Some("1.2.250.1.213.1.7.1.1.2.5.1"),
        life_months: 24,
    },
    Product {
        offer: Offer::Ps,
        use_: Use::Auth,
        extended_key_usages: &[CLIENT_AUTH, SMART_CARD_LOGON],
        key_usages: &["digitalSignature"],
        subject_alt_name: SubjectAltName::UserPrincipalName,
        production_policy: Some("1.2.250.1.213.1.7.1.1.1.5.1"),
        life_months: 36,
    },
    Product {
        offer: Offer::Ps,
        use_: Use::Sign,
        extended_key_usages: &[EMAIL_PROTECTION],
        key_usages: &["nonRepudiation"],
        subject_alt_name: SubjectAltName::Email,
        production_policy: Some("1.2.250.1.213.1.7.1.1.1.4.1"),
        life_months: 37,
    },
];

impl Offer {
    /// Every offer, in the order of a menu: the one that is ordered most comes first.
    pub const ALL: [Self; 4] = [Self::Org, Self::Serv, Self::Pro, Self::Ps];

    /// The portal's code: `ORG`, `SERV`, `PRO`, `PS`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Org => "ORG",
            Self::Serv => "SERV",
            Self::Pro => "PRO",
            Self::Ps => "PS",
        }
    }

    /// Which intermediates issue the offer.
    #[must_use]
    pub fn audience(self) -> Audience {
        match self {
            Self::Org | Self::Serv => Audience::Organisations,
            Self::Pro | Self::Ps => Audience::Personnes,
        }
    }
}

impl Use {
    /// Every use.
    pub const ALL: [Self; 6] = [
        Self::AuthCli,
        Self::Auth,
        Self::Sign,
        Self::Conf,
        Self::SslServ,
        Self::Smime,
    ];

    /// The portal's code: `AUTH_CLI`, `AUTH`, `SIGN`, `CONF`, `SSL_SERV`, `SMIME`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AuthCli => "AUTH_CLI",
            Self::Auth => "AUTH",
            Self::Sign => "SIGN",
            Self::Conf => "CONF",
            Self::SslServ => "SSL_SERV",
            Self::Smime => "SMIME",
        }
    }
}

/// The uses of an offer, the most ordered first. Those of PRO are inferred from PS: no certificate of it was seen.
#[must_use]
pub fn uses(offer: Offer) -> &'static [Use] {
    match offer {
        Offer::Org => &[Use::AuthCli, Use::Sign, Use::Conf],
        Offer::Serv => &[Use::SslServ, Use::Smime, Use::Sign, Use::Conf],
        Offer::Pro | Offer::Ps => &[Use::Auth, Use::Sign],
    }
}

/// Every product of which certificates were seen.
#[must_use]
pub fn products() -> &'static [Product] {
    PRODUCTS
}

/// What a certificate of this offer and use looks like; `None` where none was seen.
#[must_use]
pub fn product(offer: Offer, use_: Use) -> Option<&'static Product> {
    PRODUCTS
        .iter()
        .find(|product| product.offer == offer && product.use_ == use_)
}

impl fmt::Display for Offer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl fmt::Display for Use {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// Takes the code in any case.
impl FromStr for Offer {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL
            .into_iter()
            .find(|offer| offer.code().eq_ignore_ascii_case(text))
            .ok_or(UnknownCode)
    }
}

/// Takes the code in any case, with `-` for `_`; `S/MIME` and `S_MIME` too.
impl FromStr for Use {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let plain = |text: &str| text.replace(['_', '-', '/'], "").to_ascii_uppercase();
        let wanted = plain(text);
        Self::ALL
            .into_iter()
            .find(|use_| plain(use_.code()) == wanted)
            .ok_or(UnknownCode)
    }
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a known code")
    }
}

impl std::error::Error for UnknownCode {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back() {
        for offer in Offer::ALL {
            assert_eq!(offer.to_string().parse(), Ok(offer));
            assert_eq!(offer.code().to_lowercase().parse(), Ok(offer));
        }
        for use_ in Use::ALL {
            assert_eq!(use_.to_string().parse(), Ok(use_));
        }
        assert_eq!("S/MIME".parse(), Ok(Use::Smime));
        assert_eq!("auth-cli".parse(), Ok(Use::AuthCli));
        assert_eq!("AUTHCLIENT".parse::<Use>(), Err(UnknownCode));
        assert_eq!("".parse::<Offer>(), Err(UnknownCode));
    }

    #[test]
    fn every_product_seen_is_a_use_of_its_offer() {
        for product in products() {
            assert!(uses(product.offer).contains(&product.use_), "{product:?}");
            assert_eq!(super::product(product.offer, product.use_), Some(product));
        }
    }

    #[test]
    fn no_two_products_share_a_policy() {
        let mut policies: Vec<_> = products()
            .iter()
            .filter_map(|product| product.production_policy)
            .collect();
        let count = policies.len();
        policies.sort_unstable();
        policies.dedup();
        assert_eq!(policies.len(), count);
    }
}
