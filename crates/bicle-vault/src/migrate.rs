//! An older format becomes the newest at the unlock, when the keys are known: on a copy, checked, swapped in by one
//! rename.
//!
//! The old file stays beside, under a name of its own, before the new one takes its place and after: there is no
//! moment without a whole vault under the vault's name, a fault that only shows later can be taken back, and an
//! earlier release still has a file that it opens. It is a second name of the same file (a hard link), so that keeping
//! it writes nothing; where there are no links, a copy. Nobody but the user removes it.

use std::io;
use std::path::{Path, PathBuf};

use bicle_platform::file::{Existing, FileError, Staged};

use crate::RecordId;
use crate::check::{Verdict, check};
use crate::claim::is_at;
use crate::connection::StrayJournal;
use crate::content::{Content, open_body, open_summary};
use crate::error::{Fault, OpenError};
use crate::formats::Formats;
use crate::keys::Keys;
use crate::locked::Locked;
use crate::store::{Opening, Store};

/// How many names are tried for the old file: a vault that was put back and upgraded so often has other troubles.
const KEPT_NAMES: u32 = 9;

/// Makes `old`, whose content was loaded and verified, one of the newest format. What was opened read-only is
/// migrated in memory. On a fault the vault is as it was.
pub(crate) fn migrate(
    mut old: Box<Locked>,
    keys: &Keys,
    content: Content,
) -> Result<(Box<Locked>, Content), (Fault, Box<Locked>)> {
    if old.store.is_newest() {
        return Ok((old, content));
    }
    let migrated = if old.store.is_read_only() {
        in_memory(&mut old, keys).map(|content| (None, content))
    } else {
        on_disk(&mut old, keys, &content).map(|(new, content)| (Some(Box::new(new)), content))
    };
    match migrated {
        Ok((new, content)) => Ok((new.unwrap_or(old), content)),
        Err(fault) => Err((fault, old)),
    }
}

fn on_disk(old: &mut Locked, keys: &Keys, content: &Content) -> Result<(Locked, Content), Fault> {
    let formats = old.store.formats();
    let (step, number) = (formats.step, old.store.format().number);
    let path = old.store.path().to_path_buf();
    let real = old.store.real_path().to_path_buf();
    let open = |at: &Path| Locked::open_of(at, Opening::Quiet, formats).map_err(of_opening);

    step();
    let staged = Staged::private(&real, b"").map_err(of_file)?;
    let _journal = StrayJournal::of(staged.temporary_path());
    step();
    old.store.copy_to(staged.temporary_path())?;
    step();
    for from in number..formats.newest() {
        let mut copy = open(staged.temporary_path())?;
        let before = Content::load(&copy, keys)?;
        if from == number && before.state != content.state {
            return Err(Fault::Altered("the copy"));
        }
        rewrite(&mut copy, keys, &before)?;
        step();
    }
    let mut copy = open(staged.temporary_path())?;
    let new = Content::load(&copy, keys)?;
    verify(old, content, &copy, &new, keys)?;
    step();
    // the new file's lock is there before its name is: nobody comes in between
    copy.store.detach()?;
    let held = copy.store.take_held();
    drop(copy);
    step();
    keep(&real, number, &old.store, formats)?;
    step();
    // with its connection the old file's journal goes, whose name is the new file's too
    old.store.detach()?;
    step();
    if let Err(error) = (formats.swap)(staged)
        && old.store.has_its_name()
    {
        old.store.attach()?;
        return Err(of_file(error));
    }
    // What fails after the rename (the folder is not forced to the disk) takes nothing back: by its name the old
    // file is not to be had any more. Each of the two is whole, whichever a power cut leaves there.
    step();
    let store = Store::reopen_held(&path, &real, held, &mut old.store).map_err(of_opening)?;
    let new = Locked::of_store(store).map_err(of_opening)?;
    let content = Content::load(&new, keys)?;
    Ok((new, content))
}

fn in_memory(locked: &mut Locked, keys: &Keys) -> Result<Content, Fault> {
    let formats = locked.store.formats();
    for _ in locked.store.format().number..formats.newest() {
        let before = Content::load(locked, keys)?;
        rewrite(locked, keys, &before)?;
    }
    locked.store.forbid_writing()?;
    locked.slots = locked.store.slots()?;
    Content::load(locked, keys)
}

/// One format further, in one transaction.
fn rewrite(copy: &mut Locked, keys: &Keys, before: &Content) -> Result<(), Fault> {
    let formats = copy.store.formats();
    let from = copy.store.format().number;
    let next = formats
        .of(from.saturating_add(1))
        .ok_or(Fault::Damaged("no way to the newest format"))?;
    let migration = formats.migration_from(from)?;
    copy.store.in_one_transaction(|| {
        (migration.rewrite)(copy, keys, before, formats.step)?;
        copy.store.put_format_number(next.number)?;
        (formats.step)();
        Ok(())
    })?;
    copy.store.set_format(next);
    Ok(())
}

