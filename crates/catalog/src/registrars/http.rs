//! JSON routes of registrar accounts.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Currency, Instant, Problem, RegistrarId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, IfMatch, Json, Listed, Nothing, Once, OpenApiRouter, Path, Result, Staff, Tagged, routes};

use super::credentials::Credentials;
use super::model::{AdapterKind, NewRegistrar, Registrar, RegistrarEdit, Sells, State};
use super::ops;
use crate::Books;
use crate::views::currency;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, change))
        .routes(routes!(pause))
        .routes(routes!(resume))
}

/// What the account's adapter signs its calls with. Taken in, never given out.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RegistrarCredentials)]
struct CredentialsBody {
    /// Names the key.
    #[schema(min_length = 1, max_length = 256, example = "dKD8HsPq")]
    key: String,
    /// Proves it.
    #[schema(min_length = 1, max_length = 256, example = "9sVxK2")]
    secret: String,
}

impl From<CredentialsBody> for Credentials {
    fn from(body: CredentialsBody) -> Self {
        Self::new(&body.key, &body.secret)
    }
}

/// A registrar account to add.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRegistrar)]
struct NewRegistrarBody {
    /// Short name: small letters, digits and hyphens; no other account may have it. Never changes.
    #[schema(min_length = 1, max_length = 40, example = "godaddy")]
    slug: String,
    /// As people call it.
    #[schema(min_length = 1, max_length = 120, example = "GoDaddy")]
    name: String,
    /// Which adapter talks to it. Never changes.
    kind: AdapterKind,
    /// Which endings it sells.
    sells: Sells,
    /// Lower is asked first.
    #[schema(minimum = 1, maximum = 999, example = 1)]
    rank: i64,
    /// What it charges in, ISO 4217.
    #[schema(min_length = 3, max_length = 3, example = "USD")]
    currency: String,
    /// Without, an adapter that signs its calls asks nobody until they are given.
    credentials: Option<CredentialsBody>,
}

impl TryFrom<NewRegistrarBody> for NewRegistrar {
    type Error = Problem;

    fn try_from(body: NewRegistrarBody) -> Result<Self, Problem> {
        Ok(Self {
            slug: body.slug,
            name: body.name,
            kind: body.kind,
            sells: body.sells,
            rank: body.rank,
            currency: currency(&body.currency)?,
            credentials: body.credentials.map(Into::into),
        })
    }
}

/// Everything about a registrar account anew.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RegistrarEdit)]
struct RegistrarBody {
    /// As people call it.
    #[schema(min_length = 1, max_length = 120, example = "GoDaddy")]
    name: String,
    /// Which endings it sells.
    sells: Sells,
    /// Lower is asked first.
    #[schema(minimum = 1, maximum = 999, example = 1)]
    rank: i64,
    /// What it charges in, ISO 4217. Costs recorded before keep their currency.
    #[schema(min_length = 3, max_length = 3, example = "USD")]
    currency: String,
    /// Replace those there are; leave them out to keep them.
    credentials: Option<CredentialsBody>,
}

impl TryFrom<RegistrarBody> for RegistrarEdit {
    type Error = Problem;

    fn try_from(body: RegistrarBody) -> Result<Self, Problem> {
        Ok(Self {
            name: body.name,
            sells: body.sells,
            rank: body.rank,
            currency: currency(&body.currency)?,
            credentials: body.credentials.map(Into::into),
        })
    }
}

/// A registrar account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Registrar)]
struct RegistrarView {
    /// Its id, which is also the id of its cost list.
    #[schema(value_type = String, example = "reg_0193400000007000800000000000000a")]
    id: RegistrarId,
    /// Short name.
    #[schema(example = "godaddy")]
    slug: String,
    /// As people call it.
    #[schema(example = "GoDaddy")]
    name: String,
    /// Which adapter talks to it.
    kind: AdapterKind,
    /// Active or paused.
    state: State,
    /// Which endings it sells.
    sells: Sells,
    /// Lower is asked first.
    rank: i64,
    /// What it charges in.
    #[schema(value_type = String, example = "USD")]
    currency: Currency,
    /// When its credentials were last replaced; null when it has none. They themselves are never shown.
    #[schema(value_type = Option<String>, format = DateTime)]
    credentials_at: Option<Instant>,
    /// Also the `ETag`; raised with every change.
    version: i64,
    /// Since when we have it.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Instant,
}

