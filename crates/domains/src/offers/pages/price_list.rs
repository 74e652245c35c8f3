//! The public price list: every ending that is sold, and what it costs to register, renew and bring.

use std::sync::Arc;

use askama::Template;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use engines::pricing::{Operation, PriceAsk};
use kernel::{Currency, Instant, Money};
use web::messages::{Words, key};
use web::page::Head;
use web::ui::{self, ListQuery, SearchBox, Views};
use web::{Csv, Ctx, Query, Result};

use super::{Asked, Choice, frame};
use crate::offers::{Basis, Counter};
use crate::storefront::{self, Storefront};

/// One ending's prices for a year, as the shop shows them.
pub(super) struct Ending<'b> {
    pub(super) shown: &'b str,
    pub(super) register: Option<Price>,
    pub(super) renew: Option<Price>,
    pub(super) transfer: Option<Price>,
}

/// What this visitor pays.
#[derive(Clone, Copy)]
pub(super) struct Price {
    pub(super) now: Money,
    /// The list's price, where something is taken off it.
    instead_of: Option<Money>,
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
    prices: [Cell; 3],
}

/// A price in words, below its column's name where columns are stacked.
struct Cell {
    label: String,
    price: String,
    instead_of: String,
}

impl Cell {
    fn new(w: &Words, label: &'static str, price: Option<Price>) -> Self {
        let text = |money: Option<Money>| money.map(|money| w.price(money)).unwrap_or_default();
        Self {
            label: w.t(label),
            price: text(price.map(|price| price.now)),
            instead_of: text(price.and_then(|price| price.instead_of)),
        }
    }
}

/// Every ending sold, most sought-after first.
pub(super) fn rows<'b>(
    basis: &'b Basis,
    storefront: &'b Storefront,
    currency: Currency,
    at: Instant,
) -> impl Iterator<Item = Ending<'b>> {
    let book = &basis.book;
    book.endings().filter(|tld| book.is_sold(&tld.ending)).map(move |tld| {
        let price = |operation| {
            let ask = PriceAsk {
                tld: &tld.ending,
                operation,
                years: 1,
                currency,
                at,
            };
            let bare = basis.bare(&ask).ok()?;
            let (total, list) = (bare.amounts.total, bare.undiscounted);
            Some(Price {
                now: storefront.shown(total)?,
                instead_of: storefront.shown(list).filter(|_| list.minor > total.minor),
            })
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
    basis: &'b Basis,
    storefront: &'b Storefront,
    asked: &Asked,
    currency: Currency,
    at: Instant,
) -> Vec<Ending<'b>> {
    let text = asked.q.trim().trim_start_matches('.').to_lowercase();
    let mut rows: Vec<Ending<'_>> = rows(basis, storefront, currency, at)
        .filter(|row| row.shown.contains(&text))
        .collect();
    let (key, descending) = match asked.sort.strip_prefix('-') {
        Some(key) => (key, true),
        None => (asked.sort.as_str(), false),
    };
    let minor = |price: Option<Price>| price.map_or(i64::MAX, |price| price.now.minor);
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
    let (basis, choice) = Choice::read(&ctx, &counter, "", &asked.currency).await?;
    let Choice {
        currency, currencies, ..
    } = choice;
    let storefront = storefront::of(&ctx).await?;
    let w = ctx.words();
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
    let rows = chosen(&basis, &storefront, &asked, currency, now)
        .iter()
        .map(|row| Shown {
            ending: format!(".{}", row.shown),
            prices: [
                Cell::new(w, key("domains-register"), row.register),
                Cell::new(w, key("domains-renew"), row.renew),
                Cell::new(w, key("domains-transfer"), row.transfer),
            ],
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
    let (basis, Choice { currency, .. }) = Choice::read(&ctx, &counter, "", &asked.currency).await?;
    let storefront = storefront::of(&ctx).await?;
    let note = storefront.note_of_list(ctx.words());
    let text = |price: Option<Price>| price.map(|price| price.now.decimal()).unwrap_or_default();
    let rows = chosen(&basis, &storefront, &asked, currency, ctx.now())
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
