use kernel::money::testing::{eur, inr, jpy, kwd, usd};
use kernel::{Id, RateSheetId};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

fn sheet(number: u128) -> RateSheetId {
    RateSheetId::from_uuid(Uuid::from_u128(number))
}

fn quote(base: Currency, quote: Currency, rate: &str, at: &str) -> Quote {
    Quote {
        base,
        quote,
        rate: Rate::parse(rate).unwrap(),
        at: instant(at),
        sheet: sheet(1),
    }
}

use Currency::{EUR, GBP, INR, JPY, KWD, USD};

/// What a feed with base USD says at midnight, and a bank's own EUR to GBP a day earlier.
fn book() -> FxBook {
    FxBook::new([
        quote(USD, EUR, "0.8", "2027-03-01T00:00:00Z"),
        quote(USD, INR, "83.4125", "2027-03-01T00:00:00Z"),
        quote(USD, JPY, "151.37", "2027-03-01T00:00:00Z"),
        quote(USD, KWD, "0.3075", "2027-03-01T00:00:00Z"),
        quote(EUR, GBP, "0.85", "2027-02-28T00:00:00Z"),
    ])
}

const NOON: &str = "2027-03-01T12:00:00Z";

fn worth(given: Money, to: Currency) -> Result<Money, NoRate> {
    convert(&book(), &FxRules::default(), given, to, instant(NOON)).map(|conversion| conversion.worth)
}

#[test]
fn a_cost_in_euro_is_held_against_a_price_in_dollars_at_the_inverse_of_the_quote() {
    // 002 looked for EUR to USD only, found nothing, took 0 for the rate and went on with the unconverted cost.
    assert_eq!(worth(eur("8.00"), USD), Ok(usd("10.00")));
    let rate = rate(
        &book(),
        &FxRules::default(),
        &FxAsk {
            from: EUR,
            to: USD,
            at: instant(NOON),
        },
    )
    .unwrap();
    assert_eq!(rate.rate, Rate::parse("1.25").unwrap());
    assert!(rate.legs[0].unwrap().inverted);
    assert_eq!(rate.quoted_at(), Some(instant("2027-03-01T00:00:00Z")));
}

#[test]
fn every_digit_a_currency_has_is_kept_and_no_other() {
    assert_eq!(worth(usd("9.99"), JPY), Ok(jpy("1512")));
    assert_eq!(worth(usd("9.99"), KWD), Ok(kwd("3.072")));
    assert_eq!(worth(kwd("3.072"), USD), Ok(usd("9.99")));
    assert_eq!(worth(usd("100.00"), INR), Ok(inr("8,341.25")));
}

#[test]
fn a_cross_goes_through_the_one_currency_both_are_quoted_with_and_is_rounded_once() {
    // 83.4125 / 0.8 = 104.265625
    assert_eq!(worth(eur("100.00"), INR), Ok(inr("10,426.56")));
    let rate = rate(
        &book(),
        &FxRules::default(),
        &FxAsk {
            from: EUR,
            to: INR,
            at: instant(NOON),
        },
    )
    .unwrap();
    assert_eq!(rate.rate.to_string(), "104.265625");
    assert_eq!(rate.legs.map(|leg| leg.unwrap().inverted), [true, false]);
    // Both legs the other way round: GBP in EUR, EUR in USD.
    assert_eq!(worth(Money::new(85_00, GBP), USD), Ok(usd("125.00")));
}

#[test]
fn a_mark_up_makes_what_is_converted_dearer_and_stands_beside_the_rate() {
    let rules = FxRules {
        markup: Percent::whole(2),
        ..FxRules::default()
    };
    let made = convert(&book(), &rules, eur("8.00"), USD, instant(NOON)).unwrap();
    assert_eq!(made.worth, usd("10.20"));
    assert_eq!(
        (made.at_rate.rate.to_string(), made.at_rate.applied.to_string()),
        ("1.25".into(), "1.275".into())
    );
    let same = convert(&book(), &rules, usd("8.00"), USD, instant(NOON)).unwrap();
    assert_eq!((same.worth, same.at_rate.legs), (usd("8.00"), [None, None]));
}

#[test]
fn a_rate_too_old_or_not_yet_quoted_converts_nothing_and_says_which() {
    let ask = |at: &str| {
        rate(
            &book(),
            &FxRules::default(),
            &FxAsk {
                from: USD,
                to: INR,
                at: instant(at),
            },
        )
    };
    assert!(ask("2027-03-04T00:00:00Z").is_ok());
    assert_eq!(ask("2027-03-04T00:00:00.000001Z"), Err(NoRate::Stale));
    assert_eq!(ask("2027-02-28T23:59:59Z"), Err(NoRate::Missing));
    // A cross is as old as the older of its quotes.
    let cross = |at: &str| {
        rate(
            &book(),
            &FxRules::default(),
            &FxAsk {
                from: GBP,
                to: USD,
                at: instant(at),
            },
        )
    };
    assert!(cross("2027-03-03T00:00:00Z").is_ok());
    assert_eq!(cross("2027-03-03T00:00:01Z"), Err(NoRate::Stale));
    let none = rate(
        &book(),
        &FxRules::default(),
        &FxAsk {
            from: USD,
            to: Currency::CHF,
            at: instant(NOON),
        },
    );
    assert_eq!(none, Err(NoRate::Missing));
}

