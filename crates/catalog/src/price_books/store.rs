//! Cells and the book's version in the database.

use std::collections::{HashMap, HashSet};

use kernel::{Currency, Id, ImportId, Instant, PriceId, SalesListId};
use platform::{Bulk, Error, Read, Result, Sql, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::book::BookCell;
use super::cell_entity as cells;
use super::known::KnownCell;
use super::model::{Cell, CellKey};
use super::version_entity as versions;
use super::words::{Kind, Operation, Side};
use crate::imports::ListRef;

/// Rows of one statement that names each: well under what either database takes as parameters.
pub(crate) const ROWS_AT_ONCE: usize = 200;

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

const HOLD: Sql = Sql::tenant("UPDATE catalog_price_books SET version = version WHERE tenant_id = $1");

/// Keeps others from moving the book until this transaction ends: what is read from here on is what a change is decided on.
pub(crate) async fn hold(writer: &mut Writer<'_>) -> Result<()> {
    let now = writer.now().micros();
    writer.sql(FIRST_VERSION).bind(now).execute().await?;
    writer.sql(HOLD).execute().await?;
    Ok(())
}

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

const BOOK_CELLS: Sql = Sql::tenant(
    "SELECT id, side, list_id, ending, currency, operation, years, kind, effective_from, amount_minor, recorded_at \
     FROM catalog_price_cells WHERE tenant_id = $1 AND superseded_at IS NULL AND (side = 'cost' OR list_id = $2)",
);

/// Every cell that counts in the book: of costs and of the standard sales list. Other lists' prices, and who recorded
/// what and why, stay in the database.
pub(super) async fn book_cells(read: &Read, standard: Option<SalesListId>) -> Result<Vec<BookCell>> {
    let standard = standard.map_or(Uuid::nil(), Id::uuid);
    let rows: Vec<BookRow> = read.sql(BOOK_CELLS).bind(standard).all().await?;
    rows.into_iter().map(BookRow::typed).collect()
}

const ARCHIVED_BOOK_CELLS: Sql = Sql::tenant(
    "SELECT id, side, list_id, ending, currency, operation, years, kind, effective_from, amount_minor, recorded_at \
     FROM catalog_price_archive WHERE tenant_id = $1 AND superseded_at IS NULL AND (side = 'cost' OR list_id = $2)",
);

/// Archived cells that once counted in the book.
pub(super) async fn archived_book_cells(read: &Read, standard: Option<SalesListId>) -> Result<Vec<BookCell>> {
    let standard = standard.map_or(Uuid::nil(), Id::uuid);
    let rows: Vec<BookRow> = read.sql(ARCHIVED_BOOK_CELLS).bind(standard).all().await?;
    rows.into_iter().map(BookRow::typed).collect()
}

#[derive(FromQueryResult)]
struct BookRow {
    id: Uuid,
    side: String,
    list_id: Uuid,
    ending: String,
    currency: String,
    operation: String,
    years: i64,
    kind: String,
    effective_from: i64,
    amount_minor: Option<i64>,
    recorded_at: i64,
}

impl BookRow {
    fn typed(self) -> Result<BookCell> {
        let names = KeyNames {
            side: &self.side,
            currency: &self.currency,
            operation: &self.operation,
            years: self.years,
            kind: &self.kind,
        };
        Ok(BookCell {
            id: PriceId::from_uuid(self.id),
            key: names.key(self.id, self.list_id, self.ending)?,
            effective_from: Instant::from_micros(self.effective_from),
            amount_minor: self.amount_minor,
            recorded_at: Instant::from_micros(self.recorded_at),
        })
    }
}

/// What a cell is the price of, as the database writes it.
struct KeyNames<'r> {
    side: &'r str,
    currency: &'r str,
    operation: &'r str,
    years: i64,
    kind: &'r str,
}

impl KeyNames<'_> {
    fn key(&self, id: Uuid, list: Uuid, ending: String) -> Result<CellKey> {
        let odd = |what: &str| Error::internal(format!("price {id} has an unknown {what}"));
        Ok(CellKey {
            side: Side::parse(self.side).ok_or_else(|| odd("side"))?,
            list,
            ending,
            currency: Currency::parse(self.currency).map_err(|_| odd("currency"))?,
            operation: Operation::parse(self.operation).ok_or_else(|| odd("operation"))?,
            years: u8::try_from(self.years).map_err(|_| odd("number of years"))?,
            kind: Kind::parse(self.kind).ok_or_else(|| odd("kind"))?,
        })
    }
}

