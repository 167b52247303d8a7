//! A refusal on its way to the user: what happened and what to do, as a code of the catalogue.

use crate::phrase::Phrase;

/// Why an action did not happen. Each action has its own enum; all of them end here, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The catalogue's message, `error-wrong-password`; its attribute `advice` says what to do.
    /// Without the prefix it is the `code` of the command line's JSON.
    pub phrase: Phrase,
    /// Which exit status the command line gives.
    pub class: FaultClass,
}

/// The families that the command line's exit status tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultClass {
    /// Refused or failed: 1.
    Refused,
    /// Wrong usage: 2.
    Usage,
    /// Wrong password of the vault: 3.
    WrongPassword,
    /// The vault is damaged, altered or from a newer version: 4.
    VaultUnsound,
    /// The vault is in use elsewhere: 5.
    VaultInUse,
}

impl Fault {
    /// A refusal.
    #[must_use]
    pub fn refused(phrase: Phrase) -> Self {
        Self {
            phrase,
            class: FaultClass::Refused,
        }
    }

    /// The code without its prefix, `wrong-password`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.phrase
            .code
            .strip_prefix("error-")
            .unwrap_or(self.phrase.code)
    }
}
