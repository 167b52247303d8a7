//! File names made from the names that users give: safe on every system, and still readable.

use std::path::{Path, PathBuf};

/// Longest stem in characters: with a folder in front and an ending behind, every file system in use
/// takes it (255 bytes a name on ext4, APFS and NTFS; a character is at most 4 bytes).
const MAX_STEM_CHARACTERS: usize = 48;

/// Names that Windows keeps for devices, whatever follows a dot (Microsoft, "Naming Files, Paths, and
/// Namespaces", which counts the superscript digits too).
const WINDOWS_DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin", "conout"];

/// Of these Windows keeps those with a digit behind them.
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// Letters by their class, and nothing to see (Unicode, Default_Ignorable_Code_Point): two names would look the same.
const UNSEEN_LETTERS: [char; 6] = [
    '\u{115f}', '\u{1160}', '\u{17b4}', '\u{17b5}', '\u{3164}', '\u{ffa0}',
];

/// The name as a file's stem: letters, digits and accents stay, everything else becomes one hyphen.
/// It names a file of its folder and no other place, on every system: no separator, drive, stream, device, dot or
/// hyphen in front, dot or space behind. `None` where nothing is left.
#[must_use]
pub fn safe_stem(name: &str) -> Option<String> {
    let mut stem = String::new();
    for character in name.trim().chars().take(MAX_STEM_CHARACTERS) {
        let is_seen = character.is_alphanumeric() && !UNSEEN_LETTERS.contains(&character);
        if is_seen || matches!(character, '_' | '.') {
            stem.push(character);
        } else if !stem.ends_with('-') {
            stem.push('-');
        }
    }
    let stem = stem.trim_matches(|character| matches!(character, '-' | '.'));
    if stem.is_empty() {
        return None;
    }
    // `nul.txt` is the device too: the hyphen stands before the dot
    let (device, rest) = stem
        .find('.')
        .and_then(|dot| stem.split_at_checked(dot))
        .unwrap_or((stem, ""));
    if is_device(device) {
        return Some(format!("{device}-{rest}"));
    }
    Some(stem.to_owned())
}

fn is_device(name: &str) -> bool {
    let name = name.trim_end_matches('-').to_lowercase();
    let numbered = |device: &&str| {
        let digit = name.strip_prefix(*device).map(|digit| digit.chars());
        digit.is_some_and(|mut digit| {
            digit.next().is_some_and(char::is_numeric) && digit.next().is_none()
        })
    };
    WINDOWS_DEVICES.contains(&name.as_str()) || NUMBERED_DEVICES.iter().any(numbered)
}

/// `folder/stem.ending`; the stem is made safe, or is `otherwise` where the name has nothing to give.
#[must_use]
pub fn suggested(folder: &Path, name: &str, otherwise: &str, ending: &str) -> PathBuf {
    let stem = safe_stem(name).unwrap_or_else(|| otherwise.to_owned());
    folder.join(format!("{stem}.{ending}"))
}

/// The same path with another ending, where it has one of `endings`; a name that the user gave an
/// ending of their own is left alone.
#[must_use]
pub fn with_ending(path: &str, endings: &[&str], ending: &str) -> String {
    for known in endings {
        if let Some(stem) = path
            .strip_suffix(known)
            .and_then(|stem| stem.strip_suffix('.'))
        {
            return format!("{stem}.{ending}");
        }
    }
    path.to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::disallowed_methods)]
mod tests {
    use std::path::Component;

    use super::*;

    /// Names that are made to leave a folder, to be a device, or to look like another name.
    fn hostile_names() -> Vec<String> {
        let mut names: Vec<String> = [
            "../x",
            "..",
            ".",
            "...",
            "../../../../etc/passwd",
            "..\\..\\windows\\system32",
            "/etc/passwd",
            "//server/share",
            "\\\\server\\share\\x",
            "\\\\?\\C:\\x",
            "\\\\.\\PhysicalDrive0",
            "C:\\x",
            "c:x",
            "C:",
            "file:///etc/passwd",
            "~/x",
            "~root",
            "$HOME/x",
            "%TEMP%\\x",
            "a:b",
            "a.txt::$DATA",
            "a:stream:$INDEX_ALLOCATION",
            "nul",
            "NUL.txt",
            "nul.tar.gz",
            "CON",
            "con.pem",
            "PRN",
            "AUX",
            "aux.c",
            "COM1.txt",
            "com9",
            "COM0",
            "COM\u{b9}",
            "LPT1",
            "lpt\u{b2}.x",
            "CONIN$",
            "CONOUT$",
            "COM1 .txt",
            "x.",
            "x ",
            "x. . .",
            " x",
            "\t\nx\n",
            "-rf",
            "--force",
            "-",
            "a\0b",
            "\0",
            "a\nb",
            "a\r\nb",
            "a\u{202e}fdp.exe",
            "\u{200b}\u{200b}",
            "a\u{2066}b",
            "\u{feff}x",
            "\u{3164}",
            "a\u{2215}b\u{2044}c",
            "\u{ff0f}etc\u{ff0f}passwd",
            "\u{2024}\u{2024}/x",
            "a*b?c<d>e|f\"g",
            "\u{1b}[2Jx",
            ".bashrc",
            ".bicle-0.tmp",
            "coffre.bicle-journal/../x",
            "\u{1f512}",
        ]
        .map(String::from)
        .into();
        names.push("x".repeat(5000));
        names.push("../".repeat(2000));
        names.push("\u{10ffff}".repeat(5000));
        names.push("\u{4e00}".repeat(5000));
        names
    }

