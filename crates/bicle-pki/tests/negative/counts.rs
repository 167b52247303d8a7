//! More of everything than anyone has: items, blocks, bags, extensions, attributes.

use super::bombs::{pkcs7_of, pkcs12_of, pkcs12_of_bags, with_extension_value};
use super::case::{Case, case, sample};
use super::tree::{Content, Node, edited, sequence, tlv};

/// A certificate bag.
const CERTIFICATE_BAG: &[u8] = &[
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x03,
];
/// A bag that nobody knows.
const UNKNOWN_BAG: &[u8] = &[0x2a, 3];
const X509: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x16, 0x01];

fn certificate_bag(certificate: &[u8]) -> Vec<u8> {
    let value = sequence(&[&tlv(6, X509), &tlv(0xa0, &tlv(4, certificate))]);
    sequence(&[&tlv(6, CERTIFICATE_BAG), &tlv(0xa0, &value)])
}

fn extension(last: u16) -> Node {
    Node {
        tag: 0x30,
        content: Content::Parts(vec![
            Node::octets(6, &[0x2a, 0x81 + (last >> 7) as u8, (last & 0x7f) as u8]),
            Node::octets(4, &[5, 0]),
        ]),
    }
}

pub fn cases() -> Vec<Case> {
    vec![
        case("count-pem-blocks", || {
            b"-----BEGIN X-----\n-----END X-----\n".repeat(20_001)
        }),
        case("count-pem-blocks-without-end", || {
            b"-----BEGIN CERTIFICATE-----\n".repeat(100_000)
        }),
        case("count-certificates-in-a-row", || {
            sample("certificate-ca.der").repeat(20_001)
        }),
        case("count-broken-elements-in-a-row", || {
            sequence(&[&sequence(&[&[0xa0, 3, 2, 1, 2]])]).repeat(200_000)
        }),
        case("count-pkcs7-certificates", || {
            pkcs7_of(&[0x30, 0].repeat(20_001))
        }),
        case("count-pkcs7-other-certificates", || {
            pkcs7_of(&[0xa1, 0].repeat(1_000_000))
        }),
        case("count-pkcs12-bags", || {
            let bag = sequence(&[&tlv(6, UNKNOWN_BAG), &[0xa0, 2, 5, 0]]);
            pkcs12_of_bags(&tlv(0x30, &bag.repeat(10_001)))
        }),
        case("count-pkcs12-certificate-bags", || {
            let bag = certificate_bag(&sample("certificate-ca.der"));
            pkcs12_of_bags(&tlv(0x30, &bag.repeat(10_001)))
        }),
        case("count-pkcs12-contents", || {
            let empty = sequence(&[
                &tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01]),
                &tlv(0xa0, &tlv(4, &sequence(&[]))),
            ]);
            pkcs12_of(&tlv(0x30, &empty.repeat(200_000)))
        }),
        case("count-pkcs12-in-a-row", || {
            pkcs12_of_bags(&sequence(&[])).repeat(25_000)
        }),
        case("count-bag-attributes", || {
            let attribute = sequence(&[&tlv(6, &[0x2a, 3]), &tlv(0x31, &[5, 0])]);
            let bag = sequence(&[
                &tlv(6, UNKNOWN_BAG),
                &[0xa0, 2, 5, 0],
                &tlv(0x31, &attribute.repeat(100_000)),
            ]);
            pkcs12_of_bags(&sequence(&[&bag]))
        }),
        case("count-certificate-extensions", || {
            edited(&sample("certificate-ec.der"), &[0, 7, 0], |list| {
                list.parts().extend((0..256).map(extension));
            })
        }),
        case("count-certificate-extensions-to-the-size", || {
            edited(&sample("certificate-ec.der"), &[0, 7, 0], |list| {
                list.parts().extend((0..90_000).map(|_| extension(1)));
            })
        }),
        case("count-request-attributes", || {
            edited(&sample("request-rsa.der"), &[0, 3], |list| {
                list.parts().extend((0..65).map(|_| Node {
                    tag: 0x30,
                    content: Content::Parts(vec![
                        Node::octets(6, &[0x2a, 3]),
                        Node {
                            tag: 0x31,
                            content: Content::Parts(vec![Node::octets(5, &[])]),
                        },
                    ]),
                }));
            })
        }),
        case("count-request-extensions", || {
            let extensions: Vec<u8> = (0..257)
                .flat_map(|index| extension(index).write())
                .collect();
            let attribute = sequence(&[
                &tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e]),
                &tlv(0x31, &tlv(0x30, &extensions)),
            ]);
            edited(&sample("request-rsa.der"), &[0, 3], |list| {
                list.parts().extend(Node::read_all(&attribute));
            })
        }),
        case("count-request-attribute-values", || {
            edited(&sample("request-rsa.der"), &[0, 3], |list| {
                list.parts().push(Node {
                    tag: 0x30,
                    content: Content::Parts(vec![
                        Node::octets(6, &[0x2a, 3]),
                        Node::octets(0x31, &[5, 0].repeat(500_000)),
                    ]),
                });
            })
        }),
        case("count-bag-attribute-values", || {
            let attribute = sequence(&[&tlv(6, &[0x2a, 3]), &tlv(0x31, &[5, 0].repeat(500_000))]);
            let bag = sequence(&[
                &tlv(6, UNKNOWN_BAG),
                &[0xa0, 2, 5, 0],
                &tlv(0x31, &attribute),
            ]);
            pkcs12_of_bags(&sequence(&[&bag]))
        }),
        case("count-name-attributes", || {
            let rdn = tlv(0x31, &sequence(&[&tlv(6, &[0x55, 4, 3]), &[5, 0]]));
            edited(&sample("certificate-ec.der"), &[0, 5], |name| {
                *name = Node::octets(0x30, &rdn.repeat(80_000));
            })
        }),
        case("count-name-attributes-in-one-rdn", || {
            let attribute = sequence(&[&tlv(6, &[0x55, 4, 3]), &[5, 0]]);
            edited(&sample("certificate-ec.der"), &[0, 5], |name| {
                *name = Node::octets(0x30, &tlv(0x31, &attribute.repeat(90_000)));
            })
        }),
        case("count-certificates-of-many-attributes", || {
            let rdn = tlv(0x31, &sequence(&[&tlv(6, &[0x55, 4, 3]), &[5, 0]]));
            let certificate = edited(&sample("certificate-ca.der"), &[0, 5], |name| {
                *name = Node::octets(0x30, &rdn.repeat(128));
            });
            certificate.repeat(5_000)
        }),
        case("count-certificates-of-many-extensions", || {
            let certificate = edited(&sample("certificate-ec.der"), &[0, 7, 0], |list| {
                list.parts().clear();
                list.parts().extend((0..256).map(extension));
            });
            certificate.repeat(5_000)
        }),
        case("count-alternative-names", || {
            with_extension_value(5, &tlv(0x30, &[0x82, 0].repeat(400_000)))
        }),
        case("count-purposes", || {
            with_extension_value(2, &tlv(0x30, &[6, 1, 0x2a].repeat(300_000)))
        }),
        case("count-policies", || {
            with_extension_value(6, &tlv(0x30, &[0x30, 3, 6, 1, 0x2a].repeat(180_000)))
        }),
        case("count-distribution-points", || {
            with_extension_value(7, &tlv(0x30, &[0x30, 0].repeat(400_000)))
        }),
        case("size-certificate", || {
            edited(&sample("certificate-ec.der"), &[0, 7, 0], |list| {
                list.parts().push(Node {
                    tag: 0x30,
                    content: Content::Parts(vec![
                        Node::octets(6, &[0x2a, 3]),
                        Node::octets(4, &vec![0; 1024 * 1024]),
                    ]),
                });
            })
        }),
        case("size-request", || {
            edited(&sample("request-rsa.der"), &[0, 3], |list| {
                list.parts().push(Node {
                    tag: 0x30,
                    content: Content::Parts(vec![
                        Node::octets(6, &[0x2a, 3]),
                        Node::octets(0x31, &tlv(4, &vec![0; 1024 * 1024])),
                    ]),
                });
            })
        }),
        case("size-of-the-input", || vec![0x30; 64 * 1024 * 1024 + 1]),
        case("size-of-the-input-in-zeros", || vec![0; 64 * 1024 * 1024]),
        case("size-one-line-of-text", || vec![b'M'; 40 * 1024 * 1024]),
        case("size-one-certificate-in-base64", || {
            let large = tlv(0x30, &vec![0; 2 * 1024 * 1024]);
            bicle_pki::pem::encode("CERTIFICATE", &large).into_bytes()
        }),
    ]
}
