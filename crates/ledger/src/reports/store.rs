//! What accounts come to, summed by the database.

use engines::posting::Role;
use jiff::civil::Date;
use kernel::{Currency, Money};
use platform::{Error, Read, Result, Sql};
use sea_orm::FromQueryResult;

use super::model::TrialLine;
use crate::journal::periods::Grain;

const ALL: Sql = Sql::tenant(
    "SELECT a.role, a.currency, CAST(SUM(b.balance) AS BIGINT) AS balance, CAST(SUM(b.worth) AS BIGINT) AS worth \
     FROM ledger_accounts a JOIN ledger_balances b ON b.tenant_id = a.tenant_id AND b.account_id = a.id \
     WHERE a.tenant_id = $1 GROUP BY a.role, a.currency",
);
/// Whole years before the day's, whole months before its month in that year, and the days of that month up to it.
const ON: Sql = Sql::tenant(
    "SELECT a.role, a.currency, CAST(SUM(m.amount) AS BIGINT) AS balance, CAST(SUM(m.worth) AS BIGINT) AS worth FROM ( \
     SELECT account_id, debit - credit AS amount, worth_debit - worth_credit AS worth FROM ledger_turnover \
     WHERE tenant_id = $1 AND grain = 'year' AND period < $2 \
     UNION ALL SELECT account_id, debit - credit, worth_debit - worth_credit FROM ledger_turnover \
     WHERE tenant_id = $1 AND grain = 'month' AND period > $2 AND period < $3 \
     UNION ALL SELECT account_id, debit - credit, worth_debit - worth_credit FROM ledger_turnover \
     WHERE tenant_id = $1 AND grain = 'day' AND period > $3 AND period <= $4 \
     ) m JOIN ledger_accounts a ON a.tenant_id = $1 AND a.id = m.account_id GROUP BY a.role, a.currency",
);
const ABOUT: Sql = Sql::tenant(
    "SELECT a.role, a.currency, CAST(SUM(e.amount) AS BIGINT) AS balance, CAST(SUM(e.worth) AS BIGINT) AS worth \
     FROM ledger_transactions t JOIN ledger_entries e ON e.tenant_id = $1 AND e.transaction_id = t.id \
     JOIN ledger_accounts a ON a.tenant_id = $1 AND a.id = e.account_id \
     WHERE t.tenant_id = $1 AND t.about = $2 GROUP BY a.role, a.currency",
);
const MONTHS: Sql = Sql::tenant(
    "SELECT m.period AS month, a.role, CAST(SUM(m.worth_debit - m.worth_credit) AS BIGINT) AS worth FROM ledger_turnover m \
     JOIN ledger_accounts a ON a.tenant_id = $1 AND a.id = m.account_id \
     WHERE m.tenant_id = $1 AND m.grain = 'month' AND m.period >= $2 AND m.period <= $3 \
     GROUP BY m.period, a.role ORDER BY m.period, a.role",
);

#[derive(FromQueryResult)]
struct Row {
    role: String,
    currency: String,
    balance: i64,
    worth: i64,
}

fn typed(rows: Vec<Row>, functional: Currency) -> Result<Vec<TrialLine>> {
    let line = |row: Row| {
        let currency = Currency::parse(&row.currency).map_err(Error::internal)?;
        Ok(TrialLine {
            role: role(&row.role)?,
            balance: Money::new(row.balance, currency),
            worth: Money::new(row.worth, functional),
        })
    };
    rows.into_iter().map(line).collect()
}

fn role(path: &str) -> Result<Role> {
    Role::parse(path).ok_or_else(|| Error::internal(format!("no account is for {path}")))
}

/// All that was ever posted.
pub(super) async fn all(read: &Read, functional: Currency) -> Result<Vec<TrialLine>> {
    typed(read.sql(ALL).all().await?, functional)
}

/// What accounts come to at the end of a day.
pub(super) async fn on(read: &Read, day: Date, functional: Currency) -> Result<Vec<TrialLine>> {
    let [year, month, day] = [Grain::Year, Grain::Month, Grain::Day].map(|grain| grain.period(day));
    let query = read.sql(ON).bind(year).bind(month).bind(day);
    typed(query.all().await?, functional)
}

/// What was posted for one order or trip.
pub(super) async fn about(read: &Read, about: &str, functional: Currency) -> Result<Vec<TrialLine>> {
    typed(read.sql(ABOUT).bind(about).all().await?, functional)
}

/// What accounts of a role turned over in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthLine {
    /// `2027-03`.
    pub month: String,
    /// What they are for.
    pub role: Role,
    /// In the functional currency; above zero debits.
    pub worth: Money,
}

#[derive(FromQueryResult)]
struct MonthRow {
    month: String,
    role: String,
    worth: i64,
}

/// What accounts turned over, month by month.
pub(super) async fn months(read: &Read, from: Date, until: Date, functional: Currency) -> Result<Vec<MonthLine>> {
    let query = read
        .sql(MONTHS)
        .bind(Grain::Month.period(from))
        .bind(Grain::Month.period(until));
    let rows: Vec<MonthRow> = query.all().await?;
    let line = |row: MonthRow| {
        Ok(MonthLine {
            month: row.month,
            role: role(&row.role)?,
            worth: Money::new(row.worth, functional),
        })
    };
    rows.into_iter().map(line).collect()
}
