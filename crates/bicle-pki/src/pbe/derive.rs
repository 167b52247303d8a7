//! Key derivation by its AlgorithmIdentifier: PBKDF2 and scrypt.

use zeroize::Zeroizing;

use super::budget::{FUZZING, iteration_count};
use super::hash::Hash;
use super::{Budget, DecryptError, PBKDF2, Password};
use crate::asn1::{Tag, Tlv, writer};
use crate::error::ParseErrorKind;

/// Memory that scrypt may ask for, in bytes (128·r·(N + p)). OpenSSL's own limit is 32 MiB.
const MAX_SCRYPT_BYTES: u64 = if FUZZING {
    1024 * 1024
} else {
    256 * 1024 * 1024
};

/// 1.3.6.1.4.1.11591.4.11, the OID body of scrypt (RFC 7914 §7).
const SCRYPT: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b];

/// The key that the KDF's AlgorithmIdentifier gives: PBKDF2 (RFC 8018 §A.2) or scrypt (RFC 7914 §7).
pub(crate) fn derive(
    derivation: &Tlv<'_>,
    password: &Password,
    length: usize,
    budget: &mut Budget<'_>,
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let mut fields = derivation.must_be(Tag::SEQUENCE)?.reader()?;
    let oid = fields.expect(Tag::OID)?;
    let mut parameters = fields.sequence()?;
    // PBKDF2 could name an algorithm for its salt; nobody ever did
    let salt = parameters.octet_string()?;
    match oid.body {
        PBKDF2 => {
            let asked = iteration_count(&parameters.expect(Tag::INTEGER)?)?;
            parameters.optional(Tag::INTEGER)?;
            let hash = match parameters.optional(Tag::SEQUENCE)? {
                None => Hash::Sha1,
                Some(identifier) => {
                    let prf = identifier.reader()?.expect(Tag::OID)?;
                    match Hash::from_hmac_oid(prf.body) {
                        Some(hash) => hash,
                        None => return Err(DecryptError::Unsupported(prf.oid()?)),
                    }
                }
            };
            let allowed = budget.spend(asked, hash.pbkdf2_runs(length))?;
            hash.pbkdf2(&password.octets, salt, allowed, length)
        }
        SCRYPT => {
            let cost = parameters.expect(Tag::INTEGER)?;
            let (block, lanes) = (parameters.u64()?, parameters.u64()?);
            scrypt(&cost, block, lanes, salt, password, length, budget)
        }
        _ => Err(DecryptError::Unsupported(oid.oid()?)),
    }
}

/// scrypt with its bounds checked before any memory is asked for.
fn scrypt(
    cost: &Tlv<'_>,
    block: u64,
    lanes: u64,
    salt: &[u8],
    password: &Password,
    length: usize,
    budget: &mut Budget<'_>,
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let invalid = DecryptError::from(cost.error(ParseErrorKind::InvalidValue));
    let rounds = cost.u64().unwrap_or(u64::MAX);
    // N blocks to be mixed with, and p to be mixed
    let blocks = rounds.saturating_add(lanes);
    let asked_bytes = blocks.saturating_mul(block).saturating_mul(128);
    if asked_bytes > MAX_SCRYPT_BYTES {
        return Err(DecryptError::TooMuchMemory {
            asked_bytes,
            limit_bytes: MAX_SCRYPT_BYTES,
        });
    }
    if rounds < 2 || !rounds.is_power_of_two() {
        return Err(invalid);
    }
    let parameters = u8::try_from(rounds.ilog2())
        .ok()
        .zip(u32::try_from(block).ok())
        .zip(u32::try_from(lanes).ok())
        .and_then(|((log, block), lanes)| scrypt::Params::new(log, block, lanes).ok());
    let Some(parameters) = parameters else {
        return Err(invalid);
    };
    // to mix 128·r bytes once into a lane costs about r iterations of PBKDF2-HMAC-SHA-256 (4·r
    // Salsa20/8 for 2·r compressions); the lanes are made and eaten by PBKDF2, 32 bytes at a time
    let mixing = rounds.saturating_mul(block).saturating_mul(lanes);
    let filling = block.saturating_mul(lanes).saturating_mul(4);
    // one step of some seconds: not cancelled inside
    budget.spend_at_once(mixing.saturating_add(filling))?;
    let mut key = Zeroizing::new(vec![0; length]);
    scrypt::scrypt(&password.octets, salt, &parameters, &mut key).map_err(|_| invalid)?;
    Ok(key)
}

/// The cost of a scrypt that is written: one that is read back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ScryptCost {
    parameters: scrypt::Params,
    blocks: u64,
}

