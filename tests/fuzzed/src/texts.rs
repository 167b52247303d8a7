//! PEM and names as text.

use bicle_pki::extension::GeneralName;
use bicle_pki::name::DistinguishedName;
use bicle_pki::pem as armour;

pub(crate) fn pem(bytes: &[u8]) {
    let Ok(blocks) = armour::decode(bytes) else {
        return;
    };
    for block in blocks.into_iter().flatten() {
        assert!(block.at < bytes.len());
        let text = armour::encode(&block.label, block.bytes.expose());
        let again = armour::decode(text.as_bytes()).unwrap_or_default();
        let again: Vec<_> = again.into_iter().flatten().collect();
        assert_eq!(again.len(), 1, "{:?}", block.label);
        for one in again {
            assert_eq!(one.label, block.label);
            assert_eq!(one.bytes.expose(), block.bytes.expose());
        }
    }
    let _ = armour::decode_bare(bytes);
}

/// The bytes as the DER of a name, and as the text of one.
pub(crate) fn name(bytes: &[u8]) {
    if let Ok(name) = DistinguishedName::from_der(bytes) {
        assert_eq!(name.der(), bytes);
        look_at_name(&name);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        for name in [
            DistinguishedName::parse(text),
            DistinguishedName::parse_rfc4514(text),
        ]
        .into_iter()
        .flatten()
        {
            let again = DistinguishedName::from_der(name.der());
            assert!(again.is_ok_and(|again| again == name), "{text:?}");
            look_at_name(&name);
            // what is printed is read as the same name
            let printed = name.to_rfc4514();
            let read = DistinguishedName::parse_rfc4514(&printed);
            assert!(
                read.is_ok_and(|read| read.matches(&name)),
                "{text:?} {printed:?}"
            );
        }
    }
}

pub(crate) fn general_name(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        match GeneralName::parse(text) {
            Ok(name) => {
                let _ = name.to_string();
            }
            Err(error) => {
                let _ = error.to_string();
            }
        }
    }
}

/// A description of a request, as Windows' certreq takes it.
pub(crate) fn certreq(bytes: &[u8]) {
    let _ = bicle_pki::certreq::is_certreq(bytes);
    match bicle_pki::certreq::parse(bytes) {
        Ok(description) => look_at_name(&description.template.subject),
        Err(error) => {
            let _ = error.to_string();
        }
    }
}

/// A name shows nothing that hides or turns round.
pub(crate) fn look_at_name(name: &DistinguishedName) {
    let shown = name.to_rfc4514();
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    let _ = name.comparison_key();
    let _ = name.common_name();
}
