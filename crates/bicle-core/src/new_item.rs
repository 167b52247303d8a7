//! Records made from what was generated or read.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bicle_pki::certificate::Certificate;
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::oid;
use bicle_pki::path::PathFacts;
use bicle_pki::public_key::PublicKey;
use bicle_pki::request::CertificationRequest;
use bicle_pki::revocation;
use bicle_pki::revocation_list::RevocationList;
use bicle_pki::spkac::SignedPublicKey;

use crate::certificate_content::{CertificateContent, Unpacked};
use crate::fault::Fault;
use crate::model::{Trust, UnixSeconds};
use crate::path_note::PathNote;
use crate::phrase::Phrase;
use crate::record::{
    Content, KeyContent, ListContent, OrderContent, Product, RequestContent, Summary,
};
use crate::refusal;
use crate::shared_text::{Seldom, SharedText, alike};

/// A name fits on a line of a list and in a PKCS#12 alias.
pub(crate) const NAME_LIMIT_CHARACTERS: usize = 200;

/// A comment is a page of text.
pub(crate) const COMMENT_LIMIT_CHARACTERS: usize = 10_000;

/// So much of a name is kept for lists and search (its whole stands in the body): RFC 5280 appendix
/// A.1 bounds attributes at 64 to 32,768 characters, real names stay under 1,000.
const SUMMARY_NAME_CHARACTERS: usize = 4_096;

fn bounded(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(SUMMARY_NAME_CHARACTERS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A name that a user typed, trimmed.
pub(crate) fn typed_name(name: &str) -> Result<String, Fault> {
    let name = name.trim();
    if name.is_empty() {
        return Err(refusal::refused("error-name-empty"));
    }
    if name.chars().count() > NAME_LIMIT_CHARACTERS {
        let limit = i64::try_from(NAME_LIMIT_CHARACTERS).unwrap_or(i64::MAX);
        return Err(Fault::refused(
            Phrase::new("error-name-too-long").number("limit", limit),
        ));
    }
    Ok(name.to_owned())
}

/// A name that a file brought, cut to the limit; `fallback` where it is empty.
pub(crate) fn found_name(name: &str, fallback: &str) -> String {
    let name = if name.trim().is_empty() {
        fallback
    } else {
        name
    };
    name.trim().chars().take(NAME_LIMIT_CHARACTERS).collect()
}

pub(crate) fn key(name: String, public: &PublicKey, now: UnixSeconds) -> Summary {
    let content = KeyContent {
        algorithm: alike(&public.algorithm().to_string()),
        spki_sha256: public.spki_sha256(),
    };
    summary(name, now, Content::Key(Box::new(content)))
}

pub(crate) fn request(name: String, found: &CertificationRequest, now: UnixSeconds) -> Summary {
    let content = RequestContent {
        algorithm: alike(&found.public_key().algorithm().to_string()),
        spki_sha256: found.public_key().spki_sha256(),
        sha256: Sha256Fingerprint::of(found.der()),
        subject: bounded(found.subject().to_rfc4514()).into(),
        spkac: false,
    };
    summary(name, now, Content::Request(Box::new(content)))
}

pub(crate) fn spkac(name: String, found: &SignedPublicKey, now: UnixSeconds) -> Summary {
    let content = RequestContent {
        algorithm: alike(&found.public_key().algorithm().to_string()),
        spki_sha256: found.public_key().spki_sha256(),
        sha256: found.sha256(),
        subject: SharedText::default(),
        spkac: true,
    };
    summary(name, now, Content::Request(Box::new(content)))
}

pub(crate) fn certificate(
    name: String,
    found: &Certificate,
    trust: Trust,
    now: UnixSeconds,
) -> Summary {
    let (subject, serial) = (
        bounded(found.subject().to_rfc4514()),
        bounded(found.serial_hex()),
    );
    let subject_name = spoken_name(found.subject());
    let content = CertificateContent::new(Unpacked {
        algorithm: alike(&found.public_key().algorithm().to_string()),
        spki_sha256: found.public_key().spki_sha256(),
        sha256: found.sha256(),
        subject: subject.into(),
        issuer: alike(&bounded(found.issuer().to_rfc4514())),
        subject_name: subject_name.into(),
        issuer_name: alike(&spoken_name(found.issuer())),
        serial: serial.into(),
        not_before: found.not_before().0,
        not_after: found.not_after().0,
        authority: found.is_authority(),
        trust,
        branch: bicle_igc::branch_of(found),
        signed_by_spki_sha256: None,
        path: PathNote::of(found, &PathFacts::from(found)).kept(),
        declared_revoked: None,
    });
    let text = content.part_alike(&name);
    let mut summary = summary(name, now, Content::Certificate(Box::new(content)));
    if let Some(name) = text {
        summary.name = name;
    }
    summary
}

pub(crate) fn list(name: String, found: &RevocationList, now: UnixSeconds) -> Summary {
    let scope = found.extension(&oid::ISSUING_DISTRIBUTION_POINT);
    let content = ListContent {
        sha256: found.sha256(),
        issuer: alike(&bounded(found.issuer().to_rfc4514())),
        issuer_name: alike(&spoken_name(found.issuer())),
        number: found.number_text(),
        delta_base: found.delta_base_text(),
        this_update: found.this_update().0,
        next_update: found.next_update().map(|next| next.0),
        entries: found.entries_count(),
        scope: scope.map(|scope| Sha256Fingerprint::of(&scope.value).to_hex()),
        decides: found.unknown_critical().is_none(),
        weak: revocation::is_weak(found),
        signed_by_spki_sha256: None,
        said: BTreeMap::new(),
    };
    summary(name, now, Content::List(Box::new(content)))
}

pub(crate) fn order(
    name: String,
    product: Product,
    spki_sha256: Sha256Fingerprint,
    request_path: Option<PathBuf>,
    now: UnixSeconds,
) -> Summary {
    let content = OrderContent {
        product,
        spki_sha256,
        reference: None,
        has_revocation_code: false,
        request_path,
        delivery: None,
    };
    summary(name, now, Content::Order(Box::new(content)))
}

pub(crate) fn summary(name: String, now: UnixSeconds, content: Content) -> Summary {
    Summary {
        name: name.into(),
        comment: Seldom::default(),
        created: now,
        deleted: None,
        content,
    }
}

/// What a sentence calls the bearer of a name: its common name, else the whole.
pub(crate) fn spoken_name(name: &bicle_pki::name::DistinguishedName) -> String {
    let spoken = name
        .common_name()
        .map_or_else(|| name.to_rfc4514(), str::to_owned);
    found_name(&spoken, "")
}
