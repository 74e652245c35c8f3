//! The matrix: a row for every ending, registrar and service.

use engines::fx::NoRate;
use engines::margin::{Margin, MarginClass, MarginRules, margin};
use engines::pricing::List;
use kernel::{Currency, Instant, Money, Percent, RegistrarId};
use serde::{Deserialize, Serialize};

use super::rates::{Desk, Exchange, Rates};
use super::services::Service;
use crate::price_books::{Book, RegistrarInfo};
use crate::tlds::Tld;

/// How a margin should be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MarginReportClass)]
pub enum Class {
    /// Sold below cost.
    Negative,
    /// Something is left, but less than the limit.
    Low,
    /// At the limit or above.
    Healthy,
    /// Price and cost are known, in currencies between which there is no rate that may be used.
    NotComparable,
    /// There is a price, and no registrar has a cost.
    NoCost,
    /// There is a cost and no price.
    NoPrice,
}

impl Class {
    /// All of them, the worst first.
    pub const ALL: [Self; 6] = [
        Self::Negative,
        Self::Low,
        Self::Healthy,
        Self::NotComparable,
        Self::NoCost,
        Self::NoPrice,
    ];

    /// As addresses and answers write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Low => "low",
            Self::Healthy => "healthy",
            Self::NotComparable => "not_comparable",
            Self::NoCost => "no_cost",
            Self::NoPrice => "no_price",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

impl From<MarginClass> for Class {
    fn from(class: MarginClass) -> Self {
        match class {
            MarginClass::Negative => Self::Negative,
            MarginClass::Low => Self::Low,
            MarginClass::Healthy => Self::Healthy,
            MarginClass::NoCost => Self::NoCost,
            MarginClass::NoPrice => Self::NoPrice,
        }
    }
}

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
    /// What is sold.
    pub service: Service,
    /// What we take, as the list has it.
    pub price: Option<Money>,
    /// What we pay, as the registrar charges it.
    pub cost: Option<Money>,
    /// Price, cost and profit in the report's currency, and the shares. The shares and the class are those of the currency
    /// we are paid in, so they are the same whatever currency is reported in.
    pub margin: Margin,
    /// How to take it.
    pub class: Class,
    /// Why price and cost cannot be compared.
    pub reason: Option<NoRate>,
    /// The rate the cost was converted at: its place in [`MarginReport::rates`].
    pub cost_rate: Option<usize>,
    /// The rate the amounts are shown at: its place in [`MarginReport::rates`].
    pub shown_rate: Option<usize>,
}

impl MarginRow<'_> {
    /// Worst first: by what is left of the price, what cannot be compared after all that can.
    pub fn rank(&self) -> (u8, i64) {
        match self.class {
            // Given away below cost: worse than any share.
            Class::Negative => (0, self.margin.on_price.map_or(i64::MIN, Percent::millionths)),
            Class::Low | Class::Healthy => (0, self.margin.on_price.map_or(0, Percent::millionths)),
            Class::NotComparable => (1, 0),
            Class::NoCost => (2, 0),
            Class::NoPrice => (3, 0),
        }
    }

    /// Whether price and cost were held against each other.
    pub const fn is_compared(&self) -> bool {
        matches!(self.class, Class::Negative | Class::Low | Class::Healthy)
    }
}

/// The margins of a tenant at one instant.
#[derive(Debug)]
pub struct MarginReport<'b> {
    /// The version of the price book.
    pub version: i64,
    /// What was asked.
    pub question: Question,
    /// By ending, the most sought-after first, then by registrar and service.
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
    let mut matrix = Matrix::new(book, rates, question);
    for tld in endings {
        matrix.add(tld);
    }
    MarginReport {
        version: book.version,
        question,
        order: book.registrars().iter().map(|registrar| registrar.id).collect(),
        rows: matrix.rows,
        rates: matrix.desk.into_used(),
    }
}

