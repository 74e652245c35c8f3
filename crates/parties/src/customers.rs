//! Customers: who buys from the tenant. What other rooms may name.

pub(crate) mod events;
pub(crate) mod http;
mod model;
pub mod ops;
pub(crate) mod pages;
pub(crate) mod store;

pub use events::{CustomerAdded, CustomerChanged, CustomerLinked, CustomerStateChanged};
pub use model::{Customer, CustomerDraft, Details, Filter};
