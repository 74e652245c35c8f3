//! India's places of supply: which of the components are due, in which State, and what is abroad.

use engines::tax::{Abroad, Missing, NotAssessed, PerformedIn, TaxFacts, TaxLine, assess};
use kernel::money::testing::inr;
use kernel::{Currency, Money};

use super::india::{at_home, gst};
use super::*;

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
