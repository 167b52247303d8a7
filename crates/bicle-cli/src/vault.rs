//! `vault …`: make, look at, check, back up, and give another password.

use bicle_core::CheckVerdict;
use bicle_core::command::{Command, CreateVault, Outcome, UnlockWith};
use bicle_core::copies::copies_beside;
use bicle_core::fault::FaultClass;
use bicle_core::model::VaultFacts;
use bicle_core::open_vault::OpenVault;
use bicle_core::phrase::Phrase;
use bicle_core::strength::Protects;
use bicle_platform::arena::{LockedMemory, locked_memory};
use bicle_platform::secret::SecretText;
use bicle_text::{Id, id};
use clap::ArgMatches;
use serde::Serialize;

use crate::failure::{Failure, Status, unexpected};
use crate::grammar::{Argument, Body, FORCE, Form, Spec, Takes, option, switch};
use crate::output::{Answer, ErrorJson, escape, facts};
use crate::session::{Opened, Session, existing, needed_path, path};
use crate::{copies, output, secrets};

/// `vault`.
pub(crate) const COMMANDS: Spec = Spec {
    name: "vault",
    about: id::CLI_ABOUT_VAULT,
    arguments: &[],
    body: Body::Group(&[
        Spec {
            name: "create",
            about: id::CLI_ABOUT_VAULT_CREATE,
            arguments: &[
                switch("no-igc-sante", id::CLI_HELP_NO_IGC_SANTE),
                switch("trust-test-branch", id::CLI_HELP_TRUST_TEST_BRANCH),
            ],
            body: Body::Run(create),
        },
        Spec {
            name: "info",
            about: id::CLI_ABOUT_VAULT_INFO,
            arguments: &[],
            body: Body::Run(info),
        },
        Spec {
            name: "check",
            about: id::CLI_ABOUT_VAULT_CHECK,
            arguments: &[],
            body: Body::Run(check),
        },
        Spec {
            name: "change-password",
            about: id::CLI_ABOUT_VAULT_CHANGE_PASSWORD,
            arguments: &[option(
                "new-password-file",
                "FILE",
                Takes::File,
                id::CLI_HELP_NEW_PASSWORD_FILE,
            )],
            body: Body::Run(change_password),
        },
        Spec {
            name: "backup",
            about: id::CLI_ABOUT_VAULT_BACKUP,
            arguments: &[
                Argument {
                    name: "file",
                    form: Form::File,
                    help: id::CLI_HELP_BACKUP_FILE,
                },
                FORCE,
            ],
            body: Body::Run(backup),
        },
        copies::COPIES,
        copies::RESTORE,
        Spec {
            name: "recovery-key",
            about: id::CLI_ABOUT_VAULT_RECOVERY_KEY,
            arguments: &[],
            body: Body::Run(recovery_key),
        },
        Spec {
            name: "upgrade-kdf",
            about: id::CLI_ABOUT_VAULT_UPGRADE_KDF,
            arguments: &[],
            body: Body::Run(upgrade_kdf),
        },
        Spec {
            name: "accept-older",
            about: id::CLI_ABOUT_VAULT_ACCEPT_OLDER,
            arguments: &[],
            body: Body::Run(accept_older),
        },
        Spec {
            name: "trust-test-branch",
            about: id::CLI_ABOUT_VAULT_TRUST_TEST_BRANCH,
            arguments: &[switch("withdraw", id::CLI_HELP_WITHDRAW)],
            body: Body::Run(trust_test_branch),
        },
    ]),
};

#[derive(Serialize)]
struct VaultJson {
    locked_memory: &'static str,
    path: String,
    id: String,
    generation: u64,
    size_bytes: u64,
    has_recovery_key: bool,
    test_branch_trusted: bool,
    read_only: bool,
    copies: usize,
    kdf: KdfJson,
    counts: CountsJson,
}

#[derive(Serialize)]
struct KdfJson {
    algorithm: &'static str,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

#[derive(Serialize)]
struct CountsJson {
    keys: usize,
    requests: usize,
    certificates: usize,
    authorities: usize,
    lists: usize,
    templates: usize,
    orders: usize,
    deleted: usize,
}

#[derive(Serialize)]
struct CheckJson {
    records: Option<u64>,
    damaged: Vec<i64>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorJson>,
}

#[derive(Serialize)]
struct PathJson {
    path: String,
}

#[derive(Serialize)]
struct RecoveryKeyJson<'a> {
    recovery_key: &'a str,
}

fn create(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let password = session.first_password()?;
    let asked = session.asks_for_password();
    secrets::weigh(session, &password, asked, Protects::NEW_VAULT)?;
    let order = CreateVault {
        path: session.vault_path.clone(),
        password,
        igc_sante: !matches.get_flag("no-igc-sante"),
        trust_test_branch: matches.get_flag("trust-test-branch"),
    };
    if session.read_only {
        return Err(Failure::usage(
            Phrase::new("error-usage-conflict")
                .text("argument", "--read-only")
                .text("other", "vault create"),
        ));
    }
    let vault = OpenVault::create(&order, session.services.clone())?;
    summary(session, &session.opened(vault))
}

