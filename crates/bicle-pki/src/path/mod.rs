//! Certification paths (RFC 5280 §6): from a certificate to one that the user trusts.
//!
//! Issuers are found by name (RFC 5280 §7.1). Key identifiers only order them, compared by value
//! and never recomputed: IGC-Santé changed how it derives them in 2022. Every link of a path is a
//! signature that was verified; a path that only looks right by its names is none.
//!
//! Checked on every certificate of a path: its time, that the user does not distrust it, that
//! every critical extension is understood, that its signature (the anchor's aside) does not rest on
//! SHA-1. On every issuer besides: basicConstraints, keyUsage,
//! pathLenConstraint, nameConstraints. The anchor is no exception: a certificate of an end entity
//! that the user trusts does not become an authority by that.
//!
//! Revocation is the caller's word ([`SignatureOracle::revocation`]), who holds the lists; it counts
//! from its time on, and for every certificate of a path but the anchor.
//!
//! Not done: certificate policies (a critical policyConstraints that demands them is refused).

mod constraints;
mod facts;
mod search;
#[cfg(test)]
mod tests;

pub use facts::PathFacts;
pub use search::{IssuerIndex, build, build_with_index};

use std::fmt;

use crate::oid::Oid;
use crate::time::UnixSeconds;

/// The most certificates in a path, leaf and anchor included. IGC-Santé has 3, the longest public
/// PKIs 5 or 6; OpenSSL's default is 100, which only hostile sets reach.
pub const MAX_PATH_CERTIFICATES: usize = 10;

/// The most signatures that one search verifies. A path of 10 with several issuers of one name at
/// each step stays under it; 128 verifications with RSA 4096 take about 30 ms.
pub const MAX_SIGNATURE_CHECKS: usize = 128;

/// The most questions of revocation in one search, each perhaps a walk over lists of a million
/// entries. All certificates of one name at each step of the longest path stay under it.
pub const MAX_REVOCATION_CHECKS: usize = 256;

/// The most issuers that one search looks at, verified before or not: sets of cross certificates
/// have exponentially many paths.
pub const MAX_STEPS: usize = 4096;

/// The most certificates of one name that one step of a search tries as the issuer. A real authority
/// has two or three (renewals); a thousand look-alikes must not cost a signature check each, for
/// every certificate that bears their name.
pub const MAX_ISSUERS_OF_NAME: usize = 16;

/// The most comparisons of a name with a constraint in one search; OpenSSL's limit for one
/// certificate is the same (2^20).
pub const MAX_NAME_CHECKS: usize = 1 << 20;

/// Says whether a signature verifies. The caller has the certificates, and may remember answers.
pub trait SignatureOracle {
    /// Whether the certificate `subject` is signed with the key of the certificate `issuer` (both
    /// as indexes into [`Candidates::facts`], perhaps the same). Called at most once for a pair in
    /// one search.
    fn is_signed_by(&mut self, subject: usize, issuer: usize) -> bool;

    /// Since when the certificate `subject` is revoked by lists that the key of `issuer` has signed
    /// ([`crate::revocation::revocation_of`] answers from lists). Asked of every link of a path, and
    /// of the other certificates of the issuer's name that the step may try, whatever their key, at most
    /// once for a pair in one search; the anchor is not asked for: only the user revokes trust in it.
    ///
    /// The answer of any of them ends the search beyond `subject`: its issuer is an authority, and
    /// another certificate of it (without the right to sign lists, with another key identifier) must not
    /// let through what it has revoked. One with another key counts where signatures bind the two keys,
    /// which the search finds out. Who knows more of a name and key may answer for them at once. Who has no
    /// lists answers `None`.
    fn revocation(&mut self, subject: usize, issuer: usize) -> Option<UnixSeconds>;
}

/// The certificates among which a path is looked for, and what the user decided on each. The three
/// slices go together by index; where one is shorter, the answer is no.
#[derive(Debug, Clone, Copy)]
pub struct Candidates<'a> {
    /// What is to be known of each certificate.
    pub facts: &'a [PathFacts],
    /// Whether the user trusts it always.
    pub anchors: &'a [bool],
    /// Whether the user never trusts it; stronger than trust.
    pub distrusted: &'a [bool],
}

/// A path that was found and verified. It cannot be made outside this module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedPath {
    indexes: Vec<usize>,
}

impl VerifiedPath {
    /// The certificates of the path as indexes into [`Candidates::facts`]: the target first, the
    /// anchor last; one alone when the target is an anchor itself.
    pub fn indexes(&self) -> &[usize] {
        &self.indexes
    }

