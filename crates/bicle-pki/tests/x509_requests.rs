//! Requests: ours judged by OpenSSL, OpenSSL's read by us.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod x509_tools;

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use bicle_pki::extension::{GeneralName, KeyUsage};
use bicle_pki::key_generate::{KeyType, RsaBits, generate};
use bicle_pki::name::DistinguishedName;
use bicle_pki::oid::{self, Oid};
use bicle_pki::private_key::{PrivateKey, SignError};
use bicle_pki::public_key::PublicKey;
use bicle_pki::request::{
    CertificationRequest, RequestAttribute, RequestTemplate, RequestedExtension, build, build_with,
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
        let signature = signer.try_sign(message).map_err(|_| SignError)?;
        Ok::<_, SignError>(signature.to_vec())
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
        ..RequestTemplate::for_subject(DistinguishedName::parse("CN=x").unwrap())
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

/// A SEQUENCE, SET or other element with a content of less than 128 octets.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap();
    assert!(length < 128);
    [&[tag, length], content].concat()
}

#[test]
fn every_kind_of_key_signs_a_request_with_all_its_parts() {
    let workshop = Workshop::new();
    let subject = DistinguishedName::parse(
        "C=FR, O=Hôpital, OU=un, OU=deux, SN=Dupont+GN=Jeanne+CN=899700, DC=fr, DC=sante",
    )
    .unwrap();
    let names = [
        "dns:*.hopital.example",
        "email:a@b.fr",
        "ip:2001:db8::1",
        "uri:urn:a:b",
        "upn:899700@carte-cps.fr",
        "rid:1.2.3.4",
        "dirName:C=FR,CN=x",
        "other:1.2.3.5;UTF8:é",
    ];
    let names = names.iter().map(|name| GeneralName::parse(name).unwrap());
    let template = RequestTemplate {
        extensions: vec![
            RequestedExtension::SubjectAltName(names.collect()),
            RequestedExtension::KeyUsage(KeyUsage::parse_names(["digitalSignature"]).unwrap()),
        ],
        challenge_password: Some("Mot de passe, 1".to_owned()),
        unstructured_name: Some("serveur n° 1".to_owned()),
        attributes: vec![RequestAttribute {
            oid: Oid::parse("1.2.3.6").unwrap(),
            values: vec![element(0x0c, b"b"), element(0x0c, b"a")],
        }],
        ..RequestTemplate::for_subject(subject.clone())
    };
    for (key_type, shown) in [
        (KeyType::Rsa(RsaBits::Rsa2048), "sha256WithRSAEncryption"),
        (KeyType::EcP256, "ecdsa-with-SHA256"),
        (KeyType::EcP384, "ecdsa-with-SHA384"),
        (KeyType::EcP521, "ecdsa-with-SHA512"),
        (KeyType::Ed25519, "ED25519"),
    ] {
        let never = AtomicBool::new(false);
        let key = generate(key_type, NonZeroUsize::MIN, &never, || UnwrapErr(SysRng)).unwrap();
        let der = build(&template, &key, &mut UnwrapErr(SysRng)).unwrap();
        let text = judged(&workshop, &der);
        for expected in [
            shown,
            "DC=sante,DC=fr,GN=Jeanne+SN=Dupont+CN=899700,OU=deux,OU=un,O=Hôpital,C=FR",
            "DNS:*.hopital.example, email:a@b.fr, IP Address:2001:DB8:0:0:0:0:0:1, URI:urn:a:b, othername: UPN::899700@carte-cps.fr, Registered ID:1.2.3.4, DirName:/C=FR/CN=x, othername: 1.2.3.5::",
            "challengePassword        :Mot de passe, 1",
            "unstructuredName         :serveur n",
            "1.2.3.6                  :a",
        ] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
        // the attributes are in the order of DER: parsed and written again they are the same
        let again = workshop.openssl(&["req", "-inform", "DER", "-in", "r.der", "-outform", "DER"]);
        assert_eq!(again, der);

        let request = CertificationRequest::from_der(&der).unwrap();
        assert!(request.verify_signature(), "{key_type}");
        assert_eq!(request.subject(), &subject);
        assert_eq!(request.challenge_password().unwrap(), "Mot de passe, 1");
        assert_eq!(request.unstructured_name().unwrap(), "serveur n° 1");
        assert_eq!(request.subject_alt_names().len(), 8);
        assert_eq!(request.attributes().len(), 4);
        let other = request.attribute(&Oid::parse("1.2.3.6").unwrap()).unwrap();
        assert_eq!(other.text().unwrap(), "a");
    }
}

