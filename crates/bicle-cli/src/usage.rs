//! A command line that the grammar does not know, told in the user's language.

use std::ffi::OsString;

use bicle_core::phrase::Phrase;
use bicle_text::Language;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::failure::Failure;
use crate::output::Answer;

/// What must be known before the command line is read: how to tell that it is wrong.
pub(crate) struct Early {
    /// `--lang`, else the system's.
    pub(crate) language: Language,
    /// `--json` is there.
    pub(crate) json: bool,
}

/// Looks for `--lang` and `--json` without a grammar.
pub(crate) fn look_ahead(arguments: &[OsString]) -> Early {
    let mut early = Early {
        language: Language::English,
        json: false,
    };
    let mut language = None;
    let mut words = arguments.iter().skip(1).map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        match word.as_ref() {
            "--" => break,
            "--json" => early.json = true,
            "--lang" => language = words.next().and_then(|word| exact(&word)).or(language),
            other => {
                if let Some(value) = other.strip_prefix("--lang=") {
                    language = exact(value).or(language);
                }
            }
        }
    }
    early.language = language.unwrap_or_else(Language::from_system);
    early
}

/// What the program says where the grammar did not match: help that was asked for, else wrong usage.
pub(crate) fn answer(error: &clap::Error) -> Result<Answer, Failure> {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return Ok(Answer::of_text(error.render().to_string()));
    }
    Err(failure(error))
}

fn failure(error: &clap::Error) -> Failure {
    let argument = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue);
    let phrase = match error.kind() {
        ErrorKind::UnknownArgument => {
            Phrase::new("error-usage-unknown-argument").text("argument", argument)
        }
        ErrorKind::InvalidSubcommand => Phrase::new("error-usage-unknown-command")
            .text("command", context(error, ContextKind::InvalidSubcommand)),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Phrase::new("error-usage-command-missing")
        }
        ErrorKind::MissingRequiredArgument => {
            Phrase::new("error-usage-argument-missing").text("argument", argument)
        }
        ErrorKind::InvalidValue | ErrorKind::NoEquals | ErrorKind::WrongNumberOfValues
            if value.is_empty() =>
        {
            Phrase::new("error-usage-value-missing").text("argument", argument)
        }
        ErrorKind::InvalidValue => {
            let known = context(error, ContextKind::ValidValue);
            Phrase::new("error-usage-value-unknown")
                .text("argument", argument)
                .text("value", value)
                .text("known", known)
        }
        ErrorKind::ValueValidation => Phrase::new("error-usage-value")
            .text("argument", argument)
            .text("value", value),
        ErrorKind::ArgumentConflict => Phrase::new("error-usage-conflict")
            .text("argument", argument)
            .text("other", context(error, ContextKind::PriorArg)),
        ErrorKind::InvalidUtf8 => Phrase::new("error-usage-not-text"),
        _ => Phrase::new("error-usage-wrong"),
    };
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => Some(
            usage
                .to_string()
                .trim_start_matches("Usage:")
                .trim()
                .to_owned(),
        ),
        _ => None,
    };
    Failure {
        usage,
        ..Failure::usage(phrase)
    }
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    }
}

fn exact(word: &str) -> Option<Language> {
    Language::ALL
        .into_iter()
        .find(|language| language.code().eq_ignore_ascii_case(word))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::failure::Status;
    use crate::grammar;
    use bicle_text::Texts;

    fn wrong(line: &str) -> Failure {
        let words = std::iter::once("bicle-cli").chain(line.split_whitespace());
        let error = grammar::program(Texts::new(Language::English))
            .try_get_matches_from(words)
            .err()
            .unwrap_or_else(|| panic!("{line} is accepted"));
        answer(&error).err().unwrap()
    }

    #[test]
    fn each_wrong_line_is_told_apart() {
        let lines = [
            ("", "usage-command-missing"),
            ("vault", "usage-command-missing"),
            ("frobnicate", "usage-unknown-command"),
            ("vault frobnicate", "usage-unknown-command"),
            ("list --frobnicate", "usage-unknown-argument"),
            ("key generate", "usage-argument-missing"),
            ("key generate --name", "usage-value-missing"),
            ("key generate --name n --bits 1024", "usage-value-unknown"),
            ("list nothing", "usage-value-unknown"),
            ("list --expiring-in soon", "usage-value"),
            ("list --lang de", "usage-value-unknown"),
            ("trust name sometimes", "usage-value-unknown"),
        ];
        for (line, code) in lines {
            let failure = wrong(line);
            assert_eq!(failure.code(), code, "{line}");
            assert_eq!(failure.status, Status::Usage, "{line}");
        }
    }

    #[test]
    fn the_language_and_the_form_are_known_before_the_grammar() {
        let look = |line: &str| {
            let words: Vec<OsString> = std::iter::once("bicle-cli")
                .chain(line.split_whitespace())
                .map(OsString::from)
                .collect();
            let early = look_ahead(&words);
            (early.language, early.json)
        };
        assert_eq!(look("--lang fr list"), (Language::French, false));
        assert_eq!(look("list --json --lang=en"), (Language::English, true));
        assert_eq!(
            look("comment x --lang fr -- --json --lang en"),
            (Language::French, false)
        );
    }
}
