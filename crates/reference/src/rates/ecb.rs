//! The European Central Bank's history of its reference rates, `eurofxref-hist.csv`: a line per working day, a column per
//! currency, one euro in each of them, `N/A` where there was none. Struck at 16:00 in Frankfurt.
//!
//! Reading is pure. What waits for a person is told by `held`, once the lines are read.

mod counted;
mod held;

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Currency, Instant, Percent, Problem, Rate};
use serde::{Deserialize, Serialize};

use self::counted::Counted;
use super::books::RateBook;
use super::model::HeldRate;

/// What the bank's rates are of.
pub(super) const BASE: Currency = Currency::EUR;
/// Lines of a file: the bank needs a century for as many.
const MOST_LINES: u32 = 30_000;
/// Columns of a file.
const MOST_COLUMNS: usize = 120;
/// Longest date or figure.
const LONGEST_CELL: usize = 32;
/// Bad cells that are told one by one.
const MOST_FINDINGS: usize = 200;

/// A file, read and held against what is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct History {
    /// Its days, the earliest first.
    pub(super) days: Vec<Day>,
    /// What could not be read, the first two hundred.
    pub(super) findings: Vec<Finding>,
    /// Lines with something that could not be read.
    pub(super) bad: u32,
}

/// One day of rates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Day {
    /// The line of the file.
    pub(super) line: u64,
    /// When they were struck.
    pub(super) quoted_at: Instant,
    /// One euro is worth so much of each of these.
    pub(super) rates: BTreeMap<Currency, Rate>,
    /// What waits for a person.
    pub(super) held: Vec<HeldRate>,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Finding {
    /// The line of the file, from 1.
    pub(super) line: u64,
    /// The heading of the column.
    pub(super) column: String,
    /// What stands there.
    pub(super) value: String,
    /// Why it cannot be read; a code.
    pub(super) code: String,
}

/// A file, read.
#[derive(Debug)]
pub(super) struct Lines {
    lines: Vec<Line>,
    findings: Vec<Finding>,
    bad: u32,
}

impl Lines {
    /// Its first and its last day.
    pub(super) fn span(&self) -> Option<(Instant, Instant)> {
        Some((self.lines.first()?.quoted_at, self.lines.last()?.quoted_at))
    }

    /// How far a book must reach to hold the file against: until a while after its last day.
    pub(super) fn known_until(&self) -> Option<Instant> {
        self.span().map(|(_, last)| last.plus(held::SOON_AFTER))
    }

    /// Its days, with what waits for a person set apart: what is further than `jump` from what is known.
    pub(super) fn against(self, known: &RateBook, jump: Percent) -> History {
        History {
            days: held::held_back(self.lines, known, jump),
            findings: self.findings,
            bad: self.bad,
        }
    }
}

/// A line as it was read, before it was held against its neighbours.
#[derive(Debug)]
struct Line {
    line: u64,
    quoted_at: Instant,
    rates: BTreeMap<Currency, Rate>,
}

/// Reads a file.
///
/// # Errors
/// `ecb_unreadable` when it is no such file at all, `ecb_too_long`.
pub(super) fn read(content: &[u8], now: Instant) -> Result<Lines, Problem> {
    let unreadable = || Problem::refused("ecb_unreadable").field("/content", "ecb_unreadable");
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(content);
    let head = reader.headers().map_err(|_| unreadable())?.clone();
    if head.get(0) != Some("Date") || head.len() > MOST_COLUMNS {
        return Err(unreadable());
    }
    let columns: Vec<Option<Currency>> = head.iter().map(|name| Currency::parse(name).ok()).collect();
    if !columns.iter().any(Option::is_some) {
        return Err(unreadable());
    }
    let mut seen = Seen::by(now);
    let mut counted = Counted::of(content);
    for (count, record) in (1_u32..).zip(reader.records()) {
        if count > MOST_LINES {
            return Err(Problem::refused("ecb_too_long")
                .arg("max", MOST_LINES)
                .field("/content", "ecb_too_long"));
        }
        let record = record.map_err(|_| unreadable())?;
        let starts = record.position().map_or(0, csv::Position::byte);
        let line = counted.starting_at(usize::try_from(starts).unwrap_or(usize::MAX));
        seen.line(line, &head, &columns, &record);
    }
    let Seen {
        mut lines,
        findings,
        bad_lines,
        ..
    } = seen;
    lines.sort_by_key(|line| line.quoted_at);
    Ok(Lines {
        lines,
        findings,
        bad: u32::try_from(bad_lines.len()).unwrap_or(u32::MAX),
    })
}

struct Seen {
    now: Instant,
    lines: Vec<Line>,
    instants: HashSet<Instant>,
    findings: Vec<Finding>,
    bad_lines: HashSet<u64>,
}

impl Seen {
    fn by(now: Instant) -> Self {
        Self {
            now,
            lines: Vec::new(),
            instants: HashSet::new(),
            findings: Vec::new(),
            bad_lines: HashSet::new(),
        }
    }

