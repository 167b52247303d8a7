//! Requests: ours judged by OpenSSL, OpenSSL's read by us.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

mod x509_tools;

use bicle_pki::extension::{GeneralName, KeyUsage};
use bicle_pki::name::DistinguishedName;
use bicle_pki::oid;
use bicle_pki::private_key::PrivateKey;
use bicle_pki::public_key::PublicKey;
use bicle_pki::request::{
    CertificationRequest, RequestTemplate, RequestedExtension, build, build_with,
};
use getrandom::SysRng;
use rand_core::UnwrapErr;
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey};
use sha2::Sha256;
use signature::{SignatureEncoding, Signer};
use x509_tools::Workshop;

fn signed(template: &RequestTemplate, workshop: &Workshop) -> Vec<u8> {
    if !workshop.path("k.key").exists() {
        workshop.make_key("k", "RSA:2048");
    }
    let pem = String::from_utf8(workshop.read("k.key")).unwrap();
    let key = RsaPrivateKey::from_pkcs8_pem(&pem).unwrap();
    let spki = key.to_public_key().to_public_key_der().unwrap();
    let public = PublicKey::from_spki_der(spki.as_bytes()).unwrap();
    let signer = SigningKey::<Sha256>::new(key);
    build_with(template, &public, |message| {
        signer.try_sign(message).map(|signature| signature.to_vec())
    })
    .unwrap()
}

fn judged(workshop: &Workshop, der: &[u8]) -> String {
    workshop.write("r.der", der);
    workshop.openssl_text(&[
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
    ])
}

#[test]
fn a_request_without_extensions_has_no_attribute() {
    let workshop = Workshop::new();
    let subject = DistinguishedName::parse("C=FR,O=Hôpital,OU=1,CN=INSI-AUTO").unwrap();
    let der = signed(&RequestTemplate::for_subject(subject.clone()), &workshop);
    let text = judged(&workshop, &der);
    assert!(text.contains("CN=INSI-AUTO,OU=1,O=Hôpital,C=FR"), "{text}");
    assert!(text.contains("sha256WithRSAEncryption"), "{text}");
    assert!(text.contains("(none)"), "{text}");
    let parsed = workshop.openssl_text(&["asn1parse", "-inform", "DER", "-in", "r.der"]);
    assert!(parsed.contains("l=   0 cons: cont [ 0 ]"), "{parsed}");

    let request = CertificationRequest::from_der(&der).unwrap();
    assert_eq!(request.subject(), &subject);
    assert!(request.verify_signature());
    assert!(request.attributes().is_empty());
    assert_eq!(request.public_key().algorithm().to_string(), "RSA-2048");
}

#[test]
fn a_private_key_of_ours_signs_the_same_request() {
    let workshop = Workshop::new();
    let template = RequestTemplate::for_subject(DistinguishedName::parse("C=FR").unwrap());
    let by_hand = signed(&template, &workshop);
    let pkcs8 = workshop.openssl(&[
        "pkcs8", "-topk8", "-nocrypt", "-in", "k.key", "-outform", "DER",
    ]);
    let key = PrivateKey::from_pkcs8_der(&pkcs8).unwrap();
    let mut rng = UnwrapErr(SysRng);
    assert_eq!(build(&template, &key, &mut rng).unwrap(), by_hand);
}

#[test]
fn an_empty_subject_is_possible() {
    let workshop = Workshop::new();
    let der = signed(
        &RequestTemplate::for_subject(DistinguishedName::empty()),
        &workshop,
    );
    judged(&workshop, &der);
    assert!(
        CertificationRequest::from_der(&der)
            .unwrap()
            .subject()
            .is_empty()
    );
}

#[test]
fn every_extension_is_written_as_openssl_reads_it() {
    let workshop = Workshop::new();
    let template = RequestTemplate {
        subject: DistinguishedName::parse("CN=x").unwrap(),
        extensions: vec![
            RequestedExtension::SubjectAltName(vec![
                GeneralName::Dns("a.fr".to_owned()),
                GeneralName::Email("a@b.fr".to_owned()),
                GeneralName::Uri("https://a.fr/".to_owned()),
                GeneralName::from_ip("192.0.2.1".parse().unwrap()),
                GeneralName::from_ip("2001:db8::1".parse().unwrap()),
            ]),
            RequestedExtension::KeyUsage(KeyUsage::of(&[
                KeyUsage::DIGITAL_SIGNATURE,
                KeyUsage::KEY_ENCIPHERMENT,
            ])),
            RequestedExtension::ExtendedKeyUsage(vec![oid::SERVER_AUTH, oid::CLIENT_AUTH]),
        ],
    };
    let der = signed(&template, &workshop);
    let text = judged(&workshop, &der);
    for expected in [
        "DNS:a.fr, email:a@b.fr, URI:https://a.fr/, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1",
        "X509v3 Key Usage: critical",
        "Digital Signature, Key Encipherment",
        "TLS Web Server Authentication, TLS Web Client Authentication",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let request = CertificationRequest::from_der(&der).unwrap();
    assert!(request.verify_signature());
    assert_eq!(request.subject_alt_names().len(), 5);
    assert_eq!(
        request.extended_key_usage().unwrap(),
        [oid::SERVER_AUTH, oid::CLIENT_AUTH]
    );
    assert_eq!(
        request.key_usage().unwrap().to_string(),
        "digitalSignature, keyEncipherment"
    );
}

#[test]
fn requests_of_openssl_are_read_for_every_kind_of_key() {
    let workshop = Workshop::new();
    workshop.write(
        "r.cnf",
        "[req]\ndistinguished_name=dn\nprompt=no\nreq_extensions=ext\nattributes=att\n[dn]\nC=FR\n\
         [ext]\nsubjectAltName=DNS:a.fr,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:u@v\nkeyUsage=digitalSignature\n\
         [att]\nchallengePassword=Secret12\n",
    );
    for kind in ["RSA:2048", "EC:P-256", "EC:P-384", "EC:P-521", "ED25519"] {
        workshop.make_key("k", kind);
        workshop.openssl(&[
            "req", "-new", "-config", "r.cnf", "-key", "k.key", "-outform", "DER", "-out", "r.der",
        ]);
        let der = workshop.read("r.der");
        let request = CertificationRequest::from_der(&der).unwrap();
        assert!(request.verify_signature(), "{kind}");
        assert_eq!(request.attributes().len(), 2, "{kind}");
        let names: Vec<String> = request
            .subject_alt_names()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(names, ["dns:a.fr", "userPrincipalName:u@v"]);
        for length in 0..der.len() {
            assert!(
                CertificationRequest::from_der(&der[..length]).is_err(),
                "{length}"
            );
        }
        assert!(CertificationRequest::from_der(&[&der[..], &[0]].concat()).is_err());
        for position in 0..der.len() {
            let mut changed = der.clone();
            changed[position] ^= 1;
            if let Ok(changed) = CertificationRequest::from_der(&changed) {
                assert!(!changed.verify_signature(), "{kind} byte {position}");
            }
        }
    }
}
