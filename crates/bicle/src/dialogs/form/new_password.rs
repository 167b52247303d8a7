//! A new password, typed twice, with its strength; a weak one wants a second yes.

use std::sync::mpsc::{Receiver, channel};

use bicle_core::strength::{Protects, Strength, strength};
use bicle_platform::secret::SecretText;
use bicle_text::{Id, id};
use egui::Ui;

use super::{right_row, secret, take_focus};
use crate::context::Context;
use crate::dialogs::problem::{self, Problems};
use crate::theme::{Tone, space};
use crate::widgets::secret_field::SecretField;
use crate::widgets::strength_meter::{strength_meter, strength_room};
use crate::widgets::{button, notice};

/// The two fields and what was measured.
#[derive(Default)]
pub struct NewPassword {
    /// The password.
    pub first: SecretField,
    /// The same once more.
    pub again: SecretField,
    /// What it protects; `None`: this password's strength is not told.
    protects: Option<Protects>,
    /// Words that an attacker tries first: the name of what is protected.
    words: Vec<String>,
    measured: Option<Strength>,
    /// The measure is under way on its own thread: zxcvbn costs more than a frame may.
    awaited: Option<Receiver<Strength>>,
    /// The user is asked whether a weak one shall do.
    asking: bool,
    /// The user answered yes.
    agreed: bool,
}

/// Where the two fields stand in their form.
pub struct Twice<'a, F> {
    /// Their labels.
    pub labels: [Id; 2],
    /// Their places among the form's fields.
    pub fields: [F; 2],
    /// What the form lacks.
    pub problems: &'a Problems<F>,
    /// Problems of empty fields are shown.
    pub shown: bool,
    /// The form's field that takes the focus next.
    pub focus: &'a mut Option<F>,
}

/// What the user answered about a weak password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weak {
    /// Nothing was asked.
    Unasked,
    /// Nothing yet.
    Nothing,
    /// It shall do.
    Keep,
    /// Another one is chosen.
    Another,
}

impl NewPassword {
    /// Empty fields that tell how strong the password is; `words` are those that an attacker tries first.
    #[must_use]
    pub fn measured(protects: Protects, words: &[&str]) -> Self {
        Self {
            protects: Some(protects),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            ..Self::default()
        }
    }

    /// What was typed.
    #[must_use]
    pub fn secret(&self) -> SecretText {
        self.first.secret()
    }

