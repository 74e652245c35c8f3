//! The price books of all tenants in memory. Reading takes no lock; a changed book is built aside and swapped in.
//!
//! A book is loaded when it is first asked for. A change committed by this process marks it stale at once; changes by
//! other processes are found by comparing versions, at most once a second and only while somebody asks.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::SignedDuration;
use kernel::{Instant, TenantId};
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;
use tokio::sync::{Mutex, MutexGuard};

use super::book::Book;
use super::{ops, store};

/// How long a book is used before its version is compared with the database's.
const TRUSTED_FOR: SignedDuration = SignedDuration::from_secs(1);

/// The books of this process. One value, cloned to whoever needs prices.
#[derive(Clone, Debug, Default)]
pub struct Books(Arc<ArcSwap<HashMap<TenantId, Arc<Shelf>>>>);

/// One tenant's place.
#[derive(Debug, Default)]
struct Shelf {
    book: ArcSwapOption<Book>,
    checked_at: AtomicI64,
    stale: AtomicBool,
    loading: Mutex<()>,
}

impl Shelf {
    /// The book, when there is no reason to doubt it.
    fn trusted(&self, now: Instant) -> Option<Arc<Book>> {
        if self.stale.load(Ordering::Acquire) {
            return None;
        }
        let checked = Instant::from_micros(self.checked_at.load(Ordering::Acquire));
        let since = now.since(checked);
        // A clock set back makes the age negative: then look again.
        if since > TRUSTED_FOR || since.is_negative() {
            None
        } else {
            self.book.load_full()
        }
    }

    fn put(&self, book: &Arc<Book>, now: Instant) {
        self.book.store(Some(Arc::clone(book)));
        self.checked_at.store(now.micros(), Ordering::Release);
    }
}

impl Books {
    /// No book loaded yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The book as last loaded, if it was: no waiting, no look at the database.
    pub fn current(&self, tenant: TenantId) -> Option<Arc<Book>> {
        self.0.load().get(&tenant)?.book.load_full()
    }

    /// The tenant's book, loaded or looked after when need be. Nearly always answers from memory.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn book(&self, ctx: &Ctx) -> Result<Arc<Book>> {
        let now = ctx.now();
        if let Some(book) = self.0.load().get(&ctx.tenant()).and_then(|shelf| shelf.trusted(now)) {
            return Ok(book);
        }
        let shelf = self.shelf(ctx.tenant());
        // Who finds somebody loading takes the book there is: only the first book ever is waited for.
        let one_loads = match (shelf.loading.try_lock(), shelf.book.load_full()) {
            (Ok(one_loads), _) => one_loads,
            (Err(_), Some(book)) => return Ok(book),
            (Err(_), None) => shelf.loading.lock().await,
        };
        self.load(ctx, &shelf, now, one_loads).await
    }

    async fn load(&self, ctx: &Ctx, shelf: &Shelf, now: Instant, _one_loads: MutexGuard<'_, ()>) -> Result<Arc<Book>> {
        if let Some(book) = shelf.trusted(now) {
            return Ok(book);
        }
        // Taken before reading: a commit that lands while we read marks it again.
        let stale = shelf.stale.swap(false, Ordering::AcqRel);
        let loaded = self.look(ctx, shelf, stale, now).await;
        if loaded.is_err() {
            shelf.stale.store(true, Ordering::Release);
        }
        loaded
    }

    async fn look(&self, ctx: &Ctx, shelf: &Shelf, stale: bool, now: Instant) -> Result<Arc<Book>> {
        if let (false, Some(book)) = (stale, shelf.book.load_full()) {
            let version = ctx
                .read(|read| async move { store::version(read).await }.scope_boxed())
                .await?;
            if version == book.version {
                shelf.put(&book, now);
                return Ok(book);
            }
        }
        let book = Arc::new(
            ctx.read(|read| async move { ops::load(read).await }.scope_boxed())
                .await?,
        );
        shelf.put(&book, now);
        Ok(book)
    }

    /// Loads the tenant's book anew, for callers that have just changed it and answer with the result.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh(&self, ctx: &Ctx) -> Result<Arc<Book>> {
        let shelf = self.shelf(ctx.tenant());
        shelf.stale.store(true, Ordering::Release);
        let one_loads = shelf.loading.lock().await;
        self.load(ctx, &shelf, ctx.now(), one_loads).await
    }

    /// Says that a tenant's book has changed; the next reader loads it anew.
    pub fn mark_stale(&self, tenant: TenantId) {
        self.shelf(tenant).stale.store(true, Ordering::Release);
    }

    fn shelf(&self, tenant: TenantId) -> Arc<Shelf> {
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
