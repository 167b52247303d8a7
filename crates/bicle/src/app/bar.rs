//! The bar at the top and the line at the foot.

use std::path::Path;

use bicle_text::{Language, id};
use egui::{Align, Label, Layout, Popup, RichText, Ui};
use egui_material_icons::icons::{
    ICON_CHECK, ICON_CLOSE, ICON_CONTRAST, ICON_DARK_MODE, ICON_EXPAND_MORE, ICON_LIGHT_MODE,
    ICON_LOCK_OPEN, ICON_SEARCH, ICON_VISIBILITY,
};

use super::App;
use crate::commands::UiCommand;
use crate::context::Action;
use crate::say;
use crate::theme::{ThemeChoice, Tokens, Tone, size, space, title_style};
use crate::widgets::{button, field, menu};

/// The width of the search field, in points.
const SEARCH: f32 = 280.0;

impl App {
    pub(super) fn bar_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens) {
        ui.horizontal_centered(|ui| {
            ui.set_height(36.0);
            let open = self.shared.model.is_some();
            crate::icon::draw(ui, 28.0);
            if open {
                self.vault_menu_ui(ui, tokens);
            } else {
                let name = self.shared.texts.text(id::WINDOW_APPLICATION);
                let name = RichText::new(name)
                    .text_style(title_style())
                    .color(tokens.text);
                ui.add(Label::new(name).selectable(false));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if open {
                    self.command_button_ui(ui, tokens, UiCommand::Lock, Style::Icon);
                }
                self.theme_ui(ui, tokens);
                self.language_ui(ui, tokens);
                if open {
                    ui.add_space(space::SMALL);
                    self.command_button_ui(ui, tokens, UiCommand::NewOrder, Style::Primary);
                    self.command_button_ui(ui, tokens, UiCommand::Import, Style::Secondary);
                    ui.add_space(space::SMALL);
                    self.search_ui(ui, tokens);
                }
            });
        });
    }

    /// The vault's name, with what can be done with it.
    fn vault_menu_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens) {
        let Some(model) = self.shared.model.clone() else {
            return;
        };
        let texts = self.shared.texts;
        let name = vault_name(&model.vault.path);
        let spoken = texts.text_with(id::WINDOW_VAULT_MENU, &[("name", (&name).into())]);
        let words = RichText::new(say::shortened(&name, 32).as_ref())
            .text_style(title_style())
            .color(tokens.text);
        let arrow = ICON_EXPAND_MORE
            .rich_text()
            .size(size::ICON)
            .color(tokens.text_weak);
        let menu_button = ui
            .add(egui::Button::new((words, arrow)).frame_when_inactive(false))
            .accessible_name(&spoken)
            .on_hover_text(say::escaped_value(&model.vault.path.display().to_string()).as_ref());
        let mut chosen = None;
        let environment = self.environment();
        Popup::menu(&menu_button).show(|ui| {
            let offered: Vec<UiCommand> = UiCommand::ON_VAULT
                .into_iter()
                .filter(|command| *command != UiCommand::TrustTestBranch)
                .collect();
            let why = texts.text(id::WINDOW_READ_ONLY_REASON);
            chosen = menu::commands(ui, tokens, texts, &offered, |command| {
                command.in_menu(&environment, &why)
            });
            menu::separator(ui);
            let command = UiCommand::TrustTestBranch;
            let mut trusted = model.vault.test_branch_trusted;
            // a menu draws its entries without a frame, and the box with them
            ui.visuals_mut().widgets.inactive.bg_stroke =
                egui::Stroke::new(1.0, tokens.border_strong);
            let changeable = !command.blocked(&environment);
            let tick = egui::Checkbox::new(&mut trusted, texts.text(command.text()));
            if ui
                .add_enabled(changeable, tick)
                .on_disabled_hover_text(&why)
                .clicked()
            {
                chosen = Some(command);
                ui.close();
            }
        });
        if let Some(command) = chosen {
            self.run(command, ui.ctx());
        }
    }

    fn search_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens) {
        let texts = self.shared.texts;
        let label = texts.text(UiCommand::Search.text());
        let hint = texts.text(id::WINDOW_SEARCH_HINT);
        ui.allocate_ui_with_layout(
            egui::vec2(SEARCH.min(ui.available_width()), size::CONTROL),
            Layout::right_to_left(Align::Center),
            |ui| {
                ui.spacing_mut().item_spacing.x = space::TINY;
                let filtered = !self.filter.is_empty();
                if filtered
                    && button::icon(ui, tokens, ICON_CLOSE, &texts.text(id::WINDOW_SEARCH_CLEAR))
                        .clicked()
                {
                    self.filter.clear();
                }
                let symbol = ICON_SEARCH
                    .rich_text()
                    .size(size::ICON)
                    .color(tokens.text_weak);
                let response = ui.add(
                    field::single_line(&mut self.filter)
                        // a fixed id: the button before it comes and goes
                        .id(search_field())
                        .hint_text(RichText::new(hint).color(tokens.text_weak))
                        .prefix(symbol)
                        .desired_width(f32::INFINITY),
                );
                let response = response.accessible_name(label);
                if std::mem::take(&mut self.focus_search) {
                    response.request_focus();
                }
                let (escape, down) = ui.input(|input| {
                    (
                        input.key_pressed(egui::Key::Escape),
                        input.key_pressed(egui::Key::ArrowDown)
                            || input.key_pressed(egui::Key::Enter),
                    )
                });
                if response.lost_focus() && escape {
                    self.filter.clear();
                }
                if (response.has_focus() || response.lost_focus()) && down {
                    self.lists.focus(self.page);
                }
            },
        );
    }

    /// A click changes every word at once.
    fn language_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens) {
        let present = self.shared.texts.language();
        let name = self.shared.texts.text(id::WINDOW_LANGUAGE);
        // each other language says its own name: who needs it can read it
        for language in Language::ALL
            .into_iter()
            .filter(|language| *language != present)
        {
            let response = button::quiet(ui, tokens, None, language.own_name());
            if response.on_hover_text(&name).clicked() {
                self.shared.actions.push(Action::Language(language));
            }
        }
    }

    fn theme_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens) {
        let texts = self.shared.texts;
        let name = texts.text(id::WINDOW_THEME);
        let symbol = if tokens.dark {
            ICON_DARK_MODE
        } else {
            ICON_LIGHT_MODE
        };
        let response = button::icon(ui, tokens, symbol, &name);
        let mut chosen = None;
        Popup::menu(&response).show(|ui| {
            for option in ThemeChoice::ALL {
                let (symbol, word) = match option {
                    ThemeChoice::System => (ICON_CONTRAST, id::WINDOW_THEME_SYSTEM),
                    ThemeChoice::Light => (ICON_LIGHT_MODE, id::WINDOW_THEME_LIGHT),
                    ThemeChoice::Dark => (ICON_DARK_MODE, id::WINDOW_THEME_DARK),
                };
                // the mark of the choice, in place of a shortcut
                let mark = (self.settings.theme == option).then_some(ICON_CHECK.codepoint);
                if menu::entry(ui, tokens, Some(symbol), &texts.text(word), mark).clicked() {
                    chosen = Some(option);
                    ui.close();
                }
            }
        });
        if let Some(choice) = chosen {
            self.shared.actions.push(Action::Theme(choice));
        }
    }

    fn command_button_ui(
        &mut self,
        ui: &mut Ui,
        tokens: &'static Tokens,
        command: UiCommand,
        style: Style,
    ) {
        let label = self.shared.texts.text(command.text());
        let symbol = Some(command.icon());
        let environment = self.environment();
        let blocked = command.blocked(&environment);
        let enabled = command.enabled(&environment) || (self.host.is_open() && !blocked);
        let response = ui
            .add_enabled_ui(enabled, |ui| match style {
                Style::Primary => button::primary(ui, tokens, symbol, &label),
                Style::Secondary => button::secondary(ui, tokens, symbol, &label),
                Style::Icon => button::icon(ui, tokens, command.icon(), &label),
            })
            .inner;
        let response = match command.shortcut_text(ui.ctx()) {
            _ if blocked => {
                let why = self.shared.texts.text(id::WINDOW_READ_ONLY_REASON);
                response.on_disabled_hover_text(why)
            }
            Some(shortcut) => response.on_hover_text(shortcut),
            None => response,
        };
        if response.clicked() {
            self.run(command, ui.ctx());
        }
    }

    /// Says that nothing can be changed, and leads out.
    pub(super) fn read_only_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens) {
        let texts = self.shared.texts;
        ui.horizontal_centered(|ui| {
            let symbol = ICON_VISIBILITY
                .rich_text()
                .size(size::ICON)
                .color(tokens.strong(Tone::Warning));
            ui.add(Label::new(symbol).selectable(false));
            let said = RichText::new(texts.text(id::WINDOW_READ_ONLY)).color(tokens.text);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let label = texts.text(id::WINDOW_READ_ONLY_LEAVE);
                if button::quiet(ui, tokens, Some(ICON_LOCK_OPEN), &label).clicked()
                    && let Some(model) = &self.shared.model
                {
                    let path = model.vault.path.clone();
                    self.shared.actions.push(Action::ChooseVault(path));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(Label::new(said).truncate());
                });
            });
        });
    }

    /// The line at the foot: what is being done, what is selected.
    pub(super) fn status_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens) {
        let texts = self.shared.texts;
        ui.horizontal_centered(|ui| {
            let doing = self.doing.iter().max_by_key(|(job, _)| **job);
            if let Some((job, doing)) = doing {
                let job = *job;
                ui.add(egui::Spinner::new().size(14.0).color(tokens.accent));
                let words = RichText::new(say::phrase(texts, doing)).size(size::SMALL);
                ui.add(Label::new(words.color(tokens.text)).truncate());
                if self.host.is_open() {
                    return;
                }
                if button::quiet(ui, tokens, None, &texts.text(id::WINDOW_CANCEL)).clicked() {
                    self.shared.backend.cancel(job);
                }
                return;
            }
            let weak = |text: String| {
                RichText::new(text)
                    .size(size::SMALL)
                    .color(tokens.text_weak)
            };
            let selected = self.lists.selection(self.page).len();
            if selected > 1 {
                let said =
                    texts.text_with(id::WINDOW_STATUS_SELECTED, &[("count", selected.into())]);
                ui.add(Label::new(weak(said)).truncate());
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if let Some(model) = &self.shared.model {
                    let path = model.vault.path.display().to_string();
                    ui.add(Label::new(weak(say::escaped(&path).into_owned())).truncate());
                }
            });
        });
    }
}

/// How a command's button looks in the bar.
#[derive(Clone, Copy)]
enum Style {
    Primary,
    Secondary,
    Icon,
}

/// The field of the search.
pub(super) fn search_field() -> egui::Id {
    egui::Id::unique("search")
}

/// The name of a vault: its file's, without the ending.
pub(super) fn vault_name(path: &Path) -> String {
    let name = path
        .file_stem()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    say::escaped(&name).into_owned()
}