#[test]
fn without_a_subject_the_alternative_names_are_critical() {
    let workshop = Workshop::new();
    let name = GeneralName::parse("dns:a.fr").unwrap();
    let template = RequestTemplate {
        extensions: vec![RequestedExtension::SubjectAltName(vec![name])],
        ..RequestTemplate::for_subject(DistinguishedName::empty())
    };
    let text = judged(&workshop, &signed(&template, &workshop));
    assert!(
        text.contains("X509v3 Subject Alternative Name: critical"),
        "{text}"
    );
}

/// A request of ours whose CertificationRequestInfo another function makes of its three first
/// fields: version, subject, key.
fn odd(workshop: &Workshop, make: impl FnOnce(&[u8], &[u8], &[u8]) -> Vec<u8>) -> Vec<u8> {
    workshop.make_key("odd", "ED25519");
    let spki = workshop.openssl(&["pkey", "-in", "odd.key", "-pubout", "-outform", "DER"]);
    let pkcs8 = workshop.openssl(&["pkey", "-in", "odd.key", "-outform", "DER"]);
    let key = PrivateKey::from_pkcs8_der(&pkcs8).unwrap();
    let subject = DistinguishedName::parse("CN=x").unwrap();
    let info = make(&[2, 1, 0], subject.der(), &spki);
    let signature = key.sign(&info, &mut UnwrapErr(SysRng)).unwrap();
    let algorithm = [0x30, 5, 6, 3, 0x2b, 0x65, 0x70];
    let bits = element(3, &[&[0], signature.as_slice()].concat());
    let content = [info, algorithm.to_vec(), bits].concat();
    let length = u8::try_from(content.len()).unwrap();
    [vec![0x30, 0x81, length], content].concat()
}

#[test]
fn odd_forms_of_the_wild_are_read() {
    let workshop = Workshop::new();
    // without attributes, as old Java and Netscape wrote it
    let der = odd(&workshop, |version, subject, key| {
        element(0x30, &[version, subject, key].concat())
    });
    let request = CertificationRequest::from_der(&der).unwrap();
    assert!(request.verify_signature() && request.attributes().is_empty());

    // an attribute without value, an empty extensionRequest, a challenge that is no text
    let empty = element(0x30, &[6, 3, 0x2a, 3, 4, 0x31, 0]);
    let challenge = [
        0x30, 16, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 7, 0x31, 3, 2, 1, 1,
    ];
    let extensions = [
        0x30, 15, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14, 0x31, 2, 0x30, 0,
    ];
    let der = odd(&workshop, |version, subject, key| {
        let list = [empty.as_slice(), &challenge, &extensions].concat();
        let attributes = element(0xa0, &list);
        element(
            0x30,
            &[version, subject, key, attributes.as_slice()].concat(),
        )
    });
    let request = CertificationRequest::from_der(&der).unwrap();
    assert!(request.verify_signature());
    assert_eq!(request.attributes().len(), 3);
    assert_eq!(request.challenge_password(), None);
    assert!(request.extensions().is_empty());

    // another version is refused: nothing says what it would be
    let der = odd(&workshop, |_, subject, key| {
        element(0x30, &[&[2, 1, 1], subject, key, &[0xa0, 0]].concat())
    });
    assert!(CertificationRequest::from_der(&der).is_err());
}

#[test]
fn the_request_of_keytool_is_read() {
    let workshop = Workshop::new();
    let store = workshop.path("s.p12");
    for arguments in [
        &[
            "-genkeypair",
            "-keyalg",
            "RSA",
            "-keysize",
            "2048",
            "-dname",
            "CN=portecle, C=FR",
        ][..],
        &["-certreq", "-file", "r.csr", "-ext", "san=dns:a.fr"],
    ] {
        let output = std::process::Command::new("keytool")
            .args(arguments)
            .args([
                "-alias",
                "a",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
            ])
            .arg("-keystore")
            .arg(&store)
            .current_dir(workshop.path(""))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
    let text = String::from_utf8(workshop.read("r.csr")).unwrap();
    assert!(
        text.starts_with("-----BEGIN NEW CERTIFICATE REQUEST-----"),
        "{text}"
    );
    let reading = bicle_pki::read::read(text.as_bytes(), &[], &AtomicBool::new(false));
    let bicle_pki::read::FoundItem::Request(request) = &reading.found[0].item else {
        panic!("{text}")
    };
    assert!(request.verify_signature());
    assert_eq!(request.subject().common_name(), Some("portecle"));
    assert_eq!(request.subject_alt_names()[0].to_string(), "dns:a.fr");
}
