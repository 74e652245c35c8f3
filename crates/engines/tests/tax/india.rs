//! India: goods and services tax on tours, tickets and services, by place and day.

use engines::tax::sets::{Choices, NEAREST_RUPEE, Set};
use engines::tax::{Abroad, Mismatch, Missing, NotAssessed, PerformedIn, TaxDates, TaxFacts, TaxLine, assess};
use kernel::money::testing::inr;
use kernel::{Currency, Money};

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
fn the_place_of_supply_decides_between_cgst_with_sgst_and_igst() {
    let hotel = |property: &str| stay(property, "2026-10-08", &[inr("1000")]);
    let home = "IN-MH";
    // Supply, business buyer?, buyer's place, components.
    let cases: [(TaxLine, bool, Option<&str>, &[&str]); 9] = [
        (tour(inr("1000")), true, Some("IN-KA"), &["IGST 50.00"]),
        (tour(inr("1000")), true, Some("IN-MH"), &["CGST 25.00", "SGST 25.00"]),
        (tour(inr("1000")), false, Some("IN-KA"), &["IGST 50.00"]),
        // No address on record: where the seller is.
        (tour(inr("1000")), false, None, &["CGST 25.00", "SGST 25.00"]),
        // A hotel is where it is, whoever sleeps in it.
        (hotel("IN-GA"), true, Some("IN-MH"), &["IGST 50.00"]),
        (hotel("IN-MH"), false, Some("IN-KA"), &["CGST 25.00", "SGST 25.00"]),
        (hotel("IN-MH"), false, Some("FR"), &["CGST 25.00", "SGST 25.00"]),
        // A park's entry is where the park is.
        (
            held_in(net("admission", inr("1000")), "IN-MP"),
            false,
            Some("IN-MH"),
            &["IGST 180.00"],
        ),
        (
            held_in(net("admission", inr("1000")), "IN-MH"),
            false,
            Some("IN-KA"),
            &["CGST 90.00", "SGST 90.00"],
        ),
    ];
    for (line, is_business, place, components) in cases {
        let mut facts = facts(Currency::INR, home, home, "2026-11-27");
        facts.buyer.place = place.map(region);
        let facts = if is_business { business(facts) } else { facts };
        assert_eq!(
            by_component(&assessed(&gst(), std::slice::from_ref(&line), &facts)),
            components,
            "{line:?} {place:?}"
        );
    }
}

fn held_in(line: TaxLine, place: &str) -> TaxLine {
    TaxLine {
        performed: vec![PerformedIn {
            place: region(place),
            parts: 1,
        }],
        ..line
    }
}

#[test]
fn a_union_territory_without_a_legislature_takes_utgst() {
    let chandigarh = facts(Currency::INR, "IN-CH", "IN-CH", "2026-11-27");
    assert_eq!(
        by_component(&assessed(&gst(), &[tour(inr("1000"))], &chandigarh)),
        ["CGST 25.00", "UTGST 25.00"]
    );
    let delhi = facts(Currency::INR, "IN-DL", "IN-DL", "2026-11-27");
    assert_eq!(
        by_component(&assessed(&gst(), &[tour(inr("1000"))], &delhi)),
        ["CGST 25.00", "SGST 25.00"]
    );
}

#[test]
fn a_place_that_is_not_known_is_asked_for_and_never_guessed() {
    let mut unknown = business(at_home("2026-11-27"));
    unknown.buyer.place = None;
    let missing = |line: TaxLine, facts: &TaxFacts| match assess(&gst(), &[line], facts) {
        Err(NotAssessed::Missing {
            line: 0,
            rule: Some(_),
            what,
        }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing(tour(inr("1")), &unknown), Missing::Recipient);
    assert_eq!(
        missing(tour(inr("1")), &facts(Currency::INR, "IN-MH", "IN", "2026-11-27")),
        Missing::State
    );
    assert_eq!(
        missing(net("accommodation", inr("1")), &at_home("2026-11-27")),
        Missing::Property
    );
    assert_eq!(
        missing(net("admission", inr("1")), &at_home("2026-11-27")),
        Missing::Performance
    );
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
fn an_inbound_tour_is_split_among_its_states_and_the_part_abroad_is_exempt() {
    let tourist = facts(Currency::INR, "IN-MH", "FR", "2026-11-27");
    let part = |place: &str, parts| PerformedIn {
        place: region(place),
        parts,
    };
    let states = |abroad| TaxLine {
        performed: vec![part("IN-MH", 3), part("IN-GA", 2), part("IN-KA", 1)],
        abroad,
        ..tour(inr("60000"))
    };
    let made = assessed(&gst(), &[states(None)], &tourist);
    assert_eq!(by_component(&made), ["CGST 750.00", "IGST 1500.00", "SGST 750.00"]);
    let igst = made
        .taxes()
        .filter(|tax| &*tax.component == "IGST")
        .map(|tax| (tax.place.to_string(), tax.amount));
    assert_eq!(
        igst.collect::<Vec<_>>(),
        [("IN-GA".to_owned(), inr("1000")), ("IN-KA".to_owned(), inr("500"))]
    );
    // Two of ten days in Nepal; then seven of ten, of which half the price is the most.
    for (abroad, taxable) in [
        (Abroad { parts: 4, of: 20 }, "48000"),
        (Abroad { parts: 14, of: 20 }, "30000"),
    ] {
        let made = assessed(&gst(), &[states(Some(abroad))], &tourist);
        assert_eq!(
            made.tax,
            kernel::Percent::whole(5)
                .of(inr(taxable), kernel::Rounding::HalfUp)
                .unwrap()
        );
        let bases = made.taxes().filter(|tax| &*tax.component != "CGST").map(|tax| tax.base);
        assert_eq!(Money::sum(Currency::INR, bases), Ok(inr(taxable)));
    }
    // Before 2022-07-18 nothing was exempt.
    let before = facts(Currency::INR, "IN-MH", "FR", "2022-07-17");
    assert_eq!(
        assessed(&gst(), &[states(Some(Abroad { parts: 4, of: 20 }))], &before).tax,
        inr("3000")
    );
}

#[test]
fn twelve_hours_abroad_are_a_day_and_less_are_half_of_one() {
    assert_eq!(Abroad::half_days(&[24, 12, 11], &[24, 1]), Abroad { parts: 5, of: 8 });
}

#[test]
fn a_foreign_tourists_tour_wholly_abroad_is_exempt_and_says_so() {
    let tourist = facts(Currency::INR, "IN-MH", "FR", "2026-11-27");
    let made = assessed(&gst(), &[net("overseas_tour", inr("60000"))], &tourist);
    assert_eq!(
        rates(&made),
        [("Exempt".to_owned(), "60000.00".to_owned(), "0.00".to_owned())]
    );
    assert_eq!((made.tax, made.uncovered().count()), (inr("0"), 0));
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
