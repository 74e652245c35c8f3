//! The books: their currency, and until when they are closed.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use kernel::{Instant, Problem};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, Json, Once, OpenApiRouter, Result, Staff, routes};

use super::parts::{currency, exactly, zone};
use crate::books::{self, Books};
use crate::permissions::LEDGER_CLOSE;

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show_books, open_books))
        .routes(routes!(close_books))
        .routes(routes!(reopen_books))
}

/// A company's books.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Books)]
struct BooksView {
    /// What they are kept in.
    #[schema(value_type = String, example = "USD")]
    functional: &'static str,
    /// The last day nothing is posted on any more; null when all days take postings.
    #[schema(value_type = Option<String>, format = Date)]
    closed_until: Option<Date>,
    /// Since when there are any.
    #[schema(value_type = String, format = DateTime)]
    opened_at: Instant,
}

impl From<Books> for BooksView {
    fn from(books: Books) -> Self {
        Self {
            functional: books.functional.code(),
            closed_until: books.closed_until,
            opened_at: books.opened_at,
        }
    }
}

/// The company's books
#[utoipa::path(get, path = "/api/v1/ledger/books", tag = "ledger",
    responses((status = 200, description = "The books", body = BooksView)))]
async fn show_books(ctx: Staff) -> Result<Json<BooksView>> {
    let books = ctx
        .read(|read| async move { books::get(read).await }.scope_boxed())
        .await?;
    let books = books.ok_or_else(|| Problem::conflict("books_not_open"))?;
    Ok(Json(books.into()))
}

/// In which currency books are to be kept.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBooks, example = json!({"functional": "USD"}))]
struct NewBooks {
    /// ISO 4217; it cannot be changed later.
    #[schema(min_length = 3, max_length = 3)]
    functional: String,
}

/// Open the books
///
/// The currency is chosen for good: every entry says what it is worth in it.
#[utoipa::path(post, path = "/api/v1/ledger/books", tag = "ledger", request_body = NewBooks,
    responses((status = 201, description = "Open", body = BooksView)))]
async fn open_books(ctx: Staff, once: Once<NewBooks>) -> Result<Response> {
    ctx.allow(LEDGER_CLOSE)?;
    once.write(&ctx, StatusCode::CREATED, |tx, body| {
        async move {
            let functional = currency("/functional", &body.functional)?;
            Ok(BooksView::from(books::open(tx, functional).await?))
        }
        .scope_boxed()
    })
    .await
}

/// Up to when books are to be closed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BooksClosing, example = json!({"until": "2026-10-31"}))]
struct Closing {
    /// The last day that takes nothing more; a day that is over.
    #[schema(format = Date, max_length = 10)]
    until: String,
}

/// Close the books up to a day
#[utoipa::path(post, path = "/api/v1/ledger/books/close", tag = "ledger", request_body = Closing,
    responses((status = 200, description = "As they are now", body = BooksView)))]
async fn close_books(ctx: Staff, once: Once<Closing>) -> Result<Response> {
    ctx.allow(LEDGER_CLOSE)?;
    let zone = &zone(&ctx)?;
    once.write(&ctx, StatusCode::OK, |tx, body| {
        async move {
            let until = day("/until", &body.until)?;
            Ok(BooksView::from(books::close(tx, until, zone).await?))
        }
        .scope_boxed()
    })
    .await
}

/// Which days are to take postings again.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BooksReopening, example = json!({"until": "2026-09-30", "reason": "A supplier's bill of October came late"}))]
struct Reopening {
    /// The last day that stays closed; all days are opened without it.
    #[serde(default)]
    #[schema(format = Date, max_length = 10)]
    until: Option<String>,
    /// Why; it is kept in the audit log.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Open closed days again
#[utoipa::path(post, path = "/api/v1/ledger/books/reopen", tag = "ledger", request_body = Reopening,
    responses((status = 200, description = "As they are now", body = BooksView)))]
async fn reopen_books(ctx: Staff, once: Once<Reopening>) -> Result<Response> {
    ctx.allow(LEDGER_CLOSE)?;
    once.write(&ctx, StatusCode::OK, |tx, body| {
        async move {
            let until = body.until.as_deref().map(|text| day("/until", text)).transpose()?;
            Ok(BooksView::from(books::reopen(tx, until, &body.reason).await?))
        }
        .scope_boxed()
    })
    .await
}

fn day(pointer: &'static str, text: &str) -> Result<Date, Problem> {
    exactly(text).ok_or_else(|| Problem::refused("invalid_fields").field(pointer, "day_invalid"))
}
