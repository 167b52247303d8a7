//! The command line's grammar as data: one tree of commands, from which the parser, the help of both
//! languages and the dispatch are made.

use bicle_core::id::Kind;
use bicle_text::{Id, Language, Texts, id};
use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches};
use std::path::PathBuf;

use crate::failure::Failure;
use crate::output::Answer;
use crate::session::Session;
use crate::{
    bin, certificates, certreq, import, items, keys, list, orders, requests, revocation_lists,
    show, trust, truststore, vault,
};

/// What a command does.
pub(crate) type Run = fn(&mut Session, &ArgMatches) -> Result<Answer, Failure>;

/// One command.
pub(crate) struct Spec {
    /// Its word.
    pub(crate) name: &'static str,
    /// What it does, one sentence.
    pub(crate) about: Id,
    /// Its arguments and options, positional ones in their order.
    pub(crate) arguments: &'static [Argument],
    /// What it does, or the commands below it.
    pub(crate) body: Body,
}

/// A command that does something, or one that only leads to others.
pub(crate) enum Body {
    /// It does something.
    Run(Run),
    /// It leads to these.
    Group(&'static [Spec]),
}

/// One argument or option.
pub(crate) struct Argument {
    /// An option's word without its dashes; a positional argument's name.
    pub(crate) name: &'static str,
    /// How it is written.
    pub(crate) form: Form,
    /// What it says, one sentence.
    pub(crate) help: Id,
}

/// How an argument is written.
pub(crate) enum Form {
    /// A word in its place.
    Word,
    /// One of these words in its place.
    WordOf(&'static [&'static str]),
    /// One of these words in its place, or nothing.
    OptionalWordOf(&'static [&'static str]),
    /// One or more words in their place.
    Words,
    /// A file in its place.
    File,
    /// One or more files in their place.
    Files,
    /// `--name`.
    Switch,
    /// `--name VALUE`.
    Option {
        /// How the value is called in the help.
        value: &'static str,
        /// What is taken.
        takes: Takes,
        /// Taken where the option is not given.
        default: Option<&'static str>,
        /// The option must be given.
        required: bool,
    },
}

/// What an option's value may be.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    /// Any text.
    Text,
    /// Any text; the option may be given several times.
    Texts,
    /// A path.
    File,
    /// A path; the option may be given several times.
    Files,
    /// One of these, in any letter case.
    OneOf(&'static [&'static str]),
    /// A number of days.
    Days,
    /// A whole number.
    Number,
}

/// The options that every command takes, before it or after it.
const COMMON: [Argument; 6] = [
    option("vault", "FILE", Takes::File, id::CLI_HELP_VAULT),
    option(
        "password-file",
        "FILE",
        Takes::File,
        id::CLI_HELP_PASSWORD_FILE,
    ),
    option(
        "recovery-key-file",
        "FILE",
        Takes::File,
        id::CLI_HELP_RECOVERY_KEY_FILE,
    ),
    switch("read-only", id::CLI_HELP_READ_ONLY),
    switch("json", id::CLI_HELP_JSON),
    option(
        "lang",
        "fr|en",
        Takes::OneOf(&["fr", "en"]),
        id::CLI_HELP_LANG,
    ),
];

/// `--out FILE`, which must be given.
pub(crate) const OUT: Argument = required("out", "FILE", Takes::File, id::CLI_HELP_OUT);
/// `--force`.
pub(crate) const FORCE: Argument = switch("force", id::CLI_HELP_FORCE);
/// `--kind KIND`.
pub(crate) const KIND: Argument = option(
    "kind",
    "key|request|certificate|list|template|order",
    Takes::OneOf(&KIND_WORDS),
    id::CLI_HELP_KIND,
);
/// `--export-password-file FILE`.
pub(crate) const EXPORT_PASSWORD: Argument = option(
    "export-password-file",
    "FILE",
    Takes::File,
    id::CLI_HELP_EXPORT_PASSWORD_FILE,
);
/// `--encoding pem|der`.
pub(crate) const ENCODING: Argument = preset(
    "encoding",
    "pem|der",
    Takes::OneOf(&["pem", "der"]),
    "pem",
    id::CLI_HELP_ENCODING,
);

const KIND_WORDS: [&str; 6] = ["key", "request", "certificate", "list", "template", "order"];

