//! `key export`: a private or public key in one of the layouts that tools read.

use bicle_core::command::{Command, Encoding, ExportKey, KeyFormat};
use bicle_core::id::Kind;
use bicle_core::phrase::Phrase;
use bicle_core::strength::Protects;
use bicle_platform::secret::SecretText;
use bicle_text::id;
use clap::ArgMatches;

use crate::failure::{Failure, unexpected};
use crate::grammar::{
    Body, ENCODING, EXPORT_PASSWORD, FORCE, KIND, OUT, Spec, Takes, choice, is_given, kinds,
    option, preset, word,
};
use crate::items::written;
use crate::output::Answer;
use crate::session::{Session, existing, needed_path, needed_text, path};
use crate::{resolve, secrets};

/// The layouts, the words of `--format`.
const FORMATS: [&str; 8] = [
    "pkcs8",
    "pkcs1",
    "sec1",
    "openssh",
    "jwk",
    "spki",
    "openssh-public",
    "jwk-public",
];

/// `key export`.
pub(crate) const COMMAND: Spec = Spec {
    name: "export",
    about: id::CLI_ABOUT_KEY_EXPORT,
    arguments: &[
        word("name", id::CLI_HELP_NAME),
        OUT,
        preset(
            "format",
            "pkcs8|pkcs1|sec1|openssh|jwk|spki|openssh-public|jwk-public",
            Takes::OneOf(&FORMATS),
            "pkcs8",
            id::CLI_HELP_KEY_FORMAT,
        ),
        ENCODING,
        preset(
            "cipher",
            "aes256|scrypt|3des|none",
            Takes::OneOf(&["aes256", "scrypt", "3des", "none"]),
            "aes256",
            id::CLI_HELP_CIPHER,
        ),
        KEY_PASSWORD,
        EXPORT_PASSWORD,
        FORCE,
        KIND,
    ],
    body: Body::Run(export),
};

/// `--key-password-file FILE`, which protects a key that is written.
pub(crate) const KEY_PASSWORD: crate::grammar::Argument = option(
    "key-password-file",
    "FILE",
    Takes::File,
    id::CLI_HELP_KEY_PASSWORD_FILE,
);

