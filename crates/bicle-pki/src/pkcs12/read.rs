//! Reading a file: everything that OpenSSL, Java, NSS, Windows, macOS and the portal write.

use bicle_platform::secret::SecretBytes;

use super::{
    BagAttribute, CERTIFICATE_BAG, CertificateEntry, Contents, DATA, ENCRYPTED_DATA, FRIENDLY_NAME,
    KEY_BAG, KeyEntry, LIST_BAG, LOCAL_KEY_ID, ListEntry, Pkcs12Error, SAFE_CONTENTS_BAG,
    SECRET_BAG, SHROUDED_KEY_BAG, SecretEntry, X509_CERTIFICATE, X509_LIST, mac,
};
use crate::asn1::ber::{is_definite, to_definite};
use crate::asn1::{Reader, Tag, Tlv};
use crate::error::ParseErrorKind;
use crate::pbe::{self, Budget, DecryptError, Password};
use crate::pkcs8::is_private_key_info;

/// Largest file, in bytes: thousands of keys; a person's file has some kilobytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Bags of all kinds that one file may hold.
pub const MAX_BAGS: usize = 10_000;

/// Attributes of one bag and their values, counted together: Windows writes four, Java two, most with
/// one value. Kept in memory, each of them is many times as large as in the file.
const MAX_ATTRIBUTE_VALUES: usize = 64;

/// Bytes that the attributes of one bag may have: those of Windows and Java have some hundred.
const MAX_ATTRIBUTES_BYTES: usize = 64 * 1024;

/// How deep safe contents may stand in safe contents. Nobody writes more than one level.
const MAX_NESTING: u8 = 8;

/// Reads a file.
///
/// The empty password is tried in both its forms; passwords beyond ASCII also as old OpenSSL, NSS
/// and programs of western Windows encoded them. The MAC, where there is one, is verified before anything is decrypted, over
/// the octets as they stand in the file.
///
/// # Errors
/// Everything of [`Pkcs12Error`]; limits are checked before the work that they bound.
pub fn read(bytes: &[u8], password: &str) -> Result<Contents, Pkcs12Error> {
    read_within(bytes, password, &mut Budget::unwatched())
}

/// As [`read`], all forms of the password within one budget of the caller.
pub(crate) fn read_within(
    bytes: &[u8],
    password: &str,
    budget: &mut Budget<'_>,
) -> Result<Contents, Pkcs12Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Pkcs12Error::TooLarge {
            limit_bytes: u64::try_from(MAX_BYTES).unwrap_or(u64::MAX),
        });
    }
    let definite = to_definite(bytes)?;
    let file = File::parse(definite.octets())?;
    let mut refused: Vec<&Password> = Vec::new();
    let forms = Password::forms(password);
    for form in &forms {
        // forms that differ for PBES2 alone need no second look at the MAC of RFC 7292
        let is_refused = refused.iter().any(|other| *other.bmp == *form.bmp);
        if is_refused && !file.has_pbmac1() {
            continue;
        }
        if !file.is_right(form, budget)? {
            refused.push(form);
            continue;
        }
        match file.open(form, password, budget) {
            Err(Pkcs12Error::WrongPassword) => {}
            other => return other,
        }
    }
    Err(Pkcs12Error::WrongPassword)
}

/// The outer structure.
struct File<'a> {
    /// The content octets of the AuthenticatedSafe, as received: what the MAC covers.
    content: &'a [u8],
    content_at: usize,
    mac_data: Option<Tlv<'a>>,
}

