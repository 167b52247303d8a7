//! What one certificate may look like: RFC 5280's profile.

use super::{Scenario, scenario};
use crate::forge::{
    CERT_SIGN, DIGITAL_SIGNATURE_AND_CERT_SIGN, DNS, Draft, Forge, Issued, NO_USAGE, SEQUENCE, der,
    general, name, oid,
};

/// root → leaf, each as the closures change it.
fn pair(
    forge: &mut Forge,
    root: impl FnOnce(Draft) -> Draft,
    leaf: impl FnOnce(Draft) -> Draft,
) -> (Issued, Issued) {
    let root = root(forge.root()).sign();
    let leaf = leaf(forge.leaf(&root)).sign();
    (root, leaf)
}

/// root → intermediate → leaf, the intermediate as the closure changes it.
fn triple(
    forge: &mut Forge,
    intermediate: impl FnOnce(Draft) -> Draft,
) -> (Issued, Issued, Issued) {
    let root = forge.root().sign();
    let intermediate = intermediate(forge.intermediate(&root)).sign();
    let leaf = forge.leaf(&intermediate).sign();
    (root, intermediate, leaf)
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = profile();
    all.extend(authorities());
    all.extend(key_identifiers());
    all.extend(serials_and_names());
    all.extend(validity());
    all
}

fn profile() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let mut all = Vec::new();
    let mut two = |id, valid, root: &dyn Fn(Draft) -> Draft, leaf: &dyn Fn(Draft) -> Draft| {
        let (root, leaf) = pair(forge, root, leaf);
        all.push(scenario(id, valid, &[&root], &[], &leaf));
    };
    let same = |draft| draft;
    let access = der(
        SEQUENCE,
        &[&der(
            SEQUENCE,
            &[
                &der(6, &[&[0x2B, 6, 1, 5, 5, 7, 0x30, 2]]),
                &general(DNS, "example.com"),
            ],
        )],
    );
    two("rfc5280::ee-empty-issuer", false, &same, &|mut leaf| {
        leaf.issuer = name("");
        leaf
    });
    two(
        "rfc5280::ca-empty-subject",
        false,
        &|mut root| {
            (root.subject, root.issuer) = (name(""), name(""));
            root
        },
        &same,
    );
    two(
        "rfc5280::unknown-critical-extension-ee",
        false,
        &same,
        &|leaf| leaf.with(oid::UNKNOWN, true, []),
    );
    two(
        "rfc5280::unknown-critical-extension-root",
        false,
        &|root| root.with(oid::UNKNOWN, true, []),
        &same,
    );
    two("rfc5280::ee-aia", true, &same, &|leaf| {
        leaf.with(oid::ACCESS, false, &access)
    });
    two("rfc5280::ee-critical-aia-invalid", false, &same, &|leaf| {
        leaf.with(oid::ACCESS, true, &access)
    });
    two(
        "rfc5280::duplicate-extensions",
        false,
        &same,
        &|mut leaf| {
            let value = der(SEQUENCE, &[&general(DNS, "example.com")]);
            leaf.extensions
                .push((oid::ALTERNATIVE_NAME.to_vec(), false, value));
            leaf
        },
    );
    two("rfc5280::no-keyusage", true, &same, &|leaf| {
        leaf.without(oid::KEY_USAGE)
    });
    two("rfc5280::no-basicconstraints", true, &same, &|leaf| {
        leaf.without(oid::BASIC_CONSTRAINTS)
    });
    two(
        "rfc5280::mismatching-signature-algorithm",
        false,
        &same,
        &|mut leaf| {
            leaf.outer_algorithm = oid::ED448;
            leaf
        },
    );
    two("rfc5280::leaf-ku-keycertsign", false, &same, &|leaf| {
        leaf.with(oid::BASIC_CONSTRAINTS, true, der(SEQUENCE, &[]))
            .with(oid::KEY_USAGE, false, DIGITAL_SIGNATURE_AND_CERT_SIGN)
    });
    two("rfc5280::eku::ee-without-eku", true, &same, &|leaf| {
        leaf.without(oid::EXTENDED_KEY_USAGE)
    });
    two("rfc5280::san::malformed", false, &same, &|leaf| {
        leaf.with(oid::ALTERNATIVE_NAME, false, b"example.com")
    });
    two(
        "rfc5280::san::noncritical-with-empty-subject",
        false,
        &same,
        &|leaf| leaf.called(""),
    );
    all
}

