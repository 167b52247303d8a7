//! The vault locks itself when its user has left, hides at once, and keeps what was being filled in.

use std::time::Duration;

use bicle::services::Left;
use bicle::stage::sample;
use bicle_core::command::{
    Command, Event, ImportOutcome, ImportReport, ImportedItem, JobId, Outcome,
};
use bicle_core::fault::Fault;
use bicle_core::id::Kind;
use bicle_core::phrase::Phrase;
use bicle_platform::secret::SecretText;
use bicle_text::{Language, Texts, id};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::common::{Wanted, Window};
use crate::{click_row, go};

const MINUTE: Duration = Duration::from_secs(60);

fn is_hidden(window: &Window) -> bool {
    let mut names = window.harness.query_all_by_label("Messagerie MSSanté");
    names.next().is_none() && window.harness.state().model().is_none()
}

fn lock_job(window: &Window) -> JobId {
    let sent = window.backend.take_sent();
    let lock = sent
        .iter()
        .find(|(_, command)| matches!(command, Command::Lock));
    lock.map(|(job, _)| *job).expect("a lock")
}

/// The worker's answer to a lock.
fn locked(window: &mut Window, job: JobId) {
    window.backend.push(Event::Locked);
    window.backend.push(Event::Done {
        job,
        outcome: Outcome::Done,
    });
    window.run();
}

fn opened(window: &mut Window) {
    window.backend.push(Event::Model(sample::model()));
    window.run();
}

fn control(window: &mut Window, key: Key) {
    window.harness.key_press_modifiers(Modifiers::COMMAND, key);
    window.run();
}

fn repaint_after(window: &Window) -> Duration {
    let output = window.harness.output();
    let delays = output.viewport_output.values();
    delays
        .map(|viewport| viewport.repaint_delay)
        .min()
        .unwrap_or(Duration::MAX)
}

#[test]
fn an_idle_window_sleeps_until_the_deadline_and_then_locks() {
    let mut window = Window::french();
    assert!(window.session.is_open());
    // nothing is drawn before the deadline: five minutes, or the day's end
    window.harness.step();
    let delay = repaint_after(&window);
    assert!(delay > 4 * MINUTE && delay <= 5 * MINUTE, "{delay:?}");
    window.clock.wait(5 * MINUTE - Duration::from_millis(1));
    window.run();
    assert!(!is_hidden(&window));
    window.clock.wait(Duration::from_millis(1));
    window.run();
    assert!(is_hidden(&window));
    let why = window.text(id::WINDOW_LOCKED_IDLE);
    window.harness.get_by_label(&why);
    let job = lock_job(&window);
    locked(&mut window, job);
    assert!(!window.session.is_open());
    window.harness.get_by_label(&why);
}

#[test]
fn any_input_is_activity() {
    let mut window = Window::french();
    for event in [
        egui::Event::PointerMoved(egui::pos2(500.0, 300.0)),
        egui::Event::Text(String::from("a")),
        egui::Event::Copy,
    ] {
        window.clock.wait(4 * MINUTE);
        window.harness.event(event);
        window.run();
        assert!(!is_hidden(&window));
    }
    window.clock.wait(5 * MINUTE);
    // what comes too late opens nothing: the vault is locked before the frame is drawn
    window
        .harness
        .event(egui::Event::PointerMoved(egui::pos2(510.0, 300.0)));
    window.run();
    assert!(is_hidden(&window));
}

#[test]
fn sleep_and_a_locked_screen_lock_the_vault() {
    for (left, why) in [
        (Left::Sleep, id::WINDOW_LOCKED_SLEEP),
        (Left::Slept, id::WINDOW_LOCKED_SLEEP),
        (Left::ScreenLock, id::WINDOW_LOCKED_SCREEN),
    ] {
        let mut window = Window::french();
        window.session.happens(left);
        window.run();
        assert!(is_hidden(&window), "{left:?}");
        let why = window.text(why);
        window.harness.get_by_label(&why);
        assert!(window.session.is_open(), "its keys are there until the end");
        let job = lock_job(&window);
        locked(&mut window, job);
        assert!(!window.session.is_open());
    }
}

