//! The running installation, and one tenant's context in it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, EventId, Id, Instant, TenantId};
use scoped_futures::ScopedBoxFuture;
use sea_orm::DatabaseTransaction;
use tokio::sync::Notify;

use crate::db::{Across, Db, Read, Tx, Wall};
use crate::entropy::Entropy;
use crate::secrets::Secrets;
use crate::settings::Defaults;
use crate::{Actor, Result, Scope};

/// Sixteen bytes that join a request with everything it caused; printed as 32 hexadecimal digits (W3C trace context).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId([u8; 16]);

impl TraceId {
    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for TraceId {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Entropy,
    pub(crate) secrets: Secrets,
    pub(crate) defaults: Arc<Defaults>,
    /// Wakes idle job workers of this process.
    pub(crate) jobs_wake: Arc<Notify>,
    /// Wakes the relay (and on PostgreSQL the sequencer) of this process after a commit.
    pub(crate) events_wake: Arc<Notify>,
}

/// The running installation: database, clock, entropy and secrets. Cheap to clone.
#[derive(Clone)]
pub struct Platform(pub(crate) Arc<Inner>);

impl Platform {
    /// Puts the parts together; done once, in `app/wiring` and in tests.
    pub fn new(db: Db, clock: Arc<dyn Clock>, entropy: Entropy, secrets: Secrets) -> Self {
        Self::with_defaults(db, clock, entropy, secrets, Defaults::default())
    }

    /// The same, with what the installation's configuration says of tenants' settings.
    pub fn with_defaults(
        db: Db,
        clock: Arc<dyn Clock>,
        entropy: Entropy,
        secrets: Secrets,
        defaults: Defaults,
    ) -> Self {
        let (jobs_wake, events_wake) = (Arc::default(), Arc::default());
        Self(Arc::new(Inner {
            db,
            clock,
            entropy,
            secrets,
            defaults: Arc::new(defaults),
            jobs_wake,
            events_wake,
        }))
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        self.0.clock.now()
    }

    /// Seals and opens secrets.
    pub fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    /// Random bytes and ids.
    pub fn entropy(&self) -> &Entropy {
        &self.0.entropy
    }

    /// A new id.
    pub fn new_id<I: Id>(&self) -> I {
        self.0.entropy.id(self.now())
    }

    /// A new trace.
    pub fn new_trace(&self) -> TraceId {
        TraceId(self.0.entropy.bytes())
    }

    /// A tenant's context for an established scope.
    pub fn ctx(&self, scope: Scope, trace: TraceId) -> Ctx {
        Ctx {
            platform: self.clone(),
            scope,
            trace,
            cause: None,
        }
    }

    /// Questions that cross tenants: host and key look-up, the operator's lists. `reason` goes to the log.
    pub fn across(&self, reason: &'static str) -> Operator {
        Operator {
            platform: self.clone(),
            reason,
        }
    }
}

/// One tenant's context: may call the world, and opens transactions. Owned and cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    platform: Platform,
    scope: Scope,
    trace: TraceId,
    cause: Option<EventId>,
}

/// How long a write closure may take before it is ended; it holds the only writing connection of an embedded database.
const LONGEST_WRITE: Duration = Duration::from_secs(5);
/// From here on a slow write closure is worth a line in the log.
const SLOW_WRITE: Duration = Duration::from_millis(250);
/// How often a transaction is tried when PostgreSQL asks to try again.
const TRIES: u32 = 4;

impl Ctx {
    /// The installation.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Tenant and actor.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whose data.
    pub fn tenant(&self) -> TenantId {
        self.scope.tenant()
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        self.scope.actor()
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        self.platform.now()
    }

    /// A new id.
    pub fn new_id<I: Id>(&self) -> I {
        self.platform.new_id()
    }

    /// Random bytes for a secret.
    pub fn secret_bytes<const N: usize>(&self) -> [u8; N] {
        self.platform.0.entropy.bytes()
    }

    /// Seals and opens secrets.
    pub fn secrets(&self) -> &Secrets {
        self.platform.secrets()
    }

    /// Joins this request with everything it causes.
    pub fn trace_id(&self) -> TraceId {
        self.trace
    }

