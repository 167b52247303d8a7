//! Revocation lists of the vault: verified by their issuer's key, they revoke; others do not.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod common;

use std::path::{Path, PathBuf};

use bicle_core::command::{Command, Encoding, ImportOutcome, ImportReport, Outcome};
use bicle_core::id::ItemId;
use bicle_core::model::{Status, Trust, UnixSeconds};
use bicle_core::phrase::Argument;
use bicle_platform::file::Existing;
use bicle_tests::authority::{Branch, Product, TestAuthority, Validity};
use bicle_tests::openssl::{openssl, rsa_key_pem};
use common::Desk;

/// A list of the intermediate: its number, the days that it holds, the serial numbers with the
/// moment and reason of their revocation.
fn list(
    authority: &TestAuthority,
    number: u32,
    window: (&str, &str),
    revoked: &[(&str, &str)],
) -> Vec<u8> {
    list_with(authority, number, window, revoked, "")
}

/// The same, with further lines for its extensions.
fn list_with(
    authority: &TestAuthority,
    number: u32,
    window: (&str, &str),
    revoked: &[(&str, &str)],
    extensions: &str,
) -> Vec<u8> {
    let certificate = authority.intermediate_pem_file();
    let key = authority.intermediate_key_file();
    list_by((&certificate, &key), number, window, revoked, extensions)
}

/// The same, by a certificate and its key, as PEM files.
fn list_by(
    (certificate, key): (&Path, &Path),
    number: u32,
    window: (&str, &str),
    revoked: &[(&str, &str)],
    extensions: &str,
) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let index: String = revoked
        .iter()
        .map(|(serial, at)| {
            let serial = if serial.len() % 2 == 1 {
                format!("0{serial}")
            } else {
                (*serial).to_owned()
            };
            let serial = serial.to_uppercase();
            format!("R\t491231235959Z\t{at}\t{serial}\tunknown\t/CN={serial}\n")
        })
        .collect();
    std::fs::write(path("index.txt"), index).unwrap();
    std::fs::write(path("crlnumber"), format!("{number:04X}\n")).unwrap();
    let configuration = format!(
        "[ca]\ndefault_ca=d\n[d]\ndatabase={0}/index.txt\ncrlnumber={0}/crlnumber\n\
         default_md=sha256\ncrl_extensions=crl\n[crl]\nauthorityKeyIdentifier=keyid\n{extensions}\n",
        folder.path().display()
    );
    std::fs::write(path("ca.cnf"), configuration).unwrap();
    let made = openssl("ca -gencrl -crl_lastupdate")
        .arg(window.0)
        .arg("-crl_nextupdate")
        .arg(window.1)
        .arg("-config")
        .arg(path("ca.cnf"))
        .arg("-cert")
        .arg(certificate)
        .arg("-keyfile")
        .arg(key)
        .accepts();
    made.stdout
}

const NOW: (&str, &str) = ("20260101000000Z", "20990101000000Z");
const NEWER: (&str, &str) = ("20260301000000Z", "20990101000000Z");
const OVER: (&str, &str) = ("20250101000000Z", "20250201000000Z");

struct Case {
    desk: Desk,
    authority: TestAuthority,
    leaf: ItemId,
    serial: String,
}

/// A trusted leaf.
fn case() -> Case {
    let authority = TestAuthority::new();
    let mut desk = Desk::new();
    let report = desk.import(&authority.chain_pkcs7());
    let root = report.trust_questions[0];
    let trust = Trust::Always;
    let certificate = root;
    desk.act(Command::SetTrust { certificate, trust }).unwrap();
    let (_, request) = desk.start_order("essai");
    let branch = Branch::Production;
    let leaf = authority.issue(&request, Product::OrgAuthCli, branch, Validity::Now);
    let leaf = desk.import(&leaf).items[0].id.unwrap();
    let model = desk.model();
    let found = model.certificate(leaf).unwrap();
    assert_eq!(found.verdict.status, Status::Trusted);
    let serial = found.serial().to_string();
    Case {
        desk,
        authority,
        leaf,
        serial,
    }
}

