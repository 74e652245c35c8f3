//! How long it takes to say what a change of `.com`'s cost reaches over 10,000 live names: `cargo bench -p domains --bench
//! reach`. Prints, and judges nothing.
#![expect(clippy::unwrap_used, reason = "a benchmark whose stage cannot be set should stop")]

use std::collections::BTreeSet;

use catalog::imports::{Format, ListRef, NewImport, Vanished};
use catalog::registrars::{AdapterKind, NewRegistrar, Sells};
use catalog::sales_lists::NewSalesList;
use catalog::seed::{self, SeedOptions};
use catalog::{Books, ProposedChange, Scope};
use domains::portfolio::reach::reach;
use domains::portfolio::{Adoption, ops};
use engines::margin::MarginRules;
use engines::pricing::discounts::{DiscountBook, Whom};
use engines::pricing::{PriceBook, Pricing};
use jiff::SignedDuration;
use kernel::{Currency, CustomerId, RegistrarId};
use parties::PartyDraft;
use parties::customers::CustomerDraft;
use platform::Ctx;
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;
use tokio::time::Instant;

const NAMES: usize = 10_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(run());
}

async fn run() {
    let installation = TestInstallation::new(
        &[
            parties::MIGRATIONS,
            reference::MIGRATIONS,
            catalog::MIGRATIONS,
            domains::MIGRATIONS,
        ]
        .concat(),
    )
    .await;
    let ctx = installation.system(TestInstallation::tenant(1));
    let books = Books::new();
    let (account, customer) = stage(&ctx, &books).await;
    let before = books.book(&ctx).await.unwrap();
    for some in names(&ctx, account, customer).chunks(2_000) {
        let book = &before;
        ctx.write(|tx| async move { ops::adopt(tx, book, some).await }.scope_boxed())
            .await
            .unwrap();
    }
    dearer(&ctx, &books, account).await;
    let after = books.refresh(&ctx).await.unwrap();
    for round in 0..5 {
        let change = &ProposedChange {
            before: pricing(&before.prices).into(),
            after: pricing(&after.prices).into(),
            scope: Scope {
                endings: Some(BTreeSet::from(["com".to_owned()])),
                whom: Whom::Everybody,
                currencies: None,
                from: ctx.now(),
            },
            rules: MarginRules::default(),
        };
        let started = Instant::now();
        let found = ctx
            .read(|read| async move { reach(read, change).await }.scope_boxed())
            .await
            .unwrap();
        let took = started.elapsed();
        println!(
            "{NAMES} live .com names, {} reached: {took:?} (round {round})",
            found.renewals[0].totals.touched
        );
    }
}

fn pricing(book: &PriceBook) -> Pricing<'_> {
    Pricing {
        book,
        fx: None,
        home: Currency::USD,
        discounts: DiscountBook::none(),
    }
}

async fn stage(ctx: &Ctx, books: &Books) -> (RegistrarId, CustomerId) {
    let options = &SeedOptions {
        effective_from: "2026-01-01T00:00:00Z".parse().unwrap(),
        registrar: NewRegistrar {
            slug: "atcost".into(),
            name: "At cost".into(),
            kind: AdapterKind::None,
            sells: Sells::All,
            rank: 1,
            currency: Currency::USD,
            credentials: None,
        },
        sales_list: NewSalesList {
            slug: "retail".into(),
            name: "Retail".into(),
            currency: Currency::USD,
            standard: true,
        },
    };
    let draft = &CustomerDraft {
        party: PartyDraft {
            name: "Ann".into(),
            ..PartyDraft::default()
        },
        ..CustomerDraft::default()
    };
    ctx.write(|tx| {
        async move {
            let seeded = seed::real_lists(tx, books, options).await?;
            let ann = parties::customers::ops::add(tx, draft).await?;
            Ok((seeded.registrar.id, ann.id))
        }
        .scope_boxed()
    })
    .await
    .unwrap()
}

/// Each expires at an instant of its own, over two years.
fn names(ctx: &Ctx, registrar: RegistrarId, customer: CustomerId) -> Vec<Adoption> {
    let now = ctx.now();
    (0..NAMES)
        .map(|number| Adoption {
            name: format!("name{number}.com"),
            customer,
            registrar,
            registered_at: now.minus(SignedDuration::from_hours(240)),
            expires_at: now.plus(SignedDuration::from_mins(100 * i64::try_from(number).unwrap() + 1)),
            auto_renew: true,
            premium: false,
            years: 1,
        })
        .collect()
}

async fn dearer(ctx: &Ctx, books: &Books, account: RegistrarId) {
    let new = &NewImport {
        format: Format::PricesCsv,
        list: ListRef::Registrar(account),
        file_name: "dearer.csv".into(),
        content: b"tld,operation,years,kind,currency,amount,effective_from\ncom,renew,1,regular,USD,10.90,\n".to_vec(),
        effective_from: None,
        vanished: Vanished::Keep,
    };
    ctx.write(|tx| async move { catalog::imports::import_bytes(tx, books, new).await }.scope_boxed())
        .await
        .unwrap();
}
