//! The handle templates and handlers speak through: one language, one time zone, one region.

use std::borrow::Borrow;
use std::sync::Arc;

use fluent::FluentArgs;
use jiff::tz::TimeZone;
use kernel::{Money, Percent, Problem};

use super::format::{Region, sign};
use super::{AsCount, AsValue, Language, Missing, Value};

/// Words in one language, with digits of one region and clocks of one zone. Cheap to clone.
#[derive(Clone)]
pub struct Words {
    chain: Arc<[Arc<Language>]>,
    missing: Arc<Missing>,
    region: Region,
    pub(super) zone: TimeZone,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words")
            .field("lang", &self.lang())
            .field("zone", &self.zone_name())
            .finish_non_exhaustive()
    }
}

impl Words {
    pub(super) fn new(chain: Vec<Arc<Language>>, missing: Arc<Missing>) -> Self {
        Self {
            chain: chain.into(),
            missing,
            region: Region::PLAIN,
            zone: TimeZone::UTC,
        }
    }

    /// The same words with the clocks of another zone.
    #[must_use]
    pub fn zone(mut self, zone: TimeZone) -> Self {
        self.zone = zone;
        self
    }

    /// The same words with the digits of a region, given as a tag such as `en-IN`.
    #[must_use]
    pub fn region(mut self, tag: &str) -> Self {
        self.region = Region::of(tag);
        self
    }

    /// The language as a tag, for `<html lang>`.
    #[must_use]
    pub fn lang(&self) -> String {
        self.chain
            .first()
            .map_or_else(|| super::FALLBACK.to_owned(), |language| language.tag.to_string())
    }

    /// `rtl` or `ltr`, for `<html dir>`.
    #[must_use]
    pub fn dir(&self) -> &'static str {
        let rtl = self
            .chain
            .first()
            .is_some_and(|language| super::format::is_right_to_left(language.tag.language.as_str()));
        if rtl { "rtl" } else { "ltr" }
    }

    /// The name of the time zone, such as `Asia/Kolkata`.
    #[must_use]
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// The message of a key without arguments.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.speak(key, None)
    }

    /// The message of a key with one argument.
    #[must_use]
    pub fn t1(&self, key: &str, name: &str, value: impl AsValue) -> String {
        self.args(key, &[(name, value.as_value())])
    }

    /// The message of a key with two arguments.
    #[must_use]
    pub fn t2(&self, key: &str, name: &str, value: impl AsValue, name_2: &str, value_2: impl AsValue) -> String {
        self.args(key, &[(name, value.as_value()), (name_2, value_2.as_value())])
    }

    /// The message of a key with three arguments.
    #[must_use]
    #[expect(
        clippy::too_many_arguments,
        reason = "three named arguments side by side, as a template writes them"
    )]
    pub fn t3(
        &self,
        key: &str,
        name: &str,
        value: impl AsValue,
        name_2: &str,
        value_2: impl AsValue,
        name_3: &str,
        value_3: impl AsValue,
    ) -> String {
        self.args(
            key,
            &[
                (name, value.as_value()),
                (name_2, value_2.as_value()),
                (name_3, value_3.as_value()),
            ],
        )
    }

    /// The message of a key with any arguments.
    #[must_use]
    pub fn args(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        let args: FluentArgs<'_> = args
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        self.speak(key, Some(&args))
    }

    /// Whether any language of the chain has the key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.chain
            .iter()
            .any(|language| language.bundle(self.region.grouping).has_message(key))
    }

    /// What a person is told about a problem: the message `error-<code>` with the problem's arguments.
    #[must_use]
    pub fn problem(&self, problem: &Problem) -> String {
        self.coded(problem.code, &problem.args)
    }

    /// The message `error-<code>` with its arguments, for the problem of one field.
    #[must_use]
    pub fn coded(&self, code: &str, args: &[(&'static str, String)]) -> String {
        let args: FluentArgs<'_> = args
            .iter()
            .map(|(name, value)| (*name, number_or_text(value)))
            .collect();
        self.speak(&format!("error-{code}"), Some(&args))
    }

    fn speak(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        for language in self.chain.iter() {
            let bundle = language.bundle(self.region.grouping);
            if let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) {
                let mut sentence = String::new();
                // A missing argument prints its own name; the tests of the pages show it. Writing to a text cannot fail.
                let _ = bundle.write_pattern(&mut sentence, pattern, args, &mut Vec::new());
                return sentence;
            }
        }
        self.missing.note(key);
        format!("⟨{key}⟩")
    }

    /// A whole number in groups.
    #[must_use]
    pub fn number(&self, number: impl AsCount) -> String {
        self.region.whole(number.count())
    }

    /// A number given as a whole count of its last decimal place: `decimal(1234, 2)` is 12.34.
    #[must_use]
    pub fn decimal(&self, scaled: impl AsCount, places: u32) -> String {
        self.region.scaled(scaled.count(), places)
    }

    /// A percentage given in millionths of a whole, with one decimal place, rounded half away from zero:
    /// `percent(175_000)` is 17.5%.
    #[must_use]
    pub fn percent(&self, millionths: impl AsCount) -> String {
        let millionths = millionths.count();
        let half = if millionths < 0 { -500 } else { 500 };
        format!("{}%", self.region.scaled(millionths.saturating_add(half) / 1000, 1))
    }

    /// An amount in minor units with its sign: ₹1,099, ₹449.50, −$2.00. Whole amounts leave out the fraction.
    #[must_use]
    pub fn money(&self, minor: impl AsCount, exponent: impl AsCount, code: impl AsRef<str>) -> String {
        let (minor, exponent) = (minor.count(), places(exponent));
        let unit = 10i64.checked_pow(exponent).unwrap_or(1);
        let size = match minor % unit {
            0 => self.region.whole(minor / unit),
            _ => self.region.scaled(minor, exponent),
        };
        self.signed(&size, code.as_ref())
    }

    /// A number with the sign of its currency, or its code where it has none.
    fn signed(&self, size: &str, code: &str) -> String {
        let (minus, size) = size.strip_prefix('−').map_or(("", size), |size| ("−", size));
        match sign(code) {
            Some(sign) => format!("{minus}{sign}{size}"),
            None => format!("{minus}{size}\u{a0}{code}"),
        }
    }

    /// An amount of money with its sign, as [`Words::money`] writes it.
    #[must_use]
    pub fn price(&self, money: impl Borrow<Money>) -> String {
        let money = money.borrow();
        self.money(money.minor, money.currency.exponent(), money.currency.code())
    }

    /// An amount of money with its sign and all its places, for letters in which sums stand below each other: $9.00.
    #[must_use]
    pub fn exact(&self, money: impl Borrow<Money>) -> String {
        let money = money.borrow();
        let size = self.region.scaled(money.minor, u32::from(money.currency.exponent()));
        self.signed(&size, money.currency.code())
    }

    /// A share with one decimal place, as [`Words::percent`] writes it.
    #[must_use]
    pub fn share(&self, share: impl Borrow<Percent>) -> String {
        self.percent(share.borrow().millionths())
    }

    /// An amount in minor units with its ISO 4217 code and all its places: INR 1,099.00.
    #[must_use]
    pub fn money_code(&self, minor: impl AsCount, exponent: impl AsCount, code: impl AsRef<str>) -> String {
        format!(
            "{}\u{a0}{}",
            code.as_ref(),
            self.region.scaled(minor.count(), places(exponent))
        )
    }
}

