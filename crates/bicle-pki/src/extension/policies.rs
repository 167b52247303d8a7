//! certificatePolicies (RFC 5280 §4.2.1.4).

use std::fmt;

use crate::asn1::{Reader, Tag};
use crate::error::ParseError;
use crate::name::visible;
use crate::oid::{self, Oid};

use super::decoded::shown_oid;

/// PolicyInformation: a policy under which the certificate was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The policy.
    pub oid: Oid,
    /// Where its practice statement is published.
    pub cps_uris: Vec<String>,
    /// Texts to be shown to who relies on the certificate.
    pub notices: Vec<String>,
}

impl Policy {
    pub(super) fn read_list(reader: &mut Reader<'_>) -> Result<Vec<Policy>, ParseError> {
        let mut list = reader.sequence()?;
        let mut policies = Vec::new();
        while !list.is_empty() {
            policies.push(Policy::read(&mut list)?);
        }
        Ok(policies)
    }

    fn read(list: &mut Reader<'_>) -> Result<Policy, ParseError> {
        let mut fields = list.sequence()?;
        let mut policy = Policy {
            oid: fields.oid()?,
            cps_uris: Vec::new(),
            notices: Vec::new(),
        };
        if let Some(tlv) = fields.optional(Tag::SEQUENCE)? {
            let mut qualifiers = tlv.reader()?;
            while !qualifiers.is_empty() {
                let mut qualifier = qualifiers.sequence()?;
                let kind = qualifier.oid()?;
                if kind == oid::POLICY_CPS {
                    policy.cps_uris.push(qualifier.any()?.text()?);
                } else if kind == oid::POLICY_USER_NOTICE {
                    policy.notices.extend(read_notice(&mut qualifier)?);
                }
                // other qualifiers are not of the standard: nothing to show
            }
        }
        fields.finish()?;
        Ok(policy)
    }
}

/// UserNotice: the explicit text, if there is one. The reference to a printed notice is of no use
/// to a reader here.
fn read_notice(reader: &mut Reader<'_>) -> Result<Option<String>, ParseError> {
    let mut fields = reader.sequence()?;
    fields.optional(Tag::SEQUENCE)?;
    if fields.is_empty() {
        return Ok(None);
    }
    fields.any()?.text().map(Some)
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown_oid(&self.oid))?;
        for text in self.cps_uris.iter().chain(&self.notices) {
            write!(f, " ({})", visible(text))?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::asn1::writer;

    #[test]
    fn statements_and_notices_are_read() {
        let der = writer::sequence(&[
            &writer::sequence(&[&writer::oid(&oid::ANY_POLICY)]),
            &writer::sequence(&[
                &writer::oid(&Oid::parse("1.2.250.1.213.1.7.1.1.2.4.1").unwrap()),
                &writer::sequence(&[
                    &writer::sequence(&[
                        &writer::oid(&oid::POLICY_CPS),
                        &writer::ia5_string("http://cps/"),
                    ]),
                    &writer::sequence(&[
                        &writer::oid(&oid::POLICY_USER_NOTICE),
                        &writer::sequence(&[&writer::utf8_string("à lire")]),
                    ]),
                ]),
            ]),
        ]);
        let policies = Policy::read_list(&mut Reader::new(&der)).unwrap();
        assert_eq!(policies[0].to_string(), "anyPolicy");
        assert_eq!(
            policies[1].to_string(),
            "1.2.250.1.213.1.7.1.1.2.4.1 (http://cps/) (à lire)"
        );
    }
}
