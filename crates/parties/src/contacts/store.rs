//! Rows of contacts.

use kernel::{ContactId, CustomerId, Id, Instant, SupplierId};
use platform::{Error, Read, Result, Select, Stored, Writer};
use sea_orm::{ActiveValue::Set, ColumnTrait};

use super::model::{Contact, Gone, Owner};
use crate::record::store::put;

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the slice"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contacts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub customer_id: Option<Uuid>,
        pub supplier_id: Option<Uuid>,
        pub name: String,
        pub role: Option<String>,
        pub email: Option<String>,
        pub phone: Option<String>,
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

fn read_row(row: entity::Model) -> Result<Contact> {
    let owner = match (row.customer_id, row.supplier_id) {
        (Some(customer), None) => Owner::Customer(CustomerId::from_uuid(customer)),
        (None, Some(supplier)) => Owner::Supplier(SupplierId::from_uuid(supplier)),
        _ => return Err(Error::internal("a stored contact belongs to nobody, or to two")),
    };
    Ok(Contact {
        id: ContactId::from_uuid(row.id),
        owner,
        name: row.name,
        role: row.role,
        email: row.email,
        phone: row.phone,
        version: row.version,
        created_at: Instant::from_micros(row.created_at),
        updated_at: Instant::from_micros(row.updated_at),
    })
}

fn at(read: &Read, owner: Owner) -> Select<Entity> {
    let select = read.select::<Entity>();
    match owner {
        Owner::Customer(id) => select.filter(Column::CustomerId.eq(id.uuid())),
        Owner::Supplier(id) => select.filter(Column::SupplierId.eq(id.uuid())),
    }
}

/// One contact, if they work there.
pub(crate) async fn by_id(read: &Read, owner: Owner, id: ContactId) -> Result<Option<Contact>> {
    let row = at(read, owner).filter(Column::Id.eq(id.uuid())).one(read).await?;
    row.map(read_row).transpose()
}

/// All contacts, the first known first; there are at most [`super::ops::MAX_CONTACTS`].
pub(crate) async fn all(read: &Read, owner: Owner) -> Result<Vec<Contact>> {
    let rows = at(read, owner)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(read)
        .await?;
    rows.into_iter().map(read_row).collect()
}

pub(crate) async fn count(read: &Read, owner: Owner) -> Result<u64> {
    at(read, owner).count(read).await
}

impl Stored for Contact {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        let (customer, supplier) = match self.owner {
            Owner::Customer(id) => (Some(id.uuid()), None),
            Owner::Supplier(id) => (None, Some(id.uuid())),
        };
        let row = entity::ActiveModel {
            id: Set(self.id.uuid()),
            customer_id: Set(customer),
            supplier_id: Set(supplier),
            name: Set(self.name.clone()),
            role: Set(self.role.clone()),
            email: Set(self.email.clone()),
            phone: Set(self.phone.clone()),
            version: Set(self.version),
            created_at: Set(self.created_at.micros()),
            updated_at: Set(self.updated_at.micros()),
            ..Default::default()
        };
        put(w, row, (Column::Id, self.id.uuid()), (Column::Version, self.version)).await
    }
}

impl Stored for Gone {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        w.delete::<Entity>(Column::Id.eq(self.0.uuid())).await.map(|_| ())
    }
}
