//! The one entry point: what is in these bytes? By content, never by a file's ending.

mod der;
mod java;
mod keys;
mod looks_like;
mod repair;
mod stores;
mod text;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::atomic::AtomicBool;

use bicle_platform::secret::SecretText;

use crate::certificate::Certificate;
use crate::oid::Oid;
use crate::pbe::{Budget, MAX_UNASKED_ITERATIONS};
use crate::pkcs12::BagAttribute;
use crate::private_key::PrivateKey;
use crate::public_key::PublicKey;
use crate::request::CertificationRequest;
use crate::revocation_list::RevocationList;
use crate::spkac::SignedPublicKey;

pub use crate::pbe::MAX_AGREED_ITERATIONS;
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
    /// A PKCS#12 file was read that no MAC protects, or one under the empty password although others
    /// were given: anyone may have altered it.
    pub without_mac: bool,
    /// The public part of a Java keystore was read without any password: the digest that protects it
    /// could not be checked.
    pub integrity_not_checked: bool,
}

/// One item.
pub struct Found {
    /// What it is.
    pub item: FoundItem,
    /// The name that its file gave it (PKCS#12, Java, Windows).
    pub friendly_name: Option<String>,
    /// When it was put into its file, in milliseconds since 1970 (Java).
    pub created_unix_ms: Option<i64>,
    /// What its file says of it besides (PKCS#12), as it is.
    pub attributes: Vec<BagAttribute>,
}

impl Found {
    /// Something of which its file says nothing.
    pub const fn plain(item: FoundItem) -> Found {
        Found {
            item,
            friendly_name: None,
            created_unix_ms: None,
            attributes: Vec::new(),
        }
    }
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
    /// A public key alone.
    PublicKey(PublicKey),
    /// A revocation list; its signature is not verified yet.
    List(RevocationList),
    /// A signed public key and challenge (SPKAC); its signature is not verified yet.
    SignedPublicKey(SignedPublicKey),
}

/// With what an input is read.
#[derive(Clone, Copy)]
pub struct ReadOptions<'a> {
    /// Tried wherever one is needed, in this order.
    pub passwords: &'a [&'a SecretText],
    /// What the user agreed to, when a file asked for more iterations than we do unasked
    /// ([`Problem::TooManyIterations`]): it lifts the limit of one derivation to this number and
    /// that of the whole input in proportion, both to [`MAX_AGREED_ITERATIONS`] at most. The limits
    /// on memory stay.
    pub max_iterations: Option<u64>,
    /// When it becomes true, the reading ends.
    pub cancelled: &'a AtomicBool,
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
    /// A public key.
    PublicKey,
    /// A signed public key and challenge (SPKAC).
    SignedPublicKey,
    /// A chain of certificates (PKIPath).
    PkiPath,
    /// A store of certificates that Windows exported (.sst).
    WindowsStore,
    /// A revocation list.
    List,
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
            Self::PublicKey => "public key",
            Self::SignedPublicKey => "signed public key",
            Self::PkiPath => "PKIPath",
            Self::WindowsStore => "certificate store of Windows",
            Self::List => "revocation list",
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
        /// the start of the text). Of what is cut: its end.
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
    /// A private key whose parts do not belong together: the public half is another key's, or a number
    /// is outside its range. It is whole and of no use.
    HalvesDiffer,
    /// A password opens a key of it, and the digest over the whole was not made with any of the
    /// passwords: it was altered, or the whole is under a password of its own that was not given.
    /// Nothing of it was taken.
    Altered {
        /// What it is.
        what: Thing,
    },
    /// It asks for more key derivation work than we do: by itself, or together with what stands
    /// before it in the input. Nothing of what is beyond was done. Where `asked` is not above
    /// [`MAX_AGREED_ITERATIONS`], the user may agree to it ([`ReadOptions::max_iterations`]).
    TooManyIterations {
        /// Iterations asked for.
        asked: u64,
        /// Iterations that are allowed.
        limit: u64,
    },
    /// It asks for more key derivation work in one step that cannot be cancelled (scrypt) than
    /// anyone may agree to. Nothing of it was done.
    TooMuchWork {
        /// Iterations of PBKDF2 that the step is worth.
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
    /// A key is under a password of its own, which is none of those that were given: the store that
    /// holds it opened without it.
    OwnPassword {
        /// What the store calls the key.
        name: String,
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
            Self::HalvesDiffer => write!(
                formatter,
                "the parts of the private key contradict each other"
            ),
            Self::Altered { what } => write!(
                formatter,
                "the {what} was altered, or is under another password than its key"
            ),
            Self::TooManyIterations { asked, limit } | Self::TooMuchWork { asked, limit } => {
                write!(
                    formatter,
                    "{asked} iterations are asked for, {limit} are allowed"
                )
            }
            Self::TooLarge { limit_bytes } => write!(formatter, "larger than {limit_bytes} bytes"),
            Self::TooManyItems { limit } => write!(formatter, "more than {limit} items"),
            Self::Unsupported { what } => write!(formatter, "unsupported: {what}"),
            Self::OwnPassword { name } => {
                write!(formatter, "the key {name:?} is under a password of its own")
            }
            Self::Cancelled => write!(formatter, "cancelled"),
        }
    }
}

