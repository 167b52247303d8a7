//! The entries of a revocation list (RFC 5280 §5.1.2.6 and §5.3), decoded one after the other.

use std::fmt;
use std::ops::Range;

use crate::asn1::{Reader, Tag, Tlv};
use crate::error::{ParseError, ParseErrorKind};
use crate::extension::GeneralName;
use crate::name::DistinguishedName;
use crate::oid::{self, Oid};
use crate::time::UnixSeconds;

/// How many extensions one entry may have. The standard has four; the limit keeps an entry cheap.
const MAX_ENTRY_EXTENSIONS: usize = 64;

/// ENUMERATED.
const ENUMERATED: Tag = Tag(0x0a);

/// Why a certificate was revoked (RFC 5280 §5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// unspecified (0).
    Unspecified,
    /// keyCompromise (1): someone else has the key.
    KeyCompromise,
    /// cACompromise (2): someone else has the key of an authority.
    AuthorityCompromise,
    /// affiliationChanged (3): the subject's name has changed.
    AffiliationChanged,
    /// superseded (4): another certificate takes its place.
    Superseded,
    /// cessationOfOperation (5): it is needed no more.
    CessationOfOperation,
    /// certificateHold (6): revoked for now, perhaps not for ever.
    CertificateHold,
    /// removeFromCRL (8): on a delta list, no longer revoked.
    RemoveFromList,
    /// privilegeWithdrawn (9): the subject lost the right that it gave.
    PrivilegeWithdrawn,
    /// aACompromise (10): someone else has the key of an attribute authority.
    AttributeAuthorityCompromise,
    /// A code that the standard does not name.
    Unknown(u8),
}

/// Every reason of the standard with its code and name.
const REASONS: [(Reason, u8, &str); 10] = [
    (Reason::Unspecified, 0, "unspecified"),
    (Reason::KeyCompromise, 1, "keyCompromise"),
    (Reason::AuthorityCompromise, 2, "cACompromise"),
    (Reason::AffiliationChanged, 3, "affiliationChanged"),
    (Reason::Superseded, 4, "superseded"),
    (Reason::CessationOfOperation, 5, "cessationOfOperation"),
    (Reason::CertificateHold, 6, "certificateHold"),
    (Reason::RemoveFromList, 8, "removeFromCRL"),
    (Reason::PrivilegeWithdrawn, 9, "privilegeWithdrawn"),
    (Reason::AttributeAuthorityCompromise, 10, "aACompromise"),
];

impl Reason {
    /// The reason of a code of CRLReason.
    pub fn from_code(code: u8) -> Reason {
        REASONS
            .iter()
            .find(|(_, known, _)| *known == code)
            .map_or(Reason::Unknown(code), |(reason, _, _)| *reason)
    }

    /// The code in CRLReason.
    pub fn code(self) -> u8 {
        match self {
            Reason::Unknown(code) => code,
            _ => REASONS
                .iter()
                .find(|(reason, _, _)| *reason == self)
                .map_or(0, |(_, code, _)| *code),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match REASONS.iter().find(|(reason, _, _)| reason == self) {
            Some((_, _, name)) => f.write_str(name),
            None => write!(f, "reason {}", self.code()),
        }
    }
}

/// One entry of a list: a certificate that is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revoked<'a> {
    /// The content octets of the certificate's serial number, as they are.
    pub serial: &'a [u8],
    /// Since when it is revoked.
    pub at: UnixSeconds,
    /// Why, if it says so.
    pub reason: Option<Reason>,
    /// Since when the key is suspected, if it says so (RFC 5280 §5.3.2).
    pub invalid_since: Option<UnixSeconds>,
    /// The value of the last certificateIssuer up to here (RFC 5280 §5.3.3).
    issuer_value: Option<&'a [u8]>,
    names_issuer: bool,
    unknown_critical: Option<&'a [u8]>,
}

impl<'a> Revoked<'a> {
    /// Who issued the certificate, when an entry of the list up to this one says so; `None` means
    /// the list's own issuer. Names that cannot be read are nobody's.
    pub fn certificate_issuer(&self) -> Option<Vec<GeneralName>> {
        let value = self.issuer_value?;
        Some(
            Reader::new(value)
                .sequence()
                .and_then(|mut names| GeneralName::read_list(&mut names))
                .unwrap_or_default(),
        )
    }

    /// The DER behind [`Revoked::certificate_issuer`].
    pub(super) const fn issuer_value(&self) -> Option<&'a [u8]> {
        self.issuer_value
    }

    /// Whether an entry names this issuer.
    pub(super) fn is_issued_by(&self, issuer: &DistinguishedName) -> bool {
        let names = self.certificate_issuer().unwrap_or_default();
        names.iter().any(|name| match name {
            GeneralName::Directory(name) => name.matches(issuer),
            _ => false,
        })
    }

    /// The serial number as hexadecimal digits, as [`crate::certificate::Certificate::serial_hex`].
    pub fn serial_hex(&self) -> String {
        crate::certificate::serial_hex(self.serial)
    }
}

