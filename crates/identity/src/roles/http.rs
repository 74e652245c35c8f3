//! Roles and permissions over the API.

use std::collections::BTreeSet;

use axum::extract::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::RoleId;
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, IfMatch, Json, Listed, Once, OpenApiRouter, Path, Result, Staff, Tagged, routes};

use super::model::{Matrix, Role};
use super::ops;
use crate::permissions::USERS_READ;
use crate::state::Identity;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, remove))
        .routes(routes!(permissions))
}

/// A set of permissions with a name.
#[derive(Serialize, ToSchema)]
struct RoleView {
    /// Its id.
    #[schema(value_type = String, example = "rol_0193400000007000800000000000000b")]
    id: RoleId,
    /// Its name; of a built-in one its key.
    #[schema(example = "Night desk")]
    name: String,
    /// Whether the product defines it.
    built_in: bool,
    /// What it permits.
    #[schema(example = json!(["catalog.prices.read"]))]
    permissions: BTreeSet<String>,
}

impl RoleView {
    fn of(role: &Role, matrix: &Matrix) -> Self {
        Self {
            id: role.id,
            name: role.name.clone(),
            built_in: role.built_in.is_some(),
            permissions: role.grants(matrix),
        }
    }
}

/// A role as it should be.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Night desk", "permissions": ["identity.users.read"] }))]
struct RoleAsk {
    /// Its name.
    #[schema(max_length = 60)]
    name: String,
    /// What it permits; none beyond one's own rights.
    #[schema(value_type = Vec<String>, max_items = 500)]
    permissions: BTreeSet<String>,
}

/// All roles, built-in ones first.
#[utoipa::path(get, path = "/api/v1/roles", tag = "roles", responses((status = 200, description = "Roles", body = Listed<RoleView>)))]
async fn list(ctx: Staff, Extension(identity): Extension<Identity>) -> Result<Listed<RoleView>> {
    let roles = ctx.read(|r| ops::list(r).scope_boxed()).await?;
    Ok(Listed::whole(
        roles.iter().map(|role| RoleView::of(role, identity.matrix())).collect(),
    ))
}

/// Make a role.
#[utoipa::path(post, path = "/api/v1/roles", tag = "roles", request_body = RoleAsk, responses((status = 201, description = "Made", body = RoleView)))]
async fn create(ctx: Staff, Extension(identity): Extension<Identity>, once: Once<RoleAsk>) -> Result<Response> {
    let identity = &identity;
    once.write(&ctx, StatusCode::CREATED, |tx, ask: RoleAsk| {
        async move {
            Ok(RoleView::of(
                &ops::create(tx, identity.matrix(), &ask.name, ask.permissions).await?,
                identity.matrix(),
            ))
        }
        .scope_boxed()
    })
    .await
}

/// One role.
#[utoipa::path(get, path = "/api/v1/roles/{id}", tag = "roles", params(("id" = String, Path, description = "A role's id")),
    responses((status = 200, description = "The role", body = RoleView)))]
async fn show(
    ctx: Staff,
    Extension(identity): Extension<Identity>,
    Path(id): Path<RoleId>,
) -> Result<Tagged<Json<RoleView>>> {
    let role = ctx.read(|r| ops::by_id(r, id).scope_boxed()).await?;
    Ok(Tagged(role.version, Json(RoleView::of(&role, identity.matrix()))))
}

/// Change a role of the tenant's own. Counts from the next request of everybody who has it.
#[utoipa::path(put, path = "/api/v1/roles/{id}", tag = "roles", params(("id" = String, Path, description = "A role's id")), request_body = RoleAsk,
    responses((status = 200, description = "Changed", body = RoleView)))]
async fn change(
    ctx: Staff,
    Extension(identity): Extension<Identity>,
    Path(id): Path<RoleId>,
    if_match: IfMatch,
    Json(ask): Json<RoleAsk>,
) -> Result<Tagged<Json<RoleView>>> {
    let (matrix, ask) = (identity.matrix(), &ask);
    let role = ctx
        .write(|tx| {
            async move {
                if_match.holds(ops::by_id(tx, id).await?.version)?;
                ops::change(tx, matrix, id, &ask.name, ask.permissions.clone()).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Tagged(role.version, Json(RoleView::of(&role, matrix))))
}

/// Remove a role of the tenant's own that nobody has.
#[utoipa::path(delete, path = "/api/v1/roles/{id}", tag = "roles", params(("id" = String, Path, description = "A role's id")),
    responses((status = 204, description = "Removed")))]
async fn remove(ctx: Staff, Extension(identity): Extension<Identity>, Path(id): Path<RoleId>) -> Result<StatusCode> {
    let matrix = identity.matrix();
    ctx.write(|tx| ops::remove(tx, matrix, id).scope_boxed()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Every permission there is.
#[utoipa::path(get, path = "/api/v1/permissions", tag = "roles", responses((status = 200, description = "Permissions", body = Listed<String>)))]
async fn permissions(ctx: Staff, Extension(identity): Extension<Identity>) -> Result<Listed<String>> {
    ctx.allow(USERS_READ)?;
    Ok(Listed::whole(
        identity.matrix().permissions().map(str::to_owned).collect(),
    ))
}
