//! Each tenant's version: raised by every change that the very next request must notice (roles, disabled users, ended
//! sessions, revoked keys, hosts, settings).
//!
//! What is cached of a tenant is stamped with the version of the snapshot it was read in and counts only while that is
//! the latest version this process knows. A commit here is known at once; one of another process within a second,
//! because look-ups ask the database for recent changes that often ([`Watch`]).
//!
//! The known versions are process-wide and only ever rise, so sharing them between installations in one process (tests)
//! can cost a cache hit and nothing else.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{LazyLock, PoisonError, RwLock};

use jiff::SignedDuration;
use kernel::{Id, Instant, TenantId};
use platform::db::Everyone;
use platform::{Platform, Read, Result, Sql, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

static KNOWN: LazyLock<RwLock<HashMap<TenantId, i64>>> = LazyLock::new(RwLock::default);

/// The latest version of a tenant this process knows of.
pub(crate) fn known(tenant: TenantId) -> i64 {
    KNOWN
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&tenant)
        .copied()
        .unwrap_or(0)
}

pub(crate) fn learn(tenant: TenantId, version: i64) {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    let latest = known.entry(tenant).or_insert(version);
    *latest = version.max(*latest);
}

#[derive(FromQueryResult)]
struct Version {
    version: i64,
}

const READ: Sql = Sql::tenant("SELECT version FROM tenant_versions WHERE tenant_id = $1");
const RAISE: Sql = Sql::tenant(
    "INSERT INTO tenant_versions (tenant_id, version, changed_at) VALUES ($1, 1, $2) \
     ON CONFLICT (tenant_id) DO UPDATE SET version = tenant_versions.version + 1, changed_at = excluded.changed_at",
);

/// The tenant's version in this snapshot.
pub(crate) async fn of(read: &Read) -> Result<i64> {
    Ok(read.sql(READ).one::<Version>().await?.map_or(0, |row| row.version))
}

/// Makes every cached answer about this tenant count no more, once the transaction has committed.
pub(crate) async fn raise(tx: &mut Tx) -> Result<()> {
    let now = tx.now().micros();
    tx.bookkeeping("the version only tells caches that something changed")
        .sql(RAISE)
        .bind(now)
        .execute()
        .await?;
    let (tenant, version) = (tx.tenant(), of(tx).await?);
    tx.after_commit(move || learn(tenant, version));
    Ok(())
}

#[derive(FromQueryResult)]
struct Changed {
    tenant_id: Uuid,
    version: i64,
}

const CHANGED: Sql<Everyone> = Sql::across("SELECT tenant_id, version FROM tenant_versions WHERE changed_at >= $1");
const EVERY: SignedDuration = SignedDuration::from_secs(1);
/// Looks back further than it waits: clocks of several machines differ, and a commit may be later than its timestamp.
const LOOK_BACK: SignedDuration = SignedDuration::from_secs(30);

/// Notices what other processes changed, when asked, at most once a second.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    looked_at: AtomicI64,
}

impl Watch {
    /// Asks the database for recent changes if that has not been done for a second. One caller does it; others go on.
    pub(crate) async fn look(&self, platform: &Platform) -> Result<()> {
        let now = platform.now();
        let last = self.looked_at.load(Ordering::Relaxed);
        if now.since(Instant::from_micros(last)) < EVERY && now.micros() >= last {
            return Ok(());
        }
        if self
            .looked_at
            .compare_exchange(last, now.micros(), Ordering::Relaxed, Ordering::Relaxed)
            .is_err()
        {
            return Ok(());
        }
        let since = Instant::from_micros(last.max(0)).min(now).minus(LOOK_BACK);
        let changed: Vec<Changed> = platform
            .across("which tenants changed")
            .all(CHANGED.query().bind(since.micros()))
            .await?;
        for row in changed {
            learn(TenantId::from_uuid(row.tenant_id), row.version);
        }
        Ok(())
    }
}
