//! Europe: value added tax, lodging over the days its rates moved, the margin scheme, city taxes.

use engines::tax::sets::Set;
use engines::tax::{Abroad, Guest, Night, TaxLine};
use kernel::money::testing::{eur, gbp};
use kernel::{Currency, Money};

use super::*;

fn vat() -> TaxRules {
    rules_of(&[Set::EuVat])
}

#[test]
fn three_lodging_rates_moved_in_2026_and_a_stay_over_the_day_bears_both() {
    // Where, the first of three nights, what each night bears in percent.
    let cases = [
        ("NL", "2025-12-30", [9, 9, 21]),
        ("LT", "2025-12-31", [9, 12, 12]),
        ("BE", "2025-12-30", [6, 6, 6]),
        ("BE", "2026-02-27", [6, 6, 12]),
        ("DE", "2025-12-30", [7, 7, 7]),
        ("FR", "2025-12-30", [10, 10, 10]),
        ("ES", "2025-12-30", [10, 10, 10]),
        ("IT", "2025-12-30", [10, 10, 10]),
        ("AT", "2018-10-30", [13, 13, 10]),
    ];
    for (country, from, percents) in cases {
        let line = stay(country, from, &[eur("100"), eur("100"), eur("100")]);
        let made = assessed(&vat(), &[line], &facts(Currency::EUR, country, "DE", "2026-03-05"));
        assert_eq!(
            made.tax,
            Money::new(percents.iter().sum::<i64>() * 100, Currency::EUR),
            "{country} {from}"
        );
    }
}

#[test]
fn a_price_with_vat_over_new_year_is_taken_apart_night_by_night() {
    let nights = Night::evenly(day("2025-12-31"), day("2026-01-02"), eur("230")).unwrap();
    let line = TaxLine {
        nights,
        property: Some(region("NL")),
        ..with_tax("accommodation", eur("230"))
    };
    let made = assessed(&vat(), &[line], &facts(Currency::EUR, "NL", "DE", "2026-01-02"));
    // 115 with 9 % in it, 115 with 21 %.
    let tax = |rate: &str, base: &str, amount: &str| (rate.to_owned(), base.to_owned(), amount.to_owned());
    assert_eq!(
        rates(&made),
        [tax("21 %", "95.04", "19.96"), tax("9 %", "105.50", "9.50")]
    );
    assert_eq!((made.net, made.gross), (eur("200.54"), eur("230")));
}

#[test]
fn a_service_is_taxed_where_the_consumer_or_the_business_makes_it() {
    // Supply, seller, buyer, business?, tax on 100.
    let cases = [
        ("service", "DE", "FR", false, "19.00"),
        ("service", "DE", "FR", true, "0.00"),
        ("service", "DE", "DE", true, "19.00"),
        ("online_service", "DE", "FR", false, "20.00"),
        ("online_service", "DE", "FR", true, "0.00"),
        ("online_service", "NL", "IT", false, "22.00"),
    ];
    for (supply, seller, buyer, is_business, tax) in cases {
        let facts = facts(Currency::EUR, seller, buyer, "2026-11-27");
        let facts = if is_business { business(facts) } else { facts };
        let made = assessed(&vat(), &[net(supply, eur("100"))], &facts);
        assert_eq!(
            (made.tax.decimal().as_str(), made.uncovered().count()),
            (tax, 0),
            "{supply} {seller} {buyer}"
        );
        let reverse = made
            .taxes()
            .any(|tax| tax.invoice_note.as_deref() == Some("Reverse charge"));
        assert_eq!(reverse, tax == "0.00");
    }
    let canaries = facts(Currency::EUR, "DE", "ES-CN", "2026-11-27");
    assert_eq!(
        assessed(&vat(), &[net("online_service", eur("100"))], &canaries)
            .uncovered()
            .collect::<Vec<_>>(),
        [0]
    );
}

fn bought_in(price: Money, cost: Money) -> TaxLine {
    TaxLine {
        cost: Some(cost),
        ..net("travel_bought_in", price)
    }
}

