//! What a change of prices reaches, against one question per name.

use std::collections::BTreeSet;

use catalog::{Exposures as _, ProposedChange, Scope};
use domains::Holdings;
use domains::portfolio::reach::{Reach, reach};
use domains::portfolio::{Adoption, Domain, Filter, Order, ops};
use engines::fx::{FxBook, FxRules, Quote};
use engines::margin::MarginRules;
use engines::pricing::discounts::{DiscountBook, Entry, Off, Operations, Terms, Tlds, Whom, Years};
use engines::pricing::{CostAsk, Operation, PriceAsk, PriceBook, Pricing, cost_bare, price_bare};
use jiff::SignedDuration;
use kernel::{Currency, DiscountId, Instant, Money, Percent, Rate, RateSheetId};
use scoped_futures::ScopedFutureExt;
use serde_json::json;
use testkit::TestInstallation;
use web::testing::Ask;

use super::stage::{SHOP, Stage};

fn pricing(book: &PriceBook) -> Pricing<'_> {
    Pricing {
        book,
        fx: None,
        home: Currency::USD,
        discounts: DiscountBook::none(),
    }
}

fn com() -> Scope {
    Scope {
        endings: Some(BTreeSet::from(["com".to_owned()])),
        whom: Whom::Everybody,
        currencies: None,
        from: Instant::EPOCH,
    }
}

fn change<'a>(before: &'a PriceBook, after: &'a PriceBook) -> ProposedChange<'a> {
    ProposedChange {
        before: pricing(before).into(),
        after: pricing(after).into(),
        scope: com(),
        rules: MarginRules::default(),
    }
}

async fn reached(stage: &Stage, before: &PriceBook, after: &PriceBook) -> Reach {
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let change = &change(before, after);
    ctx.read(|read| async move { reach(read, change).await }.scope_boxed())
        .await
        .unwrap()
}

/// Sixty live names that expire over two years, some at one instant, at two accounts; a premium and an expired one.
async fn portfolio(stage: &Stage) -> Vec<Domain> {
    let ann = stage.customer(1, "Ann").await;
    let later = |adoption: Adoption, days: i64| Adoption {
        expires_at: stage.ctx.now().plus(SignedDuration::from_hours(24 * days)),
        ..adoption
    };
    let mut held: Vec<Adoption> = (0..60)
        .map(|n| Adoption {
            registrar: stage.accounts[usize::from(n % 3 == 0)],
            ..later(stage.held(&format!("n{n}.com"), ann), 1 + (n / 2) * 24)
        })
        .collect();
    held.push(Adoption {
        premium: true,
        ..stage.held("gold.com", ann)
    });
    held.push(later(stage.held("gone.com", ann), -1));
    held.push(stage.held("other.org", ann));
    stage.adopt(&held).await.unwrap();
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let (filter, order) = (
        &Filter {
            ending: Some("com".into()),
            ..Filter::default()
        },
        &Order {
            by_name: true,
            descending: false,
            after: None,
            most: 200,
        },
    );
    ctx.read(|read| async move { ops::list(read, filter, order).await }.scope_boxed())
        .await
        .unwrap()
}

/// What a renewal brings and what it costs.
type PriceAndCost = (Option<Money>, Option<Money>);

/// Price and cost of one name's next renewal.
fn renewal(stage: &Stage, book: &PriceBook, domain: &Domain) -> PriceAndCost {
    let service = PriceAsk {
        tld: "com",
        operation: Operation::Renew,
        years: 1,
        currency: domain.currency,
        at: domain.expires_at.max(stage.ctx.now()),
    };
    let cost = CostAsk {
        registrar: domain.registrar,
        service,
        with_privacy: false,
    };
    let total = |amounts: engines::pricing::Amounts| amounts.total;
    (
        price_bare(book, &service).ok().map(total),
        cost_bare(book, &cost).ok().map(total),
    )
}

