//! The window through its widgets, by name, with fakes around it: lists, keyboard, language, drops.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used
)]

mod asking_again;
#[path = "../common/mod.rs"]
mod common;
mod details;
mod leaving;
mod lists;
mod locking;
mod long_lists;
mod read_only;
mod secret_typing;
mod whole;

use bicle::commands::UiCommand;
use bicle::context::Page;
use bicle_core::id::Kind;
use common::Window;
use egui::accesskit::Role;
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
