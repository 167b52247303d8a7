//! OpenSSL's command line, for what several procedures ask of it.

use std::path::Path;

use crate::peer::{Answer, Peer};

/// `openssl WORDS`, about to be run; more arguments may follow.
#[must_use]
pub fn openssl(words: &str) -> Peer {
    Peer::new("openssl").words(words)
}

/// A new private key as PKCS#8 PEM.
///
/// # Panics
/// When openssl is missing or refuses.
#[must_use]
#[track_caller]
pub fn rsa_key_pem(bits: u32) -> Vec<u8> {
    openssl("genpkey -quiet -algorithm RSA -pkeyopt")
        .arg(format!("rsa_keygen_bits:{bits}"))
        .accepts()
        .stdout
}

/// The request (PEM) that openssl makes of a key's file for a subject such as `/C=FR`.
///
/// # Panics
/// When openssl is missing or refuses.
#[must_use]
#[track_caller]
pub fn request_pem(key: &Path, subject: &str) -> Vec<u8> {
    openssl("req -new -sha256 -utf8 -batch -key")
        .arg(key)
        .arg("-subj")
        .arg(subject)
        .accepts()
        .stdout
}

/// The PEM of a certificate's DER.
///
/// # Panics
/// When openssl does not read it.
#[must_use]
#[track_caller]
pub fn certificate_pem(der: &[u8]) -> Vec<u8> {
    openssl("x509 -inform DER -outform PEM")
        .input(der)
        .accepts()
        .stdout
}

/// `openssl x509 -text` of a certificate's DER.
///
/// # Panics
/// When openssl does not read it.
#[must_use]
#[track_caller]
pub fn certificate_text(der: &[u8]) -> String {
    openssl("x509 -inform DER -noout -text")
        .input(der)
        .accepts()
        .text()
}

/// The lower-case hexadecimal SHA-256 of bytes, computed by openssl.
///
/// # Panics
/// When openssl is missing.
#[must_use]
#[track_caller]
pub fn sha256_hex(bytes: &[u8]) -> String {
    let answer = openssl("dgst -sha256 -r").input(bytes).accepts();
    answer
        .text()
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Opens a PKCS#12 file and returns the PEM of all that is in it, keys in clear.
#[must_use]
pub fn open_pkcs12(file: &Path, password: &str) -> Peer {
    openssl("pkcs12 -nodes -in")
        .arg(file)
        .arg("-passin")
        .arg(format!("pass:{password}"))
}

/// Fails unless the private key (PEM) and the certificate (DER) are of one pair.
///
/// # Panics
/// When they are not.
#[track_caller]
pub fn assert_pair(key_pem: &[u8], certificate_der: &[u8]) {
    let of_key = openssl("pkey -pubout").input(key_pem).accepts().stdout;
    let of_certificate = openssl("x509 -inform DER -noout -pubkey")
        .input(certificate_der)
        .accepts()
        .stdout;
    assert_eq!(of_key, of_certificate, "the key is not the certificate's");
}

/// `openssl verify` of a certificate under a root and an intermediate (files, PEM), at a time.
#[must_use]
#[track_caller]
pub fn verify(root: &Path, intermediate: &Path, certificate: &Path) -> Peer {
    openssl("verify -x509_strict -CAfile")
        .arg(root)
        .arg("-untrusted")
        .arg(intermediate)
        .arg(certificate)
}

/// The answer of `openssl req -verify` on a request, PEM or DER.
///
/// # Panics
/// When the request does not verify.
#[track_caller]
pub fn verify_request(request: &[u8]) -> Answer {
    let answer = openssl("req -verify -noout")
        .input(request_as_pem(request))
        .accepts();
    // OpenSSL 3.0 ends with status 0 also where the signature is wrong
    answer.says("verify OK");
    answer
}

/// A request as PEM, whether it is PEM or DER.
///
/// # Panics
/// When openssl does not read it.
#[must_use]
#[track_caller]
pub fn request_as_pem(request: &[u8]) -> Vec<u8> {
    if request.starts_with(b"-----BEGIN") {
        return request.to_vec();
    }
    openssl("req -inform DER -outform PEM")
        .input(request)
        .accepts()
        .stdout
}
