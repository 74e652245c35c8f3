//! JSON routes of sales lists.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Currency, Instant, Problem, SalesListId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, IfMatch, Json, Listed, Once, OpenApiRouter, Path, Result, Staff, Tagged, routes};

use super::model::{NewSalesList, SalesList, SalesListEdit};
use super::ops;
use crate::Books;
use crate::views::currency;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, change))
}

/// A sales list to add.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSalesList)]
struct NewSalesListBody {
    /// Short name: small letters, digits and hyphens; no other list may have it. Never changes.
    #[schema(min_length = 1, max_length = 40, example = "retail")]
    slug: String,
    /// As people call it.
    #[schema(min_length = 1, max_length = 120, example = "Retail")]
    name: String,
    /// The currency of prices that name none, ISO 4217.
    #[schema(min_length = 3, max_length = 3, example = "USD")]
    currency: String,
    /// The storefront's list. The first one is; another becomes it once it has prices.
    #[serde(default)]
    standard: bool,
}

impl TryFrom<NewSalesListBody> for NewSalesList {
    type Error = Problem;

    fn try_from(body: NewSalesListBody) -> Result<Self, Problem> {
        Ok(Self {
            slug: body.slug,
            name: body.name,
            currency: currency(&body.currency)?,
            standard: body.standard,
        })
    }
}

/// Everything about a sales list anew.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SalesListEdit)]
struct SalesListBody {
    /// As people call it.
    #[schema(min_length = 1, max_length = 120, example = "Retail")]
    name: String,
    /// The currency of prices that name none, ISO 4217: one the list has prices in, unless it has none at all.
    #[schema(min_length = 3, max_length = 3, example = "USD")]
    currency: String,
    /// Makes it the storefront's list in place of the one that is; that one cannot be unmade, only replaced.
    standard: bool,
}

impl TryFrom<SalesListBody> for SalesListEdit {
    type Error = Problem;

    fn try_from(body: SalesListBody) -> Result<Self, Problem> {
        Ok(Self {
            name: body.name,
            currency: currency(&body.currency)?,
            standard: body.standard,
        })
    }
}

/// A list of sales prices.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SalesList)]
struct SalesListView {
    /// Its id, which imports name.
    #[schema(value_type = String, example = "sal_0193400000007000800000000000000d")]
    id: SalesListId,
    /// Short name.
    #[schema(example = "retail")]
    slug: String,
    /// As people call it.
    #[schema(example = "Retail")]
    name: String,
    /// The currency of prices that name none.
    #[schema(value_type = String, example = "USD")]
    currency: Currency,
    /// Whether the storefront uses it.
    standard: bool,
    /// Also the `ETag`; raised with every change.
    version: i64,
    /// Since when there is one.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Instant,
}

impl From<SalesList> for SalesListView {
    fn from(list: SalesList) -> Self {
        let SalesList {
            id,
            slug,
            name,
            currency,
            standard,
            version,
            created_at,
            updated_at,
        } = list;
        Self {
            id,
            slug,
            name,
            currency,
            standard,
            version,
            created_at,
            updated_at,
        }
    }
}

/// Sales lists, the standard one first (at most 200).
#[utoipa::path(get, path = "/api/v1/catalog/sales-lists", tag = "catalog",
    responses((status = 200, description = "Sales lists", body = Listed<SalesListView>)))]
async fn list(ctx: Staff) -> Result<Listed<SalesListView>> {
    let lists = ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?;
    Ok(Listed::whole(lists).map(SalesListView::from))
}

/// Add a sales list, empty; prices come in by imports.
#[utoipa::path(post, path = "/api/v1/catalog/sales-lists", tag = "catalog", request_body = NewSalesListBody,
    responses((status = 201, description = "Added", body = SalesListView)))]
async fn create(ctx: Staff, Extension(books): Extension<Books>, once: Once<NewSalesListBody>) -> Result<Response> {
    let books = &books;
    once.write(&ctx, StatusCode::CREATED, |tx, body| {
        async move { Ok(SalesListView::from(ops::add(tx, books, body.try_into()?).await?)) }.scope_boxed()
    })
    .await
}

/// One sales list, with its version as `ETag`.
#[utoipa::path(get, path = "/api/v1/catalog/sales-lists/{id}", tag = "catalog", params(("id" = String, Path, description = "The list")),
    responses((status = 200, description = "The list", body = SalesListView)))]
async fn one(ctx: Staff, Path(id): Path<SalesListId>) -> Result<Tagged<Json<SalesListView>>> {
    let list = ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?;
    Ok(Tagged(list.version, Json(list.into())))
}

/// Everything about a sales list anew. `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(put, path = "/api/v1/catalog/sales-lists/{id}", tag = "catalog", request_body = SalesListBody,
    params(("id" = String, Path, description = "The list"), ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "As it is now", body = SalesListView)))]
async fn change(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<SalesListId>,
    if_match: IfMatch,
    Json(body): Json<SalesListBody>,
) -> Result<Tagged<Json<SalesListView>>> {
    let (books, edit) = (&books, &SalesListEdit::try_from(body)?);
    let list = ctx
        .write(|tx| {
            async move {
                if_match.holds(ops::by_id(tx, id).await?.version)?;
                ops::change(tx, books, id, None, edit).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Tagged(list.version, Json(list.into())))
}
