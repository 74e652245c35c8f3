//! Writing transactions, one or many, with the balances they make: as many statements for a hundred as for one.
//!
//! The order matters where others write at the same time. Whoever posts shares the books, and who closes them has them alone,
//! so what is read of the closing stays true. The accounts are held before keys are looked up, so whoever posts the same thing
//! at the same moment finds its key taken.

use std::collections::{BTreeMap, BTreeSet};

use engines::posting::Line;
use jiff::civil::Date;
use kernel::{Currency, Id, Instant, LedgerAccountId, Problem};
use platform::db::{Among, Bulk};
use platform::{Error, Read, Result, Stored, Writer};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::model::Transaction;
use super::periods::Grain;
use crate::accounts::Purpose;
use crate::books;

const IDS: Among = Among::of("id, purpose", "ledger_accounts", "purpose");
const BALANCES: Among = Among::of("account_id, balance, worth, entries", "ledger_balances", "account_id");
const KEYS: Among = Among::of("key", "ledger_transactions", "key");

static OPEN: Bulk<1, 5> = Bulk::into_where(
    "ledger_accounts",
    ["opened_at"],
    ["id", "role", "whose", "currency", "purpose"],
    "ON CONFLICT (tenant_id, purpose) DO NOTHING",
);
static SET: Bulk<0, 5> = Bulk::into_where(
    "ledger_balances",
    [],
    ["account_id", "overdraws", "balance", "worth", "entries"],
    "ON CONFLICT (tenant_id, account_id) DO UPDATE SET balance = excluded.balance, worth = excluded.worth, \
     entries = excluded.entries",
);
static BEGIN: Bulk<0, 5> = Bulk::into_where(
    "ledger_balances",
    [],
    ["account_id", "overdraws", "balance", "worth", "entries"],
    "ON CONFLICT (tenant_id, account_id) DO NOTHING",
);
static TRANSACTIONS: Bulk<0, 13> = Bulk::into(
    "ledger_transactions",
    [],
    [
        "id",
        "key",
        "kind",
        "day",
        "memo",
        "source",
        "about",
        "rate",
        "reverses",
        "recorded_at",
        "recorded_by",
        "cause",
        "trace",
    ],
);
static ENTRIES: Bulk<0, 9> = Bulk::into(
    "ledger_entries",
    [],
    [
        "account_id",
        "number",
        "transaction_id",
        "line",
        "day",
        "amount",
        "worth",
        "balance",
        "worth_balance",
    ],
);
static TURNOVER: Bulk<0, 7> = Bulk::into_where(
    "ledger_turnover",
    [],
    [
        "grain",
        "period",
        "account_id",
        "debit",
        "credit",
        "worth_debit",
        "worth_credit",
    ],
    "ON CONFLICT (tenant_id, grain, period, account_id) DO UPDATE SET debit = ledger_turnover.debit + excluded.debit, \
     credit = ledger_turnover.credit + excluded.credit, worth_debit = ledger_turnover.worth_debit + excluded.worth_debit, \
     worth_credit = ledger_turnover.worth_credit + excluded.worth_credit",
);

/// What became of one of many.
#[derive(Debug)]
pub(crate) enum Written {
    /// It is in the journal.
    New,
    /// Its key was taken before.
    Taken,
    /// It cannot be; the others are not touched by that.
    Refused(Problem),
}

impl Stored for Transaction {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        if write(writer, self).await? {
            return Ok(());
        }
        Err(Problem::conflict("key_reused").arg("key", &self.posted.key).into())
    }
}

/// Writes a transaction with its entries, balances and turnover; false when its key is taken.
///
/// # Errors
/// `period_closed`, `insufficient_funds`, `amount_too_large`, `books_not_open`, or the database.
pub(crate) async fn write(writer: &mut Writer<'_>, transaction: &Transaction) -> Result<bool> {
    match write_all(writer, std::slice::from_ref(transaction)).await?.pop() {
        Some(Written::New) => Ok(true),
        Some(Written::Refused(problem)) => Err(problem.into()),
        Some(Written::Taken) | None => Ok(false),
    }
}

