//! The words of Biclé, in French and English: catalogues in Project Fluent's format, embedded at build time,
//! and one typed [`Id`] per message. Both faces, the window and the command line, take every sentence from here.
#![forbid(unsafe_code)]

mod catalogue;
mod date;
mod language;
mod texts;

pub use catalogue::id;
pub use language::{Language, UnknownLanguage};
pub use texts::{Argument, ErrorText, Id, Texts};
