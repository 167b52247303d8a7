//! An import: what is read, the report, and its questions.

use std::path::Path;

use bicle_core::command::{
    Command, ImportOutcome, ImportReport, ImportedItem, Outcome, Reconciled, Source,
};
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{Branch, OrderState, Trust};
use bicle_core::phrase::Phrase;
use bicle_text::{Language, id};

use super::super::import::Import;
use super::super::samples;
use super::{Played, opens_deliver, pictures};

fn item(id: Option<ItemId>, name: &str, outcome: ImportOutcome, reason: Phrase) -> ImportedItem {
    ImportedItem {
        id,
        kind: id.map(|id| id.kind),
        name: name.to_owned(),
        file: String::from("/home/a/Téléchargements/6397.crt"),
        outcome,
        reason: Some(reason),
        verdict: None,
        notices: Vec::new(),
    }
}

fn found() -> ImportReport {
    let reason = Phrase::new("import-order-found").text("order", "DMP de la clinique");
    ImportReport {
        items: vec![item(
            Some(samples::leaf()),
            "INSI-AUTO",
            ImportOutcome::Added,
            reason,
        )],
        reconciled: vec![Reconciled {
            certificate: samples::leaf(),
            key: samples::key(),
            request: Some(samples::request()),
            order: Some(samples::order()),
        }],
        ..ImportReport::default()
    }
}

fn play(sources: &[&str]) -> Played {
    let sources = sources
        .iter()
        .map(|path| Source::File(path.into()))
        .collect();
    Played::new(Import::of(sources), Some(samples::model()))
}

#[test]
fn picked_files_are_read_at_once_and_the_order_is_found() {
    // the system's dialog opens by itself: one click from the order's screen to the report
    let mut played = Played::new(Import::ask(), Some(samples::model()));
    assert_eq!(played.harness.state().file_dialogs.take_asked().len(), 1);
    played
        .harness
        .state()
        .file_dialogs
        .will_pick(["/home/a/6397.crt".into()]);
    played.press(id::DIALOG_IMPORT_CHOOSE);
    let (job, command) = played.sent();
    let Command::Import(request) = command else {
        panic!()
    };
    assert!(
        matches!(&request.sources[..], [Source::File(path)] if path == Path::new("/home/a/6397.crt"))
    );
    assert!(request.passwords.is_empty() && !request.dry_run);
    played.done(job, Outcome::Imported(found()));
    assert!(played.says(id::DIALOG_REPORT_ADDED));
    assert!(played.shows("DMP de la clinique"));
    pictures::keep("report-found", &mut played);
    played.press(id::DIALOG_REPORT_DELIVER);
    assert!(!played.is_open());
    assert!(opens_deliver(&played.actions()));
}

#[test]
fn a_pasted_text_is_read() {
    let mut played = Played::new(Import::ask(), Some(samples::model()));
    played.press(id::DIALOG_IMPORT_ACT);
    assert!(played.sent_nothing());
    assert!(played.says(id::DIALOG_PROBLEM_PATH_EMPTY));
    played.fill(id::DIALOG_IMPORT_PASTE, "-----BEGIN CERTIFICATE-----");
    played.press(id::DIALOG_IMPORT_ACT);
    let (_, Command::Import(request)) = played.sent() else {
        panic!()
    };
    let [Source::Bytes { name, bytes }] = &request.sources[..] else {
        panic!()
    };
    assert_eq!(name, &played.text(id::DIALOG_IMPORT_CLIPBOARD));
    assert_eq!(bytes.expose(), b"-----BEGIN CERTIFICATE-----");
}

#[test]
fn a_path_is_read() {
    let mut played = Played::new(Import::ask(), Some(samples::model()));
    played.fill(id::DIALOG_IMPORT_PATH, "/home/a/chaine.p7b");
    played.key(egui::Key::Enter);
    let (_, Command::Import(request)) = played.sent() else {
        panic!()
    };
    assert!(
        matches!(&request.sources[..], [Source::File(path)] if path == Path::new("/home/a/chaine.p7b"))
    );
}

#[test]
fn a_protected_file_is_read_again_with_the_password() {
    let mut played = play(&["/home/a/a.crt", "/home/a/b.p12"]);
    let (job, _) = played.sent();
    let needed = Phrase::new("import-password-needed").word("what", "thing-pkcs12");
    let mut report = found();
    report
        .items
        .push(item(None, "", ImportOutcome::Refused, needed));
    report.password_needed = vec![1];
    played.done(job, Outcome::Imported(report));
    assert!(played.shows("b.p12"));
    pictures::keep("report-password", &mut played);
    played.fill(id::DIALOG_REPORT_PASSWORD, "secret");
    played.press(id::DIALOG_REPORT_RETRY);
    let (job, Command::Import(request)) = played.sent() else {
        panic!()
    };
    assert!(
        matches!(&request.sources[..], [Source::File(path)] if path == Path::new("/home/a/b.p12"))
    );
    assert_eq!(request.passwords.len(), 1);
    assert_eq!(request.passwords[0].expose(), "secret");
    let wrong = Phrase::new("import-wrong-password").word("what", "thing-pkcs12");
    let again = ImportReport {
        items: vec![item(None, "", ImportOutcome::Refused, wrong)],
        password_needed: vec![0],
        ..ImportReport::default()
    };
    played.done(job, Outcome::Imported(again));
    assert!(played.says(id::DIALOG_REPORT_PASSWORD_MISSING));
    // another password: both are tried
    played.fill(id::DIALOG_REPORT_PASSWORD, "other");
    played.key(egui::Key::Enter);
    let (job, Command::Import(request)) = played.sent() else {
        panic!()
    };
    assert_eq!(request.passwords.len(), 2);
    let reason = Phrase::new("import-key-found").text("key", "b");
    let last = ImportReport {
        items: vec![item(
            Some(samples::free_key()),
            "b",
            ImportOutcome::Added,
            reason,
        )],
        ..ImportReport::default()
    };
    played.done(job, Outcome::Imported(last));
    assert!(!played.says(id::DIALOG_REPORT_RETRY));
    assert!(played.is_open());
}

