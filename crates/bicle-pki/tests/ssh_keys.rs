//! OpenSSH's keys both ways: what ssh-keygen makes is read, what we write ssh-keygen reads.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods
)]

mod peers;

use std::num::NonZeroUsize;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::atomic::AtomicBool;

use bicle_pki::key_generate::{KeyType, RsaBits, generate};
use bicle_pki::openssh::{self, OpenSshError};
use bicle_pki::pem;
use bicle_pki::pkcs8::DecryptError;
use bicle_pki::private_key::{PrivateKey, PrivateKeyError};
use bicle_platform::secret::SecretText;
use peers::{Workshop, rng, workshop};

const KINDS: [(KeyType, &[&str]); 5] = [
    (KeyType::Rsa(RsaBits::Rsa2048), &["-t", "rsa", "-b", "2048"]),
    (KeyType::EcP256, &["-t", "ecdsa", "-b", "256"]),
    (KeyType::EcP384, &["-t", "ecdsa", "-b", "384"]),
    (KeyType::EcP521, &["-t", "ecdsa", "-b", "521"]),
    (KeyType::Ed25519, &["-t", "ed25519"]),
];

/// The ciphers that ssh-keygen encrypts keys with and that are read here.
const CIPHERS: [&str; 9] = [
    "aes256-ctr",
    "aes192-ctr",
    "aes128-ctr",
    "aes256-cbc",
    "aes192-cbc",
    "aes128-cbc",
    "3des-cbc",
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
];

