//! Shows the dialog on top, gives it the focus, and gives the focus back.

use std::collections::HashMap;

use bicle_core::command::{Event, JobId};
use egui::{FocusDirection, Id, Key, Modifiers};

use super::{Answer, Dialog, Draft};
use crate::context::Context;
use crate::theme::{CORNER_LARGE, space};

/// The open dialogs, the last one on top.
#[derive(Default)]
pub struct Host {
    stack: Vec<Entry>,
    jobs: HashMap<JobId, u64>,
    made: u64,
}

struct Entry {
    number: u64,
    dialog: Box<dyn Dialog>,
    /// What had the focus before.
    focus_before: Option<Id>,
    frames: u8,
    /// Its act changes the vault.
    changes: bool,
}

/// What an open dialog keeps over a lock.
pub struct KeptDraft {
    /// The number of the dialog.
    pub number: u64,
    /// Its act changes the vault.
    pub changes: bool,
    /// Makes it anew.
    pub draft: Draft,
}

impl Host {
    /// Whether a dialog is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.stack.is_empty()
    }

    /// Opens a dialog over the others.
    pub fn open(&mut self, dialog: Box<dyn Dialog>, egui_context: &egui::Context) {
        self.open_that(dialog, false, egui_context);
    }

    /// The same; `changes`: its act changes the vault.
    pub fn open_that(
        &mut self,
        dialog: Box<dyn Dialog>,
        changes: bool,
        egui_context: &egui::Context,
    ) {
        self.made = self.made.saturating_add(1);
        self.stack.push(Entry {
            number: self.made,
            dialog,
            focus_before: egui_context.memory(egui::Memory::focused),
            frames: 0,
            changes,
        });
    }

    /// What the open dialogs keep over a lock, the lowest first.
    #[must_use]
    pub fn drafts(&self) -> Vec<KeptDraft> {
        let draft = |entry: &Entry| {
            Some(KeptDraft {
                number: entry.number,
                changes: entry.changes,
                draft: entry.dialog.draft()?,
            })
        };
        self.stack.iter().filter_map(draft).collect()
    }

    /// The number of the dialog that has sent a job which has ended.
    pub fn take_owner(&mut self, job: JobId) -> Option<u64> {
        self.jobs.remove(&job)
    }

    /// Closes every dialog: the vault is locked.
    pub fn close_all(&mut self, egui_context: &egui::Context) {
        while let Some(entry) = self.stack.pop() {
            self.after_close(&entry, egui_context);
        }
    }

    /// Draws the dialog on top.
    pub fn ui(&mut self, egui_context: &egui::Context, context: &mut Context<'_>) {
        let Some(entry) = self.stack.last_mut() else {
            return;
        };
        let number = entry.number;
        let title = entry.dialog.title(context.texts);
        let width = entry.dialog.width();
        let screen = egui_context.content_rect();
        let sent_before = context.sent.len();

        let modal_id = Id::unique(("dialog", number));
        let modal = egui::Modal::new(modal_id)
            // without it the area would be as high as egui's default, and cut the dialog
            .area(egui::Modal::default_area(modal_id).default_size(screen.size()))
            .backdrop_color(context.tokens.backdrop)
            .frame(
                egui::Frame::new()
                    .fill(context.tokens.surface)
                    .stroke(egui::Stroke::new(1.0, context.tokens.border))
                    .corner_radius(CORNER_LARGE)
                    .shadow(egui_context.global_style().visuals.window_shadow)
                    .inner_margin(egui::Margin {
                        left: 24,
                        right: 8,
                        top: 24,
                        bottom: 24,
                    }),
            );
        let shown = modal.show(egui_context, |ui| {
            let width = width.min(screen.width() - 4.0 * space::HUGE);
            // the scroll bar stands in the margin, beside the content
            ui.set_width(width + space::LARGE);
            ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                node.set_role(egui::accesskit::Role::Dialog);
                node.set_label(title.clone());
            });
            ui.heading(&title);
            ui.add_space(space::SMALL);
            egui::ScrollArea::vertical()
                .max_height(screen.height() - 6.0 * space::HUGE)
                // grows with its content, up to the window: the area remembers its last size
                .min_scrolled_height(screen.height() - 6.0 * space::HUGE)
                .auto_shrink([false, true])
                .show(ui, |ui| {
                    ui.set_max_width(width);
                    entry.dialog.ui(ui, context)
                })
                .inner
        });
        let mut answer = shown.inner;
        // a click on the backdrop is no answer: what was typed would be lost
        if answer == Answer::Stay
            && shown.is_top_modal
            && !shown.any_popup_open
            && egui_context.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
        {
            answer = entry.dialog.dismiss(context);
        }
        // the first widget that wants the focus gets it, once the dialog is laid out
        if entry.frames < 2 {
            entry.frames = entry.frames.saturating_add(1);
            let inside = egui_context
                .memory(egui::Memory::focused)
                .is_some_and(|focused| Some(focused) != entry.focus_before);
            if entry.frames == 1 {
                egui_context.memory_mut(|memory| {
                    if let Some(focused) = memory.focused().filter(|_| !inside) {
                        memory.surrender_focus(focused);
                    }
                    if !inside {
                        memory.move_focus(FocusDirection::Next);
                    }
                });
            }
            egui_context.request_repaint();
        }
        self.note_jobs(number, sent_before, context);
        if answer == Answer::Close {
            self.close(number, egui_context);
        }
    }

    /// Gives an event to the dialogs that it concerns. `true`: a dialog has answered for it, so the
    /// shell says nothing about it.
    pub fn event(
        &mut self,
        event: &Event,
        egui_context: &egui::Context,
        context: &mut Context<'_>,
    ) -> bool {
        let job = match event {
            Event::Progress { job, .. } | Event::Done { job, .. } | Event::Failed { job, .. } => {
                Some(*job)
            }
            _ => None,
        };
        let owner = job.and_then(|job| self.jobs.get(&job).copied());
        if let (Some(job), Event::Done { .. } | Event::Failed { .. }) = (job, event) {
            self.jobs.remove(&job);
        }
        if job.is_some() && owner.is_none() {
            return false;
        }
        let mut handled = false;
        let mut closing = Vec::new();
        let mut new_jobs = Vec::new();
        for entry in &mut self.stack {
            if owner.is_some_and(|owner| owner != entry.number) {
                continue;
            }
            let sent_before = context.sent.len();
            let answer = entry.dialog.event(event, context);
            handled |= owner.is_some();
            for job in context.sent.get(sent_before..).unwrap_or_default() {
                new_jobs.push((*job, entry.number));
            }
            if answer == Answer::Close {
                closing.push(entry.number);
            }
        }
        self.jobs.extend(new_jobs);
        for number in closing {
            self.close(number, egui_context);
        }
        handled
    }

    /// Whether an open dialog waits for a job.
    #[must_use]
    pub fn is_working(&self) -> bool {
        let waits = |entry: &Entry| self.jobs.values().any(|number| *number == entry.number);
        self.stack.iter().any(waits)
    }

    /// Whether a dialog waits for that job.
    #[must_use]
    pub fn owns(&self, job: JobId) -> bool {
        self.jobs.contains_key(&job)
    }

    fn note_jobs(&mut self, number: u64, sent_before: usize, context: &Context<'_>) {
        for job in context.sent.get(sent_before..).unwrap_or_default() {
            self.jobs.insert(*job, number);
        }
    }

    fn close(&mut self, number: u64, egui_context: &egui::Context) {
        if let Some(place) = self.stack.iter().position(|entry| entry.number == number) {
            let entry = self.stack.remove(place);
            self.after_close(&entry, egui_context);
        }
    }

    fn after_close(&self, entry: &Entry, egui_context: &egui::Context) {
        egui_context.memory_mut(|memory| match entry.focus_before {
            Some(id) => memory.request_focus(id),
            None => {
                if let Some(focused) = memory.focused() {
                    memory.surrender_focus(focused);
                }
            }
        });
        egui_context.request_repaint();
    }
}
