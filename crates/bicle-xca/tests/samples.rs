//! Databases and templates that XCA 2.4.0 made: every item against what OpenSSL and SQLite take out
//! of the same file.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods
)]

mod support;

use bicle_pki::extension::KeyUsage;
use bicle_pki::read::FoundItem;
use bicle_pki::time::UnixSeconds;
use bicle_xca::{
    LeftOutKind, LeftOutReason, TemplateConstraints, TemplateValidity, XcaError, XcaTemplate,
    is_database, is_legacy_database, is_template, read_template, read_templates,
};
use support::{
    altered, canonical_key, der, left_out, letters, query, query_bytes, read, run, sample, workshop,
};

const SAMPLES: [(&str, &str); 3] = [
    ("sample1.xdb", "motdepasse"),
    ("sample2-ownpass-template.xdb", "été€"),
    ("sample3-legacy3des.xdb", "motdepasse"),
];

#[test]
fn every_item_of_every_sample_is_what_openssl_and_sqlite_take_out() {
    let place = workshop();
    for (name, password) in SAMPLES {
        let bytes = sample(name);
        let database = read(&bytes, &[password, "clepropre"]).unwrap();
        assert_eq!(database.schema, 7);
        assert_eq!(left_out(&database), [], "{name}");
        // with sample 3, XCA signed a second list
        let second = if name.starts_with("sample3") { "L" } else { "" };
        let expected = format!("KCCCRCCKKKKKLC{second}");
        assert_eq!(letters(&database), expected, "{name}");
        let names = query(&bytes, "SELECT name FROM items WHERE type <> 5 ORDER BY id");
        let ids = query(
            &bytes,
            "SELECT CAST(id AS TEXT) FROM items WHERE type <> 5 ORDER BY id",
        );
        for (index, item) in database.items.iter().enumerate() {
            let (id, what) = (&ids[index], format!("{name}: {}", names[index]));
            assert_eq!(item.name, names[index], "{what}");
            let stored = query(
                &bytes,
                &format!("SELECT ifnull(comment, '') FROM items WHERE id = {id}"),
            );
            assert_eq!(item.comment, stored[0].trim_end(), "{what}");
            let stored = query(&bytes, &format!("SELECT date FROM items WHERE id = {id}"));
            let digits: String = item
                .created
                .unwrap()
                .to_rfc3339()
                .chars()
                .filter(|character| !"-:T".contains(*character))
                .collect();
            assert_eq!(digits, stored[0], "{what}");
            let column = |sql: &str| query_bytes(&bytes, &format!("{sql} WHERE item = {id}"));
            let expected = match &item.item {
                FoundItem::Certificate(_) => column("SELECT cert FROM certs"),
                FoundItem::Request(_) => column("SELECT request FROM requests"),
                FoundItem::List(_) => column("SELECT crl FROM crls"),
                FoundItem::Key(key) => {
                    let public = column("SELECT public FROM public_keys");
                    assert_eq!(key.public_key().spki_der(), public, "{what}");
                    let private = column("SELECT private FROM private_keys");
                    let plain = decrypted(name, &names[index], &private);
                    assert_eq!(
                        canonical_key(&place, &der(&item.item)),
                        canonical_key(&place, &plain),
                        "{what}"
                    );
                    continue;
                }
                _ => panic!("{what}: an item of another kind"),
            };
            assert_eq!(der(&item.item), expected, "{what}");
        }
    }
}

