//! Making a price, with every step it took.

use kernel::{Currency, Instant, Money, Percent, PriceRuleId, Rounding};
use serde::{Deserialize, Serialize};

use super::grid::Grid;
use super::rule::{BadRule, Formula, PriceRule};
use crate::fx::{self, Conversion, FxBook, FxRules, NoRate};
use crate::margin::{Margin, MarginRules, margin};

/// What one step of making a price did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleStep {
    /// The cost was converted to the price's currency.
    Converted(Conversion),
    /// The formula's price, rounded to the minor unit.
    Formula(Formula),
    /// Rounded to an allowed price.
    Rounded(Grid),
    /// Raised to the next allowed price that leaves the minimum margin.
    MinimumMargin(Percent),
}

/// One step, and the amount after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// What was done.
    pub step: RuleStep,
    /// What it made.
    pub amount: Money,
}

/// A price that was made, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    /// By which rule.
    pub rule: PriceRuleId,
    /// From which cost, as it was given.
    pub cost: Money,
    /// Step by step; the last one's amount is the price.
    pub steps: Vec<Made>,
    /// The price.
    pub price: Money,
    /// What is left of it after the converted cost.
    pub margin: Margin,
    /// The rule may sell below its minimum margin, and this price does.
    pub below_minimum: bool,
}

/// Why no price was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NotGenerated {
    /// No rule is for it.
    #[error("no price rule fits")]
    NoRule,
    /// A cost below zero.
    #[error("a cost is not below zero")]
    NegativeCost,
    /// The cost or the rule's amount would have to be converted.
    #[error("{0}")]
    NoRate(NoRate),
    /// The rule could not have been saved.
    #[error("the price rule is not sound")]
    BadRule,
    /// Beyond what money can hold.
    #[error("the price is too large")]
    TooLarge,
}

impl From<BadRule> for NotGenerated {
    fn from(_: BadRule) -> Self {
        Self::BadRule
    }
}

impl From<NoRate> for NotGenerated {
    fn from(reason: NoRate) -> Self {
        match reason {
            NoRate::TooLarge => Self::TooLarge,
            reason => Self::NoRate(reason),
        }
    }
}

/// Makes a price of `currency` from a cost by one rule. Without `fx` nothing is converted.
///
/// # Errors
/// See [`NotGenerated`].
pub fn generate(
    rule: &PriceRule,
    cost: Money,
    currency: Currency,
    fx: Option<(&FxBook, FxRules)>,
    at: Instant,
) -> Result<Generated, NotGenerated> {
    rule.check()?;
    if cost.is_negative() {
        return Err(NotGenerated::NegativeCost);
    }
    let mut steps = Vec::with_capacity(4);
    let mut made = |step, minor: i128| {
        let amount = Money::from_wide(minor, currency).map_err(|_| NotGenerated::TooLarge)?;
        steps.push(Made { step, amount });
        Ok::<_, NotGenerated>(amount)
    };
    let in_currency = |amount: Money| match fx {
        _ if amount.currency == currency => Ok(None),
        Some((book, rules)) => fx::convert(book, &rules, amount, currency, at).map(Some),
        None => Err(NoRate::Missing),
    };
    let mut base = cost;
    if let Some(conversion) = in_currency(cost)? {
        base = made(RuleStep::Converted(conversion), conversion.worth.minor.into())?;
    }
    let exact = match rule.formula {
        Formula::Markup { percent, fixed } => {
            let fixed = fixed.map(|fixed| Ok::<_, NoRate>(in_currency(fixed)?.map_or(fixed, |made| made.worth)));
            let fixed = fixed.transpose()?.map_or(0, |fixed| fixed.minor);
            share(base, WHOLE + i128::from(percent.millionths()), WHOLE) + i128::from(fixed)
        }
        Formula::Margin { percent } => share(base, WHOLE, WHOLE - i128::from(percent.millionths())),
    };
    let mut price = made(RuleStep::Formula(rule.formula), exact)?;
    if let Some(grid) = rule.rounding {
        price = made(RuleStep::Rounded(grid), grid.round(price.minor.into(), currency))?;
    }
    let floor = lowest_price(base, rule.minimum_margin);
    let below = i128::from(price.minor) < floor;
    if below && !rule.loss_leader {
        let raised = rule.rounding.map_or(floor, |grid| grid.at_least(floor, currency));
        price = made(RuleStep::MinimumMargin(rule.minimum_margin), raised)?;
    }
    Ok(Generated {
        rule: rule.id,
        cost,
        steps,
        price,
        margin: margin(Some(base), Some(price), &MarginRules::default()).map_err(|_| NotGenerated::TooLarge)?,
        below_minimum: below && rule.loss_leader,
    })
}

const WHOLE: i128 = Percent::WHOLE.millionths() as i128;

fn share(amount: Money, above: i128, below: i128) -> i128 {
    Rounding::HalfEven.divide(i128::from(amount.minor) * above, below)
}

/// The lowest price, in minor units, of which at least this share is left after the cost.
fn lowest_price(cost: Money, minimum: Percent) -> i128 {
    Rounding::Up.divide(i128::from(cost.minor) * WHOLE, WHOLE - i128::from(minimum.millionths()))
}
