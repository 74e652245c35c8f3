//! Two times: when a price is in force, and since when we know it.

use engines::pricing::Kind::{Promo, Regular};
use engines::pricing::Operation::{Register, Renew};
use engines::pricing::{Cell, List, Place, PriceAsk, PriceBook, price, price_bare};
use kernel::money::testing::usd;
use kernel::{Currency, Instant, Money};

use crate::shelf::{Shelf, ask, registrar, sale, version};

fn day(n: i64) -> Instant {
    Instant::from_micros(n * 86_400_000_000)
}

fn com(price: &str) -> Cell<'static> {
    sale("com", Register, 1, Regular, price)
}

fn total(book: &PriceBook, at: Instant) -> Money {
    let asked = PriceAsk {
        at,
        ..ask("com", Register, 1)
    };
    price_bare(book, &asked).expect("it is priced").total
}

#[test]
fn a_scheduled_price_takes_effect_at_its_instant_and_not_before() {
    let rise = Cell {
        effective_from: day(10),
        ..com("11.00")
    };
    let book = Shelf::new().with(com("9.00")).with(rise).book();
    assert_eq!(total(&book, Instant::from_micros(day(10).micros() - 1)), usd("9.00"));
    assert_eq!(total(&book, day(10)), usd("11.00"));
}

#[test]
fn a_promotion_ends_with_a_cell_without_an_amount() {
    let promo = Cell {
        effective_from: day(5),
        kind: Promo,
        ..com("5.00")
    };
    let end = Cell {
        effective_from: day(8),
        minor: None,
        ..promo
    };
    let book = Shelf::new().with(com("9.00")).with(promo).with(end).book();
    let seen: Vec<Money> = [4, 5, 7, 8].iter().map(|n| total(&book, day(*n))).collect();
    assert_eq!(seen, [usd("9.00"), usd("5.00"), usd("5.00"), usd("9.00")]);
}

#[test]
fn as_of_a_day_and_as_we_knew_it_that_day_are_two_answers() {
    // On day 3 somebody corrects, with effect from day 1, what had been recorded as 9.00.
    let wrong = Cell {
        effective_from: day(1),
        recorded_at: day(0),
        superseded_at: Some(day(3)),
        ..com("9.00")
    };
    let right = Cell {
        recorded_at: day(3),
        superseded_at: None,
        ..Cell {
            minor: Some(950),
            ..wrong
        }
    };
    let shelf = Shelf::new().with(wrong).with(right);
    assert_eq!(total(&shelf.book_known_at(day(2)), day(2)), usd("9.00"));
    assert_eq!(total(&shelf.book_known_at(day(3)), day(2)), usd("9.50"));
}

#[test]
fn a_scheduled_price_that_was_removed_never_was() {
    let rise = Cell {
        effective_from: day(10),
        superseded_at: Some(day(4)),
        ..com("11.00")
    };
    let shelf = Shelf::new().with(com("9.00")).with(rise);
    assert_eq!(total(&shelf.book_known_at(day(3)), day(12)), usd("11.00"));
    assert_eq!(total(&shelf.book_known_at(day(4)), day(12)), usd("9.00"));
}

#[test]
fn of_two_cells_of_one_instant_the_one_recorded_later_holds() {
    let earlier = Cell {
        recorded_at: day(1),
        ..com("9.00")
    };
    let later = Cell {
        recorded_at: day(2),
        ..com("9.10")
    };
    for shelf in [
        Shelf::new().with(earlier).with(later),
        Shelf::new().with(later).with(earlier),
    ] {
        assert_eq!(total(&shelf.book_known_at(day(2)), day(3)), usd("9.10"));
        assert_eq!(shelf.book_known_at(day(2)).len(), 1);
    }
}

#[test]
fn years_after_the_first_are_charged_at_the_renewal_price_of_the_day_of_purchase() {
    // A rise that begins within the term does not reach a name already paid for.
    let renewal = sale("com", Renew, 1, Regular, "12.00");
    let rise = Cell {
        effective_from: day(30),
        minor: Some(1_500),
        ..renewal
    };
    let book = Shelf::new().with(com("7.99")).with(renewal).with(rise).book();
    let asked = PriceAsk {
        at: day(29),
        ..ask("com", Register, 3)
    };
    assert_eq!(price_bare(&book, &asked).unwrap().total, usd("31.99"));
    assert_eq!(
        price_bare(&book, &PriceAsk { at: day(30), ..asked }).unwrap().total,
        usd("37.99")
    );
}

#[test]
fn a_price_that_changed_between_cart_and_checkout_shows_in_the_versions() {
    let rise = Cell {
        effective_from: day(10),
        ..com("11.00")
    };
    let book = Shelf::new().with(com("9.00")).with(rise).book();
    let versions = |at| {
        price(
            &book,
            &PriceAsk {
                at,
                ..ask("com", Register, 1)
            },
        )
        .unwrap()
        .versions()
        .collect::<Vec<_>>()
    };
    assert_eq!(versions(day(9)), [version(1)]);
    assert_eq!(versions(day(10)), [version(2)]);
}

#[test]
fn a_book_lists_what_it_holds() {
    let rise = Cell {
        effective_from: day(10),
        ..com("11.00")
    };
    let book = Shelf::new()
        .sale("net", Register, 1, Regular, "8.00")
        .with(com("9.00"))
        .with(rise)
        .cost("com", Register, 1, Regular, "8.50")
        .book();
    assert_eq!(book.tlds().collect::<Vec<_>>(), ["com", "net"]);
    assert_eq!(book.registrars().collect::<Vec<_>>(), [registrar()]);
    assert_eq!(book.currencies(List::Sales).collect::<Vec<_>>(), [Currency::USD]);
    let place = Place {
        list: List::Sales,
        tld: "com",
        operation: Register,
        years: 1,
        kind: Regular,
        currency: Currency::USD,
    };
    let now = book.in_force(&place, day(9)).unwrap();
    assert_eq!(
        (now.price, now.effective_from, now.version),
        (usd("9.00"), Instant::EPOCH, version(2))
    );
    assert_eq!(now.until, Some(day(10)));
    assert_eq!(book.in_force(&place, day(10)).unwrap().until, None);
    for years in [0, 2, 11, 255] {
        assert_eq!(book.in_force(&Place { years, ..place }, day(9)), None);
    }
}
