//! The read model after each of many acts is the one that would be made anew: it follows a change where it stands,
//! and judges only those on whom the change bears.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods
)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bicle_core::clock::Clock;
use bicle_core::command::{Command, CreateVault, ImportRequest, KeyType, Source, UnlockWith};
use bicle_core::id::ItemId;
use bicle_core::model::{Model, Trust, UnixSeconds};
use bicle_core::open_vault::{OpenVault, Services};
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_tests::authority::{Branch, Product, TestAuthority, Validity};
use bicle_tests::python;
use common::{Desk, PASSWORD};

/// 2012-06-01, when most of PKITS is valid.
const AT: i64 = 1_338_508_800;

/// What is taken of PKITS: authorities of one name and several keys, with lists of each; limits of names; forged,
/// revoked and suspended ones.
const TAKEN: [&str; 11] = [
    "TrustAnchorRoot",
    "GoodCA",
    "GoodsubCA",
    "BadSigned",
    "RevokedsubCA",
    "BasicSelfIssued",
    "ValidBasicSelfIssued",
    "InvalidBasicSelfIssued",
    "nameConstraintsDN1",
    "SeparateCertificateandCRLKeys",
    "deltaCRLCA1",
];

struct Moving(AtomicI64);

impl Clock for Moving {
    fn now(&self) -> UnixSeconds {
        UnixSeconds(self.0.load(Ordering::Relaxed))
    }
}

/// Numbers that are the same at each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) % end.max(1) as u64) as usize
    }

    fn some<T: Clone>(&mut self, all: &[T], most: usize) -> Vec<T> {
        let count = 1 + self.below(most);
        let mut some = Vec::new();
        let mut left = all.to_vec();
        while some.len() < count && !left.is_empty() {
            some.push(left.swap_remove(self.below(left.len())));
        }
        some
    }
}

fn of_pkits() -> Vec<Vec<u8>> {
    let folder = python::package_folder("cryptography_vectors").join("x509/PKITS_data");
    let mut all = Vec::new();
    for part in ["certs", "crls"] {
        let entries = std::fs::read_dir(folder.join(part)).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let is_taken = |path: &std::path::PathBuf| {
            let name = path.file_stem().unwrap().to_str().unwrap();
            TAKEN.iter().any(|taken| name.starts_with(taken))
        };
        let taken = paths.iter().filter(|path| is_taken(path));
        all.extend(taken.map(|path| std::fs::read(path).unwrap()));
    }
    assert!(all.len() > 30);
    all
}

fn services(desk: &std::path::Path, clock: &Arc<Moving>) -> Services {
    Services {
        clock: clock.clone(),
        automatic_copies: 0,
        ..common::services(desk)
    }
}

fn said(model: &Model) -> String {
    let mut model = model.clone();
    model.at = UnixSeconds(0);
    format!("{model:#?}")
}

/// Says where two models differ first.
fn assert_same(changed: &str, anew: &str, after: &str) {
    if changed == anew {
        return;
    }
    let lines = changed.lines().zip(anew.lines()).enumerate();
    let (number, (one, other)) = lines
        .into_iter()
        .find(|(_, (one, other))| one != other)
        .unwrap();
    let around: Vec<&str> = anew
        .lines()
        .skip(number.saturating_sub(40))
        .take(60)
        .collect();
    panic!(
        "after {after}: {one} instead of {other}\n{}",
        around.join("\n")
    );
}

fn any_command(desk: &Desk, chance: &mut Chance, pool: &[Vec<u8>]) -> (String, Command) {
    let model = desk.model();
    let items: Vec<ItemId> = model.items().map(|item| item.id).collect();
    let binned: Vec<ItemId> = model.bin.iter().map(|deleted| deleted.item.id).collect();
    let certificates: Vec<ItemId> = model.certificates.iter().map(|item| item.item.id).collect();
    let (what, command) = match chance.below(16) {
        0..5 => {
            let sources = chance.some(pool, 4).into_iter().map(|bytes| Source::Bytes {
                name: "essai".into(),
                bytes: SecretBytes::new(bytes),
            });
            let asked = ImportRequest {
                sources: sources.collect(),
                passwords: Vec::new(),
                max_iterations: None,
                dry_run: false,
            };
            ("an import", Command::Import(asked))
        }
        5..7 => ("a deletion", Command::Delete(chance.some(&items, 3))),
        7..10 if !binned.is_empty() => ("a restore", Command::Restore(chance.some(&binned, 3))),
        10 if !binned.is_empty() => ("a purge", Command::Purge(chance.some(&binned, 2))),
        11..13 if !certificates.is_empty() => {
            let certificate = chance.some(&certificates, 1)[0];
            let trust = [Trust::Always, Trust::Issuer, Trust::Never][chance.below(3)];
            ("a decision", Command::SetTrust { certificate, trust })
        }
        13 => {
            let command = Command::GenerateKey {
                name: "neuve".to_owned(),
                key_type: KeyType::EcP256,
            };
            ("a key", command)
        }
        _ if items.is_empty() => ("nothing", Command::Refresh),
        14 => {
            let (item, name) = (chance.some(&items, 1)[0], "autre nom".to_owned());
            ("a name", Command::Rename { item, name })
        }
        _ => {
            let (item, comment) = (chance.some(&items, 1)[0], "un mot".to_owned());
            ("a comment", Command::Comment { item, comment })
        }
    };
    (what.to_owned(), command)
}

#[test]
fn a_model_follows_any_change_as_if_it_were_made_anew() {
    let authority = TestAuthority::new();
    let mut pool = of_pkits();
    for seed in 0..2 {
        let clock = Arc::new(Moving(AtomicI64::new(AT)));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("coffre.bicle");
        let asked = CreateVault {
            path: path.clone(),
            password: SecretText::copy_of(PASSWORD),
            igc_sante: seed == 1,
            trust_test_branch: false,
        };
        let open = OpenVault::create(&asked, services(folder.path(), &clock)).unwrap();
        let mut desk = Desk { folder, open };
        // one with a key, a request and an order, and what stands above it
        let (_, request) = desk.start_order("essai");
        let (product, branch) = (Product::OrgAuthCli, Branch::Production);
        let leaf = authority.issue(&request, product, branch, Validity::Now);
        let known = pool.len();
        pool.push(authority.revocation_list(&[&leaf]));
        pool.extend([leaf, authority.chain_pkcs7()]);
        let mut chance = Chance(seed);
        for number in 0..60 {
            if chance.below(10) == 0 {
                let days = chance.below(600) as i64;
                clock.0.fetch_add(days * 86_400, Ordering::Relaxed);
            }
            let (what, command) = any_command(&desk, &mut chance, &pool);
            // some are refused: that changes nothing
            let _refused = desk.act(command);
            let changed = said(&desk.model());
            desk.act(Command::Refresh).unwrap();
            let after = format!("{what}, {number} of {seed}");
            assert_same(&changed, &said(&desk.model()), &after);
        }
        assert!(desk.model().certificates.len() > 10);
        let with = UnlockWith::Password(SecretText::copy_of(PASSWORD));
        let before = desk.model();
        drop(desk.open);
        let services = services(desk.folder.path(), &clock);
        let (open, _) = OpenVault::unlock_read_only(&path, &with, services).unwrap();
        let verdicts = |model: &Model| -> Vec<_> {
            let all = model.certificates.iter();
            all.map(|found| (found.item.id, found.verdict.clone(), found.issuer_id))
                .collect()
        };
        assert_eq!(verdicts(&open.model()), verdicts(&before));
        pool.truncate(known);
    }
}
