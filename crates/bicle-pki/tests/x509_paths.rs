//! Paths: found, refused with the right reason, and judged by `openssl verify` too.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::disallowed_methods
)]

mod x509_tools;

use std::collections::HashMap;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use bicle_pki::certificate::Certificate;
use bicle_pki::oid;
use bicle_pki::path::{
    Candidates, MAX_SIGNATURE_CHECKS, PathFacts, PathFault, SignatureOracle, VerifiedPath, build,
};
use bicle_pki::time::UnixSeconds;
use x509_tools::{Workshop, anchors};

const CA: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n";
const LEAF: &str = "basicConstraints=CA:FALSE\nauthorityKeyIdentifier=keyid\n";
const DAY: i64 = 86_400;

fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(elapsed.as_secs()).unwrap()
}

struct Verifying<'a> {
    certificates: &'a [Certificate],
    asked: HashMap<(usize, usize), usize>,
}

impl SignatureOracle for Verifying<'_> {
    fn is_signed_by(&mut self, subject: usize, issuer: usize) -> bool {
        *self.asked.entry((subject, issuer)).or_default() += 1;
        self.certificates[subject].verify_signature(self.certificates[issuer].public_key())
    }

    fn revocation(&mut self, _: usize, _: usize) -> Option<UnixSeconds> {
        None
    }
}

/// The certificates of one case by name; the first is the target.
struct Case<'a> {
    workshop: &'a Workshop,
    names: Vec<&'a str>,
    trusted: Vec<&'a str>,
    distrusted: Vec<&'a str>,
    days_from_now: i64,
}

impl<'a> Case<'a> {
    fn of(workshop: &'a Workshop, names: &[&'a str], trusted: &[&'a str]) -> Case<'a> {
        Case {
            workshop,
            names: names.to_vec(),
            trusted: trusted.to_vec(),
            distrusted: Vec::new(),
            days_from_now: 1,
        }
    }

    fn after_days(mut self, days: i64) -> Case<'a> {
        self.days_from_now = days;
        self
    }

    fn search(&self) -> Result<VerifiedPath, PathFault> {
        let certificates: Vec<Certificate> = self
            .names
            .iter()
            .map(|name| self.workshop.certificate(name))
            .collect();
        let facts: Vec<PathFacts> = certificates.iter().map(PathFacts::from).collect();
        let flags = |list: &[&str]| -> Vec<bool> {
            self.names.iter().map(|name| list.contains(name)).collect()
        };
        let (anchors, distrusted) = (flags(&self.trusted), flags(&self.distrusted));
        let mut oracle = Verifying {
            certificates: &certificates,
            asked: HashMap::new(),
        };
        let candidates = Candidates {
            facts: &facts,
            anchors: &anchors,
            distrusted: &distrusted,
        };
        let at = UnixSeconds(now() + self.days_from_now * DAY);
        let result = build(0, &candidates, at, &mut oracle);
        assert!(oracle.asked.values().all(|count| *count == 1));
        result
    }

