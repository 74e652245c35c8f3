//! Runs, their parts and calls in the database.

use kernel::{Id, ImportId, Instant, PriceSourceId, Problem, SyncRunId};
use platform::{Error, Read, Result, Sql, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ColumnTrait, ExprTrait, FromQueryResult};
use uuid::Uuid;

use super::ports::{CallMade, CallOutcome, Part};
use super::run::{Run, RunCounts, Story};
use super::run_entity::{ActiveModel, Column, Entity, Model};
use super::words::{Cause, RunState, Why};
use crate::imports::Finding;
use crate::packed;

pub(super) async fn by_id(read: &Read, id: SyncRunId) -> Result<Option<Story>> {
    let row = read
        .select::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?;
    row.map(|row| {
        let findings: Vec<Finding> = serde_json::from_slice(&row.findings)?;
        Ok(Story {
            run: typed(row)?,
            findings,
        })
    })
    .transpose()
}

/// Runs older than a place in the list, the latest first; of one source, if one is named.
pub(super) async fn before(
    read: &Read,
    source: Option<PriceSourceId>,
    place: Option<(i64, Uuid)>,
    most: u64,
) -> Result<Vec<Run>> {
    let older = place.map(|(at, id)| {
        Column::StartedAt
            .lt(at)
            .or(Column::StartedAt.eq(at).and(Column::Id.lt(id)))
    });
    let rows = read
        .select::<Entity>()
        .filter_if(source.map(|source| Column::SourceId.eq(source.uuid())))
        .filter_if(older)
        .order_by_desc(Column::StartedAt)
        .order_by_desc(Column::Id)
        .limit(most)
        .all(read)
        .await?;
    rows.into_iter().map(typed).collect()
}

/// Runs that are under way or wait for a person; at most one a source.
pub(super) async fn open(read: &Read) -> Result<Vec<Run>> {
    let states = [RunState::Running.name(), RunState::Waiting.name()];
    let select = read.select::<Entity>().filter(Column::State.is_in(states));
    select.all(read).await?.into_iter().map(typed).collect()
}

fn typed(row: Model) -> Result<Run> {
    let odd = |what: &str| Error::internal(format!("sync run {} has an unknown {what}", row.id));
    let small = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let reason = match row.reason.as_deref() {
        Some(name) => Some(Why::parse(name).ok_or_else(|| odd("reason"))?),
        None => None,
    };
    Ok(Run {
        id: SyncRunId::from_uuid(row.id),
        source: PriceSourceId::from_uuid(row.source_id),
        state: RunState::parse(&row.state).ok_or_else(|| odd("state"))?,
        cause: Cause::parse(&row.cause).ok_or_else(|| odd("cause"))?,
        started_by: row.started_by,
        trace_id: row.trace_id,
        fence: row.fence,
        next_cursor: row.next_cursor,
        fetched: row.fetched,
        parts: row.parts,
        parts_expected: row.parts_expected,
        calls: row.calls,
        counts: RunCounts {
            rows: small(row.row_count),
            added: small(row.added),
            changed: small(row.changed),
            unchanged: small(row.unchanged),
            vanished: small(row.vanished),
            rejected: small(row.rejected),
            left_out: small(row.left_out),
        },
        changed_percent: row.changed_percent,
        import: row.import_id.map(ImportId::from_uuid),
        book_version: row.book_version,
        reason,
        error: row.error,
        decided_by: row.decided_by,
        started_at: Instant::from_micros(row.started_at),
        finished_at: row.finished_at.map(Instant::from_micros),
    })
}

/// A run that has just begun.
pub(super) struct Begun(pub(super) Run);

impl Stored for Begun {
    /// The unique index over open runs decides between two who begin at once.
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        match writer.insert(row(&self.0, b"[]".to_vec())).await {
            Err(error) if error.is_unique_violation() => Err(Problem::conflict("sync_under_way").into()),
            outcome => outcome,
        }
    }
}

fn row(run: &Run, findings: Vec<u8>) -> ActiveModel {
    let counts = &run.counts;
    ActiveModel {
        tenant_id: Set(Uuid::nil()),
        id: Set(run.id.uuid()),
        source_id: Set(run.source.uuid()),
        state: Set(run.state.name().to_owned()),
        cause: Set(run.cause.name().to_owned()),
        started_by: Set(run.started_by.clone()),
        trace_id: Set(run.trace_id.clone()),
        fence: Set(run.fence),
        next_cursor: Set(run.next_cursor.clone()),
        fetched: Set(run.fetched),
        parts: Set(run.parts),
        parts_expected: Set(run.parts_expected),
        calls: Set(run.calls),
        row_count: Set(i64::from(counts.rows)),
        added: Set(i64::from(counts.added)),
        changed: Set(i64::from(counts.changed)),
        unchanged: Set(i64::from(counts.unchanged)),
        vanished: Set(i64::from(counts.vanished)),
        rejected: Set(i64::from(counts.rejected)),
        left_out: Set(i64::from(counts.left_out)),
        changed_percent: Set(run.changed_percent),
        findings: Set(findings),
        import_id: Set(run.import.map(Id::uuid)),
        book_version: Set(run.book_version),
        reason: Set(run.reason.map(|why| why.name().to_owned())),
        error: Set(run.error.clone()),
        decided_by: Set(run.decided_by.clone()),
        started_at: Set(run.started_at.micros()),
        finished_at: Set(run.finished_at.map(Instant::micros)),
    }
}

