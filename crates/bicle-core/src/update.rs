//! The read model after a small change: what the change does not bear on is shared with the model before.
//!
//! A change is small if few records change and none of them is a revocation list or speaks to one. Where it is a
//! certificate that comes, goes or is decided on, those are judged anew that name it as their issuer, and theirs.
//! Anything else makes the model anew (`build`), and so does a moment at which a verdict may turn.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_vault::{RecordId, UnlockedVault};

use crate::build::{self, Related, Relations};
use crate::certificate_content::CertificateContent;
use crate::id::{ItemId, Kind};
use crate::index::{self, Index};
use crate::lists;
use crate::model::{CertificateItem, DeletedItem, Model, Status, UnixSeconds};
use crate::record::{Content, Records, Summary};
use crate::signers::{self, Signers};

/// More records than this are no small change.
const SMALL_RECORDS: usize = 64;

/// Where a change bears on more certificates than this, all are judged anew: that goes by issuer, and is as quick.
const MOST_JUDGED: usize = 4_096;

/// What a transaction changes, as far as the read model must know.
#[derive(Default)]
pub(crate) struct Touched {
    records: BTreeSet<RecordId>,
    keys: BTreeSet<Sha256Fingerprint>,
    /// Of which more than the name changed, as they were before; `None`: they were not there.
    certificates: BTreeMap<RecordId, Option<Arc<Summary>>>,
    is_large: bool,
}

impl Touched {
    /// A record is or was there, before or after.
    pub(crate) fn note(
        &mut self,
        id: RecordId,
        before: Option<&Arc<Summary>>,
        after: Option<&Arc<Summary>>,
    ) {
        if self.records.len() >= SMALL_RECORDS {
            self.is_large = true;
            return;
        }
        self.records.insert(id);
        if let (Some(before), Some(after)) = (before, after)
            && is_only_named(before, after)
        {
            return;
        }
        for summary in [before, after].into_iter().flatten() {
            self.keys.extend(index::public_key(summary));
            match &summary.content {
                Content::Certificate(_) => {
                    let was = self.certificates.entry(id);
                    was.or_insert_with(|| before.cloned());
                }
                Content::List(_) => self.is_large = true,
                _ => {}
            }
        }
    }
}

/// Only what no verdict and no relation depends on differs, and it is not in the bin.
fn is_only_named(before: &Summary, after: &Summary) -> bool {
    before.deleted.is_none()
        && after.deleted.is_none()
        && before.created == after.created
        && before.content == after.content
}

/// What a model is made from.
pub(crate) struct Parts<'a> {
    pub(crate) vault: &'a UnlockedVault,
    pub(crate) records: &'a Records,
    pub(crate) signers: &'a mut Signers,
    pub(crate) index: &'a mut Option<Index>,
}

