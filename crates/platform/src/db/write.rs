//! What a transaction may write, and the one way rooms write: saving a change.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use kernel::{Change, EventId, Fact, Id};
use sea_orm::sea_query::{IntoCondition, OnConflict, SimpleExpr};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    Statement, Value,
};

use super::bulk::rows_at_once;
use super::{Among, Bulk, Owned, Read, Sql};
use crate::ctx::Inner as PlatformInner;
use crate::jobs::{self, Job};
use crate::{Error, Result, TraceId, audit, events};

/// How a value is stored. A room implements it in the slice's `store.rs` for what its changes carry.
pub trait Stored: Send + Sync {
    /// Writes the rows; guarded updates that match nothing return a conflict.
    fn store(&self, writer: &mut Writer<'_>) -> impl Future<Output = Result<()>> + Send;
}

/// Nothing to store: a change whose fact says it all.
impl Stored for () {
    async fn store(&self, _writer: &mut Writer<'_>) -> Result<()> {
        Ok(())
    }
}

/// A write transaction of one tenant. It reads what a [`Read`] does, saves changes and enqueues jobs.
pub struct Tx {
    pub(crate) read: Read,
    platform: Arc<PlatformInner>,
    trace: TraceId,
    cause: Option<EventId>,
    pub(crate) after_commit: Vec<Box<dyn FnOnce() + Send + Sync>>,
}

impl Deref for Tx {
    type Target = Read;

    fn deref(&self) -> &Read {
        &self.read
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Read {
        &mut self.read
    }
}

impl Tx {
    pub(crate) fn new(read: Read, platform: Arc<PlatformInner>, trace: TraceId, cause: Option<EventId>) -> Self {
        Self {
            read,
            platform,
            trace,
            cause,
            after_commit: Vec::new(),
        }
    }

    /// A new id, later than every id this process made before.
    pub fn new_id<I: Id>(&self) -> I {
        self.platform.entropy.id(self.read.now())
    }

    /// The rows of these keys, in the keys' order, which nobody else changes until this transaction ends; some hundred keys
    /// at most.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold_among<T: sea_orm::FromQueryResult>(&self, among: Among, keys: Vec<Value>) -> Result<Vec<T>> {
        self.read.ask_among(among, keys, true).await
    }

    /// Does `what` of this tenant beside others who share it, and waits for whoever does it [alone](Self::alone). Until the
    /// transaction ends. Whoever asks first goes first, so nobody waits for ever. The embedded database has one writer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share(&self, what: &'static str) -> Result<()> {
        self.advise("SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))", what)
            .await
    }

    /// Does `what` of this tenant alone: after those who [share](Self::share) it now, before those who come later.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn alone(&self, what: &'static str) -> Result<()> {
        self.advise("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", what)
            .await
    }

    async fn advise(&self, sql: &str, what: &'static str) -> Result<()> {
        if self.read.transaction().get_database_backend() == DbBackend::Postgres {
            self.execute(sql, vec![format!("{} {what}", self.tenant()).into()])
                .await?;
        }
        Ok(())
    }

    /// Random bytes for a secret.
    pub fn secret_bytes<const N: usize>(&self) -> [u8; N] {
        self.platform.entropy.bytes()
    }

    /// Seals and opens secrets.
    pub fn secrets(&self) -> &crate::secrets::Secrets {
        &self.platform.secrets
    }

    /// Seals a secret of this tenant for a column; `purpose` names table and row.
    pub fn seal_secret(&self, purpose: &str, plain: &[u8]) -> Vec<u8> {
        self.platform
            .secrets
            .seal(&self.platform.entropy, self.tenant(), purpose, plain)
    }

    /// Joins what is logged, audited and enqueued with the request that caused it.
    pub fn trace_id(&self) -> TraceId {
        self.trace
    }

    /// The event this work reacts to, if any.
    pub fn cause(&self) -> Option<EventId> {
        self.cause
    }

    /// Saves a change: its rows, its audit entry and its event, in this transaction. The only writing method of a room.
    ///
    /// # Errors
    /// What the store refuses, or the database.
    pub async fn save<T: Stored, F: Fact>(&mut self, change: Change<T, F>) -> Result<T> {
        let Change { after, fact, before } = change;
        after.store(&mut Writer(self)).await?;
        let sealed = audit::seal(self, fact.personal()).await?;
        let payload = serde_json::to_value(&fact)?;
        events::record(self, F::NAME, F::VERSION, &fact.subject(), &payload, sealed.as_ref()).await?;
        audit::record(self, F::NAME, &fact.subject(), before, payload, sealed).await?;
        Ok(after)
    }

    /// Technical rows that are no business change: when a session was last seen, a counter. Not audited; `_why` is for
    /// the reader.
    pub fn bookkeeping(&mut self, _why: &'static str) -> Writer<'_> {
        Writer(self)
    }

    /// Durable work, begun once this transaction has committed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enqueue<J: Job>(&mut self, job: &J) -> Result<()> {
        let now = self.now();
        self.enqueue_at(job, now).await
    }

    /// Durable work, begun at `due` or soon after.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enqueue_at<J: Job>(&mut self, job: &J, due: kernel::Instant) -> Result<()> {
        let spec = jobs::JobSpec::of(job, due)?;
        self.enqueue_spec(spec).await
    }

    /// Durable work named by its row's values, as subscribers and cron make it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enqueue_spec(&mut self, spec: jobs::JobSpec) -> Result<()> {
        jobs::insert(self, spec).await?;
        self.wake_workers_after_commit();
        Ok(())
    }

    pub(crate) fn wake_workers_after_commit(&mut self) {
        let wake = Arc::clone(&self.platform.jobs_wake);
        self.after_commit(move || wake.notify_waiters());
    }

    /// Runs `act` once this transaction is durable; not at all when it is not.
    pub fn after_commit(&mut self, act: impl FnOnce() + Send + Sync + 'static) {
        self.after_commit.push(Box::new(act));
    }

    pub(crate) fn platform(&self) -> crate::Platform {
        crate::Platform(Arc::clone(&self.platform))
    }

    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<u64> {
        let connection = self.read.transaction();
        let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
        Ok(connection.execute_raw(statement).await?.rows_affected())
    }
}

