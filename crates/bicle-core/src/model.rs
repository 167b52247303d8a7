//! The read model: all that the faces show, immutable, made anew after each change.
//!
//! Nothing here is stored: relations, verdicts and the state of an order are computed from the
//! records (`build`), so they cannot contradict them.

use std::path::PathBuf;
use std::sync::Arc;

pub use bicle_igc::portal::portal_url;
pub use bicle_igc::{Branch, Offer, Use, uses};
pub use bicle_pki::fingerprint::Sha256Fingerprint;
pub use bicle_pki::time::UnixSeconds;
use serde::{Deserialize, Serialize};

use crate::id::{ItemId, Kind};
use crate::phrase::Phrase;
use crate::places_in::Places;
use crate::shared_text::SharedText;

/// What every item has.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its stable id.
    pub id: ItemId,
    /// Its name, chosen by the user or derived from the content at import.
    pub name: SharedText,
    /// The user's own words about it; may be empty.
    pub comment: SharedText,
    /// When it came into the vault.
    pub created: UnixSeconds,
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

/// A user's decision on a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// It is an anchor.
    Always,
    /// It is as good as its issuer.
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

/// A certificate.
#[derive(Clone, Debug)]
pub struct CertificateItem {
    /// Name, comment, id.
    pub item: Item,
    /// `RSA-2048`.
    pub algorithm: SharedText,
    /// Identity of its public key.
    pub spki_sha256: Sha256Fingerprint,
    /// Of the DER.
    pub sha256: Sha256Fingerprint,
    /// RFC 4514.
    pub subject: SharedText,
    /// RFC 4514.
    pub issuer: SharedText,
    /// The issuer's common name, else the whole name: what a list shows.
    pub issuer_name: SharedText,
    /// Lower-case hexadecimal.
    pub serial: SharedText,
    /// Start of its validity.
    pub not_before: UnixSeconds,
    /// End of its validity.
    pub not_after: UnixSeconds,
    /// It may sign certificates.
    pub is_authority: bool,
    /// Its own key signed it.
    pub is_root: bool,
    /// The user's decision.
    pub trust: Trust,
    /// What it is worth now. Certificates of one issuer share it where it says nothing of themselves.
    pub verdict: Arc<Verdict>,
    /// The certificate of the vault whose key signed it (verified); itself for a root.
    pub issuer_id: Option<ItemId>,
    /// Those that it signed (verified), itself left out.
    pub issued: Vec<ItemId>,
    /// Its private key, if it is here.
    pub key: Option<ItemId>,
    /// The request of the same key.
    pub request: Option<ItemId>,
    /// The order that it answers.
    pub order: Option<ItemId>,
    /// The branch of IGC-Santé that it belongs to.
    pub branch: Option<Branch>,
    /// Its fingerprint is in the bundled list of IGC-Santé's authorities.
    pub official: bool,
    /// Since when a list of the vault, signed by its issuer, revokes it.
    pub revoked: Option<UnixSeconds>,
}

impl CertificateItem {
    /// The path that was found, the certificate itself first; of a failed verdict, as far as it went.
    #[must_use]
    pub fn path(&self) -> Vec<ItemId> {
        self.verdict.path(self.item.id)
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
    pub keys: Vec<Arc<KeyItem>>,
    /// Requests.
    pub requests: Vec<Arc<RequestItem>>,
    /// Certificates.
    pub certificates: Vec<Arc<CertificateItem>>,
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
            keys: keys.into_iter().map(Arc::new).collect(),
            requests: requests.into_iter().map(Arc::new).collect(),
            certificates: certificates.into_iter().map(Arc::new).collect(),
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
        self.places.note(self.keys.iter().map(|key| key.item.id));
        let requests = self.requests.iter();
        self.places.note(requests.map(|request| request.item.id));
        let certificates = self.certificates.iter();
        self.places.note(certificates.map(|found| found.item.id));
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
            keys: Vec::new(),
            requests: Vec::new(),
            certificates: Vec::new(),
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
        (id.kind == Kind::Key)
            .then(|| self.places.find(id, &self.keys, |key| key.item.id))?
            .map(Arc::as_ref)
    }

    /// The request of that id.
    #[must_use]
    pub fn request(&self, id: ItemId) -> Option<&RequestItem> {
        (id.kind == Kind::Request)
            .then(|| {
                self.places
                    .find(id, &self.requests, |request| request.item.id)
            })?
            .map(Arc::as_ref)
    }

    /// The certificate of that id.
    #[must_use]
    pub fn certificate(&self, id: ItemId) -> Option<&CertificateItem> {
        (id.kind == Kind::Certificate)
            .then(|| {
                self.places
                    .find(id, &self.certificates, |found| found.item.id)
            })?
            .map(Arc::as_ref)
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
