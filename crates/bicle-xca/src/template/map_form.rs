//! Templates since version 10: the subject's DER, then a QMap of two QStrings as Qt 4.2 streams it.

use std::collections::BTreeMap;

use bicle_pki::name::DistinguishedName;

use super::{BrokenTemplate, split_name};

/// Fields that one template may have; XCA 2.9 writes 30.
const MAX_FIELDS: u32 = 200;

/// The length that stands for a null string.
const NULL_STRING: u32 = u32::MAX;

/// Reads subject and fields; what stands behind them is passed over, as XCA does.
pub(super) fn read(
    blob: &[u8],
) -> Result<(DistinguishedName, BTreeMap<String, String>), BrokenTemplate> {
    let (subject, mut rest) = split_name(blob)?;
    let count = number(&mut rest)?;
    if count > MAX_FIELDS {
        return Err(BrokenTemplate);
    }
    let mut fields = BTreeMap::new();
    for _ in 0..count {
        let key = string(&mut rest)?;
        let value = string(&mut rest)?;
        fields.insert(key, value);
    }
    Ok((subject, fields))
}

fn number(rest: &mut &[u8]) -> Result<u32, BrokenTemplate> {
    let (octets, after) = rest.split_first_chunk::<4>().ok_or(BrokenTemplate)?;
    *rest = after;
    Ok(u32::from_be_bytes(*octets))
}

/// A length in octets, then UTF-16BE; half pairs become U+FFFD.
fn string(rest: &mut &[u8]) -> Result<String, BrokenTemplate> {
    let length = number(rest)?;
    if length == NULL_STRING {
        return Ok(String::new());
    }
    let length = usize::try_from(length).map_err(|_| BrokenTemplate)?;
    let (octets, after) = rest.split_at_checked(length).ok_or(BrokenTemplate)?;
    *rest = after;
    let (units, odd) = octets.as_chunks::<2>();
    if !odd.is_empty() {
        return Err(BrokenTemplate);
    }
    let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
    Ok(char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect())
}
