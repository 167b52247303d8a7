//! Names, serial numbers and fingerprints as OpenSSL prints them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    clippy::expect_used
)]

mod x509_tools;

use bicle_pki::certificate::Certificate;
use bicle_pki::fingerprint::to_hex;
use bicle_pki::name::DistinguishedName;
use x509_tools::{Workshop, anchors};

/// Compares a certificate with what OpenSSL prints of it.
fn assert_as_openssl(workshop: &Workshop, certificate: &Certificate) {
    workshop.write("c.der", certificate.der());
    let field = |arguments: &[&str]| {
        let all = [
            &["x509", "-inform", "DER", "-in", "c.der", "-noout"],
            arguments,
        ]
        .concat();
        let text = workshop.openssl_text(&all);
        let line = text.trim_end_matches('\n').to_owned();
        line.split_once('=').unwrap().1.to_owned()
    };
    let options = ["-nameopt", "RFC2253,-esc_msb,utf8"];
    assert_eq!(
        certificate.subject().to_rfc4514(),
        field(&[&["-subject"], &options[..]].concat())
    );
    assert_eq!(
        certificate.issuer().to_rfc4514(),
        field(&[&["-issuer"], &options[..]].concat())
    );
    assert_eq!(certificate.serial_hex().to_uppercase(), field(&["-serial"]));
    assert_eq!(
        to_hex(&certificate.sha1()).to_uppercase(),
        field(&["-fingerprint", "-sha1"]).replace(':', "")
    );
    assert_eq!(
        certificate.sha256().to_hex().to_uppercase(),
        field(&["-fingerprint", "-sha256"]).replace(':', "")
    );
    let iso = |time: String| time.replace(' ', "T");
    assert_eq!(
        certificate.not_after().to_rfc3339(),
        iso(field(&["-enddate", "-dateopt", "iso_8601"]))
    );
    assert_eq!(
        certificate.not_before().to_rfc3339(),
        iso(field(&["-startdate", "-dateopt", "iso_8601"]))
    );
}

#[test]
fn the_bundled_authorities_are_printed_as_openssl_does() {
    let workshop = Workshop::new();
    for (name, _, certificate) in anchors() {
        assert_as_openssl(&workshop, &certificate);
        assert_eq!(certificate.version(), 3);
        assert!(certificate.is_authority(), "{name}");
        assert_eq!(certificate.public_key().algorithm().to_string(), "RSA-4096");
        let expected = if name.contains("acr") { None } else { Some(0) };
        assert_eq!(certificate.path_length(), expected, "{name}");
        assert_eq!(
            certificate.key_usage().unwrap().to_string(),
            "keyCertSign, cRLSign"
        );
        let subject = certificate.subject();
        assert_eq!(subject.rdns()[0].attributes[0].value, "FR");
        assert_eq!(
            &DistinguishedName::parse(&subject.to_rfc4514())
                .unwrap()
                .to_rfc4514(),
            &subject.to_rfc4514()
        );
        for extension in certificate.extensions() {
            assert!(!extension.decode().to_string().is_empty());
        }
    }
}

#[test]
fn odd_names_are_printed_as_openssl_does() {
    let workshop = Workshop::new();
    workshop.make_key("odd", "EC:P-256");
    for subject in [
        "/C=FR/ST=Paris (75)/O=Hôpital Européen/OU=10B0123456/CN=INSI-AUTO",
        "/C=FR/title=Médecin/SN=DUPONT+CN=0B1234567+GN=Jeanne",
        "/CN= #leading/CN=#hash/CN=trailing /CN=a,b+c\\+d\"e<f>g;h=i\\\\j",
        "/CN=é€😀/emailAddress=a@b.fr/UID=x/DC=fr/serialNumber=12/street=1 rue X",
        "/O=L'Hôpital/OU=A & B/OU=C:D?E/dnQualifier=q/pseudonym=p/initials=i/name=n",
        "/organizationIdentifier=NTRFR-1/businessCategory=b/postalCode=75000/telephoneNumber=01/description=d/generationQualifier=III",
        "/2.5.4.201=unknown/1.2.3.4.5=other/CN=tab\there",
        "/unstructuredName=host/L=Saint-Étienne",
    ] {
        workshop.issue("odd", subject, None, 10, "basicConstraints=CA:FALSE");
        let certificate = workshop.certificate("odd");
        assert_as_openssl(&workshop, &certificate);
        let name = certificate.subject();
        let parsed = DistinguishedName::parse_rfc4514(&name.to_rfc4514()).unwrap();
        assert!(parsed.matches(name), "{subject}");
    }
}

#[test]
fn names_that_are_made_here_are_read_by_openssl() {
    let workshop = Workshop::new();
    let text =
        "C=FR,ST=Paris (75),O=Hôpital \\\"X\\\"\\, Y,OU=3\\+1,SN=D+CN=1+GN=J,emailAddress=a@b.fr";
    let name = DistinguishedName::parse(text).unwrap();
    workshop.write("name.der", name.der());
    let parsed = workshop.openssl_text(&["asn1parse", "-inform", "DER", "-in", "name.der"]);
    for expected in [
        "PRINTABLESTRING   :FR",
        "UTF8STRING        :Paris (75)",
        "IA5STRING         :a@b.fr",
    ] {
        assert!(parsed.contains(expected), "{expected} in {parsed}");
    }
    assert_eq!(parsed.matches(": SET").count(), 6);
}
