//! The chart of accounts: what each is for, whose it is, in which currency, and what is on it.

mod model;
pub(crate) mod store;

pub use model::{LedgerAccount, Owner, Purpose};
pub use store::{Filter, all, by_id};
