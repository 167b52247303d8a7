//! The read model: all that the faces show, immutable, made anew after each change.
//!
//! Nothing here is stored: relations, verdicts and the state of an order are computed from the
//! records (`build`), so they cannot contradict them.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;

pub use bicle_igc::portal::portal_url;
pub use bicle_igc::{Branch, Offer, Use, uses};
pub use bicle_pki::fingerprint::Sha256Fingerprint;
pub use bicle_pki::time::UnixSeconds;
use serde::{Deserialize, Serialize};

use crate::certificate_content::Unpacked;
pub use crate::certificate_content::{CertificateContent, Common};
use crate::id::{ItemId, Kind};
use crate::phrase::Phrase;
use crate::places_in::Places;
pub use crate::record::Summary;
use crate::record::{Content, TemplateContent};
use crate::shared_text::SharedText;
pub use crate::shelf::{Identified, Shelf};

/// What every item has: its id, and (see [`Summary`]) its name, its comment and when it came into the vault. What a
/// record keeps is held once, by the records and by what is shown of them.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its stable id.
    pub id: ItemId,
    pub(crate) summary: Arc<Summary>,
}

impl Item {
    /// An item of no vault, for tests and pictures.
    #[must_use]
    pub fn new(
        id: ItemId,
        name: impl Into<SharedText>,
        comment: impl Into<SharedText>,
        created: UnixSeconds,
    ) -> Self {
        let content = TemplateContent {
            subject: SharedText::default(),
            algorithm: SharedText::default(),
            bundled: false,
        };
        let summary = Summary {
            name: name.into(),
            comment: comment.into().into(),
            created,
            deleted: None,
            content: Content::Template(Box::new(content)),
        };
        let summary = Arc::new(summary);
        Self { id, summary }
    }
}

impl Item {
    /// It is the very same: nothing was written of it since.
    fn is_same(&self, other: &Self) -> bool {
        self.id == other.id && Arc::ptr_eq(&self.summary, &other.summary)
    }
}

impl Deref for Item {
    type Target = Summary;

    fn deref(&self) -> &Summary {
        &self.summary
    }
}

impl DerefMut for Item {
    fn deref_mut(&mut self) -> &mut Summary {
        Arc::make_mut(&mut self.summary)
    }
}

/// A private key, without its bytes.
#[derive(Clone, Debug)]
pub struct KeyItem {
    /// Name, comment, id.
    pub item: Item,
    /// `RSA-2048`.
    pub algorithm: SharedText,
    /// SHA-256 of the SubjectPublicKeyInfo: the key's identity.
    pub spki_sha256: Sha256Fingerprint,
    /// The requests signed by it.
    pub requests: Vec<ItemId>,
    /// The certificates that hold its public half.
    pub certificates: Vec<ItemId>,
    /// The order that made it.
    pub order: Option<ItemId>,
}

/// A certification request.
#[derive(Clone, Debug)]
pub struct RequestItem {
    /// Name, comment, id.
    pub item: Item,
    /// `RSA-2048`.
    pub algorithm: SharedText,
    /// Identity of its public key.
    pub spki_sha256: Sha256Fingerprint,
    /// RFC 4514; of a signed public key, empty.
    pub subject: SharedText,
    /// It is a signed public key (SPKAC), as browsers once made: it names nobody.
    pub is_spkac: bool,
    /// Its private key, if it is here.
    pub key: Option<ItemId>,
    /// The certificates issued for the same key.
    pub certificates: Vec<ItemId>,
    /// The order that it belongs to.
    pub order: Option<ItemId>,
}

impl Identified for KeyItem {
    fn id(&self) -> ItemId {
        self.item.id
    }

    fn is_same(&self, other: &Self) -> bool {
        self.item.is_same(&other.item)
            && self.requests == other.requests
            && self.certificates == other.certificates
            && self.order == other.order
    }
}

impl Identified for RequestItem {
    fn id(&self) -> ItemId {
        self.item.id
    }

    fn is_same(&self, other: &Self) -> bool {
        self.item.is_same(&other.item)
            && self.certificates == other.certificates
            && (self.key, self.order) == (other.key, other.order)
    }
}

impl Identified for CertificateItem {
    fn id(&self) -> ItemId {
        self.item.id
    }

    fn is_same(&self, other: &Self) -> bool {
        self.item.is_same(&other.item)
            && Arc::ptr_eq(&self.verdict, &other.verdict)
            && (self.issuer_id, self.is_root) == (other.issuer_id, other.is_root)
            && self.official == other.official
            && self.related == other.related
    }
}

