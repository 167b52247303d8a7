//! Text that the records and the read model share: one allocation, however often it is shown.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};

use crate::recent::Recent;

/// Text that is never changed: a copy of it costs a counter. It may be a part of a longer one.
#[derive(Clone, Default)]
pub struct SharedText {
    /// `None`: no text, and no allocation.
    whole: Option<Arc<str>>,
    start: u32,
    end: u32,
}

impl SharedText {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let whole = self.whole.as_deref().unwrap_or_default();
        part(whole, self.start, self.end)
    }

    /// The part of a text from one byte up to another: nothing where there is no such part.
    pub(crate) fn part_of(whole: &Arc<str>, start: u32, end: u32) -> Self {
        if part(whole, start, end).is_empty() {
            return Self::default();
        }
        Self {
            whole: Some(Arc::clone(whole)),
            start,
            end,
        }
    }
}

/// The part of a text from one byte up to another: nothing where there is no such part.
pub(crate) fn part(whole: &str, start: u32, end: u32) -> &str {
    let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    whole.get(place(start)..place(end)).unwrap_or_default()
}

/// How long a text is; texts of a vault are bounded far below 4 GiB by its format.
pub(crate) fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

impl PartialEq for SharedText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for SharedText {}

impl Hash for SharedText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialOrd for SharedText {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SharedText {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Deref for SharedText {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for SharedText {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for SharedText {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for SharedText {
    fn from(text: &str) -> Self {
        Self {
            whole: (!text.is_empty()).then(|| Arc::from(text)),
            start: 0,
            end: length(text),
        }
    }
}

impl From<String> for SharedText {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl FromIterator<char> for SharedText {
    fn from_iter<I: IntoIterator<Item = char>>(characters: I) -> Self {
        Self::from(String::from_iter(characters))
    }
}

impl From<&SharedText> for SharedText {
    fn from(text: &SharedText) -> Self {
        text.clone()
    }
}

impl From<SharedText> for String {
    fn from(text: SharedText) -> Self {
        text.as_str().to_owned()
    }
}

impl From<&SharedText> for String {
    fn from(text: &SharedText) -> Self {
        text.as_str().to_owned()
    }
}

impl PartialEq<str> for SharedText {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for SharedText {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<String> for SharedText {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<SharedText> for String {
    fn eq(&self, other: &SharedText) -> bool {
        self == other.as_str()
    }
}

impl PartialEq<SharedText> for str {
    fn eq(&self, other: &SharedText) -> bool {
        self == other.as_str()
    }
}

impl PartialEq<SharedText> for &str {
    fn eq(&self, other: &SharedText) -> bool {
        *self == other.as_str()
    }
}

impl fmt::Debug for SharedText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), out)
    }
}

impl fmt::Display for SharedText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl Serialize for SharedText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for SharedText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Reading(|text| SharedText::from(text)))
    }
}

/// Text that most have not: without one it costs a pointer.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Seldom(Option<Box<SharedText>>);

impl Deref for Seldom {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
            .as_deref()
            .map(SharedText::as_str)
            .unwrap_or_default()
    }
}

impl<T: Into<SharedText>> From<T> for Seldom {
    fn from(text: T) -> Self {
        let text = text.into();
        Self((!text.is_empty()).then(|| Box::new(text)))
    }
}

impl fmt::Debug for Seldom {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, out)
    }
}

impl fmt::Display for Seldom {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self)
    }
}

impl Serialize for Seldom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Seldom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SharedText::deserialize(deserializer).map(Self::from)
    }
}

/// Reads a text that many records have alike (an issuer, an algorithm): equal ones that follow each other
/// closely become one.
pub(crate) fn deserialize_alike<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<SharedText, D::Error> {
    deserializer.deserialize_str(Reading(alike))
}

thread_local! {
    static RECENT: RefCell<Recent<SharedText>> = RefCell::new(Recent::new());
}

/// The same text as one allocation, where it was asked for not long ago on this thread.
pub(crate) fn alike(text: &str) -> SharedText {
    RECENT.with_borrow_mut(|recent| {
        recent.alike(
            text,
            |known| known.as_str() == text,
            || SharedText::from(text),
        )
    })
}

struct Reading(fn(&str) -> SharedText);

impl Visitor<'_> for Reading {
    type Value = SharedText;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<SharedText, E> {
        Ok((self.0)(text))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn equal_texts_are_equal_however_they_were_made() {
        let one = SharedText::from("Autorité");
        assert_eq!(one, SharedText::from("Autorité".to_owned()));
        assert_eq!(one, "Autorité");
        assert_ne!(one, SharedText::default());
        assert_eq!(SharedText::from(""), SharedText::default());
        assert_eq!(format!("{one:>10}|{one:?}"), "  Autorité|\"Autorité\"");
        let read: SharedText = serde_json::from_str("\"a\\u00e9\"").unwrap();
        assert_eq!(read, "aé");
        assert_eq!(serde_json::to_string(&read).unwrap(), "\"aé\"");
    }

    #[test]
    fn a_part_is_the_text_that_it_is() {
        let whole: Arc<str> = Arc::from("CN=é,O=b");
        let part = SharedText::part_of(&whole, 3, 5);
        assert_eq!(part, SharedText::from("é"));
        assert_eq!(part.cmp(&SharedText::from("z")), "é".cmp("z"));
        // not a place between two characters, or none at all
        assert_eq!(SharedText::part_of(&whole, 4, 5), "");
        assert_eq!(SharedText::part_of(&whole, 3, 99), "");
        let seldom = Seldom::from("un mot");
        assert_eq!((&*seldom, &*Seldom::from("")), ("un mot", ""));
        assert_eq!(serde_json::to_string(&seldom).unwrap(), "\"un mot\"");
    }

    #[test]
    fn alike_texts_share_one_allocation() {
        let (one, two) = (alike("CN=Racine"), alike("CN=Racine"));
        assert!(Arc::ptr_eq(&one.whole.unwrap(), &two.whole.unwrap()));
        assert_eq!(alike("CN=Autre"), "CN=Autre");
    }
}
