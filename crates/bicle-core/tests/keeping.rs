//! What keeps a vault's content: daily copies, the bin, restores, the read-only view, the password's protection.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod common;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bicle_core::KdfParameters;
use bicle_core::clock::Clock;
use bicle_core::command::{
    Command, CreateVault, KeyType, Outcome, RestorePreview, StartOrder, UnlockWith,
};
use bicle_core::copies::{CopyKind, copies_beside};
use bicle_core::fault::{Fault, FaultClass};
use bicle_core::id::ItemId;
use bicle_core::model::{Branch, Offer, UnixSeconds, Use};
use bicle_core::open_vault::{OpenVault, Services};
use bicle_core::phrase::Phrase;
use bicle_core::progress::Progress;
use bicle_core::restore;
use bicle_platform::file::Existing;
use bicle_platform::secret::SecretText;
use common::PASSWORD;

const DAY: i64 = 86_400;
/// 2026-11-22T15:05:00Z
const START: i64 = 1_795_359_900;

struct Moving(AtomicI64);

impl Clock for Moving {
    fn now(&self) -> UnixSeconds {
        UnixSeconds(self.0.load(Ordering::Relaxed))
    }
}

/// A vault whose clock the test moves.
struct Room {
    folder: tempfile::TempDir,
    clock: Arc<Moving>,
    services: Services,
}

impl Room {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Moving(AtomicI64::new(START)));
        let services = Services {
            clock: clock.clone(),
            ..common::services(folder.path())
        };
        Self {
            folder,
            clock,
            services,
        }
    }

    fn vault(&self) -> PathBuf {
        self.folder.path().join("coffre.bicle")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn pass(&self, days: i64) {
        self.clock.0.fetch_add(days * DAY, Ordering::Relaxed);
    }

    fn create(&self) -> OpenVault {
        self.create_with(false)
    }

    fn create_with(&self, igc_sante: bool) -> OpenVault {
        let asked = CreateVault {
            path: self.vault(),
            password: SecretText::copy_of(PASSWORD),
            igc_sante,
            trust_test_branch: false,
        };
        OpenVault::create(&asked, self.services.clone()).unwrap()
    }

    fn unlock(&self) -> (OpenVault, Vec<Phrase>) {
        OpenVault::unlock(&self.vault(), &password(), self.services.clone()).unwrap()
    }
}

fn password() -> UnlockWith {
    UnlockWith::Password(SecretText::copy_of(PASSWORD))
}

fn act(open: &mut OpenVault, command: Command) -> Result<Outcome, Fault> {
    open.execute(command, &Progress::unwatched())
}

fn make_key(open: &mut OpenVault, name: &str) -> ItemId {
    let command = Command::GenerateKey {
        name: name.into(),
        key_type: KeyType::EcP256,
    };
    match act(open, command).unwrap() {
        Outcome::Created(id) => id,
        _ => panic!("another outcome"),
    }
}

fn fault(result: Result<Outcome, Fault>) -> Fault {
    match result {
        Err(fault) => fault,
        Ok(_) => panic!("it was done"),
    }
}

fn days(vault: &Path) -> Vec<String> {
    copies_beside(vault)
        .into_iter()
        .map(|copy| copy.day.to_rfc3339()[..10].to_owned())
        .collect()
}

fn codes(phrases: &[Phrase]) -> Vec<&'static str> {
    phrases.iter().map(|phrase| phrase.code).collect()
}

