//! Contents that were altered: MACs, encrypted octets, salts, digests, padding.

use super::case::{Case, case, case_unasked, sample, sample_der};
use super::tree::{Node, edited, edited_inside};

fn flipped(octets: &mut [u8], index: usize) {
    octets[index] ^= 1;
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in [
        "pkcs12-3des.p12",
        "pkcs12-aes256.p12",
        "pkcs12-rc2.p12",
        "pkcs12-pbmac1.p12",
    ] {
        cases.push(case(format!("mac-{name}-digest"), move || {
            edited(&sample(name), &[2, 0, 1], |node| flipped(node.bytes(), 0))
        }));
        cases.push(case(format!("mac-{name}-digest-shorter"), move || {
            edited(&sample(name), &[2, 0, 1], |node| node.bytes().truncate(1))
        }));
        cases.push(case(format!("mac-{name}-digest-empty"), move || {
            edited(&sample(name), &[2, 0, 1], |node| node.bytes().clear())
        }));
        cases.push(case(format!("mac-{name}-digest-longer"), move || {
            edited(&sample(name), &[2, 0, 1], |node| node.bytes().push(0))
        }));
        cases.push(case(format!("mac-{name}-content"), move || {
            edited(&sample(name), &[1, 1, 0], |node| {
                let last = node.bytes().len() - 1;
                flipped(node.bytes(), last);
            })
        }));
        cases.push(case(format!("mac-{name}-content-longer"), move || {
            edited(&sample(name), &[1, 1, 0], |node| node.bytes().push(0))
        }));
        cases.push(case(format!("mac-{name}-unknown-digest"), move || {
            edited(&sample(name), &[2, 0, 0, 0], |node| {
                *node.bytes() = vec![0x2a, 3, 4]
            })
        }));
        cases.push(case(format!("mac-{name}-of-nothing"), move || {
            edited(&sample(name), &[2], |node| node.parts().clear())
        }));
        cases.push(case_unasked(
            format!("mac-{name}-without-password"),
            move || sample(name),
        ));
    }
    for name in ["pkcs12-3des.p12", "pkcs12-aes256.p12", "pkcs12-rc2.p12"] {
        cases.push(case(format!("mac-{name}-salt"), move || {
            edited(&sample(name), &[2, 1], |node| flipped(node.bytes(), 0))
        }));
        cases.push(case(format!("mac-{name}-salt-empty"), move || {
            edited(&sample(name), &[2, 1], |node| node.bytes().clear())
        }));
    }
    cases.push(case("mac-pbmac1-salt", || {
        edited(
            &sample("pkcs12-pbmac1.p12"),
            &[2, 0, 0, 1, 0, 1, 0],
            |node| {
                flipped(node.bytes(), 0);
            },
        )
    }));
    cases.push(case("mac-pbmac1-salt-of-another-place", || {
        edited(&sample("pkcs12-pbmac1.p12"), &[2, 0, 0, 1, 0, 1], |node| {
            node.parts()[0] = Node::read_all(&[0x30, 4, 6, 2, 0x2a, 3]).remove(0);
        })
    }));
    cases.push(case("mac-pbmac1-unknown-hash", || {
        edited(&sample("pkcs12-pbmac1.p12"), &[2, 0, 0, 1, 1, 0], |node| {
            *node.bytes() = vec![0x2a, 3, 4];
        })
    }));
    // encrypted contents without any MAC
    const ENCRYPTED: &[usize] = &[0, 1, 0, 1, 2];
    let unprotected = |edit: fn(&mut Node)| {
        let bare = edited(&sample("pkcs12-aes256.p12"), &[], |file| {
            file.parts().truncate(2)
        });
        edited_inside(&bare, &[1, 1, 0], ENCRYPTED, edit)
    };
    cases.push(case(
        "encrypted-certificates-cut-inside-a-block",
        move || {
            unprotected(|node| {
                node.bytes().pop();
            })
        },
    ));
    cases.push(case("encrypted-certificates-empty", move || {
        unprotected(|node| node.bytes().clear())
    }));
    cases.push(case("encrypted-certificates-last-block", move || {
        unprotected(|node| {
            let last = node.bytes().len() - 1;
            flipped(node.bytes(), last);
        })
    }));
    cases.push(case("encrypted-certificates-cut-by-a-block", move || {
        unprotected(|node| {
            let length = node.bytes().len() - 16;
            node.bytes().truncate(length);
        })
    }));
    for (name, seed, data) in [
        ("pbes2", "ec-pbes2-aes256.der", 16),
        ("pbes1", "ec-pbes1-3des.der", 8),
        ("scrypt", "ec-scrypt.pem", 16),
    ] {
        let read = move || {
            if seed.ends_with("pem") {
                sample_der(seed)
            } else {
                sample(seed)
            }
        };
        cases.push(case(
            format!("encrypted-key-{name}-last-block"),
            move || {
                edited(&read(), &[1], |node| {
                    let last = node.bytes().len() - 1;
                    flipped(node.bytes(), last);
                })
            },
        ));
        cases.push(case(
            format!("encrypted-key-{name}-first-block"),
            move || edited(&read(), &[1], |node| flipped(node.bytes(), 0)),
        ));
        cases.push(case(
            format!("encrypted-key-{name}-cut-inside-a-block"),
            move || edited(&read(), &[1], |node| node.bytes().truncate(data + 1)),
        ));
        cases.push(case(
            format!("encrypted-key-{name}-cut-to-a-block"),
            move || edited(&read(), &[1], |node| node.bytes().truncate(data)),
        ));
        cases.push(case(format!("encrypted-key-{name}-empty"), move || {
            edited(&read(), &[1], |node| node.bytes().clear())
        }));
        cases.push(case(
            format!("encrypted-key-{name}-unknown-scheme"),
            move || edited(&read(), &[0, 0], |node| *node.bytes() = vec![0x2a, 3, 4]),
        ));
        cases.push(case_unasked(
            format!("encrypted-key-{name}-without-password"),
            read,
        ));
    }
    for (name, path, octets) in [
        ("iv-empty", &[0, 1, 1, 1][..], &[][..]),
        ("iv-short", &[0, 1, 1, 1], &[0; 8]),
        ("iv-of-a-megabyte", &[0, 1, 1, 1], &[0; 1024 * 1024]),
        ("cipher-unknown", &[0, 1, 1, 0], &[0x2a, 3, 4]),
        ("cipher-oid-empty", &[0, 1, 1, 0], &[]),
        ("prf-unknown", &[0, 1, 0, 1, 2, 0], &[0x2a, 3, 4]),
        ("derivation-unknown", &[0, 1, 0, 0], &[0x2a, 3, 4]),
    ] {
        cases.push(case(format!("encrypted-key-pbes2-{name}"), move || {
            edited(&sample("ec-pbes2-aes256.der"), path, |node| {
                *node.bytes() = octets.to_vec();
            })
        }));
    }
    cases.push(case("encrypted-key-salt-of-a-megabyte-and-wrong", || {
        edited(&sample("ec-pbes2-aes256.der"), &[0, 1, 0, 1, 0], |node| {
            *node.bytes() = vec![7; 1024 * 1024];
        })
    }));
    cases
}
