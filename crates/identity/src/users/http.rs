//! Users over the API.

use axum::extract::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Id, Instant, RoleId, UserId};
use platform::Read;
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{
    App, IfMatch, Json, ListAsk, Listed, Nothing, Once, OpenApiRouter, Path, Query, Result, Staff, Tagged, routes,
};

use super::model::{Kind, State, User};
use super::ops;
use super::store::Filter;
use crate::state::Identity;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, invite))
        .routes(routes!(show))
        .routes(routes!(set_roles))
        .routes(routes!(disable))
        .routes(routes!(enable))
        .routes(routes!(send_again))
}

/// Somebody who signs in.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserView {
    /// Their id.
    #[schema(value_type = String, example = "usr_0193400000007000800000000000000a")]
    pub(crate) id: UserId,
    /// Staff or customer.
    pub(crate) kind: Kind,
    /// Shown name.
    #[schema(example = "Priya Sharma")]
    pub(crate) name: String,
    /// Address they sign in with.
    #[schema(example = "priya@northwind.example")]
    pub(crate) email: String,
    /// Where the login stands.
    pub(crate) state: State,
    /// Ids of their roles; customers have none.
    #[schema(value_type = Vec<String>, example = json!(["rol_0193400000007000800000000000000b"]))]
    pub(crate) roles: Vec<RoleId>,
    /// Whether a code is asked besides the password.
    pub(crate) two_factor: bool,
    /// Language, when not the tenant's.
    #[schema(example = "en-IN")]
    pub(crate) locale: Option<String>,
    /// Time zone, when not the tenant's.
    #[schema(example = "Asia/Kolkata")]
    pub(crate) time_zone: Option<String>,
    /// Since when.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:00:00Z")]
    pub(crate) created_at: Instant,
    /// Last sign-in.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-11-21T09:00:00Z")]
    pub(crate) signed_in_at: Option<Instant>,
}

impl UserView {
    pub(crate) fn of(user: User, roles: Vec<RoleId>) -> Self {
        Self {
            id: user.id,
            kind: user.kind,
            email: user.email.as_str().to_owned(),
            name: user.name,
            state: user.state,
            roles,
            two_factor: user.two_factor,
            locale: user.locale,
            time_zone: user.time_zone,
            created_at: user.created_at,
            signed_in_at: user.signed_in_at,
        }
    }
}

/// A person with the version of what is shown.
pub(crate) async fn view(read: &Read, id: UserId) -> platform::Result<(i64, UserView)> {
    let (user, roles) = ops::by_id(read, id).await?;
    Ok((user.version, UserView::of(user, roles)))
}

/// Which people a list has.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct UserFilter {
    /// Staff or customers.
    kind: Option<Kind>,
    /// One state.
    state: Option<State>,
}

/// People who sign in, newest first.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", params(ListAsk, UserFilter),
    responses((status = 200, description = "People", body = Listed<UserView>)))]
async fn list(ctx: Staff, ask: ListAsk, Query(filter): Query<UserFilter>) -> Result<Listed<UserView>> {
    let filter = &Filter {
        kind: filter.kind,
        state: filter.state,
        q: ask.search().map(str::to_owned),
    };
    ask.sort(&["-created_at"])?;
    let (after, rows) = (ask.after::<(i64, uuid::Uuid)>()?, ask.fetch());
    let people = ctx.read(|r| ops::list(r, filter, after, rows).scope_boxed()).await?;
    let page = Listed::page(people, &ask, |(user, _)| (user.created_at.micros(), user.id.uuid()));
    Ok(page.map(|(user, roles)| UserView::of(user, roles)))
}

/// A member of staff to be invited.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Sam Okafor", "email": "sam@northwind.example", "roles": ["rol_0193400000007000800000000000000b"] }))]
struct Invite {
    /// Shown name.
    #[schema(max_length = 100)]
    name: String,
    /// Where the invitation goes.
    #[schema(max_length = 254)]
    email: String,
    /// Ids of roles; none beyond one's own rights.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 100)]
    roles: Vec<RoleId>,
}

