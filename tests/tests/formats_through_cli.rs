//! What the command line writes in every format, judged by openssl and ssh-keygen and read back by Biclé; requests
//! with every option; revocation lists.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod procedure;

use std::path::Path;

use bicle_tests::{Cli, Peer, TestAuthority, openssl};
use procedure::{
    KEYSTORE_PASSWORD, VAULT_PASSWORD, assert_private, import, keystore_password_file, outcomes,
    trust_authority, withdraw,
};

/// The types of `key generate`, and how an item of each says its algorithm.
const TYPES: [(&str, &str); 5] = [
    ("--type rsa --bits 2048", "RSA-2048"),
    ("--type ec --curve P-256", "EC-P-256"),
    ("--type ec --curve P-384", "EC-P-384"),
    ("--type ec --curve P-521", "EC-P-521"),
    ("--type ed25519", "Ed25519"),
];

/// The public half as openssl writes it (PEM), from a private key's file.
#[track_caller]
fn public_by_openssl(file: &Path, encoding: &str) -> Vec<u8> {
    openssl::openssl("pkey -pubout -inform")
        .args([encoding, "-passin", &format!("pass:{KEYSTORE_PASSWORD}")])
        .arg("-in")
        .arg(file)
        .accepts()
        .stdout
}

/// The public line as ssh-keygen writes it, from a private key's file.
#[track_caller]
fn public_by_ssh_keygen(file: &Path, password: &str) -> String {
    let line = Peer::new("ssh-keygen")
        .args(["-y", "-P", password, "-f"])
        .arg(file)
        .accepts()
        .text();
    line.split_whitespace()
        .take(2)
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn every_key_leaves_in_every_format_and_comes_back() {
    let cli = Cli::new(VAULT_PASSWORD);
    let other = Cli::new(VAULT_PASSWORD);
    let password = keystore_password_file(&cli);
    for (options, algorithm) in TYPES {
        let key = cli.json(&format!("key generate --name {algorithm} {options}"));
        assert_eq!(key["algorithm"], algorithm);
        let export = |options: &str, name: &str| {
            let out = cli.path(&format!("{algorithm}-{name}"));
            cli.command("key export")
                .arg(algorithm)
                .words(options)
                .arg("--export-password-file")
                .arg(&password)
                .arg("--out")
                .arg(&out)
                .accepts();
            out
        };
        let spki = std::fs::read(export("--format spki", "spki.pem")).unwrap();
        let ssh_line = std::fs::read_to_string(export("--format openssh-public", "ssh.pub"));
        let ssh_line = ssh_line.unwrap();
        let ssh_line: Vec<&str> = ssh_line.split_whitespace().take(2).collect();
        let ssh_line = ssh_line.join(" ");
        let jwk = std::fs::read(export("--format jwk-public", "public.jwk")).unwrap();
        let jwk: serde_json::Value = serde_json::from_slice(&jwk).unwrap();
        assert_eq!(jwk.get("d"), None, "{jwk:#}");

        let mut written = Vec::new();
        for (options, name) in [
            ("--format pkcs8", "aes.pem"),
            ("--format pkcs8 --encoding der", "aes.der"),
            ("--format pkcs8 --cipher scrypt", "scrypt.pem"),
            ("--format pkcs8 --cipher 3des", "3des.pem"),
            ("--format pkcs8 --cipher none", "plain.pem"),
        ] {
            let file = export(options, name);
            let encoding = if name.ends_with("der") { "DER" } else { "PEM" };
            assert_eq!(public_by_openssl(&file, encoding), spki, "{options}");
            written.push(file);
        }
        let (traditional, refused) = match algorithm {
            "RSA-2048" => (Some("pkcs1"), "sec1"),
            "Ed25519" => (None, "pkcs1"),
            _ => (Some("sec1"), "pkcs1"),
        };
        if let Some(format) = traditional {
            let file = export(&format!("--format {format} --cipher none"), "old.pem");
            assert_eq!(public_by_openssl(&file, "PEM"), spki, "{format}");
            written.push(file);
        }
        let answer = cli
            .command("--json key export --cipher none --out refused --format")
            .args([refused, algorithm])
            .refuses();
        assert_eq!(answer.status, Some(1), "{}", answer.told());
        assert!(answer.json()["error"]["advice"].is_string());
        assert!(!cli.path("refused").exists());

        for (options, name, phrase) in [
            ("--format openssh", "ssh", KEYSTORE_PASSWORD),
            ("--format openssh --cipher none", "ssh-plain", ""),
        ] {
            let file = export(options, name);
            assert_eq!(public_by_ssh_keygen(&file, phrase), ssh_line, "{options}");
            written.push(file);
        }
        written.push(export("--format jwk --cipher none", "key.jwk"));

        for (index, file) in written.iter().enumerate() {
            assert_private(file);
            let report = other
                .command("--json import --import-password-file")
                .arg(&password)
                .arg(file)
                .accepts()
                .json();
            let expected = if index == 0 { "added" } else { "known" };
            assert_eq!(outcomes(&report), [expected], "{}", file.display());
        }
        let came = other.json("list keys");
        let came = came.as_array().unwrap().iter();
        let same = came.filter(|found| found["spki_sha256"] == key["spki_sha256"]);
        assert_eq!(same.count(), 1, "{algorithm}");
    }
}

#[test]
fn a_request_says_all_that_was_asked() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("key generate --name clé --type ec").accepts();
    let challenge = cli.file("challenge.txt", "révoquez-moi\n");
    cli.command("request create --name demande --key clé --subject")
        .arg("C=FR,O=Cabinet,OU=un,OU=deux,CN=a+serialNumber=12")
        .arg("--san")
        .arg("dns:www.exemple.fr,email:a@exemple.fr,ip:192.0.2.1,uri:https://exemple.fr/,upn:a@exemple.local")
        .arg("--san")
        .arg("dirName:C=FR,CN=b,rid:1.2.3.4,other:1.2.3.5;UTF8:é")
        .arg("--key-usage")
        .arg("digitalSignature,keyEncipherment")
        .arg("--eku")
        .arg("clientAuth,1.3.6.1.4.1.311.20.2.2")
        .arg("--challenge-password-file")
        .arg(&challenge)
        .arg("--unstructured-name")
        .arg("serveur de test")
        .accepts();
    cli.command("request export demande --out demande.pem")
        .accepts();
    let pem = std::fs::read(cli.path("demande.pem")).unwrap();
    openssl::verify_request(&pem);
    openssl::openssl("req -noout -text -nameopt utf8")
        .input(pem)
        .accepts()
        .says("C=FR, O=Cabinet, OU=un, OU=deux, CN=a + serialNumber=12")
        .says("DNS:www.exemple.fr")
        .says("email:a@exemple.fr")
        .says("IP Address:192.0.2.1")
        .says("URI:https://exemple.fr/")
        .says("UPN::a@exemple.local")
        .says("DirName:/C=FR/CN=b")
        .says("Registered ID:1.2.3.4")
        .says("othername: 1.2.3.5::é")
        .says("Digital Signature, Key Encipherment")
        .says("TLS Web Client Authentication, Microsoft Smartcard Login")
        .says("challengePassword        :révoquez-moi")
        .says("unstructuredName         :serveur de test");
    // a name, a usage that are not known are refused, each with its reason
    for (option, value) in [
        ("--san", "dns:"),
        ("--san", "nonsense:a"),
        ("--san", "ip:300.1.1.1"),
        ("--key-usage", "everything"),
        ("--eku", "nonsense"),
        ("--subject", "CN"),
        ("--subject", "="),
    ] {
        let answer = cli
            .command("--json request create --reuse-key --name x --key clé")
            .args([option, value])
            .refuses();
        assert_eq!(answer.status, Some(1), "{}", answer.told());
        assert!(answer.json()["error"]["advice"].is_string());
    }
    assert_eq!(cli.json("list requests").as_array().unwrap().len(), 1);
}

