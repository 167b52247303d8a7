//! Certificates and lists as one likes them, wrong ones too: written octet by octet, signed with Ed25519.

use bicle_pki::certificate::Certificate;
use bicle_pki::private_key::PrivateKey;
use bicle_pki::revocation_list::RevocationList;
use getrandom::SysRng;
use rand_core::UnwrapErr;

/// Object identifiers, as the octets of their values.
pub(crate) mod oid {
    pub(crate) const KEY_ID: &[u8] = &[0x55, 0x1D, 0x0E];
    pub(crate) const KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x0F];
    pub(crate) const ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1D, 0x11];
    pub(crate) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x13];
    pub(crate) const LIST_NUMBER: &[u8] = &[0x55, 0x1D, 0x14];
    pub(crate) const LIST_SCOPE: &[u8] = &[0x55, 0x1D, 0x1C];
    pub(crate) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x1E];
    pub(crate) const LIST_PLACES: &[u8] = &[0x55, 0x1D, 0x1F];
    pub(crate) const ISSUER_KEY_ID: &[u8] = &[0x55, 0x1D, 0x23];
    pub(crate) const POLICY_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x24];
    pub(crate) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x25];
    pub(crate) const ACCESS: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 1, 1];
    /// One that nobody knows: 1.3.6.1.4.1.55738.666.1.
    pub(crate) const UNKNOWN: &[u8] = &[0x2B, 6, 1, 4, 1, 0x83, 0xB3, 0x3A, 0x85, 0x1A, 1];
    pub(crate) const ED25519: &[u8] = &[0x2B, 0x65, 0x70];
    pub(crate) const ED448: &[u8] = &[0x2B, 0x65, 0x71];
    pub(crate) const COMMON_NAME: &[u8] = &[0x55, 4, 3];
}

pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const DNS: u8 = 0x82;
pub(crate) const EMAIL: u8 = 0x81;
pub(crate) const URI: u8 = 0x86;
pub(crate) const ADDRESS: u8 = 0x87;
pub(crate) const DIRECTORY: u8 = 0xA4;

/// keyUsage as the octets of its value: keyCertSign, and cRLSign, or none of both.
pub(crate) const CERT_SIGN: &[u8] = &[3, 2, 2, 4];
pub(crate) const CERT_AND_LIST_SIGN: &[u8] = &[3, 2, 1, 6];
pub(crate) const DIGITAL_SIGNATURE: &[u8] = &[3, 2, 7, 0x80];
pub(crate) const DIGITAL_SIGNATURE_AND_CERT_SIGN: &[u8] = &[3, 2, 2, 0x84];
pub(crate) const NO_USAGE: &[u8] = &[3, 2, 7, 0];

/// An element of DER.
pub(crate) fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut octets = vec![tag];
    if length < 128 {
        octets.push(u8::try_from(length).unwrap());
    } else {
        let bytes: Vec<u8> = length
            .to_be_bytes()
            .into_iter()
            .skip_while(|byte| *byte == 0)
            .collect();
        octets.push(0x80 | u8::try_from(bytes.len()).unwrap());
        octets.extend(bytes);
    }
    octets.extend(parts.concat());
    octets
}

/// A name of one common name; none for an empty text.
pub(crate) fn name(common_name: &str) -> Vec<u8> {
    if common_name.is_empty() {
        return der(SEQUENCE, &[]);
    }
    let kind = der(6, &[oid::COMMON_NAME]);
    let value = der(0x0C, &[common_name.as_bytes()]);
    der(SEQUENCE, &[&der(0x31, &[&der(SEQUENCE, &[&kind, &value])])])
}

/// A general name with its tag; a directory name has its DER inside.
pub(crate) fn general(tag: u8, content: impl AsRef<[u8]>) -> Vec<u8> {
    der(tag, &[content.as_ref()])
}

/// `YYYYMMDDhhmmss`, as the year demands (RFC 5280 §4.1.2.5).
fn time(text: &str) -> Vec<u8> {
    match text.strip_prefix("20") {
        Some(short) if text < "2050" => der(0x17, &[short.as_bytes(), b"Z"]),
        _ => der(0x18, &[text.as_bytes(), b"Z"]),
    }
}

