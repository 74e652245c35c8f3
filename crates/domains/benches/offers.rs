//! How fast checks are, as ratios to what their limits allow: `cargo bench -p domains`. Prints, and judges nothing.
//!
//! * 500 names against a simulated registrar (100 ms median, 2 s at the 99th percentile), ten calls of fifty names: the
//!   slowest call is what the limits allow (P9).
//! * The same 500 names again, all kept (P10), and one kept name (P7 without HTTP).
//! * Parsing.
#![expect(clippy::unwrap_used, reason = "a benchmark whose stage cannot be set should stop")]

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use catalog::Books;
use catalog::registrars::{AdapterKind, NewRegistrar, Sells};
use catalog::sales_lists::NewSalesList;
use catalog::seed::{self, SeedOptions};
use domains::offers::{DomainName, PriceCheck, ops};
use domains::ports::{CallFailure, Capabilities, Errand, NameAnswer, NameState, Registrar};
use domains::{Counter, Ports};
use kernel::{Currency, RegistrarId};
use platform::Ctx;
use platform::clock::SystemClock;
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;
use tokio::time;

/// A registrar as slow as real ones, the same in every run.
struct Simulated {
    calls: AtomicU64,
    delays: Mutex<Vec<Duration>>,
}

/// The delay of the nth call: log-normal-like by table, median 100 ms, one in a hundred 2 s.
fn delay(nth: u64) -> Duration {
    let share = nth.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 57;
    Duration::from_millis(match share {
        0..=12 => 60,
        13..=63 => 100,
        64..=101 => 140,
        102..=121 => 250,
        122..=126 => 600,
        _ => 2_000,
    })
}

#[async_trait]
impl Registrar for Simulated {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            names_per_call: 50,
            calls_at_once: 10,
            calls_per_minute: 1_000_000,
        }
    }

    async fn availability(&self, names: &[String], _: Errand) -> Result<Vec<NameAnswer>, CallFailure> {
        let delay = delay(self.calls.fetch_add(1, Ordering::SeqCst));
        self.delays.lock().unwrap().push(delay);
        time::sleep(delay).await;
        let free = || NameState::Free {
            cost: None,
            period_years: Some(1),
            premium: false,
        };
        Ok(names
            .iter()
            .map(|name| NameAnswer {
                ascii: name.clone(),
                state: free(),
                definitive: true,
            })
            .collect())
    }
}

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
    let id = prices(&ctx, &books).await;
    let simulated = Arc::new(Simulated {
        calls: AtomicU64::new(0),
        delays: Mutex::default(),
    });
    let adapter = Arc::clone(&simulated) as Arc<dyn Registrar>;
    let adapters: HashMap<RegistrarId, Arc<dyn Registrar>> = HashMap::from([(id, adapter)]);
    // Enough for every run: the budget is not what is measured.
    let names_budget = web::Budget::new(Arc::new(SystemClock), domains::NAMES_BUDGET, 1_000_000, 1_000_000);
    let counter = Counter::new(Ports {
        registrars: Arc::new(adapters),
        books,
        rates: reference::RateBooks::new(),
        names_budget,
    });
    bulk(&ctx, &counter, &simulated).await;
    kept(&ctx, &counter).await;
    parsing();
}

/// P9: the whole check against the slowest of its ten calls, which all run at once.
async fn bulk(ctx: &Ctx, counter: &Counter, simulated: &Simulated) {
    let (mut ratios, mut waited) = (Vec::new(), Vec::new());
    for run in 0..20 {
        simulated.delays.lock().unwrap().clear();
        let names = (0..500).map(|number| format!("r{run}n{number}.com")).collect();
        let started = time::Instant::now();
        let patience = Duration::from_secs(10);
        let offers = ops::check(
            ctx,
            counter,
            PriceCheck {
                patience,
                ..PriceCheck::of(names)
            },
        )
        .await
        .unwrap();
        let took = started.elapsed();
        assert!(offers.iter().all(|offer| offer.token.is_some()));
        let slowest = simulated.delays.lock().unwrap().iter().max().copied().unwrap();
        ratios.push(took.as_secs_f64() / slowest.as_secs_f64());
        waited.push(took.saturating_sub(slowest));
    }
    ratios.sort_by(f64::total_cmp);
    waited.sort();
    println!(
        "P9  500 names, 10 calls: {:.3} × its slowest call at median, {:.3} × at worst (goal 1.3); above it {:?} at median, {:?} at worst",
        ratios[10], ratios[19], waited[10], waited[19]
    );
    let names: Vec<String> = (0..500).map(|number| format!("deadline{number}.com")).collect();
    let started = time::Instant::now();
    let patience = Duration::from_millis(80);
    let offers = ops::check(
        ctx,
        counter,
        PriceCheck {
            patience,
            ..PriceCheck::of(names)
        },
    )
    .await
    .unwrap();
    let unknown = offers.iter().filter(|offer| offer.token.is_none()).count();
    println!(
        "P9  deadline of 80 ms: answered in {:?}, {unknown} of 500 unknown",
        started.elapsed()
    );
}

/// P10 and the inside of P7.
async fn kept(ctx: &Ctx, counter: &Counter) {
    for count in [500, 50, 1] {
        let names: Vec<String> = (0..count).map(|number| format!("kept{number}.com")).collect();
        let ask = || PriceCheck {
            patience: Duration::from_secs(10),
            ..PriceCheck::of(names.clone())
        };
        ops::check(ctx, counter, ask()).await.unwrap();
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..1_000 {
            let ask = ask();
            let started = time::Instant::now();
            black_box(ops::check(ctx, counter, ask).await.unwrap());
            times.push(started.elapsed());
        }
        times.sort();
        println!(
            "P10 {count} kept names: {:?} at median, {:?} at the 99th percentile",
            times[500], times[990]
        );
    }
}

fn parsing() {
    for text in ["example.com", "https://www.Example.co.uk/path", "münchen.de"] {
        let started = time::Instant::now();
        for _ in 0..100_000 {
            black_box(DomainName::parse(black_box(text)).unwrap());
        }
        println!("    parse {text}: {} ns", started.elapsed().as_nanos() / 100_000);
    }
}

async fn prices(ctx: &Ctx, books: &Books) -> RegistrarId {
    let options = SeedOptions {
        effective_from: "2026-01-01T00:00:00Z".parse().unwrap(),
        registrar: NewRegistrar {
            slug: "simulated".into(),
            name: "Simulated".into(),
            kind: AdapterKind::None,
            sells: Sells::Priced,
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
    let options = &options;
    let seeded = ctx
        .write(|tx| async move { seed::real_lists(tx, books, options).await }.scope_boxed())
        .await
        .unwrap();
    seeded.registrar.id
}
