//! The certification authorities of IGC-Santé, from `igc-sante-db/authorities.toml`.
//!
//! An ACR (autorité de certification racine) is a root, an ACI (intermédiaire) signs the products. The
//! certificates are embedded; a test compares each with the manifest, and each signature with its issuer's key.

use crate::Branch;
use bicle_pki::fingerprint::Sha256Fingerprint;

include!(concat!(env!("OUT_DIR"), "/authorities.rs"));

/// The publisher's site, where authorities and their lists are found.
const PUBLISHER_SITE: &str = "http://igc-sante.esante.gouv.fr";

/// How far the bearer's identity was checked: the agency's own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// ÉLÉMENTAIRE.
    Elementaire,
    /// STANDARD.
    Standard,
    /// FORT.
    Fort,
}

/// What an authority signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// ACR: signs intermediates, and itself.
    Root,
    /// ACI: signs products.
    Intermediate,
}

/// Whom an intermediate issues to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Structures and their servers: offers ORG and SERV.
    Organisations,
    /// Professionals: offers PRO and PS.
    Personnes,
}

/// How much of an authority is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The certificate is embedded: its DER.
    Bundled {
        /// The whole certificate.
        der: &'static [u8],
    },
    /// Only its SHA-256 is known: a certificate with this fingerprint is the official one.
    Pinned,
    /// It exists on the publisher's site; neither its bytes nor its fingerprint are known.
    Known,
}

/// One authority of IGC-Santé.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The CN of its subject, unique in the list.
    pub common_name: &'static str,
    /// Production or TEST.
    pub branch: Branch,
    /// Its level.
    pub level: Level,
    /// Root or intermediate.
    pub role: Role,
    /// Whom it issues to; `None` for a root.
    pub audience: Option<Audience>,
    /// How much of it is known.
    pub status: Status,
    /// SHA-256 of its DER, where known.
    pub sha256: Option<Sha256Fingerprint>,
    /// The CN of its issuer; its own for a root; `None` where unknown.
    pub issuer_common_name: Option<&'static str>,
    /// Its serial number in lower-case hexadecimal, where known.
    pub serial_hex: Option<&'static str>,
    /// Start of validity, RFC 3339 UTC, where known.
    pub not_before: Option<&'static str>,
    /// End of validity, RFC 3339 UTC, where known.
    pub not_after: Option<&'static str>,
    /// The value of its subject key identifier, where known.
    pub subject_key_id: Option<&'static [u8]>,
}

impl Level {
    /// Every level, from the lowest.
    pub const ALL: [Self; 3] = [Self::Elementaire, Self::Standard, Self::Fort];

    /// The word of the manifest, of catalogue keys and of JSON: `elementaire`, `standard`, `fort`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Elementaire => "elementaire",
            Self::Standard => "standard",
            Self::Fort => "fort",
        }
    }

    /// The two letters of the agency's file names: `EL`, `ST`, `FO`.
    #[must_use]
    pub fn letters(self) -> &'static str {
        match self {
            Self::Elementaire => "EL",
            Self::Standard => "ST",
            Self::Fort => "FO",
        }
    }
}

impl Role {
    /// `root` or `intermediate`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Intermediate => "intermediate",
        }
    }
}

impl Audience {
    /// `organisations` or `personnes`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Organisations => "organisations",
            Self::Personnes => "personnes",
        }
    }
}

impl Authority {
    /// The embedded certificate, where there is one.
    #[must_use]
    pub fn der(&self) -> Option<&'static [u8]> {
        match self.status {
            Status::Bundled { der } => Some(der),
            Status::Pinned | Status::Known => None,
        }
    }

    /// Where its publisher offers the certificate (DER). The pattern of the published names; not every one was seen.
    #[must_use]
    pub fn certificate_url(&self) -> String {
        let folder = match self.branch {
            Branch::Production => "AC",
            Branch::Test => "AC%20TEST",
        };
        format!("{PUBLISHER_SITE}/{folder}/{}.cer", self.published_name())
    }

    /// Where its publisher offers its revocation list (DER). The pattern of the published names.
    #[must_use]
    pub fn revocation_list_url(&self) -> String {
        format!("{PUBLISHER_SITE}/CRL/{}.crl", self.published_name())
    }

    /// `ACR-EL`, `ACI-FO-PP-TEST`: the publisher's file name, without its ending.
    fn published_name(&self) -> String {
        let role = match self.role {
            Role::Root => "ACR",
            Role::Intermediate => "ACI",
        };
        let audience = match self.audience {
            Some(Audience::Organisations) => "-ORG",
            Some(Audience::Personnes) => "-PP",
            None => "",
        };
        let branch = match self.branch {
            Branch::Production => "",
            Branch::Test => "-TEST",
        };
        format!("{role}-{}{audience}{branch}", self.level.letters())
    }
}

/// Every authority, bundled or not, in the manifest's order.
#[must_use]
pub fn authorities() -> &'static [Authority] {
    AUTHORITIES
}

/// The authority whose certificate has this fingerprint, bundled or pinned: that certificate is the official one.
#[must_use]
pub fn authority_by_sha256(fingerprint: &Sha256Fingerprint) -> Option<&'static Authority> {
    AUTHORITIES
        .iter()
        .find(|authority| authority.sha256.as_ref() == Some(fingerprint))
}

/// The authority with this CN. A name proves nothing: only the fingerprint says that a certificate is official.
#[must_use]
pub fn authority_by_name(common_name: &str) -> Option<&'static Authority> {
    AUTHORITIES
        .iter()
        .find(|authority| authority.common_name == common_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_names_follow_the_publishers_pattern() {
        let url = |name: &str| authority_by_name(name).map(Authority::certificate_url);
        assert_eq!(
            url("AC RACINE IGC-SANTE ELEMENTAIRE").as_deref(),
            Some("http://igc-sante.esante.gouv.fr/AC/ACR-EL.cer")
        );
        assert_eq!(
            url("TEST AC IGC-SANTE FORT PERSONNES").as_deref(),
            Some("http://igc-sante.esante.gouv.fr/AC%20TEST/ACI-FO-PP-TEST.cer")
        );
        assert_eq!(
            authority_by_name("AC IGC-SANTE ELEMENTAIRE ORGANISATIONS")
                .map(Authority::revocation_list_url)
                .as_deref(),
            Some("http://igc-sante.esante.gouv.fr/CRL/ACI-EL-ORG.crl")
        );
    }

    #[test]
    fn a_pinned_authority_is_recognised_by_its_fingerprint_alone() {
        let pinned = authority_by_name("AC IGC-SANTE FORT ORGANISATIONS");
        let fingerprint = pinned.and_then(|authority| authority.sha256);
        assert!(fingerprint.is_some());
        assert_eq!(fingerprint.as_ref().and_then(authority_by_sha256), pinned);
        let other = Sha256Fingerprint::from_bytes([0; 32]);
        assert_eq!(authority_by_sha256(&other), None);
    }
}
