//! The shapes a charge can have, those in which hotels publish their taxes among them.

use engines::tax::{Guest, PerformedIn, TaxLine};
use kernel::Currency;
use kernel::money::testing::{eur, inr, jpy};
use serde_json::{Value, json};

use super::*;

fn lodging(rule: Value) -> TaxRule {
    let mut fields = json!({ "jurisdiction": "DE", "supplies": ["accommodation"], "place": "property", "date_basis": "stay", "charged": "on_top" });
    fields
        .as_object_mut()
        .unwrap()
        .extend(rule.as_object().unwrap().clone());
    super::rule(fields)
}

fn each(minor: i64, per: &str, period: &str) -> Value {
    json!({ "flat": { "amount": { "each": { "minor": minor, "currency": "EUR" }, "per": per, "period": period } } })
}

/// Two rooms, three guests, three nights of 100.
fn a_stay() -> TaxLine {
    let guests = vec![Guest::Adult, Guest::Adult, Guest::Child(5)];
    TaxLine {
        rooms: 2,
        guests,
        ..stay("DE-BE", "2026-05-01", &[eur("100"), eur("100"), eur("100")])
    }
}

fn tax_of(rules: &[TaxRule], line: TaxLine) -> Assessment {
    let rules = TaxRules::try_new(rules.iter().cloned()).unwrap();
    assessed(&rules, &[line], &facts(Currency::EUR, "DE", "DE", "2026-06-01"))
}

#[test]
fn an_amount_is_for_rooms_or_persons_by_night_or_stay() {
    for (per, period, amount) in [
        ("room", "night", "6"),
        ("room", "stay", "2"),
        ("person", "night", "9"),
        ("person", "stay", "3"),
    ] {
        let made = tax_of(&[lodging(json!({ "rate": each(100, per, period) }))], a_stay());
        assert_eq!((made.tax, made.net), (eur(amount), eur("300")), "{per} {period}");
    }
}

#[test]
fn a_charge_may_begin_late_in_a_stay_end_early_or_ask_for_its_length() {
    let cases = [
        (json!({ "nights": { "excluded": 1, "max": null } }), "20"),
        (json!({ "nights": { "excluded": 0, "max": 1 } }), "10"),
        (json!({ "nights": { "excluded": 1, "max": 1 } }), "10"),
        (json!({ "nights": { "excluded": 3, "max": null } }), "0"),
        (json!({ "stay": { "min": 3, "max": 3 } }), "30"),
        (json!({ "stay": { "min": 4 } }), "0"),
        (json!({ "stay": { "max": 2 } }), "0"),
    ];
    for (window, amount) in cases {
        let mut fields = json!({ "rate": { "flat": { "percent": "10" } } });
        fields
            .as_object_mut()
            .unwrap()
            .extend(window.as_object().unwrap().clone());
        assert_eq!(tax_of(&[lodging(fields)], a_stay()).tax, eur(amount), "{window}");
    }
}

#[test]
fn a_cumulative_share_is_of_the_price_with_the_other_taxes() {
    let rules = |charged: &str| {
        [
            lodging(
                json!({ "id": "a", "component": "Sales tax", "rate": { "flat": { "percent": "10" } }, "charged": charged }),
            ),
            lodging(json!({ "id": "b", "component": "Fee", "rate": each(500, "room", "night"), "charged": charged })),
            lodging(
                json!({ "id": "c", "component": "Levy", "rate": { "flat": { "cumulative_percent": "5" } }, "charged": charged }),
            ),
        ]
    };
    // 300; 30; 6 x 5 = 30; 5 % of 360 = 18.
    let made = tax_of(&rules("on_top"), a_stay());
    assert_eq!(by_component(&made), ["Fee 30.00", "Levy 18.00", "Sales tax 30.00"]);
    assert_eq!(made.gross, eur("378"));
    let levy = made.taxes().find(|tax| &*tax.component == "Levy").unwrap();
    assert_eq!(levy.base, eur("360"));
    // The same taken apart again: 126 a night.
    let with = stay("DE-BE", "2026-05-01", &[eur("126"), eur("126"), eur("126")]);
    let back = tax_of(
        &rules("as_priced"),
        TaxLine {
            rooms: 2,
            price_is: PriceIs::WithTax,
            ..with
        },
    );
    assert_eq!(by_component(&back), by_component(&made));
    assert_eq!((back.net, back.gross), (eur("300"), eur("378")));
}

#[test]
fn what_is_collected_for_the_buyer_is_no_part_of_what_others_are_of() {
    let flat = |percent: &str| json!({ "flat": { "percent": percent } });
    let rules = [
        lodging(json!({ "id": "a", "component": "Collected", "rate": flat("10"), "collected": true })),
        lodging(json!({ "id": "b", "component": "Levy", "rate": { "flat": { "cumulative_percent": "5" } } })),
        lodging(json!({ "id": "c", "component": "On all", "rate": flat("1"), "base": "price_with_tax" })),
    ];
    let made = tax_of(&rules, a_stay());
    // 1 % of 315.
    assert_eq!(by_component(&made), ["Collected 30.00", "Levy 15.00", "On all 3.15"]);
    assert_eq!((made.tax, made.collected), (eur("18.15"), eur("30")));
    assert_eq!((made.gross, made.payable), (eur("318.15"), eur("348.15")));
}

