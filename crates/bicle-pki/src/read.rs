//! The one entry point: what is in these bytes? By content, never by a file's ending.

mod der;
mod looks_like;
mod text;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::atomic::AtomicBool;

use bicle_platform::secret::SecretText;

use crate::certificate::Certificate;
use crate::pbe::{Budget, MAX_TOTAL_ITERATIONS, MAX_UNASKED_ITERATIONS};
use crate::private_key::PrivateKey;
use crate::request::CertificationRequest;

pub use looks_like::LooksLike;

/// Largest input, in bytes. The largest legitimate ones, bundles of all public authorities, have
/// some megabytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Items and problems that one input may give: a bundle of certificates has some hundred.
pub const MAX_ITEMS: usize = 20_000;

/// What was found in an input.
pub struct Reading {
    /// The items, in the order of the input.
    pub found: Vec<Found>,
    /// What was there and could not be taken, in the order of the input. An input of which nothing
    /// is taken has at least one.
    pub problems: Vec<Problem>,
    /// A PKCS#12 file was read that no MAC protects: anyone may have altered it.
    pub without_mac: bool,
}

/// One item.
pub struct Found {
    /// What it is.
    pub item: FoundItem,
    /// The name that its file gave it (PKCS#12).
    pub friendly_name: Option<String>,
}

/// The kinds of item.
#[non_exhaustive]
pub enum FoundItem {
    /// A private key.
    Key(PrivateKey),
    /// A PKCS#10 request; its signature is not verified yet.
    Request(CertificationRequest),
    /// An X.509 certificate; nothing about it is verified yet.
    Certificate(Certificate),
}

/// What something is, or was meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Thing {
    /// A private key, encrypted or not.
    Key,
    /// A PKCS#10 request.
    Request,
    /// An X.509 certificate.
    Certificate,
    /// A PKCS#7 file.
    Pkcs7,
    /// A PKCS#12 file.
    Pkcs12,
    /// A Java keystore.
    Jks,
    /// A PEM block of any kind.
    Pem,
}

impl fmt::Display for Thing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Key => "private key",
            Self::Request => "certification request",
            Self::Certificate => "certificate",
            Self::Pkcs7 => "PKCS#7 file",
            Self::Pkcs12 => "PKCS#12 file",
            Self::Jks => "Java keystore",
            Self::Pem => "PEM block",
        })
    }
}

/// Why something was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Nothing that this program knows.
    NotRecognised {
        /// What it seems to be instead.
        looks_like: LooksLike,
    },
    /// It is broken.
    Malformed {
        /// What it was meant to be.
        what: Thing,
        /// Where, in bytes from the start of the DER (in PEM: of a block that is no base64, from
        /// the start of the text).
        at_byte: usize,
    },
    /// It is under a password and none was given.
    PasswordNeeded {
        /// What it is.
        what: Thing,
    },
    /// None of the passwords opens it.
    WrongPassword {
        /// What it is.
        what: Thing,
    },
    /// It asks for more key derivation work than we do: by itself, or together with what stands
    /// before it in the input. Nothing of what is beyond was done.
    TooManyIterations {
        /// Iterations asked for.
        asked: u64,
        /// Iterations that are allowed.
        limit: u64,
    },
    /// It is larger than we read, or asks for more memory than we give.
    TooLarge {
        /// Bytes that are allowed.
        limit_bytes: u64,
    },
    /// It holds more items than we read; the first ones were taken.
    TooManyItems {
        /// Items that are allowed.
        limit: usize,
    },
    /// It is known but cannot be used by this version.
    Unsupported {
        /// What it is, for people: "EC-P-256 private key".
        what: String,
    },
    /// The caller gave up; what was read before was taken.
    Cancelled,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRecognised { looks_like } => {
                write!(formatter, "not recognised, looks like {looks_like:?}")
            }
            Self::Malformed { what, at_byte } => {
                write!(formatter, "malformed {what} at byte {at_byte}")
            }
            Self::PasswordNeeded { what } => write!(formatter, "the {what} needs a password"),
            Self::WrongPassword { what } => {
                write!(formatter, "the password does not open the {what}")
            }
            Self::TooManyIterations { asked, limit } => {
                write!(
                    formatter,
                    "{asked} iterations are asked for, {limit} are allowed"
                )
            }
            Self::TooLarge { limit_bytes } => write!(formatter, "larger than {limit_bytes} bytes"),
            Self::TooManyItems { limit } => write!(formatter, "more than {limit} items"),
            Self::Unsupported { what } => write!(formatter, "unsupported: {what}"),
            Self::Cancelled => write!(formatter, "cancelled"),
        }
    }
}

