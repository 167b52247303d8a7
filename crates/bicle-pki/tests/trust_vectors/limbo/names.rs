//! Name constraints.

use super::{Scenario, scenario};
use crate::forge::{
    ADDRESS, DIRECTORY, DNS, Draft, EMAIL, Forge, Issued, der, general, name, name_constraints, oid,
};

/// 192.0.2.0/24 as the base of a subtree.
const V4_NETWORK: &[u8] = &[192, 0, 2, 0, 255, 255, 255, 0];
/// ::1/128.
const V6_NETWORK: [u8; 32] = {
    let mut pair = [0xFF; 32];
    let mut at = 0;
    while at < 16 {
        pair[at] = 0;
        at += 1;
    }
    pair[15] = 1;
    pair
};
const V6_ADDRESS: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

fn dns(text: &str) -> Vec<u8> {
    general(DNS, text)
}

fn directory(common_name: &str) -> Vec<u8> {
    general(DIRECTORY, name(common_name))
}

/// 1.3.6.1.4.1.55738.666.3 with NULL.
fn other_name() -> Vec<u8> {
    let kind = [0x2B, 6, 1, 4, 1, 0x83, 0xB3, 0x3A, 0x85, 0x1A, 3];
    der(0xA0, &[&der(6, &[&kind]), &der(0xA0, &[&[5, 0]])])
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = below_a_root();
    all.extend(of_directory_names());
    all.extend(below_an_intermediate());
    all.extend(above_intermediates());
    all.extend(self_issued());
    all.extend(two_ways());
    all
}

/// A constrained root, and a leaf with these names.
fn below_a_root() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let mut all = Vec::new();
    let mut case = |id, valid, permitted: &[Vec<u8>], excluded: &[Vec<u8>], names: &[Vec<u8>]| {
        let root = forge.root().constrained(permitted, excluded).sign();
        let leaf = forge.leaf(&root).names(names).sign();
        all.push(scenario(id, valid, &[&root], &[], &leaf));
    };
    let example = || dns("example.com");
    let none: &[Vec<u8>] = &[];
    case(
        "rfc5280::nc::permitted-dns-mismatch",
        false,
        &[example()],
        none,
        &[dns("not-example.com")],
    );
    case(
        "rfc5280::nc::permitted-dns-match",
        true,
        &[example()],
        none,
        &[example()],
    );
    case(
        "rfc5280::nc::permitted-dns-match-more",
        true,
        &[example()],
        none,
        &[dns("foo.bar.example.com")],
    );
    case(
        "rfc5280::nc::excluded-dns-match-second",
        false,
        none,
        &[dns("not-allowed.example.com")],
        &[example(), dns("not-allowed.example.com")],
    );
    let v4 = || general(ADDRESS, V4_NETWORK);
    let v6 = || general(ADDRESS, V6_NETWORK);
    case(
        "rfc5280::nc::permitted-ip-mismatch",
        false,
        &[v4()],
        none,
        &[general(ADDRESS, [192, 0, 3, 1])],
    );
    case(
        "rfc5280::nc::excluded-ipv4-match",
        false,
        none,
        &[v4()],
        &[general(ADDRESS, [192, 0, 2, 1])],
    );
    case(
        "rfc5280::nc::excluded-ipv6-match",
        false,
        none,
        &[v6()],
        &[general(ADDRESS, V6_ADDRESS)],
    );
    case(
        "rfc5280::nc::permitted-ipv4-match",
        true,
        &[v4()],
        none,
        &[general(ADDRESS, [192, 0, 2, 1])],
    );
    case(
        "rfc5280::nc::permitted-ipv6-match",
        true,
        &[v6()],
        none,
        &[general(ADDRESS, V6_ADDRESS)],
    );
    case(
        "rfc5280::nc::excluded-match-permitted-and-excluded",
        false,
        &[example()],
        &[example()],
        &[example()],
    );
    case(
        "rfc5280::nc::permitted-different-constraint-type",
        true,
        &[v4()],
        none,
        &[example()],
    );
    case(
        "rfc5280::nc::excluded-different-constraint-type",
        true,
        none,
        &[v4()],
        &[example()],
    );
    case(
        "rfc5280::nc::invalid-dnsname-wildcard",
        false,
        &[dns("*.example.com")],
        none,
        &[dns("foo.example.com")],
    );
    case(
        "rfc5280::nc::invalid-dnsname-leading-period",
        false,
        &[dns(".example.com")],
        none,
        &[dns("foo.example.com")],
    );
    let local = || general(ADDRESS, [127, 0, 0, 1]);
    case(
        "rfc5280::nc::invalid-ipv4-address",
        false,
        &[local()],
        none,
        &[local()],
    );
    let one = || general(ADDRESS, V6_ADDRESS);
    case(
        "rfc5280::nc::invalid-ipv6-address",
        false,
        &[one()],
        none,
        &[one()],
    );
    case(
        "rfc5280::nc::invalid-email-address",
        false,
        &[general(EMAIL, "invalid@invalid@example.com")],
        none,
        &[general(EMAIL, "example@example.com")],
    );
    let value = name_constraints(&[example()], none);
    let root = forge
        .root()
        .with(oid::NAME_CONSTRAINTS, false, &value)
        .sign();
    let leaf = forge.leaf(&root).sign();
    all.push(scenario(
        "rfc5280::nc::permitted-dns-match-noncritical",
        false,
        &[&root],
        &[],
        &leaf,
    ));
    let root = forge.root().sign();
    for (id, critical) in [
        ("rfc5280::nc::not-allowed-in-ee-noncritical", false),
        ("rfc5280::nc::not-allowed-in-ee-critical", true),
    ] {
        let leaf = forge
            .leaf(&root)
            .with(oid::NAME_CONSTRAINTS, critical, &value)
            .sign();
        all.push(scenario(id, false, &[&root], &[], &leaf));
    }
    all
}

