//! Price sources in the console: how each does, adding and editing one, a run with all it found.

mod form;
mod one;
mod run;

use std::collections::BTreeMap;

use askama::Template;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use kernel::{Instant, PriceSourceId};
use platform::SnapshotUse;
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Html, Icon, ListQuery, Tile, Tone, Trend};
use web::{App, Csv, Path, Result, See, Staff};

use super::kind::SourceKind;
use super::ops::{self, Health};
use super::run::Run;
use super::source::{Source, SourceState};
use super::words::RunState;
use crate::forms::{done, told};
use crate::imports::lists_to_choose;
use crate::permissions::{PRICES_IMPORT, REGISTRARS_EDIT};
use crate::price_books::Books;

const PATH: &str = "/console/sync";

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/sync", get(list).post(form::add))
        .route("/console/sync.csv", get(csv))
        .route("/console/sync/new", get(form::new))
        .route("/console/sync/{id}", get(one::page).post(form::save))
        .route("/console/sync/{id}/edit", get(form::edit))
        .route("/console/sync/{id}/run", post(start))
        .route("/console/sync/{id}/pause", post(pause))
        .route("/console/sync/{id}/resume", post(resume))
        .route("/console/sync/{id}/test", post(one::test))
        .route("/console/sync/runs/{id}", get(run::page))
        .route("/console/sync/runs/{id}/findings.csv", get(run::csv))
        .route("/console/sync/runs/{id}/apply", post(run::apply))
        .route("/console/sync/runs/{id}/reject", post(run::reject))
        .route("/console/sync/runs/{id}/cancel", post(run::cancel))
}

fn path(id: PriceSourceId) -> String {
    format!("{PATH}/{id}")
}

fn run_path(run: &Run) -> String {
    format!("{PATH}/runs/{}", run.id)
}

/// The words for a kind of source.
fn kind_name(w: &Words, kind: SourceKind) -> String {
    match kind {
        SourceKind::Whmcs => w.t("sync-kind-whmcs"),
        SourceKind::Openprovider => w.t("sync-kind-openprovider"),
        SourceKind::Porkbun => w.t("sync-kind-porkbun"),
    }
}

fn run_badge(w: &Words, state: RunState) -> Html {
    match state {
        RunState::Running => ui::badge(Tone::Info, w.t("sync-state-running")),
        RunState::Waiting => ui::badge(Tone::Warn, w.t("sync-state-waiting")),
        RunState::Succeeded => ui::badge(Tone::Ok, w.t("sync-state-succeeded")),
        RunState::Failed => ui::badge(Tone::Bad, w.t("sync-state-failed")),
        RunState::Cancelled => ui::badge(Tone::None, w.t("sync-state-cancelled")),
        RunState::Rejected => ui::badge(Tone::None, w.t("sync-state-rejected")),
    }
}

/// How a source stands: what needs a person first.
fn standing(w: &Words, health: &Health, now: Instant) -> Html {
    let source = &health.source;
    match &health.open {
        Some(open) if open.state == RunState::Waiting => return run_badge(w, RunState::Waiting),
        Some(open) => return run_badge(w, open.state),
        None => {}
    }
    if source.is_open(now) {
        ui::badge(Tone::Bad, w.t("sync-standing-open"))
    } else if source.state == SourceState::Paused {
        ui::badge(Tone::Warn, w.t("catalog-paused"))
    } else if source.failures_in_row > 0 {
        ui::badge(Tone::Bad, w.t1("sync-standing-failing", "n", source.failures_in_row))
    } else if source.is_stale(now) {
        ui::badge(Tone::Warn, w.t("sync-standing-stale"))
    } else {
        ui::badge(Tone::Ok, w.t("sync-standing-well"))
    }
}

/// The button that turns a source the other way.
fn toggle(w: &Words, source: &Source) -> (String, String) {
    let own = path(source.id);
    match source.state {
        SourceState::Active => (format!("{own}/pause"), w.t("catalog-pause")),
        SourceState::Paused => (format!("{own}/resume"), w.t("catalog-resume")),
    }
}

/// Of a hundred calls, how many got no answer; nothing before the first call.
fn error_rate(w: &Words, health: &Health) -> String {
    let timings = health.timings;
    if timings.calls == 0 {
        return w.t("catalog-none");
    }
    w.percent(timings.failed * 1_000_000 / timings.calls)
}

#[derive(Template)]
#[template(path = "pages/sync.html")]
struct SyncPage<'a> {
    w: &'a Words,
    list: ListQuery,
    tiles: Html,
    rows: Vec<Row>,
    csrf: String,
    may_edit: bool,
    may_run: bool,
    empty: ui::Empty,
}

struct Row {
    href: String,
    name: String,
    kind: String,
    list: String,
    last_good: Html,
    errors: String,
    next: Html,
    standing: Html,
    /// Where its open run is looked at.
    open: Option<String>,
    run: String,
    run_named: String,
    toggle: (String, String),
    toggle_named: String,
}

async fn list(ctx: Staff, Extension(books): Extension<Books>) -> Result<Response> {
    let all = ctx
        .read(|read| async move { ops::health(read).await }.scope_boxed())
        .await?;
    let names: BTreeMap<String, String> = lists_to_choose(&ctx).await?.into_iter().collect();
    let (w, now) = (ctx.words(), ctx.now());
    let may_edit = ctx.may(REGISTRARS_EDIT);
    let page = SyncPage {
        w,
        list: ListQuery::new(PATH),
        tiles: tiles(w, &all, books.usage(ctx.tenant()), now),
        rows: all.iter().map(|health| row(w, health, &names, now)).collect(),
        csrf: ctx.csrf(),
        may_edit,
        may_run: ctx.may(PRICES_IMPORT),
        empty: empty(w, may_edit),
    };
    ctx.console(&Head::new(w.t("sync-title")).crumb(w.t("nav-domains"), ""), &page)
        .await
}

