//! What an import did, thing by thing, and the questions that it leaves: a password, a long
//! decryption, a trust.

use std::collections::{HashMap, HashSet};

use bicle_core::command::{Command, ImportOutcome, ImportReport, ImportedItem};
use bicle_core::fault::Fault;
use bicle_core::id::ItemId;
use bicle_core::phrase::Phrase;
use bicle_platform::secret::SecretText;
use bicle_text::id;
use egui::Ui;

use super::import_questions::Decision;
use super::import_rows::{self, Rows};
use super::sending::Sending;
use super::{Open, form};
use crate::context::{Action, Context};
use crate::theme::space;
use crate::widgets::secret_field::SecretField;
use crate::widgets::{button, notice};

/// More lines than that push the questions out of sight: the questions come first, and the lines can
/// be filtered.
const FEW_LINES: usize = 8;

/// What the user asked of the report.
pub enum Asked {
    /// Nothing.
    Nothing,
    /// To close it.
    Close,
    /// To stop the reading that goes on.
    Cancel,
    /// To decide on something.
    Send(Command),
    /// To read again the sources that wait for an answer.
    Retry {
        /// One more password to try.
        password: Option<SecretText>,
        /// So many rounds of key derivation may be done.
        max_iterations: Option<u64>,
    },
}

/// A report and the state of its questions.
pub struct ReportView {
    pub(super) report: ImportReport,
    rows: Rows,
    /// What the sources are called, in the order of the last import.
    pub(super) sources: Vec<String>,
    pub(super) password: SecretField,
    /// How many passwords were tried, of which none opens what still wants one.
    pub(super) tried: usize,
    /// Sources of many iterations that the user leaves unread.
    pub(super) left: Vec<usize>,
    pub(super) decided: Vec<(ItemId, Decision)>,
    pub(super) test_branch_asked: bool,
    fault: Option<Fault>,
}

impl ReportView {
    /// From the core's report; `sources`: what was read.
    #[must_use]
    pub fn new(report: ImportReport, sources: Vec<String>) -> Self {
        let mut rows = Rows::default();
        rows.follow(&report.items);
        Self {
            report,
            rows,
            sources,
            password: SecretField::default(),
            tried: 0,
            left: Vec::new(),
            decided: Vec::new(),
            test_branch_asked: false,
            fault: None,
        }
    }

    /// Indexes of the sources that wait for an answer: a password, or a word about their iterations.
    #[must_use]
    pub fn waiting(&self) -> Vec<usize> {
        let mut waiting = self.report.password_needed.clone();
        waiting.extend(self.iterations_open().map(|(source, _)| source));
        waiting.sort_unstable();
        waiting.dedup();
        waiting
    }

    /// The sources whose iterations the user has not answered about, and how many they ask for.
    pub(super) fn iterations_open(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        let asked = self.report.iterations_asked.iter().copied();
        asked.filter(|(source, _)| !self.left.contains(source))
    }

    /// Takes in what came of the sources that waited, read again: they are `sources`. `passwords`: how
    /// many were tried.
    pub fn add(&mut self, report: &ImportReport, sources: Vec<String>, passwords: usize) {
        // what was refused of them is told anew, and what came in the first time is not told twice
        let again: HashSet<&str> = sources.iter().map(String::as_str).collect();
        self.report.items.retain(|item| {
            item.outcome != ImportOutcome::Refused || !again.contains(item.file.as_str())
        });
        let mut told: HashMap<ItemId, usize> = HashMap::new();
        for (place, item) in self.report.items.iter().enumerate() {
            told.extend(item.id.map(|id| (id, place)));
        }
        for item in &report.items {
            let before = item.id.and_then(|id| told.get(&id));
            match before.and_then(|place| self.report.items.get_mut(*place)) {
                Some(line) => bring_up_to_date(line, item),
                None => self.report.items.push(item.clone()),
            }
        }
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
        self.report
            .iterations_asked
            .clone_from(&report.iterations_asked);
        self.rows.follow(&self.report.items);
        self.left.clear();
        self.sources = sources;
        self.tried = passwords;
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
        form::body(ui, form::Room::of(sending), |ui| {
            let many = self.report.items.len() > FEW_LINES;
            if !many {
                self.rows_ui(ui, context);
            }
            ui.add_enabled_ui(!working, |ui| {
                self.password_ui(ui, context, &mut asked);
                self.iterations_ui(ui, context, &mut asked);
                self.trust_ui(ui, context, &mut asked);
                self.test_branch_ui(ui, context, &mut asked);
            });
            form::fault(ui, context, sending);
            if let Some(fault) = &self.fault {
                notice::fault(ui, context.tokens, context.texts, fault);
            }
            if many {
                ui.add_space(space::SMALL);
                self.rows.filter_ui(ui, context, &self.report.items);
                self.rows_ui(ui, context);
            }
        });
        if sending.is_running() {
            let working = context.text(id::DIALOG_IMPORT_WORKING);
            if form::progress(ui, context, sending.doing(), &working) == button::Choice::Cancel {
                asked = Asked::Cancel;
            }
        } else {
            self.footer_ui(ui, context, working, &mut asked);
        }
        asked
    }

    fn rows_ui(&mut self, ui: &mut Ui, context: &Context<'_>) {
        let Self { rows, report, .. } = self;
        rows.ui(ui, &report.items, |ui, item| {
            import_rows::item_ui(ui, context, item, |phrase| {
                is_asked_apart(report, item, phrase)
            });
        });
    }

