//! A vault whose key is known and whose content is still to be read: what unlocking reads once, it verifies and
//! hands on in the same go.

use crate::VaultId;
use crate::content::Content;
use crate::error::{Fault, UnlockError};
use crate::keys::Keys;
use crate::locked::{Locked, LockedVault};
use crate::migrate::migrate;
use crate::summaries::{self, SealedSummaries, SummaryOpener};
use crate::unlocked::UnlockedVault;

/// A vault between its locked and its unlocked state: what was given opens its slot, and nothing of what it holds is
/// verified yet.
pub struct KeyedVault {
    inner: Box<Locked>,
    keys: Keys,
}

/// The content of one [`KeyedVault`], as its sealed state vouches for it.
pub struct VerifiedContent {
    content: Content,
    of: VaultId,
}

impl KeyedVault {
    pub(crate) fn new(inner: Box<Locked>, keys: Keys) -> KeyedVault {
        KeyedVault { inner, keys }
    }

    /// What opens the groups that [`KeyedVault::read`] hands on.
    #[must_use]
    pub fn summary_opener(&self) -> SummaryOpener<'_> {
        SummaryOpener::new(self.inner.id, &self.keys)
    }

    /// Verifies the whole set of records against the sealed state, and hands all summaries to `take` on the way, in
    /// groups of `group` at most, by rising id. What was handed on is worth nothing when this fails: each summary that
    /// opens is one of this vault, but not therefore of today.
    ///
    /// # Errors
    /// [`UnlockError`].
    pub fn read(
        &self,
        group: usize,
        take: impl FnMut(SealedSummaries),
    ) -> Result<VerifiedContent, UnlockError> {
        let content = summaries::read(&self.inner, &self.keys, group, take)?;
        Ok(VerifiedContent {
            content,
            of: self.inner.id,
        })
    }

    /// The vault, unlocked, with what [`KeyedVault::read`] gave. A vault of an older format becomes one of the newest.
    ///
    /// # Errors
    /// [`UnlockError`], with the vault as it was.
    pub fn unlocked(
        self,
        content: VerifiedContent,
    ) -> Result<UnlockedVault, (UnlockError, LockedVault)> {
        if content.of != self.inner.id {
            let fault = Fault::Altered("content of another vault");
            return Err((fault.into(), LockedVault::from_inner(self.inner)));
        }
        match migrate(self.inner, &self.keys, content.content) {
            Ok((inner, content)) => Ok(UnlockedVault::new(inner, self.keys, content)),
            Err((fault, inner)) => Err((fault.into(), LockedVault::from_inner(inner))),
        }
    }

    /// Reads, verifies and unlocks; no summary is handed on.
    ///
    /// # Errors
    /// [`UnlockError`], with the vault as it was.
    pub fn unlock(self) -> Result<UnlockedVault, (UnlockError, LockedVault)> {
        match Content::load(&self.inner, &self.keys) {
            Ok(content) => {
                let of = self.inner.id;
                self.unlocked(VerifiedContent { content, of })
            }
            Err(fault) => Err((fault.into(), LockedVault::from_inner(self.inner))),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::testing::{keyed, new_vault};

    #[test]
    fn the_content_of_another_vault_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        drop(new_vault(&path));
        let vault = keyed(&path);
        let mut content = vault.read(1, drop).unwrap();
        content.of = VaultId::from_bytes([1; 16]);
        let refused = vault.unlocked(content);
        assert!(matches!(refused, Err((UnlockError::Altered { .. }, _))));
    }
}
