//! A small authority made by OpenSSL: root, intermediate, leaf.

use super::{Workshop, openssl};

/// The files of one chain in a workshop.
pub struct Pki {
    /// PKCS#8, PEM and DER, of the leaf's key.
    pub key_pem: String,
    pub key_der: Vec<u8>,
    /// Certificates: PEM files and DER.
    pub leaf_pem: String,
    pub leaf: Vec<u8>,
    pub intermediate_pem: String,
    pub intermediate: Vec<u8>,
    pub root_pem: String,
    pub root: Vec<u8>,
    /// Intermediate and root in one PEM file.
    pub chain_pem: String,
}

/// Makes the chain.
pub fn pki(place: &Workshop) -> Pki {
    let key = |name: &str| {
        let path = place.path(name);
        openssl(&[
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
            &path,
        ])
        .succeeds();
        path
    };
    let (root_key, intermediate_key, leaf_key) =
        (key("root.key"), key("intermediate.key"), key("leaf.key"));
    let authority = place.write("authority.ext", b"basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n");
    let entity = place.write("entity.ext", b"basicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\nkeyUsage=digitalSignature\n");
    let certificate =
        |name: &str, key: &str, subject: &str, extensions: &str, issuer: Option<(&str, &str)>| {
            let request = place.path("request.pem");
            openssl(&[
                "req", "-new", "-utf8", "-key", key, "-subj", subject, "-out", &request,
            ])
            .succeeds();
            let path = place.path(name);
            let mut arguments = vec![
                "x509", "-req", "-in", &request, "-days", "3650", "-extfile", extensions, "-out",
                &path,
            ];
            match issuer {
                None => arguments.extend(["-signkey", key]),
                Some((certificate, key)) => {
                    arguments.extend(["-CA", certificate, "-CAkey", key, "-CAcreateserial"])
                }
            }
            openssl(&arguments).succeeds();
            let der = openssl(&["x509", "-in", &path, "-outform", "DER"])
                .succeeds()
                .stdout;
            (path, der)
        };
    let (root_pem, root) = certificate(
        "root.pem",
        &root_key,
        "/C=FR/O=Essai/CN=AC RACINE ESSAI",
        &authority,
        None,
    );
    let (intermediate_pem, intermediate) = certificate(
        "intermediate.pem",
        &intermediate_key,
        "/C=FR/O=Essai/CN=AC ESSAI",
        &authority,
        Some((&root_pem, &root_key)),
    );
    let (leaf_pem, leaf) = certificate(
        "leaf.pem",
        &leaf_key,
        "/C=FR/O=Hôpital/CN=Établissement",
        &entity,
        Some((&intermediate_pem, &intermediate_key)),
    );
    let both = [place.read("intermediate.pem"), place.read("root.pem")].concat();
    let key_der = openssl(&[
        "pkcs8", "-topk8", "-nocrypt", "-in", &leaf_key, "-outform", "DER",
    ])
    .succeeds()
    .stdout;
    Pki {
        key_pem: leaf_key,
        key_der,
        leaf_pem,
        leaf,
        intermediate_pem,
        intermediate,
        root_pem,
        root,
        chain_pem: place.write("chain.pem", &both),
    }
}

/// A revocation list of the root, in PEM; in which nothing is revoked.
pub fn list(place: &Workshop) -> Vec<u8> {
    place.write("index.txt", b"");
    place.write("crlnumber", b"0A\n");
    let config = format!(
        "[ca]\ndefault_ca=d\n[d]\ndatabase={}\ncrlnumber={}\ndefault_md=sha256\ndefault_crl_days=30\n",
        place.path("index.txt"),
        place.path("crlnumber")
    );
    let config = place.write("ca.cnf", config.as_bytes());
    let path = place.path("list.pem");
    let (certificate, key) = (place.path("root.pem"), place.path("root.key"));
    openssl(&[
        "ca",
        "-gencrl",
        "-config",
        &config,
        "-cert",
        &certificate,
        "-keyfile",
        &key,
        "-out",
        &path,
    ])
    .succeeds();
    place.read("list.pem")
}
