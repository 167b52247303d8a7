//! basicConstraints (RFC 5280 §4.2.1.9).

use std::fmt;

use crate::asn1::{Reader, Tag};
use crate::error::ParseError;

/// Whether the subject may sign certificates, and how many intermediates may follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasicConstraints {
    /// cA.
    pub authority: bool,
    /// pathLenConstraint: how many intermediate certificates that are not self-issued may stand
    /// between this one and the last.
    pub path_length: Option<u32>,
}

impl BasicConstraints {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<BasicConstraints, ParseError> {
        let mut fields = reader.sequence()?;
        let authority = fields.boolean_or_false()?;
        let path_length = match fields.optional(Tag::INTEGER)? {
            Some(tlv) => Some(tlv.u32()?),
            None => None,
        };
        fields.finish()?;
        Ok(BasicConstraints {
            authority,
            path_length,
        })
    }
}

impl fmt::Display for BasicConstraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.authority {
            "CA:TRUE"
        } else {
            "CA:FALSE"
        })?;
        match self.path_length {
            Some(length) => write!(f, ", pathlen:{length}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::asn1::writer;

    #[test]
    fn both_fields_are_optional() {
        let read = |fields: &[&[u8]]| {
            BasicConstraints::read(&mut Reader::new(&writer::sequence(fields)))
                .map(|b| b.to_string())
        };
        assert_eq!(read(&[]).unwrap(), "CA:FALSE");
        assert_eq!(read(&[&writer::boolean(true)]).unwrap(), "CA:TRUE");
        assert_eq!(
            read(&[&writer::boolean(true), &writer::integer_u64(0)]).unwrap(),
            "CA:TRUE, pathlen:0"
        );
        assert!(read(&[&writer::boolean(true), &[2, 1, 0xff]]).is_err());
    }
}
