//! Suppliers: who the tenant buys from. What other rooms may name. A registrar account refers to one; hotels, drivers and
//! guides are others.

pub(crate) mod events;
pub(crate) mod http;
mod model;
pub mod ops;
pub(crate) mod pages;
pub(crate) mod store;

pub use events::{SupplierAdded, SupplierChanged, SupplierStateChanged};
pub use model::{Details, Filter, Kind, Supplier, SupplierDraft};
