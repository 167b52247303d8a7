//! Whether certificates are revoked, by lists that OpenSSL made; judged by `openssl verify` too.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod x509_tools;

use std::time::{SystemTime, UNIX_EPOCH};

use bicle_pki::certificate::Certificate;
use bicle_pki::path::{
    Candidates, MAX_REVOCATION_CHECKS, PathFacts, PathFault, SignatureOracle, build,
};
use bicle_pki::revocation::{Revocation, applies, is_weak, marks, revocation_of};
use bicle_pki::revocation_list::{Reason, RevocationList, number_from_text};
use bicle_pki::time::UnixSeconds;
use x509_tools::Workshop;

const CA: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n";
const LEAF: &str = "basicConstraints=CA:FALSE\nauthorityKeyIdentifier=keyid\n";
const AT: &str = "261101120000Z";

fn workshop() -> Workshop {
    let workshop = Workshop::new();
    workshop.issue("ca", "/C=FR/CN=Autorité", None, 30, CA);
    workshop.issue("leaf", "/CN=leaf", Some("ca"), 20, LEAF);
    workshop
}

fn answer(workshop: &Workshop, name: &str, lists: &[&RevocationList]) -> Option<Revocation> {
    let certificate = workshop.certificate(name);
    let issuer = workshop.certificate("ca");
    let mut is_signed = |index: usize| lists[index].verify_signature(issuer.public_key());
    revocation_of(&certificate, &[&issuer], lists, &mut is_signed)
}

fn list(
    workshop: &Workshop,
    number: &str,
    revoked: &[(&str, &str)],
    extensions: &str,
) -> RevocationList {
    let revoked: Vec<(&str, &str, &str)> = revoked
        .iter()
        .map(|(serial, reason)| (*serial, AT, *reason))
        .collect();
    let der = workshop.list("ca", number, &revoked, extensions, &[]);
    RevocationList::from_der(&der).unwrap()
}

fn serial(workshop: &Workshop, name: &str) -> String {
    workshop.certificate(name).serial_hex().to_uppercase()
}

#[test]
fn a_list_of_the_issuer_revokes_and_openssl_agrees() {
    let workshop = workshop();
    let leaf = serial(&workshop, "leaf");
    let empty = list(&workshop, "01", &[], "");
    assert_eq!(answer(&workshop, "leaf", &[&empty]), None);
    let revoking = list(&workshop, "02", &[(&leaf, "keyCompromise")], "");
    let verdict = workshop.try_openssl(&[
        "verify",
        "-crl_check",
        "-CAfile",
        "ca.pem",
        "-CRLfile",
        "list.pem",
        "leaf.pem",
    ]);
    let text = String::from_utf8_lossy(&verdict.stderr).into_owned();
    assert!(text.contains("certificate revoked"), "{text}");
    let [subject, issuer] = ["leaf", "ca"].map(|name| workshop.certificate(name));
    assert!(applies(&revoking, &subject, &issuer));
    assert!(!applies(&revoking, &subject, &subject));
    let found = answer(&workshop, "leaf", &[&empty, &revoking]).unwrap();
    assert_eq!(found.since.to_rfc3339(), "2026-11-01T12:00:00Z");
    assert_eq!(found.reason, Some(Reason::KeyCompromise));
    assert_eq!(found.list, 1);
    assert_eq!(answer(&workshop, "leaf", &[]), None);
}

