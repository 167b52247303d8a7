//! Distinguished names (X.501, RFC 5280 §4.1.2.4): read from DER, read and written as text
//! (RFC 4514), made from values, and compared (RFC 5280 §7.1).

mod attribute_type;
mod compare;
mod parse;
mod print;

pub use crate::shown::visible;
pub use attribute_type::{oid_of, short_name};
pub use parse::{MAX_NAME_TEXT_BYTES, NameError, NameErrorKind};

use crate::asn1::{Reader, Tag, Tlv, writer};
use crate::error::{ParseError, ParseErrorKind};
use crate::oid::{self, Oid};

/// Attributes that one name may have. Those of certificates have some ten; kept in memory, each of
/// them is many times as large as in DER.
pub const MAX_ATTRIBUTES: usize = 128;

/// Name ::= RDNSequence (RFC 5280 §4.1.2.4), kept octet for octet as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DistinguishedName {
    der: Vec<u8>,
    rdns: Vec<Rdn>,
}

/// RelativeDistinguishedName: one attribute, or several that name together (as SN + CN + GN of a
/// person's certificate).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rdn {
    /// The attributes, in the order in which they are encoded. Never empty.
    pub attributes: Vec<Attribute>,
}

/// AttributeTypeAndValue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Attribute {
    /// The attribute type.
    pub oid: Oid,
    /// The value as text; `#` and the hexadecimal digits of its DER if it is no character string.
    pub value: String,
    /// The DER of the value, whole: it tells which string type was used.
    pub value_der: Vec<u8>,
    is_text: bool,
}

impl Attribute {
    /// Whether the value is a character string that could be decoded.
    pub fn is_text(&self) -> bool {
        self.is_text
    }

    /// An attribute with a text value, in the string type that its attribute type demands
    /// (RFC 5280 appendix A): PrintableString for countryName, serialNumber and dnQualifier,
    /// IA5String for emailAddress and domainComponent, UTF8String for all others and for text
    /// that the demanded type cannot hold.
    fn from_text(oid: Oid, value: String) -> Attribute {
        let printable = oid == oid::COUNTRY_NAME
            || oid == oid::SERIAL_NUMBER
            || oid == oid::DN_QUALIFIER
            || oid == oid::JURISDICTION_COUNTRY;
        let ia5 = oid == oid::EMAIL_ADDRESS || oid == oid::DOMAIN_COMPONENT;
        let value_der = if printable && writer::is_printable(&value) {
            writer::printable_string(&value)
        } else if ia5 && value.is_ascii() {
            writer::ia5_string(&value)
        } else {
            writer::utf8_string(&value)
        };
        Attribute {
            oid,
            value,
            value_der,
            is_text: true,
        }
    }

    /// An attribute whose value is this element.
    fn from_tlv(oid: Oid, tlv: &Tlv<'_>) -> Attribute {
        let text = tlv.text().ok();
        let is_text = text.is_some();
        let hex = || format!("#{}", crate::fingerprint::to_hex(tlv.whole));
        Attribute {
            oid,
            value: text.unwrap_or_else(hex),
            value_der: tlv.whole.to_vec(),
            is_text,
        }
    }

    fn to_der(&self) -> Vec<u8> {
        writer::sequence(&[&writer::oid(&self.oid), &self.value_der])
    }
}

impl DistinguishedName {
    /// Reads the DER of a Name, whole. Values of any type and RDNs that are not sorted are taken;
    /// an RDN without attribute is refused.
    pub fn from_der(der: &[u8]) -> Result<DistinguishedName, ParseError> {
        let mut reader = Reader::new(der);
        let name = DistinguishedName::read(&mut reader)?;
        reader.finish()?;
        Ok(name)
    }

    /// The name without any RDN.
    pub fn empty() -> DistinguishedName {
        DistinguishedName {
            der: writer::sequence(&[]),
            rdns: Vec::new(),
        }
    }

    /// A name from attribute types and text values, first RDN first (`C` before `CN`). RDNs
    /// without attribute are left out; a multi-valued RDN is sorted as DER demands.
    pub fn from_values(rdns: Vec<Vec<(Oid, String)>>) -> DistinguishedName {
        DistinguishedName::from_attributes(
            rdns.into_iter()
                .map(|rdn| {
                    rdn.into_iter()
                        .map(|(oid, value)| Attribute::from_text(oid, value))
                        .collect()
                })
                .collect(),
        )
    }

    /// A name from short names (`C`, `GN`, `emailAddress`) or dotted identifiers and text values,
    /// as [`DistinguishedName::from_values`]. Refuses a type that is not known; the position in the
    /// error is 0.
    pub fn from_named_values(rdns: &[&[(&str, &str)]]) -> Result<DistinguishedName, NameError> {
        let mut typed = Vec::with_capacity(rdns.len());
        for rdn in rdns {
            let mut attributes = Vec::with_capacity(rdn.len());
            for (name, value) in *rdn {
                let oid = oid_of(name).ok_or_else(|| NameError {
                    kind: NameErrorKind::UnknownType((*name).to_owned()),
                    at: 0,
                })?;
                attributes.push((oid, (*value).to_owned()));
            }
            typed.push(attributes);
        }
        if typed.iter().map(Vec::len).sum::<usize>() > MAX_ATTRIBUTES {
            return Err(NameError {
                kind: NameErrorKind::TooLong,
                at: 0,
            });
        }
        Ok(DistinguishedName::from_values(typed))
    }

