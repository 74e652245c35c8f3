//! Discounts that ended long ago move into the archive with all of their versions, prove what they proved, and come back.

use std::sync::Arc;

use async_trait::async_trait;
use catalog::Books;
use catalog::archive::{self, DryRun, Referrers};
use catalog::discounts::{self, CouponDraft, Discount, DiscountDraft, KnownDiscounts};
use catalog::imports::ListRef;
use engines::pricing::discounts::Years;
use engines::pricing::{EffectiveAsk, Operation, PriceAsk, Pricing, effective_bare};
use jiff::SignedDuration;
use kernel::{Currency, DiscountId, Instant, Percent, PriceId};
use platform::jobs::Worker;
use platform::{Ctx, Read, Result};
use scoped_futures::ScopedFutureExt;
use serde_json::json;
use testkit::TestInstallation;
use web::testing::Ask;

use crate::common::{import, installation, sales_list};
use crate::stage::{HOST, around};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn draft(name: &str, percent: i32, until: Option<Instant>) -> DiscountDraft {
    DiscountDraft {
        name: name.into(),
        coupon: None,
        group: None,
        customer: None,
        tlds: Vec::new(),
        operations: Vec::new(),
        years: Years::All,
        percent: Some(Percent::whole(percent)),
        amount: None,
        from: None,
        until,
    }
}

fn coupon(code: &str, until: Option<Instant>) -> DiscountDraft {
    DiscountDraft {
        coupon: Some(CouponDraft {
            code: code.into(),
            ..CouponDraft::default()
        }),
        ..draft(code, 20, until)
    }
}

/// Sells `.com` at 10.00.
struct Shop {
    test: TestInstallation,
    books: Books,
}

impl Shop {
    async fn new() -> Self {
        let (test, books) = (installation().await, Books::new());
        let ctx = test.system(TestInstallation::tenant(1));
        let made = &books;
        let list = ctx
            .write(|tx| async move { catalog::sales_lists::add(tx, made, sales_list()).await }.scope_boxed())
            .await
            .unwrap();
        let prices = "tld,operation,amount\ncom,register,10.00\n";
        import(&ctx, &books, ListRef::Sales(list.id), prices).await;
        Self { test, books }
    }

    fn ctx(&self) -> Ctx {
        self.test.system(TestInstallation::tenant(1))
    }

    async fn add(&self, draft: DiscountDraft) -> Discount {
        let (books, draft) = (&self.books, &draft);
        self.ctx()
            .write(|tx| async move { discounts::add(tx, books, draft).await }.scope_boxed())
            .await
            .unwrap()
    }

    async fn archive(&self, referrers: &[Arc<dyn Referrers>]) {
        let handlers = archive::handlers(&self.books, &referrers.to_vec().into());
        self.ctx()
            .write(|tx| archive::request_run(tx).scope_boxed())
            .await
            .unwrap();
        Worker::new(self.test.platform.clone(), handlers, &[])
            .run_due()
            .await
            .unwrap();
    }

    async fn dry_run(&self) -> DryRun {
        self.ctx()
            .read(|read| async move { archive::dry_run(read, &[]).await }.scope_boxed())
            .await
            .unwrap()
    }

    async fn archived(&self) -> Vec<String> {
        let found = self
            .ctx()
            .read(|read| async move { archive::archived_discounts(read, None, 100).await }.scope_boxed())
            .await
            .unwrap();
        found.into_iter().map(|one| one.item.name).collect()
    }

    async fn at_hand(&self) -> Vec<String> {
        let list = |sort| async move {
            self.ctx()
                .read(|read| async move { discounts::list(read, sort, None).await }.scope_boxed())
                .await
                .unwrap()
        };
        let mut names: Vec<String> = list(discounts::Sort::Discounts)
            .await
            .into_iter()
            .chain(list(discounts::Sort::Coupons).await)
            .map(|discount| discount.name)
            .collect();
        names.sort();
        names
    }

