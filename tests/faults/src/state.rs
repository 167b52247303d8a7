//! What a vault holds, read in this process, and whether it is what it may be.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bicle_platform::secret::SecretText;
use bicle_vault::LockedVault;
use serde_json::Value;

use sha2::{Digest, Sha256};

use crate::stage::with_vault;

/// One record, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// how often it was written
    pub revision: u64,
    /// its summary, as JSON
    pub summary: Value,
    /// its body
    pub body: Vec<u8>,
}

/// All that a vault holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// how often the vault was changed
    pub generation: u64,
    /// which of the passwords opens it
    pub password: usize,
    /// there is a recovery key
    pub has_recovery_key: bool,
    /// every record
    pub records: BTreeMap<i64, Record>,
}

/// What a vault holds, or why it is lost.
type Known = Result<Arc<State>, String>;

/// Reads vaults. What the same bytes said once they need not say again: a key derivation costs more than all the
/// rest.
#[derive(Debug, Default)]
pub struct Reader {
    known: Mutex<BTreeMap<[u8; 32], Known>>,
}

impl Reader {
    /// Opens the vault as a user's next run does (what a crash left unfinished is rolled back), then reads every
    /// record of it and checks it.
    ///
    /// # Errors
    /// Why it is lost.
    ///
    /// # Panics
    /// When another thread did.
    pub fn read(&self, path: &Path, passwords: &[&str]) -> Known {
        let opened = with_vault(|| LockedVault::open(path).map(drop));
        opened.map_err(|error| format!("it does not open: {error}"))?;
        let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        if let Some(known) = self.known.lock().expect("no thread died").get(&digest) {
            return known.clone();
        }
        let state = with_vault(|| read(path, passwords)).map(Arc::new);
        let mut known = self.known.lock().expect("no thread died");
        known.insert(digest, state.clone());
        state
    }
}

fn read(path: &Path, passwords: &[&str]) -> Result<State, String> {
    let mut locked = LockedVault::open(path).map_err(|error| error.to_string())?;
    let mut refusal = String::new();
    for (index, password) in passwords.iter().enumerate() {
        let vault = match locked.unlock(&SecretText::copy_of(password)) {
            Ok(vault) => vault,
            Err((error, again)) => {
                refusal = error.to_string();
                locked = again;
                continue;
            }
        };
        let report = vault.check().map_err(|error| error.to_string())?;
        if report.verdict != bicle_vault::Verdict::Intact {
            return Err(format!("the check says {:?}", report.verdict));
        }
        let mut records = BTreeMap::new();
        for sealed in vault.summaries().map_err(|error| error.to_string())? {
            let body = vault.body(sealed.id).map_err(|error| error.to_string())?;
            let record = Record {
                revision: sealed.revision,
                summary: serde_json::from_slice(sealed.summary.expose())
                    .map_err(|error| error.to_string())?,
                body: body.expose().to_vec(),
            };
            records.insert(sealed.id.value(), record);
        }
        return Ok(State {
            generation: vault.generation(),
            password: index,
            has_recovery_key: vault.has_recovery_key(),
            records,
        });
    }
    Err(format!("no password opens it: {refusal}"))
}

/// Whether `found` is what two unharmed runs of the same command came to: equal wherever they are equal to each
/// other (all that was there before, names, kinds, what was typed), and of the same shape where they differ (new
/// keys, moments).
#[must_use]
pub fn is_like(found: &State, one: &State, other: &State) -> bool {
    found.generation == one.generation
        && found.password == one.password
        && found.has_recovery_key == one.has_recovery_key
        && found.records.keys().eq(one.records.keys())
        && found.records.iter().all(|(id, record)| {
            let (Some(one), Some(other)) = (one.records.get(id), other.records.get(id)) else {
                return false;
            };
            record.revision == one.revision
                && has_shape(&record.summary, &one.summary, &other.summary)
                && if one.body == other.body {
                    record.body == one.body
                } else {
                    !record.body.is_empty()
                }
        })
}

fn has_shape(found: &Value, one: &Value, other: &Value) -> bool {
    if one == other {
        return found == one;
    }
    match (found, one, other) {
        (Value::Object(found), Value::Object(one), Value::Object(other)) => {
            found.keys().eq(one.keys())
                && found.iter().all(|(key, value)| {
                    other
                        .get(key)
                        .is_some_and(|other| has_shape(value, &one[key], other))
                })
        }
        (Value::String(_), Value::String(_), _) | (Value::Number(_), Value::Number(_), _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn state(generation: u64, summary: Value, body: &[u8]) -> State {
        let record = Record {
            revision: 1,
            summary,
            body: body.to_vec(),
        };
        State {
            generation,
            password: 0,
            has_recovery_key: false,
            records: BTreeMap::from([(1, record)]),
        }
    }

    #[test]
    fn what_two_runs_agree_on_must_be_there_and_what_they_differ_in_must_have_its_shape() {
        let made =
            |name, created, body: &[u8]| state(2, json!({"name": name, "created": created}), body);
        let (one, other) = (made("a", 1, b"x"), made("a", 2, b"y"));
        assert!(is_like(&made("a", 3, b"z"), &one, &other));
        assert!(!is_like(&made("b", 3, b"z"), &one, &other));
        assert!(!is_like(&made("a", 3, b""), &one, &other));
        assert!(!is_like(
            &state(3, json!({"name": "a", "created": 3}), b"z"),
            &one,
            &other
        ));
        assert!(!is_like(
            &state(2, json!({"name": "a", "created": "3"}), b"z"),
            &one,
            &other
        ));
        assert!(!is_like(
            &state(2, json!({"name": "a"}), b"z"),
            &one,
            &other
        ));
        let none = State {
            records: BTreeMap::new(),
            ..made("a", 1, b"x")
        };
        assert!(!is_like(&none, &one, &other));
    }
}