/// Every command.
pub(crate) static COMMANDS: &[Spec] = &[
    vault::COMMANDS,
    keys::COMMANDS,
    requests::COMMANDS,
    certreq::COMMAND,
    import::COMMAND,
    list::COMMAND,
    show::COMMAND,
    trust::TRUST,
    trust::VERIFY,
    certificates::COMMANDS,
    truststore::COMMANDS,
    revocation_lists::COMMANDS,
    orders::COMMANDS,
    items::RENAME,
    items::COMMENT,
    items::DELETE,
    items::RESTORE,
    bin::COMMANDS,
];

/// A word in its place.
pub(crate) const fn word(name: &'static str, help: Id) -> Argument {
    Argument {
        name,
        form: Form::Word,
        help,
    }
}

/// `--name`.
pub(crate) const fn switch(name: &'static str, help: Id) -> Argument {
    Argument {
        name,
        form: Form::Switch,
        help,
    }
}

/// `[--name VALUE]`.
pub(crate) const fn option(
    name: &'static str,
    value: &'static str,
    takes: Takes,
    help: Id,
) -> Argument {
    Argument {
        name,
        form: Form::Option {
            value,
            takes,
            default: None,
            required: false,
        },
        help,
    }
}

/// `--name VALUE`, which must be given.
pub(crate) const fn required(
    name: &'static str,
    value: &'static str,
    takes: Takes,
    help: Id,
) -> Argument {
    Argument {
        name,
        form: Form::Option {
            value,
            takes,
            default: None,
            required: true,
        },
        help,
    }
}

/// `[--name VALUE]`, with a value where it is not given.
pub(crate) const fn preset(
    name: &'static str,
    value: &'static str,
    takes: Takes,
    default: &'static str,
    help: Id,
) -> Argument {
    let form = Form::Option {
        value,
        takes,
        default: Some(default),
        required: false,
    };
    Argument { name, form, help }
}

/// The parser of the whole grammar, with its help in the language of `texts`.
pub(crate) fn program(texts: Texts) -> clap::Command {
    let version = Arg::new("version")
        .long("version")
        .short('V')
        .action(ArgAction::Version)
        .help(texts.text(id::CLI_HELP_VERSION))
        .help_heading(heading(texts, id::CLI_HEADING_OPTIONS));
    let mut program = clap::Command::new("bicle-cli")
        .about(texts.text(id::CLI_ABOUT))
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(true)
        .arg(version);
    for argument in &COMMON {
        let common = to_clap(argument, texts).help_heading(heading(texts, id::CLI_HEADING_COMMON));
        program = program.arg(common.global(true));
    }
    with_commands(dressed(program, texts), COMMANDS, texts)
}

/// What the matched command does, and its own matches.
pub(crate) fn find(matches: &ArgMatches) -> (Run, &ArgMatches) {
    let (mut specs, mut matches) = (COMMANDS, matches);
    loop {
        let below = matches.subcommand().and_then(|(name, below)| {
            specs
                .iter()
                .find(|spec| spec.name == name)
                .map(|spec| (spec, below))
        });
        match below {
            Some((
                Spec {
                    body: Body::Run(run),
                    ..
                },
                below,
            )) => return (*run, below),
            Some((
                Spec {
                    body: Body::Group(group),
                    ..
                },
                below,
            )) => {
                specs = group;
                matches = below;
            }
            // the parser demands a command at every level
            None => return (|_, _| Err(crate::failure::unexpected()), matches),
        }
    }
}

/// Which kinds a NAME may mean here: those of the command, narrowed by `--kind`.
pub(crate) fn kinds(matches: &ArgMatches, of_command: &[Kind]) -> Vec<Kind> {
    let wanted = crate::session::text(matches, "kind").map(str::to_lowercase);
    of_command
        .iter()
        .copied()
        .filter(|kind| wanted.as_deref().is_none_or(|wanted| kind.word() == wanted))
        .collect()
}

/// The value of an option that takes one of several words, in lower case.
pub(crate) fn choice(matches: &ArgMatches, name: &str) -> Option<String> {
    crate::session::text(matches, name).map(str::to_lowercase)
}

/// The option stands on the command line: its value is not the one that is taken otherwise.
pub(crate) fn is_given(matches: &ArgMatches, name: &str) -> bool {
    matches.try_contains_id(name).unwrap_or(false)
        && matches.value_source(name) == Some(clap::parser::ValueSource::CommandLine)
}

