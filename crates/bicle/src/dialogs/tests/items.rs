//! The dialogs of single items: keys, requests, exports, names, trust.

use std::path::Path;

use bicle_core::command::{
    CertificateFormat, ChainChoice, Command, Encoding, KeyFormat, KeyType, Outcome,
};
use bicle_core::model::Trust as Decision;
use bicle_core::phrase::Phrase;
use bicle_text::{Language, id};
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::super::comment::Comment;
use super::super::create_request::CreateRequest;
use super::super::export_certificate::ExportCertificate;
use super::super::export_key::ExportKey;
use super::super::export_request::ExportRequest;
use super::super::generate_key::GenerateKey;
use super::super::rename::Rename;
use super::super::samples;
use super::super::trust::Trust;
use super::{Played, pictures};
use crate::context::Action;

const FOLDER: &str = "/home/a";

#[test]
fn a_key_is_made_with_a_name_and_a_size_and_can_be_cancelled() {
    let mut played = Played::new(GenerateKey::new(), Some(samples::model()));
    assert!(played.says(id::DIALOG_GENERATE_KEY_2048_HINT));
    played.fill(id::DIALOG_NAME, "Clé du serveur");
    played.choose("RSA 4096");
    assert!(played.says(id::DIALOG_GENERATE_KEY_OTHER_HINT));
    played.press(id::DIALOG_GENERATE_KEY_ACT);
    let (job, command) = played.sent();
    let Command::GenerateKey { name, key_type } = command else {
        panic!()
    };
    assert_eq!(
        (name.as_str(), key_type),
        ("Clé du serveur", KeyType::Rsa { bits: 4096 })
    );
    played.press(id::DIALOG_CANCEL);
    assert_eq!(played.harness.state().backend.take_cancelled(), [job]);
    played.done(job, Outcome::Created(samples::free_key()));
    assert!(!played.is_open(), "what was done before the cancel counts");
    assert!(matches!(played.actions().as_slice(), [Action::Select(_)]));
}

#[test]
fn keys_of_every_type_are_made() {
    for language in Language::ALL {
        let mut played = Played::at(language, GenerateKey::new(), Some(samples::model()));
        played.fill(id::DIALOG_NAME, "x");
        let ec = played.text(id::DIALOG_GENERATE_KEY_EC);
        played.choose(&ec);
        played.choose("P-384");
        assert!(played.says(id::DIALOG_GENERATE_KEY_OTHER_HINT));
        pictures::keep("generate-key-ec", &mut played);
        played.choose("Ed25519");
        pictures::keep("generate-key-ed25519", &mut played);
        played.press(id::DIALOG_GENERATE_KEY_ACT);
        let (_, Command::GenerateKey { key_type, .. }) = played.sent() else {
            panic!()
        };
        assert_eq!(key_type, KeyType::Ed25519);
    }
    let mut played = Played::new(GenerateKey::new(), Some(samples::model()));
    played.fill(id::DIALOG_NAME, "x");
    played.choose("RSA 8192");
    assert!(played.says(id::DIALOG_GENERATE_KEY_SLOW_HINT));
    let ec = played.text(id::DIALOG_GENERATE_KEY_EC);
    played.choose(&ec);
    played.choose("P-521");
    played.key(egui::Key::Enter);
    let (_, Command::GenerateKey { key_type, .. }) = played.sent() else {
        panic!()
    };
    assert_eq!(key_type, KeyType::EcP521);
}

#[test]
fn a_request_with_a_used_key_needs_the_users_word() {
    let model = samples::model();
    let dialog = CreateRequest::new(&model, Some(samples::key()), None);
    let mut played = Played::new(dialog, Some(model));
    assert!(played.says(id::DIALOG_CREATE_REQUEST_USED));
    played.fill(id::DIALOG_NAME, "Encore");
    played.fill(id::DIALOG_CREATE_REQUEST_SUBJECT, "C=FR,CN=INSI-AUTO");
    played.press(id::DIALOG_CREATE_REQUEST_ACT);
    let (job, Command::CreateRequest(creation)) = played.sent() else {
        panic!()
    };
    assert!(!creation.reuse_key);
    assert_eq!(creation.subject.as_deref(), Some("C=FR,CN=INSI-AUTO"));
    assert_eq!(creation.template, Some(samples::template()));
    played.fail(
        job,
        Phrase::new("error-key-already-used").text("key", "DMP de la clinique"),
    );
    pictures::keep("create-request-used", &mut played);
    let insist = played.text(id::DIALOG_CREATE_REQUEST_INSIST);
    played.harness.get_by_label(&insist).click();
    played.run();
    played.press(id::DIALOG_CREATE_REQUEST_ACT);
    let (_, Command::CreateRequest(creation)) = played.sent() else {
        panic!()
    };
    assert!(creation.reuse_key);
}