#[test]
fn a_request_is_checked_wherever_it_comes_from() {
    let cli = Cli::without_vault(VAULT_PASSWORD);
    let key = cli.file("key.pem", openssl::rsa_key_pem(2048));
    let pem = openssl::request_pem(
        &key,
        "/C=FR/ST=st/L=ln/O=on/OU=ou/CN=cn/emailAddress=a@b.fr",
    );
    let text = String::from_utf8(pem.clone()).unwrap();
    let der = openssl::openssl("req -outform DER")
        .input(pem.clone())
        .accepts()
        .stdout;
    let files = [
        ("pem.csr", pem),
        ("der.csr", der),
        (
            "new.csr",
            text.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")
                .replace('\n', "\r\n")
                .into_bytes(),
        ),
        (
            "mail.txt",
            format!("Bonjour,\n\n{text}\nMerci\n").into_bytes(),
        ),
    ];
    for (name, bytes) in files {
        let file = cli.file(name, bytes);
        // no vault is needed to check a file
        let answer = cli.bare().words("--json request check").arg(&file).answer();
        let check = answer.json();
        // the portal wants text: of all the rules, DER breaks that one
        let is_text = name != "der.csr";
        assert_eq!(
            answer.status,
            Some(i32::from(!is_text)),
            "{name}: {check:#}"
        );
        assert_eq!(check["accepted"], is_text, "{name}: {check:#}");
        for rule in check["rules"].as_array().unwrap() {
            assert!(rule["text"].is_string(), "{name}: {rule:#}");
            let kept = is_text || rule["rule"] != "form";
            assert_eq!(rule["kept"], kept, "{name}: {rule:#}");
        }
    }
    // a signed public key, as browsers made them: it is no PKCS#10, and the portal is told apart
    let spkac = openssl::openssl("spkac -challenge essai -key")
        .arg(&key)
        .accepts()
        .stdout;
    let file = cli.file("spkac.txt", spkac);
    let answer = cli
        .bare()
        .words("--json request check")
        .arg(&file)
        .refuses();
    assert_eq!(answer.status, Some(1));
    let check = answer.json();
    assert_eq!(check["accepted"], false, "{check:#}");
    // a small key breaks one rule, which is named with what was found
    let small = cli.file("small.pem", openssl::rsa_key_pem(1024));
    let request = openssl::request_pem(&small, "/C=FR/CN=a");
    let file = cli.file("small.csr", request);
    let answer = cli
        .bare()
        .words("--json request check")
        .arg(&file)
        .refuses();
    let check = answer.json();
    let broken: Vec<&serde_json::Value> = check["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|rule| rule["kept"] == false)
        .collect();
    assert!(!broken.is_empty(), "{check:#}");
    assert!(
        broken
            .iter()
            .any(|rule| rule["text"].as_str().unwrap().contains("1024")),
        "{check:#}"
    );
}

#[test]
fn a_revocation_list_revokes_is_listed_and_leaves() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("order start --name INSI --request-out demande.pem")
        .accepts();
    let authority = TestAuthority::new();
    trust_authority(&cli, &authority);
    let leaf = withdraw(&cli, &authority, &cli.path("demande.pem"), "certificat.crt");
    let report = import(&cli, &[&cli.path("certificat.crt")]);
    let certificate = report["items"][0]["id"].as_str().unwrap();
    assert_eq!(cli.json("list lists"), serde_json::json!([]));

    let empty = cli.file("liste-1.crl", authority.revocation_list(&[]));
    assert_eq!(outcomes(&import(&cli, &[&empty])), ["added"]);
    let status = || cli.json(&format!("show {certificate}"))["status"].clone();
    assert_eq!(status(), "trusted");
    let der = authority.revocation_list(&[&leaf]);
    let second = cli.file("liste-2.crl", &der);
    let report = import(&cli, &[&second]);
    assert_eq!(outcomes(&report), ["added"]);
    assert_eq!(report["items"][0]["kind"], "list");
    let list = report["items"][0]["id"].as_str().unwrap();
    assert_eq!(status(), "revoked");
    let verdict = cli.json(&format!("verify {certificate}"));
    assert_eq!(verdict["status"], "revoked");
    assert_eq!(verdict["reason_code"], "verdict-revoked");

    let shown = cli.json(&format!("show {list}"));
    assert_eq!(shown["kind"], "list");
    assert_eq!(shown["sha256"], openssl::sha256_hex(&der));
    assert_eq!(shown["number"], "2");
    assert_eq!(shown["entries"], 1);
    assert_eq!(shown["delta_base"], serde_json::Value::Null);
    assert!(shown["issuer"].as_str().unwrap().contains("ESSAI"));
    assert!(shown["this_update"].as_str().unwrap() < shown["next_update"].as_str().unwrap());
    let issuer = shown["issuer_id"].as_str().expect("its issuer is here");
    assert_eq!(cli.json(&format!("show {issuer}"))["is_authority"], true);
    assert!(!shown["details"].as_array().unwrap().is_empty());
    // a person sees as much
    cli.command("--lang fr list lists")
        .accepts()
        .says(list)
        .says("Listes de révocation");
    cli.command("--lang fr show").arg(list).accepts().says(list);
    assert_eq!(cli.json("list lists").as_array().unwrap().len(), 2);
    assert_eq!(
        cli.json("list lists --filter ESSAI")
            .as_array()
            .unwrap()
            .len(),
        2
    );

    let out = cli.path("exportée.pem");
    cli.command("revocation-list export")
        .arg(list)
        .arg("--out")
        .arg(&out)
        .accepts();
    openssl::openssl("crl -noout -text -in")
        .arg(&out)
        .arg("-CAfile")
        .arg(authority.intermediate_pem_file())
        .accepts()
        .says("verify OK")
        .says("Key Compromise");
    let out = cli.path("exportée.crl");
    cli.command("revocation-list export --encoding der")
        .arg(list)
        .arg("--out")
        .arg(&out)
        .accepts();
    assert_eq!(std::fs::read(out).unwrap(), der);
    // a list in the bin revokes nothing
    cli.command("delete --kind list").arg(list).accepts();
    assert_eq!(status(), "trusted");
}

