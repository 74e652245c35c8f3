//! That a plan, applied, puts in force what the file says.

use super::*;
use engines::margin::MarginClass;
use kernel::{Currency, Id, Percent, PriceId, RegistrarId, SalesListId};
use proptest::prelude::*;
use uuid::Uuid;

fn price(ending: u8, amount_minor: i64, from: Option<i64>) -> FilePrice {
    let ending = format!("e{ending}");
    let (operation, kind, currency) = (Operation::Register, Kind::Regular, Currency::USD);
    FilePrice {
        line: 2,
        ending,
        operation,
        years: 1,
        kind,
        currency,
        amount_minor,
        effective_from: from.map(Instant::from_micros),
    }
}

fn planned(prices: &[FilePrice], standing: &Standing, at: Instant) -> Vec<PlanRow> {
    plan(
        prices,
        standing,
        &Target {
            list: ListRef::Sales(SalesListId::from_uuid(Uuid::nil())),
            at,
            vanished: Some(Vanished::Withdraw),
            against: &|_, _| None,
        },
    )
}

/// The cells after applying, those of the same key and instant replaced.
fn applied(mut cells: Vec<BookCell>, rows: &[PlanRow], at: Instant) -> Vec<BookCell> {
    for row in rows.iter().filter(|row| row.writes()) {
        let effective_from = row.effective_from.unwrap_or(at);
        cells.retain(|cell| cell.key != row.key || cell.effective_from != effective_from);
        cells.push(BookCell {
            id: PriceId::from_uuid(Uuid::nil()),
            key: row.key.clone(),
            effective_from,
            amount_minor: row.after,
            recorded_at: at,
        });
    }
    cells
}

proptest! {
    #[test]
    fn applying_a_plan_puts_exactly_the_files_prices_in_force(
        files in prop::collection::vec(prop::collection::btree_map(0u8..6, 1i64..1_000, 0..6), 1..5),
    ) {
        let mut cells = Vec::new();
        for (step, file) in (0i64..).zip(&files) {
            let at = Instant::from_micros(step / 2);
            let prices: Vec<FilePrice> = file.iter().map(|(ending, amount)| price(*ending, *amount, None)).collect();
            let standing = Standing::of(cells.clone());
            let rows = planned(&prices, &standing, at);
            prop_assert_eq!(holds(&rows, &standing, at, at), Ok(()));
            cells = applied(cells, &rows, at);
            let standing = Standing::of(cells.clone());
            let now: std::collections::BTreeMap<String, i64> = standing.all_at(at).map(|(key, minor)| (key.ending.clone(), minor)).collect();
            let wanted = file.iter().map(|(ending, amount)| (format!("e{ending}"), *amount)).collect();
            prop_assert_eq!(now, wanted);
            // The same file again finds nothing to do.
            prop_assert!(planned(&prices, &standing, at).iter().all(|row| row.class == Class::Unchanged));
        }
    }
}

#[test]
fn a_plan_does_not_hold_when_another_price_is_in_force_or_its_own_time_has_passed() {
    let at = Instant::from_micros(10);
    let rows = planned(
        &[price(1, 100, None), price(2, 100, Some(20))],
        &Standing::default(),
        at,
    );
    assert_eq!(holds(&rows, &Standing::default(), at, at), Ok(()));
    let late = Instant::from_micros(21);
    assert_eq!(holds(&rows, &Standing::default(), late, late), Err(Outdated::TooLate));
    let other = applied(
        Vec::new(),
        &planned(&[price(1, 90, None)], &Standing::default(), at),
        at,
    );
    let begun = Standing::of(other);
    assert_eq!(holds(&rows, &begun, at, at), Err(Outdated::PricesMoved));
    // What begins later than the plan's own price is none of its business.
    let before = Instant::from_micros(9);
    assert_eq!(holds(&rows, &begun, before, before), Ok(()));
}

#[test]
fn a_cost_counts_its_fee_in_its_own_currency_and_has_no_margin_where_the_fee_is_in_another_alone() {
    let cost = |kind, currency, amount_minor| FilePrice {
        kind,
        currency,
        ..price(1, amount_minor, None)
    };
    let of = |fee_in| {
        let prices = [
            cost(Kind::Regular, Currency::EUR, 800),
            cost(Kind::IcannFee, fee_in, 18),
        ];
        let target = Target {
            list: ListRef::Registrar(RegistrarId::from_uuid(Uuid::nil())),
            at: Instant::from_micros(10),
            vanished: None,
            against: &|_, _| Some(1_000),
        };
        let rows = plan(&prices, &Standing::default(), &target);
        let row = rows.into_iter().find(|row| row.key.kind == Kind::Regular).unwrap();
        (row.fees_after, row.margins(&MarginRules::default()))
    };
    let (fee, margins) = of(Currency::EUR);
    let (_, after) = margins.unwrap();
    assert_eq!((fee, after.unwrap().profit), (18, Some(Money::new(182, Currency::EUR))));
    assert_eq!(of(Currency::USD), (0, None));
}

#[test]
fn a_margin_of_a_plan_is_low_by_the_tenants_own_rules() {
    let row = PlanRow {
        against: Some(900),
        ..planned(&[price(1, 1_000, None)], &Standing::default(), Instant::EPOCH).remove(0)
    };
    let class = |low_below| {
        let rules = MarginRules {
            low_below: Percent::whole(low_below),
            ..MarginRules::default()
        };
        row.margins(&rules).unwrap().1.unwrap().class
    };
    assert_eq!(
        (class(5), class(10), class(11)),
        (MarginClass::Healthy, MarginClass::Healthy, MarginClass::Low)
    );
}
