//! Every file of `samples/`, cut at every byte: never a panic, never taken as whole, never slow.

use std::time::{Duration, Instant};

use super::case::{PASSWORD, answer, look_at, reading, sample};

/// Files that are cut.
const LEAST_FILES: usize = 30;

/// Longest that all cuts of one file may take together.
const LONGEST: Duration = Duration::from_secs(120);

/// What may stand at the end of a text and be missing: blanks.
fn is_blank(rest: &[u8]) -> bool {
    rest.iter().all(u8::is_ascii_whitespace)
}

/// What was found, and whether anything was wrong.
fn kinds(bytes: &[u8]) -> (Vec<&'static str>, bool) {
    let reading = reading(bytes, &[PASSWORD]);
    let found = reading
        .found
        .iter()
        .map(|found| look_at(&found.item))
        .collect();
    (found, reading.problems.is_empty())
}

/// Why a cut is taken as whole and that is right; `None` where it must be refused.
fn may_be_whole(name: &str, bytes: &[u8], cut: usize) -> Option<&'static str> {
    if name == "openssh-public.txt" {
        // algorithm, base64, comment
        let comment_at = bytes.iter().rposition(|byte| *byte == b' ').unwrap();
        return (cut >= comment_at).then_some("a comment is any text, or none");
    }
    is_blank(&bytes[cut..]).then_some("only blanks after the last line are missing")
}

#[test]
fn no_file_is_taken_as_whole_when_it_is_cut() {
    let folder = format!("{}/tests/samples", env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    names.sort();
    assert!(names.len() >= LEAST_FILES, "{}", names.len());
    let mut faults = Vec::new();
    let mut cuts = 0;
    for name in &names {
        let bytes = sample(name);
        let started = Instant::now();
        let (whole, sound) = kinds(&bytes);
        if whole.is_empty() || !sound {
            faults.push(format!(
                "{name} is not read whole: {}",
                answer(&bytes, &[PASSWORD])
            ));
            continue;
        }
        for cut in 0..bytes.len() {
            let (found, sound) = kinds(&bytes[..cut]);
            cuts += 1;
            assert!(
                !(found.is_empty() && sound),
                "{name} cut at {cut}: no answer"
            );
            if sound && found.len() >= whole.len() && may_be_whole(name, &bytes, cut).is_none() {
                faults.push(format!(
                    "{name} cut at {cut} of {}: taken {found:?}",
                    bytes.len()
                ));
            }
        }
        if started.elapsed() > LONGEST {
            faults.push(format!("{name}: {:?}", started.elapsed()));
        }
    }
    println!("{} files, {cuts} cuts", names.len());
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
