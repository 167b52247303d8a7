//! Every verdict in a small vault without any other authority: which sentence, about whom, and what stands above.
//! What is judged together is judged as each alone.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod common;

use std::sync::Arc;

use bicle_core::command::{
    CertificateFormat, ChainChoice, Command, ExportCertificate, ImportRequest, Outcome, Source,
};
use bicle_core::id::ItemId;
use bicle_core::model::{Remedy, Status, Trust, UnixSeconds, Verdict};
use bicle_core::phrase::Argument;
use bicle_platform::file::Existing;
use bicle_platform::secret::SecretBytes;
use bicle_tests::Workshop;
use bicle_tests::openssl::openssl;
use common::Desk;

const CA: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n";
const LEAF: &str = "basicConstraints=CA:FALSE\n";

/// A leaf with the key that all leaves have.
fn leaf_of(shop: &Workshop, subject: &str, issuer: &str, extensions: &str, more: &str) -> Vec<u8> {
    let extensions = format!("{LEAF}{extensions}");
    shop.issue(("leaf", subject), Some(issuer), &extensions, more)
}

/// All in one act.
fn import(desk: &mut Desk, certificates: &[&[u8]]) -> Vec<ItemId> {
    let source = |bytes: &&[u8]| Source::Bytes {
        name: "essai".into(),
        bytes: SecretBytes::copy_of(bytes),
    };
    let asked = ImportRequest {
        sources: certificates.iter().map(source).collect(),
        passwords: Vec::new(),
        max_iterations: None,
        dry_run: false,
    };
    let Ok(Outcome::Imported(report)) = desk.act(Command::Import(asked)) else {
        panic!("not imported");
    };
    report.items.iter().map(|item| item.id.unwrap()).collect()
}

fn trust(desk: &mut Desk, certificate: ItemId, trust: Trust) {
    desk.act(Command::SetTrust { certificate, trust }).unwrap();
}

fn verdict(desk: &Desk, id: ItemId) -> Verdict {
    Verdict::clone(&desk.model().certificate(id).unwrap().verdict)
}

fn code(desk: &Desk, id: ItemId) -> &'static str {
    verdict(desk, id).reason.code
}

fn text(verdict: &Verdict, name: &str) -> Option<String> {
    let mut arguments = verdict.reason.arguments.iter();
    arguments.find_map(|(found, argument)| match argument {
        Argument::Text(text) if *found == name => Some(text.clone()),
        _ => None,
    })
}

/// Each certificate's verdict in the read model is that of it alone.
fn together_as_alone(desk: &mut Desk) {
    let model = desk.model();
    for found in &model.certificates {
        let alone = desk.open.verify(found.item.id, Some(model.at)).unwrap();
        assert_eq!(*found.verdict, alone.verdict, "{}", found.item.name);
    }
}

