use kernel::money::testing::{eur, usd};
use kernel::{Currency, CustomerId, DiscountId, GroupId, Id, Instant, Percent, PriceId, Rate, RateSheetId};
use proptest::prelude::*;
use uuid::Uuid;

use super::super::{
    Buyer, Cell, EffectiveAsk, Kind, List, NotPriced, Operation, PriceAsk, PriceBook, Priced, Pricing, Reducer, Trace,
    effective, effective_bare, price,
};
use super::*;
use crate::fx::{FxBook, FxRules, Quote};

const NOON: Instant = Instant::from_micros(1_000_000);

fn id(n: u128) -> DiscountId {
    DiscountId::from_uuid(Uuid::from_u128(n))
}

fn buyer() -> Buyer {
    Buyer {
        customer: CustomerId::from_uuid(Uuid::from_u128(1)),
        group: Some(GroupId::from_uuid(Uuid::from_u128(2))),
    }
}

const fn own() -> Whom {
    Whom::Customer(CustomerId::NONE)
}

fn whom(level: usize) -> Whom {
    [
        Whom::Customer(buyer().customer),
        Whom::Group(buyer().group.unwrap()),
        Whom::Everybody,
        own(),
    ][level]
}

fn percent(whom: Whom, percent: i32) -> Terms {
    Terms {
        whom,
        tlds: Tlds::All,
        operations: Operations::ALL,
        years: Years::All,
        off: Off::Percent(Percent::whole(percent)),
        stacks: false,
    }
}

fn entry(n: u128, terms: Terms) -> Entry {
    Entry {
        discount: id(n),
        code: None,
        effective_from: Instant::EPOCH,
        terms: Some(terms),
        recorded_at: Instant::EPOCH,
        superseded_at: None,
    }
}

fn coupon(n: u128, code: &str, terms: Terms) -> Entry {
    Entry {
        code: coupon_code(code),
        ..entry(n, terms)
    }
}

fn cell(operation: Operation, kind: Kind, years: u8, minor: i64, n: u128) -> Cell<'static> {
    Cell {
        list: List::Sales,
        tld: "com",
        operation,
        years,
        kind,
        currency: Currency::USD,
        effective_from: Instant::EPOCH,
        minor: Some(minor),
        recorded_at: Instant::EPOCH,
        superseded_at: None,
        version: PriceId::from_uuid(Uuid::from_u128(n)),
    }
}

/// 7.99 the first year, 12.00 every other; a term of five years for 50.00.
fn prices() -> PriceBook {
    let cells = [
        cell(Operation::Register, Kind::FirstYear, 1, 799, 1),
        cell(Operation::Renew, Kind::Regular, 1, 1_200, 2),
        cell(Operation::Register, Kind::Regular, 5, 5_000, 3),
    ];
    PriceBook::as_known_at(cells, NOON).unwrap()
}

fn fx() -> FxBook {
    FxBook::new([Quote {
        base: Currency::EUR,
        quote: Currency::USD,
        rate: Rate::parse("1.25").unwrap(),
        at: Instant::EPOCH,
        sheet: RateSheetId::from_uuid(Uuid::from_u128(5)),
    }])
}

struct Shop {
    prices: PriceBook,
    fx: Option<FxBook>,
    discounts: DiscountBook,
}

impl Shop {
    fn with(entries: impl IntoIterator<Item = Entry>) -> Self {
        Self {
            prices: prices(),
            fx: Some(fx()),
            discounts: DiscountBook::as_known_at(entries, NOON).unwrap(),
        }
    }

