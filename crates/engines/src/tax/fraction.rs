//! Exact quotients of 128-bit integers, in lowest terms: what tax is before it is rounded, once. Whatever does not fit is
//! refused.

use std::cmp::Ordering;

use kernel::MoneyError::{self, TooLarge};
use kernel::{Money, Percent, Rounding};

/// `numerator / denominator`, the denominator above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    pub(super) const ZERO: Self = Self::whole(0);
    pub(super) const ONE: Self = Self::whole(1);

    pub(super) const fn whole(units: i128) -> Self {
        Self {
            numerator: units,
            denominator: 1,
        }
    }

    /// The minor units of an amount.
    pub(super) fn of(amount: Money) -> Self {
        Self::whole(amount.minor.into())
    }

    pub(super) fn percent(percent: Percent) -> Self {
        Self::lowest(percent.millionths().into(), Percent::WHOLE.millionths().into())
    }

    /// Nothing where the denominator is zero.
    pub(super) fn new(numerator: i128, denominator: i128) -> Option<Self> {
        match denominator.signum() {
            0 => None,
            sign => Some(Self::lowest(numerator.checked_mul(sign)?, denominator.checked_abs()?)),
        }
    }

    fn lowest(numerator: i128, denominator: i128) -> Self {
        let (mut a, mut b) = (numerator.unsigned_abs(), denominator.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        // The divisor is that of a denominator that has a sign, so it fits.
        let divisor = i128::try_from(a.max(1)).unwrap_or(1);
        Self {
            numerator: numerator / divisor,
            denominator: denominator / divisor,
        }
    }

    pub(super) const fn numerator(self) -> i128 {
        self.numerator
    }

    pub(super) const fn denominator(self) -> i128 {
        self.denominator
    }

    pub(super) fn times(self, other: Self) -> Result<Self, MoneyError> {
        // Crosswise to lowest terms first, so that what fits in the end fits on the way.
        let (a, b) = (
            Self::lowest(self.numerator, other.denominator),
            Self::lowest(other.numerator, self.denominator),
        );
        let numerator = a.numerator.checked_mul(b.numerator).ok_or(TooLarge)?;
        let denominator = a.denominator.checked_mul(b.denominator).ok_or(TooLarge)?;
        Ok(Self { numerator, denominator })
    }

    /// Divided by a fraction that is above zero.
    pub(super) fn over(self, other: Self) -> Result<Self, MoneyError> {
        self.times(Self::new(other.denominator, other.numerator).ok_or(TooLarge)?)
    }

    pub(super) fn plus(self, other: Self) -> Result<Self, MoneyError> {
        let lowest = Self::lowest(self.denominator, other.denominator);
        let ours = self.numerator.checked_mul(lowest.denominator).ok_or(TooLarge)?;
        let theirs = other.numerator.checked_mul(lowest.numerator).ok_or(TooLarge)?;
        let denominator = self.denominator.checked_mul(lowest.denominator).ok_or(TooLarge)?;
        Ok(Self::lowest(ours.checked_add(theirs).ok_or(TooLarge)?, denominator))
    }

    pub(super) fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.plus(Self {
            numerator: other.numerator.checked_neg().ok_or(TooLarge)?,
            ..other
        })
    }

    pub(super) fn sum(all: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        all.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// The nearest multiple of `unit` by a rule.
    pub(super) fn round_to(self, unit: i128, rounding: Rounding) -> Result<i128, MoneyError> {
        let denominator = self.denominator.checked_mul(unit).ok_or(TooLarge)?;
        rounding
            .divide(self.numerator, denominator)
            .checked_mul(unit)
            .ok_or(TooLarge)
    }

    /// The whole units, towards zero, and what is beyond them, with the same sign.
    pub(super) const fn split(self) -> (i128, Self) {
        let rest = Self {
            numerator: self.numerator % self.denominator,
            denominator: self.denominator,
        };
        (self.numerator / self.denominator, rest)
    }

    pub(super) fn min(self, other: Self) -> Result<Self, MoneyError> {
        Ok(if self.compare(other)? == Ordering::Greater {
            other
        } else {
            self
        })
    }

    pub(super) fn compare(self, other: Self) -> Result<Ordering, MoneyError> {
        Ok(self.minus(other)?.numerator.cmp(&0))
    }

    pub(super) const fn sign(self) -> i128 {
        self.numerator.signum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(numerator: i128, denominator: i128) -> Fraction {
        Fraction::new(numerator, denominator).unwrap()
    }

    #[test]
    fn fractions_are_exact_and_in_lowest_terms() {
        assert_eq!(fraction(2, -4), fraction(-1, 2));
        assert_eq!(fraction(1, 3).plus(fraction(1, 6)), Ok(fraction(1, 2)));
        assert_eq!(fraction(1, 3).minus(fraction(1, 3)), Ok(Fraction::ZERO));
        assert_eq!(fraction(2, 3).times(fraction(3, 2)), Ok(Fraction::ONE));
        assert_eq!(fraction(19, 100).over(fraction(119, 100)), Ok(fraction(19, 119)));
        assert_eq!(Fraction::percent(Percent::parse("2.5").unwrap()), fraction(1, 40));
        assert_eq!(Fraction::new(1, 0), None);
        assert_eq!(fraction(-7, 2).split(), (-3, fraction(-1, 2)));
        assert_eq!(fraction(505, 10).round_to(100, Rounding::HalfUp), Ok(100));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let most = Fraction::whole(i128::MAX);
        assert_eq!(most.times(Fraction::whole(2)), Err(TooLarge));
        assert_eq!(most.plus(Fraction::ONE), Err(TooLarge));
        assert_eq!(most.times(fraction(1, 2)).unwrap().times(Fraction::whole(2)), Ok(most));
    }
}
