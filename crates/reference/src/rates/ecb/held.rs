//! What of a history waits for a person.
//!
//! Each figure is held against the last rate known before it: the one that counts here already, or the file's own last one
//! that counts, whichever is of the later instant. Too far from what counts here it waits, however long the file goes on
//! saying so, because no machine overrules what is known. Too far from the file's own it waits for a day: a slip is over
//! the next one, and a currency that was renamed at a thousand to one stays where it is. The last day of a currency is held
//! against what is known soon after it too: nothing in the file follows that could show it to be a slip.

use std::collections::BTreeMap;

use engines::fx::{FxAsk, FxBook, rate};
use jiff::SignedDuration;
use kernel::{Currency, Instant, Percent, Rate};

use super::super::books::RateBook;
use super::super::model::{HeldRate, HeldWhy, however_old, step};
use super::{BASE, Day, Line};

/// How soon after a currency's last day a rate tells something of that day.
pub(super) const SOON_AFTER: SignedDuration = SignedDuration::from_hours(24 * 31);

/// What the file said of a currency so far.
#[derive(Clone, Copy, Debug, Default)]
struct Course {
    /// The last figure that counts.
    counted: Option<(Instant, Rate)>,
    /// The last figure.
    read: Option<Rate>,
}

/// The days with what waits for a person set apart; `lines` in the order of time.
pub(super) fn held_back(lines: Vec<Line>, known: &RateBook, jump: Percent) -> Vec<Day> {
    let ends = last_days(&lines);
    let mut courses: BTreeMap<Currency, Course> = BTreeMap::new();
    let mut days = Vec::with_capacity(lines.len());
    for Line { line, quoted_at, rates } in lines {
        let mut day = Day {
            line,
            quoted_at,
            rates: BTreeMap::new(),
            held: Vec::new(),
        };
        for (quote, figure) in rates {
            let course = courses.entry(quote).or_default();
            let why = course
                .far_from_before(&known.fx, quote, quoted_at, figure, jump)
                .or_else(|| {
                    let is_last = ends.get(&quote) == Some(&quoted_at);
                    is_last.then(|| far_from_after(known, quote, quoted_at, figure, jump))?
                });
            course.read = Some(figure);
            match why {
                Some(why) => day.held.push(HeldRate {
                    quote,
                    said: figure.to_string(),
                    why,
                }),
                None => {
                    course.counted = Some((quoted_at, figure));
                    day.rates.insert(quote, figure);
                }
            }
        }
        days.push(day);
    }
    days
}

fn last_days(lines: &[Line]) -> BTreeMap<Currency, Instant> {
    let named = |line: &Line| {
        line.rates
            .keys()
            .map(|quote| (*quote, line.quoted_at))
            .collect::<Vec<_>>()
    };
    lines.iter().flat_map(named).collect()
}

impl Course {
    fn far_from_before(
        &self,
        known: &FxBook,
        quote: Currency,
        at: Instant,
        figure: Rate,
        jump: Percent,
    ) -> Option<HeldWhy> {
        let newer = |since: &Instant| self.counted.is_none_or(|(counted, _)| counted <= *since);
        match standing(known, quote, at).filter(|(since, _)| newer(since)) {
            Some((_, here)) => step(here, figure, jump),
            None => {
                let far = |from: Rate| step(from, figure, jump);
                far(self.counted?.1).filter(|_| self.read.and_then(far).is_some())
            }
        }
    }
}

/// Why a figure waits that is far from the first rate known after it, where that one is of soon after.
fn far_from_after(known: &RateBook, quote: Currency, at: Instant, figure: Rate, jump: Percent) -> Option<HeldWhy> {
    let instants = known.instants();
    let later = &instants[instants.partition_point(|instant| *instant <= at)..];
    let mut soon = later.iter().take_while(|instant| **instant <= at.plus(SOON_AFTER));
    let after = |instant: &Instant| standing(&known.fx, quote, *instant).filter(|(since, _)| *since > at);
    let (_, next) = soon.find_map(after)?;
    step(next, figure, jump)
}

/// What a euro is known to be worth at a moment, quoted, turned round or through another currency, and since when.
fn standing(known: &FxBook, quote: Currency, at: Instant) -> Option<(Instant, Rate)> {
    let ask = FxAsk {
        from: BASE,
        to: quote,
        at,
    };
    let quoted = rate(known, &however_old(), &ask).ok()?;
    Some((quoted.quoted_at()?, quoted.rate))
}

#[cfg(test)]
mod tests {
    use kernel::{Id, RateSheetId};
    use uuid::Uuid;

