//! What sources said: the sheets, a person's own, fetching now, and the setting.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Currency, Id, Instant, Percent, Problem, Rate, RateSheetId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::exposures::{ExposureView, views};
use web::{App, IfMatch, Json, ListAsk, Listed, Nothing, Once, OpenApiRouter, Path, Result, Staff, Tagged, routes};

use super::super::books::RateBooks;
use super::super::fetch::{self, Fetched};
use super::super::model::{NewSheet, Source};
use super::super::ops;
use super::super::ports::RateFeed;
use super::super::proposal::{self, Asked, Proposal, RatePreview, RateStep};
use super::super::setting::{self, RatesSetting};
use super::super::words;
use super::views::SheetView;
use crate::permissions::RATES_EDIT;

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_rate_sheets, record_rate_sheet))
        .routes(routes!(preview_rate_sheet))
        .routes(routes!(one_rate_sheet))
        .routes(routes!(last_rate_fetch, fetch_rates))
        .routes(routes!(show_rates_setting, set_rates_setting))
}

/// Rates somebody says.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRateSheet, example = json!({"base": "EUR", "rates": {"USD": "1.0845", "INR": "104.2656"}}))]
struct NewSheetBody {
    /// One unit of this, ISO 4217.
    #[schema(min_length = 3, max_length = 3)]
    base: String,
    /// From when on, RFC 3339, never in the future; from now on if not said.
    #[serde(default)]
    #[schema(format = DateTime)]
    quoted_at: Option<String>,
    /// Is worth so much of each of these, as decimal text of at most twelve places.
    rates: BTreeMap<String, String>,
    /// The `digest` of a preview: the rates are then recorded exactly as that showed, or not at all (409).
    #[serde(default)]
    #[schema(max_length = 64)]
    preview: Option<String>,
}

impl NewSheetBody {
    /// As the operations take it, and the preview it must be like.
    fn read(self, now: Instant) -> Result<(Proposal, Option<String>), Problem> {
        let preview = self.preview.filter(|digest| !digest.is_empty());
        let says_when = self.quoted_at.is_some();
        let mut problem = Problem::refused("invalid_fields");
        let base = Currency::parse(&self.base);
        if base.is_err() {
            problem = problem.field("/base", "currency_unknown");
        }
        let quoted_at = self.quoted_at.map_or(Ok(now), |text| text.parse());
        if quoted_at.is_err() {
            problem = problem.field("/quoted_at", "rate_time_invalid");
        }
        let mut rates = Vec::with_capacity(self.rates.len());
        for (code, text) in self.rates {
            match (Currency::parse(&code), Rate::parse(&text)) {
                (Ok(quote), Ok(rate)) => rates.push((quote, rate)),
                (Err(_), _) => problem = problem.field(format!("/rates/{}", escaped(&code)), "currency_unknown"),
                (_, Err(_)) => problem = problem.field(format!("/rates/{}", escaped(&code)), "rate_invalid"),
            }
        }
        match (base, quoted_at) {
            (Ok(base), Ok(quoted_at)) if problem.fields.is_empty() => {
                let sheet = NewSheet {
                    source: Source::Manual,
                    base,
                    quoted_at,
                    rates,
                    unfit: Vec::new(),
                };
                let said_at = says_when.then_some(quoted_at);
                Ok((Proposal { sheet, said_at }, preview))
            }
            _ => Err(problem),
        }
    }
}

/// A name as a JSON pointer carries it, and no longer than it must be to be recognised.
fn escaped(name: &str) -> String {
    let short: String = name.chars().take(16).collect();
    short.replace('~', "~0").replace('/', "~1")
}

/// What sources said, the latest recorded first
#[utoipa::path(get, path = "/api/v1/exchange-rates/sheets", tag = "exchange-rates", params(ListAsk),
    responses((status = 200, description = "Sheets", body = Listed<SheetView>)))]
async fn list_rate_sheets(ctx: Staff, ask: ListAsk) -> Result<Listed<SheetView>> {
    let after = ask.after::<(i64, uuid::Uuid)>()?;
    let most = ask.fetch();
    let sheets = ctx
        .read(|read| async move { ops::list(read, after, most).await }.scope_boxed())
        .await?;
    Ok(Listed::page(sheets, &ask, |sheet| (sheet.recorded_at.micros(), sheet.id.uuid())).map(SheetView::from))
}

/// Record rates you know
///
/// They count at once, from their instant on, until somebody says something newer of the same pair. Nothing is overwritten:
/// what was known before stays known as it was.
#[utoipa::path(post, path = "/api/v1/exchange-rates/sheets", tag = "exchange-rates", request_body = NewSheetBody,
    responses((status = 201, description = "Recorded", body = SheetView)))]
async fn record_rate_sheet(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    once: Once<NewSheetBody>,
) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    let books = &books;
    let answer = once
        .write(&ctx, StatusCode::CREATED, |tx, body| {
            async move {
                let (proposal, preview) = body.read(tx.now())?;
                Ok(SheetView::from(match preview {
                    Some(digest) => proposal::publish(tx, books, proposal, &digest).await?,
                    None => ops::record(tx, books, proposal.sheet).await?,
                }))
            }
            .scope_boxed()
        })
        .await?;
    // Whoever recorded rates converts with them next.
    books.refresh(&ctx).await?;
    Ok(answer)
}

/// One rate before and after.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateStep)]
struct StepView {
    /// One unit of the base in this.
    #[schema(value_type = String, example = "USD")]
    quote: &'static str,
    /// What it is worth now; null where nobody has said.
    #[schema(example = "1.0845")]
    before: Option<String>,
    /// What it would be worth.
    #[schema(example = "1.0912")]
    after: Option<String>,
}

