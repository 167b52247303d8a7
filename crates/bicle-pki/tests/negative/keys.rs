//! Keys that are none: sizes, parts that contradict each other, numbers that arithmetic fears.

use super::case::{Case, case, sample, sample_der};
use super::tree::{Content, Node, edited, edited_inside};

/// The parts of RSAPrivateKey by their place.
const PARTS: [(&str, usize); 8] = [
    ("modulus", 1),
    ("public-exponent", 2),
    ("private-exponent", 3),
    ("first-prime", 4),
    ("second-prime", 5),
    ("first-exponent", 6),
    ("second-exponent", 7),
    ("coefficient", 8),
];

fn rsa(edit: impl FnOnce(&mut Vec<Node>)) -> Vec<u8> {
    edited(&sample_der("rsa-pkcs1.pem"), &[], |key| edit(key.parts()))
}

fn rsa_public(edit: impl FnOnce(&mut Vec<Node>)) -> Vec<u8> {
    edited(&sample("certificate-rsa.der"), &[0, 6, 1], |bits| {
        let key = edited(&bits.bytes()[1..], &[], |key| edit(key.parts()));
        *bits.bytes() = [vec![0], key].concat();
    })
}

fn odd(octets: usize) -> Vec<u8> {
    let mut number = vec![0x6d; octets];
    number[octets - 1] |= 1;
    number
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (part, index) in PARTS {
        let numbers: [(&str, Vec<u8>); 5] = [
            ("zero", vec![0]),
            ("one", vec![1]),
            ("negative", vec![0xff]),
            ("empty", Vec::new()),
            ("of-10000-octets", odd(10_000)),
        ];
        for (name, number) in numbers {
            cases.push(case(format!("rsa-{part}-{name}"), move || {
                rsa(|parts| *parts[index].bytes() = number.clone())
            }));
        }
    }
    cases.extend([
        case("rsa-primes-equal", || {
            rsa(|parts| parts[5] = parts[4].clone())
        }),
        case("rsa-primes-even", || {
            rsa(|parts| {
                let last = parts[4].bytes().len() - 1;
                parts[4].bytes()[last] &= 0xfe;
            })
        }),
        case("rsa-one-and-the-modulus-as-primes", || {
            rsa(|parts| {
                parts[4] = Node::octets(2, &[1]);
                parts[5] = parts[1].clone();
            })
        }),
        case("rsa-modulus-of-another-key", || {
            rsa(|parts| {
                let last = parts[1].bytes().len() - 1;
                parts[1].bytes()[last] ^= 2;
            })
        }),
        case("rsa-private-exponent-of-another-key", || {
            rsa(|parts| {
                let last = parts[3].bytes().len() - 1;
                parts[3].bytes()[last] ^= 2;
            })
        }),
        case("rsa-multi-prime", || {
            rsa(|parts| *parts[0].bytes() = vec![1])
        }),
        case("rsa-version-of-a-megabyte", || {
            rsa(|parts| *parts[0].bytes() = vec![1; 1024 * 1024])
        }),
        case("rsa-without-coefficient", || {
            rsa(|parts| {
                parts.pop();
            })
        }),
        case("rsa-512-bits", || rsa(|parts| *parts[1].bytes() = odd(64))),
        case("rsa-1023-bits", || {
            rsa(|parts| *parts[1].bytes() = [vec![0x7f], odd(127)].concat())
        }),
        case("rsa-8193-bits", || {
            rsa(|parts| *parts[1].bytes() = [vec![1], odd(1024)].concat())
        }),
        case("rsa-of-a-megabyte", || {
            rsa(|parts| {
                for part in &mut parts[1..] {
                    *part.bytes() = odd(100_000);
                }
            })
        }),
        case("certificate-rsa-16385-bits", || {
            rsa_public(|parts| *parts[0].bytes() = [vec![1], odd(2048)].concat())
        }),
        case("certificate-rsa-modulus-zero", || {
            rsa_public(|parts| *parts[0].bytes() = vec![0])
        }),
        case("certificate-rsa-modulus-negative", || {
            rsa_public(|parts| *parts[0].bytes() = vec![0x80, 1])
        }),
        case("certificate-rsa-exponent-zero", || {
            rsa_public(|parts| *parts[1].bytes() = vec![0])
        }),
        case("certificate-rsa-exponent-negative", || {
            rsa_public(|parts| *parts[1].bytes() = vec![0xff])
        }),
        case("certificate-rsa-without-exponent", || {
            rsa_public(|parts| {
                parts.pop();
            })
        }),
        case("certificate-ed25519-key-of-31-octets", || {
            edited(&sample("certificate-ed25519.der"), &[0, 6, 1], |bits| {
                bits.bytes().pop();
            })
        }),
        case("certificate-ed25519-key-of-33-octets", || {
            edited(&sample("certificate-ed25519.der"), &[0, 6, 1], |bits| {
                bits.bytes().push(0);
            })
        }),
        case("certificate-key-with-unused-bits", || {
            edited(&sample("certificate-ed25519.der"), &[0, 6, 1], |bits| {
                bits.bytes()[0] = 3;
            })
        }),
        case("certificate-key-with-8-unused-bits", || {
            edited(&sample("certificate-ed25519.der"), &[0, 6, 1], |bits| {
                bits.bytes()[0] = 8;
            })
        }),
        case("certificate-ec-point-cut", || {
            edited(&sample("certificate-ec.der"), &[0, 6, 1], |bits| {
                bits.bytes().pop();
            })
        }),
        case("certificate-ec-point-off-the-curve", || {
            edited(&sample("certificate-ec.der"), &[0, 6, 1], |bits| {
                bits.bytes()[2] ^= 1;
            })
        }),
        case("certificate-ec-point-at-infinity", || {
            edited(&sample("certificate-ec.der"), &[0, 6, 1], |bits| {
                *bits.bytes() = vec![0, 0];
            })
        }),
        case("certificate-ec-point-of-a-megabyte", || {
            edited(&sample("certificate-ec.der"), &[0, 6, 1], |bits| {
                *bits.bytes() = vec![4; 900_000];
                bits.bytes()[0] = 0;
            })
        }),
    ]);
    for (name, octets) in [
        ("scalar-zero", vec![0; 32]),
        (
            "scalar-order",
            [vec![0xff; 4], vec![0; 4], vec![0xff; 24]].concat(),
        ),
        ("scalar-of-33-octets", vec![1; 33]),
        ("scalar-of-a-megabyte", vec![1; 1024 * 1024]),
        ("scalar-empty", Vec::new()),
        ("scalar-of-another-key", vec![1; 32]),
    ] {
        let make = {
            let octets = octets.clone();
            move || {
                edited(&sample_der("ec-sec1.pem"), &[1], |node| {
                    *node.bytes() = octets.clone();
                })
            }
        };
        cases.push(case(format!("sec1-{name}"), make));
        cases.push(case(format!("ec-pkcs8-{name}"), move || {
            edited_inside(&sample_der("ec-pkcs8.pem"), &[2], &[1], |node| {
                *node.bytes() = octets.clone();
            })
        }));
    }
    cases.extend([
        case("sec1-without-curve", || {
            edited(&sample_der("ec-sec1.pem"), &[], |key| {
                key.parts().remove(2);
            })
        }),
        case("sec1-explicit-curve", || {
            edited(&sample_der("ec-sec1.pem"), &[2], |curve| {
                curve.parts()[0] = Node::read_all(&[0x30, 3, 2, 1, 1]).remove(0);
            })
        }),
        case("sec1-unknown-curve", || {
            edited(&sample_der("ec-sec1.pem"), &[2, 0], |curve| {
                *curve.bytes() = vec![0x2a, 3, 4];
            })
        }),
        case("sec1-public-off-the-curve", || {
            edited(&sample_der("ec-sec1.pem"), &[3, 0], |point| {
                point.bytes()[2] ^= 1
            })
        }),
        case("sec1-version-2", || {
            edited(&sample_der("ec-sec1.pem"), &[0], |version| {
                *version.bytes() = vec![2]
            })
        }),
        case("ec-pkcs8-two-curves", || {
            edited(&sample_der("ec-pkcs8.pem"), &[1, 1], |curve| {
                // secp384r1 outside, the key of P-256 inside
                *curve.bytes() = vec![0x2b, 0x81, 0x04, 0x00, 0x22];
            })
        }),
        case("ec-pkcs8-explicit-curve", || {
            edited(&sample_der("ec-pkcs8.pem"), &[1], |algorithm| {
                algorithm.parts()[1] = Node::read_all(&[0x30, 3, 2, 1, 1]).remove(0);
            })
        }),
        case("ed25519-of-31-octets", || {
            edited_inside(&sample_der("ed25519-pkcs8.pem"), &[2], &[], |key| {
                key.bytes().pop();
            })
        }),
        case("ed25519-of-33-octets", || {
            edited_inside(&sample_der("ed25519-pkcs8.pem"), &[2], &[], |key| {
                key.bytes().push(0)
            })
        }),
        case("ed25519-of-a-megabyte", || {
            edited_inside(&sample_der("ed25519-pkcs8.pem"), &[2], &[], |key| {
                *key.bytes() = vec![1; 1024 * 1024];
            })
        }),
        case("ed25519-public-of-another-key", || {
            edited(&sample_der("ed25519-pkcs8.pem"), &[], |key| {
                *key.parts()[0].bytes() = vec![1];
                key.parts().push(Node::octets(0x81, &[0; 33]));
            })
        }),
        case("pkcs8-version-2", || {
            edited(&sample("rsa-pkcs8.der"), &[0], |version| {
                *version.bytes() = vec![2]
            })
        }),
        case("pkcs8-version-of-a-megabyte", || {
            edited(&sample("rsa-pkcs8.der"), &[0], |version| {
                *version.bytes() = vec![1; 1024 * 1024];
            })
        }),
        case("pkcs8-unknown-algorithm", || {
            edited(&sample("rsa-pkcs8.der"), &[1, 0], |oid| {
                *oid.bytes() = vec![0x2a, 3, 4]
            })
        }),
        case("pkcs8-without-algorithm", || {
            edited(&sample("rsa-pkcs8.der"), &[1], |algorithm| {
                algorithm.parts().clear()
            })
        }),
        case("pkcs8-empty-key", || {
            edited(&sample("rsa-pkcs8.der"), &[2], |key| key.bytes().clear())
        }),
        case("pkcs8-public-of-another-key", || {
            edited(&sample("rsa-pkcs8.der"), &[], |key| {
                *key.parts()[0].bytes() = vec![1];
                key.parts().push(Node::octets(0x81, &[0, 0x30, 0]));
            })
        }),
        case("pkcs8-key-in-key", || {
            let whole = sample("rsa-pkcs8.der");
            edited(&whole, &[2], |key| *key.bytes() = whole.clone())
        }),
        case("dsa-traditional", || {
            let numbers: Vec<Node> = (0..6).map(|value| Node::octets(2, &[value])).collect();
            Node {
                tag: 0x30,
                content: Content::Parts(numbers),
            }
            .write()
        }),
    ]);
    cases
}
