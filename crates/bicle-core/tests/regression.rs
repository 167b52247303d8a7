//! Defects that were found, each with the test that showed it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod common;

use bicle_core::command::{
    CertificateFormat, ChainChoice, Command, Consumer, CreateRequest, Encoding, ExportCertificate,
    ExportKey, ImportOutcome, ImportRequest, KeyFormat, KeyType, Outcome, Source, UnlockWith,
};
use bicle_core::id::Kind;
use bicle_core::model::{Model, Status, Trust, UnixSeconds};
use bicle_core::open_vault::OpenVault;
use bicle_core::phrase::Phrase;
use bicle_platform::file::Existing;
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_tests::authority::{Branch, Product, TestAuthority, Validity};
use bicle_tests::openssl;
use common::{Desk, PASSWORD, services};

/// The order's key as a PEM file, for openssl.
fn plain_key(desk: &mut Desk) -> std::path::PathBuf {
    let path = desk.path("order.key");
    let export = Command::ExportKey(ExportKey {
        key: desk.model().keys[0].item.id,
        path: path.clone(),
        existing: Existing::Replace,
        format: KeyFormat::DangerPlainPkcs8,
        encoding: Encoding::Pem,
    });
    desk.act(export).unwrap();
    path
}

/// Does an act and says that the read model is the one that would be made anew.
fn act_and_compare(desk: &mut Desk, command: Command) {
    let said = |model: &Model| {
        let mut model = model.clone();
        model.at = UnixSeconds(0);
        format!("{model:#?}")
    };
    desk.act(command).unwrap();
    let changed = said(&desk.model());
    desk.act(Command::Refresh).unwrap();
    assert_eq!(changed, said(&desk.model()));
}

#[test]
fn a_model_that_shares_what_did_not_change_is_the_one_made_anew() {
    let authority = TestAuthority::new();
    let mut desk = Desk::new();
    let (order, request) = desk.start_order("essai");
    let branch = Branch::Production;
    let leaf = authority.issue(&request, Product::OrgAuthCli, branch, Validity::Now);
    let leaf = desk.import(&leaf).items[0].id.unwrap();
    desk.import(&authority.chain_pkcs7());
    let (key, request) = {
        let model = desk.model();
        (model.keys[0].item.id, model.requests[0].item.id)
    };
    let rename = |item, name: &str| Command::Rename {
        item,
        name: name.to_owned(),
    };
    let comment = |item| Command::Comment {
        item,
        comment: "un mot".to_owned(),
    };
    for item in [key, request, leaf, order] {
        act_and_compare(&mut desk, rename(item, "autre nom"));
        act_and_compare(&mut desk, comment(item));
    }
    let submit = Command::SubmitOrder {
        order,
        reference: "6397".to_owned(),
    };
    act_and_compare(&mut desk, submit);
    let generate = Command::GenerateKey {
        name: "neuve".to_owned(),
        key_type: KeyType::EcP256,
    };
    act_and_compare(&mut desk, generate);
    // each goes and comes back, alone and with others, before and after its relatives
    for items in [
        vec![key],
        vec![request],
        vec![order],
        vec![leaf],
        vec![key, request, order],
        vec![order, leaf, key],
    ] {
        act_and_compare(&mut desk, Command::Delete(items.clone()));
        act_and_compare(&mut desk, Command::Restore(items));
    }
    act_and_compare(&mut desk, Command::Delete(vec![request, key]));
    act_and_compare(&mut desk, Command::Purge(vec![key]));
    act_and_compare(&mut desk, Command::Restore(vec![request]));
    assert!(desk.model().certificate(leaf).unwrap().key().is_none());
}

