//! The two real price lists through the real import: what they cost, sell for and earn.

use crate::common::{apply, ground, installation, preview, seeded};
use catalog::Books;
use catalog::imports::{Class, Reason, Weight};
use catalog::price_books::{Tally, report};
use engines::pricing::{self, Operation, PriceAsk};
use kernel::money::testing::usd;
use kernel::{Currency, Instant};
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;

fn ask(tld: &str, operation: Operation, years: u8, at: Instant) -> PriceAsk<'_> {
    PriceAsk {
        tld,
        operation,
        years,
        currency: Currency::USD,
        at,
    }
}

#[tokio::test]
async fn of_346_shared_endings_283_lose_on_the_first_year_18_on_renewal_and_267_more_earn_under_5_percent() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    let seeded = seeded(&ctx, &books).await;
    assert_eq!(
        (seeded.costs.rows, seeded.costs.counts.left_out, seeded.costs.counts.bad),
        (351, 2, 0)
    );
    assert_eq!(
        (seeded.sales.rows, seeded.sales.counts.left_out, seeded.sales.counts.bad),
        (845, 274, 0)
    );
    assert_eq!(
        (seeded.costs.counts.added, seeded.sales.counts.added),
        (349 * 4, 571 * 3)
    );

    let book = books.book(&ctx).await.unwrap();
    let report = report(&book, &ground(&ctx, &book).await, ctx.now());
    let register = Tally::of(report.rows.iter().map(|row| &row.register));
    let renew = Tally::of(report.rows.iter().map(|row| &row.renew));
    assert_eq!((register.compared, register.negative), (346, 283));
    assert_eq!((renew.compared, renew.negative, renew.low), (346, 18, 267));
}

#[tokio::test]
async fn the_book_answers_for_names_with_the_icann_fee_in_the_cost_and_renewals_after_the_first_year() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    assert!(books.current(ctx.tenant()).is_none());
    let seeded = seeded(&ctx, &books).await;
    let book = books.book(&ctx).await.unwrap();
    let now = ctx.now();

    // .biz costs 13.50 + 0.18, every year.
    let (registrar, cost) = book
        .lowest_cost(&ask("biz", Operation::Register, 1, now), None)
        .unwrap();
    assert_eq!((registrar, cost.total), (seeded.registrar.id, usd("13.68")));
    let (_, cost) = book
        .lowest_cost(&ask("biz", Operation::Register, 3, now), None)
        .unwrap();
    assert_eq!(cost.total, usd("41.04"));

    // .ws sells at 5.94 for the first year and 20.91 after.
    let price = pricing::price(&book.prices, &ask("ws", Operation::Register, 3, now)).unwrap();
    assert_eq!(price.amounts.total, usd("47.76"));
    assert!(price.trace.adds_up());

    assert_eq!(book.ending("co.uk").unwrap().shown.as_ref(), "co.uk");
    assert!(book.is_sold("com") && !book.is_sold("com.co") && !book.is_sold("txt") && !book.is_sold("et.io"));
    assert_eq!(book.sellers("com"), [seeded.registrar.id]);
    assert_eq!(book.endings().next().unwrap().ending.as_ref(), "com");
    // Nothing was in force before the lists began.
    assert!(
        pricing::price_bare(
            &book.prices,
            &ask("com", Operation::Register, 1, "2025-12-31T23:59:59Z".parse().unwrap())
        )
        .is_err()
    );
    assert_eq!(books.current(ctx.tenant()).unwrap().version, book.version);
}

#[tokio::test]
async fn rows_left_out_say_where_and_why() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    let seeded = seeded(&ctx, &books).await;
    let id = seeded.costs.id;
    let (_, plan) = ctx
        .read(|read| async move { catalog::imports::plan_of(read, id).await }.scope_boxed())
        .await
        .unwrap();
    let said: Vec<_> = plan
        .findings
        .iter()
        .map(|finding| {
            (
                finding.field.as_str(),
                finding.value.as_str(),
                finding.reason,
                finding.weight,
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("tld", "et.io", Reason::UnknownEnding, Weight::LeftOut),
            ("tld", "adio.io", Reason::UnknownEnding, Weight::LeftOut)
        ]
    );
    assert!(
        plan.findings
            .iter()
            .all(|finding| finding.line > 1 && finding.column == 1)
    );

    let id = seeded.sales.id;
    let (_, plan) = ctx
        .read(|read| async move { catalog::imports::plan_of(read, id).await }.scope_boxed())
        .await
        .unwrap();
    assert!(
        plan.findings
            .iter()
            .all(|finding| finding.reason == Reason::Handshake && finding.field.starts_with("/pricing/"))
    );
}

#[tokio::test]
async fn importing_the_same_list_again_changes_nothing() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    let seeded = seeded(&ctx, &books).await;
    let again = catalog::imports::NewImport {
        format: catalog::imports::Format::RetailJson,
        list: catalog::imports::ListRef::Sales(seeded.sales_list.id),
        file_name: "again.json".into(),
        content: catalog::fixtures::RETAIL_JSON.to_vec(),
        effective_from: None,
        vanished: catalog::imports::Vanished::Keep,
    };
    let import = preview(&ctx, &again).await.unwrap();
    assert_eq!(
        (
            import.counts.added,
            import.counts.changed,
            import.counts.unchanged,
            import.counts.vanished
        ),
        (0, 0, 1713, 0)
    );
    apply(&ctx, &books, &import).await.unwrap();
    let id = import.id;
    let (_, plan) = ctx
        .read(|read| async move { catalog::imports::plan_of(read, id).await }.scope_boxed())
        .await
        .unwrap();
    assert!(
        plan.rows
            .iter()
            .all(|row| row.class == Class::Unchanged && !row.writes())
    );
}
