//! Locking: when the user asks, when nobody is there any more, when the machine sleeps; and asking who
//! is there before a secret leaves the vault.

use bicle_core::command::{Command, Event, ImportOutcome, JobId, Outcome};
use bicle_core::fault::{Fault, FaultClass};
use bicle_core::phrase::Phrase;
use bicle_text::{Id, id};
use egui::text_edit::TextEditState;

use super::{App, Owner};
use crate::dialogs::{KeptDraft, Open};
use crate::say;
use crate::services::Left;
use crate::theme::{Tokens, Tone};
use crate::widgets::toast::Toast;

/// The dialogs that were open when a vault was locked, without any secret.
pub(super) struct Drafts {
    /// The id of the vault.
    vault: String,
    /// The lowest first.
    drafts: Vec<KeptDraft>,
}

/// What came of acts while a vault was being closed: told when it is open again.
pub(super) struct Untold {
    /// The id of the vault.
    vault: String,
    /// Without any secret.
    toasts: Vec<Toast>,
}

impl App {
    /// Any input is a sign of life. Called where the frame is drawn: a hidden window has no input.
    pub(super) fn note_activity(&mut self, egui_context: &egui::Context) {
        if egui_context.input(|input| !input.raw.events.is_empty()) {
            self.active_at = self.shared.services.clock.monotonic();
        }
    }

    /// Locks an open vault that its user has left. An idle window is woken once, at the deadline.
    pub(super) fn watch_leaving(&mut self, egui_context: &egui::Context) {
        let left = self.shared.services.session.poll();
        if self.shared.model.is_none() {
            self.watch_typed(left, egui_context);
        } else {
            match (left, self.settings.lock_after()) {
                (Some(left), _) => self.lock(egui_context, Some(reason(left))),
                (None, Some(limit)) => {
                    let now = self.shared.services.clock.monotonic();
                    let idle = now.saturating_sub(self.active_at);
                    if idle >= limit {
                        self.lock(egui_context, Some(id::WINDOW_LOCKED_IDLE));
                    } else {
                        egui_context.request_repaint_after(limit.saturating_sub(idle));
                    }
                }
                (None, None) => {}
            }
        }
        let open = self.shared.model.is_some() || self.locking.is_some();
        self.shared.services.session.set_open(open);
    }

    /// No vault is open: what was typed to open one goes when its user has left. One that is being
    /// opened is locked as soon as it is open.
    fn watch_typed(&mut self, left: Option<Left>, egui_context: &egui::Context) {
        if !self.start.holds_something() && !self.host.is_open() {
            return;
        }
        if let Some(left) = left {
            if self.start.is_opening() || self.host.is_working() {
                self.left_while_opening = Some(reason(left));
            }
            self.wipe_typed(egui_context);
            return;
        }
        let Some(limit) = self.settings.lock_after() else {
            return;
        };
        let idle = self.shared.services.clock.monotonic();
        let idle = idle.saturating_sub(self.active_at);
        if idle >= limit {
            self.wipe_typed(egui_context);
        } else {
            egui_context.request_repaint_after(limit.saturating_sub(idle));
        }
    }

    fn wipe_typed(&mut self, egui_context: &egui::Context) {
        self.start.wipe();
        // a vault's form has a password in it
        self.host.close_all(egui_context);
    }

    /// Closes the vault. Nothing of it is shown from now on; an act that runs is let finish, and the
    /// keys go at its end.
    pub(super) fn lock(&mut self, egui_context: &egui::Context, why: Option<Id>) {
        if self.shared.model.is_none() {
            return;
        }
        let job = self.shared.backend.send(Command::Lock);
        self.jobs.insert(job, Owner::Shell);
        self.locking = Some(job);
        self.forget(egui_context);
        self.start.say(why);
    }

