//! Shares, as scaled integers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, de};

use crate::decimal::{self, BadDecimal};
use crate::{Money, MoneyError, Rounding};

/// A share of something, as a whole number of millionths of it: 5 % is 50 000, -5.5556 % is -55 556, 100 % is 1 000 000.
///
/// So a percentage has four decimal digits, which carries every statutory tax rate we know (8.875 %). On the wire it is
/// the percentage as decimal text, `"5"` or `"-5.5556"`: neither a float nor a number whose scale one must know.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(i64);

impl Percent {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole: 100 %.
    pub const WHOLE: Self = Self(1_000_000);

    /// From millionths of the whole, as the databases keep it.
    pub const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// Millionths of the whole.
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// From whole percent: `Percent::whole(5)` is 5 %.
    pub const fn whole(percent: i32) -> Self {
        Self(percent as i64 * 10_000)
    }

    /// What share `part` is of `whole`; nothing when `whole` is zero (a share of nothing is no number) or the result is
    /// beyond what a percentage can hold.
    pub fn share(part: i64, whole: i64, rounding: Rounding) -> Option<Self> {
        if whole == 0 {
            return None;
        }
        let millionths = rounding.divide(i128::from(part) * 1_000_000, i128::from(whole));
        i64::try_from(millionths).ok().map(Self)
    }

    /// This share of an amount, rounded once to the currency's minor unit.
    pub fn of(self, whole: Money, rounding: Rounding) -> Result<Money, MoneyError> {
        let minor = rounding.divide(i128::from(whole.minor) * i128::from(self.0), 1_000_000);
        Money::from_wide(minor, whole.currency)
    }

    /// Reads `5`, `-5.5556`, `8.875 %` or `18%`; at most four decimal digits.
    pub fn parse(text: &str) -> Result<Self, BadDecimal> {
        let digits = text.strip_suffix('%').map_or(text, str::trim_end);
        decimal::parse(digits, 4).map(Self)
    }

    /// The percentage with exactly `decimals` (at most 4) digits and no sign: -55 556 with 2 is `-5.56`.
    pub fn text(self, decimals: u8, rounding: Rounding) -> String {
        let decimals = decimals.min(4);
        let rounded = rounding.divide(i128::from(self.0), 10_i128.pow(u32::from(4 - decimals)));
        decimal::text(rounded, decimals)
    }
}

/// Exact, without zeros at the end: `5 %`, `-5.5556 %`.
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", decimal::trimmed(i128::from(self.0), 4))
    }
}

impl fmt::Debug for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Percent {
    type Err = BadDecimal;

    fn from_str(text: &str) -> Result<Self, BadDecimal> {
        Self::parse(text)
    }
}

impl Serialize for Percent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&decimal::trimmed(i128::from(self.0), 4))
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&std::borrow::Cow::<str>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::testing::{inr, usd};

    #[test]
    fn five_percent_is_fifty_thousand_millionths() {
        assert_eq!(Percent::whole(5).millionths(), 50_000);
        assert_eq!(Percent::parse("5 %"), Ok(Percent::whole(5)));
        assert_eq!(Percent::parse("8.875").unwrap().millionths(), 88_750);
        assert!(Percent::parse("1.00001").is_err());
        assert_eq!(Percent::from_millionths(-55_556).to_string(), "-5.5556 %");
        assert_eq!(Percent::from_millionths(-55_556).text(2, Rounding::HalfEven), "-5.56");
        assert_eq!(serde_json::to_string(&Percent::whole(18)).unwrap(), "\"18\"");
    }

    #[test]
    fn a_share_of_an_amount_is_rounded_once() {
        assert_eq!(
            Percent::whole(18).of(inr("847.45"), Rounding::HalfUp),
            Ok(inr("152.54"))
        );
        assert_eq!(Percent::whole(-5).of(usd("0.10"), Rounding::HalfEven), Ok(usd("0.00")));
        assert_eq!(Percent::share(1, 0, Rounding::HalfEven), None);
    }

    proptest! {
        #[test]
        fn a_percentage_reads_back_what_it_writes(millionths in any::<i64>()) {
            let percent = Percent::from_millionths(millionths);
            prop_assert_eq!(Percent::parse(&percent.to_string()), Ok(percent));
        }
    }
}
