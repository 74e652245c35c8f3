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

/// Entries by account. What an account without entries comes to is zero.
macro_rules! kept_on_accounts {
    ($kept:literal, $found:literal) => {
        Sql::tenant(concat!(
            "SELECT a.account_id AS id, '' AS part, a.",
            $kept,
            " AS kept, CAST(COALESCE(e.found, 0) AS BIGINT) AS found FROM ledger_balances a LEFT JOIN (SELECT account_id, ",
            $found,
            " AS found FROM ledger_entries WHERE tenant_id = $1 GROUP BY account_id) e ON e.account_id = a.account_id \
             WHERE a.tenant_id = $1 AND a.",
            $kept,
            " <> COALESCE(e.found, 0) LIMIT 10"
        ))
    };
}

/// Entries by account and month, both ways: a month without entries, and entries without a month.
macro_rules! kept_in_months {
    ($kept:literal, $found:literal) => {
        Sql::tenant(concat!(
            "SELECT s.account_id AS id, s.month AS part, CAST(SUM(s.kept) AS BIGINT) AS kept, \
             CAST(SUM(s.found) AS BIGINT) AS found FROM (SELECT account_id, month, ",
            $kept,
            " AS kept, 0 AS found FROM ledger_months WHERE tenant_id = $1 \
             UNION ALL SELECT account_id, SUBSTR(day, 1, 7) AS month, 0 AS kept, ",
            $found,
            " AS found FROM ledger_entries WHERE tenant_id = $1) s \
             GROUP BY s.account_id, s.month HAVING SUM(s.kept) <> SUM(s.found) LIMIT 10"
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
        "debits of a month",
        kept_in_months!("debit", "CASE WHEN amount > 0 THEN amount ELSE 0 END"),
    ),
    (
        "credits of a month",
        kept_in_months!("credit", "CASE WHEN amount < 0 THEN -amount ELSE 0 END"),
    ),
    (
        "worth of a month",
        kept_in_months!("worth_debit - worth_credit", "worth"),
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
        "balance after an entry",
        Sql::tenant(
            "SELECT account_id AS id, CAST(number AS TEXT) AS part, balance AS kept, CAST(before + amount AS BIGINT) AS found \
             FROM (SELECT account_id, number, amount, balance, \
             COALESCE(LAG(balance) OVER (PARTITION BY account_id ORDER BY number), 0) AS before \
             FROM ledger_entries WHERE tenant_id = $1) e WHERE balance <> before + amount LIMIT 10",
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
