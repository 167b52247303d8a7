//! Pictures of the main screens in both themes, drawn without a GPU, to be looked at.
#![allow(clippy::unwrap_used)]

mod common;

use bicle::context::Page;
use bicle::stage::sample;
use bicle::theme::ThemeChoice;
use bicle_core::id::Kind;
use bicle_text::{Language, id};
use common::{Wanted, Window};
use egui_kittest::kittest::Queryable as _;

fn go(window: &mut Window, page: Page) {
    let name = window.text(bicle::commands::UiCommand::of_page(page).text());
    window
        .harness
        .get_by_role_and_label(egui::accesskit::Role::Tab, &name)
        .click();
    window.run();
}

fn select(window: &mut Window, name: &str) {
    let row = window.harness.get_all_by_label(name).next().unwrap();
    row.click();
    window.run();
}

#[test]
fn main_screens() {
    let mut seen = Vec::new();
    for (theme, word) in [(ThemeChoice::Light, "light"), (ThemeChoice::Dark, "dark")] {
        let mut window = Window::open(Wanted {
            theme,
            ..Wanted::default()
        });
        seen.push((theme, window.picture(&format!("orders-{word}"))));
        select(&mut window, "ROR régional");
        seen.push((theme, window.picture(&format!("order-{word}"))));
        go(&mut window, Page::Items(Kind::Certificate));
        seen.push((theme, window.picture(&format!("certificates-{word}"))));
        select(&mut window, "INSi, pré-production");
        seen.push((theme, window.picture(&format!("certificate-{word}"))));
        go(&mut window, Page::Items(Kind::Key));
        seen.push((theme, window.picture(&format!("keys-{word}"))));
        go(&mut window, Page::Items(Kind::Request));
        seen.push((theme, window.picture(&format!("requests-{word}"))));
        select(&mut window, "Clé d’un navigateur");
        seen.push((theme, window.picture(&format!("request-{word}"))));
        go(&mut window, Page::Items(Kind::List));
        seen.push((theme, window.picture(&format!("lists-{word}"))));
        select(&mut window, "AC INCONNUE");
        window.harness.key_press(egui::Key::Home);
        window.harness.key_press(egui::Key::ArrowDown);
        window.run();
        seen.push((theme, window.picture(&format!("list-{word}"))));
        go(&mut window, Page::Bin);
        seen.push((theme, window.picture(&format!("bin-{word}"))));

        window.harness.get_by_label("Coffre coffre").click();
        window.run();
        seen.push((theme, window.picture(&format!("vault-menu-{word}"))));

        let mut start = Window::open(Wanted {
            theme,
            model: None,
            ..Wanted::default()
        });
        seen.push((theme, start.picture(&format!("welcome-{word}"))));
        let mut unlock = Window::open(Wanted {
            theme,
            model: None,
            vault: Some("/home/aude/.local/share/bicle/coffre.bicle"),
            ..Wanted::default()
        });
        seen.push((theme, unlock.picture(&format!("unlock-{word}"))));
        let mut empty = Window::open(Wanted {
            theme,
            model: Some(sample::empty_model()),
            language: Language::English,
            ..Wanted::default()
        });
        seen.push((theme, empty.picture(&format!("empty-{word}"))));
        let new_order = empty.text(id::WINDOW_COMMAND_NEW_ORDER);
        empty
            .harness
            .get_all_by_label(&new_order)
            .next()
            .unwrap()
            .click();
        empty.run();
        seen.push((theme, empty.picture(&format!("new-order-{word}"))));
    }
    // a light screen is light and a dark one dark, dialogs included; neither is blank
    for (theme, brightness) in seen {
        match theme {
            ThemeChoice::Dark => assert!((10.0..60.0).contains(&brightness), "{brightness}"),
            _ => assert!((120.0..253.0).contains(&brightness), "{brightness}"),
        }
    }
}