fn authorities() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let mut all = Vec::new();
    let unrelated = forge.root_called("unrelated root").sign();
    let (root, intermediate, leaf) = triple(forge, |draft| draft.path_length(0));
    all.push(scenario(
        "rfc5280::chain-untrusted-root",
        false,
        &[&unrelated],
        &[&root, &intermediate],
        &leaf,
    ));
    let mut three = |id, valid, change: &dyn Fn(Draft) -> Draft| {
        let (root, intermediate, leaf) = triple(forge, change);
        all.push(scenario(id, valid, &[&root], &[&intermediate], &leaf));
    };
    three(
        "rfc5280::unknown-critical-extension-intermediate",
        false,
        &|draft| draft.path_length(0).with(oid::UNKNOWN, true, []),
    );
    three("rfc5280::intermediate-ca-without-ca-bit", false, &|draft| {
        draft.with(oid::BASIC_CONSTRAINTS, true, der(SEQUENCE, &[]))
    });
    three(
        "rfc5280::intermediate-ca-missing-basic-constraints",
        false,
        &|draft| draft.without(oid::BASIC_CONSTRAINTS),
    );
    three("rfc5280::ica-ku-keycertsign", false, &|draft| {
        draft.path_length(0).with(oid::KEY_USAGE, false, NO_USAGE)
    });
    three("rfc5280::aki::intermediate-missing-aki", false, &|draft| {
        draft.path_length(0).without(oid::ISSUER_KEY_ID)
    });
    three("rfc5280::ski::intermediate-missing-ski", false, &|draft| {
        draft.without(oid::KEY_ID)
    });
    three("rfc5280::pc::ica-noncritical-pc", false, &|draft| {
        let value = der(SEQUENCE, &[&[0x80, 1, 3]]);
        draft.with(oid::POLICY_CONSTRAINTS, false, value)
    });
    let mut two = |id, valid, change: &dyn Fn(Draft) -> Draft| {
        let (root, leaf) = pair(forge, change, |leaf| leaf);
        all.push(scenario(id, valid, &[&root], &[], &leaf));
    };
    two("rfc5280::root-missing-basic-constraints", false, &|root| {
        root.without(oid::BASIC_CONSTRAINTS)
    });
    two(
        "rfc5280::root-non-critical-basic-constraints",
        false,
        &|root| {
            let value = der(SEQUENCE, &[&[1, 1, 0xFF]]);
            root.with(oid::BASIC_CONSTRAINTS, false, value)
        },
    );
    two("rfc5280::root-inconsistent-ca-extensions", false, &|root| {
        root.with(oid::KEY_USAGE, false, NO_USAGE)
    });
    let root = forge.root().sign();
    let intermediate = forge
        .intermediate(&root)
        .names(&[general(DNS, "ca.example.com")])
        .sign();
    all.push(scenario(
        "rfc5280::ca-as-leaf",
        true,
        &[&root],
        &[],
        &intermediate,
    ));
    let leaf = forge.leaf(&intermediate).sign();
    all.push(scenario(
        "rfc5280::root-and-intermediate-swapped",
        true,
        &[&intermediate],
        &[&root],
        &leaf,
    ));
    let mut broken = forge.intermediate(&root);
    // an RSA key without modulus and exponent
    broken.public_key = Some(der(
        SEQUENCE,
        &[
            &der(
                SEQUENCE,
                &[
                    &der(6, &[&[0x2A, 0x86, 0x48, 0x86, 0xF7, 13, 1, 1, 1]]),
                    &[5, 0],
                ],
            ),
            &[3, 1, 0],
        ],
    ));
    let broken = broken.sign();
    let leaf = forge.leaf(&broken).sign();
    let other = forge.root().sign();
    all.push(scenario(
        "invalid::invalid-issuer-key",
        false,
        &[&other],
        &[&broken],
        &leaf,
    ));
    all
}

