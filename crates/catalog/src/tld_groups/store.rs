//! Groups of endings in the database.

use kernel::{Id, Instant, TldGroupId};
use platform::{Read, Result, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr};

use super::entity::{ActiveModel, Column, Entity, Model};
use super::model::TldGroup;
use crate::values::stale;

/// All groups by name; there are at most [`super::ops::MAX_TLD_GROUPS`].
pub(super) async fn all(read: &Read) -> Result<Vec<TldGroup>> {
    let rows = read.select::<Entity>().order_by_asc(Column::Name).all(read).await?;
    Ok(rows.into_iter().map(typed).collect())
}

pub(super) async fn by_id(read: &Read, id: TldGroupId) -> Result<Option<TldGroup>> {
    let row = read
        .select::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?;
    Ok(row.map(typed))
}

fn typed(row: Model) -> TldGroup {
    TldGroup {
        id: TldGroupId::from_uuid(row.id),
        name: row.name,
        endings: row.endings.split_whitespace().map(str::to_owned).collect(),
        version: row.version,
        created_at: Instant::from_micros(row.created_at),
        updated_at: Instant::from_micros(row.updated_at),
        updated_by: row.updated_by,
    }
}

impl Stored for TldGroup {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let endings: Vec<&str> = self.endings.iter().map(String::as_str).collect();
        let row = ActiveModel {
            tenant_id: Set(writer.tenant().uuid()),
            id: Set(self.id.uuid()),
            name: Set(self.name.clone()),
            endings: Set(endings.join(" ")),
            version: Set(self.version),
            created_at: Set(self.created_at.micros()),
            updated_at: Set(self.updated_at.micros()),
            updated_by: Set(self.updated_by.clone()),
        };
        if self.version == 1 {
            return writer.insert(row).await;
        }
        let shown = Condition::all()
            .add(Column::Id.eq(self.id.uuid()))
            .add(Column::Version.eq(self.version - 1));
        let next = vec![(Column::Version, Expr::value(self.version))];
        if writer.update_where::<Entity>(next, shown).await? == 0 {
            return Err(stale().into());
        }
        writer.update(row).await
    }
}