/// A run at the end of a step of its life, with what it found; only the attempt that holds it, or a person who saw it in
/// that state, may write it.
pub(super) struct Settled {
    pub(super) run: Run,
    /// What the state was.
    pub(super) from: RunState,
    /// Everything rejected or left out, where that is new.
    pub(super) findings: Option<Vec<Finding>>,
}

impl Stored for Settled {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let run = &self.run;
        let mine = Condition::all()
            .add(Column::Id.eq(run.id.uuid()))
            .add(Column::State.eq(self.from.name()))
            .add(Column::Fence.eq(run.fence));
        let state = vec![(Column::State, Expr::value(run.state.name()))];
        if writer.update_where::<Entity>(state, mine).await? == 0 {
            return Err(Problem::conflict("sync_moved_on").into());
        }
        let mut row = row(run, Vec::new());
        row.findings = match &self.findings {
            Some(findings) => Set(serde_json::to_vec(findings)?),
            None => sea_orm::ActiveValue::NotSet,
        };
        writer.update(row).await?;
        if run.state != RunState::Running {
            writer.sql(FORGET_PARTS).bind(run.id.uuid()).execute().await?;
        }
        Ok(())
    }
}

const FORGET_PARTS: Sql = Sql::tenant("DELETE FROM catalog_sync_parts WHERE tenant_id = $1 AND run_id = $2");

const CLAIM: Sql = Sql::tenant(
    "UPDATE catalog_sync_runs SET fence = fence + 1 WHERE tenant_id = $1 AND id = $2 AND state = 'running'",
);

/// Takes a run up: what an earlier attempt still writes is refused from now on. Whether it was still to be run.
pub(super) async fn claim(writer: &mut Writer<'_>, id: SyncRunId) -> Result<bool> {
    Ok(writer.sql(CLAIM).bind(id.uuid()).execute().await? == 1)
}

const PROGRESS: Sql = Sql::tenant(
    "UPDATE catalog_sync_runs SET next_cursor = $4, fetched = $5, parts = parts + $6, parts_expected = $7, calls = calls + $8, error = $9 \
     WHERE tenant_id = $1 AND id = $2 AND fence = $3 AND state = 'running'",
);
const PART: Sql =
    Sql::tenant("INSERT INTO catalog_sync_parts (tenant_id, run_id, number, content) VALUES ($1, $2, $3, $4)");
const CALL: Sql = Sql::tenant(
    "INSERT INTO catalog_sync_calls (tenant_id, run_id, number, what, outcome, status, size_bytes, milliseconds, called_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);

/// What one question brought: a part or an error, and the calls it took.
pub(super) struct Progress<'p> {
    pub(super) part: Option<&'p Part>,
    /// The part as its column holds it.
    pub(super) content: &'p [u8],
    pub(super) error: Option<&'p str>,
    pub(super) calls: &'p [CallMade],
}

/// Writes progress down and moves `run` on; `false` when the run is no longer this attempt's, and nothing is written.
pub(super) async fn progress(writer: &mut Writer<'_>, run: &mut Run, progress: &Progress<'_>) -> Result<bool> {
    let (mut after, first_call) = (run.clone(), run.calls);
    after.calls += i64::try_from(progress.calls.len()).unwrap_or(i64::MAX);
    after.error = progress.error.map(str::to_owned);
    if let Some(part) = progress.part {
        after.next_cursor.clone_from(&part.next);
        after.fetched = part.next.is_none();
        after.parts += 1;
        after.parts_expected = part.parts.map(i64::from).or(after.parts_expected);
    }
    let update = writer
        .sql(PROGRESS)
        .bind(run.id.uuid())
        .bind(run.fence)
        .bind(after.next_cursor.clone())
        .bind(after.fetched)
        .bind(after.parts - run.parts)
        .bind(after.parts_expected)
        .bind(after.calls - run.calls)
        .bind(after.error.clone());
    if update.execute().await? == 0 {
        return Ok(false);
    }
    if progress.part.is_some() {
        let insert = writer.sql(PART).bind(run.id.uuid()).bind(after.parts);
        insert.bind(progress.content.to_vec()).execute().await?;
    }
    for (number, call) in (first_call + 1..).zip(progress.calls) {
        insert_call(writer, run.id, number, call).await?;
    }
    *run = after;
    Ok(true)
}

