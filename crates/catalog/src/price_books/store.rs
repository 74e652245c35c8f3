//! Cells and the book's version in the database: what counts, by book and by list; what ever was, by ending; and writing.

mod counting;
mod ever;
mod writing;

use kernel::{Currency, Instant};
use platform::{Error, Read, Result, Sql, Writer};
use uuid::Uuid;

pub(super) use self::counting::{archived_book_cells, book_cells};
pub(crate) use self::counting::{
    cells_of_list, cells_of_list_since, costs_begun, currencies_of_list, sales_prices_by_list,
};
pub(super) use self::ever::sales_ever;
pub(crate) use self::ever::{Mark, cell, cells_of_ending, marked_cells};
pub(crate) use self::writing::{Batch, NewCell, insert_batch, insert_marked, supersede, supersede_future};
use super::model::CellKey;
use super::version_entity as versions;
use super::words::{Kind, Operation, Side};

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
