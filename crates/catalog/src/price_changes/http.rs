//! JSON routes of price changes: what costs and sales prices were, are and will be. Both sides have the same routes.

mod asks;
mod cost;
mod sale;
mod timeline;
mod views;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Instant, PriceChangeId, Problem, ProblemKind};
use scoped_futures::ScopedFutureExt;
use web::{App, IfMatch, Json, Listed, Once, OpenApiRouter, Result, Staff, Tagged};

use self::asks::{AtAsk, ChangeBody};
use self::views::{ChangeView, InForceView, PreviewView};
use super::{ops, preview};
use crate::Books;
use crate::exposures::Asked;
use crate::imports::ListRef;
use crate::permissions::{MARGINS_READ, PRICES_EDIT, PRICES_READ};
use crate::price_books::Side;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(cost::api())
        .merge(sale::api())
        .merge(timeline::api())
}

/// Refuses those who may not see prices of that side, before anything is looked up.
fn may_see(ctx: &Staff, side: Side) -> Result<()> {
    ctx.allow(PRICES_READ)?;
    if side == Side::Cost {
        ctx.allow(MARGINS_READ)?;
    }
    Ok(())
}

/// Refuses those who may not change prices of that side.
fn may_edit(ctx: &Staff, side: Side) -> Result<()> {
    may_see(ctx, side)?;
    Ok(ctx.allow(PRICES_EDIT)?)
}

/// What an address names: whose prices of which ending.
struct Place {
    side: Side,
    tld: String,
    list: Option<ListRef>,
}

impl Place {
    fn new(side: Side, tld: String, list: Option<&str>) -> Result<Self, Problem> {
        let list = match list.map(str::trim).filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => match text.parse::<ListRef>() {
                Ok(list) if list.side() == side => Some(list),
                _ => return Err(Problem::not_found()),
            },
        };
        Ok(Self { side, tld, list })
    }
}

async fn changes(ctx: &Staff, place: Place) -> Result<Listed<ChangeView>> {
    may_see(ctx, place.side)?;
    let place = &place;
    let changes = ctx
        .read(|read| ops::list(read, &place.tld, place.side, place.list).scope_boxed())
        .await?;
    Ok(Listed::whole(changes).map(ChangeView::from))
}

async fn one(ctx: &Staff, place: Place, id: PriceChangeId) -> Result<Tagged<Json<ChangeView>>> {
    let place = &place;
    let change = ctx
        .read(|read| ops::by_id(read, &place.tld, place.side, id).scope_boxed())
        .await?;
    Ok(Tagged(change.version(), Json(change.into())))
}

/// Prices of one list at an instant, by what was known at another.
async fn in_force(ctx: &Staff, place: Place, ask: &AtAsk) -> Result<Json<InForceView>> {
    may_see(ctx, place.side)?;
    let now = ctx.now();
    let (at, known_at) = (ask.instant(now)?, ask.known_at(now)?);
    let place = &place;
    let (list, currency, cells) = ctx
        .read(|read| {
            async move {
                let list = match place.list {
                    Some(list) => list,
                    None if place.side == Side::Sale => ops::standard_list(read).await?,
                    None => ops::first_registrar(read).await?,
                };
                let currency = ops::currency(read, list).await?;
                Ok((list, currency, ops::cells(read, &place.tld, place.side, list).await?))
            }
            .scope_boxed()
        })
        .await?;
    let currency = match ask.currency.as_deref() {
        Some(code) => crate::views::currency(code)?,
        None => currency,
    };
    let charges = preview::charges(&cells, list, currency, at, known_at)?;
    Ok(Json(InForceView::of(list, &cells, &charges, at, known_at)))
}

async fn create(ctx: &Staff, books: &Books, asked: &Asked, place: Place, once: Once<ChangeBody>) -> Result<Response> {
    may_edit(ctx, place.side)?;
    let (place, asking) = (&place, &asked.by(ctx).await?);
    once.write(ctx, StatusCode::CREATED, |tx, body: ChangeBody| {
        async move {
            let (new, terms) = body.read(tx, place.side, &place.tld).await?;
            Ok(ChangeView::from(ops::schedule(tx, books, asking, &new, &terms).await?))
        }
        .scope_boxed()
    })
    .await
}

async fn look(
    ctx: &Staff,
    asked: &Asked,
    place: Place,
    body: &ChangeBody,
    replaces: Option<PriceChangeId>,
) -> Result<Json<PreviewView>> {
    may_edit(ctx, place.side)?;
    let place = &place;
    let margins = ctx.may(MARGINS_READ);
    let asking = &asked.by(ctx).await?;
    let preview = ctx
        .read(|read| {
            async move {
                let (new, _) = body.clone().read(read, place.side, &place.tld).await?;
                ops::preview(read, asking, &new, replaces).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Json(PreviewView::of(&preview, margins)))
}

async fn edit(
    ctx: &Staff,
    (books, asked): (&Books, &Asked),
    place: Place,
    id: PriceChangeId,
    if_match: IfMatch,
    body: &ChangeBody,
) -> Result<Tagged<Json<ChangeView>>> {
    may_edit(ctx, place.side)?;
    let (place, asking) = (&place, &asked.by(ctx).await?);
    let change = ctx
        .write(|tx| {
            async move {
                let (new, terms) = body.clone().read(tx, place.side, &place.tld).await?;
                let expected = move |version| if_match.holds(version);
                ops::edit(tx, books, asking, id, &new, &terms, expected).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Tagged(change.version(), Json(change.into())))
}

async fn cancel(ctx: &Staff, books: &Books, place: Place, id: PriceChangeId, if_match: IfMatch) -> Result<Response> {
    let place = &place;
    ctx.write(|tx| {
        let expected = move |version| if_match.holds(version);
        ops::cancel(tx, books, &place.tld, place.side, id, expected).scope_boxed()
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// An instant of an address; what is none is told by its name.
fn instant(text: Option<&str>, name: &'static str, now: Instant) -> Result<Instant, Problem> {
    let unread = |_| Problem::new(ProblemKind::Unreadable, "instant_invalid").field(name, "instant_invalid");
    text.map_or(Ok(now), |text| text.parse().map_err(unread))
}
