//! One order, step by step: what is done, what to do now, with the acts in place.

use std::time::Duration;

use bicle_core::command::{Command, Event, JobId, Outcome};
use bicle_core::fault::Fault;
use bicle_core::id::ItemId;
use bicle_core::model::{Branch, Model, OrderItem, OrderState};
use bicle_platform::secret::SecretText;
use bicle_text::id;
use egui::{Label, RichText, Ui};
use egui_material_icons::icons::{ICON_ADD, ICON_REPLAY};

use super::order_steps::Progress;
pub use super::order_steps::Step;
use super::{order_acts, stepper};
use crate::context::{Action, Context};
use crate::dialogs::{Open, products};
use crate::say;
use crate::theme::{Tone, space};
use crate::widgets::{badge, button, notice};

/// A line of text is easy to read up to about that width, in points.
const READABLE_WIDTH: f32 = 720.0;

/// The steps to do now are brought into sight during so many frames: in the first the page does not
/// know its height yet.
const FRAMES_TO_SHOW: u8 = 3;

/// A revocation code is shown no longer than the proof of the password holds that it was shown for.
const CODE_LIFE: Duration = bicle_core::proof::LIFE;

/// The screen of the order that is selected.
#[derive(Default)]
pub struct OrderScreen {
    /// Whose screen it is: what was typed or shown for another order is forgotten.
    order: Option<ItemId>,
    pub(super) reference: String,
    pub(super) editing_reference: bool,
    pub(super) reference_tried: bool,
    /// The revocation code, while it is shown.
    pub(super) code: Option<SecretText>,
    /// Since when, in the clock's monotonic time.
    code_since: Duration,
    pub(super) renewing: bool,
    /// The steps to do now of that state were brought into sight.
    shown_for: Option<OrderState>,
    frames_to_show: u8,
    jobs: Vec<(JobId, Job)>,
    pub(super) fault: Option<(Job, Fault)>,
    opened: Vec<Step>,
}

/// What a command of this screen is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Job {
    SaveReference,
    ShowCode,
    CopyCode,
}

impl OrderScreen {
    /// Draws the order's steps. The shell has drawn its name above.
    pub fn ui(&mut self, ui: &mut Ui, order: ItemId, context: &mut Context<'_>) {
        if self.order != Some(order) {
            *self = Self {
                order: Some(order),
                ..Self::default()
            };
        }
        let Some(model) = context.model else { return };
        let Some(order) = model.order(order) else {
            return;
        };
        let mut now = egui::Rect::NOTHING;
        ui.scope(|ui| {
            // beside the scroll bar
            ui.set_max_width(READABLE_WIDTH.min(ui.available_width() - space::MEDIUM));
            summary_ui(ui, context, model, order);
            ui.add_space(space::LARGE);
            for (index, step) in Step::ALL.into_iter().enumerate() {
                let top = ui.cursor().min;
                self.step_ui(ui, context, model, order, index.saturating_add(1), step);
                if step.progress(order.state) == Progress::Now {
                    now |= egui::Rect::from_two_pos(top, ui.min_rect().right_bottom());
                }
            }
            ui.add_space(space::SMALL);
            again_ui(ui, context, model, order);
        });
        self.show_now(ui, order.state, now);
    }

    /// Lets a shown code go: another page or item is shown, or its time is over. Answers how long it
    /// stays.
    pub fn watch_code(&mut self, shown: Option<ItemId>, now: Duration) -> Option<Duration> {
        self.code.as_ref()?;
        let age = now.saturating_sub(self.code_since);
        if shown.is_none() || shown != self.order || age >= CODE_LIFE {
            self.code = None;
            return None;
        }
        Some(CODE_LIFE.saturating_sub(age))
    }

    /// What is to do now comes into sight when the order opens and when it has gone on: the page is
    /// higher than a window. `now`: where those steps are.
    fn show_now(&mut self, ui: &Ui, state: OrderState, now: egui::Rect) {
        if self.shown_for != Some(state) {
            self.shown_for = Some(state);
            self.frames_to_show = FRAMES_TO_SHOW;
        }
        if self.frames_to_show == 0 || !now.is_positive() {
            return;
        }
        self.frames_to_show = self.frames_to_show.saturating_sub(1);
        let fits = now.height() <= ui.clip_rect().height();
        let align = (!fits).then_some(egui::Align::TOP);
        ui.scroll_to_rect_animation(now, align, egui::style::ScrollAnimation::none());
        ui.ctx().request_repaint();
    }

    /// An event of a job that this screen has sent, or `Model`, or `Locked`.
    pub fn event(&mut self, event: &Event, context: &mut Context<'_>) {
        match event {
            Event::Done { job, outcome } => {
                if let Some(what) = self.take_job(*job) {
                    self.done(what, outcome, context);
                }
            }
            Event::Failed { job, fault } => {
                // what the user called off is no fault
                if let Some(what) = self.take_job(*job).filter(|_| fault.code() != "cancelled") {
                    self.fault = Some((what, fault.clone()));
                }
            }
            Event::Locked => *self = Self::default(),
            _ => {}
        }
    }

