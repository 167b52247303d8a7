//! Making certification requests from a key and a template.

use bicle_igc::Template;
use bicle_pki::extension::{
    GeneralName, GeneralNameError, KeyUsage, UnknownUsage, parse_extended_key_usage,
};
use bicle_pki::name::DistinguishedName;
use bicle_pki::oid::Oid;
use bicle_pki::private_key::PrivateKey;
use bicle_pki::request::{
    self, AttributeTextError, CertificationRequest, MAX_ATTRIBUTE_TEXT, RequestTemplate,
    RequestedExtension, check_attribute_text,
};
use bicle_platform::secret::SecretBytes;

use crate::command::{CreateRequest, Outcome};
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::open_vault::{Edit, OpenVault};
use crate::phrase::Phrase;
use crate::random::random;
use crate::record::Content;
use crate::{export, new_item, refusal};

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
    let laid_out = lay_out(asked, &template)?;
    let key = private_key(open, asked.key)?;
    let der = sign(&key, &laid_out)?;
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
        Content::Key(_) | Content::List(_) | Content::Template(_) | Content::Order(_) => false,
    })
}

/// Signs a request with the bundled template's values alone.
pub(crate) fn from_bundled_template(key: &PrivateKey) -> Result<Vec<u8>, Fault> {
    let subject = subject(bicle_igc::template())?;
    sign(key, &RequestTemplate::for_subject(subject))
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

/// Signs a request.
pub(crate) fn sign(key: &PrivateKey, template: &RequestTemplate) -> Result<Vec<u8>, Fault> {
    request::build(template, key, &mut random()).map_err(|error| export::failed(&error))
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
    DistinguishedName::parse(text).map_err(|error| {
        let at = i64::try_from(error.at).unwrap_or(i64::MAX);
        Fault::refused(Phrase::new("error-subject-malformed").number("at", at))
    })
}

/// All that the request says: what was asked, else what the template has.
fn lay_out(asked: &CreateRequest, template: &Template) -> Result<RequestTemplate, Fault> {
    let subject = match &asked.subject {
        Some(text) => parse_subject(text)?,
        None => subject(template)?,
    };
    let chosen = |asked: &[String], kept: &[String]| -> Vec<String> {
        if asked.is_empty() { kept } else { asked }.to_vec()
    };
    let kept = &template.extensions;
    let names = chosen(&asked.subject_alt_names, &kept.subject_alt_names);
    let names = parse_alternatives(&names)?;
    if subject.is_empty() && names.is_empty() {
        return Err(refusal::refused("error-subject-empty"));
    }
    let usages = parse_key_usage(&chosen(&asked.key_usage, &kept.key_usage))?;
    let purposes = chosen(&asked.extended_key_usage, &kept.extended_key_usage);
    let purposes = parse_purposes(&purposes)?;
    let mut template = RequestTemplate::for_subject(subject);
    if !usages.is_empty() {
        let usage = RequestedExtension::KeyUsage(usages);
        template.extensions.push(usage);
    }
    if !purposes.is_empty() {
        let purposes = RequestedExtension::ExtendedKeyUsage(purposes);
        template.extensions.push(purposes);
    }
    if !names.is_empty() {
        let names = RequestedExtension::SubjectAltName(names);
        template.extensions.push(names);
    }
    if let Some(password) = &asked.challenge_password {
        check_text(password.expose())?;
        template.challenge_password = Some(password.expose().to_owned());
    }
    if let Some(name) = &asked.unstructured_name {
        check_text(name)?;
        template.unstructured_name = Some(name.clone());
    }
    Ok(template)
}

/// `dns:www.hopital.example`, `email:a@b.example`, `ip:192.0.2.1`, `uri:https://…`, `upn:…`, `rid:…`,
/// `dirName:…`, `other:…`.
fn parse_alternatives(texts: &[String]) -> Result<Vec<GeneralName>, Fault> {
    let parse = |text: &String| {
        GeneralName::parse(text.trim()).map_err(|error| {
            let code = match error {
                GeneralNameError::NotAscii => "error-subject-alternative-not-ascii",
                _ => "error-subject-alternative-malformed",
            };
            let phrase = Phrase::new(code).text("value", text.clone());
            Fault::refused(phrase.text("form", alternative_form(text)))
        })
    };
    texts.iter().map(parse).collect()
}

/// How a name of the kind that this text begins with is written; the kinds, where it is none.
fn alternative_form(text: &str) -> &'static str {
    const FORMS: [&str; 8] = [
        "dns:www.example.org",
        "email:name@example.org",
        "ip:192.0.2.1",
        "uri:https://www.example.org/",
        "upn:name@example.org",
        "rid:1.2.250.1",
        "dirName:C=FR,O=Example",
        "other:1.2.250.1;UTF8:text",
    ];
    let kind = text.split_once(':').map(|(kind, _)| kind.trim());
    let of_kind = |form: &&&str| {
        let known = form.split_once(':').map(|(known, _)| known);
        known
            .zip(kind)
            .is_some_and(|(known, kind)| known.eq_ignore_ascii_case(kind))
    };
    let all = "dns:…, email:…, ip:…, uri:…, upn:…, rid:…, dirName:…, other:…";
    FORMS.iter().find(of_kind).copied().unwrap_or(all)
}

/// A subject that is typed so is turned round: it begins with the name and ends with `C` or `DC`,
/// and a name of a certificate is encoded from `C` or `DC` on.
pub fn subject_is_turned(text: &str) -> bool {
    let parsed = DistinguishedName::parse(text);
    let turned = DistinguishedName::parse_rfc4514(text);
    parsed.is_ok_and(|name| name.rdns().len() > 1 && turned.is_ok_and(|turned| turned == name))
}

fn parse_key_usage(names: &[String]) -> Result<KeyUsage, Fault> {
    KeyUsage::parse_names(names.iter().map(String::as_str)).map_err(|unknown| usage(&unknown))
}

fn parse_purposes(texts: &[String]) -> Result<Vec<Oid>, Fault> {
    let parse = |text: &String| parse_extended_key_usage(text).map_err(|unknown| usage(&unknown));
    texts.iter().map(parse).collect()
}

fn usage(unknown: &UnknownUsage) -> Fault {
    Fault::refused(Phrase::new("error-key-usage-unknown").text("value", unknown.0.clone()))
}

fn check_text(text: &str) -> Result<(), Fault> {
    check_attribute_text(text).map_err(|error| match error {
        AttributeTextError::TooLong => {
            let limit = i64::try_from(MAX_ATTRIBUTE_TEXT).unwrap_or(i64::MAX);
            Fault::refused(Phrase::new("error-request-attribute-too-long").number("limit", limit))
        }
        _ => refusal::refused("error-request-attribute-empty"),
    })
}
