//! Bring in: choose files, or a path, or paste; then show what came of it, and ask what must be asked.

use std::path::PathBuf;

use bicle_core::command::{Command, Event, ImportReport, ImportRequest, JobId, Outcome, Source};
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_text::{Id, Texts, id};
use egui::Ui;
use egui_material_icons::icons::ICON_FOLDER_OPEN;

use super::import_report::{Asked, ReportView};
use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, form, problem};
use crate::context::Context;
use crate::services::{FileRequest, Picked, Purpose, Ticket};
use crate::theme::space;
use crate::widgets::button::{self, Choice};
use crate::widgets::path_field::PathField;

/// The dialog, from the question to the report.
pub struct Import {
    stage: Stage,
    sending: Sending,
    /// Commands that answer a question of the report.
    answers: Vec<JobId>,
    /// What was read last, to read again with another password.
    sources: Vec<Source>,
    /// Which of them are being read again; `None`: all are read for the first time.
    retrying: Option<Vec<usize>>,
    passwords: Vec<SecretText>,
    /// The user agreed to so many rounds of key derivation.
    max_iterations: Option<u64>,
}

enum Stage {
    /// What to read?
    Asking(Asking),
    /// The sources wait for the first frame, when a command can be sent.
    Ready,
    /// The worker reads.
    Reading,
    /// What came of it.
    Report(Box<ReportView>),
}

#[derive(Default)]
struct Asking {
    path: PathField,
    pasted: String,
    ticket: Option<Ticket>,
    /// The system's dialog opens by itself, once.
    browsed: bool,
}

impl Import {
    /// Asks what to read; the system's file dialog opens at once.
    #[must_use]
    pub fn ask() -> Self {
        Self::at(Stage::Asking(Asking::default()), Vec::new())
    }

    /// Reads these.
    #[must_use]
    pub fn of(sources: Vec<Source>) -> Self {
        if sources.is_empty() {
            return Self::ask();
        }
        Self::at(Stage::Ready, sources)
    }

    /// Shows a report that was made elsewhere.
    #[must_use]
    pub fn report(report: ImportReport) -> Self {
        Self::at(
            Stage::Report(Box::new(ReportView::new(report, Vec::new()))),
            Vec::new(),
        )
    }

    fn at(stage: Stage, sources: Vec<Source>) -> Self {
        Self {
            stage,
            sending: Sending::default(),
            answers: Vec::new(),
            sources,
            retrying: None,
            passwords: Vec::new(),
            max_iterations: None,
        }
    }

    fn send(&mut self, context: &mut Context<'_>) {
        let request = ImportRequest {
            sources: self.chosen().map(copy_of).collect(),
            passwords: self
                .passwords
                .iter()
                .map(|it| SecretText::copy_of(it.expose()))
                .collect(),
            max_iterations: self.max_iterations,
            dry_run: false,
        };
        self.sending.send(context, Command::Import(request));
    }

    /// The sources to read: all, or those that waited for an answer.
    fn chosen(&self) -> impl Iterator<Item = &Source> {
        let retrying = self.retrying.as_deref();
        let wanted = move |place| retrying.is_none_or(|places| places.contains(&place));
        let sources = self.sources.iter().enumerate();
        sources
            .filter(move |(place, _)| wanted(*place))
            .map(|(_, source)| source)
    }