#[test]
fn an_import_is_one_transaction_with_what_it_learned() {
    let authority = TestAuthority::new();
    let mut desk = Desk::new();
    let (_, request) = desk.start_order("essai");
    let branch = Branch::Production;
    let leaf = authority.issue(&request, Product::OrgAuthCli, branch, Validity::Now);
    for bytes in [authority.chain_pkcs7(), leaf] {
        let before = desk.model().vault.generation;
        desk.import(&bytes);
        assert_eq!(desk.model().vault.generation, before + 1);
    }
    // an authority that comes after what it signed: what is learned of that is a second one
    let mut desk = Desk::new();
    let (_, request) = desk.start_order("essai");
    let leaf = authority.issue(&request, Product::OrgAuthCli, branch, Validity::Now);
    let leaf = desk.import(&leaf).items[0].id.unwrap();
    let before = desk.model().vault.generation;
    desk.import(&authority.chain_pkcs7());
    assert_eq!(desk.model().vault.generation, before + 2);
    let desk = desk.reopened();
    let model = desk.model();
    let issuer = model.certificate(leaf).unwrap().issuer_id.unwrap();
    assert!(model.certificate(issuer).unwrap().issued().contains(&leaf));
}

#[test]
fn a_self_signed_placeholder_does_not_take_the_place_of_the_issued_certificate() {
    let authority = TestAuthority::new();
    let mut desk = Desk::new();
    let (_, request) = desk.start_order("essai");
    let key = plain_key(&mut desk);
    let placeholder = openssl::openssl("req -x509 -days 9000 -subj /CN=attente -key")
        .arg(&key)
        .accepts();
    desk.import(&placeholder.stdout);
    let leaf = authority.issue(
        &request,
        Product::OrgAuthCli,
        Branch::Production,
        Validity::Now,
    );
    let issued = desk.import(&leaf).items[0].id;
    assert_eq!(desk.model().orders[0].certificate, issued);
}

#[test]
fn an_export_never_replaces_the_open_vault_or_a_thing_that_is_no_file() {
    let mut desk = Desk::new();
    let vault = desk.path("coffre.bicle");
    let link = desk.path("alias");
    std::os::unix::fs::symlink(&vault, &link).unwrap();
    let pipe = desk.path("tube");
    let made = std::process::Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .unwrap();
    assert!(made.success());
    let before = std::fs::read(&vault).unwrap();
    for (path, code) in [
        (vault.clone(), "is-the-open-vault"),
        (link, "is-the-open-vault"),
        (desk.path("coffre.bicle-journal"), "is-the-open-vault"),
        (pipe.clone(), "not-a-file"),
        (desk.folder.path().to_owned(), "not-a-file"),
    ] {
        let export = Command::ExportCertificate(ExportCertificate {
            certificate: desk.model().certificates[0].item.id,
            path: path.clone(),
            existing: Existing::Replace,
            format: CertificateFormat::Pem,
            chain: ChainChoice::None,
            key_password: None,
        });
        let fault = desk.act(export).err().unwrap();
        assert_eq!(fault.code(), code, "{}", path.display());
    }
    assert_eq!(std::fs::read(&vault).unwrap(), before);
    assert!(!pipe.is_file());
}

#[test]
fn the_bin_does_not_undo_the_use_of_a_key() {
    let mut desk = Desk::new();
    desk.start_order("essai");
    let request = desk.model().requests[0].item.id;
    desk.act(Command::Delete(vec![request])).unwrap();
    let again = Command::CreateRequest(CreateRequest {
        name: "encore".into(),
        key: desk.model().keys[0].item.id,
        template: None,
        subject: None,
        subject_alt_names: Vec::new(),
        key_usage: Vec::new(),
        extended_key_usage: Vec::new(),
        challenge_password: None,
        unstructured_name: None,
        reuse_key: false,
    });
    assert_eq!(desk.act(again).err().unwrap().code(), "key-already-used");
}

#[test]
fn the_recovery_key_sets_a_new_password() {
    let mut desk = Desk::new();
    let Ok(Outcome::RecoveryKey(key)) = desk.act(Command::MakeRecoveryKey) else {
        panic!("no recovery key")
    };
    let change = |current: SecretText| Command::ChangePassword {
        current,
        new: SecretText::copy_of("un tout autre mot"),
    };
    let wrong = desk.act(change(SecretText::copy_of("oublié")));
    assert_eq!(wrong.err().unwrap().code(), "wrong-password");
    desk.act(change(key)).unwrap();
    let Desk { folder, open } = desk;
    drop(open);
    let path = folder.path().join("coffre.bicle");
    let unlock = |text: &str| {
        let with = UnlockWith::Password(SecretText::copy_of(text));
        OpenVault::unlock(&path, &with, services(folder.path())).is_ok()
    };
    assert!(!unlock(PASSWORD));
    assert!(unlock("un tout autre mot"));
}

