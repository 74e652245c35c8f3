//! Telling staff that a margin has become negative or low: on events, never while a margin is computed.
//!
//! An event that may change margins starts a job; so does a scheduled price, at the moment it takes effect. The job looks at
//! the endings whose prices moved since it last looked, and writes one alert for each TLD, registrar, kind and version of
//! the prices involved. The row and the mail are one transaction and the row is unique, so the same margin is told once.
//! Where the tenant has named nobody, the console's bell tells those who may see margins.

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

pub use events::MarginsAlerted;
pub use jobs::{Ports, handlers, subscriber};
pub use model::{Alert, Kind, Line, Told};
pub use ops::list;

pub(crate) use http::api;
pub(crate) use jobs::LIMITS;
pub(crate) use letter::mails;
pub(crate) use pages::pages;
