//! Fees on top of a cost: what is not known is not nothing.

use engines::fx::{FxBook, FxRules, Quote};
use engines::pricing::Kind::{IcannFee, Privacy, Regular};
use engines::pricing::Operation::{Register, Renew, Transfer};
use engines::pricing::{Cell, CostAsk, Kind, List, NotPriced, Operation, cost, cost_bare, cost_converted};
use kernel::money::testing::{eur, usd};
use kernel::{Currency, Id, Instant, Rate, RateSheetId};
use uuid::Uuid;

use crate::shelf::{Shelf, cost_ask, registrar, sale};

/// A cost in euro, from the epoch on.
fn in_euro(kind: Kind, amount: &str) -> Cell<'static> {
    Cell {
        list: List::Registrar(registrar()),
        currency: Currency::EUR,
        ..sale("com", Register, 1, kind, amount)
    }
}

fn asked_in(currency: Currency) -> CostAsk<'static> {
    let mut asked = cost_ask("com", Register, 1);
    asked.service.currency = currency;
    asked
}

#[test]
fn a_fee_in_another_currency_than_the_price_is_not_left_out() {
    let shelf = Shelf::new()
        .with(in_euro(Regular, "8.00"))
        .cost("com", Register, 1, IcannFee, "0.18");
    let fx = FxBook::new([Quote {
        base: Currency::EUR,
        quote: Currency::USD,
        rate: Rate::parse("1.25").unwrap(),
        at: Instant::EPOCH,
        sheet: RateSheetId::from_uuid(Uuid::from_u128(3)),
    }]);
    let rules = Some((&fx, FxRules::default()));
    assert_eq!(
        cost_bare(&shelf.book(), &asked_in(Currency::EUR)),
        Err(NotPriced::FeeNotPriced)
    );
    for currency in [Currency::EUR, Currency::USD] {
        let made = cost_converted(&shelf.book(), rules, &asked_in(currency));
        assert_eq!(made, Err(NotPriced::FeeNotPriced), "{currency}");
    }
    // The same fee in the price's currency, or none at all, and there is a cost again.
    for (fee, in_euro_total, in_dollars) in [("0.16", "8.16", "10.20"), ("0.00", "8.00", "10.00")] {
        let book = shelf.clone().with(in_euro(IcannFee, fee)).book();
        let bare = cost_bare(&book, &asked_in(Currency::EUR)).unwrap();
        assert_eq!(bare.total, eur(in_euro_total));
        let made = cost_converted(&book, rules, &asked_in(Currency::USD)).unwrap();
        assert_eq!((made.amounts.total, made.trace.adds_up()), (usd(in_dollars), true));
    }
}

#[test]
fn privacy_that_nobody_priced_is_not_free() {
    let book = Shelf::new()
        .cost("com", Register, 1, Regular, "9.00")
        .cost("com", Register, 1, Privacy, "2.00")
        .cost("com", Renew, 1, Regular, "10.00")
        .cost("com", Transfer, 0, Regular, "5.00")
        .book();
    let with = |operation: Operation, years| CostAsk {
        with_privacy: true,
        ..cost_ask("com", operation, years)
    };
    let registered = cost_bare(&book, &with(Register, 1)).unwrap();
    // With privacy nobody knows what another year costs.
    assert_eq!((registered.total, registered.renewal), (usd("11.00"), None));
    assert_eq!(cost_bare(&book, &with(Renew, 1)), Err(NotPriced::PrivacyNotPriced));
    assert_eq!(cost(&book, &with(Renew, 1)), Err(NotPriced::PrivacyNotPriced));
    let transferred = cost_bare(&book, &with(Transfer, 0)).unwrap();
    assert_eq!(transferred.total, usd("5.00"), "no year, no privacy");
}
