//! `vault copies` and `vault restore`: what stands beside the vault, and a copy in its place.

use std::path::{Path, PathBuf};

use bicle_core::command::{PreviewItem, RestorePreview, UnlockWith};
use bicle_core::copies::{CopyKind, VaultCopy, copies_beside};
use bicle_core::phrase::Phrase;
use bicle_core::restore;
use bicle_platform::secret::SecretText;
use bicle_text::{Id, Texts, id};
use clap::ArgMatches;
use serde::Serialize;

use crate::confirm;
use crate::failure::{Failure, Status};
use crate::grammar::{Argument, Body, Form, Spec, Takes, option, switch};
use crate::list::kind_word;
use crate::output::{Answer, escape, facts, table};
use crate::secrets;
use crate::session::{Session, needed_path, path};

/// `vault copies`.
pub(crate) const COPIES: Spec = Spec {
    name: "copies",
    about: id::CLI_ABOUT_VAULT_COPIES,
    arguments: &[],
    body: Body::Run(copies),
};

/// `vault restore`.
pub(crate) const RESTORE: Spec = Spec {
    name: "restore",
    about: id::CLI_ABOUT_VAULT_RESTORE,
    arguments: &[
        Argument {
            name: "file",
            form: Form::File,
            help: id::CLI_HELP_RESTORE_FILE,
        },
        switch("dry-run", id::CLI_HELP_RESTORE_DRY_RUN),
        switch("force", id::CLI_HELP_RESTORE_FORCE),
        option(
            "import-password-file",
            "FILE",
            Takes::File,
            id::CLI_HELP_RESTORE_PASSWORD_FILE,
        ),
    ],
    body: Body::Run(restore),
};

#[derive(Serialize)]
struct CopiesJson {
    copies: Vec<CopyJson>,
}

#[derive(Serialize)]
struct CopyJson {
    path: String,
    kind: &'static str,
    /// `2026-11-22`, UTC.
    day: String,
    size_bytes: u64,
}

/// No password is asked: what the names and the file system say.
fn copies(session: &mut Session, _: &ArgMatches) -> Result<Answer, Failure> {
    let found = copies_beside(&session.vault_path);
    let document = CopiesJson {
        copies: found.iter().map(copy_json).collect(),
    };
    let texts = session.texts;
    Answer::new(session, &document, || {
        if found.is_empty() {
            return texts.text(id::CLI_NOTHING_LISTED) + "\n";
        }
        let headings = [
            id::CLI_LABEL_DAY,
            id::CLI_LABEL_SIZE_BYTES,
            id::CLI_LABEL_WHY,
            id::CLI_LABEL_FILE,
        ]
        .map(|heading| texts.text(heading));
        let rows: Vec<Vec<String>> = found
            .iter()
            .map(|copy| {
                let why = match copy.kind {
                    CopyKind::Automatic => id::CLI_COPY_AUTOMATIC,
                    CopyKind::BeforeRestore => id::CLI_COPY_BEFORE_RESTORE,
                };
                vec![
                    texts.date(copy.day.0),
                    copy.size_bytes.to_string(),
                    texts.text(why),
                    copy.path.display().to_string(),
                ]
            })
            .collect();
        table(&headings, &rows)
    })
}

fn copy_json(copy: &VaultCopy) -> CopyJson {
    let moment = copy.day.to_rfc3339();
    CopyJson {
        path: copy.path.display().to_string(),
        kind: copy.kind.word(),
        day: moment.split('T').next().unwrap_or_default().to_owned(),
        size_bytes: copy.size_bytes,
    }
}

#[derive(Serialize)]
struct RestoreJson<'a> {
    copy: String,
    dry_run: bool,
    modified: Option<String>,
    newest: Option<String>,
    same_vault: Option<bool>,
    generation: u64,
    present_generation: Option<u64>,
    added: Vec<ItemJson<'a>>,
    removed: Vec<ItemJson<'a>>,
    changed: Vec<ItemJson<'a>>,
    unchanged: usize,
    password_differs: Option<bool>,
    recovery_key_differs: Option<bool>,
    protection_lower: Option<bool>,
    binned: usize,
    present_binned: Option<usize>,
    kept: Option<String>,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    kind: &'static str,
    name: &'a str,
}

