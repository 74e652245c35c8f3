//! Old prices move into the archive, stay readable and come back; nothing in force or referred to moves, and being cut off
//! in the middle loses nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use catalog::archive::{self, Archived, Referrers, RunState};
use catalog::discounts::{self, DiscountDraft};
use catalog::imports::ListRef;
use catalog::price_books::Cell;
use catalog::{Books, MIGRATIONS};
use engines::pricing::discounts::Years;
use engines::pricing::{self, Operation, PriceAsk};
use jiff::SignedDuration;
use kernel::{Currency, DiscountId, Instant, Money, Percent, PriceId};
use platform::cron::Cron;
use platform::jobs::Worker;
use platform::{Ctx, Read, Result};
use scoped_futures::ScopedFutureExt;
use serde_json::json;
use testkit::TestInstallation;
use web::testing::Ask;

use crate::common::{apply, csv, import, preview, registrar, sales_list};
use crate::stage::{HOST, around};

/// A shop whose `.com` and `.net` prices changed every year since 2026.
struct Shop {
    test: TestInstallation,
    books: Books,
    sales: ListRef,
    costs: ListRef,
}

const YEARS: i64 = 10;

fn year(test: &TestInstallation) {
    test.clock.advance(SignedDuration::from_hours(24 * 366));
}

impl Shop {
    async fn new() -> Self {
        let test = TestInstallation::new(MIGRATIONS).await;
        let books = Books::new();
        let ctx = test.system(TestInstallation::tenant(1));
        let made = &books;
        let (account, list) = ctx
            .write(|tx| {
                async move {
                    let account = catalog::registrars::add(tx, made, registrar("atcost")).await?.id;
                    Ok((account, catalog::sales_lists::add(tx, made, sales_list()).await?.id))
                }
                .scope_boxed()
            })
            .await
            .unwrap();
        let shop = Self {
            test,
            books,
            sales: ListRef::Sales(list),
            costs: ListRef::Registrar(account),
        };
        for n in 0..YEARS {
            let prices = |amount: i64| {
                let rows: String = ["com", "net"]
                    .map(|tld| format!("{tld},register,{amount}.00\n"))
                    .concat();
                format!("tld,operation,amount\n{rows}")
            };
            import(&ctx, &shop.books, shop.costs, &prices(10 + n)).await;
            import(&ctx, &shop.books, shop.sales, &prices(20 + n)).await;
            year(&shop.test);
        }
        shop
    }

    fn ctx(&self) -> Ctx {
        self.test.system(TestInstallation::tenant(1))
    }

    async fn archive(&self, referrers: &[Arc<dyn Referrers>]) {
        let worker = Worker::new(
            self.test.platform.clone(),
            archive::handlers(&self.books, &referrers.to_vec().into()),
            &[],
        );
        self.ctx()
            .write(|tx| archive::request_run(tx).scope_boxed())
            .await
            .unwrap();
        worker.run_due().await.unwrap();
    }

    async fn archived(&self) -> Vec<Archived<Cell>> {
        self.ctx()
            .read(|read| async move { archive::archived(read, None, None, None, 1_000).await }.scope_boxed())
            .await
            .unwrap()
    }

    async fn price_at(&self, at: Instant) -> Option<Money> {
        let book = archive::book_at(&self.ctx(), &self.books, at).await.unwrap();
        let ask = PriceAsk {
            tld: "com",
            operation: Operation::Register,
            years: 1,
            currency: Currency::USD,
            at,
        };
        pricing::price_bare(&book.prices, &ask)
            .ok()
            .map(|amounts| amounts.total)
    }

    /// Every price there is, at hand or archived: so many, each once.
    async fn everything(&self) -> usize {
        let ctx = self.ctx();
        let book = self.books.refresh(&ctx).await.unwrap();
        let archived = self.archived().await;
        let mut ids: Vec<PriceId> = archived.iter().map(|one| one.item.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), archived.len());
        book.prices.len() + archived.len()
    }
}

/// Refers to these prices; may fail when it is asked for the nth time.
struct Held {
    prices: Vec<PriceId>,
    discounts: Vec<DiscountId>,
    fails_at: usize,
    asked: AtomicUsize,
}

impl Held {
    fn by(prices: Vec<PriceId>, fails_at: usize) -> [Arc<dyn Referrers>; 1] {
        [Arc::new(Self {
            prices,
            discounts: Vec::new(),
            fails_at,
            asked: AtomicUsize::new(0),
        })]
    }
}

#[async_trait]
impl Referrers for Held {
    async fn referred(&self, _read: &mut Read, cells: &[PriceId]) -> Result<Vec<PriceId>> {
        if self.asked.fetch_add(1, Ordering::SeqCst) + 1 == self.fails_at {
            return Err(platform::Error::internal("cut off"));
        }
        Ok(cells.iter().filter(|id| self.prices.contains(id)).copied().collect())
    }

