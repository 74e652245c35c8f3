//! How many margins stand how.

use engines::margin::{Margin, MarginClass};
use kernel::Percent;

use super::report::MarginRow;

/// Counts by class, and the median of those compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: [u32; MarginClass::ALL.len()],
    /// The middle one of all margins on price; the lower of the two in the middle.
    pub median: Option<Percent>,
}

/// A tally that is still being counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Counting {
    tally: Tally,
    shares: Vec<i64>,
}

impl Counting {
    pub(super) fn add(&mut self, margin: &Margin) {
        self.tally.counts[margin.class as usize] += 1;
        self.shares.extend(margin.on_price.map(Percent::millionths));
    }

    pub(super) fn done(mut self) -> Tally {
        let middle = self.shares.len().saturating_sub(1) / 2;
        if !self.shares.is_empty() {
            let (_, median, _) = self.shares.select_nth_unstable(middle);
            self.tally.median = Some(Percent::from_millionths(*median));
        }
        self.tally
    }
}

impl Tally {
    /// Counts rows.
    pub fn of<'r, 'b: 'r>(rows: impl IntoIterator<Item = &'r MarginRow<'b>>) -> Self {
        let mut counting = Counting::default();
        rows.into_iter().for_each(|row| counting.add(&row.found.margin));
        counting.done()
    }

    /// How many are of a class.
    pub const fn count(&self, class: MarginClass) -> u32 {
        self.counts[class as usize]
    }

    /// How many there are.
    pub fn total(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// How many were compared.
    pub const fn compared(&self) -> u32 {
        self.count(MarginClass::Negative) + self.count(MarginClass::Low) + self.count(MarginClass::Healthy)
    }
}
