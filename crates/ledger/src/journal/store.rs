//! Rows of the journal: written once, with the balances they make.

use std::collections::BTreeMap;

use engines::posting::{Line, Posting};
use jiff::civil::Date;
use kernel::{Currency, EventId, Id, Instant, LedgerTransactionId, Money, Problem, Rate};
use platform::db::Bulk;
use platform::{Error, Read, Result, Sql, Stored, TraceId, Writer};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::model::{Kind, NewTransaction, Transaction};
use crate::accounts::store::{find_or_open, purpose};
use crate::accounts::{LedgerAccount, Purpose};
use crate::books;

/// Most transactions of one list.
pub(crate) const PAGE: i64 = 200;

const INSERT: Sql = Sql::tenant(
    "INSERT INTO ledger_transactions (tenant_id, id, key, kind, day, memo, source, about, rate, reverses, recorded_at, \
     recorded_by, cause, trace) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
     ON CONFLICT (tenant_id, key) DO NOTHING",
);
const ADD: Sql = Sql::tenant(
    "UPDATE ledger_accounts SET balance = balance + $3, worth = worth + $4, entries = entries + $5 \
     WHERE tenant_id = $1 AND id = $2 AND (overdraws OR balance + $3 <= 0) RETURNING balance, worth, entries",
);
static ENTRIES: Bulk<2, 7> = Bulk::into(
    "ledger_entries",
    ["transaction_id", "day"],
    [
        "account_id",
        "number",
        "line",
        "amount",
        "worth",
        "balance",
        "worth_balance",
    ],
);
static MONTHS: Bulk<1, 5> = Bulk::into_where(
    "ledger_months",
    ["month"],
    ["account_id", "debit", "credit", "worth_debit", "worth_credit"],
    "ON CONFLICT (tenant_id, account_id, month) DO UPDATE SET debit = ledger_months.debit + excluded.debit, \
     credit = ledger_months.credit + excluded.credit, worth_debit = ledger_months.worth_debit + excluded.worth_debit, \
     worth_credit = ledger_months.worth_credit + excluded.worth_credit",
);

impl Stored for Transaction {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        if write(writer, self).await? {
            return Ok(());
        }
        Err(Problem::conflict("key_reused").arg("key", &self.posted.key).into())
    }
}

/// Writes a transaction with its entries, balances and month; false when its key is taken.
///
/// The row of the transaction comes first: it holds the books' closing, so what is read of them after it stays true.
pub(crate) async fn write(writer: &mut Writer<'_>, transaction: &Transaction) -> Result<bool> {
    if insert(writer, transaction).await? == 0 {
        return Ok(false);
    }
    let books = books::opened(writer).await?;
    books.takes(transaction.posted.day)?;
    let lines = transaction.posted.posting.lines();
    let mut accounts = touched(writer, lines, books.functional).await?;
    // Always in one order, so that two who post on the same accounts wait for each other and not both.
    accounts.sort_by_key(|touched| touched.account.id);
    for touched in &mut accounts {
        touched.add(writer).await?;
    }
    let month = month_of(transaction.posted.day);
    let months = accounts.iter().map(Touched::turnover).collect::<Vec<_>>();
    writer.insert_rows(&MONTHS, [month.into()], months.into_iter()).await?;
    let rows = rows(lines, &accounts)?;
    let shared = [transaction.id.uuid().into(), transaction.posted.day.to_string().into()];
    writer.insert_rows(&ENTRIES, shared, rows.into_iter()).await?;
    Ok(true)
}

/// The month of a day, `2027-03`.
pub(crate) fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

async fn insert(writer: &mut Writer<'_>, transaction: &Transaction) -> Result<u64> {
    let posted = &transaction.posted;
    let row = writer.sql(INSERT).bind(transaction.id.uuid()).bind(posted.key.as_str());
    let row = row
        .bind(posted.kind.name())
        .bind(posted.day.to_string())
        .bind(posted.memo.as_str());
    let row = row.bind(posted.source.clone()).bind(posted.about.clone());
    let row = row
        .bind(posted.rate.map(|rate| rate.to_string()))
        .bind(transaction.reverses.map(Id::uuid));
    let row = row
        .bind(transaction.recorded_at.micros())
        .bind(transaction.recorded_by.as_str());
    row.bind(transaction.cause.map(Id::uuid))
        .bind(transaction.trace.to_string())
        .execute()
        .await
}

/// An account and what its lines come to.
struct Touched {
    account: LedgerAccount,
    debit: i64,
    credit: i64,
    worth_debit: i64,
    worth_credit: i64,
    lines: i64,
}

#[derive(FromQueryResult)]
struct After {
    balance: i64,
    worth: i64,
    entries: i64,
}

