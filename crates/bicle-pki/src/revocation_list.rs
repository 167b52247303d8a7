//! Revocation lists, CRLs (RFC 5280 §5): version 1 and 2, complete and delta, direct and indirect.
//!
//! A list is read once from end to end, without memory for its entries: they are decoded when they
//! are asked for. A list of a million entries costs what its bytes cost.

mod entry;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::algorithm::AlgorithmIdentifier;
use crate::asn1::{Reader, Tag};
use crate::error::{ParseError, ParseErrorKind};
use crate::extension::{self, Decoded, Extension, IssuingDistributionPoint};
use crate::fingerprint::{Sha256Fingerprint, to_hex};
use crate::name::DistinguishedName;
use crate::oid::{self, Oid};
use crate::public_key::PublicKey;
use crate::signature::{self, SignatureAlgorithm};
use crate::time::UnixSeconds;

pub(crate) use entry::shortest;
pub use entry::{Entries, Reason, Revoked};

/// The largest list that is read, in bytes: what a whole input may hold ([`crate::read::MAX_BYTES`]).
/// It is over a million entries; the largest public lists have about 30 MiB.
pub const MAX_LIST_BYTES: usize = 64 * 1024 * 1024;

/// The longest number of a list, in octets. RFC 5280 §5.2.3 has 20 at most; the rest is room for who
/// counts otherwise, and keeps showing it cheap.
pub const MAX_NUMBER_BYTES: usize = 64;

/// The most bytes of the list's own extensions (not of its entries). Real ones have some hundreds.
const MAX_EXTENSION_BYTES: usize = 1024 * 1024;

/// A revocation list, kept octet for octet as it was read. Clones share the bytes.
#[derive(Clone)]
pub struct RevocationList {
    der: Arc<[u8]>,
    to_be_signed: Range<usize>,
    version: u8,
    inner_algorithm: AlgorithmIdentifier,
    issuer: DistinguishedName,
    this_update: UnixSeconds,
    next_update: Option<UnixSeconds>,
    /// The content of revokedCertificates.
    entries: Range<usize>,
    entries_count: usize,
    /// Whether an entry has the extension certificateIssuer.
    names_issuers: bool,
    /// The first critical extension of an entry that is not known here.
    unknown_critical: Option<Oid>,
    extensions: Vec<Extension>,
    number: Option<Vec<u8>>,
    delta_base: Option<Vec<u8>>,
    scope: Option<IssuingDistributionPoint>,
    algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
    sha256: OnceLock<Sha256Fingerprint>,
}

impl RevocationList {
    /// Reads the DER of a list, whole; every entry is looked at. Its signature is not verified by
    /// this.
    pub fn from_der(der: &[u8]) -> Result<RevocationList, ParseError> {
        if der.len() > MAX_LIST_BYTES {
            return Err(ParseError::new(ParseErrorKind::TooLarge, 0));
        }
        let mut reader = Reader::new(der);
        let mut outer = reader.sequence()?;
        reader.finish()?;

        let tbs = outer.expect(Tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(&mut outer)?;
        let signature = outer.bit_string_octets()?.to_vec();
        outer.finish()?;

        let mut fields = tbs.reader()?;
        let version = read_version(&mut fields)?;
        let inner_algorithm = AlgorithmIdentifier::read(&mut fields)?;
        let issuer = DistinguishedName::read(&mut fields)?;
        let this_update = fields.time()?;
        let next_update = match fields.peek_tag() {
            Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME) => Some(fields.time()?),
            _ => None,
        };
        let revoked = match fields.optional(Tag::SEQUENCE)? {
            Some(tlv) => entry::survey(&tlv)?,
            None => entry::Survey::nothing(fields.position()),
        };
        let extensions = match fields.optional(Tag::context(0))? {
            Some(tlv) if tlv.body.len() > MAX_EXTENSION_BYTES => {
                return Err(tlv.error(ParseErrorKind::TooLarge));
            }
            Some(tlv) => {
                let mut wrapped = tlv.reader()?;
                let list = extension::read_list(&mut wrapped)?;
                wrapped.finish()?;
                list
            }
            None => Vec::new(),
        };
        fields.finish()?;

        let list = RevocationList {
            number: number_of(&extensions, &oid::CRL_NUMBER, tbs.at)?,
            delta_base: number_of(&extensions, &oid::DELTA_CRL_INDICATOR, tbs.at)?,
            scope: scope_of(&extensions)?,
            der: der.into(),
            to_be_signed: tbs.at..tbs.at.saturating_add(tbs.whole.len()),
            version,
            inner_algorithm,
            issuer,
            this_update,
            next_update,
            entries: revoked.range,
            entries_count: revoked.count,
            names_issuers: revoked.names_issuers,
            unknown_critical: revoked.unknown_critical,
            extensions,
            algorithm,
            signature,
            sha256: OnceLock::new(),
        };
        Ok(list)
    }

