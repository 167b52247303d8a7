//! NIST PKITS through a whole vault: its certificates and lists are imported, and each test's
//! certificate is verified as a user does. The path's own test is `trust_vectors` of `bicle-pki`;
//! here the vault's lists and its memory of signatures stand where that test has its own.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod common;

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use bicle_core::clock::FixedClock;
use bicle_core::command::{Command, CreateVault, ImportRequest, Outcome, Source, UnlockWith};
use bicle_core::id::ItemId;
use bicle_core::model::{Model, Status, Trust, UnixSeconds, Verdict};
use bicle_core::open_vault::{OpenVault, Services};
use bicle_pki::fingerprint::Sha256Fingerprint;
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_tests::python;
use common::{Desk, PASSWORD};

/// 2012-06-01, when the certificates that are meant to be valid are.
const AT: UnixSeconds = UnixSeconds(1_338_508_800);

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect()
}

/// The cases of PKITS in which Biclé is known to differ, from the list of `bicle-pki`.
fn listed() -> HashSet<&'static str> {
    let text = include_str!("../../bicle-pki/tests/data/trust_disagreements.txt");
    let lines = text.lines().skip_while(|line| *line != "[PKITS]").skip(1);
    lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .map(|(case, _)| case)
        .collect()
}

#[test]
fn a_vault_with_all_of_pkits_judges_as_nist_expects_but_for_the_listed_cases() {
    let folder = python::package_folder("cryptography_vectors").join("x509/PKITS_data");
    let certificates = files(&folder.join("certs"));
    let lists = files(&folder.join("crls"));
    assert!(certificates.len() > 390 && lists.len() > 160);
    let mut desk = desk_of_2012();
    let source = |(name, bytes): (&String, &Vec<u8>)| Source::Bytes {
        name: name.clone(),
        bytes: SecretBytes::copy_of(bytes),
    };
    let asked = ImportRequest {
        sources: certificates.iter().chain(&lists).map(source).collect(),
        passwords: Vec::new(),
        max_iterations: None,
        dry_run: false,
    };
    let Ok(Outcome::Imported(_)) = desk.act(Command::Import(asked)) else {
        panic!("not imported");
    };
    let model = desk.model();
    let place = |name: &str| {
        let sha256 = Sha256Fingerprint::of(&certificates[name]);
        let mut found = model.certificates.iter();
        let found = found.find(|certificate| certificate.sha256 == sha256);
        found.map(|certificate| certificate.item.id)
    };
    let certificate = place("TrustAnchorRootCertificate").unwrap();
    let trust = Trust::Always;
    desk.act(Command::SetTrust { certificate, trust }).unwrap();

    let listed = listed();
    let mut wrong = String::new();
    let mut cases = 0;
    let lines = include_str!("../../bicle-pki/tests/data/pkits.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let (case, expected) = (words[0], words[2] == "valid");
        cases += 1;
        let answer = match place(words[1]) {
            None => (false, "not imported"),
            Some(id) => {
                let verdict = desk.open.verify(id, Some(AT)).unwrap().verdict;
                (verdict.status == Status::Trusted, verdict.reason.code)
            }
        };
        let agrees = answer.0 == expected;
        if agrees == listed.contains(case) || answer.1 == "verdict-too-complex" {
            writeln!(wrong, "{case} {}: {}", words[1], answer.1).unwrap();
        }
    }
    assert_eq!(cases, 247);
    assert!(wrong.is_empty(), "not as expected:\n{wrong}");
    // what was kept sealed says the same
    let before = verdicts(&desk.model());
    drop(desk.open);
    let path = desk.folder.path().join("coffre.bicle");
    let with = UnlockWith::Password(SecretText::copy_of(PASSWORD));
    let services = services_of_2012(desk.folder.path());
    desk.open = OpenVault::unlock(&path, &with, services).unwrap().0;
    assert_eq!(verdicts(&desk.model()), before);
    judged_together_as_alone(&mut desk);
}

/// The verdicts of the read model, which judges those that are alike together, are those of each alone.
fn judged_together_as_alone(desk: &mut Desk) {
    let model = desk.model();
    assert!(model.certificates.len() > 390);
    for found in &model.certificates {
        let alone = desk.open.verify(found.item.id, Some(AT)).unwrap().verdict;
        assert_eq!(*found.verdict, alone, "{}", found.item.name);
    }
}

fn verdicts(model: &Model) -> Vec<(ItemId, Option<ItemId>, Option<UnixSeconds>, Verdict)> {
    let each = model.certificates.iter().map(|found| {
        let verdict = Verdict::clone(&found.verdict);
        (found.item.id, found.issuer_id, found.revoked(), verdict)
    });
    each.collect()
}

fn services_of_2012(folder: &Path) -> Services {
    Services {
        clock: Arc::new(FixedClock(AT)),
        ..common::services(folder)
    }
}

fn desk_of_2012() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let asked = CreateVault {
        path: folder.path().join("coffre.bicle"),
        password: SecretText::copy_of(PASSWORD),
        igc_sante: false,
        trust_test_branch: false,
    };
    let open = OpenVault::create(&asked, services_of_2012(folder.path())).unwrap();
    Desk { folder, open }
}
