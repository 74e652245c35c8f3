//! Rows of recovery codes; the shared secret lives, sealed, with its person.

use kernel::{Id, UserId};
use platform::{Read, Result, Writer};
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ActiveValue::Set, ColumnTrait};

use crate::tokens::SecretDigest;

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the room"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: Vec<u8>,
        pub used_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

use entity::Column;

/// Puts new codes in the place of all old ones.
pub(crate) async fn replace(w: &mut Writer<'_>, user: UserId, digests: &[SecretDigest]) -> Result<()> {
    w.delete::<entity::Entity>(Column::UserId.eq(user.uuid())).await?;
    let row = |digest: &SecretDigest| entity::ActiveModel {
        user_id: Set(user.uuid()),
        digest: Set(digest.to_vec()),
        used_at: Set(None),
        ..Default::default()
    };
    w.insert_many(digests.iter().map(row).collect()).await
}

/// Crosses a code out; `false` when there is none such or it was used before.
pub(crate) async fn cross_out(w: &mut Writer<'_>, user: UserId, digest: SecretDigest) -> Result<bool> {
    let now = w.now().micros();
    let guard = Condition::all()
        .add(Column::UserId.eq(user.uuid()))
        .add(Column::Digest.eq(digest.to_vec()))
        .add(Column::UsedAt.is_null());
    Ok(
        w.update_where::<entity::Entity>(vec![(Column::UsedAt, Expr::value(now))], guard)
            .await?
            == 1,
    )
}

/// How many codes are left.
pub(crate) async fn left(read: &Read, user: UserId) -> Result<u64> {
    read.select::<entity::Entity>()
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::UsedAt.is_null())
        .count(read)
        .await
}
