//! The price book: an immutable, dense snapshot, built for reading.
//!
//! A TLD's name leads to its number, the number to a row of 16 bytes per list, currency and operation. A row's bit mask says
//! which kinds and terms it has; counting bits leads to the slot. A slot carries its last cell within, because that is the
//! one in force unless a change is scheduled or the past is asked for; else its instants are searched by halving.
//! So a price is a handful of dependent reads however many changes there have been, and reading allocates nothing.

use kernel::{Currency, Instant, Money, PriceId, RegistrarId};

use super::names::Names;
use super::words::{Kind, List, Operation};

/// All prices of one tenant as known at one moment. It answers for any instant, past or scheduled.
#[derive(Clone, Debug)]
pub struct PriceBook {
    pub(super) names: Names,
    /// Ascending, so the sales columns come first.
    pub(super) columns: Vec<Column>,
    /// By TLD, column, operation.
    pub(super) rows: Vec<Row>,
    /// By row, kind, years.
    pub(super) slots: Vec<Slot>,
    /// By slot and instant; `minors` and `versions` lie beside it.
    pub(super) froms: Vec<i64>,
    pub(super) minors: Vec<i64>,
    pub(super) versions: Vec<PriceId>,
    known_at: Instant,
}

/// One list in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Column {
    pub(super) list: List,
    pub(super) currency: Currency,
}

/// What one list has for one operation on one TLD: bit k is set when it has slot k.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    pub(super) mask: u64,
    pub(super) first_slot: u32,
}

/// The cells of one kind and term, by instant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) last_from: i64,
    pub(super) last_minor: i64,
}

/// The amount of a cell that says there is no price from then on. Prices are never below zero.
pub(super) const WITHDRAWN: i64 = -1;

/// The bit of a kind and term: eleven terms (0 to 10 years) for each of five kinds.
pub(super) const fn slot_of(kind: Kind, years: u8) -> u8 {
    kind as u8 * 11 + years
}

/// Where a price stands in a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Whose price.
    pub list: List,
    /// The TLD, as in [`super::Cell`].
    pub tld: &'a str,
    /// For what.
    pub operation: Operation,
    /// The term.
    pub years: u8,
    /// What kind of price.
    pub kind: Kind,
    /// In which currency.
    pub currency: Currency,
}

/// A cell that is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    /// The amount.
    pub price: Money,
    /// Since when.
    pub effective_from: Instant,
    /// The cell's id.
    pub version: PriceId,
    /// When the next cell of the same place begins, if one is scheduled.
    pub until: Option<Instant>,
}

/// A cell found: its amount, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) minor: i64,
    pub(super) cell: u32,
}

impl PriceBook {
    pub(super) fn empty(columns: Vec<Column>, known_at: Instant, cells: usize) -> Self {
        Self {
            names: Names::default(),
            columns,
            rows: Vec::new(),
            slots: Vec::new(),
            froms: Vec::with_capacity(cells),
            minors: Vec::with_capacity(cells),
            versions: Vec::with_capacity(cells),
            known_at,
        }
    }

    /// The moment whose knowledge this book holds.
    pub const fn known_at(&self) -> Instant {
        self.known_at
    }

    /// Every TLD with a price, a cost or a history of either, in alphabetical order.
    pub fn tlds(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter()
    }

    /// How many cells it holds.
    pub fn len(&self) -> usize {
        self.froms.len()
    }

    /// It holds nothing.
    pub fn is_empty(&self) -> bool {
        self.froms.is_empty()
    }

    /// The registrars with costs, each once.
    pub fn registrars(&self) -> impl Iterator<Item = RegistrarId> {
        let mut last = None;
        self.columns.iter().filter_map(move |column| match column.list {
            List::Registrar(registrar) if last.replace(registrar) != Some(registrar) => Some(registrar),
            _ => None,
        })
    }

    /// The currencies a list has prices in.
    pub fn currencies(&self, list: List) -> impl Iterator<Item = Currency> {
        self.columns
            .iter()
            .filter(move |column| column.list == list)
            .map(|column| column.currency)
    }

    /// The one cell in force at a place; nothing before the first and where the price was withdrawn.
    pub fn in_force(&self, place: &Place<'_>, at: Instant) -> Option<InForce> {
        let column = self.column(place.list, place.currency)?;
        let slot = self.slot(
            self.row_index(self.names.number(place.tld)?, column, place.operation),
            place.kind,
            place.years,
        )?;
        let found = self.search(slot, at.micros())?;
        let next = found.cell + 1;
        Some(InForce {
            price: Money::new(found.minor, place.currency),
            effective_from: self.effective_from(found),
            version: self.version(found),
            until: (next < slot.end).then(|| Instant::from_micros(self.froms[next as usize])),
        })
    }

    pub(super) fn column(&self, list: List, currency: Currency) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.currency == currency && column.list == list)
    }

    pub(super) const fn row_index(&self, tld: usize, column: usize, operation: Operation) -> usize {
        (tld * self.columns.len() + column) * Operation::ALL.len() + operation as usize
    }

    /// The cell in force, of a row's kind and term.
    pub(super) fn find(&self, row: usize, kind: Kind, years: u8, at: i64) -> Option<Found> {
        self.search(self.slot(row, kind, years)?, at)
    }

    pub(super) fn version(&self, found: Found) -> PriceId {
        self.versions[found.cell as usize]
    }

    pub(super) fn effective_from(&self, found: Found) -> Instant {
        Instant::from_micros(self.froms[found.cell as usize])
    }

    fn slot(&self, row: usize, kind: Kind, years: u8) -> Option<&Slot> {
        let row = &self.rows[row];
        let bit = 1_u64 << slot_of(kind, years);
        if row.mask & bit == 0 {
            return None;
        }
        let before = (row.mask & (bit - 1)).count_ones();
        Some(&self.slots[(row.first_slot + before) as usize])
    }

    fn search(&self, slot: &Slot, at: i64) -> Option<Found> {
        let found = if at >= slot.last_from {
            Found {
                minor: slot.last_minor,
                cell: slot.end - 1,
            }
        } else {
            let begun = self.froms[slot.start as usize..slot.end as usize].partition_point(|from| *from <= at);
            let cell = slot.start + u32::try_from(begun).ok()?.checked_sub(1)?;
            Found {
                minor: self.minors[cell as usize],
                cell,
            }
        };
        (found.minor != WITHDRAWN).then_some(found)
    }
}
