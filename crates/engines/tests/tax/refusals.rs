//! What is refused: rules that cannot be or could meet, and lines that cannot be taxed.

use engines::tax::{Abroad, BadTaxRule, BadTaxRules, Missing, Night, NotAssessed, PerformedIn, TaxLine, assess};
use kernel::money::testing::{eur, inr, usd};
use kernel::{Currency, Money};
use serde_json::{Value, json};

use super::*;

fn pair(a: Value, b: Value) -> Result<TaxRules, BadTaxRules> {
    let with_id = |id: &str, mut fields: Value| {
        fields.as_object_mut().unwrap().insert("id".into(), id.into());
        rule(fields)
    };
    TaxRules::try_new([with_id("a", a), with_id("b", b)])
}

#[test]
fn two_rules_that_could_tax_one_supply_twice_are_refused() {
    let cases = [
        (json!({}), json!({})),
        (
            json!({ "valid_to": "2026-01-02" }),
            json!({ "valid_from": "2026-01-01" }),
        ),
        (json!({ "customer": "b2b" }), json!({})),
        (
            json!({ "supplies": ["service", "tour"] }),
            json!({ "supplies": ["tour", "admission"] }),
        ),
        (json!({ "requires": ["x"] }), json!({ "unless": ["x", "y"] })),
        (json!({ "requires": ["x"] }), json!({ "requires": ["y"] })),
        (
            json!({ "seller_in": "same_state" }),
            json!({ "seller_in": "same_country" }),
        ),
        (json!({ "within": ["IN-GA"] }), json!({ "except": ["IN-MH"] })),
        (json!({ "within": ["IN-GA"] }), json!({ "within": ["IN-GA", "IN-MH"] })),
        // Each finds the place its own way.
        (
            json!({ "within": ["IN-GA"] }),
            json!({ "within": ["IN-MH"], "place": "recipient" }),
        ),
        (json!({ "stay": { "max": 10 } }), json!({ "stay": { "min": 10 } })),
        (
            json!({ "nights": { "excluded": 0, "max": 2 } }),
            json!({ "nights": { "excluded": 1, "max": null } }),
        ),
        // An invoice of the one's days may be paid on the other's.
        (
            json!({ "valid_to": "2026-01-01" }),
            json!({ "valid_from": "2026-01-01", "date_basis": "payment" }),
        ),
    ];
    for (a, b) in cases {
        let overlap = BadTaxRules::Overlap("a".into(), "b".into());
        assert_eq!(pair(a.clone(), b.clone()), Err(overlap.clone()), "{a} {b}");
        assert!(
            matches!(pair(b.clone(), a.clone()), Err(BadTaxRules::Overlap(..))),
            "{b} {a}"
        );
    }
}

#[test]
fn rules_that_cannot_meet_go_together() {
    let cases = [
        (
            json!({ "valid_to": "2026-01-01" }),
            json!({ "valid_from": "2026-01-01" }),
        ),
        (json!({ "component": "CGST" }), json!({ "component": "SGST" })),
        (
            json!({ "jurisdiction": "US-NY" }),
            json!({ "jurisdiction": "US-NY-NYC" }),
        ),
        (json!({ "customer": "b2b" }), json!({ "customer": "b2c" })),
        (json!({ "buyer_in": "home" }), json!({ "buyer_in": "abroad" })),
        (json!({ "supplies": ["tour"] }), json!({ "supplies": ["admission"] })),
        (json!({ "requires": ["x", "y"] }), json!({ "unless": ["x", "y"] })),
        (
            json!({ "seller_in": "same_state" }),
            json!({ "seller_in": "other_state" }),
        ),
        (
            json!({ "seller_in": "same_country" }),
            json!({ "seller_in": "other_country" }),
        ),
        (json!({ "within": ["IN-GA"] }), json!({ "except": ["IN-GA"] })),
        (json!({ "within": ["IN-GA"] }), json!({ "within": ["IN-MH"] })),
        (json!({ "stay": { "max": 9 } }), json!({ "stay": { "min": 10 } })),
        (
            json!({ "nights": { "excluded": 0, "max": 1 } }),
            json!({ "nights": { "excluded": 1, "max": null } }),
        ),
    ];
    for (a, b) in cases {
        assert!(
            pair(a.clone(), b.clone()).is_ok() && pair(b.clone(), a.clone()).is_ok(),
            "{a} {b}"
        );
    }
    assert_eq!(
        TaxRules::try_new([rule(json!({})), rule(json!({ "supplies": ["tour"] }))]),
        Err(BadTaxRules::SameId("test".into()))
    );
}