fn of_directory_names() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let called_foo = || vec![directory("foo")];
    [
        (
            "rfc5280::nc::permitted-dn-mismatch",
            false,
            called_foo(),
            vec![],
            "not-foo",
            "not-foo",
        ),
        (
            "rfc5280::nc::excluded-dn-match",
            false,
            vec![],
            called_foo(),
            "foo",
            "foo",
        ),
        (
            "rfc5280::nc::permitted-dn-match",
            true,
            called_foo(),
            vec![],
            "foo",
            "foo",
        ),
        (
            "rfc5280::nc::permitted-dn-match-subject-san-mismatch",
            false,
            called_foo(),
            vec![],
            "not-foo",
            "foo",
        ),
        (
            "rfc5280::nc::excluded-dn-match-sub-mismatch",
            false,
            vec![],
            called_foo(),
            "foo",
            "not-foo",
        ),
    ]
    .into_iter()
    .map(|(id, valid, permitted, excluded, subject, alternative)| {
        let root = forge.root().constrained(&permitted, &excluded).sign();
        let leaf = forge
            .leaf(&root)
            .called(subject)
            .names(&[directory(alternative)])
            .sign();
        scenario(id, valid, &[&root], &[], &leaf)
    })
    .collect()
}

/// root → a constrained intermediate → a leaf with these names.
fn below_an_intermediate() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let mut all = Vec::new();
    let mut case = |id, valid, permitted: &[Vec<u8>], excluded: &[Vec<u8>], names: &[Vec<u8>]| {
        let root = forge.root().sign();
        let intermediate = forge
            .intermediate(&root)
            .without(oid::ALTERNATIVE_NAME)
            .constrained(permitted, excluded)
            .sign();
        let leaf = forge.leaf(&intermediate).names(names).sign();
        all.push(scenario(id, valid, &[&root], &[&intermediate], &leaf));
    };
    let example = || dns("example.com");
    let mail = |text: &str| general(EMAIL, text);
    let none: &[Vec<u8>] = &[];
    case(
        "rfc5280::nc::excluded-dns-match",
        false,
        none,
        &[example()],
        &[example()],
    );
    case(
        "rfc5280::nc::nc-permits-invalid-dns-san",
        false,
        &[example()],
        none,
        &[dns(".example.com"), dns("foo.example.com")],
    );
    case(
        "rfc5280::nc::nc-permits-invalid-ip-san",
        false,
        &[general(ADDRESS, V4_NETWORK)],
        none,
        &[
            general(ADDRESS, V4_NETWORK),
            general(ADDRESS, [192, 0, 2, 1]),
        ],
    );
    case(
        "rfc5280::nc::nc-permits-invalid-email-san",
        false,
        &[mail("example.com")],
        none,
        &[
            mail("good@example.com"),
            mail("alsogood@example.com"),
            mail("invalid@address@example.com"),
        ],
    );
    case(
        "rfc5280::nc::nc-permits-email-exact",
        true,
        &[mail("foo@example.com")],
        none,
        &[mail("foo@example.com")],
    );
    case(
        "rfc5280::nc::nc-permits-email-domain",
        true,
        &[mail("example.com")],
        none,
        &[mail("foo@example.com")],
    );
    case(
        "rfc5280::nc::nc-forbids-othername",
        false,
        &[example()],
        &[other_name()],
        &[example(), other_name()],
    );
    case(
        "rfc5280::nc::nc-forbids-othername-noop",
        true,
        &[example()],
        &[other_name()],
        &[example()],
    );
    all
}

