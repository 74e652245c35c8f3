//! The setting, and what it cannot be.

use std::collections::HashSet;

use jiff::SignedDuration;
use kernel::{Currency, Instant, Percent, Problem};
use serde::{Deserialize, Serialize};

/// Where neither tenant nor installation says otherwise, as documents show it.
pub(super) const DEFAULT_JSON: &str = r#"{"cost_pricing_retention_years":7,"sales_pricing_retention_years":5,"discount_history_retention_years":5,"minimum_margin_percentage":"5","enable_negative_margin_alerts":true,"enable_low_margin_alerts":true,"margin_alert_emails":[],"allow_editing_future_prices":true,"max_schedule_days":365,"default_sales_currency":"USD","enable_auto_currency_conversion":true,"currency_conversion_markup":"0","current_price_cache_minutes":60}"#;

/// Years that anything may be kept.
const MOST_YEARS: u16 = 100;
/// Days that prices may be scheduled ahead: ten years.
const MOST_DAYS: u16 = 3_650;
/// Minutes that a price may be answered from memory without being read anew: a day.
const MOST_MINUTES: u16 = 1_440;
/// Addresses that alerts may go to.
const MOST_EMAILS: usize = 20;
/// Characters of an e-mail address (RFC 5321).
const LONGEST_EMAIL: usize = 254;

/// How a tenant prices endings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TldPricing {
    /// Years for which costs that are no longer in force stay in the price book; then they move to the archive.
    pub cost_pricing_retention_years: u16,
    /// The same for sales prices.
    pub sales_pricing_retention_years: u16,
    /// The same for discounts.
    pub discount_history_retention_years: u16,
    /// A margin below this share of the price is low.
    pub minimum_margin_percentage: Percent,
    /// Whether somebody is told of a price below its cost.
    pub enable_negative_margin_alerts: bool,
    /// Whether somebody is told of a low margin.
    pub enable_low_margin_alerts: bool,
    /// Who is told.
    pub margin_alert_emails: Vec<String>,
    /// Whether prices that are not yet in force may be edited and taken back.
    pub allow_editing_future_prices: bool,
    /// Days that a price may be scheduled ahead.
    pub max_schedule_days: u16,
    /// The currency of asks and lists that name none.
    pub default_sales_currency: Currency,
    /// Whether an ask for another currency than the list's is answered by converting; when not, it is refused. Margins are
    /// always computed in one currency, whatever stands here: a cost in EUR has a margin on a price in USD only then.
    pub enable_auto_currency_conversion: bool,
    /// What converting a sales price adds to it.
    pub currency_conversion_markup: Percent,
    /// Minutes after which prices in memory are read anew though their version has not moved.
    pub current_price_cache_minutes: u16,
}

impl Default for TldPricing {
    fn default() -> Self {
        Self {
            cost_pricing_retention_years: 7,
            sales_pricing_retention_years: 5,
            discount_history_retention_years: 5,
            minimum_margin_percentage: Percent::whole(5),
            enable_negative_margin_alerts: true,
            enable_low_margin_alerts: true,
            margin_alert_emails: Vec::new(),
            allow_editing_future_prices: true,
            max_schedule_days: 365,
            default_sales_currency: Currency::USD,
            enable_auto_currency_conversion: true,
            currency_conversion_markup: Percent::ZERO,
            current_price_cache_minutes: 60,
        }
    }
}

impl TldPricing {
    /// This setting, if it can be kept.
    ///
    /// # Errors
    /// Which fields cannot: pointers as in the API.
    pub fn checked(mut self) -> Result<Self, Problem> {
        let mut problem = Problem::refused("invalid_fields");
        let mut note = |pointer: &'static str, code: &'static str| {
            problem = std::mem::replace(&mut problem, Problem::refused("invalid_fields")).field(pointer, code);
        };
        for (pointer, code, number, most) in self.numbers() {
            if !(1..=most).contains(&number) {
                note(pointer, code);
            }
        }
        // A margin of the whole price would want a cost of nothing.
        let margin = self.minimum_margin_percentage;
        if margin < Percent::ZERO || margin >= Percent::WHOLE {
            note("/minimum_margin_percentage", "minimum_margin_invalid");
        }
        if !(Percent::ZERO..=Percent::WHOLE).contains(&self.currency_conversion_markup) {
            note("/currency_conversion_markup", "conversion_markup_invalid");
        }
        match emails(&self.margin_alert_emails) {
            Ok(emails) => self.margin_alert_emails = emails,
            Err(code) => note("/margin_alert_emails", code),
        }
        if problem.fields.is_empty() {
            Ok(self)
        } else {
            Err(problem)
        }
    }

