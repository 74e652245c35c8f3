//! Importing the European Central Bank's history: dry run, look, apply.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Id, ImportId, Instant, Problem};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::exposures::{ExposureView, views};
use web::{App, Json, ListAsk, Listed, Once, OpenApiRouter, Path, Result, Staff, routes};

use super::super::books::RateBooks;
use super::super::ecb::{self, Finding};
use super::super::effect::Asked;
use super::super::imports::{self, ImportState, NewRateImport, Preview, RateImport, Review};
use super::views::StepView;
use crate::permissions::RATES_EDIT;

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_rate_imports, preview_rate_import))
        .routes(routes!(one_rate_import))
        .routes(routes!(apply_rate_import))
}

/// A history to import.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRateImport)]
struct NewImportBody {
    /// What the file is called, for people.
    #[serde(default)]
    #[schema(example = "eurofxref-hist.csv", max_length = 120)]
    file_name: String,
    /// The European Central Bank's file as text. Up to 1 MiB here; longer ones on the console's page.
    #[schema(example = "Date,USD,JPY\n2026-11-20,1.1547,180.26\n2026-11-19,1.1534,181.05\n")]
    content: String,
}

/// An import of a history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateImport)]
struct ImportView {
    /// Its id.
    #[schema(value_type = String, example = "imp_01934000000070008000000000000022")]
    id: ImportId,
    /// What the file is called.
    file_name: String,
    /// How long it is.
    size_bytes: u64,
    /// SHA-256 of the file.
    content_hash: String,
    /// Where it stands.
    state: ImportState,
    /// Days it adds.
    added: u32,
    /// Days that are known and stay as they are.
    known: u32,
    /// Figures that wait for a person.
    held: u32,
    /// Lines that could not be read.
    bad: u32,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// By whom.
    created_by: String,
    /// When its rates were recorded.
    #[schema(value_type = Option<String>, format = DateTime)]
    applied_at: Option<Instant>,
    /// By whom.
    applied_by: Option<String>,
}

impl From<RateImport> for ImportView {
    fn from(import: RateImport) -> Self {
        Self {
            id: import.id,
            file_name: import.file_name,
            size_bytes: import.size_bytes,
            content_hash: import.content_hash,
            state: import.state,
            added: import.counts.added,
            known: import.counts.known,
            held: import.counts.held,
            bad: import.counts.bad,
            created_at: import.created_at,
            created_by: import.created_by,
            applied_at: import.applied_at,
            applied_by: import.applied_by,
        }
    }
}

/// Something in a file that could not be read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateFinding)]
struct FindingView {
    /// The line of the file, from 1.
    line: u64,
    /// The heading of the column.
    #[schema(example = "USD")]
    column: String,
    /// What stands there.
    #[schema(example = "0")]
    value: String,
    /// Why it cannot be read.
    #[schema(example = "rate_invalid")]
    code: String,
    /// In a sentence.
    detail: String,
}

/// What recording an import would do to the rates in force.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateImportPreview)]
struct ReviewView {
    /// The version of the rates it was made on.
    version: i64,
    /// Sent as `preview`, the import is applied exactly as shown here, or not at all.
    digest: String,
    /// One unit of this.
    #[schema(example = "EUR")]
    base: &'static str,
    /// The rates that would be in force instead of others; none where all its days are older than what is in force.
    rates: Vec<StepView>,
    /// What they touch: margins, live names, price locks.
    exposures: Vec<ExposureView>,
}

impl From<&Review> for ReviewView {
    fn from(review: &Review) -> Self {
        Self {
            version: review.version,
            digest: review.digest.clone(),
            base: ecb::BASE.code(),
            rates: review.rates.iter().map(StepView::from).collect(),
            exposures: views(&review.exposures),
        }
    }
}

/// An import, what was wrong with its file, and what it would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateImportDetail)]
struct ImportDetail {
    /// The import.
    #[serde(flatten)]
    import: ImportView,
    /// What could not be read, the first two hundred; empty once it is applied.
    findings: Vec<FindingView>,
    /// What applying it would do; null of one that cannot be applied, or has been.
    preview: Option<ReviewView>,
}

fn detail(ctx: &Staff, import: RateImport, preview: Option<&Preview>, review: Option<&Review>) -> ImportDetail {
    let view = |finding: &Finding| FindingView {
        line: finding.line,
        column: finding.column.clone(),
        value: finding.value.clone(),
        code: finding.code.clone(),
        detail: ctx.words().coded(&finding.code, &[]),
    };
    let findings = preview.map_or(&[][..], Preview::findings);
    ImportDetail {
        import: import.into(),
        findings: findings.iter().map(view).collect(),
        preview: review.map(ReviewView::from),
    }
}

