//! What happens to the books, told to others.

use jiff::civil::{Date, date};
use kernel::{Currency, Fact};
use serde::Serialize;

/// A company keeps books.
#[derive(Clone, Debug, Serialize)]
pub struct BooksOpened {
    /// In this currency.
    pub functional: Currency,
}

impl Fact for BooksOpened {
    const NAME: &'static str = "ledger.books.opened";

    fn subject(&self) -> String {
        "books".into()
    }

    fn sample() -> Self {
        Self {
            functional: Currency::USD,
        }
    }
}

/// Nothing more is posted up to a day.
#[derive(Clone, Debug, Serialize)]
pub struct BooksClosed {
    /// That day.
    pub until: Date,
}

impl Fact for BooksClosed {
    const NAME: &'static str = "ledger.books.closed";

    fn subject(&self) -> String {
        "books".into()
    }

    fn sample() -> Self {
        Self {
            until: date(2026, 10, 31),
        }
    }
}

/// Days that were closed take postings again.
#[derive(Clone, Debug, Serialize)]
pub struct BooksReopened {
    /// The last day that stays closed.
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
}

impl Fact for BooksReopened {
    const NAME: &'static str = "ledger.books.reopened";

    fn subject(&self) -> String {
        "books".into()
    }

    fn sample() -> Self {
        Self {
            until: Some(date(2026, 9, 30)),
            reason: "A supplier's bill of October came late".into(),
        }
    }
}