/// Writes many, in their order; each is written or refused for itself.
///
/// # Errors
/// `books_not_open`, `key_reused` when somebody posts something else under a key at this moment, or the database: then none is
/// written.
pub(crate) async fn write_all(writer: &mut Writer<'_>, transactions: &[Transaction]) -> Result<Vec<Written>> {
    writer.share(books::POSTING).await?;
    let books = books::opened(writer).await?;
    let mut sheet = Sheet::held(writer, transactions, books.functional).await?;
    let mut taken = taken(writer, transactions).await?;
    let mut outcomes = Vec::with_capacity(transactions.len());
    let mut new = Vec::with_capacity(transactions.len());
    for transaction in transactions {
        let posted = &transaction.posted;
        if taken.contains(&posted.key) {
            outcomes.push(Written::Taken);
            continue;
        }
        match books.takes(posted.day).and_then(|()| sheet.add(transaction)) {
            Ok(()) => {
                taken.insert(posted.key.clone());
                new.push(transaction);
                outcomes.push(Written::New);
            }
            Err(problem) => outcomes.push(Written::Refused(problem)),
        }
    }
    if new.is_empty() {
        return Ok(outcomes);
    }
    let rows = new.iter().map(|transaction| row(transaction));
    match writer.insert_rows(&TRANSACTIONS, [], rows).await {
        // Somebody posts something else under one of the keys at this moment.
        Err(error) if error.is_unique_violation() => return Err(Problem::conflict("key_reused").arg("key", "").into()),
        written => written?,
    }
    sheet.write(writer).await?;
    Ok(outcomes)
}

fn row(transaction: &Transaction) -> [Value; 13] {
    let posted = &transaction.posted;
    [
        transaction.id.uuid().into(),
        posted.key.as_str().into(),
        posted.kind.name().into(),
        posted.day.to_string().into(),
        posted.memo.as_str().into(),
        posted.source.clone().into(),
        posted.about.clone().into(),
        posted.rate.map(|rate| rate.to_string()).into(),
        transaction.reverses.map(Id::uuid).into(),
        transaction.recorded_at.micros().into(),
        transaction.recorded_by.as_str().into(),
        transaction.cause.map(Id::uuid).into(),
        transaction.trace.to_string().into(),
    ]
}

/// Which of the keys are taken.
async fn taken(read: &Read, transactions: &[Transaction]) -> Result<BTreeSet<String>> {
    #[derive(FromQueryResult)]
    struct Key {
        key: String,
    }
    let keys = transactions
        .iter()
        .map(|transaction| transaction.posted.key.as_str().into());
    let rows: Vec<Key> = read.among(KEYS, keys.collect()).await?;
    Ok(rows.into_iter().map(|row| row.key).collect())
}

/// An account as it becomes, line by line.
#[derive(Clone, Copy)]
struct Place {
    id: Uuid,
    balance: i64,
    worth: i64,
    entries: i64,
}

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
    purpose: String,
}

#[derive(FromQueryResult)]
struct BalanceRow {
    account_id: Uuid,
    balance: i64,
    worth: i64,
    entries: i64,
}

/// What an account turned over: debit, credit, and what both are worth.
type Turnover = [i64; 4];

/// The accounts some transactions are on, held, with what these make of them.
struct Sheet {
    places: BTreeMap<Purpose, Place>,
    touched: BTreeSet<Purpose>,
    days: BTreeMap<(Uuid, Date), Turnover>,
    entries: Vec<[Value; 9]>,
}

