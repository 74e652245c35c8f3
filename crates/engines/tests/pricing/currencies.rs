//! Costs and prices in different currencies, and the best registrar.

use engines::fx::{FxBook, FxRules, Quote, convert};
use engines::pricing::Kind::{IcannFee, Privacy, Regular};
use engines::pricing::Operation::{Register, Renew, Restore};
use engines::pricing::discounts::DiscountBook;
use engines::pricing::{
    BestAsk, Candidate, Cell, CostAsk, List, NoCandidate, NotPriced, Operation, PriceBook, Pricing, best_registrar,
    cost_bare, cost_converted, cost_converted_bare, price_bare,
};
use kernel::money::testing::{eur, money, usd};
use kernel::{Currency, Id, Instant, Money, Rate, RateSheetId, RegistrarId};
use proptest::prelude::*;
use uuid::Uuid;

use crate::shelf::{NOON, ask, sale, version};

fn registrar(n: u128) -> RegistrarId {
    RegistrarId::from_uuid(Uuid::from_u128(n))
}

fn cost_of(n: u128, operation: Operation, kind: engines::pricing::Kind, amount: Money) -> Cell<'static> {
    Cell {
        list: List::Registrar(registrar(n)),
        currency: amount.currency,
        minor: Some(amount.minor),
        version: version(amount.minor.unsigned_abs().into()),
        ..sale("com", operation, 1, kind, "0")
    }
}

fn quote(base: Currency, quote: Currency, rate: &str) -> Quote {
    Quote {
        base,
        quote,
        rate: Rate::parse(rate).expect("a rate"),
        at: Instant::EPOCH,
        sheet: RateSheetId::from_uuid(Uuid::from_u128(3)),
    }
}

/// What a feed with base USD says; the euro's rate to the dollar is its inverse.
fn fx() -> FxBook {
    FxBook::new([
        quote(Currency::USD, Currency::EUR, "0.8"),
        quote(Currency::USD, Currency::JPY, "151.37"),
        quote(Currency::USD, Currency::KWD, "0.3075"),
    ])
}

fn pricing<'a>(book: &'a PriceBook, fx: Option<&'a FxBook>) -> Pricing<'a> {
    Pricing {
        book,
        fx: fx.map(|fx| (fx, FxRules::default())),
        home: Currency::USD,
        discounts: DiscountBook::none(),
    }
}

fn cost_ask(n: u128, operation: Operation, years: u8) -> CostAsk<'static> {
    CostAsk {
        registrar: registrar(n),
        service: ask("com", operation, years),
        with_privacy: true,
    }
}

#[test]
fn a_price_of_14_00_falls_to_13_50_before_the_first_of_march() {
    let instant = |text: &str| text.parse::<Instant>().unwrap();
    let change = Cell {
        effective_from: instant("2027-02-28T23:59:59Z"),
        ..sale("com", Register, 1, Regular, "13.50")
    };
    let book = PriceBook::as_known_at([sale("com", Register, 1, Regular, "14.00"), change], NOON).unwrap();
    let at = |text| {
        let service = engines::pricing::PriceAsk {
            at: instant(text),
            ..ask("com", Register, 1)
        };
        price_bare(&book, &service).unwrap().total
    };
    assert_eq!(at("2027-02-28T23:59:58Z"), usd("14.00"));
    assert_eq!(at("2027-03-01T00:00:00Z"), usd("13.50"));
}

#[test]
fn a_cost_in_euro_is_converted_cell_by_cell_with_its_rate_in_the_trace() {
    let cells = [
        cost_of(1, Register, Regular, eur("8.00")),
        cost_of(1, Register, IcannFee, eur("0.15")),
        cost_of(1, Register, Privacy, eur("1.00")),
    ];
    let (book, fx) = (PriceBook::as_known_at(cells, NOON).unwrap(), fx());
    let asked = cost_ask(1, Register, 1);
    let shop = pricing(&book, Some(&fx));
    let made = cost_converted(&book, shop.fx, &asked).unwrap();
    // 10.00 + 0.1875 (0.19) + 1.25.
    assert_eq!(made.amounts.total, usd("11.44"));
    assert!(made.trace.adds_up());
    assert_eq!(made.trace.replay_with(&shop), Ok(made.trace.clone()));
    assert!(made.trace.canonical().starts_with("price/2 cost reg_"));
    assert_eq!(cost_converted_bare(&book, shop.fx, &asked), Ok(made.amounts));
    assert_eq!(cost_converted(&book, None, &asked), Err(NotPriced::CurrencyNotPriced));
    assert_eq!(made.trace.replay(&book), Err(NotPriced::CurrencyNotPriced));
}

