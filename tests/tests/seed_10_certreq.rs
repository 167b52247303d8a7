//! Seed §10, "CertReq": the key and the request come from the same `.inf` file, without Windows; the portal's
//! answer finds its key by an import, and the pair leaves as PKCS#12 with its chain.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use bicle_tests::{Cli, TestAuthority, openssl};
use procedure::{
    KEYSTORE_PASSWORD, VAULT_PASSWORD, assert_private, assert_verifies, import, judge_pkcs12,
    keystore_password_file, outcomes, trust_authority, withdraw,
};

/// §10.3: the fields that the seed names, as a Windows editor ends its lines.
const INF: &str =
    "[NewRequest]\r\nSubject = \"CN=monbiclé\"\r\nExportable = TRUE\r\nKeyLength = 2048\r\n";

/// The text in a one-byte encoding of Windows, as Notepad saved it for years.
fn ansi(text: &str) -> Vec<u8> {
    text.chars()
        .map(|letter| u8::try_from(u32::from(letter)).expect("a letter of Latin-1"))
        .collect()
}

/// The text as Windows calls "Unicode": UTF-16, little end first, with its mark.
fn utf_16(text: &str) -> Vec<u8> {
    "\u{feff}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect()
}

/// How many keys the vault holds.
fn keys(cli: &Cli) -> usize {
    cli.json("list keys").as_array().unwrap().len()
}

#[test]
fn the_procedure_in_the_seeds_own_words() {
    let cli = Cli::new(VAULT_PASSWORD);
    // §10.1 and §10.2: the authorities come first
    let authority = TestAuthority::new();
    trust_authority(&cli, &authority);

    // §10.3 and §10.4: one file makes the key and the request
    let _inf = cli.file("igcsante-certreq.inf", ansi(INF));
    let made = cli.json("certreq igcsante-certreq.inf --out igcsante-certreq.req");
    assert_eq!(made["key"]["algorithm"], "RSA-2048", "{made:#}");
    assert_eq!(made["key"]["name"], "monbiclé");
    assert_eq!(made["request"]["subject"], "CN=monbiclé");
    assert_eq!(made["request"]["key_id"], made["key_id"]);
    let file = cli.path("igcsante-certreq.req");
    let pem = std::fs::read(&file).unwrap();
    openssl::verify_request(&pem);
    let text = openssl::openssl("req -noout -text -nameopt utf8 -subject")
        .input(pem)
        .accepts();
    text.says("CN=monbiclé")
        .says("Public-Key: (2048 bit)")
        .says("sha256WithRSAEncryption");
    // what Windows would write of the machine and of its user is not there (1.3.6.1.4.1.311.21.20)
    let machine = openssl::openssl("asn1parse -in").arg(&file).accepts();
    assert!(
        !machine.text().contains("311.21.20") && !machine.text().contains("311.13.2"),
        "{}",
        machine.told()
    );

    // §10.5 to §10.7: the portal takes it and answers
    assert_eq!(
        cli.command("--json request check")
            .arg(&file)
            .accepts()
            .json()["accepted"],
        true
    );
    let leaf = withdraw(&cli, &authority, &file, "igcsante-certreq.crt");

    // §10.8: the import finds the key and the request
    let report = import(&cli, &[&cli.path("igcsante-certreq.crt")]);
    assert_eq!(outcomes(&report), ["added"]);
    assert_eq!(report["reconciled"][0]["key"], made["key_id"]);
    assert_eq!(report["reconciled"][0]["request"], made["request_id"]);
    let certificate = report["items"][0]["id"].as_str().unwrap();
    assert_eq!(
        cli.json(&format!("verify {certificate}"))["status"],
        "trusted"
    );
    assert_verifies(&cli, &authority, &leaf);

    // §10.9: the pair with every certificate of its path, under a password
    let out = cli.path("igcsante-certreq.pfx");
    cli.command("certificate export --format pkcs12 --chain full")
        .arg(certificate)
        .arg("--export-password-file")
        .arg(keystore_password_file(&cli))
        .arg("--out")
        .arg(&out)
        .accepts();
    judge_pkcs12(&cli, &out, &leaf, 3);
    assert_private(&out);
    openssl::open_pkcs12(&out, KEYSTORE_PASSWORD)
        .accepts()
        .says("friendlyName");

    // §10.10: to start again is to make another key
    let again = cli.json("certreq igcsante-certreq.inf --out seconde.req");
    assert_ne!(again["key"]["spki_sha256"], made["key"]["spki_sha256"]);
}

#[test]
fn the_file_is_read_in_every_encoding_of_windows() {
    let cli = Cli::new(VAULT_PASSWORD);
    let files = [
        ("ansi.inf", ansi(INF)),
        ("utf-8.inf", INF.as_bytes().to_vec()),
        ("utf-8-bom.inf", [b"\xef\xbb\xbf", INF.as_bytes()].concat()),
        ("utf-16.inf", utf_16(INF)),
    ];
    for (name, bytes) in files {
        let _inf = cli.file(name, bytes);
        let made = cli.json(&format!("certreq {name} --name {name}"));
        assert_eq!(made["request"]["subject"], "CN=monbiclé", "{name}");
        assert_eq!(made["key"]["name"], name);
        assert_eq!(made["path"], serde_json::Value::Null);
    }
}

