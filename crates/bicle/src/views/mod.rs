//! The pages of the window.

pub mod details;
pub mod empty;
pub mod list;
pub mod order;
mod order_acts;
pub mod order_steps;
pub mod revocation_list;
pub mod start;
mod stepper;
