//! How digits are grouped, which currencies have a sign of their own, and the stretched test language.

use std::borrow::Cow;

use fluent::FluentValue;
use fluent::types::FluentNumber;
use intl_memoizer::concurrent::IntlLangMemoizer;

use crate::direction::isolated;

/// How the digits of a whole number are set in groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// `812,400`
    Comma = 0,
    /// `8,12,400`: thousands, then lakhs and crores.
    Indian = 1,
    /// `812.400`
    Dot = 2,
    /// `812 400`, with a narrow space that does not break.
    Space = 3,
}

type Formatter = fn(&FluentValue<'_>, &IntlLangMemoizer) -> Option<String>;

impl Grouping {
    /// How many ways there are.
    pub(super) const COUNT: usize = 4;

    /// Fluent takes a plain function, so there is one for each grouping.
    pub(super) fn formatter(self) -> Formatter {
        match self {
            Self::Comma => |value, _| written(value, Self::Comma),
            Self::Indian => |value, _| written(value, Self::Indian),
            Self::Dot => |value, _| written(value, Self::Dot),
            Self::Space => |value, _| written(value, Self::Space),
        }
    }

    const fn mark(self) -> char {
        match self {
            Self::Comma | Self::Indian => ',',
            Self::Dot => '.',
            Self::Space => '\u{202f}',
        }
    }

    /// The digits with their marks between.
    pub(super) fn group(self, digits: &str) -> String {
        let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
        for (index, digit) in digits.char_indices() {
            let left = digits.len() - index;
            let boundary = match self {
                Self::Indian => left == 3 || (left > 3 && (left - 3).is_multiple_of(2)),
                _ => left.is_multiple_of(3),
            };
            if index > 0 && boundary {
                out.push(self.mark());
            }
            out.push(digit);
        }
        out
    }
}

/// How a value stands in a sentence, where it is otherwise than Fluent has it: whole numbers in groups, text that runs from
/// right to left set apart.
fn written(value: &FluentValue<'_>, grouping: Grouping) -> Option<String> {
    match value {
        FluentValue::Number(number) => grouped(number, grouping),
        FluentValue::String(text) => isolated(text),
        _ => None,
    }
}

fn grouped(number: &FluentNumber, grouping: Grouping) -> Option<String> {
    let text = number.as_string();
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text.as_ref()), |digits| ("−", digits));
    let whole = number.options.use_grouping && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.then(|| format!("{sign}{}", grouping.group(digits)))
}

/// What a region decides: how numbers look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Between groups of digits.
    pub grouping: Grouping,
    /// Between the whole and its fraction.
    pub decimal: char,
}

impl Region {
    /// `1,234.50`
    pub const PLAIN: Self = Self {
        grouping: Grouping::Comma,
        decimal: '.',
    };

    /// The region of a tag such as `en-IN` or `de-AT`.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        let mut parts = tag.split(['-', '_']);
        let language = parts.next().unwrap_or_default();
        let country = parts.next_back().unwrap_or_default();
        match (language, country) {
            (_, "IN" | "PK" | "BD" | "NP" | "LK") => Self {
                grouping: Grouping::Indian,
                decimal: '.',
            },
            ("de" | "es" | "it" | "nl" | "pt" | "id" | "tr" | "da" | "el", _) => Self {
                grouping: Grouping::Dot,
                decimal: ',',
            },
            ("fr" | "pl" | "ru" | "cs" | "sv" | "nb" | "fi" | "uk" | "sk" | "hu", _) => Self {
                grouping: Grouping::Space,
                decimal: ',',
            },
            _ => Self::PLAIN,
        }
    }

    /// A whole number.
    pub(super) fn whole(self, number: i64) -> String {
        format!(
            "{}{}",
            minus(number < 0),
            self.grouping.group(&number.unsigned_abs().to_string())
        )
    }

    /// A number given as a whole count of its last decimal place.
    pub(super) fn scaled(self, scaled: i64, places: u32) -> String {
        let unit = 10u64.pow(places.min(18));
        let size = scaled.unsigned_abs();
        let whole = self.grouping.group(&(size / unit).to_string());
        if places == 0 {
            return format!("{}{whole}", minus(scaled < 0));
        }
        format!(
            "{}{whole}{}{:0width$}",
            minus(scaled < 0),
            self.decimal,
            size % unit,
            width = places as usize
        )
    }
}

