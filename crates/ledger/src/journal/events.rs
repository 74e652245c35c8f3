//! What happens to the journal, told to others.

use jiff::civil::{Date, date};
use kernel::{Currency, Fact, Id, LedgerTransactionId, Money};
use serde::Serialize;
use uuid::Uuid;

use super::model::{Kind, Transaction};
use crate::accounts::Purpose;

/// A person posted something, or took it back. What other rooms post is told with what they post it for.
#[derive(Clone, Debug, Serialize)]
pub struct TransactionPosted {
    /// Which.
    pub transaction: LedgerTransactionId,
    /// What happened.
    pub kind: Kind,
    /// On which day.
    pub day: Date,
    /// In a few words.
    pub memo: String,
    /// Which transaction it takes back.
    pub reverses: Option<LedgerTransactionId>,
    /// Its lines.
    pub entries: Vec<PostedEntry>,
}

/// One line.
#[derive(Clone, Debug, Serialize)]
pub struct PostedEntry {
    /// The account's name in plain text.
    pub account: String,
    /// Above zero a debit.
    pub amount: Money,
    /// In the functional currency.
    pub worth: Money,
}

impl TransactionPosted {
    pub(super) fn of(transaction: &Transaction) -> Self {
        let posted = &transaction.posted;
        let entries = posted.posting.lines().iter().map(|line| PostedEntry {
            account: Purpose {
                account: line.account,
                currency: line.amount.currency,
            }
            .path(),
            amount: line.amount,
            worth: line.worth,
        });
        Self {
            transaction: transaction.id,
            kind: posted.kind,
            day: posted.day,
            memo: posted.memo.clone(),
            reverses: transaction.reverses,
            entries: entries.collect(),
        }
    }
}

impl Fact for TransactionPosted {
    const NAME: &'static str = "ledger.transaction.posted";

    fn subject(&self) -> String {
        self.transaction.to_string()
    }

    fn sample() -> Self {
        let entry = |account: &str, minor| PostedEntry {
            account: account.to_owned(),
            amount: Money::new(minor, Currency::USD),
            worth: Money::new(minor, Currency::USD),
        };
        Self {
            transaction: LedgerTransactionId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0091)),
            kind: Kind::Manual,
            day: date(2026, 11, 21),
            memo: "Rent of November".into(),
            reverses: None,
            entries: vec![entry("expenses:other", 120_000), entry("assets:bank", -120_000)],
        }
    }
}
