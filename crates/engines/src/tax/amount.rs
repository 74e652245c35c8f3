//! Tax on a net amount at one rate, where the rate has been decided elsewhere: a shop window's standard rate.
//!
//! Tax is rounded once, half away from zero, to the currency's minor unit, so that a refund mirrors its charge.

use kernel::{Money, MoneyError, Percent, Rounding};

/// How a tax amount becomes whole minor units where no law of a country says otherwise.
const ROUNDING: Rounding = Rounding::HalfUp;

/// The tax due on an amount without tax.
///
/// # Errors
/// When the result cannot be held (9.2e18 minor units).
pub fn on_net(net: Money, rate: Percent) -> Result<Money, MoneyError> {
    rate.of(net, ROUNDING)
}

/// An amount without tax, and its tax.
///
/// # Errors
/// When the result cannot be held (9.2e18 minor units).
pub fn gross(net: Money, rate: Percent) -> Result<Money, MoneyError> {
    net.add(on_net(net, rate)?)
}

#[cfg(test)]
mod tests {
    use kernel::Currency;
    use kernel::money::testing::{inr, jpy, kwd};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tax_is_rounded_to_the_minor_unit_of_its_currency_half_away_from_zero() {
        let cases = [
            // GST at 18 %: 152.541 and, at a tie, 4.545.
            (inr("847.45"), "18", inr("152.54"), inr("999.99")),
            (inr("25.25"), "18", inr("4.55"), inr("29.80")),
            (inr("-25.25"), "18", inr("-4.55"), inr("-29.80")),
            // Yen have no smaller part: 117.9 and, at a tie, 117.5.
            (jpy("1179"), "10", jpy("118"), jpy("1297")),
            (jpy("1175"), "10", jpy("118"), jpy("1293")),
            // A dinar has a thousand fils: 0.05895 and, at a tie, 0.0005.
            (kwd("1.179"), "5", kwd("0.059"), kwd("1.238")),
            (kwd("0.010"), "5", kwd("0.001"), kwd("0.011")),
            (inr("100"), "8.875", inr("8.88"), inr("108.88")),
        ];
        for (net, rate, tax, with_tax) in cases {
            let rate = Percent::parse(rate).unwrap();
            assert_eq!(on_net(net, rate), Ok(tax), "{net} at {rate}");
            assert_eq!(gross(net, rate), Ok(with_tax), "{net} at {rate}");
        }
    }

    #[test]
    fn an_amount_too_large_is_refused_and_does_not_wrap() {
        let most = Money::new(i64::MAX, Currency::INR);
        assert_eq!(gross(most, Percent::whole(18)), Err(MoneyError::TooLarge));
        assert_eq!(gross(most, Percent::ZERO), Ok(most));
    }

    /// Any amount that leaves room for as much tax again, and any rate from 0 to 100 %.
    fn asked() -> impl Strategy<Value = (Money, Percent)> {
        let net = (-i64::MAX / 2..=i64::MAX / 2).prop_map(|minor| Money::new(minor, Currency::KWD));
        (net, (0..=1_000_000_i64).prop_map(Percent::from_millionths))
    }

    proptest! {
        #[test]
        fn at_0_percent_there_is_no_tax((net, _) in asked()) {
            prop_assert_eq!(on_net(net, Percent::ZERO), Ok(Money::zero(net.currency)));
        }

        #[test]
        fn tax_is_never_off_by_more_than_half_a_minor_unit((net, rate) in asked()) {
            let exact_millionths = i128::from(net.minor) * i128::from(rate.millionths());
            let tax = on_net(net, rate).unwrap();
            prop_assert!((i128::from(tax.minor) * 1_000_000 - exact_millionths).abs() <= 500_000);
            prop_assert_eq!(gross(net, rate).unwrap().sub(net), Ok(tax));
        }

        #[test]
        fn a_higher_price_never_reads_lower_with_tax((net, rate) in asked(), more in 0..1_000_000_i64) {
            let higher = Money::new(net.minor + more, net.currency);
            prop_assert!(gross(net, rate).unwrap().minor <= gross(higher, rate).unwrap().minor);
        }

        #[test]
        fn a_higher_rate_is_never_less_tax((net, rate) in asked(), more in 0..1_000_000_i64) {
            let net = Money::new(net.minor.abs() / 2, net.currency);
            let higher = Percent::from_millionths(rate.millionths() + more);
            prop_assert!(on_net(net, rate).unwrap().minor <= on_net(net, higher).unwrap().minor);
        }

        #[test]
        fn the_tax_of_a_refund_is_the_tax_of_its_charge((net, rate) in asked()) {
            prop_assert_eq!(on_net(net.negate().unwrap(), rate), on_net(net, rate).and_then(Money::negate));
        }
    }
}