/// Writes rows of one tenant. Made by [`Tx::save`] for a [`Stored`], so that nothing is written without its fact.
pub struct Writer<'t>(&'t mut Tx);

impl Deref for Writer<'_> {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        self.0
    }
}

impl Writer<'_> {
    /// Inserts a row, stamped with the tenant.
    ///
    /// # Errors
    /// When a key refuses it or the database fails.
    pub async fn insert<A>(&mut self, row: A) -> Result<()>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        A::Entity: Owned,
    {
        let row = self.stamped(row);
        <A::Entity as EntityTrait>::insert(row)
            .exec_without_returning(self.0.read.transaction())
            .await?;
        Ok(())
    }

    /// Inserts many rows, stamped with the tenant. Keep a call under some hundred rows; [`Writer::insert_rows`] takes
    /// thousands.
    ///
    /// # Errors
    /// When a key refuses one or the database fails.
    pub async fn insert_many<A>(&mut self, rows: Vec<A>) -> Result<()>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        A::Entity: Owned,
    {
        if rows.is_empty() {
            return Ok(());
        }
        let rows: Vec<A> = rows.into_iter().map(|row| self.stamped(row)).collect();
        <A::Entity as EntityTrait>::insert_many(rows)
            .exec_without_returning(self.0.read.transaction())
            .await?;
        Ok(())
    }

    /// Inserts rows by the thousand, stamped with the tenant: what they share, and what each has of its own, in the order
    /// `bulk` names the columns.
    ///
    /// # Errors
    /// When a key refuses one or the database fails.
    pub async fn insert_rows<const SHARED: usize, const OWN: usize>(
        &mut self,
        bulk: &Bulk<SHARED, OWN>,
        shared: [Value; SHARED],
        rows: impl Iterator<Item = [Value; OWN]> + Send,
    ) -> Result<()> {
        let backend = self.0.read.transaction().get_database_backend();
        let (tenant, mut rows) = (self.tenant().uuid(), rows.fuse());
        loop {
            let some: Vec<_> = rows.by_ref().take(rows_at_once(backend)).collect();
            if some.is_empty() {
                return Ok(());
            }
            let (text, mut values) = bulk.statement(backend, some)?;
            values.push(tenant.into());
            values.extend(shared.iter().cloned());
            self.0.execute(&text, values).await?;
        }
    }

    /// Inserts a row or, where `on_conflict` says so, updates the one that is there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upsert<A>(&mut self, row: A, on_conflict: OnConflict) -> Result<()>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        A::Entity: Owned,
    {
        let row = self.stamped(row);
        let insert = <A::Entity as EntityTrait>::insert(row).on_conflict(on_conflict);
        insert.exec_without_returning(self.0.read.transaction()).await?;
        Ok(())
    }

    /// Updates the row with the same primary key.
    ///
    /// # Errors
    /// `not_found` when the tenant has no such row.
    pub async fn update<A>(&mut self, row: A) -> Result<()>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        A::Entity: Owned,
    {
        let tenant = self.tenant().uuid();
        let row = self.stamped(row);
        let update = A::Entity::update(row)
            .validate()?
            .filter(<A::Entity as Owned>::TENANT.eq(tenant));
        match update.exec_without_returning(self.0.read.transaction()).await {
            Err(sea_orm::DbErr::RecordNotUpdated) => Err(kernel::Problem::not_found().into()),
            outcome => outcome.map(|_| ()).map_err(Error::from),
        }
    }

    /// Sets columns of all rows that meet `condition`; how many did. The guard of a state change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_where<E: Owned>(
        &mut self,
        columns: Vec<(E::Column, SimpleExpr)>,
        condition: impl IntoCondition,
    ) -> Result<u64> {
        let mut update = E::update_many()
            .filter(E::TENANT.eq(self.tenant().uuid()))
            .filter(condition);
        for (column, value) in columns {
            update = update.col_expr(column, value);
        }
        Ok(update.exec(self.0.read.transaction()).await?.rows_affected)
    }

    /// Deletes rows that meet `condition`; how many did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete<E: Owned>(&mut self, condition: impl IntoCondition) -> Result<u64> {
        let delete = E::delete_many()
            .filter(E::TENANT.eq(self.tenant().uuid()))
            .filter(condition);
        Ok(delete.exec(self.0.read.transaction()).await?.rows_affected)
    }

    /// A hand-written statement; bind from `$2` on, `$1` is the tenant.
    pub fn sql(&mut self, sql: Sql) -> Execution<'_> {
        let values = vec![self.tenant().uuid().into()];
        Execution {
            tx: self.0,
            sql,
            values,
        }
    }

    fn stamped<A>(&self, mut row: A) -> A
    where
        A: ActiveModelTrait,
        A::Entity: Owned,
    {
        row.set(<A::Entity as Owned>::TENANT, self.tenant().uuid().into());
        row
    }
}

/// A hand-written statement with its parameters.
#[must_use = "a statement does nothing until it runs"]
pub struct Execution<'t> {
    tx: &'t mut Tx,
    sql: Sql,
    values: Vec<Value>,
}

impl Execution<'_> {
    /// Binds the next parameter.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs it; how many rows it touched.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn execute(self) -> Result<u64> {
        self.tx.execute(self.sql.text(), self.values).await
    }
}
