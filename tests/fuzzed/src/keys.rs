//! Private keys: a key that is taken is written and read back, and is the same.

use bicle_pki::jwk::{self as jwk_form, JwkKey};
use bicle_pki::openssh as openssh_form;
use bicle_pki::pkcs8;
use bicle_pki::private_key::PrivateKey;
use bicle_pki::public_key::PublicKey;
use bicle_pki::pvk as pvk_form;
use bicle_platform::secret::SecretText;

pub(crate) fn pkcs8(bytes: &[u8]) {
    if let Ok(key) = PrivateKey::from_pkcs8_der(bytes) {
        look_at(&key);
    }
    let password = SecretText::copy_of(super::PASSWORD);
    if let Ok(plain) = pkcs8::decrypt(bytes, &password)
        && let Ok(key) = PrivateKey::from_pkcs8_der(plain.expose())
    {
        look_at(&key);
    }
}

pub(crate) fn sec1(bytes: &[u8]) {
    if let Ok(key) = PrivateKey::from_sec1_der(bytes) {
        look_at(&key);
    }
}

pub(crate) fn pkcs1(bytes: &[u8]) {
    if let Ok(key) = PrivateKey::from_pkcs1_der(bytes) {
        look_at(&key);
    }
    let _ = PublicKey::from_spki_der(bytes);
}

/// A private key, armoured or binary, and the line of a public one.
pub(crate) fn openssh(bytes: &[u8]) {
    let password = SecretText::copy_of(super::PASSWORD);
    if let Ok(read) = openssh_form::read_private(bytes, &[&password]) {
        look_at(&read.key);
    }
    let _ = openssh_form::is_encrypted(bytes);
    if let Ok(line) = std::str::from_utf8(bytes)
        && let Ok((key, comment)) = openssh_form::read_public(line)
        && let Some(again) = openssh_form::write_public(&key, &comment)
    {
        let again = openssh_form::read_public(&again).ok();
        assert_eq!(again.map(|(key, _)| key).as_ref(), Some(&key));
    }
}

pub(crate) fn pvk(bytes: &[u8]) {
    let password = SecretText::copy_of(super::PASSWORD);
    for password in [None, Some(&password)] {
        if let Ok(key) = pvk_form::read(bytes, password) {
            look_at(&key);
        }
    }
    let _ = pvk_form::is_encrypted(bytes);
    if let Ok(key) = pvk_form::read_blob(bytes, 0) {
        look_at(&key);
    }
}

/// What is written of each key is read as the same.
pub(crate) fn jwk(bytes: &[u8]) {
    for (key, _) in jwk_form::read(bytes).unwrap_or_default() {
        match key {
            JwkKey::Private(key) => {
                look_at(&key);
                let again = jwk_form::read(jwk_form::write_private(&key).expose().as_bytes());
                let again = again.unwrap_or_default().pop();
                assert!(matches!(
                    again,
                    Some((JwkKey::Private(again), _)) if again.public_key() == key.public_key()
                ));
            }
            JwkKey::Public(key) => {
                if let Some(text) = jwk_form::write_public(&key) {
                    let again = jwk_form::read(text.as_bytes()).unwrap_or_default().pop();
                    assert!(matches!(again, Some((JwkKey::Public(again), _)) if again == key));
                }
            }
        }
    }
}

/// Written in each form that it has, and read back.
pub(crate) fn look_at(key: &PrivateKey) {
    let same = |again: Option<PrivateKey>| {
        let again = again.map(|again| again.public_key().clone());
        assert_eq!(again.as_ref(), Some(key.public_key()));
    };
    same(PrivateKey::from_pkcs8_der(key.to_pkcs8_der().expose()).ok());
    if let Some(pkcs1) = key.to_pkcs1_der() {
        same(PrivateKey::from_pkcs1_der(pkcs1.expose()).ok());
    }
    if let Some(sec1) = key.to_sec1_der() {
        same(PrivateKey::from_sec1_der(sec1.expose()).ok());
    }
    let public = PublicKey::from_spki_der(key.public_key().spki_der());
    assert_eq!(public.as_ref().ok(), Some(key.public_key()));
}
