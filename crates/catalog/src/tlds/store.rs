//! Endings in the database.

use platform::{Bulk, Read, Result, Writer};
use sea_orm::ColumnTrait;

use super::entity::{Column, Entity, Model};
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

/// Endings beyond [`MOST`] are not looked at, so one of them may be there already.
static NEW_TLDS: Bulk<2, 6> = Bulk::into_where(
    "catalog_tlds",
    ["created_at", "updated_at"],
    ["ending", "shown", "icann", "category", "popularity", "sold"],
    "ON CONFLICT (tenant_id, ending) DO NOTHING",
);

impl NewTlds<'_> {
    /// Adds them.
    pub(crate) async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let now = writer.now().micros();
        let rows = self.0.iter().map(|tld| {
            [
                (&*tld.ending).into(),
                (&*tld.shown).into(),
                tld.icann.into(),
                tld.category.code().into(),
                tld.popularity.into(),
                tld.sold.into(),
            ]
        });
        writer.insert_rows(&NEW_TLDS, [now.into(), now.into()], rows).await
    }
}
