//! Keys in the forms of OpenSSH, Windows (PVK) and the web (JWK): lengths, counts and parts that lie.

use super::case::{Case, case, case_unasked, sample, sample_der};

/// OpenSSH's binary form, armoured again.
fn openssh(binary: &[u8]) -> Vec<u8> {
    bicle_pki::pem::encode("OPENSSH PRIVATE KEY", binary).into_bytes()
}

/// The places of what OpenSSH's envelope holds: cipher, derivation, its options, number of keys,
/// public half, private section.
struct Places {
    cipher: usize,
    derivation: usize,
    options: usize,
    count: usize,
    public: usize,
    private: usize,
}

fn number(bytes: &[u8], at: usize) -> usize {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

fn places(binary: &[u8]) -> Places {
    let cipher = b"openssh-key-v1\0".len();
    let derivation = cipher + 4 + number(binary, cipher);
    let options = derivation + 4 + number(binary, derivation);
    let count = options + 4 + number(binary, options);
    let public = count + 4;
    let private = public + 4 + number(binary, public);
    Places {
        cipher,
        derivation,
        options,
        count,
        public,
        private,
    }
}

fn with(bytes: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

/// The sample with what the edit makes of its binary form and its places.
fn edited(name: &str, edit: fn(&[u8], &Places) -> Vec<u8>) -> Vec<u8> {
    let binary = sample_der(name);
    openssh(&edit(&binary, &places(&binary)))
}

const PLAIN: &str = "openssh-ed25519.pem";
const CURVE: &str = "openssh-ec.pem";
const LOCKED: &str = "openssh-ed25519-bcrypt.pem";

type Make = fn() -> Vec<u8>;

type Edit = (&'static str, &'static str, fn(&[u8], &Places) -> Vec<u8>);

const OPENSSH: &[Edit] = &[
    ("magic-altered", PLAIN, |bytes, _| with(bytes, 3, b"X")),
    ("magic-alone", PLAIN, |bytes, _| bytes[..15].to_vec()),
    ("cipher-longer-than-the-file", PLAIN, |bytes, at| {
        with(bytes, at.cipher, &[0xff; 4])
    }),
    ("cipher-unknown", LOCKED, |bytes, at| {
        with(bytes, at.cipher + 4, b"rot13-x-ctr")
    }),
    ("derivation-unknown", LOCKED, |bytes, at| {
        with(bytes, at.derivation + 4, b"argon2")
    }),
    ("derivation-none-under-a-cipher", LOCKED, |bytes, at| {
        let (front, rest) = bytes.split_at(at.derivation);
        [
            front,
            b"\0\0\0\x04none\0\0\0\0",
            &rest[at.count - at.derivation..],
        ]
        .concat()
    }),
    ("options-longer-than-the-file", LOCKED, |bytes, at| {
        with(bytes, at.options, &[0xff; 4])
    }),
    ("salt-longer-than-the-options", LOCKED, |bytes, at| {
        with(bytes, at.options + 4, &[0, 0, 1, 0])
    }),
    ("rounds-zero", LOCKED, |bytes, at| {
        with(bytes, at.count - 4, &[0; 4])
    }),
    ("rounds-501", LOCKED, |bytes, at| {
        with(bytes, at.count - 4, &[0, 0, 1, 0xf5])
    }),
    ("rounds-2-to-the-32", LOCKED, |bytes, at| {
        with(bytes, at.count - 4, &[0xff; 4])
    }),
    ("keys-zero", PLAIN, |bytes, at| {
        with(bytes, at.count, &[0; 4])
    }),
    ("keys-two", PLAIN, |bytes, at| {
        with(bytes, at.count, &[0, 0, 0, 2])
    }),
    ("keys-2-to-the-32", PLAIN, |bytes, at| {
        with(bytes, at.count, &[0xff; 4])
    }),
    ("public-longer-than-the-file", PLAIN, |bytes, at| {
        with(bytes, at.public, &[0xff; 4])
    }),
    ("public-of-another-kind", PLAIN, |bytes, at| {
        with(bytes, at.public + 8, b"ssh-ed25520")
    }),
    ("public-of-another-key", PLAIN, |bytes, at| {
        let last = at.private - 1;
        with(bytes, last, &[bytes[last] ^ 1])
    }),
    ("private-longer-than-the-file", PLAIN, |bytes, at| {
        with(bytes, at.private, &[0xff; 4])
    }),
    ("private-shorter", PLAIN, |bytes, at| {
        with(bytes, at.private, &[0, 0, 0, 8])
    }),
    ("check-numbers-differ", PLAIN, |bytes, at| {
        with(bytes, at.private + 4, &[1, 2, 3, 4])
    }),
    ("padding-altered", PLAIN, |bytes, _| {
        with(bytes, bytes.len() - 1, &[9])
    }),
    ("bytes-after-it", PLAIN, |bytes, _| {
        [bytes, &[0; 8]].concat()
    }),
    ("secret-of-another-key", PLAIN, |bytes, at| {
        let place = at.private + 4 + 8 + 15 + 36 + 4 + 3;
        with(bytes, place, &[bytes[place] ^ 1])
    }),
    ("curve-of-another-name", CURVE, |bytes, at| {
        // the name inside of the public half: nistp256
        let place = at.public + 4 + 23 + 4;
        with(bytes, place, b"nistp384")
    }),
    ("encrypted-last-block", LOCKED, |bytes, _| {
        let last = bytes.len() - 1;
        with(bytes, last, &[bytes[last] ^ 1])
    }),
    ("encrypted-first-block", LOCKED, |bytes, at| {
        with(bytes, at.private + 4, &[bytes[at.private + 4] ^ 1])
    }),
];

fn pvk(name: &'static str, at: usize, new: &[u8]) -> Vec<u8> {
    with(&sample(name), at, new)
}

/// PVK's header by its place: magic, reserved, kind, encrypted, salt and key length; then the blob.
const PVK: &[(&str, &str, usize, &[u8])] = &[
    ("magic-altered", "rsa-plain.pvk", 0, &[0]),
    ("reserved-of-anything", "rsa-plain.pvk", 4, &[1]),
    ("kind-9", "rsa-plain.pvk", 8, &[9]),
    ("encrypted-without-salt", "rsa-plain.pvk", 12, &[1]),
    ("salt-of-4-gigabytes", "rsa-strong.pvk", 16, &[0xff; 4]),
    ("salt-zero", "rsa-strong.pvk", 16, &[0; 4]),
    ("key-of-4-gigabytes", "rsa-plain.pvk", 20, &[0xff; 4]),
    ("key-empty", "rsa-plain.pvk", 20, &[0; 4]),
    ("blob-of-another-kind", "rsa-plain.pvk", 24, &[6]),
    ("blob-of-another-version", "rsa-plain.pvk", 25, &[9]),
    ("blob-magic-altered", "rsa-plain.pvk", 32, b"RSA9"),
    ("blob-magic-dss", "rsa-plain.pvk", 32, b"DSS2"),
    ("bits-zero", "rsa-plain.pvk", 36, &[0; 4]),
    ("bits-512", "rsa-plain.pvk", 36, &[0, 2, 0, 0]),
    ("bits-2047", "rsa-plain.pvk", 36, &[0xff, 7, 0, 0]),
    ("bits-2-to-the-32", "rsa-plain.pvk", 36, &[0xff; 4]),
    ("exponent-zero", "rsa-plain.pvk", 40, &[0; 4]),
    ("exponent-one", "rsa-plain.pvk", 40, &[1, 0, 0, 0]),
    ("modulus-of-another-key", "rsa-plain.pvk", 44, &[0x55]),
    ("prime-zero", "rsa-plain.pvk", 300, &[0; 128]),
    ("prime-of-another-key", "rsa-plain.pvk", 300, &[0x55, 0x55]),
    (
        "encrypted-blob-altered",
        "rsa-strong.pvk",
        48,
        &[0, 0, 0, 0],
    ),
];

fn jwk(from: &'static str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(sample("jwk-rsa.json")).unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

fn jwk_set(from: &'static str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(sample("jwk-set.json")).unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, seed, edit) in OPENSSH {
        cases.push(case(format!("openssh-{name}"), move || edited(seed, *edit)));
    }
    cases.push(case_unasked("openssh-without-password", || sample(LOCKED)));
    cases.push(case_unasked(
        "openssh-rounds-2-to-the-32-without-password",
        || edited(LOCKED, |bytes, at| with(bytes, at.count - 4, &[0xff; 4])),
    ));
    cases.push(case("openssh-of-two-megabytes", || {
        openssh(&[sample_der(PLAIN), vec![0; 2 * 1024 * 1024]].concat())
    }));
    cases.push(case("openssh-line-cut", || {
        let mut text = sample("openssh-public.txt");
        text.drain(60..100);
        text
    }));
    cases.push(case("openssh-line-of-another-kind", || {
        let text = String::from_utf8(sample("openssh-public.txt")).unwrap();
        text.replacen("nistp256", "nistp521", 1).into_bytes()
    }));
    cases.push(case("openssh-line-security-token", || {
        b"sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t me\n".to_vec()
    }));
    for (name, seed, at, new) in PVK {
        cases.push(case(format!("pvk-{name}"), move || pvk(seed, *at, new)));
    }
    cases.push(case_unasked("pvk-without-password", || {
        sample("rsa-strong.pvk")
    }));
    cases.push(case("pvk-bytes-after-it", || {
        [sample("rsa-plain.pvk"), vec![0; 8]].concat()
    }));
    cases.push(case("pvk-of-a-megabyte", || {
        let mut file = with(&sample("rsa-plain.pvk"), 20, &[0, 0, 16, 0]);
        file.resize(24 + 1024 * 1024, 0);
        file
    }));
    let texts: [(&str, Make); 26] = [
        ("kind-unknown", || jwk("\"RSA\"", "\"oct\"")),
        ("kind-missing", || jwk("\"kty\"", "\"kind\"")),
        ("kind-a-number", || jwk("\"RSA\"", "7")),
        ("kind-twice", || jwk("{", "{\"kty\":\"EC\",")),
        ("modulus-missing", || jwk("\"n\"", "\"m\"")),
        ("modulus-empty", || {
            jwk("\"n\": \"", "\"n\": \"\", \"x\": \"")
        }),
        ("modulus-with-padding", || jwk("\"n\": \"", "\"n\": \"=")),
        ("modulus-no-base64", || jwk("\"n\": \"", "\"n\": \"!!")),
        ("modulus-of-another-key", || {
            jwk("\"n\": \"", "\"n\": \"AQAB")
        }),
        ("modulus-of-a-megabyte", || {
            jwk(
                "\"n\": \"",
                &format!("\"n\": \"{}", "A".repeat(1024 * 1024)),
            )
        }),
        ("exponent-zero", || jwk("AQAB", "AA")),
        ("prime-one", || {
            jwk("\"p\": \"", "\"p\": \"AQ\", \"unused\": \"")
        }),
        ("more-than-two-primes", || {
            jwk("{", "{\"oth\":[{\"r\":\"AQ\",\"d\":\"AQ\",\"t\":\"AQ\"}],")
        }),
        ("not-closed", || jwk("}", "")),
        ("text-after-it", || jwk("}", "} more")),
        ("name-of-a-megabyte", || {
            jwk("\"essai\"", &format!("\"{}\"", "k".repeat(1024 * 1024)))
        }),
        ("name-with-bidi", || jwk("\"essai\"", "\"a\\u202eb\"")),
        ("half-a-surrogate", || jwk("\"essai\"", "\"\\ud800\"")),
        ("control-character", || jwk("\"essai\"", "\"a\nb\"")),
        ("set-empty", || b"{\"keys\":[]}".to_vec()),
        ("set-of-nothing", || b"{\"keys\":{}}".to_vec()),
        ("set-of-20000-numbers", || {
            let numbers = vec!["1"; 20_000].join(",");
            format!("{{\"keys\":[{numbers}]}}").into_bytes()
        }),
        ("set-curve-unknown", || jwk_set("P-256", "P-257")),
        ("set-point-off-the-curve", || {
            jwk_set("\"x\": \"", "\"x\": \"AAAA\", \"z\": \"")
        }),
        ("set-scalar-missing-and-short", || {
            jwk_set("\"y\": \"", "\"y\": \"AA\", \"z\": \"")
        }),
        ("of-5-megabytes", || {
            format!("{{\"keys\":[\"{}\"]}}", "k".repeat(5 * 1024 * 1024)).into_bytes()
        }),
    ];
    for (name, make) in texts {
        cases.push(case(format!("jwk-{name}"), make));
    }
    cases
}
