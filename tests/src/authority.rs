//! A certification authority of our own, made by openssl for one test: a root, an intermediate, and
//! the products that IGC-Santé issues, with the same profiles.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::openssl::{certificate_pem, openssl, request_as_pem, request_pem, rsa_key_pem};

/// The subject that all authorities of IGC-Santé begin with.
const PREFIX: &str = "/C=FR/O=ASIP-SANTE/OU=0002 187512751";

/// The subject key identifier of the real AC IGC-SANTE ELEMENTAIRE ORGANISATIONS: a forger copies it.
const OFFICIAL_KEY_ID: &str = "D7FBFADCD5027FE7C153864D4BE8A44A1E0BBB63";

/// The authorities' own life, as in IGC-Santé.
const AUTHORITY_LIFE: (&str, &str) = ("20130625000000Z", "20330624000000Z");

/// Which policies and marks the products carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Branch {
    /// products for use
    Production,
    /// test products: one policy for all, a mark of test software
    Test,
}

/// What is ordered: offer and use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// ORG AUTH_CLI: a structure as a client
    OrgAuthCli,
    /// ORG SIGN: a structure that signs
    OrgSign,
    /// ORG CONF: a structure that others encrypt for
    OrgConf,
    /// SERV SSL_SERV: a server, its names in the alternative names
    ServSslServ,
    /// PS SIGN: a health professional who signs, a multi-valued name
    PsSign,
}

/// When the certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// since yesterday, for three years
    Now,
    /// 2019-01-01 to 2022-01-01
    Expired,
    /// 2031-01-01 to 2033-01-01
    NotYet,
}

/// A root and an intermediate that issue on demand, in a folder that goes with them.
#[derive(Debug)]
pub struct TestAuthority {
    folder: TempDir,
}

