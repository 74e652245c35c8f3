//! What is left of a price after its cost.
//!
//! Two percentages are in use and are often confused, so neither is ever just "the margin": *on price* is profit / price,
//! *on cost* is profit / cost. Both amounts must be in one currency; converting is the caller's, who knows the rate.

mod desk;
mod matrix;
mod service;

use kernel::{Money, MoneyError, Percent, Rounding};
use serde::{Deserialize, Serialize};

pub use desk::Exchange;
pub use matrix::{Matrix, MatrixAsk, MatrixRow, Payee, matrix, over_time};
pub use service::Service;

/// When a margin counts as low, and how percentages are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarginRules {
    /// A margin on price below this is low. The comparison is exact: it does not see the rounded percentage.
    pub low_below: Percent,
    /// For the percentages, to their four decimal digits.
    pub rounding: Rounding,
}

impl Default for MarginRules {
    fn default() -> Self {
        Self {
            low_below: Percent::whole(5),
            rounding: Rounding::HalfEven,
        }
    }
}

/// How a margin should be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarginClass {
    /// Sold below cost.
    Negative,
    /// Something is left, but less than the limit.
    Low,
    /// At the limit or above.
    Healthy,
    /// Price and cost are known, in currencies between which there is no rate that may be used. [`margin`] refuses such
    /// amounts; where many are compared, one row says so.
    NotComparable,
    /// There is a price and no cost to hold against it.
    NoCost,
    /// There is no price.
    NoPrice,
}

impl MarginClass {
    /// All of them, the worst first.
    pub const ALL: [Self; 6] = [
        Self::Negative,
        Self::Low,
        Self::Healthy,
        Self::NotComparable,
        Self::NoCost,
        Self::NoPrice,
    ];

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Whether price and cost were held against each other.
    pub const fn is_compared(self) -> bool {
        matches!(self, Self::Negative | Self::Low | Self::Healthy)
    }

    /// Stable name, as in JSON.
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
}

/// A cost and a price held against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Margin {
    /// What we pay.
    pub cost: Option<Money>,
    /// What we take.
    pub price: Option<Money>,
    /// Price less cost.
    pub profit: Option<Money>,
    /// Profit as a share of the price; nothing where the price is zero.
    pub on_price: Option<Percent>,
    /// Profit as a share of the cost; nothing where the cost is zero.
    pub on_cost: Option<Percent>,
    /// How to take it.
    pub class: MarginClass,
}

/// Holds a price against its cost. Missing is not zero: a free service has a price of 0.00 and a margin.
pub fn margin(cost: Option<Money>, price: Option<Money>, rules: &MarginRules) -> Result<Margin, MoneyError> {
    let lacking = |class| Margin {
        cost,
        price,
        profit: None,
        on_price: None,
        on_cost: None,
        class,
    };
    let (cost, price) = match (cost, price) {
        (_, None) => return Ok(lacking(MarginClass::NoPrice)),
        (None, Some(_)) => return Ok(lacking(MarginClass::NoCost)),
        (Some(cost), Some(price)) => (cost, price),
    };
    let profit = price.sub(cost)?;
    Ok(Margin {
        cost: Some(cost),
        price: Some(price),
        profit: Some(profit),
        on_price: Percent::share(profit.minor, price.minor, rules.rounding),
        on_cost: Percent::share(profit.minor, cost.minor, rules.rounding),
        class: class(profit, price, rules),
    })
}

fn class(profit: Money, price: Money, rules: &MarginRules) -> MarginClass {
    // profit / price < limit, without dividing.
    let share = i128::from(profit.minor) * i128::from(Percent::WHOLE.millionths());
    let limit = i128::from(price.minor) * i128::from(rules.low_below.millionths());
    if profit.is_negative() {
        MarginClass::Negative
    } else if share < limit || price.is_zero() {
        MarginClass::Low
    } else {
        MarginClass::Healthy
    }
}

#[cfg(test)]
mod tests {
    use kernel::money::testing::{eur, inr, jpy, usd};
    use kernel::{Currency, Rate};
    use proptest::prelude::*;

    use super::*;

