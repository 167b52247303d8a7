//! The readers: each opens a keystore and shows what it found.

use std::path::Path;

use bicle_tests::nss::NssDatabase;
use bicle_tests::openssl::openssl;
use bicle_tests::{Answer, java, python};
use tempfile::TempDir;

use crate::material::{Material, Pair};
use crate::table::Cell;

/// A program that opens keystores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    OpenSsl,
    OpenSslLegacy,
    Keytool,
    Nss,
    GnuTls,
    Python,
    Xca,
}

impl Reader {
    pub(crate) const ALL: [Self; 7] = [
        Self::OpenSsl,
        Self::OpenSslLegacy,
        Self::Keytool,
        Self::Nss,
        Self::GnuTls,
        Self::Python,
        Self::Xca,
    ];

    /// The head of its column.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OpenSsl => "openssl 3",
            Self::OpenSslLegacy => "openssl 3 -legacy",
            Self::Keytool => "keytool 17",
            Self::Nss => "NSS pk12util 3.87",
            Self::GnuTls => "GnuTLS certtool 3.7",
            Self::Python => "Python cryptography 50",
            Self::Xca => "XCA 2.4",
        }
    }

    /// Opens a PKCS#12 file with a key and three certificates; the key must be the pair's.
    pub(crate) fn pkcs12(
        self,
        material: &Material,
        file: &Path,
        password: &str,
        pair: &Pair,
    ) -> Cell {
        match self {
            Self::OpenSsl | Self::OpenSslLegacy => {
                let legacy = if self == Self::OpenSsl { "" } else { "-legacy" };
                let answer = openssl("pkcs12 -nodes -in")
                    .arg(file)
                    .words(legacy)
                    .arg("-passin")
                    .arg(format!("pass:{password}"))
                    .answer();
                of_pem(&answer, pair)
            }
            Self::Keytool => {
                let folder = TempDir::new().unwrap();
                let copy = folder.path().join("copy.p12");
                let answer = java::keytool("-importkeystore -noprompt -deststoretype PKCS12")
                    .words("-srcstoretype PKCS12 -srcstorepass")
                    .arg(password)
                    .arg("-deststorepass")
                    .arg(password)
                    .arg("-srckeystore")
                    .arg(file)
                    .arg("-destkeystore")
                    .arg(&copy)
                    .answer();
                if answer.status != Some(0) || !copy.exists() {
                    return Cell::Refused;
                }
                Self::OpenSsl.pkcs12(material, &copy, password, pair)
            }
            Self::Nss => {
                let database = NssDatabase::new();
                if database.import_pkcs12(file, password).answer().status != Some(0) {
                    return Cell::Refused;
                }
                let keys = database.keys().text();
                let certificates = database.tool("certutil", "-L").accepts().text();
                let authorities = ["AC intermediaire", "AC racine"]
                    .iter()
                    .all(|name| certificates.contains(name));
                assert!(authorities, "{certificates}");
                assert_eq!(keys.matches("< 0>").count(), 1, "{keys}");
                Cell::Read
            }
            Self::GnuTls => {
                let answer = bicle_tests::Peer::new("certtool")
                    .words("--p12-info --inder --password")
                    .arg(password)
                    .arg("--infile")
                    .arg(file)
                    .answer();
                let text = answer.text();
                let opened = answer.status == Some(0)
                    && text.matches("BEGIN CERTIFICATE").count() == 3
                    && text.contains("PRIVATE KEY");
                if !opened {
                    return Cell::Refused;
                }
                // it shows the key encrypted again under the same password
                let key = material.file("certtool.key", text.as_bytes());
                let public = openssl("pkey -pubout -in")
                    .arg(&key)
                    .arg("-passin")
                    .arg(format!("pass:{password}"))
                    .accepts();
                assert_eq!(public.stdout, pair.public_pem);
                Cell::Read
            }
            Self::Python => {
                let words = [file.as_os_str(), password.as_ref()];
                let answer = python::script("pkcs12_peer.py")
                    .arg("read")
                    .args(words)
                    .answer();
                of_public_pem(&answer, pair)
            }
            Self::Xca => xca(file, password),
        }
    }
}