/// Two intermediates, the constraints of each, and the names of the second and of the leaf.
fn above_intermediates() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let (one_host, other_host) = (|| dns("foo.example.com"), || dns("bar.example.com"));
    let permitted = || vec![dns("permitted.example.com")];
    let forbidden = || vec![dns("forbidden.example.com")];
    let mut all = Vec::new();
    for (id, is_at_root) in [
        (
            "rfc5280::nc::intermediate-with-san-rejected-by-intermediate-nc",
            false,
        ),
        (
            "rfc5280::nc::intermediate-with-san-rejected-by-root-nc",
            true,
        ),
    ] {
        let constrain = |draft: Draft, is_here: bool| match is_here {
            true => draft.constrained(&permitted(), &forbidden()),
            false => draft,
        };
        let root = constrain(forge.root(), is_at_root).sign();
        let first = forge.intermediate(&root).names(&permitted());
        let first = constrain(first, !is_at_root).sign();
        let second = forge.intermediate(&first).names(&forbidden()).sign();
        let leaf = forge.leaf(&second).names(&permitted()).sign();
        all.push(scenario(id, false, &[&root], &[&first, &second], &leaf));
    }
    for (id, wide, narrow) in [
        (
            "rfc5280::nc::restrictive-permits-in-intermediates-narrows",
            vec![one_host(), other_host()],
            vec![other_host()],
        ),
        (
            "rfc5280::nc::restrictive-permits-in-intermediates-widens",
            vec![other_host()],
            vec![one_host(), other_host()],
        ),
    ] {
        let root = forge.root().sign();
        let first = forge.intermediate(&root).constrained(&wide, &[]).sign();
        let second = forge
            .intermediate(&first)
            .names(&[other_host()])
            .constrained(&narrow, &[])
            .sign();
        let leaf = forge.leaf(&second).names(&[one_host()]).sign();
        all.push(scenario(id, false, &[&root], &[&first, &second], &leaf));
    }
    all
}

fn self_issued() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let other = || vec![dns("not-example.com")];
    let root = forge
        .root_called("not-example.com")
        .names(&other())
        .constrained(&[dns("example.com")], &[])
        .sign();
    let same = forge
        .intermediate(&root)
        .called("not-example.com")
        .names(&other())
        .sign();
    let leaf = forge.leaf(&same).sign();
    let accepted = scenario(
        "rfc5280::nc::permitted-self-issued",
        true,
        &[&root],
        &[&same],
        &leaf,
    );
    let root = forge.root().constrained(&[dns("example.com")], &[]).sign();
    let intermediate = forge
        .intermediate(&root)
        .called("not-example.com")
        .names(&other())
        .sign();
    let leaf = forge
        .leaf(&intermediate)
        .called("not-example.com")
        .names(&other())
        .sign();
    let refused = scenario(
        "rfc5280::nc::excluded-self-issued-leaf",
        false,
        &[&root],
        &[&intermediate],
        &leaf,
    );
    vec![accepted, refused]
}

/// One intermediate by two certificates, of which one has a name that is forbidden above.
fn two_ways() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let forbidden = || vec![dns("forbidden.example.com")];
    let mut all = Vec::new();
    let plain = |forge: &mut Forge, called: &str| {
        forge
            .root_called(called)
            .without(oid::ALTERNATIVE_NAME)
            .sign()
    };
    let twin = |forge: &mut Forge, parent: &Issued, key: &_, names: &[Vec<u8>]| {
        let draft = forge
            .intermediate(parent)
            .called("an intermediate")
            .keyed(key);
        match names {
            [] => draft.without(oid::ALTERNATIVE_NAME).sign(),
            names => draft.names(names).sign(),
        }
    };
    let discarded = plain(forge, "discarded root");
    let trusted = plain(forge, "root");
    let above = forge
        .intermediate(&trusted)
        .without(oid::ALTERNATIVE_NAME)
        .constrained(&[dns("permitted.example.com")], &forbidden())
        .sign();
    let key = forge.key();
    let first = twin(forge, &discarded, &key, &forbidden());
    let second = twin(forge, &above, &key, &[]);
    let leaf = forge
        .leaf(&first)
        .called("permitted.example.com")
        .names(&[dns("permitted.example.com")])
        .sign();
    all.push(scenario(
        "rfc5280::nc::nc-forbids-alternate-chain-ica",
        true,
        &[&trusted],
        &[&above, &first, &second],
        &leaf,
    ));
    let (one, other) = (plain(forge, "root one"), plain(forge, "root two"));
    let above = forge
        .intermediate(&one)
        .without(oid::ALTERNATIVE_NAME)
        .constrained(&[], &forbidden())
        .sign();
    let key = forge.key();
    let first = twin(forge, &above, &key, &forbidden());
    let second = twin(forge, &other, &key, &[dns("unconstrained-ica.example.com")]);
    let leaf = forge
        .leaf(&first)
        .called("unconstrained.example.com")
        .names(&[dns("unconstrained.example.com")])
        .sign();
    all.push(scenario(
        "rfc5280::nc::nc-forbids-same-chain-ica",
        true,
        &[&one, &other],
        &[&above, &first, &second],
        &leaf,
    ));
    all
}
