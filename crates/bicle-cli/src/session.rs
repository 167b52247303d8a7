//! One run of the program: its options, its language, and the vault that it opens.

use std::path::PathBuf;
use std::sync::Arc;

use bicle_core::clock::SystemClock;
use bicle_core::command::{Command, Outcome, UnlockWith};
use bicle_core::model::Model;
use bicle_core::open_vault::{OpenVault, Services};
use bicle_core::phrase::Phrase;
use bicle_core::places::Places;
use bicle_core::progress::Progress;
use bicle_platform::file::Existing;
use bicle_text::{Texts, id};
use clap::ArgMatches;

use crate::failure::Failure;
use crate::grammar::is_given;
use crate::secrets;
use crate::words::{Reader, say};

/// The environment variable that names the vault where `--vault` does not.
pub(crate) const VAULT_VARIABLE: &str = "BICLE_VAULT";

/// What every command is given.
pub(crate) struct Session {
    /// The words of the user's language.
    pub(crate) texts: Texts,
    /// Results are one JSON document.
    pub(crate) json: bool,
    /// The vault's file.
    pub(crate) vault_path: PathBuf,
    /// The clock and the platform's folders.
    pub(crate) services: Services,
    /// The vault is only looked at.
    pub(crate) read_only: bool,
    password_file: Option<PathBuf>,
    recovery_key_file: Option<PathBuf>,
}

impl Session {
    /// Reads the common options.
    ///
    /// # Errors
    /// Wrong usage: two secrets from standard input.
    pub(crate) fn new(texts: Texts, matches: &ArgMatches) -> Result<Self, Failure> {
        secrets::refuse_stdin_twice(matches)?;
        let services =
            Services::new(Arc::new(SystemClock), Places::of_platform()).with_environment();
        let from_environment = || {
            std::env::var_os(VAULT_VARIABLE)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let vault_path = path(matches, "vault")
            .or_else(from_environment)
            .unwrap_or_else(|| services.places.default_vault());
        Ok(Self {
            texts,
            json: matches.get_flag("json"),
            vault_path,
            services,
            read_only: matches.get_flag("read-only"),
            password_file: path(matches, "password-file"),
            recovery_key_file: path(matches, "recovery-key-file"),
        })
    }

    /// Opens the vault with its password, or its recovery key where a file of it was given.
    ///
    /// # Errors
    /// What the vault says; wrong usage where the password can be had nowhere.
    pub(crate) fn open(&self) -> Result<Opened, Failure> {
        self.open_with(self.key_to_vault()?)
    }

    /// What opens the vault: the recovery key where a file of it was given, else the password.
    ///
    /// # Errors
    /// Wrong usage where it can be had nowhere.
    pub(crate) fn key_to_vault(&self) -> Result<UnlockWith, Failure> {
        Ok(match &self.recovery_key_file {
            Some(file) => UnlockWith::RecoveryKey(secrets::first_line(file)?),
            None => UnlockWith::Password(self.password()?),
        })
    }

    /// Opens the vault with a secret that is here already.
    ///
    /// # Errors
    /// What the vault says.
    pub(crate) fn open_with(&self, with: UnlockWith) -> Result<Opened, Failure> {
        let services = self.services.clone();
        let (vault, warnings) = if self.read_only {
            OpenVault::unlock_read_only(&self.vault_path, &with, services)?
        } else {
            OpenVault::unlock(&self.vault_path, &with, services)?
        };
        self.warn(&warnings);
        Ok(self.opened(vault))
    }

    /// A vault that the core has opened already.
    pub(crate) fn opened(&self, vault: OpenVault) -> Opened {
        Opened {
            vault,
            texts: self.texts,
        }
    }

    /// Tells what the core warns of, on standard error.
    pub(crate) fn warn(&self, warnings: &[Phrase]) {
        for warning in warnings {
            note(self.texts, &say(self.texts, warning, Reader::Person));
        }
    }

    /// The vault's password, from its file or the terminal.
    ///
    /// # Errors
    /// Wrong usage where it can be had nowhere.
    pub(crate) fn password(&self) -> Result<bicle_platform::secret::SecretText, Failure> {
        let file = self.password_file.as_deref();
        secrets::known(self.texts, file, "password-file", id::CLI_PROMPT_VAULT)
    }

    /// The password of a vault that is made now, from its file or twice from the terminal.
    ///
    /// # Errors
    /// As [`Session::password`]; a refusal where the two do not agree.
    pub(crate) fn first_password(&self) -> Result<bicle_platform::secret::SecretText, Failure> {
        let file = self.password_file.as_deref();
        secrets::chosen(self.texts, file, "password-file", id::CLI_PROMPT_NEW_VAULT)
    }

    /// Whether the vault's password is asked for at the terminal.
    pub(crate) fn asks_for_password(&self) -> bool {
        self.password_file.is_none()
    }

    /// Tells of options that stand on the command line and have no use there.
    pub(crate) fn note_unused(&self, matches: &ArgMatches, options: &[&str]) {
        for option in options.iter().filter(|option| is_given(matches, option)) {
            let named = format!("--{option}");
            let said = self
                .texts
                .text_with(id::CLI_OPTION_UNUSED, &[("option", (&named).into())]);
            self.note(&said);
        }
    }

    /// Something that the user should know and that is not the result: to standard error.
    pub(crate) fn note(&self, text: &str) {
        note(self.texts, text);
    }
}

fn note(texts: Texts, text: &str) {
    crate::output::tell(&texts.text_with(id::CLI_NOTE, &[("message", text.into())]));
}

/// An open vault. Dropped, it is locked.
pub(crate) struct Opened {
    /// The core's own.
    pub(crate) vault: OpenVault,
    texts: Texts,
}

impl Opened {
    /// The core's own, for what replaces an open vault.
    pub(crate) fn into_vault(self) -> OpenVault {
        self.vault
    }

    /// What there is to see now.
    pub(crate) fn model(&self) -> Arc<Model> {
        self.vault.model()
    }

    /// Does one act and waits for it.
    ///
    /// # Errors
    /// What the core says; nothing has changed then.
    pub(crate) fn act(&mut self, command: Command) -> Result<Outcome, Failure> {
        let outcome = self.vault.execute(command, &Progress::unwatched());
        for warning in self.vault.take_warnings() {
            note(self.texts, &say(self.texts, &warning, Reader::Person));
        }
        Ok(outcome?)
    }
}

/// The path that an option or argument was given; `None` where the command has no such option.
pub(crate) fn path(matches: &ArgMatches, name: &str) -> Option<PathBuf> {
    matches.try_get_one::<PathBuf>(name).ok().flatten().cloned()
}

/// The text that an option or argument was given.
pub(crate) fn text<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a str> {
    matches
        .try_get_one::<String>(name)
        .ok()
        .flatten()
        .map(String::as_str)
}

/// The text of an argument that the grammar demands.
pub(crate) fn needed_text<'a>(matches: &'a ArgMatches, name: &str) -> &'a str {
    text(matches, name).unwrap_or_default()
}

/// The path of an argument that the grammar demands.
pub(crate) fn needed_path(matches: &ArgMatches, name: &str) -> PathBuf {
    path(matches, name).unwrap_or_default()
}

/// What `--force` says about a file that exists.
pub(crate) fn existing(matches: &ArgMatches) -> Existing {
    if matches.get_flag("force") {
        Existing::Replace
    } else {
        Existing::Refuse
    }
}