fn key_identifiers() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let mut all = Vec::new();
    let mut two = |id, valid, root: &dyn Fn(Draft) -> Draft, leaf: &dyn Fn(Draft) -> Draft| {
        let (root, leaf) = pair(forge, root, leaf);
        all.push(scenario(id, valid, &[&root], &[], &leaf));
    };
    let same = |draft| draft;
    two(
        "rfc5280::aki::critical-aki",
        false,
        &|root| {
            let value = der(SEQUENCE, &[&der(0x80, &[root.key.id()])]);
            root.with(oid::ISSUER_KEY_ID, true, value)
        },
        &same,
    );
    two("rfc5280::aki::leaf-missing-aki", false, &same, &|leaf| {
        leaf.without(oid::ISSUER_KEY_ID)
    });
    two(
        "rfc5280::aki::self-signed-root-missing-aki",
        true,
        &same,
        &same,
    );
    two(
        "rfc5280::ski::critical-ski",
        false,
        &|root| {
            let value = der(4, &[root.key.id()]);
            root.with(oid::KEY_ID, true, value)
        },
        &same,
    );
    two(
        "rfc5280::ski::root-missing-ski",
        false,
        &|root| root.without(oid::KEY_ID),
        &same,
    );
    let crossing = forge.root_called("crossing root").sign();
    let crossed = forge
        .intermediate(&crossing)
        .path_length(0)
        .without(oid::ISSUER_KEY_ID)
        .sign();
    let leaf = forge.leaf(&crossed).sign();
    all.push(scenario(
        "rfc5280::aki::cross-signed-root-missing-aki",
        false,
        &[&crossed],
        &[],
        &leaf,
    ));
    all
}

fn serials_and_names() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    [
        ("rfc5280::serial::serial-number-too-long", vec![0x55; 22]),
        ("rfc5280::serial::serial-number-zero", vec![0]),
        ("rfc5280::serial::serial-number-negative", vec![0x85]),
    ]
    .into_iter()
    .map(|(id, serial)| {
        let (root, leaf) = pair(
            forge,
            |root| root.with(oid::KEY_USAGE, false, CERT_SIGN),
            |mut leaf| {
                leaf.serial = serial;
                leaf
            },
        );
        scenario(id, false, &[&root], &[], &leaf)
    })
    .collect()
}

fn validity() -> Vec<Scenario> {
    let forge = &mut Forge::default();
    let mut all = Vec::new();
    let long = ("20160101000000", "20260101000000");
    let short = ("20160101000000", "20200101000000");
    for (id, root, intermediate, leaf) in [
        (
            "rfc5280::validity::expired-root",
            short,
            long,
            ("20180101000000", "20230101000000"),
        ),
        (
            "rfc5280::validity::expired-intermediate",
            long,
            short,
            ("20180101000000", "20230101000000"),
        ),
        (
            "rfc5280::validity::expired-leaf",
            long,
            long,
            ("20180101000000", "20210101000000"),
        ),
    ] {
        let root = forge.root().valid(root.0, root.1).sign();
        let intermediate = forge
            .intermediate(&root)
            .valid(intermediate.0, intermediate.1)
            .sign();
        let leaf = forge.leaf(&intermediate).valid(leaf.0, leaf.1).sign();
        let case = scenario(id, false, &[&root], &[&intermediate], &leaf);
        all.push(case.judged_at("2022-01-01T00:00:00Z"));
    }
    // moments are whole seconds here, cut off: 00.999 is 00, and 00.005 too
    for (id, valid, from, at) in [
        (
            "rfc5280::validity::notbefore-exact",
            true,
            "20240301000000",
            "2024-03-01T00:00:00Z",
        ),
        (
            "rfc5280::validity::notbefore-fractional",
            false,
            "20240301000001",
            "2024-03-01T00:00:00Z",
        ),
        (
            "rfc5280::validity::notafter-exact",
            true,
            "20240301000000",
            "2024-04-01T00:00:00Z",
        ),
        (
            "rfc5280::validity::notafter-fractional",
            true,
            "20240301000000",
            "2024-04-01T00:00:00Z",
        ),
    ] {
        let until = "20240401000000";
        let root = forge.root().valid(from, until).sign();
        let intermediate = forge.intermediate(&root).valid(from, until).sign();
        let leaf = forge.leaf(&intermediate).valid(from, until).sign();
        all.push(scenario(id, valid, &[&root], &[&intermediate], &leaf).judged_at(at));
    }
    all
}