    /// The vault is closed: nothing of it stays on screen or in memory here.
    pub(super) fn forget(&mut self, egui_context: &egui::Context) {
        if let Some(model) = self.shared.model.take() {
            self.drafts = Some(Drafts {
                vault: model.vault.id.clone(),
                drafts: self.host.drafts(),
            });
            self.untold = Some(Untold {
                vault: model.vault.id.clone(),
                toasts: Vec::new(),
            });
            // closed later, by the worker itself, it has no dialogs left
            self.start.locked();
        }
        // what wanted a password is not done
        self.refused.clear();
        self.host.close_all(egui_context);
        self.lists.reset();
        self.details.reset();
        self.order = crate::views::order::OrderScreen::default();
        self.filter.clear();
        self.undo.clear();
        self.doing.clear();
        self.shared.actions.clear();
        self.shared.toasts.clear();
        self.shared.services.clipboard.forget_secret();
        // what fields held stands in egui's histories too: names, comments
        egui_context.memory_mut(|memory| memory.data.remove_by_type::<TextEditState>());
        // and what drawing and pasting left on this thread's stack
        bicle_platform::stack::wipe();
    }

    /// The vault is open again: what was being filled in is there again, without its passwords.
    pub(super) fn bring_drafts_back(&mut self, egui_context: &egui::Context) {
        let (drafts, untold) = (self.drafts.take(), self.untold.take());
        let Some(model) = self.shared.model.clone() else {
            return;
        };
        if let Some(untold) = untold.filter(|untold| untold.vault == model.vault.id) {
            for toast in untold.toasts {
                self.shared.toasts.push(toast);
            }
        }
        let Some(drafts) = drafts.filter(|drafts| drafts.vault == model.vault.id) else {
            return;
        };
        for kept in drafts.drafts {
            // what would change a vault that is only looked at is of no use there
            if kept.changes && model.read_only {
                continue;
            }
            let mut context = self.shared.context(Tokens::of(egui_context));
            let dialog = (kept.draft)(&mut context);
            self.claim(Owner::Dialog);
            if let Some(dialog) = dialog {
                self.host.open_that(dialog, kept.changes, egui_context);
            }
        }
    }

    /// An event while the vault is being closed: its content is not shown, only noted. `false`: it is
    /// for the others.
    pub(super) fn take_while_locking(&mut self, event: &Event) -> bool {
        let Some(locking) = self.locking else {
            return false;
        };
        match event {
            Event::Done { job, .. } | Event::Failed { job, .. } if *job == locking => {
                self.locking = None;
                self.jobs.remove(job);
            }
            Event::Done { job, outcome } => {
                self.jobs.remove(job);
                // what was done needs not be filled in again
                if let (Some(number), Some(drafts)) = (self.host.take_owner(*job), &mut self.drafts)
                {
                    drafts.drafts.retain(|kept| kept.number != number);
                }
                let toasts = self.toasts_of(outcome);
                self.tell_later(toasts);
            }
            Event::Failed { job, fault } => {
                let owner = self.jobs.remove(job);
                let _closed = self.host.take_owner(*job);
                // what was called off is no fault; a wrong password was for a form that comes back
                let told = owner != Some(Owner::Details)
                    && fault.code() != "cancelled"
                    && fault.class != FaultClass::WrongPassword;
                if told {
                    let said = say::fault(self.shared.texts, fault);
                    self.tell_later(vec![toast(Tone::Danger, said.message, said.advice)]);
                }
            }
            Event::PasswordNeeded { job, .. } => {
                self.jobs.remove(job);
                let _closed = self.host.take_owner(*job);
            }
            Event::Warning(warning) => {
                let toast = self.toast_of_warning(warning);
                self.tell_later(vec![toast]);
            }
            Event::Locked | Event::Model(_) | Event::Progress { .. } => {}
            _ => {}
        }
        true
    }

    fn tell_later(&mut self, toasts: Vec<Toast>) {
        if let Some(untold) = &mut self.untold {
            untold.toasts.extend(toasts);
        }
    }

    fn toast_of_warning(&self, warning: &Phrase) -> Toast {
        let texts = self.shared.texts;
        let (message, advice) = (say::phrase(texts, warning), say::advice(texts, warning));
        toast(Tone::Warning, message, advice)
    }

