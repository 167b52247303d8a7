//! Templates of requests, read from and written as TOML; the one of IGC-Santé is embedded.
//!
//! ```toml
//! name = "…"
//! [key]
//! type = "rsa"
//! bits = 2048
//! [request]
//! hash = "sha256"
//! [[subject]]            # in the order of the DN
//! attribute = "C"        # an RFC 4514 short name, or a dotted OID
//! value = "FR"
//! [extensions]           # may be absent, and each of its members
//! subject_alt_names = ["dns:www.example.org"]
//! key_usage = ["digitalSignature"]
//! extended_key_usage = ["serverAuth"]
//! ```

use bicle_pki::name::{DistinguishedName, NameError, oid_of};
use serde::Deserialize;
use std::fmt::{self, Write as _};
use std::sync::LazyLock;

/// Read before parsing: no template of a person comes near, and a hostile file costs nothing.
pub const MAX_TEMPLATE_BYTES: usize = 64 * 1024;

/// More than any DN of a person, a server or a structure has.
pub const MAX_SUBJECT_VALUES: usize = 64;

/// So many values one extension has at most: a server answers to some dozen names.
pub const MAX_EXTENSION_VALUES: usize = 256;

/// RFC 5280 appendix A.1 bounds most attributes at 64 or 128 characters and names at 32,768; this is longer than
/// anything that a portal takes, and short enough to show.
pub const MAX_VALUE_CHARACTERS: usize = 1_024;

/// RSA moduli that a template may ask for, in bits.
const RSA_BITS: [u32; 4] = [2_048, 3_072, 4_096, 8_192];

const IHM_GENERIQUE: &str = include_str!("../../../igc-sante-db/templates/ihm-generique.toml");

/// The kind of key that a request is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// RSA (RFC 8017).
    Rsa,
}

/// The hash that a request is signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hash {
    /// SHA-256 (FIPS 180-4).
    Sha256,
}

/// One value of the subject.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectValue {
    /// An RFC 4514 short name such as `CN`, or a dotted OID.
    pub attribute: String,
    /// Its value, not empty.
    pub value: String,
}

/// Values to start a request from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name, not empty.
    pub name: String,
    /// The kind of key to make.
    pub key_kind: KeyKind,
    /// The key's size: 2048, 3072, 4096 or 8192.
    pub key_bits: u32,
    /// The hash of the request's signature.
    pub hash: Hash,
    /// The subject's values, in the order of the DN.
    pub subject: Vec<SubjectValue>,
    /// What the request asks for besides a subject.
    pub extensions: TemplateExtensions,
}

/// The extensions of a template, each as a person types it where a request is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TemplateExtensions {
    /// `dns:www.example.org`, `email:…`, `ip:…`.
    pub subject_alt_names: Vec<String>,
    /// Names of RFC 5280 §4.2.1.3.
    pub key_usage: Vec<String>,
    /// Names of RFC 5280 §4.2.1.12, or dotted OIDs.
    pub extended_key_usage: Vec<String>,
}

impl TemplateExtensions {
    /// Each list with its name.
    fn lists(&self) -> [(&'static str, &[String]); 3] {
        [
            ("subject_alt_names", &self.subject_alt_names),
            ("key_usage", &self.key_usage),
            ("extended_key_usage", &self.extended_key_usage),
        ]
    }
}

/// Why a template was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplateError {
    /// Longer than [`MAX_TEMPLATE_BYTES`].
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// Not TOML, or not a template's fields.
    Malformed {
        /// What is wrong, in English.
        reason: String,
        /// Where, if the parser knows.
        at_byte: Option<usize>,
    },
    /// A name or a value is empty, or holds nothing but spaces.
    Empty {
        /// `name`, or the attribute.
        field: String,
    },
    /// An attribute is neither a known short name nor a dotted OID.
    UnknownAttribute {
        /// The attribute as written.
        attribute: String,
    },
    /// A value is longer than [`MAX_VALUE_CHARACTERS`].
    TooLong {
        /// `name`, or the attribute.
        field: String,
    },
    /// More than [`MAX_SUBJECT_VALUES`] values, or than [`MAX_EXTENSION_VALUES`] in an extension.
    TooManyValues {
        /// How many there are.
        values: usize,
    },
    /// A size that no RSA key is made with here.
    KeyBits {
        /// The size asked for.
        bits: u32,
    },
}

