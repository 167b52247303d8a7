//! Making certification requests from a key and a template.

use bicle_igc::Template;
use bicle_pki::extension::GeneralName;
use bicle_pki::name::DistinguishedName;
use bicle_pki::private_key::PrivateKey;
use bicle_pki::request::{self, CertificationRequest, RequestTemplate, RequestedExtension};
use bicle_platform::secret::SecretBytes;

use crate::command::{CreateRequest, Outcome};
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::new_item;
use crate::open_vault::{Edit, OpenVault};
use crate::phrase::Phrase;
use crate::random::random;
use crate::record::Content;
use crate::refusal;

/// Signs a request with a key of the vault and keeps it. A key that has served already is refused
/// unless the user insists: one key pair per certificate and per use.
pub(crate) fn create(open: &mut OpenVault, asked: &CreateRequest) -> Result<Outcome, Fault> {
    let name = new_item::typed_name(&asked.name)?;
    OpenVault::expect_kind(asked.key, Kind::Key)?;
    let key_name = open.summary(asked.key)?.name.clone();
    if has_served(open, asked.key) && !asked.reuse_key {
        return Err(Fault::refused(
            Phrase::new("error-key-already-used").text("key", key_name),
        ));
    }
    let template = match asked.template {
        Some(id) => kept_template(open, id)?,
        None => bicle_igc::template().clone(),
    };
    let subject = match &asked.subject {
        Some(text) => parse_subject(text)?,
        None => subject(&template)?,
    };
    let alternatives = parse_alternatives(&asked.subject_alt_names)?;
    let key = private_key(open, asked.key)?;
    let der = sign(&key, template_of(subject, alternatives))?;
    let edit = edit(name, &der, open)?;
    let ids = open.apply(vec![edit])?;
    Ok(ids
        .first()
        .map_or(Outcome::Done, |id| Outcome::Created(*id)))
}

/// A request or a certificate of that key is or was here: the bin does not undo a use.
fn has_served(open: &OpenVault, key: ItemId) -> bool {
    let identity = open
        .records
        .get(&key.record)
        .and_then(|summary| match &summary.content {
            Content::Key(content) => Some(content.spki_sha256),
            _ => None,
        });
    open.records.values().any(|summary| match &summary.content {
        Content::Request(content) => Some(content.spki_sha256) == identity,
        Content::Certificate(content) => Some(content.spki_sha256) == identity,
        Content::Key(_) | Content::Template(_) | Content::Order(_) => false,
    })
}

/// Signs a request with the bundled template's values alone.
pub(crate) fn from_bundled_template(key: &PrivateKey) -> Result<Vec<u8>, Fault> {
    sign(
        key,
        RequestTemplate::for_subject(subject(bicle_igc::template())?),
    )
}

/// The distinguished name of a template's values.
pub(crate) fn subject(template: &Template) -> Result<DistinguishedName, Fault> {
    let malformed = |_| refusal::refused("error-template-malformed");
    let values: Vec<[(&str, &str); 1]> = template
        .subject
        .iter()
        .map(|value| [(value.attribute.as_str(), value.value.as_str())])
        .collect();
    let rdns: Vec<&[(&str, &str)]> = values.iter().map(<[_; 1]>::as_slice).collect();
    DistinguishedName::from_named_values(&rdns).map_err(malformed)
}

/// The record of a request that was just signed.
pub(crate) fn edit(name: String, der: &[u8], open: &OpenVault) -> Result<Edit, Fault> {
    let request =
        CertificationRequest::from_der(der).map_err(|_| refusal::refused("error-internal"))?;
    let summary = new_item::request(name, &request, open.now());
    Ok(Edit::Insert(summary, SecretBytes::copy_of(der)))
}

/// The key's bytes, opened for one use.
pub(crate) fn private_key(open: &OpenVault, id: ItemId) -> Result<PrivateKey, Fault> {
    open.summary(id)?;
    let body = open.body(id.record)?;
    PrivateKey::from_pkcs8_der(body.expose()).map_err(|_| refusal::unreadable_record())
}

fn sign(key: &PrivateKey, template: RequestTemplate) -> Result<Vec<u8>, Fault> {
    let sign = |message: &[u8]| key.sign_sha256(message, &mut random());
    request::build_with(&template, key.public_key(), sign).map_err(|error| {
        Fault::refused(Phrase::new("error-export-failed").text("detail", error.to_string()))
    })
}

fn kept_template(open: &OpenVault, id: ItemId) -> Result<Template, Fault> {
    OpenVault::expect_kind(id, Kind::Template)?;
    open.summary(id)?;
    let body = open.body(id.record)?;
    let text = std::str::from_utf8(body.expose()).ok();
    text.and_then(|text| Template::from_toml(text).ok())
        .ok_or_else(|| refusal::refused("error-template-malformed"))
}

fn parse_subject(text: &str) -> Result<DistinguishedName, Fault> {
    let subject = DistinguishedName::parse(text).map_err(|error| {
        let at = i64::try_from(error.at).unwrap_or(i64::MAX);
        Fault::refused(Phrase::new("error-subject-malformed").number("at", at))
    })?;
    if subject.is_empty() {
        return Err(refusal::refused("error-subject-empty"));
    }
    Ok(subject)
}

fn template_of(subject: DistinguishedName, alternatives: Vec<GeneralName>) -> RequestTemplate {
    let mut template = RequestTemplate::for_subject(subject);
    if !alternatives.is_empty() {
        template
            .extensions
            .push(RequestedExtension::SubjectAltName(alternatives));
    }
    template
}

/// `dns:www.hopital.example`, `email:a@b.example`, `ip:192.0.2.1`, `uri:https://…`.
fn parse_alternatives(texts: &[String]) -> Result<Vec<GeneralName>, Fault> {
    let parse = |text: &String| {
        parse_alternative(text.trim()).ok_or_else(|| {
            let phrase = Phrase::new("error-subject-alternative-malformed");
            Fault::refused(phrase.text("value", text.clone()))
        })
    };
    texts.iter().map(parse).collect()
}

fn parse_alternative(text: &str) -> Option<GeneralName> {
    let (kind, value) = text.split_once(':')?;
    let value = value.trim();
    // these three are IA5String (RFC 5280 §4.2.1.6): an internationalized name goes in as punycode
    let ascii = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic());
    match kind.trim().to_ascii_lowercase().as_str() {
        "dns" if ascii => Some(GeneralName::Dns(value.to_owned())),
        "email" if ascii && value.contains('@') => Some(GeneralName::Email(value.to_owned())),
        "uri" if ascii && value.contains(':') => Some(GeneralName::Uri(value.to_owned())),
        "ip" => value.parse().ok().map(GeneralName::from_ip),
        _ => None,
    }
}
