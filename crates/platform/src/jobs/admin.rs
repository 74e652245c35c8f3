//! Looking at jobs and putting a hand to them: what the jobs page and its API are made of. One tenant's jobs only.

use kernel::{Change, Fact, ID_PREFIXES, Id, Instant, JobId};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use serde::Serialize;
use uuid::Uuid;

use crate::db::Sql;
use crate::{Read, Result, Tx};

/// What becomes of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for its time or its turn.
    Waiting,
    /// Under way.
    Running,
    /// Done for good.
    Done,
    /// Failed for good; a person may try again.
    Dead,
    /// Taken out by a person.
    Cancelled,
}

impl State {
    /// All of them, as the jobs page lists them.
    pub const ALL: [Self; 5] = [Self::Dead, Self::Running, Self::Waiting, Self::Done, Self::Cancelled];

    /// As the row and the address name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Which jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this state.
    pub state: Option<State>,
    /// In this queue.
    pub queue: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
}

/// A job as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// Its queue.
    pub queue: String,
    /// Its state.
    pub state: State,
    /// 1 (first) to 4.
    pub priority: i32,
    /// Not before then.
    pub due: Instant,
    /// Attempts so far.
    pub attempt: i32,
    /// Attempts allowed.
    pub max_attempts: i32,
    /// When it was enqueued.
    pub created_at: Instant,
    /// When it ended.
    pub finished_at: Option<Instant>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Joins it with the request that caused it.
    pub trace_id: String,
    /// The printed ids its arguments name: what it is about.
    pub about: Vec<String>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    kind: String,
    args: String,
    queue: String,
    state: String,
    priority: i32,
    due: i64,
    attempt: i32,
    max_attempts: i32,
    created_at: i64,
    finished_at: Option<i64>,
    last_error: Option<String>,
    trace_id: String,
}

impl Row {
    fn view(self) -> JobView {
        JobView {
            id: JobId::from_uuid(self.id),
            kind: self.kind,
            queue: self.queue,
            state: State::parse(&self.state).unwrap_or(State::Dead),
            priority: self.priority,
            due: Instant::from_micros(self.due),
            attempt: self.attempt,
            max_attempts: self.max_attempts,
            created_at: Instant::from_micros(self.created_at),
            finished_at: self.finished_at.map(Instant::from_micros),
            last_error: self.last_error,
            trace_id: self.trace_id,
            about: about(&self.args),
        }
    }
}

/// The printed ids among a job's arguments, in their order, each once.
fn about(args: &str) -> Vec<String> {
    fn walk(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) if is_printed_id(text) && !found.contains(text) => found.push(text.clone()),
            serde_json::Value::Array(values) => values.iter().for_each(|value| walk(value, found)),
            serde_json::Value::Object(values) => values.values().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&serde_json::from_str(args).unwrap_or_default(), &mut found);
    found
}