/// The new file has no fault, and every record in it says what it said.
fn verify(
    old: &Locked,
    old_content: &Content,
    new: &Locked,
    new_content: &Content,
    keys: &Keys,
) -> Result<(), Fault> {
    let differs = Fault::Altered("the migrated copy");
    let (was, is) = (&old_content.state, &new_content.state);
    if !new.store.is_newest()
        || new.id != old.id
        || is.created_unix != was.created_unix
        || is.last_record_id != was.last_record_id
        || is.generation < was.generation
        || !new_content.index.keys().eq(old_content.index.keys())
    {
        return Err(differs);
    }
    let report = check(new, keys, new_content, &Default::default(), false)
        .map_err(|_| Fault::Damaged("the migrated copy"))?;
    if report.verdict != Verdict::Intact {
        return Err(differs);
    }
    for (&id, was) in old_content.index.iter() {
        let is = new_content
            .index
            .get(&id)
            .ok_or(Fault::NotFound(RecordId(id)))?;
        let summary = |locked: &Locked, entry| {
            let row = locked.store.record(id)?;
            let row = row.ok_or(Fault::Altered("a record is missing"))?;
            open_summary(locked, keys, id, entry, &row.summary)
        };
        if summary(old, was)?.expose() != summary(new, is)?.expose()
            || open_body(old, keys, id, was)?.expose() != open_body(new, keys, id, is)?.expose()
        {
            return Err(differs);
        }
    }
    Ok(())
}

/// Gives the old file its second name. One that an interrupted migration left is taken again.
fn keep(real: &Path, number: u32, old: &Store, formats: &Formats) -> Result<(), Fault> {
    for attempt in 1..=KEPT_NAMES {
        let kept = kept_name(real, number, attempt);
        let linked = match (formats.link)(real, &kept) {
            // no links here: a copy
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                let staged = Staged::private(&kept, b"").map_err(of_file)?;
                old.copy_to(staged.temporary_path())?;
                match staged.publish(Existing::Refuse) {
                    Err(FileError::Exists { .. }) => continue,
                    done => return done.map_err(of_file),
                }
            }
            linked => linked,
        };
        if linked.is_ok()
            || old
                .file()
                .is_some_and(|file| is_at(&kept, file).unwrap_or(false))
        {
            return Ok(());
        }
    }
    Err(Fault::Io(io::ErrorKind::AlreadyExists.into()))
}

/// `NAME.format-1.bicle-copy`; from the second attempt on `NAME.format-1-2.bicle-copy`.
fn kept_name(real: &Path, number: u32, attempt: u32) -> PathBuf {
    let mut name = real.as_os_str().to_owned();
    name.push(match attempt {
        1 => format!(".format-{number}.bicle-copy"),
        _ => format!(".format-{number}-{attempt}.bicle-copy"),
    });
    PathBuf::from(name)
}

fn of_opening(error: OpenError) -> Fault {
    match error {
        OpenError::Damaged { what } => Fault::Damaged(what),
        OpenError::Io(error) => Fault::Io(error),
        other => Fault::Io(io::Error::other(other)),
    }
}

fn of_file(error: FileError) -> Fault {
    match error {
        FileError::Full { .. } => Fault::Full,
        FileError::ReadOnly { .. } | FileError::NotPermitted { .. } => Fault::ReadOnly,
        other => Fault::Io(io::Error::other(other)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)]
mod tests {
    use std::fs;

    use super::*;
    use crate::VaultId;
    use crate::format_v1::TABLES;
    use crate::formats::Format;
    use crate::testing::{insert, new_vault, reopen};

    static OLDER: Format = Format {
        number: 0,
        tables: &TABLES,
    };

    #[test]
    fn a_copy_that_differs_in_anything_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        let mut vault = new_vault(&path);
        vault.commit(vec![insert(b"one", b"body")]).unwrap();
        drop(vault);
        let copy = folder.path().join("copy");
        fs::write(&copy, fs::read(&path).unwrap()).unwrap();
        let was = reopen(&path).unwrap();
        type Change = fn(&mut Locked, &mut Content);
        let changes: [(bool, Change); 8] = [
            (true, |_, _| {}),
            (true, |_, is| is.state.generation += 1),
            (false, |_, is| is.state.generation -= 1),
            (false, |_, is| is.state.created_unix += 1),
            (false, |_, is| is.state.last_record_id += 1),
            (false, |_, is| is.index = Default::default()),
            (false, |new, _| new.id = VaultId::from_bytes([7; 16])),
            (false, |new, _| new.store.set_format(&OLDER)),
        ];
        for (number, (fits, change)) in changes.into_iter().enumerate() {
            let mut is = reopen(&copy).unwrap();
            change(&mut is.inner, &mut is.content);
            let found = verify(&was.inner, &was.content, &is.inner, &is.content, &was.keys);
            assert_eq!(found.is_ok(), fits, "{number}: {found:?}");
        }
    }
}
