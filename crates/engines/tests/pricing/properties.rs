//! What holds for every book and every question.

use std::collections::BTreeMap;

use engines::pricing::{
    Cell, CostAsk, Kind, List, Operation, Place, PriceAsk, PriceBook, cost, cost_bare, price, price_bare,
};
use kernel::{Currency, Instant};
use proptest::prelude::*;

use crate::shelf::{ask, registrar, version};

const TLDS: [&str; 3] = ["co.uk", "com", "xn--p1ai"];
const CURRENCIES: [Currency; 2] = [Currency::USD, Currency::JPY];

fn at(micros: i64) -> Instant {
    Instant::from_micros(micros)
}

/// Any cell that may be in a book, within a small world so that cells meet.
fn cells() -> impl Strategy<Value = Vec<Cell<'static>>> {
    let place = (any::<bool>(), 0..3_usize, 0..4_usize, 0..=10_u8, 0..5_usize, 0..2_usize);
    let content = (
        0..50_i64,
        prop::option::weighted(0.9, 0..10_000_i64),
        0..20_i64,
        prop::option::of(0..20_i64),
    );
    prop::collection::vec((place, content), 0..120).prop_map(|rows| {
        let numbered = rows.into_iter().zip(1..);
        numbered
            .map(|(row, number)| cell(row, number))
            .filter(|cell| cell.check().is_ok())
            .collect()
    })
}

type Drawn = (
    (bool, usize, usize, u8, usize, usize),
    (i64, Option<i64>, i64, Option<i64>),
);

fn cell((place, content): Drawn, number: u128) -> Cell<'static> {
    let (is_cost, tld, operation, years, kind, currency) = place;
    let (from, minor, recorded, superseded_after) = content;
    let kind = Kind::ALL[kind];
    Cell {
        list: if is_cost {
            List::Registrar(registrar())
        } else {
            List::Sales
        },
        tld: TLDS[tld],
        operation: Operation::ALL[operation],
        years: if matches!(kind, Kind::Regular | Kind::Promo) {
            years
        } else {
            1
        },
        kind,
        currency: CURRENCIES[currency],
        effective_from: at(from),
        minor,
        recorded_at: at(recorded),
        superseded_at: superseded_after.map(|after| at(recorded + after)),
        version: version(number),
    }
}

prop_compose! {
    fn questions()(tld in 0..3_usize, operation in 0..4_usize, years in 0..=11_u8, currency in 0..2_usize, when in -2..55_i64) -> PriceAsk<'static> {
        let (operation, currency) = (Operation::ALL[operation], CURRENCIES[currency]);
        PriceAsk { tld: TLDS[tld], operation, years, currency, at: at(when) }
    }
}

prop_compose! {
    /// A sales list with a regular and a renewal price for everything, and promotions and first-year prices now and then.
    fn yearly_prices()(rows in prop::collection::vec((0..4_usize, 0..3_usize, 0..50_i64, 0..10_000_i64), 0..60)) -> Vec<Cell<'static>> {
        let cell = |operation, kind, from, minor, number| Cell {
            list: List::Sales, tld: "com", operation: Operation::ALL[operation], years: 1, kind: Kind::ALL[kind],
            currency: Currency::USD, effective_from: at(from), minor: Some(minor), recorded_at: at(0),
            superseded_at: None, version: version(number),
        };
        let lasting = (0..4).map(|operation| cell(operation, 0, 0, 1_000, 1 + operation as u128));
        let more = rows.into_iter().zip(10..).map(|((operation, kind, from, minor), number)| cell(operation, kind, from, minor, number));
        lasting.chain(more).collect()
    }
}

