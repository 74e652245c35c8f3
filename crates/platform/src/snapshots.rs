//! Snapshots of what tenants keep in the database, in memory. Reading takes no lock; a changed one is built aside and
//! swapped in.
//!
//! A snapshot is loaded when it is first asked for. A change committed by this process marks it stale at once; changes
//! by other processes are found by comparing versions, at most once a second and only while somebody asks.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::SignedDuration;
use kernel::{Instant, TenantId};
use scoped_futures::ScopedFutureExt;
use tokio::sync::{Mutex, MutexGuard};

use crate::{Ctx, Read, Result, Tx};

/// How long a snapshot is used before its version is compared with the database's.
const TRUSTED_FOR: SignedDuration = SignedDuration::from_secs(1);

/// What is kept in memory: an immutable value of one tenant, with a version that moves in every transaction that changes
/// what it is made of.
pub trait Snapshot: Send + Sync + Sized + 'static {
    /// The version it was made of.
    fn version(&self) -> i64;

    /// Whether it is so old that it is read anew though its version has not moved: a backstop for what moves none.
    fn is_outdated(&self, _now: Instant) -> bool {
        false
    }

    /// The version the database has: one short question.
    fn version_kept(read: &Read) -> impl Future<Output = Result<i64>> + Send;

    /// Reads and builds it.
    fn load(read: &Read) -> impl Future<Output = Result<Self>> + Send;
}

/// The snapshots of one kind of this process, by tenant. One value, cloned to whoever reads.
#[derive(Debug)]
pub struct Snapshots<T>(Arc<ArcSwap<HashMap<TenantId, Arc<Shelf<T>>>>>);

impl<T> Clone for Snapshots<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Snapshots<T> {
    fn default() -> Self {
        Self(Arc::new(ArcSwap::from_pointee(HashMap::new())))
    }
}

/// How often a tenant's snapshot was read since this process began, and from where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SnapshotUse {
    /// Reads.
    pub reads: u64,
    /// Of those, reads that memory answered; the others waited until it was loaded.
    pub from_memory: u64,
    /// How often it was loaded, for a reader or after a change.
    pub loads: u64,
    /// How long loading took, all in all.
    pub load_time: Duration,
}

#[derive(Debug, Default)]
struct Counts {
    reads: AtomicU64,
    waited: AtomicU64,
    loads: AtomicU64,
    load_micros: AtomicU64,
}

impl Counts {
    fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn loaded(&self, took: Duration) {
        Self::count(&self.loads);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.load_micros.fetch_add(micros, Ordering::Relaxed);
    }

    fn told(&self) -> SnapshotUse {
        let reads = self.reads.load(Ordering::Relaxed);
        SnapshotUse {
            reads,
            from_memory: reads.saturating_sub(self.waited.load(Ordering::Relaxed)),
            loads: self.loads.load(Ordering::Relaxed),
            load_time: Duration::from_micros(self.load_micros.load(Ordering::Relaxed)),
        }
    }
}

/// One tenant's place.
#[derive(Debug)]
struct Shelf<T> {
    snapshot: ArcSwapOption<T>,
    checked_at: AtomicI64,
    stale: AtomicBool,
    loading: Mutex<()>,
    counts: Counts,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self {
            snapshot: ArcSwapOption::empty(),
            checked_at: AtomicI64::default(),
            stale: AtomicBool::default(),
            loading: Mutex::default(),
            counts: Counts::default(),
        }
    }
}

impl<T> Shelf<T> {
    /// The snapshot, when there is no reason to doubt it.
    fn trusted(&self, now: Instant) -> Option<Arc<T>> {
        if self.stale.load(Ordering::Acquire) {
            return None;
        }
        let checked = Instant::from_micros(self.checked_at.load(Ordering::Acquire));
        let since = now.since(checked);
        // A clock set back makes the age negative: then look again.
        if since > TRUSTED_FOR || since.is_negative() {
            None
        } else {
            self.snapshot.load_full()
        }
    }

    fn put(&self, snapshot: &Arc<T>, now: Instant) {
        self.snapshot.store(Some(Arc::clone(snapshot)));
        self.checked_at.store(now.micros(), Ordering::Release);
    }
}

impl<T: Snapshot> Snapshots<T> {
    /// The snapshot as last loaded, if it was: no waiting, no look at the database.
    pub fn current(&self, tenant: TenantId) -> Option<Arc<T>> {
        self.0.load().get(&tenant)?.snapshot.load_full()
    }

