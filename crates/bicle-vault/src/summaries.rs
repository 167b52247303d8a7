//! All summaries at once: read from the file in one scan, opened in groups, on whatever thread.

use zeroize::Zeroizing;

use crate::content::{self, Content};
use crate::error::{Fault, ReadError};
use crate::keys::Keys;
use crate::locked::Locked;
use crate::{RecordId, UnlockedVault, VaultId};

/// A group ends when it has so many bytes: what is handed on before all is verified stays small, whatever the file holds.
/// With the last summary that an ordinary vault has it is below 128 KiB.
const GROUP_BYTES: usize = 112 * 1024;

/// Summaries as they stand in the file, sealed. That they are those that the sealed state vouches for is known when all
/// were read.
#[derive(Default)]
pub struct SealedSummaries {
    bytes: Vec<u8>,
    rows: Vec<SealedRow>,
}

struct SealedRow {
    id: i64,
    revision: u64,
    /// Where in the bytes it ends, and the next one begins.
    end: usize,
}

/// Opens summaries; may be used by several threads at once.
pub struct SummaryOpener<'vault> {
    id: VaultId,
    keys: &'vault Keys,
}

impl SealedSummaries {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn push(&mut self, id: i64, revision: u64, sealed: &[u8]) {
        self.bytes.extend_from_slice(sealed);
        self.rows.push(SealedRow {
            id,
            revision,
            end: self.bytes.len(),
        });
    }
}

impl<'vault> SummaryOpener<'vault> {
    pub(crate) fn new(id: VaultId, keys: &'vault Keys) -> SummaryOpener<'vault> {
        SummaryOpener { id, keys }
    }

    /// Opens each summary of a group and hands it to `take`, by rising id. The bytes are wiped after.
    ///
    /// # Errors
    /// [`ReadError`] of the first that does not open.
    pub fn open(
        &self,
        sealed: &SealedSummaries,
        mut take: impl FnMut(RecordId, &[u8]),
    ) -> Result<(), ReadError> {
        let mut room = Zeroizing::new(Vec::new());
        let mut start = 0;
        for row in &sealed.rows {
            let bytes = sealed.bytes.get(start..row.end).unwrap_or_default();
            start = row.end;
            let summary = content::open_summary_in(
                self.id,
                self.keys,
                row.id,
                row.revision,
                bytes,
                &mut room,
            )?;
            take(RecordId(row.id), summary);
        }
        Ok(())
    }
}

impl UnlockedVault {
    /// What opens the groups of [`UnlockedVault::sealed_summaries`].
    #[must_use]
    pub fn summary_opener(&self) -> SummaryOpener<'_> {
        SummaryOpener::new(self.inner.id, &self.keys)
    }

    /// Verifies the set of records anew, and hands all summaries to `take` on the way, in groups of `group` at most, by
    /// rising id. Not for a rescue, where one broken row would hide the others: [`UnlockedVault::summaries`] leaves out
    /// what does not open.
    ///
    /// # Errors
    /// [`ReadError`]: the file is not what the sealed state vouches for.
    pub fn sealed_summaries(
        &self,
        group: usize,
        take: impl FnMut(SealedSummaries),
    ) -> Result<(), ReadError> {
        let found = read(&self.inner, &self.keys, group, take)?;
        if found.sealed_state == self.content.sealed_state {
            Ok(())
        } else {
            Err(Fault::Altered("vault state").into())
        }
    }
}