#[test]
fn under_the_margin_scheme_vat_is_in_the_margin() {
    let rules = rules_of(&[Set::TravelMargin]);
    let made = assessed(
        &rules,
        &[bought_in(eur("1200"), eur("950"))],
        &facts(Currency::EUR, "DE", "FR", "2026-11-27"),
    );
    // 250 x 19/119.
    assert_eq!(
        (made.tax, made.net, made.gross),
        (eur("39.92"), eur("1160.08"), eur("1200"))
    );
    let tax = &made.lines[0].taxes[0];
    assert_eq!((tax.base, tax.hidden, tax.included), (eur("210.08"), true, true));
    assert_eq!(tax.invoice_note.as_deref(), Some("Margin scheme - Travel agents"));
    // A sixth of 250; for a business too.
    for facts in [
        facts(Currency::GBP, "GB", "GB", "2026-11-27"),
        business(facts(Currency::GBP, "GB", "GB", "2026-11-27")),
    ] {
        assert_eq!(
            assessed(&rules, &[bought_in(gbp("1200"), gbp("950"))], &facts).tax,
            gbp("41.67")
        );
    }
}

#[test]
fn a_loss_bears_no_vat_and_what_is_enjoyed_outside_the_union_is_exempt() {
    let rules = rules_of(&[Set::TravelMargin]);
    let german = facts(Currency::EUR, "DE", "DE", "2026-11-27");
    for (cost, tax) in [
        ("1200", "0.00"),
        ("1300", "0.00"),
        ("1199.99", "0.00"),
        ("1193.74", "1.00"),
    ] {
        let loss = bought_in(eur("1200"), eur(cost));
        assert_eq!(
            assessed(&rules, std::slice::from_ref(&loss), &german).tax.decimal(),
            tax,
            "{cost}"
        );
        let back = assessed(&rules, &[loss.reversed().unwrap()], &german).tax;
        assert_eq!(back, assessed(&rules, &[loss], &german).tax.negate().unwrap());
    }
    // 380 of 950 were bought outside: 60 % of the margin is taxed.
    let line = TaxLine {
        abroad: Some(Abroad { parts: 380, of: 950 }),
        ..bought_in(eur("1200"), eur("950"))
    };
    assert_eq!(assessed(&rules, &[line], &german).tax, eur("23.95"));
}

#[test]
fn rome_takes_its_tax_for_ten_nights_from_everybody_of_ten_years() {
    let rules = rules_of(&[Set::EuVat, Set::CityTaxes]);
    let line = |guests: Vec<Guest>, nights: usize| {
        let line = stay("IT-RM-ROME", "2026-05-01", &vec![eur("110"); nights]);
        TaxLine {
            guests,
            price_is: PriceIs::WithTax,
            ..flagged(line, &["four_stars"])
        }
    };
    let family = vec![Guest::Adult, Guest::Adult, Guest::Child(9), Guest::Child(10)];
    for (nights, city, vat) in [
        (3, "67.50", "30.00"),
        (10, "225.00", "100.00"),
        (12, "225.00", "120.00"),
    ] {
        let made = assessed(
            &rules,
            &[line(family.clone(), nights)],
            &facts(Currency::EUR, "IT", "DE", "2026-06-01"),
        );
        assert_eq!(
            by_component(&made),
            [format!("VAT {vat}"), format!("Contributo di soggiorno {city}")]
        );
        // VAT is in the price, the city's amount on top of it.
        assert_eq!(made.gross.sub(made.net).unwrap(), made.tax);
        assert_eq!(
            made.net.add(eur(vat)),
            Ok(Money::new(11_000 * i64::try_from(nights).unwrap(), Currency::EUR))
        );
    }
    let nobody = engines::tax::assess(
        &rules,
        &[line(Vec::new(), 2)],
        &facts(Currency::EUR, "IT", "DE", "2026-06-01"),
    );
    assert!(matches!(
        nobody,
        Err(engines::tax::NotAssessed::Missing {
            what: engines::tax::Missing::Guests,
            ..
        })
    ));
}
