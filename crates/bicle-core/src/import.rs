//! Import: what is it, is it here already, whose key is it, whose issuer — one report.

use std::io::Read;
use std::path::Path;

use bicle_pki::read::{self, LooksLike, MAX_AGREED_ITERATIONS, Problem, ReadOptions, Reading};
use bicle_platform::file::{self, FileError};
use bicle_platform::secret::{SecretBytes, SecretText};

use crate::command::{ImportRequest, Outcome, Source};
use crate::fault::Fault;
use crate::gathering::{Gathering, Origin};
use crate::id::ItemId;
use crate::open_vault::OpenVault;
use crate::phrase::Phrase;
use crate::progress::Progress;
use crate::{import_report, import_xca, lists, new_item, refusal};

/// So large a file is read: 64 MiB hold fifty thousand certificates; a key file has some kilobytes.
pub(crate) const FILE_LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// So many files come in at once: more is a mistaken drop of a whole folder.
const FILES_LIMIT: usize = 10_000;

/// How a key of PuTTY begins (version 2 and 3 alike).
const PUTTY_KEY: &[u8] = b"PuTTY-User-Key-File-";

/// Reads all sources, brings in what is new in one transaction, tells what came of each thing.
pub(crate) fn import(
    open: &mut OpenVault,
    asked: &ImportRequest,
    progress: &Progress,
) -> Result<Outcome, Fault> {
    if asked.sources.is_empty() {
        return Err(refusal::refused("error-import-nothing"));
    }
    if asked.sources.len() > FILES_LIMIT {
        let limit = i64::try_from(FILES_LIMIT).unwrap_or(i64::MAX);
        return Err(Fault::refused(
            Phrase::new("error-too-many-files").number("limit", limit),
        ));
    }
    let mut gathering = Gathering::new(open)?;
    for (index, source) in asked.sources.iter().enumerate() {
        progress.go_on()?;
        read_source(open, &mut gathering, (index, source), asked, progress)?;
    }
    progress.go_on()?;
    progress.tell(Phrase::new("progress-checking"));
    if asked.dry_run {
        let mut report = gathering.report;
        report.dry_run = true;
        return Ok(Outcome::Imported(report));
    }
    progress.tell(Phrase::new("progress-saving"));
    let mut report = gathering.save(open)?;
    // a cache: what is not kept now is learned again at the next unlock
    let _unkept = open.keep_learned();
    let says = |id: ItemId| {
        let content = lists::list(open.records.get(&id.record)?)?;
        let learned = open.signers.lists();
        content.decides.then(|| learned.said(id.record, content))
    };
    import_report::conclude(&mut report, &open.model(), says);
    Ok(Outcome::Imported(report))
}

/// Reads one source; what is wrong with it stands in the report.
fn read_source(
    open: &OpenVault,
    gathering: &mut Gathering,
    (index, source): (usize, &Source),
    asked: &ImportRequest,
    progress: &Progress,
) -> Result<(), Fault> {
    let loaded;
    let (name, bytes) = match source {
        Source::File(path) => {
            let name = path.display().to_string();
            progress.tell(Phrase::new("progress-reading-file").text("file", name.clone()));
            match load(path) {
                Ok(bytes) => loaded = bytes,
                Err(error) => {
                    let reason = refusal::from_reading(&error).phrase;
                    gathering.refuse(&name, reason);
                    return Ok(());
                }
            }
            (name, &loaded)
        }
        Source::Bytes { name, bytes } => (name.clone(), bytes),
    };
    let stem = Path::new(&name).file_stem();
    let stem = stem.map(|stem| stem.to_string_lossy().into_owned());
    let stem = stem.unwrap_or_else(|| name.clone());
    let origin = Origin {
        file: &name,
        stem: &stem,
        index,
    };
    let passwords: Vec<&SecretText> = asked.passwords.iter().collect();
    if import_xca::is_of_xca(bytes.expose()) {
        let bytes = bytes.expose();
        return import_xca::read(open, gathering, bytes, &passwords, &origin, progress);
    }
    let options = ReadOptions {
        passwords: &passwords,
        max_iterations: asked.max_iterations,
        cancelled: progress.cancelled(),
    };
    let reading = read::read_with(bytes.expose(), &options);
    progress.go_on()?;
    take_reading(open, gathering, reading, bytes.expose(), &origin);
    Ok(())
}

fn take_reading(
    open: &OpenVault,
    gathering: &mut Gathering,
    reading: Reading,
    bytes: &[u8],
    origin: &Origin<'_>,
) {
    let first = gathering.report.items.len();
    gathering.take(open, reading.found, origin);
    let doubts = [
        (reading.without_mac, "notice-no-mac"),
        (reading.integrity_not_checked, "notice-not-checked"),
    ];
    for (_, notice) in doubts.into_iter().filter(|(doubt, _)| *doubt) {
        for item in gathering.report.items.iter_mut().skip(first) {
            item.notices.push(Phrase::new(notice));
        }
    }
    for problem in &reading.problems {
        let (reason, wants_password) = match problem {
            Problem::NotRecognised {
                looks_like: LooksLike::Text,
            } if bytes.starts_with(PUTTY_KEY) => {
                let reason = Phrase::new("import-not-recognised");
                (reason.word("looks-like", "looks-like-putty"), false)
            }
            _ => import_report::problem(problem),
        };
        gathering.refuse(origin.file, reason);
        if let Some(line) = gathering.report.items.last_mut() {
            line.kind = import_report::kind_of(problem);
            if let Problem::OwnPassword { name } = problem {
                line.name = new_item::found_name(name, origin.stem);
            }
        }
        if wants_password {
            gathering.ask_password(origin);
        }
        if let Problem::TooManyIterations { asked, .. } = problem
            && *asked <= MAX_AGREED_ITERATIONS
        {
            gathering.ask_iterations(origin, *asked);
        }
    }
}

/// Reads a file within the limit, which is higher for a database of XCA: it holds all that an
/// authority ever issued.
fn load(path: &Path) -> Result<SecretBytes, FileError> {
    let read = file::read_bounded(path, FILE_LIMIT_BYTES);
    if matches!(read, Err(FileError::TooLarge { .. })) && begins_as_database(path) {
        let limit = u64::try_from(bicle_xca::MAX_BYTES).unwrap_or(u64::MAX);
        return file::read_bounded(path, limit);
    }
    read
}

fn begins_as_database(path: &Path) -> bool {
    let mut head = [0; 16];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && bicle_xca::is_database(&head)
}
