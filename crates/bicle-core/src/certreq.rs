//! The key and the request of a `certreq` file of Windows, kept in one transaction.

use bicle_pki::certreq::{self, CertReq, CertReqError, CertReqFault, Notice, NoticeKind};
use bicle_pki::key_generate::KeyType as Kind;
use bicle_pki::pem;
use bicle_platform::file::{self, Staged};
use bicle_platform::secret::SecretBytes;

use crate::command::{CertReqFile, CertReqReport, KeyType, Outcome, Source};
use crate::fault::Fault;
use crate::new_item;
use crate::open_vault::{Edit, OpenVault};
use crate::phrase::Phrase;
use crate::progress::Progress;
use crate::{export, keys, refusal, requests};

/// Makes what the file asks for. The place of the request is tried before the key is made, and the
/// file gets its name only after the vault has kept the key.
pub(crate) fn make(
    open: &mut OpenVault,
    asked: &CertReqFile,
    progress: &Progress,
) -> Result<Outcome, Fault> {
    if let Some(path) = &asked.request_path {
        export::refuse_taken(open, path, asked.existing)?;
        // nothing is published: the folder is tried, so that it fails before the work
        Staged::public(path, b"").map_err(|error| refusal::from_file(&error))?;
    }
    let parsed = parse(&asked.source)?;
    let name = name(asked, &parsed)?;
    let key = keys::make(key_type(parsed.key_type)?, progress)?;
    let der = requests::sign(&key, &parsed.template)?;
    progress.go_on()?;
    progress.tell(Phrase::new("progress-saving"));
    let staged = match &asked.request_path {
        Some(path) => {
            let text = pem::encode("CERTIFICATE REQUEST", &der);
            let staged = Staged::public(path, text.as_bytes());
            Some(staged.map_err(|error| refusal::from_file(&error))?)
        }
        None => None,
    };
    let summary = new_item::key(name.clone(), key.public_key(), open.now());
    let edits = vec![
        Edit::Insert(summary, key.to_pkcs8_der()),
        requests::edit(name, &der, open)?,
    ];
    let ids = open.apply(edits)?;
    if let Some(staged) = staged {
        staged
            .publish(asked.existing)
            .map_err(|error| refusal::from_file(&error))?;
    }
    let [key, request] = ids.as_slice() else {
        return Err(refusal::refused("error-internal"));
    };
    Ok(Outcome::CertReqDone(CertReqReport {
        key: *key,
        request: *request,
        request_path: asked.request_path.clone(),
        notices: parsed.notices.iter().map(notice).collect(),
    }))
}

fn parse(source: &Source) -> Result<CertReq, Fault> {
    let read: SecretBytes;
    let bytes = match source {
        Source::Bytes { bytes, .. } => bytes,
        Source::File(path) => {
            let limit = u64::try_from(certreq::MAX_CERTREQ_BYTES).unwrap_or(u64::MAX);
            read =
                file::read_bounded(path, limit).map_err(|error| refusal::from_reading(&error))?;
            &read
        }
    };
    if !certreq::is_certreq(bytes.expose()) && bytes.len() <= certreq::MAX_CERTREQ_BYTES {
        return Err(refusal::refused("error-certreq-not-one"));
    }
    certreq::parse(bytes.expose()).map_err(|error| refused(&error))
}

fn refused(error: &CertReqError) -> Fault {
    let at = |code| {
        let line = i64::try_from(error.line).unwrap_or(i64::MAX);
        Phrase::new(code).number("line", line)
    };
    Fault::refused(match &error.what {
        CertReqFault::NotText | CertReqFault::NoNewRequest => Phrase::new("error-certreq-not-one"),
        CertReqFault::TooLarge => Phrase::new("error-certreq-too-large"),
        CertReqFault::NoSubject => Phrase::new("error-certreq-no-subject"),
        CertReqFault::RequestType(value) => {
            at("error-certreq-request-type").text("value", value.clone())
        }
        CertReqFault::KeyAlgorithm(value) | CertReqFault::KeyLength(value) => {
            at("error-certreq-key").text("value", value.clone())
        }
        CertReqFault::UnknownString(name) => {
            at("error-certreq-unknown-string").text("name", name.clone())
        }
        CertReqFault::Twice(key) => at("error-certreq-twice").text("key", key.clone()),
        CertReqFault::Value { key, value } => at("error-certreq-value")
            .text("key", key.clone())
            .text("value", value.clone()),
        CertReqFault::Subject(_) => at("error-certreq-subject"),
        CertReqFault::AlternativeName(_) => at("error-certreq-alternative-name"),
        CertReqFault::ExtensionText(oid)
        | CertReqFault::Extension(oid)
        | CertReqFault::ExtensionTwice(oid) => {
            at("error-certreq-extension").text("oid", oid.to_string())
        }
        _ => at("error-certreq-syntax"),
    })
}

/// What the user typed, else what the file calls it, else the name in the request.
fn name(asked: &CertReqFile, parsed: &CertReq) -> Result<String, Fault> {
    if let Some(name) = &asked.name {
        return new_item::typed_name(name);
    }
    let friendly = parsed.friendly_name.clone().unwrap_or_default();
    let subject = new_item::spoken_name(&parsed.template.subject);
    let name = new_item::found_name(&friendly, &subject);
    Ok(new_item::found_name(&name, "certreq"))
}

fn key_type(kind: Kind) -> Result<KeyType, Fault> {
    kind.to_string().parse().map_err(|_| {
        let phrase = Phrase::new("error-key-type-unsupported");
        Fault::refused(phrase.text("type", kind.to_string()))
    })
}

fn notice(notice: &Notice) -> Phrase {
    let code = match &notice.kind {
        NoticeKind::Exportable => "notice-certreq-exportable",
        NoticeKind::WindowsOnly => "notice-certreq-windows-only",
        NoticeKind::NotForRequests => "notice-certreq-not-for-requests",
        NoticeKind::NewKey => "notice-certreq-new-key",
        NoticeKind::NamesLeftOut => "notice-certreq-names-left-out",
        NoticeKind::Hash { used } if used.is_empty() => "notice-certreq-no-hash",
        NoticeKind::Hash { .. } => "notice-certreq-hash",
        NoticeKind::KeyLength { .. } => "notice-certreq-key-length",
        NoticeKind::NoPss => "notice-certreq-no-pss",
        NoticeKind::AttributeNames => "notice-certreq-attribute-names",
        _ => "notice-certreq-unknown",
    };
    let line = i64::try_from(notice.line).unwrap_or(i64::MAX);
    let phrase = Phrase::new(code)
        .text("key", notice.key.clone())
        .number("line", line);
    match &notice.kind {
        NoticeKind::Hash { used } if !used.is_empty() => phrase.text("used", used.clone()),
        NoticeKind::KeyLength { bits } => phrase.number("bits", i64::from(*bits)),
        _ => phrase,
    }
}
