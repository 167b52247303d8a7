//! RSA key generation against `openssl genpkey` and aws-lc-rs, one after the other in turn.

use std::io::{BufRead, BufReader, Write};
use std::num::NonZeroUsize;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bicle_pki::private_key::PrivateKey;
use bicle_pki::rsa_generate::{RsaBits, generate_rsa};
use bicle_tests::{Peer, peer};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;

use crate::Extent;
use crate::cpu;
use crate::report::{Held, Report};
use crate::sample::Samples;

/// A length with what it may take over openssl.
const LENGTHS: [(RsaBits, f64); 3] = [
    (RsaBits::Rsa2048, 0.15),
    (RsaBits::Rsa3072, 0.18),
    (RsaBits::Rsa4096, 0.20),
];

/// What each may take over aws-lc-rs.
const OVER_AWS_LC: f64 = 0.5;

/// A search that is called off answers within this.
const CANCELLING: Duration = Duration::from_millis(50);

/// Makes keys in turn, so that whatever else the machine does strikes all alike.
pub(crate) fn measure(report: &mut Report, extent: &Extent) {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut aws_lc = AwsLc::start();
    if aws_lc.is_none() {
        report.figure(
            "aws-lc-rs",
            "not measured",
            "`BICLE_BENCH_AWS_LC` names no program: it was not built",
        );
    }
    for ((bits, target), runs) in LENGTHS.into_iter().zip(extent.keys) {
        let (mut ours, mut ours_cpu, mut openssl) =
            (Samples::default(), Samples::default(), Samples::default());
        let mut aws = Samples::default();
        let option = format!("rsa_keygen_bits:{}", bits.bits());
        let words = [
            "genpkey",
            "-quiet",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            &option,
        ];
        for _ in 0..runs {
            let ((), cost) = cpu::cost(|| drop(generate(bits, threads)));
            ours.add(cost.wall);
            ours_cpu.add(cost.cpu);
            openssl.time(|| peer("openssl", &words));
            if let Some(peer) = &mut aws_lc {
                aws.add(peer.generate(bits));
            }
        }
        let name = format!("RSA {}", bits.bits());
        let how = format!(
            "medians of {runs} each, in turn: `generate_rsa` on {threads} threads, `openssl {}`",
            words.join(" ")
        );
        let held = Held {
            measured: ours.over(&openssl),
            target,
            unit: "× openssl",
        };
        report.held(&name, &held, &how);
        if aws_lc.is_some() {
            let held = Held {
                measured: ours.over(&aws),
                target: OVER_AWS_LC,
                unit: "× aws-lc-rs",
            };
            report.held(
                &name,
                &held,
                "the same, `aws_lc_rs::rsa::KeyPair::generate`",
            );
        }
        let spread = "median (least–most, samples)";
        report.durations(&format!("{name}, Biclé"), &ours, spread);
        report.durations(
            &format!("{name}, Biclé, CPU of all threads"),
            &ours_cpu,
            spread,
        );
        report.durations(&format!("{name}, openssl"), &openssl, "its start included");
        if aws_lc.is_some() {
            let how = "told by a process that makes one after the other";
            report.durations(&format!("{name}, aws-lc-rs"), &aws, how);
        }
    }
    cancelling(report, threads, extent.some);
}

/// A search of 4096 bits called off in its midst.
fn cancelling(report: &mut Report, threads: NonZeroUsize, runs: usize) {
    let mut answers = Samples::default();
    while answers.count() < runs {
        let cancelled = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let search = scope.spawn(|| {
                generate_rsa(RsaBits::Rsa4096, threads, &cancelled, || UnwrapErr(SysRng))
            });
            std::thread::sleep(Duration::from_millis(40));
            let start = Instant::now();
            cancelled.store(true, Ordering::Relaxed);
            // a key that was found meanwhile says nothing
            if search.join().unwrap().is_err() {
                answers.add(start.elapsed());
            }
        });
    }
    let (_, most) = answers.spread();
    let how = format!("the longest of {runs} searches of 4096 bits");
    report.within(
        "a search that is called off, until its answer",
        most,
        CANCELLING,
        &how,
    );
}

/// Keys that `openssl pkey -check` judges, which proves both primes again and computes every part anew.
pub(crate) fn check(report: &mut Report, extent: &Extent) {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let words = ["pkey", "-inform", "DER", "-check", "-noout"];
    let (mut accepted, mut numbers) = (0, Vec::new());
    for ((bits, _), runs) in LENGTHS.into_iter().zip(extent.checked) {
        for _ in 0..runs {
            let key = generate(bits, threads).to_pkcs8_der();
            let answer = Peer::new("openssl")
                .args(words)
                .input(key.expose())
                .answer();
            let is_accepted = answer.status == Some(0) && answer.text().contains("Key is valid");
            if !is_accepted {
                println!("  {} bits: {}", bits.bits(), answer.told());
            }
            accepted += usize::from(is_accepted);
        }
        numbers.push(format!("{runs} of {}", bits.bits()));
    }
    let how = format!(
        "`generate_rsa` on {threads} threads, {} bits; `openssl {}` of each",
        numbers.join(", "),
        words.join(" ")
    );
    let all = extent.checked.iter().sum();
    report.all(
        "keys generated that `openssl pkey -check` accepts",
        accepted,
        all,
        &how,
    );
}

fn generate(bits: RsaBits, threads: NonZeroUsize) -> PrivateKey {
    let never = AtomicBool::new(false);
    generate_rsa(bits, threads, &never, || UnwrapErr(SysRng)).unwrap()
}

/// The program that makes keys by aws-lc-rs (`tests/bench/aws-lc`), built by `cargo xtask bench`.
struct AwsLc {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl AwsLc {
    /// `None` where it was not built.
    fn start() -> Option<Self> {
        let program = std::env::var_os("BICLE_BENCH_AWS_LC")?;
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let (input, output) = (child.stdin.take()?, child.stdout.take()?);
        Some(Self {
            child,
            input,
            output: BufReader::new(output),
        })
    }

    fn generate(&mut self, bits: RsaBits) -> Duration {
        writeln!(self.input, "{}", bits.bits()).unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        Duration::from_nanos(line.trim().parse().unwrap())
    }
}

impl Drop for AwsLc {
    fn drop(&mut self) {
        // both fail only where it has ended by itself
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
