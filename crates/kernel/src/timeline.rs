//! Values in force over time: exactly one at every instant from the first on, none before.
//!
//! There is no "until": a value holds until the next one begins, so gaps and overlaps cannot be written down.

use crate::Instant;

/// A history and schedule of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline<T> {
    /// Strictly ascending by instant.
    cells: Vec<(Instant, T)>,
}

/// Two values were said to begin at the same instant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two values begin at {at}")]
pub struct TwoValues {
    /// The instant in question.
    pub at: Instant,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self { cells: Vec::new() }
    }
}

impl<T> Timeline<T> {
    /// With nothing in force, ever.
    pub fn new() -> Self {
        Self::default()
    }

    /// From the instants at which values begin, in any order.
    ///
    /// # Errors
    /// [`TwoValues`] when an instant is named twice.
    pub fn from_transitions(transitions: impl IntoIterator<Item = (Instant, T)>) -> Result<Self, TwoValues> {
        let mut cells: Vec<(Instant, T)> = transitions.into_iter().collect();
        cells.sort_by_key(|cell| cell.0);
        match cells.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => Err(TwoValues { at: pair[0].0 }),
            None => Ok(Self { cells }),
        }
    }

    /// The value in force at `at`.
    pub fn at(&self, at: Instant) -> Option<&T> {
        self.begun_by(at).map(|(_, value)| value)
    }

    /// The value in force at `at`, and since when.
    pub fn begun_by(&self, at: Instant) -> Option<(Instant, &T)> {
        self.cells[..self.begun(at)].last().map(|cell| (cell.0, &cell.1))
    }

    /// The first value that begins after `at`, and when.
    pub fn next_change_after(&self, at: Instant) -> Option<(Instant, &T)> {
        self.cells.get(self.begun(at)).map(|cell| (cell.0, &cell.1))
    }

    /// Lets `value` begin at `from` and hold until whatever begins next; returns the value that began at that very instant
    /// before.
    pub fn set_from(&mut self, from: Instant, value: T) -> Option<T> {
        match self.cells.binary_search_by_key(&from, |cell| cell.0) {
            Ok(at) => Some(std::mem::replace(&mut self.cells[at].1, value)),
            Err(at) => {
                self.cells.insert(at, (from, value));
                None
            }
        }
    }

    /// Every value with the instant it begins at, from the first to the last.
    pub fn transitions(&self) -> impl DoubleEndedIterator<Item = (Instant, &T)> + ExactSizeIterator {
        self.cells.iter().map(|cell| (cell.0, &cell.1))
    }

    /// How many values begin.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Nothing is in force, ever.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// How many values have begun by `at`, its own instant included.
    fn begun(&self, at: Instant) -> usize {
        self.cells.partition_point(|cell| cell.0 <= at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn instant(micros: i64) -> Instant {
        Instant::from_micros(micros)
    }

    fn timeline(transitions: &[(i64, char)]) -> Timeline<char> {
        Timeline::from_transitions(transitions.iter().map(|(at, value)| (instant(*at), *value))).unwrap()
    }

    #[test]
    fn a_value_holds_from_its_instant_until_the_next_begins() {
        let prices = timeline(&[(20, 'b'), (10, 'a')]);
        let seen: Vec<Option<char>> = [9, 10, 19, 20, 1_000]
            .iter()
            .map(|at| prices.at(instant(*at)).copied())
            .collect();
        assert_eq!(seen, [None, Some('a'), Some('a'), Some('b'), Some('b')]);
        assert_eq!(prices.next_change_after(instant(9)), Some((instant(10), &'a')));
        assert_eq!(prices.next_change_after(instant(10)), Some((instant(20), &'b')));
        assert_eq!(prices.next_change_after(instant(20)), None);
    }

    #[test]
    fn two_values_at_one_instant_are_refused() {
        let twice = Timeline::from_transitions([(instant(1), 'a'), (instant(1), 'b')]);
        assert_eq!(twice, Err(TwoValues { at: instant(1) }));
    }

    #[test]
    fn a_value_set_within_leaves_what_follows_as_it_was() {
        let mut prices = timeline(&[(10, 'a'), (20, 'b')]);
        assert_eq!(prices.set_from(instant(15), 'x'), None);
        assert_eq!(prices.set_from(instant(10), 'y'), Some('a'));
        assert_eq!(prices, timeline(&[(10, 'y'), (15, 'x'), (20, 'b')]));
    }

    proptest! {
        #[test]
        fn exactly_one_value_is_in_force_at_every_instant_after_the_first(begins in prop::collection::btree_map(0..200_i64, any::<u8>(), 0..20), at in -10..210_i64) {
            // The plain reading of the rule: of all that began by then, the last.
            let timeline = Timeline::from_transitions(begins.iter().map(|(at, value)| (instant(*at), *value))).unwrap();
            let plain = begins.iter().rfind(|(begin, _)| **begin <= at).map(|(_, value)| value);
            prop_assert_eq!(timeline.at(instant(at)), plain);
            prop_assert_eq!(timeline.at(instant(at)).is_some(), begins.keys().next().is_some_and(|first| *first <= at));
        }

        #[test]
        fn values_set_one_by_one_make_the_timeline_of_all_of_them(sets in prop::collection::vec((0..50_i64, any::<u8>()), 0..40), at in -5..55_i64) {
            let (mut timeline, mut plain) = (Timeline::new(), std::collections::BTreeMap::new());
            for (from, value) in sets {
                prop_assert_eq!(timeline.set_from(instant(from), value), plain.insert(from, value));
            }
            prop_assert_eq!(timeline.at(instant(at)), plain.range(..=at).next_back().map(|(_, value)| value));
            prop_assert_eq!(timeline.len(), plain.len());
            let all = plain.into_iter().map(|(from, value)| (instant(from), value));
            prop_assert_eq!(Ok(timeline), Timeline::from_transitions(all));
        }

        #[test]
        fn splitting_a_period_changes_nothing(begins in prop::collection::btree_map(0..200_i64, any::<u8>(), 1..20), split in 0..200_i64, at in 0..210_i64) {
            let before = Timeline::from_transitions(begins.iter().map(|(at, value)| (instant(*at), *value))).unwrap();
            let mut after = before.clone();
            if let Some(value) = before.at(instant(split)) { after.set_from(instant(split), *value); }
            prop_assert_eq!(before.at(instant(at)), after.at(instant(at)));
        }

        #[test]
        fn walking_the_changes_visits_every_transition_once(begins in prop::collection::btree_map(0..200_i64, any::<u8>(), 0..20)) {
            let timeline = Timeline::from_transitions(begins.iter().map(|(at, value)| (instant(*at), *value))).unwrap();
            let mut walked = Vec::new();
            let mut at = instant(-1);
            while let Some((next, value)) = timeline.next_change_after(at) { walked.push((next, value)); at = next; }
            prop_assert_eq!(walked, timeline.transitions().collect::<Vec<_>>());
        }
    }
}
