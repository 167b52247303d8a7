//! Short names of attribute types, as RFC 4514 §3, RFC 4519 and OpenSSL write them.

use crate::oid::{self, Oid};

/// Attribute types with the short name that is written, which OpenSSL's `RFC2253` form writes too.
const SHORT_NAMES: &[(Oid, &str)] = &[
    (oid::COMMON_NAME, "CN"),
    (oid::SURNAME, "SN"),
    (oid::SERIAL_NUMBER, "serialNumber"),
    (oid::COUNTRY_NAME, "C"),
    (oid::LOCALITY_NAME, "L"),
    (oid::STATE_OR_PROVINCE_NAME, "ST"),
    (oid::STREET_ADDRESS, "street"),
    (oid::ORGANIZATION_NAME, "O"),
    (oid::ORGANIZATIONAL_UNIT_NAME, "OU"),
    (oid::TITLE, "title"),
    (oid::DESCRIPTION, "description"),
    (oid::BUSINESS_CATEGORY, "businessCategory"),
    (oid::POSTAL_CODE, "postalCode"),
    (oid::TELEPHONE_NUMBER, "telephoneNumber"),
    (oid::NAME, "name"),
    (oid::GIVEN_NAME, "GN"),
    (oid::INITIALS, "initials"),
    (oid::GENERATION_QUALIFIER, "generationQualifier"),
    (oid::DN_QUALIFIER, "dnQualifier"),
    (oid::PSEUDONYM, "pseudonym"),
    (oid::ORGANIZATION_IDENTIFIER, "organizationIdentifier"),
    (oid::EMAIL_ADDRESS, "emailAddress"),
    (oid::UNSTRUCTURED_NAME, "unstructuredName"),
    (oid::USER_ID, "UID"),
    (oid::DOMAIN_COMPONENT, "DC"),
    (oid::JURISDICTION_COUNTRY, "jurisdictionC"),
];

/// Other names that are understood: long names of X.520 and what other tools write.
const OTHER_NAMES: &[(Oid, &str)] = &[
    (oid::COMMON_NAME, "commonName"),
    (oid::SURNAME, "surname"),
    (oid::COUNTRY_NAME, "countryName"),
    (oid::LOCALITY_NAME, "localityName"),
    (oid::STATE_OR_PROVINCE_NAME, "stateOrProvinceName"),
    (oid::STATE_OR_PROVINCE_NAME, "S"),
    (oid::STREET_ADDRESS, "streetAddress"),
    (oid::ORGANIZATION_NAME, "organizationName"),
    (oid::ORGANIZATIONAL_UNIT_NAME, "organizationalUnitName"),
    (oid::TITLE, "T"),
    (oid::GIVEN_NAME, "givenName"),
    (oid::GIVEN_NAME, "G"),
    (oid::EMAIL_ADDRESS, "E"),
    (oid::EMAIL_ADDRESS, "email"),
    (oid::USER_ID, "userId"),
    (oid::DOMAIN_COMPONENT, "domainComponent"),
    (oid::JURISDICTION_COUNTRY, "jurisdictionCountryName"),
];

/// The short name of an attribute type, as `CN`, `GN`, `emailAddress`; `None` for types that have
/// none and are written as dotted decimal.
pub fn short_name(oid: &Oid) -> Option<&'static str> {
    SHORT_NAMES
        .iter()
        .find(|(known, _)| known == oid)
        .map(|(_, name)| *name)
}

/// The attribute type of a short or long name, in any case, or of dotted decimal with or without
/// `OID.` before it (RFC 4514 §2.3, RFC 2253 §4).
pub fn oid_of(name: &str) -> Option<Oid> {
    let known = SHORT_NAMES
        .iter()
        .chain(OTHER_NAMES)
        .find(|(_, known)| known.eq_ignore_ascii_case(name));
    if let Some((oid, _)) = known {
        return Some(oid.clone());
    }
    let dotted = match name.split_at_checked(4) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("oid.") => rest,
        _ => name,
    };
    Oid::parse(dotted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_understood_in_any_case() {
        assert_eq!(oid_of("cn"), Some(oid::COMMON_NAME));
        assert_eq!(oid_of("STREET"), Some(oid::STREET_ADDRESS));
        assert_eq!(oid_of("emailaddress"), Some(oid::EMAIL_ADDRESS));
        assert_eq!(oid_of("OID.2.5.4.3"), Some(oid::COMMON_NAME));
        assert_eq!(oid_of("2.5.4.3"), Some(oid::COMMON_NAME));
        assert_eq!(oid_of(""), None);
        assert_eq!(oid_of("ééé"), None);
    }

    #[test]
    fn every_written_name_is_read_as_the_same_type() {
        for (oid, name) in SHORT_NAMES {
            assert_eq!(oid_of(name).as_ref(), Some(oid), "{name}");
            assert_eq!(short_name(oid), Some(*name));
        }
    }
}
