//! What the operations need of the machine, and how much of it they may take.

use std::sync::Arc;
use std::time::Duration;

use bicle_vault::KdfParameters;

use crate::clock::Clock;
use crate::copies_setting;
use crate::fault::Fault;
use crate::places::Places;
use crate::refusal;

/// How long a password's key derivation takes on this machine when a vault is made: long for who tries
/// millions, short for who types one (RFC 9106 §4 leaves the time to the application; half a second is what
/// its authors name for a user who waits).
pub const UNLOCK_TIME: Duration = Duration::from_millis(500);

/// The longest time that the environment may ask for: beyond it lies the ceiling of the derivation anyway.
const UNLOCK_TIME_LIMIT_MS: u64 = 60_000;

/// So many days of change are kept beside the vault: a working week.
pub const AUTOMATIC_COPIES: u8 = 5;

/// Names another [`Services::unlock_time`], in milliseconds. The floor always holds: a small value makes a
/// vault quicker to make, never weaker than the floor.
pub const UNLOCK_TIME_VARIABLE: &str = "BICLE_UNLOCK_TIME_MS";

/// Names another [`Services::automatic_copies`]; 0 turns them off.
pub const AUTOMATIC_COPIES_VARIABLE: &str = "BICLE_AUTOMATIC_COPIES";

/// What the operations need of the machine.
#[derive(Clone)]
pub struct Services {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where things are kept.
    pub places: Places,
    /// What the derivation of a new password's key should cost here.
    pub unlock_time: Duration,
    /// How many days of change are kept as copies beside the vault; 0: none is made.
    pub automatic_copies: u8,
    /// The environment says how many: what the user chooses counts when it no longer does.
    pub copies_are_fixed: bool,
    /// A vault whose derivation costs less is raised when it is unlocked with its password.
    pub kdf_floor: KdfParameters,
}

impl Services {
    /// These, how many copies the user chose to keep (in either program), and the defaults of the rest.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, places: Places) -> Self {
        let chosen = copies_setting::read(&places.config_folder);
        Self {
            clock,
            places,
            unlock_time: UNLOCK_TIME,
            automatic_copies: chosen.unwrap_or(AUTOMATIC_COPIES),
            copies_are_fixed: false,
            kdf_floor: KdfParameters::CURRENT_FLOOR,
        }
    }

    /// The same, with what the environment says otherwise ([`UNLOCK_TIME_VARIABLE`],
    /// [`AUTOMATIC_COPIES_VARIABLE`]). A value that is no number is as if it were not there.
    #[must_use]
    pub fn with_environment(mut self) -> Self {
        if let Some(milliseconds) = number_of::<u64>(UNLOCK_TIME_VARIABLE) {
            self.unlock_time = Duration::from_millis(milliseconds.min(UNLOCK_TIME_LIMIT_MS));
        }
        if let Some(count) = number_of::<u8>(AUTOMATIC_COPIES_VARIABLE) {
            self.automatic_copies = count;
            self.copies_are_fixed = true;
        }
        self
    }

    /// The user chose how many copies are kept: from now on, and in every program that is started later.
    ///
    /// # Errors
    /// The choice cannot be written down; it counts until the program ends.
    pub(crate) fn keep_copies(&mut self, count: u8) -> Result<(), Fault> {
        if !self.copies_are_fixed {
            self.automatic_copies = count;
        }
        copies_setting::write(&self.places.config_folder, count)
            .map_err(|error| refusal::from_file(&error))
    }

    /// What a password that is set now costs: measured on this machine, never under the floor.
    pub(crate) fn kdf(&self) -> KdfParameters {
        self.kdf_floor
            .larger(KdfParameters::calibrated(self.unlock_time))
    }
}

/// What is dearer to a thief: a vault never comes to cost less because it was opened on a slower machine.
pub(crate) fn dearer(
    present: KdfParameters,
    measured: KdfParameters,
    floor: &KdfParameters,
) -> KdfParameters {
    if !present.is_below(floor) && is_cheaper(&measured, &present) {
        present
    } else {
        measured
    }
}

/// Guessing a password costs less under `one` than under `other`.
pub(crate) fn is_cheaper(one: &KdfParameters, other: &KdfParameters) -> bool {
    one.work_kib_passes() < other.work_kib_passes()
}

fn number_of<T: std::str::FromStr>(variable: &str) -> Option<T> {
    std::env::var(variable).ok()?.trim().parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn the_number_of_copies_that_one_program_keeps_is_that_of_the_other_unless_the_environment_says()
     {
        let folder = tempfile::tempdir().unwrap();
        let started = || Services::new(Arc::new(SystemClock), Places::under(folder.path()));
        let mut window = started();
        assert_eq!(window.automatic_copies, AUTOMATIC_COPIES);
        for count in [30, 0] {
            window.keep_copies(count).unwrap();
            assert_eq!(window.automatic_copies, count);
            assert_eq!(started().automatic_copies, count);
        }
        let mut fixed = Services {
            automatic_copies: 7,
            copies_are_fixed: true,
            ..started()
        };
        fixed.keep_copies(3).unwrap();
        assert_eq!(fixed.automatic_copies, 7);
        assert_eq!(started().automatic_copies, 3);
    }

    fn kdf(memory_mib: u32, passes: u32, lanes: u32) -> KdfParameters {
        KdfParameters {
            memory_kib: memory_mib * 1024,
            passes,
            lanes,
        }
    }

    #[test]
    fn the_floor_holds_and_nothing_becomes_cheaper() {
        let floor = kdf(64, 3, 1);
        assert_eq!(floor.larger(kdf(64, 3, 4)), kdf(64, 3, 4));
        assert_eq!(kdf(128, 4, 1).larger(kdf(64, 3, 4)), kdf(128, 4, 4));
        // a floor and a measure that together would be refused
        assert_eq!(kdf(1024, 3, 1).larger(kdf(64, 64, 4)), kdf(1024, 3, 1));

        assert_eq!(
            dearer(kdf(64, 3, 4), kdf(256, 4, 4), &floor),
            kdf(256, 4, 4)
        );
        assert_eq!(
            dearer(kdf(256, 6, 4), kdf(256, 4, 4), &floor),
            kdf(256, 6, 4)
        );
        assert_eq!(
            dearer(kdf(64, 20, 4), kdf(128, 4, 4), &kdf(128, 3, 1)),
            kdf(128, 4, 4)
        );
    }
}
