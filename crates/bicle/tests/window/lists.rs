//! Lists through their widgets: sorting, search, the tree, the keyboard, menus.

use bicle::context::Page;
use bicle::stage::sample;
use bicle_core::command::{Command, Event, JobId, Outcome};
use bicle_core::id::Kind;
use bicle_core::model::Trust;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::common::Window;
use crate::{certificates, click_row, go, names};

#[test]
fn a_list_is_sorted_by_any_column_both_ways() {
    let mut window = Window::french();
    let first = names(&window, Role::ListBoxOption);
    assert_eq!(
        first.first().map(String::as_str),
        Some("Chiffrement laboratoire")
    );
    window
        .harness
        .get_by_role_and_label(Role::ColumnHeader, "Nom, tri croissant")
        .click();
    window.run();
    let mut turned = names(&window, Role::ListBoxOption);
    turned.reverse();
    assert_eq!(turned, first);
    window
        .harness
        .get_by_role_and_label(Role::ColumnHeader, "Avancement")
        .click();
    window.run();
    window
        .harness
        .get_by_role_and_label(Role::ColumnHeader, "Avancement, tri croissant");
    let by_state = names(&window, Role::ListBoxOption);
    assert_eq!(
        by_state.last().map(String::as_str),
        Some("Messagerie MSSanté")
    );
    // equal states keep the order of their creation
    assert_eq!(
        by_state[..2],
        ["Chiffrement laboratoire", "Serveur de rendez-vous"]
    );
}

#[test]
fn the_sorting_is_reached_by_the_keyboard_too() {
    let mut window = Window::french();
    window.harness.get_by_label("Trier").click();
    window.run();
    window
        .harness
        .get_by_role_and_label(Role::MenuItem, "N° portail")
        .click();
    window.run();
    window
        .harness
        .get_by_role_and_label(Role::ColumnHeader, "N° portail, tri croissant");
}

#[test]
fn the_search_filters_as_one_types_without_accents_over_all_columns() {
    let mut window = Window::french();
    certificates(&mut window);
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.run();
    let field = window.harness.get_by_label("Rechercher");
    assert!(field.is_focused());
    field.type_text("elodie");
    window.run();
    assert!(window.harness.get_by_label("Rechercher").is_focused());
    // the way to it stays: root, intermediate, certificate
    assert_eq!(names(&window, Role::TreeItem).len(), 3);
    window.harness.get_by_label("3 sur 16");
    window.harness.key_press(Key::Escape);
    window.run();
    assert!(names(&window, Role::TreeItem).len() > 10);
    window.harness.get_by_label("Rechercher").focus();
    window.run();
    window
        .harness
        .get_by_label("Rechercher")
        .type_text("nothing like it");
    window.run();
    window
        .harness
        .get_by_label("Rien ne correspond à «\u{a0}nothing like it\u{a0}»");
    window
        .harness
        .get_all_by_label("Effacer la recherche")
        .next()
        .unwrap()
        .click();
    window.run();
    assert!(names(&window, Role::TreeItem).len() > 10);
}

#[test]
fn rows_are_not_made_again_at_each_frame() {
    let mut window = Window::french();
    let made = window.harness.state().rows_made();
    for _ in 0..20 {
        window.harness.step();
    }
    assert_eq!(window.harness.state().rows_made(), made);
    window
        .harness
        .get_by_role_and_label(Role::ColumnHeader, "Avancement")
        .click();
    window.run();
    assert_eq!(window.harness.state().rows_made(), made + 1);
}

#[test]
fn the_certificates_are_a_tree_with_levels_that_opens_and_closes() {
    let mut window = Window::french();
    certificates(&mut window);
    let root = window
        .harness
        .get_by_role_and_label(Role::TreeItem, "AC IGC-SANTE ELEMENTAIRE");
    assert_eq!(root.accesskit_node().data().level(), Some(1));
    assert_eq!(root.accesskit_node().data().is_expanded(), Some(true));
    let leaf = window
        .harness
        .get_by_role_and_label(Role::TreeItem, "Laboratoire Élodie Marçais");
    assert_eq!(leaf.accesskit_node().data().level(), Some(3));
    assert_eq!(leaf.accesskit_node().data().is_expanded(), None);

    click_row(&mut window, Role::TreeItem, "AC IGC-SANTE ELEMENTAIRE");
    window.harness.key_press(Key::ArrowLeft);
    window.run();
    assert!(
        window
            .harness
            .query_by_role_and_label(Role::TreeItem, "Laboratoire Élodie Marçais")
            .is_none()
    );
    window.harness.key_press(Key::ArrowRight);
    window.run();
    window
        .harness
        .get_by_role_and_label(Role::TreeItem, "Laboratoire Élodie Marçais");

    window
        .harness
        .get_by_role_and_label(Role::RadioButton, "Liste")
        .click();
    window.run();
    assert!(
        window
            .harness
            .query_all_by_role(Role::TreeItem)
            .next()
            .is_none()
    );
    assert_eq!(
        names(&window, Role::ListBoxOption)
            .first()
            .map(String::as_str),
        Some("AC IGC-SANTE ELEMENTAIRE")
    );
}

