//! Discounts and coupons in the console: the list and its CSV, adding, editing what has not begun, ending what has, and
//! what a price is with and without them.

mod form;
mod list;
mod one;
mod preview;
mod review;
mod words;

pub(crate) use self::words::{Names, off, what};

use axum::Router;
use axum::routing::{get, post};
use kernel::DiscountId;
use web::App;
use web::messages::Words;
use web::page::Head;

const PATH: &str = "/console/discounts";

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/discounts", get(list::list).post(form::add))
        .route("/console/discounts.csv", get(list::csv))
        .route("/console/discounts/new", get(form::new))
        .route("/console/discounts/preview", get(preview::preview))
        .route("/console/discounts/{id}", get(one::one).post(form::save))
        .route("/console/discounts/{id}/end", post(one::end))
        .route("/console/discounts/{id}/remove", post(one::remove))
}

fn path(id: DiscountId) -> String {
    format!("{PATH}/{id}")
}

fn head(w: &Words, title: String) -> Head {
    Head::new(title)
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("catalog-prices"), "/console/prices")
}
