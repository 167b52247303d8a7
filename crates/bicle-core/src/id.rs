//! Names of items: which kind, and which record of the vault.

use std::fmt;
use std::str::FromStr;

use bicle_vault::RecordId;
use serde::{Deserialize, Serialize};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A private key.
    Key,
    /// A PKCS#10 certification request.
    Request,
    /// An X.509 certificate.
    Certificate,
    /// A certificate revocation list, RFC 5280 §5.
    List,
    /// Values and extensions to start a request from.
    Template,
    /// One product asked of the portal.
    Order,
}

impl Kind {
    /// Every kind, in the order in which the faces show them.
    pub const ALL: [Self; 6] = [
        Self::Order,
        Self::Key,
        Self::Request,
        Self::Certificate,
        Self::List,
        Self::Template,
    ];

    /// The stable word of the command line's JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Request => "request",
            Self::Certificate => "certificate",
            Self::List => "list",
            Self::Template => "template",
            Self::Order => "order",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// The stable id of an item, written `certificate-12`: its kind and the number of its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId {
    /// What the item is.
    pub kind: Kind,
    /// The record that keeps it.
    pub record: RecordId,
}

impl fmt::Display for ItemId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.kind, self.record.value())
    }
}

/// The text is not an item's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl FromStr for ItemId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let (word, number) = text.rsplit_once('-').ok_or(NotAnId)?;
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or(NotAnId)?;
        let record = number
            .parse()
            .map(RecordId::from_value)
            .map_err(|_| NotAnId)?;
        Ok(Self { kind, record })
    }
}

impl Serialize for ItemId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_written() {
        for kind in Kind::ALL {
            let id = ItemId {
                kind,
                record: RecordId::from_value(41),
            };
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        assert_eq!("certificate-".parse::<ItemId>(), Err(NotAnId));
        assert_eq!("carte-1".parse::<ItemId>(), Err(NotAnId));
    }
}
