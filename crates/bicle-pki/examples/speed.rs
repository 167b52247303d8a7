//! What signatures cost, in CPU of one thread, and RSA keys, in wall time too:
//! `cargo run --release -p bicle-pki --example speed -- signatures|2048|3072|4096 [RUNS [THREADS]]`.
//! With `check RUNS BITS` openssl checks the keys that are made.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for developers"
)]

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use bicle_pki::key_generate::{KeyType, generate};
use bicle_pki::rsa_generate::{RsaBits, generate_rsa};
use bicle_pki::signature::{Hash, KeyTables, SignatureAlgorithm, verify};
use bicle_tests::Peer;
use getrandom::SysRng;
use rand_core::UnwrapErr;

fn main() {
    let mut words = std::env::args().skip(1);
    let what = words.next().expect("what is measured");
    let runs = words.next().map_or(21, |runs| runs.parse().unwrap());
    match what.as_str() {
        "signatures" => {
            signatures("P-256", KeyType::EcP256, Hash::Sha256, runs);
            signatures("P-384", KeyType::EcP384, Hash::Sha384, runs);
        }
        "check" => {
            let bits = words.next().expect("of what length").parse().unwrap();
            check(RsaBits::from_bits(bits).unwrap(), runs);
        }
        bits => {
            let threads = words.next().map_or(1, |threads| threads.parse().unwrap());
            let bits = RsaBits::from_bits(bits.parse().unwrap()).unwrap();
            rsa(bits, runs, NonZeroUsize::new(threads).unwrap());
        }
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

/// Keys made by so many threads, this one among them, whose CPU is told.
fn rsa(bits: RsaBits, runs: usize, threads: NonZeroUsize) {
    let (mut walls, mut spent) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let start = Instant::now();
        spent.push(cost(|| {
            let never = AtomicBool::new(false);
            generate_rsa(bits, threads, &never, || UnwrapErr(SysRng)).unwrap();
        }));
        walls.push(start.elapsed());
    }
    for (what, all) in [("wall", walls), ("CPU of one", spent)] {
        let mean = all.iter().sum::<Duration>() / u32::try_from(runs).unwrap();
        println!(
            "RSA {} on {threads} threads, {what}: mean {mean:?}, median {:?}",
            bits.bits(),
            median(all)
        );
    }
}

/// So many keys of two threads, each checked by openssl.
fn check(bits: RsaBits, runs: usize) {
    let threads = NonZeroUsize::new(2).unwrap();
    for _ in 0..runs {
        let never = AtomicBool::new(false);
        let key = generate_rsa(bits, threads, &never, || UnwrapErr(SysRng)).unwrap();
        let der = key.to_pkcs8_der();
        let openssl = Peer::new("openssl").words("pkey -inform DER -check -noout");
        openssl.input(der.expose()).accepts().says("Key is valid");
    }
    println!("RSA {}: {runs} keys are valid", bits.bits());
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