fn verdict(desk: &Desk, leaf: ItemId) -> (Status, &'static str) {
    let model = desk.model();
    let verdict = &model.certificate(leaf).unwrap().verdict;
    (verdict.status, verdict.reason.code)
}

fn codes(report: &ImportReport) -> Vec<&'static str> {
    let notices = report.items.iter().flat_map(|item| &item.notices);
    notices.map(|notice| notice.code).collect()
}

#[test]
fn a_list_of_the_issuer_revokes_and_goes_on_after_an_unlock() {
    let mut case = case();
    let revoked = [(case.serial.as_str(), "260102000000Z,keyCompromise")];
    let bytes = list(&case.authority, 1, NOW, &revoked);
    let report = case.desk.import(&bytes);
    assert_eq!(report.items[0].outcome, ImportOutcome::Added, "{report:?}");
    assert!(
        codes(&report).contains(&"notice-list-revokes"),
        "{report:?}"
    );
    let expected = (Status::Revoked, "verdict-revoked");
    assert_eq!(verdict(&case.desk, case.leaf), expected);
    let model = case.desk.model();
    assert!(model.certificate(case.leaf).unwrap().revoked().is_some());
    assert!(model.lists[0].issuer_id.is_some());
    assert_eq!(model.lists[0].number.as_deref(), Some("1"));
    assert_eq!(model.lists[0].entries, 1);
    // before that day it was good
    let before = Some(UnixSeconds(1_767_225_600)); // 2026-01-01
    let then = case.desk.open.verify(case.leaf, before).unwrap();
    assert_ne!(then.verdict.status, Status::Revoked);

    let list = model.lists[0].item.id;
    let mut desk = case.desk.reopened();
    assert_eq!(verdict(&desk, case.leaf), expected);
    let details = desk.act(Command::Details(list)).unwrap();
    assert!(matches!(details, Outcome::Details(_)));
    let path = desk.path("liste.pem");
    desk.act(Command::ExportList {
        list,
        path: path.clone(),
        encoding: Encoding::Pem,
        existing: Existing::Refuse,
    })
    .unwrap();
    openssl("crl -noout -text -in").arg(&path).accepts();
    // twice the same
    let again = desk.import(&std::fs::read(path).unwrap());
    assert_eq!(again.items[0].outcome, ImportOutcome::Known);
    // in the bin it revokes nothing
    desk.act(Command::Delete(vec![list])).unwrap();
    assert_eq!(verdict(&desk, case.leaf).0, Status::Trusted);
    desk.act(Command::Restore(vec![list])).unwrap();
    assert_eq!(verdict(&desk, case.leaf), expected);
}

#[test]
fn the_newest_list_decides_and_takes_back_a_hold() {
    let mut case = case();
    let hold = [(case.serial.as_str(), "260102000000Z,certificateHold")];
    case.desk.import(&list(&case.authority, 1, NOW, &hold));
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Revoked);
    case.desk.import(&list(&case.authority, 2, NEWER, &[]));
    assert_eq!(case.desk.model().lists.len(), 2);
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Trusted);
    // an older one that comes later says that it is
    let late = list(&case.authority, 3, OVER, &[]);
    let report = case.desk.import(&late);
    assert!(
        codes(&report).contains(&"notice-list-newer-here"),
        "{report:?}"
    );
}

#[test]
fn a_list_that_should_have_been_replaced_revokes_and_says_so() {
    let mut case = case();
    let revoked = [(case.serial.as_str(), "250102000000Z")];
    let report = case.desk.import(&list(&case.authority, 1, OVER, &revoked));
    assert!(
        codes(&report).contains(&"notice-list-expired"),
        "{report:?}"
    );
    let expected = (Status::Revoked, "verdict-revoked-old-list");
    assert_eq!(verdict(&case.desk, case.leaf), expected);
}

#[test]
fn a_forged_list_and_one_of_an_unknown_issuer_revoke_nothing() {
    let mut case = case();
    let revoked = [(case.serial.as_str(), "260102000000Z")];
    let forged = list(&TestAuthority::imposter(), 1, NOW, &revoked);
    let report = case.desk.import(&forged);
    assert!(codes(&report).contains(&"notice-list-forged"), "{report:?}");
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Trusted);
    let mut empty = Desk::with(false, false);
    let report = empty.import(&forged);
    assert!(
        codes(&report).contains(&"notice-list-issuer-missing"),
        "{report:?}"
    );
}

