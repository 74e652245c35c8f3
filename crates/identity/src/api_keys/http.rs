//! API keys over the API. People make them; keys only list and revoke.

use std::collections::BTreeSet;

use axum::extract::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{ApiKeyId, Id, Instant, UserId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, Json, ListAsk, Listed, Nothing, Once, OpenApiRouter, Path, Result, Staff, routes};

use super::model::{ApiKey, Mode};
use super::ops::{self, NewApiKey};
use crate::state::Identity;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(show))
        .routes(routes!(revoke))
}

/// A key without its secret.
#[derive(Serialize, ToSchema)]
struct ApiKeyView {
    /// Its id.
    #[schema(value_type = String, example = "key_0193400000007000800000000000000c")]
    id: ApiKeyId,
    /// What it is for.
    #[schema(example = "Web shop")]
    name: String,
    /// Live or test.
    mode: Mode,
    /// The last characters of its secret.
    #[schema(example = "x7Qk")]
    hint: String,
    /// What it may do, as far as its maker still may.
    #[schema(example = json!(["identity.users.read"]))]
    permissions: BTreeSet<String>,
    /// Who made it.
    #[schema(value_type = String, example = "usr_0193400000007000800000000000000a")]
    made_by: UserId,
    /// When.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:00:00Z")]
    created_at: Instant,
    /// When it stops working by itself.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-11-21T09:00:00Z")]
    expires_at: Option<Instant>,
    /// Last use, to the minute.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-11-21T09:00:00Z")]
    last_used_at: Option<Instant>,
    /// When it was revoked.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    revoked_at: Option<Instant>,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            mode: key.mode,
            hint: key.hint,
            permissions: key.permissions,
            made_by: key.user,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// A key to be made.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Web shop", "mode": "live", "permissions": ["identity.users.read"] }))]
struct Make {
    /// What it is for.
    #[schema(max_length = 60)]
    name: String,
    /// Live or test.
    mode: Mode,
    /// What it may do; none beyond one's own rights.
    #[schema(min_items = 1, max_items = 500)]
    permissions: BTreeSet<String>,
    /// When it stops working by itself.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-11-21T09:00:00Z")]
    expires_at: Option<Instant>,
}

/// A new key, with its secret.
#[derive(Serialize, ToSchema)]
struct Made {
    /// Goes into `Authorization: Bearer …`. Told this once.
    #[schema(example = "epk_live_AZNAAAAAcACAAAAAAAAACg…")]
    secret: String,
    /// The key.
    key: ApiKeyView,
}

/// Keys of the tenant, newest first.
#[utoipa::path(get, path = "/api/v1/api-keys", tag = "api-keys", params(ListAsk), responses((status = 200, description = "Keys", body = Listed<ApiKeyView>)))]
async fn list(ctx: Staff, ask: ListAsk) -> Result<Listed<ApiKeyView>> {
    let (after, rows) = (ask.after::<(i64, uuid::Uuid)>()?, ask.fetch());
    let keys = ctx.read(|r| ops::list(r, after, rows).scope_boxed()).await?;
    Ok(Listed::page(keys, &ask, |key| (key.created_at.micros(), key.id.uuid())).map(ApiKeyView::from))
}

/// Make a key. Asks for a recent sign-in; a key makes no keys.
#[utoipa::path(post, path = "/api/v1/api-keys", tag = "api-keys", request_body = Make,
    responses((status = 201, description = "Made", body = Made), (status = 401, description = "`step_up_required`")))]
async fn make(ctx: Staff, Extension(identity): Extension<Identity>, once: Once<Make>) -> Result<Response> {
    ctx.allow(crate::permissions::API_KEYS_MANAGE)?;
    ctx.require_recent_sign_in(crate::sessions::STEP_UP_MINUTES)?;
    let identity = &identity;
    once.write(&ctx, StatusCode::CREATED, |tx, ask: Make| {
        async move {
            let new = NewApiKey {
                name: ask.name,
                mode: ask.mode,
                permissions: ask.permissions,
                expires_at: ask.expires_at,
            };
            let (key, secret) = ops::make(tx, identity.matrix(), new).await?;
            Ok(Made {
                secret,
                key: key.into(),
            })
        }
        .scope_boxed()
    })
    .await
}

/// One key.
#[utoipa::path(get, path = "/api/v1/api-keys/{id}", tag = "api-keys", params(("id" = String, Path, description = "A key's id")),
    responses((status = 200, description = "The key", body = ApiKeyView)))]
async fn show(ctx: Staff, Path(id): Path<ApiKeyId>) -> Result<Json<ApiKeyView>> {
    Ok(Json(ctx.read(|r| ops::by_id(r, id).scope_boxed()).await?.into()))
}

/// Revoke a key. The very next request with it is refused.
#[utoipa::path(post, path = "/api/v1/api-keys/{id}/revoke", tag = "api-keys", params(("id" = String, Path, description = "A key's id")),
    responses((status = 200, description = "Revoked", body = ApiKeyView)))]
async fn revoke(ctx: Staff, Path(id): Path<ApiKeyId>, once: Once<Nothing>) -> Result<Response> {
    once.write(&ctx, StatusCode::OK, |tx, _| {
        async move {
            ops::revoke(tx, id).await?;
            Ok(ApiKeyView::from(ops::by_id(tx, id).await?))
        }
        .scope_boxed()
    })
    .await
}