    async fn referred_discounts(&self, _read: &mut Read, discounts: &[DiscountId]) -> Result<Vec<DiscountId>> {
        let held = |id: &&DiscountId| self.discounts.contains(id);
        Ok(discounts.iter().filter(held).copied().collect())
    }
}

#[tokio::test]
async fn what_ceased_longer_ago_than_it_is_kept_moves_and_every_past_day_keeps_its_price() {
    let shop = Shop::new().await;
    let now = shop.ctx().now();
    let days: Vec<Instant> = (0..=YEARS * 12)
        .map(|months| now.minus(SignedDuration::from_hours(24 * 30 * months)))
        .collect();
    let mut before = Vec::new();
    for day in &days {
        before.push(shop.price_at(*day).await);
    }
    let all = shop.everything().await;
    shop.archive(&[]).await;
    let archived = shop.archived().await;
    // Ten prices each, the last in force. Costs that ceased in the last seven years stay, sales prices of the last five.
    let of = |side| archived.iter().filter(|one| one.item.key.side == side).count();
    assert_eq!(
        (
            of(catalog::price_books::Side::Cost),
            of(catalog::price_books::Side::Sale)
        ),
        (3 * 2, 5 * 2)
    );
    assert_eq!(shop.everything().await, all);
    for (day, price) in days.iter().zip(before) {
        assert_eq!(shop.price_at(*day).await, price, "{day}");
    }
    let runs = shop
        .ctx()
        .read(|read| async move { archive::runs(read, None, 10).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(
        (runs.len(), runs[0].state, runs[0].costs, runs[0].sales),
        (1, RunState::Done, 6, 10)
    );
    // A second run finds nothing more.
    shop.archive(&[]).await;
    assert_eq!(shop.archived().await.len(), 16);
}

#[tokio::test]
async fn a_price_in_force_never_moves_however_old_it_is() {
    let shop = Shop::new().await;
    for _ in 0..20 {
        year(&shop.test);
    }
    shop.archive(&[]).await;
    let book = shop.books.refresh(&shop.ctx()).await.unwrap();
    assert_eq!(book.prices.len(), 4, "one cost and one price of each ending");
    assert_eq!(
        shop.price_at(shop.ctx().now()).await,
        Some(Money::new(2900, Currency::USD))
    );
}

#[tokio::test]
async fn a_dry_run_outlives_archiving_and_discounts_and_no_price_of_any_list() {
    let shop = Shop::new().await;
    let (ctx, books) = (shop.ctx(), &shop.books);
    let of = |amount: &str| csv(shop.sales, &format!("tld,operation,amount\ncom,register,{amount}\n"));
    let shown = preview(&ctx, &of("31.00")).await.unwrap();
    shop.archive(&[]).await;
    assert!(!shop.archived().await.is_empty());
    let off = &DiscountDraft {
        name: "Ten".into(),
        coupon: None,
        group: None,
        customer: None,
        tlds: Vec::new(),
        operations: Vec::new(),
        years: Years::All,
        percent: Some(Percent::whole(10)),
        amount: None,
        from: Some(ctx.now().plus(SignedDuration::from_hours(24))),
        until: None,
    };
    ctx.write(|tx| {
        async move {
            let added = discounts::add(tx, books, off).await?;
            discounts::add(tx, books, off).await?;
            let less = &DiscountDraft {
                percent: Some(Percent::whole(5)),
                ..off.clone()
            };
            discounts::change(tx, books, added.id, None, less).await?;
            discounts::remove(tx, books, added.id, None).await
        }
        .scope_boxed()
    })
    .await
    .unwrap();
    let applied = apply(&ctx, books, &shown).await.unwrap();
    let book = books.refresh(&ctx).await.unwrap();
    assert_eq!(applied.applied_version, Some(book.version));
    assert_eq!(shop.price_at(ctx.now()).await, Some(Money::new(3100, Currency::USD)));

    // A cost beside a discount is a change of what the other was compared with.
    let other = preview(&ctx, &of("32.00")).await.unwrap();
    let costs = import(&ctx, books, shop.costs, "tld,operation,amount\ncom,register,20.00\n").await;
    assert_eq!(costs.applied_version, Some(book.version + 1));
    ctx.write(|tx| async move { discounts::add(tx, books, off).await }.scope_boxed())
        .await
        .unwrap();
    let refused = apply(&ctx, books, &other).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().code, "import_book_changed");
}

#[tokio::test]
async fn what_something_refers_to_stays_and_is_counted() {
    let shop = Shop::new().await;
    let found = shop
        .ctx()
        .read(|read| async move { archive::dry_run(read, &[]).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!((found.costs.moved, found.sales.moved, found.first.len()), (6, 10, 16));
    let held = vec![found.first[0].0.id, found.first[15].0.id];
    shop.archive(&Held::by(held.clone(), usize::MAX)).await;
    let archived = shop.archived().await;
    assert_eq!(archived.len(), 14);
    assert!(archived.iter().all(|one| !held.contains(&one.item.id)));
    let run = shop
        .ctx()
        .read(|read| async move { archive::runs(read, None, 1).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(run[0].referred, 2);
}

#[tokio::test]
async fn cut_off_in_the_middle_nothing_is_lost_and_nothing_there_twice() {
    // Costs are asked about twice (some, then none left), sales prices in the third question.
    for fails_at in 1..=4 {
        let shop = Shop::new().await;
        let all = shop.everything().await;
        shop.archive(&Held::by(Vec::new(), fails_at)).await;
        assert_eq!(shop.everything().await, all, "cut off at question {fails_at}");
        // The job is tried again by itself; here the clock brings its time.
        shop.test.clock.advance(SignedDuration::from_hours(1));
        shop.archive(&[]).await;
        assert_eq!((shop.everything().await, shop.archived().await.len()), (all, 16));
    }
}

#[tokio::test]
async fn archived_prices_come_back_and_stay_for_a_while() {
    let shop = Shop::new().await;
    let all = shop.everything().await;
    shop.archive(&[]).await;
    let ids: Vec<PriceId> = shop.archived().await.iter().take(3).map(|one| one.item.id).collect();
    let (books, picked) = (&shop.books, &ids);
    let back = shop
        .ctx()
        .write(|tx| async move { archive::restore(tx, books, picked).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(back.len(), 3);
    assert_eq!((shop.everything().await, shop.archived().await.len()), (all, 13));
    shop.archive(&[]).await;
    assert_eq!(shop.archived().await.len(), 13, "held at hand");
    shop.test.clock.advance(SignedDuration::from_hours(24 * 31));
    shop.archive(&[]).await;
    assert_eq!(shop.archived().await.len(), 16);
}

#[tokio::test]
async fn every_night_each_tenant_with_prices_is_looked_after() {
    let shop = Shop::new().await;
    let cron = Cron::new(
        shop.test.platform.clone(),
        catalog::module(catalog::Ports {
            books: shop.books.clone(),
            rates: reference::RateBooks::new(),
            hosts: Arc::new(testkit::People::of(&shop.test)),
            mail_from: "noreply@entrepot.example".into(),
            referrers: Arc::new([]),
            price_sources: Arc::new(crate::sync::NoSources),
            exposures: Arc::new([]),
        })
        .cron,
    );
    let worker = Worker::new(
        shop.test.platform.clone(),
        archive::handlers(&shop.books, &(Arc::new([]) as Arc<[Arc<dyn Referrers>]>)),
        &[],
    );
    cron.tick().await.unwrap();
    while worker.run_due().await.unwrap() > 0 {}
    assert_eq!(shop.archived().await.len(), 16);
}

#[tokio::test]
async fn the_archive_is_for_those_who_may_and_of_nobody_else() {
    let shop = Shop::new().await;
    shop.archive(&[]).await;
    let id = shop.archived().await[0].item.id;
    let stage = around(shop.test, shop.books);
    let get = |path: &'static str, who: &'static str| Ask::get(HOST, path).bearer(who).send(&stage.router);
    for path in [
        "/api/v1/archive/prices",
        "/api/v1/archive/runs",
        "/api/v1/archive/dry-run",
    ] {
        assert_eq!(get(path, "manager").await.status, 200, "{path}");
        assert_eq!(get(path, "seller").await.status, 403, "{path}");
    }
    let listed = get("/api/v1/archive/prices?tld=.COM&side=cost", "manager").await.json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 3);
    let restore = |who: &'static str, ids: serde_json::Value| {
        Ask::post_json(HOST, "/api/v1/archive/prices/restore", json!({ "prices": ids }))
            .bearer(who)
            .send(&stage.router)
    };
    assert_eq!(restore("seller", json!([id.to_string()])).await.status, 403);
    assert_eq!(
        restore("manager", json!(["pri_0193400000007000800000000000ffff"]))
            .await
            .status,
        404
    );
    assert_eq!(restore("manager", json!([])).await.code(), "restore_count");
    assert_eq!(restore("manager", json!([id.to_string()])).await.status, 200);
    let other = Ask::get("saffron.localhost:8080", "/api/v1/archive/prices")
        .bearer("stranger")
        .send(&stage.router)
        .await;
    assert_eq!(other.json()["data"], json!([]));
}

#[tokio::test]
async fn the_pages_show_what_would_move_what_has_and_bring_back() {
    let shop = Shop::new().await;
    let stage = around(shop.test, shop.books);
    let get = |path: &'static str, who: &'static str| stage.page(who, path);
    let text = get("/console/archive", "manager").await.text();
    assert!(text.contains("Archive now") && text.contains("No run yet"), "{text}");
    assert_eq!(get("/console/archive", "seller").await.status, 403);
    assert_eq!(get("/console/archive/prices", "seller").await.status, 403);
    let asked = stage
        .post("manager", "/console/archive", "/console/archive/runs", &[])
        .await;
    assert_eq!(asked.status, 303, "{}", asked.text());
    assert!(get("/console/archive", "manager").await.text().contains("Running"));
    let empty = get("/console/archive/prices", "manager").await.text();
    assert!(empty.contains("Nothing archived"), "{empty}");
}
