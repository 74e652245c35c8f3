//! Cells that count, and what is asked of them: those of the book in memory, and those of one list.

use std::collections::{HashMap, HashSet};

use kernel::{Currency, Id, Instant, PriceId, SalesListId};
use platform::{Error, Read, Result, Sql};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::KeyNames;
use crate::price_books::book::BookCell;
use crate::price_books::words::Operation;

const BOOK_CELLS: Sql = Sql::tenant(
    "SELECT id, side, list_id, ending, currency, operation, years, kind, effective_from, amount_minor, recorded_at \
     FROM catalog_price_cells WHERE tenant_id = $1 AND superseded_at IS NULL AND (side = 'cost' OR list_id = $2)",
);

/// Every cell that counts in the book: of costs and of the standard sales list. Other lists' prices, and who recorded
/// what and why, stay in the database.
pub(in crate::price_books) async fn book_cells(read: &Read, standard: Option<SalesListId>) -> Result<Vec<BookCell>> {
    let standard = standard.map_or(Uuid::nil(), Id::uuid);
    let rows: Vec<BookRow> = read.sql(BOOK_CELLS).bind(standard).all().await?;
    rows.into_iter().map(BookRow::typed).collect()
}

const ARCHIVED_BOOK_CELLS: Sql = Sql::tenant(
    "SELECT id, side, list_id, ending, currency, operation, years, kind, effective_from, amount_minor, recorded_at \
     FROM catalog_price_archive WHERE tenant_id = $1 AND superseded_at IS NULL AND (side = 'cost' OR list_id = $2)",
);

/// Archived cells that once counted in the book.
pub(in crate::price_books) async fn archived_book_cells(
    read: &Read,
    standard: Option<SalesListId>,
) -> Result<Vec<BookCell>> {
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
