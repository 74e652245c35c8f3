//! What a transaction may read.

use std::sync::Arc;

use kernel::{Instant, TenantId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Statement, Value};

use super::{Among, Owned, Select, Sql};
use crate::settings::Defaults;
use crate::{Actor, Permission, Result, Scope};

/// A consistent snapshot of one tenant's rows. Every `Tx` is one too.
pub struct Read {
    pub(crate) transaction: DatabaseTransaction,
    scope: Scope,
    now: Instant,
    defaults: Arc<Defaults>,
}

impl Read {
    pub(crate) fn new(transaction: DatabaseTransaction, scope: Scope, now: Instant, defaults: Arc<Defaults>) -> Self {
        Self {
            transaction,
            scope,
            now,
            defaults,
        }
    }

    /// Rows of one entity that belong to the tenant.
    pub fn select<E: Owned>(&self) -> Select<E> {
        Select::of(self.scope.tenant())
    }

    /// A hand-written query; bind from `$2` on, `$1` is the tenant.
    pub fn sql(&self, sql: Sql) -> Query<'_> {
        Query {
            read: self,
            sql,
            values: vec![kernel::Id::uuid(self.scope.tenant()).into()],
        }
    }

    /// The rows of these keys, in the keys' order; some hundred keys at most.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn among<T: FromQueryResult>(&self, among: Among, keys: Vec<Value>) -> Result<Vec<T>> {
        self.ask_among(among, keys, false).await
    }

    pub(super) async fn ask_among<T: FromQueryResult>(
        &self,
        among: Among,
        keys: Vec<Value>,
        held: bool,
    ) -> Result<Vec<T>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let backend = self.transaction.get_database_backend();
        let (text, mut values) = among.statement(backend, keys, held)?;
        values.push(kernel::Id::uuid(self.scope.tenant()).into());
        let statement = Statement::from_sql_and_values(backend, text, values);
        let rows = self.transaction.query_all_raw(statement).await?;
        Ok(rows
            .iter()
            .map(|row| T::from_query_result(row, ""))
            .collect::<Result<_, _>>()?)
    }

    /// Whose rows.
    pub fn tenant(&self) -> TenantId {
        self.scope.tenant()
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        self.scope.actor()
    }

    /// Tenant and actor.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The moment this transaction began; the same throughout.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Refuses when the actor lacks `permission`.
    ///
    /// # Errors
    /// `forbidden` (403).
    pub fn allow(&self, permission: Permission) -> Result<()> {
        self.scope.allow(permission)
    }

    /// What the installation's settings are where the tenant has chosen nothing.
    pub(crate) fn defaults(&self) -> &Defaults {
        &self.defaults
    }

    pub(crate) fn transaction(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

/// A hand-written query with its parameters.
#[must_use = "a query does nothing until it runs"]
pub struct Query<'r> {
    read: &'r Read,
    sql: Sql,
    values: Vec<Value>,
}

impl Query<'_> {
    /// Binds the next parameter.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    fn statement(&mut self) -> Statement {
        let backend = self.read.transaction.get_database_backend();
        Statement::from_sql_and_values(backend, self.sql.text(), std::mem::take(&mut self.values))
    }

    /// The first row, if any.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn one<T: FromQueryResult>(mut self) -> Result<Option<T>> {
        let row = self.read.transaction.query_one_raw(self.statement()).await?;
        Ok(row.map(|row| T::from_query_result(&row, "")).transpose()?)
    }

    /// All rows; bound them with `LIMIT`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all<T: FromQueryResult>(mut self) -> Result<Vec<T>> {
        let rows = self.read.transaction.query_all_raw(self.statement()).await?;
        Ok(rows
            .iter()
            .map(|row| T::from_query_result(row, ""))
            .collect::<Result<_, _>>()?)
    }
}
