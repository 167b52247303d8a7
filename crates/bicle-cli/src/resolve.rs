//! Which item a NAME means: an id, else an exact name, else the same name in other letter cases.

use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{Item, Model};
use bicle_core::phrase::Phrase;

use crate::failure::{Candidate, Failure};

/// The one item, not in the bin, that `name` means among those kinds.
///
/// # Errors
/// `no-such-item`, or `ambiguous-name` with the candidates.
pub(crate) fn live(model: &Model, name: &str, kinds: &[Kind]) -> Result<ItemId, Failure> {
    one(model.items(), name, kinds, "error-no-such-item")
}

/// The one item of the bin that `name` means.
///
/// # Errors
/// `nothing-to-restore`, or `ambiguous-name` with the candidates.
pub(crate) fn deleted(model: &Model, name: &str, kinds: &[Kind]) -> Result<ItemId, Failure> {
    one(
        model.bin.iter().map(|deleted| &deleted.item),
        name,
        kinds,
        "error-nothing-to-restore",
    )
}

/// The one item of the bin that `name` means, to be removed for good.
///
/// # Errors
/// `not-in-the-bin`, or `ambiguous-name` with the candidates.
pub(crate) fn binned(model: &Model, name: &str, kinds: &[Kind]) -> Result<ItemId, Failure> {
    let items = model.bin.iter().map(|deleted| &deleted.item);
    one(items, name, kinds, "error-not-in-the-bin")
}

fn one<'a>(
    items: impl Iterator<Item = &'a Item>,
    name: &str,
    kinds: &[Kind],
    none: &'static str,
) -> Result<ItemId, Failure> {
    let items: Vec<&Item> = items.filter(|item| kinds.contains(&item.id.kind)).collect();
    if let Ok(id) = name.parse::<ItemId>()
        && items.iter().any(|item| item.id == id)
    {
        return Ok(id);
    }
    let mut found: Vec<&Item> = items
        .iter()
        .copied()
        .filter(|item| item.name == name)
        .collect();
    if found.is_empty() {
        let lower = name.to_lowercase();
        found = items
            .into_iter()
            .filter(|item| item.name.to_lowercase() == lower)
            .collect();
    }
    match found.as_slice() {
        [item] => Ok(item.id),
        [] => Err(Failure::refused(Phrase::new(none).text("name", name))),
        several => {
            let ids: Vec<String> = several.iter().map(|item| item.id.to_string()).collect();
            let phrase = Phrase::new("error-ambiguous-name")
                .text("name", name)
                .text("candidates", ids.join(", "));
            let candidates = several
                .iter()
                .map(|item| Candidate {
                    id: item.id,
                    name: item.name.to_string(),
                })
                .collect();
            Err(Failure {
                candidates,
                ..Failure::refused(phrase)
            })
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use bicle_core::model::UnixSeconds;

    fn item(id: &str, name: &str) -> Item {
        let id = id.parse().unwrap_or_else(|_| unreachable!());
        Item::new(id, name, "", UnixSeconds(0))
    }

    fn find(name: &str, kinds: &[Kind]) -> Result<String, Failure> {
        let items = [
            item("order-1", "Hôpital"),
            item("key-2", "Hôpital"),
            item("key-3", "hôpital"),
            item("key-4", "order-1"),
            item("certificate-5", "Élan"),
        ];
        one(items.iter(), name, kinds, "error-no-such-item").map(|id| id.to_string())
    }

    #[test]
    fn an_id_comes_before_a_name() {
        assert_eq!(find("order-1", &Kind::ALL).unwrap(), "order-1");
        assert_eq!(find("order-1", &[Kind::Key]).unwrap(), "key-4");
        assert_eq!(
            find("order-9", &Kind::ALL).unwrap_err().code(),
            "no-such-item"
        );
    }

    #[test]
    fn an_exact_name_comes_before_other_letter_cases() {
        assert_eq!(find("hôpital", &Kind::ALL).unwrap(), "key-3");
        assert_eq!(find("ÉLAN", &Kind::ALL).unwrap(), "certificate-5");
        assert_eq!(find("Hôpital", &[Kind::Key]).unwrap(), "key-2");
    }

    #[test]
    fn an_ambiguous_name_is_refused_with_the_candidates() {
        let failure = find("Hôpital", &Kind::ALL).unwrap_err();
        assert_eq!(failure.code(), "ambiguous-name");
        let ids: Vec<String> = failure
            .candidates
            .iter()
            .map(|one| one.id.to_string())
            .collect();
        assert_eq!(ids, ["order-1", "key-2"]);
        let failure = find("HÔPITAL", &[Kind::Key]).unwrap_err();
        assert_eq!(failure.candidates.len(), 2);
    }
}
