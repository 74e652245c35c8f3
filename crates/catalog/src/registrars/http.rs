//! JSON routes of registrar accounts.

use axum::Extension;
use kernel::{Instant, RegistrarId};
use scoped_futures::ScopedFutureExt;
use serde::Serialize;
use utoipa::ToSchema;
use web::{App, Listed, OpenApiRouter, Result, Staff, routes};

use super::model::{Registrar, Sells, State};
use super::ops;
use crate::Books;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A registrar account.
#[derive(Debug, Serialize, ToSchema)]
struct RegistrarView {
    /// Its id.
    #[schema(value_type = String, example = "reg_0193400000007000800000000000000a")]
    id: RegistrarId,
    /// Short name.
    #[schema(example = "godaddy")]
    slug: String,
    /// As people call it.
    #[schema(example = "GoDaddy")]
    name: String,
    /// The adapter's kind.
    #[schema(example = "godaddy")]
    kind: String,
    /// Active or paused.
    state: State,
    /// Which endings it sells.
    sells: Sells,
    /// Lower is asked first.
    rank: i64,
    /// What it charges in.
    #[schema(example = "USD")]
    currency: &'static str,
    /// How many endings it sells.
    endings: usize,
    /// Since when we have it.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
}

impl RegistrarView {
    fn of(registrar: Registrar, endings: usize) -> Self {
        let Registrar {
            id,
            slug,
            name,
            kind,
            state,
            sells,
            rank,
            currency,
            created_at,
            ..
        } = registrar;
        Self {
            id,
            slug,
            name,
            kind,
            state,
            sells,
            rank,
            currency: currency.code(),
            endings,
            created_at,
        }
    }
}

/// Registrar accounts, the first asked first.
#[utoipa::path(get, path = "/api/v1/catalog/registrars", tag = "catalog",
    responses((status = 200, description = "Registrar accounts", body = Listed<RegistrarView>)))]
async fn list(ctx: Staff, Extension(books): Extension<Books>) -> Result<Listed<RegistrarView>> {
    let registrars = ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?;
    let book = books.book(&ctx).await?;
    let view = |registrar: Registrar| {
        let endings = super::endings_of(&book, registrar.id);
        RegistrarView::of(registrar, endings)
    };
    Ok(Listed::whole(registrars.into_iter().map(view).collect()))
}
