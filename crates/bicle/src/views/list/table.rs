//! Draws the rows of a list: only those that are seen.

use std::sync::Arc;

use bicle_text::id;
use egui::{Id, Label, Layout, Modifiers, Popup, RichText, Sense, Ui};
use egui_extras::{Column as TableColumn, TableBuilder, TableRow};
use egui_material_icons::icons::{
    ICON_ARROW_DOWNWARD, ICON_ARROW_UPWARD, ICON_CHEVRON_RIGHT, ICON_EXPAND_MORE, ICON_KEY,
};

use super::column::{Column, NAME_LEAST, Width};
use super::desk::Shown;
use super::keyboard::{self, KeyAct};
use super::rows::{Cell, Line, Row, Rows};
use super::{ListEvent, PageState, Toggled};
use crate::commands::{Environment, UiCommand};
use crate::context::{Context, Page};
use crate::theme::{Tokens, size, space};
use crate::widgets::icon::Icon;
use crate::widgets::{badge, icon, menu};

/// The height of the header.
const HEADER: f32 = 32.0;
/// How far each level of the tree stands to the right.
const INDENT: f32 = 18.0;

/// Draws the table; answers which branches of the tree were opened or closed.
pub(super) fn ui(
    ui: &mut Ui,
    context: &mut Context<'_>,
    page: Page,
    state: &mut PageState,
    shown: &Shown,
    events: &mut Vec<ListEvent>,
) -> Vec<Toggled> {
    let rows = &shown.rows;
    let mut toggled = Vec::new();
    let area = ui.available_rect_before_wrap();
    let list_id = Id::unique(("list", page));
    let tree = rows.tree;

    let focus = ui.interact(area, list_id, Sense::focusable_noninteractive());
    if std::mem::take(&mut state.focus) {
        focus.request_focus();
    }
    let name = context.text(UiCommand::of_page(page).text());
    ui.ctx().accesskit_node_builder(list_id, |node| {
        node.set_role(if tree {
            egui::accesskit::Role::Tree
        } else {
            egui::accesskit::Role::ListBox
        });
        node.set_label(name);
        node.set_multiselectable();
    });
    let mut menu_by_key = false;
    if focus.has_focus() {
        let filter = egui::EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            ..egui::EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(list_id, filter));
        let page_rows = whole((area.height() - HEADER) / size::ROW);
        let acts = ui.input_mut(|input| keyboard::read(input, state, rows, page_rows));
        for act in acts {
            match act {
                KeyAct::Open(item) => events.push(ListEvent::Opened(item)),
                KeyAct::Toggle(branch) => toggled.push(branch),
                KeyAct::Menu => menu_by_key = true,
            }
        }
    }

    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(0.0, 0.0);
        // the lines between columns show where they are dragged, under the pointer alone
        ui.visuals_mut().widgets.noninteractive.bg_stroke = egui::Stroke::NONE;
        let columns = Column::fitting(page, area.width());
        let mut builder = TableBuilder::new(ui)
            .id_salt(("table", page, columns.len()))
            .striped(false)
            .sense(Sense::CLICK)
            .auto_shrink(false)
            .cell_layout(Layout::left_to_right(egui::Align::Center));
        for column in columns {
            builder = builder.column(match column.width() {
                Width::Rest => TableColumn::remainder().at_least(NAME_LEAST).clip(true),
                Width::Points(points) => TableColumn::initial(points)
                    .at_least(60.0)
                    .clip(true)
                    .resizable(true),
            });
        }
        // what is to be seen may stand in the rows to come alone
        let reveal = state.reveal;
        state.reveal &= !shown.settled;
        if reveal && let Some(place) = state.cursor.and_then(|cursor| rows.place(cursor)) {
            builder = builder.scroll_to_row(place, None).animate_scrolling(false);
        }
        let mut table = Drawing {
            context,
            page,
            state,
            shown,
            rows,
            events,
            toggled: &mut toggled,
            focused: focus.has_focus(),
            list_id,
            menu_by_key,
            clicked: false,
            columns: columns.len(),
        };
        builder
            .header(HEADER, |mut header| {
                for (place, column) in columns.iter().enumerate() {
                    header.col(|ui| table.header_ui(ui, place, *column));
                }
            })
            .body(|body| {
                body.rows(size::ROW, rows.len(), |row| table.row_ui(row));
            });
        if table.clicked {
            focus.request_focus();
        }
    });
    toggled
}

