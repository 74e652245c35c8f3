//! The page of jobs: tiles, queues, and the runs.

use askama::Template;
use axum::response::Response;
use kernel::{Instant, JobId};
use platform::jobs::admin::{self, JobView, State, Tally};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Html, Icon, ListQuery, Pager, Tone, Views};
use web::{Csv, ListAsk, Listed, Query, Result, Staff};

use super::{Asked, PATH, badge, count, state_word};
use crate::screens::names::Names;
use crate::screens::{JOBS_MANAGE, JOBS_READ};

#[derive(Template)]
#[template(path = "pages/jobs.html")]
struct JobsPage<'a> {
    w: &'a Words,
    tiles: Html,
    views: Views,
    queues: Vec<QueueLine>,
    rows: Vec<Row>,
    pager: Pager,
    list: ListQuery,
    asked: Asked,
    csrf: String,
    may_manage: bool,
    matching_dead: u64,
    empty: ui::Empty,
    now: i64,
}

struct QueueLine {
    name: String,
    href: String,
    waiting: String,
    running: String,
    dead: u64,
}

struct Row {
    id: JobId,
    kind: String,
    queue: String,
    about: String,
    error: String,
    badge: Html,
    attempts: String,
    due: Instant,
    retryable: bool,
}

fn row(w: &Words, names: &Names, job: JobView) -> Row {
    Row {
        about: names.known_texts(&job.about),
        badge: badge(w, job.state),
        attempts: format!("{} / {}", job.attempt, job.max_attempts),
        retryable: matches!(job.state, State::Dead | State::Cancelled),
        error: job.last_error.unwrap_or_default(),
        id: job.id,
        kind: job.kind,
        queue: job.queue,
        due: job.due,
    }
}

pub(super) async fn page(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    ctx.allow(JOBS_READ)?;
    let (filter, before, rows) = (asked.filter(), ask.after::<JobId>()?, ask.fetch());
    let (tally, jobs, names) = ctx
        .read(|read| {
            async move {
                let jobs = admin::list(read, &filter, before, rows).await?;
                let names = Names::of(read, jobs.iter().flat_map(|job| job.about.iter().map(String::as_str))).await?;
                Ok((admin::tally(read).await?, jobs, names))
            }
            .scope_boxed()
        })
        .await?;
    let Listed { data: jobs, next } = Listed::page(jobs, &ask, |job| job.id);
    let w = ctx.words();
    let list = asked.query();
    let pager = Pager::cursor(w, jobs.len() as u64);
    let pager = match next {
        Some(next) => pager.next(list.with("after", next)),
        None => pager,
    };
    let dead = matching_dead(&tally, &asked);
    let page = JobsPage {
        w,
        tiles: Html::of(&Tiles {
            w,
            waiting: count(&tally, State::Waiting),
            running: count(&tally, State::Running),
            dead: count(&tally, State::Dead),
        }),
        views: views(w, &tally, &list, &asked),
        queues: queue_lines(w, &tally),
        rows: jobs.into_iter().map(|job| row(w, &names, job)).collect(),
        pager,
        list,
        csrf: ctx.csrf(),
        may_manage: ctx.may(JOBS_MANAGE),
        matching_dead: dead,
        empty: ui::Empty::new(Icon::Layers, w.t("jobs-empty"), w.t("jobs-empty-text")),
        now: ctx.now().micros(),
        asked,
    };
    ctx.console(&Head::new(w.t("nav-jobs")).crumb(w.t("nav-operate"), ""), &page)
        .await
}

#[derive(Template)]
#[template(path = "parts/job_tiles.html")]
struct Tiles<'a> {
    w: &'a Words,
    waiting: u64,
    running: u64,
    dead: u64,
}

/// How many dead letters a "retry all that match" would retry: exactly those of the view.
fn matching_dead(tally: &[Tally], asked: &Asked) -> u64 {
    let state = asked.state.is_empty() || asked.state == State::Dead.name();
    let lines = tally
        .iter()
        .filter(|line| asked.queue.is_empty() || line.queue == asked.queue);
    let dead = lines
        .filter(|line| line.state == State::Dead)
        .map(|line| line.jobs.unsigned_abs())
        .sum();
    if state && asked.kind.is_empty() { dead } else { 0 }
}

fn views(w: &Words, tally: &[Tally], list: &ListQuery, asked: &Asked) -> Views {
    let all: i64 = tally.iter().map(|line| line.jobs).sum();
    let first = Views::new(w.t("jobs-views")).view(
        list.with("state", ""),
        w.t("jobs-all"),
        Some(all),
        asked.state.is_empty(),
    );
    State::ALL.into_iter().fold(first, |views, state| {
        let current = asked.state == state.name();
        views.view(
            list.with("state", state.name()),
            state_word(w, state),
            Some(count(tally, state).cast_signed()),
            current,
        )
    })
}

fn queue_lines(w: &Words, tally: &[Tally]) -> Vec<QueueLine> {
    let mut names: Vec<&str> = tally.iter().map(|line| line.queue.as_str()).collect();
    names.dedup();
    let of = |name: &str, state: State| {
        let lines = tally.iter().filter(|line| line.queue == name && line.state == state);
        lines.map(|line| line.jobs.unsigned_abs()).sum::<u64>()
    };
    let line = |name: &str| QueueLine {
        name: name.to_owned(),
        href: ListQuery::new(PATH).param("queue", name).with("state", ""),
        waiting: w.number(of(name, State::Waiting)),
        running: w.number(of(name, State::Running)),
        dead: of(name, State::Dead),
    };
    names.into_iter().map(line).collect()
}

pub(super) async fn csv(ctx: Staff, Query(asked): Query<Asked>) -> Result<Csv> {
    ctx.allow(JOBS_READ)?;
    let filter = asked.filter();
    let jobs = ctx
        .read(|read| async move { admin::list(read, &filter, None, 10_000).await }.scope_boxed())
        .await?;
    let csv = Csv::new(
        "jobs.csv",
        &[
            "id",
            "kind",
            "queue",
            "state",
            "attempt",
            "max_attempts",
            "due",
            "created_at",
            "finished_at",
            "last_error",
        ],
    );
    Ok(jobs.into_iter().fold(csv, |csv, job| {
        csv.row([
            job.id.to_string(),
            job.kind,
            job.queue,
            job.state.name().to_owned(),
            job.attempt.to_string(),
            job.max_attempts.to_string(),
            job.due.to_string(),
            job.created_at.to_string(),
            job.finished_at.map(|at| at.to_string()).unwrap_or_default(),
            job.last_error.unwrap_or_default(),
        ])
    }))
}
