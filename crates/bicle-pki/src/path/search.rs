//! The search for a path: depth first from the target, best issuers first, within limits.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::extension::KeyUsage;
use crate::signature::Hash;
use crate::time::UnixSeconds;

use super::{
    Candidates, MAX_ISSUERS_OF_NAME, MAX_NAME_CHECKS, MAX_PATH_CERTIFICATES, MAX_REVOCATION_CHECKS,
    MAX_SIGNATURE_CHECKS, MAX_STEPS, PathFacts, PathFault, SignatureOracle, VerifiedPath,
};

/// A subject's name and its key identifier, if it has one.
type NameAndKeyId<'a> = (&'a [u8], Option<&'a [u8]>);

/// Certificates by the name of their subject: made once for many searches over one set.
#[derive(Debug)]
pub struct IssuerIndex<'a> {
    by_subject: HashMap<&'a [u8], Vec<usize>>,
    /// By name and subjectKeyIdentifier, with `None` for those that have none.
    by_key_id: HashMap<NameAndKeyId<'a>, Vec<usize>>,
}

/// How many certificates of one name (and key identifier) a step of a search looks at, to choose
/// [`MAX_ISSUERS_OF_NAME`] of them. Choosing costs some microseconds; a set of 20,000 look-alikes
/// would otherwise be gone through 20,000 times.
const MAX_LOOKED_AT: usize = 256;

/// What a step of a search may go on with.
struct Issuers {
    /// In the order in which they are to be tried.
    ordered: Vec<usize>,
    /// More than are tried have the name, and not another key identifier than the one asked for.
    cut: bool,
}

impl<'a> IssuerIndex<'a> {
    /// The index of a set of certificates.
    pub fn new(facts: &'a [PathFacts]) -> IssuerIndex<'a> {
        let mut by_subject: HashMap<&[u8], Vec<usize>> = HashMap::with_capacity(facts.len());
        let mut by_key_id: HashMap<_, Vec<usize>> = HashMap::with_capacity(facts.len());
        // an empty name is nobody's (RFC 5280 §4.1.2.4, §4.1.2.6): no issuer has it
        let named = facts.iter().enumerate();
        for (index, fact) in named.filter(|(_, fact)| !fact.subject.is_empty()) {
            by_subject.entry(&fact.subject).or_default().push(index);
            let key: (&[u8], _) = (&fact.subject, fact.subject_key_id.as_deref());
            by_key_id.entry(key).or_default().push(index);
        }
        IssuerIndex {
            by_subject,
            by_key_id,
        }
    }

    fn of_subject(&self, name: &[u8]) -> &[usize] {
        self.by_subject.get(name).map_or(&[], Vec::as_slice)
    }

    fn of_key_id(&self, name: &'a [u8], key_id: Option<&'a [u8]>) -> &[usize] {
        self.by_key_id
            .get(&(name, key_id))
            .map_or(&[], Vec::as_slice)
    }
}

/// Looks for a path from a certificate to one that the user trusts, all of it valid at a time.
///
/// The answer is a path, or the reason of the one that got furthest. A target that is itself not
/// valid in time is said to be so only if it has a path otherwise: that it is forged or comes from
/// nowhere is worse. A target that is not in the set has no issuer.
pub fn build(
    target: usize,
    candidates: &Candidates<'_>,
    at: UnixSeconds,
    oracle: &mut dyn SignatureOracle,
) -> Result<VerifiedPath, PathFault> {
    let index = IssuerIndex::new(candidates.facts);
    build_with_index(target, candidates, &index, at, oracle)
}

/// As [`build`], with an index that the caller made before of the same set.
pub fn build_with_index(
    target: usize,
    candidates: &Candidates<'_>,
    index: &IssuerIndex<'_>,
    at: UnixSeconds,
    oracle: &mut dyn SignatureOracle,
) -> Result<VerifiedPath, PathFault> {
    let mut search = Search {
        candidates,
        index,
        at,
        oracle,
        path: vec![target],
        verified: HashMap::new(),
        revocations: HashMap::new(),
        steps_left: MAX_STEPS,
        name_checks_left: MAX_NAME_CHECKS,
        furthest: None,
    };
    let Some(facts) = candidates.facts.get(target) else {
        return Err(PathFault::NoIssuer { of: target });
    };
    search.check_always(target, facts)?;
    match search.extend() {
        Outcome::Found => search.check_time(target, facts).map(|()| VerifiedPath {
            indexes: search.path,
        }),
        Outcome::Exhausted => Err(PathFault::TooComplex),
        Outcome::DeadEnd => Err(search
            .furthest
            .map_or(PathFault::NoIssuer { of: target }, |(_, fault)| fault)),
    }
}

enum Outcome {
    /// The path of the search ends with an anchor.
    Found,
    /// No way on from here.
    DeadEnd,
    /// A limit of the whole search was reached.
    Exhausted,
}

struct Search<'a> {
    candidates: &'a Candidates<'a>,
    index: &'a IssuerIndex<'a>,
    at: UnixSeconds,
    oracle: &'a mut dyn SignatureOracle,
    /// The certificates so far, the target first; every link is verified.
    path: Vec<usize>,
    /// What the oracle said of (subject, issuer).
    verified: HashMap<(usize, usize), bool>,
    /// What the oracle said of the revocation of (subject, issuer).
    revocations: HashMap<(usize, usize), Option<UnixSeconds>>,
    /// How many more issuers may be looked at.
    steps_left: usize,
    /// How many more names may be compared with constraints.
    name_checks_left: usize,
    /// The fault of the path that got furthest, with its number of verified links.
    furthest: Option<(usize, PathFault)>,
}

