//! The ways that files are written: for every reader since 2016, for today's, for the newest.

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
    /// As [`Profile::Modern`] with a MAC by PBMAC1 (RFC 9879), which needs nothing of PKCS#12's own
    /// derivation: OpenSSL 3.4, NSS 3.101, Java 25, GnuTLS 3.8.13 and later. For those who know
    /// their reader.
    Pbmac1,
}

/// Iterations of the key derivation of [`Profile::Compatible`]: what Java 8 writes.
const COMPATIBLE_ITERATIONS: u32 = 50_000;

/// Iterations of the key derivation of the other profiles.
const MODERN_ITERATIONS: u32 = 100_000;

/// Iterations of the MAC's derivation in all: what Java 8 writes.
const MAC_ITERATIONS: u32 = 100_000;

/// How the MAC is made.
pub(super) enum MacScheme {
    /// HMAC under PKCS#12's own derivation.
    Pkcs12(MacParameters),
    /// PBMAC1 with PBKDF2; PRF and MAC are HMAC-SHA-256.
    Pbmac1 { iterations: u32 },
}

/// The choices of the MAC of RFC 7292.
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
            Self::Modern | Self::Pbmac1 => Scheme::Aes256 {
                iterations: MODERN_ITERATIONS,
            },
        }
    }

    /// How the MAC is made. Salt of 8 bytes in the compatible form: macOS failed on longer ones.
    pub(super) const fn mac(self) -> MacScheme {
        match self {
            Self::Compatible => MacScheme::Pkcs12(MacParameters {
                hash: Hash::Sha1,
                iterations: MAC_ITERATIONS,
                salt_bytes: 8,
            }),
            Self::Modern => MacScheme::Pkcs12(MacParameters {
                hash: Hash::Sha256,
                iterations: MAC_ITERATIONS,
                salt_bytes: 16,
            }),
            Self::Pbmac1 => MacScheme::Pbmac1 {
                iterations: MAC_ITERATIONS,
            },
        }
    }
}