impl TestAuthority {
    /// An authority with names of its own (`AC RACINE ESSAI`, `AC ESSAI ORGANISATIONS`); every one
    /// has the same names and new keys.
    ///
    /// # Panics
    /// When openssl is missing or refuses.
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        Self::named(
            "/OU=IGC-SANTE ESSAI",
            "AC RACINE ESSAI",
            "AC ESSAI ORGANISATIONS",
            "5AD0C0DE00112233445566778899AABBCCDDEEFF",
        )
    }

    /// A forger: the names and the key identifier of the real AC IGC-SANTE ELEMENTAIRE
    /// ORGANISATIONS and of its root, but other keys.
    ///
    /// # Panics
    /// When openssl is missing or refuses.
    #[must_use]
    #[track_caller]
    pub fn forged() -> Self {
        Self::named(
            "/OU=IGC-SANTE",
            "AC RACINE IGC-SANTE ELEMENTAIRE",
            "AC IGC-SANTE ELEMENTAIRE ORGANISATIONS",
            OFFICIAL_KEY_ID,
        )
    }

    /// The same names and key identifier as this authority, but other keys: what it issues is forged.
    ///
    /// # Panics
    /// When openssl is missing or refuses.
    #[must_use]
    #[track_caller]
    pub fn imposter() -> Self {
        Self::new()
    }

    /// The root's DER.
    ///
    /// # Panics
    /// When the folder was tampered with.
    #[must_use]
    #[track_caller]
    pub fn root_der(&self) -> Vec<u8> {
        self.der("root.pem")
    }

    /// The intermediate's DER.
    ///
    /// # Panics
    /// When the folder was tampered with.
    #[must_use]
    #[track_caller]
    pub fn intermediate_der(&self) -> Vec<u8> {
        self.der("intermediate.pem")
    }

    /// The root's PEM file.
    #[must_use]
    pub fn root_pem_file(&self) -> PathBuf {
        self.path("root.pem")
    }

    /// The intermediate's PEM file.
    #[must_use]
    pub fn intermediate_pem_file(&self) -> PathBuf {
        self.path("intermediate.pem")
    }

    /// The intermediate's private key, PKCS#8 PEM file: to sign what openssl does not make.
    #[must_use]
    pub fn intermediate_key_file(&self) -> PathBuf {
        self.path("intermediate.key")
    }

    /// Both authorities as one PKCS#7, DER, as the publisher gives its chain.
    ///
    /// # Panics
    /// When openssl refuses.
    #[must_use]
    #[track_caller]
    pub fn chain_pkcs7(&self) -> Vec<u8> {
        openssl("crl2pkcs7 -nocrl -outform DER -certfile")
            .arg(self.intermediate_pem_file())
            .arg("-certfile")
            .arg(self.root_pem_file())
            .accepts()
            .stdout
    }

    /// Issues a product for a request (PEM or DER) and returns the certificate's DER. As the portal
    /// does, the subject is the product's and nothing of the request but its key is used.
    ///
    /// # Panics
    /// When openssl refuses, as for a request whose signature is wrong.
    #[must_use]
    #[track_caller]
    pub fn issue(
        &self,
        request: &[u8],
        product: Product,
        branch: Branch,
        validity: Validity,
    ) -> Vec<u8> {
        self.issue_to(request, product, branch, validity, &product.subject())
    }

    /// The same for another subject, in openssl's notation (`/C=FR/O=…/CN=…`, `+` inside one RDN).
    ///
    /// # Panics
    /// When openssl refuses.
    #[must_use]
    #[track_caller]
    pub fn issue_to(
        &self,
        request: &[u8],
        product: Product,
        branch: Branch,
        validity: Validity,
        subject: &str,
    ) -> Vec<u8> {
        let request = request_as_pem(request);
        std::fs::write(self.path("request.pem"), &request).expect("the request's file");
        let extensions = product.extensions(branch, &key_id_of_request(&request));
        std::fs::write(self.path("leaf.ext"), extensions).expect("the extensions' file");
        let (from, until) = validity.dates();
        self.sign(
            "intermediate",
            "request.pem",
            "leaf",
            subject,
            (&from, &until),
        );
        self.der("leaf.pem")
    }

    /// The intermediate's revocation list (DER) with those certificates (DER) in it, valid for 30 days.
    /// Each one has the next number.
    ///
    /// # Panics
    /// When openssl refuses, as for a certificate that is not of this authority.
    #[must_use]
    #[track_caller]
    pub fn revocation_list(&self, revoked: &[&[u8]]) -> Vec<u8> {
        let issuer = || {
            openssl("ca -batch -md sha256 -name issuer -config intermediate.conf -keyfile intermediate.key -cert intermediate.pem")
                .env("ISSUER", "intermediate")
                .in_folder(self.folder.path())
        };
        for der in revoked {
            std::fs::write(self.path("revoked.pem"), certificate_pem(der)).expect("a file");
            issuer()
                .words("-crl_reason keyCompromise -revoke revoked.pem")
                .accepts();
        }
        issuer()
            .words("-gencrl -crldays 30 -out list.pem")
            .accepts();
        openssl("crl -outform DER -in")
            .arg(self.path("list.pem"))
            .accepts()
            .stdout
    }

    /// What the portal hands out when it makes the key itself: leaf, intermediate and root in clear,
    /// then the key under 3DES, SHA-1 MAC, 2048 iterations, no friendly name. Returns the file and
    /// the leaf's DER.
    ///
    /// # Panics
    /// When openssl refuses.
    #[must_use]
    #[track_caller]
    pub fn portal_pkcs12(
        &self,
        product: Product,
        branch: Branch,
        password: &str,
    ) -> (Vec<u8>, Vec<u8>) {
        std::fs::write(self.path("portal.key"), rsa_key_pem(2048)).expect("the key's file");
        let request = request_pem(&self.path("portal.key"), "/C=FR");
        let leaf = self.issue(&request, product, branch, Validity::Now);
        let mut chain = std::fs::read(self.intermediate_pem_file()).expect("the intermediate");
        chain.extend(std::fs::read(self.root_pem_file()).expect("the root"));
        std::fs::write(self.path("chain.pem"), chain).expect("the chain's file");
        let file = openssl("pkcs12 -export -certpbe NONE -keypbe PBE-SHA1-3DES -macalg sha1 -iter 2048 -inkey portal.key -in leaf.pem -certfile chain.pem -passout")
            .arg(format!("pass:{password}"))
            .in_folder(self.folder.path())
            .accepts();
        (file.stdout, leaf)
    }

    #[track_caller]
    fn named(unit: &str, root: &str, intermediate: &str, intermediate_key_id: &str) -> Self {
        let authority = Self {
            folder: TempDir::new().expect("a folder for the authority"),
        };
        let subject = |name: &str| format!("{PREFIX}{unit}/CN={name}");
        for (name, key_id, rest) in [
            ("root", "hash", "basicConstraints=critical,CA:TRUE\n"),
            (
                "intermediate",
                intermediate_key_id,
                "basicConstraints=critical,CA:TRUE,pathlen:0\nauthorityKeyIdentifier=keyid\ncertificatePolicies=2.5.29.32.0\n",
            ),
        ] {
            let write = |ending: &str, text: Vec<u8>| {
                std::fs::write(authority.path(&format!("{name}{ending}")), text)
                    .expect("a file of the authority");
            };
            write(".key", rsa_key_pem(2048));
            write(
                ".ext",
                format!(
                    "{rest}keyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier={key_id}\n"
                )
                .into(),
            );
            write(".conf", configuration().into());
            write(".db", Vec::new());
            // 18 bytes, as IGC-Santé's own serial numbers
            write(".serial", serial_start().into());
            write(".crlnumber", b"01\n".to_vec());
            let request = request_pem(&authority.path(&format!("{name}.key")), "/C=FR");
            write(".csr", request);
        }
        authority.sign("root", "root.csr", "root", &subject(root), AUTHORITY_LIFE);
        authority.sign(
            "root",
            "intermediate.csr",
            "intermediate",
            &subject(intermediate),
            AUTHORITY_LIFE,
        );
        authority
    }

    #[track_caller]
    fn sign(&self, issuer: &str, request: &str, result: &str, subject: &str, life: (&str, &str)) {
        let mut sign = openssl(
            "ca -batch -notext -utf8 -multivalue-rdn -preserveDN -md sha256 -name issuer -config",
        )
        .arg(format!("{issuer}.conf"))
        .arg("-keyfile")
        .arg(format!("{issuer}.key"))
        .arg("-in")
        .arg(request)
        .arg("-out")
        .arg(format!("{result}.pem"))
        .arg("-extfile")
        .arg(format!("{result}.ext"))
        .arg("-subj")
        .arg(subject)
        .arg("-startdate")
        .arg(life.0)
        .arg("-enddate")
        .arg(life.1)
        .env("ISSUER", issuer)
        .in_folder(self.folder.path());
        sign = if issuer == result {
            sign.arg("-selfsign")
        } else {
            sign.arg("-cert").arg(format!("{issuer}.pem"))
        };
        sign.accepts();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    #[track_caller]
    fn der(&self, name: &str) -> Vec<u8> {
        openssl("x509 -outform DER -in")
            .arg(self.path(name))
            .accepts()
            .stdout
    }
}

