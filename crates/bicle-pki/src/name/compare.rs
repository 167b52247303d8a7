//! Comparison of names, RFC 5280 §7.1.

use super::{Attribute, DistinguishedName, Rdn};

impl DistinguishedName {
    /// Whether two names are the same by RFC 5280 §7.1: RDN by RDN in order, the attributes of an
    /// RDN in any order; text values without regard to case, to leading, trailing and repeated
    /// white space and to the string type; other values octet by octet.
    ///
    /// Unicode normalisation (NFKC of RFC 4518 §2.3) is not done: no authority is known to write
    /// one name in two normal forms, and names that differ so do not match, which is the safe side.
    pub fn matches(&self, other: &DistinguishedName) -> bool {
        self.der == other.der || self.comparison_key() == other.comparison_key()
    }

    /// Bytes that are equal exactly when the names [match](DistinguishedName::matches): a key for
    /// maps of issuers.
    pub fn comparison_key(&self) -> Vec<u8> {
        let mut key = Vec::with_capacity(self.der.len());
        for rdn in &self.rdns {
            push_part(&mut key, &rdn_key(rdn));
        }
        key
    }

    /// Whether this name begins with all RDNs of another: it lies in the subtree of that name
    /// (RFC 5280 §4.2.1.10).
    pub fn is_within(&self, base: &DistinguishedName) -> bool {
        self.comparison_key().starts_with(&base.comparison_key())
    }
}

fn rdn_key(rdn: &Rdn) -> Vec<u8> {
    let mut attributes: Vec<Vec<u8>> = rdn.attributes.iter().map(attribute_key).collect();
    attributes.sort_unstable();
    let mut key = Vec::new();
    for attribute in attributes {
        push_part(&mut key, &attribute);
    }
    key
}

fn attribute_key(attribute: &Attribute) -> Vec<u8> {
    let mut key = Vec::new();
    push_part(&mut key, attribute.oid.der_body());
    if attribute.is_text {
        key.push(b't');
        key.extend_from_slice(folded(&attribute.value).as_bytes());
    } else {
        key.push(b'd');
        key.extend_from_slice(&attribute.value_der);
    }
    key
}

/// Lower case, one space for each run of white space, none at the ends.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}

/// Appends a part with its length before it, so that no two lists of parts give the same bytes.
fn push_part(key: &mut Vec<u8>, part: &[u8]) {
    key.extend_from_slice(&part.len().to_be_bytes());
    key.extend_from_slice(part);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::asn1::writer;
    use crate::oid;

    fn name(text: &str) -> DistinguishedName {
        DistinguishedName::parse(text).unwrap()
    }

    #[test]
    fn case_space_and_string_type_do_not_count() {
        assert!(name("C=FR,O=Asip  Santé").matches(&name("C=fr,O=\\ ASIP SANTÉ\\ ")));
        assert!(name("C=FR,CN=a+SN=b").matches(&name("C=FR,SN=b+CN=a")));
        let bmp = writer::sequence(&[&writer::set(&[&writer::sequence(&[
            &writer::oid(&oid::COMMON_NAME),
            &writer::bmp_string("É"),
        ])])]);
        assert!(
            DistinguishedName::from_der(&bmp)
                .unwrap()
                .matches(&name("CN=é"))
        );
    }

    #[test]
    fn order_types_and_values_count() {
        assert!(!name("C=FR,O=a,CN=b").matches(&name("C=FR,CN=b,O=a")));
        assert!(!name("CN=a").matches(&name("O=a")));
        assert!(!name("CN=a,CN=b").matches(&name("CN=a+CN=b")));
        assert!(!name("CN=ab").matches(&name("CN=a b")));
        assert!(!name("CN=#020105").matches(&name("CN=\\#020105")));
    }

    #[test]
    fn a_subtree_is_a_prefix_of_rdns() {
        assert!(name("C=FR,O=a,CN=b").is_within(&name("C=FR,O=A")));
        assert!(name("C=FR,O=a").is_within(&name("C=FR,O=A")));
        assert!(!name("C=FR").is_within(&name("C=FR,O=A")));
        assert!(!name("C=FR,O=ab").is_within(&name("C=FR,O=a")));
        assert!(name("C=FR").is_within(&DistinguishedName::empty()));
    }
}
