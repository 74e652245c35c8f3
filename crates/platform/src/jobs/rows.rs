//! The rows of jobs: claiming, finishing, rescuing. These statements cross tenants; only platform runs them.

use jiff::SignedDuration;
use kernel::{EventId, Id, Instant, JobId, TenantId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult, Statement, Value};
use uuid::Uuid;

use super::QueueLimits;
use crate::db::{Db, Wall};
use crate::{Result, TraceId};

/// How long a claim holds without a sign of life.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(30);
const MICRO: i64 = 1_000_000;

/// A job this process has claimed.
#[derive(Clone, Debug)]
pub(super) struct Claimed {
    pub(super) tenant: TenantId,
    pub(super) id: JobId,
    pub(super) kind: String,
    pub(super) args: String,
    pub(super) attempt: u16,
    pub(super) max_attempts: u16,
    /// Refuses a result that comes after the job was given to somebody else.
    pub(super) fence: i64,
    pub(super) trace: TraceId,
    pub(super) cause: Option<EventId>,
}

#[derive(FromQueryResult)]
struct Row {
    tenant_id: Uuid,
    id: Uuid,
    kind: String,
    args: String,
    attempt: i32,
    max_attempts: i32,
    fence: i64,
    trace_id: String,
    cause: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct QueueRow {
    concurrency: i32,
    per_minute: Option<i32>,
    paused: bool,
    micro_tokens: i64,
    refilled_at: i64,
}

#[derive(FromQueryResult)]
struct Count {
    number: i64,
}

/// When a queue's first waiting job of each priority is due.
#[derive(FromQueryResult)]
struct Firsts {
    name: String,
    p1: Option<i64>,
    p2: Option<i64>,
    p3: Option<i64>,
    p4: Option<i64>,
}

fn statement(backend: DbBackend, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(backend, sql, values)
}

async fn run(on: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<u64> {
    Ok(on
        .execute_raw(statement(on.get_database_backend(), sql, values))
        .await?
        .rows_affected())
}

/// Writes down a queue that has no row yet. Limits that a person has changed stay.
pub(super) async fn ensure_queue(db: &Db, queue: QueueLimits, now: Instant) -> Result<()> {
    let sql = "INSERT INTO job_queue (name, concurrency, per_minute, paused, micro_tokens, refilled_at) \
               VALUES ($1, $2, $3, FALSE, $4, $5) ON CONFLICT DO NOTHING";
    let per_minute = queue.per_minute.map(|rate| i32::try_from(rate).unwrap_or(i32::MAX));
    let tokens = per_minute.map_or(0, |rate| i64::from(rate) * MICRO);
    let values = vec![
        queue.name.into(),
        i32::from(queue.concurrency).into(),
        per_minute.into(),
        tokens.into(),
        now.micros().into(),
    ];
    let writing = db.begin_write(Wall::None).await?;
    let outcome = run(&writing.transaction, sql, values).await;
    writing.ending.finish(writing.transaction, outcome).await.map(|_| ())
}

/// When the next waiting job of each queue is due: every queue that is not paused and has one, by name. This is what an
/// idle worker asks again and again, so it is one question for all queues.
pub(super) async fn next_due(db: &Db) -> Result<Vec<(String, Instant)>> {
    // By priority, not over all: the index gives the first row of each of the four at once.
    const FIRST: &str = "SELECT min(due) FROM job WHERE state = 'waiting' AND queue = job_queue.name AND priority =";
    let sql = format!(
        "SELECT name, ({FIRST} 1) AS p1, ({FIRST} 2) AS p2, ({FIRST} 3) AS p3, ({FIRST} 4) AS p4 \
         FROM job_queue WHERE NOT paused ORDER BY name"
    );
    let transaction = db.begin_read(Wall::None).await?;
    let rows = Firsts::find_by_statement(statement(db.kind(), &sql, vec![]))
        .all(&transaction)
        .await;
    transaction.rollback().await?;
    let due = |row: Firsts| {
        let firsts = [row.p1, row.p2, row.p3, row.p4];
        let earliest = firsts.into_iter().flatten().min()?;
        Some((row.name, Instant::from_micros(earliest)))
    };
    Ok(rows?.into_iter().filter_map(due).collect())
}

/// Claims up to `most` due jobs of a queue, within its limits.
pub(super) async fn claim(db: &Db, queue: &str, most: usize, now: Instant) -> Result<Vec<Claimed>> {
    let writing = db.begin_write(Wall::None).await?;
    let outcome = claim_within_limits(&writing.transaction, queue, most, now).await;
    writing.ending.finish(writing.transaction, outcome).await
}

async fn claim_within_limits(on: &DatabaseTransaction, queue: &str, most: usize, now: Instant) -> Result<Vec<Claimed>> {
    let backend = on.get_database_backend();
    let lock = if backend == DbBackend::Postgres {
        " FOR UPDATE"
    } else {
        ""
    };
    let sql = format!(
        "SELECT concurrency, per_minute, paused, micro_tokens, refilled_at FROM job_queue WHERE name = $1{lock}"
    );
    let Some(limits) = QueueRow::find_by_statement(statement(backend, &sql, vec![queue.into()]))
        .one(on)
        .await?
    else {
        return Ok(Vec::new());
    };
    if limits.paused {
        return Ok(Vec::new());
    }
    let running = "SELECT count(*) AS number FROM job WHERE state = 'running' AND queue = $1";
    let running = Count::find_by_statement(statement(backend, running, vec![queue.into()]))
        .one(on)
        .await?
        .map_or(0, |row| row.number);
    let tokens = refilled(&limits, now);
    let free = (i64::from(limits.concurrency) - running).max(0);
    let allowed = tokens.map_or(free, |tokens| free.min(tokens / MICRO)).min(most as i64);
    if allowed <= 0 {
        return Ok(Vec::new());
    }
    let claimed = take(on, queue, allowed, now).await?;
    if let Some(tokens) = tokens {
        let left = tokens - MICRO * claimed.len() as i64;
        let sql = "UPDATE job_queue SET micro_tokens = $1, refilled_at = $2 WHERE name = $3";
        run(on, sql, vec![left.into(), now.micros().into(), queue.into()]).await?;
    }
    Ok(claimed)
}

/// A token bucket that holds a minute's worth: micro-tokens there are now, if the queue has a rate.
fn refilled(queue: &QueueRow, now: Instant) -> Option<i64> {
    let rate = i64::from(queue.per_minute?);
    let elapsed_micros = (now.micros() - queue.refilled_at).max(0);
    let gained = i64::try_from(i128::from(elapsed_micros) * i128::from(rate) / 60).unwrap_or(i64::MAX);
    Some(queue.micro_tokens.saturating_add(gained).min(rate * MICRO))
}

/// Claims due jobs, the most urgent priority first. One query per priority, each a short walk along the index: jobs that
/// wait for a later time are never stepped over.
async fn take(on: &DatabaseTransaction, queue: &str, most: i64, now: Instant) -> Result<Vec<Claimed>> {
    let backend = on.get_database_backend();
    let lock = if backend == DbBackend::Postgres {
        " FOR UPDATE SKIP LOCKED"
    } else {
        ""
    };
    let mut claimed = Vec::new();
    for priority in 1..=4 {
        let left = most - claimed.len() as i64;
        if left <= 0 {
            break;
        }
        let sql = format!(
            "SELECT tenant_id, id, kind, args, attempt, max_attempts, fence, trace_id, cause FROM job \
             WHERE state = 'waiting' AND queue = $1 AND priority = $2 AND due <= $3 ORDER BY due, id LIMIT {left}{lock}"
        );
        let query = statement(backend, &sql, vec![queue.into(), priority.into(), now.micros().into()]);
        for row in Row::find_by_statement(query).all(on).await? {
            let sql = "UPDATE job SET state = 'running', attempt = attempt + 1, fence = fence + 1, lease_until = $1 \
                       WHERE tenant_id = $2 AND id = $3";
            run(
                on,
                sql,
                vec![now.plus(LEASE).micros().into(), row.tenant_id.into(), row.id.into()],
            )
            .await?;
            claimed.push(row.claimed());
        }
    }
    Ok(claimed)
}

impl Row {
    fn claimed(self) -> Claimed {
        Claimed {
            tenant: TenantId::from_uuid(self.tenant_id),
            id: JobId::from_uuid(self.id),
            kind: self.kind,
            args: self.args,
            attempt: u16::try_from(self.attempt + 1).unwrap_or(u16::MAX),
            max_attempts: u16::try_from(self.max_attempts).unwrap_or(u16::MAX),
            fence: self.fence + 1,
            trace: self.trace_id.parse().unwrap_or(TraceId::from_bytes([0; 16])),
            cause: self.cause.map(EventId::from_uuid),
        }
    }
}

/// How a claimed job's row goes on.
pub(super) enum Ending<'e> {
    Done,
    /// Back in the queue; `error` counts the attempt, none gives it back.
    Again {
        due: Instant,
        error: Option<&'e str>,
    },
    Dead {
        error: &'e str,
    },
}

/// Writes how a run ended; `false` when the job had been given to somebody else meanwhile and this result is late.
pub(super) async fn finish(db: &Db, job: &Claimed, ending: Ending<'_>, now: Instant) -> Result<bool> {
    let writing = db.begin_write(Wall::None).await?;
    let outcome = finish_in(&writing.transaction, job, &ending, now).await;
    writing.ending.finish(writing.transaction, outcome).await
}

pub(super) async fn finish_in(
    on: &DatabaseTransaction,
    job: &Claimed,
    ending: &Ending<'_>,
    now: Instant,
) -> Result<bool> {
    let (state, due, finished, error, given_back) = match ending {
        Ending::Done => ("done", None, Some(now), None, 0),
        Ending::Again { due, error } => ("waiting", Some(*due), None, *error, i32::from(error.is_none())),
        Ending::Dead { error } => ("dead", None, Some(now), Some(*error), 0),
    };
    let sql = "UPDATE job SET state = $1, due = coalesce($2, due), finished_at = $3, last_error = coalesce($4, last_error), \
               attempt = attempt - $5, lease_until = NULL WHERE tenant_id = $6 AND id = $7 AND fence = $8 AND state = 'running'";
    let values = vec![
        state.into(),
        due.map(Instant::micros).into(),
        finished.map(Instant::micros).into(),
        error.map(str::to_owned).into(),
        given_back.into(),
        job.tenant.uuid().into(),
        job.id.uuid().into(),
        job.fence.into(),
    ];
    if run(on, sql, values).await? == 0 {
        return Ok(false);
    }
    if let Some(error) = error {
        let sql = "INSERT INTO job_attempt (tenant_id, job_id, attempt, ended_at, error) VALUES ($1, $2, $3, $4, $5)";
        let attempt = i32::from(job.attempt);
        run(
            on,
            sql,
            vec![
                job.tenant.uuid().into(),
                job.id.uuid().into(),
                attempt.into(),
                now.micros().into(),
                error.to_owned().into(),
            ],
        )
        .await?;
    }
    Ok(true)
}

/// Says that a claimed job is still being worked on; `false` when it was given to somebody else.
pub(super) async fn extend_lease(db: &Db, job: &Claimed, now: Instant) -> Result<bool> {
    let sql = "UPDATE job SET lease_until = $1 WHERE tenant_id = $2 AND id = $3 AND fence = $4 AND state = 'running'";
    let values = vec![
        now.plus(LEASE).micros().into(),
        job.tenant.uuid().into(),
        job.id.uuid().into(),
        job.fence.into(),
    ];
    let writing = db.begin_write(Wall::None).await?;
    let outcome = run(&writing.transaction, sql, values).await;
    Ok(writing.ending.finish(writing.transaction, outcome).await? == 1)
}

/// Whether there is a row. Asked before a write that mostly has nothing to do, so that an idle installation writes nothing.
async fn any(db: &Db, sql: &str, values: Vec<Value>) -> Result<bool> {
    let transaction = db.begin_read(Wall::None).await?;
    let found = transaction.query_one_raw(statement(db.kind(), sql, values)).await;
    transaction.rollback().await?;
    Ok(found?.is_some())
}

/// Whether there are jobs whose lease ended before `lease_end`.
pub(super) async fn any_lost(db: &Db, lease_end: Instant) -> Result<bool> {
    let sql = "SELECT 1 FROM job WHERE state = 'running' AND lease_until < $1 LIMIT 1";
    any(db, sql, vec![lease_end.micros().into()]).await
}

/// Puts jobs whose lease ended before `lease_end` back in the queue; how many. Those without an attempt left are [`spent`].
pub(super) async fn rescue(db: &Db, lease_end: Instant) -> Result<u64> {
    let sql = "UPDATE job SET state = 'waiting', lease_until = NULL, last_error = $2 \
               WHERE state = 'running' AND lease_until < $1 AND attempt < max_attempts";
    let writing = db.begin_write(Wall::None).await?;
    let values = vec![lease_end.micros().into(), LOST.into()];
    let outcome = run(&writing.transaction, sql, values).await;
    writing.ending.finish(writing.transaction, outcome).await
}

/// What is said of a job whose process ended while it ran.
pub(super) const LOST: &str = "its worker went away in the middle";

/// Jobs whose worker went away in their last attempt, as that worker held them; at most a hundred a call.
pub(super) async fn spent(db: &Db, lease_end: Instant) -> Result<Vec<Claimed>> {
    let sql = "SELECT tenant_id, id, kind, args, attempt - 1 AS attempt, max_attempts, fence - 1 AS fence, trace_id, cause FROM job \
               WHERE state = 'running' AND lease_until < $1 AND attempt >= max_attempts LIMIT 100";
    let transaction = db.begin_read(Wall::None).await?;
    let rows = Row::find_by_statement(statement(db.kind(), sql, vec![lease_end.micros().into()]))
        .all(&transaction)
        .await;
    transaction.rollback().await?;
    Ok(rows?.into_iter().map(Row::claimed).collect())
}

/// Deletes jobs that were done before `before`; dead ones before `dead_before`, which is earlier. At most a thousand a call.
pub(super) async fn clean(db: &Db, before: Instant, dead_before: Instant) -> Result<u64> {
    const OLD: &str = "finished_at < $1 AND (state IN ('done', 'cancelled') OR (state = 'dead' AND finished_at < $2))";
    let values = || vec![before.micros().into(), dead_before.micros().into()];
    if !any(db, &format!("SELECT 1 FROM job WHERE {OLD} LIMIT 1"), values()).await? {
        return Ok(0);
    }
    let sql =
        format!("DELETE FROM job WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM job WHERE {OLD} LIMIT 1000)");
    let writing = db.begin_write(Wall::None).await?;
    let outcome = run(&writing.transaction, &sql, values()).await;
    writing.ending.finish(writing.transaction, outcome).await
}
