//! What a term of n years is made of.

use engines::pricing::Kind::{FirstYear, IcannFee, Privacy, Promo, Regular};
use engines::pricing::Operation::{Register, Renew, Restore, Transfer};
use engines::pricing::{Amounts, CostAsk, NotPriced, Operation, Promotion, cost, cost_bare, price, price_bare};
use kernel::money::testing::usd;
use kernel::{Currency, Money};

use crate::shelf::{Shelf, ask, cost_ask, sale};

/// 7.99 for the first year of a .com for a while, else 10.99; 12.00 a year after that.
fn com() -> Shelf {
    Shelf::new()
        .sale("com", Register, 1, Promo, "7.99")
        .sale("com", Register, 1, Regular, "10.99")
        .sale("com", Renew, 1, Regular, "12.00")
}

fn total(shelf: &Shelf, operation: Operation, years: u8) -> Result<Money, NotPriced> {
    price_bare(&shelf.book(), &ask("com", operation, years)).map(|amounts| amounts.total)
}

#[test]
fn a_promotion_covers_the_first_year_only_and_the_rest_renews() {
    let amounts = price_bare(&com().book(), &ask("com", Register, 3)).unwrap();
    let promotion = Some(Promotion {
        price: usd("7.99"),
        instead_of: Some(usd("10.99")),
    });
    let (first_year, renewal) = (Some(usd("7.99")), Some(usd("12.00")));
    assert_eq!(
        amounts,
        Amounts {
            total: usd("31.99"),
            first_year,
            renewal,
            years: 3,
            promotion
        }
    );
}

#[test]
fn the_first_year_is_charged_at_the_promotion_else_the_first_year_price_else_the_regular_one() {
    let regular = Shelf::new().sale("com", Register, 1, Regular, "10.99");
    let first = regular.clone().sale("com", Register, 1, FirstYear, "9.50");
    let promo = first.clone().sale("com", Register, 1, Promo, "7.99");
    for (shelf, wanted) in [(regular, "10.99"), (first, "9.50"), (promo, "7.99")] {
        assert_eq!(total(&shelf, Register, 1), Ok(usd(wanted)));
    }
}

#[test]
fn a_term_with_a_price_of_its_own_is_not_n_times_a_year() {
    let shelf = com()
        .sale("com", Register, 5, Regular, "49.00")
        .sale("com", Renew, 2, Regular, "21.00");
    assert_eq!(total(&shelf, Register, 5), Ok(usd("49.00")));
    assert_eq!(total(&shelf, Register, 4), Ok(usd("43.99")));
    assert_eq!(total(&shelf, Renew, 2), Ok(usd("21.00")));
    assert_eq!(total(&shelf, Renew, 3), Ok(usd("36.00")));
    let whole = price_bare(&shelf.book(), &ask("com", Register, 5)).unwrap();
    assert_eq!((whole.first_year, whole.renewal), (None, Some(usd("12.00"))));
}

#[test]
fn a_promotion_for_a_whole_term_names_what_it_stands_instead_of() {
    let shelf = com()
        .sale("com", Register, 2, Regular, "20.00")
        .sale("com", Register, 2, Promo, "15.00");
    let amounts = price_bare(&shelf.book(), &ask("com", Register, 2)).unwrap();
    assert_eq!(amounts.total, usd("15.00"));
    assert_eq!(
        amounts.promotion,
        Some(Promotion {
            price: usd("15.00"),
            instead_of: Some(usd("20.00"))
        })
    );
}

#[test]
fn a_free_transfer_has_a_price_of_zero_and_a_missing_one_has_none() {
    let shelf = com().sale("com", Transfer, 1, Regular, "0.00");
    assert_eq!(total(&shelf, Transfer, 1), Ok(usd("0.00")));
    assert_eq!(total(&com(), Transfer, 1), Err(NotPriced::OperationNotPriced));
}

#[test]
fn a_transfer_may_add_no_year() {
    let shelf = Shelf::new()
        .sale("uk", Transfer, 0, Regular, "0.00")
        .sale("uk", Renew, 1, Regular, "8.00");
    let asked = |years| price_bare(&shelf.book(), &ask("uk", Transfer, years)).map(|amounts| amounts.total);
    assert_eq!(asked(0), Ok(usd("0.00")));
    assert_eq!(asked(1), Ok(usd("8.00")));
}

