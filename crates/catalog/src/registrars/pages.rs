//! Registrar accounts in the console: the list and its CSV, the form, pause and resume.

mod form;

use askama::Template;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use kernel::RegistrarId;
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Html, Icon, ListQuery, Tabs, Tone};
use web::{App, Csv, Path, Result, Staff};

use super::model::{AdapterKind, Registrar, State};
use super::ops;
use crate::forms::done;
use crate::permissions::{PRICES_IMPORT, REGISTRARS_EDIT};
use crate::{Book, Books};

pub(crate) const PATH: &str = "/console/registrars";

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/registrars", get(list).post(form::add))
        .route("/console/registrars.csv", get(csv))
        .route("/console/registrars/new", get(form::new))
        .route("/console/registrars/{id}", get(form::edit).post(form::save))
        .route("/console/registrars/{id}/pause", post(pause))
        .route("/console/registrars/{id}/resume", post(resume))
}

fn path(id: RegistrarId) -> String {
    format!("{PATH}/{id}")
}

/// How many endings an account sells now.
fn endings_of(book: &Book, id: RegistrarId) -> usize {
    book.endings()
        .filter(|tld| book.sellers(&tld.ending).contains(&id))
        .count()
}

/// The words for an adapter.
fn adapter_name(w: &Words, kind: AdapterKind) -> String {
    match kind {
        AdapterKind::None => w.t("catalog-adapter-none"),
        AdapterKind::GoDaddy => w.t("catalog-adapter-godaddy"),
    }
}

/// The button that turns an account the other way.
fn toggle(w: &Words, registrar: &Registrar) -> (String, String) {
    let own = path(registrar.id);
    match registrar.state {
        State::Active => (format!("{own}/pause"), w.t("catalog-pause")),
        State::Paused => (format!("{own}/resume"), w.t("catalog-resume")),
    }
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
    href: String,
    name: String,
    slug: String,
    adapter: String,
    /// Nobody can be asked: the adapter lacks what it signs with.
    lacks_credentials: bool,
    endings: String,
    rank: String,
    currency: &'static str,
    state: Html,
    toggle: (String, String),
    toggle_named: String,
}

async fn list(ctx: Staff, Extension(books): Extension<Books>) -> Result<Response> {
    let registrars = ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?;
    let book = books.book(&ctx).await?;
    let w = ctx.words();
    let may_edit = ctx.may(REGISTRARS_EDIT);
    let page = RegistrarsPage {
        w,
        tabs: crate::price_books::tabs(w, PATH, ctx.may(PRICES_IMPORT)),
        list: ListQuery::new(PATH),
        rows: registrars
            .into_iter()
            .map(|registrar| row(w, &book, registrar))
            .collect(),
        csrf: ctx.csrf(),
        may_edit,
        empty: empty(w, may_edit),
    };
    ctx.console(
        &Head::new(w.t("catalog-registrars")).crumb(w.t("nav-domains"), ""),
        &page,
    )
    .await
}

fn empty(w: &Words, may_edit: bool) -> ui::Empty {
    let empty = ui::Empty::new(
        Icon::Globe,
        w.t("catalog-no-registrars"),
        w.t("catalog-no-registrars-text"),
    );
    if may_edit {
        empty.primary("/console/registrars/new", w.t("catalog-registrar-new"))
    } else {
        empty
    }
}

fn row(w: &Words, book: &Book, registrar: Registrar) -> Row {
    let (state, toggle_named) = match registrar.state {
        State::Active => (
            ui::badge(Tone::Ok, w.t("catalog-active")),
            w.t1("catalog-pause-named", "name", &registrar.name),
        ),
        State::Paused => (
            ui::badge(Tone::Warn, w.t("catalog-paused")),
            w.t1("catalog-resume-named", "name", &registrar.name),
        ),
    };
    Row {
        href: path(registrar.id),
        toggle: toggle(w, &registrar),
        toggle_named,
        endings: w.number(endings_of(book, registrar.id)),
        rank: w.number(registrar.rank),
        adapter: adapter_name(w, registrar.kind),
        lacks_credentials: registrar.lacks_credentials(),
        name: registrar.name,
        slug: registrar.slug,
        currency: registrar.currency.code(),
        state,
    }
}

async fn csv(ctx: Staff, Extension(books): Extension<Books>) -> Result<Csv> {
    let registrars = ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?;
    let book = books.book(&ctx).await?;
    let csv = Csv::new(
        "registrars.csv",
        &["slug", "name", "kind", "state", "sells", "rank", "currency", "endings"],
    );
    Ok(registrars.into_iter().fold(csv, |csv, registrar| {
        let endings = endings_of(&book, registrar.id).to_string();
        let rank = registrar.rank.to_string();
        csv.row([
            &registrar.slug,
            &registrar.name,
            registrar.kind.name(),
            registrar.state.name(),
            registrar.sells.name(),
            &rank,
            registrar.currency.code(),
            &endings,
        ])
    }))
}

async fn pause(ctx: Staff, Extension(books): Extension<Books>, Path(id): Path<RegistrarId>) -> Result<Response> {
    let books = &books;
    let registrar = ctx
        .write(|tx| async move { ops::pause(tx, books, id).await }.scope_boxed())
        .await?;
    let text = ctx.words().t1("catalog-paused-named", "name", &registrar.name);
    Ok(done(PATH, text, Some(format!("{}/resume", path(id)))).into_response())
}

async fn resume(ctx: Staff, Extension(books): Extension<Books>, Path(id): Path<RegistrarId>) -> Result<Response> {
    let books = &books;
    let registrar = ctx
        .write(|tx| async move { ops::resume(tx, books, id).await }.scope_boxed())
        .await?;
    let text = ctx.words().t1("catalog-resumed-named", "name", &registrar.name);
    Ok(done(PATH, text, Some(format!("{}/pause", path(id)))).into_response())
}
