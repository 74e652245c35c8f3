//! Exchange rates: who said what a currency was worth, since when, and when we came to know it.

mod books;
mod ecb;
mod effect;
mod entity;
mod events;
mod fetch;
mod http;
pub mod imports;
mod jobs;
mod model;
mod ops;
mod pages;
pub mod ports;
mod proposal;
pub mod setting;
mod store;
mod words;

pub use books::{RateBook, RateBooks, Waiting, fresh, of_version};
pub use effect::{InForce, RateStep};
pub use events::{RateImportPreviewed, RatesImported, RatesRecorded};
pub use fetch::{Fetched, fetch};
pub use model::{HeldRate, HeldWhy, NewSheet, RateSheet, Source};
pub use ops::{Found, accept, convert, find, record, rules};
pub use proposal::{Proposal, RatePreview, publish};
pub use setting::RatesSetting;
pub use store::LastFetch;

pub(crate) use effect::Asked;
pub(crate) use http::api;
pub(crate) use jobs::{cron, handlers, queues};
pub(crate) use pages::{nav, pages};
