//! A vault for tests and pictures: a few dozen items of every kind and state.

use std::path::PathBuf;
use std::sync::Arc;

use bicle_core::details::{Details, Label, Row, Section, Value};
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{
    Branch, CertificateParts, DeletedItem, Item, KeyItem, ListItem, Model, Offer, OrderItem,
    OrderState, Remedy, RequestItem, Sha256Fingerprint, Status, TemplateItem, Trust, UnixSeconds,
    Use, VaultFacts, Verdict,
};
use bicle_core::phrase::Phrase;
use bicle_core::shared_text::SharedText;

/// The day of the sample: 22 November 2026, noon, UTC.
pub const NOW: UnixSeconds = UnixSeconds(1_795_348_800);

const DAY: i64 = 86_400;

fn item(kind: Kind, number: i64, name: &str) -> Item {
    let created = UnixSeconds(NOW.0 - (60 - number) * DAY);
    Item::new(id(kind, number), name, "", created)
}

/// The id of an item of the sample: `number` is not negative.
#[expect(clippy::expect_used, reason = "the text is an id by its making")]
#[must_use]
pub fn id(kind: Kind, number: i64) -> ItemId {
    // invariant: a kind, a dash and a number are an id
    format!("{kind}-{number}").parse().expect("an id")
}

#[expect(
    clippy::expect_used,
    reason = "the text is a fingerprint by its making"
)]
fn fingerprint(number: i64) -> Sha256Fingerprint {
    let bytes = (0..32_i64).map(|place| (number * 31 + place * 7).rem_euclid(256));
    let hex: String = bytes.map(|byte| format!("{byte:02x}")).collect();
    // invariant: 32 bytes in lower-case hexadecimal
    Sha256Fingerprint::from_hex(&hex).expect("a fingerprint")
}

struct Made<'a> {
    number: i64,
    name: &'a str,
    issuer: Option<(i64, &'a str)>,
    status: Status,
    days_left: i64,
    test: bool,
    key: Option<i64>,
    authority: bool,
}

fn certificate(made: &Made<'_>) -> CertificateParts {
    let own = id(Kind::Certificate, made.number);
    let issuer_id = made
        .issuer
        .map_or(own, |(issuer, _)| id(Kind::Certificate, issuer));
    let issuer_name = made.issuer.map_or(made.name, |(_, name)| name).to_owned();
    let root = if made.test {
        "TEST AC IGC-SANTE"
    } else {
        "AC IGC-SANTE ELEMENTAIRE"
    };
    let (reason, remedy) = match made.status {
        Status::Trusted => (
            Phrase::new("verdict-trusted")
                .text("issuer", &issuer_name)
                .text("root", root),
            None,
        ),
        Status::Untrusted if made.test => (
            Phrase::new("verdict-test-not-trusted").text("root", root),
            Some(Remedy::TrustTestBranch),
        ),
        Status::Untrusted => (
            Phrase::new("verdict-no-issuer").text("issuer", &issuer_name),
            Some(Remedy::ImportIssuer),
        ),
        Status::Expired => (
            Phrase::new("verdict-expired")
                .text("name", made.name)
                .time("date", NOW.0 + made.days_left * DAY),
            Some(Remedy::OrderAgain),
        ),
        Status::NotYetValid => (
            Phrase::new("verdict-not-yet-valid")
                .text("name", made.name)
                .time("date", NOW.0 + DAY),
            None,
        ),
        Status::Revoked => (
            Phrase::new("verdict-revoked")
                .text("name", made.name)
                .time("date", NOW.0 - 3 * DAY)
                .word("reason", "reason-key-compromise"),
            Some(Remedy::OrderAgain),
        ),
    };
    CertificateParts {
        item: item(Kind::Certificate, made.number, made.name),
        algorithm: if made.authority {
            "RSA-4096".into()
        } else {
            "RSA-2048".into()
        },
        spki_sha256: fingerprint(made.key.unwrap_or(made.number)),
        sha256: fingerprint(made.number + 100),
        subject: format!("CN={},OU=0002 187512751,O=ASIP-SANTE,C=FR", made.name).into(),
        issuer: format!("CN={issuer_name},OU=0002 187512751,O=ASIP-SANTE,C=FR").into(),
        issuer_name: issuer_name.into(),
        serial: format!("7a1c{:012x}", made.number).into(),
        not_before: UnixSeconds(NOW.0 - 400 * DAY),
        not_after: UnixSeconds(NOW.0 + made.days_left * DAY),
        is_authority: made.authority,
        is_root: made.issuer.is_none(),
        trust: if made.authority && made.issuer.is_none() && !made.test {
            Trust::Always
        } else {
            Trust::Issuer
        },
        verdict: Arc::new(Verdict {
            status: made.status,
            reason,
            remedy,
            above: Vec::new(),
        }),
        issuer_id: (made.status != Status::Untrusted || made.test).then_some(issuer_id),
        issued: Vec::new(),
        key: made.key.map(|key| id(Kind::Key, key)),
        request: made.key.map(|key| id(Kind::Request, key)),
        order: made.key.map(|key| id(Kind::Order, key)),
        branch: Some(if made.test {
            Branch::Test
        } else {
            Branch::Production
        }),
        official: made.authority,
        revoked: (made.status == Status::Revoked).then_some(UnixSeconds(NOW.0 - 3 * DAY)),
    }
}

