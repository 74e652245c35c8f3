use kernel::money::testing::{eur, jpy, kwd, usd};
use kernel::{Currency, Id, Instant, Money, Percent, PriceRuleId, Rate, RateSheetId, RegistrarId, SalesListId};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::fx::{FxBook, FxRules, NoRate, Quote};
use crate::pricing::Operation;
use crate::pricing::discounts::{Operations, Tlds};

const NOON: Instant = Instant::from_micros(1_000_000);

fn rule(formula: Formula) -> PriceRule {
    PriceRule {
        id: PriceRuleId::from_uuid(Uuid::from_u128(1)),
        priority: 0,
        registrar: None,
        tlds: TldFilter::Of(Tlds::All),
        operations: Operations::ALL,
        list: None,
        formula,
        rounding: None,
        minimum_margin: Percent::ZERO,
        loss_leader: false,
    }
}

fn markup(percent: i32) -> PriceRule {
    rule(Formula::Markup {
        percent: Percent::whole(percent),
        fixed: None,
    })
}

fn ending_in(hundredths: u32, to: Direction) -> Option<Grid> {
    Some(Grid::ending_in(hundredths, to).unwrap())
}

fn price(rule: &PriceRule, cost: Money) -> Money {
    generate(rule, cost, cost.currency, None, NOON).unwrap().price
}

#[test]
fn a_mark_up_is_on_cost_and_a_margin_is_on_price() {
    assert_eq!(price(&markup(20), usd("10.00")), usd("12.00"));
    let fixed = rule(Formula::Markup {
        percent: Percent::whole(20),
        fixed: Some(usd("1.00")),
    });
    assert_eq!(price(&fixed, usd("10.00")), usd("13.00"));
    let margin = rule(Formula::Margin {
        percent: Percent::whole(20),
    });
    assert_eq!(price(&margin, usd("10.00")), usd("12.50"));
}

#[test]
fn rounding_comes_to_the_endings_of_each_currency() {
    let rounded = |cost, every, ending, to| {
        let rule = PriceRule {
            rounding: Some(Grid::new(every, ending, to).unwrap()),
            ..markup(0)
        };
        price(&rule, cost)
    };
    use Direction::{Nearest, Up};
    assert_eq!(rounded(usd("10.40"), 100, 99, Up), usd("10.99"));
    assert_eq!(rounded(usd("10.99"), 100, 99, Up), usd("10.99"));
    assert_eq!(rounded(usd("11.00"), 100, 99, Up), usd("11.99"));
    assert_eq!(rounded(usd("10.96"), 100, 95, Up), usd("11.95"));
    assert_eq!(rounded(usd("10.07"), 5, 0, Up), usd("10.10"));
    assert_eq!(rounded(usd("11.99"), 500, 499, Up), usd("14.99"));
    assert_eq!(rounded(usd("0.00"), 100, 99, Up), usd("0.99"));
    // Yen have no hundredths, so theirs are whole yen; fils are thousandths.
    assert_eq!(rounded(jpy("1201"), 100, 99, Up), jpy("1299"));
    assert_eq!(rounded(jpy("1204"), 10, 0, Up), jpy("1210"));
    assert_eq!(rounded(kwd("3.072"), 100, 99, Up), kwd("3.990"));
    assert_eq!(rounded(kwd("3.072"), 5, 0, Up), kwd("3.100"));
    // To the nearest only where nothing is lost by it: the minimum margin is 0 %, so never below cost.
    assert_eq!(rounded(usd("10.40"), 100, 99, Nearest), usd("10.99"));
    let nearest = PriceRule {
        rounding: ending_in(99, Nearest),
        ..markup(50)
    };
    assert_eq!(price(&nearest, usd("10.20")), usd("14.99"));
    assert_eq!(price(&nearest, usd("10.34")), usd("15.99"));
    assert_eq!(price(&nearest, usd("0.10")), usd("0.99"));
}

