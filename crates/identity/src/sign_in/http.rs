//! Signing in over the API: a short access token and a refresh token that changes with each use.

use axum::extract::Extension;
use axum::http::{HeaderMap, StatusCode, header};
use kernel::{Problem, ProblemKind, TenantId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, Ctx, Json, OpenApiRouter, RequestInfo, Visit, routes};

use super::ops::{self, From, Outcome};
use crate::sessions::{self, Carrier, Session, jwt, ops::Refreshed};
use crate::state::Identity;
use crate::{tenants, tokens};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(refresh))
        .routes(routes!(sign_out))
}

/// Who wants to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "ann@example.com", "password": "correct horse battery staple" }))]
struct SignIn {
    /// The login's address.
    #[schema(max_length = 254)]
    email: String,
    /// Its password.
    #[schema(max_length = 512)]
    password: String,
    /// The tenant's slug; needed where the host does not name the tenant.
    #[schema(max_length = 32)]
    tenant: Option<String>,
    /// A one-time or recovery code, when two-step sign-in is on.
    #[schema(max_length = 32)]
    totp: Option<String>,
}

/// What a program calls the API with.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiJ9…", "token_type": "Bearer", "expires_in": 900, "refresh_token": "ert_AAAA…" }))]
struct Tokens {
    /// Goes into `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until the access token expires.
    expires_in: i64,
    /// Gives the next pair, once. Using one twice ends the session for both users of it.
    refresh_token: String,
}

/// A refresh token to be used.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "refresh_token": "ert_AAAA…" }))]
struct Refresh {
    /// From the answer before.
    #[schema(max_length = 128)]
    refresh_token: String,
}

fn wrong() -> Problem {
    Problem::new(ProblemKind::Unauthenticated, "sign_in_wrong")
}

async fn tenant(identity: &Identity, visit: &Visit, slug: Option<&str>) -> web::Result<TenantId> {
    match (visit, slug) {
        (Visit::Tenant(ctx), None) => Ok(ctx.tenant()),
        (Visit::Tenant(ctx), Some(slug)) if ctx.site().slug == slug => Ok(ctx.tenant()),
        (Visit::Tenant(_), Some(_)) => Err(wrong().into()),
        (Visit::Own(_), Some(slug)) => Ok(tenants::store::by_slug(identity.platform(), slug)
            .await?
            .ok_or_else(wrong)?),
        (Visit::Own(_), None) => Err(Problem::refused("invalid_fields").field("/tenant", "required").into()),
    }
}

fn request(visit: &Visit) -> &RequestInfo {
    match visit {
        Visit::Own(own) => &own.request,
        Visit::Tenant(ctx) => ctx.request(),
    }
}

fn answer(
    identity: &Identity,
    tenant: TenantId,
    session: &Session,
    refresh_token: String,
) -> web::Result<Json<Tokens>> {
    let bearer = jwt::Bearer {
        tenant,
        user: session.user,
        session: session.id,
    };
    let access_token = identity.0.tokens.issue(bearer, identity.platform().now())?;
    Ok(Json(Tokens {
        access_token,
        token_type: "Bearer",
        expires_in: jwt::LIFETIME.as_secs(),
        refresh_token,
    }))
}

/// Sign in with e-mail and password.
#[utoipa::path(post, path = "/api/v1/auth/sign-in", tag = "auth", request_body = SignIn,
    responses((status = 200, description = "Signed in", body = Tokens), (status = 401, description = "Wrong, or `totp_required`")))]
async fn sign_in(
    visit: Visit,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    Json(ask): Json<SignIn>,
) -> web::Result<Json<Tokens>> {
    let tenant = tenant(&identity, &visit, ask.tenant.as_deref()).await?;
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("")
        .chars()
        .take(300)
        .collect();
    let from = From {
        carrier: Carrier::Tokens,
        ip: request(&visit).client_ip(),
        agent,
        device: None,
    };
    let ctx = identity.visitor(tenant);
    match ops::with_password(
        &ctx,
        identity.hasher(),
        &ask.email,
        ask.password,
        ask.totp.as_deref(),
        &from,
    )
    .await?
    {
        Outcome::In(signed_in) => answer(&identity, tenant, &signed_in.session, signed_in.secret),
        Outcome::CodeWanted { .. } => Err(Problem::new(ProblemKind::Unauthenticated, "totp_required").into()),
    }
}

/// Use a refresh token: a new pair of tokens, and the old refresh token is used up.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "auth", request_body = Refresh,
    responses((status = 200, description = "The next pair", body = Tokens)))]
async fn refresh(
    visit: Visit,
    Extension(identity): Extension<Identity>,
    Json(ask): Json<Refresh>,
) -> web::Result<Json<Tokens>> {
    let tenant = tokens::tenant_of(sessions::ops::REFRESH_PREFIX, &ask.refresh_token).ok_or_else(wrong)?;
    if let Visit::Tenant(ctx) = &visit
        && ctx.tenant() != tenant
    {
        return Err(wrong().into());
    }
    let token = &ask.refresh_token;
    match identity
        .visitor(tenant)
        .write(|tx| sessions::ops::refresh(tx, token).scope_boxed())
        .await?
    {
        Refreshed::Renewed(session, next) => answer(&identity, tenant, &session, next),
        Refreshed::Invalid | Refreshed::Reused => Err(wrong().into()),
    }
}

/// End the session of the access token.
#[utoipa::path(post, path = "/api/v1/auth/sign-out", tag = "auth", responses((status = 204, description = "Signed out")))]
async fn sign_out(ctx: Ctx) -> web::Result<StatusCode> {
    let session = ctx
        .caller()
        .session
        .ok_or_else(|| Problem::new(ProblemKind::Unauthenticated, "credentials_missing"))?;
    ctx.write(|tx| sessions::ops::end(tx, session, "signed_out").scope_boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