    /// The event this work reacts to, if any.
    pub fn cause(&self) -> Option<EventId> {
        self.cause
    }

    /// This context, marked as a reaction to `cause`.
    #[must_use]
    pub fn caused_by(mut self, cause: Option<EventId>) -> Self {
        self.cause = cause;
        self
    }

    /// Refuses when the actor lacks `permission`.
    ///
    /// # Errors
    /// `forbidden` (403).
    pub fn allow(&self, permission: crate::Permission) -> Result<()> {
        self.scope.allow(permission)
    }

    /// Reads from one consistent snapshot.
    ///
    /// # Errors
    /// What the closure returns, or the database.
    pub async fn read<'a, T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'a,
        F: for<'r> FnOnce(&'r mut Read) -> ScopedBoxFuture<'a, 'r, Result<T>> + Send + 'a,
    {
        let started = tokio::time::Instant::now();
        let transaction = self.platform.0.db.begin_read(Wall::Tenant(self.tenant())).await?;
        let mut read = self.reading(transaction);
        let outcome = work(&mut read).await;
        // A read leaves nothing behind; rolling back is how its snapshot ends.
        read.transaction.rollback().await?;
        metrics::histogram!("entrepot_db_seconds", "kind" => "read").record(started.elapsed());
        outcome
    }

    /// Writes in one transaction and returns once it is durable. The closure may run again when PostgreSQL asks for it,
    /// so it holds database work only.
    ///
    /// # Errors
    /// What the closure returns, or the database; nothing is written then.
    pub async fn write<'a, T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'a,
        F: for<'r> Fn(&'r mut Tx) -> ScopedBoxFuture<'a, 'r, Result<T>> + Send + Sync + 'a,
    {
        let started = tokio::time::Instant::now();
        let mut tried = 1;
        let outcome = loop {
            match self.write_once(&work).await {
                Err(error) if error.is_transient() && tried < TRIES => {
                    let pause = self.platform.0.entropy.below(10 << tried);
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    tried += 1;
                }
                outcome => break outcome,
            }
        };
        metrics::histogram!("entrepot_db_seconds", "kind" => "write").record(started.elapsed());
        outcome
    }

    fn reading(&self, transaction: DatabaseTransaction) -> Read {
        let defaults = Arc::clone(&self.platform.0.defaults);
        Read::new(transaction, self.scope.clone(), self.now(), defaults)
    }

    async fn write_once<'a, T, F>(&self, work: &F) -> Result<T>
    where
        T: Send + 'a,
        F: for<'r> Fn(&'r mut Tx) -> ScopedBoxFuture<'a, 'r, Result<T>> + Send + Sync + 'a,
    {
        let writing = self.platform.0.db.begin_write(Wall::Tenant(self.tenant())).await?;
        let read = self.reading(writing.transaction);
        let mut tx = Tx::new(read, Arc::clone(&self.platform.0), self.trace, self.cause);
        let started = tokio::time::Instant::now();
        let outcome = match tokio::time::timeout(LONGEST_WRITE, work(&mut tx)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(crate::Error::internal("a write closure took longer than five seconds")),
        };
        if started.elapsed() > SLOW_WRITE {
            tracing::warn!(elapsed_ms = started.elapsed().as_millis() as u64, trace_id = %self.trace, "a write closure held its connection for long");
        }
        let Tx { read, after_commit, .. } = tx;
        let value = writing.ending.finish(read.transaction, outcome).await?;
        self.platform.0.events_wake.notify_waiters();
        for act in after_commit {
            act();
        }
        Ok(value)
    }
}

/// Questions that cross tenants. It only reads: whatever is changed is changed in a tenant's own context, audited there.
pub struct Operator {
    platform: Platform,
    reason: &'static str,
}

impl Operator {
    /// All rows of a query over every tenant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all<T: sea_orm::FromQueryResult>(&self, query: Across) -> Result<Vec<T>> {
        tracing::debug!(reason = self.reason, "a question across tenants");
        self.platform.0.db.across(query).await
    }

    /// The first row of a query over every tenant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn one<T: sea_orm::FromQueryResult>(&self, query: Across) -> Result<Option<T>> {
        Ok(self.all(query).await?.into_iter().next())
    }
}
