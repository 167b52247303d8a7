//! Names that lie, in the window: each can be drawn, none reaches a row, a title or a detail as it is.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods
)]

mod common;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bicle::context::Page;
use bicle::say;
use bicle::stage::sample;
use bicle::theme::ThemeChoice;
use bicle_core::command::{Command, Event, Outcome};
use bicle_core::details::{Details, Label, Row, Section, Value};
use bicle_core::id::Kind;
use bicle_core::model::Model;
use bicle_core::phrase::Phrase;
use bicle_core::shared_text::SharedText;
use common::{Wanted, Window};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

/// Why, and the name, of each case of the table that `bicle-pki` holds.
fn names() -> Vec<(String, String)> {
    let table = include_str!("../../bicle-pki/tests/names_shown.txt");
    table
        .lines()
        .map(|line| {
            let mut columns = line.split('\t');
            let why = columns.next().unwrap().to_owned();
            let written = columns.next().unwrap();
            let mut parts = written.split('{');
            let mut name = parts.next().unwrap().to_owned();
            for part in parts {
                let (code, rest) = part.split_once('}').unwrap();
                let (code, times) = code.split_once('*').unwrap_or((code, "1"));
                let code = u32::from_str_radix(code, 16).unwrap();
                let character = char::from_u32(code).unwrap();
                name.extend(std::iter::repeat_n(character, times.parse().unwrap()));
                name.push_str(rest);
            }
            (why, name)
        })
        .collect()
}

/// The sample vault, with those names in its rows and its own file.
fn model(first: usize) -> Arc<Model> {
    let names = names();
    let mut told = names
        .iter()
        .skip(first)
        .cycle()
        .map(|(_, name)| name.clone());
    let mut model = Model::clone(&sample::model());
    model.vault.path = PathBuf::from("/home/aude/coffre\u{202e}elcib.bicle");
    for certificate in model.certificates.iter_mut() {
        let mut parts = certificate.parts();
        parts.item.name = told.next().unwrap().into();
        parts.issuer_name = told.next().unwrap().into();
        parts.subject = format!("CN={}", parts.item.name).into();
        *certificate = parts.into();
        Arc::make_mut(&mut certificate.verdict).reason = Phrase::new("verdict-trusted")
            .text("issuer", told.next().unwrap())
            .text("root", told.next().unwrap());
    }
    for key in model.keys.iter_mut() {
        key.item.name = told.next().unwrap().into();
    }
    for order in &mut model.orders {
        order.item.name = told.next().unwrap().into();
    }
    Arc::new(model)
}

/// A window over that vault; the details of any item hold some names of the table.
fn window(theme: ThemeChoice, model: &Arc<Model>, from: usize) -> Window {
    let window = Window::open(Wanted {
        theme,
        model: Some(Arc::clone(model)),
        size: [1400.0, 900.0],
        ..Wanted::default()
    });
    let told = Arc::clone(model);
    window.backend.answer(move |job, command| match command {
        Command::Details(item) => {
            let rows = names()
                .into_iter()
                .skip(from)
                .take(40)
                .map(|(why, name)| Row {
                    label: Label::Text(why),
                    values: vec![Value::Text(name)],
                })
                .collect();
            let details = Details {
                id: *item,
                name: told.item(*item).unwrap().name.to_string(),
                sections: vec![Section {
                    title: Label::Text(String::from("Nom\u{200b}s")),
                    critical: false,
                    rows,
                }],
            };
            vec![Event::Done {
                job,
                outcome: Outcome::Details(Box::new(details)),
            }]
        }
        _ => Vec::new(),
    });
    window
}

/// Everything that the window tells a screen reader, which is what it draws.
fn told(window: &Window) -> Vec<String> {
    window
        .harness
        .root()
        .children_recursive()
        .filter_map(|node| {
            let node = node.accesskit_node();
            node.label().or_else(|| node.value())
        })
        .collect()
}