#[test]
fn the_time_is_chosen_in_the_settings_and_kept() {
    let mut window = Window::french();
    control(&mut window, Key::Comma);
    assert!(window.harness.state().dialog_open());
    assert_eq!(window.harness.unnamed_widgets(), Vec::<String>::new());
    let label = window.text(id::DIALOG_SETTINGS_LOCK);
    window
        .harness
        .get_by_role_and_label(Role::ComboBox, &label)
        .click();
    window.run();
    let never = window.text(id::DIALOG_SETTINGS_LOCK_NEVER);
    window.harness.get_by_label(&never).click_accesskit();
    window.run();
    window.harness.key_press(Key::Escape);
    window.run();
    window.clock.wait(12 * 60 * MINUTE);
    window.run();
    assert!(!is_hidden(&window));
    let kept = bicle::settings::Settings::read(&window.folder.path().join("config"));
    assert_eq!(kept.lock_after(), None);
}

#[test]
fn the_number_of_copies_is_told_to_the_worker() {
    let mut window = Window::french();
    control(&mut window, Key::Comma);
    let label = window.text(id::DIALOG_SETTINGS_COPIES);
    window
        .harness
        .get_by_role_and_label(Role::ComboBox, &label)
        .click();
    window.run();
    let none = window.text(id::DIALOG_SETTINGS_COPIES_NONE);
    window.harness.get_by_label(&none).click();
    window.run();
    assert!(matches!(window.sent()[..], [Command::KeepCopies(0)]));
}

#[test]
fn a_lock_during_an_act_hides_at_once_and_shows_nothing_that_comes_of_it() {
    let mut window = Window::french();
    go(&mut window, bicle::context::Page::Items(Kind::Key));
    click_row(
        &mut window,
        Role::ListBoxOption,
        "Clé de secours du portail",
    );
    window.harness.key_press(Key::Delete);
    window.run();
    let act = window.backend.take_sent().last().map(|(job, _)| *job);
    let act = act.unwrap();
    control(&mut window, Key::L);
    assert!(is_hidden(&window));
    let lock = lock_job(&window);
    assert!(window.backend.take_cancelled().is_empty(), "let finish");
    window.backend.push(Event::Model(sample::model()));
    window.backend.push(Event::Done {
        job: act,
        outcome: Outcome::Deleted(Vec::new()),
    });
    window.run();
    assert!(is_hidden(&window));
    assert_eq!(window.harness.state().messages().count(), 0);
    locked(&mut window, lock);
    assert!(is_hidden(&window));
    opened(&mut window);
    assert!(!is_hidden(&window));
}

#[test]
fn what_was_being_filled_in_is_back_without_its_passwords() {
    let mut window = Window::french();
    go(&mut window, bicle::context::Page::Items(Kind::Key));
    click_row(
        &mut window,
        Role::ListBoxOption,
        "Clé de secours du portail",
    );
    control(&mut window, Key::E);
    let title = "Exporter la clé";
    assert!(window.harness.state().dialog_open());
    let fill = |window: &mut Window, label: bicle_text::Id, text: &str| {
        let label = window.text(label);
        let role = |role| window.harness.query_by_role_and_label(role, &label);
        let field = role(Role::PasswordInput).or_else(|| role(Role::TextInput));
        field.expect("a field").focus();
        window.run();
        window
            .harness
            .key_press_modifiers(Modifiers::COMMAND, Key::A);
        window.run();
        window.harness.event(egui::Event::Text(text.to_owned()));
        window.run();
    };
    fill(
        &mut window,
        id::DIALOG_DELIVER_PASSWORD_OF_FILE,
        "un mot de passe",
    );
    fill(
        &mut window,
        id::DIALOG_FILE,
        "/home/aude/cle-du-portail.pem",
    );
    window.clock.wait(5 * MINUTE);
    window.run();
    assert!(is_hidden(&window));
    assert!(!window.harness.state().dialog_open());
    let job = lock_job(&window);
    locked(&mut window, job);
    assert!(!window.harness.state().dialog_open());
    opened(&mut window);
    assert!(window.harness.state().dialog_open(), "{title}");
    let value = |label: bicle_text::Id| {
        use egui_kittest::kittest::NodeT as _;
        let label = window.text(label);
        let field = window
            .harness
            .query_all_by_label(&label)
            .find_map(|node| node.accesskit_node().value());
        field.unwrap_or_default()
    };
    assert_eq!(value(id::DIALOG_FILE), "/home/aude/cle-du-portail.pem");
    assert_eq!(value(id::DIALOG_DELIVER_PASSWORD_OF_FILE), "");
    // what is missing is the password
    window.harness.key_press(Key::Enter);
    window.run();
    assert!(window.sent().is_empty());
}

