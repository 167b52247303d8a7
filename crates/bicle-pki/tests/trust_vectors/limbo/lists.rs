//! Revocation lists.

use super::{Scenario, scenario};
use crate::forge::{
    CERT_SIGN, DNS, Draft, Forge, Issued, ListDraft, SEQUENCE, URI, der, general, name, oid,
};

/// A serial number of nobody here.
const OTHER: &[u8] = &[0x77, 0x66, 0x55];
const YESTERDAY: &str = "20231231000000";
const PLACE: &str = "http://example.com/partition.crl";

/// A case, whether it is valid, and what is done to its root.
type Usage = (&'static str, bool, fn(Draft) -> Draft);

/// root → leaf and a list, the list as the closure changes it.
fn listed(
    forge: &mut Forge,
    id: &'static str,
    valid: bool,
    change: impl FnOnce(ListDraft, &Issued) -> ListDraft,
) -> Scenario {
    placed(forge, id, valid, &[], change)
}

/// The same for a leaf that names the places of its lists.
fn placed(
    forge: &mut Forge,
    id: &'static str,
    valid: bool,
    places: &[Vec<u8>],
    change: impl FnOnce(ListDraft, &Issued) -> ListDraft,
) -> Scenario {
    let root = forge.root().sign();
    let mut leaf = forge.leaf(&root);
    if !places.is_empty() {
        let places: Vec<&[u8]> = places.iter().map(Vec::as_slice).collect();
        let point = der(SEQUENCE, &[&der(0xA0, &[&der(0xA0, &places)])]);
        leaf = leaf.with(oid::LIST_PLACES, false, der(SEQUENCE, &[&point]));
    }
    let leaf = leaf.sign();
    let list = change(ListDraft::of(&root), &leaf).sign();
    scenario(id, valid, &[&root], &[], &leaf).with_list(list)
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = of_the_standard();
    all.extend(of_signers());
    all.extend(of_times());
    all.extend(of_scopes());
    all.extend(of_public_authorities());
    all.extend(of_odd_files());
    all
}

fn of_the_standard() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let unknown = |critical| [(oid::UNKNOWN.to_vec(), critical, vec![])];
    vec![
        listed(
            forge,
            "rfc5280::crl::revoked-certificate-with-crl",
            false,
            |list, leaf| list.revoking(&leaf.serial, YESTERDAY),
        ),
        listed(
            forge,
            "rfc5280::crl::crlnumber-missing",
            false,
            |list, _| list.revoking(OTHER, YESTERDAY).without(oid::LIST_NUMBER),
        ),
        listed(
            forge,
            "rfc5280::crl::crlnumber-critical",
            false,
            |list, _| {
                list.revoking(OTHER, YESTERDAY)
                    .with(oid::LIST_NUMBER, true, &[2, 2, 0x30, 0x39])
            },
        ),
        listed(
            forge,
            "rfc5280::crl::certificate-not-on-crl",
            true,
            |list, _| {
                list.revoking(OTHER, YESTERDAY)
                    .revoking(&[0x66], "20231230000000")
            },
        ),
        listed(forge, "rfc5280::crl::crl-empty", true, |list, _| list),
        listed(forge, "rfc5280::crl::crl-very-large", true, |list, _| {
            (0..10_000_u32).fold(list, |list, number| {
                let [_, one, two, three] = number.to_be_bytes();
                list.revoking(&[0x40, one, two, three], "20200101000000")
            })
        }),
        listed(
            forge,
            "rfc5280::crl::crl-unknown-critical-extension",
            false,
            |list, _| {
                list.revoking(OTHER, YESTERDAY)
                    .with(oid::UNKNOWN, true, &[])
            },
        ),
        listed(
            forge,
            "rfc5280::crl::crl-unknown-noncritical-extension",
            true,
            |list, _| {
                list.revoking(OTHER, YESTERDAY)
                    .with(oid::UNKNOWN, false, &[])
            },
        ),
        listed(
            forge,
            "rfc5280::crl::entry-unknown-critical-extension",
            false,
            |list, leaf| list.revoking_with(&leaf.serial, YESTERDAY, &unknown(true)),
        ),
        listed(
            forge,
            "rfc5280::crl::entry-unknown-noncritical-extension",
            false,
            |list, leaf| list.revoking_with(&leaf.serial, YESTERDAY, &unknown(false)),
        ),
        listed(
            forge,
            "crl::structure::crl-duplicate-revoked-serial",
            false,
            |list, _| list.revoking(OTHER, YESTERDAY).revoking(OTHER, YESTERDAY),
        ),
    ]
}

