//! The window as a whole: pages, language, drops, pastes, shortcuts, dialogs.

use bicle::commands::UiCommand;
use bicle::context::Page;
use bicle::stage::sample;
use bicle_core::command::{Command, Source};
use bicle_core::id::Kind;
use bicle_text::{Language, id};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::common::{Wanted, Window};
use crate::{click_row, go};

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
    // behind a dialog no shortcut acts but that of the lock
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Num1);
    window.run();
    assert_eq!(
        window.harness.state().page(),
        Page::Items(Kind::Certificate)
    );
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
