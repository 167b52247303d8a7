//! Structures that are deep, or that grow when they are opened.

use bicle_pki::pkcs8::{Encryption, encrypt};
use bicle_platform::secret::{SecretBytes, SecretText};
use getrandom::SysRng;
use rand_core::UnwrapErr;

use super::case::{Case, PASSWORD, case, sample};
use super::tree::{
    Content, Node, edited, edited_inside, indefinite, nested, nested_indefinite, sequence, tlv,
};

const SAFE: &[usize] = &[1, 1, 0];

/// OID bodies.
const PKCS7_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const PKCS7_SIGNED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const SAFE_CONTENTS_BAG: &[u8] = &[
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x06,
];

/// A PKCS#12 file without MAC around these AuthenticatedSafe octets.
pub fn pkcs12_of(octets: &[u8]) -> Vec<u8> {
    let content = tlv(0xa0, &tlv(4, octets));
    sequence(&[&[2, 1, 3], &sequence(&[&tlv(6, PKCS7_DATA), &content])])
}

/// The same around these SafeContents octets, unencrypted.
pub fn pkcs12_of_bags(bags: &[u8]) -> Vec<u8> {
    let info = sequence(&[&tlv(6, PKCS7_DATA), &tlv(0xa0, &tlv(4, bags))]);
    pkcs12_of(&sequence(&[&info]))
}

/// Bags of safe contents, each in the one before.
fn nested_safe_contents(levels: usize) -> Vec<u8> {
    let mut bags = sequence(&[]);
    for _ in 0..levels {
        let bag = sequence(&[&tlv(6, SAFE_CONTENTS_BAG), &tlv(0xa0, &bags)]);
        bags = sequence(&[&bag]);
    }
    pkcs12_of_bags(&bags)
}

/// A SignedData around what stands in the place of its certificates.
pub fn pkcs7_of(certificates: &[u8]) -> Vec<u8> {
    let signed = sequence(&[
        &[2, 1, 1],
        &[0x31, 0],
        &sequence(&[&tlv(6, PKCS7_DATA)]),
        &tlv(0xa0, certificates),
        &[0x31, 0],
    ]);
    sequence(&[&tlv(6, PKCS7_SIGNED), &tlv(0xa0, &signed)])
}

