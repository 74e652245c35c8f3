//! JSON routes of the price book: endings and prices.

mod views;

use axum::Extension;
use kernel::{Instant, Problem};
use reference::RateBooks;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{App, Json, ListAsk, Listed, OpenApiRouter, Path, Query, Result, Staff, routes};

pub(crate) use self::views::PriceView;
use self::views::{PriceHistory, TldView, VersionView};
use super::listing::{self, Ask, SORTS};
use super::report::{ReportRow, report};
use super::{Books, ops, timeline};
use crate::archive;
use crate::exposures::Ground;
use crate::permissions::{MARGINS_READ, PRICES_READ};

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(tlds))
        .routes(routes!(prices))
        .routes(routes!(price))
}

/// Which endings.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TldFilter {
    /// `generic`, `country` or `company`.
    #[param(example = "generic")]
    category: Option<String>,
}

/// Endings the tenant deals in, the most sought-after first.
#[utoipa::path(get, path = "/api/v1/catalog/tlds", tag = "catalog", params(ListAsk, TldFilter),
    responses((status = 200, description = "Endings", body = Listed<TldView>)))]
async fn tlds(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    ask: ListAsk,
    Query(filter): Query<TldFilter>,
) -> Result<Listed<TldView>> {
    ctx.allow(PRICES_READ)?;
    let sort = ask.sort(&["ending"])?.map(|sort| (sort.key, sort.descending));
    let wanted = Ask::read(
        ask.search(),
        None,
        filter.category.as_deref(),
        sort,
        ctx.may(MARGINS_READ),
    )?;
    let book = books.book(&ctx).await?;
    let ground = Ground::at(&ctx, &rates, &book, ctx.now()).await?;
    let report = report(&book, &ground, ctx.now());
    let rows = page(listing::select(&report, &wanted), &ask)?;
    Ok(Listed::page(rows, &ask, |row| row.tld.ending.to_string()).map(|row| TldView::of(&book, row.tld)))
}

/// Rows from behind the cursor on. The cursor is the last ending shown, so that a price that changes in between neither
/// repeats nor hides others.
fn page<'r, 'b>(rows: Vec<&'r ReportRow<'b>>, ask: &ListAsk) -> Result<Vec<&'r ReportRow<'b>>, Problem> {
    let start = match ask.after::<String>()? {
        None => 0,
        Some(last) => rows
            .iter()
            .position(|row| *row.tld.ending == *last)
            .map_or(0, |at| at + 1),
    };
    let most = usize::try_from(ask.fetch()).unwrap_or(usize::MAX);
    Ok(rows.into_iter().skip(start).take(most).collect())
}

/// Which prices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PriceFilter {
    /// `all`, `scheduled`, and with the right to see margins: `negative`, `low`, `unpriced`, `no_cost`, `register_negative`,
    /// `renew_negative`, `renew_low`.
    #[param(example = "negative")]
    view: Option<String>,
    /// `generic`, `country` or `company`.
    #[param(example = "country")]
    category: Option<String>,
    /// At which instant, RFC 3339; now if not said.
    #[param(value_type = Option<String>, example = "2027-01-01T00:00:00Z", format = DateTime)]
    at: Option<String>,
}

impl PriceFilter {
    fn at(&self, now: Instant) -> Result<Instant, Problem> {
        let Some(text) = self.at.as_deref() else {
            return Ok(now);
        };
        text.parse().map_err(|_| {
            Problem::new(kernel::ProblemKind::Unreadable, "instant_invalid").field("/at", "instant_invalid")
        })
    }
}

/// The price book: sale, cost and margin of every ending for one year.
#[utoipa::path(get, path = "/api/v1/catalog/prices", tag = "catalog", params(ListAsk, PriceFilter),
    responses((status = 200, description = "Prices", body = Listed<PriceView>)))]
async fn prices(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    ask: ListAsk,
    Query(filter): Query<PriceFilter>,
) -> Result<Listed<PriceView>> {
    ctx.allow(PRICES_READ)?;
    let sort = ask.sort(&SORTS)?.map(|sort| (sort.key, sort.descending));
    let margins = ctx.may(MARGINS_READ);
    let (view, category) = (filter.view.as_deref(), filter.category.as_deref());
    let wanted = Ask::read(ask.search(), view, category, sort, margins)?;
    if wanted.tells_margins() {
        ctx.allow(MARGINS_READ)?;
    }
    let at = filter.at(ctx.now())?;
    let book = archive::book_at(&ctx, &books, at).await?;
    let report = report(&book, &Ground::at(&ctx, &rates, &book, at).await?, at);
    let rows = page(listing::select(&report, &wanted), &ask)?;
    Ok(Listed::page(rows, &ask, |row| row.tld.ending.to_string()).map(|row| PriceView::of(row, margins)))
}

/// One ending: its prices now and every version of them.
#[utoipa::path(get, path = "/api/v1/catalog/prices/{tld}", tag = "catalog", params(("tld" = String, Path, description = "The ending, as an A-label", example = "com")),
    responses((status = 200, description = "Prices and their versions", body = PriceHistory)))]
async fn price(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Path(tld): Path<String>,
) -> Result<Json<PriceHistory>> {
    ctx.allow(PRICES_READ)?;
    let book = books.book(&ctx).await?;
    let ending = ops::ending(&book, &tld)?;
    let cells = ctx
        .read(|read| async move { ops::history(read, &ending.ending).await }.scope_boxed())
        .await?;
    let ground = Ground::at(&ctx, &rates, &book, ctx.now()).await?;
    let row = super::report::row(&book, ending, &ground, ctx.now());
    Ok(Json(PriceHistory {
        book_version: book.version,
        now: PriceView::of(&row, ctx.may(MARGINS_READ)),
        versions: timeline::versions(&cells, ctx.now())
            .into_iter()
            .map(|(cell, standing)| VersionView::of(cell, standing, ctx.may(MARGINS_READ)))
            .collect(),
    }))
}
