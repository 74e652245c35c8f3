//! CPU time of assessing one document with all ready sets in force: one line, a hundred lines rounded at once, a fortnight
//! in a hotel whose brackets the price with tax must find, one in a city of many layers; and of putting the rules together.
//!
//! `cargo xtask bench tax`. Without `--bench` (as under `cargo test`) it does one small round, to show that it runs.

use std::collections::BTreeMap;
use std::hint::black_box;

use engines::tax::sets::{Choices, Set};
use engines::tax::{
    Base, Buyer, Code, Customer, Night, PriceIs, Region, RoundingPolicy, Scope, SlabBasis, TaxDates, TaxFacts, TaxLine,
    TaxRules, To, assess,
};
use jiff::civil::{Date, date};
use kernel::{Currency, Money, Rounding};

fn main() {
    let rounds = if std::env::args().any(|arg| arg == "--bench") {
        2_000
    } else {
        1
    };
    let choices = Choices {
        slab_basis: SlabBasis::TransactedValue,
        rounding: RoundingPolicy {
            per: Scope::Invoice,
            to: To::Minor,
            ties: Rounding::HalfUp,
        },
        collected_on: Base::PriceWithTax,
    };
    let all: Vec<_> = Set::ALL.iter().flat_map(|set| set.rules(&choices)).collect();
    let rules = TaxRules::try_new(all.clone()).expect("the ready sets go together");
    let india = facts(Currency::INR, "IN-MH");
    let tour = line("tour", 1_234_567, Currency::INR);
    let hotel = TaxLine {
        price_is: PriceIs::WithTax,
        ..fortnight("IN-GA", 14_700_000, Currency::INR)
    };
    let new_york = fortnight("US-NY-NYC", 420_000, Currency::USD);
    println!("{:<44} {:>12}", "one document", "CPU us");
    let measure = |name: &str, lines: &[TaxLine], facts: &TaxFacts| {
        let us = best_us(rounds, || {
            black_box(assess(&rules, black_box(lines), facts).expect("all is known"));
        });
        println!("{name:<44} {us:>12.2}");
    };
    measure("one tour", std::slice::from_ref(&tour), &india);
    measure("a hundred tours, rounded at once", &vec![tour; 100], &india);
    measure("a fortnight, brackets, tax in the price", &[hotel], &india);
    measure(
        "a fortnight in New York, seven taxes",
        &[new_york],
        &facts(Currency::USD, "US-CA"),
    );
    let us = best_us(rounds.div_ceil(20), || {
        black_box(TaxRules::try_new(all.iter().cloned()).expect("they go together"));
    });
    println!("{:<44} {us:>12.2}", format!("putting {} rules together", all.len()));
}

fn facts(currency: Currency, place: &str) -> TaxFacts {
    TaxFacts {
        currency,
        seller: region(place),
        buyer: Buyer {
            class: Customer::B2c,
            place: Some(region(place)),
            has_tax_number: true,
        },
        dates: TaxDates {
            invoiced: FIRST,
            paid: None,
            booked: None,
        },
        accumulated: BTreeMap::new(),
    }
}

const FIRST: Date = date(2026, 10, 5);
const LAST: Date = date(2026, 10, 19);

fn line(supply: &str, minor: i64, currency: Currency) -> TaxLine {
    let supply = Code::parse(supply).expect("a code");
    TaxLine::new(supply, Money::new(minor, currency), PriceIs::WithoutTax)
}

fn fortnight(property: &str, minor: i64, currency: Currency) -> TaxLine {
    let nights = Night::evenly(FIRST, LAST, Money::new(minor, currency)).expect("fourteen nights");
    TaxLine {
        nights,
        property: Some(region(property)),
        ..line("accommodation", minor, currency)
    }
}

fn region(text: &str) -> Region {
    Region::parse(text).expect("a place")
}

/// Of five measurements the best, a round.
fn best_us(rounds: u32, mut once: impl FnMut()) -> f64 {
    let measured = (0..5).map(|_| {
        let begun = cpu_ns();
        (0..rounds).for_each(|_| once());
        (cpu_ns() - begun) as f64 / 1_000.0 / f64::from(rounds)
    });
    measured.fold(f64::INFINITY, f64::min)
}

/// Time this thread has spent on a processor; where the system does not tell, the clock on the wall.
fn cpu_ns() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = told.and_then(|text| text.split(' ').next()?.parse().ok());
    spent.unwrap_or_else(wall_ns)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures real time; nothing it computes depends on it"
)]
fn wall_ns() -> u64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