    fn pricing(&self) -> Pricing<'_> {
        Pricing {
            book: &self.prices,
            fx: self.fx.as_ref().map(|book| (book, FxRules::default())),
            home: Currency::USD,
            discounts: &self.discounts,
        }
    }

    /// Three years of .com, which the list sells at 31.99.
    fn buys(&self, coupon: Option<&str>) -> Priced {
        self.asks(&ask(3, Currency::USD, coupon)).unwrap()
    }

    fn asks(&self, ask: &EffectiveAsk<'_>) -> Result<Priced, NotPriced> {
        let priced = effective(&self.pricing(), ask)?;
        assert!(priced.trace.adds_up(), "{}", priced.trace.canonical());
        assert_eq!(priced.trace.replay_with(&self.pricing()), Ok(priced.trace.clone()));
        let stored: Trace = serde_json::from_str(&serde_json::to_string(&priced.trace).unwrap()).unwrap();
        assert_eq!(stored, priced.trace);
        let bare = effective_bare(&self.pricing(), ask).unwrap();
        assert_eq!(
            (bare.amounts, bare.undiscounted),
            (priced.amounts, priced.trace.undiscounted())
        );
        Ok(priced)
    }
}

fn ask(years: u8, currency: Currency, coupon: Option<&str>) -> EffectiveAsk<'_> {
    EffectiveAsk {
        service: PriceAsk {
            tld: "com",
            operation: Operation::Register,
            years,
            currency,
            at: NOON,
        },
        buyer: Some(buyer()),
        coupon,
    }
}

fn taken(priced: &Priced) -> Vec<(Reducer, DiscountId, i64)> {
    let taken = priced.trace.reductions().iter();
    taken.map(|taken| (taken.kind, taken.discount, taken.amount)).collect()
}

#[test]
fn the_discount_that_saves_most_counts_and_no_other() {
    let shop = Shop::with([
        entry(1, percent(whom(0), 5)),
        entry(2, percent(whom(1), 10)),
        entry(3, percent(whom(2), 7)),
        entry(4, percent(whom(3), 50)),
    ]);
    // 31.99 less 10 % (3.199, half to even 3.20).
    let priced = shop.buys(None);
    assert_eq!(priced.amounts.total, usd("28.79"));
    assert_eq!(taken(&priced), [(Reducer::Discount, id(2), 320)]);
    let stranger = EffectiveAsk {
        buyer: None,
        ..ask(3, Currency::USD, None)
    };
    assert_eq!(taken(&shop.asks(&stranger).unwrap()), [(Reducer::Discount, id(3), 224)]);
}

#[test]
fn of_two_that_save_the_same_the_customers_own_comes_first_and_then_the_lower_id() {
    let shop = Shop::with([
        entry(1, percent(whom(2), 10)),
        entry(2, percent(whom(1), 10)),
        entry(3, percent(whom(0), 10)),
        entry(4, percent(whom(0), 10)),
    ]);
    assert_eq!(taken(&shop.buys(None)), [(Reducer::Discount, id(3), 320)]);
}

#[test]
fn a_coupon_that_stacks_is_taken_off_what_remains_and_one_that_does_not_replaces_when_it_saves_more() {
    let stacking = Terms {
        stacks: true,
        ..percent(whom(2), 50)
    };
    let shop = Shop::with([
        entry(1, percent(whom(1), 10)),
        coupon(2, "half", stacking),
        coupon(3, "SPRING-20", percent(whom(2), 20)),
        coupon(4, "little", percent(whom(2), 5)),
        coupon(5, "others", percent(whom(3), 90)),
    ]);
    // 31.99 - 3.20 = 28.79, half of which is 14.395: half to even 14.40.
    let both = shop.buys(Some(" Half "));
    assert_eq!(both.amounts.total, usd("14.39"));
    assert_eq!(
        taken(&both),
        [(Reducer::Discount, id(1), 320), (Reducer::Coupon, id(2), 1_440)]
    );
    assert_eq!(taken(&shop.buys(Some("spring-20"))), [(Reducer::Coupon, id(3), 640)]);
    for kept in ["little", "others", "unknown", ""] {
        assert_eq!(
            taken(&shop.buys(Some(kept))),
            [(Reducer::Discount, id(1), 320)],
            "{kept}"
        );
    }
}

