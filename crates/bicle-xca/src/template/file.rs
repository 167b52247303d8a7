//! Files of templates (`.xca`): the blob behind its length and version, raw or in PEM.

use bicle_pki::pem;

use super::{MAP_VERSION, XcaTemplate, read_blob};
use crate::error::XcaError;

/// Largest file of templates, in bytes: XCA's own have one kilobyte each.
pub const MAX_TEMPLATE_BYTES: usize = 4 * 1024 * 1024;

/// The label of the PEM form, which XCA writes since 2.5 and to the clipboard before.
const LABEL: &str = "XCA TEMPLATE";

/// The highest version that is taken for one of a template: XCA 2.9 writes 10.
const MAX_VERSION: u32 = 20;

/// Whether these bytes are a file of templates of XCA: by their content, raw or PEM.
pub fn is_template(bytes: &[u8]) -> bool {
    if bytes.len() > MAX_TEMPLATE_BYTES {
        return false;
    }
    match split_raw(bytes) {
        // nothing but its parts tells the first form from other bytes
        Some((version, blob)) => {
            version >= MAP_VERSION && blob.first() == Some(&0x30)
                || read_blob(version, blob).is_ok()
        }
        None => has_block(bytes),
    }
}

/// Reads a file of templates; of several, the first.
///
/// # Errors
/// [`XcaError::NotXca`], [`XcaError::TooLarge`] or [`XcaError::Malformed`].
pub fn read_template(bytes: &[u8]) -> Result<XcaTemplate, XcaError> {
    read_templates(bytes)?
        .into_iter()
        .next()
        .ok_or(XcaError::NotXca)
}

/// Reads all templates of a file: a PEM text may hold several.
///
/// # Errors
/// As [`read_template`]; one broken template refuses all.
pub fn read_templates(bytes: &[u8]) -> Result<Vec<XcaTemplate>, XcaError> {
    if bytes.len() > MAX_TEMPLATE_BYTES {
        return Err(XcaError::TooLarge);
    }
    if let Some((version, blob)) = split_raw(bytes) {
        let template = read_blob(version, blob).map_err(|_| XcaError::Malformed)?;
        return Ok(vec![template]);
    }
    if !has_block(bytes) {
        return Err(XcaError::NotXca);
    }
    let mut templates = Vec::new();
    for block in pem::decode(bytes).map_err(|_| XcaError::TooLarge)? {
        match block {
            Ok(block) if block.label == LABEL => {
                let (version, blob) = split_raw(block.bytes.expose()).ok_or(XcaError::Malformed)?;
                templates.push(read_blob(version, blob).map_err(|_| XcaError::Malformed)?);
            }
            Ok(_) => {}
            Err(_) => return Err(XcaError::Malformed),
        }
    }
    Ok(templates)
}

/// Version and blob, if the length in front is that of the rest.
fn split_raw(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (version, blob) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let version = u32::from_be_bytes(*version);
    (length == blob.len() && (1..=MAX_VERSION).contains(&version))
        .then_some((i64::from(version), blob))
}

fn has_block(bytes: &[u8]) -> bool {
    let begin = b"-----BEGIN XCA TEMPLATE-----";
    bytes.windows(begin.len()).any(|window| window == begin)
}
