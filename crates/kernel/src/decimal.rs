//! Decimal text and scaled integers, exactly and without floats; shared by money, percents and rates.

/// Text that is not a decimal number as we read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDecimal {
    /// Not digits with at most one point, or commas that do not group the digits (`1,23` may be 1.23: refused, not guessed).
    #[error("not a decimal number such as 2,060.23")]
    NotANumber,
    /// More digits behind the point than the unit has; cutting them off would lose money.
    #[error("more than {allowed} digits behind the point")]
    TooManyDigits {
        /// How many the unit has.
        allowed: u8,
    },
    /// Beyond what 64 bits hold.
    #[error("too large")]
    TooLarge,
}

/// Reads `[-+]digits[.digits]`, the digits before the point optionally grouped by commas, into units of 10^-`digits`.
pub(crate) fn parse(text: &str, digits: u8) -> Result<i64, BadDecimal> {
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = unsigned
        .split_once('.')
        .map_or((unsigned, None), |(whole, fraction)| (whole, Some(fraction)));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !grouped(whole) || !fraction.is_none_or(all_digits) {
        return Err(BadDecimal::NotANumber);
    }
    let fraction = fraction.unwrap_or_default();
    if fraction.len() > usize::from(digits) {
        return Err(BadDecimal::TooManyDigits { allowed: digits });
    }
    let padding = std::iter::repeat_n(b'0', usize::from(digits) - fraction.len());
    let mut units: i128 = 0;
    for byte in whole
        .bytes()
        .filter(|byte| *byte != b',')
        .chain(fraction.bytes())
        .chain(padding)
    {
        units = units
            .checked_mul(10)
            .and_then(|units| units.checked_add(i128::from(byte - b'0')))
            .ok_or(BadDecimal::TooLarge)?;
    }
    i64::try_from(if negative { -units } else { units }).map_err(|_| BadDecimal::TooLarge)
}

/// Digits, or digits grouped by commas in the Western (1,234,567) or Indian way (12,34,567): the last group has three.
fn grouped(whole: &str) -> bool {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let digits = whole.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
    let Some((last, middle)) = rest.split_last() else {
        return digits && !first.is_empty();
    };
    digits
        && (1..=3).contains(&first.len())
        && last.len() == 3
        && middle.iter().all(|group| (2..=3).contains(&group.len()))
}

/// Writes units of 10^-`digits` with all their digits.
pub(crate) fn text(units: i128, digits: u8) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let plain = format!("{:0>width$}", units.unsigned_abs(), width = usize::from(digits) + 1);
    let (whole, fraction) = plain.split_at(plain.len() - usize::from(digits));
    if digits == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// Writes units of 10^-`digits` without zeros at the end.
pub(crate) fn trimmed(units: i128, digits: u8) -> String {
    let full = text(units, digits);
    if digits == 0 {
        full
    } else {
        full.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_group_digits_and_are_never_a_decimal_point() {
        for (text, units) in [
            ("2,060.23", 206_023),
            ("12,34,567", 123_456_700),
            ("1,234,567.8", 123_456_780),
            ("1179", 117_900),
            ("-0.05", -5),
            ("+7", 700),
        ] {
            assert_eq!(parse(text, 2), Ok(units), "{text}");
        }
        for text in [
            "1,23", "2,0600", ",123", "1,,234", "1234,567", "12.5,000", "", "-", ".", ".5", "5.", "1 000", "0x1",
            "1e3", "٣", "--1", "NaN",
        ] {
            assert_eq!(parse(text, 2), Err(BadDecimal::NotANumber), "{text}");
        }
    }

    #[test]
    fn digits_that_do_not_fit_are_refused_rather_than_cut() {
        assert_eq!(parse("1.005", 2), Err(BadDecimal::TooManyDigits { allowed: 2 }));
        assert_eq!(parse("1.0", 0), Err(BadDecimal::TooManyDigits { allowed: 0 }));
        assert_eq!(parse("92233720368547758.08", 2), Err(BadDecimal::TooLarge));
        assert_eq!(parse("-92233720368547758.08", 2), Ok(i64::MIN));
        assert_eq!(parse(&"9".repeat(400), 2), Err(BadDecimal::TooLarge));
    }
}
