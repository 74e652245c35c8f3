//! The price book's own list: sale over the lowest cost for every ending, in the currency of the standard list, costs in
//! others converted, from the book in memory. Every registrar's margins are `crate::margins`' to tell.

use engines::margin::{Margin, MarginClass, margin};
use engines::pricing::{self, Operation, PriceAsk};
use kernel::{Currency, Instant, Percent, RegistrarId};

use super::book::{Book, Scheduled, is_of_a_rate};
use crate::exposures::Ground;
use crate::tlds::Tld;

/// Sale, cost and margin of one operation for one year, in the report's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarginCell {
    /// What we charge over what we pay, ICANN's fee counted.
    pub margin: Margin,
    /// To whom we pay it: the active registrar that asks least.
    pub registrar: Option<RegistrarId>,
    /// The sales price is a promotion's.
    pub promotion: bool,
}

impl MarginCell {
    /// How it stands.
    pub const fn class(&self) -> MarginClass {
        self.margin.class
    }

    /// What we charge, in minor units.
    pub fn sale(&self) -> Option<i64> {
        self.margin.price.map(|price| price.minor)
    }

    /// What we pay, in minor units.
    pub fn cost(&self) -> Option<i64> {
        self.margin.cost.map(|cost| cost.minor)
    }

    /// Profit as a share of the price.
    pub const fn on_price(&self) -> Option<Percent> {
        self.margin.on_price
    }
}

/// One ending of the report.
#[derive(Clone, Debug)]
pub struct ReportRow<'b> {
    /// The ending.
    pub tld: &'b Tld,
    /// Its first year.
    pub register: MarginCell,
    /// Another year.
    pub renew: MarginCell,
    /// Bringing it in.
    pub transfer: MarginCell,
    /// What changes next, of costs and sales prices.
    pub next: Option<&'b Scheduled>,
    /// What changes next of sales prices, for those who may not see costs.
    pub next_sale: Option<&'b Scheduled>,
}

impl<'b> ReportRow<'b> {
    /// What changes next, as far as it may be seen.
    pub const fn next_change(&self, with_costs: bool) -> Option<&'b Scheduled> {
        if with_costs { self.next } else { self.next_sale }
    }

    /// Its three operations.
    pub fn cells(&self) -> [&MarginCell; 3] {
        [&self.register, &self.renew, &self.transfer]
    }

    /// Whether any of its margins stands like that.
    pub fn any(&self, class: MarginClass) -> bool {
        self.cells().iter().any(|cell| cell.class() == class)
    }
}

/// All endings at one instant.
#[derive(Debug)]
pub struct Report<'b> {
    /// The version of the book.
    pub version: i64,
    /// For which instant.
    pub at: Instant,
    /// All amounts are in this currency.
    pub currency: Currency,
    /// One row per ending, the most sought-after first.
    pub rows: Vec<ReportRow<'b>>,
}

/// Sale over cost of every ending at an instant, for one year, in the currency of the standard sales list.
pub fn report<'b>(book: &'b Book, ground: &Ground, at: Instant) -> Report<'b> {
    let rows = book.endings().map(|tld| row(book, tld, ground, at)).collect();
    Report {
        version: book.version,
        at,
        currency: book.currency,
        rows,
    }
}

/// One ending of the report.
pub(crate) fn row<'b>(book: &'b Book, tld: &'b Tld, ground: &Ground, at: Instant) -> ReportRow<'b> {
    let cell = |operation| cell(book, tld, operation, ground, at);
    ReportRow {
        tld,
        register: cell(Operation::Register),
        renew: cell(Operation::Renew),
        transfer: cell(Operation::Transfer),
        next: book.next_change(&tld.ending, at, true),
        next_sale: book.next_change(&tld.ending, at, false),
    }
}

fn cell(book: &Book, tld: &Tld, operation: Operation, ground: &Ground, at: Instant) -> MarginCell {
    let ask = PriceAsk {
        tld: &tld.ending,
        operation,
        years: 1,
        currency: book.currency,
        at,
    };
    let sale = pricing::price_bare(&book.prices, &ask).ok();
    let cost = book.lowest_cost(&ask, Some(ground.rates()));
    let (paid, taken) = (cost.ok().map(|(_, cost)| cost.total), sale.map(|sale| sale.total));
    let mut margin = margin(paid, taken, &book.margin_rules()).expect("both were asked for in one currency");
    if margin.class == MarginClass::NoCost && cost.is_err_and(is_of_a_rate) {
        margin.class = MarginClass::NotComparable;
    }
    MarginCell {
        margin,
        registrar: cost.ok().map(|(registrar, _)| registrar),
        promotion: sale.is_some_and(|sale| sale.promotion.is_some()),
    }
}

/// How many of a report's margins of one operation stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Sale and cost both known.
    pub compared: u32,
    /// Below cost.
    pub negative: u32,
    /// Not below cost, under the threshold.
    pub low: u32,
    /// The rest of those compared.
    pub healthy: u32,
}

impl Tally {
    /// Counts one operation over all rows.
    pub fn of<'r>(cells: impl IntoIterator<Item = &'r MarginCell>) -> Self {
        let mut tally = Self::default();
        for cell in cells {
            match cell.class() {
                MarginClass::Negative => tally.negative += 1,
                MarginClass::Low => tally.low += 1,
                MarginClass::Healthy => tally.healthy += 1,
                MarginClass::NotComparable | MarginClass::NoPrice | MarginClass::NoCost => continue,
            }
            tally.compared += 1;
        }
        tally
    }
}
