//! As hledger reads it, each line with an assertion of what is on its account after it.

use std::fmt::Write as _;

use engines::posting::Section;
use kernel::{Currency, Money};

use super::{Running, plain, purpose};
use crate::journal::Transaction;

/// What stands above the transactions: of which type accounts are, and how amounts are written.
pub(super) fn head(functional: Currency) -> String {
    let mut text = format!("; Journal in {functional}. Every line says what is on its account after it.\n");
    for section in Section::ALL {
        let (name, letter) = match section {
            Section::Assets => ("assets", 'A'),
            Section::Liabilities => ("liabilities", 'L'),
            Section::Equity => ("equity", 'E'),
            Section::Income => ("income", 'R'),
            Section::Expenses => ("expenses", 'X'),
        };
        let _ = writeln!(text, "account {name}  ; type:{letter}");
    }
    text.push_str("decimal-mark .\n");
    text
}

/// One transaction.
pub(super) fn transaction(running: &mut Running, transaction: &Transaction) -> Result<String, kernel::MoneyError> {
    let posted = &transaction.posted;
    let memo = plain(&posted.memo);
    let mut text = format!(
        "\n{} ({}) {memo}  ; kind:{}\n",
        posted.day,
        transaction.id,
        posted.kind.name()
    );
    for line in posted.posting.lines() {
        let balance = running.add(line)?;
        let worth = if line.amount.currency == line.worth.currency {
            String::new()
        } else {
            // A price has no sign: the amount's counts.
            format!(
                " @@ {}",
                amount(Money::new(line.worth.minor.saturating_abs(), line.worth.currency))
            )
        };
        let (path, moved) = (purpose(line).path(), amount(line.amount));
        let _ = writeln!(text, "    {path}  {moved}{worth} = {}", amount(balance));
    }
    Ok(text)
}

fn amount(money: Money) -> String {
    format!("{} {}", money.decimal(), money.currency)
}
