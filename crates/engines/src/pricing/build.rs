//! Filling a price book: cells as the database keeps them become dense rows.

use std::cmp::Reverse;

use kernel::{Currency, Instant, PriceId};

use super::book::{Column, PriceBook, Slot, WITHDRAWN, slot_of};
use super::words::{Kind, List, Operation};

/// One price from one instant on, as the database keeps it: append-only, replaced by being superseded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// Whose price.
    pub list: List,
    /// The TLD as an A-label, lower case, without the leading dot.
    pub tld: &'a str,
    /// For what.
    pub operation: Operation,
    /// The term the amount is for; 1 for what is charged per year.
    pub years: u8,
    /// What kind of price.
    pub kind: Kind,
    /// In which currency.
    pub currency: Currency,
    /// From when on it is in force.
    pub effective_from: Instant,
    /// Minor units; nothing says that from then on there is no such price.
    pub minor: Option<i64>,
    /// Since when we know it.
    pub recorded_at: Instant,
    /// Since when we know better.
    pub superseded_at: Option<Instant>,
    /// The cell's id, named in traces.
    pub version: PriceId,
}

/// A cell that cannot be part of a book.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("price {version}: {fault}")]
pub struct BadCell {
    /// Which cell.
    pub version: PriceId,
    /// What is wrong with it.
    pub fault: CellFault,
}

/// What can be wrong with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellFault {
    /// The operation has no such term, or the kind is per year and the cell is not.
    #[error("no such term for this operation and kind of price")]
    Term,
    /// Below zero.
    #[error("a price is not below zero")]
    Negative,
    /// Not a lower-case A-label without a leading dot.
    #[error("not a TLD in lower-case ASCII without a leading dot")]
    Tld,
    /// A registrar's fee on a sales list.
    #[error("fees are parts of costs, not of sales prices")]
    FeeOnSalesList,
}

impl Cell<'_> {
    /// Whether the cell can be part of a book.
    pub fn check(&self) -> Result<(), BadCell> {
        let tld_byte = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
        let fault = if !self.kind.has_term(self.operation, self.years) {
            CellFault::Term
        } else if self.minor.is_some_and(i64::is_negative) {
            CellFault::Negative
        } else if !(1..=253).contains(&self.tld.len()) || self.tld.starts_with('.') || !self.tld.bytes().all(tld_byte) {
            CellFault::Tld
        } else if self.kind.is_fee() && self.list == List::Sales {
            CellFault::FeeOnSalesList
        } else {
            return Ok(());
        };
        Err(BadCell {
            version: self.version,
            fault,
        })
    }

    const fn column(&self) -> Column {
        Column {
            list: self.list,
            currency: self.currency,
        }
    }

    const fn slot(&self) -> u8 {
        slot_of(self.kind, self.years)
    }

    fn known_at(&self, known_at: Instant) -> bool {
        self.recorded_at <= known_at && self.superseded_at.is_none_or(|superseded| known_at < superseded)
    }
}

impl PriceBook {
    /// The book as it was known at `known_at`: cells recorded by then and not yet superseded. Of two such cells with the
    /// same place and beginning, the one recorded later holds.
    pub fn as_known_at<'a>(cells: impl IntoIterator<Item = Cell<'a>>, known_at: Instant) -> Result<Self, BadCell> {
        let mut cells: Vec<Cell<'a>> = cells.into_iter().filter(|cell| cell.known_at(known_at)).collect();
        cells.iter().try_for_each(Cell::check)?;
        let place = |cell: &Cell<'a>| {
            (
                cell.tld,
                cell.column(),
                cell.operation,
                cell.slot(),
                cell.effective_from,
            )
        };
        let seniority = |cell: &Cell<'a>| Reverse((cell.recorded_at, cell.version));
        cells.sort_unstable_by(|one, other| (place(one), seniority(one)).cmp(&(place(other), seniority(other))));
        cells.dedup_by(|later, held| place(later) == place(held));
        Ok(Self::from_sorted(&cells, known_at))
    }

    fn from_sorted(cells: &[Cell<'_>], known_at: Instant) -> Self {
        let mut columns: Vec<Column> = cells.iter().map(Cell::column).collect();
        columns.sort_unstable();
        columns.dedup();
        let of_a_tld = || cells.chunk_by(|one, next| one.tld == next.tld);
        let tlds = of_a_tld().map(|cells| cells[0].tld.into()).collect();
        let mut book = Self::empty(columns, tlds, known_at);
        for (tld, cells) in of_a_tld().enumerate() {
            cells.iter().for_each(|cell| book.append(tld, cell));
        }
        book.slots.shrink_to_fit();
        book.froms.shrink_to_fit();
        book.minors.shrink_to_fit();
        book.versions.shrink_to_fit();
        book
    }

    /// Cells come in the order of sheets, rows, slots and instants, so what belongs together is adjacent.
    fn append(&mut self, tld: usize, cell: &Cell<'_>) {
        let end = u32::try_from(self.froms.len()).expect("a book holds fewer than 2^32 cells");
        let column = self
            .columns
            .binary_search(&cell.column())
            .expect("the columns are those of these very cells");
        let sheet = tld * self.columns.len() + column;
        let (row, bit) = (
            &mut self.sheets[sheet].rows[cell.operation as usize],
            1_u64 << cell.slot(),
        );
        if row.mask == 0 {
            row.first_slot = u32::try_from(self.slots.len()).expect("there are no more slots than cells");
        }
        let (from, minor, version) = (
            cell.effective_from.micros(),
            cell.minor.unwrap_or(WITHDRAWN),
            cell.version,
        );
        if row.mask & bit == 0 {
            row.mask |= bit;
            self.slots.push(Slot {
                start: end,
                end,
                last_from: from,
                last_minor: minor,
                last_version: version,
            });
            return;
        }
        let open = self
            .slots
            .last_mut()
            .expect("the slot was pushed with this place's first cell");
        self.froms.push(open.last_from);
        self.minors.push(open.last_minor);
        self.versions.push(open.last_version);
        (open.end, open.last_from, open.last_minor, open.last_version) = (end + 1, from, minor, version);
    }
}
