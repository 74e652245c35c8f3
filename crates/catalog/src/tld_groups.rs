//! Named sets of endings: `European`, `cheap country codes`. Price rules name them, and so may whatever else is meant for
//! some endings and not for others. A group that gains an ending means it everywhere from then on; prices that were made
//! by it stay as they are until they are made anew.
//!
//! Deliberately absent: deleting one, because a rule may name it; an empty group fits nothing.

mod entity;
mod events;
mod http;
mod model;
mod ops;
mod pages;
mod store;

pub use events::TldGroupChanged;
pub use model::{TldGroup, TldGroupEdit};
pub use ops::{MAX_TLD_GROUPS, add, by_id, change, list};

pub(crate) use http::api;
pub(crate) use model::endings;
pub(crate) use ops::all;
pub(crate) use pages::pages;
