//! Makes the read model from the records: relations by public key, verdicts, states of orders.

use std::collections::{BTreeMap, HashMap};

use bicle_igc::{Branch, Role};
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::path::IssuerIndex;
use bicle_vault::{RecordId, UnlockedVault};

use crate::id::{ItemId, Kind};
use crate::judge;
use crate::model::{
    CertificateItem, DeletedItem, Item, KeyItem, ListItem, Model, OrderItem, OrderState,
    RequestItem, Status, TemplateItem, Trust, UnixSeconds, VaultFacts, Verdict,
};
use crate::record::{CertificateContent, Content, ListContent, OrderContent, Summary};
use crate::signers::Signers;

/// The read model of these records at that moment.
pub(crate) fn model(
    vault: &UnlockedVault,
    records: &BTreeMap<RecordId, Summary>,
    signers: &mut Signers,
    at: UnixSeconds,
) -> Model {
    let judged = judge_all(vault, records, signers, at);
    let signers = signers.lists();
    let relations = Relations::of(records, &judged);
    let mut issued: HashMap<RecordId, Vec<ItemId>> = HashMap::new();
    for (id, judgement) in &judged {
        if let Some(issuer) = judgement.issuer.filter(|issuer| issuer != id) {
            issued.entry(issuer).or_default().push(certificate_id(*id));
        }
    }
    let (mut keys, mut requests, mut certificates) = (Vec::new(), Vec::new(), Vec::new());
    let mut lists = Vec::new();
    let (mut templates, mut orders, mut bin) = (Vec::new(), Vec::new(), Vec::new());
    for (record, summary) in records {
        let id = ItemId {
            kind: summary.kind(),
            record: *record,
        };
        let item = Item {
            id,
            name: summary.name.clone(),
            comment: summary.comment.clone(),
            created: UnixSeconds(summary.created),
        };
        if let Some(since) = summary.deleted {
            bin.push(DeletedItem::new(item, UnixSeconds(since)));
            continue;
        }
        match &summary.content {
            Content::Key(content) => keys.push(KeyItem {
                item,
                algorithm: content.algorithm.clone(),
                spki_sha256: content.spki_sha256,
                requests: relations.all(Kind::Request, &content.spki_sha256),
                certificates: relations.all(Kind::Certificate, &content.spki_sha256),
                order: relations.last(Kind::Order, &content.spki_sha256),
            }),
            Content::Request(content) => requests.push(RequestItem {
                item,
                algorithm: content.algorithm.clone(),
                spki_sha256: content.spki_sha256,
                subject: content.subject.clone(),
                is_spkac: content.spkac,
                key: relations.last(Kind::Key, &content.spki_sha256),
                certificates: relations.all(Kind::Certificate, &content.spki_sha256),
                order: relations.last(Kind::Order, &content.spki_sha256),
            }),
            Content::Certificate(content) => {
                let Judgement {
                    verdict,
                    issuer,
                    revoked,
                } = judged.get(record).cloned().unwrap_or_else(unjudged);
                let issued = issued.remove(record).unwrap_or_default();
                let relation = |kind| relations.last(kind, &content.spki_sha256);
                certificates.push(CertificateItem {
                    key: relation(Kind::Key),
                    request: relation(Kind::Request),
                    order: relation(Kind::Order),
                    issuer_id: issuer.map(certificate_id),
                    is_root: issuer == Some(*record),
                    revoked,
                    official: bicle_igc::authority_by_sha256(&content.sha256).is_some(),
                    ..certificate(item, content, verdict, issued)
                });
            }
            Content::List(content) => {
                let signer = signers.signer(*record, content);
                let issuer = signer.and_then(|key| list_issuer(records, &key, &content.issuer));
                lists.push(ListItem {
                    issuer_id: issuer,
                    ..list(item, content)
                });
            }
            Content::Template(content) => templates.push(TemplateItem {
                item,
                subject: content.subject.clone(),
                algorithm: content.algorithm.clone(),
                bundled: content.bundled,
            }),
            Content::Order(content) => orders.push(order(item, content, &relations)),
        }
    }
    let by_id: HashMap<ItemId, &CertificateItem> = certificates
        .iter()
        .map(|found| (found.item.id, found))
        .collect();
    for order in &mut orders {
        let certificate = order.certificate.and_then(|id| by_id.get(&id).copied());
        order.state = state(order, certificate);
    }
    let facts = vault_facts(vault, &certificates);
    let mut model = Model::assemble(
        facts,
        at,
        keys,
        requests,
        certificates,
        lists,
        templates,
        orders,
        bin,
    );
    model.read_only = vault.is_read_only();
    model
}

