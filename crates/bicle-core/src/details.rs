//! All that is known of one item, laid out for reading: sections of labelled values.

use crate::id::ItemId;
use crate::phrase::Phrase;

/// Everything that a details panel or `show` prints of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The item.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// What there is to know, in reading order.
    pub sections: Vec<Section>,
}

/// Values that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The section's title.
    pub title: Label,
    /// An extension is marked critical (RFC 5280 §4.2).
    pub critical: bool,
    /// Its values.
    pub rows: Vec<Row>,
}

/// One labelled value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub label: Label,
    /// The value, or several.
    pub values: Vec<Value>,
}

/// A name of the catalogue, or one that no catalogue can know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// A message's id.
    Code(&'static str),
    /// A text shown as it is: an OID.
    Text(String),
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text from the item: shown escaped.
    Text(String),
    /// A word or sentence of the catalogue.
    Phrase(Phrase),
    /// Bytes in lower-case hexadecimal: shown in a fixed-width font, in groups.
    Hex(String),
    /// A moment, seconds since 1970 UTC.
    Time(i64),
    /// Another item: shown as a link.
    Link(ItemId, String),
}