#[test]
fn a_pair_leaves_as_pem() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("order start --name INSI --request-out demande.pem")
        .accepts();
    let authority = TestAuthority::new();
    trust_authority(&cli, &authority);
    let leaf = withdraw(&cli, &authority, &cli.path("demande.pem"), "certificat.crt");
    let report = import(&cli, &[&cli.path("certificat.crt")]);
    let certificate = report["items"][0]["id"].as_str().unwrap();
    let out = cli.path("pair.pem");
    let export = || {
        cli.command("certificate export --force --format pem-key")
            .arg(certificate)
            .arg("--out")
            .arg(&out)
    };
    export()
        .arg("--export-password-file")
        .arg(keystore_password_file(&cli))
        .accepts();
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.contains("BEGIN ENCRYPTED PRIVATE KEY"), "{text}");
    assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 3);
    assert_private(&out);
    let plain = openssl::openssl("pkey -in")
        .arg(&out)
        .arg("-passin")
        .arg(format!("pass:{KEYSTORE_PASSWORD}"))
        .accepts()
        .stdout;
    openssl::assert_pair(&plain, &leaf);
    // in clear on the word for it alone, and it is said
    let refused = export().refuses();
    assert_eq!(refused.status, Some(2));
    export()
        .words("--lang en --chain none --cipher none")
        .accepts()
        .says("in clear");
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.contains("BEGIN PRIVATE KEY"), "{text}");
    assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 1);
    openssl::assert_pair(text.as_bytes(), &leaf);
    assert_private(&out);
}

