//! The storefront: search, bulk check and price list.

mod bulk;
mod coming;
mod frame;
mod home;
mod price_list;
mod results;
mod rows;
mod search;

use std::sync::Arc;

use askama::Template;
use axum::extract::Extension;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use engines::pricing::List;
use kernel::{Currency, Problem, ProblemKind};
use serde::Deserialize;
use web::messages::Words;
use web::ui::{self, FormErrors, Html, Icon, Tone};
use web::{App, Ctx, Result};

pub use frame::places;

use super::basis::Basis;
use super::counter::Counter;

/// The room's public pages.
pub(crate) fn pages(counter: &Arc<Counter>) -> axum::Router<App> {
    axum::Router::new()
        .route("/", get(home::page))
        .route("/search", get(search::page).merge(post(bulk::check)))
        .route("/bulk", get(bulk::page))
        .route("/prices", get(price_list::page))
        .route("/prices.csv", get(price_list::csv))
        .layer(Extension(Arc::clone(counter)))
}

/// What an address of the shop says; each page reads its part.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    years: String,
    currency: String,
    sort: String,
    all: String,
}

/// Years and currency as chosen, and what can be chosen.
struct Choice {
    years: u8,
    currency: Currency,
    currencies: Vec<Currency>,
}

impl Choice {
    /// What an address says, as far as it can be had, the rest as usual; with what this visitor's prices are made from.
    async fn read(ctx: &Ctx, counter: &Counter, years: &str, currency: &str) -> Result<(Basis, Self)> {
        let wanted = Currency::parse(currency).ok();
        let usual = counter.book(ctx).await?.settings.default_sales_currency;
        let basis = counter.basis(ctx, Some(wanted.unwrap_or(usual))).await?;
        let book = &basis.book;
        let mut currencies: Vec<Currency> = book.prices.currencies(List::Sales).collect();
        if !currencies.contains(&book.currency) {
            currencies.insert(0, book.currency);
        }
        // One that the list does not have is offered where prices are converted and a rate is at hand.
        for foreign in [usual].into_iter().chain(wanted) {
            if !currencies.contains(&foreign) && basis.converts_to(foreign, ctx.now()) {
                currencies.push(foreign);
            }
        }
        let choice = Self {
            years: years.parse().ok().filter(|years| (1..=10).contains(years)).unwrap_or(1),
            currency: wanted
                .filter(|currency| currencies.contains(currency))
                .unwrap_or(book.currency),
            currencies,
        };
        Ok((basis, choice))
    }

    /// One to ten years, in words.
    fn terms(&self, w: &Words) -> Vec<Chosen> {
        let term = |years: u8| Chosen {
            value: years.to_string(),
            label: w.t1("domains-n-years", "n", u64::from(years)),
            current: years == self.years,
        };
        (1..=10).map(term).collect()
    }
}

/// Something that can be chosen: a term, a way to sort.
struct Chosen {
    /// What is sent, or the address it leads to.
    value: String,
    label: String,
    current: bool,
}

/// The search box with its choices; on every page of the shop.
#[derive(Template)]
#[template(path = "parts/search_form.html")]
struct SearchForm<'a> {
    w: &'a Words,
    q: &'a str,
    choice: &'a Choice,
    focus: bool,
}

/// What is wrong, above what was typed: fields to mend, or the time to wait.
fn trouble(w: &Words, problem: &Problem) -> Html {
    match problem.kind {
        ProblemKind::TooMany => Html::of(&ui::alert(Tone::Warn, w.t("domains-busy"), w.problem(problem))),
        _ => Html::of(&FormErrors::of(w, problem)),
    }
}

/// A page that tells a problem and has kept what was typed, with the status that fits.
fn refused(page: impl IntoResponse, problem: &Problem) -> Response {
    let status = match problem.kind {
        ProblemKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut response = (status, page).into_response();
    if let Some(seconds) = problem.retry_after_seconds {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
