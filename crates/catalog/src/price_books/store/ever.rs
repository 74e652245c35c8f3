//! Every cell there ever was of an ending, superseded and archived ones included.

use kernel::{Id, ImportId, Instant, PriceId};
use platform::{Read, Result, Sql};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::KeyNames;
use crate::price_books::cell_entity as cells;
use crate::price_books::known::KnownCell;
use crate::price_books::model::Cell;
use crate::price_books::words::Side;

const SALES_EVER: Sql = Sql::tenant(
    "SELECT id, list_id, operation, years, kind, currency, effective_from, amount_minor, recorded_at, since_version, \
     superseded_version FROM catalog_price_cells WHERE tenant_id = $1 AND ending = $2 AND side = 'sale' \
     UNION ALL SELECT id, list_id, operation, years, kind, currency, effective_from, amount_minor, recorded_at, \
     since_version, superseded_version FROM catalog_price_archive WHERE tenant_id = $1 AND ending = $2 AND side = 'sale'",
);

/// Every sales price ever recorded of an ending, of any list, superseded and archived ones included: a price that was
/// not taken matters as well, where it ended one that was.
pub(in crate::price_books) async fn sales_ever(read: &Read, ending: &str) -> Result<Vec<KnownCell>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        list_id: Uuid,
        operation: String,
        years: i64,
        kind: String,
        currency: String,
        effective_from: i64,
        amount_minor: Option<i64>,
        recorded_at: i64,
        since_version: i64,
        superseded_version: Option<i64>,
    }
    let rows: Vec<Row> = read.sql(SALES_EVER).bind(ending).all().await?;
    let typed = |row: Row| {
        let names = KeyNames {
            side: Side::Sale.name(),
            currency: &row.currency,
            operation: &row.operation,
            years: row.years,
            kind: &row.kind,
        };
        let key = names.key(row.id, row.list_id, String::new())?;
        Ok(KnownCell {
            id: PriceId::from_uuid(row.id),
            list: row.list_id,
            operation: key.operation,
            years: key.years,
            kind: key.kind,
            currency: key.currency,
            effective_from: Instant::from_micros(row.effective_from),
            amount_minor: row.amount_minor,
            recorded_at: Instant::from_micros(row.recorded_at),
            since_version: row.since_version,
            superseded_version: row.superseded_version,
        })
    };
    rows.into_iter().map(typed).collect()
}

/// Every cell of one ending, superseded ones included, the latest first; at most `most`. Costs only when asked for.
pub(crate) async fn cells_of_ending(read: &Read, ending: &str, with_costs: bool, most: u64) -> Result<Vec<Cell>> {
    let mut wanted = Condition::all().add(cells::Column::Ending.eq(ending));
    if !with_costs {
        wanted = wanted.add(cells::Column::Side.eq(Side::Sale.name()));
    }
    let select = read.select::<cells::Entity>().filter(wanted);
    typed(
        select
            .order_by_desc(cells::Column::EffectiveFrom)
            .order_by_desc(cells::Column::Id)
            .limit(most)
            .all(read)
            .await?,
    )
}

fn typed(rows: Vec<cells::Model>) -> Result<Vec<Cell>> {
    rows.into_iter().map(cell).collect()
}

/// A row as a cell.
pub(crate) fn cell(row: cells::Model) -> Result<Cell> {
    let names = KeyNames {
        side: &row.side,
        currency: &row.currency,
        operation: &row.operation,
        years: row.years,
        kind: &row.kind,
    };
    Ok(Cell {
        id: PriceId::from_uuid(row.id),
        key: names.key(row.id, row.list_id, row.ending)?,
        effective_from: Instant::from_micros(row.effective_from),
        amount_minor: row.amount_minor,
        note: row.note,
        import: row.import_id.map(ImportId::from_uuid),
        recorded_at: Instant::from_micros(row.recorded_at),
        recorded_by: row.recorded_by,
        superseded_at: row.superseded_at.map(Instant::from_micros),
    })
}

/// What a cell of a change says beside its price.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mark {
    /// The change it is of.
    pub(crate) change: Option<Uuid>,
    /// Name of the promotion.
    pub(crate) promotion: Option<String>,
    /// Who had another take its place.
    pub(crate) superseded_by: Option<String>,
}

/// Cells of one ending and side at most: dozens of prices, changed every day for years.
const MOST_CELLS: u64 = 50_000;

const ARCHIVED_MARKED: Sql = Sql::tenant(
    "SELECT tenant_id, id, side, list_id, ending, currency, operation, years, kind, effective_from, amount_minor, note, \
     import_id, recorded_at, recorded_by, since_version, superseded_at, superseded_by, superseded_version, change_id, promotion \
     FROM catalog_price_archive WHERE tenant_id = $1 AND ending = $2 AND side = $3 AND ($4 = '' OR list_id = $5) LIMIT $6",
);

/// Every cell of one ending and side with its mark, superseded and archived ones included; of one list where one is named.
pub(crate) async fn marked_cells(
    read: &Read,
    ending: &str,
    side: Side,
    list: Option<Uuid>,
) -> Result<Vec<(Cell, Mark)>> {
    let mut wanted = Condition::all()
        .add(cells::Column::Ending.eq(ending))
        .add(cells::Column::Side.eq(side.name()));
    if let Some(list) = list {
        wanted = wanted.add(cells::Column::ListId.eq(list));
    }
    let rows = read
        .select::<cells::Entity>()
        .filter(wanted)
        .limit(MOST_CELLS)
        .all(read)
        .await?;
    let archived: Vec<cells::Model> = read
        .sql(ARCHIVED_MARKED)
        .bind(ending)
        .bind(side.name())
        .bind(list.map_or("", |_| "one"))
        .bind(list.unwrap_or_default())
        .bind(i64::try_from(MOST_CELLS).unwrap_or(i64::MAX))
        .all()
        .await?;
    let marked = |row: cells::Model| {
        let mark = Mark {
            change: row.change_id,
            promotion: row.promotion.clone(),
            superseded_by: row.superseded_by.clone(),
        };
        Ok((cell(row)?, mark))
    };
    rows.into_iter().chain(archived).map(marked).collect()
}
