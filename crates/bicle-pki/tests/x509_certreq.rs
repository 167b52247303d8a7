//! The guide's procedure "CertReq" (§10): from its `.inf` to a request that OpenSSL takes.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

mod x509_tools;

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use bicle_pki::certreq::{self, CertReq};
use bicle_pki::key_generate::generate;
use bicle_pki::request::{CertificationRequest, MicrosoftAttribute, build};
use getrandom::SysRng;
use rand_core::UnwrapErr;
use x509_tools::Workshop;

/// The request of a file, made with a new key, and what OpenSSL says of it.
fn requested(workshop: &Workshop, asked: &CertReq) -> (CertificationRequest, String) {
    let never = AtomicBool::new(false);
    let rng = || UnwrapErr(SysRng);
    let key = generate(asked.key_type, NonZeroUsize::MIN, &never, rng).unwrap();
    let der = build(&asked.template, &key, &mut rng()).unwrap();
    workshop.write("r.der", &der);
    let text = workshop.openssl_text(&[
        "req",
        "-inform",
        "DER",
        "-in",
        "r.der",
        "-verify",
        "-noout",
        "-text",
        "-nameopt",
        "RFC2253,-esc_msb,utf8",
    ]);
    (CertificationRequest::from_der(&der).unwrap(), text)
}

#[test]
fn section_10_certreq_the_guides_file_makes_a_request_without_names_of_the_machine() {
    let workshop = Workshop::new();
    let file =
        "[NewRequest]\r\nSubject = \"CN=monbiclé\"\r\nExportable = TRUE\r\nKeyLength = 2048\r\n";
    let asked = certreq::parse(file.as_bytes()).unwrap();
    let (request, text) = requested(&workshop, &asked);
    assert!(text.contains("Subject: CN=monbiclé"), "{text}");
    assert!(text.contains("Public-Key: (2048 bit)"), "{text}");
    assert!(text.contains("sha256WithRSAEncryption"), "{text}");
    assert!(request.verify_signature());
    assert!(request.attributes().is_empty());
    assert!(request.microsoft_attributes().is_empty());
}

#[test]
fn extensions_and_attributes_are_as_openssl_reads_them() {
    let workshop = Workshop::new();
    let file = "[Version]\nSignature=$Windows NT$\n[Strings]\nszOID_ENHANCED_KEY_USAGE = 2.5.29.37\n\
        szOID_PKIX_KP_SERVER_AUTH = 1.3.6.1.5.5.7.3.1\nszOID_PKIX_KP_CLIENT_AUTH = 1.3.6.1.5.5.7.3.2\n\
        [NewRequest]\nSubject = \"CN=www.hopital.example,O=Hôpital,C=FR\"\nKeyAlgorithm = ECDSA_P384\n\
        KeyUsage = 0x80\nSMIME = TRUE\nRequesterName = HOPITAL\\jeanne\nSubjectNameFlags = template\n\
        [Extensions]\n%szOID_ENHANCED_KEY_USAGE%={text}%szOID_PKIX_KP_SERVER_AUTH%,\n\
        _continue_ = %szOID_PKIX_KP_CLIENT_AUTH%\n2.5.29.17 = \"{text}\"\n_continue_ = \"DNS=example.com\"\n\
        _continue_ = \"DNS=www.example.com\"\n_continue_ = \"IP Address=192.168.1.1\"\n\
        2.5.29.19 = \"{text}ca=0&pathlength=3\"\nCritical = 2.5.29.19\n\
        [RequestAttributes]\nCertificateTemplate = WebServer\n";
    let asked = certreq::parse(file.as_bytes()).unwrap();
    let (request, text) = requested(&workshop, &asked);
    for expected in [
        "Subject: CN=www.hopital.example,O=Hôpital,C=FR",
        "ecdsa-with-SHA384",
        "TLS Web Server Authentication, TLS Web Client Authentication",
        "DNS:example.com, DNS:www.example.com, IP Address:192.168.1.1",
        "X509v3 Basic Constraints: critical\n                    CA:FALSE",
        "X509v3 Key Usage: critical\n                    Digital Signature",
        "S/MIME Capabilities",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert_eq!(
        request.microsoft_attributes(),
        [MicrosoftAttribute::NameValue {
            name: "CertificateTemplate".to_owned(),
            value: "WebServer".to_owned(),
        }]
    );
    let der = request.der();
    assert!(!der.windows(6).any(|window| window == b"jeanne"));
}