#[test]
fn a_certificate_that_stands_in_several_files_is_told_for_each() {
    let authority = TestAuthority::new();
    let mut desk = Desk::new();
    let root = authority.root_der();
    let source = |name: &str| Source::Bytes {
        name: name.into(),
        bytes: SecretBytes::copy_of(&root),
    };
    let asked = ImportRequest {
        sources: vec![source("un.cer"), source("deux.cer")],
        passwords: Vec::new(),
        max_iterations: None,
        dry_run: false,
    };
    let Ok(Outcome::Imported(report)) = desk.act(Command::Import(asked)) else {
        panic!("not imported")
    };
    assert_eq!(report.items.len(), 2);
    assert_eq!(report.items[1].outcome, ImportOutcome::Known);
    assert_eq!(report.items[1].id, report.items[0].id);
}

#[test]
fn a_path_that_ends_untrusted_names_every_certificate_on_it() {
    let authority = TestAuthority::new();
    let mut desk = Desk::new();
    let (_, request) = desk.start_order("essai");
    let leaf = authority.issue(
        &request,
        Product::OrgAuthCli,
        Branch::Production,
        Validity::Now,
    );
    desk.import(&authority.intermediate_der());
    let report = desk.import(&leaf);
    let verdict = report.items[0].verdict.as_ref().unwrap();
    assert_eq!(verdict.reason.code, "verdict-no-issuer-above");
    assert_eq!(verdict.above.len(), 1);
    desk.import(&authority.root_der());
    let id = report.items[0].id.unwrap();
    let model = desk.model();
    let verdict = &model.certificate(id).unwrap().verdict;
    assert_eq!(verdict.reason.code, "verdict-not-trusted");
    assert_eq!(verdict.above.len(), 2);
}

#[test]
fn what_is_delivered_is_the_path_that_was_judged() {
    let authority = TestAuthority::new();
    let mut desk = Desk::new();
    let (order, request) = desk.start_order("essai");
    let leaf = authority.issue(
        &request,
        Product::OrgAuthCli,
        Branch::Production,
        Validity::Now,
    );
    let root = desk.import(&authority.root_der()).items[0].id.unwrap();
    let old = desk.import(&authority.intermediate_der()).items[0]
        .id
        .unwrap();
    desk.import(&leaf);
    // the same authority again: same name and key, another certificate
    let folder = authority.intermediate_pem_file();
    let folder = folder.parent().unwrap();
    let renewed = openssl::openssl(
        "x509 -req -in intermediate.csr -CA root.pem -CAkey root.key -set_serial 77 -days 300 -extfile intermediate.ext -outform DER -subj",
    )
    .arg("/C=FR/O=ASIP-SANTE/OU=0002 187512751/OU=IGC-SANTE ESSAI/CN=AC ESSAI ORGANISATIONS")
    .in_folder(folder)
    .accepts();
    let renewed = desk.import(&renewed.stdout).items[0].id.unwrap();
    let decide = |certificate, trust| Command::SetTrust { certificate, trust };
    desk.act(decide(root, Trust::Always)).unwrap();
    desk.act(decide(old, Trust::Never)).unwrap();
    let certificate = desk.model().orders[0].certificate.unwrap();
    let model = desk.model();
    let verdict = &model.certificate(certificate).unwrap().verdict;
    assert_eq!(verdict.status, Status::Trusted);
    assert_eq!(verdict.above[0], renewed);
    desk.deliver(order, "a.p12", Consumer::Modern, ChainChoice::Full)
        .unwrap();
    let held = openssl::open_pkcs12(&desk.path("a.p12"), common::EXPORT_PASSWORD)
        .accepts()
        .text();
    let der = |id: bicle_core::id::ItemId| model.certificate(id).unwrap().serial().to_owned();
    assert_ne!(der(old), der(renewed));
    let renewed_pem = openssl::certificate_pem(&authority.intermediate_der());
    let body = String::from_utf8(renewed_pem).unwrap();
    // the last lines are its signature: nothing else has them
    let old_line = body.trim_end().lines().nth_back(2).unwrap();
    assert!(
        !held.contains(old_line),
        "the distrusted certificate is not delivered"
    );
}

