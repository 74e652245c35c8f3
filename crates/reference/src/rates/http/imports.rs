//! Importing the European Central Bank's history: dry run, look, apply.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Id, ImportId, Instant};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, Json, ListAsk, Listed, Nothing, Once, OpenApiRouter, Path, Result, Staff, routes};

use super::super::books::RateBooks;
use super::super::ecb::Finding;
use super::super::imports::{self, ImportState, NewRateImport, Preview, RateImport};
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

/// An import and what was wrong with its file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateImportDetail)]
struct ImportDetail {
    /// The import.
    #[serde(flatten)]
    import: ImportView,
    /// What could not be read, the first two hundred; empty once it is applied.
    findings: Vec<FindingView>,
}

fn detail(ctx: &Staff, import: RateImport, preview: Option<&Preview>) -> ImportDetail {
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
    }
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
/// Reads `eurofxref-hist.csv`, compares it with what is known and keeps what applying would do. Records nothing. A file
/// with bad lines answers 201 as well, in state `refused`, with every bad cell.
#[utoipa::path(post, path = "/api/v1/exchange-rates/imports", tag = "exchange-rates", request_body = NewImportBody,
    responses((status = 201, description = "What it would add", body = ImportDetail)))]
async fn preview_rate_import(ctx: Staff, once: Once<NewImportBody>) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    let new = &NewRateImport {
        file_name: once.value.file_name.clone(),
        content: once.value.content.clone().into_bytes(),
    };
    // Reading the file takes long and no lock: it is done before the transaction that keeps the result.
    let preview = &ctx
        .read(|read| async move { imports::prepare(read, new).await }.scope_boxed())
        .await?;
    let ctx = &ctx;
    once.write(ctx, StatusCode::CREATED, |tx, _| {
        async move {
            let import = imports::keep(tx, preview).await?;
            Ok(detail(ctx, import, Some(preview)))
        }
        .scope_boxed()
    })
    .await
}

/// One import and what was wrong with its file
#[utoipa::path(get, path = "/api/v1/exchange-rates/imports/{id}", tag = "exchange-rates", params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "The import", body = ImportDetail)))]
async fn one_rate_import(ctx: Staff, Path(id): Path<ImportId>) -> Result<Json<ImportDetail>> {
    let (import, preview) = ctx
        .read(|read| async move { imports::by_id(read, id).await }.scope_boxed())
        .await?;
    Ok(Json(detail(&ctx, import, preview.as_ref())))
}

/// Record an import's days, each as a sheet, all or none
///
/// Days that have become known meanwhile stay as they are. Applying it again answers with what was done.
#[utoipa::path(post, path = "/api/v1/exchange-rates/imports/{id}/apply", tag = "exchange-rates", request_body = Nothing,
    params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "Applied", body = ImportView)))]
async fn apply_rate_import(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Path(id): Path<ImportId>,
    once: Once<Nothing>,
) -> Result<Response> {
    let (import, preview) = ctx
        .read(|read| async move { imports::by_id(read, id).await }.scope_boxed())
        .await?;
    let (import, preview, applied) = (&import, preview.as_ref(), &books);
    let answer = once
        .write(&ctx, StatusCode::OK, |tx, _| {
            async move {
                let import = match preview {
                    Some(preview) => imports::apply(tx, applied, preview).await?,
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
