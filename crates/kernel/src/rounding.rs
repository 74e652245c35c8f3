//! The named rules by which an exact result becomes a whole number of units. What is computed from scaled integers is
//! multiplied in 128 bits and rounded once, at the end.

use serde::{Deserialize, Serialize};

/// How an exact quotient becomes a whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest; ties to the even neighbour (bankers' rounding). The default where no law says otherwise.
    #[default]
    HalfEven,
    /// To the nearest; ties away from zero.
    HalfUp,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
}

impl Rounding {
    /// `numerator / denominator` rounded by this rule. Signs are mirrored: the negated numerator gives the negated result.
    ///
    /// The denominator must not be zero; callers divide by table constants or have checked.
    pub const fn divide(self, numerator: i128, denominator: i128) -> i128 {
        let (quotient, remainder) = (numerator / denominator, numerator % denominator);
        let (rest, whole) = (remainder.unsigned_abs(), denominator.unsigned_abs());
        // Compared by subtraction, because twice the rest may not fit.
        let away = match self {
            Self::Down => false,
            Self::Up => rest > 0,
            Self::HalfUp => rest >= whole - rest && rest > 0,
            Self::HalfEven => rest > whole - rest || (rest > 0 && rest == whole - rest && quotient % 2 != 0),
        };
        match (away, (numerator < 0) == (denominator < 0)) {
            (false, _) => quotient,
            (true, true) => quotient + 1,
            (true, false) => quotient - 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_rounding_rule_does_what_its_name_says() {
        // Tenths: 25 / 10 is the tie at 2.5.
        let rules = [Rounding::HalfEven, Rounding::HalfUp, Rounding::Up, Rounding::Down];
        let cases = [
            (25, [2, 3, 3, 2]),
            (35, [4, 4, 4, 3]),
            (24, [2, 2, 3, 2]),
            (26, [3, 3, 3, 2]),
            (20, [2, 2, 2, 2]),
            (5, [0, 1, 1, 0]),
        ];
        for (tenths, wanted) in cases {
            assert_eq!(rules.map(|rule| rule.divide(tenths, 10)), wanted, "{tenths}");
            assert_eq!(
                rules.map(|rule| rule.divide(-tenths, 10)),
                wanted.map(|n| -n),
                "-{tenths}"
            );
            assert_eq!(
                rules.map(|rule| rule.divide(tenths, -10)),
                wanted.map(|n| -n),
                "{tenths} / -10"
            );
        }
    }

    proptest! {
        #[test]
        fn rounding_never_moves_a_quotient_by_a_whole_unit(numerator in any::<i64>(), denominator in 1..i64::MAX) {
            let (numerator, denominator) = (i128::from(numerator), i128::from(denominator));
            for rule in [Rounding::HalfEven, Rounding::HalfUp, Rounding::Up, Rounding::Down] {
                let off = rule.divide(numerator, denominator) * denominator - numerator;
                prop_assert!(off.abs() < denominator);
                if matches!(rule, Rounding::HalfEven | Rounding::HalfUp) { prop_assert!(off.abs() * 2 <= denominator); }
            }
        }
    }
}
