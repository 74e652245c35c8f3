//! What can be asked of the books.

use jiff::civil::Date;
use kernel::{MoneyError, Problem};
use platform::{Error, Read, Result};

use super::model::{BalanceSheet, ProfitAndLoss, TrialBalance, less};
use super::store::{self, MonthLine};
use crate::books;
use crate::permissions::LEDGER_READ;

/// Most months of one answer.
const MOST_MONTHS: i32 = 60;

/// What is on every account at the end of a day, or after all that was ever posted.
///
/// # Errors
/// `books_not_open`, `forbidden`, or the database.
pub async fn trial_balance(read: &Read, on: Option<Date>) -> Result<TrialBalance> {
    read.allow(LEDGER_READ)?;
    let functional = books::opened(read).await?.functional;
    let lines = match on {
        Some(day) => store::on(read, day, functional).await?,
        None => store::all(read, functional).await?,
    };
    TrialBalance::of(on, functional, lines).map_err(too_large)
}

/// What the company has and owes at the end of a day, or after all that was ever posted.
///
/// # Errors
/// As [`trial_balance`].
pub async fn balance_sheet(read: &Read, on: Option<Date>) -> Result<BalanceSheet> {
    BalanceSheet::of(&trial_balance(read, on).await?).map_err(too_large)
}

/// What was earned and spent from one day to another, both included.
///
/// # Errors
/// `invalid_fields` when it ends before it begins; else as [`trial_balance`].
pub async fn profit_and_loss(read: &Read, from: Date, until: Date) -> Result<ProfitAndLoss> {
    read.allow(LEDGER_READ)?;
    in_order(from, until)?;
    let functional = books::opened(read).await?.functional;
    let later = store::on(read, until, functional).await?;
    let lines = match from.yesterday() {
        Ok(before) => less(later, &store::on(read, before, functional).await?).map_err(too_large)?,
        Err(_) => later,
    };
    ProfitAndLoss::of(functional, &lines).map_err(too_large)
}

/// What was earned with one order or trip, and spent on it.
///
/// # Errors
/// As [`trial_balance`].
pub async fn profit_of(read: &Read, about: &str) -> Result<ProfitAndLoss> {
    read.allow(LEDGER_READ)?;
    let functional = books::opened(read).await?.functional;
    let lines = store::about(read, about, functional).await?;
    ProfitAndLoss::of(functional, &lines).map_err(too_large)
}

/// What accounts turned over in each month from one day's to another's; at most five years.
///
/// # Errors
/// `invalid_fields` when it ends before it begins or is longer; else as [`trial_balance`].
pub async fn months(read: &Read, from: Date, until: Date) -> Result<Vec<MonthLine>> {
    read.allow(LEDGER_READ)?;
    in_order(from, until)?;
    let months =
        (i32::from(until.year()) - i32::from(from.year())) * 12 + i32::from(until.month()) - i32::from(from.month());
    if months >= MOST_MONTHS {
        return Err(Problem::refused("invalid_fields")
            .field("/until", "period_too_long")
            .into());
    }
    let functional = books::opened(read).await?.functional;
    store::months(read, from, until, functional).await
}

fn in_order(from: Date, until: Date) -> Result<()> {
    if from <= until {
        return Ok(());
    }
    Err(Problem::refused("invalid_fields")
        .field("/until", "period_backwards")
        .into())
}

fn too_large(error: MoneyError) -> Error {
    Error::internal(error)
}