#[test]
fn each_certificate_is_told_its_own_fault_under_its_own_name() {
    let shop = Workshop::new();
    let root = shop.issue(("root", "/CN=Racine"), None, CA, "");
    // two of each, which one search judges where nothing but their names differs
    let mut made: Vec<Vec<u8>> = Vec::new();
    let mut expected: Vec<(&str, String)> = Vec::new();
    for (fault, extensions, more) in [
        ("verdict-trusted", "", ""),
        ("verdict-expired", "", "-days -1"),
        ("verdict-weak-signature", "", "-sha1"),
        ("verdict-unknown-critical", "1.2.3.4=critical,ASN1:NULL", ""),
        ("verdict-malformed-extension", "2.5.29.15=ASN1:NULL", ""),
    ] {
        for which in ["un", "deux"] {
            let subject = format!("/CN={fault} {which}");
            made.push(leaf_of(&shop, &subject, "root", extensions, more));
            expected.push((fault, format!("{fault} {which}")));
        }
    }
    let mut desk = Desk::with(false, false);
    let root = import(&mut desk, &[&root])[0];
    trust(&mut desk, root, Trust::Always);
    let slices: Vec<&[u8]> = made.iter().map(Vec::as_slice).collect();
    let ids = import(&mut desk, &slices);
    for (id, (fault, name)) in ids.iter().zip(&expected) {
        let found = verdict(&desk, *id);
        assert_eq!(found.reason.code, *fault);
        let (status, above, remedy) = match *fault {
            "verdict-trusted" => {
                assert_eq!(text(&found, "issuer").as_deref(), Some("Racine"));
                (Status::Trusted, vec![root], None)
            }
            "verdict-expired" => (Status::Expired, vec![], Some(Remedy::OrderAgain)),
            _ => (Status::Untrusted, vec![], None),
        };
        if status != Status::Trusted {
            assert_eq!(text(&found, "name").as_ref(), Some(name));
        }
        assert_eq!(
            (found.status, found.above, found.remedy),
            (status, above, remedy)
        );
    }
    assert_eq!(code(&desk, root), "verdict-trusted-root");
    // what is the same for both is kept once: a vault may hold a hundred thousand of them
    desk.act(Command::Refresh).unwrap();
    let model = desk.model();
    let kept = |at: usize| &model.certificate(ids[at]).unwrap().verdict;
    assert!(Arc::ptr_eq(kept(0), kept(1)));
    assert!(!Arc::ptr_eq(kept(2), kept(3)));
    drop(model);
    // believed for itself, or never
    trust(&mut desk, ids[2], Trust::Always);
    trust(&mut desk, ids[0], Trust::Never);
    assert_eq!(code(&desk, ids[0]), "verdict-distrusted");
    assert_eq!(
        text(&verdict(&desk, ids[0]), "name"),
        Some("verdict-trusted un".into())
    );
    assert_eq!(code(&desk, ids[1]), "verdict-trusted");
    let itself = verdict(&desk, ids[4]);
    assert_eq!(itself.reason.code, "verdict-weak-signature");
    trust(&mut desk, ids[4], Trust::Always);
    let itself = verdict(&desk, ids[4]);
    assert_eq!(
        (itself.reason.code, itself.above),
        ("verdict-trusted-itself", vec![])
    );
    together_as_alone(&mut desk);
    // the root is trusted no more: named for each, with the act that would mend it
    trust(&mut desk, root, Trust::Issuer);
    let found = verdict(&desk, ids[1]);
    assert_eq!(found.reason.code, "verdict-not-trusted");
    assert_eq!(
        (found.remedy, found.above),
        (Some(Remedy::Trust(root)), vec![root])
    );
    trust(&mut desk, root, Trust::Never);
    let found = verdict(&desk, ids[1]);
    assert_eq!(text(&found, "name").as_deref(), Some("Racine"));
    assert_eq!(
        (found.reason.code, found.above),
        ("verdict-distrusted", vec![root])
    );
    together_as_alone(&mut desk);
}

#[test]
fn an_issuer_that_is_not_here_is_named_as_each_certificate_writes_it() {
    let shop = Workshop::new();
    let first = {
        shop.issue(("lost", "/CN=Perdue"), None, CA, "");
        leaf_of(&shop, "/CN=un", "lost", "", "")
    };
    let second = {
        shop.issue(("lost", "/CN=PERDUE"), None, CA, "");
        leaf_of(&shop, "/CN=deux", "lost", "", "")
    };
    let mut desk = Desk::with(false, false);
    let ids = import(&mut desk, &[&first, &second]);
    for (id, name) in ids.iter().zip(["Perdue", "PERDUE"]) {
        let found = verdict(&desk, *id);
        assert_eq!(found.reason.code, "verdict-no-issuer");
        assert_eq!(text(&found, "issuer").as_deref(), Some(name));
        assert_eq!(
            (found.remedy, found.above.len()),
            (Some(Remedy::ImportIssuer), 0)
        );
    }
    together_as_alone(&mut desk);
}

