//! `key …`: make a key, write one to a file.

use bicle_core::command::{Command, Encoding, ExportKey, KeyFormat, Outcome};
use bicle_core::id::Kind;
use bicle_core::phrase::Phrase;
use bicle_platform::secret::SecretText;
use bicle_text::id;
use clap::ArgMatches;

use crate::failure::{Failure, unexpected};
use crate::grammar::{
    Body, ENCODING, EXPORT_PASSWORD, FORCE, KIND, OUT, Spec, Takes, choice, kinds, option, preset,
    required, word,
};
use crate::items::{created, written};
use crate::output::Answer;
use crate::session::{Session, existing, needed_path, needed_text, path, text};
use crate::{resolve, secrets};

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
        Spec {
            name: "export",
            about: id::CLI_ABOUT_KEY_EXPORT,
            arguments: &[
                word("name", id::CLI_HELP_NAME),
                OUT,
                preset(
                    "format",
                    "pkcs8|pkcs1|sec1|openssh|spki",
                    Takes::OneOf(&["pkcs8", "pkcs1", "sec1", "openssh", "spki"]),
                    "pkcs8",
                    id::CLI_HELP_KEY_FORMAT,
                ),
                ENCODING,
                preset(
                    "cipher",
                    "aes256|3des|none",
                    Takes::OneOf(&["aes256", "3des", "none"]),
                    "aes256",
                    id::CLI_HELP_CIPHER,
                ),
                option(
                    "key-password-file",
                    "FILE",
                    Takes::File,
                    id::CLI_HELP_KEY_PASSWORD_FILE,
                ),
                EXPORT_PASSWORD,
                FORCE,
                KIND,
            ],
            body: Body::Run(export),
        },
    ]),
};

fn generate(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let kind = choice(matches, "type").unwrap_or_default();
    if kind != "rsa" {
        return Err(Failure::refused(
            Phrase::new("error-key-type-unsupported").text("type", kind),
        ));
    }
    if let Some(curve) = text(matches, "curve") {
        return Err(Failure::usage(
            Phrase::new("error-usage-curve-of-rsa").text("curve", curve),
        ));
    }
    // invariant: the grammar takes four numbers and no other text
    let rsa_bits = needed_text(matches, "bits")
        .parse()
        .map_err(|_| unexpected())?;
    let mut opened = session.open()?;
    let name = needed_text(matches, "name").to_owned();
    let Outcome::Created(id) = opened.act(Command::GenerateKey { name, rsa_bits })? else {
        return Err(unexpected());
    };
    created(session, &opened.model(), id)
}

fn export(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let layout = choice(matches, "format").unwrap_or_default();
    let cipher = choice(matches, "cipher").unwrap_or_default();
    refuse_layout(&layout, &cipher)?;
    let mut opened = session.open()?;
    let key = resolve::live(
        &opened.model(),
        needed_text(matches, "name"),
        &kinds(matches, &[Kind::Key]),
    )?;
    let format = match (layout.as_str(), cipher.as_str()) {
        ("spki", _) => KeyFormat::PublicSpki,
        ("pkcs1", _) => KeyFormat::DangerPlainPkcs1,
        (_, "none") => KeyFormat::DangerPlainPkcs8,
        (_, "3des") => KeyFormat::EncryptedTripleDes(password(session, matches)?),
        _ => KeyFormat::EncryptedAes256(password(session, matches)?),
    };
    if matches!(
        format,
        KeyFormat::DangerPlainPkcs8 | KeyFormat::DangerPlainPkcs1
    ) {
        session.note(&session.texts.text(id::CLI_KEY_IN_CLEAR));
    }
    let path = needed_path(matches, "out");
    let order = ExportKey {
        key,
        path: path.clone(),
        existing: existing(matches),
        format,
        encoding: encoding(matches),
    };
    opened.act(Command::ExportKey(order))?;
    written(session, &path, key, layout)
}

/// PEM or DER, as `--encoding` says.
pub(crate) fn encoding(matches: &ArgMatches) -> Encoding {
    if choice(matches, "encoding").as_deref() == Some("der") {
        Encoding::Der
    } else {
        Encoding::Pem
    }
}

/// What this version cannot write, and a form that cannot be encrypted without the word for it.
fn refuse_layout(layout: &str, cipher: &str) -> Result<(), Failure> {
    match (layout, cipher) {
        ("sec1" | "openssh", _) => Err(Failure::refused(
            Phrase::new("error-key-format-not-yet").text("format", layout),
        )),
        ("pkcs1", "aes256" | "3des") => Err(Failure::usage(Phrase::new("error-usage-pkcs1-plain"))),
        _ => Ok(()),
    }
}

fn password(session: &Session, matches: &ArgMatches) -> Result<SecretText, Failure> {
    let file = match (
        path(matches, "key-password-file"),
        path(matches, "export-password-file"),
    ) {
        (Some(_), Some(_)) => {
            return Err(Failure::usage(
                Phrase::new("error-usage-conflict")
                    .text("argument", "--key-password-file")
                    .text("other", "--export-password-file"),
            ));
        }
        (key, export) => key.or(export),
    };
    secrets::chosen(
        session.texts,
        file.as_deref(),
        "export-password-file",
        id::CLI_PROMPT_EXPORT,
    )
}