impl Default for TestAuthority {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl Product {
    /// The subject that the portal would write, in openssl's notation.
    #[must_use]
    pub fn subject(self) -> String {
        let structure = "/C=FR/ST=Paris (75)/O=CABINET DE L’ÉTOILE/OU=1750000001";
        match self {
            Self::OrgAuthCli => format!("{structure}/CN=INSI-AUTO"),
            Self::OrgSign => format!("{structure}/CN=CABINET DE L’ÉTOILE SIGNATURE"),
            Self::OrgConf => format!("{structure}/CN=CABINET DE L’ÉTOILE CONFIDENTIALITÉ"),
            Self::ServSslServ => format!("{structure}/CN=www.cabinet-etoile.example"),
            Self::PsSign => "/C=FR/title=Médecin/SN=ÉTOILE+GN=ANNE+CN=899700000001".to_owned(),
        }
    }

    fn extensions(self, branch: Branch, key_id: &str) -> String {
        let (key_usage, extended, names, policy) = match self {
            Self::OrgAuthCli => (
                "digitalSignature",
                "clientAuth",
                "",
                "1.2.250.1.213.1.7.1.1.2.4.1",
            ),
            Self::OrgSign => (
                "digitalSignature,nonRepudiation",
                "emailProtection",
                "",
                "1.2.250.1.213.1.7.1.1.2.3.1",
            ),
            Self::OrgConf => (
                "keyEncipherment",
                "emailProtection,anyExtendedKeyUsage",
                "",
                "1.2.250.1.213.1.7.1.1.2.6.1",
            ),
            Self::ServSslServ => (
                "digitalSignature,keyEncipherment",
                "serverAuth,clientAuth",
                "subjectAltName=DNS:www.cabinet-etoile.example,DNS:cabinet-etoile.example\n",
                "1.2.250.1.213.1.7.1.1.2.5.1",
            ),
            Self::PsSign => (
                "nonRepudiation",
                "emailProtection",
                "subjectAltName=email:anne.etoile@cabinet-etoile.example\n",
                "1.2.250.1.213.1.7.1.1.1.4.1",
            ),
        };
        let (policy, mark, list) = match branch {
            Branch::Production => (policy, "03", "ACI-EL-ORG.crl"),
            Branch::Test => ("1.2.250.1.213.1.7.2.1.1.1.1", "83", "ACI-EL-ORG-TEST.crl"),
        };
        format!(
            "basicConstraints=CA:FALSE\n\
             keyUsage=critical,{key_usage}\n\
             extendedKeyUsage={extended}\n\
             {names}\
             certificatePolicies={policy}\n\
             crlDistributionPoints=URI:http://igc-sante.esante.gouv.fr/CRL/{list}\n\
             authorityInfoAccess=OCSP;URI:http://ocsp.esante.gouv.fr,caIssuers;URI:http://igc-sante.esante.gouv.fr/AC/ACI-EL-ORG.cer\n\
             1.2.250.1.71.1.2.5=DER:04:01:{mark}\n\
             authorityKeyIdentifier=keyid\n\
             subjectKeyIdentifier={key_id}\n"
        )
    }
}

impl Validity {
    fn dates(self) -> (String, String) {
        let (from, until) = match self {
            Self::Now => return (date("yesterday"), date("3 years")),
            Self::Expired => ("20190101000000Z", "20220101000000Z"),
            Self::NotYet => ("20310101000000Z", "20330101000000Z"),
        };
        (from.to_owned(), until.to_owned())
    }
}

/// A moment in the words of date(1), as openssl wants it.
#[track_caller]
fn date(words: &str) -> String {
    let answer = crate::peer::peer("date", &["--utc", "--date", words, "+%Y%m%d%H%M%SZ"]);
    answer.text().trim().to_owned()
}

/// As the issuing platform does since 2022: the SHA-1 of the whole SubjectPublicKeyInfo.
#[track_caller]
fn key_id_of_request(request_pem: &[u8]) -> String {
    let public_key = openssl("req -noout -pubkey")
        .input(request_pem)
        .accepts()
        .stdout;
    let der = openssl("pkey -pubin -outform DER")
        .input(public_key)
        .accepts()
        .stdout;
    let answer = openssl("dgst -sha1 -r").input(der).accepts();
    answer
        .text()
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_uppercase()
}

#[track_caller]
fn serial_start() -> String {
    format!("1120{}\n", openssl("rand -hex 16").accepts().text().trim())
}

fn configuration() -> String {
    "[issuer]\n\
     database=$ENV::ISSUER.db\n\
     serial=$ENV::ISSUER.serial\n\
     new_certs_dir=.\n\
     unique_subject=no\n\
     string_mask=utf8only\n\
     policy=any\n\
     crlnumber=$ENV::ISSUER.crlnumber\n\
     crl_extensions=list\n\
     [list]\n\
     authorityKeyIdentifier=keyid\n\
     [any]\n\
     countryName=optional\n"
        .to_owned()
}