#[test]
fn what_an_issuer_may_not_do_is_told_with_its_name() {
    let shop = Workshop::new();
    let root = shop.issue(("root", "/CN=Racine"), None, CA, "");
    let mut desk = Desk::with(false, false);
    let root = import(&mut desk, &[&root])[0];
    trust(&mut desk, root, Trust::Always);
    let signs = "basicConstraints=critical,CA:TRUE\n";
    for (fault, extensions) in [
        ("verdict-not-an-authority", LEAF.to_owned()),
        (
            "verdict-key-usage",
            format!("{signs}keyUsage=digitalSignature\n"),
        ),
        (
            "verdict-unknown-critical",
            format!("{CA}1.2.3.4=critical,ASN1:NULL\n"),
        ),
        (
            "verdict-malformed-extension",
            format!("{CA}2.5.29.30=ASN1:NULL\n"),
        ),
    ] {
        let subject = format!("/CN=AC {fault}");
        let above = shop.issue(("above", &subject), Some("root"), &extensions, "");
        let below = leaf_of(&shop, "/CN=dessous", "above", "", "");
        let ids = import(&mut desk, &[&above, &below]);
        let found = verdict(&desk, ids[1]);
        assert_eq!(found.reason.code, fault);
        assert_eq!(text(&found, "name"), Some(format!("AC {fault}")));
        assert_eq!(
            (found.status, found.above),
            (Status::Untrusted, vec![ids[0]])
        );
    }
    // no authority may stand below this one
    let last = shop.issue(
        ("last", "/CN=AC dernière"),
        Some("root"),
        "basicConstraints=critical,CA:TRUE,pathlen:0\n",
        "",
    );
    let further = shop.issue(("further", "/CN=AC de trop"), Some("last"), CA, "");
    let leaf = leaf_of(&shop, "/CN=dessous", "further", "", "");
    let ids = import(&mut desk, &[&last, &further, &leaf]);
    let found = verdict(&desk, ids[2]);
    assert_eq!(found.reason.code, "verdict-path-length");
    assert_eq!(text(&found, "name").as_deref(), Some("AC dernière"));
    assert_eq!(found.above, [ids[1], ids[0]]);
    assert_eq!(code(&desk, ids[1]), "verdict-trusted");
    together_as_alone(&mut desk);
}

#[test]
fn names_that_an_issuer_does_not_allow_are_each_certificates_own() {
    let shop = Workshop::new();
    let root = shop.issue(("root", "/CN=Racine"), None, CA, "");
    let limited = format!("{CA}nameConstraints=critical,permitted;DNS:sante.fr\n");
    let above = shop.issue(("above", "/CN=AC"), Some("root"), &limited, "");
    let middle = shop.issue(("middle", "/CN=AC seconde"), Some("above"), CA, "");
    let host = |name: &str, host: &str| {
        let names = format!("subjectAltName=DNS:{host}");
        leaf_of(&shop, &format!("/CN={name}"), "middle", &names, "")
    };
    let inside = host("dedans", "a.sante.fr");
    let outside = host("dehors", "a.example.fr");
    let free = leaf_of(&shop, "/CN=libre", "root", "", "");
    let mut desk = Desk::with(false, false);
    let ids = import(
        &mut desk,
        &[&root, &above, &middle, &inside, &outside, &free],
    );
    trust(&mut desk, ids[0], Trust::Always);
    assert_eq!(code(&desk, ids[3]), "verdict-trusted");
    assert_eq!(code(&desk, ids[5]), "verdict-trusted");
    let found = verdict(&desk, ids[4]);
    assert_eq!(found.reason.code, "verdict-name-constraint");
    assert_eq!(text(&found, "name").as_deref(), Some("dehors"));
    together_as_alone(&mut desk);
}

#[test]
fn a_chain_longer_than_any_is_too_long_and_shown_up_to_the_limit() {
    let shop = Workshop::new();
    let mut made = vec![shop.issue(("ca0", "/CN=AC 0"), None, CA, "")];
    for number in 1..12 {
        let (own, above) = (format!("ca{number}"), format!("ca{}", number - 1));
        let subject = format!("/CN=AC {number}");
        made.push(shop.issue((&own, &subject), Some(&above), CA, ""));
    }
    made.push(leaf_of(&shop, "/CN=feuille", "ca11", "", ""));
    let mut desk = Desk::with(false, false);
    let slices: Vec<&[u8]> = made.iter().map(Vec::as_slice).collect();
    let ids = import(&mut desk, &slices);
    trust(&mut desk, ids[0], Trust::Always);
    let found = verdict(&desk, ids[12]);
    assert_eq!(found.reason.code, "verdict-too-complex");
    let nine: Vec<ItemId> = ids[3..12].iter().rev().copied().collect();
    assert_eq!(found.above, nine);
    // with one less it is a path
    trust(&mut desk, ids[3], Trust::Always);
    let found = verdict(&desk, ids[12]);
    assert_eq!((found.reason.code, found.above), ("verdict-trusted", nine));
}