/// The private key of a sample in clear, by OpenSSL.
fn decrypted(sample: &str, key: &str, private: &[u8]) -> Vec<u8> {
    let place = workshop();
    let path = place.write("key.p8", private);
    let password = match (sample, key) {
        ("sample2-ownpass-template.xdb", "leafec") => place.write("password", b"clepropre"),
        ("sample2-ownpass-template.xdb", _) => place.write("password", b"\xe9t\xe9?"),
        _ => place.write("password", b"motdepasse"),
    };
    let password = format!("file:{password}");
    if (sample, key) == ("sample3-legacy3des.xdb", "inter") {
        // openssl enc knows the same derivation behind its own head
        let salted = [&b"Salted__"[..], private].concat();
        let salted = place.write("salted", &salted);
        let salt: String = private[..8]
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect();
        let mut arguments = vec!["enc", "-d", "-des-ede3-cbc", "-md", "sha1", "-in", &salted];
        arguments.extend(["-iv", &salt, "-pass", &password]);
        return run(&place, "openssl", &arguments);
    }
    let mut arguments = vec!["pkcs8", "-inform", "DER", "-in", &path];
    arguments.extend(["-passin", &password, "-outform", "DER"]);
    run(&place, "openssl", &arguments)
}

#[test]
fn without_a_password_or_with_a_wrong_one_all_but_the_private_keys_is_read() {
    for (name, _) in SAMPLES {
        let bytes = sample(name);
        let own = usize::from(name.starts_with("sample2"));
        let second = if name.starts_with("sample3") { "L" } else { "" };
        let expected = format!("CCCRCCLC{second}");
        let none = read(&bytes, &[]).unwrap();
        assert_eq!(letters(&none), expected, "{name}");
        assert_eq!(none.password_error(), Some(XcaError::PasswordNeeded));
        let wrong = read(&bytes, &["wrong", "falsch"]).unwrap();
        assert_eq!(letters(&wrong), expected, "{name}");
        assert_eq!(wrong.password_error(), Some(XcaError::WrongPassword));
        for (database, why) in [
            (&none, LeftOutReason::PasswordNeeded),
            (&wrong, LeftOutReason::WrongPassword),
        ] {
            let left = left_out(database);
            assert_eq!(left.len(), 6, "{name}");
            assert!(left.iter().all(|(_, what, _)| *what == LeftOutKind::Key));
            let same = left.iter().filter(|(_, _, reason)| *reason == why).count();
            assert_eq!(same, 6 - own, "{name}");
            let own_password = ("leafec", LeftOutKind::Key, LeftOutReason::OwnPasswordNeeded);
            assert_eq!(left.contains(&own_password), own == 1, "{name}");
        }
    }
}

#[test]
fn a_key_with_its_own_password_waits_for_it() {
    let bytes = sample("sample2-ownpass-template.xdb");
    let database = read(&bytes, &["été€"]).unwrap();
    assert_eq!(letters(&database), "KCCCRCCKKKKLC");
    assert_eq!(database.password_error(), None);
    assert_eq!(
        left_out(&database),
        [("leafec", LeftOutKind::Key, LeftOutReason::OwnPasswordNeeded)]
    );
    // its own alone, in whatever order the two are given
    let own = read(&bytes, &["clepropre"]).unwrap();
    assert_eq!(letters(&own), "CCCRCCKLC");
    let both = read(&bytes, &["clepropre", "été€"]).unwrap();
    assert_eq!(letters(&both), "KCCCRCCKKKKKLC");
}

#[test]
fn the_revocation_names_its_certificate() {
    let database = read(&sample("sample1.xdb"), &[]).unwrap();
    let certificate = |name: &str| {
        let found = database.items.iter().find_map(|item| match &item.item {
            FoundItem::Certificate(certificate) if item.name == name => Some(certificate),
            _ => None,
        });
        found.unwrap()
    };
    assert_eq!(database.revocations.len(), 1);
    let revocation = &database.revocations[0];
    assert_eq!(revocation.serial, [0x10, 0x02]);
    assert_eq!(revocation.reason, Some(1));
    assert_eq!(
        revocation.at,
        UnixSeconds::parse_rfc3339("2026-01-31T00:00:00Z")
    );
    assert_eq!(revocation.invalid_since, None);
    let authority = certificate("TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS");
    assert_eq!(revocation.issuer_sha256, Some(authority.sha256()));
    let revoked = database.items.iter().find_map(|item| match &item.item {
        FoundItem::Certificate(certificate) if certificate.serial() == [0x10, 0x02] => {
            Some(certificate.sha256())
        }
        _ => None,
    });
    assert!(revoked.is_some());
    assert_eq!(revocation.certificate_sha256, revoked);
}

