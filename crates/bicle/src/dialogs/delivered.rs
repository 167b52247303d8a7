//! What a delivery wrote, once it was read back and found whole.

use bicle_core::command::DeliveryReport;
use bicle_text::id;
use egui::Ui;
use egui_material_icons::icons::ICON_CONTENT_COPY;

use super::{Answer, form};
use crate::context::Context;
use crate::say;
use crate::theme::{Tone, space};
use crate::widgets::button;
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
        form::file_acts_ui(ui, context, &self.report.path, |ui, context| {
            if generated {
                let label = context.text(id::DIALOG_DELIVER_COPY_PASSWORD);
                let icon = Some(ICON_CONTENT_COPY);
                if button::secondary(ui, context.tokens, icon, &label).clicked() {
                    super::copy_secret(context, &password.secret());
                }
            }
        });
        form::close_foot(ui, context)
    }
}
