//! Would the portal take a request: each rule, kept or broken, and why.

use bicle_core::RuleCheck;
use bicle_core::command::{Command, Event, Outcome};
use bicle_core::id::ItemId;
use bicle_core::model::Model;
use bicle_text::{Texts, id};
use egui::{Label, RichText, Ui};
use egui_material_icons::icons::{ICON_CANCEL, ICON_CHECK_CIRCLE};

use super::sending::{Sending, Told};
use super::{Answer, Dialog, Draft, form};
use crate::context::Context;
use crate::say;
use crate::theme::{Tone, size, space};
use crate::widgets::button::{self, Choice};
use crate::widgets::{icon, notice};

/// The question, and the core's answer.
pub struct CheckRequest {
    request: ItemId,
    name: String,
    sending: Sending,
    /// The question was sent.
    asked: bool,
    checks: Option<Vec<RuleCheck>>,
}

impl CheckRequest {
    /// Asks at the first frame; `None`: the request is gone.
    #[must_use]
    pub fn new(model: &Model, request: ItemId) -> Option<Self> {
        Some(Self {
            request,
            name: model.request(request)?.item.name.to_string(),
            sending: Sending::default(),
            asked: false,
            checks: None,
        })
    }

    fn checks_ui(&self, ui: &mut Ui, context: &Context<'_>, checks: &[RuleCheck]) {
        let taken = checks.iter().all(|check| check.kept);
        let (tone, verdict) = if taken {
            (Tone::Good, id::REQUEST_TAKEN)
        } else {
            (Tone::Danger, id::REQUEST_NOT_TAKEN)
        };
        let advice = context.texts.attribute(verdict, "advice", &[]);
        let verdict = context.text(verdict);
        notice::notice(ui, context.tokens, tone, &verdict, advice.as_deref());
        ui.add_space(space::MEDIUM);
        for check in checks {
            rule_ui(ui, context, check);
        }
    }
}

/// One rule: its mark, and the sentence that says how it is kept or broken.
fn rule_ui(ui: &mut Ui, context: &Context<'_>, check: &RuleCheck) {
    let tokens = context.tokens;
    let (symbol, tone, word) = if check.kept {
        (ICON_CHECK_CIRCLE, Tone::Good, id::DIALOG_CHECK_KEPT)
    } else {
        (ICON_CANCEL, Tone::Danger, id::DIALOG_CHECK_BROKEN)
    };
    let said = sentence(context.texts, check);
    let spoken = format!("{}, {said}", context.text(word));
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::SMALL;
        icon::decoration_sized(ui, symbol, tokens.strong(tone), size::ICON);
        let line = ui.add(Label::new(RichText::new(said).color(tokens.text)).wrap());
        line.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
    });
    ui.add_space(space::TINY);
}

/// The rule, or how it is broken, in the catalogue's words.
fn sentence(texts: Texts, check: &RuleCheck) -> String {
    let key = format!("request-rule-{}", check.rule);
    let found = say::escaped(&check.detail);
    let arguments = [("found", found.as_ref().into())];
    let said = if check.kept {
        texts.look_up(&key, &arguments)
    } else {
        texts.look_up_attribute(&key, "broken", &arguments)
    };
    said.unwrap_or(key)
}

impl Dialog for CheckRequest {
    fn draft(&self) -> Option<Draft> {
        let request = self.request;
        Some(Box::new(move |context| {
            Some(Box::new(Self::new(context.model?, request)?))
        }))
    }

    fn title(&self, texts: Texts) -> String {
        let name = say::escaped(&self.name);
        texts.text_with(id::DIALOG_CHECK_TITLE, &[("name", name.as_ref().into())])
    }

    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) -> Answer {
        if !std::mem::replace(&mut self.asked, true) {
            self.sending
                .send(context, Command::CheckRequest(self.request));
        }
        if self.sending.is_running() {
            let working = context.text(id::DIALOG_CHECK_WORKING);
            let doing = self.sending.doing().cloned();
            return match form::progress(ui, context, doing.as_ref(), &working) {
                Choice::None => Answer::Stay,
                Choice::Confirm | Choice::Cancel => Answer::Close,
            };
        }
        form::body(ui, form::Room::WHOLE, |ui| {
            if let Some(checks) = &self.checks {
                self.checks_ui(ui, context, checks);
            }
            form::fault(ui, context, &self.sending);
        });
        let close = context.text(id::DIALOG_CLOSE);
        match button::footer(ui, context.tokens, None, &close, true) {
            Choice::None => Answer::Stay,
            Choice::Confirm | Choice::Cancel => Answer::Close,
        }
    }

    fn event(&mut self, event: &Event, _context: &mut Context<'_>) -> Answer {
        if let Told::Done(Outcome::RequestChecked(checks)) = self.sending.take(event) {
            self.checks = Some(checks.clone());
        }
        Answer::Stay
    }

    fn width(&self) -> f32 {
        520.0
    }
}