fn assert_is_the_sample_template(template: &XcaTemplate) {
    let values: Vec<(String, &str)> = template
        .subject
        .attributes()
        .map(|attribute| (attribute.oid.to_string(), attribute.value.as_str()))
        .collect();
    assert_eq!(
        values,
        [
            ("2.5.4.6".to_owned(), "FR"),
            ("2.5.4.8".to_owned(), "Paris (75)"),
            ("2.5.4.7".to_owned(), "Paris"),
            ("2.5.4.10".to_owned(), "CHU de l'été"),
            ("2.5.4.11".to_owned(), "3010000000001"),
        ]
    );
    assert_eq!(template.fields.len(), 27);
    assert_eq!(template.fields["validN"], "365");
    assert_eq!(template.validity, Some(TemplateValidity::Days(365)));
    assert_eq!(template.subject_alt_names, "DNS:copycn");
    let expected = [
        KeyUsage::DIGITAL_SIGNATURE,
        KeyUsage::NON_REPUDIATION,
        KeyUsage::KEY_ENCIPHERMENT,
        KeyUsage::KEY_AGREEMENT,
    ];
    assert_eq!(
        template.key_usage,
        KeyUsage::of(&expected),
        "{}",
        template.key_usage
    );
    let purposes: Vec<String> = template
        .extended_key_usage
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(purposes, ["1.3.6.1.5.5.7.3.1"]);
    assert_eq!(template.extended_key_usage_unknown, [""; 0]);
    assert_eq!(template.basic_constraints, TemplateConstraints::EndEntity);
}

#[test]
fn the_template_is_the_same_in_all_three_forms() {
    let raw = sample("template-2.4-binary.xca");
    let pem = sample("template-2.4-clipboard.pem");
    assert!(is_template(&raw) && is_template(&pem));
    assert!(!is_database(&raw) && !is_legacy_database(&raw));
    let from_raw = read_template(&raw).unwrap();
    assert_is_the_sample_template(&from_raw);
    assert_eq!(read_template(&pem), Ok(from_raw.clone()));
    let twice = [&pem[..], b"\nand\n", &pem].concat();
    assert_eq!(
        read_templates(&twice),
        Ok(vec![from_raw.clone(), from_raw.clone()])
    );
    let database = read(&sample("sample2-ownpass-template.xdb"), &[]).unwrap();
    assert_eq!(database.templates.len(), 1);
    let stored = &database.templates[0];
    assert_eq!(stored.name, "IGC-Sante ORG serveur");
    assert!(
        stored.comment.starts_with("Modele de test"),
        "{}",
        stored.comment
    );
    assert!(stored.created.is_some());
    assert_eq!(stored.subject, from_raw.subject);
    assert_eq!(stored.fields, from_raw.fields);
}

#[test]
fn a_broken_template_is_refused_and_never_panics() {
    let raw = sample("template-2.4-binary.xca");
    assert_eq!(read_template(b""), Err(XcaError::NotXca));
    assert_eq!(read_template(b"hello"), Err(XcaError::NotXca));
    for length in 0..raw.len() {
        assert!(read_template(&raw[..length]).is_err(), "{length}");
        assert!(!is_template(&raw[..length]), "{length}");
        // the length in front is right, and what follows is cut
        if length >= 8 {
            let mut cut = raw[..length].to_vec();
            cut[..4].copy_from_slice(&u32::try_from(length - 8).unwrap().to_be_bytes());
            assert_eq!(read_template(&cut), Err(XcaError::Malformed), "{length}");
        }
    }
    for (at, flip) in (8..raw.len()).flat_map(|at| [(at, 0xff), (at, 0x80), (at, 1)]) {
        let mut flipped = raw.clone();
        flipped[at] ^= flip;
        let _ = read_template(&flipped);
    }
    let broken = b"-----BEGIN XCA TEMPLATE-----\nAAAA\n-----END XCA TEMPLATE-----\n";
    assert!(is_template(broken));
    assert_eq!(read_template(broken), Err(XcaError::Malformed));
    let unended = b"-----BEGIN XCA TEMPLATE-----\nAAAA\n";
    assert_eq!(read_template(unended), Err(XcaError::Malformed));
}