/// A user's decision on a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// It is an anchor.
    Always,
    /// It is as good as its issuer.
    #[default]
    Issuer,
    /// It is refused, and all that it signs.
    Never,
}

impl Trust {
    /// The stable word of the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Issuer => "issuer",
            Self::Never => "never",
        }
    }
}

/// What a certificate is worth now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// A verified path leads to a trusted certificate.
    Trusted,
    /// No such path.
    Untrusted,
    /// Its validity, or that of a certificate on its path, is over.
    Expired,
    /// Its validity, or that of a certificate on its path, has not begun.
    NotYetValid,
    /// A list of the vault, or the user's own record, revokes it or a certificate of its path.
    Revoked,
}

impl Status {
    /// The stable word of the command line's JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Untrusted => "untrusted",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::Revoked => "revoked",
        }
    }
}

/// The verdict on a certificate, with its reason in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What it is worth.
    pub status: Status,
    /// One sentence: why. Its message has an attribute `advice` where an act would mend it.
    pub reason: Phrase,
    /// The act that would mend it, for the faces to offer.
    pub remedy: Option<Remedy>,
    /// What stands above the certificate on the path that was found, its issuer first; of a failed verdict, as
    /// far as it went. [`CertificateItem::path`] begins with the certificate itself.
    pub above: Vec<ItemId>,
}

/// An act that would turn a verdict into "trusted".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Trust this certificate always.
    Trust(ItemId),
    /// Trust the TEST branch of IGC-Santé.
    TrustTestBranch,
    /// Bring in the issuer's certificate.
    ImportIssuer,
    /// Order a new certificate.
    OrderAgain,
}

/// A certificate; what it says itself stands in [`CertificateContent`].
#[derive(Clone, Debug)]
pub struct CertificateItem {
    /// Name, comment, id.
    pub item: Item,
    /// What it is worth now. Certificates of one issuer share it where it says nothing of themselves.
    pub verdict: Arc<Verdict>,
    /// The certificate of the vault whose key signed it (verified); itself for a root.
    pub issuer_id: Option<ItemId>,
    /// Its own key signed it.
    pub is_root: bool,
    /// Its fingerprint is in the bundled list of IGC-Santé's authorities.
    pub official: bool,
    /// `None`: nothing belongs to it.
    pub(crate) related: Option<Box<RelatedToCertificate>>,
}

/// What belongs to a certificate: most have none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RelatedToCertificate {
    pub(crate) issued: Vec<ItemId>,
    pub(crate) key: Option<ItemId>,
    pub(crate) request: Option<ItemId>,
    pub(crate) order: Option<ItemId>,
    pub(crate) revoked: Option<UnixSeconds>,
}

impl RelatedToCertificate {
    /// The same, where it is something.
    pub(crate) fn kept(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}

impl Deref for CertificateItem {
    type Target = CertificateContent;

    fn deref(&self) -> &CertificateContent {
        match &self.item.summary.content {
            Content::Certificate(content) => content,
            // invariant: it was made from the summary of a certificate
            _ => CertificateContent::none(),
        }
    }
}

impl CertificateItem {
    /// The path that was found, the certificate itself first; of a failed verdict, as far as it went.
    #[must_use]
    pub fn path(&self) -> Vec<ItemId> {
        self.verdict.path(self.item.id)
    }

    /// All of it side by side, to be made into another.
    #[must_use]
    pub fn parts(&self) -> CertificateParts {
        CertificateParts {
            item: self.item.clone(),
            algorithm: self.algorithm.clone(),
            spki_sha256: self.spki_sha256,
            sha256: self.sha256,
            subject: self.subject().into(),
            issuer: self.issuer.clone(),
            issuer_name: self.issuer_name.clone(),
            serial: self.serial().into(),
            not_before: self.not_before,
            not_after: self.not_after,
            is_authority: self.is_authority,
            is_root: self.is_root,
            trust: self.trust,
            verdict: Arc::clone(&self.verdict),
            issuer_id: self.issuer_id,
            issued: self.issued().to_vec(),
            key: self.key(),
            request: self.request(),
            order: self.order(),
            branch: self.branch,
            official: self.official,
            revoked: self.revoked(),
        }
    }

    /// Those that it signed (verified), itself left out.
    #[must_use]
    pub fn issued(&self) -> &[ItemId] {
        self.related.as_ref().map_or(&[], |related| &related.issued)
    }

    /// Its private key, if it is here.
    #[must_use]
    pub fn key(&self) -> Option<ItemId> {
        self.related.as_ref()?.key
    }

