//! One run: where it stands, what it found, what was not believed and why, its calls; apply, reject, cancel.

use askama::Template;
use axum::Extension;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::SyncRunId;
use scoped_futures::ScopedFutureExt;
use web::exposures::card;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Html, Icon, Progress, Tile, Tone};
use web::{Csv, Path, Result, See, Staff};

use super::one::{duration, why_text};
use super::{PATH, path, run_badge, run_path};
use crate::exposures::{self, Asked};
use crate::forms;
use crate::imports::{Finding, Weight};
use crate::permissions::PRICES_IMPORT;
use crate::price_books::Books;
use crate::sync::ops;
use crate::sync::ports::CallOutcome;
use crate::sync::run::{Run, Story};
use crate::sync::run_store::Call;
use crate::sync::words::RunState;

/// Findings a page shows; all of them are in the CSV.
const ON_THE_PAGE: usize = 100;
/// How often the page of a run under way is looked at again.
const AGAIN_AFTER_SECONDS: &str = "5";

#[derive(Template)]
#[template(path = "pages/sync_run.html")]
struct RunPage<'a> {
    w: &'a Words,
    title: String,
    about: String,
    state: Html,
    alert: Option<ui::Alert>,
    progress: Option<Progress>,
    tiles: Html,
    changes: Option<String>,
    touches: Option<Html>,
    findings: Vec<FindingRow>,
    more_findings: String,
    calls: Vec<CallRow>,
    facts: Vec<(String, String)>,
    own: String,
    source: String,
    csrf: String,
    may_decide: bool,
    is_waiting: bool,
    is_running: bool,
}

struct FindingRow {
    field: String,
    value: String,
    reason: String,
    weight: Html,
}

struct CallRow {
    what: String,
    at: Html,
    took: String,
    status: String,
    outcome: Html,
}

pub(super) async fn page(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<SyncRunId>,
) -> Result<Response> {
    let (story, source, calls) = ctx
        .read(|read| {
            async move {
                let (story, source) = ops::run_by_id(read, id).await?;
                Ok((story, source, ops::calls(read, id).await?))
            }
            .scope_boxed()
        })
        .await?;
    let (w, now) = (ctx.words(), ctx.now());
    let run = &story.run;
    let is_running = run.state == RunState::Running;
    let touched = match run.waiting_import() {
        Some(import) => exposures::of_import(&ctx, &books, &asked, import).await?,
        None => None,
    };
    let page = RunPage {
        w,
        title: source.terms.name.clone(),
        about: w.t2(
            "sync-run-about",
            "at",
            w.date_time_zoned(run.started_at),
            "took",
            duration(w, run.duration(now).as_secs()),
        ),
        state: run_badge(w, run.state),
        alert: alert(w, run),
        progress: is_running.then(|| progress(w, run)),
        tiles: tiles(w, run),
        touches: touched.map(|touched| card(w, &touched)),
        changes: run.import.map(|import| format!("/console/prices/imports/{import}")),
        findings: story
            .findings
            .iter()
            .take(ON_THE_PAGE)
            .map(|finding| finding_row(w, finding))
            .collect(),
        more_findings: more(w, &story),
        calls: calls.iter().map(|call| call_row(w, call)).collect(),
        facts: facts(w, run),
        own: run_path(run),
        source: path(source.id),
        csrf: ctx.csrf(),
        may_decide: ctx.may(PRICES_IMPORT),
        is_waiting: run.state == RunState::Waiting,
        is_running,
    };
    let head = Head::new(w.t1("sync-run-of", "name", &source.terms.name))
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("sync-title"), PATH)
        .crumb(&source.terms.name, path(source.id));
    let mut shown = ctx.console(&head, &page).await?;
    if is_running {
        let again = HeaderValue::from_static(AGAIN_AFTER_SECONDS);
        shown.headers_mut().insert(header::REFRESH, again);
    }
    Ok(shown)
}

/// Where a run stands that needs a person, in a sentence.
fn alert(w: &Words, run: &Run) -> Option<ui::Alert> {
    let why = run.reason.map(|why| why_text(w, why)).unwrap_or_default();
    match run.state {
        RunState::Waiting => {
            let text = w.t2("sync-waits-text", "why", why, "percent", run.changed_percent);
            Some(ui::alert(Tone::Warn, w.t("sync-waits"), text))
        }
        RunState::Failed => {
            let text = format!("{why} {}", run.error.as_deref().unwrap_or_default());
            Some(ui::alert(Tone::Bad, w.t("sync-failed"), text))
        }
        RunState::Running => run
            .error
            .as_ref()
            .map(|error| ui::alert(Tone::Warn, w.t("sync-again"), error)),
        RunState::Succeeded if run.import.is_none() => {
            Some(ui::alert(Tone::Ok, w.t("sync-unchanged"), w.t("sync-unchanged-text")))
        }
        RunState::Succeeded => {
            let version = run.book_version.unwrap_or_default();
            let text = w.t1("sync-applied-text", "version", version);
            Some(ui::alert(Tone::Ok, w.t("sync-applied"), text))
        }
        RunState::Cancelled | RunState::Rejected => None,
    }
}

fn progress(w: &Words, run: &Run) -> Progress {
    // Without a word of the source, one more than there are: it is not done.
    let expected = run.parts_expected.unwrap_or(run.parts + 1).max(run.parts);
    let text = w.t2("sync-progress", "done", run.parts, "total", expected);
    Progress::new("sync-progress", run.parts, expected, text)
}