fn with_commands(mut command: clap::Command, specs: &[Spec], texts: Texts) -> clap::Command {
    command = command.subcommand_required(true);
    for spec in specs {
        let mut below = clap::Command::new(spec.name).about(texts.text(spec.about));
        for argument in spec.arguments {
            below = below.arg(to_clap(argument, texts));
        }
        below = dressed(below, texts);
        if let Body::Group(group) = spec.body {
            below = with_commands(below, group, texts);
        }
        command = command.subcommand(below);
    }
    command
}

/// The words that clap would otherwise say in English.
fn dressed(command: clap::Command, texts: Texts) -> clap::Command {
    let help = Arg::new("help")
        .long("help")
        .short('h')
        .action(ArgAction::Help)
        .help(texts.text(id::CLI_HELP_HELP))
        .help_heading(heading(texts, id::CLI_HEADING_OPTIONS));
    command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(help)
        .subcommand_value_name("COMMAND")
        .subcommand_help_heading(heading(texts, id::CLI_HEADING_COMMANDS))
        .help_template(format!(
            "{{about}}\n\n{} {{usage}}\n\n{{all-args}}\n",
            texts.text(id::CLI_HEADING_USAGE)
        ))
}

/// The title of a list; clap puts the colon after it.
fn heading(texts: Texts, title: Id) -> String {
    let space = if texts.language() == Language::French {
        "\u{a0}"
    } else {
        ""
    };
    texts.text(title) + space
}

fn to_clap(argument: &Argument, texts: Texts) -> Arg {
    let mut help = texts.text(argument.help);
    let arg = Arg::new(argument.name);
    let upper = argument.name.to_uppercase();
    let positional = !matches!(argument.form, Form::Switch | Form::Option { .. });
    let title = if positional {
        id::CLI_HEADING_ARGUMENTS
    } else {
        id::CLI_HEADING_OPTIONS
    };
    let arg = match &argument.form {
        Form::Word => arg.required(true).value_name(upper),
        Form::WordOf(words) => one_of(arg, words)
            .required(true)
            .value_name(words.join("|")),
        Form::OptionalWordOf(words) => one_of(arg, words).value_name(words.join("|")),
        Form::Words => arg.required(true).num_args(1..).value_name(upper),
        Form::File => arg
            .required(true)
            .value_name(upper)
            .value_parser(clap::value_parser!(PathBuf)),
        Form::Files => arg
            .required(true)
            .num_args(1..)
            .value_name(upper)
            .value_parser(clap::value_parser!(PathBuf)),
        Form::Switch => arg.long(argument.name).action(ArgAction::SetTrue),
        Form::Option {
            value,
            takes,
            default,
            required,
        } => {
            let mut arg = arg
                .long(argument.name)
                .value_name(*value)
                .required(*required);
            if let Some(default) = default {
                arg = arg.default_value(*default).hide_default_value(true);
                let said = texts.text_with(id::CLI_DEFAULT, &[("value", (*default).into())]);
                help = format!("{help} {said}");
            }
            match takes {
                Takes::Text => arg,
                Takes::Texts => arg.action(ArgAction::Append),
                Takes::File => arg.value_parser(clap::value_parser!(PathBuf)),
                Takes::Files => arg
                    .action(ArgAction::Append)
                    .value_parser(clap::value_parser!(PathBuf)),
                Takes::OneOf(words) => one_of(arg, words),
                Takes::Days => arg.value_parser(clap::value_parser!(u32)),
                Takes::Number => arg.value_parser(clap::value_parser!(u64)),
            }
        }
    };
    arg.help(help).help_heading(heading(texts, title))
}

