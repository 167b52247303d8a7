//! The real program on a display of its own: opened, driven by keys to an unlocked vault, closed. It
//! leaves pictures (`cargo xtask screenshots`); what it did is judged by the command line and openssl.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use bicle_tests::desk::{CLOSED, Desk, UNLOCKED};
use bicle_tests::{Branch, Product, TestAuthority, Validity, openssl};

#[test]
fn a_vault_is_made_in_the_real_window_and_an_order_is_started() {
    let desk = Desk::new("first", "light", "fr");
    let opened = desk.open();
    desk.picture("1-welcome");
    desk.display.press("ctrl+shift+n");
    desk.type_password();
    desk.picture("2-create");
    // from the password over its eye to the second field
    desk.display.press("Tab Tab");
    desk.type_password();
    desk.display.press("Return");
    let _window = desk.display.wait_for_window(UNLOCKED);
    desk.picture("3-recovery-key");
    // while the window has the vault, nobody else does
    let answer = desk.cli("list").refuses();
    assert_eq!(answer.status, Some(5), "{}", answer.told());
    desk.display.press("Escape");
    desk.picture("4-orders");
    desk.display.press("ctrl+n");
    desk.display.type_text("cabinet");
    desk.picture("5-new-order");
    desk.display.press("Return");
    desk.picture("6-order");
    desk.close(opened);

    let orders = desk.json("list orders");
    assert_eq!(orders.as_array().unwrap().len(), 1, "{orders:#}");
    assert_eq!(orders[0]["name"], "cabinet");
    assert_eq!(orders[0]["state"], "requested");
    let exported = desk.path("exported.pem");
    desk.cli("request export cabinet --out")
        .arg(&exported)
        .accepts();
    openssl::verify_request(&std::fs::read(exported).unwrap());
    assert_eq!(desk.json("vault check")["verdict"], "intact");
}

/// Selects some rows by the mouse and opens the dialog that delivers.
fn look_closer(desk: &Desk) {
    let select = |page: &str, row: u32, name: &str| {
        desk.display.press(page);
        // the first row's middle stands 229 pixels below the display's upper edge, the others follow by 34
        desk.display.click(430, 229 + 34 * row);
        desk.picture(name);
    };
    select("ctrl+4", 2, "7-certificate");
    desk.display.press("ctrl+d");
    desk.picture("8-deliver");
    desk.display.press("Escape");
    select("ctrl+4", 13, "9-forged");
    select("ctrl+1", 0, "a-order-submitted");
    select("ctrl+1", 2, "b-order-to-deliver");
}

/// A vault as a user has it after some weeks: orders in several states, certificates that are
/// trusted, expired, and forged.
fn lived_in(desk: &Desk) {
    desk.cli("vault create --trust-test-branch").accepts();
    let authority = TestAuthority::new();
    std::fs::write(desk.path("chaine.p7b"), authority.chain_pkcs7()).unwrap();
    let report = desk.cli("--json import chaine.p7b").accepts().json();
    let root = report["trust_questions"][0].as_str().unwrap().to_owned();
    desk.cli("trust").arg(root).arg("always").accepts();
    for (name, usage, product, branch) in [
        (
            "Messagerie MSSanté",
            "SIGN",
            Product::OrgSign,
            Branch::Production,
        ),
        (
            "INSi du cabinet",
            "AUTH_CLI",
            Product::OrgAuthCli,
            Branch::Test,
        ),
        ("DMP", "AUTH_CLI", Product::OrgAuthCli, Branch::Production),
    ] {
        let test = if branch == Branch::Test {
            "test"
        } else {
            "production"
        };
        desk.cli("order start --offer ORG --force --request-out demande.pem --branch")
            .args([test, "--use", usage, "--name", name])
            .accepts();
        desk.cli("order submitted --reference 6397")
            .arg(name)
            .accepts();
        if name == "DMP" {
            continue;
        }
        let request = std::fs::read(desk.path("demande.pem")).unwrap();
        let leaf = authority.issue(&request, product, branch, Validity::Now);
        std::fs::write(desk.path("certificat.crt"), leaf).unwrap();
        desk.cli("import certificat.crt").accepts();
    }
    let others = [
        (
            TestAuthority::forged(),
            Validity::Now,
            "/C=FR/O=CLINIQUE/CN=FAUX",
        ),
        (authority, Validity::Expired, "/C=FR/O=CLINIQUE/CN=EXPIRE"),
    ];
    for (issuer, validity, subject) in others {
        std::fs::write(desk.path("a.key"), openssl::rsa_key_pem(2048)).unwrap();
        let request = openssl::request_pem(&desk.path("a.key"), "/C=FR");
        let leaf = issuer.issue_to(
            &request,
            Product::OrgSign,
            Branch::Production,
            validity,
            subject,
        );
        std::fs::write(desk.path("autre.crt"), leaf).unwrap();
        desk.cli("import autre.crt").accepts();
    }
}

#[test]
fn a_lived_in_vault_is_unlocked_and_every_page_is_drawn_in_both_themes_and_languages() {
    for (theme, language) in [("dark", "fr"), ("light", "en")] {
        let desk = Desk::new("pages", theme, language);
        lived_in(&desk);
        let opened = desk.open();
        desk.display.type_text("not this one");
        desk.display.press("Return");
        desk.picture("1-wrong-password");
        desk.unlock();
        for (key, name) in [
            ("ctrl+1", "2-orders"),
            ("ctrl+2", "3-keys"),
            ("ctrl+3", "4-requests"),
            ("ctrl+4", "5-certificates"),
            ("ctrl+5", "6-templates"),
        ] {
            desk.display.press(key);
            desk.picture(name);
        }
        look_closer(&desk);
        desk.display.press("ctrl+l");
        let _window = desk.display.wait_for_window(CLOSED);
        desk.picture("c-locked");
        // a vault that is locked is free for others
        desk.cli("vault info").accepts();
        desk.close(opened);
        assert_eq!(desk.json("vault check")["verdict"], "intact");
    }
}