async fn insert_call(writer: &mut Writer<'_>, run: SyncRunId, number: i64, call: &CallMade) -> Result<()> {
    writer
        .sql(CALL)
        .bind(run.uuid())
        .bind(number)
        .bind(call.what.as_str())
        .bind(call.outcome.name())
        .bind(call.status.map(i64::from))
        .bind(i64::try_from(call.bytes).unwrap_or(i64::MAX))
        .bind(i64::try_from(call.took.as_millis()).unwrap_or(i64::MAX))
        .bind(call.at.micros())
        .execute()
        .await
        .map(|_| ())
}

const PARTS: Sql = Sql::tenant(
    "SELECT content FROM catalog_sync_parts WHERE tenant_id = $1 AND run_id = $2 ORDER BY number LIMIT 10000",
);

/// Everything a run has fetched, in order.
pub(super) async fn parts(read: &Read, id: SyncRunId) -> Result<Vec<Part>> {
    #[derive(FromQueryResult)]
    struct Row {
        content: Vec<u8>,
    }
    let rows: Vec<Row> = read.sql(PARTS).bind(id.uuid()).all().await?;
    rows.iter().map(|row| packed::unpack(&row.content)).collect()
}

/// A call as it was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which, from 1.
    pub number: i64,
    /// What was asked.
    pub what: String,
    /// How it ended.
    pub outcome: CallOutcome,
    /// The HTTP status, when there was an answer.
    pub status: Option<i64>,
    /// How long the answer was.
    pub bytes: i64,
    /// How long it took.
    pub milliseconds: i64,
    /// When it went out.
    pub called_at: Instant,
}

const CALLS: Sql = Sql::tenant(
    "SELECT number, what, outcome, status, size_bytes, milliseconds, called_at FROM catalog_sync_calls \
     WHERE tenant_id = $1 AND run_id = $2 ORDER BY number DESC LIMIT 500",
);

/// The calls of a run, the latest first, five hundred at most.
pub(super) async fn calls(read: &Read, id: SyncRunId) -> Result<Vec<Call>> {
    #[derive(FromQueryResult)]
    struct Row {
        number: i64,
        what: String,
        outcome: String,
        status: Option<i64>,
        size_bytes: i64,
        milliseconds: i64,
        called_at: i64,
    }
    let rows: Vec<Row> = read.sql(CALLS).bind(id.uuid()).all().await?;
    let call = |row: Row| Call {
        number: row.number,
        what: row.what,
        outcome: CallOutcome::parse(&row.outcome).unwrap_or(CallOutcome::Failed),
        status: row.status,
        bytes: row.size_bytes,
        milliseconds: row.milliseconds,
        called_at: Instant::from_micros(row.called_at),
    };
    Ok(rows.into_iter().map(call).collect())
}

/// How a source's calls went since an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Calls made.
    pub calls: i64,
    /// Calls that got no answer that could be read.
    pub failed: i64,
    /// The mean, in milliseconds.
    pub mean_ms: i64,
    /// The slowest.
    pub slowest_ms: i64,
}

const TIMINGS: Sql = Sql::tenant(
    "SELECT COUNT(*) AS calls, COUNT(CASE WHEN c.outcome <> 'answered' THEN 1 END) AS failed, \
     CAST(COALESCE(SUM(c.milliseconds), 0) AS BIGINT) AS total_ms, COALESCE(MAX(c.milliseconds), 0) AS slowest_ms \
     FROM catalog_sync_calls c JOIN catalog_sync_runs r ON r.tenant_id = c.tenant_id AND r.id = c.run_id \
     WHERE c.tenant_id = $1 AND r.source_id = $2 AND r.started_at >= $3",
);

/// How the calls of a source's runs since an instant went.
pub(super) async fn timings(read: &Read, source: PriceSourceId, since: Instant) -> Result<Timings> {
    #[derive(FromQueryResult)]
    struct Row {
        calls: i64,
        failed: i64,
        total_ms: i64,
        slowest_ms: i64,
    }
    let query = read.sql(TIMINGS).bind(source.uuid()).bind(since.micros());
    Ok(query.one::<Row>().await?.map_or_else(Timings::default, |row| Timings {
        calls: row.calls,
        failed: row.failed,
        mean_ms: row.total_ms.checked_div(row.calls).unwrap_or_default(),
        slowest_ms: row.slowest_ms,
    }))
}
