//! Key derivations that would never end: counts beyond the limit, by every scheme.

use super::case::{Case, case, case_unasked, sample, sample_der};
use super::tree::{Node, edited, edited_inside};

/// Counts as the content octets of their INTEGER.
fn counts() -> Vec<(&'static str, Vec<u8>)> {
    let number = |value: u64| {
        let mut octets = vec![0];
        octets.extend(value.to_be_bytes());
        while octets.len() > 1 && octets[0] == 0 && octets[1] < 0x80 {
            octets.remove(0);
        }
        octets
    };
    vec![
        ("one-too-many", number(5_000_001)),
        ("2-to-the-31", number(1 << 31)),
        ("2-to-the-32", number(1 << 32)),
        ("2-to-the-63", number(1 << 63)),
        ("of-1000-octets", vec![0x7f; 1000]),
        ("zero", vec![0]),
        ("negative", vec![0xff]),
        ("empty", Vec::new()),
    ]
}

/// The place of the count in a file: in the DER inside of the OCTET STRING at `outer`, or in the
/// file itself.
struct Place {
    name: &'static str,
    seed: fn() -> Vec<u8>,
    outer: Option<&'static [usize]>,
    count: &'static [usize],
}

/// PKCS#12 with a MAC whose count is written out.
fn pkcs12_with_mac() -> Vec<u8> {
    edited(&sample("pkcs12-aes256.p12"), &[2], |mac| {
        mac.parts().push(Node::octets(2, &[1]));
    })
}

fn pkcs12_without_mac(name: &str) -> Vec<u8> {
    edited(&sample(name), &[], |file| {
        file.parts().truncate(2);
    })
}

const SAFE: &[usize] = &[1, 1, 0];

const PLACES: &[Place] = &[
    Place {
        name: "pkcs8-pbkdf2",
        seed: || sample("ec-pbes2-aes256.der"),
        outer: None,
        count: &[0, 1, 0, 1, 1],
    },
    Place {
        name: "pkcs8-pbes1",
        seed: || sample("ec-pbes1-3des.der"),
        outer: None,
        count: &[0, 1, 1],
    },
    Place {
        name: "pkcs12-mac",
        seed: pkcs12_with_mac,
        outer: None,
        count: &[2, 2],
    },
    Place {
        name: "pkcs12-pbmac1",
        seed: || sample("pkcs12-pbmac1.p12"),
        outer: None,
        count: &[2, 0, 0, 1, 0, 1, 1],
    },
    Place {
        name: "pkcs12-certificates-pbes2",
        seed: || pkcs12_without_mac("pkcs12-aes256.p12"),
        outer: Some(SAFE),
        count: &[0, 1, 0, 1, 1, 1, 0, 1, 1],
    },
    Place {
        name: "pkcs12-certificates-3des",
        seed: || pkcs12_without_mac("pkcs12-3des.p12"),
        outer: Some(SAFE),
        count: &[0, 1, 0, 1, 1, 1, 1],
    },
    Place {
        name: "pkcs12-certificates-rc2",
        seed: || pkcs12_without_mac("pkcs12-rc2.p12"),
        outer: Some(SAFE),
        count: &[0, 1, 0, 1, 1, 1, 1],
    },
];

/// A key bag of a file without MAC, its algorithm edited.
fn with_key_bag(edit: impl FnOnce(&mut Node)) -> Vec<u8> {
    edited_inside(
        &sample("pkcs12-without-mac.p12"),
        SAFE,
        &[1, 1, 0],
        |bags| {
            let octets = bags.bytes();
            *octets = edited(octets, &[0, 1, 0, 0], edit);
        },
    )
}