/// What was looked at.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApplyRateImport)]
struct ApplyBody {
    /// The `digest` of the import's preview.
    #[schema(
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    preview: String,
}

/// Imports of histories, the latest first
#[utoipa::path(get, path = "/api/v1/exchange-rates/imports", tag = "exchange-rates", params(ListAsk),
    responses((status = 200, description = "Imports", body = Listed<ImportView>)))]
async fn list_rate_imports(ctx: Staff, ask: ListAsk) -> Result<Listed<ImportView>> {
    let after = ask.after::<(i64, uuid::Uuid)>()?;
    let most = ask.fetch();
    let rows = ctx
        .read(|read| async move { imports::list(read, after, most).await }.scope_boxed())
        .await?;
    Ok(Listed::page(rows, &ask, |import| (import.created_at.micros(), import.id.uuid())).map(ImportView::from))
}

/// A dry run of the European Central Bank's history
///
/// Reads `eurofxref-hist.csv`, compares it with what is known, keeps what applying would do, and tells which rates in force
/// it would change and what that touches. Records nothing. A file with bad lines answers 201 as well, in state `refused`,
/// with every bad cell.
#[utoipa::path(post, path = "/api/v1/exchange-rates/imports", tag = "exchange-rates", request_body = NewImportBody,
    responses((status = 201, description = "What it would add and touch", body = ImportDetail)))]
async fn preview_rate_import(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Extension(asked): Extension<Asked>,
    once: Once<NewImportBody>,
) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    // Repeated, it is answered as the first time: the file is not read again.
    if let Some(answer) = once.answered(&ctx).await? {
        return Ok(answer);
    }
    let new = &NewRateImport {
        file_name: once.value.file_name.clone(),
        content: once.value.content.clone().into_bytes(),
    };
    // Reading the file takes long and no lock: it is done before the transaction that keeps the result.
    let preview = &ctx
        .read(|read| async move { imports::prepare(read, new).await }.scope_boxed())
        .await?;
    let review = &imports::review(&ctx, &books, &asked, preview).await?;
    let ctx = &ctx;
    once.write(ctx, StatusCode::CREATED, |tx, _| {
        async move {
            let import = imports::keep(tx, preview).await?;
            Ok(detail(ctx, import, Some(preview), review.as_ref()))
        }
        .scope_boxed()
    })
    .await
}

/// One import, what was wrong with its file, and what applying it would do by now
#[utoipa::path(get, path = "/api/v1/exchange-rates/imports/{id}", tag = "exchange-rates", params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "The import", body = ImportDetail)))]
async fn one_rate_import(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<ImportId>,
) -> Result<Json<ImportDetail>> {
    let (import, preview) = ctx
        .read(|read| async move { imports::by_id(read, id).await }.scope_boxed())
        .await?;
    let review = match &preview {
        Some(preview) => imports::review(&ctx, &books, &asked, preview).await?,
        None => None,
    };
    Ok(Json(detail(&ctx, import, preview.as_ref(), review.as_ref())))
}

/// Record an import's days, each as a sheet, all or none
///
/// Exactly what was looked at, or nothing: with the `digest` of a preview that others' rates or another setting have
/// overtaken it is `rates_preview_outdated` (409), and the import can be looked at again. Applying it again answers with what
/// was done.
#[utoipa::path(post, path = "/api/v1/exchange-rates/imports/{id}/apply", tag = "exchange-rates", request_body = ApplyBody,
    params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "Applied", body = ImportView)))]
async fn apply_rate_import(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Path(id): Path<ImportId>,
    once: Once<ApplyBody>,
) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    if let Some(answer) = once.answered(&ctx).await? {
        return Ok(answer);
    }
    // What is no digest of ours is one of nothing that was looked at.
    if once.value.preview.len() > 64 {
        return Err(Problem::conflict("rates_preview_outdated").into());
    }
    let (import, preview) = ctx
        .read(|read| async move { imports::by_id(read, id).await }.scope_boxed())
        .await?;
    let (import, preview, applied) = (&import, preview.as_ref(), &books);
    let answer = once
        .write(&ctx, StatusCode::OK, |tx, body| {
            async move {
                let import = match preview {
                    Some(preview) => imports::apply(tx, applied, preview, &body.preview).await?,
                    None => import.clone(),
                };
                Ok(ImportView::from(import))
            }
            .scope_boxed()
        })
        .await?;
    books.refresh(&ctx).await?;
    Ok(answer)
}
