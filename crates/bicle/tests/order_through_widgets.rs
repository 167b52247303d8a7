//! The whole order through the widgets of the real window over the real worker, by label, in both
//! languages: from the first window to a delivered PKCS#12, judged by openssl.
//!
//! It counts what the user does. XCA 2.4 takes 36 clicks and 13 typed fields for the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs
)]

mod common;

use std::path::{Path, PathBuf};

use bicle_core::model::{OrderState, Status};
use bicle_tests::authority::{Branch, Product, TestAuthority, Validity};
use bicle_tests::openssl::openssl;
use bicle_text::{Argument, Language, id};
use common::user::User;

/// What the aim of the product allows: clicks, names, passwords.
const MOST_CLICKS: u32 = 10;
const FILE_PASSWORD: &str = "Export-2026-cabinet";

/// What the portal does: issues a certificate for the request that was saved.
fn portal(authority: &TestAuthority, request: &Path, folder: &Path) -> Vec<PathBuf> {
    let pem = std::fs::read(request).unwrap();
    openssl("req -verify -noout -in").arg(request).accepts();
    let leaf = authority.issue(&pem, Product::OrgAuthCli, Branch::Production, Validity::Now);
    let (certificate, chain) = (folder.join("6397.crt"), folder.join("chaine.p7b"));
    std::fs::write(&certificate, leaf).unwrap();
    std::fs::write(&chain, authority.chain_pkcs7()).unwrap();
    vec![certificate, chain]
}

fn create_the_vault(user: &mut User) {
    user.create_vault();
    let model = user.model();
    let trusted = |name: &str| {
        let found = model
            .certificates
            .iter()
            .find(|found| found.item.name == name);
        found
            .unwrap_or_else(|| panic!("{name} is there"))
            .verdict
            .status
    };
    assert_eq!(
        trusted("AC IGC-SANTE ELEMENTAIRE ORGANISATIONS"),
        Status::Trusted
    );
    assert_eq!(
        trusted("TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS"),
        Status::Untrusted
    );
    assert_eq!(model.templates.len(), 1);
}

fn order_and_request(user: &mut User) {
    user.click(id::WINDOW_COMMAND_NEW_ORDER);
    user.names += 1;
    user.type_and_enter("INSi du cabinet");
    user.picture("2-searching");
    user.wait("the order", |user| !user.model().orders.is_empty());
    user.wait("the order's screen", |user| {
        user.sees(id::ORDER_SCREEN_REFERENCE_SAVE)
    });
    user.picture("3-order");
    assert_eq!(
        user.model().orders.first().unwrap().state,
        OrderState::Requested
    );
    // the number of the mail, and the code that the portal asks for
    user.click_field(id::ORDER_SCREEN_REFERENCE);
    user.other_fields += 1;
    user.type_and_enter("N° 6397");
    user.wait("the reference", |user| {
        user.model().orders.first().unwrap().reference.as_deref() == Some("6397")
    });
    user.click(id::ORDER_SCREEN_CODE_MAKE);
    user.wait("the code", |user| user.sees(id::ORDER_SCREEN_CODE_HIDE));
    user.click(id::ORDER_SCREEN_CODE_COPY);
    user.wait("the copy", |user| user.clipboard.content().is_some());
    let code = user.clipboard.content().expect("a code on the clipboard");
    assert!(code.chars().count() >= 12, "{code}");
    assert!(code.chars().any(char::is_uppercase), "{code}");
    assert!(
        code.chars().any(|character| !character.is_alphabetic()),
        "{code}"
    );
    user.picture("4-code");
}

fn bring_the_certificate_back(user: &mut User, authority: &TestAuthority) {
    let request = user.file("pem");
    let files = portal(authority, &request, user.folder.path());
    user.file_dialogs.will_pick(files);
    user.picked += 1;
    user.click(id::ORDER_SCREEN_BRING_BACK);
    user.wait("the report", |user| {
        user.sees(id::DIALOG_REPORT_TRUST_ALWAYS)
    });
    let order = [("order", Argument::Text("INSi du cabinet"))];
    let found = user.texts.look_up("import-order-found", &order).unwrap();
    assert!(user.reads(&found), "{found}");
    user.picture("5-report");
    user.click(id::DIALOG_REPORT_TRUST_ALWAYS);
    user.wait("the trust", |user| {
        let model = user.model();
        let found = model
            .orders
            .first()
            .and_then(|order| model.certificate(order.certificate?));
        found.is_some_and(|found| found.verdict.status == Status::Trusted)
    });
    let model = user.model();
    let order = model.orders.first().unwrap();
    let certificate = model.certificate(order.certificate.unwrap()).unwrap();
    assert_eq!(certificate.verdict.status, Status::Trusted);
    assert_eq!(
        (certificate.key(), certificate.request()),
        (order.key, order.request)
    );
    user.picture("6-trusted");
}

fn deliver(user: &mut User) {
    user.click(id::DIALOG_REPORT_DELIVER);
    user.password_twice(FILE_PASSWORD);
    user.wait("the delivery", |user| {
        user.sees(id::DIALOG_DELIVERED_SENTENCE)
    });
    user.picture("7-delivered");
    let file = user.file("p12");
    for legacy in ["", "-legacy "] {
        let told = openssl(&format!("pkcs12 {legacy}-nokeys -in"))
            .arg(&file)
            .arg("-passin")
            .arg(format!("pass:{FILE_PASSWORD}"))
            .accepts();
        let text = String::from_utf8_lossy(&told.stdout).into_owned();
        assert_eq!(
            text.matches("BEGIN CERTIFICATE").count(),
            3,
            "leaf and chain: {text}"
        );
    }
    user.click(id::DIALOG_CLOSE);
    assert!(!user.harness.state().dialog_open());
    assert_eq!(
        user.model().orders.first().unwrap().state,
        OrderState::Delivered
    );
    user.picture("8-order-delivered");
}

fn whole_order(language: Language) {
    let authority = TestAuthority::new();
    let mut user = User::at_the_first_window(language);
    user.picture("0-first-window");
    create_the_vault(&mut user);
    order_and_request(&mut user);
    bring_the_certificate_back(&mut user, &authority);
    deliver(&mut user);
    println!(
        "{}: {} clicks, {} files picked at once, {} name, {} passwords (each typed twice), {} other field",
        language.code(),
        user.clicks,
        user.picked,
        user.names,
        user.passwords,
        user.other_fields,
    );
    assert!(user.clicks <= MOST_CLICKS, "{} clicks", user.clicks);
    assert_eq!(
        (user.names, user.passwords, user.picked, user.other_fields),
        (1, 2, 1, 1)
    );
}

#[test]
fn from_nothing_to_a_delivered_keystore_in_french() {
    whole_order(Language::French);
}

#[test]
fn from_nothing_to_a_delivered_keystore_in_english() {
    whole_order(Language::English);
}
