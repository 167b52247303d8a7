//! Files after the documented grammar, the guide's own file, and hostile ones.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::extension::{Decoded, Extension};
use crate::key_generate::RsaBits;
use crate::request::RequestedExtension;

/// The file of the agency's guide, §10.3, verbatim.
const GUIDE: &str =
    "[NewRequest]\nSubject = \"CN=monbiclé\"\nExportable = TRUE\nKeyLength = 2048\n";

fn read(text: &str) -> CertReq {
    parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn refused(text: &str) -> CertReqError {
    match parse(text.as_bytes()) {
        Ok(read) => panic!("taken: {text}: {read:?}"),
        Err(error) => error,
    }
}

fn with(lines: &str) -> String {
    format!("[NewRequest]\nSubject=\"CN=x\"\n{lines}\n")
}

fn extensions(read: &CertReq) -> Vec<Extension> {
    let extensions = read.template.extensions.iter();
    extensions
        .map(|extension| match extension {
            RequestedExtension::Other(extension) => extension.clone(),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn shown(read: &CertReq) -> Vec<String> {
    extensions(read)
        .iter()
        .map(|e| {
            let critical = if e.critical { " critical" } else { "" };
            format!(
                "{}{critical}: {}",
                e.name(),
                e.decode().to_string().replace('\n', " ")
            )
        })
        .collect()
}

fn kinds(read: &CertReq) -> Vec<(usize, &str, &'static str)> {
    let notices = read.notices.iter();
    notices
        .map(|n| (n.line, n.key.as_str(), n.kind.code()))
        .collect()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn the_file_of_the_guide_is_read_in_every_encoding() {
    let ansi: Vec<u8> = GUIDE
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let with_mark = |mark: &[u8], bytes: Vec<u8>| [mark.to_vec(), bytes].concat();
    let crlf = GUIDE.replace('\n', "\r\n");
    for (what, bytes) in [
        ("UTF-8", GUIDE.as_bytes().to_vec()),
        ("UTF-8, CR LF", crlf.clone().into_bytes()),
        ("UTF-8, CR", GUIDE.replace('\n', "\r").into_bytes()),
        (
            "UTF-8 with mark",
            with_mark(&[0xef, 0xbb, 0xbf], GUIDE.as_bytes().to_vec()),
        ),
        ("ANSI", ansi),
        (
            "UTF-16LE with mark",
            with_mark(&[0xff, 0xfe], utf16(&crlf, u16::to_le_bytes)),
        ),
        (
            "UTF-16BE with mark",
            with_mark(&[0xfe, 0xff], utf16(&crlf, u16::to_be_bytes)),
        ),
        ("UTF-16LE", utf16(&crlf, u16::to_le_bytes)),
        ("UTF-16BE", utf16(&crlf, u16::to_be_bytes)),
    ] {
        assert!(is_certreq(&bytes), "{what}");
        let read = parse(&bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(read.template.subject.to_string(), "CN=monbiclé", "{what}");
        assert_eq!(read.key_type, KeyType::Rsa(RsaBits::Rsa2048));
        assert!(read.notices.is_empty() && read.template.extensions.is_empty());
        assert!(read.template.attributes.is_empty() && read.friendly_name.is_none());
    }
    let signs = parse(b"[NewRequest]\nSubject=\"CN=\x80\x8c\x9f\"").unwrap();
    assert_eq!(signs.template.subject.to_string(), "CN=€ŒŸ");
}

#[test]
fn a_web_server_with_names_and_a_template() {
    let read = read(
        "; a server\n\
         [Version]\nSignature=\"$Windows NT$\"\n\n\
         [NEWREQUEST]\n\
         subject = \"CN=www.hopital.example, O=\"\"Hôpital, Nord\"\", C=FR\" ; as the guide\n\
         KeySpec = AT_KEYEXCHANGE\nKeyLength = 3072\nExportable = FALSE\nMachineKeySet = TRUE\n\
         PrivateKeyArchive = FALSE\nProviderName = \"Microsoft RSA SChannel Cryptographic Provider\"\n\
         RequestType = PKCS10\nKeyUsage = 0xa0\nHashAlgorithm = sha1\nFriendlyName = \" Serveur \"\n\
         RequesterName = HOPITAL\\jeanne\nSMIME = FALSE\n\
         [Strings]\nszSAN = \"2.5.29.17\"\nszEKU = 2.5.29.37\nServer = 1.3.6.1.5.5.7.3.1\n\
         [Extensions]\n\
         %szSAN% = \"{text}\"\n_continue_ = \"dns=www.hopital.example&\"\n\
         _continue_ = \"dns=hopital.example&ipaddress=192.0.2.1&\"\n\
         %SZeku% = \"{text}%Server%,\"\n_continue_ = \"1.3.6.1.5.5.7.3.2\"\n\
         Critical = 2.5.29.37\n\
         [RequestAttributes]\nCertificateTemplate = WebServer\nSAN = \"dns=a.fr\"\n\
         [Other]\nwithout value\n",
    );
    let subject = &read.template.subject;
    assert_eq!(subject.rdns().len(), 3);
    assert_eq!(
        subject.to_string(),
        "CN=www.hopital.example,O=Hôpital\\, Nord,C=FR"
    );
    assert_eq!(read.key_type, KeyType::Rsa(RsaBits::Rsa3072));
    assert_eq!(read.friendly_name.as_deref(), Some("Serveur"));
    assert_eq!(
        shown(&read),
        [
            "subjectAltName: dns:www.hopital.example dns:hopital.example ip:192.0.2.1",
            "extendedKeyUsage critical: serverAuth clientAuth",
            "keyUsage critical: digitalSignature, keyEncipherment",
        ]
    );
    assert_eq!(
        kinds(&read),
        [
            (7, "KeySpec", "windows-only"),
            (9, "Exportable", "exportable"),
            (10, "MachineKeySet", "windows-only"),
            (11, "PrivateKeyArchive", "not-for-requests"),
            (12, "ProviderName", "windows-only"),
            (15, "HashAlgorithm", "hash"),
            (17, "RequesterName", "names-left-out"),
            (32, "SAN", "attribute-names"),
            (33, "[Other]", "unknown"),
        ]
    );
    assert_eq!(read.template.attributes.len(), 2);
    assert!(
        read.notices
            .iter()
            .all(|notice| !notice.to_string().is_empty())
    );
}

#[test]
fn every_form_of_alternative_name_is_read() {
    let read = read(&with(
        "[Extensions]\n2.5.29.17 = \"{text}\"\n_continue_ = \"UPN=a@b.fr&\"\n_continue_ = \"EMail=c@d.fr&\"\n\
         _continue_ = \"DNS=e.fr\"\n_continue_ = \"DirectoryName=CN=Name,DC=Domain,DC=com&\"\n\
         _continue_ = \"URL=http://h.fr/i.html&\"\n_continue_ = \"IP Address=10.0.0.1\"\n\
         _continue_ = \"RegisteredId=1.2.3.4.5&\"\n_continue_ = \"1.2.3.4.6.1={utf8}String&\"\n\
         _continue_ = \"1.2.3.4.6.2={octet}AAECAwQFBgc=&\"\n\
         _continue_ = \"1.2.3.4.6.2={octet}{hex}00 01 02 03 04 05 06 07&\"\n\
         _continue_ = \"1.2.3.4.6.3={asn}BAgAAQIDBAUGBw==&\"\n\
         _continue_ = \"1.2.3.4.6.3={hex}04 08 00 01 02 03 04 05 06 07\"",
    ));
    let octets = "#04080001020304050607";
    assert_eq!(
        shown(&read),
        [format!(
            "subjectAltName: userPrincipalName:a@b.fr email:c@d.fr dns:e.fr dirname:CN=Name,DC=Domain,DC=com \
             uri:http://h.fr/i.html ip:10.0.0.1 rid:1.2.3.4.5 1.2.3.4.6.1:String \
             1.2.3.4.6.2:{octets} 1.2.3.4.6.2:{octets} 1.2.3.4.6.3:{octets} 1.2.3.4.6.3:{octets}"
        )]
    );
}

#[test]
fn the_older_section_other_extensions_and_s_mime() {
    let read = read(&with(
        "SMIME = TRUE\n[EnhancedKeyUsageExtension]\nOID = 1.3.6.1.5.5.7.3.4 ; mail\nOID=1.3.6.1.5.5.7.3.2\n\
         [Extensions]\nOID = 1.3.6.1.5.5.7.3.2\n2.5.29.19 = \"{text}ca=0&pathlength=3\"\n1.2.3.4 = \"{hex}05 00\"\n\
         1.2.3.5 = BQA=\n1.2.3.6 = \"{utf8}é\"\n1.2.3.7 = \"{octet}AAE=\"\nCritical = 2.5.29.19, 1.2.3.4,1.2.3.99",
    ));
    assert_eq!(
        shown(&read),
        [
            "basicConstraints critical: CA:FALSE",
            "1.2.3.4 critical: 0500",
            "1.2.3.5: 0500",
            "1.2.3.6: 0c02c3a9",
            "1.2.3.7: 04020001",
            "extendedKeyUsage: emailProtection clientAuth",
            "smimeCapabilities: aes256-CBC aes192-CBC aes128-CBC des-EDE3-CBC",
        ]
    );
    assert_eq!(kinds(&read), [(14, "1.2.3.99", "unknown")]);
    let authority = self::read(&with("[Extensions]\n2.5.29.19={text}ca=1&pathlength=3"));
    let decoded = extensions(&authority)[0].decode();
    assert!(matches!(decoded, Decoded::BasicConstraints(_)));
    assert_eq!(decoded.to_string(), "CA:TRUE, pathlen:3");
}

#[test]
fn keys_usages_and_hashes() {
    for (lines, key_type) in [
        ("", KeyType::Rsa(RsaBits::Rsa2048)),
        (
            "KeyAlgorithm=rsa\nKeyLength=4096",
            KeyType::Rsa(RsaBits::Rsa4096),
        ),
        ("KeyAlgorithm=ECDSA_P256", KeyType::EcP256),
        ("KeyAlgorithm=ECDSA_P384\nKeyLength=384", KeyType::EcP384),
        ("KeyAlgorithm=ECDH_P521", KeyType::EcP521),
        ("KeyAlgorithm=ECDSA\nKeyLength=256", KeyType::EcP256),
    ] {
        assert_eq!(read(&with(lines)).key_type, key_type, "{lines}");
    }
    let short = read(&with("KeyLength = 1024\nHashAlgorithm=md5"));
    assert_eq!(short.key_type, KeyType::Rsa(RsaBits::Rsa2048));
    assert_eq!(
        short
            .notices
            .iter()
            .map(|n| n.kind.clone())
            .collect::<Vec<_>>(),
        [
            NoticeKind::KeyLength { bits: 2048 },
            NoticeKind::Hash {
                used: "SHA-256".to_owned()
            },
        ]
    );
    assert!(read(&with("HashAlgorithm=SHA-256")).notices.is_empty());
    assert!(
        read(&with("KeyAlgorithm=ECDSA_P384\nHashAlgorithm=sha384"))
            .notices
            .is_empty()
    );

    for (usage, expected) in [
        ("0xa0", "digitalSignature, keyEncipherment"),
        ("160", "digitalSignature, keyEncipherment"),
        (
            "CERT_DIGITAL_SIGNATURE_KEY_USAGE | CERT_KEY_ENCIPHERMENT_KEY_USAGE",
            "digitalSignature, keyEncipherment",
        ),
        (
            "\"digitalSignature|0x40\"",
            "digitalSignature, nonRepudiation",
        ),
        ("CERT_DECIPHER_ONLY_KEY_USAGE", "decipherOnly"),
    ] {
        let read = read(&with(&format!("KeyUsage = {usage}")));
        assert_eq!(shown(&read), [format!("keyUsage critical: {expected}")]);
    }
    assert!(read(&with("KeyUsage=0")).template.extensions.is_empty());
}

#[test]
fn subjects_with_quotes_flags_and_several_values() {
    for (subject, flags, shown) in [
        ("CN=a,O=b", "", "O=b,CN=a"),
        ("CN=a;OU=b;OU=c,C=FR", "", "CN=a,OU=b,OU=c,C=FR"),
        ("DC=fr,DC=sante,CN=x", "", "CN=x,DC=sante,DC=fr"),
        ("CN=a,C=FR", "CERT_NAME_STR_FORWARD_FLAG", "C=FR,CN=a"),
        ("C=FR,CN=a", "CERT_NAME_STR_REVERSE_FLAG", "C=FR,CN=a"),
        ("CN=a,b;O=c", "CERT_NAME_STR_SEMICOLON_FLAG", "O=c,CN=a\\,b"),
        ("CN=a;b,O=c", "0x4000000", "O=c,CN=a\\;b"),
        ("CN=a+b", "CERT_NAME_STR_NO_PLUS_FLAG", "CN=a\\+b"),
        ("SN=Dupont + G=Jeanne", "", "GN=Jeanne+SN=Dupont"),
        ("CN=\"\"a\"\"\"\"b\"\"", "", "CN=a\\\"b"),
        ("CN=\"\"a", "CERT_NAME_STR_NO_QUOTING_FLAG", "CN=\\\"a"),
        (
            "OID.1.2.3=x, E=a@b.fr, S=Paris, I=J,",
            "",
            "initials=J,ST=Paris,emailAddress=a@b.fr,1.2.3=#0C0178",
        ),
        ("CN=a\\b", "", "CN=a\\\\b"),
    ] {
        let flags = if flags.is_empty() {
            String::new()
        } else {
            format!("X500NameFlags = {flags}\n")
        };
        let read = read(&format!("[NewRequest]\n{flags}Subject = \"{subject}\"\n"));
        assert_eq!(read.template.subject.to_rfc4514(), shown, "{subject}");
    }
    let unquoted = read("[NewRequest]\nSubject=CN=John Smith,CN=Users,DC=Contoso,DC=com");
    assert_eq!(unquoted.template.subject.rdns().len(), 4);
    let percent = read("[NewRequest]\nSubject = \"CN=100%, O=50 % or 60%% of\"\n");
    assert_eq!(
        percent.template.subject.to_rfc4514(),
        "O=50 % or 60% of,CN=100%"
    );
    let only_names = read("[NewRequest]\nKeyLength=2048\n[Extensions]\n2.5.29.17={text}dns=a.fr");
    assert!(only_names.template.subject.is_empty());
}

#[test]
fn what_cannot_be_done_is_refused_with_its_line() {
    use CertReqFault as F;
    let value = |key: &str, value: &str| F::value(key, value);
    let name = F::AlternativeName;
    let oid = |text: &str| Oid::parse(text).unwrap();
    for (lines, line, what) in [
        ("RequestType=CMC", 3, F::RequestType("CMC".to_owned())),
        ("RequestType=Cert", 3, F::RequestType("Cert".to_owned())),
        (
            "RequestType=\"PKCS7\"",
            3,
            F::RequestType("PKCS7".to_owned()),
        ),
        ("KeyAlgorithm=DSA", 3, F::KeyAlgorithm("DSA".to_owned())),
        ("KeyLength=2049", 3, F::KeyLength("2049".to_owned())),
        ("KeyLength=16384", 3, F::KeyLength("16384".to_owned())),
        ("KeyLength=-1", 3, F::KeyLength("-1".to_owned())),
        (
            "KeyLength=2048\nKeyAlgorithm=ECDSA_P256",
            3,
            F::KeyLength("2048".to_owned()),
        ),
        ("HashAlgorithm=sha3", 3, value("HashAlgorithm", "sha3")),
        ("Exportable=perhaps", 3, value("Exportable", "perhaps")),
        ("KeyUsage=0x4000", 3, value("KeyUsage", "0x4000")),
        ("KeyUsage=+1", 3, value("KeyUsage", "+1")),
        ("KeyUsage=signing", 3, value("KeyUsage", "signing")),
        ("subject=\"CN=y\"", 3, F::Twice("subject".to_owned())),
        ("Silent", 3, F::NoEquals),
        ("FriendlyName=\"a", 3, F::Quote),
        ("FriendlyName=\"a\" b", 3, F::Quote),
        (
            "FriendlyName=%nothing%",
            3,
            F::UnknownString("nothing".to_owned()),
        ),
        ("[Extensions\n", 3, F::Syntax),
        ("[Extensions]\n_continue_=a", 4, F::Continue),
        ("[Strings]\na=1\nA=2", 5, F::Twice("A".to_owned())),
        ("[Extensions]\nabc=1", 4, value("abc", "1")),
        (
            "[Extensions]\n2.5.29.32={text}a",
            4,
            F::ExtensionText(oid("2.5.29.32")),
        ),
        ("[Extensions]\n1.2.3={hex}05", 4, F::Extension(oid("1.2.3"))),
        ("[Extensions]\n1.2.3=?", 4, F::Extension(oid("1.2.3"))),
        (
            "[Extensions]\n1.2.3={hex}0500\n1.2.3={hex}0500",
            5,
            F::ExtensionTwice(oid("1.2.3")),
        ),
        (
            "[Extensions]\n2.5.29.19={text}ca=2",
            4,
            F::Extension(oid("2.5.29.19")),
        ),
        (
            "[Extensions]\n2.5.29.17={text}dns=é.fr",
            4,
            name(GeneralNameError::NotAscii),
        ),
        (
            "[Extensions]\n2.5.29.17={text}&",
            4,
            name(GeneralNameError::Empty),
        ),
        (
            "[Extensions]\n2.5.29.17={text}a.fr",
            4,
            name(GeneralNameError::MissingKind),
        ),
        (
            "[Extensions]\n2.5.29.17={text}other=a",
            4,
            name(GeneralNameError::UnknownKind("other".to_owned())),
        ),
        (
            "[Extensions]\n2.5.29.17={text}dn=a",
            4,
            F::Subject(SubjectError::NoEquals),
        ),
    ] {
        assert_eq!(
            refused(&with(lines)),
            CertReqError { line, what },
            "{lines}"
        );
    }
    for (subject, error) in [
        ("CN", SubjectError::NoEquals),
        ("XY=1", SubjectError::UnknownType("XY".to_owned())),
        ("CN=#0401", SubjectError::Hexadecimal),
        ("CN=\"\"a", SubjectError::Quote),
        ("CN=a\"\"b\"\"", SubjectError::Quote),
    ] {
        let error = F::Subject(error).at(2);
        assert_eq!(
            refused(&format!("[NewRequest]\nSubject=\"{subject}\"")),
            error,
            "{subject}"
        );
    }
    assert_eq!(refused("[NewRequest]\nKeyLength=2048").what, F::NoSubject);
    assert_eq!(refused("[Version]\na=b").what, F::NoNewRequest);
    assert_eq!(refused("<html>").what, F::Syntax);
    assert_eq!(parse(b"[NewRequest]\0").unwrap_err().what, F::NotText);
    assert_eq!(parse(b"\xff\xfe[").unwrap_err().what, F::NotText);
    assert!(!is_certreq(b"[Version]") && !is_certreq(b"\x30\x82") && is_certreq(b" [newREQUEST]"));
}

#[test]
fn hostile_files_are_refused_at_once() {
    let start = Instant::now();
    let large = |text: String, line: usize| {
        let error = refused(&text);
        assert_eq!(error, CertReqFault::TooLarge.at(line));
    };
    large(with(&";".repeat(MAX_CERTREQ_BYTES)), 0);
    large(
        with(&format!("FriendlyName={}", "a".repeat(MAX_LINE_CHARACTERS))),
        3,
    );
    large("\n".repeat(MAX_LINES) + "[NewRequest]", MAX_LINES + 1);
    // values that grow: by continuing, and by strings of strings
    let part = format!("_continue_={}\n", "a".repeat(8000));
    large(with(&format!("FriendlyName=a\n{}", part.repeat(9))), 12);
    let many = "%a%".repeat(2000);
    large(
        with(&format!(
            "FriendlyName={many}\n[Strings]\na={}",
            "b".repeat(8000)
        )),
        3,
    );
    // a string that names itself and another is put in once
    let text = with("FriendlyName=\"%a%\"\n[Strings]\na=\"%a%%b%\"\nb=\"%a%\"");
    assert_eq!(read(&text).friendly_name.as_deref(), Some("%a%%b%"));
    // thousands of sections and keys
    let sections: String = (0..8000).map(|n| format!("[s{n}]\n")).collect();
    assert_eq!(read(&with(&sections)).notices.len(), 8000);
    let keys: String = (0..9000).map(|n| format!("k{n}=\n")).collect();
    large(with(&keys), 258);
    let wishes: String = (0..9000)
        .map(|n| format!("1.2.{n}={{hex}}0500\n"))
        .collect();
    large(with(&format!("[Extensions]\n{wishes}")), 52);
    let purposes = format!(
        "[Extensions]\nOID={}",
        (0..500).map(|n| format!("1.2.{n},")).collect::<String>()
    );
    large(with(&purposes), 4);
    let attributes: String = (0..9000).map(|n| format!("k{n}=v\n")).collect();
    large(with(&format!("[RequestAttributes]\n{attributes}")), 52);
    assert!(start.elapsed().as_secs() < 20);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(
        lines in proptest::collection::vec(
            prop_oneof![
                "\\PC{0,20}",
                "(Subject|KeyUsage|KeyLength|KeyAlgorithm|X500NameFlags|_continue_|2\\.5\\.29\\.17|OID|Critical) ?= ?[\"%CNO=,;+&{}texdns0-9x.|]{0,30}",
                Just("[Extensions]".to_owned()),
                Just("[Strings]".to_owned()),
                Just("2.5.29.17={text}dns=a".to_owned()),
            ],
            0..12,
        ),
    ) {
        let text = with(&lines.join("\n"));
        if let Ok(read) = parse(text.as_bytes()) {
            prop_assert!(read.notices.iter().all(|notice| notice.line > 0));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = (parse(&bytes), is_certreq(&bytes));
    }
}
