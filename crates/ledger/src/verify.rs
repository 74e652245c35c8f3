//! Proof that what is kept beside the entries is what they come to.

use platform::{Read, Result, Sql};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::permissions::LEDGER_READ;

/// Something that should be equal and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What was compared.
    pub what: &'static str,
    /// The account's or transaction's id, with the month or the entry's number where there is one.
    pub of: String,
    /// What is kept.
    pub kept: i64,
    /// What the entries come to.
    pub found: i64,
}

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many transactions there are.
    pub transactions: i64,
    /// How many entries.
    pub entries: i64,
    /// The first differences, at most ten of each kind.
    pub differences: Vec<Difference>,
}

const COUNTS: Sql = Sql::tenant(
    "SELECT (SELECT COUNT(*) FROM ledger_transactions WHERE tenant_id = $1) AS transactions, \
     (SELECT COUNT(*) FROM ledger_entries WHERE tenant_id = $1) AS entries",
);

/// Entries by account: what an account without entries has is nothing, and so is what one without a balance is kept with.
macro_rules! kept_on_accounts {
    ($kept:literal, $found:literal) => {
        Sql::tenant(concat!(
            "SELECT a.id AS id, '' AS part, CAST(COALESCE(b.",
            $kept,
            ", -1) AS BIGINT) AS kept, CAST(COALESCE(e.found, 0) AS BIGINT) AS found FROM ledger_accounts a \
             LEFT JOIN ledger_balances b ON b.tenant_id = $1 AND b.account_id = a.id LEFT JOIN (SELECT account_id, ",
            $found,
            " AS found FROM ledger_entries WHERE tenant_id = $1 GROUP BY account_id) e ON e.account_id = a.id \
             WHERE a.tenant_id = $1 AND (b.",
            $kept,
            " IS NULL OR b.",
            $kept,
            " <> COALESCE(e.found, 0)) LIMIT 10"
        ))
    };
}

/// Entries by account and period, both ways: a period without entries, and entries without a period.
macro_rules! kept_in_periods {
    ($grain:literal, $length:literal, $kept:literal, $found:literal) => {
        Sql::tenant(concat!(
            "SELECT s.account_id AS id, s.period AS part, CAST(SUM(s.kept) AS BIGINT) AS kept, \
             CAST(SUM(s.found) AS BIGINT) AS found FROM (SELECT account_id, period, ",
            $kept,
            " AS kept, 0 AS found FROM ledger_turnover WHERE tenant_id = $1 AND grain = '",
            $grain,
            "' UNION ALL SELECT account_id, SUBSTR(day, 1, ",
            $length,
            ") AS period, 0 AS kept, ",
            $found,
            " AS found FROM ledger_entries WHERE tenant_id = $1) s \
             GROUP BY s.account_id, s.period HAVING SUM(s.kept) <> SUM(s.found) LIMIT 10"
        ))
    };
}

