//! What an import did, thing by thing, and the questions that it leaves: a password, a trust.

use std::path::Path;

use bicle_core::command::{Command, ImportOutcome, ImportReport, ImportedItem};
use bicle_core::fault::Fault;
use bicle_core::id::{ItemId, Kind};
use bicle_core::model::{Branch, CertificateItem, Status, Trust, Verdict};
use bicle_core::phrase::Phrase;
use bicle_platform::secret::SecretText;
use bicle_text::{Id, id};
use egui::{Label, RichText, Ui};
use egui_material_icons::icons::{
    ICON_DESCRIPTION, ICON_ERROR, ICON_FORWARD_TO_INBOX, ICON_KEY, ICON_VERIFIED_USER,
};

use super::sending::Sending;
use super::{Open, form, grouped_fingerprint};
use crate::context::{Action, Context};
use crate::say;
use crate::theme::{Tone, size, space};
use crate::widgets::icon::Icon;
use crate::widgets::secret_field::SecretField;
use crate::widgets::{badge, button, field, icon, notice};

/// More lines than that are a matter of the lists: the report shows the first and counts the rest.
const MOST_ITEMS: usize = 200;

/// What the user asked of the report.
pub enum Asked {
    /// Nothing.
    Nothing,
    /// To close it.
    Close,
    /// To decide on something.
    Send(Command),
    /// To read the protected sources again.
    Retry(SecretText),
}

/// A report and the state of its questions.
pub struct ReportView {
    report: ImportReport,
    /// What the sources are called, in the order of the last import.
    sources: Vec<String>,
    password: SecretField,
    /// A password was tried and some file still wants one.
    tried: bool,
    decided: Vec<(ItemId, Decision)>,
    test_branch_asked: bool,
    fault: Option<Fault>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    Trusted,
    Postponed,
}

impl ReportView {
    /// From the core's report; `sources`: what was read.
    #[must_use]
    pub fn new(report: ImportReport, sources: Vec<String>) -> Self {
        Self {
            report,
            sources,
            password: SecretField::default(),
            tried: false,
            decided: Vec::new(),
            test_branch_asked: false,
            fault: None,
        }
    }

    /// Indexes of the sources that want a password.
    #[must_use]
    pub fn password_needed(&self) -> Vec<usize> {
        self.report.password_needed.clone()
    }

    /// Takes in what came of the protected sources, read again with another password.
    pub fn add(&mut self, report: &ImportReport, sources: Vec<String>) {
        self.report.items.retain(|item| !wants_password(item));
        self.report.items.extend(report.items.iter().cloned());
        self.report
            .reconciled
            .extend(report.reconciled.iter().copied());
        self.report
            .trust_questions
            .extend(report.trust_questions.iter().copied());
        self.report.test_branch_question |= report.test_branch_question;
        self.report
            .password_needed
            .clone_from(&report.password_needed);
        self.sources = sources;
        self.tried = true;
        self.password.clear();
    }

    /// An answer did not go through.
    pub fn answer_failed(&mut self, fault: &Fault) {
        self.fault = Some(fault.clone());
        self.decided.pop();
    }