/// Reads whatever it is: DER, PEM with any text around, base64 alone; certificates, requests, keys
/// (plain or encrypted), PKCS#7, PKCS#12; several of them in one input. Never fails as a whole:
/// each thing is found or has its problem.
///
/// All `passwords` are tried wherever one is needed, in at most [`MAX_TOTAL_ITERATIONS`] for the
/// whole input; the empty one is tried for PKCS#12 anyway, in at most [`MAX_UNASKED_ITERATIONS`].
/// When `cancelled` becomes true, the reading ends within a fraction of a second (within one
/// scrypt of a few seconds at worst), with [`Problem::Cancelled`].
pub fn read(bytes: &[u8], passwords: &[&SecretText], cancelled: &AtomicBool) -> Reading {
    let given = Budget::new(MAX_TOTAL_ITERATIONS, cancelled);
    let unasked = Budget::new(MAX_UNASKED_ITERATIONS, cancelled);
    read_within(bytes, passwords, given, unasked)
}

fn read_within<'p>(
    bytes: &[u8],
    passwords: &'p [&'p SecretText],
    given: Budget<'p>,
    unasked: Budget<'p>,
) -> Reading {
    let mut collector = Collector {
        passwords,
        given,
        unasked,
        reading: Reading {
            found: Vec::new(),
            problems: Vec::new(),
            without_mac: false,
        },
    };
    if bytes.len() > MAX_BYTES {
        let limit_bytes = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
        collector.problem(Problem::TooLarge { limit_bytes });
    } else if !der::read_all(&mut collector, bytes)
        && !text::read_all(&mut collector, bytes)
        && !collector.is_cancelled()
    {
        collector.problem(Problem::NotRecognised {
            looks_like: looks_like::guess(bytes),
        });
    }
    if collector.is_cancelled() {
        collector.problem(Problem::Cancelled);
    }
    collector.reading
}

/// Where the readers put what they find.
struct Collector<'p> {
    passwords: &'p [&'p SecretText],
    /// For the passwords: what all elements of the input have left together.
    given: Budget<'p>,
    /// For the empty password where it was not given.
    unasked: Budget<'p>,
    reading: Reading,
}

impl Collector<'_> {
    fn is_full(&self) -> bool {
        self.reading
            .found
            .len()
            .saturating_add(self.reading.problems.len())
            >= MAX_ITEMS
    }

    fn is_cancelled(&self) -> bool {
        self.given.is_cancelled()
    }

    fn found(&mut self, item: FoundItem, friendly_name: Option<String>) {
        if self.is_full() {
            return self.problem(Problem::TooManyItems { limit: MAX_ITEMS });
        }
        self.reading.found.push(Found {
            item,
            friendly_name,
        });
    }

    fn problem(&mut self, problem: Problem) {
        if self.is_full() {
            // said once, in the place of the last
            let last = self.reading.problems.last();
            if last != Some(&Problem::TooManyItems { limit: MAX_ITEMS }) {
                self.reading
                    .problems
                    .push(Problem::TooManyItems { limit: MAX_ITEMS });
            }
            return;
        }
        self.reading.problems.push(problem);
    }

    /// None of the passwords fitted, or there was none.
    fn password_problem(&mut self, what: Thing) {
        self.problem(if self.passwords.is_empty() {
            Problem::PasswordNeeded { what }
        } else {
            Problem::WrongPassword { what }
        });
    }
}
