//! Where things are kept on this machine, and what it remembers of the vaults that it opened.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bicle_platform::file;
use bicle_platform::lock::{self, Locking};
use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};

use crate::copies;
use crate::model::UnixSeconds;

/// The application's own folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// Vaults stand here by default.
    pub data_folder: PathBuf,
    /// Settings and what the machine remembers.
    pub config_folder: PathBuf,
}

/// A later state of a vault than the one that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Later {
    /// Its generation.
    pub(crate) generation: u64,
    /// When it was seen here, where that was kept.
    pub(crate) seen: Option<UnixSeconds>,
}

/// So many vaults are remembered: what a menu shows without scrolling.
const RECENT_VAULTS: usize = 10;

/// So many older copies are remembered: far more than anybody opens, far below the memory's limit.
const OLDER_COPIES: usize = 200;

/// So long the memory waits for another program that writes it, which takes milliseconds.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// Between two looks at the lock: shorter than a writing to a disk.
const LOCK_PAUSE: Duration = Duration::from_millis(5);

const SECONDS_PER_DAY: i64 = 86_400;

/// The memory is a few paths and numbers.
const MEMORY_LIMIT_BYTES: u64 = 1024 * 1024;

impl Places {
    /// The platform's folders (XDG on Linux, the platform's own elsewhere); the present folder
    /// where the platform tells none.
    #[must_use]
    pub fn of_platform() -> Self {
        match etcetera::choose_base_strategy() {
            Ok(strategy) => Self {
                data_folder: strategy.data_dir().join("bicle"),
                config_folder: strategy.config_dir().join("bicle"),
            },
            Err(_) => Self::under(Path::new(".")),
        }
    }

    /// Both folders below one, for tests and portable use.
    #[must_use]
    pub fn under(folder: &Path) -> Self {
        Self {
            data_folder: folder.join("data"),
            config_folder: folder.join("config"),
        }
    }

    /// The vault that is used when none is named.
    #[must_use]
    pub fn default_vault(&self) -> PathBuf {
        self.data_folder.join("coffre.bicle")
    }

    /// The vaults that were opened here, the last one first; those that are gone are left out.
    #[must_use]
    pub fn recent_vaults(&self) -> Vec<PathBuf> {
        let memory = self.memory();
        memory
            .recent
            .into_iter()
            .filter(|path| path.is_file())
            .collect()
    }

    /// Drops a vault from the recent ones.
    pub fn forget_vault(&self, path: &Path) {
        self.update(|memory| memory.recent.retain(|known| known != path));
    }

    /// Notes that the vault was opened here. Returns what this machine saw of it, if that was a later state: an older
    /// copy of the file was put back. It is told at each opening, whatever is changed in the older copy, until
    /// [`Places::accept_older`] or until the later file is back.
    pub(crate) fn opened(
        &self,
        path: &Path,
        vault: &str,
        generation: u64,
        now: UnixSeconds,
    ) -> Option<Later> {
        let named = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let place = place_of(path);
        self.update(|memory| {
            memory.recent.retain(|known| *known != named);
            memory.recent.insert(0, named);
            memory.recent.truncate(RECENT_VAULTS);
            let known = memory.generations.get(vault).copied();
            let is_known_older = memory.is_older(vault, &place, generation);
            let later = known.filter(|known| is_known_older || known.generation > generation);
            memory.forget_older(vault, &place);
            match later {
                Some(_) => memory.note_older(vault, place, generation),
                None => memory.note(vault, Seen::now(generation, now)),
            }
            later.map(|later| Later {
                generation: later.generation,
                seen: later.at.map(UnixSeconds),
            })
        })
    }

    /// Notes that the vault was changed here. A change in an older copy does not make it the later one, nor does one
    /// of a file that another program knows to be older.
    pub(crate) fn changed(&self, path: &Path, vault: &str, generation: u64, now: UnixSeconds) {
        let place = place_of(path);
        self.update(|memory| {
            if memory.older_at(vault, &place).is_some() {
                memory.forget_older(vault, &place);
                memory.note_older(vault, place, generation);
            } else if memory
                .generations
                .get(vault)
                .is_none_or(|known| known.generation <= generation)
            {
                memory.note(vault, Seen::now(generation, now));
            }
        });
    }

