//! Rows of customer groups.

use kernel::{GroupId, Id, Instant};
use platform::{Error, Read, Result, Stored, Writer};
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ActiveValue::Set, ColumnTrait};

use super::model::Group;
use crate::fold::fold;
use crate::party::{State, stale};

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the slice"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "customer_groups")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub name_key: String,
        pub note: Option<String>,
        pub state: String,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

use entity::{Column, Entity};

fn read_row(row: entity::Model) -> Result<Group> {
    Ok(Group {
        id: GroupId::from_uuid(row.id),
        name: row.name,
        note: row.note,
        state: State::parse(&row.state).ok_or_else(|| Error::internal("a stored group has an unreadable state"))?,
        version: row.version,
        created_at: Instant::from_micros(row.created_at),
        updated_at: Instant::from_micros(row.updated_at),
    })
}

pub(crate) async fn by_id(read: &Read, id: GroupId) -> Result<Option<Group>> {
    let row = read
        .select::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?;
    row.map(read_row).transpose()
}

pub(crate) async fn by_name(read: &Read, name: &str) -> Result<Option<Group>> {
    let row = read
        .select::<Entity>()
        .filter(Column::NameKey.eq(fold(name.trim())))
        .one(read)
        .await?;
    row.map(read_row).transpose()
}

/// All groups by name; there are at most [`super::ops::MAX_GROUPS`].
pub(crate) async fn all(read: &Read) -> Result<Vec<Group>> {
    let rows = read.select::<Entity>().order_by_asc(Column::NameKey).all(read).await?;
    rows.into_iter().map(read_row).collect()
}

pub(crate) async fn count(read: &Read) -> Result<u64> {
    read.select::<Entity>().count(read).await
}

impl Stored for Group {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let row = entity::ActiveModel {
            id: Set(self.id.uuid()),
            name: Set(self.name.clone()),
            name_key: Set(fold(&self.name)),
            note: Set(self.note.clone()),
            state: Set(self.state.key().to_owned()),
            version: Set(self.version),
            created_at: Set(self.created_at.micros()),
            updated_at: Set(self.updated_at.micros()),
            ..Default::default()
        };
        if self.version == 1 {
            return w.insert(row).await;
        }
        let guard = Condition::all()
            .add(Column::Id.eq(self.id.uuid()))
            .add(Column::Version.eq(self.version - 1));
        let taken = w
            .update_where::<Entity>(vec![(Column::Version, Expr::value(self.version))], guard)
            .await?;
        if taken == 0 {
            return Err(stale().into());
        }
        w.update(row).await
    }
}
