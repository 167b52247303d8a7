//! Reads `assets/locales` and writes what the crate includes: the list of catalogue files, and one constant
//! per message, so that a message that does not exist does not compile.

#![allow(clippy::disallowed_methods)]

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let manifest_folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let locales = manifest_folder
        .join("../../assets/locales")
        .canonicalize()?;
    println!("cargo::rerun-if-changed={}", locales.display());

    let mut generated = String::new();
    let mut french = BTreeMap::new();
    for (folder, constant) in [("fr", "FRENCH"), ("en", "ENGLISH")] {
        let mut messages = BTreeMap::new();
        writeln!(
            generated,
            "/// The files of `assets/locales/{folder}`: name, text.\npub(crate) const {constant}: &[(&str, &str)] = &["
        )?;
        for path in catalogue_files(&locales.join(folder))? {
            println!("cargo::rerun-if-changed={}", path.display());
            let name = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .ok_or("a catalogue file without a name")?;
            let shown = path.to_str().ok_or("a path that is not UTF-8")?;
            writeln!(generated, "    ({name:?}, include_str!({shown:?})),")?;
            read_messages(&path, &mut messages)?;
        }
        generated.push_str("];\n");
        if folder == "fr" {
            french = messages;
        }
    }

    generated.push_str(
        "/// One constant per message, named after its key; the doc is its French text.\npub mod id {\n    use crate::Id;\n",
    );
    let mut constants = BTreeMap::new();
    for (key, text) in &french {
        let constant = key.replace('-', "_").to_uppercase();
        if let Some(other) = constants.insert(constant.clone(), key) {
            return Err(format!("the keys {other} and {key} both make {constant}").into());
        }
        writeln!(
            generated,
            "    #[doc = {text:?}]\n    pub const {constant}: Id = Id::new({key:?});"
        )?;
    }
    generated
        .push_str("    /// Every id, in the order of the keys.\n    pub const ALL: &[Id] = &[");
    for constant in constants.keys() {
        write!(generated, "{constant}, ")?;
    }
    generated.push_str("];\n}\n");

    let target = PathBuf::from(env::var("OUT_DIR")?).join("catalogue.rs");
    fs::write(target, generated)?;
    Ok(())
}

/// The `.ftl` files of a folder, sorted, so that the output is the same everywhere.
fn catalogue_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ftl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Adds each message of a file with its text; a fault of syntax or a key used twice stops the build.
fn read_messages(
    path: &Path,
    messages: &mut BTreeMap<String, String>,
) -> Result<(), Box<dyn Error>> {
    let source = fs::read_to_string(path)?;
    let resource = fluent_syntax::parser::parse(source.as_str()).map_err(|(_, errors)| {
        let faults: Vec<String> = errors
            .iter()
            .map(|error| {
                let before = source.get(..error.pos.start).unwrap_or(&source);
                let line = before.matches('\n').count().saturating_add(1);
                format!("{}:{line}: {:?}", path.display(), error.kind)
            })
            .collect();
        faults.join("\n")
    })?;
    for entry in &resource.body {
        if let Entry::Message(message) = entry {
            let key = message.id.name.to_owned();
            let Some(value) = &message.value else {
                return Err(format!("{}: {key} has no text of its own", path.display()).into());
            };
            if messages.insert(key.clone(), plain_text(value)).is_some() {
                return Err(format!("{}: {key} is there twice", path.display()).into());
            }
        }
    }
    Ok(())
}

/// A pattern as a reader sees it, with `{name}` for a variable and the last variant of a choice.
fn plain_text(pattern: &Pattern<&str>) -> String {
    let mut text = String::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable { expression } => match expression {
                Expression::Inline(InlineExpression::VariableReference { id }) => {
                    text.push('{');
                    text.push_str(id.name);
                    text.push('}');
                }
                Expression::Select { variants, .. } => {
                    if let Some(variant) = variants.iter().find(|variant| variant.default) {
                        text.push_str(&plain_text(&variant.value));
                    }
                }
                Expression::Inline(_) => text.push('…'),
            },
        }
    }
    text
}
