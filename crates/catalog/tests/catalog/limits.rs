//! The largest file there may be: read, compared and applied in one transaction; one row more is refused in words.

use catalog::Books;
use catalog::imports::{ListRef, Reason, State};
use scoped_futures::ScopedFutureExt;
use serde_json::json;
use testkit::TestInstallation;
use web::testing::Ask;

use crate::common::{apply, csv, installation, preview, sales_list};
use crate::stage::{HOST, Stage};

/// A file of so many prices of our own format: every term of every operation of one ending after the other. Under `.ck`
/// anybody may register names under any label.
fn file(rows: usize) -> String {
    let terms = |operation: &'static str, first: u8| (first..=10).map(move |years| (operation, years));
    let all = (0..rows.div_ceil(42)).flat_map(|number| {
        let all = terms("register", 1)
            .chain(terms("renew", 1))
            .chain(terms("transfer", 0))
            .chain(terms("restore", 0));
        all.map(move |(operation, years)| format!("e{number}.ck,{operation},{years},11.08\n"))
    });
    let rows: Vec<String> = all.take(rows).collect();
    format!("tld,operation,years,amount\n{}", rows.concat())
}

#[tokio::test]
async fn the_largest_file_is_applied_whole_and_a_larger_one_changes_nothing() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = &Books::new();
    let list = ctx
        .write(|tx| async move { catalog::sales_lists::add(tx, books, sales_list()).await }.scope_boxed())
        .await
        .unwrap();
    let list = ListRef::Sales(list.id);
    let larger = preview(&ctx, &csv(list, &file(100_001))).await.unwrap();
    let id = larger.id;
    let (_, plan) = ctx
        .read(|read| async move { catalog::imports::plan_of(read, id).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(
        (larger.state, plan.findings[0].reason),
        (State::Refused, Reason::TooManyRows)
    );

    let largest = preview(&ctx, &csv(list, &file(100_000))).await.unwrap();
    assert_eq!((largest.state, largest.counts.added), (State::Previewed, 100_000));
    let before = books.refresh(&ctx).await.unwrap().version;
    apply(&ctx, books, &largest).await.unwrap();
    let book = books.book(&ctx).await.unwrap();
    assert_eq!((book.version, book.prices.len()), (before + 1, 100_000));
}

#[tokio::test]
async fn who_may_not_see_costs_imports_sales_prices_only() {
    // The dry run shows what was in force before.
    let stage = Stage::new().await;
    let send = |list: String| {
        let content = "tld,operation,amount\ncom,register,19.00\n";
        let body = json!({"format": "prices_csv", "list": list, "content": content});
        Ask::post_json(HOST, "/api/v1/catalog/imports", body)
            .bearer("importer")
            .send(&stage.router)
    };
    assert_eq!(send(stage.seeded.sales_list.id.to_string()).await.status, 201);
    assert_eq!(send(stage.seeded.registrar.id.to_string()).await.status, 403);
    for (id, status) in [(stage.seeded.sales.id, 200), (stage.seeded.costs.id, 403)] {
        for path in ["", "/rows"] {
            let path = format!("/api/v1/catalog/imports/{id}{path}");
            let answer = Ask::get(HOST, &path).bearer("importer").send(&stage.router).await;
            assert_eq!(answer.status, status, "{path}");
        }
    }
}
