//! What can be done with price sources and their runs. What a run does by itself is in `runner`.

use kernel::{Id, ImportId, Percent, PriceSourceId, Problem, Rounding, SyncRunId};
use platform::{Ctx, Read, Result, SnapshotUse, Tx};
use uuid::Uuid;

use super::job::RunJob;
use super::kind::Credentials;
use super::run::{Run, Story};
use super::run_store::{self, Begun, Call, Settled, Timings};
use super::source::{NewSource, Source, SourceEdit};
use super::store::{self, Seen};
use super::words::{Cause, RunState};
use crate::imports::{self, ListRef, Ready};
use crate::permissions::{MARGINS_READ, PRICES_IMPORT, PRICES_READ, REGISTRARS_EDIT};
use crate::price_books::{Books, Side};
use crate::values::based_on;
use crate::{registrars, sales_lists};

/// How many sources a tenant may have; a page lists them all.
pub const MAX_SOURCES: u64 = 50;

/// Adds a source; its first run is due at once.
///
/// # Errors
/// `invalid_fields`, `list_unknown`, `too_many_sources`, `forbidden`, or the database.
pub async fn add(tx: &mut Tx, new: NewSource) -> Result<Source> {
    tx.allow(REGISTRARS_EDIT)?;
    known(tx, new.terms.list).await?;
    let id: PriceSourceId = tx.new_id();
    let sealed = sealed(tx, id, new.credentials.as_ref())?;
    let change = Source::open(id, new, sealed, tx.now())?;
    if store::count(tx).await? >= MAX_SOURCES {
        return Err(Problem::conflict("too_many_sources").arg("max", MAX_SOURCES).into());
    }
    tx.save(change).await
}

/// Changes a source; `expected` is the version that was shown.
///
/// # Errors
/// `not_found`, `invalid_fields`, `list_unknown`, `stale`, `forbidden`, or the database.
pub async fn change(tx: &mut Tx, id: PriceSourceId, expected: Option<i64>, edit: SourceEdit) -> Result<Source> {
    tx.allow(REGISTRARS_EDIT)?;
    let source = found(store::by_id(tx, id).await?)?;
    based_on(expected, source.version)?;
    known(tx, edit.terms.list).await?;
    let sealed = sealed(tx, id, edit.credentials.as_ref())?;
    match source.clone().edit(edit, sealed, tx.now())? {
        Some(change) => tx.save(change).await,
        None => Ok(source),
    }
}

/// Refuses a list there is not, as a fault of its field.
async fn known(read: &Read, list: ListRef) -> Result<()> {
    let there = match list {
        ListRef::Registrar(id) => registrars::by_id(read, id).await.map(|_| ()),
        ListRef::Sales(id) => sales_lists::by_id(read, id).await.map(|_| ()),
    };
    there.map_err(|error| match error.problem() {
        Some(problem) if problem.kind == kernel::ProblemKind::NotFound => {
            Problem::refused("list_unknown").field("/list", "list_unknown").into()
        }
        _ => error,
    })
}

/// Stops fetching a source on its schedule.
///
/// # Errors
/// `not_found`, `source_paused`, `forbidden`, or the database.
pub async fn pause(tx: &mut Tx, id: PriceSourceId) -> Result<Source> {
    tx.allow(REGISTRARS_EDIT)?;
    let now = tx.now();
    let change = found(store::by_id(tx, id).await?)?.pause(now)?;
    tx.save(change).await
}

/// Fetches a source on its schedule again.
///
/// # Errors
/// `not_found`, `source_active`, `forbidden`, or the database.
pub async fn resume(tx: &mut Tx, id: PriceSourceId) -> Result<Source> {
    tx.allow(REGISTRARS_EDIT)?;
    let now = tx.now();
    let change = found(store::by_id(tx, id).await?)?.resume(now)?;
    tx.save(change).await
}

/// Starts a run now, whatever the schedule and the breaker say.
///
/// # Errors
/// `not_found`, `sync_under_way`, `forbidden`, or the database.
pub async fn run_now(tx: &mut Tx, id: PriceSourceId) -> Result<Run> {
    tx.allow(PRICES_IMPORT)?;
    let source = found(store::by_id(tx, id).await?)?;
    may_decide(tx, &source)?;
    begin(tx, &source, Cause::Person).await
}

/// A plan shows what was in force before: where that is costs, only who may see costs may run or decide.
fn may_decide(read: &Read, source: &Source) -> Result<()> {
    read.allow(PRICES_IMPORT)?;
    match source.terms.list.side() {
        Side::Cost => read.allow(MARGINS_READ),
        Side::Sale => Ok(()),
    }
}

