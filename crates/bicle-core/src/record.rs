//! What a record of the vault holds: the summary, as JSON, of one item.
//!
//! The body beside it is raw: PKCS#8 of a key, DER of a request or certificate, TOML of a template,
//! the revocation code of an order. `docs/vault-format.md` lists the fields.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_platform::secret::SecretBytes;
use bicle_vault::{RecordId, Rising};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::certificate_content::CertificateContent;
use crate::id::Kind;
use crate::model::{Branch, Offer, UnixSeconds, Use};
use crate::shared_text::{Seldom, SharedText, deserialize_alike};

/// The summaries of a vault: the read model shows what stands in them, and holds them too.
pub(crate) type Records = Rising<RecordId, Arc<Summary>>;

/// The summary of one record: what every item has, and what only its kind has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// The item's name, chosen by the user or derived from the content at import.
    pub name: SharedText,
    /// The user's own words about it; may be empty.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub comment: Seldom,
    /// When it came into the vault.
    #[serde(with = "seconds")]
    pub created: UnixSeconds,
    /// In the bin since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deleted: Option<i64>,
    pub(crate) content: Content,
}

/// What only this kind of item has; each apart, so that the largest does not make all large.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Content {
    Key(Box<KeyContent>),
    Request(Box<RequestContent>),
    Certificate(Box<CertificateContent>),
    List(Box<ListContent>),
    Template(Box<TemplateContent>),
    Order(Box<OrderContent>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyContent {
    #[serde(deserialize_with = "deserialize_alike")]
    pub(crate) algorithm: SharedText,
    #[serde(with = "hexadecimal")]
    pub(crate) spki_sha256: Sha256Fingerprint,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestContent {
    #[serde(deserialize_with = "deserialize_alike")]
    pub(crate) algorithm: SharedText,
    #[serde(with = "hexadecimal")]
    pub(crate) spki_sha256: Sha256Fingerprint,
    #[serde(with = "hexadecimal")]
    pub(crate) sha256: Sha256Fingerprint,
    pub(crate) subject: SharedText,
    /// The body is a signed public key (SPKAC), not a PKCS#10 request.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) spkac: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ListContent {
    #[serde(with = "hexadecimal")]
    pub(crate) sha256: Sha256Fingerprint,
    #[serde(deserialize_with = "deserialize_alike")]
    pub(crate) issuer: SharedText,
    #[serde(deserialize_with = "deserialize_alike")]
    pub(crate) issuer_name: SharedText,
    /// Decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<String>,
    /// Of a delta list: the number of the list that it completes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) delta_base: Option<String>,
    pub(crate) this_update: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) next_update: Option<i64>,
    pub(crate) entries: usize,
    /// SHA-256 of its issuingDistributionPoint, which says for which certificates it speaks; absent:
    /// for all of its issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<String>,
    /// It may decide on certificates of its own issuer: nothing critical in it is unknown.
    pub(crate) decides: bool,
    /// Signed with a hash that has collisions: it revokes, but ends no hold.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) weak: bool,
    /// The public key that was seen to sign this list.
    #[serde(
        default,
        with = "optional_hexadecimal",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) signed_by_spki_sha256: Option<Sha256Fingerprint>,
    /// What it says of certificates that it was asked about, by their SHA-256; `null`: not revoked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) said: BTreeMap<String, Option<Mark>>,
}

/// One revocation, as a list tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// Seconds since 1970 UTC.
    pub(crate) at: i64,
    /// RFC 5280 §5.3.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TemplateContent {
    pub(crate) subject: SharedText,
    #[serde(deserialize_with = "deserialize_alike")]
    pub(crate) algorithm: SharedText,
    #[serde(default)]
    pub(crate) bundled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderContent {
    #[serde(with = "order_words")]
    pub(crate) product: Product,
    #[serde(with = "hexadecimal")]
    pub(crate) spki_sha256: Sha256Fingerprint,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<String>,
    #[serde(default)]
    pub(crate) has_revocation_code: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request_path: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) delivery: Option<DeliveryContent>,
}

/// What the portal is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Product {
    pub(crate) branch: Branch,
    pub(crate) offer: Offer,
    pub(crate) usage: Use,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeliveryContent {
    pub(crate) at: i64,
    pub(crate) path: PathBuf,
    /// The certificate that was delivered: another one of the same key starts anew.
    #[serde(with = "hexadecimal")]
    pub(crate) certificate_sha256: Sha256Fingerprint,
}

