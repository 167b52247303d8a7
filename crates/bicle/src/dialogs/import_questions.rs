//! The questions of an import's report: a password, a long decryption, trust in an authority or in the
//! TEST branch.

use bicle_core::command::Command;
use bicle_core::model::{CertificateItem, Trust};
use bicle_text::{Language, id};
use egui::Ui;
use egui_material_icons::icons::{ICON_KEY, ICON_VERIFIED_USER};

use super::import_report::{Asked, ReportView};
use super::import_rows::{file_name, live_certificate};
use super::{form, grouped_fingerprint};
use crate::context::Context;
use crate::say;
use crate::theme::{Tone, space};
use crate::widgets::{button, field, notice};

/// So many unknown authorities are asked about at once: nobody compares more fingerprints in a row. The
/// others wait, untrusted, in their list.
const MOST_AUTHORITIES: usize = 3;

/// Rounds of key derivation that one core does in a second, for the time that is announced: PBKDF2 with
/// HMAC-SHA-512, the slowest that files ask for, does 1.35 million in OpenSSL 3.0 on a server core of
/// 2024; a desktop computer of 2016 about a million.
const ITERATIONS_PER_SECOND: u64 = 1_000_000;

/// What the user decided on an authority.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Trusted,
    Postponed,
}

impl ReportView {
    pub(super) fn password_ui(&mut self, ui: &mut Ui, context: &Context<'_>, asked: &mut Asked) {
        if self.report.password_needed.is_empty() || self.sources.is_empty() {
            return;
        }
        let names: Vec<&str> = self
            .report
            .password_needed
            .iter()
            .filter_map(|index| self.sources.get(*index))
            .map(|name| file_name(name))
            .collect();
        let names = names.join(", ");
        let file = say::escaped(&names);
        let question = id::DIALOG_REPORT_PASSWORD_QUESTION;
        let question = context.text_with(question, &[("file", file.as_ref().into())]);
        ui.add_space(space::SMALL);
        notice::notice_with(ui, context.tokens, Tone::Info, &question, None, |ui| {
            let fault = (self.tried > 0 && self.password.is_empty())
                .then_some(id::DIALOG_REPORT_PASSWORD_MISSING);
            let label = id::DIALOG_REPORT_PASSWORD;
            let response = form::secret(ui, context, label, &mut self.password, fault);
            let enter = response.lost_focus() && ui.input(|it| it.key_pressed(egui::Key::Enter));
            if self.tried > 0 {
                let tried = [("count", self.tried.into())];
                let tried = context.text_with(id::DIALOG_REPORT_PASSWORDS_TRIED, &tried);
                field::help_line(ui, context.tokens, &tried);
            }
            let whole = !self.password.is_empty() && self.password.problem().is_none();
            let label = context.text(id::DIALOG_REPORT_RETRY);
            let clicked = ui
                .add_enabled_ui(whole, |ui| {
                    button::secondary(ui, context.tokens, Some(ICON_KEY), &label).clicked()
                })
                .inner;
            if clicked || (enter && whole) {
                if enter {
                    // this Enter was for the field, not for the dialog
                    ui.input_mut(|it| it.consume_key(egui::Modifiers::NONE, egui::Key::Enter));
                }
                *asked = Asked::Retry {
                    password: Some(self.password.secret()),
                    max_iterations: None,
                };
            }
        });
    }

