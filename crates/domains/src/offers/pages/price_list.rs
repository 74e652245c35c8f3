//! The public price list: every ending that is sold, and what it costs to register, renew and bring.

use std::sync::Arc;

use askama::Template;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use catalog::Book;
use engines::pricing::{Operation, PriceAsk, price_bare};
use kernel::{Currency, Instant, Money};
use web::messages::Words;
use web::page::Head;
use web::ui::{self, ListQuery, SearchBox, Views};
use web::{Csv, Ctx, Query, Result};

use super::{Asked, Choice, frame};
use crate::offers::Counter;
use crate::storefront::{self, Storefront};

/// One ending's prices for a year, as the shop shows them.
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
pub(super) fn rows<'b>(
    book: &'b Book,
    storefront: &'b Storefront,
    currency: Currency,
    at: Instant,
) -> impl Iterator<Item = Ending<'b>> {
    book.endings().filter(|tld| book.is_sold(&tld.ending)).map(move |tld| {
        let price = |operation| {
            let ask = PriceAsk {
                tld: &tld.ending,
                operation,
                years: 1,
                currency,
                at,
            };
            storefront.shown(price_bare(&book.prices, &ask).ok()?.total)
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
fn chosen<'b>(
    book: &'b Book,
    storefront: &'b Storefront,
    asked: &Asked,
    currency: Currency,
    at: Instant,
) -> Vec<Ending<'b>> {
    let text = asked.q.trim().trim_start_matches('.').to_lowercase();
    let mut rows: Vec<Ending<'_>> = rows(book, storefront, currency, at)
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

pub(super) async fn page(
    ctx: Ctx,
    Extension(counter): Extension<Arc<Counter>>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let book = counter.book(&ctx).await?;
    let storefront = storefront::of(&ctx).await?;
    let w = ctx.words();
    let Choice {
        currency, currencies, ..
    } = Choice::read("", &asked.currency, &book);
    let now = ctx.now();
    let list = ListQuery::new("/prices")
        .param("q", &asked.q)
        .param("currency", currency.code())
        .param("sort", &asked.sort);
    let mut views = Views::new(w.t("domains-currency"));
    for choice in currencies {
        let href = list.with("currency", choice.code());
        views = views.view(href, choice.code(), None, choice == currency);
    }
    let text = |money: Option<Money>| money.map(|money| w.price(money)).unwrap_or_default();
    let rows = chosen(&book, &storefront, &asked, currency, now)
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
        price_note: storefront.note_of_list(w),
    };
    let head = Head::new(w.t("domains-prices-title")).describe(w.t("domains-prices-lede"));
    Ok(frame::whole(&ctx, &head, &body)?.into_response())
}

/// The same rows for a spreadsheet; every row says what its prices are.
pub(super) async fn csv(
    ctx: Ctx,
    Extension(counter): Extension<Arc<Counter>>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let book = counter.book(&ctx).await?;
    let storefront = storefront::of(&ctx).await?;
    let currency = Choice::read("", &asked.currency, &book).currency;
    let note = storefront.note_of_list(ctx.words());
    let text = |money: Option<Money>| money.map(Money::decimal).unwrap_or_default();
    let rows = chosen(&book, &storefront, &asked, currency, ctx.now())
        .into_iter()
        .map(|row| {
            [
                row.shown.to_owned(),
                text(row.register),
                text(row.renew),
                text(row.transfer),
                currency.code().to_owned(),
                note.clone(),
            ]
        });
    let head = ["ending", "register", "renew", "transfer", "currency", "tax"];
    Ok(Csv::new("prices.csv", &head).rows(rows).into_response())
}
