//! Argon2id (RFC 9106): from a password to a key, within a floor and a ceiling, at a cost measured on this machine.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::Zeroizing;

use crate::error::Fault;
use crate::format_v1::{KEY_BYTES, SALT_BYTES};

/// Whether this build is that of the fault harness, whose floor is next to nothing. A `--cfg` of the compiler
/// and no cargo feature: features unify, and another package could switch one on in the programs of users.
const IS_FOR_FAULTS: bool = cfg!(bicle_fault_harness);

#[cfg(all(bicle_fault_harness, not(debug_assertions)))]
compile_error!(
    "the fault harness's floor protects nothing: it is never in a program that is released"
);

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
    ///
    /// The fault harness (`cargo xtask faults`) alone runs programs ten thousand times, built into a folder of
    /// its own with `--cfg bicle_fault_harness`, and cannot pay that each time: see [`IS_FOR_FAULTS`].
    pub const FLOOR: KdfParameters = KdfParameters {
        memory_kib: if IS_FOR_FAULTS { 64 } else { 64 * 1024 },
        passes: if IS_FOR_FAULTS { 1 } else { 3 },
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
        memory_kib: KdfParameters::FLOOR.memory_kib,
        passes: KdfParameters::FLOOR.passes,
        lanes: 4,
    };

    /// The least that this release gives a vault, and raises an older one to: RFC 9106 section 4, second recommended
    /// choice (64 MiB, 3 passes, 4 lanes). OWASP's Password Storage Cheat Sheet asks for 19 MiB and 2 passes at the
    /// least. Where [`KdfParameters::FLOOR`] is what format 1 may hold, for ever, this one may rise with a release.
    pub const CURRENT_FLOOR: KdfParameters = KdfParameters::DEFAULT;

    /// Where [`KdfParameters::calibrated`] stops to ask for more memory and asks for passes: a vault is also opened
    /// on a smaller computer, and by two programs at once; 256 MiB is a sixteenth of the 4 GiB that Windows 11 asks
    /// for (its system requirements), and four times what RFC 9106 recommends where memory is scarce.
    pub const CALIBRATED_MEMORY_KIB: u32 = 256 * 1024;

    /// What takes about `unlock_time` on this machine now, measured; never under [`KdfParameters::CURRENT_FLOOR`],
    /// whatever it takes. Memory first, which costs a thief's hardware most (RFC 9106 section 4: as much memory as
    /// one can afford, then as many passes), then passes. Takes about 1.3 times `unlock_time`, or a third of the floor's time.
    ///
    /// A machine that is busy gets less than it could bear, and never less than the floor.
    #[must_use]
    pub fn calibrated(unlock_time: Duration) -> KdfParameters {
        KdfParameters::calibrated_on(unlock_time, &mut measured)
    }

    /// As [`KdfParameters::calibrated`], on a machine that takes so long; `None` when there is no memory.
    fn calibrated_on(unlock_time: Duration, measured: Measuring<'_>) -> KdfParameters {
        let floor = KdfParameters::CURRENT_FLOOR;
        if unlock_time < LEAST_CALIBRATED {
            return floor;
        }
        // one pass over the floor's memory tells whether the floor alone takes the time
        let probe = KdfParameters { passes: 1, ..floor };
        let Some(taken) = measured(probe) else {
            return floor;
        };
        let guessed = KdfParameters::scaled(probe, taken, unlock_time);
        if guessed == floor {
            return floor;
        }
        // a pass over more memory, or after another, takes another time: the guess is measured, and corrected once
        match measured(guessed) {
            Some(taken)
                if taken > unlock_time.mul_f64(CALIBRATION_SLACK)
                    || taken.mul_f64(CALIBRATION_SLACK) < unlock_time =>
            {
                KdfParameters::scaled(guessed, taken, unlock_time)
            }
            Some(_) => guessed,
            None => floor,
        }
    }

    /// What takes `wanted` when `measured` took `taken`, the time being as the memory times the passes.
    fn scaled(measured: KdfParameters, taken: Duration, wanted: Duration) -> KdfParameters {
        let floor = KdfParameters::CURRENT_FLOOR;
        let work = u128::from(measured.work_kib_passes());
        let work = work.saturating_mul(wanted.as_micros()) / taken.as_micros().max(1);
        let work = u64::try_from(work)
            .unwrap_or(u64::MAX)
            .min(KdfParameters::WORK_LIMIT_KIB_PASSES);
        let at_floor_passes = u32::try_from(work / u64::from(floor.passes)).unwrap_or(u32::MAX);
        // whole MiB: what is shown to a person stays a number that a person reads
        let memory_kib = (at_floor_passes / 1024 * 1024)
            .clamp(floor.memory_kib, KdfParameters::CALIBRATED_MEMORY_KIB);
        let passes = u32::try_from(work / u64::from(memory_kib)).unwrap_or(u32::MAX);
        KdfParameters {
            memory_kib,
            passes: passes.clamp(floor.passes, KdfParameters::CEILING.passes),
            lanes: floor.lanes,
        }
    }

    /// Whether it asks for less memory or fewer passes than `floor`. Lanes do not count: they change the time, not
    /// what a thief pays.
    #[must_use]
    pub fn is_below(&self, floor: &KdfParameters) -> bool {
        self.memory_kib < floor.memory_kib || self.passes < floor.passes
    }

    /// The larger of each number: a vault that costs a thief more keeps doing so. Where that is beyond the work
    /// limit, `self`.
    #[must_use]
    pub fn larger(self, other: KdfParameters) -> KdfParameters {
        let larger = KdfParameters {
            memory_kib: self.memory_kib.max(other.memory_kib),
            passes: self.passes.max(other.passes),
            lanes: self.lanes.max(other.lanes),
        };
        if larger.is_within_bounds() {
            larger
        } else {
            self
        }
    }

    /// Memory × passes: what one guess costs, in KiB filled.
    #[must_use]
    pub fn work_kib_passes(&self) -> u64 {
        u64::from(self.memory_kib).saturating_mul(u64::from(self.passes))
    }

    /// Whether floor, ceiling and work limit are kept.
    #[must_use]
    pub fn is_within_bounds(&self) -> bool {
        (KdfParameters::FLOOR.memory_kib..=KdfParameters::CEILING.memory_kib)
            .contains(&self.memory_kib)
            && (KdfParameters::FLOOR.passes..=KdfParameters::CEILING.passes).contains(&self.passes)
            && (KdfParameters::FLOOR.lanes..=KdfParameters::CEILING.lanes).contains(&self.lanes)
            && self.work_kib_passes() <= KdfParameters::WORK_LIMIT_KIB_PASSES
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

/// How long a derivation takes; `None` when there is no memory for it.
type Measuring<'a> = &'a mut dyn FnMut(KdfParameters) -> Option<Duration>;

/// Below this nothing is measured: no computer of 2026 derives the floor's key in a tenth of it, so that the answer
/// is the floor's, and a test that asks for nothing pays nothing.
const LEAST_CALIBRATED: Duration = Duration::from_millis(20);
/// How far from what is wanted the guess may be before it is corrected: single measurements on a machine that does
/// other work differ by about as much.
const CALIBRATION_SLACK: f64 = 1.15;

/// How long a derivation takes now; `None` when there is no memory for it.
fn measured(parameters: KdfParameters) -> Option<Duration> {
    let start = Instant::now();
    fill(b"calibration", &[0; SALT_BYTES], parameters).ok()?;
    Some(start.elapsed())
}

/// Argon2id, version 0x13, 32 bytes, no secret and no associated data. Its memory is wiped.
pub(crate) fn derive(
    secret: &[u8],
    salt: &[u8; SALT_BYTES],
    parameters: KdfParameters,
) -> Result<Zeroizing<[u8; KEY_BYTES]>, Fault> {
    fill(secret, salt, parameters.checked()?)
}

/// The derivation itself; a measurement alone goes below the floor.
fn fill(
    secret: &[u8],
    salt: &[u8; SALT_BYTES],
    parameters: KdfParameters,
) -> Result<Zeroizing<[u8; KEY_BYTES]>, Fault> {
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
    fn the_floor_of_the_fault_harness_is_in_no_other_build() {
        let weakened = cfg!(bicle_fault_harness);
        assert!(!weakened, "this build is the fault harness's");
        assert_eq!(KdfParameters::FLOOR.memory_kib, 64 * 1024);
        assert_eq!(KdfParameters::FLOOR.passes, 3);
        assert!(!KdfParameters::DEFAULT.is_below(&KdfParameters::FLOOR));
    }

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

    #[test]
    fn calibration_keeps_the_floor_and_asks_for_memory_before_passes() {
        let floor = KdfParameters::CURRENT_FLOOR;
        assert!(!floor.is_below(&KdfParameters::FLOOR));
        assert_eq!(KdfParameters::calibrated(Duration::ZERO), floor);
        let second = Duration::from_secs(1);
        let after = |factor: u32| KdfParameters::scaled(floor, second, second * factor);
        assert_eq!(
            KdfParameters::scaled(floor, second, Duration::from_millis(1)),
            floor
        );
        assert_eq!(after(1), floor);
        assert_eq!((after(2).memory_kib, after(2).passes), (128 * 1024, 3));
        assert_eq!((after(4).memory_kib, after(4).passes), (256 * 1024, 3));
        assert_eq!((after(8).memory_kib, after(8).passes), (256 * 1024, 6));
        let most = KdfParameters::scaled(floor, Duration::from_nanos(1), second * 1000);
        assert_eq!((most.memory_kib, most.passes), (256 * 1024, 64));
        for found in [after(1), after(3), after(5), after(1000), most] {
            assert!(
                found.is_within_bounds() && !found.is_below(&floor),
                "{found:?}"
            );
        }
        assert!(KdfParameters::FLOOR.is_below(&after(2)));
        assert!(!after(8).is_below(&after(2)));
    }

    /// What is found where the measurements take so long one after the other, and what was measured.
    fn calibrated(
        unlock_time: Duration,
        times: &[Option<Duration>],
    ) -> (KdfParameters, Vec<KdfParameters>) {
        let mut asked = Vec::new();
        let found = KdfParameters::calibrated_on(unlock_time, &mut |parameters| {
            asked.push(parameters);
            *times.get(asked.len() - 1).unwrap()
        });
        (found, asked)
    }

    #[test]
    fn calibration_measures_one_pass_and_then_its_guess_which_it_corrects_once() {
        let floor = KdfParameters::CURRENT_FLOOR;
        let probe = KdfParameters { passes: 1, ..floor };
        let tenth = Duration::from_millis(100);
        let wanted =
            tenth * u32::try_from(floor.work_kib_passes() / probe.work_kib_passes()).unwrap() * 2;
        let guess = KdfParameters::scaled(floor, tenth, tenth * 2);
        assert_ne!(guess, floor);
        let second = |taken: Duration| {
            let (found, asked) = calibrated(wanted, &[Some(tenth), Some(taken)]);
            assert_eq!(asked, [probe, guess]);
            found
        };
        // near enough is not corrected: another measurement would say something else
        let slower = wanted.mul_f64(CALIBRATION_SLACK);
        for near in [wanted, wanted.mul_f64(1.1), wanted.mul_f64(0.9), slower] {
            assert_eq!(second(near), guess, "{near:?}");
        }
        for far in [slower + Duration::from_micros(1), wanted * 2, wanted / 2] {
            let corrected = KdfParameters::scaled(guess, far, wanted);
            assert_eq!(second(far), corrected, "{far:?}");
        }
        assert_ne!(KdfParameters::scaled(guess, wanted / 2, wanted), guess);
        assert_ne!(KdfParameters::scaled(guess, wanted * 2, wanted), guess);
        // the floor, where nothing more fits in: after the probe, before it, or for want of memory
        let floors = [
            (Duration::from_millis(30), vec![Some(tenth)]),
            (LEAST_CALIBRATED, vec![Some(tenth)]),
            (LEAST_CALIBRATED - Duration::from_micros(1), vec![]),
            (wanted, vec![None]),
            (wanted, vec![Some(tenth), None]),
        ];
        for (unlock_time, times) in floors {
            let (found, asked) = calibrated(unlock_time, &times);
            assert_eq!((found, asked.len()), (floor, times.len()));
        }
    }

    #[test]
    fn a_guess_that_is_as_far_as_the_slack_is_kept() {
        let taken = Duration::from_millis(500);
        let unlock_time = taken.mul_f64(CALIBRATION_SLACK);
        let probe = Some(Duration::from_millis(50));
        let (found, asked) = calibrated(unlock_time, &[probe, Some(taken)]);
        assert_eq!(Some(&found), asked.get(1));
        let quicker = taken - Duration::from_millis(1);
        let (found, asked) = calibrated(unlock_time, &[probe, Some(quicker)]);
        let guess = *asked.get(1).unwrap();
        assert_eq!(found, KdfParameters::scaled(guess, quicker, unlock_time));
        assert_ne!(found, guess);
    }

    #[test]
    fn calibration_takes_about_the_time_it_was_given() {
        let floor = KdfParameters::CURRENT_FLOOR;
        // so long that the floor is not the answer, on whatever machine
        let wanted = measured(floor).unwrap() * 6;
        let start = Instant::now();
        let found = KdfParameters::calibrated(wanted);
        let calibrating = start.elapsed();
        let taken = measured(found).unwrap();
        println!("{found:?} in {taken:?} for {wanted:?}, found in {calibrating:?}");
        assert!(found.is_within_bounds() && !found.is_below(&floor));
        assert!(
            found.work_kib_passes() > floor.work_kib_passes(),
            "{found:?}"
        );
        // another test may take the processor during any of the measurements; the ceiling would take 14 times as
        // long, the floor a sixth
        assert!(taken < wanted * 5, "{taken:?} for {wanted:?}");
        assert!(taken * 5 > wanted, "{taken:?} for {wanted:?}");
        assert!(calibrating < wanted * 8, "{calibrating:?} for {wanted:?}");
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
