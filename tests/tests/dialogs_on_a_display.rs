//! The dialogs of the real program on a display of its own, opened by their keys, in both themes and
//! both languages. It leaves their pictures (`cargo xtask screenshots`); the command line judges the file.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use std::time::Duration;

use bicle_tests::desk::Desk;
use bicle_tests::{Branch, Product, TestAuthority, Validity};

/// A dialog is drawn within this time, on a machine that draws by its processor.
const DRAWN: Duration = Duration::from_millis(300);

/// A page's keys, the row to select, the dialog's keys, and what to call the picture.
const DIALOGS: [(&str, Option<u32>, &str, &str); 16] = [
    ("ctrl+1", None, "ctrl+shift+k", "1-generate-key"),
    ("ctrl+2", Some(0), "ctrl+shift+r", "2-new-request"),
    ("ctrl+3", Some(0), "ctrl+shift+p", "3-check-for-the-portal"),
    ("ctrl+1", None, "ctrl+shift+i", "4-request-from-an-inf"),
    ("ctrl+2", Some(0), "ctrl+e", "5-export-key"),
    ("ctrl+4", Some(2), "ctrl+e", "6-export-certificate"),
    ("ctrl+1", None, "ctrl+shift+t", "7-truststore"),
    ("ctrl+4", Some(2), "ctrl+d", "8-deliver"),
    ("ctrl+1", None, "ctrl+o", "9-import"),
    ("ctrl+3", Some(0), "ctrl+e", "a-export-request"),
    ("ctrl+2", Some(0), "F2", "b-rename"),
    ("ctrl+2", Some(0), "shift+F2", "c-comment"),
    ("ctrl+1", None, "ctrl+shift+s", "d-backup"),
    ("ctrl+5", Some(0), "ctrl+e", "e-export-list"),
    ("ctrl+1", None, "ctrl+comma", "f-settings"),
    ("ctrl+4", None, "ctrl+shift+e", "g-list-as-csv"),
];

/// One order with its certificate, and a revocation list.
fn lived_in(desk: &Desk) {
    desk.cli("vault create --trust-test-branch").accepts();
    let authority = TestAuthority::new();
    std::fs::write(desk.path("chaine.p7b"), authority.chain_pkcs7()).unwrap();
    let report = desk.cli("--json import chaine.p7b").accepts().json();
    let root = report["trust_questions"][0].as_str().unwrap().to_owned();
    desk.cli("trust").arg(root).arg("always").accepts();
    desk.cli("order start --name DMP --branch production --offer ORG --use AUTH_CLI --request-out demande.pem")
        .accepts();
    let request = std::fs::read(desk.path("demande.pem")).unwrap();
    let leaf = authority.issue(
        &request,
        Product::OrgAuthCli,
        Branch::Production,
        Validity::Now,
    );
    std::fs::write(desk.path("liste.crl"), authority.revocation_list(&[&leaf])).unwrap();
    std::fs::write(desk.path("certificat.crt"), leaf).unwrap();
    desk.cli("import certificat.crt liste.crl").accepts();
}

/// Pictures are asked for: they take a minute a look.
fn pictures_are_kept() -> bool {
    std::env::var_os("BICLE_SCREENSHOTS").is_some()
}

/// Every dialog where pictures are asked for, else some: each has its tests without a display.
fn step() -> usize {
    if pictures_are_kept() { 1 } else { 4 }
}

/// One theme with one language; both pairs where the pictures are asked for.
fn looks() -> &'static [(&'static str, &'static str)] {
    const LOOKS: [(&str, &str); 2] = [("dark", "en"), ("light", "fr")];
    if pictures_are_kept() {
        &LOOKS
    } else {
        &LOOKS[..1]
    }
}

#[test]
fn dialogs_open_by_their_keys_and_are_left_by_escape() {
    for &(theme, language) in looks() {
        let desk = Desk::new("dialogs", theme, language);
        lived_in(&desk);
        let before = desk.json("list");
        let opened = desk.open();
        desk.unlock();
        for (page, row, keys, picture) in DIALOGS.into_iter().step_by(step()) {
            desk.display.press(page);
            if let Some(row) = row {
                // the first row's middle stands 229 pixels below the display's upper edge
                desk.display.click(430, 229 + 34 * row);
            }
            desk.display.press(keys);
            if pictures_are_kept() {
                desk.picture(picture);
            } else {
                std::thread::sleep(DRAWN);
            }
            desk.display.press("Escape");
        }
        desk.close(opened);
        assert_eq!(desk.json("list"), before, "looking changes nothing");
        assert_eq!(desk.json("vault check")["verdict"], "intact");
    }
}
