//! Descriptions of requests (`.inf`), which [`bicle_pki::certreq`] reads: the first line that is wrong is named.

use super::case::{Case, case};

/// A file with these lines in its section of the request.
fn inf(name: &str, lines: impl Fn() -> String + 'static) -> Case {
    case(format!("inf-{name}"), move || {
        format!("[NewRequest]\r\n{}\r\n", lines()).into_bytes()
    })
}

/// What is read, in words.
pub fn answer(bytes: &[u8]) -> String {
    match bicle_pki::certreq::parse(bytes) {
        Ok(read) => format!("taken: {} notices", read.notices.len()),
        Err(error) => error.to_string(),
    }
}

pub fn cases() -> Vec<Case> {
    let subject = "Subject = \"CN=essai\"\r\n";
    vec![
        case("inf-empty", Vec::new),
        case("inf-binary", || vec![0, 1, 2, 3, 0xff]),
        case("inf-of-300-kilobytes", || b"; comment\r\n".repeat(30_000)),
        case("inf-utf-16-half-a-unit", || {
            let mut bytes = vec![0xff, 0xfe];
            bytes.extend(
                "[NewRequest]\r\nSubject=\"CN=a\""
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes),
            );
            bytes.push(0);
            bytes
        }),
        case("inf-utf-16-surrogates-alone", || {
            let mut bytes = vec![0xff, 0xfe];
            bytes.extend(
                "[NewRequest]\r\nSubject=\"CN="
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes),
            );
            bytes.extend([0, 0xd8].repeat(10));
            bytes
        }),
        case("inf-section-without-end", || {
            b"[NewRequest\r\nSubject=\"CN=a\"".to_vec()
        }),
        case("inf-section-twice", || {
            b"[NewRequest]\r\nSubject=\"CN=a\"\r\n[NewRequest]\r\nSubject=\"CN=b\"".to_vec()
        }),
        case("inf-sections-100000", || b"[a]\n".repeat(60_000)),
        case("inf-without-new-request", || {
            b"[Version]\r\nSignature=\"$Windows NT$\"".to_vec()
        }),
        inf("without-subject", || "KeyLength = 2048".to_owned()),
        inf("subject-twice", move || format!("{subject}{subject}")),
        inf("subject-no-name", || "Subject = \"no name\"".to_owned()),
        inf("subject-of-129-attributes", || {
            format!("Subject = \"{}\"", vec!["CN=a"; 129].join(","))
        }),
        inf("subject-quote-not-closed", || "Subject = \"CN=a".to_owned()),
        inf("subject-of-200-kilobytes", || {
            format!("Subject = \"CN={}\"", "a".repeat(200_000))
        }),
        inf("line-without-equals", move || format!("{subject}KeyLength")),
        inf("key-length-negative", move || {
            format!("{subject}KeyLength = -1")
        }),
        inf("key-length-2-to-the-64", move || {
            format!("{subject}KeyLength = 18446744073709551616")
        }),
        inf("key-length-1000000", move || {
            format!("{subject}KeyLength = 1000000")
        }),
        inf("key-length-no-number", move || {
            format!("{subject}KeyLength = many")
        }),
        inf("key-algorithm-unknown", move || {
            format!("{subject}KeyAlgorithm = ROT13")
        }),
        inf("key-usage-beyond-its-bits", move || {
            format!("{subject}KeyUsage = 0xffffffffff")
        }),
        inf("request-type-cert", move || {
            format!("{subject}RequestType = Cert")
        }),
        inf("string-unknown", || "Subject = \"CN=%nobody%\"".to_owned()),
        inf("string-of-itself", || {
            "Subject = \"CN=%a%\"\r\n[Strings]\r\na = \"%a%%a%\"".to_owned()
        }),
        inf("strings-that-double", || {
            let mut lines =
                "Subject = \"CN=%s40%\"\r\n[Strings]\r\ns0 = \"xxxxxxxx\"\r\n".to_owned();
            for index in 1..=40 {
                let before = index - 1;
                lines.push_str(&format!("s{index} = \"%s{before}%%s{before}%\"\r\n"));
            }
            lines
        }),
        inf("string-used-10000-times", || {
            let used = "%s%".repeat(10_000);
            format!(
                "Subject = \"CN={used}\"\r\n[Strings]\r\ns = \"{}\"",
                "x".repeat(10_000)
            )
        }),
        inf("continue-without-value", move || {
            format!("_continue_ = \"a\"\r\n{subject}")
        }),
        inf("continued-20000-times", move || {
            let more = "_continue_ = \"dns=a.example&\"\r\n".repeat(6_000);
            format!("{subject}[Extensions]\r\n2.5.29.17 = \"{{text}}\"\r\n{more}")
        }),
        inf("extension-no-oid", move || {
            format!("{subject}[Extensions]\r\nabc = \"{{text}}a\"")
        }),
        inf("extension-no-base64", move || {
            format!("{subject}[Extensions]\r\n1.2.3 = \"!!!\"")
        }),
        inf("extension-twice", move || {
            format!(
                "{subject}[Extensions]\r\n2.5.29.17=\"{{text}}dns=a\"\r\n2.5.29.17=\"{{text}}dns=b\""
            )
        }),
        inf("extension-oid-endless", move || {
            format!(
                "{subject}[Extensions]\r\n1.2{} = \"AAAA\"",
                ".9".repeat(2000)
            )
        }),
        inf("alternative-name-of-no-kind", move || {
            format!("{subject}[Extensions]\r\n2.5.29.17=\"{{text}}nothing=a\"")
        }),
        inf("alternative-name-ip-of-five", move || {
            format!("{subject}[Extensions]\r\n2.5.29.17=\"{{text}}ipaddress=1.2.3.4.5\"")
        }),
        inf("purpose-no-oid", move || {
            format!("{subject}[EnhancedKeyUsageExtension]\r\nOID = serverAuth please")
        }),
    ]
}