#[test]
fn the_schemas_of_other_versions_are_read() {
    let newest = sample("sample1.xdb");
    let without_del = "
        PRAGMA legacy_alter_table = ON;
        DROP VIEW view_public_keys; DROP VIEW view_certs; DROP VIEW view_requests;
        DROP VIEW view_crls; DROP VIEW view_templates; DROP VIEW view_private;
        ALTER TABLE items DROP COLUMN del;";
    for (schema, sql) in [
        (5, without_del),
        (6, without_del),
        (
            8,
            "CREATE TABLE takeys (item INTEGER UNIQUE, value VARCHAR(8000));
             INSERT INTO takeys VALUES (7, 'AAAA');",
        ),
        (
            9,
            "ALTER TABLE items ADD COLUMN colour TEXT; CREATE TABLE more (item INTEGER);",
        ),
    ] {
        let changed = format!("{sql} UPDATE settings SET value = '{schema}' WHERE key_ = 'schema'");
        let database = read(&altered(&newest, &changed), &["motdepasse"]).unwrap();
        assert_eq!(database.schema, schema);
        assert_eq!(letters(&database), "KCCCRCCKKKKKLC", "schema {schema}");
        assert_eq!(database.revocations.len(), 1);
        let static_keys: Vec<LeftOutKind> = left_out(&database).iter().map(|left| left.1).collect();
        let expected: &[LeftOutKind] = if schema == 8 {
            &[LeftOutKind::StaticKey]
        } else {
            &[]
        };
        assert_eq!(static_keys, expected);
    }
}

#[test]
fn deleted_items_are_passed_over_and_lost_ones_are_named() {
    let bytes = altered(
        &sample("sample1.xdb"),
        "UPDATE items SET del = 1 WHERE id = 1; DELETE FROM private_keys WHERE item = 1;
         UPDATE items SET del = 1 WHERE id = 2;
         DELETE FROM certs WHERE item = 3; DELETE FROM x509super WHERE item = 3;
         INSERT INTO items (id, name, type, date) VALUES (40, 'strange', 9, 'never');",
    );
    let database = read(&bytes, &["motdepasse"]).unwrap();
    assert_eq!(letters(&database), "CRCCKKKKKLC");
    assert_eq!(
        left_out(&database),
        [
            (
                "api.chu-test.mssante.fr",
                LeftOutKind::Certificate,
                LeftOutReason::Missing
            ),
            ("strange", LeftOutKind::Unknown, LeftOutReason::Missing),
        ]
    );
}

#[test]
fn broken_items_are_named_and_the_others_read() {
    let bytes = altered(
        &sample("sample1.xdb"),
        "UPDATE certs SET cert = 'not base64 %' WHERE item = 2;
         UPDATE certs SET cert = NULL WHERE item = 3;
         UPDATE certs SET cert = 17 WHERE item = 4;
         UPDATE requests SET request = 'MAA=' WHERE item = 5;
         UPDATE crls SET crl = substr(crl, 1, 400) WHERE item = 13;
         UPDATE private_keys SET private = '' WHERE item = 1;
         UPDATE private_keys SET private = 'MIIB' WHERE item = 8;
         UPDATE private_keys SET private = (SELECT private FROM private_keys WHERE item = 11) WHERE item = 9;
         UPDATE revocations SET serial = 'xyz';",
    );
    let database = read(&bytes, &["motdepasse"]).unwrap();
    assert_eq!(letters(&database), "CCKKKC");
    let left: Vec<(LeftOutKind, LeftOutReason)> = left_out(&database)
        .into_iter()
        .map(|(_, what, why)| (what, why))
        .collect();
    let malformed = |what| (what, LeftOutReason::Malformed);
    assert_eq!(
        left,
        [
            malformed(LeftOutKind::Key),
            malformed(LeftOutKind::Certificate),
            malformed(LeftOutKind::Certificate),
            malformed(LeftOutKind::Certificate),
            malformed(LeftOutKind::Request),
            malformed(LeftOutKind::Revocation),
            malformed(LeftOutKind::Key),
            (LeftOutKind::Key, LeftOutReason::OtherPublicKey),
            malformed(LeftOutKind::List),
        ]
    );
}

