//! Rows of accounts.

use std::collections::BTreeMap;

use engines::posting::{Account, Role};
use kernel::{Currency, Id, LedgerAccountId, Money};
use platform::db::Among;
use platform::{Error, Read, Result, Sql, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::model::{LedgerAccount, Purpose};

/// Accounts with what is on them, those that `$which` says.
macro_rules! accounts {
    ($which:literal) => {
        Sql::tenant(concat!(
            "SELECT a.id, a.role, a.whose, a.currency, b.balance, b.worth, b.entries FROM ledger_accounts a \
             JOIN ledger_balances b ON b.tenant_id = a.tenant_id AND b.account_id = a.id WHERE a.tenant_id = $1 AND ",
            $which
        ))
    };
}

const OF: Sql = accounts!("a.purpose = $2");
const ONE: Sql = accounts!("a.id = $2");
const ALL: Sql = accounts!("($2 = '' OR a.role = $2) AND a.id > $3 ORDER BY a.id LIMIT $4");
const OF_ONE: Sql = accounts!("a.whose = $5 AND ($2 = '' OR a.role = $2) AND a.id > $3 ORDER BY a.id LIMIT $4");

#[derive(FromQueryResult)]
pub(crate) struct Row {
    id: Uuid,
    role: String,
    whose: Uuid,
    currency: String,
    balance: i64,
    worth: i64,
    entries: i64,
}

impl Row {
    pub(crate) fn typed(self, functional: Currency) -> Result<LedgerAccount> {
        let purpose = purpose(&self.role, self.whose, &self.currency)?;
        Ok(LedgerAccount {
            id: LedgerAccountId::from_uuid(self.id),
            purpose,
            balance: Money::new(self.balance, purpose.currency),
            worth: Money::new(self.worth, functional),
            entries: self.entries,
        })
    }
}

/// What an account is for, from its columns.
pub(crate) fn purpose(role: &str, whose: Uuid, currency: &str) -> Result<Purpose> {
    let role = Role::parse(role).ok_or_else(|| Error::internal(format!("no account is for {role}")))?;
    Ok(Purpose {
        account: Account {
            role,
            of: Some(whose).filter(|whose| !whose.is_nil()),
        },
        currency: Currency::parse(currency).map_err(Error::internal)?,
    })
}

/// The account for a purpose, if there is one yet.
pub(crate) async fn find(read: &Read, purpose: &Purpose, functional: Currency) -> Result<Option<LedgerAccount>> {
    let row: Option<Row> = read.sql(OF).bind(purpose.key()).one().await?;
    row.map(|row| row.typed(functional)).transpose()
}

/// Keeps others from posting on these accounts until this transaction ends, all in one order, and reads what is on them. One
/// that was never opened is left out.
pub(crate) async fn hold(
    tx: &Tx,
    purposes: &[Purpose],
    functional: Currency,
) -> Result<BTreeMap<Purpose, LedgerAccount>> {
    let mut accounts = BTreeMap::new();
    for purpose in purposes {
        if let Some(account) = find(tx, purpose, functional).await? {
            accounts.insert(account.id.uuid(), account);
        }
    }
    let held: Vec<Held> = tx
        .hold_among(HELD, accounts.keys().map(|id| (*id).into()).collect())
        .await?;
    let now = |row: Held| {
        let mut account = *accounts.get(&row.account_id)?;
        account.balance.minor = row.balance;
        account.worth.minor = row.worth;
        account.entries = row.entries;
        Some((account.purpose, account))
    };
    Ok(held.into_iter().filter_map(now).collect())
}

const HELD: Among = Among::of("account_id, balance, worth, entries", "ledger_balances", "account_id");

#[derive(FromQueryResult)]
struct Held {
    account_id: Uuid,
    balance: i64,
    worth: i64,
    entries: i64,
}

/// One account.
///
/// # Errors
/// When the database fails.
pub async fn by_id(read: &Read, id: LedgerAccountId, functional: Currency) -> Result<Option<LedgerAccount>> {
    let row: Option<Row> = read.sql(ONE).bind(id.uuid()).one().await?;
    row.map(|row| row.typed(functional)).transpose()
}

/// Which accounts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Of one role.
    pub role: Option<Role>,
    /// Of one customer, supplier or the like.
    pub whose: Option<Uuid>,
}

/// Accounts after one in the order of their opening, at most `most`.
///
/// # Errors
/// When the database fails.
pub async fn all(
    read: &Read,
    filter: Filter,
    after: Option<LedgerAccountId>,
    most: i64,
    functional: Currency,
) -> Result<Vec<LedgerAccount>> {
    let role = filter.role.map_or("", Role::path);
    let after = after.map(Id::uuid).unwrap_or_default();
    let query = read.sql(if filter.whose.is_some() { OF_ONE } else { ALL });
    let query = query.bind(role).bind(after).bind(most);
    let rows: Vec<Row> = match filter.whose {
        Some(whose) => query.bind(whose).all().await?,
        None => query.all().await?,
    };
    rows.into_iter().map(|row| row.typed(functional)).collect()
}
