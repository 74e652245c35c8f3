//! How many margins stand how.

use kernel::Percent;

use super::matrix::{Class, MarginRow};

/// Counts by class, and the median of those compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: [u32; Class::ALL.len()],
    /// The middle one of all margins on price; the lower of the two in the middle.
    pub median: Option<Percent>,
}

impl Tally {
    /// Counts rows.
    pub fn of<'r, 'b: 'r>(rows: impl IntoIterator<Item = &'r MarginRow<'b>>) -> Self {
        let mut tally = Self::default();
        let mut shares = Vec::new();
        for row in rows {
            tally.counts[row.class as usize] += 1;
            shares.extend(row.margin.on_price.map(Percent::millionths));
        }
        let middle = shares.len().saturating_sub(1) / 2;
        if !shares.is_empty() {
            let (_, median, _) = shares.select_nth_unstable(middle);
            tally.median = Some(Percent::from_millionths(*median));
        }
        tally
    }

    /// How many are of a class.
    pub const fn count(&self, class: Class) -> u32 {
        self.counts[class as usize]
    }

    /// How many there are.
    pub fn total(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// How many were compared.
    pub const fn compared(&self) -> u32 {
        self.count(Class::Negative) + self.count(Class::Low) + self.count(Class::Healthy)
    }
}
