//! What a new vault holds already: the authorities of IGC-Santé and the request template.

use bicle_igc::{Authority, Branch, Role};
use bicle_pki::certificate::Certificate;
use bicle_platform::secret::SecretBytes;

use crate::fault::Fault;
use crate::model::{Trust, UnixSeconds};
use crate::new_item;
use crate::open_vault::Edit;
use crate::record::{Content, TemplateContent};
use crate::{refusal, requests};

/// The records of the bundled authorities and of the template. The production branch is trusted,
/// the TEST branch is there and waits for the user's word.
pub(crate) fn edits(now: UnixSeconds, trust_test_branch: bool) -> Result<Vec<Edit>, Fault> {
    let mut edits = Vec::new();
    for authority in bicle_igc::authorities() {
        let Some(der) = authority.der() else { continue };
        // invariant: the build checks that every bundled file is a certificate
        let certificate =
            Certificate::from_der(der).map_err(|_| refusal::refused("error-internal"))?;
        let trust = official_trust(authority, trust_test_branch);
        let name = authority.common_name.to_owned();
        let mut summary = new_item::certificate(name, &certificate, trust, now);
        if let Content::Certificate(content) = &mut summary.content {
            content.note_signer(bundled_issuer(authority, &certificate));
        }
        edits.push(Edit::Insert(summary, SecretBytes::copy_of(der)));
    }
    let template = bicle_igc::template();
    let content = TemplateContent {
        subject: requests::subject(template)?.to_rfc4514().into(),
        algorithm: format!("RSA-{}", template.key_bits).into(),
        bundled: true,
    };
    let summary = new_item::summary(
        template.name.clone(),
        now,
        Content::Template(Box::new(content)),
    );
    edits.push(Edit::Insert(
        summary,
        SecretBytes::new(template.to_toml().into_bytes()),
    ));
    Ok(edits)
}

/// The decision that an official authority comes with: production roots are anchors, TEST roots
/// only on the user's word, intermediates stand by their root.
pub(crate) fn official_trust(authority: &Authority, test_branch_trusted: bool) -> Trust {
    match (authority.role, authority.branch) {
        (Role::Root, Branch::Production) => Trust::Always,
        (Role::Root, Branch::Test) if test_branch_trusted => Trust::Always,
        _ => Trust::Issuer,
    }
}

/// The identity of the key that signed a bundled authority, checked now.
fn bundled_issuer(
    authority: &Authority,
    certificate: &Certificate,
) -> Option<bicle_pki::fingerprint::Sha256Fingerprint> {
    let named = |found: &&Authority| Some(found.common_name) == authority.issuer_common_name;
    let issuer = bicle_igc::authorities().iter().find(named)?;
    let issuer = Certificate::from_der(issuer.der()?).ok()?;
    let key = issuer.public_key();
    certificate.verify_signature(key).then(|| key.spki_sha256())
}
