//! Tenants: reseller companies, their settings, and signing one up.

pub mod events;
pub(crate) mod http;
mod model;
pub mod ops;
pub(crate) mod pages;
pub(crate) mod store;

pub use model::{LOCALES, MAX_CHROMA_THOUSANDTHS, Settings, Tenant, Trades, check_settings, parse_slug};