fn is_printed_id(text: &str) -> bool {
    text.split_once('_').is_some_and(|(prefix, digits)| {
        ID_PREFIXES.contains(&prefix) && digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

// An absent filter is bound as an empty text, which matches all: one statement for every combination.
const LIST: Sql = Sql::tenant(
    "SELECT id, kind, args, queue, state, priority, due, attempt, max_attempts, created_at, finished_at, last_error, trace_id FROM job \
     WHERE tenant_id = $1 AND ($2 = '' OR state = $2) AND ($3 = '' OR queue = $3) AND ($4 = '' OR kind = $4) AND id < $5 \
     ORDER BY id DESC LIMIT $6",
);
const BY_ID: Sql = Sql::tenant(
    "SELECT id, kind, args, queue, state, priority, due, attempt, max_attempts, created_at, finished_at, last_error, trace_id FROM job \
     WHERE tenant_id = $1 AND id = $2",
);

/// Jobs, newest first; those older than `before` when it is given.
///
/// # Errors
/// When the database fails.
pub async fn list(read: &Read, filter: &Filter, before: Option<JobId>, limit: u64) -> Result<Vec<JobView>> {
    let before = before.map_or(Uuid::max(), Id::uuid);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let query = bind_filter(read.sql(LIST), filter).bind(before).bind(limit);
    Ok(query.all::<Row>().await?.into_iter().map(Row::view).collect())
}

/// One job.
///
/// # Errors
/// When the database fails.
pub async fn by_id(read: &Read, id: JobId) -> Result<Option<JobView>> {
    Ok(read.sql(BY_ID).bind(id.uuid()).one::<Row>().await?.map(Row::view))
}

fn bind_filter<'r>(query: crate::db::Query<'r>, filter: &Filter) -> crate::db::Query<'r> {
    query
        .bind(filter.state.map_or("", State::name))
        .bind(filter.queue.as_deref().unwrap_or_default())
        .bind(filter.kind.as_deref().unwrap_or_default())
}

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedAttempt {
    /// Which, from 1.
    pub attempt: i32,
    /// When it ended.
    pub ended_at: Instant,
    /// What went wrong.
    pub error: String,
}

#[derive(FromQueryResult)]
struct AttemptRow {
    attempt: i32,
    ended_at: i64,
    error: String,
}

const ATTEMPTS: Sql = Sql::tenant(
    "SELECT attempt, ended_at, error FROM job_attempt WHERE tenant_id = $1 AND job_id = $2 ORDER BY ended_at DESC LIMIT 50",
);

/// The failed attempts of a job, latest first, fifty at most.
///
/// # Errors
/// When the database fails.
pub async fn failed_attempts(read: &Read, id: JobId) -> Result<Vec<FailedAttempt>> {
    let rows = read.sql(ATTEMPTS).bind(id.uuid()).all::<AttemptRow>().await?;
    let view = |row: AttemptRow| FailedAttempt {
        attempt: row.attempt,
        ended_at: Instant::from_micros(row.ended_at),
        error: row.error,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// How many jobs of a queue are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The queue.
    pub queue: String,
    /// The state.
    pub state: State,
    /// How many.
    pub jobs: i64,
    /// When the first of them was due.
    pub oldest_due: Instant,
}

#[derive(FromQueryResult)]
struct TallyRow {
    queue: String,
    state: String,
    jobs: i64,
    oldest_due: i64,
}

const TALLY: Sql = Sql::tenant(
    "SELECT queue, state, count(*) AS jobs, min(due) AS oldest_due FROM job WHERE tenant_id = $1 GROUP BY queue, state ORDER BY queue, state",
);

/// The tenant's jobs counted by queue and state.
///
/// # Errors
/// When the database fails.
pub async fn tally(read: &Read) -> Result<Vec<Tally>> {
    let rows = read.sql(TALLY).all::<TallyRow>().await?;
    let view = |row: TallyRow| {
        let state = State::parse(&row.state).unwrap_or(State::Dead);
        Tally {
            queue: row.queue,
            state,
            jobs: row.jobs,
            oldest_due: Instant::from_micros(row.oldest_due),
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

#[derive(FromQueryResult)]
struct Depth {
    queue: String,
    state: String,
    jobs: i64,
}

/// Depth of every queue over all tenants, for metrics.
///
/// # Errors
/// When the database fails.
pub async fn depths(platform: &crate::Platform) -> Result<Vec<(String, String, i64)>> {
    const DEPTHS: Sql<crate::Everyone> = Sql::across(
        "SELECT queue, state, count(*) AS jobs FROM job WHERE state IN ('waiting', 'running', 'dead') GROUP BY queue, state",
    );
    let rows = platform
        .across("queue depth for metrics")
        .all::<Depth>(DEPTHS.query())
        .await?;
    Ok(rows.into_iter().map(|row| (row.queue, row.state, row.jobs)).collect())
}

/// A person put dead or cancelled jobs back in their queue.
#[derive(Serialize)]
pub struct JobsRetried {
    /// Which filter, or the one job.
    pub what: String,
    /// How many.
    pub jobs: u64,
}

impl Fact for JobsRetried {
    const NAME: &'static str = "platform.jobs.retried";

    fn subject(&self) -> String {
        self.what.clone()
    }

    fn sample() -> Self {
        Self {
            what: "dead mail".into(),
            jobs: 14,
        }
    }
}

/// A person took waiting jobs out of their queue.
#[derive(Serialize)]
pub struct JobsCancelled {
    /// The job.
    pub what: String,
    /// How many.
    pub jobs: u64,
}

impl Fact for JobsCancelled {
    const NAME: &'static str = "platform.jobs.cancelled";

    fn subject(&self) -> String {
        self.what.clone()
    }

    fn sample() -> Self {
        Self {
            what: JobId::NONE.to_string(),
            jobs: 1,
        }
    }
}

/// Puts the named jobs that are dead or cancelled back in their queue, due now, with all their attempts; how many.
///
/// # Errors
/// When the database fails.
pub async fn retry(tx: &mut Tx, ids: &[JobId]) -> Result<u64> {
    let mut retried = 0;
    for id in ids {
        let sql = format!("{RETRY} AND id = $3");
        retried += tx
            .execute(
                &sql,
                vec![tx.tenant().uuid().into(), tx.now().micros().into(), id.uuid().into()],
            )
            .await?;
    }
    let what = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    tell_retried(tx, what, retried).await
}

/// Puts every dead or cancelled job that meets the filter back in its queue, in one transaction; how many.
///
/// # Errors
/// When the database fails.
pub async fn retry_matching(tx: &mut Tx, filter: &Filter) -> Result<u64> {
    let sql = format!("{RETRY} AND ($3 = '' OR state = $3) AND ($4 = '' OR queue = $4) AND ($5 = '' OR kind = $5)");
    let values: Vec<Value> = vec![
        tx.tenant().uuid().into(),
        tx.now().micros().into(),
        filter.state.map_or("", State::name).into(),
        filter.queue.as_deref().unwrap_or_default().into(),
        filter.kind.as_deref().unwrap_or_default().into(),
    ];
    let retried = tx.execute(&sql, values).await?;
    let named = [
        filter.state.map(State::name),
        filter.queue.as_deref(),
        filter.kind.as_deref(),
    ];
    tell_retried(tx, named.into_iter().flatten().collect::<Vec<_>>().join(" "), retried).await
}

// A job whose unique key a newer one holds meanwhile stays as it is: the newer one does the work.
const RETRY: &str = "UPDATE job SET state = 'waiting', due = $2, attempt = 0, finished_at = NULL \
    WHERE tenant_id = $1 AND state IN ('dead', 'cancelled') AND (unique_key IS NULL OR NOT EXISTS (SELECT 1 FROM job other \
    WHERE other.tenant_id = job.tenant_id AND other.kind = job.kind AND other.unique_key = job.unique_key \
    AND other.state IN ('waiting', 'running')))";

async fn tell_retried(tx: &mut Tx, what: String, jobs: u64) -> Result<u64> {
    if jobs > 0 {
        tx.save(Change::new((), JobsRetried { what, jobs })).await?;
        tx.wake_workers_after_commit();
    }
    Ok(jobs)
}

/// Takes a waiting job out of its queue; `false` when it no longer waits.
///
/// # Errors
/// When the database fails.
pub async fn cancel(tx: &mut Tx, id: JobId) -> Result<bool> {
    let sql =
        "UPDATE job SET state = 'cancelled', finished_at = $1 WHERE tenant_id = $2 AND id = $3 AND state = 'waiting'";
    let jobs = tx
        .execute(
            sql,
            vec![tx.now().micros().into(), tx.tenant().uuid().into(), id.uuid().into()],
        )
        .await?;
    if jobs > 0 {
        tx.save(Change::new(
            (),
            JobsCancelled {
                what: id.to_string(),
                jobs,
            },
        ))
        .await?;
    }
    Ok(jobs > 0)
}

/// Whether anybody works: `true` when no job that was due a minute ago still waits in a queue that is not paused.
///
/// # Errors
/// When the database fails.
pub async fn keeping_up(platform: &crate::Platform) -> Result<bool> {
    let late = platform.now().minus(jiff::SignedDuration::from_mins(1)).micros();
    let db = platform.db();
    let sql = "SELECT 1 FROM job WHERE state = 'waiting' AND due < $1 AND attempt = 0 \
               AND queue IN (SELECT name FROM job_queue WHERE NOT paused AND per_minute IS NULL) LIMIT 1";
    let transaction = db.begin_read(crate::db::Wall::None).await?;
    let found = transaction
        .query_one_raw(Statement::from_sql_and_values(db.kind(), sql, [late.into()]))
        .await;
    transaction.rollback().await?;
    Ok(found?.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_about_the_ids_among_its_arguments() {
        let (user, mail) = (format!("usr_{}", "0".repeat(32)), format!("mai_{}", "a".repeat(32)));
        let args =
            serde_json::json!({ "user": user, "deep": [{ "mail": mail, "again": user }], "text": "usr_x", "n": 1 });
        let mut found = about(&args.to_string());
        found.sort();
        assert_eq!(found, [mail, user]);
        assert!(about("no JSON").is_empty());
    }
}
