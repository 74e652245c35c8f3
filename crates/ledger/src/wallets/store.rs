//! Rows of what is set aside; what is in wallets stands on their accounts.

use engines::posting::Role;
use kernel::{Currency, CustomerId, Id, Instant, Money, Problem, WalletHoldId};
use platform::{Error, Read, Result, Sql, Stored, Writer};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::model::{Hold, HoldState, Wallet};
use crate::journal::Transaction;
use crate::journal::write::{Written, write_all};

const BY_ID: Sql = Sql::tenant(
    "SELECT id, key, customer_id, currency, amount, captured, state, memo, source, about, held_at, settled_at \
     FROM ledger_holds WHERE tenant_id = $1 AND id = $2",
);
const BY_KEY: Sql = Sql::tenant(
    "SELECT id, key, customer_id, currency, amount, captured, state, memo, source, about, held_at, settled_at \
     FROM ledger_holds WHERE tenant_id = $1 AND key = $2",
);
const OPEN: Sql = Sql::tenant(
    "SELECT id, key, customer_id, currency, amount, captured, state, memo, source, about, held_at, settled_at \
     FROM ledger_holds WHERE tenant_id = $1 AND customer_id = $2 AND state = 'held' ORDER BY id LIMIT 200",
);
/// Wallets of all customers: the account of what is free, and beside it what is set aside.
const WALLETS: Sql = Sql::tenant(
    "SELECT a.whose, a.currency, b.balance AS available, COALESCE(g.balance, 0) AS held FROM ledger_accounts a \
     JOIN ledger_balances b ON b.tenant_id = $1 AND b.account_id = a.id \
     LEFT JOIN ledger_accounts h ON h.tenant_id = $1 AND h.whose = a.whose AND h.role = $3 AND h.currency = a.currency \
     LEFT JOIN ledger_balances g ON g.tenant_id = $1 AND g.account_id = h.id \
     WHERE a.tenant_id = $1 AND a.role = $2 AND a.whose >= $4 AND (a.whose > $4 OR a.currency > $5) \
     ORDER BY a.whose, a.currency LIMIT $6",
);
const INSERT: Sql = Sql::tenant(
    "INSERT INTO ledger_holds (tenant_id, id, key, customer_id, currency, amount, captured, state, memo, source, about, \
     held_at, settled_at) VALUES ($1, $2, $3, $4, $5, $6, 0, 'held', $7, $8, $9, $10, NULL) \
     ON CONFLICT (tenant_id, key) DO NOTHING",
);
const SETTLE: Sql = Sql::tenant(
    "UPDATE ledger_holds SET state = $3, captured = $4, settled_at = $5 WHERE tenant_id = $1 AND id = $2 AND state = 'held'",
);

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    key: String,
    customer_id: Uuid,
    currency: String,
    amount: i64,
    captured: i64,
    state: String,
    memo: String,
    source: Option<String>,
    about: Option<String>,
    held_at: i64,
    settled_at: Option<i64>,
}

impl Row {
    fn typed(self) -> Result<Hold> {
        let currency = Currency::parse(&self.currency).map_err(Error::internal)?;
        Ok(Hold {
            id: WalletHoldId::from_uuid(self.id),
            key: self.key,
            customer: CustomerId::from_uuid(self.customer_id),
            amount: Money::new(self.amount, currency),
            captured: Money::new(self.captured, currency),
            state: HoldState::parse(&self.state).ok_or_else(|| Error::internal("a hold is in no state"))?,
            memo: self.memo,
            source: self.source,
            about: self.about,
            held_at: Instant::from_micros(self.held_at),
            settled_at: self.settled_at.map(Instant::from_micros),
        })
    }
}

pub(super) async fn by_id(read: &Read, id: WalletHoldId) -> Result<Option<Hold>> {
    let row: Option<Row> = read.sql(BY_ID).bind(id.uuid()).one().await?;
    row.map(Row::typed).transpose()
}

pub(super) async fn by_key(read: &Read, key: &str) -> Result<Option<Hold>> {
    let row: Option<Row> = read.sql(BY_KEY).bind(key).one().await?;
    row.map(Row::typed).transpose()
}

/// A customer's open holds, the oldest first; at most 200.
pub(super) async fn open(read: &Read, customer: CustomerId) -> Result<Vec<Hold>> {
    let rows: Vec<Row> = read.sql(OPEN).bind(customer.uuid()).all().await?;
    rows.into_iter().map(Row::typed).collect()
}

/// A hold as it is now, with what that posts.
pub(super) struct Moved {
    pub(super) hold: Hold,
    pub(super) transactions: Vec<Transaction>,
}

impl Stored for Moved {
    /// The guard first: of two who settle a hold at once, one posts and the other is refused.
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let hold = &self.hold;
        if hold.state == HoldState::Held {
            let row = writer.sql(INSERT).bind(hold.id.uuid()).bind(hold.key.as_str());
            let row = row.bind(hold.customer.uuid()).bind(hold.amount.currency.code());
            let row = row
                .bind(hold.amount.minor)
                .bind(hold.memo.as_str())
                .bind(hold.source.clone());
            let row = row.bind(hold.about.clone()).bind(hold.held_at.micros());
            if row.execute().await? == 0 {
                return Err(Problem::conflict("key_reused").arg("key", &hold.key).into());
            }
        } else {
            let row = writer.sql(SETTLE).bind(hold.id.uuid()).bind(hold.state.name());
            let row = row.bind(hold.captured.minor).bind(hold.settled_at.map(Instant::micros));
            if row.execute().await? == 0 {
                return Err(Problem::conflict("hold_settled").into());
            }
        }
        post(writer, &self.transactions).await
    }
}

/// A change by hand with what it posts.
pub(super) struct Adjusted(pub(super) Transaction);

impl Stored for Adjusted {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        post(writer, std::slice::from_ref(&self.0)).await
    }
}

async fn post(writer: &mut Writer<'_>, transactions: &[Transaction]) -> Result<()> {
    let outcomes = write_all(writer, transactions).await?;
    for (outcome, transaction) in outcomes.into_iter().zip(transactions) {
        match outcome {
            Written::New => {}
            Written::Taken => {
                return Err(Problem::conflict("key_reused")
                    .arg("key", &transaction.posted.key)
                    .into());
            }
            Written::Refused(problem) => return Err(problem.into()),
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct WalletRow {
    whose: Uuid,
    currency: String,
    available: i64,
    held: i64,
}

/// Wallets after one, in the order of their customers and currencies, at most `most`.
pub(super) async fn all(read: &Read, after: Option<(CustomerId, Currency)>, most: i64) -> Result<Vec<Wallet>> {
    let (whose, currency) = after.map_or((Uuid::nil(), ""), |(id, currency)| (id.uuid(), currency.code()));
    let query = read
        .sql(WALLETS)
        .bind(Role::Wallet.path())
        .bind(Role::WalletHeld.path());
    let rows: Vec<WalletRow> = query.bind(whose).bind(currency).bind(most).all().await?;
    let typed = |row: WalletRow| {
        let currency = Currency::parse(&row.currency).map_err(Error::internal)?;
        // Liabilities are credits, below zero in the books.
        let money = |minor: i64| Money::new(minor, currency).negate().map_err(Error::internal);
        Ok(Wallet {
            customer: CustomerId::from_uuid(row.whose),
            available: money(row.available)?,
            held: money(row.held)?,
        })
    };
    rows.into_iter().map(typed).collect()
}