    fn footer_ui(&self, ui: &mut Ui, context: &mut Context<'_>, working: bool, asked: &mut Asked) {
        // what was decided takes effect before anything is delivered on it
        let waiting = working
            || self.open_questions().next().is_some()
            || !self.report.password_needed.is_empty()
            || self.iterations_open().next().is_some()
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
}

/// What is asked as a question is not said as a notice too.
fn is_asked_apart(report: &ImportReport, item: &ImportedItem, phrase: &Phrase) -> bool {
    match phrase.code {
        "notice-unknown-authority" => item
            .id
            .is_some_and(|id| report.trust_questions.contains(&id)),
        "notice-test-branch" => report.test_branch_question,
        _ => false,
    }
}

/// A thing that came in before is told again: what holds of it now, in the line that it has.
fn bring_up_to_date(line: &mut ImportedItem, now: &ImportedItem) {
    line.notices.clone_from(&now.notices);
    line.verdict.clone_from(&now.verdict);
    if now.outcome == ImportOutcome::Completed {
        line.reason.clone_from(&now.reason);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::dialogs::samples;

    fn item(name: &str, file: &str, code: &'static str) -> ImportedItem {
        ImportedItem {
            id: None,
            kind: None,
            name: name.to_owned(),
            file: file.to_owned(),
            outcome: ImportOutcome::Refused,
            reason: Some(Phrase::new(code)),
            verdict: None,
            notices: Vec::new(),
        }
    }

    fn reasons(view: &ReportView) -> Vec<&str> {
        let items = view.report.items.iter();
        items
            .filter_map(|item| item.reason.as_ref().map(|reason| reason.code))
            .collect()
    }

    #[test]
    fn what_was_read_with_a_password_replaces_what_wanted_one() {
        let first = ImportReport {
            items: vec![
                item("", "/tmp/a.p12", "import-password-needed"),
                item("", "/tmp/b.crt", "import-malformed"),
            ],
            password_needed: vec![0],
            ..ImportReport::default()
        };
        let mut view = ReportView::new(first, vec![String::from("/tmp/a.p12")]);
        let second = ImportReport {
            items: vec![item("key", "/tmp/a.p12", "import-order-found")],
            ..ImportReport::default()
        };
        view.add(&second, vec![String::from("/tmp/a.p12")], 1);
        assert_eq!(reasons(&view), ["import-malformed", "import-order-found"]);
        assert!(view.waiting().is_empty());
    }

    #[test]
    fn every_source_that_waits_is_read_again_but_those_left_alone() {
        let names = ["/tmp/a.p12", "/tmp/slow.p12", "/tmp/bomb.p12"];
        let first = ImportReport {
            items: vec![
                item("", names[0], "import-password-needed"),
                item("", names[1], "import-iterations-to-agree"),
                item("", names[2], "import-iterations-to-agree"),
            ],
            password_needed: vec![0],
            iterations_asked: vec![(1, 20_000_000), (2, 4_000_000_000)],
            ..ImportReport::default()
        };
        let mut view = ReportView::new(first, names.map(str::to_owned).to_vec());
        assert_eq!(view.waiting(), [0, 1, 2]);
        view.left.push(2);
        assert_eq!(view.waiting(), [0, 1]);
        let second = ImportReport {
            items: vec![item("", names[0], "import-wrong-password")],
            password_needed: vec![0],
            ..ImportReport::default()
        };
        view.add(&second, vec![names[0].to_owned(), names[1].to_owned()], 1);
        assert_eq!(
            reasons(&view),
            ["import-iterations-to-agree", "import-wrong-password"]
        );
        assert_eq!(view.waiting(), [0]);
    }
    #[test]
    fn what_came_in_the_first_time_is_not_told_twice() {
        let source = "/tmp/ancien.xdb";
        let came = |outcome| ImportedItem {
            id: Some(samples::leaf()),
            outcome,
            reason: None,
            ..item("INSI-AUTO", source, "import-empty")
        };
        let first = ImportReport {
            items: vec![
                ImportedItem {
                    notices: vec![Phrase::new("notice-no-key")],
                    ..came(ImportOutcome::Added)
                },
                item("Clé", source, "import-wrong-password"),
            ],
            password_needed: vec![0],
            ..ImportReport::default()
        };
        let mut view = ReportView::new(first, vec![source.to_owned()]);
        let second = ImportReport {
            items: vec![
                ImportedItem {
                    reason: Some(Phrase::new("import-key-found").text("key", "Clé")),
                    ..came(ImportOutcome::Completed)
                },
                ImportedItem {
                    id: Some(samples::free_key()),
                    outcome: ImportOutcome::Added,
                    reason: None,
                    ..item("Clé", source, "import-empty")
                },
            ],
            ..ImportReport::default()
        };
        view.add(&second, vec![source.to_owned()], 1);
        let lines: Vec<(&str, ImportOutcome)> = view
            .report
            .items
            .iter()
            .map(|item| (item.name.as_str(), item.outcome))
            .collect();
        assert_eq!(
            lines,
            [
                ("INSI-AUTO", ImportOutcome::Added),
                ("Clé", ImportOutcome::Added)
            ]
        );
        let certificate = view.report.items.first().unwrap();
        assert!(certificate.notices.is_empty(), "its key is here now");
        assert_eq!(
            certificate.reason.as_ref().map(|reason| reason.code),
            Some("import-key-found")
        );
    }
}