#[test]
fn an_unknown_authority_is_asked_about_with_its_fingerprint() {
    let unknown = samples::unknown_root();
    let notice = Phrase::new("notice-unknown-authority").text("name", "Autorité de la clinique");
    let mut line = item(
        Some(unknown),
        "Autorité de la clinique",
        ImportOutcome::Added,
        Phrase::new("import-order-found").text("order", "x"),
    );
    line.reason = None;
    line.notices = vec![notice];
    let mut report = found();
    report.items.push(line);
    report.trust_questions = vec![unknown];
    let mut played = play(&["/home/a/ca.pem"]);
    let (job, _) = played.sent();
    played.done(job, Outcome::Imported(report));
    let name = [("name", "Autorité de la clinique".into())];
    let question = played
        .texts
        .text_with(id::DIALOG_REPORT_TRUST_QUESTION, &name);
    assert!(played.shows(&question));
    assert!(
        !played.says(id::DIALOG_REPORT_DELIVER),
        "the question comes first"
    );
    pictures::keep("report-authority", &mut played);
    played.press(id::DIALOG_REPORT_TRUST_ALWAYS);
    let (job, command) = played.sent();
    let Command::SetTrust { certificate, trust } = command else {
        panic!()
    };
    assert_eq!((certificate, trust), (unknown, Trust::Always));
    played.done(job, Outcome::Done);
    assert!(
        played.shows(
            &played
                .texts
                .text_with(id::DIALOG_REPORT_TRUST_DECIDED, &name)
        )
    );
    assert!(played.says(id::DIALOG_REPORT_DELIVER));
}

#[test]
fn not_now_leaves_an_authority_untrusted() {
    let unknown = samples::unknown_root();
    let report = ImportReport {
        trust_questions: vec![unknown],
        ..ImportReport::default()
    };
    let mut played = Played::new(Import::report(report), Some(samples::model()));
    played.press(id::DIALOG_NOT_NOW);
    assert!(played.sent_nothing());
    played.press(id::DIALOG_CLOSE);
    assert!(!played.is_open());
}

#[test]
fn a_test_certificate_offers_to_trust_its_branch() {
    let model = samples::model_at(OrderState::Issued, Branch::Test);
    let mut report = found();
    report.test_branch_question = true;
    report.items[0].notices = vec![Phrase::new("notice-test-branch")];
    for language in Language::ALL {
        let mut played = Played::at(
            language,
            Import::report(report.clone()),
            Some(model.clone()),
        );
        assert!(played.says(id::DIALOG_REPORT_TEST_QUESTION));
        pictures::keep("report-test-branch", &mut played);
        played.press(id::DIALOG_REPORT_TEST_ACT);
        let (_, command) = played.sent();
        assert!(matches!(command, Command::TrustTestBranch(true)));
    }
}

#[test]
fn refused_files_say_why_and_what_to_do() {
    let page = Phrase::new("import-not-recognised").word("looks-like", "looks-like-html");
    let known = Phrase::new("import-already-here").text("name", "INSI-AUTO");
    let mut key = item(None, "Clé", ImportOutcome::Added, known.clone());
    (key.kind, key.reason) = (Some(Kind::Key), None);
    let mut forged = item(None, "FAUX", ImportOutcome::Added, known.clone());
    (forged.kind, forged.reason) = (Some(Kind::Certificate), None);
    forged.notices = vec![
        Phrase::new("notice-forged").text("issuer", "AC IGC-SANTE ELEMENTAIRE ORGANISATIONS"),
        Phrase::new("notice-no-key"),
    ];
    let report = ImportReport {
        items: vec![
            item(None, "", ImportOutcome::Refused, page),
            item(
                Some(samples::leaf()),
                "INSI-AUTO",
                ImportOutcome::Known,
                known,
            ),
            key,
            forged,
        ],
        ..ImportReport::default()
    };
    for language in Language::ALL {
        let mut played = Played::at(
            language,
            Import::report(report.clone()),
            Some(samples::model()),
        );
        assert!(played.says(id::DIALOG_REPORT_REFUSED));
        assert!(played.says(id::DIALOG_REPORT_KNOWN));
        let said = played
            .texts
            .look_up_attribute("import-not-recognised", "advice", &[]);
        assert!(played.shows(&said.unwrap()));
        pictures::keep("report-refused", &mut played);
    }
}

#[test]
fn a_failed_import_says_why() {
    let mut played = play(&["/home/a/a.crt"]);
    let (job, _) = played.sent();
    played.fail(
        job,
        Phrase::new("error-vault-read-only").text("path", "/home/a"),
    );
    let told = played
        .texts
        .error("vault-read-only", &[("path", "/home/a".into())]);
    assert!(played.shows(&told.message));
    played.press(id::DIALOG_CLOSE);
    assert!(!played.is_open());
}
