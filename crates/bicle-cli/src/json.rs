//! Items as the command line's JSON: fields are added, never renamed.

use bicle_core::command::Reconciled;
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{
    CertificateItem, Item, KeyItem, ListItem, Model, OrderItem, RequestItem, TemplateItem,
};
use bicle_text::Texts;
use serde::Serialize;

use crate::words::{Reader, advice, say};

/// Any item.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum ItemJson<'a> {
    /// A private key.
    Key(KeyJson<'a>),
    /// A request.
    Request(RequestJson<'a>),
    /// A certificate.
    Certificate(Box<CertificateJson<'a>>),
    /// A revocation list.
    List(ListJson<'a>),
    /// A template.
    Template(TemplateJson<'a>),
    /// An order.
    Order(Box<OrderJson<'a>>),
}

impl<'a> ItemJson<'a> {
    /// The item of that id; `None` where there is none.
    pub(crate) fn of(model: &'a Model, id: ItemId, texts: Texts) -> Option<Self> {
        Some(match id.kind {
            Kind::Key => Self::Key(KeyJson::of(model.key(id)?)),
            Kind::Request => Self::Request(RequestJson::of(model.request(id)?)),
            Kind::Certificate => {
                Self::Certificate(Box::new(CertificateJson::of(model.certificate(id)?, texts)))
            }
            Kind::List => Self::List(ListJson::of(model.list(id)?)),
            Kind::Template => Self::Template(TemplateJson::of(model.template(id)?)),
            Kind::Order => Self::Order(Box::new(OrderJson::of(model.order(id)?))),
        })
    }
}

/// What every item has.
#[derive(Serialize)]
pub(crate) struct Common<'a> {
    id: ItemId,
    kind: &'static str,
    name: &'a str,
    comment: &'a str,
    created: String,
}

impl<'a> Common<'a> {
    /// Of an item.
    pub(crate) fn of(item: &'a Item) -> Self {
        Self {
            id: item.id,
            kind: item.id.kind.word(),
            name: &item.name,
            comment: &item.comment,
            created: item.created.to_rfc3339(),
        }
    }
}

/// A private key.
#[derive(Serialize)]
pub(crate) struct KeyJson<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    algorithm: &'a str,
    spki_sha256: String,
    has_private_key: bool,
    request_ids: &'a [ItemId],
    certificate_ids: &'a [ItemId],
    order_id: Option<ItemId>,
}

impl<'a> KeyJson<'a> {
    fn of(key: &'a KeyItem) -> Self {
        Self {
            common: Common::of(&key.item),
            algorithm: &key.algorithm,
            spki_sha256: key.spki_sha256.to_hex(),
            has_private_key: true,
            request_ids: &key.requests,
            certificate_ids: &key.certificates,
            order_id: key.order,
        }
    }
}

/// A request.
#[derive(Serialize)]
pub(crate) struct RequestJson<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    algorithm: &'a str,
    spki_sha256: String,
    has_private_key: bool,
    subject: &'a str,
    /// A request is issued by nobody yet.
    issuer: Option<&'a str>,
    is_spkac: bool,
    key_id: Option<ItemId>,
    certificate_ids: &'a [ItemId],
    order_id: Option<ItemId>,
}

impl<'a> RequestJson<'a> {
    fn of(request: &'a RequestItem) -> Self {
        Self {
            common: Common::of(&request.item),
            algorithm: &request.algorithm,
            spki_sha256: request.spki_sha256.to_hex(),
            has_private_key: request.key.is_some(),
            subject: &request.subject,
            issuer: None,
            is_spkac: request.is_spkac,
            key_id: request.key,
            certificate_ids: &request.certificates,
            order_id: request.order,
        }
    }
}

/// A certificate.
#[derive(Serialize)]
pub(crate) struct CertificateJson<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    algorithm: &'a str,
    spki_sha256: String,
    sha256: String,
    has_private_key: bool,
    subject: &'a str,
    issuer: &'a str,
    serial: &'a str,
    not_before: String,
    not_after: String,
    is_authority: bool,
    is_root: bool,
    trust: &'static str,
    status: &'static str,
    reason: String,
    reason_code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    path: Vec<ItemId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<String>,
    issuer_id: Option<ItemId>,
    issued_ids: &'a [ItemId],
    key_id: Option<ItemId>,
    request_id: Option<ItemId>,
    order_id: Option<ItemId>,
    branch: Option<&'static str>,
    official: bool,
}

impl<'a> CertificateJson<'a> {
    fn of(certificate: &'a CertificateItem, texts: Texts) -> Self {
        let verdict = &certificate.verdict;
        Self {
            common: Common::of(&certificate.item),
            algorithm: &certificate.algorithm,
            spki_sha256: certificate.spki_sha256.to_hex(),
            sha256: certificate.sha256.to_hex(),
            has_private_key: certificate.key().is_some(),
            subject: certificate.subject(),
            issuer: &certificate.issuer,
            serial: certificate.serial(),
            not_before: certificate.not_before.to_rfc3339(),
            not_after: certificate.not_after.to_rfc3339(),
            is_authority: certificate.is_authority,
            is_root: certificate.is_root,
            trust: certificate.trust.word(),
            status: verdict.status.word(),
            reason: say(texts, &verdict.reason, Reader::Program),
            reason_code: verdict.reason.code,
            advice: advice(texts, &verdict.reason, Reader::Program),
            path: certificate.path(),
            revoked: certificate.revoked().map(|since| since.to_rfc3339()),
            issuer_id: certificate.issuer_id,
            issued_ids: certificate.issued(),
            key_id: certificate.key(),
            request_id: certificate.request(),
            order_id: certificate.order(),
            branch: certificate.branch.map(crate::orders::branch_word),
            official: certificate.official,
        }
    }
}

/// A revocation list.
#[derive(Serialize)]
pub(crate) struct ListJson<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    sha256: String,
    issuer: &'a str,
    number: Option<&'a str>,
    /// Of a delta list: the number of the list that it completes.
    delta_base: Option<&'a str>,
    this_update: String,
    next_update: Option<String>,
    entries: usize,
    issuer_id: Option<ItemId>,
}

