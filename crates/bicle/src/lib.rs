//! The desktop application: draws the read model, sends commands.
#![forbid(unsafe_code)]

pub mod app;
pub mod backend;
pub mod capture;
pub mod commands;
pub mod context;
pub mod dialogs;
pub mod icon;
pub mod say;
pub mod services;
pub mod settings;
pub mod stage;
pub mod theme;
pub mod views;
pub mod widgets;