    /// Whole numbers from 1 to a most, each with its pointer and what is said of one beyond.
    fn numbers(&self) -> [(&'static str, &'static str, u16, u16); 5] {
        let years = "retention_years_invalid";
        [
            (
                "/cost_pricing_retention_years",
                years,
                self.cost_pricing_retention_years,
                MOST_YEARS,
            ),
            (
                "/sales_pricing_retention_years",
                years,
                self.sales_pricing_retention_years,
                MOST_YEARS,
            ),
            (
                "/discount_history_retention_years",
                years,
                self.discount_history_retention_years,
                MOST_YEARS,
            ),
            (
                "/max_schedule_days",
                "schedule_days_invalid",
                self.max_schedule_days,
                MOST_DAYS,
            ),
            (
                "/current_price_cache_minutes",
                "cache_minutes_invalid",
                self.current_price_cache_minutes,
                MOST_MINUTES,
            ),
        ]
    }

    /// The last instant a price may be scheduled for.
    pub fn latest_schedule(&self, now: Instant) -> Instant {
        now.plus(SignedDuration::from_hours(24 * i64::from(self.max_schedule_days)))
    }

    /// How long prices in memory are believed though nobody said they changed.
    pub fn believed_for(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.current_price_cache_minutes))
    }
}

/// Addresses trimmed, each once.
fn emails(typed: &[String]) -> Result<Vec<String>, &'static str> {
    if typed.len() > MOST_EMAILS {
        return Err("too_many_alert_emails");
    }
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for email in typed.iter().map(|email| email.trim()) {
        if !is_email(email) {
            return Err("alert_email_invalid");
        }
        if seen.insert(email.to_lowercase()) {
            kept.push(email.to_owned());
        }
    }
    Ok(kept)
}

/// One `@`, a dotted domain, and nothing that could break a mail's header.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"@".contains(c);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.len() <= LONGEST_EMAIL
        && (1..=64).contains(&local.len())
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(setting: TldPricing) -> Vec<String> {
        let problem = setting.checked().unwrap_err();
        problem.fields.iter().map(|field| field.pointer.to_string()).collect()
    }

    #[test]
    fn the_default_told_is_the_default_taken_and_can_be_kept() {
        let default = TldPricing::default();
        assert_eq!(serde_json::to_string(&default).unwrap(), DEFAULT_JSON);
        assert_eq!(default.clone().checked(), Ok(default));
    }

    #[test]
    fn what_was_kept_before_a_field_came_reads_with_its_default() {
        let kept: TldPricing = serde_json::from_str(r#"{"max_schedule_days":30}"#).unwrap();
        let default = TldPricing::default();
        assert_eq!(
            kept,
            TldPricing {
                max_schedule_days: 30,
                ..default
            }
        );
    }

    #[test]
    fn every_field_that_cannot_be_kept_is_named() {
        let all_wrong = TldPricing {
            cost_pricing_retention_years: 0,
            sales_pricing_retention_years: 101,
            discount_history_retention_years: 0,
            minimum_margin_percentage: Percent::WHOLE,
            margin_alert_emails: vec!["a@b".into()],
            max_schedule_days: 3_651,
            currency_conversion_markup: Percent::from_millionths(-1),
            current_price_cache_minutes: 0,
            ..TldPricing::default()
        };
        assert_eq!(
            pointers(all_wrong),
            [
                "/cost_pricing_retention_years",
                "/sales_pricing_retention_years",
                "/discount_history_retention_years",
                "/max_schedule_days",
                "/current_price_cache_minutes",
                "/minimum_margin_percentage",
                "/currency_conversion_markup",
                "/margin_alert_emails"
            ]
        );
    }

    #[test]
    fn addresses_are_trimmed_kept_once_and_cannot_break_a_header() {
        let with = |emails: &[&str]| TldPricing {
            margin_alert_emails: emails.iter().map(|email| (*email).to_owned()).collect(),
            ..TldPricing::default()
        };
        let kept = with(&[" pricing@example.com", "Pricing@Example.com ", "a.b+c@bücher.example"])
            .checked()
            .unwrap();
        assert_eq!(
            kept.margin_alert_emails,
            ["pricing@example.com", "a.b+c@bücher.example"]
        );
        for bad in [
            "",
            "a",
            "a@b",
            "@b.example",
            "a@@b.example",
            "a\r\nBcc: x@y.example",
            "a@b..example",
            "a@-b.example",
            "<a@b.example>",
            "a,b@c.example",
        ] {
            assert_eq!(pointers(with(&[bad])), ["/margin_alert_emails"], "{bad}");
        }
        assert_eq!(pointers(with(&["a@b.example"; 21])), ["/margin_alert_emails"]);
    }

    #[test]
    fn prices_are_scheduled_so_many_days_ahead() {
        let now = Instant::from_micros(0);
        let latest = TldPricing::default().latest_schedule(now);
        assert_eq!(latest.since(now), SignedDuration::from_hours(365 * 24));
    }
}
