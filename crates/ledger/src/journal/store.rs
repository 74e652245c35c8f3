//! Reading the journal.

use engines::posting::{Line, Posting};
use jiff::civil::Date;
use kernel::{Currency, EventId, Id, Instant, LedgerTransactionId, Money, Rate};
use platform::{Error, Read, Result, Sql, TraceId};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::model::{Kind, NewTransaction, Transaction};
use crate::accounts::LedgerAccount;
use crate::accounts::store::purpose;

/// Most transactions of one list: one more than a page shows tells whether there is another.
pub(crate) const PAGE: i64 = 201;

/// Transactions with their lines, those that `$which` says, in `$order`.
macro_rules! with_lines {
    ($which:literal, $order:literal) => {
        Sql::tenant(concat!(
            "SELECT t.id, t.key, t.kind, t.day, t.memo, t.source, t.about, t.rate, t.reverses, t.recorded_at, t.recorded_by, \
             t.cause, t.trace, a.role, a.whose, a.currency, e.amount, e.worth FROM (SELECT id, key, kind, day, memo, source, \
             about, rate, reverses, recorded_at, recorded_by, cause, trace FROM ledger_transactions WHERE tenant_id = $1 AND ",
            $which,
            ") t JOIN ledger_entries e ON e.tenant_id = $1 AND e.transaction_id = t.id \
             JOIN ledger_accounts a ON a.tenant_id = $1 AND a.id = e.account_id ORDER BY ",
            $order
        ))
    };
}

const BY_KEY: Sql = with_lines!("key = $2", "e.line");
const BY_ID: Sql = with_lines!("id = $2", "e.line");
const LIST: Sql = with_lines!(
    "day >= $2 AND day <= $3 AND ($4 = '' OR kind = $4) AND (day, id) < ($5, $6) ORDER BY day DESC, id DESC LIMIT $7",
    "t.day DESC, t.id DESC, e.line"
);
const LIST_ABOUT: Sql = with_lines!(
    "about = $8 AND day >= $2 AND day <= $3 AND ($4 = '' OR kind = $4) AND (day, id) < ($5, $6) \
     ORDER BY day DESC, id DESC LIMIT $7",
    "t.day DESC, t.id DESC, e.line"
);
const FORWARD: Sql = with_lines!(
    "(day, id) > ($2, $3) AND day <= $4 AND recorded_at <= $5 ORDER BY day, id LIMIT $6",
    "t.day, t.id, e.line"
);
const REVERSAL: Sql = Sql::tenant("SELECT id FROM ledger_transactions WHERE tenant_id = $1 AND reverses = $2");

/// A line with the transaction it is of.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    key: String,
    kind: String,
    day: String,
    memo: String,
    source: Option<String>,
    about: Option<String>,
    rate: Option<String>,
    reverses: Option<Uuid>,
    recorded_at: i64,
    recorded_by: String,
    cause: Option<Uuid>,
    trace: String,
    role: String,
    whose: Uuid,
    currency: String,
    amount: i64,
    worth: i64,
}

/// The transactions of these lines, in their order.
fn transactions(rows: Vec<Row>, functional: Currency) -> Result<Vec<Transaction>> {
    rows.chunk_by(|one, next| one.id == next.id)
        .map(|rows| transaction(rows, functional))
        .collect()
}

fn transaction(rows: &[Row], functional: Currency) -> Result<Transaction> {
    let row = rows
        .first()
        .ok_or_else(|| Error::internal("a transaction has no lines"))?;
    let lines = rows.iter().map(|line| {
        let purpose = purpose(&line.role, line.whose, &line.currency)?;
        Ok(Line {
            account: purpose.account,
            amount: Money::new(line.amount, purpose.currency),
            worth: Money::new(line.worth, functional),
        })
    });
    let lines = lines.collect::<Result<Vec<_>>>()?;
    let odd = || Error::internal(format!("transaction {} is of no kind", row.id));
    let rate = row
        .rate
        .as_deref()
        .map(|rate| Rate::parse(rate).map_err(Error::internal));
    Ok(Transaction {
        id: LedgerTransactionId::from_uuid(row.id),
        posted: NewTransaction {
            key: row.key.clone(),
            kind: Kind::parse(&row.kind).ok_or_else(odd)?,
            day: row.day.parse().map_err(Error::internal)?,
            posting: Posting::balanced(lines, functional).map_err(Error::internal)?,
            memo: row.memo.clone(),
            source: row.source.clone(),
            about: row.about.clone(),
            rate: rate.transpose()?,
        },
        reverses: row.reverses.map(LedgerTransactionId::from_uuid),
        recorded_at: Instant::from_micros(row.recorded_at),
        recorded_by: row.recorded_by.clone(),
        cause: row.cause.map(EventId::from_uuid),
        trace: row.trace.parse::<TraceId>().map_err(Error::internal)?,
    })
}

/// The transaction under a key.
pub(crate) async fn by_key(read: &Read, key: &str, functional: Currency) -> Result<Option<Transaction>> {
    let rows = read.sql(BY_KEY).bind(key).all().await?;
    Ok(transactions(rows, functional)?.pop())
}

