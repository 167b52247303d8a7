//! What a form does: its fields, then its command, sent once nothing is missing.

use bicle_core::command::Command;
use bicle_platform::file::Existing;
use bicle_text::Id;
use egui::{Response, Ui};

use super::new_password::Weak;
use super::{NewPassword, Room, body, foot};
use crate::context::Context;
use crate::dialogs::problem::Problems;
use crate::dialogs::sending::Sending;
use crate::dialogs::{Answer, Dialog};
use crate::widgets::button::Choice;

/// A dialog with fields that can be wrong and one command.
pub trait Form: Dialog {
    /// Its fields that can be wrong, or take the focus.
    type Field: Copy + PartialEq;

    /// The words on the button that sends it.
    const ACT: Id;

    /// What it lacks, from the top.
    fn validate(&self) -> Problems<Self::Field>;

    /// Its command; `None` where a field that was checked is missing after all.
    fn command(&self, existing: Existing) -> Option<Command>;

    /// Draws its fields.
    fn fields_ui(
        &mut self,
        ui: &mut Ui,
        context: &mut Context<'_>,
        problems: &Problems<Self::Field>,
    );

    /// What became of its command.
    fn sending(&mut self) -> &mut Sending;

    /// The field that takes the focus when it is drawn next.
    fn focus(&mut self) -> &mut Option<Self::Field>;

    /// What is said while the work goes on.
    fn working(&self, context: &Context<'_>) -> String {
        context.text(bicle_text::id::DIALOG_WORKING)
    }

    /// The new password that it asks for now, with the places of its two fields.
    fn new_password(&mut self) -> Option<(&mut NewPassword, [Self::Field; 2])> {
        None
    }

    /// Something must be asked before the command is sent: the form asks it from now on.
    fn must_ask(&mut self) -> bool {
        false
    }

    /// Draws the question that stands in place of the fields; `false`: nothing is asked.
    fn question_ui(&mut self, _ui: &mut Ui, _context: &mut Context<'_>) -> bool {
        false
    }

    /// Its problems are shown from now on, and this field has the first.
    fn found_wanting(&mut self, _field: Self::Field) {}
}

/// Draws a form and does what its buttons say.
pub fn ui<F: Form>(form: &mut F, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
    if form.question_ui(ui, context) || weak_question_ui(form, ui, context) {
        return Answer::Stay;
    }
    let problems = form.validate();
    let room = Room::of(form.sending());
    body(ui, room, |ui| form.fields_ui(ui, context, &problems));
    let existing = form.sending().existing();
    let working = form.working(context);
    match foot(ui, context, form.sending(), F::ACT, &working) {
        Choice::Confirm => {
            confirm(form, context, existing);
            Answer::Stay
        }
        Choice::Cancel => form.dismiss(context),
        Choice::None => Answer::Stay,
    }
}

/// Sends the command, or leads to what is missing.
fn confirm<F: Form>(form: &mut F, context: &mut Context<'_>, existing: Existing) {
    // a field may have followed another within this frame
    let problems = form.validate();
    let first = problems.first_field();
    // Enter in the first password leads to the second, without a reproach
    if let Some((password, [_, repeat])) = form.new_password()
        && first == Some(repeat)
        && password.again.is_empty()
    {
        *form.focus() = Some(repeat);
        return;
    }
    form.sending().tried();
    *form.focus() = first;
    if let Some(field) = first {
        form.found_wanting(field);
    } else if !form.must_ask()
        && !form
            .new_password()
            .is_some_and(|(password, _)| password.ask_if_weak())
        && let Some(command) = form.command(existing)
    {
        form.sending().send(context, command);
    }
}

/// The question about a weak password, in place of the fields; `false`: it is not asked.
fn weak_question_ui<F: Form>(form: &mut F, ui: &mut Ui, context: &mut Context<'_>) -> bool {
    let Some((password, [first, _])) = form.new_password() else {
        return false;
    };
    match password.question_ui(ui, context) {
        Weak::Unasked => return false,
        Weak::Nothing => {}
        Weak::Another => *form.focus() = Some(first),
        Weak::Keep => {
            let existing = form.sending().existing();
            if let Some(command) = form.command(existing) {
                form.sending().send(context, command);
            }
        }
    }
    true
}

/// The user wants out: of the question about a weak password first, then of the form.
pub fn dismiss<F: Form>(form: &mut F, context: &Context<'_>) -> Answer {
    if let Some((password, _)) = form.new_password()
        && password.dismiss()
    {
        return Answer::Stay;
    }
    form.sending().dismiss(context)
}

/// Puts the focus on a field once: where it is the one that is due.
pub fn take_focus<F: PartialEq>(due: &mut Option<F>, field: F, response: &Response) {
    if *due == Some(field) {
        *due = None;
        response.request_focus();
    }
}

/// Puts the focus on a control once: where the flag is up.
pub fn focus_once(response: &Response, flag: &mut bool) {
    if std::mem::take(flag) {
        response.request_focus();
    }
}
