//! A small vault for tests: an order with its key, request and certificate, below its authorities.

#![allow(clippy::panic)]

use std::path::PathBuf;
use std::sync::Arc;

use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{
    Branch, CertificateParts, DeletedItem, Item, KeyItem, ListItem, Model, Offer, OrderItem,
    OrderState, RequestItem, Sha256Fingerprint, Status, TemplateItem, Trust, UnixSeconds, Use,
    VaultFacts, Verdict,
};
use bicle_core::phrase::Phrase;

fn item_id(kind: Kind, record: i64) -> ItemId {
    format!("{kind}-{record}")
        .parse()
        .unwrap_or_else(|_| panic!("not an id"))
}

pub(crate) fn root() -> ItemId {
    item_id(Kind::Certificate, 1)
}

pub(crate) fn intermediate() -> ItemId {
    item_id(Kind::Certificate, 2)
}

pub(crate) fn template() -> ItemId {
    item_id(Kind::Template, 3)
}

pub(crate) fn key() -> ItemId {
    item_id(Kind::Key, 4)
}

pub(crate) fn request() -> ItemId {
    item_id(Kind::Request, 5)
}

pub(crate) fn order() -> ItemId {
    item_id(Kind::Order, 6)
}

pub(crate) fn leaf() -> ItemId {
    item_id(Kind::Certificate, 7)
}

pub(crate) fn free_key() -> ItemId {
    item_id(Kind::Key, 8)
}

pub(crate) fn list() -> ItemId {
    item_id(Kind::List, 10)
}

pub(crate) fn deleted() -> ItemId {
    item_id(Kind::Key, 11)
}

pub(crate) fn unknown_root() -> ItemId {
    item_id(Kind::Certificate, 9)
}

/// 2026-11-22T12:00:00Z.
pub(crate) const NOW: UnixSeconds = UnixSeconds(1_795_348_800);

const ISSUER: &str = "AC IGC-SANTE ELEMENTAIRE ORGANISATIONS";

const ROOT_NAME: &str = "AC RACINE IGC-SANTE ELEMENTAIRE";

fn item(id: ItemId, name: &str) -> Item {
    Item::new(id, name, "", NOW)
}

fn fingerprint(byte: u8) -> Sha256Fingerprint {
    Sha256Fingerprint::of(&[byte])
}

fn trusted(path: &[ItemId]) -> Arc<Verdict> {
    Arc::new(Verdict {
        status: Status::Trusted,
        reason: Phrase::new("verdict-trusted")
            .text("issuer", ISSUER)
            .text("root", ROOT_NAME),
        remedy: None,
        above: path.iter().skip(1).copied().collect(),
    })
}

fn certificate(id: ItemId, name: &str, byte: u8) -> CertificateParts {
    CertificateParts {
        item: item(id, name),
        algorithm: "RSA-4096".into(),
        spki_sha256: fingerprint(byte),
        sha256: fingerprint(byte),
        subject: format!("CN={name},O=ASIP-SANTE,C=FR").into(),
        issuer: format!("CN={ISSUER},O=ASIP-SANTE,C=FR").into(),
        issuer_name: ISSUER.into(),
        serial: "2a".into(),
        not_before: NOW,
        not_after: UnixSeconds(NOW.0 + 94_608_000),
        is_authority: true,
        is_root: true,
        trust: Trust::Always,
        verdict: trusted(&[id]),
        issuer_id: Some(id),
        issued: Vec::new(),
        key: None,
        request: None,
        order: None,
        branch: Some(Branch::Production),
        official: true,
        revoked: None,
    }
}

fn revocation_list() -> ListItem {
    ListItem {
        item: item(list(), ISSUER),
        issuer: format!("CN={ISSUER},O=ASIP-SANTE,C=FR").into(),
        issuer_name: ISSUER.into(),
        number: Some(String::from("2431")),
        delta_base: None,
        this_update: NOW,
        next_update: Some(UnixSeconds(NOW.0 + 604_800)),
        entries: 1_204,
        sha256: fingerprint(10),
        issuer_id: Some(intermediate()),
    }
}

