//! Archived prices in the database.

use kernel::{Id, Instant, PriceId};
use platform::{Read, Result, Sql, Stored, Writer};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::{Kept, all_moved, progress};
use crate::archive::model::{Archived, Batch};
use crate::price_books::cell_entity as cells;
use crate::price_books::store::{self, ROWS_AT_ONCE};
use crate::price_books::{Cell, Side};

/// Old enough: superseded before the cut-off, or followed by a price of the same key that took effect before it. The one
/// in force has no such follower. Prices brought back by hand are left alone while they are held.
pub(super) const OLD_ENOUGH: Sql = Sql::tenant(
    "SELECT c.id AS id, COALESCE(c.superseded_at, (SELECT MIN(n.effective_from) FROM catalog_price_cells n \
       WHERE n.tenant_id = $1 AND n.list_id = c.list_id AND n.ending = c.ending AND n.currency = c.currency \
       AND n.operation = c.operation AND n.years = c.years AND n.kind = c.kind AND n.superseded_at IS NULL \
       AND n.effective_from > c.effective_from)) AS ceased_at \
     FROM catalog_price_cells c WHERE c.tenant_id = $1 AND c.side = $2 AND c.id > $4 \
     AND (c.superseded_at < $3 OR (c.superseded_at IS NULL AND c.effective_from < $3 AND EXISTS \
       (SELECT 1 FROM catalog_price_cells n WHERE n.tenant_id = $1 AND n.list_id = c.list_id AND n.ending = c.ending \
       AND n.currency = c.currency AND n.operation = c.operation AND n.years = c.years AND n.kind = c.kind \
       AND n.superseded_at IS NULL AND n.effective_from > c.effective_from AND n.effective_from < $3))) \
     AND NOT EXISTS (SELECT 1 FROM catalog_archive_holds h WHERE h.tenant_id = $1 AND h.price_id = c.id AND h.held_until > $5) \
     ORDER BY c.id LIMIT $6",
);

/// Prices by id that are still at hand.
pub(in crate::archive) async fn at_hand(read: &Read, ids: &[PriceId]) -> Result<Vec<Cell>> {
    let mut found = Vec::new();
    for some in ids.chunks(ROWS_AT_ONCE) {
        let these = cells::Column::Id.is_in(some.iter().map(|id| id.uuid()));
        let rows = read.select::<cells::Entity>().filter(these).all(read).await?;
        for row in rows {
            found.push(store::cell(row)?);
        }
    }
    Ok(found)
}

/// The columns both tables share.
macro_rules! columns {
    () => {
        "tenant_id, id, side, list_id, ending, currency, operation, years, kind, effective_from, amount_minor, note, import_id, \
         recorded_at, recorded_by, since_version, superseded_at, superseded_by, superseded_version, change_id, promotion"
    };
}

/// A price, and what the archive adds to it.
#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    cell: cells::Model,
    #[sea_orm(nested)]
    kept: Kept,
}

impl Row {
    fn typed(self) -> Result<Archived<Cell>> {
        Ok(self.kept.of(store::cell(self.cell)?))
    }
}

const BY_ID: Sql = Sql::tenant(concat!(
    "SELECT ",
    columns!(),
    ", ceased_at, archived_at, archived_by, archive_run FROM catalog_price_archive WHERE tenant_id = $1 AND id = $2"
));

/// Archived prices by id.
pub(in crate::archive) async fn archived(read: &Read, ids: &[PriceId]) -> Result<Vec<Archived<Cell>>> {
    let mut found = Vec::new();
    for id in ids {
        let row: Option<Row> = read.sql(BY_ID).bind(id.uuid()).one().await?;
        found.extend(row.map(Row::typed).transpose()?);
    }
    Ok(found)
}

const LIST: Sql = Sql::tenant(concat!(
    "SELECT ",
    columns!(),
    ", ceased_at, archived_at, archived_by, archive_run FROM catalog_price_archive \
     WHERE tenant_id = $1 AND id < $2 AND ($3 = '' OR ending = $3) AND ($4 = '' OR side = $4) ORDER BY id DESC LIMIT $5"
));