impl From<Registrar> for RegistrarView {
    fn from(registrar: Registrar) -> Self {
        Self {
            id: registrar.id,
            slug: registrar.slug,
            name: registrar.name,
            kind: registrar.kind,
            state: registrar.state,
            sells: registrar.sells,
            rank: registrar.rank,
            currency: registrar.currency,
            credentials_at: registrar.credentials_at,
            version: registrar.version,
            created_at: registrar.created_at,
            updated_at: registrar.updated_at,
        }
    }
}

/// Registrar accounts, the first asked first (at most 200).
#[utoipa::path(get, path = "/api/v1/catalog/registrars", tag = "catalog",
    responses((status = 200, description = "Registrar accounts", body = Listed<RegistrarView>)))]
async fn list(ctx: Staff) -> Result<Listed<RegistrarView>> {
    let registrars = ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?;
    Ok(Listed::whole(registrars).map(RegistrarView::from))
}

/// Add a registrar account, active at once.
#[utoipa::path(post, path = "/api/v1/catalog/registrars", tag = "catalog", request_body = NewRegistrarBody,
    responses((status = 201, description = "Added", body = RegistrarView)))]
async fn create(ctx: Staff, Extension(books): Extension<Books>, once: Once<NewRegistrarBody>) -> Result<Response> {
    let books = &books;
    once.write(&ctx, StatusCode::CREATED, |tx, body| {
        async move { Ok(RegistrarView::from(ops::add(tx, books, body.try_into()?).await?)) }.scope_boxed()
    })
    .await
}

/// One registrar account, with its version as `ETag`.
#[utoipa::path(get, path = "/api/v1/catalog/registrars/{id}", tag = "catalog", params(("id" = String, Path, description = "The account")),
    responses((status = 200, description = "The account", body = RegistrarView)))]
async fn one(ctx: Staff, Path(id): Path<RegistrarId>) -> Result<Tagged<Json<RegistrarView>>> {
    let registrar = ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?;
    Ok(Tagged(registrar.version, Json(registrar.into())))
}

/// Everything about a registrar account anew, its credentials only when they are sent. `If-Match` refuses (412) when
/// somebody was quicker.
#[utoipa::path(put, path = "/api/v1/catalog/registrars/{id}", tag = "catalog", request_body = RegistrarBody,
    params(("id" = String, Path, description = "The account"), ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "As it is now", body = RegistrarView)))]
async fn change(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<RegistrarId>,
    if_match: IfMatch,
    Json(body): Json<RegistrarBody>,
) -> Result<Tagged<Json<RegistrarView>>> {
    let (books, edit) = (&books, &RegistrarEdit::try_from(body)?);
    let registrar = ctx
        .write(|tx| {
            async move {
                if_match.holds(ops::by_id(tx, id).await?.version)?;
                ops::change(tx, books, id, None, edit).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Tagged(registrar.version, Json(registrar.into())))
}

/// Stop buying names through an account. Its costs stay in the book.
#[utoipa::path(post, path = "/api/v1/catalog/registrars/{id}/pause", tag = "catalog", request_body = Nothing,
    params(("id" = String, Path, description = "The account")),
    responses((status = 200, description = "As it is now", body = RegistrarView)))]
async fn pause(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<RegistrarId>,
    once: Once<Nothing>,
) -> Result<Response> {
    let books = &books;
    once.write(&ctx, StatusCode::OK, |tx, _| {
        async move { Ok(RegistrarView::from(ops::pause(tx, books, id).await?)) }.scope_boxed()
    })
    .await
}

/// Buy names through a paused account again.
#[utoipa::path(post, path = "/api/v1/catalog/registrars/{id}/resume", tag = "catalog", request_body = Nothing,
    params(("id" = String, Path, description = "The account")),
    responses((status = 200, description = "As it is now", body = RegistrarView)))]
async fn resume(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<RegistrarId>,
    once: Once<Nothing>,
) -> Result<Response> {
    let books = &books;
    once.write(&ctx, StatusCode::OK, |tx, _| {
        async move { Ok(RegistrarView::from(ops::resume(tx, books, id).await?)) }.scope_boxed()
    })
    .await
}
