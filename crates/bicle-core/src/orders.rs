//! Orders: a product asked of the portal, from its key to its reference and revocation code.

use bicle_igc::portal::{self, ReferenceNumber};
use bicle_pki::pem;
use bicle_platform::file::Staged;
use bicle_platform::secret::SecretBytes;

use crate::command::{KeyType, Outcome, StartOrder};
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::new_item;
use crate::open_vault::{Edit, OpenVault};
use crate::phrase::Phrase;
use crate::progress::Progress;
use crate::random::random;
use crate::record::{Content, OrderContent, Product, Summary};
use crate::{export, keys, refusal, requests};

/// The portal's offers all take RSA 2048 (the template says so too).
const ORDER_KEY: KeyType = KeyType::Rsa { bits: 2048 };

/// Makes a new key and its request, keeps both with the order, and saves the request.
///
/// The place is tried before the key is made, and the file gets its name only after the vault has
/// kept the key: a request whose key is lost would be the worst of both.
pub(crate) fn start(
    open: &mut OpenVault,
    asked: &StartOrder,
    progress: &Progress,
) -> Result<Outcome, Fault> {
    let name = new_item::typed_name(&asked.name)?;
    if let Some(path) = &asked.request_path {
        export::refuse_taken(open, path, asked.existing)?;
        // nothing is published: the folder is tried, so that it fails before the work
        Staged::public(path, b"").map_err(|error| refusal::from_file(&error))?;
    }
    let key = keys::make(ORDER_KEY, progress)?;
    let request = requests::from_bundled_template(&key)?;
    progress.go_on()?;
    progress.tell(Phrase::new("progress-saving"));
    let staged = match &asked.request_path {
        Some(path) => {
            let text = pem::encode("CERTIFICATE REQUEST", &request);
            let staged = Staged::public(path, text.as_bytes());
            Some(staged.map_err(|error| refusal::from_file(&error))?)
        }
        None => None,
    };
    // kept whole, so that it is found from another folder too
    let kept_path = asked.request_path.as_deref().map(export::absolute);
    let product = Product {
        branch: asked.branch,
        offer: asked.offer,
        usage: asked.usage,
    };
    let public = key.public_key();
    let now = open.now();
    let order = new_item::order(name.clone(), product, public.spki_sha256(), kept_path, now);
    let edits = vec![
        Edit::Insert(new_item::key(name.clone(), public, now), key.to_pkcs8_der()),
        requests::edit(name, &request, open)?,
        Edit::Insert(order, SecretBytes::new(Vec::new())),
    ];
    let ids = open.apply(edits)?;
    if let Some(staged) = staged {
        staged
            .publish(asked.existing)
            .map_err(|error| refusal::from_file(&error))?;
    }
    let order = ids.into_iter().find(|id| id.kind == Kind::Order);
    Ok(order.map_or(Outcome::Done, |order| Outcome::OrderStarted {
        order,
        request_path: asked.request_path.clone(),
    }))
}

/// Notes the portal's reference.
pub(crate) fn submit(open: &mut OpenVault, id: ItemId, reference: &str) -> Result<Outcome, Fault> {
    let number: ReferenceNumber = reference.parse().map_err(|_| {
        let phrase = Phrase::new("error-reference-malformed");
        Fault::refused(phrase.text("reference", reference.trim()))
    })?;
    change(open, id, |content| {
        content.reference = Some(number.digits().to_owned())
    })?;
    Ok(Outcome::Done)
}

/// The order's revocation code: the one that is kept, or a new one where there is none or `renew`.
pub(crate) fn revocation_code(
    open: &mut OpenVault,
    id: ItemId,
    renew: bool,
) -> Result<Outcome, Fault> {
    let (mut summary, content) = order(open, id)?;
    if content.has_revocation_code && !renew {
        let code = open.body(id.record)?.into_text();
        let code = code.map_err(|_| refusal::unreadable_record())?;
        return Ok(Outcome::RevocationCode { order: id, code });
    }
    let code = portal::generate_revocation_code(&mut random());
    let body = SecretBytes::copy_of(code.expose().as_bytes());
    summary.content = Content::Order(Box::new(OrderContent {
        has_revocation_code: true,
        ..content
    }));
    open.apply(vec![Edit::Whole(id.record, summary, body)])?;
    Ok(Outcome::RevocationCode { order: id, code })
}

/// Changes what the order knows of itself.
pub(crate) fn change(
    open: &mut OpenVault,
    id: ItemId,
    act: impl FnOnce(&mut OrderContent),
) -> Result<(), Fault> {
    let (mut summary, mut content) = order(open, id)?;
    act(&mut content);
    summary.content = Content::Order(Box::new(content));
    open.apply(vec![Edit::Summary(id.record, summary)])?;
    Ok(())
}

fn order(open: &OpenVault, id: ItemId) -> Result<(Summary, OrderContent), Fault> {
    OpenVault::expect_kind(id, Kind::Order)?;
    let summary = open.summary(id)?.clone();
    match &summary.content {
        Content::Order(content) => {
            let content = OrderContent::clone(content);
            Ok((summary, content))
        }
        _ => Err(crate::open_vault::no_such_item(id)),
    }
}