impl Search<'_> {
    /// Goes on from the last certificate of the path. The recursion is as deep as the path is long,
    /// so at most [`MAX_PATH_CERTIFICATES`].
    fn extend(&mut self) -> Outcome {
        let Some(current) = self.path.last().copied() else {
            return Outcome::DeadEnd;
        };
        if flag(self.candidates.anchors, current) {
            return Outcome::Found;
        }
        let Some(facts) = self.candidates.facts.get(current) else {
            return Outcome::DeadEnd;
        };
        let issuers = self.issuers(current, facts);
        if issuers.ordered.is_empty() {
            self.record(0, PathFault::NoIssuer { of: current });
            return Outcome::DeadEnd;
        }
        if issuers.cut {
            // the right one may be among those that are not tried: no word of a forgery
            self.record(0, PathFault::TooComplex);
        }
        for issuer in issuers.ordered.iter().copied() {
            let Some(left) = self.steps_left.checked_sub(1) else {
                return Outcome::Exhausted;
            };
            self.steps_left = left;
            if issuer == current {
                match self.is_signed_by(current, current) {
                    None => return Outcome::Exhausted,
                    Some(true) => self.record(1, PathFault::NotTrusted { root: current }),
                    Some(false) => self.record(0, self.signature_fault(current, issuer)),
                }
                continue;
            }
            if self.is_on_path(issuer) {
                continue;
            }
            match self.is_signed_by(current, issuer) {
                None => return Outcome::Exhausted,
                Some(true) => {}
                Some(false) => {
                    self.record(0, self.signature_fault(current, issuer));
                    continue;
                }
            }
            match self.revoked_since(current, issuer, &issuers.ordered) {
                None => return Outcome::Exhausted,
                Some(Some(since)) => {
                    // the end of this certificate, and not only of this issuer: whose key has
                    // signed it has revoked it, and no other certificate makes that undone
                    let which = current;
                    self.record(1, PathFault::Revoked { which, since });
                    return Outcome::DeadEnd;
                }
                Some(None) => {}
            }
            if facts.signature_hash == Some(Hash::Sha1) {
                self.record(1, PathFault::WeakSignature { which: current });
                continue;
            }
            if let Err(fault) = self.check_issuer(issuer) {
                self.record(1, fault);
                continue;
            }
            self.path.push(issuer);
            match self.extend() {
                Outcome::DeadEnd => {
                    self.path.pop();
                }
                end @ (Outcome::Found | Outcome::Exhausted) => return end,
            }
        }
        // only certificates of the path itself have the name: a loop that leads nowhere
        self.record(0, PathFault::NoIssuer { of: current });
        Outcome::DeadEnd
    }

    /// Whether an authority is on the path already, by this certificate or another of the same name
    /// and key: to go through it again leads nowhere that was not open before.
    fn is_on_path(&self, issuer: usize) -> bool {
        let facts = self.candidates.facts;
        let Some(candidate) = facts.get(issuer) else {
            return true;
        };
        self.path
            .iter()
            .filter_map(|index| facts.get(*index))
            .any(|on_path| on_path.is_same_authority(candidate))
    }

    /// The certificates with the issuer's name: those whose key identifier is the one that is asked
    /// for, then those without, then the others; of each the trusted, the valid and the younger
    /// first. Of more than [`MAX_ISSUERS_OF_NAME`] those are kept that stand first in the set: what
    /// came in later under the same name does not push out what was there.
    fn issuers(&self, current: usize, facts: &PathFacts) -> Issuers {
        let candidates = self.candidates;
        let all = self.index.of_subject(&facts.issuer);
        // an issuer with another key identifier than the one asked for is not plausible
        let (same, without) = match facts.authority_key_id.as_deref() {
            Some(asked) => (
                self.index.of_key_id(&facts.issuer, Some(asked)),
                self.index.of_key_id(&facts.issuer, None),
            ),
            None => (all, [].as_slice()),
        };
        let plausible = same.len().saturating_add(without.len());
        let mut ordered: Vec<usize> = [same, without, all]
            .into_iter()
            .flat_map(|list| list.iter().take(MAX_LOOKED_AT))
            .copied()
            .collect();
        // a certificate of this name may stand behind all that are looked at; one without a name is nobody's issuer
        if facts.is_self_issued() && !all.is_empty() {
            ordered.push(current);
        }
        ordered.sort_unstable();
        ordered.dedup();
        let class = |index: usize| {
            let has = candidates
                .facts
                .get(index)
                .and_then(|candidate| candidate.subject_key_id.as_ref());
            match (facts.authority_key_id.as_ref(), has) {
                (Some(asked), Some(has)) if asked == has => 0,
                (Some(_), Some(_)) => 2,
                _ => 1,
            }
        };
        let is_valid = |index: usize| {
            candidates
                .facts
                .get(index)
                .is_some_and(|c| c.not_before <= self.at && self.at <= c.not_after)
        };
        let is_anchor = |index: usize| flag(candidates.anchors, index);
        ordered.sort_by_cached_key(|index| {
            (
                // whether it has signed itself is always asked
                *index != current,
                class(*index),
                !is_anchor(*index),
                !is_valid(*index),
                *index,
            )
        });
        ordered.truncate(MAX_ISSUERS_OF_NAME);
        ordered.sort_by_key(|index| {
            let not_before = candidates.facts.get(*index).map(|c| c.not_before);
            (
                class(*index),
                // the certificate itself last: another may lead further
                *index == current,
                !is_anchor(*index),
                !is_valid(*index),
                Reverse(not_before),
                *index,
            )
        });
        Issuers {
            cut: plausible > ordered.iter().filter(|index| class(**index) < 2).count(),
            ordered,
        }
    }

    /// What the oracle says, asked once; `None` when the limit of questions is reached.
    fn is_signed_by(&mut self, subject: usize, issuer: usize) -> Option<bool> {
        if let Some(known) = self.verified.get(&(subject, issuer)) {
            return Some(*known);
        }
        if self.verified.len() >= MAX_SIGNATURE_CHECKS {
            return None;
        }
        let answer = self.oracle.is_signed_by(subject, issuer);
        self.verified.insert((subject, issuer), answer);
        Some(answer)
    }

    /// Since when a certificate is revoked at the time of the search by its issuer: by this one, or by
    /// another certificate of the same name among those of the step that is of the same authority: with
    /// the same key, or bound to it by signatures (an authority that renewed its key, or keeps one for
    /// its lists). Each is asked once; `None` when a limit is reached.
    fn revoked_since(
        &mut self,
        subject: usize,
        issuer: usize,
        step: &[usize],
    ) -> Option<Option<UnixSeconds>> {
        let facts = self.candidates.facts;
        let authority = facts.get(issuer)?;
        let mut earliest: Option<UnixSeconds> = None;
        for twin in step.iter().copied() {
            let Some(twin_facts) = facts.get(twin) else {
                continue;
            };
            // all of a step have the name of the issuer; no certificate revokes itself
            if twin == subject {
                continue;
            }
            let since = match self.revocations.get(&(subject, twin)) {
                Some(known) => *known,
                None if self.revocations.len() >= MAX_REVOCATION_CHECKS => return None,
                None => {
                    let answer = self.oracle.revocation(subject, twin);
                    self.revocations.insert((subject, twin), answer);
                    answer
                }
            };
            let Some(since) = since.filter(|since| *since <= self.at) else {
                continue;
            };
            // asked last: a look-alike without a list of its own costs no signature
            if twin_facts.is_same_authority(authority) || self.is_bound(issuer, twin)? {
                earliest = Some(earliest.map_or(since, |earlier| earlier.min(since)));
            }
        }
        Some(earliest)
    }

    /// Whether two certificates of one name and two keys are of one authority: one has signed the other
    /// (RFC 4210 §4.4, new with old and old with new), or one key above has signed both (RFC 5280
    /// §6.3.3 (f): the path of a list's signer ends where that of the certificate does). `None` when a
    /// limit is reached: of signatures, or of the certificates that may stand above.
    fn is_bound(&mut self, one: usize, other: usize) -> Option<bool> {
        if self.is_signed_by(other, one)? || self.is_signed_by(one, other)? {
            return Some(true);
        }
        let facts = self.candidates.facts;
        let (one_facts, other_facts) = (facts.get(one)?, facts.get(other)?);
        if one_facts.issuer != other_facts.issuer {
            return Some(false);
        }
        let mut parents = self.issuers(one, one_facts).ordered;
        for parent in self.issuers(other, other_facts).ordered {
            if !parents.contains(&parent) {
                parents.push(parent);
            }
        }
        for parent in parents.iter().copied() {
            if parent != one
                && parent != other
                && self.is_signed_by(one, parent)?
                && self.is_signed_by(other, parent)?
            {
                return Some(true);
            }
        }
        // the key that has signed both may be among those that are not tried: then what the other
        // key revoked must not be passed over
        let all_tried = self.index.of_subject(&one_facts.issuer).len() <= parents.len();
        all_tried.then_some(false)
    }

    /// A certificate that bears the name of an issuer whose key did not sign it (perhaps its own) is
    /// forged, unless the key identifiers say that another key of the same name has signed it: an
    /// authority that renewed its key. A forger copies the identifier, or leaves it out.
    fn signature_fault(&self, of: usize, issuer: usize) -> PathFault {
        let facts = self.candidates.facts;
        let asked = facts.get(of).and_then(|f| f.authority_key_id.as_ref());
        let has = facts.get(issuer).and_then(|f| f.subject_key_id.as_ref());
        match (asked, has) {
            (Some(asked), Some(has)) if asked != has => PathFault::NoIssuer { of },
            _ => PathFault::BadSignature { of, issuer },
        }
    }

    /// Keeps a fault if it is further than the one before: at so many links beyond the path.
    fn record(&mut self, beyond: usize, fault: PathFault) {
        let links = self.path.len().saturating_sub(1).saturating_add(beyond);
        if self
            .furthest
            .as_ref()
            .is_none_or(|(furthest, _)| links > *furthest)
        {
            self.furthest = Some((links, fault));
        }
    }

    /// What must hold of every certificate at any time.
    fn check_always(&self, which: usize, facts: &PathFacts) -> Result<(), PathFault> {
        if flag(self.candidates.distrusted, which) {
            return Err(PathFault::Distrusted { which });
        }
        if let Some(oid) = facts.malformed.clone() {
            return Err(PathFault::MalformedExtension { which, oid });
        }
        if let Some(oid) = facts.unknown_critical.clone() {
            return Err(PathFault::UnknownCriticalExtension { which, oid });
        }
        Ok(())
    }

    fn check_time(&self, which: usize, facts: &PathFacts) -> Result<(), PathFault> {
        if self.at < facts.not_before {
            return Err(PathFault::NotYetValid { which });
        }
        if self.at > facts.not_after {
            return Err(PathFault::Expired { which });
        }
        Ok(())
    }

    /// What must hold of an issuer over the certificates of the path.
    fn check_issuer(&mut self, which: usize) -> Result<(), PathFault> {
        let Some(facts) = self.candidates.facts.get(which) else {
            return Err(PathFault::TooComplex);
        };
        self.check_always(which, facts)?;
        if !facts.is_authority {
            return Err(PathFault::NotAnAuthority { which });
        }
        if facts
            .key_usage
            .is_some_and(|usage| !usage.contains(KeyUsage::KEY_CERT_SIGN))
        {
            return Err(PathFault::KeyUsage { which });
        }
        self.check_time(which, facts)?;
        if self.path.len() >= MAX_PATH_CERTIFICATES {
            return Err(PathFault::TooComplex);
        }
        if let Some(limit) = facts.path_length {
            // the target is not counted, nor is what is self-issued (RFC 5280 §6.1.4 (l))
            let intermediates = self
                .path
                .iter()
                .skip(1)
                .filter_map(|index| self.candidates.facts.get(*index))
                .filter(|facts| !facts.is_self_issued())
                .count();
            if u32::try_from(intermediates).is_ok_and(|count| count > limit) {
                return Err(PathFault::PathLength { which });
            }
        }
        self.check_names(facts)
    }

    /// Whether an issuer's constraints allow the names of all certificates below, except those of
    /// self-issued intermediates (RFC 5280 §6.1.3 (b)).
    fn check_names(&mut self, issuer: &PathFacts) -> Result<(), PathFault> {
        let Some(constraints) = issuer.constraints.as_ref() else {
            return Ok(());
        };
        for (position, which) in self.path.iter().copied().enumerate() {
            let Some(facts) = self.candidates.facts.get(which) else {
                continue;
            };
            let is_target = position == 0;
            if facts.is_self_issued() && !is_target {
                continue;
            }
            let host = facts.host_of_common_name.as_ref().filter(|_| is_target);
            let count = facts.names.len().saturating_add(1);
            let left = self.name_checks_left.checked_sub(constraints.cost(count));
            self.name_checks_left = left.ok_or(PathFault::TooComplex)?;
            if !facts
                .names
                .iter()
                .chain(host)
                .all(|name| constraints.allow(name))
            {
                return Err(PathFault::NameConstraint { which });
            }
        }
        Ok(())
    }
}

fn flag(flags: &[bool], index: usize) -> bool {
    flags.get(index).copied().unwrap_or(false)
}
