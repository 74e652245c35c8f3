//! What adding, changing, ending or taking back a discount would touch, before it is done.

use axum::Extension;
use kernel::{DiscountId, Instant};
use scoped_futures::ScopedFutureExt;
use serde::Serialize;
use utoipa::ToSchema;
use web::exposures::{ExposureView, views};
use web::{App, Json, OpenApiRouter, Path, Result, Staff, routes};

use super::EndDiscount;
use super::views::DiscountBody;
use crate::Books;
use crate::discounts::draft::DiscountDraft;
use crate::discounts::ops::{self, Sort};
use crate::discounts::proposal::{self, Deed};
use crate::exposures::Asked;
use crate::permissions::PRICES_EDIT;

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(preview_discount))
        .routes(routes!(preview_change_of_discount))
        .routes(routes!(preview_end_of_discount))
        .routes(routes!(preview_removal_of_discount))
}

/// What it would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiscountPreview)]
struct DiscountPreviewView {
    /// The version of the book it was made on.
    book_version: i64,
    /// Sent with the discount as `preview`, it is done exactly as shown here, or not at all.
    digest: String,
    /// From when it holds.
    #[schema(value_type = String, format = DateTime)]
    effective_from: Instant,
    /// Until when.
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_until: Option<Instant>,
    /// What it touches.
    exposures: Vec<ExposureView>,
}

async fn look(ctx: &Staff, books: &Books, asked: &Asked, deed: &Deed) -> Result<Json<DiscountPreviewView>> {
    ctx.allow(PRICES_EDIT)?;
    let (book, asking) = (&books.book(ctx).await?, &asked.by(ctx).await?);
    let preview = ctx
        .read(|read| {
            async move {
                if let Deed::Change(id, _) | Deed::End(id, _) | Deed::Remove(id) = deed {
                    ops::to_change(read, Sort::Discounts, *id).await?;
                }
                proposal::preview(read, asking, book, deed, None).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Json(DiscountPreviewView {
        book_version: preview.book_version,
        digest: preview.digest,
        effective_from: preview.discount.from,
        effective_until: preview.discount.until,
        exposures: views(&preview.exposures),
    }))
}

/// What adding a discount would touch: live names whose next renewal costs another price. Changes nothing.
#[utoipa::path(post, path = "/api/v1/discounts/preview", tag = "catalog", request_body = DiscountBody,
    responses((status = 200, description = "What it would touch", body = DiscountPreviewView)), extensions(("x-read-only" = json!(true))))]
async fn preview_discount(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Json(body): Json<DiscountBody>,
) -> Result<Json<DiscountPreviewView>> {
    look(&ctx, &books, &asked, &Deed::Add(DiscountDraft::from(body))).await
}

/// What saying everything anew about a discount that has not begun would touch. Changes nothing.
#[utoipa::path(post, path = "/api/v1/discounts/{id}/preview", tag = "catalog", request_body = DiscountBody,
    params(("id" = String, Path, description = "The discount")),
    responses((status = 200, description = "What it would touch", body = DiscountPreviewView)), extensions(("x-read-only" = json!(true))))]
async fn preview_change_of_discount(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<DiscountId>,
    Json(body): Json<DiscountBody>,
) -> Result<Json<DiscountPreviewView>> {
    look(&ctx, &books, &asked, &Deed::Change(id, DiscountDraft::from(body))).await
}

/// What ending a discount would touch. Changes nothing.
#[utoipa::path(post, path = "/api/v1/discounts/{id}/end/preview", tag = "catalog", request_body = EndDiscount,
    params(("id" = String, Path, description = "The discount")),
    responses((status = 200, description = "What it would touch", body = DiscountPreviewView)), extensions(("x-read-only" = json!(true))))]
async fn preview_end_of_discount(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<DiscountId>,
    Json(body): Json<EndDiscount>,
) -> Result<Json<DiscountPreviewView>> {
    look(&ctx, &books, &asked, &Deed::End(id, body.at)).await
}

/// What taking back a discount that has not begun would touch. Changes nothing.
#[utoipa::path(post, path = "/api/v1/discounts/{id}/remove/preview", tag = "catalog",
    params(("id" = String, Path, description = "The discount")),
    responses((status = 200, description = "What it would touch", body = DiscountPreviewView)), extensions(("x-read-only" = json!(true))))]
async fn preview_removal_of_discount(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<DiscountId>,
) -> Result<Json<DiscountPreviewView>> {
    look(&ctx, &books, &asked, &Deed::Remove(id)).await
}
