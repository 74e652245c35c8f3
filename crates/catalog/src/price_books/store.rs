//! Cells, sales lists and the book's version in the database.

use kernel::{Currency, Id, ImportId, Instant, PriceId, SalesListId};
use platform::{Error, Read, Result, Sql, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::cell_entity as cells;
use super::list_entity as lists;
use super::model::{Cell, CellKey, SalesList};
use super::version_entity as versions;
use super::words::{Kind, Operation, Side};

/// No tenant has more sales lists than a page can list.
const MOST_LISTS: u64 = 500;
/// Rows of one insert: well under what either database takes as parameters.
const ROWS_AT_ONCE: usize = 200;

/// The version of the tenant's book; 0 before the first price.
pub(crate) async fn version(read: &Read) -> Result<i64> {
    Ok(version_since(read).await?.0)
}

/// The version of the tenant's book, and since when it is.
pub(super) async fn version_since(read: &Read) -> Result<(i64, Instant)> {
    let row = read.select::<versions::Entity>().one(read).await?;
    Ok(row.map_or((0, Instant::EPOCH), |row| {
        (row.version, Instant::from_micros(row.changed_at))
    }))
}

const FIRST_VERSION: Sql = Sql::tenant(
    "INSERT INTO catalog_price_books (tenant_id, version, changed_at) VALUES ($1, 0, $2) ON CONFLICT (tenant_id) DO NOTHING",
);
const NEXT_VERSION: Sql = Sql::tenant(
    "UPDATE catalog_price_books SET version = version + 1, changed_at = $2 WHERE tenant_id = $1 AND version = $3",
);
const ANY_NEXT_VERSION: Sql =
    Sql::tenant("UPDATE catalog_price_books SET version = version + 1, changed_at = $2 WHERE tenant_id = $1");

/// Moves the book from version `from` to the next; whether it was at `from`.
pub(crate) async fn advance(writer: &mut Writer<'_>, from: i64) -> Result<bool> {
    let now = writer.now().micros();
    writer.sql(FIRST_VERSION).bind(now).execute().await?;
    Ok(writer.sql(NEXT_VERSION).bind(now).bind(from).execute().await? == 1)
}

/// Moves the book to its next version, whichever it was at.
pub(super) async fn advance_anyhow(writer: &mut Writer<'_>) -> Result<()> {
    let now = writer.now().micros();
    writer.sql(FIRST_VERSION).bind(now).execute().await?;
    writer.sql(ANY_NEXT_VERSION).bind(now).execute().await?;
    Ok(())
}

/// Every cell that counts: of costs and of all sales lists.
pub(crate) async fn standing_cells(read: &Read) -> Result<Vec<Cell>> {
    typed(
        read.select::<cells::Entity>()
            .filter(cells::Column::SupersededAt.is_null())
            .all(read)
            .await?,
    )
}

/// Every cell of one list that counts.
pub(crate) async fn cells_of_list(read: &Read, list: Uuid) -> Result<Vec<Cell>> {
    let counts = Condition::all()
        .add(cells::Column::ListId.eq(list))
        .add(cells::Column::SupersededAt.is_null());
    typed(read.select::<cells::Entity>().filter(counts).all(read).await?)
}

/// Every cell of one ending, superseded ones included, the latest first; at most `most`.
pub(super) async fn cells_of_ending(read: &Read, ending: &str, most: u64) -> Result<Vec<Cell>> {
    let select = read.select::<cells::Entity>().filter(cells::Column::Ending.eq(ending));
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

fn cell(row: cells::Model) -> Result<Cell> {
    let odd = |what: &str| Error::internal(format!("price {} has an unknown {what}", row.id));
    Ok(Cell {
        id: PriceId::from_uuid(row.id),
        key: CellKey {
            side: Side::parse(&row.side).ok_or_else(|| odd("side"))?,
            list: row.list_id,
            currency: Currency::parse(&row.currency).map_err(|_| odd("currency"))?,
            operation: Operation::parse(&row.operation).ok_or_else(|| odd("operation"))?,
            years: u8::try_from(row.years).map_err(|_| odd("number of years"))?,
            kind: Kind::parse(&row.kind).ok_or_else(|| odd("kind"))?,
            ending: row.ending,
        },
        effective_from: Instant::from_micros(row.effective_from),
        amount_minor: row.amount_minor,
        note: row.note,
        import: row.import_id.map(ImportId::from_uuid),
        recorded_at: Instant::from_micros(row.recorded_at),
        recorded_by: row.recorded_by,
        superseded_at: row.superseded_at.map(Instant::from_micros),
    })
}

/// Writes new cells, which count from `version` on. Part of the change that brings them.
pub(crate) async fn insert_cells(writer: &mut Writer<'_>, new: &[Cell], version: i64) -> Result<()> {
    let tenant = writer.tenant().uuid();
    for some in new.chunks(ROWS_AT_ONCE) {
        writer
            .insert_many(some.iter().map(|cell| row(tenant, cell, version)).collect())
            .await?;
    }
    Ok(())
}

/// Marks cells as superseded from `version` on.
pub(crate) async fn supersede(writer: &mut Writer<'_>, ids: &[PriceId], version: i64) -> Result<()> {
    let (now, by) = (writer.now().micros(), writer.actor().who.to_string());
    for some in ids.chunks(ROWS_AT_ONCE) {
        let columns = vec![
            (cells::Column::SupersededAt, Expr::value(now)),
            (cells::Column::SupersededBy, Expr::value(by.clone())),
            (cells::Column::SupersededVersion, Expr::value(version)),
        ];
        let which = Condition::all()
            .add(cells::Column::Id.is_in(some.iter().map(|id| id.uuid())))
            .add(cells::Column::SupersededAt.is_null());
        writer.update_where::<cells::Entity>(columns, which).await?;
    }
    Ok(())
}

fn row(tenant: Uuid, cell: &Cell, version: i64) -> cells::ActiveModel {
    let key = &cell.key;
    cells::ActiveModel {
        tenant_id: Set(tenant),
        id: Set(cell.id.uuid()),
        side: Set(key.side.name().to_owned()),
        list_id: Set(key.list),
        ending: Set(key.ending.clone()),
        currency: Set(key.currency.code().to_owned()),
        operation: Set(key.operation.name().to_owned()),
        years: Set(i64::from(key.years)),
        kind: Set(key.kind.name().to_owned()),
        effective_from: Set(cell.effective_from.micros()),
        amount_minor: Set(cell.amount_minor),
        note: Set(cell.note.clone()),
        import_id: Set(cell.import.map(Id::uuid)),
        recorded_at: Set(cell.recorded_at.micros()),
        recorded_by: Set(cell.recorded_by.clone()),
        since_version: Set(version),
        superseded_at: Set(None),
        superseded_by: Set(None),
        superseded_version: Set(None),
    }
}

/// All sales lists, the standard one first.
pub(super) async fn lists(read: &Read) -> Result<Vec<SalesList>> {
    let rows = read
        .select::<lists::Entity>()
        .order_by_desc(lists::Column::Standard)
        .order_by_asc(lists::Column::Id)
        .limit(MOST_LISTS)
        .all(read)
        .await?;
    rows.into_iter().map(list).collect()
}

pub(super) async fn list_by_id(read: &Read, id: SalesListId) -> Result<Option<SalesList>> {
    read.select::<lists::Entity>()
        .filter(lists::Column::Id.eq(id.uuid()))
        .one(read)
        .await?
        .map(list)
        .transpose()
}

fn list(row: lists::Model) -> Result<SalesList> {
    Ok(SalesList {
        id: SalesListId::from_uuid(row.id),
        slug: row.slug,
        name: row.name,
        currency: Currency::parse(&row.currency).map_err(Error::internal)?,
        standard: row.standard,
        created_at: Instant::from_micros(row.created_at),
    })
}

impl Stored for SalesList {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let row = lists::ActiveModel {
            tenant_id: Set(writer.tenant().uuid()),
            id: Set(self.id.uuid()),
            slug: Set(self.slug.clone()),
            name: Set(self.name.clone()),
            currency: Set(self.currency.code().to_owned()),
            standard: Set(self.standard),
            created_at: Set(self.created_at.micros()),
        };
        writer.insert(row).await
    }
}
