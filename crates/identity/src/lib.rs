#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod api_keys;
mod auth;
mod email;
mod forms;
mod frames;
pub mod hosts;
pub mod housekeeping;
pub mod links;
pub mod mails;
mod module;
pub mod passwords;
pub mod permissions;
mod profile;
pub mod roles;
pub mod sessions;
pub mod sign_in;
mod state;
pub mod tenants;
mod tokens;
pub mod totp;
pub mod users;
mod versions;

pub use email::Email;
pub use hosts::TxtRecords;
pub use module::{migrations, module};
pub use state::{Identity, Ports};

/// The room's words in American English.
pub(crate) const EN_US: &str = include_str!("../messages/en-US.ftl");
