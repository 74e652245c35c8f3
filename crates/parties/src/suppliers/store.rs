//! Rows of suppliers.

use kernel::{Id, Instant, SupplierId};
use platform::{Error, Result};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ActiveValue::Set, ColumnTrait};

use super::model::{Details, Kind, Supplier};
use crate::fold::fold;
use crate::party::Party;
use crate::record::store::Rows;
use crate::record::{Record, State};
use crate::seek::Many;

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the slice"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "suppliers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub name: String,
        pub name_key: String,
        pub website: Option<String>,
        pub email: Option<String>,
        pub phone: Option<String>,
        pub tax_id: Option<String>,
        pub street: Option<String>,
        pub city: Option<String>,
        pub region: Option<String>,
        pub postal_code: Option<String>,
        pub country: Option<String>,
        pub notes: Option<String>,
        pub search_key: String,
        pub state: String,
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

impl Rows for Details {
    type Entity = Entity;
    type Row = entity::ActiveModel;

    const ID: Column = Column::Id;
    const VERSION: Column = Column::Version;

    fn record(row: entity::Model) -> Result<Supplier> {
        let state =
            State::parse(&row.state).ok_or_else(|| Error::internal("a stored supplier has an unreadable state"))?;
        let kind = Kind::parse(&row.kind).ok_or_else(|| Error::internal("a stored supplier has an unreadable kind"))?;
        let party = Party {
            name: row.name,
            email: row.email,
            phone: row.phone,
            tax_id: row.tax_id,
            street: row.street,
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country: row.country,
            notes: row.notes,
        };
        Ok(Record {
            id: SupplierId::from_uuid(row.id),
            details: Self {
                party,
                kind,
                website: row.website,
            },
            state,
            version: row.version,
            created_at: Instant::from_micros(row.created_at),
            updated_at: Instant::from_micros(row.updated_at),
        })
    }

    fn row(supplier: &Supplier) -> entity::ActiveModel {
        let Self { party, kind, website } = &supplier.details;
        entity::ActiveModel {
            id: Set(supplier.id.uuid()),
            kind: Set(kind.key().to_owned()),
            name: Set(party.name.clone()),
            name_key: Set(fold(&party.name)),
            website: Set(website.clone()),
            email: Set(party.email.clone()),
            phone: Set(party.phone.clone()),
            tax_id: Set(party.tax_id.clone()),
            street: Set(party.street.clone()),
            city: Set(party.city.clone()),
            region: Set(party.region.clone()),
            postal_code: Set(party.postal_code.clone()),
            country: Set(party.country.clone()),
            notes: Set(party.notes.clone()),
            search_key: Set(party.search_key(website.as_deref())),
            state: Set(supplier.state.key().to_owned()),
            version: Set(supplier.version),
            created_at: Set(supplier.created_at.micros()),
            updated_at: Set(supplier.updated_at.micros()),
            ..Default::default()
        }
    }
}

impl Many for Details {
    type Class = Kind;

    const NAME_KEY: Column = Column::NameKey;
    const SEARCH_KEY: Column = Column::SearchKey;
    const STATE: Column = Column::State;
    const CREATED_AT: Column = Column::CreatedAt;

    fn name(&self) -> &str {
        &self.party.name
    }

    fn of_class(kind: Kind) -> SimpleExpr {
        Column::Kind.eq(kind.key())
    }
}
