//! Lays out all that is known of one item, for the details panel and `show`.

use bicle_igc::{Branch, Offer, Use};
use bicle_pki::certificate::Certificate;
use bicle_pki::name::{Attribute, DistinguishedName};

use crate::details::{Details, Label, Row, Section, Value};
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::model::{
    CertificateItem, Item, KeyItem, Model, OrderItem, OrderState, Status, TemplateItem, Trust,
};
use crate::open_vault::{self, OpenVault};
use crate::phrase::Phrase;
use crate::refusal;
use crate::{describe_extension, describe_list, describe_request};

/// Everything that there is to read of an item.
pub(crate) fn details(open: &OpenVault, id: ItemId) -> Result<Details, Fault> {
    let model = open.model();
    let missing = || open_vault::no_such_item(id);
    let item = model.item(id).ok_or_else(missing)?;
    let mut sections = match id.kind {
        Kind::Key => key(&model, model.key(id).ok_or_else(missing)?),
        Kind::Request => {
            describe_request::sections(open, &model, model.request(id).ok_or_else(missing)?)?
        }
        Kind::Certificate => certificate(open, &model, model.certificate(id).ok_or_else(missing)?)?,
        Kind::List => describe_list::sections(open, &model, model.list(id).ok_or_else(missing)?)?,
        Kind::Template => template(open, model.template(id).ok_or_else(missing)?)?,
        Kind::Order => order(&model, model.order(id).ok_or_else(missing)?),
    };
    sections.push(in_the_vault(item));
    sections.retain(|section| !section.rows.is_empty());
    Ok(Details {
        id,
        name: item.name.clone().into(),
        sections,
    })
}

fn key(model: &Model, key: &KeyItem) -> Vec<Section> {
    let mut relations = Vec::new();
    link_all(
        &mut relations,
        "label-certificate",
        model,
        &key.certificates,
    );
    link_all(&mut relations, "label-request", model, &key.requests);
    link_all(&mut relations, "label-order", model, key.order.as_slice());
    vec![
        public_key(&key.algorithm, &key.spki_sha256.to_hex()),
        plain("section-relations", relations),
    ]
}

fn certificate(
    open: &OpenVault,
    model: &Model,
    item: &CertificateItem,
) -> Result<Vec<Section>, Fault> {
    let body = open.body(item.item.id.record)?;
    let certificate =
        Certificate::from_der(body.expose()).map_err(|_| refusal::unreadable_record())?;
    let mut sections = vec![
        trust(item),
        plain("section-relations", relations(model, item)),
        name("section-subject", certificate.subject()),
        name("section-issuer", certificate.issuer()),
        plain(
            "section-validity",
            vec![
                row("label-not-before", Value::Time(item.not_before.0)),
                row("label-not-after", Value::Time(item.not_after.0)),
            ],
        ),
        plain(
            "section-identity",
            vec![
                row("label-serial", Value::Hex(item.serial().into())),
                row(
                    "label-version",
                    Value::Text(certificate.version().to_string()),
                ),
            ],
        ),
        plain(
            "section-fingerprints",
            vec![
                row("label-sha256", Value::Hex(item.sha256.to_hex())),
                row("label-sha1", Value::Hex(hexadecimal(&certificate.sha1()))),
            ],
        ),
        public_key(&item.algorithm, &item.spki_sha256.to_hex()),
        signature(&certificate.signature_algorithm().to_string()),
    ];
    sections.extend(
        certificate
            .extensions()
            .iter()
            .map(describe_extension::section),
    );
    Ok(sections)
}

fn trust(item: &CertificateItem) -> Section {
    let mut rows = vec![
        row("label-status", word(status_word(item.verdict.status))),
        row("label-trust", word(trust_word(item.trust))),
    ];
    if let Some(since) = item.revoked() {
        rows.push(row("label-revoked", Value::Time(since.0)));
    }
    if let Some(branch) = item.branch {
        rows.push(row("label-branch", word(branch_word(branch))));
    }
    if item.official {
        rows.push(row("label-official", word("yes")));
    }
    plain("section-trust", rows)
}