impl Sheet {
    async fn held(writer: &mut Writer<'_>, transactions: &[Transaction], functional: Currency) -> Result<Self> {
        let lines = transactions
            .iter()
            .flat_map(|transaction| transaction.posted.posting.lines());
        let purposes: BTreeSet<Purpose> = lines.map(purpose_of).collect();
        if transactions
            .iter()
            .any(|one| one.posted.posting.functional() != functional)
        {
            return Err(Error::internal("a posting is in another currency than the books"));
        }
        let mut ids = ids(writer, &purposes).await?;
        if ids.len() < purposes.len() {
            open(writer, purposes.iter().filter(|purpose| !ids.contains_key(*purpose))).await?;
            ids = self::ids(writer, &purposes).await?;
            begin(writer, &ids).await?;
        }
        let held: Vec<BalanceRow> = writer
            .hold_among(BALANCES, ids.values().map(|id| (*id).into()).collect())
            .await?;
        let held: BTreeMap<Uuid, BalanceRow> = held.into_iter().map(|row| (row.account_id, row)).collect();
        let place = |(purpose, id): (Purpose, Uuid)| {
            let row = held
                .get(&id)
                .ok_or_else(|| Error::internal("an account has no balance"))?;
            let BalanceRow {
                balance,
                worth,
                entries,
                ..
            } = *row;
            Ok((
                purpose,
                Place {
                    id,
                    balance,
                    worth,
                    entries,
                },
            ))
        };
        Ok(Self {
            places: ids.into_iter().map(place).collect::<Result<_>>()?,
            touched: BTreeSet::new(),
            days: BTreeMap::new(),
            entries: Vec::new(),
        })
    }

    /// Adds a transaction's lines, all or none.
    fn add(&mut self, transaction: &Transaction) -> Result<(), Problem> {
        let lines = transaction.posted.posting.lines();
        let mut places: BTreeMap<Purpose, Place> = BTreeMap::new();
        let mut rows = Vec::with_capacity(lines.len());
        for (at, line) in (1_i64..).zip(lines) {
            let purpose = purpose_of(line);
            let there = places.get(&purpose).or_else(|| self.places.get(&purpose));
            let place = there
                .and_then(|place| place.plus(line))
                .ok_or_else(|| Problem::refused("amount_too_large").arg("currency", purpose.currency))?;
            rows.push(entry(transaction, at, line, &place));
            places.insert(purpose, place);
        }
        let short = places
            .iter()
            .find(|(purpose, place)| !purpose.overdraws() && place.balance > 0);
        if let Some((purpose, _)) = short {
            return Err(Problem::conflict("insufficient_funds").arg("currency", purpose.currency));
        }
        for line in lines {
            let id = places[&purpose_of(line)].id;
            turn_over(self.days.entry((id, transaction.posted.day)).or_default(), line)?;
        }
        self.touched.extend(places.keys());
        self.places.extend(places);
        self.entries.extend(rows);
        Ok(())
    }

    async fn write(self, writer: &mut Writer<'_>) -> Result<()> {
        let balances = self.touched.iter().map(|purpose| self.places[purpose].row(purpose));
        writer
            .insert_rows(&SET, [], balances.collect::<Vec<_>>().into_iter())
            .await?;
        let turnover = periods(&self.days)?.into_iter().map(|((grain, period, id), sums)| {
            let [debit, credit, worth_debit, worth_credit] = sums.map(Value::from);
            [
                grain.into(),
                period.into(),
                id.into(),
                debit,
                credit,
                worth_debit,
                worth_credit,
            ]
        });
        writer
            .insert_rows(&TURNOVER, [], turnover.collect::<Vec<_>>().into_iter())
            .await?;
        writer.insert_rows(&ENTRIES, [], self.entries.into_iter()).await
    }
}

impl Place {
    /// After a line; nothing where it comes to more than the books hold.
    fn plus(&self, line: &Line) -> Option<Self> {
        /// As the database has it.
        const MOST: i64 = 4_000_000_000_000_000_000;
        let within = |sum: i64| (-MOST..=MOST).contains(&sum).then_some(sum);
        Some(Self {
            id: self.id,
            balance: self.balance.checked_add(line.amount.minor).and_then(within)?,
            worth: self.worth.checked_add(line.worth.minor).and_then(within)?,
            entries: self.entries + 1,
        })
    }

