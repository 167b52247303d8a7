//! Writing single items to files: requests, certificates, lists.

use std::path::{Path, PathBuf};

use bicle_pki::pkcs8::Encryption;
use bicle_pki::{pem, pkcs7};
use bicle_platform::file::{self, Existing};
use bicle_platform::secret::SecretBytes;

use crate::chain::{self, SignedChain};
use crate::command::{CertificateFormat, ChainChoice, Encoding, ExportCertificate, Outcome};
use crate::fault::Fault;
use crate::id::{ItemId, Kind};
use crate::model::Model;
use crate::open_vault::{self, OpenVault};
use crate::phrase::Phrase;
use crate::{export_key, refusal, requests, verified};

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
    let spkac = open.model().request(id).is_some_and(|item| item.is_spkac);
    let bytes = match encoding {
        Encoding::Pem if spkac => {
            let text = format!("SPKAC={}\n", base64(der.expose()));
            SecretBytes::new(text.into_bytes())
        }
        Encoding::Pem | Encoding::Der => encoded("CERTIFICATE REQUEST", der, encoding),
    };
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

/// The base64 of a PEM block, on one line: what `openssl spkac` reads.
fn base64(der: &[u8]) -> String {
    let text = pem::encode("SPKAC", der);
    text.lines()
        .filter(|line| !line.starts_with("-----"))
        .collect()
}

/// Writes a revocation list.
pub(crate) fn list(
    open: &OpenVault,
    id: ItemId,
    path: &Path,
    encoding: Encoding,
    existing: Existing,
) -> Result<Outcome, Fault> {
    OpenVault::expect_kind(id, Kind::List)?;
    open.summary(id)?;
    refuse_taken(open, path, existing)?;
    let bytes = encoded("X509 CRL", open.body(id.record)?, encoding);
    write_public(path, bytes.expose(), existing)
}

/// Writes a certificate, alone or with what stands above it, or with its key.
pub(crate) fn certificate(open: &OpenVault, asked: &ExportCertificate) -> Result<Outcome, Fault> {
    OpenVault::expect_kind(asked.certificate, Kind::Certificate)?;
    refuse_taken(open, &asked.path, asked.existing)?;
    let model = open.model();
    let choice = match asked.format {
        CertificateFormat::Pem | CertificateFormat::Der => ChainChoice::None,
        CertificateFormat::Pkcs7 | CertificateFormat::PemChain | CertificateFormat::PemWithKey => {
            asked.chain
        }
    };
    let chain = chain::gather(open, &model, asked.certificate, choice)?;
    let all: Vec<Vec<u8>> = std::iter::once(&chain.leaf)
        .chain(&chain.above)
        .cloned()
        .collect();
    let bytes = match asked.format {
        CertificateFormat::Der => chain.leaf.clone(),
        CertificateFormat::Pkcs7 => pkcs7_of(&all),
        CertificateFormat::Pem | CertificateFormat::PemChain => pem_of(&all).into_bytes(),
        CertificateFormat::PemWithKey => {
            pem_with_key(open, &model, asked, &chain)?;
            return Ok(Outcome::Written(asked.path.clone()));
        }
    };
    verified::public(&asked.path, &bytes, asked.existing, |read| {
        verified::holds_certificates(read, &all)
    })?;
    Ok(Outcome::Written(asked.path.clone()))
}

/// The certificate, its key, what stands above: as web servers and HAProxy read one file.
fn pem_with_key(
    open: &OpenVault,
    model: &Model,
    asked: &ExportCertificate,
    chain: &SignedChain,
) -> Result<(), Fault> {
    let item = model
        .certificate(asked.certificate)
        .ok_or_else(|| open_vault::no_such_item(asked.certificate))?;
    let key_id = item.key().ok_or_else(|| {
        let name = item.item.name.clone();
        Fault::refused(Phrase::new("error-no-private-key").text("name", name))
    })?;
    let key = requests::private_key(open, key_id)?;
    let (label, der) = match &asked.key_password {
        Some(password) => (
            "ENCRYPTED PRIVATE KEY",
            export_key::encrypted(&key, password, Encryption::default())?,
        ),
        None => ("PRIVATE KEY", key.to_pkcs8_der()),
    };
    let key_text = SecretBytes::new(pem::encode(label, der.expose()).into_bytes());
    let leaf = pem_of(std::slice::from_ref(&chain.leaf));
    let above = pem_of(&chain.above);
    let length = leaf.len() + key_text.len() + above.len();
    // of its final length from the start: a vector that grows leaves copies of the key behind
    let mut bytes = Vec::with_capacity(length);
    bytes.extend_from_slice(leaf.as_bytes());
    bytes.extend_from_slice(key_text.expose());
    bytes.extend_from_slice(above.as_bytes());
    let bytes = SecretBytes::new(bytes);
    let identity = key.public_key().spki_sha256();
    let all: Vec<Vec<u8>> = std::iter::once(&chain.leaf)
        .chain(&chain.above)
        .cloned()
        .collect();
    let password = asked.key_password.as_ref();
    verified::private(&asked.path, bytes.expose(), asked.existing, |read| {
        verified::holds_key_and_certificates(read, password, &identity, &all)
    })
}

/// PEM blocks of certificates, one after the other.
pub(crate) fn pem_of(certificates: &[Vec<u8>]) -> String {
    certificates
        .iter()
        .map(|der| pem::encode("CERTIFICATE", der))
        .collect()
}

/// PKCS#7 certs-only.
pub(crate) fn pkcs7_of(certificates: &[Vec<u8>]) -> Vec<u8> {
    let all: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
    pkcs7::certs_only(&all)
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

pub(crate) fn encoded(label: &str, der: SecretBytes, encoding: Encoding) -> SecretBytes {
    match encoding {
        Encoding::Der => der,
        Encoding::Pem => SecretBytes::new(pem::encode(label, der.expose()).into_bytes()),
    }
}

/// The library refused: its own words, for whoever mends it.
pub(crate) fn failed(error: &dyn std::error::Error) -> Fault {
    Fault::refused(Phrase::new("error-export-failed").text("detail", error.to_string()))
}