fn tiles(w: &Words, run: &Run) -> Html {
    let counts = run.counts;
    ui::tiles([
        Tile::new(w.t("catalog-class-added"), w.number(counts.added)),
        Tile::new(w.t("catalog-class-changed"), w.number(counts.changed)),
        Tile::new(w.t("catalog-class-vanished"), w.number(counts.vanished)),
        Tile::new(w.t("catalog-class-unchanged"), w.number(counts.unchanged)),
        Tile::new(w.t("sync-rejected"), w.number(counts.rejected)),
        Tile::new(w.t("catalog-tile-left-out"), w.number(counts.left_out)),
    ])
}

fn finding_row(w: &Words, finding: &Finding) -> FindingRow {
    FindingRow {
        field: finding.field.clone(),
        value: finding.value.clone(),
        reason: w.t(&finding.reason.key()),
        weight: match finding.weight {
            Weight::Refused => ui::badge(Tone::Bad, w.t("sync-rejected")),
            Weight::LeftOut => ui::badge(Tone::None, w.t("catalog-weight-left-out")),
        },
    }
}

fn more(w: &Words, story: &Story) -> String {
    let beyond = story.findings.len().saturating_sub(ON_THE_PAGE);
    if beyond == 0 {
        return String::new();
    }
    w.t1("sync-more-findings", "n", beyond)
}

fn call_row(w: &Words, call: &Call) -> CallRow {
    let outcome = match call.outcome {
        CallOutcome::Answered => ui::badge(Tone::Ok, w.t("sync-call-answered")),
        CallOutcome::Limited => ui::badge(Tone::Warn, w.t("sync-call-limited")),
        CallOutcome::Refused => ui::badge(Tone::Bad, w.t("sync-call-refused")),
        CallOutcome::Failed => ui::badge(Tone::Bad, w.t("sync-call-failed")),
    };
    CallRow {
        what: call.what.clone(),
        at: ui::when(w, call.called_at),
        took: w.t1("sync-ms", "n", call.milliseconds),
        status: call
            .status
            .map_or_else(|| w.t("catalog-none"), |status| status.to_string()),
        outcome,
    }
}

fn facts(w: &Words, run: &Run) -> Vec<(String, String)> {
    let mut facts = vec![
        (w.t("sync-rows"), w.number(run.counts.rows)),
        (w.t("sync-calls"), w.number(run.calls)),
        (w.t("sync-changed-share"), w.percent(run.changed_percent * 10_000)),
        (w.t("sync-started-by"), run.started_by.clone()),
    ];
    if let Some(by) = &run.decided_by {
        facts.push((w.t("sync-decided-by"), by.clone()));
    }
    facts.push((w.t("sync-trace"), run.trace_id.clone()));
    facts
}

/// Everything that was rejected or left out.
pub(super) async fn csv(ctx: Staff, Path(id): Path<SyncRunId>) -> Result<Csv> {
    let (story, _) = ctx
        .read(|read| async move { ops::run_by_id(read, id).await }.scope_boxed())
        .await?;
    let csv = Csv::new("findings.csv", &["field", "value", "reason", "weight"]);
    Ok(story.findings.iter().fold(csv, |csv, finding| {
        let weight = match finding.weight {
            Weight::Refused => "rejected",
            Weight::LeftOut => "left_out",
        };
        csv.row([&finding.field, &finding.value, &ctx.t(&finding.reason.key()), weight])
    }))
}

pub(super) async fn apply(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<SyncRunId>,
) -> Result<Response> {
    let answer = answer(&ctx, id, put_in_force(&ctx, &books, id).await, "sync-applied")?;
    // Whoever applied looks at the new prices next.
    books.refresh(&ctx).await?;
    Ok(answer)
}

async fn put_in_force(ctx: &Staff, books: &Books, id: SyncRunId) -> platform::Result<Run> {
    let ready = &ctx
        .read(|read| async move { ops::ready(read, id).await }.scope_boxed())
        .await?;
    ctx.write(|tx| async move { ops::apply(tx, books, id, ready).await }.scope_boxed())
        .await
}

pub(super) async fn reject(ctx: Staff, Path(id): Path<SyncRunId>) -> Result<Response> {
    let outcome = ctx
        .write(|tx| async move { ops::reject(tx, id).await }.scope_boxed())
        .await;
    answer(&ctx, id, outcome, "sync-rejected-flash")
}

pub(super) async fn cancel(ctx: Staff, Path(id): Path<SyncRunId>) -> Result<Response> {
    let outcome = ctx
        .write(|tx| async move { ops::cancel(tx, id).await }.scope_boxed())
        .await;
    answer(&ctx, id, outcome, "sync-cancelled-flash")
}

/// Back to the run, with what was done or why not.
fn answer(ctx: &Staff, id: SyncRunId, outcome: platform::Result<Run>, done: &str) -> Result<Response> {
    let w = ctx.words();
    let flash = match outcome {
        Ok(_) => Flash::done(w.t(done)),
        Err(error) => Flash {
            tone: Tone::Bad,
            text: w.problem(&forms::told(error)?),
            undo: None,
        },
    };
    Ok(See::other(format!("{PATH}/runs/{id}")).flash(flash).into_response())
}
