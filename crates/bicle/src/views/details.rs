//! The panel beside the list: all that is known of the selected item.

use std::collections::HashSet;

use bicle_core::command::{Command, Event, JobId, Outcome};
use bicle_core::details::{Details, Label as DetailsLabel, Value};
use bicle_core::fault::Fault;
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{Branch, CertificateItem, Model, Remedy};
use bicle_text::{Language, Texts, id};
use egui::{Label, RichText, ScrollArea, Ui};
use egui_material_icons::icons::{ICON_CONTENT_COPY, ICON_MORE_VERT};

use crate::commands::{Environment, UiCommand};
use crate::context::{Action, Context, Page};
use crate::dialogs::Open;
use crate::say;
use crate::theme::{Tokens, Tone, size, space, title_style};
use crate::widgets::{badge, button, icon, link, menu, notice};

/// A longer value is cut, with a link that shows the rest: a certificate can hold megabytes.
const SHOWN_CHARACTERS: usize = 240;
/// The width of the labels' column, in points.
const LABEL_WIDTH: f32 = 132.0;

/// The details of one item, asked of the core when the item or the vault changes.
#[derive(Default)]
pub struct DetailsPanel {
    asked: Option<(ItemId, u64)>,
    job: Option<JobId>,
    details: Option<Box<Details>>,
    fault: Option<Fault>,
    shown: Option<Shown>,
    whole: HashSet<(usize, usize, usize)>,
}

/// The details in words, made once per details and language.
struct Shown {
    language: Language,
    sections: Vec<ShownSection>,
}

struct ShownSection {
    title: String,
    critical: bool,
    rows: Vec<(String, Vec<ShownValue>)>,
}

enum ShownValue {
    /// As it is shown; as it is copied, where that differs.
    Text(String, Option<String>),
    /// As it is copied, and in groups.
    Hex(String, String),
    Link(ItemId, String),
}

impl DetailsPanel {
    /// Forgets everything: the vault is locked.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Takes the answer to its own question.
    pub fn event(&mut self, event: Event) {
        match event {
            Event::Done {
                job,
                outcome: Outcome::Details(details),
            } if Some(job) == self.job => {
                self.details = Some(details);
                self.fault = None;
                self.shown = None;
                self.job = None;
            }
            Event::Failed { job, fault } if Some(job) == self.job => {
                self.details = None;
                self.fault = Some(fault);
                self.job = None;
            }
            _ => {}
        }
    }

    /// Asks for the details of an item, if they are not here.
    pub fn want(&mut self, context: &mut Context<'_>, item: ItemId) {
        let generation = context.model.map_or(0, |model| model.vault.generation);
        if self.asked == Some((item, generation)) {
            return;
        }
        if self.asked.is_some_and(|(asked, _)| asked != item) {
            self.details = None;
            self.shown = None;
            self.fault = None;
            self.whole.clear();
        }
        self.asked = Some((item, generation));
        self.job = Some(context.send(Command::Details(item)));
    }

    /// Draws the name, the state, the main acts of an item. Answers with the chosen command.
    pub fn head_ui(
        &mut self,
        ui: &mut Ui,
        context: &mut Context<'_>,
        item: ItemId,
    ) -> Option<UiCommand> {
        let model = std::sync::Arc::clone(context.model?);
        let tokens = context.tokens;
        let known = model.item(item)?;
        let page = UiCommand::of_page(Page::Items(item.kind));
        ui.horizontal_top(|ui| {
            icon::decoration_sized(ui, page.icon(), tokens.accent, 22.0);
            let name = say::escaped(&known.name);
            let name = RichText::new(say::shortened(&name, SHOWN_CHARACTERS).as_ref())
                .text_style(title_style())
                .color(tokens.text);
            ui.add(Label::new(name).wrap());
        });
        let test = is_test(&model, item);
        if test || item.kind == Kind::Certificate {
            marks_ui(ui, context, &model, item, test);
        }
        if let Some(certificate) = model.certificate(item) {
            ui.add_space(space::TINY);
            verdict_ui(ui, context, certificate);
        }
        if let Some(list) = model.list(item) {
            ui.add_space(space::TINY);
            super::revocation_list::ui(ui, context, &model, list);
        }
        if !known.comment.is_empty() {
            let comment = say::escaped_value(&known.comment);
            let comment = say::shortened(&comment, SHOWN_CHARACTERS * 4);
            ui.add(Label::new(RichText::new(comment.as_ref()).color(tokens.text_weak)).wrap());
        }
        ui.add_space(space::TINY);
        acts_ui(ui, context, &model, item)
    }

