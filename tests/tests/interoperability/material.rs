//! What the files of the matrix are made of: three kinds of key, each with its certificate and the
//! two authorities above it, all made by openssl.

use std::path::{Path, PathBuf};

use bicle_platform::secret::SecretBytes;
use bicle_tests::openssl::openssl;
use tempfile::TempDir;

/// The passwords of the matrix: one that everything takes, one as a French user types it.
pub(crate) const PASSWORDS: [(&str, &str); 2] = [("ASCII", "Hopital-2026"), ("é, €", "clé-été-€")];

/// The name of the entry.
pub(crate) const ALIAS: &str = "essai";

/// One kind of key, with its certificate.
pub(crate) struct Pair {
    /// How the table calls it.
    pub(crate) name: &'static str,
    /// Its PKCS#8, in clear.
    pub(crate) pkcs8: SecretBytes,
    /// Its PKCS#8 PEM file.
    pub(crate) key_file: PathBuf,
    /// Its certificate's PEM file.
    pub(crate) leaf_file: PathBuf,
    /// Its certificate's DER.
    pub(crate) leaf: Vec<u8>,
    /// The PEM of its public half, as `openssl pkey -pubout` prints it.
    pub(crate) public_pem: Vec<u8>,
}

/// All that the files are made of, in a folder that goes with it.
pub(crate) struct Material {
    folder: TempDir,
    /// RSA, EC, Ed25519.
    pub(crate) pairs: Vec<Pair>,
    /// DER of the intermediate and the root.
    pub(crate) chain: [Vec<u8>; 2],
    /// PEM file of both.
    pub(crate) chain_file: PathBuf,
}

impl Material {
    /// Makes keys and certificates.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        let root = authority(folder.path(), "racine", None);
        let intermediate = authority(folder.path(), "intermediaire", Some("racine"));
        let chain_file = path("chain.pem");
        let both =
            ["intermediaire.pem", "racine.pem"].map(|name| std::fs::read(path(name)).unwrap());
        std::fs::write(&chain_file, both.concat()).unwrap();
        let kinds = [
            (
                "RSA",
                "genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
            ),
            (
                "EC",
                "genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
            ),
            ("Ed25519", "genpkey -quiet -algorithm ED25519"),
        ];
        let pairs = kinds
            .into_iter()
            .map(|(name, words)| pair(folder.path(), name, words))
            .collect();
        Self {
            pairs,
            chain: [intermediate, root],
            chain_file,
            folder,
        }
    }

    /// A new file of that name.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file of that name.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The kind of key of that name.
    pub(crate) fn pair(&self, name: &str) -> &Pair {
        self.pairs.iter().find(|pair| pair.name == name).unwrap()
    }
}

/// Makes an authority's key and certificate, `NAME.key` and `NAME.pem`; its DER.
fn authority(folder: &Path, name: &str, issuer: Option<&str>) -> Vec<u8> {
    let key = folder.join(format!("{name}.key"));
    let key_pem =
        openssl("genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256").accepts();
    std::fs::write(&key, key_pem.stdout).unwrap();
    let file = folder.join(format!("{name}.pem"));
    let mut peer = openssl("req -x509 -new -days 3000 -addext basicConstraints=critical,CA:TRUE")
        .arg("-addext")
        .arg("keyUsage=critical,keyCertSign,cRLSign")
        .arg("-subj")
        .arg(format!("/C=FR/O=Essai/CN=AC {name}"))
        .arg("-key")
        .arg(&key)
        .arg("-out")
        .arg(&file);
    if let Some(issuer) = issuer {
        peer = under(peer, folder, issuer);
    }
    peer.accepts();
    der(&file)
}

fn under(peer: bicle_tests::Peer, folder: &Path, issuer: &str) -> bicle_tests::Peer {
    peer.arg("-CA")
        .arg(folder.join(format!("{issuer}.pem")))
        .arg("-CAkey")
        .arg(folder.join(format!("{issuer}.key")))
}

fn pair(folder: &Path, name: &'static str, words: &str) -> Pair {
    let key_file = folder.join(format!("{name}.key"));
    let leaf_file = folder.join(format!("{name}.pem"));
    std::fs::write(&key_file, openssl(words).accepts().stdout).unwrap();
    let request = openssl("req -x509 -new -days 1000 -addext basicConstraints=CA:FALSE")
        .arg("-subj")
        .arg(format!("/C=FR/O=Essai/CN=essai {name}"))
        .arg("-key")
        .arg(&key_file)
        .arg("-out")
        .arg(&leaf_file);
    under(request, folder, "intermediaire").accepts();
    let pkcs8 = openssl("pkcs8 -topk8 -nocrypt -outform DER -in")
        .arg(&key_file)
        .accepts()
        .stdout;
    let public_pem = openssl("pkey -pubout -in").arg(&key_file).accepts().stdout;
    Pair {
        name,
        pkcs8: SecretBytes::new(pkcs8),
        leaf: der(&leaf_file),
        key_file,
        leaf_file,
        public_pem,
    }
}

fn der(file: &Path) -> Vec<u8> {
    openssl("x509 -outform DER -in").arg(file).accepts().stdout
}
