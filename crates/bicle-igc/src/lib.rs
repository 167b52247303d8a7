//! What is known of IGC-Santé: its authorities, its offers, the request that its portal takes and the steps of
//! an order. Facts only: nothing here reads a file, asks the time or decides on trust.
#![forbid(unsafe_code)]

mod authority;
mod branch;
mod hint;
mod policy;
pub mod portal;
mod product;
mod template;

pub use authority::{
    Audience, Authority, Level, Role, Status, authorities, authority_by_name, authority_by_sha256,
};
pub use branch::{Branch, branch_of, branch_of_name};
pub use hint::{Hint, INSI_COMMON_NAMES, hints};
pub use policy::{PolicyMeaning, ProductKind, policy_meaning, product_kind};
pub use product::{Offer, Product, SubjectAltName, UnknownCode, Use, product, products, uses};
pub use template::{
    Hash, KeyKind, MAX_EXTENSION_VALUES, MAX_SUBJECT_VALUES, MAX_TEMPLATE_BYTES,
    MAX_VALUE_CHARACTERS, SubjectValue, Template, TemplateError, TemplateExtensions, template,
    templates,
};