#[test]
fn a_rule_that_cannot_be_says_what_is_wrong_with_it() {
    let amount = |minor: i64, currency: &str| json!({ "minor": minor, "currency": currency });
    let slab = |minor: i64, currency: &str| json!({ "starts": { "from": amount(minor, currency) }, "charge": { "percent": "5" } });
    let slabs = |slabs: Value| json!({ "rate": { "slabs": { "basis": "transacted_value", "slabs": slabs } } });
    let step = |minor: i64| json!({ "above": amount(minor, "INR"), "percent": "5" });
    let long = "x".repeat(121);
    let cases = [
        (json!({ "id": "" }), BadTaxRule::Text),
        (json!({ "id": long }), BadTaxRule::Text),
        (json!({ "legal_ref": "two\nlines" }), BadTaxRule::Text),
        (json!({ "reviewed_by": "" }), BadTaxRule::Text),
        (json!({ "supplies": [] }), BadTaxRule::NoSupply),
        (json!({ "valid_to": "2020-01-01" }), BadTaxRule::Days),
        (json!({ "within": ["FR"] }), BadTaxRule::Parts),
        (json!({ "stay": { "min": 3, "max": 2 } }), BadTaxRule::Nights),
        (json!({ "nights": { "excluded": 0, "max": 0 } }), BadTaxRule::Nights),
        (json!({ "value_share": "101" }), BadTaxRule::Percent),
        (json!({ "rate": { "flat": { "percent": "-1" } } }), BadTaxRule::Percent),
        (
            json!({ "without_number": { "times": 2, "at_least": "20", "at_most": "5" } }),
            BadTaxRule::Percent,
        ),
        (slabs(json!([])), BadTaxRule::Order),
        (slabs(json!([slab(5, "INR"), slab(5, "INR")])), BadTaxRule::Order),
        (slabs(json!([slab(-1, "INR")])), BadTaxRule::Amount),
        (slabs(json!([slab(0, "INR"), slab(5, "EUR")])), BadTaxRule::Currencies),
        (
            json!({ "charged": "on_top", "rate": { "progressive": [step(1)] } }),
            BadTaxRule::Order,
        ),
        (json!({ "rate": { "progressive": [step(0)] } }), BadTaxRule::Base),
        (json!({ "base": "price_with_tax" }), BadTaxRule::Base),
        (json!({ "collected": true }), BadTaxRule::Base),
        (
            json!({ "base": "margin", "rate": { "flat": { "cumulative_percent": "5" } } }),
            BadTaxRule::Base,
        ),
    ];
    for (fields, reason) in cases {
        match TaxRules::try_new([rule(fields.clone())]) {
            Err(BadTaxRules::Rule { reason: found, .. }) => assert_eq!(found, reason, "{fields}"),
            other => panic!("{fields}: {other:?}"),
        }
    }
}

