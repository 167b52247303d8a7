//! The window through its widgets, by name, with fakes around it: lists, keyboard, language, drops.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used
)]

mod common;

use bicle::commands::UiCommand;
use bicle::context::Page;
use bicle::stage::sample;
use bicle_core::command::{Command, Event, JobId, Outcome, Source, UnlockWith};
use bicle_core::fault::{Fault, FaultClass};
use bicle_core::id::Kind;
use bicle_core::model::Trust;
use bicle_core::phrase::Phrase;
use bicle_text::{Language, Texts, id};
use common::{Wanted, Window};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

fn go(window: &mut Window, page: Page) {
    let name = window.text(UiCommand::of_page(page).text());
    window
        .harness
        .get_by_role_and_label(Role::Tab, &name)
        .click();
    window.run();
    assert_eq!(window.harness.state().page(), page);
}

/// The names of the rows that are seen, from the top.
fn names(window: &Window, role: Role) -> Vec<String> {
    let mut rows: Vec<(f32, String)> = window
        .harness
        .query_all_by_role(role)
        .map(|node| {
            (
                node.rect().top(),
                node.accesskit_node().label().unwrap_or_default(),
            )
        })
        .collect();
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    rows.into_iter().map(|(_, name)| name).collect()
}

fn click_row(window: &mut Window, role: Role, name: &str) {
    window.harness.get_by_role_and_label(role, name).click();
    window.run();
}

fn certificates(window: &mut Window) {
    go(window, Page::Items(Kind::Certificate));
}

#[test]
fn every_page_is_reached_and_every_control_has_a_name() {
    for language in Language::ALL {
        let mut window = Window::open(Wanted {
            language,
            ..Wanted::default()
        });
        for page in Page::ALL {
            go(&mut window, page);
            assert_eq!(
                window.harness.unnamed_widgets(),
                Vec::<String>::new(),
                "{page:?}"
            );
        }
        let start = Window::open(Wanted {
            language,
            model: None,
            ..Wanted::default()
        });
        assert_eq!(start.harness.unnamed_widgets(), Vec::<String>::new());
    }
}

#[test]
fn the_language_changes_every_word_at_once_and_is_remembered() {
    let mut window = Window::french();
    window.harness.get_by_role_and_label(Role::Tab, "Commandes");
    window.harness.get_by_label("English").click();
    window.run();
    window.harness.get_by_label("Français");
    window.harness.get_by_role_and_label(Role::Tab, "Orders");
    assert!(
        window
            .harness
            .query_all_by_label("Commandes")
            .next()
            .is_none()
    );
    let settings = bicle::settings::Settings::read(&window.folder.path().join("config"));
    assert_eq!(settings.language(), Language::English);
}

#[test]
fn the_theme_changes_at_once() {
    let mut window = Window::french();
    assert_eq!(window.harness.ctx.theme(), egui::Theme::Light);
    window.harness.get_by_label("Thème").click();
    window.run();
    window.harness.get_by_label("Sombre").click();
    window.run();
    assert_eq!(window.harness.ctx.theme(), egui::Theme::Dark);
}

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

#[derive(Debug)]
struct Dropped(std::path::PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err(String::from("the worker reads it"))
    }
}

#[test]
fn dropped_files_are_imported() {
    let mut window = Window::french();
    let path = window.folder.path().join("reçu.p12");
    window
        .harness
        .input_mut()
        .dropped_files
        .push(std::sync::Arc::new(Dropped(path.clone())));
    window.run();
    let sent = window.sent();
    let [Command::Import(request)] = &sent[..] else {
        panic!("{} commands", sent.len())
    };
    assert!(matches!(&request.sources[..], [Source::File(file)] if *file == path));
}

#[test]
fn a_pasted_pem_is_imported_outside_a_text_field_only() {
    let mut window = Window::french();
    let pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
    window.harness.get_by_label("Rechercher").focus();
    window.run();
    window.harness.event(egui::Event::Paste(String::from("AC")));
    window.run();
    assert!(window.sent().is_empty());
    window.harness.key_press(Key::Escape);
    window.run();
    window.harness.event(egui::Event::Paste(pem.to_owned()));
    window.run();
    let sent = window.sent();
    let [Command::Import(request)] = &sent[..] else {
        panic!("{} commands", sent.len())
    };
    assert!(
        matches!(&request.sources[..], [Source::Bytes { bytes, .. }] if bytes.expose() == pem.as_bytes())
    );
}