impl<'a> File<'a> {
    /// PFX (RFC 7292 §4).
    fn parse(der: &'a [u8]) -> Result<File<'a>, Pkcs12Error> {
        let mut reader = Reader::new(der);
        let mut fields = reader.sequence()?;
        reader.finish()?;
        let version = fields.expect(Tag::INTEGER)?;
        if version.u64()? != 3 {
            return Err(version.error(ParseErrorKind::InvalidVersion).into());
        }
        let mut auth_safe = fields.sequence()?;
        let kind = auth_safe.expect(Tag::OID)?;
        if kind.body != DATA {
            // signedData: integrity by signature, which nobody writes
            return Err(Pkcs12Error::Unsupported(kind.oid()?));
        }
        let octets = auth_safe
            .expect(Tag::context(0))?
            .reader()?
            .expect(Tag::OCTET_STRING)?;
        let mac_data = fields.optional(Tag::SEQUENCE)?;
        fields.finish()?;
        Ok(File {
            content: octets.body,
            content_at: octets.body_at(),
            mac_data,
        })
    }

    /// Whether the MAC, if there is one, was made with this form of the password.
    fn is_right(&self, form: &Password, budget: &mut Budget<'_>) -> Result<bool, Pkcs12Error> {
        match &self.mac_data {
            None => Ok(true),
            Some(mac_data) => mac::verifies(mac_data, self.content, form, budget),
        }
    }

    fn has_pbmac1(&self) -> bool {
        self.mac_data.as_ref().is_some_and(mac::is_pbmac1)
    }

    /// Reads all with one form of the password, which the MAC knows.
    fn open(
        &self,
        form: &Password,
        text: &str,
        budget: &mut Budget<'_>,
    ) -> Result<Contents, Pkcs12Error> {
        let mut opening = Opening {
            form,
            fallback: Password::bmp_everywhere(text),
            fallback_first: false,
            budget,
            bags: 0,
            contents: Contents {
                keys: Vec::new(),
                certificates: Vec::new(),
                lists: Vec::new(),
                secrets: Vec::new(),
                mac: self.mac_data.is_some(),
            },
        };
        let content = to_definite(self.content)?;
        let mut safes = Reader::at(content.octets(), self.content_at).sequence()?;
        while !safes.is_empty() {
            opening.content_info(&mut safes)?;
        }
        let contents = opening.contents;
        let nothing = contents.keys.is_empty()
            && contents.certificates.is_empty()
            && contents.lists.is_empty()
            && contents.secrets.is_empty();
        if nothing {
            return Err(Pkcs12Error::Empty);
        }
        Ok(contents)
    }
}

/// One reading, under one form of the password.
struct Opening<'p, 'c> {
    form: &'p Password,
    /// What NSS up to 3.30 made of the password for PBES2.
    fallback: Password,
    /// The fallback has opened something: it is likely to open the rest.
    fallback_first: bool,
    budget: &'p mut Budget<'c>,
    bags: usize,
    contents: Contents,
}

impl Opening<'_, '_> {
    /// ContentInfo (RFC 5652 §3) of data or encryptedData.
    fn content_info(&mut self, safes: &mut Reader<'_>) -> Result<(), Pkcs12Error> {
        let mut fields = safes.sequence()?;
        let kind = fields.expect(Tag::OID)?;
        let mut content = fields.expect(Tag::context(0))?.reader()?;
        match kind.body {
            DATA => {
                let octets = content.expect(Tag::OCTET_STRING)?;
                self.safe_contents(octets.body, octets.body_at())
            }
            ENCRYPTED_DATA => {
                let mut encrypted_data = content.sequence()?;
                encrypted_data.integer_unsigned()?;
                let mut encrypted_content = encrypted_data.sequence()?;
                encrypted_content.oid()?;
                let algorithm = encrypted_content.expect(Tag::SEQUENCE)?;
                let encrypted = encrypted_content.any()?;
                if !encrypted.tag.is_context() || encrypted.tag.number() != 0 {
                    return Err(encrypted
                        .error(ParseErrorKind::UnexpectedTag {
                            expected: 0x80,
                            found: encrypted.tag.0,
                        })
                        .into());
                }
                let data = encrypted.implicit_octet_string()?;
                let plain = self.decrypt(&algorithm, &data, is_sequence)?;
                self.safe_contents(plain.expose(), encrypted.at)
            }
            _ => Err(Pkcs12Error::Unsupported(kind.oid()?)),
        }
    }

    /// SafeContents, of which the octets may again be BER.
    fn safe_contents(&mut self, octets: &[u8], at: usize) -> Result<(), Pkcs12Error> {
        let definite = to_definite(octets)?;
        let mut bags = Reader::at(definite.octets(), at).sequence()?;
        self.bags(&mut bags, 0)
    }

    fn bags(&mut self, bags: &mut Reader<'_>, nesting: u8) -> Result<(), Pkcs12Error> {
        while !bags.is_empty() {
            if self.bags >= MAX_BAGS {
                return Err(Pkcs12Error::TooManyBags { limit: MAX_BAGS });
            }
            self.bags += 1;
            self.bag(&mut bags.sequence()?, nesting)?;
        }
        Ok(())
    }

