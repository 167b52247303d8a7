//! What keys, names, requests, certificates and their containers are: bytes in, bytes out.
//!
//! No file, clock or database is touched here; randomness and time are arguments. Every parser
//! takes hostile bytes: it answers in bounded time and memory, with the kind of the fault and the
//! byte where it is, and never panics.

#![forbid(unsafe_code)]

pub mod algorithm;
pub(crate) mod asn1;
pub mod certificate;
pub mod certreq;
pub mod error;
pub mod export_password;
pub mod extension;
pub mod fingerprint;
#[doc(hidden)]
pub mod fuzzing;
pub mod jks;
pub(crate) mod json;
pub mod jwk;
pub mod key_generate;
pub mod name;
pub mod oid;
pub mod openssh;
pub mod path;
pub(crate) mod pbe;
pub mod pem;
pub mod pkcs12;
pub mod pkcs7;
pub mod pkcs8;
pub mod pkcs8_octets;
pub mod pki_path;
pub mod private_key;
pub mod public_key;
pub mod pvk;
pub mod read;
pub mod request;
pub mod revocation;
pub mod revocation_list;
pub mod rsa_generate;
pub(crate) mod secret_der;
pub mod shown;
pub mod signature;
pub mod spkac;
pub mod time;
pub(crate) mod traditional;
pub mod windows_store;
