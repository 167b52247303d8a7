//! What a page says when it has nothing to show: why, and what to do.

use bicle_core::id::Kind;
use bicle_text::{Id, id};
use egui::{Label, RichText, Ui};
use egui_material_icons::icons::ICON_SEARCH;

use crate::commands::UiCommand;
use crate::context::{Context, Page};
use crate::theme::{size, space, title_style};
use crate::widgets::{button, icon};

/// What the user chose on an empty page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// An act that fills it.
    Command(UiCommand),
    /// Take the filter away.
    ClearSearch,
}

/// A page without any item.
pub fn page_ui(ui: &mut Ui, context: &Context<'_>, page: Page) -> Option<Chosen> {
    let (title, line, acts): (Id, Id, &[UiCommand]) = match page {
        Page::Items(Kind::Order) => (
            id::WINDOW_EMPTY_ORDERS,
            id::WINDOW_EMPTY_ORDERS_WHAT,
            &[UiCommand::NewOrder],
        ),
        Page::Items(Kind::Key) => (
            id::WINDOW_EMPTY_KEYS,
            id::WINDOW_EMPTY_KEYS_WHAT,
            &[UiCommand::NewOrder, UiCommand::GenerateKey],
        ),
        Page::Items(Kind::Request) => (
            id::WINDOW_EMPTY_REQUESTS,
            id::WINDOW_EMPTY_REQUESTS_WHAT,
            &[UiCommand::NewOrder, UiCommand::Import, UiCommand::CertReq],
        ),
        Page::Items(Kind::Certificate) => (
            id::WINDOW_EMPTY_CERTIFICATES,
            id::WINDOW_EMPTY_CERTIFICATES_WHAT,
            &[UiCommand::Import],
        ),
        Page::Items(Kind::List) => (
            id::WINDOW_EMPTY_LISTS,
            id::WINDOW_EMPTY_LISTS_WHAT,
            &[UiCommand::Import],
        ),
        Page::Items(Kind::Template) => (
            id::WINDOW_EMPTY_TEMPLATES,
            id::WINDOW_EMPTY_TEMPLATES_WHAT,
            &[],
        ),
        Page::Bin => (id::WINDOW_EMPTY_BIN, id::WINDOW_EMPTY_BIN_WHAT, &[]),
    };
    let symbol = UiCommand::of_page(page).icon();
    let (title, line) = (context.text(title), context.text(line));
    message_ui(ui, context, symbol, &title, &line, |ui| {
        let mut chosen = None;
        for (place, command) in acts.iter().copied().enumerate() {
            let label = context.text(command.text());
            let clicked = if place == 0 {
                button::primary(ui, context.tokens, Some(command.icon()), &label).clicked()
            } else {
                button::secondary(ui, context.tokens, Some(command.icon()), &label).clicked()
            };
            if clicked {
                chosen = Some(Chosen::Command(command));
            }
        }
        chosen
    })
}

/// A page whose items the search leaves out.
pub fn search_ui(ui: &mut Ui, context: &Context<'_>, filter: &str) -> Option<Chosen> {
    let filter = crate::say::escaped(filter);
    let title = context.text_with(id::WINDOW_EMPTY_SEARCH, &[("text", filter.as_ref().into())]);
    let line = context.text(id::WINDOW_EMPTY_SEARCH_WHAT);
    message_ui(ui, context, ICON_SEARCH, &title, &line, |ui| {
        let label = context.text(id::WINDOW_SEARCH_CLEAR);
        let clicked = button::secondary(ui, context.tokens, None, &label).clicked();
        clicked.then_some(Chosen::ClearSearch)
    })
}

fn message_ui<R>(
    ui: &mut Ui,
    context: &Context<'_>,
    symbol: icon::Icon,
    title: &str,
    line: &str,
    acts: impl FnOnce(&mut Ui) -> R,
) -> R {
    let tokens = context.tokens;
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() / 4.0).min(140.0));
        icon::decoration_sized(ui, symbol, tokens.border_strong, size::ICON_LARGE);
        ui.add_space(space::SMALL);
        ui.add(
            Label::new(
                RichText::new(title)
                    .text_style(title_style())
                    .color(tokens.text),
            )
            .wrap(),
        );
        ui.scope(|ui| {
            ui.set_max_width(420.0);
            ui.add(Label::new(RichText::new(line).color(tokens.text_weak)).wrap());
        });
        ui.add_space(space::MEDIUM);
        acts(ui)
    })
    .inner
}
