//! The words of an import: why a thing was refused, and, once all is in, what the user must read.

use bicle_pki::read::{LooksLike, Problem, Thing};

use crate::command::{ImportOutcome, ImportReport, ImportedItem, Reconciled};
use crate::id::Kind;
use crate::model::{Branch, CertificateItem, Model, Status};
use crate::phrase::Phrase;
use crate::refusal;

/// A source, or a thing of it, that did not come in.
pub(crate) fn refused(file: String, reason: Phrase) -> ImportedItem {
    ImportedItem {
        id: None,
        kind: None,
        name: String::new(),
        file,
        outcome: ImportOutcome::Refused,
        reason: Some(reason),
        verdict: None,
        notices: Vec::new(),
    }
}

/// What was wrong with a file, and whether a password would help.
pub(crate) fn problem(problem: &Problem) -> (Phrase, bool) {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let phrase = match problem {
        Problem::NotRecognised {
            looks_like: LooksLike::Empty,
        } => Phrase::new("import-empty"),
        Problem::NotRecognised { looks_like } => {
            Phrase::new("import-not-recognised").word("looks-like", looks_like_word(*looks_like))
        }
        Problem::Malformed { what, at_byte } => Phrase::new("import-malformed")
            .word("what", thing_word(*what))
            .number("at", number(u64::try_from(*at_byte).unwrap_or(u64::MAX))),
        Problem::PasswordNeeded { what } => {
            return (
                Phrase::new("import-password-needed").word("what", thing_word(*what)),
                true,
            );
        }
        Problem::WrongPassword { what } => {
            return (
                Phrase::new("import-wrong-password").word("what", thing_word(*what)),
                true,
            );
        }
        Problem::TooManyIterations { asked, limit } => Phrase::new("import-too-many-iterations")
            .number("asked", number(*asked))
            .number("limit", number(*limit)),
        Problem::TooLarge { limit_bytes } => {
            Phrase::new("import-too-large").number("limit", refusal::mebibytes(*limit_bytes))
        }
        Problem::TooManyItems { limit } => Phrase::new("import-too-many-items")
            .number("limit", number(u64::try_from(*limit).unwrap_or(u64::MAX))),
        Problem::Unsupported { what } => {
            Phrase::new("import-unsupported").text("what", what.clone())
        }
        _ => Phrase::new("import-not-recognised").word("looks-like", "looks-like-binary"),
    };
    (phrase, false)
}

fn looks_like_word(looks_like: LooksLike) -> &'static str {
    match looks_like {
        LooksLike::Html => "looks-like-html",
        LooksLike::Zip => "looks-like-zip",
        LooksLike::Pdf => "looks-like-pdf",
        LooksLike::Image => "looks-like-image",
        LooksLike::Text => "looks-like-text",
        LooksLike::Empty => "looks-like-empty",
        LooksLike::Xdb => "looks-like-xdb",
        LooksLike::Jks => "looks-like-jks",
        LooksLike::Jceks => "looks-like-jceks",
        LooksLike::SshPublicKey => "looks-like-ssh-public-key",
        LooksLike::Pgp => "looks-like-pgp",
        _ => "looks-like-binary",
    }
}

fn thing_word(what: Thing) -> &'static str {
    match what {
        Thing::Key => "thing-key",
        Thing::Request => "thing-request",
        Thing::Certificate => "thing-certificate",
        Thing::Pkcs7 => "thing-pkcs7",
        Thing::Pkcs12 => "thing-pkcs12",
        Thing::Jks => "thing-jks",
        _ => "thing-pem",
    }
}

