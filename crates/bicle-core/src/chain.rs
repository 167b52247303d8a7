//! The chain of a certificate as the vault holds it: each step's signature was verified.

use std::collections::HashSet;

use bicle_pki::certificate::Certificate;

use crate::command::ChainChoice;
use crate::fault::Fault;
use crate::id::ItemId;
use crate::model::{CertificateItem, Model, Status};
use crate::open_vault::OpenVault;
use crate::phrase::Phrase;
use crate::refusal;

/// A leaf and what stands above it. Made here alone, from issuers whose signatures verify.
pub(crate) struct SignedChain {
    /// DER of the certificate itself.
    pub(crate) leaf: Vec<u8>,
    /// DER of what stands beside it, its issuer first.
    pub(crate) above: Vec<Vec<u8>>,
}

/// Gathers the chain of a certificate. Refused where `choice` asks for more than is here.
pub(crate) fn gather(
    open: &OpenVault,
    model: &Model,
    id: ItemId,
    choice: ChainChoice,
) -> Result<SignedChain, Fault> {
    let leaf_item = model
        .certificate(id)
        .ok_or_else(|| crate::open_vault::no_such_item(id))?;
    let leaf = der(open, leaf_item)?;
    let mut above = Vec::new();
    if choice == ChainChoice::None {
        return Ok(SignedChain { leaf, above });
    }
    for next in steps(model, leaf_item)? {
        if choice == ChainChoice::Full || !next.is_root {
            above.push(der(open, next)?);
        }
    }
    Ok(SignedChain { leaf, above })
}

/// What stands above a certificate, its issuer first, up to the root: the path of a trusted one, as
/// it was judged; else issuer by issuer.
fn steps<'a>(
    model: &'a Model,
    leaf: &'a CertificateItem,
) -> Result<Vec<&'a CertificateItem>, Fault> {
    let mut steps: Vec<&CertificateItem> = match leaf.verdict.status {
        Status::Trusted => {
            let above = leaf.verdict.above.iter();
            above.filter_map(|id| model.certificate(*id)).collect()
        }
        _ => Vec::new(),
    };
    // a path may end at a trusted intermediate: the rest follows its issuers
    let mut seen: HashSet<ItemId> = steps.iter().map(|step| step.item.id).collect();
    seen.insert(leaf.item.id);
    let mut current = steps.last().copied().unwrap_or(leaf);
    while !current.is_root {
        let next = current
            .issuer_id
            .and_then(|issuer| model.certificate(issuer));
        let Some(next) = next.filter(|next| seen.insert(next.item.id)) else {
            let forged = current.verdict.reason.code == "verdict-bad-signature";
            let code = if forged {
                "error-chain-forged"
            } else {
                "error-chain-incomplete"
            };
            let phrase = Phrase::new(code)
                .text("name", leaf.item.name.clone())
                .text("missing", current.issuer_name.clone());
            return Err(Fault::refused(phrase));
        };
        steps.push(next);
        current = next;
    }
    Ok(steps)
}

impl SignedChain {
    /// These certificates are a chain: each is signed by the next.
    pub(crate) fn verifies(certificates: &[Vec<u8>]) -> bool {
        let parsed: Result<Vec<Certificate>, _> = certificates
            .iter()
            .map(|der| Certificate::from_der(der))
            .collect();
        let Ok(parsed) = parsed else { return false };
        let pairs = parsed.iter().zip(parsed.iter().skip(1));
        !parsed.is_empty()
            && pairs
                .into_iter()
                .all(|(below, above)| below.verify_signature(above.public_key()))
    }
}

/// The bytes of a certificate of the vault.
pub(crate) fn der(open: &OpenVault, item: &CertificateItem) -> Result<Vec<u8>, Fault> {
    let body = open.body(item.item.id.record)?;
    let certificate =
        Certificate::from_der(body.expose()).map_err(|_| refusal::unreadable_record())?;
    if certificate.sha256() != item.sha256 {
        return Err(refusal::unreadable_record());
    }
    Ok(body.expose().to_vec())
}
