//! Why the field of a password is our own: what egui's keeps of every password, and ours does not.

use egui::accesskit::Role;
use egui::text_edit::TextEditState;
use egui::{Context, Event, Key};
use egui_kittest::kittest::Queryable as _;

use crate::common::{Wanted, Window};

const PASSWORD: &str = "agrafe cheval pile";

/// The longest beginning of the password that the undo history of the field with the focus gives back.
fn kept_by_undo(context: &Context) -> usize {
    let focused = context.memory(|memory| memory.focused()).unwrap();
    let state = TextEditState::load(context, focused).unwrap();
    let mut undoer = state.undoer();
    let mut now = Default::default();
    let mut longest = 0;
    while let Some((place, text)) = undoer.undo(&now) {
        if PASSWORD.starts_with(text.as_str()) {
            longest = longest.max(text.len());
        }
        now = (*place, text.clone());
    }
    longest
}

#[test]
fn the_history_of_the_toolkits_field_gives_a_password_back_and_ours_keeps_nothing() {
    let mut text = String::new();
    let mut harness = egui_kittest::Harness::builder()
        .with_accessibility_check(false)
        .build_ui(|ui| {
            ui.add(egui::TextEdit::singleline(&mut text).password(true));
        });
    harness.get_by_role(Role::PasswordInput).focus();
    harness.run_steps(2);
    for letter in PASSWORD.chars() {
        harness.event(Event::Text(letter.to_string()));
        harness.run_steps(6);
    }
    for _ in PASSWORD.chars() {
        harness.key_press(Key::Backspace);
        harness.run_steps(6);
    }
    let kept = kept_by_undo(&harness.ctx);
    println!("egui's field keeps {kept} of {} bytes", PASSWORD.len());
    assert!(kept * 2 > PASSWORD.len(), "{kept}");
    drop(harness);
    assert!(text.is_empty(), "it was deleted by the user");

    let mut window = Window::open(Wanted {
        model: None,
        vault: Some("/v/coffre.bicle"),
        ..Wanted::default()
    });
    let field = window.harness.get_by_label("Mot de passe du coffre");
    field.type_text(PASSWORD);
    window.run();
    assert_eq!(kept_by_undo(&window.harness.ctx), 0);
}
