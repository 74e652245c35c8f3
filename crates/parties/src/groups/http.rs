//! JSON routes of customer groups.

use axum::response::Response;
use kernel::{GroupId, Instant};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, IfMatch, Json, Listed, Nothing, Once, OpenApiRouter, Path, Result, Staff, Tagged, routes};

use super::model::{Details, Group, GroupDraft};
use super::ops;
use crate::record::{State, http};

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, change))
        .routes(routes!(archive))
        .routes(routes!(restore))
}

/// A price level to add, or everything about one anew.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Wholesale", "note": "Resellers with a contract" }))]
struct NewGroup {
    /// Its name; no other group may have it.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// What it is for.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

impl From<NewGroup> for GroupDraft {
    fn from(new: NewGroup) -> Self {
        Self {
            name: new.name,
            note: new.note.unwrap_or_default(),
        }
    }
}

/// A price level of customers.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CustomerGroup)]
struct GroupView {
    /// Its id.
    #[schema(value_type = String, example = "grp_01934000000070008000000000000013")]
    id: GroupId,
    /// Its name.
    #[schema(example = "Wholesale")]
    name: String,
    /// What it is for.
    note: Option<String>,
    /// Given to customers or archived.
    state: State,
    /// Also the `ETag`; raised with every change.
    version: i64,
    /// Since when there is one.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Instant,
}

impl From<Group> for GroupView {
    fn from(group: Group) -> Self {
        Self {
            id: group.id,
            name: group.details.name,
            note: group.details.note,
            state: group.state,
            version: group.version,
            created_at: group.created_at,
            updated_at: group.updated_at,
        }
    }
}

/// All price levels, by name (at most 200).
#[utoipa::path(get, path = "/api/v1/customer-groups", tag = "customers",
    responses((status = 200, description = "All price levels", body = Listed<GroupView>)))]
async fn list(ctx: Staff) -> Result<Listed<GroupView>> {
    let groups = ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?;
    Ok(Listed::whole(groups).map(GroupView::from))
}

/// Add a price level.
#[utoipa::path(post, path = "/api/v1/customer-groups", tag = "customers", request_body = NewGroup,
    responses((status = 201, description = "Added", body = GroupView)))]
async fn create(ctx: Staff, once: Once<NewGroup>) -> Result<Response> {
    http::create::<Details, _, GroupView>(&ctx, &once).await
}

/// One price level, with its version as `ETag`.
#[utoipa::path(get, path = "/api/v1/customer-groups/{id}", tag = "customers", params(("id" = String, Path, description = "Price level")),
    responses((status = 200, description = "The price level", body = GroupView)))]
async fn one(ctx: Staff, Path(id): Path<GroupId>) -> Result<Tagged<Json<GroupView>>> {
    http::one::<Details, _>(&ctx, id).await
}

/// Everything about a price level anew. `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(put, path = "/api/v1/customer-groups/{id}", tag = "customers", request_body = NewGroup,
    params(("id" = String, Path, description = "Price level"), ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "As it is now", body = GroupView)))]
async fn change(
    ctx: Staff,
    Path(id): Path<GroupId>,
    if_match: IfMatch,
    Json(new): Json<NewGroup>,
) -> Result<Tagged<Json<GroupView>>> {
    http::change::<Details, _>(&ctx, id, if_match, &new.into()).await
}

/// Archive a price level: its customers keep it, no other gets it.
#[utoipa::path(post, path = "/api/v1/customer-groups/{id}/archive", tag = "customers", request_body = Nothing,
    params(("id" = String, Path, description = "Price level")),
    responses((status = 200, description = "As it is now", body = GroupView)))]
async fn archive(ctx: Staff, Path(id): Path<GroupId>, once: Once<Nothing>) -> Result<Response> {
    http::turn::<Details, GroupView>(&ctx, id, State::Archived, &once).await
}

/// Restore an archived price level.
#[utoipa::path(post, path = "/api/v1/customer-groups/{id}/restore", tag = "customers", request_body = Nothing,
    params(("id" = String, Path, description = "Price level")),
    responses((status = 200, description = "As it is now", body = GroupView)))]
async fn restore(ctx: Staff, Path(id): Path<GroupId>, once: Once<Nothing>) -> Result<Response> {
    http::turn::<Details, GroupView>(&ctx, id, State::Active, &once).await
}
