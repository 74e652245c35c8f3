use kernel::money::testing::usd;
use kernel::{Id, Instant, PriceId};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::pricing::discounts::DiscountBook;
use crate::pricing::{Cell, Kind, List, Operation, PriceAsk, PriceBook, Pricing};

const NOON: Instant = Instant::from_micros(1_000_000);

fn godaddy() -> RegistrarId {
    RegistrarId::from_uuid(Uuid::from_u128(1))
}

fn cell(list: List, tld: &str, minor: i64) -> Cell<'_> {
    Cell {
        list,
        tld,
        operation: Operation::Renew,
        years: 1,
        kind: Kind::Regular,
        currency: Currency::USD,
        effective_from: Instant::EPOCH,
        minor: Some(minor),
        recorded_at: Instant::EPOCH,
        superseded_at: None,
        version: PriceId::from_uuid(Uuid::from_u128(u128::from(minor.unsigned_abs()))),
    }
}

fn pricing(book: &PriceBook) -> Pricing<'_> {
    Pricing {
        book,
        fx: None,
        home: Currency::USD,
        discounts: DiscountBook::none(),
    }
}

fn renewal(tld: &str, quantity: u32) -> Exposure<'_> {
    Exposure {
        ask: EffectiveAsk {
            service: PriceAsk {
                tld,
                operation: Operation::Renew,
                years: 1,
                currency: Currency::USD,
                at: NOON,
            },
            buyer: None,
            coupon: None,
        },
        registrar: Some(godaddy()),
        with_privacy: false,
        quantity,
    }
}

#[test]
fn a_cost_change_shows_what_it_touches_and_the_margin_before_and_after() {
    let costs = List::Registrar(godaddy());
    let cells = [
        cell(List::Sales, "com", 900),
        cell(costs, "com", 800),
        cell(List::Sales, "net", 1_000),
        cell(costs, "net", 700),
    ];
    let book = PriceBook::as_known_at(cells, NOON).unwrap();
    let changed = book.revised(book.tlds(), |_| false, [cell(costs, "com", 950)]).unwrap();
    let exposures = [renewal("com", 100), renewal("net", 10), renewal("org", 1)];
    let radius = blast_radius(&pricing(&book), &pricing(&changed), &exposures, &MarginRules::default()).unwrap();
    let differs: Vec<bool> = radius.touched.iter().map(Touched::differs).collect();
    assert_eq!(differs, [true, false, false]);
    let on_price = radius.touched[0].after.margin.on_price.unwrap();
    assert_eq!(on_price.text(2, kernel::Rounding::HalfEven), "-5.56");
    assert_eq!(radius.touched[2].after.price, Err(NotPriced::TldNotPriced));
    let [totals] = &radius.totals[..] else {
        panic!("one currency")
    };
    assert_eq!(
        (totals.purchases, totals.touched, totals.newly_negative),
        (111, 100, 100)
    );
    assert_eq!(
        (totals.before.profit, totals.after.profit),
        (usd("130.00"), usd("-20.00"))
    );
    assert_eq!(
        (totals.after.price, totals.after.cost),
        (usd("1000.00"), usd("1020.00"))
    );
}

proptest! {
    #[test]
    fn a_book_written_out_and_read_back_is_the_same_book(rows in prop::collection::vec((0..3_usize, 0..4_usize, 0..=10_u8, 0..5_usize, any::<bool>(), 0..40_i64, prop::option::of(0..500_i64)), 0..60), at in 0..45_i64) {
        let rows: Vec<Cell<'_>> = rows.into_iter().zip(1_u128..).map(|((tld, operation, years, kind, cost, from, minor), n)| Cell {
            list: if cost { List::Registrar(godaddy()) } else { List::Sales },
            tld: ["com", "net", "co.uk"][tld], operation: Operation::ALL[operation], years, kind: Kind::ALL[kind],
            effective_from: Instant::from_micros(from), minor, version: PriceId::from_uuid(Uuid::from_u128(n)), ..cell(List::Sales, "com", 0)
        }).filter(|cell| cell.check().is_ok()).collect();
        let book = PriceBook::as_known_at(rows.iter().copied(), NOON).unwrap();
        let again = PriceBook::as_known_at(book.cells(), NOON).unwrap();
        prop_assert!(book.cells().eq(again.cells()));
        for row in &rows {
            let place = crate::pricing::Place { list: row.list, tld: row.tld, operation: row.operation, years: row.years, kind: row.kind, currency: row.currency };
            let at = Instant::from_micros(at);
            prop_assert_eq!(book.in_force(&place, at), again.in_force(&place, at));
        }
    }

    #[test]
    fn the_sums_are_those_of_the_parts(costs in prop::collection::vec((0..2_000_i64, 0..2_000_i64, 0..2_000_i64, 1..50_u32), 1..20)) {
        let names: Vec<String> = (0..costs.len()).map(|n| format!("tld{n}")).collect();
        let of = |after: bool| {
            let cells = names.iter().zip(&costs).flat_map(move |(tld, (price, cost, then, _))| {
                [cell(List::Sales, tld, *price), cell(List::Registrar(godaddy()), tld, if after { *then } else { *cost })]
            });
            PriceBook::as_known_at(cells, NOON).unwrap()
        };
        let exposures: Vec<Exposure<'_>> = names.iter().zip(&costs).map(|(tld, (.., quantity))| renewal(tld, *quantity)).collect();
        let (before, after) = (of(false), of(true));
        let radius = blast_radius(&pricing(&before), &pricing(&after), &exposures, &MarginRules::default()).unwrap();
        let profit: i64 = costs.iter().map(|(price, _, then, quantity)| (price - then) * i64::from(*quantity)).sum();
        let totals = radius.totals[0];
        prop_assert_eq!(totals.after.profit.minor, profit);
        prop_assert_eq!(totals.after.price.sub(totals.after.cost).unwrap(), totals.after.profit);
        let touched: u64 = costs.iter().filter(|(_, cost, then, _)| cost != then).map(|(.., quantity)| u64::from(*quantity)).sum();
        prop_assert_eq!(totals.touched, touched);
    }
}
