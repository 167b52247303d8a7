//! Java keystores, JKS and JCEKS: counts, lengths, texts and digests that lie.

use super::case::{Case, case, case_unasked, sample};

/// The file with these bytes at this place.
fn with(name: &str, at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = sample(name);
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

/// A file of this head and entries under a digest that is never right.
fn file(magic: [u8; 4], version: u32, count: u32, entries: &[u8]) -> Vec<u8> {
    [
        &magic[..],
        &version.to_be_bytes(),
        &count.to_be_bytes(),
        entries,
        &[0; 20],
    ]
    .concat()
}

const JKS: [u8; 4] = [0xfe, 0xed, 0xfe, 0xed];
const JCEKS: [u8; 4] = [0xce, 0xce, 0xce, 0xce];

/// The head of an entry: its kind, its name, its date.
fn entry(kind: u32, alias: &[u8]) -> Vec<u8> {
    let length = u16::try_from(alias.len()).unwrap().to_be_bytes();
    [&kind.to_be_bytes()[..], &length, alias, &[0; 8]].concat()
}

fn certificate(length: u32) -> Vec<u8> {
    [&[0, 5][..], b"X.509", &length.to_be_bytes()].concat()
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (kind, magic, seed) in [("jks", JKS, "java.jks"), ("jceks", JCEKS, "java.jceks")] {
        let mut add = |name: &str, make: Box<dyn Fn() -> Vec<u8>>| {
            cases.push(case(format!("{kind}-{name}"), make));
        };
        for (name, version) in [("zero", 0), ("3", 3), ("2-to-the-32", u32::MAX)] {
            add(
                &format!("version-{name}"),
                Box::new(move || with(seed, 4, &u32::to_be_bytes(version))),
            );
        }
        for (name, count) in [
            ("zero", 0),
            ("one-more", 2),
            ("10001", 10_001),
            ("2-to-the-31", 1 << 31),
            ("2-to-the-32", u32::MAX),
        ] {
            add(
                &format!("count-{name}"),
                Box::new(move || with(seed, 8, &u32::to_be_bytes(count))),
            );
        }
        add(
            "entry-of-kind-9",
            Box::new(move || with(seed, 12, &[0, 0, 0, 9])),
        );
        add(
            "alias-longer-than-the-file",
            Box::new(move || with(seed, 16, &[0xff, 0xff])),
        );
        add(
            "key-longer-than-the-file",
            Box::new(move || {
                let head = entry(1, b"a");
                file(magic, 2, 1, &[&head[..], &[0xff; 4], &[0; 100]].concat())
            }),
        );
        add(
            "key-empty",
            Box::new(move || {
                let head = entry(1, b"a");
                file(magic, 2, 1, &[&head[..], &[0; 4], &[0; 4]].concat())
            }),
        );
        add(
            "chain-of-2-to-the-32",
            Box::new(move || {
                let head = entry(1, b"a");
                file(magic, 2, 1, &[&head[..], &[0; 4], &[0xff; 4]].concat())
            }),
        );
        add(
            "chain-of-10001",
            Box::new(move || {
                let head = entry(1, b"a");
                let chain = certificate(0).repeat(10_001);
                let count = 10_001_u32.to_be_bytes();
                file(magic, 2, 1, &[&head[..], &[0; 4], &count, &chain].concat())
            }),
        );
        add(
            "certificate-longer-than-the-file",
            Box::new(move || {
                file(
                    magic,
                    2,
                    1,
                    &[entry(2, b"a"), certificate(u32::MAX)].concat(),
                )
            }),
        );
        add(
            "certificate-of-another-type",
            Box::new(move || {
                let wrong = [&[0, 3][..], b"PGP", &[0; 4]].concat();
                file(magic, 2, 1, &[entry(2, b"a"), wrong].concat())
            }),
        );
        for (name, alias) in [
            ("overlong", &[0xe0, 0x80, 0x80][..]),
            ("cut-character", &[0xc3]),
            ("four-octets", &[0xf0, 0x9f, 0x94, 0x91]),
            ("bare-nul", &[b'a', 0]),
            ("continuation-alone", &[0x80]),
        ] {
            add(
                &format!("alias-{name}"),
                Box::new(move || file(magic, 2, 1, &[entry(2, alias), certificate(0)].concat())),
            );
        }
        add(
            "entries-of-nothing-10001",
            Box::new(move || {
                let entries = [entry(2, b""), certificate(0)].concat().repeat(10_001);
                file(magic, 2, 10_001, &entries)
            }),
        );
        add(
            "digest-altered",
            Box::new(move || {
                let last = sample(seed).len() - 1;
                with(seed, last, &[sample(seed)[last] ^ 1])
            }),
        );
        add(
            "content-altered",
            Box::new(move || with(seed, 40, &[sample(seed)[40] ^ 1])),
        );
        add(
            "digest-missing",
            Box::new(move || {
                let mut bytes = sample(seed);
                bytes.truncate(bytes.len() - 20);
                bytes
            }),
        );
        add("head-alone", Box::new(move || sample(seed)[..12].to_vec()));
        add("magic-alone", Box::new(move || magic.to_vec()));
        cases.push(case_unasked(
            format!("{kind}-without-password"),
            move || sample(seed),
        ));
    }
    cases
}