fn relations(model: &Model, item: &CertificateItem) -> Vec<Row> {
    /// A root of a large vault signed thousands: a panel names some, the tree shows all.
    const ISSUED_SHOWN: usize = 20;
    let mut rows = Vec::new();
    link_all(&mut rows, "label-key", model, item.key().as_slice());
    link_all(&mut rows, "label-request", model, item.request().as_slice());
    link_all(&mut rows, "label-order", model, item.order().as_slice());
    let issuer = item.issuer_id.filter(|issuer| *issuer != item.item.id);
    link_all(
        &mut rows,
        "label-issuer-certificate",
        model,
        issuer.as_slice(),
    );
    let issued: Vec<ItemId> = item.issued().iter().copied().take(ISSUED_SHOWN).collect();
    link_all(&mut rows, "label-issued-certificates", model, &issued);
    rows
}

fn template(open: &OpenVault, item: &TemplateItem) -> Result<Vec<Section>, Fault> {
    let body = open.body(item.item.id.record)?;
    let text = std::str::from_utf8(body.expose()).map_err(|_| refusal::unreadable_record())?;
    let template =
        bicle_igc::Template::from_toml(text).map_err(|_| refusal::unreadable_record())?;
    let rows = template
        .subject
        .iter()
        .map(|value| Row {
            label: attribute_word(&value.attribute)
                .map_or_else(|| Label::Text(value.attribute.clone()), Label::Code),
            values: vec![Value::Text(value.value.clone())],
        })
        .collect();
    let mut sections = vec![plain("section-subject", rows)];
    sections.extend(describe_extension::asked(&template.extensions));
    sections.push(plain(
        "section-public-key",
        vec![row(
            "label-algorithm",
            Value::Text(item.algorithm.clone().into()),
        )],
    ));
    Ok(sections)
}

fn order(model: &Model, item: &OrderItem) -> Vec<Section> {
    let mut rows = vec![
        row("label-state", word(state_word(item.state))),
        row("label-branch", word(branch_word(item.branch))),
        row("label-offer", word(offer_word(item.offer))),
        row("label-use", word(use_word(item.usage))),
    ];
    if let Some(reference) = &item.reference {
        rows.push(row("label-reference", Value::Text(reference.clone())));
    }
    if item.has_revocation_code {
        rows.push(row("label-revocation-code", word("yes")));
    }
    if let Some(path) = &item.request_path {
        rows.push(row(
            "label-request-path",
            Value::Text(path.display().to_string()),
        ));
    }
    if let Some((at, path)) = &item.delivery {
        rows.push(Row {
            label: Label::Code("label-delivered"),
            values: vec![Value::Text(path.display().to_string()), Value::Time(at.0)],
        });
    }
    let mut relations = Vec::new();
    link_all(&mut relations, "label-key", model, item.key.as_slice());
    link_all(
        &mut relations,
        "label-request",
        model,
        item.request.as_slice(),
    );
    link_all(
        &mut relations,
        "label-certificate",
        model,
        item.certificate.as_slice(),
    );
    vec![
        plain("section-order", rows),
        plain("section-relations", relations),
    ]
}

fn in_the_vault(item: &Item) -> Section {
    let mut rows = vec![row("label-name", Value::Text(item.name.clone().into()))];
    if !item.comment.is_empty() {
        rows.push(row("label-comment", Value::Text(item.comment.to_string())));
    }
    rows.push(row("label-created", Value::Time(item.created.0)));
    rows.push(row("label-identifier", Value::Text(item.id.to_string())));
    plain("section-vault", rows)
}

pub(crate) fn public_key(algorithm: &str, spki_sha256: &str) -> Section {
    let rows = vec![
        row("label-algorithm", Value::Text(algorithm.to_owned())),
        row("label-spki-sha256", Value::Hex(spki_sha256.to_owned())),
    ];
    plain("section-public-key", rows)
}

pub(crate) fn signature(algorithm: &str) -> Section {
    let rows = vec![row(
        "label-signature-algorithm",
        Value::Text(algorithm.to_owned()),
    )];
    plain("section-signature", rows)
}

