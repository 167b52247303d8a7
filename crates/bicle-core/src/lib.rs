//! The operations over an open vault, and the read model that the faces show.
//!
//! A face sends a [`command::Command`] to the [`worker::Worker`] (or calls
//! [`open_vault::OpenVault::execute`] itself) and draws the [`model::Model`] that comes back.
//! Nothing here knows a language: what is said is a [`phrase::Phrase`].
#![forbid(unsafe_code)]

pub mod clock;
pub mod command;
pub mod copies;
pub mod copies_setting;
pub mod csv;
pub mod details;
pub mod fault;
pub mod file_name;
pub mod id;
pub mod model;
pub mod open_vault;
pub mod password;
pub mod phrase;
pub mod places;
pub mod progress;
pub mod proof;
pub mod restore;
pub mod services;
pub mod shared_text;
pub mod worker;

mod bin;
mod build;
mod bundled;
mod certificate_content;
mod certreq;
mod chain;
mod cores;
mod deliver;
mod describe;
mod describe_extension;
mod describe_list;
mod describe_request;
mod edit;
mod export;
mod export_key;
mod gathering;
mod import;
mod import_lists;
mod import_report;
mod import_xca;
mod incoming;
mod index;
mod judge;
mod keys;
mod lists;
mod loading;
mod new_item;
mod orders;
mod path_note;
mod places_in;
mod random;
mod read_only;
mod recent;
mod record;
mod refusal;
mod requests;
mod seeded;
mod shelf;
mod signers;
#[cfg(test)]
mod signing_tests;
pub mod strength;
mod truststore;
mod update;
mod verified;
mod verify;

pub use bicle_igc::portal::RuleCheck;
pub use bicle_pki::shown;
pub use bicle_vault::{CheckReport, KdfParameters, Verdict as CheckVerdict};
pub use requests::subject_is_turned;
pub use verify::{Verification, check_request_file};
