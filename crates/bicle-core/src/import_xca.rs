//! Bringing in what XCA kept: its databases and templates, with names, comments and dates.

use std::collections::{HashMap, HashSet};

use bicle_igc::{Hash, KeyKind, SubjectValue, Template, TemplateExtensions};
use bicle_pki::extension::GeneralName;
use bicle_pki::fingerprint::to_hex;
use bicle_pki::read::FoundItem;
use bicle_platform::secret::SecretText;
use bicle_xca::{
    Database, LeftOut, LeftOutKind, LeftOutReason, TemplateConstraints, XcaError, XcaItem,
    XcaRevocation, XcaTemplate,
};

use crate::command::ImportOutcome;
use crate::fault::Fault;
use crate::gathering::{Beside, Gathering, Origin};
use crate::id::Kind;
use crate::import_report;
use crate::new_item::{self, COMMENT_LIMIT_CHARACTERS};
use crate::open_vault::OpenVault;
use crate::phrase::Phrase;
use crate::progress::Progress;
use crate::record::{Content, Mark, TemplateContent};
use crate::refusal;

/// Where SQLite keeps the number of the application, and Biclé's (docs/vault-format.md §2).
const APPLICATION_ID: std::ops::Range<usize> = 68..72;
const VAULT_APPLICATION_ID: &[u8] = b"BiCl";

/// Of a template's key: XCA keeps none with it, and IGC-Santé asks for this.
const TEMPLATE_KEY_BITS: u32 = 2_048;

/// The bytes are a database or a template of XCA (or another SQLite database, which is told apart
/// when it is read).
pub(crate) fn is_of_xca(bytes: &[u8]) -> bool {
    bicle_xca::is_database(bytes)
        || bicle_xca::is_legacy_database(bytes)
        || bicle_xca::is_template(bytes)
}

/// Takes a database or templates of XCA.
pub(crate) fn read(
    open: &OpenVault,
    gathering: &mut Gathering,
    bytes: &[u8],
    passwords: &[&SecretText],
    origin: &Origin<'_>,
    progress: &Progress,
) -> Result<(), Fault> {
    if bicle_xca::is_template(bytes) {
        match bicle_xca::read_templates(bytes) {
            Ok(templates) => take_templates(open, gathering, &templates, origin),
            Err(error) => gathering.refuse(origin.file, refused(error, bytes)),
        }
        return Ok(());
    }
    let read = bicle_xca::read(bytes, passwords, progress.cancelled());
    progress.go_on()?;
    match read {
        Ok(database) => take_database(open, gathering, database, origin),
        Err(error) => gathering.refuse(origin.file, refused(error, bytes)),
    }
    Ok(())
}

fn refused(error: XcaError, bytes: &[u8]) -> Phrase {
    match error {
        XcaError::Legacy => Phrase::new("import-xca-legacy"),
        XcaError::TooLarge => {
            let limit = u64::try_from(bicle_xca::MAX_BYTES).unwrap_or(u64::MAX);
            Phrase::new("import-xca-too-large").number("limit", refusal::mebibytes(limit))
        }
        XcaError::NotXca if bytes.get(APPLICATION_ID) == Some(VAULT_APPLICATION_ID) => {
            Phrase::new("import-is-a-vault")
        }
        XcaError::NotXca => Phrase::new("import-xca-other-database"),
        _ => Phrase::new("import-xca-broken"),
    }
}