    /// The DER of the Name, as it was read or made.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The RDNs in the order of the encoding.
    pub fn rdns(&self) -> &[Rdn] {
        &self.rdns
    }

    /// Whether there is no RDN.
    pub fn is_empty(&self) -> bool {
        self.rdns.is_empty()
    }

    /// All attributes, in the order of the encoding.
    pub fn attributes(&self) -> impl DoubleEndedIterator<Item = &Attribute> {
        self.rdns.iter().flat_map(|rdn| rdn.attributes.iter())
    }

    /// The most specific (last) value of an attribute type.
    pub fn last_value(&self, oid: &Oid) -> Option<&str> {
        self.attributes()
            .rev()
            .find(|attribute| attribute.oid == *oid)
            .map(|attribute| attribute.value.as_str())
    }

    /// The most specific (last) common name.
    pub fn common_name(&self) -> Option<&str> {
        self.last_value(&oid::COMMON_NAME)
    }

    /// Reads the next element, which must be a Name.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<DistinguishedName, ParseError> {
        let tlv = reader.expect(Tag::SEQUENCE)?;
        DistinguishedName::from_tlv(&tlv)
    }

    /// Reads the content of an element as an RDNSequence; the tag is not looked at.
    fn from_tlv(tlv: &Tlv<'_>) -> Result<DistinguishedName, ParseError> {
        let mut sequence = tlv.reader()?;
        let mut rdns = Vec::new();
        let mut count = 0_usize;
        while !sequence.is_empty() {
            let rdn = read_rdn(&sequence.expect(Tag::SET)?)?;
            count = count.saturating_add(rdn.attributes.len());
            if count > MAX_ATTRIBUTES {
                return Err(tlv.error(ParseErrorKind::TooLarge));
            }
            rdns.push(rdn);
        }
        Ok(DistinguishedName {
            der: tlv.whole.to_vec(),
            rdns,
        })
    }

    fn from_attributes(rdns: Vec<Vec<Attribute>>) -> DistinguishedName {
        let mut encoded = Vec::with_capacity(rdns.len());
        let mut sorted = Vec::with_capacity(rdns.len());
        for mut attributes in rdns {
            if attributes.is_empty() {
                continue;
            }
            attributes.sort_by_cached_key(Attribute::to_der);
            let elements: Vec<Vec<u8>> = attributes.iter().map(Attribute::to_der).collect();
            encoded.push(writer::set_of(&elements));
            sorted.push(Rdn { attributes });
        }
        DistinguishedName {
            der: writer::tlv(Tag::SEQUENCE, &encoded.concat()),
            rdns: sorted,
        }
    }
}

fn read_rdn(tlv: &Tlv<'_>) -> Result<Rdn, ParseError> {
    let mut set = tlv.reader()?;
    let mut attributes = Vec::new();
    while !set.is_empty() {
        if attributes.len() >= MAX_ATTRIBUTES {
            return Err(tlv.error(ParseErrorKind::TooLarge));
        }
        let mut fields = set.sequence()?;
        let oid = fields.oid()?;
        let value = fields.any()?;
        fields.finish()?;
        attributes.push(Attribute::from_tlv(oid, &value));
    }
    if attributes.is_empty() {
        return Err(tlv.error(ParseErrorKind::InvalidValue));
    }
    // most have one, and would keep the place of four
    attributes.shrink_to_fit();
    Ok(Rdn { attributes })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn each_attribute_gets_the_string_type_of_the_standard() {
        let name = DistinguishedName::from_named_values(&[
            &[("C", "FR")],
            &[("ST", "Paris (75)")],
            &[("emailAddress", "a@b.fr")],
            &[("DC", "fr")],
            &[("serialNumber", "12")],
            &[("C", "É")],
        ])
        .unwrap();
        let tags: Vec<u8> = name.attributes().map(|a| a.value_der[0]).collect();
        assert_eq!(tags, [0x13, 0x0c, 0x16, 0x16, 0x13, 0x0c]);
    }

    #[test]
    fn a_multi_valued_rdn_is_sorted() {
        let name = DistinguishedName::from_named_values(&[&[
            ("GN", "Jeanne"),
            ("SN", "Dupont"),
            ("CN", "0123"),
        ]])
        .unwrap();
        let types: Vec<String> = name.attributes().map(|a| a.oid.to_string()).collect();
        assert_eq!(types, ["2.5.4.3", "2.5.4.4", "2.5.4.42"]);
        assert_eq!(DistinguishedName::from_der(name.der()).unwrap(), name);
    }

    #[test]
    fn values_that_are_no_text_are_kept() {
        let value = writer::integer_u64(5);
        let der = writer::sequence(&[&writer::set(&[&writer::sequence(&[
            &writer::oid(&oid::COMMON_NAME),
            &value,
        ])])]);
        let name = DistinguishedName::from_der(&der).unwrap();
        let attribute = &name.rdns()[0].attributes[0];
        assert_eq!(attribute.value, "#020105");
        assert!(!attribute.is_text());
        assert_eq!(name.der(), der);
    }

    #[test]
    fn an_unknown_type_and_an_empty_rdn_are_refused() {
        assert!(DistinguishedName::from_named_values(&[&[("XX", "a")]]).is_err());
        assert!(DistinguishedName::from_der(&writer::sequence(&[&writer::set(&[])])).is_err());
    }
}
