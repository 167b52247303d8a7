//! Argon2id (RFC 9106): from a password to a key, within a floor and a ceiling.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::Zeroizing;

use crate::error::Fault;
use crate::format_v1::{KEY_BYTES, SALT_BYTES};

/// The cost of deriving a key from a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KdfParameters {
    /// Memory, KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes, computed in parallel.
    pub lanes: u32,
}

impl KdfParameters {
    /// The least that a vault may ask for: RFC 9106 section 4, second recommended choice, less its lanes
    /// (a lane more or less changes the time, not the memory an attacker has to pay).
    pub const FLOOR: KdfParameters = KdfParameters {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };

    /// The most, each on its own: 2 GiB (RFC 9106 section 4, first recommended choice), and so many passes and
    /// lanes that nobody wants more. [`KdfParameters::WORK_LIMIT_KIB_PASSES`] bounds their product.
    pub const CEILING: KdfParameters = KdfParameters {
        memory_kib: 2 * 1024 * 1024,
        passes: 64,
        lanes: 16,
    };

    /// The most of memory × passes: 16 GiB filled, about ten seconds on a computer of 2024. A hostile file
    /// cannot ask for more.
    pub const WORK_LIMIT_KIB_PASSES: u64 = 16 * 1024 * 1024;

    /// What a new vault takes: RFC 9106 section 4, second recommended choice (about 0.1 s).
    pub const DEFAULT: KdfParameters = KdfParameters {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 4,
    };

    /// Whether floor, ceiling and work limit are kept.
    #[must_use]
    pub fn is_within_bounds(&self) -> bool {
        let work = u64::from(self.memory_kib).saturating_mul(u64::from(self.passes));
        (KdfParameters::FLOOR.memory_kib..=KdfParameters::CEILING.memory_kib)
            .contains(&self.memory_kib)
            && (KdfParameters::FLOOR.passes..=KdfParameters::CEILING.passes).contains(&self.passes)
            && (KdfParameters::FLOOR.lanes..=KdfParameters::CEILING.lanes).contains(&self.lanes)
            && work <= KdfParameters::WORK_LIMIT_KIB_PASSES
    }

    /// Refuses what is out of bounds, before any work.
    pub(crate) fn checked(self) -> Result<KdfParameters, Fault> {
        if self.is_within_bounds() {
            Ok(self)
        } else {
            Err(Fault::KdfOutOfBounds)
        }
    }
}

impl Default for KdfParameters {
    fn default() -> KdfParameters {
        KdfParameters::DEFAULT
    }
}

/// Argon2id, version 0x13, 32 bytes, no secret and no associated data. Its memory is wiped.
pub(crate) fn derive(
    secret: &[u8],
    salt: &[u8; SALT_BYTES],
    parameters: KdfParameters,
) -> Result<Zeroizing<[u8; KEY_BYTES]>, Fault> {
    let parameters = parameters.checked()?;
    let params = Params::new(
        parameters.memory_kib,
        parameters.passes,
        parameters.lanes,
        Some(KEY_BYTES),
    )
    .map_err(|_| Fault::KdfOutOfBounds)?;
    let count = params.block_count();
    // the library's own memory is not wiped: ours is
    let mut blocks = Zeroizing::new(Vec::<Block>::new());
    blocks
        .try_reserve_exact(count)
        .map_err(|_| Fault::NotEnoughMemory)?;
    blocks.resize(count, Block::default());
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(secret, salt, &mut *key, blocks.as_mut_slice())
        .map_err(|_| Fault::KdfOutOfBounds)?;
    Ok(key)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn floor_ceiling_and_product_hold() {
        assert!(KdfParameters::FLOOR.is_within_bounds());
        assert!(KdfParameters::DEFAULT.is_within_bounds());
        // both at their ceiling is beyond the product
        assert!(!KdfParameters::CEILING.is_within_bounds());
        let with = |memory_kib, passes, lanes| KdfParameters {
            memory_kib,
            passes,
            lanes,
        };
        for bad in [
            with(64 * 1024 - 1, 3, 1),
            with(64 * 1024, 2, 1),
            with(64 * 1024, 3, 0),
            with(2 * 1024 * 1024 + 1, 3, 1),
            with(64 * 1024, 65, 1),
            with(64 * 1024, 3, 17),
            with(2 * 1024 * 1024, 9, 4),
            with(u32::MAX, u32::MAX, u32::MAX),
        ] {
            assert!(!bad.is_within_bounds(), "{bad:?}");
            assert!(matches!(
                derive(b"x", &[0; 16], bad),
                Err(Fault::KdfOutOfBounds)
            ));
        }
        assert!(with(2 * 1024 * 1024, 8, 4).is_within_bounds());
        assert!(with(256 * 1024, 64, 16).is_within_bounds());
    }

    /// Made with the reference implementation (PyPI argon2-cffi 25.1, `hash_secret_raw`, type ID, version 19).
    #[test]
    fn it_is_argon2id_of_the_reference() {
        let key = derive(
            "pässword".as_bytes(),
            b"0123456789abcdef",
            KdfParameters::DEFAULT,
        )
        .unwrap();
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "963bda152f3f0ac60dd131487100ed0a23b5f13922c227115735ee1b1df4aa2b"
        );
    }
}