fn empty(w: &Words, may_edit: bool) -> ui::Empty {
    let empty = ui::Empty::new(Icon::Refresh, w.t("sync-empty"), w.t("sync-empty-text"));
    if may_edit {
        empty.primary("/console/sync/new", w.t("sync-connect"))
    } else {
        empty
    }
}

fn tiles(w: &Words, all: &[Health], book: SnapshotUse, now: Instant) -> Html {
    let count = |wanted: &dyn Fn(&Health) -> bool| w.number(all.iter().filter(|health| wanted(health)).count());
    let waits = |health: &Health| health.open.as_ref().is_some_and(|run| run.state == RunState::Waiting);
    ui::tiles([
        Tile::new(w.t("sync-tile-sources"), w.number(all.len())),
        Tile::new(w.t("sync-tile-waiting"), count(&waits)),
        Tile::new(
            w.t("sync-tile-failing"),
            count(&|health| health.source.failures_in_row > 0),
        ),
        Tile::new(w.t("sync-tile-stale"), count(&|health| health.source.is_stale(now))),
        book_tile(w, book),
    ])
}

/// How many of the price book's reads memory answered since this process began.
fn book_tile(w: &Words, book: SnapshotUse) -> Tile {
    let rate = ops::hit_rate(book).map_or_else(|| w.t("catalog-none"), |rate| w.percent(rate.millionths()));
    let about = w.t2("sync-book-reads", "reads", book.reads, "loads", book.loads);
    Tile::new(w.t("sync-tile-book"), rate).delta(Trend::Flat, about)
}

fn row(w: &Words, health: &Health, names: &BTreeMap<String, String>, now: Instant) -> Row {
    let source = &health.source;
    let toggle_named = match source.state {
        SourceState::Active => w.t1("catalog-pause-named", "name", &source.terms.name),
        SourceState::Paused => w.t1("catalog-resume-named", "name", &source.terms.name),
    };
    Row {
        href: path(source.id),
        name: source.terms.name.clone(),
        kind: kind_name(w, source.kind),
        list: names.get(&source.terms.list.to_string()).cloned().unwrap_or_default(),
        last_good: last_good(w, source, now),
        errors: error_rate(w, health),
        next: next_run(w, source),
        standing: standing(w, health, now),
        open: health.open.as_ref().map(run_path),
        run: format!("{}/run", path(source.id)),
        run_named: w.t1("sync-run-named", "name", &source.terms.name),
        toggle: toggle(w, source),
        toggle_named,
    }
}

fn last_good(w: &Words, source: &Source, now: Instant) -> Html {
    match source.last_success_at {
        Some(at) => ui::ago(w, at, now),
        None => ui::tag(Tone::None, w.t("sync-never")),
    }
}

fn next_run(w: &Words, source: &Source) -> Html {
    match source.state {
        SourceState::Active => ui::when(w, source.next_run_at),
        SourceState::Paused => ui::tag(Tone::None, w.t("catalog-none")),
    }
}

async fn csv(ctx: Staff) -> Result<Csv> {
    let all = ctx
        .read(|read| async move { ops::health(read).await }.scope_boxed())
        .await?;
    let columns = [
        "id",
        "name",
        "kind",
        "state",
        "list",
        "last_success_at",
        "failures_in_row",
        "next_run_at",
        "calls",
        "failed_calls",
        "mean_call_ms",
        "slowest_call_ms",
        "endings",
        "stale_endings",
    ];
    Ok(all
        .into_iter()
        .fold(Csv::new("price-sources.csv", &columns), |csv, health| {
            let source = &health.source;
            csv.row([
                source.id.to_string(),
                source.terms.name.clone(),
                source.kind.name().to_owned(),
                source.state.name().to_owned(),
                source.terms.list.to_string(),
                source.last_success_at.map(|at| at.to_string()).unwrap_or_default(),
                source.failures_in_row.to_string(),
                source.next_run_at.to_string(),
                health.timings.calls.to_string(),
                health.timings.failed.to_string(),
                health.timings.mean_ms.to_string(),
                health.timings.slowest_ms.to_string(),
                health.endings.to_string(),
                health.stale_endings.to_string(),
            ])
        }))
}

async fn start(ctx: Staff, Path(id): Path<PriceSourceId>) -> Result<Response> {
    let started = ctx
        .write(|tx| async move { ops::run_now(tx, id).await }.scope_boxed())
        .await;
    match started {
        Ok(run) => Ok(See::other(run_path(&run)).into_response()),
        Err(error) => {
            let problem = told(error)?;
            Ok(one::told(&ctx, id, ctx.words().problem(&problem)))
        }
    }
}

async fn pause(ctx: Staff, Path(id): Path<PriceSourceId>) -> Result<Response> {
    let source = ctx
        .write(|tx| async move { ops::pause(tx, id).await }.scope_boxed())
        .await?;
    let text = ctx.words().t1("catalog-paused-named", "name", &source.terms.name);
    Ok(done(PATH, text, Some(format!("{}/resume", path(id)))))
}

async fn resume(ctx: Staff, Path(id): Path<PriceSourceId>) -> Result<Response> {
    let source = ctx
        .write(|tx| async move { ops::resume(tx, id).await }.scope_boxed())
        .await?;
    let text = ctx.words().t1("catalog-resumed-named", "name", &source.terms.name);
    Ok(done(PATH, text, Some(format!("{}/pause", path(id)))))
}
