//! Lays out a revocation list: whose it is, how long it holds, what it revokes here.

use bicle_pki::revocation_list::{Reason, RevocationList};

use crate::describe::{self, plain, row};
use crate::describe_extension;
use crate::details::{Label, Row, Section, Value};
use crate::fault::Fault;
use crate::model::{ListItem, Model};
use crate::open_vault::OpenVault;
use crate::phrase::Phrase;
use crate::refusal;

/// So many entries are shown, the first ones: a list holds up to a million.
const ENTRIES_SHOWN: usize = 50;

/// All that there is to read of a list.
pub(crate) fn sections(
    open: &OpenVault,
    model: &Model,
    item: &ListItem,
) -> Result<Vec<Section>, Fault> {
    let body = open.body(item.item.id.record)?;
    let list = RevocationList::from_der(body.expose()).map_err(|_| refusal::unreadable_record())?;
    let mut relations = Vec::new();
    let issuer = item.issuer_id;
    describe::link_all(
        &mut relations,
        "label-issuer-certificate",
        model,
        issuer.as_slice(),
    );
    let mut validity = vec![row("label-this-update", Value::Time(item.this_update.0))];
    if let Some(next) = item.next_update {
        validity.push(row("label-next-update", Value::Time(next.0)));
    }
    let mut identity = Vec::new();
    let text = |label, value: &str| row(label, Value::Text(value.to_owned()));
    if let Some(number) = &item.number {
        identity.push(text("label-list-number", number));
    }
    if let Some(base) = &item.delta_base {
        identity.push(text("label-delta-base", base));
    }
    identity.push(text("label-list-entries", &item.entries.to_string()));
    let mut sections = vec![
        plain("section-relations", relations),
        describe::name("section-issuer", list.issuer()),
        plain("section-validity", validity),
        plain("section-identity", identity),
        plain(
            "section-fingerprints",
            vec![row("label-sha256", Value::Hex(item.sha256.to_hex()))],
        ),
        describe::signature(&list.signature_algorithm().to_string()),
    ];
    sections.extend(list.extensions().iter().map(describe_extension::section));
    sections.push(plain("section-revoked", entries(&list)));
    Ok(sections)
}

fn entries(list: &RevocationList) -> Vec<Row> {
    let mut rows: Vec<Row> = list
        .entries()
        .take(ENTRIES_SHOWN)
        .map(|entry| {
            let mut values = vec![Value::Time(entry.at.0)];
            let word = entry.reason.and_then(reason_word);
            values.extend(word.map(describe::word));
            Row {
                label: Label::Text(entry.serial_hex()),
                values,
            }
        })
        .collect();
    let more = list.entries_count().saturating_sub(ENTRIES_SHOWN);
    if more > 0 {
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        let phrase = Phrase::new("label-and-more").number("count", more);
        rows.push(Row {
            label: Label::Text("…".to_owned()),
            values: vec![Value::Phrase(phrase)],
        });
    }
    rows
}

/// The catalogue's word for a reason of RFC 5280 §5.3.1.
pub(crate) fn reason_word(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::KeyCompromise => "reason-key-compromise",
        Reason::AuthorityCompromise | Reason::AttributeAuthorityCompromise => {
            "reason-authority-compromise"
        }
        Reason::AffiliationChanged => "reason-affiliation-changed",
        Reason::Superseded => "reason-superseded",
        Reason::CessationOfOperation => "reason-cessation-of-operation",
        Reason::CertificateHold => "reason-certificate-hold",
        Reason::RemoveFromList => "reason-remove-from-list",
        Reason::PrivilegeWithdrawn => "reason-privilege-withdrawn",
        _ => return None,
    })
}
