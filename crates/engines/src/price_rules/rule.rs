//! A rule, and what it is for.

use kernel::{Money, Percent, PriceRuleId, RegistrarId, SalesListId};
use serde::{Deserialize, Serialize};

use super::grid::Grid;
use crate::pricing::Operation;
use crate::pricing::discounts::{Operations, Tlds};

/// For which TLDs a rule makes prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TldFilter {
    /// All or these.
    Of(Tlds),
    /// Those of a group, by its name: who makes the prices says which groups a TLD is in.
    Group(Box<str>),
}

/// How a price is made from a cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Formula {
    /// The cost, a share of it (not below zero), and an amount; an amount in another currency is converted.
    Markup {
        /// The share.
        percent: Percent,
        /// The amount, not below zero.
        fixed: Option<Money>,
    },
    /// The price of which so much is left: from 0 % to below 100 %.
    Margin {
        /// The share of the price.
        percent: Percent,
    },
}

/// From costs to prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceRule {
    /// Its id, named in what it makes.
    pub id: PriceRuleId,
    /// The lowest of those that fit makes the price; of equals the one with the lower id.
    pub priority: i32,
    /// For the costs of one registrar; nothing: of any.
    pub registrar: Option<RegistrarId>,
    /// For which TLDs.
    pub tlds: TldFilter,
    /// For which operations.
    pub operations: Operations,
    /// For one sales list; nothing: for any.
    pub list: Option<SalesListId>,
    /// How the price is made.
    pub formula: Formula,
    /// To which prices it is rounded; nothing: to the minor unit.
    pub rounding: Option<Grid>,
    /// What must be left of the price after its cost, from 0 % to below 100 %.
    pub minimum_margin: Percent,
    /// May sell below the minimum margin, and below cost.
    pub loss_leader: bool,
}

/// A price that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// Whose cost.
    pub registrar: RegistrarId,
    /// As an A-label in lower case without the leading dot.
    pub tld: &'a str,
    /// The groups the TLD is in.
    pub groups: &'a [&'a str],
    /// Of which operation.
    pub operation: Operation,
    /// For which sales list.
    pub list: SalesListId,
}

/// A rule that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    /// A mark-up below zero.
    #[error("a mark-up is not below zero")]
    Markup,
    /// A margin below 0 % or from 100 % on: no price has it.
    #[error("a margin on price is from 0 % to below 100 %")]
    Margin,
    /// It is for no operation.
    #[error("a rule is for at least one operation")]
    NoOperation,
}

impl PriceRule {
    /// Whether it can be a rule.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn check(&self) -> Result<(), BadRule> {
        let margin = |percent: Percent| percent >= Percent::ZERO && percent < Percent::WHOLE;
        let sound = match self.formula {
            Formula::Markup { percent, fixed } => {
                if percent < Percent::ZERO || fixed.is_some_and(Money::is_negative) {
                    return Err(BadRule::Markup);
                }
                true
            }
            Formula::Margin { percent } => margin(percent),
        };
        if !sound || !margin(self.minimum_margin) {
            Err(BadRule::Margin)
        } else if self.operations.is_empty() {
            Err(BadRule::NoOperation)
        } else {
            Ok(())
        }
    }

    /// Whether it is for this price.
    pub fn fits(&self, subject: &Subject<'_>) -> bool {
        let tld = match &self.tlds {
            TldFilter::Of(tlds) => tlds.has(subject.tld),
            TldFilter::Group(name) => subject.groups.contains(&&**name),
        };
        tld && self.registrar.is_none_or(|registrar| registrar == subject.registrar)
            && self.list.is_none_or(|list| list == subject.list)
            && self.operations.has(subject.operation)
    }
}
