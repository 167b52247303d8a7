//! Makes the read model from the records: relations by public key, verdicts, states of orders.

use std::collections::HashMap;
use std::sync::Arc;

use bicle_igc::{Branch, Role};
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::path::IssuerIndex;
use bicle_vault::{RecordId, UnlockedVault};

use crate::certificate_content::CertificateContent;
use crate::id::{ItemId, Kind};
use crate::judge::{self as judging, Judged, Judgement};
use crate::model::{
    CertificateItem, DeletedItem, Item, KeyItem, ListItem, Model, OrderItem, OrderState,
    RelatedToCertificate, RequestItem, Status, TemplateItem, Trust, UnixSeconds, VaultFacts,
};
use crate::path_note::Above;
use crate::record::{
    Content, KeyContent, ListContent, OrderContent, Records, RequestContent, Summary,
    TemplateContent,
};
use crate::seeded::Seeded;
use crate::signers::{Signers, Standing, certificates};

/// The read model of these records at that moment.
pub(crate) fn model(
    vault: &UnlockedVault,
    records: &Records,
    signers: &mut Signers,
    at: UnixSeconds,
) -> Model {
    let standing = signers.standing(vault, records);
    let all = certificates(records);
    let judgements = Judgements(judge(vault, records, signers, &standing, all, at));
    let lists = signers.lists();
    let relations = Relations::of(records, &judgements);
    let list_issuers = ListIssuers::of(records, |id, content| lists.signer(id, content));
    let mut issued: HashMap<RecordId, Vec<ItemId>> = HashMap::new();
    for (id, judgement) in &judgements.0 {
        if let Some(issuer) = judgement.issuer.filter(|issuer| issuer != id) {
            issued.entry(issuer).or_default().push(certificate_id(*id));
        }
    }
    let mut model = Model::empty(vault_facts(vault), at);
    let mut judgements = judgements.0.into_iter().peekable();
    for (record, summary) in records.iter() {
        let item = item(*record, summary);
        if let Some(since) = summary.deleted {
            model.bin.push(DeletedItem::new(item, UnixSeconds(since)));
            continue;
        }
        match &summary.content {
            Content::Key(content) => {
                model.keys.push(key(item, content, &relations));
            }
            Content::Request(content) => {
                model.requests.push(request(item, content, &relations));
            }
            Content::Certificate(content) => {
                let judgement = judgements.next_if(|(of, _)| of == record);
                let judgement = judgement.map_or_else(unjudged, |(_, judgement)| judgement);
                let mut issued = issued.remove(record).unwrap_or_default();
                issued.shrink_to_fit();
                let found = certificate(item, content, judgement, issued, &relations);
                model.certificates.push(found);
            }
            Content::List(content) => {
                let signer = lists.signer(*record, content);
                let issuer =
                    signer.and_then(|key| list_issuers.find(records, &key, &content.issuer));
                model.lists.push(ListItem {
                    issuer_id: issuer,
                    ..list(item, content)
                });
            }
            Content::Template(content) => model.templates.push(template(item, content)),
            Content::Order(content) => model.orders.push(order(item, content, &relations)),
        }
    }
    let mut model = with_states(model.placed());
    model.until = until(records, signers, at);
    model.vault.test_branch_trusted = is_test_branch_trusted(&model);
    model.read_only = vault.is_read_only();
    model
}

/// The same, with how far each order is.
fn with_states(mut model: Model) -> Model {
    let mut orders = std::mem::take(&mut model.orders);
    for order in &mut orders {
        let certificate = order.certificate.and_then(|id| model.certificate(id));
        order.state = state(order, certificate);
    }
    model.orders = orders;
    model
}

/// The next moment at which a verdict may turn: a certificate's time begins or ends, a revocation begins to
/// hold, a list is due.
pub(crate) fn until(records: &Records, signers: &Signers, at: UnixSeconds) -> UnixSeconds {
    let mut next = i64::MAX;
    let mut turn = |moment: i64| {
        if moment > at.0 {
            next = next.min(moment);
        }
    };
    for (_, content) in certificates(records) {
        moments(content).for_each(&mut turn);
    }
    for (id, content) in crate::lists::lists(records) {
        turn(content.this_update);
        if let Some(due) = content.next_update {
            turn(due);
            turn(due.saturating_add(1));
        }
        for mark in signers.lists().said(id, content).values().flatten() {
            turn(mark.at);
        }
    }
    UnixSeconds(next)
}

