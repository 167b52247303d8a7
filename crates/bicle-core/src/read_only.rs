//! Which acts change a vault: refused at once where it is open only to be looked at.

use crate::command::Command;
use crate::fault::Fault;
use crate::open_vault::OpenVault;
use crate::phrase::Phrase;

/// The act changes the vault whatever it finds. What changes it only sometimes (a revocation code that is made,
/// a delivery that is noted) is refused, or left unnoted, where it would.
pub(crate) fn changes(command: &Command) -> bool {
    match command {
        Command::ChangePassword { .. }
        | Command::MakeRecoveryKey
        | Command::RestoreBackup { .. }
        | Command::StartOrder(_)
        | Command::SubmitOrder { .. }
        | Command::GenerateKey { .. }
        | Command::CreateRequest(_)
        | Command::CertReq(_)
        | Command::SetTrust { .. }
        | Command::TrustTestBranch(_)
        | Command::Rename { .. }
        | Command::Comment { .. }
        | Command::Delete(_)
        | Command::Restore(_)
        | Command::Purge(_) => true,
        Command::RevocationCode { renew, .. } => *renew,
        Command::Import(asked) => !asked.dry_run,
        _ => false,
    }
}

impl OpenVault {
    /// Refuses where the vault is open only to be looked at.
    pub(crate) fn refuse_read_only(&self) -> Result<(), Fault> {
        if !self.vault.is_read_only() {
            return Ok(());
        }
        let path = self.vault.path().display().to_string();
        let phrase = Phrase::new("error-read-only-vault").text("path", path);
        Err(Fault::refused(phrase))
    }
}