const SALES_EVER: Sql = Sql::tenant(
    "SELECT id, list_id, operation, years, kind, currency, effective_from, amount_minor, recorded_at, since_version, \
     superseded_version FROM catalog_price_cells WHERE tenant_id = $1 AND ending = $2 AND side = 'sale' \
     UNION ALL SELECT id, list_id, operation, years, kind, currency, effective_from, amount_minor, recorded_at, \
     since_version, superseded_version FROM catalog_price_archive WHERE tenant_id = $1 AND ending = $2 AND side = 'sale'",
);

/// Every sales price ever recorded of an ending, of any list, superseded and archived ones included: a price that was
/// not taken matters as well, where it ended one that was.
pub(super) async fn sales_ever(read: &Read, ending: &str) -> Result<Vec<KnownCell>> {
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

const COSTS_BEGUN: Sql = Sql::tenant(
    "SELECT DISTINCT ending, operation FROM catalog_price_cells \
     WHERE tenant_id = $1 AND side = 'cost' AND superseded_at IS NULL AND effective_from > $2 AND effective_from <= $3",
);

/// What costs something else by time alone: of which endings and operations a cost begins after one instant and by another.
pub(crate) async fn costs_begun(read: &Read, after: Instant, by: Instant) -> Result<HashSet<(String, Operation)>> {
    #[derive(FromQueryResult)]
    struct Row {
        ending: String,
        operation: String,
    }
    let query = read.sql(COSTS_BEGUN).bind(after.micros()).bind(by.micros());
    let rows: Vec<Row> = query.all().await?;
    let begun = |row: Row| Some((row.ending, Operation::parse(&row.operation)?));
    Ok(rows.into_iter().filter_map(begun).collect())
}

const CURRENCIES_OF_LIST: Sql = Sql::tenant(
    "SELECT DISTINCT currency FROM catalog_price_cells \
     WHERE tenant_id = $1 AND list_id = $2 AND superseded_at IS NULL AND amount_minor IS NOT NULL",
);

/// The currencies a list has prices in, past and scheduled ones included.
pub(crate) async fn currencies_of_list(read: &Read, list: Uuid) -> Result<Vec<Currency>> {
    #[derive(FromQueryResult)]
    struct Row {
        currency: String,
    }
    let rows: Vec<Row> = read.sql(CURRENCIES_OF_LIST).bind(list).all().await?;
    rows.into_iter()
        .map(|row| Currency::parse(&row.currency).map_err(Error::internal))
        .collect()
}

const SALES_PRICES_BY_LIST: Sql = Sql::tenant(
    "SELECT list_id, COUNT(*) AS prices FROM catalog_price_cells \
     WHERE tenant_id = $1 AND side = 'sale' AND superseded_at IS NULL GROUP BY list_id",
);

/// How many prices each sales list holds, past and scheduled ones included.
pub(crate) async fn sales_prices_by_list(read: &Read) -> Result<HashMap<Uuid, i64>> {
    #[derive(FromQueryResult)]
    struct Row {
        list_id: Uuid,
        prices: i64,
    }
    let rows: Vec<Row> = read.sql(SALES_PRICES_BY_LIST).all().await?;
    Ok(rows.into_iter().map(|row| (row.list_id, row.prices)).collect())
}

/// What counts of one list; what began by an instant can be left out.
const CELLS_OF_LIST: Sql = Sql::tenant(
    "SELECT id, side, list_id, ending, currency, operation, years, kind, effective_from, amount_minor, recorded_at \
     FROM catalog_price_cells WHERE tenant_id = $1 AND superseded_at IS NULL AND list_id = $2 AND effective_from >= $3",
);

/// Every cell of one list that counts.
pub(crate) async fn cells_of_list(read: &Read, list: Uuid) -> Result<Vec<BookCell>> {
    cells_of_list_since(read, list, Instant::from_micros(i64::MIN)).await
}

/// The cells of one list that count and begin at an instant or later.
pub(crate) async fn cells_of_list_since(read: &Read, list: Uuid, since: Instant) -> Result<Vec<BookCell>> {
    let query = read.sql(CELLS_OF_LIST).bind(list).bind(since.micros());
    let rows: Vec<BookRow> = query.all().await?;
    rows.into_iter().map(BookRow::typed).collect()
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

/// Writes a change's cells, which count from `version` on.
pub(crate) async fn insert_marked(writer: &mut Writer<'_>, new: &[(Cell, Mark)], version: i64) -> Result<()> {
    let tenant = writer.tenant().uuid();
    for some in new.chunks(ROWS_AT_ONCE) {
        let rows = some.iter().map(|(cell, mark)| cells::ActiveModel {
            change_id: Set(mark.change),
            promotion: Set(mark.promotion.clone()),
            ..row(tenant, cell, version)
        });
        writer.insert_many(rows.collect()).await?;
    }
    Ok(())
}

/// Marks cells as superseded from `version` on, if they have not begun: the database compares with the clock. How many
/// it were.
pub(crate) async fn supersede_future(writer: &mut Writer<'_>, ids: &[PriceId], version: i64) -> Result<u64> {
    let not_begun = cells::Column::EffectiveFrom.gt(writer.now().micros());
    let mut done = 0;
    for some in ids.chunks(ROWS_AT_ONCE) {
        let which = superseding(some).add(not_begun.clone());
        done += writer
            .update_where::<cells::Entity>(superseded(writer, version), which)
            .await?;
    }
    Ok(done)
}

/// What the new cells of an import share.
pub(crate) struct Batch {
    /// Where they go.
    pub(crate) list: ListRef,
    /// What brings them.
    pub(crate) import: ImportId,
    /// They count from this version on.
    pub(crate) version: i64,
}

/// And what each has of its own.
pub(crate) struct NewCell<'c> {
    pub(crate) id: PriceId,
    pub(crate) key: &'c CellKey,
    pub(crate) effective_from: Instant,
    pub(crate) amount_minor: Option<i64>,
    pub(crate) note: Option<&'c str>,
}

static NEW_CELLS: Bulk<6, 9> = Bulk::into(
    "catalog_price_cells",
    [
        "side",
        "list_id",
        "import_id",
        "since_version",
        "recorded_at",
        "recorded_by",
    ],
    [
        "id",
        "ending",
        "currency",
        "operation",
        "years",
        "kind",
        "effective_from",
        "amount_minor",
        "note",
    ],
);

/// Writes the new cells of an import. Part of the change that brings them.
pub(crate) async fn insert_batch(writer: &mut Writer<'_>, batch: &Batch, cells: &[NewCell<'_>]) -> Result<()> {
    let shared = [
        batch.list.side().name().into(),
        batch.list.uuid().into(),
        batch.import.uuid().into(),
        batch.version.into(),
        writer.now().micros().into(),
        writer.actor().who.to_string().into(),
    ];
    let rows = cells.iter().map(|cell| {
        let key = cell.key;
        [
            cell.id.uuid().into(),
            key.ending.as_str().into(),
            key.currency.code().into(),
            key.operation.name().into(),
            i64::from(key.years).into(),
            key.kind.name().into(),
            cell.effective_from.micros().into(),
            cell.amount_minor.into(),
            cell.note.map(str::to_owned).into(),
        ]
    });
    writer.insert_rows(&NEW_CELLS, shared, rows).await
}

/// Marks cells as superseded from `version` on.
pub(crate) async fn supersede(writer: &mut Writer<'_>, ids: &[PriceId], version: i64) -> Result<()> {
    for some in ids.chunks(ROWS_AT_ONCE) {
        let columns = superseded(writer, version);
        writer.update_where::<cells::Entity>(columns, superseding(some)).await?;
    }
    Ok(())
}

/// By whom and when.
fn superseded(writer: &Writer<'_>, version: i64) -> Vec<(cells::Column, SimpleExpr)> {
    vec![
        (cells::Column::SupersededAt, Expr::value(writer.now().micros())),
        (cells::Column::SupersededBy, Expr::value(writer.actor().who.to_string())),
        (cells::Column::SupersededVersion, Expr::value(version)),
    ]
}

/// Those of these cells that count.
fn superseding(ids: &[PriceId]) -> Condition {
    Condition::all()
        .add(cells::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .add(cells::Column::SupersededAt.is_null())
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
        change_id: Set(None),
        promotion: Set(None),
    }
}
