//! authorityKeyIdentifier (RFC 5280 §4.2.1.1).

use std::fmt;

use crate::asn1::{Reader, Tag};
use crate::error::ParseError;
use crate::fingerprint::to_hex;

use super::GeneralName;

/// Which key of the issuer has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityKeyId {
    /// keyIdentifier: the value of the issuer's subjectKeyIdentifier.
    pub key_id: Option<Vec<u8>>,
    /// authorityCertIssuer: who issued the issuer's certificate.
    pub issuer: Vec<GeneralName>,
    /// authorityCertSerialNumber: its serial number, as content octets.
    pub serial: Option<Vec<u8>>,
}

impl AuthorityKeyId {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<AuthorityKeyId, ParseError> {
        let mut fields = reader.sequence()?;
        let key_id = fields.optional(Tag::context_primitive(0))?;
        let issuer = match fields.optional(Tag::context(1))? {
            Some(tlv) => GeneralName::read_list(&mut tlv.reader()?)?,
            None => Vec::new(),
        };
        let serial = fields.optional(Tag::context_primitive(2))?;
        fields.finish()?;
        Ok(AuthorityKeyId {
            key_id: key_id.map(|tlv| tlv.body.to_vec()),
            issuer,
            serial: serial.map(|tlv| tlv.body.to_vec()),
        })
    }
}

impl fmt::Display for AuthorityKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.key_id.as_deref().map(to_hex));
        parts.extend(self.issuer.iter().map(ToString::to_string));
        parts.extend(
            self.serial
                .as_deref()
                .map(|serial| format!("serial:{}", to_hex(serial))),
        );
        f.write_str(&parts.join("\n"))
    }
}