    /// The list as it was read.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The identity of the list: SHA-256 of its DER. Made when first asked for.
    pub fn sha256(&self) -> Sha256Fingerprint {
        *self.sha256.get_or_init(|| Sha256Fingerprint::of(&self.der))
    }

    /// 1 or 2 as people count.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Who signed it, by name.
    pub fn issuer(&self) -> &DistinguishedName {
        &self.issuer
    }

    /// When it was made.
    pub fn this_update(&self) -> UnixSeconds {
        self.this_update
    }

    /// When the next one is due at the latest, if it says so.
    pub fn next_update(&self) -> Option<UnixSeconds> {
        self.next_update
    }

    /// cRLNumber: its magnitude, big-endian without leading zeros (empty for 0), at most
    /// [`MAX_NUMBER_BYTES`].
    pub fn number(&self) -> Option<&[u8]> {
        self.number.as_deref()
    }

    /// [`RevocationList::number`] for people: decimal up to 128 bits, else `0x` and hexadecimal.
    pub fn number_text(&self) -> Option<String> {
        self.number().map(number_as_text)
    }

    /// deltaCRLIndicator (RFC 5280 §5.2.4): the number of the complete list to which this one is
    /// the difference. `None` for a complete list.
    pub fn delta_base(&self) -> Option<&[u8]> {
        self.delta_base.as_deref()
    }

    /// [`RevocationList::delta_base`] for people, as [`RevocationList::number_text`].
    pub fn delta_base_text(&self) -> Option<String> {
        self.delta_base().map(number_as_text)
    }

    /// Whether it is the difference to a complete list.
    pub fn is_delta(&self) -> bool {
        self.delta_base.is_some()
    }

    /// The key identifier in authorityKeyIdentifier, matched by value.
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        let extension = self.extension(&oid::AUTHORITY_KEY_IDENTIFIER)?;
        let mut fields = Reader::new(&extension.value).sequence().ok()?;
        let key_id = fields.optional(Tag::context_primitive(0)).ok()??;
        Some(key_id.body)
    }

    /// issuingDistributionPoint: for which certificates it speaks; all of its issuer without it.
    pub fn scope(&self) -> Option<&IssuingDistributionPoint> {
        self.scope.as_ref()
    }

    /// Whether certificates of other issuers may be in it: it says so (indirectCRL), or an entry
    /// names an issuer.
    pub fn is_indirect(&self) -> bool {
        self.names_issuers || self.scope.as_ref().is_some_and(|scope| scope.indirect)
    }

    /// The first critical extension, of the list or of an entry, that is not understood here. Such a
    /// list must not decide on any certificate (RFC 5280 §5.2, §5.3).
    pub fn unknown_critical(&self) -> Option<&Oid> {
        const UNDERSTOOD: [Oid; 7] = [
            oid::CRL_NUMBER,
            oid::DELTA_CRL_INDICATOR,
            oid::ISSUING_DISTRIBUTION_POINT,
            oid::AUTHORITY_KEY_IDENTIFIER,
            oid::ISSUER_ALT_NAME,
            oid::FRESHEST_CRL,
            oid::AUTHORITY_INFO_ACCESS,
        ];
        self.extensions
            .iter()
            .find(|extension| extension.critical && !UNDERSTOOD.contains(&extension.oid))
            .map(|extension| &extension.oid)
            .or(self.unknown_critical.as_ref())
    }

    /// How many entries there are.
    pub fn entries_count(&self) -> usize {
        self.entries_count
    }

    /// The entries in their order, decoded one after the other.
    pub fn entries(&self) -> Entries<'_> {
        let bytes = self.der.get(self.entries.clone()).unwrap_or_default();
        Entries::new(bytes, self.entries.start, self.entries_count)
    }

    /// The first entry with this serial number (content octets, compared as numbers), of the list's
    /// own issuer: an entry that names another certificateIssuer is of another certificate.
    pub fn find(&self, serial: &[u8]) -> Option<Revoked<'_>> {
        self.find_of(serial, &self.issuer)
    }

    /// The first entry with this serial number of a certificate of this issuer, which is another
    /// than the list's own in an indirect list (RFC 5280 §5.3.3).
    pub fn find_of(&self, serial: &[u8], issuer: &DistinguishedName) -> Option<Revoked<'_>> {
        let serial = shortest(serial);
        self.entries_of(issuer, move |found| found == serial).next()
    }

    /// The entries of certificates of the list's own issuer whose serial number, by its
    /// [`shortest`] octets, is wanted.
    pub(crate) fn own_entries(
        &self,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> impl Iterator<Item = Revoked<'_>> {
        self.entries_of(&self.issuer, wanted)
    }

    fn entries_of<'a>(
        &'a self,
        issuer: &DistinguishedName,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> impl Iterator<Item = Revoked<'a>> {
        let is_own = issuer.matches(&self.issuer);
        // a name is read once and not for each entry that it holds for
        let mut last: Option<(*const u8, bool)> = None;
        self.entries()
            .filter(move |revoked| wanted(shortest(revoked.serial)))
            .filter(move |revoked| {
                let Some(value) = revoked.issuer_value() else {
                    return is_own;
                };
                match last {
                    Some((at, answer)) if at == value.as_ptr() => answer,
                    _ => {
                        let answer = revoked.is_issued_by(issuer);
                        last = Some((value.as_ptr(), answer));
                        answer
                    }
                }
            })
    }

    /// The extensions of the list itself, in their order.
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The first extension with this identifier.
    pub fn extension(&self, oid: &Oid) -> Option<&Extension> {
        extension::find(&self.extensions, oid)
    }

    /// The identifier of the signature algorithm.
    pub fn signature_algorithm_oid(&self) -> &Oid {
        &self.algorithm.oid
    }

    /// The signature algorithm.
    pub fn signature_algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::from_identifier(&self.algorithm)
    }

    /// Whether the signature was made with the private half of this key. `false` also when the
    /// two algorithm fields differ (RFC 5280 §5.1.1.2) or the algorithm is not supported.
    pub fn verify_signature(&self, issuer: &PublicKey) -> bool {
        let message = self.der.get(self.to_be_signed.clone()).unwrap_or_default();
        self.inner_algorithm == self.algorithm
            && signature::verify(
                &self.signature_algorithm(),
                issuer,
                message,
                &self.signature,
            )
    }
}

