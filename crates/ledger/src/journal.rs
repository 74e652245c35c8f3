//! The journal: what happened to money, each thing once, in lines that balance. Nothing in it is changed or deleted; what
//! was wrong is reversed.

mod events;
mod manual;
mod model;
mod ops;
pub(crate) mod periods;
pub(crate) mod store;
mod transfers;
pub(crate) mod write;

pub use events::{PostedEntry, TransactionPosted};
pub use manual::{ManualEntry, ManualLine};
pub use model::{Kind, NewTransaction, Posted, Transaction};
pub use ops::{by_id, enter, enter_once, list, of_account, post, reversal, reverse};
pub use store::{AccountEntry, Listing};
pub use transfers::Transfers;

pub(crate) use ops::{MAX_KEY, begin, not_far_ahead};