#[test]
fn the_best_registrar_is_the_cheapest_for_as_long_as_the_name_is_held() {
    // The first is cheap to register at and dear to renew at; the second asks in euro; the third lacks renewals, the fourth
    // privacy.
    let cells = [
        cost_of(1, Register, Regular, usd("5.00")),
        cost_of(1, Renew, Regular, usd("15.00")),
        cost_of(2, Register, Regular, eur("8.00")),
        cost_of(2, Renew, Regular, eur("8.00")),
        cost_of(3, Register, Regular, usd("1.00")),
        cost_of(4, Register, Regular, usd("1.00")),
        cost_of(4, Renew, Regular, usd("1.00")),
    ];
    let (book, fx) = (PriceBook::as_known_at(cells, NOON).unwrap(), fx());
    let candidates: Vec<Candidate> = (1..=4)
        .map(|n| Candidate {
            registrar: registrar(n),
            privacy_included: n != 4,
        })
        .collect();
    let held = |hold_years, fx| {
        let asked = BestAsk {
            service: ask("com", Register, 1),
            hold_years,
            with_privacy: true,
            candidates: &candidates,
        };
        best_registrar(&pricing(&book, fx), &asked)
    };
    let three_years = held(3, Some(&fx));
    let order: Vec<RegistrarId> = three_years.iter().map(|one| one.registrar).collect();
    assert_eq!(order, [2, 1, 3, 4].map(registrar));
    let best = three_years[0].cost.as_ref().unwrap();
    assert_eq!((best.total, best.more_years), (usd("30.00"), 2));
    assert!(best.now.trace.adds_up() && best.another_year.as_ref().unwrap().trace.adds_up());
    assert_eq!(
        three_years[2].cost,
        Err(NoCandidate::RenewalsNotPriced(NotPriced::OperationNotPriced))
    );
    assert_eq!(three_years[3].cost, Err(NoCandidate::NoPrivacy));
    assert_eq!(held(1, Some(&fx))[0].registrar, registrar(3));
    assert_eq!(held(3, None)[0].registrar, registrar(1));
}

proptest! {
    #[test]
    fn the_best_registrar_is_the_one_a_search_by_hand_finds(
        rows in prop::collection::vec((1..=5_u128, 0..4_usize, 0..4_usize, any::<bool>(), 0..3_000_i64), 0..50),
        order in Just(vec![1_u128, 2, 3, 4, 5]).prop_shuffle(), allowed in 1..=5_usize, included: [bool; 5], operation in 0..4_usize,
        years in 0..=3_u8, hold_years in 0..=6_u8, with_privacy: bool,
    ) {
        let kinds = [Regular, IcannFee, Privacy, Regular];
        let cells = rows.into_iter().map(|(n, operation, kind, euro, minor)| {
            cost_of(n, Operation::ALL[operation], kinds[kind], Money::new(minor, if euro { Currency::EUR } else { Currency::USD }))
        });
        let (book, fx) = (PriceBook::as_known_at(cells, NOON).unwrap(), fx());
        let shop = pricing(&book, Some(&fx));
        let candidates: Vec<Candidate> = order.iter().take(allowed).map(|n| Candidate { registrar: registrar(*n), privacy_included: included[*n as usize - 1] }).collect();
        let service = ask("com", Operation::ALL[operation], years);
        let found = best_registrar(&shop, &BestAsk { service, hold_years, with_privacy, candidates: &candidates });
        // By hand: every candidate's cost of each part, in its own currency, converted, summed; the first of the cheapest.
        let by_hand = candidates.iter().enumerate().filter_map(|(place, candidate)| {
            let part = |operation, years: u8| -> Option<i64> {
                let paid = with_privacy && !candidate.privacy_included;
                let asked = |currency| CostAsk { registrar: candidate.registrar, service: engines::pricing::PriceAsk { operation, years, currency, ..service }, with_privacy: paid };
                let yearly = if operation == Restore { Renew } else { operation };
                let has_privacy = |currency| book.in_force(&engines::pricing::Place { list: List::Registrar(candidate.registrar), tld: "com", operation: yearly, years: 1, kind: Privacy, currency }, NOON).is_some();
                let (native, foreign) = (cost_bare(&book, &asked(Currency::USD)), cost_bare(&book, &asked(Currency::EUR)));
                let (currency, total) = match (native, foreign) {
                    (Ok(native), _) => (Currency::USD, native.total.minor),
                    (Err(NotPriced::RenewalNotPriced | NotPriced::FeeNotPriced | NotPriced::PrivacyNotPriced), _) => return None,
                    (Err(_), Ok(_)) => (Currency::EUR, cost_converted_bare(&book, shop.fx, &asked(Currency::USD)).unwrap().total.minor),
                    _ => return None,
                };
                (!paid || years == 0 || has_privacy(currency)).then_some(total)
            };
            let more = i64::from(hold_years.saturating_sub(years));
            let renewals = if more > 0 { more * part(Renew, 1)? } else { 0 };
            Some((part(service.operation, years)? + renewals, place))
        }).min();
        let best = found.first().filter(|one| one.cost.is_ok()).map(|one| (one.cost.as_ref().unwrap().total.minor, candidates.iter().position(|candidate| candidate.registrar == one.registrar).unwrap()));
        prop_assert_eq!(best, by_hand);
        prop_assert_eq!(found.len(), candidates.len());
    }

    /// Half a yen is a third of a cent and half a fils less still, so with the half cent of rounding here: one cent at most.
    #[test]
    fn an_amount_comes_back_from_yen_and_dinar_within_the_stated_rounding(minor in 0..1_000_000_000_i64, dinar: bool) {
        let to = if dinar { Currency::KWD } else { Currency::JPY };
        let book = fx();
        let there = convert(&book, &FxRules::default(), Money::new(minor, Currency::USD), to, NOON).unwrap().worth;
        let back = convert(&book, &FxRules::default(), there, Currency::USD, NOON).unwrap().worth;
        prop_assert!((back.minor - minor).abs() <= 1, "{minor} came back as {back:?}");
        prop_assert_eq!(money(&there.decimal(), to), there);
    }
}
