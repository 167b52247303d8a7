//! Where things are kept on this machine, and what it remembers of the vaults that it opened.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bicle_platform::file::{self, Existing};
use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};

/// The application's own folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// Vaults stand here by default.
    pub data_folder: PathBuf,
    /// Settings and what the machine remembers.
    pub config_folder: PathBuf,
}

/// So many vaults are remembered: what a menu shows without scrolling.
const RECENT_VAULTS: usize = 10;

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
        let mut memory = self.memory();
        memory.recent.retain(|known| known != path);
        self.keep(&memory);
    }

    /// Notes that the vault was opened or changed here. Returns the generation that this machine
    /// knew, if it was a later one: an older copy of the file was put back.
    pub(crate) fn remember(&self, path: &Path, vault: &str, generation: u64) -> Option<u64> {
        let mut memory = self.memory();
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        memory.recent.retain(|known| *known != path);
        memory.recent.insert(0, path);
        memory.recent.truncate(RECENT_VAULTS);
        let known = memory.generations.insert(vault.to_owned(), generation);
        self.keep(&memory);
        known.filter(|known| *known > generation)
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

    fn keep(&self, memory: &Memory) {
        let Ok(bytes) = serde_json::to_vec_pretty(memory) else {
            return;
        };
        // a machine that cannot remember still opens its vaults
        let folder = file::create_private_folder(&self.config_folder);
        let _unremembered = folder
            .and_then(|()| file::write_private(&self.memory_path(), &bytes, Existing::Replace));
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Memory {
    #[serde(default)]
    recent: Vec<PathBuf>,
    /// The last generation that was seen, by vault id.
    #[serde(default)]
    generations: BTreeMap<String, u64>,
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
        assert_eq!(places.remember(&first, "one", 7), None);
        assert_eq!(places.remember(&second, "two", 1), None);
        assert_eq!(places.recent_vaults(), [second.clone(), first.clone()]);
        assert_eq!(places.remember(&first, "one", 6), Some(7));
        assert_eq!(places.recent_vaults(), [first.clone(), second]);
        places.forget_vault(&first);
        assert_eq!(places.recent_vaults().len(), 1);
    }
}
