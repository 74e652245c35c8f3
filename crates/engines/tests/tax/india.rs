//! India: goods and services tax on tours, tickets and services, by condition and day.

use engines::tax::sets::{Choices, NEAREST_RUPEE, Set};
use engines::tax::{Mismatch, TaxDates, TaxFacts, TaxLine};
use kernel::Currency;
use kernel::money::testing::inr;

use super::*;

pub(super) fn gst() -> TaxRules {
    rules_of(&[Set::IndiaGst])
}

/// Seller and buyer in Maharashtra.
pub(super) fn at_home(invoiced: &str) -> TaxFacts {
    facts(Currency::INR, "IN-MH", "IN-MH", invoiced)
}

#[test]
fn a_price_with_18_percent_in_it_is_taken_apart_to_the_paisa() {
    let made = assessed(&gst(), &[with_tax("service", inr("999.99"))], &at_home("2026-11-27"));
    assert_eq!(
        (made.net, made.tax, made.gross),
        (inr("847.45"), inr("152.54"), inr("999.99"))
    );
    assert_eq!(by_component(&made), ["CGST 76.27", "SGST 76.27"]);
}

#[test]
fn tax_is_extracted_from_prices_with_it() {
    let cases = [
        ("tour", "10500", "10000", "500", ["CGST 250.00", "SGST 250.00"]),
        ("tour", "9999", "9522.86", "476.14", ["CGST 238.07", "SGST 238.07"]),
        ("service", "1000", "847.46", "152.54", ["CGST 76.27", "SGST 76.27"]),
    ];
    for (supply, price, net, tax, components) in cases {
        let line = flagged(
            with_tax(supply, inr(price)),
            &["without_input_credit", "bill_states_gross_charge"],
        );
        let made = assessed(&gst(), &[line], &at_home("2026-11-27"));
        assert_eq!(
            (made.net, made.tax, made.gross),
            (inr(net), inr(tax), inr(price)),
            "{price}"
        );
        assert_eq!(by_component(&made), components, "{price}");
    }
}

#[test]
fn an_odd_paisa_of_what_is_taken_out_goes_to_the_first_component() {
    // 1,000.03 x 18/118 is 152.547, each half of it 76.273.
    let made = assessed(&gst(), &[with_tax("service", inr("1000.03"))], &at_home("2026-11-27"));
    assert_eq!((made.net, made.tax), (inr("847.48"), inr("152.55")));
    assert_eq!(by_component(&made), ["CGST 76.28", "SGST 76.27"]);
}

#[test]
fn on_top_of_a_price_each_component_is_computed_and_the_tax_is_their_sum() {
    let made = assessed(&gst(), &[tour(inr("9522.60"))], &at_home("2026-11-27"));
    assert_eq!(by_component(&made), ["CGST 238.07", "SGST 238.07"]);
    assert_eq!(made.tax, inr("476.14"));
    // At once, in another state: 476.13.
    let made = assessed(
        &gst(),
        &[tour(inr("9522.60"))],
        &facts(Currency::INR, "IN-MH", "IN-KA", "2026-11-27"),
    );
    assert_eq!(by_component(&made), ["IGST 476.13"]);
    let made = assessed(
        &gst(),
        &[tour(inr("60673.08"))],
        &facts(Currency::INR, "IN-MH", "IN-KA", "2026-11-27"),
    );
    assert_eq!((made.tax, made.gross), (inr("3033.65"), inr("63706.73")));
}

#[test]
fn per_line_and_per_invoice_differ_as_the_policy_says() {
    let lines = [tour(inr("333.35")), tour(inr("333.35")), tour(inr("333.35"))];
    let elsewhere = facts(Currency::INR, "IN-MH", "IN-KA", "2026-11-27");
    let of_lines = |made: &Assessment| made.taxes().map(|tax| tax.amount.decimal()).collect::<Vec<_>>();
    let made = assessed(&gst(), &lines, &elsewhere);
    assert_eq!(
        (made.tax, of_lines(&made)),
        (inr("50.01"), vec!["16.67".into(), "16.67".into(), "16.67".into()])
    );
    let per_invoice = RoundingPolicy {
        per: engines::tax::Scope::Invoice,
        ..CHOICES.rounding
    };
    let rules = rules_with(
        &[Set::IndiaGst],
        &Choices {
            rounding: per_invoice,
            ..CHOICES
        },
    );
    let made = assessed(&rules, &lines, &elsewhere);
    assert_eq!(
        (made.tax, of_lines(&made)),
        (inr("50"), vec!["16.67".into(), "16.67".into(), "16.66".into()])
    );
    // Prices with tax are rounded apart from those without: 0.36 and 0.305 paise.
    let lines = [net("service", inr("0.02")), with_tax("service", inr("0.02"))];
    assert_eq!(assessed(&rules, &lines, &elsewhere).tax, inr("0"));
    let made = assessed(&rules, &[lines[0].clone(), lines[0].clone()], &elsewhere);
    assert_eq!(made.tax, inr("0.01"));
    // Section 170: 3,033.654 is 3,034 rupees.
    let rules = rules_with(
        &[Set::IndiaGst],
        &Choices {
            rounding: NEAREST_RUPEE,
            ..CHOICES
        },
    );
    let made = assessed(&rules, &[tour(inr("60673.08"))], &elsewhere);
    assert_eq!((made.tax, made.gross), (inr("3034"), inr("63707.08")));
}

