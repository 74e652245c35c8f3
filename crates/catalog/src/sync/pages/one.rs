//! One source: how it does, its runs, what can be done with it.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::response::{IntoResponse, Response};
use kernel::{PriceSourceId, Problem};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Html, Icon, Tile, Tone};
use web::{Path, Result, See, Staff};

use super::{PATH, error_rate, kind_name, next_run, path, run_badge, run_path, standing, toggle};
use crate::forms;
use crate::permissions::{PRICES_IMPORT, REGISTRARS_EDIT};
use crate::sync::check;
use crate::sync::ops::{self, Health};
use crate::sync::ports::PriceSources;
use crate::sync::run::Run;
use crate::sync::words::Why;

#[derive(Template)]
#[template(path = "pages/sync_source.html")]
struct SourcePage<'a> {
    w: &'a Words,
    name: String,
    about: String,
    standing: Html,
    notice: Option<ui::Alert>,
    tiles: Html,
    runs: Vec<RunRow>,
    /// A label with its text, or what is drawn of it.
    facts: Vec<(String, String, Html)>,
    own: String,
    toggle: (String, String),
    open: Option<String>,
    csrf: String,
    may_edit: bool,
    may_run: bool,
}

struct RunRow {
    href: String,
    started: Html,
    by: String,
    found: String,
    rejected: String,
    took: String,
    state: Html,
    why: String,
}

pub(super) async fn page(ctx: Staff, Path(id): Path<PriceSourceId>) -> Result<Response> {
    let health = ctx
        .read(|read| async move { ops::health_by_id(read, id).await }.scope_boxed())
        .await?;
    let (w, now) = (ctx.words(), ctx.now());
    let source = &health.source;
    let page = SourcePage {
        w,
        name: source.terms.name.clone(),
        about: w.t2(
            "sync-about",
            "kind",
            kind_name(w, source.kind),
            "hours",
            interval(w, source.terms.interval_minutes),
        ),
        standing: standing(w, &health, now),
        notice: source.is_open(now).then(|| {
            let until = source.open_until.map(|at| w.date_time_zoned(at)).unwrap_or_default();
            ui::alert(Tone::Bad, w.t1("sync-open-until", "at", until), last_error(&health))
        }),
        tiles: tiles(w, &health, now),
        runs: health.latest.iter().map(|run| row(w, run, now)).collect(),
        facts: facts(w, &health),
        own: path(id),
        toggle: toggle(w, source),
        open: health.open.as_ref().map(run_path),
        csrf: ctx.csrf(),
        may_edit: ctx.may(REGISTRARS_EDIT),
        may_run: ctx.may(PRICES_IMPORT),
    };
    let head = Head::new(&source.terms.name)
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("sync-title"), PATH);
    ctx.console(&head, &page).await
}

/// Minutes in words.
fn interval(w: &Words, minutes: i64) -> String {
    if minutes % 60 == 0 {
        w.t1("sync-hours", "n", minutes / 60)
    } else {
        w.t1("sync-minutes", "n", minutes)
    }
}

fn last_error(health: &Health) -> String {
    let failed = health.latest.iter().find_map(|run| run.error.clone());
    failed.unwrap_or_default()
}

fn tiles(w: &Words, health: &Health, now: kernel::Instant) -> Html {
    let lag = health
        .source
        .last_success_at
        .map_or_else(|| w.t("sync-never"), |at| duration(w, now.since(at).as_secs()));
    ui::tiles([
        Tile::new(w.t("sync-tile-lag"), lag),
        Tile::new(w.t("sync-tile-errors"), error_rate(w, health)),
        Tile::new(w.t("sync-tile-call"), w.t1("sync-ms", "n", health.timings.mean_ms)),
        Tile::new(
            w.t("sync-tile-endings"),
            w.t2("sync-endings-stale", "n", health.endings, "stale", health.stale_endings),
        ),
    ])
}

/// Seconds in the largest unit that says enough.
pub(super) fn duration(w: &Words, seconds: i64) -> String {
    match seconds {
        ..60 => w.t1("sync-seconds", "n", seconds.max(0)),
        60..3_600 => w.t1("sync-minutes", "n", seconds / 60),
        3_600..172_800 => w.t1("sync-hours", "n", seconds / 3_600),
        _ => w.t1("sync-days", "n", seconds / 86_400),
    }
}

fn facts(w: &Words, health: &Health) -> Vec<(String, String, Html)> {
    let source = &health.source;
    let text = |key, text| (w.t(key), text, Html::default());
    let drawn = |key, drawn| (w.t(key), String::new(), drawn);
    let mut facts = vec![
        drawn("sync-next", next_run(w, source)),
        text("sync-endpoint", source.endpoint().to_owned()),
        text("sync-timeout", w.t1("sync-seconds", "n", source.terms.timeout_seconds)),
        text("sync-share", w.percent(source.terms.most_changed_percent * 10_000)),
        text(
            "sync-jump",
            format!("×{}", w.decimal(source.terms.largest_jump_hundredths, 2)),
        ),
    ];
    if let Some(at) = source.credentials_at {
        facts.push(drawn("catalog-credentials", ui::when(w, at)));
    }
    facts
}

fn row(w: &Words, run: &Run, now: kernel::Instant) -> RunRow {
    RunRow {
        href: run_path(run),
        started: ui::when(w, run.started_at),
        by: w.t(match run.cause {
            crate::sync::Cause::Schedule => "sync-by-schedule",
            crate::sync::Cause::Person => "sync-by-person",
        }),
        found: w.t3(
            "sync-found",
            "added",
            run.counts.added,
            "changed",
            run.counts.changed,
            "unchanged",
            run.counts.unchanged,
        ),
        rejected: w.number(run.counts.rejected),
        took: duration(w, run.duration(now).as_secs()),
        state: run_badge(w, run.state),
        why: run.reason.map(|why| why_text(w, why)).unwrap_or_default(),
    }
}

/// Why a run waits or failed, in a sentence.
pub(super) fn why_text(w: &Words, why: Why) -> String {
    w.t(&format!("sync-why-{}", why.name().replace('_', "-")))
}

/// On to the source's page with what went wrong.
pub(super) fn told(_ctx: &Staff, id: PriceSourceId, text: String) -> Response {
    let flash = Flash {
        tone: Tone::Bad,
        text,
        undo: None,
    };
    See::other(path(id)).flash(flash).into_response()
}

/// Asks the source whether address and credentials work, and says so on its page.
pub(super) async fn test(
    ctx: Staff,
    Extension(sources): Extension<Arc<dyn PriceSources>>,
    Path(id): Path<PriceSourceId>,
) -> Result<Response> {
    let w = ctx.words();
    let checked = match check::check(&ctx, sources.as_ref(), id).await {
        Ok(checked) => checked,
        Err(error) => {
            let problem: Problem = forms::told(error)?;
            return Ok(told(&ctx, id, w.problem(&problem)));
        }
    };
    Ok(match checked.error {
        Some(error) => told(&ctx, id, w.t1("sync-test-failed", "error", error)),
        None => {
            let text = w.t1("sync-test-works", "ms", checked.milliseconds);
            forms::done(&path(id), text, None)
        }
    })
}