#[test]
fn the_first_change_of_a_day_leaves_a_copy_and_five_days_stay() {
    let room = Room::new();
    let mut open = room.create();
    make_key(&mut open, "jour 0");
    assert!(
        days(&room.vault()).is_empty(),
        "made today: nothing to keep"
    );
    for day in 1..=7 {
        room.pass(1);
        make_key(&mut open, &format!("jour {day}"));
        // the second of the day makes none, nor does what changes nothing
        make_key(&mut open, &format!("jour {day} encore"));
        act(&mut open, Command::Refresh).unwrap();
        assert!(open.take_warnings().is_empty());
    }
    room.pass(1);
    act(&mut open, Command::Refresh).unwrap();
    drop(open);
    let kept = [
        "2026-11-29",
        "2026-11-28",
        "2026-11-27",
        "2026-11-26",
        "2026-11-25",
    ];
    assert_eq!(days(&room.vault()), kept);
    let newest = copies_beside(&room.vault()).remove(0);
    assert_eq!(newest.kind, CopyKind::Automatic);
    assert!(newest.path.ends_with("coffre.bicle.2026-11-29.bicle-copy"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&newest.path)
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // it is the vault as it was before the day's first change
    let (copy, _) =
        OpenVault::unlock_read_only(&newest.path, &password(), room.services.clone()).unwrap();
    let names: Vec<String> = copy
        .model()
        .keys
        .iter()
        .map(|key| key.item.name.to_string())
        .collect();
    assert_eq!(names.len(), 1 + 2 * 6);
    assert!(!names.contains(&"jour 7".to_owned()));

    // the setting: fewer, then none
    let (mut open, _) = room.unlock();
    act(&mut open, Command::KeepCopies(2)).unwrap();
    make_key(&mut open, "jour 8");
    assert_eq!(days(&room.vault()), ["2026-11-30", "2026-11-29"]);
    act(&mut open, Command::KeepCopies(0)).unwrap();
    room.pass(1);
    make_key(&mut open, "jour 9");
    assert_eq!(days(&room.vault()), ["2026-11-30", "2026-11-29"]);
}

#[test]
fn a_copy_that_cannot_be_made_is_told_once_and_the_change_is_made() {
    let room = Room::new();
    let mut open = room.create();
    room.pass(1);
    // something else has the copy's name
    let taken = room.path("coffre.bicle.2026-11-23.bicle-copy");
    std::fs::create_dir(&taken).unwrap();
    make_key(&mut open, "un");
    let told = open.take_warnings();
    assert_eq!(codes(&told), ["warning-no-copy"]);
    make_key(&mut open, "deux");
    assert!(open.take_warnings().is_empty());
    assert_eq!(open.model().keys.len(), 2);
    assert!(taken.is_dir());
    drop(open);
    assert_eq!(room.unlock().0.model().keys.len(), 2);
}

#[test]
fn a_new_password_tells_of_the_copies_that_keep_the_old_one() {
    let room = Room::new();
    let mut open = room.create();
    room.pass(1);
    let change = |new: &str| Command::ChangePassword {
        current: SecretText::copy_of(PASSWORD),
        new: SecretText::copy_of(new),
    };
    act(&mut open, change("un tout autre mot de passe")).unwrap();
    assert_eq!(
        codes(&open.take_warnings()),
        ["warning-copies-keep-password"]
    );
    drop(open);
    let copy = copies_beside(&room.vault()).remove(0);
    assert!(OpenVault::unlock_read_only(&copy.path, &password(), room.services.clone()).is_ok());
    assert!(OpenVault::unlock(&room.vault(), &password(), room.services.clone()).is_err());
}

#[test]
fn the_bin_keeps_thirty_days_and_then_removes_for_good() {
    let room = Room::new();
    let mut open = room.create();
    let (gone, kept) = (make_key(&mut open, "partie"), make_key(&mut open, "restée"));
    let refused = fault(act(&mut open, Command::Purge(vec![gone])));
    assert_eq!(refused.code(), "not-in-the-bin");
    act(&mut open, Command::Delete(vec![gone])).unwrap();
    let model = open.model();
    assert_eq!(model.bin[0].item.name, "partie");
    assert_eq!(model.bin[0].deleted, UnixSeconds(START));
    assert_eq!(model.bin[0].purged_at, UnixSeconds(START + 30 * DAY));
    drop(open);

    // 29 days, then 30: due, and for the first time
    for days in [29, 1] {
        room.pass(days);
        let (open, warnings) = room.unlock();
        assert!(warnings.is_empty());
        assert_eq!(open.model().bin.len(), 1);
    }
    room.pass(1);
    // only to look: it stays
    let services = room.services.clone();
    let (open, _) = OpenVault::unlock_read_only(&room.vault(), &password(), services).unwrap();
    assert_eq!(open.model().bin.len(), 1);
    drop(open);
    let (mut open, warnings) = room.unlock();
    assert!(warnings.is_empty(), "{warnings:?}");
    assert!(open.model().bin.is_empty());
    let refused = fault(act(&mut open, Command::Restore(vec![gone])));
    assert_eq!(refused.code(), "nothing-to-restore");
    assert_eq!(open.check().unwrap().records, 1);
    assert_eq!(open.model().keys[0].item.id, kept);

    // and at once, where it is asked
    act(&mut open, Command::Delete(vec![kept])).unwrap();
    act(&mut open, Command::Purge(vec![kept, kept])).unwrap();
    assert!(open.model().bin.is_empty());
    assert_eq!(open.check().unwrap().records, 0);
}

/// Opens the vault after that many days, and says how many items its bin has and what was told.
fn bin_after(room: &Room, days: i64) -> (usize, Vec<&'static str>) {
    room.pass(days);
    let (open, told) = room.unlock();
    (open.model().bin.len(), codes(&told))
}

#[test]
fn a_wrong_clock_does_not_empty_the_bin() {
    let room = Room::new();
    let mut open = room.create();
    let key = make_key(&mut open, "supprimée");
    act(&mut open, Command::Delete(vec![key])).unwrap();
    drop(open);
    // a year ahead for once, also twice on that day, and back
    assert_eq!(bin_after(&room, 365), (1, vec![]));
    assert_eq!(bin_after(&room, 0), (1, vec![]));
    assert_eq!(bin_after(&room, -364), (1, vec![]));
    // the time is over: two openings on two days agree on it, which are not too far from each other
    assert_eq!(bin_after(&room, 40), (1, vec![]));
    assert_eq!(bin_after(&room, 32), (1, vec![]));
    assert_eq!(bin_after(&room, 31), (0, vec![]));
}

#[test]
fn what_was_deleted_in_1970_has_its_thirty_days_from_now_on() {
    let room = Room::new();
    let mut open = room.create();
    let key = make_key(&mut open, "supprimée");
    room.clock.0.store(DAY, Ordering::Relaxed);
    act(&mut open, Command::Delete(vec![key])).unwrap();
    assert_eq!(open.model().bin[0].deleted, UnixSeconds(DAY));
    drop(open);
    // the clock stays wrong for a while
    assert_eq!(bin_after(&room, 1), (1, vec![]));
    room.clock.0.store(START + DAY, Ordering::Relaxed);
    let (open, _) = room.unlock();
    assert_eq!(open.model().bin[0].deleted, UnixSeconds(START + DAY));
    drop(open);
    assert_eq!(bin_after(&room, 1), (1, vec![]));
    assert_eq!(bin_after(&room, 28), (1, vec![]));
    assert_eq!(bin_after(&room, 2), (1, vec![]));
    assert_eq!(bin_after(&room, 1), (0, vec![]));
}

#[test]
fn nothing_goes_from_the_bin_where_no_copy_could_be_made_or_the_vault_is_not_whole() {
    let mut room = Room::new();
    let mut open = room.create_with(true);
    let gone = make_key(&mut open, "supprimée");
    act(&mut open, Command::Delete(vec![gone])).unwrap();
    drop(open);
    assert_eq!(bin_after(&room, 30), (1, vec![]));
    // START and 31 days
    let taken = room.path("coffre.bicle.2026-12-23.bicle-copy");
    std::fs::create_dir(&taken).unwrap();
    assert_eq!(bin_after(&room, 1), (1, vec!["warning-no-copy"]));
    // the copies are off: the vault itself must be whole
    room.services.automatic_copies = 0;
    let whole = std::fs::read(room.vault()).unwrap();
    spoil_body(&room.vault());
    assert_eq!(bin_after(&room, 1), (1, vec!["warning-bin-not-purged"]));
    std::fs::write(room.vault(), &whole).unwrap();
    assert_eq!(bin_after(&room, 1), (0, vec![]));
}

/// Changes a byte of a sealed body, which opening the vault does not tell.
fn spoil_body(vault: &Path) {
    let before = std::fs::read(vault).unwrap();
    // bodies of certificates are longer than this
    let places = (0..before.len()).step_by(499).filter(|at| before[*at] != 0);
    for at in places.collect::<Vec<_>>().into_iter().rev() {
        let mut bytes = before.clone();
        bytes[at] ^= 1;
        std::fs::write(vault, &bytes).unwrap();
        let Ok(locked) = bicle_vault::LockedVault::open_read_only(vault) else {
            continue;
        };
        let Ok(open) = locked.unlock(&SecretText::copy_of(PASSWORD)) else {
            continue;
        };
        if open.check().unwrap().verdict != bicle_vault::Verdict::Intact {
            return;
        }
    }
    panic!("no byte of a body was found");
}

#[test]
fn copies_of_days_to_come_do_not_take_the_place_of_true_ones() {
    let room = Room::new();
    let mut open = room.create();
    make_key(&mut open, "jour 0");
    let mut ahead: Vec<String> = (1..=5).rev().map(|day| format!("2027-05-0{day}")).collect();
    for day in &ahead {
        let path = room.path(&format!("coffre.bicle.{day}.bicle-copy"));
        let existing = Existing::Refuse;
        act(&mut open, Command::Backup { path, existing }).unwrap();
    }
    for day in 1..=6 {
        room.pass(1);
        make_key(&mut open, &format!("jour {day}"));
        let today = room.clock.now().to_rfc3339()[..10].to_owned();
        assert!(days(&room.vault()).contains(&today), "{today}");
    }
    let kept = [
        "2026-11-28",
        "2026-11-27",
        "2026-11-26",
        "2026-11-25",
        "2026-11-24",
    ];
    ahead.extend(kept.map(str::to_owned));
    assert_eq!(days(&room.vault()), ahead);
}

#[test]
fn a_file_of_a_copys_name_is_a_copy_of_this_vault_or_is_left_alone() {
    let mut room = Room::new();
    room.services.automatic_copies = 2;
    let mut former = room.create();
    for day in 1..=2 {
        room.pass(1);
        make_key(&mut former, &format!("jour {day}"));
    }
    drop(former);
    assert_eq!(days(&room.vault()), ["2026-11-24", "2026-11-23"]);
    // made anew under the same name
    std::fs::remove_file(room.vault()).unwrap();
    let mut open = room.create();
    for day in 1..=3 {
        room.pass(1);
        make_key(&mut open, &format!("nouveau {day}"));
    }
    assert!(open.take_warnings().is_empty());
    let all = ["2026-11-27", "2026-11-26", "2026-11-24", "2026-11-23"];
    assert_eq!(days(&room.vault()), all);
    // something that has the name of the day's copy is not taken for one
    let taken = room.path("coffre.bicle.2026-11-28.bicle-copy");
    std::fs::write(&taken, b"no vault").unwrap();
    room.pass(1);
    make_key(&mut open, "nouveau 4");
    assert_eq!(codes(&open.take_warnings()), ["warning-no-copy"]);
    assert_eq!(std::fs::read(&taken).unwrap(), b"no vault");
    // told of with a new password: its own alone
    let change = Command::ChangePassword {
        current: SecretText::copy_of(PASSWORD),
        new: SecretText::copy_of("un tout autre mot de passe"),
    };
    act(&mut open, change).unwrap();
    let told = open.take_warnings();
    assert_eq!(codes(&told), ["warning-copies-keep-password"]);
    assert!(format!("{told:?}").contains("Number(2)"), "{told:?}");
}

fn preview(open: &mut OpenVault, path: &Path) -> RestorePreview {
    let command = Command::PreviewRestore {
        path: path.to_owned(),
        with: password(),
    };
    match act(open, command).unwrap() {
        Outcome::RestorePreview(preview) => *preview,
        _ => panic!("another outcome"),
    }
}

fn names(items: &[bicle_core::command::PreviewItem]) -> Vec<&str> {
    items.iter().map(|item| item.name.as_str()).collect()
}

#[test]
fn a_restore_tells_what_it_changes_and_keeps_what_it_replaces() {
    let room = Room::new();
    let mut open = room.create();
    let lost = make_key(&mut open, "perdue");
    let renamed = make_key(&mut open, "avant");
    make_key(&mut open, "pareille");
    let order = act(
        &mut open,
        Command::StartOrder(StartOrder {
            name: "commande".into(),
            branch: Branch::Production,
            offer: Offer::Org,
            usage: Use::AuthCli,
            request_path: None,
            existing: Existing::Refuse,
        }),
    );
    let Ok(Outcome::OrderStarted { order, .. }) = order else {
        panic!("no order")
    };
    let code = |renew| Command::RevocationCode { order, renew };
    act(&mut open, code(false)).unwrap();
    let copy = room.path("sauvegarde.bicle");
    let backup = |path: &Path| Command::Backup {
        path: path.to_owned(),
        existing: Existing::Refuse,
    };
    act(&mut open, backup(&copy)).unwrap();

    // only the sealed body of the order changes
    act(&mut open, code(true)).unwrap();
    act(&mut open, Command::Delete(vec![lost])).unwrap();
    act(
        &mut open,
        Command::Rename {
            item: renamed,
            name: "après".into(),
        },
    )
    .unwrap();
    make_key(&mut open, "nouvelle");
    let told = preview(&mut open, &copy);
    assert_eq!(told.same_vault, Some(true));
    assert_eq!(names(&told.added), ["perdue"]);
    assert_eq!(names(&told.removed), ["nouvelle"]);
    assert_eq!(names(&told.changed), ["avant", "commande"]);
    // the order's key and request, and the key that nobody touched
    assert_eq!(told.unchanged, 3);
    assert_eq!(told.password_differs, Some(false));
    assert!(told.present_generation.unwrap() > told.generation);
    assert_eq!(told.newest, Some(UnixSeconds(START)));

    let itself = room.vault();
    let refused = act(
        &mut open,
        Command::PreviewRestore {
            path: itself,
            with: password(),
        },
    );
    assert_eq!(fault(refused).code(), "is-the-open-vault");
    let wrong = UnlockWith::Password(SecretText::copy_of("pas celui-là"));
    let mut slot = Some(open);
    let refused = restore::restore(&mut slot, &copy, &wrong).err().unwrap();
    assert_eq!(refused.code(), "copy-wrong-password");
    assert_eq!(refused.class, FaultClass::Refused);
    assert!(slot.is_some(), "the vault stays open");

    let before = slot.as_ref().unwrap().model().vault.generation;
    let (kept, warnings) = restore::restore(&mut slot, &copy, &password()).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    let mut open = slot.unwrap();
    assert!(open.model().vault.generation > before);
    let mut keys: Vec<String> = open
        .model()
        .keys
        .iter()
        .map(|key| key.item.name.to_string())
        .collect();
    keys.sort();
    assert_eq!(keys, ["avant", "commande", "pareille", "perdue"]);
    // what stood there can be taken back the same way
    let back = preview(&mut open, &kept);
    assert_eq!(names(&back.added), ["nouvelle"]);
    let copies = copies_beside(&room.vault());
    assert_eq!((copies.len(), copies[0].kind), (1, CopyKind::BeforeRestore));
    drop(open);
    let (open, warnings) = room.unlock();
    assert!(warnings.is_empty(), "not told as put back: {warnings:?}");
    assert_eq!(open.check().unwrap().damaged, []);
}

#[test]
fn a_copy_of_another_vault_shows_that_everything_goes() {
    let (room, other) = (Room::new(), Room::new());
    let mut there = other.create();
    make_key(&mut there, "étrangère");
    let copy = room.path("autre.bicle");
    let path = copy.clone();
    act(
        &mut there,
        Command::Backup {
            path,
            existing: Existing::Refuse,
        },
    )
    .unwrap();
    let mut open = room.create();
    make_key(&mut open, "à moi");
    let told = preview(&mut open, &copy);
    assert_eq!(told.same_vault, Some(false));
    assert_eq!(names(&told.added), ["étrangère"]);
    assert_eq!(names(&told.removed), ["à moi"]);
    assert_eq!((told.changed.len(), told.unchanged), (0, 0));
}

#[test]
fn a_vault_that_opens_no_more_is_replaced_and_kept_as_it_is() {
    let room = Room::new();
    let mut open = room.create();
    make_key(&mut open, "clé");
    let copy = room.path("sauvegarde.bicle");
    let path = copy.clone();
    act(
        &mut open,
        Command::Backup {
            path,
            existing: Existing::Refuse,
        },
    )
    .unwrap();
    drop(open);
    let vault = room.vault();
    let put = || restore::restore_unsound(&vault, &copy, &password(), room.services.clone(), false);
    assert_eq!(put().err().unwrap().code(), "vault-is-sound");

    let mut bytes = std::fs::read(&vault).unwrap();
    let last = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes[last] ^= 1;
    std::fs::write(&vault, &bytes).unwrap();
    std::fs::write(room.path("coffre.bicle-journal"), b"left by something").unwrap();
    assert!(OpenVault::unlock(&vault, &password(), room.services.clone()).is_err());
    let restored = put().unwrap_or_else(|fault| panic!("{fault:?}"));
    let kept = restored.kept.unwrap();
    assert_eq!(std::fs::read(&kept).unwrap(), bytes);
    assert_eq!(restored.vault.model().keys.len(), 1);
    drop(restored.vault);

    // gone
    std::fs::remove_file(&vault).unwrap();
    let restored = put().unwrap_or_else(|fault| panic!("{fault:?}"));
    assert_eq!(restored.kept, None);
    assert_eq!(restored.vault.check().unwrap().damaged, []);
}

#[test]
fn a_read_only_view_refuses_every_change_and_shows_all() {
    let room = Room::new();
    let mut open = room.create();
    let key = make_key(&mut open, "clé");
    let order = act(
        &mut open,
        Command::StartOrder(StartOrder {
            name: "commande".into(),
            branch: Branch::Production,
            offer: Offer::Org,
            usage: Use::AuthCli,
            request_path: None,
            existing: Existing::Refuse,
        }),
    );
    let Ok(Outcome::OrderStarted { order, .. }) = order else {
        panic!("no order")
    };
    drop(open);
    room.pass(2);
    let whole = std::fs::read(room.vault()).unwrap();
    let services = room.services.clone();
    let (mut open, _) = OpenVault::unlock_read_only(&room.vault(), &password(), services).unwrap();
    assert!(open.model().read_only);
    let text = || SecretText::copy_of(PASSWORD);
    let changing = [
        Command::Delete(vec![key]),
        Command::Purge(vec![key]),
        Command::Rename {
            item: key,
            name: "x".into(),
        },
        Command::Comment {
            item: key,
            comment: "x".into(),
        },
        Command::MakeRecoveryKey,
        Command::ChangePassword {
            current: text(),
            new: text(),
        },
        Command::GenerateKey {
            name: "x".into(),
            key_type: KeyType::EcP256,
        },
        Command::SubmitOrder {
            order,
            reference: "6397".into(),
        },
        Command::RevocationCode {
            order,
            renew: false,
        },
        Command::RevocationCode { order, renew: true },
    ];
    for command in changing {
        assert_eq!(fault(act(&mut open, command)).code(), "read-only-vault");
    }
    assert!(act(&mut open, Command::Details(key)).is_ok());
    let path = room.path("copie.bicle");
    let backup = Command::Backup {
        path: path.clone(),
        existing: Existing::Refuse,
    };
    assert!(act(&mut open, backup).is_ok(), "a copy is no change");
    assert!(OpenVault::unlock(&path, &password(), room.services.clone()).is_ok());
    let mut slot = Some(open);
    let refused = restore::restore(&mut slot, &path, &password())
        .err()
        .unwrap();
    assert_eq!(refused.code(), "read-only-vault");
    assert_eq!(std::fs::read(room.vault()).unwrap(), whole);
    assert!(copies_beside(&room.vault()).is_empty());
}

#[test]
fn a_protection_below_the_floor_is_raised_when_the_password_is_there() {
    let mut room = Room::new();
    drop(room.create());
    let floor = KdfParameters {
        memory_kib: 65 * 1024,
        passes: 4,
        lanes: 1,
    };
    room.services.kdf_floor = floor;
    let shown = |open: &OpenVault| {
        let model = open.model();
        (model.vault.kdf_memory_kib, model.vault.kdf_passes)
    };
    let services = room.services.clone();
    let (open, _) = OpenVault::unlock_read_only(&room.vault(), &password(), services).unwrap();
    assert!(shown(&open) < (floor.memory_kib, floor.passes));
    drop(open);
    let (open, told) = room.unlock();
    assert_eq!(codes(&told), ["notice-protection-raised"]);
    assert_eq!(shown(&open), (floor.memory_kib, floor.passes));
    drop(open);
    let (open, told) = room.unlock();
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(shown(&open), (floor.memory_kib, floor.passes));
}

fn back_up(open: &mut OpenVault, path: &Path) {
    let command = Command::Backup {
        path: path.to_owned(),
        existing: Existing::Refuse,
    };
    act(open, command).unwrap();
}

fn remaining(room: &Room) -> Vec<String> {
    let entries = std::fs::read_dir(room.folder.path()).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("coffre.bicle") || name.starts_with(".bicle-"))
        .collect();
    names.sort();
    names
}

