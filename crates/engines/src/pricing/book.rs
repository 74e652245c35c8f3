//! The price book: an immutable, dense snapshot, built for reading.
//!
//! A TLD's name leads to its number, the number to a sheet of one cache line per list and currency, with a row for each
//! operation. A row's bit mask says which kinds and terms it has; counting bits leads to the slot. A slot carries its last
//! cell within, because that is the one in force unless a change is scheduled or the past is asked for; else its instants
//! are searched by halving. So a price is a handful of dependent reads, near each other, however many changes there have
//! been; and reading allocates nothing.

use kernel::{Currency, Instant, Money, PriceId, RegistrarId};

use super::names::Names;
use super::words::{Kind, List, Operation};

/// All prices of one tenant as known at one moment. It answers for any instant, past or scheduled.
#[derive(Clone, Debug)]
pub struct PriceBook {
    pub(super) names: Names,
    /// The first columns, as long as they are sales prices: found without leaving this struct.
    sales: [Option<Currency>; 8],
    /// By TLD and column.
    pub(super) sheets: Vec<Sheet>,
    /// By sheet, operation, kind, years.
    pub(super) slots: Vec<Slot>,
    /// Ascending, so the sales columns come first.
    pub(super) columns: Vec<Column>,
    /// Of the cells that were followed by another, by slot and instant; `minors` and `versions` lie beside it.
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

/// What one list has in one currency for one TLD, by operation. One cache line.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub(super) struct Sheet {
    pub(super) rows: [Row; Operation::ALL.len()],
}

const _: () = assert!(size_of::<Sheet>() == 64, "a sheet is one cache line");

/// What it has for one operation: bit k is set when it has slot k.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    pub(super) mask: u64,
    pub(super) first_slot: u32,
}

/// The cells of one kind and term, by instant: the last of them, and where those before it are. Most prices never changed,
/// so that most slots are all there is of a price.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) last_from: i64,
    pub(super) last_minor: i64,
    pub(super) last_version: PriceId,
}

/// The amount of a cell that says there is no price from then on. Prices are never below zero.
pub(super) const WITHDRAWN: i64 = -1;

/// The longest term there is.
const MOST_YEARS: u8 = 10;

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
pub(super) struct Found<'b> {
    /// The amount in the currency asked for.
    pub(super) minor: i64,
    /// The amount in the book, where it was converted.
    pub(super) listed: Option<i64>,
    /// Its place among those followed by another; for the last one the end of them.
    cell: u32,
    slot: &'b Slot,
}

impl PriceBook {
    /// With lists and TLDs, and no cells yet.
    pub(super) fn empty(columns: Vec<Column>, tlds: Vec<Box<str>>, known_at: Instant) -> Self {
        let mut sales = [None; 8];
        for (place, column) in sales
            .iter_mut()
            .zip(columns.iter().filter(|column| column.list == List::Sales))
        {
            *place = Some(column.currency);
        }
        Self {
            sales,
            sheets: vec![Sheet::default(); tlds.len() * columns.len()],
            names: Names::new(tlds),
            columns,
            slots: Vec::new(),
            froms: Vec::new(),
            minors: Vec::new(),
            versions: Vec::new(),
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
        self.froms.len() + self.slots.len()
    }

    /// It holds nothing.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// When something of a TLD begins or ends after one instant and at or before another, on any list; each instant once,
    /// ascending.
    pub fn changes(&self, tld: &str, after: Instant, until: Instant) -> Vec<Instant> {
        let Some(number) = self.names.number(tld) else {
            return Vec::new();
        };
        let columns = self.columns.len();
        let mut found: Vec<Instant> = self.sheets[number * columns..(number + 1) * columns]
            .iter()
            .flat_map(|sheet| &sheet.rows)
            .flat_map(|row| &self.slots[row.first_slot as usize..][..row.mask.count_ones() as usize])
            .filter(|slot| slot.last_from > after.micros())
            .flat_map(|slot| {
                let before = &self.froms[slot.start as usize..slot.end as usize];
                before.iter().copied().chain([slot.last_from])
            })
            .map(Instant::from_micros)
            .filter(|at| after < *at && *at <= until)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
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
        if place.years > MOST_YEARS {
            return None;
        }
        let sheet = self.sheet(self.names.number(place.tld)?, self.column(place.list, place.currency)?);
        let slot = self.slot(sheet, place.operation, place.kind, place.years)?;
        let found = self.search(slot, at.micros())?;
        Some(InForce {
            price: Money::new(found.minor, place.currency),
            effective_from: self.effective_from(found),
            version: self.version(found),
            until: (!found.is_last()).then(|| {
                let next = found.cell as usize + 1;
                let followed = next < slot.end as usize;
                Instant::from_micros(if followed { self.froms[next] } else { slot.last_from })
            }),
        })
    }

    pub(super) fn column(&self, list: List, currency: Currency) -> Option<usize> {
        let near = || self.sales.iter().position(|sold_in| *sold_in == Some(currency));
        let wanted = Column { list, currency };
        let far = || self.columns.iter().position(|column| *column == wanted);
        if list == List::Sales {
            near().or_else(far)
        } else {
            far()
        }
    }

    pub(super) fn sheet(&self, tld: usize, column: usize) -> &Sheet {
        &self.sheets[tld * self.columns.len() + column]
    }

    /// The cell in force, of a sheet's operation, kind and term.
    pub(super) fn find(
        &self,
        sheet: &Sheet,
        operation: Operation,
        kind: Kind,
        years: u8,
        at: i64,
    ) -> Option<Found<'_>> {
        self.search(self.slot(sheet, operation, kind, years)?, at)
    }

    pub(super) fn version(&self, found: Found<'_>) -> PriceId {
        if found.is_last() {
            found.slot.last_version
        } else {
            self.versions[found.cell as usize]
        }
    }

    pub(super) fn effective_from(&self, found: Found<'_>) -> Instant {
        Instant::from_micros(if found.is_last() {
            found.slot.last_from
        } else {
            self.froms[found.cell as usize]
        })
    }

    fn slot(&self, sheet: &Sheet, operation: Operation, kind: Kind, years: u8) -> Option<&Slot> {
        let row = &sheet.rows[operation as usize];
        let bit = 1_u64 << slot_of(kind, years);
        if row.mask & bit == 0 {
            return None;
        }
        let before = (row.mask & (bit - 1)).count_ones();
        Some(&self.slots[(row.first_slot + before) as usize])
    }

    fn search<'b>(&'b self, slot: &'b Slot, at: i64) -> Option<Found<'b>> {
        let found = if at >= slot.last_from {
            Found {
                minor: slot.last_minor,
                listed: None,
                cell: slot.end,
                slot,
            }
        } else {
            let begun = self.froms[slot.start as usize..slot.end as usize].partition_point(|from| *from <= at);
            let cell = slot.start + u32::try_from(begun).ok()?.checked_sub(1)?;
            Found {
                minor: self.minors[cell as usize],
                listed: None,
                cell,
                slot,
            }
        };
        (found.minor != WITHDRAWN).then_some(found)
    }
}

impl Found<'_> {
    /// The same cell, its amount converted.
    pub(super) const fn converted(self, minor: i64) -> Self {
        Self {
            minor,
            listed: Some(self.minor),
            ..self
        }
    }

    const fn is_last(&self) -> bool {
        self.cell == self.slot.end
    }
}
