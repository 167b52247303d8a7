//! The layouts in which a key can leave: which fit which key, and what each needs. Without egui.

use bicle_core::command::KeyFormat;
use bicle_platform::secret::SecretText;
use bicle_text::{Id, id};

/// What of the key leaves, and how it is guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// The private key under a password.
    Encrypted,
    /// The private key in clear.
    Plain,
    /// The public key.
    Public,
}

impl Half {
    /// Every choice, the default first.
    pub(super) const ALL: [Self; 3] = [Self::Encrypted, Self::Plain, Self::Public];

    pub(super) fn words(self) -> Id {
        match self {
            Self::Encrypted => id::DIALOG_EXPORT_KEY_ENCRYPTED,
            Self::Plain => id::DIALOG_EXPORT_KEY_PLAIN,
            Self::Public => id::DIALOG_EXPORT_KEY_PUBLIC,
        }
    }
}

/// Which families of formats take a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Rsa,
    /// The curves P-256, P-384, P-521.
    Ec,
    Ed25519,
    /// Another curve: neither OpenSSH nor JWK name it.
    Other,
}

impl Family {
    /// From an item's algorithm: `RSA-2048`, `EC-P-256`, `Ed25519`.
    pub(super) fn of(algorithm: &str) -> Self {
        if algorithm.starts_with("RSA") {
            Self::Rsa
        } else if algorithm.starts_with("EC-P-") {
            Self::Ec
        } else if algorithm == "Ed25519" {
            Self::Ed25519
        } else {
            Self::Other
        }
    }
}

/// How an exported key is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Aes,
    Scrypt,
    TripleDes,
    OpenSsh,
    PlainPkcs8,
    PlainPkcs1,
    PlainSec1,
    PlainOpenSsh,
    PlainJwk,
    Spki,
    PublicOpenSsh,
    PublicJwk,
}

impl Layout {
    const ALL: [Self; 12] = [
        Self::Aes,
        Self::Scrypt,
        Self::TripleDes,
        Self::OpenSsh,
        Self::PlainPkcs8,
        Self::PlainPkcs1,
        Self::PlainSec1,
        Self::PlainOpenSsh,
        Self::PlainJwk,
        Self::Spki,
        Self::PublicOpenSsh,
        Self::PublicJwk,
    ];