    async fn restore(&self, ids: Vec<DiscountId>) -> Result<Vec<DiscountId>> {
        let (books, ids) = (&self.books, &ids);
        self.ctx()
            .write(|tx| async move { archive::restore_discounts(tx, books, ids).await }.scope_boxed())
            .await
    }

    /// What `.com` cost everybody, in cents.
    async fn price_at(&self, at: Instant) -> i64 {
        let book = archive::book_at(&self.ctx(), &self.books, at).await.unwrap();
        let pricing = Pricing {
            book: &book.prices,
            fx: None,
            home: Currency::USD,
            discounts: &book.discounts,
        };
        let service = PriceAsk {
            tld: "com",
            operation: Operation::Register,
            years: 1,
            currency: Currency::USD,
            at,
        };
        let ask = EffectiveAsk {
            service,
            buyer: None,
            coupon: None,
        };
        effective_bare(&pricing, &ask).unwrap().amounts.total.minor
    }
}

struct Held(Vec<DiscountId>);

#[async_trait]
impl Referrers for Held {
    async fn referred(&self, _read: &mut Read, _cells: &[PriceId]) -> Result<Vec<PriceId>> {
        Ok(Vec::new())
    }

    async fn referred_discounts(&self, _read: &mut Read, _discounts: &[DiscountId]) -> Result<Vec<DiscountId>> {
        Ok(self.0.clone())
    }
}

