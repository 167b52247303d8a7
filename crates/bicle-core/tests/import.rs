//! What an import says of each thing that a user may bring.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod common;

use bicle_core::command::{Command, ImportOutcome, Outcome};
use bicle_core::model::{OrderState, Remedy, Status, Trust};
use bicle_tests::authority::{Branch, Product, TestAuthority, Validity};
use bicle_tests::openssl;
use common::Desk;

fn codes(notices: &[bicle_core::phrase::Phrase]) -> Vec<&'static str> {
    notices.iter().map(|notice| notice.code).collect()
}

fn foreign_leaf(authority: &TestAuthority, branch: Branch, validity: Validity) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("k.pem");
    std::fs::write(&key, openssl::rsa_key_pem(2048)).unwrap();
    let request = openssl::request_pem(&key, "/C=FR");
    authority.issue(&request, Product::OrgAuthCli, branch, validity)
}

#[test]
fn a_new_vault_trusts_production_and_waits_for_a_word_on_test() {
    let desk = Desk::new();
    let model = desk.model();
    assert_eq!(model.certificates.len(), 12);
    assert_eq!(model.templates.len(), 1);
    assert!(!model.vault.test_branch_trusted);
    for found in &model.certificates {
        let test = found.branch == Some(bicle_core::model::Branch::Test);
        let expected = if test {
            Status::Untrusted
        } else {
            Status::Trusted
        };
        assert_eq!(
            found.verdict.status, expected,
            "{}: {:?}",
            found.item.name, found.verdict
        );
        assert!(found.official);
        assert!(found.issuer_id.is_some());
        if test {
            assert_eq!(found.verdict.reason.code, "verdict-test-not-trusted");
            assert_eq!(found.verdict.remedy, Some(Remedy::TrustTestBranch));
        }
    }
    let mut desk = desk;
    desk.act(Command::TrustTestBranch(true)).unwrap();
    let model = desk.model();
    assert!(model.vault.test_branch_trusted);
    assert!(
        model
            .certificates
            .iter()
            .all(|found| found.verdict.status == Status::Trusted)
    );
    let trusted_at_creation = Desk::with(true, true);
    assert!(trusted_at_creation.model().vault.test_branch_trusted);
    assert!(Desk::with(false, false).model().certificates.is_empty());
}

#[test]
fn a_certificate_without_its_key_says_so_and_a_second_time_it_is_known() {
    let authority = TestAuthority::new();
    let leaf = foreign_leaf(&authority, Branch::Production, Validity::Now);
    let mut desk = Desk::new();
    let report = desk.import(&leaf);
    assert!(codes(&report.items[0].notices).contains(&"notice-no-key"));
    let report = desk.import(&leaf);
    assert_eq!(report.items[0].outcome, ImportOutcome::Known);
    assert!(report.items[0].id.is_some());
}

#[test]
fn a_forged_certificate_hangs_under_nobody() {
    let forger = TestAuthority::forged();
    let leaf = foreign_leaf(&forger, Branch::Production, Validity::Now);
    let mut desk = Desk::new();
    let report = desk.import(&leaf);
    let verdict = report.items[0].verdict.as_ref().unwrap();
    assert_eq!(verdict.status, Status::Untrusted);
    assert_eq!(verdict.reason.code, "verdict-bad-signature");
    assert!(codes(&report.items[0].notices).contains(&"notice-forged"));
    let model = desk.model();
    let found = model.certificate(report.items[0].id.unwrap()).unwrap();
    assert_eq!(found.issuer_id, None);
    let real = model
        .certificates
        .iter()
        .find(|found| found.item.name == "AC IGC-SANTE ELEMENTAIRE ORGANISATIONS");
    assert!(real.unwrap().issued().is_empty());
}

#[test]
fn an_expired_certificate_says_since_when() {
    let authority = TestAuthority::new();
    let mut desk = Desk::new();
    let report = desk.import(&authority.chain_pkcs7());
    let root = report.trust_questions[0];
    desk.act(Command::SetTrust {
        certificate: root,
        trust: Trust::Always,
    })
    .unwrap();
    for (validity, status, notice) in [
        (Validity::Expired, Status::Expired, "notice-expired"),
        (
            Validity::NotYet,
            Status::NotYetValid,
            "notice-not-yet-valid",
        ),
    ] {
        let leaf = foreign_leaf(&authority, Branch::Production, validity);
        let report = desk.import(&leaf);
        assert_eq!(report.items[0].verdict.as_ref().unwrap().status, status);
        assert!(codes(&report.items[0].notices).contains(&notice));
    }
    let never = Command::SetTrust {
        certificate: root,
        trust: Trust::Never,
    };
    desk.act(never).unwrap();
    let leaf = foreign_leaf(&authority, Branch::Production, Validity::Now);
    let report = desk.import(&leaf);
    assert_eq!(
        report.items[0].verdict.as_ref().unwrap().reason.code,
        "verdict-distrusted"
    );
}