fn ssh_keygen(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("ssh-keygen")
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("ssh-keygen is needed for this test: package openssh-client");
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// A file that ssh-keygen accepts: private.
fn private_file(place: &Workshop, name: &str, bytes: &[u8]) -> String {
    let path = place.write(name, bytes);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// A new key of ssh-keygen: its private file, its public line.
fn keygen(place: &Workshop, arguments: &[&str]) -> (Vec<u8>, String) {
    let path = place.path("id");
    for old in [path.clone(), format!("{path}.pub")] {
        let _none_the_first_time = std::fs::remove_file(old);
    }
    ssh_keygen(&[&["-q", "-f", &path][..], arguments].concat()).unwrap();
    let public = String::from_utf8(place.read("id.pub")).unwrap();
    (place.read("id"), public)
}

fn make(kind: KeyType) -> PrivateKey {
    let never = AtomicBool::new(false);
    generate(kind, NonZeroUsize::MIN, &never, rng).unwrap()
}

fn binary_of(armoured: &[u8]) -> Vec<u8> {
    let block = pem::decode(armoured).unwrap().remove(0).unwrap();
    block.bytes.expose().to_vec()
}

fn error(bytes: &[u8], passwords: &[&SecretText]) -> OpenSshError {
    openssh::read_private(bytes, passwords).err().unwrap()
}

#[test]
fn keys_of_ssh_keygen_are_read_in_clear_and_under_every_cipher() {
    let place = workshop();
    for (kind, arguments) in KINDS {
        let clear = [arguments, &["-N", "", "-C", "Zoé @ poste 3"]].concat();
        let (private, public) = keygen(&place, &clear);
        assert!(!openssh::is_encrypted(&private));
        let found = openssh::read_private(&private, &[]).unwrap();
        assert_eq!(found.comment, "Zoé @ poste 3");
        assert_eq!(found.key.public_key().algorithm(), kind.algorithm());
        let line = openssh::write_public(found.key.public_key(), &found.comment);
        assert_eq!(line.unwrap(), public);
        let (read, comment) = openssh::read_public(&public).unwrap();
        assert_eq!(
            (&read, comment.as_str()),
            (found.key.public_key(), "Zoé @ poste 3")
        );
        // the binary form too, and it is whole
        let binary = binary_of(&private);
        assert!(openssh::is_openssh(&binary));
        assert!(openssh::read_private(&binary, &[]).is_ok());
        for length in 0..binary.len() {
            assert!(openssh::read_private(&binary[..length], &[]).is_err());
        }
        for at in 0..binary.len() {
            let mut damaged = binary.clone();
            damaged[at] ^= 1;
            if let Ok(read) = openssh::read_private(&damaged, &[]) {
                // only the comment is what it likes
                assert_eq!(read.key.public_key(), found.key.public_key(), "{kind} {at}");
                assert_ne!(read.comment, found.comment, "{kind} {at}");
            }
        }
    }
    let right = SecretText::copy_of("clé secrète");
    let wrong = SecretText::copy_of("Clé secrète");
    for cipher in CIPHERS {
        let arguments = [
            "-t",
            "ed25519",
            "-N",
            "clé secrète",
            "-C",
            "c",
            "-Z",
            cipher,
            "-a",
            "4",
        ];
        let (private, public) = keygen(&place, &arguments);
        assert!(openssh::is_encrypted(&private));
        let found = openssh::read_private(&private, &[&wrong, &right]).unwrap();
        let line = openssh::write_public(found.key.public_key(), &found.comment);
        assert_eq!(line.unwrap(), public, "{cipher}");
        let refused = OpenSshError::Decrypt(DecryptError::WrongPassword);
        assert_eq!(error(&private, &[&wrong]), refused, "{cipher}");
        assert_eq!(error(&private, &[&SecretText::copy_of("")]), refused);
        assert_eq!(error(&private, &[]), OpenSshError::PasswordNeeded);
    }
}

#[test]
fn keys_under_the_default_protection_are_read_for_every_kind() {
    let place = workshop();
    let password = SecretText::copy_of("secret");
    for (_, arguments) in KINDS {
        let (private, public) = keygen(&place, &[arguments, &["-N", "secret", "-C", ""]].concat());
        let found = openssh::read_private(&private, &[&password]).unwrap();
        let line = openssh::write_public(found.key.public_key(), "").unwrap();
        assert_eq!(line.trim(), public.trim());
    }
}

#[test]
fn ssh_keygen_reads_what_is_written_here() {
    let place = workshop();
    let password = SecretText::copy_of("mot de passe é");
    for (kind, _) in KINDS {
        let key = make(kind);
        let public = openssh::write_public(key.public_key(), "Zoé @ poste 3").unwrap();
        let clear = openssh::write_private(&key, "Zoé @ poste 3", None, &mut rng());
        let file = private_file(&place, "clear", clear.expose().as_bytes());
        assert_eq!(
            ssh_keygen(&["-y", "-P", "", "-f", &file]).unwrap(),
            public,
            "{kind}"
        );
        let closed = openssh::write_private(&key, "Zoé @ poste 3", Some(&password), &mut rng());
        let file = private_file(&place, "closed", closed.expose().as_bytes());
        let opened = ssh_keygen(&["-y", "-P", "mot de passe é", "-f", &file]).unwrap();
        assert_eq!(opened, public, "{kind}");
        let refused = ssh_keygen(&["-y", "-P", "wrong", "-f", &file]).unwrap_err();
        assert!(refused.contains("incorrect passphrase"), "{refused}");
        let read = openssh::read_private(closed.expose().as_bytes(), &[&password]).unwrap();
        assert_eq!(
            read.key.to_pkcs8_der().expose(),
            key.to_pkcs8_der().expose()
        );
        // the public line, judged by its fingerprint
        let line = place.write("key.pub", public.as_bytes());
        let listed = ssh_keygen(&["-l", "-f", &line]).unwrap();
        assert!(listed.contains("Zoé @ poste 3"), "{listed}");
        // an empty password is none: OpenSSH has no empty ones
        let empty = SecretText::copy_of("");
        let clear = openssh::write_private(&key, "", Some(&empty), &mut rng());
        assert!(!openssh::is_encrypted(clear.expose().as_bytes()));
    }
}

#[test]
fn what_is_not_used_is_named() {
    let place = workshop();
    let (private, public) = keygen(&place, &["-t", "dsa", "-N", ""]);
    assert_eq!(
        error(&private, &[]),
        OpenSshError::Unsupported("ssh-dss".into())
    );
    assert_eq!(
        openssh::read_public(&public).err(),
        Some(OpenSshError::Unsupported("ssh-dss".into()))
    );
    let x = SecretText::copy_of("secret");
    let cipher = "chacha20-poly1305@openssh.com";
    let arguments = ["-t", "ed25519", "-N", "secret", "-Z", cipher, "-a", "1"];
    let (private, _) = keygen(&place, &arguments);
    let named = OpenSshError::Unsupported(cipher.into());
    assert_eq!(error(&private, &[&x]), named);
    assert_eq!(error(&private, &[]), named);
    assert_eq!(error(b"", &[]), OpenSshError::NotOpenSsh);
    for line in [
        "",
        "ssh-ed25519",
        "hello world",
        "-----BEGIN X-----",
        "ssh-rsa\nAAAA",
    ] {
        assert_eq!(
            openssh::read_public(line).err(),
            Some(OpenSshError::NotOpenSsh)
        );
    }
    for line in [
        "ssh-ed25519 AAAA",
        "ssh-rsa ****",
        "ssh-ed25519 AAAAC3NzaC1yc2E=",
    ] {
        assert!(matches!(
            openssh::read_public(line).err(),
            Some(OpenSshError::Malformed { .. })
        ));
    }
}

#[test]
fn halves_and_names_that_disagree_are_refused() {
    let place = workshop();
    let (first, _) = keygen(&place, &["-t", "ed25519", "-N", "", "-C", "c"]);
    let (second, _) = keygen(&place, &["-t", "ed25519", "-N", "", "-C", "c"]);
    let (first, second) = (binary_of(&first), binary_of(&second));
    let sections = first
        .windows(11)
        .filter(|part| part == b"ssh-ed25519")
        .count();
    assert_eq!(sections, 2);
    let places: Vec<usize> = (0..first.len())
        .filter(|&at| first[at..].starts_with(b"ssh-ed25519"))
        .collect();
    // the public key outside, the public key inside, both copies of it inside, the seed
    let (outside, inside) = (places[0], places[1]);
    for starts in [
        &[outside + 15][..],
        &[inside + 15],
        &[inside + 15, inside + 83],
        &[inside + 51],
    ] {
        let mut mixed = first.clone();
        for &start in starts {
            mixed[start..start + 32].copy_from_slice(&second[start..start + 32]);
        }
        assert_eq!(
            error(&mixed, &[]),
            OpenSshError::Key(PrivateKeyError::Inconsistent)
        );
    }
}

#[test]
fn costly_derivations_are_refused_before_they_are_done() {
    let place = workshop();
    let arguments = ["-t", "ed25519", "-N", "secret", "-a", "3"];
    let (private, _) = keygen(&place, &arguments);
    let binary = binary_of(&private);
    let after_salt = [&[0, 0, 0, 3][..], &[0, 0, 0, 1]].concat();
    let bomb = peers::replace(
        &binary,
        &after_salt,
        &[&[0x7f, 0xff, 0xff, 0xff][..], &[0, 0, 0, 1]].concat(),
    );
    let started = std::time::Instant::now();
    let password = SecretText::copy_of("secret");
    for passwords in [&[&password][..], &[]] {
        assert!(matches!(
            error(&bomb, passwords),
            OpenSshError::Decrypt(DecryptError::TooManyIterations { .. })
        ));
    }
    assert!(started.elapsed().as_secs() < 20);
}