/// When what is to be said of a certificate by itself may turn.
pub(crate) fn moments(content: &CertificateContent) -> impl Iterator<Item = i64> {
    let end = content.not_after.0.saturating_add(1);
    let declared = content.declared_revoked.as_ref().map(|mark| mark.at);
    [content.not_before.0, end].into_iter().chain(declared)
}

/// What every item has.
pub(crate) fn item(record: RecordId, summary: &Arc<Summary>) -> Item {
    Item {
        id: ItemId {
            kind: summary.kind(),
            record,
        },
        summary: Arc::clone(summary),
    }
}

pub(crate) fn key(item: Item, content: &KeyContent, relations: &Relations) -> KeyItem {
    KeyItem {
        item,
        algorithm: content.algorithm.clone(),
        spki_sha256: content.spki_sha256,
        requests: relations.requests(&content.spki_sha256),
        certificates: relations.certificates(&content.spki_sha256),
        order: relations.order(&content.spki_sha256),
    }
}

pub(crate) fn request(item: Item, content: &RequestContent, relations: &Relations) -> RequestItem {
    RequestItem {
        item,
        algorithm: content.algorithm.clone(),
        spki_sha256: content.spki_sha256,
        subject: content.subject.clone(),
        is_spkac: content.spkac,
        key: relations.key(&content.spki_sha256),
        certificates: relations.certificates(&content.spki_sha256),
        order: relations.order(&content.spki_sha256),
    }
}

pub(crate) fn template(item: Item, content: &TemplateContent) -> TemplateItem {
    TemplateItem {
        item,
        subject: content.subject.clone(),
        algorithm: content.algorithm.clone(),
        bundled: content.bundled,
    }
}

/// What is found of each certificate that is not in the bin, by rising id.
struct Judgements(Vec<(RecordId, Judgement)>);

impl Judgements {
    fn of(&self, id: RecordId) -> Option<&Judgement> {
        let place = self.0.binary_search_by_key(&id, |(of, _)| *of).ok()?;
        self.0.get(place).map(|(_, judgement)| judgement)
    }
}

/// Certificates of which the search of a path asks the same and hears the same: they name one issuer, one key
/// has signed them, nobody looks at them as an issuer, no list marks them and the user decided nothing on them.
/// They differ in their time alone, and in the words that name them.
#[derive(PartialEq, Eq, Hash)]
struct Alike<'a> {
    above: &'a Above,
    signer: Option<Sha256Fingerprint>,
    at: When,
}

/// Whether a certificate's own time has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum When {
    Before,
    Within,
    After,
}

/// Those that are alike: the first of them is judged, and what is found holds for the others.
struct Group {
    first: RecordId,
    others: Vec<RecordId>,
}

