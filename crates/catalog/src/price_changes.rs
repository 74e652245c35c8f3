//! Changes of prices, made one by one: schedule, look at what it does, edit and cancel while it is in the future, and every
//! price there ever was, with who made it. What is edited here are *changes*, the prices of one list and ending that begin
//! together; what is stored are cells.

mod events;
mod http;
mod model;
mod ops;
mod pages;
mod preview;
mod store;

pub use events::{Deed, PriceChanged, PricesChanged};
pub use model::{ChangeState, NewChange, NewPrice, PriceChange, Step};
pub use ops::{Terms, by_id, cancel, currency, ending, list, standard_list};
pub use preview::{Charge, MarginStep, Preview, Proposed};

pub(crate) use http::api;
pub(crate) use pages::{ChangeRow, changes, pages, rows};
pub(crate) use preview::engine_list;
