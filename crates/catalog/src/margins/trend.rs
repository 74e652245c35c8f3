//! How margins have stood over time. The price book answers for any instant, so nothing is recorded for this.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use engines::margin::{self, MarginClass};
use jiff::SignedDuration;
use kernel::{Currency, Instant, Percent, TenantId};

use super::rates::{Held, Rates};
use super::report::{Parties, Question};
use super::tally::Counting;
use crate::price_books::Book;

/// One moment of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When.
    pub at: Instant,
    /// How many margins were negative.
    pub negative: u32,
    /// The median of those compared.
    pub median: Option<Percent>,
}

/// How many moments.
const POINTS: i64 = 12;
/// How far they lie apart.
const STEP: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The margins of the last twelve weeks: a week apart, the last of them at the midnight (UTC) before `question.at`; all in
/// one pass over the book. Prices that were not in force yet count as none.
pub fn trend(book: &Book, rates: Rates<'_>, question: Question) -> Vec<Point> {
    let last = midnight(question.at);
    let at = |back: i64| Instant::from_micros(last.micros() - STEP.as_micros() as i64 * back);
    let instants: Vec<Instant> = (0..POINTS).rev().map(at).collect();
    let mut counts = vec![Counting::default(); instants.len()];
    let parties = Parties::of(book, question.currency);
    let names = book.endings().map(|tld| &*tld.ending);
    let ask = parties.ask(book, rates, question);
    margin::over_time(&ask, names, &instants, |place, row| counts[place].add(&row.margin));
    let point = |(at, counted): (Instant, Counting)| {
        let tally = counted.done();
        Point {
            at,
            negative: tally.count(MarginClass::Negative),
            median: tally.median,
        }
    };
    instants.into_iter().zip(counts).map(point).collect()
}

fn midnight(at: Instant) -> Instant {
    const DAY: i64 = 86_400_000_000;
    Instant::from_micros(at.micros().div_euclid(DAY) * DAY)
}

/// What a trend depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Basis {
    version: i64,
    day: Instant,
    currency: Currency,
    low_below: Percent,
    rates_version: i64,
}

/// The last trend of each tenant: it changes once a day or with the prices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trends(Arc<Mutex<HashMap<TenantId, Kept>>>);

/// A trend and what it depends on.
type Kept = (Basis, Arc<Vec<Point>>);

impl Trends {
    pub(super) fn of(&self, tenant: TenantId, book: &Book, held: &Held, question: Question) -> Arc<Vec<Point>> {
        let basis = Basis {
            version: book.version,
            day: midnight(question.at),
            currency: question.currency,
            low_below: question.rules.low_below,
            rates_version: held.version(),
        };
        let known = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&tenant)
            .cloned();
        if let Some((_, points)) = known.filter(|(of, _)| *of == basis) {
            return points;
        }
        let points = Arc::new(trend(book, held.rates(), question));
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(tenant, (basis, Arc::clone(&points)));
        points
    }
}
