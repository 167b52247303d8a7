//! What the head of a revocation list's details says: whether it counts, and what it revokes here.

use bicle_core::model::{CertificateItem, ListItem, Model};
use bicle_text::id;
use egui::{Label, RichText, Ui};

use crate::context::Context;
use crate::theme::{Tone, space};
use crate::widgets::{badge, link, notice};

/// More revoked certificates of the vault than that are a matter of their own list.
const MOST_REVOKED: usize = 50;

/// Draws it.
pub(super) fn ui(ui: &mut Ui, context: &mut Context<'_>, model: &Model, list: &ListItem) {
    let tokens = context.tokens;
    if let Some(number) = &list.delta_base {
        let shown = crate::say::escaped(number);
        let words = [("number", shown.as_ref().into())];
        let words = context.text_with(id::WINDOW_LIST_DELTA, &words);
        badge::badge(ui, tokens, Tone::Info, None, &words);
        ui.add_space(space::TINY);
    }
    if list.issuer_id.is_none() {
        let words = context.text(id::WINDOW_LIST_NOT_VERIFIED_WHAT);
        notice::notice(ui, tokens, Tone::Warning, &words, None);
        ui.add_space(space::TINY);
        // an unsigned word revokes nothing
        return;
    }
    if let Some(due) = list.next_update.filter(|due| due.0 < model.at.0) {
        let date = context.texts.date(due.0);
        let words = [("date", (&date).into())];
        let words = context.text_with(id::WINDOW_LIST_OVERDUE_WHAT, &words);
        notice::notice(ui, tokens, Tone::Warning, &words, None);
        ui.add_space(space::TINY);
    }
    let revoked: Vec<&CertificateItem> = model
        .certificates
        .iter()
        .filter(|found| found.revoked().is_some() && is_of(found, list))
        .collect();
    let words = [("count", revoked.len().into())];
    let words = context.text_with(id::WINDOW_LIST_HERE, &words);
    ui.add(Label::new(RichText::new(words).color(tokens.text)).wrap());
    for found in revoked.iter().take(MOST_REVOKED) {
        link::item(ui, context, found.item.id, &found.item.name);
    }
}

/// The list speaks for that certificate: the same authority has signed both.
fn is_of(certificate: &CertificateItem, list: &ListItem) -> bool {
    certificate.issuer_id.is_some() && certificate.issuer_id == list.issuer_id
}