/// The model after a small change, and the certificates that were judged anew for it; `None`: it must be made
/// anew.
pub(crate) fn model(
    before: &Model,
    parts: Parts<'_>,
    touched: &Touched,
    at: UnixSeconds,
) -> Option<(Model, BTreeSet<RecordId>)> {
    if touched.is_large || at < before.at || at >= before.until {
        return None;
    }
    let Parts {
        vault,
        records,
        signers,
        index,
    } = parts;
    if before
        .lists
        .iter()
        .any(|list| may_be_signed(&list.issuer, records, touched))
    {
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
    let mut judged = BTreeSet::new();
    if touched.keys.is_empty() {
        return Some((model, judged));
    }
    // restored ones may not have been looked at
    signers.read_unnoted(vault, records, touched.certificates.keys().copied());
    let index = match index {
        Some(index) => {
            for id in touched.certificates.keys() {
                if let Some(summary) = records.get(id) {
                    index.add(*id, summary, signers);
                }
            }
            index
        }
        None => index.insert(Index::of(records, signers)),
    };
    let mut keys = touched.keys.clone();
    if !touched.certificates.is_empty() {
        judged = borne_on(records, signers, index, touched)?;
        ask_lists(&mut model, vault, records, signers, touched)?;
        judge(
            &mut model,
            (vault, records, signers, index),
            touched,
            &judged,
        )?;
        let contents = judged.iter().filter_map(|id| content(records, *id));
        keys.extend(contents.map(|content| content.spki_sha256));
        turn(&mut model, before, records, signers, touched);
    }
    for key in &keys {
        relate(&mut model, records, index, key);
    }
    for list in &mut model.lists {
        let found = lists::list(&list.item);
        let signer = found.and_then(|found| signers.lists().signer(list.item.id.record, found));
        if let Some(key) = signer.filter(|key| keys.contains(key)) {
            list.issuer_id = list_issuer(records, index, &key, &list.issuer);
        }
    }
    Some((model, judged))
}

/// A list of that issuer may be signed by one of the certificates.
fn may_be_signed(issuer: &str, records: &Records, touched: &Touched) -> bool {
    let mut contents = touched.certificates.iter().flat_map(|(id, before)| {
        let before = before.as_deref().and_then(signers::certificate);
        [before, content(records, *id)].into_iter().flatten()
    });
    contents.any(|content| lists::is_same_name(issuer, content.subject()))
}

/// Asks each list about the certificates of its issuer that are here now.
fn ask_lists(
    model: &mut Model,
    vault: &UnlockedVault,
    records: &Records,
    signers: &mut Signers,
    touched: &Touched,
) -> Option<()> {
    for list in &model.lists {
        let present = touched.certificates.keys().filter_map(|id| {
            let is = records.get(id).filter(|is| is.deleted.is_none())?;
            Some((*id, signers::certificate(is)?))
        });
        let issued: Vec<_> = present
            .filter(|(_, content)| lists::is_same_name(&list.issuer, &content.issuer))
            .map(|(id, content)| (id, content.sha256))
            .collect();
        let id = list.item.id.record;
        let content = records.get(&id).and_then(|kept| lists::list(kept));
        if let (false, Some(content)) = (issued.is_empty(), content) {
            for moment in signers.ask_list(vault, (id, content), issued)? {
                if moment > model.at.0 {
                    model.until = model.until.min(UnixSeconds(moment));
                }
            }
        }
    }
    Some(())
}

fn content(records: &Records, id: RecordId) -> Option<&CertificateContent> {
    records
        .get(&id)
        .and_then(|summary| signers::certificate(summary))
}

/// The certificates that are there and whose verdicts may be others: those that changed, those that name them as
/// their issuer, and theirs in turn. `None`: they are too many.
fn borne_on(
    records: &Records,
    signers: &Signers,
    index: &Index,
    touched: &Touched,
) -> Option<BTreeSet<RecordId>> {
    let mut found = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (id, before) in &touched.certificates {
        let after = records.get(id);
        for summary in [before.as_ref(), after].into_iter().flatten() {
            let content = signers::certificate(summary);
            let note = content.and_then(|content| signers.note(*id, content));
            names.extend(note.map(|note| note.subject));
        }
        if after.is_some_and(|after| after.deleted.is_none()) {
            found.insert(*id);
        }
    }
    let mut next: Vec<_> = names.iter().copied().collect();
    while let Some(name) = next.pop() {
        for (id, subject) in index.issued_by(records, signers, name) {
            found.insert(id);
            if found.len() > MOST_JUDGED {
                return None;
            }
            if names.insert(subject) {
                next.push(subject);
            }
        }
    }
    Some(found)
}

/// Judges certificates anew and puts what comes of it into the model.
fn judge(
    model: &mut Model,
    (vault, records, signers, index): (&UnlockedVault, &Records, &mut Signers, &Index),
    touched: &Touched,
    these: &BTreeSet<RecordId>,
) -> Option<()> {
    let standing = signers.standing_of(vault, records, index, these)?;
    let contents = these
        .iter()
        .filter_map(|id| Some((*id, content(records, *id)?)));
    let judgements = build::judge(vault, records, signers, &standing, contents, model.at);
    // who is no more, or no more issued by the same
    let mut moved: Vec<(ItemId, Option<ItemId>, Option<ItemId>)> = Vec::new();
    for id in touched.certificates.keys().filter(|id| !these.contains(id)) {
        let id = build::certificate_id(*id);
        let gone = model
            .certificates
            .find(id)
            .and_then(|found| found.issuer_id);
        moved.push((id, gone, None));
        model.certificates.take_out(id);
    }
    for (record, judgement) in judgements {
        let (Some(summary), Some(content)) = (records.get(&record), content(records, record))
        else {
            continue;
        };
        let id = build::certificate_id(record);
        let was = model.certificates.find(id);
        let before = was.and_then(|was| was.issuer_id);
        let issued = was.map_or_else(Vec::new, |was| was.issued().to_vec());
        let after = judgement.issuer.map(build::certificate_id);
        if before != after {
            moved.push((id, before, after));
        }
        let item = build::item(record, summary);
        let found = build::certificate(item, content, judgement, issued, &Relations::none());
        model.certificates.put(found);
    }
    for (id, before, after) in moved {
        if let Some(issuer) = before.filter(|issuer| *issuer != id)
            && let Some(issuer) = model.certificates.find_mut(issuer)
        {
            issuer.relate(|related| related.issued.retain(|issued| *issued != id));
        }
        if let Some(issuer) = after.filter(|issuer| *issuer != id)
            && let Some(issuer) = model.certificates.find_mut(issuer)
        {
            issuer.relate(|related| {
                if let Err(place) = related.issued.binary_search(&id) {
                    related.issued.insert(place, id);
                }
            });
        }
    }
    Some(())
}

/// Finds anew what hangs on which certificates there are: when a verdict may turn, and whether the TEST branch is
/// trusted.
fn turn(
    model: &mut Model,
    before: &Model,
    records: &Records,
    signers: &Signers,
    touched: &Touched,
) {
    let mut is_first_gone = false;
    let mut is_test_root = false;
    for (id, was) in &touched.certificates {
        if let Some(was) = was.as_deref().and_then(signers::certificate) {
            let mut moments = build::moments(was);
            is_first_gone |= moments.any(|moment| moment == before.until.0);
            is_test_root |= build::is_test_root(&was.sha256);
        }
        let is = records.get(id).filter(|is| is.deleted.is_none());
        if let Some(is) = is.and_then(|is| signers::certificate(is)) {
            let at = model.at.0;
            let next = build::moments(is).filter(|moment| *moment > at).min();
            let next = next.unwrap_or(i64::MAX);
            model.until = model.until.min(UnixSeconds(next));
            is_test_root |= build::is_test_root(&is.sha256);
        }
    }
    if is_first_gone {
        model.until = build::until(records, signers, model.at);
    }
    if is_test_root {
        model.vault.test_branch_trusted = build::is_test_branch_trusted(model);
    }
}

/// Puts an item in the place of what the model has of that record; a certificate that is to be judged comes later.
pub(crate) fn replace(
    model: &mut Model,
    record: RecordId,
    summary: Option<&Arc<Summary>>,
) -> Option<()> {
    model.bin.retain(|deleted| deleted.item.id.record != record);
    let present = summary.filter(|summary| summary.deleted.is_none());
    let item = summary.map(|summary| build::item(record, summary));
    let kind = present.map(|summary| summary.kind());
    let gone = |of: Kind| {
        let id = ItemId { kind: of, record };
        (kind != Some(of)).then_some(id)
    };
    if let Some(id) = gone(Kind::Key) {
        model.keys.take_out(id);
    }
    if let Some(id) = gone(Kind::Request) {
        model.requests.take_out(id);
    }
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
    // the relations are put in afterwards, where they may be others
    let none = Relations::none();
    let id = item.id;
    match &summary.content {
        Content::Key(content) => match model.keys.find_mut(id) {
            Some(key) if key.spki_sha256 == content.spki_sha256 => key.item = item,
            _ => model.keys.put(build::key(item, content, &none)),
        },
        Content::Request(content) => match model.requests.find_mut(id) {
            Some(request) if request.spki_sha256 == content.spki_sha256 => request.item = item,
            _ => model.requests.put(build::request(item, content, &none)),
        },
        Content::Template(content) => {
            let template = build::template(item, content);
            put(&mut model.templates, template, |found| found.item.id);
        }
        Content::Order(content) => {
            let mut order = build::order(item, content, &none);
            if let Some(was) = model.order(order.item.id) {
                (order.key, order.request) = (was.key, was.request);
                (order.certificate, order.state) = (was.certificate, was.state);
            }
            put(&mut model.orders, order, |order| order.item.id);
        }
        Content::Certificate(_) => {
            if let Some(found) = model.certificates.find_mut(id) {
                found.item = item;
            }
        }
        Content::List(_) => {
            let mut lists = model.lists.iter_mut();
            lists.find(|list| list.item.id == id)?.item = item;
        }
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

/// Finds anew what belongs to a public key.
fn relate(model: &mut Model, records: &Records, index: &Index, key: &Sha256Fingerprint) {
    let mut related = Related::default();
    for (record, summary) in index.of_key(records, key) {
        let kind = summary.kind();
        let id = ItemId { kind, record };
        match kind {
            Kind::Key => related.keys.push(id),
            Kind::Request => related.requests.push(id),
            Kind::Order => related.orders.push(id),
            Kind::Certificate => related.certificates.push(id),
            Kind::List | Kind::Template => {}
        }
    }
    related.certificates.sort_by_key(|id| {
        let found = model.certificates.find(*id);
        let end = found.map(|found| found.not_after);
        (found.map_or((false, false, false), worth), end, *id)
    });
    let (own, request) = (
        related.keys.last().copied(),
        related.requests.last().copied(),
    );
    let (order, certificate) = (
        related.orders.last().copied(),
        related.certificates.last().copied(),
    );
    for id in &related.keys {
        if let Some(key) = model.keys.find_mut(*id) {
            key.requests.clone_from(&related.requests);
            key.certificates.clone_from(&related.certificates);
            key.order = order;
        }
    }
    for id in &related.requests {
        if let Some(request) = model.requests.find_mut(*id) {
            request.certificates.clone_from(&related.certificates);
            (request.key, request.order) = (own, order);
        }
    }
    for id in &related.certificates {
        if let Some(found) = model.certificates.find_mut(*id) {
            found.relate(|related| {
                (related.key, related.request, related.order) = (own, request, order);
            });
        }
    }
    for id in &related.orders {
        let found = certificate.and_then(|id| model.certificates.find(id));
        let place = model.orders.binary_search_by_key(id, |order| order.item.id);
        if let Some(order) = place.ok().and_then(|place| model.orders.get_mut(place)) {
            (order.key, order.request, order.certificate) = (own, request, certificate);
            order.state = build::state(order, found);
        }
    }
}

/// As `build` ranks the certificates of one key.
fn worth(found: &CertificateItem) -> (bool, bool, bool) {
    build::worth_of(
        found.verdict.status == Status::Trusted,
        found.issuer_id.map(|issuer| issuer.record),
        found.item.id.record,
    )
}

/// As `build` finds the certificate of the key that signed a list.
fn list_issuer(
    records: &Records,
    index: &Index,
    key: &Sha256Fingerprint,
    name: &str,
) -> Option<ItemId> {
    let of_key = index.of_key(records, key);
    let certificates =
        of_key.filter_map(|(id, summary)| Some((id, signers::certificate(summary)?)));
    let first = certificates.min_by_key(|(id, content)| (content.subject() != name, *id));
    first.map(|(id, _)| build::certificate_id(id))
}