    /// Files that ask for more rounds than is usual: the time that they cost, and two answers.
    pub(super) fn iterations_ui(&mut self, ui: &mut Ui, context: &Context<'_>, asked: &mut Asked) {
        let tokens = context.tokens;
        let questions = self.report.iterations_asked.clone();
        for (source, iterations) in questions {
            let Some(name) = self.sources.get(source) else {
                continue;
            };
            let file = say::escaped(file_name(name)).into_owned();
            ui.add_space(space::SMALL);
            if self.left.contains(&source) {
                let words = [("file", (&file).into())];
                let words = context.text_with(id::DIALOG_REPORT_ITERATIONS_LEFT, &words);
                notice::notice(ui, tokens, Tone::Neutral, &words, None);
                continue;
            }
            let duration = duration_words(context, iterations);
            let count = grouped(context.texts.language(), iterations);
            let question = context.text_with(
                id::DIALOG_REPORT_ITERATIONS,
                &[
                    ("file", (&file).into()),
                    ("iterations", (&count).into()),
                    ("duration", (&duration).into()),
                ],
            );
            let advice = context.text(id::DIALOG_REPORT_ITERATIONS_ADVICE);
            notice::notice_with(ui, tokens, Tone::Warning, &question, Some(&advice), |ui| {
                ui.add_space(space::TINY);
                ui.horizontal_wrapped(|ui| {
                    let act = context.text(id::DIALOG_REPORT_ITERATIONS_ACT);
                    if button::secondary(ui, tokens, None, &act).clicked() {
                        *asked = Asked::Retry {
                            password: None,
                            max_iterations: Some(iterations),
                        };
                    }
                    let leave = context.text(id::DIALOG_REPORT_ITERATIONS_LEAVE);
                    if button::quiet(ui, tokens, None, &leave).clicked() {
                        self.left.push(source);
                    }
                });
            });
        }
    }

    pub(super) fn trust_ui(&mut self, ui: &mut Ui, context: &Context<'_>, asked: &mut Asked) {
        let mut open: usize = 0;
        for authority in self.report.trust_questions.clone() {
            let decision = self
                .decided
                .iter()
                .find(|(done, _)| *done == authority)
                .map(|(_, it)| *it);
            if decision.is_none() {
                open = open.saturating_add(1);
                if open > MOST_AUTHORITIES {
                    continue;
                }
            }
            let Some(found) = live_certificate(context, Some(authority)) else {
                continue;
            };
            let name = say::escaped(&found.item.name);
            let name = ("name", name.as_ref().into());
            ui.add_space(space::SMALL);
            match decision {
                Some(Decision::Trusted) => {
                    let words = context.text_with(id::DIALOG_REPORT_TRUST_DECIDED, &[name]);
                    notice::notice(ui, context.tokens, Tone::Good, &words, None);
                }
                Some(Decision::Postponed) => {
                    let words = context.text_with(id::DIALOG_REPORT_TRUST_POSTPONED, &[name]);
                    notice::notice(ui, context.tokens, Tone::Neutral, &words, None);
                }
                None => {
                    let question = context.text_with(id::DIALOG_REPORT_TRUST_QUESTION, &[name]);
                    if let Some(decision) = question_ui(ui, context, found, &question) {
                        self.decided.push((authority, decision));
                        if decision == Decision::Trusted {
                            *asked = Asked::Send(Command::SetTrust {
                                certificate: authority,
                                trust: Trust::Always,
                            });
                        }
                    }
                }
            }
        }
        let rest = open.saturating_sub(MOST_AUTHORITIES);
        if rest > 0 {
            ui.add_space(space::SMALL);
            let words = [("count", rest.into())];
            let words = context.text_with(id::DIALOG_REPORT_TRUST_MORE, &words);
            notice::notice(ui, context.tokens, Tone::Neutral, &words, None);
        }
    }

