//! All summaries at once: read from the file in one scan, opened in groups, on whatever thread.

use zeroize::Zeroizing;

use crate::content;
use crate::error::{Fault, ReadError};
use crate::keys::Keys;
use crate::seal::tag_of;
use crate::{RecordId, UnlockedVault, VaultId};

/// Summaries as they stand in the file, sealed; each is the one that the sealed state vouches for.
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

impl SummaryOpener<'_> {
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
        SummaryOpener {
            id: self.inner.id,
            keys: &self.keys,
        }
    }

    /// Hands all summaries to `take`, in groups of `group` at most, by rising id. Not for a rescue, where one
    /// broken row would hide the others: [`UnlockedVault::summaries`] leaves out what does not open.
    ///
    /// # Errors
    /// [`ReadError`]: the file is not what the sealed state vouches for.
    pub fn sealed_summaries(
        &self,
        group: usize,
        mut take: impl FnMut(SealedSummaries),
    ) -> Result<(), ReadError> {
        let mut sealed = SealedSummaries::default();
        let mut known = self.content.index.iter();
        let mut count = 0_usize;
        self.inner.store.each_record(|id, view| {
            let (_, entry) = known
                .next()
                .filter(|(known, entry)| **known == id && entry.revision == view.revision)
                .ok_or(Fault::Altered("set of records"))?;
            if tag_of(view.summary) != Ok(entry.summary_tag) {
                return Err(Fault::Altered("a summary"));
            }
            count += 1;
            sealed.push(id, view.revision, view.summary);
            if sealed.len() >= group {
                let room = sealed.bytes.len();
                take(std::mem::take(&mut sealed));
                sealed.bytes.reserve(room);
                sealed.rows.reserve(group);
            }
            Ok(())
        })?;
        if count != self.content.index.len() {
            return Err(Fault::Altered("set of records").into());
        }
        if !sealed.is_empty() {
            take(sealed);
        }
        // the pages that were read are not asked for again
        self.inner.store.release_memory();
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::testing::{insert, new_vault};

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
    fn what_the_state_does_not_vouch_for_is_handed_to_nobody() {
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
        }
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