    fn of(cost: Money, price: Money) -> Margin {
        margin(Some(cost), Some(price), &MarginRules::default()).unwrap()
    }

    #[test]
    fn a_price_of_9_00_at_a_cost_of_9_50_is_minus_5_56_percent_on_price_and_minus_5_26_on_cost() {
        let margin = of(usd("9.50"), usd("9.00"));
        assert_eq!(margin.profit, Some(usd("-0.50")));
        assert_eq!(margin.on_price.unwrap().text(2, Rounding::HalfEven), "-5.56");
        assert_eq!(margin.on_cost.unwrap().text(2, Rounding::HalfEven), "-5.26");
        assert_eq!(margin.class, MarginClass::Negative);
    }

    #[test]
    fn a_margin_is_low_below_the_limit_and_healthy_at_it() {
        assert_eq!(of(usd("95.01"), usd("100.00")).class, MarginClass::Low);
        assert_eq!(of(usd("95.00"), usd("100.00")).class, MarginClass::Healthy);
        assert_eq!(of(usd("100.00"), usd("100.00")).class, MarginClass::Low);
        // 4.99999 % rounds to 5.0000 % and is low all the same.
        assert_eq!(of(jpy("9500001"), jpy("10000000")).class, MarginClass::Low);
        let strict = MarginRules {
            low_below: Percent::whole(20),
            ..MarginRules::default()
        };
        assert_eq!(
            margin(Some(inr("81")), Some(inr("100")), &strict).unwrap().class,
            MarginClass::Low
        );
    }

    #[test]
    fn a_class_reads_back_its_name() {
        for class in MarginClass::ALL {
            assert_eq!(MarginClass::parse(class.name()), Some(class));
        }
        assert_eq!(MarginClass::parse("bad"), None);
    }

    #[test]
    fn a_missing_cost_or_price_is_told_apart_from_one_of_zero() {
        let rules = MarginRules::default();
        assert_eq!(margin(None, Some(usd("9")), &rules).unwrap().class, MarginClass::NoCost);
        assert_eq!(
            margin(Some(usd("9")), None, &rules).unwrap().class,
            MarginClass::NoPrice
        );
        assert_eq!(margin(None, None, &rules).unwrap().class, MarginClass::NoPrice);
        let free_for_us = of(usd("0.00"), usd("9.00"));
        assert_eq!((free_for_us.class, free_for_us.on_cost), (MarginClass::Healthy, None));
        let given_away = of(usd("9.00"), usd("0.00"));
        assert_eq!((given_away.class, given_away.on_price), (MarginClass::Negative, None));
    }

    #[test]
    fn a_cost_in_euro_under_a_price_in_dollars_is_refused_until_it_is_converted() {
        // The conversion's result is what the margin is computed from; neither direction's rate stands in for the other.
        let (cost, price) = (eur("8.00"), usd("9.00"));
        let rules = MarginRules::default();
        let mixed = MoneyError::MixedCurrencies {
            left: Currency::USD,
            right: Currency::EUR,
        };
        assert_eq!(margin(Some(cost), Some(price), &rules), Err(mixed));
        let dollars_per_euro = Rate::parse("1.16").unwrap();
        let converted = dollars_per_euro
            .convert(cost, Currency::USD, Rounding::HalfEven)
            .unwrap();
        assert_eq!(of(converted, price).profit, Some(usd("-0.28")));
        let euros_per_dollar = dollars_per_euro.inverse(Rounding::HalfEven).unwrap();
        let price_in_euro = euros_per_dollar
            .convert(price, Currency::EUR, Rounding::HalfEven)
            .unwrap();
        assert_eq!(of(cost, price_in_euro).profit, Some(eur("-0.24")));
    }

    proptest! {
        #[test]
        fn cost_and_profit_always_make_the_price(cost in 0..i64::MAX, price in 0..i64::MAX) {
            let margin = of(Money::new(cost, Currency::INR), Money::new(price, Currency::INR));
            prop_assert_eq!(margin.cost.unwrap().add(margin.profit.unwrap()).unwrap(), margin.price.unwrap());
            prop_assert_eq!(margin.class == MarginClass::Negative, price < cost);
        }
    }
}