impl Summary {
    pub(crate) fn kind(&self) -> Kind {
        match self.content {
            Content::Key(_) => Kind::Key,
            Content::Request(_) => Kind::Request,
            Content::Certificate(_) => Kind::Certificate,
            Content::List(_) => Kind::List,
            Content::Template(_) => Kind::Template,
            Content::Order(_) => Kind::Order,
        }
    }

    pub(crate) fn from_json(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        // looked at once as a whole: each text would be looked at by itself
        let text = std::str::from_utf8(bytes).map_err(serde::de::Error::custom)?;
        let mut summary: Self = serde_json::from_str(text)?;
        if let Content::Certificate(content) = &summary.content
            && let Some(name) = content.part_alike(&summary.name)
        {
            // one allocation for both
            summary.name = name;
        }
        Ok(summary)
    }

    pub(crate) fn to_json(&self) -> Result<SecretBytes, serde_json::Error> {
        serde_json::to_vec(self).map(SecretBytes::new)
    }
}

fn is_empty(text: &Seldom) -> bool {
    text.is_empty()
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_false(value: &bool) -> bool {
    !value
}

mod seconds {
    use super::{Deserialize, Deserializer, Serialize, Serializer, UnixSeconds};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that serde asks for"
    )]
    pub(super) fn serialize<S: Serializer>(
        moment: &UnixSeconds,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        moment.0.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<UnixSeconds, D::Error> {
        i64::deserialize(deserializer).map(UnixSeconds)
    }
}

pub(crate) mod hexadecimal {
    use serde::de::{Error, Visitor};

    use super::{Deserializer, Serializer, Sha256Fingerprint};

    pub(crate) fn serialize<S: Serializer>(
        fingerprint: &Sha256Fingerprint,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&fingerprint.to_hex())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Sha256Fingerprint, D::Error> {
        deserializer.deserialize_str(Reading)
    }

    /// Reads the digits where they stand.
    struct Reading;

    impl Visitor<'_> for Reading {
        type Value = Sha256Fingerprint;

        fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("a SHA-256 in hexadecimal")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Sha256Fingerprint, E> {
            Sha256Fingerprint::from_hex(text)
                .ok_or_else(|| E::custom("not a SHA-256 in hexadecimal"))
        }
    }
}

pub(crate) mod optional_hexadecimal {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Sha256Fingerprint};

    #[derive(Serialize, Deserialize)]
    struct Wrapped(#[serde(with = "super::hexadecimal")] Sha256Fingerprint);

    #[expect(clippy::ref_option, reason = "the signature that serde asks for")]
    pub(crate) fn serialize<S: Serializer>(
        fingerprint: &Option<Sha256Fingerprint>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        fingerprint.map(Wrapped).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Sha256Fingerprint>, D::Error> {
        Ok(Option::<Wrapped>::deserialize(deserializer)?.map(|wrapped| wrapped.0))
    }
}

pub(crate) mod branch_word {
    use super::{Branch, Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        branch: &Option<Branch>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        branch.map(Branch::code).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Branch>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| parse(&text).ok_or_else(|| serde::de::Error::custom("not a branch")))
            .transpose()
    }

    pub(crate) fn parse(code: &str) -> Option<Branch> {
        Branch::ALL.into_iter().find(|branch| branch.code() == code)
    }
}

mod order_words {
    use super::{Deserialize, Deserializer, Product, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Words {
        branch: String,
        offer: String,
        #[serde(rename = "use")]
        usage: String,
    }

    pub(super) fn serialize<S: Serializer>(
        product: &Product,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let words = Words {
            branch: product.branch.code().to_owned(),
            offer: product.offer.to_string(),
            usage: product.usage.to_string(),
        };
        words.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Product, D::Error> {
        let words = Words::deserialize(deserializer)?;
        let bad = |_| serde::de::Error::custom("not a product of IGC-Santé");
        Ok(Product {
            branch: super::branch_word::parse(&words.branch).ok_or_else(|| bad(()))?,
            offer: words.offer.parse().map_err(|_| bad(()))?,
            usage: words.usage.parse().map_err(|_| bad(()))?,
        })
    }
}
