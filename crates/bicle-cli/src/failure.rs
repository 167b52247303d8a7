//! Why a command did not do what it was asked: a sentence of the catalogue and an exit status.

use std::process::ExitCode;

use bicle_core::fault::{Fault, FaultClass};
use bicle_core::id::ItemId;
use bicle_core::phrase::Phrase;

/// How the program ends. The numbers are the command line's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// What was asked is done.
    Done,
    /// Refused or failed.
    Refused,
    /// Wrong usage.
    Usage,
    /// Wrong password of the vault.
    WrongPassword,
    /// The vault is damaged, altered or from a newer version.
    VaultUnsound,
    /// The vault is in use elsewhere.
    VaultInUse,
}

impl Status {
    /// The number that the program ends with.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::WrongPassword => 3,
            Self::VaultUnsound => 4,
            Self::VaultInUse => 5,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status.code())
    }
}

impl From<FaultClass> for Status {
    fn from(class: FaultClass) -> Self {
        match class {
            FaultClass::Refused => Self::Refused,
            FaultClass::Usage => Self::Usage,
            FaultClass::WrongPassword => Self::WrongPassword,
            FaultClass::VaultUnsound => Self::VaultUnsound,
            FaultClass::VaultInUse => Self::VaultInUse,
        }
    }
}

/// An item that an ambiguous name could mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Its id, which is never ambiguous.
    pub(crate) id: ItemId,
    /// Its name.
    pub(crate) name: String,
}

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The catalogue's message, `error-…`; its attribute `advice` says what to do.
    pub(crate) phrase: Phrase,
    /// How the program ends.
    pub(crate) status: Status,
    /// Of an ambiguous name: what it could mean.
    pub(crate) candidates: Vec<Candidate>,
    /// Shown after the message: the usage of the command. Only for people, never in JSON.
    pub(crate) usage: Option<String>,
}

impl Failure {
    /// A refusal: exit status 1.
    pub(crate) fn refused(phrase: Phrase) -> Self {
        Self {
            phrase,
            status: Status::Refused,
            candidates: Vec::new(),
            usage: None,
        }
    }

    /// Wrong usage: exit status 2.
    pub(crate) fn usage(phrase: Phrase) -> Self {
        Self {
            status: Status::Usage,
            ..Self::refused(phrase)
        }
    }

    /// The stable code of the JSON: the message's id without its prefix.
    pub(crate) fn code(&self) -> &'static str {
        self.phrase
            .code
            .strip_prefix("error-")
            .unwrap_or(self.phrase.code)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self {
            status: fault.class.into(),
            ..Self::refused(fault.phrase)
        }
    }
}

/// The core answered something else than what this command is answered: a defect of Biclé, told as one.
pub(crate) fn unexpected() -> Failure {
    Failure::refused(Phrase::new("error-internal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_statuses_are_those_of_the_contract() {
        let classes = [
            (FaultClass::Refused, 1),
            (FaultClass::Usage, 2),
            (FaultClass::WrongPassword, 3),
            (FaultClass::VaultUnsound, 4),
            (FaultClass::VaultInUse, 5),
        ];
        for (class, code) in classes {
            let failure = Failure::from(Fault {
                phrase: Phrase::new("error-x"),
                class,
            });
            assert_eq!(failure.status.code(), code, "{class:?}");
            assert_eq!(failure.code(), "x");
        }
        assert_eq!(Status::Done.code(), 0);
    }
}