    pub(super) fn test_branch_ui(&mut self, ui: &mut Ui, context: &Context<'_>, asked: &mut Asked) {
        if !self.report.test_branch_question {
            return;
        }
        let (tokens, trusted) = (
            context.tokens,
            context
                .model
                .is_some_and(|model| model.vault.test_branch_trusted),
        );
        ui.add_space(space::SMALL);
        if trusted {
            let words = context.text(id::DIALOG_REPORT_TEST_DECIDED);
            notice::notice(ui, tokens, Tone::Test, &words, None);
            return;
        }
        let question = context.text(id::DIALOG_REPORT_TEST_QUESTION);
        if self.test_branch_asked {
            notice::notice(ui, tokens, Tone::Test, &question, None);
            return;
        }
        notice::notice_with(ui, tokens, Tone::Test, &question, None, |ui| {
            ui.add_space(space::TINY);
            ui.horizontal_wrapped(|ui| {
                let act = context.text(id::DIALOG_REPORT_TEST_ACT);
                if button::secondary(ui, tokens, None, &act).clicked() {
                    self.test_branch_asked = true;
                    *asked = Asked::Send(Command::TrustTestBranch(true));
                }
                let not_now = context.text(id::DIALOG_NOT_NOW);
                if button::quiet(ui, tokens, None, &not_now).clicked() {
                    self.test_branch_asked = true;
                }
            });
        });
    }
}

/// An authority that nobody has decided on: its name, its fingerprint, two answers.
fn question_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    found: &CertificateItem,
    question: &str,
) -> Option<Decision> {
    let tokens = context.tokens;
    let advice = context.text(id::DIALOG_REPORT_TRUST_ADVICE);
    notice::notice_with(ui, tokens, Tone::Warning, question, Some(&advice), |ui| {
        let fingerprint = grouped_fingerprint(&found.sha256.to_hex());
        form::value(
            ui,
            context,
            id::DIALOG_TRUST_FINGERPRINT,
            &fingerprint,
            true,
        );
        let mut decision = None;
        ui.horizontal_wrapped(|ui| {
            let always = context.text(id::DIALOG_REPORT_TRUST_ALWAYS);
            if button::secondary(ui, tokens, Some(ICON_VERIFIED_USER), &always).clicked() {
                decision = Some(Decision::Trusted);
            }
            let not_now = context.text(id::DIALOG_NOT_NOW);
            if button::quiet(ui, tokens, None, &not_now).clicked() {
                decision = Some(Decision::Postponed);
            }
        });
        decision
    })
}

/// How long so many rounds take, in the unit that a person would use.
fn duration_words(context: &Context<'_>, iterations: u64) -> String {
    let (count, unit) = match duration(iterations) {
        Duration::Seconds(count) => (count, id::DIALOG_REPORT_SECONDS),
        Duration::Minutes(count) => (count, id::DIALOG_REPORT_MINUTES),
        Duration::Hours(count) => (count, id::DIALOG_REPORT_HOURS),
    };
    context.text_with(unit, &[("count", count.into())])
}

#[derive(Debug, PartialEq, Eq)]
enum Duration {
    Seconds(u64),
    Minutes(u64),
    Hours(u64),
}

fn duration(iterations: u64) -> Duration {
    let seconds = iterations.div_ceil(ITERATIONS_PER_SECOND).max(1);
    match seconds {
        0..120 => Duration::Seconds(seconds),
        120..7_200 => Duration::Minutes(seconds.div_ceil(60)),
        _ => Duration::Hours(seconds.div_ceil(3_600)),
    }
}

/// `20 000 000` in French, `20,000,000` in English.
fn grouped(language: Language, number: u64) -> String {
    let separator = match language {
        Language::French => '\u{a0}',
        Language::English => ',',
    };
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(place);
        if place > 0 && left.is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_said_in_the_unit_that_fits() {
        assert_eq!(duration(1), Duration::Seconds(1));
        assert_eq!(duration(20_000_000), Duration::Seconds(20));
        assert_eq!(duration(600_000_000), Duration::Minutes(10));
        assert_eq!(duration(u64::from(u32::MAX)), Duration::Minutes(72));
        assert_eq!(duration(36_000_000_000), Duration::Hours(10));
    }

    #[test]
    fn a_large_number_is_read_in_groups() {
        assert_eq!(
            grouped(Language::French, 20_000_000),
            "20\u{a0}000\u{a0}000"
        );
        assert_eq!(grouped(Language::English, 1_234), "1,234");
        assert_eq!(grouped(Language::English, 999), "999");
    }
}
