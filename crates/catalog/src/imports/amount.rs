//! Reading an amount as price lists write it: `25`, `9.50`, `2,060.23`. Exact, to the currency's decimals, never through
//! a float. What cannot be read says why, so that a person can mend the cell.

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

/// Reads `text` as minor units of a currency with `exponent` decimals.
pub(crate) fn parse_minor(text: &str, exponent: u8) -> Result<i64, AmountFault> {
    let text = text.trim();
    match text.as_bytes().first() {
        None => return Err(AmountFault::Empty),
        Some(b'-') if text[1..].starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
            return Err(AmountFault::Negative);
        }
        Some(b'=' | b'+' | b'-' | b'@') => return Err(AmountFault::Formula),
        Some(_) => {}
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if text.ends_with('.') {
        return Err(AmountFault::NotANumber);
    }
    let whole = ungroup(whole)?;
    let minor = join(&whole, &to_exponent(decimals, exponent)?)?;
    if minor > MOST_MINOR {
        Err(AmountFault::TooLarge)
    } else {
        Ok(minor)
    }
}

/// The digits of the part before the point, its thousands' commas checked and taken out.
fn ungroup(whole: &str) -> Result<String, AmountFault> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit() || b == b',') {
        return Err(AmountFault::NotANumber);
    }
    let grouped = whole.contains(',');
    if grouped && (first.is_empty() || first.len() > 3 || groups.any(|group| group.len() != 3)) {
        return Err(AmountFault::Grouping);
    }
    Ok(whole.replace(',', ""))
}

/// The decimals filled up with zeros, or cut where nothing but zeros is cut.
fn to_exponent(decimals: &str, exponent: u8) -> Result<String, AmountFault> {
    if !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AmountFault::NotANumber);
    }
    let places = usize::from(exponent);
    let (kept, cut) = decimals.split_at(decimals.len().min(places));
    if cut.bytes().any(|b| b != b'0') {
        return Err(AmountFault::TooManyDecimals);
    }
    Ok(format!("{kept:0<places$}"))
}

fn join(whole: &str, decimals: &str) -> Result<i64, AmountFault> {
    format!("{whole}{decimals}").parse().map_err(|_| AmountFault::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_exactly_to_the_currencys_decimals() {
        let cases = [
            ("25", 2, 2500),
            ("9.5", 2, 950),
            ("2,060.23", 2, 206_023),
            ("0.00", 2, 0),
            ("1,000,000", 0, 1_000_000),
            ("4.125", 3, 4125),
            (" 7.490 ", 2, 749),
        ];
        for (text, exponent, minor) in cases {
            assert_eq!(parse_minor(text, exponent), Ok(minor), "{text}");
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
            assert_eq!(parse_minor(text, 2), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_currency_without_decimals_refuses_them() {
        assert_eq!(parse_minor("1200.5", 0), Err(AmountFault::TooManyDecimals));
        assert_eq!(parse_minor("1200.00", 0), Ok(1200));
    }

    proptest! {
        #[test]
        fn every_amount_reads_back_what_was_written(minor in 0i64..=MOST_MINOR, exponent in 0u8..=4) {
            let unit = 10i64.pow(u32::from(exponent));
            let text = match exponent {
                0 => minor.to_string(),
                places => format!("{}.{:0places$}", minor / unit, minor % unit, places = usize::from(places)),
            };
            prop_assert_eq!(parse_minor(&text, exponent), Ok(minor));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}", exponent in 0u8..=4) {
            let _ = parse_minor(&text, exponent);
        }
    }
}
