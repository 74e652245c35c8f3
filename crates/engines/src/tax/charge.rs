//! How much a rule takes: a share or an amount, the same for all or by what the price is.
//!
//! The amounts have the shape in which hotels publish their taxes (Google's `TaxFeeInfo`): per cent, cumulative per cent or
//! an amount; per room or person; per night or stay; by brackets of the nightly rate, or by age.

use kernel::{Money, Percent};
use serde::{Deserialize, Serialize};

/// How a rule's charge is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rate {
    /// The same whatever the price.
    Flat(Charge),
    /// The charge of the bracket that the value of one unit for one night lies in; it is for the whole price.
    Slabs {
        /// Which value that is.
        basis: SlabBasis,
        /// From the lowest on. Below the first nothing is due.
        slabs: Vec<Slab>,
    },
    /// Each step's share of the part of the year's amounts that lies in it, the first beginning at zero.
    Progressive(Vec<Step>),
}

/// Which value picks the bracket. Sources of Indian law disagree, so a rule says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlabBasis {
    /// What the house declares for the unit and night, whatever was paid.
    DeclaredTariff,
    /// What is charged for it, without tax.
    TransactedValue,
}

/// A bracket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slab {
    /// Where it begins; it ends where the next begins.
    pub starts: Bound,
    /// What is due in it.
    pub charge: Charge,
}

/// Where a bracket begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// At this amount.
    From(Money),
    /// At anything more than this amount.
    Above(Money),
}

/// A step of a progressive rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Of what is above this amount.
    pub above: Money,
    /// The share.
    pub percent: Percent,
}

/// What is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Charge {
    /// A share of the base.
    Percent(Percent),
    /// A share of the base with the taxes on it that are not cumulative themselves.
    CumulativePercent(Percent),
    /// An amount each.
    Amount {
        /// The amount.
        each: Money,
        /// For what.
        per: Per,
        /// How often.
        period: Period,
    },
    /// An amount for each person by age in completed years.
    Ages {
        /// From the youngest on; who is younger than the first pays nothing.
        bands: Vec<AgeBand>,
        /// How often.
        period: Period,
    },
    /// Nothing, and why.
    Nothing(Treatment),
}

/// What an amount is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Each room or other unit.
    Room,
    /// Each person.
    Person,
}

/// How often an amount is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// For each night the rule applies to.
    Night,
    /// Once, if it applies to any.
    Stay,
}

/// What persons of an age pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeBand {
    /// From this age on, until the next band's.
    pub from_age: u8,
    /// The amount.
    pub each: Money,
}

/// Why nothing is due though the law speaks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// Exempt.
    Exempt,
    /// Taxed at zero.
    ZeroRated,
    /// The buyer owes it.
    ReverseCharge,
    /// Not part of the value of the supply, or none of this tax's business.
    OutsideScope,
}

impl Bound {
    /// The amount it speaks of.
    pub const fn amount(self) -> Money {
        match self {
            Self::From(amount) | Self::Above(amount) => amount,
        }
    }

    /// Whether a value of `numerator / denominator` minor units has reached it.
    fn reached(self, numerator: i128, denominator: i128) -> Option<bool> {
        let bound = i128::from(self.amount().minor).checked_mul(denominator)?;
        Some(match self {
            Self::From(_) => numerator >= bound,
            Self::Above(_) => numerator > bound,
        })
    }
}

/// The last slab that a value of `numerator / denominator` minor units has reached; nothing below the first.
/// The outer nothing: beyond 128 bits.
pub(super) fn slab_of(slabs: &[Slab], numerator: i128, denominator: i128) -> Option<Option<usize>> {
    let mut found = None;
    for (at, slab) in slabs.iter().enumerate() {
        if !slab.starts.reached(numerator, denominator)? {
            break;
        }
        found = Some(at);
    }
    Some(found)
}

impl Rate {
    /// The charge of one of its brackets; a progressive rate has none.
    pub(super) fn charge(&self, bracket: usize) -> Option<&Charge> {
        match self {
            Self::Flat(charge) => Some(charge),
            Self::Slabs { slabs, .. } => slabs.get(bracket).map(|slab| &slab.charge),
            Self::Progressive(_) => None,
        }
    }

    /// Every charge it may come to.
    pub(super) fn charges(&self) -> Vec<&Charge> {
        match self {
            Self::Flat(charge) => vec![charge],
            Self::Slabs { slabs, .. } => slabs.iter().map(|slab| &slab.charge).collect(),
            Self::Progressive(_) => Vec::new(),
        }
    }

    /// Every amount it names: all are of one currency, that of the lines it can apply to.
    pub(super) fn amounts(&self) -> Vec<Money> {
        let mut amounts: Vec<Money> = match self {
            Self::Flat(_) => Vec::new(),
            Self::Slabs { slabs, .. } => slabs.iter().map(|slab| slab.starts.amount()).collect(),
            Self::Progressive(steps) => steps.iter().map(|step| step.above).collect(),
        };
        for charge in self.charges() {
            match charge {
                Charge::Amount { each, .. } => amounts.push(*each),
                Charge::Ages { bands, .. } => amounts.extend(bands.iter().map(|band| band.each)),
                Charge::Percent(_) | Charge::CumulativePercent(_) | Charge::Nothing(_) => (),
            }
        }
        amounts
    }
}
