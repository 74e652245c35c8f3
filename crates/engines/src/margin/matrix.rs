//! The margin of everything: every TLD at every registrar for every service, in one currency, at one instant or at many.

use std::ops::Range;

use kernel::{Currency, Instant, Money, Percent, RegistrarId};

use super::desk::{Desk, Exchange};
use super::{Margin, MarginClass, MarginRules, Service, margin};
use crate::fx::{FxBook, FxRules, NoRate};
use crate::pricing::{List, PriceBook};

/// Who may be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payee {
    /// The registrar account.
    pub registrar: RegistrarId,
    /// A cost in this currency is taken before one in another.
    pub charges_in: Currency,
}

/// Which margins?
#[derive(Clone, Copy, Debug)]
pub struct MatrixAsk<'a> {
    /// All prices and costs.
    pub book: &'a PriceBook,
    /// What is converted at: a cost with the mark-up, what is merely shown without.
    pub fx: (&'a FxBook, FxRules),
    /// The currencies a price is taken in; the first that has one counts.
    pub sold_in: &'a [Currency],
    /// At whose costs.
    pub payees: &'a [Payee],
    /// In which currency amounts are told.
    pub currency: Currency,
    /// What counts as low, and how percentages are rounded.
    pub rules: MarginRules,
}

/// One service of one TLD at one registrar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatrixRow {
    /// The TLD's place among those asked for.
    pub tld: usize,
    /// Who would be paid: the place in [`MatrixAsk::payees`]; nobody where none of them has a cost.
    pub payee: Option<usize>,
    /// What is sold.
    pub service: Service,
    /// What we take, as the list has it.
    pub price: Option<Money>,
    /// What we pay, as the registrar charges it, ICANN's fee counted.
    pub cost: Option<Money>,
    /// Price, cost and profit in the currency asked for, and the shares. Shares and class are those of the currency we are
    /// paid in, so that they are the same whatever currency is asked for. Without both a price and a cost that could be
    /// compared there are no amounts.
    pub margin: Margin,
    /// Why price and cost cannot be compared.
    pub reason: Option<NoRate>,
    /// The rate the cost was converted at: its place in [`Matrix::rates`].
    pub cost_rate: Option<usize>,
    /// The rate the amounts are shown at: its place in [`Matrix::rates`].
    pub shown_rate: Option<usize>,
}

impl MatrixRow {
    /// Worst first: by what is left of the price; what cannot be compared comes after all that can.
    pub fn rank(&self) -> (u8, i64) {
        let share = self.margin.on_price.map(Percent::millionths);
        match self.margin.class {
            // Given away below cost: worse than any share.
            MarginClass::Negative => (0, share.unwrap_or(i64::MIN)),
            MarginClass::Low | MarginClass::Healthy => (0, share.unwrap_or(0)),
            MarginClass::NotComparable => (1, 0),
            MarginClass::NoCost => (2, 0),
            MarginClass::NoPrice => (3, 0),
        }
    }
}

/// All margins at one instant.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// By TLD as asked, service and payee as asked; where there is neither a price nor a cost there is no row.
    pub rows: Vec<MatrixRow>,
    /// The rates used, each pair and kind once.
    pub rates: Vec<Exchange>,
}

/// Holds every price against every cost, at one instant.
pub fn matrix<'a>(ask: &MatrixAsk<'_>, tlds: impl IntoIterator<Item = &'a str>, at: Instant) -> Matrix {
    let (mut rows, mut desk) = (Vec::new(), [Desk::new(ask.fx, at)]);
    Walk::new(ask).over(tlds, &mut desk, |_, row| rows.push(*row));
    let [desk] = desk;
    Matrix {
        rows,
        rates: desk.into_used(),
    }
}

/// The rows of [`matrix`] at many instants in one pass: a price that did not change between two of them is looked up once,
/// a margin that needed no rate is computed once. `instants` ascend; `tell` is told the place of the instant and the row,
/// for every instant in the order of the matrix.
pub fn over_time<'a>(
    ask: &MatrixAsk<'_>,
    tlds: impl IntoIterator<Item = &'a str>,
    instants: &[Instant],
    tell: impl FnMut(usize, &MatrixRow),
) {
    debug_assert!(instants.is_sorted(), "instants ascend");
    let mut desks: Vec<Desk<'_>> = instants.iter().map(|at| Desk::new(ask.fx, *at)).collect();
    Walk::new(ask).over(tlds, &mut desks, tell);
}

struct Walk<'a> {
    ask: &'a MatrixAsk<'a>,
    /// By payee: the currencies its costs are looked for in, the first before the others.
    charged_in: Vec<Vec<Currency>>,
}

impl<'a> Walk<'a> {
    fn new(ask: &'a MatrixAsk<'a>) -> Self {
        let charged_in = |payee: &Payee| {
            let first = payee.charges_in;
            let all = ask.book.currencies(List::Registrar(payee.registrar));
            std::iter::once(first)
                .chain(all.filter(|other| *other != first))
                .collect()
        };
        Self {
            ask,
            charged_in: ask.payees.iter().map(charged_in).collect(),
        }
    }