/// The certificate with the value of its extension at this place replaced.
pub fn with_extension_value(index: usize, value: &[u8]) -> Vec<u8> {
    let value = value.to_vec();
    edited(
        &sample("certificate-ec.der"),
        &[0, 7, 0, index],
        |extension| {
            *extension.parts().last_mut().unwrap().bytes() = value;
        },
    )
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, levels) in [("65", 65), ("1000", 1000), ("100000", 100_000)] {
        for (tag_name, tag) in [("sequence", 0x30), ("set", 0x31), ("context", 0xa0)] {
            cases.push(case(format!("depth-der-{tag_name}-{name}"), move || {
                nested(tag, levels, &[])
            }));
            cases.push(case(format!("depth-ber-{tag_name}-{name}"), move || {
                nested_indefinite(tag, levels, &[])
            }));
        }
        cases.push(case(
            format!("depth-pkcs7-certificates-{name}"),
            move || pkcs7_of(&nested(0x30, levels, &[])),
        ));
        cases.push(case(format!("depth-pkcs7-ber-strings-{name}"), move || {
            let content = nested_indefinite(0x24, levels, &[]);
            let data = indefinite(
                0x30,
                &[&tlv(6, PKCS7_DATA)[..], &indefinite(0xa0, &content)].concat(),
            );
            let signed = indefinite(0x30, &[&[2, 1, 1, 0x31, 0][..], &data, &[0x31, 0]].concat());
            indefinite(
                0x30,
                &[&tlv(6, PKCS7_SIGNED)[..], &indefinite(0xa0, &signed)].concat(),
            )
        }));
        cases.push(case(
            format!("depth-pkcs12-ber-strings-{name}"),
            move || {
                let content = nested_indefinite(0x24, levels, &[]);
                let safe = indefinite(
                    0x30,
                    &[&tlv(6, PKCS7_DATA)[..], &indefinite(0xa0, &content)].concat(),
                );
                indefinite(0x30, &[&[2, 1, 3][..], &safe].concat())
            },
        ));
        cases.push(case(format!("depth-pkcs12-inside-{name}"), move || {
            pkcs12_of(&nested(0x30, levels, &[]))
        }));
        cases.push(case(format!("depth-pkcs12-inside-ber-{name}"), move || {
            pkcs12_of(&nested_indefinite(0x30, levels, &[]))
        }));
        cases.push(case(
            format!("depth-pkcs12-bag-attribute-{name}"),
            move || {
                edited_inside(
                    &sample("pkcs12-without-mac.p12"),
                    SAFE,
                    &[1, 1, 0],
                    |bags| {
                        let octets = bags.bytes();
                        *octets = edited(octets, &[0, 2], |attributes| {
                            let deep = nested(0x31, levels, &[]);
                            attributes.parts().push(Node {
                                tag: 0x30,
                                content: Content::Parts(vec![
                                    Node::octets(6, &[0x2a, 3]),
                                    Node::octets(0x31, &deep),
                                ]),
                            });
                        });
                    },
                )
            },
        ));
        cases.push(case(format!("depth-certificate-name-{name}"), move || {
            edited(&sample("certificate-ec.der"), &[0, 5], |subject| {
                *subject = Node::octets(0x30, &nested(0x31, levels, &[]));
            })
        }));
        cases.push(case(
            format!("depth-certificate-extension-{name}"),
            move || {
                // subjectAltName: a directory name that holds nothing but levels
                with_extension_value(5, &tlv(0x30, &tlv(0xa4, &nested(0x30, levels, &[]))))
            },
        ));
        cases.push(case(format!("depth-request-attribute-{name}"), move || {
            edited(&sample("request-rsa.der"), &[0, 3], |attributes| {
                attributes.parts().push(Node {
                    tag: 0x30,
                    content: Content::Parts(vec![
                        Node::octets(6, &[0x2a, 3]),
                        Node::octets(0x31, &nested(0x30, levels, &[])),
                    ]),
                });
            })
        }));
        cases.push(case(format!("depth-base64-alone-{name}"), move || {
            let text = bicle_pki::pem::encode("X", &nested(0x30, levels, &[]));
            let lines: Vec<&str> = text.lines().collect();
            lines[1..lines.len() - 1].join("\n").into_bytes()
        }));
        cases.push(case(format!("depth-json-{name}"), move || {
            [b"[".repeat(levels), b"]".repeat(levels)].concat()
        }));
        cases.push(case(format!("depth-json-object-{name}"), move || {
            [
                br#"{"keys":"#.repeat(levels),
                b"0".to_vec(),
                b"}".repeat(levels),
            ]
            .concat()
        }));
    }
    for levels in [9, 100, 2000] {
        cases.push(case(format!("depth-safe-contents-{levels}"), move || {
            nested_safe_contents(levels)
        }));
    }
    // an empty segment costs two octets: what they are put together from is bounded
    cases.push(case("segments-without-end", || {
        let octets = indefinite(0x24, &[4, 0].repeat(3_000_000));
        let safe = indefinite(
            0x30,
            &[&tlv(6, PKCS7_DATA)[..], &indefinite(0xa0, &octets)].concat(),
        );
        indefinite(0x30, &[&[2, 1, 3][..], &safe].concat())
    }));
    cases.push(case("segments-constructed-without-end", || {
        let octets = indefinite(0x24, &[0x24, 0].repeat(1_500_000));
        let safe = indefinite(
            0x30,
            &[&tlv(6, PKCS7_DATA)[..], &indefinite(0xa0, &octets)].concat(),
        );
        indefinite(0x30, &[&[2, 1, 3][..], &safe].concat())
    }));
    cases.push(case("segments-of-another-type", || {
        let octets = indefinite(0x24, &[0x0c, 1, b'a']);
        let safe = indefinite(
            0x30,
            &[&tlv(6, PKCS7_DATA)[..], &indefinite(0xa0, &octets)].concat(),
        );
        indefinite(0x30, &[&[2, 1, 3][..], &safe].concat())
    }));
    cases.push(case("ber-of-20-megabytes", || {
        let octets = indefinite(0x24, &tlv(4, &vec![0; 20 * 1024 * 1024]));
        let safe = indefinite(
            0x30,
            &[&tlv(6, PKCS7_DATA)[..], &indefinite(0xa0, &octets)].concat(),
        );
        indefinite(0x30, &[&[2, 1, 3][..], &safe].concat())
    }));
    cases.push(case("indefinite-primitive", || {
        indefinite(0x30, &[2, 0x80, 3, 0, 0])
    }));
    cases.push(case("indefinite-without-end", || {
        let mut bytes = sample("pkcs12-ber.p12");
        bytes.truncate(bytes.len() - 2);
        bytes
    }));
    // the password opens it: what is inside is as hostile as what is not encrypted
    cases.push(case("depth-inside-encrypted-key", || {
        encrypted(&nested(0x30, 10_000, &[]))
    }));
    // version, algorithm, then levels: it begins as a private key
    cases.push(case("depth-inside-key-in-key", || {
        let algorithm = sequence(&[&tlv(6, &[0x2b, 0x65, 0x70])]);
        encrypted(&sequence(&[
            &[2, 1, 0],
            &algorithm,
            &tlv(4, &nested(4, 10_000, &[])),
        ]))
    }));
    cases
}

/// PKCS#8 encryption around whatever it is, under the password of the samples.
fn encrypted(plain: &[u8]) -> Vec<u8> {
    let password = SecretText::copy_of(PASSWORD);
    let mut rng = UnwrapErr(SysRng);
    let weak = Encryption::TripleDes { iterations: 1 };
    encrypt(&SecretBytes::copy_of(plain), &password, weak, &mut rng).unwrap()
}
