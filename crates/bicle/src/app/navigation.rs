//! The pages at the left, with how many items each has.

use bicle_core::id::Kind;
use egui::{Align2, Sense, Ui};

use super::App;
use crate::commands::UiCommand;
use crate::context::{Action, Page};
use crate::theme::{CORNER, Tokens, size, space};

impl App {
    pub(super) fn navigation_ui(&mut self, ui: &mut Ui, tokens: &'static Tokens) {
        ui.spacing_mut().item_spacing.y = 2.0;
        for page in Page::ALL {
            if page == Page::Bin {
                ui.add_space(space::MEDIUM);
            }
            if self.entry_ui(ui, tokens, page) {
                self.shared.actions.push(Action::GoTo(page));
            }
        }
    }

    /// One page: icon, name, count. Answers whether it was chosen.
    fn entry_ui(&self, ui: &mut Ui, tokens: &Tokens, page: Page) -> bool {
        let command = UiCommand::of_page(page);
        let name = self.shared.texts.text(command.text());
        let count = self.count(page);
        let on = self.page == page;
        let (rect, response) =
            ui.allocate_exact_size(egui::vec2(ui.available_width(), 36.0), Sense::click());
        response.widget_info(|| {
            egui::WidgetInfo::selected(egui::Role::Tab, ui.is_enabled(), on, &name)
        });
        ui.ctx()
            .accesskit_node_builder(response.id, |node| node.set_description(count.to_string()));
        let fill = if on {
            Some(tokens.selected)
        } else if response.hovered() {
            Some(tokens.hover)
        } else {
            None
        };
        if let Some(fill) = fill {
            ui.painter().rect_filled(rect, CORNER, fill);
        }
        if response.has_focus() {
            let stroke = egui::Stroke::new(1.5, tokens.accent);
            ui.painter()
                .rect_stroke(rect, CORNER, stroke, egui::StrokeKind::Inside);
        }
        let color = if on { tokens.accent } else { tokens.text_weak };
        let symbol = command.icon();
        let middle = rect.center().y;
        ui.painter().text(
            egui::pos2(rect.left() + space::MEDIUM + 9.0, middle),
            Align2::CENTER_CENTER,
            symbol.codepoint,
            egui::FontId::new(size::ICON + 2.0, symbol.font_family()),
            color,
        );
        ui.painter().text(
            egui::pos2(rect.left() + 42.0, middle),
            Align2::LEFT_CENTER,
            name,
            egui::FontId::proportional(size::BODY),
            if on { tokens.accent } else { tokens.text },
        );
        if count > 0 {
            ui.painter().text(
                egui::pos2(rect.right() - space::MEDIUM, middle),
                Align2::RIGHT_CENTER,
                count.to_string(),
                egui::FontId::proportional(size::SMALL),
                tokens.text_weak,
            );
        }
        response.clicked()
    }

    fn count(&self, page: Page) -> usize {
        let Some(model) = &self.shared.model else {
            return 0;
        };
        match page {
            Page::Items(Kind::Order) => model.orders.len(),
            Page::Items(Kind::Key) => model.keys.len(),
            Page::Items(Kind::Request) => model.requests.len(),
            Page::Items(Kind::Certificate) => model.certificates.len(),
            Page::Items(Kind::List) => model.lists.len(),
            Page::Items(Kind::Template) => model.templates.len(),
            Page::Bin => model.bin.len(),
        }
    }
}
