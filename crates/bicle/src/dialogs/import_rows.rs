//! The lines of an import's report: only those that are seen are drawn, so that thousands cost no more
//! than a dozen.

use std::path::Path;

use bicle_core::command::{ImportOutcome, ImportedItem};
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{Branch, CertificateItem, Status, Verdict};
use bicle_core::phrase::Phrase;
use bicle_text::{Id, id};
use egui::{Label, RichText, Ui};
use egui_material_icons::icons::{
    ICON_DESCRIPTION, ICON_ERROR, ICON_FORWARD_TO_INBOX, ICON_KEY, ICON_PLAYLIST_REMOVE,
    ICON_VERIFIED_USER,
};

use super::form;
use crate::context::Context;
use crate::say;
use crate::theme::{Tone, space};
use crate::widgets::icon::Icon;
use crate::widgets::{badge, field, icon};

/// A line that was never drawn is taken to be so high, in points: a title and a sentence.
const USUAL_HEIGHT: f32 = 72.0;

/// Lines are drawn that far outside of what is seen, in points: the keyboard's focus can go there.
const MARGIN: f32 = 120.0;

/// Every outcome, in the order in which a user looks for them.
const OUTCOMES: [ImportOutcome; 4] = [
    ImportOutcome::Refused,
    ImportOutcome::Added,
    ImportOutcome::Completed,
    ImportOutcome::Known,
];

/// Which lines are shown, and how high each was when it was drawn last.
#[derive(Default)]
pub(super) struct Rows {
    heights: Vec<Option<f32>>,
    /// Only these.
    only: Option<ImportOutcome>,
    /// The places of the lines that are shown.
    shown: Vec<usize>,
    /// How many lines of each outcome there are; none of an outcome that does not occur.
    counts: Vec<(ImportOutcome, usize)>,
}

impl Rows {
    /// The lines have changed.
    pub(super) fn follow(&mut self, items: &[ImportedItem]) {
        self.heights = vec![None; items.len()];
        let count = |outcome| items.iter().filter(|item| item.outcome == outcome).count();
        self.counts = OUTCOMES
            .into_iter()
            .map(|outcome| (outcome, count(outcome)))
            .filter(|(_, count)| *count > 0)
            .collect();
        if !self
            .counts
            .iter()
            .any(|(outcome, _)| Some(*outcome) == self.only)
        {
            self.only = None;
        }
        self.choose(items);
    }

    fn choose(&mut self, items: &[ImportedItem]) {
        let fits = |item: &ImportedItem| self.only.is_none_or(|only| only == item.outcome);
        self.shown = items
            .iter()
            .enumerate()
            .filter(|(_, item)| fits(item))
            .map(|(place, _)| place)
            .collect();
    }

    /// How many there are of each outcome, as a choice of what is shown.
    pub(super) fn filter_ui(&mut self, ui: &mut Ui, context: &Context<'_>, items: &[ImportedItem]) {
        let all = [("count", items.len().into())];
        let mut options = vec![(None, context.text_with(id::DIALOG_REPORT_ALL, &all))];
        for (outcome, count) in &self.counts {
            let word = context.text(outcome_words(*outcome).1);
            let arguments = [("word", (&word).into()), ("count", (*count).into())];
            let words = context.text_with(id::DIALOG_REPORT_COUNTED, &arguments);
            options.push((Some(*outcome), words));
        }
        let label = id::DIALOG_REPORT_SHOW;
        if form::segments(ui, context, label, &mut self.only, &options, None) {
            self.choose(items);
        }
    }

    /// Draws the lines that are seen and leaves room for the others.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        items: &[ImportedItem],
        mut draw: impl FnMut(&mut Ui, &ImportedItem),
    ) {
        let seen = ui.clip_rect().expand(MARGIN).y_range();
        let spacing = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
        let mut skipped = 0.0;
        for place in &self.shown {
            let (Some(item), Some(height)) = (items.get(*place), self.heights.get_mut(*place))
            else {
                continue;
            };
            let top = ui.cursor().top() + skipped;
            let expected = height.unwrap_or(USUAL_HEIGHT);
            if top > seen.max || top + expected < seen.min {
                skipped += expected;
                continue;
            }
            if skipped > 0.0 {
                ui.add_space(std::mem::take(&mut skipped));
            }
            let before = ui.cursor().top();
            ui.push_id(place, |ui| {
                ui.spacing_mut().item_spacing.y = spacing;
                draw(ui, item);
            });
            ui.add_space(space::SMALL);
            *height = Some(ui.cursor().top() - before);
        }
        ui.add_space(skipped);
        ui.spacing_mut().item_spacing.y = spacing;
    }
}

/// One thing of an import: its name, what became of it and why, what it is worth.
pub(super) fn item_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    item: &ImportedItem,
    asked_below: impl Fn(&Phrase) -> bool,
) {
    let tokens = context.tokens;
    let certificate = live_certificate(context, item.id);
    egui::Frame::new()
        .stroke(egui::Stroke::new(1.0, tokens.border))
        .corner_radius(crate::theme::CORNER)
        .inner_margin(space::MEDIUM)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = space::TINY;
            title_ui(ui, context, item, certificate);
            if let Some(reason) = &item.reason {
                reason_ui(ui, context, item.outcome, reason);
            }
            // the verdict of this moment: a decision taken here may have changed it
            let verdict = certificate
                .map(|found| &found.verdict)
                .or(item.verdict.as_ref());
            if let Some(verdict) = verdict {
                verdict_ui(ui, context, verdict);
            }
            for phrase in &item.notices {
                if !asked_below(phrase) {
                    super::line_ui(ui, context, super::tone_of(phrase), &context.say(phrase));
                }
            }
        });
}