/// The fields as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    key: WrittenKey,
    request: WrittenRequest,
    #[serde(default)]
    subject: Vec<SubjectValue>,
    #[serde(default)]
    extensions: TemplateExtensions,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    r#type: KeyKind,
    bits: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRequest {
    hash: Hash,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`TemplateError`]: the text is too large, not a template, or a value breaks a limit.
    pub fn from_toml(text: &str) -> Result<Self, TemplateError> {
        if text.len() > MAX_TEMPLATE_BYTES {
            return Err(TemplateError::TooLarge { bytes: text.len() });
        }
        let written: Written = toml::from_str(text).map_err(|error| TemplateError::Malformed {
            reason: error.message().to_owned(),
            at_byte: error.span().map(|span| span.start),
        })?;
        let template = Self {
            name: written.name,
            key_kind: written.key.r#type,
            key_bits: written.key.bits,
            hash: written.request.hash,
            subject: written.subject,
            extensions: written.extensions,
        };
        template.check()?;
        Ok(template)
    }

    /// The template as TOML; [`Template::from_toml`] reads it back to the same values.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let KeyKind::Rsa = self.key_kind;
        let Hash::Sha256 = self.hash;
        let mut text = format!(
            "name = {}\n\n[key]\ntype = \"rsa\"\nbits = {}\n\n[request]\nhash = \"sha256\"\n",
            basic_string(&self.name),
            self.key_bits
        );
        for SubjectValue { attribute, value } in &self.subject {
            text.push_str("\n[[subject]]\nattribute = ");
            text.push_str(&basic_string(attribute));
            text.push_str("\nvalue = ");
            text.push_str(&basic_string(value));
            text.push('\n');
        }
        if self.extensions != TemplateExtensions::default() {
            text.push_str("\n[extensions]\n");
        }
        for (name, values) in self.extensions.lists() {
            if values.is_empty() {
                continue;
            }
            let quoted: Vec<String> = values.iter().map(|value| basic_string(value)).collect();
            // Writing to a String does not fail.
            let _ = writeln!(text, "{name} = [{}]", quoted.join(", "));
        }
        text
    }

    /// The subject as a distinguished name, one attribute per RDN, in the template's order.
    ///
    /// # Errors
    /// [`NameError`] where an attribute is unknown: not for a template that was read.
    pub fn subject_name(&self) -> Result<DistinguishedName, NameError> {
        let rdns: Vec<[(&str, &str); 1]> = self
            .subject
            .iter()
            .map(|SubjectValue { attribute, value }| [(attribute.as_str(), value.as_str())])
            .collect();
        let rdns: Vec<&[(&str, &str)]> = rdns.iter().map(|rdn| &rdn[..]).collect();
        DistinguishedName::from_named_values(&rdns)
    }

    fn check(&self) -> Result<(), TemplateError> {
        if !RSA_BITS.contains(&self.key_bits) {
            return Err(TemplateError::KeyBits {
                bits: self.key_bits,
            });
        }
        if self.subject.len() > MAX_SUBJECT_VALUES {
            return Err(TemplateError::TooManyValues {
                values: self.subject.len(),
            });
        }
        check_text("name", &self.name)?;
        for SubjectValue { attribute, value } in &self.subject {
            check_text("attribute", attribute)?;
            if oid_of(attribute).is_none() {
                return Err(TemplateError::UnknownAttribute {
                    attribute: attribute.clone(),
                });
            }
            check_text(attribute, value)?;
        }
        for (name, values) in self.extensions.lists() {
            if values.len() > MAX_EXTENSION_VALUES {
                return Err(TemplateError::TooManyValues {
                    values: values.len(),
                });
            }
            for value in values {
                check_text(name, value)?;
            }
        }
        Ok(())
    }
}

/// The template "IGC-Santé IHM Générique": RSA 2048, SHA-256, and placeholders that the portal ignores.
#[must_use]
pub fn template() -> &'static Template {
    static TEMPLATE: LazyLock<Template> = LazyLock::new(|| {
        // invariant: the text is embedded, and a test reads it
        #[expect(clippy::expect_used, reason = "an embedded text that a test reads")]
        Template::from_toml(IHM_GENERIQUE).expect("the embedded template is well formed")
    });
    &TEMPLATE
}

/// Every embedded template.
#[must_use]
pub fn templates() -> [&'static Template; 1] {
    [template()]
}

fn check_text(field: &str, text: &str) -> Result<(), TemplateError> {
    if text.trim().is_empty() {
        return Err(TemplateError::Empty {
            field: field.to_owned(),
        });
    }
    if text.chars().count() > MAX_VALUE_CHARACTERS {
        return Err(TemplateError::TooLong {
            field: field.chars().take(MAX_VALUE_CHARACTERS).collect(),
        });
    }
    Ok(())
}