    /// What fits a key, the default first.
    pub(super) fn offered(half: Half, family: Family) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |layout| layout.half() == half && layout.takes(family))
    }

    /// What of the key it holds.
    pub(super) fn half(self) -> Half {
        match self {
            Self::Aes | Self::Scrypt | Self::TripleDes | Self::OpenSsh => Half::Encrypted,
            Self::PlainPkcs8
            | Self::PlainPkcs1
            | Self::PlainSec1
            | Self::PlainOpenSsh
            | Self::PlainJwk => Half::Plain,
            Self::Spki | Self::PublicOpenSsh | Self::PublicJwk => Half::Public,
        }
    }

    fn takes(self, family: Family) -> bool {
        match self {
            Self::PlainPkcs1 => family == Family::Rsa,
            Self::PlainSec1 => matches!(family, Family::Ec | Family::Other),
            Self::OpenSsh
            | Self::PlainOpenSsh
            | Self::PlainJwk
            | Self::PublicOpenSsh
            | Self::PublicJwk => family != Family::Other,
            Self::Aes | Self::Scrypt | Self::TripleDes | Self::PlainPkcs8 | Self::Spki => true,
        }
    }

    /// It can be text or binary.
    pub(super) fn has_encodings(self) -> bool {
        self.own_ending().is_none()
    }

    /// The ending of its files where it has one of its own, whatever the encoding.
    pub(super) fn own_ending(self) -> Option<&'static str> {
        match self {
            Self::OpenSsh | Self::PlainOpenSsh => Some("key"),
            Self::PublicOpenSsh => Some("pub"),
            Self::PlainJwk | Self::PublicJwk => Some("jwk"),
            _ => None,
        }
    }

    /// Its name and a line that says whom it is for.
    pub(super) fn words(self) -> (Id, Option<Id>) {
        match self {
            Self::Aes => (
                id::DIALOG_EXPORT_KEY_AES,
                Some(id::DIALOG_EXPORT_KEY_AES_HINT),
            ),
            Self::Scrypt => (
                id::DIALOG_EXPORT_KEY_SCRYPT,
                Some(id::DIALOG_EXPORT_KEY_SCRYPT_HINT),
            ),
            Self::TripleDes => (
                id::DIALOG_EXPORT_KEY_3DES,
                Some(id::DIALOG_EXPORT_KEY_3DES_HINT),
            ),
            Self::OpenSsh => (
                id::DIALOG_EXPORT_KEY_OPENSSH,
                Some(id::DIALOG_EXPORT_KEY_OPENSSH_HINT),
            ),
            Self::PlainPkcs8 => (id::DIALOG_EXPORT_KEY_PKCS8, None),
            Self::PlainPkcs1 => (id::DIALOG_EXPORT_KEY_PKCS1, None),
            Self::PlainSec1 => (id::DIALOG_EXPORT_KEY_SEC1, None),
            Self::PlainOpenSsh => (id::DIALOG_EXPORT_KEY_OPENSSH, None),
            Self::PlainJwk | Self::PublicJwk => (id::DIALOG_EXPORT_KEY_JWK, None),
            Self::Spki => (id::DIALOG_EXPORT_KEY_SPKI, None),
            Self::PublicOpenSsh => (id::DIALOG_EXPORT_KEY_OPENSSH_LINE, None),
        }
    }

    /// What is asked of the core. `password` is taken by the layouts that are encrypted.
    pub(super) fn format(self, password: SecretText) -> KeyFormat {
        match self {
            Self::Aes => KeyFormat::EncryptedAes256(password),
            Self::Scrypt => KeyFormat::EncryptedScrypt(password),
            Self::TripleDes => KeyFormat::EncryptedTripleDes(password),
            Self::OpenSsh => KeyFormat::OpenSsh {
                password: Some(password),
            },
            Self::PlainPkcs8 => KeyFormat::DangerPlainPkcs8,
            Self::PlainPkcs1 => KeyFormat::DangerPlainPkcs1,
            Self::PlainSec1 => KeyFormat::DangerPlainSec1,
            Self::PlainOpenSsh => KeyFormat::OpenSsh { password: None },
            Self::PlainJwk => KeyFormat::DangerPlainJwk,
            Self::Spki => KeyFormat::PublicSpki,
            Self::PublicOpenSsh => KeyFormat::PublicOpenSsh,
            Self::PublicJwk => KeyFormat::PublicJwk,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_offered_what_fits_it() {
        let offered = |half, algorithm: &str| {
            Layout::offered(half, Family::of(algorithm)).collect::<Vec<_>>()
        };
        for algorithm in ["RSA-2048", "EC-P-256", "Ed25519"] {
            assert_eq!(
                offered(Half::Encrypted, algorithm),
                [
                    Layout::Aes,
                    Layout::Scrypt,
                    Layout::TripleDes,
                    Layout::OpenSsh
                ]
            );
        }
        assert!(offered(Half::Plain, "RSA-2048").contains(&Layout::PlainPkcs1));
        assert!(!offered(Half::Plain, "RSA-2048").contains(&Layout::PlainSec1));
        assert!(offered(Half::Plain, "EC-P-521").contains(&Layout::PlainSec1));
        assert!(!offered(Half::Plain, "Ed25519").contains(&Layout::PlainSec1));
        assert_eq!(
            offered(Half::Plain, "EC-brainpoolP256r1"),
            [Layout::PlainPkcs8, Layout::PlainSec1]
        );
        assert_eq!(offered(Half::Public, "EC-secp256k1"), [Layout::Spki]);
    }

    #[test]
    fn the_encrypted_layouts_take_the_password_and_the_plain_ones_do_not() {
        for layout in Layout::ALL {
            let format = layout.format(SecretText::copy_of("mot de passe"));
            let encrypted = match &format {
                KeyFormat::EncryptedAes256(it)
                | KeyFormat::EncryptedTripleDes(it)
                | KeyFormat::EncryptedScrypt(it) => it.expose() == "mot de passe",
                KeyFormat::OpenSsh { password } => password.is_some(),
                _ => false,
            };
            assert_eq!(encrypted, layout.half() == Half::Encrypted, "{layout:?}");
        }
    }
}
