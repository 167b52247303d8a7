//! PKCS#12 written and read, against `openssl pkcs12` over the same file with the same iterations;
//! certificates parsed.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use bicle_pki::certificate::Certificate;
use bicle_pki::export_password::ExportPassword;
use bicle_pki::pkcs8::{self, Encryption};
use bicle_pki::pkcs12::{self, Bundle, Profile};
use bicle_pki::{pem, read};
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_tests::openssl::{openssl, request_pem, rsa_key_pem};
use bicle_tests::{Branch, Peer, Product, TestAuthority, Validity};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;

use crate::Extent;
use crate::cpu;
use crate::many;
use crate::report::{Report, time};
use crate::sample::Samples;

const PASSWORD: &str = "Mesure-2026";

/// Of one derivation of the modern profiles (`MODERN_ITERATIONS` of bicle-pki), and how many a file costs that is
/// written and read.
const ITERATIONS: u32 = 100_000;
const DERIVATIONS: u32 = 6;

/// So many different certificates are parsed, again and again.
const CERTIFICATES: u32 = 1000;

/// How long the parsing is measured: long enough that the clock and one interruption do not count.
const PARSING: Duration = Duration::from_secs(2);

/// The profiles with the words that make openssl do the same work.
const PROFILES: [(&str, Profile, &str); 2] = [
    (
        "compatible",
        Profile::Compatible,
        "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 -iter 50000",
    ),
    (
        "modern",
        Profile::Modern,
        "-keypbe AES-256-CBC -certpbe AES-256-CBC -macalg sha256 -iter 100000",
    ),
];

/// One key, its certificate and the two above it, as files and as bytes.
struct Material {
    folder: tempfile::TempDir,
    pkcs8: SecretBytes,
    leaf: Vec<u8>,
    chain: [Vec<u8>; 2],
}

/// Beyond the derivations that the format asks for, written and verified.
const BEYOND: Duration = Duration::from_millis(5);

/// Writes and reads in turn with openssl; parses for some seconds.
pub(crate) fn measure(report: &mut Report, extent: &Extent) {
    let authority = TestAuthority::new();
    let material = Material::new(&authority);
    beyond(report, &material, extent.some);
    for (name, profile, words) in PROFILES {
        pkcs12(report, &material, name, profile, words, extent.some);
    }
    parsing(report, &many::certificates(&authority, CERTIFICATES));
}

/// A file written and read back, less its six derivations: key, certificates and MAC, in each direction. PBMAC1's
/// are all PBKDF2 and of one cost, so that they can be done alone.
fn beyond(report: &mut Report, material: &Material, runs: usize) {
    let (mut whole, mut rest) = (Samples::default(), Samples::default());
    for _ in 0..runs {
        let ((), cost) = cpu::cost(|| open(&material.write(Profile::Pbmac1)));
        let ((), derivations) =
            cpu::cost(|| (0..DERIVATIONS / 2).for_each(|_| derive_twice(&material.pkcs8)));
        whole.add(cost.cpu);
        rest.add(cost.cpu.saturating_sub(derivations.cpu));
    }
    let how = format!(
        "`pkcs12::write` and `read::read` of a key and three certificates (PBMAC1), CPU, less {DERIVATIONS} PBKDF2 of \
         {ITERATIONS} iterations done alone right after; median of {runs}; in all {}",
        time(whole.median())
    );
    report.within(
        "PKCS#12 written and verified, beyond the derivations",
        rest.median(),
        BEYOND,
        &how,
    );
}

/// A derivation as one that writes makes it, and one as a reader does, which can be ended on the way: of a key, whose
/// encryption is next to nothing beside them.
fn derive_twice(key: &SecretBytes) {
    let password = SecretText::copy_of(PASSWORD);
    let encryption = Encryption::Aes256 {
        iterations: ITERATIONS,
    };
    let sealed = pkcs8::encrypt(key, &password, encryption, &mut UnwrapErr(SysRng)).unwrap();
    std::hint::black_box(pkcs8::decrypt(&sealed, &password).unwrap());
}