#[test]
fn off_the_first_year_is_off_its_price_alone_and_off_nothing_where_there_is_none() {
    let first = Terms {
        years: Years::First,
        ..percent(whom(2), 50)
    };
    let stacking = Terms {
        stacks: true,
        ..first.clone()
    };
    let shop = Shop::with([entry(1, first), coupon(2, "again", stacking)]);
    // Half of 7.99 is 3.995: half to even 4.00; of the 3.99 left half is 1.995: 2.00.
    assert_eq!(shop.buys(None).amounts.total, usd("27.99"));
    assert_eq!(shop.buys(Some("again")).amounts.total, usd("25.99"));
    let five_years = shop.asks(&ask(5, Currency::USD, None)).unwrap();
    assert_eq!(five_years.amounts.total, usd("50.00"));
}

#[test]
fn an_amount_is_taken_once_never_below_zero_and_converted_only_where_that_is_allowed() {
    let amount = |amount| Terms {
        off: Off::Amount(amount),
        ..percent(whom(2), 1)
    };
    let mut shop = Shop::with([entry(1, amount(eur("4.00"))), coupon(2, "all", amount(usd("99.00")))]);
    assert_eq!(shop.buys(None).amounts.total, usd("26.99"));
    assert_eq!(shop.buys(None).trace.rate_sheets().len(), 1);
    assert_eq!(shop.buys(Some("all")).amounts.total, usd("0.00"));
    shop.fx = None;
    assert_eq!(shop.buys(None).amounts.total, usd("31.99"));
}

#[test]
fn a_discount_is_for_its_tlds_operations_and_time_as_it_was_known() {
    let of = |tlds, operations: &[Operation]| Terms {
        tlds: Tlds::these(tlds),
        operations: Operations::of(operations),
        ..percent(whom(2), 10)
    };
    let ends = Entry {
        effective_from: Instant::from_micros(5),
        terms: None,
        ..entry(3, percent(whom(2), 10))
    };
    let corrected = Entry {
        superseded_at: Some(NOON),
        ..entry(4, percent(whom(2), 10))
    };
    let entries = [
        entry(1, of(["net"], &Operation::ALL)),
        entry(2, of(["com"], &[Operation::Renew])),
        entry(3, percent(whom(2), 10)),
        ends,
        corrected.clone(),
    ];
    let shop = Shop::with(entries);
    assert_eq!(taken(&shop.buys(None)), []);
    let before = DiscountBook::as_known_at([corrected], Instant::from_micros(NOON.micros() - 1)).unwrap();
    assert_eq!(
        taken(
            &Shop {
                discounts: before,
                ..shop
            }
            .buys(None)
        ),
        [(Reducer::Discount, id(4), 320)]
    );
}

#[test]
fn terms_that_take_nothing_or_more_than_all_are_refused() {
    let off = |off| Terms {
        off,
        ..percent(whom(2), 1)
    };
    let for_nothing = Terms {
        tlds: Tlds::these([]),
        ..percent(whom(2), 1)
    };
    for (terms, fault) in [
        (percent(whom(2), 0), DiscountFault::Percent),
        (percent(whom(2), 101), DiscountFault::Percent),
        (off(Off::Amount(usd("0.00"))), DiscountFault::Amount),
        (for_nothing, DiscountFault::ForNothing),
    ] {
        assert_eq!(entry(1, terms).check().unwrap_err().fault, fault);
    }
    let lower = Entry {
        code: Some("half".into()),
        ..entry(1, percent(whom(2), 1))
    };
    assert_eq!(lower.check().unwrap_err().fault, DiscountFault::Code);
    for bad in ["", "ab", "a b c", "rock&roll", "ä-code", &"x".repeat(41)] {
        assert_eq!(coupon_code(bad), None, "{bad}");
    }
}

