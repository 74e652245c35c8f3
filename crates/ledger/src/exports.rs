//! The journal as text that other programs of accounting read and recompute: hledger, beancount, and a table.

mod beancount;
mod hledger;
mod ops;
mod table;

pub use ops::{Exporter, Format, export};

use std::collections::BTreeMap;

use engines::posting::Line;
use kernel::{Money, MoneyError};

use crate::accounts::Purpose;

/// What is on each account so far, in the order things are written: an assertion can only speak of what stands above it.
#[derive(Debug, Default)]
struct Running(BTreeMap<Purpose, Money>);

impl Running {
    /// Adds a line; what is on its account then.
    fn add(&mut self, line: &Line) -> Result<Money, MoneyError> {
        let purpose = purpose(line);
        let balance = self.0.entry(purpose).or_insert(Money::zero(purpose.currency));
        *balance = balance.add(line.amount)?;
        Ok(*balance)
    }
}

fn purpose(line: &Line) -> Purpose {
    Purpose {
        account: line.account,
        currency: line.amount.currency,
    }
}

/// Text on one line, without what would end a description or begin a comment.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || matches!(c, ';' | '|' | '"' | '\\') {
                ' '
            } else {
                c
            }
        })
        .collect::<String>()
        .trim()
        .to_owned()
}
