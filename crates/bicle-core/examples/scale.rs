//! What a large vault costs: `scale make DIR COUNT`, `scale import DIR`, `scale unlock DIR RUNS`, `scale write DIR`,
//! `scale one DIR RUNS` (one certificate imported).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods,
    reason = "a developer's measurement: a fault ends it, told where it happened"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bicle_core::clock::SystemClock;
use bicle_core::command::{Command, CreateVault, ImportRequest, Outcome, Source, UnlockWith};
use bicle_core::id::ItemId;
use bicle_core::open_vault::{OpenVault, Services};
use bicle_core::places::Places;
use bicle_core::progress::Progress;
use bicle_pki::key_generate::{KeyType, generate};
use bicle_pki::pem;
use bicle_pki::private_key::PrivateKey;
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_vault::{KdfParameters, LockedVault};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;

#[global_allocator]
static HEAP: bicle_platform::allocator::Wiping = bicle_platform::allocator::Wiping;

const PASSWORD: &str = "mesure 2026 du coffre";

/// So many things stand in one file.
const FILE_ITEMS: usize = 10_000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let folder = PathBuf::from(&arguments[2]);
    let number = arguments.get(3).map(|text| text.parse().unwrap());
    match arguments[1].as_str() {
        "make" => make(&folder, number.unwrap()),
        "import" => import(&folder),
        "unlock" => unlock(&folder, number.unwrap_or(5)),
        "one" => one(&folder, number.unwrap_or(9)),
        "write" => write(&folder, number.unwrap_or(5)),
        other => panic!("{other}?"),
    }
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len();
    match length {
        0..128 => out.push(length as u8),
        128..256 => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend(content);
    out
}

fn name(common: &str) -> Vec<u8> {
    let attribute = |oid: &[u8], text: &str| {
        let mut inner = tlv(6, oid);
        inner.extend(tlv(12, text.as_bytes()));
        tlv(0x31, &tlv(0x30, &inner))
    };
    let mut all = attribute(&[0x55, 4, 6], "FR");
    all.extend(attribute(&[0x55, 4, 10], "HOPITAL DE LA MESURE"));
    all.extend(attribute(&[0x55, 4, 11], "318751275100020"));
    all.extend(attribute(&[0x55, 4, 3], common));
    tlv(0x30, &all)
}

struct Signer {
    key: PrivateKey,
    name: String,
    id: Vec<u8>,
}

impl Signer {
    fn new(name: &str) -> Self {
        let key = key();
        let id = key.public_key().spki_sha256().bytes()[..20].to_vec();
        Self {
            key,
            name: name.to_owned(),
            id,
        }
    }
}

fn key() -> PrivateKey {
    generate(
        KeyType::EcP256,
        std::num::NonZeroUsize::MIN,
        &std::sync::atomic::AtomicBool::new(false),
        || UnwrapErr(SysRng),
    )
    .unwrap()
}

fn certificate(signer: &Signer, subject: &Signer, serial: u32, authority: bool) -> Vec<u8> {
    let algorithm = tlv(0x30, &tlv(6, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]));
    let mut serial_bytes = vec![0x47, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    serial_bytes.extend(serial.to_be_bytes());
    let mut validity = tlv(0x17, b"250101000000Z");
    validity.extend(tlv(0x17, b"351231235959Z"));
    let extension = |oid: &[u8], critical: bool, value: &[u8]| {
        let mut inner = tlv(6, oid);
        if critical {
            inner.extend([1, 1, 0xff]);
        }
        inner.extend(tlv(4, value));
        tlv(0x30, &inner)
    };
    let mut extensions = extension(&[0x55, 0x1d, 14], false, &tlv(4, &subject.id));
    extensions.extend(extension(
        &[0x55, 0x1d, 35],
        false,
        &tlv(0x30, &tlv(0x80, &signer.id)),
    ));
    let constraints = if authority {
        vec![0x30, 3, 1, 1, 0xff]
    } else {
        vec![0x30, 0]
    };
    extensions.extend(extension(&[0x55, 0x1d, 19], true, &constraints));
    let usage = if authority {
        [3, 2, 1, 6]
    } else {
        [3, 2, 7, 128]
    };
    extensions.extend(extension(&[0x55, 0x1d, 15], true, &usage));
    if !authority {
        let host = format!("{}.mesure.example", subject.name);
        extensions.extend(extension(
            &[0x55, 0x1d, 17],
            false,
            &tlv(0x30, &tlv(0x82, host.as_bytes())),
        ));
    }
    let mut fields = tlv(0xa0, &[2, 1, 2]);
    fields.extend(tlv(2, &serial_bytes));
    fields.extend(&algorithm);
    fields.extend(name(&signer.name));
    fields.extend(tlv(0x30, &validity));
    fields.extend(name(&subject.name));
    fields.extend(subject.key.public_key().spki_der());
    fields.extend(tlv(0xa3, &tlv(0x30, &extensions)));
    let signed = tlv(0x30, &fields);
    let signature = signer.key.sign(&signed, &mut UnwrapErr(SysRng)).unwrap();
    let mut whole = signed;
    whole.extend(algorithm);
    let mut bits = vec![0];
    bits.extend(signature);
    whole.extend(tlv(3, &bits));
    tlv(0x30, &whole)
}

