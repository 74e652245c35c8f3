//! What sources said: the sheets, and a person's own, looked at before they are recorded.

use std::collections::BTreeMap;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Currency, Id, Instant, Problem, Rate, RateSheetId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::exposures::{ExposureView, views};
use web::{App, Json, ListAsk, Listed, Once, OpenApiRouter, Path, Result, Staff, routes};

use super::super::books::RateBooks;
use super::super::effect::Asked;
use super::super::model::{NewSheet, Source};
use super::super::ops;
use super::super::proposal::{self, Proposal, RatePreview};
use super::views::{SheetView, StepView};
use crate::permissions::RATES_EDIT;

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_rate_sheets, record_rate_sheet))
        .routes(routes!(preview_rate_sheet))
        .routes(routes!(one_rate_sheet))
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
        Self {
            version: preview.version,
            base: preview.base.code(),
            quoted_at: preview.quoted_at,
            rates: preview.rates.iter().map(StepView::from).collect(),
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