impl PartialEq for RevocationList {
    fn eq(&self, other: &RevocationList) -> bool {
        self.der == other.der
    }
}

impl Eq for RevocationList {}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RevocationList({}, {}, {} entries)",
            self.issuer, self.this_update, self.entries_count
        )
    }
}

/// The number of a list from its text: what [`RevocationList::number_text`] was made of.
pub fn number_from_text(text: &str) -> Option<Vec<u8>> {
    let octets = match text.strip_prefix("0x") {
        Some(digits) => digits
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect::<Option<Vec<u8>>>()?,
        None => text.parse::<u128>().ok()?.to_be_bytes().to_vec(),
    };
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).map(<[u8]>::to_vec)
}

/// A number without sign, as people read it: decimal up to 128 bits, else `0x` and hexadecimal.
pub(crate) fn number_as_text(magnitude: &[u8]) -> String {
    if magnitude.len() <= 16 {
        let value = magnitude.iter().fold(0_u128, |value, octet| {
            (value << 8).saturating_add(u128::from(*octet))
        });
        return value.to_string();
    }
    format!("0x{}", to_hex(magnitude))
}

/// `Version OPTIONAL`: absent is 1, and 1 is 2 (RFC 5280 §5.1.2.1).
fn read_version(fields: &mut Reader<'_>) -> Result<u8, ParseError> {
    match fields.optional(Tag::INTEGER)? {
        None => Ok(1),
        Some(tlv) => match tlv.u32()? {
            // version 1 written out, which DER forbids, is of the wild
            0 => Ok(1),
            1 => Ok(2),
            _ => Err(tlv.error(ParseErrorKind::InvalidVersion)),
        },
    }
}

/// The number in an extension; one that is not of its syntax makes the list unusable: it says which
/// lists belong together.
fn number_of(
    extensions: &[Extension],
    oid: &Oid,
    at: usize,
) -> Result<Option<Vec<u8>>, ParseError> {
    match extension::find(extensions, oid).map(Extension::decode) {
        None => Ok(None),
        Some(Decoded::ListNumber(number)) if number.len() <= MAX_NUMBER_BYTES => Ok(Some(number)),
        Some(_) => Err(ParseError::new(ParseErrorKind::InvalidInteger, at)),
    }
}

/// The scope; one that cannot be read is an error, lest the list speaks for too many certificates.
fn scope_of(extensions: &[Extension]) -> Result<Option<IssuingDistributionPoint>, ParseError> {
    match extension::find(extensions, &oid::ISSUING_DISTRIBUTION_POINT).map(Extension::decode) {
        None => Ok(None),
        Some(Decoded::IssuingDistributionPoint(scope)) => Ok(Some(scope)),
        Some(Decoded::Malformed { error, .. }) => Err(error),
        Some(_) => Err(ParseError::new(ParseErrorKind::InvalidValue, 0)),
    }
}