#[test]
fn the_keys_lock_over_an_open_dialog_too() {
    let mut window = Window::french();
    control(&mut window, Key::N);
    assert!(window.harness.state().dialog_open());
    // no other command is heard there
    control(&mut window, Key::E);
    assert!(window.sent().is_empty());
    control(&mut window, Key::L);
    assert!(is_hidden(&window));
    let job = lock_job(&window);
    locked(&mut window, job);
    assert!(!window.harness.state().dialog_open());
    opened(&mut window);
    assert!(
        window.harness.state().dialog_open(),
        "what was being filled in is back"
    );
}

#[test]
fn another_vault_brings_nothing_back() {
    let mut window = Window::french();
    control(&mut window, Key::N);
    assert!(window.harness.state().dialog_open());
    window.session.happens(Left::Slept);
    window.run();
    let job = lock_job(&window);
    locked(&mut window, job);
    let mut other = (*sample::model()).clone();
    other.vault.id = "ff".repeat(16);
    window
        .backend
        .push(Event::Model(std::sync::Arc::new(other)));
    window.run();
    assert!(!window.harness.state().dialog_open());
    // and it does not come back later either
    window.session.happens(Left::Slept);
    window.run();
    let job = lock_job(&window);
    locked(&mut window, job);
    opened(&mut window);
    assert!(!window.harness.state().dialog_open());
}

#[test]
fn a_copied_secret_goes_with_the_lock_and_a_text_of_others_stays() {
    let mut window = Window::open(Wanted::default());
    let mut clipboard: Box<dyn bicle::services::Clipboard> = Box::new(window.clipboard.clone());
    let secret = bicle_platform::secret::SecretText::copy_of("7413-9926");
    assert!(clipboard.copy_secret(&secret));
    control(&mut window, Key::L);
    assert_eq!(window.clipboard.content(), None);
    let mut window = Window::french();
    window.clipboard.put("a text of another program");
    control(&mut window, Key::L);
    assert!(window.clipboard.content().is_some());
}

#[test]
fn control_l_locks_over_an_open_form_and_keeps_its_draft() {
    let mut window = Window::french();
    control(&mut window, Key::N);
    assert!(window.harness.state().dialog_open());
    control(&mut window, Key::L);
    assert!(is_hidden(&window));
    assert!(!window.harness.state().dialog_open());
    let job = lock_job(&window);
    locked(&mut window, job);
    opened(&mut window);
    assert!(window.harness.state().dialog_open(), "the draft is back");
}

#[test]
fn a_vault_that_is_only_looked_at_gets_no_changing_draft_back() {
    let mut window = Window::french();
    control(&mut window, Key::N);
    window.session.happens(Left::Slept);
    window.run();
    let job = lock_job(&window);
    locked(&mut window, job);
    let mut model = (*sample::model()).clone();
    model.read_only = true;
    window
        .backend
        .push(Event::Model(std::sync::Arc::new(model)));
    window.run();
    assert!(!is_hidden(&window));
    assert!(!window.harness.state().dialog_open());
}

fn messages(window: &Window) -> Vec<String> {
    let messages = window.harness.state().messages();
    messages.map(str::to_owned).collect()
}

