//! What is believed: each way a source can be wrong, and that nothing wrong gets through.

use super::*;
use crate::imports::ListRef;
use crate::price_books::BookCell;
use crate::sync::filter::{Filter, Patterns};
use kernel::{Id, PriceId, SalesListId};
use proptest::prelude::*;
use uuid::Uuid;

fn list() -> ListRef {
    ListRef::Sales(SalesListId::from_uuid(Uuid::from_u128(1)))
}

fn terms() -> Terms {
    Terms::new("Source", list())
}

/// What is in force: `.com` at 10.00 and `.net` at 12.00 for a year of registration, a free transfer.
fn standing() -> Standing {
    let cell = |ending: &str, operation, minor| BookCell {
        id: PriceId::from_uuid(Uuid::nil()),
        key: CellKey {
            side: Side::Sale,
            list: list().uuid(),
            ending: ending.into(),
            currency: Currency::USD,
            operation,
            years: 1,
            kind: Kind::Regular,
        },
        effective_from: Instant::EPOCH,
        amount_minor: Some(minor),
        recorded_at: Instant::EPOCH,
    };
    Standing::of([
        cell("com", Operation::Register, 1000),
        cell("net", Operation::Register, 1200),
        cell("uk", Operation::Transfer, 0),
    ])
}

fn claim(tld: &str, years: u8, amount: &str) -> Claim {
    Claim {
        tld: tld.into(),
        operation: Operation::Register,
        years,
        kind: Kind::Regular,
        currency: "USD".into(),
        amount: amount.into(),
    }
}

fn judged_with(terms: &Terms, claims: Vec<Claim>, notes: Vec<Note>) -> Judged {
    let part = Part {
        claims,
        notes,
        ..Part::default()
    };
    let standing = standing();
    let measure = Measure {
        terms,
        currency: Currency::USD,
        standing: &standing,
        now: Instant::from_micros(1),
    };
    judge(&[part], &measure)
}

fn judged(claims: Vec<Claim>) -> Judged {
    judged_with(&terms(), claims, Vec::new())
}

fn reasons(judged: &Judged) -> Vec<Reason> {
    judged.findings.iter().map(|finding| finding.reason).collect()
}

fn believed(judged: &Judged) -> Vec<(&str, u8, i64)> {
    judged
        .prices
        .iter()
        .map(|price| (price.ending.as_str(), price.years, price.amount_minor))
        .collect()
}

fn key(ending: &str) -> CellKey {
    CellKey {
        side: Side::Sale,
        list: list().uuid(),
        ending: ending.into(),
        currency: Currency::USD,
        operation: Operation::Register,
        years: 1,
        kind: Kind::Regular,
    }
}

#[test]
fn what_is_plain_is_believed_to_the_cent() {
    let judged = judged(vec![claim(".COM", 1, "11.08"), claim("security", 1, "2,060.23")]);
    assert_eq!(believed(&judged), [("com", 1, 1108), ("security", 1, 206_023)]);
    assert_eq!((judged.rows, judged.rejected, judged.left_out), (2, 0, 0));
    assert_eq!(judged.seen, ["com", "security"]);
}

#[test]
fn another_currency_zero_and_what_is_no_amount_are_rejected() {
    let rupees = Claim {
        currency: "INR".into(),
        ..claim("com", 1, "11.08")
    };
    for (wrong, reason) in [
        (rupees, Reason::WrongCurrency),
        (claim("com", 1, "0.00"), Reason::Zero),
        (claim("com", 1, "-11.08"), Reason::Negative),
        (claim("com", 1, "=1+1"), Reason::Formula),
        (claim("com", 1, "11,08"), Reason::Grouping),
        (claim("com", 1, "11.085"), Reason::TooManyDecimals),
        (claim("com", 1, "1e3"), Reason::NotANumber),
        (claim("com", 1, ""), Reason::Empty),
        (claim("com", 0, "11.08"), Reason::BadYears),
        (claim("com", 11, "11.08"), Reason::BadYears),
    ] {
        let judged = judged(vec![wrong, claim("net", 1, "12.00")]);
        assert_eq!(reasons(&judged), [reason]);
        assert_eq!(believed(&judged), [("net", 1, 1200)], "{reason:?}");
        assert!(
            !judged.would_name(&terms(), &key("com")),
            "a rejected price has not vanished"
        );
        assert!(judged.would_name(&terms(), &key("org")), "one that is not told has");
    }
}

#[test]
fn a_transfer_may_be_free() {
    let free = Claim {
        operation: Operation::Transfer,
        ..claim("uk", 1, "0.00")
    };
    assert_eq!(believed(&judged(vec![free])), [("uk", 1, 0)]);
}

