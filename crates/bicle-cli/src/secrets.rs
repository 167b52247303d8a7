//! Passwords: from a file, a pipe or standard input, else asked on the terminal, never from an argument.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use bicle_core::phrase::Phrase;
use bicle_core::strength::{Protects, strength};
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_text::{Id, Texts, id};
use clap::ArgMatches;
use zeroize::Zeroizing;

use crate::confirm;
use crate::failure::Failure;
use crate::session::Session;
use crate::words::{Reader, say};

/// Longest first line of a password file. A password is a sentence at most; a file that is longer is not one.
const PASSWORD_LIMIT_BYTES: usize = 4 * 1024;

/// Largest file of passwords to try at an import: some thousands of lines.
const PASSWORD_LIST_LIMIT_BYTES: usize = 256 * 1024;

/// Every option that names a file with a secret.
pub(crate) const SECRET_FILE_OPTIONS: [&str; 7] = [
    "password-file",
    "recovery-key-file",
    "new-password-file",
    "import-password-file",
    "key-password-file",
    "export-password-file",
    "challenge-password-file",
];

/// Refuses a command line on which two secrets would come from standard input: it can be read once.
///
/// # Errors
/// Wrong usage.
pub(crate) fn refuse_stdin_twice(matches: &ArgMatches) -> Result<(), Failure> {
    let mut users = Vec::new();
    for option in SECRET_FILE_OPTIONS {
        let Ok(Some(files)) = matches.try_get_many::<PathBuf>(option) else {
            continue;
        };
        users.extend(files.filter(|file| is_stdin(file)).map(|_| option));
    }
    match users.as_slice() {
        [first, second, ..] => Err(Failure::usage(
            Phrase::new("error-usage-stdin-twice")
                .text("first", format!("--{first}"))
                .text("second", format!("--{second}")),
        )),
        _ => Ok(()),
    }
}

/// The first line of the file, without its end of line.
///
/// It is read byte by byte and never sought: what follows stays for another reader of the same pipe.
///
/// # Errors
/// Wrong usage: no such file, too long, not UTF-8, empty.
pub(crate) fn first_line(file: &Path) -> Result<SecretText, Failure> {
    let mut line = read(file, PASSWORD_LIMIT_BYTES, Extent::FirstLine)?;
    if line.expose().starts_with(BYTE_ORDER_MARK) {
        line = SecretBytes::copy_of(
            line.expose()
                .get(BYTE_ORDER_MARK.len()..)
                .unwrap_or_default(),
        );
    }
    let text = as_text(line, file)?;
    if text.is_empty() {
        return Err(fault("error-password-file-empty", file));
    }
    Ok(text)
}

/// Every line of the file. An empty one is the empty password: some files are under it. What follows
/// the last line end is none.
///
/// # Errors
/// Wrong usage: no such file, too long, not UTF-8.
pub(crate) fn every_line(file: &Path) -> Result<Vec<SecretText>, Failure> {
    let text = as_text(read(file, PASSWORD_LIST_LIMIT_BYTES, Extent::Whole)?, file)?;
    let lines = text
        .expose()
        .trim_start_matches('\u{feff}')
        .split_terminator('\n');
    Ok(lines
        .map(|line| line.trim_end_matches('\r'))
        .map(SecretText::copy_of)
        .collect())
}

/// A secret that exists already: from the file, else asked on the terminal.
///
/// # Errors
/// As [`first_line`]; wrong usage where there is neither a file nor a terminal.
pub(crate) fn known(
    texts: Texts,
    file: Option<&Path>,
    option: &'static str,
    prompt: Id,
) -> Result<SecretText, Failure> {
    match file {
        Some(file) => first_line(file),
        None => ask(texts, option, prompt),
    }
}

/// A secret that is chosen now: from the file, else asked twice on the terminal.
///
/// # Errors
/// As [`known`]; a refusal where the two do not agree.
pub(crate) fn chosen(
    texts: Texts,
    file: Option<&Path>,
    option: &'static str,
    prompt: Id,
) -> Result<SecretText, Failure> {
    if let Some(file) = file {
        return first_line(file);
    }
    let first = ask(texts, option, prompt)?;
    let again = ask(texts, option, id::CLI_PROMPT_AGAIN)?;
    if !first.constant_time_eq(&again) {
        return Err(Failure::refused(Phrase::new("error-passwords-differ")));
    }
    Ok(first)
}

/// Tells on standard error what a weak password is worth. A person at the terminal (`asked`) is asked a second
/// time; whoever took it from a file has decided.
///
/// # Errors
/// A refusal where the person says no.
pub(crate) fn weigh(
    session: &Session,
    password: &SecretText,
    asked: bool,
    protects: Protects,
) -> Result<(), Failure> {
    let vault = session.vault_path.file_stem().unwrap_or_default();
    let vault = vault.to_string_lossy();
    let strength = strength(password.expose(), &[&vault], protects);
    if !strength.is_weak() {
        return Ok(());
    }
    let texts = session.texts;
    let time = say(texts, &strength.crack_time, Reader::Person);
    session.note(&texts.text_with(id::CLI_WEAK_PASSWORD, &[("time", (&time).into())]));
    if asked && !confirm::agrees(texts, &texts.text(id::CLI_WEAK_PASSWORD_QUESTION)) {
        return Err(Failure::refused(Phrase::new("error-cancelled")));
    }
    Ok(())
}