    /// What is told of an act that ended unseen, without its secrets.
    fn toasts_of(&self, outcome: &Outcome) -> Vec<Toast> {
        let texts = self.shared.texts;
        let path_words = |id: Id, path: &std::path::Path| {
            let path = path.display().to_string();
            let path = say::escaped(&path);
            let words = texts.text_with(id, &[("path", path.as_ref().into())]);
            vec![toast(Tone::Good, words, None)]
        };
        match outcome {
            Outcome::RecoveryKey(_) => {
                let message = texts.text(id::WINDOW_UNTOLD_RECOVERY_KEY);
                let advice = Some(texts.text(id::WINDOW_UNTOLD_RECOVERY_KEY_ADVICE));
                vec![toast(Tone::Danger, message, advice)]
            }
            Outcome::Imported(report) if !report.dry_run => {
                let refused = |item: &&bicle_core::command::ImportedItem| {
                    item.outcome == ImportOutcome::Refused
                };
                let refused = report.items.iter().filter(refused).count();
                let taken = report.items.len().saturating_sub(refused);
                let words = [("taken", taken.into()), ("refused", refused.into())];
                let message = texts.text_with(id::WINDOW_UNTOLD_IMPORT, &words);
                // an import that asks is answered by importing again
                let asks = !report.password_needed.is_empty()
                    || !report.iterations_asked.is_empty()
                    || !report.trust_questions.is_empty()
                    || report.test_branch_question;
                let advice = asks.then(|| texts.text(id::WINDOW_UNTOLD_IMPORT_ASKS));
                let tone = if asks || refused > 0 {
                    Tone::Warning
                } else {
                    Tone::Good
                };
                vec![toast(tone, message, advice)]
            }
            Outcome::Deleted(items) if !items.is_empty() => {
                let words = [("count", items.len().into())];
                let message = texts.text_with(id::WINDOW_TOAST_DELETED, &words);
                vec![toast(Tone::Good, message, None)]
            }
            Outcome::Delivered(report) => path_words(id::WINDOW_TOAST_DELIVERED, &report.path),
            Outcome::Written(path) => path_words(id::WINDOW_TOAST_WRITTEN, path),
            Outcome::Restored { warnings, .. } => {
                let warning = |warning| self.toast_of_warning(warning);
                warnings.iter().map(warning).collect()
            }
            // the rest is seen in the model, or can be asked for again
            _ => Vec::new(),
        }
    }

    /// An act waits for the password: it is asked once for all that wait.
    pub(super) fn ask_password(
        &mut self,
        job: JobId,
        command: Box<Command>,
        egui_context: &egui::Context,
    ) {
        let asked_already = !self.refused.is_empty();
        self.refused.push((job, command));
        if self.closing {
            // nobody is there to say it: the window would wait for ever
            self.call_off(egui_context);
            return;
        }
        if !asked_already {
            self.open(Open::PasswordAgain, egui_context);
        }
    }

    /// The password was proved: the very acts that waited go on.
    pub(super) fn go_on(&mut self) {
        for (job, command) in std::mem::take(&mut self.refused) {
            self.shared.backend.send_again(job, *command);
        }
    }

    /// The user does not say the password: what waited for it is called off.
    pub(super) fn call_off(&mut self, egui_context: &egui::Context) {
        for (job, _) in std::mem::take(&mut self.refused) {
            let fault = Fault::refused(Phrase::new("error-cancelled"));
            self.take_event(Event::Failed { job, fault }, egui_context);
        }
    }
}

fn toast(tone: Tone, message: String, advice: Option<String>) -> Toast {
    Toast {
        tone,
        message,
        advice,
        act: None,
    }
}

fn reason(left: Left) -> Id {
    match left {
        Left::Sleep | Left::Slept => id::WINDOW_LOCKED_SLEEP,
        Left::ScreenLock => id::WINDOW_LOCKED_SCREEN,
    }
}