#[test]
fn a_price_far_from_the_one_in_force_is_rejected_either_way() {
    for (amount, fits) in [
        ("30.00", true),
        ("30.01", false),
        ("3.34", true),
        ("3.33", false),
        ("100.00", false),
    ] {
        let judged = judged(vec![claim("com", 1, amount)]);
        assert_eq!(judged.prices.len(), usize::from(fits), "{amount}");
        assert_eq!(judged.jumps, u32::from(!fits));
    }
    // Nothing is in force to compare with.
    assert_eq!(believed(&judged(vec![claim("org", 1, "900.00")])), [("org", 1, 90_000)]);
}

#[test]
fn longer_terms_without_the_year_in_force_are_rejected_and_the_year_stays() {
    let judged = judged(vec![
        claim("com", 2, "20.00"),
        claim("com", 3, "30.00"),
        claim("ai", 2, "140.00"),
    ]);
    // .ai is sold for two years at least, and no other price of it is in force.
    assert_eq!(believed(&judged), [("ai", 2, 14_000)]);
    assert_eq!((reasons(&judged), judged.rejected), (vec![Reason::MissingYear], 2));
    assert!(!judged.would_name(&terms(), &key("com")));
}

#[test]
fn the_same_price_twice_is_rejected_the_second_time() {
    let judged = judged(vec![claim("com", 1, "11.00"), claim("com", 1, "12.00")]);
    assert_eq!(reasons(&judged), [Reason::Duplicate]);
    assert_eq!(believed(&judged), [("com", 1, 1100)]);
}

#[test]
fn endings_nobody_can_register_and_those_filtered_out_are_left() {
    let mut terms = terms();
    terms.filter = Filter {
        include: Patterns::default(),
        exclude: Patterns::parse("net").unwrap(),
    };
    let claims = vec![
        claim("com", 1, "11.00"),
        claim("net", 1, "1.00"),
        claim("nosuchending", 1, "5.00"),
        claim("nosuchending", 2, "5.00"),
    ];
    let judged = judged_with(&terms, claims, Vec::new());
    assert_eq!(believed(&judged), [("com", 1, 1100)]);
    assert_eq!((judged.left_out, reasons(&judged)), (1, vec![Reason::UnknownEnding]));
    assert!(
        !judged.would_name(&terms, &key("net")),
        "what is filtered out has not vanished"
    );
}

#[test]
fn a_source_ceases_to_speak_only_of_what_it_speaks_of() {
    let judged = judged(vec![claim("com", 1, "11.00")]);
    let other = |change: fn(&mut CellKey)| {
        let mut key = key("net");
        change(&mut key);
        judged.would_name(&terms(), &key)
    };
    assert!(other(|_| ()));
    assert!(!other(|key| key.currency = Currency::EUR));
    assert!(!other(|key| key.operation = Operation::Renew));
    assert!(!other(|key| key.kind = Kind::FirstYear));
    assert!(!other(|key| key.years = 2));
    assert!(other(|key| key.kind = Kind::Promo));
}

#[test]
fn notes_of_an_adapter_are_kept_and_a_broken_entry_is_not_a_vanished_one() {
    let note = |reason| Note {
        tld: "net".into(),
        field: "net".into(),
        value: String::new(),
        reason,
    };
    let judged = judged_with(
        &terms(),
        vec![claim("com", 1, "11.00")],
        vec![note(Reason::Handshake), note(Reason::NotJson)],
    );
    assert_eq!((judged.left_out, judged.rejected), (1, 1));
    assert!(!judged.would_name(&terms(), &key("net")));
}

proptest! {
    #[test]
    fn whatever_is_claimed_no_believed_price_is_zero_foreign_or_far_from_the_one_in_force(
        claims in prop::collection::vec((0usize..4, 0u8..12, "-?[0-9]{1,5}(\\.[0-9]{1,3})?|[a-z,.]{0,4}", 0usize..3), 0..20),
    ) {
        let claims: Vec<Claim> = claims
            .into_iter()
            .map(|(ending, years, amount, currency)| Claim {
                currency: ["USD", "INR", "usd"][currency].into(),
                ..claim(["com", "net", "org", "bad ending"][ending], years, &amount)
            })
            .collect();
        let stated = claims.len();
        let judged = judged(claims);
        let standing = standing();
        for price in &judged.prices {
            prop_assert!(price.amount_minor > 0 && price.currency == Currency::USD && (1..=10).contains(&price.years));
            if let Some(before) = standing.at(&price.key(list()), Instant::from_micros(1)) {
                prop_assert!(price.amount_minor <= before * 3 && price.amount_minor * 3 >= before);
            }
        }
        prop_assert!(judged.prices.len() + judged.rejected as usize + judged.left_out as usize <= stated + 1);
    }
}