#[test]
fn rounding_goes_up_where_it_would_break_the_minimum_margin() {
    let rule = PriceRule {
        rounding: ending_in(99, Direction::Nearest),
        minimum_margin: Percent::whole(12),
        ..markup(14)
    };
    // 14 % on 9.10 is 10.37, whose nearest ending 9.99 would leave 8.9 %.
    let made = generate(&rule, usd("9.10"), Currency::USD, None, NOON).unwrap();
    assert_eq!(made.price, usd("10.99"));
    let amounts: Vec<Money> = made.steps.iter().map(|made| made.amount).collect();
    assert_eq!(amounts, [usd("10.37"), usd("9.99"), usd("10.99")]);
    assert_eq!(made.steps[2].step, RuleStep::MinimumMargin(Percent::whole(12)));
    let leader = PriceRule {
        loss_leader: true,
        ..rule
    };
    let made = generate(&leader, usd("9.10"), Currency::USD, None, NOON).unwrap();
    assert_eq!((made.price, made.below_minimum), (usd("9.99"), true));
}

#[test]
fn a_cost_in_euro_makes_a_price_in_dollars_with_the_rate_among_its_steps() {
    let quote = Quote {
        base: Currency::EUR,
        quote: Currency::USD,
        rate: Rate::parse("1.25").unwrap(),
        at: Instant::EPOCH,
        sheet: RateSheetId::from_uuid(Uuid::from_u128(9)),
    };
    let fx = FxBook::new([quote]);
    let rule = PriceRule {
        rounding: ending_in(99, Direction::Up),
        ..rule(Formula::Markup {
            percent: Percent::whole(10),
            fixed: Some(eur("1.00")),
        })
    };
    let made = generate(&rule, eur("8.00"), Currency::USD, Some((&fx, FxRules::default())), NOON).unwrap();
    let amounts: Vec<Money> = made.steps.iter().map(|made| made.amount).collect();
    // 8.00 is 10.00; 10 % on it is 11.00, and 1.00 is 1.25.
    assert_eq!(amounts, [usd("10.00"), usd("12.25"), usd("12.99")]);
    assert!(matches!(made.steps[0].step, RuleStep::Converted(conversion) if conversion.at_rate.adds_up()));
    assert_eq!(
        generate(&rule, eur("8.00"), Currency::USD, None, NOON),
        Err(NotGenerated::NoRate(NoRate::Missing))
    );
}

#[test]
fn a_rule_fits_its_registrar_list_endings_and_operations() {
    let (godaddy, list) = (
        RegistrarId::from_uuid(Uuid::from_u128(1)),
        SalesListId::from_uuid(Uuid::from_u128(2)),
    );
    let subject = |tld, groups, operation| Subject {
        registrar: godaddy,
        tld,
        groups,
        operation,
        list,
    };
    let with = |id, priority, rule: PriceRule| PriceRule {
        id: PriceRuleId::from_uuid(Uuid::from_u128(id)),
        priority,
        ..rule
    };
    let rules = [
        with(1, 9, markup(20)),
        with(
            2,
            1,
            PriceRule {
                tlds: TldFilter::Of(Tlds::these(["net", "com"])),
                operations: Operations::of(&[Operation::Renew]),
                ..markup(10)
            },
        ),
        with(
            3,
            2,
            PriceRule {
                tlds: TldFilter::Group("new".into()),
                ..markup(30)
            },
        ),
        with(
            4,
            0,
            PriceRule {
                registrar: Some(RegistrarId::from_uuid(Uuid::from_u128(7))),
                ..markup(40)
            },
        ),
        with(
            5,
            0,
            PriceRule {
                list: Some(SalesListId::from_uuid(Uuid::from_u128(8))),
                ..markup(50)
            },
        ),
    ];
    let fitting = |subject| {
        let rules = rules.iter().filter(|rule| rule.fits(&subject));
        rules.map(|rule| rule.priority).collect::<Vec<_>>()
    };
    assert_eq!(fitting(subject("com", &[], Operation::Renew)), [9, 1]);
    assert_eq!(fitting(subject("com", &[], Operation::Register)), [9]);
    assert_eq!(
        fitting(subject("online", &["new", "short"], Operation::Register)),
        [9, 2]
    );
}