    /// The certificate that the user trusts.
    pub fn anchor(&self) -> Option<usize> {
        self.indexes.last().copied()
    }
}

/// Why there is no path: the reason of the one that got furthest. All numbers are indexes into
/// [`Candidates::facts`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathFault {
    /// No certificate has the name of the issuer, or only such with another key than the one that
    /// authorityKeyIdentifier names.
    NoIssuer {
        /// The certificate whose issuer is missing.
        of: usize,
    },
    /// A certificate has the name of the issuer, and its key did not make the signature.
    BadSignature {
        /// The certificate that is not what it says.
        of: usize,
        /// The issuer that it names.
        issuer: usize,
    },
    /// A signature of the path is made with SHA-1: collisions can be made, so that it says nothing
    /// of this certificate. The signature of the anchor on itself is no part of the path.
    WeakSignature {
        /// The certificate that is signed so.
        which: usize,
    },
    /// The path ends with a self-signed certificate that the user does not trust.
    NotTrusted {
        /// That certificate.
        root: usize,
    },
    /// A certificate's time is over.
    Expired {
        /// The certificate.
        which: usize,
    },
    /// A certificate's time has not begun.
    NotYetValid {
        /// The certificate.
        which: usize,
    },
    /// The issuer may not sign certificates by basicConstraints.
    NotAnAuthority {
        /// The issuer.
        which: usize,
    },
    /// The issuer may not sign certificates by keyUsage.
    KeyUsage {
        /// The issuer.
        which: usize,
    },
    /// More intermediates stand below the issuer than it allows.
    PathLength {
        /// The issuer.
        which: usize,
    },
    /// A certificate has a name that an issuer above does not allow.
    NameConstraint {
        /// The certificate with the name.
        which: usize,
    },
    /// A certificate has a critical extension that is not understood here.
    UnknownCriticalExtension {
        /// The certificate.
        which: usize,
        /// The extension.
        oid: Oid,
    },
    /// A certificate has an extension twice, or one that matters here is not of its syntax.
    MalformedExtension {
        /// The certificate.
        which: usize,
        /// The extension.
        oid: Oid,
    },
    /// The user never trusts a certificate of the path.
    Distrusted {
        /// The certificate.
        which: usize,
    },
    /// The issuer has revoked a certificate of the path.
    Revoked {
        /// The certificate.
        which: usize,
        /// Since when.
        since: UnixSeconds,
    },
    /// A limit of the search was reached: [`MAX_PATH_CERTIFICATES`], [`MAX_SIGNATURE_CHECKS`],
    /// [`MAX_REVOCATION_CHECKS`], [`MAX_ISSUERS_OF_NAME`], [`MAX_STEPS`] or [`MAX_NAME_CHECKS`].
    TooComplex,
}

impl fmt::Display for PathFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathFault::NoIssuer { of } => write!(f, "certificate {of} has no issuer here"),
            PathFault::BadSignature { of, issuer } => {
                write!(f, "certificate {of} is not signed by {issuer}")
            }
            PathFault::WeakSignature { which } => {
                write!(f, "certificate {which} is signed with SHA-1")
            }
            PathFault::NotTrusted { root } => write!(f, "root {root} is not trusted"),
            PathFault::Expired { which } => write!(f, "certificate {which} has expired"),
            PathFault::NotYetValid { which } => write!(f, "certificate {which} is not yet valid"),
            PathFault::NotAnAuthority { which } => write!(f, "issuer {which} is no authority"),
            PathFault::KeyUsage { which } => {
                write!(
                    f,
                    "issuer {which} may not sign certificates by its key usage"
                )
            }
            PathFault::PathLength { which } => {
                write!(f, "issuer {which} does not allow so long a path")
            }
            PathFault::NameConstraint { which } => {
                write!(
                    f,
                    "certificate {which} has a name that its issuer may not give"
                )
            }
            PathFault::UnknownCriticalExtension { which, oid } => {
                write!(
                    f,
                    "certificate {which} has an unknown critical extension {oid}"
                )
            }
            PathFault::MalformedExtension { which, oid } => {
                write!(f, "certificate {which} has a malformed extension {oid}")
            }
            PathFault::Distrusted { which } => write!(f, "certificate {which} is distrusted"),
            PathFault::Revoked { which, since } => {
                write!(f, "certificate {which} is revoked since {since}")
            }
            PathFault::TooComplex => f.write_str("too many possible paths"),
        }
    }
}

impl std::error::Error for PathFault {}