    /// Draws the sections.
    pub fn body_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, item: ItemId) {
        if let Some(fault) = &self.fault {
            notice::fault(ui, context.tokens, context.texts, fault);
            return;
        }
        let Some(details) = self.details.as_ref().filter(|details| details.id == item) else {
            ui.add(egui::Spinner::new().size(size::ICON));
            return;
        };
        let language = context.texts.language();
        if self
            .shown
            .as_ref()
            .is_none_or(|shown| shown.language != language)
        {
            self.shown = Some(Shown {
                language,
                sections: details
                    .sections
                    .iter()
                    .map(|section| ShownSection {
                        title: label(context.texts, &section.title),
                        critical: section.critical,
                        rows: section
                            .rows
                            .iter()
                            .map(|row| {
                                let values =
                                    row.values.iter().map(|value| shown(context.texts, value));
                                (label(context.texts, &row.label), values.collect())
                            })
                            .collect(),
                    })
                    .collect(),
            });
        }
        let Some(shown) = &self.shown else { return };
        for (place, section) in shown.sections.iter().enumerate() {
            section_ui(ui, context, place, section, &mut self.whole);
        }
    }

    /// Draws the whole panel with its own scrolling.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        context: &mut Context<'_>,
        item: ItemId,
    ) -> Option<UiCommand> {
        self.want(context, item);
        ScrollArea::vertical()
            .id_salt(("details", item))
            .auto_shrink(false)
            .show(ui, |ui| {
                let chosen = self.head_ui(ui, context, item);
                self.body_ui(ui, context, item);
                ui.add_space(space::LARGE);
                chosen
            })
            .inner
    }
}

/// The item belongs to the TEST branch.
#[must_use]
pub fn is_test(model: &Model, item: ItemId) -> bool {
    let of_order = |order: Option<ItemId>| {
        order
            .and_then(|order| model.order(order))
            .is_some_and(|order| order.branch == Branch::Test)
    };
    match item.kind {
        Kind::Order => of_order(Some(item)),
        Kind::Key => of_order(model.key(item).and_then(|key| key.order)),
        Kind::Request => of_order(model.request(item).and_then(|request| request.order)),
        Kind::Certificate => model
            .certificate(item)
            .is_some_and(|found| found.branch == Some(Branch::Test)),
        Kind::List => model
            .list(item)
            .and_then(|list| model.certificate(list.issuer_id?))
            .is_some_and(|issuer| issuer.branch == Some(Branch::Test)),
        Kind::Template => false,
    }
}

/// TEST, what the certificate is worth, whether IGC-Santé's list knows it.
fn marks_ui(ui: &mut Ui, context: &Context<'_>, model: &Model, item: ItemId, test: bool) {
    let (tokens, texts) = (context.tokens, context.texts);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::SMALL;
        if test {
            badge::test(ui, tokens, texts);
        }
        if let Some(certificate) = model.certificate(item) {
            badge::status(ui, tokens, texts, certificate.verdict.status);
            if certificate.official {
                let word = context.text(id::WINDOW_MARK_OFFICIAL);
                badge::badge(ui, tokens, Tone::Info, None, &word);
            }
        }
    });
}

fn verdict_ui(ui: &mut Ui, context: &mut Context<'_>, certificate: &CertificateItem) {
    let verdict = &certificate.verdict;
    let message = context.say(&verdict.reason);
    let advice = say::advice(context.texts, &verdict.reason);
    let tokens = context.tokens;
    let tone = Tone::of_status(verdict.status);
    let Some(remedy) = verdict.remedy else {
        notice::notice(ui, tokens, tone, &message, advice.as_deref());
        return;
    };
    let label = match remedy {
        Remedy::Trust(_) => context.text(id::WINDOW_REMEDY_TRUST),
        Remedy::TrustTestBranch => context.text(id::WINDOW_REMEDY_TRUST_TEST_BRANCH),
        Remedy::ImportIssuer => context.text(id::WINDOW_REMEDY_IMPORT_ISSUER),
        Remedy::OrderAgain => context.text(id::WINDOW_REMEDY_ORDER_AGAIN),
    };
    let clicked = notice::notice_with(ui, tokens, tone, &message, advice.as_deref(), |ui| {
        button::secondary(ui, tokens, None, &label).clicked()
    });
    if clicked {
        context.act(match remedy {
            Remedy::Trust(authority) => Action::Open(Open::Trust(authority)),
            Remedy::TrustTestBranch => Action::Send(Command::TrustTestBranch(true)),
            Remedy::ImportIssuer => Action::Open(Open::Import {
                sources: Vec::new(),
            }),
            Remedy::OrderAgain => Action::Open(Open::NewOrder),
        });
    }
}

