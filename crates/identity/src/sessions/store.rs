//! Rows of sessions and of the refresh tokens that carry some of them.

use kernel::{Id, Instant, SessionId, UserId};
use platform::{Error, Read, Result, Stored, Writer};
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ActiveValue::Set, ColumnTrait};
use uuid::Uuid;

use super::model::{Carrier, Session};
use crate::tokens::SecretDigest;
use crate::users::Kind;

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the room"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub kind: String,
        pub carrier: String,
        pub digest: Vec<u8>,
        pub created_at: i64,
        pub proved_at: i64,
        pub last_seen_at: i64,
        pub ends_at: i64,
        pub ended_at: Option<i64>,
        pub agent: String,
        pub network: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the room"
)]
mod refresh_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: Vec<u8>,
        pub session_id: Uuid,
        pub created_at: i64,
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

fn read_row(row: entity::Model) -> Result<Session> {
    let damaged = || Error::internal("a stored session is unreadable");
    Ok(Session {
        id: SessionId::from_uuid(row.id),
        user: UserId::from_uuid(row.user_id),
        kind: Kind::parse(&row.kind).ok_or_else(damaged)?,
        carrier: Carrier::parse(&row.carrier).ok_or_else(damaged)?,
        created_at: Instant::from_micros(row.created_at),
        proved_at: Instant::from_micros(row.proved_at),
        last_seen_at: Instant::from_micros(row.last_seen_at),
        ends_at: Instant::from_micros(row.ends_at),
        ended_at: row.ended_at.map(Instant::from_micros),
        agent: row.agent,
        network: row.network,
    })
}

pub(crate) async fn by_digest(read: &Read, digest: SecretDigest) -> Result<Option<Session>> {
    let row = read
        .select::<entity::Entity>()
        .filter(Column::Digest.eq(digest.to_vec()))
        .one(read)
        .await?;
    row.map(read_row).transpose()
}

pub(crate) async fn by_id(read: &Read, id: SessionId) -> Result<Option<Session>> {
    let row = read
        .select::<entity::Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?;
    row.map(read_row).transpose()
}

/// Sessions of a person that have not been ended and whose absolute end lies ahead, latest first; all of them, for a
/// change of password must miss none.
pub(crate) async fn open_ones(read: &Read, user: UserId) -> Result<Vec<Session>> {
    let rows = read
        .select::<entity::Entity>()
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::EndedAt.is_null())
        .filter(Column::EndsAt.gt(read.now().micros()))
        .order_by_desc(Column::LastSeenAt)
        .all(read)
        .await?;
    rows.into_iter().map(read_row).collect()
}

/// A session with the digest of what carries it.
pub(crate) struct Started {
    pub(crate) session: Session,
    pub(crate) digest: SecretDigest,
}

impl Stored for Started {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let Session {
            id,
            user,
            kind,
            carrier,
            created_at,
            proved_at,
            last_seen_at,
            ends_at,
            ref agent,
            ref network,
            ..
        } = self.session;
        let row = entity::ActiveModel {
            id: Set(id.uuid()),
            user_id: Set(user.uuid()),
            kind: Set(kind.key().to_owned()),
            carrier: Set(carrier.key().to_owned()),
            digest: Set(self.digest.to_vec()),
            created_at: Set(created_at.micros()),
            proved_at: Set(proved_at.micros()),
            last_seen_at: Set(last_seen_at.micros()),
            ends_at: Set(ends_at.micros()),
            ended_at: Set(None),
            agent: Set(agent.clone()),
            network: Set(network.clone()),
            ..Default::default()
        };
        w.insert(row).await?;
        if carrier == Carrier::Tokens {
            insert_refresh(w, id, self.digest).await?;
        }
        Ok(())
    }
}

/// Sessions that are to end now.
pub(crate) struct Ended(pub(crate) Vec<SessionId>);

impl Stored for Ended {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let now = w.now().micros();
        let ids: Vec<Uuid> = self.0.iter().map(|id| id.uuid()).collect();
        let guard = Condition::all()
            .add(Column::Id.is_in(ids))
            .add(Column::EndedAt.is_null());
        w.update_where::<entity::Entity>(vec![(Column::EndedAt, Expr::value(now))], guard)
            .await
            .map(|_| ())
    }
}

pub(crate) async fn mark_seen(w: &mut Writer<'_>, id: SessionId) -> Result<()> {
    let now = w.now().micros();
    w.update_where::<entity::Entity>(vec![(Column::LastSeenAt, Expr::value(now))], Column::Id.eq(id.uuid()))
        .await
        .map(|_| ())
}

pub(crate) async fn mark_proved(w: &mut Writer<'_>, id: SessionId) -> Result<()> {
    let now = w.now().micros();
    w.update_where::<entity::Entity>(vec![(Column::ProvedAt, Expr::value(now))], Column::Id.eq(id.uuid()))
        .await
        .map(|_| ())
}

/// A refresh token, used or not, with the session it belongs to.
pub(crate) async fn refresh_token(read: &Read, digest: SecretDigest) -> Result<Option<(SessionId, bool)>> {
    let select = read
        .select::<refresh_entity::Entity>()
        .filter(refresh_entity::Column::Digest.eq(digest.to_vec()));
    Ok(select
        .one(read)
        .await?
        .map(|row| (SessionId::from_uuid(row.session_id), row.used_at.is_some())))
}

/// Uses a refresh token up; `false` when somebody else did meanwhile.
pub(crate) async fn use_refresh_token(w: &mut Writer<'_>, digest: SecretDigest) -> Result<bool> {
    use refresh_entity::Column as C;
    let now = w.now().micros();
    let guard = Condition::all()
        .add(C::Digest.eq(digest.to_vec()))
        .add(C::UsedAt.is_null());
    Ok(
        w.update_where::<refresh_entity::Entity>(vec![(C::UsedAt, Expr::value(now))], guard)
            .await?
            == 1,
    )
}

pub(crate) async fn insert_refresh(w: &mut Writer<'_>, session: SessionId, digest: SecretDigest) -> Result<()> {
    let now = w.now().micros();
    let row = refresh_entity::ActiveModel {
        digest: Set(digest.to_vec()),
        session_id: Set(session.uuid()),
        created_at: Set(now),
        used_at: Set(None),
        ..Default::default()
    };
    w.insert(row).await
}