    fn asking_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let Stage::Asking(asking) = &mut self.stage else {
            return Answer::Stay;
        };
        form::words(ui, context, &context.text(id::DIALOG_IMPORT_INTRO));
        let open = context.services.file_dialogs.is_open();
        let label = context.text(id::DIALOG_IMPORT_CHOOSE);
        let chosen = ui
            .add_enabled_ui(!open, |ui| {
                button::secondary(ui, context.tokens, Some(ICON_FOLDER_OPEN), &label).clicked()
            })
            .inner;
        if chosen || !asking.browsed {
            asking.browsed = true;
            asking.ticket = context.services.file_dialogs.open(FileRequest {
                purpose: Purpose::OpenFiles,
                title: context.text(id::DIALOG_IMPORT_TITLE),
                folder: Some(context.services.documents_folder.clone()),
                file_name: None,
                filters: Vec::new(),
            });
        }
        if let Some(paths) = asking.poll(context) {
            self.sources = paths.into_iter().map(Source::File).collect();
            self.start(context);
            return Answer::Stay;
        }
        ui.add_space(space::MEDIUM);
        let shown = self.sending.shows_problems();
        let fault = asking.problem().filter(|_| shown);
        let on_path = fault.filter(|_| asking.pasted.trim().is_empty());
        form::open_path(
            ui,
            context,
            id::DIALOG_IMPORT_PATH,
            &mut asking.path,
            &[],
            on_path,
        );
        let label = id::DIALOG_IMPORT_PASTE;
        form::long_text(ui, context, label, &mut asking.pasted, 5, None, None);
        let act = id::DIALOG_IMPORT_ACT;
        match form::foot(ui, context, &self.sending, act, "") {
            Choice::Confirm => {
                self.sending.tried();
                if asking.problem().is_none() {
                    let pasted_name = context.text(id::DIALOG_IMPORT_CLIPBOARD);
                    self.sources = asking.sources(&pasted_name);
                    self.start(context);
                }
                Answer::Stay
            }
            Choice::Cancel => Answer::Close,
            Choice::None => Answer::Stay,
        }
    }

    fn start(&mut self, context: &mut Context<'_>) {
        self.stage = Stage::Reading;
        self.send(context);
    }

    fn reading_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        if self.sending.is_running() {
            let working = context.text(id::DIALOG_IMPORT_WORKING);
            let doing = self.sending.doing().cloned();
            if form::progress(ui, context, doing.as_ref(), &working) == Choice::Cancel {
                self.sending.cancel(context);
            }
            return Answer::Stay;
        }
        form::fault(ui, context, &self.sending);
        let close = context.text(id::DIALOG_CLOSE);
        match button::footer(ui, context.tokens, None, &close, true) {
            Choice::None => Answer::Stay,
            Choice::Confirm | Choice::Cancel => Answer::Close,
        }
    }

    fn report_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        let Stage::Report(view) = &mut self.stage else {
            return Answer::Stay;
        };
        let working = self.sending.is_running() || !self.answers.is_empty();
        match view.ui(ui, context, &self.sending, working) {
            Asked::Nothing => Answer::Stay,
            Asked::Close => Answer::Close,
            Asked::Cancel => {
                self.sending.cancel(context);
                Answer::Stay
            }
            Asked::Send(command) => {
                let job = context.send(command);
                self.answers.push(job);
                Answer::Stay
            }
            Asked::Retry {
                password,
                max_iterations,
            } => {
                self.retrying = Some(view.waiting());
                self.passwords.extend(password);
                self.max_iterations = self.max_iterations.max(max_iterations);
                self.send(context);
                Answer::Stay
            }
        }
    }

    fn take_report(&mut self, report: &ImportReport) {
        if self.retrying.is_some() {
            self.sources = self.chosen().map(copy_of).collect();
            self.retrying = None;
        }
        let sources: Vec<String> = self.sources.iter().map(name_of).collect();
        match &mut self.stage {
            Stage::Report(view) => view.add(report, sources, self.passwords.len()),
            stage => *stage = Stage::Report(Box::new(ReportView::new(report.clone(), sources))),
        }
    }
}

impl Asking {
    fn poll(&mut self, context: &mut Context<'_>) -> Option<Vec<PathBuf>> {
        match context.services.file_dialogs.poll(self.ticket?) {
            Picked::Waiting => None,
            Picked::Paths(paths) => {
                self.ticket = None;
                (!paths.is_empty()).then_some(paths)
            }
        }
    }

    fn problem(&self) -> Option<Id> {
        if !self.pasted.trim().is_empty() {
            return None;
        }
        problem::of_path(&form::path_text(&self.path))
    }

