//! Rows of roles.

use std::collections::BTreeSet;

use kernel::{Id, Problem, RoleId};
use platform::{Error, Read, Result, Stored, Writer};
use sea_orm::sea_query::Condition;
use sea_orm::{ActiveValue::Set, ColumnTrait};

use super::model::{BuiltIn, Role};

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the room"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "roles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub built_in: Option<String>,
        pub permissions: String,
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

use entity::Column;

fn read_row(row: entity::Model) -> Result<Role> {
    let built_in = row
        .built_in
        .as_deref()
        .map(|key| BuiltIn::parse(key).ok_or_else(|| Error::internal("an unknown built-in role is stored")));
    Ok(Role {
        id: RoleId::from_uuid(row.id),
        name: row.name,
        built_in: built_in.transpose()?,
        permissions: row.permissions.split_whitespace().map(str::to_owned).collect(),
        version: row.version,
    })
}

/// All roles of the tenant: the built-in ones in their order, then its own by name. A tenant has dozens at most.
pub(crate) async fn all(read: &Read) -> Result<Vec<Role>> {
    let rows = read
        .select::<entity::Entity>()
        .order_by_asc(Column::Name)
        .limit(super::ops::MOST_ROLES + 20)
        .all(read)
        .await?;
    let mut roles: Vec<Role> = rows.into_iter().map(read_row).collect::<Result<_>>()?;
    roles.sort_by_key(|role| (role.built_in.is_none(), role.built_in));
    Ok(roles)
}

pub(crate) async fn by_id(read: &Read, id: RoleId) -> Result<Role> {
    let row = read
        .select::<entity::Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?;
    read_row(row.ok_or_else(Problem::not_found)?)
}

pub(crate) async fn built_in(read: &Read, role: BuiltIn) -> Result<Role> {
    let row = read
        .select::<entity::Entity>()
        .filter(Column::BuiltIn.eq(role.key()))
        .one(read)
        .await?;
    read_row(row.ok_or_else(|| Error::internal("a tenant lacks a built-in role"))?)
}

fn joined(permissions: &BTreeSet<String>) -> String {
    permissions.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// The built-in roles of a new tenant.
pub(crate) async fn insert_built_in(w: &mut Writer<'_>) -> Result<()> {
    let now = w.now().micros();
    let row = |role: BuiltIn| entity::ActiveModel {
        id: Set(w.new_id::<RoleId>().uuid()),
        name: Set(role.key().to_owned()),
        built_in: Set(Some(role.key().to_owned())),
        permissions: Set(String::new()),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let rows = BuiltIn::ALL.map(row).into();
    w.insert_many(rows).await
}

impl Stored for Role {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let now = w.now().micros();
        if self.version == 1 {
            let row = entity::ActiveModel {
                id: Set(self.id.uuid()),
                name: Set(self.name.clone()),
                built_in: Set(None),
                permissions: Set(joined(&self.permissions)),
                version: Set(1),
                created_at: Set(now),
                updated_at: Set(now),
                ..Default::default()
            };
            return w.insert(row).await;
        }
        let columns = vec![
            (Column::Name, self.name.as_str().into()),
            (Column::Permissions, joined(&self.permissions).into()),
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

/// A role that is to go.
pub(crate) struct Removed(pub(crate) RoleId);

impl Stored for Removed {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        w.delete::<entity::Entity>(Column::Id.eq(self.0.uuid()))
            .await
            .map(|_| ())
    }
}
