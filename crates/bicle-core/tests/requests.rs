//! Requests with all that one may ask for, CertReq files, and whether the portal would take them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod common;

use bicle_core::command::{
    CertReqFile, CertReqReport, Command, CreateRequest, Encoding, ImportOutcome, ImportRequest,
    KeyType, Outcome, Source,
};
use bicle_core::fault::Fault;
use bicle_core::id::ItemId;
use bicle_platform::file::Existing;
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_tests::openssl::openssl;
use common::Desk;

fn generate(desk: &mut Desk, key_type: KeyType) -> ItemId {
    let name = key_type.to_string();
    match desk.act(Command::GenerateKey { name, key_type }).unwrap() {
        Outcome::Created(id) => id,
        _ => panic!("another outcome"),
    }
}

fn asked(key: ItemId) -> CreateRequest {
    CreateRequest {
        name: "essai".into(),
        key,
        template: None,
        subject: None,
        subject_alt_names: Vec::new(),
        key_usage: Vec::new(),
        extended_key_usage: Vec::new(),
        challenge_password: None,
        unstructured_name: None,
        reuse_key: true,
    }
}

fn create(desk: &mut Desk, asked: CreateRequest) -> Result<ItemId, Fault> {
    match desk.act(Command::CreateRequest(asked))? {
        Outcome::Created(id) => Ok(id),
        _ => panic!("another outcome"),
    }
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// What openssl reads in it, its signature verified.
fn told(desk: &mut Desk, request: ItemId, file: &str) -> String {
    let path = desk.path(file);
    desk.act(Command::ExportRequest {
        request,
        path: path.clone(),
        encoding: Encoding::Pem,
        existing: Existing::Refuse,
    })
    .unwrap();
    let answer = openssl("req -verify -noout -text -nameopt RFC2253,utf8,-esc_msb -in");
    answer.arg(path).accepts().text()
}

fn broken(desk: &mut Desk, request: ItemId) -> Vec<&'static str> {
    let Outcome::RequestChecked(checks) = desk.act(Command::CheckRequest(request)).unwrap() else {
        panic!("another outcome")
    };
    let broken = checks.iter().filter(|check| !check.kept);
    broken.map(|check| check.rule).collect()
}

#[test]
fn a_request_asks_for_everything_with_every_kind_of_key() {
    let mut desk = Desk::with(false, false);
    let types = [
        KeyType::Rsa { bits: 2048 },
        KeyType::EcP384,
        KeyType::Ed25519,
    ];
    for key_type in types {
        let key = generate(&mut desk, key_type);
        let request = create(
            &mut desk,
            CreateRequest {
                subject: Some("C=FR,O=Hôpital,OU=un,OU=deux,CN=essai+UID=e42".into()),
                subject_alt_names: texts(&[
                    "dns:www.hopital.example",
                    "email:a@hopital.example",
                    "ip:192.0.2.1",
                    "uri:https://hopital.example/",
                    "upn:a@hopital.example",
                    "other:1.2.3.4;UTF8:texte",
                ]),
                key_usage: texts(&["digitalSignature", "keyEncipherment"]),
                extended_key_usage: texts(&["serverAuth", "1.3.6.1.5.5.7.3.2"]),
                challenge_password: Some(SecretText::copy_of("mot de passe")),
                unstructured_name: Some("autre nom".into()),
                ..asked(key)
            },
        )
        .unwrap();
        let told = told(&mut desk, request, &format!("{key_type}.pem"));
        for words in [
            "OU=un",
            "OU=deux",
            "DNS:www.hopital.example",
            "email:a@hopital.example",
            "IP Address:192.0.2.1",
            "URI:https://hopital.example/",
            "Digital Signature, Key Encipherment",
            "TLS Web Server Authentication, TLS Web Client Authentication",
            "challengePassword",
            "autre nom",
        ] {
            assert!(told.contains(words), "{words}: {told}");
        }
        let Outcome::Details(details) = desk.act(Command::Details(request)).unwrap() else {
            panic!("another outcome")
        };
        assert!(format!("{details:?}").contains("label-challenge-password"));
        let broken = broken(&mut desk, request);
        let rsa = matches!(key_type, KeyType::Rsa { .. });
        assert_eq!(broken.is_empty(), rsa, "{key_type}: {broken:?}");
    }
}