#[test]
fn what_the_file_asks_for_is_in_the_request() {
    let cli = Cli::new(VAULT_PASSWORD);
    let _inf = cli.file(
        "serveur.inf",
        concat!(
            "; un serveur\r\n",
            "[Version]\r\nSignature=\"$Windows NT$\"\r\n",
            "[Strings]\r\nnom = \"www.cabinet-etoile.example\"\r\nszOID_SAN = \"2.5.29.17\"\r\n",
            "[NewRequest]\r\nSubject = \"CN=%nom%\"\r\nKeyAlgorithm = ECDSA_P256\r\n",
            "KeyLength = 256\r\nKeyUsage = 0x80\r\nMachineKeySet = TRUE\r\nExportable = FALSE\r\n",
            "HashAlgorithm = sha256\r\nFriendlyName = \"Serveur Étoile\"\r\nRequestType = PKCS10\r\n",
            "[EnhancedKeyUsageExtension]\r\nOID = 1.3.6.1.5.5.7.3.1\r\nOID = 1.3.6.1.5.5.7.3.2\r\n",
            "[Extensions]\r\n%szOID_SAN% = \"{text}\"\r\n_continue_ = \"dns=%nom%&\"\r\n",
            "_continue_ = \"dns=cabinet-etoile.example\"\r\n",
        ),
    );
    let made = cli.json("certreq serveur.inf --out serveur.req");
    assert_eq!(made["key"]["algorithm"], "EC-P-256", "{made:#}");
    assert_eq!(made["key"]["name"], "Serveur Étoile");
    // a key that Windows would not let out leaves the vault as any other: that is said
    assert!(!made["notices"].as_array().unwrap().is_empty(), "{made:#}");
    let pem = std::fs::read(cli.path("serveur.req")).unwrap();
    openssl::verify_request(&pem);
    openssl::openssl("req -noout -text")
        .input(pem)
        .accepts()
        .says("CN = www.cabinet-etoile.example")
        .says("DNS:www.cabinet-etoile.example, DNS:cabinet-etoile.example")
        .says("TLS Web Server Authentication, TLS Web Client Authentication")
        .says("X509v3 Key Usage: critical")
        .says("Digital Signature");
    // a key that nobody should make today is made longer, and it is said
    let _inf = cli.file(
        "courte.inf",
        "[NewRequest]\r\nSubject = \"CN=a\"\r\nKeyLength = 512\r\nHashAlgorithm = sha1\r\n",
    );
    let weak = cli.json("certreq courte.inf --out courte.req");
    assert_eq!(weak["key"]["algorithm"], "RSA-2048");
    assert_eq!(weak["notices"].as_array().unwrap().len(), 2, "{weak:#}");
    openssl::openssl("req -noout -text -in courte.req")
        .in_folder(cli.folder())
        .accepts()
        .says("sha256WithRSAEncryption");

    // the portal takes RSA alone: each rule is told, kept or broken
    let check = cli
        .command("--json request check")
        .arg(cli.path("serveur.req"))
        .refuses();
    assert_eq!(check.status, Some(1));
    let check = check.json();
    assert_eq!(check["accepted"], false);
    let rules = check["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["kept"] == true), "{check:#}");
    assert!(rules.iter().any(|rule| rule["kept"] == false), "{check:#}");
}

#[test]
fn a_file_that_is_refused_leaves_nothing_behind() {
    let cli = Cli::new(VAULT_PASSWORD);
    let _inf = cli.file("bon.inf", INF);
    for (name, text) in [
        ("vide.inf", ""),
        ("sans-section.inf", "Subject = \"CN=a\"\r\n"),
        ("sujet.inf", "[NewRequest]\r\nSubject = \"nonsense\"\r\n"),
        (
            "taille.inf",
            "[NewRequest]\r\nSubject = \"CN=a\"\r\nKeyLength = beaucoup\r\n",
        ),
        (
            "dsa.inf",
            "[NewRequest]\r\nSubject = \"CN=a\"\r\nKeyAlgorithm = DSA\r\n",
        ),
        (
            "type.inf",
            "[NewRequest]\r\nSubject = \"CN=a\"\r\nRequestType = CMC\r\n",
        ),
    ] {
        let file = cli.file(name, text);
        let answer = cli
            .command("--json certreq --out refusée.req")
            .arg(&file)
            .refuses();
        assert_eq!(answer.status, Some(1), "{name}: {}", answer.told());
        let error = &answer.json()["error"];
        assert!(!error["message"].as_str().unwrap().is_empty(), "{name}");
        assert!(!error["advice"].as_str().unwrap().is_empty(), "{name}");
        assert!(!cli.path("refusée.req").exists(), "{name}");
    }
    // a file that exists is not overwritten, and no key is made for nothing
    let taken = cli.file("prise.req", "à moi");
    let answer = cli
        .command("--json certreq bon.inf --out prise.req")
        .refuses();
    assert_eq!(answer.json()["error"]["code"], "file-exists");
    assert_eq!(std::fs::read(&taken).unwrap(), "à moi".as_bytes());
    assert_eq!(keys(&cli), 0);
    cli.command("certreq bon.inf --out prise.req --force")
        .accepts();
    assert_eq!(keys(&cli), 1);
    openssl::verify_request(&std::fs::read(&taken).unwrap());
}