#[test]
fn lists_of_others_are_not_used() {
    let workshop = workshop();
    let leaf = serial(&workshop, "leaf");
    let entries = [(leaf.as_str(), AT, "keyCompromise")];
    // the same name with another key, with and without the key identifier
    workshop.issue("forger", "/C=FR/CN=Autorité", None, 30, CA);
    workshop.issue("stranger", "/C=FR/CN=Une autre", None, 30, CA);
    for issuer in ["forger", "stranger"] {
        let der = workshop.list(issuer, "05", &entries, "", &[]);
        let list = RevocationList::from_der(&der).unwrap();
        assert_eq!(answer(&workshop, "leaf", &[&list]), None, "{issuer}");
    }
    let der = workshop.list("ca", "05", &entries, "1.2.3.4=critical,ASN1:NULL", &[]);
    let list = RevocationList::from_der(&der).unwrap();
    let [subject, issuer] = ["leaf", "ca"].map(|name| workshop.certificate(name));
    assert!(!applies(&list, &subject, &issuer));
    assert!(list.unknown_critical().is_some());
    assert_eq!(answer(&workshop, "leaf", &[&list]), None);
    // an authority that may not sign lists
    let no_lists = CA.replace(",cRLSign", "");
    workshop.make_key("weak", "EC:P-256");
    workshop.issue("weak", "/CN=weak", None, 30, &no_lists);
    workshop.issue("below", "/CN=below", Some("weak"), 20, LEAF);
    let below = serial(&workshop, "below");
    let der = workshop.list("weak", "05", &[(&below, AT, "")], "", &[]);
    let list = RevocationList::from_der(&der).unwrap();
    let (below, weak) = (workshop.certificate("below"), workshop.certificate("weak"));
    assert!(list.verify_signature(weak.public_key()));
    assert!(!applies(&list, &below, &weak));
}

#[test]
fn a_delta_adds_and_takes_back() {
    let workshop = workshop();
    let leaf = serial(&workshop, "leaf");
    let delta = |base: &str| format!("2.5.29.27=critical,ASN1:INTEGER:{base}");
    let held = list(&workshop, "0A", &[(&leaf, "certificateHold")], "");
    let clear = list(&workshop, "0A", &[], "");
    let adds = list(&workshop, "0B", &[(&leaf, "superseded")], &delta("10"));
    let removes = list(&workshop, "0B", &[(&leaf, "removeFromCRL")], &delta("10"));
    let silent = list(&workshop, "0B", &[], &delta("10"));
    // the difference to a complete list that is not here yet
    let ahead = list(&workshop, "0D", &[(&leaf, "removeFromCRL")], &delta("12"));

    let reason = |lists: &[&RevocationList]| answer(&workshop, "leaf", lists).map(|r| r.reason);
    let hold = Some(Some(Reason::CertificateHold));
    assert_eq!(reason(&[&held]), hold);
    assert_eq!(reason(&[&held, &silent]), hold);
    assert_eq!(reason(&[&removes, &held]), None);
    assert_eq!(reason(&[&ahead, &held]), hold);
    assert_eq!(reason(&[&clear, &adds]), Some(Some(Reason::Superseded)));
    assert_eq!(reason(&[&adds]), Some(Some(Reason::Superseded)));
    assert_eq!(reason(&[&removes]), None);
}

#[test]
fn a_newer_list_ends_a_hold_but_no_revocation() {
    let workshop = workshop();
    let leaf = serial(&workshop, "leaf");
    let older = [
        "-crl_lastupdate",
        "20260101000000Z",
        "-crl_nextupdate",
        "20360101000000Z",
    ];
    let old = |reason: &str| {
        let der = workshop.list("ca", "01", &[(&leaf, "251231120000Z", reason)], "", &older);
        RevocationList::from_der(&der).unwrap()
    };
    let (held, revoked) = (old("certificateHold"), old("keyCompromise"));
    let newer = list(&workshop, "02", &[], "");
    assert!(answer(&workshop, "leaf", &[&held]).is_some());
    assert_eq!(answer(&workshop, "leaf", &[&held, &newer]), None);
    assert!(answer(&workshop, "leaf", &[&revoked, &newer]).is_some());
}

