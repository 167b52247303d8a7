//! What other programs hand over and ask for: certreq files, truststores, the portal's rules.

use std::path::{Path, PathBuf};

use bicle_core::RuleCheck;
use bicle_core::command::{
    CertReqReport, Command, Outcome, Source, TruststoreFormat, TruststoreReport,
};
use bicle_core::model::Branch;
use bicle_core::phrase::Phrase;
use bicle_platform::file::Existing;
use bicle_text::{Language, id};

use super::super::certreq::CertReq;
use super::super::check_request::CheckRequest;
use super::super::export_request::ExportRequest;
use super::super::samples;
use super::super::truststore::Truststore;
use super::{Played, file_exists, pictures};
use crate::context::Action;

#[test]
fn an_inf_makes_a_key_and_a_request_and_tells_what_was_done_otherwise() {
    for language in Language::ALL {
        let dialog = CertReq::new(Some(Path::new("/home/a/serveur.inf")));
        let mut played = Played::at(language, dialog, Some(samples::model()));
        played.fill(id::DIALOG_NAME, "Serveur");
        played.press(id::DIALOG_NEW_ORDER_ACT);
        let (job, Command::CertReq(asked)) = played.sent() else {
            panic!()
        };
        assert!(
            matches!(&asked.source, Source::File(path) if path == Path::new("/home/a/serveur.inf"))
        );
        assert_eq!(asked.name.as_deref(), Some("Serveur"));
        let place = PathBuf::from("/home/a/serveur.req");
        assert_eq!(asked.request_path.as_ref(), Some(&place));
        assert!(played.says(id::DIALOG_CERTREQ_WORKING));
        played.fail(job, file_exists());
        played.press(id::DIALOG_REPLACE);
        let (job, Command::CertReq(asked)) = played.sent() else {
            panic!()
        };
        assert_eq!(asked.existing, Existing::Replace);
        let report = CertReqReport {
            key: samples::free_key(),
            request: samples::request(),
            request_path: Some(place),
            notices: vec![
                Phrase::new("notice-expired").time("date", samples::NOW.0),
                Phrase::new("notice-not-noted"),
            ],
        };
        played.done(job, Outcome::CertReqDone(report));
        assert!(played.says(id::DIALOG_CERTREQ_DONE));
        assert!(played.shows("/home/a/serveur.req"));
        assert!(played.says(id::DIALOG_CERTREQ_NOTICES));
        pictures::keep("certreq-done", &mut played);
        played.press(id::DIALOG_CERTREQ_SHOW);
        assert!(!played.is_open());
        let actions = played.actions();
        assert!(
            matches!(actions.as_slice(), [Action::Select(item)] if *item == samples::request())
        );
    }
}

#[test]
fn a_missing_inf_is_asked_for() {
    let mut played = Played::new(CertReq::new(None), Some(samples::model()));
    played.press(id::DIALOG_NEW_ORDER_ACT);
    assert!(played.sent_nothing());
    assert!(played.says(id::DIALOG_PROBLEM_PATH_EMPTY));
    played.fill(id::DIALOG_CERTREQ_FILE, "/home/a/x.inf");
    played.press(id::DIALOG_NEW_ORDER_ACT);
    let (job, Command::CertReq(asked)) = played.sent() else {
        panic!()
    };
    assert_eq!(asked.request_path, Some(PathBuf::from("/home/a/x.req")));
    assert_eq!(asked.name, None);
    played.press(id::DIALOG_CANCEL);
    assert_eq!(played.harness.state().backend.take_cancelled(), [job]);
}

