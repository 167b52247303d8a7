//! Write the list that is shown to a file for a spreadsheet.

use std::path::Path;

use bicle_core::command::{Command, CsvSeparator, CsvTable, Event};
use bicle_core::id::ItemId;
use bicle_core::model::Model;
use bicle_platform::file::Existing;
use bicle_text::{Language, Texts, id};
use egui::Ui;

use super::form::{self, Form};
use super::problem::{self, Problems};
use super::sending::Sending;
use super::{Answer, Dialog, Draft, file_name};
use crate::context::Context;
use crate::theme::Tone;
use crate::widgets::path_field::PathField;

/// The ending of such files.
const ENDING: &str = "csv";

/// The field of the form that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The file.
    Place,
}

/// The form.
pub struct ExportCsv {
    /// The items, in the order in which they are shown; what is gone is left out.
    items: Vec<ItemId>,
    separator: CsvSeparator,
    place: PathField,
    /// The table, made from the model when the form is drawn.
    table: Option<CsvTable>,
    sending: Sending,
    focus: Option<Field>,
}

impl ExportCsv {
    /// A form for these items, named after their page.
    #[must_use]
    pub fn new(items: Vec<ItemId>, page: &str, texts: Texts, folder: &Path) -> Self {
        Self {
            items,
            separator: match texts.language() {
                Language::French => CsvSeparator::Semicolon,
                Language::English => CsvSeparator::Comma,
            },
            place: PathField::new(&file_name::suggested(folder, page, ENDING, ENDING)),
            table: None,
            sending: Sending::default(),
            focus: Some(Field::Place),
        }
    }

    fn table(&self, model: &Model, texts: Texts) -> CsvTable {
        let words = |code: &'static str| texts.look_up(code, &[]).unwrap_or_default();
        CsvTable::of_items(model, &self.items, self.separator, words)
    }
}

impl Form for ExportCsv {
    type Field = Field;

    const ACT: bicle_text::Id = id::DIALOG_EXPORT_ACT;

    fn validate(&self) -> Problems<Field> {
        let place = problem::of_path(&form::path_text(&self.place));
        Problems::new().check(Field::Place, place)
    }

    fn command(&self, existing: Existing) -> Option<Command> {
        Some(Command::ExportCsv {
            path: self.place.path()?,
            existing,
            table: self.table.clone()?,
        })
    }

    fn fields_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>, problems: &Problems<Field>) {
        let count = self.items.len();
        let said = context.text_with(id::DIALOG_EXPORT_CSV_INTRO, &[("count", count.into())]);
        form::words(ui, context, &said);
        let separators = [
            (
                CsvSeparator::Semicolon,
                context.text(id::DIALOG_EXPORT_CSV_SEMICOLON),
            ),
            (
                CsvSeparator::Comma,
                context.text(id::DIALOG_EXPORT_CSV_COMMA),
            ),
        ];
        let label = id::DIALOG_EXPORT_CSV_SEPARATOR;
        let meaning = context.text(id::DIALOG_EXPORT_CSV_SEPARATOR_HELP);
        form::segments(
            ui,
            context,
            label,
            &mut self.separator,
            &separators,
            Some(&meaning),
        );
        let shown = self.sending.shows_problems();
        let fault = problems.of(Field::Place).filter(|_| shown);
        let label = id::DIALOG_FILE;
        let response = form::save_path(ui, context, label, &mut self.place, &[ENDING], fault);
        if response.changed() {
            self.sending.forget_fault();
        }
        form::take_focus(&mut self.focus, Field::Place, &response);
        form::note(
            ui,
            context,
            Tone::Warning,
            &context.text(id::DIALOG_EXPORT_CSV_CLEAR),
        );
        self.table = context.model.map(|model| self.table(model, context.texts));
    }

    fn sending(&mut self) -> &mut Sending {
        &mut self.sending
    }

    fn focus(&mut self) -> &mut Option<Field> {
        &mut self.focus
    }
}

impl Dialog for ExportCsv {
    fn title(&self, texts: Texts) -> String {
        texts.text(id::DIALOG_EXPORT_CSV_TITLE)
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        form::ui(self, ui, context)
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) -> Answer {
        super::close_when_written(&mut self.sending, event, context)
    }

    fn dismiss(&mut self, context: &mut Context<'_>) -> Answer {
        self.sending.dismiss(context)
    }

    fn draft(&self) -> Option<Draft> {
        let (items, separator, place) = (self.items.clone(), self.separator, self.place.path());
        Some(Box::new(move |context| {
            let folder = context.services.documents_folder.as_path();
            let mut form = Self::new(items, ENDING, context.texts, folder);
            form.separator = separator;
            super::put_back(&mut form.place, place);
            Some(Box::new(form))
        }))
    }

    fn width(&self) -> f32 {
        520.0
    }
}