#[test]
fn a_list_that_comes_before_its_authorities_is_judged_when_they_come() {
    let authority = TestAuthority::new();
    let mut desk = Desk::new();
    let (_, request) = desk.start_order("essai");
    let branch = Branch::Production;
    let leaf = authority.issue(&request, Product::OrgAuthCli, branch, Validity::Now);
    let leaf = desk.import(&leaf).items[0].id.unwrap();
    let serial = desk.model().certificate(leaf).unwrap().serial().to_owned();
    desk.import(&list(&authority, 1, NOW, &[(&serial, "260102000000Z")]));
    assert_ne!(verdict(&desk, leaf).0, Status::Revoked);
    desk.import(&authority.chain_pkcs7());
    assert_eq!(verdict(&desk, leaf).0, Status::Revoked);
    assert_eq!(verdict(&desk.reopened(), leaf).0, Status::Revoked);
}

/// Another certificate of the intermediate's name and key, made by itself: another key identifier,
/// and no right to sign lists.
fn mute_twin(authority: &TestAuthority) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n\
                      subjectKeyIdentifier=0102030405\n";
    std::fs::write(path("twin.ext"), extensions).unwrap();
    openssl("x509 -x509toreq -in")
        .arg(authority.intermediate_pem_file())
        .arg("-signkey")
        .arg(authority.intermediate_key_file())
        .arg("-out")
        .arg(path("twin.csr"))
        .accepts();
    openssl("x509 -req -days 30 -in")
        .arg(path("twin.csr"))
        .arg("-signkey")
        .arg(authority.intermediate_key_file())
        .arg("-extfile")
        .arg(path("twin.ext"))
        .accepts()
        .stdout
}

#[test]
fn a_twin_of_the_issuer_does_not_let_a_revoked_certificate_through() {
    let authority = TestAuthority::new();
    let mut desk = Desk::new();
    let (_, request) = desk.start_order("essai");
    let branch = Branch::Production;
    let leaf = authority.issue(&request, Product::OrgAuthCli, branch, Validity::Now);
    let leaf = desk.import(&leaf).items[0].id.unwrap();
    let serial = desk.model().certificate(leaf).unwrap().serial().to_owned();
    // first the twin, which may not sign lists: what it is asked for is not the last word
    let twin = desk.import(&mute_twin(&authority)).items[0].id.unwrap();
    let (certificate, trust) = (twin, Trust::Always);
    desk.act(Command::SetTrust { certificate, trust }).unwrap();
    assert_eq!(verdict(&desk, leaf).0, Status::Trusted);
    let revoked = [(serial.as_str(), "260102000000Z,keyCompromise")];
    desk.import(&list(&authority, 1, NOW, &revoked));
    assert_eq!(verdict(&desk, leaf).0, Status::Trusted);
    desk.import(&authority.chain_pkcs7());
    let expected = (Status::Revoked, "verdict-revoked");
    assert_eq!(verdict(&desk, leaf), expected);
    assert_eq!(verdict(&desk.reopened(), leaf), expected);
}

#[test]
fn a_hold_ends_only_with_a_delta_list_whose_base_is_here() {
    let mut case = case();
    let delta = |base: u32| format!("2.5.29.27=critical,ASN1:INTEGER:{base}");
    let serial = case.serial.clone();
    let hold = [(serial.as_str(), "260102000000Z,certificateHold")];
    let removed = [(serial.as_str(), "260102000000Z,removeFromCRL")];
    // a hold in a delta list that is ahead of the complete one
    case.desk.import(&list(&case.authority, 10, NOW, &[]));
    let ahead = list_with(&case.authority, 13, NEWER, &hold, &delta(12));
    case.desk.import(&ahead);
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Revoked);
    // taken back, but from a list that is not here
    let last = ("20260302000000Z", "20990101000000Z");
    let ending = list_with(&case.authority, 14, last, &removed, &delta(12));
    case.desk.import(&ending);
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Revoked);
    let base = ("20260228000000Z", "20990101000000Z");
    case.desk.import(&list(&case.authority, 12, base, &hold));
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Trusted);
    let desk = case.desk.reopened();
    assert_eq!(verdict(&desk, case.leaf).0, Status::Trusted);
}