    /// The tenant's snapshot, loaded or looked after when need be. Nearly always answers from memory.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, ctx: &Ctx) -> Result<Arc<T>> {
        let now = ctx.now();
        if let Some(shelf) = self.0.load().get(&ctx.tenant())
            && let Some(snapshot) = shelf.trusted(now)
        {
            Counts::count(&shelf.counts.reads);
            return Ok(snapshot);
        }
        let shelf = self.shelf(ctx.tenant());
        Counts::count(&shelf.counts.reads);
        // Who finds somebody loading takes what there is: only the first one ever is waited for.
        let (one_loads, waited) = match (shelf.loading.try_lock(), shelf.snapshot.load_full()) {
            (Ok(one_loads), _) => (one_loads, false),
            (Err(_), Some(snapshot)) => return Ok(snapshot),
            (Err(_), None) => (shelf.loading.lock().await, true),
        };
        let loaded = load(ctx, &shelf, now, one_loads).await?;
        if waited || loaded.anew {
            Counts::count(&shelf.counts.waited);
        }
        Ok(loaded.snapshot)
    }

    /// How the tenant's snapshot was used since this process began.
    pub fn usage(&self, tenant: TenantId) -> SnapshotUse {
        self.0
            .load()
            .get(&tenant)
            .map_or_else(SnapshotUse::default, |shelf| shelf.counts.told())
    }

    /// Loads the tenant's snapshot anew, for callers that have just changed it and answer with the result.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh(&self, ctx: &Ctx) -> Result<Arc<T>> {
        let shelf = self.shelf(ctx.tenant());
        shelf.stale.store(true, Ordering::Release);
        let one_loads = shelf.loading.lock().await;
        Ok(load(ctx, &shelf, ctx.now(), one_loads).await?.snapshot)
    }

    /// Says that what a tenant's snapshot is made of has changed; the next reader loads it anew.
    pub fn mark_stale(&self, tenant: TenantId) {
        self.shelf(tenant).stale.store(true, Ordering::Release);
    }

    /// Has the snapshot loaded anew once this transaction is durable.
    pub fn stale_after_commit(&self, tx: &mut Tx) {
        let (snapshots, tenant) = (self.clone(), tx.tenant());
        tx.after_commit(move || snapshots.mark_stale(tenant));
    }

    fn shelf(&self, tenant: TenantId) -> Arc<Shelf<T>> {
        if let Some(shelf) = self.0.load().get(&tenant) {
            return Arc::clone(shelf);
        }
        let new = Arc::new(Shelf::default());
        self.0.rcu(|shelves| {
            let mut shelves = HashMap::clone(shelves);
            shelves.entry(tenant).or_insert_with(|| Arc::clone(&new));
            shelves
        });
        // Somebody else may have been first: theirs counts.
        self.0.load().get(&tenant).map_or(new, Arc::clone)
    }
}

/// A snapshot, and whether it was read and built for whoever asked.
struct Loaded<T> {
    snapshot: Arc<T>,
    anew: bool,
}

async fn load<T: Snapshot>(
    ctx: &Ctx,
    shelf: &Shelf<T>,
    now: Instant,
    _one_loads: MutexGuard<'_, ()>,
) -> Result<Loaded<T>> {
    if let Some(snapshot) = shelf.trusted(now) {
        return Ok(Loaded { snapshot, anew: false });
    }
    // Taken before reading: a commit that lands while we read marks it again.
    let doubt = Doubt {
        stale: &shelf.stale,
        was: shelf.stale.swap(false, Ordering::AcqRel),
    };
    let loaded = look(ctx, shelf, doubt.was, now).await?;
    doubt.settle();
    Ok(loaded)
}

/// What was stale is stale again unless it was loaded: also when loading fails, or whoever waited for it goes away.
struct Doubt<'a> {
    stale: &'a AtomicBool,
    was: bool,
}

impl Doubt<'_> {
    fn settle(mut self) {
        self.was = false;
    }
}

impl Drop for Doubt<'_> {
    fn drop(&mut self) {
        if self.was {
            self.stale.store(true, Ordering::Release);
        }
    }
}

async fn look<T: Snapshot>(ctx: &Ctx, shelf: &Shelf<T>, stale: bool, now: Instant) -> Result<Loaded<T>> {
    if let (false, Some(snapshot)) = (stale, shelf.snapshot.load_full()) {
        let version = ctx
            .read(|read| async move { T::version_kept(read).await }.scope_boxed())
            .await?;
        if version == snapshot.version() && !snapshot.is_outdated(now) {
            shelf.put(&snapshot, now);
            return Ok(Loaded { snapshot, anew: false });
        }
    }
    let began = tokio::time::Instant::now();
    let snapshot = Arc::new(
        ctx.read(|read| async move { T::load(read).await }.scope_boxed())
            .await?,
    );
    shelf.put(&snapshot, now);
    shelf.counts.loaded(began.elapsed());
    Ok(Loaded { snapshot, anew: true })
}