    fn over<'t>(
        &self,
        tlds: impl IntoIterator<Item = &'t str>,
        desks: &mut [Desk<'_>],
        mut tell: impl FnMut(usize, &MatrixRow),
    ) {
        for (place, tld) in tlds.into_iter().enumerate() {
            for run in runs(self.ask.book, tld, desks) {
                for service in Service::ALL {
                    self.of_service(place, tld, service, run.clone(), desks, &mut tell);
                }
            }
        }
    }

    /// One service at the instants of a run, at all of which it has the same prices and costs.
    fn of_service(
        &self,
        place: usize,
        tld: &str,
        service: Service,
        run: Range<usize>,
        desks: &mut [Desk<'_>],
        tell: &mut impl FnMut(usize, &MatrixRow),
    ) {
        let (book, at) = (self.ask.book, desks[run.start].at());
        let price = |currency: &Currency| service.price(book, tld, *currency, at);
        let price = self.ask.sold_in.iter().find_map(price);
        let mut told = |payee: Option<usize>, cost: Option<Money>| {
            let row = lacking(place, payee, service, price, cost);
            self.compared(row, run.clone(), desks, tell);
        };
        let mut has_cost = false;
        for (payee, currencies) in self.charged_in.iter().enumerate() {
            let registrar = self.ask.payees[payee].registrar;
            let cost = |currency: &Currency| service.cost(book, registrar, tld, *currency, at);
            if let Some(cost) = currencies.iter().find_map(cost) {
                has_cost = true;
                told(Some(payee), Some(cost));
            }
        }
        if !has_cost && price.is_some() {
            told(None, None);
        }
    }

    /// A row at each instant of a run, at the rates of that instant.
    fn compared(
        &self,
        row: MatrixRow,
        run: Range<usize>,
        desks: &mut [Desk<'_>],
        tell: &mut impl FnMut(usize, &MatrixRow),
    ) {
        let (Some(price), Some(cost)) = (row.price, row.cost) else {
            run.for_each(|place| tell(place, &row));
            return;
        };
        let needs_rate = price.currency != self.ask.currency || cost.currency != price.currency;
        let mut made = None;
        for place in run {
            if needs_rate || made.is_none() {
                made = Some(self.at_rates_of(&mut desks[place], row, price, cost));
            }
            if let Some(row) = &made {
                tell(place, row);
            }
        }
    }

    fn at_rates_of(&self, desk: &mut Desk<'_>, mut row: MatrixRow, price: Money, cost: Money) -> MatrixRow {
        match self.compare(desk, &mut row, price, cost) {
            Ok(margin) => row.margin = margin,
            Err(reason) => {
                row.margin.class = MarginClass::NotComparable;
                row.reason = Some(reason);
            }
        }
        row
    }

    /// The margin in the currency we are paid in, told in the one asked for.
    fn compare(&self, desk: &mut Desk<'_>, row: &mut MatrixRow, price: Money, cost: Money) -> Result<Margin, NoRate> {
        let (converted, rate) = desk.cost(cost, price.currency);
        row.cost_rate = rate;
        let earned = margin(Some(converted?), Some(price), &self.ask.rules).map_err(|_| NoRate::TooLarge)?;
        let to = self.ask.currency;
        if to == price.currency {
            return Ok(earned);
        }
        let (shown_price, rate) = desk.shown(price, to);
        row.shown_rate = rate;
        let shown_price = shown_price?;
        let shown_cost = earned.cost.map(|cost| desk.shown(cost, to).0).transpose()?;
        let profit = shown_cost.map(|cost| shown_price.sub(cost)).transpose();
        Ok(Margin {
            price: Some(shown_price),
            cost: shown_cost,
            profit: profit.map_err(|_| NoRate::TooLarge)?,
            ..earned
        })
    }
}

/// Instants between which nothing of a TLD changes.
fn runs(book: &PriceBook, tld: &str, desks: &[Desk<'_>]) -> Vec<Range<usize>> {
    let (Some(first), Some(last)) = (desks.first(), desks.last()) else {
        return Vec::new();
    };
    let changes = if desks.len() > 1 {
        book.changes(tld, first.at(), last.at())
    } else {
        Vec::new()
    };
    let mut starts = vec![0];
    starts.extend(
        changes
            .iter()
            .map(|change| desks.partition_point(|desk| desk.at() < *change)),
    );
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([desks.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .collect()
}

/// A row that was not compared: nothing to hold against each other, or not yet.
const fn lacking(
    tld: usize,
    payee: Option<usize>,
    service: Service,
    price: Option<Money>,
    cost: Option<Money>,
) -> MatrixRow {
    MatrixRow {
        tld,
        payee,
        service,
        price,
        cost,
        margin: Margin {
            cost: None,
            price: None,
            profit: None,
            on_price: None,
            on_cost: None,
            class: match (price, cost) {
                (Some(_), None) => MarginClass::NoCost,
                _ => MarginClass::NoPrice,
            },
        },
        reason: None,
        cost_rate: None,
        shown_rate: None,
    }
}
