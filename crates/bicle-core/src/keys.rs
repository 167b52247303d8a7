//! Making private keys.

use std::num::NonZeroUsize;

use bicle_pki::private_key::PrivateKey;
use bicle_pki::rsa_generate::{self, RsaBits};

use crate::command::Outcome;
use crate::fault::Fault;
use crate::new_item;
use crate::open_vault::{Edit, OpenVault};
use crate::phrase::Phrase;
use crate::progress::Progress;
use crate::random::random;
use crate::refusal;

/// Makes an RSA key and keeps it.
pub(crate) fn generate(
    open: &mut OpenVault,
    name: &str,
    rsa_bits: u32,
    progress: &Progress,
) -> Result<Outcome, Fault> {
    let name = new_item::typed_name(name)?;
    let key = make(rsa_bits, progress)?;
    let summary = new_item::key(name, key.public_key(), open.now());
    let ids = open.apply(vec![Edit::Insert(summary, key.to_pkcs8_der())])?;
    Ok(ids
        .first()
        .map_or(Outcome::Done, |id| Outcome::Created(*id)))
}

/// Makes an RSA key on all cores, unless cancelled.
pub(crate) fn make(rsa_bits: u32, progress: &Progress) -> Result<PrivateKey, Fault> {
    let bits = RsaBits::from_bits(rsa_bits).ok_or_else(|| {
        let bits = i64::from(rsa_bits);
        Fault::refused(Phrase::new("error-key-size-unsupported").number("bits", bits))
    })?;
    progress.tell(Phrase::new("progress-generating-key"));
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let key = rsa_generate::generate_rsa(bits, threads, progress.cancelled(), random);
    progress.go_on()?;
    key.map_err(|_| refusal::refused("error-key-generation-failed"))
}
