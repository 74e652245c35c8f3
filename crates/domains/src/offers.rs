//! Offers: which names are free, and what each costs.

mod answers;
mod breaker;
mod counter;
mod desk;
mod frame;
pub(crate) mod http;
mod inquiry;
#[cfg(test)]
mod inquiry_tests;
mod model;
mod name;
#[cfg(test)]
mod name_tests;
pub mod ops;
mod pace;
pub(crate) mod pages;
mod price_list;
mod rows;
mod script;
mod search;
pub(crate) mod settings;
mod token;
mod words;

pub use counter::Counter;
pub use frame::places;
pub use model::{MOST_NAMES, Offer, OfferState, PRICE_HOLDS, PriceCheck, Reason, Refusal, Source};
pub use name::{DomainName, InvalidName, to_unicode};
pub use token::{PriceToken, TokenRefusal};
