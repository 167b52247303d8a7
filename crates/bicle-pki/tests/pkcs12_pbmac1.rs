//! PBMAC1 (RFC 9579): the MAC computed by OpenSSL, the file put together here; and the forms that
//! must be refused, because they let a forged file pass.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods
)]

mod peers;

use bicle_pki::pkcs12::{self, Pkcs12Error};
use peers::pki::pki;
use peers::{openssl, workshop};

/// What a PBMAC1 is made of; `hash` names PRF and MAC.
struct Pbmac1<'a> {
    hash: &'a str,
    iterations: &'a [u8],
    key_length: Option<&'a [u8]>,
    /// The length that the key really has.
    key_bytes: usize,
    /// The tag of the salt: an OCTET STRING, or else another source (RFC 8018 §A.2).
    salt_tag: u8,
    /// The tag of the iterations.
    iterations_tag: u8,
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = match body.len() {
        short @ 0..128 => vec![short as u8],
        long => [&[0x82][..], &(long as u16).to_be_bytes()].concat(),
    };
    [&[tag][..], &length, &body].concat()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file without MAC, with this one.
fn with_mac(place: &peers::Workshop, bytes: &[u8], mac: &Pbmac1<'_>) -> Vec<u8> {
    // PFX { 3, ContentInfo { data, [0] OCTET STRING } }, all lengths of four bytes
    let body = &bytes[4..];
    let content_at = 3 + 4 + 11 + 4 + 4;
    let content = place.write("content", &body[content_at..]);
    assert_eq!(body[content_at - 4], 0x04);
    let salt = [7; 16];
    let key = openssl(&[
        "kdf",
        "-binary",
        "-keylen",
        &mac.key_bytes.to_string(),
        "-kdfopt",
        &format!("digest:{}", mac.hash),
        "-kdfopt",
        "pass:secret",
        "-kdfopt",
        &format!("hexsalt:{}", hexadecimal(&salt)),
        "-kdfopt",
        "iter:2048",
        "PBKDF2",
    ])
    .succeeds()
    .stdout;
    let hash = format!("-{}", mac.hash);
    let key = format!("hexkey:{}", hexadecimal(&key));
    let value = openssl(&[
        "dgst", "-binary", &hash, "-mac", "HMAC", "-macopt", &key, &content,
    ])
    .succeeds()
    .stdout;

    let pkcs5 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05];
    let number = if mac.hash == "sha256" { 9 } else { 11 };
    let hmac = tlv(
        0x30,
        &[
            &tlv(6, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, number]]),
            &[5, 0],
        ],
    );
    let length = mac
        .key_length
        .map(|length| tlv(2, &[length]))
        .unwrap_or_default();
    let parameters = tlv(
        0x30,
        &[
            &tlv(mac.salt_tag, &[&salt]),
            &tlv(mac.iterations_tag, &[mac.iterations]),
            &length,
            &hmac,
        ],
    );
    let derivation = tlv(0x30, &[&tlv(6, &[&pkcs5, &[12]]), &parameters]);
    let algorithm = tlv(
        0x30,
        &[&tlv(6, &[&pkcs5, &[14]]), &tlv(0x30, &[&derivation, &hmac])],
    );
    let digest_info = tlv(0x30, &[&algorithm, &tlv(4, &[&value])]);
    let mac_data = tlv(
        0x30,
        &[&digest_info, &tlv(4, &[b"NOT USED"]), &tlv(2, &[&[1]])],
    );
    tlv(0x30, &[body, &mac_data])
}

#[test]
fn good_ones_are_read_and_bad_ones_are_not() {
    let place = workshop();
    let pki = pki(&place);
    let file = place.path("file.p12");
    openssl(&[
        "pkcs12",
        "-export",
        "-inkey",
        &pki.key_pem,
        "-in",
        &pki.leaf_pem,
        "-nomac",
        "-out",
        &file,
        "-passout",
        "pass:secret",
    ])
    .succeeds();
    let bytes = std::fs::read(&file).unwrap();
    let good = Pbmac1 {
        hash: "sha256",
        iterations: &[8, 0],
        key_length: Some(&[32]),
        key_bytes: 32,
        salt_tag: 4,
        iterations_tag: 2,
    };
    for mac in [
        &good,
        &Pbmac1 {
            hash: "sha512",
            key_length: Some(&[64]),
            key_bytes: 64,
            ..good
        },
    ] {
        let protected = with_mac(&place, &bytes, mac);
        let contents = pkcs12::read(&protected, "secret").unwrap();
        assert!(contents.mac);
        assert_eq!(contents.keys[0].pkcs8.expose(), pki.key_der);
        assert_eq!(
            pkcs12::read(&protected, "Secret").err(),
            Some(Pkcs12Error::WrongPassword)
        );
        let mut altered = protected.clone();
        altered[1000] ^= 1;
        assert_eq!(
            pkcs12::read(&altered, "secret").err(),
            Some(Pkcs12Error::WrongPassword)
        );
    }
    let refusal = |mac: Pbmac1<'_>| {
        pkcs12::read(&with_mac(&place, &bytes, &mac), "secret")
            .err()
            .unwrap()
    };
    assert_eq!(
        refusal(Pbmac1 {
            iterations: &[8, 1],
            ..good
        }),
        Pkcs12Error::WrongPassword
    );
    // a key of one byte would let a forger in with one try in 256
    for (length, key_bytes) in [
        (None, 32),
        (Some(&[1][..]), 1),
        (Some(&[0]), 1),
        (Some(&[19]), 19),
        (Some(&[0xff]), 32),
        (Some(&[0x80, 0, 0, 32]), 32),
        (Some(&[0x7f, 0xff, 0xff, 0xff]), 32),
        (Some(&[1, 0, 0, 0, 0, 0, 0, 0, 0, 32]), 32),
    ] {
        let error = refusal(Pbmac1 {
            key_length: length,
            key_bytes,
            ..good
        });
        assert!(
            matches!(error, Pkcs12Error::Malformed(_)),
            "{length:?} {error:?}"
        );
    }
    // CVE-2025-11187: types that are not looked at become pointers
    for salt_tag in [2, 3, 5, 6, 0x30, 0x31, 0x84] {
        let error = refusal(Pbmac1 { salt_tag, ..good });
        assert!(matches!(error, Pkcs12Error::Malformed(_)), "{error:?}");
    }
    for iterations_tag in [4, 5, 0x30, 0x0a] {
        let error = refusal(Pbmac1 {
            iterations_tag,
            ..good
        });
        assert!(matches!(error, Pkcs12Error::Malformed(_)), "{error:?}");
    }
    let started = std::time::Instant::now();
    for iterations in [&[0x77, 0x35, 0x94, 0][..], &[0x7f; 20]] {
        let error = refusal(Pbmac1 { iterations, ..good });
        assert!(
            matches!(error, Pkcs12Error::TooManyIterations { .. }),
            "{error:?}"
        );
    }
    assert!(matches!(
        refusal(Pbmac1 {
            iterations: &[0],
            ..good
        }),
        Pkcs12Error::Malformed(_)
    ));
    assert!(matches!(
        refusal(Pbmac1 {
            iterations: &[0xff],
            ..good
        }),
        Pkcs12Error::Malformed(_)
    ));
    assert!(started.elapsed().as_secs() < 20);
}
