//! The physical limits: what the cipher, the memory and the arithmetic allow on this machine.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use bicle_pki::certificate::Certificate;
use bicle_pki::signature::KeyTables;
use bicle_tests::peer;
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U1024, U1536, U2048, Uint};

use crate::Extent;
use crate::cpu;
use crate::import;
use crate::report::{Report, figure, time};

/// How long each rate is measured.
const MEASURED: Duration = Duration::from_secs(2);

/// What a record of a certificate seals: its summary padded, about.
const RECORD_BYTES: usize = 1024;
const BLOCK_BYTES: usize = 16 * 1024;

pub(crate) fn measure(report: &mut Report, extent: &Extent) {
    sealing(report);
    parsing(report, extent);
    exponentiations(report);
}

/// The cipher: the crate's rate beside openssl's assembly.
fn sealing(report: &mut Report) {
    for bytes in [RECORD_BYTES, BLOCK_BYTES] {
        let cipher = XChaCha20Poly1305::new((&[7_u8; 32]).into());
        let mut buffer = vec![0_u8; bytes];
        let ours = per_second(|| {
            let nonce = XNonce::from([3_u8; 24]);
            let tag = cipher.encrypt_inout_detached(&nonce, b"", buffer.as_mut_slice().into());
            black_box(tag).unwrap();
        });
        let bytes_text = bytes.to_string();
        let said = peer(
            "openssl",
            &[
                "speed",
                "-mr",
                "-seconds",
                "2",
                "-bytes",
                &bytes_text,
                "-evp",
                "chacha20-poly1305",
            ],
        );
        // +F:22:ChaCha20-Poly1305:1234567890.12
        let theirs = said
            .text()
            .lines()
            .filter(|line| line.starts_with("+F:"))
            .filter_map(|line| line.rsplit(':').next()?.parse::<f64>().ok())
            .next_back()
            .unwrap_or(f64::NAN);
        let rate = ours * real(bytes);
        let how = format!(
            "`chacha20poly1305` (XChaCha20, one core); `openssl speed -evp chacha20-poly1305 -bytes {bytes}`: {:.0} MB/s, \
             ratio {:.2}",
            theirs / 1e6,
            rate / theirs
        );
        report.figure(
            &format!("bytes sealed a second, {bytes} at once"),
            &format!("{:.0} MB/s", rate / 1e6),
            &how,
        );
    }
}

/// The parser beside the memory.
fn parsing(report: &mut Report, _: &Extent) {
    let files = import::certificate_files(10_000);
    let certificates: Vec<Vec<u8>> = import::certificates(&files)
        .iter()
        .map(|found| found.der().to_vec())
        .collect();
    let bytes: usize = certificates.iter().map(Vec::len).sum();
    let rounds = per_second(|| {
        for der in &certificates {
            black_box(Certificate::from_der(der).unwrap());
        }
    });
    let from = vec![1_u8; 256 * 1024 * 1024];
    let mut to = vec![0_u8; from.len()];
    let copied = per_second(|| {
        to.copy_from_slice(black_box(&from));
        black_box(&to);
    }) * real(from.len());
    let parsed = rounds * real(bytes);
    let how = format!(
        "`Certificate::from_der` over 10,000 P-256 certificates, {:.0} a second; memory copies {:.0} MB/s: parsing is \
         {:.1} % of it",
        rounds * real(certificates.len()),
        copied / 1e6,
        parsed / copied * 100.0
    );
    report.figure(
        "bytes parsed a second, one core",
        &format!("{:.0} MB/s", parsed / 1e6),
        &how,
    );
    let all = import::certificates(&files);
    let issuer = &all[0];
    let checks = per_second(|| {
        black_box(issuer.verify_signature(issuer.public_key()));
    });
    report.figure(
        "signatures of P-256 checked a second, one core",
        &figure(checks),
        "`Certificate::verify_signature`: what the first ten of an issuer cost",
    );
    let tables = KeyTables::default();
    let kept = per_second(|| {
        black_box(issuer.verify_signature_by(issuer.public_key(), &tables));
    });
    report.figure(
        "the same by the tables of a key that is asked often",
        &figure(kept),
        "`Certificate::verify_signature_by`: the floor of an import's CPU",
    );
}

/// What a key costs at the least: the exponentiations that find and prove two primes.
fn exponentiations(report: &mut Report) {
    let one = |bits: u32| match bits {
        2048 => exponentiation::<{ U1024::LIMBS }>(),
        3072 => exponentiation::<{ U1536::LIMBS }>(),
        _ => exponentiation::<{ U2048::LIMBS }>(),
    };
    for (bits, rounds, sieved) in [(2048, 5.0, 19), (3072, 4.0, 21), (4096, 4.0, 21)] {
        let one = one(bits);
        // Mertens: after the sieve to 2^`sieved` one survivor in so many is prime
        let half = f64::from(bits) / 2.0;
        let survivors = half * 2_f64.ln() / (1.781_072 * 2_f64.powi(sieved).ln());
        // the base-2 test at four fifths, then the rounds of FIPS 186-5 on each prime
        let needed = 2.0 * (0.8 * survivors + rounds);
        let least = Duration::from_secs_f64(needed * one.as_secs_f64());
        let runs = 9;
        let spent: crate::sample::Samples = (0..runs)
            .map(|_| {
                let never = AtomicBool::new(false);
                let bits = bicle_pki::rsa_generate::RsaBits::from_bits(bits).unwrap();
                let threads = std::num::NonZeroUsize::MIN;
                let rng = || getrandom::rand_core::UnwrapErr(getrandom::SysRng);
                let (key, cost) =
                    cpu::cost(|| bicle_pki::rsa_generate::generate_rsa(bits, threads, &never, rng));
                assert!(key.is_ok());
                cost.cpu
            })
            .collect();
        let how = format!(
            "expected {needed:.0} exponentiations of {} bits ({:.0} candidates a prime left by the sieve, {rounds:.0} rounds \
             each) at {} each as `crypto-bigint` does them (ours take 0.5 to 0.6 of that); measured CPU of one thread, median of {runs}: {}",
            bits / 2,
            survivors,
            time(one),
            time(spent.median())
        );
        report.figure(
            &format!("RSA {bits}, the least that its exponentiations cost"),
            &time(least),
            &how,
        );
    }
}

/// One modular exponentiation with a full exponent.
fn exponentiation<const LIMBS: usize>() -> Duration {
    let modulus = Odd::new(Uint::<LIMBS>::MAX).unwrap();
    let params = FixedMontyParams::new(modulus);
    let base = FixedMontyForm::new(&Uint::<LIMBS>::from(3_u8), &params);
    let exponent = Uint::<LIMBS>::MAX.wrapping_sub(&Uint::ONE);
    let rate = per_second(|| {
        black_box(base.pow(black_box(&exponent)));
    });
    Duration::from_secs_f64(1.0 / rate)
}

/// How often the work can be done in a second of this thread's CPU.
fn per_second(mut work: impl FnMut()) -> f64 {
    let (start, before) = (Instant::now(), cpu::of_this_thread());
    let mut rounds = 0_u32;
    while start.elapsed() < MEASURED {
        work();
        rounds += 1;
    }
    f64::from(rounds) / (cpu::of_this_thread() - before).as_secs_f64()
}

fn real(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}