#[test]
fn a_tour_is_taxed_at_5_percent_on_both_conditions_and_else_at_18() {
    let cases: [(&[&str], &str); 4] = [
        (&["without_input_credit", "bill_states_gross_charge"], "5.00"),
        (&["without_input_credit"], "18.00"),
        (&["bill_states_gross_charge"], "18.00"),
        (&[], "18.00"),
    ];
    for (flags, tax) in cases {
        let made = assessed(
            &gst(),
            &[flagged(net("tour", inr("100")), flags)],
            &at_home("2026-11-27"),
        );
        assert_eq!(made.tax.decimal(), tax, "{flags:?}");
    }
}

#[test]
fn the_trace_says_which_rule_applied_and_why_the_others_did_not() {
    let made = assessed(&gst(), &[tour(inr("100"))], &at_home("2026-11-27"));
    let looked = |id: &str| {
        made.lines[0]
            .looked_at
            .iter()
            .find(|looked| &*looked.rule == id)
            .unwrap()
    };
    assert_eq!(
        (looked("in.gst.tour.5.cgst").applied, looked("in.gst.tour.5.cgst").of),
        (1, 1)
    );
    for (id, why) in [
        ("in.gst.tour.5.igst", Mismatch::Seller),
        ("in.gst.tour.5.utgst", Mismatch::Place(region("IN-MH"))),
        ("in.gst.tour.18.cgst", Mismatch::Excluded),
        ("in.gst.inbound_business.5.cgst", Mismatch::Customer),
        ("in.gst.inbound_tourist.5.cgst", Mismatch::Buyer),
    ] {
        assert_eq!((looked(id).applied, &looked(id).why_not), (0, &vec![why]), "{id}");
    }
    let lacking = assessed(&gst(), &[net("tour", inr("100"))], &at_home("2026-11-27"));
    let five = lacking.lines[0]
        .looked_at
        .iter()
        .find(|looked| &*looked.rule == "in.gst.tour.5.cgst")
        .unwrap();
    assert_eq!(five.why_not, [Mismatch::Lacks(code("bill_states_gross_charge"))]);
    let tax = &made.lines[0].taxes[0];
    assert_eq!(
        (&*tax.rule, &*tax.component, tax.reviewed),
        ("in.gst.tour.5.cgst", "CGST", false)
    );
    assert!(tax.legal_ref.contains("11/2017"), "{}", tax.legal_ref);
}

#[test]
fn an_advance_is_taxed_by_the_law_of_its_day() {
    let paid = |paid: &str, invoiced: &str| {
        let facts = at_home(invoiced);
        TaxFacts {
            dates: TaxDates {
                paid: Some(day(paid)),
                ..facts.dates
            },
            ..facts
        }
    };
    let line = || [stay("IN-GA", "2025-12-24", &[inr("5000")])];
    assert_eq!(
        assessed(&gst(), &line(), &paid("2025-09-21", "2025-12-25")).tax,
        inr("600")
    );
    assert_eq!(
        assessed(&gst(), &line(), &paid("2025-12-26", "2025-09-21")).tax,
        inr("600")
    );
    assert_eq!(
        assessed(&gst(), &line(), &paid("2025-09-22", "2025-12-25")).tax,
        inr("250")
    );
}

#[test]
fn a_cancellation_charge_is_taxed_like_what_is_cancelled() {
    let made = assessed(&gst(), &[tour(inr("25000"))], &at_home("2026-11-27"));
    assert_eq!(
        (made.tax, inr("60000").sub(made.gross)),
        (inr("1250"), Ok(inr("33750")))
    );
}

#[test]
fn an_air_ticket_may_be_valued_by_its_basic_fare() {
    let ticket = |supply: &str, flags: &[&str]| {
        let line = TaxLine {
            basic_fare: Some(inr("40000")),
            ..net(supply, inr("1000"))
        };
        assessed(&gst(), &[flagged(line, flags)], &at_home("2026-11-27"))
    };
    let on_fare = &["valued_on_basic_fare"];
    assert_eq!(
        rates(&ticket("air_ticket_domestic", on_fare))[0],
        ("9 %".into(), "2000.00".into(), "180.00".into())
    );
    assert_eq!(ticket("air_ticket_international", on_fare).tax, inr("720"));
    assert_eq!(ticket("air_ticket_domestic", &[]).tax, inr("180"));
}

#[test]
fn a_pure_agents_outlay_is_no_part_of_the_value_where_it_is_shown() {
    let outlay = |flags: &[&str]| {
        assessed(
            &gst(),
            &[flagged(net("pure_agent_outlay", inr("500")), flags)],
            &at_home("2026-11-27"),
        )
    };
    assert_eq!(outlay(&["shown_separately"]).tax, inr("0"));
    assert_eq!(outlay(&[]).tax, inr("90"));
}
