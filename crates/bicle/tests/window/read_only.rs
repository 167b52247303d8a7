//! A vault in use elsewhere is told and can be looked at; a vault that is only looked at says so.

use std::sync::Arc;

use bicle::commands::{Environment, UiCommand};
use bicle::context::Page;
use bicle::stage::sample;
use bicle::widgets::menu::Offer;
use bicle_core::command::{Command, Event};
use bicle_core::fault::{Fault, FaultClass};
use bicle_core::id::Kind;
use bicle_core::phrase::Phrase;
use bicle_text::{Language, id};
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::common::{Wanted, Window};
use crate::{click_row, go};

fn looked_at() -> Arc<bicle_core::model::Model> {
    let mut model = (*sample::model()).clone();
    model.read_only = true;
    Arc::new(model)
}

fn refused_as(phrase: Phrase, class: FaultClass) -> Window {
    let mut window = Window::open(Wanted {
        model: None,
        vault: Some("/v/coffre.bicle"),
        ..Wanted::default()
    });
    window
        .harness
        .get_by_label("Mot de passe du coffre")
        .type_text("correct horse");
    window.run();
    window.harness.key_press(Key::Enter);
    window.run();
    let sent = window.backend.take_sent();
    let job = sent.last().map(|(job, _)| *job).unwrap();
    let fault = Fault { phrase, class };
    window.backend.push(Event::Failed { job, fault });
    window.run();
    window
}

#[test]
fn a_vault_in_use_says_by_whom_and_opens_read_only_with_the_same_password() {
    let phrase = Phrase::new("error-vault-in-use")
        .text("path", "/v/coffre.bicle")
        .text("holder", "known")
        .text("program", "bicle-cli")
        .number("process", 4271)
        .text("user", "aude")
        .text("host", "cabinet-3")
        .time("since", sample::NOW.0);
    let mut window = refused_as(phrase, FaultClass::VaultInUse);
    let _bright = window.picture("vault-in-use");
    for told in ["bicle-cli", "4271", "aude", "cabinet-3"] {
        assert!(
            window
                .harness
                .query_all_by_label_contains(told)
                .next()
                .is_some(),
            "{told}"
        );
    }
    let label = window.text(id::WINDOW_START_READ_ONLY);
    window
        .harness
        .get_by_role_and_label(Role::Button, &label)
        .click();
    window.run();
    let sent = window.sent();
    let [
        Command::Unlock {
            read_only: true,
            with: bicle_core::command::UnlockWith::Password(password),
            ..
        },
    ] = &sent[..]
    else {
        panic!("{} commands", sent.len())
    };
    assert_eq!(password.expose(), "correct horse");
}

#[test]
fn a_damaged_vault_leads_to_its_copies_and_a_newer_one_does_not() {
    let damaged = Phrase::new("error-vault-damaged").text("what", "header");
    let mut window = refused_as(damaged, FaultClass::VaultUnsound);
    let label = window.text(id::WINDOW_COMMAND_RESTORE_COPY);
    window
        .harness
        .get_by_role_and_label(Role::Button, &label)
        .click();
    window.run();
    let title = window.text(id::DIALOG_RESTORE_TITLE);
    assert!(window.harness.query_all_by_label(&title).next().is_some());
    let newer = Phrase::new("error-vault-newer")
        .number("found", 2)
        .number("known", 1);
    let window = refused_as(newer, FaultClass::VaultUnsound);
    assert!(
        window
            .harness
            .query_by_role_and_label(Role::Button, &label)
            .is_none()
    );
}

#[test]
fn a_vault_that_is_looked_at_says_so_and_leads_out() {
    for language in Language::ALL {
        let mut window = Window::open(Wanted {
            language,
            model: Some(looked_at()),
            ..Wanted::default()
        });
        let said = window.text(id::WINDOW_READ_ONLY);
        window.harness.get_by_label(&said);
        let _bright = window.picture(&format!("read-only-{}", language.code()));
        assert_eq!(window.harness.unnamed_widgets(), Vec::<String>::new());
        for command in [UiCommand::NewOrder, UiCommand::Import] {
            let label = window.text(command.text());
            let buttons = window
                .harness
                .get_all_by_role_and_label(Role::Button, &label);
            for button in buttons {
                assert!(button.accesskit_node().is_disabled(), "{label}");
            }
        }
        go(&mut window, Page::Items(Kind::Key));
        let label = window.text(UiCommand::GenerateKey.text());
        let button = window.harness.get_by_role_and_label(Role::Button, &label);
        assert!(button.accesskit_node().is_disabled());
        let leave = window.text(id::WINDOW_READ_ONLY_LEAVE);
        window
            .harness
            .get_by_role_and_label(Role::Button, &leave)
            .click();
        window.run();
        assert!(matches!(window.sent()[..], [Command::Lock]));
        assert!(window.harness.state().model().is_none());
    }
}

#[test]
fn an_order_that_is_looked_at_offers_nothing_that_would_change_it() {
    for (order, button) in [
        ("ROR régional", id::ORDER_SCREEN_DELIVER),
        (
            "Signature des comptes rendus",
            id::ORDER_SCREEN_REFERENCE_CHANGE,
        ),
        ("Signature des comptes rendus", id::ORDER_SCREEN_BRING_BACK),
        ("Signature des comptes rendus", id::ORDER_SCREEN_START_AGAIN),
    ] {
        for read_only in [false, true] {
            let model = if read_only {
                looked_at()
            } else {
                sample::model()
            };
            let mut window = Window::open(Wanted {
                model: Some(model),
                ..Wanted::default()
            });
            click_row(&mut window, Role::ListBoxOption, order);
            let label = window.text(button);
            let found = window.harness.get_by_role_and_label(Role::Button, &label);
            let is_grey = found.accesskit_node().is_disabled();
            assert_eq!(is_grey, read_only, "{order}: {label}");
        }
    }
}

#[test]
fn what_would_change_it_is_grey_with_its_reason_and_the_rest_is_not() {
    let model = looked_at();
    let selection = [model.keys[0].item.id];
    let environment = Environment {
        model: Some(&model),
        page: Page::Items(Kind::Key),
        selection: &selection,
        dialog_open: false,
    };
    let why = "read-only";
    for command in [
        UiCommand::NewOrder,
        UiCommand::Rename,
        UiCommand::Delete,
        UiCommand::ChangePassword,
        UiCommand::RecoveryKey,
        UiCommand::RestoreCopy,
    ] {
        assert!(!command.enabled(&environment), "{command:?}");
        assert!(
            matches!(
                command.in_menu(&environment, why),
                Offer::Blocked("read-only")
            ),
            "{command:?}"
        );
    }
    for command in [
        UiCommand::Export,
        UiCommand::Backup,
        UiCommand::ExportCsv,
        UiCommand::Truststore,
        UiCommand::Lock,
        UiCommand::Search,
    ] {
        assert!(command.enabled(&environment), "{command:?}");
    }
    // what makes no sense here is not there at all
    assert!(matches!(
        UiCommand::Purge.in_menu(&environment, why),
        Offer::Hidden
    ));
}