    fn done(&mut self, what: Job, outcome: &Outcome, context: &mut Context<'_>) {
        match (what, outcome) {
            (Job::SaveReference, _) => {
                self.editing_reference = false;
                self.reference.clear();
            }
            (Job::ShowCode, Outcome::RevocationCode { order, code })
                if self.order == Some(*order) =>
            {
                self.code = Some(SecretText::copy_of(code.expose()));
                self.code_since = context.services.clock.monotonic();
            }
            (Job::CopyCode, Outcome::RevocationCode { code, .. }) => {
                crate::dialogs::copy_secret(context, code);
            }
            _ => {}
        }
    }

    fn take_job(&mut self, job: JobId) -> Option<Job> {
        let place = self.jobs.iter().position(|(sent, _)| *sent == job)?;
        Some(self.jobs.remove(place).1)
    }

    pub(super) fn send(&mut self, context: &mut Context<'_>, what: Job, command: Command) {
        self.fault = None;
        let job = context.send(command);
        self.jobs.push((job, what));
    }

    /// Work of that kind goes on.
    pub(super) fn is_doing(&self, what: Job) -> bool {
        self.jobs.iter().any(|(_, doing)| *doing == what)
    }

    fn step_ui(
        &mut self,
        ui: &mut Ui,
        context: &mut Context<'_>,
        model: &Model,
        order: &OrderItem,
        number: usize,
        step: Step,
    ) {
        let progress = step.progress(order.state);
        let opened = progress == Progress::Now || self.opened.contains(&step);
        let head = stepper::Head {
            number,
            title: context.text(step.title()),
            place: context.text(step.place()),
            progress,
            opened,
            last: step == Step::Deliver,
        };
        let toggled = stepper::step(ui, context, &head, |ui, context| {
            if opened {
                order_acts::words_ui(ui, context, order, step);
            }
            // a certificate may come before its number was noted
            let early = step == Step::Import && order.state == OrderState::Requested;
            if opened || early || has_something_to_show(order, step, progress) {
                order_acts::acts_ui(self, ui, context, model, order, step, progress);
            }
        });
        if toggled {
            match self.opened.iter().position(|it| *it == step) {
                Some(place) => {
                    self.opened.remove(place);
                }
                None => self.opened.push(step),
            }
        }
    }
}

/// Steps whose facts stay in sight once they are done.
fn has_something_to_show(order: &OrderItem, step: Step, progress: Progress) -> bool {
    progress == Progress::Done
        && match step {
            Step::Request | Step::Import => true,
            Step::Deliver => order.delivery.is_some(),
            Step::AwaitMail => order.reference.is_some(),
            Step::Withdraw => order.has_revocation_code,
            Step::Connect | Step::LoadRequest | Step::Download => false,
        }
}

/// What product it is, how far it is, and the act that comes next.
fn summary_ui(ui: &mut Ui, context: &mut Context<'_>, model: &Model, order: &OrderItem) {
    let tokens = context.tokens;
    ui.horizontal_wrapped(|ui| {
        let offer = products::offer_code(order.offer);
        let usage = products::use_code(order.usage);
        badge::badge(ui, tokens, Tone::Neutral, None, &format!("{offer} {usage}"));
        if order.branch == Branch::Test {
            badge::test(ui, tokens, context.texts);
        } else {
            let word = context.text(products::branch_words(order.branch));
            badge::badge(ui, tokens, Tone::Neutral, None, &word);
        }
        let words = context.text(products::use_words(order.usage));
        ui.add(Label::new(RichText::new(words).color(tokens.text_weak)).wrap());
    });
    if order.state >= OrderState::Issued
        && let Some(certificate) = order.certificate.and_then(|it| model.certificate(it))
    {
        ui.add_space(space::SMALL);
        crate::dialogs::verdict_ui(ui, context, &certificate.verdict);
    }
}

/// To order again is to start at the key again, and why.
fn again_ui(ui: &mut Ui, context: &mut Context<'_>, model: &Model, order: &OrderItem) {
    let tokens = context.tokens;
    ui.separator();
    ui.add_space(space::SMALL);
    ui.horizontal_wrapped(|ui| {
        let label = context.text(id::ORDER_SCREEN_START_AGAIN);
        let add = |ui: &mut Ui| button::secondary(ui, tokens, Some(ICON_REPLAY), &label);
        if order_acts::changing(ui, model, add).clicked() {
            context.act(Action::Open(Open::OrderAgain(order.item.id)));
        }
        let hint = context.text(id::ORDER_SCREEN_START_AGAIN_HINT);
        ui.add(Label::new(RichText::new(hint).color(tokens.text_weak)).wrap());
    });
    ui.add_space(space::LARGE);
}

/// What went wrong with an act of a step, below it.
pub(super) fn fault_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    fault: Option<&(Job, Fault)>,
    of: &[Job],
) {
    if let Some((what, fault)) = fault
        && of.contains(what)
    {
        ui.add_space(space::SMALL);
        notice::fault(ui, context.tokens, context.texts, fault);
    }
}

/// A request is missing: its key was made and the work was stopped.
pub(super) fn create_request_ui(ui: &mut Ui, context: &mut Context<'_>, order: &OrderItem) {
    let label = context.text(id::ORDER_SCREEN_CREATE_REQUEST);
    if button::primary(ui, context.tokens, Some(ICON_ADD), &label).clicked() {
        context.act(Action::Open(Open::CreateRequest {
            key: order.key,
            template: None,
        }));
    }
}

/// A name or path as it may be shown.
pub(super) fn shown(text: &str) -> String {
    say::escaped(text).into_owned()
}