struct Drawing<'a, 'c> {
    context: &'a mut Context<'c>,
    page: Page,
    state: &'a mut PageState,
    shown: &'a Shown,
    rows: &'a Arc<Rows>,
    events: &'a mut Vec<ListEvent>,
    toggled: &'a mut Vec<Toggled>,
    focused: bool,
    list_id: Id,
    menu_by_key: bool,
    clicked: bool,
    columns: usize,
}

impl Drawing<'_, '_> {
    /// A title. A click sorts by it; the name tells the direction.
    fn header_ui(&mut self, ui: &mut Ui, place: usize, column: Column) {
        let tokens = self.context.tokens;
        let sorting = self.state.sorting;
        let title = self.context.text(column.title());
        let sorted = sorting.column == place;
        let spoken = if sorted {
            let direction = if sorting.descending {
                id::WINDOW_SORTED_DESCENDING
            } else {
                id::WINDOW_SORTED_ASCENDING
            };
            self.context
                .text_with(direction, &[("column", (&title).into())])
        } else {
            title.clone()
        };
        let rect = ui.max_rect();
        let response = ui.interact(rect, self.list_id.with(("header", place)), Sense::CLICK);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ColumnHeader, true, &spoken));
        let color = if sorted || response.hovered() {
            tokens.text
        } else {
            tokens.text_weak
        };
        ui.painter().hline(
            rect.x_range(),
            rect.bottom(),
            egui::Stroke::new(1.0, tokens.border),
        );
        ui.spacing_mut().item_spacing.x = space::TINY;
        ui.add_space(if place == 0 {
            space::LARGE
        } else {
            space::SMALL
        });
        if place == 0 && self.rows.tree {
            ui.add_space(size::ICON + space::SMALL);
        }
        let font = egui::FontId::proportional(size::SMALL);
        let galley = ui.painter().layout_no_wrap(title, font, color);
        let (title_rect, _) = ui.allocate_exact_size(galley.size(), Sense::hover());
        ui.painter().galley(title_rect.min, galley, color);
        if sorted {
            let arrow = if sorting.descending {
                ICON_ARROW_DOWNWARD
            } else {
                ICON_ARROW_UPWARD
            };
            icon::decoration_sized(ui, arrow, tokens.accent, size::SMALL);
        }
        if response
            .on_hover_cursor(egui::CursorIcon::PointingHand)
            .clicked()
        {
            let descending = sorted && !sorting.descending;
            self.state.sorting = super::Sorting {
                column: place,
                descending,
            };
            self.clicked = true;
        }
    }

    fn row_ui(&mut self, mut table_row: TableRow<'_, '_>) {
        let place = table_row.index();
        let Some((row, line)) = self.shown.row(place) else {
            return;
        };
        let row = row.as_ref();
        let selected = self.state.selected.contains(row.id);
        table_row.set_selected(selected);
        let mut toggled = false;
        for (column, cell) in row.cells.iter().take(self.columns).enumerate() {
            let (_, response) = table_row.col(|ui| {
                if column == 0 {
                    toggled |= self.name_ui(ui, row, line, cell);
                } else {
                    ui.add_space(space::SMALL);
                    cell_ui(ui, self.context.tokens, cell);
                }
            });
            if column == 0 {
                self.name_node(&response, row, line, selected, place);
                if self.focused && self.state.cursor == Some(row.id) {
                    let mut rect = response.rect;
                    rect.max.x = rect.min.x + 3.0;
                    response.ctx.layer_painter(response.layer_id).rect_filled(
                        rect.shrink2(egui::vec2(0.0, 2.0)),
                        1.5,
                        self.context.tokens.accent,
                    );
                }
            }
        }
        let response = table_row.response();
        if toggled {
            self.toggled.push(Toggled {
                item: row.id,
                was_expanded: line.expanded == Some(true),
            });
            self.clicked = true;
        } else {
            self.row_clicks(&response, row, place, selected);
        }
        self.row_menu(&response, row, place);
    }

    /// The first cell: the tree's arrow, the name, the marks. Answers whether the arrow was clicked.
    fn name_ui(&self, ui: &mut Ui, row: &Row, line: Line, cell: &Cell) -> bool {
        let tokens = self.context.tokens;
        let mut toggled = false;
        ui.spacing_mut().item_spacing.x = 0.0;
        let depth = f32::from(line.depth.min(24));
        ui.add_space(space::LARGE + depth * INDENT - ui.spacing().item_spacing.x);
        ui.spacing_mut().item_spacing.x = space::SMALL;
        if let Some(expanded) = line.expanded {
            let arrow = if expanded {
                ICON_EXPAND_MORE
            } else {
                ICON_CHEVRON_RIGHT
            };
            toggled = arrow_ui(ui, tokens, arrow, self.list_id.with(("arrow", row.id)));
        } else if self.rows.tree {
            ui.add_space(size::ICON + space::SMALL);
        }
        if row.test || row.has_key {
            // the marks keep their place at the right of the name, however long it is
            let marks = if row.test { 52.0 } else { 0.0 } + if row.has_key { 26.0 } else { 0.0 };
            let width = (ui.available_width() - marks - space::SMALL).max(40.0);
            middle_ui(ui, &cell.text, tokens.text, width);
            if row.test {
                badge::test(ui, tokens, self.context.texts);
            }
            if row.has_key {
                icon::decoration_sized(ui, ICON_KEY, tokens.text_weak, 16.0);
            }
        } else {
            let width = (ui.available_width() - space::SMALL).max(40.0);
            middle_ui(ui, &cell.text, tokens.text, width);
        }
        toggled
    }

    fn name_node(
        &self,
        response: &egui::Response,
        row: &Row,
        line: Line,
        selected: bool,
        place: usize,
    ) {
        let tree = self.rows.tree;
        let name = row.cells.first().map_or("", |cell| &cell.text);
        let description = match (row.has_key, row.spoken.is_empty()) {
            (true, _) => {
                format!(
                    "{}, {}",
                    row.spoken,
                    self.context.text(id::WINDOW_MARK_KEY_HERE)
                )
            }
            (false, _) => row.spoken.clone(),
        };
        response.widget_info(|| {
            let role = if tree {
                egui::Role::TreeItem
            } else {
                egui::Role::ListBoxOption
            };
            egui::WidgetInfo::selected(role, true, selected, name)
        });
        response.ctx.accesskit_node_builder(response.id, |node| {
            node.set_description(description);
            node.set_position_in_set(place.saturating_add(1));
            node.set_size_of_set(self.rows.len());
            node.set_selected(selected);
            if tree {
                node.set_level(usize::from(line.depth).saturating_add(1));
                if let Some(expanded) = line.expanded {
                    node.set_expanded(expanded);
                }
            }
        });
        if self.state.cursor == Some(row.id) {
            let node_id = response.id.accesskit_id();
            response
                .ctx
                .accesskit_node_builder(self.list_id, |node| node.set_active_descendant(node_id));
        }
    }

    fn row_clicks(&mut self, response: &egui::Response, row: &Row, place: usize, selected: bool) {
        let modifiers = response.ctx.input(|input| input.modifiers);
        if response.clicked() {
            self.clicked = true;
            if modifiers.matches_logically(Modifiers::COMMAND) {
                keyboard::toggle(self.state, row.id);
            } else {
                keyboard::move_to(self.state, self.rows, place, modifiers.shift);
                self.state.reveal = false;
            }
        }
        if response.double_clicked() {
            self.events.push(ListEvent::Opened(row.id));
        }
        if response.secondary_clicked() {
            self.clicked = true;
            if !selected {
                keyboard::move_to(self.state, self.rows, place, false);
                self.state.reveal = false;
            }
        }
    }

    fn row_menu(&mut self, response: &egui::Response, row: &Row, _place: usize) {
        // an id of its own: a cell's changes with the columns that fit
        let popup_id = self.list_id.with(("menu", row.id));
        if self.menu_by_key && self.state.cursor == Some(row.id) {
            Popup::open_id(&response.ctx, popup_id);
        }
        let by_key = Popup::is_id_open(&response.ctx, popup_id)
            && Popup::position_of_id(&response.ctx, popup_id).is_none();
        let popup = Popup::context_menu(response).id(popup_id);
        let popup = if by_key {
            popup.anchor(response.rect)
        } else {
            popup
        };
        let environment = Environment {
            model: self.context.model.map(AsRef::as_ref),
            page: self.page,
            selection: self.state.selected.items(),
            dialog_open: false,
        };
        let mut chosen = None;
        let (tokens, texts) = (self.context.tokens, self.context.texts);
        popup.show(|ui| {
            let why = texts.text(id::WINDOW_READ_ONLY_REASON);
            chosen = menu::commands(ui, tokens, texts, &UiCommand::ON_ITEM, |command| {
                command.in_context_menu(&environment, &why)
            });
        });
        if let Some(command) = chosen {
            self.events.push(ListEvent::Command(command));
        }
    }
}

