//! `key …`: make a key, write one to a file.

use bicle_core::command::{Command, KeyType, Outcome};
use bicle_core::phrase::Phrase;
use bicle_text::id;
use clap::ArgMatches;

use crate::failure::{Failure, unexpected};
use crate::grammar::{Body, Spec, Takes, choice, is_given, option, preset, required};
use crate::items::created;
use crate::key_export;
use crate::output::Answer;
use crate::session::{Session, needed_text, text};

/// `key`.
pub(crate) const COMMANDS: Spec = Spec {
    name: "key",
    about: id::CLI_ABOUT_KEY,
    arguments: &[],
    body: Body::Group(&[
        Spec {
            name: "generate",
            about: id::CLI_ABOUT_KEY_GENERATE,
            arguments: &[
                required("name", "NAME", Takes::Text, id::CLI_HELP_NEW_NAME),
                preset(
                    "type",
                    "rsa|ec|ed25519",
                    Takes::OneOf(&["rsa", "ec", "ed25519"]),
                    "rsa",
                    id::CLI_HELP_KEY_TYPE,
                ),
                preset(
                    "bits",
                    "2048|3072|4096|8192",
                    Takes::OneOf(&["2048", "3072", "4096", "8192"]),
                    "2048",
                    id::CLI_HELP_BITS,
                ),
                option(
                    "curve",
                    "P-256|P-384|P-521",
                    Takes::OneOf(&["P-256", "P-384", "P-521"]),
                    id::CLI_HELP_CURVE,
                ),
            ],
            body: Body::Run(generate),
        },
        key_export::COMMAND,
    ]),
};

fn generate(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let key_type = key_type(matches)?;
    let mut opened = session.open()?;
    let name = needed_text(matches, "name").to_owned();
    let Outcome::Created(id) = opened.act(Command::GenerateKey { name, key_type })? else {
        return Err(unexpected());
    };
    created(session, &opened.model(), id)
}

/// What `--type`, `--bits` and `--curve` say together.
fn key_type(matches: &ArgMatches) -> Result<KeyType, Failure> {
    let kind = choice(matches, "type").unwrap_or_default();
    if kind != "rsa" && is_given(matches, "bits") {
        return Err(conflict("--bits", &kind));
    }
    match (kind.as_str(), text(matches, "curve")) {
        ("rsa", Some(curve)) => Err(Failure::usage(
            Phrase::new("error-usage-curve-of-rsa").text("curve", curve),
        )),
        ("rsa", None) => {
            // invariant: the grammar takes four numbers and no other text
            let bits = needed_text(matches, "bits")
                .parse()
                .map_err(|_| unexpected())?;
            Ok(KeyType::Rsa { bits })
        }
        ("ec", curve) => Ok(match curve.map(str::to_uppercase).as_deref() {
            Some("P-384") => KeyType::EcP384,
            Some("P-521") => KeyType::EcP521,
            _ => KeyType::EcP256,
        }),
        (_, Some(_)) => Err(conflict("--curve", &kind)),
        (_, None) => Ok(KeyType::Ed25519),
    }
}

fn conflict(option: &str, kind: &str) -> Failure {
    Failure::usage(
        Phrase::new("error-usage-conflict")
            .text("argument", option)
            .text("other", format!("--type {kind}")),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use bicle_text::{Language, Texts};

    fn asked(line: &str) -> Result<KeyType, Failure> {
        let words = "bicle-cli key generate --name n".split_whitespace();
        let matches = crate::grammar::program(Texts::new(Language::English))
            .try_get_matches_from(words.chain(line.split_whitespace()))
            .unwrap();
        let (_, own) = crate::grammar::find(&matches);
        key_type(own)
    }

    #[test]
    fn the_three_options_name_one_type() {
        let lines = [
            ("", KeyType::Rsa { bits: 2048 }),
            ("--bits 4096", KeyType::Rsa { bits: 4096 }),
            ("--type EC", KeyType::EcP256),
            ("--type ec --curve p-384", KeyType::EcP384),
            ("--type ec --curve P-521", KeyType::EcP521),
            ("--type ed25519", KeyType::Ed25519),
        ];
        for (line, key_type) in lines {
            assert_eq!(asked(line).unwrap(), key_type, "{line}");
        }
    }

    #[test]
    fn options_of_another_type_are_wrong_usage() {
        let lines = [
            ("--curve P-256", "usage-curve-of-rsa"),
            ("--type ec --bits 2048", "usage-conflict"),
            ("--type ed25519 --bits 4096", "usage-conflict"),
            ("--type ed25519 --curve P-256", "usage-conflict"),
        ];
        for (line, code) in lines {
            assert_eq!(asked(line).unwrap_err().code(), code, "{line}");
        }
    }
}
