//! The support of the procedures, tried by itself: the peers are there and say what we think they say.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests say what they expect"
)]

use bicle_tests::openssl::{
    assert_pair, certificate_pem, certificate_text, open_pkcs12, openssl, request_pem, rsa_key_pem,
    sha256_hex, verify, verify_request,
};
use bicle_tests::{
    Branch, Display, Peer, Product, TestAuthority, Validity, java, nss::NssDatabase,
};
use tempfile::TempDir;

/// A key and a request made by openssl, in a folder.
fn key_and_request(folder: &TempDir) -> (Vec<u8>, Vec<u8>) {
    let file = folder.path().join("a.key");
    let key = rsa_key_pem(2048);
    std::fs::write(&file, &key).unwrap();
    (key, request_pem(&file, "/C=FR"))
}

#[test]
fn the_authority_issues_every_product_and_openssl_verifies_it() {
    let authority = TestAuthority::new();
    let folder = TempDir::new().unwrap();
    let (key, request) = key_and_request(&folder);
    for product in [
        Product::OrgAuthCli,
        Product::OrgSign,
        Product::OrgConf,
        Product::ServSslServ,
        Product::PsSign,
    ] {
        for branch in [Branch::Production, Branch::Test] {
            let leaf = authority.issue(&request, product, branch, Validity::Now);
            assert_pair(&key, &leaf);
            let file = folder.path().join("leaf.pem");
            std::fs::write(&file, certificate_pem(&leaf)).unwrap();
            verify(
                &authority.root_pem_file(),
                &authority.intermediate_pem_file(),
                &file,
            )
            .accepts();
        }
    }
    let text = certificate_text(&authority.issue(
        &request,
        Product::PsSign,
        Branch::Production,
        Validity::Now,
    ));
    assert!(
        text.contains("title = M\\C3\\A9decin, GN = ANNE + SN = \\C3\\89TOILE + CN = 899700000001"),
        "{text}"
    );
    let text = certificate_text(&authority.issue(
        &request,
        Product::OrgAuthCli,
        Branch::Test,
        Validity::Now,
    ));
    for words in [
        "CN = INSI-AUTO",
        "TLS Web Client Authentication",
        "1.2.250.1.213.1.7.2.1.1.1.1",
        "5A:D0:C0:DE",
        "CN = AC ESSAI ORGANISATIONS",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

#[test]
fn expired_and_forged_certificates_are_refused_by_openssl() {
    let (authority, imposter) = (TestAuthority::new(), TestAuthority::imposter());
    let folder = TempDir::new().unwrap();
    let (_, request) = key_and_request(&folder);
    let judge = |der: &[u8]| {
        let file = folder.path().join("leaf.pem");
        std::fs::write(&file, certificate_pem(der)).unwrap();
        verify(
            &authority.root_pem_file(),
            &authority.intermediate_pem_file(),
            &file,
        )
    };
    let issue =
        |by: &TestAuthority, validity| by.issue(&request, Product::OrgSign, Branch::Test, validity);
    judge(&issue(&authority, Validity::Expired))
        .refuses()
        .says("certificate has expired");
    judge(&issue(&authority, Validity::NotYet))
        .refuses()
        .says("not yet valid");
    judge(&issue(&imposter, Validity::Now))
        .refuses()
        .says("signature failure");
    let text = certificate_text(&TestAuthority::forged().intermediate_der());
    assert!(
        text.contains("OU = IGC-SANTE, CN = AC IGC-SANTE ELEMENTAIRE ORGANISATIONS"),
        "{text}"
    );
    assert!(text.contains("D7:FB:FA:DC"), "{text}");
}

#[test]
fn a_request_whose_signature_is_wrong_is_not_issued() {
    let folder = TempDir::new().unwrap();
    let (_, request) = key_and_request(&folder);
    let mut der = openssl("req -outform DER").input(request).accepts().stdout;
    verify_request(&der);
    let last = der.len() - 1;
    der[last] ^= 1;
    assert!(std::panic::catch_unwind(|| verify_request(&der)).is_err());
    let authority = TestAuthority::new();
    let issued = std::panic::catch_unwind(|| {
        authority.issue(&der, Product::OrgSign, Branch::Test, Validity::Now)
    });
    assert!(issued.is_err());
}

#[test]
fn the_portals_own_pkcs12_opens_everywhere() {
    let authority = TestAuthority::new();
    let folder = TempDir::new().unwrap();
    let (bytes, leaf) = authority.portal_pkcs12(Product::OrgAuthCli, Branch::Test, "Portail-2026");
    let file = folder
        .path()
        .join("asip-p12-EL-TEST-ORG-AUTH_CLI-20261122-103506.p12");
    std::fs::write(&file, bytes).unwrap();
    let content = open_pkcs12(&file, "Portail-2026").accepts();
    assert_eq!(content.text().matches("BEGIN CERTIFICATE").count(), 3);
    assert!(!content.text().contains("friendlyName"));
    assert_pair(&content.stdout, &leaf);
    open_pkcs12(&file, "portail")
        .refuses()
        .says("invalid password");
    let database = NssDatabase::new();
    database
        .list_pkcs12(&file, "Portail-2026")
        .accepts()
        .says("INSI-AUTO");
    database.import_pkcs12(&file, "Portail-2026").accepts();
    database.keys().says("rsa");
    java::list(&file, "Portail-2026")
        .accepts()
        .says("Certificate chain length: 3");
    java::copy_to_pkcs12(&file, "Portail-2026", &folder.path().join("copy.p12"));
}

#[test]
fn the_chain_comes_as_one_pkcs7() {
    let chain = TestAuthority::new().chain_pkcs7();
    let text = openssl("pkcs7 -inform DER -print_certs -noout")
        .input(chain)
        .accepts()
        .text();
    assert_eq!(text.matches("subject=").count(), 2, "{text}");
}

#[test]
fn a_missing_peer_fails_the_test_and_is_named() {
    let missing = std::panic::catch_unwind(|| Peer::new("a-peer-that-nobody-has").answer());
    let message = missing.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("a-peer-that-nobody-has"), "{message}");
}

#[test]
fn bytes_go_to_a_peer_and_come_back_whole() {
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let answer = Peer::new("cat").input(bytes.clone()).accepts();
    assert!(answer.stdout == bytes);
    assert_eq!(
        sha256_hex(b"abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn a_window_is_opened_seen_typed_into_and_closed() {
    let mut display = Display::start(640, 400);
    display.set_clipboard("d’une fenêtre à l’autre");
    assert_eq!(display.clipboard(), "d’une fenêtre à l’autre");
    let mut shown = display.open(
        std::path::Path::new("/usr/bin/xmessage"),
        &["-title", "bicle-essai", "bonjour"],
        &[],
    );
    let _id = display.wait_for_window("^bicle-essai$");
    let picture = display.screenshot("support");
    assert!(std::fs::metadata(picture).unwrap().len() > 500);
    assert!(shown.is_running());
    display.press("Return");
    display.press("alt+F4");
    shown.wait();
    display.wait_until_gone("^bicle-essai$");
}