#[test]
fn pbmac1_is_there_for_experts() {
    let cli = Cli::new(VAULT_PASSWORD);
    cli.command("order start --name INSI --request-out demande.pem")
        .accepts();
    let authority = TestAuthority::new();
    trust_authority(&cli, &authority);
    let _leaf = withdraw(&cli, &authority, &cli.path("demande.pem"), "certificat.crt");
    let _report = import(&cli, &[&cli.path("certificat.crt")]);
    let out = cli.path("pbmac1.p12");
    let password = keystore_password_file(&cli);
    cli.command("order deliver INSI --profile pbmac1")
        .arg("--export-password-file")
        .arg(&password)
        .arg("--out")
        .arg(&out)
        .accepts();
    // OpenSSL before 3.4 does not know this protection, and says so
    openssl::openssl("asn1parse -inform DER -in")
        .arg(&out)
        .accepts()
        .says(":PBMAC1");
    let other = Cli::new(VAULT_PASSWORD);
    let report = other
        .command("--json import --import-password-file")
        .arg(&password)
        .arg(&out)
        .accepts()
        .json();
    assert_eq!(report["reconciled"].as_array().unwrap().len(), 1);
}

#[test]
fn a_file_that_asks_for_too_much_work_waits_for_the_users_word() {
    let cli = Cli::new(VAULT_PASSWORD);
    let key = cli.file("key.pem", openssl::rsa_key_pem(2048));
    openssl::openssl("pkcs8 -topk8 -v2 aes-256-cbc -iter 6000000 -out lent.pem -passout")
        .arg(format!("pass:{KEYSTORE_PASSWORD}"))
        .arg("-in")
        .arg(&key)
        .in_folder(cli.folder())
        .accepts();
    let password = keystore_password_file(&cli);
    let import = || {
        cli.command("--json import lent.pem --import-password-file")
            .arg(&password)
    };
    let answer = import().refuses();
    assert_eq!(answer.status, Some(1));
    let report = answer.json();
    let asked = &report["iterations_asked"][0];
    assert_eq!(asked["iterations"], 6_000_000, "{report:#}");
    assert_eq!(asked["file"], "lent.pem");
    assert!(
        asked["advice"]
            .as_str()
            .unwrap()
            .contains("--max-iterations 6000000")
    );
    let less = import().words("--max-iterations 5999999").refuses();
    assert_eq!(less.status, Some(1));
    let report = import().words("--max-iterations 6000000").accepts().json();
    assert_eq!(outcomes(&report), ["added"]);
}
