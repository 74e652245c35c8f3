//! Two real price lists held against each other: a registrar's at-cost list, and a retailer's as our sales prices.

use std::collections::BTreeMap;

use engines::margin::{Margin, MarginClass, MarginRules, margin};
use engines::pricing::{Cell, Kind, List, Operation, PriceBook, cost_bare, price_bare};
use kernel::{Currency, Instant, Money};

use crate::shelf::{NOON, ask, cost_ask, registrar, version};

const COSTS: &str = include_str!("../../../../fixtures/prices/cloudflare_tld_prices.csv");
const SALES: &str = include_str!("../../../../fixtures/prices/porkbun-pricing.json");

#[derive(serde::Deserialize)]
struct RetailList {
    pricing: BTreeMap<String, Retail>,
}

#[derive(serde::Deserialize)]
struct Retail {
    registration: String,
    renewal: String,
}

fn cell<'a>(list: List, tld: &'a str, operation: Operation, kind: Kind, price: &str) -> Cell<'a> {
    let minor = Money::parse(price, Currency::USD)
        .unwrap_or_else(|error| panic!("{tld} {price}: {error}"))
        .minor;
    Cell {
        list,
        tld,
        operation,
        years: 1,
        kind,
        currency: Currency::USD,
        effective_from: Instant::EPOCH,
        minor: Some(minor),
        recorded_at: Instant::EPOCH,
        superseded_at: None,
        version: version(0),
    }
}

/// `tld,price,renewal,icann_fee`, no quotes.
fn costs() -> Vec<Cell<'static>> {
    let list = List::Registrar(registrar());
    let row = |line: &'static str| {
        let [tld, price, renewal, fee] = line.split(',').collect::<Vec<_>>().try_into().expect("four columns");
        let prices = [(Operation::Register, price), (Operation::Renew, renewal)];
        prices.into_iter().flat_map(move |(operation, price)| {
            [
                cell(list, tld, operation, Kind::Regular, price),
                cell(list, tld, operation, Kind::IcannFee, fee),
            ]
        })
    };
    COSTS.lines().skip(1).flat_map(row).collect()
}

fn sales(list: &RetailList) -> Vec<Cell<'_>> {
    let cells = list.pricing.iter().flat_map(|(tld, retail)| {
        let prices = [
            (Operation::Register, &retail.registration),
            (Operation::Renew, &retail.renewal),
        ];
        prices.map(|(operation, price)| cell(List::Sales, tld, operation, Kind::Regular, price))
    });
    cells.collect()
}

#[test]
fn the_346_shared_tlds_have_283_negative_first_years_18_negative_renewals_and_267_low_ones() {
    let retail: RetailList = serde_json::from_str(SALES).unwrap();
    let book = PriceBook::as_known_at(costs().into_iter().chain(sales(&retail)), NOON).unwrap();
    let of = |tld: &str, operation| -> Option<Margin> {
        let cost = cost_bare(&book, &cost_ask(tld, operation, 1)).ok()?.total;
        let price = price_bare(&book, &ask(tld, operation, 1)).ok()?.total;
        margin(Some(cost), Some(price), &MarginRules::default()).ok()
    };
    let all = |operation| book.tlds().filter_map(|tld| of(tld, operation)).collect::<Vec<_>>();
    let (first_years, renewals) = (all(Operation::Register), all(Operation::Renew));
    let count = |margins: &[Margin], class| margins.iter().filter(|margin| margin.class == class).count();
    assert_eq!((first_years.len(), renewals.len()), (346, 346));
    assert_eq!(count(&first_years, MarginClass::Negative), 283);
    assert_eq!(count(&renewals, MarginClass::Negative), 18);
    assert_eq!(count(&renewals, MarginClass::Low), 267);
}
