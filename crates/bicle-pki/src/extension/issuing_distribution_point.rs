//! issuingDistributionPoint (RFC 5280 §5.2.5): for which certificates a revocation list speaks.

use std::fmt;

use crate::asn1::{Reader, Tag, Tlv};
use crate::error::ParseError;

use super::GeneralName;
use super::decoded::lines;
use super::distribution_points::read_full_name;

/// ReasonFlags (RFC 5280 §4.2.1.13): a set of reasons of revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reasons(u16);

/// The bits of the standard in their order; bit 0 is unused.
const NAMES: [(u16, &str); 8] = [
    (1 << 1, "keyCompromise"),
    (1 << 2, "cACompromise"),
    (1 << 3, "affiliationChanged"),
    (1 << 4, "superseded"),
    (1 << 5, "cessationOfOperation"),
    (1 << 6, "certificateHold"),
    (1 << 7, "privilegeWithdrawn"),
    (1 << 8, "aACompromise"),
];

impl Reasons {
    /// The names of the reasons, as `keyCompromise`.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES
            .iter()
            .filter(move |(bit, _)| self.0 & bit != 0)
            .map(|(_, name)| *name)
    }

    /// Reads the content as a BIT STRING; the tag is not looked at.
    pub(super) fn from_tlv(tlv: &Tlv<'_>) -> Result<Reasons, ParseError> {
        let mut octets = tlv.bit_string()?.bytes.iter().map(|b| b.reverse_bits());
        let low = u16::from(octets.next().unwrap_or(0));
        let high = u16::from(octets.next().unwrap_or(0));
        Ok(Reasons((low | (high << 8)) & 0x1fe))
    }
}

impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(", "))
    }
}

/// For which certificates a revocation list speaks, and where it is published.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct IssuingDistributionPoint {
    /// Whether distributionPoint is there: then only certificates that name the place are meant.
    pub has_point: bool,
    /// fullName: the places. Empty if there is no point, or only a name relative to the issuer.
    pub names: Vec<GeneralName>,
    /// onlyContainsUserCerts: no certificates of authorities.
    pub only_users: bool,
    /// onlyContainsCACerts: only certificates of authorities.
    pub only_authorities: bool,
    /// onlySomeReasons: other reasons of revocation are in other lists.
    pub only_reasons: Option<Reasons>,
    /// indirectCRL: certificates of other issuers may be in it.
    pub indirect: bool,
    /// onlyContainsAttributeCerts: no certificates of public keys.
    pub only_attributes: bool,
}

impl IssuingDistributionPoint {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<IssuingDistributionPoint, ParseError> {
        let mut fields = reader.sequence()?;
        let point = fields.optional(Tag::context(0))?;
        let names = match &point {
            Some(point) => read_full_name(point)?,
            None => Vec::new(),
        };
        let only_users = flag(&mut fields, 1)?;
        let only_authorities = flag(&mut fields, 2)?;
        let only_reasons = match fields.optional(Tag::context_primitive(3))? {
            Some(tlv) => Some(Reasons::from_tlv(&tlv)?),
            None => None,
        };
        let indirect = flag(&mut fields, 4)?;
        let only_attributes = flag(&mut fields, 5)?;
        fields.finish()?;
        Ok(IssuingDistributionPoint {
            has_point: point.is_some(),
            names,
            only_users,
            only_authorities,
            only_reasons,
            indirect,
            only_attributes,
        })
    }
}

fn flag(fields: &mut Reader<'_>, number: u8) -> Result<bool, ParseError> {
    match fields.optional(Tag::context_primitive(number))? {
        Some(tlv) => tlv.boolean(),
        None => Ok(false),
    }
}

impl fmt::Display for IssuingDistributionPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = self.names.iter().map(ToString::to_string).collect();
        for (is_set, name) in [
            (self.only_users, "onlyContainsUserCerts"),
            (self.only_authorities, "onlyContainsCACerts"),
            (self.indirect, "indirectCRL"),
            (self.only_attributes, "onlyContainsAttributeCerts"),
        ] {
            if is_set {
                parts.push(name.to_owned());
            }
        }
        if let Some(reasons) = self.only_reasons {
            parts.push(format!("onlySomeReasons: {reasons}"));
        }
        lines(f, parts)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::asn1::writer;

    #[test]
    fn every_field_is_read_and_shown() {
        let uri = GeneralName::Uri("http://a/b.crl".to_owned());
        let point = writer::context(0, true, &writer::context(0, true, &uri.to_der()));
        let der = writer::sequence(&[
            &point,
            &writer::context(1, false, &[0xff]),
            &writer::context(2, false, &[0]),
            &writer::context(3, false, &[6, 0x40]),
            &writer::context(4, false, &[1]),
        ]);
        let read = IssuingDistributionPoint::read(&mut Reader::new(&der)).unwrap();
        assert!(read.has_point && read.only_users && read.indirect);
        assert!(!read.only_authorities && !read.only_attributes);
        assert_eq!(read.names, [uri]);
        assert_eq!(
            read.to_string(),
            "uri:http://a/b.crl\nonlyContainsUserCerts\nindirectCRL\nonlySomeReasons: keyCompromise"
        );
        let empty = IssuingDistributionPoint::read(&mut Reader::new(&[0x30, 0])).unwrap();
        assert_eq!(empty, IssuingDistributionPoint::default());
        let wrong = writer::sequence(&[&writer::context(1, false, &[])]);
        assert!(IssuingDistributionPoint::read(&mut Reader::new(&wrong)).is_err());
    }
}
