//! The tenant itself and its domains over the API.

use axum::extract::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{HostId, Instant, TenantId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, IfMatch, Json, Listed, Once, OpenApiRouter, Path, Result, Staff, Tagged, routes};

use super::model::{Settings, Tenant};
use super::ops;
use crate::hosts::{self, OwnHost};
use crate::state::Identity;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show, set))
        .routes(routes!(list, claim))
        .routes(routes!(verify))
        .routes(routes!(remove))
}

/// The company.
#[derive(Serialize, ToSchema)]
struct TenantView {
    /// Its id.
    #[schema(value_type = String, example = "ten_01934000000070008000000000000001")]
    id: TenantId,
    /// Its name in hosts.
    #[schema(example = "northwind")]
    slug: String,
    /// What it sells: `domains`, `travel` or both with a comma.
    #[schema(example = "domains")]
    trades: &'static str,
    /// What it set about itself.
    settings: Settings,
}

/// The company as it should be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "slug": "northwind", "settings": { "name": "Northwind Names", "hue": 250, "chroma_thousandths": 120, "currency": "USD", "time_zone": "America/New_York", "locale": "en-US" } }))]
struct TenantAsk {
    /// Its name in hosts.
    #[schema(min_length = 3, max_length = 32)]
    slug: String,
    /// Everything else.
    settings: Settings,
}

impl From<Tenant> for TenantView {
    fn from(tenant: Tenant) -> Self {
        Self {
            id: tenant.id,
            slug: tenant.slug,
            trades: tenant.trades.key(),
            settings: tenant.settings,
        }
    }
}

/// The company of the key.
#[utoipa::path(get, path = "/api/v1/tenant", tag = "tenant", responses((status = 200, description = "The company", body = TenantView)))]
async fn show(ctx: Staff) -> Result<Tagged<Json<TenantView>>> {
    let tenant = ctx.read(|r| ops::own(r).scope_boxed()).await?;
    Ok(Tagged(tenant.version, Json(tenant.into())))
}

/// Change the company's settings.
#[utoipa::path(put, path = "/api/v1/tenant", tag = "tenant", request_body = TenantAsk, responses((status = 200, description = "Changed", body = TenantView)))]
async fn set(ctx: Staff, if_match: IfMatch, Json(ask): Json<TenantAsk>) -> Result<Tagged<Json<TenantView>>> {
    let (slug, settings) = (&ask.slug, &ask.settings);
    let tenant = ctx
        .write(|tx| {
            async move {
                tx.allow(crate::permissions::SETTINGS_EDIT)?;
                if_match.holds(ops::own(tx).await?.version)?;
                ops::set(tx, None, slug, settings.clone()).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Tagged(tenant.version, Json(tenant.into())))
}

/// A domain of the company's own.
#[derive(Serialize, ToSchema)]
struct HostView {
    /// Its id.
    #[schema(value_type = String, example = "hos_0193400000007000800000000000000e")]
    id: HostId,
    /// The host.
    #[schema(example = "shop.example.com")]
    host: String,
    /// Where the TXT record must stand.
    #[schema(example = "_entrepot.shop.example.com")]
    record: String,
    /// What it must say.
    #[schema(example = "entrepot-0123456789abcdef0123456789abcdef")]
    proof: String,
    /// Since when the site answers there; null while the proof is missing.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    verified_at: Option<Instant>,
}

impl From<OwnHost> for HostView {
    fn from(host: OwnHost) -> Self {
        Self {
            id: host.id,
            record: host.record_name(),
            host: host.host,
            proof: host.proof,
            verified_at: host.verified_at,
        }
    }
}

/// Domains of the company's own.
#[utoipa::path(get, path = "/api/v1/tenant/domains", tag = "tenant", responses((status = 200, description = "Domains", body = Listed<HostView>)))]
async fn list(ctx: Staff) -> Result<Listed<HostView>> {
    let all = ctx.read(|r| hosts::ops::list(r).scope_boxed()).await?;
    Ok(Listed::whole(all.into_iter().map(HostView::from).collect()))
}

/// A domain to be claimed.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "host": "shop.example.com" }))]
struct Claim {
    /// The host.
    #[schema(max_length = 253)]
    host: String,
}

/// Claim a domain; it answers once its proof is found.
#[utoipa::path(post, path = "/api/v1/tenant/domains", tag = "tenant", request_body = Claim, responses((status = 201, description = "Claimed", body = HostView)))]
async fn claim(ctx: Staff, Extension(identity): Extension<Identity>, once: Once<Claim>) -> Result<Response> {
    let identity = &identity;
    once.write(&ctx, StatusCode::CREATED, |tx, ask: Claim| {
        async move {
            Ok(HostView::from(
                hosts::ops::claim(tx, identity.own_host(), &ask.host).await?,
            ))
        }
        .scope_boxed()
    })
    .await
}

/// Look for the proof of a domain now.
#[utoipa::path(post, path = "/api/v1/tenant/domains/{id}/verify", tag = "tenant", params(("id" = String, Path, description = "A domain's id")),
    responses((status = 200, description = "Proved", body = HostView)))]
async fn verify(
    ctx: Staff,
    Extension(identity): Extension<Identity>,
    Path(id): Path<HostId>,
) -> Result<Json<HostView>> {
    Ok(Json(
        hosts::ops::verify(&ctx, identity.0.ports.txt_records.as_ref(), id)
            .await?
            .into(),
    ))
}

/// Give a domain up.
#[utoipa::path(delete, path = "/api/v1/tenant/domains/{id}", tag = "tenant", params(("id" = String, Path, description = "A domain's id")),
    responses((status = 204, description = "Given up")))]
async fn remove(ctx: Staff, Path(id): Path<HostId>) -> Result<StatusCode> {
    ctx.write(|tx| hosts::ops::remove(tx, id).scope_boxed()).await?;
    Ok(StatusCode::NO_CONTENT)
}
