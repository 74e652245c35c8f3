//! `verify audit|prices|ledger`: recomputes what must add up. Exit 1 and the first difference if anything does not.

use std::io::IsTerminal;
use std::process::ExitCode;

use domains::price_locks::verify::{self, Difference};
use scoped_futures::ScopedFutureExt;
use serde::Serialize;

use crate::cli::Failure;
use crate::commands::tenants;
use crate::config::Config;
use crate::database;

/// What was found of a company's audit log.
#[derive(Serialize)]
struct Verified {
    tenant: String,
    /// How many entries hold, from the first.
    entries: i64,
    /// The number of the first that does not.
    broken_at: Option<i64>,
}

pub(crate) async fn audit(config: Config, tenant: Option<&str>, json: bool) -> Result<ExitCode, Failure> {
    let platform = database::existing(&config).await?;
    let mut all = Vec::new();
    for (tenant, ctx) in tenants::contexts(&platform, tenant).await? {
        let (entries, broken_at) = match platform::audit::verify(&ctx).await? {
            Ok(entries) => (entries, None),
            Err(broken) => (broken.seq - 1, Some(broken.seq)),
        };
        all.push(Verified {
            tenant,
            entries,
            broken_at,
        });
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        all.iter().for_each(print);
    }
    let holds = all.iter().all(|verified| verified.broken_at.is_none());
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(verified: &Verified) {
    let Verified {
        tenant,
        entries,
        broken_at,
    } = verified;
    match broken_at {
        None => println!("{tenant}: {entries} audit entries, the chain holds"),
        Some(seq) => println!("{tenant}: the audit chain breaks at entry {seq}; {entries} before it hold"),
    }
}

/// What was found of a company's stored prices.
#[derive(Serialize)]
struct VerifiedPrices {
    tenant: String,
    /// How many stored prices hold.
    prices: u64,
    /// Of how many versions of the price book, by ending.
    books: u64,
    /// The first that does not.
    difference: Option<PriceDifference>,
}

/// A stored price that is not what it was made of.
#[derive(Serialize)]
struct PriceDifference {
    lock: String,
    name: String,
    fault: &'static str,
    stored: String,
    computed: String,
}

impl From<Difference> for PriceDifference {
    fn from(difference: Difference) -> Self {
        let Difference {
            lock,
            name,
            fault,
            stored,
            computed,
        } = difference;
        Self {
            lock: lock.to_string(),
            name,
            fault,
            stored,
            computed,
        }
    }
}

/// Computes every stored price of every company again, from the prices as they were recorded then.
pub(crate) async fn prices(config: Config, tenant: Option<&str>, json: bool) -> Result<ExitCode, Failure> {
    let platform = database::existing(&config).await?;
    let is_watched = std::io::stderr().is_terminal();
    let mut all = Vec::new();
    for (tenant, ctx) in tenants::contexts(&platform, tenant).await? {
        let found = verify::verify(&ctx, |prices| {
            if is_watched {
                eprint!("\r{tenant}: {prices} prices hold so far");
            }
        })
        .await?;
        if is_watched {
            eprintln!();
        }
        all.push(VerifiedPrices {
            tenant,
            prices: found.prices,
            books: found.books,
            difference: found.difference.map(PriceDifference::from),
        });
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        all.iter().for_each(print_prices);
    }
    let holds = all.iter().all(|verified| verified.difference.is_none());
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_prices(verified: &VerifiedPrices) {
    let VerifiedPrices {
        tenant,
        prices,
        books,
        difference,
    } = verified;
    let Some(difference) = difference else {
        println!("{tenant}: {prices} stored prices, computed again from {books} price books, all hold");
        return;
    };
    let PriceDifference {
        lock,
        name,
        fault,
        stored,
        computed,
    } = difference;
    println!("{tenant}: the {fault} of {lock} {name} does not hold; {prices} prices before it do");
    println!("stored:\n{stored}\ncomputed:\n{computed}");
}

/// What was found of a company's books.
#[derive(Serialize)]
struct VerifiedBooks {
    tenant: String,
    /// How many transactions there are.
    transactions: i64,
    /// How many entries.
    entries: i64,
    /// The first things that are not what the entries come to.
    differences: Vec<BooksDifference>,
}

/// A balance, month or transaction that does not add up, in minor units.
#[derive(Serialize)]
struct BooksDifference {
    what: &'static str,
    of: String,
    kept: i64,
    found: i64,
}

impl From<ledger::verify::Difference> for BooksDifference {
    fn from(difference: ledger::verify::Difference) -> Self {
        let ledger::verify::Difference { what, of, kept, found } = difference;
        Self { what, of, kept, found }
    }
}

/// Adds up every company's entries again, and compares what is kept beside them.
pub(crate) async fn ledger(config: Config, tenant: Option<&str>, json: bool) -> Result<ExitCode, Failure> {
    let platform = database::existing(&config).await?;
    let mut all = Vec::new();
    for (tenant, ctx) in tenants::contexts(&platform, tenant).await? {
        let found = ctx
            .read(|read| async move { ledger::verify::verify(read).await }.scope_boxed())
            .await?;
        all.push(VerifiedBooks {
            tenant,
            transactions: found.transactions,
            entries: found.entries,
            differences: found.differences.into_iter().map(BooksDifference::from).collect(),
        });
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        all.iter().for_each(print_books);
    }
    let holds = all.iter().all(|verified| verified.differences.is_empty());
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_books(verified: &VerifiedBooks) {
    let VerifiedBooks {
        tenant,
        transactions,
        entries,
        differences,
    } = verified;
    let Some(BooksDifference { what, of, kept, found }) = differences.first() else {
        println!("{tenant}: {entries} entries of {transactions} transactions, every balance holds");
        return;
    };
    println!("{tenant}: the {what} does not hold: {of} is kept as {kept} and comes to {found} (minor units)");
}