const CHECKS: &[(&str, Sql)] = &[
    ("balance of an account", kept_on_accounts!("balance", "SUM(amount)")),
    ("worth of an account", kept_on_accounts!("worth", "SUM(worth)")),
    (
        "number of an account's entries",
        kept_on_accounts!("entries", "COUNT(*)"),
    ),
    (
        "last number of an account's entries",
        kept_on_accounts!("entries", "MAX(number)"),
    ),
    (
        "debits of a day",
        kept_in_periods!("day", "10", "debit", "CASE WHEN amount > 0 THEN amount ELSE 0 END"),
    ),
    (
        "credits of a day",
        kept_in_periods!("day", "10", "credit", "CASE WHEN amount < 0 THEN -amount ELSE 0 END"),
    ),
    (
        "worth of a day",
        kept_in_periods!("day", "10", "worth_debit - worth_credit", "worth"),
    ),
    (
        "sum of a month",
        kept_in_periods!("month", "7", "debit - credit", "amount"),
    ),
    (
        "worth of a month",
        kept_in_periods!("month", "7", "worth_debit - worth_credit", "worth"),
    ),
    (
        "sum of a year",
        kept_in_periods!("year", "4", "debit - credit", "amount"),
    ),
    (
        "worth of a year",
        kept_in_periods!("year", "4", "worth_debit - worth_credit", "worth"),
    ),
    (
        "sum of a transaction",
        Sql::tenant(
            "SELECT transaction_id AS id, '' AS part, CAST(0 AS BIGINT) AS kept, CAST(SUM(worth) AS BIGINT) AS found \
             FROM ledger_entries WHERE tenant_id = $1 GROUP BY transaction_id HAVING SUM(worth) <> 0 LIMIT 10",
        ),
    ),
    (
        "a transaction without lines",
        Sql::tenant(
            "SELECT t.id AS id, '' AS part, CAST(2 AS BIGINT) AS kept, CAST(COUNT(e.line) AS BIGINT) AS found \
             FROM ledger_transactions t LEFT JOIN ledger_entries e ON e.tenant_id = $1 AND e.transaction_id = t.id \
             WHERE t.tenant_id = $1 GROUP BY t.id HAVING COUNT(e.line) < 2 LIMIT 10",
        ),
    ),
    (
        "day of an entry",
        Sql::tenant(
            "SELECT t.id AS id, e.day AS part, CAST(e.number AS BIGINT) AS kept, CAST(0 AS BIGINT) AS found \
             FROM ledger_entries e JOIN ledger_transactions t ON t.tenant_id = $1 AND t.id = e.transaction_id \
             WHERE e.tenant_id = $1 AND e.day <> t.day LIMIT 10",
        ),
    ),
    (
        "balance after an entry",
        Sql::tenant(
            "SELECT account_id AS id, CAST(number AS TEXT) AS part, balance AS kept, CAST(before + amount AS BIGINT) AS found \
             FROM (SELECT account_id, number, amount, balance, \
             COALESCE(LAG(balance) OVER (PARTITION BY account_id ORDER BY number), 0) AS before \
             FROM ledger_entries WHERE tenant_id = $1) e WHERE balance <> before + amount LIMIT 10",
        ),
    ),
    (
        "worth after an entry",
        Sql::tenant(
            "SELECT account_id AS id, CAST(number AS TEXT) AS part, worth_balance AS kept, \
             CAST(before + worth AS BIGINT) AS found FROM (SELECT account_id, number, worth, worth_balance, \
             COALESCE(LAG(worth_balance) OVER (PARTITION BY account_id ORDER BY number), 0) AS before \
             FROM ledger_entries WHERE tenant_id = $1) e WHERE worth_balance <> before + worth LIMIT 10",
        ),
    ),
    (
        "worth of a wallet that is empty",
        Sql::tenant(
            "SELECT a.id AS id, a.currency AS part, b.worth AS kept, CAST(0 AS BIGINT) AS found FROM ledger_accounts a \
             JOIN ledger_balances b ON b.tenant_id = $1 AND b.account_id = a.id WHERE a.tenant_id = $1 \
             AND a.role IN ('liabilities:wallet', 'liabilities:wallet-held') AND b.balance = 0 AND b.worth <> 0 LIMIT 10",
        ),
    ),
    (
        "what is set aside of a wallet",
        Sql::tenant(
            "SELECT s.id AS id, s.currency AS part, CAST(SUM(s.kept) AS BIGINT) AS kept, CAST(SUM(s.found) AS BIGINT) AS found \
             FROM (SELECT a.whose AS id, a.currency, -b.balance AS kept, 0 AS found FROM ledger_accounts a \
             JOIN ledger_balances b ON b.tenant_id = $1 AND b.account_id = a.id \
             WHERE a.tenant_id = $1 AND a.role = 'liabilities:wallet-held' \
             UNION ALL SELECT customer_id, currency, 0, amount FROM ledger_holds WHERE tenant_id = $1 AND state = 'held') s \
             GROUP BY s.id, s.currency HAVING SUM(s.kept) <> SUM(s.found) LIMIT 10",
        ),
    ),
];

#[derive(FromQueryResult)]
struct Counts {
    transactions: i64,
    entries: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    part: String,
    kept: i64,
    found: i64,
}

/// Recomputes balances, months and sums of transactions from the entries of one tenant.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn verify(read: &Read) -> Result<Verified> {
    read.allow(LEDGER_READ)?;
    let counts: Option<Counts> = read.sql(COUNTS).one().await?;
    let mut verified = counts.map_or_else(Verified::default, |counts| Verified {
        transactions: counts.transactions,
        entries: counts.entries,
        differences: Vec::new(),
    });
    for (what, sql) in CHECKS {
        let rows: Vec<Row> = read.sql(*sql).all().await?;
        verified.differences.extend(rows.into_iter().map(|row| Difference {
            what,
            of: format!("{} {}", row.id.simple(), row.part).trim().to_owned(),
            kept: row.kept,
            found: row.found,
        }));
    }
    Ok(verified)
}