/// One transaction.
pub(super) async fn by_id(read: &Read, id: LedgerTransactionId, functional: Currency) -> Result<Option<Transaction>> {
    let rows = read.sql(BY_ID).bind(id.uuid()).all().await?;
    Ok(transactions(rows, functional)?.pop())
}

/// The transaction that takes one back.
pub(super) async fn reversal_of(read: &Read, id: LedgerTransactionId) -> Result<Option<LedgerTransactionId>> {
    #[derive(FromQueryResult)]
    struct Reversal {
        id: Uuid,
    }
    let row: Option<Reversal> = read.sql(REVERSAL).bind(id.uuid()).one().await?;
    Ok(row.map(|row| LedgerTransactionId::from_uuid(row.id)))
}

/// Which transactions.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// From this day on.
    pub from: Option<Date>,
    /// Up to this day.
    pub until: Option<Date>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of this order or trip.
    pub about: Option<String>,
    /// After this place in the list.
    pub after: Option<(Date, LedgerTransactionId)>,
    /// At most so many; no more than [`PAGE`].
    pub limit: i64,
}

/// Transactions, the latest day first.
pub(super) async fn list(read: &Read, listing: &Listing, functional: Currency) -> Result<Vec<Transaction>> {
    let (day, id) = match &listing.after {
        Some((day, id)) => (day.to_string(), id.uuid()),
        None => (LAST_DAY.to_owned(), Uuid::max()),
    };
    let text = |date: Option<Date>, other: &str| date.map_or_else(|| other.to_owned(), |date| date.to_string());
    let query = read
        .sql(if listing.about.is_some() { LIST_ABOUT } else { LIST })
        .bind(text(listing.from, ""))
        .bind(text(listing.until, LAST_DAY));
    let query = query.bind(listing.kind.map_or("", Kind::name)).bind(day).bind(id);
    let query = query.bind(listing.limit.clamp(1, PAGE));
    let rows: Vec<Row> = match &listing.about {
        Some(about) => query.bind(about.as_str()).all().await?,
        None => query.all().await?,
    };
    transactions(rows, functional)
}

/// After every day.
const LAST_DAY: &str = "9999-12-31";

/// Transactions up to a day that were recorded by a moment, in the order of days, after a place: for exports, which read all of
/// them part by part.
pub(crate) async fn forward(
    read: &Read,
    after: Option<(Date, LedgerTransactionId)>,
    until: Date,
    known_at: Instant,
    functional: Currency,
) -> Result<Vec<Transaction>> {
    let (day, id) = after.map_or((String::new(), Uuid::nil()), |(day, id)| (day.to_string(), id.uuid()));
    let query = read.sql(FORWARD).bind(day).bind(id).bind(until.to_string());
    let rows: Vec<Row> = query.bind(known_at.micros()).bind(PAGE).all().await?;
    transactions(rows, functional)
}

/// One line on an account, with what it came of and what was on the account after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountEntry {
    /// Its number on the account, from 1.
    pub number: i64,
    /// Of this transaction.
    pub transaction: LedgerTransactionId,
    /// What happened.
    pub kind: Kind,
    /// On which day.
    pub day: Date,
    /// In a few words.
    pub memo: String,
    /// What it was posted for.
    pub source: Option<String>,
    /// Above zero a debit.
    pub amount: Money,
    /// In the functional currency.
    pub worth: Money,
    /// What was on the account after it.
    pub balance: Money,
}

const OF_ACCOUNT: Sql = Sql::tenant(
    "SELECT e.number, e.transaction_id, e.amount, e.worth, e.balance, t.kind, t.day, t.memo, t.source FROM ledger_entries e \
     JOIN ledger_transactions t ON t.tenant_id = e.tenant_id AND t.id = e.transaction_id \
     WHERE e.tenant_id = $1 AND e.account_id = $2 AND e.number < $3 ORDER BY e.number DESC LIMIT $4",
);

#[derive(FromQueryResult)]
struct EntryRow {
    number: i64,
    transaction_id: Uuid,
    amount: i64,
    worth: i64,
    balance: i64,
    kind: String,
    day: String,
    memo: String,
    source: Option<String>,
}

/// What was posted on an account, the latest first.
pub(crate) async fn of_account(
    read: &Read,
    account: &LedgerAccount,
    before: Option<i64>,
    most: i64,
) -> Result<Vec<AccountEntry>> {
    let query = read
        .sql(OF_ACCOUNT)
        .bind(account.id.uuid())
        .bind(before.unwrap_or(i64::MAX));
    let rows: Vec<EntryRow> = query.bind(most.clamp(1, PAGE)).all().await?;
    let typed = |row: EntryRow| {
        let money = |minor| Money::new(minor, account.purpose.currency);
        Ok(AccountEntry {
            number: row.number,
            transaction: LedgerTransactionId::from_uuid(row.transaction_id),
            kind: Kind::parse(&row.kind).ok_or_else(|| Error::internal("a transaction is of no kind"))?,
            day: row.day.parse().map_err(Error::internal)?,
            memo: row.memo,
            source: row.source,
            amount: money(row.amount),
            worth: Money::new(row.worth, account.worth.currency),
            balance: money(row.balance),
        })
    };
    rows.into_iter().map(typed).collect()
}
