//! Money: a whole number of a currency's minor units. Nothing here knows floats, and nothing here rounds:
//! what rounds (shares, rates) names its rule, see [`crate::Rounding`].

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Currency;
use crate::decimal::{self, BadDecimal};

pub mod testing;

/// An amount of one currency. `{"minor": 129900, "currency": "INR"}` on the wire is INR 1,299.00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// How many of the currency's smallest units: paise of INR, yen of JPY, fils of KWD.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

/// Two amounts do not go together, or the result cannot be held.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Only amounts of one currency add up.
    #[error("{left} and {right} do not add up: convert one first")]
    MixedCurrencies {
        /// Currency of the first amount.
        left: Currency,
        /// Currency of the second.
        right: Currency,
    },
    /// Beyond 9.2e18 minor units.
    #[error("amount too large")]
    TooLarge,
    /// There is nothing to allocate to: no weight above zero.
    #[error("no weight above zero to allocate to")]
    NoWeights,
}

impl Money {
    /// From minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// From a wide intermediate result.
    pub fn from_wide(minor: i128, currency: Currency) -> Result<Self, MoneyError> {
        i64::try_from(minor)
            .map(|minor| Self { minor, currency })
            .map_err(|_| MoneyError::TooLarge)
    }

    /// Reads `2,060.23` or `1179` as an amount of `currency`; refuses more decimal digits than it has.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, BadDecimal> {
        decimal::parse(text, currency.exponent()).map(|minor| Self { minor, currency })
    }

    /// Both together.
    pub const fn add(self, other: Self) -> Result<Self, MoneyError> {
        match (self.same_currency(other), self.minor.checked_add(other.minor)) {
            (Err(mixed), _) => Err(mixed),
            (Ok(()), Some(minor)) => Ok(Self {
                minor,
                currency: self.currency,
            }),
            (Ok(()), None) => Err(MoneyError::TooLarge),
        }
    }

    /// What is left.
    pub const fn sub(self, other: Self) -> Result<Self, MoneyError> {
        match (self.same_currency(other), self.minor.checked_sub(other.minor)) {
            (Err(mixed), _) => Err(mixed),
            (Ok(()), Some(minor)) => Ok(Self {
                minor,
                currency: self.currency,
            }),
            (Ok(()), None) => Err(MoneyError::TooLarge),
        }
    }

    /// `n` times as much.
    pub const fn times(self, n: i64) -> Result<Self, MoneyError> {
        match self.minor.checked_mul(n) {
            Some(minor) => Ok(Self {
                minor,
                currency: self.currency,
            }),
            None => Err(MoneyError::TooLarge),
        }
    }

    /// The same amount the other way.
    pub const fn negate(self) -> Result<Self, MoneyError> {
        self.times(-1)
    }

    /// The sum of amounts of `currency`; of none it is zero.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::add)
    }

    /// Splits by weights so that the parts always sum to the whole: every part gets the whole units of its share, the
    /// units left go one each to the largest remainders, ties to the lowest index. A negative amount gives the negated
    /// parts of the positive one, so a refund mirrors its charge.
    pub fn allocate(self, weights: &[u64]) -> Result<Vec<Self>, MoneyError> {
        let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        if total == 0 {
            return Err(MoneyError::NoWeights);
        }
        // 2^63 · 2^64 fits in 128 bits without a sign.
        let whole = u128::from(self.minor.unsigned_abs());
        let mut parts: Vec<u128> = weights
            .iter()
            .map(|weight| whole * u128::from(*weight) / total)
            .collect();
        let left = whole - parts.iter().sum::<u128>();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(whole * u128::from(weights[*at]) % total));
        for at in order.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            parts[at] += 1;
        }
        let sign = i128::from(self.minor.signum());
        parts
            .into_iter()
            .map(|part| Self::from_wide(sign * part.cast_signed(), self.currency))
            .collect()
    }

    /// The amount alone, all digits, no grouping: `1299.00`. Reads back with [`Money::parse`].
    pub fn decimal(self) -> String {
        decimal::text(i128::from(self.minor), self.currency.exponent())
    }

    /// Below zero.
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// Nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    const fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency as u8 == other.currency as u8 {
            Ok(())
        } else {
            Err(MoneyError::MixedCurrencies {
                left: self.currency,
                right: other.currency,
            })
        }
    }
}

