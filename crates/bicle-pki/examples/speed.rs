//! What signatures, PKCS#12 files and RSA keys cost, in CPU of one thread:
//! `cargo run --release -p bicle-pki --example speed -- signatures|pkcs12|2048|3072|4096 [RUNS]`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for developers"
)]

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use bicle_pki::export_password::ExportPassword;
use bicle_pki::key_generate::{KeyType, generate};
use bicle_pki::pkcs8::{self, Encryption};
use bicle_pki::pkcs12::{self, Bundle, Profile};
use bicle_pki::read;
use bicle_pki::rsa_generate::{RsaBits, generate_rsa};
use bicle_pki::signature::{Hash, KeyTables, SignatureAlgorithm, verify};
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_tests::openssl::{openssl, request_pem, rsa_key_pem};
use bicle_tests::{Branch, Product, TestAuthority, Validity};
use getrandom::SysRng;
use rand_core::UnwrapErr;

const PASSWORD: &str = "Mesure-2026";

fn main() {
    let mut words = std::env::args().skip(1);
    let what = words.next().expect("what is measured");
    let runs = words.next().map_or(21, |runs| runs.parse().unwrap());
    match what.as_str() {
        "signatures" => {
            signatures("P-256", KeyType::EcP256, Hash::Sha256, runs);
            signatures("P-384", KeyType::EcP384, Hash::Sha384, runs);
        }
        "pkcs12" => pkcs12(runs),
        bits => rsa(RsaBits::from_bits(bits.parse().unwrap()).unwrap(), runs),
    }
}

/// A hundred checks with one key, without and with its table.
fn signatures(name: &str, kind: KeyType, hash: Hash, runs: usize) {
    let rng = || UnwrapErr(SysRng);
    let key = generate(kind, NonZeroUsize::MIN, &AtomicBool::new(false), rng).unwrap();
    let algorithm = SignatureAlgorithm::Ecdsa(hash);
    let messages: Vec<[u8; 4]> = (0..100_u32).map(u32::to_be_bytes).collect();
    let signed: Vec<_> = messages
        .iter()
        .map(|message| (message, key.sign(message, &mut rng()).unwrap()))
        .collect();
    let (mut plain, mut first, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        plain.push(cost(|| {
            for (message, signature) in &signed {
                assert!(verify(&algorithm, key.public_key(), *message, signature));
            }
        }));
        let tables = KeyTables::default();
        let all = || {
            for (message, signature) in &signed {
                assert!(tables.verify(&algorithm, key.public_key(), *message, signature));
            }
        };
        first.push(cost(all));
        kept.push(cost(all));
    }
    let (plain, first, kept) = (median(plain), median(first), median(kept));
    println!(
        "{name}: 100 checks {plain:?}; with tables, made among them {first:?}, at hand {kept:?}"
    );
}

/// A key and three certificates written and read back, and six derivations alone.
fn pkcs12(runs: usize) {
    let authority = TestAuthority::new();
    let folder = tempfile::TempDir::new().unwrap();
    let key_file = folder.path().join("a.key");
    std::fs::write(&key_file, rsa_key_pem(2048)).unwrap();
    let request = request_pem(&key_file, "/C=FR");
    let leaf = authority.issue(&request, Product::OrgAuthCli, Branch::Test, Validity::Now);
    let pkcs8 = openssl("pkcs8 -topk8 -nocrypt -outform DER -in")
        .arg(&key_file)
        .accepts();
    let pkcs8 = SecretBytes::new(pkcs8.stdout);
    let chain = [authority.intermediate_der(), authority.root_der()];
    let (mut written, mut opened, mut derived) = (Vec::new(), Vec::new(), Vec::new());
    let (mut beyond, mut crate_derived) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let mut file = Vec::new();
        let write = cost(|| {
            let bundle = Bundle {
                key: &pkcs8,
                alias: "mesure",
                leaf: &leaf,
                chain: &chain.each_ref().map(Vec::as_slice),
                csp_name: None,
            };
            let password = ExportPassword::parse(SecretText::copy_of(PASSWORD)).unwrap();
            let rng = &mut UnwrapErr(SysRng);
            file = pkcs12::write(&bundle, &password, Profile::Pbmac1, rng).unwrap();
        });
        let open = cost(|| {
            let password = SecretText::copy_of(PASSWORD);
            let reading = read::read(&file, &[&password], &AtomicBool::new(false));
            assert_eq!(reading.found.len(), 4, "a key and three certificates");
        });
        let derive = cost(|| {
            // a key of 32 bytes encrypted: one derivation, as the file's are, and next to nothing more
            for _ in 0..6 {
                let password = SecretText::copy_of(PASSWORD);
                let tiny = SecretBytes::new(vec![0; 32]);
                let work = Encryption::Aes256 {
                    iterations: 100_000,
                };
                let sealed = pkcs8::encrypt(&tiny, &password, work, &mut UnwrapErr(SysRng));
                black_box(sealed.unwrap());
            }
        });
        crate_derived.push(cost(|| {
            for _ in 0..6 {
                let mut key = [0; 32];
                let salt = b"sixteen bytes...";
                pbkdf2::pbkdf2_hmac::<sha2::Sha256>(PASSWORD.as_bytes(), salt, 100_000, &mut key);
                black_box(key);
            }
        }));
        beyond.push((write + open).saturating_sub(derive));
        written.push(write);
        opened.push(open);
        derived.push(derive);
    }
    println!(
        "written {:?}, read {:?}, six derivations {:?} (by the crate {:?}), beyond them {:?}",
        median(written),
        median(opened),
        median(derived),
        median(crate_derived),
        median(beyond)
    );
}

/// Keys made by one thread.
fn rsa(bits: RsaBits, runs: usize) {
    let keys = (0..runs).map(|_| {
        cost(|| {
            let never = AtomicBool::new(false);
            generate_rsa(bits, NonZeroUsize::MIN, &never, || UnwrapErr(SysRng)).unwrap();
        })
    });
    let keys: Vec<_> = keys.collect();
    let mean = keys.iter().sum::<Duration>() / u32::try_from(runs).unwrap();
    println!(
        "RSA {}: mean {mean:?}, median {:?}",
        bits.bits(),
        median(keys)
    );
}

/// CPU of this thread, of the kernel's own count in nanoseconds.
fn cost(work: impl FnOnce()) -> Duration {
    let spent = || {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        Duration::from_nanos(told.split_whitespace().next().unwrap().parse().unwrap())
    };
    let before = spent();
    work();
    spent() - before
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all[all.len() / 2]
}
