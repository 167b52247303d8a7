//! What is said of the selected item, and what leads on from there.

use bicle::commands::UiCommand;
use bicle::context::Page;
use bicle::stage::sample;
use bicle_core::command::Command;
use bicle_core::id::Kind;
use bicle_text::{Language, Texts, id};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::common::Window;
use crate::{certificates, click_row, go, names};

#[test]
fn details_are_asked_once_shown_escaped_and_their_links_lead_on() {
    let mut window = Window::french();
    certificates(&mut window);
    let _ = window.backend.take_sent();
    click_row(&mut window, Role::TreeItem, "INSi, pré-production");
    let asked = window.backend.take_sent();
    assert!(
        matches!(asked[..], [(_, Command::Details(item))] if item == sample::id(Kind::Certificate, 13)),
        "{}",
        asked.len()
    );
    window.harness.get_by_label("abc<U+202E>21p.exe");
    let link = window
        .harness
        .get_all_by_role_and_label(Role::Link, "INSi pré-production")
        .next();
    link.unwrap().click();
    window.run();
    assert_eq!(window.harness.state().page(), Page::Items(Kind::Key));
    assert_eq!(
        window.harness.state().selection(),
        [sample::id(Kind::Key, 3)]
    );
}

#[test]
fn a_fingerprint_is_copied_whole() {
    let mut window = Window::french();
    certificates(&mut window);
    click_row(&mut window, Role::TreeItem, "Serveur DMP ancien");
    let copy = window.harness.get_by_label("Copier\u{a0}: SHA-256");
    copy.scroll_to_me();
    window.run();
    window.harness.get_by_label("Copier\u{a0}: SHA-256").click();
    window.run();
    assert_eq!(window.clipboard.content().map(|text| text.len()), Some(64));
}

#[test]
fn the_remedy_of_a_verdict_is_one_click_away() {
    let mut window = Window::french();
    certificates(&mut window);
    click_row(&mut window, Role::TreeItem, "INSi, pré-production");
    window
        .harness
        .get_by_label("Faire confiance à la branche TEST")
        .click();
    window.run();
    assert!(matches!(
        window.sent()[..],
        [Command::TrustTestBranch(true)]
    ));
}

#[test]
fn revocation_lists_have_their_page_with_what_they_say_and_revoke() {
    let mut window = Window::french();
    go(&mut window, Page::Items(Kind::List));
    let listed = names(&window, Role::ListBoxOption);
    assert_eq!(listed.len(), 3);
    window.harness.get_by_label("Non vérifiée");
    click_row(&mut window, Role::ListBoxOption, "AC INCONNUE");
    let unverified = Texts::new(Language::French).text(id::WINDOW_LIST_NOT_VERIFIED_WHAT);
    window.harness.get_by_label(&unverified);
    // the first of the two of that name is the complete one
    window.harness.key_press(Key::Home);
    window.harness.key_press(Key::ArrowDown);
    window.run();
    assert_eq!(
        window.harness.state().selection(),
        [sample::id(Kind::List, 2)]
    );
    window
        .harness
        .get_by_label("Complète la liste n°\u{a0}2431");
    let link = window
        .harness
        .get_by_role_and_label(Role::Link, "Laboratoire Élodie Marçais");
    link.click();
    window.run();
    assert_eq!(
        window.harness.state().selection(),
        [sample::id(Kind::Certificate, 14)]
    );
    // the revoked certificate says so
    assert!(
        window
            .harness
            .query_all_by_label_contains("Révoqué")
            .next()
            .is_some()
    );
}

#[test]
fn a_list_is_exported_from_its_page() {
    let mut window = Window::french();
    go(&mut window, Page::Items(Kind::List));
    click_row(&mut window, Role::ListBoxOption, "AC INCONNUE");
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::E);
    window.run();
    assert!(window.harness.state().dialog_open());
    let save = window.text(id::DIALOG_SAVE);
    window
        .harness
        .get_by_role_and_label(Role::Button, &save)
        .click();
    window.run();
    let sent = window.sent();
    assert!(matches!(&sent[..], [Command::ExportList { .. }]));
}

#[test]
fn a_signed_public_key_names_nobody_and_is_not_checked_for_the_portal() {
    let mut window = Window::french();
    go(&mut window, Page::Items(Kind::Request));
    click_row(&mut window, Role::ListBoxOption, "Clé d’un navigateur");
    let check = window.text(UiCommand::CheckRequest.text());
    assert!(
        window
            .harness
            .query_by_role_and_label(Role::Button, &check)
            .is_none()
    );
    click_row(&mut window, Role::ListBoxOption, "ROR régional");
    window
        .harness
        .get_by_role_and_label(Role::Button, &check)
        .click();
    window.run();
    let sent = window.sent();
    assert!(
        matches!(sent[..], [Command::CheckRequest(item)] if item == sample::id(Kind::Request, 2))
    );
}
