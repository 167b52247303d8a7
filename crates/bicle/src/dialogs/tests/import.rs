//! An import: what is read, the report, and its questions.

use std::path::Path;

use bicle_core::command::{
    Command, ImportOutcome, ImportReport, ImportedItem, Outcome, Reconciled, Source,
};
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{Branch, OrderState, Trust};
use bicle_core::phrase::Phrase;
use bicle_text::{Language, id};
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

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

#[test]
fn many_iterations_are_read_only_after_a_word() {
    for language in Language::ALL {
        let sources = ["/home/a/b.p12", "/home/a/lent.p12", "/home/a/piège.p12"]
            .map(|path| Source::File(path.into()))
            .into();
        let mut played = Played::at(language, Import::of(sources), Some(samples::model()));
        let (job, Command::Import(request)) = played.sent() else {
            panic!()
        };
        assert_eq!(request.max_iterations, None);
        let asks = |asked: i64| {
            Phrase::new("import-iterations-to-agree")
                .number("asked", asked)
                .number("limit", 10_000_000)
        };
        let wants = Phrase::new("import-password-needed").word("what", "thing-pkcs12");
        let at = |file: &str, reason| ImportedItem {
            file: format!("/home/a/{file}"),
            ..item(None, "", ImportOutcome::Refused, reason)
        };
        let first = ImportReport {
            items: vec![
                at("b.p12", wants.clone()),
                at("lent.p12", asks(20_000_000)),
                at("piège.p12", asks(4_000_000_000)),
            ],
            password_needed: vec![0],
            iterations_asked: vec![(1, 20_000_000), (2, 4_000_000_000)],
            ..ImportReport::default()
        };
        played.done(job, Outcome::Imported(first));
        let seconds = [("count", 20.into())];
        assert!(played.shows(&played.texts.text_with(id::DIALOG_REPORT_SECONDS, &seconds)));
        pictures::keep("report-iterations", &mut played);
        // the last question is the trap's: it is left
        let leave = played.text(id::DIALOG_REPORT_ITERATIONS_LEAVE);
        let buttons = played
            .harness
            .query_all_by_role_and_label(Role::Button, &leave);
        buttons.last().unwrap().scroll_to_me();
        played.run();
        let buttons = played
            .harness
            .query_all_by_role_and_label(Role::Button, &leave);
        buttons.last().unwrap().click();
        played.run();
        assert!(played.sent_nothing());
        let name = [("file", "piège.p12".into())];
        assert!(
            played.shows(
                &played
                    .texts
                    .text_with(id::DIALOG_REPORT_ITERATIONS_LEFT, &name)
            )
        );
        played.press(id::DIALOG_REPORT_ITERATIONS_ACT);
        let (job, Command::Import(request)) = played.sent() else {
            panic!()
        };
        assert_eq!(request.max_iterations, Some(20_000_000));
        let paths: Vec<&Path> = request
            .sources
            .iter()
            .map(|source| match source {
                Source::File(path) => path.as_path(),
                Source::Bytes { .. } => panic!(),
            })
            .collect();
        assert_eq!(
            paths,
            [Path::new("/home/a/b.p12"), Path::new("/home/a/lent.p12")],
            "what waits for a password is not forgotten"
        );
        // it can be cancelled while it works
        played.press(id::DIALOG_CANCEL);
        assert_eq!(played.harness.state().backend.take_cancelled(), [job]);
        played.fail(job, Phrase::new("error-cancelled"));
        assert!(played.is_open(), "the report stays");
        played.press(id::DIALOG_REPORT_ITERATIONS_ACT);
        let (job, Command::Import(request)) = played.sent() else {
            panic!()
        };
        assert_eq!(request.sources.len(), 2);
        let second = ImportReport {
            items: vec![at("b.p12", wants)],
            password_needed: vec![0],
            ..ImportReport::default()
        };
        played.done(job, Outcome::Imported(second));
        played.fill(id::DIALOG_REPORT_PASSWORD, "secret");
        played.press(id::DIALOG_REPORT_RETRY);
        let (_, Command::Import(request)) = played.sent() else {
            panic!()
        };
        assert_eq!(request.sources.len(), 1);
        assert_eq!(request.max_iterations, Some(20_000_000), "the word holds");
    }
}

