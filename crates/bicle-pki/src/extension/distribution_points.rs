//! cRLDistributionPoints (RFC 5280 §4.2.1.13).

use std::fmt;

use crate::asn1::{Reader, Tag, Tlv};
use crate::error::ParseError;

use super::decoded::lines;
use super::{GeneralName, Reasons};

/// DistributionPoint: where a revocation list is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributionPoint {
    /// fullName: the places (URIs, rarely directory names). Empty if the point has only a name
    /// relative to the issuer.
    pub names: Vec<GeneralName>,
    /// reasons: for which reasons of revocation the place is; all without the field.
    pub reasons: Option<Reasons>,
    /// cRLIssuer: who signs the list, if it is not the certificate's issuer.
    pub crl_issuer: Vec<GeneralName>,
}

impl DistributionPoint {
    /// The places that are URIs (`http:`, `ldap:`).
    pub fn uris(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter_map(|name| match name {
            GeneralName::Uri(uri) => Some(uri.as_str()),
            _ => None,
        })
    }

    pub(super) fn read_list(reader: &mut Reader<'_>) -> Result<Vec<DistributionPoint>, ParseError> {
        let mut list = reader.sequence()?;
        let mut points = Vec::new();
        while !list.is_empty() {
            let mut fields = list.sequence()?;
            let names = match fields.optional(Tag::context(0))? {
                Some(point) => read_full_name(&point)?,
                None => Vec::new(),
            };
            let reasons = match fields.optional(Tag::context_primitive(1))? {
                Some(tlv) => Some(Reasons::from_tlv(&tlv)?),
                None => None,
            };
            let crl_issuer = match fields.optional(Tag::context(2))? {
                Some(tlv) => GeneralName::read_list(&mut tlv.reader()?)?,
                None => Vec::new(),
            };
            fields.finish()?;
            points.push(DistributionPoint {
                names,
                reasons,
                crl_issuer,
            });
        }
        Ok(points)
    }
}

/// DistributionPointName: the names of `[0] fullName`; none for `[1] nameRelativeToCRLIssuer`, which
/// is not seen in the wild.
pub(super) fn read_full_name(point: &Tlv<'_>) -> Result<Vec<GeneralName>, ParseError> {
    match point.reader()?.optional(Tag::context(0))? {
        Some(full_name) => GeneralName::read_list(&mut full_name.reader()?),
        None => Ok(Vec::new()),
    }
}

impl fmt::Display for DistributionPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        lines(f, self.names.iter().chain(&self.crl_issuer))
    }
}
