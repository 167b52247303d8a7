//! What the fuzzer does with hostile bytes: one function for each parser.
//!
//! `fuzz/` runs them under libFuzzer; `tests/seeds.rs` runs the seeds and every input that ever made one
//! of them fail, on stable Rust with all other tests. A function panics only when a promise is broken:
//! that what was read is what stood there, that what is written is read back, that a reading answers.

#![forbid(unsafe_code)]

mod containers;
mod items;
mod keys;
mod texts;

/// One parser under test.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name: that of its program in `fuzz/targets`, and of its folders of seeds and regressions.
    pub name: &'static str,
    /// Gives it these bytes.
    pub run: fn(&[u8]),
}

/// The password that is tried wherever one is needed: that of the seeds.
pub const PASSWORD: &str = "motdepasse";

/// Every parser.
pub const TARGETS: &[Target] = &[
    target("read", containers::read),
    target("certificate", items::certificate),
    target("request", items::request),
    target("revocation_list", items::revocation_list),
    target("spkac", items::spkac),
    target("path", items::path),
    target("pkcs7", containers::pkcs7),
    target("pki_path", containers::pki_path),
    target("pkcs12", containers::pkcs12),
    target("jks", containers::jks),
    target("jceks", containers::jceks),
    target("ber", containers::ber),
    target("xca_database", containers::xca_database),
    target("xca_template", containers::xca_template),
    target("pkcs8", keys::pkcs8),
    target("sec1", keys::sec1),
    target("pkcs1", keys::pkcs1),
    target("openssh", keys::openssh),
    target("pvk", keys::pvk),
    target("jwk", keys::jwk),
    target("pem", texts::pem),
    target("name", texts::name),
    target("general_name", texts::general_name),
    target("certreq", texts::certreq),
];

const fn target(name: &'static str, run: fn(&[u8])) -> Target {
    Target { name, run }
}

/// Gives these bytes to the target of this name.
///
/// # Panics
/// When there is no such target, or a promise is broken.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    assert!(target.is_some(), "no target is called {name}");
    if let Some(target) = target {
        (target.run)(bytes);
    }
}
