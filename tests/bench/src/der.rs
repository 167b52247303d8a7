//! The few elements of DER that made-up certificates need.

/// One element.
pub(crate) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 4);
    out.push(tag);
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        Ok(byte) => out.extend([0x81, byte]),
        Err(_) => {
            out.push(0x82);
            out.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// SEQUENCE.
pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, parts)
}

/// BIT STRING of whole octets.
pub(crate) fn bits(bytes: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], bytes])
}

/// OBJECT IDENTIFIER by its encoded arcs.
pub(crate) fn oid(body: &[u8]) -> Vec<u8> {
    tlv(0x06, &[body])
}

/// One RDN after the other: the last arc of `2.5.4.x` and a text.
pub(crate) fn name(attributes: &[(u8, &str)]) -> Vec<u8> {
    let rdns: Vec<u8> = attributes
        .iter()
        .flat_map(|(arc, text)| {
            let tag = if *arc == 6 { 0x13 } else { 0x0c };
            let value = tlv(tag, &[text.as_bytes()]);
            tlv(0x31, &[&sequence(&[&oid(&[0x55, 0x04, *arc]), &value])])
        })
        .collect();
    sequence(&[&rdns])
}

/// An extension of `2.5.29.x`.
pub(crate) fn extension(arc: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[0x01, 0x01, 0xff] } else { &[] };
    sequence(&[&oid(&[0x55, 0x1d, arc]), critical, &tlv(0x04, &[value])])
}

/// PEM, RFC 7468.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    bicle_pki::pem::encode(label, der)
}
