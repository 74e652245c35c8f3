//! JSON routes of the archive.

mod views;

use std::sync::Arc;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{ArchiveRunId, DiscountId, PriceId, Problem, ProblemKind};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, Json, ListAsk, Listed, Nothing, Once, OpenApiRouter, Query, Result, Staff, routes};

use self::views::{ArchivedDiscountView, ArchivedView, DryRunView, RunView};
use super::ops;
use super::ports::Referrers;
use crate::price_books::{Books, Side};
use crate::tlds;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(prices))
        .routes(routes!(restore))
        .routes(routes!(discounts))
        .routes(routes!(restore_discounts))
        .routes(routes!(dry_run))
        .routes(routes!(runs, archive_now))
}

/// Which archived prices.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Asked {
    /// One ending, as an A-label or as people write it.
    #[param(example = "com")]
    pub(super) tld: String,
    /// `cost` or `sale`.
    #[param(example = "cost")]
    pub(super) side: String,
}

impl Asked {
    /// The ending and the side.
    pub(super) fn read(&self) -> Result<(Option<String>, Option<Side>), Problem> {
        let bad = |pointer, code| Problem::new(ProblemKind::Unreadable, code).field(pointer, code);
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let ending = said(&self.tld)
            .map(|text| tlds::parse(&text).map_err(|_| bad("/tld", "not_an_ending")))
            .transpose()?;
        let side = said(&self.side)
            .map(|text| Side::parse(&text).ok_or_else(|| bad("/side", "side_unknown")))
            .transpose()?;
        Ok((ending.map(|ending| ending.ascii), side))
    }
}

/// Archived prices, the latest recorded first: prices that ceased to be in force, or were superseded, longer ago than the
/// tenant keeps them at hand.
#[utoipa::path(get, path = "/api/v1/archive/prices", tag = "catalog", params(ListAsk, Asked), operation_id = "archived_prices",
    responses((status = 200, description = "Archived prices", body = Listed<ArchivedView>)))]
async fn prices(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Listed<ArchivedView>> {
    let (ending, side) = asked.read()?;
    let (before, most) = (ask.after::<PriceId>()?, ask.fetch());
    let rows = ctx
        .read(|read| async move { ops::archived(read, ending.as_deref(), side, before, most).await }.scope_boxed())
        .await?;
    Ok(Listed::page(rows, &ask, |row| row.item.id).map(ArchivedView::from))
}

/// Archived prices to bring back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RestorePrices)]
struct RestoreBody {
    /// Their ids, 1 to 500.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 500, example = json!(["pri_0193400000007000800000000000000a"]))]
    prices: Vec<PriceId>,
}

/// Prices that were brought back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RestoredPrices)]
struct RestoredView {
    /// Their ids.
    #[schema(value_type = Vec<String>)]
    prices: Vec<PriceId>,
    /// How many days they stay at hand, whatever their age.
    #[schema(example = 30)]
    held_days: i64,
}

/// Bring archived prices back, all of them or none.
#[utoipa::path(post, path = "/api/v1/archive/prices/restore", tag = "catalog", request_body = RestoreBody, operation_id = "restore_archived_prices",
    responses((status = 200, description = "Brought back", body = RestoredView)))]
async fn restore(ctx: Staff, Extension(books): Extension<Books>, once: Once<RestoreBody>) -> Result<Response> {
    let books = &books;
    once.write(&ctx, StatusCode::OK, |tx, body| {
        async move {
            let prices = ops::restore(tx, books, &body.prices).await?;
            Ok(RestoredView {
                prices,
                held_days: ops::HELD_DAYS,
            })
        }
        .scope_boxed()
    })
    .await
}

/// Archived discounts and coupons, the latest added first, as their last version says them: what ended, or was taken back,
/// longer ago than the tenant keeps it at hand.
#[utoipa::path(get, path = "/api/v1/archive/discounts", tag = "catalog", params(ListAsk), operation_id = "archived_discounts",
    responses((status = 200, description = "Archived discounts", body = Listed<ArchivedDiscountView>)))]
