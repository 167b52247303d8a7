//! Files of other programs through the widgets of the real window over the real worker: an XCA database,
//! a certreq file, keys of other types, a truststore.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs
)]

mod common;

use std::path::Path;

use bicle::context::Page;
use bicle_core::id::Kind;
use bicle_core::model::Status;
use bicle_tests::openssl::openssl;
use bicle_text::{Language, id};
use common::user::User;
use egui::{Key, Modifiers};

/// A file as an administrator of Windows writes it.
const INF: &str = "[Version]\r\nSignature=\"$Windows NT$\"\r\n\r\n[NewRequest]\r\n\
Subject = \"CN=srv.clinique.example,O=Clinique,C=FR\"\r\nKeyLength = 2048\r\nExportable = TRUE\r\n\
HashAlgorithm = sha256\r\nProviderName = \"Microsoft Software Key Storage Provider\"\r\n";

fn shortcut(user: &mut User, modifiers: Modifiers, key: Key) {
    user.harness.key_press_modifiers(modifiers, key);
    user.look();
}

#[test]
fn a_database_of_xca_comes_in_and_what_it_revokes_is_told() {
    let mut user = User::at_the_first_window(Language::French);
    user.create_vault();
    let before = user.model().certificates.len();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bicle-xca/tests/samples");
    user.drop_file(&samples.join("sample1.xdb"));
    user.wait("the question", |user| user.sees(id::DIALOG_REPORT_RETRY));
    user.picture("xca-1-password");
    user.fill(id::DIALOG_REPORT_PASSWORD, "motdepasse");
    user.click(id::DIALOG_REPORT_RETRY);
    user.wait("the keys", |user| user.model().keys.len() == 6);
    user.picture("xca-2-report");
    let model = user.model();
    assert_eq!(model.certificates.len(), before + 6);
    assert_eq!(
        (model.requests.len(), model.lists.len()),
        (1, 1),
        "the request and the list"
    );
    let found = |name: &str| {
        let mut all = model.certificates.iter();
        all.find(|found| found.item.name == name)
    };
    assert!(found("forge.exemple.fr").is_some());
    user.click(id::DIALOG_CLOSE);
    user.go(Page::Items(Kind::List));
    let list = user.model().lists.first().unwrap().item.name.clone();
    user.select(&list);
    user.wait("the details", |user| user.reads("1002"));
    user.picture("xca-3-list");
    let revoked = user.model();
    let revoked = revoked
        .certificates
        .iter()
        .filter(|found| found.verdict.status == Status::Revoked)
        .count();
    assert_eq!(revoked, 1);
}

#[test]
fn a_dropped_inf_makes_a_key_and_a_request_that_the_portal_takes() {
    let mut user = User::at_the_first_window(Language::English);
    user.create_vault();
    let file = user.folder.path().join("serveur.inf");
    std::fs::write(&file, INF).unwrap();
    user.drop_file(&file);
    user.picture("inf-1-form");
    user.click(id::DIALOG_NEW_ORDER_ACT);
    user.wait("the request", |user| user.sees(id::DIALOG_CERTREQ_SHOW));
    user.picture("inf-2-done");
    user.click(id::DIALOG_CERTREQ_SHOW);
    let request = user.folder.path().join("serveur.req");
    let told = openssl("req -verify -noout -subject -in")
        .arg(&request)
        .accepts();
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.contains("srv.clinique.example"), "{told}");
    user.click(id::WINDOW_COMMAND_CHECK_REQUEST);
    user.wait("the answer", |user| user.sees(id::REQUEST_TAKEN));
    user.picture("inf-3-check");
}

#[test]
fn an_elliptic_key_is_made_written_for_openssh_and_refused_by_the_portal() {
    let mut user = User::at_the_first_window(Language::French);
    user.create_vault();
    shortcut(&mut user, Modifiers::COMMAND | Modifiers::SHIFT, Key::K);
    user.fill(id::DIALOG_NAME, "Clé EC");
    let ec = user.texts.text(id::DIALOG_GENERATE_KEY_EC);
    user.choose(&ec);
    user.choose("P-384");
    user.click(id::DIALOG_GENERATE_KEY_ACT);
    user.wait("the key", |user| user.model().keys.len() == 1);
    assert_eq!(user.model().keys.first().unwrap().algorithm, "EC-P-384");
    shortcut(&mut user, Modifiers::COMMAND, Key::E);
    user.choose("OpenSSH");
    user.fill(id::DIALOG_DELIVER_PASSWORD_OF_FILE, "un mot de passe 4271");
    user.fill(id::DIALOG_PASSWORD_AGAIN, "un mot de passe 4271");
    user.click(id::DIALOG_EXPORT_ACT);
    user.wait("the file", |user| !user.harness.state().dialog_open());
    let file = std::fs::read_to_string(user.file("key")).unwrap();
    assert!(
        file.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"),
        "{file}"
    );
    shortcut(&mut user, Modifiers::COMMAND | Modifiers::SHIFT, Key::R);
    user.fill(id::DIALOG_NAME, "Demande EC");
    user.fill(id::DIALOG_CREATE_REQUEST_SAN, "upn:a@exemple.fr");
    user.click(id::DIALOG_CREATE_REQUEST_ACT);
    user.wait("the request", |user| user.model().requests.len() == 1);
    user.click(id::WINDOW_COMMAND_CHECK_REQUEST);
    user.wait("the answer", |user| user.sees(id::REQUEST_NOT_TAKEN));
    assert!(user.reads("EC-P-384"));
    user.picture("ec-check");
}

#[test]
fn the_truststore_of_a_branch_is_written_in_one_act() {
    let mut user = User::at_the_first_window(Language::French);
    user.create_vault();
    shortcut(&mut user, Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
    user.password_twice("changeit");
    user.wait("the truststore", |user| {
        user.sees(id::DIALOG_TRUSTSTORE_DONE)
    });
    user.picture("truststore");
    let bytes = std::fs::read(user.file("jks")).unwrap();
    assert_eq!(bytes.get(..4), Some([0xfe, 0xed, 0xfe, 0xed].as_slice()));
}
