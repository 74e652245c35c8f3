//! India's collection at source on overseas packages.

use std::collections::BTreeMap;

use engines::tax::Base;
use engines::tax::sets::{Choices, Set};
use kernel::money::testing::inr;

use super::india::at_home;
use super::*;

/// An overseas package of 300,000 with GST at 5 %: 315,000 with it.
fn package(paid: &str, used: &str, pan: bool, choices: &Choices) -> Assessment {
    let rules = rules_with(&[Set::IndiaGst, Set::IndiaTcs], choices);
    let mut facts = at_home(paid);
    facts.accumulated = BTreeMap::from([("TCS".into(), inr(used))]);
    facts.buyer.has_tax_number = pan;
    facts.dates.paid = Some(day(paid));
    let line = flagged(
        net("overseas_tour", inr("300000")),
        &["without_input_credit", "bill_states_gross_charge"],
    );
    assessed(&rules, &[line], &facts)
}

#[test]
fn tax_is_collected_on_an_overseas_package_by_the_day_it_is_paid() {
    let cases = [
        ("2020-09-30", "0", "0"),
        ("2020-10-01", "0", "15750"),
        ("2023-09-30", "900000", "15750"),
        ("2023-10-01", "800000", "63000"),
        ("2024-03-31", "0", "15750"),
        // 2025-26: 200,000 at 5 % and 115,000 at 20 %.
        ("2025-04-01", "800000", "33000"),
        ("2026-03-31", "1000000", "63000"),
        ("2026-04-01", "0", "6300"),
        ("2026-04-01", "5000000", "6300"),
    ];
    for (paid, used, collected) in cases {
        let made = package(paid, used, true, &CHOICES);
        assert_eq!(
            (made.gross, made.collected),
            (inr("315000"), inr(collected)),
            "{paid} {used}"
        );
        assert_eq!(made.payable, made.gross.add(made.collected).unwrap());
        assert_eq!(made.tax, inr("15000"), "what is collected is not our tax");
    }
    let made = package("2025-04-01", "800000", true, &CHOICES);
    let steps: Vec<_> = rates(&made).into_iter().filter(|(rate, ..)| rate != "2.5 %").collect();
    let step = |rate: &str, base: &str, amount: &str| (rate.to_owned(), base.to_owned(), amount.to_owned());
    assert_eq!(
        steps,
        [
            step("5 %", "200000.00", "10000.00"),
            step("20 %", "115000.00", "23000.00")
        ]
    );
}

#[test]
fn whether_gst_is_in_what_tax_is_collected_on_is_for_the_user_to_say() {
    let without = Choices {
        collected_on: Base::Price,
        ..CHOICES
    };
    assert_eq!(package("2026-04-01", "0", true, &without).collected, inr("6000"));
    assert_eq!(package("2025-04-01", "800000", true, &without).collected, inr("30000"));
}

#[test]
fn a_buyer_without_pan_pays_twice_the_rate_at_least_5_and_at_most_20_percent() {
    for (paid, used, collected) in [
        ("2020-10-01", "0", "31500"),
        ("2024-01-01", "800000", "63000"),
        ("2024-01-01", "0", "31500"),
        ("2026-04-01", "0", "15750"),
    ] {
        assert_eq!(
            package(paid, used, false, &CHOICES).collected,
            inr(collected),
            "{paid} {used}"
        );
    }
}

#[test]
fn instalments_of_a_year_are_collected_on_as_one_amount_is() {
    let rules = rules_of(&[Set::IndiaTcs]);
    let mut facts = at_home("2025-06-01");
    let mut collected = inr("0");
    for instalment in ["400000", "500000", "300000", "115000"] {
        let made = assessed(&rules, &[net("overseas_tour", inr(instalment))], &facts);
        collected = collected.add(made.collected).unwrap();
        let used = facts.accumulated.entry("TCS".into()).or_insert(inr("0"));
        *used = used.add(inr(instalment)).unwrap();
    }
    // 1,000,000 at 5 % and 315,000 at 20 %; the same in one document, and at once.
    assert_eq!(collected, inr("113000"));
    facts.accumulated.clear();
    let lines = ["400000", "500000", "300000", "115000"].map(|amount| net("overseas_tour", inr(amount)));
    assert_eq!(assessed(&rules, &lines, &facts).collected, inr("113000"));
    assert_eq!(
        assessed(&rules, &[net("overseas_tour", inr("1315000"))], &facts).collected,
        inr("113000")
    );
    // A discount takes its part off where the year had come to.
    let lines = [
        net("overseas_tour", inr("1315000")),
        net("overseas_tour", inr("-415000")),
    ];
    assert_eq!(assessed(&rules, &lines, &facts).collected, inr("45000"));
    // What takes off more than the year had takes off the lowest rate of it.
    assert_eq!(
        assessed(&rules, &[net("overseas_tour", inr("-1000"))], &facts).collected,
        inr("-50")
    );
}

#[test]
fn a_ticket_or_a_hotel_alone_is_no_package() {
    let rules = rules_of(&[Set::IndiaGst, Set::IndiaTcs]);
    let made = assessed(
        &rules,
        &[
            net("air_ticket_international", inr("100000")),
            stay("IN-GA", "2026-10-08", &[inr("1")]),
        ],
        &at_home("2026-11-27"),
    );
    assert_eq!(made.collected, inr("0"));
}