fn take_database(
    open: &OpenVault,
    gathering: &mut Gathering,
    database: Database,
    origin: &Origin<'_>,
) {
    let Database {
        items,
        templates,
        revocations,
        left_out,
        ..
    } = database;
    // the private half's own line says more than "a public key alone"
    let told = |name: &str| {
        let mut halves = left_out.iter();
        halves.any(|left| {
            let half = matches!(left.what, LeftOutKind::Key | LeftOutKind::TokenKey);
            half && left.name == name
        })
    };
    let listed = listed(&items, &revocations);
    let first = gathering.report.items.len();
    for item in items {
        if matches!(item.item, FoundItem::PublicKey(_)) && told(&item.name) {
            continue;
        }
        let beside = Beside {
            name: item.name,
            comment: item.comment,
            created: item.created,
        };
        gathering.take_item(open, item.item, beside, origin);
    }
    take_templates(open, gathering, &templates, origin);
    let mut without_certificate = Vec::new();
    for (revocation, listed) in revocations.into_iter().zip(listed) {
        let mark = Mark {
            // a book without a date: revoked since it is here, at the latest
            at: revocation.at.unwrap_or_else(|| open.now()).0,
            reason: revocation.reason,
        };
        let kept = revocation
            .certificate_sha256
            .is_some_and(|certificate| gathering.declare_revoked(open, certificate, mark));
        // XCA notes those of every list that it imports: the list is here and says it
        if !kept && !listed {
            without_certificate.push(to_hex(&revocation.serial));
        }
    }
    tell_without_certificate(gathering, &without_certificate, first, origin);
    for left in left_out {
        leave_out(gathering, left, origin);
    }
}

/// Of each revocation: a list of the same database and of that authority holds it.
fn listed(items: &[XcaItem], revocations: &[XcaRevocation]) -> Vec<bool> {
    if revocations.is_empty() {
        return Vec::new();
    }
    let subjects: HashMap<_, _> = items
        .iter()
        .filter_map(|item| match &item.item {
            FoundItem::Certificate(found) => Some((found.sha256(), found.subject().to_rfc4514())),
            _ => None,
        })
        .collect();
    let asked: HashSet<&[u8]> = revocations
        .iter()
        .map(|found| magnitude(&found.serial))
        .collect();
    let mut held: HashSet<(String, Vec<u8>)> = HashSet::new();
    for item in items {
        let FoundItem::List(list) = &item.item else {
            continue;
        };
        let issuer = list.issuer().to_rfc4514();
        for entry in list.entries() {
            let serial = magnitude(entry.serial);
            if asked.contains(serial) {
                held.insert((issuer.clone(), serial.to_vec()));
            }
        }
    }
    revocations
        .iter()
        .map(|found| {
            let issuer = found.issuer_sha256.and_then(|issuer| subjects.get(&issuer));
            issuer.is_some_and(|issuer| {
                held.contains(&(issuer.clone(), magnitude(&found.serial).to_vec()))
            })
        })
        .collect()
}

/// A serial number without its leading zeros.
fn magnitude(serial: &[u8]) -> &[u8] {
    let zeros = serial.iter().take_while(|octet| **octet == 0).count();
    serial.get(zeros..).unwrap_or_default()
}

/// Revocations that say nothing of this vault: told once, with what came of the file.
fn tell_without_certificate(
    gathering: &mut Gathering,
    serials: &[String],
    first: usize,
    origin: &Origin<'_>,
) {
    /// A person looks up some; a book of thousands is not read out.
    const NAMED: usize = 5;
    if serials.is_empty() {
        return;
    }
    let mut named: Vec<&str> = serials.iter().take(NAMED).map(String::as_str).collect();
    if serials.len() > NAMED {
        named.push("…");
    }
    let phrase = |code| {
        Phrase::new(code)
            .number("count", i64::try_from(serials.len()).unwrap_or(i64::MAX))
            .text("serials", named.join(", "))
    };
    let came = gathering.report.items.iter_mut().skip(first);
    match came.last() {
        Some(line) => line
            .notices
            .push(phrase("notice-revocations-without-certificate")),
        None => {
            let reason = phrase("import-revocations-without-certificate");
            gathering.refuse(origin.file, reason);
        }
    }
}

