//! A book as it would be with some of its cells taken out and others put in: what a change is compared by before it is made.

use kernel::PriceId;

use super::book::PriceBook;
use super::build::{BadCell, Cell};

impl PriceBook {
    /// The book of these TLDs alone, without some cells and with others; a new cell takes the place of one that begins at
    /// the same instant. A TLD named twice is taken once.
    ///
    /// # Errors
    /// The first new cell that cannot be part of a book.
    pub fn revised<'c>(
        &'c self,
        tlds: impl IntoIterator<Item = &'c str>,
        without: impl Fn(PriceId) -> bool,
        with: impl IntoIterator<Item = Cell<'c>>,
    ) -> Result<Self, BadCell> {
        let mut tlds: Vec<&str> = tlds.into_iter().collect();
        tlds.sort_unstable();
        tlds.dedup();
        let kept = tlds.into_iter().flat_map(|tld| self.cells_of(tld));
        let kept = kept.filter(|cell| !without(cell.version));
        let new = with.into_iter().map(|cell| Cell {
            recorded_at: self.known_at(),
            superseded_at: None,
            ..cell
        });
        Self::as_known_at(kept.chain(new), self.known_at())
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Currency, Id, Instant, RegistrarId};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::pricing::{Kind, List, Operation, Place};

    fn cell(tld: &str, at: i64, minor: Option<i64>, version: u128) -> Cell<'_> {
        Cell {
            list: List::Sales,
            tld,
            operation: Operation::Renew,
            years: 1,
            kind: Kind::Regular,
            currency: Currency::USD,
            effective_from: Instant::from_micros(at),
            minor,
            recorded_at: Instant::from_micros(5),
            superseded_at: None,
            version: PriceId::from_uuid(Uuid::from_u128(version)),
        }
    }

    fn book<'a>(cells: impl IntoIterator<Item = Cell<'a>>) -> PriceBook {
        PriceBook::as_known_at(cells, Instant::from_micros(9)).unwrap()
    }

    fn minor(book: &PriceBook, tld: &str, at: i64) -> Option<i64> {
        let place = Place {
            list: List::Sales,
            tld,
            operation: Operation::Renew,
            years: 1,
            kind: Kind::Regular,
            currency: Currency::USD,
        };
        let found = book.in_force(&place, Instant::from_micros(at))?;
        Some(found.price.minor)
    }

    #[test]
    fn a_new_cell_holds_from_where_it_begins_and_a_taken_one_never() {
        let had = book([
            cell("com", 10, Some(900), 1),
            cell("com", 30, Some(990), 2),
            cell("net", 10, Some(1), 3),
        ]);
        let scheduled = PriceId::from_uuid(Uuid::from_u128(2));
        let same = had.revised(["com"], |_| false, []).unwrap();
        let course: Vec<_> = [9, 10, 30].map(|at| minor(&same, "com", at)).into();
        assert_eq!(
            course,
            [None, Some(900), Some(990)],
            "a price that never changed is not lost"
        );
        let new = [cell("com", 20, Some(950), 4), cell("com", 10, Some(910), 5)];
        let after = had.revised(["com", "com"], |id| id == scheduled, new).unwrap();
        let course: Vec<_> = [9, 10, 20, 30].map(|at| minor(&after, "com", at)).into();
        assert_eq!(course, [None, Some(910), Some(950), Some(950)]);
        assert_eq!(minor(&after, "net", 10), None, "only the TLDs asked for");
    }

    proptest! {
        /// What comes out of a book and goes into another makes the same book.
        #[test]
        fn every_cell_comes_out_as_it_went_in(
            cells in prop::collection::vec((0_usize..3, 0_usize..5, 0_usize..4, 0_u8..=10, 0_u128..3, 0_i64..9, prop::option::of(0_i64..999)), 0..60),
        ) {
            let tlds = ["com", "net", "org"];
            let cells: Vec<Cell<'_>> = cells.into_iter().zip(1..).map(|((tld, kind, operation, years, list, from, minor), version)| Cell {
                list: if list == 0 { List::Sales } else { List::Registrar(RegistrarId::from_uuid(Uuid::from_u128(list))) },
                operation: Operation::ALL[operation],
                years,
                kind: Kind::ALL[kind],
                ..cell(tlds[tld], from, minor, version)
            }).filter(|cell| cell.check().is_ok()).collect();
            let had = book(cells);
            let again = had.revised(tlds, |_| false, []).unwrap();
            prop_assert_eq!(had.len(), again.len());
            for tld in tlds {
                prop_assert!(had.cells_of(tld).eq(again.cells_of(tld)));
            }
        }
    }
}