#[test]
fn a_line_that_cannot_be_taxed_says_what_is_missing() {
    let refused = |rule: Value, line: TaxLine| {
        assess(
            &only(rule),
            &[net("other", inr("1")), line],
            &facts(Currency::INR, "IN-MH", "IN-MH", "2026-11-27"),
        )
    };
    let line = || net("service", inr("100"));
    let one_night = |price: Money| TaxLine {
        nights: vec![Night {
            on: day("2026-05-01"),
            price,
            declared_tariff: None,
        }],
        ..line()
    };
    let missing = |what, rule: Option<&str>| NotAssessed::Missing {
        line: 1,
        rule: rule.map(Into::into),
        what,
    };
    let per_night = json!({ "rate": { "flat": { "amount": { "each": { "minor": 1, "currency": "INR" }, "per": "room", "period": "night" } } } });
    let nowhere = vec![PerformedIn {
        place: region("IN-MH"),
        parts: 0,
    }];
    let cases = [
        (
            json!({ "date_basis": "payment" }),
            line(),
            missing(Missing::Payment, Some("test")),
        ),
        (
            json!({ "date_basis": "booking" }),
            line(),
            missing(Missing::Booking, Some("test")),
        ),
        (
            json!({ "date_basis": "stay" }),
            line(),
            missing(Missing::Nights, Some("test")),
        ),
        (per_night, line(), missing(Missing::Nights, Some("test"))),
        (
            json!({ "stay": { "max": 3 } }),
            line(),
            missing(Missing::Nights, Some("test")),
        ),
        (
            json!({ "base": "margin" }),
            line(),
            missing(Missing::Cost, Some("test")),
        ),
        (
            json!({ "base": "basic_fare" }),
            line(),
            missing(Missing::BasicFare, Some("test")),
        ),
        (json!({}), TaxLine { rooms: 0, ..line() }, missing(Missing::Rooms, None)),
        (
            json!({}),
            TaxLine {
                abroad: Some(Abroad { parts: 2, of: 1 }),
                ..line()
            },
            missing(Missing::Abroad, None),
        ),
        (
            json!({}),
            TaxLine {
                performed: nowhere,
                ..line()
            },
            missing(Missing::Performance, None),
        ),
        (json!({}), one_night(inr("99.99")), NotAssessed::Nights { line: 1 }),
        (json!({}), one_night(usd("100")), NotAssessed::Currency { line: 1 }),
        (json!({}), net("service", eur("100")), NotAssessed::Currency { line: 1 }),
        (
            json!({}),
            TaxLine {
                cost: Some(eur("1")),
                ..line()
            },
            NotAssessed::Currency { line: 1 },
        ),
    ];
    for (rule, line, wanted) in cases {
        assert_eq!(refused(rule.clone(), line.clone()), Err(wanted), "{rule} {line:?}");
    }
}

#[test]
fn nights_come_in_their_order_and_each_once() {
    let line = |days: [&str; 2]| {
        let night = |on: &str| Night {
            on: day(on),
            price: inr("50"),
            declared_tariff: None,
        };
        TaxLine {
            nights: days.map(night).to_vec(),
            ..net("service", inr("100"))
        }
    };
    let facts = facts(Currency::INR, "IN", "IN", "2026-11-27");
    for days in [["2026-05-02", "2026-05-01"], ["2026-05-01", "2026-05-01"]] {
        assert_eq!(
            assess(&only(json!({})), &[line(days)], &facts),
            Err(NotAssessed::Nights { line: 0 })
        );
    }
    let made = assess(&only(json!({})), &[line(["2026-05-01", "2026-05-03"])], &facts);
    assert_eq!(made.unwrap().tax, inr("18"));
}

#[test]
fn a_rule_in_another_currency_than_its_line_is_refused_not_converted() {
    let rules = rules_of(&[engines::tax::sets::Set::IndiaGst]);
    let line = stay("IN-GA", "2026-10-08", &[usd("90")]);
    let refused = assess(&rules, &[line], &facts(Currency::USD, "IN-GA", "IN-GA", "2026-10-10"));
    assert_eq!(
        refused,
        Err(NotAssessed::RuleCurrency {
            line: 0,
            rule: "in.gst.hotel.cgst".into()
        })
    );
}

#[test]
fn an_amount_too_large_is_refused_and_does_not_wrap() {
    let most = Money::new(i64::MAX, Currency::INR);
    let facts = facts(Currency::INR, "IN", "IN", "2026-11-27");
    assert_eq!(
        assess(&only(json!({})), &[net("service", most)], &facts),
        Err(NotAssessed::TooLarge)
    );
    let made = assessed(&only(json!({})), &[with_tax("service", most)], &facts);
    assert_eq!(made.gross, most);
}

#[test]
fn refusals_are_sentences() {
    let missing = NotAssessed::Missing {
        line: 2,
        rule: Some("in.gst.hotel.cgst".into()),
        what: Missing::Property,
    };
    assert_eq!(
        missing.to_string(),
        "line 2 cannot be taxed without the place of the property (tax rule in.gst.hotel.cgst)"
    );
    let missing = NotAssessed::Missing {
        line: 2,
        rule: None,
        what: Missing::Rooms,
    };
    assert_eq!(
        missing.to_string(),
        "line 2 cannot be taxed without a number of rooms or units above zero"
    );
}
