//! Durable work in the console and over the API: what waits, runs and failed, and a hand to put to it.

use askama::Template;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http::StatusCode};
use futures::future::BoxFuture;
use kernel::{Instant, JobId, Problem};
use platform::Read;
use platform::jobs::admin::{self, FailedAttempt, Filter, JobView, State, Tally};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Html, Icon, ListQuery, Pager, Tone, Views};
use web::{App, Csv, ListAsk, Listed, Nothing, Once, OpenApiRouter, Path, Query, Result, See, Staff, TryForm, routes};

use super::{JOBS_MANAGE, JOBS_READ};

const PATH: &str = "/console/jobs";

pub(super) fn pages() -> Router<App> {
    Router::new()
        .route(PATH, get(list_page).post(act))
        .route("/console/jobs.csv", get(csv))
        .route("/console/jobs/{id}", get(job_page))
}

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(retry_one))
        .routes(routes!(cancel_one))
}

/// Dead letters, for the menu.
pub(super) fn dead(read: &mut Read) -> BoxFuture<'_, platform::Result<u64>> {
    Box::pin(async move {
        let tally = admin::tally(read).await?;
        Ok(count(&tally, State::Dead))
    })
}

fn count(tally: &[Tally], state: State) -> u64 {
    tally
        .iter()
        .filter(|line| line.state == state)
        .map(|line| line.jobs.unsigned_abs())
        .sum()
}

/// Which jobs an address asks for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// waiting, running, done, dead or cancelled.
    #[param(example = "dead")]
    state: String,
    /// Name of a queue.
    #[param(example = "mail")]
    queue: String,
    /// A kind of job.
    #[param(example = "platform.send_mail")]
    kind: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        let text = |value: &String| (!value.is_empty()).then(|| value.clone());
        Filter {
            state: State::parse(&self.state),
            queue: text(&self.queue),
            kind: text(&self.kind),
        }
    }

    fn query(&self) -> ListQuery {
        ListQuery::new(PATH)
            .param("state", &self.state)
            .param("queue", &self.queue)
            .param("kind", &self.kind)
    }
}

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
    error: String,
    badge: Html,
    attempts: String,
    due: Instant,
    retryable: bool,
}

fn tone(state: State) -> Tone {
    match state {
        State::Done => Tone::Ok,
        State::Dead => Tone::Bad,
        State::Running => Tone::Info,
        State::Waiting => Tone::None,
        State::Cancelled => Tone::Warn,
    }
}

fn state_word(w: &Words, state: State) -> String {
    match state {
        State::Done => w.t("jobs-state-done"),
        State::Dead => w.t("jobs-state-dead"),
        State::Running => w.t("jobs-state-running"),
        State::Waiting => w.t("jobs-state-waiting"),
        State::Cancelled => w.t("jobs-state-cancelled"),
    }
}

fn row(w: &Words, job: JobView) -> Row {
    Row {
        badge: ui::badge(tone(job.state), state_word(w, job.state)),
        attempts: format!("{} / {}", job.attempt, job.max_attempts),
        retryable: matches!(job.state, State::Dead | State::Cancelled),
        error: job.last_error.unwrap_or_default(),
        id: job.id,
        kind: job.kind,
        queue: job.queue,
        due: job.due,
    }
}