impl ScryptCost {
    /// N = 2^`log_n`, r and p; `None` when scrypt does not know them, or when they are beyond what
    /// is read here.
    pub(crate) fn new(log_n: u8, block: u32, lanes: u32) -> Option<ScryptCost> {
        let parameters = scrypt::Params::new(log_n, block, lanes).ok()?;
        let rounds = 1_u64.checked_shl(u32::from(log_n))?;
        let (wide, lanes) = (u64::from(block), u64::from(lanes));
        let memory = rounds
            .checked_add(lanes)?
            .checked_mul(wide)?
            .checked_mul(128)?;
        let work = rounds
            .checked_add(4)?
            .checked_mul(wide)?
            .checked_mul(lanes)?;
        (rounds >= 2 && memory <= MAX_SCRYPT_BYTES && work <= super::MAX_ITERATIONS).then_some(
            ScryptCost {
                parameters,
                blocks: rounds,
            },
        )
    }

    /// Derives the key; gives the AlgorithmIdentifier (RFC 7914 §7.1).
    pub(crate) fn derive(&self, password: &[u8], salt: &[u8], key: &mut [u8; 32]) -> Vec<u8> {
        // the length of the output is the only thing that could be wrong
        let _length_is_right = scrypt::scrypt(password, salt, &self.parameters, key);
        let parameters = writer::sequence(&[
            &writer::octet_string(salt),
            &writer::integer_u64(self.blocks),
            &writer::integer_u64(u64::from(self.parameters.r())),
            &writer::integer_u64(u64::from(self.parameters.p())),
        ]);
        writer::sequence(&[&writer::tlv(Tag::OID, SCRYPT), &parameters])
    }
}

/// The optional keyLength in the parameters of PBKDF2 or scrypt.
pub(crate) fn key_length(derivation: &Tlv<'_>) -> Result<Option<u64>, DecryptError> {
    let mut fields = derivation.must_be(Tag::SEQUENCE)?.reader()?;
    let scrypt = fields.expect(Tag::OID)?.body == SCRYPT;
    let mut parameters = fields.sequence()?;
    parameters.any()?;
    parameters.any()?;
    if scrypt {
        parameters.any()?;
        parameters.any()?;
    }
    match parameters.optional(Tag::INTEGER)? {
        None => Ok(None),
        Some(length) => Ok(Some(length.u64()?)),
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]
mod tests {
    use super::*;
    use crate::asn1::Reader;

    #[test]
    fn scrypt_beyond_the_limits_is_refused_before_it_is_done() {
        let cost = writer::integer_u64(1 << 40);
        let cost = Reader::new(&cost).any().unwrap();
        let result = scrypt(
            &cost,
            8,
            1,
            b"salt",
            &Password::standard("p"),
            32,
            &mut Budget::unwatched(),
        );
        assert!(matches!(result, Err(DecryptError::TooMuchMemory { .. })));
        let cost = writer::integer_u64(1024);
        let cost = Reader::new(&cost).any().unwrap();
        let result = scrypt(
            &cost,
            8,
            1 << 30,
            b"salt",
            &Password::standard("p"),
            32,
            &mut Budget::unwatched(),
        );
        assert!(matches!(result, Err(DecryptError::TooMuchMemory { .. })));
        for (rounds, block, lanes) in [
            (0, 8, 1),
            (1023, 8, 1),
            (1024, 0, 1),
            (1024, 8, 0),
            (1, 8, 1),
        ] {
            let cost = writer::integer_u64(rounds);
            let cost = Reader::new(&cost).any().unwrap();
            let result = scrypt(
                &cost,
                block,
                lanes,
                b"salt",
                &Password::standard("p"),
                32,
                &mut Budget::unwatched(),
            );
            assert!(result.is_err(), "{rounds} {block} {lanes}");
        }
    }

    #[test]
    fn scrypt_is_charged_for_its_lanes_and_its_work() {
        let attempt = |rounds: u64, block, lanes, budget: &mut Budget<'_>| {
            let cost = writer::integer_u64(rounds);
            let cost = Reader::new(&cost).any().unwrap();
            let password = Password::standard("p");
            scrypt(&cost, block, lanes, b"salt", &password, 32, budget)
        };
        let started = std::time::Instant::now();
        // 512 MiB of lanes under a tiny N
        let lanes = attempt(2, 1, 4_194_304, &mut Budget::unwatched());
        assert!(matches!(lanes, Err(DecryptError::TooMuchMemory { .. })));
        let lanes = attempt(2, 1, 2_000_000, &mut Budget::unwatched());
        assert!(matches!(lanes, Err(DecryptError::TooManyIterations { .. })));
        let mixing = attempt(1 << 17, 8, 5, &mut Budget::unwatched());
        assert_eq!(
            mixing.err(),
            Some(DecryptError::TooManyIterations {
                asked: 5 * 8 * ((1 << 17) + 4),
                limit: crate::pbe::MAX_ITERATIONS
            })
        );
        assert!(started.elapsed().as_secs() < 20);
        // all of them come out of one purse
        let never = std::sync::atomic::AtomicBool::new(false);
        let mut budget = Budget::new(20_000, &never);
        assert!(attempt(1024, 8, 2, &mut budget).is_ok());
        assert!(matches!(
            attempt(1024, 8, 2, &mut budget),
            Err(DecryptError::TooManyIterations { limit: 20_000, .. })
        ));
    }
}
