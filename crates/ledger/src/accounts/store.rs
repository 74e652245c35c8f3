//! Rows of accounts.

use engines::posting::{Account, Role};
use kernel::{Currency, Id, LedgerAccountId, Money};
use platform::{Error, Read, Result, Sql, Writer};
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
const ALL: Sql =
    accounts!("($2 = '' OR a.role = $2) AND ($3 = $4 OR a.whose = $3) AND a.id > $5 ORDER BY a.id LIMIT $6");
const HOLD: Sql = Sql::tenant("UPDATE ledger_balances SET entries = entries WHERE tenant_id = $1 AND account_id = $2");

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

/// Keeps others from posting on an account until this transaction ends, and reads what is on it.
pub(crate) async fn hold(writer: &mut Writer<'_>, id: LedgerAccountId, functional: Currency) -> Result<LedgerAccount> {
    writer.sql(HOLD).bind(id.uuid()).execute().await?;
    let held = by_id(writer, id, functional).await?;
    held.ok_or_else(|| Error::internal("an account that is held is gone"))
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
    let whose = filter.whose.unwrap_or_default();
    let after = after.map(Id::uuid).unwrap_or_default();
    let query = read
        .sql(ALL)
        .bind(role)
        .bind(whose)
        .bind(Uuid::nil())
        .bind(after)
        .bind(most);
    let rows: Vec<Row> = query.all().await?;
    rows.into_iter().map(|row| row.typed(functional)).collect()
}
