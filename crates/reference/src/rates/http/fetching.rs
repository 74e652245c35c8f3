//! Asking the feed now, and how it went.

use std::sync::Arc;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Instant;
use scoped_futures::ScopedFutureExt;
use serde::Serialize;
use utoipa::ToSchema;
use web::{App, Json, Nothing, Once, OpenApiRouter, Result, Staff, routes};

use super::super::books::RateBooks;
use super::super::fetch::{self, Fetched};
use super::super::ports::RateFeed;
use super::super::words;
use super::views::SheetView;
use crate::permissions::RATES_EDIT;

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(last_rate_fetch, fetch_rates))
}

/// How the last fetch went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LastRateFetch)]
struct LastFetchView {
    /// When it ended; null when the feed was never asked.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Instant>,
    /// As of a fetch.
    #[schema(example = "recorded")]
    outcome: Option<String>,
    /// In a sentence.
    detail: Option<String>,
    /// Before then the feed is not asked by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Instant>,
}

/// How the last fetch went
#[utoipa::path(get, path = "/api/v1/exchange-rates/fetch", tag = "exchange-rates",
    responses((status = 200, description = "The last fetch", body = LastFetchView)))]
async fn last_rate_fetch(ctx: Staff) -> Result<Json<LastFetchView>> {
    let last = ctx
        .read(|read| async move { fetch::last_fetch(read).await }.scope_boxed())
        .await?;
    let detail = last.as_ref().map(|last| words::outcome(ctx.words(), &last.outcome));
    Ok(Json(LastFetchView {
        at: last.as_ref().map(|last| last.at),
        next_at: last.as_ref().map(|last| last.next_at),
        outcome: last.map(|last| last.outcome),
        detail,
    }))
}

/// How a fetch ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateFetch)]
struct FetchView {
    /// `recorded`, `known` (nothing newer), `feed_unknown` (no answer that can be believed), or the feed's refusal:
    /// `feed_not_configured`, `feed_invalid_key`, `feed_inactive_account`, `feed_quota_reached`, `feed_unsupported_base`,
    /// `feed_malformed_request`, `feed_plan_upgrade_required`, `feed_no_data`, `feed_refused`.
    #[schema(example = "recorded")]
    outcome: &'static str,
    /// In a sentence.
    detail: String,
    /// What was recorded.
    sheet: Option<SheetView>,
}

impl FetchView {
    fn of(w: &web::messages::Words, fetched: Fetched) -> Self {
        let outcome = fetched.code();
        let sheet = match fetched {
            Fetched::Recorded(sheet) => Some(sheet.into()),
            _ => None,
        };
        let detail = words::outcome(w, outcome);
        Self { outcome, detail, sheet }
    }
}

/// Ask the feed now
///
/// Whatever it answers, the rates in force stay: a refusal or no answer is told in `outcome`. Before the feed has something
/// new, or half an hour has passed since it failed or refused, it is not asked: `rates_asked_already` (409) says from when on.
#[utoipa::path(post, path = "/api/v1/exchange-rates/fetch", tag = "exchange-rates",
    responses((status = 200, description = "How it went", body = FetchView)))]
async fn fetch_rates(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Extension(feed): Extension<Arc<dyn RateFeed>>,
    once: Once<Nothing>,
) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    // A repeated request has its answer, whatever the feed would say now.
    if let Some(answer) = once.answered(&ctx).await? {
        return Ok(answer);
    }
    let waits = ctx.read(|read| fetch::waits_until(read).scope_boxed()).await?;
    if let Some(from) = waits {
        return Err(fetch::asked_already(from).into());
    }
    let (said, noted, words) = (&fetch::ask(&ctx, feed.as_ref(), &books).await?, &books, ctx.words());
    let answer = once
        .write(&ctx, StatusCode::OK, |tx, _| {
            async move { Ok(FetchView::of(words, fetch::note(tx, noted, said).await?)) }.scope_boxed()
        })
        .await?;
    books.refresh(&ctx).await?;
    Ok(answer)
}
