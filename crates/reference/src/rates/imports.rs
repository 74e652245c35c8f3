//! Histories of rates: read and shown with what they touch, then recorded in one transaction. What is known is left as it is.

mod model;
mod ops;
mod review;
mod store;

pub use model::{ImportCounts, ImportState, RateImport};
pub use ops::{NewRateImport, Preview, apply, by_id, import_now, keep, list, prepare};
pub use review::Review;

pub(super) use ops::lines;
pub(super) use review::review;
