//! A copied secret in the system's clipboard, as other programs see it: marked, and soon gone.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use std::time::{Duration, Instant};

use bicle_tests::desk::Desk;
use bicle_tests::desk::{CLOSED, UNLOCKED};
use serde_json::json;

/// The life of a copied secret in this test: shorter than the user's 30 s, long enough to tell the
/// clearing by time from the clearing at a lock on a busy machine.
const LIFE: Duration = Duration::from_secs(12);

/// How long a busy machine may take to draw the frame in which something happens.
const PATIENCE: Duration = Duration::from_secs(30);

fn wait_for_clipboard(desk: &Desk, what: &str, so: impl Fn(&str) -> bool) {
    let end = Instant::now() + PATIENCE;
    loop {
        let there = desk.display.clipboard();
        if so(&there) {
            return;
        }
        assert!(Instant::now() < end, "{what}: {there:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Opens the vault and copies the revocation code of its order, without showing it.
fn copy(desk: &Desk, code: &str) {
    desk.unlock();
    desk.display.click(430, 229);
    desk.picture("order");
    desk.display.click(964, 269);
    wait_for_clipboard(desk, "the code is copied", |there| there == code);
}

fn lock(desk: &Desk) {
    desk.display.press("ctrl+l");
    let _window = desk.display.wait_for_window(CLOSED);
}

#[test]
fn a_copied_secret_is_marked_and_goes_with_time_lock_and_exit_unless_another_took_its_place() {
    let mut desk = Desk::new("clipboard-life", "light", "en");
    let settings = json!({
        "theme": "light", "language": "en", "clipboard_seconds": LIFE.as_secs(),
    });
    let file = desk.path("config/bicle/window.json");
    std::fs::write(file, settings.to_string()).unwrap();
    desk.cli("vault create").accepts();
    desk.cli("order start --name DMP --request-out demande.pem")
        .accepts();
    desk.cli("order submitted DMP --reference 6397").accepts();
    let made = desk.json("order revocation-code DMP --generate");
    let code = made["revocation_code"].as_str().unwrap().to_owned();
    let opened = desk.open();

    // marked, and gone when its time is over
    copy(&desk, &code);
    let since = Instant::now();
    let kinds = desk.display.clipboard_kinds();
    let mark = "x-kde-passwordManagerHint";
    assert!(kinds.lines().any(|kind| kind == mark), "{kinds}");
    wait_for_clipboard(&desk, "its time is over", str::is_empty);
    let lived = since.elapsed();
    assert!(lived > LIFE / 2, "gone after {lived:?}");
    lock(&desk);

    // gone with the lock, long before its time
    copy(&desk, &code);
    lock(&desk);
    let since = Instant::now();
    wait_for_clipboard(&desk, "locked", str::is_empty);
    assert!(since.elapsed() < LIFE / 2, "{:?}", since.elapsed());
    desk.picture("locked");

    // what another program has put there since is not ours to take away
    copy(&desk, &code);
    desk.display.set_clipboard("a text of another program");
    lock(&desk);
    desk.unlock();
    std::thread::sleep(LIFE);
    assert_eq!(desk.display.clipboard(), "a text of another program");
    lock(&desk);

    // gone with the window
    copy(&desk, &code);
    assert!(!desk.display.wait_for_window(UNLOCKED).is_empty());
    desk.close(opened);
    wait_for_clipboard(&desk, "closed", str::is_empty);
}
