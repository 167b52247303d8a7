//! What a developer types: `cargo xtask run`, `test`, `check`, `bench`, `faults`, `fuzz`, `mutants`,
//! `deny`, `unsafe`, `screenshots`.

#![forbid(unsafe_code)]
#![allow(
    clippy::disallowed_methods,
    reason = "a developer's tool reads and writes the sources, never a secret"
)]

mod bench;
mod check;
mod command;
mod deny;
mod faults;
mod fuzz;
mod mutants;
mod run;
mod screenshots;
mod system;
mod test;
mod unsafe_code;

use std::process::ExitCode;

use command::Failure;

const USAGE: &str = "\
cargo xtask run [--release] [-- ARGUMENTS]   build and open the window
cargo xtask test [FILTER…]                   every test, with the real peers (installed where missing)
cargo xtask check                            formatting, lints, layering and the other house rules
cargo xtask bench [--quick] [--only PART,…]  measurements, side by side with openssl and XCA: docs/performance.md
cargo xtask bench --counted [--write]        counted work, compared with tests/bench/baseline.toml (valgrind)
cargo xtask faults [--sample N] [--write]     kills, failing disks and power cuts at every step (strace)
cargo xtask fuzz [--seconds N] [TARGET…]     every parser under the fuzzer, 60 seconds each
cargo xtask mutants [--missed] [SCOPE…]      the code changed in small ways, to see the tests fail
cargo xtask deny                             licences, sources and advisories of every crate, by cargo-deny
cargo xtask unsafe [--check]                 `unsafe` counted in every crate, written to docs/unsafe.md
cargo xtask screenshots                      pictures of the real window, in target/screenshots";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<(), Failure> {
    let Some((action, rest)) = arguments.split_first() else {
        return Err(Failure::new(format!("say what to do:\n{USAGE}")));
    };
    match action.as_str() {
        "run" => run::run(rest),
        "test" => test::test(rest),
        "check" => check::check(),
        "bench" => bench::bench(rest),
        "faults" => faults::faults(rest),
        "fuzz" => fuzz::fuzz(rest),
        "mutants" => mutants::mutants(rest),
        "deny" => deny::deny(),
        "unsafe" => unsafe_code::write(rest),
        "screenshots" => screenshots::screenshots(),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        unknown => Err(Failure::new(format!(
            "no action is called {unknown}:\n{USAGE}"
        ))),
    }
}
