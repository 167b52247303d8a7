//! NIST's Public Key Interoperability Test Suite, from PyPI's `cryptography-vectors`.

use std::collections::BTreeMap;
use std::path::Path;

use bicle_pki::certificate::Certificate;
use bicle_pki::revocation_list::RevocationList;
use bicle_pki::time::UnixSeconds;
use bicle_tests::python;

use crate::judge::Pool;
use crate::table::Case;

/// A moment at which the certificates that are meant to be valid are (2010-01-01 to 2030-12-31).
const AT: &str = "2012-06-01T00:00:00Z";

const SECTIONS: &[&str] = &[
    "4.1 signatures",
    "4.2 validity periods",
    "4.3 name chaining",
    "4.4 basic revocation",
    "4.5 self-issued certificates",
    "4.6 basic constraints",
    "4.7 key usage",
    "4.8 policies",
    "4.9 requireExplicitPolicy",
    "4.10 policy mappings",
    "4.11 inhibitPolicyMapping",
    "4.12 inhibitAnyPolicy",
    "4.13 name constraints",
    "4.14 distribution points",
    "4.15 delta lists",
    "4.16 private extensions",
];

/// Files of a folder by their names without the ending.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect()
}

/// All tests, each with what we say.
pub(crate) fn seen() -> Vec<Case> {
    let folder = python::package_folder("cryptography_vectors").join("x509/PKITS_data");
    let mut places = BTreeMap::new();
    let mut refused = BTreeMap::new();
    let mut certificates = Vec::new();
    for (name, der) in files(&folder.join("certs")) {
        match Certificate::from_der(&der) {
            Ok(certificate) => {
                places.insert(name, certificates.len());
                certificates.push(certificate);
            }
            Err(error) => {
                refused.insert(name, error.to_string());
            }
        }
    }
    let lists: Vec<RevocationList> = files(&folder.join("crls"))
        .values()
        .filter_map(|der| RevocationList::from_der(der).ok())
        .collect();
    assert!(certificates.len() > 390 && lists.len() > 160);
    let anchor = places["TrustAnchorRootCertificate"];
    let at = UnixSeconds::parse_rfc3339(AT).unwrap();
    let mut pool = Pool::new(certificates, lists);
    include_str!("../data/pkits.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut words = line.split(' ');
            let (id, target) = (words.next().unwrap(), words.next().unwrap());
            let valid = match words.next().unwrap() {
                "valid" => true,
                "invalid" => false,
                other => panic!("{id}: {other}"),
            };
            let seen = match (places.get(target), refused.get(target)) {
                (Some(place), _) => pool.judge(*place, &[anchor], at),
                (None, Some(error)) => Err(error.clone()),
                (None, None) => panic!("{id}: {target} is no file"),
            };
            let section: usize = id.split('.').nth(1).unwrap().parse().unwrap();
            Case {
                id: id.to_owned(),
                group: SECTIONS[section - 1].to_owned(),
                valid,
                seen,
            }
        })
        .collect()
}