fn scrypt(edit: impl FnOnce(&mut Vec<Node>)) -> Vec<u8> {
    edited(&sample_der("ec-scrypt.pem"), &[0, 1, 0, 1], |parameters| {
        edit(parameters.parts());
    })
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for place in PLACES {
        for (name, count) in counts() {
            let make = move || {
                let edit = |node: &mut Node| *node.bytes() = count.clone();
                let seed = (place.seed)();
                match place.outer {
                    None => edited(&seed, place.count, edit),
                    Some(outer) => edited_inside(&seed, outer, place.count, edit),
                }
            };
            cases.push(case(format!("iterations-{}-{name}", place.name), make));
        }
    }
    for (name, count) in counts() {
        cases.push(case(
            format!("iterations-pkcs12-key-bag-{name}"),
            move || {
                with_key_bag(|algorithm| {
                    *algorithm.parts()[1].parts()[0].parts()[1].parts()[1].bytes() = count.clone();
                })
            },
        ));
    }
    // a file that was merely dropped keeps nothing busy: it is asked for first
    for place in [&PLACES[0], &PLACES[2], &PLACES[3]] {
        cases.push(case_unasked(
            format!("iterations-{}-most-without-password", place.name),
            || {
                let most = 5_000_000_u32.to_be_bytes();
                edited(&(place.seed)(), place.count, |node| {
                    *node.bytes() = most.to_vec();
                })
            },
        ));
    }
    let numbers: [(&str, usize, &[u8]); 14] = [
        ("cost-2-to-the-40", 1, &[1, 0, 0, 0, 0, 0]),
        ("cost-2-to-the-63", 1, &[0, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        ("cost-of-100-octets", 1, &[0x40; 100]),
        ("cost-no-power-of-2", 1, &[3]),
        ("cost-zero", 1, &[0]),
        ("cost-one", 1, &[1]),
        ("cost-negative", 1, &[0x80]),
        ("block-2-to-the-30", 2, &[0x40, 0, 0, 0]),
        ("block-zero", 2, &[0]),
        ("block-2-to-the-63", 2, &[0, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        ("lanes-2-to-the-30", 3, &[0x40, 0, 0, 0]),
        ("lanes-zero", 3, &[0]),
        ("lanes-2-to-the-63", 3, &[0, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        ("lanes-of-100-octets", 3, &[0x40; 100]),
    ];
    for (name, index, octets) in numbers {
        cases.push(case(format!("scrypt-{name}"), move || {
            scrypt(|parts| *parts[index].bytes() = octets.to_vec())
        }));
    }
    // within the memory, beyond the work: 2^17 blocks of 128 bytes, 2^17 times
    cases.push(case("scrypt-small-and-endless", || {
        scrypt(|parts| {
            *parts[1].bytes() = vec![2, 0, 0];
            *parts[3].bytes() = vec![2, 0, 0];
        })
    }));
    for (name, octets) in [
        ("4-gigabytes", &[0x40_u8, 0, 0, 0][..]),
        ("zero", &[0]),
        ("negative", &[0xff]),
    ] {
        cases.push(case(format!("scrypt-key-length-{name}"), move || {
            scrypt(|parts| parts.push(Node::octets(2, octets)))
        }));
        cases.push(case(format!("pbkdf2-key-length-{name}"), move || {
            edited(
                &sample("ec-pbes2-aes256.der"),
                &[0, 1, 0, 1],
                |parameters| {
                    parameters.parts().insert(2, Node::octets(2, octets));
                },
            )
        }));
        cases.push(case(format!("pbmac1-key-length-{name}"), move || {
            edited(
                &sample("pkcs12-pbmac1.p12"),
                &[2, 0, 0, 1, 0, 1, 2],
                |node| {
                    *node.bytes() = octets.to_vec();
                },
            )
        }));
    }
    cases.push(case("pbmac1-key-length-one-octet", || {
        edited(
            &sample("pkcs12-pbmac1.p12"),
            &[2, 0, 0, 1, 0, 1, 2],
            |node| {
                *node.bytes() = vec![1];
            },
        )
    }));
    cases.push(case("pbmac1-key-length-absent", || {
        edited(
            &sample("pkcs12-pbmac1.p12"),
            &[2, 0, 0, 1, 0, 1],
            |parameters| {
                parameters.parts().remove(2);
            },
        )
    }));
    cases
}