/// Invite a member of staff by e-mail.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", request_body = Invite,
    responses((status = 201, description = "Invited", body = UserView)))]
async fn invite(ctx: Staff, Extension(identity): Extension<Identity>, once: Once<Invite>) -> Result<Response> {
    let identity = &identity;
    once.write(&ctx, StatusCode::CREATED, |tx, ask: Invite| {
        async move {
            let user = ops::invite(tx, identity.matrix(), &ask.email, &ask.name, ask.roles.clone()).await?;
            Ok(UserView::of(user, ask.roles))
        }
        .scope_boxed()
    })
    .await
}

/// One person.
#[utoipa::path(get, path = "/api/v1/users/{id}", tag = "users", params(("id" = String, Path, description = "A user's id")),
    responses((status = 200, description = "The person", body = UserView)))]
async fn show(ctx: Staff, Path(id): Path<UserId>) -> Result<Tagged<Json<UserView>>> {
    let (version, person) = ctx.read(|r| view(r, id).scope_boxed()).await?;
    Ok(Tagged(version, Json(person)))
}

/// Somebody's roles, all of them.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "roles": ["rol_0193400000007000800000000000000b"] }))]
struct Roles {
    /// Ids of roles.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 100)]
    roles: Vec<RoleId>,
}

/// Give somebody exactly these roles. Counts from their next request on.
#[utoipa::path(put, path = "/api/v1/users/{id}/roles", tag = "users", params(("id" = String, Path, description = "A user's id")), request_body = Roles,
    responses((status = 200, description = "The person", body = UserView)))]
async fn set_roles(
    ctx: Staff,
    Extension(identity): Extension<Identity>,
    Path(id): Path<UserId>,
    if_match: IfMatch,
    Json(ask): Json<Roles>,
) -> Result<Json<UserView>> {
    let (matrix, wanted) = (identity.matrix(), &ask.roles);
    let (_, person) = ctx
        .write(|tx| {
            async move {
                if_match.holds(ops::by_id(tx, id).await?.0.version)?;
                ops::set_roles(tx, matrix, id, wanted.clone()).await?;
                view(tx, id).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Json(person))
}

/// Disable a login: signed out at once, keys stop working.
#[utoipa::path(post, path = "/api/v1/users/{id}/disable", tag = "users", params(("id" = String, Path, description = "A user's id")),
    responses((status = 200, description = "The person", body = UserView)))]
async fn disable(
    ctx: Staff,
    Extension(identity): Extension<Identity>,
    Path(id): Path<UserId>,
    once: Once<Nothing>,
) -> Result<Response> {
    let identity = &identity;
    once.write(&ctx, StatusCode::OK, |tx, _| {
        async move {
            ops::disable(tx, identity.matrix(), id).await?;
            Ok(view(tx, id).await?.1)
        }
        .scope_boxed()
    })
    .await
}

/// Enable a disabled login.
#[utoipa::path(post, path = "/api/v1/users/{id}/enable", tag = "users", params(("id" = String, Path, description = "A user's id")),
    responses((status = 200, description = "The person", body = UserView)))]
async fn enable(
    ctx: Staff,
    Extension(identity): Extension<Identity>,
    Path(id): Path<UserId>,
    once: Once<Nothing>,
) -> Result<Response> {
    let identity = &identity;
    once.write(&ctx, StatusCode::OK, |tx, _| {
        async move {
            ops::enable(tx, identity.matrix(), id).await?;
            Ok(view(tx, id).await?.1)
        }
        .scope_boxed()
    })
    .await
}

/// Send the invitation or the verification again.
#[utoipa::path(post, path = "/api/v1/users/{id}/send-again", tag = "users", params(("id" = String, Path, description = "A user's id")),
    responses((status = 202, description = "It will be sent")))]
async fn send_again(ctx: Staff, Path(id): Path<UserId>) -> Result<Response> {
    ctx.write(|tx| ops::send_again(tx, id).scope_boxed()).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}
