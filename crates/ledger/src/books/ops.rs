//! What can be done with the books.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Currency, Problem};
use platform::{Read, Result, Tx};

use super::model::Books;
use super::store;
use crate::permissions::{LEDGER_CLOSE, LEDGER_READ};

/// What posting shares and closing does alone: whoever posts finds the books closed, or is done before they are.
pub(crate) const POSTING: &str = "ledger.posting";

/// Opens a company's books in its functional currency, for good.
///
/// # Errors
/// `books_open` where there are some, `forbidden`, or the database.
pub async fn open(tx: &mut Tx, functional: Currency) -> Result<Books> {
    tx.allow(LEDGER_CLOSE)?;
    let change = Books::open(functional, tx.now());
    tx.save(change).await
}

/// The books, if they were opened.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn get(read: &Read) -> Result<Option<Books>> {
    read.allow(LEDGER_READ)?;
    store::get(read).await
}

/// The books, which must be open to post.
pub(crate) async fn opened(read: &Read) -> Result<Books> {
    Ok(store::get(read)
        .await?
        .ok_or_else(|| Problem::conflict("books_not_open"))?)
}

/// Closes the books up to a day that is over where the company is (`zone`).
///
/// # Errors
/// `books_not_open`, `books_closed_further`, `invalid_fields`, `stale`, `forbidden`, or the database.
pub async fn close(tx: &mut Tx, until: Date, zone: &TimeZone) -> Result<Books> {
    tx.allow(LEDGER_CLOSE)?;
    tx.alone(POSTING).await?;
    let today = tx.now().timestamp().to_zoned(zone.clone()).date();
    let change = opened(tx).await?.close(until, today)?;
    tx.save(change).await
}

/// Opens days again after the last one that is to stay closed.
///
/// # Errors
/// `books_not_open`, `books_not_closed`, `invalid_fields` without a reason, `stale`, `forbidden`, or the database.
pub async fn reopen(tx: &mut Tx, until: Option<Date>, reason: &str) -> Result<Books> {
    tx.allow(LEDGER_CLOSE)?;
    tx.alone(POSTING).await?;
    let change = opened(tx).await?.reopen(until, reason)?;
    tx.save(change).await
}
