//! Margins: what is earned on every ending, at every registrar, for every service, in one currency.
//!
//! Everything is computed from the price book in memory, at any instant the book knows; nothing is stored and nothing is
//! sent while computing. A cost in another currency is converted at the rate of the instant asked for, and the rate is
//! shown beside the amounts; where there is none, or only a stale one, the row says so and counts as *not comparable*.
//!
//! Deliberately absent: which registrar to buy from (that is the order's question) and discounts of single customers.

pub mod alerts;
mod ask;
mod http;
mod pages;
mod rates;
mod report;
mod tally;
mod trend;

pub use rates::{Held, Rates};
pub use report::{MarginReport, MarginRow, Question, report};
pub use tally::Tally;
pub use trend::{Point, trend};

pub(crate) use http::api;
pub(crate) use pages::pages;
pub(crate) use trend::Trends;