    fn row(&self, purpose: &Purpose) -> [Value; 5] {
        [
            self.id.into(),
            purpose.overdraws().into(),
            self.balance.into(),
            self.worth.into(),
            self.entries.into(),
        ]
    }
}

fn purpose_of(line: &Line) -> Purpose {
    Purpose {
        account: line.account,
        currency: line.amount.currency,
    }
}

fn turn_over(sums: &mut Turnover, line: &Line) -> Result<(), Problem> {
    let (amount, worth) = (line.amount.minor, line.worth.minor);
    let negative = |sum: i64| sum.checked_neg().unwrap_or(i64::MAX).max(0);
    add_up(sums, [amount.max(0), negative(amount), worth.max(0), negative(worth)])
}

fn add_up(sums: &mut Turnover, parts: Turnover) -> Result<(), Problem> {
    for (sum, part) in sums.iter_mut().zip(parts) {
        *sum = sum
            .checked_add(part)
            .ok_or_else(|| Problem::refused("amount_too_large"))?;
    }
    Ok(())
}

/// What days come to, by day, month and year.
fn periods(
    days: &BTreeMap<(Uuid, Date), Turnover>,
) -> Result<BTreeMap<(&'static str, String, Uuid), Turnover>, Problem> {
    let mut periods = BTreeMap::new();
    for ((id, day), sums) in days {
        for grain in Grain::ALL {
            let place = periods.entry((grain.name(), grain.period(*day), *id)).or_default();
            add_up(place, *sums)?;
        }
    }
    Ok(periods)
}

fn entry(transaction: &Transaction, at: i64, line: &Line, after: &Place) -> [Value; 9] {
    [
        after.id.into(),
        after.entries.into(),
        transaction.id.uuid().into(),
        at.into(),
        transaction.posted.day.to_string().into(),
        line.amount.minor.into(),
        line.worth.minor.into(),
        after.balance.into(),
        after.worth.into(),
    ]
}

/// The ids of the accounts that there are.
async fn ids(read: &Read, purposes: &BTreeSet<Purpose>) -> Result<BTreeMap<Purpose, Uuid>> {
    let keys: BTreeMap<String, Purpose> = purposes.iter().map(|purpose| (purpose.key(), *purpose)).collect();
    let rows: Vec<IdRow> = read
        .among(IDS, keys.keys().map(|key| key.as_str().into()).collect())
        .await?;
    let found = rows
        .into_iter()
        .filter_map(|row| Some((*keys.get(&row.purpose)?, row.id)));
    Ok(found.collect())
}

/// Opens accounts; one that somebody opened meanwhile stays as it is.
async fn open(writer: &mut Writer<'_>, purposes: impl Iterator<Item = &Purpose>) -> Result<()> {
    let now: Instant = writer.now();
    let rows: Vec<[Value; 5]> = purposes
        .map(|purpose| {
            let account = purpose.account;
            [
                writer.new_id::<LedgerAccountId>().uuid().into(),
                account.role.path().into(),
                account.of.unwrap_or_default().into(),
                purpose.currency.code().into(),
                purpose.key().into(),
            ]
        })
        .collect();
    writer.insert_rows(&OPEN, [now.micros().into()], rows.into_iter()).await
}

/// Balances of nothing for the accounts that have none yet.
async fn begin(writer: &mut Writer<'_>, ids: &BTreeMap<Purpose, Uuid>) -> Result<()> {
    let place = |id| Place {
        id,
        balance: 0,
        worth: 0,
        entries: 0,
    };
    let rows: Vec<[Value; 5]> = ids.iter().map(|(purpose, id)| place(*id).row(purpose)).collect();
    writer.insert_rows(&BEGIN, [], rows.into_iter()).await
}