/// What recording rates would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RatePreview)]
struct PreviewView {
    /// The version of the rates it was made on.
    version: i64,
    /// Sent with the rates as `preview`, they are recorded exactly as shown here, or not at all.
    digest: String,
    /// One unit of this.
    #[schema(value_type = String, example = "EUR")]
    base: &'static str,
    /// From when they would count.
    #[schema(value_type = String, format = DateTime)]
    quoted_at: Instant,
    /// Each rate, before and after.
    rates: Vec<StepView>,
    /// What they touch.
    exposures: Vec<ExposureView>,
}

impl From<RatePreview> for PreviewView {
    fn from(preview: RatePreview) -> Self {
        let step = |step: &RateStep| StepView {
            quote: step.quote.code(),
            before: step.before.map(|rate| rate.to_string()),
            after: step.after.map(|rate| rate.to_string()),
        };
        Self {
            version: preview.version,
            base: preview.base.code(),
            quoted_at: preview.quoted_at,
            rates: preview.rates.iter().map(step).collect(),
            exposures: views(&preview.exposures),
            digest: preview.digest,
        }
    }
}

/// What recording rates would touch: margins, live names, price locks
///
/// Changes nothing.
#[utoipa::path(post, path = "/api/v1/exchange-rates/sheets/preview", tag = "exchange-rates", request_body = NewSheetBody,
    responses((status = 200, description = "What they would touch", body = PreviewView)),
    extensions(("x-read-only" = json!(true))))]
async fn preview_rate_sheet(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Extension(asked): Extension<Asked>,
    Json(body): Json<NewSheetBody>,
) -> Result<Json<PreviewView>> {
    ctx.allow(RATES_EDIT)?;
    // What is no digest of ours is one of nothing that was looked at.
    if body.preview.as_ref().is_some_and(|digest| digest.len() > 64) {
        return Err(Problem::conflict("rates_preview_outdated").into());
    }
    let (proposal, _) = body.read(ctx.now())?;
    Ok(Json(proposal::preview(&ctx, &books, &asked, &proposal).await?.into()))
}

/// One sheet
#[utoipa::path(get, path = "/api/v1/exchange-rates/sheets/{id}", tag = "exchange-rates", params(("id" = String, Path, description = "The sheet")),
    responses((status = 200, description = "The sheet", body = SheetView)))]
async fn one_rate_sheet(ctx: Staff, Path(id): Path<RateSheetId>) -> Result<Json<SheetView>> {
    let sheet = ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?;
    Ok(Json(sheet.into()))
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

/// Where rates come from and how far they are trusted.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RatesSetting, example = json!({"fetch": true, "base": "USD", "oldest_hours": 72, "jump_percent": "25"}))]
struct SettingBody {
    /// Whether the feed is asked by itself.
    fetch: bool,
    /// What rates are asked of, ISO 4217.
    #[schema(min_length = 3, max_length = 3)]
    base: String,
    /// A rate older than so many hours converts nothing; 1 to 8,760.
    #[schema(minimum = 1, maximum = 8760)]
    oldest_hours: u32,
    /// A step further than this from the last known rate waits for a person, in percent as decimal text; to 1,000.
    #[schema(pattern = r"^[0-9]{1,4}(\.[0-9]{1,4})?$")]
    jump_percent: String,
}

impl From<RatesSetting> for SettingBody {
    fn from(setting: RatesSetting) -> Self {
        Self {
            fetch: setting.fetch,
            base: setting.base.code().to_owned(),
            oldest_hours: setting.oldest_hours,
            jump_percent: setting.jump_percent.to_string().trim_end_matches(" %").to_owned(),
        }
    }
}

impl SettingBody {
    fn read(self) -> Result<RatesSetting, Problem> {
        let refused = |pointer, code| Problem::refused("invalid_fields").field(pointer, code);
        Ok(RatesSetting {
            fetch: self.fetch,
            base: Currency::parse(&self.base).map_err(|_| refused("/base", "currency_unknown"))?,
            oldest_hours: self.oldest_hours,
            jump_percent: Percent::parse(&self.jump_percent)
                .map_err(|_| refused("/jump_percent", "rate_jump_invalid"))?,
        })
    }
}

/// Where rates come from and how far they are trusted
#[utoipa::path(get, path = "/api/v1/exchange-rates/settings", tag = "exchange-rates",
    responses((status = 200, description = "The setting", body = SettingBody)))]
async fn show_rates_setting(ctx: Staff) -> Result<Tagged<Json<SettingBody>>> {
    let setting = ctx.read(|read| ops::setting(read).scope_boxed()).await?;
    Ok(Tagged(setting.version(), Json(setting.into())))
}

/// Change where rates come from and how far they are trusted
#[utoipa::path(put, path = "/api/v1/exchange-rates/settings", tag = "exchange-rates", request_body = SettingBody,
    params(("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "Changed", body = SettingBody)))]
async fn set_rates_setting(
    ctx: Staff,
    if_match: IfMatch,
    Json(body): Json<SettingBody>,
) -> Result<Tagged<Json<SettingBody>>> {
    ctx.allow(RATES_EDIT)?;
    let wanted = body.read()?;
    let kept = ctx
        .write(|tx| setting::set(tx, wanted.clone(), move |version| if_match.holds(version)).scope_boxed())
        .await?;
    Ok(Tagged(kept.version(), Json(kept.into())))
}