#[test]
fn the_latest_quote_counts_whichever_way_round_it_was_quoted_and_a_stale_pair_yields_to_a_fresh_cross() {
    let later = |rate| quote(EUR, USD, rate, "2027-03-01T06:00:00Z");
    let quotes = || book().standing(instant(NOON)).collect::<Vec<_>>();
    let with = FxBook::new(quotes().into_iter().chain([later("1.3")]));
    let at = |book: &FxBook, from, to, at: &str| {
        rate(
            book,
            &FxRules::default(),
            &FxAsk {
                from,
                to,
                at: instant(at),
            },
        )
        .unwrap()
        .rate
        .to_string()
    };
    assert_eq!(at(&with, EUR, USD, NOON), "1.3");
    assert_eq!(at(&with, EUR, USD, "2027-03-01T05:59:59Z"), "1.25");
    let fresher = FxBook::new(quotes().into_iter().chain([
        quote(USD, EUR, "0.9", "2027-03-03T00:00:00Z"),
        quote(USD, GBP, "0.72", "2027-03-03T00:00:00Z"),
    ]));
    assert_eq!(at(&fresher, EUR, GBP, "2027-03-03T12:00:00Z"), "0.8");
}

#[test]
fn a_correction_given_later_replaces_the_quote_of_its_instant() {
    let wrong = quote(USD, INR, "8341.25", "2027-03-01T00:00:00Z");
    let right = Quote {
        sheet: sheet(2),
        ..quote(USD, INR, "83.4125", "2027-03-01T00:00:00Z")
    };
    let book = FxBook::new([wrong, right]);
    assert_eq!(book.standing(instant(NOON)).collect::<Vec<_>>(), [right]);
    assert_eq!(book.history(USD, INR).count(), 1);
}

proptest! {
    /// There and back loses at most what rounding to the minor unit there is worth here, and half a unit here.
    #[test]
    fn converting_there_and_back_stays_within_the_stated_rounding(minor in -1_000_000_000_i64..1_000_000_000, scaled in 1_000_000_000_i64..1_000_000_000_000_000) {
        let rate = Rate::from_scaled(scaled).unwrap();
        let there = FxBook::new([Quote { base: USD, quote: INR, rate, at: instant(NOON), sheet: sheet(1) }]);
        let ask = |given, to| convert(&there, &FxRules::default(), given, to, instant(NOON)).map(|made| made.worth);
        let given = Money::new(minor, USD);
        let back = ask(ask(given, INR).unwrap(), USD).unwrap();
        // Half a minor unit of INR in units of USD, half a unit of USD, and the inverse's own rounding at 1e-12.
        let one = i128::from(Rate::ONE.scaled());
        let allowed = one / (2 * i128::from(scaled)) + 1 + i128::from(minor.abs()) * i128::from(scaled) / one / one + 1;
        prop_assert!(i128::from((back.minor - minor).abs()) <= allowed, "{given:?} came back as {back:?} at {rate}");
    }

    #[test]
    fn a_rate_is_found_exactly_when_a_quote_leads_there(quoted in prop::collection::vec((0_usize..5, 0_usize..5, 1_i64..10_000_000_000_000), 0..8), from in 0_usize..5, to in 0_usize..5) {
        let all = [USD, EUR, INR, JPY, GBP];
        let quotes: Vec<Quote> = quoted.iter().map(|(base, quote, scaled)| Quote {
            base: all[*base], quote: all[*quote], rate: Rate::from_scaled(*scaled).unwrap(), at: instant(NOON), sheet: sheet(1),
        }).collect();
        let linked = |one: Currency, other: Currency| quotes.iter().any(|q| (q.base, q.quote) == (one, other) || (q.quote, q.base) == (one, other));
        let (from, to) = (all[from], all[to]);
        let reachable = from == to || linked(from, to) || all.iter().any(|pivot| *pivot != from && *pivot != to && linked(from, *pivot) && linked(*pivot, to));
        let found = rate(&FxBook::new(quotes.clone()), &FxRules::default(), &FxAsk { from, to, at: instant(NOON) });
        prop_assert_eq!(found.is_ok() || found == Err(NoRate::TooLarge), reachable, "{:?}", found);
    }
}