fn restore(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let copy = needed_path(matches, "file");
    let dry_run = matches.get_flag("dry-run");
    let force = matches.get_flag("force");
    let own_file = path(matches, "import-password-file");
    let of_copy = |file: &Path| secrets::first_line(file).map(UnlockWith::Password);
    // what would be shown must not be changed by looking
    session.read_only |= dry_run;
    // no vault at all: nothing to open but the copy
    let mut is_no_vault = false;
    let opened = if session.vault_path.symlink_metadata().is_err() {
        None
    } else {
        let key = session.key_to_vault()?;
        let again = copied(&key);
        match session.open_with(key) {
            Ok(opened) => Some((opened, again)),
            Err(failure) if is_replaceable(&failure, force) => {
                is_no_vault = failure.code() == "not-a-vault";
                None
            }
            Err(failure) => return Err(failure),
        }
    };
    let Some((opened, key)) = opened else {
        let key = match &own_file {
            Some(file) => of_copy(file)?,
            None => session.key_to_vault()?,
        };
        let asked = (is_no_vault && !force).then_some(Slip::NoVault);
        return in_place_of_unsound(session, &copy, &key, dry_run, asked);
    };
    let key = match &own_file {
        Some(file) => of_copy(file)?,
        None => key,
    };
    let vault = opened.into_vault();
    let preview = restore::preview(Some(&vault), &copy, &key)?;
    if dry_run {
        return answer(session, &preview, None, true);
    }
    if preview.same_vault == Some(false) && !force {
        agree(session, Slip::AnotherVault)?;
    }
    let mut slot = Some(vault);
    let (kept, warnings) = restore::restore(&mut slot, &copy, &key)?;
    session.warn(&warnings);
    answer(session, &preview, Some(&kept), false)
}

/// The vault that stands there does not open: it is kept under another name, and the copy takes its place.
fn in_place_of_unsound(
    session: &Session,
    copy: &Path,
    key: &UnlockWith,
    dry_run: bool,
    asked: Option<Slip>,
) -> Result<Answer, Failure> {
    let preview = restore::preview(None, copy, key)?;
    if dry_run {
        return answer(session, &preview, None, true);
    }
    if session.read_only {
        return Err(Failure::refused(
            Phrase::new("error-read-only-vault")
                .text("path", session.vault_path.display().to_string()),
        ));
    }
    if let Some(slip) = asked {
        agree(session, slip)?;
    }
    let services = session.services.clone();
    let restored = restore::restore_unsound(&session.vault_path, copy, key, services, true)?;
    session.warn(&restored.warnings);
    answer(session, &preview, restored.kept.as_ref(), false)
}

/// What is replaced may have been named by mistake.
#[derive(Clone, Copy)]
enum Slip {
    /// The copy is one of another vault.
    AnotherVault,
    /// What stands there is no vault: some other file.
    NoVault,
}

/// Asks at the terminal; where there is none, `--force` is the yes.
fn agree(session: &Session, slip: Slip) -> Result<(), Failure> {
    let path = session.vault_path.display().to_string();
    let (question, code) = match slip {
        Slip::AnotherVault => (
            id::CLI_RESTORE_ANOTHER_QUESTION,
            "error-restore-another-vault",
        ),
        Slip::NoVault => (
            id::CLI_RESTORE_NO_VAULT_QUESTION,
            "error-restore-over-no-vault",
        ),
    };
    if !secrets::has_terminal() {
        return Err(Failure::refused(Phrase::new(code).text("path", path)));
    }
    let shown = escape(&path);
    let texts = session.texts;
    let question = texts.text_with(question, &[("path", shown.as_ref().into())]);
    if confirm::agrees(texts, &question) {
        Ok(())
    } else {
        Err(Failure::refused(Phrase::new("error-cancelled")))
    }
}

/// A vault that is altered, damaged or no vault may be replaced without being opened; one that says "wrong
/// password" when the user insists; never one from a newer version.
fn is_replaceable(failure: &Failure, force: bool) -> bool {
    match failure.status {
        Status::VaultUnsound => failure.code() != "vault-newer",
        Status::WrongPassword => force,
        _ => false,
    }
}

