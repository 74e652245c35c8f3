//! JSON routes of price sources and their runs.

mod views;

use std::sync::Arc;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{PriceSourceId, Problem, SyncRunId};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{
    App, IfMatch, Json, ListAsk, Listed, Nothing, Once, OpenApiRouter, Path, Query, Result, Staff, Tagged, routes,
};

use self::views::{CheckView, EndingView, HealthReport, NewSourceBody, RunDetail, RunView, SourceBody, SourceView};
use super::ports::PriceSources;
use super::source::{NewSource, SourceEdit};
use super::{check, ops};
use crate::exposures::{self, Asked};
use crate::price_books::Books;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, change))
        .routes(routes!(endings))
        .routes(routes!(run))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(test))
        .routes(routes!(runs))
        .routes(routes!(run_by_id))
        .routes(routes!(apply))
        .routes(routes!(reject))
        .routes(routes!(cancel))
        .routes(routes!(health))
}

/// Price sources, by name (at most 50).
#[utoipa::path(get, path = "/api/v1/price-sync/sources", tag = "catalog",
    responses((status = 200, description = "Price sources", body = Listed<SourceView>)))]
async fn list(ctx: Staff) -> Result<Listed<SourceView>> {
    let sources = ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?;
    let now = ctx.now();
    Ok(Listed::whole(sources).map(|source| SourceView::of(source, now)))
}

/// Add a price source. Its first run is due at once.
#[utoipa::path(post, path = "/api/v1/price-sync/sources", tag = "catalog", request_body = NewSourceBody,
    responses((status = 201, description = "Added", body = SourceView)))]
async fn create(ctx: Staff, once: Once<NewSourceBody>) -> Result<Response> {
    once.write(&ctx, StatusCode::CREATED, |tx, body| {
        async move {
            let source = ops::add(tx, NewSource::try_from(body)?).await?;
            let now = tx.now();
            Ok(SourceView::of(source, now))
        }
        .scope_boxed()
    })
    .await
}

/// One price source, with its version as `ETag`.
#[utoipa::path(get, path = "/api/v1/price-sync/sources/{id}", tag = "catalog", params(("id" = String, Path, description = "The source")),
    responses((status = 200, description = "The source", body = SourceView)))]
async fn one(ctx: Staff, Path(id): Path<PriceSourceId>) -> Result<Tagged<Json<SourceView>>> {
    let source = ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?;
    Ok(Tagged(source.version, Json(SourceView::of(source, ctx.now()))))
}

/// Everything about a source anew, its credentials only when they are sent. `If-Match` refuses (412) when somebody was
/// quicker.
#[utoipa::path(put, path = "/api/v1/price-sync/sources/{id}", tag = "catalog", request_body = SourceBody,
    params(("id" = String, Path, description = "The source"), ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "As it is now", body = SourceView)))]
async fn change(
    ctx: Staff,
    Path(id): Path<PriceSourceId>,
    if_match: IfMatch,
    Json(body): Json<SourceBody>,
) -> Result<Tagged<Json<SourceView>>> {
    let edit = &SourceEdit::try_from(body)?;
    let source = ctx
        .write(|tx| {
            async move {
                if_match.holds(ops::by_id(tx, id).await?.version)?;
                ops::change(tx, id, None, edit.clone()).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Tagged(source.version, Json(SourceView::of(source, ctx.now()))))
}

/// Endings a source has told of, those longest ago first.
#[utoipa::path(get, path = "/api/v1/price-sync/sources/{id}/endings", tag = "catalog", params(("id" = String, Path, description = "The source"), ListAsk),
    responses((status = 200, description = "Endings and how stale each is", body = Listed<EndingView>)))]
async fn endings(ctx: Staff, Path(id): Path<PriceSourceId>, ask: ListAsk) -> Result<Listed<EndingView>> {
    let (after, most) = (ask.after::<(i64, String)>()?, ask.fetch());
    let seen = ctx
        .read(|read| async move { ops::endings(read, id, after, most).await }.scope_boxed())
        .await?;
    let now = ctx.now();
    Ok(
        Listed::page(seen, &ask, |seen| (seen.seen_at.micros(), seen.ending.clone()))
            .map(|seen| EndingView::of(seen, now)),
    )
}