#[test]
fn an_item_due_in_the_bin_of_a_copy_survives_its_restore() {
    let room = Room::new();
    let mut open = room.create();
    let key = make_key(&mut open, "à reprendre");
    act(&mut open, Command::Delete(vec![key])).unwrap();
    let copy = room.path("sauvegarde.bicle-copy");
    back_up(&mut open, &copy);
    act(&mut open, Command::Purge(vec![key])).unwrap();
    room.pass(90);
    let told = preview(&mut open, &copy);
    assert_eq!((told.binned, told.present_binned), (1, Some(0)));
    let mut slot = Some(open);
    let (_, warnings) = restore::restore(&mut slot, &copy, &password()).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    drop(slot);
    // the next unlock leaves it too: its thirty days begin with the restore
    let (mut open, _) = room.unlock();
    assert_eq!(
        open.model().bin[0].purged_at,
        UnixSeconds(START + 120 * DAY)
    );
    act(&mut open, Command::Restore(vec![key])).unwrap();
    assert_eq!(open.model().keys.len(), 1);
}

#[test]
fn looking_into_a_copy_changes_nothing_in_it() {
    let mut room = Room::new();
    let mut open = room.create();
    let key = make_key(&mut open, "à reprendre");
    act(&mut open, Command::Delete(vec![key])).unwrap();
    let copy = room.path("coffre.bicle.2026-11-22.bicle-copy");
    back_up(&mut open, &copy);
    drop(open);
    room.pass(90);
    room.services.kdf_floor = KdfParameters {
        memory_kib: 65 * 1024,
        passes: 4,
        lanes: 1,
    };
    let whole = std::fs::read(&copy).unwrap();
    let files = remaining(&room);
    let (open, _) = OpenVault::unlock(&copy, &password(), room.services.clone()).unwrap();
    assert_eq!(open.model().bin.len(), 1);
    drop(open);
    assert_eq!(std::fs::read(&copy).unwrap(), whole);
    assert_eq!(remaining(&room), files);
}

