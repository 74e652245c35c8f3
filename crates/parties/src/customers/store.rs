//! Rows of customers.

use std::collections::HashMap;

use kernel::{CustomerId, GroupId, Id, Instant, UserId};
use platform::{Error, Read, Result};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ActiveValue::Set, ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::model::{Customer, Details};
use crate::fold::fold;
use crate::party::Party;
use crate::record::store::{Rows, one};
use crate::record::{Record, State};
use crate::seek::Many;
use crate::values::email_key;

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the slice"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "customers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub name_key: String,
        pub company: Option<String>,
        pub email: Option<String>,
        pub email_key: Option<String>,
        pub phone: Option<String>,
        pub tax_id: Option<String>,
        pub street: Option<String>,
        pub city: Option<String>,
        pub region: Option<String>,
        pub postal_code: Option<String>,
        pub country: Option<String>,
        pub notes: Option<String>,
        pub search_key: String,
        pub group_id: Option<Uuid>,
        pub user_id: Option<Uuid>,
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

    fn record(row: entity::Model) -> Result<Customer> {
        let state =
            State::parse(&row.state).ok_or_else(|| Error::internal("a stored customer has an unreadable state"))?;
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
            id: CustomerId::from_uuid(row.id),
            details: Self {
                party,
                company: row.company,
                group: row.group_id.map(GroupId::from_uuid),
                user: row.user_id.map(UserId::from_uuid),
            },
            state,
            version: row.version,
            created_at: Instant::from_micros(row.created_at),
            updated_at: Instant::from_micros(row.updated_at),
        })
    }

    fn row(customer: &Customer) -> entity::ActiveModel {
        let Self {
            party,
            company,
            group,
            user,
        } = &customer.details;
        entity::ActiveModel {
            id: Set(customer.id.uuid()),
            name: Set(party.name.clone()),
            name_key: Set(fold(&party.name)),
            company: Set(company.clone()),
            email: Set(party.email.clone()),
            email_key: Set(party.email.as_deref().map(email_key)),
            phone: Set(party.phone.clone()),
            tax_id: Set(party.tax_id.clone()),
            street: Set(party.street.clone()),
            city: Set(party.city.clone()),
            region: Set(party.region.clone()),
            postal_code: Set(party.postal_code.clone()),
            country: Set(party.country.clone()),
            notes: Set(party.notes.clone()),
            search_key: Set(party.search_key(company.as_deref())),
            group_id: Set(group.map(Id::uuid)),
            user_id: Set(user.map(Id::uuid)),
            state: Set(customer.state.key().to_owned()),
            version: Set(customer.version),
            created_at: Set(customer.created_at.micros()),
            updated_at: Set(customer.updated_at.micros()),
            ..Default::default()
        }
    }
}

impl Many for Details {
    type Class = GroupId;

    const NAME_KEY: Column = Column::NameKey;
    const SEARCH_KEY: Column = Column::SearchKey;
    const STATE: Column = Column::State;
    const CREATED_AT: Column = Column::CreatedAt;

    fn name(&self) -> &str {
        &self.party.name
    }

    fn of_class(group: GroupId) -> SimpleExpr {
        Column::GroupId.eq(group.uuid())
    }
}

pub(crate) async fn by_email(read: &Read, email: &str) -> Result<Option<Customer>> {
    one::<Details>(read, Column::EmailKey.eq(email_key(email))).await
}

pub(crate) async fn by_user(read: &Read, user: UserId) -> Result<Option<Customer>> {
    one::<Details>(read, Column::UserId.eq(user.uuid())).await
}

/// How many active customers each price level has.
pub(crate) async fn counts_by_group(read: &Read) -> Result<Vec<(GroupId, i64)>> {
    #[derive(FromQueryResult)]
    struct Row {
        group_id: Uuid,
        number: i64,
    }
    const COUNTS: platform::Sql = platform::Sql::tenant(
        "SELECT group_id, count(*) AS number FROM customers \
         WHERE tenant_id = $1 AND group_id IS NOT NULL AND state = 'active' GROUP BY group_id",
    );
    let rows = read.sql(COUNTS).all::<Row>().await?;
    Ok(rows
        .into_iter()
        .map(|row| (GroupId::from_uuid(row.group_id), row.number))
        .collect())
}

/// The group of every customer that has one.
pub(crate) async fn groups(read: &Read) -> Result<HashMap<CustomerId, GroupId>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        group_id: Uuid,
    }
    const GROUPS: platform::Sql =
        platform::Sql::tenant("SELECT id, group_id FROM customers WHERE tenant_id = $1 AND group_id IS NOT NULL");
    let rows = read.sql(GROUPS).all::<Row>().await?;
    Ok(rows
        .into_iter()
        .map(|row| (CustomerId::from_uuid(row.id), GroupId::from_uuid(row.group_id)))
        .collect())
}
