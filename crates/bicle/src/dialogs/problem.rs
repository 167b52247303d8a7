//! What a form lacks before it can be sent: checks shared by the dialogs, without egui.

use std::path::Path;

use bicle_core::command::Consumer;
use bicle_text::{Id, id};

/// keytool and the Java keystores refuse a shorter password (interoperability of JKS: `KeyStore.store`
/// itself takes any length, its command line does not).
pub const MIN_EXPORT_PASSWORD_CHARACTERS: usize = 6;

/// One thing that a form lacks, and the field that would mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem<F> {
    /// The field.
    pub field: F,
    /// What is wrong, in the catalogue.
    pub text: Id,
}

/// A form's problems as they are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems<F>(Vec<Problem<F>>);

impl<F: Copy + PartialEq> Problems<F> {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds what one check of a field found.
    #[must_use]
    pub fn check(mut self, field: F, found: Option<Id>) -> Self {
        self.0.extend(found.map(|text| Problem { field, text }));
        self
    }

    /// The form can be sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with one field.
    #[must_use]
    pub fn of(&self, field: F) -> Option<Id> {
        self.0
            .iter()
            .find(|problem| problem.field == field)
            .map(|problem| problem.text)
    }

    /// The first field to mend, from the top.
    #[must_use]
    pub fn first_field(&self) -> Option<F> {
        self.0.first().map(|problem| problem.field)
    }

    /// Every problem, from the top.
    #[must_use]
    pub fn list(&self) -> &[Problem<F>] {
        &self.0
    }
}

impl<F: Copy + PartialEq> Default for Problems<F> {
    fn default() -> Self {
        Self::new()
    }
}

/// A name with at least one visible character.
#[must_use]
pub fn of_name(name: &str) -> Option<Id> {
    name.trim()
        .is_empty()
        .then_some(id::DIALOG_PROBLEM_NAME_EMPTY)
}

/// A whole path: a relative one would land wherever the program was started.
#[must_use]
pub fn of_path(path: &str) -> Option<Id> {
    let path = path.trim();
    if path.is_empty() {
        Some(id::DIALOG_PROBLEM_PATH_EMPTY)
    } else if !Path::new(path).is_absolute() {
        Some(id::DIALOG_PROBLEM_PATH_NOT_ABSOLUTE)
    } else {
        None
    }
}

/// A new password of the vault. Weak ones are named by the strength meter, not refused: the vault
/// hardens them, and the user was told.
#[must_use]
pub fn of_new_password(password: &str) -> Option<Id> {
    password
        .is_empty()
        .then_some(id::DIALOG_PROBLEM_PASSWORD_EMPTY)
}

/// A password that exists already.
#[must_use]
pub fn of_known_password(password: &str) -> Option<Id> {
    password
        .is_empty()
        .then_some(id::DIALOG_PROBLEM_PASSWORD_MISSING)
}

/// The second typing of a password.
#[must_use]
pub fn of_repeat(password: &str, again: &str) -> Option<Id> {
    (password != again).then_some(id::DIALOG_PROBLEM_PASSWORD_DIFFERS)
}

/// The second typing while it is still being typed: no reproach before it goes wrong.
#[must_use]
pub fn of_repeat_so_far(password: &str, again: &str) -> Option<Id> {
    (!password.starts_with(again)).then_some(id::DIALOG_PROBLEM_PASSWORD_DIFFERS)
}

/// A password of a file for others: every reader must be able to take it.
#[must_use]
pub fn of_export_password(password: &str) -> Option<Id> {
    if password.is_empty() {
        return Some(id::DIALOG_PROBLEM_PASSWORD_EMPTY);
    }
    if !password
        .chars()
        .all(|character| matches!(character, ' '..='~'))
    {
        return Some(id::DIALOG_PROBLEM_PASSWORD_NOT_ASCII);
    }
    (password.chars().count() < MIN_EXPORT_PASSWORD_CHARACTERS)
        .then_some(id::DIALOG_PROBLEM_PASSWORD_TOO_SHORT)
}

/// An alias that Java and Windows can show.
#[must_use]
pub fn of_alias(alias: &str) -> Option<Id> {
    alias
        .trim()
        .is_empty()
        .then_some(id::DIALOG_PROBLEM_ALIAS_EMPTY)
}

/// The ending of the files that a consumer expects.
#[must_use]
pub fn ending(consumer: Consumer) -> &'static str {
    match consumer {
        Consumer::Compatible | Consumer::Modern | Consumer::Pbmac1 => "p12",
        Consumer::Java => "jks",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_needs_a_visible_character() {
        assert_eq!(of_name("  \t"), Some(id::DIALOG_PROBLEM_NAME_EMPTY));
        assert_eq!(of_name(" DMP "), None);
    }

    #[test]
    fn a_path_is_whole() {
        assert_eq!(of_path(""), Some(id::DIALOG_PROBLEM_PATH_EMPTY));
        assert_eq!(of_path("a.p12"), Some(id::DIALOG_PROBLEM_PATH_NOT_ABSOLUTE));
        let whole = if cfg!(windows) {
            "C:\\a.p12"
        } else {
            "/tmp/a.p12"
        };
        assert_eq!(of_path(whole), None);
    }

    #[test]
    fn an_export_password_is_one_that_java_takes() {
        assert_eq!(
            of_export_password(""),
            Some(id::DIALOG_PROBLEM_PASSWORD_EMPTY)
        );
        assert_eq!(
            of_export_password("hôpital-2026"),
            Some(id::DIALOG_PROBLEM_PASSWORD_NOT_ASCII)
        );
        assert_eq!(
            of_export_password("court"),
            Some(id::DIALOG_PROBLEM_PASSWORD_TOO_SHORT)
        );
        assert_eq!(
            of_export_password("tab\there"),
            Some(id::DIALOG_PROBLEM_PASSWORD_NOT_ASCII)
        );
        assert_eq!(of_export_password("six chars"), None);
    }

    #[test]
    fn the_second_typing_is_reproached_only_once_it_differs() {
        assert_eq!(of_repeat_so_far("secret", "sec"), None);
        assert_eq!(
            of_repeat_so_far("secret", "set"),
            Some(id::DIALOG_PROBLEM_PASSWORD_DIFFERS)
        );
        assert_eq!(
            of_repeat("secret", "sec"),
            Some(id::DIALOG_PROBLEM_PASSWORD_DIFFERS)
        );
        assert_eq!(of_repeat("secret", "secret"), None);
    }

    #[test]
    fn problems_are_found_by_field_and_in_order() {
        let problems = Problems::new()
            .check("name", of_name(""))
            .check("path", of_path("/a"))
            .check("password", of_new_password(""));
        assert_eq!(problems.first_field(), Some("name"));
        assert_eq!(problems.of("path"), None);
        assert_eq!(
            problems.of("password"),
            Some(id::DIALOG_PROBLEM_PASSWORD_EMPTY)
        );
        assert_eq!(problems.list().len(), 2);
    }
}
