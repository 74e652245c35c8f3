//! Routes of sales prices.

use axum::Extension;
use axum::response::Response;
use kernel::PriceChangeId;
use web::{App, IfMatch, Json, Listed, Once, OpenApiRouter, Path, Query, Result, Staff, Tagged, routes};

use super::asks::{AtAsk, ChangeBody, ListFilter};
use super::views::{ChangeView, InForceView, PreviewView};
use super::{Place, cancel, changes, create, edit, in_force, look, one};
use crate::Books;
use crate::exposures::Asked;
use crate::price_books::Side;

const SIDE: Side = Side::Sale;

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sales_prices, schedule_sales_price))
        .routes(routes!(current_sales_prices))
        .routes(routes!(sales_prices_at))
        .routes(routes!(preview_sales_price))
        .routes(routes!(sales_price))
        .routes(routes!(edit_future_sales_price, cancel_future_sales_price))
        .routes(routes!(preview_edit_of_sales_price))
}

/// Changes of sales prices
///
/// All there were, are and will be, the latest first, each with who made it and who last changed it.
#[utoipa::path(get, path = "/api/v1/tlds/{tld}/sales-prices", tag = "catalog", operation_id = "sales_prices",
    params(("tld" = String, Path, description = "The ending", example = "com"), ListFilter),
    responses((status = 200, description = "The changes", body = Listed<ChangeView>)))]
async fn sales_prices(
    ctx: Staff,
    Path(tld): Path<String>,
    Query(filter): Query<ListFilter>,
) -> Result<Listed<ChangeView>> {
    changes(&ctx, Place::new(SIDE, tld, filter.list.as_deref())?).await
}

/// Schedule sales prices
///
/// For now or later, never for the past. With the digest of a preview it does exactly what that showed, or refuses (409).
#[utoipa::path(post, path = "/api/v1/tlds/{tld}/sales-prices", tag = "catalog", operation_id = "schedule_sales_price",
    params(("tld" = String, Path, description = "The ending", example = "com")), request_body = ChangeBody,
    responses((status = 201, description = "Scheduled", body = ChangeView)))]
async fn schedule_sales_price(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Path(tld): Path<String>,
    once: Once<ChangeBody>,
) -> Result<Response> {
    create(&ctx, &books, &asked, Place::new(SIDE, tld, None)?, once).await
}

/// Sales prices now
#[utoipa::path(get, path = "/api/v1/tlds/{tld}/sales-prices/current", tag = "catalog", operation_id = "current_sales_prices",
    params(("tld" = String, Path, description = "The ending", example = "com"), ListFilter),
    responses((status = 200, description = "The prices", body = InForceView)))]
async fn current_sales_prices(
    ctx: Staff,
    Path(tld): Path<String>,
    Query(filter): Query<ListFilter>,
) -> Result<Json<InForceView>> {
    in_force(&ctx, Place::new(SIDE, tld, filter.list.as_deref())?, &AtAsk::default()).await
}

/// Sales prices at an instant
///
/// What was, is or will be charged on a day; with `known_at`, as it was known on a day.
#[utoipa::path(get, path = "/api/v1/tlds/{tld}/sales-prices/at", tag = "catalog", operation_id = "sales_prices_at",
    params(("tld" = String, Path, description = "The ending", example = "com"), AtAsk),
    responses((status = 200, description = "The prices", body = InForceView)))]
async fn sales_prices_at(ctx: Staff, Path(tld): Path<String>, Query(ask): Query<AtAsk>) -> Result<Json<InForceView>> {
    in_force(&ctx, Place::new(SIDE, tld, ask.list.as_deref())?, &ask).await
}

/// Preview of scheduling sales prices
///
/// Every price before and after, what is earned at each registrar, and what else it touches. Changes nothing.
#[utoipa::path(post, path = "/api/v1/tlds/{tld}/sales-prices/preview", tag = "catalog", operation_id = "preview_sales_price",
    params(("tld" = String, Path, description = "The ending", example = "com")), request_body = ChangeBody,
    responses((status = 200, description = "What it would do", body = PreviewView)), extensions(("x-read-only" = json!(true))))]
async fn preview_sales_price(
    ctx: Staff,
    Extension(asked): Extension<Asked>,
    Path(tld): Path<String>,
    Json(body): Json<ChangeBody>,
) -> Result<Json<PreviewView>> {
    look(&ctx, &asked, Place::new(SIDE, tld, None)?, &body, None).await
}

/// One change of sales prices, with its version as `ETag`
#[utoipa::path(get, path = "/api/v1/tlds/{tld}/sales-prices/{id}", tag = "catalog", operation_id = "sales_price",
    params(("tld" = String, Path, description = "The ending", example = "com"), ("id" = String, Path, description = "The change")),
    responses((status = 200, description = "The change", body = ChangeView)))]
async fn sales_price(
    ctx: Staff,
    Path((tld, change)): Path<(String, PriceChangeId)>,
) -> Result<Tagged<Json<ChangeView>>> {
    one(&ctx, Place::new(SIDE, tld, None)?, change).await
}

/// Edit a change of sales prices that has not taken effect
///
/// Everything about it anew. `If-Match` refuses (412) when somebody was quicker; once it has begun, it is refused (409).
#[utoipa::path(put, path = "/api/v1/tlds/{tld}/sales-prices/{id}/future", tag = "catalog", operation_id = "edit_future_sales_price",
    params(("tld" = String, Path, description = "The ending", example = "com"), ("id" = String, Path, description = "The change"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` the edit is based on")),
    request_body = ChangeBody, responses((status = 200, description = "As it is now", body = ChangeView)))]
async fn edit_future_sales_price(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Path((tld, change)): Path<(String, PriceChangeId)>,
    if_match: IfMatch,
    Json(body): Json<ChangeBody>,
) -> Result<Tagged<Json<ChangeView>>> {
    edit(
        &ctx,
        (&books, &asked),
        Place::new(SIDE, tld, None)?,
        change,
        if_match,
        &body,
    )
    .await
}

/// Cancel a change of sales prices that has not taken effect
///
/// It stays in the history. `If-Match` refuses (412) when somebody edited it meanwhile.
#[utoipa::path(delete, path = "/api/v1/tlds/{tld}/sales-prices/{id}/future", tag = "catalog", operation_id = "cancel_future_sales_price",
    params(("tld" = String, Path, description = "The ending", example = "com"), ("id" = String, Path, description = "The change"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that was seen")),
    responses((status = 204, description = "Cancelled")))]
async fn cancel_future_sales_price(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path((tld, change)): Path<(String, PriceChangeId)>,
    if_match: IfMatch,
) -> Result<Response> {
    cancel(&ctx, &books, Place::new(SIDE, tld, None)?, change, if_match).await
}

/// Preview of editing a change of sales prices
#[utoipa::path(post, path = "/api/v1/tlds/{tld}/sales-prices/{id}/preview", tag = "catalog", operation_id = "preview_edit_of_sales_price",
    params(("tld" = String, Path, description = "The ending", example = "com"), ("id" = String, Path, description = "The change")),
    request_body = ChangeBody, responses((status = 200, description = "What it would do", body = PreviewView)), extensions(("x-read-only" = json!(true))))]
async fn preview_edit_of_sales_price(
    ctx: Staff,
    Extension(asked): Extension<Asked>,
    Path((tld, change)): Path<(String, PriceChangeId)>,
    Json(body): Json<ChangeBody>,
) -> Result<Json<PreviewView>> {
    look(&ctx, &asked, Place::new(SIDE, tld, None)?, &body, Some(change)).await
}
