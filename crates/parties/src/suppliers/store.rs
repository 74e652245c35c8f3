//! Rows of suppliers.

use kernel::{Id, Instant, SupplierId};
use platform::{Error, Read, Result, Stored, Writer};
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ActiveValue::Set, ColumnTrait};

use super::model::{Details, Kind, Supplier};
use crate::fold::fold;
use crate::party::{Party, State, stale};
use crate::seek::{self, Page};

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

/// Which suppliers a list asks for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// One state; both when none.
    pub state: Option<State>,
    /// One kind.
    pub kind: Option<Kind>,
    /// Words that all occur in name, website, address, phone or tax id.
    pub search: Option<String>,
}

fn read_row(row: entity::Model) -> Result<Supplier> {
    let state = State::parse(&row.state).ok_or_else(|| Error::internal("a stored supplier has an unreadable state"))?;
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
    Ok(Supplier {
        id: SupplierId::from_uuid(row.id),
        details: Details {
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

async fn one(read: &Read, condition: impl sea_orm::sea_query::IntoCondition) -> Result<Option<Supplier>> {
    let row = read.select::<Entity>().filter(condition).one(read).await?;
    row.map(read_row).transpose()
}

pub(crate) async fn by_id(read: &Read, id: SupplierId) -> Result<Option<Supplier>> {
    one(read, Column::Id.eq(id.uuid())).await
}

/// Names of those of these suppliers that there are.
pub(crate) async fn names(read: &Read, ids: &[SupplierId]) -> Result<Vec<(SupplierId, String)>> {
    let these = Column::Id.is_in(ids.iter().map(|id| id.uuid()));
    let rows = read.select::<Entity>().filter(these).all(read).await?;
    Ok(rows
        .into_iter()
        .map(|row| (SupplierId::from_uuid(row.id), row.name))
        .collect())
}

pub(crate) async fn list(read: &Read, filter: &Filter, page: &Page) -> Result<Vec<Supplier>> {
    let select = page.on(filtered(read, filter), Column::NameKey, Column::CreatedAt, Column::Id);
    select.all(read).await?.into_iter().map(read_row).collect()
}

pub(crate) async fn count(read: &Read, filter: &Filter) -> Result<u64> {
    filtered(read, filter).count(read).await
}

fn filtered(read: &Read, filter: &Filter) -> platform::Select<Entity> {
    let select = read
        .select::<Entity>()
        .filter_if(filter.state.map(|state| Column::State.eq(state.key())))
        .filter_if(filter.kind.map(|kind| Column::Kind.eq(kind.key())));
    seek::matching(select, filter.search.as_deref(), Column::SearchKey)
}

impl Supplier {
    fn columns(&self) -> entity::ActiveModel {
        let Details { party, kind, website } = &self.details;
        entity::ActiveModel {
            id: Set(self.id.uuid()),
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
            state: Set(self.state.key().to_owned()),
            version: Set(self.version),
            created_at: Set(self.created_at.micros()),
            updated_at: Set(self.updated_at.micros()),
            ..Default::default()
        }
    }
}

/// A new row, or the whole row anew, guarded by the version the change was based on.
impl Stored for Supplier {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        if self.version == 1 {
            return w.insert(self.columns()).await;
        }
        // Takes the row when nobody changed it meanwhile; what follows writes it.
        let guard = Condition::all()
            .add(Column::Id.eq(self.id.uuid()))
            .add(Column::Version.eq(self.version - 1));
        let taken = w
            .update_where::<Entity>(vec![(Column::Version, Expr::value(self.version))], guard)
            .await?;
        if taken == 0 {
            return Err(stale().into());
        }
        w.update(self.columns()).await
    }
}
