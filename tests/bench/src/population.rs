//! Certificates as a hospital would hold them: three levels of authorities above distinct P-256 keys,
//! each signature real; for one in ten the key and the request. The same bytes at every run.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::elliptic_curve::sec1::ToSec1Point;
use sha2::{Digest, Sha256};

use crate::der::{bits, extension, name, oid, pem, sequence, tlv};

/// Part of the cache's name: rises when other bytes are made.
const VERSION: u32 = 1;

/// So many certificates stand in one file: what one import takes of a file is limited to 20,000 things.
const FILE_CERTIFICATES: usize = 10_000;

/// One leaf in so many has its key and its request here.
pub(crate) const LEAVES_A_KEY: usize = 10;

/// Authorities of the second and of the third level.
const MIDDLE: usize = 4;
const ISSUING: usize = 16;

/// ecdsa-with-SHA256, RFC 5758 §3.2.
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
/// id-ecPublicKey and secp256r1, RFC 5480 §2.1.1.
const EC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// A population on the disk, as PEM files.
pub(crate) struct Population {
    /// how many certificates it has, authorities included
    pub(crate) certificates: usize,
    /// how many keys it has, and as many requests
    pub(crate) keys: usize,
    /// certificates alone
    pub(crate) certificate_files: Vec<PathBuf>,
    /// keys and requests
    pub(crate) key_files: Vec<PathBuf>,
}

impl Population {
    /// Of so many certificates; made where `folder` does not hold it yet.
    pub(crate) fn of(folder: &Path, certificates: usize) -> Self {
        let place = folder.join(format!("population-{VERSION}-{certificates}"));
        let leaves = certificates - 1 - MIDDLE - ISSUING;
        let files = certificates.div_ceil(FILE_CERTIFICATES);
        let path = |kind: &str, number| place.join(format!("{kind}-{number:02}.pem"));
        let population = Self {
            certificates,
            keys: leaves.div_ceil(LEAVES_A_KEY),
            certificate_files: (0..files)
                .map(|number| path("certificates", number))
                .collect(),
            key_files: (0..leaves.div_ceil(FILE_CERTIFICATES * 5))
                .map(|number| path("keys", number))
                .collect(),
        };
        if !place.is_dir() {
            let coming = folder.join(format!("coming-{}", std::process::id()));
            std::fs::create_dir_all(&coming).unwrap();
            population.write(&coming, leaves);
            std::fs::rename(&coming, &place).unwrap();
        }
        population
    }

    /// Everything that is in it.
    pub(crate) fn items(&self) -> usize {
        self.certificates + 2 * self.keys
    }

    fn write(&self, coming: &Path, leaves: usize) {
        let authorities = Authorities::new();
        let made = in_parallel(leaves, |number| authorities.leaf(number));
        let mut certificates = authorities.certificates.clone();
        certificates.extend(made.iter().map(|leaf| leaf.certificate.clone()));
        for (path, part) in self
            .certificate_files
            .iter()
            .zip(certificates.chunks(FILE_CERTIFICATES))
        {
            let text: String = part.iter().map(|der| pem("CERTIFICATE", der)).collect();
            std::fs::write(coming.join(path.file_name().unwrap()), text).unwrap();
        }
        for (path, part) in self
            .key_files
            .iter()
            .zip(made.chunks(FILE_CERTIFICATES * 5))
        {
            let texts = part.iter().filter_map(|leaf| leaf.key_and_request.as_ref());
            let text: String = texts
                .map(|(key, request)| {
                    pem("PRIVATE KEY", key) + &pem("CERTIFICATE REQUEST", request)
                })
                .collect();
            std::fs::write(coming.join(path.file_name().unwrap()), text).unwrap();
        }
    }
}

/// A certificate that no population has, its key and its request; `number` above a million.
pub(crate) fn fresh(number: usize) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let leaf = Authorities::new().leaf(number * LEAVES_A_KEY);
    let (key, request) = leaf.key_and_request.unwrap();
    (leaf.certificate, key, request)
}

struct Leaf {
    certificate: Vec<u8>,
    key_and_request: Option<(Vec<u8>, Vec<u8>)>,
}

struct Authorities {
    certificates: Vec<Vec<u8>>,
    issuing: Vec<Key>,
}

