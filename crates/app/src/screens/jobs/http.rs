//! Durable work over the API.

use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Instant, JobId, Problem};
use platform::jobs::admin::{self, JobView};
use scoped_futures::ScopedFutureExt;
use serde::Serialize;
use utoipa::ToSchema;
use web::{ListAsk, Listed, Nothing, Once, Path, Query, Result, Staff};

use super::Asked;
use crate::screens::{JOBS_MANAGE, JOBS_READ};

/// Durable work as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobBody {
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
pub(super) async fn list(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Listed<JobBody>> {
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
pub(super) async fn one(ctx: Staff, Path(id): Path<JobId>) -> Result<web::Json<JobBody>> {
    ctx.allow(JOBS_READ)?;
    let job = ctx
        .read(|read| async move { admin::by_id(read, id).await }.scope_boxed())
        .await?;
    Ok(web::Json(job.ok_or_else(Problem::not_found)?.into()))
}

/// How many jobs an act reached.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reached {
    /// How many.
    #[schema(example = 1)]
    jobs: u64,
}

/// Puts a dead or cancelled job back in its queue.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/retry", tag = "jobs", params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "Back in its queue", body = Reached)))]
pub(super) async fn retry_one(ctx: Staff, Path(id): Path<JobId>, once: Once<Nothing>) -> Result<Response> {
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
pub(super) async fn cancel_one(ctx: Staff, Path(id): Path<JobId>, once: Once<Nothing>) -> Result<Response> {
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
