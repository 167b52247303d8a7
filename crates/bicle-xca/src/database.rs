//! What a database holds, once it is read.

use std::fmt;

use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_pki::read::FoundItem;
use bicle_pki::time::UnixSeconds;

use crate::error::XcaError;
use crate::template::XcaTemplate;

/// All that was taken from a database, and what was not.
pub struct Database {
    /// The version of its tables: 5 for XCA 2.0, 6 for 2.1, 7 for 2.2 to 2.6, 8 for 2.7 and later;
    /// 0 when the file does not say it, or is of XCA 1.
    pub schema: u32,
    /// Keys, requests, certificates, lists, in the order in which they came into XCA.
    pub items: Vec<XcaItem>,
    /// Templates, in the order in which they came into XCA.
    pub templates: Vec<XcaTemplate>,
    /// What the authorities of the database revoked, by authority and serial number.
    pub revocations: Vec<XcaRevocation>,
    /// What stands in the database and was not taken: each has its reason.
    pub left_out: Vec<LeftOut>,
}

impl Database {
    /// What has to be said about passwords: [`XcaError::PasswordNeeded`] or
    /// [`XcaError::WrongPassword`] when private keys stay closed for want of the right one.
    pub fn password_error(&self) -> Option<XcaError> {
        let has = |wanted: &LeftOutReason| self.left_out.iter().any(|left| left.why == *wanted);
        if has(&LeftOutReason::WrongPassword) {
            Some(XcaError::WrongPassword)
        } else if has(&LeftOutReason::PasswordNeeded) {
            Some(XcaError::PasswordNeeded)
        } else {
            None
        }
    }
}

/// One item with what XCA wrote beside it.
pub struct XcaItem {
    /// What it is.
    pub item: FoundItem,
    /// Its name in XCA. Names are not unique there.
    pub name: String,
    /// The comment that the user, or XCA at an import, wrote. For the public half of a key on a
    /// token: also which token.
    pub comment: String,
    /// When it came into the database.
    pub created: Option<UnixSeconds>,
}

/// One line of an authority's own book of revocations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XcaRevocation {
    /// The certificate of the authority that revoked.
    pub issuer_sha256: Option<Sha256Fingerprint>,
    /// The revoked certificate, if it is in the database.
    pub certificate_sha256: Option<Sha256Fingerprint>,
    /// Its serial number: the magnitude, big-endian, without leading zeros.
    pub serial: Vec<u8>,
    /// When it was revoked.
    pub at: Option<UnixSeconds>,
    /// Since when it is doubtful (RFC 5280 §5.3.2).
    pub invalid_since: Option<UnixSeconds>,
    /// CRLReason (RFC 5280 §5.3.1), as its number.
    pub reason: Option<u8>,
}

/// Something that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name in XCA; empty for what has none.
    pub name: String,
    /// What it is.
    pub what: LeftOutKind,
    /// Why it was not taken.
    pub why: LeftOutReason,
}

/// What was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeftOutKind {
    /// A private key.
    Key,
    /// A public key without its private half.
    PublicKey,
    /// The private half of a key on a token (smart card, HSM).
    TokenKey,
    /// A request.
    Request,
    /// A certificate.
    Certificate,
    /// A list of revocations.
    List,
    /// A template.
    Template,
    /// A line in an authority's book of revocations.
    Revocation,
    /// The static key of OpenVPN (`tls-auth`) that XCA keeps for an authority.
    StaticKey,
    /// A comment, longer than is taken: its beginning is.
    Comment,
    /// An item of a kind that this version does not know.
    Unknown,
}

/// Why something was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeftOutReason {
    /// It is under the password of the database and none was given.
    PasswordNeeded,
    /// It is under the password of the database, and none of those given opens it.
    WrongPassword,
    /// It is under a password of its own, which is not among those given.
    OwnPasswordNeeded,
    /// It is on a token, which does not give it away; its public half was taken.
    OnToken,
    /// It is broken.
    Malformed,
    /// The private key does not belong to the public key beside it.
    OtherPublicKey,
    /// It is in the list of items and nowhere else.
    Missing,
    /// It is of a kind that cannot be used here; which one, for people: "EC-secp256k1".
    Unsupported {
        /// The kind.
        what: String,
    },
    /// More key derivation than is done for one file.
    TooManyIterations,
    /// There are more of these than are read: the first ones were taken.
    TooMany {
        /// How many are read.
        limit: usize,
    },
    /// Longer than is taken.
    TooLarge {
        /// Bytes that are taken.
        limit_bytes: usize,
    },
}

impl fmt::Display for LeftOutKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Key => "private key",
            Self::PublicKey => "public key",
            Self::TokenKey => "private key on a token",
            Self::Request => "request",
            Self::Certificate => "certificate",
            Self::List => "revocation list",
            Self::Template => "template",
            Self::Revocation => "revocation",
            Self::StaticKey => "OpenVPN static key",
            Self::Comment => "comment",
            Self::Unknown => "item of an unknown kind",
        })
    }
}

impl fmt::Display for LeftOutReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PasswordNeeded => write!(formatter, "needs the password of the database"),
            Self::WrongPassword => write!(formatter, "no password given opens it"),
            Self::OwnPasswordNeeded => write!(formatter, "needs its own password"),
            Self::OnToken => write!(formatter, "is on a token"),
            Self::Malformed => write!(formatter, "is broken"),
            Self::OtherPublicKey => write!(formatter, "does not match its public key"),
            Self::Missing => write!(formatter, "is missing"),
            Self::Unsupported { what } => write!(formatter, "is unsupported: {what}"),
            Self::TooManyIterations => write!(formatter, "asks for too much key derivation"),
            Self::TooMany { limit } => write!(formatter, "more than {limit}"),
            Self::TooLarge { limit_bytes } => write!(formatter, "longer than {limit_bytes} bytes"),
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} \"{}\" {}", self.what, self.name, self.why)
    }
}
