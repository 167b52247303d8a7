//! What XCA kept comes into a vault: items with their names, templates, revocations, and what did
//! not come, with its reason. The samples were made with XCA 2.4.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod common;

use bicle_core::command::{Command, CreateRequest, ImportOutcome, ImportReport, Outcome};
use bicle_core::details::{Label, Value};
use bicle_core::id::Kind;
use bicle_core::model::Status;
use bicle_core::phrase::Phrase;
use common::Desk;

fn sample(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../bicle-xca/tests/samples");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

fn added(report: &ImportReport, kind: Kind) -> usize {
    let of_kind = |item: &&bicle_core::command::ImportedItem| {
        item.kind == Some(kind) && item.outcome == ImportOutcome::Added
    };
    report.items.iter().filter(of_kind).count()
}

#[test]
fn a_database_comes_in_whole_and_a_second_time_is_recognised() {
    let mut desk = Desk::with(false, false);
    let bytes = sample("sample1.xdb");
    let report = desk.import_with(&bytes, &["motdepasse"]);
    assert_eq!(added(&report, Kind::Key), 6, "{report:?}");
    assert_eq!(added(&report, Kind::Request), 1);
    assert_eq!(added(&report, Kind::Certificate), 6);
    assert_eq!(added(&report, Kind::List), 1);
    assert!(report.password_needed.is_empty());
    let model = desk.model();
    assert_eq!(model.lists.len(), 1);
    assert!(model.lists[0].issuer_id.is_some());
    let revoked: Vec<&str> = model
        .certificates
        .iter()
        .filter(|found| found.revoked().is_some())
        .map(|found| found.serial())
        .collect();
    assert_eq!(revoked, ["1002"]);
    let forged = model
        .certificates
        .iter()
        .find(|found| found.item.name.contains("forge"))
        .unwrap();
    assert_eq!(forged.verdict.reason.code, "verdict-bad-signature");
    assert!(forged.issuer_id.is_none());
    // names are XCA's, and so are the dates
    assert!(model.keys.iter().all(|key| !key.item.name.is_empty()));
    assert!(model.keys.iter().all(|key| key.item.created < model.at));

    let again = desk.import_with(&bytes, &["motdepasse"]);
    let known = again
        .items
        .iter()
        .all(|item| item.outcome == ImportOutcome::Known);
    assert!(known, "{again:?}");
    assert_eq!(desk.model().certificates.len(), 6);
}

#[test]
fn the_authoritys_own_book_revokes_without_a_list() {
    let mut desk = Desk::with(false, false);
    desk.import_with(&sample("sample1.xdb"), &["motdepasse"]);
    let list = desk.model().lists[0].item.id;
    desk.act(Command::Delete(vec![list])).unwrap();
    let mut desk = desk.reopened();
    let model = desk.model();
    let found = model
        .certificates
        .iter()
        .find(|found| found.serial() == "1002");
    let verdict = &found.unwrap().verdict;
    assert_eq!(verdict.status, Status::Revoked);
    assert_eq!(verdict.reason.code, "verdict-revoked-declared");
    desk.act(Command::Restore(vec![list])).unwrap();
    let model = desk.model();
    let found = model
        .certificates
        .iter()
        .find(|found| found.serial() == "1002");
    assert!(
        found
            .unwrap()
            .verdict
            .reason
            .code
            .starts_with("verdict-revoked")
    );
    assert_ne!(
        found.unwrap().verdict.reason.code,
        "verdict-revoked-declared"
    );
}

#[test]
fn without_the_password_all_but_the_keys_comes_in() {
    let mut desk = Desk::with(false, false);
    let bytes = sample("sample1.xdb");
    let report = desk.import(&bytes);
    assert_eq!(report.password_needed, [0]);
    assert_eq!(added(&report, Kind::Certificate), 6);
    assert_eq!(added(&report, Kind::Key), 0);
    let reasons: Vec<&str> = report
        .items
        .iter()
        .filter(|item| item.outcome == ImportOutcome::Refused)
        .map(|item| item.reason.as_ref().unwrap().code)
        .collect();
    assert_eq!(reasons, ["import-password-needed"; 6]);
    let wrong = desk.import_with(&bytes, &["autre"]);
    assert_eq!(wrong.password_needed, [0]);
    let report = desk.import_with(&bytes, &["motdepasse"]);
    assert_eq!(added(&report, Kind::Key), 6);
    assert!(!report.reconciled.is_empty());
}

#[test]
fn a_key_under_its_own_password_asks_for_it_and_templates_serve() {
    let mut desk = Desk::with(false, false);
    let bytes = sample("sample2-ownpass-template.xdb");
    let report = desk.import_with(&bytes, &["été€"]);
    assert_eq!(report.password_needed, [0], "{report:?}");
    let own = report
        .items
        .iter()
        .filter_map(|item| item.reason.as_ref())
        .any(|reason| reason.code == "import-own-password");
    assert!(own, "{report:?}");
    assert_eq!(added(&report, Kind::Template), 1);
    let report = desk.import_with(&bytes, &["été€", "clepropre"]);
    assert!(report.password_needed.is_empty());
    assert_eq!(added(&report, Kind::Key), 1);
    assert_eq!(added(&report, Kind::Template), 0);

    let model = desk.model();
    let template = &model.templates[0];
    assert!(!template.bundled);
    assert!(!template.subject.is_empty());
    let key = model.keys.iter().find(|key| key.certificates.is_empty());
    let key = key.unwrap_or(&model.keys[0]).item.id;
    desk.act(Command::CreateRequest(CreateRequest {
        name: "d’après le modèle".into(),
        key,
        template: Some(template.item.id),
        subject: None,
        subject_alt_names: Vec::new(),
        key_usage: Vec::new(),
        extended_key_usage: Vec::new(),
        challenge_password: None,
        unstructured_name: None,
        reuse_key: true,
    }))
    .unwrap();
    let made = desk.model();
    let made = made.requests.last().unwrap();
    assert_eq!(made.subject, template.subject);
}

#[test]
fn templates_alone_and_what_is_none_of_xcas() {
    let mut desk = Desk::new();
    for name in ["template-2.4-binary.xca", "template-2.4-clipboard.pem"] {
        let report = desk.import(&sample(name));
        assert_eq!(report.items.len(), 1, "{name}: {report:?}");
        assert_eq!(report.items[0].kind, Some(Kind::Template), "{name}");
        assert_ne!(report.items[0].outcome, ImportOutcome::Refused, "{name}");
    }
    let code = |report: &ImportReport| report.items[0].reason.as_ref().unwrap().code;
    let vault = std::fs::read(desk.path("coffre.bicle")).unwrap();
    assert_eq!(code(&desk.import(&vault)), "import-is-a-vault");
    let mut broken = sample("sample1.xdb");
    broken.truncate(3_000);
    let report = desk.import(&broken);
    assert_eq!(
        report.items[0].outcome,
        ImportOutcome::Refused,
        "{report:?}"
    );
}

#[test]
fn the_details_of_a_template_show_all_that_its_requests_ask_for() {
    let mut desk = Desk::with(false, false);
    let report = desk.import(&sample("template-2.4-binary.xca"));
    let id = report.items[0].id.unwrap();
    let Ok(Outcome::Details(details)) = desk.act(Command::Details(id)) else {
        panic!("no details")
    };
    let section = |code: &'static str| {
        let mut sections = details.sections.iter();
        sections.find(|section| section.title == Label::Code(code))
    };
    let usages = &section("extension-key-usage").unwrap().rows[0].values;
    assert_eq!(usages.len(), 4, "{usages:?}");
    let purposes = &section("extension-extended-key-usage").unwrap().rows[0].values;
    let server = Value::Phrase(Phrase::new("eku-server-auth"));
    assert_eq!(purposes, &[server]);
    let country = &section("section-subject").unwrap().rows;
    assert!(
        country
            .iter()
            .all(|row| matches!(row.label, Label::Code(_))),
        "{country:?}"
    );
}