#[test]
fn a_stored_trace_of_less_than_nothing_is_refused_and_ends_nothing() {
    let trace = Shop::with([entry(1, percent(whom(1), 10))])
        .asks(&ask(1, Currency::USD, None))
        .unwrap()
        .trace;
    let stored = serde_json::to_string(&trace).unwrap();
    assert!(stored.contains("\"base\":799") && trace.adds_up(), "{stored}");
    for (from, to) in [("799", "-799"), ("799", "9223372036854775807"), ("80", "-80")] {
        let altered: Trace = serde_json::from_str(&stored.replace(from, to)).unwrap();
        assert!(!altered.adds_up(), "{from} as {to}");
        assert!(!altered.canonical().is_empty() && altered.undiscounted() != trace.total());
    }
}

#[test]
fn each_cell_is_converted_by_itself_so_years_and_total_agree_to_the_cent() {
    let shop = Shop::with([]);
    let priced = shop.asks(&ask(3, Currency::EUR, None)).unwrap();
    // 7.99 / 1.25 = 6.392, 12.00 / 1.25 = 9.60.
    assert_eq!(priced.amounts.first_year, Some(eur("6.39")));
    assert_eq!(priced.amounts.renewal, Some(eur("9.60")));
    assert_eq!(priced.amounts.total, eur("25.59"));
}

#[test]
fn the_text_of_a_converted_and_reduced_price_has_all_it_was_made_from() {
    let shop = Shop::with([entry(1, percent(whom(1), 10))]);
    let trace = shop.asks(&ask(3, Currency::EUR, Some("no\nsuch"))).unwrap().trace;
    let text = "\
price/2 sales register com years 3 EUR at 1970-01-01T00:00:01Z known 1970-01-01T00:00:01Z for cus_00000000000000000000000000000001 of grp_00000000000000000000000000000002 coupon \"no\\nsuch\"
rate USD EUR 0.8 with 0 % applied 0.8 by inverse of EUR USD 1.25 at 1970-01-01T00:00:00Z on rts_00000000000000000000000000000005
first_year USD 7.99 is 6.39 x 1 = 6.39 by pri_00000000000000000000000000000001 since 1970-01-01T00:00:00Z
renewal_years USD 12.00 is 9.60 x 2 = 19.20 by pri_00000000000000000000000000000002 since 1970-01-01T00:00:00Z
discount 10 % of 25.59 = -2.56 by dsc_00000000000000000000000000000001 since 1970-01-01T00:00:00Z
total 23.03
";
    assert_eq!(trace.canonical(), text);
    let stored = serde_json::to_string(&trace).unwrap();
    for (from, to) in [
        ("\"amount\":256", "\"amount\":255"),
        ("\"applied\":\"0.8\"", "\"applied\":\"0.9\""),
        ("\"listed\":799", "\"listed\":699"),
        ("\"total\":2303", "\"total\":2302"),
        ("\"base\":2559", "\"base\":2558"),
    ] {
        assert!(stored.contains(from), "{from} in {stored}");
        let altered: Trace = serde_json::from_str(&stored.replace(from, to)).unwrap();
        assert!(!altered.adds_up(), "{to}");
    }
}

#[test]
fn where_nothing_is_converted_or_taken_off_the_text_and_its_fingerprint_are_as_ever() {
    let shop = Shop::with([]);
    let (effective, plain) = (
        shop.buys(None),
        price(&shop.prices, &ask(3, Currency::USD, None).service).unwrap(),
    );
    assert_eq!(effective.amounts, plain.amounts);
    assert_eq!(effective.trace.canonical(), plain.trace.canonical());
    assert!(plain.trace.canonical().starts_with("price/1 "));
    assert_eq!(effective.trace.fingerprint(), plain.trace.fingerprint());
}

