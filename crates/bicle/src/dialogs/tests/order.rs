//! An order: started, worked through on its screen, started again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bicle_core::command::{Command, Event, JobId, Outcome};
use bicle_core::fault::Fault;
use bicle_core::model::{Branch, Model, Offer, OrderState, Use};
use bicle_core::phrase::Phrase;
use bicle_platform::file::Existing;
use bicle_platform::secret::SecretText;
use bicle_text::{Id, Language, Texts, id};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::super::new_order::NewOrder;
use super::super::{Open, samples};
use super::{Played, file_exists, pictures};
use crate::context::Action;
use crate::stage::Stage;
use crate::theme::{self, ThemeChoice};
use crate::views::order::OrderScreen;

#[test]
fn a_name_and_one_button_start_an_order() {
    let mut played = Played::new(NewOrder::new(), Some(samples::model()));
    played.fill(id::DIALOG_NAME, "INSi de la clinique");
    played.key(egui::Key::Enter);
    let (job, command) = played.sent();
    let Command::StartOrder(order) = command else {
        panic!()
    };
    assert_eq!(order.name, "INSi de la clinique");
    assert_eq!(
        (order.branch, order.offer, order.usage),
        (Branch::Production, Offer::Org, Use::AuthCli)
    );
    let path = Path::new("/home/a/demande-INSi-de-la-clinique.pem");
    assert_eq!(order.request_path.as_deref(), Some(path));
    assert!(played.says(id::DIALOG_NEW_ORDER_WORKING));
    pictures::keep("new-order-working", &mut played);
    let order = samples::order();
    played.done(
        job,
        Outcome::OrderStarted {
            order,
            request_path: Some(path.to_owned()),
        },
    );
    assert!(!played.is_open());
    assert!(matches!(played.actions().as_slice(), [Action::Select(item)] if *item == order));
}

#[test]
fn the_uses_follow_the_offer_and_the_test_branch_is_marked() {
    let mut played = Played::new(NewOrder::new(), Some(samples::model()));
    played.fill(id::DIALOG_NAME, "Serveur");
    played.choose("SERV");
    played.choose("TEST");
    assert!(played.says(id::DIALOG_NEW_ORDER_TEST_NOTE));
    pictures::keep("new-order-test", &mut played);
    played.press(id::DIALOG_NEW_ORDER_ACT);
    let (_, Command::StartOrder(order)) = played.sent() else {
        panic!()
    };
    assert_eq!(
        (order.branch, order.offer, order.usage),
        (Branch::Test, Offer::Serv, Use::SslServ)
    );
}

#[test]
fn cancel_answers_at_once_and_keeps_what_was_typed() {
    let mut played = Played::new(NewOrder::new(), Some(samples::model()));
    played.fill(id::DIALOG_NAME, "INSi");
    played.key(egui::Key::Enter);
    let (job, _) = played.sent();
    played.press(id::DIALOG_CANCEL);
    assert_eq!(played.harness.state().backend.take_cancelled(), [job]);
    assert!(
        !played.says(id::DIALOG_NEW_ORDER_WORKING),
        "the form is back at once"
    );
    played.fail(job, Phrase::new("error-cancelled"));
    assert!(!played.shows(&played.texts.error("cancelled", &[]).message));
    played.press(id::DIALOG_NEW_ORDER_ACT);
    let (_, Command::StartOrder(order)) = played.sent() else {
        panic!()
    };
    assert_eq!(order.name, "INSi");
}

#[test]
fn escape_cancels_the_work_before_it_closes_the_dialog() {
    let mut played = Played::new(NewOrder::new(), Some(samples::model()));
    played.fill(id::DIALOG_NAME, "INSi");
    played.key(egui::Key::Enter);
    let (job, _) = played.sent();
    played.key(egui::Key::Escape);
    assert_eq!(played.harness.state().backend.take_cancelled(), [job]);
    assert!(played.is_open());
    played.fail(job, Phrase::new("error-cancelled"));
    played.key(egui::Key::Escape);
    assert!(!played.is_open());
}

#[test]
fn a_request_that_exists_is_replaced_only_when_asked() {
    let mut played = Played::new(NewOrder::new(), Some(samples::model()));
    played.fill(id::DIALOG_NAME, "INSi");
    played.key(egui::Key::Enter);
    let (job, _) = played.sent();
    played.fail(job, file_exists());
    played.press(id::DIALOG_REPLACE);
    let (_, Command::StartOrder(order)) = played.sent() else {
        panic!()
    };
    assert_eq!(order.existing, Existing::Replace);
}