#[test]
fn a_forged_certificate_and_one_without_its_issuer_have_no_chain() {
    let shop = Workshop::new();
    let root = shop.issue(("root", "/CN=Racine"), None, CA, "");
    let right = leaf_of(&shop, "/CN=juste", "root", "", "");
    let forger = Workshop::new();
    forger.issue(("root", "/CN=Racine"), None, CA, "");
    let forged = leaf_of(
        &forger,
        "/CN=faux",
        "root",
        "authorityKeyIdentifier=none\n",
        "",
    );
    let lost = forger.issue(("lost", "/CN=Perdue"), None, CA, "");
    drop(lost);
    let orphan = leaf_of(&forger, "/CN=orphelin", "lost", "", "");
    let mut desk = Desk::with(false, false);
    let ids = import(&mut desk, &[&root, &right, &forged, &orphan]);
    let mut export = |certificate, name: &str, chain| {
        let path = desk.path(name);
        let outcome = desk.act(Command::ExportCertificate(ExportCertificate {
            certificate,
            path: path.clone(),
            existing: Existing::Refuse,
            format: CertificateFormat::PemChain,
            chain,
            key_password: None,
        }));
        let count = || {
            let written = std::fs::read_to_string(&path).unwrap();
            written.matches("BEGIN CERTIFICATE").count()
        };
        match outcome {
            Ok(_) => Ok(count()),
            Err(fault) => Err(fault.phrase.code),
        }
    };
    assert_eq!(export(ids[1], "a.pem", ChainChoice::Full), Ok(2));
    assert_eq!(export(ids[1], "b.pem", ChainChoice::Intermediates), Ok(1));
    assert_eq!(export(ids[1], "c.pem", ChainChoice::None), Ok(1));
    assert_eq!(export(ids[0], "d.pem", ChainChoice::Full), Ok(1));
    let forged = export(ids[2], "e.pem", ChainChoice::Full);
    assert_eq!(forged, Err("error-chain-forged"));
    let orphan = export(ids[3], "f.pem", ChainChoice::Full);
    assert_eq!(orphan, Err("error-chain-incomplete"));
    assert_eq!(code(&desk, ids[2]), "verdict-bad-signature");
    together_as_alone(&mut desk);
}

