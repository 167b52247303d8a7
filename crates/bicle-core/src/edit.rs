//! Small changes: names, comments, trust, the bin, the vault's own password and copies.

use std::path::Path;

use bicle_platform::file::Existing;
use bicle_platform::secret::SecretText;
use bicle_vault::{KdfParameters, RecoveryKey};

use crate::build;
use crate::command::Outcome;
use crate::fault::{Fault, FaultClass};
use crate::id::{ItemId, Kind};
use crate::model::Trust;
use crate::new_item::{self, COMMENT_LIMIT_CHARACTERS};
use crate::open_vault::{Edit, OpenVault};
use crate::phrase::Phrase;
use crate::record::{Content, Summary};
use crate::{copies, refusal, services};

pub(crate) fn rename(open: &mut OpenVault, id: ItemId, name: &str) -> Result<Outcome, Fault> {
    let name = new_item::typed_name(name)?;
    change(open, id, |summary| summary.name = name.into())
}

pub(crate) fn comment(open: &mut OpenVault, id: ItemId, text: &str) -> Result<Outcome, Fault> {
    if text.chars().count() > COMMENT_LIMIT_CHARACTERS {
        let limit = i64::try_from(COMMENT_LIMIT_CHARACTERS).unwrap_or(i64::MAX);
        return Err(Fault::refused(
            Phrase::new("error-comment-too-long").number("limit", limit),
        ));
    }
    let text = text.to_owned();
    change(open, id, |summary| summary.comment = text.into())
}

pub(crate) fn set_trust(open: &mut OpenVault, id: ItemId, trust: Trust) -> Result<Outcome, Fault> {
    OpenVault::expect_kind(id, Kind::Certificate)?;
    change(open, id, |summary| decide(summary, trust))
}

/// Trusts the roots of the TEST branch that are here, or withdraws that.
pub(crate) fn trust_test_branch(open: &mut OpenVault, trusted: bool) -> Result<Outcome, Fault> {
    let trust = if trusted {
        Trust::Always
    } else {
        Trust::Issuer
    };
    let model = open.model();
    let mut roots = model
        .certificates
        .iter()
        .filter(|found| build::is_test_root(&found.sha256))
        .peekable();
    if roots.peek().is_none() {
        return Err(refusal::refused("error-no-test-root"));
    }
    let mut edits = Vec::new();
    // "never" is a decision on one certificate: the branch's own does not undo it
    for root in roots.filter(|root| root.trust != trust && root.trust != Trust::Never) {
        let mut summary = Summary::clone(open.summary(root.item.id)?);
        decide(&mut summary, trust);
        edits.push(Edit::Summary(root.item.id.record, summary));
    }
    open.apply(edits)?;
    Ok(Outcome::Done)
}

/// Puts items into the bin. Nothing is destroyed: `restore` takes them out.
pub(crate) fn delete(open: &mut OpenVault, ids: &[ItemId]) -> Result<Outcome, Fault> {
    let now = open.now().0;
    let mut edits = Vec::new();
    for id in ids {
        let mut summary = open.summary(*id)?.clone();
        summary.deleted = Some(now);
        edits.push(Edit::Summary(id.record, summary));
    }
    open.apply(edits)?;
    Ok(Outcome::Deleted(ids.to_vec()))
}

pub(crate) fn restore(open: &mut OpenVault, ids: &[ItemId]) -> Result<Outcome, Fault> {
    let mut edits = Vec::new();
    for id in ids {
        let binned = open.records.get(&id.record);
        let binned =
            binned.filter(|summary| summary.kind() == id.kind && summary.deleted.is_some());
        let binned = binned.map(|summary| Summary::clone(summary));
        let mut summary = binned.ok_or_else(|| {
            let phrase = Phrase::new("error-nothing-to-restore").text("name", id.to_string());
            Fault::refused(phrase)
        })?;
        summary.deleted = None;
        edits.push(Edit::Summary(id.record, summary));
    }
    open.apply(edits)?;
    Ok(Outcome::Done)
}

