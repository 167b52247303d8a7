//! Keys in the forms of other programs: OpenSSH, PVK and Windows' key blobs, JWK.

use base64ct::{Base64, Encoding};

use super::{Collector, FoundItem, Problem, Said, Thing, der};
use crate::jwk::{self, JwkError, JwkKey};
use crate::openssh::{self, OpenSshError};
use crate::pvk::{self, PvkError};

/// Largest text in which lines of SSH are looked for, in bytes: an authorized_keys of thousands.
const MAX_SSH_TEXT_BYTES: usize = 4 * 1024 * 1024;

/// What the lines of public keys of OpenSSH begin with.
const SSH_TYPES: [&str; 5] = ["ssh-", "ecdsa-sha2-", "sk-", "rsa-sha2-256", "rsa-sha2-512"];

/// The armour of RFC 4716.
const SSH2_BEGIN: &str = "---- BEGIN SSH2 PUBLIC KEY ----";
const SSH2_END: &str = "---- END SSH2 PUBLIC KEY ----";

/// Reads an input that is one key in a binary form; false when it is none.
pub(super) fn read_all(collector: &mut Collector<'_>, bytes: &[u8]) -> bool {
    if pvk::is_pvk(bytes) {
        read_pvk(collector, bytes);
    } else if pvk::is_blob(bytes) {
        match pvk::read_blob(bytes, 0) {
            Ok(key) => collector.found(FoundItem::Key(key), Said::default()),
            Err(error) => pvk_problem(collector, error),
        }
    } else if openssh::is_openssh(bytes) {
        read_openssh(collector, bytes);
    } else {
        return false;
    }
    true
}

/// Takes a private key of OpenSSH in its binary form.
pub(super) fn read_openssh(collector: &mut Collector<'_>, bytes: &[u8]) {
    match openssh::read_private_within(bytes, collector.passwords, &mut collector.given) {
        Ok(found) => collector.found(FoundItem::Key(found.key), named(found.comment)),
        Err(error) => openssh_problem(collector, Thing::Key, error),
    }
}

/// Reads a text of JWK or of public keys of SSH; false when it is neither.
pub(super) fn read_text(collector: &mut Collector<'_>, bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with(['{', '[']) {
        return text.len() <= jwk::MAX_BYTES && read_jwk(collector, text.as_bytes());
    }
    text.len() <= MAX_SSH_TEXT_BYTES && read_ssh_lines(collector, text)
}

fn named(name: String) -> Said {
    Said {
        friendly_name: Some(name).filter(|name| !name.is_empty()),
        ..Said::default()
    }
}

fn read_jwk(collector: &mut Collector<'_>, text: &[u8]) -> bool {
    if !jwk::is_jwk(text) {
        return false;
    }
    let whole = jwk::read_while(text, |key| {
        match key {
            Ok((JwkKey::Private(key), name)) => {
                collector.found(FoundItem::Key(key), named(name.unwrap_or_default()));
            }
            Ok((JwkKey::Public(key), name)) => {
                let said = named(name.unwrap_or_default());
                collector.found(FoundItem::PublicKey(key), said);
            }
            Err(error) => jwk_problem(collector, error),
        }
        !collector.is_cancelled() && !collector.is_past_full()
    });
    match whole {
        Ok(0) => {
            let what = "JWK Set without keys".to_owned();
            collector.problem(Problem::Unsupported { what });
        }
        Ok(_) => {}
        Err(error) => jwk_problem(collector, error),
    }
    true
}

fn jwk_problem(collector: &mut Collector<'_>, error: JwkError) {
    let at_byte = match error {
        JwkError::Key(error) => return der::take_key(collector, Err(error), Said::default()),
        JwkError::Unsupported(what) => {
            let what = format!("JWK {what}");
            return collector.problem(Problem::Unsupported { what });
        }
        JwkError::NotJson { at } => at,
        _ => 0,
    };
    let what = Thing::Key;
    collector.problem(Problem::Malformed { what, at_byte });
}

/// Lines as in id_rsa.pub and authorized_keys, and the armour of RFC 4716.
fn read_ssh_lines(collector: &mut Collector<'_>, text: &str) -> bool {
    let mut any = false;
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if collector.is_cancelled() || collector.is_past_full() {
            break;
        }
        if line == SSH2_BEGIN {
            let body: Vec<&str> = lines
                .by_ref()
                .take_while(|line| *line != SSH2_END)
                .collect();
            take_ssh(collector, &ssh2_line(&body).unwrap_or_default());
            any = true;
        } else if let Some(line) = ssh_line(line) {
            take_ssh(collector, line);
            any = true;
        }
    }
    any
}