fn title_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    item: &ImportedItem,
    certificate: Option<&CertificateItem>,
) {
    let tokens = context.tokens;
    let (tone, word) = outcome_words(item.outcome);
    ui.horizontal_wrapped(|ui| {
        icon::decoration(ui, kind_icon(item.kind), tokens.text_weak);
        let file = file_name(&item.file);
        let name = if item.name.is_empty() {
            file
        } else {
            &item.name
        };
        let name = say::escaped(name);
        ui.add(Label::new(RichText::new(name.as_ref()).color(tokens.text).strong()).wrap());
        badge::badge(ui, tokens, tone, None, &context.text(word));
        if certificate.is_some_and(|found| found.branch == Some(Branch::Test)) {
            badge::test(ui, tokens, context.texts);
        }
    });
    if !item.name.is_empty() && !item.file.is_empty() {
        let file = say::escaped(file_name(&item.file));
        let from = context.text_with(id::DIALOG_REPORT_FROM, &[("file", file.as_ref().into())]);
        field::help_line(ui, tokens, &from);
    }
}

fn reason_ui(ui: &mut Ui, context: &Context<'_>, outcome: ImportOutcome, reason: &Phrase) {
    let message = context.say(reason);
    if outcome != ImportOutcome::Refused {
        let tone = if outcome == ImportOutcome::Known {
            Tone::Neutral
        } else {
            Tone::Good
        };
        super::line_ui(ui, context, tone, &message);
        return;
    }
    super::line_ui(ui, context, Tone::Danger, &message);
    if let Some(advice) = say::advice(context.texts, reason) {
        field::help_line(ui, context.tokens, &advice);
    }
}

/// The verdict in one sentence, with its status as icon and colour; and what would mend it.
pub(crate) fn verdict_ui(ui: &mut Ui, context: &Context<'_>, verdict: &Verdict) {
    let tokens = context.tokens;
    let color = tokens.strong(Tone::of_status(verdict.status));
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::TINY;
        icon::decoration(ui, badge::status_icon(verdict.status), color);
        let said = context.say(&verdict.reason);
        ui.add(Label::new(RichText::new(said).color(tokens.text)).wrap());
    });
    if verdict.status != Status::Trusted
        && let Some(advice) = say::advice(context.texts, &verdict.reason)
    {
        field::help_line(ui, tokens, &advice);
    }
}

/// The certificate as it is now.
pub(super) fn live_certificate<'a>(
    context: &Context<'a>,
    item: Option<ItemId>,
) -> Option<&'a CertificateItem> {
    let model = context.model?;
    item.and_then(|item| model.certificate(item))
}

/// The last part of a path: what a user calls the file.
pub(super) fn file_name(path: &str) -> &str {
    Path::new(path)
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or(path)
}

fn outcome_words(outcome: ImportOutcome) -> (Tone, Id) {
    match outcome {
        ImportOutcome::Added => (Tone::Good, id::DIALOG_REPORT_ADDED),
        ImportOutcome::Known => (Tone::Neutral, id::DIALOG_REPORT_KNOWN),
        ImportOutcome::Completed => (Tone::Good, id::DIALOG_REPORT_COMPLETED),
        ImportOutcome::Refused => (Tone::Danger, id::DIALOG_REPORT_REFUSED),
    }
}

fn kind_icon(kind: Option<Kind>) -> Icon {
    match kind {
        Some(Kind::Key) => ICON_KEY,
        Some(Kind::Request) => ICON_FORWARD_TO_INBOX,
        Some(Kind::Certificate) => ICON_VERIFIED_USER,
        Some(Kind::List) => ICON_PLAYLIST_REMOVE,
        Some(Kind::Template | Kind::Order) => ICON_DESCRIPTION,
        None => ICON_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(outcome: ImportOutcome) -> ImportedItem {
        ImportedItem {
            id: None,
            kind: None,
            name: String::new(),
            file: String::new(),
            outcome,
            reason: None,
            verdict: None,
            notices: Vec::new(),
        }
    }

    #[test]
    fn outcomes_are_counted_and_chosen() {
        let items = [
            item(ImportOutcome::Added),
            item(ImportOutcome::Refused),
            item(ImportOutcome::Added),
        ];
        let mut rows = Rows::default();
        rows.follow(&items);
        assert_eq!(
            rows.counts,
            [(ImportOutcome::Refused, 1), (ImportOutcome::Added, 2)]
        );
        assert_eq!(rows.shown, [0, 1, 2]);
        rows.only = Some(ImportOutcome::Refused);
        rows.choose(&items);
        assert_eq!(rows.shown, [1]);
        // what was refused came in with its password: nothing is hidden behind a choice that is gone
        rows.follow(&[item(ImportOutcome::Added)]);
        assert_eq!((rows.only, rows.shown), (None, vec![0]));
    }

    #[test]
    fn a_sources_name_is_its_files() {
        assert_eq!(file_name("/tmp/a b.p12"), "a b.p12");
        assert_eq!(file_name("clipboard"), "clipboard");
    }
}
