//! Every summary of a vault, opened and read on all cores.

use std::sync::Arc;

use bicle_vault::{ReadError, RecordId, SealedSummaries, UnlockedVault};

use crate::cores;
use crate::fault::Fault;
use crate::record::{Records, Summary};
use crate::refusal;

/// So many summaries are opened as one piece of work: some hundred microseconds.
const PIECE: usize = 256;

/// Why a piece did not load.
enum Unread {
    Vault(ReadError),
    /// A summary is not what this program writes.
    Summary,
}

/// The summaries of a vault.
///
/// # Errors
/// The file cannot be read, or a summary is not what this program writes.
pub(crate) fn records(vault: &UnlockedVault) -> Result<Records, Fault> {
    let opener = vault.summary_opener();
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
    let (scanned, pieces) = cores::on_all(open, |give| vault.sealed_summaries(PIECE, give));
    scanned.map_err(|error| refusal::from_read(&error))?;
    let mut records = Vec::with_capacity(vault.record_count());
    for piece in pieces {
        records.extend(piece.map_err(|unread| match unread {
            Unread::Vault(error) => refusal::from_read(&error),
            Unread::Summary => refusal::unreadable_record(),
        })?);
    }
    Ok(records.into_iter().collect())
}