    fn line(
        &mut self,
        number: u64,
        head: &csv::StringRecord,
        columns: &[Option<Currency>],
        record: &csv::StringRecord,
    ) {
        let date = record.get(0).unwrap_or_default();
        let quoted_at = match struck_at(date) {
            None => return self.bad(number, "Date", date, "rate_date_invalid"),
            Some(at) if at > self.now => return self.bad(number, "Date", date, "rates_in_the_future"),
            Some(at) => at,
        };
        if !self.instants.insert(quoted_at) {
            return self.bad(number, "Date", date, "rate_date_twice");
        }
        let mut rates = BTreeMap::new();
        for ((heading, currency), cell) in head.iter().zip(columns).zip(record).skip(1) {
            // One euro is one euro, whoever says so.
            let Some(currency) = currency.filter(|currency| *currency != BASE) else {
                continue;
            };
            if cell.is_empty() || cell == "N/A" {
                continue;
            }
            match Rate::parse(cell) {
                Ok(rate) if cell.len() <= LONGEST_CELL => drop(rates.insert(currency, rate)),
                _ => self.bad(number, heading, cell, "rate_invalid"),
            }
        }
        if rates.is_empty() {
            return self.bad(number, "Date", date, "rates_empty");
        }
        self.lines.push(Line {
            line: number,
            quoted_at,
            rates,
        });
    }

    fn bad(&mut self, line: u64, column: &str, value: &str, code: &str) {
        self.bad_lines.insert(line);
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding {
                line,
                column: column.to_owned(),
                value: value.chars().take(LONGEST_CELL).collect(),
                code: code.to_owned(),
            });
        }
    }
}

/// 16:00 in Frankfurt on a date.
fn struck_at(date: &str) -> Option<Instant> {
    let date: Date = date.parse().ok().filter(|_| date.len() == 10)?;
    let frankfurt = TimeZone::get("Europe/Berlin").ok()?;
    let zoned = date.at(16, 0, 0, 0).to_zoned(frankfurt).ok()?;
    Some(Instant::from_timestamp(zoned.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Currency::{JPY, USD};

    const NOW: &str = "2027-03-05T12:00:00Z";

    fn history(text: &str) -> Result<History, &'static str> {
        let nothing = RateBook::build(0, Instant::EPOCH, Instant::EPOCH, &[]);
        let lines = read(text.as_bytes(), NOW.parse().unwrap()).map_err(|problem| problem.code)?;
        Ok(lines.against(&nothing, Percent::whole(25)))
    }

    #[test]
    fn the_banks_file_is_read_with_its_gaps_and_its_hour_in_summer_and_winter() {
        let text = "Date,USD,JPY,CYP,\n2027-03-04,1.0831,161.07,N/A,\n2026-07-01,1.1,N/A,0.58,\n";
        let history = history(text).unwrap();
        assert_eq!((history.bad, history.days.len()), (0, 2));
        let [summer, winter] = &history.days[..] else { panic!() };
        assert_eq!(
            (summer.quoted_at.to_string(), summer.line),
            ("2026-07-01T14:00:00Z".into(), 3)
        );
        assert_eq!(summer.rates, BTreeMap::from([(USD, Rate::parse("1.1").unwrap())]));
        assert_eq!(winter.quoted_at.to_string(), "2027-03-04T15:00:00Z");
        assert_eq!(winter.rates[&JPY], Rate::parse("161.07").unwrap());
    }

    #[test]
    fn every_bad_cell_is_named_by_line_and_column() {
        let text = "Date,USD,JPY\n2027-03-04,0,161\n2027-3-3,1.1,160\n2027-03-05,1.1,160\n2027-03-04,1,1\n2027-03-02,x,1e3\n2027-03-01,,\n";
        let history = history(text).unwrap();
        let found: Vec<_> = history
            .findings
            .iter()
            .map(|finding| (finding.line, finding.column.as_str(), finding.code.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (2, "USD", "rate_invalid"),
                (3, "Date", "rate_date_invalid"),
                (4, "Date", "rates_in_the_future"),
                (5, "Date", "rate_date_twice"),
                (6, "USD", "rate_invalid"),
                (6, "JPY", "rate_invalid"),
                (6, "Date", "rates_empty"),
                (7, "Date", "rates_empty"),
            ]
        );
        assert_eq!(history.bad, 6);
    }

    #[test]
    fn what_is_no_file_of_the_banks_is_refused_whole() {
        for text in [
            "",
            "<html><body>Back soon</body></html>",
            "tld,price\ncom,1\n",
            "Date,XXX\n2027-03-04,1\n",
        ] {
            assert_eq!(history(text), Err("ecb_unreadable"), "{text}");
        }
        let long = format!("Date,USD\n{}", "2027-03-04,1\n".repeat(30_001));
        assert_eq!(history(&long), Err("ecb_too_long"));
        assert_eq!(history("\u{feff}Date,USD\n2027-03-04,1\n").unwrap().days.len(), 1);
    }
}
