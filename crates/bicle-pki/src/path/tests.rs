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

    fn revocation(&mut self, _: usize, _: usize) -> Option<UnixSeconds> {
        None
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

#[test]
fn an_issuer_without_a_name_is_none() {
    let leaf = authority(0, "leaf", "");
    let nameless = authority(1, "", "");
    let right = [(0, 1), (1, 1)];
    assert_eq!(
        search(&[leaf, nameless.clone()], &[1], &mut Known::of(&right)),
        Err(PathFault::NoIssuer { of: 0 })
    );
    // trusted by the user, it is what it is
    let answer = |anchors: &[usize]| {
        search(
            std::slice::from_ref(&nameless),
            anchors,
            &mut Known::of(&[(0, 0)]),
        )
    };
    assert_eq!(answer(&[0]), Ok(vec![0]));
    // and else nobody's, its own neither
    assert_eq!(answer(&[]), Err(PathFault::NoIssuer { of: 0 }));
}

/// The searcher's whole answer for hostile sets comes within this time, a slow machine's debug build
/// included.
const SOON: std::time::Duration = std::time::Duration::from_secs(20);

#[test]
fn a_thousand_look_alike_issuers_of_one_key_id_cost_a_bounded_number_of_signatures() {
    let mut facts = vec![with_key_ids(authority(0, "leaf", "ca"), None, Some(b"id"))];
    facts.extend(
        (1..=1_000)
            .map(|number| with_key_ids(authority(number, "ca", "ca"), Some(b"id"), Some(b"id"))),
    );
    // each is signed by every other: the search could go on forever
    let mut oracle = Known {
        right: HashSet::new(),
        asked: 0,
    };
    for issuer in 1..=64 {
        oracle.right.insert((0, issuer));
        for other in 1..=64 {
            oracle.right.insert((issuer, other));
        }
    }
    let started = Instant::now();
    assert_eq!(search(&facts, &[], &mut oracle), Err(PathFault::TooComplex));
    assert!(oracle.asked <= MAX_SIGNATURE_CHECKS, "{}", oracle.asked);
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

#[test]
fn a_cross_signed_mesh_ends_with_the_steps() {
    // six layers of five authorities, each signed by all of the next layer: 5^6 paths, none to an anchor
    let mut facts = vec![authority(0, "leaf", "layer 0")];
    let mut right = HashSet::new();
    for layer in 0..6_usize {
        for number in 0..5_usize {
            let index = 1 + layer * 5 + number;
            facts.push(authority(
                u32::try_from(index).unwrap(),
                &format!("layer {layer}"),
                &format!("layer {}", layer + 1),
            ));
            let below: Vec<usize> = match layer {
                0 => vec![0],
                _ => (0..5).map(|other| 1 + (layer - 1) * 5 + other).collect(),
            };
            right.extend(below.into_iter().map(|below| (below, index)));
        }
    }
    let mut oracle = Known { right, asked: 0 };
    let started = Instant::now();
    assert_eq!(search(&facts, &[], &mut oracle), Err(PathFault::TooComplex));
    assert!(oracle.asked <= MAX_SIGNATURE_CHECKS, "{}", oracle.asked);
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

/// Counts what it is asked of revocation, and says no.
struct Counting {
    signatures: usize,
    revocations: usize,
}

impl SignatureOracle for Counting {
    fn is_signed_by(&mut self, _: usize, _: usize) -> bool {
        self.signatures += 1;
        true
    }

    fn revocation(&mut self, _: usize, _: usize) -> Option<UnixSeconds> {
        self.revocations += 1;
        None
    }
}

#[test]
fn questions_of_revocation_are_bounded_where_an_authority_has_many_certificates() {
    // one key under sixteen certificates, at each of nine steps
    let mut facts = vec![authority(0, "leaf", "step 0")];
    for step in 0..9_u32 {
        for _ in 0..16 {
            facts.push(authority(
                step + 1,
                &format!("step {step}"),
                &format!("step {}", step + 1),
            ));
        }
    }
    let candidates = Candidates {
        facts: &facts,
        anchors: &[],
        distrusted: &[],
    };
    let mut oracle = Counting {
        signatures: 0,
        revocations: 0,
    };
    let started = Instant::now();
    assert_eq!(
        build(0, &candidates, NOW, &mut oracle),
        Err(PathFault::TooComplex)
    );
    assert!(oracle.signatures <= MAX_SIGNATURE_CHECKS);
    assert!(oracle.revocations <= MAX_REVOCATION_CHECKS);
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

/// So many hosts, each another.
fn hosts(count: usize, domain: &str) -> Vec<crate::extension::GeneralName> {
    (0..count)
        .map(|number| crate::extension::GeneralName::Dns(format!("{number}.{domain}")))
        .collect()
}

/// A root with so many excluded hosts, over a leaf with so many names.
fn constrained(bases: usize, names: usize) -> Vec<PathFacts> {
    let excluded = hosts(bases, "excluded");
    let subtrees = excluded
        .into_iter()
        .map(|base| crate::extension::Subtree {
            base,
            has_distances: false,
        })
        .collect();
    let mut root = authority(1, "root", "root");
    root.constraints = Some(constraints::Constraints::from(
        &crate::extension::NameConstraints {
            permitted: Vec::new(),
            excluded: subtrees,
        },
    ));
    let mut leaf = authority(0, "leaf", "root");
    let empty = crate::name::DistinguishedName::parse("CN=leaf").unwrap();
    leaf.names = constraints::Name::all_of(&empty, b"leaf", &hosts(names, "leaf"));
    vec![leaf, root]
}

#[test]
fn ten_thousand_constraints_over_ten_thousand_names_are_refused_before_the_work() {
    let facts = constrained(10_000, 10_000);
    let started = Instant::now();
    let mut oracle = Known::of(&[(0, 1), (1, 1)]);
    assert_eq!(
        search(&facts, &[1], &mut oracle),
        Err(PathFault::TooComplex)
    );
    // 10^8 comparisons take longer
    assert!(started.elapsed().as_secs() < 2, "{:?}", started.elapsed());
    // what a real authority may have is compared
    let facts = constrained(1_000, 1_000);
    let mut oracle = Known::of(&[(0, 1), (1, 1)]);
    assert_eq!(search(&facts, &[1], &mut oracle), Ok(vec![0, 1]));
}

#[test]
fn the_comparisons_with_all_issuers_of_a_path_are_bounded_together() {
    // each issuer may be compared with, and both together are too much
    let mut facts = constrained(800, 700);
    let mut above = facts[1].clone();
    above.subject = b"above".as_slice().into();
    above.key = Sha256Fingerprint::of(b"above");
    facts[1].issuer = b"above".as_slice().into();
    facts.push(above);
    let mut oracle = Known::of(&[(0, 1), (1, 2)]);
    assert_eq!(search(&facts, &[1], &mut oracle), Ok(vec![0, 1]));
    assert_eq!(
        search(&facts, &[2], &mut oracle),
        Err(PathFault::TooComplex)
    );
}

/// Some signatures are right, and some keys have lists that revoke.
struct Revoking {
    right: HashSet<(usize, usize)>,
    revoked: HashSet<(usize, usize)>,
}

impl SignatureOracle for Revoking {
    fn is_signed_by(&mut self, subject: usize, issuer: usize) -> bool {
        self.right.contains(&(subject, issuer))
    }

    fn revocation(&mut self, subject: usize, issuer: usize) -> Option<UnixSeconds> {
        self.revoked
            .contains(&(subject, issuer))
            .then_some(UnixSeconds(900))
    }
}

#[test]
fn a_list_of_another_key_of_the_authority_revokes_where_signatures_bind_the_keys() {
    // leaf 0, its issuer 1, another key of the issuer's name 2, the root 3 of both
    let facts = [
        authority(0, "leaf", "ca"),
        authority(1, "ca", "root"),
        authority(2, "ca", "root"),
        authority(3, "root", "root"),
    ];
    let answer = |facts: &[PathFacts], bound: &[(usize, usize)]| {
        let mut oracle = Revoking {
            right: [(0, 1), (1, 3)]
                .into_iter()
                .chain(bound.iter().copied())
                .collect(),
            revoked: HashSet::from([(0, 2)]),
        };
        let anchors = [false, false, false, true];
        let candidates = Candidates {
            facts,
            anchors: &anchors,
            distrusted: &[],
        };
        build(0, &candidates, NOW, &mut oracle).map(|path| path.indexes().to_vec())
    };
    let revoked = Err(PathFault::Revoked {
        which: 0,
        since: UnixSeconds(900),
    });
    // a stranger of the same name says nothing
    assert_eq!(answer(&facts, &[]), Ok(vec![0, 1, 3]));
    assert_eq!(answer(&facts, &[(2, 0)]), Ok(vec![0, 1, 3]));
    // the root has signed both, or one key has signed the other
    assert_eq!(answer(&facts, &[(2, 3)]), revoked);
    assert_eq!(answer(&facts, &[(2, 1)]), revoked);
    assert_eq!(answer(&facts, &[(1, 2)]), revoked);
    // under another issuer's name it is another authority
    let mut foreign = facts.clone();
    foreign[2].issuer = b"other".as_slice().into();
    assert_eq!(answer(&foreign, &[(2, 3)]), Ok(vec![0, 1, 3]));
    // and so it is under another name of its own
    let mut named = facts;
    named[2].subject = b"other".as_slice().into();
    assert_eq!(answer(&named, &[(2, 3)]), Ok(vec![0, 1, 3]));
}

#[test]
fn a_revocation_by_another_key_is_not_lost_among_look_alikes_of_the_one_above() {
    // leaf 0, its issuer 1, another key of the issuer's name 2, look-alikes of the root, the root
    let answer = |root_id: Option<&[u8]>, is_anchor: bool, right: &[(usize, usize)]| {
        let mut facts = vec![
            authority(0, "leaf", "ca"),
            with_key_ids(authority(1, "ca", "root"), None, Some(b"id")),
            with_key_ids(authority(2, "ca", "root"), None, Some(b"id")),
        ];
        facts.extend(
            (3..43)
                .map(|number| with_key_ids(authority(number, "root", "root"), Some(b"id"), None)),
        );
        facts.push(with_key_ids(authority(43, "root", "root"), root_id, None));
        let mut oracle = Revoking {
            right: right.iter().copied().collect(),
            revoked: HashSet::from([(0, 2)]),
        };
        let mut anchors = vec![false; facts.len()];
        // the issuer itself is trusted where the root is not
        anchors[if is_anchor { 43 } else { 1 }] = true;
        let candidates = Candidates {
            facts: &facts,
            anchors: &anchors,
            distrusted: &[],
        };
        build(0, &candidates, NOW, &mut oracle).map(|path| path.indexes().to_vec())
    };
    let both = [(0, 1), (1, 43), (2, 43)];
    let revoked = Err(PathFault::Revoked {
        which: 0,
        since: UnixSeconds(900),
    });
    // the anchor is tried before its look-alikes
    assert_eq!(answer(Some(b"id"), true, &both), revoked);
    // not tried, it might have signed both
    assert_eq!(
        answer(Some(b"id"), false, &both),
        Err(PathFault::TooComplex)
    );
    assert_eq!(
        answer(Some(b"other"), false, &both),
        Err(PathFault::TooComplex)
    );
    // bound by themselves, they need no one above
    assert_eq!(answer(Some(b"id"), false, &[(0, 1), (2, 1)]), revoked);
}

#[test]
fn a_self_signed_certificate_behind_many_look_alikes_is_still_asked_about_itself() {
    let facts: Vec<PathFacts> = (0..=300)
        .map(|number| with_key_ids(authority(number, "x", "x"), Some(b"id"), Some(b"id")))
        .collect();
    let candidates = Candidates {
        facts: &facts,
        anchors: &[],
        distrusted: &[],
    };
    let mut oracle = Known::of(&[(300, 300)]);
    assert_eq!(
        build(300, &candidates, NOW, &mut oracle),
        Err(PathFault::NotTrusted { root: 300 })
    );
}

#[test]
fn what_is_known_of_a_certificate_is_told() {
    let sound = authority(0, "a", "a");
    assert!(sound.is_sound() && !sound.is_signed_with_sha1() && !sound.limits_names());
    let mut malformed = sound.clone();
    malformed.malformed = Some(crate::oid::KEY_USAGE);
    assert!(!malformed.is_sound());
    let mut unknown = sound.clone();
    unknown.unknown_critical = Some(crate::oid::KEY_USAGE);
    assert!(!unknown.is_sound());
    let mut weak = sound;
    weak.signature_hash = Some(Hash::Sha1);
    assert!(weak.is_sound() && weak.is_signed_with_sha1());
    assert!(constrained(1, 1)[1].limits_names());
}

fn younger(mut facts: PathFacts) -> PathFacts {
    facts.not_before = UnixSeconds(500);
    facts
}

fn valid_between(mut facts: PathFacts, not_before: i64, not_after: i64) -> PathFacts {
    facts.not_before = UnixSeconds(not_before);
    facts.not_after = UnixSeconds(not_after);
    facts
}

#[test]
fn an_issuer_without_a_key_identifier_goes_before_one_with_another() {
    let facts = [
        with_key_ids(authority(0, "leaf", "ca"), None, Some(b"asked")),
        younger(with_key_ids(
            authority(1, "ca", "root"),
            Some(b"other"),
            None,
        )),
        with_key_ids(authority(2, "ca", "root"), None, None),
        authority(3, "root", "root"),
    ];
    let mut oracle = Known::of(&[(0, 1), (0, 2), (1, 3), (2, 3)]);
    assert_eq!(search(&facts, &[3], &mut oracle), Ok(vec![0, 2, 3]));
}

#[test]
fn what_the_user_trusts_goes_before_what_is_younger() {
    let facts = [
        authority(0, "leaf", "ca"),
        younger(authority(1, "ca", "root")),
        authority(2, "ca", "root"),
        authority(3, "root", "root"),
    ];
    let mut oracle = Known::of(&[(0, 1), (0, 2), (1, 3)]);
    assert_eq!(search(&facts, &[2, 3], &mut oracle), Ok(vec![0, 2]));
}

#[test]
fn certificates_whose_time_is_not_now_do_not_hide_the_one_that_is_valid() {
    let answer =
        |not_before: i64, not_after: i64| {
            let mut facts = vec![authority(0, "leaf", "ca")];
            facts.extend((1..=20).map(|number| {
                valid_between(authority(number, "ca", "root"), not_before, not_after)
            }));
            facts.push(authority(21, "ca", "root"));
            facts.push(authority(22, "root", "root"));
            let mut oracle = Known::of(&[(0, 21), (21, 22)]);
            search(&facts, &[22], &mut oracle)
        };
    assert_eq!(answer(600, 900), Ok(vec![0, 21, 22]), "expired");
    assert_eq!(answer(1_100, 2_000), Ok(vec![0, 21, 22]), "not yet valid");
    // as many that are as good: the last is not tried
    assert_eq!(answer(600, 1_100), Err(PathFault::TooComplex));
}

#[test]
fn a_path_that_lies_open_costs_a_signature_a_link() {
    let cost = |facts: &[PathFacts], anchor: usize, right: &[(usize, usize)]| {
        let mut oracle = Known::of(right);
        assert_eq!(search(facts, &[anchor], &mut oracle), Ok(vec![0, anchor]));
        oracle.asked
    };
    // its own signature on itself is asked for last
    let renewed = [authority(0, "ca", "ca"), authority(1, "ca", "ca")];
    assert_eq!(cost(&renewed, 1, &[(0, 0), (0, 1)]), 1);
    // one that is over is tried last, and no other certificate asked whether it has signed itself
    let mut facts = vec![
        authority(0, "leaf", "ca"),
        valid_between(authority(1, "ca", "root"), 600, 900),
        authority(2, "ca", "root"),
        authority(3, "root", "root"),
    ];
    let mut oracle = Known::of(&[(0, 1), (0, 2), (2, 3)]);
    assert_eq!(search(&facts, &[3], &mut oracle), Ok(vec![0, 2, 3]));
    assert_eq!(oracle.asked, 2);
    facts.truncate(2);
    let mut oracle = Known::of(&[]);
    let forged = PathFault::BadSignature { of: 0, issuer: 1 };
    assert_eq!(search(&facts, &[], &mut oracle), Err(forged));
    assert_eq!(oracle.asked, 1);
}

#[test]
fn an_issuer_that_is_not_tried_is_too_many_also_where_the_certificate_itself_is_tried() {
    // self-issued, by another key than its own: sixteen have the identifier that is asked for
    let mut facts = vec![with_key_ids(
        authority(0, "x", "x"),
        Some(b"own"),
        Some(b"asked"),
    )];
    facts.extend(
        (1..=MAX_ISSUERS_OF_NAME)
            .map(|number| u32::try_from(number).unwrap())
            .map(|number| with_key_ids(authority(number, "x", "top"), Some(b"asked"), None)),
    );
    let mut oracle = Known::of(&[(0, MAX_ISSUERS_OF_NAME)]);
    assert_eq!(search(&facts, &[], &mut oracle), Err(PathFault::TooComplex));
}

/// The answer where some keys have lists that revoke; `anchor` is trusted.
fn with_lists(
    facts: &[PathFacts],
    anchor: usize,
    right: &[(usize, usize)],
    revoked: &[(usize, usize)],
) -> Result<Vec<usize>, PathFault> {
    let mut oracle = Revoking {
        right: right.iter().copied().collect(),
        revoked: revoked.iter().copied().collect(),
    };
    let anchors: Vec<bool> = (0..facts.len()).map(|index| index == anchor).collect();
    let candidates = Candidates {
        facts,
        anchors: &anchors,
        distrusted: &[],
    };
    build(0, &candidates, NOW, &mut oracle).map(|path| path.indexes().to_vec())
}

#[test]
fn no_certificate_revokes_itself() {
    // a new key of an authority under its old one
    let facts = [authority(0, "ca", "ca"), authority(1, "ca", "ca")];
    let right = [(0, 1)];
    assert_eq!(with_lists(&facts, 1, &right, &[(0, 0)]), Ok(vec![0, 1]));
    let since = UnixSeconds(900);
    let revoked = Err(PathFault::Revoked { which: 0, since });
    assert_eq!(with_lists(&facts, 1, &right, &[(0, 1)]), revoked);
}

#[test]
fn the_key_above_two_keys_is_found_among_the_issuers_of_either() {
    // leaf 0, its issuer 1, another key of the issuer's name 2 that has a list; both are signed by the
    // last, whose identifier only one of them asks for
    for (one, other) in [(b"a", b"b"), (b"b", b"a")] {
        let mut facts = vec![
            authority(0, "leaf", "ca"),
            with_key_ids(authority(1, "ca", "root"), None, Some(one)),
            with_key_ids(authority(2, "ca", "root"), None, Some(other)),
        ];
        let look_alikes = 3..23;
        facts.extend(
            look_alikes
                .map(|number| with_key_ids(authority(number, "root", "root"), Some(b"a"), None)),
        );
        facts.push(with_key_ids(
            authority(23, "root", "root"),
            Some(b"b"),
            None,
        ));
        let since = UnixSeconds(900);
        assert_eq!(
            with_lists(&facts, 1, &[(0, 1), (1, 23), (2, 23)], &[(0, 2)]),
            Err(PathFault::Revoked { which: 0, since })
        );
        // a stranger's signature on the one alone leaves open who has signed both
        assert_eq!(
            with_lists(&facts, 1, &[(0, 1), (1, 23)], &[(0, 2)]),
            Err(PathFault::TooComplex)
        );
    }
}

#[test]
fn questions_of_revocation_end_the_search_before_the_signatures_do() {
    // sixteen issuers, each of whose name above has one key of its own and fourteen look-alikes of the
    // target, which is on the path already: sixteen questions of revocation for two signatures
    let mut facts = vec![authority(0, "top", "ca")];
    let mut right = HashSet::new();
    for number in 1..=16 {
        facts.push(authority(number, "ca", "top"));
        right.insert((0, facts.len() - 1));
    }
    facts.push(authority(17, "top", "nobody"));
    let top = facts.len() - 1;
    right.extend((1..=16).map(|below| (below, top)));
    facts.extend((0..14).map(|_| authority(0, "top", "nobody")));
    struct Asked {
        right: HashSet<(usize, usize)>,
        signatures: usize,
        revocations: usize,
    }
    impl SignatureOracle for Asked {
        fn is_signed_by(&mut self, subject: usize, issuer: usize) -> bool {
            self.signatures += 1;
            self.right.contains(&(subject, issuer))
        }

        fn revocation(&mut self, _: usize, _: usize) -> Option<UnixSeconds> {
            self.revocations += 1;
            None
        }
    }
    let mut oracle = Asked {
        right,
        signatures: 0,
        revocations: 0,
    };
    let candidates = Candidates {
        facts: &facts,
        anchors: &[],
        distrusted: &[],
    };
    assert_eq!(
        build(0, &candidates, NOW, &mut oracle),
        Err(PathFault::TooComplex)
    );
    assert!(oracle.signatures < MAX_SIGNATURE_CHECKS / 2);
    assert_eq!(oracle.revocations, MAX_REVOCATION_CHECKS);
}