#[test]
fn several_passwords_are_kept_and_counted() {
    let mut played = play(&["/home/a/b.p12"]);
    let wrong = Phrase::new("import-wrong-password").word("what", "thing-pkcs12");
    let report = ImportReport {
        items: vec![ImportedItem {
            file: String::from("/home/a/b.p12"),
            ..item(None, "", ImportOutcome::Refused, wrong)
        }],
        password_needed: vec![0],
        ..ImportReport::default()
    };
    let (mut job, _) = played.sent();
    for (count, password) in ["un", "deux"].iter().enumerate() {
        played.done(job, Outcome::Imported(report.clone()));
        played.fill(id::DIALOG_REPORT_PASSWORD, password);
        played.press(id::DIALOG_REPORT_RETRY);
        let (next, Command::Import(request)) = played.sent() else {
            panic!()
        };
        assert_eq!(request.passwords.len(), count + 1);
        job = next;
    }
    played.done(job, Outcome::Imported(report));
    let tried = [("count", 2.into())];
    let tried = played
        .texts
        .text_with(id::DIALOG_REPORT_PASSWORDS_TRIED, &tried);
    assert!(played.shows(&tried));
    pictures::keep("report-passwords", &mut played);
}

/// A whole XCA database: thousands of lines, a few refused with their reasons.
fn thousands() -> ImportReport {
    let mut items: Vec<ImportedItem> = (0..5_000)
        .map(|number| ImportedItem {
            kind: Some(Kind::Certificate),
            reason: None,
            file: String::from("/home/a/ancien.xdb"),
            ..item(
                None,
                &format!("Certificat {number}"),
                ImportOutcome::Added,
                Phrase::new("import-empty"),
            )
        })
        .collect();
    let left_out = Phrase::new("import-unsupported").text("what", "PKCS#11");
    items.insert(
        4_000,
        ImportedItem {
            kind: Some(Kind::Key),
            file: String::from("/home/a/ancien.xdb"),
            ..item(None, "Clé de carte", ImportOutcome::Refused, left_out)
        },
    );
    ImportReport {
        items,
        trust_questions: vec![samples::unknown_root(); 8],
        ..ImportReport::default()
    }
}

#[test]
fn thousands_of_lines_are_scrolled_and_filtered_and_only_those_seen_are_drawn() {
    for language in Language::ALL {
        let mut played = Played::at(
            language,
            Import::report(thousands()),
            Some(samples::model()),
        );
        let drawn = |played: &Played| {
            played
                .harness
                .query_all_by_label_contains("Certificat ")
                .count()
        };
        assert!(drawn(&played) < 40, "{}", drawn(&played));
        let more = [("count", 5.into())];
        let more = played.texts.text_with(id::DIALOG_REPORT_TRUST_MORE, &more);
        assert!(played.shows(&more), "the questions come first, and are few");
        pictures::keep("report-thousands", &mut played);
        let word = played.text(id::DIALOG_REPORT_REFUSED);
        let arguments = [("word", (&word).into()), ("count", 1.into())];
        let refused = played
            .texts
            .text_with(id::DIALOG_REPORT_COUNTED, &arguments);
        played
            .harness
            .get_by_role_and_label(Role::RadioButton, &refused)
            .scroll_to_me();
        played.run();
        pictures::keep("report-thousands-lines", &mut played);
        assert!((1..40).contains(&drawn(&played)), "{}", drawn(&played));
        played.choose(&refused);
        assert!(played.shows("Clé de carte"));
        assert_eq!(drawn(&played), 0);
        pictures::keep("report-thousands-refused", &mut played);
    }
    let mut played = Played::new(Import::report(thousands()), Some(samples::model()));
    let all = [("count", 5_001.into())];
    let all = played.texts.text_with(id::DIALOG_REPORT_ALL, &all);
    played
        .harness
        .get_by_role_and_label(Role::RadioButton, &all)
        .scroll_to_me();
    played.run();
    // far down, by the wheel
    for _ in 0..40 {
        played
            .harness
            .event(egui::Event::PointerMoved(egui::pos2(450.0, 430.0)));
        played.harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, -20_000.0),
            phase: egui::TouchPhase::Move,
            modifiers: egui::Modifiers::NONE,
            source: egui::MouseWheelSource::Unknown,
        });
        played.run();
    }
    assert!(played.shows("Certificat 4999"));
    assert!(!played.shows("Certificat 17"));
}