impl Reader {
    /// Opens a keystore that holds the two authorities and no key.
    pub(crate) fn truststore(self, file: &Path, password: &str) -> Cell {
        let certificates = |answer: &Answer, mark: &str| {
            let read = answer.status == Some(0) && answer.text().matches(mark).count() == 2;
            if read {
                Cell::CertificatesRead
            } else {
                Cell::Refused
            }
        };
        match self {
            Self::OpenSsl | Self::OpenSslLegacy => {
                let legacy = if self == Self::OpenSsl { "" } else { "-legacy" };
                let peer = openssl("pkcs12 -nodes -in").arg(file).words(legacy);
                let answer = peer.arg("-passin").arg(format!("pass:{password}")).answer();
                certificates(&answer, "BEGIN CERTIFICATE")
            }
            Self::Keytool => {
                let answer = java::list(file, password).answer();
                certificates(&answer, "Entry type: trustedCertEntry")
            }
            Self::Nss => {
                let answer = NssDatabase::new().list_pkcs12(file, password).answer();
                certificates(&answer, "Certificate:")
            }
            Self::GnuTls => {
                let peer = bicle_tests::Peer::new("certtool").words("--p12-info --inder");
                let peer = peer.arg("--password").arg(password);
                certificates(
                    &peer.arg("--infile").arg(file).answer(),
                    "BEGIN CERTIFICATE",
                )
            }
            Self::Python => {
                let peer = python::script("pkcs12_peer.py").arg("read");
                certificates(&peer.arg(file).arg(password).answer(), "BEGIN CERTIFICATE")
            }
            Self::Xca => certificates(&xca_prints(file, password), "x.509 Certificate"),
        }
    }

    /// Opens a file that holds an encrypted private key alone; it must be the pair's.
    pub(crate) fn key(self, file: &Path, password: &str, pair: &Pair) -> Cell {
        let answer = match self {
            Self::OpenSsl => openssl("pkey -pubout -in")
                .arg(file)
                .arg("-passin")
                .arg(format!("pass:{password}"))
                .answer(),
            Self::GnuTls => bicle_tests::Peer::new("certtool")
                .words("--pubkey-info --load-privkey")
                .arg(file)
                .arg("--password")
                .arg(password)
                .answer(),
            Self::Python => python::script("pkcs12_peer.py")
                .arg("read-key")
                .arg(file)
                .arg(password)
                .answer(),
            Self::Xca => xca_prints(file, password),
            Self::OpenSslLegacy | Self::Keytool | Self::Nss => return Cell::NotForIt,
        };
        let public = String::from_utf8(pair.public_pem.clone()).unwrap();
        // XCA ends its lines as a terminal does
        if answer.status == Some(0) && answer.text().replace('\r', "").contains(&public) {
            Cell::Read
        } else {
            Cell::Refused
        }
    }
}

/// What openssl and the like printed: the key in clear and the certificates.
fn of_pem(answer: &Answer, pair: &Pair) -> Cell {
    let text = answer.text();
    let certificates = text.matches("BEGIN CERTIFICATE").count();
    if answer.status != Some(0) || certificates != 3 {
        return Cell::Refused;
    }
    let public = openssl("pkey -pubout").input(text).accepts().stdout;
    assert_eq!(public, pair.public_pem, "another key");
    Cell::Read
}

/// The public half of the key, then the certificates.
fn of_public_pem(answer: &Answer, pair: &Pair) -> Cell {
    if answer.status != Some(0) {
        return Cell::Refused;
    }
    let text = answer.text();
    assert!(
        answer.stdout.starts_with(&pair.public_pem),
        "another key: {text}"
    );
    assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 3, "{text}");
    Cell::Read
}

/// XCA asks again and again where the password or the file does not suit it.
fn xca(file: &Path, password: &str) -> Cell {
    let answer = xca_prints(file, password);
    let text = answer.text();
    let opened = answer.status == Some(0)
        && text.matches("x.509 Certificate").count() == 3
        && text.contains("Asymetric Key");
    if opened { Cell::Read } else { Cell::Refused }
}

/// What XCA prints of a file, in words and as PEM (of a key, its public half).
fn xca_prints(file: &Path, password: &str) -> Answer {
    let folder = TempDir::new().unwrap();
    python::script("xca_console.py")
        .arg(folder.path())
        .arg(password)
        .words("--print --pem")
        .arg(file)
        .answer()
}
