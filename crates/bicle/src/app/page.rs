//! The page in the middle: its title, its own buttons, its list.

use bicle_core::id::Kind;
use bicle_text::id;
use egui::{Align, Label, Layout, Popup, RichText, Ui};
use egui_material_icons::icons::{ICON_ARROW_DOWNWARD, ICON_ARROW_UPWARD, ICON_SWAP_VERT};

use super::App;
use super::bar::search_field;
use crate::commands::UiCommand;
use crate::context::Page;
use crate::theme::{Tokens, size, space};
use crate::views::empty::{self, Chosen};
use crate::views::list::{Column, ListEvent};
use crate::widgets::{button, choice, menu};

/// Room that a page's second button needs beside the first, in points: its longest words.
const SECOND_BUTTON: f32 = 280.0;

impl App {
    pub(super) fn page_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens) {
        let page = self.page;
        let context = self.shared.context(tokens);
        let searching = ui.memory(|memory| memory.has_focus(search_field()));
        let rows = self
            .lists
            .rows(ui.ctx(), &context, page, &self.filter, searching);
        let Some(rows) = rows else {
            // a long list of another page comes within some frames
            self.head_ui(ui, tokens, 0, 0);
            return;
        };
        let (shown, total) = (rows.rows.len(), rows.rows.total);
        self.head_ui(ui, tokens, shown, total);
        if total == 0 || shown == 0 {
            let context = self.shared.context(tokens);
            let chosen = if total == 0 {
                empty::page_ui(ui, &context, page)
            } else {
                empty::search_ui(ui, &context, &rows.rows.filter)
            };
            match chosen {
                Some(Chosen::Command(command)) => self.run(command, ui.ctx()),
                Some(Chosen::ClearSearch) => self.filter.clear(),
                None => {}
            }
            return;
        }
        let sorting = self.lists.sorting(page);
        let mut context = self.shared.context(tokens);
        let events = self.lists.ui(ui, &mut context, page, &rows);
        if self.lists.sorting(page) != sorting {
            self.keep_settings();
        }
        for event in events {
            match event {
                ListEvent::Opened(item) => self.open_item(item),
                ListEvent::Command(command) => self.run(command, ui.ctx()),
            }
        }
    }

    /// Enter or a double click: only that item, with its details.
    fn open_item(&mut self, item: bicle_core::id::ItemId) {
        if self.page != Page::Bin {
            self.lists.select(self.page, item);
        }
    }

    fn head_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens, shown: usize, total: usize) {
        let texts = self.shared.texts;
        let page = self.page;
        let frame = egui::Frame::new().inner_margin(egui::Margin {
            left: 16,
            right: 12,
            top: 12,
            bottom: 8,
        });
        frame.show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.set_height(size::CONTROL);
                let title = texts.text(UiCommand::of_page(page).text());
                let heading = ui.add(
                    Label::new(RichText::new(&title).heading().color(tokens.text))
                        .selectable(false),
                );
                ui.ctx().accesskit_node_builder(heading.id, |node| {
                    node.set_role(egui::accesskit::Role::Heading);
                });
                if shown != total {
                    let said = texts.text_with(
                        id::WINDOW_COUNT_FILTERED,
                        &[("shown", shown.into()), ("total", total.into())],
                    );
                    ui.add(Label::new(RichText::new(said).color(tokens.text_weak)));
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    self.sort_menu_ui(ui, tokens);
                    match page {
                        Page::Items(Kind::Certificate) => {
                            let name = texts.text(id::WINDOW_CERTIFICATES_VIEW);
                            // from right to left here
                            let options = [
                                (true, texts.text(id::WINDOW_CERTIFICATES_FLAT)),
                                (false, texts.text(id::WINDOW_CERTIFICATES_TREE)),
                            ];
                            let mut flat = self.lists.flat;
                            if choice::segmented(ui, tokens, &name, &mut flat, &options) {
                                self.run(UiCommand::Tree, ui.ctx());
                            }
                        }
                        Page::Items(Kind::Key) => {
                            self.own_button_ui(ui, tokens, UiCommand::GenerateKey);
                        }
                        Page::Items(Kind::Request) => {
                            self.own_button_ui(ui, tokens, UiCommand::CreateRequest);
                            // beside the details it would cover the title: the vault's menu has it
                            if ui.available_width() > SECOND_BUTTON {
                                self.own_button_ui(ui, tokens, UiCommand::CertReq);
                            }
                        }
                        Page::Bin => {
                            self.own_button_ui(ui, tokens, UiCommand::Restore);
                            self.own_button_ui(ui, tokens, UiCommand::Purge);
                        }
                        Page::Items(Kind::List) => {
                            self.own_button_ui(ui, tokens, UiCommand::Import)
                        }
                        Page::Items(Kind::Order | Kind::Template) => {}
                    }
                });
            });
        });
        ui.add_space(space::TINY);
    }

    fn own_button_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens, command: UiCommand) {
        let label = self.shared.texts.text(command.text());
        let environment = self.environment();
        let blocked = command.blocked(&environment);
        let enabled = command.enabled(&environment) || (self.host.is_open() && !blocked);
        let mut response = ui
            .add_enabled_ui(enabled, |ui| {
                button::secondary(ui, tokens, Some(command.icon()), &label)
            })
            .inner;
        if blocked {
            let why = self.shared.texts.text(id::WINDOW_READ_ONLY_REASON);
            response = response.on_disabled_hover_text(why);
        }
        if response.clicked() {
            self.run(command, ui.ctx());
        }
    }

    /// Sorting for the keyboard: the titles of the columns are for the pointer.
    fn sort_menu_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens) {
        let texts = self.shared.texts;
        let page = self.page;
        let response = button::icon(ui, tokens, ICON_SWAP_VERT, &texts.text(id::WINDOW_SORT));
        let mut chosen = None;
        let sorting = self.lists.sorting(page);
        Popup::menu(&response).show(|ui| {
            for (place, column) in Column::of(page).iter().enumerate() {
                let symbol = match (sorting.column == place, sorting.descending) {
                    (true, true) => ICON_ARROW_DOWNWARD,
                    (true, false) => ICON_ARROW_UPWARD,
                    (false, _) => ICON_SWAP_VERT,
                };
                let title = texts.text(column.title());
                if menu::entry(ui, tokens, Some(symbol), &title, None).clicked() {
                    chosen = Some(place);
                    ui.close();
                }
            }
        });
        if let Some(place) = chosen {
            self.lists.sort_by(page, place);
            self.keep_settings();
        }
    }
}
