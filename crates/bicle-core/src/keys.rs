//! Making private keys.

use std::num::NonZeroUsize;

use bicle_pki::key_generate::{self, KeyType as Kind, RsaBits};
use bicle_pki::private_key::PrivateKey;

use crate::command::{KeyType, Outcome};
use crate::fault::Fault;
use crate::new_item;
use crate::open_vault::{Edit, OpenVault};
use crate::phrase::Phrase;
use crate::progress::Progress;
use crate::random::random;
use crate::refusal;

/// Makes a key and keeps it.
pub(crate) fn generate(
    open: &mut OpenVault,
    name: &str,
    key_type: KeyType,
    progress: &Progress,
) -> Result<Outcome, Fault> {
    let name = new_item::typed_name(name)?;
    let key = make(key_type, progress)?;
    let summary = new_item::key(name, key.public_key(), open.now());
    let ids = open.apply(vec![Edit::Insert(summary, key.to_pkcs8_der())])?;
    Ok(ids
        .first()
        .map_or(Outcome::Done, |id| Outcome::Created(*id)))
}

/// Makes a key, RSA on all cores, unless cancelled.
pub(crate) fn make(key_type: KeyType, progress: &Progress) -> Result<PrivateKey, Fault> {
    let kind = kind(key_type)?;
    progress.tell(Phrase::new("progress-generating-key"));
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let key = key_generate::generate(kind, threads, progress.cancelled(), random);
    progress.go_on()?;
    key.map_err(|_| refusal::refused("error-key-generation-failed"))
}

fn kind(key_type: KeyType) -> Result<Kind, Fault> {
    Ok(match key_type {
        KeyType::Rsa { bits } => Kind::Rsa(RsaBits::from_bits(bits).ok_or_else(|| {
            let phrase = Phrase::new("error-key-size-unsupported");
            Fault::refused(phrase.number("bits", i64::from(bits)))
        })?),
        KeyType::EcP256 => Kind::EcP256,
        KeyType::EcP384 => Kind::EcP384,
        KeyType::EcP521 => Kind::EcP521,
        KeyType::Ed25519 => Kind::Ed25519,
    })
}