#[test]
fn a_list_revokes_only_in_its_scope() {
    let mut case = case();
    let revoked = [(case.serial.as_str(), "260102000000Z,keyCompromise")];
    let scope = |kind: &str| format!("issuingDistributionPoint=critical,@idp\n[idp]\n{kind}=TRUE");
    let authorities = list_with(&case.authority, 1, NOW, &revoked, &scope("onlyCA"));
    case.desk.import(&authorities);
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Trusted);
    // a list that may hold certificates of others decides on those of its own issuer too
    let indirect = list_with(&case.authority, 2, NEWER, &revoked, &scope("indirectCRL"));
    case.desk.import(&indirect);
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Revoked);
}

/// The first notice of that code has this count.
fn count_of(report: &ImportReport, code: &str) -> Option<Argument> {
    let mut notices = report.items.iter().flat_map(|item| &item.notices);
    let notice = notices.find(|notice| notice.code == code)?;
    let mut arguments = notice.arguments.iter();
    let (_, argument) = arguments.find(|(name, _)| *name == "count")?;
    Some(argument.clone())
}

#[test]
fn a_list_is_told_by_what_it_says_itself_and_a_hold_is_no_end() {
    let mut case = case();
    let (_, request) = case.desk.start_order("autre");
    let branch = Branch::Production;
    let other = case
        .authority
        .issue(&request, Product::OrgAuthCli, branch, Validity::Now);
    let other = case.desk.import(&other).items[0].id.unwrap();
    let lost = case
        .desk
        .model()
        .certificate(other)
        .unwrap()
        .serial()
        .to_owned();
    let held = case.serial.clone();
    let delta = |base: u32| format!("2.5.29.27=critical,ASN1:INTEGER:{base}");
    let lost = (lost.as_str(), "260102000000Z,keyCompromise");
    let hold = (held.as_str(), "260102000000Z,certificateHold");
    let released = (held.as_str(), "260102000000Z,removeFromCRL");
    let one = Some(Argument::Number(1));

    let report = case
        .desk
        .import(&list(&case.authority, 10, NOW, &[hold, lost]));
    assert_eq!(count_of(&report, "notice-list-revokes"), one, "{report:?}");
    assert_eq!(count_of(&report, "notice-list-suspends"), one);
    let expected = (Status::Revoked, "verdict-suspended");
    assert_eq!(verdict(&case.desk, case.leaf), expected);
    let model = case.desk.model();
    let told = &model.certificate(case.leaf).unwrap().verdict;
    assert_eq!(
        told.remedy, None,
        "a hold may end: nothing is to be ordered"
    );
    let told = &model.certificate(other).unwrap().verdict;
    let why = ("reason", Argument::Word("reason-key-compromise"));
    assert!(told.reason.arguments.contains(&why), "{told:?}");

    let report = case.desk.import(&list_with(
        &case.authority,
        11,
        NEWER,
        &[released],
        &delta(10),
    ));
    assert_eq!(count_of(&report, "notice-list-releases"), one, "{report:?}");
    assert_eq!(count_of(&report, "notice-list-revokes"), None);
    assert!(!codes(&report).contains(&"notice-list-base-missing"));
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Trusted);

    let last = ("20260401000000Z", "20990101000000Z");
    let report = case
        .desk
        .import(&list_with(&case.authority, 21, last, &[lost], &delta(20)));
    assert_eq!(count_of(&report, "notice-list-revokes"), one, "{report:?}");
    assert!(codes(&report).contains(&"notice-list-base-missing"));
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Trusted);
}

/// Another key of the intermediate's name, which the root has signed or a stranger has made.
struct OtherKey {
    folder: tempfile::TempDir,
    certificate: ItemId,
}

impl OtherKey {
    fn bound(case: &mut Case) -> Self {
        let root = case.authority.root_pem_file();
        let key = root.with_file_name("root.key");
        Self::signed_by(case, Some((root, key)))
    }