fn go(window: &mut Window, page: Page) {
    let name = window.text(bicle::commands::UiCommand::of_page(page).text());
    window
        .harness
        .get_by_role_and_label(egui::accesskit::Role::Tab, &name)
        .click();
    window.run();
}

#[test]
fn every_name_that_lies_can_be_drawn_once_it_is_written_out() {
    let shown: Vec<String> = names()
        .iter()
        .map(|(_, name)| say::escaped(name).into_owned())
        .collect();
    let count = shown.len();
    // a missing glyph is a panic here
    let mut harness = Harness::builder()
        .with_size([900.0, 4000.0])
        .renderer(bicle_render::CpuRenderer::default())
        .build_ui(move |ui| {
            for name in &shown {
                ui.label(name.as_str());
                ui.monospace(name.as_str());
            }
        });
    harness.run();
    harness.render().unwrap();
    assert!(count >= 80);
}

#[test]
fn no_page_shows_a_name_that_lies_as_it_is() {
    let mut seen = Vec::new();
    // each theme with another part of the table
    for (theme, word, first, from) in [
        (ThemeChoice::Light, "light", 12, 8),
        (ThemeChoice::Dark, "dark", 45, 62),
    ] {
        let model = model(first);
        let mut window = window(theme, &model, from);
        let mut said = Vec::new();
        for kind in [Kind::Key, Kind::Certificate] {
            go(&mut window, Page::Items(kind));
            said.extend(told(&window));
        }
        seen.push((theme, window.picture(&format!("names-list-{word}"))));
        window.harness.key_press(egui::Key::Home);
        window.harness.key_press(egui::Key::ArrowDown);
        window.run();
        let row = say::escaped(&model.certificates[0].item.name).into_owned();
        if let Some(row) = window.harness.query_all_by_label(&row).next() {
            row.click();
        }
        window.run();
        said.extend(told(&window));
        seen.push((theme, window.picture(&format!("names-details-{word}"))));
        assert!(said.iter().any(|text| text.contains("<U+")), "{said:#?}");
        for text in &said {
            // the icons of our own font are drawn by characters of private use
            let icon = |letter: char| ('\u{e000}'..='\u{f8ff}').contains(&letter);
            let lying = text
                .chars()
                .find(|letter| bicle_core::shown::is_hidden(*letter) && !icon(*letter));
            assert_eq!(lying, None, "{text:?}");
            assert!(text.chars().count() < 12_000, "{} characters", text.len());
        }
    }
    for (theme, brightness) in seen {
        match theme {
            ThemeChoice::Dark => assert!((10.0..70.0).contains(&brightness), "{brightness}"),
            _ => assert!((120.0..253.0).contains(&brightness), "{brightness}"),
        }
    }
}

#[test]
fn a_vault_of_megabyte_names_is_drawn_in_time() {
    let mut model = Model::clone(&sample::model());
    let giant = SharedText::from("Établissement \u{202e}".repeat(1 << 16));
    for certificate in model.certificates.iter_mut() {
        let mut parts = certificate.parts();
        parts.item.name.clone_from(&giant);
        parts.subject.clone_from(&giant);
        parts.issuer_name.clone_from(&giant);
        *certificate = parts.into();
    }
    let frame = |model: Arc<Model>| {
        let mut window = Window::open(Wanted {
            model: Some(model),
            ..Wanted::default()
        });
        go(&mut window, Page::Items(Kind::Certificate));
        let start = Instant::now();
        for _ in 0..20 {
            window.harness.step();
        }
        start.elapsed() / 20
    };
    let ordinary = frame(sample::model());
    let long = frame(Arc::new(model));
    println!(
        "a frame takes {ordinary:?}, with {} bytes in each name {long:?}",
        giant.len()
    );
    // a build for tests on a busy machine: to lay out the whole names takes minutes
    assert!(
        long < ordinary * 4 + Duration::from_millis(100),
        "{long:?}, not {ordinary:?}"
    );
}
