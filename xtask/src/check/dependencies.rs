//! Every dependency of the workspace stands under a comment that names the standard or the need it serves.

/// The dependencies of a workspace manifest that stand under no comment, one line each.
pub(crate) fn broken(manifest: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let mut in_dependencies = false;
    let mut is_explained = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            in_dependencies = line.trim_end() == "[workspace.dependencies]";
            is_explained = false;
        } else if line.trim().is_empty() {
            is_explained = false;
        } else if line.starts_with('#') {
            is_explained = line.trim_start_matches('#').trim().len() > 3;
        } else if in_dependencies
            && !is_explained
            && line.starts_with(|first: char| first.is_ascii_alphanumeric())
        {
            let name = line.split('=').next().unwrap_or_default().trim();
            broken.push(format!("Cargo.toml: no comment says what {name} is for"));
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_under_one_comment_holds() {
        let manifest = "[workspace.dependencies]\n# hashes, FIPS 180-4\nsha1 = \"1\"\nsha2 = \"1\"\n\n[profile.dev]\ndebug = 1\n";
        assert_eq!(broken(manifest), Vec::<String>::new());
    }

    #[test]
    fn a_dependency_without_a_comment_is_refused() {
        let manifest = "[workspace.dependencies]\n# hashes\nsha1 = \"1\"\n\nleft-pad = \"1\"\n#\nempty = \"1\"\n";
        assert_eq!(
            broken(manifest),
            [
                "Cargo.toml: no comment says what left-pad is for",
                "Cargo.toml: no comment says what empty is for"
            ]
        );
    }
}