/// Start a run now, whatever schedule and breaker say. One run of a source at a time.
#[utoipa::path(post, path = "/api/v1/price-sync/sources/{id}/run", tag = "catalog", request_body = Nothing,
    params(("id" = String, Path, description = "The source")),
    responses((status = 202, description = "The run, under way", body = RunView)))]
async fn run(ctx: Staff, Path(id): Path<PriceSourceId>, once: Once<Nothing>) -> Result<Response> {
    once.write(&ctx, StatusCode::ACCEPTED, |tx, _| {
        async move { Ok(RunView::from(ops::run_now(tx, id).await?)) }.scope_boxed()
    })
    .await
}

/// Stop fetching a source on its schedule. Its prices stay in force.
#[utoipa::path(post, path = "/api/v1/price-sync/sources/{id}/pause", tag = "catalog", request_body = Nothing,
    params(("id" = String, Path, description = "The source")),
    responses((status = 200, description = "As it is now", body = SourceView)))]
async fn pause(ctx: Staff, Path(id): Path<PriceSourceId>, once: Once<Nothing>) -> Result<Response> {
    once.write(&ctx, StatusCode::OK, |tx, _| {
        async move {
            let source = ops::pause(tx, id).await?;
            let now = tx.now();
            Ok(SourceView::of(source, now))
        }
        .scope_boxed()
    })
    .await
}

/// Fetch a paused source on its schedule again; it is due at once.
#[utoipa::path(post, path = "/api/v1/price-sync/sources/{id}/resume", tag = "catalog", request_body = Nothing,
    params(("id" = String, Path, description = "The source")),
    responses((status = 200, description = "As it is now", body = SourceView)))]
async fn resume(ctx: Staff, Path(id): Path<PriceSourceId>, once: Once<Nothing>) -> Result<Response> {
    once.write(&ctx, StatusCode::OK, |tx, _| {
        async move {
            let source = ops::resume(tx, id).await?;
            let now = tx.now();
            Ok(SourceView::of(source, now))
        }
        .scope_boxed()
    })
    .await
}

/// Make the cheapest call that proves a source's address and credentials. Changes nothing.
#[utoipa::path(post, path = "/api/v1/price-sync/sources/{id}/test", tag = "catalog",
    params(("id" = String, Path, description = "The source")),
    responses((status = 200, description = "What the source said", body = CheckView)))]
async fn test(
    ctx: Staff,
    Extension(sources): Extension<Arc<dyn PriceSources>>,
    Path(id): Path<PriceSourceId>,
    _once: Once<Nothing>,
) -> Result<Json<CheckView>> {
    Ok(Json(CheckView::from(check::check(&ctx, sources.as_ref(), id).await?)))
}

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RunFilter {
    /// Of this source only.
    #[param(value_type = Option<String>, example = "psr_01934000000070008000000000000019")]
    source: Option<String>,
}

/// Runs, the latest first.
#[utoipa::path(get, path = "/api/v1/price-sync/runs", tag = "catalog", params(ListAsk, RunFilter),
    responses((status = 200, description = "Runs", body = Listed<RunView>)))]
async fn runs(ctx: Staff, ask: ListAsk, Query(filter): Query<RunFilter>) -> Result<Listed<RunView>> {
    let source = match filter.source.as_deref() {
        None | Some("") => None,
        Some(id) => Some(id.parse::<PriceSourceId>().map_err(|_| Problem::not_found())?),
    };
    let (after, most) = (ask.after::<(i64, Uuid)>()?, ask.fetch());
    let runs = ctx
        .read(|read| async move { ops::runs(read, source, after, most).await }.scope_boxed())
        .await?;
    let place = |run: &super::Run| (run.started_at.micros(), kernel::Id::uuid(run.id));
    Ok(Listed::page(runs, &ask, place).map(RunView::from))
}