#[tokio::test]
async fn a_cost_that_rises_next_year_reaches_exactly_the_renewals_after_it() {
    let stage = Stage::new().await;
    let names = portfolio(&stage).await;
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let before = stage.books.refresh(&ctx).await.unwrap();
    stage.schedule_cost(0, "com,renew,1,regular,USD,11.50,2027-06-01").await;
    let after = stage.books.refresh(&ctx).await.unwrap();
    let found = reached(&stage, &before.prices, &after.prices).await;

    let live = names.iter().filter(|domain| domain.name.ascii().starts_with('n'));
    let steps = live.map(|domain| {
        (
            domain,
            renewal(&stage, &before.prices, domain),
            renewal(&stage, &after.prices, domain),
        )
    });
    let touched: Vec<_> = steps.filter(|(_, before, after)| before != after).collect();
    assert!(touched.len() > 10 && touched.len() < 35, "{}", touched.len());
    let [reached] = &found.renewals[..] else {
        panic!("one currency: {found:?}")
    };
    let totals = reached.totals;
    assert_eq!(
        (totals.purchases, totals.touched),
        (touched.len() as u64, touched.len() as u64)
    );
    let sum = |of: &dyn Fn(&(&Domain, PriceAndCost, PriceAndCost)) -> i64| -> i64 { touched.iter().map(of).sum() };
    assert_eq!(totals.before.cost.minor, sum(&|(_, before, _)| before.1.unwrap().minor));
    assert_eq!(totals.after.cost.minor, sum(&|(_, _, after)| after.1.unwrap().minor));
    assert_eq!(totals.after.price.minor, sum(&|(_, _, after)| after.0.unwrap().minor));
    assert_eq!(
        totals.after.profit.minor,
        totals.after.price.minor - totals.after.cost.minor
    );
    assert_eq!(totals.newly_negative, touched.len() as u64);
    assert_eq!(reached.worst.len(), 5);
    assert!(
        reached
            .worst
            .iter()
            .all(|fared| touched.iter().any(|(domain, ..)| domain.name.ascii() == fared.name))
    );
}

#[tokio::test]
async fn a_withdrawn_price_is_the_worst_of_all_and_an_equal_one_reaches_nothing() {
    let stage = Stage::new().await;
    portfolio(&stage).await;
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let before = stage.books.refresh(&ctx).await.unwrap();
    let same = reached(&stage, &before.prices, &before.prices).await;
    assert_eq!((same.renewals.len(), same.locks.len()), (0, 0));
    let nothing = PriceBook::as_known_at([], stage.ctx.now()).unwrap();
    let found = reached(&stage, &before.prices, &nothing).await;
    let totals = found.renewals[0].totals;
    assert_eq!((totals.touched, totals.newly_unpriced), (60, 60));
    assert_eq!(found.renewals[0].worst[0].touched.after.margin.profit, None);
}

#[tokio::test]
async fn open_price_locks_are_counted_and_stay_as_they_are() {
    let stage = Stage::new().await;
    let lock = json!({ "names": [{ "name": "a.com", "years": 2 }, { "name": "b.com" }, { "name": "c.org" }] });
    let made = Ask::post_json(SHOP, "/api/v1/domains/price-locks", lock)
        .bearer("epk_seller")
        .send(&stage.router)
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let book = stage.books.refresh(&ctx).await.unwrap();
    let found = reached(&stage, &book.prices, &book.prices).await;
    assert_eq!(found.locks, [(2, Money::new(3 * 1_106, Currency::USD))]);
    stage.travel_to("2026-11-21T09:15:00Z");
    assert!(reached(&stage, &book.prices, &book.prices).await.locks.is_empty());
}

#[tokio::test]
async fn whoever_changes_a_price_is_told_how_many_renewals_it_touches_and_what_becomes_of_their_margin() {
    let stage = Stage::new().await;
    portfolio(&stage).await;
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let before = stage.books.refresh(&ctx).await.unwrap();
    stage.schedule("com,renew,1,regular,USD,12.06,").await;
    let after = stage.books.refresh(&ctx).await.unwrap();
    let proposed = &change(&before.prices, &after.prices);
    let told = ctx
        .read(|read| async move { Holdings.touched(read, proposed).await }.scope_boxed())
        .await
        .unwrap();
    let [renewals] = &told[..] else { panic!("{told:?}") };
    // Names at the second account have no cost: they are counted, and in no sum.
    assert_eq!(renewals.count, 60);
    let of = |money: Option<Money>| money.unwrap().minor;
    assert_eq!(of(renewals.price_after) - of(renewals.price_before), 40 * 100);
    assert_eq!(of(renewals.margin_after) - of(renewals.margin_before), 40 * 100);
    assert_eq!(renewals.currency, Currency::USD);
    let worst = &renewals.examples[0];
    assert_eq!((renewals.examples.len(), of(worst.price_after)), (5, 1206));
    assert!(
        worst.href.as_deref().is_some_and(|href| href.ends_with(&worst.name)),
        "{worst:?}"
    );
}

/// Discounts that are known at the stage's moment.
fn discounts(stage: &Stage, terms: Terms) -> DiscountBook {
    let entry = Entry {
        discount: DiscountId::NONE,
        code: None,
        effective_from: stage.ctx.now(),
        terms: Some(terms),
        recorded_at: stage.ctx.now(),
        superseded_at: None,
    };
    DiscountBook::as_known_at([entry], stage.ctx.now()).unwrap()
}

fn off_renewals(whom: Whom, percent: &str) -> Terms {
    Terms {
        whom,
        tlds: Tlds::All,
        operations: Operations::ALL,
        years: Years::All,
        off: Off::Percent(Percent::parse(percent).unwrap()),
        stacks: false,
    }
}

