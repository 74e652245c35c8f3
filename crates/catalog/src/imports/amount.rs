//! Reading an amount as price lists write it: `25`, `9.50`, `2,060.23`. Exact, to the currency's decimals, never through
//! a float. What cannot be read says why, so that a person can mend the cell.

use kernel::{BadDecimal, Currency, Money};
use serde::{Deserialize, Serialize};

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountFault {
    /// Nothing there.
    Empty,
    /// Starts like a spreadsheet formula.
    Formula,
    /// Under zero.
    Negative,
    /// Not a number in this notation.
    NotANumber,
    /// Commas elsewhere than between thousands.
    Grouping,
    /// More decimals than the currency has.
    TooManyDecimals,
    /// Beyond what a price can be.
    TooLarge,
}

/// No price is above this many minor units: ten billion dollars, and far from where sums could overflow.
const MOST_MINOR: i64 = 1_000_000_000_000;

/// Reads `text` as minor units of a currency. Thousands may be grouped the Western or the Indian way; zeros beyond the
/// currency's decimals are no decimals too many.
pub(crate) fn parse_minor(text: &str, currency: Currency) -> Result<i64, AmountFault> {
    let text = text.trim();
    match text.as_bytes().first() {
        None => return Err(AmountFault::Empty),
        Some(b'-') if text[1..].starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
            return Err(AmountFault::Negative);
        }
        Some(b'=' | b'+' | b'-' | b'@') => return Err(AmountFault::Formula),
        Some(_) => {}
    }
    let money = Money::parse(without_spare_zeros(text, currency.exponent()), currency);
    match money {
        Ok(money) if money.minor > MOST_MINOR => Err(AmountFault::TooLarge),
        Ok(money) => Ok(money.minor),
        Err(BadDecimal::TooManyDigits { .. }) => Err(AmountFault::TooManyDecimals),
        Err(BadDecimal::TooLarge) => Err(AmountFault::TooLarge),
        Err(BadDecimal::NotANumber) if is_misgrouped(text) => Err(AmountFault::Grouping),
        Err(BadDecimal::NotANumber) => Err(AmountFault::NotANumber),
    }
}

/// `7.490` as `7.49` where there are two decimals, `1200.00` as `1200` where there are none.
fn without_spare_zeros(text: &str, decimals: u8) -> &str {
    let Some((whole, fraction)) = text.split_once('.').filter(|(_, fraction)| !fraction.is_empty()) else {
        return text;
    };
    let kept = fraction
        .trim_end_matches('0')
        .len()
        .max(usize::from(decimals).min(fraction.len()));
    let point = usize::from(kept > 0);
    &text[..whole.len() + point + kept]
}

/// Digits and commas that are no number: the commas stand elsewhere than between thousands.
fn is_misgrouped(text: &str) -> bool {
    text.contains(',')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency::{CLF, INR, JPY, KWD, USD};
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_exactly_to_the_currencys_decimals() {
        let cases = [
            ("25", USD, 2500),
            ("9.5", USD, 950),
            ("2,060.23", USD, 206_023),
            ("12,34,567.00", INR, 123_456_700),
            ("0.00", USD, 0),
            ("1,000,000", JPY, 1_000_000),
            ("4.125", KWD, 4125),
            (" 7.490 ", USD, 749),
        ];
        for (text, currency, minor) in cases {
            assert_eq!(parse_minor(text, currency), Ok(minor), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_says_why() {
        use AmountFault::*;
        let cases = [
            ("", Empty),
            ("  ", Empty),
            ("-5.00", Negative),
            ("=1+1", Formula),
            ("+1", Formula),
            ("@SUM(A1)", Formula),
            ("-A1", Formula),
            ("9,50", Grouping),
            ("1,0000", Grouping),
            (",100", Grouping),
            ("9.505", TooManyDecimals),
            ("1e3", NotANumber),
            ("9.", NotANumber),
            (".5", NotANumber),
            ("USD 5", NotANumber),
            ("٣", NotANumber),
            ("9.5.0", NotANumber),
            ("NaN", NotANumber),
            ("10000000001.00", TooLarge),
            ("99999999999999999999999", TooLarge),
        ];
        for (text, fault) in cases {
            assert_eq!(parse_minor(text, USD), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_currency_without_decimals_refuses_them() {
        assert_eq!(parse_minor("1200.5", JPY), Err(AmountFault::TooManyDecimals));
        assert_eq!(parse_minor("1200.00", JPY), Ok(1200));
        assert_eq!(parse_minor("1200.", JPY), Err(AmountFault::NotANumber));
    }

    proptest! {
        #[test]
        fn every_amount_reads_back_what_was_written(minor in 0i64..=MOST_MINOR, at in 0usize..4, spare in 0usize..3) {
            let currency = [JPY, USD, KWD, CLF][at];
            let mut text = Money::new(minor, currency).decimal();
            if currency.exponent() > 0 {
                text.push_str(&"0".repeat(spare));
            }
            prop_assert_eq!(parse_minor(&text, currency), Ok(minor));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}|[0-9,.]{0,12}", at in 0usize..3) {
            let _ = parse_minor(&text, [JPY, USD, KWD][at]);
        }
    }
}