pub(super) async fn begin(tx: &mut Tx, source: &Source, cause: Cause) -> Result<Run> {
    let (by, trace) = (tx.actor().who.to_string(), tx.trace_id().to_string());
    let change = Run::begin(tx.new_id(), source, cause, &by, &trace, tx.now());
    let kernel::Change { after, fact, before } = change;
    let Begun(run) = tx
        .save(kernel::Change {
            after: Begun(after),
            fact,
            before,
        })
        .await?;
    let next = Source {
        next_run_at: run.started_at.plus(source.terms.interval()),
        ..source.clone()
    };
    store::reschedule(&mut tx.bookkeeping("follows from the run, which is audited"), &next).await?;
    tx.enqueue(&RunJob { run: run.id }).await?;
    Ok(run)
}

/// Starts every source whose time has come; how many.
///
/// # Errors
/// The database.
pub(super) async fn start_due(tx: &mut Tx) -> Result<usize> {
    let due = store::due(tx).await?;
    let mut started = 0;
    for id in due {
        let source = found(store::by_id(tx, id).await?)?;
        begin(tx, &source, Cause::Schedule).await?;
        started += 1;
    }
    Ok(started)
}

/// Reads the plan of a waiting run, ahead of the transaction that applies it.
///
/// # Errors
/// `not_found`, `sync_not_waiting`, `forbidden`, or the database.
pub async fn ready(read: &Read, id: SyncRunId) -> Result<Ready> {
    let (run, _) = decidable(read, id).await?;
    imports::ready_of_source(read, waiting(&run)?).await
}

/// The plan a waiting run waits with.
fn waiting(run: &Run) -> Result<ImportId, Problem> {
    run.waiting_import()
        .ok_or_else(|| Problem::conflict("sync_not_waiting"))
}

/// Puts the prices of a waiting run in force: exactly what it shows, or refuses because the book has changed since.
///
/// # Errors
/// `not_found`, `sync_not_waiting`, `import_book_changed`, `forbidden`, or the database.
pub async fn apply(tx: &mut Tx, books: &Books, id: SyncRunId, ready: &Ready) -> Result<Run> {
    let (mut run, mut source) = decidable(tx, id).await?;
    if waiting(&run)? != ready.id() {
        return Err(Problem::conflict("sync_not_waiting").into());
    }
    let applied = imports::apply_of_source(tx, books, ready).await?;
    run.book_version = applied.applied_version;
    let (by, now) = (tx.actor().who.to_string(), tx.now());
    let change = run.succeed(&source, Some(by), now);
    let run = settle(tx, change, RunState::Waiting).await?;
    source.last_success_at = Some(now);
    source.failures_in_row = 0;
    source.open_until = None;
    store::reschedule(&mut tx.bookkeeping("follows from the run, which is audited"), &source).await?;
    Ok(run)
}

/// Says no to a waiting run; its prices are not put in force.
///
/// # Errors
/// `not_found`, `sync_not_waiting`, `forbidden`, or the database.
pub async fn reject(tx: &mut Tx, id: SyncRunId) -> Result<Run> {
    let (run, _) = decidable(tx, id).await?;
    let change = run.reject(tx.actor().who.to_string(), tx.now())?;
    settle(tx, change, RunState::Waiting).await
}

/// Ends a run that is under way; nothing of it is put in force.
///
/// # Errors
/// `not_found`, `sync_not_running`, `forbidden`, or the database.
pub async fn cancel(tx: &mut Tx, id: SyncRunId) -> Result<Run> {
    let (run, mut source) = decidable(tx, id).await?;
    let now = tx.now();
    let change = run.cancel(tx.actor().who.to_string(), now)?;
    let run = settle(tx, change, RunState::Running).await?;
    source.next_run_at = now.plus(source.terms.interval());
    store::reschedule(&mut tx.bookkeeping("follows from the run, which is audited"), &source).await?;
    Ok(run)
}

async fn decidable(read: &Read, id: SyncRunId) -> Result<(Run, Source)> {
    read.allow(PRICES_IMPORT)?;
    let Story { run, .. } = run_store::by_id(read, id).await?.ok_or_else(Problem::not_found)?;
    let source = found(store::by_id(read, run.source).await?)?;
    may_decide(read, &source)?;
    Ok((run, source))
}

async fn settle<F: kernel::Fact>(tx: &mut Tx, change: kernel::Change<Run, F>, from: RunState) -> Result<Run> {
    let kernel::Change { after, fact, before } = change;
    let settled = Settled {
        run: after,
        from,
        findings: None,
    };
    Ok(tx
        .save(kernel::Change {
            after: settled,
            fact,
            before,
        })
        .await?
        .run)
}

