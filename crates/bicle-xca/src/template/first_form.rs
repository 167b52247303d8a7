//! Templates before version 10: a fixed sequence of flags, numbers and texts that end with a zero
//! octet. Read from XCA's source; the fields get the names that they have since.

use std::collections::BTreeMap;

use bicle_pki::name::DistinguishedName;

use super::{BrokenTemplate, split_name};

/// The purposes that version 4 and before kept as bits, lowest first.
const PURPOSES: [&str; 12] = [
    "serverAuth",
    "clientAuth",
    "codeSigning",
    "emailProtection",
    "timeStamping",
    "msCodeInd",
    "msCodeCom",
    "msCTLSign",
    "msSGC",
    "msEFS",
    "nsSGC",
    "msSmartcardLogin",
];

/// Reads subject and fields.
pub(super) fn read(
    version: i64,
    blob: &[u8],
) -> Result<(DistinguishedName, BTreeMap<String, String>), BrokenTemplate> {
    if version < 1 {
        return Err(BrokenTemplate);
    }
    let mut input = Input(blob);
    let mut fields = BTreeMap::new();
    let mut put = |key: &str, value: String| fields.insert(key.to_owned(), value);
    // where the template was meant to be used: XCA itself ignores it
    input.text()?;
    for key in [
        "bcCritical",
        "kuCritical",
        "ekuCritical",
        "subKey",
        "authKey",
    ] {
        put(key, input.flag()?);
    }
    put("ca", input.number()?.to_string());
    let path = if version > 5 {
        input.text()?
    } else {
        // 0 meant "no limit" before it could be said
        match input.number()? {
            0 => String::new(),
            length => length.to_string(),
        }
    };
    put("basicPath", path);
    for key in ["validN", "validM", "keyUse"] {
        put(key, input.number()?.to_string());
    }
    let purposes = if version > 4 {
        input.text()?
    } else {
        let bits = input.number()?;
        let set: Vec<&str> = (0_u32..)
            .zip(PURPOSES)
            .filter(|(bit, _)| bits >> bit & 1 == 1)
            .map(|(_, purpose)| purpose)
            .collect();
        set.join(", ")
    };
    put("eKeyUse", purposes);
    put("nsCertType", input.number()?.to_string());
    for key in [
        "subAltName",
        "issAltName",
        "crlDist",
        "nsComment",
        "nsBaseUrl",
        "nsRevocationUrl",
        "nsCARevocationUrl",
        "nsRenewalUrl",
        "nsCaPolicyUrl",
        "nsSslServerName",
    ] {
        put(key, input.text()?);
    }
    let (subject, rest) = split_name(input.0)?;
    input = Input(rest);
    put("authInfAcc", input.text()?);
    put("certPol", input.text()?);
    put("validMidn", input.flag()?);
    if version > 2 {
        put("adv_ext", input.text()?);
    }
    if version > 3 {
        put("noWellDefinedExpDate", input.flag()?);
    }
    Ok((subject, fields))
}

struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn text(&mut self) -> Result<String, BrokenTemplate> {
        let end = self.0.iter().position(|octet| *octet == 0);
        let (text, rest) = end
            .and_then(|end| self.0.split_at_checked(end))
            .ok_or(BrokenTemplate)?;
        self.0 = rest.get(1..).unwrap_or_default();
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    fn flag(&mut self) -> Result<String, BrokenTemplate> {
        let (octet, rest) = self.0.split_first().ok_or(BrokenTemplate)?;
        self.0 = rest;
        Ok(if *octet == 0 { "0" } else { "1" }.to_owned())
    }

    fn number(&mut self) -> Result<u32, BrokenTemplate> {
        let (octets, rest) = self.0.split_first_chunk::<4>().ok_or(BrokenTemplate)?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*octets))
    }
}