fn one_of(arg: Arg, words: &[&'static str]) -> Arg {
    let parser: ValueParser = PossibleValuesParser::new(words.iter().copied()).into();
    arg.value_parser(parser)
        .ignore_case(true)
        .hide_possible_values(true)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    /// Lines of the contract, `N` for a name and `F` for a file.
    const CONTRACT: [&str; 70] = [
        "vault create",
        "vault create --no-igc-sante",
        "vault create --trust-test-branch",
        "vault info",
        "vault check",
        "vault change-password",
        "vault backup F",
        "vault recovery-key",
        "vault upgrade-kdf",
        "key generate --name N",
        "key generate --name N --type rsa --bits 4096",
        "key generate --name N --type ec --curve P-256",
        "key generate --name N --type ed25519",
        "key export N --out F",
        "key export N --out F --format pkcs8 --encoding der --cipher 3des",
        "key export N --out F --format pkcs1 --encoding pem --cipher none",
        "key export N --out F --format spki",
        "key export N --out F --format sec1 --cipher none",
        "key export N --out F --format openssh --key-password-file F",
        "key export N --out F --format jwk --cipher none",
        "key export N --out F --format openssh-public",
        "key export N --out F --format jwk-public",
        "key export N --out F --cipher scrypt",
        "key export N --out F --export-password-file F --force",
        "request create --name N --key N",
        "request create --name N --key N --template N --subject C=FR,O=o --san dns:a,email:b",
        "request create --name N --key N --key-usage a,b --eku a,b --unstructured-name T",
        "request create --name N --key N --challenge-password-file F",
        "request export N --out F --encoding der",
        "request check N",
        "certreq F.inf",
        "certreq F.inf --out F.req --name N",
        "import F --max-iterations 20000000",
        "import F",
        "import F F F --dry-run",
        "import F --import-password-file F",
        "list",
        "list keys",
        "list requests --filter TEXT",
        "list certificates --expiring-in 30",
        "list authorities",
        "list lists",
        "list templates",
        "list orders",
        "show N --kind key",
        "trust N always",
        "verify N --at 2026-11-22T00:00:00Z",
        "certificate export N --out F --format pem-chain --chain intermediates",
        "certificate export N --out F --format pkcs12 --chain full --profile modern --alias A",
        "certificate export N --out F --format pem-key --cipher none",
        "certificate export N --out F --format pkcs12 --profile pbmac1 --csp",
        "truststore export --out F",
        "truststore export --out F --format pkcs12 --branch test",
        "revocation-list export N --out F --encoding der",
        "order start --name N",
        "order start --name N --branch test --offer SERV --use SSL_SERV --request-out F",
        "order show N",
        "order submitted N --reference 6397",
        "order revocation-code N --generate",
        "order deliver N --out F --profile compatible --chain none --format jks",
        "rename N NEW",
        "comment N TEXT",
        "list certificates --csv F --force",
        "vault copies",
        "vault restore F --dry-run",
        "vault restore F --import-password-file F --force",
        "bin list",
        "bin purge N N --kind key --force",
        "bin empty --force",
        "list --read-only",
    ];

    fn accepts(line: &str) -> Result<(), clap::Error> {
        let words = std::iter::once("bicle-cli").chain(line.split_whitespace());
        let matches = program(Texts::new(Language::French)).try_get_matches_from(words)?;
        let (_, own) = find(&matches);
        assert!(own.subcommand().is_none(), "{line}: not the last command");
        Ok(())
    }

    #[test]
    fn the_grammar_is_sound_in_every_language() {
        for language in Language::ALL {
            program(Texts::new(language)).debug_assert();
        }
    }

    #[test]
    fn every_line_of_the_contract_is_accepted() {
        let common = "--vault F --password-file F --json --lang fr";
        for line in CONTRACT
            .into_iter()
            .chain(["delete N", "delete N N", "restore N"])
        {
            for line in [
                line,
                &format!("{common} {line}"),
                &format!("{line} {common}"),
            ] {
                accepts(line).unwrap_or_else(|error| panic!("{line}: {error}"));
            }
        }
    }

    #[test]
    fn every_option_that_names_a_secret_is_known_as_one() {
        fn options(specs: &[Spec], found: &mut Vec<&'static str>) {
            for spec in specs {
                found.extend(spec.arguments.iter().map(|argument| argument.name));
                if let Body::Group(below) = spec.body {
                    options(below, found);
                }
            }
        }
        let mut found: Vec<&str> = COMMON.iter().map(|argument| argument.name).collect();
        options(COMMANDS, &mut found);
        let secret = |name: &&str| name.ends_with("password-file") || name.ends_with("key-file");
        for name in found.into_iter().filter(secret) {
            assert!(
                crate::secrets::SECRET_FILE_OPTIONS.contains(&name),
                "{name}"
            );
        }
    }
}