fn copied(key: &UnlockWith) -> UnlockWith {
    match key {
        UnlockWith::Password(secret) => UnlockWith::Password(SecretText::copy_of(secret.expose())),
        UnlockWith::RecoveryKey(secret) => {
            UnlockWith::RecoveryKey(SecretText::copy_of(secret.expose()))
        }
    }
}

fn answer(
    session: &Session,
    preview: &RestorePreview,
    kept: Option<&PathBuf>,
    dry_run: bool,
) -> Result<Answer, Failure> {
    let document = RestoreJson {
        copy: preview.path.display().to_string(),
        dry_run,
        modified: preview.modified.map(|moment| moment.to_rfc3339()),
        newest: preview.newest.map(|moment| moment.to_rfc3339()),
        same_vault: preview.same_vault,
        generation: preview.generation,
        present_generation: preview.present_generation,
        added: items(&preview.added),
        removed: items(&preview.removed),
        changed: items(&preview.changed),
        unchanged: preview.unchanged,
        password_differs: preview.password_differs,
        recovery_key_differs: preview.recovery_key_differs,
        protection_lower: preview.protection_lower,
        binned: preview.binned,
        present_binned: preview.present_binned,
        kept: kept.map(|path| path.display().to_string()),
    };
    let texts = session.texts;
    Answer::new(session, &document, || {
        told(texts, preview, document.kept.as_deref(), dry_run)
    })
}

fn items(items: &[PreviewItem]) -> Vec<ItemJson<'_>> {
    items.iter().map(item).collect()
}

fn item(item: &PreviewItem) -> ItemJson<'_> {
    ItemJson {
        kind: item.kind.word(),
        name: &item.name,
    }
}

fn told(texts: Texts, preview: &RestorePreview, kept: Option<&str>, dry_run: bool) -> String {
    let yes_no = |yes| texts.text(if yes { id::YES } else { id::NO });
    let moment = |moment: bicle_core::model::UnixSeconds| texts.date_time(moment.0);
    let number = |number: u64| number.to_string();
    let fact = |label: Id, value: Option<String>| (texts.text(label), value.unwrap_or_default());
    let mut text = facts(&[
        fact(
            id::CLI_LABEL_COPY,
            Some(escape(&preview.path.display().to_string()).into_owned()),
        ),
        fact(id::CLI_LABEL_MODIFIED, preview.modified.map(moment)),
        fact(id::CLI_LABEL_NEWEST, preview.newest.map(moment)),
        fact(id::CLI_LABEL_SAME_VAULT, preview.same_vault.map(yes_no)),
        fact(id::CLI_LABEL_GENERATION, Some(number(preview.generation))),
        fact(
            id::CLI_LABEL_PRESENT_GENERATION,
            preview.present_generation.map(number),
        ),
        fact(
            id::CLI_LABEL_PASSWORD_DIFFERS,
            preview.password_differs.map(yes_no),
        ),
        fact(
            id::CLI_LABEL_RECOVERY_KEY_DIFFERS,
            preview.recovery_key_differs.map(yes_no),
        ),
        fact(
            id::CLI_LABEL_PROTECTION_LOWER,
            preview.protection_lower.map(yes_no),
        ),
        fact(id::CLI_LABEL_COPY_BINNED, Some(preview.binned.to_string())),
        fact(
            id::CLI_LABEL_PRESENT_BINNED,
            preview.present_binned.map(|count| count.to_string()),
        ),
        fact(id::CLI_LABEL_UNCHANGED, Some(preview.unchanged.to_string())),
    ]);
    for (title, items) in [
        (id::CLI_LABEL_COMES_BACK, &preview.added),
        (id::CLI_LABEL_GOES, &preview.removed),
        (id::CLI_LABEL_CHANGES, &preview.changed),
    ] {
        if items.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{} ({})\n", texts.text(title), items.len()));
        for found in items {
            let kind = texts.text(kind_word(found.kind));
            text.push_str(&format!("  {} ({kind})\n", escape(&found.name)));
        }
    }
    text.push('\n');
    let end = match (dry_run, kept) {
        (true, _) => texts.text(id::CLI_DRY_RUN),
        (false, Some(kept)) => {
            let kept = escape(kept);
            texts.text_with(id::CLI_RESTORED_KEPT, &[("path", kept.as_ref().into())])
        }
        (false, None) => texts.text(id::CLI_RESTORED),
    };
    text + &end + "\n"
}