/// A currency's exponent; ISO 4217 knows none above four.
fn places(exponent: impl AsCount) -> u32 {
    u32::try_from(exponent.count().clamp(0, 18)).unwrap_or(0)
}

/// The arguments of problems are text; those that are whole numbers must be able to choose a plural.
fn number_or_text(value: &str) -> Value<'_> {
    let plain = !value.starts_with('0') || value == "0";
    value
        .parse::<i32>()
        .ok()
        .filter(|_| plain)
        .map_or_else(|| value.as_value(), Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Messages;

    fn words() -> Words {
        Messages::new(&[]).unwrap().words("en-US")
    }

    fn kolkata() -> Words {
        words().zone(TimeZone::get("Asia/Kolkata").unwrap()).region("en-IN")
    }

    #[test]
    fn money_shows_its_sign_and_leaves_out_an_empty_fraction() {
        let w = kolkata();
        assert_eq!(w.money(109_900, 2, "INR"), "₹1,099");
        assert_eq!(w.money(44_946, 2, "INR"), "₹449.46");
        assert_eq!(w.money(-7_900, 2, "INR"), "−₹79");
        assert_eq!(w.money(81_240_000, 2, "INR"), "₹8,12,400");
        assert_eq!(w.money(1_234, 0, "JPY"), "¥1,234");
        assert_eq!(w.money(1_234_500, 3, "KWD"), "1,234.500\u{a0}KWD");
        assert_eq!(w.money_code(109_900, 2, "INR"), "INR\u{a0}1,099.00");
    }

    #[test]
    fn the_kernels_own_types_are_written_alike() {
        let w = kolkata();
        assert_eq!(
            w.price(Money::new(44_946, kernel::Currency::parse("INR").unwrap())),
            "₹449.46"
        );
        assert_eq!(w.share(Percent::whole(5)), "5.0%");
    }

    #[test]
    fn percentages_are_rounded_half_away_from_zero_to_one_place() {
        let w = words();
        assert_eq!(w.percent(175_000), "17.5%");
        assert_eq!(w.percent(175_500), "17.6%");
        assert_eq!(w.percent(-20_260), "−2.0%");
        assert_eq!(w.percent(-20_500), "−2.1%");
    }

    #[test]
    fn a_problem_is_told_with_its_arguments() {
        let problem = Problem::refused("too_many_items").arg("limit", 500);
        assert_eq!(
            words().problem(&problem),
            "At most 500 entries are taken at once. Send fewer, or in several goes."
        );
    }

    #[test]
    fn codes_that_look_like_octal_numbers_stay_text() {
        assert_eq!(number_or_text("007"), "007".as_value());
        assert_eq!(number_or_text("7"), Value::from(7));
    }
}