    /// Authorities that wait for a decision.
    fn open_questions(&self) -> impl Iterator<Item = ItemId> + '_ {
        let decided = |id: &ItemId| self.decided.iter().any(|(done, _)| done == id);
        self.report
            .trust_questions
            .iter()
            .copied()
            .filter(move |id| !decided(id))
    }

    /// The one certificate that found its key: what the user most likely wants to deliver.
    fn deliverable(&self) -> Option<ItemId> {
        match self.report.reconciled.as_slice() {
            [one] => Some(one.order.unwrap_or(one.certificate)),
            _ => None,
        }
    }

    /// Draws it.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        context: &mut Context<'_>,
        sending: &Sending,
        working: bool,
    ) -> Asked {
        let mut asked = Asked::Nothing;
        form::body(ui, form::Room::WHOLE, |ui| {
            for item in self.report.items.iter().take(MOST_ITEMS) {
                self.item_ui(ui, context, item);
            }
            let rest = self.report.items.len().saturating_sub(MOST_ITEMS);
            if rest > 0 {
                let words = context.text_with(id::DIALOG_REPORT_REST, &[("count", rest.into())]);
                form::words(ui, context, &words);
            }
            ui.add_enabled_ui(!working, |ui| {
                self.password_ui(ui, context, &mut asked);
                self.trust_ui(ui, context, &mut asked);
                self.test_branch_ui(ui, context, &mut asked);
            });
            form::fault(ui, context, sending);
            if let Some(fault) = &self.fault {
                notice::fault(ui, context.tokens, context.texts, fault);
            }
        });
        self.footer_ui(ui, context, working, &mut asked);
        asked
    }

    fn footer_ui(&self, ui: &mut Ui, context: &mut Context<'_>, working: bool, asked: &mut Asked) {
        // what was decided takes effect before anything is delivered on it
        let waiting = working
            || self.open_questions().next().is_some()
            || !self.report.password_needed.is_empty()
            || (self.report.test_branch_question && !self.test_branch_asked);
        let close = context.text(id::DIALOG_CLOSE);
        let deliver = context.text(id::DIALOG_REPORT_DELIVER);
        let choice = match self.deliverable().filter(|_| !waiting) {
            Some(what) => {
                let choice = button::footer(ui, context.tokens, Some(&close), &deliver, true);
                if choice == button::Choice::Confirm {
                    context.act(Action::Select(what));
                    context.act(Action::Open(Open::Deliver(what)));
                }
                choice
            }
            None => button::footer(ui, context.tokens, None, &close, true),
        };
        if choice != button::Choice::None {
            *asked = Asked::Close;
        }
    }

    fn item_ui(&self, ui: &mut Ui, context: &Context<'_>, item: &ImportedItem) {
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
                    if !self.is_asked_below(item, phrase) {
                        line(ui, context, super::tone_of(phrase), &context.say(phrase));
                    }
                }
            });
        ui.add_space(space::TINY);
    }

    /// What is asked as a question is not said as a notice too.
    fn is_asked_below(&self, item: &ImportedItem, phrase: &Phrase) -> bool {
        match phrase.code {
            "notice-unknown-authority" => item
                .id
                .is_some_and(|id| self.report.trust_questions.contains(&id)),
            "notice-test-branch" => self.report.test_branch_question,
            _ => false,
        }
    }

    fn password_ui(&mut self, ui: &mut Ui, context: &Context<'_>, asked: &mut Asked) {
        if self.report.password_needed.is_empty() || self.sources.is_empty() {
            return;
        }
        let names: Vec<&str> = self
            .report
            .password_needed
            .iter()
            .filter_map(|index| self.sources.get(*index))
            .map(|name| file_name(name))
            .collect();
        let names = names.join(", ");
        let file = say::escaped(&names);
        let question = id::DIALOG_REPORT_PASSWORD_QUESTION;
        let question = context.text_with(question, &[("file", file.as_ref().into())]);
        ui.add_space(space::SMALL);
        notice::notice_with(ui, context.tokens, Tone::Info, &question, None, |ui| {
            let fault = (self.tried && self.password.is_empty())
                .then_some(id::DIALOG_REPORT_PASSWORD_MISSING);
            let label = id::DIALOG_REPORT_PASSWORD;
            let response = form::secret(ui, context, label, &mut self.password, fault);
            let enter = response.lost_focus() && ui.input(|it| it.key_pressed(egui::Key::Enter));
            let label = context.text(id::DIALOG_REPORT_RETRY);
            let clicked = ui
                .add_enabled_ui(!self.password.is_empty(), |ui| {
                    button::secondary(ui, context.tokens, Some(ICON_KEY), &label).clicked()
                })
                .inner;
            if clicked || (enter && !self.password.is_empty()) {
                if enter {
                    // this Enter was for the field, not for the dialog
                    ui.input_mut(|it| it.consume_key(egui::Modifiers::NONE, egui::Key::Enter));
                }
                *asked = Asked::Retry(self.password.secret());
            }
        });
    }

    fn trust_ui(&mut self, ui: &mut Ui, context: &Context<'_>, asked: &mut Asked) {
        for authority in self.report.trust_questions.clone() {
            let Some(found) = live_certificate(context, Some(authority)) else {
                continue;
            };
            let name = say::escaped(&found.item.name);
            let name = ("name", name.as_ref().into());
            let decision = self
                .decided
                .iter()
                .find(|(done, _)| *done == authority)
                .map(|(_, it)| *it);
            ui.add_space(space::SMALL);
            match decision {
                Some(Decision::Trusted) => {
                    let words = context.text_with(id::DIALOG_REPORT_TRUST_DECIDED, &[name]);
                    notice::notice(ui, context.tokens, Tone::Good, &words, None);
                }
                Some(Decision::Postponed) => {
                    let words = context.text_with(id::DIALOG_REPORT_TRUST_POSTPONED, &[name]);
                    notice::notice(ui, context.tokens, Tone::Neutral, &words, None);
                }
                None => {
                    let question = context.text_with(id::DIALOG_REPORT_TRUST_QUESTION, &[name]);
                    if let Some(decision) = question_ui(ui, context, found, &question) {
                        self.decided.push((authority, decision));
                        if decision == Decision::Trusted {
                            *asked = Asked::Send(Command::SetTrust {
                                certificate: authority,
                                trust: Trust::Always,
                            });
                        }
                    }
                }
            }
        }
    }

    fn test_branch_ui(&mut self, ui: &mut Ui, context: &Context<'_>, asked: &mut Asked) {
        if !self.report.test_branch_question {
            return;
        }
        let (tokens, trusted) = (
            context.tokens,
            context
                .model
                .is_some_and(|model| model.vault.test_branch_trusted),
        );
        ui.add_space(space::SMALL);
        if trusted {
            let words = context.text(id::DIALOG_REPORT_TEST_DECIDED);
            notice::notice(ui, tokens, Tone::Test, &words, None);
            return;
        }
        let question = context.text(id::DIALOG_REPORT_TEST_QUESTION);
        if self.test_branch_asked {
            notice::notice(ui, tokens, Tone::Test, &question, None);
            return;
        }
        notice::notice_with(ui, tokens, Tone::Test, &question, None, |ui| {
            ui.add_space(space::TINY);
            ui.horizontal_wrapped(|ui| {
                let act = context.text(id::DIALOG_REPORT_TEST_ACT);
                if button::secondary(ui, tokens, None, &act).clicked() {
                    self.test_branch_asked = true;
                    *asked = Asked::Send(Command::TrustTestBranch(true));
                }
                let not_now = context.text(id::DIALOG_NOT_NOW);
                if button::quiet(ui, tokens, None, &not_now).clicked() {
                    self.test_branch_asked = true;
                }
            });
        });
    }
}

