//! "The IGC-Santé truststore" in one act: the authorities of one branch, from the bundled list, in
//! the form that a program asks for.

use std::collections::HashSet;

use bicle_igc::{Authority, Role};
use bicle_pki::export_password::ExportPassword;
use bicle_pki::jks;
use bicle_pki::pkcs12::{self, Profile};
use bicle_platform::secret::{SecretBytes, SecretText};

use crate::command::{ExportTruststore, Outcome, TruststoreFormat, TruststoreReport};
use crate::deliver;
use crate::fault::Fault;
use crate::model::Branch;
use crate::open_vault::OpenVault;
use crate::phrase::Phrase;
use crate::random::random;
use crate::{export, refusal, verified};

/// One authority of the file.
struct Entry {
    alias: String,
    der: Vec<u8>,
}

/// Writes the authorities of a branch, reads them back, then gives the file its name.
pub(crate) fn export(open: &OpenVault, asked: &ExportTruststore) -> Result<Outcome, Fault> {
    export::refuse_taken(open, &asked.path, asked.existing)?;
    let password = match &asked.password {
        Some(password) if asked.format.needs_password() => Some(password),
        None if asked.format.needs_password() => {
            return Err(refusal::refused("error-export-password-empty"));
        }
        _ => None,
    };
    let entries = entries(asked.branch);
    let ders: Vec<Vec<u8>> = entries.iter().map(|entry| entry.der.clone()).collect();
    let bytes = match (asked.format, password) {
        (TruststoreFormat::Pem, _) => export::pem_of(&ders).into_bytes(),
        (TruststoreFormat::Pkcs7, _) => export::pkcs7_of(&ders),
        (TruststoreFormat::Jks, Some(password)) => {
            write_jks(open, &entries, &deliver::password(password)?)?
        }
        (TruststoreFormat::Pkcs12, Some(password)) => {
            write_pkcs12(&entries, &deliver::password(password)?)?
        }
        (TruststoreFormat::Jks | TruststoreFormat::Pkcs12, None) => {
            return Err(refusal::refused("error-export-password-empty"));
        }
    };
    verified::public(&asked.path, &bytes, asked.existing, |read| {
        match (asked.format, password) {
            (TruststoreFormat::Jks, Some(password)) => holds_jks(read, password, &entries),
            (TruststoreFormat::Pkcs12, Some(password)) => holds_pkcs12(read, password, &entries),
            _ => verified::holds_certificates(read, &ders),
        }
    })?;
    Ok(Outcome::TruststoreWritten(TruststoreReport {
        path: asked.path.clone(),
        certificates: entries.len(),
        notices: notices(asked),
    }))
}

/// The authorities whose certificates are bundled, roots first, each under a name of its own.
fn entries(branch: Branch) -> Vec<Entry> {
    let mut taken = HashSet::new();
    let mut entries = Vec::new();
    for role in [Role::Root, Role::Intermediate] {
        let of_role = |authority: &&Authority| authority.branch == branch && authority.role == role;
        for authority in bicle_igc::authorities().iter().filter(of_role) {
            let Some(der) = authority.der() else { continue };
            let base = alias(authority.common_name);
            let mut name = base.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                name = format!("{base}-{number}");
                number += 1;
            }
            entries.push(Entry {
                alias: name,
                der: der.to_vec(),
            });
        }
    }
    entries
}

/// Small letters, digits and hyphens: what Java shows, and what a command line takes unquoted.
fn alias(common_name: &str) -> String {
    let mut alias = String::new();
    for letter in common_name.chars() {
        if letter.is_ascii_alphanumeric() {
            alias.push(letter.to_ascii_lowercase());
        } else if !alias.ends_with('-') && !alias.is_empty() {
            alias.push('-');
        }
    }
    alias.trim_end_matches('-').to_owned()
}

fn write_jks(
    open: &OpenVault,
    entries: &[Entry],
    password: &ExportPassword,
) -> Result<Vec<u8>, Fault> {
    let created_unix_ms = open.now().0.saturating_mul(1_000);
    let trusted: Vec<jks::TrustedEntry<'_>> = entries
        .iter()
        .map(|entry| jks::TrustedEntry {
            alias: &entry.alias,
            created_unix_ms,
            der: &entry.der,
        })
        .collect();
    jks::write_truststore(&trusted, password, &mut random()).map_err(|error| export::failed(&error))
}

fn write_pkcs12(entries: &[Entry], password: &ExportPassword) -> Result<Vec<u8>, Fault> {
    let trusted: Vec<pkcs12::TrustedEntry<'_>> = entries
        .iter()
        .map(|entry| pkcs12::TrustedEntry {
            alias: &entry.alias,
            der: &entry.der,
        })
        .collect();
    // nothing in it is secret: the form that every reader takes
    pkcs12::write_truststore(&trusted, password, Profile::Compatible, &mut random())
        .map_err(|error| export::failed(&error))
}

fn holds_jks(bytes: &SecretBytes, password: &SecretText, entries: &[Entry]) -> bool {
    let Ok(contents) = jks::read(bytes.expose(), password.expose()) else {
        return false;
    };
    let read = contents
        .certificates
        .iter()
        .map(|found| (found.alias.as_str(), found.der.as_slice()));
    contents.keys.is_empty() && read.eq(expected(entries))
}

fn holds_pkcs12(bytes: &SecretBytes, password: &SecretText, entries: &[Entry]) -> bool {
    let Ok(contents) = pkcs12::read(bytes.expose(), password.expose()) else {
        return false;
    };
    let read = contents.certificates.iter().map(|found| {
        let alias = found.friendly_name.as_deref().unwrap_or_default();
        (alias, found.der.as_slice())
    });
    contents.keys.is_empty() && contents.mac && read.eq(expected(entries))
}

fn expected(entries: &[Entry]) -> impl Iterator<Item = (&str, &[u8])> {
    entries
        .iter()
        .map(|entry| (entry.alias.as_str(), entry.der.as_slice()))
}

fn notices(asked: &ExportTruststore) -> Vec<Phrase> {
    let mut notices = Vec::new();
    if asked.format.needs_password() {
        notices.push(Phrase::new("notice-truststore-weak"));
    }
    if asked.branch == Branch::Test {
        notices.push(Phrase::new("notice-truststore-test"));
    }
    let missing: Vec<&str> = bicle_igc::authorities()
        .iter()
        .filter(|authority| authority.branch == asked.branch && authority.der().is_none())
        .map(|authority| authority.common_name)
        .collect();
    if !missing.is_empty() {
        let names = missing.join(", ");
        notices.push(Phrase::new("notice-truststore-missing").text("names", names));
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_readable_unique_and_in_small_letters() {
        for branch in Branch::ALL {
            let entries = entries(branch);
            assert!(!entries.is_empty());
            let names: HashSet<&String> = entries.iter().map(|entry| &entry.alias).collect();
            assert_eq!(names.len(), entries.len());
            for name in names {
                let plain = name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
                assert!(plain && !name.is_empty(), "{name}");
            }
        }
    }
}