fn info(session: &mut Session, _: &ArgMatches) -> Result<Answer, Failure> {
    let opened = session.open()?;
    summary(session, &opened)
}

fn check(session: &mut Session, _: &ArgMatches) -> Result<Answer, Failure> {
    let opened = match session.open() {
        Ok(opened) => opened,
        Err(failure) if failure.status == Status::VaultUnsound => {
            return check_of_unsound(session, failure);
        }
        Err(failure) => return Err(failure),
    };
    let report = match opened.vault.check() {
        Ok(report) => report,
        Err(fault) if fault.class == FaultClass::VaultUnsound => {
            return check_of_unsound(session, fault.into());
        }
        Err(fault) => return Err(fault.into()),
    };
    let (verdict, word, status) = match report.verdict {
        CheckVerdict::Intact => ("intact", id::CLI_CHECK_INTACT, Status::Done),
        CheckVerdict::Altered => ("altered", id::CLI_CHECK_ALTERED, Status::VaultUnsound),
        CheckVerdict::Damaged => ("damaged", id::CLI_CHECK_DAMAGED, Status::VaultUnsound),
    };
    let damaged: Vec<i64> = report.damaged.iter().map(|record| record.value()).collect();
    let document = CheckJson {
        records: Some(report.records),
        damaged: damaged.clone(),
        verdict,
        error: None,
    };
    let texts = session.texts;
    let answer = Answer::new(session, &document, || {
        let listed: Vec<String> = damaged.iter().map(ToString::to_string).collect();
        facts(&[
            (texts.text(id::CLI_LABEL_VERDICT), texts.text(word)),
            (
                texts.text(id::CLI_LABEL_RECORDS),
                report.records.to_string(),
            ),
            (texts.text(id::CLI_LABEL_DAMAGED), listed.join(", ")),
        ])
    })?;
    Ok(answer.ending(status))
}

/// A vault that does not even open has a verdict all the same: it is told with the error.
fn check_of_unsound(session: &Session, failure: Failure) -> Result<Answer, Failure> {
    let verdict = match failure.code() {
        code if code.contains("altered") => "altered",
        code if code.contains("newer") => return Err(failure),
        _ => "damaged",
    };
    if !session.json {
        return Err(failure);
    }
    output::complain(&failure, session.texts);
    let document = CheckJson {
        records: None,
        damaged: Vec::new(),
        verdict,
        error: Some(ErrorJson::of(&failure, session.texts)),
    };
    Ok(Answer::new(session, &document, String::new)?.ending(failure.status))
}

fn change_password(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    // the vault is opened first: a wrong password is told before a new one is asked for. Who lost the
    // password proves with the recovery key
    let with = session.key_to_vault()?;
    let current = match &with {
        UnlockWith::Password(secret) | UnlockWith::RecoveryKey(secret) => {
            SecretText::copy_of(secret.expose())
        }
    };
    let mut opened = session.open_with(with)?;
    let file = path(matches, "new-password-file");
    let vault = &opened.model().vault;
    let protects = Protects::Vault {
        memory_kib: vault.kdf_memory_kib,
        passes: vault.kdf_passes,
    };
    let new = secrets::chosen(
        session.texts,
        file.as_deref(),
        "new-password-file",
        id::CLI_PROMPT_NEW_VAULT,
    )?;
    secrets::weigh(session, &new, file.is_none(), protects)?;
    opened.act(Command::ChangePassword { current, new })?;
    done(session, id::CLI_PASSWORD_CHANGED)
}

/// The password is set again, the same: the vault then asks for as much work as a new one, never for less
/// than before.
fn upgrade_kdf(session: &mut Session, _: &ArgMatches) -> Result<Answer, Failure> {
    let UnlockWith::Password(current) = session.key_to_vault()? else {
        return Err(Failure::usage(Phrase::new("error-usage-password-needed")));
    };
    let new = SecretText::copy_of(current.expose());
    let again = SecretText::copy_of(current.expose());
    let mut opened = session.open_with(UnlockWith::Password(current))?;
    opened.act(Command::ChangePassword {
        current: again,
        new,
    })?;
    summary(session, &opened)
}

fn backup(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let path = needed_path(matches, "file");
    let command = Command::Backup {
        path: path.clone(),
        existing: existing(matches),
    };
    opened.act(command)?;
    let shown = path.display().to_string();
    let texts = session.texts;
    Answer::new(
        session,
        &PathJson {
            path: shown.clone(),
        },
        || {
            let escaped = escape(&shown);
            line(texts.text_with(id::CLI_BACKED_UP, &[("path", escaped.as_ref().into())]))
        },
    )
}

