//! Where the crates come from and under which licence: the lock file and the manifests, held against
//! `deny.toml` without a network (`cargo xtask deny` asks the advisories too).

use std::collections::BTreeMap;

use super::metadata::Workspace;

/// The one registry.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// What the lock file and the packages break, one line each.
pub(crate) fn broken(workspace: &Workspace, lock: &str, deny: &str) -> Vec<String> {
    let mut broken = sources(workspace, lock);
    let allowed = allowed_licences(deny);
    if allowed.is_empty() {
        broken.push("deny.toml: no licences are allowed".to_owned());
    }
    for package in &workspace.packages {
        if !is_allowed(&package.license, &allowed) {
            broken.push(format!(
                "{} {}: the licence \"{}\" is not in deny.toml",
                package.name, package.version, package.license
            ));
        }
    }
    broken
}

/// Every package but ours is from the registry, with its hash, and from there alone.
fn sources(workspace: &Workspace, lock: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let mut seen: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for block in lock.split("[[package]]").skip(1) {
        let field = |key: &str| {
            block.lines().find_map(|line| {
                let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
                value.strip_suffix('"')
            })
        };
        let name = field("name").unwrap_or_default();
        let source = field("source");
        match source {
            None if workspace.member(name).is_some() => {}
            None => broken.push(format!("Cargo.lock: {name} has no source")),
            Some(REGISTRY) if field("checksum").is_some_and(|sum| sum.len() == 64) => {}
            Some(REGISTRY) => broken.push(format!("Cargo.lock: {name} has no hash")),
            Some(other) => broken.push(format!("Cargo.lock: {name} is from {other}")),
        }
        if let Some(earlier) = seen.insert(name, source)
            && earlier != source
        {
            broken.push(format!("Cargo.lock: {name} is from two sources"));
        }
    }
    broken
}

/// The list `allow` of the section `[licenses]`.
fn allowed_licences(deny: &str) -> Vec<&str> {
    let section = deny.split("\n[licenses]").nth(1).unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    let list = section.split("\nallow = [").nth(1).unwrap_or_default();
    let list = list.split(']').next().unwrap_or_default();
    list.lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split('"').next())
        .collect()
}

/// Whether an SPDX expression can be met by allowed licences: `OR` needs one side, `AND` both. Old
/// manifests write `/` for `OR`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = either(&words, allowed);
    met && rest.is_empty()
}

fn either<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = both(words, allowed);
    while let Some((&"OR", after)) = rest.split_first() {
        let (other, after) = both(after, allowed);
        met |= other;
        rest = after;
    }
    (met, rest)
}

fn both<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = one(words, allowed);
    while let Some((&"AND", after)) = rest.split_first() {
        let (other, after) = one(after, allowed);
        met &= other;
        rest = after;
    }
    (met, rest)
}

fn one<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    match words {
        ["(", inside @ ..] => match either(inside, allowed) {
            (met, [")", rest @ ..]) => (met, rest),
            (_, rest) => (false, rest),
        },
        [licence, "WITH", exception, rest @ ..] => {
            let whole = format!("{licence} WITH {exception}");
            (allowed.contains(&whole.as_str()), rest)
        }
        [licence, rest @ ..] => (allowed.contains(licence), rest),
        [] => (false, words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = "[graph]\nallow = [\n  \"x\",\n]\n\n[licenses]\n# words\nallow = [\n    \"MIT\",\n    \"Zlib\",\n]\n\n[bans]\nallow = [\n    \"GPL-3.0\",\n]\n";

    #[test]
    fn licences_are_read_from_their_section_alone() {
        assert_eq!(allowed_licences(DENY), ["MIT", "Zlib"]);
    }

    #[test]
    fn an_expression_is_met_by_one_side_of_or_and_both_of_and() {
        let allowed = ["MIT", "Zlib", "Apache-2.0 WITH LLVM-exception"];
        for (expression, met) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("GPL-3.0/MIT", true),
            ("MIT AND GPL-3.0", false),
            ("(GPL-3.0 OR MIT) AND Zlib", true),
            ("(MIT OR Zlib) AND OFL-1.1", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("Apache-2.0", false),
            ("", false),
            ("(MIT", false),
        ] {
            assert_eq!(is_allowed(expression, &allowed), met, "{expression}");
        }
    }

    #[test]
    fn a_package_from_elsewhere_or_without_a_hash_is_refused() {
        let hash = "a".repeat(64);
        let lock = format!(
            "version = 4\n\n[[package]]\nname = \"good\"\nversion = \"1\"\nsource = \"{REGISTRY}\"\nchecksum = \"{hash}\"\n\n[[package]]\nname = \"no-hash\"\nsource = \"{REGISTRY}\"\n\n[[package]]\nname = \"git\"\nsource = \"git+https://example.org/x\"\nchecksum = \"{hash}\"\n\n[[package]]\nname = \"good\"\nsource = \"registry+https://example.org\"\n\n[[package]]\nname = \"path\"\n"
        );
        assert_eq!(
            sources(&Workspace::default(), &lock),
            [
                "Cargo.lock: no-hash has no hash",
                "Cargo.lock: git is from git+https://example.org/x",
                "Cargo.lock: good is from registry+https://example.org",
                "Cargo.lock: good is from two sources",
                "Cargo.lock: path has no source",
            ]
        );
    }
}
