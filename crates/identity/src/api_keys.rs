//! Keys for programs: shown once, kept as digests, never more than their maker may.

pub mod events;
pub(crate) mod http;
mod model;
pub mod ops;
pub(crate) mod pages;
pub(crate) mod store;

pub(crate) use model::tenant_of;
pub use model::{ApiKey, Mode, NAME_CHARACTERS};
