//! Offers: which names are free, and what each costs.

mod answers;
mod basis;
mod breaker;
mod counter;
mod desk;
pub(crate) mod endings;
mod explained;
pub(crate) mod http;
mod inquiry;
mod model;
mod name;
pub mod ops;
mod pace;
pub(crate) mod pages;
mod purse;
mod search;
mod token;
mod words;

pub(crate) use basis::Basis;
pub use counter::Counter;
pub use explained::Explained;
pub(crate) use explained::by_year;
pub(crate) use model::of_field;
pub use model::{MOST_NAMES, Offer, OfferState, PRICE_HOLDS, PriceCheck, Reason, Refusal, Source};
pub use name::{DomainName, InvalidName, to_unicode};
pub use pages::places;
pub use token::{PriceToken, TokenRefusal};

/// The beginning of a text: people paste whole pages.
fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