/// Judges certificates, by rising id, of whom what stands was found.
pub(crate) fn judge<'a>(
    vault: &UnlockedVault,
    records: &Records,
    signers: &mut Signers,
    standing: &Standing,
    these: impl Iterator<Item = (RecordId, &'a CertificateContent)>,
    at: UnixSeconds,
) -> Vec<(RecordId, Judgement)> {
    // each is judged for itself, or with those that are alike
    let mut single: Vec<RecordId> = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut group_of: HashMap<Alike<'_>, usize, Seeded> = HashMap::default();
    let mut count = 0_usize;
    for (id, content) in these {
        count += 1;
        let note = signers.note(id, content);
        let alone = |note: &crate::path_note::PathNote| {
            !note.above.is_sound
                || content.trust != Trust::Issuer
                || content.declared_revoked.is_some()
                || standing.is_bearer(note)
                || standing.is_marked(content)
        };
        let Some(note) = note.filter(|note| !alone(note)) else {
            single.push(id);
            continue;
        };
        let alike = Alike {
            above: &note.above,
            signer: content.signed_by_spki_sha256,
            at: when(content, at),
        };
        let number = *group_of.entry(alike).or_insert(groups.len());
        match groups.get_mut(number) {
            Some(group) => group.others.push(id),
            None => groups.push(Group {
                first: id,
                others: Vec::new(),
            }),
        }
    }
    drop(group_of);
    let mut found: Vec<(RecordId, Judgement)> = Vec::with_capacity(count);
    let mut targets = single.clone();
    targets.extend(groups.iter().map(|group| group.first));
    let mut rest: Vec<RecordId> = Vec::new();
    {
        let (gathered, mut checker) = signers.gather(vault, records, standing, &targets);
        let index = IssuerIndex::new(&gathered.path_facts);
        let mut judge = |id| judging::judge(&gathered, &index, &mut checker, records, id, at);
        found.extend(single.iter().map(|id| (*id, judge(*id).judgement)));
        let firsts: Vec<Judged> = groups.iter().map(|group| judge(group.first)).collect();
        for (group, first) in groups.iter().zip(&firsts) {
            found.push((group.first, first.judgement.clone()));
            // it does not read, or a question was its own, or its names may have changed the answer
            if gathered.place(group.first).is_none()
                || checker.is_doubted(group.first)
                || checker.may_limit_names(group.first)
            {
                rest.extend(&group.others);
                continue;
            }
            let others = group.others.iter();
            found.extend(others.map(|id| (*id, first.of_another(&gathered, records, *id))));
        }
    }
    if !rest.is_empty() {
        let (gathered, mut checker) = signers.gather(vault, records, standing, &rest);
        let index = IssuerIndex::new(&gathered.path_facts);
        let each = rest.iter().map(|id| {
            let judged = judging::judge(&gathered, &index, &mut checker, records, *id, at);
            (*id, judged.judgement)
        });
        found.extend(each);
    }
    found.sort_unstable_by_key(|(id, _)| *id);
    found
}

/// As the search of a path compares it.
fn when(content: &CertificateContent, at: UnixSeconds) -> When {
    if at < content.not_before {
        When::Before
    } else if at > content.not_after {
        When::After
    } else {
        When::Within
    }
}

/// Every certificate is judged; this one would have come in since.
fn unjudged() -> Judgement {
    Judgement {
        verdict: Arc::new(judging::unreadable()),
        issuer: None,
        revoked: None,
    }
}

/// What a certificate counts for among those of one key: trusted, signed by another that is here
/// (verified), not self-signed.
fn worth(judgements: &Judgements, id: ItemId) -> (bool, bool, bool) {
    judgements
        .of(id.record)
        .map_or((false, false, false), |judgement| {
            let is_trusted = judgement.verdict.status == Status::Trusted;
            worth_of(is_trusted, judgement.issuer, id.record)
        })
}

/// The same, of one that was judged.
pub(crate) fn worth_of(
    is_trusted: bool,
    issuer: Option<RecordId>,
    own: RecordId,
) -> (bool, bool, bool) {
    let other = issuer.is_some_and(|issuer| issuer != own);
    (is_trusted, other, issuer != Some(own))
}

/// What belongs to each public key.
type RelatedByKey = HashMap<Sha256Fingerprint, Related, Seeded>;

/// Items by the identity of their public key, as far as a key, a request or an order has it.
pub(crate) struct Relations {
    by_key: RelatedByKey,
}

/// What belongs to one public key, by rising id; of the certificates the one that counts is the last.
#[derive(Default)]
pub(crate) struct Related {
    pub(crate) keys: Vec<ItemId>,
    pub(crate) requests: Vec<ItemId>,
    pub(crate) orders: Vec<ItemId>,
    pub(crate) certificates: Vec<ItemId>,
}

impl Relations {
    /// Nothing belongs to anything.
    pub(crate) fn none() -> Self {
        Self {
            by_key: RelatedByKey::default(),
        }
    }