#[test]
fn the_scope_of_a_list_is_respected() {
    let workshop = workshop();
    workshop.issue("sub", "/CN=sub", Some("ca"), 20, CA);
    let placed = format!("{LEAF}crlDistributionPoints=URI:http://a.example/1.crl\n");
    workshop.issue("placed", "/CN=placed", Some("ca"), 20, &placed);
    let serials: Vec<String> = ["leaf", "sub", "placed"]
        .iter()
        .map(|name| serial(&workshop, name))
        .collect();
    let revoked: Vec<(&str, &str)> = serials
        .iter()
        .map(|serial| (serial.as_str(), "keyCompromise"))
        .collect();
    for (scope, expected) in [
        ("", [true, true, true]),
        ("onlyuser=TRUE", [true, false, true]),
        ("onlyCA=TRUE", [false, true, false]),
        ("onlyAA=TRUE", [false, false, false]),
        ("onlysomereasons=keyCompromise", [true, true, true]),
        ("indirectCRL=TRUE", [true, true, true]),
        ("fullname=URI:http://a.example/1.crl", [false, false, true]),
        ("fullname=URI:http://a.example/2.crl", [false, false, false]),
        // a place that is not understood
        ("relativename=rdn\n[rdn]\nCN=1", [true, true, true]),
    ] {
        let extension = if scope.is_empty() {
            String::new()
        } else {
            format!("issuingDistributionPoint=critical,@idp\n[idp]\n{scope}")
        };
        let list = list(&workshop, "07", &revoked, &extension);
        let found =
            ["leaf", "sub", "placed"].map(|name| answer(&workshop, name, &[&list]).is_some());
        assert_eq!(found, expected, "{scope}");
    }
}

struct ByLists<'a> {
    certificates: &'a [Certificate],
    lists: &'a [&'a RevocationList],
    asked: Vec<(usize, usize)>,
}

impl<'a> ByLists<'a> {
    fn new(certificates: &'a [Certificate], lists: &'a [&'a RevocationList]) -> ByLists<'a> {
        ByLists {
            certificates,
            lists,
            asked: Vec::new(),
        }
    }
}

impl SignatureOracle for ByLists<'_> {
    fn is_signed_by(&mut self, subject: usize, issuer: usize) -> bool {
        self.certificates[subject].verify_signature(self.certificates[issuer].public_key())
    }

    fn revocation(&mut self, subject: usize, issuer: usize) -> Option<UnixSeconds> {
        assert!(!self.asked.contains(&(subject, issuer)), "asked twice");
        self.asked.push((subject, issuer));
        let issuer = &self.certificates[issuer];
        let mut is_signed = |index: usize| self.lists[index].verify_signature(issuer.public_key());
        let found = revocation_of(
            &self.certificates[subject],
            &[issuer],
            self.lists,
            &mut is_signed,
        );
        found.map(|revocation| revocation.since)
    }
}

fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(elapsed.as_secs()).unwrap()
}

#[test]
fn a_path_through_a_revoked_certificate_is_none() {
    let workshop = workshop();
    workshop.issue("sub", "/CN=sub", Some("ca"), 20, CA);
    workshop.issue("below", "/CN=below", Some("sub"), 20, LEAF);
    let certificates: Vec<Certificate> = ["below", "sub", "ca"]
        .map(|name| workshop.certificate(name))
        .into();
    let facts: Vec<PathFacts> = certificates.iter().map(PathFacts::from).collect();
    let candidates = Candidates {
        facts: &facts,
        anchors: &[false, false, true],
        distrusted: &[],
    };
    let now = now();
    let judged = |lists: &[&RevocationList], at: i64| {
        let mut oracle = ByLists::new(&certificates, lists);
        build(0, &candidates, UnixSeconds(at), &mut oracle).map(|path| path.indexes().to_vec())
    };
    assert_eq!(judged(&[], now), Ok(vec![0, 1, 2]));
    let sub = serial(&workshop, "sub");
    let revoking = list(&workshop, "02", &[(&sub, "cACompromise")], "");
    let since = UnixSeconds::parse_rfc3339("2026-11-01T12:00:00Z").unwrap();
    assert_eq!(
        judged(&[&revoking], now),
        Err(PathFault::Revoked { which: 1, since })
    );
    // the leaf itself, by its own issuer
    let below = serial(&workshop, "below");
    let der = workshop.list("sub", "01", &[(&below, "351101120000Z", "")], "", &[]);
    let later = RevocationList::from_der(&der).unwrap();
    assert_eq!(judged(&[&later], now), Ok(vec![0, 1, 2]), "not yet");
    let der = workshop.list("sub", "01", &[(&below, AT, "")], "", &[]);
    let revoking = RevocationList::from_der(&der).unwrap();
    let fault = judged(&[&revoking], now).unwrap_err();
    assert_eq!(fault, PathFault::Revoked { which: 0, since });
    assert_eq!(
        fault.to_string(),
        "certificate 0 is revoked since 2026-11-01T12:00:00Z"
    );
}

