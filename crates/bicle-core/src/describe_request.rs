//! Lays out a request: PKCS#10 with its attributes, Microsoft's too, or a signed public key.

use bicle_pki::request::{CertificationRequest, MicrosoftAttribute, client_name};
use bicle_pki::spkac::SignedPublicKey;

use crate::describe::{self, plain, row};
use crate::describe_extension;
use crate::details::{Label, Row, Section, Value};
use crate::fault::Fault;
use crate::model::{Model, RequestItem};
use crate::open_vault::OpenVault;
use crate::refusal;

/// All that there is to read of a request.
pub(crate) fn sections(
    open: &OpenVault,
    model: &Model,
    item: &RequestItem,
) -> Result<Vec<Section>, Fault> {
    let body = open.body(item.item.id.record)?;
    let mut relations = Vec::new();
    describe::link_all(&mut relations, "label-key", model, item.key.as_slice());
    let certificates = &item.certificates;
    describe::link_all(&mut relations, "label-certificate", model, certificates);
    describe::link_all(&mut relations, "label-order", model, item.order.as_slice());
    let relations = plain("section-relations", relations);
    let public_key = describe::public_key(&item.algorithm, &item.spki_sha256.to_hex());
    if item.is_spkac {
        let found =
            SignedPublicKey::from_der(body.expose()).map_err(|_| refusal::unreadable_record())?;
        let challenge = row("label-challenge", Value::Text(found.challenge().to_owned()));
        return Ok(vec![
            relations,
            plain("section-spkac", vec![challenge]),
            public_key,
        ]);
    }
    let request =
        CertificationRequest::from_der(body.expose()).map_err(|_| refusal::unreadable_record())?;
    let mut sections = vec![
        relations,
        describe::name("section-subject", request.subject()),
        public_key,
        describe::signature(&request.signature_algorithm().to_string()),
        plain("section-attributes", attributes(&request)),
        plain("section-microsoft", microsoft(&request)),
    ];
    sections.extend(request.extensions().iter().map(describe_extension::section));
    Ok(sections)
}

fn attributes(request: &CertificationRequest) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(password) = request.challenge_password() {
        rows.push(row("label-challenge-password", Value::Text(password)));
    }
    if let Some(name) = request.unstructured_name() {
        rows.push(row("label-unstructured-name", Value::Text(name)));
    }
    rows
}

fn microsoft(request: &CertificationRequest) -> Vec<Row> {
    let found = request.microsoft_attributes();
    found.iter().flat_map(microsoft_rows).collect()
}

fn microsoft_rows(attribute: &MicrosoftAttribute) -> Vec<Row> {
    let text = |label, value: &str| row(label, Value::Text(value.to_owned()));
    match attribute {
        MicrosoftAttribute::OsVersion(version) => vec![text("label-windows-version", version)],
        MicrosoftAttribute::ClientInfo {
            client_id,
            machine,
            user,
            process,
        } => {
            let client =
                client_id.map(|id| client_name(id).map_or_else(|| id.to_string(), str::to_owned));
            [
                ("label-windows-client", &client),
                ("label-windows-machine", machine),
                ("label-windows-user", user),
                ("label-windows-program", process),
            ]
            .into_iter()
            .filter_map(|(label, value)| value.as_deref().map(|value| text(label, value)))
            .collect()
        }
        MicrosoftAttribute::Provider { name, .. } => vec![text("label-windows-provider", name)],
        MicrosoftAttribute::NameValue { name, value } => vec![Row {
            label: Label::Text(name.clone()),
            values: vec![Value::Text(value.clone())],
        }],
        other => vec![text("label-windows-template", &other.to_string())],
    }
}