/// Whether a person can be asked.
pub(crate) fn has_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Asks on the terminal, without showing what is typed.
///
/// # Errors
/// Wrong usage where there is no terminal: `option` is what to give instead.
pub(crate) fn ask(texts: Texts, option: &'static str, prompt: Id) -> Result<SecretText, Failure> {
    let nobody =
        || Failure::usage(Phrase::new("error-no-terminal").text("option", format!("--{option}")));
    if !has_terminal() {
        return Err(nobody());
    }
    let typed = rpassword::prompt_password(texts.text(prompt) + " ").map_err(|_| nobody())?;
    Ok(SecretText::new(typed))
}

/// What a text file may begin with that is not text: the UTF-8 byte order mark of Windows editors.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    FirstLine,
    Whole,
}

fn is_stdin(file: &Path) -> bool {
    ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]
        .iter()
        .any(|name| file == Path::new(name))
}

fn fault(code: &'static str, file: &Path) -> Failure {
    Failure::usage(Phrase::new(code).text("path", file.display().to_string()))
}

fn as_text(bytes: SecretBytes, file: &Path) -> Result<SecretText, Failure> {
    bytes
        .into_text()
        .map_err(|_| fault("error-password-file-not-text", file))
}

fn read(file: &Path, limit_bytes: usize, extent: Extent) -> Result<SecretBytes, Failure> {
    let unreadable = |error: io::Error| {
        Failure::usage(
            Phrase::new("error-password-file-unreadable")
                .text("path", file.display().to_string())
                .text("cause", error.to_string()),
        )
    };
    let bytes = if file == Path::new("-") {
        collect(io::stdin().lock(), limit_bytes, extent)
    } else {
        File::open(file).and_then(|source| collect(source, limit_bytes, extent))
    };
    bytes
        .map_err(unreadable)?
        .ok_or_else(|| fault("error-password-file-too-long", file))
}

/// The bytes of the source; `None` where there are more than the limit.
fn collect(
    mut source: impl Read,
    limit_bytes: usize,
    extent: Extent,
) -> io::Result<Option<SecretBytes>> {
    // its room is taken at once, so that no copy is left behind by growing
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit_bytes));
    let mut byte = Zeroizing::new([0_u8; 1]);
    loop {
        match source.read(byte.as_mut_slice()) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        if extent == Extent::FirstLine && byte.first() == Some(&b'\n') {
            break;
        }
        if bytes.len() == limit_bytes {
            return Ok(None);
        }
        bytes.extend_from_slice(byte.as_slice());
    }
    while extent == Extent::FirstLine && bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    Ok(Some(SecretBytes::new(std::mem::take(&mut *bytes))))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::disallowed_methods)]
mod tests {
    use super::*;
    use crate::failure::Status;
    use std::io::Write;

    fn file(content: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        file
    }

    #[test]
    fn the_first_line_counts_without_its_end() {
        for content in [
            "sésame",
            "sésame\n",
            "sésame\r\n",
            "sésame\nother\n",
            "\u{feff}sésame\r\r\nx",
        ] {
            let file = file(content.as_bytes());
            assert_eq!(
                first_line(file.path()).unwrap().expose(),
                "sésame",
                "{content:?}"
            );
        }
        let spaced = file(b" two words \n");
        assert_eq!(first_line(spaced.path()).unwrap().expose(), " two words ");
    }

    #[test]
    fn what_is_no_password_is_wrong_usage() {
        let long = vec![b'x'; PASSWORD_LIMIT_BYTES + 1];
        for content in [&b""[..], b"\n", b"\r\nx", b"\xff\n", &long] {
            let file = file(content);
            assert_eq!(first_line(file.path()).err().unwrap().status, Status::Usage);
        }
        let failure = first_line(Path::new("/no/such/file")).err().unwrap();
        assert_eq!(failure.code(), "password-file-unreadable");
    }

    #[test]
    fn every_line_is_a_password_to_try() {
        let several = file("one\r\n\ntwo words\nthree".as_bytes());
        let passwords = every_line(several.path()).unwrap();
        let shown: Vec<&str> = passwords.iter().map(SecretText::expose).collect();
        assert_eq!(shown, ["one", "", "two words", "three"]);
        for (content, count) in [("\n", 1), ("", 0), ("one\n", 1)] {
            let file = file(content.as_bytes());
            assert_eq!(every_line(file.path()).unwrap().len(), count);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_is_read_up_to_its_first_line_and_no_further() {
        use std::os::fd::AsRawFd;
        let (mut reader, mut writer) = io::pipe().unwrap();
        // the writer stays open: a reader that waits for the end would wait forever
        writer.write_all(b"sesame\nrest").unwrap();
        let path = format!("/dev/fd/{}", reader.as_raw_fd());
        assert_eq!(first_line(Path::new(&path)).unwrap().expose(), "sesame");
        let mut rest = [0; 4];
        reader.read_exact(&mut rest).unwrap();
        assert_eq!(&rest, b"rest");
    }
}
