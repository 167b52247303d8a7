//! Asking for the password again: an unlocked window that its user has left gives no key away.
//!
//! The [`crate::worker::Worker`] keeps a vault open for hours, so it wants a fresh proof for the few
//! acts by which a secret leaves the vault or a new way into it appears. Who unlocks for each act, as
//! the command line does, has just given it and never meets the question.

use std::time::Duration;

use crate::command::{CertificateFormat, Command, ExportKey, KeyFormat};

/// A proof holds that long: enough for the acts that follow an unlock or each other, too short to be
/// of use to who comes after the user has left (`sudo` gives 5 to 15 minutes, for less).
pub const LIFE: Duration = Duration::from_secs(60);

/// When the password was proved last, in the clock's monotonic time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Proof(Option<Duration>);

impl Proof {
    pub(crate) fn at(monotonic: Duration) -> Self {
        Self(Some(monotonic))
    }

    /// It was given, and not too long ago.
    pub(crate) fn is_fresh(self, monotonic: Duration) -> bool {
        self.0
            .is_some_and(|at| monotonic.checked_sub(at).is_some_and(|age| age <= LIFE))
    }
}

/// The act gives a secret out, or makes a new way into the vault. `ChangePassword` is not among them:
/// it asks for the present password itself, each time.
#[must_use]
pub fn is_wanted(command: &Command) -> bool {
    match command {
        Command::ExportKey(asked) => gives_private_key(asked),
        Command::ExportCertificate(asked) => asked.format == CertificateFormat::PemWithKey,
        Command::Deliver(_) | Command::RevocationCode { .. } | Command::MakeRecoveryKey => true,
        // the password and the recovery key of the copy are ways into the vault from then on
        Command::RestoreBackup { .. } => true,
        _ => false,
    }
}

/// Done, the act has shown that who asked knows the password or the recovery key.
pub(crate) fn is_given_by(command: &Command) -> bool {
    matches!(
        command,
        Command::CreateVault(_)
            | Command::Unlock { .. }
            | Command::ProvePassword(_)
            | Command::ChangePassword { .. }
            | Command::RestoreUnsound { .. }
    )
}

fn gives_private_key(asked: &ExportKey) -> bool {
    !matches!(
        asked.format,
        KeyFormat::PublicSpki | KeyFormat::PublicOpenSsh | KeyFormat::PublicJwk
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_holds_for_a_minute_and_a_clock_that_went_back_renews_none() {
        let second = Duration::from_secs(1);
        let proof = Proof::at(10 * second);
        assert!(proof.is_fresh(10 * second));
        assert!(proof.is_fresh(10 * second + LIFE));
        assert!(!proof.is_fresh(10 * second + LIFE + second));
        assert!(!proof.is_fresh(9 * second));
        assert!(!Proof::default().is_fresh(Duration::ZERO));
    }
}