    /// The request of the same key.
    #[must_use]
    pub fn request(&self) -> Option<ItemId> {
        self.related.as_ref()?.request
    }

    /// The order that it answers.
    #[must_use]
    pub fn order(&self) -> Option<ItemId> {
        self.related.as_ref()?.order
    }

    /// Since when a list of the vault, signed by its issuer, revokes it.
    #[must_use]
    pub fn revoked(&self) -> Option<UnixSeconds> {
        self.related.as_ref()?.revoked
    }

    /// Changes what belongs to it.
    pub(crate) fn relate(&mut self, change: impl FnOnce(&mut RelatedToCertificate)) {
        let mut related = self
            .related
            .take()
            .map_or_else(Default::default, |box_| *box_);
        change(&mut related);
        self.related = related.kept();
    }
}

/// All that is shown of a certificate, side by side: a certificate of no vault, for tests and pictures.
#[derive(Clone, Debug)]
pub struct CertificateParts {
    /// Name, comment, id.
    pub item: Item,
    /// [`Common::algorithm`].
    pub algorithm: SharedText,
    /// [`CertificateContent::spki_sha256`].
    pub spki_sha256: Sha256Fingerprint,
    /// [`CertificateContent::sha256`].
    pub sha256: Sha256Fingerprint,
    /// [`CertificateContent::subject`].
    pub subject: SharedText,
    /// [`Common::issuer`].
    pub issuer: SharedText,
    /// [`Common::issuer_name`].
    pub issuer_name: SharedText,
    /// [`CertificateContent::serial`].
    pub serial: SharedText,
    /// [`CertificateContent::not_before`].
    pub not_before: UnixSeconds,
    /// [`CertificateContent::not_after`].
    pub not_after: UnixSeconds,
    /// [`CertificateContent::is_authority`].
    pub is_authority: bool,
    /// [`CertificateItem::is_root`].
    pub is_root: bool,
    /// [`CertificateContent::trust`].
    pub trust: Trust,
    /// [`CertificateItem::verdict`].
    pub verdict: Arc<Verdict>,
    /// [`CertificateItem::issuer_id`].
    pub issuer_id: Option<ItemId>,
    /// [`CertificateItem::issued`].
    pub issued: Vec<ItemId>,
    /// [`CertificateItem::key`].
    pub key: Option<ItemId>,
    /// [`CertificateItem::request`].
    pub request: Option<ItemId>,
    /// [`CertificateItem::order`].
    pub order: Option<ItemId>,
    /// [`CertificateContent::branch`].
    pub branch: Option<Branch>,
    /// [`CertificateItem::official`].
    pub official: bool,
    /// [`CertificateItem::revoked`].
    pub revoked: Option<UnixSeconds>,
}

impl From<CertificateParts> for CertificateItem {
    fn from(parts: CertificateParts) -> Self {
        let content = CertificateContent::new(Unpacked {
            algorithm: parts.algorithm,
            spki_sha256: parts.spki_sha256,
            sha256: parts.sha256,
            subject: parts.subject.as_str().into(),
            issuer: parts.issuer,
            subject_name: parts.item.name.as_str().into(),
            issuer_name: parts.issuer_name,
            serial: parts.serial.as_str().into(),
            not_before: parts.not_before.0,
            not_after: parts.not_after.0,
            authority: parts.is_authority,
            trust: parts.trust,
            branch: parts.branch,
            signed_by_spki_sha256: None,
            path: None,
            declared_revoked: None,
        });
        let summary = Summary {
            content: Content::Certificate(Box::new(content)),
            ..Summary::clone(&parts.item)
        };
        let related = RelatedToCertificate {
            issued: parts.issued,
            key: parts.key,
            request: parts.request,
            order: parts.order,
            revoked: parts.revoked,
        };
        Self {
            item: Item {
                id: parts.item.id,
                summary: Arc::new(summary),
            },
            verdict: parts.verdict,
            issuer_id: parts.issuer_id,
            is_root: parts.is_root,
            official: parts.official,
            related: related.kept(),
        }
    }
}

impl Verdict {
    /// The path of the verdict on that certificate, which comes first.
    #[must_use]
    pub fn path(&self, certificate: ItemId) -> Vec<ItemId> {
        let above = self.above.iter().copied();
        std::iter::once(certificate).chain(above).collect()
    }
}

/// A certificate revocation list.
#[derive(Clone, Debug)]
pub struct ListItem {
    /// Name, comment, id.
    pub item: Item,
    /// RFC 4514.
    pub issuer: SharedText,
    /// The issuer's common name, else the whole name.
    pub issuer_name: SharedText,
    /// Its number, decimal (RFC 5280 §5.2.3).
    pub number: Option<String>,
    /// Of a delta list, the number of the list that it completes (RFC 5280 §5.2.4).
    pub delta_base: Option<String>,
    /// When it was made.
    pub this_update: UnixSeconds,
    /// When the next is due at the latest.
    pub next_update: Option<UnixSeconds>,
    /// How many certificates it revokes.
    pub entries: usize,
    /// Of the DER.
    pub sha256: Sha256Fingerprint,
    /// The certificate of the vault whose key signed it (verified).
    pub issuer_id: Option<ItemId>,
}

/// Values to start a request from.
#[derive(Clone, Debug)]
pub struct TemplateItem {
    /// Name, comment, id.
    pub item: Item,
    /// RFC 4514.
    pub subject: SharedText,
    /// `RSA-2048`.
    pub algorithm: SharedText,
    /// It came with the application.
    pub bundled: bool,
}

/// How far an order is. Derived, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrderState {
    /// Its key is made.
    Key,
    /// Its request is made.
    Requested,
    /// The portal has the request: the reference is known.
    Submitted,
    /// The certificate is here.
    Issued,
    /// The certificate is here and trusted.
    Trusted,
    /// A keystore was written, read back and found whole.
    Delivered,
}