/// A key that is made of its number.
#[derive(Clone)]
pub(crate) struct Key {
    secret: [u8; 32],
    public: Vec<u8>,
}

impl Key {
    pub(crate) fn numbered(number: u32) -> Key {
        let mut secret = [7; 32];
        secret[..4].copy_from_slice(&number.to_be_bytes());
        let mut key = Key {
            secret,
            public: Vec::new(),
        };
        key.public = key.private().public_key().spki_der().to_vec();
        key
    }

    fn private(&self) -> PrivateKey {
        let algorithm = der(SEQUENCE, &[&der(6, &[oid::ED25519])]);
        let secret = der(OCTETS, &[&der(OCTETS, &[&self.secret])]);
        let pkcs8 = der(SEQUENCE, &[&[2, 1, 0], &algorithm, &secret]);
        PrivateKey::from_pkcs8_der(&pkcs8).unwrap()
    }

    /// The identifier in its certificates: the beginning of the public key.
    pub(crate) fn id(&self) -> &[u8] {
        &self.public[self.public.len() - 20..]
    }

    fn signed(&self, to_be_signed: &[u8], outer_algorithm: &[u8]) -> Vec<u8> {
        let signature = self
            .private()
            .sign(to_be_signed, &mut UnwrapErr(SysRng))
            .unwrap();
        let algorithm = der(SEQUENCE, &[&der(6, &[outer_algorithm])]);
        let signature = der(3, &[&[0], &signature]);
        der(SEQUENCE, &[to_be_signed, &algorithm, &signature])
    }
}

type Extension = (Vec<u8>, bool, Vec<u8>);

fn extensions(list: &[Extension]) -> Vec<u8> {
    let each: Vec<Vec<u8>> = list
        .iter()
        .map(|(oid, critical, value)| {
            let critical: &[u8] = if *critical { &[1, 1, 0xFF] } else { &[] };
            der(
                SEQUENCE,
                &[&der(6, &[oid]), critical, &der(OCTETS, &[value])],
            )
        })
        .collect();
    let each: Vec<&[u8]> = each.iter().map(Vec::as_slice).collect();
    der(SEQUENCE, &each)
}

/// A certificate about to be signed.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) subject: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) serial: Vec<u8>,
    pub(crate) from: &'static str,
    pub(crate) until: &'static str,
    pub(crate) key: Key,
    pub(crate) signer: Key,
    pub(crate) extensions: Vec<Extension>,
    /// The algorithm beside the signature, which should be the one inside.
    pub(crate) outer_algorithm: &'static [u8],
    /// In place of the public key's own.
    pub(crate) public_key: Option<Vec<u8>>,
}

impl Draft {
    /// Puts an extension in the place of the one of its kind, or at the end.
    pub(crate) fn with(mut self, oid: &[u8], critical: bool, value: impl AsRef<[u8]>) -> Draft {
        let new = (oid.to_vec(), critical, value.as_ref().to_vec());
        match self
            .extensions
            .iter_mut()
            .find(|(other, _, _)| other == oid)
        {
            Some(old) => *old = new,
            None => self.extensions.push(new),
        }
        self
    }

    pub(crate) fn without(mut self, oid: &[u8]) -> Draft {
        self.extensions.retain(|(other, _, _)| other != oid);
        self
    }

    pub(crate) fn names(self, names: &[Vec<u8>]) -> Draft {
        let names: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        self.with(oid::ALTERNATIVE_NAME, false, der(SEQUENCE, &names))
    }

