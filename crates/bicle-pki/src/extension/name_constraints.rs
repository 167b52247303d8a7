//! nameConstraints (RFC 5280 §4.2.1.10): their syntax. What they mean is in [`crate::path`].

use std::fmt;

use crate::asn1::{Reader, Tag, Tlv};
use crate::error::ParseError;

use super::GeneralName;
use super::decoded::lines;

/// Which names the certificates below an authority may have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameConstraints {
    /// permittedSubtrees: a name of a kind that occurs here must lie in one of that kind.
    pub permitted: Vec<Subtree>,
    /// excludedSubtrees: no name may lie in one of these.
    pub excluded: Vec<Subtree>,
}

/// GeneralSubtree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subtree {
    /// The root of the subtree.
    pub base: GeneralName,
    /// Whether minimum is not 0 or maximum is there: RFC 5280 gives that no meaning.
    pub has_distances: bool,
}

impl NameConstraints {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<NameConstraints, ParseError> {
        let mut fields = reader.sequence()?;
        let permitted = read_subtrees(fields.optional(Tag::context(0))?)?;
        let excluded = read_subtrees(fields.optional(Tag::context(1))?)?;
        fields.finish()?;
        Ok(NameConstraints {
            permitted,
            excluded,
        })
    }
}

fn read_subtrees(tlv: Option<Tlv<'_>>) -> Result<Vec<Subtree>, ParseError> {
    let Some(tlv) = tlv else {
        return Ok(Vec::new());
    };
    let mut list = tlv.reader()?;
    let mut subtrees = Vec::new();
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let base = GeneralName::from_tlv(&fields.any()?)?;
        let minimum = match fields.optional(Tag::context_primitive(0))? {
            Some(minimum) => minimum.u64()?,
            None => 0,
        };
        let maximum = fields.optional(Tag::context_primitive(1))?;
        fields.finish()?;
        subtrees.push(Subtree {
            base,
            has_distances: minimum != 0 || maximum.is_some(),
        });
    }
    Ok(subtrees)
}

impl fmt::Display for NameConstraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let permitted = self
            .permitted
            .iter()
            .map(|subtree| format!("+ {}", subtree.base));
        let excluded = self
            .excluded
            .iter()
            .map(|subtree| format!("- {}", subtree.base));
        lines(f, permitted.chain(excluded))
    }
}