    fn of(records: &Records, judgements: &Judgements) -> Self {
        let mut by_key: RelatedByKey = RelatedByKey::default();
        let present = || {
            let records = records.iter();
            records.filter(|(_, summary)| summary.deleted.is_none())
        };
        for (record, summary) in present() {
            let id = ItemId {
                kind: summary.kind(),
                record: *record,
            };
            let spki_sha256 = match &summary.content {
                Content::Key(content) => content.spki_sha256,
                Content::Request(content) => content.spki_sha256,
                Content::Order(content) => content.spki_sha256,
                Content::Certificate(_) | Content::Template(_) | Content::List(_) => continue,
            };
            let related = by_key.entry(spki_sha256).or_default();
            match id.kind {
                Kind::Key => related.keys.push(id),
                Kind::Request => related.requests.push(id),
                _ => related.orders.push(id),
            }
        }
        if by_key.is_empty() {
            return Self { by_key };
        }
        let mut ends: HashMap<ItemId, UnixSeconds> = HashMap::new();
        for (record, content) in certificates(records) {
            if let Some(related) = by_key.get_mut(&content.spki_sha256) {
                let id = certificate_id(record);
                ends.insert(id, content.not_after);
                related.certificates.push(id);
            }
        }
        // the last of a key's certificates is the one that counts: what is trusted before what is
        // not, an issued one before a self-signed placeholder, then the one that lasts longest
        for related in by_key.values_mut() {
            let items = &mut related.certificates;
            if items.len() > 1 {
                items.sort_by_key(|id| (worth(judgements, *id), ends.get(id).copied(), *id));
            }
        }
        Self { by_key }
    }

    pub(crate) fn requests(&self, spki_sha256: &Sha256Fingerprint) -> Vec<ItemId> {
        let related = self.by_key.get(spki_sha256);
        related.map_or_else(Vec::new, |related| related.requests.clone())
    }

    pub(crate) fn certificates(&self, spki_sha256: &Sha256Fingerprint) -> Vec<ItemId> {
        let related = self.by_key.get(spki_sha256);
        related.map_or_else(Vec::new, |related| related.certificates.clone())
    }

    pub(crate) fn key(&self, spki_sha256: &Sha256Fingerprint) -> Option<ItemId> {
        self.by_key.get(spki_sha256)?.keys.last().copied()
    }

    pub(crate) fn request(&self, spki_sha256: &Sha256Fingerprint) -> Option<ItemId> {
        self.by_key.get(spki_sha256)?.requests.last().copied()
    }

    pub(crate) fn order(&self, spki_sha256: &Sha256Fingerprint) -> Option<ItemId> {
        self.by_key.get(spki_sha256)?.orders.last().copied()
    }

    pub(crate) fn certificate(&self, spki_sha256: &Sha256Fingerprint) -> Option<ItemId> {
        self.by_key.get(spki_sha256)?.certificates.last().copied()
    }
}

pub(crate) fn certificate(
    item: Item,
    content: &CertificateContent,
    judgement: Judgement,
    issued: Vec<ItemId>,
    relations: &Relations,
) -> CertificateItem {
    let record = item.id.record;
    let of_key = relations.by_key.get(&content.spki_sha256);
    let related = RelatedToCertificate {
        issued,
        key: of_key.and_then(|related| related.keys.last().copied()),
        request: of_key.and_then(|related| related.requests.last().copied()),
        order: of_key.and_then(|related| related.orders.last().copied()),
        revoked: judgement.revoked,
    };
    CertificateItem {
        item,
        is_root: judgement.issuer == Some(record),
        verdict: judgement.verdict,
        issuer_id: judgement.issuer.map(certificate_id),
        official: bicle_igc::authority_by_sha256(&content.sha256).is_some(),
        related: related.kept(),
    }
}

/// The certificates of the keys that signed lists.
struct ListIssuers {
    by_key: HashMap<Sha256Fingerprint, Vec<RecordId>>,
}

