//! Registrar accounts in the console: the list, its CSV, pause and resume.

use askama::Template;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use kernel::RegistrarId;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Html, Icon, ListQuery, Tabs, Tone};
use web::{App, Csv, Form, Path, Result, See, Staff};

use super::model::{Registrar, State};
use super::ops;
use crate::Books;
use crate::permissions::{PRICES_IMPORT, REGISTRARS_EDIT};

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/registrars", get(list))
        .route("/console/registrars.csv", get(csv))
        .route("/console/registrars/{id}/state", post(set_state))
}

#[derive(Template)]
#[template(path = "pages/registrars.html")]
struct RegistrarsPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    list: ListQuery,
    rows: Vec<Row>,
    csrf: String,
    may_edit: bool,
    empty: ui::Empty,
}

struct Row {
    id: String,
    name: String,
    slug: String,
    kind: String,
    endings: String,
    rank: String,
    currency: &'static str,
    state: Html,
    active: bool,
}

async fn list(ctx: Staff, Extension(books): Extension<Books>) -> Result<Response> {
    let registrars = ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?;
    let book = books.book(&ctx).await?;
    let w = ctx.words();
    let page = RegistrarsPage {
        w,
        tabs: crate::price_books::tabs(w, "/console/registrars", ctx.may(PRICES_IMPORT)),
        list: ListQuery::new("/console/registrars"),
        rows: registrars
            .into_iter()
            .map(|registrar| row(w, &book, registrar))
            .collect(),
        csrf: ctx.csrf(),
        may_edit: ctx.may(REGISTRARS_EDIT),
        empty: ui::Empty::new(
            Icon::Globe,
            w.t("catalog-no-registrars"),
            w.t("catalog-no-registrars-text"),
        ),
    };
    ctx.console(
        &Head::new(w.t("catalog-registrars")).crumb(w.t("nav-domains"), ""),
        &page,
    )
    .await
}

fn row(w: &Words, book: &crate::Book, registrar: Registrar) -> Row {
    let active = registrar.state == State::Active;
    let state = if active {
        ui::badge(Tone::Ok, w.t("catalog-active"))
    } else {
        ui::badge(Tone::Warn, w.t("catalog-paused"))
    };
    Row {
        id: registrar.id.to_string(),
        endings: w.number(super::endings_of(book, registrar.id)),
        rank: w.number(registrar.rank),
        name: registrar.name,
        slug: registrar.slug,
        kind: registrar.kind,
        currency: registrar.currency.code(),
        state,
        active,
    }
}

async fn csv(ctx: Staff, Extension(books): Extension<Books>) -> Result<Csv> {
    let registrars = ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?;
    let book = books.book(&ctx).await?;
    let csv = Csv::new(
        "registrars.csv",
        &["slug", "name", "kind", "state", "rank", "currency", "endings"],
    );
    Ok(registrars.into_iter().fold(csv, |csv, registrar| {
        let state = if registrar.state == State::Active {
            "active"
        } else {
            "paused"
        };
        let endings = super::endings_of(&book, registrar.id).to_string();
        let rank = registrar.rank.to_string();
        csv.row([
            &registrar.slug,
            &registrar.name,
            &registrar.kind,
            state,
            &rank,
            registrar.currency.code(),
            &endings,
        ])
    }))
}

/// What the buttons send.
#[derive(Debug, Deserialize)]
struct Wanted {
    to: State,
}

async fn set_state(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<RegistrarId>,
    form: Form<Wanted>,
) -> Result<Response> {
    let (books, to) = (&books, form.value.to);
    ctx.write(|tx| {
        async move {
            match to {
                State::Active => ops::resume(tx, books, id).await,
                State::Paused => ops::pause(tx, books, id).await,
            }
        }
        .scope_boxed()
    })
    .await?;
    Ok(See::other("/console/registrars").into_response())
}