/// Once all is in: verdicts, notices, what was reconciled, what the user must decide.
pub(crate) fn conclude(report: &mut ImportReport, model: &Model) {
    let mut items = std::mem::take(&mut report.items);
    let mut reconciled = Vec::new();
    for item in &mut items {
        let certificate = item.id.and_then(|id| model.certificate(id));
        if let Some(found) = certificate {
            item.verdict = Some(found.verdict.clone());
            item.notices.extend(notices(found));
            if item.outcome != ImportOutcome::Known {
                note_order(item, found, model);
                reconciled.extend(reconciliation(found));
            }
            if item.outcome == ImportOutcome::Added {
                ask(report, item, found, model);
            }
        }
        let request = item.id.and_then(|id| model.request(id));
        if let (Some(request), None) = (request, &item.reason) {
            let key = request.key.and_then(|id| model.key(id));
            item.reason =
                key.map(|key| Phrase::new("import-key-found").text("key", key.item.name.clone()));
        }
        let key = item.id.and_then(|id| model.key(id));
        if let (Some(key), ImportOutcome::Added) = (key, item.outcome) {
            for found in key
                .certificates
                .iter()
                .filter_map(|id| model.certificate(*id))
            {
                reconciled.extend(reconciliation(found));
            }
            if item.reason.is_none() {
                let of = key
                    .certificates
                    .last()
                    .and_then(|id| model.certificate(*id));
                item.reason = of.map(|found| {
                    let name = found.item.name.clone();
                    Phrase::new("import-key-found-for").text("certificate", name)
                });
            }
        }
    }
    reconciled.sort_by_key(|pair: &Reconciled| pair.certificate);
    reconciled.dedup();
    report.items = items;
    report.reconciled = reconciled;
}

fn reconciliation(found: &CertificateItem) -> Option<Reconciled> {
    let key = found.key?;
    let certificate = found.item.id;
    Some(Reconciled {
        certificate,
        key,
        request: found.request,
        order: found.order,
    })
}

fn note_order(item: &mut ImportedItem, found: &CertificateItem, model: &Model) {
    if item.reason.is_some() {
        return;
    }
    let order = found.order.and_then(|id| model.order(id));
    let key = found.key.and_then(|id| model.key(id));
    item.reason = match (order, key) {
        (Some(order), _) => {
            Some(Phrase::new("import-order-found").text("order", order.item.name.clone()))
        }
        (None, Some(key)) => {
            Some(Phrase::new("import-key-found").text("key", key.item.name.clone()))
        }
        (None, None) => None,
    };
}

fn notices(found: &CertificateItem) -> Vec<Phrase> {
    let mut notices = Vec::new();
    if found.official {
        notices.push(Phrase::new("notice-official").text("name", found.item.name.clone()));
    } else if found.branch == Some(Branch::Test) {
        notices.push(Phrase::new("notice-test-branch"));
    }
    if !found.is_authority && found.key.is_none() {
        notices.push(Phrase::new("notice-no-key"));
    }
    match found.verdict.status {
        Status::Expired => {
            notices.push(Phrase::new("notice-expired").time("date", found.not_after.0));
        }
        Status::NotYetValid => {
            notices.push(Phrase::new("notice-not-yet-valid").time("date", found.not_before.0));
        }
        Status::Untrusted if found.verdict.reason.code == "verdict-bad-signature" => {
            let forged = Phrase::new("notice-forged");
            notices.push(forged.text("issuer", found.issuer_name.clone()));
        }
        _ => {}
    }
    notices
}

/// What the user must decide about a certificate that is new.
fn ask(report: &mut ImportReport, item: &mut ImportedItem, found: &CertificateItem, model: &Model) {
    let trusted = found.verdict.status == Status::Trusted;
    if found.branch == Some(Branch::Test) && !model.vault.test_branch_trusted && !trusted {
        let by_root = matches!(found.verdict.reason.code, "verdict-test-not-trusted");
        report.test_branch_question |= by_root;
    }
    // below an unknown root that is here, the root alone is asked about
    let top = found.is_root || found.issuer_id.is_none();
    let unknown = found.is_authority && top && !found.official && !trusted;
    if unknown && item.kind == Some(Kind::Certificate) {
        report.trust_questions.push(found.item.id);
        let name = found.item.name.clone();
        item.notices
            .push(Phrase::new("notice-unknown-authority").text("name", name));
    }
}