/// The entries of a list in their order; made by
/// [`crate::revocation_list::RevocationList::entries`].
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    reader: Reader<'a>,
    left: usize,
    issuer_value: Option<&'a [u8]>,
}

impl<'a> Entries<'a> {
    pub(super) const fn new(bytes: &'a [u8], at: usize, count: usize) -> Entries<'a> {
        Entries {
            reader: Reader::at(bytes, at),
            left: count,
            issuer_value: None,
        }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Revoked<'a>;

    fn next(&mut self) -> Option<Revoked<'a>> {
        if self.reader.is_empty() {
            return None;
        }
        // every entry was read once before: no error is left here
        let mut revoked = read(&self.reader.any().ok()?).ok()?;
        if revoked.names_issuer {
            self.issuer_value = revoked.issuer_value;
        } else {
            revoked.issuer_value = self.issuer_value;
        }
        self.left = self.left.saturating_sub(1);
        Some(revoked)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Entries<'_> {}

/// What one walk over all entries tells.
pub(super) struct Survey {
    /// The content of revokedCertificates in the whole list.
    pub(super) range: Range<usize>,
    pub(super) count: usize,
    pub(super) names_issuers: bool,
    pub(super) unknown_critical: Option<Oid>,
}

impl Survey {
    /// A list without revokedCertificates, which would stand here.
    pub(super) const fn nothing(at: usize) -> Survey {
        Survey {
            range: at..at,
            count: 0,
            names_issuers: false,
            unknown_critical: None,
        }
    }
}

/// Reads every entry once. An empty SEQUENCE, which RFC 5280 §5.1.2.6 forbids, is taken.
pub(super) fn survey(tlv: &Tlv<'_>) -> Result<Survey, ParseError> {
    let start = tlv.body_at();
    let mut survey = Survey::nothing(start);
    survey.range = start..start.saturating_add(tlv.body.len());
    let mut entries = tlv.reader()?;
    while !entries.is_empty() {
        let entry = read(&entries.any()?)?;
        survey.count = survey.count.saturating_add(1);
        survey.names_issuers |= entry.names_issuer;
        if survey.unknown_critical.is_none() {
            survey.unknown_critical = entry.unknown_critical.and_then(Oid::from_der_body);
        }
    }
    Ok(survey)
}

/// Reads one entry, without memory of its own.
fn read<'a>(tlv: &Tlv<'a>) -> Result<Revoked<'a>, ParseError> {
    let mut fields = tlv.must_be(Tag::SEQUENCE)?.reader()?;
    let mut revoked = Revoked {
        serial: fields.integer_signed()?,
        at: fields.time()?,
        reason: None,
        invalid_since: None,
        issuer_value: None,
        names_issuer: false,
        unknown_critical: None,
    };
    if let Some(extensions) = fields.optional(Tag::SEQUENCE)? {
        let mut list = extensions.reader()?;
        let mut count = 0_usize;
        while !list.is_empty() {
            count = count.saturating_add(1);
            if count > MAX_ENTRY_EXTENSIONS {
                return Err(list.error(ParseErrorKind::TooLarge));
            }
            read_extension(&list.expect(Tag::SEQUENCE)?, &mut revoked)?;
        }
    }
    fields.finish()?;
    Ok(revoked)
}

fn read_extension<'a>(tlv: &Tlv<'a>, revoked: &mut Revoked<'a>) -> Result<(), ParseError> {
    let mut fields = tlv.reader()?;
    let identifier = fields.expect(Tag::OID)?;
    let critical = fields.boolean_or_false()?;
    let value = fields.expect(Tag::OCTET_STRING)?;
    fields.finish()?;
    let is = |oid: &Oid| identifier.body == oid.der_body();
    let mut inner = value.reader()?;
    if is(&oid::CRL_REASON) {
        let code = inner.expect(ENUMERATED)?;
        let number = code.u32()?;
        let number = u8::try_from(number);
        let number = number.map_err(|_| code.error(ParseErrorKind::InvalidValue))?;
        inner.finish()?;
        revoked.reason = Some(Reason::from_code(number));
    } else if is(&oid::INVALIDITY_DATE) {
        revoked.invalid_since = Some(inner.time()?);
        inner.finish()?;
    } else if is(&oid::CERTIFICATE_ISSUER) {
        revoked.issuer_value = Some(value.body);
        revoked.names_issuer = true;
    } else if critical && revoked.unknown_critical.is_none() {
        identifier.oid()?;
        revoked.unknown_critical = Some(identifier.body);
    }
    Ok(())
}

/// An INTEGER's content octets without those that only repeat the sign: equal for equal numbers.
pub(crate) fn shortest(octets: &[u8]) -> &[u8] {
    let mut digits = octets;
    while let [first, rest @ ..] = digits {
        let repeats = rest.first().is_some_and(|second| {
            (*first == 0 && second & 0x80 == 0) || (*first == 0xff && second & 0x80 != 0)
        });
        if !repeats {
            break;
        }
        digits = rest;
    }
    digits
}