    /// The user takes the older copy for the vault from now on: the later state is forgotten.
    pub(crate) fn accept_older(&self, path: &Path, vault: &str, generation: u64, now: UnixSeconds) {
        let place = place_of(path);
        self.update(|memory| {
            memory.forget_older(vault, &place);
            memory.note(vault, Seen::now(generation, now));
        });
    }

    /// The highest generation of that vault that was seen here.
    pub(crate) fn seen_generation(&self, vault: &str) -> Option<u64> {
        let memory = self.memory();
        let seen = memory.generations.get(vault)?;
        let older = memory.older.iter().filter(|older| older.vault == vault);
        let highest = older.map(|older| older.generation).max();
        Some(seen.generation.max(highest.unwrap_or_default()))
    }

    /// Notes that the vault was opened here for writing. Returns when it was last, where that was on another day
    /// (UTC): two such days tell a right clock from one that was wrong for once.
    pub(crate) fn opened_on_another_day(
        &self,
        vault: &str,
        now: UnixSeconds,
    ) -> Option<UnixSeconds> {
        let before = self.update(|memory| memory.openings.insert(vault.to_owned(), now.0))?;
        let day = |seconds: i64| seconds.div_euclid(SECONDS_PER_DAY);
        (day(before) != day(now.0)).then_some(UnixSeconds(before))
    }

    fn memory_path(&self) -> PathBuf {
        self.config_folder.join("memory.json")
    }

    /// What is unreadable is forgotten: it is a convenience, no promise rests on it but that of a
    /// rolled-back file, which `docs/known-issues.md` limits to this machine's memory.
    fn memory(&self) -> Memory {
        let read = file::read_bounded(&self.memory_path(), MEMORY_LIMIT_BYTES).ok();
        read.and_then(|bytes| serde_json::from_slice(bytes.expose()).ok())
            .unwrap_or_default()
    }

    /// Reads, changes and writes it, while no other program does.
    fn update<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        // a machine that cannot remember still opens its vaults
        let _unremembered = file::create_private_folder(&self.config_folder);
        let _alone = hold(&self.config_folder.join("memory.lock"));
        let mut memory = self.memory();
        let result = act(&mut memory);
        self.keep(&mut memory);
        result
    }

    fn keep(&self, memory: &mut Memory) {
        // JSON has no other names, and one of them would cost the whole memory
        memory.recent.retain(|path| path.to_str().is_some());
        let Ok(bytes) = serde_json::to_vec_pretty(memory) else {
            return;
        };
        // written after the vault, at each change of it: where a power cut takes the last writing back, the memory lags
        // behind the vault, which raises no alarm, and is right again at the next opening
        let _unremembered = file::replace_private_lazily(&self.memory_path(), &bytes);
    }
}

/// The lock of the memory, held until it is dropped; `None` where there is none to be had: the memory is written all
/// the same, it is a convenience.
#[expect(
    clippy::disallowed_methods,
    reason = "an empty file of our own folder: nothing is read from it or written to it"
)]
fn hold(path: &Path) -> Option<File> {
    let _there = file::create_private_empty(path);
    let file = File::options().write(true).open(path).ok()?;
    let start = Instant::now();
    loop {
        match lock::try_lock(&file) {
            Ok(Locking::HeldByAnother) if start.elapsed() < LOCK_PATIENCE => {
                std::thread::sleep(LOCK_PAUSE);
            }
            Ok(Locking::Held) => return Some(file),
            // elsewhere than on Linux: the lock of the standard library, which waits; each holder is done in
            // milliseconds, and the system drops the lock of one that dies
            Ok(Locking::NotAvailable) => return file.lock().is_ok().then_some(file),
            Ok(Locking::HeldByAnother) | Err(_) => return None,
        }
    }
}

