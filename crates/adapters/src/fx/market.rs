//! A market that never was: what a dollar is worth in a dozen currencies on any day, from the day alone.
//!
//! Figures wander as markets do, slowly and a little every day, and the same day always gives the same figures, so that the
//! simulated feed and the simulated history speak of one world. Nobody trades at them.

use std::fmt::Write as _;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use kernel::{Currency, Instant};

use crate::registrars::faults::draw;

/// Currency, what a dollar is about worth in it in units of 1e-8, and how far it wanders in parts of a thousand.
const MARKET: &[(Currency, i128, i128)] = &[
    (Currency::AED, 367_250_000, 0),
    (Currency::AUD, 153_200_000, 60),
    (Currency::CAD, 140_100_000, 40),
    (Currency::CHF, 80_600_000, 50),
    (Currency::CNY, 708_400_000, 20),
    (Currency::EUR, 86_420_000, 50),
    (Currency::GBP, 75_660_000, 50),
    (Currency::INR, 8_926_000_000, 30),
    (Currency::JPY, 15_630_000_000, 60),
    (Currency::KWD, 30_690_000, 6),
    (Currency::SGD, 129_800_000, 25),
    (Currency::USD, 100_000_000, 0),
];

/// Units of a figure.
const UNIT: i128 = 100_000_000;
/// Over how many days a swing goes, and its share of the whole in parts of a hundred.
const SWINGS: [(i64, i128); 4] = [(180, 55), (45, 25), (12, 13), (1, 7)];

/// What one unit of `base` is worth in `quote` on a day, in units of 1e-8; nothing where the market does not know one.
pub fn worth(base: Currency, quote: Currency, day: Date) -> Option<i128> {
    let of = |currency| a_dollar_in(currency, day);
    Some(of(quote)? * UNIT / of(base)?)
}

/// Every currency of the market.
pub fn currencies() -> impl Iterator<Item = Currency> {
    MARKET.iter().map(|(currency, ..)| *currency)
}

fn a_dollar_in(currency: Currency, day: Date) -> Option<i128> {
    let (_, about, wanders) = MARKET.iter().find(|(known, ..)| *known == currency)?;
    let number = i64::from(day.since(Date::constant(2000, 1, 1)).ok()?.get_days());
    // Parts of a million of the figure, at most `wanders` thousandths to either side.
    let moved: i128 = SWINGS
        .iter()
        .map(|(days, share)| swing(currency, *days, number) * wanders * share / 100_000)
        .sum();
    Some(about * (1_000_000 + moved) / 1_000_000)
}

/// Between -1,000,000 and 1,000,000: straight from one drawn height to the next.
fn swing(currency: Currency, days: i64, day: i64) -> i128 {
    let height = |knot: i64| {
        let drawn = draw(0, currency.code(), &format!("{days}/{knot}"));
        i128::from(drawn % 2_000_001) - 1_000_000
    };
    let (knot, past) = (day.div_euclid(days), i128::from(day.rem_euclid(days)));
    let (from, to) = (height(knot), height(knot + 1));
    from + (to - from) * past / i128::from(days)
}

/// The market's last year as the European Central Bank would write it, `eurofxref-hist.csv`: a line per working day whose
/// rates were struck by `until`, the latest first; one euro in each currency.
pub fn history_csv(until: Instant, days: i64) -> String {
    let frankfurt = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
    // Rates of a day are known from 16:00 on.
    let now = until
        .minus(SignedDuration::from_hours(16))
        .timestamp()
        .to_zoned(frankfurt);
    let quotes: Vec<Currency> = currencies().filter(|currency| *currency != Currency::EUR).collect();
    let mut csv = String::from("Date,");
    for quote in &quotes {
        let _ = write!(csv, "{quote},");
    }
    csv.push('\n');
    for back in 0..days {
        let Ok(day) = now.date().checked_sub(back.days()) else {
            break;
        };
        if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            continue;
        }
        let _ = write!(csv, "{day},");
        for quote in &quotes {
            let places = if *quote == Currency::JPY { 2 } else { 4 };
            let worth = worth(Currency::EUR, *quote, day).unwrap_or_default();
            let _ = write!(csv, "{},", written(worth, places));
        }
        csv.push('\n');
    }
    csv
}

/// A figure with so many places, the rest cut off.
pub(crate) fn written(worth: i128, places: u32) -> String {
    let scaled = worth / 10_i128.pow(8 - places);
    let unit = 10_i128.pow(places);
    format!("{}.{:0width$}", scaled / unit, scaled % unit, width = places as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_market_moves_a_little_every_day_and_the_same_day_is_the_same() {
        let first = Date::constant(2026, 1, 1);
        for quote in currencies().filter(|quote| *quote != Currency::USD) {
            let mut moved = false;
            for back in 0..800 {
                let (day, next) = (first + back.days(), first + (back + 1).days());
                let one = worth(Currency::USD, quote, day).unwrap();
                let other = worth(Currency::USD, quote, next).unwrap();
                assert!((one - other).abs() * 50 < one, "{quote} jumps on {next}");
                moved |= one != other;
                assert_eq!(worth(Currency::USD, quote, day), Some(one));
            }
            assert_eq!(moved, quote != Currency::AED, "{quote}");
        }
    }

    #[test]
    fn a_days_rates_are_in_the_file_once_they_are_struck() {
        let csv = |until: &str| history_csv(until.parse().unwrap(), 4);
        let lines = |csv: &str| {
            csv.lines()
                .skip(1)
                .map(|line| line[..10].to_owned())
                .collect::<Vec<_>>()
        };
        // A Friday in November: 16:00 in Frankfurt is 15:00 UTC.
        assert_eq!(
            lines(&csv("2026-11-27T14:59:59Z")),
            ["2026-11-26", "2026-11-25", "2026-11-24", "2026-11-23"]
        );
        assert_eq!(lines(&csv("2026-11-27T15:00:00Z"))[0], "2026-11-27");
        assert_eq!(lines(&csv("2026-11-29T15:00:00Z")), ["2026-11-27", "2026-11-26"]);
        assert!(csv("2026-11-27T15:00:00Z").starts_with("Date,AED,AUD,CAD,CHF,CNY,GBP,INR,JPY,KWD,SGD,USD,\n"));
    }
}
