//! Rows of people who sign in. Credentials are read by sign-in alone and never leave this room.

use std::collections::HashMap;

use kernel::{Id, Instant, Problem, RoleId, UserId};
use platform::{Error, Read, Result, Stored, Writer};
use sea_orm::sea_query::Condition;
use sea_orm::{ActiveValue::Set, ColumnTrait};
use uuid::Uuid;

use super::model::{Added, Kind, State, User};
use crate::email::Email;

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the room"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub email: String,
        pub email_key: String,
        pub name: String,
        pub search_key: String,
        pub state: String,
        pub password_hash: Option<String>,
        pub password_changed_at: Option<i64>,
        pub email_verified_at: Option<i64>,
        pub locale: Option<String>,
        pub time_zone: Option<String>,
        pub avatar_version: i64,
        pub totp_sealed: Option<Vec<u8>>,
        pub totp_enabled_at: Option<i64>,
        pub totp_last_step: Option<i64>,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
        pub signed_in_at: Option<i64>,
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
mod role_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user_roles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub role_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

use entity::Column;

/// What a person proves who they are with.
pub(crate) struct Credentials {
    pub(crate) password_hash: Option<String>,
    pub(crate) totp_sealed: Option<Vec<u8>>,
    pub(crate) totp_last_step: Option<i64>,
}

fn read_row(row: entity::Model) -> Result<(User, Credentials)> {
    let damaged = |what: &str| Error::internal(format!("a stored user has an unreadable {what}"));
    let two_factor = row.totp_enabled_at.is_some();
    let user = User {
        id: UserId::from_uuid(row.id),
        kind: Kind::parse(&row.kind).ok_or_else(|| damaged("kind"))?,
        email: Email::parse(&row.email).ok_or_else(|| damaged("email"))?,
        name: row.name,
        state: State::parse(&row.state).ok_or_else(|| damaged("state"))?,
        email_verified_at: row.email_verified_at.map(Instant::from_micros),
        locale: row.locale,
        time_zone: row.time_zone,
        avatar_version: row.avatar_version,
        two_factor,
        version: row.version,
        created_at: Instant::from_micros(row.created_at),
        signed_in_at: row.signed_in_at.map(Instant::from_micros),
    };
    let totp_sealed = row.totp_sealed.filter(|_| two_factor);
    Ok((
        user,
        Credentials {
            password_hash: row.password_hash,
            totp_sealed,
            totp_last_step: row.totp_last_step,
        },
    ))
}

pub(crate) async fn by_id(read: &Read, id: UserId) -> Result<User> {
    Ok(with_credentials(read, id).await?.0)
}

pub(crate) async fn with_credentials(read: &Read, id: UserId) -> Result<(User, Credentials)> {
    let row = read
        .select::<entity::Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?;
    read_row(row.ok_or_else(Problem::not_found)?)
}

pub(crate) async fn by_email(read: &Read, email: &Email) -> Result<Option<(User, Credentials)>> {
    let row = read
        .select::<entity::Entity>()
        .filter(Column::EmailKey.eq(email.key()))
        .one(read)
        .await?;
    row.map(read_row).transpose()
}

/// Names of those of these people that there are.
pub(crate) async fn names(read: &Read, ids: &[UserId]) -> Result<Vec<(UserId, String)>> {
    let these = Column::Id.is_in(ids.iter().map(|id| id.uuid()));
    let rows = read.select::<entity::Entity>().filter(these).all(read).await?;
    Ok(rows
        .into_iter()
        .map(|row| (UserId::from_uuid(row.id), row.name))
        .collect())
}

/// Which people a list asks for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Staff or customers; both when none.
    pub kind: Option<Kind>,
    /// One state.
    pub state: Option<State>,
    /// Part of a name or an address.
    pub q: Option<String>,
}

/// Newest first, after the row a cursor names.
pub(crate) async fn list(read: &Read, filter: &Filter, after: Option<(i64, Uuid)>, rows: u64) -> Result<Vec<User>> {
    let select = filtered(read, filter);
    let select = match after {
        None => select,
        Some((at, id)) => select.filter(
            Condition::any()
                .add(Column::CreatedAt.lt(at))
                .add(Condition::all().add(Column::CreatedAt.eq(at)).add(Column::Id.lt(id))),
        ),
    };
    let found = select
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(rows)
        .all(read)
        .await?;
    found
        .into_iter()
        .map(|row| read_row(row).map(|(user, _)| user))
        .collect()
}