    fn sources(&mut self, pasted_name: &str) -> Vec<Source> {
        let mut sources: Vec<Source> = self.path.path().map(Source::File).into_iter().collect();
        if !self.pasted.trim().is_empty() {
            let bytes = SecretBytes::new(std::mem::take(&mut self.pasted).into_bytes());
            sources.push(Source::Bytes {
                name: pasted_name.to_owned(),
                bytes,
            });
        }
        sources
    }
}

impl Dialog for Import {
    /// Which file was chosen; what was pasted may hold a key, what was read is asked again.
    fn draft(&self) -> Option<Draft> {
        let path = match &self.stage {
            Stage::Asking(asking) => asking.path.path(),
            _ => return None,
        };
        Some(Box::new(move |_| {
            let mut asking = Asking {
                // the system's dialog does not open by itself
                browsed: true,
                ..Asking::default()
            };
            super::put_back(&mut asking.path, path);
            Some(Box::new(Self::at(Stage::Asking(asking), Vec::new())))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        texts.text(match self.stage {
            Stage::Report(_) => id::DIALOG_REPORT_TITLE,
            _ => id::DIALOG_IMPORT_TITLE,
        })
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        if matches!(self.stage, Stage::Ready) {
            self.start(context);
        }
        match &self.stage {
            Stage::Asking(_) => self.asking_ui(ui, context),
            Stage::Ready | Stage::Reading => self.reading_ui(ui, context),
            Stage::Report(_) => self.report_ui(ui, context),
        }
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        if let Event::Done { job, .. } | Event::Failed { job, .. } = event {
            let before = self.answers.len();
            self.answers.retain(|answer| answer != job);
            if self.answers.len() != before {
                if let (Event::Failed { fault, .. }, Stage::Report(view)) = (event, &mut self.stage)
                {
                    view.answer_failed(fault);
                }
                return Answer::Stay;
            }
        }
        match self.sending.take(event) {
            Told::Done(Outcome::Imported(report)) => {
                self.take_report(report);
                Answer::Stay
            }
            Told::Done(_) => Answer::Close,
            Told::Failed => {
                self.retrying = None;
                let shown = matches!(self.stage, Stage::Report(_));
                // cancelled while reading for the first time: there is nothing to show
                if self.sending.fault().is_none() && !shown {
                    return self.dismiss(context);
                }
                Answer::Stay
            }
            Told::Nothing => Answer::Stay,
        }
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        self.sending.dismiss(context)
    }

    fn width(&self) -> f32 {
        match self.stage {
            Stage::Report(_) => 640.0,
            _ => 520.0,
        }
    }
}

fn copy_of(source: &Source) -> Source {
    match source {
        Source::File(path) => Source::File(path.clone()),
        Source::Bytes { name, bytes } => Source::Bytes {
            name: name.clone(),
            bytes: SecretBytes::copy_of(bytes.expose()),
        },
    }
}

/// What the core's report calls a source.
fn name_of(source: &Source) -> String {
    match source {
        Source::File(path) => path.display().to_string(),
        Source::Bytes { name, .. } => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn nothing_to_read_is_a_problem() {
        let mut asking = Asking::default();
        assert_eq!(asking.problem(), Some(id::DIALOG_PROBLEM_PATH_EMPTY));
        asking.path.set(Path::new("relative.crt"));
        assert_eq!(asking.problem(), Some(id::DIALOG_PROBLEM_PATH_NOT_ABSOLUTE));
        asking.pasted = String::from("-----BEGIN");
        assert_eq!(asking.problem(), None);
    }

    #[test]
    fn a_path_and_a_pasted_text_are_both_read() {
        let mut asking = Asking {
            pasted: String::from("PEM"),
            ..Asking::default()
        };
        asking.path.set(Path::new("/tmp/a.crt"));
        let names: Vec<String> = asking.sources("clipboard").iter().map(name_of).collect();
        assert_eq!(names, ["/tmp/a.crt", "clipboard"]);
    }
}
