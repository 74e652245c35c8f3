//! Roles: sets of permissions with a name. Every tenant has the built-in ones; those of its own it makes itself.

pub mod events;
pub(crate) mod http;
mod model;
pub mod ops;
pub(crate) mod pages;
pub(crate) mod store;

/// The permission only owners have: making owners.
pub const OWN: &str = "identity.owners.manage";

pub use model::{BuiltIn, Declared, Matrix, Role, may_give, parse_name, union};