impl Authorities {
    fn new() -> Self {
        let root = Key::of("root", 0);
        let root_name = authority_name("AC RACINE DE MESURE");
        let mut certificates = vec![authority(&root, &root_name, &root, &root_name, 0)];
        let middle: Vec<(Key, Vec<u8>)> = (0..MIDDLE)
            .map(|number| {
                let subject = authority_name(&format!("AC REGION {number}"));
                (Key::of("middle", number), subject)
            })
            .collect();
        for (number, (key, subject)) in middle.iter().enumerate() {
            certificates.push(authority(key, subject, &root, &root_name, 1 + number));
        }
        let mut issuing = Vec::new();
        for number in 0..ISSUING {
            let key = Key::of("issuing", number);
            let subject = issuing_name(number);
            let (issuer, issuer_name) = &middle[number % MIDDLE];
            let serial = 1 + MIDDLE + number;
            certificates.push(authority(&key, &subject, issuer, issuer_name, serial));
            issuing.push(key);
        }
        Self {
            certificates,
            issuing,
        }
    }

    fn leaf(&self, number: usize) -> Leaf {
        let key = Key::of("leaf", number);
        let host = format!("srv-{number:06}.hopital-{:03}.example", number % 997);
        let organisation = format!("CENTRE HOSPITALIER {:03}", number % 997);
        let unit = format!("0002 {:09}", 187_500_000 + number % 997);
        let subject = name(&[(6, "FR"), (10, &organisation), (11, &unit), (3, &host)]);
        let issuer = number % ISSUING;
        // one in twenty has expired
        let (from, until) = if number % 20 == 7 { (19, 22) } else { (26, 29) };
        let (month, day) = (1 + number % 10, 1 + number % 28);
        let date = |year: usize| format!("{year:02}{month:02}{day:02}000000Z");
        let alternative = sequence(&[&tlv(0x82, &[host.as_bytes()])]);
        let url = format!("http://crl.example/aci-{issuer:02}.crl");
        let point = tlv(0xa0, &[&tlv(0xa0, &[&tlv(0x86, &[url.as_bytes()])])]);
        let policy = oid(&[0x2a, 0x81, 0x7a, 0x01, 0x47, 0x01]);
        let server_and_client: [u8; 20] = [
            0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 3, 1, 0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 3, 2,
        ];
        let extensions = [
            // digitalSignature, keyEncipherment
            extension(0x0f, true, &[0x03, 0x02, 0x05, 0xa0]),
            extension(0x25, false, &sequence(&[&server_and_client])),
            extension(0x11, false, &alternative),
            extension(0x20, false, &sequence(&[&sequence(&[&policy])])),
            extension(0x1f, false, &sequence(&[&sequence(&[&point])])),
        ];
        let made = Made {
            key: &key,
            subject: &subject,
            issuer: &self.issuing[issuer],
            issuer_name: &issuing_name(issuer),
            serial: &serial("leaf", number),
            validity: [date(from), date(until)],
            extensions: &extensions.concat(),
        };
        let certificate = made.sign();
        let key_and_request = number
            .is_multiple_of(LEAVES_A_KEY)
            .then(|| (key.pkcs8(), key.request(&subject)));
        Leaf {
            certificate,
            key_and_request,
        }
    }
}

struct Key {
    secret: SecretKey,
    signer: SigningKey,
    /// uncompressed
    point: Vec<u8>,
}

impl Key {
    fn of(kind: &str, number: usize) -> Self {
        let seed = Sha256::digest(format!("bicle bench key {kind} {number}"));
        let secret = SecretKey::from_slice(&seed).unwrap();
        Self {
            signer: SigningKey::from(&secret),
            point: secret.public_key().to_sec1_point(false).as_bytes().to_vec(),
            secret,
        }
    }

    fn algorithm() -> Vec<u8> {
        sequence(&[&oid(EC_KEY), &oid(P256)])
    }

    /// SubjectPublicKeyInfo.
    fn public(&self) -> Vec<u8> {
        sequence(&[&Self::algorithm(), &bits(&self.point)])
    }

    fn id(&self) -> Vec<u8> {
        Sha256::digest(&self.point)[..20].to_vec()
    }

    /// PKCS#8 around ECPrivateKey (RFC 5915).
    fn pkcs8(&self) -> Vec<u8> {
        let scalar = tlv(0x04, &[&self.secret.to_bytes()]);
        let point = tlv(0xa1, &[&bits(&self.point)]);
        let inner = sequence(&[&[0x02, 0x01, 0x01], &scalar, &point]);
        sequence(&[
            &[0x02, 0x01, 0x00],
            &Self::algorithm(),
            &tlv(0x04, &[&inner]),
        ])
    }

    fn request(&self, subject: &[u8]) -> Vec<u8> {
        let asked = sequence(&[&[0x02, 0x01, 0x00], subject, &self.public(), &[0xa0, 0x00]]);
        self.signed(&asked)
    }

    /// What is signed, the algorithm, and the signature of RFC 6979.
    fn signed(&self, content: &[u8]) -> Vec<u8> {
        let signature: DerSignature = self.signer.sign(content);
        let algorithm = sequence(&[&oid(ECDSA_SHA256)]);
        sequence(&[content, &algorithm, &bits(signature.as_bytes())])
    }
}

