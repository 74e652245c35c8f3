//! Writing the journal out, part by part.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{Currency, LedgerTransactionId};
use platform::{Ctx, Error, Result};
use scoped_futures::ScopedFutureExt;

use super::{Running, beancount, hledger, table};
use crate::books;
use crate::journal::{Transaction, store};
use crate::permissions::LEDGER_READ;

/// As what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Plain text for hledger.
    Hledger,
    /// Plain text for beancount.
    Beancount,
    /// A table, comma-separated.
    Csv,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Hledger, Self::Beancount, Self::Csv];

    /// Its stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hledger => "hledger",
            Self::Beancount => "beancount",
            Self::Csv => "csv",
        }
    }

    /// The format with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Hledger | Self::Beancount => "text/plain; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// What files of it are called.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Hledger => "journal.hledger",
            Self::Beancount => "journal.beancount",
            Self::Csv => "journal.csv",
        }
    }
}

/// Writes transactions as text, in the order of their days.
#[derive(Debug)]
pub struct Exporter {
    format: Format,
    functional: Currency,
    running: Running,
    opened: BTreeSet<String>,
    last: Option<Date>,
}

impl Exporter {
    /// For books kept in a currency.
    pub fn new(format: Format, functional: Currency) -> Self {
        Self {
            format,
            functional,
            running: Running::default(),
            opened: BTreeSet::new(),
            last: None,
        }
    }

    /// What stands above the transactions.
    pub fn head(&self) -> String {
        match self.format {
            Format::Hledger => hledger::head(self.functional),
            Format::Beancount => beancount::head(self.functional),
            Format::Csv => table::head(),
        }
    }

    /// One transaction.
    ///
    /// # Errors
    /// When an account comes to more than can be held.
    pub fn transaction(&mut self, transaction: &Transaction) -> Result<String> {
        self.last = Some(transaction.posted.day);
        match self.format {
            Format::Hledger => hledger::transaction(&mut self.running, transaction).map_err(Error::internal),
            Format::Beancount => {
                beancount::transaction(&mut self.opened, &mut self.running, transaction).map_err(Error::internal)
            }
            Format::Csv => table::transaction(&mut self.running, transaction),
        }
    }

    /// What stands below them.
    pub fn foot(&self) -> String {
        match self.format {
            Format::Beancount => beancount::foot(&self.running, self.last),
            Format::Hledger | Format::Csv => String::new(),
        }
    }
}

/// Writes the journal up to a day, part by part, to `write`.
///
/// # Errors
/// `books_not_open`, `forbidden`, the database, or what `write` refuses.
pub async fn export(
    ctx: &Ctx,
    format: Format,
    until: Date,
    mut write: impl FnMut(&str) -> Result<()> + Send,
) -> Result<()> {
    let books = ctx
        .read(|read| {
            async move {
                read.allow(LEDGER_READ)?;
                books::opened(read).await
            }
            .scope_boxed()
        })
        .await?;
    // What is posted meanwhile is for the next one: all parts are of this moment.
    let known_at = ctx.now();
    let mut exporter = Exporter::new(format, books.functional);
    write(&exporter.head())?;
    let mut after: Option<(Date, LedgerTransactionId)> = None;
    loop {
        let part = ctx
            .read(|read| {
                async move { store::forward(read, after, until, known_at, books.functional).await }.scope_boxed()
            })
            .await?;
        let Some(last) = part.last() else { break };
        after = Some((last.posted.day, last.id));
        for transaction in &part {
            write(&exporter.transaction(transaction)?)?;
        }
    }
    write(&exporter.foot())
}
