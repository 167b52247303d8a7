//! Arrows between the crates point one way, and nothing below the two faces knows egui or a language.

use std::collections::BTreeSet;

use super::metadata::Workspace;

/// Which of our crates each crate may use. A new crate gets its row here and in ARCHITECTURE.md.
const ARROWS: &[(&str, &[&str])] = &[
    ("bicle-platform", &[]),
    ("bicle-text", &[]),
    // the secret types alone: keys come in and go out wiped
    ("bicle-pki", &["bicle-platform"]),
    ("bicle-vault", &["bicle-platform"]),
    ("bicle-igc", &["bicle-platform", "bicle-pki"]),
    ("bicle-xca", &["bicle-platform", "bicle-pki"]),
    (
        "bicle-core",
        &[
            "bicle-platform",
            "bicle-pki",
            "bicle-vault",
            "bicle-igc",
            "bicle-xca",
        ],
    ),
    ("bicle", &["bicle-core", "bicle-text", "bicle-platform"]),
    ("bicle-cli", &["bicle-core", "bicle-text", "bicle-platform"]),
    ("bicle-render", &[]),
    (
        "bicle-tests",
        &[
            "bicle-core",
            "bicle-pki",
            "bicle-vault",
            "bicle-igc",
            "bicle-xca",
            "bicle-text",
            "bicle-platform",
            "bicle",
            "bicle-render",
        ],
    ),
    (
        "bicle-bench",
        &[
            "bicle",
            "bicle-core",
            "bicle-pki",
            "bicle-vault",
            "bicle-text",
            "bicle-platform",
            "bicle-tests",
        ],
    ),
    (
        "bicle-faults",
        &["bicle-vault", "bicle-platform", "bicle-tests"],
    ),
    (
        "bicle-fuzzed",
        &["bicle-pki", "bicle-xca", "bicle-platform"],
    ),
    ("bicle-mutants", &[]),
    ("xtask", &[]),
];

/// What only these crates may reach, by whatever way.
const RESERVED: &[(&[&str], &[&str])] = &[
    (
        &["egui", "eframe", "epaint", "winit"],
        &["bicle", "bicle-bench", "bicle-render", "bicle-tests"],
    ),
    (
        &["fluent", "fluent-bundle"],
        &[
            "bicle-text",
            "bicle",
            "bicle-bench",
            "bicle-cli",
            "bicle-tests",
        ],
    ),
    (
        &["rusqlite"],
        &[
            "bicle-vault",
            "bicle-xca",
            "bicle-fuzzed",
            "bicle-core",
            "bicle",
            "bicle-cli",
            "bicle-tests",
            "bicle-bench",
            "bicle-faults",
        ],
    ),
];

/// The crates that exist for tests: no other crate may be built with them.
const FOR_TESTS: &[&str] = &[
    "bicle-bench",
    "bicle-faults",
    "bicle-fuzzed",
    "bicle-mutants",
    "bicle-render",
    "bicle-tests",
    "xtask",
];

/// The arrows that point the wrong way, one line each.
pub(crate) fn broken(workspace: &Workspace) -> Vec<String> {
    let mut broken = Vec::new();
    let ours: BTreeSet<&str> = workspace
        .members
        .iter()
        .map(|member| member.name.as_str())
        .collect();
    for member in &workspace.members {
        let name = member.name.as_str();
        let Some((_, allowed)) = ARROWS.iter().find(|(user, _)| *user == name) else {
            broken.push(format!(
                "layering: {name} has no row in xtask/src/check/layering.rs"
            ));
            continue;
        };
        for used in workspace.uses.get(name).into_iter().flatten() {
            if ours.contains(used.as_str()) && !allowed.contains(&used.as_str()) {
                broken.push(format!("layering: {name} may not use {used}"));
            }
        }
        for used in &member.test_uses {
            let is_face = matches!(used.as_str(), "bicle" | "bicle-cli");
            if is_face && !FOR_TESTS.contains(&name) && name != used {
                broken.push(format!(
                    "layering: the tests of {name} may not use the face {used}"
                ));
            }
        }
        let reached = reached_from(workspace, name);
        for (reserved, users) in RESERVED {
            for library in reserved
                .iter()
                .filter(|library| reached.contains(**library))
            {
                if !users.contains(&name) {
                    broken.push(format!("layering: {name} may not reach {library}"));
                }
            }
        }
    }
    broken
}

/// All that a package is built from, by whatever way.
fn reached_from<'a>(workspace: &'a Workspace, start: &'a str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        for used in workspace.uses.get(name).into_iter().flatten() {
            if reached.insert(used.as_str()) {
                open.push(used);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::super::metadata::Member;
    use super::*;

    fn workspace(arrows: &[(&str, &[&str])], members: &[&str]) -> Workspace {
        Workspace {
            members: members
                .iter()
                .map(|name| Member {
                    name: (*name).to_owned(),
                    ..Member::default()
                })
                .collect(),
            uses: arrows
                .iter()
                .map(|(user, used)| {
                    (
                        (*user).to_owned(),
                        used.iter().map(|name| (*name).to_owned()).collect(),
                    )
                })
                .collect(),
            ..Workspace::default()
        }
    }

    #[test]
    fn the_planned_arrows_hold() {
        let good = workspace(
            &[
                ("bicle-core", &["bicle-vault", "bicle-pki"]),
                ("bicle-pki", &["bicle-platform"]),
            ],
            &["bicle-core", "bicle-pki", "bicle-vault", "bicle-platform"],
        );
        assert_eq!(broken(&good), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_that_points_back_is_refused() {
        let bad = workspace(
            &[("bicle-vault", &["bicle-pki"])],
            &["bicle-vault", "bicle-pki"],
        );
        assert_eq!(
            broken(&bad),
            ["layering: bicle-vault may not use bicle-pki"]
        );
    }

    #[test]
    fn egui_below_the_faces_is_refused_even_by_a_detour() {
        let bad = workspace(
            &[("bicle-core", &["some-helper"]), ("some-helper", &["egui"])],
            &["bicle-core"],
        );
        assert_eq!(broken(&bad), ["layering: bicle-core may not reach egui"]);
    }

    #[test]
    fn a_language_below_the_faces_is_refused() {
        let bad = workspace(&[("bicle-igc", &["fluent-bundle"])], &["bicle-igc"]);
        assert_eq!(
            broken(&bad),
            ["layering: bicle-igc may not reach fluent-bundle"]
        );
    }

    #[test]
    fn tests_of_a_lower_crate_that_use_a_face_are_refused() {
        let mut bad = workspace(&[], &["bicle-core"]);
        for member in &mut bad.members {
            member.test_uses.insert("bicle".to_owned());
        }
        assert_eq!(
            broken(&bad),
            ["layering: the tests of bicle-core may not use the face bicle"]
        );
    }

    #[test]
    fn a_crate_without_a_row_is_refused() {
        let bad = workspace(&[], &["bicle-new"]);
        assert_eq!(broken(&bad).len(), 1);
    }
}
