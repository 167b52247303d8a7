//! The function that the changed crate asks whether a change is on, and what it is told by.

/// The variable with the number of the change that is on.
pub const CHOSEN: &str = "BICLE_MUTANT";

/// The variable with the folder in which each process notes the changes that it came to.
pub const REACHED: &str = "BICLE_MUTANTS_REACHED";

/// What is written at the end of the changed crate's `lib.rs`.
///
/// A process that is killed has noted what it came to until then: each change is noted at its first time.
#[must_use]
pub fn function(changes: usize) -> String {
    format!(
        r#"
#[doc(hidden)]
#[allow(warnings)]
#[inline]
pub(crate) fn mutant_is(number: usize) -> bool {{
    static CHOSEN: std::sync::OnceLock<(usize, Option<std::path::PathBuf>)> = std::sync::OnceLock::new();
    let (chosen, folder) = CHOSEN.get_or_init(|| {{
        let chosen = std::env::var("{CHOSEN}").ok().and_then(|text| text.parse().ok());
        (chosen.unwrap_or(usize::MAX), std::env::var_os("{REACHED}").map(Into::into))
    }});
    if let Some(folder) = folder {{
        mutant_is_reached(number, folder);
    }}
    *chosen == number
}}

#[doc(hidden)]
#[allow(warnings)]
#[cold]
fn mutant_is_reached(number: usize, folder: &std::path::Path) {{
    use std::sync::atomic::{{AtomicBool, Ordering}};
    static SEEN: [AtomicBool; {changes}] = [const {{ AtomicBool::new(false) }}; {changes}];
    if SEEN[number].load(Ordering::Relaxed) || SEEN[number].swap(true, Ordering::Relaxed) {{
        return;
    }}
    let path = folder.join(std::process::id().to_string());
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    let _ = file.and_then(|mut file| std::io::Write::write_all(&mut file, format!("{{number}}\n").as_bytes()));
}}
"#
    )
}
