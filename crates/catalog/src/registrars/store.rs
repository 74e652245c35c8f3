//! Registrar accounts in the database.

use kernel::{Currency, Id, Instant, RegistrarId};
use platform::{Read, Result, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::OnConflict;

use super::entity::{ActiveModel, Column, Entity, Model};
use super::model::{Registrar, Sells, State};

/// No tenant has more accounts than a page can list.
const MOST: u64 = 500;

pub(super) async fn by_id(read: &Read, id: RegistrarId) -> Result<Option<Registrar>> {
    read.select::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?
        .map(typed)
        .transpose()
}

pub(super) async fn by_slug(read: &Read, slug: &str) -> Result<Option<Registrar>> {
    read.select::<Entity>()
        .filter(Column::Slug.eq(slug))
        .one(read)
        .await?
        .map(typed)
        .transpose()
}

pub(super) async fn list(read: &Read) -> Result<Vec<Registrar>> {
    let rows = read
        .select::<Entity>()
        .order_by_asc(Column::Rank)
        .order_by_asc(Column::Id)
        .limit(MOST)
        .all(read)
        .await?;
    rows.into_iter().map(typed).collect()
}

fn typed(row: Model) -> Result<Registrar> {
    Ok(Registrar {
        id: RegistrarId::from_uuid(row.id),
        slug: row.slug,
        name: row.name,
        kind: row.kind,
        state: if row.state == "paused" {
            State::Paused
        } else {
            State::Active
        },
        sells: if row.sells == "all" { Sells::All } else { Sells::Priced },
        rank: row.rank,
        currency: Currency::parse(&row.currency).map_err(platform::Error::internal)?,
        credentials: row.credentials,
        created_at: Instant::from_micros(row.created_at),
    })
}

impl Stored for Registrar {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let updated_at = writer.now().micros();
        let row = ActiveModel {
            tenant_id: Set(writer.tenant().uuid()),
            id: Set(self.id.uuid()),
            slug: Set(self.slug.clone()),
            name: Set(self.name.clone()),
            kind: Set(self.kind.clone()),
            state: Set(if self.state == State::Active {
                "active"
            } else {
                "paused"
            }
            .to_owned()),
            sells: Set(if self.sells == Sells::All { "all" } else { "priced" }.to_owned()),
            rank: Set(self.rank),
            currency: Set(self.currency.code().to_owned()),
            credentials: Set(self.credentials.clone()),
            created_at: Set(self.created_at.micros()),
            updated_at: Set(updated_at),
        };
        let key = OnConflict::columns([Column::TenantId, Column::Id])
            .update_columns([
                Column::Name,
                Column::State,
                Column::Sells,
                Column::Rank,
                Column::Credentials,
                Column::UpdatedAt,
            ])
            .to_owned();
        writer.upsert(row, key).await
    }
}