/// A root, an intermediate for each 1,000, leaves; the key of each tenth leaf.
fn make(folder: &Path, count: usize) {
    std::fs::create_dir_all(folder).unwrap();
    let root = Signer::new("Racine de mesure");
    let mut text = pem::encode("CERTIFICATE", &certificate(&root, &root, 1, true));
    let mut intermediates = Vec::new();
    for number in 0..count.div_ceil(1000) {
        let one = Signer::new(&format!("Intermediaire de mesure {number}"));
        let der = certificate(&root, &one, 1000 + number as u32, true);
        text += &pem::encode("CERTIFICATE", &der);
        intermediates.push(one);
    }
    std::fs::write(folder.join("0-authorities.pem"), &text).unwrap();
    let mut text = String::new();
    let (mut items, mut file) = (0, 0);
    let mut number = 0;
    while items < count {
        let leaf = Signer::new(&format!("serveur-{number:06}"));
        let above = &intermediates[number % intermediates.len()];
        text += &pem::encode(
            "CERTIFICATE",
            &certificate(above, &leaf, 1_000_000 + number as u32, false),
        );
        items += 1;
        if number % 10 == 0 {
            text += &pem::encode("PRIVATE KEY", leaf.key.to_pkcs8_der().expose());
            items += 1;
        }
        number += 1;
        if items % FILE_ITEMS < 2 && text.len() > 100_000 || items >= count {
            file += 1;
            std::fs::write(folder.join(format!("{file}-leaves.pem")), &text).unwrap();
            text.clear();
        }
    }
}

fn services(folder: &Path) -> Services {
    let mut services = Services::new(Arc::new(SystemClock), Places::under(folder));
    services.unlock_time = Duration::from_millis(1);
    services.automatic_copies = 0;
    services.kdf_floor = KdfParameters::FLOOR;
    services
}

/// User and system seconds of all threads.
fn cpu() -> (f64, f64) {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = text
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks = |at: usize| fields[at].parse::<f64>().unwrap() / 100.0;
    (ticks(11), ticks(12))
}

fn anonymous_kib() -> i64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("RssAnon"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn peak_kib() -> i64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn timed<T>(what: &str, act: impl FnOnce() -> T) -> T {
    let (wall, before) = (Instant::now(), cpu());
    let done = act();
    let after = cpu();
    println!(
        "{what}: wall {:.1} ms, user {:.0} ms, system {:.0} ms",
        wall.elapsed().as_secs_f64() * 1e3,
        (after.0 - before.0) * 1e3,
        (after.1 - before.1) * 1e3
    );
    done
}

fn sources(folder: &Path) -> Vec<Source> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|ending| ending == "pem" || ending == "xdb")
        })
        .collect();
    files.sort();
    files.into_iter().map(Source::File).collect()
}

fn import(folder: &Path) {
    let path = folder.join("coffre.bicle");
    let _ = std::fs::remove_file(&path);
    let asked = CreateVault {
        path: path.clone(),
        password: SecretText::copy_of(PASSWORD),
        igc_sante: true,
        trust_test_branch: false,
    };
    let Ok(mut open) = OpenVault::create(&asked, services(folder)) else {
        panic!("no vault")
    };
    let request = ImportRequest {
        sources: sources(folder),
        passwords: Vec::new(),
        max_iterations: None,
        dry_run: false,
    };
    let outcome = timed("import", || {
        open.execute(Command::Import(request), &Progress::unwatched())
    });
    let Ok(Outcome::Imported(report)) = outcome else {
        panic!("not imported")
    };
    println!("{} lines, peak {} KiB", report.items.len(), peak_kib());
    drop(report);
    let root = open.model();
    let root = root
        .certificates
        .iter()
        .find(|found| found.item.name.contains("Racine de mesure"))
        .unwrap();
    let trust = Command::SetTrust {
        certificate: root.item.id,
        trust: bicle_core::model::Trust::Always,
    };
    timed("trust of a root", || {
        assert!(open.execute(trust, &Progress::unwatched()).is_ok())
    });
    println!(
        "file {} KiB",
        std::fs::metadata(&path).unwrap().len() / 1024
    );
}

