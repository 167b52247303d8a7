//! What an import says of a revocation list: whether it decides, how old it is, what it revokes here.

use std::collections::BTreeMap;

use bicle_pki::revocation_list::{Reason, number_from_text};

use crate::id::ItemId;
use crate::model::{ListItem, Model};
use crate::phrase::Phrase;
use crate::record::Mark;

/// The plain words that go with a list.
pub(crate) fn notices(
    list: &ListItem,
    says: Option<&BTreeMap<String, Option<Mark>>>,
    model: &Model,
) -> Vec<Phrase> {
    let mut notices = Vec::new();
    let issuer = list.issuer_name.clone();
    if list.issuer_id.is_none() {
        let mut bearers = model.certificates.iter();
        let code = if bearers.any(|found| list.issuer == *found.subject()) {
            "notice-list-forged"
        } else {
            "notice-list-issuer-missing"
        };
        notices.push(Phrase::new(code).text("issuer", issuer));
    } else if let Some(says) = says {
        notices.extend(what_it_does(list, says, model));
        if let Some(base) = missing_base(list, model) {
            notices.push(Phrase::new("notice-list-base-missing").text("number", base));
        }
    } else {
        notices.push(Phrase::new("notice-list-undecided"));
    }
    if let Some(newer) = newer(list, model) {
        let name = newer.item.name.clone();
        notices.push(Phrase::new("notice-list-newer-here").text("name", name));
    } else if let Some(due) = list.next_update.filter(|due| *due < model.at) {
        notices.push(Phrase::new("notice-list-expired").time("date", due.0));
    }
    notices
}

/// How many certificates this very list revokes, suspends and releases.
fn what_it_does(
    list: &ListItem,
    says: &BTreeMap<String, Option<Mark>>,
    model: &Model,
) -> Vec<Phrase> {
    let key = |id: ItemId| model.certificate(id).map(|found| found.spki_sha256);
    let signer = list.issuer_id.and_then(key);
    let (mut revoked, mut suspended, mut released) = (0_i64, 0_i64, 0_i64);
    for found in &model.certificates {
        // the same name under another key is another issuer
        if found.issuer_id.and_then(key) != signer {
            continue;
        }
        let Some(Some(mark)) = says.get(&found.sha256.to_hex()) else {
            continue;
        };
        match mark.reason.map(Reason::from_code) {
            Some(Reason::CertificateHold) => suspended += 1,
            Some(Reason::RemoveFromList) if found.revoked().is_none() => released += 1,
            Some(Reason::RemoveFromList) => {}
            _ => revoked += 1,
        }
    }
    [
        (revoked, "notice-list-revokes"),
        (suspended, "notice-list-suspends"),
        (released, "notice-list-releases"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, code)| Phrase::new(code).number("count", count))
    .collect()
}

/// The number of the list that a delta list completes, where neither it nor a later complete one is
/// here (RFC 5280 §5.2.4).
fn missing_base(list: &ListItem, model: &Model) -> Option<String> {
    let base = list.delta_base.as_ref()?;
    let rank = |text: &str| number_from_text(text).map(|octets| (octets.len(), octets));
    let needed = rank(base)?;
    let here = model.lists.iter().any(|other| {
        other.issuer_id == list.issuer_id
            && other.issuer == list.issuer
            && other.delta_base.is_none()
            && other
                .number
                .as_deref()
                .and_then(rank)
                .is_some_and(|number| number >= needed)
    });
    (!here).then(|| base.clone())
}

/// The newest list of the same issuer and kind that is newer than this one.
fn newer<'a>(list: &ListItem, model: &'a Model) -> Option<&'a ListItem> {
    model
        .lists
        .iter()
        .filter(|other| {
            other.issuer_id == list.issuer_id
                && other.issuer == list.issuer
                && other.delta_base.is_some() == list.delta_base.is_some()
                && other.this_update > list.this_update
        })
        .max_by_key(|other| other.this_update)
}
