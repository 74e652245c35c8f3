//! What the JSON routes of every kind of record do. `N` is the body they take, `V` the view they answer with.

use axum::http::StatusCode;
use axum::response::Response;
use scoped_futures::ScopedFutureExt;
use serde::Serialize;
use web::{IfMatch, Json, Nothing, Once, Result, Staff, Tagged};

use super::store::Rows;
use super::{Of, State, ops};

pub(crate) async fn create<D, N, V>(ctx: &Staff, once: &Once<N>) -> Result<Response>
where
    D: Rows,
    N: Into<D::Draft> + Clone + Send + Sync + 'static,
    V: From<Of<D>> + Serialize + Send + 'static,
{
    once.write(ctx, StatusCode::CREATED, |tx, new: N| {
        async move { Ok(V::from(ops::add::<D>(tx, &new.into()).await?)) }.scope_boxed()
    })
    .await
}

pub(crate) async fn one<D: Rows, V: From<Of<D>>>(ctx: &Staff, id: D::Id) -> Result<Tagged<Json<V>>> {
    let record = ctx
        .read(|read| async move { ops::by_id::<D>(read, id).await }.scope_boxed())
        .await?;
    Ok(tagged(record))
}

pub(crate) async fn change<D: Rows, V: From<Of<D>>>(
    ctx: &Staff,
    id: D::Id,
    if_match: IfMatch,
    draft: &D::Draft,
) -> Result<Tagged<Json<V>>> {
    let record = ctx
        .write(|tx| {
            async move {
                if_match.holds(ops::by_id::<D>(tx, id).await?.version)?;
                ops::change::<D>(tx, id, None, draft).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(tagged(record))
}

/// Archives or restores.
pub(crate) async fn turn<D, V>(ctx: &Staff, id: D::Id, state: State, once: &Once<Nothing>) -> Result<Response>
where
    D: Rows,
    V: From<Of<D>> + Serialize + Send + 'static,
{
    once.write(ctx, StatusCode::OK, move |tx, _| {
        async move { Ok(V::from(ops::turn::<D>(tx, id, None, state).await?)) }.scope_boxed()
    })
    .await
}

fn tagged<D: Rows, V: From<Of<D>>>(record: Of<D>) -> Tagged<Json<V>> {
    Tagged(record.version, Json(record.into()))
}