type Judged = HashMap<RecordId, Judgement>;

#[derive(Clone)]
struct Judgement {
    verdict: Verdict,
    issuer: Option<RecordId>,
    revoked: Option<UnixSeconds>,
}

fn judge_all(
    vault: &UnlockedVault,
    records: &BTreeMap<RecordId, Summary>,
    signers: &mut Signers,
    at: UnixSeconds,
) -> Judged {
    let (gathered, mut checker) = signers.gather(vault, records);
    let index = IssuerIndex::new(&gathered.path_facts);
    crate::signers::certificates(records)
        .map(|(id, _)| {
            let verdict = judge::judge(&gathered, &index, &mut checker, records, id, at);
            let judgement = Judgement {
                verdict,
                issuer: checker.issuer_of(id),
                revoked: checker.revocation_of(id).map(|found| found.since),
            };
            (id, judgement)
        })
        .collect()
}

/// Every certificate is judged; this one would have come in since.
fn unjudged() -> Judgement {
    let reason = crate::phrase::Phrase::new("verdict-unreadable");
    Judgement {
        verdict: Verdict {
            status: Status::Untrusted,
            reason,
            remedy: None,
            path: Vec::new(),
        },
        issuer: None,
        revoked: None,
    }
}

/// What a certificate counts for among those of one key: trusted, signed by another that is here
/// (verified), not self-signed.
fn worth(judged: &Judged, id: ItemId) -> (bool, bool, bool) {
    judged
        .get(&id.record)
        .map_or((false, false, false), |judgement| {
            let issuer = judgement.issuer;
            let other = issuer.is_some_and(|issuer| issuer != id.record);
            (
                judgement.verdict.status == Status::Trusted,
                other,
                issuer != Some(id.record),
            )
        })
}

/// Items by the identity of their public key.
struct Relations {
    by_key: HashMap<(Kind, Sha256Fingerprint), Vec<ItemId>>,
}

impl Relations {
    fn of(records: &BTreeMap<RecordId, Summary>, judged: &Judged) -> Self {
        let mut by_key: HashMap<(Kind, Sha256Fingerprint), Vec<ItemId>> = HashMap::new();
        let mut ends: HashMap<ItemId, i64> = HashMap::new();
        for (record, summary) in records
            .iter()
            .filter(|(_, summary)| summary.deleted.is_none())
        {
            let spki_sha256 = match &summary.content {
                Content::Key(content) => content.spki_sha256,
                Content::Request(content) => content.spki_sha256,
                Content::Certificate(content) => content.spki_sha256,
                Content::Order(content) => content.spki_sha256,
                Content::Template(_) | Content::List(_) => continue,
            };
            let id = ItemId {
                kind: summary.kind(),
                record: *record,
            };
            if let Content::Certificate(content) = &summary.content {
                ends.insert(id, content.not_after);
            }
            by_key.entry((id.kind, spki_sha256)).or_default().push(id);
        }
        // the last of a key's certificates is the one that counts: what is trusted before what is
        // not, an issued one before a self-signed placeholder, then the one that lasts longest
        for ((kind, _), items) in &mut by_key {
            if *kind == Kind::Certificate {
                items.sort_by_key(|id| (worth(judged, *id), ends.get(id).copied(), *id));
            }
        }
        Self { by_key }
    }

