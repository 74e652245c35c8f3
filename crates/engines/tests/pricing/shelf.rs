//! Cells as tests write them: `shelf.sale("com", Register, 1, Regular, "7.99")`.

use engines::pricing::{Cell, CostAsk, Kind, List, Operation, PriceAsk, PriceBook};
use kernel::money::testing::money;
use kernel::{Currency, Id, Instant, PriceId, RegistrarId};
use uuid::Uuid;

/// The moment tests buy at unless they say otherwise.
pub(crate) const NOON: Instant = Instant::from_micros(1_000_000);

/// The registrar tests buy from.
pub(crate) fn registrar() -> RegistrarId {
    RegistrarId::from_uuid(Uuid::from_u128(1))
}

/// The id of the `n`th cell put on a shelf, counted from one.
pub(crate) fn version(n: u128) -> PriceId {
    PriceId::from_uuid(Uuid::from_u128(n))
}

/// Cells being put together; all are in force and known from the epoch on unless said otherwise.
#[derive(Clone, Default)]
pub(crate) struct Shelf {
    cells: Vec<Cell<'static>>,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn with(mut self, cell: Cell<'static>) -> Self {
        self.cells.push(Cell {
            version: version(self.cells.len() as u128 + 1),
            ..cell
        });
        self
    }

    pub(crate) fn sale(self, tld: &'static str, operation: Operation, years: u8, kind: Kind, price: &str) -> Self {
        self.with(sale(tld, operation, years, kind, price))
    }

    pub(crate) fn cost(self, tld: &'static str, operation: Operation, years: u8, kind: Kind, price: &str) -> Self {
        self.with(Cell {
            list: List::Registrar(registrar()),
            ..sale(tld, operation, years, kind, price)
        })
    }

    /// As known at [`NOON`].
    pub(crate) fn book(&self) -> PriceBook {
        self.book_known_at(NOON)
    }

    pub(crate) fn book_known_at(&self, known_at: Instant) -> PriceBook {
        PriceBook::as_known_at(self.cells.iter().copied(), known_at).expect("the shelf holds sound cells")
    }
}

/// A sales price in dollars from the epoch on.
pub(crate) fn sale(tld: &'static str, operation: Operation, years: u8, kind: Kind, price: &str) -> Cell<'static> {
    Cell {
        list: List::Sales,
        tld,
        operation,
        years,
        kind,
        currency: Currency::USD,
        effective_from: Instant::EPOCH,
        minor: Some(money(price, Currency::USD).minor),
        recorded_at: Instant::EPOCH,
        superseded_at: None,
        version: version(0),
    }
}

/// Asks for a price in dollars at noon.
pub(crate) fn ask(tld: &str, operation: Operation, years: u8) -> PriceAsk<'_> {
    PriceAsk {
        tld,
        operation,
        years,
        currency: Currency::USD,
        at: NOON,
    }
}

/// Asks for a cost in dollars at noon.
pub(crate) fn cost_ask(tld: &str, operation: Operation, years: u8) -> CostAsk<'_> {
    CostAsk {
        registrar: registrar(),
        service: ask(tld, operation, years),
        with_privacy: false,
    }
}