async fn discounts(ctx: Staff, ask: ListAsk) -> Result<Listed<ArchivedDiscountView>> {
    let (before, most) = (ask.after::<DiscountId>()?, ask.fetch());
    let rows = ctx
        .read(|read| async move { ops::archived_discounts(read, before, most).await }.scope_boxed())
        .await?;
    Ok(Listed::page(rows, &ask, |row| row.item.id).map(ArchivedDiscountView::from))
}

/// Archived discounts and coupons to bring back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RestoreDiscounts)]
struct RestoreDiscountsBody {
    /// Their ids, 1 to 500.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 500, example = json!(["dsc_0193400000007000800000000000000a"]))]
    discounts: Vec<DiscountId>,
}

/// Discounts and coupons that were brought back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RestoredDiscounts)]
struct RestoredDiscountsView {
    /// Their ids.
    #[schema(value_type = Vec<String>)]
    discounts: Vec<DiscountId>,
    /// How many days they stay at hand, whatever their age.
    #[schema(example = 30)]
    held_days: i64,
}

/// Bring archived discounts and coupons back, all of them or none. They are as over as they were.
#[utoipa::path(post, path = "/api/v1/archive/discounts/restore", tag = "catalog", request_body = RestoreDiscountsBody, operation_id = "restore_archived_discounts",
    responses((status = 200, description = "Brought back", body = RestoredDiscountsView)))]
async fn restore_discounts(
    ctx: Staff,
    Extension(books): Extension<Books>,
    once: Once<RestoreDiscountsBody>,
) -> Result<Response> {
    let books = &books;
    once.write(&ctx, StatusCode::OK, |tx, body| {
        async move {
            let discounts = ops::restore_discounts(tx, books, &body.discounts).await?;
            Ok(RestoredDiscountsView {
                discounts,
                held_days: ops::HELD_DAYS,
            })
        }
        .scope_boxed()
    })
    .await
}

/// What archiving would do now. Changes nothing.
#[utoipa::path(get, path = "/api/v1/archive/dry-run", tag = "catalog", operation_id = "archive_dry_run",
    responses((status = 200, description = "How many prices would be moved, and the first of them", body = DryRunView)))]
async fn dry_run(ctx: Staff, Extension(referrers): Extension<Arc<[Arc<dyn Referrers>]>>) -> Result<Json<DryRunView>> {
    let referrers = &referrers;
    let found = ctx
        .read(|read| async move { ops::dry_run(read, referrers).await }.scope_boxed())
        .await?;
    Ok(Json(found.into()))
}

/// Runs of archiving, the latest first.
#[utoipa::path(get, path = "/api/v1/archive/runs", tag = "catalog", params(ListAsk), operation_id = "archive_runs",
    responses((status = 200, description = "Runs", body = Listed<RunView>)))]
async fn runs(ctx: Staff, ask: ListAsk) -> Result<Listed<RunView>> {
    let (before, most) = (ask.after::<ArchiveRunId>()?, ask.fetch());
    let rows = ctx
        .read(|read| async move { ops::runs(read, before, most).await }.scope_boxed())
        .await?;
    Ok(Listed::page(rows, &ask, |run| run.id).map(RunView::from))
}

/// Archive old prices now rather than tonight. While a run is under way the answer is that one.
#[utoipa::path(post, path = "/api/v1/archive/runs", tag = "catalog", operation_id = "archive_now",
    responses((status = 202, description = "Asked for", body = RunView)))]
async fn archive_now(ctx: Staff, once: Once<Nothing>) -> Result<Response> {
    once.write(&ctx, StatusCode::ACCEPTED, |tx, _| {
        async move { Ok(RunView::from(ops::request_run(tx).await?)) }.scope_boxed()
    })
    .await
}