#[test]
fn a_rule_that_no_price_could_follow_is_refused() {
    let margin = |percent| {
        rule(Formula::Margin {
            percent: Percent::whole(percent),
        })
    };
    for (bad, why) in [
        (margin(100), BadRule::Margin),
        (margin(-1), BadRule::Margin),
        (markup(-1), BadRule::Markup),
        (
            PriceRule {
                minimum_margin: Percent::whole(100),
                ..markup(1)
            },
            BadRule::Margin,
        ),
        (
            PriceRule {
                operations: Operations::of(&[]),
                ..markup(1)
            },
            BadRule::NoOperation,
        ),
    ] {
        assert_eq!(bad.check(), Err(why));
        assert_eq!(
            generate(&bad, usd("1.00"), Currency::USD, None, NOON),
            Err(NotGenerated::BadRule)
        );
    }
    assert_eq!(Grid::new(0, 0, Direction::Up), Err(BadGrid));
    assert_eq!(Grid::new(100, 100, Direction::Up), Err(BadGrid));
    let huge = Money::new(i64::MAX, Currency::USD);
    assert_eq!(
        generate(&markup(1), huge, Currency::USD, None, NOON),
        Err(NotGenerated::TooLarge)
    );
}

prop_compose! {
    fn rules()(
        is_margin: bool, percent in 0..999_999_i64, fixed in 0..5_000_i64, grid in prop::option::of((1..2_000_u32, 0..2_000_u32, any::<bool>())),
        minimum in 0..950_000_i64, loss_leader: bool, currency in 0..3_usize,
    ) -> (PriceRule, Currency) {
        let currency = [Currency::USD, Currency::JPY, Currency::KWD][currency];
        let percent = Percent::from_millionths(percent);
        let formula = if is_margin {
            Formula::Margin { percent }
        } else {
            Formula::Markup { percent, fixed: Some(Money::new(fixed, currency)) }
        };
        let rounding = grid.map(|(every, ending, up)| Grid::new(every, ending % every, if up { Direction::Up } else { Direction::Nearest }).unwrap());
        (PriceRule { rounding, minimum_margin: Percent::from_millionths(minimum), loss_leader, ..rule(formula) }, currency)
    }
}

proptest! {
    #[test]
    fn rounding_never_breaks_the_minimum_margin_unless_the_rule_says_so((rule, currency) in rules(), cost in 0..100_000_000_i64) {
        let made = generate(&rule, Money::new(cost, currency), currency, None, NOON).unwrap();
        // (price - cost) / price >= minimum, without dividing.
        let (price, whole) = (i128::from(made.price.minor), 1_000_000);
        let keeps = (price - i128::from(cost)) * whole >= price * i128::from(rule.minimum_margin.millionths());
        prop_assert!(keeps || (rule.loss_leader && made.below_minimum));
        prop_assert!(!made.below_minimum || !keeps);
        prop_assert!(price >= i128::from(cost) || rule.loss_leader);
        prop_assert_eq!(made.steps.last().unwrap().amount, made.price);
    }

    #[test]
    fn an_allowed_price_is_rounded_to_itself((rule, currency) in rules(), minor in 0..1_000_000_000_i128) {
        let Some(grid) = rule.rounding else { return Ok(()) };
        let rounded = grid.round(minor, currency);
        prop_assert_eq!(grid.round(rounded, currency), rounded);
        prop_assert_eq!(grid.at_least(rounded, currency), rounded);
    }

    #[test]
    fn the_allowed_price_is_the_one_a_search_finds((rule, currency) in rules(), minor in 0..20_000_i128) {
        let Some(grid) = rule.rounding else { return Ok(()) };
        let hundredth = if currency == Currency::KWD { 10 } else { 1 };
        let (step, ending) = (i128::from(grid.every()) * hundredth, i128::from(grid.ending()) * hundredth);
        let allowed = |price: &i128| price % step == ending;
        let above = (minor..).find(allowed).unwrap();
        let below = (0..=minor).rev().find(allowed);
        let nearest = below.filter(|below| minor - below < above - minor).unwrap_or(above);
        prop_assert_eq!(grid.round(minor, currency), if grid.to() == Direction::Up { above } else { nearest });
    }
}
