//! Makes an RSA key by aws-lc-rs for each number of bits on a line of standard input, and prints how many nanoseconds
//! it took: what `cargo xtask bench` measures Biclé beside, in turn. A package of its own, so that no other is built
//! with its C.

#![forbid(unsafe_code)]

use std::io::{BufRead, Write};
use std::time::Instant;

use aws_lc_rs::rsa::{KeyPair, KeySize};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut output = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let size = match line?.trim() {
            "2048" => KeySize::Rsa2048,
            "3072" => KeySize::Rsa3072,
            "4096" => KeySize::Rsa4096,
            other => return Err(format!("no key of {other} bits is made").into()),
        };
        let start = Instant::now();
        let key = KeyPair::generate(size)?;
        let taken = start.elapsed();
        drop(key);
        writeln!(output, "{}", taken.as_nanos())?;
        output.flush()?;
    }
    Ok(())
}
