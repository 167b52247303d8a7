//! What a locked window still knows: thirty secrets are searched in the memory of the running program while it
//! works with them, where they must be found, and once it is locked, where none may be.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use std::time::{Duration, Instant};

use bicle_tests::desk::{CLOSED, Desk, PASSWORD, UNLOCKED};
use bicle_tests::memory::{memory_of, places};
use bicle_tests::{openssl, python};

const WRONG_PASSWORD: &str = "mauvaise clef de velours 9035";
const EXPORT_PASSWORD: &str = "lanterne quartz export 5518";
const PASTED_PASSWORD: &str = "pendule ivoire colle 6642";
const NEW_PASSWORD: &str = "girouette cobalt neuve 7723";

/// How long the window of a busy machine may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A secret, how often it stood in memory at once while it was used, and after the lock.
struct Needle {
    what: String,
    bytes: Vec<u8>,
    used: usize,
    locked: Vec<String>,
    /// It is seen while it is used: what only passes (a key at work) may be missed by the looks at the memory.
    must_be_seen: bool,
}

#[derive(Default)]
struct Needles(Vec<Needle>);

impl Needles {
    fn add(&mut self, what: impl Into<String>, bytes: impl Into<Vec<u8>>, must_be_seen: bool) {
        self.0.push(Needle {
            what: what.into(),
            bytes: bytes.into(),
            used: 0,
            locked: Vec::new(),
            must_be_seen,
        });
    }

    fn text(&mut self, what: &str, text: &str) {
        self.add(what, text, true);
    }

    fn found(&self, process: u32) -> Vec<Vec<String>> {
        let sought: Vec<&[u8]> = self
            .0
            .iter()
            .map(|needle| needle.bytes.as_slice())
            .collect();
        places(&memory_of(process), &sought)
    }

    /// A look while the program works.
    fn look(&mut self, process: u32) {
        let found = self.found(process);
        for (needle, found) in self.0.iter_mut().zip(found) {
            needle.used = needle.used.max(found.len());
        }
    }

    /// Waits until the text stands in memory so often at once: what was typed has arrived in its field,
    /// however slow the machine.
    fn wait_for(&mut self, process: u32, text: &str, times: usize) {
        let end = Instant::now() + PATIENCE;
        loop {
            let found = self.found(process);
            let mut there = 0;
            for (needle, found) in self.0.iter_mut().zip(found) {
                needle.used = needle.used.max(found.len());
                if needle.bytes == text.as_bytes() {
                    there = found.len();
                }
            }
            if there >= times {
                return;
            }
            assert!(
                Instant::now() < end,
                "\u{ab}{text}\u{bb} stands {there} times in memory, not {times}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Looks again and again: work on a key lasts for a blink.
    fn look_for(&mut self, process: u32, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.look(process);
        }
    }

    fn look_once_locked(&mut self, process: u32) {
        let found = self.found(process);
        for (needle, found) in self.0.iter_mut().zip(found) {
            needle.locked = found;
        }
    }
}

/// The bytes of a number in `openssl pkey -text`, most significant first.
fn number(text: &str, name: &str) -> Vec<u8> {
    let hex: String = text
        .split_once(&format!("{name}:"))
        .unwrap_or_else(|| panic!("{name} in {text}"))
        .1
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with(' '))
        .flat_map(str::chars)
        .filter(char::is_ascii_hexdigit)
        .collect();
    bytes_of(&hex)
}

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}

/// A part of each secret number of the key, as files write it and as the machine computes with it, and of its file.
fn add_key(needles: &mut Needles, kind: &str, pem: &[u8], names: &[&str]) {
    let text = openssl::openssl("pkey -noout -text")
        .input(pem)
        .accepts()
        .text();
    for name in names {
        let bytes = number(&text, name);
        let from = if bytes.len() > 72 {
            40
        } else {
            bytes.len() - 32
        };
        let middle = &bytes[from..from + 32];
        needles.add(format!("{kind} {name}, as files write it"), middle, false);
        let reversed: Vec<u8> = middle.iter().rev().copied().collect();
        needles.add(
            format!("{kind} {name}, as the machine computes"),
            reversed,
            false,
        );
    }
    let pem = String::from_utf8(pem.to_vec()).unwrap();
    let lines: Vec<&str> = pem.lines().filter(|line| line.len() == 64).collect();
    for (number, line) in lines.iter().enumerate().skip(1).step_by(2) {
        needles.add(format!("{kind} as PEM, line {}", number + 1), *line, true);
    }
}

