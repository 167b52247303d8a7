//! The password is asked again before a secret leaves the vault, and the very act goes on.

use bicle::context::Page;
use bicle::stage::sample;
use bicle_core::command::{Command, Event, JobId, Outcome};
use bicle_core::fault::{Fault, FaultClass};
use bicle_core::id::{ItemId, Kind};
use bicle_core::phrase::Phrase;
use bicle_platform::secret::SecretText;
use bicle_text::id;
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use crate::common::{Wanted, Window};
use crate::{click_row, go};

const CODE: &str = "7413-9926-5180";

/// Asks for the revocation code of an order, which the core refuses until the password is said.
fn refused() -> (Window, JobId, ItemId) {
    let mut window = Window::open(Wanted {
        model: Some(sample::model()),
        size: [1200.0, 900.0],
        ..Wanted::default()
    });
    go(&mut window, Page::Items(Kind::Order));
    click_row(&mut window, Role::ListBoxOption, "Messagerie MSSanté");
    let show = window.text(id::ORDER_SCREEN_CODE_SHOW);
    window
        .harness
        .get_by_role_and_label(Role::Button, &show)
        .click();
    window.run();
    let sent = window.backend.take_sent();
    let (job, order) = sent
        .into_iter()
        .find_map(|(job, command)| match command {
            Command::RevocationCode { order, .. } => Some((job, order)),
            _ => None,
        })
        .expect("the code is asked for");
    window.backend.push(needed(job, order));
    window.run();
    (window, job, order)
}

fn needed(job: JobId, order: ItemId) -> Event {
    Event::PasswordNeeded {
        job,
        command: Box::new(Command::RevocationCode {
            order,
            renew: false,
        }),
        fault: Fault::refused(Phrase::new("error-password-needed")),
    }
}

fn say(window: &mut Window, password: &str) -> JobId {
    window.harness.event(egui::Event::Text(password.to_owned()));
    window.run();
    window.harness.key_press(Key::Enter);
    window.run();
    let sent = window.backend.take_sent();
    let [(proof, Command::ProvePassword(said))] = &sent[..] else {
        panic!("{} commands", sent.len())
    };
    assert_eq!(said.expose(), password);
    *proof
}

#[test]
fn the_act_that_was_refused_goes_on_by_itself() {
    let (mut window, job, order) = refused();
    let title = window.text(id::DIALOG_PASSWORD_AGAIN_TITLE);
    assert!(window.harness.query_all_by_label(&title).next().is_some());
    assert_eq!(window.harness.unnamed_widgets(), Vec::<String>::new());
    let _bright = window.picture("password-again");
    let proof = say(&mut window, "faux");
    window.backend.push(Event::Failed {
        job: proof,
        fault: Fault {
            phrase: Phrase::new("error-wrong-password"),
            class: FaultClass::WrongPassword,
        },
    });
    window.run();
    assert!(window.sent().is_empty(), "a wrong password proves nothing");
    let proof = say(&mut window, "agrafe cheval pile");
    window.backend.push(Event::Done {
        job: proof,
        outcome: Outcome::Done,
    });
    window.run();
    let sent = window.backend.take_sent();
    let [(again, Command::RevocationCode { order: of, .. })] = &sent[..] else {
        panic!("{} commands", sent.len())
    };
    assert_eq!((*again, *of), (job, order));
    assert!(!window.harness.state().dialog_open());
    window.backend.push(Event::Done {
        job,
        outcome: Outcome::RevocationCode {
            order,
            code: SecretText::copy_of(CODE),
        },
    });
    window.run();
    window.harness.get_by_label(CODE);
}

#[test]
fn who_does_not_say_the_password_calls_the_act_off_without_a_reproach() {
    let (mut window, ..) = refused();
    window.harness.key_press(Key::Escape);
    window.run();
    assert!(!window.harness.state().dialog_open());
    assert!(window.sent().is_empty());
    let show = window.text(id::ORDER_SCREEN_CODE_SHOW);
    // it can be asked for again
    window
        .harness
        .get_by_role_and_label(Role::Button, &show)
        .click();
    window.run();
    assert!(matches!(
        window.sent()[..],
        [Command::RevocationCode { .. }]
    ));
}

#[test]
fn a_lock_forgets_what_waited_for_the_password() {
    let (mut window, ..) = refused();
    window.session.happens(bicle::services::Left::ScreenLock);
    window.run();
    assert!(!window.harness.state().dialog_open());
    assert!(matches!(window.sent()[..], [Command::Lock]));
}