    #[test]
    fn no_hostile_name_leaves_its_folder_or_means_a_device() {
        let folder = tempfile::tempdir().unwrap();
        let names = hostile_names();
        assert!(names.len() >= 60, "{}", names.len());
        for name in &names {
            let path = suggested(folder.path(), name, "key-1", "pem");
            assert_eq!(path.parent(), Some(folder.path()), "{name:?}");
            let last = path.components().next_back();
            assert!(matches!(last, Some(Component::Normal(_))), "{name:?}");
            let file = path.file_name().unwrap().to_str().unwrap().to_owned();
            assert!(file.len() <= 255, "{name:?} -> {file}");
            assert!(
                !file.starts_with(['.', '-', ' ', '~']),
                "{name:?} -> {file}"
            );
            assert!(!file.ends_with(['.', ' ']), "{name:?} -> {file}");
            let only_seen = |letter: char| {
                (letter.is_alphanumeric() && !UNSEEN_LETTERS.contains(&letter))
                    || matches!(letter, '_' | '.' | '-')
            };
            assert!(file.chars().all(only_seen), "{name:?} -> {file}");
            // what Windows looks at: all before the first dot
            let device = file.split('.').next().unwrap().to_uppercase();
            let digits = ['0', '1', '2', '9', '\u{b9}', '\u{b2}', '\u{b3}'];
            let mut kept = vec!["CON".to_owned(), "PRN".into(), "AUX".into(), "NUL".into()];
            kept.extend(
                digits
                    .iter()
                    .flat_map(|d| [format!("COM{d}"), format!("LPT{d}")]),
            );
            assert!(!kept.contains(&device), "{name:?} -> {file}");
            // the system's own opinion
            std::fs::write(&path, b"x").unwrap();
            assert!(
                path.canonicalize()
                    .unwrap()
                    .starts_with(folder.path().canonicalize().unwrap())
            );
            std::fs::remove_file(&path).unwrap();
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_name_becomes_a_safe_stem_that_is_still_readable() {
        assert_eq!(
            safe_stem("DMP de l’hôpital").as_deref(),
            Some("DMP-de-l-hôpital")
        );
        assert_eq!(safe_stem("../../etc/passwd").as_deref(), Some("etc-passwd"));
        assert_eq!(safe_stem("a/b\\c:d*e?\"<>|").as_deref(), Some("a-b-c-d-e"));
        assert_eq!(
            safe_stem("facture\u{202e}fdp.exe").as_deref(),
            Some("facture-fdp.exe")
        );
        assert_eq!(safe_stem("nul.txt").as_deref(), Some("nul-.txt"));
        assert_eq!(safe_stem("COM1").as_deref(), Some("COM1-"));
        assert_eq!(safe_stem(" ./… "), None);
        let long = "é".repeat(300);
        assert_eq!(safe_stem(&long).map(|stem| stem.chars().count()), Some(48));
    }

    #[test]
    fn a_suggestion_stays_in_its_folder() {
        let folder = Path::new("docs");
        assert_eq!(
            suggested(folder, "../x", "request", "pem"),
            folder.join("x.pem")
        );
        assert_eq!(
            suggested(folder, "//", "request", "pem"),
            folder.join("request.pem")
        );
    }

    #[test]
    fn an_ending_follows_the_choice_but_not_one_of_the_users_own() {
        let endings = ["p12", "jks"];
        assert_eq!(with_ending("/a/b.p12", &endings, "jks"), "/a/b.jks");
        assert_eq!(with_ending("/a/b.jks", &endings, "p12"), "/a/b.p12");
        assert_eq!(with_ending("/a/b.pfx", &endings, "jks"), "/a/b.pfx");
        assert_eq!(with_ending("/a/p12", &endings, "jks"), "/a/p12");
    }
}
