//! cRLDistributionPoints (RFC 5280 §4.2.1.13).

use std::fmt;

use crate::asn1::{Reader, Tag};
use crate::error::ParseError;

use super::GeneralName;
use super::decoded::lines;

/// DistributionPoint: where a revocation list is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributionPoint {
    /// fullName: the places (URIs, rarely directory names). Empty if the point has only a name
    /// relative to the issuer.
    pub names: Vec<GeneralName>,
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
            let mut names = Vec::new();
            if let Some(point) = fields.optional(Tag::context(0))? {
                let mut choice = point.reader()?;
                // [0] fullName; [1] nameRelativeToCRLIssuer is not seen in the wild
                if let Some(full_name) = choice.optional(Tag::context(0))? {
                    names = GeneralName::read_list(&mut full_name.reader()?)?;
                }
            }
            fields.optional(Tag::context_primitive(1))?;
            let crl_issuer = match fields.optional(Tag::context(2))? {
                Some(tlv) => GeneralName::read_list(&mut tlv.reader()?)?,
                None => Vec::new(),
            };
            fields.finish()?;
            points.push(DistributionPoint { names, crl_issuer });
        }
        Ok(points)
    }
}

impl fmt::Display for DistributionPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        lines(f, self.names.iter().chain(&self.crl_issuer))
    }
}
