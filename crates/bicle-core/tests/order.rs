//! An order from its key to its keystore, through the core's operations alone.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod common;

use bicle_core::command::{ChainChoice, Command, Consumer, ImportOutcome, Outcome, StartOrder};
use bicle_core::model::{Branch, Offer, OrderState, Status, Trust, Use};
use bicle_platform::file::Existing;
use bicle_tests::authority::{Branch as Issued, Product, TestAuthority, Validity};
use bicle_tests::openssl;
use common::{Desk, EXPORT_PASSWORD};

fn state(desk: &Desk) -> OrderState {
    desk.model().orders[0].state
}

#[test]
fn an_order_goes_from_its_key_to_a_delivered_keystore() {
    let authority = TestAuthority::new();
    let mut desk = Desk::new();
    let (order, request) = desk.start_order("INSI hôpital");
    openssl::verify_request(&request);
    assert_eq!(state(&desk), OrderState::Requested);

    let reference = Command::SubmitOrder {
        order,
        reference: "N° 6397".into(),
    };
    desk.act(reference).unwrap();
    assert_eq!(state(&desk), OrderState::Submitted);
    assert_eq!(desk.model().orders[0].reference.as_deref(), Some("6397"));

    let leaf = authority.issue(
        &request,
        Product::OrgAuthCli,
        Issued::Production,
        Validity::Now,
    );
    let report = desk.import(&leaf);
    assert_eq!(report.items[0].outcome, ImportOutcome::Added);
    assert_eq!(report.reconciled[0].order, Some(order));
    assert_eq!(
        report.items[0].verdict.as_ref().unwrap().reason.code,
        "verdict-no-issuer"
    );
    assert_eq!(state(&desk), OrderState::Issued);
    let refused = desk.deliver(order, "trop tôt.p12", Consumer::Modern, ChainChoice::Full);
    assert_eq!(refused.unwrap_err().code(), "chain-incomplete");
    assert!(!desk.path("trop tôt.p12").exists());

    let report = desk.import(&authority.chain_pkcs7());
    assert_eq!(
        report.trust_questions.len(),
        1,
        "the root alone is asked about: {report:?}"
    );
    let root = report.trust_questions[0];
    desk.act(Command::SetTrust {
        certificate: root,
        trust: Trust::Always,
    })
    .unwrap();
    assert_eq!(state(&desk), OrderState::Trusted);
    let certificate = desk.model().orders[0].certificate.unwrap();
    let model = desk.model();
    let verdict = &model.certificate(certificate).unwrap().verdict;
    assert_eq!(verdict.status, Status::Trusted);
    assert_eq!(verdict.above.len(), 2);

    for (name, consumer, chain, count) in [
        ("a.p12", Consumer::Compatible, ChainChoice::Full, 3),
        ("b.p12", Consumer::Modern, ChainChoice::Intermediates, 2),
        ("c.p12", Consumer::Modern, ChainChoice::None, 1),
        ("d.jks", Consumer::Java, ChainChoice::Full, 3),
    ] {
        let report = desk.deliver(order, name, consumer, chain).unwrap();
        assert_eq!(report.certificates, count);
    }
    openssl::open_pkcs12(&desk.path("a.p12"), EXPORT_PASSWORD).accepts();
    assert_eq!(state(&desk), OrderState::Delivered);
    let desk = desk.reopened();
    assert_eq!(state(&desk), OrderState::Delivered);
    assert_eq!(desk.model().orders[0].reference.as_deref(), Some("6397"));
}

#[test]
fn a_taken_place_or_a_missing_folder_stops_an_order_before_its_key_is_made() {
    let mut desk = Desk::new();
    std::fs::write(desk.path("pris.pem"), b"precious").unwrap();
    for (name, code) in [
        ("pris.pem", "file-exists"),
        ("absent/x.pem", "folder-missing"),
    ] {
        let asked = StartOrder {
            name: "essai".into(),
            branch: Branch::Production,
            offer: Offer::Org,
            usage: Use::AuthCli,
            request_path: Some(desk.path(name)),
            existing: Existing::Refuse,
        };
        let fault = desk.act(Command::StartOrder(asked)).err().unwrap();
        assert_eq!(fault.code(), code);
    }
    assert_eq!(std::fs::read(desk.path("pris.pem")).unwrap(), b"precious");
    assert!(desk.model().keys.is_empty() && desk.model().orders.is_empty());
}

#[test]
fn the_revocation_code_is_made_once_and_kept() {
    let mut desk = Desk::new();
    let (order, _) = desk.start_order("essai");
    let mut code = |renew| match desk.act(Command::RevocationCode { order, renew }) {
        Ok(Outcome::RevocationCode { code, .. }) => code.expose().to_owned(),
        _ => panic!("no code"),
    };
    let first = code(false);
    assert!(first.len() >= 12);
    assert!(first.chars().any(|letter| letter.is_ascii_uppercase()));
    assert!(first.chars().any(|letter| !letter.is_ascii_alphabetic()));
    assert_eq!(code(false), first);
    let renewed = code(true);
    assert_ne!(renewed, first);
    assert_eq!(code(false), renewed);
}

#[test]
fn starting_again_makes_another_key_and_a_second_use_is_refused() {
    let mut desk = Desk::new();
    desk.start_order("un");
    desk.start_order("deux");
    let model = desk.model();
    assert_ne!(model.keys[0].spki_sha256, model.keys[1].spki_sha256);
    let asked = |reuse_key| {
        Command::CreateRequest(bicle_core::command::CreateRequest {
            name: "encore".into(),
            key: model.keys[0].item.id,
            template: None,
            subject: Some("C=FR,O=Hôpital,CN=encore".into()),
            subject_alt_names: vec!["dns:www.hopital.example".into()],
            key_usage: Vec::new(),
            extended_key_usage: Vec::new(),
            challenge_password: None,
            unstructured_name: None,
            reuse_key,
        })
    };
    assert_eq!(
        desk.act(asked(false)).err().unwrap().code(),
        "key-already-used"
    );
    assert!(matches!(desk.act(asked(true)), Ok(Outcome::Created(_))));
    let request = &desk.model().requests[2];
    assert_eq!(request.subject, "CN=encore,O=Hôpital,C=FR");
}
