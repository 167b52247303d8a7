//! Reads `igc-sante-db/authorities.toml` and the PEM files beside it, refuses what does not hold together, and
//! writes the list as constants: at run time nothing is read, and nothing can be swapped.

#![allow(clippy::disallowed_methods)]

use base64ct::{Base64, Encoding};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// `authorities.toml` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    authority: Vec<Entry>,
}

/// One `[[authority]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: Option<String>,
    status: String,
    branch: String,
    level: String,
    role: String,
    audience: Option<String>,
    common_name: String,
    issuer_common_name: Option<String>,
    serial: Option<String>,
    not_before: Option<String>,
    not_after: Option<String>,
    subject_key_id: Option<String>,
    sha256: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let database = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?)
        .join("../../igc-sante-db")
        .canonicalize()?;
    let output = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", database.display());

    let manifest: Manifest =
        toml::from_str(&fs::read_to_string(database.join("authorities.toml"))?)?;
    let mut names = BTreeSet::new();
    let mut used_files = BTreeSet::new();
    let mut generated = String::from(
        "/// Every authority of the manifest, in its order.\npub(crate) static AUTHORITIES: &[Authority] = &[\n",
    );
    for entry in &manifest.authority {
        if !names.insert(entry.common_name.clone()) {
            return Err(format!("authorities.toml: {} is there twice", entry.common_name).into());
        }
        let code = authority_code(entry, &database, &output, &mut used_files)
            .map_err(|fault| format!("authorities.toml: {}: {fault}", entry.common_name))?;
        generated.push_str(&code);
    }
    generated.push_str("];\n");

    for entry in &manifest.authority {
        if let Some(issuer) = &entry.issuer_common_name
            && !names.contains(issuer)
        {
            return Err(format!("authorities.toml: issuer {issuer} is not listed").into());
        }
    }
    for file in fs::read_dir(database.join("anchors"))? {
        let name = file?.file_name();
        if name.to_str().is_none_or(|name| !used_files.contains(name)) {
            return Err(format!("anchors/{} is not in authorities.toml", name.display()).into());
        }
    }
    fs::write(output.join("authorities.rs"), generated)?;
    Ok(())
}

/// One element of the generated list.
fn authority_code(
    entry: &Entry,
    database: &Path,
    output: &Path,
    used_files: &mut BTreeSet<String>,
) -> Result<String, Box<dyn Error>> {
    let branch = variant(
        &entry.branch,
        &[("production", "Production"), ("test", "Test")],
    )?;
    let levels = [
        ("elementaire", "Elementaire"),
        ("standard", "Standard"),
        ("fort", "Fort"),
    ];
    let level = variant(&entry.level, &levels)?;
    let role = variant(
        &entry.role,
        &[("root", "Root"), ("intermediate", "Intermediate")],
    )?;
    let audience = match &entry.audience {
        Some(text) => {
            let audiences = [
                ("organisations", "Organisations"),
                ("personnes", "Personnes"),
            ];
            format!("Some(Audience::{})", variant(text, &audiences)?)
        }
        None => "None".to_owned(),
    };
    if (role == "Intermediate") != entry.audience.is_some() {
        return Err("an intermediate has an audience, a root has none".into());
    }
    let is_known_in_full = [
        &entry.issuer_common_name,
        &entry.serial,
        &entry.not_before,
        &entry.not_after,
        &entry.subject_key_id,
        &entry.sha256,
    ]
    .iter()
    .all(|field| field.is_some());
    let status = match entry.status.as_str() {
        "bundled" if is_known_in_full => {
            let file = entry.file.as_deref().ok_or("bundled without a file")?;
            let der = decode_pem(&fs::read_to_string(database.join("anchors").join(file))?)?;
            let target = output.join(file).with_extension("der");
            fs::write(&target, der)?;
            used_files.insert(file.to_owned());
            let shown = target.to_str().ok_or("a path that is not UTF-8")?;
            format!("Status::Bundled {{ der: include_bytes!({shown:?}) }}")
        }
        "pinned" if is_known_in_full => "Status::Pinned".to_owned(),
        "known" => "Status::Known".to_owned(),
        "bundled" | "pinned" => return Err("a field is missing".into()),
        other => return Err(format!("unknown status {other}").into()),
    };
    let sha256 = match &entry.sha256 {
        Some(text) => {
            let bytes = decode_hex(text)?;
            if bytes.len() != 32 {
                return Err("sha256 is not 32 bytes".into());
            }
            format!("Some(Sha256Fingerprint::from_bytes({bytes:?}))")
        }
        None => "None".to_owned(),
    };
    let subject_key_id = match &entry.subject_key_id {
        Some(text) => format!("Some(&{:?})", decode_hex(text)?),
        None => "None".to_owned(),
    };
    if let Some(serial) = &entry.serial {
        decode_hex(serial)?;
    }
    let mut code = String::new();
    writeln!(
        code,
        "    Authority {{ common_name: {:?}, branch: Branch::{branch}, level: Level::{level}, role: Role::{role}, \
         audience: {audience}, status: {status}, sha256: {sha256}, issuer_common_name: {:?}, serial_hex: {:?}, \
         not_before: {:?}, not_after: {:?}, subject_key_id: {subject_key_id} }},",
        entry.common_name,
        entry.issuer_common_name,
        entry.serial,
        entry.not_before,
        entry.not_after
    )?;
    Ok(code)
}

/// The variant that a word of the manifest stands for.
fn variant(word: &str, known: &[(&str, &'static str)]) -> Result<&'static str, String> {
    known
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, variant)| *variant)
        .ok_or_else(|| format!("unknown word {word}"))
}

/// The one certificate of a PEM file (RFC 7468 §5).
fn decode_pem(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let (_, rest) = text
        .split_once("-----BEGIN CERTIFICATE-----")
        .ok_or("no BEGIN CERTIFICATE")?;
    let (body, _) = rest
        .split_once("-----END CERTIFICATE-----")
        .ok_or("no END CERTIFICATE")?;
    let digits: String = body.split_whitespace().collect();
    Ok(Base64::decode_vec(&digits)?)
}

/// Bytes from lower-case hexadecimal digits.
fn decode_hex(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let is_lower_hex = text
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_lower_hex || !text.len().is_multiple_of(2) {
        return Err(format!("{text} is not lower-case hexadecimal").into());
    }
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((pair, after)) = rest.split_at_checked(2) {
        bytes.push(u8::from_str_radix(pair, 16)?);
        rest = after;
    }
    Ok(bytes)
}