#[test]
fn without_leave_or_a_fresh_rate_another_currency_is_refused_with_its_reason() {
    let mut shop = Shop::with([]);
    let reason = |shop: &Shop, currency, at| {
        let asked = ask(1, currency, None);
        let service = PriceAsk { at, ..asked.service };
        shop.asks(&EffectiveAsk { service, ..asked })
            .map(|priced| priced.amounts.total)
    };
    assert_eq!(reason(&shop, Currency::CHF, NOON), Err(NotPriced::RateMissing));
    let in_four_days = Instant::from_micros(4 * 86_400_000_000);
    assert_eq!(reason(&shop, Currency::EUR, in_four_days), Err(NotPriced::RateStale));
    shop.fx = None;
    assert_eq!(reason(&shop, Currency::EUR, NOON), Err(NotPriced::CurrencyNotPriced));
}

prop_compose! {
    fn drawn_terms()(level in 0..4_usize, net: bool, register: bool, first: bool, off in prop_oneof![(1..=100_i32).prop_map(|p| Off::Percent(Percent::whole(p))), (1..5_000_i64, any::<bool>()).prop_map(|(minor, eur)| Off::Amount(kernel::Money::new(minor, if eur { Currency::EUR } else { Currency::USD })))], stacks: bool) -> Terms {
        Terms {
            whom: whom(level),
            tlds: if net { Tlds::these(["net"]) } else { Tlds::All },
            operations: if register { Operations::of(&[Operation::Register]) } else { Operations::ALL },
            years: if first { Years::First } else { Years::All },
            off,
            stacks,
        }
    }
}

proptest! {
    #[test]
    fn no_discount_saves_more_than_the_one_that_counts_and_no_price_falls_below_zero(
        terms in prop::collection::vec(drawn_terms(), 0..8), coupon_terms in prop::option::of(drawn_terms()), years in 1..=6_u8, euro: bool,
    ) {
        let asked = ask(years, if euro { Currency::EUR } else { Currency::USD }, Some("code"));
        let all: Vec<Entry> = terms.into_iter().zip(1..).map(|(terms, n)| entry(n, terms)).collect();
        let of_coupon: Vec<Entry> = coupon_terms.iter().map(|terms| coupon(100, "code", terms.clone())).collect();
        let saved = |entries: &[Entry]| {
            let priced = Shop::with(entries.iter().cloned()).asks(&asked).unwrap();
            (priced.trace.undiscounted().minor - priced.amounts.total.minor, priced)
        };
        // Each alone, by brute force.
        let best = all.iter().map(|one| saved(std::slice::from_ref(one)).0).max().unwrap_or(0);
        prop_assert_eq!(saved(&all).0, best);
        let both: Vec<Entry> = all.iter().chain(&of_coupon).cloned().collect();
        let (together, priced) = saved(&both);
        prop_assert!(!priced.amounts.total.is_negative());
        let alone = saved(&of_coupon).0;
        if coupon_terms.is_some_and(|terms| terms.stacks) {
            prop_assert!(together >= best && together <= best + alone);
        } else {
            prop_assert_eq!(together, best.max(alone));
        }
    }

    #[test]
    fn a_converted_price_is_its_first_year_and_so_many_renewals(first in 0..1_000_000_i64, renewal in 0..1_000_000_i64, years in 1..=10_u8, scaled in 1_000_000_000_i64..1_000_000_000_000_000, currency in 0..3_usize) {
        let wanted = [Currency::EUR, Currency::JPY, Currency::KWD][currency];
        let cells = [cell(Operation::Register, Kind::FirstYear, 1, first, 1), cell(Operation::Renew, Kind::Regular, 1, renewal, 2)];
        let quote = Quote { base: Currency::USD, quote: wanted, rate: Rate::from_scaled(scaled).unwrap(), at: Instant::EPOCH, sheet: RateSheetId::NONE };
        let shop = Shop { prices: PriceBook::as_known_at(cells, NOON).unwrap(), fx: Some(FxBook::new([quote])), discounts: DiscountBook::none().clone() };
        let amounts = shop.asks(&ask(years, wanted, None)).unwrap().amounts;
        let (one, more) = (amounts.first_year.unwrap().minor, amounts.renewal.unwrap().minor);
        prop_assert_eq!(amounts.total.minor, one + i64::from(years - 1) * more);
    }
}