/// Replaces the vault's password; the present one (or the recovery key) is asked again, so that an
/// unlocked machine is not enough.
pub(crate) fn change_password(
    open: &mut OpenVault,
    current: &SecretText,
    new: &SecretText,
) -> Result<Outcome, Fault> {
    if new.is_empty() {
        return Err(refusal::refused("error-password-empty"));
    }
    prove_password(open, current)?;
    set_password(open, new, None)?;
    let copies = copies::of_this_vault(open).count();
    if copies > 0 && new.expose() != current.expose() {
        let count = i64::try_from(copies).unwrap_or(i64::MAX);
        open.warn(Phrase::new("warning-copies-keep-password").number("count", count));
    }
    Ok(Outcome::Done)
}

/// Wraps the vault's key under this password, at what a password costs now on this machine, or `least` where that
/// costs more.
pub(crate) fn set_password(
    open: &mut OpenVault,
    password: &SecretText,
    least: Option<KdfParameters>,
) -> Result<(), Fault> {
    open.before_change()?;
    let path = open.vault.path().to_owned();
    let floor = open.services.kdf_floor;
    let mut kdf = services::dearer(open.vault.kdf(), open.services.kdf(), &floor);
    if let Some(least) = least {
        kdf = services::dearer(least, kdf, &floor);
    }
    open.vault
        .change_password(password, kdf)
        .map_err(|error| refusal::from_commit(&path, &error))?;
    open.after_vault_change();
    Ok(())
}

/// The same password at what it costs now; the vault has been opened with it.
pub(crate) fn raise_protection(open: &mut OpenVault, password: &SecretText) -> Result<(), Fault> {
    open.before_change()?;
    let path = open.vault.path().to_owned();
    let floor = open.services.kdf_floor;
    let wanted = open.services.kdf();
    let raised = open
        .vault
        .raise_key_derivation(password, floor, wanted)
        .map_err(|error| refusal::from_commit(&path, &error))?;
    if !raised {
        // what it has and the floor are together beyond what a vault may ask for: anew
        return set_password(open, password, None);
    }
    open.after_vault_change();
    Ok(())
}

/// Refuses what is neither the password nor the recovery key of the open vault. Costs a whole key
/// derivation.
pub(crate) fn prove_password(open: &OpenVault, password: &SecretText) -> Result<Outcome, Fault> {
    if open.password_is(password)? || is_recovery_key(open, password)? {
        return Ok(Outcome::Done);
    }
    Err(Fault {
        phrase: Phrase::new("error-wrong-password"),
        class: FaultClass::WrongPassword,
    })
}

/// The text is that of this vault's recovery key: who lost the password may set a new one.
fn is_recovery_key(open: &OpenVault, text: &SecretText) -> Result<bool, Fault> {
    match RecoveryKey::parse(text) {
        Ok(key) => open
            .vault
            .verify_recovery_key(&key)
            .map_err(|error| refusal::from_read(&error)),
        Err(_) => Ok(false),
    }
}

pub(crate) fn make_recovery_key(open: &mut OpenVault) -> Result<Outcome, Fault> {
    open.before_change()?;
    let path = open.vault.path().to_owned();
    let key = open
        .vault
        .add_recovery_key()
        .map_err(|error| refusal::from_commit(&path, &error))?;
    open.after_vault_change();
    Ok(Outcome::RecoveryKey(key.expose_text()))
}

pub(crate) fn back_up(
    open: &OpenVault,
    target: &Path,
    existing: Existing,
) -> Result<Outcome, Fault> {
    crate::export::refuse_taken(open, target, existing)?;
    open.vault
        .backup(target, existing)
        .map_err(|error| refusal::from_backup(target, &error))?;
    Ok(Outcome::Written(target.to_owned()))
}

fn change(
    open: &mut OpenVault,
    id: ItemId,
    act: impl FnOnce(&mut Summary),
) -> Result<Outcome, Fault> {
    let mut summary = open.summary(id)?.clone();
    act(&mut summary);
    open.apply(vec![Edit::Summary(id.record, summary)])?;
    Ok(Outcome::Done)
}

fn decide(summary: &mut Summary, trust: Trust) {
    if let Content::Certificate(content) = &mut summary.content {
        content.decide(trust);
    }
}
