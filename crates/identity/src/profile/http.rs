//! One's own login and sessions over the API.

use axum::http::StatusCode;
use kernel::{Instant, Problem, ProblemKind, SessionId, UserId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, Ctx, IfMatch, Json, Listed, OpenApiRouter, Path, Result, Tagged, routes};

use crate::sessions::{self, Session};
use crate::users;
use crate::users::http::{UserView, view};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(me, edit))
        .routes(routes!(list))
        .routes(routes!(end))
}

fn oneself(ctx: &Ctx) -> Result<UserId, Problem> {
    ctx.caller()
        .who()
        .user()
        .ok_or_else(|| Problem::new(ProblemKind::Unauthenticated, "credentials_missing"))
}

/// The person signed in; of an API key, who made it.
#[utoipa::path(get, path = "/api/v1/me", tag = "me", responses((status = 200, description = "Oneself", body = UserView)))]
async fn me(ctx: Ctx) -> Result<Tagged<Json<UserView>>> {
    let id = oneself(&ctx)?;
    let (version, me) = ctx.read(|r| view(r, id).scope_boxed()).await?;
    Ok(Tagged(version, Json(me)))
}

/// What one may change about oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Priya Sharma", "locale": "en-IN", "time_zone": "Asia/Kolkata" }))]
struct Edit {
    /// Shown name.
    #[schema(max_length = 100)]
    name: String,
    /// Language; null is the tenant's.
    #[schema(max_length = 16)]
    locale: Option<String>,
    /// Time zone; null is the tenant's.
    #[schema(max_length = 64)]
    time_zone: Option<String>,
}

/// Change one's name, language and zone.
#[utoipa::path(put, path = "/api/v1/me", tag = "me", request_body = Edit, responses((status = 200, description = "Changed", body = UserView)))]
async fn edit(ctx: Ctx, if_match: IfMatch, Json(ask): Json<Edit>) -> Result<Tagged<Json<UserView>>> {
    let id = oneself(&ctx)?;
    let ask = &ask;
    let (version, me) = ctx
        .write(|tx| {
            async move {
                if_match.holds(users::ops::by_id(tx, id).await?.0.version)?;
                users::ops::edit_self(tx, None, &ask.name, ask.locale.clone(), ask.time_zone.clone()).await?;
                view(tx, id).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Tagged(version, Json(me)))
}

/// Where one is signed in.
#[derive(Serialize, ToSchema)]
struct SessionView {
    /// Its id.
    #[schema(value_type = String, example = "ses_0193400000007000800000000000000d")]
    id: SessionId,
    /// `browser` or `tokens`.
    #[schema(example = "browser")]
    carrier: &'static str,
    /// Browser and system, as it named itself.
    #[schema(example = "Firefox, Linux")]
    agent: String,
    /// Network it came from, cut to a prefix.
    #[schema(example = "203.0.113.0/24")]
    network: String,
    /// Whether it is the one that asks.
    current: bool,
    /// When it began.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:00:00Z")]
    created_at: Instant,
    /// Last request, to the minute.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:00:00Z")]
    last_seen_at: Instant,
    /// When it ends at the latest.
    #[schema(value_type = String, format = DateTime, example = "2026-11-22T09:00:00Z")]
    ends_at: Instant,
}

/// Where one is signed in, latest first.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "me", responses((status = 200, description = "Sessions", body = Listed<SessionView>)))]
async fn list(ctx: Ctx) -> Result<Listed<SessionView>> {
    let (id, own) = (oneself(&ctx)?, ctx.caller().session);
    let open = ctx.read(|r| sessions::ops::list(r, id).scope_boxed()).await?;
    let view = |session: Session| SessionView {
        id: session.id,
        carrier: session.carrier.key(),
        agent: session.agent,
        network: session.network,
        current: Some(session.id) == own,
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
        ends_at: session.ends_at,
    };
    Ok(Listed::whole(open.into_iter().map(view).collect()))
}

/// End one session.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "me", params(("id" = String, Path, description = "A session's id")),
    responses((status = 204, description = "Ended")))]
async fn end(ctx: Ctx, Path(id): Path<SessionId>) -> Result<StatusCode> {
    oneself(&ctx)?;
    ctx.write(|tx| sessions::ops::end(tx, id, "ended_by_person").scope_boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
