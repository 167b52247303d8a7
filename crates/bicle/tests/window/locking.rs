//! Locking, unlocking and closing: what is asked, what is left on screen.

use bicle::context::Page;
use bicle_core::command::{Command, Event, Outcome, UnlockWith};
use bicle_core::fault::{Fault, FaultClass};
use bicle_core::id::Kind;
use bicle_core::phrase::Phrase;
use bicle_text::{Language, Texts, id};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::common::{Wanted, Window};
use crate::{click_row, go};

#[test]
fn locking_leaves_nothing_on_screen() {
    let mut window = Window::french();
    window.backend.push(Event::Locked);
    window.run();
    assert!(
        window
            .harness
            .query_by_label("Messagerie MSSanté")
            .is_none()
    );
    window.harness.get_by_label("Mot de passe du coffre");
    window.harness.get_by_label("coffre");
}

#[test]
fn a_wrong_password_is_said_once_and_the_field_is_empty_again() {
    let mut window = Window::open(Wanted {
        model: None,
        vault: Some("/v/coffre.bicle"),
        ..Wanted::default()
    });
    let field = window.harness.get_by_label("Mot de passe du coffre");
    assert!(field.is_focused());
    field.type_text("correct horse");
    window.run();
    window.harness.key_press(Key::Enter);
    window.run();
    let sent = window.backend.take_sent();
    let [
        (
            job,
            Command::Unlock {
                path,
                with: UnlockWith::Password(password),
                ..
            },
        ),
    ] = &sent[..]
    else {
        panic!("{} commands", sent.len())
    };
    assert_eq!(password.expose(), "correct horse");
    assert_eq!(path.as_os_str(), "/v/coffre.bicle");
    let fault = Fault {
        phrase: Phrase::new("error-wrong-password"),
        class: FaultClass::WrongPassword,
    };
    let said = Texts::new(Language::French)
        .error("wrong-password", &[])
        .message;
    window.backend.push(Event::Failed { job: *job, fault });
    window.run();
    window.harness.get_by_label(&said);
    let unlock = window.harness.get_by_label("Déverrouiller");
    assert!(unlock.accesskit_node().is_disabled());
}

#[test]
fn no_typed_password_stays_in_the_undo_history() {
    let mut window = Window::open(Wanted {
        model: None,
        vault: Some("/v/coffre.bicle"),
        ..Wanted::default()
    });
    window
        .harness
        .get_by_label("Mot de passe du coffre")
        .type_text("hunter2 hunter2");
    for _ in 0..30 {
        window.harness.step();
    }
    assert_eq!(remembered(&window, "hunter2"), Vec::<String>::new());
    // what looks finds the text of another field
    let mut window = Window::french();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.run();
    for text in ["seen", " seen"] {
        window.harness.event(egui::Event::Text(text.to_owned()));
        for _ in 0..30 {
            window.harness.step();
        }
    }
    assert_ne!(remembered(&window, "seen"), Vec::<String>::new());
}

/// Where egui remembers that text: the histories of its fields, what screen readers are told, its events.
fn remembered(window: &Window, text: &str) -> Vec<String> {
    let context = &window.harness.ctx;
    let mut found = Vec::new();
    let focused = context.memory(egui::Memory::focused).expect("a field");
    if let Some(state) = egui::text_edit::TextEditState::load(context, focused) {
        let mut present = (egui::text::CCursorRange::default(), String::new());
        let mut undoer = state.undoer();
        while let Some(before) = undoer.undo(&present).cloned() {
            if before.1.contains(text) {
                found.push(format!("history: {}", before.1));
            }
            present = before;
        }
    }
    let output = &window.harness.output().platform_output;
    let output = format!(
        "{:?} {:?} {:?}",
        output.events, output.commands, output.accesskit_update
    );
    let input = context.input(|input| format!("{:?} {:?}", input.events, input.raw.events));
    for (place, held) in [("output", output), ("input", input)] {
        if held.contains(text) {
            found.push(place.to_owned());
        }
    }
    found
}

#[test]
fn closing_lets_a_lock_happen() {
    let mut window = Window::french();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::L);
    window.run();
    let sent = window.backend.take_sent();
    let lock = sent
        .iter()
        .find_map(|(job, command)| matches!(command, Command::Lock).then_some(*job));
    let lock = lock.expect("a lock");
    close(&mut window);
    assert!(asked_to(&window, &egui::ViewportCommand::CancelClose));
    assert!(!window.backend.take_cancelled().contains(&lock));
    window.backend.push(Event::Done {
        job: lock,
        outcome: Outcome::Done,
    });
    window.harness.step();
    assert!(asked_to(&window, &egui::ViewportCommand::Close));
}