#[test]
fn of_two_that_are_alike_a_list_revokes_the_one_that_it_names() {
    let shop = Workshop::new();
    let root = shop.issue(("root", "/CN=Racine"), None, CA, "");
    let above = shop.issue(("above", "/CN=AC"), Some("root"), CA, "");
    let leaf = |name: &str| leaf_of(&shop, &format!("/CN={name}"), "above", "", "");
    let (first, second) = (leaf("un"), leaf("deux"));
    let mut desk = Desk::with(false, false);
    let ids = import(&mut desk, &[&root, &above, &first, &second]);
    trust(&mut desk, ids[0], Trust::Always);
    let serial = desk
        .model()
        .certificate(ids[3])
        .unwrap()
        .serial()
        .to_string();
    let list = |signer: &str, serial: &str| {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let serial = serial.to_uppercase();
        let odd = if serial.len() % 2 == 1 { "0" } else { "" };
        let entry = format!("R\t491231235959Z\t260102000000Z\t{odd}{serial}\tunknown\t/CN=x\n");
        std::fs::write(path("index"), entry).unwrap();
        std::fs::write(path("number"), "01\n").unwrap();
        let configuration = format!(
            "[ca]\ndefault_ca=d\n[d]\ndatabase={0}/index\ncrlnumber={0}/number\ndefault_md=sha256\n",
            folder.path().display()
        );
        std::fs::write(path("ca.cnf"), configuration).unwrap();
        openssl("ca -gencrl -crl_lastupdate 20260101000000Z -crl_nextupdate 20260201000000Z")
            .arg("-config")
            .arg(path("ca.cnf"))
            .arg("-cert")
            .arg(shop.path(&format!("{signer}.pem")))
            .arg("-keyfile")
            .arg(shop.key(signer))
            .accepts()
            .stdout
    };
    import(&mut desk, &[&list("above", &serial)]);
    assert_eq!(code(&desk, ids[2]), "verdict-trusted");
    let found = verdict(&desk, ids[3]);
    assert_eq!(found.reason.code, "verdict-revoked-old-list");
    assert_eq!(
        (found.remedy, found.above),
        (Some(Remedy::OrderAgain), vec![])
    );
    // on the day that the next list was due this one was not old
    let due = UnixSeconds(1_769_904_000);
    let mut on = |at: i64| {
        desk.open
            .verify(ids[3], Some(UnixSeconds(at)))
            .unwrap()
            .verdict
    };
    assert_eq!(on(due.0).reason.code, "verdict-revoked");
    assert_eq!(on(due.0 + 1).reason.code, "verdict-revoked-old-list");
    // its first moment counts, and the one before does not
    let since = 1_767_312_000;
    assert_eq!(on(since).status, Status::Revoked);
    assert_ne!(on(since - 1).status, Status::Revoked);
    together_as_alone(&mut desk);
    // the authority itself: what stands below is told so, and that ends there
    let serial = desk
        .model()
        .certificate(ids[1])
        .unwrap()
        .serial()
        .to_string();
    import(&mut desk, &[&list("root", &serial)]);
    let found = verdict(&desk, ids[2]);
    assert_eq!(found.reason.code, "verdict-revoked-old-list");
    assert_eq!(text(&found, "name").as_deref(), Some("AC"));
    assert_eq!((found.remedy, found.above), (None, vec![ids[1]]));
    together_as_alone(&mut desk);
}

#[test]
fn an_official_root_that_is_no_longer_trusted_can_be_trusted_again() {
    let mut desk = Desk::new();
    let model = desk.model();
    let root = model
        .certificates
        .iter()
        .find(|found| found.is_root && found.verdict.status == Status::Trusted)
        .unwrap();
    let id = root.item.id;
    trust(&mut desk, id, Trust::Issuer);
    let found = verdict(&desk, id);
    assert_eq!(found.reason.code, "verdict-not-trusted");
    assert_eq!(found.remedy, Some(Remedy::Trust(id)));
    let test = model
        .certificates
        .iter()
        .find(|found| found.is_root && found.verdict.status != Status::Trusted)
        .unwrap();
    let found = verdict(&desk, test.item.id);
    assert_eq!(found.reason.code, "verdict-test-not-trusted");
    assert_eq!(found.remedy, Some(Remedy::TrustTestBranch));
}

#[test]
fn of_two_roots_of_one_key_each_is_told_of_itself() {
    let shop = Workshop::new();
    let roots = [(); 2].map(|()| shop.issue(("root", "/CN=Racine"), None, CA, ""));
    let above = shop.issue(("above", "/CN=AC"), Some("root"), CA, "");
    let again = shop.issue(("above", "/CN=AC"), Some("root"), CA, "-sha1");
    let mut desk = Desk::with(false, false);
    let ids = import(&mut desk, &[&roots[0], &roots[1], &above, &again]);
    for id in &ids[..2] {
        let found = verdict(&desk, *id);
        assert_eq!(found.reason.code, "verdict-not-trusted");
        assert_eq!(found.remedy, Some(Remedy::Trust(*id)));
    }
    together_as_alone(&mut desk);
    trust(&mut desk, ids[1], Trust::Always);
    // a path does not go through one authority twice
    assert_eq!(code(&desk, ids[0]), "verdict-not-trusted");
    assert_eq!(code(&desk, ids[1]), "verdict-trusted-root");
    assert_eq!(code(&desk, ids[2]), "verdict-trusted");
    assert_eq!(code(&desk, ids[3]), "verdict-weak-signature");
    together_as_alone(&mut desk);
}
