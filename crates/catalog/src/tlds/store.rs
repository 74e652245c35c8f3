//! Endings in the database.

use kernel::Id;
use platform::{Read, Result, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;

use super::entity::{ActiveModel, Column, Entity, Model};
use super::model::{Category, Tld};

/// The public suffix list has some ten thousand rules; nobody deals in more endings than that.
const MOST: u64 = 12_000;

/// All endings of the tenant, the most sought-after first.
pub(crate) async fn all(read: &Read) -> Result<Vec<Tld>> {
    let rows = read
        .select::<Entity>()
        .order_by_desc(Column::Popularity)
        .order_by_asc(Column::Ending)
        .limit(MOST)
        .all(read)
        .await?;
    Ok(rows.into_iter().map(typed).collect())
}

/// Whether the tenant deals in it.
pub(crate) async fn is_known(read: &Read, ending: &str) -> Result<bool> {
    let select = read.select::<Entity>().filter(Column::Ending.eq(ending));
    Ok(select.one(read).await?.is_some())
}

fn typed(row: Model) -> Tld {
    Tld {
        ending: row.ending.into(),
        shown: row.shown.into(),
        icann: row.icann,
        category: Category::parse(&row.category),
        popularity: row.popularity,
        sold: row.sold,
    }
}

/// Endings a price list brought in, none of which the tenant has; part of that import's change.
pub(crate) struct NewTlds<'a>(pub(crate) &'a [Tld]);

impl NewTlds<'_> {
    /// Adds them.
    pub(crate) async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let now = writer.now().micros();
        let tenant = writer.tenant().uuid();
        for some in self.0.chunks(200) {
            writer
                .insert_many(some.iter().map(|tld| row(tenant, tld, now)).collect())
                .await?;
        }
        Ok(())
    }
}

fn row(tenant: uuid::Uuid, tld: &Tld, now: i64) -> ActiveModel {
    ActiveModel {
        tenant_id: Set(tenant),
        ending: Set(tld.ending.to_string()),
        shown: Set(tld.shown.to_string()),
        icann: Set(tld.icann),
        category: Set(tld.category.code().to_owned()),
        popularity: Set(tld.popularity),
        sold: Set(tld.sold),
        created_at: Set(now),
        updated_at: Set(now),
    }
}