#[test]
fn control_l_locks_over_the_question_for_the_password() {
    let (mut window, ..) = refused();
    assert!(window.harness.state().dialog_open());
    window
        .harness
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::L);
    window.run();
    assert!(!window.harness.state().dialog_open());
    assert!(window.harness.state().model().is_none());
    assert!(matches!(window.sent()[..], [Command::Lock]));
}

/// The order's page with its code on it.
fn shown() -> (Window, ItemId) {
    let (mut window, job, order) = refused();
    window.harness.key_press(Key::Escape);
    window.run();
    let show = window.text(id::ORDER_SCREEN_CODE_SHOW);
    window
        .harness
        .get_by_role_and_label(Role::Button, &show)
        .click();
    window.run();
    let sent = window.backend.take_sent();
    let again = sent.last().map(|(job, _)| *job).unwrap();
    assert_ne!(again, job);
    window.backend.push(Event::Done {
        job: again,
        outcome: Outcome::RevocationCode {
            order,
            code: SecretText::copy_of(CODE),
        },
    });
    window.run();
    window.harness.get_by_label(CODE);
    (window, order)
}

/// What the toolkit copies when the user draws over that and presses Ctrl+C.
fn drawn_over_and_copied(window: &mut Window, place: egui::Rect) -> Vec<String> {
    let button = |pos, pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    let (from, to) = (
        place.left_center() + egui::vec2(1.0, 0.0),
        place.right_center() - egui::vec2(1.0, 0.0),
    );
    for event in [
        egui::Event::PointerMoved(from),
        button(from, true),
        egui::Event::PointerMoved(place.center()),
        egui::Event::PointerMoved(to),
        button(to, false),
        egui::Event::Copy,
    ] {
        window.harness.event(event);
        window.harness.step();
    }
    let commands = &window.harness.output().platform_output.commands;
    let copied = commands.iter().filter_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    copied.collect()
}

#[test]
fn a_shown_code_is_not_copied_as_a_text() {
    let (mut window, _) = shown();
    let code = window.harness.get_by_label(CODE).rect();
    assert_eq!(
        drawn_over_and_copied(&mut window, code),
        Vec::<String>::new()
    );
    assert_eq!(window.clipboard.content(), None);
    // texts that are no secret are
    let words = window.text(id::ORDER_SCREEN_CODE_HINT);
    let words = window.harness.get_by_label(&words).rect();
    let copied = drawn_over_and_copied(&mut window, words);
    assert_eq!(copied.len(), 1, "{copied:?}");
}

#[test]
fn a_shown_code_goes_with_its_page_and_after_its_time() {
    let (mut window, _) = shown();
    go(&mut window, Page::Items(Kind::Key));
    go(&mut window, Page::Items(Kind::Order));
    assert!(window.harness.query_by_label(CODE).is_none());
    let (mut window, _) = shown();
    window.clock.wait(std::time::Duration::from_secs(59));
    window.run();
    window.harness.get_by_label(CODE);
    window.clock.wait(std::time::Duration::from_secs(1));
    window.run();
    assert!(window.harness.query_by_label(CODE).is_none());
}

#[test]
fn a_shown_code_is_copied_by_the_worker_alone() {
    let (mut window, order) = shown();
    let copy = window.text(id::ORDER_SCREEN_CODE_COPY);
    window
        .harness
        .get_by_role_and_label(Role::Button, &copy)
        .click();
    window.run();
    assert_eq!(window.clipboard.content(), None);
    let sent = window.backend.take_sent();
    let [(_, Command::RevocationCode { order: of, .. })] = &sent[..] else {
        panic!("{} commands", sent.len())
    };
    assert_eq!(*of, order);
}

#[test]
fn a_window_that_closes_asks_for_no_password() {
    let (mut window, job, order) = refused();
    window.harness.key_press(Key::Escape);
    window.run();
    let show = window.text(id::ORDER_SCREEN_CODE_SHOW);
    window
        .harness
        .get_by_role_and_label(Role::Button, &show)
        .click();
    window.run();
    let sent = window.backend.take_sent();
    let again = sent.last().map(|(job, _)| *job).unwrap();
    assert_ne!(again, job);
    crate::locking::close(&mut window);
    assert!(crate::locking::asked_to(
        &window,
        &egui::ViewportCommand::CancelClose
    ));
    window.backend.push(needed(again, order));
    window.harness.step();
    assert!(!window.harness.state().dialog_open());
    assert!(crate::locking::asked_to(
        &window,
        &egui::ViewportCommand::Close
    ));
}
