//! What can be done with the journal.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{LedgerAccountId, LedgerTransactionId, Problem};
use platform::{Ctx, Error, Read, Result, Tx};

use super::manual::{MAX_MEMO, ManualEntry};
use super::model::{NewTransaction, Posted, Transaction};
use super::store::{self, AccountEntry, Listing};
use super::write::write;
use crate::books::{self, Books};
use crate::permissions::{LEDGER_POST, LEDGER_READ};

/// Longest key, in bytes.
pub(crate) const MAX_KEY: usize = 200;
/// So many days ahead of today something may be dated.
const MOST_AHEAD: i32 = 366;

/// Refuses a day further ahead of today, wherever the company is, than so many days.
pub(crate) fn not_far_ahead(read: &Read, day: Date, days: i32) -> Result<(), Problem> {
    // Somewhere it is tomorrow already.
    let last = read
        .now()
        .timestamp()
        .to_zoned(TimeZone::UTC)
        .date()
        .saturating_add((days + 1).days());
    if day <= last {
        return Ok(());
    }
    Err(Problem::refused("day_out_of_range").arg("day", day))
}

/// Posts what another room's act does to the books, in that act's transaction. Once for each key: the same again changes
/// nothing. The room has judged who may act.
///
/// # Errors
/// `books_not_open`, `period_closed`, `day_out_of_range`, `insufficient_funds` when a wallet would go below zero, `key_reused` when something
/// else was posted under the key, or the database.
pub async fn post(tx: &mut Tx, new: NewTransaction) -> Result<Posted> {
    if new.key.len() > MAX_KEY {
        return Err(Error::internal(format!("a key of {} characters", new.key.len())));
    }
    // What was posted before stays so, also when its day has been closed since.
    let functional = books::opened(tx).await?.functional;
    if let Some(there) = store::by_key(tx, &new.key, functional).await? {
        return same(new, there);
    }
    let books = books_for(tx, &new).await?;
    let transaction = begin(tx, new, None);
    let mut writer =
        tx.bookkeeping("a transaction of the journal is its own audit entry; its cause is told by the room");
    if write(&mut writer, &transaction).await? {
        return Ok(Posted::New(transaction));
    }
    // Somebody was quicker by a moment.
    match store::by_key(tx, &transaction.posted.key, books.functional).await? {
        Some(there) => same(transaction.posted, there),
        None => Err(Error::internal("a transaction's key is taken by none")),
    }
}

fn same(new: NewTransaction, there: Transaction) -> Result<Posted> {
    // The memo is for readers, and may be in other words the second time.
    let as_there = NewTransaction {
        memo: there.posted.memo.clone(),
        ..new.clone()
    };
    if as_there == there.posted {
        return Ok(Posted::Already(there));
    }
    Err(Problem::conflict("key_reused").arg("key", new.key).into())
}

async fn books_for(read: &Read, new: &NewTransaction) -> Result<Books> {
    let books = books::opened(read).await?;
    if new.posting.functional() != books.functional {
        return Err(Error::internal(format!(
            "{} is not what the books are kept in",
            new.posting.functional()
        )));
    }
    books.takes(new.day)?;
    not_far_ahead(read, new.day, MOST_AHEAD)?;
    Ok(books)
}

/// A transaction that is not written yet, of whoever acts here.
pub(super) fn begin_of(ctx: &Ctx, new: NewTransaction) -> Transaction {
    Transaction {
        id: ctx.new_id(),
        posted: new,
        reverses: None,
        recorded_at: ctx.now(),
        recorded_by: ctx.actor().who.to_string(),
        cause: ctx.cause(),
        trace: ctx.trace_id(),
    }
}

/// A transaction that is not written yet.
pub(crate) fn begin(tx: &Tx, new: NewTransaction, reverses: Option<LedgerTransactionId>) -> Transaction {
    Transaction {
        id: tx.new_id(),
        posted: new,
        reverses,
        recorded_at: tx.now(),
        recorded_by: tx.actor().who.to_string(),
        cause: tx.cause(),
        trace: tx.trace_id(),
    }
}

/// Posts what a person wrote.
///
/// # Errors
/// `invalid_fields`, `unbalanced`, `books_not_open`, `period_closed`, `forbidden`, or the database.
pub async fn enter(tx: &mut Tx, entry: &ManualEntry) -> Result<Transaction> {
    let once = tx.new_id();
    enter_once(tx, once, entry).await
}