/// One source.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: PriceSourceId) -> Result<Source> {
    read.allow(PRICES_READ)?;
    found(store::by_id(read, id).await?)
}

/// All sources by name.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read) -> Result<Vec<Source>> {
    read.allow(PRICES_READ)?;
    store::all(read).await
}

/// One run with what was not believed, where the reader may see costs or it feeds none.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn run_by_id(read: &Read, id: SyncRunId) -> Result<(Story, Source)> {
    read.allow(PRICES_READ)?;
    let story = run_store::by_id(read, id).await?.ok_or_else(Problem::not_found)?;
    let source = found(store::by_id(read, story.run.source).await?)?;
    if source.terms.list.side() == Side::Cost {
        read.allow(MARGINS_READ)?;
    }
    Ok((story, source))
}

/// The calls of a run, the latest first.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn calls(read: &Read, id: SyncRunId) -> Result<Vec<Call>> {
    read.allow(PRICES_READ)?;
    run_store::calls(read, id).await
}

/// Runs older than `after`, the latest first; of one source, if one is named.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn runs(
    read: &Read,
    source: Option<PriceSourceId>,
    after: Option<(i64, Uuid)>,
    most: u64,
) -> Result<Vec<Run>> {
    read.allow(PRICES_READ)?;
    run_store::before(read, source, after, most).await
}

/// The endings of a source with when it last told of each, the stalest first.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn endings(read: &Read, id: PriceSourceId, after: Option<(i64, String)>, most: u64) -> Result<Vec<Seen>> {
    by_id(read, id).await?;
    store::seen(read, id, after, most).await
}

/// How a source does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The source.
    pub source: Source,
    /// Its run that is under way or waits.
    pub open: Option<Run>,
    /// Its latest runs, the latest first.
    pub latest: Vec<Run>,
    /// How its calls of the last 30 days went.
    pub timings: Timings,
    /// Endings it has told of.
    pub endings: i64,
    /// Of those, how many it has not told of for two of its intervals.
    pub stale_endings: i64,
}

/// Of all reads of the price book, the share that memory answered; nothing before the first.
pub(super) fn hit_rate(usage: SnapshotUse) -> Option<Percent> {
    let count = |reads: u64| i64::try_from(reads).unwrap_or(i64::MAX);
    Percent::share(count(usage.from_memory), count(usage.reads), Rounding::Down)
}

/// How far back timings look.
const TIMED: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 30);
/// Runs told with a source's health.
const LATEST: u64 = 20;

/// How every source does.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn health(read: &Read) -> Result<Vec<Health>> {
    let open = run_store::open(read).await?;
    let mut all = Vec::new();
    for source in list(read).await? {
        let under_way = open.iter().find(|run| run.source == source.id).cloned();
        all.push(health_of(read, source, under_way).await?);
    }
    Ok(all)
}

/// How one source does.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub(super) async fn health_by_id(read: &Read, id: PriceSourceId) -> Result<Health> {
    let source = by_id(read, id).await?;
    let open = run_store::open(read).await?.into_iter().find(|run| run.source == id);
    health_of(read, source, open).await
}

async fn health_of(read: &Read, source: Source, open: Option<Run>) -> Result<Health> {
    let now = read.now();
    let since = now.minus(source.terms.interval().saturating_mul(2));
    let (endings, stale_endings) = store::stale_endings(read, source.id, since).await?;
    Ok(Health {
        open,
        latest: run_store::before(read, Some(source.id), None, LATEST).await?,
        timings: run_store::timings(read, source.id, now.minus(TIMED)).await?,
        endings,
        stale_endings,
        source,
    })
}

/// The credentials of a source in the clear, for its adapter; never shown.
pub(super) fn credentials(ctx: &Ctx, source: &Source) -> Result<Option<Credentials>> {
    let Some(sealed) = &source.credentials else {
        return Ok(None);
    };
    let plain = ctx.secrets().open(ctx.tenant(), &purpose(source.id), sealed)?;
    Ok(Some(serde_json::from_slice(&plain)?))
}

fn sealed(tx: &Tx, id: PriceSourceId, credentials: Option<&Credentials>) -> Result<Option<Vec<u8>>> {
    let Some(credentials) = credentials else {
        return Ok(None);
    };
    Ok(Some(tx.seal_secret(&purpose(id), &serde_json::to_vec(credentials)?)))
}

fn purpose(id: PriceSourceId) -> String {
    format!("catalog_price_sources/{}", id.uuid())
}

fn found(source: Option<Source>) -> Result<Source> {
    source.ok_or_else(|| Problem::not_found().into())
}