#[test]
fn a_key_leaves_encrypted_and_in_clear_only_after_a_question() {
    let model = samples::model();
    let dialog = ExportKey::new(&model, samples::key(), Path::new(FOLDER)).unwrap();
    let mut played = Played::new(dialog, Some(model));
    played.fill(id::DIALOG_DELIVER_PASSWORD_OF_FILE, "un mot de passe 4271");
    played.fill(id::DIALOG_PASSWORD_AGAIN, "un mot de passe 4271");
    played.press(id::DIALOG_EXPORT_ACT);
    let (job, Command::ExportKey(export)) = played.sent() else {
        panic!()
    };
    assert!(
        matches!(&export.format, KeyFormat::EncryptedAes256(it) if it.expose() == "un mot de passe 4271")
    );
    played.fail(job, Phrase::new("error-disk-full").text("folder", FOLDER));
    let plain = played.text(id::DIALOG_EXPORT_KEY_PLAIN);
    played.choose(&plain);
    played.press(id::DIALOG_EXPORT_ACT);
    assert!(played.sent_nothing());
    assert!(played.says(id::DIALOG_EXPORT_KEY_PLAIN_QUESTION));
    pictures::keep("export-key-question", &mut played);
    played.key(egui::Key::Enter);
    assert!(played.sent_nothing(), "Enter never exposes a key");
    played.press(id::DIALOG_EXPORT_KEY_PLAIN_ACT);
    let (job, Command::ExportKey(export)) = played.sent() else {
        panic!()
    };
    assert!(matches!(export.format, KeyFormat::DangerPlainPkcs8));
    played.done(job, Outcome::Written("/home/a/x.pem".into()));
    assert!(!played.is_open());
    assert_eq!(played.toasts().len(), 1);
}

#[test]
fn the_question_about_a_clear_key_can_be_left() {
    let model = samples::model();
    let dialog = ExportKey::new(&model, samples::key(), Path::new(FOLDER)).unwrap();
    let mut played = Played::new(dialog, Some(model));
    let plain = played.text(id::DIALOG_EXPORT_KEY_PLAIN);
    played.choose(&plain);
    let pkcs1 = played.text(id::DIALOG_EXPORT_KEY_PKCS1);
    played.choose(&pkcs1);
    pictures::keep("export-key-plain", &mut played);
    played.press(id::DIALOG_EXPORT_ACT);
    played.press(id::DIALOG_EXPORT_KEY_PLAIN_INSTEAD);
    assert!(played.says(id::DIALOG_DELIVER_PASSWORD_OF_FILE));
    assert!(played.sent_nothing());
}

#[test]
fn a_key_leaves_in_each_layout() {
    let model = samples::model();
    let dialog = ExportKey::new(&model, samples::key(), Path::new(FOLDER)).unwrap();
    let mut played = Played::new(dialog, Some(model));
    let scrypt = played.text(id::DIALOG_EXPORT_KEY_SCRYPT);
    played.choose(&scrypt);
    played.fill(id::DIALOG_DELIVER_PASSWORD_OF_FILE, "un mot de passe 4271");
    played.fill(id::DIALOG_PASSWORD_AGAIN, "un mot de passe 4271");
    played.press(id::DIALOG_EXPORT_ACT);
    let (job, Command::ExportKey(export)) = played.sent() else {
        panic!()
    };
    assert!(matches!(export.format, KeyFormat::EncryptedScrypt(_)));
    played.fail(job, Phrase::new("error-disk-full").text("folder", FOLDER));
    played.choose("OpenSSH");
    played.press(id::DIALOG_EXPORT_ACT);
    let (job, Command::ExportKey(export)) = played.sent() else {
        panic!()
    };
    assert!(matches!(
        export.format,
        KeyFormat::OpenSsh { password: Some(_) }
    ));
    assert_eq!(export.path, Path::new("/home/a/DMP-de-la-clinique.key"));
    played.fail(job, Phrase::new("error-disk-full").text("folder", FOLDER));
    let public = played.text(id::DIALOG_EXPORT_KEY_PUBLIC);
    played.choose(&public);
    let line = played.text(id::DIALOG_EXPORT_KEY_OPENSSH_LINE);
    played.choose(&line);
    pictures::keep("export-key-public", &mut played);
    played.press(id::DIALOG_EXPORT_ACT);
    let (_, Command::ExportKey(export)) = played.sent() else {
        panic!()
    };
    assert!(matches!(export.format, KeyFormat::PublicOpenSsh));
    assert_eq!(export.path, Path::new("/home/a/DMP-de-la-clinique.pub"));
}