/// The file itself, by whatever name or link it was opened.
fn place_of(path: &Path) -> String {
    copies::real(path).to_string_lossy().into_owned()
}

#[derive(Default, Serialize, Deserialize)]
struct Memory {
    #[serde(default)]
    recent: Vec<PathBuf>,
    /// What was seen, by vault id.
    #[serde(default)]
    generations: BTreeMap<String, Seen>,
    /// The older copies that were opened and not accepted, the last one last.
    #[serde(default)]
    older: Vec<Older>,
    /// When each vault was last opened for writing, by vault id: seconds since 1970 UTC.
    #[serde(default)]
    openings: BTreeMap<String, i64>,
}

/// What this machine saw of one vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SeenOrNumber")]
struct Seen {
    generation: u64,
    /// When, in seconds since 1970 UTC; a memory of before dates were kept has none.
    at: Option<i64>,
}

/// A file that is an older copy of a vault, whatever was changed in it since: the vault itself may stand elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Older {
    vault: String,
    place: String,
    generation: u64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum SeenOrNumber {
    Number(u64),
    Seen { generation: u64, at: Option<i64> },
}

impl From<SeenOrNumber> for Seen {
    fn from(read: SeenOrNumber) -> Seen {
        match read {
            SeenOrNumber::Number(generation) => Seen {
                generation,
                at: None,
            },
            SeenOrNumber::Seen { generation, at } => Seen { generation, at },
        }
    }
}

impl Seen {
    fn now(generation: u64, now: UnixSeconds) -> Seen {
        Seen {
            generation,
            at: Some(now.0),
        }
    }
}

impl Memory {
    fn note(&mut self, vault: &str, seen: Seen) {
        self.generations.insert(vault.to_owned(), seen);
    }

    /// The generation of the older copy that stands there.
    fn older_at(&self, vault: &str, place: &str) -> Option<u64> {
        let mut there = self.older.iter();
        there
            .find(|older| older.vault == vault && older.place == place)
            .map(|older| older.generation)
    }

    /// This state of the vault is that of an older copy: of the one that stands there, or of one that stood elsewhere
    /// and is gone from there, so that it was moved.
    fn is_older(&self, vault: &str, place: &str, generation: u64) -> bool {
        self.older.iter().any(|older| {
            older.vault == vault
                && older.generation == generation
                && (older.place == place || !Path::new(&older.place).exists())
        })
    }

    fn note_older(&mut self, vault: &str, place: String, generation: u64) {
        self.older.push(Older {
            vault: vault.to_owned(),
            place,
            generation,
        });
        let too_many = self.older.len().saturating_sub(OLDER_COPIES);
        self.older.drain(..too_many);
    }

