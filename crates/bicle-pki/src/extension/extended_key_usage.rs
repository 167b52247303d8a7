//! Extended key usages by name (RFC 5280 §4.2.1.12 and those of Microsoft).

use crate::oid::{self, Oid};

use super::UnknownUsage;

/// The purposes that are known by name, those that people ask for most first. [`oid::name_of`] gives
/// the names.
pub const EXTENDED_KEY_USAGES: [Oid; 14] = [
    oid::SERVER_AUTH,
    oid::CLIENT_AUTH,
    oid::EMAIL_PROTECTION,
    oid::CODE_SIGNING,
    oid::DOCUMENT_SIGNING,
    oid::TIME_STAMPING,
    oid::OCSP_SIGNING,
    oid::SMART_CARD_LOGON,
    oid::ENCRYPTING_FILE_SYSTEM,
    oid::IPSEC_END_SYSTEM,
    oid::IPSEC_TUNNEL,
    oid::IPSEC_USER,
    oid::IPSEC_IKE,
    oid::ANY_EXTENDED_KEY_USAGE,
];

/// What OpenSSL calls some of them.
const OTHER_NAMES: [(Oid, &str); 4] = [
    (oid::SMART_CARD_LOGON, "msSmartcardLogin"),
    (oid::ENCRYPTING_FILE_SYSTEM, "msEFS"),
    (oid::OCSP_SIGNING, "ocspSigning"),
    (oid::ANY_EXTENDED_KEY_USAGE, "any"),
];

/// The purpose of a name in any case, as `serverAuth`, or of dotted decimal.
///
/// # Errors
/// A text that is neither.
pub fn parse_extended_key_usage(text: &str) -> Result<Oid, UnknownUsage> {
    let text = text.trim();
    let is_named = |name: &str| name.eq_ignore_ascii_case(text);
    EXTENDED_KEY_USAGES
        .into_iter()
        .find(|oid| oid::name_of(oid).is_some_and(is_named))
        .or_else(|| {
            let mut others = OTHER_NAMES.into_iter();
            others.find(|(_, name)| is_named(name)).map(|(oid, _)| oid)
        })
        .or_else(|| Oid::parse(text))
        .ok_or_else(|| UnknownUsage(text.to_owned()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_known_purpose_is_found_by_its_name_and_number() {
        for oid in EXTENDED_KEY_USAGES {
            let name = oid::name_of(&oid).unwrap();
            assert_eq!(parse_extended_key_usage(name), Ok(oid.clone()));
            assert_eq!(
                parse_extended_key_usage(&name.to_uppercase()),
                Ok(oid.clone())
            );
            assert_eq!(parse_extended_key_usage(&oid.to_string()), Ok(oid));
        }
        let logon = parse_extended_key_usage(" msSmartcardLogin ");
        assert_eq!(logon, Ok(oid::SMART_CARD_LOGON));
        for no_purpose in ["", "commonName", "1", "1.2.", "server auth"] {
            assert!(
                parse_extended_key_usage(no_purpose).is_err(),
                "{no_purpose}"
            );
        }
    }
}