/// The two or three acts that matter for this kind, and the rest in a menu.
fn acts_ui(ui: &mut Ui, context: &Context<'_>, model: &Model, item: ItemId) -> Option<UiCommand> {
    let selection = [item];
    let environment = Environment {
        model: Some(model),
        page: Page::Items(item.kind),
        selection: &selection,
        dialog_open: false,
    };
    let offered: &[UiCommand] = match item.kind {
        Kind::Certificate => &[UiCommand::Deliver, UiCommand::Export, UiCommand::Rename],
        Kind::Key => &[
            UiCommand::Export,
            UiCommand::CreateRequest,
            UiCommand::Rename,
        ],
        Kind::Request => &[UiCommand::CheckRequest, UiCommand::Export],
        Kind::Template => &[UiCommand::CreateRequest, UiCommand::Rename],
        Kind::List => &[UiCommand::Export, UiCommand::Rename],
        Kind::Order => &[UiCommand::Rename],
    };
    let (tokens, texts) = (context.tokens, context.texts);
    let mut chosen = None;
    ui.horizontal_wrapped(|ui| {
        for command in offered
            .iter()
            .copied()
            .filter(|command| command.enabled(&environment))
        {
            let label = texts.text(command.text());
            let clicked = if command == UiCommand::Deliver {
                button::primary(ui, tokens, Some(command.icon()), &label).clicked()
            } else {
                button::secondary(ui, tokens, None, &label).clicked()
            };
            if clicked {
                chosen = Some(command);
            }
        }
        let more = button::icon(ui, tokens, ICON_MORE_VERT, &texts.text(id::WINDOW_MORE));
        egui::Popup::menu(&more).show(|ui| {
            let why = texts.text(id::WINDOW_READ_ONLY_REASON);
            let picked = menu::commands(ui, tokens, texts, &UiCommand::ON_ITEM, |command| {
                if offered.contains(&command) {
                    return menu::Offer::Hidden;
                }
                command.in_context_menu(&environment, &why)
            });
            chosen = chosen.or(picked);
        });
    });
    chosen
}

fn section_ui(
    ui: &mut Ui,
    context: &mut Context<'_>,
    place: usize,
    section: &ShownSection,
    whole: &mut HashSet<(usize, usize, usize)>,
) {
    let tokens = context.tokens;
    ui.add_space(space::MEDIUM);
    ui.horizontal(|ui| {
        let title = RichText::new(&section.title).color(tokens.accent);
        ui.add(Label::new(title).wrap());
        if section.critical {
            let word = context.text(id::WINDOW_DETAILS_CRITICAL);
            badge::badge(ui, tokens, Tone::Neutral, None, &word);
        }
    });
    let (line, _) =
        ui.allocate_exact_size(egui::vec2(ui.available_width(), 1.0), egui::Sense::hover());
    ui.painter().hline(
        line.x_range(),
        line.center().y,
        egui::Stroke::new(1.0, tokens.border),
    );
    for (row_place, (label, values)) in section.rows.iter().enumerate() {
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(LABEL_WIDTH);
                ui.add(Label::new(RichText::new(label).color(tokens.text_weak)).wrap());
            });
            ui.vertical(|ui| {
                ui.set_width(ui.available_width());
                for (value_place, value) in values.iter().enumerate() {
                    let key = (place, row_place, value_place);
                    value_ui(ui, context, label, value, key, whole);
                }
            });
        });
    }
}

fn value_ui(
    ui: &mut Ui,
    context: &mut Context<'_>,
    label: &str,
    value: &ShownValue,
    key: (usize, usize, usize),
    whole: &mut HashSet<(usize, usize, usize)>,
) {
    let tokens = context.tokens;
    match value {
        ShownValue::Link(item, name) => {
            link::item(ui, context, *item, name);
        }
        ShownValue::Text(text, None) => {
            let cut = cut(text, key, whole);
            ui.add(Label::new(RichText::new(cut.as_ref()).color(tokens.text)).wrap());
            more_ui(ui, context, text, key, whole);
        }
        ShownValue::Text(text, Some(exact)) => {
            with_copy_ui(ui, context, label, exact, |ui, context| {
                let cut = cut(text, key, whole);
                ui.add(Label::new(RichText::new(cut.as_ref()).color(tokens.text)).wrap());
                more_ui(ui, context, text, key, whole);
            });
        }
        ShownValue::Hex(raw, grouped) => {
            with_copy_ui(ui, context, label, raw, |ui, context| {
                let cut = cut(grouped, key, whole);
                let text = RichText::new(cut.as_ref()).monospace().color(tokens.text);
                ui.add(Label::new(text).wrap());
                more_ui(ui, context, grouped, key, whole);
            });
        }
    }
}

