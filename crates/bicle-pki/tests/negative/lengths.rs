//! Lengths that lie, in every container: the outer one, that of the first element inside, and what
//! stands after the end.

use super::case::{Case, case, sample, sample_der};
use super::tree::{edited, head};

/// Every sample that is DER as a whole.
const DER: &[&str] = &[
    "certificate-ca.der",
    "certificate-ec.der",
    "ec-pbes1-3des.der",
    "ec-pbes2-aes256.der",
    "ec-public.der",
    "java-trust.p12",
    "list.der",
    "pkcs12-3des.p12",
    "pkcs12-aes256.p12",
    "pkcs12-pbmac1.p12",
    "pkcs12-without-mac.p12",
    "pkcs7.der",
    "pkipath.der",
    "request-rsa.der",
    "rsa-pkcs8.der",
];

/// Every sample that is DER in PEM.
const PEM: &[&str] = &[
    "ec-scrypt.pem",
    "ec-sec1.pem",
    "ed25519-pkcs8.pem",
    "rsa-pkcs1.pem",
];

/// The bytes with a length in four octets in the place of the one at `at`, so many more than it was.
fn with_length(bytes: &[u8], at: usize, change: i64) -> Vec<u8> {
    let (head_bytes, length) = head(&bytes[at..]);
    let length = u32::try_from(length as i64 + change).unwrap();
    let mut out = bytes[..=at].to_vec();
    out.push(0x84);
    out.extend(length.to_be_bytes());
    out.extend(&bytes[at + head_bytes..]);
    out
}

/// The same with these octets as length.
fn with_length_octets(bytes: &[u8], at: usize, octets: &[u8]) -> Vec<u8> {
    let (head_bytes, _) = head(&bytes[at..]);
    [&bytes[..=at], octets, &bytes[at + head_bytes..]].concat()
}

type Lie = (&'static str, fn(&[u8]) -> Vec<u8>);

const LIES: &[Lie] = &[
    ("outer-one-more", |bytes| with_length(bytes, 0, 1)),
    ("outer-one-less", |bytes| with_length(bytes, 0, -1)),
    ("outer-4-gigabytes", |bytes| {
        with_length_octets(bytes, 0, &[0x84, 0xff, 0xff, 0xff, 0xff])
    }),
    ("outer-2-to-the-64", |bytes| {
        with_length_octets(
            bytes,
            0,
            &[0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        )
    }),
    ("outer-indefinite", |bytes| {
        with_length_octets(bytes, 0, &[0x80])
    }),
    ("outer-reserved", |bytes| {
        with_length_octets(bytes, 0, &[0xff])
    }),
    ("first-one-more", |bytes| {
        let at = head(bytes).0;
        // the outer length counts the longer form
        let grown = with_length(bytes, at, 1);
        with_length(&grown, 0, (grown.len() - bytes.len()) as i64)
    }),
    ("first-4-gigabytes", |bytes| {
        let at = head(bytes).0;
        let grown = with_length_octets(bytes, at, &[0x84, 0xff, 0xff, 0xff, 0xff]);
        with_length(&grown, 0, (grown.len() - bytes.len()) as i64)
    }),
    ("last-is-missing", |bytes| {
        edited(bytes, &[], |file| {
            file.parts().pop();
        })
    }),
    ("first-is-missing", |bytes| {
        edited(bytes, &[], |file| {
            file.parts().remove(0);
        })
    }),
    ("one-too-many-inside", |bytes| {
        edited(bytes, &[], |file| {
            let last = file.parts().last().unwrap().clone();
            file.parts().push(last);
        })
    }),
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let der = DER
        .iter()
        .map(|name| (*name, sample as fn(&str) -> Vec<u8>));
    let pem = PEM
        .iter()
        .map(|name| (*name, sample_der as fn(&str) -> Vec<u8>));
    for (sample_name, read) in der.chain(pem) {
        for (name, lie) in LIES {
            cases.push(case(format!("length-{sample_name}-{name}"), move || {
                lie(&read(sample_name))
            }));
        }
        cases.push(case(
            format!("length-{sample_name}-bytes-after-it"),
            move || [read(sample_name), b"\x05\x00".to_vec()].concat(),
        ));
    }
    cases
}
