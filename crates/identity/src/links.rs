//! Links sent by e-mail: one purpose, one person, one use, kept as digests, acted on by a POST only.

mod model;
pub mod ops;
pub(crate) mod store;

pub use model::Purpose;