/// One line for each thing that did not come in, with its reason.
fn leave_out(gathering: &mut Gathering, left: LeftOut, origin: &Origin<'_>) {
    let asks_password = matches!(
        left.why,
        LeftOutReason::PasswordNeeded
            | LeftOutReason::WrongPassword
            | LeftOutReason::OwnPasswordNeeded
    );
    if asks_password {
        gathering.ask_password(origin);
    }
    let what = what_word(left.what);
    let number = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
    let reason = match left.why {
        LeftOutReason::PasswordNeeded => Phrase::new("import-password-needed").word("what", what),
        LeftOutReason::WrongPassword => Phrase::new("import-wrong-password").word("what", what),
        LeftOutReason::OwnPasswordNeeded => Phrase::new("import-own-password").word("what", what),
        LeftOutReason::OnToken => Phrase::new("import-on-token"),
        LeftOutReason::Malformed => Phrase::new("import-part-malformed").word("what", what),
        LeftOutReason::OtherPublicKey => Phrase::new("import-key-inconsistent"),
        LeftOutReason::Missing => Phrase::new("import-part-missing").word("what", what),
        LeftOutReason::Unsupported { what } => import_report::unsupported(&what),
        LeftOutReason::TooManyIterations => Phrase::new("import-part-too-much-work"),
        LeftOutReason::TooMany { limit } => {
            Phrase::new("import-too-many-items").number("limit", number(limit))
        }
        LeftOutReason::TooLarge { limit_bytes } => Phrase::new("import-part-too-large")
            .word("what", what)
            .number("limit", number(limit_bytes)),
        _ => Phrase::new("import-part-malformed").word("what", what),
    };
    let mut line = import_report::refused(origin.file.to_owned(), reason);
    line.name = new_item::found_name(&left.name, "");
    line.kind = match left.what {
        LeftOutKind::Key | LeftOutKind::PublicKey | LeftOutKind::TokenKey => Some(Kind::Key),
        LeftOutKind::Request => Some(Kind::Request),
        LeftOutKind::Certificate => Some(Kind::Certificate),
        LeftOutKind::List => Some(Kind::List),
        LeftOutKind::Template => Some(Kind::Template),
        _ => None,
    };
    line.outcome = ImportOutcome::Refused;
    gathering.report.items.push(line);
}

fn what_word(what: LeftOutKind) -> &'static str {
    match what {
        LeftOutKind::Key | LeftOutKind::TokenKey => "thing-key",
        LeftOutKind::PublicKey => "thing-public-key",
        LeftOutKind::Request => "thing-request",
        LeftOutKind::Certificate => "thing-certificate",
        LeftOutKind::List => "thing-crl",
        LeftOutKind::Template => "thing-template",
        LeftOutKind::Revocation => "thing-revocation",
        LeftOutKind::StaticKey => "thing-static-key",
        LeftOutKind::Comment => "thing-comment",
        _ => "thing-unknown",
    }
}

fn take_templates(
    open: &OpenVault,
    gathering: &mut Gathering,
    templates: &[XcaTemplate],
    origin: &Origin<'_>,
) {
    for found in templates {
        let (template, left) = converted(found, origin.stem);
        let toml = template.to_toml();
        // what we read ourselves later: checked now
        if Template::from_toml(&toml).is_err() {
            let reason = Phrase::new("import-part-malformed").word("what", "thing-template");
            gathering.refuse(origin.file, reason);
            continue;
        }
        let subject = template.subject_name().map(|name| name.to_rfc4514());
        let content = TemplateContent {
            subject: subject.unwrap_or_default().into(),
            algorithm: format!("RSA-{}", template.key_bits).into(),
            bundled: false,
        };
        let created = found.created.unwrap_or_else(|| open.now());
        let mut summary =
            new_item::summary(template.name, created, Content::Template(Box::new(content)));
        let comment = found.comment.chars().take(COMMENT_LIMIT_CHARACTERS);
        summary.comment = comment.collect::<String>().into();
        let notices = match left.is_empty() {
            true => Vec::new(),
            false => {
                let phrase = Phrase::new("notice-template-left-out");
                vec![phrase.text("fields", left.join(", "))]
            }
        };
        gathering.take_template(open, summary, toml, notices, origin);
    }
}