struct Matrix<'b, 'r> {
    book: &'b Book,
    question: Question,
    sold_in: Vec<Currency>,
    registrars: Vec<(&'b RegistrarInfo, Vec<Currency>)>,
    desk: Desk<'r>,
    rows: Vec<MarginRow<'b>>,
}

impl<'b, 'r> Matrix<'b, 'r> {
    fn new(book: &'b Book, rates: Rates<'r>, question: Question) -> Self {
        let currencies = |list: List, first: Currency| {
            let others = book.prices.currencies(list).filter(|currency| *currency != first);
            std::iter::once(first).chain(others).collect::<Vec<_>>()
        };
        // A price in the report's own currency is taken before one that must be converted.
        let mut sold_in = vec![question.currency];
        sold_in.extend((book.currency != question.currency).then_some(book.currency));
        let active = book.registrars().iter().filter(|registrar| registrar.active);
        let registrars = active
            .map(|registrar| (registrar, currencies(List::Registrar(registrar.id), registrar.currency)))
            .collect();
        Self {
            book,
            question,
            sold_in,
            registrars,
            desk: Desk::new(rates, question.at),
            rows: Vec::new(),
        }
    }

    fn add(&mut self, tld: &'b Tld) {
        for service in Service::ALL {
            let price = self.price(tld, service);
            let mut has_cost = false;
            for at in 0..self.registrars.len() {
                let registrar = self.registrars[at].0;
                if let Some(cost) = self.cost(at, tld, service) {
                    has_cost = true;
                    let row = self.row(tld, Some(registrar), service, price, Some(cost));
                    self.rows.push(row);
                }
            }
            if !has_cost && price.is_some() {
                let row = self.row(tld, None, service, price, None);
                self.rows.push(row);
            }
        }
    }

    fn price(&self, tld: &Tld, service: Service) -> Option<Money> {
        let price = |currency: &Currency| service.price(&self.book.prices, &tld.ending, *currency, self.question.at);
        self.sold_in.iter().find_map(price)
    }

    fn cost(&self, registrar: usize, tld: &Tld, service: Service) -> Option<Money> {
        let (registrar, currencies) = &self.registrars[registrar];
        let id: RegistrarId = registrar.id;
        let cost = |currency: &Currency| service.cost(&self.book.prices, id, &tld.ending, *currency, self.question.at);
        currencies.iter().find_map(cost)
    }

    fn row(
        &mut self,
        tld: &'b Tld,
        registrar: Option<&'b RegistrarInfo>,
        service: Service,
        price: Option<Money>,
        cost: Option<Money>,
    ) -> MarginRow<'b> {
        let mut row = MarginRow {
            tld,
            registrar,
            service,
            price,
            cost,
            margin: lacking(price, cost),
            class: Class::from(lacking(price, cost).class),
            reason: None,
            cost_rate: None,
            shown_rate: None,
        };
        if let (Some(price), Some(cost)) = (price, cost) {
            match self.compare(&mut row, price, cost) {
                Ok(margin) => {
                    row.class = margin.class.into();
                    row.margin = margin;
                }
                Err(reason) => {
                    row.class = Class::NotComparable;
                    row.reason = Some(reason);
                }
            }
        }
        row
    }

    /// The margin in the currency we are paid in, told in the report's.
    fn compare(&mut self, row: &mut MarginRow<'_>, price: Money, cost: Money) -> Result<Margin, NoRate> {
        let (converted, rate) = self.desk.cost(cost, price.currency);
        row.cost_rate = rate;
        let earned = margin(Some(converted?), Some(price), &self.question.rules).map_err(|_| NoRate::TooLarge)?;
        let to = self.question.currency;
        let (shown_price, rate) = self.desk.shown(price, to);
        row.shown_rate = rate;
        let shown_price = shown_price?;
        let shown_cost = earned.cost.map(|cost| self.desk.shown(cost, to).0).transpose()?;
        let profit = shown_cost.map(|cost| shown_price.sub(cost)).transpose();
        Ok(Margin {
            price: Some(shown_price),
            cost: shown_cost,
            profit: profit.map_err(|_| NoRate::TooLarge)?,
            ..earned
        })
    }
}

/// Nothing to hold against each other; a price and a cost that were not compared yet say so until they are.
fn lacking(price: Option<Money>, cost: Option<Money>) -> Margin {
    Margin {
        cost: None,
        price: None,
        profit: None,
        on_price: None,
        on_cost: None,
        class: match (price, cost) {
            (Some(_), None) => MarginClass::NoCost,
            _ => MarginClass::NoPrice,
        },
    }
}