/// A value with a button at its right that copies `exact`.
fn with_copy_ui(
    ui: &mut Ui,
    context: &mut Context<'_>,
    label: &str,
    exact: &str,
    value: impl FnOnce(&mut Ui, &mut Context<'_>),
) {
    let row = egui::vec2(ui.available_width(), 20.0);
    ui.allocate_ui_with_layout(row, egui::Layout::right_to_left(egui::Align::Min), |ui| {
        let name = context.text_with(id::WINDOW_DETAILS_COPY, &[("label", label.into())]);
        if copy_ui(ui, context.tokens, &name) {
            copy(context, exact);
        }
        ui.vertical(|ui| {
            ui.set_width(ui.available_width());
            value(ui, context);
        });
    });
}

fn copy_ui(ui: &mut Ui, tokens: &Tokens, name: &str) -> bool {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 20.0;
        ui.spacing_mut().button_padding = egui::vec2(2.0, 0.0);
        let symbol = ICON_CONTENT_COPY
            .rich_text()
            .size(15.0)
            .color(tokens.text_weak);
        ui.add(egui::Button::new(symbol).frame_when_inactive(false))
            .accessible_name(name)
            .on_hover_text(name)
            .clicked()
    })
    .inner
}

/// Copies a text and says so.
pub fn copy(context: &mut Context<'_>, text: &str) {
    let (tone, said) = if context.services.clipboard.copy(text) {
        (Tone::Good, id::WINDOW_TOAST_COPIED)
    } else {
        (Tone::Danger, id::WINDOW_TOAST_NO_CLIPBOARD)
    };
    let said = context.text(said);
    context.toasts.say(tone, said);
}

fn cut<'a>(
    text: &'a str,
    key: (usize, usize, usize),
    whole: &HashSet<(usize, usize, usize)>,
) -> std::borrow::Cow<'a, str> {
    if whole.contains(&key) {
        text.into()
    } else {
        say::shortened(text, SHOWN_CHARACTERS)
    }
}

fn more_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    text: &str,
    key: (usize, usize, usize),
    whole: &mut HashSet<(usize, usize, usize)>,
) {
    if text.chars().nth(SHOWN_CHARACTERS).is_none() {
        return;
    }
    let (word, showing) = if whole.contains(&key) {
        (id::WINDOW_DETAILS_SHOW_LESS, true)
    } else {
        (id::WINDOW_DETAILS_SHOW_ALL, false)
    };
    if link::plain(ui, context, &context.text(word)).clicked() {
        if showing {
            whole.remove(&key);
        } else {
            whole.insert(key);
        }
    }
}

fn label(texts: Texts, label: &DetailsLabel) -> String {
    match label {
        DetailsLabel::Code(code) => say::word(texts, code),
        DetailsLabel::Text(text) => say::escaped(text).into_owned(),
    }
}

fn shown(texts: Texts, value: &Value) -> ShownValue {
    match value {
        Value::Text(text) => {
            let shown = say::escaped_value(text).into_owned();
            // what cannot be shown as it is, or whole, can be taken as it is
            let exact = (shown != *text).then(|| text.clone());
            ShownValue::Text(shown, exact)
        }
        Value::Phrase(phrase) => ShownValue::Text(say::phrase(texts, phrase), None),
        Value::Hex(hex) => ShownValue::Hex(hex.clone(), grouped(hex)),
        Value::Time(unix_seconds) => ShownValue::Text(texts.date_time(*unix_seconds), None),
        Value::Link(item, name) => ShownValue::Link(*item, name.clone()),
    }
}

/// `0a1b 2c3d …`: groups of two bytes are compared more easily by eye.
fn grouped(hex: &str) -> String {
    let mut text = String::with_capacity(hex.len() + hex.len() / 4);
    for (place, digit) in hex.chars().enumerate() {
        if place > 0 && place.is_multiple_of(4) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn hexadecimal_is_shown_in_groups() {
        assert_eq!(grouped("0a1b2c3d5e"), "0a1b 2c3d 5e");
        assert_eq!(grouped(""), "");
    }
}