/// Reads and verifies the content, and hands all summaries on the way to `take`, in groups of `group` at most.
pub(crate) fn read(
    locked: &Locked,
    keys: &Keys,
    group: usize,
    mut take: impl FnMut(SealedSummaries),
) -> Result<Content, Fault> {
    let mut sealed = SealedSummaries::default();
    let content = Content::load_seeing(locked, keys, |id, revision, summary| {
        sealed.push(id, revision, summary);
        if sealed.len() >= group || sealed.bytes.len() >= GROUP_BYTES {
            let room = sealed.bytes.len().min(GROUP_BYTES);
            take(std::mem::take(&mut sealed));
            sealed.bytes.reserve(room);
            sealed.rows.reserve(group);
        }
    })?;
    if !sealed.is_empty() {
        take(sealed);
    }
    // the pages that were read are not asked for again
    locked.store.release_memory();
    Ok(content)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::UnlockError;
    use crate::format_v1::{SEALED_SUMMARY_LIMIT_BYTES, SUMMARY_LIMIT_BYTES};
    use crate::testing::{insert, keyed, new_vault};

    /// Sizes of the groups, and what was opened of them.
    type Opened = (Vec<usize>, Vec<(i64, Vec<u8>)>);

    fn all(vault: &UnlockedVault, group: usize) -> Result<Opened, ReadError> {
        let mut groups = Vec::new();
        vault.sealed_summaries(group, |sealed| groups.push(sealed))?;
        let opener = vault.summary_opener();
        let mut opened = Vec::new();
        for sealed in &groups {
            assert!(!sealed.is_empty());
            opener.open(sealed, |id, summary| {
                opened.push((id.value(), summary.to_vec()))
            })?;
        }
        Ok((groups.iter().map(SealedSummaries::len).collect(), opened))
    }

    #[test]
    fn groups_open_to_what_each_summary_says() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = new_vault(&folder.path().join("vault"));
        assert_eq!(all(&vault, 2).unwrap(), (Vec::new(), Vec::new()));
        let texts: Vec<Vec<u8>> = (1..=5_u8).map(|number| vec![number; 40]).collect();
        let records = texts.iter().map(|text| insert(text, b"body")).collect();
        vault.commit(records).unwrap();
        let expected: Vec<(i64, Vec<u8>)> = (1..).zip(texts).collect();
        assert_eq!(all(&vault, 2).unwrap(), (vec![2, 2, 1], expected.clone()));
        assert_eq!(all(&vault, 5).unwrap(), (vec![5], expected.clone()));
        assert_eq!(all(&vault, 9).unwrap(), (vec![5], expected));
    }

    #[test]
    fn what_the_state_does_not_vouch_for_is_refused() {
        for sql in [
            "DELETE FROM record WHERE id = 3",
            "DELETE FROM record WHERE id = 1",
            "UPDATE record SET revision = 2 WHERE id = 2",
            "UPDATE record SET id = 9 WHERE id = 2",
            "UPDATE record SET summary = (SELECT summary FROM record WHERE id = 1) WHERE id = 2",
            "INSERT INTO record SELECT 9, revision, summary, body_revision, body_tag FROM record WHERE id = 1",
        ] {
            let folder = tempfile::tempdir().unwrap();
            let mut vault = new_vault(&folder.path().join("vault"));
            let records = [b"one", b"two", b"six"];
            let records = records.map(|text| insert(text, b"body")).into();
            vault.commit(records).unwrap();
            vault.inner.store.connection().execute_batch(sql).unwrap();
            for group in [1, 10] {
                let found = vault.sealed_summaries(group, drop);
                assert!(matches!(found, Err(ReadError::Altered { .. })), "{sql}");
            }
            let path = vault.path().to_path_buf();
            drop(vault);
            let found = keyed(&path).read(1, drop);
            assert!(matches!(found, Err(UnlockError::Altered { .. })), "{sql}");
        }
    }

    #[test]
    fn one_reading_verifies_unlocks_and_hands_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        let mut vault = new_vault(&path);
        let records = [b"one", b"two", b"six"];
        let records = records.map(|text| insert(text, b"body")).into();
        vault.commit(records).unwrap();
        drop(vault);
        let keyed = keyed(&path);
        let mut groups = Vec::new();
        let content = keyed.read(2, |sealed| groups.push(sealed)).unwrap();
        let mut opened = Vec::new();
        for sealed in &groups {
            let take = |id: RecordId, summary: &[u8]| opened.push((id, summary.to_vec()));
            keyed.summary_opener().open(sealed, take).unwrap();
        }
        let vault = keyed.unlocked(content).unwrap();
        let summaries = vault.summaries().unwrap();
        let expected = summaries
            .iter()
            .map(|found| (found.id, found.summary.expose().to_vec()));
        assert!(opened.into_iter().eq(expected));
        assert_eq!(groups.len(), 2);
        assert_eq!(vault.body(RecordId(2)).unwrap().expose(), b"body");
    }

    #[test]
    fn a_group_of_long_summaries_ends_early() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = new_vault(&folder.path().join("vault"));
        let long = vec![7; 80 * 1024];
        let records = (0..3).map(|_| insert(&long, b"body")).collect();
        vault.commit(records).unwrap();
        let (groups, opened) = all(&vault, 10).unwrap();
        assert_eq!((groups, opened.len()), (vec![2, 1], 3));
    }

    #[test]
    fn a_summary_longer_than_any_is_refused_before_it_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        let mut vault = new_vault(&path);
        vault
            .commit(vec![insert(&vec![7; SUMMARY_LIMIT_BYTES], b"body")])
            .unwrap();
        assert_eq!(all(&vault, 1).unwrap().0, [1]);
        let sql = format!(
            "UPDATE record SET summary = zeroblob({})",
            SEALED_SUMMARY_LIMIT_BYTES + 1
        );
        vault.inner.store.connection().execute_batch(&sql).unwrap();
        drop(vault);
        let mut taken = 0;
        let found = keyed(&path).read(1, |_| taken += 1);
        assert!(matches!(found, Err(UnlockError::Damaged { .. })));
        assert_eq!(taken, 0);
    }

    #[test]
    fn a_reading_of_another_state_than_the_open_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        let mut vault = new_vault(&path);
        let before = vault.inner.store.state().unwrap();
        vault.commit(vec![insert(b"one", b"body")]).unwrap();
        vault.inner.store.put_state(&before).unwrap();
        vault
            .inner
            .store
            .connection()
            .execute_batch("DELETE FROM record")
            .unwrap();
        let found = vault.sealed_summaries(1, drop);
        assert!(matches!(found, Err(ReadError::Altered { .. })));
    }

    #[test]
    fn a_summary_in_another_place_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = new_vault(&folder.path().join("vault"));
        vault.commit(vec![insert(b"one", b"body")]).unwrap();
        let mut groups = Vec::new();
        vault
            .sealed_summaries(10, |sealed| groups.push(sealed))
            .unwrap();
        for sealed in &mut groups {
            for row in &mut sealed.rows {
                row.id += 1;
            }
            let opened = vault.summary_opener().open(sealed, |_, _| {});
            assert!(matches!(opened, Err(ReadError::Altered { .. })));
        }
    }
}
