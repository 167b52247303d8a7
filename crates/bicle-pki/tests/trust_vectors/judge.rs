//! Our own judgement of a certificate: a path is built from a pool, revocation asked of lists, exactly
//! as the programs do it, with the given anchors alone trusted.

use std::collections::HashMap;

use bicle_pki::certificate::Certificate;
use bicle_pki::path::{Candidates, IssuerIndex, PathFacts, SignatureOracle, build_with_index};
use bicle_pki::revocation::revocation_of;
use bicle_pki::revocation_list::RevocationList;
use bicle_pki::time::UnixSeconds;

/// Certificates and lists among which paths are looked for, read once for many judgements.
pub(crate) struct Pool {
    certificates: Vec<Certificate>,
    facts: Vec<PathFacts>,
    lists: Vec<RevocationList>,
    signed: HashMap<(usize, usize), bool>,
    lists_signed: HashMap<(usize, usize), bool>,
}

impl Pool {
    pub(crate) fn new(certificates: Vec<Certificate>, lists: Vec<RevocationList>) -> Self {
        let facts = certificates.iter().map(PathFacts::from).collect();
        Self {
            certificates,
            facts,
            lists,
            signed: HashMap::new(),
            lists_signed: HashMap::new(),
        }
    }

    /// What Biclé says of a certificate of the pool at a time, when it trusts these alone.
    pub(crate) fn judge(
        &mut self,
        target: usize,
        anchors: &[usize],
        at: UnixSeconds,
    ) -> Result<(), String> {
        let anchors: Vec<bool> = (0..self.facts.len())
            .map(|index| anchors.contains(&index))
            .collect();
        let candidates = Candidates {
            facts: &self.facts,
            anchors: &anchors,
            distrusted: &[],
        };
        let index = IssuerIndex::new(&self.facts);
        let mut oracle = Oracle {
            certificates: &self.certificates,
            lists: &self.lists,
            signed: &mut self.signed,
            lists_signed: &mut self.lists_signed,
        };
        build_with_index(target, &candidates, &index, at, &mut oracle)
            .map(|path| {
                // every link of what was found holds by itself
                for link in path.indexes().windows(2) {
                    let issuer = self.certificates[link[1]].public_key();
                    assert!(self.certificates[link[0]].verify_signature(issuer));
                }
                assert!(path.anchor().is_some_and(|anchor| anchors[anchor]));
            })
            .map_err(|fault| fault.to_string())
    }
}

struct Oracle<'a> {
    certificates: &'a [Certificate],
    lists: &'a [RevocationList],
    signed: &'a mut HashMap<(usize, usize), bool>,
    lists_signed: &'a mut HashMap<(usize, usize), bool>,
}

impl SignatureOracle for Oracle<'_> {
    fn is_signed_by(&mut self, subject: usize, issuer: usize) -> bool {
        let certificates = self.certificates;
        *self.signed.entry((subject, issuer)).or_insert_with(|| {
            certificates[subject].verify_signature(certificates[issuer].public_key())
        })
    }

    fn revocation(&mut self, subject: usize, issuer: usize) -> Option<UnixSeconds> {
        let certificates = self.certificates;
        let certificate = &certificates[issuer];
        // the issuer is a name and a key, whichever of its certificates is asked for
        let twins = certificates.iter().filter(|other| {
            other.public_key() == certificate.public_key()
                && other.subject().matches(certificate.subject())
        });
        let issuers: Vec<&Certificate> = twins.collect();
        let lists: Vec<&RevocationList> = self.lists.iter().collect();
        let lists_signed = &mut *self.lists_signed;
        let found = revocation_of(
            &certificates[subject],
            &issuers,
            &lists,
            &mut |list: usize| {
                *lists_signed
                    .entry((list, issuer))
                    .or_insert_with(|| lists[list].verify_signature(certificate.public_key()))
            },
        );
        found.map(|revocation| revocation.since)
    }
}