    /// SafeBag (RFC 7292 §4.2). Unknown bags are passed over.
    fn bag(&mut self, fields: &mut Reader<'_>, nesting: u8) -> Result<(), Pkcs12Error> {
        let kind = fields.expect(Tag::OID)?;
        let value = fields.expect(Tag::context(0))?;
        let attributes = Attributes::read(fields)?;
        let mut value = value.reader()?;
        match kind.body {
            KEY_BAG => {
                let key = value.expect(Tag::SEQUENCE)?;
                if !is_private_key_info(key.whole) {
                    return Err(key.error(ParseErrorKind::InvalidKey).into());
                }
                self.key(SecretBytes::copy_of(key.whole), attributes);
            }
            SHROUDED_KEY_BAG => {
                let mut shrouded = value.sequence()?;
                let algorithm = shrouded.expect(Tag::SEQUENCE)?;
                let data = shrouded.octet_string()?;
                let key = self.decrypt(&algorithm, data, is_private_key_info)?;
                self.key(key, attributes);
            }
            CERTIFICATE_BAG => {
                let mut certificate = value.sequence()?;
                let form = certificate.expect(Tag::OID)?;
                // an SDSI certificate would be base64 of Lisp: never seen
                if form.body == X509_CERTIFICATE {
                    let der = certificate
                        .expect(Tag::context(0))?
                        .reader()?
                        .octet_string()?;
                    self.contents.certificates.push(CertificateEntry {
                        der: der.to_vec(),
                        friendly_name: attributes.friendly_name,
                        local_key_id: attributes.local_key_id,
                        attributes: attributes.others,
                    });
                }
            }
            LIST_BAG => {
                let mut list = value.sequence()?;
                if list.expect(Tag::OID)?.body == X509_LIST {
                    let der = list.expect(Tag::context(0))?.reader()?.octet_string()?;
                    self.contents.lists.push(ListEntry {
                        der: der.to_vec(),
                        friendly_name: attributes.friendly_name,
                        attributes: attributes.others,
                    });
                }
            }
            SECRET_BAG => self.contents.secrets.push(SecretEntry {
                friendly_name: attributes.friendly_name,
            }),
            SAFE_CONTENTS_BAG => {
                if nesting >= MAX_NESTING {
                    return Err(kind.error(ParseErrorKind::TooDeep).into());
                }
                self.bags(&mut value.sequence()?, nesting + 1)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn key(&mut self, pkcs8: SecretBytes, attributes: Attributes) {
        self.contents.keys.push(KeyEntry {
            pkcs8,
            friendly_name: attributes.friendly_name,
            local_key_id: attributes.local_key_id,
            attributes: attributes.others,
        });
    }

    /// Decrypts, and asks whether the result looks right: one wrong key in 256 passes the padding.
    fn decrypt(
        &mut self,
        algorithm: &Tlv<'_>,
        data: &[u8],
        looks_right: fn(&[u8]) -> bool,
    ) -> Result<SecretBytes, Pkcs12Error> {
        let forms = match (pbe::is_pbes2(algorithm), self.fallback_first) {
            (false, _) => [Some(false), None],
            (true, first) => [Some(first), Some(!first)],
        };
        for is_fallback in forms.into_iter().flatten() {
            let password = if is_fallback {
                &self.fallback
            } else {
                self.form
            };
            match pbe::decrypt(algorithm, data, password, self.budget) {
                Ok(plain) if looks_right(plain.expose()) => {
                    self.fallback_first = is_fallback;
                    return Ok(plain);
                }
                Ok(_) | Err(DecryptError::WrongPassword) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Pkcs12Error::WrongPassword)
    }
}

/// The attributes of a bag.
struct Attributes {
    friendly_name: Option<String>,
    local_key_id: Option<Vec<u8>>,
    others: Vec<BagAttribute>,
}

impl Attributes {
    /// PKCS12Attribute (RFC 7292 §4.2); a value of another type than expected is passed over.
    fn read(fields: &mut Reader<'_>) -> Result<Attributes, Pkcs12Error> {
        let mut attributes = Attributes {
            friendly_name: None,
            local_key_id: None,
            others: Vec::new(),
        };
        let Some(set) = fields.optional(Tag::SET)? else {
            return Ok(attributes);
        };
        let too_many = set.error(ParseErrorKind::TooLarge);
        if set.body.len() > MAX_ATTRIBUTES_BYTES {
            return Err(too_many.into());
        }
        let mut set = set.reader()?;
        let mut left_count = MAX_ATTRIBUTE_VALUES;
        let mut count_one = || {
            let left = left_count.checked_sub(1);
            left_count = left.unwrap_or(0);
            left.map(|_| ()).ok_or(Pkcs12Error::from(too_many))
        };
        while !set.is_empty() {
            count_one()?;
            let mut attribute = set.sequence()?;
            let kind = attribute.expect(Tag::OID)?;
            let all = attribute.set()?;
            let mut values = all.clone();
            if values.is_empty() {
                continue;
            }
            let value = values.any()?;
            match kind.body {
                FRIENDLY_NAME => {
                    attributes.friendly_name = value.text().ok().filter(|name| !name.is_empty())
                }
                LOCAL_KEY_ID if value.tag == Tag::OCTET_STRING => {
                    attributes.local_key_id = Some(value.body.to_vec());
                }
                _ => {
                    let mut left = all;
                    let mut values = Vec::new();
                    while !left.is_empty() {
                        count_one()?;
                        values.push(left.any()?.whole.to_vec());
                    }
                    if let Ok(oid) = kind.oid() {
                        attributes.others.push(BagAttribute { oid, values });
                    }
                }
            }
        }
        Ok(attributes)
    }
}

/// Is it one SEQUENCE and nothing else (BER or DER)?
fn is_sequence(octets: &[u8]) -> bool {
    octets.first() == Some(&Tag::SEQUENCE.0) && is_definite(octets).is_ok()
}
