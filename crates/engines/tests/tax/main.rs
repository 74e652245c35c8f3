//! Taxes as documents bear them: every worked case of the rules the ready sets are made from, and what holds for all.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod collected;
mod europe;
mod hotels;
mod india;
mod places;
mod properties;
mod refusals;
mod shape;
mod sources;
mod states;

use std::collections::BTreeMap;

use engines::tax::sets::{Choices, Set};
use engines::tax::{
    Assessment, Base, Buyer, Code, Customer, Night, PriceIs, Region, RoundingPolicy, SlabBasis, TaxDates, TaxFacts,
    TaxLine, TaxRule, TaxRules, assess,
};
use jiff::civil::Date;
use kernel::{Currency, Money};

const CHOICES: Choices = Choices {
    slab_basis: SlabBasis::TransactedValue,
    rounding: RoundingPolicy {
        per: engines::tax::Scope::Line,
        to: engines::tax::To::Minor,
        ties: kernel::Rounding::HalfUp,
    },
    collected_on: Base::PriceWithTax,
};

fn rules_of(sets: &[Set]) -> TaxRules {
    rules_with(sets, &CHOICES)
}

fn rules_with(sets: &[Set], choices: &Choices) -> TaxRules {
    TaxRules::try_new(sets.iter().flat_map(|set| set.rules(choices))).unwrap()
}

/// A rule as JSON says it, with what is left out as plain as can be.
fn rule(json: serde_json::Value) -> TaxRule {
    let mut fields = serde_json::json!({
        "id": "test", "jurisdiction": "IN", "code": "GST", "component": "IGST", "supplies": ["service"], "place": "seller",
        "rate": { "flat": { "percent": "18" } }, "date_basis": "invoice", "valid_from": "2020-01-01", "legal_ref": "a test"
    });
    let all = fields.as_object_mut().unwrap();
    all.extend(json.as_object().unwrap().clone());
    serde_json::from_value(fields).unwrap()
}

fn only(json: serde_json::Value) -> TaxRules {
    TaxRules::try_new([rule(json)]).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn region(text: &str) -> Region {
    text.parse().unwrap()
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// A consumer's document; the seller's and the buyer's place.
fn facts(currency: Currency, seller: &str, buyer: &str, invoiced: &str) -> TaxFacts {
    TaxFacts {
        currency,
        seller: region(seller),
        buyer: Buyer {
            class: Customer::B2c,
            place: Some(region(buyer)),
            has_tax_number: true,
        },
        dates: TaxDates {
            invoiced: day(invoiced),
            paid: None,
            booked: None,
        },
        accumulated: BTreeMap::new(),
    }
}

fn business(facts: TaxFacts) -> TaxFacts {
    let buyer = Buyer {
        class: Customer::B2b,
        ..facts.buyer
    };
    TaxFacts { buyer, ..facts }
}

fn net(supply: &str, price: Money) -> TaxLine {
    TaxLine::new(code(supply), price, PriceIs::WithoutTax)
}

fn with_tax(supply: &str, price: Money) -> TaxLine {
    TaxLine::new(code(supply), price, PriceIs::WithTax)
}

/// With the two conditions of the 5 % rate.
fn tour(price: Money) -> TaxLine {
    flagged(
        net("tour", price),
        &["without_input_credit", "bill_states_gross_charge"],
    )
}

fn flagged(line: TaxLine, flags: &[&str]) -> TaxLine {
    TaxLine {
        flags: flags.iter().map(|flag| code(flag)).collect(),
        ..line
    }
}

/// A stay in one room; each night's price without tax.
fn stay(property: &str, from: &str, prices: &[Money]) -> TaxLine {
    let total = Money::sum(prices[0].currency, prices.iter().copied()).unwrap();
    let days = day(from).series(jiff::Span::new().days(1));
    let night = |(on, price): (Date, &Money)| Night {
        on,
        price: *price,
        declared_tariff: None,
    };
    let nights = days.zip(prices).map(night).collect();
    TaxLine {
        nights,
        property: Some(region(property)),
        ..net("accommodation", total)
    }
}

fn assessed(rules: &TaxRules, lines: &[TaxLine], facts: &TaxFacts) -> Assessment {
    assess(rules, lines, facts).unwrap()
}

/// `CGST 76.27` and so on.
fn by_component(assessment: &Assessment) -> Vec<String> {
    let total = |total: &engines::tax::ComponentTotal| format!("{} {}", total.component, total.amount.decimal());
    assessment.totals.iter().map(total).collect()
}

/// Rate, base and amount of each tax of the first line.
fn rates(assessment: &Assessment) -> Vec<(String, String, String)> {
    let rate = |tax: &engines::tax::Tax| {
        let rate = match tax.rate {
            engines::tax::AppliedRate::Percent(percent) => percent.to_string(),
            engines::tax::AppliedRate::Each { each, times } => format!("{times} x {}", each.decimal()),
            engines::tax::AppliedRate::Nothing(treatment) => format!("{treatment:?}"),
        };
        (rate, tax.base.decimal(), tax.amount.decimal())
    };
    assessment.lines[0].taxes.iter().map(rate).collect()
}