#[test]
fn what_a_request_cannot_ask_for_is_refused_with_its_reason() {
    let mut desk = Desk::with(false, false);
    let key = generate(&mut desk, KeyType::EcP256);
    let code = |asked: CreateRequest, desk: &mut Desk| create(desk, asked).unwrap_err().phrase.code;
    let names = |text: &str| CreateRequest {
        subject_alt_names: texts(&[text]),
        ..asked(key)
    };
    let found = code(names("dns:hôpital.example"), &mut desk);
    assert_eq!(found, "error-subject-alternative-not-ascii");
    let found = code(names("www.exemple.fr"), &mut desk);
    assert_eq!(found, "error-subject-alternative-malformed");
    let usage = CreateRequest {
        key_usage: texts(&["signer"]),
        ..asked(key)
    };
    assert_eq!(code(usage, &mut desk), "error-key-usage-unknown");
    let long = CreateRequest {
        unstructured_name: Some("x".repeat(256)),
        ..asked(key)
    };
    assert_eq!(code(long, &mut desk), "error-request-attribute-too-long");
    let empty = CreateRequest {
        challenge_password: Some(SecretText::copy_of("")),
        ..asked(key)
    };
    assert_eq!(code(empty, &mut desk), "error-request-attribute-empty");
    let nobody = CreateRequest {
        subject: Some(String::new()),
        ..asked(key)
    };
    assert_eq!(code(nobody, &mut desk), "error-subject-empty");
    assert!(desk.model().requests.is_empty());
}

const INF: &str = "[Version]\r\nSignature=\"$Windows NT$\"\r\n[NewRequest]\r\n\
    Subject=\"CN=serveur.exemple.fr, O=Hopital, C=FR\"\r\nKeyLength=2048\r\nKeyAlgorithm=RSA\r\n\
    HashAlgorithm=sha1\r\nExportable=FALSE\r\nMachineKeySet=TRUE\r\nKeyUsage=0xa0\r\n\
    FriendlyName=\"Serveur web\"\r\n[EnhancedKeyUsageExtension]\r\nOID=1.3.6.1.5.5.7.3.1\r\n\
    [Extensions]\r\n2.5.29.17=\"{text}\"\r\n_continue_=\"dns=serveur.exemple.fr&\"\r\n";

fn certreq(desk: &mut Desk, text: &str, path: Option<&str>) -> Result<CertReqReport, Fault> {
    let asked = CertReqFile {
        source: Source::Bytes {
            name: "demande.inf".into(),
            bytes: SecretBytes::copy_of(text.as_bytes()),
        },
        name: None,
        request_path: path.map(|name| desk.path(name)),
        existing: Existing::Refuse,
    };
    match desk.act(Command::CertReq(asked))? {
        Outcome::CertReqDone(report) => Ok(report),
        _ => panic!("another outcome"),
    }
}