#[test]
fn a_restore_tells_of_the_recovery_key_and_keeps_the_dearer_protection() {
    let mut room = Room::new();
    let mut open = room.create();
    let copy = room.path("sauvegarde.bicle");
    back_up(&mut open, &copy);
    let told = preview(&mut open, &copy);
    assert_eq!(
        (told.recovery_key_differs, told.protection_lower),
        (Some(false), Some(false))
    );
    act(&mut open, Command::MakeRecoveryKey).unwrap();
    drop(open);
    let floor = room.services.kdf_floor;
    room.services.kdf_floor = KdfParameters {
        memory_kib: 65 * 1024,
        passes: 4,
        lanes: 1,
    };
    drop(room.unlock());
    room.services.kdf_floor = floor;
    let (mut open, _) = room.unlock();
    let told = preview(&mut open, &copy);
    assert_eq!(
        (told.recovery_key_differs, told.protection_lower),
        (Some(true), Some(true))
    );
    let mut slot = Some(open);
    let (_, warnings) = restore::restore(&mut slot, &copy, &password()).unwrap();
    assert_eq!(codes(&warnings), ["notice-protection-raised"]);
    let model = slot.unwrap().model();
    assert_eq!(
        (model.vault.kdf_memory_kib, model.vault.kdf_passes),
        (65 * 1024, 4)
    );
}