/// The same for a form that may be sent twice: under one `once` it is posted once.
///
/// # Errors
/// `key_reused` the second time; else as [`enter`].
pub async fn enter_once(tx: &mut Tx, once: LedgerTransactionId, entry: &ManualEntry) -> Result<Transaction> {
    tx.allow(LEDGER_POST)?;
    let books = books::opened(tx).await?;
    let new = entry.judged(format!("manual:{once}"), books.functional)?;
    suppliers_exist(tx, entry).await?;
    books_for(tx, &new).await?;
    let transaction = begin(tx, new, None);
    tx.save(transaction.told()).await
}

async fn suppliers_exist(read: &Read, entry: &ManualEntry) -> Result<()> {
    for (at, line) in entry.lines.iter().enumerate() {
        let Some(supplier) = line.supplier else { continue };
        if !parties::suppliers::ops::is_known(read, supplier).await? {
            return Err(Problem::refused("invalid_fields")
                .field(format!("/entries/{at}"), "supplier_unknown")
                .into());
        }
    }
    Ok(())
}

/// What taking back a transaction would post: just what [`reverse`] posts.
///
/// # Errors
/// As [`reverse`].
pub async fn reversal(read: &Read, id: LedgerTransactionId, day: Date, reason: &str) -> Result<NewTransaction> {
    read.allow(LEDGER_POST)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > MAX_MEMO {
        let code = if reason.is_empty() { "required" } else { "note_too_long" };
        return Err(Problem::refused("invalid_fields").field("/reason", code).into());
    }
    let there = one(read, id).await?;
    let new = there.reversal(day, reason)?;
    let books = books_for(read, &new).await?;
    if let Some(reversal) = store::by_key(read, &new.key, books.functional).await? {
        return Err(Problem::conflict("already_reversed").arg("by", reversal.id).into());
    }
    Ok(new)
}

/// Takes back what a person posted, on a day, for a reason.
///
/// # Errors
/// `not_found`, `already_reversed`, `not_reversible` for what has its own way back, `invalid_fields` without a reason,
/// `period_closed`, `forbidden`, or the database.
pub async fn reverse(tx: &mut Tx, id: LedgerTransactionId, day: Date, reason: &str) -> Result<Transaction> {
    let new = reversal(tx, id, day, reason).await?;
    let transaction = begin(tx, new, Some(id));
    match tx.save(transaction.told()).await {
        // Somebody took it back at this moment.
        Err(error) if error.problem().is_some_and(|problem| problem.code == "key_reused") => {
            Err(Problem::conflict("already_reversed").arg("by", "").into())
        }
        saved => saved,
    }
}

async fn one(read: &Read, id: LedgerTransactionId) -> Result<Transaction> {
    let functional = books::opened(read).await?.functional;
    Ok(store::by_id(read, id, functional)
        .await?
        .ok_or_else(Problem::not_found)?)
}

/// One transaction, with the one that takes it back, if any does.
///
/// # Errors
/// `not_found`, `books_not_open`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: LedgerTransactionId) -> Result<(Transaction, Option<LedgerTransactionId>)> {
    read.allow(LEDGER_READ)?;
    let transaction = one(read, id).await?;
    let reversed_by = store::reversal_of(read, id).await?;
    Ok((transaction, reversed_by))
}

/// Transactions, the latest day first; at most [`store::PAGE`] of them.
///
/// # Errors
/// `books_not_open`, `forbidden`, or the database.
pub async fn list(read: &Read, listing: &Listing) -> Result<Vec<Transaction>> {
    read.allow(LEDGER_READ)?;
    let functional = books::opened(read).await?.functional;
    store::list(read, listing, functional).await
}

/// What was posted on an account, the latest first, before one of its entries' numbers.
///
/// # Errors
/// `not_found`, `books_not_open`, `forbidden`, or the database.
pub async fn of_account(
    read: &Read,
    account: LedgerAccountId,
    before: Option<i64>,
    most: i64,
) -> Result<Vec<AccountEntry>> {
    read.allow(LEDGER_READ)?;
    let functional = books::opened(read).await?.functional;
    let account = crate::accounts::by_id(read, account, functional).await?;
    store::of_account(read, &account.ok_or_else(Problem::not_found)?, before, most).await
}
