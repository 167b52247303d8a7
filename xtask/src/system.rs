//! What the tasks need of the system: found, installed with apt-get where that is allowed, or named.

use std::path::Path;
use std::process::Command;

use crate::command::{Failure, run_shown, succeeds};

/// One thing that has to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Need {
    /// the Debian package that brings it
    package: &'static str,
    /// how its presence is seen
    sign: Sign,
}

/// How one sees that something is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// a program of this name in PATH, from whatever package
    Program(&'static str),
    /// the package itself where dpkg knows, else this name in the loader's cache
    Library(&'static str),
    /// a module of python3
    PythonModule(&'static str),
}

const fn program(package: &'static str, name: &'static str) -> Need {
    Need {
        package,
        sign: Sign::Program(name),
    }
}

const fn library(package: &'static str, soname: &'static str) -> Need {
    Need {
        package,
        sign: Sign::Library(soname),
    }
}

/// The libraries that the window opens at run time under X11: `ldd` shows none of them.
pub(crate) const WINDOW: &[Need] = &[
    library("libx11-6", "libX11.so.6"),
    library("libx11-xcb1", "libX11-xcb.so.1"),
    library("libxcursor1", "libXcursor.so.1"),
    library("libxi6", "libXi.so.6"),
    library("libxrender1", "libXrender.so.1"),
    library("libxkbcommon0", "libxkbcommon.so.0"),
    library("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
    library("libgl1", "libGL.so.1"),
    library("libgl1-mesa-dri", "libGLX_mesa.so.0"),
];

/// A display without a screen, and hands on it.
pub(crate) const DISPLAY: &[Need] = &[
    program("xvfb", "Xvfb"),
    program("openbox", "openbox"),
    program("xdotool", "xdotool"),
    program("imagemagick", "import"),
    program("x11-utils", "xwininfo"),
    program("xauth", "xauth"),
    program("xclip", "xclip"),
    program("dbus-daemon", "dbus-daemon"),
];

/// The programs that judge what Biclé writes and make what it reads.
pub(crate) const PEERS: &[Need] = &[
    program("openssl", "openssl"),
    program("default-jdk-headless", "keytool"),
    program("libnss3-tools", "pk12util"),
    program("gnutls-bin", "certtool"),
    program("xca", "xca"),
    program("xvfb", "xvfb-run"),
    program("openssh-client", "ssh-keygen"),
    program("python3", "python3"),
    Need {
        package: "python3-venv",
        sign: Sign::PythonModule("ensurepip"),
    },
];

/// What looks at system calls, and makes them fail.
pub(crate) const TRACING: &[Need] = &[program("strace", "strace")];

/// What counts instructions.
pub(crate) const COUNTING: &[Need] = &[program("valgrind", "valgrind")];

/// What to do with the packages that are missing.
#[derive(Debug, PartialEq, Eq)]
enum Remedy {
    /// apt-get, with these words before it
    Install(&'static [&'static str]),
    /// tell the command
    Name,
}

/// Makes sure that all the needs are there: installs the missing ones on Debian when this is root
/// or sudo asks nothing, else fails with the names and the command.
pub(crate) fn provide(needs: &[&[Need]]) -> Result<(), Failure> {
    let wanted: Vec<Need> = needs
        .iter()
        .flat_map(|needs| needs.iter().copied())
        .collect();
    let missing = missing(&wanted);
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let has_apt = is_program("apt-get");
    match remedy(
        has_apt,
        is_root(),
        succeeds(Command::new("sudo").args(["-n", "true"])),
    ) {
        Remedy::Install(prefix) => install(prefix, &packages)?,
        Remedy::Name => return Err(Failure::new(advice(has_apt, &missing))),
    }
    let still = self::missing(&wanted);
    if still.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "still missing after the installation: {}",
            names(&still)
        )))
    }
}

/// Where the system is one whose packages are not ours to name, nothing is needed beforehand.
pub(crate) fn window_libraries_matter() -> bool {
    cfg!(target_os = "linux")
}

