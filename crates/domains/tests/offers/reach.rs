//! What a change of prices reaches, against one question per name.

use catalog::imports::ListRef;
use catalog::{Exposures as _, ProposedChange};
use domains::Holdings;
use domains::portfolio::reach::{Reach, reach};
use domains::portfolio::{Adoption, Domain, Filter, Order, ops};
use engines::margin::MarginRules;
use engines::pricing::discounts::DiscountBook;
use engines::pricing::{CostAsk, Operation, PriceAsk, PriceBook, Pricing, cost_bare, price_bare};
use jiff::SignedDuration;
use kernel::{Currency, Money};
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

async fn reached(stage: &Stage, before: &PriceBook, after: &PriceBook) -> Reach {
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let (before, after) = (&pricing(before), &pricing(after));
    ctx.read(|read| async move { reach(read, "com", before, after, &MarginRules::default()).await }.scope_boxed())
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
    let [totals] = found.renewals[..] else {
        panic!("one currency: {found:?}")
    };
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
    assert_eq!(found.worst.len(), 5);
    assert!(
        found
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
    assert_eq!((same.renewals.len(), same.worst.len(), same.locks.len()), (0, 0, 0));
    let nothing = PriceBook::as_known_at([], stage.ctx.now()).unwrap();
    let found = reached(&stage, &before.prices, &nothing).await;
    assert_eq!((found.renewals[0].touched, found.renewals[0].newly_unpriced), (60, 60));
    assert_eq!(found.worst[0].touched.after.margin.profit, None);
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
    let proposed = |list| ProposedChange {
        list,
        ending: "com".into(),
        currency: Currency::USD,
        effective_from: stage.ctx.now(),
        until: None,
        steps: Vec::new(),
        before: before.prices.clone(),
        after: after.prices.clone(),
    };
    let standard = &proposed(ListRef::Sales(before.sales_list.unwrap()));
    let told = ctx
        .read(|read| async move { Holdings.touched(read, standard).await }.scope_boxed())
        .await
        .unwrap();
    let [renewals] = &told[..] else { panic!("{told:?}") };
    // Names at the second account have no cost: they are counted, and in no sum.
    assert_eq!(renewals.count, 60);
    let of = |money: Option<Money>| money.unwrap().minor;
    assert_eq!(of(renewals.price_after) - of(renewals.price_before), 40 * 100);
    assert_eq!(of(renewals.margin_after) - of(renewals.margin_before), 40 * 100);
    let other = &proposed(ListRef::Sales(kernel::SalesListId::NONE));
    let told = ctx
        .read(|read| async move { Holdings.touched(read, other).await }.scope_boxed())
        .await
        .unwrap();
    assert!(told.is_empty(), "another list charges nobody's renewal");
}
