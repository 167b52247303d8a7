//! The list of scenarios, held against the commands that the program itself tells.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;

use bicle_faults::scenario::{NOT_CHANGING, Past, SCENARIOS};
use bicle_faults::stage::Stage;

/// The commands below these words, as the help lists them; none where the words are a command that acts.
fn below(stage: &Stage, words: &str) -> Vec<String> {
    let help = stage.run("none.bicle", &format!("{words} --help"));
    assert_eq!(help.status, Some(0), "{words}: {}", help.said);
    let lines = help.said.lines().skip_while(|line| *line != "Commands:");
    lines
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .map(|word| format!("{words} {word}").trim().to_owned())
        .collect()
}

/// Every command that acts.
fn commands(stage: &Stage) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = below(stage, "");
    assert!(open.len() > 10, "{open:?}");
    while let Some(words) = open.pop() {
        let deeper = below(stage, &words);
        if deeper.is_empty() {
            found.insert(words);
        }
        open.extend(deeper);
    }
    found
}

#[test]
fn every_command_of_the_program_has_a_scenario_or_changes_no_vault() {
    let stage = Stage::new();
    stage.put_passwords();
    let commands = commands(&stage);
    let is_of = |words: &str, command: &str| {
        let rest = words.strip_prefix(command);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    for command in &commands {
        // not those that are tried for what any unlock may change
        let is_tried = SCENARIOS
            .iter()
            .filter(|scenario| scenario.past != Past::BinOver)
            .any(|scenario| is_of(scenario.command, command));
        let is_listed = NOT_CHANGING.contains(&command.as_str());
        assert!(
            is_tried != is_listed,
            "{command}: tried {is_tried}, listed as changing nothing {is_listed}"
        );
    }
    for command in NOT_CHANGING {
        assert!(commands.contains(*command), "{command} is no command");
    }
    for scenario in SCENARIOS {
        let is_known = commands
            .iter()
            .any(|command| is_of(scenario.command, command));
        assert!(is_known, "{}: no command", scenario.command);
    }
}

/// What is prepared for every scenario is there, and the command does what it says.
#[test]
fn the_imports_of_lists_keystores_and_databases_bring_something_in() {
    let imports: Vec<_> = SCENARIOS
        .iter()
        .copied()
        .filter(|scenario| scenario.name.starts_with("import, "))
        .collect();
    assert!(imports.len() > 6);
    let prepared = bicle_faults::scenario::Prepared::new(&imports);
    for (index, scenario) in imports.iter().enumerate() {
        let stage = Stage::new();
        stage.set(&prepared.folder(index));
        let report = stage.json(scenario.vault, scenario.command);
        let added = report["counts"]["added"].as_u64();
        assert!(added > Some(0), "{}: {report}", scenario.name);
    }
}

/// What was in the bin for its time goes with the unlock of another day, and the scenario shows it.
#[test]
fn the_bin_is_emptied_by_the_command_after_its_days() {
    let found: Vec<_> = SCENARIOS
        .iter()
        .copied()
        .filter(|scenario| scenario.past == Past::BinOver)
        .collect();
    let prepared = bicle_faults::scenario::Prepared::new(&found);
    let stage = Stage::new();
    stage.set(&prepared.folder(0));
    let binned = |stage: &Stage| {
        let list = stage.json(found[0].vault, "--read-only bin list");
        list.as_array().map(Vec::len)
    };
    assert_eq!(binned(&stage), Some(2));
    let _list = stage.json(found[0].vault, found[0].command);
    assert_eq!(binned(&stage), Some(0));
}