#[test]
fn a_certreq_file_makes_the_key_and_the_request_of_the_manuals_tenth_section() {
    let mut desk = Desk::with(false, false);
    let report = certreq(&mut desk, INF, Some("demande.csr")).unwrap();
    let model = desk.model();
    let key = model.key(report.key).unwrap();
    assert_eq!(key.item.name, "Serveur web");
    assert_eq!(key.algorithm, "RSA-2048");
    assert_eq!(key.requests, [report.request]);
    let codes: Vec<&str> = report.notices.iter().map(|notice| notice.code).collect();
    for code in ["notice-certreq-exportable", "notice-certreq-hash"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
    let answer = openssl("req -verify -noout -text -in").arg(desk.path("demande.csr"));
    let told = answer.accepts().text();
    assert!(told.contains("DNS:serveur.exemple.fr"), "{told}");
    assert!(told.contains("sha256WithRSAEncryption"), "{told}");
    // no name of a machine or user inside
    assert!(!told.contains("1.3.6.1.4.1.311"), "{told}");
    assert!(broken(&mut desk, report.request).is_empty());
    let reopened = desk.reopened();
    assert_eq!(reopened.model().keys.len(), 1);
}

#[test]
fn a_wrong_certreq_file_makes_nothing_and_names_its_line() {
    let mut desk = Desk::with(false, false);
    let wrong = INF.replace("KeyAlgorithm=RSA", "KeyAlgorithm=DSA");
    let fault = certreq(&mut desk, &wrong, Some("x.csr")).unwrap_err();
    assert_eq!(fault.phrase.code, "error-certreq-key");
    let line = &fault.phrase.arguments[0];
    assert_eq!(line.1, bicle_core::phrase::Argument::Number(6), "{fault:?}");
    let fault = certreq(&mut desk, "bonjour", None).unwrap_err();
    assert_eq!(fault.phrase.code, "error-certreq-not-one");
    assert!(desk.model().keys.is_empty());
    assert!(!desk.path("x.csr").exists());
}

#[test]
fn a_signed_public_key_is_a_request_that_the_portal_does_not_take() {
    let mut desk = Desk::with(false, false);
    let key = desk.path("k.pem");
    std::fs::write(&key, bicle_tests::openssl::rsa_key_pem(2048)).unwrap();
    let made = openssl("spkac -challenge bonjour -key").arg(&key).accepts();
    let report = desk.import(&made.stdout);
    assert_eq!(report.items[0].outcome, ImportOutcome::Added, "{report:?}");
    let id = report.items[0].id.unwrap();
    let model = desk.model();
    assert!(model.request(id).unwrap().is_spkac);
    assert!(broken(&mut desk, id).contains(&"pkcs10"));
    let Outcome::Details(details) = desk.act(Command::Details(id)).unwrap() else {
        panic!("another outcome")
    };
    assert!(format!("{details:?}").contains("bonjour"));
    let path = desk.path("a.spkac");
    desk.act(Command::ExportRequest {
        request: id,
        path: path.clone(),
        encoding: Encoding::Pem,
        existing: Existing::Refuse,
    })
    .unwrap();
    openssl("spkac -verify -noout -in").arg(&path).accepts();
    // its key comes and finds it
    let report = desk.import(&std::fs::read(key).unwrap());
    assert_eq!(desk.model().request(id).unwrap().key, report.items[0].id);
}

#[test]
fn more_iterations_than_the_limit_are_asked_about_and_done_when_agreed() {
    let mut desk = Desk::with(false, false);
    let key = desk.path("k.pem");
    std::fs::write(&key, bicle_tests::openssl::rsa_key_pem(2048)).unwrap();
    let slow = openssl("pkcs8 -topk8 -v2 aes-256-cbc -iter 6000000 -passout pass:secret -in");
    let slow = slow.arg(&key).accepts().stdout;
    let report = desk.import_with(&slow, &["secret"]);
    assert_eq!(report.iterations_asked, [(0, 6_000_000)], "{report:?}");
    let reason = report.items[0].reason.as_ref().unwrap();
    assert_eq!(reason.code, "import-iterations-to-agree");
    let agreed = ImportRequest {
        sources: vec![Source::Bytes {
            name: "essai".into(),
            bytes: SecretBytes::copy_of(&slow),
        }],
        passwords: vec![SecretText::copy_of("secret")],
        max_iterations: Some(6_000_000),
        dry_run: false,
    };
    let Outcome::Imported(report) = desk.act(Command::Import(agreed)).unwrap() else {
        panic!("another outcome")
    };
    assert_eq!(report.items[0].outcome, ImportOutcome::Added, "{report:?}");
    assert!(report.iterations_asked.is_empty());
}