fn pkcs12(
    report: &mut Report,
    material: &Material,
    name: &str,
    profile: Profile,
    words: &str,
    runs: usize,
) {
    let file = material.path("ours.p12");
    let (mut write, mut read) = (Samples::default(), Samples::default());
    let (mut openssl_write, mut openssl_read) = (Samples::default(), Samples::default());
    let mut starting = Samples::default();
    for _ in 0..runs {
        let bytes = write.time(|| material.write(profile));
        std::fs::write(&file, &bytes).unwrap();
        openssl_write.time(|| material.openssl_write(words).accepts());
        read.time(|| open(&bytes));
        openssl_read.time(|| openssl_open(&file).accepts());
        starting.time(|| openssl("version").accepts());
    }
    let beside = |theirs: &Samples, what: &str| {
        format!(
            "{what}: {}, of it its start {}",
            time(theirs.median()),
            time(starting.median())
        )
    };
    let how = beside(
        &openssl_write,
        "`openssl pkcs12 -export` with as many iterations",
    );
    report.durations(&format!("PKCS#12 {name}, written"), &write, &how);
    let how = beside(&openssl_read, "`openssl pkcs12`");
    report.durations(&format!("PKCS#12 {name}, read"), &read, &how);
}

/// Certificates parsed on one core, in DER and out of one PEM text, beside the memory's own speed.
fn parsing(report: &mut Report, certificates: &[Vec<u8>]) {
    let bytes: usize = certificates.iter().map(Vec::len).sum();
    let mean = f64::from(u32::try_from(bytes / certificates.len()).unwrap());
    let rate = per_second(certificates.len(), || {
        for der in certificates {
            std::hint::black_box(Certificate::from_der(der).unwrap());
        }
    });
    let megabytes = |rate: f64| rate * mean / 1e6;
    let how = format!(
        "`Certificate::from_der`, RSA 2048, {mean:.0} bytes each: {:.0} MB/s",
        megabytes(rate)
    );
    report.figure(
        "certificates parsed a second, one core, DER",
        &format!("{rate:.0}"),
        &how,
    );
    let text: String = certificates
        .iter()
        .map(|der| pem::encode("CERTIFICATE", der))
        .collect();
    let rate = per_second(certificates.len(), || {
        let reading = read::read(text.as_bytes(), &[], &AtomicBool::new(false));
        assert_eq!(reading.found.len(), certificates.len());
    });
    let how = format!("`read::read`: {:.0} MB/s of DER", megabytes(rate));
    report.figure("the same out of one PEM file", &format!("{rate:.0}"), &how);
}

fn per_second(items: usize, work: impl Fn()) -> f64 {
    let start = Instant::now();
    let mut rounds = 0;
    while start.elapsed() < PARSING {
        work();
        rounds += 1;
    }
    f64::from(u32::try_from(items * rounds).unwrap()) / start.elapsed().as_secs_f64()
}

fn open(bytes: &[u8]) {
    let password = SecretText::copy_of(PASSWORD);
    let reading = read::read(bytes, &[&password], &AtomicBool::new(false));
    assert_eq!(reading.found.len(), 4, "a key and three certificates");
}

fn openssl_open(file: &Path) -> Peer {
    openssl("pkcs12 -nodes -in")
        .arg(file)
        .arg("-passin")
        .arg(format!("pass:{PASSWORD}"))
}

impl Material {
    fn new(authority: &TestAuthority) -> Self {
        let folder = tempfile::TempDir::new().unwrap();
        let key_file = folder.path().join("a.key");
        std::fs::write(&key_file, rsa_key_pem(2048)).unwrap();
        let request = request_pem(&key_file, "/C=FR");
        let leaf = authority.issue(&request, Product::OrgAuthCli, Branch::Test, Validity::Now);
        let pkcs8 = openssl("pkcs8 -topk8 -nocrypt -outform DER -in")
            .arg(&key_file)
            .accepts();
        let chain = [authority.intermediate_der(), authority.root_der()];
        let all = [&leaf, &chain[0], &chain[1]].map(|der| pem::encode("CERTIFICATE", der));
        std::fs::write(folder.path().join("all.pem"), all.concat()).unwrap();
        Self {
            folder,
            pkcs8: SecretBytes::new(pkcs8.stdout),
            leaf,
            chain,
        }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, profile: Profile) -> Vec<u8> {
        let bundle = Bundle {
            key: &self.pkcs8,
            alias: "mesure",
            leaf: &self.leaf,
            chain: &self.chain.each_ref().map(Vec::as_slice),
            csp_name: None,
        };
        let password = ExportPassword::parse(SecretText::copy_of(PASSWORD)).unwrap();
        pkcs12::write(&bundle, &password, profile, &mut UnwrapErr(SysRng)).unwrap()
    }

    fn openssl_write(&self, words: &str) -> Peer {
        openssl("pkcs12 -export -name mesure -inkey")
            .arg(self.path("a.key"))
            .arg("-in")
            .arg(self.path("all.pem"))
            .words(words)
            .arg("-passout")
            .arg(format!("pass:{PASSWORD}"))
            .arg("-out")
            .arg(self.path("theirs.p12"))
    }
}
