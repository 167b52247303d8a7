//! The program as it is built: it starts, explains itself, and tells wrong usage apart.
#![allow(clippy::unwrap_used)]

use std::process::Command;

fn bicle_cli(words: &[&str]) -> (Option<i32>, String, String) {
    let answer = Command::new(env!("CARGO_BIN_EXE_bicle-cli"))
        .args(words)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        answer.status.code(),
        text(&answer.stdout),
        text(&answer.stderr),
    )
}

#[test]
fn help_is_an_answer_in_both_languages() {
    let (status, french, _) = bicle_cli(&["--lang", "fr", "--help"]);
    assert_eq!(status, Some(0));
    let (status, english, _) = bicle_cli(&["--lang", "en", "--help"]);
    assert_eq!(status, Some(0));
    assert_ne!(french, english);
    assert!(english.contains("order") && french.contains("order"));
}

#[test]
fn an_unknown_command_is_wrong_usage_and_keeps_standard_output_for_results() {
    let (status, results, told) = bicle_cli(&["--lang", "en", "explode"]);
    assert_eq!(status, Some(2));
    assert!(results.is_empty());
    assert!(told.contains("explode"));
}
