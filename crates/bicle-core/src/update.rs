//! The read model after a small change: what the change does not touch is shared with the model before.
//!
//! A change is small if no verdict can depend on it: a name or a comment, and all that happens to keys, requests,
//! orders and templates. Anything else makes the model anew (`build`), and so does a moment at which a verdict may
//! turn.

use std::collections::BTreeSet;
use std::sync::Arc;

use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_vault::{RecordId, UnlockedVault};

use crate::build::{self, RelatedByKey, Relations};
use crate::id::{ItemId, Kind};
use crate::model::{
    CertificateItem, DeletedItem, KeyItem, Model, RequestItem, Status, UnixSeconds,
};
use crate::record::{Content, Records, Summary};

/// More records than this are no small change: each is looked for in every list.
const SMALL_RECORDS: usize = 64;

/// What a transaction changes, as far as the read model must know.
pub(crate) struct Touched {
    records: BTreeSet<RecordId>,
    keys: BTreeSet<Sha256Fingerprint>,
    is_small: bool,
}

impl Touched {
    /// Nothing yet.
    pub(crate) fn nothing() -> Self {
        Self {
            records: BTreeSet::new(),
            keys: BTreeSet::new(),
            is_small: true,
        }
    }

    /// A record is or was there, before or after.
    pub(crate) fn note(&mut self, id: RecordId, before: Option<&Summary>, after: Option<&Summary>) {
        self.records.insert(id);
        for summary in [before, after].into_iter().flatten() {
            match &summary.content {
                Content::Key(content) => drop(self.keys.insert(content.spki_sha256)),
                Content::Request(content) => drop(self.keys.insert(content.spki_sha256)),
                Content::Order(content) => drop(self.keys.insert(content.spki_sha256)),
                Content::Template(_) => {}
                Content::Certificate(content) => {
                    let is_only_named = match (before, after) {
                        (Some(before), Some(after)) => is_only_named(before, after),
                        _ => false,
                    };
                    self.is_small &= is_only_named;
                    self.keys.insert(content.spki_sha256);
                }
                Content::List(_) => self.is_small = false,
            }
        }
    }
}

/// Only what no verdict depends on differs, and it is not in the bin.
fn is_only_named(before: &Summary, after: &Summary) -> bool {
    before.deleted.is_none()
        && after.deleted.is_none()
        && before.created == after.created
        && before.content == after.content
}

/// The model after a small change; `None`: it must be made anew.
pub(crate) fn model(
    before: &Model,
    vault: &UnlockedVault,
    records: &Records,
    touched: &Touched,
    at: UnixSeconds,
) -> Option<Model> {
    let is_small = touched.is_small && touched.records.len() <= SMALL_RECORDS;
    if !is_small || at < before.at || at >= before.until {
        return None;
    }
    let mut model = before.clone();
    model.at = at;
    let test_branch_trusted = before.vault.test_branch_trusted;
    model.vault = build::vault_facts(vault);
    model.vault.test_branch_trusted = test_branch_trusted;
    for id in &touched.records {
        replace(&mut model, *id, records.get(id))?;
    }
    let model = relate(model.placed(), records, &touched.keys);
    Some(model)
}

/// Puts an item in the place of what the model has of that record.
fn replace(model: &mut Model, record: RecordId, summary: Option<&Summary>) -> Option<()> {
    model.bin.retain(|deleted| deleted.item.id.record != record);
    let present = summary.filter(|summary| summary.deleted.is_none());
    let item = summary.map(|summary| build::item(record, summary));
    let kind = present.map(Summary::kind);
    let gone = |of: Kind| {
        let id = ItemId { kind: of, record };
        (kind != Some(of)).then_some(id)
    };
    take_out(&mut model.keys, gone(Kind::Key), |key| key.item.id);
    take_out(&mut model.requests, gone(Kind::Request), |found| {
        found.item.id
    });
    take_out(&mut model.templates, gone(Kind::Template), |found| {
        found.item.id
    });
    take_out(&mut model.orders, gone(Kind::Order), |order| order.item.id);
    let (Some(summary), Some(item)) = (summary, item) else {
        return Some(());
    };
    if let Some(since) = summary.deleted {
        let deleted = DeletedItem::new(item, UnixSeconds(since));
        let place = model
            .bin
            .partition_point(|other| other.item.id.record < record);
        model.bin.insert(place, deleted);
        return Some(());
    }
    // the relations are put in afterwards
    let none = Relations::none();
    match &summary.content {
        Content::Key(content) => {
            let key = Arc::new(build::key(item, content, &none));
            put(&mut model.keys, key, |key: &Arc<KeyItem>| key.item.id);
        }
        Content::Request(content) => {
            let request = Arc::new(build::request(item, content, &none));
            let id_of = |request: &Arc<RequestItem>| request.item.id;
            put(&mut model.requests, request, id_of);
        }
        Content::Template(content) => {
            let template = build::template(item, content);
            put(&mut model.templates, template, |found| found.item.id);
        }
        Content::Order(content) => {
            let order = build::order(item, content, &none);
            put(&mut model.orders, order, |order| order.item.id);
        }
        Content::Certificate(_) => {
            let place = model
                .certificates
                .binary_search_by_key(&item.id, |found| found.item.id)
                .ok()?;
            Arc::make_mut(model.certificates.get_mut(place)?).item = item;
        }
        Content::List(_) => return None,
    }
    Some(())
}

