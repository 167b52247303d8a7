//! `certificate export`: a certificate alone, with its chain, or with its key in a keystore.

use bicle_core::command::{
    CertificateFormat, ChainChoice, Command, Consumer, Delivery, DeliveryReport, ExportCertificate,
    Outcome,
};
use bicle_core::id::{ItemId, Kind};
use bicle_core::phrase::Phrase;
use bicle_platform::secret::SecretText;
use bicle_text::id;
use clap::ArgMatches;
use serde::Serialize;
use std::fmt::Write as _;

use crate::failure::{Failure, unexpected};
use crate::grammar::{
    Argument, Body, EXPORT_PASSWORD, FORCE, KIND, OUT, Spec, Takes, choice, kinds, option, preset,
    switch, word,
};
use crate::items::written;
use crate::key_export::KEY_PASSWORD;
use crate::output::{Answer, escape};
use crate::session::{Opened, Session, existing, needed_path, needed_text, text};
use crate::words::{Reader, say};
use crate::{key_export, resolve};

/// `--chain none|intermediates|full`.
pub(crate) const CHAIN: Argument = option(
    "chain",
    "none|intermediates|full",
    Takes::OneOf(&["none", "intermediates", "full"]),
    id::CLI_HELP_CHAIN,
);
/// `--profile compatible|modern|pbmac1`.
pub(crate) const PROFILE: Argument = option(
    "profile",
    "compatible|modern|pbmac1",
    Takes::OneOf(&["compatible", "modern", "pbmac1"]),
    id::CLI_HELP_PROFILE,
);
/// `--alias A`.
pub(crate) const ALIAS: Argument = option("alias", "ALIAS", Takes::Text, id::CLI_HELP_ALIAS);

/// `--csp`.
pub(crate) const CSP: Argument = switch("csp", id::CLI_HELP_CSP);

/// `certificate`.
pub(crate) const COMMANDS: Spec = Spec {
    name: "certificate",
    about: id::CLI_ABOUT_CERTIFICATE,
    arguments: &[],
    body: Body::Group(&[Spec {
        name: "export",
        about: id::CLI_ABOUT_CERTIFICATE_EXPORT,
        arguments: &[
            word("name", id::CLI_HELP_NAME),
            OUT,
            preset(
                "format",
                "pem|der|pkcs7|pem-chain|pem-key|pkcs12|jks",
                Takes::OneOf(&[
                    "pem",
                    "der",
                    "pkcs7",
                    "pem-chain",
                    "pem-key",
                    "pkcs12",
                    "jks",
                ]),
                "pem",
                id::CLI_HELP_CERTIFICATE_FORMAT,
            ),
            CHAIN,
            PROFILE,
            ALIAS,
            CSP,
            option(
                "cipher",
                "aes256|none",
                Takes::OneOf(&["aes256", "none"]),
                id::CLI_HELP_PEM_KEY_CIPHER,
            ),
            KEY_PASSWORD,
            EXPORT_PASSWORD,
            FORCE,
            KIND,
        ],
        body: Body::Run(export),
    }]),
};

#[derive(Serialize)]
struct DeliveredJson {
    path: String,
    id: ItemId,
    certificate_id: ItemId,
    format: String,
    alias: String,
    certificates: usize,
    notices: Vec<String>,
}

fn export(session: &mut Session, matches: &ArgMatches) -> Result<Answer, Failure> {
    let word = choice(matches, "format").unwrap_or_default();
    let (format, chain) = match (word.as_str(), chain(matches)) {
        ("pkcs12" | "jks", _) => {
            let mut opened = session.open()?;
            let certificate = named(&opened, matches)?;
            session.note_unused(matches, &["cipher"]);
            return deliver(session, &mut opened, matches, certificate, &word);
        }
        ("der", Some(ChainChoice::Intermediates | ChainChoice::Full)) => {
            return Err(Failure::usage(Phrase::new("error-usage-der-chain")));
        }
        ("der", _) => (CertificateFormat::Der, ChainChoice::None),
        ("pem-key", chain) => (
            CertificateFormat::PemWithKey,
            chain.unwrap_or(ChainChoice::Full),
        ),
        ("pkcs7", chain) => (CertificateFormat::Pkcs7, chain.unwrap_or(ChainChoice::Full)),
        ("pem-chain", chain) => (
            CertificateFormat::PemChain,
            chain.unwrap_or(ChainChoice::Full),
        ),
        // a PEM file holds one certificate or several: with a chain asked for, it is a PEM chain
        (_, Some(chain @ (ChainChoice::Intermediates | ChainChoice::Full))) => {
            (CertificateFormat::PemChain, chain)
        }
        _ => (CertificateFormat::Pem, ChainChoice::None),
    };
    let mut opened = session.open()?;
    let certificate = named(&opened, matches)?;
    session.note_unused(matches, &["profile", "alias", "csp"]);
    let key_password = if format == CertificateFormat::PemWithKey {
        key_password(session, matches)?
    } else {
        session.note_unused(
            matches,
            &["cipher", "key-password-file", "export-password-file"],
        );
        None
    };
    let path = needed_path(matches, "out");
    let order = ExportCertificate {
        certificate,
        path: path.clone(),
        existing: existing(matches),
        format,
        chain,
        key_password,
    };
    opened.act(Command::ExportCertificate(order))?;
    written(session, &path, certificate, word)
}