/// The order is delivered as far as "trusted"; another key has not served; one root is unknown.
pub(crate) fn model() -> Model {
    model_at(OrderState::Trusted, Branch::Production)
}

/// The same with the order in a state of one's own, on a branch of one's own.
pub(crate) fn model_at(state: OrderState, branch: Branch) -> Model {
    let issued = state >= OrderState::Issued;
    let issued_leaf = CertificateParts {
        algorithm: "RSA-2048".into(),
        is_authority: false,
        is_root: false,
        trust: Trust::Issuer,
        issuer_id: Some(intermediate()),
        key: Some(key()),
        request: Some(request()),
        order: Some(order()),
        official: false,
        branch: Some(branch),
        verdict: if state == OrderState::Issued {
            Arc::new(Verdict {
                status: Status::Untrusted,
                reason: Phrase::new("verdict-test-not-trusted").text("root", ROOT_NAME),
                remedy: None,
                above: Vec::new(),
            })
        } else {
            trusted(&[leaf(), intermediate(), root()])
        },
        ..certificate(leaf(), "INSI-AUTO", 7)
    };
    let unknown = CertificateParts {
        trust: Trust::Issuer,
        official: false,
        branch: None,
        verdict: Arc::new(Verdict {
            status: Status::Untrusted,
            reason: Phrase::new("verdict-not-trusted").text("root", "Autorité de la clinique"),
            remedy: None,
            above: Vec::new(),
        }),
        ..certificate(unknown_root(), "Autorité de la clinique", 9)
    };
    let mut certificates = vec![
        certificate(root(), ROOT_NAME, 1),
        certificate(intermediate(), ISSUER, 2),
        unknown,
    ];
    certificates.extend(issued.then_some(issued_leaf));
    let key_item = |id, name: &str, byte, requests: &[ItemId]| KeyItem {
        item: item(id, name),
        algorithm: "RSA-2048".into(),
        spki_sha256: fingerprint(byte),
        requests: requests.to_vec(),
        certificates: if issued && !requests.is_empty() {
            vec![leaf()]
        } else {
            Vec::new()
        },
        order: (!requests.is_empty()).then_some(order()),
    };
    let the_order = OrderItem {
        item: item(order(), "DMP de la clinique"),
        branch,
        offer: Offer::Org,
        usage: Use::AuthCli,
        state,
        reference: (state >= OrderState::Submitted).then(|| String::from("6397")),
        has_revocation_code: false,
        key: Some(key()),
        request: (state > OrderState::Key).then(request),
        certificate: issued.then_some(leaf()),
        request_path: Some(PathBuf::from("/home/a/demande-DMP.pem")),
        delivered_sha256: None,
        delivery: (state == OrderState::Delivered)
            .then(|| (NOW, PathBuf::from("/home/a/DMP-de-la-clinique.p12"))),
    };
    Model::assemble(
        VaultFacts {
            path: PathBuf::from("/home/a/coffre.bicle"),
            id: String::from("00112233445566778899aabbccddeeff"),
            generation: 7,
            has_recovery_key: false,
            kdf_memory_kib: 65_536,
            kdf_passes: 3,
            kdf_lanes: 4,
            size_bytes: 98_304,
            test_branch_trusted: false,
        },
        NOW,
        vec![
            key_item(key(), "DMP de la clinique", 4, &[request()]),
            key_item(free_key(), "Clé de réserve", 8, &[]),
        ],
        vec![RequestItem {
            item: item(request(), "DMP de la clinique"),
            algorithm: "RSA-2048".into(),
            spki_sha256: fingerprint(4),
            subject: "C=FR".into(),
            is_spkac: false,
            key: Some(key()),
            certificates: if issued { vec![leaf()] } else { Vec::new() },
            order: Some(order()),
        }],
        certificates.into_iter().map(Into::into).collect(),
        vec![revocation_list()],
        vec![TemplateItem {
            item: item(template(), "IGC-Santé IHM Générique"),
            subject: "C=FR".into(),
            algorithm: "RSA-2048".into(),
            bundled: true,
        }],
        vec![the_order],
        vec![DeletedItem::new(
            item(deleted(), "Ancienne clé"),
            UnixSeconds(NOW.0 - 5 * 86_400),
        )],
    )
}