/// For logs, tests and traces: `INR 1,299.00`. Pages write amounts in the reader's way.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.decimal();
        let (sign, unsigned) = plain
            .strip_prefix('-')
            .map_or(("", plain.as_str()), |unsigned| ("-", unsigned));
        let (whole, fraction) = unsigned.split_at(unsigned.find('.').unwrap_or(unsigned.len()));
        write!(f, "{} {sign}", self.currency)?;
        for (at, digit) in whole.char_indices() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        f.write_str(fraction)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::testing::{eur, inr, jpy, kwd, usd};
    use super::*;

    #[test]
    fn an_amount_counts_in_the_minor_units_of_its_currency() {
        assert_eq!(inr("1,299.00").minor, 129_900);
        assert_eq!(usd("2,060.23").minor, 206_023);
        assert_eq!(jpy("1179").minor, 1_179);
        assert_eq!(kwd("1.179").minor, 1_179);
        assert_eq!(usd("1179").minor, 117_900);
        assert_eq!(
            Money::parse("11.5", Currency::JPY),
            Err(BadDecimal::TooManyDigits { allowed: 0 })
        );
        assert_eq!(
            Money::parse("7.490", Currency::USD),
            Err(BadDecimal::TooManyDigits { allowed: 2 })
        );
    }

    #[test]
    fn money_is_written_for_people_and_for_programs() {
        let cases = [
            (inr("1,299.00"), "INR 1,299.00", "1299.00"),
            (jpy("1234567"), "JPY 1,234,567", "1234567"),
            (kwd("-0.005"), "KWD -0.005", "-0.005"),
            (usd("-123456.7"), "USD -123,456.70", "-123456.70"),
        ];
        for (amount, shown, plain) in cases {
            assert_eq!((amount.to_string().as_str(), amount.decimal().as_str()), (shown, plain));
        }
        assert_eq!(Money::new(i64::MIN, Currency::USD).decimal(), "-92233720368547758.08");
    }

    #[test]
    fn on_the_wire_money_is_minor_units_and_currency() {
        assert_eq!(
            serde_json::to_string(&inr("1,299.00")).unwrap(),
            r#"{"minor":129900,"currency":"INR"}"#
        );
        assert_eq!(
            serde_json::from_str::<Money>(r#"{"currency":"INR","minor":129900}"#).unwrap(),
            inr("1,299.00")
        );
        for bad in [
            r#"{"minor":1.5,"currency":"INR"}"#,
            r#"{"minor":1}"#,
            r#"{"minor":"1","currency":"INR"}"#,
            r#"{"minor":1,"currency":"INR","x":1}"#,
        ] {
            assert!(serde_json::from_str::<Money>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn two_currencies_do_not_add_up() {
        let mixed = MoneyError::MixedCurrencies {
            left: Currency::EUR,
            right: Currency::USD,
        };
        assert_eq!(eur("1").add(usd("1")), Err(mixed.clone()));
        assert_eq!(eur("1").sub(usd("1")), Err(mixed.clone()));
        assert_eq!(Money::sum(Currency::EUR, [eur("1"), usd("1")]), Err(mixed));
    }

    #[test]
    fn an_amount_too_large_is_refused_and_does_not_wrap() {
        let most = Money::new(i64::MAX, Currency::USD);
        assert_eq!(most.add(usd("0.01")), Err(MoneyError::TooLarge));
        assert_eq!(most.negate().unwrap().sub(usd("0.02")), Err(MoneyError::TooLarge));
        assert_eq!(most.times(2), Err(MoneyError::TooLarge));
        assert_eq!(Money::new(i64::MIN, Currency::USD).negate(), Err(MoneyError::TooLarge));
    }

    #[test]
    fn splitting_gives_the_remainder_a_home() {
        let split = |minor, weights: &[u64]| {
            Money::new(minor, Currency::INR)
                .allocate(weights)
                .map(|parts| parts.iter().map(|part| part.minor).collect::<Vec<_>>())
        };
        assert_eq!(split(10_000, &[1, 1, 1]), Ok(vec![3_334, 3_333, 3_333]));
        assert_eq!(split(5, &[50, 30, 20]), Ok(vec![3, 1, 1]));
        assert_eq!(split(-5, &[50, 30, 20]), Ok(vec![-3, -1, -1]));
        assert_eq!(split(100, &[0, 1, 0]), Ok(vec![0, 100, 0]));
        assert_eq!(split(100, &[]), Err(MoneyError::NoWeights));
        assert_eq!(split(100, &[0, 0]), Err(MoneyError::NoWeights));
        assert_eq!(split(i64::MIN, &[u64::MAX]), Ok(vec![i64::MIN]));
    }

    proptest! {
        #[test]
        fn the_parts_always_sum_to_the_whole(minor in any::<i64>(), weights in prop::collection::vec(any::<u64>(), 1..20)) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let whole = Money::new(minor, Currency::USD);
            let parts = whole.allocate(&weights).unwrap();
            prop_assert_eq!(parts.iter().map(|part| i128::from(part.minor)).sum::<i128>(), i128::from(minor));
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!(*weight > 0 || part.is_zero());
                prop_assert!(part.is_zero() || part.is_negative() == whole.is_negative());
            }
        }

        #[test]
        fn the_units_left_go_to_the_largest_remainders(minor in 0..1_000_000_000_i64, weights in prop::collection::vec(0..1_000_u64, 1..20)) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let total: i64 = weights.iter().map(|weight| weight.cast_signed()).sum();
            let parts = Money::new(minor, Currency::JPY).allocate(&weights).unwrap();
            // What each part has over the whole units of its share, with the remainder and place it got that for.
            let shares = parts.iter().zip(&weights).enumerate().map(|(at, (part, weight))| {
                let exact = minor * weight.cast_signed();
                (part.minor - exact / total, exact % total, std::cmp::Reverse(at))
            });
            let (more, none): (Vec<_>, Vec<_>) = shares.partition(|(over, ..)| *over == 1);
            prop_assert!(none.iter().all(|(over, ..)| *over == 0));
            let least = more.iter().map(|(_, remainder, at)| (*remainder, *at)).min();
            let most = none.iter().map(|(_, remainder, at)| (*remainder, *at)).max();
            prop_assert!(least.is_none() || most < least, "{most:?} {least:?}");
        }

        #[test]
        fn a_refund_is_split_as_its_charge_was(minor in 0..i64::MAX, weights in prop::collection::vec(1..1_000_u64, 1..20)) {
            let charge = Money::new(minor, Currency::INR).allocate(&weights).unwrap();
            let refund = Money::new(-minor, Currency::INR).allocate(&weights).unwrap();
            prop_assert!(charge.iter().zip(&refund).all(|(charge, refund)| charge.minor == -refund.minor));
        }

        #[test]
        fn an_amount_reads_back_what_it_writes(minor in any::<i64>(), at in 0..150_usize) {
            let currency = Currency::all().nth(at).unwrap();
            let amount = Money::new(minor, currency);
            prop_assert_eq!(Money::parse(&amount.decimal(), currency), Ok(amount));
            prop_assert_eq!(Money::parse(amount.to_string().split_once(' ').unwrap().1, currency), Ok(amount));
            let json = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), amount);
        }
    }
}