fn of_signers() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let stranger = forge.key();
    let mut all = vec![listed(
        forge,
        "rfc5280::crl::crl-invalid-signature",
        false,
        |mut list, _| {
            list.signer = stranger;
            list.revoking(OTHER, YESTERDAY)
        },
    )];
    let usages: [Usage; 3] = [
        ("rfc5280::crl::issuer-missing-crlsign", false, |root| {
            root.with(oid::KEY_USAGE, false, CERT_SIGN)
        }),
        ("rfc5280::crl::issuer-no-keyusage-extension", true, |root| {
            root.without(oid::KEY_USAGE)
        }),
        (
            "rfc5280::crl::issuer-valid-crlsign-and-keycertsign",
            true,
            |root| root,
        ),
    ];
    for (id, valid, change) in usages {
        let root = change(forge.root()).sign();
        let leaf = forge.leaf(&root).sign();
        let list = ListDraft::of(&root).revoking(OTHER, YESTERDAY).sign();
        all.push(scenario(id, valid, &[&root], &[], &leaf).with_list(list));
    }
    let (one, other) = (
        forge.root_called("Root CA 1").sign(),
        forge.root_called("Root CA 2").sign(),
    );
    let leaf = forge.leaf(&one).sign();
    let empty = ListDraft::of(&one).sign();
    let foreign = ListDraft::of(&other)
        .revoking(&leaf.serial, YESTERDAY)
        .sign();
    all.push(
        scenario(
            "rfc5280::crl::certificate-serial-on-crl-different-issuer",
            true,
            &[&one, &other],
            &[],
            &leaf,
        )
        .with_list(empty)
        .with_list(foreign),
    );
    let mut wrong = ListDraft::of(&other).revoking(OTHER, YESTERDAY);
    wrong.issuer = one.subject.clone();
    all.push(
        scenario(
            "rfc5280::crl::crl-wrong-signing-key",
            false,
            &[&one, &other],
            &[],
            &leaf,
        )
        .with_list(wrong.sign()),
    );
    all
}

fn of_times() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let mut all = vec![
        listed(
            forge,
            "rfc5280::crl::this-update-in-future",
            false,
            |list, _| list.updated("20240102000000", "20240131000000"),
        ),
        listed(
            forge,
            "rfc5280::crl::next-update-in-past",
            false,
            |list, _| list.updated("20231102000000", "20231202000000"),
        ),
        listed(
            forge,
            "rfc5280::crl::revocation-date-in-future",
            false,
            |list, leaf| list.revoking(&leaf.serial, "20240102000000"),
        ),
    ];
    let root = forge.root().sign();
    let leaf = forge
        .leaf(&root)
        .valid("20231202000000", "20400101000000")
        .sign();
    let before = ListDraft::of(&root).revoking(&leaf.serial, "20231102000000");
    all.push(
        scenario(
            "rfc5280::crl::revocation-date-before-not-before",
            false,
            &[&root],
            &[],
            &leaf,
        )
        .with_list(before.sign()),
    );
    let over = ListDraft::of(&root).updated("20230101000000", "20230705000000");
    all.push(
        scenario(
            "rfc5280::crl::crl-validity-no-overlap",
            false,
            &[&root],
            &[],
            &leaf,
        )
        .with_list(over.sign()),
    );
    all
}