/// `ca` and other certificates of its name and key: an older form of the key identifier, and one
/// that may not sign lists; `leaf` names the older key identifier.
fn twins() -> Workshop {
    let workshop = Workshop::new();
    let name = "/C=FR/CN=Autorité";
    let older = CA.replace("=hash", "=0102030405");
    workshop.issue("ca", name, None, 30, CA);
    for (twin, extensions) in [
        ("older", older.clone()),
        ("mute", older.replace(",cRLSign", "")),
    ] {
        workshop.write(&format!("{twin}.key"), workshop.read("ca.key"));
        workshop.issue(twin, name, None, 30, &extensions);
    }
    workshop.issue("leaf", "/CN=leaf", Some("older"), 20, LEAF);
    workshop
}

#[test]
fn no_twin_of_the_issuer_lets_a_revoked_certificate_through() {
    let workshop = twins();
    let leaf = serial(&workshop, "leaf");
    // its authorityKeyIdentifier is the newer one
    let revoking = list(&workshop, "02", &[(&leaf, "keyCompromise")], "");
    let since = UnixSeconds::parse_rfc3339("2026-11-01T12:00:00Z").unwrap();
    let [subject, ca, older, mute] =
        ["leaf", "ca", "older", "mute"].map(|name| workshop.certificate(name));
    assert_eq!(subject.authority_key_id(), older.subject_key_id());
    assert_eq!(revoking.authority_key_id(), ca.subject_key_id());
    assert_ne!(older.subject_key_id(), ca.subject_key_id());
    let mut is_signed = |_| revoking.verify_signature(ca.public_key());
    let mut by = |issuers: &[&Certificate]| {
        revocation_of(&subject, issuers, &[&revoking], &mut is_signed).is_some()
    };
    assert!(by(&[&older]));
    assert!(by(&[&mute, &ca]), "one of the key may sign lists");
    assert!(!by(&[&mute]), "none may");
    assert!(!by(&[]));

    let lists = [&revoking];
    for issuers in [
        vec![&ca, &older],
        vec![&older, &ca],
        vec![&mute, &ca],
        vec![&ca, &mute],
        vec![&mute, &older, &ca],
    ] {
        let certificates: Vec<Certificate> = [&subject]
            .into_iter()
            .chain(issuers.iter().copied())
            .cloned()
            .collect();
        let facts: Vec<PathFacts> = certificates.iter().map(PathFacts::from).collect();
        for anchor in 1..certificates.len() {
            let anchors: Vec<bool> = (0..certificates.len()).map(|at| at == anchor).collect();
            let candidates = Candidates {
                facts: &facts,
                anchors: &anchors,
                distrusted: &[],
            };
            let judged = |lists: &[&RevocationList]| {
                let mut oracle = ByLists::new(&certificates, lists);
                build(0, &candidates, UnixSeconds(now()), &mut oracle)
                    .map(|path| path.indexes().to_vec())
            };
            assert_eq!(judged(&[]), Ok(vec![0, anchor]));
            let revoked = PathFault::Revoked { which: 0, since };
            assert_eq!(judged(&lists), Err(revoked), "{anchor} of {issuers:?}");
        }
    }
}

