//! Certificates and requests that lie: names, numbers, identifiers, extensions, times.

use super::bombs::with_extension_value;
use super::case::{Case, case, sample};
use super::tree::{Node, edited, nested, sequence, tlv};

fn certificate(path: &[usize], edit: impl FnOnce(&mut Node)) -> Vec<u8> {
    edited(&sample("certificate-ec.der"), path, edit)
}

fn octets(name: &str, path: &'static [usize], octets: &[u8]) -> Case {
    let octets = octets.to_vec();
    case(name, move || {
        certificate(path, |node| *node.bytes() = octets.clone())
    })
}

const VERSION: &[usize] = &[0, 0, 0];
const SERIAL: &[usize] = &[0, 1];
const NOT_BEFORE: &[usize] = &[0, 4, 0];
const NOT_AFTER: &[usize] = &[0, 4, 1];
const EXTENSIONS: &[usize] = &[0, 7, 0];
/// The value of the subject's common name, and its type.
const COMMON_NAME: &[usize] = &[0, 5, 4, 0, 1];
const COMMON_NAME_TYPE: &[usize] = &[0, 5, 4, 0, 0];

/// An OID body of so many octets, in one arc.
fn long_oid(octets: usize) -> Vec<u8> {
    let mut body = vec![0xff; octets];
    body[0] = 0x2a;
    body[octets - 1] = 0x7f;
    body
}

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        octets("certificate-version-4", VERSION, &[3]),
        octets("certificate-version-negative", VERSION, &[0xff]),
        octets("certificate-version-of-100-octets", VERSION, &[1; 100]),
        octets("certificate-serial-empty", SERIAL, &[]),
        octets("certificate-oid-empty", COMMON_NAME_TYPE, &[]),
        octets("certificate-oid-cut", COMMON_NAME_TYPE, &[0x55, 0x84]),
        octets(
            "certificate-oid-of-257-octets",
            COMMON_NAME_TYPE,
            &long_oid(257),
        ),
        octets(
            "certificate-oid-of-a-megabyte",
            COMMON_NAME_TYPE,
            &long_oid(1_000_000),
        ),
        octets(
            "certificate-oid-with-leading-80",
            COMMON_NAME_TYPE,
            &[0x55, 0x80, 3],
        ),
        octets(
            "certificate-signature-algorithm-oid-endless",
            &[1, 0],
            &[0xff; 255],
        ),
        octets("certificate-signature-empty-bits", &[2], &[]),
        octets("certificate-signature-with-9-unused-bits", &[2], &[9, 1]),
        octets("certificate-time-month-13", NOT_BEFORE, b"991301000000Z"),
        octets("certificate-time-february-30", NOT_BEFORE, b"990230000000Z"),
        octets("certificate-time-hour-25", NOT_BEFORE, b"990101250000Z"),
        octets("certificate-time-empty", NOT_BEFORE, b""),
        octets("certificate-time-without-zone", NOT_BEFORE, b"990101000000"),
        octets("certificate-time-letters", NOT_BEFORE, b"AA0101000000Z"),
        octets(
            "certificate-time-of-a-megabyte",
            NOT_BEFORE,
            &vec![b'1'; 900_000],
        ),
        octets("certificate-time-year-minus", NOT_AFTER, b"-0010101000000Z"),
        octets(
            "certificate-time-fraction-without-end",
            NOT_AFTER,
            &[b"21260101000000.", &[b'9'; 1000][..]].concat(),
        ),
        case("certificate-time-of-another-type", || {
            certificate(NOT_BEFORE, |node| node.tag = 4)
        }),
        case("certificate-one-time", || {
            certificate(&[0, 4], |validity| {
                validity.parts().pop();
            })
        }),
        case("certificate-three-times", || {
            certificate(&[0, 4], |validity| {
                let last = validity.parts()[1].clone();
                validity.parts().push(last);
            })
        }),
        case("certificate-rdn-empty", || {
            certificate(&[0, 5, 4], |rdn| rdn.parts().clear())
        }),
        case("certificate-attribute-without-value", || {
            certificate(&[0, 5, 4, 0], |attribute| {
                attribute.parts().pop();
            })
        }),
        case("certificate-attribute-with-two-values", || {
            certificate(&[0, 5, 4, 0], |attribute| {
                let last = attribute.parts()[1].clone();
                attribute.parts().push(last);
            })
        }),
        case("certificate-name-is-a-set", || {
            certificate(&[0, 5], |name| name.tag = 0x31)
        }),
        case("certificate-extension-without-value", || {
            certificate(&[0, 7, 0, 0], |extension| {
                extension.parts().pop();
            })
        }),
        case("certificate-extension-critical-of-two-octets", || {
            certificate(&[0, 7, 0, 1], |extension| {
                *extension.parts()[1].bytes() = vec![0xff, 0xff];
            })
        }),
        case("certificate-extension-twice", || {
            certificate(EXTENSIONS, |list| {
                let first = list.parts()[0].clone();
                list.parts().push(first);
            })
        }),
        case("certificate-extensions-twice", || {
            certificate(&[0], |fields| {
                let last = fields.parts()[7].clone();
                fields.parts().push(last);
            })
        }),
        case("certificate-extension-list-of-oids", || {
            certificate(EXTENSIONS, |list| {
                list.parts()[0] = Node::octets(6, &[0x2a, 3])
            })
        }),
        case("certificate-high-tag-number", || {
            certificate(EXTENSIONS, |list| {
                list.parts()[0] = Node::octets(0x9f, &[0x1f])
            })
        }),
        case("certificate-in-certificate", || {
            let whole = sample("certificate-ec.der");
            sequence(&[&whole])
        }),
        case("certificate-of-nothing", || {
            sequence(&[&sequence(&[&tlv(0xa0, &[2, 1, 2])])])
        }),
        case("request-version-1", || {
            edited(&sample("request-rsa.der"), &[0, 0], |version| {
                *version.bytes() = vec![1]
            })
        }),
        case("request-without-attributes-field-and-more", || {
            edited(&sample("request-rsa.der"), &[0, 3], |field| {
                field.tag = 0xa1
            })
        }),
        case("request-extension-request-of-two-lists", || {
            let attribute = sequence(&[
                &tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e]),
                &tlv(0x31, &[0x30, 0, 0x30, 0]),
            ]);
            edited(&sample("request-rsa.der"), &[0, 3], |list| {
                list.parts().extend(Node::read_all(&attribute));
            })
        }),
        case("request-extension-request-twice", || {
            let attribute = sequence(&[
                &tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e]),
                &tlv(0x31, &[0x30, 0]),
            ]);
            edited(&sample("request-rsa.der"), &[0, 3], |list| {
                list.parts().extend(Node::read_all(&attribute.repeat(2)));
            })
        }),
        case("request-extension-request-of-levels", || {
            let attribute = sequence(&[
                &tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e]),
                &tlv(0x31, &nested(0x30, 1000, &[])),
            ]);
            edited(&sample("request-rsa.der"), &[0, 3], |list| {
                list.parts().push(Node::octets(
                    0x30,
                    &attribute[super::tree::head(&attribute).0..],
                ));
            })
        }),
    ];
    // taken on purpose: a person wants to see what is odd; nothing of it is believed
    for (name, serial) in [
        ("negative", vec![0xff]),
        ("zero", vec![0]),
        ("of-100000-octets", vec![0x7f; 100_000]),
    ] {
        cases.push(octets(
            &format!("certificate-serial-{name}"),
            SERIAL,
            &serial,
        ));
    }
    // the names that lie are shown escaped: see `names_show_what_they_are`
    for (name, text) in [
        ("right-to-left", "abc\u{202e}txt.exe".as_bytes().to_vec()),
        ("nul", b"www.example\0.evil.example".to_vec()),
        ("controls", b"a\r\n\x1b[31mb\x07".to_vec()),
        ("of-a-megabyte", vec![b'a'; 900_000]),
        ("not-utf-8", vec![0xff, 0xfe, 0xc0, 0x80]),
    ] {
        cases.push(octets(
            &format!("certificate-name-{name}"),
            COMMON_NAME,
            &text,
        ));
    }
    // every known extension with a value that is not of its syntax: shown as malformed
    for index in 0..8 {
        for (name, value) in [
            ("empty", Vec::new()),
            ("cut", vec![0x30, 0x82, 0xff]),
            ("deep", nested(0x30, 10_000, &[])),
        ] {
            cases.push(case(
                format!("certificate-extension-{index}-{name}"),
                move || with_extension_value(index, &value),
            ));
        }
    }
    cases
}