/// A true minus sign, as wide as the digits beside it.
pub(super) const fn minus(negative: bool) -> &'static str {
    if negative { "−" } else { "" }
}

/// The sign a currency is written with before the amount; the others are written with their code.
pub(super) fn sign(currency: &str) -> Option<&'static str> {
    Some(match currency {
        "INR" => "₹",
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "AUD" => "A$",
        "CAD" => "C$",
        "SGD" => "S$",
        "NZD" => "NZ$",
        "KRW" => "₩",
        "ILS" => "₪",
        "VND" => "₫",
        _ => return None,
    })
}

pub(super) fn is_right_to_left(language: &str) -> bool {
    matches!(language, "ar" | "he" | "fa" | "ur" | "ps" | "sd" | "yi" | "ckb")
}

/// One entry of `Accept-Language`, with its weight in thousandths.
pub(super) fn weighted_tag(entry: &str) -> Option<(u16, &str)> {
    let mut parts = entry.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty() && *tag != "*")?;
    let weight = parts
        .find_map(|part| part.strip_prefix("q="))
        .map_or(Some(1000), thousandths)?;
    (weight > 0).then_some((weight, tag))
}

fn thousandths(quality: &str) -> Option<u16> {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let padded = format!("{fraction:0<3}");
    let value = whole.parse::<u16>().ok()? * 1000 + padded.get(..3)?.parse::<u16>().ok()?;
    (value <= 1000).then_some(value)
}

/// The stretched language: accents on the vowels and two fifths more letters, so that a layout that only just fits
/// English shows it, and a text that never passed through the message files does too.
pub(super) fn stretch(text: &str) -> Cow<'_, str> {
    if text.trim().is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut owed = 0usize;
    for letter in text.chars() {
        let accented = match letter {
            'a' => 'á',
            'e' => 'é',
            'i' => 'í',
            'o' => 'ö',
            'u' => 'û',
            'A' => 'Å',
            'E' => 'É',
            'O' => 'Ø',
            other => other,
        };
        out.push(accented);
        owed += 45;
        while owed >= 100 {
            out.push('~');
            owed -= 100;
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_as_the_region_does() {
        for (tag, number, written) in [
            ("en-US", 1_234_567, "1,234,567"),
            ("en-IN", 1_234_567, "12,34,567"),
            ("en-IN", 999, "999"),
            ("de-DE", 1_234_567, "1.234.567"),
            ("fr-FR", 1_234, "1\u{202f}234"),
            ("en-US", -1_000, "−1,000"),
            ("en-US", i64::MIN, "−9,223,372,036,854,775,808"),
        ] {
            assert_eq!(Region::of(tag).whole(number), written, "{tag}");
        }
    }

    #[test]
    fn fractions_keep_their_places() {
        assert_eq!(Region::PLAIN.scaled(110_005, 2), "1,100.05");
        assert_eq!(Region::of("de-DE").scaled(-5, 3), "−0,005");
    }

    #[test]
    fn accept_language_weights_are_read() {
        assert_eq!(weighted_tag(" de-CH ; q=0.85"), Some((850, "de-CH")));
        assert_eq!(weighted_tag("en"), Some((1000, "en")));
        assert_eq!(weighted_tag("*;q=0.1"), None);
        assert_eq!(weighted_tag("en;q=0"), None);
        assert_eq!(weighted_tag("en;q=é"), None);
    }
}
