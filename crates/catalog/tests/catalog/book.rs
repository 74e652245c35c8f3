//! What the book in memory holds, and what it leaves in the database.

use catalog::Books;
use catalog::imports::ListRef;
use catalog::registrars::{NewRegistrar, Sells};
use catalog::sales_lists::NewSalesList;
use jiff::SignedDuration;
use kernel::Currency;
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;

use crate::common::{import, installation, registrar, sales_list};

#[tokio::test]
async fn prices_of_lists_the_storefront_does_not_use_are_not_loaded() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = &Books::new();
    let add = |slug: &'static str| {
        let new = NewSalesList {
            slug: slug.into(),
            standard: false,
            currency: Currency::EUR,
            ..sales_list()
        };
        ctx.write(move |tx| {
            let new = new.clone();
            async move { catalog::sales_lists::add(tx, books, new).await }.scope_boxed()
        })
    };
    let first = add("retail").await.unwrap();
    let other = add("other").await.unwrap();
    assert!(
        first.standard && !other.standard,
        "a tenant's first list is the storefront's"
    );
    let prices = "tld,operation,amount\ncom,register,11.00\nnet,register,12.00\n";
    import(&ctx, books, ListRef::Sales(first.id), prices).await;
    import(&ctx, books, ListRef::Sales(other.id), prices).await;
    let book = books.book(&ctx).await.unwrap();
    assert_eq!(
        (book.prices.len(), book.sales_list, book.currency),
        (2, Some(first.id), Currency::EUR)
    );
}

#[tokio::test]
async fn an_ending_whose_price_was_withdrawn_is_neither_sold_nor_bought() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = &Books::new();
    let account = NewRegistrar {
        sells: Sells::Priced,
        ..registrar("atcost")
    };
    let (account, list) = ctx
        .write(|tx| {
            let account = account.clone();
            async move {
                let registrar = catalog::registrars::add(tx, books, account).await?;
                Ok((
                    registrar.id,
                    catalog::sales_lists::add(tx, books, sales_list()).await?.id,
                ))
            }
            .scope_boxed()
        })
        .await
        .unwrap();
    let whole = |endings: &[&str]| {
        let rows: String = endings
            .iter()
            .map(|ending| format!("{ending},9.00,9.00,0.18\n"))
            .collect();
        format!("tld,price,renewal,icann_fee\n{rows}")
    };
    let sold = |book: &catalog::Book| ["com", "net"].map(|ending| (book.is_sold(ending), book.sellers(ending).len()));
    import(
        &ctx,
        books,
        ListRef::Sales(list),
        "tld,operation,amount\ncom,register,11\nnet,register,12\n",
    )
    .await;
    let mut costs = crate::common::csv(ListRef::Registrar(account), &whole(&["com", "net"]));
    costs.format = catalog::imports::Format::AtCostCsv;
    costs.vanished = catalog::imports::Vanished::Withdraw;
    let shown = crate::common::preview(&ctx, &costs).await.unwrap();
    crate::common::apply(&ctx, books, &shown).await.unwrap();
    assert_eq!(sold(&books.book(&ctx).await.unwrap()), [(true, 1), (true, 1)]);

    test.clock.advance(SignedDuration::from_hours(1));
    costs.content = whole(&["com"]).into();
    let shown = crate::common::preview(&ctx, &costs).await.unwrap();
    crate::common::apply(&ctx, books, &shown).await.unwrap();
    let book = books.book(&ctx).await.unwrap();
    assert_eq!(sold(&book), [(true, 1), (true, 0)]);
}

#[tokio::test]
async fn a_book_is_read_anew_once_it_is_older_than_the_setting_says_though_nothing_said_it_changed() {
    let test = crate::common::installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = &Books::new();
    let first = books.book(&ctx).await.unwrap();
    test.clock.advance(SignedDuration::from_mins(60));
    assert_eq!(books.book(&ctx).await.unwrap().read_at, first.read_at);
    test.clock.advance(SignedDuration::from_secs(2));
    assert_eq!(books.book(&ctx).await.unwrap().read_at, ctx.now());
}
