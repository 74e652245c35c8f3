//! Registrar accounts: who we buy names from. An account has a cost list (cells of the price book under its id), says
//! which endings it sells, and names the kind of adapter that talks to it. How that adapter is configured is the app's
//! affair; what it needs in secret is sealed before it is stored here.

mod entity;
mod http;
mod model;
mod ops;
mod pages;
mod store;

pub use model::{NewRegistrar, Registrar, RegistrarAdded, RegistrarPaused, RegistrarResumed, Sells, State};
pub use ops::{add, by_id, by_slug, credentials, list, pause, resume};

pub(crate) use http::api;
pub(crate) use ops::all;
pub(crate) use pages::pages;

/// How many endings an account sells.
fn endings_of(book: &crate::Book, id: kernel::RegistrarId) -> usize {
    book.endings()
        .filter(|tld| book.sellers(&tld.ending).contains(&id))
        .count()
}