fn of_scopes() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let place = || general(URI, PLACE);
    const ONLY_USERS: &[u8] = &[0x81, 1, 0xFF];
    const ONLY_AUTHORITIES: &[u8] = &[0x82, 1, 0xFF];
    const ONLY_ATTRIBUTES: &[u8] = &[0x85, 1, 0xFF];
    let mut all = vec![
        placed(
            forge,
            "crl::idp::idp-cdp-scope-mismatch",
            false,
            &[general(URI, "http://example.com/cdp.crl")],
            |list, _| list.scoped(&[general(URI, "http://example.com/other.crl")], &[]),
        ),
        placed(
            forge,
            "crl::idp::idp-cdp-scope-match",
            true,
            &[place()],
            |list, _| list.scoped(&[place()], &[]),
        ),
        listed(
            forge,
            "crl::idp::idp-only-contains-ca-certs-ee-target",
            false,
            |list, _| list.scoped(&[], ONLY_AUTHORITIES),
        ),
        listed(
            forge,
            "crl::idp::idp-present-certificate-missing-cdp",
            false,
            |list, _| list.scoped(&[place()], &[]),
        ),
        placed(
            forge,
            "crl::idp::idp-present-certificate-cdp-non-uri-generalname",
            false,
            &[place(), general(DNS, "example.com")],
            |list, _| list.scoped(&[place()], &[]),
        ),
        listed(
            forge,
            "crl::idp::idp-only-contains-attribute-certs",
            false,
            |list, _| list.revoking(OTHER, YESTERDAY).scoped(&[], ONLY_ATTRIBUTES),
        ),
    ];
    let root = forge.root().sign();
    let intermediate = forge.intermediate(&root).sign();
    let leaf = forge.leaf(&intermediate).sign();
    let of_root = ListDraft::of(&root).scoped(&[], ONLY_USERS);
    all.push(
        scenario(
            "crl::idp::idp-only-contains-user-certs-ca-target",
            false,
            &[&root],
            &[&intermediate],
            &leaf,
        )
        .with_list(of_root.sign())
        .with_list(ListDraft::of(&intermediate).sign()),
    );
    all
}

/// What public authorities must not do; the lists themselves are as RFC 5280 has them.
fn of_public_authorities() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let place = || general(URI, PLACE);
    vec![
        listed(
            forge,
            "crl::cabf::idp-name-relative-to-crl-issuer",
            false,
            |list, _| {
                // nameRelativeToCRLIssuer: the one relative name of a name
                let relative = &name("partition")[4..];
                let point = der(0xA0, &[&der(0xA1, &[relative])]);
                list.with(oid::LIST_SCOPE, true, &der(SEQUENCE, &[&point]))
            },
        ),
        placed(
            forge,
            "crl::cabf::idp-fullname-non-uri-generalname",
            false,
            &[place()],
            |list, _| list.scoped(&[place(), general(DNS, "example.com")], &[]),
        ),
        placed(
            forge,
            "crl::cabf::idp-indirect-crl",
            false,
            &[place()],
            |list, _| list.scoped(&[place()], &[0x84, 1, 0xFF]),
        ),
        placed(
            forge,
            "crl::cabf::idp-only-some-reasons-no-complete-crl",
            false,
            &[place()],
            |list, _| list.scoped(&[place()], &[0x83, 2, 6, 0x40]),
        ),
        placed(
            forge,
            "crl::cabf::idp-uri-not-byte-identical",
            false,
            &[general(URI, "http://example.com/crls/%73hard.crl")],
            |list, _| list.scoped(&[general(URI, "http://example.com/crls/shard.crl")], &[]),
        ),
    ]
}

/// Lists against the standard's form, which revoke the leaf and should not be believed.
fn of_odd_files() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let generalized = |text: &str| der(0x18, &[text.as_bytes()]);
    vec![
        listed(
            forge,
            "crl::external::crl-invalid-version",
            true,
            |mut list, leaf| {
                list.version = 2;
                list.revoking(&leaf.serial, YESTERDAY)
            },
        ),
        listed(
            forge,
            "crl::external::crl-update-generalizedtime-2025",
            true,
            |mut list, leaf| {
                list.this_update = generalized("20231231000000Z");
                list.next_update = generalized("20250131000000Z");
                list.revoking(&leaf.serial, YESTERDAY)
            },
        ),
        listed(
            forge,
            "crl::external::crl-missing-next-update",
            true,
            |mut list, leaf| {
                list.next_update = Vec::new();
                list.revoking(&leaf.serial, YESTERDAY)
            },
        ),
    ]
}
