//! The words of an import: why a thing was refused, and, once all is in, what the user must read.

use std::collections::BTreeMap;
use std::sync::Arc;

use bicle_pki::read::{LooksLike, MAX_AGREED_ITERATIONS, Problem, Thing};

use crate::command::{ImportOutcome, ImportReport, ImportedItem, Reconciled};
use crate::id::{ItemId, Kind};
use crate::import_lists;
use crate::model::{Branch, CertificateItem, Model, Status};
use crate::phrase::Phrase;
use crate::record::Mark;
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
        Problem::OwnPassword { .. } => {
            return (
                Phrase::new("import-own-password").word("what", "thing-key"),
                true,
            );
        }
        Problem::HalvesDiffer => Phrase::new("import-halves-differ"),
        Problem::Altered { what } => {
            return (
                Phrase::new("import-altered").word("what", thing_word(*what)),
                true,
            );
        }
        Problem::TooManyIterations { asked, limit } if *asked <= MAX_AGREED_ITERATIONS => {
            Phrase::new("import-iterations-to-agree")
                .number("asked", number(*asked))
                .number("limit", number(*limit))
        }
        Problem::TooManyIterations { asked, limit } | Problem::TooMuchWork { asked, limit } => {
            Phrase::new("import-too-many-iterations")
                .number("asked", number(*asked))
                .number("limit", number(*limit))
        }
        Problem::TooLarge { limit_bytes } => {
            Phrase::new("import-too-large").number("limit", refusal::mebibytes(*limit_bytes))
        }
        Problem::TooManyItems { limit } => Phrase::new("import-too-many-items")
            .number("limit", number(u64::try_from(*limit).unwrap_or(u64::MAX))),
        Problem::Unsupported { what } => {
            return (unsupported(what), false);
        }
        _ => Phrase::new("import-not-recognised").word("looks-like", "looks-like-binary"),
    };
    (phrase, false)
}

/// A thing that this version cannot use, in the user's language where its name is one of the usual ones.
pub(crate) fn unsupported(what: &str) -> Phrase {
    let named = |code, name: &str| Phrase::new(code).text("name", name);
    if let Some(algorithm) = what.strip_suffix(" private key") {
        return named(
            "import-unsupported-key",
            &algorithm.replacen("EC-", "EC ", 1),
        );
    }
    if let Some(cipher) = what.strip_prefix("PEM encryption ") {
        return named("import-unsupported-pem-cipher", cipher);
    }
    if let Some(scheme) = what.strip_prefix("encryption ") {
        return named("import-unsupported-encryption", scheme);
    }
    if let Some(name) = what.strip_prefix("secret key") {
        let name = name.trim().trim_matches(['“', '”', '"']);
        return named(
            "import-unsupported-secret-key",
            if name.is_empty() { "—" } else { name },
        );
    }
    Phrase::new("import-unsupported").text("what", what)
}

/// What kind of thing did not come in, where the file is one thing or says which.
pub(crate) fn kind_of(problem: &Problem) -> Option<Kind> {
    if matches!(problem, Problem::OwnPassword { .. }) {
        return Some(Kind::Key);
    }
    let (Problem::Malformed { what, .. }
    | Problem::PasswordNeeded { what }
    | Problem::WrongPassword { what }) = problem
    else {
        return None;
    };
    match what {
        Thing::Key => Some(Kind::Key),
        Thing::Request | Thing::SignedPublicKey => Some(Kind::Request),
        Thing::Certificate => Some(Kind::Certificate),
        Thing::List => Some(Kind::List),
        _ => None,
    }
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
        LooksLike::SshPublicKey => "looks-like-ssh-public-key",
        LooksLike::Archive => "looks-like-archive",
        LooksLike::Office => "looks-like-office",
        LooksLike::Program => "looks-like-program",
        LooksLike::Shortcut => "looks-like-shortcut",
        LooksLike::Sqlite => "looks-like-sqlite",
        LooksLike::Bks => "looks-like-bks",
        LooksLike::Bcfks => "looks-like-bcfks",
        LooksLike::KeePass => "looks-like-keepass",
        LooksLike::Email => "looks-like-email",
        LooksLike::Json => "looks-like-json",
        LooksLike::Xml => "looks-like-xml",
        LooksLike::CertReq => "looks-like-certreq",
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
        Thing::PublicKey => "thing-public-key",
        Thing::SignedPublicKey => "thing-signed-public-key",
        Thing::PkiPath => "thing-pki-path",
        Thing::WindowsStore => "thing-windows-store",
        Thing::List => "thing-crl",
        _ => "thing-pem",
    }
}

/// Once all is in: verdicts, notices, what was reconciled, what the user must decide.
/// `says` tells what a list says of certificates; `None`: it decides on none.
pub(crate) fn conclude(
    report: &mut ImportReport,
    model: &Model,
    says: impl Fn(ItemId) -> Option<BTreeMap<String, Option<Mark>>>,
) {
    let mut items = std::mem::take(&mut report.items);
    let mut reconciled = Vec::new();
    for item in &mut items {
        let certificate = item.id.and_then(|id| model.certificate(id));
        if let Some(found) = certificate {
            item.verdict = Some(Arc::clone(&found.verdict));
            item.notices.extend(notices(found));
            if item.outcome != ImportOutcome::Known {
                note_order(item, found, model);
                reconciled.extend(reconciliation(found));
            }
            if item.outcome == ImportOutcome::Added {
                ask(report, item, found, model);
            }
        }
        if let Some(list) = item.id.and_then(|id| model.list(id)) {
            let says = says(list.item.id);
            item.notices
                .extend(import_lists::notices(list, says.as_ref(), model));
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
    let key = found.key()?;
    let certificate = found.item.id;
    Some(Reconciled {
        certificate,
        key,
        request: found.request(),
        order: found.order(),
    })
}

fn note_order(item: &mut ImportedItem, found: &CertificateItem, model: &Model) {
    if item.reason.is_some() {
        return;
    }
    let order = found.order().and_then(|id| model.order(id));
    let key = found.key().and_then(|id| model.key(id));
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
    if !found.is_authority && found.key().is_none() {
        notices.push(Phrase::new("notice-no-key"));
    }
    match found.verdict.status {
        Status::Expired => {
            notices.push(Phrase::new("notice-expired").time("date", found.not_after.0));
        }
        Status::NotYetValid => {
            notices.push(Phrase::new("notice-not-yet-valid").time("date", found.not_before.0));
        }
        Status::Revoked => {
            notices.push(revoked(found));
        }
        Status::Untrusted if found.verdict.reason.code == "verdict-bad-signature" => {
            let forged = Phrase::new("notice-forged");
            notices.push(forged.text("issuer", found.issuer_name.clone()));
        }
        _ => {}
    }
    notices
}

/// That a certificate is revoked, or on hold.
pub(crate) fn revoked(found: &CertificateItem) -> Phrase {
    let since = found.revoked().map_or(0, |since| since.0);
    let code = match found.verdict.reason.code {
        "verdict-suspended" => "notice-suspended",
        _ => "notice-revoked",
    };
    Phrase::new(code).time("date", since)
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