    pub(crate) fn constrained(self, permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Draft {
        self.with(
            oid::NAME_CONSTRAINTS,
            true,
            name_constraints(permitted, excluded),
        )
    }

    /// An authority's basicConstraints.
    pub(crate) fn path_length(self, limit: u8) -> Draft {
        let value = der(SEQUENCE, &[&[1, 1, 0xFF], &[2, 1, limit]]);
        self.with(oid::BASIC_CONSTRAINTS, true, value)
    }

    pub(crate) fn called(mut self, common_name: &str) -> Draft {
        self.subject = name(common_name);
        self
    }

    pub(crate) fn keyed(mut self, key: &Key) -> Draft {
        self.key = key.clone();
        let id = der(OCTETS, &[key.id()]);
        self.with(oid::KEY_ID, false, id)
    }

    pub(crate) fn valid(mut self, from: &'static str, until: &'static str) -> Draft {
        (self.from, self.until) = (from, until);
        self
    }

    /// Signed: the certificate of which others may be issued.
    pub(crate) fn sign(&self) -> Issued {
        let algorithm = der(SEQUENCE, &[&der(6, &[oid::ED25519])]);
        let validity = der(SEQUENCE, &[&time(self.from), &time(self.until)]);
        let public_key = self.public_key.as_ref().unwrap_or(&self.key.public);
        let to_be_signed = der(
            SEQUENCE,
            &[
                &der(0xA0, &[&[2, 1, 2]]),
                &der(2, &[&self.serial]),
                &algorithm,
                &self.issuer,
                &validity,
                &self.subject,
                public_key,
                &der(0xA3, &[&extensions(&self.extensions)]),
            ],
        );
        Issued {
            der: self.signer.signed(&to_be_signed, self.outer_algorithm),
            subject: self.subject.clone(),
            serial: self.serial.clone(),
            key: self.key.clone(),
        }
    }
}

/// The value of nameConstraints.
pub(crate) fn name_constraints(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Vec<u8> {
    let subtrees = |tag: u8, names: &[Vec<u8>]| {
        let each: Vec<Vec<u8>> = names.iter().map(|name| der(SEQUENCE, &[name])).collect();
        let each: Vec<&[u8]> = each.iter().map(Vec::as_slice).collect();
        if each.is_empty() {
            Vec::new()
        } else {
            der(tag, &each)
        }
    };
    der(
        SEQUENCE,
        &[&subtrees(0xA0, permitted), &subtrees(0xA1, excluded)],
    )
}

/// A certificate with the key of its subject.
#[derive(Clone)]
pub(crate) struct Issued {
    pub(crate) der: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) serial: Vec<u8>,
    pub(crate) key: Key,
}

impl Issued {
    pub(crate) fn read(&self) -> Result<Certificate, String> {
        Certificate::from_der(&self.der).map_err(|error| error.to_string())
    }
}

/// What makes keys and serial numbers, each once.
#[derive(Default)]
pub(crate) struct Forge {
    last: u32,
}

impl Forge {
    pub(crate) fn key(&mut self) -> Key {
        self.last += 1;
        Key::numbered(self.last)
    }

    fn draft(&mut self, subject: Vec<u8>, issuer: Vec<u8>, signer: Option<&Key>) -> Draft {
        let key = self.key();
        let mut serial = vec![0x10];
        serial.extend(self.last.to_be_bytes());
        Draft {
            subject,
            issuer,
            serial,
            from: "20200101000000",
            until: "20400101000000",
            signer: signer.unwrap_or(&key).clone(),
            key: key.clone(),
            extensions: Vec::new(),
            outer_algorithm: oid::ED25519,
            public_key: None,
        }
        .keyed(&key)
    }

    /// A root, as it should be.
    pub(crate) fn root(&mut self) -> Draft {
        self.root_called("root")
    }

    pub(crate) fn root_called(&mut self, common_name: &str) -> Draft {
        self.draft(name(common_name), name(common_name), None)
            .with(
                oid::BASIC_CONSTRAINTS,
                true,
                der(SEQUENCE, &[&[1, 1, 0xFF]]),
            )
            .with(oid::KEY_USAGE, false, CERT_AND_LIST_SIGN)
            .names(&[general(DNS, "example.com")])
    }

    /// An authority under another, with a name of its own.
    pub(crate) fn intermediate(&mut self, parent: &Issued) -> Draft {
        let called = name(&format!("intermediate {}", self.last));
        self.draft(called, parent.subject.clone(), Some(&parent.key))
            .with(
                oid::BASIC_CONSTRAINTS,
                true,
                der(SEQUENCE, &[&[1, 1, 0xFF]]),
            )
            .with(oid::KEY_USAGE, false, CERT_AND_LIST_SIGN)
            .names(&[general(DNS, "example.com")])
            .with(
                oid::ISSUER_KEY_ID,
                false,
                der(SEQUENCE, &[&der(0x80, &[parent.key.id()])]),
            )
    }