fn recovery_key(session: &mut Session, _: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    let Outcome::RecoveryKey(key) = opened.act(Command::MakeRecoveryKey)? else {
        return Err(unexpected());
    };
    session.note(&session.texts.text(id::CLI_RECOVERY_KEY_ONCE));
    Answer::new(
        session,
        &RecoveryKeyJson {
            recovery_key: key.expose(),
        },
        || line(key.expose().to_owned()),
    )
}

/// The warning is told once more, by the opening; it is the last time.
fn accept_older(session: &mut Session, _: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    opened.act(Command::AcceptOlder)?;
    done(session, id::CLI_OLDER_ACCEPTED)
}

fn trust_test_branch(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session.open()?;
    opened.act(Command::TrustTestBranch(!matches.get_flag("withdraw")))?;
    summary(session, &opened)
}

fn summary(session: &Session, opened: &Opened) -> Result<Answer, Failure> {
    let model = opened.model();
    let VaultFacts {
        path,
        id,
        generation,
        ..
    } = &model.vault;
    let counts = CountsJson {
        keys: model.keys.len(),
        requests: model.requests.len(),
        certificates: model.certificates.len(),
        authorities: model
            .certificates
            .iter()
            .filter(|item| item.is_authority)
            .count(),
        lists: model.lists.len(),
        templates: model.templates.len(),
        orders: model.orders.len(),
        deleted: model.bin.len(),
    };
    let (locked_memory, locked_words) = match locked_memory() {
        LockedMemory::Whole => ("whole", id::LOCKED_MEMORY_WHOLE),
        LockedMemory::Partly => ("partly", id::LOCKED_MEMORY_PARTLY),
        LockedMemory::Off => ("off", id::LOCKED_MEMORY_OFF),
    };
    let document = VaultJson {
        locked_memory,
        path: path.display().to_string(),
        id: id.clone(),
        generation: *generation,
        size_bytes: model.vault.size_bytes,
        has_recovery_key: model.vault.has_recovery_key,
        test_branch_trusted: model.vault.test_branch_trusted,
        read_only: model.read_only,
        copies: copies_beside(path).len(),
        kdf: KdfJson {
            algorithm: "argon2id",
            memory_kib: model.vault.kdf_memory_kib,
            passes: model.vault.kdf_passes,
            lanes: model.vault.kdf_lanes,
        },
        counts,
    };
    let texts = session.texts;
    let yes_no = |yes| texts.text(if yes { id::YES } else { id::NO });
    Answer::new(session, &document, || {
        let fact = |label: Id, value: String| (texts.text(label), value);
        let kdf = &document.kdf;
        facts(&[
            fact(id::CLI_LABEL_VAULT, escape(&document.path).into_owned()),
            fact(id::CLI_LABEL_ID, document.id.clone()),
            fact(id::CLI_LABEL_GENERATION, document.generation.to_string()),
            fact(id::CLI_LABEL_SIZE_BYTES, document.size_bytes.to_string()),
            fact(
                id::CLI_LABEL_KDF,
                texts.text_with(
                    id::CLI_KDF,
                    &[
                        ("memory", (kdf.memory_kib / 1024).into()),
                        ("passes", kdf.passes.into()),
                        ("lanes", kdf.lanes.into()),
                    ],
                ),
            ),
            fact(id::CLI_LABEL_LOCKED_MEMORY, texts.text(locked_words)),
            fact(
                id::CLI_LABEL_RECOVERY_KEY,
                yes_no(document.has_recovery_key),
            ),
            fact(
                id::CLI_LABEL_TEST_BRANCH_TRUSTED,
                yes_no(document.test_branch_trusted),
            ),
            fact(id::CLI_LABEL_READ_ONLY, yes_no(document.read_only)),
            fact(id::CLI_LABEL_COPIES, document.copies.to_string()),
            fact(id::CLI_LABEL_ORDERS, document.counts.orders.to_string()),
            fact(id::CLI_LABEL_KEYS, document.counts.keys.to_string()),
            fact(id::CLI_LABEL_REQUESTS, document.counts.requests.to_string()),
            fact(
                id::CLI_LABEL_CERTIFICATES,
                document.counts.certificates.to_string(),
            ),
            fact(id::CLI_LABEL_LISTS, document.counts.lists.to_string()),
            fact(
                id::CLI_LABEL_TEMPLATES,
                document.counts.templates.to_string(),
            ),
            fact(id::CLI_LABEL_DELETED, document.counts.deleted.to_string()),
        ])
    })
}

/// A result that is one sentence; as JSON an empty document.
pub(crate) fn done(session: &Session, sentence: Id) -> Result<Answer, Failure> {
    #[derive(Serialize)]
    struct Nothing {}
    Answer::new(session, &Nothing {}, || line(session.texts.text(sentence)))
}

fn line(mut text: String) -> String {
    text.push('\n');
    text
}