#[test]
fn the_questions_of_revocation_are_few() {
    struct Mesh(usize);
    impl SignatureOracle for Mesh {
        fn is_signed_by(&mut self, _: usize, _: usize) -> bool {
            true
        }
        fn revocation(&mut self, _: usize, _: usize) -> Option<UnixSeconds> {
            self.0 += 1;
            None
        }
    }
    // authorities that all certify each other: each has six certificates of one key
    let workshop = Workshop::new();
    for place in 0..6 {
        workshop.issue(
            &format!("ca{place}"),
            &format!("/CN=ca{place}"),
            None,
            30,
            CA,
        );
    }
    let mut certificates = Vec::new();
    for subject in 0..6 {
        for issuer in 0..6 {
            let name = format!("cross{subject}{issuer}");
            let key = workshop.read(&format!("ca{subject}.key"));
            workshop.write(&format!("{name}.key"), key);
            let issuer = format!("ca{issuer}");
            workshop.issue(&name, &format!("/CN=ca{subject}"), Some(&issuer), 20, CA);
            certificates.push(workshop.certificate(&name));
        }
    }
    let facts: Vec<PathFacts> = certificates.iter().map(PathFacts::from).collect();
    let candidates = Candidates {
        facts: &facts,
        anchors: &[],
        distrusted: &[],
    };
    let mut oracle = Mesh(0);
    build(1, &candidates, UnixSeconds(now()), &mut oracle).unwrap_err();
    assert!(
        oracle.0 > 0 && oracle.0 <= MAX_REVOCATION_CHECKS,
        "{}",
        oracle.0
    );
}

#[test]
fn a_hold_ends_only_with_what_is_newer_and_here() {
    let workshop = workshop();
    let leaf = serial(&workshop, "leaf");
    let delta = |base: &str| format!("2.5.29.27=critical,ASN1:INTEGER:{base}");
    let made = |number: &str, day: u32, reason: &str, base: &str, more: &[&str]| {
        let day = format!("202601{day:02}000000Z");
        let entries = [(leaf.as_str(), "260101000000Z", reason)];
        let entries = if reason == "-" { &[][..] } else { &entries[..] };
        let extensions = if base.is_empty() {
            String::new()
        } else {
            delta(base)
        };
        let mut arguments = vec![
            "-crl_lastupdate",
            &day,
            "-crl_nextupdate",
            "20360101000000Z",
        ];
        arguments.extend(more);
        let der = workshop.list("ca", number, entries, &extensions, &arguments);
        RevocationList::from_der(&der).unwrap()
    };
    let plain = |number: &str, day, reason: &str, base: &str| made(number, day, reason, base, &[]);
    let hold = "certificateHold";
    let ten = plain("0A", 10, "-", "");
    let ten_holds = plain("0A", 10, hold, "");
    let ahead = plain("0D", 13, hold, "12");
    let reason = |lists: &[&RevocationList]| answer(&workshop, "leaf", lists).map(|r| r.reason);
    let held = Some(Some(Reason::CertificateHold));
    // in a delta list ahead of the complete one, and alone
    assert_eq!(reason(&[&ten, &ahead]), held);
    assert_eq!(reason(&[&ahead]), held);
    // a later delta list that is silent of it does not take it back, one that removes it does, but
    // only from a list that is here
    let silent = plain("0E", 14, "-", "12");
    let removes = plain("0E", 14, "removeFromCRL", "12");
    let twelve = plain("0C", 12, hold, "");
    assert_eq!(reason(&[&ten, &ahead, &silent]), held);
    assert_eq!(reason(&[&ten_holds, &removes]), held);
    assert_eq!(reason(&[&ten, &ahead, &removes]), held);
    assert_eq!(reason(&[&twelve, &ahead, &removes]), None);
    assert_eq!(reason(&[&removes, &ahead, &twelve, &ten_holds]), None);
    // a removal that is older than the hold
    let again = plain("0F", 15, hold, "12");
    assert_eq!(reason(&[&twelve, &removes, &again]), held);
    // a newer complete list
    let sixteen = plain("10", 16, "-", "");
    assert_eq!(reason(&[&again, &sixteen, &twelve]), None);
    // removeFromCRL in a complete list neither revokes nor hides an older revocation, nor does it in
    // a delta list hide one for good
    let wrong = plain("11", 17, "removeFromCRL", "");
    let lost = plain("0B", 11, "keyCompromise", "");
    let compromised = Some(Some(Reason::KeyCompromise));
    assert_eq!(reason(&[&wrong]), None);
    assert_eq!(reason(&[&wrong, &lost]), compromised);
    assert_eq!(reason(&[&lost, &twelve, &removes]), compromised);
    // lists signed with SHA-1 revoke, but take nothing back
    let sha1 = ["-md", "sha1"];
    let weak = |number: &str, day, reason: &str, base: &str| made(number, day, reason, base, &sha1);
    let superseded = weak("12", 18, "superseded", "");
    assert!(is_weak(&superseded) && !is_weak(&lost));
    assert_eq!(reason(&[&ten, &superseded]), Some(Some(Reason::Superseded)));
    assert_eq!(reason(&[&twelve, &weak("12", 18, "-", "")]), held);
    assert_eq!(
        reason(&[&twelve, &weak("0E", 14, "removeFromCRL", "12")]),
        held
    );
}