impl OrderState {
    /// The stable word of the command line's JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Requested => "requested",
            Self::Submitted => "submitted",
            Self::Issued => "issued",
            Self::Trusted => "trusted",
            Self::Delivered => "delivered",
        }
    }
}

/// One product asked of the portal.
#[derive(Clone, Debug)]
pub struct OrderItem {
    /// Name, comment, id.
    pub item: Item,
    /// The branch that it is ordered from.
    pub branch: Branch,
    /// ORG, SERV, PRO, PS.
    pub offer: Offer,
    /// AUTH_CLI, SIGN, …
    pub usage: Use,
    /// How far it is.
    pub state: OrderState,
    /// The portal's reference, `6397`.
    pub reference: Option<String>,
    /// A revocation code is kept with it.
    pub has_revocation_code: bool,
    /// Its key.
    pub key: Option<ItemId>,
    /// Its request.
    pub request: Option<ItemId>,
    /// Its certificate: the newest of its key.
    pub certificate: Option<ItemId>,
    /// Where its request was saved last.
    pub request_path: Option<PathBuf>,
    /// Its last delivery: when and where.
    pub delivery: Option<(UnixSeconds, PathBuf)>,
    /// The certificate that was delivered.
    pub delivered_sha256: Option<Sha256Fingerprint>,
}

/// An item in the bin.
#[derive(Clone, Debug)]
pub struct DeletedItem {
    /// Name, comment, id.
    pub item: Item,
    /// When it was deleted.
    pub deleted: UnixSeconds,
    /// From then on the next unlock removes it for good.
    pub purged_at: UnixSeconds,
}

impl DeletedItem {
    /// An item that was deleted at that moment.
    #[must_use]
    pub fn new(item: Item, deleted: UnixSeconds) -> Self {
        Self {
            item,
            deleted,
            purged_at: crate::bin::purged_at(deleted),
        }
    }
}

/// What is known of the vault itself.
#[derive(Clone, Debug)]
pub struct VaultFacts {
    /// Its file.
    pub path: PathBuf,
    /// Its random id, lower-case hexadecimal.
    pub id: String,
    /// Counts the changes.
    pub generation: u64,
    /// A recovery key opens it too.
    pub has_recovery_key: bool,
    /// Argon2id memory in KiB.
    pub kdf_memory_kib: u32,
    /// Argon2id passes.
    pub kdf_passes: u32,
    /// Argon2id lanes.
    pub kdf_lanes: u32,
    /// Size of the file.
    pub size_bytes: u64,
    /// Every root of the TEST branch that is here is trusted.
    pub test_branch_trusted: bool,
}