/// Archived prices before an id, the latest first; of one ending or side where it is said.
pub(in crate::archive) async fn list(
    read: &Read,
    ending: Option<&str>,
    side: Option<Side>,
    before: Option<PriceId>,
    most: u64,
) -> Result<Vec<Archived<Cell>>> {
    let rows: Vec<Row> = read
        .sql(LIST)
        .bind(before.map_or(Uuid::max(), Id::uuid))
        .bind(ending.unwrap_or_default())
        .bind(side.map_or("", Side::name))
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .all()
        .await?;
    rows.into_iter().map(Row::typed).collect()
}

const PLACE_TAKEN: Sql = Sql::tenant(
    "SELECT COUNT(*) AS taken FROM catalog_price_archive a JOIN catalog_price_cells c ON c.tenant_id = a.tenant_id \
     AND c.ending = a.ending AND c.side = a.side AND c.list_id = a.list_id AND c.currency = a.currency \
     AND c.operation = a.operation AND c.years = a.years AND c.kind = a.kind AND c.effective_from = a.effective_from \
     AND c.superseded_at IS NULL WHERE a.tenant_id = $1 AND a.id = $2 AND a.superseded_at IS NULL",
);

/// Whether a price of the same key begins at the very instant one of these does: then only one of them can count.
pub(in crate::archive) async fn place_is_taken(read: &Read, ids: &[PriceId]) -> Result<bool> {
    #[derive(FromQueryResult)]
    struct Row {
        taken: i64,
    }
    for id in ids {
        let row: Option<Row> = read.sql(PLACE_TAKEN).bind(id.uuid()).one().await?;
        if row.is_some_and(|row| row.taken > 0) {
            return Ok(true);
        }
    }
    Ok(false)
}

const MOVE_OUT: Sql = Sql::tenant(concat!(
    "INSERT INTO catalog_price_archive (",
    columns!(),
    ", ceased_at, archived_at, archived_by, archive_run) SELECT ",
    columns!(),
    ", $3, $4, $5, $6 FROM catalog_price_cells WHERE tenant_id = $1 AND id = $2"
));
const MOVED_OUT: Sql = Sql::tenant("DELETE FROM catalog_price_cells WHERE tenant_id = $1 AND id = $2");
const MOVE_BACK: Sql = Sql::tenant(concat!(
    "INSERT INTO catalog_price_cells (",
    columns!(),
    ") SELECT ",
    columns!(),
    " FROM catalog_price_archive WHERE tenant_id = $1 AND id = $2"
));
const MOVED_BACK: Sql = Sql::tenant("DELETE FROM catalog_price_archive WHERE tenant_id = $1 AND id = $2");

impl Stored for Batch {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let (now, by) = (writer.now().micros(), writer.actor().who.to_string());
        for (cell, ceased_at) in &self.cells {
            let moved = writer
                .sql(MOVE_OUT)
                .bind(cell.id.uuid())
                .bind(ceased_at.micros())
                .bind(now)
                .bind(by.clone())
                .bind(self.run.id.uuid())
                .execute()
                .await?;
            all_moved(writer.sql(MOVED_OUT).bind(cell.id.uuid()).execute().await?, moved)?;
        }
        progress(writer, &self.run).await
    }
}

/// Prices brought back.
pub(in crate::archive) struct Restored {
    pub(in crate::archive) cells: Vec<Archived<Cell>>,
    pub(in crate::archive) held_until: Instant,
}

const HOLD: Sql = Sql::tenant(
    "INSERT INTO catalog_archive_holds (tenant_id, price_id, held_until, held_by) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (tenant_id, price_id) DO UPDATE SET held_until = excluded.held_until, held_by = excluded.held_by",
);

impl Stored for Restored {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let by = writer.actor().who.to_string();
        for Archived { item: cell, .. } in &self.cells {
            let moved = writer.sql(MOVE_BACK).bind(cell.id.uuid()).execute().await?;
            all_moved(writer.sql(MOVED_BACK).bind(cell.id.uuid()).execute().await?, moved)?;
            let hold = writer.sql(HOLD).bind(cell.id.uuid()).bind(self.held_until.micros());
            hold.bind(by.clone()).execute().await?;
        }
        Ok(())
    }
}
