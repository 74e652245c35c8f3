//! Rows of people's pictures.

use kernel::{Id, UserId};
use platform::{Read, Result, Stored, Writer};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait};

use crate::users::User;

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the room"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user_avatars")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub media_type: String,
        pub content: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

use entity::Column;

/// A person with a new picture.
pub(crate) struct Pictured {
    pub(crate) user: User,
    pub(crate) jpeg: Vec<u8>,
}

impl Stored for Pictured {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        self.user.store(w).await?;
        let row = entity::ActiveModel {
            user_id: Set(self.user.id.uuid()),
            media_type: Set("image/jpeg".to_owned()),
            content: Set(self.jpeg.clone()),
            ..Default::default()
        };
        let again = OnConflict::columns([Column::TenantId, Column::UserId])
            .update_columns([Column::MediaType, Column::Content])
            .to_owned();
        w.upsert(row, again).await
    }
}

pub(crate) async fn of(read: &Read, user: UserId) -> Result<Option<Vec<u8>>> {
    let row = read
        .select::<entity::Entity>()
        .filter(Column::UserId.eq(user.uuid()))
        .one(read)
        .await?;
    Ok(row.map(|row| row.content))
}