/// A layout and its protection, before the password is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Public(Public),
    Clear(Clear),
    Protected(Protected),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Public {
    Spki,
    OpenSsh,
    Jwk,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clear {
    Pkcs8,
    Pkcs1,
    Sec1,
    OpenSsh,
    Jwk,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protected {
    Aes256,
    Scrypt,
    TripleDes,
    OpenSsh,
}

fn export(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let word = choice(matches, "format").unwrap_or_default();
    let layout = layout(matches, &word)?;
    let encoding = encoding_of(matches, &word)?;
    let mut opened = session.open()?;
    let key = resolve::live(
        &opened.model(),
        needed_text(matches, "name"),
        &kinds(matches, &[Kind::Key]),
    )?;
    let unused: &[&str] = match layout {
        Layout::Protected(_) => &[],
        Layout::Clear(_) => &["key-password-file", "export-password-file"],
        Layout::Public(_) => &["cipher", "key-password-file", "export-password-file"],
    };
    session.note_unused(matches, unused);
    let mut in_clear = false;
    let format = match layout {
        Layout::Public(Public::Spki) => KeyFormat::PublicSpki,
        Layout::Public(Public::OpenSsh) => KeyFormat::PublicOpenSsh,
        Layout::Public(Public::Jwk) => KeyFormat::PublicJwk,
        Layout::Clear(clear) => {
            in_clear = true;
            match clear {
                Clear::Pkcs8 => KeyFormat::DangerPlainPkcs8,
                Clear::Pkcs1 => KeyFormat::DangerPlainPkcs1,
                Clear::Sec1 => KeyFormat::DangerPlainSec1,
                Clear::OpenSsh => KeyFormat::OpenSsh { password: None },
                Clear::Jwk => KeyFormat::DangerPlainJwk,
            }
        }
        Layout::Protected(protected) => {
            let password = password(session, matches)?;
            match protected {
                Protected::Aes256 => KeyFormat::EncryptedAes256(password),
                Protected::Scrypt => KeyFormat::EncryptedScrypt(password),
                Protected::TripleDes => KeyFormat::EncryptedTripleDes(password),
                Protected::OpenSsh => KeyFormat::OpenSsh {
                    password: Some(password),
                },
            }
        }
    };
    let path = needed_path(matches, "out");
    let order = ExportKey {
        key,
        path: path.clone(),
        existing: existing(matches),
        format,
        encoding,
    };
    opened.act(Command::ExportKey(order))?;
    if in_clear {
        session.note(&session.texts.text(id::CLI_KEY_IN_CLEAR));
    }
    written(session, &path, key, word)
}

/// PEM or DER, as `--encoding` says.
pub(crate) fn encoding(matches: &ArgMatches) -> Encoding {
    if choice(matches, "encoding").as_deref() == Some("der") {
        Encoding::Der
    } else {
        Encoding::Pem
    }
}

/// The password of a key that is written: its own file, else that of the whole export, else the terminal.
pub(crate) fn password(session: &Session, matches: &ArgMatches) -> Result<SecretText, Failure> {
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
    let chosen = secrets::chosen(
        session.texts,
        file.as_deref(),
        "export-password-file",
        id::CLI_PROMPT_EXPORT,
    )?;
    secrets::weigh(session, &chosen, file.is_none(), Protects::File)?;
    Ok(chosen)
}

/// What is written in clear is asked for by `--cipher none`, and by nothing less.
fn layout(matches: &ArgMatches, format: &str) -> Result<Layout, Failure> {
    let cipher = choice(matches, "cipher").unwrap_or_default();
    Ok(match (format, cipher.as_str()) {
        ("spki", _) => Layout::Public(Public::Spki),
        ("openssh-public", _) => Layout::Public(Public::OpenSsh),
        ("jwk-public", _) => Layout::Public(Public::Jwk),
        ("pkcs8", "none") => Layout::Clear(Clear::Pkcs8),
        ("pkcs8", "aes256") => Layout::Protected(Protected::Aes256),
        ("pkcs8", "scrypt") => Layout::Protected(Protected::Scrypt),
        ("pkcs8", "3des") => Layout::Protected(Protected::TripleDes),
        ("openssh", "none") => Layout::Clear(Clear::OpenSsh),
        ("openssh", "aes256") => Layout::Protected(Protected::OpenSsh),
        ("openssh", cipher) => {
            return Err(Failure::usage(
                Phrase::new("error-usage-openssh-cipher").text("cipher", cipher),
            ));
        }
        ("pkcs1", "none") => Layout::Clear(Clear::Pkcs1),
        ("sec1", "none") => Layout::Clear(Clear::Sec1),
        ("jwk", "none") => Layout::Clear(Clear::Jwk),
        ("pkcs1", _) => return Err(Failure::usage(Phrase::new("error-usage-pkcs1-plain"))),
        ("sec1" | "jwk", _) => {
            return Err(Failure::usage(
                Phrase::new("error-usage-plain-format").text("format", format),
            ));
        }
        _ => return Err(unexpected()),
    })
}

/// OpenSSH's files and JWK are text by themselves.
fn encoding_of(matches: &ArgMatches, format: &str) -> Result<Encoding, Failure> {
    let encoding = encoding(matches);
    let is_text = format.starts_with("openssh") || format.starts_with("jwk");
    if is_text && is_given(matches, "encoding") && encoding == Encoding::Der {
        return Err(Failure::usage(
            Phrase::new("error-usage-text-format").text("format", format),
        ));
    }
    Ok(encoding)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use bicle_text::{Language, Texts};

    fn asked(line: &str) -> Result<Layout, Failure> {
        let words = "bicle-cli key export n --out f".split_whitespace();
        let matches = crate::grammar::program(Texts::new(Language::English))
            .try_get_matches_from(words.chain(line.split_whitespace()))
            .unwrap();
        let (_, own) = crate::grammar::find(&matches);
        let format = choice(own, "format").unwrap();
        encoding_of(own, &format)?;
        layout(own, &format)
    }

    #[test]
    fn nothing_is_in_clear_without_the_word_for_it() {
        for format in FORMATS {
            for cipher in ["", "--cipher aes256", "--cipher scrypt", "--cipher 3des"] {
                if let Ok(layout) = asked(&format!("--format {format} {cipher}")) {
                    assert!(!matches!(layout, Layout::Clear(_)), "{format} {cipher}");
                }
            }
            let in_clear = asked(&format!("--format {format} --cipher none")).unwrap();
            assert!(!matches!(in_clear, Layout::Protected(_)), "{format}");
            let is_public = format.ends_with("public") || format == "spki";
            assert_eq!(matches!(in_clear, Layout::Public(_)), is_public, "{format}");
        }
    }

    #[test]
    fn every_protection_is_reached() {
        let lines = [
            ("", Protected::Aes256),
            ("--cipher scrypt", Protected::Scrypt),
            ("--cipher 3des", Protected::TripleDes),
            ("--format openssh", Protected::OpenSsh),
        ];
        for (line, protected) in lines {
            assert_eq!(asked(line).unwrap(), Layout::Protected(protected), "{line}");
        }
    }

    #[test]
    fn what_a_format_cannot_be_is_wrong_usage() {
        let lines = [
            ("--format pkcs1", "usage-pkcs1-plain"),
            ("--format sec1", "usage-plain-format"),
            ("--format jwk --cipher scrypt", "usage-plain-format"),
            ("--format openssh --cipher 3des", "usage-openssh-cipher"),
            ("--format openssh --encoding der", "usage-text-format"),
            ("--format jwk-public --encoding der", "usage-text-format"),
        ];
        for (line, code) in lines {
            assert_eq!(asked(line).unwrap_err().code(), code, "{line}");
        }
    }
}
