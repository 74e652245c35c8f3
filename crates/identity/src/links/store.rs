//! Rows of links.

use kernel::{Id, Instant, LinkId};
use platform::{Error, Read, Result, Writer};
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ActiveValue::Set, ColumnTrait};
use uuid::Uuid;

use super::model::{Link, Purpose};
use crate::tokens::SecretDigest;

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the room"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "links")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub purpose: String,
        pub subject: Uuid,
        pub digest: Vec<u8>,
        pub detail: Option<String>,
        pub created_at: i64,
        pub expires_at: i64,
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

pub(crate) async fn by_digest(read: &Read, purpose: Purpose, digest: SecretDigest) -> Result<Option<Link>> {
    let select = read
        .select::<entity::Entity>()
        .filter(Column::Digest.eq(digest.to_vec()))
        .filter(Column::Purpose.eq(purpose.key()));
    let Some(row) = select.one(read).await? else {
        return Ok(None);
    };
    Ok(Some(Link {
        id: LinkId::from_uuid(row.id),
        purpose: Purpose::parse(&row.purpose).ok_or_else(|| Error::internal("a stored link has an unknown purpose"))?,
        subject: row.subject,
        detail: row.detail,
        expires_at: Instant::from_micros(row.expires_at),
        used_at: row.used_at.map(Instant::from_micros),
    }))
}

pub(crate) async fn insert(w: &mut Writer<'_>, link: &Link, digest: SecretDigest) -> Result<()> {
    let now = w.now().micros();
    let row = entity::ActiveModel {
        id: Set(link.id.uuid()),
        purpose: Set(link.purpose.key().to_owned()),
        subject: Set(link.subject),
        digest: Set(digest.to_vec()),
        detail: Set(link.detail.clone()),
        created_at: Set(now),
        expires_at: Set(link.expires_at.micros()),
        used_at: Set(None),
        ..Default::default()
    };
    w.insert(row).await
}

/// Uses a link up; `false` when somebody else did meanwhile.
pub(crate) async fn spend(w: &mut Writer<'_>, id: LinkId) -> Result<bool> {
    let now = w.now().micros();
    let guard = Condition::all()
        .add(Column::Id.eq(id.uuid()))
        .add(Column::UsedAt.is_null());
    Ok(
        w.update_where::<entity::Entity>(vec![(Column::UsedAt, Expr::value(now))], guard)
            .await?
            == 1,
    )
}

/// Uses up every link of a person, whatever it is for.
pub(crate) async fn spend_all(w: &mut Writer<'_>, subject: Uuid) -> Result<()> {
    let now = w.now().micros();
    let guard = Condition::all()
        .add(Column::Subject.eq(subject))
        .add(Column::UsedAt.is_null());
    w.update_where::<entity::Entity>(vec![(Column::UsedAt, Expr::value(now))], guard)
        .await
        .map(|_| ())
}