impl<'a> ListJson<'a> {
    fn of(list: &'a ListItem) -> Self {
        Self {
            common: Common::of(&list.item),
            sha256: list.sha256.to_hex(),
            issuer: &list.issuer,
            number: list.number.as_deref(),
            delta_base: list.delta_base.as_deref(),
            this_update: list.this_update.to_rfc3339(),
            next_update: list.next_update.map(|next| next.to_rfc3339()),
            entries: list.entries,
            issuer_id: list.issuer_id,
        }
    }
}

/// A template.
#[derive(Serialize)]
pub(crate) struct TemplateJson<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    subject: &'a str,
    algorithm: &'a str,
    bundled: bool,
}

impl<'a> TemplateJson<'a> {
    fn of(template: &'a TemplateItem) -> Self {
        Self {
            common: Common::of(&template.item),
            subject: &template.subject,
            algorithm: &template.algorithm,
            bundled: template.bundled,
        }
    }
}

/// An order.
#[derive(Serialize)]
pub(crate) struct OrderJson<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    branch: &'static str,
    offer: String,
    #[serde(rename = "use")]
    usage: String,
    state: &'static str,
    reference: Option<&'a str>,
    has_revocation_code: bool,
    key_id: Option<ItemId>,
    request_id: Option<ItemId>,
    certificate_id: Option<ItemId>,
    request_path: Option<String>,
    delivered: Option<String>,
    delivered_path: Option<String>,
}

impl<'a> OrderJson<'a> {
    /// Of an order.
    pub(crate) fn of(order: &'a OrderItem) -> Self {
        let path = |path: &std::path::PathBuf| path.display().to_string();
        Self {
            common: Common::of(&order.item),
            branch: crate::orders::branch_word(order.branch),
            offer: order.offer.to_string(),
            usage: order.usage.to_string(),
            state: order.state.word(),
            reference: order.reference.as_deref(),
            has_revocation_code: order.has_revocation_code,
            key_id: order.key,
            request_id: order.request,
            certificate_id: order.certificate,
            request_path: order.request_path.as_ref().map(path),
            delivered: order.delivery.as_ref().map(|(when, _)| when.to_rfc3339()),
            delivered_path: order.delivery.as_ref().map(|(_, to)| path(to)),
        }
    }
}

/// A certificate that found what it belongs to.
#[derive(Serialize)]
pub(crate) struct ReconciledJson {
    certificate: ItemId,
    key: ItemId,
    request: Option<ItemId>,
    order: Option<ItemId>,
}

impl ReconciledJson {
    /// Of what the core says.
    pub(crate) fn of(reconciled: &Reconciled) -> Self {
        Self {
            certificate: reconciled.certificate,
            key: reconciled.key,
            request: reconciled.request,
            order: reconciled.order,
        }
    }
}

/// A file that was written, and what is in it.
#[derive(Serialize)]
pub(crate) struct WrittenJson {
    /// The file.
    pub(crate) path: String,
    /// What was written.
    pub(crate) id: ItemId,
    /// How it is laid out.
    pub(crate) format: String,
}
