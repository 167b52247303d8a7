//! File names made from the names that users give: the core's own, whatever face asks.

pub use bicle_core::file_name::{safe_stem, suggested, with_ending};
