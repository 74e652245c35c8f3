//! Wall time of 100,000 prices to the book, on SQLite. Fetched: from a source's answer, judged, compared, put in force as
//! one version; then again with nothing to do, and once more with every hundredth price changed. Imported: from a CSV file
//! into an empty list, then the same file with every hundredth price changed.
//!
//! `cargo xtask bench price_sync`. Without `--bench` (as under `cargo test`) it does a small round, to show that it runs.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use catalog::Books;
use catalog::imports::{self, Format, ListRef, NewImport, Vanished};
use catalog::sales_lists::NewSalesList;
use catalog::sync::ports::{Ask, Claim, Heard, Part, PriceSource, PriceSources, SourceAccount};
use catalog::sync::{self, NewSource, Source, SourceKind, Terms};
use engines::pricing::{Kind, Operation};
use kernel::{Currency, Problem, SalesListId};
use platform::Ctx;
use platform::jobs::Worker;
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;

/// Ten terms of registration and renewal.
const PRICES_OF_AN_ENDING: usize = 20;

struct Shop(Mutex<Vec<Claim>>);

#[async_trait]
impl PriceSource for Shop {
    fn pause(&self) -> Duration {
        Duration::ZERO
    }

    async fn part(&self, _: Ask<'_>) -> Heard<Part> {
        let claims = self.0.lock().expect("no panic elsewhere").clone();
        let part = Part {
            claims,
            ..Part::default()
        };
        Heard {
            outcome: Ok(part),
            calls: Vec::new(),
        }
    }

    async fn check(&self, _: Ask<'_>) -> Heard<()> {
        Heard {
            outcome: Ok(()),
            calls: Vec::new(),
        }
    }
}

struct Only(Arc<Shop>);

impl PriceSources for Only {
    fn connect(&self, _: &SourceAccount) -> Result<Arc<dyn PriceSource>, Problem> {
        Ok(Arc::<Shop>::clone(&self.0))
    }
}

fn main() {
    let full = std::env::args().any(|arg| arg == "--bench");
    let prices = if full { 100_000 } else { 400 };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(bench(prices));
}

/// Claims of as many endings as it takes: names under which anybody may register, by the public suffix list's wildcard.
fn claims(prices: usize) -> Vec<Claim> {
    let endings = (0..prices.div_ceil(PRICES_OF_AN_ENDING)).map(|number| format!("e{number}.ck"));
    let mut claims = Vec::with_capacity(prices);
    for ending in endings {
        for operation in [Operation::Register, Operation::Renew] {
            for years in 1..=10_u8 {
                claims.push(Claim {
                    tld: ending.clone(),
                    operation,
                    years,
                    kind: Kind::Regular,
                    currency: "USD".to_owned(),
                    amount: format!("{}.{:02}", u32::from(years) * 11, claims.len() % 100),
                });
            }
        }
    }
    claims.truncate(prices);
    claims
}

async fn bench(prices: usize) {
    let test = TestInstallation::new(catalog::MIGRATIONS).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let (books, shop) = (Books::new(), Arc::new(Shop(Mutex::new(claims(prices)))));
    let module = catalog::module(catalog::Ports {
        books: books.clone(),
        rates: reference::RateBooks::new(),
        hosts: Arc::new(testkit::People::of(&test)),
        mail_from: "noreply@entrepot.example".into(),
        referrers: Arc::new([]),
        exposures: Arc::new([]),
        price_sources: Arc::new(Only(Arc::clone(&shop))),
    });
    let worker = Worker::new(test.platform.clone(), module.jobs, &module.queues);
    let source = source(&ctx, &books).await;
    round("added", prices, &ctx, &worker, &source).await;
    test.clock.advance(jiff::SignedDuration::from_secs(60));
    round("unchanged", prices, &ctx, &worker, &source).await;
    for claim in shop.0.lock().expect("no panic elsewhere").iter_mut().step_by(100) {
        claim.amount.replace_range(claim.amount.len() - 1.., "9");
    }
    test.clock.advance(jiff::SignedDuration::from_secs(60));
    round("one in a hundred changed", prices, &ctx, &worker, &source).await;
    let mut claims = shop.0.lock().expect("no panic elsewhere").clone();
    let list = list(&ctx, &books, "imported", false).await;
    import("file, all new", &ctx, &books, &file(list, &claims)).await;
    test.clock.advance(jiff::SignedDuration::from_secs(60));
    for claim in claims.iter_mut().step_by(100) {
        claim.amount.replace_range(claim.amount.len() - 1.., "8");
    }
    import("file, one in a hundred changed", &ctx, &books, &file(list, &claims)).await;
}

