//! As beancount reads it: accounts are opened before anything is on them, and the last day closes with what is on each.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::civil::Date;
use kernel::{Currency, Money};

use super::{Running, plain, purpose};
use crate::accounts::Purpose;
use crate::journal::Transaction;

pub(super) fn head(functional: Currency) -> String {
    // Half of the smallest unit: what a line is worth is rounded to that.
    let half = match functional.exponent() {
        0 => "0.5".to_owned(),
        digits => format!("0.{}5", "0".repeat(usize::from(digits))),
    };
    format!(
        "option \"operating_currency\" \"{functional}\"\noption \"inferred_tolerance_default\" \"{functional}:{half}\"\n"
    )
}

/// One transaction, after its accounts where they are new.
pub(super) fn transaction(
    opened: &mut BTreeSet<String>,
    running: &mut Running,
    transaction: &Transaction,
) -> Result<String, kernel::MoneyError> {
    let posted = &transaction.posted;
    let mut text = String::new();
    for line in posted.posting.lines() {
        let name = account(&purpose(line));
        if !opened.contains(&name) {
            let _ = writeln!(text, "{} open {name}", posted.day);
            opened.insert(name);
        }
    }
    let _ = writeln!(text, "\n{} * \"{}\"", posted.day, plain(&posted.memo));
    let _ = writeln!(text, "  id: \"{}\"\n  kind: \"{}\"", transaction.id, posted.kind.name());
    for line in posted.posting.lines() {
        running.add(line)?;
        let worth = if line.amount.currency == line.worth.currency {
            String::new()
        } else {
            let price = Money::new(line.worth.minor.saturating_abs(), line.worth.currency);
            format!(" @@ {}", amount(price))
        };
        let _ = writeln!(text, "  {}  {}{worth}", account(&purpose(line)), amount(line.amount));
    }
    Ok(text)
}

/// What is on each account on the day after the last.
pub(super) fn foot(running: &Running, last: Option<Date>) -> String {
    let Some(day) = last.and_then(|last| last.tomorrow().ok()) else {
        return String::new();
    };
    let mut text = String::from("\n");
    for (purpose, balance) in &running.0 {
        let _ = writeln!(text, "{day} balance {}  {}", account(purpose), amount(*balance));
    }
    text
}

/// `assets:receivable:cus_01…` is `Assets:Receivable:Cus-01…`: every part begins with a capital or a digit.
fn account(purpose: &Purpose) -> String {
    let part = |part: &str| {
        let mut letters = part.replace('_', "-").chars().collect::<Vec<_>>();
        if let Some(first) = letters.first_mut() {
            *first = first.to_ascii_uppercase();
        }
        letters.into_iter().collect::<String>()
    };
    let parts: Vec<String> = purpose.path().split(':').map(part).collect();
    // An assertion speaks of an account with all below it, so nothing is on one that has others below.
    let general = if purpose.account.of.is_none() { ":General" } else { "" };
    format!("{}{general}", parts.join(":"))
}

fn amount(money: Money) -> String {
    format!("{} {}", money.decimal(), money.currency)
}
