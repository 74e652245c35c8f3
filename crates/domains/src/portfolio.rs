//! The portfolio: the domain names a tenant holds for its customers.
//!
//! The ground that registrations, renewals and transfers will stand on: whose a name is, at which registrar account, until
//! when, and what each year of it was sold for. Names come in by [`ops::adopt`].

mod entity;
mod events;
pub(crate) mod http;
mod model;
pub mod ops;
pub(crate) mod pages;
pub mod reach;
pub(crate) mod store;

pub use events::NamesAdopted;
pub use model::{Adoption, Domain, Filter, MOST_ADOPTED, Order, State};
