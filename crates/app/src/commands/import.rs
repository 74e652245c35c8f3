//! `import KIND FILE --tenant SLUG --list SLUG [--dry-run]`: price lists.

use std::path::PathBuf;
use std::process::ExitCode;

use catalog::Books;
use catalog::imports::{self, Class, Format, NewImport, Plan, Vanished, Weight};
use clap::{Args, ValueEnum};
use kernel::Money;
use scoped_futures::ScopedFutureExt;

use crate::cli::{Failure, Place};
use crate::commands::{price_list, tenants};
use crate::config::Config;
use crate::database;

#[derive(Args)]
pub(crate) struct Import {
    /// What the file is.
    kind: Kind,
    /// The file.
    file: PathBuf,
    /// The company.
    #[arg(long, value_name = "SLUG")]
    tenant: String,
    /// Short name of the registrar account (costs) or sales list the prices go to.
    #[arg(long, value_name = "SLUG")]
    list: String,
    /// Shows every change and every bad cell, and changes nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(ValueEnum, Clone, Copy)]
enum Kind {
    /// tld,price,renewal,icann_fee: what a registrar charges.
    AtCostCsv,
    /// A retail list in JSON.
    RetailJson,
    /// Our own format: tld,operation,years,kind,currency,amount,effective_from.
    PricesCsv,
}

pub(crate) async fn run(import: Import, config: Config) -> Result<ExitCode, Failure> {
    let config = import.place.apply(config)?;
    database::must_exist(&config)?;
    let platform = database::open(&config).await?;
    let (_, ctx) = tenants::contexts(&platform, Some(&import.tenant)).await?.remove(0);
    let new = NewImport {
        format: match import.kind {
            Kind::AtCostCsv => Format::AtCostCsv,
            Kind::RetailJson => Format::RetailJson,
            Kind::PricesCsv => Format::PricesCsv,
        },
        list: price_list(&ctx, &import.list).await?,
        file_name: import
            .file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        content: std::fs::read(&import.file)
            .map_err(|error| format!("{} cannot be read: {error}", import.file.display()))?,
        effective_from: None,
        vanished: Vanished::Keep,
    };
    let new = &new;
    let prepared = ctx
        .read(|read| async move { imports::prepare(read, new).await }.scope_boxed())
        .await?;
    let refused = print_plan(prepared.plan());
    if import.dry_run || refused {
        return Ok(if refused { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    let books = &Books::new();
    let prepared = &prepared;
    ctx.write(|tx| async move { imports::keep_and_apply(tx, books, prepared).await.map(|_| ()) }.scope_boxed())
        .await?;
    println!("Applied.");
    Ok(ExitCode::SUCCESS)
}

/// Prints every change and every bad cell; whether the file cannot be applied.
fn print_plan(plan: &Plan) -> bool {
    let amount = |minor: Option<i64>, currency| {
        minor.map_or_else(|| "nothing".to_owned(), |minor| Money::new(minor, currency).to_string())
    };
    for row in plan.rows.iter().filter(|row| row.class != Class::Unchanged) {
        let (before, after) = (
            amount(row.before, row.key.currency),
            amount(row.after, row.key.currency),
        );
        println!(
            "{:?} .{} {:?} {} y {:?}: {before} -> {after}",
            row.class, row.key.ending, row.key.operation, row.key.years, row.key.kind
        );
    }
    for finding in &plan.findings {
        println!(
            "line {}, column {} ({}): {:?} is {:?}",
            finding.line, finding.column, finding.field, finding.value, finding.reason
        );
    }
    plan.findings.iter().any(|finding| finding.weight == Weight::Refused)
}
