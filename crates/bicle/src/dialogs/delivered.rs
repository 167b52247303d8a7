//! What a delivery wrote, once it was read back and found whole.

use bicle_core::command::DeliveryReport;
use bicle_text::id;
use egui::Ui;
use egui_material_icons::icons::{ICON_CONTENT_COPY, ICON_FOLDER_OPEN};

use super::{Answer, form};
use crate::context::Context;
use crate::say;
use crate::theme::{Tone, space};
use crate::widgets::button::{self, Choice};
use crate::widgets::secret_field::SecretField;

/// A verified delivery.
pub struct Delivered {
    report: DeliveryReport,
}

impl Delivered {
    /// From the core's report.
    #[must_use]
    pub fn new(report: DeliveryReport) -> Self {
        Self { report }
    }

    /// Draws it. A generated password can still be copied.
    pub fn ui(
        &self,
        ui: &mut Ui,
        context: &mut Context<'_>,
        password: &SecretField,
        generated: bool,
    ) -> Answer {
        form::note(
            ui,
            context,
            Tone::Good,
            &context.text(id::DIALOG_DELIVERED_SENTENCE),
        );
        for notice in &self.report.notices {
            super::notice_ui(ui, context, notice);
        }
        let path = self.report.path.display().to_string();
        form::value(ui, context, id::DIALOG_FILE, &say::escaped(&path), false);
        form::value(
            ui,
            context,
            id::DIALOG_DELIVER_ALIAS,
            &say::escaped(&self.report.alias),
            false,
        );
        let certificates = context.text_with(
            id::DIALOG_DELIVERED_CERTIFICATES,
            &[("count", self.report.certificates.into())],
        );
        let contents = context.text_with(
            id::DIALOG_DELIVERED_CONTENTS_VALUE,
            &[("certificates", (&certificates).into())],
        );
        form::value(ui, context, id::DIALOG_DELIVERED_CONTENTS, &contents, false);
        ui.add_space(space::SMALL);
        ui.horizontal_wrapped(|ui| {
            let tokens = context.tokens;
            let label = context.text(id::DIALOG_OPEN_FOLDER);
            if button::secondary(ui, tokens, Some(ICON_FOLDER_OPEN), &label).clicked() {
                super::open_folder(ui, &self.report.path);
            }
            let label = context.text(id::DIALOG_COPY_PATH);
            if button::secondary(ui, tokens, Some(ICON_CONTENT_COPY), &label).clicked() {
                super::copy(context, &path);
            }
            if generated {
                let label = context.text(id::DIALOG_DELIVER_COPY_PASSWORD);
                if button::secondary(ui, tokens, Some(ICON_CONTENT_COPY), &label).clicked() {
                    super::copy_secret(context, &password.secret());
                }
            }
        });
        let close = context.text(id::DIALOG_CLOSE);
        match button::footer(ui, context.tokens, None, &close, true) {
            Choice::Confirm | Choice::Cancel => Answer::Close,
            Choice::None => Answer::Stay,
        }
    }
}
