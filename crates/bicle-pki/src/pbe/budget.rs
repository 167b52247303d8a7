//! How much key derivation one input may ask for, and how it is stopped.

use std::sync::atomic::{AtomicBool, Ordering};

use super::DecryptError;
use crate::asn1::Tlv;
use crate::error::ParseErrorKind;

/// Iterations that one key derivation of a file may ask for: Java's own limit
/// (MAX_ITERATION_COUNT), eight times what Firefox writes, one to three seconds of work.
pub const MAX_ITERATIONS: u64 = 5_000_000;

/// Iterations that all key derivations of one input may take together, for all its elements and all
/// the passwords that were given. A backup of Firefox with 50 keys takes 31 million (NSS writes
/// 600,000 for the MAC and for each bag), one of NSS 3.35 with as many 52 million; twice that, for a
/// wrong password tried first, is half a minute or so, in which the user can cancel.
pub const MAX_TOTAL_ITERATIONS: u64 = 100_000_000;

/// Iterations that one input may take together for the empty password, which nobody gave: about a
/// second. It is enough for the MAC of all that is written today in both forms of that password
/// (NSS 3.35: 2 × 1,000,000). What takes more is asked for: a file that was merely dropped must not
/// keep the machine busy.
pub const MAX_UNASKED_ITERATIONS: u64 = 2_000_000;

/// Iterations after which a derivation asks whether it is to go on: some milliseconds.
pub(crate) const ASKED_EVERY: u32 = 4096;

/// For those that nobody watches.
static NEVER: AtomicBool = AtomicBool::new(false);

/// What is left of the work that one input may cause.
pub(crate) struct Budget<'c> {
    limit: u64,
    remaining: u64,
    cancelled: &'c AtomicBool,
    /// Every derivation that would be allowed answers "wrong password" instead of being done.
    probe: bool,
}

/// A derivation that was paid for.
#[derive(Clone, Copy)]
pub(crate) struct Allowed<'c> {
    iterations: u32,
    cancelled: &'c AtomicBool,
}

impl<'c> Budget<'c> {
    /// So many iterations in all, until `cancelled` becomes true.
    pub(crate) const fn new(limit: u64, cancelled: &'c AtomicBool) -> Budget<'c> {
        Budget {
            limit,
            remaining: limit,
            cancelled,
            probe: false,
        }
    }

    /// For one file with one password, which nobody cancels.
    pub(crate) const fn unwatched() -> Budget<'static> {
        Budget::new(MAX_TOTAL_ITERATIONS, &NEVER)
    }

    /// To learn whether a derivation would be allowed, without doing it: each one answers
    /// [`DecryptError::WrongPassword`].
    pub(crate) const fn probe() -> Budget<'static> {
        Budget {
            probe: true,
            ..Budget::unwatched()
        }
    }

    /// What it was at first.
    pub(crate) const fn limit(&self) -> u64 {
        self.limit
    }

    /// Whether the caller gave up.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Takes one derivation of so many iterations for each of so many blocks of output, before any
    /// of it is done. What is refused takes nothing.
    pub(crate) fn spend(&mut self, asked: u64, blocks: usize) -> Result<Allowed<'c>, DecryptError> {
        if self.is_cancelled() {
            return Err(DecryptError::Cancelled);
        }
        let too_many = DecryptError::TooManyIterations {
            asked,
            limit: MAX_ITERATIONS,
        };
        let iterations = match u32::try_from(asked) {
            Ok(iterations) if asked <= MAX_ITERATIONS => iterations,
            _ => return Err(too_many),
        };
        let work = asked.saturating_mul(u64::try_from(blocks).unwrap_or(u64::MAX));
        self.remaining =
            self.remaining
                .checked_sub(work)
                .ok_or(DecryptError::TooManyIterations {
                    asked: (self.limit - self.remaining).saturating_add(work),
                    limit: self.limit,
                })?;
        if self.probe {
            return Err(DecryptError::WrongPassword);
        }
        Ok(Allowed {
            iterations,
            cancelled: self.cancelled,
        })
    }
}

impl Allowed<'_> {
    pub(crate) const fn iterations(&self) -> u32 {
        self.iterations
    }

    /// Asked every [`ASKED_EVERY`] iterations.
    pub(crate) fn go_on(&self) -> Result<(), DecryptError> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(DecryptError::Cancelled);
        }
        Ok(())
    }
}

/// An iteration count; one that no 64-bit number holds is only "too many", zero is malformed.
pub(crate) fn iteration_count(integer: &Tlv<'_>) -> Result<u64, DecryptError> {
    let magnitude = integer.integer_unsigned()?;
    if magnitude.is_empty() {
        return Err(integer.error(ParseErrorKind::InvalidInteger).into());
    }
    Ok(integer.u64().unwrap_or(u64::MAX))
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

    #[test]
    fn work_beyond_the_limits_is_refused_before_it_is_done() {
        let mut budget = Budget::new(3 * MAX_ITERATIONS, &NEVER);
        for asked in [MAX_ITERATIONS + 1, 2_000_000_000, u64::MAX] {
            assert_eq!(
                budget.spend(asked, 1).err(),
                Some(DecryptError::TooManyIterations {
                    asked,
                    limit: MAX_ITERATIONS
                })
            );
        }
        assert!(budget.spend(MAX_ITERATIONS, 1).is_ok());
        // the blocks count
        assert_eq!(
            budget.spend(MAX_ITERATIONS, 3).err(),
            Some(DecryptError::TooManyIterations {
                asked: 4 * MAX_ITERATIONS,
                limit: 3 * MAX_ITERATIONS
            })
        );
        assert!(budget.spend(MAX_ITERATIONS, 2).is_ok());
        assert!(budget.spend(1, 1).is_err());
    }

    #[test]
    fn a_browser_backup_of_fifty_keys_is_within_the_limit() {
        // a wrong password, which the MAC refuses; then MAC, certificates, keys, under another
        for iterations in [600_000, 1_000_000] {
            let mut budget = Budget::unwatched();
            for _ in 0..(1 + 1 + 1 + 50) {
                assert!(budget.spend(iterations, 1).is_ok());
            }
        }
    }

    #[test]
    fn nothing_is_allowed_once_it_is_cancelled() {
        let cancelled = AtomicBool::new(false);
        let mut budget = Budget::new(MAX_ITERATIONS, &cancelled);
        let allowed = budget.spend(1, 1).unwrap();
        assert_eq!(allowed.go_on(), Ok(()));
        cancelled.store(true, Ordering::Relaxed);
        assert_eq!(allowed.go_on(), Err(DecryptError::Cancelled));
        assert_eq!(budget.spend(1, 1).err(), Some(DecryptError::Cancelled));
    }
}