async fn list_page(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    ctx.allow(JOBS_READ)?;
    let (filter, before, rows) = (asked.filter(), ask.after::<JobId>()?, ask.fetch());
    let (tally, jobs) = ctx
        .read(|read| {
            async move {
                Ok((
                    admin::tally(read).await?,
                    admin::list(read, &filter, before, rows).await?,
                ))
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
        rows: jobs.into_iter().map(|job| row(w, job)).collect(),
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

/// What the page's buttons send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Act {
    #[serde(rename = "do")]
    what: String,
    sel: Vec<String>,
    queue: String,
}

async fn act(ctx: Staff, form: TryForm<Act>) -> Result<Response> {
    ctx.allow(JOBS_MANAGE)?;
    let act = form.value?;
    let picked: Vec<JobId> = act.sel.iter().filter_map(|id| id.parse().ok()).collect();
    let (what, picked, queue) = (act.what.as_str(), &picked, &act.queue);
    let done = ctx
        .write(|tx| {
            async move {
                match what {
                    "retry" => admin::retry(tx, picked).await,
                    "retry_all" => {
                        let queue = (!queue.is_empty()).then(|| queue.clone());
                        admin::retry_matching(
                            tx,
                            &Filter {
                                state: Some(State::Dead),
                                queue,
                                kind: None,
                            },
                        )
                        .await
                    }
                    "cancel" => {
                        let mut cancelled = 0;
                        for id in picked {
                            cancelled += u64::from(admin::cancel(tx, *id).await?);
                        }
                        Ok(cancelled)
                    }
                    _ => Err(Problem::refused("invalid").into()),
                }
            }
            .scope_boxed()
        })
        .await?;
    let text = match what {
        "cancel" => ctx.words().t1("jobs-cancelled", "n", done),
        _ => ctx.words().t1("jobs-retried", "n", done),
    };
    Ok(See::other(PATH).flash(Flash::done(text)).into_response())
}

async fn csv(ctx: Staff, Query(asked): Query<Asked>) -> Result<Csv> {
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

#[derive(Template)]
#[template(path = "pages/job.html")]
struct JobPage<'a> {
    w: &'a Words,
    job: JobView,
    badge: Html,
    attempts: Vec<FailedAttempt>,
    csrf: String,
    may_retry: bool,
    may_cancel: bool,
}

async fn job_page(ctx: Staff, Path(id): Path<JobId>) -> Result<Response> {
    ctx.allow(JOBS_READ)?;
    let (job, attempts) = ctx
        .read(|read| {
            async move { Ok((admin::by_id(read, id).await?, admin::failed_attempts(read, id).await?)) }.scope_boxed()
        })
        .await?;
    let job = job.ok_or_else(Problem::not_found)?;
    let w = ctx.words();
    let may = ctx.may(JOBS_MANAGE);
    let head = Head::new(&job.kind)
        .crumb(w.t("nav-operate"), "")
        .crumb(w.t("nav-jobs"), PATH);
    let page = JobPage {
        w,
        badge: ui::badge(tone(job.state), state_word(w, job.state)),
        attempts,
        csrf: ctx.csrf(),
        may_retry: may && matches!(job.state, State::Dead | State::Cancelled),
        may_cancel: may && job.state == State::Waiting,
        job,
    };
    ctx.console(&head, &page).await
}

/// Durable work as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
struct JobBody {
    /// Its id.
    #[schema(value_type = String, example = "job_0193400000007000800000000000000a")]
    id: JobId,
    /// Its kind.
    #[schema(example = "platform.send_mail")]
    kind: String,
    /// Its queue.
    #[schema(example = "mail")]
    queue: String,
    /// waiting, running, done, dead or cancelled.
    #[schema(example = "done")]
    state: &'static str,
    /// Attempts so far.
    attempt: i32,
    /// Attempts allowed.
    max_attempts: i32,
    /// Not before then.
    #[schema(value_type = String, format = DateTime)]
    due: Instant,
    /// When it was enqueued.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Instant>,
    /// What went wrong last.
    last_error: Option<String>,
    /// Joins it with the request that caused it.
    #[schema(example = "0af7651916cd43dd8448eb211c80319c")]
    trace_id: String,
}

impl From<JobView> for JobBody {
    fn from(job: JobView) -> Self {
        Self {
            id: job.id,
            kind: job.kind,
            queue: job.queue,
            state: job.state.name(),
            attempt: job.attempt,
            max_attempts: job.max_attempts,
            due: job.due,
            created_at: job.created_at,
            finished_at: job.finished_at,
            last_error: job.last_error,
            trace_id: job.trace_id,
        }
    }
}

/// Durable work, newest first.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", params(ListAsk, Asked),
    responses((status = 200, description = "Jobs", body = Listed<JobBody>)))]
async fn list(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Listed<JobBody>> {
    ctx.allow(JOBS_READ)?;
    let (filter, before, rows) = (asked.filter(), ask.after::<JobId>()?, ask.fetch());
    let jobs = ctx
        .read(|read| async move { admin::list(read, &filter, before, rows).await }.scope_boxed())
        .await?;
    Ok(Listed::page(jobs, &ask, |job| job.id).map(JobBody::from))
}

/// One job.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The job", body = JobBody)))]
async fn one(ctx: Staff, Path(id): Path<JobId>) -> Result<web::Json<JobBody>> {
    ctx.allow(JOBS_READ)?;
    let job = ctx
        .read(|read| async move { admin::by_id(read, id).await }.scope_boxed())
        .await?;
    Ok(web::Json(job.ok_or_else(Problem::not_found)?.into()))
}

/// How many jobs an act reached.
#[derive(Debug, Serialize, ToSchema)]
struct Reached {
    /// How many.
    #[schema(example = 1)]
    jobs: u64,
}

/// Puts a dead or cancelled job back in its queue.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/retry", tag = "jobs", params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "Back in its queue", body = Reached)))]
async fn retry_one(ctx: Staff, Path(id): Path<JobId>, once: Once<Nothing>) -> Result<Response> {
    ctx.allow(JOBS_MANAGE)?;
    once.write(&ctx, StatusCode::OK, move |tx, _| {
        async move {
            admin::by_id(tx, id).await?.ok_or_else(Problem::not_found)?;
            match admin::retry(tx, &[id]).await? {
                0 => Err(Problem::conflict("job_not_retryable").into()),
                jobs => Ok(Reached { jobs }),
            }
        }
        .scope_boxed()
    })
    .await
}

/// Takes a waiting job out of its queue.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/cancel", tag = "jobs", params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "Out of its queue", body = Reached)))]
async fn cancel_one(ctx: Staff, Path(id): Path<JobId>, once: Once<Nothing>) -> Result<Response> {
    ctx.allow(JOBS_MANAGE)?;
    once.write(&ctx, StatusCode::OK, move |tx, _| {
        async move {
            admin::by_id(tx, id).await?.ok_or_else(Problem::not_found)?;
            if admin::cancel(tx, id).await? {
                Ok(Reached { jobs: 1 })
            } else {
                Err(Problem::conflict("job_not_waiting").into())
            }
        }
        .scope_boxed()
    })
    .await
}
