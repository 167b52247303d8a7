//! Tests on certificates that are their facts alone: as many, and as hostile, as one likes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

use std::collections::HashSet;
use std::time::Instant;

use super::*;
use crate::fingerprint::Sha256Fingerprint;
use crate::signature::Hash;
use crate::time::UnixSeconds;

const NOW: UnixSeconds = UnixSeconds(1_000);

/// An authority with a key of its own.
fn authority(number: u32, subject: &str, issuer: &str) -> PathFacts {
    PathFacts {
        subject: subject.as_bytes().into(),
        issuer: issuer.as_bytes().into(),
        key: Sha256Fingerprint::of(&number.to_be_bytes()),
        subject_key_id: None,
        authority_key_id: None,
        not_before: UnixSeconds(0),
        not_after: UnixSeconds(2_000),
        is_authority: true,
        path_length: None,
        key_usage: None,
        names: Vec::new(),
        host_of_common_name: None,
        constraints: None,
        unknown_critical: None,
        malformed: None,
        signature_hash: Some(Hash::Sha256),
    }
}

fn with_key_ids(mut facts: PathFacts, own: Option<&[u8]>, issuer: Option<&[u8]>) -> PathFacts {
    facts.subject_key_id = own.map(Box::from);
    facts.authority_key_id = issuer.map(Box::from);
    facts
}

/// Knows which signatures are right, and counts what it is asked.
struct Known {
    right: HashSet<(usize, usize)>,
    asked: usize,
}

impl Known {
    fn of(right: &[(usize, usize)]) -> Known {
        Known {
            right: right.iter().copied().collect(),
            asked: 0,
        }
    }
}

impl SignatureOracle for Known {
    fn is_signed_by(&mut self, subject: usize, issuer: usize) -> bool {
        self.asked += 1;
        self.right.contains(&(subject, issuer))
    }
}

/// The answer for the first certificate; `anchors` are indexes.
fn search(
    facts: &[PathFacts],
    anchors: &[usize],
    oracle: &mut Known,
) -> Result<Vec<usize>, PathFault> {
    let anchors: Vec<bool> = (0..facts.len())
        .map(|index| anchors.contains(&index))
        .collect();
    let candidates = Candidates {
        facts,
        anchors: &anchors,
        distrusted: &[],
    };
    build(0, &candidates, NOW, oracle).map(|path| path.indexes().to_vec())
}

