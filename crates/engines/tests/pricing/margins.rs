//! All margins at once: at one instant, and at many in one pass.

use engines::fx::{FxAsk, FxBook, FxRules, NoRate, Quote, rate};
use engines::margin::{
    Margin, MarginClass, MarginRules, MatrixAsk, MatrixRow, Payee, Service, margin, matrix, over_time,
};
use engines::pricing::Kind::{FirstYear, IcannFee, Promo, Regular};
use engines::pricing::Operation::{Register, Renew, Transfer};
use engines::pricing::{Cell, CostAsk, Kind, List, Operation, PriceAsk, PriceBook, cost_bare, price_bare};
use kernel::money::testing::{eur, usd};
use kernel::{Currency, Id, Instant, Money, Percent, Rate, RateSheetId, RegistrarId, Rounding};
use proptest::prelude::*;
use uuid::Uuid;

use crate::shelf::{NOON, sale, version};

const TLDS: [&str; 2] = ["com", "net"];

fn payee(n: u128) -> Payee {
    Payee {
        registrar: RegistrarId::from_uuid(Uuid::from_u128(n)),
        charges_in: if n == 2 { Currency::EUR } else { Currency::USD },
    }
}

/// A price of the sales list (0) or a registrar's cost.
fn cell(list: u128, operation: Operation, kind: Kind, amount: Money) -> Cell<'static> {
    Cell {
        list: match list {
            0 => List::Sales,
            n => List::Registrar(payee(n).registrar),
        },
        currency: amount.currency,
        minor: Some(amount.minor),
        ..sale("com", operation, 1, kind, "0")
    }
}

fn quoted(rate: &str, at: Instant) -> Quote {
    Quote {
        base: Currency::EUR,
        quote: Currency::USD,
        rate: Rate::parse(rate).expect("a rate"),
        at,
        sheet: RateSheetId::from_uuid(Uuid::from_u128(3)),
    }
}

fn book(cells: impl IntoIterator<Item = Cell<'static>>) -> PriceBook {
    let numbered = cells.into_iter().zip(1..).map(|(cell, n)| Cell {
        version: version(n),
        ..cell
    });
    PriceBook::as_known_at(numbered, NOON).expect("the cells are sound")
}

fn ask<'a>(
    book: &'a PriceBook,
    fx: &'a FxBook,
    markup: Percent,
    payees: &'a [Payee],
    told_in: &'a [Currency],
) -> MatrixAsk<'a> {
    MatrixAsk {
        book,
        fx: (
            fx,
            FxRules {
                markup,
                ..FxRules::default()
            },
        ),
        sold_in: told_in,
        payees,
        currency: told_in[0],
        rules: MarginRules::default(),
    }
}

#[test]
fn godaddys_cost_of_9_50_under_a_price_of_9_00_is_a_negative_row() {
    let book = book([
        cell(0, Renew, Regular, usd("9.00")),
        cell(1, Renew, Regular, usd("9.50")),
        cell(2, Renew, Regular, eur("6.40")),
        cell(2, Transfer, Regular, eur("6.40")),
    ]);
    let fx = FxBook::new([quoted("1.25", NOON)]);
    let payees = [payee(1), payee(2)];
    let asked = ask(&book, &fx, Percent::ZERO, &payees, &[Currency::USD]);
    let all = matrix(&asked, ["com"], NOON);
    let texts: Vec<(Option<usize>, Service, MarginClass, Option<String>)> = all
        .rows
        .iter()
        .map(|row| {
            let on_price = row.margin.on_price.map(|share| share.text(2, Rounding::HalfEven));
            (row.payee, row.service, row.margin.class, on_price)
        })
        .collect();
    assert_eq!(
        texts,
        [
            (Some(0), Service::Renew, MarginClass::Negative, Some("-5.56".into())),
            (Some(1), Service::Renew, MarginClass::Healthy, Some("11.11".into())),
            (Some(1), Service::Transfer, MarginClass::NoPrice, None),
        ]
    );
    assert_eq!(all.rows[0].margin.profit, Some(usd("-0.50")));
    assert_eq!(all.rows[0].margin.on_cost.unwrap().text(2, Rounding::HalfEven), "-5.26");
    // Two costs in euro, one rate.
    assert_eq!(
        (all.rates.len(), all.rows[1].cost_rate, all.rows[0].cost_rate),
        (1, Some(0), None)
    );
    let no_rates = FxBook::default();
    let unconverted = matrix(
        &ask(&book, &no_rates, Percent::ZERO, &payees, &[Currency::USD]),
        ["com"],
        NOON,
    );
    let row = unconverted.rows[1];
    assert_eq!(
        (row.margin.class, row.reason, row.cost, row.margin.cost),
        (
            MarginClass::NotComparable,
            Some(NoRate::Missing),
            Some(eur("6.40")),
            None
        )
    );
}

