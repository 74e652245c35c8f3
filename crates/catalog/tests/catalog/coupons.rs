//! A coupon is used once for whatever it is used for, and never more often than it may be.

use catalog::Books;
use catalog::discounts::{CouponDraft, DiscountDraft, Redeemed, add, end, redeem};
use engines::pricing::discounts::Years;
use jiff::SignedDuration;
use kernel::{CustomerId, DiscountId, Percent};
use parties::PartyDraft;
use parties::customers::CustomerDraft;
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;

use crate::common::installation;

fn draft(max_uses: Option<i64>, max_uses_each: Option<i64>) -> DiscountDraft {
    DiscountDraft {
        name: "Spring".into(),
        coupon: Some(CouponDraft {
            code: "spring".into(),
            stacks: false,
            max_uses,
            max_uses_each,
        }),
        group: None,
        customer: None,
        tlds: Vec::new(),
        operations: Vec::new(),
        years: Years::All,
        percent: Some(Percent::whole(10)),
        amount: None,
        from: None,
        until: None,
    }
}

async fn coupon(ctx: &Ctx, draft: DiscountDraft) -> DiscountId {
    let (books, draft) = (&Books::new(), &draft);
    let added = ctx
        .write(|tx| async move { add(tx, books, draft).await }.scope_boxed())
        .await;
    added.unwrap().id
}

async fn customer(ctx: &Ctx, email: &str) -> CustomerId {
    let draft = &CustomerDraft {
        party: PartyDraft {
            name: "Asha Nair".into(),
            email: email.into(),
            ..PartyDraft::default()
        },
        ..CustomerDraft::default()
    };
    let added = ctx
        .write(|tx| async move { parties::customers::ops::add(tx, draft).await }.scope_boxed())
        .await;
    added.unwrap().id
}

async fn used(ctx: &Ctx, id: DiscountId, customer: Option<CustomerId>, key: &str) -> Result<Redeemed> {
    ctx.write(|tx| async move { redeem(tx, id, customer, key).await }.scope_boxed())
        .await
}

fn code(outcome: Result<Redeemed>) -> &'static str {
    match outcome {
        Ok(Redeemed::Now) => "now",
        Ok(Redeemed::Before) => "before",
        Err(platform::Error::Problem(problem)) => problem.code,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_try_at_once_a_coupon_is_used_as_often_as_it_may_be() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let id = coupon(&ctx, draft(Some(5), None)).await;
    // Sixteen orders at once, each sent twice: five of them have it, and the second sending of each of those counts once.
    let tries = (0..32).map(|n| {
        let ctx = test.system(TestInstallation::tenant(1));
        tokio::spawn(async move { (n / 2, code(used(&ctx, id, None, &format!("order {}", n / 2)).await)) })
    });
    let tries: Vec<_> = tries.collect();
    let mut outcomes = Vec::new();
    for one in tries {
        outcomes.push(one.await.unwrap());
    }
    let count = |wanted: &str| outcomes.iter().filter(|(_, code)| *code == wanted).count();
    assert_eq!(
        (count("now"), count("before"), count("coupon_used_up")),
        (5, 5, 22),
        "{outcomes:?}"
    );
    assert_eq!(code(used(&ctx, id, None, "one more").await), "coupon_used_up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_customer_uses_it_as_often_as_one_may_and_leaves_the_rest_to_others() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let id = coupon(&ctx, draft(None, Some(2))).await;
    let (asha, ben) = (
        customer(&ctx, "asha@example.in").await,
        customer(&ctx, "ben@example.in").await,
    );
    let tries = (0..8).map(|n| {
        let ctx = test.system(TestInstallation::tenant(1));
        tokio::spawn(async move { code(used(&ctx, id, Some(asha), &format!("order {n}")).await) })
    });
    let tries: Vec<_> = tries.collect();
    let mut codes = Vec::new();
    for one in tries {
        codes.push(one.await.unwrap());
    }
    codes.sort_unstable();
    assert_eq!(codes, [&["coupon_used_by_customer"; 6][..], &["now"; 2][..]].concat());
    assert_eq!(code(used(&ctx, id, Some(ben), "another order").await), "now");
    assert_eq!(
        code(used(&ctx, id, None, "nobody's order").await),
        "coupon_needs_customer"
    );
}

#[tokio::test]
async fn a_coupon_that_is_over_or_another_tenants_or_for_others_is_unknown() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = &Books::new();
    let (asha, ben) = (
        customer(&ctx, "asha@example.in").await,
        customer(&ctx, "ben@example.in").await,
    );
    let id = coupon(
        &ctx,
        DiscountDraft {
            customer: Some(asha),
            ..draft(None, None)
        },
    )
    .await;
    assert_eq!(code(used(&ctx, id, Some(ben), "1").await), "coupon_unknown");
    assert_eq!(code(used(&ctx, id, None, "1").await), "coupon_unknown");
    let stranger = test.system(TestInstallation::tenant(2));
    assert_eq!(code(used(&stranger, id, None, "1").await), "coupon_unknown");
    assert_eq!(code(used(&ctx, id, Some(asha), "1").await), "now");
    test.clock.advance(SignedDuration::from_secs(1));
    ctx.write(|tx| async move { end(tx, books, id, None, None).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(code(used(&ctx, id, Some(asha), "2").await), "coupon_unknown");
    // What was used in time stays used: sending it again is no refusal.
    assert_eq!(code(used(&ctx, id, Some(asha), "1").await), "before");
}