#[test]
fn starting_again_says_that_no_key_is_reused() {
    let model = samples::model();
    let dialog = NewOrder::again(&model, samples::order()).unwrap();
    let mut played = Played::new(dialog, Some(model));
    let name = [("name", "DMP de la clinique".into())];
    let words = played.texts.text_with(id::DIALOG_NEW_ORDER_AGAIN, &name);
    assert!(played.shows(&words));
    played.press(id::DIALOG_NEW_ORDER_ACT);
    let (_, Command::StartOrder(order)) = played.sent() else {
        panic!()
    };
    assert_eq!(order.name, "DMP de la clinique 2");
}

/// The order's screen on its stage; events are given to it as the shell does.
struct Screen {
    stage: Stage,
    screen: OrderScreen,
    events: Vec<Event>,
}

struct Seen {
    harness: Harness<'static, Screen>,
    texts: Texts,
}

impl Seen {
    fn new(language: Language, model: Model) -> Self {
        let mut stage = Stage::new(language, Path::new("/home/a"), samples::NOW);
        stage.model = Some(Arc::new(model));
        let state = Screen {
            stage,
            screen: OrderScreen::default(),
            events: Vec::new(),
        };
        let draw = |ui: &mut egui::Ui, state: &mut Screen| {
            let Screen {
                stage,
                screen,
                events,
            } = state;
            egui::Frame::new()
                .fill(crate::theme::Tokens::of(ui.ctx()).surface)
                .inner_margin(24.0)
                .show(ui, |ui| {
                    stage.frame(ui, |ui, context| {
                        for event in events.drain(..) {
                            screen.event(&event, context);
                        }
                        egui::ScrollArea::vertical()
                            .auto_shrink(false)
                            .show(ui, |ui| screen.ui(ui, samples::order(), context));
                    });
                });
        };
        let harness = Harness::builder()
            .with_size(egui::vec2(860.0, 1000.0))
            .with_max_steps(20)
            .with_context_setup(crate::theme::install)
            .renderer(bicle_render::CpuRenderer::default())
            .build_ui_state(draw, state);
        let mut seen = Self {
            harness,
            texts: Texts::new(language),
        };
        seen.run();
        seen
    }

    fn run(&mut self) {
        let _ = self.harness.run_ok();
    }

    fn press(&mut self, label: Id) {
        let label = self.texts.text(label);
        self.harness
            .get_by_role_and_label(Role::Button, &label)
            .click();
        self.run();
    }

    fn has(&self, label: Id) -> bool {
        self.harness
            .query_by_label(&self.texts.text(label))
            .is_some()
    }

    fn sent(&mut self) -> (JobId, Command) {
        let mut sent = self.harness.state().stage.backend.take_sent();
        assert_eq!(sent.len(), 1);
        sent.remove(0)
    }

    fn tell(&mut self, event: Event) {
        self.harness.state_mut().events.push(event);
        self.run();
    }

    fn opened(&mut self) -> Option<Open> {
        std::mem::take(&mut self.harness.state_mut().stage.actions)
            .into_iter()
            .find_map(|it| match it {
                Action::Open(open) => Some(open),
                _ => None,
            })
    }

    fn keep(&mut self, name: &str) {
        let folder = std::env::var_os("BICLE_PICTURES").map(PathBuf::from);
        let language = self.texts.language().code();
        for (theme, word) in [(ThemeChoice::Light, "light"), (ThemeChoice::Dark, "dark")] {
            theme::choose(&self.harness.ctx, theme);
            self.run();
            let picture = self.harness.render().unwrap();
            if let Some(folder) = &folder {
                std::fs::create_dir_all(folder).unwrap();
                picture
                    .save(folder.join(format!("{name}-{language}-{word}.png")))
                    .unwrap();
            }
        }
    }
}

fn code_outcome(job: JobId, code: &str) -> Event {
    let outcome = Outcome::RevocationCode {
        order: samples::order(),
        code: SecretText::copy_of(code),
    };
    Event::Done { job, outcome }
}

#[test]
fn each_state_of_an_order_draws_in_both_languages() {
    let states = [
        OrderState::Key,
        OrderState::Requested,
        OrderState::Submitted,
        OrderState::Issued,
        OrderState::Trusted,
        OrderState::Delivered,
    ];
    for language in Language::ALL {
        for state in states {
            let mut seen = Seen::new(language, samples::model_at(state, Branch::Test));
            seen.keep(&format!("order-{state:?}").to_lowercase());
        }
    }
}