/// The claims as a file in our own format.
fn file(list: SalesListId, claims: &[Claim]) -> NewImport {
    let row = |claim: &Claim| {
        let Claim { tld, years, amount, .. } = claim;
        format!("{tld},{},{years},{amount}\n", claim.operation.name())
    };
    let rows: String = claims.iter().map(row).collect();
    NewImport {
        format: Format::PricesCsv,
        list: ListRef::Sales(list),
        file_name: "prices.csv".into(),
        content: format!("tld,operation,years,amount\n{rows}").into_bytes(),
        effective_from: None,
        vanished: Vanished::Keep,
    }
}

/// A file as a person brings it in: read and compared, kept, looked at, applied.
async fn import(what: &str, ctx: &Ctx, books: &Books, new: &NewImport) {
    let began = tokio::time::Instant::now();
    let prepared = &ctx
        .read(|read| async move { imports::prepare(read, new).await }.scope_boxed())
        .await
        .expect("a dry run");
    let compared = began.elapsed();
    let kept = ctx
        .write(|tx| async move { imports::keep(tx, prepared).await }.scope_boxed())
        .await
        .expect("kept");
    let previewed = began.elapsed();
    let ready = &ctx
        .read(|read| async move { imports::ready(read, kept.id).await }.scope_boxed())
        .await
        .expect("what was kept");
    let looked = began.elapsed();
    let applied = ctx
        .write(|tx| async move { imports::apply(tx, books, ready).await }.scope_boxed())
        .await
        .expect("applied");
    let took = began.elapsed();
    println!(
        "{} prices, {what}: {:.2} s (read and compared {:.2}, kept {:.2}, read again {:.2}, applied {:.2}; file {:.1} MB; {} added, {} changed, {} unchanged)",
        applied.rows,
        took.as_secs_f64(),
        compared.as_secs_f64(),
        (previewed - compared).as_secs_f64(),
        (looked - previewed).as_secs_f64(),
        (took - looked).as_secs_f64(),
        new.content.len() as f64 / 1e6,
        applied.counts.added,
        applied.counts.changed,
        applied.counts.unchanged,
    );
}

async fn list(ctx: &Ctx, books: &Books, slug: &str, standard: bool) -> SalesListId {
    let new = &NewSalesList {
        slug: slug.into(),
        name: slug.into(),
        currency: Currency::USD,
        standard,
    };
    ctx.write(|tx| async move { catalog::sales_lists::add(tx, books, new.clone()).await }.scope_boxed())
        .await
        .expect("a list")
        .id
}

async fn source(ctx: &Ctx, books: &Books) -> Source {
    let list = list(ctx, books, "retail", true).await;
    let new = &NewSource {
        kind: SourceKind::Porkbun,
        terms: Terms::new("Shop", ListRef::Sales(list)),
        credentials: None,
    };
    ctx.write(|tx| async move { sync::add(tx, new.clone()).await }.scope_boxed())
        .await
        .expect("a source")
}

async fn round(what: &str, prices: usize, ctx: &Ctx, worker: &Worker, source: &Source) {
    let id = source.id;
    ctx.write(|tx| async move { sync::run_now(tx, id).await }.scope_boxed())
        .await
        .expect("a run");
    let began = tokio::time::Instant::now();
    worker.run_due().await.expect("jobs run");
    let took = began.elapsed();
    let run = ctx
        .read(|read| async move { sync::runs(read, None, None, 1).await }.scope_boxed())
        .await
        .expect("runs")
        .remove(0);
    println!(
        "{prices} prices, {what}: {:.2} s, {:.1} µs a price ({:?}: {} added, {} changed, {} unchanged, {} left out)",
        took.as_secs_f64(),
        took.as_secs_f64() * 1e6 / prices as f64,
        run.state,
        run.counts.added,
        run.counts.changed,
        run.counts.unchanged,
        run.counts.left_out,
    );
}
