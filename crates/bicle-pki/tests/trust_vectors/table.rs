//! Cases with their expected results: held against what was seen, the list of disagreements and the
//! document.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bicle_pki::path::PathFault;
use bicle_tests::program::workspace_root;

/// One case and what became of it.
pub(crate) struct Case {
    /// Its authors' name for it.
    pub(crate) id: String,
    /// The row of the table in which it is counted.
    pub(crate) group: String,
    /// Whether its authors want the certificate accepted.
    pub(crate) valid: bool,
    /// What we said: nothing, or the reason of the refusal.
    pub(crate) seen: Result<(), String>,
}

impl Case {
    fn agrees(&self) -> bool {
        self.valid == self.seen.is_ok()
    }
}

/// The list: reasons by their short names, and the cases of each.
struct Disagreements {
    reasons: Vec<(&'static str, &'static str)>,
    /// By case: the short name of its reason.
    cases: BTreeMap<&'static str, &'static str>,
}

/// Reads the part of the list that is of one suite.
fn disagreements(suite: &str) -> Disagreements {
    let mut found = Disagreements {
        reasons: Vec::new(),
        cases: BTreeMap::new(),
    };
    let mut inside = false;
    for line in include_str!("../data/trust_disagreements.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(section) = line.strip_prefix('[') {
            inside = section.strip_suffix(']') == Some(suite);
        } else if let Some((name, text)) = line.split_once(": ").filter(|_| inside) {
            found.reasons.push((name, text));
        } else if let Some((case, reason)) = line.split_once(" = ").filter(|_| inside) {
            let known = found.reasons.iter().any(|(name, _)| *name == reason);
            assert!(known, "{case}: {reason} is no reason of {suite}");
            assert!(
                found.cases.insert(case, reason).is_none(),
                "{case} is listed twice"
            );
        }
    }
    found
}

/// Fails where a disagreement is not listed, a listed one agrees, the document says otherwise, or a
/// refusal is only that a limit was reached (but for the cases that are made to reach one).
pub(crate) fn hold(suite: &str, cases: &[Case]) {
    let listed = disagreements(suite);
    let too_complex = PathFault::TooComplex.to_string();
    let mut wrong = String::new();
    let mut ids = BTreeSet::new();
    for case in cases {
        assert!(ids.insert(case.id.as_str()), "{} is there twice", case.id);
        let answer = match &case.seen {
            Ok(()) => "accepted",
            Err(reason) => reason,
        };
        // a limit is no judgement: it must not stand for the reason that the authors mean
        if answer == too_complex && case.group != "pathological" {
            writeln!(wrong, "{} is not judged: {answer}", case.id).unwrap();
        }
        let is_listed = listed.cases.contains_key(case.id.as_str());
        if case.agrees() && is_listed {
            writeln!(wrong, "{} agrees and is listed: {answer}", case.id).unwrap();
        }
        if !case.agrees() && !is_listed {
            let expected = if case.valid { "valid" } else { "invalid" };
            writeln!(wrong, "{} is {expected}, and is {answer}", case.id).unwrap();
        }
    }
    for case in listed.cases.keys().filter(|case| !ids.contains(*case)) {
        writeln!(wrong, "{case} is listed and is no case").unwrap();
    }
    let text = markdown(cases, &listed);
    println!("{text}");
    assert!(wrong.is_empty(), "not as expected:\n{wrong}");
    write_or_compare(suite, &text);
}

fn write_or_compare(section: &str, text: &str) {
    let path = workspace_root().join("docs/trust-vectors.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let begin = format!("<!-- {section} -->\n");
    let end = format!("<!-- end of {section} -->");
    let (before, rest) = document.split_once(&begin).expect("the section's mark");
    let (kept, after) = rest.split_once(&end).expect("the section's end");
    if std::env::var_os("BICLE_WRITE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{begin}{text}{end}{after}")).unwrap();
    } else {
        assert_eq!(
            kept, text,
            "docs/trust-vectors.md says otherwise: see the head of this test"
        );
    }
}

/// The counts of each group, then the disagreements by their reasons.
fn markdown(cases: &[Case], listed: &Disagreements) -> String {
    let mut order: Vec<&str> = Vec::new();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for case in cases {
        let count = counts.entry(&case.group).or_insert_with(|| {
            order.push(&case.group);
            (0, 0)
        });
        count.0 += 1;
        count.1 += usize::from(case.agrees());
    }
    let mut text = String::from("\n| group | cases | agreed | disagreed |\n|---|---:|---:|---:|\n");
    let mut sum = (0, 0);
    for group in order {
        let (total, agreed) = counts[group];
        writeln!(
            text,
            "| {group} | {total} | {agreed} | {} |",
            total - agreed
        )
        .unwrap();
        sum = (sum.0 + total, sum.1 + agreed);
    }
    let (total, agreed) = sum;
    writeln!(text, "| all | {total} | {agreed} | {} |\n", total - agreed).unwrap();
    for (reason, sentence) in &listed.reasons {
        let of_reason: Vec<String> = cases
            .iter()
            .filter(|case| listed.cases.get(case.id.as_str()) == Some(reason))
            .map(|case| format!("`{}`", case.id))
            .collect();
        assert!(!of_reason.is_empty(), "{reason}: no case has this reason");
        let count = of_reason.len();
        writeln!(text, "- {sentence} ({count}): {}", of_reason.join(", ")).unwrap();
    }
    text.push('\n');
    text
}
