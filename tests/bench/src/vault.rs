//! A vault: made, filled with a thousand certificates, unlocked; the key derivation apart.

use std::path::Path;
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use bicle_core::clock::SystemClock;
use bicle_core::command::{Command, CreateVault, ImportRequest, Outcome, Source, UnlockWith};
use bicle_core::open_vault::{OpenVault, Services};
use bicle_core::places::Places;
use bicle_core::progress::Progress;
use bicle_pki::pem;
use bicle_platform::secret::{SecretBytes, SecretText};
use bicle_tests::TestAuthority;
use bicle_vault::{KdfParameters, LockedVault};

use crate::many;
use crate::sample::{Samples, Table, peak_memory};

const PASSWORD: &str = "mesure 2026 du coffre";

/// So many certificates come in.
const CERTIFICATES: u32 = 1000;

/// Makes the vault, imports, and unlocks it `runs` times.
pub(crate) fn measure(table: &mut Table, runs: usize) {
    let folder = tempfile::TempDir::new().unwrap();
    let services = Services::new(Arc::new(SystemClock), Places::under(folder.path()));
    let path = folder.path().join("coffre.bicle");
    let mut creating = Samples::default();
    let asked = CreateVault {
        path: path.clone(),
        password: SecretText::copy_of(PASSWORD),
        igc_sante: true,
        trust_test_branch: false,
    };
    let open = creating
        .time(|| OpenVault::create(&asked, services.clone()))
        .unwrap_or_else(|_| panic!("no vault"));
    drop(open);
    table.durations("vault created, authorities included", &creating);
    unlock(table, "vault as created", &path, &services, runs);

    let (bundle, authority) = bundle();
    let mut open = open_vault(&path, &services);
    import(&mut open, &authority);
    let mut importing = Samples::default();
    let imported = importing.time(|| import(&mut open, &bundle));
    assert_eq!(imported, CERTIFICATES as usize, "every certificate is new");
    table.durations(&format!("{CERTIFICATES} certificates imported"), &importing);
    drop(open);
    unlock(
        table,
        &format!("vault with {CERTIFICATES} certificates"),
        &path,
        &services,
        runs,
    );
    table.figure("peak memory of all that", peak_memory("self"));
}

fn bundle() -> (Vec<u8>, Vec<u8>) {
    let authority = TestAuthority::new();
    let certificates = many::certificates(&authority, CERTIFICATES);
    let text: String = certificates
        .iter()
        .map(|der| pem::encode("CERTIFICATE", der))
        .collect();
    (text.into_bytes(), authority.chain_pkcs7())
}

fn import(open: &mut OpenVault, bytes: &[u8]) -> usize {
    let request = ImportRequest {
        sources: vec![Source::Bytes {
            name: "bench".to_owned(),
            bytes: SecretBytes::copy_of(bytes),
        }],
        passwords: Vec::new(),
        max_iterations: None,
        dry_run: false,
    };
    let Ok(Outcome::Imported(report)) =
        open.execute(Command::Import(request), &Progress::unwatched())
    else {
        panic!("the import failed");
    };
    report
        .items
        .iter()
        .filter(|item| item.outcome == bicle_core::command::ImportOutcome::Added)
        .count()
}

fn unlock(table: &mut Table, what: &str, path: &Path, services: &Services, runs: usize) {
    let (mut whole, mut derivation, mut rest) =
        (Samples::default(), Samples::default(), Samples::default());
    for _ in 0..runs {
        let parameters = LockedVault::open(path)
            .unwrap_or_else(|_| panic!("no vault"))
            .kdf();
        derivation.time(|| derive(parameters));
        whole.time(|| drop(open_vault(path, services)));
    }
    let part = whole.median().saturating_sub(derivation.median());
    rest.add(part);
    table.durations(&format!("{what}: unlocked"), &whole);
    table.durations("  of which the key derivation (Argon2id)", &derivation);
    table.durations("  of which the rest (difference of medians)", &rest);
}

fn open_vault(path: &Path, services: &Services) -> OpenVault {
    let with = UnlockWith::Password(SecretText::copy_of(PASSWORD));
    match OpenVault::unlock(path, &with, services.clone()) {
        Ok((open, _warnings)) => open,
        Err(_) => panic!("the vault does not open"),
    }
}

/// The same work as the vault's own derivation.
fn derive(parameters: KdfParameters) -> [u8; 32] {
    let parameters = Params::new(
        parameters.memory_kib,
        parameters.passes,
        parameters.lanes,
        Some(32),
    )
    .unwrap();
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(PASSWORD.as_bytes(), b"sixteen bytes...", &mut key)
        .unwrap();
    key
}
