//! OpenSSL as a peer: it makes keys, requests and certificates, and judges ours.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "each test file uses its part"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bicle_pki::certificate::Certificate;

/// A folder in which OpenSSL works, removed at the end.
pub(crate) struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    pub(crate) fn new() -> Workshop {
        Workshop {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Runs `openssl` with these arguments in the folder, whatever it answers.
    pub(crate) fn try_openssl(&self, arguments: &[&str]) -> Output {
        Command::new("openssl")
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    /// Runs `openssl`, which must succeed, and gives its standard output.
    pub(crate) fn openssl(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.try_openssl(arguments);
        assert!(
            output.status.success(),
            "openssl {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    }

    pub(crate) fn openssl_text(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.openssl(arguments)).unwrap()
    }

    /// Makes the private key `name.key`: `RSA:2048`, `EC:P-256`, `ED25519`.
    pub(crate) fn make_key(&self, name: &str, kind: &str) {
        let file = format!("{name}.key");
        let mut arguments = vec!["genpkey", "-out", &file];
        let option;
        match kind.split_once(':') {
            Some(("RSA", bits)) => {
                option = format!("rsa_keygen_bits:{bits}");
                arguments.extend(["-algorithm", "RSA", "-pkeyopt", &option]);
            }
            Some(("EC", curve)) => {
                option = format!("ec_paramgen_curve:{curve}");
                arguments.extend(["-algorithm", "EC", "-pkeyopt", &option]);
            }
            _ => arguments.extend(["-algorithm", kind]),
        }
        self.openssl(&arguments);
    }

    /// Issues `name.pem` for the key `name.key` (made if it is not there, P-256), signed by
    /// `issuer` or by itself, valid from now for `days`.
    pub(crate) fn issue(
        &self,
        name: &str,
        subject: &str,
        issuer: Option<&str>,
        days: u32,
        extensions: &str,
    ) {
        self.issue_signed(name, subject, issuer, days, extensions, &[]);
    }

    pub(crate) fn issue_signed(
        &self,
        name: &str,
        subject: &str,
        issuer: Option<&str>,
        days: u32,
        extensions: &str,
        signing: &[&str],
    ) {
        let (key, csr, pem, ext) = (
            format!("{name}.key"),
            format!("{name}.csr"),
            format!("{name}.pem"),
            format!("{name}.ext"),
        );
        if !self.path(&key).exists() {
            self.make_key(name, "EC:P-256");
        }
        self.write(
            "empty.cnf",
            "[req]\ndistinguished_name=dn\nprompt=no\n[dn]\n",
        );
        self.write(&ext, extensions);
        self.openssl(&[
            "req",
            "-new",
            "-utf8",
            "-config",
            "empty.cnf",
            "-key",
            &key,
            "-subj",
            subject,
            "-multivalue-rdn",
            "-out",
            &csr,
        ]);
        let days = days.to_string();
        let mut arguments = vec!["x509", "-req", "-in", &csr, "-days", &days, "-out", &pem];
        if !extensions.is_empty() {
            arguments.extend(["-extfile", &ext]);
        }
        let (ca, ca_key);
        match issuer {
            Some(issuer) => {
                ca = format!("{issuer}.pem");
                ca_key = format!("{issuer}.key");
                arguments.extend(["-CA", &ca, "-CAkey", &ca_key]);
            }
            None => arguments.extend(["-signkey", &key]),
        }
        arguments.extend(signing);
        self.openssl(&arguments);
    }

    /// A revocation list of `issuer` by `openssl ca`, as DER: `revoked` holds a serial number in
    /// hexadecimal, a time (`YYMMDDhhmmssZ`) and a reason, or none; `extensions` are the lines of
    /// its section, `more` further arguments.
    pub(crate) fn list(
        &self,
        issuer: &str,
        number: &str,
        revoked: &[(&str, &str, &str)],
        extensions: &str,
        more: &[&str],
    ) -> Vec<u8> {
        let index: String = revoked
            .iter()
            .map(|(serial, at, reason)| {
                let comma = if reason.is_empty() { "" } else { "," };
                format!("R\t491231235959Z\t{at}{comma}{reason}\t{serial}\tunknown\t/CN={serial}\n")
            })
            .collect();
        self.write("index.txt", index);
        self.write("crlnumber", format!("{number}\n"));
        self.write(
            "ca.cnf",
            format!(
                "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\n\
                 default_md=sha256\ndefault_crl_days=30\ncrl_extensions=crl\n[crl]\n\
                 authorityKeyIdentifier=keyid\n{extensions}\n"
            ),
        );
        let (certificate, key) = (format!("{issuer}.pem"), format!("{issuer}.key"));
        let mut arguments = vec![
            "ca",
            "-config",
            "ca.cnf",
            "-gencrl",
            "-cert",
            &certificate,
            "-keyfile",
            &key,
            "-out",
            "list.pem",
        ];
        arguments.extend(more);
        self.openssl(&arguments);
        self.openssl(&["crl", "-in", "list.pem", "-outform", "DER"])
    }

    /// The DER of `name.pem`.
    pub(crate) fn der(&self, name: &str) -> Vec<u8> {
        let file = format!("{name}.pem");
        self.openssl(&["x509", "-in", &file, "-outform", "DER"])
    }

    pub(crate) fn certificate(&self, name: &str) -> Certificate {
        Certificate::from_der(&self.der(name)).unwrap()
    }
}

/// The 12 bundled authorities: name of the file and certificate.
pub(crate) fn anchors() -> Vec<(String, PathBuf, Certificate)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/anchors");
    let workshop = Workshop::new();
    let mut anchors: Vec<(String, PathBuf, Certificate)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let der = workshop.openssl(&["x509", "-in", path.to_str().unwrap(), "-outform", "DER"]);
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, path, Certificate::from_der(&der).unwrap())
        })
        .collect();
    anchors.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(anchors.len(), 12);
    anchors
}