    /// What was typed, for a look.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.first.expose()
    }

    /// Puts what is wrong with the two typings to their fields; `of` says what else is wrong with the first.
    #[must_use]
    pub fn check<F: Copy + PartialEq>(
        &self,
        problems: Problems<F>,
        [first, again]: [F; 2],
        of: impl FnOnce(&str) -> Option<Id>,
    ) -> Problems<F> {
        problems
            .check(first, self.problem(of))
            .check(again, self.problem_of_repeat())
    }

    /// As [`NewPassword::check`] where the file is to have a password, and nothing where not.
    #[must_use]
    pub fn check_if<F: Copy + PartialEq>(
        &self,
        needed: bool,
        problems: Problems<F>,
        fields: [F; 2],
        of: impl FnOnce(&str) -> Option<Id>,
    ) -> Problems<F> {
        if needed {
            self.check(problems, fields, of)
        } else {
            problems
        }
    }

    /// What is wrong with the first typing: it was cut, or what that check says.
    fn problem(&self, check: impl FnOnce(&str) -> Option<Id>) -> Option<Id> {
        self.first.problem().or_else(|| check(self.expose()))
    }

    /// What is wrong with the second typing.
    fn problem_of_repeat(&self) -> Option<Id> {
        let cut = self.again.problem();
        cut.or_else(|| self.problem_of_agreement())
    }

    fn problem_of_agreement(&self) -> Option<Id> {
        problem::of_repeat(self.first.expose(), self.again.expose())
    }

    /// A generated password, shown.
    pub fn set_generated(&mut self, password: &SecretText) {
        self.first.set(password);
        self.again.set(password);
        self.first.show(true);
        (self.measured, self.awaited) = (None, None);
    }

    /// Forgets both.
    pub fn clear(&mut self) {
        self.first.clear();
        self.again.clear();
        (self.measured, self.awaited) = (None, None);
    }

    /// Asks about a weak password from now on, unless the user has agreed to it. Answers whether it is asked.
    pub(super) fn ask_if_weak(&mut self) -> bool {
        let Some(protects) = self.protects else {
            return false;
        };
        if self.measured.is_none() || self.awaited.is_some() {
            // pressed before the measure came: once, not per frame
            self.awaited = None;
            self.measured = Some(measure(self.first.expose(), &self.words, protects));
        }
        let weak = self.measured.as_ref().is_some_and(Strength::is_weak);
        self.asking = weak && !self.agreed;
        self.asking
    }

    /// Takes the question away; `false`: none stood there.
    pub(super) fn dismiss(&mut self) -> bool {
        std::mem::take(&mut self.asking)
    }

    /// Draws the question about a weak password where it is asked. Enter never says yes to it.
    pub(super) fn question_ui(&mut self, ui: &mut Ui, context: &Context<'_>) -> Weak {
        let Some(found) = self.measured.as_ref().filter(|_| self.asking) else {
            return Weak::Unasked;
        };
        let question = context.text(id::DIALOG_WEAK_PASSWORD_QUESTION);
        let time = context.say(&found.crack_time);
        notice::notice(ui, context.tokens, Tone::Warning, &question, Some(&time));
        ui.add_space(space::LARGE);
        let mut answered = Weak::Nothing;
        right_row(ui, |ui| {
            let another = context.text(id::DIALOG_WEAK_PASSWORD_ANOTHER);
            if button::secondary(ui, context.tokens, None, &another).clicked() {
                answered = Weak::Another;
            }
            let keep = context.text(id::DIALOG_WEAK_PASSWORD_KEEP);
            if button::secondary(ui, context.tokens, None, &keep).clicked() {
                answered = Weak::Keep;
            }
        });
        if answered != Weak::Nothing {
            self.asking = false;
            self.agreed = answered == Weak::Keep;
        }
        answered
    }

    /// Draws both fields. Answers whether the password has changed.
    pub fn ui<F: Copy + PartialEq>(
        &mut self,
        ui: &mut Ui,
        context: &Context<'_>,
        place: Twice<'_, F>,
    ) -> bool {
        let Twice {
            labels: [label, label_again],
            fields: [field, field_again],
            problems,
            shown,
            focus,
        } = place;
        // an accent is told while it is typed; a short password once it is whole
        let fault = problems
            .of(field)
            .filter(|text| shown || *text == id::DIALOG_PROBLEM_PASSWORD_NOT_ASCII);
        let response = secret(ui, context, label, &mut self.first, fault);
        let changed = response.changed();
        take_focus(focus, field, &response);
        if changed {
            self.agreed = false;
            self.measure_apart(ui.ctx());
        }
        if let Some(found) = self.awaited.as_ref().and_then(|came| came.try_recv().ok()) {
            (self.measured, self.awaited) = (Some(found), None);
        }
        if let Some(found) = &self.measured {
            let more = context.say(&found.crack_time);
            strength_meter(ui, context.tokens, context.texts, found.score, &more);
            ui.add_space(space::SMALL);
        } else if self.awaited.is_some() {
            // the measure comes without moving what stands below from under the pointer
            strength_room(ui);
            ui.add_space(space::SMALL);
        }
        let fault = problem::of_repeat_so_far(self.first.expose(), self.again.expose())
            .or_else(|| problems.of(field_again).filter(|_| shown));
        let response = secret(ui, context, label_again, &mut self.again, fault);
        take_focus(focus, field_again, &response);
        changed
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "some milliseconds that nobody waits for: the worker is free for its jobs"
    )]
    fn measure_apart(&mut self, egui_context: &egui::Context) {
        self.awaited = None;
        let Some(protects) = self.protects.filter(|_| !self.first.is_empty()) else {
            self.measured = None;
            return;
        };
        let (password, words) = (self.first.secret(), self.words.clone());
        let (sender, receiver) = channel();
        let egui_context = egui_context.clone();
        let started = std::thread::Builder::new()
            .name(String::from("strength"))
            .spawn(move || {
                let found = measure(password.expose(), &words, protects);
                drop(password);
                // the C library keeps the stacks of ended threads as they are
                bicle_platform::stack::wipe();
                // the field may be gone
                let _unheard = sender.send(found);
                egui_context.request_repaint();
            });
        // a machine without another thread measures when the form is sent
        self.awaited = started.is_ok().then_some(receiver);
    }
}

fn measure(password: &str, words: &[String], protects: Protects) -> Strength {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    strength(password, &words, protects)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::rc::Rc;

    use bicle_text::Language;
    use egui_kittest::Harness;

    use super::*;
    use crate::dialogs::samples;
    use crate::stage::Stage;

    #[test]
    fn a_measure_that_comes_late_moves_no_button_and_a_form_sent_before_it_waits_for_it() {
        let (sender, receiver) = channel();
        let mut password = NewPassword::measured(Protects::NEW_VAULT, &[]);
        password.set_generated(&SecretText::copy_of("Hopital2026"));
        password.awaited = Some(receiver);
        let below = Rc::new(std::cell::Cell::new(0.0));
        let seen = Rc::clone(&below);
        let stage = Stage::new(Language::French, std::path::Path::new("/"), samples::NOW);
        let draw = move |ui: &mut Ui, (stage, password): &mut (Stage, NewPassword)| {
            stage.frame(ui, |ui, context| {
                let place = Twice {
                    labels: [id::DIALOG_PASSWORD, id::DIALOG_PASSWORD_AGAIN],
                    fields: [1, 2],
                    problems: &Problems::new(),
                    shown: false,
                    focus: &mut None,
                };
                password.ui(ui, context, place);
                seen.set(ui.label("below").rect.top());
            });
        };
        let mut harness = Harness::builder()
            .with_size(egui::vec2(480.0, 400.0))
            .build_ui_state(draw, (stage, password));
        harness.run();
        let before = below.get();
        assert!(harness.state().1.measured.is_none());
        let weak = measure("Hopital2026", &[], Protects::NEW_VAULT);
        sender.send(weak).unwrap();
        harness.run();
        assert!(harness.state().1.measured.is_some());
        assert!(
            (below.get() - before).abs() < 0.01,
            "{before} {}",
            below.get()
        );
        // sent before the measure is there: the form measures, and asks
        let (_sender, receiver) = channel();
        let password = &mut harness.state_mut().1;
        (password.measured, password.awaited) = (None, Some(receiver));
        assert!(password.ask_if_weak());
    }
}