/// The keys that a secret opens, by the second implementation of the vault's format.
fn vault_keys(desk: &Desk, secret: &str, kind: &[&str]) -> serde_json::Value {
    let file = desk.path("secret.txt");
    std::fs::write(&file, secret).unwrap();
    python::script("vault_reader.py")
        .arg(desk.path("data/bicle/coffre.bicle"))
        .arg(file)
        .arg("--keys")
        .args(kind)
        .accepts()
        .json()
}

fn add_vault_keys(needles: &mut Needles, desk: &Desk, recovery: &str) {
    let keys = vault_keys(desk, PASSWORD, &[]);
    for (name, key) in keys.as_object().unwrap() {
        // the wrapping key passes: it opens the vault's
        let stays = name != "wrapping";
        let key = bytes_of(key.as_str().unwrap());
        needles.add(format!("the key of the vault: {name}"), key, stays);
    }
    let keys = vault_keys(desk, recovery, &["--recovery-key"]);
    add_wrapping(needles, "the recovery key", &keys);
}

fn add_wrapping(needles: &mut Needles, of: &str, keys: &serde_json::Value) {
    let key = bytes_of(keys["wrapping"].as_str().unwrap());
    needles.add(format!("the key made of {of}"), key, false);
}

/// Until the window has answered to what was pressed, and stands still.
fn settle(desk: &Desk) {
    std::thread::sleep(Duration::from_millis(250));
    desk.display.wait_until_still();
}

/// From a password's field over its eye to the next: two keys within one frame move the focus once.
fn next_field(desk: &Desk) {
    for _ in 0..2 {
        desk.display.press("Tab");
        settle(desk);
    }
}

/// A new password in both of its fields: Enter in the first leads to the second.
fn type_twice(desk: &Desk, needles: &mut Needles, process: u32, password: &str) {
    desk.display.type_text(password);
    needles.wait_for(process, password, 1);
    desk.display.press("Return");
    settle(desk);
    desk.display.type_text(password);
    needles.wait_for(process, password, 2);
}

/// Brings in a key as text from the clipboard, on a page of the vault.
fn paste_key(desk: &mut Desk, needles: &mut Needles, process: u32, (kind, pem): (&str, &str)) {
    desk.display.set_clipboard(pem);
    desk.display.press("ctrl+v");
    let line = pem.lines().nth(2).unwrap();
    needles.wait_for(process, line, 1);
    needles.look_for(process, Duration::from_secs(1));
    desk.picture(&format!("6-pasted-{kind}"));
    desk.display.press("Escape");
    settle(desk);
}

/// Makes a recovery key and copies it: by the keys from one control to the next, until the clipboard has it.
fn make_recovery_key(desk: &Desk) -> String {
    let (x_pixels, y_pixels) = VAULT_MENU;
    desk.display.click(x_pixels, y_pixels);
    settle(desk);
    let (x_pixels, y_pixels) = RECOVERY_KEY;
    desk.display.click(x_pixels, y_pixels);
    settle(desk);
    desk.display.press("Return");
    settle(desk);
    desk.picture("8-recovery-key");
    for _ in 0..8 {
        let copied = desk.display.clipboard();
        if !copied.is_empty() {
            return copied;
        }
        desk.display.press("Tab");
        settle(desk);
        desk.display.press("space");
        settle(desk);
    }
    desk.picture("8-recovery-key-not-copied");
    panic!("the recovery key is not copied by the keyboard");
}

fn wait_for_lock(desk: &Desk) {
    desk.display.press("ctrl+l");
    let _window = desk.display.wait_for_window(CLOSED);
    settle(desk);
}