#[test]
fn shortcuts_do_what_the_menus_say() {
    let mut window = Window::french();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Num4);
    window.run();
    assert_eq!(
        window.harness.state().page(),
        Page::Items(Kind::Certificate)
    );
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::N);
    window.run();
    assert!(window.harness.state().dialog_open());
    // behind a dialog no shortcut acts
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::L);
    window.run();
    assert!(window.sent().is_empty());
    window.harness.key_press(Key::Escape);
    window.run();
    assert!(!window.harness.state().dialog_open());
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::L);
    window.run();
    assert!(matches!(window.sent()[..], [Command::Lock]));
}

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
    let id = window.harness.ctx.memory(egui::Memory::focused).unwrap();
    let state = egui::text_edit::TextEditState::load(&window.harness.ctx, id).unwrap();
    let present = (egui::text::CCursorRange::default(), String::new());
    assert!(!state.undoer().has_undo(&present));
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

#[test]
fn a_new_day_asks_for_new_verdicts_once() {
    use std::sync::Arc;
    let mut yesterday = (*sample::model()).clone();
    yesterday.at.0 -= 86_400;
    let mut window = Window::open(Wanted {
        model: Some(Arc::new(yesterday)),
        ..Wanted::default()
    });
    window.run();
    assert!(matches!(window.sent()[..], [Command::Refresh]));
    window.run();
    assert!(window.sent().is_empty());
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

fn close(window: &mut Window) {
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

fn asked_to(window: &Window, wanted: &egui::ViewportCommand) -> bool {
    window
        .harness
        .output()
        .viewport_output
        .values()
        .any(|viewport| viewport.commands.contains(wanted))
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

#[test]
fn a_dropped_inf_says_what_to_make_and_one_among_others_is_imported() {
    let mut window = Window::french();
    let path = window.folder.path().join("Serveur.INF");
    let drop = |window: &mut Window, paths: &[&std::path::Path]| {
        for path in paths {
            let dropped = std::sync::Arc::new(Dropped((*path).to_owned()));
            window.harness.input_mut().dropped_files.push(dropped);
        }
        window.run();
    };
    drop(&mut window, &[&path]);
    assert!(window.harness.state().dialog_open());
    assert!(window.sent().is_empty(), "nothing is made without a word");
    let act = window.text(id::DIALOG_NEW_ORDER_ACT);
    window
        .harness
        .get_by_role_and_label(Role::Button, &act)
        .click();
    window.run();
    let sent = window.sent();
    let [Command::CertReq(asked)] = &sent[..] else {
        panic!("{} commands", sent.len())
    };
    assert!(matches!(&asked.source, Source::File(file) if *file == path));

    let mut window = Window::french();
    drop(&mut window, &[&path, std::path::Path::new("/home/a/a.crt")]);
    let sent = window.sent();
    assert!(matches!(&sent[..], [Command::Import(request)] if request.sources.len() == 2));
}

#[test]
fn the_vaults_menu_leads_to_the_truststore_and_to_certreq() {
    for (command, title) in [
        (UiCommand::Truststore, id::DIALOG_TRUSTSTORE_TITLE),
        (UiCommand::CertReq, id::DIALOG_CERTREQ_TITLE),
    ] {
        let mut window = Window::french();
        window.harness.get_by_label("Coffre coffre").click();
        window.run();
        let entry = window.text(command.text());
        window
            .harness
            .get_by_role_and_label(Role::MenuItem, &entry)
            .click();
        window.run();
        assert!(window.harness.state().dialog_open());
        let title = window.text(title);
        assert!(window.harness.query_all_by_label(&title).next().is_some());
        let keys = command.shortcut().unwrap();
        window.harness.key_press(Key::Escape);
        window.run();
        assert!(!window.harness.state().dialog_open());
        window
            .harness
            .key_press_modifiers(keys.modifiers, keys.logical_key);
        window.run();
        assert!(window.harness.state().dialog_open());
    }
}

#[test]
fn what_is_to_do_now_is_in_sight_when_an_order_opens() {
    for language in Language::ALL {
        let mut window = Window::open(Wanted {
            language,
            size: [1200.0, 760.0],
            ..Wanted::default()
        });
        // trusted: all that is left is to deliver, the last of eight steps
        click_row(&mut window, Role::ListBoxOption, "ROR régional");
        let deliver = window.text(id::ORDER_SCREEN_DELIVER);
        let seen = window
            .harness
            .get_by_role_and_label(Role::Button, &deliver)
            .rect();
        assert!(
            seen.top() > 56.0 && seen.bottom() < 730.0,
            "{language} {seen:?}"
        );
        window
            .harness
            .get_by_role_and_label(Role::Button, &deliver)
            .click();
        window.run();
        assert!(window.harness.state().dialog_open());
    }
}
