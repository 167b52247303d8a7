//! The controls that views and dialogs are made of. Each has a name that a screen reader and a test find.

pub mod badge;
pub mod button;
pub mod choice;
pub mod field;
pub mod icon;
pub mod link;
pub mod menu;
pub mod notice;
pub mod path_field;
mod secret_edit;
pub mod secret_field;
pub mod strength_meter;
pub mod toast;