fn cell_ui(ui: &mut Ui, tokens: &Tokens, cell: &Cell) {
    ui.spacing_mut().item_spacing.x = space::TINY + 2.0;
    let color = cell
        .tone
        .map_or(tokens.text_weak, |tone| tokens.strong(tone));
    // some air before the next column
    let inner = egui::vec2(
        (ui.available_width() - space::SMALL).max(1.0),
        ui.available_height(),
    );
    ui.allocate_ui_with_layout(inner, Layout::left_to_right(egui::Align::Center), |ui| {
        if let Some(symbol) = cell.icon {
            icon::decoration_sized(ui, symbol, color, 16.0);
        }
        text_ui(ui, &cell.text, color);
    });
}

/// A text on one line, cut with "…"; the whole of it as a tooltip.
fn text_ui(ui: &mut Ui, text: &str, color: egui::Color32) {
    // long values (a name of 64 KB) are not laid out whole at every frame
    let short = crate::say::shortened(text, 200);
    ui.add(
        Label::new(RichText::new(short.as_ref()).color(color))
            .truncate()
            .selectable(false),
    );
}

/// A name on one line, cut in the middle: authorities differ by their last word.
fn middle_ui(ui: &mut Ui, text: &str, color: egui::Color32, width: f32) {
    let text = crate::say::shortened(text, 200);
    let font = egui::FontId::proportional(size::BODY);
    let lay_out = |text: String| ui.painter().layout_no_wrap(text, font.clone(), color);
    let fits = |galley: &egui::Galley| galley.size().x <= width;
    let whole = lay_out(text.clone().into_owned());
    if fits(&whole) {
        // laid out once: a list that is scrolled has new names at every frame
        ui.add(Label::new(whole).selectable(false));
        return;
    }
    // the longest that fits, by halving; egui keeps what it has laid out
    let (mut least, mut most) = (2, text.chars().count());
    while least < most {
        let kept = least.midpoint(most.saturating_add(1));
        if fits(&lay_out(cut_middle(&text, kept))) {
            least = kept;
        } else {
            most = kept.saturating_sub(1);
        }
    }
    let label = Label::new(RichText::new(cut_middle(&text, least)).color(color))
        .truncate()
        .selectable(false);
    ui.add(label).on_hover_text(text.as_ref());
}

