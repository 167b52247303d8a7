//! The vault against a plain map: whatever is done, both hold the same.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions
)]

use std::collections::BTreeMap;

use bicle_platform::secret::SecretBytes;
use proptest::prelude::*;

use crate::testing::{insert, new_vault, reopen};
use crate::{Change, CommitError, RecordId, UnlockedVault, Verdict};

type Model = BTreeMap<i64, (u64, Vec<u8>, Vec<u8>)>;

#[derive(Debug, Clone)]
enum Step {
    Insert(Vec<u8>, Vec<u8>),
    UpdateSummary(prop::sample::Index, Vec<u8>),
    Update(prop::sample::Index, Vec<u8>, Vec<u8>),
    Remove(prop::sample::Index),
}

fn bytes(limit: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..limit)
}

fn step() -> impl Strategy<Value = Step> {
    let place = any::<prop::sample::Index>();
    prop_oneof![
        3 => (bytes(300), bytes(20_000)).prop_map(|(summary, body)| Step::Insert(summary, body)),
        2 => (place.clone(), bytes(300)).prop_map(|(at, summary)| Step::UpdateSummary(at, summary)),
        2 => (place.clone(), bytes(300), bytes(3000)).prop_map(|(at, s, b)| Step::Update(at, s, b)),
        1 => place.prop_map(Step::Remove),
    ]
}

fn id_at(model: &Model, at: &prop::sample::Index) -> Option<i64> {
    (!model.is_empty()).then(|| *model.keys().nth(at.index(model.len())).unwrap())
}

/// Applies one commit to the model and makes the vault's changes of it. Ids are given in order.
fn changes_of(steps: &[Step], model: &mut Model, last: &mut i64) -> Vec<Change> {
    let mut changes = Vec::new();
    for step in steps {
        match step {
            Step::Insert(summary, body) => {
                *last += 1;
                model.insert(*last, (1, summary.clone(), body.clone()));
                changes.push(insert(summary, body));
            }
            Step::UpdateSummary(at, summary) => {
                // only records that are there already: an id is known after its commit
                let Some(id) = id_at(model, at) else { continue };
                let record = model.get_mut(&id).unwrap();
                *record = (record.0 + 1, summary.clone(), record.2.clone());
                changes.push(Change::UpdateSummary {
                    id: RecordId(id),
                    summary: SecretBytes::copy_of(summary),
                });
            }
            Step::Update(at, summary, body) => {
                let Some(id) = id_at(model, at) else { continue };
                let record = model.get_mut(&id).unwrap();
                *record = (record.0 + 1, summary.clone(), body.clone());
                changes.push(Change::Update {
                    id: RecordId(id),
                    summary: SecretBytes::copy_of(summary),
                    body: SecretBytes::copy_of(body),
                });
            }
            Step::Remove(at) => {
                let Some(id) = id_at(model, at) else { continue };
                model.remove(&id);
                changes.push(Change::Remove { id: RecordId(id) });
            }
        }
    }
    changes
}

fn content_of(vault: &UnlockedVault) -> Model {
    let summaries = vault.summaries().unwrap();
    summaries
        .iter()
        .map(|record| {
            let body = vault.body(record.id).unwrap().expose().to_vec();
            let summary = record.summary.expose().to_vec();
            (record.id.value(), (record.revision, summary, body))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_vault_holds_what_a_map_holds(
        commits in prop::collection::vec(prop::collection::vec(step(), 1..5), 1..8),
        reopened_after in prop::collection::vec(any::<bool>(), 8),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        let mut vault = new_vault(&path);
        let mut model = Model::new();
        let mut last = 0;
        let mut generation = 1;
        for (steps, again) in commits.iter().zip(reopened_after) {
            let first_new = last + 1;
            let changes = changes_of(steps, &mut model, &mut last);
            generation += u64::from(!changes.is_empty());
            let ids: Vec<i64> = vault.commit(changes).unwrap().into_iter().map(RecordId::value).collect();
            prop_assert_eq!(ids, (first_new..=last).collect::<Vec<i64>>());
            prop_assert_eq!(vault.generation(), generation);
            if again {
                drop(vault);
                vault = reopen(&path).unwrap();
                prop_assert_eq!(vault.generation(), generation);
            }
            prop_assert_eq!(&content_of(&vault), &model);
        }
        let report = vault.check().unwrap();
        prop_assert_eq!(report.verdict, Verdict::Intact);
        prop_assert_eq!(report.records, model.len() as u64);
        drop(vault);
        prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn a_commit_that_fails_midway_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault = new_vault(&path);
    vault
        .commit(vec![insert(b"one", b"1"), insert(b"two", b"2")])
        .unwrap();
    let before = content_of(&vault);
    let generation = vault.generation();
    let missing = RecordId(99);
    let outcome = vault.commit(vec![
        insert(b"three", b"3"),
        Change::Remove { id: RecordId(1) },
        Change::UpdateSummary {
            id: RecordId(2),
            summary: SecretBytes::copy_of(b"changed"),
        },
        Change::Remove { id: missing },
    ]);
    assert!(matches!(outcome, Err(CommitError::NotFound(id)) if id == missing));
    assert_eq!(content_of(&vault), before);
    assert_eq!(vault.generation(), generation);
    drop(vault);
    let mut vault = reopen(&path).unwrap();
    assert_eq!(content_of(&vault), before);
    // removed ids are not given again, not even the last one, not even after a reopening
    vault
        .commit(vec![Change::Remove { id: RecordId(2) }])
        .unwrap();
    drop(vault);
    let mut vault = reopen(&path).unwrap();
    assert_eq!(vault.commit(vec![insert(b"", b"")]).unwrap(), [RecordId(3)]);
}

#[test]
fn a_full_disk_is_told_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut vault = new_vault(&path);
    vault.commit(vec![insert(b"one", b"1")]).unwrap();
    let before = content_of(&vault);
    let connection = vault.inner.store.connection();
    let limit: i64 = connection
        .query_row("PRAGMA max_page_count = 12", [], |row| row.get(0))
        .unwrap();
    assert_eq!(limit, 12);
    let outcome = vault.commit(vec![insert(b"two", &[7; 200_000])]);
    assert!(matches!(outcome, Err(CommitError::Full)));
    assert_eq!(content_of(&vault), before);
    assert_eq!(vault.check().unwrap().verdict, Verdict::Intact);
    vault.commit(vec![insert(b"two", b"small")]).unwrap();
    drop(vault);
    assert_eq!(reopen(&path).unwrap().record_count(), 2);
}

#[test]
fn what_is_too_large_is_refused_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = new_vault(&folder.path().join("vault"));
    for (summary, body, limit) in [
        (
            crate::SUMMARY_LIMIT_BYTES + 1,
            0,
            crate::SUMMARY_LIMIT_BYTES,
        ),
        (0, crate::BODY_LIMIT_BYTES + 1, crate::BODY_LIMIT_BYTES),
    ] {
        let outcome = vault.commit(vec![insert(&vec![0; summary], &vec![0; body])]);
        assert!(
            matches!(outcome, Err(CommitError::TooLarge { limit_bytes }) if limit_bytes == limit)
        );
    }
    let summary = vec![1; crate::SUMMARY_LIMIT_BYTES];
    let body = vec![2; crate::BODY_LIMIT_BYTES];
    let ids = vault.commit(vec![insert(&summary, &body)]).unwrap();
    assert_eq!(vault.body(ids[0]).unwrap().expose(), body);
    assert_eq!(vault.summaries().unwrap()[0].summary.expose(), summary);
}
