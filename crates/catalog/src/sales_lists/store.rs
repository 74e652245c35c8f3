//! Sales lists in the database.

use kernel::{Currency, Id, Instant, SalesListId};
use platform::{Error, Read, Result, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr};

use super::entity::{ActiveModel, Column, Entity, Model};
use super::model::SalesList;
use crate::values::stale;

/// All sales lists, the standard one first; there are at most [`super::ops::MAX_SALES_LISTS`].
pub(super) async fn all(read: &Read) -> Result<Vec<SalesList>> {
    let rows = read
        .select::<Entity>()
        .order_by_desc(Column::Standard)
        .order_by_asc(Column::Id)
        .all(read)
        .await?;
    rows.into_iter().map(typed).collect()
}

pub(super) async fn by_id(read: &Read, id: SalesListId) -> Result<Option<SalesList>> {
    read.select::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?
        .map(typed)
        .transpose()
}

fn typed(row: Model) -> Result<SalesList> {
    Ok(SalesList {
        id: SalesListId::from_uuid(row.id),
        slug: row.slug,
        name: row.name,
        currency: Currency::parse(&row.currency).map_err(Error::internal)?,
        standard: row.standard,
        version: row.version,
        created_at: Instant::from_micros(row.created_at),
        updated_at: Instant::from_micros(row.updated_at),
    })
}

impl Stored for SalesList {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let row = ActiveModel {
            tenant_id: Set(writer.tenant().uuid()),
            id: Set(self.id.uuid()),
            slug: Set(self.slug.clone()),
            name: Set(self.name.clone()),
            currency: Set(self.currency.code().to_owned()),
            standard: Set(self.standard),
            version: Set(self.version),
            created_at: Set(self.created_at.micros()),
            updated_at: Set(self.updated_at.micros()),
        };
        if self.version == 1 {
            return writer.insert(row).await;
        }
        let shown = Condition::all()
            .add(Column::Id.eq(self.id.uuid()))
            .add(Column::Version.eq(self.version - 1));
        let next = vec![(Column::Version, Expr::value(self.version))];
        if writer.update_where::<Entity>(next, shown).await? == 0 {
            return Err(stale().into());
        }
        writer.update(row).await
    }
}