impl ListIssuers {
    fn of(
        records: &Records,
        signer: impl Fn(RecordId, &ListContent) -> Option<Sha256Fingerprint>,
    ) -> Self {
        let lists = crate::lists::lists(records);
        let mut by_key: HashMap<Sha256Fingerprint, Vec<RecordId>> = lists
            .filter_map(|(id, content)| signer(id, content))
            .map(|key| (key, Vec::new()))
            .collect();
        if !by_key.is_empty() {
            for (id, content) in certificates(records) {
                if let Some(ids) = by_key.get_mut(&content.spki_sha256) {
                    ids.push(id);
                }
            }
        }
        Self { by_key }
    }

    /// A certificate of that key that is not in the bin, the one of that name first.
    fn find(&self, records: &Records, key: &Sha256Fingerprint, name: &str) -> Option<ItemId> {
        let subject = |id: &RecordId| {
            let summary = records.get(id)?;
            crate::signers::certificate(summary).map(CertificateContent::subject)
        };
        let ids = self.by_key.get(key)?.iter();
        ids.min_by_key(|id| (subject(id).is_none_or(|subject| subject != name), **id))
            .map(|id| certificate_id(*id))
    }
}

fn list(item: Item, content: &ListContent) -> ListItem {
    ListItem {
        item,
        issuer: content.issuer.clone(),
        issuer_name: content.issuer_name.clone(),
        number: content.number.clone(),
        delta_base: content.delta_base.clone(),
        this_update: UnixSeconds(content.this_update),
        next_update: content.next_update.map(UnixSeconds),
        entries: content.entries,
        sha256: content.sha256,
        issuer_id: None,
    }
}

pub(crate) fn order(item: Item, content: &OrderContent, relations: &Relations) -> OrderItem {
    OrderItem {
        item,
        branch: content.product.branch,
        offer: content.product.offer,
        usage: content.product.usage,
        state: OrderState::Key,
        reference: content.reference.clone(),
        has_revocation_code: content.has_revocation_code,
        key: relations.key(&content.spki_sha256),
        request: relations.request(&content.spki_sha256),
        certificate: relations.certificate(&content.spki_sha256),
        request_path: content.request_path.clone(),
        delivery: content
            .delivery
            .as_ref()
            .map(|delivery| (UnixSeconds(delivery.at), delivery.path.clone())),
        delivered_sha256: content
            .delivery
            .as_ref()
            .map(|delivery| delivery.certificate_sha256),
    }
}

pub(crate) fn state(order: &OrderItem, certificate: Option<&CertificateItem>) -> OrderState {
    match certificate {
        Some(found) if order.delivered_sha256 == Some(found.sha256) => OrderState::Delivered,
        Some(found) if found.verdict.status == Status::Trusted => OrderState::Trusted,
        Some(_) => OrderState::Issued,
        None if order.reference.is_some() => OrderState::Submitted,
        None if order.request.is_some() => OrderState::Requested,
        None => OrderState::Key,
    }
}

pub(crate) fn vault_facts(vault: &UnlockedVault) -> VaultFacts {
    let kdf = vault.kdf();
    VaultFacts {
        path: vault.path().to_owned(),
        id: vault.id().to_string(),
        generation: vault.generation(),
        has_recovery_key: vault.has_recovery_key(),
        kdf_memory_kib: kdf.memory_kib,
        kdf_passes: kdf.passes,
        kdf_lanes: kdf.lanes,
        size_bytes: vault.size_bytes(),
        test_branch_trusted: false,
    }
}

pub(crate) fn is_test_branch_trusted(model: &Model) -> bool {
    let mut test_roots = model
        .certificates
        .iter()
        .filter(|found| found.official && is_test_root(&found.sha256))
        .peekable();
    test_roots.peek().is_some() && test_roots.all(|root| root.trust == Trust::Always)
}

/// An official root of the TEST branch.
pub(crate) fn is_test_root(sha256: &Sha256Fingerprint) -> bool {
    bicle_igc::authority_by_sha256(sha256)
        .is_some_and(|found| found.branch == Branch::Test && found.role == Role::Root)
}

pub(crate) fn certificate_id(record: RecordId) -> ItemId {
    ItemId {
        kind: Kind::Certificate,
        record,
    }
}