#[test]
fn a_password_too_long_for_the_field_is_not_sent_cut() {
    let mut window = Window::open(Wanted {
        model: None,
        vault: Some("/v/coffre.bicle"),
        ..Wanted::default()
    });
    window
        .harness
        .get_by_label("Mot de passe du coffre")
        .focus();
    window.run();
    window.harness.event(egui::Event::Paste("a".repeat(4_097)));
    window.run();
    let said = window.text(id::DIALOG_PROBLEM_SECRET_CUT);
    window.harness.get_by_label(&said);
    window.harness.key_press(Key::Enter);
    window.run();
    assert!(window.sent().is_empty());
    window
        .harness
        .get_by_label("Mot de passe du coffre")
        .focus();
    window.run();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.harness.event(egui::Event::Paste("a".repeat(4_096)));
    window.run();
    assert!(window.harness.query_by_label(&said).is_none());
    window.harness.key_press(Key::Enter);
    window.run();
    assert_eq!(window.sent().len(), 1);
}

#[test]
fn closing_during_work_waits_for_its_end() {
    let mut window = Window::french();
    go(&mut window, Page::Items(Kind::Key));
    click_row(
        &mut window,
        Role::ListBoxOption,
        "Clé de secours du portail",
    );
    window.harness.key_press(Key::Delete);
    window.run();
    let job = window
        .backend
        .take_sent()
        .last()
        .map(|(job, _)| *job)
        .unwrap();
    close(&mut window);
    assert!(asked_to(&window, &egui::ViewportCommand::CancelClose));
    assert_eq!(window.backend.take_cancelled(), [job]);
    window.backend.push(Event::Done {
        job,
        outcome: Outcome::Deleted(Vec::new()),
    });
    window.harness.step();
    assert!(asked_to(&window, &egui::ViewportCommand::Close));
}

#[test]
fn closing_without_work_is_not_kept_back() {
    let mut window = Window::french();
    close(&mut window);
    assert!(!asked_to(&window, &egui::ViewportCommand::CancelClose));
}

pub(crate) fn close(window: &mut Window) {
    let input = window.harness.input_mut();
    input
        .viewports
        .entry(egui::ViewportId::ROOT)
        .or_default()
        .events
        .push(egui::ViewportEvent::Close);
    window.harness.step();
    let input = window.harness.input_mut();
    input
        .viewports
        .entry(egui::ViewportId::ROOT)
        .or_default()
        .events
        .clear();
}

pub(crate) fn asked_to(window: &Window, wanted: &egui::ViewportCommand) -> bool {
    window
        .harness
        .output()
        .viewport_output
        .values()
        .any(|viewport| viewport.commands.contains(wanted))
}

#[test]
fn a_window_that_shows_a_secret_is_kept_out_of_captures() {
    let mut window = Window::open(Wanted {
        model: None,
        vault: Some("/v/coffre.bicle"),
        ..Wanted::default()
    });
    let field = window.harness.get_by_label("Mot de passe du coffre");
    field.type_text("hunter2 hunter2");
    window.run();
    assert!(!window.harness.state().hidden_from_capture());
    let show = window.text(id::WINDOW_SECRET_SHOW);
    window.harness.get_by_label(&show).click();
    window.run();
    assert!(window.harness.state().hidden_from_capture());
    let hide = window.text(id::WINDOW_SECRET_HIDE);
    window.harness.get_by_label(&hide).click();
    window.run();
    assert!(!window.harness.state().hidden_from_capture());
}

#[test]
fn a_password_is_edited_pasted_and_told_to_nobody() {
    let mut window = Window::open(Wanted {
        model: None,
        vault: Some("/v/coffre.bicle"),
        ..Wanted::default()
    });
    let label = "Mot de passe du coffre";
    let field = window.harness.get_by_label(label);
    field.type_text("cheval");
    window.run();
    window.harness.key_press(Key::ArrowLeft);
    window.harness.key_press(Key::Backspace);
    window.run();
    window.harness.key_press(Key::Home);
    window.run();
    window
        .harness
        .event(egui::Event::Paste(String::from("mon \n")));
    window
        .harness
        .event(egui::Event::Ime(egui::ImeEvent::Commit(String::from("é"))));
    window.run();
    // neither copied nor cut, nor undone, nor told to a screen reader
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.harness.event(egui::Event::Copy);
    window.harness.event(egui::Event::Cut);
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.run();
    assert!(window.clipboard.content().is_none());
    let node = window.harness.get_by_label(label);
    assert_eq!(node.accesskit_node().role(), Role::PasswordInput);
    assert_eq!(node.accesskit_node().value(), None);
    window.harness.key_press(Key::End);
    window.harness.key_press(Key::Enter);
    window.run();
    let sent = window.sent();
    let [
        Command::Unlock {
            with: UnlockWith::Password(password),
            ..
        },
    ] = &sent[..]
    else {
        panic!("{} commands", sent.len())
    };
    assert_eq!(password.expose(), "mon échevl");
}