    fn openssl_agrees_that_it_is(&self, right: bool) {
        let bundle = |names: &[&str]| -> String {
            names
                .iter()
                .map(|name| String::from_utf8(self.workshop.read(&format!("{name}.pem"))).unwrap())
                .collect()
        };
        let untrusted: Vec<&str> = self
            .names
            .iter()
            .skip(1)
            .filter(|name| !self.trusted.contains(name))
            .copied()
            .collect();
        self.workshop.write("trusted.bundle", bundle(&self.trusted));
        self.workshop.write("untrusted.bundle", bundle(&untrusted));
        let at = (now() + self.days_from_now * DAY).to_string();
        let target = format!("{}.pem", self.names[0]);
        let mut arguments = vec![
            "verify",
            "-partial_chain",
            "-no-CApath",
            "-no-CAstore",
            "-attime",
            &at,
            "-CAfile",
            "trusted.bundle",
        ];
        if !untrusted.is_empty() {
            arguments.extend(["-untrusted", "untrusted.bundle"]);
        }
        arguments.push(&target);
        let output = self.workshop.try_openssl(&arguments);
        assert_eq!(
            output.status.success(),
            right,
            "{:?}: {}",
            self.names,
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn both_find(self, expected: &[&str]) {
        self.openssl_agrees_that_it_is(true);
        self.finds(expected);
    }

    fn finds(self, expected: &[&str]) {
        let path = self.search().unwrap();
        let found: Vec<&str> = path
            .indexes()
            .iter()
            .map(|index| self.names[*index])
            .collect();
        assert_eq!(found, expected);
    }

    fn both_refuse(self, fault: PathFault) {
        self.openssl_agrees_that_it_is(false);
        self.refuses(fault);
    }

    fn refuses(self, fault: PathFault) {
        assert_eq!(self.search(), Err(fault), "{:?}", self.names);
    }
}

/// A root, an intermediate and a leaf.
fn simple() -> Workshop {
    let workshop = Workshop::new();
    workshop.issue("root", "/C=FR/CN=Root", None, 3000, CA);
    let ica = format!("{CA}authorityKeyIdentifier=keyid\n");
    workshop.issue("ica", "/C=FR/CN=ICA", Some("root"), 1000, &ica);
    workshop.issue("leaf", "/CN=leaf", Some("ica"), 2000, LEAF);
    workshop
}

#[test]
fn a_right_path_is_found_from_any_anchor() {
    let workshop = simple();
    Case::of(&workshop, &["leaf", "ica", "root"], &["root"]).both_find(&["leaf", "ica", "root"]);
    Case::of(&workshop, &["leaf", "root", "ica"], &["ica"]).both_find(&["leaf", "ica"]);
    Case::of(&workshop, &["leaf"], &["leaf"]).both_find(&["leaf"]);
    Case::of(&workshop, &["root"], &["root"]).both_find(&["root"]);
    Case::of(&workshop, &["ica", "root"], &["root"]).both_find(&["ica", "root"]);
    // key identifiers are not needed
    workshop.issue(
        "root0",
        "/C=FR/CN=Root0",
        None,
        3000,
        "basicConstraints=CA:TRUE\nsubjectKeyIdentifier=none\nauthorityKeyIdentifier=none",
    );
    workshop.issue(
        "leaf0",
        "/CN=leaf",
        Some("root0"),
        2000,
        "authorityKeyIdentifier=none",
    );
    Case::of(&workshop, &["leaf0", "root0"], &["root0"]).both_find(&["leaf0", "root0"]);
}

#[test]
fn what_is_missing_or_not_trusted_is_named() {
    let workshop = simple();
    Case::of(&workshop, &["leaf", "root"], &["root"]).both_refuse(PathFault::NoIssuer { of: 0 });
    Case::of(&workshop, &["leaf", "ica"], &[]).refuses(PathFault::NoIssuer { of: 1 });
    Case::of(&workshop, &["leaf", "ica", "root"], &[]).refuses(PathFault::NotTrusted { root: 2 });
    Case::of(&workshop, &["root"], &[]).refuses(PathFault::NotTrusted { root: 0 });
    for (which, name) in ["leaf", "ica", "root"].into_iter().enumerate() {
        let mut case = Case::of(&workshop, &["leaf", "ica", "root"], &["root", "leaf"]);
        if which > 0 {
            case.trusted = vec!["root"];
        }
        case.distrusted = vec![name];
        case.refuses(PathFault::Distrusted { which });
    }
}

#[test]
fn a_forged_issuer_with_the_right_name_is_no_issuer() {
    let workshop = simple();
    let forged = Workshop::new();
    forged.issue("root", "/C=FR/CN=Root", None, 3000, CA);
    // OpenSSL adds the identifier of the forger's key by itself: that would only be another key
    let nameless = "authorityKeyIdentifier=none\n";
    let ica = format!("{CA}{nameless}");
    forged.issue("ica", "/C=FR/CN=ICA", Some("root"), 1000, &ica);
    forged.issue("leaf", "/CN=leaf", Some("ica"), 2000, nameless);
    for name in ["root", "ica", "leaf"] {
        workshop.write(
            &format!("forged-{name}.pem"),
            forged.read(&format!("{name}.pem")),
        );
    }
    Case::of(&workshop, &["forged-leaf", "ica", "root"], &["root"])
        .both_refuse(PathFault::BadSignature { of: 0, issuer: 1 });
    Case::of(&workshop, &["forged-leaf", "forged-ica", "root"], &["root"])
        .both_refuse(PathFault::BadSignature { of: 1, issuer: 2 });
    // the whole forged branch is here: it leads to a root that no one trusts
    Case::of(
        &workshop,
        &["forged-leaf", "ica", "root", "forged-ica", "forged-root"],
        &["root"],
    )
    .both_refuse(PathFault::NotTrusted { root: 4 });
    // and does not stand in the way of the right one
    Case::of(
        &workshop,
        &["leaf", "forged-ica", "forged-root", "ica", "root"],
        &["root"],
    )
    .both_find(&["leaf", "ica", "root"]);
}

#[test]
fn time_is_checked_on_every_certificate() {
    let workshop = simple();
    let chain = ["leaf", "ica", "root"];
    Case::of(&workshop, &chain, &["root"])
        .after_days(1500)
        .both_refuse(PathFault::Expired { which: 1 });
    Case::of(&workshop, &chain, &["ica"])
        .after_days(1500)
        .both_refuse(PathFault::Expired { which: 1 });
    Case::of(&workshop, &chain, &["root"])
        .after_days(-1)
        .both_refuse(PathFault::NotYetValid { which: 1 });
    workshop.issue("brief", "/CN=brief", Some("ica"), 5, LEAF);
    Case::of(&workshop, &["brief", "ica", "root"], &["root"])
        .after_days(10)
        .both_refuse(PathFault::Expired { which: 0 });
    Case::of(&workshop, &["brief"], &["brief"])
        .after_days(10)
        .both_refuse(PathFault::Expired { which: 0 });
    // that nothing is known of it is worse than that it has expired
    Case::of(&workshop, &["brief", "root"], &["root"])
        .after_days(10)
        .both_refuse(PathFault::NoIssuer { of: 0 });
}

#[test]
fn an_issuer_must_be_an_authority() {
    let workshop = simple();
    let cases = [
        (
            "no-ca",
            "basicConstraints=CA:FALSE\n",
            PathFault::NotAnAuthority { which: 1 },
        ),
        (
            "no-bc",
            "subjectKeyIdentifier=hash\n",
            PathFault::NotAnAuthority { which: 1 },
        ),
        (
            "no-sign",
            "basicConstraints=CA:TRUE\nkeyUsage=digitalSignature\n",
            PathFault::KeyUsage { which: 1 },
        ),
    ];
    for (name, extensions, fault) in cases {
        workshop.issue(name, &format!("/CN={name}"), Some("root"), 1000, extensions);
        workshop.issue(
            "below",
            "/CN=below",
            Some(name),
            1000,
            "basicConstraints=CA:FALSE",
        );
        Case::of(&workshop, &["below", name, "root"], &["root"]).both_refuse(fault.clone());
        // trusting it does not make it an authority
        Case::of(&workshop, &["below", name], &[name]).refuses(fault);
    }
}

#[test]
fn the_length_of_a_path_is_limited_by_every_issuer() {
    let workshop = simple();
    let limited = format!(
        "{}subjectKeyIdentifier=hash\n",
        "basicConstraints=critical,CA:TRUE,pathlen:0\n"
    );
    workshop.issue("ica0", "/CN=ICA0", Some("root"), 1000, &limited);
    workshop.issue("sub", "/CN=Sub", Some("ica0"), 1000, CA);
    workshop.issue("leaf1", "/CN=leaf1", Some("ica0"), 1000, LEAF);
    workshop.issue("leaf2", "/CN=leaf2", Some("sub"), 1000, LEAF);
    Case::of(&workshop, &["leaf1", "ica0", "root"], &["root"])
        .both_find(&["leaf1", "ica0", "root"]);
    // an authority below a limit of 0 is right as the last certificate
    Case::of(&workshop, &["sub", "ica0", "root"], &["root"]).both_find(&["sub", "ica0", "root"]);
    Case::of(&workshop, &["leaf2", "sub", "ica0", "root"], &["root"])
        .both_refuse(PathFault::PathLength { which: 2 });

    // what is self-issued does not count: a new key of ICA0, signed with the old
    workshop.make_key("new", "EC:P-256");
    workshop.issue("new", "/CN=ICA0", Some("ica0"), 1000, CA);
    workshop.issue("leaf3", "/CN=leaf3", Some("new"), 1000, LEAF);
    Case::of(&workshop, &["leaf3", "new", "ica0", "root"], &["root"])
        .both_find(&["leaf3", "new", "ica0", "root"]);
}

#[test]
fn critical_extensions_must_be_understood() {
    let workshop = simple();
    let unknown = oid::Oid::parse("1.2.3.4").unwrap();
    let fault = |which| PathFault::UnknownCriticalExtension {
        which,
        oid: unknown.clone(),
    };
    workshop.issue(
        "odd",
        "/CN=odd",
        Some("ica"),
        1000,
        "1.2.3.4=critical,ASN1:NULL\n",
    );
    Case::of(&workshop, &["odd", "ica", "root"], &["root"]).both_refuse(fault(0));
    workshop.issue("odd2", "/CN=odd2", Some("ica"), 1000, "1.2.3.4=ASN1:NULL\n");
    Case::of(&workshop, &["odd2", "ica", "root"], &["root"]).both_find(&["odd2", "ica", "root"]);
    workshop.issue(
        "oddca",
        "/CN=oddca",
        Some("root"),
        1000,
        &format!("{CA}1.2.3.4=critical,ASN1:NULL\n"),
    );
    workshop.issue("below", "/CN=below", Some("oddca"), 1000, LEAF);
    Case::of(&workshop, &["below", "oddca", "root"], &["root"]).both_refuse(fault(1));

    workshop.issue(
        "mapping",
        "/CN=m",
        Some("root"),
        1000,
        &format!(
            "{CA}policyConstraints=critical,inhibitPolicyMapping:0\ninhibitAnyPolicy=critical,0\n"
        ),
    );
    workshop.issue("below", "/CN=below", Some("mapping"), 1000, LEAF);
    Case::of(&workshop, &["below", "mapping", "root"], &["root"])
        .both_find(&["below", "mapping", "root"]);
    workshop.issue(
        "policy",
        "/CN=p",
        Some("root"),
        1000,
        &format!("{CA}policyConstraints=critical,requireExplicitPolicy:0\n"),
    );
    workshop.issue("below", "/CN=below", Some("policy"), 1000, LEAF);
    // OpenSSL checks policies only when asked to; we cannot, and say so
    Case::of(&workshop, &["below", "policy", "root"], &["root"]).refuses(
        PathFault::UnknownCriticalExtension {
            which: 1,
            oid: oid::POLICY_CONSTRAINTS,
        },
    );
}

#[test]
fn extensions_that_matter_must_be_well_formed() {
    let workshop = simple();
    workshop.issue("bad", "/CN=bad", Some("ica"), 1000, "2.5.29.19=ASN1:NULL\n");
    Case::of(&workshop, &["bad", "ica", "root"], &["root"]).both_refuse(
        PathFault::MalformedExtension {
            which: 0,
            oid: oid::BASIC_CONSTRAINTS,
        },
    );
}

#[test]
fn names_must_be_allowed_by_the_issuers() {
    let workshop = simple();
    let constrained = |name: &str, constraints: &str| {
        workshop.issue(
            name,
            &format!("/CN={name}"),
            Some("root"),
            1000,
            &format!("{CA}nameConstraints=critical,{constraints}\n[d]\nC=FR\nO=A\n"),
        );
    };
    constrained("dns", "permitted;DNS:sante.fr,excluded;DNS:no.sante.fr");
    constrained("mail", "permitted;email:sante.fr");
    constrained("ip", "permitted;IP:10.0.0.0/255.0.0.0");
    constrained("dir", "permitted;dirName:d");
    constrained("uri", "permitted;URI:.sante.fr");
    let cases = [
        ("dns", "/O=x", "subjectAltName=DNS:a.sante.fr", true),
        ("dns", "/O=x", "subjectAltName=DNS:SANTE.FR", true),
        ("dns", "/O=x", "subjectAltName=DNS:asante.fr", false),
        ("dns", "/O=x", "subjectAltName=DNS:a.no.sante.fr", false),
        (
            "dns",
            "/O=x",
            "subjectAltName=DNS:a.sante.fr,DNS:b.org",
            false,
        ),
        ("dns", "/CN=b.org", "basicConstraints=CA:FALSE", false),
        ("dns", "/CN=a.sante.fr", "basicConstraints=CA:FALSE", true),
        ("dns", "/CN=INSI-AUTO", "basicConstraints=CA:FALSE", true),
        ("dns", "/O=x", "subjectAltName=email:a@b.org", true),
        ("mail", "/O=x", "subjectAltName=email:a@sante.fr", true),
        ("mail", "/O=x", "subjectAltName=email:a@b.sante.fr", false),
        (
            "mail",
            "/emailAddress=a@b.org",
            "basicConstraints=CA:FALSE",
            false,
        ),
        (
            "mail",
            "/emailAddress=a@sante.fr",
            "basicConstraints=CA:FALSE",
            true,
        ),
        ("ip", "/O=x", "subjectAltName=IP:10.1.2.3", true),
        ("ip", "/O=x", "subjectAltName=IP:11.1.2.3", false),
        ("ip", "/O=x", "subjectAltName=IP:2001:db8::1", false),
        ("dir", "/C=FR/O=A/CN=x", "basicConstraints=CA:FALSE", true),
        ("dir", "/C=FR/O=B/CN=x", "basicConstraints=CA:FALSE", false),
        (
            "uri",
            "/O=x",
            "subjectAltName=URI:https://a.sante.fr/x",
            true,
        ),
        ("uri", "/O=x", "subjectAltName=URI:https://a.org/x", false),
    ];
    for (issuer, subject, extensions, right) in cases {
        workshop.issue("named", subject, Some(issuer), 1000, extensions);
        let case = Case::of(&workshop, &["named", issuer, "root"], &["root"]);
        if right {
            case.both_find(&["named", issuer, "root"]);
        } else {
            case.both_refuse(PathFault::NameConstraint { which: 0 });
        }
    }
}

#[test]
fn cross_certificates_and_loops_are_gone_through() {
    let workshop = simple();
    // root is certified by another root, with the same name and key
    workshop.issue("other", "/CN=Other", None, 3000, CA);
    workshop.write("cross.key", workshop.read("root.key"));
    workshop.issue("cross", "/C=FR/CN=Root", Some("other"), 3000, CA);
    Case::of(&workshop, &["leaf", "ica", "cross", "other"], &["other"])
        .both_find(&["leaf", "ica", "cross", "other"]);
    // OpenSSL takes the self-signed one and does not turn back
    Case::of(
        &workshop,
        &["leaf", "ica", "root", "cross", "other"],
        &["other"],
    )
    .finds(&["leaf", "ica", "cross", "other"]);

    // two authorities that certify each other lead nowhere
    workshop.write("back.key", workshop.read("other.key"));
    workshop.issue("back", "/CN=Other", Some("root"), 3000, CA);
    let loop_only = Case::of(&workshop, &["leaf", "ica", "cross", "back"], &[]);
    assert!(matches!(
        loop_only.search(),
        Err(PathFault::NoIssuer { .. })
    ));
    Case::of(
        &workshop,
        &["leaf", "ica", "cross", "back", "root"],
        &["root"],
    )
    .both_find(&["leaf", "ica", "root"]);
}

struct Everything(usize);

impl SignatureOracle for Everything {
    fn is_signed_by(&mut self, _: usize, _: usize) -> bool {
        self.0 += 1;
        true
    }

    fn revocation(&mut self, _: usize, _: usize) -> Option<UnixSeconds> {
        None
    }
}

#[test]
fn a_mesh_of_authorities_ends_the_search_in_bounded_time() {
    let workshop = Workshop::new();
    let facts: Vec<PathFacts> = (0..14)
        .map(|index| {
            let name = format!("root{index}");
            workshop.issue(&name, "/CN=Root", None, 3000, CA);
            PathFacts::from(&workshop.certificate(&name))
        })
        .collect();
    // 14 authorities of one name: too many pairs; 9: too many ways
    for facts in [&facts[..], &facts[..9]] {
        let candidates = Candidates {
            facts,
            anchors: &[],
            distrusted: &[],
        };
        let mut oracle = Everything(0);
        let started = Instant::now();
        let result = build(0, &candidates, UnixSeconds(now() + 60), &mut oracle);
        assert_eq!(result, Err(PathFault::TooComplex));
        assert!(oracle.0 <= MAX_SIGNATURE_CHECKS);
        assert!(started.elapsed().as_secs() < 20);
    }
    // one authority a thousand times is one
    let copies = vec![facts[0].clone(); 1000];
    let candidates = Candidates {
        facts: &copies,
        anchors: &[],
        distrusted: &[],
    };
    let mut oracle = Everything(0);
    let result = build(0, &candidates, UnixSeconds(now() + 60), &mut oracle);
    assert_eq!(result, Err(PathFault::NotTrusted { root: 0 }));
    assert_eq!(oracle.0, 1);
    // a target that is not there
    let outside = build(1000, &candidates, UnixSeconds(0), &mut oracle);
    assert_eq!(outside, Err(PathFault::NoIssuer { of: 1000 }));
}

#[test]
fn a_chain_is_followed_to_the_limit_and_not_beyond() {
    let workshop = Workshop::new();
    workshop.issue("c0", "/CN=0", None, 3000, CA);
    let names: Vec<String> = (0..12).map(|index| format!("c{index}")).collect();
    for pair in names.windows(2) {
        workshop.issue(
            &pair[1],
            &format!("/CN={}", pair[1]),
            Some(&pair[0]),
            3000,
            CA,
        );
    }
    let chain = |length: usize| -> Vec<&str> {
        names
            .iter()
            .take(length)
            .rev()
            .map(String::as_str)
            .collect()
    };
    Case::of(&workshop, &chain(10), &["c0"]).both_find(&chain(10));
    Case::of(&workshop, &chain(11), &["c0"]).refuses(PathFault::TooComplex);
}

#[test]
fn the_bundled_intermediates_lead_to_their_roots() {
    let anchors = anchors();
    let certificates: Vec<Certificate> = anchors.iter().map(|(_, _, c)| c.clone()).collect();
    let facts: Vec<PathFacts> = certificates.iter().map(PathFacts::from).collect();
    let production: Vec<bool> = anchors
        .iter()
        .map(|(name, _, _)| name.starts_with("prod-acr"))
        .collect();
    let candidates = Candidates {
        facts: &facts,
        anchors: &production,
        distrusted: &[],
    };
    let at = UnixSeconds::parse_rfc3339("2026-11-22T00:00:00Z").unwrap();
    for (index, (name, _, _)) in anchors.iter().enumerate() {
        let mut oracle = Verifying {
            certificates: &certificates,
            asked: HashMap::new(),
        };
        let result = build(index, &candidates, at, &mut oracle);
        if name.starts_with("test-") {
            assert!(
                matches!(result, Err(PathFault::NotTrusted { .. })),
                "{name}: {result:?}"
            );
        } else {
            let length = if name.contains("acr") { 1 } else { 2 };
            assert_eq!(result.unwrap().indexes().len(), length, "{name}");
        }
    }
}