    use super::super::super::model::{RateSheet, Source};
    use super::super::read;
    use super::*;
    use Currency::{EUR, INR, JPY, USD};

    const NOW: &str = "2027-03-20T12:00:00Z";

    fn known(sheets: &[(Currency, &str, Currency, &str)]) -> RateBook {
        let sheet = |(base, at, quote, rate): &(Currency, &str, Currency, &str)| RateSheet {
            id: RateSheetId::from_uuid(Uuid::from_u128(9)),
            source: Source::Manual,
            base: *base,
            quoted_at: at.parse().unwrap(),
            rates: BTreeMap::from([(*quote, Rate::parse(rate).unwrap())]),
            held: Vec::new(),
            recorded_at: Instant::EPOCH,
            recorded_by: String::new(),
        };
        let sheets: Vec<RateSheet> = sheets.iter().map(sheet).collect();
        RateBook::build(1, Instant::EPOCH, Instant::EPOCH, &sheets)
    }

    /// The figures of a currency that count, day by day; nothing for one that waits.
    fn counted(text: &str, known: &RateBook, quote: Currency) -> Vec<String> {
        let history = read(text.as_bytes(), NOW.parse().unwrap())
            .unwrap()
            .against(known, Percent::whole(25));
        let days = history.days.iter();
        days.map(|day| day.rates.get(&quote).map(ToString::to_string).unwrap_or_default())
            .collect()
    }

    #[test]
    fn a_slip_of_one_day_waits_and_a_new_level_counts_from_its_second_day() {
        let text = "Date,USD,JPY\n2027-03-01,1.1,160\n2027-03-02,11,1600\n2027-03-03,1.1,1610\n2027-03-04,1.1,1620\n";
        let nothing = known(&[]);
        assert_eq!(counted(text, &nothing, USD), ["1.1", "", "1.1", "1.1"]);
        assert_eq!(counted(text, &nothing, JPY), ["160", "", "1610", "1620"]);
    }

    #[test]
    fn a_figure_far_from_what_is_known_waits_however_often_the_file_says_it() {
        let here = known(&[(EUR, "2027-03-03T15:00:00Z", USD, "1.083")]);
        assert_eq!(counted("Date,USD\n2027-03-04,10.831\n", &here, USD), [""]);
        let days = "Date,USD\n2027-03-04,10.831\n2027-03-05,10.84\n2027-03-06,1.09\n2027-03-07,1.1\n";
        assert_eq!(counted(days, &here, USD), ["", "", "1.09", "1.1"]);
        // The inverse and the cross are known as well.
        let here = known(&[
            (USD, "2027-03-03T15:00:00Z", EUR, "0.92"),
            (USD, "2027-03-03T15:00:00Z", INR, "90"),
        ]);
        let text = "Date,USD,INR\n2027-03-04,10.831,980\n2027-03-05,1.09,98\n";
        assert_eq!(counted(text, &here, USD), ["", "1.09"]);
        assert_eq!(counted(text, &here, INR), ["", "98"]);
    }

    #[test]
    fn a_rate_known_long_ago_is_not_held_against_what_the_file_led_to_since() {
        let here = known(&[(EUR, "2027-03-01T15:00:00Z", USD, "1")]);
        let text = "Date,USD\n2027-03-02,1.2\n2027-03-03,1.4\n2027-03-04,1.7\n2027-03-05,2\n";
        assert_eq!(counted(text, &here, USD), ["1.2", "1.4", "1.7", "2"]);
        // And what a person said on the way counts from then on.
        let here = known(&[
            (EUR, "2027-03-01T15:00:00Z", USD, "1"),
            (EUR, "2027-03-03T10:00:00Z", USD, "14"),
        ]);
        assert_eq!(counted(text, &here, USD), ["1.2", "", "", ""]);
    }

    #[test]
    fn the_last_day_of_a_currency_is_held_against_what_is_known_soon_after() {
        let text = "Date,USD,JPY\n2027-02-26,10.8,161\n2027-03-01,10.9,\n";
        let here = known(&[
            (EUR, "2027-03-04T15:00:00Z", USD, "1.09"),
            (EUR, "2027-03-04T15:00:00Z", JPY, "160"),
        ]);
        assert_eq!(counted(text, &here, USD), ["10.8", ""]);
        assert_eq!(counted(text, &here, JPY), ["161", ""]);
        let much_later = known(&[(EUR, "2027-04-15T15:00:00Z", USD, "1.09")]);
        assert_eq!(counted(text, &much_later, USD), ["10.8", "10.9"]);
    }
}
