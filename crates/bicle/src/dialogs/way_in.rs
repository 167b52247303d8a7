//! What opens a vault or a copy of it: its password, or its recovery key.

use bicle_core::command::UnlockWith;
use bicle_text::{Id, id};
use egui::{Response, Ui};

use super::form;
use crate::context::Context;
use crate::widgets::secret_field::SecretField;

/// Which of the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum With {
    /// The password.
    #[default]
    Password,
    /// The recovery key.
    RecoveryKey,
}

/// The choice of the two, with the field for it.
#[derive(Default)]
pub(super) struct WayIn {
    pub(super) with: With,
    pub(super) secret: SecretField,
}

impl WayIn {
    /// That one, not typed yet.
    pub(super) fn new(with: With) -> Self {
        Self {
            with,
            secret: SecretField::default(),
        }
    }

    /// What is wrong with what was typed.
    pub(super) fn problem(&self) -> Option<Id> {
        match (self.with, self.secret.is_empty()) {
            (_, false) => self.secret.problem(),
            (With::Password, true) => Some(id::DIALOG_PROBLEM_PASSWORD_MISSING),
            (With::RecoveryKey, true) => Some(id::DIALOG_PROBLEM_RECOVERY_KEY_MISSING),
        }
    }

    /// For the command.
    pub(super) fn unlock_with(&self) -> UnlockWith {
        let secret = self.secret.secret();
        match self.with {
            With::Password => UnlockWith::Password(secret),
            With::RecoveryKey => UnlockWith::RecoveryKey(secret),
        }
    }

    /// Draws the choice. The other one is typed anew. Answers whether it has changed.
    pub(super) fn choice_ui(&mut self, ui: &mut Ui, context: &Context<'_>) -> bool {
        let choices = [
            (
                With::Password,
                context.text(id::DIALOG_OPEN_VAULT_WITH_PASSWORD),
            ),
            (
                With::RecoveryKey,
                context.text(id::DIALOG_OPEN_VAULT_WITH_RECOVERY_KEY),
            ),
        ];
        let label = id::DIALOG_OPEN_VAULT_WITH;
        let changed = form::segments(ui, context, label, &mut self.with, &choices, None);
        if changed {
            self.secret.clear();
            self.secret.show(self.with == With::RecoveryKey);
        }
        changed
    }

    /// Draws the field; `password` is what a password is called here.
    pub(super) fn secret_ui(
        &mut self,
        ui: &mut Ui,
        context: &Context<'_>,
        password: Id,
        fault: Option<Id>,
    ) -> Response {
        let label = match self.with {
            With::Password => password,
            With::RecoveryKey => id::DIALOG_OPEN_VAULT_RECOVERY_KEY,
        };
        form::secret(ui, context, label, &mut self.secret, fault)
    }
}
