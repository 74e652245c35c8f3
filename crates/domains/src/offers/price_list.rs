//! The public price list: every ending that is sold, and what it costs to register, renew and bring.

use std::sync::Arc;

use askama::Template;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use catalog::Book;
use engines::pricing::{List, Operation, PriceAsk, price_bare};
use kernel::{Currency, Instant, Money};
use serde::Deserialize;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, ListQuery, SearchBox, Views};
use web::{Csv, Ctx, Query, Result};

use super::counter::Counter;
use super::frame;
use super::rows::shown;
use super::settings::price_note;

/// What the list's address says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    currency: String,
    sort: String,
}

/// One ending's prices for a year.
pub(super) struct Ending<'b> {
    pub(super) shown: &'b str,
    pub(super) register: Option<Money>,
    pub(super) renew: Option<Money>,
    pub(super) transfer: Option<Money>,
}

#[derive(Template)]
#[template(path = "pages/price_list.html")]
struct PriceListPage<'a> {
    w: &'a Words,
    list: ListQuery,
    search: SearchBox,
    views: Views,
    rows: Vec<Shown>,
    as_of: String,
    price_note: String,
}

/// One ending's prices in words.
struct Shown {
    ending: String,
    register: String,
    renew: String,
    transfer: String,
}

/// Every ending sold, most sought-after first.
pub(super) fn rows(book: &Book, currency: Currency, at: Instant) -> impl Iterator<Item = Ending<'_>> {
    book.endings().filter(|tld| book.is_sold(&tld.ending)).map(move |tld| {
        let price = |operation| {
            let ask = PriceAsk {
                tld: &tld.ending,
                operation,
                years: 1,
                currency,
                at,
            };
            price_bare(&book.prices, &ask).ok().map(|amounts| amounts.total)
        };
        Ending {
            shown: &tld.shown,
            register: price(Operation::Register),
            renew: price(Operation::Renew),
            transfer: price(Operation::Transfer),
        }
    })
}

/// Rows that hold the text, in the order asked.
fn chosen<'b>(book: &'b Book, asked: &Asked, currency: Currency, at: Instant) -> Vec<Ending<'b>> {
    let text = asked.q.trim().trim_start_matches('.').to_lowercase();
    let mut rows: Vec<Ending<'_>> = rows(book, currency, at)
        .filter(|row| row.shown.contains(&text))
        .collect();
    let (key, descending) = match asked.sort.strip_prefix('-') {
        Some(key) => (key, true),
        None => (asked.sort.as_str(), false),
    };
    let minor = |money: Option<Money>| money.map_or(i64::MAX, |money| money.minor);
    match key {
        "ending" => rows.sort_by(|a, b| a.shown.cmp(b.shown)),
        "register" => rows.sort_by_key(|row| minor(row.register)),
        "renew" => rows.sort_by_key(|row| minor(row.renew)),
        "transfer" => rows.sort_by_key(|row| minor(row.transfer)),
        _ => return rows,
    }
    if descending {
        rows.reverse();
    }
    rows
}

fn currency(book: &Book, asked: &Asked) -> Currency {
    let sold = |currency: &Currency| book.prices.currencies(List::Sales).any(|sold| sold == *currency);
    Currency::parse(&asked.currency)
        .ok()
        .filter(sold)
        .unwrap_or(book.currency)
}

pub(super) async fn page(
    ctx: Ctx,
    Extension(counter): Extension<Arc<Counter>>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let book = counter.book(&ctx).await?;
    let w = ctx.words();
    let currency = currency(&book, &asked);
    let now = ctx.now();
    let list = ListQuery::new("/prices")
        .param("q", &asked.q)
        .param("currency", currency.code())
        .param("sort", &asked.sort);
    let mut views = Views::new(w.t("domains-currency"));
    for choice in book.prices.currencies(List::Sales) {
        views = views.view(
            list.with("currency", choice.code()),
            choice.code(),
            None,
            choice == currency,
        );
    }
    let text = |money: Option<Money>| money.map(|money| shown(w, money)).unwrap_or_default();
    let rows = chosen(&book, &asked, currency, now)
        .iter()
        .map(|row| Shown {
            ending: format!(".{}", row.shown),
            register: text(row.register),
            renew: text(row.renew),
            transfer: text(row.transfer),
        })
        .collect();
    let body = PriceListPage {
        w,
        search: SearchBox::new(&list, w.t("domains-find-ending")),
        list,
        views,
        rows,
        as_of: w.date_time_zoned(now.micros()),
        price_note: price_note(&ctx).await?,
    };
    let head = Head::new(w.t("domains-prices-title")).describe(w.t("domains-prices-lede"));
    Ok(frame::whole(&ctx, &head, &body)?.into_response())
}

pub(super) async fn csv(
    ctx: Ctx,
    Extension(counter): Extension<Arc<Counter>>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let book = counter.book(&ctx).await?;
    let currency = currency(&book, &asked);
    let text = |money: Option<Money>| money.map(Money::decimal).unwrap_or_default();
    let rows = chosen(&book, &asked, currency, ctx.now()).into_iter().map(|row| {
        [
            row.shown.to_owned(),
            text(row.register),
            text(row.renew),
            text(row.transfer),
            currency.code().to_owned(),
        ]
    });
    let head = ["ending", "register", "renew", "transfer", "currency"];
    Ok(Csv::new("prices.csv", &head).rows(rows).into_response())
}
