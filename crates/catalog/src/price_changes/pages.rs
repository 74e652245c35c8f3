//! Changes of prices in the console: a form, a review of what it would do, publishing exactly that, cancelling.

mod form;
mod list;
mod review;

pub(crate) use list::{ChangeRow, changes, rows};

use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use kernel::{PriceChangeId, Problem};
use scoped_futures::ScopedFutureExt;
use web::page::{Flash, Head};
use web::ui::FormErrors;
use web::{App, Fields, Form, Path, Result, See, Staff};

use self::form::Place;
use super::model::{NewChange, PriceChange};
use super::ops::{self, Terms};
use super::preview::Preview;
use crate::Books;
use crate::exposures::Asked;
use crate::forms::{Typed, told, typed_version};
use crate::permissions::{MARGINS_READ, PRICES_EDIT};
use crate::price_books::Side;
use crate::values::based_on;

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/tlds/{tld}/prices/new", get(new).post(send_new))
        .route("/console/tlds/{tld}/prices/{change}", get(edit).post(send_edit))
        .route("/console/tlds/{tld}/prices/{change}/cancel", post(cancel))
}

/// Where an ending's prices are shown.
fn ending_path(tld: &str) -> String {
    format!("/console/prices/{tld}")
}

async fn new(ctx: Staff, Path(tld): Path<String>) -> Result<Response> {
    let place = Place::new(&ctx, &tld, None).await?;
    form::show(&ctx, &place, &Fields::default(), None).await
}

async fn edit(ctx: Staff, Path((tld, change)): Path<(String, PriceChangeId)>) -> Result<Response> {
    let place = Place::new(&ctx, &tld, Some(change)).await?;
    let typed = form::typed_of(&ctx, &place);
    form::show(&ctx, &place, &typed, None).await
}

async fn send_new(
    ctx: Staff,
    books: Extension<Books>,
    asked: Extension<Asked>,
    Path(tld): Path<String>,
    form: Form<Typed>,
) -> Result<Response> {
    let place = Place::new(&ctx, &tld, None).await?;
    send(&ctx, &books, &asked, &place, &form.raw).await
}

async fn send_edit(
    ctx: Staff,
    books: Extension<Books>,
    asked: Extension<Asked>,
    Path((tld, change)): Path<(String, PriceChangeId)>,
    form: Form<Typed>,
) -> Result<Response> {
    let place = Place::new(&ctx, &tld, Some(change)).await?;
    send(&ctx, &books, &asked, &place, &form.raw).await
}

/// Looks first; publishes what was looked at; or goes back to the form.
async fn send(ctx: &Staff, books: &Books, asked: &Asked, place: &Place, typed: &Fields) -> Result<Response> {
    let read = match form::read(ctx, place, typed) {
        Ok(read) => read,
        Err(problem) => return form::show(ctx, place, typed, Some(&problem)).await,
    };
    if !typed.get("back").is_empty() {
        return form::show(ctx, place, typed, None).await;
    }
    let digest = typed.get("publish");
    let refused = if digest.is_empty() {
        None
    } else {
        let terms = Terms {
            preview: Some(digest.to_owned()),
            below_cost_reason: Some(typed.get("below_cost_reason").to_owned()),
        };
        match publish(ctx, (books, asked), place, &read.change, &terms, typed_version(typed)).await {
            Ok(change) => return Ok(published(ctx, place, &change)),
            Err(error) => Some(told(error)?),
        }
    };
    match look(ctx, asked, place, &read.change).await {
        Ok(preview) => review::show(ctx, place, typed, &preview, refused.as_ref()).await,
        Err(error) => {
            let problem = read.beside_fields(refused.map_or_else(|| told(error), Ok)?);
            form::show(ctx, place, typed, Some(&problem)).await
        }
    }
}

async fn look(ctx: &Staff, asked: &Asked, place: &Place, new: &NewChange) -> platform::Result<Preview> {
    let replaces = place.edited.as_ref().map(|change| change.id);
    let asking = &asked.by(ctx).await?;
    ctx.read(|read| async move { ops::preview(read, asking, new, replaces).await }.scope_boxed())
        .await
}

async fn publish(
    ctx: &Staff,
    (books, asked): (&Books, &Asked),
    place: &Place,
    new: &NewChange,
    terms: &Terms,
    shown: Option<i64>,
) -> platform::Result<PriceChange> {
    let asking = &asked.by(ctx).await?;
    let edited = place.edited.as_ref().map(|change| change.id);
    ctx.write(|tx| {
        async move {
            match edited {
                None => ops::schedule(tx, books, asking, new, terms).await,
                Some(id) => {
                    let expected = move |version| based_on(shown, version);
                    ops::edit(tx, books, asking, id, new, terms, expected).await
                }
            }
        }
        .scope_boxed()
    })
    .await
}

fn published(ctx: &Staff, place: &Place, change: &PriceChange) -> Response {
    let w = ctx.words();
    let text = w.t2(
        "catalog-change-published",
        "tld",
        &place.shown,
        "date",
        w.date_time(change.effective_from),
    );
    See::other(ending_path(&place.tld))
        .flash(Flash::done(text))
        .into_response()
}

async fn cancel(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path((tld, change)): Path<(String, PriceChangeId)>,
    form: Form<Typed>,
) -> Result<Response> {
    let place = Place::new(&ctx, &tld, Some(change)).await?;
    let (books, shown) = (&books, typed_version(&form.raw));
    let (tld, side) = (&place.tld, place.side());
    let done = ctx
        .write(|tx| {
            let expected = move |version| based_on(shown, version);
            ops::cancel(tx, books, tld, side, change, expected).scope_boxed()
        })
        .await;
    let w = ctx.words();
    let flash = match done {
        Ok(_) => Flash::done(w.t("catalog-change-cancelled")),
        Err(error) => Flash {
            tone: web::ui::Tone::Bad,
            ..Flash::done(w.problem(&told(error)?))
        },
    };
    Ok(See::other(ending_path(tld)).flash(flash).into_response())
}

/// A change by its id on whichever side it is, for who may edit that.
async fn edited(ctx: &Staff, tld: &str, id: PriceChangeId) -> Result<PriceChange> {
    let margins = ctx.may(MARGINS_READ);
    Ok(ctx
        .read(|read| {
            async move {
                for side in [Side::Sale, Side::Cost] {
                    if side == Side::Cost && !margins {
                        break;
                    }
                    match ops::by_id(read, tld, side, id).await {
                        Err(platform::Error::Problem(problem)) if problem == Problem::not_found() => {}
                        found => return found,
                    }
                }
                Err(Problem::not_found().into())
            }
            .scope_boxed()
        })
        .await?)
}

fn allowed(ctx: &Staff) -> Result<()> {
    Ok(ctx.allow(PRICES_EDIT)?)
}

/// A page's head below the price book.
fn head(ctx: &Staff, place: &Place, title: String, problem: Option<&Problem>) -> Head {
    let w = ctx.words();
    Head::new(title)
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("catalog-prices"), "/console/prices")
        .crumb(&place.shown, ending_path(&place.tld))
        .refused_if(problem.is_some())
}

fn errors(ctx: &Staff, problem: Option<&Problem>) -> FormErrors {
    problem.map_or_else(FormErrors::none, |problem| FormErrors::of(ctx.words(), problem))
}