#[test]
fn the_number_of_the_mail_is_typed_and_saved() {
    let model = samples::model_at(OrderState::Requested, Branch::Production);
    let mut seen = Seen::new(Language::French, model);
    seen.press(id::ORDER_SCREEN_REFERENCE_SAVE);
    assert!(seen.has(id::DIALOG_PROBLEM_REFERENCE_EMPTY));
    let label = seen.texts.text(id::ORDER_SCREEN_REFERENCE);
    seen.harness
        .get_by_role_and_label(Role::TextInput, &label)
        .focus();
    seen.run();
    seen.harness
        .get_by_role_and_label(Role::TextInput, &label)
        .type_text("N° 6397");
    seen.run();
    seen.press(id::ORDER_SCREEN_REFERENCE_SAVE);
    let (job, command) = seen.sent();
    let Command::SubmitOrder { order, reference } = command else {
        panic!()
    };
    assert_eq!((order, reference.as_str()), (samples::order(), "N° 6397"));
    let fault = Fault::refused(Phrase::new("error-reference-malformed").text("reference", "x"));
    let told = seen
        .texts
        .error("reference-malformed", &[("reference", "x".into())]);
    seen.tell(Event::Failed { job, fault });
    assert!(seen.harness.query_by_label(&told.message).is_some());
}

#[test]
fn the_revocation_code_is_made_shown_copied_and_replaced_on_demand() {
    let model = samples::model_at(OrderState::Submitted, Branch::Production);
    let mut seen = Seen::new(Language::French, model);
    seen.press(id::ORDER_SCREEN_CODE_MAKE);
    let (job, command) = seen.sent();
    assert!(matches!(
        command,
        Command::RevocationCode { renew: false, .. }
    ));
    seen.tell(code_outcome(job, "Abcd-2345-efgh"));
    assert!(seen.harness.query_by_label("Abcd-2345-efgh").is_some());
    seen.press(id::ORDER_SCREEN_CODE_COPY);
    let (job, _) = seen.sent();
    seen.tell(code_outcome(job, "Abcd-2345-efgh"));
    let clipboard = seen.harness.state().stage.clipboard.content();
    assert_eq!(clipboard.as_deref(), Some("Abcd-2345-efgh"));
    assert!(seen.harness.state().stage.clipboard.is_marked_secret());
    seen.keep("order-code");
    seen.press(id::ORDER_SCREEN_CODE_HIDE);
    assert!(seen.harness.query_by_label("Abcd-2345-efgh").is_none());
}

#[test]
fn a_kept_code_is_copied_without_being_shown_and_replaced_after_a_question() {
    let mut model = samples::model_at(OrderState::Submitted, Branch::Production);
    model.orders[0].has_revocation_code = true;
    let mut seen = Seen::new(Language::French, model);
    seen.press(id::ORDER_SCREEN_CODE_COPY);
    let (job, _) = seen.sent();
    seen.tell(code_outcome(job, "Kept-2345-efgh"));
    assert!(seen.harness.query_by_label("Kept-2345-efgh").is_none());
    let clipboard = seen.harness.state().stage.clipboard.content();
    assert_eq!(clipboard.as_deref(), Some("Kept-2345-efgh"));
    seen.press(id::ORDER_SCREEN_CODE_RENEW);
    assert!(seen.harness.state().stage.backend.take_sent().is_empty());
    seen.press(id::ORDER_SCREEN_CODE_RENEW_ACT);
    let (_, command) = seen.sent();
    assert!(matches!(
        command,
        Command::RevocationCode { renew: true, .. }
    ));
}

#[test]
fn the_acts_of_the_steps_open_their_dialogs() {
    let at = |state| {
        Seen::new(
            Language::French,
            samples::model_at(state, Branch::Production),
        )
    };
    let mut seen = at(OrderState::Requested);
    seen.press(id::ORDER_SCREEN_SAVE_AGAIN);
    assert!(matches!(seen.opened(), Some(Open::Export(item)) if item == samples::request()));
    let mut seen = at(OrderState::Submitted);
    seen.press(id::ORDER_SCREEN_BRING_BACK);
    assert!(matches!(seen.opened(), Some(Open::Import { .. })));
    let mut seen = at(OrderState::Trusted);
    seen.press(id::ORDER_SCREEN_DELIVER);
    assert!(matches!(seen.opened(), Some(Open::Deliver(item)) if item == samples::order()));
    let mut seen = at(OrderState::Delivered);
    seen.press(id::ORDER_SCREEN_START_AGAIN);
    assert!(matches!(seen.opened(), Some(Open::OrderAgain(item)) if item == samples::order()));
}

#[test]
fn the_path_of_the_request_is_copied() {
    let model = samples::model_at(OrderState::Requested, Branch::Production);
    let mut seen = Seen::new(Language::French, model);
    seen.press(id::DIALOG_COPY_PATH);
    let clipboard = seen.harness.state().stage.clipboard.content();
    assert_eq!(clipboard.as_deref(), Some("/home/a/demande-DMP.pem"));
}