/// Reads whatever it is: DER, PEM with any text around, base64 alone; certificates, lists, requests,
/// keys (plain or encrypted, also of OpenSSH, Windows and JWK), PKCS#7, PKCS#12, Java keystores,
/// exported stores of Windows; several of them in one input. Never fails as a whole: each thing is
/// found or has its problem.
///
/// All `passwords` are tried wherever one is needed, in at most
/// [`MAX_TOTAL_ITERATIONS`](crate::pkcs8::MAX_TOTAL_ITERATIONS) for the
/// whole input; the empty one is tried for PKCS#8 and PKCS#12 anyway, in at most [`MAX_UNASKED_ITERATIONS`].
/// When `cancelled` becomes true, the reading ends within a fraction of a second (within one
/// scrypt of a few seconds at worst, some more where the user agreed to it), with [`Problem::Cancelled`].
pub fn read(bytes: &[u8], passwords: &[&SecretText], cancelled: &AtomicBool) -> Reading {
    let options = ReadOptions {
        passwords,
        max_iterations: None,
        cancelled,
    };
    read_with(bytes, &options)
}

/// As [`read`], with what the user agreed to.
pub fn read_with(bytes: &[u8], options: &ReadOptions<'_>) -> Reading {
    let given = Budget::agreed(options.max_iterations, options.cancelled);
    let unasked = Budget::new(MAX_UNASKED_ITERATIONS, options.cancelled);
    read_within(bytes, options.passwords, given, unasked)
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
        curve: None,
        reading: Reading {
            found: Vec::new(),
            problems: Vec::new(),
            without_mac: false,
            integrity_not_checked: false,
        },
    };
    if bytes.len() > MAX_BYTES {
        let limit_bytes = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
        collector.problem(Problem::TooLarge { limit_bytes });
    } else if !java::read_all(&mut collector, bytes)
        && !keys::read_all(&mut collector, bytes)
        && !stores::read_all(&mut collector, bytes)
        && !der::read_all(&mut collector, bytes)
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
    if collector.reading.found.is_empty() && collector.reading.problems.is_empty() {
        // the parameters of a key alone
        collector.problem(Problem::NotRecognised {
            looks_like: looks_like::guess(bytes),
        });
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
    /// The curve of the last "EC PARAMETERS", for keys that do not name theirs.
    curve: Option<Oid>,
    reading: Reading,
}

/// What a file says of one of its items.
#[derive(Default)]
struct Said {
    friendly_name: Option<String>,
    created_unix_ms: Option<i64>,
    attributes: Vec<BagAttribute>,
}

impl Collector<'_> {
    fn is_full(&self) -> bool {
        self.reading
            .found
            .len()
            .saturating_add(self.reading.problems.len())
            >= MAX_ITEMS
    }

    /// Full, and said so: nothing more of the input changes what is reported.
    fn is_past_full(&self) -> bool {
        self.is_full()
            && self.reading.problems.last() == Some(&Problem::TooManyItems { limit: MAX_ITEMS })
    }

    fn is_cancelled(&self) -> bool {
        self.given.is_cancelled()
    }

    fn found(&mut self, item: FoundItem, said: Said) {
        if self.is_full() {
            return self.problem(Problem::TooManyItems { limit: MAX_ITEMS });
        }
        self.reading.found.push(Found {
            friendly_name: said.friendly_name,
            created_unix_ms: said.created_unix_ms,
            attributes: said.attributes,
            ..Found::plain(item)
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