#[test]
fn thousands_of_look_alikes_cost_a_bounded_search_each() {
    let facts: Vec<PathFacts> = (0..20_000)
        .map(|number| with_key_ids(authority(number, "x", "x"), Some(b"id"), Some(b"id")))
        .collect();
    let candidates = Candidates {
        facts: &facts,
        anchors: &[],
        distrusted: &[],
    };
    let started = Instant::now();
    let index = IssuerIndex::new(&facts);
    let mut oracle = Known::of(&[]);
    for target in 0..facts.len() {
        assert!(build_with_index(target, &candidates, &index, NOW, &mut oracle).is_err());
    }
    assert!(
        oracle.asked <= facts.len() * MAX_ISSUERS_OF_NAME,
        "{}",
        oracle.asked
    );
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn look_alikes_do_not_hide_the_issuer_or_the_anchor() {
    let leaf = with_key_ids(authority(0, "leaf", "ca"), None, Some(b"id"));
    let younger = |number: u32| {
        let mut facts = with_key_ids(authority(number, "ca", "root"), Some(b"id"), None);
        facts.not_before = UnixSeconds(500);
        facts
    };
    // the right one was there first; those that came later look younger
    let right = with_key_ids(authority(1, "ca", "root"), Some(b"id"), None);
    let mut facts = vec![leaf.clone(), right.clone()];
    facts.extend((2..100).map(younger));
    facts.push(authority(100, "root", "root"));
    let mut oracle = Known::of(&[(0, 1), (1, 100)]);
    assert_eq!(search(&facts, &[100], &mut oracle), Ok(vec![0, 1, 100]));
    // or the user trusts it
    let mut facts = vec![leaf.clone()];
    facts.extend((2..200).map(younger));
    facts.push(right.clone());
    let mut oracle = Known::of(&[(0, 199)]);
    assert_eq!(search(&facts, &[199], &mut oracle), Ok(vec![0, 199]));
    // or it alone has the key identifier that is asked for
    let mut facts = vec![leaf];
    facts.extend((2..2_000).map(|number| with_key_ids(younger(number), Some(b"other"), None)));
    facts.push(right);
    facts.push(authority(9_999, "root", "root"));
    let mut oracle = Known::of(&[(0, 1_999), (1_999, 2_000)]);
    assert_eq!(
        search(&facts, &[2_000], &mut oracle),
        Ok(vec![0, 1_999, 2_000])
    );
}

#[test]
fn too_many_look_alikes_are_said_to_be_too_many_and_not_a_forgery() {
    let mut facts = vec![with_key_ids(authority(0, "leaf", "ca"), None, Some(b"id"))];
    facts.extend(
        (1..100).map(|number| with_key_ids(authority(number, "ca", "root"), Some(b"id"), None)),
    );
    assert_eq!(
        search(&facts, &[], &mut Known::of(&[(0, 99)])),
        Err(PathFault::TooComplex)
    );
}

#[test]
fn an_authority_with_another_key_is_a_missing_issuer_and_no_forgery() {
    let leaf = with_key_ids(authority(0, "leaf", "ca"), None, Some(b"new"));
    let with_id = |id| with_key_ids(authority(1, "ca", "ca"), id, None);
    let answer = |issuers: &[PathFacts]| {
        let mut facts = vec![leaf.clone()];
        facts.extend_from_slice(issuers);
        search(&facts, &[1], &mut Known::of(&[]))
    };
    // the authority renewed its key: the new certificate is not here
    assert_eq!(
        answer(&[with_id(Some(b"old"))]),
        Err(PathFault::NoIssuer { of: 0 })
    );
    // a forger copies the identifier of the key
    assert_eq!(
        answer(&[with_id(Some(b"new"))]),
        Err(PathFault::BadSignature { of: 0, issuer: 1 })
    );
    assert_eq!(
        answer(&[with_id(Some(b"old")), with_id(Some(b"new"))]),
        Err(PathFault::BadSignature { of: 0, issuer: 2 })
    );
    // one without an identifier may be meant
    assert_eq!(
        answer(&[with_id(None)]),
        Err(PathFault::BadSignature { of: 0, issuer: 1 })
    );
}

#[test]
fn a_sha1_signature_on_the_path_is_weak_and_that_of_a_root_is_none_of_it() {
    let weak = |mut facts: PathFacts| {
        facts.signature_hash = Some(Hash::Sha1);
        facts
    };
    let leaf = authority(0, "leaf", "ca");
    let intermediate = authority(1, "ca", "root");
    let root = authority(2, "root", "root");
    let answer = |facts: &[PathFacts], anchors: &[usize]| {
        search(facts, anchors, &mut Known::of(&[(0, 1), (1, 2), (2, 2)]))
    };
    let facts = [leaf.clone(), intermediate.clone(), weak(root.clone())];
    assert_eq!(answer(&facts, &[2]), Ok(vec![0, 1, 2]));
    assert_eq!(answer(&facts, &[]), Err(PathFault::NotTrusted { root: 2 }));
    let facts = [weak(leaf.clone()), intermediate.clone(), root.clone()];
    assert_eq!(
        answer(&facts, &[2]),
        Err(PathFault::WeakSignature { which: 0 })
    );
    // trusted itself, it needs no signature
    assert_eq!(answer(&facts, &[0]), Ok(vec![0]));
    let facts = [leaf, weak(intermediate), root];
    assert_eq!(
        answer(&facts, &[2]),
        Err(PathFault::WeakSignature { which: 1 })
    );
    assert_eq!(answer(&facts, &[1]), Ok(vec![0, 1]));
}
