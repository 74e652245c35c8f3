//! A book as cells again.

use kernel::Instant;

use super::book::{Column, PriceBook, WITHDRAWN, slot_of};
use super::build::Cell;
use super::words::{Kind, Operation};

const TERMS: u8 = 11;

impl PriceBook {
    /// Every cell it holds, as one recorded at the beginning of time: who is not known any more here.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        self.tlds().flat_map(|tld| self.cells_of(tld))
    }

    /// Every cell of one TLD.
    pub(super) fn cells_of<'c>(&'c self, tld: &'c str) -> impl Iterator<Item = Cell<'c>> {
        let columns = self.columns.len();
        let number = self.names.number(tld).into_iter();
        number.flat_map(move |number| {
            let of_columns = self.columns.iter().enumerate();
            of_columns.flat_map(move |(at, column)| self.sheet_cells(number * columns + at, tld, *column))
        })
    }

    fn sheet_cells<'a>(&'a self, sheet: usize, tld: &'a str, column: Column) -> impl Iterator<Item = Cell<'a>> {
        let places = Operation::ALL.into_iter().flat_map(|operation| {
            Kind::ALL
                .into_iter()
                .flat_map(move |kind| (0..TERMS).map(move |years| (operation, kind, years)))
        });
        places.flat_map(move |(operation, kind, years)| {
            let row = self.sheets[sheet].rows[operation as usize];
            let bit = 1_u64 << slot_of(kind, years);
            let slot = (row.mask & bit != 0)
                .then(|| &self.slots[(row.first_slot + (row.mask & (bit - 1)).count_ones()) as usize]);
            let before = slot.map_or(0..0, |slot| slot.start as usize..slot.end as usize);
            let before = before.map(|at| (self.froms[at], self.minors[at], self.versions[at]));
            let last = slot.map(|slot| (slot.last_from, slot.last_minor, slot.last_version));
            before.chain(last).map(move |(from, minor, version)| Cell {
                list: column.list,
                tld,
                operation,
                years,
                kind,
                currency: column.currency,
                effective_from: Instant::from_micros(from),
                minor: Some(minor).filter(|minor| *minor != WITHDRAWN),
                recorded_at: Instant::from_micros(i64::MIN),
                superseded_at: None,
                version,
            })
        })
    }
}