#[test]
fn a_certreq_file_that_is_imported_is_named_for_what_it_is() {
    let mut desk = Desk::new();
    let report = desk.import(b"[Version]\r\n[NewRequest]\r\nSubject=\"CN=essai\"\r\n");
    assert_eq!(report.items[0].outcome, ImportOutcome::Refused);
    let reason = report.items[0].reason.clone().unwrap();
    assert_eq!(
        reason,
        Phrase::new("import-not-recognised").word("looks-like", "looks-like-certreq")
    );
}

#[test]
fn a_certificate_whose_key_comes_beside_it_has_one_outcome() {
    let mut desk = Desk::new();
    let key = desk.path("seul.key");
    let certificate = openssl::openssl("req -x509 -newkey rsa:2048 -nodes -subj /CN=seul -keyout")
        .arg(&key)
        .accepts()
        .stdout;
    desk.import(&certificate);
    let mut both = std::fs::read(&key).unwrap();
    both.extend(certificate);
    let report = desk.import(&both);
    let outcomes: Vec<ImportOutcome> = report.items.iter().map(|item| item.outcome).collect();
    let expected = [ImportOutcome::Added, ImportOutcome::Completed];
    assert_eq!(outcomes, expected, "{report:?}");
    assert_eq!(report.items[1].file, report.items[0].file);
}

#[test]
fn what_is_refused_says_what_it_is() {
    let mut desk = Desk::new();
    let report = desk.import(b"PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\n");
    assert_eq!(
        report.items[0].reason,
        Some(Phrase::new("import-not-recognised").word("looks-like", "looks-like-putty"))
    );
    let locked = openssl::openssl("genpkey -algorithm ed25519 -aes256 -pass pass:secret")
        .accepts()
        .stdout;
    let report = desk.import_with(&locked, &["faux"]);
    assert_eq!(report.items[0].kind, Some(Kind::Key), "{report:?}");
    let curve =
        openssl::openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1")
            .accepts()
            .stdout;
    let reason = desk.import(&curve).items[0].reason.clone().unwrap();
    assert_eq!(
        reason,
        Phrase::new("import-unsupported-key").text("name", "EC brainpoolP256r1")
    );
}

#[test]
fn a_subject_that_is_turned_round_is_known_as_such() {
    for (text, turned) in [
        ("C=FR,O=b,CN=a", false),
        ("CN=a,OU=b,O=c", false),
        ("CN=a,O=c,C=FR", true),
        ("CN=a,DC=x,DC=fr", true),
        ("C=FR", false),
    ] {
        assert_eq!(bicle_core::subject_is_turned(text), turned, "{text}");
    }
}

#[test]
fn a_key_of_a_java_keystore_under_its_own_password_is_named() {
    let mut desk = Desk::new();
    let store = desk.path("essai.jks");
    let made = |words: &str| {
        bicle_tests::java::keytool(words)
            .arg("-keystore")
            .arg(&store)
            .accepts();
    };
    made(
        "-genkeypair -storetype JKS -keyalg EC -storepass magasin -keypass magasin -dname CN=a -alias une",
    );
    made(
        "-genkeypair -storetype JKS -keyalg EC -storepass magasin -keypass autremot -dname CN=b -alias deux",
    );
    let bytes = std::fs::read(&store).unwrap();
    let report = desk.import_with(&bytes, &["magasin"]);
    let mut items = report.items.iter();
    let refused = items
        .find(|item| item.outcome == ImportOutcome::Refused)
        .unwrap();
    let told = (refused.kind, refused.name.as_str());
    assert_eq!(told, (Some(Kind::Key), "deux"), "{report:?}");
    assert_eq!(refused.reason.as_ref().unwrap().code, "import-own-password");
    assert_eq!(report.password_needed, [0]);
}
