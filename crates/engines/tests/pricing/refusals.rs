//! When there is no price, and what is said instead.

use engines::pricing::Kind::{FirstYear, IcannFee, Promo, Regular};
use engines::pricing::Operation::{Register, Renew, Restore, Transfer};
use engines::pricing::{Cell, CellFault, List, NotPriced, PriceAsk, PriceBook, price, price_bare};
use kernel::{Currency, Instant};

use crate::shelf::{NOON, Shelf, ask, registrar, sale};

#[test]
fn each_refusal_says_what_is_missing() {
    let later = Cell {
        effective_from: Instant::from_micros(2_000_000),
        ..sale("org", Register, 1, Regular, "9.00")
    };
    let book = Shelf::new()
        .sale("com", Register, 1, Regular, "9.00")
        .with(later)
        .book();
    let cases = [
        (ask("com", Register, 0), NotPriced::TermNotOffered),
        (ask("com", Register, 11), NotPriced::TermNotOffered),
        (ask("com", Renew, 255), NotPriced::TermNotOffered),
        (ask("zip", Register, 1), NotPriced::TldNotPriced),
        (ask("", Register, 1), NotPriced::TldNotPriced),
        (ask("com", Transfer, 1), NotPriced::OperationNotPriced),
        (
            PriceAsk {
                currency: Currency::EUR,
                ..ask("com", Register, 1)
            },
            NotPriced::CurrencyNotPriced,
        ),
        (ask("org", Register, 1), NotPriced::NoPriceInForce),
        (ask("com", Register, 2), NotPriced::RenewalNotPriced),
        (ask("com", Restore, 1), NotPriced::OperationNotPriced),
    ];
    for (asked, refusal) in cases {
        assert_eq!(price_bare(&book, &asked), Err(refusal), "{asked:?}");
        assert_eq!(
            price(&book, &asked).map(|priced| priced.amounts),
            Err(refusal),
            "{asked:?}"
        );
        assert_eq!(
            serde_json::to_string(&refusal).unwrap().trim_matches('"'),
            refusal.code()
        );
    }
}

#[test]
fn an_empty_book_prices_nothing() {
    let book = PriceBook::as_known_at([], NOON).unwrap();
    assert!(book.is_empty());
    assert_eq!(
        price_bare(&book, &ask("com", Register, 1)),
        Err(NotPriced::TldNotPriced)
    );
}

#[test]
fn a_withdrawn_price_is_missing_and_not_free() {
    let withdrawn = Cell {
        effective_from: NOON,
        minor: None,
        ..sale("com", Register, 1, Regular, "0.00")
    };
    let book = Shelf::new()
        .sale("com", Register, 1, Regular, "9.00")
        .with(withdrawn)
        .book();
    assert_eq!(
        price_bare(&book, &ask("com", Register, 1)),
        Err(NotPriced::NoPriceInForce)
    );
}

#[test]
fn a_total_too_large_is_refused() {
    let dear = Cell {
        minor: Some(i64::MAX / 2),
        ..sale("com", Renew, 1, Regular, "0.00")
    };
    let book = Shelf::new().with(dear).book();
    assert!(price_bare(&book, &ask("com", Renew, 2)).is_ok());
    assert_eq!(price_bare(&book, &ask("com", Renew, 3)), Err(NotPriced::TotalTooLarge));
}

#[test]
fn a_cell_that_cannot_be_is_named_with_its_fault() {
    let good = sale("com", Register, 1, Regular, "9.00");
    let cases = [
        (Cell { years: 0, ..good }, CellFault::Term),
        (Cell { years: 11, ..good }, CellFault::Term),
        (Cell { years: 255, ..good }, CellFault::Term),
        (
            Cell {
                kind: FirstYear,
                years: 2,
                ..good
            },
            CellFault::Term,
        ),
        (
            Cell {
                kind: Promo,
                operation: Restore,
                years: 0,
                ..good
            },
            CellFault::Term,
        ),
        (
            Cell {
                minor: Some(-1),
                ..good
            },
            CellFault::Negative,
        ),
        (Cell { tld: ".com", ..good }, CellFault::Tld),
        (Cell { tld: "COM", ..good }, CellFault::Tld),
        (Cell { tld: "рф", ..good }, CellFault::Tld),
        (Cell { tld: "", ..good }, CellFault::Tld),
        (Cell { kind: IcannFee, ..good }, CellFault::FeeOnSalesList),
        (
            Cell {
                kind: IcannFee,
                years: 2,
                list: List::Registrar(registrar()),
                ..good
            },
            CellFault::Term,
        ),
    ];
    for (cell, fault) in cases {
        let bad = PriceBook::as_known_at([good, cell], NOON).unwrap_err();
        assert_eq!((bad.version, bad.fault), (cell.version, fault), "{cell:?}");
    }
}