#[test]
fn the_first_year_and_the_lasting_price_are_two_rows_with_the_fee_in_both_costs() {
    let book = book([
        cell(0, Register, Regular, usd("12.00")),
        cell(0, Register, FirstYear, usd("8.00")),
        cell(0, Register, Promo, usd("5.00")),
        cell(1, Register, Regular, usd("9.00")),
        cell(1, Register, FirstYear, usd("6.00")),
        cell(1, Register, IcannFee, usd("0.20")),
    ]);
    let fx = FxBook::default();
    let payees = [payee(1)];
    let rows = matrix(
        &ask(&book, &fx, Percent::ZERO, &payees, &[Currency::USD]),
        ["com"],
        NOON,
    )
    .rows;
    let told = |row: &MatrixRow| (row.service, row.price.unwrap(), row.cost.unwrap());
    assert_eq!(
        rows.iter().map(told).collect::<Vec<_>>(),
        [
            (Service::RegisterFirstYear, usd("5.00"), usd("6.20")),
            (Service::RegisterRegular, usd("12.00"), usd("9.20")),
        ]
    );
}

#[test]
fn a_fee_in_another_currency_leaves_no_cost_of_any_service_rather_than_one_without_it() {
    let cells = |fee| {
        [
            cell(0, Register, Regular, usd("12.00")),
            cell(1, Register, Regular, usd("9.00")),
            cell(1, Register, IcannFee, fee),
        ]
    };
    let fx = FxBook::new([quoted("1.25", NOON)]);
    let payees = [payee(1)];
    for (fee, cost) in [(eur("0.16"), None), (usd("0.18"), Some(usd("9.18")))] {
        let book = book(cells(fee));
        let asked = ask(&book, &fx, Percent::ZERO, &payees, &[Currency::USD]);
        let rows = matrix(&asked, ["com"], NOON).rows;
        let costs: Vec<_> = rows.iter().map(|row| (row.service, row.cost)).collect();
        let both = [Service::RegisterFirstYear, Service::RegisterRegular];
        assert_eq!(costs, both.map(|service| (service, cost)), "{fee}");
    }
}

/// What a row must say, asked one by one.
fn by_hand(
    asked: &MatrixAsk<'_>,
    tld: &str,
    payee: &Payee,
    service: Service,
    at: Instant,
) -> Option<(Money, Option<Money>, Result<Margin, NoRate>)> {
    let operation = match service {
        Service::RegisterFirstYear => Register,
        Service::Renew => Renew,
        // The others differ in the kinds of price they take; the examples above and below tell them.
        _ => return None,
    };
    let service = |currency| PriceAsk {
        tld,
        operation,
        years: 1,
        currency,
        at,
    };
    let price = asked
        .sold_in
        .iter()
        .find_map(|currency| price_bare(asked.book, &service(*currency)).ok());
    let cost = [Currency::USD, Currency::EUR, Currency::JPY]
        .into_iter()
        .filter(|currency| *currency != payee.charges_in);
    let cost = std::iter::once(payee.charges_in).chain(cost).find_map(|currency| {
        let asked_for = CostAsk {
            registrar: payee.registrar,
            service: service(currency),
            with_privacy: false,
        };
        cost_bare(asked.book, &asked_for).ok()
    })?;
    let Some(price) = price else {
        return Some((
            cost.total,
            None,
            margin(None, None, &asked.rules).map_err(|_| NoRate::TooLarge),
        ));
    };
    let (from, to) = (cost.total.currency, price.total.currency);
    let converted = if from == to {
        Ok(cost.total)
    } else {
        rate(asked.fx.0, &asked.fx.1, &FxAsk { from, to, at }).and_then(|rate| rate.convert(cost.total))
    };
    let earned =
        converted.and_then(|cost| margin(Some(cost), Some(price.total), &asked.rules).map_err(|_| NoRate::TooLarge));
    // What cannot be told in the currency asked for is not compared either; told amounts carry no mark-up.
    let as_quoted = FxRules {
        markup: Percent::ZERO,
        ..asked.fx.1
    };
    let shown = FxAsk {
        from: to,
        to: asked.currency,
        at,
    };
    let earned = earned.and_then(|earned| rate(asked.fx.0, &as_quoted, &shown).map(|_| earned));
    Some((cost.total, Some(price.total), earned))
}

type CellAt = (usize, u128, usize, usize, bool, Option<i64>, i64);

/// Prices and costs of two TLDs that begin, change and end.
fn cells() -> impl Strategy<Value = Vec<CellAt>> {
    prop::collection::vec(
        (
            0..2_usize,
            0..=3_u128,
            0..3_usize,
            0..3_usize,
            any::<bool>(),
            prop::option::weighted(0.8, 0..3_000_i64),
            0..6_i64,
        ),
        0..50,
    )
}

