//! Exchange rates, as scaled integers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, de};

use crate::{Currency, Money, MoneyError, Rounding, decimal};

/// An exchange rate: how many major units of the wanted currency one major unit of the given one is worth, in units of
/// 1e-12. Always above zero: a missing rate is missing and zero is refused, so neither can be taken for the other.
///
/// It does not know its two currencies; whoever keeps it does, beside the day and the source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i64);

const RATE_DIGITS: u8 = 12;
const RATE_ONE: i64 = 1_000_000_000_000;

/// A rate of zero, below zero or beyond 9.2 million.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an exchange rate is above zero and below 9.2 million")]
pub struct BadRate;

impl Rate {
    /// One to one.
    pub const ONE: Self = Self(RATE_ONE);

    /// From units of 1e-12, as the databases keep it.
    pub const fn from_scaled(scaled: i64) -> Result<Self, BadRate> {
        if scaled > 0 { Ok(Self(scaled)) } else { Err(BadRate) }
    }

    /// Units of 1e-12.
    pub const fn scaled(self) -> i64 {
        self.0
    }

    /// Reads `83.4125`; at most twelve decimal digits.
    pub fn parse(text: &str) -> Result<Self, BadRate> {
        decimal::parse(text, RATE_DIGITS)
            .map_err(|_| BadRate)
            .and_then(Self::from_scaled)
    }

    /// The rate of the other direction. One rounding to 1e-12, so the inverse of an inverse may differ in the last digit.
    pub fn inverse(self, rounding: Rounding) -> Result<Self, BadRate> {
        let scaled = rounding.divide(i128::from(RATE_ONE) * i128::from(RATE_ONE), i128::from(self.0));
        i64::try_from(scaled).map_err(|_| BadRate).and_then(Self::from_scaled)
    }

    /// An amount in the wanted currency, rounded once to its minor unit; both currencies' digits are respected.
    pub fn convert(self, amount: Money, to: Currency, rounding: Rounding) -> Result<Money, MoneyError> {
        // Below 2^126; only the digits the wanted currency has more can carry it out of 128 bits.
        let (given, wanted) = (amount.currency.exponent(), to.exponent());
        let product = i128::from(amount.minor) * i128::from(self.0);
        let up = 10_i128.pow(u32::from(wanted.saturating_sub(given)));
        let down = i128::from(RATE_ONE) * 10_i128.pow(u32::from(given.saturating_sub(wanted)));
        let scaled = product.checked_mul(up).ok_or(MoneyError::TooLarge)?;
        Money::from_wide(rounding.divide(scaled, down), to)
    }
}

/// Exact, without zeros at the end: `83.4125`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decimal::trimmed(i128::from(self.0), RATE_DIGITS))
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Rate {
    type Err = BadRate;

    fn from_str(text: &str) -> Result<Self, BadRate> {
        Self::parse(text)
    }
}

impl Serialize for Rate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&std::borrow::Cow::<str>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::testing::{eur, inr, jpy, kwd, usd};

    #[test]
    fn a_rate_of_zero_is_refused_and_not_taken_for_a_missing_one() {
        for text in ["0", "0.0000000000001", "-1.2", "", "10000000", "1e3"] {
            assert_eq!(Rate::parse(text), Err(BadRate), "{text}");
        }
    }

    #[test]
    fn conversion_respects_the_digits_of_both_currencies() {
        let rate = |text| Rate::parse(text).unwrap();
        assert_eq!(
            rate("1.08").convert(eur("100.00"), Currency::USD, Rounding::HalfEven),
            Ok(usd("108.00"))
        );
        assert_eq!(
            rate("151.37").convert(usd("9.99"), Currency::JPY, Rounding::HalfEven),
            Ok(jpy("1512"))
        );
        assert_eq!(
            rate("0.0066").convert(jpy("1,512"), Currency::USD, Rounding::HalfEven),
            Ok(usd("9.98"))
        );
        assert_eq!(
            rate("0.3075").convert(usd("9.99"), Currency::KWD, Rounding::HalfUp),
            Ok(kwd("3.072"))
        );
        assert_eq!(
            rate("3.2520325").convert(kwd("3.072"), Currency::USD, Rounding::HalfEven),
            Ok(usd("9.99"))
        );
    }

    #[test]
    fn an_inverse_rate_takes_an_amount_back() {
        let rate = Rate::parse("83.4125").unwrap();
        let there = rate
            .convert(usd("1,000.00"), Currency::INR, Rounding::HalfEven)
            .unwrap();
        assert_eq!(there, inr("83,412.50"));
        let back = rate
            .inverse(Rounding::HalfEven)
            .unwrap()
            .convert(there, Currency::USD, Rounding::HalfEven);
        assert_eq!(back, Ok(usd("1,000.00")));
    }

    #[test]
    fn a_conversion_too_large_to_hold_is_refused() {
        let rate = Rate::parse("9000000").unwrap();
        let most = Money::new(i64::MAX, Currency::JPY);
        assert_eq!(
            rate.convert(most, Currency::CLF, Rounding::Down),
            Err(MoneyError::TooLarge)
        );
    }

    proptest! {
        #[test]
        fn a_rate_reads_back_what_it_writes(scaled in 1..i64::MAX) {
            let rate = Rate::from_scaled(scaled).unwrap();
            prop_assert_eq!(Rate::parse(&rate.to_string()), Ok(rate));
        }
    }
}