#[test]
fn a_file_that_is_no_vault_is_replaced_only_for_who_insists() {
    let room = Room::new();
    let mut open = room.create();
    let copy = room.path("sauvegarde.bicle");
    back_up(&mut open, &copy);
    drop(open);
    let other = room.path("facture.pdf");
    std::fs::write(&other, b"%PDF-1.7").unwrap();
    let put = |insists| {
        let services = room.services.clone();
        restore::restore_unsound(&other, &copy, &password(), services, insists)
    };
    assert_eq!(put(false).err().unwrap().code(), "not-a-vault");
    assert_eq!(std::fs::read(&other).unwrap(), b"%PDF-1.7");
    let restored = put(true).unwrap_or_else(|fault| panic!("{fault:?}"));
    assert_eq!(std::fs::read(restored.kept.unwrap()).unwrap(), b"%PDF-1.7");
}

/// Where the sealed body of a record begins in a vault's file: a cell of the table `body` is its length, the row's id, a
/// header (its length, NULL for the id, the blob's type) and the blob (SQLite's file format, section 2.1).
fn body_place(file: &[u8], record: i64) -> usize {
    let varint = |at: usize| match file[at] {
        byte if byte < 0x80 => (usize::from(byte), 1),
        byte => (usize::from(byte & 0x7f) << 7 | usize::from(file[at + 1]), 2),
    };
    let id = u8::try_from(record).unwrap();
    assert!(id < 0x80);
    (2..file.len() - 8)
        .find_map(|at| {
            let is_header = file[at] == id && [3, 4].contains(&file[at + 1]) && file[at + 2] == 0;
            let (kind, width) = varint(at + 3);
            let header = usize::from(file[at + 1]);
            if !is_header || header != 2 + width || kind < 12 {
                return None;
            }
            let payload = header + (kind - 12) / 2;
            let before = if payload < 0x80 { 1 } else { 2 };
            (varint(at - before) == (payload, before)).then_some(at + 1 + header)
        })
        .expect("the cell of the body")
}

#[test]
fn a_template_whose_body_is_damaged_counts_as_changed_and_comes_back() {
    let room = Room::new();
    let asked = CreateVault {
        path: room.vault(),
        password: SecretText::copy_of(PASSWORD),
        igc_sante: true,
        trust_test_branch: false,
    };
    let mut open = OpenVault::create(&asked, room.services.clone()).unwrap();
    let copy = room.path("sauvegarde.bicle");
    back_up(&mut open, &copy);
    let template = open.model().templates[0].item.clone();
    drop(open);
    let whole = std::fs::read(room.vault()).unwrap();
    let body = body_place(&whole, template.id.record.value());
    let mut bytes = whole.clone();
    bytes[body] ^= 1;
    std::fs::write(room.vault(), &bytes).unwrap();
    let (mut open, _) = room.unlock();
    let told = preview(&mut open, &copy);
    assert_eq!(names(&told.changed), [template.name.as_str()]);
    let mut slot = Some(open);
    let (kept, _) = restore::restore(&mut slot, &copy, &password()).unwrap();
    assert_eq!(std::fs::read(kept).unwrap(), bytes);
    assert_eq!(slot.unwrap().check().unwrap().damaged, []);
}
