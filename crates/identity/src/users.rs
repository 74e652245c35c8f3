//! People who sign in: staff and customers of a tenant.

pub mod events;
pub(crate) mod http;
mod model;
pub mod ops;
pub(crate) mod pages;
pub(crate) mod store;

pub use model::{Added, Kind, NAME_CHARACTERS, NewUser, State, User, parse_name};
pub use store::Filter;