#[test]
fn of_two_entries_of_one_certificate_the_worse_counts() {
    let workshop = workshop();
    let leaf = serial(&workshop, "leaf");
    let octets = |serial: &str| -> Vec<u8> {
        let pairs = serial.as_bytes().chunks(2);
        pairs
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    };
    // openssl makes one entry for a number: the other is that of a neighbour, renamed afterwards
    let last = if leaf.ends_with('0') { "1" } else { "0" };
    let neighbour = format!("{}{last}", &leaf[..leaf.len() - 1]);
    for (reasons, counts) in [
        (
            ["certificateHold", "keyCompromise"],
            Some(Reason::KeyCompromise),
        ),
        (
            ["keyCompromise", "certificateHold"],
            Some(Reason::KeyCompromise),
        ),
        // of two that are equal the first in the list
        (["superseded", "keyCompromise"], None),
    ] {
        let entries = [
            (leaf.as_str(), AT, reasons[0]),
            (neighbour.as_str(), AT, reasons[1]),
        ];
        let mut der = workshop.list("ca", "02", &entries, "", &[]);
        let wanted = octets(&neighbour);
        let at = der
            .windows(wanted.len())
            .position(|window| window == wanted)
            .unwrap();
        der[at..at + wanted.len()].copy_from_slice(&octets(&leaf));
        let both = RevocationList::from_der(&der).unwrap();
        assert_eq!(both.entries_count(), 2);
        let counts = counts.or_else(|| both.entries().next()?.reason);
        let found = marks(&both, &[&workshop.certificate("leaf")]);
        assert_eq!(found[0].unwrap().reason, counts);
    }
}

#[test]
fn the_number_of_a_list_comes_back_from_its_text() {
    let workshop = workshop();
    for number in ["00", "0A", "00FF", "0123456789ABCDEF0123456789ABCDEF0123"] {
        let list = list(&workshop, number, &[], "");
        let text = list.number_text().unwrap();
        assert_eq!(number_from_text(&text).as_deref(), list.number(), "{text}");
    }
    for wrong in ["", "x", "-1", "0xé", "0xg0"] {
        assert_eq!(
            number_from_text(wrong).filter(|octets| !octets.is_empty()),
            None
        );
    }
}