fn certificates() -> Vec<CertificateParts> {
    let mut made = Vec::new();
    let mut number = 0;
    let mut authority = |name: &'static str, issuer: Option<(i64, &'static str)>, test: bool| {
        number += 1;
        made.push(certificate(&Made {
            number,
            name,
            issuer,
            status: if test {
                Status::Untrusted
            } else {
                Status::Trusted
            },
            days_left: 3200 - number * 40,
            test,
            key: None,
            authority: true,
        }));
        (number, name)
    };
    let elementary = authority("AC IGC-SANTE ELEMENTAIRE", None, false);
    let organisations = authority(
        "AC IGC-SANTE ELEMENTAIRE ORGANISATIONS",
        Some(elementary),
        false,
    );
    authority(
        "AC IGC-SANTE ELEMENTAIRE PERSONNES",
        Some(elementary),
        false,
    );
    let standard = authority("AC IGC-SANTE STANDARD", None, false);
    authority("AC IGC-SANTE STANDARD PERSONNES", Some(standard), false);
    let strong = authority("AC IGC-SANTE FORT", None, false);
    authority("AC IGC-SANTE FORT PERSONNES", Some(strong), false);
    let test = authority("TEST AC IGC-SANTE ELEMENTAIRE", None, true);
    let test_organisations = authority(
        "TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS",
        Some(test),
        true,
    );
    let mut leaf = |name, issuer, status, days_left, is_test, key| {
        number += 1;
        made.push(certificate(&Made {
            number,
            name,
            issuer: Some(issuer),
            status,
            days_left,
            test: is_test,
            key,
            authority: false,
        }));
    };
    leaf(
        "Messagerie MSSanté du CH d’Orléans",
        organisations,
        Status::Trusted,
        820,
        false,
        Some(1),
    );
    leaf(
        "ROR régional — authentification",
        organisations,
        Status::Trusted,
        41,
        false,
        Some(2),
    );
    leaf(
        "Serveur DMP ancien",
        organisations,
        Status::Expired,
        -12,
        false,
        None,
    );
    leaf(
        "INSi, pré-production",
        test_organisations,
        Status::Untrusted,
        600,
        true,
        Some(3),
    );
    leaf(
        "Laboratoire Élodie Marçais",
        organisations,
        Status::Revoked,
        300,
        false,
        None,
    );
    leaf(
        "Passerelle d’un éditeur",
        (99, "AC INCONNUE"),
        Status::Untrusted,
        210,
        false,
        None,
    );
    leaf(
        "Téléservice 2027",
        organisations,
        Status::NotYetValid,
        1095,
        false,
        None,
    );
    let relations: Vec<(ItemId, ItemId)> = made
        .iter()
        .filter_map(|found| found.issuer_id.map(|issuer| (issuer, found.item.id)))
        .filter(|(issuer, own)| issuer != own)
        .collect();
    for found in &mut made {
        found.issued = relations
            .iter()
            .filter(|(issuer, _)| *issuer == found.item.id)
            .map(|(_, own)| *own)
            .collect();
    }
    made
}