    fn strange(case: &mut Case) -> Self {
        Self::signed_by(case, None)
    }

    fn signed_by(case: &mut Case, signer: Option<(PathBuf, PathBuf)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let extensions = "basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\n\
                          keyUsage=critical,keyCertSign,cRLSign\n";
        std::fs::write(path("other.ext"), extensions).unwrap();
        std::fs::write(path("other.key"), rsa_key_pem(2048)).unwrap();
        openssl("pkey -pubout -in")
            .arg(path("other.key"))
            .arg("-out")
            .arg(path("other.pub"))
            .accepts();
        openssl("x509 -x509toreq -in")
            .arg(case.authority.intermediate_pem_file())
            .arg("-signkey")
            .arg(case.authority.intermediate_key_file())
            .arg("-out")
            .arg(path("other.csr"))
            .accepts();
        let signed = openssl("x509 -req -days 30 -in")
            .arg(path("other.csr"))
            .arg("-force_pubkey")
            .arg(path("other.pub"))
            .arg("-extfile")
            .arg(path("other.ext"))
            .arg("-out")
            .arg(path("other.pem"));
        let signed = match signer {
            Some((certificate, key)) => {
                let signed = signed.arg("-CA").arg(certificate);
                signed.arg("-CAkey").arg(key)
            }
            None => signed.arg("-signkey").arg(path("other.key")),
        };
        signed.accepts();
        let pem = std::fs::read(path("other.pem")).unwrap();
        let certificate = case.desk.import(&pem).items[0].id.unwrap();
        Self {
            folder,
            certificate,
        }
    }

    /// A second certificate of that key by the root.
    fn again(&self, case: &mut Case) -> ItemId {
        let path = |name: &str| self.folder.path().join(name);
        let root = case.authority.root_pem_file();
        let der = openssl("x509 -req -days 31 -outform DER -in")
            .arg(path("other.csr"))
            .arg("-force_pubkey")
            .arg(path("other.pub"))
            .arg("-extfile")
            .arg(path("other.ext"))
            .arg("-CA")
            .arg(&root)
            .arg("-CAkey")
            .arg(root.with_file_name("root.key"))
            .accepts()
            .stdout;
        case.desk.import(&der).items[0].id.unwrap()
    }

    fn list(&self, number: u32, window: (&str, &str), revoked: &[(&str, &str)]) -> Vec<u8> {
        let certificate = self.folder.path().join("other.pem");
        let key = self.folder.path().join("other.key");
        list_by((&certificate, &key), number, window, revoked, "")
    }
}

/// 2026-01-02, the day of the revocations.
const DAY: i64 = 1_767_312_000;

#[test]
fn what_another_key_of_the_authority_revokes_is_told_with_its_reason_and_stays() {
    let mut case = case();
    let serial = case.serial.clone();
    let lost = [(serial.as_str(), "260102000000Z,keyCompromise")];
    let other = OtherKey::bound(&mut case);
    case.desk.import(&other.list(1, NOW, &lost));
    let expected = (Status::Revoked, "verdict-revoked");
    assert_eq!(verdict(&case.desk, case.leaf), expected);
    let model = case.desk.model();
    let found = model.certificate(case.leaf).unwrap();
    assert_eq!(found.revoked(), Some(UnixSeconds(DAY)));
    let told = &found.verdict.reason.arguments;
    let why = ("reason", Argument::Word("reason-key-compromise"));
    assert!(told.contains(&why), "{told:?}");
    assert!(told.contains(&("date", Argument::Time(DAY))), "{told:?}");
    // no list of the current key takes that back
    case.desk.import(&list(&case.authority, 2, NEWER, &[]));
    assert_eq!(verdict(&case.desk, case.leaf), expected);
    assert_eq!(verdict(&case.desk.reopened(), case.leaf), expected);
}

