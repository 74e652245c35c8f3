//! What a change touches before it is made: every purchase to come, its price, cost and margin before and after.

use kernel::{Currency, Money, MoneyError, RegistrarId};
use serde::{Deserialize, Serialize};

use crate::fx::{FxBook, FxRules};
use crate::margin::{Margin, MarginClass, MarginRules, margin};
use crate::pricing::{CostAsk, EffectiveAsk, NotPriced, Pricing, cost_converted_bare, effective_bare};

#[cfg(test)]
mod tests;

/// What is charged, and what is paid, as it is or as it would be.
#[derive(Clone, Copy, Debug)]
pub struct Market<'a> {
    /// What buyers are charged.
    pub sales: Pricing<'a>,
    /// What costs in other currencies are converted at: a margin can be computed whether or not sales prices may be
    /// converted.
    pub costs: Option<(&'a FxBook, FxRules)>,
}

impl<'a> From<Pricing<'a>> for Market<'a> {
    /// Costs are converted as sales prices are.
    fn from(sales: Pricing<'a>) -> Self {
        Self { sales, costs: sales.fx }
    }
}

/// A purchase to come: a live domain's next renewal, or something expected to be sold so many times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure<'a> {
    /// Of what, by whom, in which currency, when.
    pub ask: EffectiveAsk<'a>,
    /// At whose cost; nothing where it is not known.
    pub registrar: Option<RegistrarId>,
    /// Whether privacy is bought too.
    pub with_privacy: bool,
    /// How many times.
    pub quantity: u32,
}

/// Price, cost and margin of one purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// What the buyer pays, or why there is no price.
    pub price: Result<Money, NotPriced>,
    /// What we pay, in the currency of the price; nothing where no registrar was named.
    pub cost: Option<Result<Money, NotPriced>>,
    /// What is left.
    pub margin: Margin,
}

/// One exposure before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// As it is.
    pub before: Standing,
    /// As it would be.
    pub after: Standing,
}

impl Touched {
    /// Whether anything is different.
    pub fn differs(&self) -> bool {
        self.before != self.after
    }

    /// The margin falls below zero, or below what counts as low.
    pub fn worsens_to(&self, class: MarginClass) -> bool {
        self.after.margin.class == class && self.before.margin.class != class
    }
}

/// Sums over all exposures of one currency, each as often as its quantity says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Of which currency.
    pub currency: Currency,
    /// How many purchases.
    pub purchases: u64,
    /// How many of them differ.
    pub touched: u64,
    /// How many fall below cost.
    pub newly_negative: u64,
    /// How many come to a low margin.
    pub newly_low: u64,
    /// How many have no price any more.
    pub newly_unpriced: u64,
    /// As it is.
    pub before: Sums,
    /// As it would be.
    pub after: Sums,
}

/// Price, cost and profit of many purchases. Purchases without both a price and a cost are in neither sum, so that profit is
/// price less cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// What buyers pay.
    pub price: Money,
    /// What we pay.
    pub cost: Money,
    /// What is left.
    pub profit: Money,
}

/// What a change touches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlastRadius {
    /// In the order of the exposures.
    pub touched: Vec<Touched>,
    /// By currency, in alphabetical order.
    pub totals: Vec<Totals>,
}

/// Computes every exposure by both, and sums them up.
///
/// # Errors
/// When a sum cannot be held.
pub fn blast_radius(
    before: &Pricing<'_>,
    after: &Pricing<'_>,
    exposures: &[Exposure<'_>],
    rules: &MarginRules,
) -> Result<BlastRadius, MoneyError> {
    let (before, after) = (Market::from(*before), Market::from(*after));
    let touched: Vec<Touched> = exposures
        .iter()
        .map(|exposure| touched(&before, &after, exposure, rules))
        .collect();
    let mut tallies = Tallies::default();
    for (exposure, touched) in exposures.iter().zip(&touched) {
        tallies.add(exposure, touched)?;
    }
    Ok(BlastRadius {
        touched,
        totals: tallies.into_totals(),
    })
}

/// Computes one exposure by both.
pub fn touched(before: &Market<'_>, after: &Market<'_>, exposure: &Exposure<'_>, rules: &MarginRules) -> Touched {
    Touched {
        before: standing(before, exposure, rules),
        after: standing(after, exposure, rules),
    }
}

/// Sums by currency of exposures that come one after the other.
#[derive(Clone, Debug, Default)]
pub struct Tallies(Vec<Totals>);

impl Tallies {
    /// Adds one exposure, as often as its quantity says.
    ///
    /// # Errors
    /// When a sum cannot be held.
    pub fn add(&mut self, exposure: &Exposure<'_>, touched: &Touched) -> Result<(), MoneyError> {
        let currency = exposure.ask.service.currency;
        let at = match self.0.binary_search_by_key(&currency, |totals| totals.currency) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, Totals::none(currency));
                at
            }
        };
        self.0[at].add(touched, exposure.quantity)
    }

    /// By currency, in alphabetical order.
    pub fn into_totals(self) -> Vec<Totals> {
        self.0
    }
}

fn standing(market: &Market<'_>, exposure: &Exposure<'_>, rules: &MarginRules) -> Standing {
    let price = effective_bare(&market.sales, &exposure.ask).map(|made| made.amounts.total);
    let cost = exposure.registrar.map(|registrar| {
        let ask = CostAsk {
            registrar,
            service: exposure.ask.service,
            with_privacy: exposure.with_privacy,
        };
        cost_converted_bare(market.sales.book, market.costs, &ask).map(|amounts| amounts.total)
    });
    let margin = margin(cost.and_then(Result::ok), price.ok(), rules)
        .expect("prices and costs are not below zero and both in the currency asked for");
    Standing { price, cost, margin }
}

impl Totals {
    const fn none(currency: Currency) -> Self {
        let nothing = Sums {
            price: Money::zero(currency),
            cost: Money::zero(currency),
            profit: Money::zero(currency),
        };
        Self {
            currency,
            purchases: 0,
            touched: 0,
            newly_negative: 0,
            newly_low: 0,
            newly_unpriced: 0,
            before: nothing,
            after: nothing,
        }
    }

    fn add(&mut self, touched: &Touched, quantity: u32) -> Result<(), MoneyError> {
        let counted = |applies: bool| if applies { u64::from(quantity) } else { 0 };
        self.purchases += u64::from(quantity);
        self.touched += counted(touched.differs());
        self.newly_negative += counted(touched.worsens_to(MarginClass::Negative));
        self.newly_low += counted(touched.worsens_to(MarginClass::Low));
        self.newly_unpriced += counted(touched.before.price.is_ok() && touched.after.price.is_err());
        self.before.add(&touched.before.margin, quantity)?;
        self.after.add(&touched.after.margin, quantity)
    }
}

impl Sums {
    fn add(&mut self, margin: &Margin, quantity: u32) -> Result<(), MoneyError> {
        let (Some(cost), Some(price), Some(profit)) = (margin.cost, margin.price, margin.profit) else {
            return Ok(());
        };
        let times = i64::from(quantity);
        self.price = self.price.add(price.times(times)?)?;
        self.cost = self.cost.add(cost.times(times)?)?;
        self.profit = self.profit.add(profit.times(times)?)?;
        Ok(())
    }
}
