//! Entity queries that carry the tenant's filter from birth and run only inside a transaction.

use sea_orm::sea_query::{IntoCondition, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, IntoSimpleExpr, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Read;
use crate::Result;

/// An entity whose rows belong to tenants.
pub trait Owned: EntityTrait {
    /// The column that names the tenant.
    const TENANT: Self::Column;
}

/// A query over one tenant's rows; made by [`Read::select`].
#[must_use = "a query does nothing until it runs"]
pub struct Select<E: Owned>(sea_orm::Select<E>);

impl<E: Owned> Select<E> {
    pub(crate) fn of(tenant: kernel::TenantId) -> Self {
        Self(E::find().filter(E::TENANT.eq(kernel::Id::uuid(tenant))))
    }

    /// Keeps only rows that meet `condition`.
    pub fn filter(self, condition: impl IntoCondition) -> Self {
        Self(self.0.filter(condition))
    }

    /// Keeps only rows that meet `condition`, when there is one.
    pub fn filter_if(self, condition: Option<SimpleExpr>) -> Self {
        match condition {
            Some(condition) => self.filter(condition),
            None => self,
        }
    }

    /// Ascending by `column`, after the orders named before.
    pub fn order_by_asc(self, column: impl IntoSimpleExpr) -> Self {
        Self(self.0.order_by(column, Order::Asc))
    }

    /// Descending by `column`, after the orders named before.
    pub fn order_by_desc(self, column: impl IntoSimpleExpr) -> Self {
        Self(self.0.order_by(column, Order::Desc))
    }

    /// At most `rows`.
    pub fn limit(self, rows: u64) -> Self {
        Self(self.0.limit(rows))
    }

    /// The first row, if any.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn one(self, read: &Read) -> Result<Option<E::Model>> {
        Ok(self.0.one(read.transaction()).await?)
    }

    /// All rows. Bound it with [`Select::limit`] unless the table is small by nature.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all(self, read: &Read) -> Result<Vec<E::Model>> {
        Ok(self.0.all(read.transaction()).await?)
    }

    /// How many rows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(self, read: &Read) -> Result<u64>
    where
        E::Model: Send + Sync,
    {
        Ok(PaginatorTrait::count(self.0, read.transaction()).await?)
    }
}