pub(crate) async fn count(read: &Read, filter: &Filter) -> Result<u64> {
    filtered(read, filter).count(read).await
}

fn filtered(read: &Read, filter: &Filter) -> platform::Select<entity::Entity> {
    let text = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let mut select = read.select::<entity::Entity>();
    if let Some(kind) = filter.kind {
        select = select.filter(Column::Kind.eq(kind.key()));
    }
    if let Some(state) = filter.state {
        select = select.filter(Column::State.eq(state.key()));
    }
    if let Some(text) = text {
        let escaped: String = text
            .to_lowercase()
            .chars()
            .flat_map(|c| "%_\\".contains(c).then_some('\\').into_iter().chain([c]))
            .collect();
        select = select
            .filter(Column::SearchKey.like(sea_orm::sea_query::LikeExpr::new(format!("%{escaped}%")).escape('\\')));
    }
    select
}

/// The roles of each of these people.
pub(crate) async fn roles_of(read: &Read, users: &[UserId]) -> Result<HashMap<UserId, Vec<RoleId>>> {
    let ids: Vec<Uuid> = users.iter().map(|id| id.uuid()).collect();
    let rows = read
        .select::<role_entity::Entity>()
        .filter(role_entity::Column::UserId.is_in(ids))
        .all(read)
        .await?;
    let mut roles: HashMap<UserId, Vec<RoleId>> = HashMap::new();
    for row in rows {
        roles
            .entry(UserId::from_uuid(row.user_id))
            .or_default()
            .push(RoleId::from_uuid(row.role_id));
    }
    Ok(roles)
}

/// How many enabled people have a role.
pub(crate) async fn holders(read: &Read, role: RoleId) -> Result<Vec<UserId>> {
    let rows = read
        .select::<role_entity::Entity>()
        .filter(role_entity::Column::RoleId.eq(role.uuid()))
        .all(read)
        .await?;
    let ids: Vec<Uuid> = rows.into_iter().map(|row| row.user_id).collect();
    let able = read
        .select::<entity::Entity>()
        .filter(Column::Id.is_in(ids))
        .filter(Column::State.is_in([State::Active.key(), State::Unverified.key()]))
        .all(read)
        .await?;
    Ok(able.into_iter().map(|row| UserId::from_uuid(row.id)).collect())
}

/// Whether anybody, able to sign in or not, has a role.
pub(crate) async fn has_holders(read: &Read, role: RoleId) -> Result<bool> {
    let row = read
        .select::<role_entity::Entity>()
        .filter(role_entity::Column::RoleId.eq(role.uuid()))
        .one(read)
        .await?;
    Ok(row.is_some())
}

fn search_key(user: &User) -> String {
    format!("{} {}", user.name, user.email).to_lowercase()
}

impl Stored for Added {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let Self {
            user,
            password_hash,
            roles,
        } = self;
        let now = w.now().micros();
        let row = entity::ActiveModel {
            id: Set(user.id.uuid()),
            kind: Set(user.kind.key().to_owned()),
            email: Set(user.email.as_str().to_owned()),
            email_key: Set(user.email.key()),
            name: Set(user.name.clone()),
            search_key: Set(search_key(user)),
            state: Set(user.state.key().to_owned()),
            password_hash: Set(password_hash.clone()),
            password_changed_at: Set(password_hash.is_some().then_some(now)),
            email_verified_at: Set(user.email_verified_at.map(Instant::micros)),
            locale: Set(user.locale.clone()),
            time_zone: Set(user.time_zone.clone()),
            avatar_version: Set(user.avatar_version),
            totp_sealed: Set(None),
            totp_enabled_at: Set(None),
            totp_last_step: Set(None),
            version: Set(user.version),
            created_at: Set(user.created_at.micros()),
            updated_at: Set(now),
            signed_in_at: Set(None),
            ..Default::default()
        };
        w.insert(row).await?;
        insert_roles(w, user.id, roles).await
    }
}