fn remedy(has_apt: bool, is_root: bool, sudo_asks_nothing: bool) -> Remedy {
    match (has_apt, is_root, sudo_asks_nothing) {
        (true, true, _) => Remedy::Install(&[]),
        (true, false, true) => Remedy::Install(&["sudo", "-n"]),
        _ => Remedy::Name,
    }
}

fn install(prefix: &[&str], packages: &[&str]) -> Result<(), Failure> {
    eprintln!("missing, installed now: {}", packages.join(" "));
    let apt = |arguments: &[&str]| {
        let mut words = prefix.to_vec();
        words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        words.extend(arguments);
        let (first, rest) = words.split_first().unwrap_or((&"true", &[]));
        let mut command = Command::new(first);
        command.args(rest).stdin(std::process::Stdio::null());
        run_shown(&mut command)
    };
    apt(&["update", "-q"])?;
    let mut arguments = vec!["install", "-y", "-q", "--no-install-recommends"];
    arguments.extend(packages);
    apt(&arguments)
}

fn advice(has_apt: bool, missing: &[Need]) -> String {
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    if has_apt {
        format!(
            "missing: {}\ninstall them with:\n    sudo apt-get install {}",
            names(missing),
            packages.join(" ")
        )
    } else {
        format!(
            "missing: {}\ninstall them as your system does (on Debian they are in {})",
            names(missing),
            packages.join(" ")
        )
    }
}

fn names(needs: &[Need]) -> String {
    let names: Vec<&str> = needs
        .iter()
        .map(|need| match need.sign {
            Sign::Program(name) | Sign::Library(name) | Sign::PythonModule(name) => name,
        })
        .collect();
    names.join(" ")
}

fn missing(needs: &[Need]) -> Vec<Need> {
    needs
        .iter()
        .copied()
        .filter(|need| !is_present(*need))
        .collect()
}

fn is_present(need: Need) -> bool {
    match need.sign {
        Sign::Program(name) => is_program(name),
        Sign::Library(soname) => {
            if is_program("dpkg-query") {
                is_installed(need.package)
            } else {
                is_in_loader_cache(soname)
            }
        }
        Sign::PythonModule(module) => {
            succeeds(Command::new("python3").args(["-c", &format!("import {module}")]))
        }
    }
}

fn is_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| {
        folder.join(name).is_file() || folder.join(name).with_extension("exe").is_file()
    })
}

fn is_installed(package: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", package]);
    crate::command::output_of(&mut query).is_ok_and(|status| status == "installed")
}

fn is_in_loader_cache(soname: &str) -> bool {
    let mut list = Command::new(if Path::new("/sbin/ldconfig").exists() {
        "/sbin/ldconfig"
    } else {
        "ldconfig"
    });
    crate::command::output_of(list.arg("-p")).is_ok_and(|cache| {
        cache
            .lines()
            .any(|line| line.trim_start().starts_with(soname))
    })
}

fn is_root() -> bool {
    crate::command::output_of(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENT: Need = program("a-package", "a-program-that-nobody-has");

    #[test]
    fn a_program_that_is_not_there_is_missing() {
        assert!(missing(&[ABSENT]) == [ABSENT]);
        assert!(missing(&[program("coreutils", "ls")]).is_empty());
    }

    #[test]
    fn packages_are_installed_by_root_or_a_silent_sudo_only() {
        assert_eq!(remedy(true, true, false), Remedy::Install(&[]));
        assert_eq!(remedy(true, false, true), Remedy::Install(&["sudo", "-n"]));
        assert_eq!(remedy(true, false, false), Remedy::Name);
        assert_eq!(remedy(false, true, true), Remedy::Name);
    }

    #[test]
    fn the_advice_names_the_program_and_the_exact_command() {
        let words = advice(true, &[ABSENT]);
        assert!(words.contains("a-program-that-nobody-has"), "{words}");
        assert!(words.contains("sudo apt-get install a-package"), "{words}");
        assert!(!advice(false, &[ABSENT]).contains("sudo"));
    }
}
