//! Path lengths, and sets of certificates that lead astray.

use super::{Scenario, scenario};
use crate::forge::{DNS, Draft, Forge, Issued, general, name};

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = path_lengths();
    all.extend(pathological());
    all.extend(known_holes());
    all
}

fn path_lengths() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let mut all = Vec::new();
    for (id, valid, limits) in [
        ("pathlen::ee-with-intermediate-pathlen-0", true, &[0_u8][..]),
        ("pathlen::ee-with-intermediate-pathlen-1", true, &[1]),
        ("pathlen::ee-with-intermediate-pathlen-2", true, &[2]),
        ("pathlen::intermediate-violates-pathlen-0", false, &[0, 0]),
        ("pathlen::intermediate-pathlen-may-increase", true, &[1, 2]),
        ("pathlen::intermediate-pathlen-too-long", false, &[1, 0, 0]),
    ] {
        let root = forge.root().sign();
        let mut chain = vec![root.clone()];
        for limit in limits {
            let parent = chain.last().unwrap().clone();
            chain.push(forge.intermediate(&parent).path_length(*limit).sign());
        }
        let leaf = forge.leaf(chain.last().unwrap()).sign();
        let others: Vec<&Issued> = chain.iter().skip(1).collect();
        all.push(scenario(id, valid, &[&root], &others, &leaf));
    }
    let root = forge.root().sign();
    let first = forge.intermediate(&root).path_length(0).sign();
    let second = forge.intermediate(&first).path_length(0).sign();
    all.push(scenario(
        "pathlen::validation-ignores-pathlen-in-leaf",
        true,
        &[&root],
        &[&first],
        &second,
    ));
    let first = forge.intermediate(&root).path_length(1).sign();
    let mut second = forge.intermediate(&first).path_length(1);
    second.subject = first.subject.clone();
    let second = second.sign();
    let third = forge.intermediate(&second).path_length(0).sign();
    let leaf = forge.leaf(&third).sign();
    all.push(scenario(
        "pathlen::self-issued-certs-pathlen",
        true,
        &[&root],
        &[&first, &second, &third],
        &leaf,
    ));
    all
}

fn pathological() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let mut all = Vec::new();
    let root = forge.root().sign();
    let second = forge.root_called("second root").sign();
    let mut expired = forge.intermediate(&second).path_length(1).keyed(&root.key);
    expired.subject = root.subject.clone();
    let expired = expired.valid("19700101000000", "19881125000000").sign();
    let leaf = forge.leaf(&root).sign();
    all.push(scenario(
        "pathological::multiple-chains-expired-intermediate",
        true,
        &[&root, &second],
        &[&expired],
        &leaf,
    ));
    // the greatest depth is a constant here: both cases are one
    for (id, one, other) in [
        (
            "pathological::intermediate-cycle-distinct-cas",
            "one",
            "other",
        ),
        (
            "pathological::intermediate-cycle-distinct-cas-max-depth",
            "one",
            "other",
        ),
        (
            "pathological::intermediate-cycle-same-logical-ca",
            "one",
            "one",
        ),
    ] {
        let (first_key, second_key) = (forge.key(), forge.key());
        let mut issue = |subject: &str, key, issuer: &str, signer: &_| {
            let mut draft: Draft = forge.root_called(subject).keyed(key);
            draft.issuer = name(issuer);
            draft.signer = Clone::clone(signer);
            draft.sign()
        };
        let first = issue(one, &first_key, other, &second_key);
        let second = issue(other, &second_key, one, &first_key);
        let leaf = forge.leaf(&first).sign();
        all.push(scenario(id, false, &[&root], &[&first, &second], &leaf));
    }
    all
}

fn known_holes() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let mut all = Vec::new();
    // leaf → A1 → (A ↔ B ↔ C), where A is a trusted root too
    let root = forge.root_called("Root A").sign();
    let keys = [root.key.clone(), forge.key(), forge.key()];
    let names = ["Root A", "Root B", "Root C"];
    let mut others = Vec::new();
    for subject in 0..3 {
        for issuer in 0..3 {
            if subject != issuer {
                let mut crossed = forge.root_called(names[subject]).keyed(&keys[subject]);
                crossed.issuer = name(names[issuer]);
                crossed.signer = keys[issuer].clone();
                others.push(crossed.sign());
            }
        }
    }
    let below = forge.intermediate(&root).sign();
    let leaf = forge
        .leaf(&below)
        .called("")
        .names(&[general(DNS, "leaf.example.com")])
        .sign();
    let mut pool: Vec<&Issued> = vec![&below];
    pool.extend(&others);
    all.push(scenario("cve::cve-2024-0567", true, &[&root], &pool, &leaf));
    for (id, permitted, excluded) in [
        (
            "cve::cve-2025-61727",
            "example.com",
            Some("bar.example.com"),
        ),
        (
            "cve::cve-2025-61727-nc-permits-variant",
            "foo.example.com",
            None,
        ),
    ] {
        let excluded: Vec<Vec<u8>> = excluded.iter().map(|name| general(DNS, name)).collect();
        let root = forge.root().sign();
        let intermediate = forge
            .intermediate(&root)
            .constrained(&[general(DNS, permitted)], &excluded)
            .sign();
        let leaf = forge
            .leaf(&intermediate)
            .names(&[general(DNS, "*.example.com")])
            .sign();
        all.push(scenario(id, false, &[&root], &[&intermediate], &leaf));
    }
    all
}