/// An authority that nobody has decided on: its name, its fingerprint, two answers.
fn question_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    found: &CertificateItem,
    question: &str,
) -> Option<Decision> {
    let tokens = context.tokens;
    let advice = context.text(id::DIALOG_REPORT_TRUST_ADVICE);
    notice::notice_with(ui, tokens, Tone::Warning, question, Some(&advice), |ui| {
        let fingerprint = grouped_fingerprint(&found.sha256.to_hex());
        form::value(
            ui,
            context,
            id::DIALOG_TRUST_FINGERPRINT,
            &fingerprint,
            true,
        );
        let mut decision = None;
        ui.horizontal_wrapped(|ui| {
            let always = context.text(id::DIALOG_REPORT_TRUST_ALWAYS);
            if button::secondary(ui, tokens, Some(ICON_VERIFIED_USER), &always).clicked() {
                decision = Some(Decision::Trusted);
            }
            let not_now = context.text(id::DIALOG_NOT_NOW);
            if button::quiet(ui, tokens, None, &not_now).clicked() {
                decision = Some(Decision::Postponed);
            }
        });
        decision
    })
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
        line(ui, context, tone, &message);
        return;
    }
    line(ui, context, Tone::Danger, &message);
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

fn line(ui: &mut Ui, context: &Context<'_>, tone: Tone, message: &str) {
    let tokens = context.tokens;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::TINY;
        icon::decoration_sized(ui, notice::icon_of(tone), tokens.strong(tone), size::ICON);
        ui.add(Label::new(RichText::new(message).color(tokens.text)).wrap());
    });
}

fn live_certificate<'a>(
    context: &Context<'a>,
    item: Option<ItemId>,
) -> Option<&'a CertificateItem> {
    let model = context.model?;
    item.and_then(|item| model.certificate(item))
}

fn wants_password(item: &ImportedItem) -> bool {
    let code = item.reason.as_ref().map(|reason| reason.code);
    matches!(
        code,
        Some("import-password-needed" | "import-wrong-password")
    )
}

fn file_name(path: &str) -> &str {
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
        Some(Kind::Template | Kind::Order) => ICON_DESCRIPTION,
        None => ICON_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, code: &'static str) -> ImportedItem {
        ImportedItem {
            id: None,
            kind: None,
            name: name.to_owned(),
            file: String::from("/tmp/a.p12"),
            outcome: ImportOutcome::Refused,
            reason: Some(Phrase::new(code)),
            verdict: None,
            notices: Vec::new(),
        }
    }

    #[test]
    fn what_was_read_with_a_password_replaces_what_wanted_one() {
        let first = ImportReport {
            items: vec![
                item("", "import-password-needed"),
                item("", "import-malformed"),
            ],
            password_needed: vec![0],
            ..ImportReport::default()
        };
        let mut view = ReportView::new(first, vec![String::from("/tmp/a.p12")]);
        let second = ImportReport {
            items: vec![item("key", "import-order-found")],
            ..ImportReport::default()
        };
        view.add(&second, vec![String::from("/tmp/a.p12")]);
        let names: Vec<&str> = view
            .report
            .items
            .iter()
            .map(|item| item.name.as_str())
            .collect();
        assert_eq!(names, ["", "key"]);
        assert!(view.password_needed().is_empty());
    }

    #[test]
    fn a_sources_name_is_its_files() {
        assert_eq!(file_name("/tmp/a b.p12"), "a b.p12");
        assert_eq!(file_name("clipboard"), "clipboard");
    }
}
