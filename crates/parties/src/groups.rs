//! Customer groups: price levels. Discounts and price lists refer to them.

pub(crate) mod events;
pub(crate) mod http;
mod model;
pub mod ops;
pub(crate) mod pages;
pub(crate) mod store;

pub use events::{GroupAdded, GroupChanged, GroupStateChanged};
pub use model::{Details, Group, GroupDraft};