    /// A certificate of an end entity.
    pub(crate) fn leaf(&mut self, parent: &Issued) -> Draft {
        let server = der(6, &[&[0x2B, 6, 1, 5, 5, 7, 3, 1]]);
        self.draft(
            name("example.com"),
            parent.subject.clone(),
            Some(&parent.key),
        )
        .with(oid::KEY_USAGE, false, DIGITAL_SIGNATURE)
        .with(oid::EXTENDED_KEY_USAGE, false, der(SEQUENCE, &[&server]))
        .names(&[general(DNS, "example.com")])
        .with(
            oid::ISSUER_KEY_ID,
            false,
            der(SEQUENCE, &[&der(0x80, &[parent.key.id()])]),
        )
    }
}

/// A revocation list about to be signed.
#[derive(Clone)]
pub(crate) struct ListDraft {
    pub(crate) version: u8,
    pub(crate) issuer: Vec<u8>,
    pub(crate) signer: Key,
    pub(crate) this_update: Vec<u8>,
    pub(crate) next_update: Vec<u8>,
    pub(crate) revoked: Vec<Vec<u8>>,
    pub(crate) extensions: Vec<Extension>,
}

impl ListDraft {
    /// An empty list of an authority, of the days around the judgement.
    pub(crate) fn of(authority: &Issued) -> ListDraft {
        let key_id = der(SEQUENCE, &[&der(0x80, &[authority.key.id()])]);
        ListDraft {
            version: 1,
            issuer: authority.subject.clone(),
            signer: authority.key.clone(),
            this_update: time("20231231000000"),
            next_update: time("20240131000000"),
            revoked: Vec::new(),
            extensions: vec![
                (oid::LIST_NUMBER.to_vec(), false, vec![2, 1, 5]),
                (oid::ISSUER_KEY_ID.to_vec(), false, key_id),
            ],
        }
    }

    pub(crate) fn updated(mut self, this: &str, next: &str) -> ListDraft {
        (self.this_update, self.next_update) = (time(this), time(next));
        self
    }

    pub(crate) fn revoking(self, serial: &[u8], at: &str) -> ListDraft {
        self.revoking_with(serial, at, &[])
    }

    pub(crate) fn revoking_with(
        mut self,
        serial: &[u8],
        at: &str,
        with: &[Extension],
    ) -> ListDraft {
        let with = match with {
            [] => Vec::new(),
            with => extensions(with),
        };
        let entry = der(SEQUENCE, &[&der(2, &[serial]), &time(at), &with]);
        self.revoked.push(entry);
        self
    }

    pub(crate) fn with(mut self, oid: &[u8], critical: bool, value: &[u8]) -> ListDraft {
        self = self.without(oid);
        self.extensions
            .push((oid.to_vec(), critical, value.to_vec()));
        self
    }

    pub(crate) fn without(mut self, oid: &[u8]) -> ListDraft {
        self.extensions.retain(|(other, _, _)| other != oid);
        self
    }

    /// issuingDistributionPoint for the lists at a place, and further fields.
    pub(crate) fn scoped(self, names: &[Vec<u8>], more: &[u8]) -> ListDraft {
        let names: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        let point = match names.as_slice() {
            [] => Vec::new(),
            names => der(0xA0, &[&der(0xA0, names)]),
        };
        let value = der(SEQUENCE, &[&point, more]);
        self.with(oid::LIST_SCOPE, true, &value)
    }

    /// Signed and read; `None` when it does not read.
    pub(crate) fn sign(&self) -> Option<RevocationList> {
        let revoked: Vec<&[u8]> = self.revoked.iter().map(Vec::as_slice).collect();
        let revoked = match revoked.as_slice() {
            [] => Vec::new(),
            revoked => der(SEQUENCE, revoked),
        };
        let to_be_signed = der(
            SEQUENCE,
            &[
                &[2, 1, self.version],
                &der(SEQUENCE, &[&der(6, &[oid::ED25519])]),
                &self.issuer,
                &self.this_update,
                &self.next_update,
                &revoked,
                &der(0xA0, &[&extensions(&self.extensions)]),
            ],
        );
        RevocationList::from_der(&self.signer.signed(&to_be_signed, oid::ED25519)).ok()
    }
}
