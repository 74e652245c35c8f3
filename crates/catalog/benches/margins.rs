//! The margin report of the room over 1,500 TLDs at five registrars, its trend of twelve weeks, and the memory that tenant's
//! price book takes: counted by the allocator, as what is given back when the book is dropped.
//!
//! `cargo xtask bench margins`. Without `--bench` (as under `cargo test`) it does a small round, to show that it runs.

use std::alloc::System;
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use catalog::imports::{self, Format, ListRef, NewImport, Vanished};
use catalog::margins::{self, Question, Rates};
use catalog::registrars::{self, AdapterKind, NewRegistrar, Sells};
use catalog::sales_lists::{self, NewSalesList};
use catalog::{Book, Books};
use engines::fx::{FxBook, FxRules, Quote};
use kernel::{Currency, Id, Instant, Rate, RateSheetId};
use platform::Ctx;
use scoped_futures::ScopedFutureExt;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use testkit::TestInstallation;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const REGISTRARS: i64 = 5;
const BEST_OF: usize = 7;

fn main() {
    let full = std::env::args().any(|arg| arg == "--bench");
    let tlds = if full { 1_500 } else { 12 };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(bench(tlds));
}

async fn bench(tlds: usize) {
    let test = TestInstallation::new(&[parties::MIGRATIONS, catalog::MIGRATIONS, reference::MIGRATIONS].concat()).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    fill(&ctx, &books, tlds).await;
    let book = books.refresh(&ctx).await.expect("a book");
    report(&book, ctx.now());
    memory(book, books);
}

fn report(book: &Book, now: Instant) {
    let quotes = rates(now);
    let (rates, question) = (
        Rates {
            book: &quotes,
            rules: FxRules::default(),
        },
        Question {
            at: now,
            currency: Currency::USD,
            rules: book.margin_rules(),
        },
    );
    let rows = margins::report(book, rates, question).rows;
    assert!(
        rows.iter().all(|row| row.found.margin.profit.is_some()),
        "every service of every ending is compared"
    );
    let took = best(|| drop(black_box(margins::report(book, rates, question))));
    println!(
        "margins of {} TLDs at {REGISTRARS} registrars, {} rows: {:.2} ms; goal < 50 ms",
        book.endings().len(),
        rows.len(),
        took.as_secs_f64() * 1e3
    );
    let took = best(|| drop(black_box(margins::trend(book, rates, question))));
    println!("their trend of twelve weeks: {:.2} ms", took.as_secs_f64() * 1e3);
}

/// The last of the book's owners gives it back.
fn memory(book: Arc<Book>, books: Books) {
    let (endings, prices) = (book.endings().len(), book.prices.len());
    drop(books);
    let freed = |stats: stats_alloc::Stats| stats.bytes_deallocated as f64 - stats.bytes_allocated as f64;
    let before = freed(ALLOCATOR.stats());
    let last = Arc::into_inner(book).expect("nobody else holds the book");
    drop(black_box(last));
    let bytes = freed(ALLOCATOR.stats()) - before;
    println!(
        "memory of the price book, {endings} TLDs, {prices} prices: {:.2} MB; goal < 5 MB",
        bytes / 1e6
    );
}

/// Five registrars, two of which charge in euro, and a list: every service, and introductions on the list and at one
/// registrar.
async fn fill(ctx: &Ctx, books: &Books, tlds: usize) {
    for rank in 1..=REGISTRARS {
        let new = NewRegistrar {
            slug: format!("registrar{rank}"),
            name: format!("Registrar {rank}"),
            kind: AdapterKind::None,
            sells: Sells::All,
            rank,
            currency: if rank > 3 { Currency::EUR } else { Currency::USD },
            credentials: None,
        };
        let new = &new;
        let account = ctx
            .write(|tx| async move { registrars::add(tx, books, new.clone()).await }.scope_boxed())
            .await
            .expect("a registrar");
        put(
            ctx,
            books,
            ListRef::Registrar(account.id),
            prices(tlds, 800 + rank, rank == 1),
        )
        .await;
    }
    let list = NewSalesList {
        slug: "retail".into(),
        name: "Retail".into(),
        currency: Currency::USD,
        standard: true,
    };
    let list = &list;
    let list = ctx
        .write(|tx| async move { sales_lists::add(tx, books, list.clone()).await }.scope_boxed())
        .await
        .expect("a sales list");
    put(ctx, books, ListRef::Sales(list.id), prices(tlds, 1_100, true)).await;
}

/// Endings under which anybody may register, by the public suffix list's wildcard.
fn prices(tlds: usize, cents: i64, introduction: bool) -> String {
    let mut text = String::from("tld,operation,years,kind,amount\n");
    for tld in 0..tlds {
        for operation in ["register", "renew", "transfer", "restore"] {
            let cents = cents + i64::try_from(tld % 97).unwrap_or_default();
            let _ = writeln!(
                text,
                "e{tld}.ck,{operation},1,regular,{}.{:02}",
                cents / 100,
                cents % 100
            );
        }
        if introduction {
            let _ = writeln!(text, "e{tld}.ck,register,1,first_year,7.99");
        }
    }
    text
}

async fn put(ctx: &Ctx, books: &Books, list: ListRef, text: String) {
    let new = NewImport {
        format: Format::PricesCsv,
        list,
        file_name: "prices.csv".into(),
        content: text.into_bytes(),
        effective_from: None,
        vanished: Vanished::Keep,
    };
    let new = &new;
    let prepared = ctx
        .read(|read| async move { imports::prepare(read, new).await }.scope_boxed())
        .await
        .expect("a sound file");
    let prepared = &prepared;
    ctx.write(|tx| async move { imports::keep_and_apply(tx, books, prepared).await }.scope_boxed())
        .await
        .expect("the import is applied");
}

/// A rate of every day since before the trend begins.
fn rates(now: Instant) -> FxBook {
    let of_day = |day: i64| Quote {
        base: Currency::EUR,
        quote: Currency::USD,
        rate: Rate::from_scaled(1_160_000_000_000 + day).expect("above zero"),
        at: now.minus(jiff::SignedDuration::from_hours(24 * day)),
        sheet: RateSheetId::from_uuid(uuid::Uuid::nil()),
    };
    FxBook::new((0..100).map(of_day))
}

/// Noise only ever adds.
fn best(mut run: impl FnMut()) -> Duration {
    let mut once = || {
        let began = tokio::time::Instant::now();
        run();
        began.elapsed()
    };
    (0..BEST_OF).map(|_| once()).min().unwrap_or_default()
}