/// The locked page has its field focused.
fn unlock(desk: &Desk, needles: &mut Needles, process: u32) {
    desk.type_password();
    needles.wait_for(process, PASSWORD, 1);
    desk.display.press("Return");
    let _window = desk.display.wait_for_window(UNLOCKED);
    settle(desk);
    needles.look(process);
}

#[test]
fn thirty_secrets_are_in_memory_while_they_are_used_and_none_once_it_is_locked() {
    let mut desk = Desk::new("needles", "light", "en");
    desk.cli("vault create").accepts();
    desk.cli("order start --name DMP --request-out demande.pem")
        .accepts();
    desk.cli("order submitted DMP --reference 6397").accepts();
    desk.cli("key generate --name 0-courbe --type ec").accepts();
    let code = desk.json("order revocation-code DMP --generate");
    let code = code["revocation_code"].as_str().unwrap().to_owned();
    let recovery = desk.json("vault recovery-key");
    let recovery = recovery["recovery_key"].as_str().unwrap().to_owned();
    let mut needles = Needles::default();
    needles.text("the vault's password", PASSWORD);
    needles.text("a wrong password", WRONG_PASSWORD);
    needles.text("the recovery key, pasted", &recovery);
    needles.text("the password of an export", EXPORT_PASSWORD);
    needles.text("a pasted password", PASTED_PASSWORD);
    needles.text("the new password of the vault", NEW_PASSWORD);
    needles.text("the revocation code", &code);
    add_vault_keys(&mut needles, &desk, &recovery);
    let rsa = [
        "privateExponent",
        "prime1",
        "prime2",
        "exponent1",
        "exponent2",
        "coefficient",
    ];
    let mut pems = Vec::new();
    for (kind, name, numbers) in [("RSA", "DMP", &rsa[..]), ("EC", "0-courbe", &["priv"])] {
        let plain = desk.path("plain.pem");
        desk.cli("key export --cipher none --force")
            .args([name, "--out"])
            .arg(&plain)
            .accepts();
        let pem = std::fs::read(&plain).unwrap();
        add_key(&mut needles, kind, &pem, numbers);
        pems.push((kind, String::from_utf8(pem).unwrap()));
    }

    let opened = desk.open();
    let process = opened.process_id();
    // the wrong password, then the recovery key that is pasted
    desk.display.type_text(WRONG_PASSWORD);
    needles.wait_for(process, WRONG_PASSWORD, 1);
    desk.display.press("Return");
    desk.picture("1-wrong");
    desk.display.click(518, 520);
    settle(&desk);
    desk.display.set_clipboard(&recovery);
    desk.display.press("ctrl+v");
    needles.wait_for(process, &recovery, 1);
    desk.picture("2-recovery");
    desk.display.press("Return");
    let _window = desk.display.wait_for_window(UNLOCKED);
    wait_for_lock(&desk);
    // locked again, it asks for the password
    desk.picture("3-locked");
    // each act just after the password
    unlock(&desk, &mut needles, process);
    desk.display.press("ctrl+2");
    settle(&desk);
    for (row, picture) in [(0, "4-export-ec"), (1, "5-export-rsa")] {
        desk.display.click(430, 229 + 34 * row);
        desk.display.press("ctrl+e");
        settle(&desk);
        type_twice(&desk, &mut needles, process, EXPORT_PASSWORD);
        desk.picture(picture);
        desk.display.press("Return");
        needles.look_for(process, Duration::from_secs(2));
    }
    wait_for_lock(&desk);
    unlock(&desk, &mut needles, process);
    // a password that is pasted, and shown
    desk.display.press("ctrl+2");
    settle(&desk);
    desk.display.click(430, 229);
    desk.display.press("ctrl+e");
    settle(&desk);
    desk.display.set_clipboard(PASTED_PASSWORD);
    desk.display.press("ctrl+v");
    needles.wait_for(process, PASTED_PASSWORD, 1);
    desk.display.press("Tab");
    settle(&desk);
    desk.display.press("space");
    desk.picture("6-pasted-and-shown");
    needles.look(process);
    desk.display.press("Escape");
    settle(&desk);
    // keys that come as text
    for (kind, pem) in &pems {
        paste_key(&mut desk, &mut needles, process, (kind, pem));
    }
    wait_for_lock(&desk);
    unlock(&desk, &mut needles, process);
    // the revocation code on the screen
    desk.display.press("ctrl+1");
    desk.display.click(430, 229);
    settle(&desk);
    desk.picture("7-order");
    desk.display.click(CODE_SHOWN.0, CODE_SHOWN.1);
    needles.wait_for(process, &code, 1);
    desk.picture("8-code");
    // copied, and pasted into another program
    desk.display.click(CODE_COPIED.0, CODE_COPIED.1);
    let end = Instant::now() + PATIENCE;
    while desk.display.clipboard() != code {
        assert!(Instant::now() < end, "the code is not copied");
        std::thread::sleep(Duration::from_millis(50));
    }
    needles.look(process);
    wait_for_lock(&desk);
    unlock(&desk, &mut needles, process);
    // a new recovery key on the screen, copied and pasted into another program
    let new_recovery = make_recovery_key(&desk);
    needles.text("a new recovery key, shown and copied", &new_recovery);
    let end = new_recovery.len() - 16;
    needles.text("a new recovery key, its end", &new_recovery[end..]);
    needles.look(process);
    wait_for_lock(&desk);
    unlock(&desk, &mut needles, process);
    // another password
    desk.display.click(VAULT_MENU.0, VAULT_MENU.1);
    settle(&desk);
    desk.picture("9-menu");
    desk.display.click(CHANGE_PASSWORD.0, CHANGE_PASSWORD.1);
    settle(&desk);
    desk.type_password();
    needles.wait_for(process, PASSWORD, 1);
    next_field(&desk);
    type_twice(&desk, &mut needles, process, NEW_PASSWORD);
    desk.picture("a-change");
    desk.display.press("Return");
    needles.look_for(process, Duration::from_secs(2));
    wait_for_lock(&desk);
    desk.picture("b-locked");
    let keys = vault_keys(&desk, NEW_PASSWORD, &[]);
    add_wrapping(&mut needles, "the new password", &keys);
    needles.look_once_locked(process);
    desk.close(opened);
    // the new password is the vault's: all that was done, was done
    std::fs::write(desk.path("password.txt"), NEW_PASSWORD).unwrap();
    assert_eq!(desk.json("vault check")["verdict"], "intact");

    println!("{:55} {:>6} {:>6}", "secret", "used", "locked");
    for needle in &needles.0 {
        println!(
            "{:55} {:>6} {:>6}",
            needle.what,
            needle.used,
            needle.locked.len()
        );
    }
    let stayed: Vec<String> = needles
        .0
        .iter()
        .flat_map(|needle| {
            needle
                .locked
                .iter()
                .map(|place| format!("{}: {place}", needle.what))
        })
        .collect();
    assert!(
        stayed.is_empty(),
        "once locked there are:\n{}",
        stayed.join("\n")
    );
    let unseen: Vec<&str> = needles
        .0
        .iter()
        .filter(|needle| needle.must_be_seen && needle.used == 0)
        .map(|needle| needle.what.as_str())
        .collect();
    assert!(
        unseen.is_empty(),
        "the search does not find what is there: {unseen:?}"
    );
    let seen = needles.0.iter().filter(|needle| needle.used > 0).count();
    println!(
        "{seen} of {} secrets seen while used, {} once locked",
        needles.0.len(),
        stayed.len()
    );
    assert!(seen >= 30, "{seen} were seen");
}

/// The button that shows the order's revocation code, in pixels of the display.
const CODE_SHOWN: (u32, u32) = (840, 269);
/// The button that copies it, once it is shown.
const CODE_COPIED: (u32, u32) = (964, 309);
/// The vault's menu, and its entry that makes a recovery key.
const VAULT_MENU: (u32, u32) = (138, 88);
const RECOVERY_KEY: (u32, u32) = (180, 302);
/// The entry of the vault's menu that changes the password.
const CHANGE_PASSWORD: (u32, u32) = (190, 262);