#[test]
fn values_of_unexpected_types_are_taken_for_what_they_mean() {
    let bytes = altered(
        &sample("sample1.xdb"),
        "UPDATE settings SET value = 7 WHERE key_ = 'schema';
         UPDATE settings SET value = CAST(value AS BLOB) WHERE key_ = 'pwhash';
         UPDATE items SET name = 1234 WHERE id = 2;
         UPDATE items SET name = CAST(name AS BLOB), date = CAST(date AS BLOB) WHERE id = 3;
         UPDATE items SET name = x'63616665e9' WHERE id = 4;
         UPDATE items SET date = '٢٠٢٦١١٢٢١٢٤٣٣٣Z' WHERE id = 5;
         UPDATE items SET date = '99991231235959Z' WHERE id = 6;
         UPDATE items SET date = NULL, name = NULL, comment = NULL WHERE id = 7;
         UPDATE private_keys SET ownPass = '0', private = CAST(private AS BLOB);
         UPDATE certs SET cert = CAST(cert AS BLOB) WHERE item = 2;",
    );
    let database = read(&bytes, &["motdepasse"]).unwrap();
    assert_eq!(letters(&database), "KCCCRCCKKKKKLC");
    assert_eq!(left_out(&database), []);
    let names: Vec<&str> = database.items[1..7]
        .iter()
        .map(|item| item.name.as_str())
        .collect();
    assert_eq!(
        names[..3],
        ["1234", "api.chu-test.mssante.fr", "cafe\u{fffd}"]
    );
    assert_eq!(names[5], "");
    assert_eq!(
        database.items[4].created,
        UnixSeconds::parse_rfc3339("2026-11-22T12:43:33Z")
    );
    assert_eq!(database.items[5].created, None);
    assert_eq!(database.items[6].created, None);
}

#[test]
fn public_keys_alone_and_keys_on_tokens_give_their_public_half() {
    let bytes = altered(
        &sample("sample1.xdb"),
        "DELETE FROM private_keys WHERE item IN (1, 8, 9);
         UPDATE items SET type = 7 WHERE id = 8;
         INSERT INTO tokens VALUES (8, 'Gemalto', '0042', 'IDPrime', 'ma carte', 'étiquette', '0a0b');
         UPDATE public_keys SET public = 'MAA=' WHERE item = 9;
         UPDATE public_keys SET public = 'MAA=' WHERE item = 10;",
    );
    let database = read(&bytes, &["motdepasse"]).unwrap();
    assert_eq!(letters(&database), "PCCCRCCPKKKLC");
    assert_eq!(
        left_out(&database),
        [
            ("root", LeftOutKind::TokenKey, LeftOutReason::OnToken),
            ("leaf", LeftOutKind::PublicKey, LeftOutReason::Malformed),
        ]
    );
    let token = database
        .items
        .iter()
        .find(|item| item.name == "root")
        .unwrap();
    let comment = "(Import from: src/root.key)\nPKCS#11: card_manufacturer=Gemalto; \
                   card_model=IDPrime; card_serial=0042; card_label=ma carte; \
                   slot_label=étiquette; object_id=0a0b";
    assert_eq!(token.comment, comment);
    let expected = query_bytes(&bytes, "SELECT public FROM public_keys WHERE item = 8");
    assert_eq!(der(&token.item), expected);
}
