//! The margin of everything: every TLD at every registrar for every operation, in one currency.

use kernel::{Currency, Instant, Money, RegistrarId};

use super::{Margin, MarginRules, margin};
use crate::fx::{self, FxAsk, NoRate, Quoted};
use crate::pricing::{List, Listed, NotPriced, Operation, PriceAsk, Pricing, Rates, listed_bare};

/// Which margins?
#[derive(Clone, Copy, Debug)]
pub struct MatrixAsk<'a> {
    /// At whose costs.
    pub registrars: &'a [RegistrarId],
    /// Of which operations.
    pub operations: &'a [Operation],
    /// For how many years.
    pub years: u8,
    /// In which currency; prices and costs in others are converted, each pair's rate looked up once.
    pub currency: Currency,
    /// At which moment.
    pub at: Instant,
    /// What counts as low.
    pub rules: MarginRules,
}

/// The price or the cost of a cell, in the matrix' currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// How much, or why there is nothing.
    pub amount: Result<Money, NotPriced>,
    /// The place of its rate in [`Matrix::rates`], if it was converted.
    pub rate: Option<u16>,
    /// It is a promotion's.
    pub promotion: bool,
}

/// One TLD at one registrar, for one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatrixCell<'a> {
    /// The TLD.
    pub tld: &'a str,
    /// Whose cost.
    pub registrar: RegistrarId,
    /// Of what.
    pub operation: Operation,
    /// What everybody pays.
    pub price: Side,
    /// What we pay, ICANN's fee counted.
    pub cost: Side,
    /// What is left.
    pub margin: Margin,
}

/// All margins at one moment.
#[derive(Clone, Debug)]
pub struct Matrix<'a> {
    /// Of every amount.
    pub currency: Currency,
    /// At which moment.
    pub at: Instant,
    /// The rates that were used.
    pub rates: Vec<Quoted>,
    /// By TLD in alphabetical order, then by registrar and operation as asked; where there is neither a price nor a cost
    /// there is no cell.
    pub cells: Vec<MatrixCell<'a>>,
}

/// Holds every price against every cost.
pub fn matrix<'a>(pricing: &Pricing<'a>, ask: &MatrixAsk<'_>) -> Matrix<'a> {
    let mut rates = Table::new(pricing, ask);
    let mut cells = Vec::with_capacity(pricing.book.tlds().len() * ask.registrars.len() * ask.operations.len());
    for tld in pricing.book.tlds() {
        let service = |operation| PriceAsk {
            tld,
            operation,
            years: ask.years,
            currency: ask.currency,
            at: ask.at,
        };
        let mut side = |list, operation, home| {
            let found = listed_bare(pricing.book, list, &service(operation), home, &mut rates);
            rates.side(found)
        };
        // One price for all registrars.
        let prices = Operation::ALL.map(|operation| {
            let wanted = ask.operations.contains(&operation);
            wanted.then(|| side(List::Sales, operation, Some(pricing.home)))
        });
        for registrar in ask.registrars {
            for operation in ask.operations {
                let Some(price) = prices[*operation as usize] else {
                    continue;
                };
                let cost = side(List::Registrar(*registrar), *operation, None);
                if price.amount.is_ok() || cost.amount.is_ok() {
                    cells.push(MatrixCell {
                        tld,
                        registrar: *registrar,
                        operation: *operation,
                        price,
                        cost,
                        margin: held_against(price, cost, &ask.rules),
                    });
                }
            }
        }
    }
    Matrix {
        currency: ask.currency,
        at: ask.at,
        rates: rates.used,
        cells,
    }
}

fn held_against(price: Side, cost: Side, rules: &MarginRules) -> Margin {
    margin(cost.amount.ok(), price.amount.ok(), rules)
        .expect("neither is below zero, and both are in the currency asked for")
}

/// Rates to one currency at one moment, each looked up once.
struct Table<'a, 'p> {
    pricing: &'p Pricing<'a>,
    to: Currency,
    at: Instant,
    known: Vec<(Currency, Result<u16, NoRate>)>,
    used: Vec<Quoted>,
}

impl<'a, 'p> Table<'a, 'p> {
    const fn new(pricing: &'p Pricing<'a>, ask: &MatrixAsk<'_>) -> Self {
        Self {
            pricing,
            to: ask.currency,
            at: ask.at,
            known: Vec::new(),
            used: Vec::new(),
        }
    }

    fn place(&mut self, from: Currency) -> Result<u16, NoRate> {
        if let Some((_, known)) = self.known.iter().find(|(currency, _)| *currency == from) {
            return *known;
        }
        let (book, rules) = self.pricing.fx.ok_or(NoRate::Missing)?;
        let (to, at) = (self.to, self.at);
        let place = fx::rate(book, &rules, &FxAsk { from, to, at }).map(|rate| {
            self.used.push(rate);
            u16::try_from(self.used.len() - 1).expect("there are fewer than 65,536 currencies")
        });
        self.known.push((from, place));
        place
    }

    fn side(&self, found: Result<Listed, NotPriced>) -> Side {
        let listed = found.as_ref().ok();
        let from = listed.and_then(|listed| listed.rate.as_ref()).map(|rate| rate.from);
        let known = |from| self.known.iter().find(|(currency, _)| *currency == from);
        Side {
            amount: found
                .as_ref()
                .map(|listed| listed.amounts.total)
                .map_err(|reason| *reason),
            rate: from.and_then(known).and_then(|(_, place)| place.ok()),
            promotion: listed.is_some_and(|listed| listed.amounts.promotion.is_some()),
        }
    }
}

impl Rates for Table<'_, '_> {
    fn allowed(&self) -> bool {
        self.pricing.fx.is_some()
    }

    fn from(&mut self, currency: Currency) -> Result<Quoted, NoRate> {
        self.place(currency).map(|place| self.used[usize::from(place)])
    }
}
