//! Transfers between accounts, durable: 64 callers on accounts of their own and all on one, beside one caller after the other;
//! and the trial balance of a journal as it grows.
//!
//! `cargo xtask bench transfers`; on PostgreSQL with `ENTREPOT_TEST_POSTGRES` set. Without `--bench` (as under `cargo test`)
//! it does a small round, to show that it runs. What counts are the ratios: times are a machine's.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use engines::posting::{Account, Line, Posting, Role};
use jiff::civil::date;
use kernel::{Currency, Money};
use ledger::journal::{Kind, NewTransaction, Transfers, post};
use ledger::reports::trial_balance;
use platform::Ctx;
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;
use tokio::time::Instant;
use uuid::Uuid;

const CALLERS: usize = 64;
/// Posted one after the other.
const ALONE: u32 = 200;

fn main() {
    let full = std::env::args().any(|arg| arg == "--bench");
    let (transfers, entries) = if full { (40_000, 1_000_000) } else { (200, 400) };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(bench(transfers, entries));
}

async fn bench(transfers: usize, entries: usize) {
    let test = TestInstallation::new(&[parties::MIGRATIONS, ledger::MIGRATIONS].concat()).await;
    let ctx = test.system(TestInstallation::tenant(1));
    ctx.write(|tx| async move { ledger::books::open(tx, Currency::USD).await }.scope_boxed())
        .await
        .expect("books");
    let alone = one_by_one(&ctx, "alone", ALONE).await;
    let spread = together(&ctx, transfers, "spread", |n| n % 1_000).await;
    let hot = together(&ctx, transfers, "hot", |_| 0).await;
    println!("one after the other: {alone:.0}/s");
    println!(
        "64 callers, 1,000 accounts: {:.0}/s, {:.1} times that; p99 {:?}",
        spread.0,
        spread.0 / alone,
        spread.1
    );
    println!(
        "64 callers, one account: {:.0}/s, {:.1} times that; p99 {:?}",
        hot.0,
        hot.0 / alone,
        hot.1
    );
    grown(&ctx, entries, transfers * 4 + ALONE as usize * 2).await;
}

fn transfer(key: String, customer: usize) -> NewTransaction {
    let money = |minor| Money::new(minor, Currency::USD);
    let line = |account, minor| Line {
        account,
        amount: money(minor),
        worth: money(minor),
    };
    let customer = Account::of(Role::Unapplied, Uuid::from_u128(1 + customer as u128));
    let lines = vec![line(Account::the(Role::Bank), 100), line(customer, -100)];
    NewTransaction {
        key,
        kind: Kind::Payment,
        day: date(2026, 11, 21),
        posting: Posting::balanced(lines, Currency::USD).expect("a transfer balances"),
        memo: "Transfer".into(),
        source: None,
        about: None,
        rate: None,
    }
}

async fn one_by_one(ctx: &Ctx, name: &str, transfers: u32) -> f64 {
    let started = Instant::now();
    for n in 0..transfers {
        let new = &transfer(format!("{name}:{n}"), n as usize % 1_000);
        ctx.write(|tx| async move { post(tx, new.clone()).await }.scope_boxed())
            .await
            .expect("post");
    }
    f64::from(transfers) / started.elapsed().as_secs_f64()
}

/// Transfers a second, and how long the slowest in a hundred waited.
async fn together(ctx: &Ctx, transfers: usize, name: &'static str, customer: fn(usize) -> usize) -> (f64, Duration) {
    let (next, shared, ctx) = (Arc::new(AtomicUsize::new(0)), Transfers::new(), Arc::new(ctx.clone()));
    let started = Instant::now();
    let callers = (0..CALLERS).map(|_| {
        let (next, shared, ctx) = (Arc::clone(&next), shared.clone(), Arc::clone(&ctx));
        tokio::spawn(async move {
            let mut waits = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= transfers {
                    return waits;
                }
                let asked = Instant::now();
                shared
                    .post(&ctx, transfer(format!("{name}:{n}"), customer(n)))
                    .await
                    .expect("post");
                waits.push(asked.elapsed());
            }
        })
    });
    let mut waits = Vec::new();
    for caller in callers.collect::<Vec<_>>() {
        waits.extend(caller.await.expect("a caller"));
    }
    let rate = transfers as f64 / started.elapsed().as_secs_f64();
    waits.sort_unstable();
    (rate, waits[waits.len() * 99 / 100])
}

/// The trial balance, and a posting, before and after the journal has so many entries.
async fn grown(ctx: &Ctx, entries: usize, already: usize) {
    let before = trial(ctx).await;
    let more = entries.saturating_sub(already) / 2;
    together(ctx, more, "grow", |n| n % 1_000).await;
    println!(
        "trial balance: {before:?} of {already} entries, {:?} of {}",
        trial(ctx).await,
        already + more * 2
    );
    let after = one_by_one(ctx, "after", ALONE).await;
    println!("one after the other, then: {after:.0}/s");
}

/// The shortest of five trial balances: of all there is, and at the end of a day within the month.
async fn trial(ctx: &Ctx) -> [Duration; 2] {
    let mut best = [Duration::MAX; 2];
    for _ in 0..5 {
        for (at, day) in [None, Some(date(2026, 11, 25))].into_iter().enumerate() {
            let started = Instant::now();
            let trial = ctx
                .read(|read| async move { trial_balance(read, day).await }.scope_boxed())
                .await
                .expect("a report");
            assert!(trial.balances());
            best[at] = best[at].min(started.elapsed());
        }
    }
    best
}
