//! India's brackets for hotels: by unit and night, by day, by which value.

use engines::tax::sets::{Choices, Set};
use engines::tax::{Missing, Night, NotAssessed, PerformedIn, SlabBasis, TaxLine, assess};
use kernel::money::testing::inr;

use super::india::{at_home, gst};
use super::*;

#[test]
fn a_hotels_rate_is_picked_per_unit_and_night() {
    // Three adults, Thursday and Friday: the second night has a weekend supplement.
    let line = stay("IN-MH", "2026-10-08", &[inr("7500"), inr("8000")]);
    let made = assessed(&gst(), &[line], &at_home("2026-10-10"));
    assert_eq!(
        (made.net, made.tax, made.gross),
        (inr("15500"), inr("1815"), inr("17315"))
    );
    let taxes: Vec<(String, Vec<Date>)> = made.lines[0]
        .taxes
        .iter()
        .map(|tax| (tax.amount.decimal(), tax.nights.clone()))
        .collect();
    let (thursday, friday) = (vec![day("2026-10-08")], vec![day("2026-10-09")]);
    let wanted = [
        ("187.50", &thursday),
        ("720.00", &friday),
        ("187.50", &thursday),
        ("720.00", &friday),
    ];
    assert_eq!(
        taxes,
        wanted.map(|(amount, nights)| (amount.to_owned(), nights.clone()))
    );
}

#[test]
fn hotel_rates_moved_with_the_law() {
    // Invoiced on, the price of a night, the rate in percent.
    let cases = [
        ("2019-10-01", "1000", "0"),
        ("2022-07-17", "1000", "0"),
        ("2022-07-17", "1000.01", "12"),
        ("2022-07-18", "1000", "12"),
        ("2022-07-17", "7500", "12"),
        ("2022-07-17", "7500.01", "18"),
        ("2025-09-21", "7500", "12"),
        ("2025-09-21", "7500.01", "18"),
        ("2025-09-22", "7500", "5"),
        ("2025-09-22", "7500.01", "18"),
        ("2026-11-27", "500", "5"),
    ];
    for (invoiced, price, percent) in cases {
        let made = assessed(&gst(), &[stay("IN-GA", invoiced, &[inr(price)])], &at_home(invoiced));
        let tax = kernel::Percent::parse(percent)
            .unwrap()
            .of(inr(price), kernel::Rounding::HalfUp)
            .unwrap();
        assert_eq!((made.tax, made.uncovered().count()), (tax, 0), "{invoiced} {price}");
    }
}

#[test]
fn two_rooms_are_two_units() {
    let two = |price: &str| TaxLine {
        rooms: 2,
        ..stay("IN-GA", "2026-10-08", &[inr(price)])
    };
    assert_eq!(
        assessed(&gst(), &[two("15000")], &at_home("2026-10-10")).tax,
        inr("750")
    );
    assert_eq!(
        assessed(&gst(), &[two("15000.01")], &at_home("2026-10-10")).tax,
        inr("2700")
    );
}

#[test]
fn a_night_in_several_places_is_one_night_to_its_bracket() {
    let part = |place: &str, parts| PerformedIn {
        place: region(place),
        parts,
    };
    for (price_is, price, tax) in [
        (PriceIs::WithoutTax, "8000", "1440"),
        (PriceIs::WithTax, "9440", "1440"),
        (PriceIs::WithTax, "7875", "375"),
    ] {
        let line = TaxLine {
            price_is,
            performed: vec![part("IN-GA", 2), part("IN-MH", 1), part("IN-KA", 4)],
            ..stay("IN-GA", "2026-10-08", &[inr(price)])
        };
        assert_eq!(assessed(&gst(), &[line], &at_home("2026-10-10")).tax, inr(tax));
    }
}

#[test]
fn which_value_picks_the_bracket_is_for_the_user_to_say() {
    let mut line = stay("IN-GA", "2026-10-08", &[inr("7000")]);
    line.nights = vec![Night {
        declared_tariff: Some(inr("8000")),
        ..line.nights[0]
    }];
    let declared = rules_with(
        &[Set::IndiaGst],
        &Choices {
            slab_basis: SlabBasis::DeclaredTariff,
            ..CHOICES
        },
    );
    assert_eq!(
        assessed(&gst(), &[line.clone()], &at_home("2026-10-10")).tax,
        inr("350")
    );
    assert_eq!(
        assessed(&declared, &[line.clone()], &at_home("2026-10-10")).tax,
        inr("1260")
    );
    line.nights[0].declared_tariff = None;
    let refused = assess(&declared, &[line], &at_home("2026-10-10"));
    assert!(
        matches!(
            refused,
            Err(NotAssessed::Missing {
                what: Missing::DeclaredTariff,
                ..
            })
        ),
        "{refused:?}"
    );
}

#[test]
fn a_price_with_tax_picks_the_bracket_its_value_without_tax_lies_in() {
    let price = |text: &str| {
        let line = stay("IN-MH", "2026-10-08", &[inr(text)]);
        TaxLine {
            price_is: PriceIs::WithTax,
            ..line
        }
    };
    // 7,500 and 5 %; 8,000 and 18 %.
    for (gross, net) in [("7875", "7500"), ("9440", "8000"), ("1050", "1000")] {
        let made = assessed(&gst(), &[price(gross)], &at_home("2026-10-10"));
        assert_eq!((made.net, made.gross), (inr(net), inr(gross)));
    }
    // With 5 % in it the value is above 7,500, with 18 % in it below.
    for between in ["7875.01", "8000", "8850"] {
        let refused = assess(&gst(), &[price(between)], &at_home("2026-10-10"));
        let rule = "in.gst.hotel.cgst".into();
        assert_eq!(refused, Err(NotAssessed::BetweenSlabs { line: 0, rule }), "{between}");
    }
}