async fn found(stage: &Stage, change: &ProposedChange<'_>) -> Reach {
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    ctx.read(|read| async move { reach(read, change).await }.scope_boxed())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_discount_reaches_the_names_of_whom_it_is_for_and_nobody_elses() {
    let stage = Stage::new().await;
    let (ann, bob) = (stage.customer(1, "Ann").await, stage.customer(1, "Bob").await);
    let held = [
        stage.held("a.com", ann),
        stage.held("b.com", bob),
        stage.held("c.com", bob),
    ];
    stage.adopt(&held).await.unwrap();
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let book = stage.books.refresh(&ctx).await.unwrap();
    let half = discounts(&stage, off_renewals(Whom::Customer(bob), "50"));
    let proposed = |whom| {
        let mut change = change(&book.prices, &book.prices);
        change.after.sales.discounts = &half;
        change.scope.whom = whom;
        change
    };
    // Whether the scope says so or not, only who has it is reached.
    for whom in [Whom::Customer(bob), Whom::Everybody] {
        let reached = found(&stage, &proposed(whom)).await;
        let totals = reached.renewals[0].totals;
        assert_eq!((totals.touched, totals.newly_negative), (2, 2));
        assert_eq!(totals.after.price.minor * 2, totals.before.price.minor);
        let names: Vec<_> = reached.renewals[0]
            .worst
            .iter()
            .map(|fared| fared.name.as_str())
            .collect();
        assert_eq!(names, ["b.com", "c.com"]);
    }
    assert!(found(&stage, &proposed(Whom::Customer(ann))).await.renewals.is_empty());
}

#[tokio::test]
async fn what_a_customer_has_off_is_off_before_and_after_a_change_of_prices() {
    let stage = Stage::new().await;
    let ann = stage.customer(1, "Ann").await;
    stage.adopt(&[stage.held("a.com", ann)]).await.unwrap();
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let before = stage.books.refresh(&ctx).await.unwrap();
    stage.schedule("com,renew,1,regular,USD,20.00,").await;
    let after = stage.books.refresh(&ctx).await.unwrap();
    let tenth = discounts(&stage, off_renewals(Whom::Customer(ann), "10"));
    let mut change = change(&before.prices, &after.prices);
    change.before.sales.discounts = &tenth;
    change.after.sales.discounts = &tenth;
    let totals = found(&stage, &change).await.renewals[0].totals;
    let full = renewal(&stage, &before.prices, &names(&stage).await[0])
        .0
        .unwrap()
        .minor;
    assert_eq!(totals.after.price.minor, 1_800);
    assert!(
        (totals.before.price.minor * 10 - full * 9).abs() <= 5,
        "{totals:?} of {full}"
    );
}

async fn names(stage: &Stage) -> Vec<Domain> {
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let (filter, order) = (
        &Filter::default(),
        &Order {
            by_name: true,
            descending: false,
            after: None,
            most: 200,
        },
    );
    ctx.read(|read| async move { ops::list(read, filter, order).await }.scope_boxed())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_name_that_is_due_in_a_year_is_converted_at_todays_rate() {
    let stage = Stage::new().await;
    let ann = stage.customer(1, "Ann").await;
    stage.adopt(&[stage.held("a.com", ann)]).await.unwrap();
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let book = stage.books.refresh(&ctx).await.unwrap();
    // The costs of this book stand in euros, and one euro is worth 1.00, then 1.10 dollars.
    stage.schedule_cost(1, "com,renew,1,regular,EUR,9.00,").await;
    let in_euros = stage.books.refresh(&ctx).await.unwrap();
    let rate = |text: &str| {
        let quote = Quote {
            base: Currency::EUR,
            quote: Currency::USD,
            rate: Rate::parse(text).unwrap(),
            at: stage.ctx.now(),
            sheet: RateSheetId::NONE,
        };
        FxBook::new([quote]).held_at(stage.ctx.now(), 72)
    };
    let rules = FxRules {
        oldest_hours: 24 * 365 * 10,
        ..FxRules::default()
    };
    let (one, dearer) = (rate("1.00"), rate("1.10"));
    let elsewhere = Adoption {
        registrar: stage.accounts[1],
        ..stage.held("b.com", ann)
    };
    stage.adopt(&[elsewhere]).await.unwrap();
    let mut change = change(&in_euros.prices, &in_euros.prices);
    change.before.costs = Some((&one, rules));
    change.after.costs = Some((&dearer, rules));
    let totals = found(&stage, &change).await.renewals[0].totals;
    assert_eq!(totals.touched, 1, "the name at the other account costs dollars");
    assert_eq!((totals.before.cost.minor, totals.after.cost.minor), (900, 990));
    assert!(book.version < in_euros.version);
}