#[test]
fn names_show_what_they_are() {
    use bicle_pki::read::FoundItem;
    for case in cases() {
        if !case.name.starts_with("certificate-name-") {
            continue;
        }
        for found in super::case::reading(&(case.make)(), &[]).found {
            let FoundItem::Certificate(certificate) = found.item else {
                panic!("{}", case.name);
            };
            let shown = certificate.subject().to_rfc4514();
            let hidden = |character: char| character.is_control() || character == '\u{202e}';
            assert!(!shown.contains(hidden), "{}: {shown}", case.name);
            let value = certificate
                .subject()
                .common_name()
                .unwrap_or_default()
                .to_owned();
            let value = bicle_pki::name::visible(&value);
            assert!(!value.contains(hidden), "{}: {value}", case.name);
        }
    }
}

#[test]
fn a_malformed_extension_is_never_a_decoded_one() {
    use bicle_pki::extension::Decoded;
    use bicle_pki::read::FoundItem;
    for case in cases() {
        let broken = case.name.ends_with("-empty") || case.name.ends_with("-cut");
        if !case.name.starts_with("certificate-extension-") || !broken {
            continue;
        }
        let Some(index) = case
            .name
            .split('-')
            .nth(2)
            .and_then(|text| text.parse::<usize>().ok())
        else {
            continue;
        };
        for found in super::case::reading(&(case.make)(), &[]).found {
            let FoundItem::Certificate(certificate) = found.item else {
                panic!("{}", case.name);
            };
            let decoded = certificate.extensions()[index].decode();
            assert!(
                matches!(decoded, Decoded::Malformed { .. } | Decoded::Unknown { .. }),
                "{}: {decoded:?}",
                case.name
            );
        }
    }
}
