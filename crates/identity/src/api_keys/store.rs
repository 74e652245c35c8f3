//! Rows of API keys.

use kernel::{ApiKeyId, Id, Instant, Problem, UserId};
use platform::{Error, Read, Result, Stored, Writer};
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ActiveValue::Set, ColumnTrait};
use uuid::Uuid;

use super::model::{ApiKey, Mode};
use crate::tokens::SecretDigest;

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the room"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub name: String,
        pub mode: String,
        pub digest: Vec<u8>,
        pub hint: String,
        pub permissions: String,
        pub created_at: i64,
        pub expires_at: Option<i64>,
        pub last_used_at: Option<i64>,
        pub revoked_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

use entity::Column;

fn read_row(row: entity::Model) -> Result<ApiKey> {
    Ok(ApiKey {
        id: ApiKeyId::from_uuid(row.id),
        user: UserId::from_uuid(row.user_id),
        name: row.name,
        mode: Mode::parse(&row.mode).ok_or_else(|| Error::internal("a stored API key has an unknown mode"))?,
        hint: row.hint,
        permissions: row.permissions.split_whitespace().map(str::to_owned).collect(),
        created_at: Instant::from_micros(row.created_at),
        expires_at: row.expires_at.map(Instant::from_micros),
        last_used_at: row.last_used_at.map(Instant::from_micros),
        revoked_at: row.revoked_at.map(Instant::from_micros),
    })
}

pub(crate) async fn by_digest(read: &Read, digest: SecretDigest) -> Result<Option<ApiKey>> {
    let row = read
        .select::<entity::Entity>()
        .filter(Column::Digest.eq(digest.to_vec()))
        .one(read)
        .await?;
    row.map(read_row).transpose()
}

pub(crate) async fn by_id(read: &Read, id: ApiKeyId) -> Result<ApiKey> {
    let row = read
        .select::<entity::Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?;
    read_row(row.ok_or_else(Problem::not_found)?)
}

/// Names of those of these keys that there are.
pub(crate) async fn names(read: &Read, ids: &[ApiKeyId]) -> Result<Vec<(ApiKeyId, String)>> {
    let these = Column::Id.is_in(ids.iter().map(|id| id.uuid()));
    let rows = read.select::<entity::Entity>().filter(these).all(read).await?;
    Ok(rows
        .into_iter()
        .map(|row| (ApiKeyId::from_uuid(row.id), row.name))
        .collect())
}

/// Newest first, after the row a cursor names.
pub(crate) async fn list(read: &Read, after: Option<(i64, Uuid)>, rows: u64) -> Result<Vec<ApiKey>> {
    let mut select = read.select::<entity::Entity>();
    if let Some((at, id)) = after {
        let same = Condition::all().add(Column::CreatedAt.eq(at)).add(Column::Id.lt(id));
        select = select.filter(Condition::any().add(Column::CreatedAt.lt(at)).add(same));
    }
    let found = select
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(rows)
        .all(read)
        .await?;
    found.into_iter().map(read_row).collect()
}

/// A new key with the digest of its secret.
pub(crate) struct Made {
    pub(crate) key: ApiKey,
    pub(crate) digest: SecretDigest,
}

impl Stored for Made {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let key = &self.key;
        let row = entity::ActiveModel {
            id: Set(key.id.uuid()),
            user_id: Set(key.user.uuid()),
            name: Set(key.name.clone()),
            mode: Set(key.mode.key().to_owned()),
            digest: Set(self.digest.to_vec()),
            hint: Set(key.hint.clone()),
            permissions: Set(key.permissions.iter().map(String::as_str).collect::<Vec<_>>().join(" ")),
            created_at: Set(key.created_at.micros()),
            expires_at: Set(key.expires_at.map(Instant::micros)),
            last_used_at: Set(None),
            revoked_at: Set(None),
            ..Default::default()
        };
        w.insert(row).await
    }
}

/// A key that is to open nothing any more.
pub(crate) struct Revoked(pub(crate) ApiKeyId);

impl Stored for Revoked {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let now = w.now().micros();
        let guard = Condition::all()
            .add(Column::Id.eq(self.0.uuid()))
            .add(Column::RevokedAt.is_null());
        match w
            .update_where::<entity::Entity>(vec![(Column::RevokedAt, Expr::value(now))], guard)
            .await?
        {
            0 => Err(Problem::conflict("api_key_revoked").into()),
            _ => Ok(()),
        }
    }
}

pub(crate) async fn mark_used(w: &mut Writer<'_>, id: ApiKeyId) -> Result<()> {
    let now = w.now().micros();
    w.update_where::<entity::Entity>(vec![(Column::LastUsedAt, Expr::value(now))], Column::Id.eq(id.uuid()))
        .await
        .map(|_| ())
}