/// Takes an item out of a list that is in the order of the ids, if it is there.
fn take_out<T>(list: &mut Vec<T>, id: Option<ItemId>, id_of: impl Fn(&T) -> ItemId) {
    let place = id.and_then(|id| list.binary_search_by_key(&id, id_of).ok());
    if let Some(place) = place {
        list.remove(place);
    }
}

/// Puts an item into a list that is in the order of the ids.
fn put<T>(list: &mut Vec<T>, item: T, id_of: impl Fn(&T) -> ItemId) {
    match list.binary_search_by_key(&id_of(&item), &id_of) {
        Ok(place) => {
            if let Some(found) = list.get_mut(place) {
                *found = item;
            }
        }
        Err(place) => list.insert(place, item),
    }
}

/// Finds anew what belongs to these public keys.
fn relate(mut model: Model, records: &Records, keys: &BTreeSet<Sha256Fingerprint>) -> Model {
    if keys.is_empty() {
        return model;
    }
    let relations = Relations::new(related(&model, records, keys));
    for key in model.keys.iter_mut() {
        if keys.contains(&key.spki_sha256) {
            let key = Arc::make_mut(key);
            key.requests = relations.requests(&key.spki_sha256);
            key.certificates = relations.certificates(&key.spki_sha256);
            key.order = relations.order(&key.spki_sha256);
        }
    }
    for request in model.requests.iter_mut() {
        if keys.contains(&request.spki_sha256) {
            let request = Arc::make_mut(request);
            request.key = relations.key(&request.spki_sha256);
            request.certificates = relations.certificates(&request.spki_sha256);
            request.order = relations.order(&request.spki_sha256);
        }
    }
    for found in model.certificates.iter_mut() {
        if keys.contains(&found.spki_sha256) {
            let found = Arc::make_mut(found);
            found.key = relations.key(&found.spki_sha256);
            found.request = relations.request(&found.spki_sha256);
            found.order = relations.order(&found.spki_sha256);
        }
    }
    let mut orders = std::mem::take(&mut model.orders);
    for order in &mut orders {
        let spki_sha256 = key_of(records, order.item.id);
        if let Some(spki_sha256) = spki_sha256.filter(|key| keys.contains(key)) {
            order.key = relations.key(&spki_sha256);
            order.request = relations.request(&spki_sha256);
            order.certificate = relations.certificate(&spki_sha256);
        }
    }
    model.orders = orders;
    build::with_states(model)
}

/// The public key that an order is for.
fn key_of(records: &Records, order: ItemId) -> Option<Sha256Fingerprint> {
    match &records.get(&order.record)?.content {
        Content::Order(content) => Some(content.spki_sha256),
        _ => None,
    }
}

/// What the model has of these public keys.
fn related(model: &Model, records: &Records, keys: &BTreeSet<Sha256Fingerprint>) -> RelatedByKey {
    let mut by_key: RelatedByKey = RelatedByKey::default();
    let asked = |key: &Sha256Fingerprint| keys.contains(key).then_some(*key);
    for key in &model.keys {
        if let Some(of) = asked(&key.spki_sha256) {
            by_key.entry(of).or_default().keys.push(key.item.id);
        }
    }
    for request in &model.requests {
        if let Some(of) = asked(&request.spki_sha256) {
            by_key.entry(of).or_default().requests.push(request.item.id);
        }
    }
    for order in &model.orders {
        if let Some(of) = key_of(records, order.item.id).filter(|key| keys.contains(key)) {
            by_key.entry(of).or_default().orders.push(order.item.id);
        }
    }
    for found in &model.certificates {
        if let Some(of) = asked(&found.spki_sha256) {
            let related = by_key.entry(of).or_default();
            related.certificates.push(found.item.id);
        }
    }
    for related in by_key.values_mut() {
        let worth = |id: &ItemId| {
            let found = model.certificate(*id);
            let end = found.map(|found| found.not_after.0);
            (found.map_or((false, false, false), worth), end, *id)
        };
        related.certificates.sort_by_key(worth);
    }
    by_key
}

/// As `build` ranks the certificates of one key.
fn worth(found: &CertificateItem) -> (bool, bool, bool) {
    build::worth_of(
        found.verdict.status == Status::Trusted,
        found.issuer_id.map(|issuer| issuer.record),
        found.item.id.record,
    )
}