#[test]
fn a_request_carries_its_uses_and_attributes() {
    for language in Language::ALL {
        let model = samples::model();
        let dialog = CreateRequest::new(&model, Some(samples::free_key()), None);
        let mut played = Played::at(language, dialog, Some(model));
        played.fill(id::DIALOG_NAME, "Serveur");
        played.fill(
            id::DIALOG_CREATE_REQUEST_SAN,
            "dns:a.example.org\nupn:a@b.org",
        );
        played.press(id::DIALOG_MORE);
        for tick in [
            id::KEY_USAGE_DIGITAL_SIGNATURE,
            id::KEY_USAGE_KEY_ENCIPHERMENT,
            id::EKU_SERVER_AUTH,
        ] {
            let label = played.text(tick);
            let node = played.harness.get_by_role_and_label(Role::CheckBox, &label);
            node.scroll_to_me();
            played.run();
            played
                .harness
                .get_by_role_and_label(Role::CheckBox, &label)
                .click();
            played.run();
        }
        pictures::keep("create-request-more", &mut played);
        played.fill(id::DIALOG_CREATE_REQUEST_OTHER_USAGES, "1.2.3, clientAuth");
        played.fill(id::DIALOG_CREATE_REQUEST_CHALLENGE, "retirer");
        played.fill(id::DIALOG_CREATE_REQUEST_UNSTRUCTURED, "srv 1");
        pictures::keep("create-request-more-end", &mut played);
        played.press(id::DIALOG_CREATE_REQUEST_ACT);
        assert!(played.sent_nothing());
        assert!(played.says(id::DIALOG_PROBLEM_OIDS));
        played.fill(id::DIALOG_CREATE_REQUEST_OTHER_USAGES, "1.2.3");
        played.press(id::DIALOG_CREATE_REQUEST_ACT);
        let (_, Command::CreateRequest(creation)) = played.sent() else {
            panic!()
        };
        assert_eq!(
            creation.subject_alt_names,
            ["dns:a.example.org", "upn:a@b.org"]
        );
        assert_eq!(creation.key_usage, ["digitalSignature", "keyEncipherment"]);
        assert_eq!(creation.extended_key_usage, ["serverAuth", "1.2.3"]);
        let challenge = creation.challenge_password.unwrap();
        assert_eq!(challenge.expose(), "retirer");
        assert_eq!(creation.unstructured_name.as_deref(), Some("srv 1"));
    }
}

#[test]
fn a_request_is_saved_as_der_when_asked() {
    let model = samples::model();
    let dialog = ExportRequest::new(&model, samples::request(), Path::new(FOLDER)).unwrap();
    let mut played = Played::new(dialog, Some(model));
    let der = played.text(id::DIALOG_ENCODING_DER);
    played.choose(&der);
    played.press(id::DIALOG_SAVE);
    let (job, command) = played.sent();
    let Command::ExportRequest {
        request,
        path,
        encoding,
        ..
    } = command
    else {
        panic!()
    };
    assert_eq!((request, encoding), (samples::request(), Encoding::Der));
    assert_eq!(path, Path::new("/home/a/demande-DMP.der"));
    played.done(job, Outcome::Written(path));
    assert!(!played.is_open());
}

