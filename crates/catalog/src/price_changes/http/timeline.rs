//! The timeline of an ending: from each instant at which something changed, price, cost and margin of the storefront's list.

use axum::Extension;
use kernel::Instant;
use reference::RateBooks;
use scoped_futures::ScopedFutureExt;
use serde::Serialize;
use utoipa::ToSchema;
use web::{App, Json, OpenApiRouter, Path, Result, Staff, routes};

use crate::Books;
use crate::exposures::Ground;
use crate::permissions::{MARGINS_READ, PRICES_READ};
use crate::price_books::{self, PriceView};

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(price_timeline))
}

/// What holds from an instant on.
#[derive(Debug, Serialize, ToSchema)]
struct TimelineStep {
    /// From when, until the next step.
    #[schema(value_type = String, format = DateTime)]
    from: Instant,
    /// The prices from then on.
    prices: PriceView,
}

/// An ending's prices over time.
#[derive(Debug, Serialize, ToSchema)]
struct PriceTimeline {
    /// The version of the book.
    book_version: i64,
    /// The earliest first: scheduled ones too.
    steps: Vec<TimelineStep>,
}

/// The timeline of an ending
///
/// Price, cost and margin of a year on the storefront's list, from each instant on at which one changed or will. Costs and
/// margins with the right to see them.
#[utoipa::path(get, path = "/api/v1/tlds/{tld}/timeline", tag = "catalog", operation_id = "price_timeline",
    params(("tld" = String, Path, description = "The ending", example = "com")),
    responses((status = 200, description = "The steps", body = PriceTimeline)))]
async fn price_timeline(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Path(tld): Path<String>,
) -> Result<Json<PriceTimeline>> {
    ctx.allow(PRICES_READ)?;
    let margins = ctx.may(MARGINS_READ);
    let book = books.book(&ctx).await?;
    let ending = price_books::ending(&book, &tld)?;
    let cells = ctx
        .read(|read| async move { price_books::history(read, &ending.ending).await }.scope_boxed())
        .await?;
    let ground = Ground::at(&ctx, &rates, &book, ctx.now()).await?;
    let steps = price_books::steps(&book, ending, &ground, &cells);
    let step = |(from, row)| TimelineStep {
        from,
        prices: PriceView::of(&row, margins),
    };
    Ok(Json(PriceTimeline {
        book_version: book.version,
        steps: steps.into_iter().map(step).collect(),
    }))
}