/// One run with its calls and what was not believed. What it changes price by price is its import
/// (`/catalog/imports/{id}/rows`).
#[utoipa::path(get, path = "/api/v1/price-sync/runs/{id}", tag = "catalog", params(("id" = String, Path, description = "The run")),
    responses((status = 200, description = "The run", body = RunDetail)))]
async fn run_by_id(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<SyncRunId>,
) -> Result<Json<RunDetail>> {
    let (story, calls) = ctx
        .read(|read| {
            async move {
                let (story, _) = ops::run_by_id(read, id).await?;
                Ok((story, ops::calls(read, id).await?))
            }
            .scope_boxed()
        })
        .await?;
    let touched = match story.run.waiting_import() {
        Some(import) => exposures::of_import(&ctx, &books, &asked, import).await?,
        None => None,
    };
    Ok(Json(RunDetail::of(&ctx, story, calls, touched.as_deref())))
}

/// Put the prices of a waiting run in force: exactly what its plan shows, or refuse because the book has changed since.
#[utoipa::path(post, path = "/api/v1/price-sync/runs/{id}/apply", tag = "catalog", request_body = Nothing,
    params(("id" = String, Path, description = "The run")),
    responses((status = 200, description = "Applied", body = RunView)))]
async fn apply(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<SyncRunId>,
    once: Once<Nothing>,
) -> Result<Response> {
    // Repeated, it is no longer waiting; the answer of the first time counts.
    if let Some(answer) = once.answered(&ctx).await? {
        return Ok(answer);
    }
    let ready = &ctx
        .read(|read| async move { ops::ready(read, id).await }.scope_boxed())
        .await?;
    let applied = &books;
    let answer = once
        .write(&ctx, StatusCode::OK, |tx, _| {
            async move { Ok(RunView::from(ops::apply(tx, applied, id, ready).await?)) }.scope_boxed()
        })
        .await?;
    // Whoever applied asks for the new prices next.
    books.refresh(&ctx).await?;
    Ok(answer)
}

/// Say no to a waiting run; nothing of it is put in force.
#[utoipa::path(post, path = "/api/v1/price-sync/runs/{id}/reject", tag = "catalog", request_body = Nothing,
    params(("id" = String, Path, description = "The run")),
    responses((status = 200, description = "Rejected", body = RunView)))]
async fn reject(ctx: Staff, Path(id): Path<SyncRunId>, once: Once<Nothing>) -> Result<Response> {
    once.write(&ctx, StatusCode::OK, |tx, _| {
        async move { Ok(RunView::from(ops::reject(tx, id).await?)) }.scope_boxed()
    })
    .await
}

/// End a run that is under way; nothing of it is put in force.
#[utoipa::path(post, path = "/api/v1/price-sync/runs/{id}/cancel", tag = "catalog", request_body = Nothing,
    params(("id" = String, Path, description = "The run")),
    responses((status = 200, description = "Cancelled", body = RunView)))]
async fn cancel(ctx: Staff, Path(id): Path<SyncRunId>, once: Once<Nothing>) -> Result<Response> {
    once.write(&ctx, StatusCode::OK, |tx, _| {
        async move { Ok(RunView::from(ops::cancel(tx, id).await?)) }.scope_boxed()
    })
    .await
}

/// How every source does: status, last success, latest runs, call times, staleness; and the hit rate of the price book in
/// memory. A source that is down is no fault of the house: `/readyz` does not look here.
#[utoipa::path(get, path = "/api/v1/price-sync/health", tag = "catalog",
    responses((status = 200, description = "Health of every source", body = HealthReport)))]
async fn health(ctx: Staff, Extension(books): Extension<Books>) -> Result<Json<HealthReport>> {
    let all = ctx
        .read(|read| async move { ops::health(read).await }.scope_boxed())
        .await?;
    Ok(Json(HealthReport::of(all, books.usage(ctx.tenant()), ctx.now())))
}