#[tokio::test]
async fn what_ended_more_than_five_years_ago_moves_and_every_past_day_keeps_its_price() {
    let shop = Shop::new().await;
    let began = shop.ctx().now();
    let spring = shop.add(draft("Spring", 10, Some(began.plus(DAY * 30)))).await;
    shop.add(draft("For ever", 5, None)).await;
    // Taken back before it began, in two versions: no discount to anybody, and moved all the same.
    let later = DiscountDraft {
        from: Some(began.plus(DAY * 10)),
        ..draft("Taken back", 50, None)
    };
    let taken_back = shop.add(later).await;
    let books = &shop.books;
    shop.ctx()
        .write(|tx| async move { discounts::remove(tx, books, taken_back.id, None).await }.scope_boxed())
        .await
        .unwrap();
    let days = [began.plus(DAY), began.plus(DAY * 29), began.plus(DAY * 31)];
    shop.test.clock.advance(DAY * 365);
    assert_eq!(shop.dry_run().await.discounts.moved, 0, "kept for five years");
    shop.test.clock.advance(DAY * 366 * 5);
    let mut before = Vec::new();
    for day in days {
        before.push(shop.price_at(day).await);
    }
    assert_eq!(before, [900, 900, 950]);

    let due = shop.dry_run().await;
    assert_eq!(
        (due.discounts.moved, due.first_discounts.len(), due.costs.moved),
        (2, 2, 0)
    );
    assert_eq!(due.first_discounts[0].1, began.plus(DAY * 30), "when it ended");
    shop.archive(&[Arc::new(Held(vec![spring.id]))]).await;
    assert_eq!(shop.archived().await, ["Taken back"], "something refers to the other");
    shop.archive(&[]).await;
    assert_eq!(shop.archived().await, ["Taken back", "Spring"]);
    assert_eq!(shop.at_hand().await, ["For ever"]);
    for (day, price) in days.into_iter().zip(before) {
        assert_eq!(shop.price_at(day).await, price, "{day}");
    }
    let runs = shop
        .ctx()
        .read(|read| async move { archive::runs(read, None, 10).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(
        runs.iter().map(|run| (run.discounts, run.referred)).collect::<Vec<_>>(),
        [(1, 0), (1, 1)]
    );
}

#[tokio::test]
async fn archived_discounts_come_back_stay_for_a_while_and_never_beside_another_of_their_code() {
    let shop = Shop::new().await;
    let soon = shop.ctx().now().plus(DAY);
    let spring = shop.add(coupon("SPRING", Some(soon))).await;
    let summer = shop.add(coupon("SUMMER", Some(soon))).await;
    shop.test.clock.advance(DAY * 366 * 6);
    shop.archive(&[]).await;
    // The code is free again, and taken.
    shop.add(coupon("spring", None)).await;
    let code = |result: Result<Vec<DiscountId>>| match result {
        Err(platform::Error::Problem(problem)) => problem.code,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        code(shop.restore(vec![spring.id, summer.id]).await),
        "archive_code_taken"
    );
    assert_eq!(shop.archived().await, ["SUMMER", "SPRING"], "all of them or none");
    assert_eq!(code(shop.restore(Vec::new()).await), "restore_count");
    assert_eq!(shop.restore(vec![summer.id]).await.unwrap(), [summer.id]);
    assert_eq!(code(shop.restore(vec![summer.id]).await), "not_found");
    assert_eq!(shop.at_hand().await, ["SUMMER", "spring"]);
    shop.archive(&[]).await;
    assert_eq!(shop.archived().await, ["SPRING"], "held at hand");
    shop.test.clock.advance(DAY * 31);
    shop.archive(&[]).await;
    assert_eq!(shop.archived().await, ["SUMMER", "SPRING"]);
}

#[tokio::test]
async fn what_a_version_of_the_book_knew_is_exact_within_one_instant_and_after_archiving() {
    let shop = Shop::new().await;
    let soon = shop.ctx().now().plus(DAY);
    let first = shop.add(draft("First", 10, Some(soon))).await;
    let with_one = shop.books.refresh(&shop.ctx()).await.unwrap();
    let second = shop.add(draft("Second", 20, Some(soon))).await;
    let with_both = shop.books.refresh(&shop.ctx()).await.unwrap();
    assert_eq!(first.recorded_at, second.recorded_at, "the clock stood still");
    let same_as_told = |known: KnownDiscounts| {
        for book in [&with_one, &with_both] {
            let known = known.book(book.version, book.prices.known_at()).unwrap();
            assert_eq!(
                format!("{known:?}"),
                format!("{:?}", book.discounts),
                "version {}",
                book.version
            );
        }
    };
    let read = async || {
        shop.ctx()
            .read(|read| async move { KnownDiscounts::read(read).await }.scope_boxed())
            .await
            .unwrap()
    };
    same_as_told(read().await);
    shop.test.clock.advance(DAY * 366 * 6);
    shop.archive(&[]).await;
    assert_eq!(shop.archived().await.len(), 2);
    same_as_told(read().await);
}

#[tokio::test]
async fn archived_discounts_are_for_those_who_may_and_come_back_by_the_page_too() {
    let shop = Shop::new().await;
    let soon = shop.ctx().now().plus(DAY);
    let spring = shop.add(draft("Spring <3", 10, Some(soon))).await;
    shop.test.clock.advance(DAY * 366 * 6);
    shop.archive(&[]).await;
    let stage = around(shop.test, shop.books);
    let get = |path: &'static str, who: &'static str| Ask::get(HOST, path).bearer(who).send(&stage.router);
    let listed = get("/api/v1/archive/discounts", "manager").await.json();
    assert_eq!(listed["data"][0]["discount"]["percent"], json!("10.0000"));
    assert_eq!(get("/api/v1/archive/discounts", "seller").await.status, 403);
    let restore = |who: &'static str, id: String| {
        Ask::post_json(HOST, "/api/v1/archive/discounts/restore", json!({ "discounts": [id] }))
            .bearer(who)
            .send(&stage.router)
    };
    assert_eq!(restore("seller", spring.id.to_string()).await.status, 403);
    let (at, action) = ("/console/archive/discounts", "/console/archive/discounts/restore");
    let shown = stage.page("manager", at).await.text();
    assert!(shown.contains("Spring &#60;3"), "{shown}");
    let sel = spring.id.to_string();
    let form = stage.post("manager", at, action, &[("sel", &sel)]).await;
    assert_eq!(form.status, 303);
    assert_eq!(
        get("/api/v1/archive/discounts", "manager").await.json()["data"],
        json!([])
    );
}
