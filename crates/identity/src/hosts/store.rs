//! Rows of domains of a tenant's own.

use kernel::{HostId, Id, Instant, Problem};
use platform::{Read, Result, Stored, Writer};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait};

use super::model::OwnHost;

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the room"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tenant_hosts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub host: String,
        pub proof: String,
        pub created_at: i64,
        pub checked_at: Option<i64>,
        pub verified_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

use entity::Column;

fn read_row(row: entity::Model) -> OwnHost {
    OwnHost {
        id: HostId::from_uuid(row.id),
        host: row.host,
        proof: row.proof,
        created_at: Instant::from_micros(row.created_at),
        checked_at: row.checked_at.map(Instant::from_micros),
        verified_at: row.verified_at.map(Instant::from_micros),
    }
}

pub(crate) async fn all(read: &Read) -> Result<Vec<OwnHost>> {
    let rows = read
        .select::<entity::Entity>()
        .order_by_asc(Column::Host)
        .limit(100)
        .all(read)
        .await?;
    Ok(rows.into_iter().map(read_row).collect())
}

pub(crate) async fn by_id(read: &Read, id: HostId) -> Result<OwnHost> {
    let row = read
        .select::<entity::Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?;
    Ok(read_row(row.ok_or_else(Problem::not_found)?))
}

/// The domain mails link to, when the tenant has proved one.
pub(crate) async fn first_verified(read: &Read) -> Result<Option<String>> {
    let select = read
        .select::<entity::Entity>()
        .filter(Column::VerifiedAt.is_not_null())
        .order_by_asc(Column::VerifiedAt);
    Ok(select.one(read).await?.map(|row| row.host))
}

/// A domain newly claimed.
pub(crate) struct Claimed(pub(crate) OwnHost);

impl Stored for Claimed {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let OwnHost {
            id,
            host,
            proof,
            created_at,
            ..
        } = &self.0;
        let row = entity::ActiveModel {
            id: Set(id.uuid()),
            host: Set(host.clone()),
            proof: Set(proof.clone()),
            created_at: Set(created_at.micros()),
            checked_at: Set(None),
            verified_at: Set(None),
            ..Default::default()
        };
        w.insert(row).await
    }
}

/// A domain whose proof was found.
pub(crate) struct Verified(pub(crate) HostId);

impl Stored for Verified {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let now = w.now().micros();
        let columns = vec![
            (Column::VerifiedAt, Expr::value(now)),
            (Column::CheckedAt, Expr::value(now)),
        ];
        match w
            .update_where::<entity::Entity>(columns, Column::Id.eq(self.0.uuid()))
            .await?
        {
            // Given up while its record was looked for.
            0 => Err(Problem::not_found().into()),
            _ => Ok(()),
        }
    }
}

pub(crate) async fn mark_checked(w: &mut Writer<'_>, id: HostId) -> Result<()> {
    let now = w.now().micros();
    w.update_where::<entity::Entity>(vec![(Column::CheckedAt, Expr::value(now))], Column::Id.eq(id.uuid()))
        .await
        .map(|_| ())
}

/// A domain given up.
pub(crate) struct Removed(pub(crate) HostId);

impl Stored for Removed {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        w.delete::<entity::Entity>(Column::Id.eq(self.0.uuid()))
            .await
            .map(|_| ())
    }
}
