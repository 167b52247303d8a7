//! What a command does when nothing goes wrong: its calls, and the states that it leads through.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::{Cut, Disk, put};
use crate::log::{Call, read};
use crate::scenario::{PASSWORDS, Scenario, Shape};
use crate::stage::Stage;
use crate::state::{Reader, State, is_like};

/// A run of a command from beginning to end, seen call by call.
#[derive(Debug)]
pub struct Run {
    /// the folder that it ran in, as the log calls it
    pub home: PathBuf,
    /// its calls
    pub calls: Vec<Call>,
    /// the states of the vault, one for each of its commits; `None`: there was no vault
    pub states: Vec<Option<Arc<State>>>,
    /// how long the file is that it wrote besides
    pub written_bytes: Option<u64>,
}

/// Two runs of the same command from the same vault.
#[derive(Debug)]
pub struct Reference {
    /// the first, whose calls are those that faults are injected into
    pub one: Run,
    /// the second: where it differs from the first, a third may differ too
    pub other: Run,
}

/// Which of the states that a command leads through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// as if it had never run
    Before,
    /// it makes several changes, and some of them are done, each whole
    Between,
    /// all is done
    After,
}

impl Run {
    /// Runs the command in the prepared folder.
    ///
    /// # Panics
    /// When it refuses: nothing is wrong here.
    #[must_use]
    pub fn of(scenario: &Scenario, prepared: &Path, reader: &Reader) -> Run {
        let stage = Stage::new();
        stage.set(prepared);
        let ending = stage.traced(scenario.vault, scenario.command, true, None, None);
        assert_eq!(
            ending.status,
            Some(0),
            "{}: {}",
            scenario.command,
            ending.said
        );
        let home = stage.home();
        let calls = read(&stage.log());
        let mut disk = Disk::of(prepared, &home);
        let place = Stage::new();
        let vault = Path::new(scenario.vault);
        let mut states = Vec::new();
        let mut look = |disk: &Disk| {
            std::fs::remove_dir_all(place.home()).expect("the stage is ours");
            std::fs::create_dir(place.home()).expect("a folder");
            put(&disk.after(&mut Cut::LosesNothing, vault), &place.home());
            let path = place.path(scenario.vault);
            let state = path.exists().then(|| {
                let state = reader.read(&path, &PASSWORDS);
                state.unwrap_or_else(|lost| panic!("{}: {lost}", scenario.command))
            });
            if states.last() != Some(&state) {
                states.push(state);
            }
        };
        look(&disk);
        for call in &calls {
            disk.play(call);
            // a change is there from the moment that its journal is emptied, or its file has its name
            if call.name.contains("truncate")
                || call.name.contains("rename")
                || call.name.contains("unlink")
            {
                look(&disk);
            }
        }
        look(&disk);
        let written_bytes = scenario.writes.map(|(name, _)| {
            let metadata = std::fs::metadata(stage.path(name)).expect("it was written");
            metadata.len()
        });
        Run {
            home,
            calls,
            states,
            written_bytes,
        }
    }
}

impl Reference {
    /// Which state a vault is in after the command was disturbed.
    ///
    /// # Errors
    /// It is in none of them.
    pub fn place_of(&self, found: Option<&Arc<State>>) -> Result<Place, String> {
        let last = self.one.states.len() - 1;
        if self.other.states.len() != last + 1 {
            return Err("two unharmed runs took different ways".to_owned());
        }
        for (index, (one, other)) in self.one.states.iter().zip(&self.other.states).enumerate() {
            let fits = match (found, one, other) {
                (None, None, None) => true,
                (Some(found), Some(one), Some(other)) => is_like(found, one, other),
                _ => false,
            };
            if fits {
                return Ok(match index {
                    0 if last > 0 => Place::Before,
                    // a command that leaves the vault as it is has one state
                    0 => Place::After,
                    index if index == last => Place::After,
                    _ => Place::Between,
                });
            }
        }
        Err(match found {
            None => "the vault is gone".to_owned(),
            Some(found) => format!(
                "neither before nor after: generation {}, {} records",
                found.generation,
                found.records.len()
            ),
        })
    }

    /// A vault that a restore replaced is kept beside it; that the copy is the former state is judged with what is
    /// written.
    ///
    /// # Errors
    /// The former state is nowhere.
    pub fn judge_former(
        &self,
        scenario: &Scenario,
        home: &Path,
        place: Place,
    ) -> Result<(), String> {
        if scenario.name != "vault restore" || place == Place::Before {
            return Ok(());
        }
        let is_kept = std::fs::read_dir(home).expect("a folder").any(|entry| {
            let name = entry.expect("an entry").file_name();
            let name = name.to_string_lossy();
            name.contains(".before-restore") && name.ends_with(".bicle-copy")
        });
        match is_kept {
            true => Ok(()),
            false => Err("the vault was replaced, and its former state is nowhere".to_owned()),
        }
    }

    /// Whether the file that the command writes besides is whole, where it is there.
    ///
    /// # Errors
    /// It is there in part, or missing where it `must` be there.
    pub fn judge_written(
        &self,
        scenario: &Scenario,
        home: &Path,
        must: bool,
        reader: &Reader,
    ) -> Result<(), String> {
        for entry in std::fs::read_dir(home).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path
                .extension()
                .is_some_and(|ending| ending == "bicle-copy")
            {
                let found = reader.read(&path, &PASSWORDS)?;
                if Some(&found) != self.one.states[0].as_ref() {
                    return Err(format!("{} is not the vault as it was", path.display()));
                }
            }
        }
        let Some((name, shape)) = scenario.writes else {
            return Ok(());
        };
        let path = home.join(name);
        let Ok(bytes) = std::fs::read(&path) else {
            return if must {
                Err(format!(
                    "{name} is missing, and the command said that it was done"
                ))
            } else {
                Ok(())
            };
        };
        let is_whole = match shape {
            Shape::Pem => {
                let text = String::from_utf8_lossy(&bytes);
                text.starts_with("-----BEGIN ")
                    && text.trim_end().ends_with("-----")
                    && text.contains("-----END ")
            }
            // a SEQUENCE of two length bytes or of three
            Shape::Der => match bytes[..] {
                [0x30, 0x82, high, low, ..] => {
                    bytes.len() == 4 + (usize::from(high) << 8 | usize::from(low))
                }
                _ => false,
            },
            Shape::Text => std::str::from_utf8(&bytes).is_ok(),
            Shape::Jks => {
                bytes.starts_with(&[0xFE, 0xED, 0xFE, 0xED])
                    && Some(bytes.len() as u64) == self.one.written_bytes
            }
            Shape::Vault => {
                let found = reader.read(&path, &PASSWORDS)?;
                Some(&found) == self.one.states[0].as_ref()
            }
        };
        if is_whole {
            Ok(())
        } else {
            Err(format!("{name} is there in part"))
        }
    }
}
