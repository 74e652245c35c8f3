//! Contacts: people at a customer or supplier.

pub(crate) mod events;
pub(crate) mod http;
mod model;
pub mod ops;
pub(crate) mod pages;
pub(crate) mod store;

pub use events::{ContactAdded, ContactChanged, ContactRemoved};
pub use model::{Contact, ContactDraft, Owner};
