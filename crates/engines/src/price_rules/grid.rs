//! The prices rounding may come to.

use kernel::Currency;
use serde::{Deserialize, Serialize};

/// Which way a price goes that is not allowed as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To the nearest allowed price; from the middle up.
    Nearest,
    /// To the next allowed price above.
    Up,
}

/// Allowed prices: every `every` hundredths, at `ending` above. `.99` is every 100 at 99, a step of 0.05 every 5 at 0,
/// `4.99`, `9.99`, … every 500 at 499.
///
/// A hundredth is of the currency's unit: 0.01 dollar, 10 fils of a Kuwaiti dinar (so `.99` is 0.990). A currency without
/// decimals has no hundredths; there it is one unit, so that `.99` of yen ends prices in 99: 1,299.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Grid {
    /// Hundredths from one allowed price to the next.
    every: u32,
    /// Hundredths above a multiple of that.
    ending: u32,
    /// Which way to go.
    to: Direction,
}

/// Not a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a step is from 0.01 to 100,000.00, and an ending smaller than its step")]
pub struct BadGrid;

/// 100,000.00 in hundredths.
const LONGEST_STEP: u32 = 10_000_000;

impl Grid {
    /// From the step and the ending in hundredths.
    ///
    /// # Errors
    /// When the step is zero or beyond 100,000.00, or the ending not smaller than the step.
    pub const fn new(every: u32, ending: u32, to: Direction) -> Result<Self, BadGrid> {
        if every == 0 || every > LONGEST_STEP || ending >= every {
            return Err(BadGrid);
        }
        Ok(Self { every, ending, to })
    }

    /// Prices that end in so many hundredths: 99, 95.
    ///
    /// # Errors
    /// When there are not so many.
    pub const fn ending_in(hundredths: u32, to: Direction) -> Result<Self, BadGrid> {
        Self::new(100, hundredths, to)
    }

    /// Hundredths from one allowed price to the next.
    pub const fn every(self) -> u32 {
        self.every
    }

    /// Hundredths above a multiple of that.
    pub const fn ending(self) -> u32 {
        self.ending
    }

    /// Which way a price goes.
    pub const fn to(self) -> Direction {
        self.to
    }

    /// The allowed price a price of so many minor units, not below zero, is rounded to.
    pub(super) fn round(self, minor: i128, currency: Currency) -> i128 {
        let above = self.at_least(minor, currency);
        let below = above - self.step(currency);
        // Halfway goes up, in the seller's favour; there is no allowed price below zero.
        if self.to == Direction::Nearest && below >= 0 && minor - below < above - minor {
            below
        } else {
            above
        }
    }

    /// The lowest allowed price that is not below so many minor units.
    pub(super) fn at_least(self, minor: i128, currency: Currency) -> i128 {
        let (step, ending) = (self.step(currency), i128::from(self.ending) * hundredth(currency));
        let steps = (minor.max(0) - ending + step - 1).div_euclid(step).max(0);
        steps * step + ending
    }

    fn step(self, currency: Currency) -> i128 {
        i128::from(self.every) * hundredth(currency)
    }
}

/// How many minor units a hundredth has.
fn hundredth(currency: Currency) -> i128 {
    10_i128.pow(u32::from(currency.exponent().saturating_sub(2)))
}