/// The part of a line from the type of the key on: options may stand in front in authorized_keys.
fn ssh_line(line: &str) -> Option<&str> {
    if line.starts_with('#') {
        return None;
    }
    let starts = |at: &usize| {
        line.get(*at..).is_some_and(|rest| {
            let is_type = SSH_TYPES.iter().any(|kind| rest.starts_with(kind));
            // each blob begins with the length of a short name
            is_type
                && rest
                    .split_ascii_whitespace()
                    .nth(1)
                    .is_some_and(|blob| blob.starts_with("AAAA"))
        })
    };
    let mut quoted = false;
    let places = line.char_indices().filter_map(|(at, character)| {
        quoted ^= character == '"';
        (character == ' ' && !quoted).then_some(at + 1)
    });
    let places = places.take(16);
    std::iter::once(0)
        .chain(places)
        .find(starts)
        .and_then(|at| line.get(at..))
}

/// RFC 4716 as the line of OpenSSH: headers, which a backslash continues, then base64.
fn ssh2_line(body: &[&str]) -> Option<String> {
    let mut comment = String::new();
    let mut base64 = String::new();
    let mut in_header = false;
    for line in body {
        let header = line.split_once(": ");
        if in_header || header.is_some() {
            if let Some((name, value)) = header
                && name.eq_ignore_ascii_case("Comment")
            {
                comment = value.trim_matches('"').to_owned();
            }
            in_header = line.ends_with('\\');
        } else {
            base64.push_str(line);
        }
    }
    let blob = Base64::decode_vec(&base64).ok()?;
    let length = u32::from_be_bytes(*blob.first_chunk()?);
    let end = usize::try_from(length).ok()?.checked_add(4)?;
    let kind = std::str::from_utf8(blob.get(4..end)?).ok()?;
    Some(format!("{kind} {base64} {comment}"))
}

fn take_ssh(collector: &mut Collector<'_>, line: &str) {
    match openssh::read_public(line) {
        Ok((key, comment)) => collector.found(FoundItem::PublicKey(key), named(comment)),
        Err(error) => openssh_problem(collector, Thing::PublicKey, error),
    }
}

fn openssh_problem(collector: &mut Collector<'_>, what: Thing, error: OpenSshError) {
    let at_byte = match error {
        OpenSshError::Malformed { at_byte } => at_byte,
        OpenSshError::PasswordNeeded => return collector.password_problem(what),
        OpenSshError::Decrypt(error) => return der::decrypt_problem(collector, what, error),
        OpenSshError::Key(error) => return der::take_key(collector, Err(error), Said::default()),
        OpenSshError::Unsupported(name) => {
            let what = format!("OpenSSH {name}");
            return collector.problem(Problem::Unsupported { what });
        }
        _ => 0,
    };
    collector.problem(Problem::Malformed { what, at_byte });
}

fn read_pvk(collector: &mut Collector<'_>, bytes: &[u8]) {
    if !pvk::is_encrypted(bytes) {
        match pvk::read(bytes, None) {
            Ok(key) => collector.found(FoundItem::Key(key), Said::default()),
            Err(error) => pvk_problem(collector, error),
        }
        return;
    }
    for password in collector.passwords {
        match pvk::read(bytes, Some(password)) {
            Ok(key) => return collector.found(FoundItem::Key(key), Said::default()),
            Err(PvkError::WrongPassword) => {}
            Err(error) => return pvk_problem(collector, error),
        }
    }
    collector.password_problem(Thing::Key);
}

fn pvk_problem(collector: &mut Collector<'_>, error: PvkError) {
    match error {
        PvkError::Malformed(error) => {
            let at_byte = error.at;
            let what = Thing::Key;
            collector.problem(Problem::Malformed { what, at_byte });
        }
        PvkError::Key(error) => der::take_key(collector, Err(error), Said::default()),
        _ => collector.password_problem(Thing::Key),
    }
}
