//! JSON routes of the books, by slice; what several of them read and show stands in `parts`.

mod accounts;
mod books;
mod journal;
pub(crate) mod parts;
mod reports;
mod wallets;

pub(crate) use journal::export_journal;
use web::{App, OpenApiRouter};

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(books::api())
        .merge(accounts::api())
        .merge(journal::api())
        .merge(reports::api())
        .merge(wallets::api())
}