/// A complete list that is verified, its delta that is overdue, and one of an unknown authority.
fn lists() -> Vec<ListItem> {
    let made = |number: i64, name: &str, issuer: Option<i64>, entries, days_left: i64| ListItem {
        item: item(Kind::List, number, name),
        issuer: format!("CN={name},OU=0002 187512751,O=ASIP-SANTE,C=FR").into(),
        issuer_name: name.into(),
        number: Some((2_430 + number).to_string()),
        delta_base: None,
        this_update: UnixSeconds(NOW.0 - 2 * DAY),
        next_update: Some(UnixSeconds(NOW.0 + days_left * DAY)),
        entries,
        sha256: fingerprint(number + 200),
        issuer_id: issuer.map(|issuer| id(Kind::Certificate, issuer)),
    };
    let organisations = "AC IGC-SANTE ELEMENTAIRE ORGANISATIONS";
    let delta = ListItem {
        delta_base: Some(String::from("2431")),
        ..made(2, organisations, Some(2), 3, -1)
    };
    let unknown = ListItem {
        number: None,
        next_update: None,
        ..made(3, "AC INCONNUE", None, 12, 0)
    };
    vec![made(1, organisations, Some(2), 1_204, 5), delta, unknown]
}

/// The sample vault.
#[must_use]
pub fn model() -> Arc<Model> {
    let certificates = certificates();
    let of_key = |key: i64| {
        certificates
            .iter()
            .filter(|found| found.key == Some(id(Kind::Key, key)))
            .map(|found| found.item.id)
            .collect::<Vec<_>>()
    };
    let orders = [
        (
            1,
            "Messagerie MSSanté",
            Branch::Production,
            Use::AuthCli,
            OrderState::Delivered,
            Some("6397"),
        ),
        (
            2,
            "ROR régional",
            Branch::Production,
            Use::AuthCli,
            OrderState::Trusted,
            Some("6412"),
        ),
        (
            3,
            "INSi pré-production",
            Branch::Test,
            Use::AuthCli,
            OrderState::Issued,
            Some("18"),
        ),
        (
            4,
            "Signature des comptes rendus",
            Branch::Production,
            Use::Sign,
            OrderState::Submitted,
            Some("6420"),
        ),
        (
            5,
            "Chiffrement laboratoire",
            Branch::Test,
            Use::Conf,
            OrderState::Requested,
            None,
        ),
        (
            6,
            "Serveur de rendez-vous",
            Branch::Production,
            Use::SslServ,
            OrderState::Requested,
            None,
        ),
    ];
    let keys = orders.iter().map(|(number, name, ..)| KeyItem {
        item: item(Kind::Key, *number, name),
        algorithm: "RSA-2048".into(),
        spki_sha256: fingerprint(*number),
        requests: vec![id(Kind::Request, *number)],
        certificates: of_key(*number),
        order: Some(id(Kind::Order, *number)),
    });
    let spare = KeyItem {
        item: item(Kind::Key, 7, "Clé de secours du portail"),
        algorithm: "RSA-4096".into(),
        spki_sha256: fingerprint(7),
        requests: Vec::new(),
        certificates: Vec::new(),
        order: None,
    };
    let requests = orders.iter().map(|(number, name, ..)| RequestItem {
        item: item(Kind::Request, *number, name),
        algorithm: "RSA-2048".into(),
        spki_sha256: fingerprint(*number),
        subject: "CN=IGC-Santé IHM,O=ASIP-SANTE,C=FR".into(),
        is_spkac: false,
        key: Some(id(Kind::Key, *number)),
        certificates: of_key(*number),
        order: Some(id(Kind::Order, *number)),
    });
    let made_orders =
        orders.iter().map(
            |(number, name, branch, usage, state, reference)| OrderItem {
                item: item(Kind::Order, *number, name),
                branch: *branch,
                offer: if *usage == Use::SslServ {
                    Offer::Serv
                } else {
                    Offer::Org
                },
                usage: *usage,
                state: *state,
                reference: reference.map(str::to_owned),
                has_revocation_code: *number < 4,
                key: Some(id(Kind::Key, *number)),
                request: Some(id(Kind::Request, *number)),
                certificate: of_key(*number).first().copied(),
                request_path: Some(PathBuf::from(format!("/home/aude/demande-{number}.csr"))),
                delivery: (*state == OrderState::Delivered)
                    .then(|| (NOW, PathBuf::from("/home/aude/messagerie.p12"))),
                delivered_sha256: None,
            },
        );
    let templates = vec![
        TemplateItem {
            item: item(Kind::Template, 1, "IGC-Santé IHM Générique"),
            subject: "CN=IGC-Santé IHM,O=ASIP-SANTE,C=FR".into(),
            algorithm: "RSA-2048".into(),
            bundled: true,
        },
        TemplateItem {
            item: item(Kind::Template, 2, "Serveur interne"),
            subject: "CN=serveur,O=CH Orléans,C=FR".into(),
            algorithm: "RSA-2048".into(),
            bundled: false,
        },
    ];
    let deleted = vec![DeletedItem::new(
        item(Kind::Certificate, 50, "Essai de mars"),
        UnixSeconds(NOW.0 - DAY),
    )];
    let keys: Vec<KeyItem> = keys.chain(std::iter::once(spare)).collect();
    let spkac = RequestItem {
        item: item(Kind::Request, 7, "Clé d’un navigateur"),
        algorithm: "RSA-2048".into(),
        spki_sha256: fingerprint(8),
        subject: SharedText::default(),
        is_spkac: true,
        key: None,
        certificates: Vec::new(),
        order: None,
    };
    let requests = requests.chain(std::iter::once(spkac)).collect();
    let made_orders = made_orders.collect();
    Arc::new(Model::assemble(
        facts(12),
        NOW,
        keys,
        requests,
        certificates.into_iter().map(Into::into).collect(),
        lists(),
        templates,
        made_orders,
        deleted,
    ))
}

