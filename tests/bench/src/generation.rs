//! RSA 2048 key generation against `openssl genpkey`, one after the other in turn.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use bicle_pki::rsa_generate::{RsaBits, generate_rsa};
use bicle_tests::peer;
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;

use crate::sample::{Samples, Table};

/// Makes keys in turn, so that whatever else the machine does strikes both alike.
pub(crate) fn measure(table: &mut Table, runs: usize) {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let (mut ours, mut ours_alone, mut openssl, mut starting) = (
        Samples::default(),
        Samples::default(),
        Samples::default(),
        Samples::default(),
    );
    for _ in 0..runs {
        ours.time(|| generate(threads));
        openssl.time(|| {
            peer(
                "openssl",
                &[
                    "genpkey",
                    "-quiet",
                    "-algorithm",
                    "RSA",
                    "-pkeyopt",
                    "rsa_keygen_bits:2048",
                ],
            )
        });
        ours_alone.time(|| generate(NonZeroUsize::MIN));
        starting.time(|| peer("openssl", &["version"]));
    }
    table.durations(&format!("RSA 2048, bicle, {threads} threads"), &ours);
    table.durations("RSA 2048, bicle, 1 thread", &ours_alone);
    table.durations("RSA 2048, openssl genpkey", &openssl);
    table.durations(
        "  of which openssl's own start (openssl version)",
        &starting,
    );
    let ratio = |samples: &Samples| {
        format!(
            "{:.2}",
            samples.median().as_secs_f64() / openssl.median().as_secs_f64()
        )
    };
    table.figure(
        &format!("  ratio of medians, {threads} threads / openssl"),
        ratio(&ours),
    );
    table.figure("  ratio of medians, 1 thread / openssl", ratio(&ours_alone));
}

fn generate(threads: NonZeroUsize) {
    generate_rsa(RsaBits::Rsa2048, threads, &AtomicBool::new(false), || {
        UnwrapErr(SysRng)
    })
    .unwrap();
}