async fn touched(writer: &mut Writer<'_>, lines: &[Line], functional: Currency) -> Result<Vec<Touched>> {
    let mut sums: BTreeMap<Purpose, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        sums.entry(purpose_of(line)).or_default().push(line);
    }
    let mut touched = Vec::with_capacity(sums.len());
    for (purpose, lines) in sums {
        let account = find_or_open(writer, &purpose, functional).await?;
        let sum = |of: fn(&Line) -> i64| {
            let sum = lines
                .iter()
                .try_fold(0_i64, |sum, line| sum.checked_add(of(line).max(0)));
            sum.ok_or_else(|| Error::internal("an account's lines are too large together"))
        };
        touched.push(Touched {
            account,
            debit: sum(|line| line.amount.minor)?,
            credit: sum(|line| line.amount.minor.saturating_neg())?,
            worth_debit: sum(|line| line.worth.minor)?,
            worth_credit: sum(|line| line.worth.minor.saturating_neg())?,
            lines: i64::try_from(lines.len()).unwrap_or(i64::MAX),
        });
    }
    Ok(touched)
}

fn purpose_of(line: &Line) -> Purpose {
    Purpose {
        account: line.account,
        currency: line.amount.currency,
    }
}

impl Touched {
    /// Adds the lines to the balance, unless it may not go there; the account is what it is after.
    async fn add(&mut self, writer: &mut Writer<'_>) -> Result<()> {
        let query = (**writer)
            .sql(ADD)
            .bind(self.account.id.uuid())
            .bind(self.debit - self.credit);
        let query = query.bind(self.worth_debit - self.worth_credit).bind(self.lines);
        let after: Option<After> = query.one().await?;
        let Some(after) = after else {
            return Err(Problem::conflict("insufficient_funds")
                .arg("currency", self.account.purpose.currency)
                .into());
        };
        self.account.balance.minor = after.balance;
        self.account.worth.minor = after.worth;
        self.account.entries = after.entries;
        Ok(())
    }

    fn turnover(&self) -> [Value; 5] {
        let Self {
            debit,
            credit,
            worth_debit,
            worth_credit,
            ..
        } = *self;
        [
            self.account.id.uuid().into(),
            debit.into(),
            credit.into(),
            worth_debit.into(),
            worth_credit.into(),
        ]
    }
}

/// The rows of entries: each with its number on its account and what is on that after it.
fn rows(lines: &[Line], touched: &[Touched]) -> Result<Vec<[Value; 7]>> {
    let mut before: BTreeMap<Purpose, (Uuid, i64, i64, i64)> = BTreeMap::new();
    for touched in touched {
        let account = &touched.account;
        let balance = account.balance.minor - (touched.debit - touched.credit);
        let worth = account.worth.minor - (touched.worth_debit - touched.worth_credit);
        before.insert(
            account.purpose,
            (account.id.uuid(), account.entries - touched.lines, balance, worth),
        );
    }
    let mut rows = Vec::with_capacity(lines.len());
    for (at, line) in (1_i64..).zip(lines) {
        let place = before.get_mut(&purpose_of(line));
        let (id, number, balance, worth) = place.ok_or_else(|| Error::internal("a line is on no account"))?;
        *number += 1;
        *balance += line.amount.minor;
        *worth += line.worth.minor;
        rows.push([
            (*id).into(),
            (*number).into(),
            at.into(),
            line.amount.minor.into(),
            line.worth.minor.into(),
            (*balance).into(),
            (*worth).into(),
        ]);
    }
    Ok(rows)
}

// ---------------------------------------------------------------- reading

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
    "day >= $2 AND day <= $3 AND ($4 = '' OR kind = $4) AND ($5 = '' OR about = $5) \
     AND (day < $6 OR (day = $6 AND id < $7)) ORDER BY day DESC, id DESC LIMIT $8",
    "t.day DESC, t.id DESC, e.line"
);
const FORWARD: Sql = with_lines!(
    "(day > $2 OR (day = $2 AND id > $3)) AND day <= $4 ORDER BY day, id LIMIT $5",
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
pub(super) async fn by_key(read: &Read, key: &str, functional: Currency) -> Result<Option<Transaction>> {
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
        .sql(LIST)
        .bind(text(listing.from, ""))
        .bind(text(listing.until, LAST_DAY));
    let query = query
        .bind(listing.kind.map_or("", Kind::name))
        .bind(listing.about.clone().unwrap_or_default());
    let rows: Vec<Row> = query
        .bind(day)
        .bind(id)
        .bind(listing.limit.clamp(1, PAGE))
        .all()
        .await?;
    transactions(rows, functional)
}

/// After every day.
const LAST_DAY: &str = "9999-12-31";

/// Transactions up to a day in the order of days, after a place: for exports, which read all of them part by part.
pub(crate) async fn forward(
    read: &Read,
    after: Option<(Date, LedgerTransactionId)>,
    until: Date,
    functional: Currency,
) -> Result<Vec<Transaction>> {
    let (day, id) = after.map_or((String::new(), Uuid::nil()), |(day, id)| (day.to_string(), id.uuid()));
    let query = read.sql(FORWARD).bind(day).bind(id).bind(until.to_string()).bind(PAGE);
    let rows: Vec<Row> = query.all().await?;
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