#[test]
fn what_is_due_by_room_is_due_once_where_a_night_is_in_several_places() {
    let rules = [
        lodging(json!({ "id": "a", "component": "Fee", "rate": each(100, "room", "night") })),
        lodging(json!({ "id": "b", "component": "Share", "rate": { "flat": { "percent": "10" } } })),
        lodging(json!({ "id": "c", "component": "Stay", "rate": each(700, "room", "stay") })),
    ];
    let part = |place: &str| PerformedIn {
        place: region(place),
        parts: 1,
    };
    let made = tax_of(
        &rules,
        TaxLine {
            performed: vec![part("DE-BE"), part("DE-BB")],
            ..a_stay()
        },
    );
    assert_eq!(by_component(&made), ["Fee 6.00", "Share 30.00", "Stay 14.00"]);
}

#[test]
fn another_countrys_seller_is_in_another_state() {
    for (wanted, seller, applies) in [
        ("same_state", "FR", false),
        ("other_state", "FR", true),
        ("other_country", "FR", true),
        ("same_country", "FR", false),
        ("same_country", "IN-KA", true),
        ("other_country", "IN-KA", false),
        ("other_state", "IN-KA", true),
        ("same_state", "IN-MH", true),
        ("other_state", "IN-MH", false),
    ] {
        let rules = only(json!({ "place": "recipient", "seller_in": wanted }));
        let made = assessed(
            &rules,
            &[net("service", inr("100"))],
            &facts(Currency::INR, seller, "IN-MH", "2026-11-27"),
        );
        assert_eq!(made.uncovered().count() == 0, applies, "{wanted} {seller}");
    }
}

#[test]
fn a_tax_may_be_in_a_price_while_another_is_on_top() {
    let rules = [
        lodging(
            json!({ "id": "a", "component": "VAT", "rate": { "flat": { "percent": "7" } }, "charged": "as_priced" }),
        ),
        lodging(json!({ "id": "b", "component": "City tax", "rate": { "flat": { "percent": "5" } } })),
    ];
    let line = TaxLine {
        price_is: PriceIs::WithTax,
        ..stay("DE-BE", "2026-05-01", &[eur("107")])
    };
    let made = tax_of(&rules, line);
    assert_eq!(by_component(&made), ["City tax 5.00", "VAT 7.00"]);
    assert_eq!((made.net, made.gross), (eur("100"), eur("112")));
}

#[test]
fn persons_pay_by_age() {
    let amount = |minor: i64| json!({ "minor": minor, "currency": "EUR" });
    let bands = json!([{ "from_age": 6, "each": amount(100) }, { "from_age": 16, "each": amount(300) }]);
    let ages = lodging(json!({ "rate": { "flat": { "ages": { "bands": bands, "period": "stay" } } } }));
    for (guests, tax) in [
        (vec![Guest::Adult], "3"),
        (vec![Guest::Child(5)], "0"),
        (vec![Guest::Child(6), Guest::Child(15)], "2"),
        (vec![Guest::Child(16), Guest::Adult, Guest::Child(10)], "7"),
    ] {
        let made = tax_of(
            std::slice::from_ref(&ages),
            TaxLine {
                guests: guests.clone(),
                ..a_stay()
            },
        );
        assert_eq!(made.tax, eur(tax), "{guests:?}");
    }
}

#[test]
fn tax_counts_in_the_minor_units_of_its_currency() {
    let rules = only(json!({ "jurisdiction": "JP", "rate": { "flat": { "percent": "10" } } }));
    let made = assessed(
        &rules,
        &[net("service", jpy("1175"))],
        &facts(Currency::JPY, "JP", "JP", "2026-11-27"),
    );
    assert_eq!(made.tax, jpy("118"));
}

#[test]
fn a_rule_holds_from_its_first_day_to_the_day_before_its_last() {
    let rules = only(json!({ "valid_from": "2026-01-01", "valid_to": "2026-02-01" }));
    for (invoiced, applies) in [
        ("2025-12-31", false),
        ("2026-01-01", true),
        ("2026-01-31", true),
        ("2026-02-01", false),
    ] {
        let made = assessed(
            &rules,
            &[net("service", inr("100"))],
            &facts(Currency::INR, "IN", "IN", invoiced),
        );
        assert_eq!(made.uncovered().count() == 0, applies, "{invoiced}");
    }
}

#[test]
fn the_day_that_decides_is_the_rules_choice() {
    for (basis, applies) in [
        ("invoice", false),
        ("payment", true),
        ("booking", false),
        ("stay", true),
        ("invoice_or_payment", true),
    ] {
        let rules = only(json!({ "date_basis": basis, "valid_from": "2026-01-01", "valid_to": "2026-02-01" }));
        let mut facts = facts(Currency::INR, "IN", "IN", "2026-03-01");
        (facts.dates.paid, facts.dates.booked) = (Some(day("2026-01-10")), Some(day("2025-12-01")));
        let line = TaxLine {
            supply: code("service"),
            ..stay("IN", "2026-01-20", &[inr("100")])
        };
        assert_eq!(
            assessed(&rules, &[line], &facts).uncovered().count() == 0,
            applies,
            "{basis}"
        );
    }
}

#[test]
fn nothing_is_due_without_rules_or_lines() {
    let none = TaxRules::default();
    let made = assessed(
        &none,
        &[net("service", inr("100"))],
        &facts(Currency::INR, "IN", "IN", "2026-11-27"),
    );
    assert_eq!(
        (made.net, made.tax, made.payable, made.uncovered().count()),
        (inr("100"), inr("0"), inr("100"), 1)
    );
    let made = assessed(&none, &[], &facts(Currency::INR, "IN", "IN", "2026-11-27"));
    assert_eq!((made.payable, made.totals.len()), (inr("0"), 0));
}
