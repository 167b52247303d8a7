//! The two ways that files are written: for every reader since 2016, and for today's.

use crate::pbe::Scheme;
use crate::pbe::hash::Hash;

/// Which readers a file is for. The numbers were measured against OpenSSL 1.0.2 to 3.6, NSS 3.21
/// to 3.132, Java 8u77 to 25 and GnuTLS; none exceeds the 300,000 iterations of .NET's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Triple DES, HMAC-SHA-1: the only form that every reader from 2016 to today takes (Windows
    /// before 10 and Server 2016, macOS, Java 8, Firefox). Its protection rests on the password.
    Compatible,
    /// AES-256, PBKDF2 and MAC with SHA-256: Windows 10 1709 and Server 2019, Java 8u301, NSS 3.35,
    /// OpenSSL 1.0.2 and later.
    Modern,
}

/// Iterations of the key derivation of [`Profile::Compatible`]: what Java 8 writes.
const COMPATIBLE_ITERATIONS: u32 = 50_000;

/// Iterations of the key derivation of [`Profile::Modern`].
const MODERN_ITERATIONS: u32 = 100_000;

/// Iterations of the MAC's derivation in both: what Java 8 writes.
const MAC_ITERATIONS: u32 = 100_000;

/// How the MAC is made.
pub(super) struct MacParameters {
    pub(super) hash: Hash,
    pub(super) iterations: u32,
    pub(super) salt_bytes: usize,
}

impl Profile {
    /// How the key and the certificates are encrypted.
    pub(super) const fn scheme(self) -> Scheme {
        match self {
            Self::Compatible => Scheme::Pkcs12TripleDes {
                iterations: COMPATIBLE_ITERATIONS,
            },
            Self::Modern => Scheme::Aes256 {
                iterations: MODERN_ITERATIONS,
            },
        }
    }

    /// How the MAC is made. Salt of 8 bytes in the compatible form: macOS failed on longer ones.
    pub(super) const fn mac(self) -> MacParameters {
        match self {
            Self::Compatible => MacParameters {
                hash: Hash::Sha1,
                iterations: MAC_ITERATIONS,
                salt_bytes: 8,
            },
            Self::Modern => MacParameters {
                hash: Hash::Sha256,
                iterations: MAC_ITERATIONS,
                salt_bytes: 16,
            },
        }
    }
}
