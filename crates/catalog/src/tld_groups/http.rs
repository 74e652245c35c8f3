//! JSON routes of groups of endings.

use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Instant, TldGroupId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, IfMatch, Json, Listed, Once, OpenApiRouter, Path, Result, Staff, Tagged, routes};

use super::model::{TldGroup, TldGroupEdit};
use super::ops;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, change))
}

/// A named set of TLDs.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TldGroupEdit)]
struct TldGroupBody {
    /// As people call it; no other group may have it.
    #[schema(min_length = 1, max_length = 120, example = "European")]
    name: String,
    /// Its TLDs, at most 2,000; a leading dot and capitals are forgiven.
    #[schema(max_items = 2000, example = json!(["de", "eu", "fr"]))]
    tlds: Vec<String>,
}

impl From<TldGroupBody> for TldGroupEdit {
    fn from(body: TldGroupBody) -> Self {
        Self {
            name: body.name,
            tlds: body.tlds,
        }
    }
}

/// A named set of TLDs, for price rules.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TldGroup)]
struct TldGroupView {
    /// Its id, which rules name.
    #[schema(value_type = String, example = "tlg_01934000000070008000000000000051")]
    id: TldGroupId,
    /// As people call it.
    #[schema(example = "European")]
    name: String,
    /// Its TLDs, as A-labels in alphabetical order.
    tlds: Vec<String>,
    /// Also the `ETag`; raised with every change.
    version: i64,
    /// Since when there is one.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Instant,
    /// By whom.
    updated_by: String,
}

impl From<TldGroup> for TldGroupView {
    fn from(group: TldGroup) -> Self {
        Self {
            id: group.id,
            name: group.name,
            tlds: group.endings.into_iter().collect(),
            version: group.version,
            created_at: group.created_at,
            updated_at: group.updated_at,
            updated_by: group.updated_by,
        }
    }
}

/// Groups of TLDs by name (at most 200).
#[utoipa::path(get, path = "/api/v1/tld-groups", tag = "catalog",
    responses((status = 200, description = "Groups", body = Listed<TldGroupView>)))]
async fn list(ctx: Staff) -> Result<Listed<TldGroupView>> {
    let groups = ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?;
    Ok(Listed::whole(groups).map(TldGroupView::from))
}

/// Add a group of TLDs.
#[utoipa::path(post, path = "/api/v1/tld-groups", tag = "catalog", request_body = TldGroupBody,
    responses((status = 201, description = "Added", body = TldGroupView)))]
async fn create(ctx: Staff, once: Once<TldGroupBody>) -> Result<Response> {
    once.write(&ctx, StatusCode::CREATED, |tx, body| {
        async move { Ok(TldGroupView::from(ops::add(tx, &body.into()).await?)) }.scope_boxed()
    })
    .await
}

/// One group, with its version as `ETag`.
#[utoipa::path(get, path = "/api/v1/tld-groups/{id}", tag = "catalog", params(("id" = String, Path, description = "The group")),
    responses((status = 200, description = "The group", body = TldGroupView)))]
async fn one(ctx: Staff, Path(id): Path<TldGroupId>) -> Result<Tagged<Json<TldGroupView>>> {
    let group = ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?;
    Ok(Tagged(group.version, Json(group.into())))
}

/// Everything about a group anew. Prices change only when rules that name it are run and the result is applied.
/// `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(put, path = "/api/v1/tld-groups/{id}", tag = "catalog", request_body = TldGroupBody,
    params(("id" = String, Path, description = "The group"), ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "As it is now", body = TldGroupView)))]
async fn change(
    ctx: Staff,
    Path(id): Path<TldGroupId>,
    if_match: IfMatch,
    Json(body): Json<TldGroupBody>,
) -> Result<Tagged<Json<TldGroupView>>> {
    let edit = &TldGroupEdit::from(body);
    let group = ctx
        .write(|tx| {
            async move {
                if_match.holds(ops::by_id(tx, id).await?.version)?;
                ops::change(tx, id, None, edit).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Tagged(group.version, Json(group.into())))
}