#[test]
fn what_ended_during_a_lock_is_told_after_the_next_unlock_without_its_secrets() {
    let mut window = Window::french();
    go(&mut window, bicle::context::Page::Items(Kind::Key));
    click_row(
        &mut window,
        Role::ListBoxOption,
        "Clé de secours du portail",
    );
    window.harness.key_press(Key::Delete);
    window.run();
    let act = window.backend.take_sent().last().map(|(job, _)| *job);
    let act = act.unwrap();
    control(&mut window, Key::L);
    let lock = lock_job(&window);
    window.backend.push(Event::Failed {
        job: act,
        fault: Fault::refused(Phrase::new("error-disk-full").text("folder", "/home/aude")),
    });
    let made = "7K2QF-9XBTM-4HW0C-ZR8VA-NP3DE-6JYGS";
    window.backend.push(Event::Done {
        job: JobId(9_001),
        outcome: Outcome::RecoveryKey(SecretText::copy_of(made)),
    });
    let item = |outcome| ImportedItem {
        id: None,
        kind: None,
        name: String::new(),
        file: String::from("a.pem"),
        outcome,
        reason: None,
        verdict: None,
        notices: Vec::new(),
    };
    window.backend.push(Event::Done {
        job: JobId(9_002),
        outcome: Outcome::Imported(ImportReport {
            items: vec![item(ImportOutcome::Added), item(ImportOutcome::Refused)],
            ..ImportReport::default()
        }),
    });
    window.run();
    assert_eq!(messages(&window), Vec::<String>::new());
    locked(&mut window, lock);
    assert_eq!(messages(&window), Vec::<String>::new());
    opened(&mut window);
    let told = messages(&window);
    let texts = Texts::new(Language::French);
    let failed = texts.error("disk-full", &[("folder", "/home/aude".into())]);
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(told[0], failed.message);
    assert_eq!(told[1], window.text(id::WINDOW_UNTOLD_RECOVERY_KEY));
    let import = [("taken", 1_usize.into()), ("refused", 1_usize.into())];
    assert_eq!(told[2], texts.text_with(id::WINDOW_UNTOLD_IMPORT, &import));
    assert!(!told.concat().contains("7K2QF"));
}

fn starting() -> Window {
    Window::open(Wanted {
        model: None,
        vault: Some("/v/coffre.bicle"),
        ..Wanted::default()
    })
}

const START: &str = "Mot de passe du coffre";

fn type_password(window: &mut Window) {
    let field = window.harness.get_by_label(START);
    field.type_text("un mot de passe");
    window.run();
}

/// Enter sends nothing: the field is empty.
fn is_wiped(window: &mut Window) -> bool {
    window.harness.get_by_label(START).focus();
    window.run();
    window.harness.key_press(Key::Enter);
    window.run();
    window.sent().is_empty()
}

#[test]
fn a_password_on_the_first_page_goes_when_its_user_has_left() {
    for left in [None, Some(Left::Sleep), Some(Left::ScreenLock)] {
        let mut window = starting();
        type_password(&mut window);
        match left {
            Some(left) => window.session.happens(left),
            None => window.clock.wait(5 * MINUTE),
        }
        window.run();
        assert!(is_wiped(&mut window), "{left:?}");
    }
    // it stays while its user is there
    let mut window = starting();
    type_password(&mut window);
    window.clock.wait(4 * MINUTE);
    window.run();
    assert!(!is_wiped(&mut window));
}

#[test]
fn a_form_that_opens_a_vault_goes_with_its_password_when_its_user_has_left() {
    for left in [None, Some(Left::Slept)] {
        let mut window = starting();
        window
            .harness
            .key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::O);
        window.run();
        assert!(window.harness.state().dialog_open());
        match left {
            Some(left) => window.session.happens(left),
            None => window.clock.wait(5 * MINUTE),
        }
        window.run();
        assert!(!window.harness.state().dialog_open(), "{left:?}");
    }
}

#[test]
fn a_screen_locked_while_a_vault_is_being_opened_locks_it_when_it_is_open() {
    let mut window = starting();
    type_password(&mut window);
    window.harness.key_press(Key::Enter);
    window.run();
    let sent = window.backend.take_sent();
    let job = sent.last().map(|(job, _)| *job).expect("an unlock");
    window.session.happens(Left::ScreenLock);
    window.run();
    opened(&mut window);
    assert!(is_hidden(&window));
    let lock = lock_job(&window);
    window.backend.push(Event::Done {
        job,
        outcome: Outcome::Opened {
            warnings: Vec::new(),
        },
    });
    locked(&mut window, lock);
    let why = window.text(id::WINDOW_LOCKED_SCREEN);
    window.harness.get_by_label(&why);
    // only that one
    opened(&mut window);
    assert!(!is_hidden(&window));
}
