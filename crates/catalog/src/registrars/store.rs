//! Registrar accounts in the database.

use kernel::{Currency, Id, Instant, RegistrarId};
use platform::{Error, Read, Result, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr};

use super::entity::{ActiveModel, Column, Entity, Model};
use super::model::{AdapterKind, Registrar, Sells, State};
use crate::values::stale;

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

pub(super) async fn count(read: &Read) -> Result<u64> {
    read.select::<Entity>().count(read).await
}

/// All accounts, the first asked first; there are at most [`super::ops::MAX_REGISTRARS`].
pub(super) async fn list(read: &Read) -> Result<Vec<Registrar>> {
    let rows = read
        .select::<Entity>()
        .order_by_asc(Column::Rank)
        .order_by_asc(Column::Id)
        .all(read)
        .await?;
    rows.into_iter().map(typed).collect()
}

fn typed(row: Model) -> Result<Registrar> {
    let odd = |what: &str| Error::internal(format!("registrar account {} has an unknown {what}", row.id));
    Ok(Registrar {
        id: RegistrarId::from_uuid(row.id),
        kind: AdapterKind::parse(&row.kind).ok_or_else(|| odd("kind"))?,
        state: State::parse(&row.state).ok_or_else(|| odd("state"))?,
        sells: Sells::parse(&row.sells).ok_or_else(|| odd("choice of endings"))?,
        currency: Currency::parse(&row.currency).map_err(|_| odd("currency"))?,
        slug: row.slug,
        name: row.name,
        rank: row.rank,
        credentials: row.credentials,
        credentials_at: row.credentials_at.map(Instant::from_micros),
        version: row.version,
        created_at: Instant::from_micros(row.created_at),
        updated_at: Instant::from_micros(row.updated_at),
    })
}

impl Stored for Registrar {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let row = ActiveModel {
            tenant_id: Set(writer.tenant().uuid()),
            id: Set(self.id.uuid()),
            slug: Set(self.slug.clone()),
            name: Set(self.name.clone()),
            kind: Set(self.kind.name().to_owned()),
            state: Set(self.state.name().to_owned()),
            sells: Set(self.sells.name().to_owned()),
            rank: Set(self.rank),
            currency: Set(self.currency.code().to_owned()),
            credentials: Set(self.credentials.clone()),
            credentials_at: Set(self.credentials_at.map(Instant::micros)),
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
