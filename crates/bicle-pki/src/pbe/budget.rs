//! How much key derivation one input may ask for, and how it is stopped.

use std::sync::atomic::{AtomicBool, Ordering};

use super::DecryptError;
use crate::asn1::Tlv;
use crate::error::ParseErrorKind;

/// The fuzzer's build (`--cfg fuzzing`, which cargo-fuzz gives): less work for each input, so that it
/// tries thousands of them in a second.
pub(super) const FUZZING: bool = cfg!(fuzzing);

/// Iterations that one key derivation of a file may ask for: Java's own limit
/// (MAX_ITERATION_COUNT), eight times what Firefox writes, one to three seconds of work.
pub const MAX_ITERATIONS: u64 = if FUZZING { 500 } else { 5_000_000 };

/// Iterations that all key derivations of one input may take together, for all its elements and all
/// the passwords that were given. A backup of Firefox with 50 keys takes 31 million (NSS writes
/// 600,000 for the MAC and for each bag), one of NSS 3.35 with as many 52 million; twice that, for a
/// wrong password tried first, is half a minute or so, in which the user can cancel.
pub const MAX_TOTAL_ITERATIONS: u64 = if FUZZING { 2_000 } else { 100_000_000 };

/// Iterations that one input may take together for the empty password, which nobody gave: about a
/// second. It is enough for the MAC of all that is written today in both forms of that password
/// (NSS 3.35: 2 × 1,000,000). What takes more is asked for: a file that was merely dropped must not
/// keep the machine busy.
pub const MAX_UNASKED_ITERATIONS: u64 = if FUZZING { 1_000 } else { 2_000_000 };

/// Iterations, for one derivation and for all of an input, that the user may agree to: the highest
/// count that Java, OpenSSL or Windows can have written (a signed number of 32 bits). It is about ten
/// minutes of work, in which the user can cancel.
pub const MAX_AGREED_ITERATIONS: u64 = 0x7fff_ffff;

/// Iterations that one derivation which cannot be cancelled inside (scrypt) may be worth, whatever
/// the user agreed to: some ten seconds. N = 2^17, r = 8 and p = 5, a strong setting of today, is
/// worth a quarter of it.
pub(crate) const MAX_AT_ONCE_ITERATIONS: u64 = 4 * MAX_ITERATIONS;

/// Iterations after which a derivation asks whether it is to go on: some milliseconds.
pub(crate) const ASKED_EVERY: u32 = 4096;

/// For those that nobody watches.
static NEVER: AtomicBool = AtomicBool::new(false);

/// What is left of the work that one input may cause.
pub(crate) struct Budget<'c> {
    limit: u64,
    /// For one derivation: [`MAX_ITERATIONS`], or more that the user agreed to.
    single_limit: u64,
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
            single_limit: MAX_ITERATIONS,
            remaining: limit,
            cancelled,
            probe: false,
        }
    }

    /// For an input of which the user agreed that a derivation may ask for so many iterations: that
    /// many for one, and [`MAX_TOTAL_ITERATIONS`] in proportion for all, up to
    /// [`MAX_AGREED_ITERATIONS`]. Never less than the limits that hold unasked.
    pub(crate) fn agreed(max_iterations: Option<u64>, cancelled: &'c AtomicBool) -> Budget<'c> {
        let agreed = max_iterations.unwrap_or(0);
        let single = agreed.clamp(MAX_ITERATIONS, MAX_AGREED_ITERATIONS);
        let total = single
            .saturating_mul(MAX_TOTAL_ITERATIONS / MAX_ITERATIONS)
            .clamp(MAX_TOTAL_ITERATIONS, MAX_AGREED_ITERATIONS);
        Budget {
            single_limit: single,
            ..Budget::new(total, cancelled)
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

    /// As [`Budget::spend`] for one that cannot be cancelled inside: what the user agreed to counts
    /// up to [`MAX_AT_ONCE_ITERATIONS`], beyond which nobody is asked.
    pub(crate) fn spend_at_once(&mut self, asked: u64) -> Result<Allowed<'c>, DecryptError> {
        if asked > MAX_AT_ONCE_ITERATIONS && !self.is_cancelled() {
            return Err(DecryptError::TooMuchWork {
                asked,
                limit: self.single_limit.min(MAX_AT_ONCE_ITERATIONS),
            });
        }
        self.spend(asked, 1)
    }

    /// Takes one derivation of so many iterations for each of so many blocks of output, before any
    /// of it is done. What is refused takes nothing.
    pub(crate) fn spend(&mut self, asked: u64, blocks: usize) -> Result<Allowed<'c>, DecryptError> {
        if self.is_cancelled() {
            return Err(DecryptError::Cancelled);
        }
        let too_many = DecryptError::TooManyIterations {
            asked,
            limit: self.single_limit,
        };
        let iterations = match u32::try_from(asked) {
            Ok(iterations) if asked <= self.single_limit => iterations,
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
    fn what_the_user_agreed_to_lifts_the_limits_up_to_a_ceiling() {
        let refused = |mut budget: Budget<'_>, asked| match budget.spend(asked, 1) {
            Err(DecryptError::TooManyIterations { limit, .. }) => Some(limit),
            _ => None,
        };
        let agreed = |agreed| Budget::agreed(agreed, &NEVER);
        for low in [None, Some(0), Some(1_000)] {
            assert_eq!(refused(agreed(low), MAX_ITERATIONS), None);
            assert_eq!(
                refused(agreed(low), MAX_ITERATIONS + 1),
                Some(MAX_ITERATIONS)
            );
            assert_eq!(agreed(low).limit(), MAX_TOTAL_ITERATIONS);
        }
        let lifted = Some(10_000_000);
        assert_eq!(refused(agreed(lifted), 10_000_000), None);
        assert_eq!(refused(agreed(lifted), 10_000_001), lifted);
        assert_eq!(agreed(lifted).limit(), 200_000_000);
        let all = Some(u64::MAX);
        assert_eq!(refused(agreed(all), MAX_AGREED_ITERATIONS), None);
        for beyond in [MAX_AGREED_ITERATIONS + 1, u64::from(u32::MAX), u64::MAX] {
            assert_eq!(refused(agreed(all), beyond), Some(MAX_AGREED_ITERATIONS));
        }
        // scrypt cannot be cancelled inside
        for (budget, asked, is_allowed) in [
            (None, MAX_ITERATIONS, true),
            (None, MAX_ITERATIONS + 1, false),
            (Some(MAX_ITERATIONS + 1), MAX_ITERATIONS + 1, true),
            (all, MAX_AT_ONCE_ITERATIONS, true),
        ] {
            assert_eq!(agreed(budget).spend_at_once(asked).is_ok(), is_allowed);
        }
        for (budget, limit) in [(None, MAX_ITERATIONS), (all, MAX_AT_ONCE_ITERATIONS)] {
            let asked = MAX_AT_ONCE_ITERATIONS + 1;
            assert_eq!(
                agreed(budget).spend_at_once(asked).err(),
                Some(DecryptError::TooMuchWork { asked, limit })
            );
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
