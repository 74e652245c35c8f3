//! Rows of records.

use kernel::Id;
use platform::{Owned, Read, Result, Stored, Writer};
use sea_orm::sea_query::{Condition, Expr, IntoCondition};
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, ColumnTrait, EntityTrait};
use uuid::Uuid;

use super::{Details, Of, Record, stale};

/// Details that have a table.
pub(crate) trait Rows: Details {
    type Entity: Owned<Model: Send + Sync>;
    type Row: ActiveModelTrait<Entity = Self::Entity> + ActiveModelBehavior + Send;

    const ID: Column<Self>;
    const VERSION: Column<Self>;

    /// A row, read.
    fn record(row: <Self::Entity as EntityTrait>::Model) -> Result<Of<Self>>;

    /// A record as a row.
    fn row(record: &Of<Self>) -> Self::Row;
}

/// A column of the table of these details.
pub(crate) type Column<D> = <<D as Rows>::Entity as EntityTrait>::Column;

/// The record that meets a condition.
pub(crate) async fn one<D: Rows>(read: &Read, condition: impl IntoCondition) -> Result<Option<Of<D>>> {
    let row = read.select::<D::Entity>().filter(condition).one(read).await?;
    row.map(D::record).transpose()
}

/// The record of an id.
pub(crate) async fn by_id<D: Rows>(read: &Read, id: D::Id) -> Result<Option<Of<D>>> {
    one::<D>(read, D::ID.eq(id.uuid())).await
}

/// The records of those of these ids that have one.
pub(crate) async fn these<D: Rows>(read: &Read, ids: &[D::Id]) -> Result<Vec<Of<D>>> {
    let these = D::ID.is_in(ids.iter().map(|id| id.uuid()));
    let rows = read.select::<D::Entity>().filter(these).all(read).await?;
    rows.into_iter().map(D::record).collect()
}

impl<D: Rows> Stored for Record<D::Id, D> {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        put(w, D::row(self), (D::ID, self.id.uuid()), (D::VERSION, self.version)).await
    }
}

/// A new row, or the whole row anew, guarded by the version the change was based on.
pub(crate) async fn put<A>(
    w: &mut Writer<'_>,
    row: A,
    (id_column, id): (<A::Entity as EntityTrait>::Column, Uuid),
    (version_column, version): (<A::Entity as EntityTrait>::Column, i64),
) -> Result<()>
where
    A: ActiveModelTrait + ActiveModelBehavior + Send,
    A::Entity: Owned,
{
    if version == 1 {
        return w.insert(row).await;
    }
    // Takes the row when nobody changed it meanwhile; what follows writes it.
    let guard = Condition::all()
        .add(id_column.eq(id))
        .add(version_column.eq(version - 1));
    let taken = w
        .update_where::<A::Entity>(vec![(version_column, Expr::value(version))], guard)
        .await?;
    if taken == 0 {
        return Err(stale().into());
    }
    w.update(row).await
}
