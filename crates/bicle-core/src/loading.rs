//! Every summary of a vault, opened and read on all cores; at the unlock, while the file is read and verified.

use std::path::Path;
use std::sync::Arc;

use bicle_vault::{
    KeyedVault, LockedVault, ReadError, RecordId, RecoveryKey, SealedSummaries, SummaryOpener,
    UnlockError, UnlockedVault,
};

use crate::command::UnlockWith;
use crate::cores;
use crate::fault::Fault;
use crate::record::{Records, Summary};
use crate::refusal;

/// So many summaries are opened as one piece of work, in less than a millisecond. Sealed they are less than the 128 KiB
/// from which on the window's heap maps a block by itself.
const PIECE: usize = 128;

/// Why a piece did not load.
enum Unread {
    Vault(ReadError),
    /// A summary is not what this program writes.
    Summary,
}

/// Unlocks a vault and opens all its summaries, in one reading of the file.
///
/// # Errors
/// What was given does not open it, it is damaged or altered, or a summary is not what this program writes.
pub(crate) fn unlock(
    locked: LockedVault,
    path: &Path,
    with: &UnlockWith,
) -> Result<(UnlockedVault, Records), Fault> {
    let by_recovery_key = matches!(with, UnlockWith::RecoveryKey(_));
    let refused = |error: &UnlockError| refusal::from_unlock(path, error, by_recovery_key);
    let keyed = derive(locked, with)?.map_err(|error| refused(&error))?;
    let (content, records) = spread(&keyed.summary_opener(), |give| keyed.read(PIECE, give));
    // first what the vault as a whole is: a summary that does not open may be a consequence
    let content = content.map_err(|error| refused(&error))?;
    let records = records?;
    let vault = keyed.unlocked(content);
    let vault = vault.map_err(|(error, _locked)| refused(&error))?;
    Ok((vault, records))
}

/// Finds the key of a vault: the inner error is the vault's.
///
/// # Errors
/// The text is no recovery key.
pub(crate) fn derive(
    locked: LockedVault,
    with: &UnlockWith,
) -> Result<Result<KeyedVault, UnlockError>, Fault> {
    let keyed = match with {
        UnlockWith::Password(password) => locked.derive(password),
        UnlockWith::RecoveryKey(text) => {
            let key = RecoveryKey::parse(text)
                .map_err(|_| refusal::refused("error-recovery-key-malformed"))?;
            locked.derive_by_recovery_key(&key)
        }
    };
    Ok(keyed.map_err(|(error, _locked)| error))
}

/// The summaries of a vault that is unlocked already.
///
/// # Errors
/// The file cannot be read, or a summary is not what this program writes.
pub(crate) fn records(vault: &UnlockedVault) -> Result<Records, Fault> {
    let (read, records) = spread(&vault.summary_opener(), |give| {
        vault.sealed_summaries(PIECE, give)
    });
    read.map_err(|error| refusal::from_read(&error))?;
    records
}

/// Opens on all cores what `feed` hands out; gives what `feed` gave, and the summaries.
fn spread<O>(
    opener: &SummaryOpener<'_>,
    feed: impl FnOnce(&mut dyn FnMut(SealedSummaries)) -> O,
) -> (O, Result<Records, Fault>) {
    let open = |sealed: SealedSummaries| -> Result<Vec<(RecordId, Arc<Summary>)>, Unread> {
        let mut opened = Vec::with_capacity(sealed.len());
        let mut is_read = true;
        opener
            .open(&sealed, |id, summary| match Summary::from_json(summary) {
                Ok(summary) => opened.push((id, Arc::new(summary))),
                Err(_) => is_read = false,
            })
            .map_err(Unread::Vault)?;
        is_read.then_some(opened).ok_or(Unread::Summary)
    };
    let (mut records, mut unread) = (Vec::new(), None);
    let fed = cores::on_all_as_done(open, feed, |_, piece| match piece {
        Ok(opened) => records.extend(opened),
        Err(found) => unread = Some(found),
    });
    let records = match unread {
        None => Ok(records.into_iter().collect()),
        Some(Unread::Vault(error)) => Err(refusal::from_read(&error)),
        Some(Unread::Summary) => Err(refusal::unreadable_record()),
    };
    (fed, records)
}