/// A TOML basic string (TOML 1.0, "String").
fn basic_string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().saturating_add(2));
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            control if control.is_control() => {
                // Writing to a String does not fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

impl fmt::Display for TemplateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes } => {
                write!(
                    formatter,
                    "a template of {bytes} bytes, the limit is {MAX_TEMPLATE_BYTES}"
                )
            }
            Self::Malformed {
                reason,
                at_byte: Some(byte),
            } => write!(formatter, "not a template: {reason}, at byte {byte}"),
            Self::Malformed {
                reason,
                at_byte: None,
            } => write!(formatter, "not a template: {reason}"),
            Self::Empty { field } => write!(formatter, "{field} is empty"),
            Self::UnknownAttribute { attribute } => {
                write!(
                    formatter,
                    "unknown attribute {}",
                    bicle_pki::name::visible(attribute)
                )
            }
            Self::TooLong { field } => {
                write!(
                    formatter,
                    "{field} is longer than {MAX_VALUE_CHARACTERS} characters"
                )
            }
            Self::TooManyValues { values } => {
                write!(
                    formatter,
                    "{values} subject values, the limit is {MAX_SUBJECT_VALUES}"
                )
            }
            Self::KeyBits { bits } => write!(formatter, "no RSA key of {bits} bits is made here"),
        }
    }
}

impl std::error::Error for TemplateError {}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_embedded_template_is_what_the_portal_takes() {
        let template = template();
        assert_eq!(template.name, "IGC-Santé IHM Générique");
        assert_eq!(
            (template.key_kind, template.key_bits),
            (KeyKind::Rsa, 2_048)
        );
        assert_eq!(template.hash, Hash::Sha256);
        let attributes: Vec<&str> = template
            .subject
            .iter()
            .map(|value| value.attribute.as_str())
            .collect();
        assert_eq!(
            attributes,
            ["C", "ST", "L", "O", "OU", "CN", "emailAddress"]
        );
        assert_eq!(template.subject[0].value, "FR");
        assert!(template.subject.iter().all(|value| value.value.is_ascii()));
        assert_eq!(
            template.subject_name().unwrap().to_rfc4514(),
            "emailAddress=non-utilise@exemple.invalid,CN=Non utilise,OU=Non utilise,O=Non utilise,L=Non utilise,\
             ST=Non utilise,C=FR"
        );
    }

    fn error(text: &str) -> TemplateError {
        Template::from_toml(text).unwrap_err()
    }

    #[test]
    fn refuses_what_breaks_a_limit() {
        let good = template().to_toml();
        assert_eq!(
            error(&good.replace("2048", "1024")),
            TemplateError::KeyBits { bits: 1_024 }
        );
        assert_eq!(
            error(&good.replace("\"FR\"", "\" \"")),
            TemplateError::Empty {
                field: "C".to_owned()
            }
        );
        assert_eq!(
            error(&good.replace("\"FR\"", &format!("\"{}\"", "é".repeat(1_025)))),
            TemplateError::TooLong {
                field: "C".to_owned()
            }
        );
        assert_eq!(
            error(&good.replace("\"CN\"", "\"CX\"")),
            TemplateError::UnknownAttribute {
                attribute: "CX".to_owned()
            }
        );
        let values = "\n[[subject]]\nattribute = \"OU\"\nvalue = \"x\"\n".repeat(64);
        assert_eq!(
            error(&format!("{good}{values}")),
            TemplateError::TooManyValues { values: 71 }
        );
        assert_eq!(
            error(&"#".repeat(MAX_TEMPLATE_BYTES + 1)),
            TemplateError::TooLarge {
                bytes: MAX_TEMPLATE_BYTES + 1
            }
        );
    }

    #[test]
    fn says_where_the_text_is_malformed() {
        let TemplateError::Malformed { at_byte, .. } = error("name = \"x\"\nname = \"y\"\n") else {
            panic!("not malformed");
        };
        assert_eq!(at_byte, Some(11));
        for text in [
            "",
            "name = 1",
            "[[[",
            &template().to_toml().replace("sha256", "md5"),
            &template().to_toml().replace("[key]", "[key]\nsecret = 1"),
        ] {
            assert!(
                matches!(error(text), TemplateError::Malformed { .. }),
                "{text}"
            );
        }
    }

    #[test]
    fn deep_nesting_is_refused_not_overflowed() {
        let text = format!("name = {}", "[".repeat(60_000));
        assert!(matches!(error(&text), TemplateError::Malformed { .. }));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            name in "\\PC{1,20}x",
            names in prop::collection::vec("\\PC{0,20}x", 0..4),
            usages in prop::collection::vec("[a-zA-Z]{1,12}", 0..3),
            values in prop::collection::vec(("(CN|GN|emailAddress|1\\.2\\.[1-9][0-9]{0,9})", any::<String>()), 0..8),
        ) {
            let subject = values
                .into_iter()
                .map(|(attribute, value)| SubjectValue { attribute, value: format!("x{value}") })
                .collect();
            let template = Template {
                name, key_kind: KeyKind::Rsa, key_bits: 3_072, hash: Hash::Sha256, subject,
                extensions: TemplateExtensions {
                    subject_alt_names: names,
                    key_usage: usages.clone(),
                    extended_key_usage: usages,
                },
            };
            prop_assert_eq!(Template::from_toml(&template.to_toml()), Ok(template));
        }

        #[test]
        fn any_text_gets_an_answer(text in any::<String>()) {
            let _ = Template::from_toml(&text);
        }
    }
}
