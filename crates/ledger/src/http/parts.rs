//! What routes read, and what they answer with.

use engines::posting::Role;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Currency, Instant, Money, Problem, ProblemKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::exposures::MoneyView;
use web::{Result, Staff};

use crate::journal::Transaction;

/// An amount as callers give it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GivenMoney, example = json!({"minor": 50000, "currency": "USD"}))]
pub(super) struct GivenMoney {
    /// Minor units: cents of USD, yen of JPY.
    minor: i64,
    /// ISO 4217.
    #[schema(min_length = 3, max_length = 3)]
    currency: String,
}

impl GivenMoney {
    /// The amount, or `currency_unknown` at `pointer`.
    pub(super) fn read(&self, pointer: &str) -> Result<Money, Problem> {
        Ok(Money::new(
            self.minor,
            currency(&format!("{pointer}/currency"), &self.currency)?,
        ))
    }
}

/// A currency of a body.
pub(super) fn currency(pointer: &str, code: &str) -> Result<Currency, Problem> {
    Currency::parse(code).map_err(|_| Problem::refused("invalid_fields").field(pointer.to_owned(), "currency_unknown"))
}

/// A day of a body; `today` where none is said.
pub(crate) fn day(pointer: &'static str, text: Option<&str>, today: Date) -> Result<Date, Problem> {
    match text.filter(|text| !text.is_empty()) {
        Some(text) => exactly(text).ok_or_else(|| Problem::refused("invalid_fields").field(pointer, "day_invalid")),
        None => Ok(today),
    }
}

/// A day of the address, if one is named.
pub(crate) fn asked_day(pointer: &'static str, text: Option<&str>) -> Result<Option<Date>, Problem> {
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| exactly(text).ok_or_else(|| bad(pointer, "day_invalid")))
        .transpose()
}

/// The order or trip of the address, if one is named.
pub(super) fn asked_about(text: Option<String>) -> Result<Option<String>, Problem> {
    match text.filter(|text| !text.is_empty()) {
        Some(text) if text.chars().count() > 100 => Err(bad("/about", "about_too_long")),
        about => Ok(about),
    }
}

/// A day written as `2027-01-31`, and in no other of the ways there are.
pub(crate) fn exactly(text: &str) -> Option<Date> {
    let day: Date = text.parse().ok()?;
    (day.to_string() == text).then_some(day)
}

/// A role of the address or of a body.
pub(super) fn role(text: &str) -> Option<Role> {
    Role::parse(text)
}

/// A 400 for one parameter of the address.
pub(crate) fn bad(pointer: &'static str, code: &'static str) -> Problem {
    Problem::new(ProblemKind::Unreadable, code).field(pointer, code)
}

/// The day it is where the company is.
pub(crate) fn today(ctx: &Staff) -> Result<Date> {
    Ok(ctx.now().timestamp().to_zoned(zone(ctx)?).date())
}

/// Where the company is.
pub(crate) fn zone(ctx: &Staff) -> Result<TimeZone> {
    Ok(TimeZone::get(&ctx.site().zone).map_err(platform::Error::internal)?)
}

/// One line of a transaction.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerEntry)]
pub(super) struct EntryView {
    /// What the account is for.
    #[schema(value_type = String, example = "assets:receivable")]
    role: &'static str,
    /// The account's name in plain text, with whose it is.
    #[schema(example = "assets:receivable:cus_01934000000070008000000000000012")]
    account: String,
    /// Above zero a debit, below zero a credit.
    amount: MoneyView,
    /// What that is worth in the currency of the books.
    worth: MoneyView,
}

/// A transaction of the journal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerTransaction)]
pub(super) struct TransactionView {
    /// Its id.
    #[schema(value_type = String, example = "ltx_01934000000070008000000000000091")]
    id: kernel::LedgerTransactionId,
    /// What happened.
    #[schema(value_type = String, example = "invoice")]
    kind: &'static str,
    /// On which day, where the company is.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// In a few words.
    memo: String,
    /// What it was posted for: a printed id.
    source: Option<String>,
    /// The order or trip it belongs to.
    about: Option<String>,
    /// One unit of the foreign currency in that of the books, as decimal text.
    rate: Option<String>,
    /// Which transaction it takes back.
    #[schema(value_type = Option<String>)]
    reverses: Option<kernel::LedgerTransactionId>,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Instant,
    /// By whom: a printed id, or `system`.
    recorded_by: String,
    /// The event it came of.
    #[schema(value_type = Option<String>)]
    cause: Option<kernel::EventId>,
    /// Joins it with the request or job that wrote it.
    trace_id: String,
    /// Its lines; they come to nothing.
    entries: Vec<EntryView>,
}

impl From<Transaction> for TransactionView {
    fn from(transaction: Transaction) -> Self {
        let posted = transaction.posted;
        let entries = posted.posting.lines().iter().map(|line| EntryView {
            role: line.account.role.path(),
            account: crate::accounts::Purpose {
                account: line.account,
                currency: line.amount.currency,
            }
            .path(),
            amount: line.amount.into(),
            worth: line.worth.into(),
        });
        Self {
            id: transaction.id,
            kind: posted.kind.name(),
            day: posted.day,
            entries: entries.collect(),
            memo: posted.memo,
            source: posted.source,
            about: posted.about,
            rate: posted.rate.map(|rate| rate.to_string()),
            reverses: transaction.reverses,
            recorded_at: transaction.recorded_at,
            recorded_by: transaction.recorded_by,
            cause: transaction.cause,
            trace_id: transaction.trace.to_string(),
        }
    }
}