#[test]
fn the_keyboard_moves_extends_and_selects_all() {
    let mut window = Window::french();
    click_row(&mut window, Role::ListBoxOption, "Chiffrement laboratoire");
    let selected = |window: &Window| window.harness.state().selection().len();
    window.harness.key_press(Key::ArrowDown);
    window.run();
    assert_eq!(
        window.harness.state().selection(),
        [sample::id(Kind::Order, 3)]
    );
    window
        .harness
        .key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    window.run();
    assert_eq!(selected(&window), 2);
    window.harness.get_by_label("2 éléments sélectionnés");
    window.harness.key_press(Key::End);
    window.run();
    assert_eq!(
        window.harness.state().selection(),
        [sample::id(Kind::Order, 4)]
    );
    window.harness.key_press(Key::Home);
    window.run();
    assert_eq!(
        window.harness.state().selection(),
        [sample::id(Kind::Order, 5)]
    );
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.run();
    assert_eq!(selected(&window), 6);
    // a letter goes to the next name that begins with it
    window.harness.event(egui::Event::Text(String::from("r")));
    window.run();
    assert_eq!(
        window.harness.state().selection(),
        [sample::id(Kind::Order, 2)]
    );
}

#[test]
fn delete_asks_the_worker_and_undo_asks_it_back() {
    let mut window = Window::french();
    go(&mut window, Page::Items(Kind::Key));
    click_row(
        &mut window,
        Role::ListBoxOption,
        "Clé de secours du portail",
    );
    window.harness.key_press(Key::Delete);
    window.run();
    let key = sample::id(Kind::Key, 7);
    let sent: Vec<(JobId, Command)> = window.backend.take_sent();
    let job = sent
        .iter()
        .find_map(|(job, command)| match command {
            Command::Delete(items) if items[..] == [key] => Some(*job),
            _ => None,
        })
        .expect("a deletion");
    window.backend.push(Event::Done {
        job,
        outcome: Outcome::Deleted(vec![key]),
    });
    window.run();
    window
        .harness
        .get_by_label("Annuler la suppression")
        .click();
    window.run();
    let sent = window.sent();
    assert!(matches!(&sent[..], [Command::Restore(items)] if items[..] == [key]));
}

#[test]
fn a_context_menu_decides_on_trust() {
    let mut window = Window::french();
    certificates(&mut window);
    window
        .harness
        .get_by_role_and_label(Role::TreeItem, "Passerelle d’un éditeur")
        .click_secondary();
    window.run();
    window
        .harness
        .get_by_role_and_label(Role::MenuItem, "Ne jamais faire confiance")
        .click();
    window.run();
    let sent = window.sent();
    assert!(matches!(
        sent[..],
        [Command::SetTrust { certificate, trust: Trust::Never }]
            if certificate == sample::id(Kind::Certificate, 15)
    ));
}

#[test]
fn the_menu_key_opens_the_context_menu_at_the_cursor() {
    let mut window = Window::french();
    go(&mut window, Page::Items(Kind::Key));
    click_row(
        &mut window,
        Role::ListBoxOption,
        "Clé de secours du portail",
    );
    window.harness.key_press(Key::Menu);
    window.run();
    window
        .harness
        .get_by_role_and_label(Role::MenuItem, "Mettre à la corbeille")
        .click();
    window.run();
    assert!(matches!(&window.sent()[..], [Command::Delete(_)]));
}

#[test]
fn the_settings_keep_the_sorting_and_the_flat_view() {
    let mut window = Window::french();
    certificates(&mut window);
    window
        .harness
        .get_by_role_and_label(Role::RadioButton, "Liste")
        .click();
    window.run();
    window
        .harness
        .get_by_role_and_label(Role::ColumnHeader, "Valable jusqu’au")
        .click();
    window.run();
    let settings = bicle::settings::Settings::read(&window.folder.path().join("config"));
    assert!(settings.certificates_flat);
    assert_eq!(settings.sorting.get("certificate"), Some(&(2, false)));
}