/// Everything a person or an administrator may change; guarded by the version it was read with.
impl Stored for User {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let now = w.now().micros();
        let columns = vec![
            (Column::Email, self.email.as_str().into()),
            (Column::EmailKey, self.email.key().into()),
            (Column::Name, self.name.as_str().into()),
            (Column::SearchKey, search_key(self).into()),
            (Column::State, self.state.key().into()),
            (
                Column::EmailVerifiedAt,
                self.email_verified_at.map(Instant::micros).into(),
            ),
            (Column::Locale, self.locale.clone().into()),
            (Column::TimeZone, self.time_zone.clone().into()),
            (Column::AvatarVersion, self.avatar_version.into()),
            (Column::Version, self.version.into()),
            (Column::UpdatedAt, now.into()),
        ];
        let guard = Condition::all()
            .add(Column::Id.eq(self.id.uuid()))
            .add(Column::Version.eq(self.version - 1));
        match w.update_where::<entity::Entity>(columns, guard).await? {
            0 => Err(Problem::conflict("changed_meanwhile").into()),
            _ => Ok(()),
        }
    }
}

/// The whole set of somebody's roles.
pub(crate) struct RolesOf(pub(crate) UserId, pub(crate) Vec<RoleId>);

impl Stored for RolesOf {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        w.delete::<role_entity::Entity>(role_entity::Column::UserId.eq(self.0.uuid()))
            .await?;
        insert_roles(w, self.0, &self.1).await
    }
}

async fn insert_roles(w: &mut Writer<'_>, user: UserId, roles: &[RoleId]) -> Result<()> {
    let row = |role: &RoleId| role_entity::ActiveModel {
        user_id: Set(user.uuid()),
        role_id: Set(role.uuid()),
        ..Default::default()
    };
    w.insert_many(roles.iter().map(row).collect()).await
}

/// A new password of somebody.
pub(crate) struct PasswordOf(pub(crate) UserId, pub(crate) String);

impl Stored for PasswordOf {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let now = w.now().micros();
        let columns = vec![
            (Column::PasswordHash, self.1.as_str().into()),
            (Column::PasswordChangedAt, now.into()),
        ];
        w.update_where::<entity::Entity>(columns, Column::Id.eq(self.0.uuid()))
            .await
            .map(|_| ())
    }
}

/// Second-factor columns of somebody; sealed secret and whether it is on.
pub(crate) struct TotpOf {
    pub(crate) user: UserId,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) enabled_at: Option<Instant>,
    pub(crate) last_step: Option<i64>,
}

impl Stored for TotpOf {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let columns = vec![
            (Column::TotpSealed, self.sealed.clone().into()),
            (Column::TotpEnabledAt, self.enabled_at.map(Instant::micros).into()),
            (Column::TotpLastStep, self.last_step.into()),
        ];
        w.update_where::<entity::Entity>(columns, Column::Id.eq(self.user.uuid()))
            .await
            .map(|_| ())
    }
}

/// Takes a one-time code's step; `false` when it (or a later one) was taken meanwhile.
pub(crate) async fn take_totp_step(w: &mut Writer<'_>, user: UserId, step: i64) -> Result<bool> {
    let unused = Condition::any()
        .add(Column::TotpLastStep.is_null())
        .add(Column::TotpLastStep.lt(step));
    let guard = Condition::all().add(Column::Id.eq(user.uuid())).add(unused);
    Ok(
        w.update_where::<entity::Entity>(vec![(Column::TotpLastStep, step.into())], guard)
            .await?
            == 1,
    )
}

pub(crate) async fn mark_signed_in(w: &mut Writer<'_>, user: UserId) -> Result<()> {
    let now = w.now().micros();
    w.update_where::<entity::Entity>(vec![(Column::SignedInAt, now.into())], Column::Id.eq(user.uuid()))
        .await
        .map(|_| ())
}

/// The sealed secret of a second factor that is not yet confirmed.
pub(crate) async fn pending_totp(read: &Read, user: UserId) -> Result<Option<Vec<u8>>> {
    let row = read
        .select::<entity::Entity>()
        .filter(Column::Id.eq(user.uuid()))
        .one(read)
        .await?;
    Ok(row
        .filter(|row| row.totp_enabled_at.is_none())
        .and_then(|row| row.totp_sealed))
}
