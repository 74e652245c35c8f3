//! Rows of failed tries and of devices people have signed in from before.

use kernel::{Id, Instant, UserId};
use platform::{Read, Result, Sql, Writer};
use sea_orm::sea_query::{Condition, Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait};

use super::throttle::Failures;
use crate::tokens::SecretDigest;

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the room"
)]
mod failure {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_failures")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub counter_key: String,
        pub recent: i64,
        pub window_started_at: i64,
        pub strikes: i64,
        pub blocked_until: Option<i64>,
        pub last_at: i64,
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
mod device {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "known_devices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: Vec<u8>,
        pub user_id: Uuid,
        pub created_at: i64,
        pub last_seen_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

pub(crate) async fn failures(read: &Read, key: &str) -> Result<Failures> {
    let row = read
        .select::<failure::Entity>()
        .filter(failure::Column::CounterKey.eq(key))
        .one(read)
        .await?;
    Ok(row.map_or_else(
        || Failures::none(read.now()),
        |row| Failures {
            recent: row.recent,
            window_started_at: Instant::from_micros(row.window_started_at),
            strikes: row.strikes,
            blocked_until: row.blocked_until.map(Instant::from_micros),
            last_at: Instant::from_micros(row.last_at),
        },
    ))
}

/// Locks the row of a counter, made where there is none, until the transaction ends: what is read of it then is what all
/// before have counted. The embedded database has one writer and needs none of it; it does no harm there.
const HOLD: Sql = Sql::tenant(
    "INSERT INTO sign_in_failures (tenant_id, counter_key, recent, window_started_at, strikes, last_at) VALUES ($1, $2, 0, $3, 0, $3) \
     ON CONFLICT (tenant_id, counter_key) DO UPDATE SET counter_key = excluded.counter_key",
);

pub(crate) async fn hold_failures(w: &mut Writer<'_>, key: &str) -> Result<()> {
    let now = w.now().micros();
    w.sql(HOLD).bind(key).bind(now).execute().await.map(|_| ())
}

pub(crate) async fn put_failures(w: &mut Writer<'_>, key: &str, failures: Failures) -> Result<()> {
    use failure::Column as C;
    let row = failure::ActiveModel {
        counter_key: Set(key.to_owned()),
        recent: Set(failures.recent),
        window_started_at: Set(failures.window_started_at.micros()),
        strikes: Set(failures.strikes),
        blocked_until: Set(failures.blocked_until.map(Instant::micros)),
        last_at: Set(failures.last_at.micros()),
        ..Default::default()
    };
    let columns = [C::Recent, C::WindowStartedAt, C::Strikes, C::BlockedUntil, C::LastAt];
    w.upsert(
        row,
        OnConflict::columns([C::TenantId, C::CounterKey])
            .update_columns(columns)
            .to_owned(),
    )
    .await
}

pub(crate) async fn clear_failures(w: &mut Writer<'_>, key: &str) -> Result<()> {
    w.delete::<failure::Entity>(failure::Column::CounterKey.eq(key))
        .await
        .map(|_| ())
}

/// Whether this person has signed in from the device before.
pub(crate) async fn is_known(read: &Read, user: UserId, device_digest: SecretDigest) -> Result<bool> {
    use device::Column as C;
    let select = read
        .select::<device::Entity>()
        .filter(C::Digest.eq(device_digest.to_vec()))
        .filter(C::UserId.eq(user.uuid()));
    Ok(select.one(read).await?.is_some())
}

pub(crate) async fn remember(w: &mut Writer<'_>, user: UserId, device_digest: SecretDigest) -> Result<()> {
    let now = w.now().micros();
    let row = device::ActiveModel {
        digest: Set(device_digest.to_vec()),
        user_id: Set(user.uuid()),
        created_at: Set(now),
        last_seen_at: Set(now),
        ..Default::default()
    };
    w.insert(row).await
}

pub(crate) async fn seen_again(w: &mut Writer<'_>, user: UserId, device_digest: SecretDigest) -> Result<()> {
    use device::Column as C;
    let now = w.now().micros();
    let guard = Condition::all()
        .add(C::Digest.eq(device_digest.to_vec()))
        .add(C::UserId.eq(user.uuid()));
    w.update_where::<device::Entity>(vec![(C::LastSeenAt, Expr::value(now))], guard)
        .await
        .map(|_| ())
}

/// Forgets a person's devices: after a change of password none of them is trusted.
pub(crate) async fn forget_devices(w: &mut Writer<'_>, user: UserId) -> Result<()> {
    w.delete::<device::Entity>(device::Column::UserId.eq(user.uuid()))
        .await
        .map(|_| ())
}