#[test]
fn a_restore_fee_alone_is_additive_to_the_renewal_and_an_inclusive_one_is_not() {
    // Some quote the fee (17 + 11 when the name has expired), some the sum: the term on the cell says which.
    let additive = Shelf::new()
        .sale("com", Restore, 0, Regular, "17.00")
        .sale("com", Renew, 1, Regular, "11.00");
    assert_eq!(total(&additive, Restore, 0), Ok(usd("17.00")));
    assert_eq!(total(&additive, Restore, 1), Ok(usd("28.00")));
    assert_eq!(total(&additive, Restore, 2), Ok(usd("39.00")));
    let inclusive = Shelf::new()
        .sale("com", Restore, 1, Regular, "28.00")
        .sale("com", Renew, 1, Regular, "11.00");
    assert_eq!(total(&inclusive, Restore, 1), Ok(usd("28.00")));
    assert_eq!(total(&inclusive, Restore, 2), Ok(usd("39.00")));
    assert_eq!(total(&inclusive, Restore, 0), Err(NotPriced::NoPriceInForce));
}

#[test]
fn the_icann_fee_is_part_of_the_cost_for_every_year() {
    let shelf = Shelf::new()
        .cost("com", Register, 1, Regular, "9.00")
        .cost("com", Register, 1, IcannFee, "0.18")
        .cost("com", Renew, 1, Regular, "10.00")
        .cost("com", Renew, 1, IcannFee, "0.18");
    let amounts = cost_bare(&shelf.book(), &cost_ask("com", Register, 3)).unwrap();
    assert_eq!(amounts.total, usd("29.54"));
    assert_eq!(
        (amounts.first_year, amounts.renewal),
        (Some(usd("9.18")), Some(usd("10.18")))
    );
}

#[test]
fn one_more_year_is_told_with_the_fees_of_renewals() {
    // Fees are cells of their operation: a transfer without any says nothing of what a renewal carries.
    let shelf = Shelf::new()
        .cost("com", Transfer, 1, Regular, "9.00")
        .cost("com", Renew, 1, Regular, "10.00")
        .cost("com", Renew, 1, IcannFee, "0.18");
    let amounts = cost_bare(&shelf.book(), &cost_ask("com", Transfer, 1)).unwrap();
    assert_eq!((amounts.total, amounts.renewal), (usd("9.00"), Some(usd("10.18"))));
}

#[test]
fn the_icann_fee_counts_on_top_of_a_terms_own_cost_and_for_the_years_a_restore_renews() {
    let shelf = Shelf::new()
        .cost("com", Renew, 5, Regular, "40.00")
        .cost("com", Renew, 1, IcannFee, "0.18")
        .cost("com", Restore, 0, Regular, "80.00")
        .cost("com", Restore, 1, Regular, "90.00");
    let asked = |operation, years| {
        cost_bare(&shelf.book(), &cost_ask("com", operation, years))
            .unwrap()
            .total
    };
    assert_eq!(asked(Renew, 5), usd("40.90"));
    assert_eq!(asked(Restore, 0), usd("80.00"));
    assert_eq!(asked(Restore, 1), usd("90.18"));
}

#[test]
fn privacy_is_a_cost_per_year_when_it_is_bought() {
    let shelf = Shelf::new()
        .cost("com", Renew, 1, Regular, "10.00")
        .cost("com", Renew, 1, Privacy, "2.00");
    let without = cost_ask("com", Renew, 2);
    assert_eq!(cost_bare(&shelf.book(), &without).unwrap().total, usd("20.00"));
    let with = CostAsk {
        with_privacy: true,
        ..without
    };
    let priced = cost(&shelf.book(), &with).unwrap();
    assert_eq!((priced.amounts.total, priced.trace.adds_up()), (usd("24.00"), true));
}

#[test]
fn costs_and_sales_prices_do_not_mix() {
    let shelf = com()
        .cost("com", Register, 1, Regular, "9.00")
        .cost("net", Register, 1, Regular, "9.50");
    assert_eq!(total(&shelf, Register, 1), Ok(usd("7.99")));
    assert_eq!(
        cost_bare(&shelf.book(), &cost_ask("com", Register, 1)).unwrap().total,
        usd("9.00")
    );
    assert_eq!(
        price_bare(&shelf.book(), &ask("net", Register, 1)),
        Err(NotPriced::TldNotPriced)
    );
}

#[test]
fn amounts_keep_the_digits_of_their_currency() {
    // Yen have no decimal digits and dinars three; nothing on the way assumes two.
    let yen = sale("jp", Register, 1, Regular, "0.00");
    for (currency, minor, shown) in [(Currency::JPY, 3_120, "JPY 9,360"), (Currency::KWD, 3_075, "KWD 9.225")] {
        let cell = engines::pricing::Cell {
            currency,
            minor: Some(minor),
            ..yen
        };
        let renewal = engines::pricing::Cell {
            operation: Renew,
            ..cell
        };
        let book = Shelf::new().with(cell).with(renewal).book();
        let asked = engines::pricing::PriceAsk {
            currency,
            ..ask("jp", Register, 3)
        };
        assert_eq!(price(&book, &asked).unwrap().amounts.total.to_string(), shown);
    }
}
