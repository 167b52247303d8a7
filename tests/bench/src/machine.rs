//! The machine on which it was measured.

use std::fmt::Write as _;

use bicle_tests::peer;
use serde::{Deserialize, Serialize};

/// What a reader needs to judge the figures.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Machine {
    processor: String,
    cores: usize,
    memory_gib: u64,
    system: String,
    openssl: String,
    rustc: String,
}

impl Machine {
    /// This one.
    pub(crate) fn here() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let after = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name));
            let value = line.and_then(|line| line.split_once([':', '=']));
            value.map_or_else(String::new, |(_, value)| {
                value.trim().trim_matches('"').to_owned()
            })
        };
        let memory = after(&read("/proc/meminfo"), "MemTotal");
        let kib: u64 = memory
            .split(' ')
            .next()
            .and_then(|kib| kib.parse().ok())
            .unwrap_or(0);
        let kernel = read("/proc/sys/kernel/osrelease");
        Self {
            processor: after(&read("/proc/cpuinfo"), "model name"),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
            memory_gib: kib.div_ceil(1024 * 1024),
            system: format!(
                "{}, Linux {}",
                after(&read("/etc/os-release"), "PRETTY_NAME"),
                kernel.trim()
            ),
            openssl: peer("openssl", &["version"]).text().trim().to_owned(),
            rustc: std::process::Command::new("rustc")
                .arg("--version")
                .output()
                .map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned())
                .unwrap_or_default(),
        }
    }

    /// Its figures stand beside those of the other.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.processor == other.processor && self.cores == other.cores
    }

    /// A paragraph.
    pub(crate) fn described(&self) -> String {
        let mut text = String::from("## The machine\n\n");
        let _ = writeln!(
            text,
            "{} cores of {}, {} GiB, {}; {}; {}; release build (`lto = \"thin\"`). The machine is shared: CPU is the \
             process's own over all its threads (`CLOCK_PROCESS_CPUTIME_ID`), and counts where wall is disturbed.\n\n\
             ## What was measured\n",
            self.cores, self.processor, self.memory_gib, self.system, self.openssl, self.rustc
        );
        text
    }
}