#[test]
fn the_portals_own_pkcs12_brings_key_certificate_and_chain() {
    let authority = TestAuthority::new();
    let (p12, _leaf) = authority.portal_pkcs12(Product::OrgSign, Branch::Test, "Azerty-123456");
    let mut desk = Desk::new();
    let report = desk.import(&p12);
    assert_eq!(report.password_needed, [0], "{report:?}");
    let report = desk.import_with(&p12, &["faux", "Azerty-123456"]);
    let added = report
        .items
        .iter()
        .filter(|item| item.outcome == ImportOutcome::Added);
    assert_eq!(added.count(), 4, "{report:?}");
    assert_eq!(report.reconciled.len(), 1);
    let model = desk.model();
    let leaf = model.certificate(report.reconciled[0].certificate).unwrap();
    assert_eq!(leaf.branch, Some(bicle_core::model::Branch::Test));
    assert!(leaf.key().is_some());
}

#[test]
fn a_key_that_comes_after_its_certificate_completes_it() {
    let authority = TestAuthority::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("k.pem");
    let key = openssl::rsa_key_pem(2048);
    std::fs::write(&path, &key).unwrap();
    let request = openssl::request_pem(&path, "/C=FR/CN=essai");
    let leaf = authority.issue(
        &request,
        Product::OrgAuthCli,
        Branch::Production,
        Validity::Now,
    );
    let mut desk = Desk::new();
    let certificate = desk.import(&leaf).items[0].id.unwrap();
    let report = desk.import(&key);
    let completed = report
        .items
        .iter()
        .find(|item| item.id == Some(certificate))
        .unwrap();
    assert_eq!(completed.outcome, ImportOutcome::Completed);
    assert_eq!(report.reconciled.len(), 1);
    assert_eq!(desk.import(&request).items[0].outcome, ImportOutcome::Added);
}

#[test]
fn nonsense_is_refused_by_name_and_nothing_is_stored() {
    let mut desk = Desk::new();
    let before = desk.model().vault.generation;
    for (bytes, code) in [
        (&b""[..], "import-empty"),
        (
            b"<!DOCTYPE html><html><body>404</body></html>",
            "import-not-recognised",
        ),
        (b"PK\x03\x04 a word file", "import-not-recognised"),
        (b"\x30\x82\xff\xff\x02\x01", "import-malformed"),
    ] {
        let report = desk.import(bytes);
        assert_eq!(report.items[0].outcome, ImportOutcome::Refused);
        let found = report.items[0].reason.as_ref().unwrap().code;
        assert!(
            found == code || found == "import-not-recognised",
            "{found} for {bytes:?}"
        );
    }
    assert_eq!(desk.model().vault.generation, before);
}

#[test]
fn what_comes_back_from_the_bin_is_whole_and_an_order_follows_its_certificate() {
    let authority = TestAuthority::new();
    let mut desk = Desk::new();
    let (_, request) = desk.start_order("essai");
    let leaf = authority.issue(
        &request,
        Product::OrgAuthCli,
        Branch::Production,
        Validity::Now,
    );
    let id = desk.import(&leaf).items[0].id.unwrap();
    assert_eq!(desk.model().orders[0].state, OrderState::Issued);
    assert!(matches!(
        desk.act(Command::Delete(vec![id])),
        Ok(Outcome::Deleted(_))
    ));
    assert_eq!(desk.model().orders[0].state, OrderState::Requested);
    assert_eq!(desk.model().bin.len(), 1);
    let report = desk.import(&leaf);
    assert_eq!(
        report.items[0].id,
        Some(id),
        "it is taken out of the bin: {report:?}"
    );
    assert_eq!(desk.model().orders[0].state, OrderState::Issued);
    desk.act(Command::Delete(vec![id])).unwrap();
    desk.act(Command::Restore(vec![id])).unwrap();
    assert_eq!(desk.model().orders[0].state, OrderState::Issued);
    assert_eq!(
        desk.act(Command::Restore(vec![id])).err().unwrap().code(),
        "nothing-to-restore"
    );
}

#[test]
fn a_request_on_a_curve_that_is_not_computed_is_kept_with_a_notice() {
    let mut desk = Desk::new();
    let request = include_bytes!("../../bicle-igc/tests/data/request-brainpool.der");
    let report = desk.import(request);
    assert_eq!(report.items[0].outcome, ImportOutcome::Added);
    assert_eq!(
        codes(&report.items[0].notices),
        ["notice-request-unverified"]
    );
    let forged = include_bytes!("../../bicle-igc/tests/data/request-forged.der");
    let report = desk.import(forged);
    assert_eq!(report.items[0].outcome, ImportOutcome::Refused);
}

#[test]
fn a_java_truststore_without_its_password_is_said_to_be_unchecked() {
    let mut desk = Desk::new();
    let store = include_bytes!("../../bicle-pki/tests/samples/java-trust.jks");
    let report = desk.import(store);
    let notices = codes(&report.items[0].notices);
    assert!(notices.contains(&"notice-not-checked"), "{notices:?}");
    assert!(!notices.contains(&"notice-no-mac"), "{notices:?}");
}