    fn forget_older(&mut self, vault: &str, place: &str) {
        self.older
            .retain(|older| older.vault != vault || older.place != place);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::disallowed_methods)]
    use super::*;

    #[test]
    fn the_last_vault_comes_first_and_a_rolled_back_one_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::under(folder.path());
        let (first, second) = (folder.path().join("a"), folder.path().join("b"));
        for path in [&first, &second] {
            std::fs::write(path, b"").unwrap();
        }
        let now = UnixSeconds(1_790_000_000);
        let open = |path, vault, generation| {
            let later = places.opened(path, vault, generation, now);
            later.map(|later| (later.generation, later.seen))
        };
        assert_eq!(open(&first, "one", 7), None);
        assert_eq!(open(&second, "two", 1), None);
        assert_eq!(places.recent_vaults(), [second.clone(), first.clone()]);
        assert_eq!(open(&first, "one", 6), Some((7, Some(now))));
        assert_eq!(places.recent_vaults(), [first.clone(), second]);
        places.forget_vault(&first);
        assert_eq!(places.recent_vaults().len(), 1);
    }

    #[test]
    fn an_older_copy_is_told_until_it_is_accepted_or_the_later_file_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::under(folder.path());
        let path = folder.path().join("a");
        let at = UnixSeconds;
        let open = |generation, now| {
            let later = places.opened(&path, "one", generation, at(now));
            later.map(|later| (later.generation, later.seen.unwrap().0))
        };
        places.changed(&path, "one", 20, at(100));
        // told again and again, with the date of the later state, also once the older copy has grown beyond it
        for now in [200, 201] {
            assert_eq!(open(5, now), Some((20, 100)));
        }
        for generation in 6..=30 {
            places.changed(&path, "one", generation, at(300));
        }
        assert_eq!(open(30, 400), Some((20, 100)));
        assert_eq!(places.seen_generation("one"), Some(30));
        // the user accepts
        places.accept_older(&path, "one", 30, at(500));
        assert_eq!(open(30, 600), None);
        // another one; then the later file comes back
        assert_eq!(open(5, 700), Some((30, 600)));
        assert_eq!(open(30, 800), None);
        assert_eq!(open(30, 900), None);
    }

    #[test]
    fn a_memory_without_dates_still_notices() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::under(folder.path());
        file::create_private_folder(&places.config_folder).unwrap();
        let written = br#"{"recent":[],"generations":{"one":7}}"#;
        std::fs::write(places.memory_path(), written).unwrap();
        let later = places.opened(&folder.path().join("a"), "one", 6, UnixSeconds(1));
        let expected = Later {
            generation: 7,
            seen: None,
        };
        assert_eq!(later, Some(expected));
    }

    #[test]
    fn a_backup_that_is_opened_beside_the_open_vault_makes_no_later_alarm() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::under(folder.path());
        let (vault, backup) = (folder.path().join("a"), folder.path().join("b"));
        for path in [&vault, &backup] {
            std::fs::write(path, b"").unwrap();
        }
        let now = UnixSeconds(100);
        let open = |path: &Path, generation| {
            let later = places.opened(path, "one", generation, now);
            later.map(|later| later.generation)
        };
        assert_eq!(open(&vault, 20), None);
        // another program opens the backup, and changes it beyond what the vault has seen
        assert_eq!(open(&backup, 5), Some(20));
        for generation in 6..=40 {
            places.changed(&backup, "one", generation, now);
        }
        // the one that holds the vault goes on: it is the vault, and the backup still is not
        places.changed(&vault, "one", 21, now);
        assert_eq!(open(&vault, 21), None);
        assert_eq!(open(&backup, 40), Some(21));
        assert_eq!(open(&vault, 21), None);
        // a program that lags behind takes nothing back
        places.changed(&vault, "one", 20, now);
        assert_eq!(open(&vault, 20), Some(21));
        assert_eq!(open(&vault, 21), None);
        // the backup is moved into the vault's place: known, though its number is higher
        std::fs::rename(&backup, &vault).unwrap();
        assert_eq!(open(&vault, 40), Some(21));
    }

    #[test]
    fn programs_that_remember_at_once_lose_nothing_of_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::under(folder.path());
        std::thread::scope(|scope| {
            for program in 0..4_u64 {
                let places = places.clone();
                let path = folder.path().join(program.to_string());
                scope.spawn(move || {
                    for number in 1..=10_u64 {
                        let vault = format!("{program}-{number}");
                        let later = places.opened(&path, &vault, number, UnixSeconds(1));
                        assert_eq!(later, None);
                    }
                });
            }
        });
        let memory = places.memory();
        assert_eq!(memory.generations.len(), 40);
        assert_eq!(places.seen_generation("3-10"), Some(10));
    }

    #[test]
    fn only_an_opening_of_another_day_counts_as_an_earlier_one() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::under(folder.path());
        let day = SECONDS_PER_DAY;
        let opened = |at| places.opened_on_another_day("one", UnixSeconds(at));
        assert_eq!(opened(5 * day), None);
        assert_eq!(opened(5 * day + 7), None);
        assert_eq!(opened(6 * day), Some(UnixSeconds(5 * day + 7)));
        assert_eq!(places.opened_on_another_day("two", UnixSeconds(day)), None);
        // a clock that goes back is another day too: who asks sees which
        assert_eq!(opened(2 * day), Some(UnixSeconds(6 * day)));
    }
}