/// All that the faces show of one open vault. Items of a kind are in the order of their creation.
#[derive(Clone, Debug)]
pub struct Model {
    /// The vault itself.
    pub vault: VaultFacts,
    /// The moment for which the verdicts were made.
    pub at: UnixSeconds,
    /// Private keys.
    pub keys: Shelf<KeyItem>,
    /// Requests.
    pub requests: Shelf<RequestItem>,
    /// Certificates.
    pub certificates: Shelf<CertificateItem>,
    /// Revocation lists.
    pub lists: Vec<ListItem>,
    /// Templates.
    pub templates: Vec<TemplateItem>,
    /// Orders.
    pub orders: Vec<OrderItem>,
    /// The bin: what was deleted, and when it goes for good.
    pub bin: Vec<DeletedItem>,
    /// The vault is open only to be looked at: every act that changes it is refused.
    pub read_only: bool,
    /// From then on a verdict may be another: the model is to be made anew.
    pub(crate) until: UnixSeconds,
    places: Places,
}

impl Model {
    /// Puts a model together from its items.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "one per kind of item")]
    pub fn assemble(
        vault: VaultFacts,
        at: UnixSeconds,
        keys: Vec<KeyItem>,
        requests: Vec<RequestItem>,
        certificates: Vec<CertificateItem>,
        lists: Vec<ListItem>,
        templates: Vec<TemplateItem>,
        orders: Vec<OrderItem>,
        bin: Vec<DeletedItem>,
    ) -> Self {
        let shared = Self {
            vault,
            at,
            keys: keys.into_iter().collect(),
            requests: requests.into_iter().collect(),
            certificates: certificates.into_iter().collect(),
            lists,
            templates,
            orders,
            bin,
            read_only: false,
            until: at,
            places: Places::default(),
        };
        shared.placed()
    }

    /// The same, each item found by its id.
    #[must_use]
    pub(crate) fn placed(mut self) -> Self {
        self.places = Places::default();
        self.places.note(self.lists.iter().map(|list| list.item.id));
        let templates = self.templates.iter();
        self.places.note(templates.map(|found| found.item.id));
        self.places
            .note(self.orders.iter().map(|order| order.item.id));
        self
    }

    /// No item yet.
    pub(crate) fn empty(vault: VaultFacts, at: UnixSeconds) -> Self {
        Self {
            vault,
            at,
            keys: Shelf::default(),
            requests: Shelf::default(),
            certificates: Shelf::default(),
            lists: Vec::new(),
            templates: Vec::new(),
            orders: Vec::new(),
            bin: Vec::new(),
            read_only: false,
            until: at,
            places: Places::default(),
        }
    }

    /// The key of that id.
    #[must_use]
    pub fn key(&self, id: ItemId) -> Option<&KeyItem> {
        self.keys.find(id)
    }

    /// The request of that id.
    #[must_use]
    pub fn request(&self, id: ItemId) -> Option<&RequestItem> {
        self.requests.find(id)
    }

    /// The certificate of that id.
    #[must_use]
    pub fn certificate(&self, id: ItemId) -> Option<&CertificateItem> {
        self.certificates.find(id)
    }

    /// The revocation list of that id.
    #[must_use]
    pub fn list(&self, id: ItemId) -> Option<&ListItem> {
        (id.kind == Kind::List).then(|| self.places.find(id, &self.lists, |list| list.item.id))?
    }

    /// The template of that id.
    #[must_use]
    pub fn template(&self, id: ItemId) -> Option<&TemplateItem> {
        (id.kind == Kind::Template)
            .then(|| self.places.find(id, &self.templates, |found| found.item.id))?
    }

    /// The order of that id.
    #[must_use]
    pub fn order(&self, id: ItemId) -> Option<&OrderItem> {
        (id.kind == Kind::Order)
            .then(|| self.places.find(id, &self.orders, |order| order.item.id))?
    }

    /// What every item has, whatever its kind.
    #[must_use]
    pub fn item(&self, id: ItemId) -> Option<&Item> {
        match id.kind {
            Kind::Key => self.key(id).map(|key| &key.item),
            Kind::Request => self.request(id).map(|request| &request.item),
            Kind::Certificate => self.certificate(id).map(|certificate| &certificate.item),
            Kind::List => self.list(id).map(|list| &list.item),
            Kind::Template => self.template(id).map(|template| &template.item),
            Kind::Order => self.order(id).map(|order| &order.item),
        }
    }

    /// Every item that is not in the bin.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        let orders = self.orders.iter().map(|order| &order.item);
        let keys = self.keys.iter().map(|key| &key.item);
        let requests = self.requests.iter().map(|request| &request.item);
        let certificates = self
            .certificates
            .iter()
            .map(|certificate| &certificate.item);
        let lists = self.lists.iter().map(|list| &list.item);
        let templates = self.templates.iter().map(|template| &template.item);
        orders
            .chain(keys)
            .chain(requests)
            .chain(certificates)
            .chain(lists)
            .chain(templates)
    }
}
