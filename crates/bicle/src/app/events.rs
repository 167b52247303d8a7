//! What the worker tells, on its way to who has asked.

use bicle_core::command::{Command, Event, JobId, Outcome};
use bicle_core::id::ItemId;
use bicle_text::id;

use super::{App, Owner};
use crate::context::Action;
use crate::dialogs::{self, Open};
use crate::say;
use crate::theme::{Tokens, Tone};
use crate::widgets::toast::Toast;

const DAY_SECONDS: i64 = 86_400;

impl App {
    /// Takes everything that has happened since the last frame.
    pub(super) fn take_events(&mut self, egui_context: &egui::Context) {
        while let Some(event) = self.shared.backend.try_event() {
            self.take_event(event, egui_context);
        }
        self.perform(egui_context);
    }

    pub(super) fn take_event(&mut self, event: Event, egui_context: &egui::Context) {
        if self.take_while_locking(&event) {
            return;
        }
        let event = match event {
            Event::PasswordNeeded { job, command, .. } => {
                self.ask_password(job, command, egui_context);
                return;
            }
            other => other,
        };
        let tokens = Tokens::of(egui_context);
        match &event {
            Event::Model(model) => {
                let opened = self.shared.model.is_none();
                if opened {
                    self.lists.reset();
                    self.start.opened(&model.vault.path);
                    self.shared.toasts.clear();
                    self.active_at = self.shared.services.clock.monotonic();
                }
                self.shared.model = Some(std::sync::Arc::clone(model));
                if opened {
                    self.bring_drafts_back(egui_context);
                    if let Some(why) = self.left_while_opening.take() {
                        self.lock(egui_context, Some(why));
                        return;
                    }
                }
            }
            Event::Locked => self.forget(egui_context),
            Event::Warning(warning) => {
                let warnings = std::slice::from_ref(warning);
                dialogs::say_phrases(&mut self.shared.context(tokens), warnings);
            }
            Event::Progress { job, doing } => {
                self.doing.insert(*job, doing.clone());
            }
            _ => {}
        }
        if matches!(event, Event::Failed { .. }) {
            // what was being opened does not open
            self.left_while_opening = None;
        }
        let ended = ended_job(&event);
        let owner = match &event {
            Event::Progress { job, .. } => self.jobs.get(job).copied(),
            _ => ended.and_then(|job| self.jobs.remove(&job)),
        };
        if let Some(job) = ended {
            self.doing.remove(&job);
        }
        let mut context = self.shared.context(tokens);
        match owner {
            None if ended.is_none() => {
                // the vault as a whole: everyone is told
                self.order.event(&event, &mut context);
                self.claim(Owner::Order);
                let mut context = self.shared.context(tokens);
                self.host.event(&event, egui_context, &mut context);
                self.claim(Owner::Dialog);
            }
            Some(Owner::Dialog) => {
                let handled = self.host.event(&event, egui_context, &mut context);
                self.claim(Owner::Dialog);
                if !handled {
                    self.tell(event, tokens);
                }
            }
            Some(Owner::Start) => {
                let handled = self.start.event(&event, &mut context);
                self.claim(Owner::Start);
                if !handled {
                    self.tell(event, tokens);
                }
            }
            Some(Owner::Order) => {
                self.order.event(&event, &mut context);
                self.claim(Owner::Order);
            }
            Some(Owner::Details) => self.details.event(event),
            Some(Owner::Shell) | None => self.tell(event, tokens),
        }
    }

    /// Says what came of an act that no dialog waits for.
    fn tell(&mut self, event: Event, tokens: &'static Tokens) {
        let texts = self.shared.texts;
        match event {
            Event::Failed { fault, .. } => {
                let said = say::fault(texts, &fault);
                self.shared.toasts.push(Toast {
                    tone: Tone::Danger,
                    message: said.message,
                    advice: said.advice,
                    act: None,
                });
            }
            Event::Done { outcome, .. } => self.tell_outcome(outcome, tokens),
            _ => {}
        }
    }

