//! Writing single items to files: keys, requests, certificates.

use std::path::{Path, PathBuf};

use bicle_pki::pkcs8::{self, Encryption};
use bicle_pki::private_key::PrivateKey;
use bicle_pki::{pem, pkcs7};
use bicle_platform::file::{self, Existing};
use bicle_platform::secret::{SecretBytes, SecretText};

use crate::chain;
use crate::command::{
    CertificateFormat, ChainChoice, Encoding, ExportCertificate, ExportKey, KeyFormat, Outcome,
};
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::open_vault::OpenVault;
use crate::phrase::Phrase;
use crate::random::random;
use crate::{refusal, requests};

/// 3DES for old tools (the manual's §7.1 makes such files).
const TRIPLE_DES: Encryption = Encryption::TripleDes {
    iterations: pkcs8::DEFAULT_TRIPLE_DES_ITERATIONS,
};

/// Writes a key. What is secret is private from birth.
pub(crate) fn key(open: &OpenVault, asked: &ExportKey) -> Result<Outcome, Fault> {
    OpenVault::expect_kind(asked.key, Kind::Key)?;
    refuse_taken(open, &asked.path, asked.existing)?;
    let key = requests::private_key(open, asked.key)?;
    let (label, der) = match &asked.format {
        KeyFormat::EncryptedAes256(password) => (
            "ENCRYPTED PRIVATE KEY",
            encrypted(&key, password, Encryption::default())?,
        ),
        KeyFormat::EncryptedTripleDes(password) => (
            "ENCRYPTED PRIVATE KEY",
            encrypted(&key, password, TRIPLE_DES)?,
        ),
        KeyFormat::DangerPlainPkcs8 => ("PRIVATE KEY", key.to_pkcs8_der()),
        KeyFormat::DangerPlainPkcs1 => ("RSA PRIVATE KEY", key.to_pkcs1_der()),
        KeyFormat::PublicSpki => {
            let spki = SecretBytes::copy_of(key.public_key().spki_der());
            let bytes = encoded("PUBLIC KEY", spki, asked.encoding);
            return write_public(&asked.path, bytes.expose(), asked.existing);
        }
    };
    let bytes = encoded(label, der, asked.encoding);
    file::write_private(&asked.path, bytes.expose(), asked.existing)
        .map_err(|error| refusal::from_file(&error))?;
    Ok(Outcome::Written(asked.path.clone()))
}

/// Writes a request; notes the place with its order.
pub(crate) fn request(
    open: &mut OpenVault,
    id: ItemId,
    path: &Path,
    encoding: Encoding,
    existing: Existing,
) -> Result<Outcome, Fault> {
    OpenVault::expect_kind(id, Kind::Request)?;
    open.summary(id)?;
    refuse_taken(open, path, existing)?;
    let der = open.body(id.record)?;
    let bytes = encoded("CERTIFICATE REQUEST", der, encoding);
    write_public(path, bytes.expose(), existing)?;
    let order = open.model().request(id).and_then(|request| request.order);
    if let Some(order) = order {
        let path = absolute(path);
        // the file is there: an order that cannot note its place does not make it undone
        let _unnoted =
            crate::orders::change(open, order, |content| content.request_path = Some(path));
    }
    Ok(Outcome::Written(path.to_owned()))
}

/// Writes a certificate, alone or with what stands above it.
pub(crate) fn certificate(open: &OpenVault, asked: &ExportCertificate) -> Result<Outcome, Fault> {
    OpenVault::expect_kind(asked.certificate, Kind::Certificate)?;
    refuse_taken(open, &asked.path, asked.existing)?;
    let model = open.model();
    let choice = match asked.format {
        CertificateFormat::Pem | CertificateFormat::Der => ChainChoice::None,
        CertificateFormat::Pkcs7 | CertificateFormat::PemChain => asked.chain,
    };
    let chain = chain::gather(open, &model, asked.certificate, choice)?;
    let all: Vec<&[u8]> = std::iter::once(&chain.leaf)
        .chain(&chain.above)
        .map(Vec::as_slice)
        .collect();
    let bytes = match asked.format {
        CertificateFormat::Der => chain.leaf.clone(),
        CertificateFormat::Pkcs7 => pkcs7::certs_only(&all),
        CertificateFormat::Pem | CertificateFormat::PemChain => all
            .iter()
            .map(|der| pem::encode("CERTIFICATE", der))
            .collect::<String>()
            .into_bytes(),
    };
    write_public(&asked.path, &bytes, asked.existing)
}

/// The path from the root of the file system, where the present folder is known.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Refuses a place that is taken before any work is done; the write itself refuses it again. The
/// open vault and its journal are never replaced, nor a folder.
pub(crate) fn refuse_taken(open: &OpenVault, path: &Path, existing: Existing) -> Result<(), Fault> {
    let shown = || path.display().to_string();
    if is_of_vault(open.vault.path(), path) {
        return Err(Fault::refused(
            Phrase::new("error-is-the-open-vault").text("path", shown()),
        ));
    }
    if path.exists() && !path.is_file() {
        return Err(Fault::refused(
            Phrase::new("error-not-a-file").text("path", shown()),
        ));
    }
    if matches!(existing, Existing::Refuse) && path.symlink_metadata().is_ok() {
        return Err(Fault::refused(
            Phrase::new("error-file-exists").text("path", shown()),
        ));
    }
    Ok(())
}

/// The path is the vault's file or its journal, by whatever way it is named.
fn is_of_vault(vault: &Path, path: &Path) -> bool {
    let mut journal = vault.as_os_str().to_owned();
    journal.push("-journal");
    let placed = |path: &Path| {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(folder.join(path.file_name()?))
    };
    let same = |one: &Path| {
        let real = one.canonicalize().ok().zip(path.canonicalize().ok());
        let place = placed(one).zip(placed(path));
        real.is_some_and(|(one, other)| one == other)
            || place.is_some_and(|(one, other)| one == other)
    };
    same(vault) || same(Path::new(&journal))
}

fn write_public(path: &Path, bytes: &[u8], existing: Existing) -> Result<Outcome, Fault> {
    file::write_public(path, bytes, existing).map_err(|error| refusal::from_file(&error))?;
    Ok(Outcome::Written(path.to_owned()))
}

fn encoded(label: &str, der: SecretBytes, encoding: Encoding) -> SecretBytes {
    match encoding {
        Encoding::Der => der,
        Encoding::Pem => SecretBytes::new(pem::encode(label, der.expose()).into_bytes()),
    }
}

fn encrypted(
    key: &PrivateKey,
    password: &SecretText,
    encryption: Encryption,
) -> Result<SecretBytes, Fault> {
    if password.is_empty() {
        return Err(refusal::refused("error-export-password-empty"));
    }
    pkcs8::encrypt(&key.to_pkcs8_der(), password, encryption, &mut random())
        .map(SecretBytes::new)
        .map_err(|error| {
            Fault::refused(Phrase::new("error-export-failed").text("detail", error.to_string()))
        })
}