proptest! {
    #[test]
    fn the_total_is_the_sum_of_the_traces_lines(cells in cells(), asked in questions(), with_privacy: bool) {
        let book = PriceBook::as_known_at(cells, at(30)).unwrap();
        let buying = CostAsk { registrar: registrar(), service: asked, with_privacy };
        for priced in [price(&book, &asked), cost(&book, &buying)].into_iter().flatten() {
            prop_assert!(priced.trace.adds_up());
            prop_assert_eq!(priced.trace.total(), priced.amounts.total);
            prop_assert_eq!(priced.trace.replay(&book), Ok(priced.trace.clone()));
        }
    }

    #[test]
    fn with_and_without_the_trace_the_answer_is_the_same(cells in cells(), asked in questions(), with_privacy: bool) {
        let book = PriceBook::as_known_at(cells, at(30)).unwrap();
        let buying = CostAsk { registrar: registrar(), service: asked, with_privacy };
        prop_assert_eq!(price(&book, &asked).map(|priced| priced.amounts), price_bare(&book, &asked));
        prop_assert_eq!(cost(&book, &buying).map(|priced| priced.amounts), cost_bare(&book, &buying));
    }

    #[test]
    fn exactly_one_price_is_in_force_at_every_instant(cells in cells(), known in 0..40_i64, when in -2..55_i64) {
        // The plain reading of the rule, place by place: of the cells known by then and begun by then, the last to begin,
        // and of those of one instant the last recorded.
        let book = PriceBook::as_known_at(cells.iter().copied(), at(known)).unwrap();
        let mut plain: BTreeMap<_, Cell<'_>> = BTreeMap::new();
        for cell in cells.iter().filter(|cell| cell.recorded_at <= at(known) && cell.superseded_at.is_none_or(|over| at(known) < over)) {
            let key = (cell.list, cell.tld, cell.operation, cell.years, cell.kind, cell.currency);
            let rank = |cell: &Cell<'_>| (cell.effective_from, cell.recorded_at, cell.version);
            let held = plain.get(&key).filter(|held| rank(held) > rank(cell)).copied();
            if cell.effective_from <= at(when) { plain.insert(key, held.unwrap_or(*cell)); }
        }
        for cell in &cells {
            let Cell { list, tld, operation, years, kind, currency, .. } = *cell;
            let found = book.in_force(&Place { list, tld, operation, years, kind, currency }, at(when));
            let wanted = plain.get(&(list, tld, operation, years, kind, currency)).filter(|cell| cell.minor.is_some());
            prop_assert_eq!(found.map(|found| found.version), wanted.map(|cell| cell.version));
        }
    }

    #[test]
    fn splitting_a_period_changes_nothing(cells in cells(), which in any::<prop::sample::Index>(), later in 1..20_i64, asked in questions()) {
        // A cell repeated at a later instant, before its successor begins, splits its period in two.
        prop_assume!(!cells.is_empty());
        let known: Vec<Cell<'_>> = cells.into_iter().map(|cell| Cell { recorded_at: at(0), superseded_at: None, ..cell }).collect();
        let book = PriceBook::as_known_at(known.iter().copied(), at(0)).unwrap();
        let Cell { list, tld, operation, years, kind, currency, .. } = known[which.index(known.len())];
        let split = at(known[which.index(known.len())].effective_from.micros() + later);
        let place = Place { list, tld, operation, years, kind, currency };
        let Some(held) = book.in_force(&place, split) else { return Ok(()) };
        let repeated = Cell {
            list, tld, operation, years, kind, currency, effective_from: split, minor: Some(held.price.minor),
            recorded_at: at(0), superseded_at: None, version: version(0),
        };
        let after = PriceBook::as_known_at(known.iter().copied().chain([repeated]), at(0)).unwrap();
        prop_assert_eq!(price_bare(&book, &asked), price_bare(&after, &asked));
    }

    #[test]
    fn more_years_never_cost_less(cells in yearly_prices(), operation in 0..4_usize, when in 0..55_i64) {
        let book = PriceBook::as_known_at(cells, at(0)).unwrap();
        let total = |years| price_bare(&book, &PriceAsk { at: at(when), ..ask("com", Operation::ALL[operation], years) }).unwrap().total.minor;
        let totals: Vec<i64> = (1..=10).map(total).collect();
        prop_assert!(totals.is_sorted(), "{totals:?}");
    }

    #[test]
    fn the_order_in_which_cells_are_read_does_not_matter(cells in cells(), asked in questions(), known in 0..40_i64) {
        let reversed = PriceBook::as_known_at(cells.iter().rev().copied(), at(known)).unwrap();
        let book = PriceBook::as_known_at(cells, at(known)).unwrap();
        prop_assert_eq!(price(&book, &asked), price(&reversed, &asked));
    }
}
