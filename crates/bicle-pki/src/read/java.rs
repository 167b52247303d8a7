//! Java keystores: JKS and JCEKS.

use super::{Collector, Problem, Said, Thing, der};
use crate::jks::{self, JksError, Store, Value};
use crate::pbe::DecryptError;

/// Reads an input that is a keystore; false when it is none.
///
/// Without any password, certificates are taken and said to be unchecked. Where passwords are given,
/// one must fit the digest: anyone may have put another authority into a store that none fits, so
/// nothing of it is taken. Every password is tried for each key apart. The empty password counts
/// only where it was given, or nothing was: whoever alters a store can close it anew under that one.
pub(super) fn read_all(collector: &mut Collector<'_>, bytes: &[u8]) -> bool {
    if !jks::is_keystore(bytes) {
        return false;
    }
    match Store::parse(bytes) {
        Ok(store) => take(collector, store),
        Err(error) => store_problem(collector, error),
    }
    true
}

fn take(collector: &mut Collector<'_>, store: Store<'_>) {
    if store.entries.is_empty() {
        let what = "Java keystore without keys and certificates".to_owned();
        return collector.problem(Problem::Unsupported { what });
    }
    let mut passwords = collector.passwords.iter();
    let fitting = passwords.position(|password| store.fits(password.expose()));
    let none_given = collector.passwords.is_empty();
    let verified = fitting.is_some() || (none_given && store.fits(""));
    if !verified && !none_given {
        return refuse(collector, &store);
    }
    collector.reading.integrity_not_checked |= !verified;
    let mut first = fitting.unwrap_or(0);
    let mut asked = false;
    for entry in store.entries {
        if collector.is_cancelled() {
            return;
        }
        let said = || Said {
            friendly_name: Some(entry.alias.clone()).filter(|alias| !alias.is_empty()),
            created_unix_ms: Some(entry.created_unix_ms),
            ..Said::default()
        };
        match entry.value {
            Value::Certificate(certificate) => {
                der::take_certificate(collector, certificate, said());
            }
            Value::Secret => {
                let what = der::secret_key(Some(&entry.alias));
                collector.problem(Problem::Unsupported { what });
            }
            Value::Key(key) => {
                match key.open(collector.passwords, first, &mut collector.given) {
                    Ok((pkcs8, number)) => {
                        first = number;
                        der::take_pkcs8(collector, pkcs8.expose(), said());
                    }
                    Err(DecryptError::WrongPassword) => match key.is_possible() {
                        Err(error) => der::decrypt_problem(collector, Thing::Key, error),
                        Ok(()) if verified => collector.problem(Problem::OwnPassword {
                            name: entry.alias.clone(),
                        }),
                        // the store's password comes first: asked for once
                        Ok(()) if !asked => {
                            asked = true;
                            collector.password_problem(Thing::Jks);
                        }
                        Ok(()) => {}
                    },
                    Err(error) => der::decrypt_problem(collector, Thing::Key, error),
                }
                let mut own = Some(said());
                for certificate in key.chain {
                    if collector.is_cancelled() {
                        return;
                    }
                    let said = own.take().unwrap_or_default();
                    der::take_certificate(collector, certificate, said);
                }
            }
        }
    }
}

/// Says of a store whose digest no password fits whether it was altered or the password is wrong:
/// Java tells no more than "tampered with, or password was incorrect", but a key that opens does.
fn refuse(collector: &mut Collector<'_>, store: &Store<'_>) {
    let what = Thing::Jks;
    let mut first_error = None;
    for entry in &store.entries {
        if collector.is_cancelled() {
            return;
        }
        let Value::Key(key) = &entry.value else {
            continue;
        };
        match key.open(collector.passwords, 0, &mut collector.given) {
            Ok(_) => return collector.problem(Problem::Altered { what }),
            Err(DecryptError::WrongPassword) => {}
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
    }
    if let Some(error) = first_error {
        der::decrypt_problem(collector, Thing::Key, error);
    }
    collector.password_problem(what);
}

fn store_problem(collector: &mut Collector<'_>, error: JksError) {
    let what = Thing::Jks;
    collector.problem(match error {
        JksError::Malformed { at_byte } => Problem::Malformed { what, at_byte },
        JksError::TooLarge => Problem::TooManyItems {
            limit: usize::try_from(jks::MAX_ENTRIES).unwrap_or(usize::MAX),
        },
        // the others are not said of a store that is only taken apart
        _ => Problem::Malformed { what, at_byte: 0 },
    });
}
