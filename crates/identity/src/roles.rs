//! Roles: sets of permissions with a name. Every tenant has the built-in ones; those of its own it makes itself.

pub mod events;
pub(crate) mod http;
mod model;
pub mod ops;
pub(crate) mod pages;
pub(crate) mod permission_list;
pub(crate) mod store;

pub use model::{BuiltIn, Declared, Matrix, Role, may_give, parse_name, union};