/// A vault of that day without anything in it.
#[must_use]
pub fn empty_model() -> Arc<Model> {
    Arc::new(Model::assemble(
        facts(1),
        NOW,
        Vec::new(),
        Vec::new(),
        Vec::new(),
        Vec::new(),
        Vec::new(),
        Vec::new(),
        Vec::new(),
    ))
}

fn facts(generation: u64) -> VaultFacts {
    VaultFacts {
        path: PathBuf::from("/home/aude/.local/share/bicle/coffre.bicle"),
        id: String::from("00112233445566778899aabbccddeeff"),
        generation,
        has_recovery_key: true,
        kdf_memory_kib: 65_536,
        kdf_passes: 3,
        kdf_lanes: 4,
        size_bytes: 182_272,
        test_branch_trusted: false,
    }
}

/// Details as the core lays them out, with a name that lies and a long value.
#[must_use]
pub fn details(model: &Model, item: ItemId) -> Details {
    let text = |label: &str, value: &str| Row {
        label: Label::Text(label.to_owned()),
        values: vec![Value::Text(value.to_owned())],
    };
    let name = model
        .item(item)
        .map(|known| known.name.clone())
        .unwrap_or_default();
    let mut relations = Vec::new();
    if let Some(certificate) = model.certificate(item) {
        let links = [
            certificate.key(),
            certificate.request(),
            certificate.order(),
            certificate.issuer_id,
        ];
        for (label, link) in ["Clé privée", "Demande", "Commande", "Émetteur"]
            .iter()
            .zip(links)
        {
            if let Some(known) = link.and_then(|link| model.item(link)) {
                relations.push(Row {
                    label: Label::Text((*label).to_owned()),
                    values: vec![Value::Link(known.id, known.name.to_string())],
                });
            }
        }
    }
    let sections = vec![
        Section {
            title: Label::Text(String::from("Relations")),
            critical: false,
            rows: relations,
        },
        Section {
            title: Label::Text(String::from("Sujet")),
            critical: false,
            rows: vec![
                text("CN", &name),
                text("O", "ASIP-SANTE"),
                text("OU", "0002 187512751"),
                text("C", "FR"),
                text("Nom trompeur", "abc\u{202E}21p.exe"),
            ],
        },
        Section {
            title: Label::Text(String::from("Validité")),
            critical: false,
            rows: vec![
                Row {
                    label: Label::Text(String::from("Du")),
                    values: vec![Value::Time(NOW.0 - 400 * DAY)],
                },
                Row {
                    label: Label::Text(String::from("Au")),
                    values: vec![Value::Time(NOW.0 + 700 * DAY)],
                },
            ],
        },
        Section {
            title: Label::Text(String::from("Identité")),
            critical: false,
            rows: vec![
                Row {
                    label: Label::Text(String::from("Numéro de série")),
                    values: vec![Value::Hex(String::from("7a1c00000000000b"))],
                },
                Row {
                    label: Label::Text(String::from("SHA-256")),
                    values: vec![Value::Hex(fingerprint(item.record.value()).to_hex())],
                },
            ],
        },
        Section {
            title: Label::Text(String::from("Usage de la clé")),
            critical: true,
            rows: vec![text("Usages", "Signature numérique")],
        },
        Section {
            title: Label::Text(String::from("Long")),
            critical: false,
            rows: vec![text("Valeur", &"0123456789 ".repeat(80))],
        },
    ];
    Details {
        id: item,
        name: name.to_string(),
        sections,
    }
}