/// The template in our own form, and the names of what has no place in it.
fn converted(found: &XcaTemplate, stem: &str) -> (Template, Vec<String>) {
    let mut left = Vec::new();
    let mut subject = Vec::new();
    for attribute in found.subject.attributes() {
        // a placeholder that the user was to fill in
        if attribute.value.trim().is_empty() {
            continue;
        }
        let short = bicle_pki::name::short_name(&attribute.oid);
        let name = short.map_or_else(|| attribute.oid.to_string(), str::to_owned);
        if subject.len() >= bicle_igc::MAX_SUBJECT_VALUES
            || attribute.value.chars().count() > bicle_igc::MAX_VALUE_CHARACTERS
        {
            left.push(name);
            continue;
        }
        subject.push(SubjectValue {
            attribute: name,
            value: attribute.value.clone(),
        });
    }
    let mut subject_alt_names = Vec::new();
    for text in found.subject_alt_names.split(',').map(str::trim) {
        match alternative(text) {
            Some(name) => subject_alt_names.push(name),
            None if text.is_empty() => {}
            None => left.push(text.chars().take(100).collect()),
        }
    }
    let mut extended_key_usage: Vec<String> = found
        .extended_key_usage
        .iter()
        .map(ToString::to_string)
        .collect();
    for list in [&mut subject_alt_names, &mut extended_key_usage] {
        let beyond = list.iter().skip(bicle_igc::MAX_EXTENSION_VALUES);
        left.extend(beyond.cloned());
        list.truncate(bicle_igc::MAX_EXTENSION_VALUES);
    }
    left.extend(found.extended_key_usage_unknown.iter().cloned());
    if found.basic_constraints != TemplateConstraints::None {
        left.push("basicConstraints".to_owned());
    }
    if found.validity.is_some() {
        left.push("validity".to_owned());
    }
    if !found.advanced.trim().is_empty() {
        left.push("adv_ext".to_owned());
    }
    // fields of texts that XCA would put into a certificate
    for field in ["issAltName", "crlDist", "authInfAcc", "certPol"] {
        let text = found.fields.get(field);
        if text.is_some_and(|text| !text.trim().is_empty()) {
            left.push(field.to_owned());
        }
    }
    let extensions = TemplateExtensions {
        subject_alt_names,
        key_usage: found.key_usage.names().map(str::to_owned).collect(),
        extended_key_usage,
    };
    let template = Template {
        name: new_item::found_name(&found.name, stem),
        key_kind: KeyKind::Rsa,
        key_bits: TEMPLATE_KEY_BITS,
        hash: Hash::Sha256,
        subject,
        extensions,
    };
    (template, left)
}

/// `DNS:a.example` of OpenSSL's syntax as a person types it here; `None`: it has no such form.
fn alternative(text: &str) -> Option<String> {
    let (kind, value) = text.split_once(':')?;
    let kind = match kind.trim().to_ascii_lowercase().as_str() {
        "dns" => "dns",
        "ip" => "ip",
        "email" => "email",
        "uri" => "uri",
        "rid" => "rid",
        "othername" => {
            let (oid, value) = value.split_once(';')?;
            return parses(format!("other:{};{}", oid.trim(), value.trim()));
        }
        _ => return None,
    };
    // filled in by XCA from the subject: no value of its own
    if matches!(value.trim(), "copycn" | "copy" | "move") {
        return None;
    }
    parses(format!("{kind}:{}", value.trim()))
}

fn parses(text: String) -> Option<String> {
    GeneralName::parse(&text).is_ok().then_some(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn a_revocation_that_an_imported_list_of_its_authority_holds_is_not_missing() {
        let bytes = include_bytes!("../../bicle-xca/tests/samples/sample1.xdb");
        let found =
            bicle_xca::read(bytes, &[], &std::sync::atomic::AtomicBool::new(false)).unwrap();
        let known = found.revocations[0].clone();
        let mut other_serial = known.clone();
        other_serial.serial.push(1);
        let mut other_issuer = known.clone();
        other_issuer.issuer_sha256 = None;
        let asked = [known, other_serial, other_issuer];
        assert_eq!(listed(&found.items, &asked), [true, false, false]);
    }
}