fn checks(broken: &[(&'static str, &str)]) -> Vec<RuleCheck> {
    let rules = [
        "signature",
        "key-type",
        "key-size",
        "hash",
        "subject",
        "values",
    ];
    rules
        .into_iter()
        .map(|rule| {
            let found = broken.iter().find(|(name, _)| *name == rule);
            RuleCheck {
                rule,
                kept: found.is_none(),
                detail: found
                    .map(|(_, detail)| (*detail).to_owned())
                    .unwrap_or_default(),
            }
        })
        .collect()
}

#[test]
fn the_portals_rules_are_listed_kept_or_broken_with_the_reason() {
    for language in Language::ALL {
        let model = samples::model();
        let dialog = CheckRequest::new(&model, samples::request()).unwrap();
        let mut played = Played::at(language, dialog, Some(model.clone()));
        let (job, Command::CheckRequest(item)) = played.sent() else {
            panic!()
        };
        assert_eq!(item, samples::request());
        let broken = [("key-type", "EC-P-256"), ("key-size", "EC-P-256")];
        played.done(job, Outcome::RequestChecked(checks(&broken)));
        assert!(played.says(id::REQUEST_NOT_TAKEN));
        assert!(played.shows("EC-P-256"));
        assert!(played.says(id::REQUEST_RULE_SIGNATURE));
        assert!(played.says(id::DIALOG_CHECK_BROKEN));
        assert!(played.says(id::DIALOG_CHECK_KEPT));
        pictures::keep("check-request-broken", &mut played);
        played.press(id::DIALOG_CLOSE);
        assert!(!played.is_open());

        let dialog = CheckRequest::new(&model, samples::request()).unwrap();
        let mut played = Played::at(language, dialog, Some(model));
        let (job, _) = played.sent();
        played.done(job, Outcome::RequestChecked(checks(&[])));
        assert!(played.says(id::REQUEST_TAKEN));
        assert!(!played.says(id::DIALOG_CHECK_BROKEN));
        pictures::keep("check-request-kept", &mut played);
    }
}

#[test]
fn a_truststore_of_either_branch_is_written_in_one_act() {
    for language in Language::ALL {
        let dialog = Truststore::new(Path::new("/home/a"));
        let mut played = Played::at(language, dialog, Some(samples::model()));
        assert!(played.says(id::DIALOG_TRUSTSTORE_WEAK));
        let test = played.text(id::DIALOG_BRANCH_TEST);
        played.choose(&test);
        played.fill(id::DIALOG_DELIVER_PASSWORD_OF_FILE, "changeit");
        played.key(egui::Key::Enter);
        assert!(played.sent_nothing(), "the second typing comes first");
        played.fill(id::DIALOG_PASSWORD_AGAIN, "changeit");
        pictures::keep("truststore-filled", &mut played);
        played.key(egui::Key::Enter);
        let (job, Command::ExportTruststore(asked)) = played.sent() else {
            panic!()
        };
        assert_eq!(
            (asked.branch, asked.format),
            (Branch::Test, TruststoreFormat::Jks)
        );
        assert_eq!(asked.path, Path::new("/home/a/igc-sante-test.jks"));
        assert_eq!(asked.password.unwrap().expose(), "changeit");
        let report = TruststoreReport {
            path: asked.path,
            certificates: 9,
            notices: vec![Phrase::new("notice-test-branch")],
        };
        played.done(job, Outcome::TruststoreWritten(report));
        assert!(played.says(id::DIALOG_TRUSTSTORE_DONE));
        pictures::keep("truststore-done", &mut played);
        played.press(id::DIALOG_COPY_PATH);
        let clipboard = played.harness.state().clipboard.content();
        assert_eq!(clipboard.as_deref(), Some("/home/a/igc-sante-test.jks"));
        played.press(id::DIALOG_CLOSE);
        assert!(!played.is_open());
    }
}

#[test]
fn a_truststore_without_a_password_asks_none() {
    let dialog = Truststore::new(Path::new("/home/a"));
    let mut played = Played::new(dialog, Some(samples::model()));
    let pem = played.text(id::DIALOG_TRUSTSTORE_PEM);
    played.choose(&pem);
    assert!(!played.says(id::DIALOG_TRUSTSTORE_WEAK));
    played.press(id::DIALOG_TRUSTSTORE_ACT);
    let (job, Command::ExportTruststore(asked)) = played.sent() else {
        panic!()
    };
    assert!(asked.password.is_none());
    assert_eq!(asked.path, Path::new("/home/a/igc-sante-production.pem"));
    played.fail(job, file_exists());
    played.press(id::DIALOG_REPLACE);
    let (_, Command::ExportTruststore(asked)) = played.sent() else {
        panic!()
    };
    assert_eq!(asked.existing, Existing::Replace);
}

#[test]
fn a_revocation_list_is_saved_as_it_is_published() {
    let model = samples::model();
    let dialog = ExportRequest::new(&model, samples::list(), Path::new("/home/a")).unwrap();
    let mut played = Played::new(dialog, Some(model));
    assert!(!played.says(id::DIALOG_EXPORT_REQUEST_HINT));
    played.press(id::DIALOG_SAVE);
    let (job, Command::ExportList { list, path, .. }) = played.sent() else {
        panic!()
    };
    assert_eq!(list, samples::list());
    assert_eq!(
        path,
        Path::new("/home/a/AC-IGC-SANTE-ELEMENTAIRE-ORGANISATIONS.crl")
    );
    played.done(job, Outcome::Written(path));
    assert!(!played.is_open());
}