    fn all(&self, kind: Kind, spki_sha256: &Sha256Fingerprint) -> Vec<ItemId> {
        self.by_key
            .get(&(kind, *spki_sha256))
            .cloned()
            .unwrap_or_default()
    }

    fn last(&self, kind: Kind, spki_sha256: &Sha256Fingerprint) -> Option<ItemId> {
        self.by_key
            .get(&(kind, *spki_sha256))
            .and_then(|items| items.last().copied())
    }
}

fn certificate(
    item: Item,
    content: &CertificateContent,
    verdict: Verdict,
    issued: Vec<ItemId>,
) -> CertificateItem {
    let mut issued = issued;
    issued.sort();
    CertificateItem {
        item,
        algorithm: content.algorithm.clone(),
        spki_sha256: content.spki_sha256,
        sha256: content.sha256,
        subject: content.subject.clone(),
        issuer: content.issuer.clone(),
        issuer_name: content.issuer_name.clone(),
        serial: content.serial.clone(),
        not_before: UnixSeconds(content.not_before),
        not_after: UnixSeconds(content.not_after),
        is_authority: content.authority,
        is_root: false,
        trust: content.trust,
        verdict,
        issuer_id: None,
        issued,
        key: None,
        request: None,
        order: None,
        branch: content.branch,
        official: false,
        revoked: None,
    }
}

/// A certificate of that key that is not in the bin, the one of that name first.
fn list_issuer(
    records: &BTreeMap<RecordId, Summary>,
    key: &Sha256Fingerprint,
    name: &str,
) -> Option<ItemId> {
    crate::signers::certificates(records)
        .filter(|(_, content)| content.spki_sha256 == *key)
        .min_by_key(|(id, content)| (content.subject != name, *id))
        .map(|(id, _)| certificate_id(id))
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

fn order(item: Item, content: &OrderContent, relations: &Relations) -> OrderItem {
    let relation = |kind| relations.last(kind, &content.spki_sha256);
    OrderItem {
        item,
        branch: content.product.branch,
        offer: content.product.offer,
        usage: content.product.usage,
        state: OrderState::Key,
        reference: content.reference.clone(),
        has_revocation_code: content.has_revocation_code,
        key: relation(Kind::Key),
        request: relation(Kind::Request),
        certificate: relation(Kind::Certificate),
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

fn state(order: &OrderItem, certificate: Option<&CertificateItem>) -> OrderState {
    match certificate {
        Some(found) if order.delivered_sha256 == Some(found.sha256) => OrderState::Delivered,
        Some(found) if found.verdict.status == Status::Trusted => OrderState::Trusted,
        Some(_) => OrderState::Issued,
        None if order.reference.is_some() => OrderState::Submitted,
        None if order.request.is_some() => OrderState::Requested,
        None => OrderState::Key,
    }
}

fn vault_facts(vault: &UnlockedVault, certificates: &[CertificateItem]) -> VaultFacts {
    let kdf = vault.kdf();
    let mut test_roots = certificates
        .iter()
        .filter(|found| is_test_root(&found.sha256))
        .peekable();
    VaultFacts {
        path: vault.path().to_owned(),
        id: vault.id().to_string(),
        generation: vault.generation(),
        has_recovery_key: vault.has_recovery_key(),
        kdf_memory_kib: kdf.memory_kib,
        kdf_passes: kdf.passes,
        kdf_lanes: kdf.lanes,
        size_bytes: vault.size_bytes(),
        test_branch_trusted: test_roots.peek().is_some()
            && test_roots.all(|root| root.trust == Trust::Always),
    }
}

/// An official root of the TEST branch.
pub(crate) fn is_test_root(sha256: &Sha256Fingerprint) -> bool {
    bicle_igc::authority_by_sha256(sha256)
        .is_some_and(|found| found.branch == Branch::Test && found.role == Role::Root)
}

fn certificate_id(record: RecordId) -> ItemId {
    ItemId {
        kind: Kind::Certificate,
        record,
    }
}
