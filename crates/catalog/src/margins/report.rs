//! The report: a row for every ending, registrar and service, as the engine computes them.

use engines::margin::Exchange;
use engines::margin::{self, MarginRules, MatrixAsk, MatrixRow, Payee};
use kernel::{Currency, Instant, RegistrarId};

use super::rates::Rates;
use crate::price_books::{Book, RegistrarInfo};
use crate::tlds::Tld;

/// What is asked of a report.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// At which instant prices and rates hold.
    pub at: Instant,
    /// In which currency amounts are told.
    pub currency: Currency,
    /// When a margin is low.
    pub rules: MarginRules,
}

/// One service of one ending at one registrar.
#[derive(Clone, Copy, Debug)]
pub struct MarginRow<'b> {
    /// The ending.
    pub tld: &'b Tld,
    /// Who would be paid; nobody where no registrar has a cost.
    pub registrar: Option<&'b RegistrarInfo>,
    /// Price, cost and margin.
    pub found: MatrixRow,
}

/// The margins of a tenant at one instant.
#[derive(Debug)]
pub struct MarginReport<'b> {
    /// The version of the price book.
    pub version: i64,
    /// What was asked.
    pub question: Question,
    /// By ending, the most sought-after first, then by service and registrar.
    pub rows: Vec<MarginRow<'b>>,
    /// The rates used, each pair and kind once.
    pub rates: Vec<Exchange>,
    order: Vec<RegistrarId>,
}

impl<'b> MarginReport<'b> {
    /// The registrars that have a row, each once, in the order the book asks them.
    pub fn registrars(&self) -> Vec<&'b RegistrarInfo> {
        let mut found: Vec<&RegistrarInfo> = Vec::new();
        for registrar in self.rows.iter().filter_map(|row| row.registrar) {
            if !found.iter().any(|known| known.id == registrar.id) {
                found.push(registrar);
            }
        }
        found.sort_by_key(|registrar| self.order.iter().position(|id| *id == registrar.id));
        found
    }
}

/// Every ending.
pub fn report<'b>(book: &'b Book, rates: Rates<'_>, question: Question) -> MarginReport<'b> {
    of_endings(book, book.endings(), rates, question)
}

/// Some endings.
pub(crate) fn of_endings<'b>(
    book: &'b Book,
    endings: impl Iterator<Item = &'b Tld>,
    rates: Rates<'_>,
    question: Question,
) -> MarginReport<'b> {
    let (endings, parties) = (endings.collect::<Vec<_>>(), Parties::of(book, question.currency));
    let names = endings.iter().map(|tld| &*tld.ending);
    let made = margin::matrix(&parties.ask(book, rates, question), names, question.at);
    let row = |found: MatrixRow| MarginRow {
        tld: endings[found.tld],
        registrar: found.payee.map(|payee| parties.active[payee]),
        found,
    };
    MarginReport {
        version: book.version,
        question,
        rows: made.rows.into_iter().map(row).collect(),
        rates: made.rates,
        order: book.registrars().iter().map(|registrar| registrar.id).collect(),
    }
}

/// Who pays us in what, and whom we pay.
pub(super) struct Parties<'b> {
    active: Vec<&'b RegistrarInfo>,
    payees: Vec<Payee>,
    sold_in: Vec<Currency>,
}

impl<'b> Parties<'b> {
    /// Every active registrar; and a price in the report's own currency is taken before one that must be converted.
    pub(super) fn of(book: &'b Book, currency: Currency) -> Self {
        let active: Vec<&RegistrarInfo> = book.registrars().iter().filter(|one| one.active).collect();
        let payee = |registrar: &&RegistrarInfo| Payee {
            registrar: registrar.id,
            charges_in: registrar.currency,
        };
        let mut sold_in = vec![currency];
        sold_in.extend((book.currency != currency).then_some(book.currency));
        Self {
            payees: active.iter().map(payee).collect(),
            active,
            sold_in,
        }
    }

    pub(super) fn ask<'a>(&'a self, book: &'a Book, rates: Rates<'a>, question: Question) -> MatrixAsk<'a> {
        MatrixAsk {
            book: &book.prices,
            fx: (rates.book, rates.rules),
            sold_in: &self.sold_in,
            payees: &self.payees,
            currency: question.currency,
            rules: question.rules,
        }
    }
}