    fn tell_outcome(&mut self, outcome: Outcome, tokens: &'static Tokens) {
        let texts = self.shared.texts;
        match outcome {
            Outcome::Opened { warnings } => {
                dialogs::say_phrases(&mut self.shared.context(tokens), &warnings);
            }
            Outcome::Deleted(items) => {
                let message =
                    texts.text_with(id::WINDOW_TOAST_DELETED, &[("count", items.len().into())]);
                let toast = self.shared.toasts.push(Toast {
                    tone: Tone::Good,
                    message,
                    advice: None,
                    act: Some(texts.text(id::WINDOW_TOAST_UNDO)),
                });
                self.undo.insert(toast, items);
            }
            Outcome::Written(path) => {
                let path = path.display().to_string();
                let path = say::escaped(&path);
                let said =
                    texts.text_with(id::WINDOW_TOAST_WRITTEN, &[("path", path.as_ref().into())]);
                self.shared.toasts.good(said);
            }
            Outcome::Created(item) | Outcome::OrderStarted { order: item, .. } => {
                self.shared.actions.push(Action::Select(item));
            }
            Outcome::Imported(report) => {
                self.shared
                    .actions
                    .push(Action::Open(Open::ImportReport(Box::new(report))));
            }
            Outcome::Delivered(report) => {
                let path = report.path.display().to_string();
                let path = say::escaped(&path);
                let said = texts.text_with(
                    id::WINDOW_TOAST_DELIVERED,
                    &[("path", path.as_ref().into())],
                );
                self.shared.toasts.good(said);
            }
            // the rest is seen in the model, or belongs to a dialog that is gone
            _ => {}
        }
    }

    /// Closing during work: the work is asked to stop, and the window goes when it has ended. Asking
    /// a second time closes at once: the worker still ends or undoes its act.
    pub(super) fn watch_closing(&mut self, egui_context: &egui::Context) {
        let asked = egui_context.input(|input| input.viewport().close_requested());
        if asked {
            // what waits for the password would never end
            self.call_off(egui_context);
        }
        let working: Vec<JobId> = self
            .jobs
            .iter()
            .filter(|(_, owner)| **owner != Owner::Details)
            .map(|(job, _)| *job)
            .collect();
        if asked && !self.closing && !working.is_empty() {
            self.closing = true;
            egui_context.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            // the keys go by the lock: it is let happen
            let locking = self.locking;
            for job in working.into_iter().filter(|job| Some(*job) != locking) {
                self.shared.backend.cancel(job);
            }
            let said = self.shared.texts.text(id::WINDOW_TOAST_CLOSING);
            self.shared.toasts.say(Tone::Info, said);
        } else if self.closing && working.is_empty() {
            egui_context.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    /// Verdicts hold for a day: at the next one they are made anew, also in an idle window.
    pub(super) fn watch_day(&mut self, egui_context: &egui::Context) {
        let Some(model) = &self.shared.model else {
            return;
        };
        let now_seconds = self.shared.services.clock.now().0;
        let day = now_seconds.div_euclid(DAY_SECONDS);
        if day != model.at.0.div_euclid(DAY_SECONDS) && day != self.refreshed_day {
            self.refreshed_day = day;
            self.send(Command::Refresh);
        }
        let left = DAY_SECONDS.saturating_sub(now_seconds.rem_euclid(DAY_SECONDS));
        let left = u64::try_from(left).unwrap_or(0).saturating_add(1);
        egui_context.request_repaint_after(std::time::Duration::from_secs(left));
    }

    /// The item that a name in the window leads to: its page, selected, in view.
    pub(super) fn go_to(&mut self, item: ItemId) {
        let page = crate::context::Page::Items(item.kind);
        let Some(model) = self.shared.model.clone() else {
            return;
        };
        if model.item(item).is_none() {
            return;
        }
        self.page = page;
        // a filter that hides the item is in the way; the tree opens down to it
        self.filter.clear();
        let mut above = Vec::new();
        let mut next = model.certificate(item).and_then(|found| found.issuer_id);
        while let Some(issuer) = next.filter(|issuer| !above.contains(issuer)) {
            above.push(issuer);
            next = model.certificate(issuer).and_then(|found| found.issuer_id);
        }
        self.lists.uncollapse(above);
        self.lists.select(page, item);
        self.lists.focus(page);
    }
}

fn ended_job(event: &Event) -> Option<JobId> {
    match event {
        Event::Done { job, .. } | Event::Failed { job, .. } => Some(*job),
        _ => None,
    }
}
