//! Who has a vault open: a small file beside it, for people. The lock decides; this only informs.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bicle_platform::file::{Marker, read_bounded, read_marker};

/// What the file is called: the vault's name and this.
const SUFFIX: &str = "-holder";
/// First line of the file: says what it is to who finds it, and what its lines mean.
const TITLE: &str = "bicle-holder 1";
/// Most bytes of the file: five lines of [`VALUE_LIMIT_CHARACTERS`], with room to spare.
const LIMIT_BYTES: u64 = 2048;
/// Most characters of a value, written and read: names of hosts have 63 a label (RFC 1035 section 2.3.4), names of
/// users 32 (useradd(8)).
const VALUE_LIMIT_CHARACTERS: usize = 64;
/// Where Linux tells the host's name (proc_sys_kernel(5)).
const HOST_NAME_FILE: &str = "/proc/sys/kernel/hostname";
/// Most bytes of a host's name (Linux: `__NEW_UTS_LEN` 64), with room to spare.
const HOST_NAME_LIMIT_BYTES: u64 = 256;

/// Who says to have a vault open. Anybody who can write to the folder can say anything here: to be shown, escaped,
/// never to be acted on. Control characters are left out; a value that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The program's file name, without its ending.
    pub program: String,
    /// Its number on that host.
    pub process_id: u32,
    /// The user's name on that host.
    pub user: String,
    /// The computer's name.
    pub host: String,
    /// Since when, seconds since 1970-01-01T00:00:00Z, by the clock of the file system that holds the vault.
    pub since_unix: i64,
}

impl Holder {
    /// What the vault's holder left beside `vault`; `None` when there is nothing, or something else.
    pub(crate) fn read(vault: &Path) -> Option<Holder> {
        let (bytes, modified) = read_marker(&place_of(vault), LIMIT_BYTES).ok()?;
        let since = modified.duration_since(UNIX_EPOCH).ok()?.as_secs();
        Holder::parse(&String::from_utf8_lossy(&bytes), i64::try_from(since).ok()?)
    }

    fn parse(text: &str, since_unix: i64) -> Option<Holder> {
        let mut lines = text.lines();
        if lines.next() != Some(TITLE) {
            return None;
        }
        let values: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once('=')).collect();
        let value = |name: &str| {
            let found = values.iter().find(|(found, _)| *found == name);
            found.map_or_else(String::new, |(_, value)| cleaned(value))
        };
        Some(Holder {
            program: value("program"),
            process_id: value("process").parse().ok()?,
            user: value("user"),
            host: value("host"),
            since_unix,
        })
    }

    /// This process. The moment is told by the file itself.
    fn of_this_process() -> Holder {
        let program = std::env::current_exe().ok();
        let program = program
            .as_deref()
            .and_then(Path::file_stem)
            .map(|name| name.to_string_lossy().into_owned());
        Holder {
            program: cleaned(&program.unwrap_or_default()),
            process_id: std::process::id(),
            user: of_environment(&["USER", "LOGNAME", "USERNAME"]),
            host: host_name(),
            since_unix: 0,
        }
    }

    fn lines(&self) -> String {
        format!(
            "{TITLE}\nprogram={}\nprocess={}\nuser={}\nhost={}\n",
            self.program, self.process_id, self.user, self.host
        )
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{:?} (process {}) of {:?} on {:?}",
            self.program, self.process_id, self.user, self.host
        )
    }
}

/// Says beside `vault` that this process has it, until the value is dropped. Whoever calls holds the vault's lock,
/// so that what is there is stale. A failure is no fault: the vault is as open without it.
pub(crate) fn announce(vault: &Path) -> Option<Marker> {
    let lines = Holder::of_this_process().lines();
    Marker::place(&place_of(vault), lines.as_bytes()).ok()
}

/// Where the holder of `vault` says so.
fn place_of(vault: &Path) -> PathBuf {
    let mut name = vault.as_os_str().to_owned();
    name.push(SUFFIX);
    PathBuf::from(name)
}

fn host_name() -> String {
    match read_bounded(Path::new(HOST_NAME_FILE), HOST_NAME_LIMIT_BYTES) {
        Ok(name) => cleaned(String::from_utf8_lossy(name.expose()).trim()),
        Err(_) => of_environment(&["HOSTNAME", "COMPUTERNAME"]),
    }
}

fn of_environment(names: &[&str]) -> String {
    let found = names.iter().find_map(std::env::var_os);
    cleaned(&found.unwrap_or_default().to_string_lossy())
}

/// Without control characters (a line break would be another line), and not endless.
fn cleaned(value: &str) -> String {
    let kept = value.chars().filter(|letter| !letter.is_control());
    kept.take(VALUE_LIMIT_CHARACTERS).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)]
mod tests {
    use super::*;

    #[test]
    fn what_was_announced_is_read_and_goes_away() {
        let folder = tempfile::tempdir().unwrap();
        let vault = folder.path().join("vault");
        assert_eq!(Holder::read(&vault), None);
        let marker = announce(&vault).unwrap();
        let found = Holder::read(&vault).unwrap();
        assert_eq!(found.process_id, std::process::id());
        assert!(!found.program.is_empty());
        assert!(found.since_unix > 1_700_000_000);
        assert_eq!(
            found,
            Holder {
                since_unix: found.since_unix,
                ..Holder::of_this_process()
            }
        );
        drop(marker);
        assert_eq!(Holder::read(&vault), None);
    }

    #[test]
    fn what_somebody_wrote_there_is_cleaned_or_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let vault = folder.path().join("vault");
        let write = |bytes: &[u8]| std::fs::write(place_of(&vault), bytes).unwrap();
        for nonsense in [
            &b""[..],
            b"something else",
            b"bicle-holder 2\nprocess=1",
            b"bicle-holder 1\nprocess=-1",
            b"bicle-holder 1\nprocess=4294967296",
            b"bicle-holder 1\nprogram=x",
            &[0xFF; 100],
            &[b'a'; 4096],
        ] {
            write(nonsense);
            assert_eq!(Holder::read(&vault), None, "{nonsense:?}");
        }
        let long = "x".repeat(500);
        write(
            format!(
                "bicle-holder 1\r\nuser=\u{1b}[31mred\u{7}\nhost={long}\nprocess=7\nmore=x\nline"
            )
            .as_bytes(),
        );
        let found = Holder::read(&vault).unwrap();
        assert_eq!(found.user, "[31mred");
        assert_eq!(found.host.len(), VALUE_LIMIT_CHARACTERS);
        assert_eq!((found.program.as_str(), found.process_id), ("", 7));
        std::fs::remove_file(place_of(&vault)).unwrap();
        std::fs::create_dir(place_of(&vault)).unwrap();
        assert_eq!(Holder::read(&vault), None);
        assert!(announce(&vault).is_none());
    }

    #[test]
    fn the_user_and_the_computer_are_those_of_the_system() {
        let path: String = std::env::var("PATH")
            .unwrap()
            .chars()
            .take(VALUE_LIMIT_CHARACTERS)
            .collect();
        assert_eq!(of_environment(&["NO_SUCH_VARIABLE", "PATH"]), path);
        assert_eq!(of_environment(&["NO_SUCH_VARIABLE"]), "");
        if let Ok(name) = std::fs::read_to_string(HOST_NAME_FILE) {
            assert_eq!(host_name(), name.trim());
        }
        let holder = Holder::of_this_process();
        assert_eq!(
            holder.user,
            of_environment(&["USER", "LOGNAME", "USERNAME"])
        );
        assert_eq!(holder.host, host_name());
    }
}