#[test]
fn a_hold_by_another_key_is_a_hold_and_ends_with_a_newer_list_of_the_current_one() {
    let mut case = case();
    let serial = case.serial.clone();
    let hold = [(serial.as_str(), "260102000000Z,certificateHold")];
    let other = OtherKey::bound(&mut case);
    case.desk.import(&list(&case.authority, 1, OVER, &[]));
    case.desk.import(&other.list(7, NOW, &hold));
    let expected = (Status::Revoked, "verdict-suspended");
    assert_eq!(verdict(&case.desk, case.leaf), expected);
    let model = case.desk.model();
    let found = model.certificate(case.leaf).unwrap();
    assert_eq!(found.revoked(), Some(UnixSeconds(DAY)));
    assert_eq!(found.verdict.remedy, None);
    case.desk.import(&list(&case.authority, 2, NEWER, &[]));
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Trusted);
    assert_eq!(
        case.desk.model().certificate(case.leaf).unwrap().revoked(),
        None
    );
    let desk = case.desk.reopened();
    assert_eq!(verdict(&desk, case.leaf).0, Status::Trusted);
}

#[test]
fn a_new_key_that_the_authority_signed_with_its_old_one_speaks_for_it() {
    let mut case = case();
    let serial = case.serial.clone();
    let hold = [(serial.as_str(), "260102000000Z,certificateHold")];
    case.desk.import(&list(&case.authority, 1, NOW, &hold));
    let old = case.authority.intermediate_pem_file();
    let key = case.authority.intermediate_key_file();
    let new = OtherKey::signed_by(&mut case, Some((old, key)));
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Revoked);
    case.desk.import(&new.list(2, NEWER, &[]));
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Trusted);
}

#[test]
fn an_authority_of_the_same_name_below_another_root_of_the_same_name_does_not_speak_for_it() {
    let mut case = case();
    let serial = case.serial.clone();
    let hold = [(serial.as_str(), "260102000000Z,certificateHold")];
    let suspended = (Status::Revoked, "verdict-suspended");
    case.desk.import(&list(&case.authority, 1, NOW, &hold));
    let namesake = TestAuthority::imposter();
    case.desk.import(&namesake.chain_pkcs7());
    case.desk.import(&list(&namesake, 2, NEWER, &[]));
    assert_eq!(verdict(&case.desk, case.leaf), suspended);
    assert_eq!(verdict(&case.desk.reopened(), case.leaf), suspended);
}

#[test]
fn a_hold_is_not_ended_by_a_stranger_or_by_a_key_of_the_authority_that_is_in_doubt() {
    let mut case = case();
    let serial = case.serial.clone();
    let hold = [(serial.as_str(), "260102000000Z,certificateHold")];
    let suspended = (Status::Revoked, "verdict-suspended");
    case.desk.import(&list(&case.authority, 1, NOW, &hold));
    // a stranger of the same name neither ends it nor says anything else
    let stranger = OtherKey::strange(&mut case);
    let lost = [(serial.as_str(), "260102000000Z,keyCompromise")];
    case.desk.import(&stranger.list(9, NEWER, &[]));
    assert_eq!(verdict(&case.desk, case.leaf), suspended);
    case.desk.import(&stranger.list(10, NEWER, &lost));
    assert_eq!(verdict(&case.desk, case.leaf), suspended);
    // another key of the authority ends it, unless its certificate is not believed
    let other = OtherKey::bound(&mut case);
    case.desk.import(&other.list(2, NEWER, &[]));
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Trusted);
    // any certificate of it: two of one key are one authority
    let again = other.again(&mut case);
    assert_eq!(verdict(&case.desk, case.leaf).0, Status::Trusted);
    for (certificate, trust, expected) in [
        (again, Trust::Never, Status::Revoked),
        (again, Trust::Issuer, Status::Trusted),
    ] {
        let decide = Command::SetTrust { certificate, trust };
        case.desk.act(decide).unwrap();
        assert_eq!(verdict(&case.desk, case.leaf).0, expected);
    }
    let (certificate, trust) = (other.certificate, Trust::Never);
    let distrust = Command::SetTrust { certificate, trust };
    case.desk.act(distrust).unwrap();
    assert_eq!(verdict(&case.desk, case.leaf), suspended);
    assert_eq!(verdict(&case.desk.reopened(), case.leaf), suspended);
}
