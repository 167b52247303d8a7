//! authorityInfoAccess and subjectInfoAccess (RFC 5280 §4.2.2).

use std::fmt;

use crate::asn1::Reader;
use crate::error::ParseError;
use crate::oid::Oid;

use super::GeneralName;
use super::decoded::shown_oid;

/// AccessDescription: where to ask for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessDescription {
    /// accessMethod: `ocsp`, `caIssuers`.
    pub method: Oid,
    /// accessLocation.
    pub location: GeneralName,
}

impl AccessDescription {
    pub(super) fn read_list(reader: &mut Reader<'_>) -> Result<Vec<AccessDescription>, ParseError> {
        let mut list = reader.sequence()?;
        let mut descriptions = Vec::new();
        while !list.is_empty() {
            let mut fields = list.sequence()?;
            let method = fields.oid()?;
            let location = GeneralName::from_tlv(&fields.any()?)?;
            fields.finish()?;
            descriptions.push(AccessDescription { method, location });
        }
        Ok(descriptions)
    }
}

impl fmt::Display for AccessDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", shown_oid(&self.method), self.location)
    }
}
