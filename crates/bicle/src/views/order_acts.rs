//! What to do in each step of an order, and the acts in place.

use std::path::Path;

use bicle_core::command::Command;
use bicle_core::model::{Model, OrderItem, OrderState, portal_url};
use bicle_text::{Argument, id};
use egui::{Label, RichText, Ui};
use egui_material_icons::icons::{
    ICON_CONTENT_COPY, ICON_DOWNLOAD, ICON_FOLDER_OPEN, ICON_KEY, ICON_OPEN_IN_NEW, ICON_SAVE,
    ICON_UPLOAD, ICON_VISIBILITY, ICON_VISIBILITY_OFF,
};

use super::order::{Job, OrderScreen, create_request_ui, fault_ui, shown};
use super::order_steps::{Progress, Step};
use crate::context::{Action, Context};
use crate::dialogs::{self, Open, products};
use crate::theme::{CORNER, Tone, space};
use crate::widgets::{button, field, link, notice};

/// Width of the field of the portal's number, in points: ten digits and their mark.
const REFERENCE_WIDTH: f32 = 180.0;

/// What to do, in words.
pub(super) fn words_ui(ui: &mut Ui, context: &Context<'_>, order: &OrderItem, step: Step) {
    let file = order.request_path.as_deref().and_then(Path::file_name);
    let file = file.map_or_else(
        || format!("{}.pem", order.item.name),
        |it| it.to_string_lossy().into_owned(),
    );
    let file = shown(&file);
    let arguments: [(&str, Argument<'_>); 3] = [
        ("offer", products::offer_code(order.offer).into()),
        ("use", products::use_code(order.usage).into()),
        ("file", (&file).into()),
    ];
    let words = context.text_with(step.words(), &arguments);
    ui.add(Label::new(RichText::new(words).color(context.tokens.text)).wrap());
    ui.add_space(space::TINY);
}

/// The acts and facts of a step.
pub(super) fn acts_ui(
    screen: &mut OrderScreen,
    ui: &mut Ui,
    context: &mut Context<'_>,
    model: &Model,
    order: &OrderItem,
    step: Step,
    progress: Progress,
) {
    match step {
        Step::Request => request_ui(ui, context, model, order),
        Step::LoadRequest => request_file_ui(ui, context, order),
        Step::AwaitMail => {
            changing(ui, model, |ui| reference_ui(screen, ui, context, order));
        }
        Step::Withdraw => code_ui(screen, ui, context, model, order),
        Step::Import => import_ui(ui, context, model, order, progress),
        Step::Deliver => deliver_ui(ui, context, model, order, progress),
        Step::Connect => portal_ui(ui, context, order),
        Step::Download => {}
    }
}

/// Adds what changes the vault: greyed where it is open only to be looked at, which the bar above says.
pub(super) fn changing<R>(ui: &mut Ui, model: &Model, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.add_enabled_ui(!model.read_only, add).inner
}

fn request_ui(ui: &mut Ui, context: &mut Context<'_>, model: &Model, order: &OrderItem) {
    let key = order.key.and_then(|key| model.key(key));
    if let Some(key) = key {
        let when = context.texts.date_time(order.item.created.0);
        let made = match order.request {
            Some(_) => id::ORDER_SCREEN_MADE,
            None => id::ORDER_SCREEN_MADE_KEY,
        };
        let arguments = [
            ("algorithm", key.algorithm.as_str().into()),
            ("when", (&when).into()),
        ];
        weak(ui, context, &context.text_with(made, &arguments));
    }
    if order.request.is_none() {
        changing(ui, model, |ui| create_request_ui(ui, context, order));
    }
}

fn portal_ui(ui: &mut Ui, context: &Context<'_>, order: &OrderItem) {
    let label = context.text(id::ORDER_SCREEN_OPEN_PORTAL);
    if button::secondary(ui, context.tokens, Some(ICON_OPEN_IN_NEW), &label).clicked() {
        ui.ctx()
            .open_url(egui::OpenUrl::new_tab(portal_url(order.branch)));
    }
}

fn request_file_ui(ui: &mut Ui, context: &mut Context<'_>, order: &OrderItem) {
    let tokens = context.tokens;
    let Some(request) = order.request else { return };
    let save = match &order.request_path {
        Some(path) => {
            path_ui(
                ui,
                context,
                &context.text(id::ORDER_SCREEN_REQUEST_SAVED),
                path,
            );
            id::ORDER_SCREEN_SAVE_AGAIN
        }
        None => {
            weak(
                ui,
                context,
                &context.text(id::ORDER_SCREEN_REQUEST_NOT_SAVED),
            );
            id::ORDER_SCREEN_SAVE_REQUEST
        }
    };
    ui.horizontal_wrapped(|ui| {
        if let Some(path) = &order.request_path {
            file_acts_ui(ui, context, path);
        }
        if button::quiet(ui, tokens, Some(ICON_SAVE), &context.text(save)).clicked() {
            context.act(Action::Open(Open::Export(request)));
        }
    });
}

fn reference_ui(
    screen: &mut OrderScreen,
    ui: &mut Ui,
    context: &mut Context<'_>,
    order: &OrderItem,
) {
    let tokens = context.tokens;
    if let (Some(reference), false) = (&order.reference, screen.editing_reference) {
        ui.horizontal_wrapped(|ui| {
            let reference = shown(reference);
            let known = id::ORDER_SCREEN_REFERENCE_KNOWN;
            let known = context.text_with(known, &[("reference", (&reference).into())]);
            ui.add(Label::new(RichText::new(known).strong().color(tokens.text)));
            let change = context.text(id::ORDER_SCREEN_REFERENCE_CHANGE);
            if button::quiet(ui, tokens, None, &change).clicked() {
                screen.editing_reference = true;
                screen.reference = reference;
            }
        });
        return;
    }
    let label = context.text(id::ORDER_SCREEN_REFERENCE);
    let fault = (screen.reference_tried && screen.reference.trim().is_empty())
        .then(|| context.text(id::DIALOG_PROBLEM_REFERENCE_EMPTY));
    let hint = context.text(id::ORDER_SCREEN_REFERENCE_HINT);
    let mut asked = false;
    field::field(ui, tokens, &label, None, fault.as_deref(), |ui| {
        ui.horizontal(|ui| {
            let response = ui.add(
                field::single_line(&mut screen.reference)
                    .hint_text(hint)
                    .desired_width(REFERENCE_WIDTH),
            );
            let enter = ui.input(|input| input.key_pressed(egui::Key::Enter));
            asked |= response.lost_focus() && enter;
            let save = context.text(id::ORDER_SCREEN_REFERENCE_SAVE);
            let enabled = !screen.is_doing(Job::SaveReference);
            asked |= ui
                .add_enabled_ui(enabled, |ui| button::secondary(ui, tokens, None, &save))
                .inner
                .clicked();
            response
        })
        .inner
    });
    if asked {
        screen.reference_tried = true;
        let reference = screen.reference.trim().to_owned();
        if !reference.is_empty() {
            let command = Command::SubmitOrder {
                order: order.item.id,
                reference,
            };
            screen.send(context, Job::SaveReference, command);
        }
    }
    fault_ui(ui, context, screen.fault.as_ref(), &[Job::SaveReference]);
}

fn code_ui(
    screen: &mut OrderScreen,
    ui: &mut Ui,
    context: &mut Context<'_>,
    model: &Model,
    order: &OrderItem,
) {
    let tokens = context.tokens;
    let label = context.text(id::ORDER_SCREEN_CODE);
    ui.add(Label::new(RichText::new(label).color(tokens.text)).selectable(false));
    if let Some(code) = &screen.code {
        crate::capture::secret_is_shown(ui.ctx());
        egui::Frame::new()
            .fill(tokens.neutral_soft)
            .corner_radius(CORNER)
            .inner_margin(egui::Margin::symmetric(12, 8))
            .show(ui, |ui| {
                // selected text is copied by the toolkit: without the mark, and never taken away
                let code = RichText::new(code.expose()).monospace().size(16.0);
                ui.add(Label::new(code).selectable(false));
            });
    }
    ui.horizontal_wrapped(|ui| {
        let free = !screen.is_doing(Job::ShowCode) && !screen.is_doing(Job::CopyCode);
        ui.add_enabled_ui(free, |ui| {
            code_buttons_ui(screen, ui, context, model, order);
        });
    });
    if screen.renewing {
        let question = context.text(id::ORDER_SCREEN_CODE_RENEW_QUESTION);
        notice::notice_with(ui, tokens, Tone::Warning, &question, None, |ui| {
            ui.horizontal_wrapped(|ui| {
                let act = context.text(id::ORDER_SCREEN_CODE_RENEW_ACT);
                if button::secondary(ui, tokens, None, &act).clicked() {
                    screen.renewing = false;
                    ask_code(screen, context, order, Job::ShowCode, true);
                }
                let cancel = context.text(id::DIALOG_CANCEL);
                if button::quiet(ui, tokens, None, &cancel).clicked() {
                    screen.renewing = false;
                }
            });
        });
    }
    fault_ui(
        ui,
        context,
        screen.fault.as_ref(),
        &[Job::ShowCode, Job::CopyCode],
    );
    field::help_line(ui, tokens, &context.text(id::ORDER_SCREEN_CODE_HINT));
}

fn code_buttons_ui(
    screen: &mut OrderScreen,
    ui: &mut Ui,
    context: &mut Context<'_>,
    model: &Model,
    order: &OrderItem,
) {
    let tokens = context.tokens;
    if !order.has_revocation_code && screen.code.is_none() {
        let make = context.text(id::ORDER_SCREEN_CODE_MAKE);
        let add = |ui: &mut Ui| button::secondary(ui, tokens, Some(ICON_KEY), &make);
        if changing(ui, model, add).clicked() {
            ask_code(screen, context, order, Job::ShowCode, false);
        }
        return;
    }
    let (icon, words) = match screen.code {
        Some(_) => (ICON_VISIBILITY_OFF, id::ORDER_SCREEN_CODE_HIDE),
        None => (ICON_VISIBILITY, id::ORDER_SCREEN_CODE_SHOW),
    };
    if button::secondary(ui, tokens, Some(icon), &context.text(words)).clicked()
        && screen.code.take().is_none()
    {
        ask_code(screen, context, order, Job::ShowCode, false);
    }
    let copy = context.text(id::ORDER_SCREEN_CODE_COPY);
    if button::secondary(ui, tokens, Some(ICON_CONTENT_COPY), &copy).clicked() {
        // always by the worker: it wants a fresh proof of the password
        ask_code(screen, context, order, Job::CopyCode, false);
    }
    let renew = context.text(id::ORDER_SCREEN_CODE_RENEW);
    if changing(ui, model, |ui| button::quiet(ui, tokens, None, &renew)).clicked() {
        screen.renewing = true;
    }
}

fn ask_code(
    screen: &mut OrderScreen,
    context: &mut Context<'_>,
    order: &OrderItem,
    what: Job,
    renew: bool,
) {
    screen.send(
        context,
        what,
        Command::RevocationCode {
            order: order.item.id,
            renew,
        },
    );
}

fn import_ui(
    ui: &mut Ui,
    context: &mut Context<'_>,
    model: &Model,
    order: &OrderItem,
    progress: Progress,
) {
    let tokens = context.tokens;
    if let Some(found) = order.certificate.and_then(|it| model.certificate(it)) {
        ui.horizontal_wrapped(|ui| {
            link::item(ui, context, found.item.id, &found.item.name);
            let until = context.texts.date(found.not_after.0);
            let until =
                context.text_with(id::ORDER_SCREEN_VALID_UNTIL, &[("date", (&until).into())]);
            ui.add(Label::new(RichText::new(until).color(tokens.text_weak)));
        });
        return;
    }
    let label = context.text(id::ORDER_SCREEN_BRING_BACK);
    let bring = changing(ui, model, |ui| match progress {
        Progress::Now => button::primary(ui, tokens, Some(ICON_DOWNLOAD), &label),
        _ => button::secondary(ui, tokens, Some(ICON_DOWNLOAD), &label),
    });
    if bring.clicked() {
        context.act(Action::Open(Open::Import {
            sources: Vec::new(),
        }));
    }
    field::help_line(ui, tokens, &context.text(id::ORDER_SCREEN_BRING_BACK_HINT));
}

fn deliver_ui(
    ui: &mut Ui,
    context: &mut Context<'_>,
    model: &Model,
    order: &OrderItem,
    progress: Progress,
) {
    let tokens = context.tokens;
    if let Some((when, path)) = &order.delivery {
        let when = context.texts.date_time(when.0);
        let words = context.text_with(id::ORDER_SCREEN_DELIVERED, &[("when", (&when).into())]);
        path_ui(ui, context, &words, path);
    }
    if order.state < OrderState::Issued {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        if let Some((_, path)) = &order.delivery {
            file_acts_ui(ui, context, path);
        }
        let deliver = changing(ui, model, |ui| {
            if progress == Progress::Now {
                let label = context.text(id::ORDER_SCREEN_DELIVER);
                button::primary(ui, tokens, Some(ICON_UPLOAD), &label)
            } else {
                let label = context.text(id::ORDER_SCREEN_DELIVER_AGAIN);
                button::secondary(ui, tokens, Some(ICON_UPLOAD), &label)
            }
        });
        if deliver.clicked() {
            context.act(Action::Open(Open::Deliver(order.item.id)));
        }
    });
}

fn file_acts_ui(ui: &mut Ui, context: &mut Context<'_>, path: &Path) {
    let tokens = context.tokens;
    let open = context.text(id::DIALOG_OPEN_FOLDER);
    if button::quiet(ui, tokens, Some(ICON_FOLDER_OPEN), &open).clicked() {
        dialogs::open_folder(ui, path);
    }
    let copy = context.text(id::DIALOG_COPY_PATH);
    if button::quiet(ui, tokens, Some(ICON_CONTENT_COPY), &copy).clicked() {
        dialogs::copy(context, &path.display().to_string());
    }
}

fn path_ui(ui: &mut Ui, context: &Context<'_>, words: &str, path: &Path) {
    weak(ui, context, words);
    let path = shown(&path.display().to_string());
    ui.add(Label::new(RichText::new(path).color(context.tokens.text)).wrap());
}

fn weak(ui: &mut Ui, context: &Context<'_>, words: &str) {
    ui.add(Label::new(RichText::new(words).color(context.tokens.text_weak)).wrap());
}
