//! The price books of all tenants in memory: snapshots that readers take without a lock.

use std::sync::Arc;

use kernel::{Instant, TenantId};
use platform::{Ctx, Read, Result, Snapshot, SnapshotUse, Snapshots, Tx};

use super::book::Book;
use super::{ops, store};

/// The books of this process. One value, cloned to whoever needs prices.
#[derive(Clone, Debug, Default)]
pub struct Books(Snapshots<Book>);

impl Snapshot for Book {
    fn version(&self) -> i64 {
        self.version
    }

    fn is_outdated(&self, now: Instant) -> bool {
        now.since(self.read_at) > self.settings.believed_for()
    }

    async fn version_kept(read: &Read) -> Result<i64> {
        store::version(read).await
    }

    async fn load(read: &Read) -> Result<Self> {
        let began = tokio::time::Instant::now();
        let book = ops::load(read).await?;
        metrics::histogram!("entrepot_price_book_load_seconds").record(began.elapsed());
        metrics::histogram!("entrepot_price_book_endings")
            .record(f64::from(u32::try_from(book.endings().len()).unwrap_or(u32::MAX)));
        Ok(book)
    }
}

impl Books {
    /// No book loaded yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The book as last loaded, if it was: no waiting, no look at the database.
    pub fn current(&self, tenant: TenantId) -> Option<Arc<Book>> {
        self.0.current(tenant)
    }

    /// The tenant's book, loaded or looked after when need be. Nearly always answers from memory.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn book(&self, ctx: &Ctx) -> Result<Arc<Book>> {
        // Reads beside loads: the share that memory answers.
        metrics::counter!("entrepot_price_book_reads_total").increment(1);
        self.0.get(ctx).await
    }

    /// How often the tenant's book was read since this process began, and from where.
    pub fn usage(&self, tenant: TenantId) -> SnapshotUse {
        self.0.usage(tenant)
    }

    /// Loads the tenant's book anew, for callers that have just changed it and answer with the result.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh(&self, ctx: &Ctx) -> Result<Arc<Book>> {
        self.0.refresh(ctx).await
    }

    /// Says that a tenant's book has changed; the next reader loads it anew.
    pub fn mark_stale(&self, tenant: TenantId) {
        self.0.mark_stale(tenant);
    }

    /// Has the tenant's book loaded anew once this transaction is durable.
    pub(crate) fn stale_after_commit(&self, tx: &mut Tx) {
        self.0.stale_after_commit(tx);
    }
}
