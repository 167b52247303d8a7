//! What `build.rs` read from `assets/locales`: the files of each language and the ids of the messages.

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