/// The first and last characters, `kept` in all, with "…" between.
fn cut_middle(text: &str, kept: usize) -> String {
    let head = kept.div_ceil(2);
    let tail = kept.saturating_sub(head);
    let count = text.chars().count();
    let first: String = text.chars().take(head).collect();
    let last: String = text.chars().skip(count.saturating_sub(tail)).collect();
    format!("{}…{}", first.trim_end(), last.trim_start())
}

fn arrow_ui(ui: &mut Ui, tokens: &Tokens, arrow: Icon, arrow_id: Id) -> bool {
    let drawn = icon::decoration(ui, arrow, tokens.text_weak);
    // the row's own node tells "expanded": this one is for the pointer
    ui.interact(drawn.rect.expand(4.0), arrow_id, Sense::CLICK)
        .clicked()
}

/// How many whole rows fit, for page up and down.
fn whole(rows: f32) -> usize {
    let mut count: u16 = 1;
    while f32::from(count) + 1.0 <= rows && count < 500 {
        count = count.saturating_add(1);
    }
    usize::from(count)
}

#[cfg(test)]
mod tests {
    use super::{cut_middle, whole};

    #[test]
    fn a_long_name_keeps_its_ends() {
        assert_eq!(
            cut_middle("AC IGC-SANTE ELEMENTAIRE ORGANISATIONS", 12),
            "AC IGC…ATIONS"
        );
        assert_eq!(cut_middle("été", 2), "é…é");
    }

    #[test]
    fn whole_rows_are_counted() {
        assert_eq!(whole(7.9), 7);
        assert_eq!(whole(0.2), 1);
    }
}
