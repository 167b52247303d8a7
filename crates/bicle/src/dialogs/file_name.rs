//! File names made from the names that users give: safe on every system, and still readable.

use std::path::{Path, PathBuf};

/// Longest stem in characters: with a folder in front and an ending behind, every file system in use
/// takes it (255 bytes a name on ext4, APFS and NTFS; a character is at most 4 bytes).
const MAX_STEM_CHARACTERS: usize = 48;

/// Names that Windows keeps for devices, whatever the ending (Microsoft, "Naming Files, Paths, and Namespaces").
const WINDOWS_DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The name as a file's stem: letters, digits and accents stay, everything else becomes one hyphen.
/// `None` where nothing is left.
#[must_use]
pub fn safe_stem(name: &str) -> Option<String> {
    let mut stem = String::new();
    for character in name.trim().chars().take(MAX_STEM_CHARACTERS) {
        if character.is_alphanumeric() || matches!(character, '_' | '.') {
            stem.push(character);
        } else if !stem.ends_with('-') {
            stem.push('-');
        }
    }
    let stem = stem.trim_matches(|character| matches!(character, '-' | '.'));
    if stem.is_empty() {
        return None;
    }
    let device = stem.split('.').next().unwrap_or(stem).to_lowercase();
    if WINDOWS_DEVICES.contains(&device.as_str()) {
        return Some(format!("{stem}-"));
    }
    Some(stem.to_owned())
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
mod tests {
    use super::*;

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
        assert_eq!(safe_stem("nul.txt").as_deref(), Some("nul.txt-"));
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
