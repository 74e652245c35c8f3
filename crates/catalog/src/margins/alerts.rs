//! Telling staff that a margin has become negative or low: on events, never while a margin is computed.
//!
//! An event that may change margins starts a job; so does a scheduled price, at the moment it takes effect. The job looks at
//! the endings whose prices moved since it last looked, and writes one alert for each TLD, registrar, kind and version of
//! the prices involved. The row and the mail are one transaction and the row is unique, so the same margin is told once.
//! Where the tenant has named nobody, the console's bell tells those who may see margins.
//!
//! An alert is open until somebody says that they have seen to it, with a note if they like; that can be taken back. It
//! changes no price: the next version of the prices is told anew.

mod check;
mod entity;
mod events;
mod http;
mod jobs;
mod letter;
mod model;
mod ops;
mod pages;
mod store;

pub use events::{AlertAcknowledged, AlertReopened, MarginsAlerted};
pub use jobs::{Ports, handlers, subscriber};
pub use model::{Acknowledgement, Alert, Kind, Line, Told};
pub use ops::{MOST_AT_ONCE, acknowledge, counts, list, reopen};
pub use store::{Counts, Place, Wanted};

pub(crate) use http::api;
pub(crate) use jobs::LIMITS;
pub(crate) use letter::mails;
pub(crate) use pages::pages;