#[test]
fn a_certificate_leaves_with_its_chain() {
    let model = samples::model();
    let dialog = ExportCertificate::new(&model, samples::leaf(), Path::new(FOLDER)).unwrap();
    let mut played = Played::new(dialog, Some(model));
    let pkcs7 = played.text(id::DIALOG_EXPORT_CERTIFICATE_PKCS7);
    played.choose(&pkcs7);
    let chain = played.text(id::DIALOG_DELIVER_CHAIN_INTERMEDIATES);
    played.choose(&chain);
    pictures::keep("export-certificate-chain", &mut played);
    played.press(id::DIALOG_EXPORT_ACT);
    let (_, Command::ExportCertificate(export)) = played.sent() else {
        panic!()
    };
    assert_eq!(export.format, CertificateFormat::Pkcs7);
    assert_eq!(export.chain, ChainChoice::Intermediates);
    assert_eq!(export.path, Path::new("/home/a/INSI-AUTO.p7b"));
}

#[test]
fn a_certificate_leaves_with_its_key_encrypted_or_after_a_question() {
    let model = samples::model();
    let dialog = ExportCertificate::new(&model, samples::leaf(), Path::new(FOLDER)).unwrap();
    let mut played = Played::new(dialog, Some(model));
    let with_key = played.text(id::DIALOG_EXPORT_CERTIFICATE_PEM_KEY);
    played.choose(&with_key);
    assert!(played.says(id::DIALOG_EXPORT_CERTIFICATE_KEY_NOTE));
    assert!(!played.says(id::DIALOG_EXPORT_CERTIFICATE_NOTE));
    played.press(id::DIALOG_EXPORT_ACT);
    assert!(played.sent_nothing());
    pictures::keep("export-certificate-key", &mut played);
    played.fill(id::DIALOG_PASSWORD, "un mot de passe 4271");
    played.fill(id::DIALOG_PASSWORD_AGAIN, "un mot de passe 4271");
    played.press(id::DIALOG_EXPORT_ACT);
    let (job, Command::ExportCertificate(export)) = played.sent() else {
        panic!()
    };
    assert_eq!(export.format, CertificateFormat::PemWithKey);
    assert_eq!(
        export.key_password.unwrap().expose(),
        "un mot de passe 4271"
    );
    played.fail(job, Phrase::new("error-disk-full").text("folder", FOLDER));
    let plain = played.text(id::DIALOG_PRIVATE_KEY_PLAIN);
    played.choose(&plain);
    played.press(id::DIALOG_EXPORT_ACT);
    assert!(played.sent_nothing());
    assert!(played.says(id::DIALOG_EXPORT_KEY_PLAIN_QUESTION));
    played.press(id::DIALOG_EXPORT_KEY_PLAIN_ACT);
    let (job, Command::ExportCertificate(export)) = played.sent() else {
        panic!()
    };
    assert!(export.key_password.is_none());
    played.done(job, Outcome::Written("/home/a/x.pem".into()));
    assert!(!played.is_open());
}

#[test]
fn an_item_is_renamed_and_commented() {
    let model = samples::model();
    let dialog = Rename::new(&model, samples::order()).unwrap();
    let mut played = Played::new(dialog, Some(samples::model()));
    played.fill(id::DIALOG_NAME, "INSi");
    played.key(egui::Key::Enter);
    let (job, command) = played.sent();
    assert!(matches!(command, Command::Rename { name, .. } if name == "INSi"));
    played.done(job, Outcome::Done);
    assert!(!played.is_open());

    let dialog = Comment::new(&model, samples::order()).unwrap();
    let mut played = Played::new(dialog, Some(model));
    played.fill(id::DIALOG_COMMENT_FIELD, "Une ligne");
    played.key(egui::Key::Enter);
    assert!(played.sent_nothing(), "Enter makes a line in a comment");
    played.press(id::DIALOG_SAVE);
    let (_, command) = played.sent();
    assert!(matches!(command, Command::Comment { comment, .. } if comment == "Une ligne"));
}

#[test]
fn trust_is_decided_in_sight_of_the_fingerprint() {
    let model = samples::model();
    let dialog = Trust::new(&model, samples::root()).unwrap();
    let mut played = Played::new(dialog, Some(model));
    assert!(played.says(id::DIALOG_TRUST_OFFICIAL));
    assert!(played.says(id::DIALOG_TRUST_FINGERPRINT));
    let never = played.text(id::DIALOG_TRUST_NEVER);
    played.choose(&never);
    played.press(id::DIALOG_TRUST_ACT);
    let (_, Command::SetTrust { certificate, trust }) = played.sent() else {
        panic!()
    };
    assert_eq!((certificate, trust), (samples::root(), Decision::Never));
}
