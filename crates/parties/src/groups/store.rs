//! Rows of customer groups.

use kernel::{GroupId, Id, Instant};
use platform::{Error, Read, Result};
use sea_orm::{ActiveValue::Set, ColumnTrait};

use super::model::{Details, Group};
use crate::fold::fold;
use crate::record::store::{Rows, one};
use crate::record::{Record, State};

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

impl Rows for Details {
    type Entity = Entity;
    type Row = entity::ActiveModel;

    const ID: Column = Column::Id;
    const VERSION: Column = Column::Version;

    fn record(row: entity::Model) -> Result<Group> {
        Ok(Record {
            id: GroupId::from_uuid(row.id),
            details: Self {
                name: row.name,
                note: row.note,
            },
            state: State::parse(&row.state).ok_or_else(|| Error::internal("a stored group has an unreadable state"))?,
            version: row.version,
            created_at: Instant::from_micros(row.created_at),
            updated_at: Instant::from_micros(row.updated_at),
        })
    }

    fn row(group: &Group) -> entity::ActiveModel {
        entity::ActiveModel {
            id: Set(group.id.uuid()),
            name: Set(group.details.name.clone()),
            name_key: Set(fold(&group.details.name)),
            note: Set(group.details.note.clone()),
            state: Set(group.state.key().to_owned()),
            version: Set(group.version),
            created_at: Set(group.created_at.micros()),
            updated_at: Set(group.updated_at.micros()),
            ..Default::default()
        }
    }
}

pub(crate) async fn by_name(read: &Read, name: &str) -> Result<Option<Group>> {
    one::<Details>(read, Column::NameKey.eq(fold(name))).await
}

/// All groups by name; there are at most [`super::ops::MAX_GROUPS`].
pub(crate) async fn all(read: &Read) -> Result<Vec<Group>> {
    let rows = read.select::<Entity>().order_by_asc(Column::NameKey).all(read).await?;
    rows.into_iter().map(Details::record).collect()
}

pub(crate) async fn count(read: &Read) -> Result<u64> {
    read.select::<Entity>().count(read).await
}
