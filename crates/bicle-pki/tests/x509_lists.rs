//! Revocation lists made by OpenSSL, read and verified by us.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

mod x509_tools;

use bicle_pki::oid;
use bicle_pki::revocation_list::{Reason, RevocationList};
use x509_tools::Workshop;

const CA: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n";

#[test]
fn lists_by_every_kind_of_key_are_read_and_verified() {
    for kind in ["RSA:2048", "EC:P-256", "EC:P-384", "EC:P-521", "ED25519"] {
        let workshop = Workshop::new();
        workshop.make_key("ca", kind);
        workshop.issue("ca", "/C=FR/CN=Autorité", None, 30, CA);
        workshop.issue("other", "/C=FR/CN=Autorité", None, 30, CA);
        let digest: &[&str] = if kind == "ED25519" {
            &["-md", "null"]
        } else {
            &[]
        };
        let der = workshop.list(
            "ca",
            "1F",
            &[
                ("0A", "261101120000Z", ""),
                ("00FFAABB", "261102120000Z", "keyCompromise"),
                ("0C", "491101120000Z", "certificateHold"),
            ],
            "",
            digest,
        );
        let list = RevocationList::from_der(&der).unwrap();
        let authority = workshop.certificate("ca");
        assert!(list.verify_signature(authority.public_key()), "{kind}");
        assert!(!list.verify_signature(workshop.certificate("other").public_key()));
        assert_eq!(list.version(), 2);
        assert!(list.issuer().matches(authority.subject()));
        assert_eq!(list.authority_key_id(), authority.subject_key_id());
        assert_eq!(list.number_text().unwrap(), "31");
        assert_eq!(list.entries_count(), 3);
        let compromised = list.find(&[0, 0xff, 0xaa, 0xbb]).unwrap();
        assert_eq!(compromised.reason, Some(Reason::KeyCompromise));
        assert_eq!(compromised.at.to_rfc3339(), "2026-11-02T12:00:00Z");
        assert_eq!(list.find(&[0x0a]).unwrap().reason, None);
        assert!(list.next_update().unwrap() > list.this_update());

        let text = workshop.openssl_text(&[
            "crl",
            "-in",
            "list.pem",
            "-noout",
            "-fingerprint",
            "-sha256",
        ]);
        let shown = text.trim().split('=').nth(1).unwrap().replace(':', "");
        assert_eq!(list.sha256().to_hex(), shown.to_lowercase());

        let mut changed = der.clone();
        let at = der
            .windows(3)
            .position(|octets| octets == [0x02, 0x01, 0x0a])
            .unwrap();
        changed[at + 2] = 0x0b;
        let changed = RevocationList::from_der(&changed).unwrap();
        assert!(changed.find(&[0x0b]).is_some());
        assert!(!changed.verify_signature(authority.public_key()));
    }
}

#[test]
fn delta_scope_and_invalidity_date_are_read() {
    let workshop = Workshop::new();
    workshop.issue("ca", "/CN=Autorité", None, 30, CA);
    let der = workshop.list(
        "ca",
        "0B",
        &[
            ("01", "261101120000Z", "removeFromCRL"),
            ("02", "261101120000Z", "keyTime,20261031080000Z"),
        ],
        "2.5.29.27=critical,ASN1:INTEGER:10\nissuingDistributionPoint=critical,@idp\n\
         [idp]\nfullname=URI:http://igc.example/a.crl\nonlyuser=TRUE\nindirectCRL=TRUE\n\
         onlysomereasons=keyCompromise,superseded",
        &[],
    );
    let list = RevocationList::from_der(&der).unwrap();
    assert_eq!(list.delta_base_text().unwrap(), "10");
    assert_eq!(list.number_text().unwrap(), "11");
    assert!(list.is_delta() && list.is_indirect());
    assert_eq!(list.unknown_critical(), None);
    let scope = list.scope().unwrap();
    assert!(scope.only_users && !scope.only_authorities && scope.has_point);
    assert_eq!(scope.names[0].to_string(), "uri:http://igc.example/a.crl");
    let reasons: Vec<&str> = scope.only_reasons.unwrap().names().collect();
    assert_eq!(reasons, ["keyCompromise", "superseded"]);
    assert_eq!(
        list.find(&[1]).unwrap().reason,
        Some(Reason::RemoveFromList)
    );
    let second = list.find(&[2]).unwrap();
    assert_eq!(second.reason, Some(Reason::KeyCompromise));
    let since = second.invalid_since.unwrap();
    assert_eq!(since.to_rfc3339(), "2026-10-31T08:00:00Z");
    assert!(
        list.extension(&oid::ISSUING_DISTRIBUTION_POINT)
            .unwrap()
            .critical
    );
}