fn built(rows: Vec<CellAt>) -> PriceBook {
    book(rows.into_iter().map(|(tld, list, operation, kind, euro, minor, day)| {
        let operation = [Register, Renew, Transfer][operation];
        let kind = if operation == Register {
            [Regular, FirstYear, Promo][kind]
        } else {
            Regular
        };
        let amount = Money::new(0, if euro { Currency::EUR } else { Currency::USD });
        Cell {
            tld: TLDS[tld],
            minor,
            effective_from: days(day),
            ..cell(list, operation, kind, amount)
        }
    }))
}

const fn days(day: i64) -> Instant {
    Instant::from_micros(day * 86_400_000_000)
}

/// Rates of some days, one of which lies too long ago for the last days.
fn fx() -> FxBook {
    FxBook::new([quoted("1.25", days(1)), quoted("1.10", days(2))])
}

proptest! {
    #[test]
    fn the_matrix_holds_what_each_ask_answers(rows in cells(), markup in 0..3_i32, euro: bool, day in 0..7_i64) {
        let (book, fx) = (built(rows), fx());
        let told_in = if euro { [Currency::EUR, Currency::USD] } else { [Currency::USD, Currency::EUR] };
        let payees = [payee(1), payee(2), payee(3)];
        let asked = ask(&book, &fx, Percent::whole(markup), &payees, &told_in);
        let made = matrix(&asked, TLDS, days(day));
        for row in &made.rows {
            let (tld, payee) = (TLDS[row.tld], row.payee.map(|payee| payees[payee]));
            if row.cost.is_none() {
                prop_assert_eq!((row.margin.class, payee), (MarginClass::NoCost, None));
            }
            let Some((cost, price, earned)) = payee.and_then(|payee| by_hand(&asked, tld, &payee, row.service, days(day))) else {
                continue;
            };
            prop_assert_eq!((row.cost, row.price), (Some(cost), price));
            match earned {
                Ok(earned) => {
                    prop_assert_eq!((row.margin.class, row.margin.on_price, row.margin.on_cost), (earned.class, earned.on_price, earned.on_cost));
                    let own = price.is_some_and(|price| price.currency == told_in[0]);
                    prop_assert!(!own || (row.margin.profit, row.margin.cost) == (earned.profit, earned.cost));
                }
                Err(reason) => prop_assert_eq!((row.margin.class, row.reason), (MarginClass::NotComparable, Some(reason))),
            }
            prop_assert_eq!(row.margin.profit.is_some(), row.margin.class.is_compared());
        }
        // No row is missing where somebody is paid for what is asked one by one.
        for (tld, name) in TLDS.iter().enumerate() {
            for (at, payee) in payees.iter().enumerate() {
                for service in [Service::RegisterFirstYear, Service::Renew] {
                    let found = made.rows.iter().any(|row| (row.tld, row.payee, row.service) == (tld, Some(at), service));
                    prop_assert_eq!(found, by_hand(&asked, name, payee, service, days(day)).is_some());
                }
            }
        }
    }

    #[test]
    fn one_pass_over_many_instants_tells_the_matrix_of_each(rows in cells(), markup in 0..3_i32, mut at in prop::collection::vec(0..7_i64, 0..6)) {
        let (book, fx) = (built(rows), fx());
        at.sort_unstable();
        let instants: Vec<Instant> = at.into_iter().map(days).collect();
        let payees = [payee(1), payee(2), payee(3)];
        let asked = ask(&book, &fx, Percent::whole(markup), &payees, &[Currency::USD, Currency::EUR]);
        let mut told: Vec<Vec<MatrixRow>> = vec![Vec::new(); instants.len()];
        over_time(&asked, TLDS, &instants, |place, row| told[place].push(*row));
        for (told, at) in told.iter().zip(&instants) {
            // Which rate was the first to be looked up is another's matter.
            let plain = |row: &MatrixRow| MatrixRow { cost_rate: None, shown_rate: None, ..*row };
            let each: Vec<MatrixRow> = matrix(&asked, TLDS, *at).rows.iter().map(plain).collect();
            prop_assert_eq!(told.iter().map(plain).collect::<Vec<_>>(), each);
        }
    }

    #[test]
    fn a_book_tells_when_anything_of_a_tld_changes(rows in cells(), after in 0..7_i64, until in 0..7_i64) {
        let book = built(rows);
        let mut by_hand: Vec<Instant> = book.cells().filter(|cell| cell.tld == "com").map(|cell| cell.effective_from).collect();
        by_hand.retain(|at| days(after) < *at && *at <= days(until));
        by_hand.sort_unstable();
        by_hand.dedup();
        prop_assert_eq!(book.changes("com", days(after), days(until)), by_hand);
        prop_assert_eq!(book.cells().count(), book.len());
    }
}