/// What protects the key beside its certificate: a password, or nothing where the user asks for that.
fn key_password(session: &Session, matches: &ArgMatches) -> Result<Option<SecretText>, Failure> {
    if choice(matches, "cipher").as_deref() == Some("none") {
        session.note_unused(matches, &["key-password-file", "export-password-file"]);
        session.note(&session.texts.text(id::CLI_KEY_IN_CLEAR));
        return Ok(None);
    }
    key_export::password(session, matches).map(Some)
}

/// Writes a keystore of a certificate or an order, as the options say.
pub(crate) fn deliver(
    session: &Session,
    opened: &mut Opened,
    matches: &ArgMatches,
    what: ItemId,
    format: &str,
) -> Result<Answer, Failure> {
    let consumer = match (format, choice(matches, "profile").as_deref()) {
        ("jks", profile) => {
            if profile.is_some() {
                session.note_unused(matches, &["profile"]);
            }
            session.note_unused(matches, &["csp"]);
            Consumer::Java
        }
        (_, Some("pbmac1")) => Consumer::Pbmac1,
        (_, Some("modern")) => Consumer::Modern,
        _ => Consumer::Compatible,
    };
    // a keystore has one password, for the file and the key in it
    let password = key_export::password(session, matches)?;
    let delivery = Delivery {
        what,
        path: needed_path(matches, "out"),
        existing: existing(matches),
        consumer,
        chain: chain(matches).unwrap_or(ChainChoice::Full),
        alias: text(matches, "alias").map(str::to_owned),
        password,
        microsoft_csp: consumer != Consumer::Java && matches.get_flag("csp"),
    };
    let Outcome::Delivered(report) = opened.act(Command::Deliver(delivery))? else {
        return Err(unexpected());
    };
    delivered(session, what, format, &report)
}

fn delivered(
    session: &Session,
    what: ItemId,
    format: &str,
    report: &DeliveryReport,
) -> Result<Answer, Failure> {
    let texts = session.texts;
    let notices = |reader| {
        report
            .notices
            .iter()
            .map(move |notice| say(texts, notice, reader))
    };
    let document = DeliveredJson {
        path: report.path.display().to_string(),
        id: what,
        certificate_id: report.certificate,
        format: format.to_owned(),
        alias: report.alias.clone(),
        certificates: report.certificates,
        notices: notices(Reader::Program).collect(),
    };
    Answer::new(session, &document, || {
        let (path, alias) = (escape(&document.path), escape(&document.alias));
        let arguments = [
            ("path", path.as_ref().into()),
            ("alias", alias.as_ref().into()),
            ("count", document.certificates.into()),
        ];
        let mut text = texts.text_with(id::CLI_DELIVERED, &arguments) + "\n";
        for notice in notices(Reader::Person) {
            let _ = writeln!(text, "{notice}");
        }
        text
    })
}

/// What `--chain` says.
fn chain(matches: &ArgMatches) -> Option<ChainChoice> {
    choice(matches, "chain").map(|word| match word.as_str() {
        "none" => ChainChoice::None,
        "intermediates" => ChainChoice::Intermediates,
        _ => ChainChoice::Full,
    })
}

fn named(opened: &Opened, matches: &ArgMatches) -> Result<ItemId, Failure> {
    let kinds = kinds(matches, &[Kind::Certificate]);
    resolve::live(&opened.model(), needed_text(matches, "name"), &kinds)
}