struct Made<'a> {
    key: &'a Key,
    subject: &'a [u8],
    issuer: &'a Key,
    issuer_name: &'a [u8],
    serial: &'a [u8],
    validity: [String; 2],
    extensions: &'a [u8],
}

impl Made<'_> {
    fn sign(&self) -> Vec<u8> {
        let [from, until] = self
            .validity
            .each_ref()
            .map(|date| tlv(0x17, &[date.as_bytes()]));
        let own_id = extension(0x0e, false, &tlv(0x04, &[&self.key.id()]));
        let issuer_id = sequence(&[&tlv(0x80, &[&self.issuer.id()])]);
        let issuer_id = extension(0x23, false, &issuer_id);
        let extensions = sequence(&[self.extensions, &own_id, &issuer_id]);
        let content = sequence(&[
            &[0xa0, 0x03, 0x02, 0x01, 0x02],
            &tlv(0x02, &[self.serial]),
            &sequence(&[&oid(ECDSA_SHA256)]),
            self.issuer_name,
            &sequence(&[&from, &until]),
            self.subject,
            &self.key.public(),
            &tlv(0xa3, &[&extensions]),
        ]);
        self.issuer.signed(&content)
    }
}

fn authority(
    key: &Key,
    subject: &[u8],
    issuer: &Key,
    issuer_name: &[u8],
    number: usize,
) -> Vec<u8> {
    let extensions = [
        extension(0x13, true, &sequence(&[&[0x01, 0x01, 0xff]])),
        // keyCertSign, cRLSign
        extension(0x0f, true, &[0x03, 0x02, 0x01, 0x06]),
    ];
    let made = Made {
        key,
        subject,
        issuer,
        issuer_name,
        serial: &serial("authority", number),
        validity: ["200101000000Z".to_owned(), "450101000000Z".to_owned()],
        extensions: &extensions.concat(),
    };
    made.sign()
}

fn authority_name(common: &str) -> Vec<u8> {
    name(&[
        (6, "FR"),
        (10, "AGENCE DE MESURE"),
        (11, "0002 187512751"),
        (3, common),
    ])
}

fn issuing_name(number: usize) -> Vec<u8> {
    authority_name(&format!("ACI SERVEURS {number:02}"))
}

/// Sixteen bytes, the first one positive and not zero.
fn serial(kind: &str, number: usize) -> Vec<u8> {
    let mut bytes = Sha256::digest(format!("bicle bench serial {kind} {number}"))[..16].to_vec();
    bytes[0] = bytes[0] & 0x3f | 0x40;
    bytes
}

/// Makes things 0 to `count` on all cores, in their order.
fn in_parallel<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let share = count.div_ceil(threads).max(1);
    let make = &make;
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..count)
            .step_by(share)
            .map(|from| {
                let until = (from + share).min(count);
                scope.spawn(move || (from..until).map(make).collect::<Vec<T>>())
            })
            .collect();
        let parts = running.into_iter().map(|thread| thread.join().unwrap());
        parts.flatten().collect()
    })
}

#[cfg(test)]
mod tests {
    use bicle_pki::certificate::Certificate;
    use bicle_pki::private_key::PrivateKey;
    use bicle_pki::request::CertificationRequest;

    use super::*;

    #[test]
    fn three_levels_of_authorities_sign_leaves_whose_keys_and_requests_fit() {
        let authorities = Authorities::new();
        let parsed = |der: &[u8]| Certificate::from_der(der).unwrap();
        let all: Vec<_> = authorities
            .certificates
            .iter()
            .map(|der| parsed(der))
            .collect();
        for (number, found) in all.iter().enumerate() {
            assert!(found.is_authority());
            let issuer = match number {
                0..=MIDDLE => 0,
                issuing => 1 + (issuing - 1 - MIDDLE) % MIDDLE,
            };
            assert!(found.verify_signature(all[issuer].public_key()), "{number}");
        }
        let (leaf, key, request) = fresh(5);
        let leaf = parsed(&leaf);
        let issuer = &all[1 + MIDDLE + 50 % ISSUING];
        assert!(leaf.verify_signature(issuer.public_key()));
        assert_eq!(leaf.authority_key_id(), issuer.subject_key_id());
        let key = PrivateKey::from_pkcs8_der(&key).unwrap();
        let request = CertificationRequest::from_der(&request).unwrap();
        assert!(request.verify_signature());
        let identity = leaf.public_key().spki_sha256();
        assert_eq!(key.public_key().spki_sha256(), identity);
        assert_eq!(request.public_key().spki_sha256(), identity);
    }
}