fn opened(folder: &Path) -> OpenVault {
    let path = folder.join("coffre.bicle");
    let with = UnlockWith::Password(SecretText::copy_of(PASSWORD));
    match OpenVault::unlock(&path, &with, services(folder)) {
        Ok((open, _)) => open,
        Err(_) => panic!("does not open"),
    }
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

fn unlock(folder: &Path, runs: usize) {
    let path = folder.join("coffre.bicle");
    let wrong = || {
        let locked = LockedVault::open(&path).unwrap();
        assert!(locked.unlock(&SecretText::copy_of("wrong")).is_err());
    };
    wrong();
    let empty = anonymous_kib();
    let open = opened(folder);
    let items = open.model().items().count();
    let trusted = open
        .model()
        .certificates
        .iter()
        .filter(|found| found.verdict.status == bicle_core::model::Status::Trusted)
        .count();
    println!(
        "{items} items, {trusted} trusted; anonymous {} KiB before, {} after, {:.2} KiB an item; peak {}",
        empty,
        anonymous_kib(),
        (anonymous_kib() - empty) as f64 / items as f64,
        peak_kib()
    );
    drop(open);
    let (mut kdf, mut whole) = (Vec::new(), Vec::new());
    let (mut kdf_cpu, mut whole_cpu) = (0.0, 0.0);
    for _ in 0..runs {
        let before = (Instant::now(), cpu());
        wrong();
        kdf.push(before.0.elapsed().as_secs_f64() * 1e3);
        let after = cpu();
        kdf_cpu += after.0 - before.1.0 + after.1 - before.1.1;
        let before = (Instant::now(), cpu());
        let open = opened(folder);
        whole.push(before.0.elapsed().as_secs_f64() * 1e3);
        let after = cpu();
        whole_cpu += after.0 - before.1.0 + after.1 - before.1.1;
        drop(open);
    }
    let (kdf, whole) = (median(kdf), median(whole));
    let each = 1e3 / runs as f64;
    println!(
        "derivation {kdf:.1} ms; unlock {whole:.1} ms; the rest {:.1} ms (CPU {:.1} ms)",
        whole - kdf,
        (whole_cpu - kdf_cpu) * each
    );
}

/// What came of one certificate that is imported by itself, and the CPU and wall milliseconds that it took.
fn import_one(open: &mut OpenVault, der: &[u8]) -> (ItemId, f64, f64) {
    let request = ImportRequest {
        sources: vec![Source::Bytes {
            name: "one.crt".to_owned(),
            bytes: SecretBytes::copy_of(der),
        }],
        passwords: Vec::new(),
        max_iterations: None,
        dry_run: false,
    };
    let (start, before) = (Instant::now(), cpu());
    let outcome = open.execute(Command::Import(request), &Progress::unwatched());
    let (after, wall) = (cpu(), start.elapsed().as_secs_f64() * 1e3);
    let Ok(Outcome::Imported(report)) = outcome else {
        panic!("not imported")
    };
    let spent = (after.0 - before.0 + after.1 - before.1) * 1e3;
    (report.items[0].id.unwrap(), spent, wall)
}

/// Certificates of a new authority, imported one by one: the first makes what finds the others.
fn one(folder: &Path, runs: usize) {
    let mut open = opened(folder);
    let root = Signer::new(&format!("Racine {}", std::process::id()));
    let issuer = Signer::new(&format!("Intermediaire {}", std::process::id()));
    let (id, spent, wall) = import_one(&mut open, &certificate(&root, &root, 1, true));
    println!("the first, a root: CPU {spent:.0} ms, wall {wall:.1} ms");
    let trust = Command::SetTrust {
        certificate: id,
        trust: bicle_core::model::Trust::Always,
    };
    timed("trust of it", || {
        assert!(open.execute(trust, &Progress::unwatched()).is_ok())
    });
    let (mut walls, mut all) = (Vec::new(), 0.0);
    let mut leaves = Vec::new();
    for run in 0..runs {
        let leaf = Signer::new(&format!("feuille-{run}"));
        let number = 2_000_000 + u32::try_from(run).unwrap();
        let der = certificate(&issuer, &leaf, number, false);
        let (id, spent, wall) = import_one(&mut open, &der);
        leaves.push(id);
        walls.push(wall);
        all += spent;
    }
    println!(
        "a certificate: CPU {:.1} ms, wall {:.1} ms",
        all / runs as f64,
        median(walls)
    );
    let der = certificate(&root, &issuer, 2, true);
    let (_, spent, wall) = import_one(&mut open, &der);
    println!("the authority above them: CPU {spent:.0} ms, wall {wall:.1} ms");
    let model = open.model();
    let trusted = |id: &ItemId| {
        let found = model.certificate(*id).unwrap();
        found.verdict.status == bicle_core::model::Status::Trusted
    };
    assert!(leaves.iter().all(trusted));
}

fn write(folder: &Path, runs: usize) {
    let mut open = opened(folder);
    let ids: Vec<ItemId> = open
        .model()
        .certificates
        .iter()
        .map(|found| found.item.id)
        .collect();
    let mut samples = Vec::new();
    let before = cpu();
    for run in 0..runs {
        let rename = Command::Rename {
            item: ids[ids.len() / 2 + run],
            name: format!("nom {run}"),
        };
        let start = Instant::now();
        assert!(open.execute(rename, &Progress::unwatched()).is_ok());
        samples.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let after = cpu();
    println!(
        "rename: wall {:.1} ms; CPU {:.1} user, {:.1} system",
        median(samples),
        (after.0 - before.0) * 1e3 / runs as f64,
        (after.1 - before.1) * 1e3 / runs as f64
    );
}
