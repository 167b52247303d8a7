//! Short messages at the foot of the window that go by themselves.

use bicle_text::{Texts, id};
use egui::{Align2, Area, Id, Label, Order, RichText, Ui, Vec2};
use egui_material_icons::icons::ICON_CLOSE;

use super::{button, icon, notice};
use crate::theme::{CORNER_LARGE, Tokens, Tone, space};

/// A message that says something is done stays that long.
const LIFE_SECONDS: f64 = 5.0;
/// One with an act, such as "Undo", or a fault: long enough to read and reach it.
const LONG_LIFE_SECONDS: f64 = 12.0;
/// More than these at once would cover the list: the oldest goes.
const MOST: usize = 4;

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Its colour and icon.
    pub tone: Tone,
    /// What it says.
    pub message: String,
    /// A second line: what to do.
    pub advice: Option<String>,
    /// The label of its button.
    pub act: Option<String>,
}

/// The messages on screen. `T` of [`Toasts::ui`] is told by number: see [`Toasts::push`].
#[derive(Default)]
pub struct Toasts {
    shown: Vec<Shown>,
    made: u64,
}

struct Shown {
    number: ToastId,
    toast: Toast,
    /// `None` until it was drawn once.
    until_seconds: Option<f64>,
}

/// The number of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ToastId(pub u64);

impl Toasts {
    /// Shows a message. The number comes back from [`Self::ui`] when its button is pressed.
    pub fn push(&mut self, toast: Toast) -> ToastId {
        self.made = self.made.saturating_add(1);
        let number = ToastId(self.made);
        self.shown.push(Shown {
            number,
            toast,
            until_seconds: None,
        });
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
        number
    }

    /// Says that something is done.
    pub fn good(&mut self, message: impl Into<String>) -> ToastId {
        self.say(Tone::Good, message)
    }

    /// Says something.
    pub fn say(&mut self, tone: Tone, message: impl Into<String>) -> ToastId {
        self.push(Toast {
            tone,
            message: message.into(),
            advice: None,
            act: None,
        })
    }

    /// What is on screen, oldest first.
    pub fn messages(&self) -> impl Iterator<Item = &Toast> {
        self.shown.iter().map(|shown| &shown.toast)
    }

    /// Takes every message away.
    pub fn clear(&mut self) {
        self.shown.clear();
    }

    /// Draws them. Answers with the message whose button was pressed.
    pub fn ui(
        &mut self,
        context: &egui::Context,
        tokens: &Tokens,
        texts: Texts,
    ) -> Option<ToastId> {
        let now = context.input(|input| input.time);
        for shown in &mut self.shown {
            let long = shown.toast.act.is_some()
                || shown.toast.advice.is_some()
                || shown.toast.tone == Tone::Danger;
            let life = if long {
                LONG_LIFE_SECONDS
            } else {
                LIFE_SECONDS
            };
            shown.until_seconds.get_or_insert(now + life);
        }
        let before = self.shown.len();
        self.shown
            .retain(|shown| shown.until_seconds.is_none_or(|until| now < until));
        if self.shown.len() != before {
            context.request_repaint();
        }
        let next = self
            .shown
            .iter()
            .filter_map(|shown| shown.until_seconds)
            .reduce(f64::min)?;
        context.request_repaint_after_secs(seconds(next - now));

        let mut pressed = None;
        let mut closed = None;
        Area::new(Id::unique("toasts"))
            .anchor(Align2::RIGHT_BOTTOM, Vec2::splat(-space::LARGE))
            .order(Order::Tooltip)
            .show(context, |ui| {
                ui.with_layout(egui::Layout::top_down(egui::Align::Max), |ui| {
                    for shown in &self.shown {
                        match one(ui, tokens, texts, &shown.toast) {
                            Some(Pressed::Act) => pressed = Some(shown.number),
                            Some(Pressed::Close) => closed = Some(shown.number),
                            None => {}
                        }
                    }
                });
            });
        let gone = pressed.or(closed);
        self.shown.retain(|shown| Some(shown.number) != gone);
        pressed
    }
}

enum Pressed {
    Act,
    Close,
}

fn one(ui: &mut Ui, tokens: &Tokens, texts: Texts, toast: &Toast) -> Option<Pressed> {
    let mut pressed = None;
    let frame = egui::Frame::new()
        .fill(tokens.surface)
        .stroke(egui::Stroke::new(1.0, tokens.border))
        .corner_radius(CORNER_LARGE)
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(space::MEDIUM)
        .show(ui, |ui| {
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                icon::decoration(ui, notice::icon_of(toast.tone), tokens.strong(toast.tone));
                ui.vertical(|ui| {
                    ui.set_max_width(380.0);
                    ui.spacing_mut().item_spacing.y = 2.0;
                    ui.add(Label::new(RichText::new(&toast.message).color(tokens.text)).wrap());
                    if let Some(advice) = &toast.advice {
                        let advice = RichText::new(advice).color(tokens.text_weak);
                        ui.add(Label::new(advice).wrap());
                    }
                });
                if let Some(act) = &toast.act
                    && button::secondary(ui, tokens, None, act).clicked()
                {
                    pressed = Some(Pressed::Act);
                }
                let close = texts.text(id::WINDOW_TOAST_CLOSE);
                if button::icon(ui, tokens, ICON_CLOSE, &close).clicked() {
                    pressed = Some(Pressed::Close);
                }
            });
        });
    ui.ctx().accesskit_node_builder(frame.response.id, |node| {
        node.set_role(egui::accesskit::Role::Alert);
        node.set_live(egui::accesskit::Live::Polite);
        node.set_label(toast.message.clone());
    });
    pressed
}

/// egui waits in f32; a rounded wait only means one more frame.
fn seconds(span: f64) -> f32 {
    #[expect(
        clippy::as_conversions,
        reason = "no lossless conversion is needed for a wait of some seconds"
    )]
    // invariant: a span of at most LONG_LIFE_SECONDS
    let span = span.clamp(0.0, LONG_LIFE_SECONDS) as f32;
    span + 0.01
}
