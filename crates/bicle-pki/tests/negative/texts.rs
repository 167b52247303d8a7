//! Texts: armour that is cut, mixed or endless, headers, encodings.

use super::case::{Case, case, sample};

fn pem(label: &str, body: &str) -> Vec<u8> {
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n").into_bytes()
}

fn text(name: &'static str, seed: &'static str, edit: fn(&str) -> String) -> Case {
    case(name, move || {
        edit(std::str::from_utf8(&sample(seed)).unwrap()).into_bytes()
    })
}

pub fn cases() -> Vec<Case> {
    vec![
        case("pem-empty", || pem("CERTIFICATE", "")),
        case("pem-one-octet", || pem("CERTIFICATE", "MA==")),
        case("pem-no-base64", || pem("CERTIFICATE", "not base64!")),
        case("pem-base64-cut", || pem("CERTIFICATE", "MIIBI")),
        case("pem-padding-inside", || pem("CERTIFICATE", "MA==MA==")),
        case("pem-nul-inside", || pem("CERTIFICATE", "MII\0BI")),
        case("pem-label-of-65-characters", || {
            pem(&"A".repeat(65), "MAA=")
        }),
        case("pem-label-of-a-megabyte", || {
            pem(&"A".repeat(1024 * 1024), "MAA=")
        }),
        case("pem-label-with-bidi", || pem("CERTI\u{202e}FICATE", "MAA=")),
        case("pem-label-with-escape", || {
            pem("\u{1b}[2JCERTIFICATE", "MAA=")
        }),
        case("pem-label-empty", || pem("", "MAA=")),
        text("pem-other-end", "certificate-rsa.pem", |text| {
            text.replace("END CERTIFICATE", "END PRIVATE KEY")
        }),
        text("pem-end-missing", "certificate-rsa.pem", |text| {
            text.replace("-----END CERTIFICATE-----", "")
        }),
        text("pem-block-in-block", "certificate-rsa.pem", |text| {
            text.replacen('\n', "\n-----BEGIN CERTIFICATE-----\n", 1)
        }),
        text(
            "pem-certificate-called-key",
            "certificate-rsa.pem",
            |text| {
                text.replace("CERTIFICATE", "X509 CRL")
                    .replace("MII", "AAA")
            },
        ),
        text("pem-line-lost", "certificate-rsa.pem", |text| {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.remove(5);
            lines.join("\n")
        }),
        text("pem-line-twice", "certificate-rsa.pem", |text| {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.insert(5, lines[5]);
            lines.join("\n")
        }),
        text("pem-character-lost", "certificate-rsa.pem", |text| {
            let mut text = text.to_owned();
            text.remove(200);
            text
        }),
        text("pem-headers-without-end", "ec-dek-aes128.pem", |text| {
            text.replacen(
                "Proc-Type",
                &format!("{}Proc-Type", "X: y\n".repeat(100_000)),
                1,
            )
        }),
        text("pem-header-of-a-megabyte", "ec-dek-aes128.pem", |text| {
            text.replacen(
                "Proc-Type",
                &format!("X: {}\nProc-Type", "y".repeat(1024 * 1024)),
                1,
            )
        }),
        text("dek-cipher-unknown", "ec-dek-aes128.pem", |text| {
            text.replace("AES-128-CBC", "ROT-13")
        }),
        text("dek-cipher-of-a-kilobyte", "ec-dek-aes128.pem", |text| {
            text.replace("AES-128-CBC", &"A".repeat(900))
        }),
        text("dek-info-missing", "ec-dek-aes128.pem", |text| {
            text.lines()
                .filter(|line| !line.starts_with("DEK-Info"))
                .collect::<Vec<_>>()
                .join("\n")
        }),
        text("dek-iv-missing", "ec-dek-aes128.pem", |text| {
            let at = text.find("AES-128-CBC,").unwrap() + "AES-128-CBC,".len();
            format!("{}{}", &text[..at], &text[at + 32..])
        }),
        text("dek-iv-short", "ec-dek-aes128.pem", |text| {
            let at = text.find("AES-128-CBC,").unwrap() + "AES-128-CBC,".len();
            format!("{}{}", &text[..at], &text[at + 2..])
        }),
        text("dek-iv-no-hexadecimal", "ec-dek-aes128.pem", |text| {
            let at = text.find("AES-128-CBC,").unwrap() + "AES-128-CBC,".len();
            format!("{}{}{}", &text[..at], "+Z".repeat(16), &text[at + 32..])
        }),
        text("dek-iv-of-another-file", "ec-dek-aes128.pem", |text| {
            let at = text.find("AES-128-CBC,").unwrap() + "AES-128-CBC,".len();
            format!("{}{}{}", &text[..at], "00".repeat(16), &text[at + 32..])
        }),
        text(
            "dek-cipher-of-another-length",
            "ec-dek-aes128.pem",
            |text| text.replace("AES-128-CBC", "AES-256-CBC"),
        ),
        case("base64-alone-of-nothing", || b"M".repeat(63)),
        case("base64-alone-cut", || {
            let text = bicle_pki::pem::encode("X", &sample("certificate-ca.der"));
            let lines: Vec<&str> = text.lines().collect();
            lines[1..lines.len() - 2].join("\n").into_bytes()
        }),
        case("utf-16-half-a-unit", || {
            let mut bytes = vec![0xff, 0xfe];
            bytes.extend(
                "-----BEGIN CERTIFICATE-----"
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes),
            );
            bytes.push(b'\n');
            bytes
        }),
        case("utf-16-surrogates-alone", || {
            [&[0xfe, 0xff][..], &[0xd8, 0].repeat(1_000_000)].concat()
        }),
        case("utf-16-of-10-megabytes", || {
            [&[0xff, 0xfe][..], &[0xac, 0x20].repeat(5_000_000)].concat()
        }),
        case("empty", Vec::new),
        case("one-octet", || vec![0x30]),
        case("two-octets", || vec![0x30, 0x80]),
        case("html-page-called-certificate", || {
            b"<!doctype html><title>Portail</title>".to_vec()
        }),
        case("zip", || b"PK\x03\x04\x14\0\0\0".to_vec()),
        case("zip-of-nothing", || b"PK\x05\x06\0\0\0\0".to_vec()),
        case("pdf", || b"%PDF-1.7\n".to_vec()),
        case("png", || b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        case("jpeg", || b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec()),
        case("pgp-key", || {
            b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQEN\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n".to_vec()
        }),
        case("pem-parameters-alone", || {
            pem("EC PARAMETERS", "BggqhkjOPQMBBw==")
        }),
        case("attribute-certificate", || {
            pem("ATTRIBUTE CERTIFICATE", "AAAA")
        }),
    ]
}
