//! A delivery: the choices, the password, what stands in the way, what was verified.

use std::path::{Path, PathBuf};

use bicle_core::command::{ChainChoice, Command, Consumer, DeliveryReport, Outcome};
use bicle_core::model::{Branch, OrderState};
use bicle_core::phrase::Phrase;
use bicle_platform::file::Existing;
use bicle_text::{Language, id};
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::super::deliver::Deliver;
use super::super::samples;
use super::{Played, file_exists, pictures};

fn played() -> Played {
    let model = samples::model();
    let dialog = Deliver::new(&model, samples::order(), Path::new("/home/a")).unwrap();
    Played::new(dialog, Some(model))
}

fn report() -> DeliveryReport {
    DeliveryReport {
        path: PathBuf::from("/home/a/DMP-de-la-clinique.p12"),
        certificate: samples::leaf(),
        alias: String::from("dmp-de-la-clinique"),
        certificates: 3,
        notices: vec![Phrase::new("notice-jks-weak")],
    }
}

#[test]
fn one_password_twice_delivers_a_compatible_file_with_its_chain() {
    let mut played = played();
    played.fill(id::DIALOG_DELIVER_PASSWORD_OF_FILE, "un mot de passe 4271");
    played.fill(id::DIALOG_PASSWORD_AGAIN, "un mot de passe 4271");
    played.key(egui::Key::Enter);
    let (job, command) = played.sent();
    let Command::Deliver(delivery) = command else {
        panic!()
    };
    assert_eq!(delivery.what, samples::order());
    assert_eq!(delivery.path, Path::new("/home/a/DMP-de-la-clinique.p12"));
    assert_eq!(
        (delivery.consumer, delivery.chain),
        (Consumer::Compatible, ChainChoice::Full)
    );
    assert_eq!(delivery.alias.as_deref(), Some("dmp-de-la-clinique"));
    assert_eq!(delivery.password.expose(), "un mot de passe 4271");
    assert_eq!(delivery.existing, Existing::Refuse);
    played.done(job, Outcome::Delivered(report()));
    assert!(played.says(id::DIALOG_DELIVERED_SENTENCE));
    assert!(played.shows("/home/a/DMP-de-la-clinique.p12"));
    let count = [("count", 3.into())];
    assert!(
        played.shows(
            &played
                .texts
                .text_with(id::DIALOG_DELIVERED_CERTIFICATES, &count)
        )
    );
    pictures::keep("delivered", &mut played);
    played.press(id::DIALOG_COPY_PATH);
    let clipboard = played.harness.state().clipboard.content();
    assert_eq!(clipboard.as_deref(), Some("/home/a/DMP-de-la-clinique.p12"));
    played.press(id::DIALOG_CLOSE);
    assert!(!played.is_open());
}

#[test]
fn a_java_keystore_changes_the_ending_and_warns() {
    let mut played = played();
    let java = played.text(id::DIALOG_DELIVER_CONSUMER_JAVA);
    played.choose(&java);
    assert!(played.says(id::DIALOG_DELIVER_JKS_WEAK));
    let chain = played.text(id::DIALOG_DELIVER_CHAIN_INTERMEDIATES);
    played.choose(&chain);
    played.fill(id::DIALOG_DELIVER_ALIAS, "Mon-Alias");
    played.press(id::DIALOG_DELIVER_GENERATE);
    pictures::keep("deliver-java", &mut played);
    played.press(id::DIALOG_DELIVER_COPY_PASSWORD);
    played.press(id::DIALOG_DELIVER_ACT);
    let (_, Command::Deliver(delivery)) = played.sent() else {
        panic!()
    };
    assert_eq!(delivery.path, Path::new("/home/a/DMP-de-la-clinique.jks"));
    assert_eq!(
        (delivery.consumer, delivery.chain),
        (Consumer::Java, ChainChoice::Intermediates)
    );
    let clipboard = played.harness.state().clipboard.content();
    assert_eq!(clipboard.as_deref(), Some(delivery.password.expose()));
    assert_eq!(delivery.password.expose().len(), 20);
}

#[test]
fn experts_find_pbmac1_and_microsofts_provider() {
    for language in Language::ALL {
        let model = samples::model();
        let dialog = Deliver::new(&model, samples::order(), Path::new("/home/a")).unwrap();
        let mut played = Played::at(language, dialog, Some(model));
        assert!(!played.says(id::DIALOG_DELIVER_CONSUMER_PBMAC1));
        played.press(id::DIALOG_DELIVER_GENERATE);
        let fold = played.text(id::DIALOG_EXPERT);
        played
            .harness
            .get_by_role_and_label(Role::Button, &fold)
            .scroll_to_me();
        played.run();
        played.press(id::DIALOG_EXPERT);
        let pbmac1 = played.text(id::DIALOG_DELIVER_CONSUMER_PBMAC1);
        let csp = played.text(id::DIALOG_DELIVER_CSP);
        played
            .harness
            .get_by_role_and_label(Role::CheckBox, &csp)
            .scroll_to_me();
        played.run();
        played.choose(&pbmac1);
        played.harness.get_by_label(&csp).click();
        played.run();
        pictures::keep("deliver-expert", &mut played);
        played.press(id::DIALOG_DELIVER_ACT);
        let (_, Command::Deliver(delivery)) = played.sent() else {
            panic!()
        };
        assert_eq!(delivery.consumer, Consumer::Pbmac1);
        assert!(delivery.microsoft_csp);
        assert_eq!(delivery.path, Path::new("/home/a/DMP-de-la-clinique.p12"));
    }
}

#[test]
fn a_password_with_an_accent_or_too_short_is_refused_with_the_reason() {
    let mut played = played();
    played.fill(id::DIALOG_DELIVER_PASSWORD_OF_FILE, "clé de 2026");
    assert!(
        played.says(id::DIALOG_PROBLEM_PASSWORD_NOT_ASCII),
        "told while typing"
    );
    pictures::keep("deliver-accent", &mut played);
    played.fill(id::DIALOG_DELIVER_PASSWORD_OF_FILE, "court");
    played.fill(id::DIALOG_PASSWORD_AGAIN, "court");
    played.press(id::DIALOG_DELIVER_ACT);
    assert!(played.says(id::DIALOG_PROBLEM_PASSWORD_TOO_SHORT));
    assert!(played.sent_nothing());
}

#[test]
fn a_file_in_the_way_is_replaced_only_when_asked() {
    let mut played = played();
    played.press(id::DIALOG_DELIVER_GENERATE);
    played.press(id::DIALOG_DELIVER_ACT);
    let (job, _) = played.sent();
    played.fail(job, file_exists());
    pictures::keep("deliver-replace", &mut played);
    played.press(id::DIALOG_REPLACE);
    let (_, Command::Deliver(delivery)) = played.sent() else {
        panic!()
    };
    assert_eq!(delivery.existing, Existing::Replace);
}

#[test]
fn an_untrusted_certificate_is_said_to_be_so() {
    let model = samples::model_at(OrderState::Issued, Branch::Test);
    let dialog = Deliver::new(&model, samples::order(), Path::new("/home/a")).unwrap();
    let mut played = Played::new(dialog, Some(model));
    assert!(played.says(id::DIALOG_DELIVER_UNTRUSTED));
    pictures::keep("deliver-untrusted", &mut played);
}