/// A name by field, in the order of its encoding; parts of one RDN stand together.
pub(crate) fn name(title: &'static str, name: &DistinguishedName) -> Section {
    let rows = name
        .rdns()
        .iter()
        .flat_map(|rdn| rdn.attributes.iter().map(attribute))
        .collect();
    plain(title, rows)
}

fn attribute(attribute: &Attribute) -> Row {
    let known = bicle_pki::name::short_name(&attribute.oid).and_then(attribute_word);
    let label = known.map_or_else(|| Label::Text(attribute.oid.to_string()), Label::Code);
    Row {
        label,
        values: vec![Value::Text(attribute.value.clone())],
    }
}

fn attribute_word(short_name: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 19] = [
        ("CN", "attribute-cn"),
        ("SN", "attribute-sn"),
        ("serialNumber", "attribute-serial-number"),
        ("C", "attribute-c"),
        ("L", "attribute-l"),
        ("ST", "attribute-st"),
        ("STREET", "attribute-street"),
        ("O", "attribute-o"),
        ("OU", "attribute-ou"),
        ("title", "attribute-title"),
        ("GN", "attribute-gn"),
        ("initials", "attribute-initials"),
        ("emailAddress", "attribute-email"),
        ("DC", "attribute-dc"),
        ("UID", "attribute-uid"),
        (
            "organizationIdentifier",
            "attribute-organization-identifier",
        ),
        ("pseudonym", "attribute-pseudonym"),
        ("postalCode", "attribute-postal-code"),
        ("businessCategory", "attribute-business-category"),
    ];
    WORDS
        .into_iter()
        .find(|(short, _)| *short == short_name)
        .map(|(_, word)| word)
}

pub(crate) fn plain(title: &'static str, rows: Vec<Row>) -> Section {
    Section {
        title: Label::Code(title),
        critical: false,
        rows,
    }
}

pub(crate) fn row(label: &'static str, value: Value) -> Row {
    Row {
        label: Label::Code(label),
        values: vec![value],
    }
}

pub(crate) fn word(code: &'static str) -> Value {
    Value::Phrase(Phrase::new(code))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bicle_pki::fingerprint::to_hex(bytes)
}

pub(crate) fn link_all(rows: &mut Vec<Row>, label: &'static str, model: &Model, ids: &[ItemId]) {
    let values: Vec<Value> = ids
        .iter()
        .filter_map(|id| model.item(*id))
        .map(|item| Value::Link(item.id, item.name.clone().into()))
        .collect();
    if !values.is_empty() {
        rows.push(Row {
            label: Label::Code(label),
            values,
        });
    }
}

pub(crate) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Trusted => "status-trusted",
        Status::Untrusted => "status-untrusted",
        Status::Expired => "status-expired",
        Status::NotYetValid => "status-not-yet-valid",
        Status::Revoked => "status-revoked",
    }
}

pub(crate) fn trust_word(trust: Trust) -> &'static str {
    match trust {
        Trust::Always => "trust-always",
        Trust::Issuer => "trust-issuer",
        Trust::Never => "trust-never",
    }
}

pub(crate) fn state_word(state: OrderState) -> &'static str {
    match state {
        OrderState::Key => "state-key",
        OrderState::Requested => "state-requested",
        OrderState::Submitted => "state-submitted",
        OrderState::Issued => "state-issued",
        OrderState::Trusted => "state-trusted",
        OrderState::Delivered => "state-delivered",
    }
}

pub(crate) fn branch_word(branch: Branch) -> &'static str {
    match branch {
        Branch::Production => "branch-production",
        Branch::Test => "branch-test",
    }
}

pub(crate) fn offer_word(offer: Offer) -> &'static str {
    match offer {
        Offer::Org => "offer-org",
        Offer::Serv => "offer-serv",
        Offer::Pro => "offer-pro",
        Offer::Ps => "offer-ps",
    }
}

pub(crate) fn use_word(usage: Use) -> &'static str {
    match usage {
        Use::AuthCli => "use-auth-cli",
        Use::Auth => "use-auth",
        Use::Sign => "use-sign",
        Use::Conf => "use-conf",
        Use::SslServ => "use-ssl-serv",
        Use::Smime => "use-smime",
    }
}
