//! What signatures and RSA keys cost, in CPU of one thread:
//! `cargo run --release -p bicle-pki --example speed -- signatures|2048|3072|4096 [RUNS]`.
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
use std::time::Duration;

use bicle_pki::key_generate::{KeyType, generate};
use bicle_pki::rsa_generate::{RsaBits, generate_rsa};
use bicle_pki::signature::{Hash, KeyTables, SignatureAlgorithm, verify};
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
